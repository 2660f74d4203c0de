//! Ready answers: the bytes of hot catalogue answers, kept with their ETag and compressed forms until what they show changes.

use std::future::Future;
use std::io::Write as _;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use tradewind_kernel::{Error, Result, Timestamp};
use tradewind_platform::cache::{Keeping, Tier};

use crate::wire::{JSON, Json};

const SURROGATE_KEY: HeaderName = HeaderName::from_static("surrogate-key");
/// Smaller bodies are not worth compressing.
const COMPRESS_BYTES_MIN: usize = 1024;
/// Brotli's quality: the best that takes a few milliseconds at most.
const BROTLI_QUALITY: u32 = 5;
/// Whatever was overlooked is right again after a minute.
const KEPT_FOR: Duration = Duration::from_secs(60);
/// What it is called where processes share it.
const NAME: &str = "http.ready";

/// The versions of what an answer was made from; it is made again once one of them has risen. 0 for what it does not show.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Versions {
    /// Of the catalogue.
    pub catalog: u64,
    /// Of regions, currencies and taxes.
    pub market: u64,
    /// Of the stock.
    pub inventory: u64,
    /// Of price lists and promotions.
    pub offers: u64,
    /// When prices will change by themselves, because a price list begins or ends: a later one means that they have.
    pub next_turn: Option<Timestamp>,
}

/// A new answer, and the keys by which caches in front of us may be told to drop it.
#[derive(Debug)]
pub struct Rendered {
    /// The body.
    pub json: Json,
    /// Separated by spaces: `products prod_…`.
    pub surrogate_keys: String,
    /// Whether it may be kept: it is not, where it shows what its key or the versions do not tell.
    pub is_kept: bool,
}

impl Versions {
    /// What of the versions the state of the database does not tell: `None` where the answer shows what is not announced.
    fn beyond_state(&self) -> Option<i64> {
        (self.inventory == 0).then(|| self.next_turn.map_or(i64::MAX, |turn| turn.0))
    }
}

/// Who asks, which decides whether a shared cache may keep the answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Audience {
    /// Anybody with the same key.
    Everybody,
    /// Somebody who is logged in.
    One,
}

struct Kept {
    versions: Versions,
    body: Bytes,
    etag: HeaderValue,
    surrogate_keys: HeaderValue,
    asked: AtomicU32,
    gzip: OnceLock<Bytes>,
    brotli: OnceLock<Bytes>,
}

/// Answers that are ready to be sent. Cheap to clone; clones share what they hold.
#[derive(Clone)]
pub struct Ready {
    kept: moka::sync::Cache<String, Arc<Kept>>,
    cache_control: HeaderValue,
    tier: Option<Tier>,
}

/// An answer as processes share it.
#[derive(Serialize, Deserialize)]
struct Shared {
    json: String,
    surrogate_keys: String,
}

impl Shared {
    fn rendered(self, is_kept: bool) -> Rendered {
        Rendered { json: Json(self.json.into_bytes()), surrogate_keys: self.surrogate_keys, is_kept }
    }
}

impl Ready {
    /// Keeps at most `bytes_max` bytes; shared caches may keep an answer for `shared_seconds`.
    #[must_use]
    pub fn new(bytes_max: u64, shared_seconds: u32) -> Self {
        let kept = moka::sync::Cache::builder()
            .max_capacity(bytes_max)
            // Three forms at most, the compressed ones far smaller.
            .weigher(|key: &String, kept: &Arc<Kept>| {
                u32::try_from(key.len() + kept.body.len() * 3 / 2 + 512).unwrap_or(u32::MAX)
            })
            .time_to_live(KEPT_FOR)
            .build();
        let cache_control = format!(
            "public, max-age=0, s-maxage={shared_seconds}, stale-while-revalidate={}",
            shared_seconds.saturating_mul(6)
        );
        let cache_control = HeaderValue::from_str(&cache_control).unwrap_or(HeaderValue::from_static("no-cache"));
        Self { kept, cache_control, tier: None }
    }

    /// Shares answers with other processes.
    #[must_use]
    pub fn behind(self, tier: Tier) -> Self {
        Self { tier: Some(tier).filter(Tier::is_shared), ..self }
    }

