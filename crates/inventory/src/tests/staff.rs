//! What the staff do: items, levels, locations, holds, lists.

use tradewind_kernel::{ErrorKind, Paging};

use super::*;

fn first(limit: u64) -> Paging {
    Paging { offset: 0, limit }
}

#[tokio::test]
async fn a_channel_sells_from_its_locations_in_order() {
    let shop = Shop::open().await;
    assert_eq!(&*shop.inventory.locations_of_channel(CHANNEL).await.unwrap(), [NEAR, FAR]);
    assert!(shop.inventory.locations_of_channel("sc_other").await.unwrap().is_empty());
    assert_eq!(shop.inventory.channels_of_location(FAR).await.unwrap(), [CHANNEL]);
    let before = shop.inventory.version();
    shop.write(|inventory, tx| {
        Box::pin(async move {
            inventory.unlink_channel(tx, CHANNEL, NEAR).await?;
            inventory.link_channel(tx, "sc_other", FAR).await?;
            inventory.link_channel(tx, "sc_other", FAR).await
        })
    })
    .await
    .unwrap();
    assert!(shop.inventory.version() > before);
    assert_eq!(&*shop.inventory.locations_of_channel(CHANNEL).await.unwrap(), [FAR]);
    assert_eq!(shop.inventory.channels_of_location(FAR).await.unwrap(), ["sc_other", CHANNEL]);
    let unknown = shop.write(|inventory, tx| Box::pin(inventory.link_channel(tx, CHANNEL, "sloc_nope")));
    assert_eq!(unknown.await.unwrap_err().kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn a_location_keeps_its_address_id_and_goes_only_when_empty() {
    let shop = Shop::open().await;
    let address = |city: &str| LocationAddress {
        city: Some(city.to_owned()),
        country_code: "dk".to_owned(),
        ..LocationAddress::default()
    };
    let new = NewLocation { name: " Overflow ".to_owned(), address: Some(address("Aarhus")), ..NewLocation::default() };
    let made = shop
        .write(move |inventory, tx| Box::pin(async move { inventory.create_location(tx, new).await }))
        .await
        .unwrap();
    assert_eq!(made.name, "Overflow");
    let held = made.address.unwrap();
    assert!(held.id.starts_with("laddr_") && made.id.starts_with("sloc_"));
    let change = LocationChange { address: Some(address("Odense")), ..LocationChange::default() };
    let id = made.id.clone();
    let changed = shop
        .write(move |inventory, tx| Box::pin(async move { inventory.update_location(tx, &id, change).await }))
        .await
        .unwrap();
    let moved = changed.address.unwrap();
    assert_eq!((moved.id, moved.city.as_deref()), (held.id, Some("Odense")));
    assert_eq!(shop.inventory.locations().await.unwrap().len(), 3);

    let item = shop.item("iitem_a", 0, 1).await;
    let delete = |id: &str| {
        let id = id.to_owned();
        shop.write(move |inventory, tx| Box::pin(async move { inventory.delete_location(tx, &id).await }))
    };
    assert_eq!(delete(FAR).await.unwrap_err().kind(), ErrorKind::NotAllowed);
    delete(NEAR).await.unwrap();
    delete(NEAR).await.unwrap();
    assert!(shop.inventory.location(NEAR).await.unwrap().is_none());
    assert_eq!(&*shop.inventory.locations_of_channel(CHANNEL).await.unwrap(), [FAR]);
    assert_eq!(shop.inventory.levels(&item).await.unwrap().len(), 1);
}

#[tokio::test]
async fn skus_are_unique() {
    let shop = Shop::open().await;
    shop.item("iitem_a", 1, 0).await;
    let twin = NewItem { id: Some("iitem_b".to_owned()), ..new_item("iitem_a") };
    let outcome = shop.write(move |inventory, tx| Box::pin(async move { inventory.create_item(tx, twin).await }));
    let error = outcome.await.unwrap_err();
    assert!(error.is(SKU_TAKEN) && error.field() == Some("sku"));
    let other = shop.item("iitem_c", 1, 0).await;
    let rename = |sku: Option<&str>| {
        let (id, sku) = (other.clone(), sku.map(str::to_owned));
        let change = ItemChange { sku: Some(sku), ..ItemChange::default() };
        shop.write(move |inventory, tx| Box::pin(async move { inventory.update_item(tx, &id, change).await }))
    };
    assert!(rename(Some("SKU-iitem_a")).await.unwrap_err().is(SKU_TAKEN));
    assert_eq!(rename(Some("  ")).await.unwrap().sku, None);
    assert_eq!(rename(Some("NEW")).await.unwrap().sku.as_deref(), Some("NEW"));
}

#[tokio::test]
async fn levels_are_made_once_and_set_often() {
    let shop = Shop::open().await;
    let id = "iitem_a";
    shop.write(|inventory, tx| Box::pin(async move { inventory.create_item(tx, new_item("iitem_a")).await }))
        .await
        .unwrap();
    let create = |stocked: i64| {
        shop.write(move |inventory, tx| {
            Box::pin(async move { inventory.create_level(tx, "iitem_a", NEAR, stocked, 4).await })
        })
    };
    assert_eq!(create(-1).await.unwrap_err().field(), Some("stocked_quantity"));
    let level = create(10).await.unwrap();
    assert_eq!((level.stocked, level.incoming, level.available()), (10, 4, 10));
    assert!(create(10).await.unwrap_err().is(LEVEL_EXISTS));
    assert_eq!(shop.set_level(id, NEAR, 7).await.unwrap().stocked, 7);
    assert_eq!(shop.set_level(id, FAR, 2).await.unwrap().stocked, 2);
    assert_eq!(shop.available(id).await, 9);
    assert_eq!(shop.set_level(id, NEAR, -1).await.unwrap_err().field(), Some("stocked_quantity"));
    assert_eq!(shop.set_level(id, "sloc_nope", 1).await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(shop.set_level("iitem_nope", NEAR, 1).await.unwrap_err().kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn a_count_below_what_is_promised_keeps_the_promises() {
    let shop = Shop::open().await;
    let item = shop.item("iitem_a", 5, 0).await;
    shop.reserve("order_1", vec![demand(&item, 5, "l1")]).await.unwrap();
    let level = shop.set_level(&item, NEAR, 3).await.unwrap();
    assert_eq!((level.reserved, level.backordered, level.available()), (3, 2, 0));
    assert!(shop.confirm("order_1").await.unwrap_err().is(NOT_ENOUGH));
    shop.release("order_1").await.unwrap();
    assert_eq!((shop.at(&item, NEAR).await, shop.available(&item).await), ((3, 0, 0), 3));
}

#[tokio::test]
async fn what_is_promised_cannot_be_removed() {
    let shop = Shop::open().await;
    let item = shop.item("iitem_a", 5, 5).await;
    shop.reserve("order_1", vec![demand(&item, 1, "l1")]).await.unwrap();
    let delete_level = |location: &'static str| {
        shop.write(move |inventory, tx| Box::pin(async move { inventory.delete_level(tx, "iitem_a", location).await }))
    };
    let delete_item =
        || shop.write(|inventory, tx| Box::pin(async move { inventory.delete_item(tx, "iitem_a").await }));
    assert_eq!(delete_level(NEAR).await.unwrap_err().kind(), ErrorKind::NotAllowed);
    assert_eq!(delete_item().await.unwrap_err().kind(), ErrorKind::NotAllowed);
    delete_level(FAR).await.unwrap();
    assert_eq!(shop.available(&item).await, 4);
    shop.release("order_1").await.unwrap();
    delete_item().await.unwrap();
    delete_item().await.unwrap();
    assert!(shop.inventory.item(&item).await.unwrap().is_none());
    assert_eq!(shop.available(&item).await, 0);
}

#[tokio::test]
async fn staff_hold_change_and_end_what_is_there() {
    let shop = Shop::open().await;
    let item = shop.item("iitem_a", 7, 0).await;
    let hold = |quantity: i64| {
        let new = NewHold {
            item_id: "iitem_a".to_owned(),
            location_id: NEAR.to_owned(),
            quantity,
            description: Some("for the fair".to_owned()),
            ..NewHold::default()
        };
        shop.write(move |inventory, tx| Box::pin(async move { inventory.create_hold(tx, new).await }))
    };
    assert_eq!(hold(200).await.unwrap_err().kind(), ErrorKind::NotAllowed);
    assert_eq!(hold(0).await.unwrap_err().kind(), ErrorKind::Invalid);
    let held = hold(2).await.unwrap();
    let change = |quantity: i64| {
        let (id, change) = (held.id.clone(), HoldChange { quantity: Some(quantity), ..HoldChange::default() });
        shop.write(move |inventory, tx| Box::pin(async move { inventory.update_hold(tx, &id, change).await }))
    };
    assert_eq!(change(3).await.unwrap().quantity, 3);
    assert_eq!(shop.at(&item, NEAR).await, (7, 3, 0));
    assert_eq!(change(8).await.unwrap_err().kind(), ErrorKind::NotAllowed);
    assert_eq!(shop.at(&item, NEAR).await, (7, 3, 0));

    let query = || ReservationQuery {
        filter: ReservationFilter { item_ids: vec![item.clone()], ..ReservationFilter::default() },
        ..ReservationQuery::default()
    };
    let page = shop.inventory.find_reservations(query(), first(20)).await.unwrap();
    assert_eq!((page.count, page.items[0].quantity), (1, 3));
    assert_eq!(
        shop.inventory.reservation(&held.id).await.unwrap().unwrap().details.description.as_deref(),
        Some("for the fair")
    );
    for _ in 0..2 {
        let id = held.id.clone();
        shop.write(move |inventory, tx| Box::pin(async move { inventory.delete_hold(tx, &id).await })).await.unwrap();
    }
    assert_eq!((shop.at(&item, NEAR).await, shop.available(&item).await), ((7, 0, 0), 7));
    assert_eq!(shop.inventory.find_reservations(query(), first(20)).await.unwrap().count, 0);
    assert_eq!(change(1).await.unwrap_err().kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn items_are_found_by_words_sku_and_location() {
    let shop = Shop::open().await;
    for (id, near) in [("iitem_harbour", 1), ("iitem_star_50%", 2), ("iitem_star_map", 3)] {
        shop.item(id, near, 0).await;
        shop.clock.advance_seconds(1);
    }
    let found = async |query: ItemQuery, paging: Paging| {
        let page = shop.inventory.find_items(query, paging).await.unwrap();
        let ids: Vec<_> = page.items.iter().map(|stocked| stocked.item.id.clone()).collect();
        (ids, page.count)
    };
    let of = |filter: ItemFilter| ItemQuery { filter, ..ItemQuery::default() };
    let words = |text: &str| of(ItemFilter { words: Some(text.to_owned()), ..ItemFilter::default() });
    let stars = vec!["iitem_star_50%".to_owned(), "iitem_star_map".to_owned()];
    assert_eq!(found(words("STAR print"), first(9)).await, (stars, 2));
    assert_eq!(found(words("50%"), first(9)).await.1, 1);
    assert_eq!(found(words("star_map"), first(9)).await.1, 1);
    assert_eq!(found(words("100%"), first(9)).await.1, 0);
    let newest = ItemQuery { order: vec![(ItemKey::CreatedAt, true)], ..ItemQuery::default() };
    let two = vec!["iitem_star_map".to_owned(), "iitem_star_50%".to_owned()];
    assert_eq!(found(newest.clone(), first(2)).await, (two, 3));
    let second = Paging { offset: 2, limit: 2 };
    assert_eq!(found(newest, second).await, (vec!["iitem_harbour".to_owned()], 3));
    let skus = of(ItemFilter { skus: vec!["SKU-iitem_harbour".to_owned()], ..ItemFilter::default() });
    assert_eq!(found(skus, first(9)).await.1, 1);
    let elsewhere = of(ItemFilter { location_ids: vec!["sloc_x".to_owned()], ..ItemFilter::default() });
    assert_eq!(found(elsewhere, first(9)).await.1, 0);

    let ids = ["iitem_star_map", "iitem_nope", "iitem_harbour"].map(str::to_owned);
    let items = shop.inventory.items(&ids).await.unwrap();
    let titles: Vec<_> = items.iter().map(|stocked| (stocked.item.id.as_str(), stocked.levels.len())).collect();
    assert_eq!(titles, [("iitem_star_map", 2), ("iitem_harbour", 2)]);
}

#[tokio::test]
async fn items_are_found_by_measures_and_groups() {
    let shop = Shop::open().await;
    for (id, weight, material) in [("iitem_a", Some(10), "oak"), ("iitem_b", Some(20), "ash"), ("iitem_c", None, "oak")]
    {
        let customs = Customs { weight, material: Some(material.to_owned()), ..Customs::default() };
        let new = NewItem { customs, requires_shipping: weight.is_some(), ..new_item(id) };
        shop.write(move |inventory, tx| Box::pin(async move { inventory.create_item(tx, new).await })).await.unwrap();
    }
    let found = async |filter: ItemFilter| {
        let query = ItemQuery { filter, ..ItemQuery::default() };
        let page = shop.inventory.find_items(query, first(9)).await.unwrap();
        page.items.into_iter().map(|stocked| stocked.item.id).collect::<Vec<_>>()
    };
    let weight = |weight: Range<i64>| ItemFilter { weight, ..ItemFilter::default() };
    assert_eq!(found(weight(Range { gt: Some(10), ..Range::default() })).await, ["iitem_b"]);
    assert_eq!(found(weight(Range { gte: Some(10), lte: Some(20), ..Range::default() })).await, ["iitem_a", "iitem_b"]);
    assert_eq!(found(weight(Range { among: Some(vec![10, 30]), ..Range::default() })).await, ["iitem_a"]);
    assert_eq!(found(weight(Range { not: vec![10], ..Range::default() })).await, ["iitem_b"]);
    let oak = ItemFilter { materials: vec!["oak".to_owned()], ..ItemFilter::default() };
    let heavy = weight(Range { gt: Some(15), ..Range::default() });
    let any = ItemFilter { any: vec![oak.clone(), heavy.clone()], ..ItemFilter::default() };
    assert_eq!(found(any).await, ["iitem_a", "iitem_b", "iitem_c"]);
    let all = ItemFilter { all: vec![oak, heavy], ..ItemFilter::default() };
    assert_eq!(found(all).await, [""; 0]);
    let stays = ItemFilter { requires_shipping: Some(false), ..ItemFilter::default() };
    assert_eq!(found(stays).await, ["iitem_c"]);
}

#[tokio::test]
async fn reservations_are_found_by_line_and_quantity() {
    let shop = Shop::open().await;
    let item = shop.item("iitem_a", 50, 0).await;
    shop.reserve("order_1", vec![demand(&item, 2, "l1"), demand(&item, 3, "l2")]).await.unwrap();
    shop.reserve("order_2", vec![demand(&item, 9, "l3")]).await.unwrap();
    let count = async |filter: ReservationFilter| {
        let query = ReservationQuery { filter, ..ReservationQuery::default() };
        shop.inventory.find_reservations(query, first(9)).await.unwrap().count
    };
    let of_line = |line: &str| ReservationFilter { line_ids: vec![line.to_owned()], ..ReservationFilter::default() };
    assert_eq!((count(of_line("l1")).await, count(of_line("l2")).await, count(of_line("l4")).await), (1, 1, 0));
    let many =
        ReservationFilter { quantity: Range { gt: Some(5), ..Range::default() }, ..ReservationFilter::default() };
    assert_eq!(count(many).await, 1);
    shop.release("order_1").await.unwrap();
    assert_eq!(count(of_line("l1")).await, 0);
    let largest = ReservationQuery { order: vec![(ReservationKey::Quantity, true)], ..ReservationQuery::default() };
    shop.reserve("order_3", vec![demand(&item, 1, "l1")]).await.unwrap();
    let page = shop.inventory.find_reservations(largest, first(9)).await.unwrap();
    assert_eq!(page.items.iter().map(|held| held.quantity).collect::<Vec<_>>(), [9, 1]);
}

#[tokio::test]
async fn items_without_promises_go_and_the_others_stay() {
    let shop = Shop::open().await;
    let (idle, promised) = (shop.item("iitem_a", 5, 0).await, shop.item("iitem_b", 5, 0).await);
    shop.reserve("order_1", vec![demand(&promised, 1, "l1")]).await.unwrap();
    let ids = vec![idle.clone(), promised.clone(), "iitem_gone".to_owned()];
    shop.write(move |inventory, tx| Box::pin(async move { inventory.delete_idle_items(tx, &ids).await }))
        .await
        .unwrap();
    assert!(shop.inventory.item(&idle).await.unwrap().is_none());
    assert!(shop.inventory.item(&promised).await.unwrap().is_some());
}

#[tokio::test]
async fn a_level_with_stock_goes_only_when_that_is_meant() {
    let shop = Shop::open().await;
    let item = shop.item("iitem_a", 5, 0).await;
    let level =
        shop.inventory.levels(&item).await.unwrap().into_iter().find(|level| level.location_id == NEAR).unwrap();
    let delete = |id: &str, force: bool| {
        let id = id.to_owned();
        shop.write(move |inventory, tx| Box::pin(async move { inventory.delete_level_by_id(tx, &id, force).await }))
    };
    assert_eq!(delete(&level.id, false).await.unwrap_err().kind(), ErrorKind::NotAllowed);
    delete(&level.id, true).await.unwrap();
    assert_eq!(delete(&level.id, true).await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(shop.available(&item).await, 0);
}
