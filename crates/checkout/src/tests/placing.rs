//! Placing: one cart one order, the last unit once, nothing half done.

use super::*;
use tradewind_inventory::NOT_ENOUGH;
use tradewind_kernel::{ErrorKind, Paging};
use tradewind_orders::{CustomerOrders, OrderQuery, OrderStatus};
use tradewind_payments::CollectionStatus;

async fn orders_in(shop: &Shop) -> u64 {
    let all = OrderQuery::all(Paging { offset: 0, limit: 1 });
    shop.parts.orders.list(all).await.unwrap().count
}

#[tokio::test]
async fn a_purchase_from_an_empty_cart_to_the_order() {
    let shop = Shop::open().await;
    let checkout = &shop.checkout;
    let opened = checkout.create_cart(NewCart { items: vec![line(CHART, 2)], ..NewCart::default() }).await.unwrap();
    let id = opened.cart.id.as_str();
    let change = CartChange {
        email: Some(Some("reader@example.com".to_owned())),
        shipping_address: Some(Some(address("dk"))),
        billing_address: Some(Some(address("dk"))),
        ..CartChange::default()
    };
    checkout.update_cart(id, change).await.unwrap();
    let offered = checkout.shipping_options(id).await.unwrap();
    let view = checkout.add_shipping_method(id, offered[0].option.id.as_str(), None).await.unwrap();
    let collection = shop.pay(id).await;
    let order = shop.complete(id).await.unwrap();

    assert_eq!(order.id.as_str().split_once('_').unwrap().1, id.split_once('_').unwrap().1);
    assert_eq!((order.display_id, order.status), (1, OrderStatus::Pending));
    assert_eq!(order.totals().total(), view.totals.total);
    assert_eq!(order.items[0].taxes[0].total, 500);
    assert_eq!(order.payment_collection_ids, [collection.id.as_str()]);
    assert_eq!(order.email.as_deref(), Some("reader@example.com"));
    assert_eq!(shop.charts_left().await, 3);
    let paid = shop.parts.payments.collection(collection.id.as_str()).await.unwrap().unwrap().value;
    assert_eq!(paid.status, CollectionStatus::Authorized);
    assert_eq!(paid.order_id.as_deref(), Some(order.id.as_str()));

    let stored = shop.parts.orders.order(order.id.as_str()).await.unwrap().unwrap();
    assert_eq!(stored, order);
    assert_eq!(shop.parts.orders.replay(order.id.as_str()).await.unwrap().as_ref(), Some(&*order));
    let own =
        CustomerOrders { ids: None, statuses: Vec::new(), newest_first: true, paging: Paging { offset: 0, limit: 10 } };
    let customer = order.customer_id.as_deref().unwrap();
    assert_eq!(shop.parts.orders.orders_of_customer(customer, &own).await.unwrap().count, 1);
}

