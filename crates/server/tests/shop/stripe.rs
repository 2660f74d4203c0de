//! Payments with Stripe at the doors: whoever comes first, browser or webhook, however often and whatever breaks in between, what
//! is paid is ordered and what is not ordered is given back.

use std::time::Duration;

use serde_json::{Value, json};
use tradewind_kernel::Clock;
use tradewind_testkit::{
    Answer, Client, Fault, Intent, IntentStatus, NOON, StripeOptions, StripeSimulator, TestShop, WebhookMode,
    sign_webhook,
};

const VISA: &str = "pm_card_visa";
const THREE_D_SECURE: &str = "pm_card_threeDSecure2Required";
const DECLINED: &str = "pm_card_chargeDeclined";
const SLOW: &str = "pm_usBankAccount";

/// A shop with five of a print, and a Stripe whose clock is the shop's.
struct Till {
    shop: TestShop,
    stripe: StripeSimulator,
    client: Client,
    print: String,
}

/// A cart at the till, and its payment intent.
struct Purchase {
    cart: String,
    intent: String,
}

impl Till {
    async fn open() -> Self {
        Self::open_with(&[]).await
    }

    async fn open_with(settings: &[&str]) -> Self {
        let clock = Clock::manual(NOON);
        let stripe = StripeSimulator::start(StripeOptions { clock: clock.clone(), ..StripeOptions::default() }).await;
        let shop = TestShop::open_with_stripe(&stripe, clock, settings).await;
        let print = shop.print("Chart of the Sound", 5).await;
        Self { client: shop.client(), shop, stripe, print }
    }

    /// A cart with so many prints, up to its payment session.
    async fn begin(&self, quantity: i64) -> Purchase {
        self.begin_with(quantity, json!({})).await
    }

    async fn begin_with(&self, quantity: i64, data: Value) -> Purchase {
        let items = json!([{ "variant_id": self.print, "quantity": quantity }]);
        let cart =
            self.client.post("/store/carts", json!({ "region_id": self.shop.europe, "items": items })).await.ok();
        let cart = cart["cart"]["id"].as_str().unwrap().to_owned();
        let session = json!({ "provider_id": "pp_stripe_stripe", "data": data });
        let session = self.client.pay_with(&cart, session).await.unwrap();
        assert!(session["data"]["client_secret"].is_string(), "{session}");
        Purchase { cart, intent: session["data"]["id"].as_str().unwrap().to_owned() }
    }

    async fn complete(&self, purchase: &Purchase) -> Value {
        self.client.complete(&purchase.cart).await.ok()
    }

    /// The type of the error that a completion ends with.
    async fn refusal(&self, purchase: &Purchase) -> String {
        let answer = self.complete(purchase).await;
        assert_eq!(answer["type"], "cart", "{answer}");
        answer["error"]["type"].as_str().unwrap().to_owned()
    }

    fn intent(&self, purchase: &Purchase) -> Intent {
        self.stripe.intent(&purchase.intent).unwrap()
    }

    async fn available(&self) -> i64 {
        self.shop.available(&self.print).await
    }

