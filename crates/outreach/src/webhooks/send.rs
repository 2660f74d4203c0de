//! One request to an endpoint: signed, short, to an address that was looked at, and to nowhere else.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{CONTENT_TYPE, USER_AGENT};
use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use tokio::time::Instant;
use tradewind_kernel::{Clock, Error, Result, Timestamp};

use super::address::{Reach, not_public};
use super::sign;
use crate::model::{Attempt, Keys};

const CONNECT_SECONDS_MAX: u64 = 5;
/// How much of an answer is read.
const ANSWER_BYTES_MAX: usize = 16 * 1024;
/// How much of it is kept.
const ANSWER_KEPT_BYTES: usize = 1000;
/// How long a connection that nothing goes over is kept, in seconds.
const IDLE_SECONDS_MAX: u64 = 30;
/// The form of the body: a CloudEvent, as brokers carry it.
const FORM: &str = "application/cloudevents+json; charset=utf-8";
/// The status by which an endpoint says that it is no more.
const GONE: u16 = 410;

/// What sends. Cheap to clone.
#[derive(Clone)]
pub(super) struct Sender {
    http: Client,
    reach: Reach,
    answer_seconds_max: u64,
    clock: Clock,
}

/// What is sent.
pub(super) struct Parcel<'p> {
    pub(super) url: &'p str,
    pub(super) keys: &'p Keys,
    pub(super) event_id: &'p str,
    pub(super) body: &'p str,
}

impl Attempt {
    /// Whether the endpoint says that it is no more.
    pub(crate) fn says_gone(&self) -> bool {
        self.status == Some(GONE)
    }
}

impl Sender {
    pub(super) fn new(reach: Reach, answer_seconds_max: u64, clock: Clock) -> Result<Self> {
        // Whoever comes second finds one installed, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = Client::builder()
            .connect_timeout(Duration::from_secs(CONNECT_SECONDS_MAX))
            .timeout(Duration::from_secs(answer_seconds_max))
            .pool_idle_timeout(Duration::from_secs(IDLE_SECONDS_MAX))
            // What is signed for one address is for no other, and another may be one that is not public.
            .redirect(Policy::none())
            // A proxy would look up the address, after it was looked at here.
            .no_proxy()
            .dns_resolver(Arc::new(CarefulResolver { reach }))
            .build()
            .map_err(Error::internal)?;
        Ok(Self { http, reach, answer_seconds_max, clock })
    }

    /// Sends it, and tells what came of it.
    pub(super) async fn send(&self, parcel: Parcel<'_>) -> Attempt {
        let (at, began) = (self.clock.now(), Instant::now());
        let outcome = match self.request(&parcel, at).await {
            Ok(response) => answered(response).await,
            Err(reason) => Answered { status: None, reason: Some(reason), answer: String::new() },
        };
        let duration_ms = i64::try_from(began.elapsed().as_millis()).unwrap_or(i64::MAX);
        let Answered { status, reason, answer } = outcome;
        Attempt { at, duration_ms, status, reason, answer }
    }

    async fn request(&self, parcel: &Parcel<'_>, at: Timestamp) -> std::result::Result<Response, String> {
        // The configuration may have changed since the url was taken.
        let url = self.reach.check(parcel.url).map_err(|error| error.message().to_owned())?;
        let signed = sign::signatures(parcel.keys.signing(at), parcel.event_id, at, parcel.body);
        let signatures = signed.map_err(|_| "it cannot be signed: its secret is not one; rotate it".to_owned())?;
        let request = self
            .http
            .post(url)
            .header(USER_AGENT, concat!("Tradewind/", env!("CARGO_PKG_VERSION")))
            .header(CONTENT_TYPE, FORM)
            .header("webhook-id", parcel.event_id)
            .header("webhook-timestamp", at.unix_seconds())
            .header("webhook-signature", signatures)
            .body(parcel.body.to_owned());
        request.send().await.map_err(|error| self.reason(&error))
    }

    /// Why there was no answer, in words that give away nothing but what staff have told themselves.
    fn reason(&self, error: &reqwest::Error) -> String {
        if let Some(unreachable) = cause::<Unreachable>(error) {
            return unreachable.to_string();
        }
        if error.is_timeout() {
            return match error.is_connect() {
                true => format!("no connection was made within {CONNECT_SECONDS_MAX} seconds"),
                false => format!("it took longer than {} seconds", self.answer_seconds_max),
            };
        }
        if error.is_connect() {
            let why = cause::<std::io::Error>(error).map(ToString::to_string);
            return format!("no connection can be made: {}", why.unwrap_or_else(|| "it was refused".to_owned()));
        }
        "the connection was lost before it answered".to_owned()
    }
}

/// The innermost of this kind among what has caused an error.
fn cause<'e, E: std::error::Error + 'static>(error: &'e (dyn std::error::Error + 'static)) -> Option<&'e E> {
    std::iter::successors(Some(error), |error| error.source()).filter_map(|error| error.downcast_ref()).last()
}

