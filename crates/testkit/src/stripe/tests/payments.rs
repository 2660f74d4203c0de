//! Every state of a payment, and what may be done in it.

use serde_json::{Value, json};

use super::super::{Intent, IntentStatus};
use super::Caller;

#[tokio::test]
async fn a_promise_is_captured_in_part_and_refunded_up_to_what_was_taken() {
    let caller = Caller::start().await;
    let id = caller.intent("manual").await;
    assert!(!caller.stripe.intent(&id).unwrap().is_held());
    let confirmed = caller.confirm(&id, "pm_card_visa").await;
    assert_eq!(confirmed.intent_status(), "requires_capture");
    assert_eq!(confirmed.body["amount_capturable"], 4900);
    assert!(caller.stripe.intent(&id).unwrap().is_held());

    assert_eq!(caller.refund(&id, "1").await.status, 400, "nothing has arrived yet");
    assert_eq!(caller.capture(&id, "4901").await.refusal(), (400, "amount_too_large"));
    let captured = caller.capture(&id, "4000").await;
    assert_eq!(captured.intent_status(), "succeeded");
    let amounts = ["amount", "amount_capturable", "amount_received"].map(|name| captured.body[name].as_i64().unwrap());
    assert_eq!(amounts, [4900, 0, 4000]);
    let again = caller.capture(&id, "4000").await;
    assert_eq!(again.refusal(), (400, "payment_intent_unexpected_state"));
    assert_eq!(again.body["error"]["payment_intent"]["status"], "succeeded");

    assert_eq!(caller.refund(&id, "4001").await.refusal(), (400, ""));
    let refund = caller.refund(&id, "1500").await;
    assert_eq!((refund.status, &refund.body["status"]), (200, &json!("succeeded")));
    assert!(caller.stripe.intent(&id).unwrap().is_held());
    assert_eq!(caller.refund(&id, "2501").await.status, 400);
    let rest = caller.post("/v1/refunds", &[("payment_intent", &id)]).await;
    assert_eq!(rest.body["amount"], 2500);
    assert_eq!(caller.refund(&id, "1").await.refusal(), (400, "charge_already_refunded"));
    let book = caller.stripe.intent(&id).unwrap();
    assert_eq!((book.amount_received, book.amount_refunded, book.is_held()), (4000, 4000, false));
}

#[tokio::test]
async fn money_that_is_not_to_be_captured_arrives_at_once() {
    let caller = Caller::start().await;
    let id = caller.intent("automatic").await;
    let confirmed = caller.confirm(&id, "pm_card_visa").await;
    assert_eq!(confirmed.intent_status(), "succeeded");
    assert_eq!(confirmed.body["amount_received"], 4900);
    for refused in [caller.confirm(&id, "pm_card_visa").await, caller.cancel(&id).await] {
        assert_eq!(refused.refusal(), (400, "payment_intent_unexpected_state"));
        assert_eq!(refused.body["error"]["payment_intent"]["id"], json!(id));
    }
}

#[tokio::test]
async fn a_payment_begins_with_its_card_or_without() {
    let caller = Caller::start().await;
    let form = [("amount", "100"), ("currency", "usd"), ("payment_method", "pm_card_visa")];
    let created = caller.post("/v1/payment_intents", &form).await;
    assert_eq!(created.intent_status(), "requires_confirmation");
    let id = created.body["id"].as_str().unwrap();
    assert!(created.body["client_secret"].as_str().unwrap().starts_with(&format!("{id}_secret_")));
    let confirmed = caller.post(&format!("/v1/payment_intents/{id}/confirm"), &[]).await;
    assert_eq!(confirmed.intent_status(), "succeeded");

    let at_once = [("amount", "100"), ("currency", "usd"), ("payment_method", "pm_card_visa"), ("confirm", "true")];
    assert_eq!(caller.post("/v1/payment_intents", &at_once).await.intent_status(), "succeeded");
    let without = caller.intent("manual").await;
    let confirmed = caller.post(&format!("/v1/payment_intents/{without}/confirm"), &[]).await;
    assert_eq!(confirmed.refusal(), (400, "payment_intent_unexpected_state"));
}

#[tokio::test]
async fn a_declined_card_leaves_room_for_another() {
    let caller = Caller::start().await;
    let id = caller.intent("manual").await;
    for (card, decline_code, message) in [
        ("pm_card_chargeDeclined", "generic_decline", "Your card was declined."),
        ("pm_card_chargeDeclinedInsufficientFunds", "insufficient_funds", "Your card has insufficient funds."),
    ] {
        let declined = caller.confirm(&id, card).await;
        assert_eq!(declined.refusal(), (402, "card_declined"));
        let error = &declined.body["error"];
        assert_eq!((&error["type"], &error["decline_code"]), (&json!("card_error"), &json!(decline_code)));
        assert_eq!((&error["message"], &error["payment_intent"]["id"]), (&json!(message), &json!(id)));
        let shown = caller.get(&format!("/v1/payment_intents/{id}")).await;
        assert_eq!(shown.intent_status(), "requires_payment_method");
        assert_eq!(shown.body["last_payment_error"]["decline_code"], json!(decline_code));
        assert_eq!(shown.body["payment_method"], Value::Null);
    }
    let confirmed = caller.confirm(&id, "pm_card_visa").await;
    assert_eq!(confirmed.intent_status(), "requires_capture");
    assert_eq!(confirmed.body["last_payment_error"], Value::Null);
    assert_eq!(caller.confirm(&caller.intent("manual").await, "pm_1").await.refusal(), (400, "resource_missing"));
}

