//! Price lists at the door.

use serde_json::{Value, json};

use super::{each, names};
use crate::bench::Bench;

/// A product with two variants; answers with its id and theirs.
async fn product(bench: &Bench) -> (String, Vec<String>) {
    let body = json!({
        "title": "A print", "options": [{"title": "Size", "values": ["A4", "A3"]}],
        "variants": [
            {"title": "A4", "options": {"Size": "A4"}, "prices": []}, {"title": "A3", "options": {"Size": "A3"}, "prices": []}
        ]
    });
    let product = bench.post("/admin/products", body).await["product"].clone();
    let variants = each(&product["variants"], "id").into_iter().map(str::to_owned).collect();
    (product["id"].as_str().unwrap().to_owned(), variants)
}

fn sale(prices: Value) -> Value {
    json!({"title": "Sale", "description": "sale", "type": "sale", "status": "active", "prices": prices})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_price_list_is_shown_as_the_contract_says() {
    let bench = Bench::new().await;
    let (_, variants) = product(&bench).await;
    let mut body = sale(json!([
        {"variant_id": variants[0], "currency_code": "eur", "amount": 7.5},
        {"variant_id": variants[1], "currency_code": "eur", "amount": 8, "min_quantity": 5, "rules": {"region_id": bench.region}}
    ]));
    body["rules"] = json!({"customer.groups.id": ["cusgroup_a"]});
    body["ends_at"] = json!("2100-01-01T00:00:00Z");
    let list = bench.post("/admin/price-lists", body).await["price_list"].clone();
    assert_eq!(
        names(&list),
        [
            "created_at",
            "deleted_at",
            "description",
            "ends_at",
            "id",
            "metadata",
            "rules",
            "starts_at",
            "status",
            "title",
            "type",
            "updated_at"
        ]
    );
    assert_eq!(list["rules"], json!({"customer.groups.id": ["cusgroup_a"]}));
    let path = format!("/admin/price-lists/{}", list["id"].as_str().unwrap());
    assert_eq!(bench.get(&path).await["price_list"], list);
    assert_eq!(bench.get("/admin/price-lists").await["price_lists"], json!([list]));

    let prices = bench.get(&format!("{path}/prices?limit=1&offset=1")).await;
    assert_eq!((&prices["count"], &prices["limit"], &prices["offset"]), (&json!(2), &json!(1), &json!(1)));
    let price = &prices["prices"][0];
    assert_eq!(
        names(price),
        [
            "amount",
            "created_at",
            "currency_code",
            "deleted_at",
            "id",
            "max_quantity",
            "min_quantity",
            "price_rules",
            "price_set",
            "price_set_id",
            "updated_at"
        ]
    );
    assert_eq!((&price["amount"], &price["min_quantity"]), (&json!(8), &json!(5)));
    assert_eq!(price["price_set"]["variant"], json!({"id": variants[1]}));
    assert_eq!(price["price_rules"], json!([{"value": bench.region, "attribute": "region_id"}]));

    let whole = bench.get(&format!("{path}?fields=title,*prices")).await["price_list"]["prices"].clone();
    assert_eq!(each(&whole, "variant_id"), variants);
    assert_eq!(whole[1]["rules"], json!({"region_id": bench.region}));
    for (query, count) in [
        ("q=sale", 1),
        ("status[]=draft", 0),
        ("status[]=active", 1),
        ("ends_at[$gt]=2099-01-01", 1),
        ("ends_at[$lt]=2099-01-01", 0),
        ("starts_at=null", 1),
        ("rules_count[]=1", 1),
        ("rules_count[]=0", 0),
        ("order=-title", 1),
    ] {
        assert_eq!(bench.get(&format!("/admin/price-lists?{query}")).await["count"], count, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prices_of_a_list_change_in_batches() {
    let bench = Bench::new().await;
    let (product_id, variants) = product(&bench).await;
    let euros = |variant: &str, amount: &str| json!({"variant_id": variant, "currency_code": "eur", "amount": amount.parse::<serde_json::Number>().unwrap()});
    let body = sale(json!([euros(&variants[0], "7.5"), euros(&variants[1], "8")]));
    let list = bench.post("/admin/price-lists", body).await["price_list"].clone();
    let path = format!("/admin/price-lists/{}", list["id"].as_str().unwrap());
    let prices = bench.get(&format!("{path}/prices")).await["prices"].clone();
    let amounts = async || {
        let prices = bench.get(&format!("{path}/prices")).await["prices"].clone();
        prices.as_array().unwrap().iter().map(|price| price["amount"].to_string()).collect::<Vec<_>>()
    };

    for (batch, field) in [
        (json!({"create": [euros(&variants[0], "6")]}), "create[0]"),
        (json!({"create": [euros("variant_x", "6")]}), "create[0].variant_id"),
        (json!({"create": [euros(&variants[0], "-1")]}), "create[0].amount"),
        (json!({"update": [{"id": "price_x", "variant_id": variants[0]}]}), "update[0].id"),
        (json!({"update": [{"id": prices[0]["id"], "variant_id": variants[1]}]}), "update[0]"),
        (
            json!({"create": [{"variant_id": variants[0], "currency_code": "eur", "amount": 1, "rules": {"region_id": "reg_x"}}]}),
            "create[0].rules.region_id",
        ),
        (
            json!({"create": [{"variant_id": variants[0], "currency_code": "euro", "amount": 1}]}),
            "create[0].currency_code",
        ),
    ] {
        let (status, message) = bench.refused(&format!("{path}/prices/batch"), batch.clone()).await;
        assert_eq!((status, message.contains(field)), (400, true), "{batch}: {message}");
        assert_eq!(amounts().await, ["7.5", "8"]);
    }
    let batch = json!({
        "create": [{"variant_id": variants[0], "currency_code": "usd", "amount": 9}],
        "update": [{"id": prices[0]["id"], "variant_id": variants[0], "amount": 6.25}],
        "delete": [prices[1]["id"]]
    });
    let done = bench.post(&format!("{path}/prices/batch"), batch).await;
    assert_eq!((&done["created"][0]["amount"], &done["updated"][0]["amount"]), (&json!(9), &json!(6.25)));
    assert_eq!(names(&done["created"][0]), names(&prices[0]));
    assert_eq!(done["deleted"], json!({"ids": [prices[1]["id"]], "object": "price", "deleted": true}));
    assert_eq!(amounts().await, ["6.25", "9"]);

    assert!(bench.refused(&format!("{path}/products"), json!({"remove": ["prod_x"]})).await.1.contains("prod_x"));
    bench.post(&format!("{path}/products"), json!({"remove": [product_id]})).await;
    assert!(amounts().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn price_lists_are_changed_and_removed() {
    let bench = Bench::new().await;
    let list =
        bench.post("/admin/price-lists", json!({"title": "Sale", "description": ""})).await["price_list"].clone();
    assert_eq!((&list["status"], &list["type"]), (&json!("draft"), &json!("sale")));
    let id = list["id"].as_str().unwrap();
    let path = format!("/admin/price-lists/{id}");
    let change = json!({
        "title": "Clearance", "status": "active", "type": "override", "starts_at": "2026-01-01T00:00:00Z",
        "rules": {"customer_group_id": ["cusgroup_a"]}
    });
    let changed = bench.post(&path, change).await["price_list"].clone();
    assert_eq!((&changed["title"], &changed["type"]), (&json!("Clearance"), &json!("override")));
    assert_eq!(changed["rules"], json!({"customer.groups.id": ["cusgroup_a"]}));
    for (body, field) in [
        (json!({"ends_at": "2025-01-01T00:00:00Z"}), "ends_at"),
        (json!({"title": ""}), "title"),
        (json!({"rules": {"weather": ["rain"]}}), "rules"),
    ] {
        let (status, message) = bench.refused(&path, body.clone()).await;
        assert_eq!((status, message.contains(field)), (400, true), "{body}: {message}");
    }
    assert_eq!(bench.get(&path).await["price_list"], changed);
    let cleared = bench.post(&path, json!({"starts_at": null, "rules": {}})).await["price_list"].clone();
    assert_eq!((&cleared["starts_at"], &cleared["rules"]), (&Value::Null, &json!({})));
    assert_eq!(bench.delete(&path).await, json!({"id": id, "object": "price_list", "deleted": true}));
    assert_eq!(bench.get("/admin/price-lists").await["count"], 0);
}
