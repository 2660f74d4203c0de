//! Tests of the provider: its options, what sessions may bring along, and what goes over the wire.

use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tradewind_kernel::{Currency, ErrorKind, Money, Timestamp};
use tradewind_platform::payment::NO_ANSWER;

use super::*;

const STRIPE_URL: &str = "https://api.stripe.com";

fn options(url: &str) -> StripeOptions {
    StripeOptions {
        api_key: Secret::new("sk_test_hidden"),
        webhook_secret: Secret::new("whsec_hidden"),
        capture: Capture::Manual,
        url: url.to_owned(),
        answer_seconds_max: 5,
    }
}

fn stripe(options: StripeOptions) -> Result<Stripe> {
    Stripe::new(options, Clock::manual(Timestamp(1_795_412_164_421)))
}

fn request(data: Value) -> PaymentRequest {
    let amount = Money::from_minor(1099, Currency::EUR);
    PaymentRequest { key: "payses_1".to_owned(), cart_id: "cart_1".to_owned(), amount, data }
}

/// A Stripe that gives these answers, one for each connection. Its task ends with what it was asked.
async fn standing_in(answers: Vec<(u16, String)>) -> (String, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let task = tokio::spawn(async move {
        let mut asked = Vec::new();
        for (status, body) in answers {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut text = String::new();
            while !is_whole(&text) {
                let mut bytes = [0; 4096];
                let count = stream.read(&mut bytes).await.unwrap();
                assert!(count > 0, "the request ends early: {text}");
                text.push_str(std::str::from_utf8(&bytes[..count]).unwrap());
            }
            asked.push(text);
            let head = format!("HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", body.len());
            // Who has read enough hangs up.
            let _ = stream.write_all(format!("{head}{body}").as_bytes()).await;
        }
        asked
    });
    (url, task)
}

fn is_whole(text: &str) -> bool {
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.to_ascii_lowercase().lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    body.len() >= length.unwrap_or(0)
}

fn intent(status: &str) -> Value {
    json!({
        "id": "pi_1", "status": status, "amount": 1099, "amount_capturable": 1099, "amount_received": 0,
        "currency": "eur", "capture_method": "manual", "client_secret": "pi_1_secret_a", "payment_method": "pm_1",
    })
}

fn refused(code: &str, intent: Value) -> (u16, String) {
    (400, json!({ "error": { "code": code, "message": "No.", "payment_intent": intent } }).to_string())
}

fn at_stripe() -> PaymentRequest {
    request(json!({ "id": "pi_1" }))
}

#[test]
fn options_that_cannot_be_right_are_refused_by_name() {
    let refusal = |change: fn(&mut StripeOptions)| {
        let mut options = options(STRIPE_URL);
        change(&mut options);
        stripe(options).unwrap_err().field().unwrap_or_default().to_owned()
    };
    assert!(stripe(options(STRIPE_URL)).is_ok());
    assert_eq!(refusal(|it| it.api_key = Secret::new("")), "payment.stripe.api_key");
    assert_eq!(refusal(|it| it.api_key = Secret::new("sk test\n")), "payment.stripe.api_key");
    assert_eq!(refusal(|it| it.webhook_secret = Secret::new("")), "payment.stripe.webhook_secret");
    assert_eq!(refusal(|it| it.url = "api.stripe.com".to_owned()), "payment.stripe.url");
    assert_eq!(refusal(|it| it.url = "https://api.stripe.com?a=b".to_owned()), "payment.stripe.url");
    assert_eq!(refusal(|it| it.answer_seconds_max = 0), "payment.stripe.answer_seconds_max");
}

#[test]
fn secrets_are_not_shown() {
    let shown = format!("{:?} {:?}", options(STRIPE_URL), stripe(options(STRIPE_URL)).unwrap());
    assert!(!shown.contains("hidden"), "{shown}");
}

#[test]
fn an_id_that_is_none_of_stripes_is_refused() {
    assert_eq!(id_of(&json!({ "id": "pi_3MtwBw_a" })).unwrap(), "pi_3MtwBw_a");
    let long = format!("pi_{}", "a".repeat(256));
    for id in [json!(null), json!(7), json!(""), json!("pi_"), json!("pm_1"), json!("pi_1/cancel"), json!(long)] {
        let error = id_of(&json!({ "id": id })).unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::Invalid, Some("data.id")), "{id}");
    }
}

