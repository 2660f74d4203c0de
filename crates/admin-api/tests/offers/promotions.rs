//! Promotions and campaigns at the door.

use serde_json::{Value, json};

use super::{each, names};
use crate::bench::Bench;

fn ten_percent(code: &str) -> Value {
    json!({
        "code": code, "type": "standard", "status": "active",
        "application_method": {"type": "percentage", "target_type": "items", "allocation": "across", "value": 10}
    })
}

fn two_for_one(code: &str) -> Value {
    let rules = json!([{"attribute": "items.product.id", "operator": "in", "values": ["prod_a"]}]);
    json!({
        "code": code, "type": "buyget", "status": "active",
        "application_method": {
            "type": "percentage", "target_type": "items", "allocation": "each", "value": 100, "max_quantity": 1,
            "apply_to_quantity": 1, "buy_rules_min_quantity": 2, "buy_rules": rules, "target_rules": rules
        }
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_promotion_is_shown_as_the_contract_says() {
    let bench = Bench::new().await;
    let mut body = two_for_one("B2G1");
    body["limit"] = json!(3);
    body["rules"] = json!([{"attribute": "region.id", "operator": "eq", "values": bench.region}]);
    body["campaign"] = json!({"name": "Spring", "campaign_identifier": "spring", "budget": {
        "type": "spend", "limit": 12.5, "currency_code": "eur"
    }});
    let promotion = &bench.post("/admin/promotions", body).await["promotion"];
    assert_eq!(
        names(promotion),
        [
            "application_method",
            "campaign",
            "campaign_id",
            "code",
            "created_at",
            "deleted_at",
            "id",
            "is_automatic",
            "is_tax_inclusive",
            "limit",
            "metadata",
            "rules",
            "status",
            "type",
            "updated_at",
            "used"
        ]
    );
    assert_eq!((&promotion["limit"], &promotion["used"], &promotion["type"]), (&json!(3), &json!(0), &json!("buyget")));
    let method = &promotion["application_method"];
    assert_eq!(
        names(method),
        [
            "allocation",
            "apply_to_quantity",
            "buy_rules",
            "buy_rules_min_quantity",
            "created_at",
            "currency_code",
            "deleted_at",
            "id",
            "max_quantity",
            "promotion_id",
            "raw_value",
            "target_rules",
            "target_type",
            "type",
            "updated_at",
            "value"
        ]
    );
    assert_eq!((&method["value"], &method["promotion_id"]), (&json!(100), &promotion["id"]));
    assert_eq!(method["raw_value"], json!({"value": "100", "precision": 20}));
    let rule = &method["buy_rules"][0];
    assert_eq!(
        names(rule),
        ["attribute", "created_at", "deleted_at", "description", "id", "operator", "updated_at", "values"]
    );
    assert_eq!(rule["values"], json!([{"value": "prod_a"}]));
    let rule = &promotion["rules"][0];
    assert_eq!(names(rule), ["attribute", "id", "operator", "values"]);
    assert_eq!(rule["values"], json!([{"value": bench.region}]));
    let campaign = &promotion["campaign"];
    assert_eq!(
        names(campaign),
        [
            "budget",
            "campaign_identifier",
            "created_at",
            "deleted_at",
            "description",
            "ends_at",
            "id",
            "name",
            "starts_at",
            "updated_at"
        ]
    );
    assert_eq!(promotion["campaign_id"], campaign["id"]);
    let budget = &campaign["budget"];
    assert_eq!(
        names(budget),
        [
            "attribute",
            "campaign_id",
            "created_at",
            "currency_code",
            "deleted_at",
            "id",
            "limit",
            "raw_limit",
            "raw_used",
            "type",
            "updated_at",
            "used"
        ]
    );
    assert_eq!((&budget["limit"], &budget["used"]), (&json!(12.5), &json!(0)));

    let id = promotion["id"].as_str().unwrap();
    assert_eq!(&bench.get(&format!("/admin/promotions/{id}")).await["promotion"], promotion);
    assert_eq!(&bench.get("/admin/promotions/B2G1").await["promotion"], promotion);
    assert_eq!(&bench.get("/admin/promotions").await["promotions"][0], promotion);
    let some = bench.get(&format!("/admin/promotions/{id}?fields=code,-id,application_method.value")).await;
    assert_eq!(names(&some["promotion"]), ["application_method", "code", "id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_contradicts_itself_is_refused_by_its_field() {
    let bench = Bench::new().await;
    bench.post("/admin/promotions", ten_percent("TEN")).await;
    let spoilt = |path: &str, value: Value| {
        let mut body = ten_percent("NEW");
        *body.pointer_mut(path).unwrap() = value;
        body
    };
    let mut both = ten_percent("NEW");
    both["campaign_id"] = json!("procamp_x");
    both["campaign"] = json!({"name": "A", "campaign_identifier": "a"});
    let mut missing = ten_percent("NEW");
    missing["campaign_id"] = json!("procamp_x");
    for (body, field) in [
        (ten_percent("TEN"), "code"),
        (spoilt("/application_method/value", json!(150)), "application_method.value"),
        (spoilt("/application_method/value", json!(0)), "application_method.value"),
        (spoilt("/application_method/type", json!("fixed")), "application_method.currency_code"),
        (spoilt("/application_method/type", json!("gift")), "application_method.type"),
        (spoilt("/application_method/allocation", json!("each")), "application_method.max_quantity"),
        (spoilt("/status", json!("live")), "status"),
        (both, "campaign"),
        (missing, "campaign_id"),
    ] {
        let (status, message) = bench.refused("/admin/promotions", body.clone()).await;
        assert_eq!((status, message.contains(field)), (400, true), "{body}: {message}");
    }
    // Nothing is left of a campaign whose promotion was refused.
    let mut body = ten_percent("TEN");
    body["campaign"] = json!({"name": "A", "campaign_identifier": "a"});
    bench.refused("/admin/promotions", body).await;
    assert_eq!(bench.get("/admin/campaigns").await["count"], 0);
    let endless = json!({"name": "A", "campaign_identifier": "a", "starts_at": "soon"});
    assert!(bench.refused("/admin/campaigns", endless).await.1.contains("starts_at"));
    bench.post("/admin/campaigns", json!({"name": "A", "campaign_identifier": "a"})).await;
    let again = json!({"name": "B", "campaign_identifier": "a"});
    assert!(bench.refused("/admin/campaigns", again).await.1.contains("campaign_identifier"));
}

#[tokio::test(flavor = "multi_thread")]
async fn promotions_are_listed_changed_and_removed() {
    let bench = Bench::new().await;
    for code in ["SPRING", "AUTUMN", "SUMMER"] {
        let mut body = ten_percent(code);
        if code == "SUMMER" {
            body["application_method"]["currency_code"] = json!("usd");
        }
        bench.post("/admin/promotions", body).await;
    }
    let codes = async |query: &str| {
        let answer = bench.get(&format!("/admin/promotions?{query}")).await;
        each(&answer["promotions"], "code").into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(codes("order=code").await, ["AUTUMN", "SPRING", "SUMMER"]);
    assert_eq!(codes("order=-code&limit=1&offset=1").await, ["SPRING"]);
    assert_eq!(codes("q=sum").await, ["SUMMER"]);
    assert_eq!(codes("code[$like]=S%25&order=code").await, ["SPRING", "SUMMER"]);
    assert_eq!(codes("application_method[currency_code]=usd").await, ["SUMMER"]);
    assert!(codes("created_at[$gt]=2100-01-01").await.is_empty());

    let campaign = bench.post("/admin/campaigns", json!({"name": "A", "campaign_identifier": "a"})).await;
    let campaign_id = campaign["campaign"]["id"].as_str().unwrap();
    let change = json!({
        "code": "WINTER", "status": "inactive", "limit": 5, "campaign_id": campaign_id,
        "application_method": {"value": 15.5, "allocation": "once", "max_quantity": 2}
    });
    let id = bench.get("/admin/promotions/SPRING").await["promotion"]["id"].as_str().unwrap().to_owned();
    let path = format!("/admin/promotions/{id}");
    let changed = bench.post(&path, change).await["promotion"].clone();
    assert_eq!(
        (&changed["code"], &changed["status"], &changed["limit"]),
        (&json!("WINTER"), &json!("inactive"), &json!(5))
    );
    assert_eq!((&changed["campaign_id"], &changed["application_method"]["value"]), (&json!(campaign_id), &json!(15.5)));
    let cleared = json!({"limit": null, "campaign_id": null, "application_method": {"allocation": "across", "max_quantity": null}});
    let cleared = bench.post(&path, cleared).await["promotion"].clone();
    assert!(cleared["limit"].is_null() && cleared["campaign"].is_null(), "{cleared}");
    assert!(cleared["application_method"]["max_quantity"].is_null(), "{cleared}");
    assert_eq!(bench.delete(&path).await, json!({"id": id, "object": "promotion", "deleted": true}));
    assert_eq!(codes("order=code").await, ["AUTUMN", "SUMMER"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_are_shown_with_names_and_changed_in_batches() {
    let bench = Bench::new().await;
    let mut body = two_for_one("B2G1");
    body["application_method"]["currency_code"] = json!("eur");
    body["rules"] = json!([
        {"attribute": "region.id", "operator": "in", "values": [bench.region, "reg_gone"]},
        {"attribute": "item_subtotal", "operator": "gte", "values": "100"}
    ]);
    let promotion = bench.post("/admin/promotions", body).await["promotion"].clone();
    let path = format!("/admin/promotions/{}", promotion["id"].as_str().unwrap());
    let rules = bench.get(&format!("{path}/rules")).await["rules"].clone();
    assert_eq!(each(&rules, "attribute"), ["currency_code", "region.id", "item_subtotal"]);
    assert_eq!(each(&rules, "operator_label"), ["Equals", "In", "Greater than or equal to"]);
    assert_eq!(rules[0]["values"], json!([{"label": "eur", "value": "eur"}]));
    let named = json!([{"value": bench.region, "label": "Europe"}, {"value": "reg_gone", "label": "reg_gone"}]);
    assert_eq!(rules[1]["values"], named);
    assert_eq!((&rules[1]["id"], &rules[2]["values"]), (&promotion["rules"][0]["id"], &json!("100")));
    let rules = bench.get(&format!("{path}/buy-rules")).await["rules"].clone();
    assert_eq!((&rules[0]["attribute"], &rules[0]["values"]), (&json!("buy_rules_min_quantity"), &json!(2)));
    let rules = bench.get(&format!("{path}/target-rules")).await["rules"].clone();
    assert_eq!(each(&rules, "attribute"), ["apply_to_quantity", "items.product.id"]);

    let batch = json!({
        "create": [{"attribute": "sales_channel_id", "operator": "eq", "values": [bench.channel]}],
        "update": [{"id": promotion["rules"][0]["id"], "operator": "ne", "values": "reg_b"}],
        "delete": [promotion["rules"][1]["id"]]
    });
    let done = bench.post(&format!("{path}/rules/batch"), batch).await;
    assert_eq!(names(&done["created"][0]), ["attribute", "description", "id", "operator", "values"]);
    assert_eq!(done["updated"][0]["values"], json!([{"value": "reg_b"}]));
    let deleted = json!({"ids": [promotion["rules"][1]["id"]], "object": "promotion-rule", "deleted": true});
    assert_eq!(done["deleted"], deleted);
    let after = bench.get(&path).await["promotion"]["rules"].clone();
    assert_eq!(each(&after, "attribute"), ["region.id", "sales_channel_id"]);
    assert_eq!(after[0]["operator"], "ne");

    // Without buy rules it would be another promotion.
    let buy_rule = &promotion["application_method"]["buy_rules"][0]["id"];
    let (status, message) = bench.refused(&format!("{path}/buy-rules/batch"), json!({"delete": [buy_rule]})).await;
    assert_eq!((status, message.contains("buy_rules")), (400, true), "{message}");
    let unknown = json!({"update": [{"id": "prorul_x", "values": "1"}]});
    assert!(bench.refused(&format!("{path}/target-rules/batch"), unknown).await.1.contains("update[0].id"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_rules_can_ask_and_compare_with_is_listed() {
    let bench = Bench::new().await;
    let options = async |query: &str| {
        let answer = bench.get(&format!("/admin/promotions/rule-attribute-options/{query}")).await;
        each(&answer["attributes"], "id").into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let of_carts = ["customer_group", "region", "country", "sales_channel", "item_subtotal", "currency_code"];
    assert_eq!(options("rules").await, of_carts);
    let of_items = ["product", "product_category", "product_collection", "product_type", "product_tag"];
    assert_eq!(options("target-rules").await, of_items);
    let query = "target-rules?application_method_target_type=shipping_methods";
    assert_eq!(options(query).await, ["shipping_option_type"]);
    assert!(options("buy-rules?promotion_type=buyget").await.contains(&"buy_rules_min_quantity".to_owned()));
    let answer = bench.get("/admin/promotions/rule-attribute-options/rules?application_method_type=fixed").await;
    assert_eq!(answer["attributes"][5]["required"], true);

    let values = async |path: &str| bench.get(&format!("/admin/promotions/rule-value-options/{path}")).await;
    let regions = values("rules/region").await;
    assert_eq!(regions["values"], json!([{"label": "Europe", "value": bench.region}]));
    assert_eq!((&regions["count"], &regions["limit"]), (&json!(1), &json!(100)));
    assert_eq!(values("rules/sales_channel?q=web").await["values"][0]["value"], bench.channel);
    assert_eq!(values("rules/sales_channel?q=shop").await["count"], 0);
    assert_eq!(values("rules/country?value=de").await["values"], json!([{"label": "Germany", "value": "de"}]));
    assert_eq!(values("rules/currency_code?value[]=eur&value[]=jpy").await["count"], 2);
    let group = bench.post("/admin/customer-groups", json!({"name": "Members"})).await;
    let member = json!([{"label": "Members", "value": group["customer_group"]["id"]}]);
    assert_eq!(values("rules/customer_group").await["values"], member);
    let product =
        bench.post("/admin/products", json!({"title": "A print", "options": [{"title": "Size", "values": ["A4"]}]}));
    let product = product.await["product"]["id"].clone();
    assert_eq!(values("buy-rules/product?q=print").await["values"], json!([{"label": "A print", "value": product}]));
    bench.post("/admin/product-tags", json!({"value": "blue"})).await;
    assert_eq!(values("target-rules/product_tag").await["values"][0]["label"], "blue");
    for (path, field) in [
        ("rule-attribute-options/wishes", "rule_type"),
        ("rule-value-options/rules/product", "rule_attribute_id"),
        ("rule-value-options/rules/item_subtotal", "rule_attribute_id"),
    ] {
        let (status, answer) = bench.send("GET", &format!("/admin/promotions/{path}"), Some(&bench.staff), None).await;
        assert_eq!((status, answer["message"].as_str().unwrap().contains(field)), (400, true), "{path}: {answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn campaigns_gather_promotions() {
    let bench = Bench::new().await;
    let budget = json!({"type": "use_by_attribute", "limit": 2, "attribute": "customer_email"});
    let body =
        json!({"name": "Winter", "campaign_identifier": "winter", "budget": budget, "ends_at": "2100-01-01T00:00:00Z"});
    let campaign = bench.post("/admin/campaigns", body).await["campaign"].clone();
    assert_eq!(campaign["ends_at"], "2100-01-01T00:00:00.000Z");
    assert_eq!((&campaign["budget"]["attribute"], &campaign["budget"]["limit"]), (&json!("customer_email"), &json!(2)));
    let id = campaign["id"].as_str().unwrap();
    let path = format!("/admin/campaigns/{id}");
    let promotion = bench.post("/admin/promotions", ten_percent("TEN")).await["promotion"].clone();
    bench.post(&format!("{path}/promotions"), json!({"add": [promotion["id"]]})).await;
    assert_eq!(bench.get(&format!("/admin/promotions?campaign_id={id}")).await["count"], 1);
    assert_eq!(bench.get("/admin/promotions/TEN").await["promotion"]["campaign"]["id"], id);

    let change = json!({"name": "Winter sale", "ends_at": null, "budget": {"limit": 5}});
    let changed = bench.post(&path, change).await["campaign"].clone();
    assert_eq!((&changed["name"], &changed["ends_at"]), (&json!("Winter sale"), &Value::Null));
    assert_eq!(changed["budget"]["limit"], 5);
    assert_eq!(bench.get("/admin/campaigns?q=sale&order=-name").await["campaigns"][0], changed);
    assert_eq!(bench.get("/admin/campaigns?campaign_identifier=spring").await["count"], 0);
    assert_eq!(bench.get("/admin/campaigns?budget[currency_code]=eur").await["count"], 0);

    bench.post(&format!("{path}/promotions"), json!({"remove": [promotion["id"]]})).await;
    assert!(bench.get("/admin/promotions/TEN").await["promotion"]["campaign"].is_null());
    let unknown = json!({"add": ["promo_x"]});
    assert!(bench.refused(&format!("{path}/promotions"), unknown).await.1.contains("add[0]"));
    assert_eq!(bench.delete(&path).await, json!({"id": id, "object": "campaign", "deleted": true}));
    assert_eq!(bench.get("/admin/campaigns").await["count"], 0);
}
