//! The public interface against the recordings: a real shop, filled by the importer from what the peer held, is sent every
//! recorded request in order and answers as the peer did. What differs stands in docs/compatibility.md with its reason.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod compare;
mod documented;
mod importing;
mod recording;
mod routes;
mod shop;

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;
use tokio::time::{Instant, sleep};

use compare::Ids;
use documented::Documented;
use recording::Exchange;
use shop::Served;

/// Sent like the others, because later ones build on them, and not judged yet.
const NOT_JUDGED: [&str; 1] = ["admin-files"];
/// Within so long every process shows what was changed at another, as promised.
const SEEN_WITHIN: Duration = Duration::from_secs(1);
/// How many exchanges may differ for good.
const DELIBERATE_MAX: usize = 20;

/// Tokens as they were given out, by who asks.
#[derive(Default)]
struct Tokens {
    by_actor: BTreeMap<&'static str, String>,
}

impl Tokens {
    /// The token a recorded request carried: blanked there, ours here.
    fn of(&self, exchange: &Exchange) -> String {
        let Exchange { name, path, .. } = exchange;
        if name.contains("garbled") || name.contains("expired") {
            return "not.a.token".to_owned();
        }
        let mut actor = match path {
            path if path.starts_with("/auth") => "last",
            path if path.starts_with("/admin") => "user",
            _ => "customer",
        };
        if name.contains("customer-token-on-admin") {
            actor = "customer";
        }
        if name.contains("admin-token-on-store") || name.contains("user-token-on") {
            actor = "user";
        }
        self.by_actor.get(actor).cloned().unwrap_or_else(|| "none".to_owned())
    }

    fn keep(&mut self, exchange: &Exchange, status: u16, body: &Value) {
        let Some(token) = body.get("token").and_then(Value::as_str).filter(|_| status == 200) else { return };
        if exchange.path.contains("/auth/") {
            let actor = if exchange.path.contains("/user") { "user" } else { "customer" };
            self.by_actor.insert(actor, token.to_owned());
            self.by_actor.insert("last", token.to_owned());
        }
    }
}

struct Replay {
    client: reqwest::Client,
    base: String,
    ids: Ids,
    tokens: Tokens,
}

impl Replay {
    /// Sends a recorded request, and says what differs in the answer.
    async fn send(&mut self, exchange: &Exchange) -> Vec<String> {
        let query = exchange.query.as_ref().map(|query| format!("?{}", self.ids.translate(query))).unwrap_or_default();
        let target = format!("{}{}{query}", self.base, self.ids.translate(&exchange.path));
        let mut request = self.client.request(exchange.method.parse().unwrap(), target);
        let mut has_type = false;
        for (name, value) in exchange.request.headers.iter().flatten() {
            let value = self.ids.translate(value.as_str().unwrap_or_default());
            let is_token = name == "authorization" && value.contains("<jwt>");
            let value = if is_token { format!("Bearer {}", self.tokens.of(exchange)) } else { value };
            has_type |= name == "content-type";
            request = request.header(name, value);
        }
        let recorded_body = exchange.request.body.as_ref().map(Value::to_string);
        if let Some(body) = exchange.request.body_text.clone().or(recorded_body) {
            if !has_type {
                request = request.header("content-type", "application/json");
            }
            request = request.body(self.ids.translate(&body));
        }
        let answer = match request.send().await {
            Ok(answer) => answer,
            Err(error) => return vec![format!("no answer: {error}")],
        };
        let status = answer.status().as_u16();
        let text = answer.text().await.unwrap_or_default();
        let body: Value = serde_json::from_str(&text).unwrap_or(Value::String(text));
        self.tokens.keep(exchange, status, &body);
        let recorded = &exchange.response;
        if status != recorded.status {
            let message: String = body.to_string().chars().take(160).collect();
            return vec![format!("status {} recorded, {status} here: {message}", recorded.status)];
        }
        self.ids.learn(&recorded.body, &body);
        let is_ordered = exchange.query.as_ref().is_some_and(|query| query.contains("order="));
        self.ids.differences(&recorded.body, &body, is_ordered)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_recorded_exchange_is_answered_as_recorded() {
    let served = Served::open_imported().await;
    // A connection for each: after a body it does not read, the shop closes the one that sent it.
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy();
    let client = client.pool_max_idle_per_host(0).build().unwrap();
    let mut replay = Replay { client, base: served.url.clone(), ids: Ids::default(), tokens: Tokens::default() };
    let documented = Documented::read();
    let mut score: BTreeMap<String, (u32, u32)> = BTreeMap::new();
    let mut surprises = Vec::new();
    for exchange in recording::exchanges() {
        let mut differences = replay.send(&exchange).await;
        // Another process may have made the change that this one is asked about.
        let until = Instant::now() + SEEN_WITHIN;
        let may_be_late = exchange.method == "GET" && served.has_several_processes();
        while may_be_late && !differences.is_empty() && !documented.lists(exchange.number) && Instant::now() < until {
            sleep(Duration::from_millis(20)).await;
            differences = replay.send(&exchange).await;
        }
        if exchange.path.ends_with("/complete") && served.has_several_processes() {
            // What an order has used up of stock and promotions is looked up by the others, not announced to them.
            sleep(SEEN_WITHIN).await;
        }
        if NOT_JUDGED.contains(&exchange.area.as_str()) {
            continue;
        }
        let (matching, all) = score.entry(exchange.area.clone()).or_default();
        *matching += u32::from(differences.is_empty());
        *all += 1;
        let name = format!("{:03} {} ({} {})", exchange.number, exchange.name, exchange.method, exchange.path);
        match (differences.is_empty(), documented.lists(exchange.number)) {
            (false, false) => surprises.push(format!("{name} differs: {}", differences.join("; "))),
            (true, true) => surprises.push(format!("{name} matches: take it off the list in docs/compatibility.md")),
            _ => {}
        }
    }
    for (area, (matching, all)) in &score {
        println!("{area:>18}: {matching} of {all}");
    }
    let (matching, all) = score.values().fold((0, 0), |sum, of| (sum.0 + of.0, sum.1 + of.1));
    println!("{matching} of {all} exchanges match");
    assert!(surprises.is_empty(), "{} surprises:\n{}", surprises.len(), surprises.join("\n"));
    assert!(documented.deliberate() <= DELIBERATE_MAX, "more than {DELIBERATE_MAX} deliberate differences");
}
