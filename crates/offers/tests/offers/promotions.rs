//! Promotions: what makes sense, and what may be used when.

use tradewind_kernel::{Currency, Decimal, ErrorKind, Timestamp};
use tradewind_offers::error::CODE_TAKEN;
use tradewind_offers::*;

use crate::shop::*;

#[tokio::test]
async fn a_promotion_that_contradicts_itself_is_refused_with_its_field() {
    let shop = Shop::open().await;
    type Spoil = fn(&mut NewPromotion);
    let spoilt: [(&str, Spoil); 21] = [
        ("code", |new| new.code = " ".into()),
        ("code", |new| new.code = "A\nB".into()),
        ("limit", |new| new.limit = Some(0)),
        ("application_method.value", |new| new.method.value = Decimal::ZERO),
        ("application_method.value", |new| new.method.value = decimal("100.5")),
        ("application_method.currency_code", |new| new.method.value_kind = ValueKind::Fixed),
        ("application_method.currency_code", |new| new.method.currency = "xqz".parse().ok()),
        ("application_method.allocation", |new| new.method.allocation = None),
        ("application_method.max_quantity", |new| new.method.allocation = Some(Allocation::Each)),
        ("application_method.max_quantity", |new| new.method.allocation = Some(Allocation::Once)),
        ("application_method.max_quantity", |new| new.method.max_quantity = Some(2)),
        ("application_method.max_quantity", |new| new.method.max_quantity = Some(0)),
        ("application_method.buy_rules", |new| new.method.buy_rules = vec![rule("a", Operator::Eq, &["b"])]),
        ("application_method.target_rules", |new| {
            new.method.target = Target::Order;
            new.method.target_rules = vec![rule("items.product.id", Operator::Eq, &["b"])];
        }),
        ("rules[0].values", |new| new.rules = vec![rule("region_id", Operator::In, &[])]),
        ("rules[0].values", |new| new.rules = vec![rule("item_subtotal", Operator::Gte, &["much"])]),
        ("rules[0].attribute", |new| new.rules = vec![rule("", Operator::In, &["x"])]),
        ("campaign_id", |new| new.campaign_id = Some("procamp_none".into())),
        ("application_method.buy_rules", |new| {
            *new = two_for_one("B2G1");
            new.method.buy_rules.clear();
        }),
        ("application_method.apply_to_quantity", |new| {
            *new = two_for_one("B2G1");
            new.method.apply_to_quantity = None;
        }),
        ("application_method.target_type", |new| {
            *new = two_for_one("B2G1");
            new.method.target = Target::ShippingMethods;
        }),
    ];
    for (field, spoil) in spoilt {
        let mut new = ten_percent("TEN");
        spoil(&mut new);
        let error = shop.promotion(new).await.expect_err(field);
        assert_eq!((error.kind(), error.field()), (ErrorKind::Invalid, Some(field)), "{error:?}");
    }
    assert_eq!(shop.offers.snapshot().await.unwrap().promotions().count(), 0);
    shop.promotion(two_for_one("B2G1")).await.unwrap();
}

#[tokio::test]
async fn a_code_names_one_promotion() {
    let shop = Shop::open().await;
    let first = shop.promotion(ten_percent("TEN")).await.unwrap();
    let second = shop.promotion(ten_percent("ELEVEN")).await.unwrap();
    assert!(shop.promotion(ten_percent("TEN")).await.is_err_and(|error| error.is(CODE_TAKEN)));
    let change = PromotionChange { code: Some("TEN".into()), ..PromotionChange::default() };
    assert!(shop.change_promotion(&second.id, change).await.is_err_and(|error| error.is(CODE_TAKEN)));
    let snapshot = shop.offers.snapshot().await.unwrap();
    assert_eq!(snapshot.promotion_by_code("TEN").unwrap().promotion.id, first.id);
    assert!(snapshot.promotion_by_code("ten").is_none());

    let id = first.id.clone();
    shop.write(move |offers, tx| Box::pin(async move { offers.delete_promotion(tx, &id).await })).await.unwrap();
    assert!(shop.offers.snapshot().await.unwrap().promotion_by_code("TEN").is_none());
    shop.promotion(ten_percent("TEN")).await.unwrap();
}

