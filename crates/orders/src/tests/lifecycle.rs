//! Packing, sending, giving back: on a real database, step by step against what was ordered.

use super::*;

fn line(line_id: &str, quantity: i64) -> LineQuantity {
    LineQuantity { line_id: line_id.to_owned(), quantity }
}

fn parcel(lines: Vec<LineQuantity>) -> NewFulfillment {
    NewFulfillment {
        location_id: "sloc_1".to_owned(),
        provider_id: "manual_manual".to_owned(),
        shipping_option_id: None,
        lines,
        items: Vec::new(),
        metadata: None,
    }
}

fn choice(line_id: &str, quantity: i64) -> Choice {
    Choice { line: line(line_id, quantity), reason_id: None, note: None }
}

/// One verb in a transaction of its own.
macro_rules! verb {
    ($shop:expr, |$tx:ident, $orders:ident| $call:expr) => {{
        let $orders = $shop.orders.clone();
        $shop.db.write(move |$tx| Box::pin(async move { $call.await })).await
    }};
}

impl Shop {
    async fn placed(&self, lines: &[(i64, i64)]) -> String {
        let new = new_order(self.mint.mint("cart"), None, lines, self.clock.now());
        self.place(new).await.unwrap().id.0.clone()
    }

    async fn fulfil(&self, id: &str, lines: Vec<LineQuantity>) -> Result<(Arc<Order>, String)> {
        let id = id.to_owned();
        verb!(self, |tx, orders| orders.fulfil(tx, &id, parcel(lines), "user_1"))
    }
}

#[tokio::test]
async fn an_order_is_packed_in_parts_and_never_more_than_was_ordered() {
    let shop = shop().await;
    let id = shop.placed(&[(2, 1000), (3, 500)]).await;
    let (order, first) = shop.fulfil(&id, vec![line("ordli_0", 1)]).await.unwrap();
    assert_eq!(order.fulfillment_status(), FulfillmentStatus::PartiallyFulfilled);
    for (lines, field) in [
        (vec![line("ordli_0", 2)], "items.0.quantity"),
        (vec![line("ordli_1", 1), line("ordli_0", 0)], "items.1.quantity"),
        (vec![line("ordli_1", 2), line("ordli_1", 2)], "items.1.quantity"),
        (vec![line("ordli_9", 1)], "items.0.id"),
        (vec![], "items"),
    ] {
        assert_eq!(shop.fulfil(&id, lines).await.unwrap_err().field(), Some(field));
    }
    let (order, second) = shop.fulfil(&id, vec![line("ordli_0", 1), line("ordli_1", 3)]).await.unwrap();
    assert_eq!(order.fulfillment_status(), FulfillmentStatus::Fulfilled);

    let of = id.clone();
    let refused = verb!(shop, |tx, orders| orders.complete(tx, &of, "user_1"));
    assert!(refused.unwrap_err().is(NOT_COMPLETABLE));
    for parcel in [first, second] {
        let (of, sent) = (id.clone(), parcel.clone());
        verb!(shop, |tx, orders| orders.ship(tx, &of, &sent, &[], Vec::new(), "user_1")).unwrap();
        let (of, sent) = (id.clone(), parcel.clone());
        let again = verb!(shop, |tx, orders| orders.cancel_fulfillment(tx, &of, &sent, "user_1"));
        assert!(again.unwrap_err().is(FULFILLMENT_STATE));
        let of = id.clone();
        verb!(shop, |tx, orders| orders.deliver(tx, &of, &parcel, "user_1")).unwrap();
    }
    let of = id.clone();
    let order = verb!(shop, |tx, orders| orders.complete(tx, &of, "user_1")).unwrap();
    assert_eq!((order.status, order.fulfillment_status()), (OrderStatus::Completed, FulfillmentStatus::Delivered));
    assert_eq!(shop.orders.replay(&id).await.unwrap().unwrap(), *order);
    assert!(shop.cancel(&id).await.unwrap_err().is(NOT_CANCELABLE));
}

