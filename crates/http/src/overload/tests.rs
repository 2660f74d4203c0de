//! The limit, the queue, the gate, and a router behind it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::routing::{get, post};
use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use http::{Method, Request, StatusCode};
use proptest::prelude::*;
use tokio::sync::Semaphore;
use tower::ServiceExt as _;
use tradewind_kernel::{Clock, IdMint, Rng};

use super::queue::Queue;
use super::*;
use crate::middleware::{Surroundings, surround};

const LONG: Duration = Duration::from_secs(3600);

fn limiter(least: usize, most: usize) -> LimiterOptions {
    LimiterOptions {
        least,
        most,
        scheduling_target: Duration::from_millis(15),
        answer_target: Duration::from_millis(100),
    }
}

fn gate(places: usize, waiting_max: usize, waiting_time_max: Duration) -> Arc<Gate> {
    Arc::new(Gate::new(GateOptions { limiter: limiter(places, places), waiting_max, waiting_time_max }))
}

#[test]
fn requests_are_classed_by_their_route() {
    for (method, route, class) in [
        ("POST", "/store/carts/{id}/complete", Some(Class::Checkout)),
        ("GET", "/store/carts/{id}", Some(Class::Checkout)),
        ("GET", "/store/shipping-options", Some(Class::Checkout)),
        ("POST", "/store/payment-collections/{id}/payment-sessions", Some(Class::Checkout)),
        ("POST", "/checkout", Some(Class::Checkout)),
        ("POST", "/hooks/payment/{provider}", Some(Class::Checkout)),
        ("POST", "/store/carts", Some(Class::NewCart)),
        ("GET", "/store/products", Some(Class::Browse)),
        ("POST", "/auth/{actor_type}/{auth_provider}", Some(Class::Browse)),
        ("GET", "", Some(Class::Browse)),
        ("POST", "/admin/products", Some(Class::Browse)),
        ("GET", "/admin/orders", Some(Class::Report)),
        ("POST", "/admin/products/export", Some(Class::Report)),
        ("GET", "/health", None),
        ("GET", "/metrics", None),
    ] {
        let method: Method = method.parse().unwrap();
        assert_eq!(Class::of(&method, route), class, "{method} {route}");
    }
}

#[test]
fn the_limit_falls_while_answers_are_slow_and_is_back_within_five_seconds() {
    let mut limit = Limiter::new(limiter(32, 256));
    let at = Duration::from_millis;
    for millis in 0..1000 {
        limit.note_full();
        limit.record(at(millis), at(40), None);
    }
    assert_eq!(limit.limit(), 32);
    for millis in 1000..6000 {
        limit.note_full();
        limit.record(at(millis), at(1), Some(at(20)));
    }
    assert_eq!(limit.limit(), 256);
}

#[test]
fn a_slow_store_lowers_the_limit_although_the_processor_is_free_and_a_slow_commit_does_not() {
    let at = Duration::from_millis;
    let run = |slow_ones: u64| {
        let mut limit = Limiter::new(limiter(1, 100));
        for millis in 0..=50 {
            // Most requests say nothing of the store; one in five does.
            let took = (millis % 5 == 0).then(|| at(if millis < slow_ones * 5 { 101 } else { 100 }));
            limit.record(at(millis), Duration::ZERO, took);
        }
        limit.limit()
    };
    assert_eq!((run(0), run(2), run(3)), (100, 100, 80));
}

