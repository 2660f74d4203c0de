//! Asking Stripe over HTTP: forms go there, JSON of limited size comes back. Nothing is asked twice here.

use std::time::Duration;

use reqwest::header::{HeaderValue, USER_AGENT};
use reqwest::redirect::Policy;
use reqwest::{RequestBuilder, Response};
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};
use tradewind_kernel::{Error, Result, Secret};
use tradewind_platform::payment::no_answer;

use super::StripeOptions;
use super::wire::{Failure, Intent, read};

/// The version of Stripe's interface that is spoken here, whatever the account is set to.
const VERSION: &str = "2024-06-20";
const CONNECT_SECONDS_MAX: u64 = 5;
/// The largest answer.
const ANSWER_BYTES_MAX: usize = 1 << 20;
/// The longest idempotency key that Stripe takes.
const KEY_LENGTH_MAX: usize = 255;

/// The fields of a form.
pub(super) type Form = Vec<(&'static str, String)>;

/// Where Stripe is, and how it is asked.
#[derive(Debug)]
pub(super) struct Client {
    http: reqwest::Client,
    url: String,
    api_key: Secret,
    answer_seconds_max: u64,
}

impl Client {
    pub(super) fn new(options: &StripeOptions) -> Result<Self> {
        let api_key = options.api_key.clone();
        if api_key.expose().is_empty() || !api_key.expose().bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Error::invalid(
                "payment.stripe.api_key",
                "The API key is empty or holds blanks; give the secret key that Stripe's dashboard shows (sk_...)",
            ));
        }
        let url = options.url.trim_end_matches('/').to_owned();
        let is_http = reqwest::Url::parse(&url).is_ok_and(|parsed| ["https", "http"].contains(&parsed.scheme()));
        if !is_http || url.contains(['?', '#']) {
            return Err(Error::invalid(
                "payment.stripe.url",
                "This is no address that can be asked; Stripe's is https://api.stripe.com",
            ));
        }
        let answer_seconds_max = options.answer_seconds_max;
        if answer_seconds_max == 0 {
            return Err(Error::invalid("payment.stripe.answer_seconds_max", "An answer takes at least one second"));
        }
        // Whoever comes second finds one installed, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(CONNECT_SECONDS_MAX))
            .timeout(Duration::from_secs(answer_seconds_max))
            // The key is for Stripe, and for nobody whom Stripe names.
            .redirect(Policy::none())
            .build()
            .map_err(Error::internal)?;
        Ok(Self { http, url, api_key, answer_seconds_max })
    }

    /// How a payment stands.
    pub(super) async fn intent(&self, id: &str) -> Result<Intent> {
        let asked = self.http.get(format!("{}/v1/payment_intents/{id}", self.url));
        let intent: Intent = match self.send(asked).await {
            Ok(intent) => intent,
            Err(Failure::Refused(refusal)) if !refusal.is_not_found() => return Err(refusal.into_unknown()),
            Err(failure) => return Err(failure.into()),
        };
        match intent.id == id {
            true => Ok(intent),
            false => Err(no_answer("Stripe was asked about one payment and answers about another")),
        }
    }

    /// Asks for something to be done: once per key, where there is one.
    pub(super) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        form: &Form,
        key: Option<&str>,
    ) -> Result<T, Failure> {
        let mut request = self.http.post(format!("{}/v1/{path}", self.url)).form(form);
        if let Some(key) = key {
            let key = HeaderValue::from_str(&key_for_stripe(key))
                .map_err(|error| Failure::Unknown(Error::internal(error)))?;
            request = request.header("Idempotency-Key", key);
        }
        self.send(request).await
    }

    async fn send<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, Failure> {
        let request = request
            .bearer_auth(self.api_key.expose())
            .header("Stripe-Version", VERSION)
            .header(USER_AGENT, concat!("Tradewind/", env!("CARGO_PKG_VERSION")));
        let mut response = request.send().await.map_err(|error| self.unknown(error))?;
        let body = self.body(&mut response).await.map_err(Failure::Unknown)?;
        let request_id = response.headers().get("request-id").and_then(|id| id.to_str().ok());
        read(response.status().as_u16(), request_id, &body)
    }

    async fn body(&self, response: &mut Response) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            match response.chunk().await {
                Ok(None) => return Ok(body),
                Ok(Some(chunk)) if body.len() + chunk.len() > ANSWER_BYTES_MAX => {
                    return Err(no_answer(format!("Stripe's answer is larger than {} MiB", ANSWER_BYTES_MAX >> 20)));
                }
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Err(error) => return Err(self.no_answer(error)),
            }
        }
    }

    fn unknown(&self, error: reqwest::Error) -> Failure {
        Failure::Unknown(self.no_answer(error))
    }

    fn no_answer(&self, error: reqwest::Error) -> Error {
        let reason = if error.is_connect() {
            "Stripe cannot be reached".to_owned()
        } else if error.is_timeout() {
            format!("Stripe took longer than {} seconds", self.answer_seconds_max)
        } else {
            "the connection to Stripe was lost".to_owned()
        };
        no_answer(reason).caused_by(error.without_url())
    }
}

/// A key as Stripe takes it: one that is too long, or of other letters, is replaced by its digest.
pub(super) fn key_for_stripe(key: &str) -> String {
    let is_plain = key.bytes().all(|byte| byte.is_ascii_graphic());
    if is_plain && !key.is_empty() && key.len() <= KEY_LENGTH_MAX {
        return key.to_owned();
    }
    format!("sha256:{}", hex::encode(Sha256::digest(key)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_one_that_stripe_takes() {
        assert_eq!(key_for_stripe("payses_1:confirm"), "payses_1:confirm");
        let long = "k".repeat(KEY_LENGTH_MAX + 1);
        for key in ["", "größe", "two words", "line\nbreak", long.as_str()] {
            let replaced = key_for_stripe(key);
            assert!(replaced.starts_with("sha256:") && replaced.len() == 71, "{key}: {replaced}");
            assert_eq!(replaced, key_for_stripe(key));
        }
        assert_ne!(key_for_stripe("two words"), key_for_stripe("two  words"));
    }
}
