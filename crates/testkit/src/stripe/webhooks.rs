//! Telling the shop what has happened: events, their signatures, and how they reach it.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use hmac::{Hmac, Mac as _};
use parking_lot::Mutex;
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;
use tradewind_kernel::{Clock, Rng, Timestamp};

const ANSWER_MAX: Duration = Duration::from_secs(10);
const BACK_OFF_MIN: Duration = Duration::from_millis(50);
const BACK_OFF_MAX: Duration = Duration::from_secs(1);
/// How many events are on their way at once.
const DELIVERIES_MAX: usize = 16;
/// The status noted for a delivery that nobody answered.
const NO_ANSWER: u16 = 0;

/// The header in which Stripe signs this body at this time.
#[must_use]
pub fn sign_webhook(secret: &str, at: Timestamp, body: &str) -> String {
    let seconds = at.unix_seconds();
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("{seconds}.{body}").as_bytes());
    format!("t={seconds},v1={}", hex::encode(mac.finalize().into_bytes()))
}

/// What has happened to a payment, as Stripe writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookEvent {
    /// Its id, `evt_...`; the same each time that it is delivered.
    pub id: String,
    /// Its type: `payment_intent.succeeded`.
    pub kind: String,
    /// The body, byte by byte as it is signed.
    pub body: String,
}

impl WebhookEvent {
    pub(super) fn new(id: String, kind: &str, at: Timestamp, object: Value) -> Self {
        let body = json!({
            "id": id,
            "object": "event",
            "api_version": "2024-06-20",
            "created": at.unix_seconds(),
            "data": { "object": object },
            "livemode": false,
            "pending_webhooks": 1,
            "request": { "id": null, "idempotency_key": null },
            "type": kind,
        });
        Self { id, kind: kind.to_owned(), body: body.to_string() }
    }

    /// The body as a value.
    #[must_use]
    pub fn value(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// One attempt to tell the shop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The event's id.
    pub event_id: String,
    /// The event's type.
    pub kind: String,
    /// What the shop answered; 0 where it did not.
    pub status: u16,
}

/// How events reach the shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WebhookMode {
    /// They are kept until the test delivers them.
    Held,
    /// At once, and again until the shop has answered 2xx.
    Prompt,
    /// Late, out of order, some twice, and again until the shop has answered 2xx. The same seed plans the same for the same
    /// events in the same order.
    Chaotic {
        /// Where chance begins.
        seed: u64,
    },
}

/// After how much time an event sets out: once, or twice.
pub(super) fn planned(mode: WebhookMode, chance: &Rng) -> Vec<Duration> {
    let WebhookMode::Chaotic { .. } = mode else { return vec![Duration::ZERO] };
    // Every event takes as many numbers. One in eight is very late, one in four comes twice.
    let [is_very_late, first, is_twice, second] = [8, 200, 4, 400].map(|limit| chance.below(limit));
    let first = if is_very_late == 0 { 400 + 4 * first } else { first };
    let mut delays = vec![Duration::from_millis(first)];
    if is_twice == 0 {
        delays.push(Duration::from_millis(second));
    }
    delays
}

/// Where events go, and what became of them.
pub(super) struct Webhooks {
    secret: String,
    clock: Clock,
    http: reqwest::Client,
    state: Mutex<State>,
}

struct State {
    url: Option<String>,
    mode: WebhookMode,
    chance: Rng,
    happened: Vec<WebhookEvent>,
    held: VecDeque<WebhookEvent>,
    departures: UnboundedSender<Departure>,
    /// How many departures have not been accepted.
    open: usize,
    deliveries: Vec<Delivery>,
}

/// An event that sets out after some time.
pub(super) struct Departure {
    event: WebhookEvent,
    delay: Duration,
}

impl Webhooks {
    pub(super) fn new(
        secret: &str,
        clock: Clock,
        url: Option<String>,
        mode: WebhookMode,
    ) -> (Self, UnboundedReceiver<Departure>) {
        tradewind_server::tls::choose_provider();
        // A connection that is kept may be one to a shop that has ended meanwhile.
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .pool_max_idle_per_host(0)
            .timeout(ANSWER_MAX)
            .build()
            .unwrap();
        let (departures, departed) = unbounded_channel();
        let state = State {
            url,
            mode,
            chance: chance_of(mode),
            happened: Vec::new(),
            held: VecDeque::new(),
            departures,
            open: 0,
            deliveries: Vec::new(),
        };
        (Self { secret: secret.to_owned(), clock, http, state: Mutex::new(state) }, departed)
    }

