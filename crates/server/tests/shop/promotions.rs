//! Scarce promotions at the door: the last use, the end of a budget, and giving back.

use serde_json::json;
use tradewind_kernel::{Currency, Decimal};
use tradewind_offers::{
    Allocation, BudgetKind, NewBudget, NewCampaign, NewMethod, NewPromotion, PromotionKind, PromotionStatus, Target,
    ValueKind,
};
use tradewind_testkit::{Client, TestShop};

/// So many percent off all items, for so many orders or so many euros. Its id.
async fn promote(shop: &TestShop, code: &str, percent: i64, limit: Option<i64>, euros: Option<i64>) -> String {
    let offers = shop.shop.offers.clone();
    let method = NewMethod {
        value_kind: ValueKind::Percentage,
        value: percent.into(),
        currency: Some(Currency::EUR),
        target: Target::Items,
        allocation: Some(Allocation::Across),
        max_quantity: None,
        buy_quantity: None,
        apply_to_quantity: None,
        target_rules: Vec::new(),
        buy_rules: Vec::new(),
    };
    let code = code.to_owned();
    let made = shop.shop.db.write(move |tx| {
        Box::pin(async move {
            let budget = euros.map(|euros| NewBudget {
                kind: BudgetKind::Spend,
                limit: Some(Decimal::from(euros)),
                currency: Some(Currency::EUR),
                holder: None,
            });
            let campaign = match budget {
                Some(budget) => {
                    let new = NewCampaign {
                        identifier: code.clone(),
                        name: code.clone(),
                        budget: Some(budget),
                        ..NewCampaign::default()
                    };
                    Some(offers.create_campaign(tx, new).await?.id)
                }
                None => None,
            };
            let new = NewPromotion {
                id: None,
                code,
                is_automatic: false,
                is_tax_inclusive: false,
                kind: PromotionKind::Standard,
                status: PromotionStatus::Active,
                limit,
                campaign_id: campaign,
                method,
                rules: Vec::new(),
                metadata: None,
            };
            Ok(offers.create_promotion(tx, new).await?.id)
        })
    });
    made.await.unwrap()
}

/// A cart with a code that only has to be completed.
async fn cart_with(client: &Client, region: &str, variant: &str, code: &str) -> String {
    let items = json!([{ "variant_id": variant, "quantity": 1 }]);
    let body = json!({ "region_id": region, "items": items, "promo_codes": [code] });
    let cart = client.post("/store/carts", body).await.ok()["cart"]["id"].as_str().unwrap().to_owned();
    client.fill_in(&cart).await.unwrap();
    cart
}

async fn uses(shop: &TestShop, promotion_id: &str) -> i64 {
    let ids = [promotion_id.to_owned()];
    shop.shop.offers.used(&ids, &[]).await.unwrap().promotion(promotion_id)
}

#[tokio::test(flavor = "multi_thread")]
async fn two_carts_race_for_the_last_use_and_the_other_is_bought_without_it() {
    let shop = TestShop::open().await;
    let (client, variant) = (shop.client(), shop.print("Swell", 100).await);
    for round in 0..8 {
        let code = format!("LAST{round}");
        let promotion = promote(&shop, &code, 50, Some(1), None).await;
        let one = cart_with(&client, &shop.europe, &variant, &code).await;
        let other = cart_with(&client, &shop.europe, &variant, &code).await;
        let (first, second) = tokio::join!(client.complete(&one), client.complete(&other));
        let is_first = first.body["type"] == "order";
        let (won, lost, cart) = if is_first { (first, second, other) } else { (second, first, one) };
        assert_eq!(won.ok()["order"]["item_total"], 24.5);
        assert_eq!((lost.status, &lost.body["type"]), (400, &json!("not_allowed")), "{}", lost.text);
        assert!(lost.text.contains(&code), "it names the code: {}", lost.text);
        assert_eq!(uses(&shop, &promotion).await, 1);

        // Nothing was ordered; the cart stands at its new price, with its payment to be begun again.
        let path = format!("/store/carts/{cart}");
        let left = client.get(&path).await.ok()["cart"].clone();
        assert_eq!(
            (&left["item_total"], &left["discount_total"], &left["promotions"]),
            (&json!(49), &json!(0), &json!([]))
        );
        assert!(client.complete(&cart).await.text.contains("payment"));
        client.fill_in(&cart).await.unwrap();
        let bought = client.complete(&cart).await.ok();
        assert_eq!((&bought["order"]["item_total"], &bought["order"]["total"]), (&json!(49), &left["total"]));
        assert_eq!(uses(&shop, &promotion).await, 1);
    }
    assert_eq!(shop.order_count().await, 16);
}

