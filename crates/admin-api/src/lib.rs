//! The admin's door: what staff and their programs do over HTTP. It translates; every rule lives in a module.

mod api_keys;
mod campaigns;
mod categories;
mod collections;
mod currencies;
mod customer_groups;
mod customer_query;
mod customers;
mod empty_lists;
mod fulfillment_providers;
mod fulfillment_sets;
mod fulfillment_wire;
mod inventory_items;
mod inventory_levels;
mod invites;
mod job_events;
mod jobs;
mod list;
mod mails;
mod order_changes;
mod order_steps;
mod order_wire;
mod orders;
mod payment_providers;
mod payments;
mod price_list_wire;
mod price_lists;
mod price_preferences;
mod product_batch;
mod product_body;
mod product_options;
mod product_stock;
mod product_wire;
mod products;
mod promotion_attributes;
mod promotion_rules;
mod promotion_wire;
mod promotions;
mod queues;
mod refund_reasons;
mod regions;
mod reports;
mod reservations;
mod return_reasons;
mod return_wire;
mod returns;
mod sales_channels;
mod shipping_option_body;
mod shipping_option_types;
mod shipping_option_wire;
mod shipping_options;
mod shipping_profiles;
mod stock_locations;
mod stores;
mod tags_and_types;
mod tax_rates;
mod tax_regions;
mod users;
mod variants;
mod webhooks;

use axum::Router;
use axum::extract::{FromRef, Request};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use tradewind_accounts::Accounts;
use tradewind_catalog::Catalog;
use tradewind_fulfilment::{Fulfilment, OrderHandling};
use tradewind_http::Problem;
use tradewind_http::auth::Staff;
use tradewind_insights::Insights;
use tradewind_inventory::Inventory;
use tradewind_kernel::IdMint;
use tradewind_market::Market;
use tradewind_offers::Offers;
use tradewind_orders::Orders;
use tradewind_outreach::{Outreach, Webhooks};
use tradewind_payments::Payments;
use tradewind_platform::db::{Db, Shards};

pub use queues::Work;
pub use reports::ReportPlaces;

/// What the handlers of this door need.
#[derive(Clone)]
pub struct AdminState {
    /// Catalogue, market and accounts live here.
    pub core: Db,
    /// Stock lives here.
    pub shards: Shards,
    /// Where ids come from that say in which shard a thing will live.
    pub mint: IdMint,
    /// Products and what they are sorted by.
    pub catalog: Catalog,
    /// Regions, sales channels, currencies, the shop's settings.
    pub market: Market,
    /// Price lists, promotions, campaigns.
    pub offers: Offers,
    /// Stock.
    pub inventory: Inventory,
    /// Shoppers, staff, keys.
    pub accounts: Accounts,
    /// How orders are paid.
    pub payments: Payments,
    /// Orders.
    pub orders: Orders,
    /// How orders are sent.
    pub fulfilment: Fulfilment,
    /// What is done with orders once they are placed.
    pub handling: OrderHandling,
    /// What the shop writes.
    pub outreach: Outreach,
    /// What the shop works on.
    pub work: Work,
    /// Whom it tells of events.
    pub webhooks: Webhooks,
    /// What the shop reports.
    pub insights: Insights,
    /// How many reports are written at once.
    pub report_places: ReportPlaces,
}

impl FromRef<AdminState> for Accounts {
    fn from_ref(state: &AdminState) -> Self {
        state.accounts.clone()
    }
}

/// All routes of the admin. Whoever is not staff gets a 401 from every one of them, before anything else is looked at; only an
/// invitation is accepted by somebody who is about to be.
pub fn router(state: AdminState) -> Router {
    let routes = Router::new()
        .merge(api_keys::routes())
        .merge(campaigns::routes())
        .merge(categories::routes())
        .merge(collections::routes())
        .merge(currencies::routes())
        .merge(customer_groups::routes())
        .merge(customers::routes())
        .merge(empty_lists::routes())
        .merge(fulfillment_providers::routes())
        .merge(fulfillment_sets::routes())
        .merge(inventory_items::routes())
        .merge(inventory_levels::routes())
        .merge(invites::routes())
        .merge(job_events::routes())
        .merge(jobs::routes())
        .merge(mails::routes())
        .merge(order_steps::routes())
        .merge(orders::routes())
        .merge(payment_providers::routes())
        .merge(payments::routes())
        .merge(price_lists::routes())
        .merge(price_preferences::routes())
        .merge(product_batch::routes())
        .merge(product_options::routes())
        .merge(products::routes())
        .merge(promotion_rules::routes())
        .merge(promotions::routes())
        .merge(queues::routes())
        .merge(refund_reasons::routes())
        .merge(regions::routes())
        .merge(reports::routes())
        .merge(reservations::routes())
        .merge(return_reasons::routes())
        .merge(returns::routes())
        .merge(sales_channels::routes())
        .merge(shipping_option_types::routes())
        .merge(shipping_options::routes())
        .merge(shipping_profiles::routes())
        .merge(stock_locations::routes())
        .merge(stores::routes())
        .merge(tags_and_types::routes())
        .merge(tax_rates::routes())
        .merge(tax_regions::routes())
        .merge(users::routes())
        .merge(variants::routes())
        .merge(webhooks::routes());
    routes
        .method_not_allowed_fallback(tradewind_http::call::unknown)
        .route_layer(from_fn_with_state(state.clone(), staff_only))
        .merge(invites::open_routes())
        .with_state(state)
}

/// Lets nobody but staff pass, and tells the handlers who it is.
async fn staff_only(staff: Staff, mut request: Request, next: Next) -> Response {
    request.extensions_mut().insert(staff);
    next.run(request).await
}

/// Something the path names that is not there.
fn missing(what: &str, id: &str) -> Problem {
    tradewind_kernel::Error::not_found(what, id).into()
}
