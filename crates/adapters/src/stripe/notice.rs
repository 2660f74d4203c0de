//! Stripe's notices: whether one is from Stripe, and which cart it is about.
//!
//! The signature follows Stripe's "Verify webhook signatures manually": `Stripe-Signature: t=SECONDS,v1=HEX[,v1=HEX]`, where each `v1` is
//! an HMAC-SHA256 of `SECONDS.BODY` with the secret of the endpoint.

use hmac::{Hmac, Mac as _};
use serde::Deserialize;
use sha2::Sha256;
use tradewind_kernel::{Result, Secret, Timestamp};
use tradewind_platform::payment::{Notice, bad_notice};

/// How far a notice's time may be from ours: an older one may be somebody's copy.
const TOLERANCE_SECONDS: i64 = 300;
/// How many signatures are looked at.
const SIGNATURES_MAX: usize = 8;
/// The longest id of a cart that is believed.
const CART_ID_MAX: usize = 100;

fn mac(secret: &Secret, seconds: i64, body: &[u8]) -> Hmac<Sha256> {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()).expect("an HMAC takes a key of any length");
    mac.update(seconds.to_string().as_bytes());
    mac.update(b".");
    mac.update(body);
    mac
}

#[derive(Deserialize)]
struct Event {
    #[serde(rename = "type")]
    kind: String,
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    object: Object,
}

#[derive(Deserialize)]
struct Object {
    #[serde(default)]
    metadata: Option<Metadata>,
}

#[derive(Deserialize)]
struct Metadata {
    #[serde(default)]
    cart_id: Option<String>,
}

/// The cart that a notice is about, where it is about a payment of a cart.
pub(super) fn cart_of(notice: &Notice, secret: &Secret, now: Timestamp) -> Result<Option<String>> {
    check(notice, secret, now)?;
    let unreadable = |error| bad_notice(format!("The notice cannot be read as an event of Stripe's: {error}"));
    let event: Event = serde_json::from_slice(&notice.body).map_err(unreadable)?;
    if !event.kind.starts_with("payment_intent.") {
        return Ok(None);
    }
    let cart_id = event.data.object.metadata.and_then(|metadata| metadata.cart_id);
    Ok(cart_id.filter(|id| id.starts_with("cart_") && id.len() <= CART_ID_MAX))
}

fn check(notice: &Notice, secret: &Secret, now: Timestamp) -> Result<()> {
    let header = notice
        .headers
        .get("stripe-signature")
        .ok_or_else(|| bad_notice("The notice is not signed: the header Stripe-Signature is missing"))?;
    let (mut seconds, mut signatures) = (None, Vec::new());
    for part in header.split(',') {
        match part.trim().split_once('=') {
            Some(("t", text)) => seconds = text.parse::<i64>().ok(),
            Some(("v1", text)) => signatures.extend(hex::decode(text)),
            _ => {}
        }
    }
    let seconds = seconds.ok_or_else(|| bad_notice("The header Stripe-Signature does not say when it was made"))?;
    // Compared in constant time. There are several while a secret is being changed; the body is gone through once, however many.
    let mac = mac(secret, seconds, &notice.body);
    let is_signed = signatures.iter().take(SIGNATURES_MAX).any(|signature| mac.clone().verify_slice(signature).is_ok());
    if !is_signed {
        return Err(bad_notice(
            "The notice is not signed with the secret of this shop; compare payment.stripe.webhook_secret with Stripe's dashboard",
        ));
    }
    let age = (now.0 / 1000).saturating_sub(seconds);
    if age.saturating_abs() > TOLERANCE_SECONDS {
        return Err(bad_notice("The notice was signed too long ago, or the clock of this machine is wrong"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use tradewind_platform::payment::BAD_NOTICE;

    use super::*;

    const NOW: Timestamp = Timestamp(1_800_000_000_000);
    const SECONDS: i64 = 1_800_000_000;
    const BODY: &str =
        r#"{"type":"payment_intent.succeeded","data":{"object":{"id":"pi_1","metadata":{"cart_id":"cart_1"}}}}"#;

    /// The header in which Stripe would sign this body at this time.
    fn sign(secret: &Secret, seconds: i64, body: &[u8]) -> String {
        format!("t={seconds},v1={}", hex::encode(mac(secret, seconds, body).finalize().into_bytes()))
    }

    fn secret() -> Secret {
        Secret::new("whsec_test")
    }

    fn asked(body: &str, header: Option<String>) -> Result<Option<String>> {
        let headers = header.map(|header| ("stripe-signature".to_owned(), header)).into_iter().collect();
        cart_of(&Notice { headers, body: Bytes::copy_from_slice(body.as_bytes()) }, &secret(), NOW)
    }

    fn signed(body: &str, seconds: i64) -> Result<Option<String>> {
        asked(body, Some(sign(&secret(), seconds, body.as_bytes())))
    }

    #[test]
    fn what_is_signed_is_believed() {
        for seconds in [SECONDS, SECONDS - 300, SECONDS + 300] {
            assert_eq!(signed(BODY, seconds).expect("it is signed"), Some("cart_1".to_owned()));
        }
        // While the secret is being changed, there are two signatures.
        let two = sign(&secret(), SECONDS, BODY.as_bytes()).replace("v1=", &format!("v1={},v1=", "00".repeat(32)));
        assert_eq!(asked(BODY, Some(two)).expect("one is right"), Some("cart_1".to_owned()));
    }

    #[test]
    fn a_signature_is_the_one_that_others_make() {
        // `printf '12345.{"a":1}' | openssl dgst -sha256 -hmac whsec_test_secret`
        let digest = "f4622933456dde0b4bbb398673bbbe403e693bb6354a02bcb9b282b4fcbd4cc2";
        let header = sign(&Secret::new("whsec_test_secret"), 12_345, br#"{"a":1}"#);
        assert_eq!(header, format!("t=12345,v1={digest}"));
    }

    #[test]
    fn what_is_not_signed_or_old_is_not() {
        let other = sign(&Secret::new("whsec_other"), SECONDS, BODY.as_bytes());
        let of_another_body = sign(&secret(), SECONDS, b"{}");
        let headers = [None, Some(other), Some(of_another_body), Some("t=1".to_owned()), Some("v1=00".to_owned())];
        for header in headers {
            let error = asked(BODY, header.clone()).expect_err("it is not signed");
            assert!(error.is(BAD_NOTICE), "{header:?}: {error:?}");
        }
        for seconds in [SECONDS - 301, SECONDS + 301, i64::MIN, i64::MAX] {
            assert!(signed(BODY, seconds).expect_err("it is old").is(BAD_NOTICE));
        }
        assert!(signed("{", SECONDS).expect_err("no JSON").is(BAD_NOTICE));
    }

    #[test]
    fn what_is_about_no_cart_of_ours_concerns_nobody() {
        for body in [
            r#"{"type":"charge.succeeded","data":{"object":{"metadata":{"cart_id":"cart_1"}}}}"#,
            r#"{"type":"payment_intent.succeeded","data":{"object":{"metadata":{}}}}"#,
            r#"{"type":"payment_intent.succeeded","data":{"object":{}}}"#,
            r#"{"type":"payment_intent.succeeded","data":{"object":{"metadata":{"cart_id":"another thing"}}}}"#,
        ] {
            assert_eq!(signed(body, SECONDS).expect("it is signed"), None, "{body}");
        }
    }
}
