//! Verified e-mail addresses: asked for by their owner, proved once by a mail, required where the shop says so.

use http::{Method, StatusCode};
use serde_json::json;
use tradewind_accounts::{AccountsOptions, EmailVerificationRequested};

use crate::accounts::{EMAIL, PASSWORD, sign_up, token_of};
use crate::shop::TestShop;

const REQUEST: &str = "/auth/verification/request";
const CONFIRM: &str = "/auth/verification/confirm";

async fn mailed(shop: &TestShop) -> Option<String> {
    shop.heard::<EmailVerificationRequested>().await.map(|event| event.token.expose().to_owned())
}

fn body(email: &str) -> Option<serde_json::Value> {
    Some(json!({"entity_id": email, "entity_type": "email"}))
}

#[tokio::test]
async fn an_address_is_proved_once_by_its_mail() {
    let shop = TestShop::open().await;
    let token = sign_up(&shop, EMAIL).await;
    assert_eq!(shop.ask_as(None, Method::POST, REQUEST, body(EMAIL)).await.status, StatusCode::UNAUTHORIZED);
    for wrong in [
        json!({"entity_id": "other@example.com", "entity_type": "email"}),
        json!({"entity_id": EMAIL, "entity_type": "phone"}),
        json!({"entity_id": EMAIL, "entity_type": "email", "code_provider": "pigeon"}),
        json!({"entity_type": "email"}),
    ] {
        let refused = shop.ask_as(Some(&token), Method::POST, REQUEST, Some(wrong)).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{}", refused.text);
    }
    assert!(mailed(&shop).await.is_none());

    let requested = shop.ask_as(Some(&token), Method::POST, REQUEST, body(EMAIL)).await;
    assert_eq!(requested.status, StatusCode::CREATED);
    let shown = &requested.body["verification"];
    assert_eq!((&shown["entity_id"], &shown["verified_at"]), (&json!(EMAIL), &json!(null)));
    let first = mailed(&shop).await.unwrap();
    assert!(!requested.text.contains(&first), "the token is in the mail alone");
    shop.ask_as(Some(&token), Method::POST, REQUEST, body(EMAIL)).await;
    let second = mailed(&shop).await.unwrap();
    for wrong in [first.as_str(), "made-up"] {
        let refused = shop.post(CONFIRM, json!({"code": wrong})).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "superseded or made up");
    }
    let confirmed = shop.post(CONFIRM, json!({"code": second})).await.ok();
    assert_eq!((&confirmed["entity_id"], &confirmed["entity_type"]), (&json!(EMAIL), &json!("email")));
    assert!(confirmed["verified_at"].is_string());
    assert_eq!(shop.post(CONFIRM, json!({"code": second})).await.status, StatusCode::BAD_REQUEST, "used");
    let again = shop.ask_as(Some(&token), Method::POST, REQUEST, body(EMAIL)).await;
    assert!(again.body["verification"]["verified_at"].is_string());
    assert!(mailed(&shop).await.is_none(), "what is proved needs no mail");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_good_once_for_many_at_once_and_not_for_ever() {
    let shop = TestShop::open().await;
    let token = sign_up(&shop, EMAIL).await;
    shop.ask_as(Some(&token), Method::POST, REQUEST, body(EMAIL)).await;
    let late = mailed(&shop).await.unwrap();
    shop.wait_seconds(24 * 3600);
    assert_eq!(shop.post(CONFIRM, json!({"code": late})).await.status, StatusCode::BAD_REQUEST);
    let token = crate::accounts::log_in(&shop, EMAIL).await;
    shop.ask_as(Some(&token), Method::POST, REQUEST, body(EMAIL)).await;
    let code = mailed(&shop).await.unwrap();
    let tries: Vec<_> = (0..6)
        .map(|_| {
            let (shop, code) = (shop.clone(), code.clone());
            tokio::spawn(async move { shop.post(CONFIRM, json!({"code": code})).await.status == StatusCode::OK })
        })
        .collect();
    let mut confirmed = 0;
    for one in tries {
        confirmed += i32::from(one.await.unwrap());
    }
    assert_eq!(confirmed, 1);
}

#[tokio::test]
async fn a_shop_may_let_in_only_proved_addresses() {
    let options = AccountsOptions { verified_customers_only: true, ..AccountsOptions::default() };
    let shop = TestShop::open_with(1000, options).await;
    let login = "/auth/customer/emailpass";
    let who = json!({"email": EMAIL, "password": PASSWORD});
    let token = token_of(&shop.post(&format!("{login}/register"), who.clone()).await.ok());
    shop.ask_as(Some(&token), Method::POST, "/store/customers", Some(json!({}))).await.ok();
    let session = shop.ask_as(Some(&token), Method::POST, "/auth/session", None).await;
    let cookie = session.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let me_by_session = || {
        http::Request::get("/store/customers/me")
            .header("x-publishable-api-key", &shop.key)
            .header("cookie", &cookie)
            .body(axum::body::Body::empty())
            .unwrap()
    };
    assert_eq!(shop.send(me_by_session()).await.status, StatusCode::UNAUTHORIZED);

    let answer = shop.post(login, who.clone()).await.ok();
    assert_eq!(answer["verification_required"], true);
    assert_eq!(answer.get("verification"), None, "no mail was asked for yet");
    let half = token_of(&answer);
    let me = "/store/customers/me";
    assert_eq!(shop.ask_as(Some(&half), Method::GET, me, None).await.status, StatusCode::UNAUTHORIZED);
    let requested = shop.ask_as(Some(&half), Method::POST, REQUEST, body(EMAIL)).await;
    assert_eq!(requested.status, StatusCode::CREATED);
    let answer = shop.post(login, who).await.ok();
    assert_eq!(answer["verification"]["entity_id"], EMAIL);
    let refreshed = shop.ask_as(Some(&half), Method::POST, "/auth/token/refresh", None).await.ok();
    assert_eq!(refreshed["verification_required"], true);

    let code = mailed(&shop).await.unwrap();
    shop.post(CONFIRM, json!({"code": code})).await.ok();
    let full = token_of(&shop.ask_as(Some(&half), Method::POST, "/auth/token/refresh", None).await.ok());
    shop.ask_as(Some(&full), Method::GET, me, None).await.ok();
    assert_eq!(shop.send(me_by_session()).await.status, StatusCode::OK);
}
