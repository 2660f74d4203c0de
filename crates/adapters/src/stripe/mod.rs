//! Payments with Stripe: each session is a payment intent there, and its id all that is needed to go on.

mod amount;
mod client;
mod notice;
mod wire;

#[cfg(test)]
mod tests;

use futures::future::BoxFuture;
use serde_json::Value;
use tradewind_kernel::{Clock, Error, Result, Secret};
use tradewind_platform::payment::{Answer, Notice, Outcome, PaymentProvider, PaymentRequest};

use amount::to_stripe;
use client::{Client, Form, key_for_stripe};
use wire::{CAPTURE_KEY_FIELD, Failure, Intent, Refund};

/// The id that storefronts know Stripe by.
pub const STRIPE_ID: &str = "pp_stripe_stripe";

/// When the money is taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Capture {
    /// When it is captured.
    Manual,
    /// As soon as the shopper has agreed.
    Automatic,
}

/// How Stripe is asked.
#[derive(Clone, Debug)]
pub struct StripeOptions {
    /// The secret key of the account.
    pub api_key: Secret,
    /// What Stripe signs its notices with.
    pub webhook_secret: Secret,
    /// When the money is taken.
    pub capture: Capture,
    /// Where Stripe is: `https://api.stripe.com`, but for tests.
    pub url: String,
    /// The longest wait for an answer.
    pub answer_seconds_max: u64,
}

/// Payments with Stripe.
#[derive(Debug)]
pub struct Stripe {
    client: Client,
    webhook_secret: Secret,
    capture: Capture,
    clock: Clock,
}

impl Stripe {
    /// A provider that asks with these options. Nothing is asked yet; options that cannot be right are refused by the name of
    /// their setting.
    pub fn new(options: StripeOptions, clock: Clock) -> Result<Self> {
        let client = Client::new(&options)?;
        let StripeOptions { webhook_secret, capture, .. } = options;
        // Without a secret anybody could sign.
        if webhook_secret.expose().is_empty() {
            return Err(Error::invalid(
                "payment.stripe.webhook_secret",
                "There is no secret to check notices with; give the one that Stripe's dashboard shows beside the endpoint \
                 (whsec_...)",
            ));
        }
        Ok(Self { client, webhook_secret, capture, clock })
    }

    async fn begin(&self, request: &PaymentRequest) -> Result<Value> {
        let mut form: Form = vec![
            ("amount", to_stripe(request.amount)?.to_string()),
            ("currency", request.amount.currency.code().to_owned()),
            ("capture_method", self.capture.word().to_owned()),
            ("metadata[cart_id]", request.cart_id.clone()),
            ("metadata[session_id]", request.key.clone()),
            ("automatic_payment_methods[enabled]", "true".to_owned()),
        ];
        if let Some(payment_method) = payment_method_of(&request.data)? {
            form.push(("payment_method", payment_method));
            // It is confirmed from here, where no page is to come back to.
            form.push(("automatic_payment_methods[allow_redirects]", "never".to_owned()));
        }
        form.extend(future_usage_of(&request.data)?.map(|usage| ("setup_future_usage", usage)));
        let intent: Intent = self.client.post("payment_intents", &form, Some(&request.key)).await?;
        Ok(intent.data())
    }

    async fn authorize(&self, request: &PaymentRequest) -> Result<Answer> {
        let id = id_of(&request.data)?;
        let intent = self.client.intent(id).await?;
        if intent.status != "requires_confirmation" {
            return intent.answer(request.amount);
        }
        // Under one key Stripe would repeat its refusal of the first card for any other.
        let key = format!("{}:confirm:{}", request.key, intent.attempt());
        let path = format!("payment_intents/{id}/confirm");
        match self.client.post::<Intent>(&path, &Form::new(), Some(&key)).await {
            Ok(confirmed) => confirmed.answer(request.amount),
            Err(Failure::Refused(refusal)) if refusal.is_of_card() => Ok(Answer {
                outcome: Outcome::Declined(refusal.message()),
                amount: request.amount,
                data: refusal.intent().unwrap_or(intent).data(),
            }),
            // The shopper's browser was faster.
            Err(Failure::Refused(refusal)) if refusal.is_of_state() => {
                self.client.intent(id).await?.answer(request.amount)
            }
            Err(failure) => Err(failure.into()),
        }
    }

    async fn capture(&self, request: &PaymentRequest) -> Result<()> {
        let id = id_of(&request.data)?;
        let amount = to_stripe(request.amount)?;
        let key = key_for_stripe(&request.key);
        let form: Form = vec![("amount_to_capture", amount.to_string()), (CAPTURE_KEY_FIELD, key.clone())];
        let refusal =
            match self.client.post::<Intent>(&format!("payment_intents/{id}/capture"), &form, Some(&key)).await {
                Ok(_) => return Ok(()),
                Err(Failure::Refused(refusal)) if refusal.is_of_state() => refusal,
                Err(failure) => return Err(failure.into()),
            };
        // Stripe forgets keys after a day; the payment remembers the one it was captured with.
        let intent = match refusal.intent() {
            Some(intent) => intent,
            None => self.client.intent(id).await?,
        };
        if intent.is_captured(amount, &key) { Ok(()) } else { Err(refusal.into_error()) }
    }

