//! From the cart to the order, as a storefront does it.

use http::StatusCode;
use serde_json::json;

use crate::shop::{CHART, CHART_FRAMED, EUROPE, STANDARD, TestShop, address, id_of};

#[tokio::test]
async fn a_guest_buys_in_seven_requests() {
    let shop = TestShop::open().await;
    let body = json!({"region_id": EUROPE, "items": [{"variant_id": CHART, "quantity": 2}]});
    let cart = shop.post("/store/carts", body).await.ok()["cart"].clone();
    assert_eq!(cart["total"], 20);
    assert_eq!(cart["currency_code"], "eur");
    assert_eq!(cart["items"][0]["product"]["tags"][0]["id"], "ptag_paper");
    assert!(cart.get("payment_collection").is_none() && cart.get("customer").is_none());
    let id = id_of(&cart);
    let path = format!("/store/carts/{id}");

    let body = json!({
        "email": "Reader@Example.com",
        "shipping_address": address("dk"),
        "billing_address": address("dk")
    });
    let cart = shop.post(&path, body).await.ok()["cart"].clone();
    assert_eq!(cart["email"], "reader@example.com");
    assert_eq!(cart["tax_total"], 5);
    assert_eq!(cart["total"], 25);
    assert_eq!(cart["items"][0]["tax_lines"][0]["rate"], 25);
    assert_eq!(cart["shipping_address"]["city"], "Harbour");
    assert_eq!(cart["customer"]["email"], "reader@example.com");

    let options = shop.get(&format!("/store/shipping-options?cart_id={id}")).await.ok();
    let option = &options["shipping_options"][0];
    assert_eq!(option["id"], STANDARD);
    assert_eq!(option["amount"], 4);
    assert_eq!(option["calculated_price"]["calculated_amount"], 4);
    assert_eq!(option["service_zone"]["fulfillment_set"]["location"]["id"], "sloc_harbour");

    let methods = format!("{path}/shipping-methods");
    let cart = shop.post(&methods, json!({"option_id": STANDARD})).await.ok()["cart"].clone();
    assert_eq!(cart["shipping_total"], 5);
    assert_eq!(cart["total"], 30);

    let body = json!({"cart_id": id});
    let made = shop.post("/store/payment-collections", body).await.ok();
    assert_eq!(made["payment_collection"]["amount"], 30);
    let collection = id_of(&made["payment_collection"]);
    let sessions = format!("/store/payment-collections/{collection}/payment-sessions");
    let begun = shop.post(&sessions, json!({"provider_id": "pp_system_default"})).await.ok();
    let session = &begun["payment_collection"]["payment_sessions"][0];
    assert_eq!(session["status"], "pending");
    assert_eq!(session["amount"], 30);
    assert!(session["payment"].is_null());

    let done = shop.post_nothing(&format!("{path}/complete")).await.ok();
    assert_eq!(done["type"], "order");
    let order = &done["order"];
    assert_eq!(order["total"], 30);
    assert_eq!(order["summary"]["pending_difference"], 30);
    assert_eq!(order["items"][0]["quantity"], 2);
    assert_eq!(order["items"][0]["refundable_total_per_unit"], 12.5);
    assert_eq!(order["items"][0]["detail"]["quantity"], 2);
    assert_eq!(order["items"][0]["variant"]["product"]["type"]["id"], "ptyp_print");
    assert_eq!(order["payment_collections"][0]["status"], "authorized");
    assert_eq!(order["payment_collections"][0]["authorized_amount"], 30);

    // Asking again is safe, and the order can be looked up by its id.
    let again = shop.post_nothing(&format!("{path}/complete")).await.ok();
    assert_eq!(again["order"]["id"], order["id"]);
    let read = shop.get(&format!("/store/orders/{}", id_of(order))).await.ok();
    assert_eq!(read["order"]["payment_status"], "authorized");
    assert_eq!(read["order"]["fulfillment_status"], "not_fulfilled");
    let cart = shop.get(&path).await.ok()["cart"].clone();
    assert!(cart["completed_at"].is_string());
    let late = shop.post(&path, json!({"email": "other@example.com"})).await;
    assert_eq!(late.status, StatusCode::BAD_REQUEST);
    assert_eq!(late.body["type"], "invalid_data");
}

