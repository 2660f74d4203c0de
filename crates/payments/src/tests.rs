//! The payments on a real database.

use std::sync::Arc;

use futures::future::BoxFuture;
use serde_json::{Value, json};
use tradewind_kernel::{Bucket, Clock, Currency, Error, ErrorKind, Money, Result, Rng, Timestamp};
use tradewind_platform::db::{Db, Surroundings, Tx, TxFuture, VERSION};
use tradewind_platform::payment::{ManualProvider, PaymentProvider, PaymentRequest};
use tradewind_services::Store;

mod under_way;

use super::*;
use crate::error::declined;

/// A provider that is asked over a network, in name: it refuses what costs more than ten euros, and takes the rest at once.
#[derive(Default)]
struct Gateway {
    refunded: parking_lot::Mutex<Vec<String>>,
}

impl PaymentProvider for Gateway {
    fn id(&self) -> &str {
        "pp_gateway"
    }

    fn is_local(&self) -> bool {
        false
    }

    fn begin<'a>(&'a self, request: &'a PaymentRequest) -> BoxFuture<'a, Result<Value>> {
        Box::pin(async move { Ok(json!({ "secret": format!("for {}", request.key) })) })
    }

    fn authorize<'a>(&'a self, request: &'a PaymentRequest) -> BoxFuture<'a, Result<Answer>> {
        let refusal = Outcome::Declined("The card has expired".to_owned());
        let outcome = if request.amount.minor > 1000 { refusal } else { Outcome::Captured };
        Box::pin(async move { Ok(request.answered(outcome)) })
    }

    fn capture<'a>(&'a self, _: &'a PaymentRequest) -> BoxFuture<'a, Result<()>> {
        Box::pin(async { Ok(()) })
    }

    fn cancel<'a>(&'a self, request: &'a PaymentRequest) -> BoxFuture<'a, Result<()>> {
        let is_taken = request.amount.minor <= 1000;
        Box::pin(async move { if is_taken { Err(Error::not_allowed("The money is taken")) } else { Ok(()) } })
    }

    fn refund<'a>(&'a self, request: &'a PaymentRequest) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            self.refunded.lock().push(request.key.clone());
            Ok(())
        })
    }
}

struct Shop {
    db: Db,
    payments: Payments,
    mint: IdMint,
    gateway: Arc<Gateway>,
    _store: Store,
}

impl Shop {
    async fn open() -> Self {
        let store = Store::new();
        let clock = Clock::manual(Timestamp(1_700_000_000_000));
        let mint = IdMint::new(clock.clone(), Rng::seeded(7));
        let surroundings = Surroundings { clock, mint: mint.clone() };
        let db = Db::open_at(store.place(), surroundings).expect("a database");
        db.migrate(&tradewind_platform::MIGRATIONS).await.expect("the platform's tables");
        db.migrate(&MIGRATIONS).await.expect("the payments' tables");
        let mut providers = PaymentProviders::default();
        providers.add(Arc::new(ManualProvider));
        let gateway = Arc::new(Gateway::default());
        providers.add(gateway.clone());
        let payments = Payments::new(Shards::single(db.clone()), providers, mint.clone());
        Self { db, payments, mint, gateway, _store: store }
    }