struct Answered {
    status: Option<u16>,
    reason: Option<String>,
    answer: String,
}

/// The status decides; of the body only so much is read that it can be told what the endpoint said.
async fn answered(mut response: Response) -> Answered {
    let status = response.status();
    let mut read = Vec::new();
    while read.len() < ANSWER_BYTES_MAX {
        match response.chunk().await {
            Ok(Some(chunk)) => read.extend_from_slice(&chunk[..chunk.len().min(ANSWER_BYTES_MAX - read.len())]),
            Ok(None) | Err(_) => break,
        }
    }
    let reason = match status.as_u16() {
        200..300 => None,
        300..400 => Some(format!("it answered {}, and redirects are not followed", status.as_u16())),
        status => Some(format!("it answered {status}")),
    };
    Answered { status: Some(status.as_u16()), reason, answer: beginning(&read) }
}

/// The beginning of an answer as text: whatever it is, it can be stored and shown.
fn beginning(read: &[u8]) -> String {
    let text = String::from_utf8_lossy(&read[..read.len().min(ANSWER_KEPT_BYTES)]);
    let is_plain = |letter: char| !letter.is_control() || letter == '\n' || letter == '\t';
    text.chars().map(|letter| if is_plain(letter) { letter } else { char::REPLACEMENT_CHARACTER }).collect()
}

/// Looks up names, and answers with the addresses that may be connected to. The connection is made to one of these, so nobody can
/// answer otherwise in between.
struct CarefulResolver {
    reach: Reach,
}

impl Resolve for CarefulResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.reach;
        Box::pin(async move {
            let host = name.as_str();
            let found: Vec<SocketAddr> = match tokio::net::lookup_host((host, 0)).await {
                Ok(found) => found.collect(),
                Err(_) => Vec::new(),
            };
            if found.is_empty() {
                return Err(Unreachable(format!("the name {host} leads nowhere")).into());
            }
            let allowed: Vec<SocketAddr> = found.into_iter().filter(|address| reach.allows(address.ip())).collect();
            if allowed.is_empty() {
                return Err(Unreachable(not_public(host)).into());
            }
            let addresses: Addrs = Box::new(allowed.into_iter());
            Ok(addresses)
        })
    }
}

/// Why a name is not connected to.
#[derive(Debug)]
struct Unreachable(String);

impl fmt::Display for Unreachable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unreachable {}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;
    use tradewind_kernel::{Rng, Secret};

    async fn send(reach: Reach, url: &str) -> Attempt {
        let keys = Keys { newest: sign::new_secret(&Rng::seeded(1)), old: Vec::new() };
        let sender = Sender::new(reach, 5, Clock::System).unwrap();
        sender.send(Parcel { url, keys: &keys, event_id: "evt_1", body: "{}" }).await
    }

    /// Whether anybody has knocked there since.
    fn has_callers(listener: &std::net::TcpListener) -> bool {
        listener.accept().is_ok()
    }

    #[tokio::test]
    async fn a_name_that_leads_to_a_private_address_is_not_connected_to() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let port = listener.local_addr().unwrap().port();
        for host in ["localhost", "LOCALHOST", "127.0.0.1", "127.1", "0x7f.1", "[::ffff:127.0.0.1]"] {
            let attempt = send(Reach::Public, &format!("https://{host}:{port}/")).await;
            let reason = attempt.reason.unwrap();
            assert!(reason.contains("is no public address"), "{host}: {reason}");
            assert!(!has_callers(&listener), "{host}");
        }
        let attempt = send(Reach::Anywhere, &format!("https://localhost:{port}/")).await;
        assert!(attempt.reason.is_some() && has_callers(&listener), "there is somebody to knock at");
    }

    #[tokio::test]
    async fn why_nothing_was_answered_is_said() {
        let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        for (url, expected) in [
            (format!("http://{nobody}/"), "no connection can be made"),
            ("https://nowhere.invalid/".to_owned(), "the name nowhere.invalid leads nowhere"),
        ] {
            let attempt = send(Reach::Anywhere, &url).await;
            assert_eq!(attempt.status, None);
            let reason = attempt.reason.unwrap();
            assert!(reason.contains(expected), "{reason}");
        }
        let keys = Keys { newest: Secret::new("whsec_?"), old: Vec::new() };
        let sender = Sender::new(Reach::Anywhere, 5, Clock::System).unwrap();
        let url = format!("http://{nobody}/");
        let attempt = sender.send(Parcel { url: &url, keys: &keys, event_id: "evt_1", body: "{}" }).await;
        assert!(attempt.reason.unwrap().contains("cannot be signed"));
    }

    #[test]
    fn an_answer_is_kept_as_text_that_any_store_takes() {
        assert_eq!(beginning(b"a\0b\x1b[2Jc\n\xff"), "a\u{fffd}b\u{fffd}[2Jc\n\u{fffd}");
        assert_eq!(beginning(&[b'x'; 5000]).len(), ANSWER_KEPT_BYTES);
    }
}
