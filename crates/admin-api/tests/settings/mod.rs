//! Taxes, price preferences, reasons and the other settings of the shop, as staff works with them.

use serde_json::{Value, json};

use crate::bench::Bench;

/// Refusals: the status and the type, and that the message names the field.
async fn refused(bench: &Bench, method: &str, path: &str, body: &Value, status: u16, field: &str) {
    let (is, answer) = bench.send(method, path, Some(&bench.staff), Some(&body.to_string())).await;
    assert_eq!(is, status, "{method} {path} {body}: {answer}");
    assert!(answer["message"].as_str().unwrap().contains(field), "{field}: {answer}");
}

async fn deleted(bench: &Bench, path: &str, object: &str) {
    let (status, answer) = bench.send("DELETE", path, Some(&bench.staff), None).await;
    let id = path.rsplit('/').next().unwrap();
    assert_eq!((status, &answer), (200, &json!({"id": id, "object": object, "deleted": true})));
}

fn id(value: &Value) -> String {
    value["id"].as_str().unwrap().to_owned()
}

fn names(value: &Value) -> Vec<&str> {
    let mut names: Vec<_> = value.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

#[tokio::test(flavor = "multi_thread")]
async fn tax_regions_are_a_country_and_its_provinces() {
    let bench = Bench::new().await;
    let body = json!({"country_code": "US", "provider_id": "tp_system",
        "default_tax_rate": {"rate": 7.25, "code": "US", "name": "US default"}});
    let country = bench.post("/admin/tax-regions", body).await["tax_region"].clone();
    assert_eq!((&country["country_code"], &country["province_code"]), (&json!("us"), &Value::Null));
    assert_eq!((&country["children"], &country["parent"]), (&json!([]), &Value::Null));
    assert!(country["created_by"].as_str().unwrap().starts_with("user_"));
    let rate = &country["tax_rates"][0];
    assert_eq!((&rate["rate"], &rate["is_default"], &rate["rules"]), (&json!(7.25), &json!(true), &json!([])));
    assert_eq!(rate["tax_region_id"], country["id"]);

    let body = json!({"country_code": "us", "province_code": "us-ca", "parent_id": country["id"]});
    let province = bench.post("/admin/tax-regions", body).await["tax_region"].clone();
    assert_eq!((&province["parent_id"], &province["parent"]["country_code"]), (&country["id"], &json!("us")));
    let path = format!("/admin/tax-regions/{}", id(&country));
    assert_eq!(bench.get(&path).await["tax_region"]["children"][0]["province_code"], "us-ca");

    bench.post("/admin/tax-regions", json!({"country_code": "ca"})).await;
    for (body, field) in [
        (json!({"province_code": "ca"}), "country_code"),
        (json!({"country_code": "atlantis"}), "country_code"),
        (json!({"country_code": "us"}), "country_code"),
        (json!({"country_code": "us", "province_code": "ca-on"}), "province_code"),
        (json!({"country_code": "ca", "province_code": "on", "parent_id": country["id"]}), "parent_id"),
        (json!({"country_code": "de", "province_code": "by"}), "province_code"),
        (json!({"country_code": "de", "provider_id": "tp_nope"}), "provider_id"),
        (json!({"country_code": "de", "default_tax_rate": {"rate": -1, "code": "x", "name": "x"}}), "rate"),
    ] {
        refused(&bench, "POST", "/admin/tax-regions", &body, 400, field).await;
    }
    for (query, count) in [
        ("", 3),
        ("country_code=us", 2),
        ("parent_id=null", 2),
        ("province_code[$ne]=us-ca", 2),
        ("$or[0][country_code]=ca&$or[1][province_code]=us-ca", 2),
        ("q=us-", 1),
        ("limit=1", 3),
    ] {
        assert_eq!(bench.get(&format!("/admin/tax-regions?{query}")).await["count"], count, "{query}");
    }
    let path = format!("/admin/tax-regions/{}", id(&province));
    let changed = bench.post(&path, json!({"province_code": "us-ny", "metadata": {"note": "moved"}})).await;
    assert_eq!(changed["tax_region"]["province_code"], "us-ny");
    refused(&bench, "POST", &path, &json!({"province_code": "ca-on"}), 400, "province_code").await;
    deleted(&bench, &format!("/admin/tax-regions/{}", id(&country)), "tax_region").await;
    assert_eq!(bench.send("GET", &path, Some(&bench.staff), None).await.0, 404);
    let providers = bench.get("/admin/tax-providers").await;
    assert_eq!(providers["tax_providers"], json!([{"id": "tp_system", "is_enabled": true}]));
}

#[tokio::test(flavor = "multi_thread")]
async fn tax_rates_apply_to_what_their_rules_name() {
    let bench = Bench::new().await;
    let region = bench.post("/admin/tax-regions", json!({"country_code": "de"})).await["tax_region"].clone();
    let product = bench.post("/admin/products", json!({"title": "Book"})).await["product"].clone();
    let kind = bench.post("/admin/product-types", json!({"value": "print"})).await["product_type"].clone();
    let standard =
        json!({"tax_region_id": region["id"], "name": "MwSt", "code": "DE19", "rate": 19, "is_default": true});
    let standard = bench.post("/admin/tax-rates", standard).await["tax_rate"].clone();
    assert_eq!(
        names(&standard["tax_region"]),
        [
            "country_code",
            "created_at",
            "created_by",
            "deleted_at",
            "id",
            "metadata",
            "parent",
            "parent_id",
            "provider",
            "provider_id",
            "province_code",
            "updated_at"
        ]
    );
    let body = json!({"tax_region_id": region["id"], "name": "reduced", "code": "DE7", "rate": 7,
        "rules": [{"reference": "product", "reference_id": product["id"]}]});
    let reduced = bench.post("/admin/tax-rates", body).await["tax_rate"].clone();
    assert_eq!(
        names(&reduced["rules"][0]),
        [
            "created_at",
            "created_by",
            "deleted_at",
            "id",
            "metadata",
            "reference",
            "reference_id",
            "tax_rate_id",
            "updated_at"
        ]
    );
    let rules = format!("/admin/tax-rates/{}/rules", id(&reduced));
    let added = bench.post(&rules, json!({"reference": "product_type", "reference_id": kind["id"]})).await;
    assert_eq!(added["tax_rate"]["rules"].as_array().unwrap().len(), 2);
    let gone = id(&reduced["rules"][0]);
    let (status, answer) = bench.send("DELETE", &format!("{rules}/{gone}"), Some(&bench.staff), None).await;
    assert_eq!((status, &answer["id"], &answer["deleted"]), (200, &json!(gone), &json!(true)));
    assert_eq!(answer["parent"]["rules"][0]["reference_id"], kind["id"]);

    let again = json!({"tax_region_id": region["id"], "name": "x", "code": "x", "rate": 1, "is_default": true});
    refused(&bench, "POST", "/admin/tax-rates", &again, 400, "is_default").await;
    for (change, field) in [
        (json!({"tax_region_id": "txreg_nope"}), "tax_region_id"),
        (json!({"rate": 1001}), "rate"),
        (json!({"rate": "7"}), "rate"),
        (json!({"name": ""}), "name"),
        (json!({"rules": [{"reference": "product", "reference_id": "prod_nope"}]}), "reference_id"),
        (json!({"rules": [{"reference": "colour", "reference_id": "red"}]}), "reference"),
        (json!({"rules": [{"reference": "shipping_option", "reference_id": "so_nope"}]}), "reference_id"),
    ] {
        let mut body = json!({"tax_region_id": region["id"], "name": "bad", "code": "bad", "rate": 1});
        for (name, value) in change.as_object().unwrap() {
            body[name] = value.clone();
        }
        refused(&bench, "POST", "/admin/tax-rates", &body, 400, field).await;
    }
    let path = format!("/admin/tax-rates/{}", id(&reduced));
    let changed = bench.post(&path, json!({"rate": 7.5, "is_combinable": true, "rules": []})).await;
    assert_eq!((&changed["tax_rate"]["rate"], &changed["tax_rate"]["rules"]), (&json!(7.5), &json!([])));
    for (query, count) in [("", 2), ("is_default=true", 1), ("q=de7", 1), ("tax_region_id=txreg_nope", 0)] {
        assert_eq!(bench.get(&format!("/admin/tax-rates?{query}")).await["count"], count, "{query}");
    }
    deleted(&bench, &path, "tax_rate").await;
    assert_eq!(bench.send("GET", &path, Some(&bench.staff), None).await.0, 404);
    assert_eq!(bench.send("POST", &path, Some(&bench.staff), Some("{}")).await.0, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn price_preferences_and_regions_say_the_same() {
    let bench = Bench::new().await;
    let about_region = bench.get("/admin/price-preferences?attribute=region_id").await["price_preferences"][0].clone();
    assert_eq!((&about_region["value"], &about_region["is_tax_inclusive"]), (&json!(bench.region), &json!(false)));
    assert_eq!(
        names(&about_region),
        ["attribute", "created_at", "deleted_at", "id", "is_tax_inclusive", "updated_at", "value"]
    );
    bench.post(&format!("/admin/price-preferences/{}", id(&about_region)), json!({"is_tax_inclusive": true})).await;
    let shown = bench.get(&format!("/admin/regions/{}?fields=%2Bis_tax_inclusive", bench.region)).await;
    assert_eq!(shown["region"]["is_tax_inclusive"], true);
    bench.post(&format!("/admin/regions/{}", bench.region), json!({"is_tax_inclusive": false})).await;
    let path = format!("/admin/price-preferences/{}", id(&about_region));
    assert_eq!(bench.get(&path).await["price_preference"]["is_tax_inclusive"], false);

    let body = json!({"attribute": "currency_code", "value": "EUR", "is_tax_inclusive": true});
    let made = bench.post("/admin/price-preferences", body.clone()).await["price_preference"].clone();
    assert_eq!(made["value"], "eur");
    refused(&bench, "POST", "/admin/price-preferences", &body, 422, "value").await;
    for (body, field) in [
        (json!({"attribute": "colour", "value": "red"}), "attribute"),
        (json!({"attribute": "currency_code", "value": "zzz"}), "value"),
        (json!({"attribute": "region_id", "value": "reg_nope"}), "value"),
        (json!({"attribute": "region_id"}), "value"),
    ] {
        refused(&bench, "POST", "/admin/price-preferences", &body, 400, field).await;
    }
    deleted(&bench, &format!("/admin/price-preferences/{}", id(&made)), "price_preference").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reasons_come_and_go() {
    let bench = Bench::new().await;
    let fit = bench.post("/admin/return-reasons", json!({"value": "fit", "label": "Does not fit"})).await;
    let fit = fit["return_reason"].clone();
    assert_eq!((&fit["parent_return_reason"], &fit["return_reason_children"]), (&Value::Null, &json!([])));
    let body =
        json!({"value": "small", "label": "Too small", "parent_return_reason_id": fit["id"], "description": "tight"});
    let small = bench.post("/admin/return-reasons", body.clone()).await["return_reason"].clone();
    assert_eq!(small["parent_return_reason"]["value"], "fit");
    refused(&bench, "POST", "/admin/return-reasons", &body, 422, "value").await;
    let body = json!({"value": "x", "label": "x", "parent_return_reason_id": "rr_nope"});
    refused(&bench, "POST", "/admin/return-reasons", &body, 400, "parent_return_reason_id").await;
    refused(&bench, "POST", "/admin/return-reasons", &json!({"label": "x"}), 400, "value").await;
    let listed = bench.get("/admin/return-reasons?parent_return_reason_id=null").await;
    assert_eq!((&listed["count"], &listed["return_reasons"][0]["label"]), (&json!(1), &json!("Does not fit")));
    assert_eq!(
        names(&listed["return_reasons"][0]),
        ["created_at", "deleted_at", "description", "id", "label", "parent_return_reason_id", "updated_at", "value"]
    );
    let path = format!("/admin/return-reasons/{}", id(&fit));
    let (status, answer) = bench.send("DELETE", &path, Some(&bench.staff), None).await;
    assert_eq!((status, &answer["type"]), (400, &json!("not_allowed")));
    let changed = bench.post(&path, json!({"value": "fit", "label": "Wrong size", "description": null})).await;
    assert_eq!(changed["return_reason"]["return_reason_children"][0]["id"], small["id"]);
    deleted(&bench, &format!("/admin/return-reasons/{}", id(&small)), "return_reason").await;
    deleted(&bench, &path, "return_reason").await;

    let refund = bench.post("/admin/refund-reasons", json!({"label": "Goodwill", "code": "goodwill"})).await;
    let refund = refund["refund_reason"].clone();
    assert_eq!(names(&refund), ["code", "created_at", "deleted_at", "description", "id", "label", "updated_at"]);
    refused(&bench, "POST", "/admin/refund-reasons", &json!({"label": "x", "code": "goodwill"}), 422, "code").await;
    refused(&bench, "POST", "/admin/refund-reasons", &json!({"label": "x"}), 400, "code").await;
    refused(&bench, "POST", "/admin/refund-reasons", &json!({"label": "x", "code": "y", "wibble": 1}), 400, "wibble")
        .await;
    let path = format!("/admin/refund-reasons/{}", id(&refund));
    assert_eq!(bench.post(&path, json!({"label": "Kindness"})).await["refund_reason"]["label"], "Kindness");
    assert_eq!(bench.get("/admin/refund-reasons?q=kind&order=-code").await["count"], 1);
    deleted(&bench, &path, "refund_reason").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_shop_does_not_keep_is_an_empty_list() {
    let bench = Bench::new().await;
    for (path, name) in [
        ("claims", "claims"),
        ("draft-orders", "draft_orders"),
        ("exchanges", "exchanges"),
        ("notifications", "notifications"),
        ("returns", "returns"),
        ("workflows-executions", "workflow_executions"),
    ] {
        let listed = bench.get(&format!("/admin/{path}?limit=5")).await;
        assert_eq!(listed, json!({name: [], "count": 0, "offset": 0, "limit": 5}));
    }
    assert_eq!(bench.get("/admin/feature-flags").await["feature_flags"]["caching"], true);
    assert_eq!(bench.get("/admin/search-indexes").await, json!({"search_indexes": [], "enabled": true}));
    assert_eq!(bench.get("/admin/plugins").await["plugins"].as_array().unwrap().len(), 1);
    let providers = bench.get("/admin/payments/payment-providers").await;
    assert_eq!(providers["payment_providers"], json!([{"id": "pp_system_default", "is_enabled": true}]));
    assert_eq!(bench.get("/admin/payments/payment-providers?is_enabled=false").await["count"], 0);
    assert_eq!(bench.send("GET", "/admin/returns", None, None).await.0, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_shop_has_languages() {
    let bench = Bench::new().await;
    let store = bench.get("/admin/stores").await["stores"][0].clone();
    let path = format!("/admin/stores/{}", id(&store));
    bench.post(&path, json!({"supported_locales": [{"locale_code": "en"}, {"locale_code": "de-AT"}]})).await;
    let shown = bench.get(&format!("{path}?fields=*supported_locales")).await;
    assert_eq!(shown["store"]["supported_locales"][1]["locale_code"], "de-AT");
    refused(&bench, "POST", &path, &json!({"supported_locales": [{"locale_code": "??"}]}), 400, "supported_locales")
        .await;
}
