//! Many at once: exactly as much is promised as lies there, whatever happens in between.

use std::collections::HashMap;

use proptest::prelude::*;

use super::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_hundred_shoppers_exactly_as_many_succeed_as_there_are_prints() {
    let shop = std::sync::Arc::new(Shop::open().await);
    let item = shop.item("iitem_last", 30, 12).await;
    let mut shoppers = tokio::task::JoinSet::new();
    for number in 0..200 {
        let (shop, item) = (std::sync::Arc::clone(&shop), item.clone());
        shoppers.spawn(async move { shop.reserve(&format!("order_{number}"), vec![demand(&item, 1, "l1")]).await });
    }
    let (mut served, mut refused) = (0, 0);
    while let Some(outcome) = shoppers.join_next().await {
        match outcome.expect("a shopper") {
            Ok(allocations) => served += allocations.iter().map(|it| it.quantity).sum::<i64>(),
            Err(error) => {
                assert!(error.is(NOT_ENOUGH), "{error:?}");
                refused += 1;
            }
        }
    }
    assert_eq!((served, refused), (42, 158));
    assert_eq!((shop.at(&item, NEAR).await, shop.at(&item, FAR).await), ((30, 30, 0), (12, 12, 0)));
    assert_eq!(shop.available(&item).await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn enough_for_all_is_enough_for_all() {
    let shop = std::sync::Arc::new(Shop::open().await);
    let items = [shop.item("iitem_a", 64, 0).await, shop.item("iitem_b", 40, 24).await];
    let mut shoppers = tokio::task::JoinSet::new();
    for number in 0..64 {
        let (shop, mut items) = (std::sync::Arc::clone(&shop), items.clone());
        // Half of them name the items the other way round.
        if number % 2 == 0 {
            items.reverse();
        }
        shoppers.spawn(async move {
            let demands = items.iter().map(|item| demand(item, 1, item)).collect::<Vec<_>>();
            let reference = format!("order_{number}");
            // Impatient fingers: each asks twice at once.
            let (first, second) =
                tokio::join!(shop.reserve(&reference, demands.clone()), shop.reserve(&reference, demands));
            assert_eq!(first.expect("stock").len(), second.expect("stock").len());
        });
    }
    while let Some(outcome) = shoppers.join_next().await {
        outcome.expect("a shopper");
    }
    for item in &items {
        assert_eq!(shop.available(item).await, 0);
    }
}

/// What somebody does to the stock.
#[derive(Clone, Debug)]
enum Deed {
    Reserve { order: u8, quantities: Vec<(u8, i64, bool)> },
    Release { order: u8 },
    Confirm { order: u8 },
    Set { item: u8, near: bool, stocked: i64 },
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let quantities = proptest::collection::vec((0u8..3, 1i64..6, any::<bool>()), 1..4);
    let deed = prop_oneof![
        4 => (0u8..6, quantities).prop_map(|(order, quantities)| Deed::Reserve { order, quantities }),
        1 => (0u8..6).prop_map(|order| Deed::Release { order }),
        1 => (0u8..6).prop_map(|order| Deed::Confirm { order }),
        1 => (0u8..3, any::<bool>(), 0i64..12).prop_map(|(item, near, stocked)| Deed::Set { item, near, stocked }),
    ];
    proptest::collection::vec(deed, 1..30)
}

const ITEMS: [&str; 3] = ["iitem_a", "iitem_b", "iitem_c"];

async fn run(deeds: Vec<Deed>) {
    let shop = Shop::open().await;
    for id in ITEMS {
        shop.item(id, 7, 4).await;
    }
    for deed in deeds {
        match deed {
            Deed::Reserve { order, quantities } => {
                let demands: Vec<Demand> = quantities
                    .iter()
                    .enumerate()
                    .map(|(line, (item, quantity, patient))| Demand {
                        allow_backorder: *patient,
                        ..demand(ITEMS[usize::from(*item)], *quantity, &format!("l{line}"))
                    })
                    .collect();
                let mut wanted: HashMap<&str, i64> = HashMap::new();
                for demand in &demands {
                    *wanted.entry(&demand.item_id).or_default() += demand.quantity;
                }
                if let Ok(allocations) = shop.reserve(&format!("order_{order}"), demands.clone()).await {
                    let mut given: HashMap<&str, i64> = HashMap::new();
                    for allocation in &allocations {
                        *given.entry(&allocation.item_id).or_default() += allocation.quantity;
                    }
                    assert_eq!(given, wanted);
                }
            }
            Deed::Release { order } => shop.release(&format!("order_{order}")).await.expect("a release"),
            Deed::Confirm { order } => {
                let outcome = shop.confirm(&format!("order_{order}")).await;
                assert!(outcome.as_ref().err().is_none_or(|error| error.is(NOT_ENOUGH)), "{outcome:?}");
            }
            Deed::Set { item, near, stocked } => {
                let location = if near { NEAR } else { FAR };
                shop.set_level(ITEMS[usize::from(item)], location, stocked).await.expect("a level");
            }
        }
        check_books(&shop).await;
    }
}

/// What levels say is promised is what reservations hold; nothing is promised twice; pages see it as it is.
async fn check_books(shop: &Shop) {
    for item in ITEMS {
        let mut held: HashMap<String, i64> = HashMap::new();
        for order in 0..6 {
            for reservation in shop.inventory.reservations_of(&format!("order_{order}")).await.expect("holds") {
                if reservation.item_id == item && reservation.state == ReservationState::Held {
                    *held.entry(reservation.location_id).or_default() += reservation.quantity;
                }
                let of_lines: i64 = reservation.details.lines.iter().map(|line| line.quantity).sum();
                assert_eq!(of_lines, reservation.quantity);
            }
        }
        let levels = shop.inventory.levels(item).await.expect("levels");
        for level in &levels {
            assert_eq!(level.promised(), held.get(&level.location_id).copied().unwrap_or(0));
            assert!(level.reserved <= level.stocked && level.available() >= 0);
            // Nobody waits while something lies there.
            assert!(level.backordered == 0 || level.available() == 0, "{level:?}");
        }
        assert_eq!(shop.available(item).await, levels.iter().map(Level::available).sum::<i64>());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn the_books_balance_after_whatever_was_done(deeds in deeds()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(run(deeds));
    }
}
