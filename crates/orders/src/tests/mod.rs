//! The verbs on a real database, and the fold over made-up histories.

use proptest::prelude::*;
use tradewind_kernel::{Clock, Currency, Decimal, IdMint, Paging, Rng, Timestamp};
use tradewind_platform::db::{Surroundings, UNIQUE};
use tradewind_platform::events::{Reactions, Relay};
use tradewind_services::Store;

mod lifecycle;

use crate::history::apply;
use crate::*;

struct Shop {
    orders: Orders,
    db: Db,
    mint: IdMint,
    clock: Clock,
    store: Store,
}

async fn shop() -> Shop {
    open(Store::new(), 1).await
}

async fn open(store: Store, seed: u64) -> Shop {
    let clock = Clock::manual(Timestamp(1_790_000_000_000));
    let mint = IdMint::new(clock.clone(), Rng::seeded(seed));
    let surroundings = Surroundings { clock: clock.clone(), mint: mint.clone() };
    let db = Db::open_at(store.place(), surroundings).unwrap();
    db.migrate(&tradewind_platform::MIGRATIONS).await.unwrap();
    db.migrate(&MIGRATIONS).await.unwrap();
    let orders = Orders::new(db.clone(), Shards::single(db.clone()));
    Shop { orders, db, mint, clock, store }
}

impl Shop {
    fn new_order(&self, customer_id: Option<&str>) -> NewOrder {
        new_order(self.mint.mint("cart"), customer_id, &[(2, 1000)], self.clock.now())
    }

    async fn place(&self, new: NewOrder) -> Result<Arc<Order>> {
        let placement = self.orders.prepare(new).await?;
        let orders = self.orders.clone();
        self.db.write(move |tx| Box::pin(async move { orders.place(tx, placement).await })).await
    }

    async fn cancel(&self, id: &str) -> Result<Arc<Order>> {
        let (orders, id) = (self.orders.clone(), id.to_owned());
        self.db.write(move |tx| Box::pin(async move { orders.cancel(tx, &id, "user_1").await })).await
    }
}

fn new_order(cart_id: String, customer_id: Option<&str>, lines: &[(i64, i64)], at: Timestamp) -> NewOrder {
    let items = lines.iter().enumerate().map(|(position, (quantity, unit_minor))| {
        let total = quantity * unit_minor;
        OrderItem {
            id: format!("ordli_{position}"),
            goods: Goods {
                variant_id: format!("variant_{position}"),
                product_id: "prod_1".to_owned(),
                title: "Chart of the North Sea".to_owned(),
                requires_shipping: true,
                ..Goods::default()
            },
            quantity: *quantity,
            unit_price: Decimal::new(*unit_minor, 2),
            compare_at_unit_price: None,
            is_tax_inclusive: false,
            totals: LineTotals {
                subtotal: total,
                total,
                original_total: total,
                original_subtotal: total,
                ..LineTotals::default()
            },
            taxes: Vec::new(),
            adjustments: Vec::new(),
            metadata: None,
        }
    });
    NewOrder {
        cart_id,
        region_id: "reg_1".to_owned(),
        customer_id: customer_id.map(str::to_owned),
        sales_channel_id: None,
        email: Some("reader@example.com".to_owned()),
        currency: Currency::EUR,
        locale: None,
        shipping_address: Some(Address { id: "ordaddr_1".to_owned(), ..Address::default() }),
        billing_address: None,
        items: items.collect(),
        shipping_methods: Vec::new(),
        credit_lines: Vec::new(),
        payment_collection_ids: vec!["pay_col_1".to_owned()],
        metadata: None,
        events_before: 0,
        at,
    }
}

fn all(newest_first: bool, limit: u64) -> CustomerOrders {
    CustomerOrders { ids: None, statuses: Vec::new(), newest_first, paging: Paging { offset: 0, limit } }
}

