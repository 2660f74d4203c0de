//! Payments by another system: claimed and recorded before it is asked, settled by whoever hears of it, never lost.

use super::bank::{BANK, Plan, Standing};
use super::*;
use tradewind_inventory::NOT_ENOUGH;
use tradewind_kernel::ErrorKind;
use tradewind_orders::Change;
use tradewind_payments::{CollectionStatus, DECLINED, NO_ANSWER, PROCESSING, REQUIRES_MORE};
use tradewind_platform::events::{Reactions, Relay};

impl Shop {
    async fn begin_at_bank(&self, cart_id: &str) -> String {
        let collection = self.checkout.payment_collection(cart_id).await.unwrap();
        let begun = self.checkout.begin_payment(&collection.id, BANK, serde_json::json!({})).await.unwrap();
        begun.open_session().unwrap().id.clone()
    }

    /// A cart that only has to be completed, its id and that of its session with the bank.
    async fn cart_at_bank(&self, lines: &[(&str, i64)]) -> (String, String) {
        let id = self.cart_with(lines).await.cart.id.as_str().to_owned();
        let session_id = self.begin_at_bank(&id).await;
        (id, session_id)
    }

    /// What the shopper is told when the order is not placed.
    async fn refused(&self, cart_id: &str) -> Error {
        self.complete(cart_id).await.expect_err("it is not an order")
    }

    async fn is_waiting(&self, cart_id: &str) -> bool {
        self.checkout.cart(cart_id).await.unwrap().cart.is_awaiting_payment()
    }

    async fn happened(&self, cart_id: &str) -> Vec<&'static str> {
        let order_id = tradewind_orders::order_id_of_cart(cart_id);
        let history = self.parts.orders.events(order_id.as_str()).await.unwrap();
        let in_order: Vec<i64> = history.iter().map(|recorded| recorded.seq).collect();
        assert_eq!(in_order, (1..=i64::try_from(history.len()).unwrap()).collect::<Vec<_>>());
        let name = |change: &Change| match change {
            Change::AwaitingPayment(_) => "awaiting",
            Change::PaymentFailed(_) => "failed",
            Change::Placed(_) => "placed",
            _ => "other",
        };
        history.iter().map(|recorded| name(&recorded.change)).collect()
    }

    /// Delivers what the payments told, as the running shop does.
    pub(super) async fn give_back_what_is_void(&self) {
        give_back_what_is_void(&self.db, &self.parts.payments).await;
    }
}

pub(super) async fn give_back_what_is_void(db: &Db, payments: &Payments) {
    let voided = Arc::new(std::sync::Mutex::new(Vec::new()));
    let mut reactions = Reactions::default();
    let heard = Arc::clone(&voided);
    reactions.on::<tradewind_payments::SessionVoided>("give back", move |_, event| {
        heard.lock().unwrap().push(event);
        Box::pin(async { Ok(()) })
    });
    let relay = Relay::new(db.clone(), reactions);
    while relay.deliver_waiting().await.unwrap() > 0 {}
    let voided = std::mem::take(&mut *voided.lock().unwrap());
    for event in voided {
        payments.give_back(&event).await.unwrap();
    }
}

