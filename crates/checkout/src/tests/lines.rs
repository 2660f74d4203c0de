//! Lines: what may be added, merging, quantities, stock.

use super::*;
use tradewind_inventory::NOT_ENOUGH;
use tradewind_kernel::{Bucket, ErrorKind};

#[tokio::test]
async fn a_line_is_described_priced_and_taxed() {
    let shop = Shop::open().await;
    let cart = shop.cart_with(&[(CHART, 2)]).await;
    let item = &cart.cart.items[0];
    assert_eq!(item.goods.title, "Chart");
    assert_eq!(item.goods.subtitle.as_deref(), Some(CHART));
    assert!(item.goods.requires_shipping);
    assert_eq!((item.unit_price, item.quantity), (euros("10"), 2));
    assert_eq!(item.tax_lines[0].rate, Decimal::from(25));
    assert_eq!(Bucket::of(&item.id), cart.cart.id.bucket());
    // 20 and 10 for sending, with a quarter of each.
    assert_eq!(cart.totals.total.minor, 3750);
}

#[tokio::test]
async fn the_same_variant_merges_unless_its_metadata_differs() {
    let shop = Shop::open().await;
    let cart = shop.empty_cart().await;
    let id = cart.cart.id.as_str();
    shop.checkout.add_line(id, line(PRINT, 1)).await.unwrap();
    let merged = shop.checkout.add_line(id, line(PRINT, 2)).await.unwrap();
    assert_eq!((merged.cart.items.len(), merged.cart.items[0].quantity), (1, 3));

    let gift = serde_json::json!({ "gift": true });
    let wrapped = NewLine { metadata: gift.as_object().cloned(), ..line(PRINT, 1) };
    shop.checkout.add_line(id, wrapped.clone()).await.unwrap();
    let apart = shop.checkout.add_line(id, wrapped).await.unwrap();
    let quantities: Vec<_> = apart.cart.items.iter().map(|item| item.quantity).collect();
    assert_eq!(quantities, [3, 2]);

    let bare = NewLine { metadata: Some(Default::default()), ..line(PRINT, 1) };
    let merged = shop.checkout.add_line(id, bare).await.unwrap();
    assert_eq!(merged.cart.items[0].quantity, 4, "no metadata and empty metadata are the same");
}

#[tokio::test]
async fn quantities_are_whole_and_within_bounds() {
    let shop = Shop::open().await;
    let cart = shop.empty_cart().await;
    let id = cart.cart.id.as_str();
    for wrong in [0, -1, QUANTITY_MAX + 1, i64::MAX, i64::MIN] {
        let error = shop.checkout.add_line(id, line(PRINT, wrong)).await.unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::Invalid, Some("quantity")));
    }
    let full = shop.checkout.add_line(id, line(PRINT, QUANTITY_MAX)).await.unwrap();
    assert!(shop.checkout.add_line(id, line(PRINT, 1)).await.is_err());

    let line_id = full.cart.items[0].id.as_str();
    let change = |quantity| LineChange { quantity, metadata: None };
    assert!(shop.checkout.update_line(id, line_id, change(-3)).await.is_err());
    let fewer = shop.checkout.update_line(id, line_id, change(3)).await.unwrap();
    assert_eq!((fewer.cart.items[0].quantity, fewer.totals.total.minor), (3, 3705));
    let none = shop.checkout.update_line(id, line_id, change(0)).await.unwrap();
    assert!(none.cart.items.is_empty());
    for gone in [
        shop.checkout.update_line(id, line_id, change(1)).await,
        shop.checkout.update_line(id, line_id, change(0)).await,
        shop.checkout.remove_line(id, line_id).await,
    ] {
        assert_eq!(gone.unwrap_err().kind(), ErrorKind::NotFound);
    }
}

#[tokio::test]
async fn only_what_is_for_sale_here_can_be_added() {
    let shop = Shop::open().await;
    let cart = shop.empty_cart().await;
    let id = cart.cart.id.as_str();
    for (variant, says) in
        [("variant_nope", "does not exist"), (DRAFT, "does not exist"), (ELSEWHERE, "Trade is not offered")]
    {
        let error = shop.checkout.add_line(id, line(variant, 1)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid, "{variant}");
        assert!(error.message().contains(says), "{variant}: {}", error.message());
    }
    let japan = NewCart { region_id: Some(JAPAN.to_owned()), ..NewCart::default() };
    let japan = shop.checkout.create_cart(japan).await.unwrap();
    let error = shop.checkout.add_line(japan.cart.id.as_str(), line(PRINT, 1)).await.unwrap_err();
    assert!(error.message().contains("Print has no price in jpy"), "{}", error.message());
    assert!(shop.checkout.add_line("cart_nope", line(PRINT, 1)).await.is_err());
    assert!(shop.checkout.cart(id).await.unwrap().cart.items.is_empty());
}