#[tokio::test]
async fn a_placed_order_is_numbered_listed_and_published() {
    let shop = shop().await;
    let placed = shop.place(shop.new_order(Some("cus_1"))).await.unwrap();
    assert_eq!(placed.display_id, 1);
    assert_eq!(placed.id, order_id_of_cart(&placed.cart_id));
    assert_eq!(placed.totals().total().minor, 2000);

    let stored = shop.orders.order(placed.id.as_str()).await.unwrap().unwrap();
    assert_eq!(*stored, *placed);
    let listed = shop.orders.orders_of_customer("cus_1", &all(true, 10)).await.unwrap();
    assert_eq!((listed.count, listed.items[0].id.clone()), (1, placed.id.clone()));

    let heard = Arc::new(std::sync::Mutex::new(Vec::new()));
    let ear = Arc::clone(&heard);
    let mut reactions = Reactions::default();
    reactions.on::<OrderPlaced>("test", move |_, event| {
        ear.lock().unwrap().push(event);
        Box::pin(async { Ok(()) })
    });
    Relay::new(shop.db.clone(), reactions).deliver_waiting().await.unwrap();
    let heard = heard.lock().unwrap();
    assert_eq!(heard.len(), 1);
    assert_eq!(heard[0].total.minor, 2000);
    assert_eq!(heard[0].items[0].quantity, 2);
}

#[tokio::test]
async fn one_cart_becomes_one_order() {
    let shop = shop().await;
    let new = shop.new_order(None);
    shop.place(new.clone()).await.unwrap();
    assert!(shop.place(new).await.unwrap_err().is(UNIQUE));
    let all = shop.orders.list(OrderQuery::all(Paging { offset: 0, limit: 10 })).await.unwrap();
    assert_eq!(all.count, 1);
    // The number of the refused order serves the next one.
    assert_eq!(shop.place(shop.new_order(None)).await.unwrap().display_id, 2);
}

#[tokio::test]
async fn numbers_are_given_once_by_many_at_once_and_after_a_restart() {
    let shop = shop().await;
    let mut waiting = Vec::new();
    for _ in 0..250 {
        let (orders, db) = (shop.orders.clone(), shop.db.clone());
        let new = shop.new_order(None);
        waiting.push(tokio::spawn(async move {
            let placement = orders.prepare(new).await.unwrap();
            let order = db.write(move |tx| Box::pin(async move { orders.place(tx, placement).await })).await;
            order.unwrap().display_id
        }));
    }
    let mut numbers = Vec::new();
    for one in waiting {
        numbers.push(one.await.unwrap());
    }
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=250).collect::<Vec<_>>());

    let Shop { orders, db, store, .. } = shop;
    drop((orders, db));
    let shop = open(store, 2).await;
    let next = shop.place(shop.new_order(None)).await.unwrap().display_id;
    assert_eq!(next, 301, "the rest of the leased block is left out");
}

#[tokio::test]
async fn replay_is_the_document_and_the_past_can_be_asked_for() {
    let shop = shop().await;
    let placed = shop.place(shop.new_order(Some("cus_1"))).await.unwrap();
    let id = placed.id.as_str();
    assert_eq!(shop.orders.replay(id).await.unwrap().as_ref(), Some(&*placed));

    shop.clock.advance_seconds(60);
    let canceled = shop.cancel(id).await.unwrap();
    assert_eq!(canceled.status, OrderStatus::Canceled);
    assert_eq!(canceled.canceled_at, Some(shop.clock.now()));
    let stored = shop.orders.order(id).await.unwrap().unwrap();
    assert_eq!(shop.orders.replay(id).await.unwrap().as_ref(), Some(&*stored));
    assert_eq!(*stored, *canceled);
    assert_eq!(shop.orders.replay_until(id, 1).await.unwrap().as_ref(), Some(&*placed));

    assert!(shop.cancel(id).await.unwrap_err().is(NOT_CANCELABLE));
    assert_eq!(shop.orders.events(id).await.unwrap().len(), 2);
    assert!(shop.orders.replay("order_nope").await.unwrap().is_none());
}

