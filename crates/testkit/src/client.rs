//! A client of a shop: requests as a storefront sends them, answers as values.

use serde_json::{Value, json};

/// An answer: its status, headers and JSON body (`Null` when it is none).
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: Box<reqwest::header::HeaderMap>,
    /// The body.
    pub body: Value,
    /// The body as text.
    pub text: String,
}

impl Answer {
    /// The body of an answer that must be 200.
    #[track_caller]
    pub fn ok(self) -> Value {
        assert_eq!(self.status, 200, "{}", self.text);
        self.body
    }
}

/// Somebody who talks to the shop.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    /// Where the shop is.
    pub url: String,
    /// The storefront's key.
    pub publishable_key: String,
    /// A token, once logged in.
    pub token: Option<String>,
    /// What makes a POST safe to send again.
    pub idempotency_key: Option<String>,
    /// What brings back where the shop was.
    pub read_token: Option<String>,
}

impl Client {
    /// A client of the shop at this address with this key.
    #[must_use]
    pub fn new(url: &str, publishable_key: &str) -> Self {
        tradewind_server::tls::choose_provider();
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap();
        Self {
            http,
            url: url.to_owned(),
            publishable_key: publishable_key.to_owned(),
            token: None,
            idempotency_key: None,
            read_token: None,
        }
    }

    /// The same client with a token.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// The same client, whose requests carry this idempotency key.
    #[must_use]
    pub fn with_idempotency_key(&self, key: &str) -> Self {
        Self { idempotency_key: Some(key.to_owned()), ..self.clone() }
    }

    /// The same client, whose requests carry this `X-Tradewind-Token`.
    #[must_use]
    pub fn with_read_token(&self, token: &str) -> Self {
        Self { read_token: Some(token.to_owned()), ..self.clone() }
    }

    /// Asks; a connection that breaks is an `Err`.
    pub async fn try_ask(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Answer, reqwest::Error> {
        let mut request = self
            .http
            .request(method.parse().unwrap(), format!("{}{path}", self.url))
            .header("x-publishable-api-key", &self.publishable_key);
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some(key) = &self.idempotency_key {
            request = request.header("idempotency-key", key);
        }
        if let Some(token) = &self.read_token {
            request = request.header("x-tradewind-token", token);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await?;
        let (status, headers) = (response.status().as_u16(), Box::new(response.headers().clone()));
        let text = response.text().await?;
        Ok(Answer { status, headers, body: serde_json::from_str(&text).unwrap_or(Value::Null), text })
    }

    /// Asks a shop that must be there.
    pub async fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Answer {
        self.try_ask(method, path, body).await.unwrap()
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, None).await
    }

    /// POST of a JSON body.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.ask("POST", path, Some(&body)).await
    }

    /// Fills a cart and takes it up to the last step. Returns its id.
    pub async fn ready_cart(&self, region_id: &str, variant_id: &str, quantity: i64) -> Result<String, Answer> {
        let checked = |answer: Answer| if answer.status == 200 { Ok(answer.body) } else { Err(answer) };
        let items = json!([{ "variant_id": variant_id, "quantity": quantity }]);
        let created = checked(self.post("/store/carts", json!({ "region_id": region_id, "items": items })).await)?;
        let cart = created["cart"]["id"].as_str().unwrap().to_owned();
        self.fill_in(&cart).await?;
        Ok(cart)
    }

    /// E-mail, addresses, shipping and payment of a cart that has its items.
    pub async fn fill_in(&self, cart: &str) -> Result<(), Answer> {
        self.pay_with(cart, json!({ "provider_id": "pp_system_default" })).await.map(|_| ())
    }

    /// The same, with this payment session. Answers with the session as it was begun.
    pub async fn pay_with(&self, cart: &str, session: Value) -> Result<Value, Answer> {
        let checked = |answer: Answer| if answer.status == 200 { Ok(answer.body) } else { Err(answer) };
        let address = json!({
            "first_name": "Ada", "last_name": "Lovelace", "address_1": "Hafenstrasse 1",
            "city": "Hamburg", "postal_code": "20459", "country_code": "de"
        });
        let contact = json!({ "email": "ada@example.com", "shipping_address": address, "billing_address": address });
        checked(self.post(&format!("/store/carts/{cart}"), contact).await)?;
        let options = checked(self.get(&format!("/store/shipping-options?cart_id={cart}")).await)?;
        let option = options["shipping_options"][0]["id"].as_str().unwrap();
        let path = format!("/store/carts/{cart}/shipping-methods");
        checked(self.post(&path, json!({ "option_id": option })).await)?;
        let collection = checked(self.post("/store/payment-collections", json!({ "cart_id": cart })).await)?;
        let collection = collection["payment_collection"]["id"].as_str().unwrap();
        let path = format!("/store/payment-collections/{collection}/payment-sessions");
        let begun = checked(self.post(&path, session).await)?;
        Ok(begun["payment_collection"]["payment_sessions"][0].clone())
    }

    /// Completes a cart.
    pub async fn complete(&self, cart: &str) -> Answer {
        self.ask("POST", &format!("/store/carts/{cart}/complete"), None).await
    }
}
