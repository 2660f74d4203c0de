#![doc = include_str!("../README.md")]

mod address;
mod answer;
pub mod assets;
mod failure;
mod format;
mod kept;
mod offer;
mod pages;
mod sent;
mod state;
mod texts;
mod totals;
pub mod views;
mod visitor;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use tradewind_kernel::Error;

pub use state::{Storefront, StorefrontParts};
pub use texts::{PaymentText, TEXTS_KEY, TextPage, Texts};

/// The largest form, in bytes.
const FORM_BYTES_MAX: usize = 64 * 1024;

/// All pages and their assets. Whatever no other door answers is answered here, too: with the page that says so.
pub fn router(storefront: Storefront) -> Router {
    use pages::{
        account, addresses, cart, checkout, decision, home, listing, orders, password, product, prose, region, sign_in,
        sitemap,
    };
    let catalogue = Router::new()
        .route("/", get(home::show))
        .route("/products", get(listing::everything))
        .route("/products/{handle}", get(product::show))
        .route("/categories/{handle}", get(listing::category))
        .route("/collections/{handle}", get(listing::collection))
        .route("/search", get(listing::search))
        .route("/search/suggestions", get(listing::suggestions))
        .route("/region", post(region::choose))
        .route("/{page}", get(prose::show))
        .route("/robots.txt", get(sitemap::robots))
        .route("/sitemap.xml", get(sitemap::index))
        .route("/sitemaps/{part}", get(sitemap::part));
    let purchase = Router::new()
        .route("/cart", get(cart::show))
        .route("/cart/lines", post(cart::add))
        .route("/cart/lines/{id}", post(cart::change))
        .route("/cart/codes", post(cart::give_code))
        .route("/cart/codes/remove", post(cart::remove_code))
        .route("/checkout", get(checkout::show).post(checkout::send))
        .route("/orders/look-up", get(orders::look_up).post(orders::find))
        .route("/orders/{id}", get(orders::show))
        .route("/orders/{id}/confirmation", get(orders::confirmation))
        .route("/orders/{id}/transfer", get(decision::show_transfer).post(decision::decide_transfer));
    let account = Router::new()
        .route("/account", get(account::overview))
        .route("/account/sign-in", get(sign_in::show).post(sign_in::enter))
        .route("/account/sign-in/code", get(sign_in::show_code).post(sign_in::enter_code))
        .route("/account/verify-email", get(decision::show_email).post(decision::confirm_email))
        .route("/account/register", get(sign_in::show_register).post(sign_in::register))
        .route("/account/sign-out", post(sign_in::leave))
        .route("/account/forgotten-password", get(password::show_forgotten).post(password::ask))
        .route("/account/reset-password", get(password::show_new).post(password::set))
        .route("/account/orders", get(account::list_orders))
        .route("/account/orders/{id}", get(account::show_order))
        .route("/account/details", get(account::show_details).post(account::save_details))
        .route("/account/addresses", get(addresses::list).post(addresses::create))
        .route("/account/addresses/new", get(addresses::show_new))
        .route("/account/addresses/{id}", get(addresses::show).post(addresses::change))
        .route("/account/addresses/{id}/delete", post(addresses::delete));
    catalogue
        .merge(purchase)
        .merge(account)
        .fallback(missing)
        .layer(axum::middleware::from_fn_with_state(storefront.clone(), failure::around))
        .layer(DefaultBodyLimit::max(FORM_BYTES_MAX))
        .with_state(storefront)
        .route("/assets/{file}", get(assets::serve))
}

/// What nobody answers: JSON under the paths of the other doors, a page elsewhere.
async fn missing(request: Request) -> Response {
    let path = request.uri().path();
    let door = path.split('/').nth(1).unwrap_or_default();
    if matches!(door, "store" | "admin" | "auth") {
        return tradewind_http::call::unknown(request).await;
    }
    failure::Failure::from(Error::not_found("Page", path)).into_response()
}