#[tokio::test]
async fn what_came_back_is_not_paid_for() {
    let shop = shop().await;
    let id = shop.placed(&[(3, 1000)]).await;
    shop.fulfil(&id, vec![line("ordli_0", 2)]).await.unwrap();
    let of = id.clone();
    let new = NewReturn::default();
    let (_, back) = verb!(shop, |tx, orders| orders.open_return(tx, &of, new, "user_1")).unwrap();
    for (quantity, field) in [(3, Some("items.0.quantity")), (2, None), (1, Some("items.0.quantity"))] {
        let (of, which) = (id.clone(), back.clone());
        let chosen = verb!(shop, |tx, orders| orders.choose(
            tx,
            &of,
            (&which, ReturnStep::Request, false),
            vec![choice("ordli_0", quantity)],
            "user_1"
        ));
        assert_eq!(chosen.as_ref().err().and_then(|error| error.field()), field);
    }
    let (of, which) = (id.clone(), back.clone());
    let order = verb!(shop, |tx, orders| orders.request_return(tx, &of, &which, "user_1")).unwrap();
    assert_eq!((order.progress("ordli_0").return_requested, order.totals().total().minor), (2, 3000));
    let (of, which) = (id.clone(), back.clone());
    verb!(shop, |tx, orders| orders.begin_receiving(tx, &of, &which, "user_1")).unwrap();
    for is_dismissed in [false, true] {
        let (of, which) = (id.clone(), back.clone());
        let choices = vec![choice("ordli_0", 1)];
        verb!(shop, |tx, orders| orders.choose(
            tx,
            &of,
            (&which, ReturnStep::Receive, is_dismissed),
            choices,
            "user_1"
        ))
        .unwrap();
    }
    let of = id.clone();
    let (order, sound) = verb!(shop, |tx, orders| orders.receive_return(tx, &of, &back, "user_1")).unwrap();
    assert_eq!(sound, [line("ordli_0", 1)]);
    let progress = order.progress("ordli_0");
    assert_eq!((progress.return_received, progress.return_dismissed, progress.return_requested), (1, 1, 0));
    assert_eq!((order.totals().total().minor, order.original_totals().total().minor), (1000, 3000));
    assert_eq!(order.returns[0].status, ReturnStatus::Received);
    assert_eq!(shop.orders.replay(&id).await.unwrap().unwrap(), *order);
}

#[test]
fn a_history_of_before_parcels_and_returns_still_folds() {
    let placed = place::order_of(new_order("cart_1".to_owned(), None, &[(1, 100)], Timestamp(5)), 7);
    let body = serde_json::to_value(&placed).unwrap();
    assert!(body.get("fulfillments").is_none() && body.get("returns").is_none(), "{body}");
    let read: Order = serde_json::from_value(body).unwrap();
    let history = [
        Recorded { seq: 1, change: Change::Placed(Box::new(read)), actor: "guest".to_owned(), at: Timestamp(5) },
        Recorded { seq: 2, change: Change::Canceled, actor: "user_1".to_owned(), at: Timestamp(6) },
    ];
    let order = fold(history).unwrap();
    assert_eq!((order.status, order.version), (OrderStatus::Canceled, 2));
    assert_eq!(order.fulfillment_status(), FulfillmentStatus::NotFulfilled);
}

#[derive(Clone, Debug)]
enum Step {
    Pack(usize, i64),
    Unpack(usize),
    Return(usize, i64),
    Receive(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0usize..3, 0i64..5).prop_map(|(line, quantity)| Step::Pack(line, quantity)),
        (0usize..4).prop_map(Step::Unpack),
        (0usize..3, 0i64..5).prop_map(|(line, quantity)| Step::Return(line, quantity)),
        (0usize..4).prop_map(Step::Receive),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn whatever_is_tried_no_line_is_packed_or_returned_beyond_what_there_is(steps in prop::collection::vec(step(), 1..25)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let shop = shop().await;
            let id = shop.placed(&[(2, 1000), (4, 333)]).await;
            for step in steps {
                try_step(&shop, &id, step).await;
                let order = shop.orders.order(&id).await.unwrap().unwrap();
                for item in &order.items {
                    let progress = order.progress(&item.id);
                    assert!(progress.fulfilled <= item.quantity, "{progress:?}");
                    assert!(progress.returned() + progress.return_requested <= progress.fulfilled, "{progress:?}");
                    assert!(order.line_totals(item).total >= 0);
                }
            }
        });
    }
}

/// Tries a step; whether it is refused does not matter.
async fn try_step(shop: &Shop, id: &str, step: Step) {
    let order = shop.orders.order(id).await.unwrap().unwrap();
    let of = id.to_owned();
    match step {
        Step::Pack(which, quantity) => {
            let _ = shop.fulfil(id, vec![line(&format!("ordli_{which}"), quantity)]).await;
        }
        Step::Unpack(which) => {
            let Some(parcel) = order.fulfillments.get(which).map(|parcel| parcel.id.clone()) else { return };
            let _ = verb!(shop, |tx, orders| orders.cancel_fulfillment(tx, &of, &parcel, "user_1"));
        }
        Step::Return(which, quantity) => {
            let orders = shop.orders.clone();
            let returned = shop.db.write(move |tx| {
                Box::pin(async move {
                    let (_, back) = orders.open_return(tx, &of, NewReturn::default(), "user_1").await?;
                    let choices = vec![choice(&format!("ordli_{which}"), quantity)];
                    orders.choose(tx, &of, (&back, ReturnStep::Request, false), choices, "user_1").await?;
                    orders.request_return(tx, &of, &back, "user_1").await
                })
            });
            let _ = returned.await;
        }
        Step::Receive(which) => {
            let Some(back) = order.returns.get(which).cloned() else { return };
            let orders = shop.orders.clone();
            let received = shop.db.write(move |tx| {
                Box::pin(async move {
                    orders.begin_receiving(tx, &of, &back.id, "user_1").await?;
                    let choices = back.items.iter().map(|item| choice(&item.line_id, 1)).collect();
                    orders.choose(tx, &of, (&back.id, ReturnStep::Receive, false), choices, "user_1").await?;
                    orders.receive_return(tx, &of, &back.id, "user_1").await
                })
            });
            let _ = received.await;
        }
    }
}