    async fn write<T: Send + 'static>(
        &self,
        body: impl for<'t> FnOnce(&'t Payments, &'t mut Tx) -> TxFuture<'t, T> + Clone + Send + 'static,
    ) -> Result<T> {
        let payments = self.payments.clone();
        self.db.write(move |tx| Box::pin(async move { body(&payments, tx).await })).await
    }

    async fn collection(&self, cart_id: &str, minor: i64) -> Result<PaymentCollection> {
        let cart_id = cart_id.to_owned();
        self.write(move |payments, tx| {
            Box::pin(async move { payments.create_collection(tx, &cart_id, euros(minor)).await })
        })
        .await
    }

    async fn begin(&self, collection_id: &str, provider: &str, minor: i64) -> Result<PaymentCollection> {
        let new = session_with(provider, Value::Null, minor);
        let unknown = || Error::not_found("Payment collection", collection_id);
        let collection = self.payments.collection(collection_id).await?.ok_or_else(unknown)?;
        self.payments.begin_session(collection, new).await
    }

    async fn record(&self, collection: &PaymentCollection, order_id: &str) -> Result<Payment> {
        self.record_answer(collection, order_id, answer(Outcome::Authorized, collection.sessions[0].amount.minor)).await
    }

    async fn record_answer(&self, collection: &PaymentCollection, order_id: &str, answer: Answer) -> Result<Payment> {
        let session_id = collection.sessions[0].id.clone();
        let (id, order_id) = (collection.id.clone(), order_id.to_owned());
        let recording = self.write(move |payments, tx| {
            Box::pin(async move { payments.record_paid(tx, &id, &session_id, &order_id, answer).await })
        });
        Ok(recording.await?.payments.pop().expect("a payment"))
    }

    /// The collection once its session was asked for.
    async fn asked(&self, collection: &PaymentCollection) -> Result<PaymentCollection> {
        let (id, session_id) = (collection.id.clone(), collection.sessions[0].id.clone());
        self.write(move |payments, tx| Box::pin(async move { payments.note_asked(tx, &id, &session_id).await }))
            .await?;
        Ok(self.payments.collection(&collection.id).await?.expect("the collection").value)
    }

    /// The collection once its session was not paid.
    async fn unpaid(&self, collection: &PaymentCollection, outcome: Outcome) -> PaymentCollection {
        let (id, session_id) = (collection.id.clone(), collection.sessions[0].id.clone());
        let answer = answer(outcome, 5000);
        let recording = self.write(move |payments, tx| {
            Box::pin(async move { payments.record_unpaid(tx, &id, &session_id, answer).await })
        });
        recording.await.expect("it is recorded");
        self.payments.collection(&collection.id).await.expect("a read").expect("the collection").value
    }

    /// A collection over so much of which all is promised.
    async fn authorized(&self, minor: i64) -> (PaymentCollection, Payment) {
        let cart_id = self.mint.mint("cart");
        let collection = self.collection(&cart_id, minor).await.expect("a collection");
        let collection = self.begin(&collection.id, MANUAL, minor).await.expect("a session");
        let payment = self.record(&collection, "order_1").await.expect("a payment");
        (collection, payment)
    }

    async fn capture(&self, payment: &Payment, movement: Movement) -> Result<Payment> {
        let (of, id) = (self.home_of(payment).await, payment.id.clone());
        self.write(move |payments, tx| Box::pin(async move { payments.record_capture(tx, &of, &id, movement).await }))
            .await
    }

    async fn refund(&self, payment: &Payment, movement: Movement) -> Result<Payment> {
        let (of, id) = (self.home_of(payment).await, payment.id.clone());
        self.write(move |payments, tx| Box::pin(async move { payments.record_refund(tx, &of, &id, movement).await }))
            .await
    }

    async fn cancel(&self, payment: &Payment) -> Result<Payment> {
        let (of, id) = (self.home_of(payment).await, payment.id.clone());
        self.write(move |payments, tx| Box::pin(async move { payments.record_cancel(tx, &of, &id).await })).await
    }

    async fn home_of(&self, payment: &Payment) -> String {
        self.now(payment).await.id
    }

    async fn now(&self, payment: &Payment) -> PaymentCollection {
        let found = self.payments.collection_of_payment(&payment.id).await;
        found.expect("a read").expect("a collection")
    }

    async fn events(&self) -> i64 {
        tradewind_platform::events::waiting(&self.db).await.expect("the outbox")
    }
}

const MANUAL: &str = "pp_system_default";

fn euros(minor: i64) -> Money {
    Money::from_minor(minor, Currency::EUR)
}

fn session_with(provider: &str, data: Value, minor: i64) -> NewSession {
    NewSession {
        cart_id: "cart_1".to_owned(),
        provider_id: provider.to_owned(),
        data,
        amount: euros(minor),
        cart_version: 3,
    }
}

