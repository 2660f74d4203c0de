//! Who looks at a page: their region, cart and account, from cookies.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use tradewind_accounts::Customer;
use tradewind_checkout::{CartView, Prices};
use tradewind_http::auth::{MaybeShopper, has_proof};
use tradewind_kernel::{Error, ErrorKind, Result};
use tradewind_market::{MarketSnapshot, Region};

use crate::failure::Failure;
use crate::state::{Frame, Storefront};
use crate::views::{Head, Shell, Visitor};

const CART_COOKIE: &str = "tradewind_cart";
const REGION_COOKIE: &str = "tradewind_region";
const ORDERS_COOKIE: &str = "tradewind_orders";
const ADDED_COOKIE: &str = "tradewind_added";

const CART_SECONDS: i64 = 60 * 24 * 3600;
const REGION_SECONDS: i64 = 365 * 24 * 3600;
const ORDERS_SECONDS: i64 = 7 * 24 * 3600;
const ADDED_SECONDS: i64 = 60;
/// How many orders a browser is remembered to have placed or looked up.
const ORDERS_MAX: usize = 5;

/// Who looks at a page.
pub(crate) struct Guest {
    /// The market at the moment of the request.
    pub(crate) market: Arc<MarketSnapshot>,
    /// The frame of pages at that moment.
    pub(crate) frame: Arc<Frame>,
    /// Where they want things sent to; decides currency and taxes.
    pub(crate) region: Region,
    /// What things cost them.
    pub(crate) prices: Prices,
    /// Their open cart.
    pub(crate) cart: Option<CartView>,
    /// Their account, when signed in.
    pub(crate) customer: Option<Customer>,
    /// Whether nothing about them is known that a page shows.
    pub(crate) is_anonymous: bool,
    /// Path and query of the request.
    pub(crate) here: String,
    order_ids: Vec<String>,
}

impl FromRequestParts<Storefront> for Guest {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, storefront: &Storefront) -> Result<Self, Failure> {
        let MaybeShopper(shopper) = match has_proof(&parts.headers) {
            true => MaybeShopper::from_request_parts(parts, storefront).await.unwrap_or(MaybeShopper(None)),
            false => MaybeShopper(None),
        };
        let customer_id = shopper.map(|shopper| shopper.customer_id);
        let here = parts.uri.path_and_query().map_or("/", |here| here.as_str()).to_owned();
        Ok(Self::of(storefront, &parts.headers, customer_id, here).await?)
    }
}

impl Guest {
    async fn of(
        storefront: &Storefront,
        headers: &HeaderMap,
        customer_id: Option<String>,
        here: String,
    ) -> Result<Self> {
        let market = storefront.parts.market.snapshot().await?;
        let frame = storefront.frame(&market).await?;
        let cart = match cookie(headers, CART_COOKIE) {
            Some(id) => open_cart(storefront, &id).await?,
            None => None,
        };
        let customer = match customer_id {
            Some(id) => storefront.parts.accounts.customer(&id).await?,
            None => None,
        };
        let chosen = cookie(headers, REGION_COOKIE);
        let region = cart
            .as_ref()
            .and_then(|view| market.region(&view.cart.region_id))
            .or_else(|| chosen.as_deref().and_then(|id| market.region(id)))
            .or_else(|| market.default_region())
            .cloned()
            .ok_or_else(|| Error::new(ErrorKind::Unavailable, "This shop has no region to sell in yet."))?;
        let order_ids = cookie(headers, ORDERS_COOKIE).unwrap_or_default();
        let groups = customer.as_ref().map(|customer| customer.group_ids.clone()).unwrap_or_default();
        let offers = storefront.parts.offers.price_lists().await?;
        let prices = Prices::new(offers, &market, &region, groups, storefront.parts.clock.now());
        Ok(Self {
            is_anonymous: cart.is_none() && customer.is_none(),
            order_ids: order_ids.split('.').filter(|id| !id.is_empty()).map(str::to_owned).collect(),
            market,
            frame,
            region,
            prices,
            cart,
            customer,
            here,
        })
    }

    /// The frame of a page with this title.
    pub(crate) fn shell(&self, storefront: &Storefront, page: PageFacts<'_>) -> Shell {
        let name = &self.frame.shop.name;
        let title = if page.title.is_empty() { name.clone() } else { format!("{} · {name}", page.title) };
        let description = if page.description.is_empty() { &self.frame.texts.description } else { page.description };
        let tax = if self.region.is_tax_inclusive { "Prices include VAT" } else { "Prices are without tax" };
        Shell {
            shop: Arc::clone(&self.frame.shop),
            visitor: Visitor {
                region_id: self.region.id.as_str().to_owned(),
                region_name: self.region.name.clone(),
                currency: self.region.currency.code().to_uppercase(),
                price_note: format!("{tax}; delivery is added at checkout."),
                cart_count: self.cart_count(),
                signed_in_as: self.customer.as_ref().map(short_name),
                here: self.here.clone(),
                search: String::new(),
            },
            head: Head {
                title,
                description: if description.is_empty() { name.clone() } else { excerpt(description) },
                canonical: storefront.absolute(page.path),
                indexed: page.indexed,
                picture: None,
                structured_data: Vec::new(),
            },
        }
    }

