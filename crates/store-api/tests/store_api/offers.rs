//! Promotions and price lists as storefronts see them.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use tradewind_accounts::NewCustomerGroup;
use tradewind_kernel::{Currency, Decimal};
use tradewind_offers::{
    Allocation, NewListPrice, NewMethod, NewPriceList, NewPromotion, PriceListStatus, PromotionKind, PromotionStatus,
    Target, ValueKind,
};
use tradewind_pricing::PriceListKind;

use crate::accounts::sign_up;
use crate::shop::{CHART, CHART_FRAMED, EUROPE, STANDARD, TestShop, address, id_of};

async fn promote(shop: &TestShop, code: &str, target: Target, percent: i64, status: PromotionStatus) {
    let new = NewPromotion {
        id: None,
        code: code.to_owned(),
        is_automatic: false,
        is_tax_inclusive: false,
        kind: PromotionKind::Standard,
        status,
        limit: None,
        campaign_id: None,
        method: NewMethod {
            value_kind: ValueKind::Percentage,
            value: percent.into(),
            currency: Some(Currency::EUR),
            target,
            allocation: Some(Allocation::Across),
            max_quantity: None,
            buy_quantity: None,
            apply_to_quantity: None,
            target_rules: Vec::new(),
            buy_rules: Vec::new(),
        },
        rules: Vec::new(),
        metadata: None,
    };
    let offers = shop.state.offers.clone();
    shop.write(move |tx| Box::pin(async move { offers.create_promotion(tx, new).await })).await;
}

/// A price list with one price of the chart, for these groups.
async fn list(shop: &TestShop, kind: PriceListKind, amount: &str, groups: Vec<String>, seconds: Option<i64>) {
    let price = NewListPrice {
        id: None,
        variant_id: CHART.to_owned(),
        currency: Currency::EUR,
        amount: amount.parse::<Decimal>().unwrap(),
        region_id: None,
        min_quantity: None,
        max_quantity: None,
    };
    let new = NewPriceList {
        id: None,
        title: "List".to_owned(),
        description: None,
        kind,
        status: PriceListStatus::Active,
        starts_at: None,
        ends_at: seconds.map(|seconds| shop.state.clock.now().plus_seconds(seconds)),
        customer_group_ids: groups,
        metadata: None,
        prices: vec![price],
    };
    let offers = shop.state.offers.clone();
    shop.write(move |tx| Box::pin(async move { offers.create_price_list(tx, new).await })).await;
}

fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

#[tokio::test]
async fn codes_come_and_go_in_the_shape_of_the_wire() {
    let shop = TestShop::open().await;
    promote(&shop, "TENPCT", Target::Items, 10, PromotionStatus::Active).await;
    promote(&shop, "FREESHIP", Target::ShippingMethods, 100, PromotionStatus::Active).await;
    promote(&shop, "DRAFTY", Target::Items, 50, PromotionStatus::Draft).await;
    let id = shop.cart(&[(CHART, 2)]).await;
    let path = format!("/store/carts/{id}/promotions");
    let give = async |code: &str| shop.post(&path, json!({"promo_codes": [code]})).await;
    let cart = give("TENPCT").await.ok()["cart"].clone();
    assert_eq!(
        (&cart["total"], &cart["discount_total"], &cart["item_discount_total"]),
        (&json!(18), &json!(2), &json!(2))
    );
    let promotion = &cart["promotions"][0];
    assert_eq!(keys(promotion), ["application_method", "code", "id", "is_automatic", "is_tax_inclusive"]);
    let method = &promotion["application_method"];
    assert_eq!(keys(method), ["currency_code", "id", "type", "value"]);
    assert_eq!(
        (&method["value"], &method["type"], &method["currency_code"]),
        (&json!(10), &json!("percentage"), &json!("eur"))
    );
    let adjustment = &cart["items"][0]["adjustments"][0];
    let expected = ["amount", "code", "id", "is_tax_inclusive", "promotion_id"];
    assert_eq!(keys(adjustment), expected);
    assert_eq!((&adjustment["amount"], &adjustment["promotion_id"]), (&json!(2), &promotion["id"]));

    let unknown = give("NOSUCH").await;
    assert_eq!((unknown.status, &unknown.body["type"]), (StatusCode::BAD_REQUEST, &json!("invalid_data")));
    assert!(unknown.text.contains("promo_codes") && unknown.text.contains("NOSUCH"), "{}", unknown.text);
    let draft = give("DRAFTY").await.ok()["cart"].clone();
    assert_eq!((&draft["total"], draft["promotions"].as_array().unwrap().len()), (&json!(18), 1));
    let many: Vec<String> = (0..200).map(|number| format!("CODE{number}")).collect();
    assert_eq!(shop.post(&path, json!({"promo_codes": many})).await.status, StatusCode::BAD_REQUEST);

    let body = json!({"email": "reader@example.com", "shipping_address": address("dk")});
    shop.post(&format!("/store/carts/{id}"), body).await.ok();
    shop.post(&format!("/store/carts/{id}/shipping-methods"), json!({"option_id": STANDARD})).await.ok();
    let cart = give("FREESHIP").await.ok()["cart"].clone();
    assert_eq!(keys(&cart["shipping_methods"][0]["adjustments"][0]), ["amount", "code", "id"]);
    assert_eq!((&cart["shipping_total"], &cart["shipping_discount_total"]), (&json!(0), &json!(5)));
    assert_eq!(cart["promotions"].as_array().unwrap().len(), 2);

    shop.make_ready(&id).await;
    let order = shop.post_nothing(&format!("/store/carts/{id}/complete")).await.ok()["order"].clone();
    let adjustment = &order["items"][0]["adjustments"][0];
    assert_eq!((&adjustment["subtotal"], &adjustment["total"]), (&json!(2), &json!(2.5)));
    assert!(adjustment["id"].as_str().unwrap().starts_with("ordliadj_") && adjustment["description"].is_null());
    assert_eq!(order["shipping_methods"][0]["adjustments"][0]["total"], 5);
    assert_eq!((&order["total"], &order["discount_total"]), (&json!(22.5), &json!(7.5)));
}