proptest! {
    #[test]
    fn the_limit_stays_within_its_bounds(
        least in 1_usize..50, more in 0_usize..500,
        answers in prop::collection::vec((0_u64..200, 0_u64..60, prop::option::of(0_u64..400), any::<bool>()), 0..300),
    ) {
        let mut limit = Limiter::new(limiter(least, least + more));
        let mut now = 0;
        for (step, scheduling, took, is_full) in answers {
            now += step;
            let before = limit.limit();
            if is_full { limit.note_full(); }
            let (scheduling, took) = (Duration::from_millis(scheduling), took.map(Duration::from_millis));
            limit.record(Duration::from_millis(now), scheduling, took);
            prop_assert!((least..=least + more).contains(&limit.limit()));
            prop_assert!(limit.limit() >= before * 4 / 5 && limit.limit() <= before + before / 16 + 1);
        }
    }

    #[test]
    fn quick_answers_never_lower_the_limit_and_an_idle_shop_does_not_raise_it(
        steps in prop::collection::vec(0_u64..200, 1..200), most in 1_usize..300,
    ) {
        let mut limit = Limiter::new(limiter(1, most));
        // Down first, so that there is somewhere to rise to.
        for millis in 0..300 {
            limit.record(Duration::from_millis(millis), LONG, None);
        }
        limit.record(Duration::from_millis(400), Duration::ZERO, None);
        let low = limit.limit();
        let mut now = 400;
        for step in steps {
            now += step;
            limit.record(Duration::from_millis(now), Duration::ZERO, Some(Duration::from_millis(100)));
            prop_assert_eq!(limit.limit(), low);
        }
    }

    #[test]
    fn the_queue_is_bounded_and_loses_nobody(
        most in 1_usize..20, moves in prop::collection::vec((0_u64..5, 0_u8..4), 0..200),
    ) {
        let mut queue = Queue::new(most);
        let mut inside: Vec<(u64, u64)> = Vec::new();
        for (ticket, (shopper, kind)) in (0_u64..).zip(moves) {
            match kind {
                0 | 1 => {
                    let (has_room, sent_away) = queue.push(shopper, ticket, (shopper, ticket));
                    if let Some(gone) = sent_away {
                        prop_assert!(has_room);
                        inside.retain(|own| *own != gone);
                    }
                    if has_room { inside.push((shopper, ticket)); }
                }
                2 => {
                    let popped = queue.pop();
                    prop_assert_eq!(popped.is_some(), !inside.is_empty());
                    if let Some(popped) = popped {
                        // Within a shopper, first come first served.
                        let first = inside.iter().filter(|(own, _)| *own == popped.0).map(|(_, ticket)| *ticket).min();
                        prop_assert_eq!(first, Some(popped.1));
                        inside.retain(|own| *own != popped);
                    }
                }
                _ => if let Some(&(shopper, ticket)) = inside.first() {
                    queue.remove(shopper, ticket);
                    inside.remove(0);
                },
            }
            prop_assert_eq!(queue.len(), inside.len());
            prop_assert!(queue.len() <= most);
        }
    }
}

#[test]
fn shoppers_take_turns_and_a_greedy_one_makes_room() {
    let mut queue = Queue::new(4);
    for ticket in 0..4 {
        assert_eq!(queue.push(1, ticket, (1, ticket)), (true, None));
    }
    assert_eq!(queue.push(1, 4, (1, 4)), (false, None), "its own flood is refused");
    assert_eq!(queue.push(2, 5, (2, 5)), (true, Some((1, 3))));
    assert_eq!(queue.push(2, 6, (2, 6)), (true, Some((1, 2))));
    assert_eq!(queue.push(2, 7, (2, 7)), (false, None), "half is enough");
    let turns: Vec<_> = std::iter::from_fn(|| queue.pop()).map(|(shopper, _)| shopper).collect();
    assert_eq!(turns, [1, 2, 1, 2]);
}

#[tokio::test]
async fn a_place_that_is_given_back_goes_to_the_most_urgent() {
    let gate = gate(1, 10, LONG);
    let held = gate.enter(Class::Report, 1).await.unwrap();
    let mut order = Vec::new();
    {
        let waiting = Class::ALL.map(|class| Box::pin(gate.enter(class, 1)));
        let [mut checkout, mut new_cart, mut browse, report] = waiting;
        assert!(futures::poll!(browse.as_mut()).is_pending());
        assert!(futures::poll!(new_cart.as_mut()).is_pending());
        assert!(futures::poll!(checkout.as_mut()).is_pending());
        drop(report);
        drop(held);
        for (class, waiting) in [(Class::Checkout, checkout), (Class::NewCart, new_cart), (Class::Browse, browse)] {
            drop(waiting.await.unwrap());
            order.push(class);
        }
    }
    assert_eq!(order, [Class::Checkout, Class::NewCart, Class::Browse]);
}

#[tokio::test]
async fn the_less_urgent_leave_places_free() {
    let gate = gate(20, 0, LONG);
    let mut held = Vec::new();
    for (class, ceiling) in [(Class::Report, 5), (Class::Browse, 12), (Class::NewCart, 15), (Class::Checkout, 20)] {
        while let Some(place) = gate.enter(class, 1).await {
            held.push(place);
        }
        assert_eq!(held.len(), ceiling, "{class:?}");
    }
    held.clear();
    assert!(gate.enter(Class::Report, 1).await.is_some(), "all places were given back");
}

#[tokio::test]
async fn who_has_begun_to_buy_is_waited_for_and_a_new_cart_hardly() {
    for (class, waits) in [(Class::Checkout, 100), (Class::Browse, 25), (Class::Report, 12), (Class::NewCart, 3)] {
        let gate = gate(1, 100, LONG);
        let held = gate.enter(class, 1).await.unwrap();
        let mut waiting: FuturesUnordered<_> = (0..120).map(|_| gate.enter(class, 1)).collect();
        let mut sent_away = 0;
        while let std::task::Poll::Ready(Some(place)) = futures::poll!(waiting.next()) {
            assert!(place.is_none());
            sent_away += 1;
        }
        assert_eq!(120 - sent_away, waits, "{class:?}");
        drop(held);
    }
}