    /// The answer under this key, rendered where it is not held or what it shows has changed.
    pub async fn answer<F>(
        &self,
        key: &str,
        versions: Versions,
        headers: &HeaderMap,
        audience: Audience,
        render: F,
    ) -> Result<Response>
    where
        F: Future<Output = Result<Rendered>>,
    {
        if let Some(kept) = self.kept.get(key)
            && kept.versions == versions
        {
            return Ok(self.send(&kept, headers, audience));
        }
        let rendered = Box::pin(self.rendered(key, versions, render)).await?;
        if !rendered.is_kept {
            return Ok(rendered.json.into_response());
        }
        let kept = Arc::new(Kept::new(versions, rendered));
        self.kept.insert(key.to_owned(), Arc::clone(&kept));
        Ok(self.send(&kept, headers, audience))
    }

    async fn rendered<F>(&self, key: &str, versions: Versions, render: F) -> Result<Rendered>
    where
        F: Future<Output = Result<Rendered>>,
    {
        let (Some(tier), Some(beyond)) = (&self.tier, versions.beyond_state()) else {
            return render.await;
        };
        let key = format!("{beyond}|{key}");
        let (mut render, mut own) = (Some(render), None);
        // `None` is shared too: it tells everybody that answers under this key are not.
        let shared = tier.get_or_load(NAME, &key, Keeping::fresh_for(KEPT_FOR), async {
            let Some(render) = render.take() else { return Ok(None) };
            let Rendered { json, surrogate_keys, is_kept } = render.await?;
            let json = String::from_utf8(json.0).map_err(Error::internal)?;
            let rendered = Shared { json, surrogate_keys };
            if is_kept {
                return Ok(Some(rendered));
            }
            own = Some(rendered);
            Ok(None)
        });
        let shared = shared.await?;
        match (shared, own, render) {
            (Some(shared), ..) => Ok(shared.rendered(true)),
            (None, Some(own), _) => Ok(own.rendered(false)),
            (None, None, Some(render)) => render.await,
            (None, None, None) => Err(Error::internal("an answer that was rendered is gone")),
        }
    }

    fn send(&self, kept: &Kept, asked: &HeaderMap, audience: Audience) -> Response {
        let known = asked.get(header::IF_NONE_MATCH).is_some_and(|sent| matches(sent.as_bytes(), kept.etag.as_bytes()));
        let (body, encoding) = if known { (Bytes::new(), None) } else { kept.form(asked.get(header::ACCEPT_ENCODING)) };
        let mut response = Response::new(Body::from(body));
        if known {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
        }
        let headers = response.headers_mut();
        headers.reserve(12);
        headers.insert(header::CONTENT_TYPE, JSON);
        headers.insert(header::ETAG, kept.etag.clone());
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding, x-publishable-api-key, authorization"));
        if let Some(encoding) = encoding {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        match audience {
            Audience::Everybody => {
                headers.insert(header::CACHE_CONTROL, self.cache_control.clone());
                headers.insert(SURROGATE_KEY, kept.surrogate_keys.clone());
            }
            Audience::One => {
                headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
            }
        }
        response
    }
}

impl Kept {
    fn new(versions: Versions, rendered: Rendered) -> Self {
        let body = Bytes::from(rendered.json.0);
        let etag = format!("\"{}\"", hex::encode(&Sha256::digest(&body)[..12]));
        Self {
            versions,
            body,
            etag: HeaderValue::from_str(&etag).unwrap_or(HeaderValue::from_static("\"\"")),
            surrogate_keys: HeaderValue::from_str(&rendered.surrogate_keys).unwrap_or(HeaderValue::from_static("")),
            asked: AtomicU32::new(0),
            gzip: OnceLock::new(),
            brotli: OnceLock::new(),
        }
    }

