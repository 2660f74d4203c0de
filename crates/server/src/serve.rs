//! The listener: accepts connections, bounds how long they may dawdle, and lets requests finish when the process stops.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tower::Service as _;

/// The longest a client may take to send the head of a request, or stay idle between two.
const HEAD_SECONDS_MAX: u64 = 20;
/// How many connections may wait to be accepted.
const BACKLOG: u32 = 1024;

/// Opens the port; the error says what to do when it is taken.
pub fn listen(address: &str) -> Result<TcpListener> {
    let address: SocketAddr = address.parse().with_context(|| {
        format!("server.listen = \"{address}\" is not an address and a port such as 127.0.0.1:9000")
    })?;
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    socket.set_reuseaddr(true)?;
    socket.bind(address).and_then(|()| socket.listen(BACKLOG)).with_context(|| {
        format!(
            "{address} cannot be listened on; is another shop running? Choose another with --listen or server.listen"
        )
    })
}

/// What whoever finds all connections taken reads; it is sent without waiting for the request.
const ALL_TAKEN: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

/// How long and how much a listener serves.
#[derive(Clone, Copy, Debug)]
pub struct ServeOptions {
    /// How many connections are open at the same time.
    pub connections_max: usize,
    /// How long requests under way are given when the process stops.
    pub shutdown_max: Duration,
}

/// Answers requests until `stop` turns true, then lets those under way finish.
pub async fn serve(listener: TcpListener, router: Router, mut stop: watch::Receiver<bool>, options: ServeOptions) {
    let connections = Arc::new(Semaphore::new(options.connections_max));
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_secs(HEAD_SECONDS_MAX))
        .max_buf_size(64 * 1024);
    builder.http2().timer(TokioTimer::new()).max_concurrent_streams(128);
    let open = GracefulShutdown::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => match Arc::clone(&connections).try_acquire_owned() {
                    Ok(place) => answer(&builder, &open, stream, peer, router.clone(), place),
                    // A few bytes always fit into the buffer of a new connection.
                    Err(_) => drop(stream.try_write(ALL_TAKEN)),
                },
                Err(error) => {
                    // Out of file descriptors, most likely: those that are open will close.
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            },
            _ = stop.changed() => break,
        }
    }
    drop(listener);
    if tokio::time::timeout(options.shutdown_max, open.shutdown()).await.is_err() {
        tracing::warn!("some requests did not finish in time and were cut off");
    }
}

fn answer(
    builder: &Builder<TokioExecutor>,
    open: &GracefulShutdown,
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    place: OwnedSemaphorePermit,
) {
    // Answers are written in one piece: waiting for more would only delay them.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        let mut router = router.clone();
        async move { Ok::<_, Infallible>(router.call(request).await.unwrap_or_else(|never| match never {})) }
    });
    let connection = builder.serve_connection_with_upgrades(TokioIo::new(stream), service).into_owned();
    let watched = open.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = watched.await {
            tracing::debug!(%error, "a connection ended early");
        }
        drop(place);
    });
}
