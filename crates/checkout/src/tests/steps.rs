//! Every step of a completion failed, each once; then the completion is repeated, and what it did is undone twice.

use std::sync::Mutex;

use tradewind_kernel::ErrorKind;
use tradewind_platform::db::{Decision, Moment, Simulated, SqliteOptions};

use super::*;

/// Lets the store fail at one moment: at the so-manieth statement or commit, before or after it is done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Failure {
    at: Moment,
    number: u64,
    decision: Decision,
}

#[derive(Default)]
struct Script {
    failure: Option<Failure>,
    seen: u64,
    has_failed: bool,
}

/// A shop whose store does as the script says.
async fn scripted() -> (Shop, Arc<Mutex<Script>>) {
    let script = Arc::new(Mutex::new(Script::default()));
    let followed = Arc::clone(&script);
    let store = Simulated::new(move |moment| {
        let mut script = followed.lock().unwrap();
        let Some(failure) = script.failure else { return Decision::GoOn };
        if moment != failure.at {
            return Decision::GoOn;
        }
        script.seen += 1;
        if script.seen == failure.number {
            script.has_failed = true;
            failure.decision
        } else {
            Decision::GoOn
        }
    });
    let home = Store::sqlite();
    let options = SqliteOptions { simulated: Some(store), ..SqliteOptions::at(home.place()) };
    let bank = Arc::default();
    let open = |surroundings| Db::open_sqlite(&options, surroundings);
    let (parts, db) = parts_on(open, Clock::manual(Timestamp(1_790_000_000_000)), 1, &bank);
    migrate(&db).await;
    let checkout = Checkout::new(parts);
    let shop = Shop { parts: Arc::clone(&checkout.parts), checkout, db, store: home, bank };
    let parts = Arc::clone(&shop.parts);
    shop.write(move |tx| {
        Box::pin(async move {
            furnish(tx, &parts).await?;
            parts.offers.create_promotion(tx, super::promotions::percent_off("TEN", 10)).await?;
            Ok(())
        })
    })
    .await
    .unwrap();
    (shop, script)
}

/// What a completion changes: units left, uses counted, orders, completed carts.
async fn books(shop: &Shop) -> (i64, i64, usize, usize) {
    let (checkout, parts) = (shop.checkout.clone(), Arc::clone(&shop.parts));
    let left = shop.charts_left().await;
    shop.db
        .read_own(move |tx| {
            Box::pin(async move {
                assert_eq!(parts.inventory.uneven_levels(tx).await?, []);
                assert_eq!(parts.offers.short_counters(tx).await?, []);
                let uses = tx.number("SELECT SUM(used) FROM offers_promotion_count", &[]).await?;
                let orders = parts.orders.after(tx, "", 100).await?.len();
                Ok((left, uses, orders, checkout.completed_after(tx, "", 100).await?.len()))
            })
        })
        .await
        .unwrap()
}

async fn undo(shop: &Shop, order_id: &str) {
    let (parts, id) = (Arc::clone(&shop.parts), order_id.to_owned());
    shop.write(move |tx| {
        Box::pin(async move {
            parts.inventory.release(tx, &id).await?;
            parts.offers.release(tx, &id).await
        })
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn a_completion_that_fails_at_any_step_leaves_nothing_and_can_be_repeated_and_undone() {
    every_step_fails_once("pp_system_default").await;
}

#[tokio::test]
async fn a_completion_that_another_system_is_asked_for_can_fail_at_any_step_too() {
    every_step_fails_once(super::bank::BANK).await;
}

async fn every_step_fails_once(provider: &str) {
    let failures = [
        (Moment::Statement, Decision::Fail),
        (Moment::Commit, Decision::Fail),
        (Moment::Commit, Decision::FailAfterwards),
    ];
    for (at, decision) in failures {
        let mut steps = 0;
        for number in 1.. {
            let (shop, script) = scripted().await;
            let cart = shop.cart_with(&[(CHART_SIGNED, 2)]).await.cart.id.as_str().to_owned();
            shop.checkout.add_promotions(&cart, vec!["TEN".to_owned()]).await.unwrap();
            shop.pay_with(&cart, provider).await;
            let before = books(&shop).await;
            assert_eq!(before, (5, 0, 0, 0));

            *script.lock().unwrap() = Script { failure: Some(Failure { at, number, decision }), ..Script::default() };
            let outcome = shop.complete(&cart).await;
            let Script { has_failed, .. } = std::mem::take(&mut *script.lock().unwrap());
            if has_failed {
                steps += 1;
                if let Err(error) = outcome {
                    assert_eq!(error.kind(), ErrorKind::Unavailable, "{at:?} {number}: {error:?}");
                }
                if decision == Decision::Fail {
                    let after = books(&shop).await;
                    // Claimed for a cart that waits for its payment is not half done.
                    let is_waiting = shop.checkout.cart(&cart).await.unwrap().cart.is_awaiting_payment();
                    let whole = if is_waiting { (1, 1, 0, 0) } else { before };
                    assert!(after == whole || after == (1, 1, 1, 1), "{at:?} {number}: half done, {after:?}");
                }
            }

            let order = shop.complete(&cart).await.unwrap();
            assert_eq!(shop.complete(&cart).await.unwrap(), order);
            assert_eq!(books(&shop).await, (1, 1, 1, 1), "{at:?} {number}");
            for _ in 0..2 {
                undo(&shop, order.id.as_str()).await;
                assert_eq!(books(&shop).await, (5, 0, 1, 1), "{at:?} {number}: undone");
            }
            if !has_failed {
                break;
            }
        }
        assert!(steps >= if at == Moment::Statement { 10 } else { 1 }, "{at:?} {decision:?}: only {steps} steps");
    }
}