fn asks(customer_id: &str, email: Option<&str>) -> TransferRequest {
    TransferRequest { customer_id: customer_id.to_owned(), email: email.map(str::to_owned), description: None }
}

impl Shop {
    /// The token of the newest mail about a transfer.
    async fn transfer_token(&self) -> String {
        let mailed = Arc::new(std::sync::Mutex::new(None));
        let mut reactions = Reactions::default();
        let mailbox = Arc::clone(&mailed);
        reactions.on::<OrderTransferRequested>("mail", move |_, event| {
            *mailbox.lock().unwrap() = Some(event.token.expose().to_owned());
            Box::pin(async { Ok(()) })
        });
        Relay::new(self.db.clone(), reactions).deliver_waiting().await.unwrap();
        mailed.lock().unwrap().take().unwrap()
    }

    async fn list(&self, customer_id: &str) -> u64 {
        self.orders.orders_of_customer(customer_id, &all(true, 10)).await.unwrap().count
    }
}

#[tokio::test]
async fn a_transferred_order_changes_hands_and_lists_and_replays() {
    let shop = shop().await;
    let placed = shop.place(shop.new_order(Some("cus_guest"))).await.unwrap();
    let id = placed.id.as_str();
    let asked = shop.orders.request_transfer(id, asks("cus_1", Some("new@example.com"))).await.unwrap();
    assert_eq!(asked.customer_id.as_deref(), Some("cus_guest"), "asking changes nothing yet");
    let token = shop.transfer_token().await;
    let stored: String = serde_json::to_string(&shop.orders.order(id).await.unwrap()).unwrap();
    assert!(!stored.contains(&token), "the token is in the mail alone");

    for wrong in ["", "made-up", &token[1..]] {
        let error = shop.orders.accept_transfer(id, wrong).await.unwrap_err();
        assert!(error.is(TRANSFER_TOKEN_INVALID), "{wrong}");
    }
    let taken = shop.orders.accept_transfer(id, &token).await.unwrap();
    assert_eq!(taken.customer_id.as_deref(), Some("cus_1"));
    assert_eq!(taken.email.as_deref(), Some("new@example.com"));
    assert_eq!((shop.list("cus_1").await, shop.list("cus_guest").await), (1, 0));
    assert!(shop.orders.accept_transfer(id, &token).await.unwrap_err().is(NO_TRANSFER));
    assert_eq!(shop.orders.replay(id).await.unwrap().as_ref(), Some(&*taken));
    assert_eq!(shop.orders.replay_until(id, 1).await.unwrap().as_ref(), Some(&*placed));
    assert!(shop.orders.request_transfer(id, asks("cus_1", None)).await.unwrap_err().is(NOT_TRANSFERABLE));
}

