//! What staff has set up, as shoppers meet it: computed delivery prices, prices by total, return reasons.

use serde_json::{Value, json};
use tradewind_fulfilment::{
    NewShippingOption, OptionPrice, PriceRule, PriceType, RuleOperator, ShippingOptionChange, ShippingOptionType,
};
use tradewind_kernel::Currency;
use tradewind_market::NewReturnReason;

use crate::shop::{CHART, EUROPE, STANDARD, TestShop, address, id_of};

/// A cart with so many charts of 10 euros, on its way to Denmark.
async fn cart(shop: &TestShop, quantity: u32) -> String {
    let body = json!({"region_id": EUROPE, "shipping_address": address("dk"),
        "items": [{"variant_id": CHART, "quantity": quantity}]});
    id_of(&shop.post("/store/carts", body).await.ok()["cart"])
}

async fn offered(shop: &TestShop, cart: &str) -> Value {
    shop.get(&format!("/store/shipping-options?cart_id={cart}")).await.ok()["shipping_options"].clone()
}

#[tokio::test]
async fn a_carriers_price_is_offered_and_charged() {
    let shop = TestShop::open().await;
    let fulfilment = shop.state.fulfilment.clone();
    let new = NewShippingOption {
        id: Some("so_weighed".to_owned()),
        name: "By weight".to_owned(),
        price_type: PriceType::Calculated,
        service_zone_id: "serzo_europe".to_owned(),
        shipping_profile_id: "sp_default".to_owned(),
        provider_id: "table_weight".to_owned(),
        type_: ShippingOptionType { label: "Parcel".to_owned(), code: "parcel".to_owned(), ..Default::default() },
        data: Some(json!({"table": [{"up_to_grams": 5000, "prices": {"eur": 6.5}}]})),
        ..NewShippingOption::default()
    };
    shop.write(move |tx| Box::pin(async move { fulfilment.create_option(tx, new).await })).await;
    let cart = cart(&shop, 1).await;
    let options = offered(&shop, &cart).await;
    let option = options.as_array().unwrap().iter().find(|option| option["id"] == "so_weighed").unwrap();
    assert_eq!((&option["price_type"], &option["amount"]), (&json!("calculated"), &json!(6.5)));
    assert_eq!(option["calculated_price"]["calculated_price"]["id"], Value::Null);
    let asked = shop.post("/store/shipping-options/so_weighed/calculate", json!({"cart_id": cart})).await.ok();
    assert_eq!(asked["shipping_option"]["amount"], json!(6.5));
    let path = format!("/store/carts/{cart}/shipping-methods");
    let chosen = shop.post(&path, json!({"option_id": "so_weighed"})).await.ok()["cart"].clone();
    assert_eq!(chosen["shipping_methods"][0]["amount"], json!(6.5));
}

#[tokio::test]
async fn delivery_is_free_from_a_total_on() {
    let shop = TestShop::open().await;
    let fulfilment = shop.state.fulfilment.clone();
    let over = PriceRule { id: String::new(), operator: RuleOperator::Gte, value: 30.into() };
    let free = OptionPrice { rules: vec![over], ..OptionPrice::of(Currency::EUR, 0.into()) };
    let change = ShippingOptionChange {
        prices: Some(vec![OptionPrice::of(Currency::EUR, 4.into()), free]),
        ..ShippingOptionChange::default()
    };
    shop.write(move |tx| Box::pin(async move { fulfilment.update_option(tx, STANDARD, change).await })).await;
    for (quantity, amount) in [(2, 4), (3, 0)] {
        let cart = cart(&shop, quantity).await;
        assert_eq!(offered(&shop, &cart).await[0]["amount"], amount);
    }
    // A chosen method follows the cart over the line.
    let cart = cart(&shop, 2).await;
    let path = format!("/store/carts/{cart}");
    shop.post(&format!("{path}/shipping-methods"), json!({"option_id": STANDARD})).await.ok();
    let body = json!({"variant_id": CHART, "quantity": 1});
    let grown = shop.post(&format!("{path}/line-items"), body).await.ok()["cart"].clone();
    assert_eq!(grown["shipping_methods"][0]["amount"], 0);
}

#[tokio::test]
async fn return_reasons_are_a_tree() {
    let shop = TestShop::open().await;
    let empty = shop.get("/store/return-reasons").await.ok();
    assert_eq!(empty, json!({"return_reasons": [], "count": 0, "offset": 0, "limit": 20}));
    let market = shop.state.market.clone();
    let (fit, small) = shop
        .write(move |tx| {
            Box::pin(async move {
                let reason = |value: &str| NewReturnReason {
                    value: value.to_owned(),
                    label: value.to_owned(),
                    ..NewReturnReason::default()
                };
                let fit = market.create_return_reason(tx, reason("fit")).await?;
                let small = NewReturnReason { parent_id: Some(fit.id.clone()), ..reason("small") };
                Ok((fit, market.create_return_reason(tx, small).await?))
            })
        })
        .await;
    let listed = shop.get("/store/return-reasons?order=-value").await.ok();
    assert_eq!(listed["count"], 2);
    assert_eq!(listed["return_reasons"][0]["parent_return_reason"]["value"], "fit");
    assert_eq!(listed["return_reasons"][1]["parent_return_reason"], Value::Null);
    let one = shop.get(&format!("/store/return-reasons/{}", fit.id)).await.ok()["return_reason"].clone();
    assert_eq!(one["return_reason_children"][0]["id"], small.id.as_str());
    let mut names: Vec<_> = one.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "created_at",
            "deleted_at",
            "description",
            "id",
            "label",
            "parent_return_reason",
            "parent_return_reason_id",
            "return_reason_children",
            "updated_at",
            "value"
        ]
    );
    assert_eq!(shop.get("/store/return-reasons/rr_nope").await.status, 404);
    assert_eq!(shop.get("/store/return-reasons?order=wibble").await.status, 400);
    assert_eq!(shop.get("/store/locales").await.status, 404);
}
