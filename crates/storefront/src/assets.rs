//! Styles, scripts and the site's mark: compiled in, named by their content, compressed once, cached for ever.

use std::sync::{LazyLock, OnceLock};

use axum::{
    body::Bytes,
    extract::Path,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use sha2::{Digest, Sha256};

use crate::answer::{accepts, brotli, gzip};

macro_rules! web {
    ($path:literal) => {
        include_str!(concat!("../../../web/storefront/", $path))
    };
}

/// Compressed once and sent for ever: as small as it gets in a few milliseconds.
const BROTLI_QUALITY: u32 = 10;
const GZIP_LEVEL: u32 = 9;

/// The style files in the order of the cascade.
const STYLES: &[&str] = &[
    web!("styles/base.css"),
    web!("styles/parts.css"),
    web!("styles/forms.css"),
    web!("styles/shell.css"),
    web!("styles/home.css"),
    web!("styles/listing.css"),
    web!("styles/product.css"),
    web!("styles/purchase.css"),
    web!("styles/account.css"),
];

/// The islands. None imports another, so they travel as one file, each in a block of its own.
const ISLANDS: &[&str] = &[
    web!("islands/disclosures.js"),
    web!("islands/gallery.js"),
    web!("islands/quantity.js"),
    web!("islands/requests.js"),
];

const HTMX: &str = web!("vendor/htmx.min.js");
const MARK: &str = web!("mark.svg");

static ASSETS: LazyLock<[Asset; 4]> = LazyLock::new(|| {
    [
        Asset::new("storefront", "css", "text/css; charset=utf-8", minify_styles(&STYLES.concat())),
        Asset::new("storefront", "js", "text/javascript; charset=utf-8", join_islands()),
        Asset::new("htmx", "js", "text/javascript; charset=utf-8", HTMX.to_owned()),
        Asset::new("mark", "svg", "image/svg+xml", MARK.to_owned()),
    ]
});

/// The address of the one style sheet.
pub fn stylesheet() -> &'static str {
    &ASSETS[0].path
}

/// The address of the islands.
pub fn islands() -> &'static str {
    &ASSETS[1].path
}

/// The address of htmx.
pub fn htmx() -> &'static str {
    &ASSETS[2].path
}

/// The address of the site's mark, which is also its favicon.
pub fn mark() -> &'static str {
    &ASSETS[3].path
}

/// Every asset with its path and bytes, for a page written to a folder.
pub fn all() -> impl Iterator<Item = (&'static str, &'static [u8])> {
    ASSETS.iter().map(|asset| (asset.path.as_str(), asset.plain.as_ref()))
}

/// Answers `GET /assets/{file}`.
pub async fn serve(Path(file): Path<String>, headers: HeaderMap) -> Response {
    let Some(asset) = ASSETS.iter().find(|asset| asset.path.strip_prefix("/assets/") == Some(file.as_str())) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let (encoding, bytes) = asset.encoded_for(&headers);
    let mut response = bytes.into_response();
    let answer = response.headers_mut();
    answer.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.media_type));
    answer.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    answer.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    answer.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Some(encoding) = encoding {
        answer.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

struct Asset {
    path: String,
    media_type: &'static str,
    plain: Bytes,
    brotli: OnceLock<Option<Bytes>>,
    gzip: OnceLock<Option<Bytes>>,
}

impl Asset {
    fn new(name: &str, extension: &str, media_type: &'static str, text: String) -> Self {
        let digest = hex::encode(&Sha256::digest(text.as_bytes())[..6]);
        Self {
            path: format!("/assets/{name}.{digest}.{extension}"),
            media_type,
            plain: Bytes::from(text),
            brotli: OnceLock::new(),
            gzip: OnceLock::new(),
        }
    }

    /// The bytes in the best encoding the client accepts; compressed when first asked for, then kept.
    fn encoded_for(&self, asked: &HeaderMap) -> (Option<&'static str>, Bytes) {
        let packed = if accepts(asked, "br") {
            let packed = self.brotli.get_or_init(|| brotli(&self.plain, BROTLI_QUALITY));
            packed.clone().map(|packed| (Some("br"), packed))
        } else if accepts(asked, "gzip") {
            let packed = self.gzip.get_or_init(|| gzip(&self.plain, GZIP_LEVEL));
            packed.clone().map(|packed| (Some("gzip"), packed))
        } else {
            None
        };
        packed.unwrap_or_else(|| (None, self.plain.clone()))
    }
}

fn join_islands() -> String {
    ISLANDS.iter().map(|island| format!("{{\n{island}}}\n")).collect()
}

/// Drops comments and needless white space. Our styles hold no string with `{`, `}`, `;` or `,` beside a space.
fn minify_styles(styles: &str) -> String {
    let mut text = String::with_capacity(styles.len());
    let mut rest = styles;
    while let Some((before, after)) = rest.split_once("/*") {
        text.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    text.push_str(rest);

    let mut small = String::with_capacity(text.len());
    for word in text.split_ascii_whitespace() {
        let joins = small.ends_with(['{', '}', ';', ',']) || word.starts_with(['{', '}', ';', ',']);
        if !small.is_empty() && !joins {
            small.push(' ');
        }
        small.push_str(word);
    }
    small
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn asked(encodings: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(encodings))])
    }

    #[test]
    fn styles_lose_comments_and_white_space_and_nothing_else() {
        let small = minify_styles("/* a */ a ,\n b { color : red ; }\n @media (width > 3rem) { p { margin: 0 } }");
        assert_eq!(small, "a,b{color : red;}@media (width > 3rem){p{margin: 0}}");
    }

    #[test]
    fn every_encoding_unpacks_to_the_plain_bytes() {
        for asset in ASSETS.iter() {
            let (encoding, packed) = asset.encoded_for(&asked("gzip;q=0.5, br"));
            assert_eq!(encoding, Some("br"));
            let mut plain = Vec::new();
            brotli::Decompressor::new(packed.as_ref(), 4096).read_to_end(&mut plain).unwrap();
            assert_eq!(plain, asset.plain, "{}", asset.path);

            let (encoding, packed) = asset.encoded_for(&asked("br;q=0, gzip"));
            assert_eq!(encoding, Some("gzip"));
            let mut plain = Vec::new();
            flate2::read::GzDecoder::new(packed.as_ref()).read_to_end(&mut plain).unwrap();
            assert_eq!(plain, asset.plain, "{}", asset.path);

            assert_eq!(asset.encoded_for(&asked("identity")).0, None);
        }
    }

    #[test]
    fn all_script_together_stays_small() {
        let bytes: usize = ASSETS
            .iter()
            .filter(|asset| asset.path.ends_with(".js"))
            .map(|asset| asset.encoded_for(&asked("gzip")).1.len())
            .sum();
        assert!(bytes < 25_000, "{bytes} bytes of compressed script");
    }
}
