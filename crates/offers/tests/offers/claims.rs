//! Claims and releases: alone, together, at once, and whatever was done.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;
use tradewind_kernel::Currency;
use tradewind_offers::*;

use crate::shop::*;

async fn limited(shop: &Shop, code: &str, limit: Option<i64>, campaign_id: Option<&str>) -> Promotion {
    let mut new = ten_percent(code);
    new.limit = limit;
    new.campaign_id = campaign_id.map(str::to_owned);
    shop.promotion(new).await.unwrap()
}

#[tokio::test]
async fn a_claim_counts_once_and_a_release_gives_back_once() {
    let shop = Shop::open().await;
    let spring = shop.campaign(campaign("spring", Some(budget(BudgetKind::Spend, "10")))).await.unwrap();
    let ten = limited(&shop, "TEN", Some(2), Some(&spring.id)).await;
    for _ in 0..3 {
        shop.claim("order_1", vec![cents(&ten, 300)]).await.unwrap();
        assert_eq!(shop.used(&ten).await, (1, 300));
    }
    // Another amount settles the budget anew.
    shop.claim("order_1", vec![cents(&ten, 450)]).await.unwrap();
    assert_eq!(shop.used(&ten).await, (1, 450));
    shop.claim("order_2", vec![cents(&ten, 200), cents(&ten, 350)]).await.unwrap();
    assert_eq!(shop.used(&ten).await, (2, 1000));
    assert!(shop.usable(&["TEN"]).await.is_empty());
    for _ in 0..2 {
        shop.release("order_1").await.unwrap();
        assert_eq!(shop.used(&ten).await, (1, 550));
    }
    let snapshot = shop.offers.snapshot().await.unwrap();
    let usable = snapshot.usable(&["TEN".to_owned()], Currency::EUR, NOW);
    assert_eq!(usable[0].pricing.budget_left, Some(decimal("4.5")));
    shop.release("order_none").await.unwrap();
}

