//! Taking in a shop from Medusa v2: the answers of its Admin API, saved in a file or asked of the running server, ids kept.
//!
//! Lists are read in an order in which whatever a thing names comes before it, a page at a time; each page is one
//! transaction. What is here already and equal is left alone, so a run that was cut off is continued by starting it again.

mod catalogue;
mod delivery;
mod known;
mod market;
mod offers;
mod people;
mod record;
mod report;
mod source;
mod stock;
mod thing;

use std::cell::RefCell;
use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow};
use parking_lot::Mutex;
use tradewind_kernel::{Error, ErrorKind};
use tradewind_platform::db::{Db, Imported};

use crate::wiring::Shop;
use known::Known;
use record::Record;
use source::{Listing, Page};
use thing::{Modules, Thing};

pub use record::LeftOut;
pub use report::Report;
pub use source::Source;

/// Reads one thing of a list; `None` where nothing is stored for it.
type Reader = fn(&Record<'_>, &mut Known) -> Result<Option<Thing>>;

/// A list that is taken in: what its things are called, where they are listed, how one is read.
struct Step {
    thing: &'static str,
    path: &'static str,
    list: &'static str,
    query: &'static str,
    read: Reader,
}

const fn step(thing: &'static str, path: &'static str, list: &'static str, query: &'static str, read: Reader) -> Step {
    Step { thing, path, list, query, read }
}

/// Every list, in an order in which what is named comes first.
const STEPS: [Step; 27] = [
    step("price preference", "/admin/price-preferences", "price_preferences", "", market::price_preference),
    step("sales channel", "/admin/sales-channels", "sales_channels", "", market::sales_channel),
    step("region", "/admin/regions", "regions", "fields=*countries,*payment_providers", market::region),
    step("tax region", "/admin/tax-regions", "tax_regions", "fields=*tax_rates,*tax_rates.rules", market::tax_region),
    step("shipping profile", "/admin/shipping-profiles", "shipping_profiles", "", delivery::profile),
    step(
        "stock location",
        "/admin/stock-locations",
        "stock_locations",
        "fields=*address,*sales_channels,*fulfillment_sets,*fulfillment_sets.service_zones,\
         *fulfillment_sets.service_zones.geo_zones,*fulfillment_providers",
        stock::location,
    ),
    step("store", "/admin/stores", "stores", "fields=*supported_currencies,*supported_locales", market::store),
    step(
        "shipping option",
        "/admin/shipping-options",
        "shipping_options",
        "fields=*prices,*prices.price_rules,*type,*rules,*service_zone,*shipping_profile",
        delivery::option,
    ),
    step("product category", "/admin/product-categories", "product_categories", "", catalogue::category),
    step("product collection", "/admin/collections", "collections", "", catalogue::collection),
    step("product tag", "/admin/product-tags", "product_tags", "", catalogue::tag),
    step("product type", "/admin/product-types", "product_types", "", catalogue::product_type),
    step("inventory item", "/admin/inventory-items", "inventory_items", "fields=*location_levels", stock::item),
    step(
        "product",
        "/admin/products",
        "products",
        "fields=*variants,*variants.options,*variants.prices,*variants.inventory_items,*options,*options.values,\
         *images,*categories,*tags,*sales_channels,*shipping_profile",
        catalogue::product,
    ),
    step("API key", "/admin/api-keys", "api_keys", "fields=*sales_channels", people::api_key),
    step("user", "/admin/users", "users", "", people::user),
    step("customer group", "/admin/customer-groups", "customer_groups", "", people::group),
    step("customer", "/admin/customers", "customers", "fields=+metadata,*addresses,*groups", people::customer),
    step("campaign", "/admin/campaigns", "campaigns", "", offers::campaign),
    step("promotion", "/admin/promotions", "promotions", "", offers::promotion),
    step("price list", "/admin/price-lists", "price_lists", "", offers::price_list),
    step("price of a list", "/admin/price-lists/{id}/prices", "prices", "", offers::list_price),
    step("order", "/admin/orders", "orders", "fields=id", not_taken_in),
    step("reservation", "/admin/reservations", "reservations", "fields=id", not_taken_in),
    step("return reason", "/admin/return-reasons", "return_reasons", "", market::return_reason),
    step("refund reason", "/admin/refund-reasons", "refund_reasons", "", market::refund_reason),
    step("currency", "/admin/currencies", "currencies", "", currency),
];

/// Lists whose things come with those that have them, or are not the shop's to choose.
const COVERED: [&str; 5] = [
    "/admin/product-options",
    "/admin/shipping-option-types",
    "/admin/tax-providers",
    "/admin/fulfillment-providers",
    "/admin/payments/payment-providers",
];

/// Code: a dry run has stored a page and takes it back.
const DRY_RUN: &str = "import_dry_run";

/// How far a run has come.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// What is being read.
    pub thing: &'static str,
    /// How many of them are done.
    pub done: u64,
    /// How many there are, where that is known.
    pub count: Option<u64>,
}

