//! Second factors: added, asked for at the login, used once, guessed in vain, lost and given up.

use axum::body::Body;
use hmac::{Hmac, Mac as _};
use http::{Method, Request, StatusCode, header};
use serde_json::{Value, json};
use sha1::Sha1;

use crate::accounts::{EMAIL, PASSWORD, sign_up, token_of};
use crate::shop::{TestShop, id_of};

const LOGIN: &str = "/auth/customer/emailpass";

/// What an authenticator app shows for a secret, so many half minutes from now.
fn code(shop: &TestShop, secret: &str, steps: i64) -> String {
    let mut bits = 0_u64;
    let mut count = 0;
    let mut key = Vec::new();
    for letter in secret.bytes() {
        let value = if letter.is_ascii_digit() { letter - b'2' + 26 } else { letter - b'A' };
        bits = (bits << 5) | u64::from(value);
        count += 5;
        if count >= 8 {
            count -= 8;
            key.push((bits >> count) as u8);
        }
    }
    let mut mac = Hmac::<Sha1>::new_from_slice(&key).unwrap();
    mac.update(&(shop.unix_seconds() / 30 + steps).to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let at = usize::from(digest[19] & 15);
    let number = u32::from_be_bytes(digest[at..at + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

fn wrong(code: &str) -> String {
    let number: u32 = code.parse().unwrap();
    format!("{:06}", (number + 500_000) % 1_000_000)
}

/// Adds a second factor to whoever has this token; its id and its secret.
async fn enrol(shop: &TestShop, token: &str) -> (String, String) {
    let body = json!({"provider": "totp", "label": "Telephone"});
    let begun = shop.ask_as(Some(token), Method::POST, "/auth/mfa/factors", Some(body)).await.ok();
    let (id, secret) = (id_of(&begun["mfa_factor"]), begun["secret"].as_str().unwrap().to_owned());
    let path = format!("/auth/mfa/factors/{id}/verify");
    let body = json!({"code": code(shop, &secret, 0)});
    shop.ask_as(Some(token), Method::POST, &path, Some(body)).await.ok();
    shop.wait_seconds(30);
    (id, secret)
}

async fn log_in(shop: &TestShop) -> (String, String) {
    let answer = shop.post(LOGIN, json!({"email": EMAIL, "password": PASSWORD})).await.ok();
    assert_eq!(answer["mfa_required"], true);
    (id_of(&answer["mfa_challenge"]), token_of(&answer))
}

async fn answer(
    shop: &TestShop,
    (challenge, token): &(String, String),
    method: &str,
    code: &str,
) -> (StatusCode, Value) {
    let path = format!("/auth/mfa/challenges/{challenge}/verify");
    let body = json!({"method": method, "code": code});
    let answer = shop.ask_as(Some(token), Method::POST, &path, Some(body)).await;
    (answer.status, answer.body)
}

async fn is_in(shop: &TestShop, token: &str) -> bool {
    shop.ask_as(Some(token), Method::GET, "/store/customers/me", None).await.status == StatusCode::OK
}

#[tokio::test]
async fn a_second_factor_is_added_and_asked_for() {
    let shop = TestShop::open().await;
    let token = sign_up(&shop, EMAIL).await;
    let body = json!({"provider": "totp", "label": "Telephone", "metadata": {"colour": "red"}});
    let begun = shop.ask_as(Some(&token), Method::POST, "/auth/mfa/factors", Some(body)).await.ok();
    assert_eq!(begun["mfa_factor"]["status"], "pending");
    assert_eq!(begun["mfa_factor"]["metadata"], json!({"colour": "red", "label": "Telephone"}));
    let secret = begun["secret"].as_str().unwrap().to_owned();
    let url = begun["otpauth_url"].as_str().unwrap();
    assert!(url.starts_with("otpauth://totp/Tradewind:Telephone?secret=") && url.contains(&secret), "{url}");
    // Begun is not asked for.
    assert!(token_of(&shop.post(LOGIN, json!({"email": EMAIL, "password": PASSWORD})).await.ok()).contains('.'));

    let path = format!("/auth/mfa/factors/{}/verify", id_of(&begun["mfa_factor"]));
    let right = code(&shop, &secret, 0);
    let refused = shop.ask_as(Some(&token), Method::POST, &path, Some(json!({"code": wrong(&right)}))).await;
    assert_eq!((refused.status, &refused.body["type"]), (StatusCode::BAD_REQUEST, &json!("not_allowed")));
    let enabled = shop.ask_as(Some(&token), Method::POST, &path, Some(json!({"code": right}))).await.ok();
    assert_eq!(enabled["mfa_factor"]["status"], "enabled");
    let listed = shop.ask_as(Some(&token), Method::GET, "/auth/mfa/factors", None).await.ok();
    assert_eq!(listed["mfa_factors"][0]["provider"], "totp");
    assert!(!listed.to_string().contains(&secret), "the secret is shown once");

    let answered = shop.post(LOGIN, json!({"email": EMAIL, "password": PASSWORD})).await.ok();
    let challenge = &answered["mfa_challenge"];
    assert_eq!(challenge["methods"], json!(["totp"]));
    assert_eq!((&challenge["attempts"], &challenge["max_attempts"]), (&json!(0), &json!(5)));
    let half = (id_of(challenge), token_of(&answered));
    // The password alone opens nothing, and changes nothing about the second factor.
    for (method, path, body) in [
        (Method::GET, "/store/customers/me", None),
        (Method::POST, "/store/customers", Some(json!({}))),
        (Method::GET, "/store/orders", None),
        (Method::GET, "/auth/mfa/factors", None),
        (Method::POST, "/auth/mfa/factors", Some(json!({"provider": "totp"}))),
        (Method::POST, "/auth/mfa/recovery-codes", Some(json!({}))),
        (Method::DELETE, "/auth/mfa/factors/x", Some(json!({}))),
    ] {
        let refused = shop.ask_as(Some(&half.1), method, path, body).await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{path}");
    }
    let again = shop.ask_as(Some(&half.1), Method::POST, "/auth/token/refresh", None).await.ok();
    assert_eq!(again["mfa_required"], true);
    assert!(!is_in(&shop, &token_of(&again)).await);
    let opened = shop.ask_as(Some(&half.1), Method::POST, "/auth/session", None).await;
    let cookie = opened.headers[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
    let request = Request::get("/store/customers/me")
        .header("x-publishable-api-key", &shop.key)
        .header(header::COOKIE, cookie)
        .body(Body::empty())
        .unwrap();
    assert_eq!(shop.send(request).await.status, StatusCode::UNAUTHORIZED);

    // The code that enabled the factor is used up; the next one is right.
    assert_eq!(answer(&shop, &half, "totp", &right).await.0, StatusCode::BAD_REQUEST);
    shop.wait_seconds(30);
    let (status, body) = answer(&shop, &half, "totp", &code(&shop, &secret, 0)).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let full = token_of(&body);
    assert!(is_in(&shop, &full).await);
    let fresh = shop.ask_as(Some(&full), Method::POST, "/auth/token/refresh", None).await.ok();
    assert!(is_in(&shop, &token_of(&fresh)).await, "it need not be given again while the token is renewed");
    let session = shop.ask_as(Some(&full), Method::POST, "/auth/session", None).await.ok();
    assert_eq!(session["user"]["mfa_enabled"], true);
    assert!(session["user"]["mfa_challenge_completed_at"].as_str().unwrap().ends_with('Z'));
    assert_eq!(answer(&shop, &half, "totp", &code(&shop, &secret, 1)).await.0, StatusCode::BAD_REQUEST, "answered");
}

#[tokio::test]
async fn codes_are_not_guessed() {
    let shop = TestShop::open().await;
    let token = sign_up(&shop, EMAIL).await;
    let (_, secret) = enrol(&shop, &token).await;
    let right = code(&shop, &secret, 0);
    for round in 0..4 {
        let half = log_in(&shop).await;
        for _ in 0..5 {
            assert_eq!(answer(&shop, &half, "totp", &wrong(&right)).await.0, StatusCode::BAD_REQUEST);
        }
        let over = answer(&shop, &half, "totp", &right).await.0;
        let expected = if round < 3 { StatusCode::BAD_REQUEST } else { StatusCode::TOO_MANY_REQUESTS };
        assert_eq!(over, expected, "round {round}");
    }
    // Another request does not help, until a while has passed.
    let half = log_in(&shop).await;
    assert_eq!(answer(&shop, &half, "totp", &right).await.0, StatusCode::TOO_MANY_REQUESTS);
    shop.wait_seconds(15 * 60);
    let half = log_in(&shop).await;
    assert_eq!(answer(&shop, &half, "totp", &code(&shop, &secret, 0)).await.0, StatusCode::OK);
    // A request runs out.
    let half = log_in(&shop).await;
    shop.wait_seconds(300);
    assert_eq!(answer(&shop, &half, "totp", &code(&shop, &secret, 0)).await.0, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn tries_are_counted_as_those_of_passwords() {
    let shop = TestShop::open_with_logins(4).await;
    let token = sign_up(&shop, EMAIL).await;
    let mut last = StatusCode::OK;
    for _ in 0..5 {
        let body = json!({"provider": "totp"});
        last = shop.ask_as(Some(&token), Method::POST, "/auth/mfa/factors", Some(body)).await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_given_by_many_at_once_opens_once() {
    let shop = TestShop::open().await;
    let token = sign_up(&shop, EMAIL).await;
    let (_, secret) = enrol(&shop, &token).await;
    let made =
        shop.ask_as(Some(&token), Method::POST, "/auth/mfa/recovery-codes", Some(json!({"count": 2}))).await.ok();
    let recovery = made["recovery_codes"][0].as_str().unwrap().to_owned();
    for (method, code) in [("totp", code(&shop, &secret, 0)), ("recovery_code", recovery)] {
        let mut tries = Vec::new();
        for _ in 0..6 {
            let half = log_in(&shop).await;
            let (shop, code) = (shop.clone(), code.clone());
            tries.push(tokio::spawn(async move { answer(&shop, &half, method, &code).await.0 }));
        }
        let mut opened = 0;
        for one in tries {
            opened += i32::from(one.await.unwrap() == StatusCode::OK);
        }
        assert_eq!(opened, 1, "{method}");
    }
}

#[tokio::test]
async fn a_recovery_code_stands_in_once() {
    let shop = TestShop::open().await;
    let token = sign_up(&shop, EMAIL).await;
    let path = "/auth/mfa/recovery-codes";
    let early = shop.ask_as(Some(&token), Method::POST, path, Some(json!({}))).await;
    assert_eq!(early.status, StatusCode::BAD_REQUEST, "there is nothing to recover");
    let (_, secret) = enrol(&shop, &token).await;
    let many = shop.ask_as(Some(&token), Method::POST, path, Some(json!({"count": 51}))).await;
    assert_eq!(many.status, StatusCode::BAD_REQUEST);
    let made = shop.ask_as(Some(&token), Method::POST, path, Some(json!({}))).await.ok();
    let codes: Vec<&str> = made["recovery_codes"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert_eq!(codes.len(), 10);

    let half = log_in(&shop).await;
    assert_eq!(answer(&shop, &half, "recovery_code", "aaaa-bbbb-cccc-dddd").await.0, StatusCode::BAD_REQUEST);
    let typed = codes[3].to_uppercase().replace('-', " ");
    let (status, body) = answer(&shop, &half, "recovery_code", &typed).await;
    assert_eq!(status, StatusCode::OK);
    assert!(is_in(&shop, &token_of(&body)).await);
    let half = log_in(&shop).await;
    assert_eq!(answer(&shop, &half, "recovery_code", codes[3]).await.0, StatusCode::BAD_REQUEST, "used");

    // A token from before the factor makes no new ones; one that gave it does, and the old ones end.
    let refused = shop.ask_as(Some(&token), Method::POST, path, Some(json!({}))).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    let (_, body) = answer(&shop, &half, "totp", &code(&shop, &secret, 0)).await;
    shop.ask_as(Some(&token_of(&body)), Method::POST, path, Some(json!({"count": 1}))).await.ok();
    let half = log_in(&shop).await;
    assert_eq!(answer(&shop, &half, "recovery_code", codes[4]).await.0, StatusCode::BAD_REQUEST, "replaced");
}

#[tokio::test]
async fn a_factor_is_given_up_by_its_owner_with_proof() {
    let shop = TestShop::open().await;
    let token = sign_up(&shop, EMAIL).await;
    let other = sign_up(&shop, "other@example.com").await;
    let (id, secret) = enrol(&shop, &token).await;
    let path = format!("/auth/mfa/factors/{id}");
    let proof = |code: &str| Some(json!({"method": "totp", "code": code}));
    let right = code(&shop, &secret, 0);
    for (who, body, expected) in [
        (&other, proof(&right), StatusCode::NOT_FOUND),
        (&token, Some(json!({})), StatusCode::BAD_REQUEST),
        (&token, proof(&wrong(&right)), StatusCode::BAD_REQUEST),
        (&token, proof(&right), StatusCode::OK),
    ] {
        let answer = shop.ask_as(Some(who), Method::DELETE, &path, body).await;
        assert_eq!(answer.status, expected, "{}", answer.text);
    }
    let verify = format!("{path}/verify");
    let stranger = shop.ask_as(Some(&other), Method::POST, &verify, Some(json!({"code": right}))).await;
    assert_eq!(stranger.status, StatusCode::NOT_FOUND);
    // The password is enough again; whoever gives the factor at the login needs no code to give it up.
    let open = shop.post(LOGIN, json!({"email": EMAIL, "password": PASSWORD})).await.ok();
    assert_eq!(open.get("mfa_required"), None);
    let (id, secret) = enrol(&shop, &token).await;
    let half = log_in(&shop).await;
    let strangers = (half.0.clone(), other);
    assert_eq!(answer(&shop, &strangers, "totp", &code(&shop, &secret, 0)).await.0, StatusCode::NOT_FOUND);
    let (_, body) = answer(&shop, &half, "totp", &code(&shop, &secret, 0)).await;
    let gone = shop
        .ask_as(Some(&token_of(&body)), Method::DELETE, &format!("/auth/mfa/factors/{id}"), Some(json!({})))
        .await
        .ok();
    assert_eq!(gone["mfa_factor"]["status"], "disabled");
}