fn answer(outcome: Outcome, minor: i64) -> Answer {
    Answer { outcome, amount: euros(minor), data: json!({ "at": "the bank" }) }
}

fn part(key: &str, minor: i64) -> Movement {
    Movement { amount: Some(euros(minor)), ..Movement::all(key) }
}

#[tokio::test]
async fn a_cart_has_one_collection_that_follows_its_total() {
    let shop = Shop::open().await;
    let cart_id = shop.mint.mint("cart");
    let first = shop.collection(&cart_id, 1000).await.unwrap();
    assert_eq!(first.status, CollectionStatus::NotPaid);
    assert!(first.id.starts_with("pay_col_"));
    assert_eq!(Bucket::of(&first.id), Bucket::of(&cart_id));
    let again = shop.collection(&cart_id, 1200).await.unwrap();
    assert_eq!((&again.id, again.amount), (&first.id, euros(1200)));
    assert_eq!(shop.payments.collection(&first.id).await.unwrap().unwrap().value, again);
    assert!(shop.payments.collection("pay_col_nope").await.unwrap().is_none());
}

#[tokio::test]
async fn a_new_session_takes_the_place_of_the_one_before() {
    let shop = Shop::open().await;
    let collection = shop.collection("cart_1", 1000).await.unwrap();
    let first = shop.begin(&collection.id, MANUAL, 1000).await.unwrap();
    let second = shop.begin(&collection.id, MANUAL, 1000).await.unwrap();
    assert_eq!((first.sessions.len(), second.sessions.len()), (1, 1));
    let session = second.open_session().unwrap();
    assert_ne!(session.id, first.sessions[0].id);
    assert_eq!((session.status, session.amount, session.cart_version), (SessionStatus::Pending, euros(1000), 3));
    assert_eq!((&session.data, &session.context), (&json!({}), &json!({})));
    assert_eq!(shop.events().await, 0);
}

#[tokio::test]
async fn another_system_hears_of_sessions_that_are_void() {
    let shop = Shop::open().await;
    let collection = shop.collection("cart_1", 1000).await.unwrap();
    let begun = shop.begin(&collection.id, "pp_gateway", 1000).await.unwrap();
    let session = &begun.sessions[0];
    assert_eq!(session.data, json!({ "secret": format!("for {}", session.id) }));
    let void = || shop.write(|payments, tx| Box::pin(async move { payments.void_sessions(tx, "cart_1").await }));
    void().await.unwrap();
    void().await.unwrap();
    assert_eq!(shop.events().await, 1);
    assert!(shop.payments.collection(&collection.id).await.unwrap().unwrap().value.sessions.is_empty());
}

#[tokio::test]
async fn a_session_cannot_begin_for_nothing_known() {
    let shop = Shop::open().await;
    let collection = shop.collection("cart_1", 1000).await.unwrap();
    let error = shop.begin(&collection.id, "pp_nope", 1000).await.unwrap_err();
    assert_eq!((error.kind(), error.field()), (ErrorKind::Invalid, Some("provider_id")));
    let new = session_with(MANUAL, json!([1]), 1000);
    let read = shop.payments.collection(&collection.id).await.unwrap().unwrap();
    let error = shop.payments.begin_session(read, new).await.unwrap_err();
    assert_eq!(error.field(), Some("data"));
}

#[tokio::test]
async fn a_changed_total_voids_sessions_over_another() {
    let shop = Shop::open().await;
    let collection = shop.collection("cart_1", 1000).await.unwrap();
    let begun = shop.begin(&collection.id, MANUAL, 1000).await.unwrap();
    let refresh = |minor: i64| {
        shop.write(move |payments, tx| Box::pin(async move { payments.refresh(tx, "cart_1", euros(minor)).await }))
    };
    assert_eq!(refresh(1000).await.unwrap().unwrap().sessions.len(), 1);
    let refreshed = refresh(1100).await.unwrap().unwrap();
    assert_eq!((refreshed.amount, refreshed.sessions.len()), (euros(1100), 0));
    assert!(shop.record(&begun, "order_1").await.unwrap_err().is(SESSION_VOID));
    let none = shop.write(|payments, tx| Box::pin(async move { payments.refresh(tx, "cart_without", euros(5)).await }));
    assert_eq!(none.await.unwrap(), None);
}

