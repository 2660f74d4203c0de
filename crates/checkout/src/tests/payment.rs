//! Paying: the collection follows the total, sessions are for exactly it, a refusal leaves the cart as it was.

use super::*;
use tradewind_kernel::ErrorKind;

#[tokio::test]
async fn a_cart_has_one_collection_with_its_total() {
    let shop = Shop::open().await;
    let cart = shop.cart_with(&[(CHART, 1)]).await;
    let id = cart.cart.id.as_str();
    let first = shop.checkout.payment_collection(id).await.unwrap();
    assert_eq!(first.amount, cart.totals.total);
    let again = shop.checkout.payment_collection(id).await.unwrap();
    assert_eq!(again.id, first.id);
    assert_eq!(shop.checkout.cart(id).await.unwrap().payment_collection, Some(again));
    assert!(shop.checkout.payment_collection("cart_nope").await.is_err());

    let paid = shop.pay(id).await;
    assert_eq!(paid.sessions.len(), 1);
    let replaced = shop.pay(id).await;
    assert_eq!(replaced.sessions.len(), 1);
    assert_ne!(replaced.sessions[0].id, paid.sessions[0].id);
}

#[tokio::test]
async fn a_change_of_the_total_voids_sessions_and_no_other_change_does() {
    let shop = Shop::open().await;
    let id = shop.ready_cart(&[(CHART, 1)]).await;
    let note = serde_json::json!({ "note": "ring twice" });
    let noted = CartChange { metadata: Some(note.as_object().cloned()), ..CartChange::default() };
    let kept = shop.checkout.update_cart(&id, noted).await.unwrap();
    assert_eq!(kept.payment_collection.unwrap().sessions.len(), 1);

    let changed = shop.checkout.add_line(&id, line(PRINT, 1)).await.unwrap();
    let collection = changed.payment_collection.unwrap();
    assert_eq!((collection.amount, collection.sessions.len()), (changed.totals.total, 0));
    assert!(shop.complete(&id).await.unwrap_err().is(PAYMENT_MISSING));
    shop.pay(&id).await;
    assert_eq!(shop.complete(&id).await.unwrap().totals().total(), changed.totals.total);
}

#[tokio::test]
async fn only_the_regions_providers_are_asked() {
    let shop = Shop::open().await;
    let cart = shop.cart_with(&[(CHART, 1)]).await;
    let collection = shop.checkout.payment_collection(cart.cart.id.as_str()).await.unwrap();
    let begin = async |collection_id: &str, provider: &str| {
        shop.checkout.begin_payment(collection_id, provider, serde_json::json!({})).await
    };
    let error = begin(collection.id.as_str(), "pp_nope").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    let error = begin("pay_col_nope", "pp_system_default").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn a_refused_payment_leaves_the_cart_and_the_stock_as_they_were() {
    let shop = Shop::open().await;
    let cart = shop.cart_with(&[(CHART, 5)]).await;
    let id = cart.cart.id.as_str();
    let collection = shop.checkout.payment_collection(id).await.unwrap();
    let data = serde_json::json!({});
    shop.checkout.begin_payment(collection.id.as_str(), "pp_refusing", data).await.unwrap();
    let Completion::Cart { view, error } = shop.checkout.complete(id).await.unwrap() else {
        panic!("a refused payment does not place an order");
    };
    assert_eq!(error.kind(), ErrorKind::PaymentRequired);
    assert!(error.message().contains("the card has expired"));
    assert!(!view.cart.is_completed());
    assert_eq!(shop.charts_left().await, 5);

    shop.pay(id).await;
    let order = shop.complete(id).await.unwrap();
    assert_eq!(order.display_id, 1);
    assert_eq!(shop.charts_left().await, 0);
}

#[tokio::test]
async fn two_who_begin_to_pay_at_once_leave_one_session() {
    let shop = Shop::open().await;
    let cart = shop.cart_with(&[(CHART, 1)]).await;
    let id = cart.cart.id.as_str();
    let collection = shop.checkout.payment_collection(id).await.unwrap();
    let begin = || shop.checkout.begin_payment(&collection.id, "pp_system_default", serde_json::json!({}));
    let (first, second, third) = tokio::join!(begin(), begin(), begin());
    for begun in [first, second, third] {
        begun.unwrap();
    }
    let kept = shop.checkout.cart(id).await.unwrap().payment_collection.unwrap();
    assert_eq!(kept.sessions.len(), 1);
    shop.complete(id).await.unwrap();
}