    /// Posts a notice as it stands, with this signature.
    async fn notice(&self, body: &str, signature: Option<&str>) -> u16 {
        let mut request = reqwest::Client::new()
            .post(format!("{}/hooks/payment/pp_stripe_stripe", self.client.url))
            .header("content-type", "application/json")
            .body(body.to_owned());
        if let Some(signature) = signature {
            request = request.header("stripe-signature", signature);
        }
        request.send().await.unwrap().status().as_u16()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shopper_pays_in_the_browser_and_the_staff_captures_and_refunds() {
    let till = Till::open().await;
    let purchase = till.begin(2).await;
    till.stripe.confirm_in_browser(&purchase.intent, VISA).unwrap();
    let answer = till.complete(&purchase).await;
    assert_eq!(answer["type"], "order", "{answer}");
    assert_eq!(till.intent(&purchase).status, IntentStatus::RequiresCapture);
    assert_eq!(till.available().await, 3);

    let staff = till.shop.staff().await;
    let order = answer["order"]["id"].as_str().unwrap();
    let shown = staff.get(&format!("/admin/orders/{order}")).await.ok();
    let payment = &shown["order"]["payment_collections"][0]["payments"][0];
    assert!(payment["data"].get("client_secret").is_none(), "{payment}");
    let path = format!("/admin/payments/{}", payment["id"].as_str().unwrap());
    // The answer to the capture is lost on its way; asked again, it is one capture.
    till.stripe.fail_next_at("/capture", Fault::DropAfter);
    assert_eq!(staff.post(&format!("{path}/capture"), json!({})).await.status, 503);
    staff.post(&format!("{path}/capture"), json!({})).await.ok();
    assert_eq!(till.intent(&purchase).amount_received, till.intent(&purchase).amount);
    staff.post(&format!("{path}/refund"), json!({ "amount": 10 })).await.ok();
    assert_eq!(till.intent(&purchase).amount_refunded, 1000);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_alone_places_the_order_late_twice_and_out_of_order() {
    let till = Till::open().await;
    let purchase = till.begin(1).await;
    till.stripe.confirm_in_browser(&purchase.intent, THREE_D_SECURE).unwrap();
    till.stripe.finish_three_d_secure(&purchase.intent, true).unwrap();
    till.shop.advance_seconds(3600);
    let events = till.stripe.held_events();
    assert!(events.len() >= 2, "{events:?}");
    assert!(till.stripe.deliver_reversed().await.iter().all(|status| *status == 200));
    assert_eq!((till.shop.order_count().await, till.available().await), (1, 4));
    for event in &events {
        assert_eq!(till.stripe.deliver(event).await, 200);
    }
    assert_eq!(till.complete(&purchase).await["type"], "order");
    till.shop.run_pending_work().await;
    assert_eq!((till.shop.order_count().await, till.shop.mails().len()), (1, 1));
    assert!(till.intent(&purchase).is_held());
}

#[tokio::test(flavor = "multi_thread")]
async fn webhook_and_browser_at_once_give_one_order() {
    let till = Till::open().await;
    till.stripe.set_webhook_mode(WebhookMode::Prompt);
    let mut buying = Vec::new();
    for _ in 0..5 {
        let purchase = till.begin(1).await;
        till.stripe.confirm_in_browser(&purchase.intent, VISA).unwrap();
        let client = till.client.clone();
        buying.push(tokio::spawn(async move { client.complete(&purchase.cart).await }));
    }
    for bought in buying {
        assert_eq!(bought.await.unwrap().ok()["type"], "order");
    }
    assert!(till.stripe.wait_until_delivered(Duration::from_secs(20)).await);
    assert_eq!((till.shop.order_count().await, till.available().await), (5, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_declined_card_leaves_the_cart_buyable_with_another() {
    let till = Till::open().await;
    let purchase = till.begin(5).await;
    assert!(till.stripe.confirm_in_browser(&purchase.intent, DECLINED).is_err());
    for _ in 0..2 {
        assert_eq!(till.refusal(&purchase).await, "payment_authorization_error");
        assert_eq!(till.available().await, 5);
    }
    assert!(till.stripe.deliver_all().await.iter().all(|status| *status == 200));
    till.stripe.confirm_in_browser(&purchase.intent, VISA).unwrap();
    assert_eq!(till.complete(&purchase).await["type"], "order");
    // Confirmed by the shop, for a client that leaves it to the shop.
    let till = Till::open().await;
    let purchase = till.begin_with(1, json!({ "payment_method": DECLINED })).await;
    assert_eq!(till.refusal(&purchase).await, "payment_authorization_error");
    let session = json!({ "provider_id": "pp_stripe_stripe", "data": { "payment_method": VISA } });
    till.client.pay_with(&purchase.cart, session).await.unwrap();
    assert_eq!(till.complete(&purchase).await["type"], "order");
    till.shop.run_pending_work().await;
    assert_eq!(till.intent(&purchase).status, IntentStatus::Canceled, "the first session was given up");
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_shopper_shows_who_they_are_the_print_is_theirs() {
    let till = Till::open().await;
    let purchase = till.begin_with(5, json!({ "payment_method": THREE_D_SECURE })).await;
    assert_eq!(till.refusal(&purchase).await, "payment_requires_more_error");
    assert_eq!(till.available().await, 0);
    let cart = till.client.get(&format!("/store/carts/{}", purchase.cart)).await.ok();
    let session = &cart["cart"]["payment_collection"]["payment_sessions"][0];
    assert_eq!(session["status"], "requires_more");
    assert!(session["data"]["next_action"].is_object(), "{session}");
    till.stripe.finish_three_d_secure(&purchase.intent, true).unwrap();
    assert_eq!(till.complete(&purchase).await["type"], "order");
    assert_eq!((till.shop.order_count().await, till.available().await), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_finish_in_time_loses_the_claim_and_who_changes_the_cart_calls_it_off() {
    let till = Till::open().await;
    let purchase = till.begin(5).await;
    assert_eq!(till.refusal(&purchase).await, "payment_requires_more_error");
    till.shop.advance_seconds(901);
    till.shop.run_pending_work().await;
    assert_eq!((till.available().await, till.intent(&purchase).status), (5, IntentStatus::Canceled));
    assert_eq!(till.client.complete(&purchase.cart).await.status, 400, "a session must be begun again");

    let purchase = till.begin(1).await;
    assert_eq!(till.refusal(&purchase).await, "payment_requires_more_error");
    let line = json!({ "variant_id": till.print, "quantity": 1 });
    let changed = till.client.post(&format!("/store/carts/{}/line-items", purchase.cart), line).await.ok();
    assert_eq!(changed["cart"]["items"][0]["quantity"], 2);
    assert_eq!((till.available().await, till.intent(&purchase).status), (5, IntentStatus::Canceled));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stripe_did_and_nobody_heard_of_is_settled_by_the_sweep() {
    let till = Till::open_with(&["payment.stripe.capture=automatic"]).await;
    let purchase = till.begin_with(1, json!({ "payment_method": VISA })).await;
    till.stripe.fail_next_at("/confirm", Fault::DropAfter);
    assert_eq!(till.refusal(&purchase).await, "unavailable");
    assert_eq!((till.available().await, till.intent(&purchase).status), (4, IntentStatus::Succeeded));
    // The browser is gone, and so is every webhook.
    till.stripe.discard_held();
    till.stripe.set_down(true);
    till.shop.advance_seconds(16);
    till.shop.run_pending_work().await;
    assert_eq!(till.shop.order_count().await, 0);
    till.stripe.set_down(false);
    till.shop.advance_seconds(40);
    till.shop.run_pending_work().await;
    assert_eq!(till.shop.order_count().await, 1);
    let answer = till.complete(&purchase).await;
    let staff = till.shop.staff().await;
    let shown = staff.get(&format!("/admin/orders/{}", answer["order"]["id"].as_str().unwrap())).await.ok();
    assert_eq!(shown["order"]["payment_status"], "captured");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_slow_or_broken_on_the_way_charges_nobody_twice() {
    let till = Till::open_with(&["payment.stripe.answer_seconds_max=1"]).await;
    let faults = [
        Fault::DropBefore,
        Fault::DropAfter,
        Fault::ServerError,
        Fault::TooMany,
        Fault::Slow(Duration::from_millis(1500)),
    ];
    for fault in faults {
        let purchase = till.begin_with(1, json!({ "payment_method": VISA })).await;
        till.stripe.fail_next_at("/confirm", fault);
        assert_eq!(till.refusal(&purchase).await, "unavailable", "{fault:?}");
        // While the slow one is under way, Stripe refuses another with its key.
        let mut answer = till.complete(&purchase).await;
        while answer["error"]["type"] == "unavailable" {
            tokio::task::yield_now().await;
            answer = till.complete(&purchase).await;
        }
        assert_eq!(answer["type"], "order", "{fault:?}: {answer}");
    }
    let held = till.stripe.intents().into_iter().filter(Intent::is_held).count();
    assert_eq!((till.shop.order_count().await, held, till.available().await), (5, 5, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn money_that_is_there_when_the_print_is_gone_goes_back() {
    for capture in ["manual", "automatic"] {
        let till = Till::open_with(&[&format!("payment.stripe.capture={capture}")]).await;
        let late = till.begin(5).await;
        let other = till.client.ready_cart(&till.shop.europe, &till.print, 1).await.unwrap();
        till.client.complete(&other).await.ok();
        till.stripe.confirm_in_browser(&late.intent, VISA).unwrap();
        assert!(till.stripe.deliver_twice().await.iter().all(|status| *status == 200));
        till.shop.run_pending_work().await;
        let intent = till.intent(&late);
        assert!(!intent.is_held(), "{intent:?}");
        assert_eq!((till.shop.order_count().await, till.available().await), (1, 4));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_that_takes_days_is_waited_for() {
    let till = Till::open_with(&["payment.stripe.capture=automatic"]).await;
    let purchase = till.begin(2).await;
    till.stripe.confirm_in_browser(&purchase.intent, SLOW).unwrap();
    assert_eq!(till.refusal(&purchase).await, "conflict");
    till.shop.advance_seconds(24 * 3600);
    till.shop.run_pending_work().await;
    assert_eq!(till.available().await, 3, "what may be paid stays held");
    till.stripe.decide_processing(&purchase.intent, true).unwrap();
    assert!(till.stripe.deliver_all().await.iter().all(|status| *status == 200));
    assert_eq!(till.shop.order_count().await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_that_stripe_did_not_sign_is_refused_and_does_nothing() {
    let till = Till::open().await;
    let purchase = till.begin(1).await;
    till.stripe.confirm_in_browser(&purchase.intent, VISA).unwrap();
    let body = till.stripe.held_events().last().unwrap().body.clone();
    let now = till.shop.shop.clock.now();
    let signed = |secret: &str, at| sign_webhook(secret, at, &body);
    let right = till.stripe.webhook_secret().to_owned();
    let refused = [
        None,
        Some("v1=00".to_owned()),
        Some(signed("whsec_of_somebody", now)),
        Some(signed(&right, now.plus_seconds(-301))),
        Some(signed(&right, now).replace("v1=", "v0=")),
    ];
    for signature in refused {
        assert_eq!(till.notice(&body, signature.as_deref()).await, 400, "{signature:?}");
    }
    let other = body.replace("\"livemode\":false", "\"livemode\":true");
    assert_eq!(till.notice(&format!("{other} "), Some(&signed(&right, now))).await, 400);
    assert_eq!(till.notice(&" ".repeat(300_000), None).await, 413);
    assert_eq!(till.shop.order_count().await, 0);
    let nowhere = till.client.post("/hooks/payment/pp_nobody", json!({})).await;
    assert_eq!(nowhere.status, 404);
    let none = till.client.post("/hooks/payment/pp_system_default", json!({})).await;
    assert_eq!(none.status, 400);
    assert_eq!(till.notice(&body, Some(&signed(&right, now))).await, 200);
    assert_eq!(till.shop.order_count().await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_cancelled_is_cancelled_at_stripe() {
    let till = Till::open().await;
    let purchase = till.begin(1).await;
    till.stripe.confirm_in_browser(&purchase.intent, VISA).unwrap();
    let order = till.complete(&purchase).await["order"]["id"].as_str().unwrap().to_owned();
    let staff = till.shop.staff().await;
    let cancelled: Answer = staff.post(&format!("/admin/orders/{order}/cancel"), json!({})).await;
    cancelled.ok();
    assert_eq!((till.intent(&purchase).status, till.available().await), (IntentStatus::Canceled, 5));
}
