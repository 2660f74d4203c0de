//! Two shops on one PostgreSQL database: what one changes, the other shows within a moment, and nothing is sold twice.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{sleep, timeout};
use tradewind_services::Store;
use tradewind_testkit::{Client, TestShop};

use crate::races::rush;

/// So long is waited for a change to be seen. It takes some ten milliseconds, and half a second for stock; what has no notice is
/// looked up after ten seconds at the earliest, so a lost one is found here also on a busy machine.
const SEEN_WITHIN: Duration = Duration::from_secs(5);

/// Two processes of a shop with a print: what they change and what they show.
struct Pair {
    here: TestShop,
    there: TestShop,
    staff: Client,
    elsewhere: Client,
    product: String,
    variant: String,
}

impl Pair {
    /// `None` where the tests run on SQLite, which one process has to itself.
    async fn open(stock: i64) -> Option<Self> {
        if !Store::is_postgres() {
            return None;
        }
        let here = TestShop::open().await;
        let there = here.open_beside().await;
        let variant = here.print("Harbour", stock).await;
        let (staff, elsewhere) = (here.staff().await, there.client());
        let found = staff.get(&format!("/admin/product-variants?id={variant}")).await.ok();
        let product = text(&found["variants"][0]["product_id"]);
        Some(Self { here, there, staff, elsewhere, product, variant })
    }

    async fn change(&self, path: &str, body: Value) -> Value {
        self.staff.post(path, body).await.ok()
    }

    /// The product as the other process shows it.
    fn product_path(&self) -> String {
        let fields = "title,variants.calculated_price,variants.inventory_quantity";
        format!("/store/products/{}?region_id={}&fields={fields}", self.product, self.here.europe)
    }

    /// Waits until the other process shows at a path what is looked for.
    async fn seen(&self, path: &str, what: &str, is_there: impl Fn(&Value) -> bool) {
        let mut last = Value::Null;
        let looking = async {
            loop {
                let answer = self.elsewhere.get(path).await;
                if is_there(&answer.body) {
                    return;
                }
                last = answer.body;
                sleep(Duration::from_millis(10)).await;
            }
        };
        let is_seen = timeout(SEEN_WITHIN, looking).await.is_ok();
        assert!(is_seen, "{what} is not seen elsewhere: {last}");
    }

    async fn price_is(&self, amount: f64) {
        let price = |body: &Value| body["product"]["variants"][0]["calculated_price"]["calculated_amount"].as_f64();
        self.seen(&self.product_path(), "a price", |body| price(body) == Some(amount)).await;
    }

    async fn stock_is(&self, quantity: i64) {
        let stock = |body: &Value| body["product"]["variants"][0]["inventory_quantity"].as_i64();
        self.seen(&self.product_path(), "stock", |body| stock(body) == Some(quantity)).await;
    }