#[tokio::test]
async fn a_promise_is_recorded_once_and_belongs_to_one_order() {
    let shop = Shop::open().await;
    let (collection, payment) = shop.authorized(1000).await;
    assert_eq!((payment.amount, payment.captured()), (euros(1000), euros(0)));
    assert_eq!(shop.record(&collection, "order_1").await.unwrap(), payment);
    assert_eq!(shop.record(&collection, "order_2").await.unwrap_err().kind(), ErrorKind::Conflict);
    let now = shop.now(&payment).await;
    assert_eq!((now.status, now.order_id.as_deref()), (CollectionStatus::Authorized, Some("order_1")));
    assert_eq!(now.sessions[0].status, SessionStatus::Authorized);
    assert!(now.sessions[0].authorized_at.is_some());
    assert_eq!(now.authorized(), euros(1000));
    assert_eq!(shop.payments.collections_of_order("order_1").await.unwrap(), std::slice::from_ref(&now));

    // Paid is paid: no other session, no other amount, and what is promised is not void.
    assert!(shop.begin(&now.id, MANUAL, 1000).await.unwrap_err().is(PAID_ALREADY));
    assert!(shop.collection(&now.cart_id, 900).await.unwrap_err().is(PAID_ALREADY));
    let cart_id = now.cart_id.clone();
    shop.write(move |payments, tx| Box::pin(async move { payments.void_sessions(tx, &cart_id).await })).await.unwrap();
    assert_eq!(shop.now(&payment).await, now);
}

#[tokio::test]
async fn a_refusal_is_remembered_and_can_be_tried_again() {
    let shop = Shop::open().await;
    let collection = shop.collection("cart_1", 5000).await.unwrap();
    let begun = shop.begin(&collection.id, "pp_gateway", 5000).await.unwrap();
    let session = begun.open_session().unwrap().clone();
    let refusal = Outcome::Declined("The card has expired".to_owned());
    assert_eq!(shop.payments.authorize("cart_1", &session).await.unwrap().outcome, refusal);
    let asked = shop.asked(&begun).await.unwrap();
    assert_eq!(asked.asked_session().map(|asked| &asked.id), Some(&session.id));
    assert_eq!(asked.status, CollectionStatus::Awaiting);
    let refused = shop.unpaid(&asked, refusal).await;
    assert_eq!(refused.status, CollectionStatus::Failed);
    assert_eq!((refused.sessions[0].status, refused.asked_session()), (SessionStatus::Error, None));
    // With the same session, say for another card, or with another one.
    assert_eq!(refused.open_session().unwrap().id, session.id);
    assert_eq!(shop.asked(&refused).await.unwrap().sessions[0].status, SessionStatus::Pending);
    shop.unpaid(&refused, Outcome::Declined("No money".to_owned())).await;
    let again = shop.begin(&collection.id, MANUAL, 5000).await.unwrap();
    assert_eq!((again.status, again.sessions.len()), (CollectionStatus::NotPaid, 1));
    assert_eq!(shop.payments.authorize("cart_1", &again.sessions[0]).await.unwrap().outcome, Outcome::Authorized);
    let error: Error = declined("The card has expired");
    assert!(error.is(DECLINED) && error.kind() == ErrorKind::PaymentRequired);
}

