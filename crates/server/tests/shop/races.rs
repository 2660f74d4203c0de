//! Two things at once: the last print, the same line, the same completion.

use serde_json::json;
use tradewind_testkit::{Client, TestShop};

#[tokio::test(flavor = "multi_thread")]
async fn two_shoppers_race_for_the_last_print_and_one_gets_it() {
    let shop = TestShop::open().await;
    for round in 0..10 {
        let variant = shop.print(&format!("Last one {round}"), 1).await;
        let client = shop.client();
        let one = client.ready_cart(&shop.europe, &variant, 1).await.unwrap();
        let other = client.ready_cart(&shop.europe, &variant, 1).await.unwrap();
        let (first, second) = tokio::join!(client.complete(&one), client.complete(&other));
        let orders = [&first, &second].iter().filter(|answer| answer.body["type"] == "order").count();
        assert_eq!(orders, 1, "{}\n{}", first.text, second.text);
        let refused = if first.body["type"] == "order" { &second } else { &first };
        assert!(refused.text.contains("insufficient_inventory"), "{}", refused.text);
        assert_eq!(shop.available(&variant).await, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_shoppers_all_get_theirs_when_there_is_enough() {
    let shop = TestShop::open().await;
    let variant = shop.print("Plenty", 1000).await;
    let buying = (0..64).map(|_| {
        let (client, region, variant) = (shop.client(), shop.europe.clone(), variant.clone());
        tokio::spawn(async move {
            let cart = client.ready_cart(&region, &variant, 2).await.unwrap();
            client.complete(&cart).await
        })
    });
    for bought in buying.collect::<Vec<_>>() {
        assert_eq!(bought.await.unwrap().ok()["type"], "order");
    }
    assert_eq!(shop.available(&variant).await, 1000 - 128);
}

/// How many of these shoppers get an order for one unit, when all of them want it at once.
pub(crate) async fn rush(shoppers: impl Iterator<Item = Client>, region: &str, variant: &str) -> i64 {
    let buying = shoppers.map(|client| {
        let (region, variant) = (region.to_owned(), variant.to_owned());
        tokio::spawn(async move {
            // Once it is sold out, carts may refuse the line already.
            let Ok(cart) = client.ready_cart(&region, &variant, 1).await else { return false };
            client.complete(&cart).await.body["type"] == "order"
        })
    });
    let mut sold = 0;
    for bought in buying.collect::<Vec<_>>() {
        sold += i64::from(bought.await.unwrap());
    }
    sold
}

#[tokio::test(flavor = "multi_thread")]
async fn more_shoppers_than_stock_never_oversell() {
    let shop = TestShop::open().await;
    let variant = shop.print("Drop", 10).await;
    let sold = rush((0..40).map(|_| shop.client()), &shop.europe, &variant).await;
    assert_eq!(sold, 10);
    assert_eq!(shop.available(&variant).await, 0);
    assert_eq!(shop.order_count().await, 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_added_twice_at_once_is_one_line_with_both() {
    let shop = TestShop::open().await;
    let variant = shop.print("Twice", 100).await;
    let client = shop.client();
    let cart = client.post("/store/carts", json!({ "region_id": shop.europe })).await.ok();
    let path = format!("/store/carts/{}/line-items", cart["cart"]["id"].as_str().unwrap());
    let line = json!({ "variant_id": variant, "quantity": 1 });
    let adding = (0..8).map(|_| {
        let (client, path, line) = (client.clone(), path.clone(), line.clone());
        tokio::spawn(async move { client.post(&path, line).await.ok() })
    });
    for added in adding.collect::<Vec<_>>() {
        added.await.unwrap();
    }
    let cart = client.get(path.trim_end_matches("/line-items")).await.ok();
    let items = cart["cart"]["items"].as_array().unwrap();
    assert_eq!(items.len(), 1);
    assert_eq!(items[0]["quantity"], 8);
}

#[tokio::test(flavor = "multi_thread")]
async fn completion_sent_many_times_at_once_is_one_order() {
    let shop = TestShop::open().await;
    let variant = shop.print("Impatient", 5).await;
    let client = shop.client();
    let cart = client.ready_cart(&shop.europe, &variant, 1).await.unwrap();
    let completing = (0..8).map(|_| {
        let (client, cart) = (client.clone(), cart.clone());
        tokio::spawn(async move { client.complete(&cart).await.ok() })
    });
    let mut ids = Vec::new();
    for completed in completing.collect::<Vec<_>>() {
        ids.push(completed.await.unwrap()["order"]["id"].as_str().unwrap().to_owned());
    }
    ids.dedup();
    assert_eq!(ids.len(), 1, "one cart, one order");
    assert_eq!(ids[0].trim_start_matches("order_"), cart.trim_start_matches("cart_"));
    assert_eq!(shop.available(&variant).await, 4);
    assert_eq!(shop.order_count().await, 1);
}