#[tokio::test]
async fn only_what_is_active_running_and_of_the_currency_may_be_used() {
    let shop = Shop::open().await;
    let mut draft = ten_percent("DRAFT");
    draft.status = PromotionStatus::Draft;
    shop.promotion(draft).await.unwrap();
    let mut dollars = ten_percent("DOLLARS");
    dollars.method.currency = Some(Currency::USD);
    shop.promotion(dollars).await.unwrap();
    let spring = shop
        .campaign(NewCampaign {
            starts_at: Some(NOW.plus_seconds(60)),
            ends_at: Some(NOW.plus_seconds(120)),
            ..campaign("spring", None)
        })
        .await
        .unwrap();
    let mut of_spring = ten_percent("SPRING");
    of_spring.campaign_id = Some(spring.id);
    shop.promotion(of_spring).await.unwrap();
    let ten = shop.promotion(ten_percent("TEN")).await.unwrap();

    let all = ["DRAFT", "DOLLARS", "SPRING", "TEN", "NONE", "TEN"];
    assert_eq!(shop.usable(&all).await, ["TEN"]);
    shop.clock.advance_seconds(60);
    assert_eq!(shop.usable(&all).await, ["SPRING", "TEN"]);
    shop.clock.advance_seconds(60);
    assert_eq!(shop.usable(&all).await, ["TEN"]);
    let off = PromotionChange { status: Some(PromotionStatus::Inactive), ..PromotionChange::default() };
    shop.change_promotion(&ten.id, off).await.unwrap();
    assert!(shop.usable(&all).await.is_empty());
    let snapshot = shop.offers.snapshot().await.unwrap();
    assert!(!snapshot.promotion_by_code("TEN").unwrap().is_usable_at(Timestamp(0)));
}

#[tokio::test]
async fn what_asks_for_a_purchase_applies_first_then_the_higher_value() {
    let shop = Shop::open().await;
    for (code, value, is_automatic) in
        [("A5", "5", true), ("C10", "10", false), ("A10", "10", true), ("C20", "20", false), ("D10", "10", false)]
    {
        let mut new = ten_percent(code);
        new.method.value = decimal(value);
        new.is_automatic = is_automatic;
        shop.promotion(new).await.unwrap();
    }
    let mut free = two_for_one("B2G1");
    free.method.value = decimal("1");
    shop.promotion(free).await.unwrap();
    assert_eq!(shop.usable(&["D10", "C10", "B2G1", "C20"]).await, ["B2G1", "C20", "A10", "D10", "C10", "A5"]);
    assert_eq!(shop.usable(&[]).await, ["A10", "A5"]);
}

#[tokio::test]
async fn rules_are_changed_together_or_not_at_all() {
    let shop = Shop::open().await;
    let mut new = ten_percent("TEN");
    new.rules =
        vec![rule("region.id", Operator::In, &["reg_a", "reg_b"]), rule("currency_code", Operator::Eq, &["eur"])];
    let made = shop.promotion(new).await.unwrap();
    let change = |create: Vec<NewRule>, update: Vec<RuleChange>, delete: Vec<String>| {
        let id = made.id.clone();
        shop.write(move |offers, tx| {
            Box::pin(async move { offers.change_rules(tx, &id, RuleSet::Cart, create, update, &delete).await })
        })
    };
    let update = RuleChange {
        id: made.rules[0].id.clone(),
        description: Some(Some("where".into())),
        attribute: None,
        operator: Some(Operator::Eq),
        values: Some(vec!["reg_c".into()]),
    };
    let bad = vec![rule("x", Operator::Lt, &["1", "2"])];
    assert!(change(bad, vec![update.clone()], vec![made.rules[1].id.clone()]).await.is_err());
    let missing = RuleChange { id: "prorul_none".into(), ..update.clone() };
    let error = change(Vec::new(), vec![update.clone(), missing], Vec::new()).await.expect_err("no such rule");
    assert_eq!(error.field(), Some("update[1].id"));
    let before = shop.offers.snapshot().await.unwrap();
    assert_eq!(before.promotion(&made.id).unwrap().promotion.rules, made.rules);

    let added = vec![rule("sales_channel_id", Operator::In, &["sc_a"])];
    let (created, updated) = change(added, vec![update], vec![made.rules[1].id.clone()]).await.unwrap();
    let after = shop.offers.snapshot().await.unwrap();
    let stored = after.promotion(&made.id).unwrap();
    assert_eq!(stored.promotion.rules, [updated, created].concat());
    assert_eq!(stored.promotion.rules[0].values, ["reg_c"]);

    // A cart knows its region by another name.
    let usable = after.usable(&["TEN".to_owned()], Currency::EUR, NOW);
    assert_eq!(
        usable[0].pricing.rules.iter().map(|rule| &*rule.attribute).collect::<Vec<_>>(),
        ["region_id", "sales_channel_id"]
    );
}
