//! A shop as far as webhooks know it: it notes them, and answers as it is told.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Empty};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use parking_lot::Mutex;
use serde_json::Value;
use tokio::net::TcpListener;

/// A webhook as it arrived.
#[derive(Clone, Debug)]
pub(super) struct Received {
    pub(super) signature: String,
    pub(super) body: String,
}

impl Received {
    pub(super) fn field(&self, name: &str) -> String {
        let event: Value = serde_json::from_str(&self.body).unwrap();
        event[name].as_str().unwrap().to_owned()
    }
}

#[derive(Clone)]
pub(super) struct Receiver {
    pub(super) url: String,
    state: Arc<Mutex<(Vec<Received>, VecDeque<u16>)>>,
}

impl Receiver {
    /// It answers these statuses at first, then always 200.
    pub(super) async fn start(statuses: &[u16]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hooks", listener.local_addr().unwrap());
        let receiver = Self { url, state: Arc::new(Mutex::new((Vec::new(), statuses.iter().copied().collect()))) };
        let answering = receiver.clone();
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let answering = answering.clone();
                let service = service_fn(move |request| answering.clone().answer(request));
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
            }
        });
        receiver
    }

    async fn answer(self, request: Request<Incoming>) -> Result<Response<Empty<Bytes>>, Infallible> {
        let signature = request.headers()["stripe-signature"].to_str().unwrap().to_owned();
        let body = request.into_body().collect().await.unwrap().to_bytes();
        let body = String::from_utf8(body.to_vec()).unwrap();
        let mut state = self.state.lock();
        state.0.push(Received { signature, body });
        let status = state.1.pop_front().unwrap_or(200);
        Ok(Response::builder().status(status).body(Empty::new()).unwrap())
    }

    pub(super) fn received(&self) -> Vec<Received> {
        self.state.lock().0.clone()
    }

    pub(super) fn kinds(&self) -> Vec<String> {
        self.received().iter().map(|received| received.field("type")).collect()
    }

    /// Waits until so many have arrived.
    pub(super) async fn wait_for(&self, count: usize) {
        let waiting = async {
            while self.received().len() < count {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let waited = tokio::time::timeout(Duration::from_secs(20), waiting).await;
        waited.unwrap_or_else(|_| panic!("{} webhooks have arrived, not {count}", self.received().len()));
    }
}