#[tokio::test]
async fn what_is_bought_is_claimed_and_recorded_before_the_bank_is_asked() {
    let shop = Shop::open().await;
    let (cart, session) = shop.cart_at_bank(&[(CHART, 2)]).await;
    shop.bank.will(&[Plan::AskShopper]);
    assert!(shop.refused(&cart).await.is(REQUIRES_MORE));
    assert_eq!((shop.charts_left().await, shop.is_waiting(&cart).await), (3, true));
    assert_eq!(shop.happened(&cart).await, ["awaiting"]);
    let waiting = shop.checkout.cart(&cart).await.unwrap().payment_collection.unwrap();
    assert_eq!(waiting.status, CollectionStatus::Awaiting);
    // It is not an order yet, whoever looks.
    let order_id = tradewind_orders::order_id_of_cart(&cart);
    assert_eq!(shop.parts.orders.order(order_id.as_str()).await.unwrap(), None);

    shop.bank.confirm(&session);
    let order = shop.complete(&cart).await.unwrap();
    assert_eq!(shop.complete(&cart).await.unwrap(), order);
    assert_eq!((order.display_id, order.version), (1, 2));
    assert_eq!(shop.happened(&cart).await, ["awaiting", "placed"]);
    assert_eq!(shop.parts.orders.replay(order.id.as_str()).await.unwrap().as_ref(), Some(&*order));
    assert_eq!((shop.charts_left().await, shop.is_waiting(&cart).await), (3, false));
    let paid = shop.checkout.cart(&cart).await.unwrap().payment_collection.unwrap();
    assert_eq!((paid.status, paid.order_id.as_deref()), (CollectionStatus::Authorized, Some(order.id.as_str())));
}

#[tokio::test]
async fn what_the_bank_took_at_once_is_captured() {
    let shop = Shop::open().await;
    let (cart, session) = shop.cart_at_bank(&[(PRINT, 1)]).await;
    shop.bank.will(&[Plan::Take]);
    let order = shop.complete(&cart).await.unwrap();
    let paid = shop.parts.payments.collections_of_order(order.id.as_str()).await.unwrap();
    assert_eq!((paid[0].status, paid[0].captured()), (CollectionStatus::Completed, order.totals().total()));
    assert!(shop.bank.entry(&session).is_held());
}

#[tokio::test]
async fn a_refusal_gives_back_what_was_claimed_and_the_same_cart_can_be_bought() {
    let shop = Shop::open().await;
    let (cart, _) = shop.cart_at_bank(&[(CHART, 5)]).await;
    shop.bank.will(&[Plan::Refuse, Plan::Refuse]);
    for tries in 1..=2 {
        let error = shop.refused(&cart).await;
        assert!(error.is(DECLINED) && error.message().contains("No money"), "{error:?}");
        assert_eq!((shop.charts_left().await, shop.is_waiting(&cart).await), (5, false));
        assert_eq!(shop.happened(&cart).await.len(), tries * 2);
    }
    // With the same session, or a changed cart and a new one.
    shop.checkout.add_line(&cart, line(PRINT, 1)).await.unwrap();
    assert!(shop.refused(&cart).await.is(PAYMENT_MISSING));
    shop.begin_at_bank(&cart).await;
    let order = shop.complete(&cart).await.unwrap();
    assert_eq!((order.version, shop.charts_left().await), (6, 0));
    assert_eq!(shop.happened(&cart).await, ["awaiting", "failed", "awaiting", "failed", "awaiting", "placed"]);
}

#[tokio::test]
async fn while_nobody_knows_whether_it_is_paid_the_cart_waits_and_asking_again_charges_nothing_twice() {
    let shop = Shop::open().await;
    let (cart, _) = shop.cart_at_bank(&[(CHART, 1)]).await;
    shop.bank.will(&[Plan::BeSilent, Plan::TakeSilently]);
    for _ in 0..2 {
        assert!(shop.refused(&cart).await.is(NO_ANSWER));
        assert_eq!((shop.charts_left().await, shop.is_waiting(&cart).await), (4, true));
    }
    let order = shop.complete(&cart).await.unwrap();
    assert_eq!((order.display_id, shop.bank.asked()), (1, 3));
    assert_eq!(shop.happened(&cart).await, ["awaiting", "placed"]);
}