#[tokio::test]
async fn while_a_provider_is_asked_its_session_stays() {
    let shop = Shop::open().await;
    let collection = shop.collection("cart_1", 5000).await.unwrap();
    let begun = shop.begin(&collection.id, "pp_gateway", 5000).await.unwrap();
    let asked = shop.asked(&begun).await.unwrap();
    assert_eq!(shop.asked(&begun).await.unwrap(), asked);
    assert!(shop.begin(&collection.id, MANUAL, 5000).await.unwrap_err().is(PROCESSING));
    shop.write(|payments, tx| Box::pin(async move { payments.void_sessions(tx, "cart_1").await })).await.unwrap();
    let waiting = shop.unpaid(&asked, Outcome::RequiresAction).await;
    assert_eq!((waiting.status, waiting.sessions[0].status), (CollectionStatus::Awaiting, SessionStatus::RequiresMore));
    assert_eq!(waiting.sessions[0].data, json!({ "at": "the bank" }));
    assert!(waiting.asked_session().is_some());
    let (id, session_id) = (collection.id.clone(), asked.sessions[0].id.clone());
    let calling_off =
        shop.write(|payments, tx| Box::pin(async move { payments.record_called_off(tx, &id, &session_id).await }));
    calling_off.await.unwrap();
    let over = shop.payments.collection(&collection.id).await.unwrap().unwrap().value;
    assert_eq!((over.sessions[0].status, over.open_session()), (SessionStatus::Canceled, None));
    assert!(shop.asked(&begun).await.unwrap_err().is(SESSION_VOID));
    assert!(shop.record(&begun, "order_1").await.unwrap_err().is(SESSION_VOID));
}

#[tokio::test]
async fn what_a_provider_took_at_once_is_captured_and_another_amount_is_not_taken_for_it() {
    let shop = Shop::open().await;
    let collection = shop.collection("cart_1", 900).await.unwrap();
    let begun = shop.begin(&collection.id, "pp_gateway", 900).await.unwrap();
    let asked = shop.asked(&begun).await.unwrap();
    let other = shop.record_answer(&asked, "order_1", answer(Outcome::Captured, 899)).await.unwrap_err();
    assert!(other.is(PAID_OTHERWISE), "{other:?}");
    assert_eq!(shop.events().await, 0);
    for _ in 0..2 {
        let payment = shop.record_answer(&asked, "order_1", answer(Outcome::Captured, 900)).await.unwrap();
        assert_eq!((payment.captured(), &payment.data), (euros(900), &json!({ "at": "the bank" })));
    }
    let paid = shop.payments.collection(&collection.id).await.unwrap().unwrap().value;
    assert_eq!((paid.status, paid.sessions[0].status), (CollectionStatus::Completed, SessionStatus::Captured));
    assert_eq!((paid.asked_session(), shop.events().await), (None, 1));
}

#[tokio::test]
async fn the_money_of_a_dropped_session_is_given_back() {
    let shop = Shop::open().await;
    let collection = shop.collection("cart_1", 900).await.unwrap();
    let begun = shop.begin(&collection.id, "pp_gateway", 900).await.unwrap();
    let session = shop.asked(&begun).await.unwrap().sessions[0].clone();
    let (id, session_id) = (collection.id.clone(), session.id.clone());
    for _ in 0..2 {
        let (id, session_id) = (id.clone(), session_id.clone());
        shop.write(move |payments, tx| Box::pin(async move { payments.void_session(tx, &id, &session_id).await }))
            .await
            .unwrap();
    }
    assert_eq!(shop.events().await, 1);
    assert!(shop.payments.collection(&id).await.unwrap().unwrap().value.sessions.is_empty());
    let voided = |minor| SessionVoided {
        collection_id: id.clone(),
        cart_id: "cart_1".to_owned(),
        session_id: session_id.clone(),
        provider_id: session.provider_id.clone(),
        amount: euros(minor),
        data: session.data.clone(),
    };
    // What was only promised is cancelled; what was taken is refunded, under a key of its own.
    shop.payments.give_back(&voided(5000)).await.unwrap();
    assert_eq!(*shop.gateway.refunded.lock(), Vec::<String>::new());
    shop.payments.give_back(&voided(900)).await.unwrap();
    assert_eq!(*shop.gateway.refunded.lock(), [format!("{session_id}:give_back")]);
}