#[tokio::test(flavor = "multi_thread")]
async fn more_carts_than_uses_never_pass_the_limit() {
    let shop = TestShop::open().await;
    let (client, variant) = (shop.client(), shop.print("Drop", 100).await);
    let promotion = promote(&shop, "FIVE", 20, Some(5), None).await;
    let mut carts = Vec::new();
    for _ in 0..16 {
        carts.push(cart_with(&client, &shop.europe, &variant, "FIVE").await);
    }
    let completing = carts.into_iter().map(|cart| {
        let client = client.clone();
        tokio::spawn(async move { client.complete(&cart).await.body["type"] == "order" })
    });
    let mut placed = 0;
    for completed in completing.collect::<Vec<_>>() {
        placed += i64::from(completed.await.unwrap());
    }
    assert_eq!((placed, uses(&shop, &promotion).await, shop.order_count().await), (5, 5, 5));
    assert_eq!(shop.available(&variant).await, 95, "those that were refused hold no stock");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_budget_that_two_orders_would_pass_is_kept() {
    let shop = TestShop::open().await;
    let (client, variant) = (shop.client(), shop.print("Swell", 100).await);
    for round in 0..4 {
        let code = format!("SPEND{round}");
        // Each takes 24.50 off.
        promote(&shop, &code, 50, None, Some(40)).await;
        let one = cart_with(&client, &shop.europe, &variant, &code).await;
        let other = cart_with(&client, &shop.europe, &variant, &code).await;
        let (first, second) = tokio::join!(client.complete(&one), client.complete(&other));
        let orders = [&first, &second].iter().filter(|answer| answer.body["type"] == "order").count();
        assert_eq!(orders, 1, "{}\n{}", first.text, second.text);
        // Whoever comes next has what is left, and not a cent more.
        let third = cart_with(&client, &shop.europe, &variant, &code).await;
        assert_eq!(client.complete(&third).await.ok()["order"]["discount_total"], 15.5);
        let fourth = cart_with(&client, &shop.europe, &variant, &code).await;
        assert_eq!(client.complete(&fourth).await.ok()["order"]["discount_total"], 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_cart_completed_many_times_at_once_uses_its_promotion_once() {
    let shop = TestShop::open().await;
    let (client, variant) = (shop.client(), shop.print("Impatient", 5).await);
    let promotion = promote(&shop, "ONCE", 20, Some(1), None).await;
    let cart = cart_with(&client, &shop.europe, &variant, "ONCE").await;
    let completing = (0..8).map(|_| {
        let (client, cart) = (client.clone(), cart.clone());
        tokio::spawn(async move { client.complete(&cart).await.ok() })
    });
    for completed in completing.collect::<Vec<_>>() {
        assert_eq!(completed.await.unwrap()["order"]["item_total"], 39.2);
    }
    assert_eq!((uses(&shop, &promotion).await, shop.order_count().await), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_is_called_off_gives_its_use_back() {
    let shop = TestShop::open().await;
    let (client, variant) = (shop.client(), shop.print("Ebb", 5).await);
    let promotion = promote(&shop, "ONCE", 20, Some(1), None).await;
    let cart = cart_with(&client, &shop.europe, &variant, "ONCE").await;
    let order = client.complete(&cart).await.ok()["order"]["id"].as_str().unwrap().to_owned();
    let later = cart_with(&client, &shop.europe, &variant, "ONCE").await;
    let path = format!("/store/carts/{later}");
    assert_eq!(client.get(&path).await.ok()["cart"]["discount_total"], 0);

    let orders = shop.shop.orders.clone();
    shop.shop.db.write(move |tx| Box::pin(async move { orders.cancel(tx, &order, "user_1").await })).await.unwrap();
    shop.run_pending_work().await;
    assert_eq!(uses(&shop, &promotion).await, 0);
    client.post(&path, json!({})).await.ok();
    client.fill_in(&later).await.unwrap();
    assert_eq!(client.complete(&later).await.ok()["order"]["item_total"], 39.2);
    assert_eq!(uses(&shop, &promotion).await, 1);
}
