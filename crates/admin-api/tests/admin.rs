//! The admin's door over real modules on a real file.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod bench;
mod catalogue;
mod offers;
mod people;
mod settings;
mod shipping;

use bench::Bench;
use serde_json::{Value, json};

/// Every route of this door.
const ROUTES: &[(&str, &str)] = &[
    ("GET", "/admin/reports/x"),
    ("GET", "/admin/users"),
    ("GET", "/admin/users/me"),
    ("GET", "/admin/users/x"),
    ("POST", "/admin/users/x"),
    ("DELETE", "/admin/users/x"),
    ("GET", "/admin/users/x/auth-providers"),
    ("POST", "/admin/users/x/reset-password"),
    ("GET", "/admin/invites"),
    ("POST", "/admin/invites"),
    ("GET", "/admin/invites/x"),
    ("DELETE", "/admin/invites/x"),
    ("POST", "/admin/invites/x/resend"),
    ("GET", "/admin/products"),
    ("POST", "/admin/products"),
    ("GET", "/admin/products/x"),
    ("POST", "/admin/products/x"),
    ("DELETE", "/admin/products/x"),
    ("GET", "/admin/products/x/variants"),
    ("POST", "/admin/products/x/variants"),
    ("GET", "/admin/products/x/variants/y"),
    ("POST", "/admin/products/x/variants/y"),
    ("DELETE", "/admin/products/x/variants/y"),
    ("POST", "/admin/products/x/variants/y/inventory-items"),
    ("POST", "/admin/products/x/variants/y/inventory-items/z"),
    ("DELETE", "/admin/products/x/variants/y/inventory-items/z"),
    ("GET", "/admin/product-variants"),
    ("GET", "/admin/product-categories"),
    ("POST", "/admin/product-categories"),
    ("GET", "/admin/product-categories/x"),
    ("POST", "/admin/product-categories/x"),
    ("DELETE", "/admin/product-categories/x"),
    ("POST", "/admin/product-categories/x/products"),
    ("GET", "/admin/collections"),
    ("POST", "/admin/collections"),
    ("GET", "/admin/collections/x"),
    ("POST", "/admin/collections/x"),
    ("DELETE", "/admin/collections/x"),
    ("POST", "/admin/collections/x/products"),
    ("GET", "/admin/product-tags"),
    ("POST", "/admin/product-tags"),
    ("GET", "/admin/product-tags/x"),
    ("POST", "/admin/product-tags/x"),
    ("DELETE", "/admin/product-tags/x"),
    ("GET", "/admin/product-types"),
    ("POST", "/admin/product-types"),
    ("GET", "/admin/product-types/x"),
    ("POST", "/admin/product-types/x"),
    ("DELETE", "/admin/product-types/x"),
    ("GET", "/admin/inventory-items"),
    ("POST", "/admin/inventory-items"),
    ("GET", "/admin/inventory-items/x"),
    ("POST", "/admin/inventory-items/x"),
    ("GET", "/admin/inventory-items/x/location-levels"),
    ("POST", "/admin/inventory-items/x/location-levels"),
    ("POST", "/admin/inventory-items/x/location-levels/y"),
    ("DELETE", "/admin/inventory-items/x/location-levels/y"),
    ("DELETE", "/admin/inventory-items/x"),
    ("POST", "/admin/inventory-items/x/location-levels/batch"),
    ("POST", "/admin/inventory-items/location-levels/batch"),
    ("POST", "/admin/inventory-items/batch"),
    ("GET", "/admin/reservations"),
    ("POST", "/admin/reservations"),
    ("GET", "/admin/reservations/x"),
    ("POST", "/admin/reservations/x"),
    ("DELETE", "/admin/reservations/x"),
    ("POST", "/admin/products/batch"),
    ("POST", "/admin/products/x/variants/batch"),
    ("POST", "/admin/products/x/variants/inventory-items/batch"),
    ("POST", "/admin/products/x/variants/y/images/batch"),
    ("POST", "/admin/products/x/images/y/variants/batch"),
    ("GET", "/admin/products/x/options"),
    ("POST", "/admin/products/x/options/batch"),
    ("GET", "/admin/product-options"),
    ("POST", "/admin/product-options"),
    ("GET", "/admin/product-options/x"),
    ("POST", "/admin/product-options/x"),
    ("DELETE", "/admin/product-options/x"),
    ("GET", "/admin/product-options/x/values"),
    ("GET", "/admin/product-options/x/values/y"),
    ("POST", "/admin/product-options/x/values/y"),
    ("DELETE", "/admin/product-options/x/values/y"),
    ("GET", "/admin/stock-locations"),
    ("POST", "/admin/stock-locations"),
    ("GET", "/admin/stock-locations/x"),
    ("POST", "/admin/stock-locations/x"),
    ("DELETE", "/admin/stock-locations/x"),
    ("POST", "/admin/stock-locations/x/sales-channels"),
    ("GET", "/admin/regions"),
    ("POST", "/admin/regions"),
    ("GET", "/admin/regions/x"),
    ("POST", "/admin/regions/x"),
    ("DELETE", "/admin/regions/x"),
    ("GET", "/admin/sales-channels"),
    ("POST", "/admin/sales-channels"),
    ("GET", "/admin/sales-channels/x"),
    ("POST", "/admin/sales-channels/x"),
    ("DELETE", "/admin/sales-channels/x"),
    ("POST", "/admin/sales-channels/x/products"),
    ("GET", "/admin/api-keys"),
    ("POST", "/admin/api-keys"),
    ("GET", "/admin/api-keys/x"),
    ("POST", "/admin/api-keys/x"),
    ("DELETE", "/admin/api-keys/x"),
    ("POST", "/admin/api-keys/x/revoke"),
    ("POST", "/admin/api-keys/x/sales-channels"),
    ("GET", "/admin/customers"),
    ("POST", "/admin/customers"),
    ("GET", "/admin/customers/x"),
    ("POST", "/admin/customers/x"),
    ("DELETE", "/admin/customers/x"),
    ("POST", "/admin/customers/x/customer-groups"),
    ("GET", "/admin/customers/x/addresses"),
    ("POST", "/admin/customers/x/addresses"),
    ("GET", "/admin/customers/x/addresses/y"),
    ("POST", "/admin/customers/x/addresses/y"),
    ("DELETE", "/admin/customers/x/addresses/y"),
    ("GET", "/admin/customer-groups"),
    ("POST", "/admin/customer-groups"),
    ("GET", "/admin/customer-groups/x"),
    ("POST", "/admin/customer-groups/x"),
    ("DELETE", "/admin/customer-groups/x"),
    ("POST", "/admin/customer-groups/x/customers"),
    ("GET", "/admin/promotions"),
    ("POST", "/admin/promotions"),
    ("GET", "/admin/promotions/x"),
    ("POST", "/admin/promotions/x"),
    ("DELETE", "/admin/promotions/x"),
    ("GET", "/admin/promotions/x/rules"),
    ("GET", "/admin/promotions/x/target-rules"),
    ("POST", "/admin/promotions/x/rules/batch"),
    ("POST", "/admin/promotions/x/target-rules/batch"),
    ("POST", "/admin/promotions/x/buy-rules/batch"),
    ("GET", "/admin/promotions/rule-attribute-options/rules"),
    ("GET", "/admin/promotions/rule-value-options/rules/region"),
    ("GET", "/admin/campaigns"),
    ("POST", "/admin/campaigns"),
    ("GET", "/admin/campaigns/x"),
    ("POST", "/admin/campaigns/x"),
    ("DELETE", "/admin/campaigns/x"),
    ("POST", "/admin/campaigns/x/promotions"),
    ("GET", "/admin/price-lists"),
    ("POST", "/admin/price-lists"),
    ("GET", "/admin/price-lists/x"),
    ("POST", "/admin/price-lists/x"),
    ("DELETE", "/admin/price-lists/x"),
    ("GET", "/admin/price-lists/x/prices"),
    ("POST", "/admin/price-lists/x/prices/batch"),
    ("POST", "/admin/price-lists/x/products"),
    ("GET", "/admin/orders"),
    ("GET", "/admin/orders/x"),
    ("GET", "/admin/currencies"),
    ("GET", "/admin/currencies/eur"),
    ("GET", "/admin/stores"),
    ("GET", "/admin/stores/x"),
    ("POST", "/admin/stores/x"),
    ("GET", "/admin/claims"),
    ("GET", "/admin/draft-orders"),
    ("GET", "/admin/exchanges"),
    ("GET", "/admin/feature-flags"),
    ("GET", "/admin/fulfillment-providers"),
    ("GET", "/admin/notifications"),
    ("GET", "/admin/payments/payment-providers"),
    ("GET", "/admin/plugins"),
    ("GET", "/admin/returns"),
    ("GET", "/admin/search-indexes"),
    ("GET", "/admin/tax-providers"),
    ("GET", "/admin/workflows-executions"),
    ("GET", "/admin/fulfillment-providers/x/options"),
    ("GET", "/admin/price-preferences"),
    ("POST", "/admin/price-preferences"),
    ("GET", "/admin/price-preferences/x"),
    ("POST", "/admin/price-preferences/x"),
    ("DELETE", "/admin/price-preferences/x"),
    ("GET", "/admin/refund-reasons"),
    ("POST", "/admin/refund-reasons"),
    ("GET", "/admin/refund-reasons/x"),
    ("POST", "/admin/refund-reasons/x"),
    ("DELETE", "/admin/refund-reasons/x"),
    ("GET", "/admin/return-reasons"),
    ("POST", "/admin/return-reasons"),
    ("GET", "/admin/return-reasons/x"),
    ("POST", "/admin/return-reasons/x"),
    ("DELETE", "/admin/return-reasons/x"),
    ("GET", "/admin/shipping-option-types"),
    ("POST", "/admin/shipping-option-types"),
    ("GET", "/admin/shipping-option-types/x"),
    ("POST", "/admin/shipping-option-types/x"),
    ("DELETE", "/admin/shipping-option-types/x"),
    ("GET", "/admin/shipping-options"),
    ("POST", "/admin/shipping-options"),
    ("GET", "/admin/shipping-options/x"),
    ("POST", "/admin/shipping-options/x"),
    ("DELETE", "/admin/shipping-options/x"),
    ("GET", "/admin/shipping-profiles"),
    ("POST", "/admin/shipping-profiles"),
    ("GET", "/admin/shipping-profiles/x"),
    ("POST", "/admin/shipping-profiles/x"),
    ("DELETE", "/admin/shipping-profiles/x"),
    ("GET", "/admin/tax-rates"),
    ("POST", "/admin/tax-rates"),
    ("GET", "/admin/tax-rates/x"),
    ("POST", "/admin/tax-rates/x"),
    ("DELETE", "/admin/tax-rates/x"),
    ("GET", "/admin/tax-regions"),
    ("POST", "/admin/tax-regions"),
    ("GET", "/admin/tax-regions/x"),
    ("POST", "/admin/tax-regions/x"),
    ("DELETE", "/admin/tax-regions/x"),
    ("DELETE", "/admin/fulfillment-sets/x"),
    ("POST", "/admin/fulfillment-sets/x/service-zones"),
    ("GET", "/admin/fulfillment-sets/x/service-zones/y"),
    ("POST", "/admin/fulfillment-sets/x/service-zones/y"),
    ("DELETE", "/admin/fulfillment-sets/x/service-zones/y"),
    ("POST", "/admin/shipping-options/x/rules/batch"),
    ("POST", "/admin/stock-locations/x/fulfillment-providers"),
    ("POST", "/admin/stock-locations/x/fulfillment-sets"),
    ("POST", "/admin/tax-rates/x/rules"),
    ("DELETE", "/admin/tax-rates/x/rules/y"),
];