#[tokio::test]
async fn codes_of_a_new_cart_and_of_a_change_are_taken_and_removed() {
    let shop = TestShop::open().await;
    promote(&shop, "TENPCT", Target::Items, 10, PromotionStatus::Active).await;
    let items = json!([{"variant_id": CHART, "quantity": 1}]);
    let body = json!({"region_id": EUROPE, "items": items, "promo_codes": ["TENPCT"]});
    let cart = shop.post("/store/carts", body).await.ok()["cart"].clone();
    assert_eq!(cart["total"], 9);
    let path = format!("/store/carts/{}", id_of(&cart));
    assert_eq!(shop.post(&path, json!({"locale": "da-DK"})).await.ok()["cart"]["total"], 9);
    assert_eq!(shop.post(&path, json!({"promo_codes": []})).await.ok()["cart"]["total"], 10);
    assert_eq!(shop.post(&path, json!({"promo_codes": ["TENPCT"]})).await.ok()["cart"]["total"], 9);
    let body = Some(json!({"promo_codes": ["TENPCT", "NEVER"]}));
    let removed = shop.ask_as(None, Method::DELETE, &format!("{path}/promotions"), body).await.ok();
    assert_eq!((&removed["cart"]["total"], &removed["cart"]["promotions"]), (&json!(10), &json!([])));
    let unknown = json!({"region_id": EUROPE, "promo_codes": ["NOSUCH"]});
    assert_eq!(shop.post("/store/carts", unknown).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_sale_shows_beside_the_ordinary_price_until_it_ends() {
    let shop = TestShop::open().await;
    let path = format!("/store/products/prod_chart?region_id={EUROPE}&fields=*variants.calculated_price");
    let price_of =
        async |variant: usize| shop.get(&path).await.ok()["product"]["variants"][variant]["calculated_price"].clone();
    assert_eq!(price_of(0).await["calculated_amount"], 10);
    list(&shop, PriceListKind::Sale, "7.5", Vec::new(), Some(60)).await;
    let price = price_of(0).await;
    assert_eq!((&price["calculated_amount"], &price["original_amount"]), (&json!(7.5), &json!(10)));
    assert_eq!(price["is_calculated_price_price_list"], true);
    assert_eq!(
        (&price["calculated_price"]["price_list_type"], &price["original_price"]["price_list_id"]),
        (&json!("sale"), &Value::Null)
    );
    assert_eq!(price_of(1).await["calculated_amount"], 25);
    let cart = shop.cart(&[(CHART, 1), (CHART_FRAMED, 1)]).await;
    let items = shop.get(&format!("/store/carts/{cart}")).await.ok()["cart"]["items"].clone();
    assert_eq!((&items[0]["unit_price"], &items[0]["compare_at_unit_price"]), (&json!(7.5), &json!(10)));
    assert_eq!((&items[1]["unit_price"], &items[1]["compare_at_unit_price"]), (&json!(25), &Value::Null));
    // Nothing is committed when it ends, and the kept answer is old all the same.
    shop.wait_seconds(60);
    assert_eq!(price_of(0).await["calculated_amount"], 10);
}

#[tokio::test]
async fn a_list_for_a_group_holds_for_who_is_in_it_and_for_nobody_else() {
    let shop = TestShop::open().await;
    let (member, other) = (sign_up(&shop, "member@example.com").await, sign_up(&shop, "other@example.com").await);
    let group = NewCustomerGroup { name: "Members".to_owned(), metadata: None };
    let group = shop.state.accounts.create_group(group, "user_1").await.unwrap().id.as_str().to_owned();
    let me = shop.ask_as(Some(&member), Method::GET, "/store/customers/me", None).await.ok();
    let ids = vec![id_of(&me["customer"])];
    shop.state.accounts.change_group_customers(&group, ids, Vec::new()).await.unwrap();
    list(&shop, PriceListKind::Override, "8", vec![group], None).await;

    let path = format!("/store/products?handle=chart&region_id={EUROPE}&fields=*variants.calculated_price");
    for _ in 0..2 {
        for (who, amount) in [(Some(&member), 8), (Some(&other), 10), (None, 10)] {
            let listed = shop.ask_as(who.map(String::as_str), Method::GET, &path, None).await.ok();
            let price = &listed["products"][0]["variants"][0]["calculated_price"];
            assert_eq!(price["calculated_amount"], amount, "{who:?}");
        }
    }
    let body = json!({"region_id": EUROPE, "items": [{"variant_id": CHART, "quantity": 1}]});
    let cart = shop.ask_as(Some(&member), Method::POST, "/store/carts", Some(body.clone())).await.ok();
    assert_eq!((&cart["cart"]["total"], &cart["cart"]["items"][0]["compare_at_unit_price"]), (&json!(8), &Value::Null));
    let guests = shop.post("/store/carts", body).await.ok()["cart"].clone();
    assert_eq!(guests["total"], 10);
    let path = format!("/store/carts/{}/customer", id_of(&guests));
    let theirs = shop.ask_as(Some(&member), Method::POST, &path, Some(json!({}))).await.ok();
    assert_eq!(theirs["cart"]["total"], 8, "a guest who signs in pays what they pay");
}
