//! The product page, and finding the variant a shopper has chosen.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use tradewind_catalog::{Direction, OrderKey, Product, ProductFilter, ProductQuery, Taxonomy, Variant, handle_of};
use tradewind_checkout::QUANTITY_MAX;
use tradewind_kernel::{Error, Money, Paging, Result};

use crate::failure::Page;
use crate::format;
use crate::offer::{Available, Cost, left, stock};
use crate::sent::{Asked, Sent};
use crate::state::Storefront;
use crate::views::{
    Crumb, Fact, Notice, OptionGroup, OptionValue, Price, ProductPage, Selection, Stock, Tone, structured_data,
};
use crate::visitor::{Guest, PageFacts};

const RELATED_COUNT: usize = 4;

/// `GET /products/{handle}`
pub(crate) async fn show(
    State(storefront): State<Storefront>,
    Path(handle): Path<String>,
    guest: Guest,
    Asked(sent): Asked,
    asked: HeaderMap,
) -> Page {
    let product = storefront.parts.catalog.product_by_handle(&handle).await?;
    let product = product.filter(|product| guest.sells(product)).ok_or_else(|| Error::not_found("Product", &handle))?;
    Ok(storefront.public_page(&guest, &asked, page(&storefront, &guest, &product, &sent)).await?)
}

impl Guest {
    /// Whether this storefront sells the product.
    pub(crate) fn sells(&self, product: &Product) -> bool {
        self.sales_channel_id().is_some_and(|channel| product.is_offered_in(channel))
    }
}

/// The form's field for an option: "size" for "Size".
pub(crate) fn field_of(option_title: &str) -> String {
    handle_of(option_title)
}

/// A product's variants with what this visitor pays and how many there are.
pub(crate) struct Shelf<'a> {
    pub(crate) product: &'a Product,
    offers: Vec<(&'a Variant, Option<Cost>, Option<i64>)>,
}

impl<'a> Shelf<'a> {
    pub(crate) fn new(guest: &Guest, product: &'a Product, available: &Available) -> Self {
        let offers = product.variants.iter().map(|variant| (variant, guest.cost_of(variant), left(variant, available)));
        Self { product, offers: offers.collect() }
    }

    /// The variant that is chosen by the fields of a form or a query: what is not chosen is as in the first variant that can
    /// be bought. None for a combination that does not exist.
    pub(crate) fn chosen(&self, sent: &Sent) -> Option<&'a Variant> {
        let wanted = self.wanted(sent);
        self.with(&wanted).map(|(variant, ..)| *variant)
    }

    /// The chosen value of each option, in the product's order.
    fn wanted(&self, sent: &Sent) -> Vec<String> {
        let start = self.offers.iter().find(|offer| is_buyable(offer)).or_else(|| self.offers.first());
        let options = self.product.options.iter().map(|option| {
            let asked = sent.text(&field_of(&option.title));
            let value = option.values.iter().find(|value| value.value == asked).or_else(|| {
                let ids = start.map(|(variant, ..)| variant.option_value_ids.as_slice()).unwrap_or_default();
                option.values.iter().find(|value| ids.contains(&value.id))
            });
            value.map(|value| value.id.as_str().to_owned()).unwrap_or_default()
        });
        options.collect()
    }

    fn with(&self, value_ids: &[String]) -> Option<&(&'a Variant, Option<Cost>, Option<i64>)> {
        self.offers.iter().find(|(variant, ..)| {
            value_ids.iter().all(|id| variant.option_value_ids.iter().any(|own| own.as_str() == id))
        })
    }

    fn groups(&self, wanted: &[String]) -> Vec<OptionGroup> {
        let options = self.product.options.iter().enumerate().map(|(position, option)| {
            let mut values = Vec::new();
            let mut prices = Vec::new();
            for value in &option.values {
                let mut combination = wanted.to_vec();
                if let Some(place) = combination.get_mut(position) {
                    value.id.as_str().clone_into(place);
                }
                let offer = self.with(&combination);
                prices.push(offer.and_then(|(_, cost, _)| *cost).map(|cost| cost.amount));
                values.push(OptionValue {
                    value: value.value.clone(),
                    label: value.value.clone(),
                    note: None,
                    selected: wanted.get(position).is_some_and(|id| id == value.id.as_str()),
                    available: offer.is_some_and(is_buyable),
                });
            }
            // A choice that does not change the price needs none beside it.
            if prices.iter().any(|price| *price != prices[0]) {
                for (value, price) in values.iter_mut().zip(&prices) {
                    value.note = price.map(format::money);
                }
            }
            OptionGroup { legend: option.title.clone(), name: field_of(&option.title), values }
        });
        // One choice is none.
        options.filter(|group| group.values.len() > 1).collect()
    }
}