#[tokio::test]
async fn lines_are_added_changed_and_removed() {
    let shop = TestShop::open().await;
    let id = shop.cart(&[(CHART, 1)]).await;
    let lines = format!("/store/carts/{id}/line-items");
    let cart = shop.post(&lines, json!({"variant_id": CHART, "quantity": 1})).await.ok();
    let items = cart["cart"]["items"].as_array().unwrap();
    assert_eq!(items.len(), 1);
    assert_eq!(items[0]["quantity"], 2);
    let line = format!("{lines}/{}", id_of(&items[0]));
    let cart = shop.post(&line, json!({"quantity": 3})).await.ok();
    assert_eq!(cart["cart"]["total"], 30);
    // Two framed charts take four of the item, and three are in the cart already: there are five.
    let refused = shop.post(&lines, json!({"variant_id": CHART_FRAMED, "quantity": 2})).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert_eq!(refused.body["code"], "insufficient_inventory");
    assert_eq!(refused.body["type"], "not_allowed");
    let removed = shop.delete(&line).await.ok();
    assert_eq!(removed["object"], "line-item");
    assert_eq!(removed["deleted"], true);
    assert_eq!(removed["parent"]["items"], json!([]));
}

#[tokio::test]
async fn only_what_was_asked_for_is_answered() {
    let shop = TestShop::open().await;
    let id = shop.cart(&[(CHART, 1)]).await;
    let path = format!("/store/carts/{id}?fields=id,total,*items");
    let cart = shop.get(&path).await.ok()["cart"].clone();
    let names: Vec<&String> = cart.as_object().unwrap().keys().collect();
    assert_eq!(names, ["id", "total", "items"]);
    let item = &cart["items"][0];
    assert_eq!(item["raw_unit_price"], json!({"value": "10", "precision": 20}));
    assert_eq!(item["cart_id"], id.as_str());
    assert_eq!(item["subtotal"], 10);
    assert!(item.get("product").is_none());
    let path = format!("/store/carts/{id}?fields=id,region_id");
    let cart = shop.get(&path).await.ok()["cart"].clone();
    assert_eq!(cart, json!({"id": id, "region_id": EUROPE}));
}

#[tokio::test]
async fn two_race_for_the_last_ones() {
    let shop = TestShop::open().await;
    let mut carts = Vec::new();
    for _ in 0..3 {
        let id = shop.cart(&[(CHART, 3)]).await;
        shop.make_ready(&id).await;
        carts.push(format!("/store/carts/{id}/complete"));
    }
    let all = carts.iter().flat_map(|path| [path, path]).map(|path| {
        let (shop, path) = (shop.clone(), path.clone());
        tokio::spawn(async move { (path.clone(), shop.post_nothing(&path).await) })
    });
    let mut orders = std::collections::BTreeSet::new();
    for done in all.collect::<Vec<_>>() {
        let (path, answer) = done.await.unwrap();
        if answer.status == StatusCode::OK {
            orders.insert((path, id_of(&answer.body["order"])));
        } else {
            assert!(answer.status.is_client_error(), "{}", answer.text);
            assert_eq!(answer.body["code"], "insufficient_inventory");
        }
    }
    assert_eq!(orders.len(), 1, "five charts are one cart of three");
    let path = "/store/products/prod_chart?fields=variants.inventory_quantity";
    let product = shop.get(path).await.ok();
    assert_eq!(product["product"]["variants"][0]["inventory_quantity"], 2);
}

#[tokio::test]
async fn pictures_of_the_shop_have_whole_addresses() {
    let shop = TestShop::open().await;
    let listed = shop.get("/store/products?handle=chart").await.ok();
    let product = &listed["products"][0];
    assert_eq!(product["thumbnail"], "https://shop.example/media/chart-400.webp");
    assert_eq!(product["images"][0]["url"], "https://images.example.com/chart.png");
    assert_eq!(product["images"][1]["url"], "https://shop.example/media/chart-800.webp");

    let id = shop.cart(&[(CHART, 1)]).await;
    let path = format!("/store/carts/{id}");
    let cart = shop.get(&path).await.ok();
    assert_eq!(cart["cart"]["items"][0]["thumbnail"], "https://shop.example/media/chart-400.webp");
    shop.make_ready(&id).await;
    let order = shop.post_nothing(&format!("{path}/complete")).await.ok();
    assert_eq!(order["order"]["items"][0]["thumbnail"], "https://shop.example/media/chart-400.webp");
}
