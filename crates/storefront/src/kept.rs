//! Pages kept ready for visitors of whom nothing is known, until what they show changes.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use askama::Template;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use sha2::{Digest as _, Sha256};
use tradewind_kernel::{Error, Result, Timestamp};

use crate::answer::{accepts, brotli, gzip, page, set_page_headers, with_encoding};
use crate::state::Storefront;
use crate::visitor::Guest;

/// How much is kept in all, compressed forms included.
const BYTES_MAX: u64 = 8 * 1024 * 1024;
/// Longer addresses are a visitor's own and are not kept.
const ADDRESS_LENGTH_MAX: usize = 160;
const BROTLI_QUALITY: u32 = 6;
const GZIP_LEVEL: u32 = 6;

/// The versions of what a page was made from.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Versions {
    catalog: u64,
    market: u64,
    inventory: u64,
    offers: u64,
    /// When prices will change by themselves, because a price list begins or ends.
    next_turn: Option<Timestamp>,
}

/// Pages that are ready to be sent. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Kept {
    pages: moka::sync::Cache<String, Arc<KeptPage>>,
}

struct KeptPage {
    versions: Versions,
    plain: Bytes,
    etag: HeaderValue,
    asked: AtomicU32,
    gzip: OnceLock<Option<Bytes>>,
    brotli: OnceLock<Option<Bytes>>,
}

impl Kept {
    pub(crate) fn new() -> Self {
        let pages = moka::sync::Cache::builder()
            .max_capacity(BYTES_MAX)
            // Compressed forms come later and take about half as much again.
            .weigher(|address: &String, page: &Arc<KeptPage>| {
                u32::try_from(address.len() + page.plain.len() * 3 / 2).unwrap_or(u32::MAX)
            })
            .build();
        Self { pages }
    }
}

impl Storefront {
    /// A page that shows nothing but the catalogue, and the visitor's own things in its header. `make` is not run where the
    /// page is ready.
    pub(crate) async fn public_page<T: Template>(
        &self,
        guest: &Guest,
        asked: &HeaderMap,
        make: impl Future<Output = Result<T>>,
    ) -> Result<Response> {
        if !guest.is_anonymous || guest.here.len() > ADDRESS_LENGTH_MAX {
            let mut response = page(StatusCode::OK, &make.await?, asked)?;
            // Nothing of it but the header is the visitor's own: the browser may keep it for the button "back".
            let kept_by_browser = HeaderValue::from_static("private, no-cache");
            response.headers_mut().insert(header::CACHE_CONTROL, kept_by_browser);
            return Ok(response);
        }
        let address = format!("{} {}", guest.region.id, guest.here);
        // Asked before the page is made: what is committed meanwhile makes the page stale, not wrong.
        let versions = Versions {
            catalog: self.parts.catalog.version(),
            market: self.parts.market.version(),
            inventory: self.parts.inventory.version(),
            offers: self.parts.offers.version(),
            next_turn: guest.prices.next_turn(),
        };
        if let Some(kept) = self.kept.pages.get(&address)
            && kept.versions == versions
        {
            return Ok(kept.send(asked));
        }
        let html = make.await?.render().map_err(Error::internal)?;
        let kept = Arc::new(KeptPage::new(versions, html));
        self.kept.pages.insert(address, Arc::clone(&kept));
        Ok(kept.send(asked))
    }
}

impl KeptPage {
    fn new(versions: Versions, html: String) -> Self {
        let digest = hex::encode(&Sha256::digest(html.as_bytes())[..12]);
        Self {
            versions,
            plain: Bytes::from(html),
            etag: HeaderValue::from_str(&format!("\"{digest}\"")).unwrap_or(HeaderValue::from_static("\"\"")),
            asked: AtomicU32::new(0),
            gzip: OnceLock::new(),
            brotli: OnceLock::new(),
        }
    }

    fn send(&self, asked: &HeaderMap) -> Response {
        let known = asked.get(header::IF_NONE_MATCH).is_some_and(|tags| {
            tags.to_str().is_ok_and(|tags| {
                tags.split(',').any(|tag| tag.trim().trim_start_matches("W/").as_bytes() == self.etag.as_bytes())
            })
        });
        let mut response = if known {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            response
        } else {
            self.form(asked)
        };
        let headers = response.headers_mut();
        headers.insert(header::ETAG, self.etag.clone());
        headers.insert(header::VARY, HeaderValue::from_static("cookie, accept-encoding"));
        headers.insert(
            header::CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=0, s-maxage=30, stale-while-revalidate=180"),
        );
        set_page_headers(headers);
        response
    }

    /// The page in the best form the client takes. It is packed well when it is asked for again; the first time, quickly.
    fn form(&self, asked: &HeaderMap) -> Response {
        let is_hot = self.asked.fetch_add(1, Ordering::Relaxed) > 0;
        if is_hot && accepts(asked, "br") {
            let packed = self.brotli.get_or_init(|| brotli(&self.plain, BROTLI_QUALITY));
            if let Some(packed) = packed {
                return with_encoding(Response::new(Body::from(packed.clone())), "br");
            }
        }
        if accepts(asked, "gzip") {
            let packed = self.gzip.get_or_init(|| gzip(&self.plain, GZIP_LEVEL));
            if let Some(packed) = packed {
                return with_encoding(Response::new(Body::from(packed.clone())), "gzip");
            }
        }
        Response::new(Body::from(self.plain.clone()))
    }
}
