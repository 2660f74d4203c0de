//! Promising stock, taking promises back, letting stock leave.

use std::collections::HashMap;

use tradewind_kernel::ErrorKind;
use tradewind_platform::db::CHECK;

use super::*;

#[tokio::test]
async fn an_item_that_is_asked_for_twice_at_once_is_there_afterwards() {
    let shop = Shop::open().await;
    let item = shop.item("iitem_a", 4, 2).await;
    let twice = [item.clone(), item.clone()];
    for _ in 0..2 {
        let found = shop.inventory.available(&twice, &shop.locations).await.expect("a read");
        assert_eq!(found, HashMap::from([(item.clone(), 6)]));
    }
    assert_eq!(shop.available(&item).await, 6);
}

#[tokio::test]
async fn the_first_location_with_enough_gives_all() {
    let shop = Shop::open().await;
    let item = shop.item("iitem_a", 3, 10).await;
    assert_eq!(shop.reserve("order_1", vec![demand(&item, 3, "l1")]).await.unwrap(), [allocation(&item, NEAR, 3)]);
    assert_eq!(shop.reserve("order_2", vec![demand(&item, 4, "l1")]).await.unwrap(), [allocation(&item, FAR, 4)]);
    assert_eq!(shop.available(&item).await, 6);
}

#[tokio::test]
async fn a_demand_no_location_covers_alone_is_spread() {
    let shop = Shop::open().await;
    let item = shop.item("iitem_a", 2, 5).await;
    let allocations = shop.reserve("order_1", vec![demand(&item, 6, "l1")]).await.unwrap();
    assert_eq!(allocations, [allocation(&item, FAR, 5), allocation(&item, NEAR, 1)]);
    assert_eq!((shop.at(&item, NEAR).await, shop.at(&item, FAR).await), ((2, 1, 0), (5, 5, 0)));
    let error = shop.reserve("order_2", vec![demand(&item, 2, "l1")]).await.unwrap_err();
    assert!(error.is(NOT_ENOUGH) && error.kind() == ErrorKind::NotAllowed);
    assert_eq!(error.field(), Some("items.iitem_a"));
    assert_eq!(error.message(), "Only 1 of Print iitem_a can be had at the moment, 2 were asked for");
}

#[tokio::test]
async fn demand_is_summed_over_lines_before_it_is_compared() {
    let shop = Shop::open().await;
    let item = shop.item("iitem_a", 5, 0).await;
    // Each line alone would fit; the peer sold ten of five this way.
    let both = vec![demand(&item, 5, "l1"), demand(&item, 5, "l2")];
    assert!(shop.reserve("order_1", both).await.unwrap_err().is(NOT_ENOUGH));
    assert_eq!(shop.at(&item, NEAR).await, (5, 0, 0));

    let fitting = vec![demand(&item, 2, "l1"), demand(&item, 3, "l2")];
    let allocations = shop.reserve("order_1", fitting).await.unwrap();
    assert_eq!(allocations, [allocation(&item, NEAR, 5)]);
    let held = shop.inventory.reservations_of("order_1").await.unwrap();
    let lines = [("l1", 2), ("l2", 3)].map(|(id, quantity)| ReservedLine { line_id: id.to_owned(), quantity });
    assert_eq!(held[0].details.lines, lines);
}

#[tokio::test]
async fn all_demands_are_met_or_none() {
    let shop = Shop::open().await;
    let (plenty, scarce) = (shop.item("iitem_a", 9, 0).await, shop.item("iitem_b", 1, 0).await);
    let demands = vec![demand(&plenty, 2, "l1"), demand(&scarce, 2, "l2")];
    let error = shop.reserve("order_1", demands).await.unwrap_err();
    assert_eq!(error.field(), Some("items.iitem_b"));
    assert_eq!((shop.at(&plenty, NEAR).await, shop.available(&plenty).await), ((9, 0, 0), 9));
    assert!(shop.inventory.reservations_of("order_1").await.unwrap().is_empty());
}