    fn cart_count(&self) -> u32 {
        let quantities = self.cart.iter().flat_map(|view| &view.cart.items).map(|item| item.quantity);
        u32::try_from(quantities.sum::<i64>()).unwrap_or(u32::MAX)
    }

    /// The sales channel of the storefront.
    pub(crate) fn sales_channel_id(&self) -> Option<&str> {
        self.market.store().default_sales_channel_id.as_ref().map(|id| id.as_str())
    }

    /// Whether this browser placed or looked up the order.
    pub(crate) fn knows_order(&self, order_id: &str) -> bool {
        self.order_ids.iter().any(|id| id == order_id)
    }

    /// The cookie by which the browser is known to have placed or looked up the order.
    pub(crate) fn order_cookie(&self, storefront: &Storefront, order_id: &str) -> HeaderValue {
        let others = self.order_ids.iter().filter(|id| *id != order_id);
        let ids: Vec<&str> = [order_id].into_iter().chain(others.map(String::as_str)).take(ORDERS_MAX).collect();
        set_cookie(ORDERS_COOKIE, &ids.join("."), ORDERS_SECONDS, storefront.is_secure())
    }
}

/// What sets a page apart from others, for its head.
#[derive(Default)]
pub(crate) struct PageFacts<'a> {
    /// The title without the shop's name.
    pub(crate) title: &'a str,
    /// What search engines show; the shop's own description where it is empty.
    pub(crate) description: &'a str,
    /// The page's one path.
    pub(crate) path: &'a str,
    /// Whether search engines may list it.
    pub(crate) indexed: bool,
}

/// The cart with this id, while it can be changed.
async fn open_cart(storefront: &Storefront, id: &str) -> Result<Option<CartView>> {
    match storefront.parts.checkout.cart(id).await {
        Ok(view) if !view.cart.is_completed() => Ok(Some(view)),
        Ok(_) => Ok(None),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// What a customer is called in the header.
pub(crate) fn short_name(customer: &Customer) -> String {
    customer.first_name.clone().unwrap_or_else(|| "Account".to_owned())
}

/// The first 160 characters or so, ending with a word.
pub(crate) fn excerpt(text: &str) -> String {
    const LENGTH_MAX: usize = 160;
    let words: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.chars().count() <= LENGTH_MAX {
        return words;
    }
    let cut: String = words.chars().take(LENGTH_MAX).collect();
    let end = cut.rfind(' ').unwrap_or(cut.len());
    format!("{} …", cut[..end].trim_end_matches([',', ';', '.', ':']))
}

/// The id of the cart that the browser carries, open or not.
pub(crate) fn carried_cart(headers: &HeaderMap) -> Option<String> {
    cookie(headers, CART_COOKIE)
}

/// The cookie that carries a cart; none takes it away.
pub(crate) fn cart_cookie(storefront: &Storefront, cart_id: Option<&str>) -> HeaderValue {
    let seconds = if cart_id.is_some() { CART_SECONDS } else { 0 };
    set_cookie(CART_COOKIE, cart_id.unwrap_or_default(), seconds, storefront.is_secure())
}

/// The line that was added by the request before this one.
pub(crate) fn added_line(headers: &HeaderMap) -> Option<String> {
    cookie(headers, ADDED_COOKIE)
}

/// The cookie that tells the next request which line was added; none takes it away.
pub(crate) fn added_cookie(storefront: &Storefront, line_id: Option<&str>) -> HeaderValue {
    let seconds = if line_id.is_some() { ADDED_SECONDS } else { 0 };
    set_cookie(ADDED_COOKIE, line_id.unwrap_or_default(), seconds, storefront.is_secure())
}

/// The cookie that keeps the choice of a region.
pub(crate) fn region_cookie(storefront: &Storefront, region_id: &str) -> HeaderValue {
    set_cookie(REGION_COOKIE, region_id, REGION_SECONDS, storefront.is_secure())
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|cookies| cookies.to_str().ok())
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find(|(own, value)| *own == name && is_plain(value))
        .map(|(_, value)| value.to_owned())
}

fn set_cookie(name: &str, value: &str, seconds: i64, is_secure: bool) -> HeaderValue {
    let value = if is_plain(value) { value } else { "" };
    let secure = if is_secure { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}");
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
}

/// Whether a value is ids and the dots between them, and not absurdly long.
fn is_plain(value: &str) -> bool {
    value.len() <= 400 && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_hold_ids_and_nothing_else() {
        let mut headers = HeaderMap::new();
        headers
            .insert(header::COOKIE, HeaderValue::from_static("tradewind_cart=cart_1; tradewind_region=a\"b; other=x"));
        assert_eq!(cookie(&headers, CART_COOKIE).as_deref(), Some("cart_1"));
        assert_eq!(cookie(&headers, REGION_COOKIE), None);
        assert_eq!(set_cookie("a", "x\r\ny", 1, true), "a=; Path=/; HttpOnly; SameSite=Lax; Max-Age=1; Secure");
    }

    #[test]
    fn an_excerpt_ends_with_a_word() {
        let text = "word ".repeat(60);
        let short = excerpt(&text);
        assert!(short.chars().count() < 165 && short.ends_with("word …"), "{short}");
        assert_eq!(excerpt("short  text"), "short text");
    }
}
