//! Campaigns and what their budgets allow.

use tradewind_kernel::{Currency, ErrorKind};
use tradewind_offers::error::IDENTIFIER_TAKEN;
use tradewind_offers::*;

use crate::shop::*;

#[tokio::test]
async fn a_campaign_that_contradicts_itself_is_refused_with_its_field() {
    let shop = Shop::open().await;
    let no_currency = NewBudget { currency: None, ..budget(BudgetKind::Spend, "10") };
    let of_uses = NewBudget { currency: Some(Currency::EUR), ..budget(BudgetKind::Usage, "10") };
    let of_nobody = NewBudget { holder: None, ..budget(BudgetKind::UseByAttribute, "1") };
    let of_all = NewBudget { holder: Some(BudgetHolder::CustomerId), ..budget(BudgetKind::Spend, "1") };
    for (field, new) in [
        ("name", NewCampaign { name: String::new(), ..campaign("a", None) }),
        ("campaign_identifier", NewCampaign { name: "A".into(), ..campaign("", None) }),
        ("ends_at", NewCampaign { starts_at: Some(NOW), ends_at: Some(NOW), ..campaign("a", None) }),
        ("budget.currency_code", campaign("a", Some(no_currency))),
        ("budget.currency_code", campaign("a", Some(of_uses))),
        ("budget.attribute", campaign("a", Some(of_nobody))),
        ("budget.attribute", campaign("a", Some(of_all))),
        ("budget.limit", campaign("a", Some(budget(BudgetKind::Usage, "0")))),
        ("budget.limit", campaign("a", Some(budget(BudgetKind::Usage, "1.5")))),
        ("budget.limit", campaign("a", Some(budget(BudgetKind::Spend, "10.005")))),
        ("budget.limit", campaign("a", Some(budget(BudgetKind::Spend, "1000000000000000000000")))),
    ] {
        let error = shop.campaign(new).await.expect_err(field);
        assert_eq!((error.kind(), error.field()), (ErrorKind::Invalid, Some(field)), "{error:?}");
    }
    shop.campaign(campaign("a", None)).await.unwrap();
    assert!(shop.campaign(campaign("a", None)).await.is_err_and(|error| error.is(IDENTIFIER_TAKEN)));
}

#[tokio::test]
async fn a_promotion_and_its_campaign_share_a_currency() {
    let shop = Shop::open().await;
    let spring = shop.campaign(campaign("spring", Some(budget(BudgetKind::Spend, "10")))).await.unwrap();
    let mut dollars = ten_percent("DOLLARS");
    dollars.method.currency = Some(Currency::USD);
    let mut within = dollars.clone();
    within.campaign_id = Some(spring.id.clone());
    assert_eq!(shop.promotion(within).await.expect_err("other currency").field(), Some("campaign_id"));
    let dollars = shop.promotion(dollars).await.unwrap();
    let any = shop.promotion(ten_percent("ANY")).await.unwrap();
    let put = |add: Vec<String>, remove: Vec<String>| {
        let id = spring.id.clone();
        shop.write(move |offers, tx| {
            Box::pin(async move { offers.change_promotions_of_campaign(tx, &id, &add, &remove).await })
        })
    };
    assert!(put(vec![any.id.clone(), dollars.id], Vec::new()).await.is_err());
    assert_eq!(put(vec!["promo_none".into()], Vec::new()).await.expect_err("no such").field(), Some("add[0]"));
    put(vec![any.id.clone()], Vec::new()).await.unwrap();
    let snapshot = shop.offers.snapshot().await.unwrap();
    assert_eq!(snapshot.promotion(&any.id).unwrap().campaign.as_ref().unwrap().id, spring.id);
    // Percent of what, is for pricing; that it is euros that are spent, is known here.
    assert_eq!(shop.usable(&["ANY"]).await, ["ANY"]);
    assert!(snapshot.usable(&["ANY".to_owned()], Currency::USD, NOW).is_empty());
    put(Vec::new(), vec![any.id.clone()]).await.unwrap();
    assert!(shop.offers.snapshot().await.unwrap().promotion(&any.id).unwrap().campaign.is_none());
}

#[tokio::test]
async fn without_its_campaign_a_promotion_stays() {
    let shop = Shop::open().await;
    let spring = shop.campaign(campaign("spring", Some(budget(BudgetKind::Usage, "1")))).await.unwrap();
    let mut new = ten_percent("TEN");
    new.campaign_id = Some(spring.id.clone());
    let ten = shop.promotion(new).await.unwrap();
    shop.claim("order_1", vec![cents(&ten, 100)]).await.unwrap();
    assert!(shop.usable(&["TEN"]).await.is_empty());
    let id = spring.id.clone();
    shop.write(move |offers, tx| Box::pin(async move { offers.delete_campaign(tx, &id).await })).await.unwrap();
    assert_eq!(shop.usable(&["TEN"]).await, ["TEN"]);
    shop.release("order_1").await.unwrap();
    assert_eq!(shop.used(&ten).await, (0, 0));
    shop.campaign(campaign("spring", None)).await.unwrap();
}