    /// Sets the price in euros.
    async fn set_price(&self, amount: i64) {
        let path = format!("/admin/products/{}/variants/{}", self.product, self.variant);
        self.change(&path, json!({ "prices": [{ "currency_code": "eur", "amount": amount }] })).await;
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn goods_and_prices_are_seen_elsewhere() {
    let Some(pair) = Pair::open(5).await else { return };
    pair.price_is(49.0).await;
    for amount in [51, 52, 53] {
        pair.set_price(amount).await;
        pair.price_is(amount as f64).await;
    }
    let list = json!({
        "title": "Sale", "description": "A week of it", "type": "sale", "status": "active",
        "prices": [{ "variant_id": pair.variant, "currency_code": "eur", "amount": 40 }],
    });
    let list = text(&pair.change("/admin/price-lists", list).await["price_list"]["id"]);
    pair.price_is(40.0).await;
    pair.change(&format!("/admin/price-lists/{list}"), json!({ "status": "draft" })).await;
    pair.price_is(53.0).await;

    let path = format!("/admin/products/{}", pair.product);
    pair.change(&path, json!({ "title": "Harbour at night" })).await;
    pair.seen(&pair.product_path(), "a title", |body| body["product"]["title"] == "Harbour at night").await;
    let found = "/store/products?q=night&fields=title";
    pair.seen(found, "a title that is searched for", |body| body["count"] == 1).await;
    pair.change(&path, json!({ "status": "draft" })).await;
    pair.seen(&pair.product_path(), "that it is not sold", |body| body["type"] == "not_found").await;
    pair.change(&path, json!({ "status": "published" })).await;
    pair.seen(&pair.product_path(), "that it is sold again", |body| body["product"].is_object()).await;

    let category = json!({ "name": "Seas", "is_active": true });
    let category = text(&pair.change("/admin/product-categories", category).await["product_category"]["id"]);
    let named = |name: &'static str| move |body: &Value| body["product_categories"][0]["name"] == name;
    pair.seen("/store/product-categories", "a category", named("Seas")).await;
    pair.change(&format!("/admin/product-categories/{category}"), json!({ "name": "Oceans" })).await;
    pair.seen("/store/product-categories", "its name", named("Oceans")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn regions_taxes_and_shipping_are_seen_elsewhere() {
    let Some(pair) = Pair::open(50).await else { return };
    let regions = |count: usize| move |body: &Value| body["regions"].as_array().is_some_and(|all| all.len() == count);
    pair.seen("/store/regions", "two regions", regions(2)).await;
    let region = json!({ "name": "Norway", "currency_code": "eur", "countries": ["no"] });
    pair.change("/admin/regions", region).await;
    pair.seen("/store/regions", "a new region", regions(3)).await;

    // A cart's prices hold the tax of its country; Europe's own are of 2026.
    let cart = json!({
        "region_id": pair.here.europe, "items": [{ "variant_id": pair.variant, "quantity": 1 }],
        "shipping_address": { "country_code": "de" },
    });
    let cart = pair.elsewhere.post("/store/carts", cart).await.ok();
    assert_eq!(cart["cart"]["items"][0]["tax_lines"][0]["rate"], 19, "{cart}");
    let cart = text(&cart["cart"]["id"]);
    let germany = pair.staff.get("/admin/tax-regions?country_code=de&fields=*tax_rates").await.ok();
    let rate = text(&germany["tax_regions"][0]["tax_rates"][0]["id"]);
    pair.change(&format!("/admin/tax-rates/{rate}"), json!({ "rate": 7 })).await;
    let taxed = async |quantity: i64| {
        let line = json!({ "variant_id": pair.variant, "quantity": 1 });
        let changed = pair.elsewhere.post(&format!("/store/carts/{cart}/line-items"), line).await.ok();
        assert!(changed["cart"]["items"][0]["quantity"].as_i64().unwrap() >= quantity);
        changed["cart"]["items"][0]["tax_lines"][0]["rate"] == 7
    };
    let looking = async {
        while !taxed(2).await {
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(SEEN_WITHIN, looking).await.expect("a tax rate is not seen elsewhere");

    let path = format!("/store/shipping-options?cart_id={cart}");
    let options = pair.elsewhere.get(&path).await.ok();
    let option = text(&options["shipping_options"][0]["id"]);
    let change = json!({ "name": "By bicycle", "prices": [{ "currency_code": "eur", "amount": 3 }] });
    pair.change(&format!("/admin/shipping-options/{option}"), change).await;
    let is_new = |body: &Value| {
        let options = body["shipping_options"].as_array().map_or(&[][..], Vec::as_slice);
        options.iter().any(|option| option["name"] == "By bicycle" && option["amount"] == 3)
    };
    pair.seen(&path, "a shipping option", is_new).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stock_is_seen_elsewhere_and_can_be_bought() {
    let Some(pair) = Pair::open(5).await else { return };
    pair.stock_is(5).await;
    let sold = pair.here.shop.catalog.variant(&pair.variant).await.unwrap().unwrap();
    let item = sold.variant().inventory[0].item_id.clone();
    let levels = format!("/admin/inventory-items/{item}/location-levels");
    let location = text(&pair.staff.get(&levels).await.ok()["inventory_levels"][0]["location_id"]);
    let path = format!("{levels}/{location}");
    let cart = pair.elsewhere.ready_cart(&pair.here.europe, &pair.variant, 1).await.unwrap();
    for quantity in [0, 2] {
        pair.change(&path, json!({ "stocked_quantity": quantity })).await;
        pair.stock_is(quantity).await;
        let completed = pair.elsewhere.complete(&cart).await;
        match quantity {
            0 => assert!(completed.text.contains("insufficient_inventory"), "{}", completed.text),
            _ => assert_eq!(completed.ok()["type"], "order"),
        }
    }
    // What is bought at one is seen at the other, with no notice at all.
    let cart = pair.here.client().ready_cart(&pair.here.europe, &pair.variant, 1).await.unwrap();
    assert_eq!(pair.here.client().complete(&cart).await.ok()["type"], "order");
    pair.stock_is(0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_units_are_sold_once_through_both() {
    let Some(pair) = Pair::open(10).await else { return };
    let shoppers = (0..40).map(|number| if number % 2 == 0 { pair.here.client() } else { pair.there.client() });
    let sold = rush(shoppers, &pair.here.europe, &pair.variant).await;
    assert_eq!((sold, pair.here.order_count().await), (10, 10));
    assert_eq!(pair.there.available(&pair.variant).await, 0);
    pair.stock_is(0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_revoked_is_refused_elsewhere() {
    let Some(pair) = Pair::open(5).await else { return };
    let key = json!({ "title": "Second storefront", "type": "publishable" });
    let key = pair.change("/admin/api-keys", key).await["api_key"].clone();
    let id = text(&key["id"]);
    let channels = pair.staff.get("/admin/sales-channels").await.ok();
    let channels = json!({ "add": [channels["sales_channels"][0]["id"]] });
    pair.change(&format!("/admin/api-keys/{id}/sales-channels"), channels).await;
    let storefront = Client::new(&pair.elsewhere.url, &text(&key["token"]));
    assert_eq!(storefront.get("/store/regions").await.status, 200);
    pair.change(&format!("/admin/api-keys/{id}/revoke"), json!({})).await;
    refused(&storefront, "/store/regions").await;

    pair.here.shop.accounts.create_user("second@example.com", "long enough").await.unwrap();
    let login = json!({ "email": "second@example.com", "password": "long enough" });
    let token = text(&pair.elsewhere.post("/auth/user/emailpass", login).await.ok()["token"]);
    let second = pair.elsewhere.with_token(&token);
    let user = text(&second.get("/admin/users/me").await.ok()["user"]["id"]);
    // Times of tokens are whole seconds.
    pair.here.advance_seconds(3);
    let removed = pair.staff.ask("DELETE", &format!("/admin/users/{user}"), None).await;
    assert_eq!(removed.status, 200, "{}", removed.text);
    refused(&second, "/admin/products").await;
}

/// Waits until a client is not let in any more.
async fn refused(client: &Client, path: &str) {
    let looking = async {
        while client.get(path).await.status == 200 {
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(SEEN_WITHIN, looking).await.unwrap_or_else(|_| panic!("{path} is still answered"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_changed_while_nobody_heard_is_seen() {
    let Some(pair) = Pair::open(5).await else { return };
    pair.price_is(49.0).await;
    let is_interrupted = async {
        while pair.here.interrupt_hearing() < 2 {
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(SEEN_WITHIN, is_interrupted).await.expect("both processes hear");
    // Now, between two connections, and once more when there is one again.
    pair.set_price(60).await;
    pair.price_is(60.0).await;
    pair.set_price(61).await;
    pair.price_is(61.0).await;
    for amount in 62..68 {
        pair.here.interrupt_hearing();
        pair.set_price(amount).await;
        pair.price_is(amount as f64).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_staff_finds_at_one_what_it_has_just_stored_at_the_other() {
    let Some(pair) = Pair::open(5).await else { return };
    pair.price_is(49.0).await;
    let there = pair.elsewhere.with_token(pair.staff.token.as_deref().unwrap());
    for round in 0..30 {
        let made = pair.change("/admin/collections", json!({ "title": format!("Round {round}") })).await;
        let path = format!("/admin/collections/{}/products", text(&made["collection"]["id"]));
        there.post(&path, json!({ "add": [pair.product] })).await.ok();
    }
}
