//! What the shop is told, how it is signed, and in which order it arrives.

use std::time::Duration;

use serde_json::json;
use tradewind_kernel::{Clock, Rng, Timestamp};

use super::super::webhooks::planned;
use super::super::{StripeOptions, WebhookMode, sign_webhook};
use super::Caller;
use super::receiver::Receiver;

const NOON: Timestamp = Timestamp(1_795_435_200_000);
const LONG: Duration = Duration::from_secs(20);

async fn calling(receiver: &Receiver, webhook_mode: WebhookMode) -> Caller {
    let webhook_url = Some(receiver.url.clone());
    Caller::start_with(StripeOptions { webhook_url, webhook_mode, ..StripeOptions::default() }).await
}

/// Three events: a decline, a promise, its cancellation.
async fn three_events(caller: &Caller) {
    let id = caller.intent("manual").await;
    caller.confirm(&id, "pm_card_chargeDeclined").await;
    caller.confirm(&id, "pm_card_visa").await;
    caller.cancel(&id).await;
}

const THREE: [&str; 3] =
    ["payment_intent.payment_failed", "payment_intent.amount_capturable_updated", "payment_intent.canceled"];

#[tokio::test]
async fn every_turn_of_a_payment_is_an_event() {
    let caller = Caller::start().await;
    three_events(&caller).await;
    let paid = caller.intent("manual").await;
    caller.confirm(&paid, "pm_card_threeDSecure2Required").await;
    caller.stripe.finish_three_d_secure(&paid, true).unwrap();
    caller.capture(&paid, "4900").await;
    caller.refund(&paid, "900").await;
    let slow = caller.intent("automatic").await;
    caller.confirm(&slow, "pm_usBankAccount").await;
    caller.stripe.decide_processing(&slow, true).unwrap();
    let events = caller.stripe.events();
    let kinds: Vec<&str> = events.iter().map(|event| event.kind.as_str()).collect();
    let others = [
        "payment_intent.requires_action",
        "payment_intent.amount_capturable_updated",
        "payment_intent.succeeded",
        "charge.refunded",
        "payment_intent.processing",
        "payment_intent.succeeded",
    ];
    assert_eq!(kinds, [THREE.as_slice(), others.as_slice()].concat());
    let captured = events[5].value();
    assert_eq!((&captured["object"], &captured["id"]), (&json!("event"), &json!(events[5].id)));
    let intent = &captured["data"]["object"];
    assert_eq!((&intent["id"], &intent["metadata"]["cart_id"]), (&json!(paid), &json!("cart_1")));
    assert_eq!((&intent["status"], &intent["amount_received"]), (&json!("succeeded"), &json!(4900)));
    let charge = &events[6].value()["data"]["object"];
    assert_eq!((&charge["payment_intent"], &charge["amount_refunded"]), (&json!(paid), &json!(900)));
}

#[tokio::test]
async fn a_webhook_is_signed_at_the_time_of_the_clock() {
    let (receiver, clock) = (Receiver::start(&[500]).await, Clock::manual(NOON));
    let webhook_url = Some(receiver.url.clone());
    let caller =
        Caller::start_with(StripeOptions { webhook_url, clock: clock.clone(), ..StripeOptions::default() }).await;
    let id = caller.intent("automatic").await;
    caller.stripe.confirm_in_browser(&id, "pm_card_visa").unwrap();
    assert_eq!(caller.stripe.deliver_all().await, [500]);
    clock.advance_seconds(60);
    assert_eq!(caller.stripe.deliver_all().await, [200]);
    assert!(caller.stripe.deliver_all().await.is_empty());
    let received = receiver.received();
    assert_eq!(received[0].body, received[1].body);
    for (received, at) in received.iter().zip([NOON, NOON.plus_seconds(60)]) {
        assert_eq!(received.signature, sign_webhook("whsec_simulated", at, &received.body));
    }
    assert!(received[1].signature.starts_with("t=1795435260,v1="));
}

#[test]
fn a_signature_is_that_of_the_documented_scheme() {
    // Computed with `printf '1000.{}' | openssl dgst -sha256 -hmac whsec_1`.
    let expected = "t=1000,v1=7063b1aa8319ec503494445ab21c2a9fed9226a5408f1d935334cfbf9ce0a1ac";
    assert_eq!(sign_webhook("whsec_1", Timestamp(1_000_999), "{}"), expected);
}