#[tokio::test]
async fn demand_for_one_item_is_summed_over_lines() {
    let shop = Shop::open().await;
    let cart = shop.empty_cart().await;
    let id = cart.cart.id.as_str();
    let too_many = shop.checkout.add_line(id, line(CHART, 6)).await.unwrap_err();
    assert!(too_many.is(NOT_ENOUGH));
    assert_eq!(too_many.kind(), ErrorKind::NotAllowed);

    let two = shop.checkout.add_line(id, line(CHART, 2)).await.unwrap();
    // A signed one takes two of the same item: 2 + 2 are there, 2 + 4 are not.
    shop.checkout.add_line(id, line(CHART_SIGNED, 1)).await.unwrap();
    let error = shop.checkout.add_line(id, line(CHART_SIGNED, 1)).await.unwrap_err();
    assert!(error.is(NOT_ENOUGH));
    let line_id = two.cart.items[0].id.as_str();
    let change = |quantity| LineChange { quantity, metadata: None };
    assert!(shop.checkout.update_line(id, line_id, change(4)).await.unwrap_err().is(NOT_ENOUGH));
    shop.checkout.update_line(id, line_id, change(3)).await.unwrap();

    // What may be ordered without being there, and what is not counted, is not asked for.
    shop.checkout.add_line(id, line(BACKORDERED, 7)).await.unwrap();
    let all = shop.checkout.add_line(id, line(PRINT, 900)).await.unwrap();
    assert_eq!(all.cart.items.len(), 4);
}

#[tokio::test]
async fn a_cart_holds_so_many_lines_and_no_more() {
    let shop = Shop::open().await;
    let numbered = |number: usize| NewLine {
        metadata: serde_json::json!({ "number": number }).as_object().cloned(),
        ..line(PRINT, 1)
    };
    let new = |count| NewCart {
        region_id: Some(EUROPE.to_owned()),
        items: (0..count).map(numbered).collect(),
        ..NewCart::default()
    };
    assert!(shop.checkout.create_cart(new(LINES_MAX + 1)).await.is_err());
    let full = shop.checkout.create_cart(new(LINES_MAX)).await.unwrap();
    let id = full.cart.id.as_str();
    assert!(shop.checkout.add_line(id, numbered(LINES_MAX)).await.is_err());
    let merged = shop.checkout.add_line(id, numbered(0)).await.unwrap();
    assert_eq!(merged.cart.items[0].quantity, 2);
}

#[tokio::test]
async fn a_cart_does_not_grow_without_end() {
    let shop = Shop::open().await;
    let cart = shop.empty_cart().await;
    let note = "x".repeat(1_500_000);
    let noted = |number: i32| NewLine {
        metadata: serde_json::json!({ "note": note, "number": number }).as_object().cloned(),
        ..line(PRINT, 1)
    };
    let id = cart.cart.id.as_str();
    shop.checkout.add_line(id, noted(1)).await.unwrap();
    shop.checkout.add_line(id, noted(2)).await.unwrap();
    let error = shop.checkout.add_line(id, noted(3)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge);
    assert_eq!(shop.checkout.cart(id).await.unwrap().cart.items.len(), 2);
}

#[tokio::test]
async fn many_changes_of_one_cart_at_once_all_count() {
    let shop = Shop::open().await;
    let id = shop.empty_cart().await.cart.id.as_str().to_owned();
    let adding = (0..20).map(|_| {
        let (checkout, id) = (shop.checkout.clone(), id.clone());
        tokio::spawn(async move { checkout.add_line(&id, line(PRINT, 1)).await })
    });
    for added in adding.collect::<Vec<_>>() {
        added.await.unwrap().unwrap();
    }
    assert_eq!(shop.checkout.cart(&id).await.unwrap().cart.items[0].quantity, 20);
}
