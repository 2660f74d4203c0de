//! A program that is told of events by webhooks: it verifies signatures by itself, and behaves badly where it is told to.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use hmac::{Hmac, Mac as _};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::header::HeaderMap;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use parking_lot::Mutex;
use serde_json::Value;
use sha2::Sha256;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::{AbortHandle, JoinSet};

/// How long what is expected may take on a busy machine.
const ARRIVES_WITHIN: Duration = Duration::from_secs(60);

/// How a receiver answers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Reply {
    /// With this status and body.
    With(u16, String),
    /// Not at all, for as long as the sender waits.
    Never,
    /// By closing the connection.
    Drop,
    /// By naming another address.
    Redirect(String),
}

impl Reply {
    /// With this status and nothing more.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self::With(status, String::new())
    }
}

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Received {
    /// `webhook-id`.
    pub id: String,
    /// `webhook-timestamp`.
    pub at_seconds: i64,
    /// `webhook-signature`.
    pub signatures: String,
    /// `content-type`.
    pub content_type: String,
    /// The body, to the byte.
    pub text: String,
    /// The body as a value.
    pub body: Value,
}

impl Received {
    /// Whether somebody who has this secret has signed it.
    #[must_use]
    pub fn is_signed_with(&self, secret: &str) -> bool {
        let key = BASE64_STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
        for part in [&self.id, ".", &self.at_seconds.to_string(), ".", &self.text] {
            mac.update(part.as_bytes());
        }
        let expected = format!("v1,{}", BASE64_STANDARD.encode(mac.finalize().into_bytes()));
        self.signatures.split(' ').any(|signature| signature == expected)
    }

    /// The kind of the event.
    #[must_use]
    pub fn kind(&self) -> &str {
        self.body["type"].as_str().unwrap_or_default()
    }
}

struct State {
    replies: VecDeque<Reply>,
    reply: Reply,
    received: Vec<Received>,
}

struct Shared {
    state: Mutex<State>,
    came: Notify,
}

/// A receiver that listens until it is dropped.
pub struct Receiver {
    url: String,
    shared: Arc<Shared>,
    listening: AbortHandle,
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.listening.abort();
    }
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

impl Receiver {
    /// A receiver on a free port, which answers with 204.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hooks", listener.local_addr().unwrap());
        let state = State { replies: VecDeque::new(), reply: Reply::status(204), received: Vec::new() };
        let shared = Arc::new(Shared { state: Mutex::new(state), came: Notify::new() });
        let listening = tokio::spawn(listen(listener, Arc::clone(&shared))).abort_handle();
        Self { url, shared, listening }
    }

    /// Where it is.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Answers like this from now on.
    pub fn reply(&self, reply: Reply) {
        self.shared.state.lock().reply = reply;
    }

    /// Answers the next request like this; those that were told before come first.
    pub fn reply_next(&self, reply: Reply) {
        self.shared.state.lock().replies.push_back(reply);
    }

    /// Everything that has come, in order.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        self.shared.state.lock().received.clone()
    }

    /// Everything that has come since it was last taken.
    #[must_use]
    pub fn take(&self) -> Vec<Received> {
        std::mem::take(&mut self.shared.state.lock().received)
    }

    /// Waits until so many requests have come.
    pub async fn wait_for(&self, count: usize) {
        let waiting = async {
            loop {
                let came = self.shared.came.notified();
                if self.shared.state.lock().received.len() >= count {
                    return;
                }
                came.await;
            }
        };
        let came = tokio::time::timeout(ARRIVES_WITHIN, waiting).await;
        came.unwrap_or_else(|_| panic!("{} of {count} requests came", self.received().len()));
    }
}

async fn listen(listener: TcpListener, shared: Arc<Shared>) -> Infallible {
    let mut connections = JoinSet::new();
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::task::yield_now().await;
            continue;
        };
        connections.spawn(serve(stream, Arc::clone(&shared)));
        while connections.try_join_next().is_some() {}
    }
}

async fn serve(stream: TcpStream, shared: Arc<Shared>) {
    let answering = service_fn(move |request| answer(Arc::clone(&shared), request));
    // A connection that breaks is the caller's matter.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), answering).await;
}

async fn answer(shared: Arc<Shared>, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Dropped> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(|_| Dropped)?.to_bytes();
    let reply = {
        let mut state = shared.state.lock();
        state.received.push(received(&head.headers, &body));
        state.replies.pop_front().unwrap_or_else(|| state.reply.clone())
    };
    shared.came.notify_waiters();
    let response = Response::builder();
    match reply {
        Reply::With(status, body) => response.status(status).body(Full::new(Bytes::from(body))),
        Reply::Redirect(to) => response.status(302).header("location", to).body(Full::default()),
        Reply::Drop => return Err(Dropped),
        Reply::Never => std::future::pending().await,
    }
    .map_err(|_| Dropped)
}

fn received(headers: &HeaderMap, body: &Bytes) -> Received {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let text = String::from_utf8_lossy(body).into_owned();
    Received {
        id: header("webhook-id"),
        at_seconds: header("webhook-timestamp").parse().unwrap_or_default(),
        signatures: header("webhook-signature"),
        content_type: header("content-type"),
        body: serde_json::from_str(&text).unwrap_or_default(),
        text,
    }
}