#[tokio::test]
async fn a_transfer_is_declined_canceled_renewed_or_runs_out() {
    let shop = shop().await;
    let placed = shop.place(shop.new_order(Some("cus_guest"))).await.unwrap();
    let id = placed.id.as_str();
    shop.orders.request_transfer(id, asks("cus_1", None)).await.unwrap();
    let first = shop.transfer_token().await;
    // One asks at a time; asking again makes the first mail worthless.
    assert!(shop.orders.request_transfer(id, asks("cus_2", None)).await.unwrap_err().is(NOT_TRANSFERABLE));
    assert!(shop.orders.cancel_transfer(id, "cus_2").await.unwrap_err().is(NO_TRANSFER));
    shop.orders.request_transfer(id, asks("cus_1", None)).await.unwrap();
    let second = shop.transfer_token().await;
    assert!(shop.orders.decline_transfer(id, &first).await.unwrap_err().is(TRANSFER_TOKEN_INVALID));
    shop.orders.decline_transfer(id, &second).await.unwrap();
    assert!(shop.orders.accept_transfer(id, &second).await.unwrap_err().is(NO_TRANSFER));

    shop.orders.request_transfer(id, asks("cus_1", None)).await.unwrap();
    let canceled = shop.orders.cancel_transfer(id, "cus_1").await.unwrap();
    assert_eq!((canceled.transfer.clone(), canceled.email.clone()), (None, placed.email.clone()));

    shop.orders.request_transfer(id, asks("cus_1", None)).await.unwrap();
    let late = shop.transfer_token().await;
    shop.clock.advance_seconds(7 * 24 * 3600);
    assert!(shop.orders.accept_transfer(id, &late).await.unwrap_err().is(TRANSFER_TOKEN_INVALID));
    // One that ran out stands in nobody's way.
    shop.orders.request_transfer(id, asks("cus_2", None)).await.unwrap();
    let stored = shop.orders.order(id).await.unwrap().unwrap();
    assert_eq!(shop.orders.replay(id).await.unwrap().as_ref(), Some(&*stored));

    shop.cancel(id).await.unwrap();
    assert!(shop.orders.request_transfer(id, asks("cus_2", None)).await.unwrap_err().is(NOT_TRANSFERABLE));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transfer_accepted_and_declined_at_once_has_one_end() {
    let shop = shop().await;
    let placed = shop.place(shop.new_order(None)).await.unwrap();
    let id = placed.id.as_str().to_owned();
    shop.orders.request_transfer(&id, asks("cus_1", None)).await.unwrap();
    let token = shop.transfer_token().await;
    let tries: Vec<_> = (0..8)
        .map(|number| {
            let (orders, id, token) = (shop.orders.clone(), id.clone(), token.clone());
            tokio::spawn(async move {
                if number % 2 == 0 {
                    orders.accept_transfer(&id, &token).await.is_ok()
                } else {
                    orders.decline_transfer(&id, &token).await.is_ok()
                }
            })
        })
        .collect();
    let mut ended = 0;
    for one in tries {
        ended += i32::from(one.await.unwrap());
    }
    assert_eq!(ended, 1);
    assert_eq!(shop.orders.events(&id).await.unwrap().len(), 3);
}

#[tokio::test]
async fn lists_are_cut_and_filtered() {
    let shop = shop().await;
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.push(shop.place(shop.new_order(Some("cus_1"))).await.unwrap().id.clone());
        shop.clock.advance_seconds(1);
    }
    shop.place(shop.new_order(Some("cus_2"))).await.unwrap();
    shop.cancel(ids[1].as_str()).await.unwrap();

    let newest = shop.orders.orders_of_customer("cus_1", &all(true, 2)).await.unwrap();
    let shown: Vec<_> = newest.items.iter().map(|order| order.id.clone()).collect();
    assert_eq!((newest.count, shown), (5, vec![ids[4].clone(), ids[3].clone()]));

    let canceled = CustomerOrders { statuses: vec![OrderStatus::Canceled], ..all(false, 10) };
    let found = shop.orders.orders_of_customer("cus_1", &canceled).await.unwrap();
    assert_eq!((found.count, &found.items[0].id), (1, &ids[1]));

    let one = CustomerOrders { ids: Some(vec![ids[2].as_str().to_owned()]), ..all(false, 10) };
    assert_eq!(shop.orders.orders_of_customer("cus_1", &one).await.unwrap().count, 1);
    assert_eq!(shop.orders.orders_of_customer("cus_2", &one).await.unwrap().count, 0);

    let mut query = OrderQuery::all(Paging { offset: 1, limit: 2 });
    query.customer_id = Some("cus_1".to_owned());
    query.statuses = vec![OrderStatus::Pending];
    let part = shop.orders.list(query).await.unwrap();
    assert_eq!((part.count, part.items.len()), (4, 2));
    assert_eq!(part.items[0].id, ids[3]);
}

