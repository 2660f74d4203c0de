//! Stripe as the shop meets it, over HTTP on this machine: its own books, faults on the way, webhooks and browsers.

mod bank;
mod card;
mod fault;
mod form;
mod idempotency;
mod payment;
mod refusal;
mod service;
mod webhooks;

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::net::TcpListener;
use tokio::task::AbortHandle;
use tradewind_kernel::{Clock, Rng};

pub use fault::{Fault, Faults};
pub use payment::{Intent, IntentStatus};
pub use refusal::StripeError;
pub use webhooks::{Delivery, WebhookEvent, WebhookMode, sign_webhook};

use bank::Bank;
use fault::FaultPlan;
use idempotency::KeptAnswers;
use service::{Service, serve};
use webhooks::{Webhooks, is_accepted};

/// How a simulator is to be.
#[derive(Clone, Debug)]
pub struct StripeOptions {
    /// The secret key that the shop must send.
    pub api_key: String,
    /// What webhooks are signed with.
    pub webhook_secret: String,
    /// Where webhooks go; until it is set, nobody answers them.
    pub webhook_url: Option<String>,
    /// How webhooks reach the shop.
    pub webhook_mode: WebhookMode,
    /// What goes wrong on the way by chance.
    pub faults: Option<Faults>,
    /// The time that webhooks are signed with.
    pub clock: Clock,
    /// Where ids come from.
    pub rng: Rng,
}

impl Default for StripeOptions {
    fn default() -> Self {
        Self {
            api_key: "sk_test_simulated".to_owned(),
            webhook_secret: "whsec_simulated".to_owned(),
            webhook_url: None,
            webhook_mode: WebhookMode::Held,
            faults: None,
            clock: Clock::System,
            rng: Rng::system(),
        }
    }
}

/// A Stripe that serves until the last of its clones is gone. What it keeps outlives the shops that use it.
#[derive(Clone)]
pub struct StripeSimulator {
    running: Arc<Running>,
}

struct Running {
    service: Arc<Service>,
    url: String,
    webhook_secret: String,
    tasks: [AbortHandle; 2],
}

impl Drop for Running {
    fn drop(&mut self) {
        self.tasks.iter().for_each(AbortHandle::abort);
    }
}

impl StripeSimulator {
    /// A simulator on a free port.
    pub async fn start(options: StripeOptions) -> Self {
        Self::start_on(0, options).await
    }

    /// A simulator on this port.
    pub async fn start_on(port: u16, options: StripeOptions) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let StripeOptions { api_key, webhook_secret, webhook_url, webhook_mode, faults, clock, rng } = options;
        let (webhooks, departed) = Webhooks::new(&webhook_secret, clock.clone(), webhook_url, webhook_mode);
        let webhooks = Arc::new(webhooks);
        let mut plan = FaultPlan::default();
        plan.leave_to_chance(faults);
        let service = Arc::new(Service {
            api_key,
            rng: rng.clone(),
            bank: Mutex::new(Bank::new(clock, rng)),
            webhooks: webhooks.clone(),
            faults: Mutex::new(plan),
            kept: Mutex::new(KeptAnswers::default()),
            calls: Mutex::default(),
        });
        let serving = tokio::spawn(serve(listener, service.clone())).abort_handle();
        let delivering = tokio::spawn(webhooks.run(departed)).abort_handle();
        Self { running: Arc::new(Running { service, url, webhook_secret, tasks: [serving, delivering] }) }
    }

    fn service(&self) -> &Service {
        &self.running.service
    }

    /// Where it is, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.running.url
    }

    /// The secret key of the account.
    #[must_use]
    pub fn api_key(&self) -> &str {
        &self.service().api_key
    }

    /// What webhooks are signed with.
    #[must_use]
    pub fn webhook_secret(&self) -> &str {
        &self.running.webhook_secret
    }

    /// The settings of a shop that uses it.
    #[must_use]
    pub fn settings(&self) -> Vec<String> {
        vec![
            format!("payment.stripe.api_key={}", self.api_key()),
            format!("payment.stripe.webhook_secret={}", self.webhook_secret()),
            format!("payment.stripe.url={}", self.url()),
        ]
    }

    /// Stops serving and delivering; its books can still be read.
    pub fn stop(&self) {
        self.running.tasks.iter().for_each(AbortHandle::abort);
    }
}

/// The books.
impl StripeSimulator {
    /// Every payment, in the order of their making.
    #[must_use]
    pub fn intents(&self) -> Vec<Intent> {
        self.service().bank.lock().books().cloned().collect()
    }

    /// One payment.
    #[must_use]
    pub fn intent(&self, intent_id: &str) -> Option<Intent> {
        self.service().bank.lock().book(intent_id).cloned()
    }

    /// The latest payment of a cart.
    #[must_use]
    pub fn intent_of_cart(&self, cart_id: &str) -> Option<Intent> {
        let bank = self.service().bank.lock();
        bank.books().rev().find(|intent| intent.cart_id.as_deref() == Some(cart_id)).cloned()
    }