fn is_buyable((_, cost, left): &(&Variant, Option<Cost>, Option<i64>)) -> bool {
    cost.is_some() && left.is_none_or(|left| left > 0)
}

async fn page(storefront: &Storefront, guest: &Guest, product: &Arc<Product>, sent: &Sent) -> Result<ProductPage> {
    let taxonomy = storefront.parts.catalog.taxonomy().await?;
    let available = storefront.available(guest, std::slice::from_ref(product)).await?;
    let shelf = Shelf::new(guest, product, &available);
    let wanted = shelf.wanted(sent);
    let selection = selection(guest, &shelf, &wanted);
    let path = format!("/products/{}", product.handle);
    let breadcrumbs = breadcrumbs(&taxonomy, product, &path);
    let pictures = storefront.pictures(product);
    let description = product.description.clone().unwrap_or_default();
    let facts = PageFacts { title: &product.title, description: &description, path: &path, indexed: true };
    let mut shell = guest.shell(storefront, facts);
    let addresses: Vec<String> = pictures.iter().map(|picture| absolute(storefront, &picture.address(1200))).collect();
    shell.head.picture = addresses.first().cloned();
    let origin = &storefront.parts.public_url;
    shell.head.structured_data.push(structured_data::breadcrumbs(origin, &breadcrumbs));
    shell.head.structured_data.extend(structured(storefront, guest, &shelf, &selection, &description, &addresses));
    let (related_heading, related) = related(storefront, guest, &taxonomy, product).await?;
    Ok(ProductPage {
        shell,
        breadcrumbs,
        product_id: product.id.as_str().to_owned(),
        path,
        title: product.title.clone(),
        subtitle: product.subtitle.clone(),
        pictures,
        options: shelf.groups(&wanted),
        facts: facts_of(product, selection.variant_id.as_deref()),
        selection,
        description: paragraphs(&description),
        delivery_text: guest.frame.texts.delivery.clone(),
        related_heading,
        related: storefront.cards(guest, &related).await?,
        notice: notice(sent.text("problem")),
    })
}

/// Why nothing was put into the cart, by the word the cart sends back.
fn notice(problem: &str) -> Option<Notice> {
    let text = match problem {
        "stock" => "There are not as many left as you would like. Nothing was added to your cart.",
        "choice" => "This combination does not exist. Please choose another one.",
        "quantity" => "Please choose a quantity of at least 1.",
        "gone" => "This cannot be bought at the moment. Nothing was added to your cart.",
        _ => return None,
    };
    Some(Notice::new(Tone::Bad, text))
}

fn selection(guest: &Guest, shelf: &Shelf<'_>, wanted: &[String]) -> Selection {
    let Some(offer @ (variant, cost, left)) = shelf.with(wanted) else {
        return Selection {
            variant_id: None,
            sku: None,
            price: None,
            stock: Stock { tone: Tone::Bad, text: "Not available in this combination".to_owned() },
            buyable: false,
            maximum_quantity: None,
        };
    };
    let tax_note = if guest.region.is_tax_inclusive { "incl. VAT, plus delivery" } else { "plus tax and delivery" };
    Selection {
        variant_id: Some(variant.id.as_str().to_owned()),
        sku: variant.sku.clone(),
        price: cost.map(|cost| Price {
            amount: format::money(cost.amount),
            from: false,
            before: cost.before.map(format::money),
            tax_note: Some(tax_note.to_owned()),
        }),
        stock: stock(*left),
        buyable: is_buyable(offer),
        maximum_quantity: left.map(|left| u32::try_from(left.clamp(1, QUANTITY_MAX)).unwrap_or(1)),
    }
}

