//! A balancer before several processes of a shop: each request goes to the next of them, so that whoever shops meets them all.

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use parking_lot::Mutex;
use tokio::net::TcpListener;
use tokio::task::{AbortHandle, JoinSet};

/// What belongs to one connection, and is not handed on.
const OF_CONNECTION: [&str; 4] = ["connection", "keep-alive", "transfer-encoding", "content-length"];

/// Serves until it is dropped.
pub struct Balancer {
    url: String,
    shared: Arc<Shared>,
    serving: AbortHandle,
}

struct Shared {
    http: reqwest::Client,
    targets: Mutex<Vec<String>>,
    turn: AtomicUsize,
}

impl Balancer {
    /// A balancer that listens at this address and has nobody behind it yet.
    pub async fn start(listen: &str) -> Self {
        tradewind_server::tls::choose_provider();
        let listener = TcpListener::bind(listen).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap();
        let shared = Arc::new(Shared { http, targets: Mutex::default(), turn: AtomicUsize::new(0) });
        let serving = tokio::spawn(serve(listener, Arc::clone(&shared))).abort_handle();
        Self { url, shared, serving }
    }

    /// Where it answers.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// From now on these are behind it.
    pub fn lead_to(&self, targets: Vec<String>) {
        *self.shared.targets.lock() = targets;
    }
}

impl Drop for Balancer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::task::yield_now().await;
            continue;
        };
        let shared = Arc::clone(&shared);
        connections.spawn(async move {
            let answering = service_fn(move |request| {
                let shared = Arc::clone(&shared);
                async move { shared.hand_on(request).await }
            });
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), answering).await;
        });
        while connections.try_join_next().is_some() {}
    }
}

/// That nobody answered: the connection of whoever asked breaks as well.
#[derive(Debug)]
struct Unanswered;

impl fmt::Display for Unanswered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no process answered")
    }
}

impl Error for Unanswered {}

impl Shared {
    async fn hand_on(&self, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Unanswered> {
        let (head, body) = request.into_parts();
        let body = body.collect().await.map_err(|_| Unanswered)?.to_bytes();
        let targets = self.targets.lock().clone();
        let first = self.turn.fetch_add(1, Ordering::Relaxed);
        for position in 0..targets.len() {
            let target = &targets[first.wrapping_add(position) % targets.len()];
            let mut headers = head.headers.clone();
            for name in OF_CONNECTION {
                headers.remove(name);
            }
            let request = self.http.request(head.method.clone(), format!("{target}{}", head.uri));
            match request.headers(headers).body(body.clone()).send().await {
                Ok(answer) => return handed_back(answer).await,
                // Nobody has taken the request: the next may have it.
                Err(error) if error.is_connect() => {}
                Err(_) => return Err(Unanswered),
            }
        }
        Err(Unanswered)
    }
}

async fn handed_back(answer: reqwest::Response) -> Result<Response<Full<Bytes>>, Unanswered> {
    let mut response = Response::builder().status(answer.status());
    for (name, value) in answer.headers() {
        if !OF_CONNECTION.contains(&name.as_str()) {
            response = response.header(name, value);
        }
    }
    let body = answer.bytes().await.map_err(|_| Unanswered)?;
    response.body(Full::new(body)).map_err(|_| Unanswered)
}