    async fn cancel(&self, request: &PaymentRequest) -> Result<()> {
        let id = id_of(&request.data)?;
        // Without a key: what Stripe refuses now it may agree to later.
        let refusal =
            match self.client.post::<Intent>(&format!("payment_intents/{id}/cancel"), &Form::new(), None).await {
                Ok(_) => return Ok(()),
                Err(Failure::Refused(refusal)) if refusal.is_not_found() => return Ok(()),
                Err(Failure::Refused(refusal)) if refusal.is_of_state() => refusal,
                Err(failure) => return Err(failure.into()),
            };
        let intent = match refusal.intent() {
            Some(intent) => intent,
            None => self.client.intent(id).await?,
        };
        match intent.status.as_str() {
            "canceled" => Ok(()),
            "succeeded" => Err(Error::not_allowed("The payment has been made, and can only be refunded")),
            "processing" => Err(Error::not_allowed("The payment is being made, and cannot be cancelled meanwhile")),
            _ => Err(refusal.into_error()),
        }
    }

    async fn refund(&self, request: &PaymentRequest) -> Result<()> {
        let id = id_of(&request.data)?;
        let form: Form = vec![
            ("payment_intent", id.to_owned()),
            ("amount", to_stripe(request.amount)?.to_string()),
            ("metadata[refund_key]", key_for_stripe(&request.key)),
        ];
        match self.client.post::<Refund>("refunds", &form, Some(&request.key)).await {
            Ok(refund) => refund.check(),
            Err(Failure::Refused(refusal)) if refusal.is("charge_already_refunded") => Ok(()),
            Err(failure) => Err(failure.into()),
        }
    }
}

impl PaymentProvider for Stripe {
    fn id(&self) -> &str {
        STRIPE_ID
    }

    fn is_local(&self) -> bool {
        false
    }

    fn begin<'a>(&'a self, request: &'a PaymentRequest) -> BoxFuture<'a, Result<Value>> {
        Box::pin(self.begin(request))
    }

    fn authorize<'a>(&'a self, request: &'a PaymentRequest) -> BoxFuture<'a, Result<Answer>> {
        Box::pin(self.authorize(request))
    }

    fn status<'a>(&'a self, request: &'a PaymentRequest) -> BoxFuture<'a, Result<Answer>> {
        Box::pin(async { self.client.intent(id_of(&request.data)?).await?.answer(request.amount) })
    }

    fn capture<'a>(&'a self, request: &'a PaymentRequest) -> BoxFuture<'a, Result<()>> {
        Box::pin(self.capture(request))
    }

    fn cancel<'a>(&'a self, request: &'a PaymentRequest) -> BoxFuture<'a, Result<()>> {
        Box::pin(self.cancel(request))
    }

    fn refund<'a>(&'a self, request: &'a PaymentRequest) -> BoxFuture<'a, Result<()>> {
        Box::pin(self.refund(request))
    }

    fn notice(&self, notice: &Notice) -> Result<Option<String>> {
        notice::cart_of(notice, &self.webhook_secret, self.clock.now())
    }
}

impl Capture {
    fn word(self) -> &'static str {
        match self {
            Self::Manual => "manual",
            Self::Automatic => "automatic",
        }
    }
}

/// The payment's id at Stripe. It becomes part of an address, so it is of Stripe's form or refused.
fn id_of(data: &Value) -> Result<&str> {
    let id = data.get("id").and_then(Value::as_str);
    let id = id.filter(|id| id.strip_prefix("pi_").is_some_and(is_word));
    id.ok_or_else(|| {
        Error::invalid("data.id", "The session does not name a payment of Stripe's (pi_...); begin another session")
    })
}

/// The card, or what else the shopper's client has prepared to pay with.
fn payment_method_of(data: &Value) -> Result<Option<String>> {
    match data.get("payment_method") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(id)) if is_word(id) => Ok(Some(id.clone())),
        Some(_) => Err(Error::invalid(
            "data.payment_method",
            "A payment method is the id that Stripe gave it (pm_...); without one the shopper chooses later",
        )),
    }
}

/// Whether the card is to be kept, and for what.
fn future_usage_of(data: &Value) -> Result<Option<String>> {
    match data.get("setup_future_usage") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(usage)) if ["on_session", "off_session"].contains(&usage.as_str()) => {
            Ok(Some(usage.clone()))
        }
        Some(_) => Err(Error::invalid(
            "data.setup_future_usage",
            "A payment method is kept for \"on_session\" or \"off_session\"; without either it is not kept",
        )),
    }
}

/// Whether it is written like the ids of Stripe's.
fn is_word(text: &str) -> bool {
    (1..=255).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
