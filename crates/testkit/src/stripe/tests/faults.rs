//! What goes wrong on the way to Stripe and back.

use std::time::Duration;

use tradewind_kernel::Rng;

use super::super::fault::FaultPlan;
use super::super::{Fault, Faults};
use super::Caller;

const FORM: [(&str, &str); 2] = [("amount", "4900"), ("currency", "eur")];

async fn ask(caller: &Caller) -> Result<u16, reqwest::Error> {
    caller.try_post("/v1/payment_intents", &FORM, Some("key_1")).await.map(|answer| answer.status)
}

#[tokio::test]
async fn some_faults_leave_nothing_done() {
    let caller = Caller::start().await;
    caller.stripe.fail_next(Fault::DropBefore);
    caller.stripe.fail_next(Fault::ServerError);
    caller.stripe.fail_next(Fault::TooMany);
    assert!(ask(&caller).await.is_err());
    assert_eq!(ask(&caller).await.unwrap(), 500);
    assert_eq!(ask(&caller).await.unwrap(), 429);
    assert_eq!(caller.stripe.intents(), []);
    assert_eq!(ask(&caller).await.unwrap(), 200, "none of them is kept under the key");
    assert_eq!(caller.stripe.calls().len(), 4);
}

#[tokio::test]
async fn a_lost_answer_is_found_again_under_its_key() {
    let caller = Caller::start().await;
    caller.stripe.fail_next(Fault::DropAfter);
    assert!(ask(&caller).await.is_err());
    assert_eq!(caller.stripe.intents().len(), 1);
    let again = caller.try_post("/v1/payment_intents", &FORM, Some("key_1")).await.unwrap();
    assert_eq!((again.is_replayed, again.body["id"].as_str()), (true, Some(caller.stripe.intents()[0].id.as_str())));
    assert_eq!(caller.stripe.intents().len(), 1);
}

#[tokio::test]
async fn what_is_slow_is_done_for_nobody_too() {
    let caller = Caller::start().await;
    caller.stripe.fail_next(Fault::Slow(Duration::from_millis(200)));
    let url = format!("{}/v1/payment_intents", caller.stripe.url());
    let request = caller.http.post(url).bearer_auth(caller.stripe.api_key()).form(&FORM);
    assert!(request.timeout(Duration::from_millis(100)).send().await.unwrap_err().is_timeout());
    let done = async {
        while caller.stripe.intents().is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), done).await.expect("it is done after the caller has hung up");
}

#[tokio::test]
async fn a_fault_waits_for_its_call() {
    let caller = Caller::start().await;
    let id = caller.intent("manual").await;
    caller.stripe.fail_next_at("/capture", Fault::ServerError);
    assert_eq!(caller.confirm(&id, "pm_card_visa").await.status, 200);
    assert_eq!(caller.capture(&id, "4900").await.status, 500);
    assert_eq!(caller.capture(&id, "4900").await.status, 200);
}

#[tokio::test]
async fn while_it_is_down_nobody_is_answered() {
    let caller = Caller::start().await;
    caller.stripe.set_down(true);
    assert!(ask(&caller).await.is_err() && ask(&caller).await.is_err());
    caller.stripe.set_down(false);
    assert_eq!(ask(&caller).await.unwrap(), 200);
}

#[test]
fn chance_repeats_itself_by_its_seed() {
    let drawn = |seed: u64| -> Vec<Option<Fault>> {
        let mut plan = FaultPlan::default();
        plan.leave_to_chance(Some(Faults { seed, one_in: 4 }));
        (0..400).map(|_| plan.next("POST /v1/payment_intents")).collect()
    };
    let first = drawn(1);
    assert_eq!(first, drawn(1));
    assert_ne!(first, drawn(2));
    let count = first.iter().flatten().count();
    assert!((60..140).contains(&count), "one call in four meets a fault, not {count} of 400");
    for fault in [Fault::DropBefore, Fault::DropAfter, Fault::ServerError, Fault::TooMany] {
        assert!(first.contains(&Some(fault)), "{fault:?}");
    }
    assert!(first.iter().any(|fault| matches!(fault, Some(Fault::Slow(_)))));
}

#[tokio::test]
async fn whoever_keeps_asking_pays_once_whatever_happens() {
    let caller = Caller::start().await;
    caller.stripe.set_faults(Some(Faults { seed: Rng::seeded(7).number(), one_in: 2 }));
    let asked = async { while ask(&caller).await.ok() != Some(200) {} };
    tokio::time::timeout(Duration::from_secs(20), asked).await.expect("half of all calls are answered");
    assert_eq!(caller.stripe.intents().len(), 1);
    caller.stripe.set_faults(None);
    assert_eq!(ask(&caller).await.unwrap(), 200);
}