#[tokio::test(flavor = "multi_thread")]
async fn nobody_but_staff_passes_any_route() {
    let bench = Bench::new().await;
    let customer = bench.customer_token().await;
    for (method, path) in ROUTES {
        for authorization in
            [None, Some(customer.as_str()), Some("Bearer garbage.jwt.here"), Some("Basic c2tfbm9wZTo=")]
        {
            let (status, body) = bench.send(method, path, authorization, Some("{")).await;
            assert_eq!((status, body["message"].is_string()), (401, true), "{method} {path} {authorization:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_input_is_answered_with_one_shape_on_every_route() {
    let bench = Bench::new().await;
    let long = "x".repeat(300);
    let endless = format!(r#"{{"title":"{}"}}"#, "x".repeat(200 * 1024));
    let bodies = [
        "{",
        "[]",
        "null",
        "1",
        r#"{"wibble":1}"#,
        r#"{"title":1}"#,
        r#"{"name":{}}"#,
        r#"{"add":"x"}"#,
        r#"{"stocked_quantity":-1,"location_id":"x"}"#,
        r#"{"stocked_quantity":1.5,"location_id":"x"}"#,
        r#"{"value":"\u0000"}"#,
        r#"{"revoke_in":-5}"#,
        "\u{feff}{}",
        &endless,
    ];
    for (method, path) in ROUTES {
        for path in [(*path).to_owned(), path.replace("/x", &format!("/{long}")), path.replace("/x", "/%00%ff")] {
            if *method == "POST" {
                for body in bodies {
                    let (status, answer) = bench.send(method, &path, Some(&bench.staff), Some(body)).await;
                    assert!((400..500).contains(&status), "{method} {path:.60} {body:.60}: {status} {answer}");
                    assert!(answer["message"].is_string(), "{method} {path:.60} {body:.60}: {answer}");
                }
            }
            for query in ["limit=-1", "limit=abc", "offset=1.5", "wibble=1", "created_at[$gte]=soon", "order=wibble"] {
                let path = format!("{path}?{query}");
                let (status, answer) = bench.send(method, &path, Some(&bench.staff), None).await;
                assert!(status < 500, "{method} {path:.60}: {status} {answer}");
                assert!(status == 200 || answer["message"].is_string(), "{method} {path:.60}: {answer}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_not_found() {
    let bench = Bench::new().await;
    for (method, path) in ROUTES {
        if *method == "GET" && path.contains("/x") {
            let (status, answer) = bench.send(method, path, Some(&bench.staff), None).await;
            assert_eq!((status, &answer["type"]), (404, &json!("not_found")), "{method} {path}: {answer}");
        }
    }
    let (status, answer) = bench.send("PUT", "/admin/products", Some(&bench.staff), None).await;
    assert_eq!((status, answer["message"].is_string()), (404, true));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_too_many_is_asked_to_come_back() {
    let bench = Bench::new().await;
    bench.order().await;
    let path = "/admin/reports/sales.csv";
    assert_eq!(bench.while_reports_are_written(path).await, (503, Some("1".to_owned())));
    // There is room for one, which each gives back at its end.
    for _ in 0..3 {
        assert_eq!(bench.send("GET", path, Some(&bench.staff), None).await.0, 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn three_ways_in() {
    let bench = Bench::new().await;
    let me = bench.get("/admin/users/me").await;
    assert_eq!(me["user"]["email"], "staff@example.com");
    assert_eq!(me["user"]["metadata"], Value::Null);

    let session = bench.session().await;
    let (status, _) = bench.send_with("GET", "/admin/products", &[("cookie", &session)], None).await;
    assert_eq!(status, 200);

    let made = bench.post("/admin/api-keys", json!({"title": "Importer", "type": "secret"})).await;
    let key = &made["api_key"];
    let token = key["token"].as_str().unwrap();
    let basic = format!("Basic {}", bench::base64(&format!("{token}:")));
    let (status, _) = bench.send("GET", "/admin/products", Some(&basic), None).await;
    assert_eq!(status, 200);
    // A program is nobody of the staff; and its token is shown once.
    assert_eq!(bench.send("GET", "/admin/users/me", Some(&basic), None).await.0, 404);
    let id = key["id"].as_str().unwrap();
    let listed = bench.get(&format!("/admin/api-keys/{id}")).await;
    assert_eq!(listed["api_key"]["token"], key["redacted"]);

    bench.post(&format!("/admin/api-keys/{id}/revoke"), json!({})).await;
    assert_eq!(bench.send("GET", "/admin/products", Some(&basic), None).await.0, 401);
    let (_, gone) = bench.send("DELETE", &format!("/admin/api-keys/{id}"), Some(&bench.staff), None).await;
    assert_eq!(gone, json!({"id": id, "object": "api_key", "deleted": true}));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_product_is_made_found_changed_and_removed() {
    let bench = Bench::new().await;
    let channel = bench.channel.clone();
    let tag = bench.post("/admin/product-tags", json!({"value": "cotton"})).await["product_tag"]["id"].clone();
    let kind = bench.post("/admin/product-types", json!({"value": "apparel"})).await["product_type"]["id"].clone();
    let collection = bench.post("/admin/collections", json!({"title": "Summer"})).await["collection"].clone();
    assert_eq!(collection["handle"], "summer");
    let made = bench
        .post(
            "/admin/products",
            json!({
                "title": "Mug", "status": "published", "weight": 250, "sales_channels": [{"id": channel}],
                "tags": [{"id": tag}], "type_id": kind, "collection_id": collection["id"],
                "images": [{"url": "/media/mug.jpg"}],
                "options": [{"title": "Colour", "values": ["Red", "Blue"]}],
                "variants": [
                    {"title": "Red", "sku": "MUG-RED", "options": {"Colour": "Red"},
                     "prices": [{"currency_code": "eur", "amount": 9.99}, {"currency_code": "usd", "amount": 11.49}]},
                    {"title": "Blue", "sku": "MUG-BLUE", "manage_inventory": false, "options": {"Colour": "Blue"},
                     "prices": [{"currency_code": "EUR", "amount": 12.35, "rules": {"region_id": bench.region}}]},
                ],
            }),
        )
        .await;
    let product = &made["product"];
    let id = product["id"].as_str().unwrap();
    assert_eq!(product["handle"], "mug");
    assert_eq!(product["tags"][0]["value"], "cotton");
    assert_eq!(product["type"]["value"], "apparel");
    assert_eq!(product["collection"]["title"], "Summer");
    assert_eq!(product["sales_channels"][0]["id"], json!(channel));
    assert_eq!(product["options"][0]["values"][1]["value"], "Blue");
    let red = &product["variants"][0];
    assert_eq!(red["prices"][0]["amount"], json!(9.99));
    assert_eq!(red["prices"][0]["rules"], json!({}));
    assert_eq!(red["options"][0]["option"]["title"], "Colour");
    assert_eq!(product["variants"][1]["prices"][0]["rules"], json!({"region_id": bench.region}));

    // What is counted has something to count.
    let items = bench.get("/admin/inventory-items?sku=MUG-RED").await;
    assert_eq!((&items["count"], &items["inventory_items"][0]["title"]), (&json!(1), &json!("Red")));
    assert_eq!(bench.get("/admin/inventory-items?sku=MUG-BLUE").await["count"], 0);

    for (query, count) in [
        ("q=mug", 1),
        ("q=nothing", 0),
        ("status[]=draft", 0),
        ("status[]=published", 1),
        ("handle=mug", 1),
        ("created_at[$gte]=2000-01-01", 1),
        ("created_at[$lt]=2000-01-01", 0),
        ("is_giftcard=false", 1),
    ] {
        assert_eq!(bench.get(&format!("/admin/products?{query}")).await["count"], count, "{query}");
    }
    let some = bench.get("/admin/products?fields=id,title,variants.sku").await;
    assert_eq!(
        some["products"][0],
        json!({"id": id, "title": "Mug", "variants": [
            {"id": red["id"], "sku": "MUG-RED"}, {"id": product["variants"][1]["id"], "sku": "MUG-BLUE"}]})
    );

    let changed = bench
        .post(
            &format!("/admin/products/{id}"),
            json!({"subtitle": "For tea", "type_id": null, "metadata": {"care": "by hand"}}),
        )
        .await;
    assert_eq!(changed["product"]["subtitle"], "For tea");
    assert_eq!(changed["product"]["type"], Value::Null);
    assert_eq!(changed["product"]["variants"].as_array().unwrap().len(), 2);

    let (_, gone) = bench.send("DELETE", &format!("/admin/products/{id}"), Some(&bench.staff), None).await;
    assert_eq!(gone, json!({"id": id, "object": "product", "deleted": true}));
    assert_eq!(bench.send("GET", &format!("/admin/products/{id}"), Some(&bench.staff), None).await.0, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_product_that_is_refused_leaves_nothing_behind() {
    let bench = Bench::new().await;
    let options = json!([{"title": "o", "values": ["v", "w"]}]);
    let product = |handle: &str, sku: &str| {
        json!({"title": "Mug", "handle": handle, "options": options, "variants": [
            {"title": "v", "sku": sku, "options": {"o": "v"}, "prices": [{"currency_code": "eur", "amount": 5}]}]})
    };
    let first = bench.post("/admin/products", product("mug", "A")).await;
    let (handle, sku) = (product("mug", "B"), product("other", "A"));
    let bad_price = |price: Value| {
        let mut body = product("third", "C");
        body["variants"][0]["prices"] = json!([price]);
        body
    };
    for (body, named) in [
        (handle, "handle"),
        (sku, "sku"),
        (bad_price(json!({"currency_code": "euro", "amount": 1})), "variants[0].prices[0].currency_code"),
        (bad_price(json!({"currency_code": "zzz", "amount": 1})), "variants[0].prices[0].currency_code"),
        (bad_price(json!({"currency_code": "eur", "amount": -1})), "amount"),
        (bad_price(json!({"currency_code": "eur", "amount": "1"})), "amount"),
        (bad_price(json!({"currency_code": "eur", "amount": 1, "rules": {"region_id": "reg_x"}})), "region_id"),
        (json!({"title": "Mug", "sales_channels": [{"id": "sc_nope"}]}), "sales_channels[0].id"),
        (json!({"title": "Mug", "tags": [{"id": "ptag_nope"}]}), "tags"),
        (json!({"title": "Mug", "shipping_profile_id": "sp_nope"}), "shipping_profile_id"),
        (json!({"title": "Mug", "weight": 1.5}), ""),
    ] {
        let (status, answer) = bench.send("POST", "/admin/products", Some(&bench.staff), Some(&body.to_string())).await;
        assert_eq!((status, &answer["type"]), (400, &json!("invalid_data")), "{body}: {answer}");
        assert!(answer["message"].as_str().unwrap().contains(named), "{named}: {answer}");
    }
    assert_eq!(bench.get("/admin/products").await["count"], 1);
    assert_eq!(bench.get("/admin/inventory-items").await["count"], 1);

    // Variants come and go.
    let id = first["product"]["id"].as_str().unwrap();
    let variants = format!("/admin/products/{id}/variants");
    let body = json!({"title": "w", "options": {"o": "w"}, "prices": [{"currency_code": "eur", "amount": 6}]});
    let added = bench.post(&variants, body).await;
    let new = added["product"]["variants"][1]["id"].as_str().unwrap();
    let one = format!("{variants}/{new}");
    let priced = bench.post(&one, json!({"prices": [{"currency_code": "eur", "amount": 7.5}]})).await;
    assert_eq!(priced["product"]["variants"][1]["prices"][0]["amount"], json!(7.5));
    let shown = bench.get(&format!("{one}?fields=%2Binventory_quantity,*inventory_items.inventory")).await;
    assert_eq!(shown["variant"]["inventory_quantity"], 0);
    assert_eq!(shown["variant"]["inventory_items"][0]["inventory"]["title"], "w");
    assert_eq!(bench.get(&variants).await["count"], 2);
    assert_eq!(bench.get("/admin/product-variants?sku=A").await["variants"][0]["product"]["handle"], "mug");
    let (_, gone) = bench.send("DELETE", &one, Some(&bench.staff), None).await;
    assert_eq!((&gone["deleted"], gone["parent"]["variants"].as_array().unwrap().len()), (&json!(true), 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn categories_are_a_tree_with_products() {
    let bench = Bench::new().await;
    let shirts = bench.post("/admin/product-categories", json!({"name": "Shirts", "is_active": true})).await;
    let shirts = shirts["product_category"]["id"].as_str().unwrap().to_owned();
    let polo = bench
        .post("/admin/product-categories", json!({"name": "Polo", "parent_category_id": shirts, "is_active": true}))
        .await;
    assert_eq!(polo["product_category"]["parent_category"]["name"], "Shirts");
    assert_eq!(polo["product_category"]["category_children"], json!([]));
    let top = bench.get("/admin/product-categories?parent_category_id=null").await;
    assert_eq!(
        (&top["count"], &top["product_categories"][0]["category_children"][0]["name"]),
        (&json!(1), &json!("Polo"))
    );
    let product = bench.post("/admin/products", json!({"title": "Shirt"})).await["product"]["id"].clone();
    bench.post(&format!("/admin/product-categories/{shirts}/products"), json!({"add": [product]})).await;
    let listed = bench.get(&format!("/admin/products?category_id={shirts}&fields=id,*categories")).await;
    assert_eq!(listed["products"][0]["categories"][0]["name"], "Shirts");
    let body = json!({"add": ["prod_nope"]}).to_string();
    let path = format!("/admin/product-categories/{shirts}/products");
    assert_eq!(bench.send("POST", &path, Some(&bench.staff), Some(&body)).await.0, 400);
    // Those below first.
    let path = format!("/admin/product-categories/{shirts}");
    assert_eq!(bench.send("DELETE", &path, Some(&bench.staff), None).await.0, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn stock_is_set_for_each_location() {
    let bench = Bench::new().await;
    let place = bench
        .post(
            "/admin/stock-locations",
            json!({"name": "Aarhus", "address": {"address_1": "Road 2", "country_code": "dk"}}),
        )
        .await;
    let place = place["stock_location"]["id"].as_str().unwrap();
    let item = bench.post("/admin/inventory-items", json!({"sku": "MUG", "title": "Mug"})).await;
    let item = item["inventory_item"]["id"].as_str().unwrap();
    let levels = format!("/admin/inventory-items/{item}/location-levels");
    let made = bench.post(&levels, json!({"location_id": place, "stocked_quantity": 10})).await;
    assert_eq!(made["inventory_item"]["stocked_quantity"], 10);
    let level = &made["inventory_item"]["location_levels"][0];
    assert_eq!((&level["available_quantity"], &level["raw_stocked_quantity"]["value"]), (&json!(10), &json!("10")));

    let again = json!({"location_id": place, "stocked_quantity": 10}).to_string();
    assert_eq!(bench.send("POST", &levels, Some(&bench.staff), Some(&again)).await.0, 400);
    let changed = bench.post(&format!("{levels}/{place}"), json!({"stocked_quantity": 7})).await;
    assert_eq!(changed["inventory_item"]["location_levels"][0]["stocked_quantity"], 7);
    let negative = json!({"stocked_quantity": -1}).to_string();
    let (status, _) = bench.send("POST", &format!("{levels}/{place}"), Some(&bench.staff), Some(&negative)).await;
    assert_eq!(status, 400);
    assert_eq!(bench.get(&levels).await["inventory_levels"][0]["stocked_quantity"], 7);

    let channels = format!("/admin/stock-locations/{place}/sales-channels");
    bench.post(&channels, json!({"add": [bench.channel]})).await;
    let shown = bench.get(&format!("/admin/stock-locations/{place}?fields=*address,*sales_channels")).await;
    assert_eq!(shown["stock_location"]["sales_channels"][0]["id"], json!(bench.channel));
    assert_eq!(bench.get(&format!("/admin/stock-locations?sales_channel_id={}", bench.channel)).await["count"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_shop_is_configured() {
    let bench = Bench::new().await;
    let region = bench
        .post(
            "/admin/regions",
            json!({"name": "North America", "currency_code": "usd", "countries": ["us", "CA"], "payment_providers": ["pp_system_default"]}),
        )
        .await;
    let countries: Vec<_> =
        region["region"]["countries"].as_array().unwrap().iter().map(|country| country["iso_2"].clone()).collect();
    assert_eq!(countries, ["ca", "us"]);
    for body in [
        json!({"name": "Dup", "currency_code": "usd", "countries": ["us"]}),
        json!({"name": "Bad", "currency_code": "zzz"}),
        json!({"name": "Bad", "currency_code": "usd", "payment_providers": ["pp_nope"]}),
        json!({"name": "Bad", "currency_code": "usd", "countries": ["atlantis"]}),
    ] {
        let (status, answer) = bench.send("POST", "/admin/regions", Some(&bench.staff), Some(&body.to_string())).await;
        assert_eq!((status, &answer["type"]), (400, &json!("invalid_data")), "{body}: {answer}");
    }
    let channel = bench.post("/admin/sales-channels", json!({"name": "B2B", "description": "wholesale"})).await;
    let channel = channel["sales_channel"]["id"].as_str().unwrap();
    let key = bench.post("/admin/api-keys", json!({"title": "B2B key", "type": "publishable"})).await;
    let key = key["api_key"]["id"].as_str().unwrap();
    let linked = bench.post(&format!("/admin/api-keys/{key}/sales-channels"), json!({"add": [channel]})).await;
    assert_eq!(linked["api_key"]["sales_channels"], json!([{"id": channel, "name": "B2B"}]));
    let of_key = bench.get(&format!("/admin/sales-channels?publishable_key_id={key}")).await;
    assert_eq!((&of_key["count"], &of_key["sales_channels"][0]["name"]), (&json!(1), &json!("B2B")));

    let store = bench.get("/admin/stores").await["stores"][0].clone();
    assert_eq!(store["supported_currencies"][0]["currency"]["symbol"], "€");
    let path = format!("/admin/stores/{}", store["id"].as_str().unwrap());
    let saved = bench.post(&path, json!({"name": "Prints", "default_sales_channel_id": channel})).await;
    assert_eq!(
        (&saved["store"]["name"], &saved["store"]["default_sales_channel_id"]),
        (&json!("Prints"), &json!(channel))
    );
    assert_eq!(saved["store"]["supported_currencies"].as_array().unwrap().len(), 2);

    let currencies = bench.get("/admin/currencies?limit=2&q=krone").await;
    assert_eq!(currencies["currencies"].as_array().unwrap().len(), 2);
    assert_eq!(bench.get("/admin/currencies/jpy").await["currency"]["decimal_digits"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn shoppers_and_orders_are_listed() {
    let bench = Bench::new().await;
    bench.customer_token().await;
    let found = bench.get("/admin/customers?q=ADA&has_account=true").await;
    assert_eq!((&found["count"], &found["customers"][0]["email"]), (&json!(1), &json!("ada@example.com")));
    let id = found["customers"][0]["id"].as_str().unwrap();
    let one = bench.get(&format!("/admin/customers/{id}?fields=email,*addresses")).await;
    assert_eq!(one["customer"], json!({"id": id, "email": "ada@example.com", "addresses": []}));

    let order = bench.order().await;
    let listed = bench.get("/admin/orders").await;
    assert_eq!(listed["count"], 1);
    assert_eq!(listed["orders"][0]["total"], json!(25));
    assert_eq!(listed["orders"][0]["payment_status"], "authorized");
    assert_eq!(listed["orders"][0]["summary"]["pending_difference"], json!(25));
    assert_eq!(listed["orders"][0]["items"][0]["tax_lines"][0]["rate"], json!(25));
    let one = bench.get(&format!("/admin/orders/{order}")).await;
    let one = &one["order"];
    assert_eq!(one["item_tax_total"], json!(2.5));
    assert_eq!(one["shipping_methods"][0]["amount"], json!(10));
    assert_eq!(one["items"][0]["detail"]["quantity"], 1);
    assert_eq!(one["items"][0]["variant"], Value::Null);
    assert_eq!(one["payment_collections"][0]["payments"][0]["amount"], json!(25));
    for (query, count) in [
        ("q=1", 1),
        ("q=%231", 1),
        ("q=ada@example.com", 1),
        ("q=99", 0),
        ("status[]=pending", 1),
        ("status=canceled", 0),
        ("created_at[$gt]=2000-01-01&order=-created_at", 1),
        ("created_at[$lt]=2000-01-01", 0),
    ] {
        assert_eq!(bench.get(&format!("/admin/orders?{query}")).await["count"], count, "{query}");
    }
}
