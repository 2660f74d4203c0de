//! What is served over HTTP: Stripe's own interface, what browsers ask, and the books.

use std::convert::Infallible;
use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::header::HeaderMap;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use parking_lot::Mutex;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tradewind_kernel::Rng;

use super::bank::Bank;
use super::fault::{Fault, FaultPlan};
use super::form::Form;
use super::idempotency::{Claim, KeptAnswers};
use super::payment::Intent;
use super::refusal::StripeError;
use super::webhooks::Webhooks;

/// Everything that a simulator has, shared by its connections and its owner.
pub(super) struct Service {
    pub(super) api_key: String,
    pub(super) rng: Rng,
    pub(super) bank: Mutex<Bank>,
    pub(super) webhooks: Arc<Webhooks>,
    pub(super) faults: Mutex<FaultPlan>,
    pub(super) kept: Mutex<KeptAnswers>,
    pub(super) calls: Mutex<Vec<String>>,
}

/// An answer.
#[derive(Clone, Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) body: String,
    pub(super) is_replayed: bool,
}

impl From<Result<Value, StripeError>> for Reply {
    fn from(answer: Result<Value, StripeError>) -> Self {
        let (status, body) = match answer {
            Ok(value) => (200, value),
            Err(error) => (error.status, json!({ "error": error.fields() })),
        };
        Self { status, body: body.to_string(), is_replayed: false }
    }
}

/// A request, with all of its body.
struct Call {
    method: String,
    path: String,
    query: String,
    headers: HeaderMap,
    body: Bytes,
}

/// That the connection is to close without an answer.
#[derive(Debug)]
struct Dropped;

impl std::fmt::Display for Dropped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the connection is dropped")
    }
}

impl std::error::Error for Dropped {}

/// Serves until it is aborted.
pub(super) async fn serve(listener: TcpListener, service: Arc<Service>) -> Infallible {
    let mut connections = JoinSet::new();
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::task::yield_now().await;
            continue;
        };
        let service = service.clone();
        connections.spawn(async move {
            let answering = service_fn(move |request| respond(service.clone(), request));
            // A connection that breaks is the caller's matter.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), answering).await;
        });
        while connections.try_join_next().is_some() {}
    }
}

