//! The simulator, driven over HTTP as the shop, its shoppers and Stripe's webhooks drive it.

mod faults;
mod idempotency;
mod payments;
mod receiver;
mod webhooks;

use serde_json::Value;

use super::{StripeOptions, StripeSimulator};

/// An answer of the simulator's.
struct Answer {
    status: u16,
    is_replayed: bool,
    body: Value,
}

impl Answer {
    /// The status of the payment in a 200.
    #[track_caller]
    fn intent_status(&self) -> &str {
        assert_eq!(self.status, 200, "{}", self.body);
        self.body["status"].as_str().unwrap()
    }

    /// Status and code of a refusal.
    fn refusal(&self) -> (u16, &str) {
        (self.status, self.body["error"]["code"].as_str().unwrap_or_default())
    }
}

/// Whoever asks the simulator.
#[derive(Clone)]
struct Caller {
    http: reqwest::Client,
    stripe: StripeSimulator,
}

impl Caller {
    async fn start() -> Self {
        Self::start_with(StripeOptions::default()).await
    }

    async fn start_with(options: StripeOptions) -> Self {
        let stripe = StripeSimulator::start(options).await;
        Self { http: reqwest::Client::builder().no_proxy().build().unwrap(), stripe }
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Result<Answer, reqwest::Error> {
        let response = request.send().await?;
        let (status, is_replayed) =
            (response.status().as_u16(), response.headers().contains_key("idempotent-replayed"));
        Ok(Answer { status, is_replayed, body: response.json().await? })
    }

    async fn try_post(&self, path: &str, form: &[(&str, &str)], key: Option<&str>) -> Result<Answer, reqwest::Error> {
        let url = format!("{}{path}", self.stripe.url());
        let mut request = self.http.post(url).bearer_auth(self.stripe.api_key()).form(form);
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        self.send(request).await
    }

    async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        self.try_post(path, form, None).await.unwrap()
    }

    async fn get(&self, path: &str) -> Answer {
        let request = self.http.get(format!("{}{path}", self.stripe.url())).bearer_auth(self.stripe.api_key());
        self.send(request).await.unwrap()
    }

    /// A new payment of 49.00 euros, captured this way. Returns its id.
    async fn intent(&self, capture_method: &str) -> String {
        let form = [
            ("amount", "4900"),
            ("currency", "eur"),
            ("capture_method", capture_method),
            ("metadata[cart_id]", "cart_1"),
            ("metadata[session_id]", "payses_1"),
            ("automatic_payment_methods[enabled]", "true"),
            ("automatic_payment_methods[allow_redirects]", "never"),
        ];
        let created = self.post("/v1/payment_intents", &form).await;
        assert_eq!(created.intent_status(), "requires_payment_method");
        created.body["id"].as_str().unwrap().to_owned()
    }

    async fn confirm(&self, id: &str, payment_method: &str) -> Answer {
        self.post(&format!("/v1/payment_intents/{id}/confirm"), &[("payment_method", payment_method)]).await
    }

    async fn capture(&self, id: &str, amount: &str) -> Answer {
        self.post(&format!("/v1/payment_intents/{id}/capture"), &[("amount_to_capture", amount)]).await
    }

    async fn cancel(&self, id: &str) -> Answer {
        self.post(&format!("/v1/payment_intents/{id}/cancel"), &[]).await
    }

    async fn refund(&self, id: &str, amount: &str) -> Answer {
        self.post("/v1/refunds", &[("payment_intent", id), ("amount", amount)]).await
    }
}