    /// What the shop has asked so far, also in vain: `POST /v1/payment_intents`.
    #[must_use]
    pub fn calls(&self) -> Vec<String> {
        self.service().calls.lock().clone()
    }

    /// Forgets what the shop has asked.
    pub fn forget_calls(&self) {
        self.service().calls.lock().clear();
    }
}

/// Shoppers and their banks.
impl StripeSimulator {
    /// The shopper pays in the browser. An `Err` is what Stripe.js shows them.
    pub fn confirm_in_browser(&self, intent_id: &str, payment_method: &str) -> Result<Intent, StripeError> {
        self.service().change(|bank| {
            bank.confirm(intent_id, Some(payment_method), None)?;
            Ok(bank.book(intent_id).cloned().unwrap())
        })
    }

    /// The shopper shows that the card is theirs, or fails to. Answers how the payment stands then.
    pub fn finish_three_d_secure(&self, intent_id: &str, succeeds: bool) -> Result<Intent, StripeError> {
        self.service().change(|bank| bank.finish_three_d_secure(intent_id, succeeds))
    }

    /// The money of a slow payment arrives, or does not. Answers how the payment stands then.
    pub fn decide_processing(&self, intent_id: &str, succeeds: bool) -> Result<Intent, StripeError> {
        self.service().change(|bank| bank.decide_processing(intent_id, succeeds))
    }
}

/// Faults.
impl StripeSimulator {
    /// The next call meets this fault; those named before come first.
    pub fn fail_next(&self, fault: Fault) {
        self.fail_next_at("", fault);
    }

    /// The next call whose method and path contain this text (`/capture`, `GET /`) meets this fault.
    pub fn fail_next_at(&self, part: &str, fault: Fault) {
        self.service().faults.lock().script(part, fault);
    }

    /// Faults by chance from now on, or none any more.
    pub fn set_faults(&self, faults: Option<Faults>) {
        self.service().faults.lock().leave_to_chance(faults);
    }

    /// Whether every call is dropped before anything is done.
    pub fn set_down(&self, is_down: bool) {
        self.service().faults.lock().set_down(is_down);
    }
}

/// Webhooks.
impl StripeSimulator {
    /// Sends webhooks here from now on, also those that are under way.
    pub fn set_webhook_url(&self, url: &str) {
        self.service().webhooks.set_url(url);
    }

    /// Changes how webhooks reach the shop. Those that are held set out when they are no longer to be.
    pub fn set_webhook_mode(&self, mode: WebhookMode) {
        self.service().webhooks.set_mode(mode);
    }

    /// Everything that has happened, in order.
    #[must_use]
    pub fn events(&self) -> Vec<WebhookEvent> {
        self.service().webhooks.happened()
    }

    /// What waits to be delivered by hand.
    #[must_use]
    pub fn held_events(&self) -> Vec<WebhookEvent> {
        self.service().webhooks.held()
    }

    /// Every attempt to tell the shop, in order.
    #[must_use]
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.service().webhooks.deliveries()
    }

    /// Delivers what is held, in order, and answers the shop's statuses (0 for no answer). What is not accepted stays.
    pub async fn deliver_all(&self) -> Vec<u16> {
        let events = self.service().webhooks.take_held();
        self.deliver_each(events, 1).await
    }

    /// Delivers each event that is held twice in a row.
    pub async fn deliver_twice(&self) -> Vec<u16> {
        let events = self.service().webhooks.take_held();
        self.deliver_each(events, 2).await
    }

    /// Delivers what is held, the latest first.
    pub async fn deliver_reversed(&self) -> Vec<u16> {
        let events = self.service().webhooks.take_held().into_iter().rev();
        self.deliver_each(events, 1).await
    }

    /// Loses what is held.
    pub fn discard_held(&self) {
        self.service().webhooks.take_held();
    }

    /// Delivers one event, whatever the mode, and answers the shop's status.
    pub async fn deliver(&self, event: &WebhookEvent) -> u16 {
        self.service().webhooks.deliver(event).await
    }

    /// Waits until the shop has accepted everything, for so long at most. Answers whether it has.
    pub async fn wait_until_delivered(&self, time_max: Duration) -> bool {
        let waiting = async {
            while self.service().webhooks.open_count() > 0 {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(time_max, waiting).await.is_ok()
    }

    async fn deliver_each(&self, events: impl IntoIterator<Item = WebhookEvent>, times: usize) -> Vec<u16> {
        let webhooks = &self.service().webhooks;
        let mut statuses = Vec::new();
        for event in events {
            let before = statuses.len();
            for _ in 0..times {
                statuses.push(webhooks.deliver(&event).await);
            }
            if !statuses[before..].iter().any(|status| is_accepted(*status)) {
                webhooks.hold(event);
            }
        }
        statuses
    }
}