#[tokio::test]
async fn captures_count_once_a_key_and_never_exceed_the_promise() {
    let shop = Shop::open().await;
    let (_, payment) = shop.authorized(1000).await;
    for _ in 0..2 {
        let taken = shop.capture(&payment, part("first", 400)).await.unwrap();
        assert_eq!((taken.captured(), taken.captured_at), (euros(400), None));
    }
    assert_eq!(shop.now(&payment).await.status, CollectionStatus::PartiallyCaptured);
    for bad in [601, 0, -1] {
        let error = shop.capture(&payment, part("bad", bad)).await.unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::Invalid, Some("amount")));
    }
    let dollars = Movement { amount: Some(Money::from_minor(1, Currency::USD)), ..Movement::all("bad") };
    assert_eq!(shop.capture(&payment, dollars).await.unwrap_err().field(), Some("amount"));

    let all = shop.capture(&payment, Movement::all("rest")).await.unwrap();
    assert_eq!(all.captured(), euros(1000));
    assert!(all.captured_at.is_some());
    let now = shop.now(&payment).await;
    assert_eq!((now.status, now.sessions[0].status), (CollectionStatus::Completed, SessionStatus::Captured));
    assert!(now.completed_at.is_some());
    assert!(shop.capture(&payment, Movement::all("more")).await.is_err());
    assert_eq!(shop.cancel(&payment).await.unwrap_err().kind(), ErrorKind::NotAllowed);
    assert_eq!(shop.events().await, 2);
}

#[tokio::test]
async fn refunds_count_once_a_key_and_never_exceed_what_was_captured() {
    let shop = Shop::open().await;
    let (_, payment) = shop.authorized(1000).await;
    assert!(shop.refund(&payment, Movement::all("early")).await.is_err());
    shop.capture(&payment, part("capture", 700)).await.unwrap();
    for _ in 0..2 {
        let given = shop.refund(&payment, part("first", 300)).await.unwrap();
        assert_eq!(given.refunded(), euros(300));
    }
    assert_eq!(shop.refund(&payment, part("too much", 401)).await.unwrap_err().field(), Some("amount"));
    assert_eq!(shop.refund(&payment, Movement::all("rest")).await.unwrap().refunded(), euros(700));
    let now = shop.now(&payment).await;
    assert_eq!((now.captured(), now.refunded()), (euros(700), euros(700)));
}

#[tokio::test]
async fn a_promise_that_is_given_back_cannot_be_captured() {
    let shop = Shop::open().await;
    let (_, payment) = shop.authorized(1000).await;
    let first = shop.cancel(&payment).await.unwrap();
    assert_eq!(shop.cancel(&payment).await.unwrap(), first);
    assert!(first.canceled_at.is_some());
    let now = shop.now(&payment).await;
    assert_eq!((now.status, now.authorized()), (CollectionStatus::Canceled, euros(0)));
    assert_eq!(now.sessions[0].status, SessionStatus::Canceled);
    assert_eq!(shop.capture(&payment, Movement::all("late")).await.unwrap_err().kind(), ErrorKind::NotAllowed);
}

#[tokio::test]
async fn what_nobody_knows_is_not_found() {
    let shop = Shop::open().await;
    let (collection, _) = shop.authorized(1000).await;
    assert_eq!(shop.payments.collection_of_payment("pay_nope").await.unwrap(), None);
    for (of, id) in [(collection.id.clone(), "pay_nope"), ("pay_col_nope".to_owned(), "pay_nope")] {
        let outcome = shop.write(move |payments, tx| {
            Box::pin(async move { payments.record_capture(tx, &of, id, Movement::all("key")).await })
        });
        assert_eq!(outcome.await.unwrap_err().kind(), ErrorKind::NotFound);
    }
}

#[tokio::test]
async fn of_two_who_begin_with_the_same_version_one_is_too_late() {
    let shop = Shop::open().await;
    let collection = shop.collection("cart_1", 1000).await.unwrap();
    let read = || async { shop.payments.collection(&collection.id).await.unwrap().unwrap() };
    let (one, other) = (read().await, read().await);
    shop.payments.begin_session(one, session_with(MANUAL, Value::Null, 1000)).await.unwrap();
    let late = shop.payments.begin_session(other, session_with(MANUAL, Value::Null, 1000)).await;
    assert!(late.unwrap_err().is(VERSION));
    assert_eq!(read().await.value.sessions.len(), 1);
}