#[tokio::test]
async fn reserving_twice_is_reserving_once() {
    let shop = Shop::open().await;
    let (one, two) = (shop.item("iitem_a", 2, 5).await, shop.item("iitem_b", 9, 0).await);
    let demands = vec![demand(&two, 1, "l2"), demand(&one, 6, "l1")];
    let first = shop.reserve("order_1", demands.clone()).await.unwrap();
    assert_eq!(first.len(), 3);
    let mut again = shop.reserve("order_1", demands.clone()).await.unwrap();
    let mut sorted = first.clone();
    for list in [&mut again, &mut sorted] {
        list.sort_by(|a, b| (&a.item_id, &a.location_id).cmp(&(&b.item_id, &b.location_id)));
    }
    assert_eq!(again, sorted);
    assert_eq!((shop.available(&one).await, shop.available(&two).await), (1, 8));

    let other = vec![demand(&one, 5, "l1")];
    let error = shop.reserve("order_1", other).await.unwrap_err();
    assert!(error.is(RESERVED_OTHERWISE));

    // Also after the stock has left.
    shop.confirm("order_1").await.unwrap();
    shop.reserve("order_1", demands).await.unwrap();
    assert_eq!((shop.available(&one).await, shop.available(&two).await), (1, 8));
}

#[tokio::test]
async fn a_release_gives_back_once_and_opens_the_reference_again() {
    let shop = Shop::open().await;
    let item = shop.item("iitem_a", 2, 2).await;
    shop.reserve("order_1", vec![demand(&item, 4, "l1")]).await.unwrap();
    shop.reserve("order_2", vec![demand(&item, 1, "l1")]).await.unwrap_err();
    for _ in 0..2 {
        shop.release("order_1").await.unwrap();
        assert_eq!(shop.available(&item).await, 4);
    }
    shop.release("order_nobody_knows").await.unwrap();
    shop.reserve("order_1", vec![demand(&item, 3, "l1")]).await.unwrap();
    assert_eq!(shop.available(&item).await, 1);
}

#[tokio::test]
async fn a_confirmation_lets_stock_leave_once_and_cannot_be_released() {
    let shop = Shop::open().await;
    let item = shop.item("iitem_a", 5, 0).await;
    shop.reserve("order_1", vec![demand(&item, 2, "l1")]).await.unwrap();
    for _ in 0..2 {
        shop.confirm("order_1").await.unwrap();
        assert_eq!(shop.at(&item, NEAR).await, (3, 0, 0));
    }
    shop.release("order_1").await.unwrap();
    assert_eq!(shop.at(&item, NEAR).await, (3, 0, 0));
    let held = shop.inventory.reservations_of("order_1").await.unwrap();
    assert_eq!(held[0].state, ReservationState::Confirmed);
}

#[tokio::test]
async fn what_may_be_backordered_is_promised_beyond_the_stock_and_counted_apart() {
    let shop = Shop::open().await;
    let item = shop.item("iitem_a", 2, 1).await;
    let allocations = shop.reserve("order_1", vec![backorder(&item, 5, "l1")]).await.unwrap();
    assert_eq!(allocations, [allocation(&item, FAR, 1), allocation(&item, NEAR, 4)]);
    assert_eq!((shop.at(&item, NEAR).await, shop.at(&item, FAR).await), ((2, 2, 2), (1, 1, 0)));
    assert_eq!(shop.available(&item).await, 0);
    // It cannot leave before it is there.
    let error = shop.confirm("order_1").await.unwrap_err();
    assert!(error.is(NOT_ENOUGH), "{error:?}");
    assert_eq!(shop.at(&item, FAR).await, (1, 1, 0));

    let level = shop.set_level(&item, NEAR, 5).await.unwrap();
    assert_eq!((level.promised(), level.available(), level.backordered), (4, 1, 0));
    shop.confirm("order_1").await.unwrap();
    assert_eq!((shop.at(&item, NEAR).await, shop.at(&item, FAR).await), ((1, 0, 0), (0, 0, 0)));
}