#[tokio::test]
async fn the_shopper_shows_that_the_card_is_theirs() {
    let caller = Caller::start().await;
    let id = caller.intent("manual").await;
    for succeeds in [false, true] {
        let asked = caller.confirm(&id, "pm_card_threeDSecure2Required").await;
        assert_eq!(asked.intent_status(), "requires_action");
        assert_eq!(asked.body["next_action"]["type"], "use_stripe_sdk");
        let expected = if succeeds { IntentStatus::RequiresCapture } else { IntentStatus::RequiresPaymentMethod };
        assert_eq!(caller.stripe.finish_three_d_secure(&id, succeeds).unwrap().status, expected);
        assert_eq!(caller.get(&format!("/v1/payment_intents/{id}")).await.body["next_action"], Value::Null);
    }
    let again = caller.stripe.finish_three_d_secure(&id, true).unwrap_err();
    assert_eq!(again.code, Some("payment_intent_unexpected_state"));
}

#[tokio::test]
async fn a_slow_payment_is_decided_later() {
    let caller = Caller::start().await;
    for (capture_method, succeeds, expected) in [
        ("automatic", true, IntentStatus::Succeeded),
        ("manual", true, IntentStatus::RequiresCapture),
        ("automatic", false, IntentStatus::RequiresPaymentMethod),
    ] {
        let id = caller.intent(capture_method).await;
        assert_eq!(caller.confirm(&id, "pm_usBankAccount").await.intent_status(), "processing");
        assert_eq!(caller.cancel(&id).await.refusal(), (400, "payment_intent_unexpected_state"));
        assert!(!caller.stripe.intent(&id).unwrap().is_held());
        let decided = caller.stripe.decide_processing(&id, succeeds).unwrap();
        assert_eq!((decided.status, decided.is_held()), (expected, succeeds));
    }
}

#[tokio::test]
async fn what_is_not_paid_can_be_cancelled_once() {
    let caller = Caller::start().await;
    let with_card = [("amount", "100"), ("currency", "eur"), ("payment_method", "pm_card_visa")];
    let waiting = caller.post("/v1/payment_intents", &with_card).await.body["id"].as_str().unwrap().to_owned();
    let (untouched, asked, promised) =
        (caller.intent("manual").await, caller.intent("manual").await, caller.intent("manual").await);
    caller.confirm(&asked, "pm_card_threeDSecure2Required").await;
    caller.confirm(&promised, "pm_card_visa").await;
    for id in [&untouched, &waiting, &asked, &promised] {
        assert_eq!(caller.cancel(id).await.intent_status(), "canceled");
        assert_eq!(caller.cancel(id).await.refusal(), (400, "payment_intent_unexpected_state"));
        assert_eq!(caller.confirm(id, "pm_card_visa").await.status, 400);
        assert_eq!(caller.capture(id, "1").await.status, 400);
        assert!(!caller.stripe.intent(id).unwrap().is_held());
    }
}

#[tokio::test]
async fn what_stripe_does_not_know_is_refused() {
    let caller = Caller::start().await;
    for answer in
        [caller.get("/v1/payment_intents/pi_1").await, caller.cancel("pi_1").await, caller.refund("pi_1", "1").await]
    {
        assert_eq!(answer.refusal(), (404, "resource_missing"));
    }
    assert_eq!(caller.get("/v1/customers").await.refusal(), (404, ""));
    for (form, code, param) in [
        (vec![("currency", "eur")], "parameter_missing", "amount"),
        (vec![("amount", "1.5"), ("currency", "eur")], "parameter_invalid_integer", "amount"),
        (vec![("amount", "0"), ("currency", "eur")], "parameter_invalid_integer", "amount"),
        (vec![("amount", "1")], "parameter_missing", "currency"),
        (vec![("amount", "1"), ("currency", "euro")], "", "currency"),
        (vec![("amount", "1"), ("currency", "eur"), ("cart", "1")], "parameter_unknown", ""),
        (vec![("amount", "1"), ("currency", "eur"), ("payment_method", "pm_1")], "resource_missing", "payment_method"),
    ] {
        let answer = caller.post("/v1/payment_intents", &form).await;
        assert_eq!(answer.refusal(), (400, code), "{form:?}");
        assert_eq!(answer.body["error"]["param"].as_str().unwrap_or_default(), param, "{form:?}");
    }
    assert_eq!(caller.stripe.intents(), []);
}