#[tokio::test]
async fn what_is_missing_is_named() {
    let shop = Shop::open().await;
    let checkout = &shop.checkout;
    let cart = shop.empty_cart().await;
    let id = cart.cart.id.as_str();
    let missing = async || {
        let error = shop.complete(id).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid);
        error.field().unwrap().to_owned()
    };
    assert_eq!(missing().await, "items");
    checkout.add_line(id, line(CHART, 1)).await.unwrap();
    assert_eq!(missing().await, "email");
    let email = Some(Some("reader@example.com".to_owned()));
    checkout.update_cart(id, CartChange { email, ..CartChange::default() }).await.unwrap();
    assert_eq!(missing().await, "shipping_address");
    let shipping_address = Some(Some(address("dk")));
    let change = CartChange { shipping_address, ..CartChange::default() };
    checkout.update_cart(id, change).await.unwrap();
    assert_eq!(missing().await, "shipping_methods");
    checkout.add_shipping_method(id, STANDARD, None).await.unwrap();
    assert_eq!(missing().await, "payment");
    checkout.payment_collection(id).await.unwrap();
    assert_eq!(missing().await, "payment");
    shop.pay(id).await;
    shop.complete(id).await.unwrap();
    assert_eq!(shop.complete("cart_nope").await.unwrap_err().kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn a_finished_cart_answers_with_its_order_and_refuses_changes() {
    let shop = Shop::open().await;
    let id = shop.ready_cart(&[(CHART, 1)]).await;
    let order = shop.complete(&id).await.unwrap();
    assert_eq!(shop.complete(&id).await.unwrap(), order);
    let finished = shop.checkout.cart(&id).await.unwrap();
    assert_eq!(finished.cart.completed_at, Some(order.created_at));
    let (checkout, line_id) = (&shop.checkout, finished.cart.items[0].id.as_str());
    let collection_id = finished.payment_collection.unwrap().id;
    let refused = [
        checkout.add_line(&id, line(PRINT, 1)).await.err(),
        checkout.update_line(&id, line_id, LineChange { quantity: 2, metadata: None }).await.err(),
        checkout.remove_line(&id, line_id).await.err(),
        checkout.update_cart(&id, CartChange::default()).await.err(),
        checkout.add_shipping_method(&id, EXPRESS, None).await.err(),
        checkout.taxes(&id).await.err(),
        checkout.payment_collection(&id).await.err(),
        checkout.begin_payment(collection_id.as_str(), "pp_system_default", serde_json::json!({})).await.err(),
    ];
    for error in refused {
        let error = error.unwrap();
        assert!(error.is(CART_COMPLETED), "{error:?}");
        assert_eq!(error.kind(), ErrorKind::Invalid);
    }
    // The same after a restart.
    let Shop { checkout, parts, db, store, .. } = shop;
    drop((checkout, parts, db));
    let shop = Shop::reopen(store, 2);
    assert_eq!(shop.complete(&id).await.unwrap(), order);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn completing_one_cart_from_many_places_gives_one_order() {
    let shop = Shop::open().await;
    let id = shop.ready_cart(&[(CHART, 2)]).await;
    let completing = (0..32).map(|_| {
        let (checkout, id) = (shop.checkout.clone(), id.clone());
        tokio::spawn(async move { checkout.complete(&id).await })
    });
    let mut numbers = Vec::new();
    for completed in completing.collect::<Vec<_>>() {
        match completed.await.unwrap().unwrap() {
            Completion::Order(placed) => numbers.push(placed.order.display_id),
            Completion::Cart { error, .. } => panic!("{error}"),
        }
    }
    assert_eq!(numbers.len(), 32);
    assert!(numbers.iter().all(|number| *number == numbers[0]));
    assert_eq!(orders_in(&shop).await, 1);
    assert_eq!(shop.charts_left().await, 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_last_units_are_sold_once() {
    let shop = Shop::open().await;
    let mut carts = Vec::new();
    for _ in 0..24 {
        carts.push(shop.ready_cart(&[(CHART, 1)]).await);
    }
    let completing = carts.iter().map(|id| {
        let (checkout, id) = (shop.checkout.clone(), id.clone());
        tokio::spawn(async move { (checkout.complete(&id).await, id) })
    });
    let (mut sold, mut refused) = (0, Vec::new());
    for completed in completing.collect::<Vec<_>>() {
        match completed.await.unwrap() {
            (Ok(Completion::Order(_)), _) => sold += 1,
            (Ok(Completion::Cart { error, .. }), _) => panic!("{error}"),
            (Err(error), id) => {
                assert!(error.is(NOT_ENOUGH), "{error:?}");
                refused.push(id);
            }
        }
    }
    assert_eq!((sold, refused.len()), (5, 19));
    assert_eq!(shop.charts_left().await, 0);
    assert_eq!(orders_in(&shop).await, 5);
    // Nothing of a refused completion stays: with new stock the same cart is completed.
    let inventory = shop.parts.inventory.clone();
    shop.write(move |tx| Box::pin(async move { inventory.set_level(tx, "iitem_chart", "sloc_harbour", 6).await }))
        .await
        .unwrap();
    let order = shop.complete(&refused[0]).await.unwrap();
    assert!(order.display_id <= 24, "numbers of refused completions are given to others");
}

#[tokio::test]
async fn changing_and_completing_at_once_charges_what_was_shown() {
    let shop = Shop::open().await;
    for _ in 0..10 {
        let id = shop.ready_cart(&[(PRINT, 1)]).await;
        let shown = shop.checkout.cart(&id).await.unwrap().totals.total;
        let (checkout, cart_id) = (shop.checkout.clone(), id.clone());
        let adding = tokio::spawn(async move { checkout.add_line(&cart_id, line(PRINT, 1)).await });
        match shop.complete(&id).await {
            Ok(order) => {
                assert_eq!(order.totals().total(), shown);
                assert!(adding.await.unwrap().unwrap_err().is(CART_COMPLETED));
            }
            Err(error) => {
                assert!(error.is(PAYMENT_MISSING), "{error:?}");
                assert_ne!(adding.await.unwrap().unwrap().totals.total, shown);
            }
        }
    }
}

#[tokio::test]
async fn what_costs_nothing_is_not_paid_and_what_is_not_sent_needs_no_address() {
    let shop = Shop::open().await;
    let cart = shop
        .checkout
        .create_cart(NewCart {
            email: Some("reader@example.com".to_owned()),
            items: vec![line(SOUVENIR, 1)],
            ..NewCart::default()
        })
        .await
        .unwrap();
    let order = shop.complete(cart.cart.id.as_str()).await.unwrap();
    assert_eq!(order.totals().total().minor, 0);
    assert!(order.payment_collection_ids.is_empty());
}

#[tokio::test]
async fn what_is_taken_off_sale_is_not_sold() {
    let shop = Shop::open().await;
    let id = shop.ready_cart(&[(PRINT, 1)]).await;
    let product = shop.parts.catalog.variant(PRINT).await.unwrap().unwrap().product;
    let catalog = shop.parts.catalog.clone();
    shop.write(move |tx| Box::pin(async move { catalog.delete_product(tx, product.id.as_str()).await })).await.unwrap();
    let error = shop.complete(&id).await.unwrap_err();
    assert!(error.message().contains("Print is not for sale any more"), "{}", error.message());
    // The cart can still be changed: without it, and with something else.
    let line_id = shop.checkout.cart(&id).await.unwrap().cart.items[0].id.clone();
    shop.checkout.remove_line(&id, &line_id).await.unwrap();
}

#[tokio::test]
async fn what_may_be_ordered_without_being_there_is() {
    let shop = Shop::open().await;
    let id = shop.ready_cart(&[(BACKORDERED, 3), (CHART, 1)]).await;
    let order = shop.complete(&id).await.unwrap();
    let reserved = shop.parts.inventory.reservations_of(order.id.as_str()).await.unwrap();
    let quantities: HashMap<_, _> = reserved.iter().map(|of| (of.item_id.as_str(), of.quantity)).collect();
    assert_eq!(quantities, HashMap::from([("iitem_rare", 3), ("iitem_chart", 1)]));
}