#[tokio::test]
async fn what_a_release_frees_goes_to_those_who_wait() {
    let shop = Shop::open().await;
    let item = shop.item("iitem_a", 3, 0).await;
    shop.reserve("order_1", vec![demand(&item, 3, "l1")]).await.unwrap();
    shop.reserve("order_2", vec![backorder(&item, 2, "l1")]).await.unwrap();
    shop.release("order_1").await.unwrap();
    assert_eq!((shop.at(&item, NEAR).await, shop.available(&item).await), ((3, 2, 0), 1));
    shop.confirm("order_2").await.unwrap();
    assert_eq!(shop.at(&item, NEAR).await, (1, 0, 0));
}

#[tokio::test]
async fn one_line_may_wait_while_another_may_not() {
    let shop = Shop::open().await;
    let item = shop.item("iitem_a", 2, 0).await;
    let demands = |strict, patient| vec![demand(&item, strict, "l1"), backorder(&item, patient, "l2")];
    assert!(shop.reserve("order_1", demands(3, 1)).await.unwrap_err().is(NOT_ENOUGH));
    shop.reserve("order_1", demands(2, 1)).await.unwrap();
    assert_eq!(shop.at(&item, NEAR).await, (2, 2, 1));
}

#[tokio::test]
async fn an_item_that_lies_nowhere_can_only_be_backordered() {
    let shop = Shop::open().await;
    let id = "iitem_new";
    shop.write(|inventory, tx| Box::pin(async move { inventory.create_item(tx, new_item("iitem_new")).await }))
        .await
        .unwrap();
    let error = shop.reserve("order_1", vec![demand(id, 1, "l1")]).await.unwrap_err();
    assert_eq!((error.is(NOT_ENOUGH), error.message()), (true, "Print iitem_new is sold out"));
    let allocations = shop.reserve("order_1", vec![backorder(id, 1, "l1")]).await.unwrap();
    assert_eq!(allocations, [allocation(id, NEAR, 1)]);

    let none = shop.write(|inventory, tx| {
        let demands = [backorder("iitem_new", 1, "l1")];
        Box::pin(async move { inventory.reserve(tx, "order_2", &demands, &[]).await })
    });
    assert!(none.await.unwrap_err().is(NOT_ENOUGH));
    let unknown = shop.reserve("order_3", vec![demand("iitem_nope", 1, "l1")]).await.unwrap_err();
    assert!(unknown.is(NOT_ENOUGH));
}

#[tokio::test]
async fn a_location_that_is_named_twice_is_counted_once() {
    let shop = Shop::open().await;
    let item = shop.item("iitem_a", 2, 0).await;
    let twice = vec![NEAR.to_owned(), NEAR.to_owned()];
    let demands = [demand(&item, 3, "l1")];
    let outcome = shop
        .write(move |inventory, tx| Box::pin(async move { inventory.reserve(tx, "order_1", &demands, &twice).await }));
    assert!(outcome.await.unwrap_err().is(NOT_ENOUGH));
}

#[tokio::test]
async fn senseless_quantities_are_refused() {
    let shop = Shop::open().await;
    let item = shop.item("iitem_a", 2, 0).await;
    for quantity in [0, -1, i64::MIN, i64::MAX, QUANTITY_MAX + 1] {
        let error = shop.reserve("order_1", vec![demand(&item, quantity, "l1")]).await.unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::Invalid, Some("quantity")));
    }
    let overflowing = vec![demand(&item, QUANTITY_MAX, "l1"); 3];
    assert_eq!(shop.reserve("order_1", overflowing).await.unwrap_err().kind(), ErrorKind::Invalid);
}

