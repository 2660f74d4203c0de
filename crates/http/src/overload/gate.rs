//! The gate: who is worked on, who waits for a place, and who is sent away.

use std::sync::Arc;
use std::time::Duration;

use metrics::{Counter, Gauge};
use parking_lot::Mutex;
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::class::Class;
use super::limiter::{Limiter, LimiterOptions};
use super::queue::Queue;

/// How often it is said at most that requests are being refused.
const SAID_EVERY: Duration = Duration::from_secs(5);

/// What operators decide about the gate.
#[derive(Clone, Debug)]
pub struct GateOptions {
    /// How many requests are worked on at the same time.
    pub limiter: LimiterOptions,
    /// How many requests that belong to a cart may wait for a place; of other classes, fewer.
    pub waiting_max: usize,
    /// How long one waits at most.
    pub waiting_time_max: Duration,
}

/// Lets requests in, the urgent first and shoppers by turns.
pub struct Gate {
    state: Mutex<State>,
    waiting_time_max: Duration,
    opened: Instant,
    meters: [Meters; Class::ALL.len()],
    limit: Gauge,
}

struct State {
    at_work: usize,
    limiter: Limiter,
    queues: [Queue<oneshot::Sender<Place>>; Class::ALL.len()],
    tickets: u64,
    refused: u64,
    said: Option<Instant>,
}

struct Meters {
    admitted: Counter,
    shed: Counter,
    waiting: Gauge,
}

/// A place among those that are worked on; given back when it is dropped.
pub struct Place {
    gate: Arc<Gate>,
    class: Class,
    granted: Instant,
    scheduling: Duration,
}

impl Gate {
    /// A gate that is open.
    #[must_use]
    pub fn new(options: GateOptions) -> Self {
        Self {
            state: Mutex::new(State {
                at_work: 0,
                limiter: Limiter::new(options.limiter),
                queues: Class::ALL
                    .map(|class| Queue::new((options.waiting_max * class.waiting_percent()).div_ceil(100))),
                tickets: 0,
                refused: 0,
                said: None,
            }),
            waiting_time_max: options.waiting_time_max,
            opened: Instant::now(),
            meters: Class::ALL.map(|class| Meters {
                admitted: metrics::counter!("tradewind_requests_admitted_total", "class" => class.as_str()),
                shed: metrics::counter!("tradewind_requests_shed_total", "class" => class.as_str()),
                waiting: metrics::gauge!("tradewind_requests_waiting", "class" => class.as_str()),
            }),
            limit: metrics::gauge!("tradewind_requests_limit"),
        }
    }

    /// A place for a request, at once or after a short wait; `None` is to be sent away.
    pub async fn enter(self: &Arc<Self>, class: Class, shopper: u64) -> Option<Place> {
        let entered = self.try_enter(class, shopper);
        let (mut place, waited) = match entered {
            Entered::Place(place) => (place, false),
            Entered::Waits { answer, _waiting } => match tokio::time::timeout(self.waiting_time_max, answer).await {
                Ok(Ok(place)) => (place, true),
                _ => return self.sent_away(class),
            },
            Entered::Full => return self.sent_away(class),
        };
        if !waited {
            // Most answers are made in one go. Without this each would be done before the next request is seen, and the
            // requests that wait for the processor would be counted nowhere.
            tokio::task::yield_now().await;
        }
        place.scheduling = place.granted.elapsed();
        self.meters[class as usize].admitted.increment(1);
        Some(place)
    }

    fn try_enter(self: &Arc<Self>, class: Class, shopper: u64) -> Entered {
        let mut state = self.state.lock();
        let own = class as usize;
        if state.queues[own].len() == 0 && state.at_work < state.ceiling(class) {
            state.at_work += 1;
            drop(state);
            return Entered::Place(self.place(class));
        }
        state.limiter.note_full();
        state.tickets += 1;
        let ticket = state.tickets;
        let (sender, answer) = oneshot::channel();
        let (has_room, sent_away) = state.queues[own].push(shopper, ticket, sender);
        self.show_waiting(class, &state);
        drop(state);
        // Dropping its sender tells it.
        drop(sent_away);
        if has_room {
            Entered::Waits { answer, _waiting: Waiting { gate: Arc::clone(self), class, shopper, ticket } }
        } else {
            Entered::Full
        }
    }

    fn place(self: &Arc<Self>, class: Class) -> Place {
        Place { gate: Arc::clone(self), class, granted: Instant::now(), scheduling: Duration::ZERO }
    }

    fn sent_away(&self, class: Class) -> Option<Place> {
        self.meters[class as usize].shed.increment(1);
        let now = Instant::now();
        let mut state = self.state.lock();
        state.refused += 1;
        if state.said.is_none_or(|said| now.duration_since(said) >= SAID_EVERY) {
            let refused = std::mem::take(&mut state.refused);
            let (at_work, limit) = (state.at_work, state.limiter.limit());
            state.said = Some(now);
            drop(state);
            tracing::warn!(refused, at_work, limit, "more requests than can be answered: some are refused with 503");
        }
        None
    }

    fn give_back(self: &Arc<Self>, place: &Place) {
        let now = Instant::now();
        let took = place.class.is_measured().then(|| now.duration_since(place.granted));
        let mut granted = Vec::new();
        let mut state = self.state.lock();
        state.at_work -= 1;
        if state.limiter.record(now.duration_since(self.opened), place.scheduling, took) {
            self.limit.set(f64::from(u32::try_from(state.limiter.limit()).unwrap_or(u32::MAX)));
        }
        for class in Class::ALL {
            while state.at_work < state.ceiling(class)
                && let Some(waiter) = state.queues[class as usize].pop()
            {
                state.at_work += 1;
                granted.push((waiter, class));
                self.show_waiting(class, &state);
            }
        }
        drop(state);
        for (waiter, class) in granted {
            // One that has just given up leaves its place unused in the channel, and so gives it back.
            let _ = waiter.send(self.place(class));
        }
    }

    fn show_waiting(&self, class: Class, state: &State) {
        let waiting = state.queues[class as usize].len();
        self.meters[class as usize].waiting.set(f64::from(u32::try_from(waiting).unwrap_or(u32::MAX)));
    }
}

impl State {
    /// Up to how many at work one more of this class is let in.
    fn ceiling(&self, class: Class) -> usize {
        (self.limiter.limit() * class.share_percent() / 100).max(1)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        Arc::clone(&self.gate).give_back(self);
    }
}

enum Entered {
    Place(Place),
    Waits { answer: oneshot::Receiver<Place>, _waiting: Waiting },
    Full,
}

/// Somebody in a queue, who leaves it when this is dropped.
struct Waiting {
    gate: Arc<Gate>,
    class: Class,
    shopper: u64,
    ticket: u64,
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let mut state = self.gate.state.lock();
        state.queues[self.class as usize].remove(self.shopper, self.ticket);
        self.gate.show_waiting(self.class, &state);
    }
}
