//! Handling orders with a payment provider that does not always answer.

use std::collections::BTreeMap;
use std::sync::Mutex;

use futures::future::BoxFuture;
use serde_json::Value;
use tradewind_inventory::Inventory;
use tradewind_kernel::{Error, Money};
use tradewind_orders::{NewOrder, OrderStatus, Orders};
use tradewind_payments::{BUSY, MovementKind, NewSession, Outcome, Payments, Wish};
use tradewind_platform::db::Shards;
use tradewind_platform::payment::{Answer, PaymentProvider, PaymentProviders, PaymentRequest};

use super::*;

/// A provider over a bad line: it moves money once a key, and then may not be heard any more, or refuses.
#[derive(Default)]
struct Patchy {
    moved: Mutex<BTreeMap<String, Money>>,
    answers: Mutex<Vec<ErrorKind>>,
}

impl Patchy {
    fn answer(&self, request: &PaymentRequest) -> Result<()> {
        let next = self.answers.lock().expect("no test panics here").pop();
        if next != Some(ErrorKind::NotAllowed) {
            self.moved.lock().expect("no test panics here").entry(request.key.clone()).or_insert(request.amount);
        }
        next.map_or(Ok(()), |kind| Err(Error::new(kind, "The line is bad")))
    }

    fn moved(&self) -> Vec<(String, i64)> {
        let moved = self.moved.lock().expect("no test panics here");
        moved
            .iter()
            .map(|(key, amount)| (key.rsplit(':').nth(1).unwrap_or_default().to_owned(), amount.minor))
            .collect()
    }

    fn will_answer(&self, kinds: &[ErrorKind]) {
        self.answers.lock().expect("no test panics here").extend(kinds);
    }
}

impl PaymentProvider for Patchy {
    fn id(&self) -> &str {
        "pp_patchy"
    }

    fn is_local(&self) -> bool {
        false
    }

    fn begin<'a>(&'a self, _: &'a PaymentRequest) -> BoxFuture<'a, Result<Value>> {
        Box::pin(async { Ok(json!({})) })
    }

    fn authorize<'a>(&'a self, request: &'a PaymentRequest) -> BoxFuture<'a, Result<Answer>> {
        Box::pin(async { Ok(request.answered(Outcome::Authorized)) })
    }

    fn capture<'a>(&'a self, request: &'a PaymentRequest) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move { self.answer(request) })
    }

    fn cancel<'a>(&'a self, request: &'a PaymentRequest) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move { self.answer(request) })
    }

    fn refund<'a>(&'a self, request: &'a PaymentRequest) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move { self.answer(request) })
    }
}

struct Desk {
    handling: OrderHandling,
    payments: Payments,
    orders: Orders,
    provider: Arc<Patchy>,
    order: String,
    payment: String,
    _shop: Shop,
}

impl Desk {
    /// An order over ten euros, which are promised.
    async fn open() -> Self {
        let shop = Shop::open().await;
        let migrations =
            [&tradewind_orders::MIGRATIONS, &tradewind_payments::MIGRATIONS, &tradewind_inventory::MIGRATIONS];
        for migrations in migrations {
            shop.db.migrate(migrations).await.expect("tables");
        }
        let shards = Shards::single(shop.db.clone());
        let provider = Arc::new(Patchy::default());
        let mut providers = PaymentProviders::default();
        providers.add(provider.clone());
        let mint = IdMint::new(Clock::manual(Timestamp(1_700_000_000_000)), Rng::seeded(9));
        let payments = Payments::new(shards.clone(), providers, mint.clone());
        let orders = Orders::new(shop.db.clone(), shards.clone());
        let inventory = Inventory::new(shards.clone());
        let handling = OrderHandling::new(shards, orders.clone(), inventory, payments.clone(), shop.fulfilment.clone());

        let (cart_id, ten) = (mint.mint("cart"), Money::from_minor(1000, Currency::EUR));
        let (of_cart, id) = (payments.clone(), cart_id.clone());
        let made = shop.db.write(move |tx| Box::pin(async move { of_cart.create_collection(tx, &id, ten).await }));
        let made = made.await.expect("a collection");
        let session = NewSession {
            cart_id: cart_id.clone(),
            provider_id: "pp_patchy".to_owned(),
            data: Value::Null,
            amount: ten,
            cart_version: 1,
        };
        let collection = payments.collection(&made.id).await.expect("a read").expect("the collection");
        let begun = payments.begin_session(collection, session).await.expect("a session");
        let placement = orders.prepare(new_order(&cart_id, &made.id)).await.expect("an order");
        let (placing, promising) = (orders.clone(), payments.clone());
        let (order, payment) = shop
            .db
            .write(move |tx| {
                Box::pin(async move {
                    let order = placing.place(tx, placement).await?;
                    let session = &begun.sessions[0];
                    let promise =
                        Answer { outcome: Outcome::Authorized, amount: session.amount, data: session.data.clone() };
                    let order_id = order.id.as_str();
                    let collection = promising.record_paid(tx, &made.id, &session.id, order_id, promise).await?;
                    Ok((order_id.to_owned(), collection.payments[0].id.clone()))
                })
            })
            .await
            .expect("a promise");
        Self { handling, payments, orders, provider, order, payment, _shop: shop }
    }

