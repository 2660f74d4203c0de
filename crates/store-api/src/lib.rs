//! The Store API: what storefronts call, from browsing to the order, and the routes under `/auth`.
//!
//! A door: it translates between the wire and the modules, and holds no rule of the trade.

mod address;
mod auth;
mod auth_mfa;
mod auth_verification;
mod carts;
mod collections;
mod currencies;
mod customers;
pub mod hooks;
mod line_items;
mod list;
mod order_transfer;
mod orders;
mod payments;
mod prices;
mod product_categories;
mod product_options;
mod product_tags;
mod product_types;
mod product_variants;
mod products;
mod promotions;
mod regions;
mod return_reasons;
mod returns;
mod search;
mod shipping;
mod stock;
mod terms;
mod view;
mod visit;

use std::ops::Deref;
use std::sync::Arc;

use axum::Router;
use axum::extract::FromRef;
use axum::routing::{any, delete, get, post};
use tradewind_accounts::Accounts;
use tradewind_catalog::Catalog;
use tradewind_checkout::Checkout;
use tradewind_fulfilment::{Fulfilment, OrderHandling};
use tradewind_http::call::unknown;
use tradewind_http::limits::LoginLimits;
use tradewind_http::ready::Ready;
use tradewind_inventory::Inventory;
use tradewind_kernel::Clock;
use tradewind_market::Market;
use tradewind_offers::Offers;
use tradewind_orders::Orders;
use tradewind_payments::Payments;

/// What the Store API stands on.
#[derive(Clone)]
#[expect(missing_docs, reason = "each field is named after the module it is the handle of")]
pub struct StoreState {
    pub catalog: Catalog,
    pub market: Market,
    pub offers: Offers,
    pub inventory: Inventory,
    pub accounts: Accounts,
    pub payments: Payments,
    pub orders: Orders,
    pub fulfilment: Fulfilment,
    pub handling: OrderHandling,
    pub checkout: Checkout,
    /// How often somebody may try a password.
    pub login_limits: LoginLimits,
    /// The bytes of hot catalogue answers.
    pub ready: Ready,
    /// The time.
    pub clock: Clock,
    /// What operators decide.
    pub options: StoreOptions,
}

/// What operators decide about the Store API.
#[derive(Clone, Debug)]
pub struct StoreOptions {
    /// How long the session cookie lives.
    pub session_seconds: i64,
    /// Whether the session cookie travels over HTTPS only.
    pub secure_cookies: bool,
}

/// The state as handlers hold it: one count to raise for each request instead of one for each module.
#[derive(Clone)]
struct Shop(Arc<StoreState>);

impl Deref for Shop {
    type Target = StoreState;

    fn deref(&self) -> &StoreState {
        &self.0
    }
}

impl FromRef<Shop> for Accounts {
    fn from_ref(shop: &Shop) -> Self {
        shop.accounts.clone()
    }
}

/// The routes of the Store API and of `/auth`.
pub fn router(state: StoreState) -> Router {
    tradewind_http::contract::load();
    let store = Router::new()
        .route("/store/regions", get(regions::list))
        .route("/store/regions/{id}", get(regions::one))
        .route("/store/currencies", get(currencies::list))
        .route("/store/currencies/{code}", get(currencies::one))
        .route("/store/collections", get(collections::list))
        .route("/store/collections/{id}", get(collections::one))
        .route("/store/product-categories", get(product_categories::list))
        .route("/store/product-categories/{id}", get(product_categories::one))
        .route("/store/product-tags", get(product_tags::list))
        .route("/store/product-tags/{id}", get(product_tags::one))
        .route("/store/product-types", get(product_types::list))
        .route("/store/product-types/{id}", get(product_types::one))
        .route("/store/product-options", get(product_options::list))
        .route("/store/product-options/{id}", get(product_options::one))
        .route("/store/product-variants", get(product_variants::list))
        .route("/store/product-variants/{id}", get(product_variants::one))
        .route("/store/products", get(products::list))
        .route("/store/products/{id}", get(products::one))
        .route("/store/search", post(search::ask))
        .route("/store/return-reasons", get(return_reasons::list))
        .route("/store/return-reasons/{id}", get(return_reasons::one))
        .route("/store/returns", post(returns::create))
        .route("/store/carts", post(carts::create))
        .route("/store/carts/{id}", get(carts::one).post(carts::update))
        .route("/store/carts/{id}/complete", post(carts::complete))
        .route("/store/carts/{id}/customer", post(carts::transfer))
        .route("/store/carts/{id}/taxes", post(carts::taxes))
        .route("/store/carts/{id}/line-items", post(line_items::add))
        .route("/store/carts/{id}/line-items/{line_id}", post(line_items::update).delete(line_items::remove))
        .route("/store/carts/{id}/promotions", post(promotions::add).delete(promotions::remove))
        .route("/store/carts/{id}/shipping-methods", post(shipping::choose))
        .route("/store/shipping-options", get(shipping::options))
        .route("/store/shipping-options/{id}/calculate", post(shipping::calculate))
        .route("/store/payment-providers", get(payments::providers))
        .route("/store/payment-collections", post(payments::create_collection))
        .route("/store/payment-collections/{id}/payment-sessions", post(payments::begin_session))
        .route("/store/orders", get(orders::list))
        .route("/store/orders/{id}", get(orders::one))
        .route("/store/orders/{id}/transfer/request", post(order_transfer::request))
        .route("/store/orders/{id}/transfer/accept", post(order_transfer::accept))
        .route("/store/orders/{id}/transfer/decline", post(order_transfer::decline))
        .route("/store/orders/{id}/transfer/cancel", post(order_transfer::cancel))
        .route("/store/customers", post(customers::create))
        .route("/store/customers/me", get(customers::me).post(customers::update))
        .route("/store/customers/me/addresses", get(address::list).post(address::add))
        .route(
            "/store/customers/me/addresses/{address_id}",
            get(address::one).post(address::update).delete(address::remove),
        )
        .route("/store/{*rest}", any(unknown));
    let auth = Router::new()
        .route("/auth/session", post(auth::open_session).delete(auth::close_session))
        .route("/auth/token/refresh", post(auth::refresh))
        .route("/auth/mfa/factors", get(auth_mfa::list).post(auth_mfa::start))
        .route("/auth/mfa/factors/{id}", delete(auth_mfa::disable))
        .route("/auth/mfa/factors/{id}/verify", post(auth_mfa::verify))
        .route("/auth/mfa/recovery-codes", post(auth_mfa::make_recovery_codes))
        .route("/auth/mfa/challenges/{id}/verify", post(auth_mfa::verify_challenge))
        .route("/auth/verification/request", post(auth_verification::request))
        .route("/auth/verification/confirm", post(auth_verification::confirm))
        .route("/auth/{actor_type}/providers", get(auth::providers))
        .route("/auth/{actor_type}/user", post(auth::provision))
        .route("/auth/{actor_type}/{auth_provider}", get(auth::login).post(auth::login))
        .route("/auth/{actor_type}/{auth_provider}/callback", get(auth::callback).post(auth::callback))
        .route("/auth/{actor_type}/{auth_provider}/register", post(auth::register))
        .route("/auth/{actor_type}/{auth_provider}/reset-password", post(auth::reset_password))
        .route("/auth/{actor_type}/{auth_provider}/update", post(auth::set_password))
        .route("/auth/{actor_type}", any(unknown))
        .route("/auth/{actor_type}/{auth_provider}/{*rest}", any(unknown));
    store.merge(auth).method_not_allowed_fallback(unknown).with_state(Shop(Arc::new(state)))
}