#[test]
fn wrong_client_data_is_refused_and_other_ignored() {
    assert_eq!(payment_method_of(&json!({ "id": "pi_1", "colour": "red" })).unwrap(), None);
    assert_eq!(payment_method_of(&json!({ "payment_method": "pm_1" })).unwrap().as_deref(), Some("pm_1"));
    for wrong in [json!(7), json!({}), json!(""), json!("pm 1"), json!(["pm_1"])] {
        let error = payment_method_of(&json!({ "payment_method": wrong })).unwrap_err();
        assert_eq!(error.field(), Some("data.payment_method"));
    }
    assert_eq!(
        future_usage_of(&json!({ "setup_future_usage": "off_session" })).unwrap().as_deref(),
        Some("off_session")
    );
    for wrong in [json!(true), json!("always")] {
        let error = future_usage_of(&json!({ "setup_future_usage": wrong })).unwrap_err();
        assert_eq!(error.field(), Some("data.setup_future_usage"));
    }
}

#[tokio::test]
async fn a_session_begins_as_a_payment_at_stripe() {
    let (url, task) = standing_in(vec![(200, intent("requires_confirmation").to_string())]).await;
    let stripe = stripe(options(&url)).unwrap();
    let data = json!({ "payment_method": "pm_1", "setup_future_usage": "on_session", "id": "pi_of_another" });
    let begun = stripe.begin(&request(data)).await.unwrap();
    assert_eq!((&begun["id"], &begun["client_secret"]), (&json!("pi_1"), &json!("pi_1_secret_a")));
    let asked = task.await.unwrap().remove(0);
    let (head, form) = asked.split_once("\r\n\r\n").unwrap();
    let head = head.to_ascii_lowercase();
    assert!(head.starts_with("post /v1/payment_intents http/1.1"), "{head}");
    for line in [
        "authorization: bearer sk_test_hidden",
        "idempotency-key: payses_1",
        "stripe-version: 2024-06-20",
        "content-type: application/x-www-form-urlencoded",
    ] {
        assert!(head.lines().any(|found| found == line), "{line} is not in {head}");
    }
    let expected = "amount=1099&currency=eur&capture_method=manual&metadata%5Bcart_id%5D=cart_1\
                    &metadata%5Bsession_id%5D=payses_1&automatic_payment_methods%5Benabled%5D=true&payment_method=pm_1\
                    &automatic_payment_methods%5Ballow_redirects%5D=never&setup_future_usage=on_session";
    assert_eq!(form, expected);
}

#[tokio::test]
async fn a_payment_method_that_the_client_gave_is_confirmed_once_for_each_attempt() {
    let answers = vec![
        (200, intent("requires_confirmation").to_string()),
        (
            402,
            json!({ "error": { "type": "card_error", "code": "card_declined", "message": "Declined." } }).to_string(),
        ),
    ];
    let (url, task) = standing_in(answers).await;
    let answer = stripe(options(&url)).unwrap().authorize(&at_stripe()).await.unwrap();
    assert_eq!(answer.outcome, Outcome::Declined("Declined.".to_owned()));
    assert_eq!(answer.data["id"], "pi_1");
    let asked = task.await.unwrap();
    assert!(asked[0].starts_with("GET /v1/payment_intents/pi_1 "));
    assert!(asked[1].starts_with("POST /v1/payment_intents/pi_1/confirm "));
    assert!(asked[1].contains("idempotency-key: payses_1:confirm:pm_1\r\n"), "{}", asked[1]);
}

#[tokio::test]
async fn a_payment_that_was_confirmed_meanwhile_is_asked_about_again() {
    let unexpected = refused("payment_intent_unexpected_state", Value::Null);
    let states = ["requires_confirmation", "requires_capture"].map(|status| (200, intent(status).to_string()));
    let [before, after] = states;
    let (url, _) = standing_in(vec![before, unexpected, after]).await;
    let answer = stripe(options(&url)).unwrap().authorize(&at_stripe()).await.unwrap();
    assert_eq!((answer.outcome, answer.amount.minor), (Outcome::Authorized, 1099));
}

