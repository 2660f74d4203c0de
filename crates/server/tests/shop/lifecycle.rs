//! What becomes of an order, at the doors: packed in parts, sent, called off, paid, given back; stock and money to the piece.

use serde_json::{Value, json};
use tradewind_kernel::{Currency, Decimal, Money};
use tradewind_testkit::{Answer, Client, TestShop};

/// A shop with an order, and somebody of its staff.
struct Desk {
    shop: TestShop,
    staff: Client,
    variant: String,
    order: String,
    location: String,
}

impl Desk {
    /// Ten of a print in stock, so many of them ordered.
    async fn open(quantity: i64) -> Self {
        let shop = TestShop::open().await;
        let staff = shop.staff().await;
        let variant = shop.print("Chart of the North Sea", 10).await;
        let order = buy(&shop, &variant, quantity).await;
        let location =
            shop.shop.inventory.levels(&item_of(&shop, &variant).await).await.unwrap()[0].location_id.clone();
        Self { shop, staff, variant, order, location }
    }

    async fn order(&self) -> Value {
        self.staff.get(&format!("/admin/orders/{}?fields=*fulfillments,*fulfillments.items", self.order)).await.ok()["order"]
            .clone()
    }

    async fn line(&self) -> String {
        text(&self.order().await["items"][0]["id"])
    }

    /// What lies in stock and what of it is promised.
    async fn stock(&self) -> (i64, i64) {
        stock_of(&self.shop, &item_of(&self.shop, &self.variant).await).await
    }

    async fn step(&self, step: &str, body: Value) -> Answer {
        self.staff.post(&format!("/admin/orders/{}/{step}", self.order), body).await
    }

    async fn fulfil(&self, quantity: i64) -> Answer {
        let items = json!([{ "id": self.line().await, "quantity": quantity }]);
        self.step("fulfillments", json!({ "location_id": self.location, "items": items })).await
    }

    async fn payment(&self) -> Value {
        self.order().await["payment_collections"][0]["payments"][0].clone()
    }

    async fn money(&self, what: &str, body: Value) -> Answer {
        let payment = text(&self.payment().await["id"]);
        self.staff.post(&format!("/admin/payments/{payment}/{what}"), body).await
    }
}

async fn buy(shop: &TestShop, variant: &str, quantity: i64) -> String {
    let client = shop.client();
    let cart = client.ready_cart(&shop.europe, variant, quantity).await.unwrap();
    text(&client.complete(&cart).await.ok()["order"]["id"])
}

async fn item_of(shop: &TestShop, variant: &str) -> String {
    shop.shop.catalog.variant(variant).await.unwrap().unwrap().variant().inventory[0].item_id.clone()
}

async fn stock_of(shop: &TestShop, item: &str) -> (i64, i64) {
    let levels = shop.shop.inventory.levels(item).await.unwrap();
    (levels.iter().map(|level| level.stocked).sum(), levels.iter().map(|level| level.promised()).sum())
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("not a text: {value}")).to_owned()
}

/// An amount of euros in cents.
fn cents(amount: &Value) -> i64 {
    let euros: Decimal = amount.to_string().parse().unwrap();
    Money::round(euros, Currency::EUR).unwrap().minor
}