#[tokio::test]
async fn a_claim_that_fails_leaves_nothing() {
    let shop = Shop::open().await;
    let spring = shop.campaign(campaign("spring", Some(budget(BudgetKind::Spend, "5")))).await.unwrap();
    let plain = limited(&shop, "PLAIN", None, None).await;
    let spent = limited(&shop, "SPENT", None, Some(&spring.id)).await;
    let once = limited(&shop, "ONCE", Some(1), None).await;
    shop.claim("order_1", vec![cents(&once, 1)]).await.unwrap();
    for (uses, code) in [
        (vec![cents(&plain, 1), cents(&spent, 501)], "SPENT"),
        (vec![cents(&plain, 1), cents(&spent, 500), cents(&once, 1)], "ONCE"),
    ] {
        let error = shop.claim("order_2", uses.clone()).await.expect_err("too much");
        assert!(error.is(PROMOTION_USED_UP) && error.message().contains(code), "{error:?}");
        // Also for who goes on with the transaction in spite of it.
        shop.write(move |offers, tx| {
            Box::pin(async move {
                assert!(offers.claim(tx, "order_2", &uses).await.is_err());
                Ok(())
            })
        })
        .await
        .unwrap();
        assert_eq!(
            (shop.used(&plain).await, shop.used(&spent).await, shop.used(&once).await),
            ((0, 0), (0, 0), (1, 0))
        );
    }
    let mut draft = ten_percent("DRAFT");
    draft.status = PromotionStatus::Draft;
    let draft = shop.promotion(draft).await.unwrap();
    assert!(shop.claim("order_2", vec![cents(&draft, 1)]).await.is_err_and(|error| error.is(PROMOTION_USED_UP)));
    let mut gone = cents(&plain, 1);
    gone.promotion_id = "promo_none".into();
    assert!(shop.claim("order_2", vec![gone]).await.is_err_and(|error| error.is(PROMOTION_USED_UP)));
    assert!(shop.claim("order_2", vec![cents(&plain, -1)]).await.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_a_hundred_shoppers_exactly_as_many_use_a_code_as_may() {
    let shop = Arc::new(Shop::open().await);
    let spring = shop.campaign(campaign("spring", Some(budget(BudgetKind::Spend, "9")))).await.unwrap();
    let last = Arc::new(limited(&shop, "LAST", Some(1), None).await);
    let ten = Arc::new(limited(&shop, "TEN", Some(20), None).await);
    let spent = Arc::new(limited(&shop, "SPENT", None, Some(&spring.id)).await);
    let mut shoppers = tokio::task::JoinSet::new();
    for number in 0..100 {
        let shop = Arc::clone(&shop);
        let (last, ten, spent) = (Arc::clone(&last), Arc::clone(&ten), Arc::clone(&spent));
        shoppers.spawn(async move {
            let orders = ["last", "ten", "spent"].map(|kind| format!("order_{kind}_{number}"));
            let (last, ten, spent) = tokio::join!(
                shop.claim(&orders[0], vec![cents(&last, 1)]),
                shop.claim(&orders[1], vec![cents(&ten, 1)]),
                shop.claim(&orders[2], vec![cents(&spent, 200)]),
            );
            [last, ten, spent].map(|outcome| match outcome {
                Ok(()) => 1,
                Err(error) => {
                    assert!(error.is(PROMOTION_USED_UP), "{error:?}");
                    0
                }
            })
        });
    }
    let mut served = [0; 3];
    while let Some(outcome) = shoppers.join_next().await {
        served.iter_mut().zip(outcome.unwrap()).for_each(|(sum, one)| *sum += one);
    }
    assert_eq!(served, [1, 20, 4]);
    assert_eq!((shop.used(&last).await.0, shop.used(&ten).await.0), (1, 20));
    assert_eq!(shop.used(&spent).await, (4, 800));
}

/// What somebody does.
#[derive(Clone, Debug)]
enum Deed {
    Claim { order: u8, uses: Vec<(u8, i64)>, email: u8 },
    Release { order: u8 },
    Limit { promotion: u8, limit: Option<i64> },
    Budget { campaign: u8, limit: Option<u16> },
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let uses = proptest::collection::vec((0u8..4, 0i64..400), 1..4);
    let deed = prop_oneof![
        5 => (0u8..6, uses, 0u8..2).prop_map(|(order, uses, email)| Deed::Claim { order, uses, email }),
        2 => (0u8..6).prop_map(|order| Deed::Release { order }),
        1 => (0u8..4, proptest::option::of(1i64..4)).prop_map(|(promotion, limit)| Deed::Limit { promotion, limit }),
        1 => (0u8..3, proptest::option::of(1u16..8)).prop_map(|(campaign, limit)| Deed::Budget { campaign, limit }),
    ];
    proptest::collection::vec(deed, 1..40)
}

async fn run(deeds: Vec<Deed>) {
    let shop = Shop::open().await;
    let mut campaigns = Vec::new();
    for (name, kind) in
        [("usage", BudgetKind::Usage), ("spend", BudgetKind::Spend), ("each", BudgetKind::UseByAttribute)]
    {
        campaigns.push(shop.campaign(campaign(name, Some(budget(kind, "5")))).await.unwrap());
    }
    let mut promotions = vec![limited(&shop, "FREE", Some(3), None).await];
    for of in &campaigns {
        promotions.push(limited(&shop, &of.name, Some(4), Some(&of.id)).await);
    }
    // By order and promotion: the cents and who.
    let mut books: BTreeMap<(u8, u8), (i64, u8)> = BTreeMap::new();
    for deed in deeds {
        match deed {
            Deed::Claim { order, uses, email } => {
                let address = format!("{email}@example.com");
                let wanted =
                    uses.iter().map(|(index, amount)| by(&address, cents(&promotions[usize::from(*index)], *amount)));
                match shop.claim(&format!("order_{order}"), wanted.collect()).await {
                    Ok(()) => {
                        let mut sums: BTreeMap<u8, i64> = BTreeMap::new();
                        uses.iter().for_each(|(index, amount)| *sums.entry(*index).or_default() += amount);
                        for (index, sum) in sums {
                            let held = books.entry((order, index)).or_insert((sum, email));
                            if held.0 != sum {
                                *held = (sum, email);
                            }
                        }
                    }
                    Err(error) => assert!(error.is(PROMOTION_USED_UP), "{error:?}"),
                }
            }
            Deed::Release { order } => {
                shop.release(&format!("order_{order}")).await.unwrap();
                books.retain(|(held, _), _| *held != order);
            }
            Deed::Limit { promotion, limit } => {
                let change = PromotionChange { limit: Some(limit), ..PromotionChange::default() };
                let outcome = shop.change_promotion(&promotions[usize::from(promotion)].id, change).await;
                assert!(outcome.as_ref().err().is_none_or(|error| error.field() == Some("limit")), "{outcome:?}");
            }
            Deed::Budget { campaign, limit } => {
                let limit = Some(limit.map(Into::into));
                let change = CampaignChange { limit, ..CampaignChange::default() };
                let outcome = shop.change_campaign(&campaigns[usize::from(campaign)].id, change).await;
                assert!(
                    outcome.as_ref().err().is_none_or(|error| error.field() == Some("budget.limit")),
                    "{outcome:?}"
                );
            }
        }
        check_books(&shop, &promotions, &books).await;
    }
}

/// Counters stand at what is claimed, and within their limits; what is known in memory is what is so.
async fn check_books(shop: &Shop, promotions: &[Promotion], books: &BTreeMap<(u8, u8), (i64, u8)>) {
    let snapshot = shop.offers.snapshot().await.unwrap();
    for (index, promotion) in (0u8..).zip(promotions) {
        let held: Vec<i64> = books.iter().filter(|((_, of), _)| *of == index).map(|(_, (sum, _))| *sum).collect();
        let uses = i64::try_from(held.len()).unwrap();
        let stored = snapshot.promotion(&promotion.id).unwrap();
        let budget = stored.campaign.as_ref().and_then(|campaign| campaign.budget.clone());
        let given = match &budget {
            None => 0,
            Some(budget) if budget.kind.is_spending() => held.iter().sum(),
            Some(_) => uses,
        };
        assert_eq!(shop.used(promotion).await, (uses, given));
        let most = budget.as_ref().filter(|it| !it.kind.is_shared_out()).and_then(|it| it.most().unwrap());
        assert!(stored.promotion.limit.is_none_or(|limit| uses <= limit) && most.is_none_or(|most| given <= most));
        let is_used_up =
            stored.promotion.limit.is_some_and(|limit| uses >= limit) || most.is_some_and(|most| given >= most);
        assert_eq!(snapshot.is_used_up(stored), is_used_up);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn the_books_balance_after_whatever_was_done(deeds in deeds()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(run(deeds));
    }
}