#[tokio::test]
async fn limits_are_raised_at_will_and_lowered_to_what_was_used() {
    let shop = Shop::open().await;
    let spring = shop.campaign(campaign("spring", Some(budget(BudgetKind::Spend, "10")))).await.unwrap();
    let mut new = ten_percent("TEN");
    new.campaign_id = Some(spring.id.clone());
    new.limit = Some(5);
    let ten = shop.promotion(new).await.unwrap();
    for order in 1..=3 {
        shop.claim(&format!("order_{order}"), vec![cents(&ten, 250)]).await.unwrap();
    }
    let limit = |limit| PromotionChange { limit: Some(limit), ..PromotionChange::default() };
    let error = shop.change_promotion(&ten.id, limit(Some(2))).await.expect_err("below what was used");
    assert_eq!((error.kind(), error.field()), (ErrorKind::Invalid, Some("limit")));
    shop.change_promotion(&ten.id, limit(Some(3))).await.unwrap();
    assert!(shop.usable(&["TEN"]).await.is_empty());
    assert!(shop.claim("order_4", vec![cents(&ten, 1)]).await.is_err_and(|error| error.is(PROMOTION_USED_UP)));
    shop.change_promotion(&ten.id, limit(None)).await.unwrap();
    assert_eq!(shop.usable(&["TEN"]).await, ["TEN"]);

    let limit = |text| CampaignChange { limit: Some(text), ..CampaignChange::default() };
    let error = shop.change_campaign(&spring.id, limit(Some(decimal("7.49")))).await.expect_err("below");
    assert_eq!((error.kind(), error.field()), (ErrorKind::Invalid, Some("budget.limit")));
    assert!(error.message().contains("7.50"), "{error}");
    shop.change_campaign(&spring.id, limit(Some(decimal("7.5")))).await.unwrap();
    assert!(shop.usable(&["TEN"]).await.is_empty());
    shop.change_campaign(&spring.id, limit(None)).await.unwrap();
    shop.claim("order_4", vec![cents(&ten, 100_000)]).await.unwrap();
    let none = shop.campaign(campaign("none", None)).await.unwrap();
    let error = shop.change_campaign(&none.id, limit(Some(decimal("1")))).await.expect_err("no budget");
    assert_eq!(error.field(), Some("budget"));
}

#[tokio::test]
async fn who_had_more_than_a_lowered_share_keeps_it_and_gets_no_more() {
    let shop = Shop::open().await;
    let each = shop.campaign(campaign("each", Some(budget(BudgetKind::UseByAttribute, "3")))).await.unwrap();
    let mut new = ten_percent("TEN");
    new.campaign_id = Some(each.id.clone());
    let ten = shop.promotion(new).await.unwrap();
    for order in 1..=3 {
        shop.claim(&format!("order_{order}"), vec![by("A@example.com", cents(&ten, 1))]).await.unwrap();
    }
    let lowered = CampaignChange { limit: Some(Some(decimal("2"))), ..CampaignChange::default() };
    shop.change_campaign(&each.id, lowered).await.unwrap();
    let claim = |order: &'static str, email: &'static str| shop.claim(order, vec![by(email, cents(&ten, 1))]);
    assert!(claim("order_4", "a@example.com").await.is_err_and(|error| error.is(PROMOTION_USED_UP)));
    shop.release("order_1").await.unwrap();
    assert!(claim("order_4", "a@example.com").await.is_err_and(|error| error.is(PROMOTION_USED_UP)));
    shop.release("order_2").await.unwrap();
    claim("order_4", "a@example.com").await.unwrap();
    assert!(claim("order_5", " a@example.com ").await.is_err());
    claim("order_5", "b@example.com").await.unwrap();
    claim("order_6", "b@example.com").await.unwrap();
    assert!(claim("order_7", "b@example.com").await.is_err());
    assert_eq!(shop.used(&ten).await, (4, 4));
}

#[tokio::test]
async fn a_shopper_sees_what_is_left_of_their_own_share() {
    let shop = Shop::open().await;
    let each = shop.campaign(campaign("each", Some(budget(BudgetKind::SpendByAttribute, "10")))).await.unwrap();
    let mut new = ten_percent("TEN");
    new.campaign_id = Some(each.id.clone());
    let ten = shop.promotion(new).await.unwrap();
    shop.promotion(ten_percent("OTHER")).await.unwrap();
    shop.claim("order_1", vec![by("a@example.com", cents(&ten, 750))]).await.unwrap();
    let left = async |email: Option<&str>| {
        let snapshot = shop.offers.snapshot().await.unwrap();
        let usable = snapshot.usable(&["TEN".to_owned(), "OTHER".to_owned()], Currency::EUR, NOW);
        let usable = shop.offers.for_shopper(usable, None, email).await.unwrap();
        usable.iter().map(|one| (one.stored.promotion.code.clone(), one.pricing.budget_left)).collect::<Vec<_>>()
    };
    let other = || ("OTHER".to_owned(), None);
    assert_eq!(left(Some("a@example.com")).await, [("TEN".to_owned(), Some(decimal("2.5"))), other()]);
    assert_eq!(left(Some("b@example.com")).await, [("TEN".to_owned(), Some(decimal("10"))), other()]);
    assert_eq!(left(None).await, [other()]);
    shop.claim("order_2", vec![by("a@example.com", cents(&ten, 250))]).await.unwrap();
    assert_eq!(left(Some("a@example.com")).await, [other()]);
}
