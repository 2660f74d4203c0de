//! How things are sent, as staff works with it: profiles, types, sets with their zones, options, providers.

use serde_json::{Value, json};

use crate::bench::Bench;

fn id(value: &Value) -> String {
    value["id"].as_str().unwrap().to_owned()
}

fn names(value: &Value) -> Vec<&str> {
    let mut names: Vec<_> = value.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

async fn refused(bench: &Bench, method: &str, path: &str, body: &Value, status: u16, field: &str) {
    let (is, answer) = bench.send(method, path, Some(&bench.staff), Some(&body.to_string())).await;
    assert_eq!(is, status, "{method} {path} {body}: {answer}");
    assert!(answer["message"].as_str().unwrap().contains(field), "{field}: {answer}");
}

async fn delete(bench: &Bench, path: &str) -> (u16, Value) {
    bench.send("DELETE", path, Some(&bench.staff), None).await
}

/// A location that delivers to Germany, and what is needed for options there.
struct Harbour {
    bench: Bench,
    location: String,
    set: String,
    zone: String,
    profile: String,
}

impl Harbour {
    async fn open() -> Self {
        let bench = Bench::new().await;
        let body = json!({"name": "Harbour", "address": {"address_1": "Quay 1", "country_code": "de"}});
        let location = id(&bench.post("/admin/stock-locations", body).await["stock_location"]);
        let path = format!("/admin/stock-locations/{location}");
        bench.post(&format!("{path}/fulfillment-providers"), json!({"add": ["manual_manual"]})).await;
        bench.post(&format!("{path}/fulfillment-sets"), json!({"name": "Delivery", "type": "shipping"})).await;
        let shown = bench.get(&format!("{path}?fields=*fulfillment_sets,*fulfillment_providers")).await;
        assert_eq!(shown["stock_location"]["fulfillment_providers"][0]["id"], "manual_manual");
        let set = id(&shown["stock_location"]["fulfillment_sets"][0]);
        let body = json!({"name": "Germany", "geo_zones": [{"type": "country", "country_code": "de"}]});
        let made = bench.post(&format!("/admin/fulfillment-sets/{set}/service-zones"), body).await;
        let zone = &made["fulfillment_set"]["service_zones"][0];
        assert_eq!(zone["geo_zones"][0]["country_code"], "de");
        let profile = bench.post("/admin/shipping-profiles", json!({"name": "Parcels", "type": "default"})).await;
        let (zone, profile) = (id(zone), id(&profile["shipping_profile"]));
        Self { bench, location, set, zone, profile }
    }

    fn option(&self) -> Value {
        json!({"name": "Standard", "service_zone_id": self.zone, "shipping_profile_id": self.profile,
        "price_type": "flat", "provider_id": "manual_manual",
        "type": {"label": "Standard", "description": "In 2-3 days.", "code": "standard"},
        "prices": [
            {"currency_code": "eur", "amount": 10},
            {"region_id": self.bench.region, "amount": 8.5},
            {"currency_code": "eur", "amount": 0,
             "rules": [{"attribute": "item_total", "operator": "gte", "value": 100.5}]},
        ],
        "rules": [
            {"attribute": "enabled_in_store", "operator": "eq", "value": "true"},
            {"attribute": "is_return", "operator": "eq", "value": "false"},
        ]})
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_option_is_shown_with_all_that_is_around_it() {
    let shop = Harbour::open().await;
    let bench = &shop.bench;
    let option = bench.post("/admin/shipping-options", shop.option()).await["shipping_option"].clone();
    assert_eq!(
        names(&option),
        [
            "created_at",
            "data",
            "id",
            "metadata",
            "name",
            "price_type",
            "prices",
            "provider",
            "provider_id",
            "rules",
            "service_zone",
            "service_zone_id",
            "shipping_profile",
            "shipping_profile_id",
            "type",
            "updated_at"
        ]
    );
    let prices = option["prices"].as_array().unwrap();
    let shown: Vec<_> = prices.iter().map(|price| (&price["amount"], &price["rules_count"])).collect();
    assert_eq!(shown, [(&json!(10), &json!(0)), (&json!(8.5), &json!(1)), (&json!(0), &json!(1))]);
    assert_eq!(prices[1]["price_rules"][0]["value"], json!(bench.region));
    assert_eq!(prices[2]["price_rules"][0]["attribute"], "item_total");
    assert_eq!(prices[2]["price_rules"][0]["value"], "100.5");
    assert_eq!(
        names(&prices[0]),
        [
            "amount",
            "created_at",
            "currency_code",
            "deleted_at",
            "id",
            "max_quantity",
            "min_quantity",
            "price_list",
            "price_list_id",
            "price_rules",
            "price_set_id",
            "raw_amount",
            "raw_max_quantity",
            "raw_min_quantity",
            "rules_count",
            "title",
            "updated_at"
        ]
    );
    assert_eq!(
        names(&option["rules"][0]),
        ["attribute", "created_at", "deleted_at", "id", "operator", "shipping_option_id", "updated_at", "value"]
    );
    assert_eq!(option["service_zone"]["fulfillment_set"], json!({"id": shop.set}));
    assert_eq!(option["shipping_profile"]["name"], "Parcels");
    for (query, count) in [
        (format!("stock_location_id={}", shop.location), 1),
        ("stock_location_id=sloc_nope".to_owned(), 0),
        ("is_return=false".to_owned(), 1),
        ("admin_only=true".to_owned(), 0),
        (format!("shipping_profile_id={}&q=stand", shop.profile), 1),
        (format!("service_zone_id={}&order=-name", shop.zone), 1),
        (format!("shipping_option_type_id={}", id(&option["type"])), 1),
    ] {
        assert_eq!(bench.get(&format!("/admin/shipping-options?{query}")).await["count"], count, "{query}");
    }

    let path = format!("/admin/shipping-options/{}", id(&option));
    let change = json!({"name": "Slow", "prices": [{"id": prices[0]["id"], "amount": 9}], "metadata": {"a": 1}});
    let changed = bench.post(&path, change).await["shipping_option"].clone();
    assert_eq!((&changed["name"], changed["prices"].as_array().unwrap().len()), (&json!("Slow"), 1));
    assert_eq!((&changed["prices"][0]["id"], &changed["prices"][0]["amount"]), (&prices[0]["id"], &json!(9)));

    let body = json!({"create": [{"attribute": "enabled_in_store", "operator": "in", "value": ["true"]}],
        "update": [{"id": option["rules"][0]["id"], "attribute": "enabled_in_store", "operator": "eq", "value": "false"}],
        "delete": [option["rules"][1]["id"]]});
    let answer = bench.post(&format!("{path}/rules/batch"), body).await;
    assert_eq!(
        (&answer["created"][0]["operator"], &answer["updated"][0]["id"]),
        (&json!("in"), &option["rules"][0]["id"])
    );
    assert_eq!(
        answer["deleted"],
        json!({"ids": [option["rules"][1]["id"]], "object": "shipping_option_rule", "deleted": true})
    );
    assert_eq!(bench.get("/admin/shipping-options?admin_only=true").await["count"], 1);
    let body = json!({"delete": [option["rules"][0]["id"]], "update": [
        {"id": "sorul_nope", "attribute": "is_return", "operator": "eq", "value": "true"}]});
    refused(bench, "POST", &format!("{path}/rules/batch"), &body, 400, "update").await;
    assert_eq!(bench.get(&path).await["shipping_option"]["rules"].as_array().unwrap().len(), 2);

    let (_, answer) = delete(bench, &path).await;
    assert_eq!(answer, json!({"id": option["id"], "object": "shipping_option", "deleted": true}));
    assert_eq!(bench.send("GET", &path, Some(&bench.staff), None).await.0, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_option_that_cannot_be_is_refused_by_field() {
    let shop = Harbour::open().await;
    let bench = &shop.bench;
    let with = |name: &str, value: Value| {
        let mut body = shop.option();
        body[name] = value;
        body
    };
    let priced = |price: Value| with("prices", json!([price]));
    let over = |operator: &str, value: Value| {
        json!({"currency_code": "eur", "amount": 1, "rules": [
            {"attribute": "item_total", "operator": operator, "value": value}]})
    };
    let mut untyped = shop.option();
    untyped.as_object_mut().unwrap().remove("type");
    for (body, field) in [
        (untyped, "type"),
        (with("name", json!("")), "name"),
        (with("service_zone_id", json!("serzo_nope")), "service_zone_id"),
        (with("shipping_profile_id", json!("sp_nope")), "shipping_profile_id"),
        (with("provider_id", json!("ups_home")), "provider_id"),
        (with("price_type", json!("calculated")), "price_type"),
        (with("price_type", json!("free")), "price_type"),
        (with("type_id", json!("sotype_nope")), "type_id"),
        (priced(json!({"currency_code": "zzz", "amount": 1})), "prices"),
        (priced(json!({"currency_code": "euro", "amount": 1})), "prices[0].currency_code"),
        (priced(json!({"region_id": "reg_nope", "amount": 1})), "prices[0].region_id"),
        (priced(json!({"currency_code": "eur", "amount": -1})), "prices"),
        (priced(json!({"currency_code": "eur", "amount": "1"})), "prices[0]"),
        (priced(over("ne", json!(1))), "prices[0]"),
        (priced(over("gte", json!("1"))), "prices[0]"),
        (with("rules", json!([{"attribute": "is_return", "operator": "in", "value": "true"}])), "rules.value"),
        (with("rules", json!([{"attribute": "is_return", "operator": "like", "value": "true"}])), "rules[0].operator"),
        (with("wibble", json!(1)), "wibble"),
    ] {
        refused(bench, "POST", "/admin/shipping-options", &body, 400, field).await;
    }
    assert_eq!(bench.get("/admin/shipping-options").await["count"], 0);
    let option = bench.post("/admin/shipping-options", shop.option()).await["shipping_option"].clone();
    let path = format!("/admin/shipping-options/{}", id(&option));
    refused(bench, "POST", &path, &json!({"prices": [{"id": "price_nope", "amount": 1}]}), 400, "prices[0].id").await;
    refused(bench, "POST", "/admin/shipping-options/so_nope", &json!({"name": "x"}), 404, "so_nope").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_options_use_stays() {
    let shop = Harbour::open().await;
    let bench = &shop.bench;
    let option = bench.post("/admin/shipping-options", shop.option()).await["shipping_option"].clone();
    let zone = format!("/admin/fulfillment-sets/{}/service-zones/{}", shop.set, shop.zone);
    let used = [
        format!("/admin/shipping-profiles/{}", shop.profile),
        format!("/admin/shipping-option-types/{}", id(&option["type"])),
        zone.clone(),
        format!("/admin/fulfillment-sets/{}", shop.set),
    ];
    for path in &used {
        let (status, answer) = delete(bench, path).await;
        assert_eq!((status, &answer["type"]), (400, &json!("not_allowed")), "{path}");
    }
    let location = format!("/admin/stock-locations/{}", shop.location);
    assert_eq!(delete(bench, &location).await.0, 400);
    delete(bench, &format!("/admin/shipping-options/{}", id(&option))).await;
    let objects = ["shipping_profile", "shipping_option_type", "service_zone", "fulfillment_set"];
    for (path, object) in used.iter().zip(objects) {
        let (status, answer) = delete(bench, path).await;
        assert_eq!((status, &answer["object"], &answer["deleted"]), (200, &json!(object), &json!(true)), "{path}");
        if object == "service_zone" {
            assert_eq!(answer["parent"]["service_zones"], json!([]));
        }
    }
    assert_eq!(delete(bench, &location).await.0, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn zones_reach_countries_provinces_cities_and_postal_codes() {
    let shop = Harbour::open().await;
    let bench = &shop.bench;
    let zones = format!("/admin/fulfillment-sets/{}/service-zones", shop.set);
    let body = json!({"name": "Near", "geo_zones": [
        {"type": "province", "country_code": "ca", "province_code": "ON"},
        {"type": "city", "country_code": "fr", "province_code": "69", "city": "Lyon"},
        {"type": "zip", "country_code": "gb", "province_code": "eng", "city": "London", "postal_expression": {"begins": "SW1"},
         "metadata": {"note": "the palace"}},
    ]});
    let made = bench.post(&zones, body).await;
    let near = made["fulfillment_set"]["service_zones"][1].clone();
    assert_eq!(near["geo_zones"][2]["postal_expression"], json!({"begins": "SW1"}));
    let path = format!("{zones}/{}", id(&near));
    let shown = bench.get(&path).await["service_zone"].clone();
    assert_eq!((&shown["name"], shown["geo_zones"].as_array().unwrap().len()), (&json!("Near"), 3));
    let kept =
        json!({"id": shown["geo_zones"][0]["id"], "type": "province", "country_code": "ca", "province_code": "qc"});
    let changed = bench.post(&path, json!({"name": "Nearer", "geo_zones": [kept]})).await;
    let nearer = &changed["fulfillment_set"]["service_zones"][1];
    assert_eq!((&nearer["name"], &nearer["geo_zones"][0]["province_code"]), (&json!("Nearer"), &json!("qc")));
    assert_eq!(nearer["geo_zones"][0]["id"], shown["geo_zones"][0]["id"]);
    for (geo, field) in [
        (json!({"type": "country", "country_code": "zz"}), "country_code"),
        (json!({"type": "province", "country_code": "ca"}), "province_code"),
        (json!({"type": "planet", "country_code": "ca"}), "geo_zones[0]"),
        (
            json!({"type": "zip", "country_code": "gb", "province_code": "eng", "city": "x", "postal_expression": {}}),
            "postal_expression",
        ),
    ] {
        refused(bench, "POST", &zones, &json!({"name": "Bad", "geo_zones": [geo]}), 400, field).await;
    }
    refused(bench, "POST", &zones, &json!({"name": " "}), 400, "name").await;
    refused(
        bench,
        "POST",
        "/admin/fulfillment-sets/fuset_nope/service-zones",
        &json!({"name": "x"}),
        404,
        "fuset_nope",
    )
    .await;
    refused(
        bench,
        "GET",
        &format!("/admin/fulfillment-sets/fuset_nope/service-zones/{}", shop.zone),
        &json!({}),
        404,
        "Service zone",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn profiles_types_and_providers() {
    let shop = Harbour::open().await;
    let bench = &shop.bench;
    let profile = bench.get("/admin/shipping-profiles").await["shipping_profiles"][0].clone();
    assert_eq!(names(&profile), ["created_at", "id", "metadata", "name", "type", "updated_at"]);
    let twin = json!({"name": "Parcels", "type": "default"});
    refused(bench, "POST", "/admin/shipping-profiles", &twin, 422, "name").await;
    refused(bench, "POST", "/admin/shipping-profiles", &json!({"name": "x"}), 400, "type").await;
    let path = format!("/admin/shipping-profiles/{}", shop.profile);
    assert_eq!(bench.post(&path, json!({"name": "Boxes"})).await["shipping_profile"]["name"], "Boxes");
    assert_eq!(bench.get("/admin/shipping-profiles?type=bulky").await["count"], 0);

    let body = json!({"label": "By tram", "code": "tram", "description": "On rails"});
    let type_ = bench.post("/admin/shipping-option-types", body).await["shipping_option_type"].clone();
    assert_eq!(names(&type_), ["code", "created_at", "description", "id", "label", "updated_at"]);
    let mut option = shop.option();
    option.as_object_mut().unwrap().remove("type");
    option["type_id"] = type_["id"].clone();
    let option = bench.post("/admin/shipping-options", option).await["shipping_option"].clone();
    assert_eq!(option["type"]["code"], "tram");
    let path = format!("/admin/shipping-option-types/{}", id(&type_));
    bench.post(&path, json!({"label": "By boat"})).await;
    let shown = bench.get(&format!("/admin/shipping-options/{}", id(&option))).await;
    assert_eq!(shown["shipping_option"]["type"]["label"], "By boat");
    refused(bench, "POST", "/admin/shipping-option-types", &json!({"label": "x"}), 400, "code").await;
    refused(bench, "POST", &path, &json!({"label": ""}), 400, "label").await;
    assert_eq!(bench.get("/admin/shipping-option-types?q=boat").await["count"], 1);

    let listed = bench.get("/admin/fulfillment-providers?limit=5").await;
    assert_eq!(listed["fulfillment_providers"], json!([{"id": "manual_manual", "is_enabled": true}]));
    let here = format!("/admin/fulfillment-providers?stock_location_id={}", shop.location);
    assert_eq!(bench.get(&here).await["count"], 1);
    assert_eq!(bench.get("/admin/fulfillment-providers?stock_location_id=sloc_nope").await["count"], 0);
    let services = bench.get("/admin/fulfillment-providers/manual_manual/options").await;
    assert_eq!((&services["count"], &services["fulfillment_options"][1]["is_return"]), (&json!(2), &json!(true)));
    refused(bench, "GET", "/admin/fulfillment-providers/ups_home/options", &json!({}), 404, "ups_home").await;
    let path = format!("/admin/stock-locations/{}/fulfillment-providers", shop.location);
    refused(bench, "POST", &path, &json!({"add": ["ups_home"]}), 400, "add").await;
    bench.post(&path, json!({"remove": ["manual_manual"]})).await;
    assert_eq!(bench.get(&here).await["count"], 0);
}