async fn respond(service: Arc<Service>, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Dropped> {
    let (head, body) = request.into_parts();
    let call = Call {
        method: head.method.to_string(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers: head.headers,
        body: body.collect().await.map_err(|_| Dropped)?.to_bytes(),
    };
    let request_id = format!("req_{}", hex::encode(service.rng.bytes::<7>()));
    // A task of its own: the bank goes on when the caller hangs up.
    let reply = tokio::spawn(async move { service.answer(&call).await }).await.map_err(|_| Dropped)?.ok_or(Dropped)?;
    let mut response = Response::builder()
        .status(reply.status)
        .header("content-type", "application/json")
        .header("request-id", request_id);
    if reply.is_replayed {
        response = response.header("idempotent-replayed", "true");
    }
    response.body(Full::new(Bytes::from(reply.body))).map_err(|_| Dropped)
}

impl Service {
    /// Answers, or nothing where the connection is to be dropped.
    async fn answer(&self, call: &Call) -> Option<Reply> {
        let segments: Vec<&str> = call.path.trim_matches('/').split('/').collect();
        match (call.method.as_str(), segments.as_slice()) {
            (_, ["v1", ..]) => self.answer_shop(call, &segments).await,
            ("GET", ["books"]) => {
                let books: Vec<Intent> = self.bank.lock().books().cloned().collect();
                Some(Ok(json!(books)).into())
            }
            ("POST", [place @ ("browser" | "bank"), "payment_intents", id, verb]) => {
                Some(self.answer_browser(call, place, id, verb).into())
            }
            _ => Some(Err(unknown_address(call)).into()),
        }
    }

    /// What the shop asks, with everything that may go wrong on the way.
    async fn answer_shop(&self, call: &Call, segments: &[&str]) -> Option<Reply> {
        let name = format!("{} {}", call.method, call.path);
        self.calls.lock().push(name.clone());
        if !self.is_authorised(&call.headers) {
            let message = "Invalid API Key provided. Send the account's secret key as a bearer token or as the user name \
                           of basic authentication.";
            return Some(Err(StripeError::new(401, "invalid_request_error", message)).into());
        }
        let fault = self.faults.lock().next(&name);
        match fault {
            Some(Fault::DropBefore) => return None,
            Some(Fault::ServerError) => {
                let message = "Sorry! There was an error while talking to one of our backends.";
                return Some(Err(StripeError::new(500, "api_error", message)).into());
            }
            Some(Fault::TooMany) => {
                let error = StripeError::new(429, "invalid_request_error", "Request rate limit exceeded.");
                return Some(Err(error.code("rate_limit")).into());
            }
            Some(Fault::DropAfter | Fault::Slow(_)) | None => {}
        }
        let form = match form_of(call) {
            Ok(form) => form,
            Err(error) => return Some(Err(error).into()),
        };
        let key = call.headers.get("idempotency-key").and_then(|key| key.to_str().ok());
        let key = key.filter(|_| call.method == "POST");
        let claim = match key {
            Some(key) => self.kept.lock().claim(key, &call.path, &form),
            None => Ok(Claim::Mine),
        };
        if let Some(Fault::Slow(time)) = fault {
            tokio::time::sleep(time).await;
        }
        let reply = match claim {
            Err(error) => Err(error).into(),
            Ok(Claim::Answered(reply)) => reply,
            Ok(Claim::Mine) => {
                let reply = Reply::from(self.change(|bank| route(bank, call, segments, &form)));
                if let Some(key) = key {
                    self.kept.lock().keep(key, reply.clone());
                }
                reply
            }
        };
        (fault != Some(Fault::DropAfter)).then_some(reply)
    }

    /// What Stripe.js asks with a payment's secret, and what the shopper's bank decides.
    fn answer_browser(&self, call: &Call, place: &str, id: &str, verb: &str) -> Result<Value, StripeError> {
        let is_json = content_type(&call.headers).starts_with("application/json");
        let form = match is_json {
            true => Form::read_json(&call.body).ok_or_else(|| StripeError::invalid("The body is no JSON object."))?,
            false => form_of(call)?,
        };
        if place == "browser" {
            self.bank.lock().check_secret(id, form.text("client_secret"))?;
        }
        let succeeds = form.flag("succeeds")?;
        match (place, verb) {
            ("browser", "confirm") => {
                let payment_method = form.text("payment_method");
                self.change(|bank| bank.confirm(id, payment_method, form.text("return_url")))
            }
            ("browser", "three_d_secure") => {
                self.change(|bank| bank.finish_three_d_secure(id, succeeds).and_then(|_| bank.show(id)))
            }
            ("bank", "decide") => self.change(|bank| bank.decide_processing(id, succeeds).and_then(|_| bank.show(id))),
            _ => Err(unknown_address(call)),
        }
    }

    /// Does something to the bank, and lets the shop know of it.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut Bank) -> T) -> T {
        let mut bank = self.bank.lock();
        let answer = change(&mut bank);
        // Under the lock: events set out in the order in which they happened.
        self.webhooks.dispatch(bank.take_events());
        answer
    }

    fn is_authorised(&self, headers: &HeaderMap) -> bool {
        let header = headers.get("authorization").and_then(|header| header.to_str().ok()).unwrap_or_default();
        if let Some(token) = header.strip_prefix("Bearer ") {
            return token == self.api_key;
        }
        let basic = header.strip_prefix("Basic ").and_then(|encoded| BASE64_STANDARD.decode(encoded).ok());
        basic.is_some_and(|pair| pair == format!("{}:", self.api_key).as_bytes())
    }
}

fn route(bank: &mut Bank, call: &Call, segments: &[&str], form: &Form) -> Result<Value, StripeError> {
    match (call.method.as_str(), &segments[1..]) {
        ("POST", ["payment_intents"]) => bank.create(form),
        ("GET", ["payment_intents", id]) => bank.show(id),
        ("POST", ["payment_intents", id, "confirm"]) => bank.confirm_by_form(id, form),
        ("POST", ["payment_intents", id, "capture"]) => bank.capture(id, form),
        ("POST", ["payment_intents", id, "cancel"]) => bank.cancel(id, form),
        ("POST", ["refunds"]) => bank.refund(form),
        _ => Err(unknown_address(call)),
    }
}

fn content_type(headers: &HeaderMap) -> &str {
    headers.get("content-type").and_then(|header| header.to_str().ok()).unwrap_or_default()
}

fn form_of(call: &Call) -> Result<Form, StripeError> {
    if call.method == "GET" {
        return Ok(Form::read(&call.query));
    }
    if !call.body.is_empty() && !content_type(&call.headers).starts_with("application/x-www-form-urlencoded") {
        return Err(StripeError::invalid(
            "Invalid request (check that your POST content type is application/x-www-form-urlencoded).",
        ));
    }
    let text = std::str::from_utf8(&call.body).map_err(|_| StripeError::invalid("Invalid UTF-8 in the request."))?;
    Ok(Form::read(text))
}

fn unknown_address(call: &Call) -> StripeError {
    let message = format!("Unrecognized request URL ({}: {}).", call.method, call.path);
    StripeError::new(404, "invalid_request_error", message)
}
