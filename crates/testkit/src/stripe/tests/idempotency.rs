//! What is asked again under the same key.

use std::time::Duration;

use super::super::Fault;
use super::Caller;

const FORM: [(&str, &str); 2] = [("amount", "4900"), ("currency", "eur")];

#[tokio::test]
async fn the_first_answer_is_repeated() {
    let caller = Caller::start().await;
    let first = caller.try_post("/v1/payment_intents", &FORM, Some("key_1")).await.unwrap();
    let again = caller.try_post("/v1/payment_intents", &[FORM[1], FORM[0]], Some("key_1")).await.unwrap();
    assert_eq!((first.is_replayed, again.is_replayed), (false, true));
    assert_eq!((first.status, first.body), (again.status, again.body));
    caller.try_post("/v1/payment_intents", &FORM, Some("key_2")).await.unwrap();
    caller.try_post("/v1/payment_intents", &FORM, None).await.unwrap();
    assert_eq!(caller.stripe.intents().len(), 3);
}

#[tokio::test]
async fn a_refusal_is_repeated_too() {
    let caller = Caller::start().await;
    let path = format!("/v1/payment_intents/{}/confirm", caller.intent("manual").await);
    let declined = [("payment_method", "pm_card_chargeDeclined")];
    for is_replayed in [false, true] {
        let answer = caller.try_post(&path, &declined, Some("key_1")).await.unwrap();
        assert_eq!((answer.refusal(), answer.is_replayed), ((402, "card_declined"), is_replayed));
    }
    assert_eq!(caller.stripe.events().len(), 1, "the card was asked once");
}

#[tokio::test]
async fn another_request_under_the_same_key_is_refused() {
    let caller = Caller::start().await;
    caller.try_post("/v1/payment_intents", &FORM, Some("key_1")).await.unwrap();
    let other_form = [("amount", "4901"), ("currency", "eur")];
    for answer in [
        caller.try_post("/v1/payment_intents", &other_form, Some("key_1")).await.unwrap(),
        caller.try_post("/v1/refunds", &FORM, Some("key_1")).await.unwrap(),
    ] {
        assert_eq!(answer.status, 400);
        assert_eq!(answer.body["error"]["type"], "idempotency_error");
    }
    assert_eq!(caller.stripe.intents().len(), 1);
}

#[tokio::test]
async fn a_request_that_is_worked_on_is_not_begun_again() {
    let caller = Caller::start().await;
    caller.stripe.fail_next(Fault::Slow(Duration::from_millis(300)));
    let slow = caller.try_post("/v1/payment_intents", &FORM, Some("key_1"));
    let impatient = async {
        while caller.stripe.calls().is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        // The call is noted a moment before its key is claimed.
        tokio::time::sleep(Duration::from_millis(50)).await;
        caller.try_post("/v1/payment_intents", &FORM, Some("key_1")).await.unwrap()
    };
    let (slow, impatient) = tokio::join!(slow, impatient);
    assert_eq!(impatient.refusal(), (409, "idempotency_key_in_use"));
    let again = caller.try_post("/v1/payment_intents", &FORM, Some("key_1")).await.unwrap();
    assert_eq!(again.body, slow.unwrap().body);
    assert_eq!(caller.stripe.intents().len(), 1);
}