/// Takes in everything the source has. A dry run reads, checks and compares everything and keeps nothing.
pub async fn medusa(shop: &Shop, source: &Source, is_dry_run: bool, mut told: impl FnMut(Progress)) -> Result<Report> {
    let modules = Modules::of(shop);
    let mut known = Known::of(shop).await?;
    let mut report = Report::new(is_dry_run);
    let left_out = RefCell::new(LeftOut::default());
    for step in &STEPS {
        let mut done = 0;
        for (parent, listing) in listings_of(step, &known) {
            known.set_parent(&parent);
            let mut requests = source.requests(&listing);
            requests.reverse();
            while let Some(request) = requests.pop() {
                let (page, next) = source.answer(&listing, &request).await?;
                let read = read_page(step, &page, &mut known, &left_out)?;
                let (places, things): (Vec<String>, Vec<Thing>) = read.into_iter().unzip();
                let outcomes = store_page(&shop.db, &modules, things, is_dry_run).await;
                let outcomes = outcomes.map_err(|(position, error)| located(places.get(position), &error))?;
                outcomes.into_iter().for_each(|outcome| report.add(step.thing, outcome));
                done += page.things.len() as u64;
                told(Progress { thing: step.thing, done, count: page.count });
                requests.extend(next);
            }
        }
    }
    let mut left_out = left_out.into_inner();
    let read: Vec<Listing> =
        STEPS.iter().flat_map(|step| listings_of(step, &known)).map(|(_, listing)| listing).collect();
    for (request, things) in source.others(&read) {
        let is_covered = COVERED.iter().any(|path| request.starts_with(&format!("GET {path}")));
        if things > 0 && !is_covered {
            left_out.add(request, things);
        }
    }
    report.left_out = left_out;
    Ok(report)
}

/// The lists of a step: one, or one for each of the things read before that have such a list of their own.
fn listings_of(step: &Step, known: &Known) -> Vec<(String, Listing)> {
    let of = |path: String| Listing { path, list: step.list, query: step.query };
    match step.path.split_once("{id}") {
        None => vec![(String::new(), of(step.path.to_owned()))],
        Some((before, after)) => {
            let parents = known.parents().into_iter();
            parents.map(|id| (id.clone(), of(format!("{before}{id}{after}")))).collect()
        }
    }
}

fn read_page(step: &Step, page: &Page, known: &mut Known, left_out: &RefCell<LeftOut>) -> Result<Vec<(String, Thing)>> {
    let mut things = Vec::with_capacity(page.things.len());
    for (position, value) in page.things.iter().enumerate() {
        let place = format!("{}: {}[{position}]", page.request, step.list);
        let record = Record::new(step.thing, place, value, left_out)?;
        if record.opt_time("deleted_at")?.is_some() {
            record.forget();
            left_out.borrow_mut().add(format!("{} (deleted)", step.thing), 1);
            continue;
        }
        if let Some(thing) = (step.read)(&record, known)? {
            things.push((record.place().to_owned(), thing));
        }
    }
    Ok(things)
}

/// What is only counted, so that nobody takes it for taken in.
fn not_taken_in(record: &Record<'_>, _: &mut Known) -> Result<Option<Thing>> {
    record.leave_out_whole();
    Ok(None)
}

/// A currency is the world's, not the shop's: it is only looked up.
fn currency(record: &Record<'_>, _: &mut Known) -> Result<Option<Thing>> {
    record.derived(&["name", "symbol", "symbol_native", "decimal_digits", "rounding"]);
    if tradewind_market::currency_info(record.currency("code")?).is_none() {
        record.leave_out("code");
    }
    Ok(None)
}

/// Stores a page in one transaction. The error says which of the things it is about.
async fn store_page(
    db: &Db,
    modules: &Modules,
    things: Vec<Thing>,
    is_dry_run: bool,
) -> Result<Vec<Imported>, (usize, Error)> {
    let outcomes: Arc<Mutex<Vec<Imported>>> = Arc::default();
    let (kept, modules) = (Arc::clone(&outcomes), modules.clone());
    let stored = db
        .write(move |tx| {
            Box::pin(async move {
                // A transaction may be begun anew.
                kept.lock().clear();
                for thing in things {
                    let outcome = modules.store(tx, thing).await?;
                    kept.lock().push(outcome);
                }
                match is_dry_run {
                    true => Err(Error::new(ErrorKind::Conflict, "nothing is kept").code(DRY_RUN)),
                    false => Ok(()),
                }
            })
        })
        .await;
    let outcomes = std::mem::take(&mut *outcomes.lock());
    match stored {
        Err(error) if !error.is(DRY_RUN) => Err((outcomes.len(), error)),
        _ => Ok(outcomes),
    }
}

fn located(place: Option<&String>, error: &Error) -> anyhow::Error {
    let place = place.map_or("the import", String::as_str);
    match error.field() {
        Some(field) => anyhow!("{place}.{field}: {}", error.message()),
        None => anyhow!("{place}: {}", error.message()),
    }
}

/// Where answers come from, by what was typed: an address or a file.
pub fn source_of(text: &str, token: Option<String>) -> Result<Source> {
    if text.starts_with("http://") || text.starts_with("https://") {
        let token =
            token.context("a running server is asked with --token: a secret API key or a token of its staff")?;
        return Source::server(text, tradewind_kernel::Secret::new(token));
    }
    Source::file(std::path::Path::new(text))
}