    async fn capture(&self, minor: i64) -> Result<()> {
        let amount = Some(Money::from_minor(minor, Currency::EUR));
        let wish = Wish { amount, ..Wish::all(MovementKind::Capture, None) };
        self.handling.move_money(&self.payment, wish).await.map(|_| ())
    }

    /// What was captured and given back, and how many movements are under way.
    async fn books(&self) -> (i64, i64, usize) {
        let found = self.payments.collection_of_payment(&self.payment).await.expect("a read").expect("a collection");
        (found.captured().minor, found.refunded().minor, found.under_way.len())
    }

    async fn under_way(&self) -> FinishMovement {
        let found = self.payments.collection_of_payment(&self.payment).await.expect("a read").expect("a collection");
        FinishMovement { payment_id: self.payment.clone(), key: found.under_way[0].key.clone() }
    }
}

fn new_order(cart_id: &str, collection_id: &str) -> NewOrder {
    NewOrder {
        cart_id: cart_id.to_owned(),
        region_id: "reg_1".to_owned(),
        customer_id: None,
        sales_channel_id: None,
        email: None,
        currency: Currency::EUR,
        locale: None,
        shipping_address: None,
        billing_address: None,
        items: Vec::new(),
        shipping_methods: Vec::new(),
        credit_lines: Vec::new(),
        payment_collection_ids: vec![collection_id.to_owned()],
        metadata: None,
        events_before: 0,
        at: Timestamp(1_700_000_000_000),
    }
}

#[tokio::test]
async fn a_capture_whose_answer_was_lost_is_asked_for_again_and_made_once() {
    let desk = Desk::open().await;
    desk.provider.will_answer(&[ErrorKind::Unavailable]);
    assert_eq!(desk.capture(400).await.unwrap_err().kind(), ErrorKind::Unavailable);
    assert_eq!(desk.books().await, (0, 0, 1));
    assert!(desk.capture(300).await.unwrap_err().is(BUSY));
    desk.capture(400).await.unwrap();
    assert_eq!(desk.books().await, (400, 0, 0));
    assert_eq!(desk.provider.moved(), [("capture".to_owned(), 400)]);

    // Nobody asks again: the job does.
    desk.provider.will_answer(&[ErrorKind::Internal]);
    desk.capture(600).await.unwrap_err();
    let job = desk.under_way().await;
    for _ in 0..2 {
        desk.handling.finish(&job).await.unwrap();
        assert_eq!(desk.books().await, (1000, 0, 0));
    }
    assert_eq!(desk.provider.moved(), [("capture".to_owned(), 400), ("capture".to_owned(), 600)]);
}

#[tokio::test]
async fn what_the_provider_refuses_can_be_asked_for_otherwise() {
    let desk = Desk::open().await;
    desk.provider.will_answer(&[ErrorKind::NotAllowed]);
    assert_eq!(desk.capture(400).await.unwrap_err().kind(), ErrorKind::NotAllowed);
    assert_eq!(desk.books().await, (0, 0, 0));
    desk.capture(1000).await.unwrap();
    assert_eq!(desk.provider.moved(), [("capture".to_owned(), 1000)]);
}

#[tokio::test]
async fn a_cancelled_order_gives_its_money_back_even_when_the_line_is_bad() {
    let desk = Desk::open().await;
    desk.capture(700).await.unwrap();
    desk.provider.will_answer(&[ErrorKind::Unavailable]);
    let order = desk.handling.cancel(&desk.order, "user_1").await.unwrap();
    assert_eq!((order.status, desk.books().await), (OrderStatus::Canceled, (700, 0, 1)));
    desk.handling.finish(&desk.under_way().await).await.unwrap();
    assert_eq!(desk.books().await, (700, 700, 0));
    assert_eq!(desk.provider.moved(), [("capture".to_owned(), 700), ("refund".to_owned(), 700)]);
    let order = desk.orders.order(&desk.order).await.unwrap().unwrap();
    assert_eq!(desk.orders.replay(&desk.order).await.unwrap().unwrap(), *order);
}

#[tokio::test]
async fn an_order_is_not_cancelled_while_its_money_is_on_its_way() {
    let desk = Desk::open().await;
    desk.provider.will_answer(&[ErrorKind::Unavailable]);
    desk.capture(700).await.unwrap_err();
    assert!(desk.handling.cancel(&desk.order, "user_1").await.unwrap_err().is(BUSY));
    let order = desk.orders.order(&desk.order).await.unwrap().unwrap();
    assert_eq!(order.status, OrderStatus::Pending);
}