#[tokio::test]
async fn what_is_held_for_a_while_lapses_unless_it_is_kept() {
    let shop = Shop::open().await;
    let item = shop.item("iitem_a", 9, 0).await;
    let until = shop.clock.now().plus_seconds(60);
    for (reference, quantity) in [("order_1", 1), ("order_2", 2), ("order_3", 3)] {
        let (demands, locations) = ([demand(&item, quantity, "l1")], shop.locations.clone());
        shop.write(move |inventory, tx| {
            Box::pin(async move { inventory.reserve_until(tx, reference, &demands, &locations, Some(until)).await })
        })
        .await
        .unwrap();
    }
    shop.write(|inventory, tx| Box::pin(async move { inventory.keep(tx, "order_2").await })).await.unwrap();
    shop.confirm("order_3").await.unwrap();

    let sweep = || {
        let now = shop.clock.now();
        shop.write(move |inventory, tx| Box::pin(async move { inventory.expire(tx, now).await }))
    };
    assert_eq!(sweep().await.unwrap(), 0);
    shop.clock.advance_seconds(60);
    assert_eq!(sweep().await.unwrap(), 1);
    assert_eq!(sweep().await.unwrap(), 0);
    assert_eq!((shop.at(&item, NEAR).await, shop.available(&item).await), ((6, 2, 0), 4));
    assert!(shop.inventory.reservations_of("order_1").await.unwrap().is_empty());
}

#[tokio::test]
async fn the_database_itself_refuses_to_promise_what_is_not_there() {
    let shop = Shop::open().await;
    let item = shop.item("iitem_a", 2, 0).await;
    let outcome = shop.write(move |_, tx| {
        Box::pin(async move {
            // What a statement without its condition would do.
            tx.execute("UPDATE inventory_level SET reserved = reserved + 3 WHERE item_id = 'iitem_a'", &[]).await
        })
    });
    assert!(outcome.await.unwrap_err().is(CHECK));
    assert_eq!(shop.at(&item, NEAR).await, (2, 0, 0));
}

#[tokio::test]
async fn pages_see_a_change_once_it_is_committed_and_not_one_that_was_not() {
    let shop = Shop::open().await;
    let item = shop.item("iitem_a", 2, 3).await;
    assert_eq!(shop.available(&item).await, 5);
    let near = [NEAR.to_owned()];
    assert_eq!(shop.inventory.available(std::slice::from_ref(&item), &near).await.unwrap()[&item], 2);
    let before = shop.inventory.version();
    shop.reserve("order_1", vec![demand(&item, 9, "l1")]).await.unwrap_err();
    assert_eq!((shop.inventory.version(), shop.available(&item).await), (before, 5));
    shop.reserve("order_1", vec![demand(&item, 2, "l1")]).await.unwrap();
    assert!(shop.inventory.version() > before);
    assert_eq!(shop.available(&item).await, 3);
    assert_eq!(shop.available("iitem_nobody_knows").await, 0);
}

#[tokio::test]
async fn what_is_short_is_known_at_every_step_whatever_is_remembered() {
    let shop = Shop::open().await;
    let item = shop.item("iitem_a", 40, 20).await;
    let rng = Rng::seeded(20);
    let is_short = async |quantity: i64, locations: &[String]| {
        let short = shop.inventory.short_of(&[(&item, quantity), ("iitem_none", 0)], locations).await.expect("a read");
        short == [item.clone()]
    };
    for step in 0..120 {
        let quantity = i64::try_from(rng.below(4)).unwrap() + 1;
        let reference = format!("order_{}", rng.below(30));
        let _ = match rng.below(4) {
            0 => shop.release(&reference).await,
            1 if step > 60 => shop.set_level(&item, NEAR, 40 + quantity).await.map(|_| ()),
            _ => shop.reserve(&reference, vec![demand(&item, quantity, "l1")]).await.map(|_| ()),
        };
        let levels = shop.inventory.levels(&item).await.unwrap();
        let near = levels.iter().filter(|level| level.location_id == NEAR);
        for (locations, there) in [
            (&shop.locations[..], levels.iter().map(Level::available).sum::<i64>()),
            (&[NEAR.to_owned()][..], near.map(Level::available).sum()),
        ] {
            assert!(!is_short(there, locations).await, "step {step}: there are {there}");
            assert!(is_short(there + 1, locations).await, "step {step}: there are only {there}");
            if step % 3 == 0 {
                assert_eq!(shop.available(&item).await, levels.iter().map(Level::available).sum::<i64>());
            }
        }
    }
}
