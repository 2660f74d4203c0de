//! Orders that change hands: asked for by a customer, decided by whoever reads the order's mail.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use tradewind_orders::OrderTransferRequested;

use crate::accounts::sign_up;
use crate::shop::{CHART, TestShop, id_of};

/// An order of a guest, reader@example.com.
async fn guests_order(shop: &TestShop) -> String {
    let cart = shop.cart(&[(CHART, 1)]).await;
    shop.make_ready(&cart).await;
    id_of(&shop.post_nothing(&format!("/store/carts/{cart}/complete")).await.ok()["order"])
}

async fn step(shop: &TestShop, who: Option<&str>, order: &str, step: &str, body: Value) -> (StatusCode, Value) {
    let answer = shop.ask_as(who, Method::POST, &format!("/store/orders/{order}/transfer/{step}"), Some(body)).await;
    (answer.status, answer.body)
}

async fn mailed(shop: &TestShop) -> OrderTransferRequested {
    shop.heard::<OrderTransferRequested>().await.unwrap()
}

async fn orders_of(shop: &TestShop, token: &str) -> Value {
    shop.ask_as(Some(token), Method::GET, "/store/orders", None).await.ok()["count"].clone()
}

#[tokio::test]
async fn an_order_goes_over_when_its_mail_agrees() {
    let shop = TestShop::open().await;
    let order = guests_order(&shop).await;
    let ada = sign_up(&shop, "ada@example.com").await;
    let bob = sign_up(&shop, "bob@example.com").await;
    assert_eq!(step(&shop, None, &order, "request", json!({})).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(step(&shop, Some(&ada), "order_nope", "request", json!({})).await.0, StatusCode::NOT_FOUND);
    let body = json!({"description": "I bought this as a guest", "update_order_email": true});
    let (status, answer) = step(&shop, Some(&ada), &order, "request", body).await;
    assert_eq!((status, &answer["order"]["id"]), (StatusCode::OK, &json!(order)));
    assert_eq!(answer["order"]["email"], "reader@example.com", "nothing has changed yet");
    let mail = mailed(&shop).await;
    assert_eq!(mail.email, "reader@example.com");
    let token = mail.token.expose();
    assert!(!answer.to_string().contains(token), "the token is in the mail alone");

    for (name, body, expected) in [
        ("accept", json!({}), StatusCode::BAD_REQUEST),
        ("accept", json!({"token": "made-up"}), StatusCode::BAD_REQUEST),
        ("decline", json!({"token": "made-up"}), StatusCode::BAD_REQUEST),
    ] {
        assert_eq!(step(&shop, Some(&bob), &order, name, body).await.0, expected, "{name}");
    }
    assert_eq!(step(&shop, Some(&bob), &order, "request", json!({})).await.0, StatusCode::BAD_REQUEST, "one at a time");
    assert_eq!(step(&shop, Some(&bob), &order, "cancel", json!({})).await.0, StatusCode::BAD_REQUEST, "not theirs");
    assert_eq!(orders_of(&shop, &ada).await, 0);

    let (status, answer) = step(&shop, None, &order, "accept", json!({"token": token})).await;
    assert_eq!((status, &answer["order"]["email"]), (StatusCode::OK, &json!("ada@example.com")));
    assert_eq!((orders_of(&shop, &ada).await, orders_of(&shop, &bob).await), (json!(1), json!(0)));
    assert_eq!(step(&shop, None, &order, "accept", json!({"token": token})).await.0, StatusCode::BAD_REQUEST, "once");
    let stored = shop.state.orders.order(&order).await.unwrap().unwrap();
    assert_eq!(shop.state.orders.replay(&order).await.unwrap().as_ref(), Some(&*stored));
}

#[tokio::test]
async fn a_transfer_is_refused_or_taken_back() {
    let shop = TestShop::open().await;
    let order = guests_order(&shop).await;
    let ada = sign_up(&shop, "ada@example.com").await;
    step(&shop, Some(&ada), &order, "request", json!({})).await;
    let token = mailed(&shop).await.token;
    let (status, _) = step(&shop, None, &order, "decline", json!({"token": token.expose()})).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(step(&shop, None, &order, "accept", json!({"token": token.expose()})).await.0, StatusCode::BAD_REQUEST);

    step(&shop, Some(&ada), &order, "request", json!({})).await;
    let token = mailed(&shop).await.token;
    assert_eq!(step(&shop, Some(&ada), &order, "cancel", json!({})).await.0, StatusCode::OK);
    assert_eq!(step(&shop, None, &order, "accept", json!({"token": token.expose()})).await.0, StatusCode::BAD_REQUEST);
    assert_eq!(orders_of(&shop, &ada).await, 0);
}

#[tokio::test]
async fn requests_are_counted_because_each_is_a_mail() {
    let shop = TestShop::open_with_logins(4).await;
    let order = guests_order(&shop).await;
    let ada = sign_up(&shop, "ada@example.com").await;
    let mut last = StatusCode::OK;
    for _ in 0..5 {
        last = step(&shop, Some(&ada), &order, "request", json!({})).await.0;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
}