fn breadcrumbs(taxonomy: &Taxonomy, product: &Product, path: &str) -> Vec<Crumb> {
    let mut crumbs = vec![Crumb::new("Home", "/")];
    if let Some(category) = product.category_ids.first() {
        let steps = taxonomy.path(category.as_str());
        crumbs.extend(steps.iter().map(|step| Crumb::new(&step.name, format!("/categories/{}", step.handle))));
    }
    crumbs.push(Crumb::new(&product.title, path));
    crumbs
}

fn absolute(storefront: &Storefront, address: &str) -> String {
    if address.starts_with('/') { storefront.absolute(address) } else { address.to_owned() }
}

fn structured(
    storefront: &Storefront,
    guest: &Guest,
    shelf: &Shelf<'_>,
    selection: &Selection,
    description: &str,
    pictures: &[String],
) -> Option<String> {
    let prices: Vec<Money> = shelf.offers.iter().filter_map(|(_, cost, _)| *cost).map(|cost| cost.amount).collect();
    let lowest = prices.iter().min_by_key(|price| price.minor)?.major().to_string();
    let highest = prices.iter().max_by_key(|price| price.minor)?.major().to_string();
    Some(structured_data::product(&structured_data::ProductFacts {
        address: &storefront.absolute(&format!("/products/{}", shelf.product.handle)),
        name: &shelf.product.title,
        description,
        pictures,
        sku: selection.sku.as_deref(),
        shop_name: &guest.frame.shop.name,
        currency: &guest.region.currency.code().to_uppercase(),
        lowest_price: &lowest,
        highest_price: &highest,
        offer_count: prices.len(),
        in_stock: shelf.offers.iter().any(is_buyable),
    }))
}

fn paragraphs(text: &str) -> Vec<String> {
    text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty()).map(str::to_owned).collect()
}

fn facts_of(product: &Product, variant_id: Option<&str>) -> Vec<Fact> {
    let variant = variant_id.and_then(|id| product.variant(id));
    let fact = |name: &str, value: Option<String>| value.map(|value| Fact { name: name.to_owned(), value });
    let size = |of: fn(&Variant) -> Option<i64>, product: Option<i64>| variant.and_then(of).or(product);
    let width = size(|variant| variant.width, product.width);
    let height = size(|variant| variant.height, product.height);
    let weight = size(|variant| variant.weight, product.weight);
    let material = variant.and_then(|variant| variant.material.clone()).or_else(|| product.material.clone());
    [
        fact("Material", material),
        fact("Measures", width.zip(height).map(|(width, height)| format!("{width} × {height} mm"))),
        fact("Weight", weight.map(grams)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// "850 g", "1.4 kg".
fn grams(grams: i64) -> String {
    if grams < 1_000 { format!("{grams} g") } else { format!("{}.{} kg", grams / 1_000, grams % 1_000 / 100) }
}

/// Others of the same collection, or else of the same category.
async fn related(
    storefront: &Storefront,
    guest: &Guest,
    taxonomy: &Taxonomy,
    product: &Product,
) -> Result<(String, Vec<Arc<Product>>)> {
    let collection = product.collection_id.as_ref().and_then(|id| taxonomy.collection(id.as_str()));
    let category = product.category_ids.first().and_then(|id| taxonomy.category(id.as_str()));
    let (heading, filter) = match (collection, category) {
        (Some(collection), _) => (
            format!("More from {}", collection.title),
            ProductFilter { collection_ids: vec![collection.id.as_str().to_owned()], ..guest.offered() },
        ),
        (None, Some(category)) => (
            format!("More {}", category.name.to_lowercase()),
            ProductFilter { category_ids: vec![category.id.as_str().to_owned()], ..guest.offered() },
        ),
        (None, None) => return Ok((String::new(), Vec::new())),
    };
    let query = ProductQuery {
        filter,
        order: vec![(OrderKey::CreatedAt, Direction::Descending)],
        // One more, as the product itself is left out.
        paging: Paging { offset: 0, limit: RELATED_COUNT as u64 + 1 },
    };
    let found = storefront.parts.catalog.find(query).await?.items;
    let others = found.into_iter().filter(|other| other.id != product.id).take(RELATED_COUNT);
    Ok((heading, others.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_read_at_a_glance() {
        assert_eq!(grams(850), "850 g");
        assert_eq!(grams(1_450), "1.4 kg");
    }
}