#[tokio::test]
async fn whoever_waits_too_long_or_finds_the_queue_full_is_sent_away() {
    let gate = gate(1, 1, Duration::from_millis(20));
    let held = gate.enter(Class::Checkout, 1).await.unwrap();
    let (first, second) = tokio::join!(gate.enter(Class::Checkout, 1), gate.enter(Class::Checkout, 1));
    assert!(first.is_none() && second.is_none());
    drop(held);
    assert!(gate.enter(Class::Checkout, 1).await.is_some(), "nobody who gave up is in the way");
}

#[tokio::test]
async fn whoever_gives_up_leaves_no_trace() {
    let gate = gate(1, 1, LONG);
    let held = gate.enter(Class::Checkout, 1).await.unwrap();
    for _ in 0..3 {
        let mut waiting = Box::pin(gate.enter(Class::Checkout, 1));
        assert!(futures::poll!(waiting.as_mut()).is_pending());
    }
    let mut granted = Box::pin(gate.enter(Class::Checkout, 1));
    assert!(futures::poll!(granted.as_mut()).is_pending());
    drop(held);
    // It was given the place, and goes away before it looks.
    drop(granted);
    assert!(gate.enter(Class::Checkout, 1).await.is_some());
}

struct Behind {
    router: Router,
    work: Arc<Semaphore>,
}

/// A router whose every answer waits for a permit of `work`.
fn behind(places: usize, waiting_max: usize, waiting_time_max: Duration) -> Behind {
    let work = Arc::new(Semaphore::new(0));
    let permits = Arc::clone(&work);
    let answer = async move || {
        permits.acquire().await.unwrap().forget();
        "done"
    };
    let router = Router::new()
        .route("/store/products", get(answer.clone()))
        .route("/store/carts", post(answer.clone()))
        .route("/store/carts/{id}", get(answer))
        .route("/products", get(async || "a page"))
        .route("/health", get(async || "OK"));
    let options = GateOptions { limiter: limiter(places, places), waiting_max, waiting_time_max };
    let surroundings = Surroundings {
        mint: IdMint::new(Clock::System, Rng::seeded(1)),
        cors: crate::cors::Cors::default(),
        timeout: LONG,
        trusted_proxies: 0,
        public_url: "".into(),
    };
    Behind { router: surround(guard(router, options), surroundings), work }
}

impl Behind {
    async fn ask(&self, method: &str, path: &str, client: u8) -> (StatusCode, http::HeaderMap, String) {
        let peer: SocketAddr = ([10, 0, 0, client], 4000).into();
        let mut request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
        request.extensions_mut().insert(ConnectInfo(peer));
        let (parts, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        let body = axum::body::to_bytes(body, 10_000).await.unwrap();
        (parts.status, parts.headers, String::from_utf8_lossy(&body).into_owned())
    }
}

#[tokio::test]
async fn a_refusal_has_the_shape_of_its_door_and_says_when_to_try_again() {
    let behind = behind(1, 0, LONG);
    let mut working = Box::pin(behind.ask("GET", "/store/products", 1));
    assert!(futures::poll!(working.as_mut()).is_pending());
    let (status, headers, body) = behind.ask("GET", "/store/products", 1).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!((&headers["retry-after"], &headers["content-type"]), (&"1".parse().unwrap(), &crate::wire::JSON));
    assert!(headers.contains_key("x-request-id"));
    let body: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!(body["type"], "unavailable");
    assert!(body["message"].as_str().unwrap().contains("try again"));
    let (status, headers, _) = behind.ask("GET", "/products", 1).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(headers["content-type"], "text/plain; charset=utf-8");
    assert_eq!(behind.ask("GET", "/health", 1).await.2, "OK");
    behind.work.add_permits(1);
    assert_eq!(working.await.0, StatusCode::OK);
    behind.work.add_permits(1);
    assert_eq!(behind.ask("GET", "/store/products", 1).await.0, StatusCode::OK);
}

#[tokio::test]
async fn one_greedy_client_does_not_starve_another() {
    // Of 32 who may wait, a quarter may be browsing.
    let behind = behind(1, 32, LONG);
    let mut greedy: FuturesUnordered<_> = (0..40).map(|_| behind.ask("GET", "/store/products", 1)).collect();
    let mut refused = 0;
    while let std::task::Poll::Ready(Some((status, ..))) = futures::poll!(greedy.next()) {
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        refused += 1;
    }
    assert_eq!(refused, 40 - 9, "one at work, eight waiting");
    let mut modest = Box::pin(behind.ask("GET", "/store/products", 2));
    assert!(futures::poll!(modest.as_mut()).is_pending(), "there is room for another");
    // Done is the one at work, then at most one of the greedy client's before it is the other's turn.
    behind.work.add_permits(3);
    let mut before = 0;
    let status = loop {
        tokio::select! {
            (status, ..) = &mut modest => break status,
            Some((status, ..)) = greedy.next() => before += i32::from(status == StatusCode::OK),
        }
        assert!(before < 3, "the other client was starved");
    };
    assert_eq!(status, StatusCode::OK);
}