#[tokio::test]
async fn whoever_may_redirect_says_where_the_shopper_comes_back_to() {
    let caller = Caller::start().await;
    let form = [
        ("amount", "100"),
        ("currency", "eur"),
        ("automatic_payment_methods[enabled]", "true"),
        ("payment_method", "pm_card_visa"),
    ];
    let id = caller.post("/v1/payment_intents", &form).await.body["id"].as_str().unwrap().to_owned();
    let path = format!("/v1/payment_intents/{id}/confirm");
    assert_eq!(caller.post(&path, &[]).await.status, 400);
    let confirmed = caller.post(&path, &[("return_url", "https://shop.example/")]).await;
    assert_eq!(confirmed.intent_status(), "succeeded");
}

#[tokio::test]
async fn only_the_account_is_served() {
    let caller = Caller::start().await;
    let url = format!("{}/v1/payment_intents/pi_1", caller.stripe.url());
    let wrong = caller.send(caller.http.get(&url).bearer_auth("sk_test_other")).await.unwrap();
    assert_eq!((wrong.status, &wrong.body["error"]["type"]), (401, &json!("invalid_request_error")));
    assert_eq!(caller.send(caller.http.get(&url)).await.unwrap().status, 401);
    let basic = caller.http.get(&url).basic_auth(caller.stripe.api_key(), Some(""));
    assert_eq!(caller.send(basic).await.unwrap().status, 404);
    let json = caller.http.post(format!("{}/v1/payment_intents", caller.stripe.url()));
    let json = json.bearer_auth(caller.stripe.api_key()).json(&json!({ "amount": 1, "currency": "eur" }));
    assert_eq!(caller.send(json).await.unwrap().status, 400, "Stripe reads forms");
}

#[tokio::test]
async fn browsers_confirm_with_the_secret_of_the_payment() {
    let caller = Caller::start().await;
    let id = caller.intent("manual").await;
    let secret = caller.stripe.intent(&id).unwrap().client_secret;
    let url = format!("{}/browser/payment_intents/{id}", caller.stripe.url());
    let confirm =
        |form: [(&'static str, String); 2]| caller.send(caller.http.post(format!("{url}/confirm")).form(&form));
    let card = "pm_card_threeDSecure2Required".to_owned();
    let wrong = confirm([("client_secret", "x".to_owned()), ("payment_method", card.clone())]).await.unwrap();
    assert_eq!(wrong.status, 400);
    let asked = confirm([("client_secret", secret.clone()), ("payment_method", card)]).await.unwrap();
    assert_eq!(asked.intent_status(), "requires_action");
    let finish = caller.http.post(format!("{url}/three_d_secure"));
    let finished = caller.send(finish.json(&json!({ "client_secret": secret, "succeeds": true }))).await.unwrap();
    assert_eq!(finished.intent_status(), "requires_capture");

    let second = caller.intent("automatic").await;
    assert_eq!(caller.stripe.confirm_in_browser(&second, "pm_card_chargeDeclined").unwrap_err().status, 402);
    let paid = caller.stripe.confirm_in_browser(&second, "pm_usBankAccount").unwrap();
    assert_eq!(paid.status, IntentStatus::Processing);
    let decide = caller.http.post(format!("{}/bank/payment_intents/{second}/decide", caller.stripe.url()));
    assert_eq!(caller.send(decide.form(&[("succeeds", "true")])).await.unwrap().intent_status(), "succeeded");
}

#[tokio::test]
async fn the_books_can_be_read_by_whoever_asks() {
    let caller = Caller::start().await;
    let (first, second) = (caller.intent("manual").await, caller.intent("manual").await);
    caller.confirm(&first, "pm_card_visa").await;
    let form = [("amount_to_capture", "4900"), ("metadata[capture_key]", "paymov 1 & 2"), ("metadata[session_id]", "")];
    let captured = caller.post(&format!("/v1/payment_intents/{first}/capture"), &form).await;
    assert_eq!(captured.body["metadata"], json!({ "cart_id": "cart_1", "capture_key": "paymov 1 & 2" }));
    let books = caller.http.get(format!("{}/books", caller.stripe.url())).send().await.unwrap();
    let books: Vec<Intent> = books.json().await.unwrap();
    assert_eq!(books, caller.stripe.intents());
    assert_eq!((books[0].session_id.as_deref(), books[1].session_id.as_deref()), (None, Some("payses_1")));
    assert_eq!(caller.stripe.intent_of_cart("cart_1").unwrap().id, second);
    assert_eq!(caller.stripe.intent_of_cart("cart_2"), None);
    let calls = caller.stripe.calls();
    assert_eq!(calls.len(), 4);
    assert_eq!(
        (calls[0].as_str(), &calls[2]),
        ("POST /v1/payment_intents", &format!("POST /v1/payment_intents/{first}/confirm"))
    );
    let expected = format!("payment.stripe.url={}", caller.stripe.url());
    assert_eq!(
        caller.stripe.settings(),
        ["payment.stripe.api_key=sk_test_simulated", "payment.stripe.webhook_secret=whsec_simulated", &expected]
    );
}