    pub(super) fn set_url(&self, url: &str) {
        self.state.lock().url = Some(url.to_owned());
    }

    /// Changes how events reach the shop; those that are held set out.
    pub(super) fn set_mode(&self, mode: WebhookMode) {
        let mut state = self.state.lock();
        (state.mode, state.chance) = (mode, chance_of(mode));
        if mode != WebhookMode::Held {
            let held = std::mem::take(&mut state.held);
            held.into_iter().for_each(|event| state.depart(event));
        }
    }

    /// Takes on what has happened.
    pub(super) fn dispatch(&self, events: Vec<WebhookEvent>) {
        let mut state = self.state.lock();
        for event in events {
            state.happened.push(event.clone());
            match state.mode {
                WebhookMode::Held => state.held.push_back(event),
                _ => state.depart(event),
            }
        }
    }

    pub(super) fn happened(&self) -> Vec<WebhookEvent> {
        self.state.lock().happened.clone()
    }

    pub(super) fn take_held(&self) -> VecDeque<WebhookEvent> {
        std::mem::take(&mut self.state.lock().held)
    }

    pub(super) fn held(&self) -> Vec<WebhookEvent> {
        self.state.lock().held.iter().cloned().collect()
    }

    /// Keeps one for another delivery by hand.
    pub(super) fn hold(&self, event: WebhookEvent) {
        self.state.lock().held.push_back(event);
    }

    pub(super) fn deliveries(&self) -> Vec<Delivery> {
        self.state.lock().deliveries.clone()
    }

    /// How many the shop has still to accept.
    pub(super) fn open_count(&self) -> usize {
        let state = self.state.lock();
        state.open + state.held.len()
    }

    /// Signs an event, tells the shop, and answers its status.
    pub(super) async fn deliver(&self, event: &WebhookEvent) -> u16 {
        let url = self.state.lock().url.clone();
        let status = match url {
            Some(url) => {
                let request = self
                    .http
                    .post(url)
                    .header("content-type", "application/json; charset=utf-8")
                    .header("user-agent", "Stripe/1.0 (+https://stripe.com/docs/webhooks)")
                    .header("stripe-signature", sign_webhook(&self.secret, self.clock.now(), &event.body))
                    .body(event.body.clone());
                request.send().await.map_or(NO_ANSWER, |response| response.status().as_u16())
            }
            None => NO_ANSWER,
        };
        let (event_id, kind) = (event.id.clone(), event.kind.clone());
        self.state.lock().deliveries.push(Delivery { event_id, kind, status });
        status
    }

    /// Delivers whatever sets out, for as long as it is let.
    pub(super) async fn run(self: Arc<Self>, mut departed: UnboundedReceiver<Departure>) {
        let (permits, mut under_way) = (Arc::new(Semaphore::new(DELIVERIES_MAX)), JoinSet::new());
        while let Some(Departure { event, delay }) = departed.recv().await {
            let (webhooks, permits) = (self.clone(), permits.clone());
            under_way.spawn(async move {
                tokio::time::sleep(delay).await;
                webhooks.deliver_until_accepted(&event, &permits).await;
            });
            while under_way.try_join_next().is_some() {}
        }
    }

    async fn deliver_until_accepted(&self, event: &WebhookEvent, permits: &Semaphore) {
        let mut back_off = BACK_OFF_MIN;
        loop {
            let permit = permits.acquire().await;
            let status = self.deliver(event).await;
            drop(permit);
            if is_accepted(status) {
                self.state.lock().open -= 1;
                return;
            }
            tokio::time::sleep(back_off).await;
            back_off = (back_off * 2).min(BACK_OFF_MAX);
        }
    }
}

impl State {
    fn depart(&mut self, event: WebhookEvent) {
        for delay in planned(self.mode, &self.chance) {
            self.open += 1;
            // Nobody takes it any more once the simulator has stopped.
            let _ = self.departures.send(Departure { event: event.clone(), delay });
        }
    }
}

/// Whether the shop has taken it on.
pub(super) fn is_accepted(status: u16) -> bool {
    (200..300).contains(&status)
}

fn chance_of(mode: WebhookMode) -> Rng {
    match mode {
        WebhookMode::Chaotic { seed } => Rng::seeded(seed),
        WebhookMode::Held | WebhookMode::Prompt => Rng::seeded(0),
    }
}