#[tokio::test]
async fn a_guest_finds_an_order_by_number_and_e_mail() {
    let shop = shop().await;
    let placed = shop.place(shop.new_order(None)).await.unwrap();
    let found = shop.orders.find(placed.display_id, " Reader@Example.com ").await.unwrap();
    assert_eq!(found.map(|order| order.id.clone()), Some(placed.id.clone()));
    assert!(shop.orders.find(placed.display_id, "other@example.com").await.unwrap().is_none());
    assert!(shop.orders.find(99, "reader@example.com").await.unwrap().is_none());
}

/// Histories as commands can write them.
fn history() -> impl Strategy<Value = Vec<Recorded>> {
    let lines = prop::collection::vec((1i64..50, 0i64..100_000), 1..6);
    let steps = prop::collection::vec(0u8..4, 0..6);
    (lines, prop::option::of(0i64..1_000), any::<bool>(), steps).prop_map(|(lines, later, by_guest, steps)| {
        let at = Timestamp(1_790_000_000_000);
        let customer = (!by_guest).then_some("cus_1");
        let new = new_order("cart_01J8ZX5V3E9Y6T2K4M7N0P1QRS".to_owned(), customer, &lines, at);
        let placed = place::order_of(new, 7);
        let mut history = vec![Recorded {
            seq: 1,
            change: Change::Placed(Box::new(placed)),
            actor: customer.unwrap_or("guest").to_owned(),
            at,
        }];
        for (position, step) in steps.into_iter().enumerate() {
            let change = match step {
                0 => Change::TransferRequested(Transfer {
                    customer_id: format!("cus_{position}"),
                    email: (position % 2 == 0).then(|| "new@example.com".to_owned()),
                    description: None,
                    token_hash: "hash".to_owned(),
                    expires_at: at,
                }),
                1 => Change::TransferAccepted,
                2 => Change::TransferDeclined,
                _ => Change::TransferCanceled,
            };
            history.push(Recorded { seq: position as i64 + 2, change, actor: "mail".to_owned(), at });
        }
        if let Some(seconds) = later {
            history.push(Recorded {
                seq: history.len() as i64 + 1,
                change: Change::Canceled,
                actor: "user_1".to_owned(),
                at: at.plus_seconds(seconds),
            });
        }
        history
    })
}

#[test]
fn credit_lines_pay_at_most_the_whole_order() {
    let credit = |amount: i64| CreditLine {
        id: format!("ordcl_{amount}"),
        amount: Decimal::new(amount, 2),
        reference: Some("gift_card".to_owned()),
        reference_id: None,
        metadata: None,
        created_at: Timestamp(0),
        updated_at: Timestamp(0),
    };
    let with = |credit_lines| {
        let new = new_order("cart_x".to_owned(), None, &[(2, 1000)], Timestamp(0));
        place::order_of(NewOrder { credit_lines, ..new }, 1).totals()
    };
    let some = with(vec![credit(500), credit(250)]);
    assert_eq!((some.credit, some.total().minor, some.all.total), (750, 1250, 2000));
    let more = with(vec![credit(1500), credit(1500)]);
    assert_eq!((more.credit, more.total().minor), (2000, 0));
}

proptest! {
    #[test]
    fn folding_step_by_step_through_json_is_folding_at_once(history in history()) {
        let mut document: Option<Order> = None;
        for recorded in history.clone() {
            let stored = document.as_ref().map(|order| serde_json::to_string(order).unwrap());
            let read = stored.map(|text| serde_json::from_str(&text).unwrap());
            document = apply(read, recorded);
        }
        let folded = fold(history.clone());
        prop_assert_eq!(&folded, &document);
        prop_assert_eq!(folded.map(|order| order.version), Some(history.len() as i64));
    }

    #[test]
    fn an_order_comes_to_the_sum_of_its_lines(lines in prop::collection::vec((1i64..50, 0i64..100_000), 0..9)) {
        let new = new_order("cart_x".to_owned(), None, &lines, Timestamp(0));
        let order = place::order_of(new, 1);
        let sum: i64 = lines.iter().map(|(quantity, unit)| quantity * unit).sum();
        prop_assert_eq!(order.totals().total().minor, sum);
    }
}