/// A refusal's status, and the field its message names first.
fn field(answer: &Answer) -> (u16, String) {
    let message = answer.body["message"].as_str().unwrap_or_default();
    (answer.status, message.split(": ").next().unwrap_or_default().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_leaves_in_parts_and_no_more_than_was_ordered() {
    let desk = Desk::open(3).await;
    assert_eq!(desk.stock().await, (10, 3));
    desk.fulfil(1).await.ok();
    assert_eq!(desk.stock().await, (9, 2));
    let refused = desk.fulfil(3).await;
    assert_eq!(field(&refused), (400, "items.0.quantity".to_owned()), "{}", refused.text);
    assert_eq!(desk.stock().await, (9, 2));
    assert_eq!(desk.order().await["fulfillment_status"], "partially_fulfilled");
    desk.fulfil(2).await.ok();
    assert_eq!(desk.stock().await, (7, 0));

    // Unpacked again, it lies there, promised as before.
    let parcels = desk.order().await["fulfillments"].clone();
    let (first, second) = (text(&parcels[0]["id"]), text(&parcels[1]["id"]));
    desk.step(&format!("fulfillments/{first}/cancel"), json!({})).await.ok();
    assert_eq!(desk.stock().await, (8, 1));
    let held = desk.staff.get(&format!("/admin/reservations?line_item_id[]={}", desk.line().await)).await.ok();
    assert_eq!((&held["count"], &held["reservations"][0]["quantity"]), (&json!(1), &json!(1)));

    let items = json!([{ "id": desk.line().await, "quantity": 2 }]);
    let labels = json!([{ "tracking_number": "TRK1", "tracking_url": "https://example.com/t", "label_url": "https://example.com/l" }]);
    desk.step(&format!("fulfillments/{second}/shipments"), json!({ "items": items, "labels": labels })).await.ok();
    assert_eq!(desk.step(&format!("fulfillments/{second}/cancel"), json!({})).await.status, 400);
    assert_eq!(desk.step("cancel", json!({})).await.status, 400);
    assert_eq!(desk.step("complete", json!({})).await.status, 400);
    desk.step(&format!("fulfillments/{second}/mark-as-delivered"), json!({})).await.ok();
    assert_eq!(desk.order().await["fulfillment_status"], "partially_delivered");
    desk.fulfil(1).await.ok();
    let third = text(&desk.order().await["fulfillments"][2]["id"]);
    desk.step(&format!("fulfillments/{third}/mark-as-delivered"), json!({})).await.ok();
    let order = desk.step("complete", json!({})).await.ok();
    assert_eq!(order["order"]["status"], "completed");
    assert_eq!(desk.order().await["fulfillment_status"], "delivered");
    assert_eq!(desk.stock().await, (7, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kit_leaves_and_comes_back_part_by_part() {
    let desk = Desk::open(1).await;
    let location = json!([{ "location_id": desk.location, "stocked_quantity": 20 }]);
    let frame = json!({ "title": "Frame", "sku": "FRAME", "location_levels": location });
    let frame = desk.staff.post("/admin/inventory-items", frame).await.ok();
    let frame = text(&frame["inventory_item"]["id"]);
    let kit = desk.shop.print("Framed in pairs", 5).await;
    let product = desk.shop.shop.catalog.variant(&kit).await.unwrap().unwrap().product.id.to_string();
    let link = json!({ "inventory_item_id": frame, "required_quantity": 2 });
    desk.staff.post(&format!("/admin/products/{product}/variants/{kit}/inventory-items"), link).await.ok();

    let order = buy(&desk.shop, &kit, 3).await;
    let print = item_of(&desk.shop, &kit).await;
    let desk = Desk { order, variant: kit, ..desk };
    assert_eq!((desk.stock().await, stock_of(&desk.shop, &frame).await), ((5, 3), (20, 6)));
    desk.fulfil(2).await.ok();
    assert_eq!((desk.stock().await, stock_of(&desk.shop, &frame).await), ((3, 1), (16, 2)));
    let parcel = desk.order().await["fulfillments"][0].clone();
    let mut items: Vec<(String, i64)> = parcel["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| (text(&item["inventory_item_id"]), item["quantity"].as_i64().unwrap()))
        .collect();
    items.sort();
    let mut expected = vec![(print, 2), (frame.clone(), 4)];
    expected.sort();
    assert_eq!(items, expected);
    desk.step(&format!("fulfillments/{}/cancel", text(&parcel["id"])), json!({})).await.ok();
    assert_eq!((desk.stock().await, stock_of(&desk.shop, &frame).await), ((5, 3), (20, 6)));
    desk.step("cancel", json!({})).await.ok();
    assert_eq!((desk.stock().await, stock_of(&desk.shop, &frame).await), ((5, 0), (20, 0)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_order_gives_stock_and_money_back() {
    let desk = Desk::open(2).await;
    let total = desk.order().await["total"].clone();
    desk.money("capture", json!({})).await.ok();
    desk.step("cancel", json!({})).await.ok();
    assert_eq!(desk.stock().await, (10, 0));
    let order = desk.order().await;
    assert_eq!((&order["status"], &order["payment_status"]), (&json!("canceled"), &json!("refunded")));
    let summary = &order["summary"];
    assert_eq!((&summary["paid_total"], &summary["refunded_total"]), (&total, &total));
    assert_eq!((&summary["pending_difference"], &order["total"]), (&json!(0), &json!(0)));
    assert_eq!(desk.step("cancel", json!({})).await.status, 400);
    assert_eq!(desk.fulfil(1).await.status, 400);
    // The jobs that stood by for a crash find nothing left to do.
    desk.shop.advance_seconds(120);
    desk.shop.run_pending_work().await;
    assert_eq!(desk.payment().await["refunds"].as_array().unwrap().len(), 1);

    let promised = Desk { order: buy(&desk.shop, &desk.variant, 1).await, ..desk };
    promised.step("cancel", json!({})).await.ok();
    let payment = promised.payment().await;
    assert!(payment["canceled_at"].is_string() && payment["captures"] == json!([]), "{payment}");
    assert_eq!(promised.order().await["payment_status"], "canceled");
    assert!(promised.money("capture", json!({})).await.status == 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_is_captured_than_promised_nor_refunded_than_captured() {
    let desk = Desk::open(1).await;
    let refused = desk.money("refund", json!({ "amount": 1 })).await;
    assert_eq!(field(&refused), (400, "amount".to_owned()), "{}", refused.text);
    let refused = desk.money("capture", json!({ "amount": 99_999 })).await;
    assert_eq!(field(&refused), (400, "amount".to_owned()), "{}", refused.text);
    let refused = desk.money("capture", json!({ "amount": 0.001 })).await;
    assert_eq!(field(&refused), (400, "amount".to_owned()), "{}", refused.text);

    // The same request sent twice is one capture.
    let payment = text(&desk.payment().await["id"]);
    let again = desk.staff.with_idempotency_key("till-1");
    let path = format!("/admin/payments/{payment}/capture");
    for _ in 0..2 {
        again.post(&path, json!({ "amount": 10 })).await.ok();
    }
    assert_eq!(desk.order().await["payment_collections"][0]["captured_amount"], 10);
    let refused = desk.money("refund", json!({ "amount": 10.01 })).await;
    assert_eq!(field(&refused), (400, "amount".to_owned()), "{}", refused.text);
    desk.money("refund", json!({ "amount": 4, "note": "a crease" })).await.ok();
    let refused = desk.money("refund", json!({ "amount": 6.01 })).await;
    assert_eq!(field(&refused), (400, "amount".to_owned()), "{}", refused.text);
    let order = desk.order().await;
    assert_eq!((&order["payment_status"], &order["credit_line_total"]), (&json!("partially_refunded"), &json!(4)));
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_capture_and_pack_no_more_than_there_is() {
    let desk = Desk::open(3).await;
    let payment = desk.payment().await;
    let path = format!("/admin/payments/{}/capture", text(&payment["id"]));
    let capturing = (0..8).map(|number| {
        let (staff, path) = (desk.staff.with_idempotency_key(&format!("till-{number}")), path.clone());
        tokio::spawn(async move { staff.post(&path, json!({ "amount": 60 })).await.status })
    });
    let mut captured = 0;
    for status in capturing.collect::<Vec<_>>() {
        captured += i64::from(status.await.unwrap() == 200);
    }
    let collection = desk.order().await["payment_collections"][0].clone();
    assert!(captured >= 1 && collection["captured_amount"] == json!(60 * captured), "{captured}: {collection}");
    assert!(cents(&collection["captured_amount"]) <= cents(&collection["amount"]), "{collection}");

    let line = desk.line().await;
    let packing = (0..8).map(|_| {
        let (staff, path) = (desk.staff.clone(), format!("/admin/orders/{}/fulfillments", desk.order));
        let body = json!({ "location_id": desk.location, "items": [{ "id": line, "quantity": 1 }] });
        tokio::spawn(async move { staff.post(&path, body).await.status })
    });
    let mut packed = 0;
    for status in packing.collect::<Vec<_>>() {
        packed += i64::from(status.await.unwrap() == 200);
    }
    assert_eq!((packed, desk.stock().await), (3, (7, 0)));
    assert_eq!(desk.order().await["fulfillments"].as_array().unwrap().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_returned_lies_in_stock_and_is_not_paid_for() {
    let desk = Desk::open(3).await;
    let total = cents(&desk.order().await["total"]);
    desk.money("capture", json!({})).await.ok();
    desk.fulfil(3).await.ok();
    let line = desk.line().await;
    let body = json!({ "order_id": desk.order, "location_id": desk.location });
    let back = desk.staff.post("/admin/returns", body).await.ok();
    let back = text(&back["return"]["id"]);
    let step = async |step: &str, body: Value| desk.staff.post(&format!("/admin/returns/{back}/{step}"), body).await;
    let items = |quantity: i64| json!({ "items": [{ "id": line, "quantity": quantity }] });
    assert_eq!(field(&step("request-items", items(4)).await), (400, "items.0.quantity".to_owned()));
    step("request-items", items(2)).await.ok();
    step("request", json!({})).await.ok();
    assert_eq!(desk.stock().await, (7, 0));
    step("receive", json!({})).await.ok();
    assert_eq!(field(&step("receive-items", items(3)).await), (400, "items.0.quantity".to_owned()));
    step("receive-items", items(1)).await.ok();
    step("dismiss-items", items(1)).await.ok();
    let done = step("receive/confirm", json!({})).await.ok();
    assert_eq!(done["return"]["status"], "received");
    // One is sold again; the creased one is not. Neither is paid for.
    assert_eq!(desk.stock().await, (8, 0));
    let order = desk.order().await;
    assert_eq!(order["summary"]["pending_difference"], -98);
    assert_eq!(cents(&order["total"]), total - 9800);
    desk.money("refund", json!({ "amount": 98 })).await.ok();
    let order = desk.order().await;
    assert_eq!((&order["summary"]["pending_difference"], &order["credit_lines"]), (&json!(0), &json!([])));
    assert_eq!(step("cancel", json!({})).await.status, 400);
    let listed = desk.staff.get("/admin/returns").await.ok();
    assert_eq!((&listed["count"], &listed["returns"][0]["id"]), (&json!(1), &json!(back)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parcel_packed_elsewhere_takes_what_is_free_there() {
    let desk = Desk::open(2).await;
    let other = desk.staff.post("/admin/stock-locations", json!({ "name": "Annex" })).await.ok();
    let other = text(&other["stock_location"]["id"]);
    let item = item_of(&desk.shop, &desk.variant).await;
    let items = json!([{ "id": desk.line().await, "quantity": 2 }]);
    let packing = json!({ "location_id": other, "items": items });
    let refused = desk.step("fulfillments", packing.clone()).await;
    assert_eq!(field(&refused), (400, "items.0.quantity".to_owned()), "{}", refused.text);
    assert_eq!(desk.stock().await, (10, 2));
    let level = json!({ "location_id": other, "stocked_quantity": 2 });
    desk.staff.post(&format!("/admin/inventory-items/{item}/location-levels"), level).await.ok();
    desk.step("fulfillments", packing).await.ok();
    assert_eq!(desk.stock().await, (10, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shopper_sends_goods_back_and_sees_how_far_the_order_is() {
    let desk = Desk::open(2).await;
    let client = desk.shop.client();
    let option = desk.order().await["shipping_methods"][0]["shipping_option_id"].clone();
    let body = |quantity: i64, line: String| {
        json!({ "order_id": desk.order, "items": [{ "id": line, "quantity": quantity }],
                "return_shipping": { "option_id": option }, "note": "The wrong sea" })
    };
    let line = desk.line().await;
    let early = client.post("/store/returns", body(1, line.clone())).await;
    assert_eq!(field(&early), (400, "items.0.quantity".to_owned()), "{}", early.text);
    desk.fulfil(2).await.ok();
    let parcel = text(&desk.order().await["fulfillments"][0]["id"]);
    let labels = json!([{ "tracking_number": "TRK9", "tracking_url": "https://example.com/t", "label_url": "https://example.com/l" }]);
    let items = json!([{ "id": line, "quantity": 1 }]);
    let part = desk.step(&format!("fulfillments/{parcel}/shipments"), json!({ "items": items })).await;
    assert_eq!(field(&part), (400, "items.0.quantity".to_owned()), "{}", part.text);
    desk.step(&format!("fulfillments/{parcel}/shipments"), json!({ "items": [], "labels": labels })).await.ok();
    let seen = client.get(&format!("/store/orders/{}", desk.order)).await.ok();
    assert_eq!(seen["order"]["fulfillment_status"], "shipped");
    let back = client.post("/store/returns", body(1, line)).await.ok();
    assert_eq!(back["return"]["order_id"], json!(desk.order));
    let order = desk.order().await;
    assert_eq!(order["items"][0]["detail"]["return_requested_quantity"], 1);
}