#[tokio::test]
async fn what_was_captured_already_is_captured_once() {
    for (received, known, is_done) in [(1099, "payses_1", true), (1099, "another", false), (500, "payses_1", false)] {
        let mut taken = intent("succeeded");
        (taken["amount_received"], taken["metadata"]) = (json!(received), json!({ "capture_key": known }));
        let (url, task) = standing_in(vec![refused("payment_intent_unexpected_state", taken)]).await;
        let outcome = stripe(options(&url)).unwrap().capture(&at_stripe()).await;
        match outcome {
            Ok(()) => assert!(is_done, "{received} {known}"),
            Err(error) => assert_eq!((error.kind(), is_done), (ErrorKind::NotAllowed, false), "{received} {known}"),
        }
        let asked = task.await.unwrap().remove(0);
        assert!(asked.ends_with("amount_to_capture=1099&metadata%5Bcapture_key%5D=payses_1"), "{asked}");
    }
}

#[tokio::test]
async fn cancelling_is_done_where_nothing_is_left_to_cancel_and_refused_where_money_is() {
    let state = |status| refused("payment_intent_unexpected_state", intent(status));
    let gone = (404, json!({ "error": { "code": "resource_missing", "message": "No such intent" } }).to_string());
    for (answer, is_done) in [
        ((200, intent("canceled").to_string()), true),
        (gone, true),
        (state("canceled"), true),
        (state("succeeded"), false),
        (state("processing"), false),
    ] {
        let (url, task) = standing_in(vec![answer.clone()]).await;
        match stripe(options(&url)).unwrap().cancel(&at_stripe()).await {
            Ok(()) => assert!(is_done, "{answer:?}"),
            Err(error) => assert_eq!((error.kind(), is_done), (ErrorKind::NotAllowed, false), "{answer:?}"),
        }
        assert!(!task.await.unwrap()[0].contains("idempotency-key"), "a refusal would be repeated for a day");
    }
}

#[tokio::test]
async fn what_is_refunded_already_is_not_refunded_again() {
    for answer in
        [(200, r#"{"id":"re_1","status":"succeeded"}"#.to_owned()), refused("charge_already_refunded", Value::Null)]
    {
        let (url, task) = standing_in(vec![answer]).await;
        stripe(options(&url)).unwrap().refund(&at_stripe()).await.unwrap();
        let asked = task.await.unwrap().remove(0);
        assert!(asked.starts_with("POST /v1/refunds ") && asked.contains("idempotency-key: payses_1\r\n"), "{asked}");
        assert!(asked.ends_with("payment_intent=pi_1&amount=1099&metadata%5Brefund_key%5D=payses_1"), "{asked}");
    }
}

#[tokio::test]
async fn a_question_that_is_refused_leaves_the_payment_open() {
    for (answer, kind) in [
        (refused("parameter_invalid", Value::Null), ErrorKind::Unavailable),
        (
            (200, json!({ "id": "pi_2", "status": "canceled", "amount": 1, "currency": "eur" }).to_string()),
            ErrorKind::Unavailable,
        ),
        ((404, r#"{"error":{"code":"resource_missing"}}"#.to_owned()), ErrorKind::NotFound),
    ] {
        let (url, _) = standing_in(vec![answer]).await;
        let error = stripe(options(&url)).unwrap().status(&at_stripe()).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error:?}");
    }
}

#[tokio::test]
async fn a_stripe_that_is_not_there_or_says_too_much_is_no_answer() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let nowhere = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let (talkative, _) = standing_in(vec![(200, " ".repeat(2 << 20))]).await;
    let (elsewhere, _) = standing_in(vec![(302, String::new())]).await;
    for (url, reason) in
        [(nowhere, "cannot be reached"), (talkative, "larger than 1 MiB"), (elsewhere, "Stripe answered 302")]
    {
        let error = stripe(options(&url)).unwrap().status(&at_stripe()).await.unwrap_err();
        assert!(error.is(NO_ANSWER) && error.message().contains(reason), "{error:?}");
        assert!(!format!("{error:?}").contains("hidden"));
    }
}