#[tokio::test]
async fn what_is_held_is_delivered_by_hand() {
    let receiver = Receiver::start(&[]).await;
    let caller = calling(&receiver, WebhookMode::Held).await;
    three_events(&caller).await;
    assert_eq!(caller.stripe.held_events().len(), 3);
    assert_eq!(caller.stripe.deliver_all().await, [200; 3]);
    assert_eq!(receiver.kinds(), THREE);

    three_events(&caller).await;
    assert_eq!(caller.stripe.deliver_reversed().await, [200; 3]);
    let reversed: Vec<&str> = THREE.into_iter().rev().collect();
    assert_eq!(receiver.kinds()[3..], reversed);

    three_events(&caller).await;
    assert_eq!(caller.stripe.deliver_twice().await, [200; 6]);
    let ids: Vec<String> = receiver.received()[6..].iter().map(|received| received.field("id")).collect();
    assert!(ids[0] == ids[1] && ids[2] == ids[3] && ids[4] == ids[5] && ids[1] != ids[2]);

    three_events(&caller).await;
    caller.stripe.discard_held();
    assert!(caller.stripe.deliver_all().await.is_empty());
    assert_eq!(caller.stripe.deliveries().len(), 12);
}

#[tokio::test]
async fn what_nobody_takes_stays_held() {
    let caller = Caller::start().await;
    three_events(&caller).await;
    assert_eq!(caller.stripe.deliver_all().await, [0; 3], "nobody is there");
    let receiver = Receiver::start(&[404, 200]).await;
    caller.stripe.set_webhook_url(&receiver.url);
    assert_eq!(caller.stripe.deliver_all().await, [404, 200, 200]);
    assert_eq!(caller.stripe.held_events()[0].kind, THREE[0]);
    caller.stripe.set_webhook_mode(WebhookMode::Prompt);
    receiver.wait_for(4).await;
    assert!(caller.stripe.wait_until_delivered(LONG).await);
    assert_eq!(receiver.kinds()[3], THREE[0]);
}

#[tokio::test]
async fn a_prompt_webhook_is_repeated_until_it_is_accepted() {
    let receiver = Receiver::start(&[500, 302, 429]).await;
    let caller = calling(&receiver, WebhookMode::Prompt).await;
    let id = caller.intent("automatic").await;
    caller.confirm(&id, "pm_card_visa").await;
    receiver.wait_for(4).await;
    assert!(caller.stripe.wait_until_delivered(LONG).await);
    let statuses: Vec<u16> = caller.stripe.deliveries().iter().map(|delivery| delivery.status).collect();
    assert_eq!(statuses, [500, 302, 429, 200]);
}

#[tokio::test]
async fn a_prompt_webhook_waits_for_the_shop_to_be_there() {
    let caller =
        Caller::start_with(StripeOptions { webhook_mode: WebhookMode::Prompt, ..StripeOptions::default() }).await;
    three_events(&caller).await;
    assert!(!caller.stripe.wait_until_delivered(Duration::from_millis(100)).await);
    let receiver = Receiver::start(&[]).await;
    caller.stripe.set_webhook_url(&receiver.url);
    assert!(caller.stripe.wait_until_delivered(LONG).await);
    let mut kinds = receiver.kinds();
    kinds.sort_unstable();
    let mut expected = THREE;
    expected.sort_unstable();
    assert_eq!(kinds, expected);
}

#[tokio::test]
async fn chaos_delivers_everything_in_the_end() {
    let receiver = Receiver::start(&[500, 200, 503]).await;
    let caller = calling(&receiver, WebhookMode::Chaotic { seed: 3 }).await;
    for _ in 0..8 {
        three_events(&caller).await;
    }
    assert!(caller.stripe.wait_until_delivered(LONG).await);
    let events = caller.stripe.events();
    let received: Vec<String> = receiver.received().iter().map(|received| received.field("id")).collect();
    assert!(events.iter().all(|event| received.contains(&event.id)));
    assert!(received.len() > events.len() + 2, "some come twice, beside those that were refused");
    let firsts: Vec<&String> = events.iter().map(|event| &event.id).collect();
    let mut seen: Vec<&String> = Vec::new();
    for id in &received {
        if !seen.contains(&id) {
            seen.push(id);
        }
    }
    assert_ne!(seen, firsts, "they come out of order");
}

#[test]
fn chaos_plans_the_same_from_the_same_seed() {
    let plans = |seed: u64| -> Vec<Vec<Duration>> {
        let rng = Rng::seeded(seed);
        (0..200).map(|_| planned(WebhookMode::Chaotic { seed }, &rng)).collect()
    };
    assert_eq!(plans(1), plans(1));
    assert_ne!(plans(1), plans(2));
    let twice = plans(1).iter().filter(|delays| delays.len() == 2).count();
    assert!((25..80).contains(&twice), "one in four comes twice, not {twice} of 200");
    assert_eq!(planned(WebhookMode::Prompt, &Rng::seeded(1)), [Duration::ZERO]);
}