#[tokio::test]
async fn a_notice_places_the_order_of_a_shopper_who_is_gone() {
    let shop = Shop::open().await;
    // Before the completion was ever asked for, in the middle of it, and after it.
    let (early, session) = shop.cart_at_bank(&[(CHART, 1)]).await;
    shop.checkout.noticed(&early).await.unwrap();
    assert_eq!(shop.happened(&early).await, [""; 0]);
    shop.bank.confirm(&session);
    let (amid, session) = shop.cart_at_bank(&[(CHART, 1)]).await;
    shop.bank.will(&[Plan::AskShopper]);
    shop.refused(&amid).await;
    shop.checkout.noticed(&amid).await.unwrap();
    assert!(shop.is_waiting(&amid).await);
    shop.bank.confirm(&session);
    for cart in [&early, &amid] {
        for _ in 0..2 {
            shop.checkout.noticed(cart).await.unwrap();
        }
        assert_eq!(shop.happened(cart).await, ["awaiting", "placed"]);
    }
    assert_eq!(shop.charts_left().await, 3);
    shop.checkout.noticed("cart_nope").await.unwrap();
}

#[tokio::test]
async fn money_for_what_cannot_be_had_any_more_goes_back() {
    let shop = Shop::open().await;
    let (cart, session) = shop.cart_at_bank(&[(CHART, 5)]).await;
    shop.bank.confirm(&session);
    let other = shop.ready_cart(&[(CHART, 1)]).await;
    shop.complete(&other).await.unwrap();
    assert!(shop.refused(&cart).await.is(NOT_ENOUGH));
    assert!(shop.bank.entry(&session).is_held());
    shop.checkout.noticed(&cart).await.unwrap();
    shop.give_back_what_is_void().await;
    assert_eq!(shop.bank.entry(&session).standing, Standing::Canceled);
    // The cart is as it was, and can be bought with what there is.
    let line_id = shop.checkout.cart(&cart).await.unwrap().cart.items[0].id.clone();
    shop.checkout.update_line(&cart, &line_id, LineChange { quantity: 4, metadata: None }).await.unwrap();
    shop.begin_at_bank(&cart).await;
    shop.complete(&cart).await.unwrap();
}

#[tokio::test]
async fn another_amount_than_is_owed_goes_back() {
    let shop = Shop::open().await;
    let (cart, session) = shop.cart_at_bank(&[(CHART, 1)]).await;
    shop.bank.will(&[Plan::TakeOther]);
    assert!(shop.refused(&cart).await.is(DECLINED));
    shop.give_back_what_is_void().await;
    assert_eq!(shop.bank.entry(&session).refunds, [format!("{session}:give_back")]);
    assert_eq!(shop.charts_left().await, 5);
    shop.begin_at_bank(&cart).await;
    shop.complete(&cart).await.unwrap();
}

#[tokio::test]
async fn a_cart_that_waits_is_called_off_before_it_is_changed() {
    let shop = Shop::open().await;
    let (cart, session) = shop.cart_at_bank(&[(CHART, 2)]).await;
    shop.bank.will(&[Plan::AskShopper]);
    shop.refused(&cart).await;
    let changed = shop.checkout.add_line(&cart, line(CHART, 1)).await.unwrap();
    assert_eq!((changed.cart.items[0].quantity, changed.cart.is_awaiting_payment()), (3, false));
    assert_eq!(shop.bank.entry(&session).standing, Standing::Canceled);
    assert_eq!((shop.charts_left().await, shop.happened(&cart).await), (5, vec!["awaiting", "failed"]));

    // Paid meanwhile, it is an order; about to be, it cannot be changed now.
    let session = shop.begin_at_bank(&cart).await;
    shop.bank.will(&[Plan::AskShopper]);
    shop.refused(&cart).await;
    shop.bank.confirm(&session);
    assert!(shop.checkout.add_line(&cart, line(CHART, 1)).await.unwrap_err().is(CART_COMPLETED));
    let (cart, _) = shop.cart_at_bank(&[(CHART, 1)]).await;
    shop.bank.will(&[Plan::Think]);
    assert!(shop.refused(&cart).await.is(PROCESSING));
    assert!(shop.checkout.add_line(&cart, line(CHART, 1)).await.unwrap_err().is(PROCESSING));
    let collection = shop.checkout.cart(&cart).await.unwrap().payment_collection.unwrap();
    let begun = shop.checkout.begin_payment(&collection.id, "pp_system_default", serde_json::json!({})).await;
    assert!(begun.unwrap_err().is(PROCESSING));
    shop.bank.decide(true);
    assert_eq!(shop.complete(&cart).await.unwrap().display_id, 2);
}

