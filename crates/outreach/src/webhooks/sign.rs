//! Signatures as the Standard Webhooks specification has them, and the secrets they are made with.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use tradewind_kernel::{Error, Result, Rng, Secret, Timestamp};

/// What a secret begins with.
const SECRET_PREFIX: &str = "whsec_";
/// How many random bytes are in one; the specification has 24 to 64.
const SECRET_BYTES: usize = 32;

/// A new secret.
pub(super) fn new_secret(rng: &Rng) -> Secret {
    Secret::new(format!("{SECRET_PREFIX}{}", BASE64_STANDARD.encode(rng.bytes::<SECRET_BYTES>())))
}

/// The header `webhook-signature`: a signature with each of the secrets, the receiver knows one of them.
pub(super) fn signatures<'s>(
    secrets: impl Iterator<Item = &'s Secret>,
    id: &str,
    at: Timestamp,
    body: &str,
) -> Result<String> {
    let signed: Result<Vec<_>> = secrets.map(|secret| signature(secret, id, at, body)).collect();
    Ok(signed?.join(" "))
}

fn signature(secret: &Secret, id: &str, at: Timestamp, body: &str) -> Result<String> {
    let encoded = secret.expose().strip_prefix(SECRET_PREFIX).unwrap_or(secret.expose());
    // The cause would show where in the secret it is.
    let key = BASE64_STANDARD.decode(encoded).map_err(|_| Error::internal("a webhook's secret is not base64"))?;
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).map_err(Error::internal)?;
    mac.update(format!("{id}.{}.{body}", at.unix_seconds()).as_bytes());
    Ok(format!("v1,{}", BASE64_STANDARD.encode(mac.finalize().into_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example that the libraries of the specification share.
    #[test]
    fn the_example_of_the_specification_is_signed_as_it_says() {
        let secret = Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let at = Timestamp(1_614_265_330_000);
        let signed = |secrets: &[Secret]| {
            signatures(secrets.iter(), "msg_p5jXN8AQM9LWM0D4loKWxJek", at, r#"{"test": 2432232314}"#).unwrap()
        };
        let expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        assert_eq!(signed(std::slice::from_ref(&secret)), expected);
        let two = signed(&[new_secret(&Rng::seeded(1)), secret]);
        assert_eq!(two.split(' ').count(), 2);
        assert!(two.ends_with(expected) && two.starts_with("v1,"), "{two}");
    }

    #[test]
    fn each_secret_is_a_new_one_of_32_bytes() {
        let rng = Rng::seeded(1);
        let (first, second) = (new_secret(&rng), new_secret(&rng));
        assert_ne!(first, second);
        assert_eq!(BASE64_STANDARD.decode(&first.expose()[SECRET_PREFIX.len()..]).unwrap().len(), SECRET_BYTES);
        let none = Secret::new("whsec_not base64");
        let error = signatures([&none].into_iter(), "evt_1", Timestamp(0), "{}").unwrap_err();
        assert!(!format!("{error:?}").contains("not base64 "), "{error:?}");
    }
}
