//! Addresses of the shop's own files on the wire: clients live elsewhere, so they are told the whole address.

use std::future::Future;
use std::sync::Arc;

use crate::wire::Wire;

tokio::task_local! {
    static PUBLIC_URL: Arc<str>;
}

/// Runs a future whose answer completes the shop's own addresses with this one, which has no slash at its end.
pub(crate) async fn with_public_url<F: Future>(public_url: Arc<str>, future: F) -> F::Output {
    PUBLIC_URL.scope(public_url, future).await
}

/// The address that answers are being completed with; for work that goes on in a task of its own.
pub(crate) fn current_public_url() -> Arc<str> {
    PUBLIC_URL.try_with(Arc::clone).unwrap_or_else(|_| Arc::from(""))
}

/// The address of a picture or file, as it is stored: one that begins with a slash is the shop's own.
#[derive(Clone, Copy, Debug)]
pub struct PublicUrl<'a>(pub &'a str);

impl<'a> PublicUrl<'a> {
    /// An address that may be missing.
    #[must_use]
    pub fn of(stored: &'a Option<String>) -> Option<Self> {
        stored.as_deref().map(Self)
    }
}

impl Wire for PublicUrl<'_> {
    fn write(&self, out: &mut Vec<u8>) {
        let Self(stored) = self;
        let is_own = stored.starts_with('/') && !stored.starts_with("//");
        let whole = PUBLIC_URL.try_with(|public_url| is_own.then(|| format!("{public_url}{stored}")));
        match whole {
            Ok(Some(whole)) => whole.as_str().write(out),
            _ => stored.write(out),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(address: &str) -> String {
        let mut out = Vec::new();
        PublicUrl(address).write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[tokio::test]
    async fn the_shops_own_addresses_are_completed_and_others_stay() {
        with_public_url("https://shop.example".into(), async {
            assert_eq!(written("/media/a.webp"), "\"https://shop.example/media/a.webp\"");
            assert_eq!(written("//cdn.example/a.webp"), "\"//cdn.example/a.webp\"");
            assert_eq!(written("https://cdn.example/a.webp"), "\"https://cdn.example/a.webp\"");
            assert_eq!(written("a.webp"), "\"a.webp\"");
        })
        .await;
        assert_eq!(written("/media/a.webp"), "\"/media/a.webp\"");
    }
}
