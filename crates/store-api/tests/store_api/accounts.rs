//! Accounts: opening one, logging in, sessions, addresses, and whose data is whose.

use axum::body::Body;
use http::{Method, Request, StatusCode, header};
use serde_json::{Value, json};

use crate::shop::{CHART, EUROPE, TestShop, address, id_of};

pub(crate) const EMAIL: &str = "reader@example.com";
pub(crate) const PASSWORD: &str = "a long password";

pub(crate) fn token_of(body: &Value) -> String {
    body["token"].as_str().unwrap().to_owned()
}

pub(crate) async fn log_in(shop: &TestShop, email: &str) -> String {
    let body = json!({"email": email, "password": PASSWORD});
    token_of(&shop.post("/auth/customer/emailpass", body).await.ok())
}

pub(crate) async fn sign_up(shop: &TestShop, email: &str) -> String {
    let body = json!({"email": email, "password": PASSWORD});
    let token = token_of(&shop.post("/auth/customer/emailpass/register", body).await.ok());
    // The token of a login without a shopper opens nothing yet.
    let me = shop.ask_as(Some(&token), Method::GET, "/store/customers/me", None).await;
    assert_eq!((me.status, me.text.as_str()), (StatusCode::UNAUTHORIZED, r#"{"message":"Unauthorized"}"#));
    let body = json!({"email": email, "first_name": "Ada"});
    let made = shop.ask_as(Some(&token), Method::POST, "/store/customers", Some(body)).await.ok();
    assert_eq!(made["customer"]["has_account"], true);
    log_in(shop, email).await
}

#[tokio::test]
async fn an_account_is_opened_and_used() {
    let shop = TestShop::open().await;
    let token = sign_up(&shop, EMAIL).await;
    let as_reader = |method, path: &str, body| {
        let (shop, token, path) = (shop.clone(), token.clone(), path.to_owned());
        async move { shop.ask_as(Some(&token), method, &path, body).await }
    };
    let me = as_reader(Method::GET, "/store/customers/me", None).await.ok();
    assert_eq!(me["customer"]["email"], EMAIL);
    assert_eq!(me["customer"]["addresses"], json!([]));
    let change = json!({"last_name": "Lovelace", "metadata": {"vip": true}});
    let me = as_reader(Method::POST, "/store/customers/me", Some(change)).await.ok();
    assert_eq!(me["customer"]["metadata"]["vip"], true);

    let book = "/store/customers/me/addresses";
    let made = as_reader(Method::POST, book, Some(address("dk"))).await.ok();
    let id = id_of(&made["customer"]["addresses"][0]);
    let one = format!("{book}/{id}");
    as_reader(Method::POST, &one, Some(json!({"city": "Odense"}))).await.ok();
    let read = as_reader(Method::GET, &one, None).await.ok();
    assert_eq!(read["address"]["city"], "Odense");
    let list = as_reader(Method::GET, book, None).await.ok();
    assert_eq!((&list["count"], &list["limit"]), (&json!(1), &json!(50)));

    // The cart is theirs, takes an address from the book, and becomes an order in their list.
    let body = json!({
        "region_id": EUROPE, "shipping_address": id,
        "items": [{"variant_id": CHART, "quantity": 1}]
    });
    let cart = as_reader(Method::POST, "/store/carts", Some(body)).await.ok()["cart"].clone();
    assert_eq!(cart["email"], EMAIL);
    assert_eq!(cart["shipping_address"]["city"], "Odense");
    shop.make_ready(&id_of(&cart)).await;
    let path = format!("/store/carts/{}/complete", id_of(&cart));
    let done = as_reader(Method::POST, &path, None).await.ok();
    let orders = as_reader(Method::GET, "/store/orders", None).await.ok();
    assert_eq!(orders["count"], 1);
    assert_eq!(orders["orders"][0]["id"], done["order"]["id"]);
    assert_eq!(orders["orders"][0]["payment_status"], "authorized");
    let me = as_reader(Method::GET, "/store/customers/me?fields=*orders", None).await.ok();
    assert_eq!(me["customer"]["orders"][0]["display_id"], done["order"]["display_id"]);

    let gone = as_reader(Method::DELETE, &one, None).await.ok();
    assert_eq!((&gone["object"], &gone["deleted"]), (&json!("address"), &json!(true)));
    assert_eq!(gone["parent"]["addresses"], json!([]));
}

#[tokio::test]
async fn nobody_reads_what_is_not_theirs() {
    let shop = TestShop::open().await;
    let one = sign_up(&shop, EMAIL).await;
    let other = sign_up(&shop, "other@example.com").await;
    let book = "/store/customers/me/addresses";
    let made = shop.ask_as(Some(&one), Method::POST, book, Some(address("dk"))).await.ok();
    let path = format!("{book}/{}", id_of(&made["customer"]["addresses"][0]));
    for (method, body) in
        [(Method::GET, None), (Method::POST, Some(json!({"city": "Elsewhere"}))), (Method::DELETE, None)]
    {
        let answer = shop.ask_as(Some(&other), method.clone(), &path, body).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{method}");
    }
    for path in ["/store/customers/me", "/store/orders", book] {
        for token in [None, Some("garbled.to.ken"), Some("e30.e30.")] {
            let answer = shop.ask_as(token, Method::GET, path, None).await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
            assert_eq!(answer.text, r#"{"message":"Unauthorized"}"#);
        }
    }
}

#[tokio::test]
async fn a_session_is_opened_and_closed() {
    let shop = TestShop::open().await;
    let token = sign_up(&shop, EMAIL).await;
    let opened = shop.ask_as(Some(&token), Method::POST, "/auth/session", None).await;
    let cookie = opened.headers[header::SET_COOKIE].to_str().unwrap().to_owned();
    assert!(cookie.starts_with("connect.sid=") && cookie.contains("HttpOnly"), "{cookie}");
    assert_eq!(opened.ok()["user"]["actor_type"], "customer");
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let with_cookie = |method: Method, path: &str| {
        Request::builder()
            .method(method)
            .uri(path)
            .header("x-publishable-api-key", &shop.key)
            .header(header::COOKIE, &cookie)
            .body(Body::empty())
            .unwrap()
    };
    let me = shop.send(with_cookie(Method::GET, "/store/customers/me")).await.ok();
    assert_eq!(me["customer"]["email"], EMAIL);
    let fresh = shop.send(with_cookie(Method::POST, "/auth/token/refresh")).await.ok();
    let me = "/store/customers/me";
    shop.ask_as(Some(&token_of(&fresh)), Method::GET, me, None).await.ok();
    let closed = shop.send(with_cookie(Method::DELETE, "/auth/session")).await.ok();
    assert_eq!(closed["success"], true);
    for request in [with_cookie(Method::GET, me), with_cookie(Method::DELETE, "/auth/session")] {
        assert_eq!(shop.send(request).await.status, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn wrong_credentials_are_refused_and_counted() {
    let shop = TestShop::open_with_logins(4).await;
    sign_up(&shop, EMAIL).await;
    for body in [
        json!({"email": EMAIL, "password": "wrong"}),
        json!({"email": EMAIL}),
        json!({"email": 1, "password": "x"}),
        json!({}),
    ] {
        let answer = shop.post("/auth/customer/emailpass", body).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert_eq!(answer.body["type"], "unauthorized");
    }
    let body = json!({"email": EMAIL, "password": PASSWORD});
    shop.post("/auth/customer/emailpass", body.clone()).await.ok();
    let answer = shop.post("/auth/customer/emailpass", body.clone()).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    shop.wait_seconds(60);
    shop.post("/auth/customer/emailpass", body).await.ok();
}

#[tokio::test]
async fn a_reset_says_nothing_about_who_is_known() {
    let shop = TestShop::open().await;
    sign_up(&shop, EMAIL).await;
    for email in [EMAIL, "nobody@example.com"] {
        let path = "/auth/customer/emailpass/reset-password";
        let answer = shop.post(path, json!({"identifier": email})).await;
        assert_eq!((answer.status, answer.text.as_str()), (StatusCode::CREATED, "Created"));
    }
    let path = "/auth/customer/emailpass/update";
    let body = json!({"password": "another long password"});
    let answer = shop.ask_as(Some("made-up"), Method::POST, path, Some(body)).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    let providers = shop.get("/auth/customer/providers").await.ok();
    assert_eq!(providers["providers"][0]["id"], "emailpass");
}

#[tokio::test]
async fn a_guests_cart_goes_to_who_logs_in() {
    let shop = TestShop::open().await;
    let token = sign_up(&shop, EMAIL).await;
    let id = shop.cart(&[(CHART, 1)]).await;
    let path = format!("/store/carts/{id}/customer");
    assert_eq!(shop.post(&path, json!({})).await.status, StatusCode::UNAUTHORIZED);
    let cart = shop.ask_as(Some(&token), Method::POST, &path, Some(json!({}))).await.ok();
    assert_eq!(cart["cart"]["email"], EMAIL);
    assert_eq!(cart["cart"]["customer"]["email"], EMAIL);
}

#[tokio::test]
async fn who_begins_to_pay_is_told_to_themselves_alone() {
    let shop = TestShop::open().await;
    let token = sign_up(&shop, EMAIL).await;
    let book = "/store/customers/me/addresses";
    shop.ask_as(Some(&token), Method::POST, book, Some(address("dk"))).await.ok();
    let id = shop.cart(&[(CHART, 1)]).await;
    shop.make_ready(&id).await;
    let made = shop.post("/store/payment-collections", json!({"cart_id": id})).await.ok();
    let sessions = format!("/store/payment-collections/{}/payment-sessions", id_of(&made["payment_collection"]));
    let body = json!({"provider_id": "pp_system_default"});
    let begun = shop.ask_as(Some(&token), Method::POST, &sessions, Some(body.clone())).await.ok();
    let context = &begun["payment_collection"]["payment_sessions"][0]["context"];
    assert_eq!(context["customer"]["email"], EMAIL);
    assert_eq!(context["customer"]["addresses"][0]["city"], "Harbour");
    assert_eq!(context["customer"]["billing_address"]["city"], "Harbour");
    assert_eq!(context["account_holder"]["external_id"], context["customer"]["id"]);
    assert_eq!(context["account_holder"]["provider_id"], "pp_system_default");

    // Whoever else looks at the cart, or begins to pay for it, learns nothing of them.
    let path = format!("/store/carts/{id}");
    let cart = shop.get(&path).await.ok();
    assert_eq!(cart["cart"]["payment_collection"]["payment_sessions"][0]["context"], json!({}));
    let begun = shop.post(&sessions, body).await.ok();
    assert_eq!(begun["payment_collection"]["payment_sessions"][0]["context"], json!({}));
}