    /// The body in the best form the client takes. Compressed forms are made the second time somebody asks: most answers
    /// that are asked for once are never asked for again.
    fn form(&self, accepted: Option<&HeaderValue>) -> (Bytes, Option<&'static str>) {
        let plain = (self.body.clone(), None);
        if self.body.len() < COMPRESS_BYTES_MIN || self.asked.fetch_add(1, Ordering::Relaxed) == 0 {
            return plain;
        }
        let Some(accepted) = accepted.and_then(|accepted| accepted.to_str().ok()) else {
            return plain;
        };
        let takes = |name: &str| {
            accepted.split(',').any(|coding| {
                let (coding, weight) = coding.split_once(';').unwrap_or((coding, ""));
                coding.trim() == name && !matches!(weight.trim(), "q=0" | "q=0.0")
            })
        };
        if takes("br") {
            let form = self.brotli.get_or_init(|| brotli(&self.body).unwrap_or_default());
            if !form.is_empty() {
                return (form.clone(), Some("br"));
            }
        }
        if takes("gzip") {
            let form = self.gzip.get_or_init(|| gzip(&self.body).unwrap_or_default());
            if !form.is_empty() {
                return (form.clone(), Some("gzip"));
            }
        }
        plain
    }
}

/// Whether the client's list of tags has this one; a weak tag is as good.
fn matches(sent: &[u8], etag: &[u8]) -> bool {
    sent == etag
        || std::str::from_utf8(sent).is_ok_and(|sent| {
            sent.split(',')
                .map(|tag| tag.trim().trim_start_matches("W/"))
                .any(|tag| tag == "*" || tag.as_bytes() == etag)
        })
}

fn gzip(body: &[u8]) -> std::io::Result<Bytes> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(6));
    encoder.write_all(body)?;
    Ok(encoder.finish()?.into())
}

fn brotli(body: &[u8]) -> std::io::Result<Bytes> {
    let mut out = Vec::new();
    let params = brotli::enc::BrotliEncoderParams { quality: BROTLI_QUALITY as i32, ..Default::default() };
    brotli::BrotliCompress(&mut &*body, &mut out, &params)?;
    Ok(out.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn ask(ready: &Ready, version: u64, headers: &[(HeaderName, &str)], text: &str) -> Response {
        let headers = headers
            .iter()
            .map(|(name, value)| (name.clone(), HeaderValue::from_str(value).expect("a header")))
            .collect();
        let versions = Versions { catalog: version, ..Versions::default() };
        let body = format!("\"{}\"", text.repeat(2000)).into_bytes();
        ready
            .answer("/store/products?|pk_1", versions, &headers, Audience::Everybody, async {
                Ok(Rendered { json: Json(body), surrogate_keys: "products".to_owned(), is_kept: true })
            })
            .await
            .expect("an answer")
    }

    #[tokio::test]
    async fn bytes_are_kept_until_a_version_rises() {
        let ready = Ready::new(1_000_000, 30);
        let first = ask(&ready, 1, &[], "a").await;
        let tag = first.headers()[header::ETAG].to_str().expect("text").to_owned();
        let again = ask(&ready, 1, &[], "b").await;
        assert_eq!(again.headers()[header::ETAG], tag.as_str());
        let changed = ask(&ready, 2, &[], "b").await;
        assert_ne!(changed.headers()[header::ETAG], tag.as_str());
    }

    #[tokio::test]
    async fn a_known_tag_is_answered_without_a_body() {
        let ready = Ready::new(1_000_000, 30);
        let first = ask(&ready, 1, &[], "a").await;
        let tag = first.headers()[header::ETAG].to_str().expect("text").to_owned();
        let weak = format!("\"x\", W/{tag}");
        let second = ask(&ready, 1, &[(header::IF_NONE_MATCH, &weak)], "a").await;
        assert_eq!(second.status(), StatusCode::NOT_MODIFIED);
    }

    #[tokio::test]
    async fn hot_answers_are_compressed() {
        let ready = Ready::new(1_000_000, 30);
        let accept = [(header::ACCEPT_ENCODING, "gzip, br;q=1")];
        assert!(!ask(&ready, 1, &accept, "a").await.headers().contains_key(header::CONTENT_ENCODING));
        let hot = ask(&ready, 1, &accept, "a").await;
        assert_eq!(hot.headers()[header::CONTENT_ENCODING], "br");
        let gzip = ask(&ready, 1, &[(header::ACCEPT_ENCODING, "gzip, br;q=0")], "a").await;
        assert_eq!(gzip.headers()[header::CONTENT_ENCODING], "gzip");
        assert!(hot.headers()[header::CACHE_CONTROL].to_str().is_ok_and(|c| c.contains("s-maxage=30")));
    }
}