#[tokio::test]
async fn the_sweep_settles_what_a_crash_left() {
    let shop = Shop::open().await;
    let (taken, _) = shop.cart_at_bank(&[(CHART, 1)]).await;
    let (lost, lost_session) = shop.cart_at_bank(&[(CHART, 1)]).await;
    let (thinking, _) = shop.cart_at_bank(&[(CHART, 1)]).await;
    shop.bank.will(&[Plan::TakeSilently, Plan::BeSilent, Plan::Think]);
    for cart in [&taken, &lost] {
        assert!(shop.refused(cart).await.is(NO_ANSWER));
    }
    assert!(shop.refused(&thinking).await.is(PROCESSING));
    let clock = shop.parts.clock.clone();
    let Patience { seconds, ask_again_seconds } = shop.parts.patience;
    assert_eq!(shop.checkout.settle_due().await.unwrap(), 0);

    // Within a minute what is known to the bank is known to the shop.
    let Shop { checkout, parts, db, store, bank } = shop;
    drop((checkout, parts, db));
    let shop = Shop::on(store, 2, clock.clone(), bank);
    clock.advance_seconds(ask_again_seconds);
    assert_eq!(shop.checkout.settle_due().await.unwrap(), 3);
    assert_eq!(shop.happened(&taken).await, ["awaiting", "placed"]);
    assert!(shop.is_waiting(&lost).await && shop.is_waiting(&thinking).await);
    assert_eq!(shop.checkout.settle_due().await.unwrap(), 0);

    // Who does not pay in time has to begin again; what the bank may still take is waited for.
    clock.advance_seconds(seconds);
    assert_eq!(shop.checkout.settle_due().await.unwrap(), 2);
    assert_eq!(shop.happened(&lost).await, ["awaiting", "failed"]);
    assert_eq!(shop.bank.entry(&lost_session).standing, Standing::Canceled);
    assert_eq!((shop.is_waiting(&thinking).await, shop.charts_left().await), (true, 3));
    shop.bank.decide(false);
    clock.advance_seconds(60);
    assert_eq!(shop.checkout.settle_due().await.unwrap(), 1);
    assert_eq!((shop.happened(&thinking).await, shop.charts_left().await), (vec!["awaiting", "failed"], 4));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn browser_notice_and_sweep_at_once_give_one_order() {
    let shop = Shop::open().await;
    for plan in [Plan::Promise, Plan::TakeSilently, Plan::Take] {
        let (cart, session) = shop.cart_at_bank(&[(PRINT, 1)]).await;
        shop.bank.will(&[plan]);
        let tasks = (0..24).map(|number| {
            let (checkout, id, clock) = (shop.checkout.clone(), cart.clone(), shop.parts.clock.clone());
            tokio::spawn(async move {
                match number % 3 {
                    0 => checkout.complete(&id).await.map(|_| ()),
                    1 => checkout.noticed(&id).await,
                    _ => {
                        clock.advance_seconds(20);
                        checkout.settle_due().await.map(|_| ())
                    }
                }
            })
        });
        for task in tasks.collect::<Vec<_>>() {
            if let Err(error) = task.await.unwrap() {
                assert_eq!(error.kind(), ErrorKind::Unavailable, "{error:?}");
            }
        }
        shop.complete(&cart).await.unwrap();
        assert_eq!(shop.happened(&cart).await, ["awaiting", "placed"]);
        assert!(shop.bank.entry(&session).is_held());
    }
}
