//! What Stripe answers, and what it means here: payment intents, refunds, refusals.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use tradewind_kernel::{Currency, Error, ErrorKind, Money, Result};
use tradewind_platform::payment::{Answer, Outcome, no_answer};

use super::amount::from_stripe;

/// The longest text of Stripe's that is passed on.
const MESSAGE_LENGTH_MAX: usize = 500;
/// Codes and types of refusals that leave open what became of the request, whatever their status says.
const UNDECIDED: [&str; 5] = ["api_error", "idempotency_error", "idempotency_key_in_use", "lock_timeout", "rate_limit"];

/// A payment as Stripe keeps it.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Intent {
    pub(super) id: String,
    pub(super) status: String,
    amount: i64,
    #[serde(default)]
    amount_capturable: i64,
    #[serde(default)]
    amount_received: i64,
    currency: Currency,
    #[serde(default)]
    capture_method: String,
    #[serde(default)]
    livemode: bool,
    #[serde(default)]
    client_secret: Option<String>,
    #[serde(default)]
    last_payment_error: Option<LastPaymentError>,
    #[serde(default)]
    next_action: Option<Value>,
    /// Its id, where the payment has one.
    #[serde(default)]
    payment_method: Option<Value>,
    #[serde(default)]
    latest_charge: Option<Value>,
    #[serde(default)]
    metadata: Option<Map<String, Value>>,
}

#[derive(Clone, Debug, Deserialize)]
struct LastPaymentError {
    #[serde(default)]
    message: Option<String>,
}

impl Intent {
    /// What the session keeps of it: little, and what the storefront needs to go on.
    pub(super) fn data(&self) -> Value {
        let mut data = json!({
            "id": self.id,
            "status": self.status,
            "amount": self.amount,
            "currency": self.currency,
            "capture_method": self.capture_method,
            "livemode": self.livemode,
        });
        if let Some(secret) = &self.client_secret {
            data["client_secret"] = json!(secret);
        }
        data
    }

    /// How it stands, over what was asked for.
    pub(super) fn answer(&self, asked: Money) -> Result<Answer> {
        if self.currency != asked.currency {
            return Err(Error::internal(format!(
                "{} at Stripe is in {}, and {asked} was asked for",
                self.id, self.currency
            )));
        }
        let (outcome, amount) = match self.status.as_str() {
            "requires_payment_method" => match &self.last_payment_error {
                Some(error) => (Outcome::Declined(shown(error.message.as_deref())), asked),
                None => (Outcome::RequiresAction, asked),
            },
            "requires_confirmation" | "requires_action" => (Outcome::RequiresAction, asked),
            "processing" => (Outcome::Pending, asked),
            "requires_capture" => (Outcome::Authorized, from_stripe(self.amount_capturable, self.currency)?),
            "succeeded" => (Outcome::Captured, from_stripe(self.amount_received, self.currency)?),
            "canceled" => (Outcome::Declined("The payment was cancelled".to_owned()), asked),
            _ => return Err(no_answer("Stripe says of the payment what this shop does not understand")),
        };
        let mut data = self.data();
        match (&outcome, data.as_object_mut()) {
            (Outcome::RequiresAction, Some(fields)) => {
                fields.extend(self.next_action.clone().map(|action| ("next_action".to_owned(), action)));
            }
            // Nobody has anything left to do with it.
            (Outcome::Authorized | Outcome::Captured, Some(fields)) => {
                fields.shift_remove("client_secret");
            }
            _ => {}
        }
        Ok(Answer { outcome, amount, data })
    }

    /// Whether all of this amount was taken, and under this key as far as Stripe knows one.
    pub(super) fn is_captured(&self, amount: i64, key: &str) -> bool {
        let known = self.metadata.as_ref().and_then(|metadata| metadata.get(CAPTURE_KEY)).and_then(Value::as_str);
        self.status == "succeeded" && self.amount_received == amount && known.is_none_or(|known| known == key)
    }

    /// What tells one attempt to confirm it from the next: another card, or the same one after it was declined.
    pub(super) fn attempt(&self) -> String {
        let ids = [&self.payment_method, &self.latest_charge];
        let ids: Vec<_> = ids.into_iter().flatten().filter_map(id_of).collect();
        ids.join(":")
    }
}

/// Under which name Stripe keeps the key that a payment was captured with.
const CAPTURE_KEY: &str = "capture_key";
/// The field of a form that sets it.
pub(super) const CAPTURE_KEY_FIELD: &str = "metadata[capture_key]";

/// The id of what Stripe refers to, by its id or as a whole.
fn id_of(reference: &Value) -> Option<&str> {
    reference.as_str().or_else(|| reference.get("id")?.as_str())
}

/// A refund as Stripe keeps it.
#[derive(Debug, Deserialize)]
pub(super) struct Refund {
    status: Option<String>,
    #[serde(default)]
    failure_reason: Option<String>,
}

impl Refund {
    /// Whether it is made, or on its way.
    pub(super) fn check(&self) -> Result<()> {
        match self.status.as_deref() {
            Some("failed" | "canceled") => {
                let reason = self.failure_reason.as_deref().unwrap_or("it does not say why");
                Err(Error::not_allowed(format!("Stripe could not refund the money: {}", shortened(reason))))
            }
            _ => Ok(()),
        }
    }
}

/// That Stripe will not do what it was asked for, and did not.
#[derive(Debug)]
pub(super) struct Refusal {
    status: u16,
    request_id: Option<String>,
    body: RefusalBody,
}

#[derive(Debug, Default, Deserialize)]
struct RefusalBody {
    #[serde(rename = "type", default)]
    kind: Option<String>,
    #[serde(default)]
    code: Option<String>,
    #[serde(default)]
    message: Option<String>,
    #[serde(default)]
    param: Option<String>,
    #[serde(default)]
    payment_intent: Option<Value>,
}

#[derive(Deserialize)]
struct RefusalEnvelope {
    error: RefusalBody,
}

impl Refusal {
    /// Whether it has this code of Stripe's.
    pub(super) fn is(&self, code: &str) -> bool {
        self.body.code.as_deref() == Some(code)
    }

    /// Whether the payment is in a state in which this cannot be done.
    pub(super) fn is_of_state(&self) -> bool {
        self.is("payment_intent_unexpected_state")
    }

    /// Whether Stripe does not know what was asked about.
    pub(super) fn is_not_found(&self) -> bool {
        self.status == 404
    }

    /// Whether the card, or the bank behind it, refused.
    pub(super) fn is_of_card(&self) -> bool {
        self.status == 402
    }

    /// The text for the shopper.
    pub(super) fn message(&self) -> String {
        shown(self.body.message.as_deref())
    }

    /// The payment it is about, where Stripe sends it along.
    pub(super) fn intent(&self) -> Option<Intent> {
        serde_json::from_value(self.body.payment_intent.clone()?).ok()
    }

    /// As the error of the call.
    pub(super) fn into_error(self) -> Error {
        let message = self.message();
        let cause = self.cause();
        let error = match self.status {
            402 => Error::new(ErrorKind::PaymentRequired, message),
            404 => Error::new(ErrorKind::NotFound, "Stripe does not know this payment"),
            _ => Error::not_allowed(message),
        };
        match self.body.param.as_deref() {
            Some("payment_method") => error.at("data.payment_method"),
            Some("setup_future_usage") => error.at("data.setup_future_usage"),
            Some("amount") => error.at("amount"),
            _ => error,
        }
        .caused_by(cause)
    }

    /// As the error of a question: what is not answered is not known.
    pub(super) fn into_unknown(self) -> Error {
        no_answer("Stripe does not say how the payment stands").caused_by(self.cause())
    }

    /// For the log: what Stripe's dashboard finds it by.
    fn cause(&self) -> String {
        let part = |text: &Option<String>| shortened(text.as_deref().unwrap_or("-"));
        let Self { status, request_id, body } = self;
        format!(
            "Stripe answered {status}: type {}, code {}, parameter {}, request {}",
            part(&body.kind),
            part(&body.code),
            part(&body.param),
            part(request_id)
        )
    }
}

/// Why a call brought nothing.
#[derive(Debug)]
pub(super) enum Failure {
    /// Stripe refused it.
    Refused(Box<Refusal>),
    /// Anything else: what became of it is not known.
    Unknown(Error),
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(refusal) => refusal.into_error(),
            Failure::Unknown(error) => error,
        }
    }
}

/// Reads an answer of Stripe's.
pub(super) fn read<T: DeserializeOwned>(status: u16, request_id: Option<&str>, body: &[u8]) -> Result<T, Failure> {
    let unknown = |reason: String| {
        let request = format!("Stripe's request {}", shortened(request_id.unwrap_or("-")));
        Failure::Unknown(no_answer(reason).caused_by(request))
    };
    match status {
        // The error of the parser quotes what it read, which may be a secret.
        200..=299 => serde_json::from_slice(body)
            .map_err(|error| unknown(format!("what Stripe answers cannot be read ({:?})", error.classify()))),
        401 | 403 => Err(unknown("Stripe refuses the API key; check payment.stripe.api_key".to_owned())),
        408 | 409 | 425 | 429 => Err(unknown(format!("Stripe is busy ({status})"))),
        400..=499 => {
            let envelope: Result<RefusalEnvelope, _> = serde_json::from_slice(body);
            let Ok(RefusalEnvelope { error: body }) = envelope else {
                return Err(unknown(format!("who answers {status} is not Stripe; check payment.stripe.url")));
            };
            let marks = [body.kind.as_deref(), body.code.as_deref()];
            if let Some(mark) = marks.into_iter().flatten().find(|mark| UNDECIDED.contains(mark)) {
                return Err(unknown(format!("Stripe has not decided ({mark})")));
            }
            // An address that Stripe does not have says nothing of the payment.
            if status == 404 && body.code.as_deref() != Some("resource_missing") {
                return Err(unknown("Stripe does not know the address; check payment.stripe.url".to_owned()));
            }
            let request_id = request_id.map(str::to_owned);
            Err(Failure::Refused(Box::new(Refusal { status, request_id, body })))
        }
        _ => Err(unknown(format!("Stripe answered {status}"))),
    }
}

/// What a shopper is shown of what Stripe says.
fn shown(message: Option<&str>) -> String {
    match message.map(str::trim) {
        None | Some("") => "The payment was refused".to_owned(),
        Some(message) => shortened(message),
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(MESSAGE_LENGTH_MAX).collect()
}

#[cfg(test)]
mod tests {
    use tradewind_platform::payment::NO_ANSWER;

    use super::*;

    fn eur(minor: i64) -> Money {
        Money::from_minor(minor, Currency::EUR)
    }

    /// A payment of 10.99 euro, as Stripe writes it, changed in these fields.
    fn intent(status: &str, changed: &Value) -> Intent {
        let mut fields = json!({
            "id": "pi_3M", "object": "payment_intent", "status": status, "amount": 1099, "amount_capturable": 0,
            "amount_received": 0, "currency": "eur", "capture_method": "manual", "livemode": false,
            "client_secret": "pi_3M_secret_a", "last_payment_error": null, "next_action": null, "payment_method": null,
            "latest_charge": null, "metadata": { "cart_id": "cart_1" }, "automatic_payment_methods": { "enabled": true },
        });
        for (name, value) in changed.as_object().unwrap() {
            fields[name] = value.clone();
        }
        serde_json::from_value(fields).unwrap()
    }

    fn answer(status: &str, changed: Value) -> Answer {
        intent(status, &changed).answer(eur(1099)).unwrap()
    }

    #[test]
    fn each_status_has_its_outcome() {
        let declined = |text: &str| Outcome::Declined(text.to_owned());
        for (status, changed, outcome, minor) in [
            ("requires_payment_method", json!({}), Outcome::RequiresAction, 1099),
            (
                "requires_payment_method",
                json!({ "last_payment_error": { "code": "card_declined", "message": "Your card was declined." } }),
                declined("Your card was declined."),
                1099,
            ),
            (
                "requires_payment_method",
                json!({ "last_payment_error": { "code": "x" } }),
                declined("The payment was refused"),
                1099,
            ),
            ("requires_confirmation", json!({}), Outcome::RequiresAction, 1099),
            ("requires_action", json!({}), Outcome::RequiresAction, 1099),
            ("processing", json!({}), Outcome::Pending, 1099),
            ("requires_capture", json!({ "amount_capturable": 1000 }), Outcome::Authorized, 1000),
            ("succeeded", json!({ "amount_received": 1099 }), Outcome::Captured, 1099),
            ("canceled", json!({}), declined("The payment was cancelled"), 1099),
        ] {
            let answer = answer(status, changed);
            assert_eq!((answer.outcome, answer.amount), (outcome, eur(minor)), "{status}");
        }
    }

    #[test]
    fn a_session_keeps_what_the_storefront_needs_and_no_more() {
        let kept = json!({
            "id": "pi_3M", "status": "requires_payment_method", "amount": 1099, "currency": "eur",
            "capture_method": "manual", "livemode": false, "client_secret": "pi_3M_secret_a",
        });
        assert_eq!(intent("requires_payment_method", &json!({})).data(), kept);
        let action = json!({ "type": "use_stripe_sdk" });
        let waiting = answer("requires_action", json!({ "next_action": action }));
        assert_eq!((&waiting.data["next_action"], &waiting.data["client_secret"]), (&action, &json!("pi_3M_secret_a")));
        let paid = answer("succeeded", json!({ "amount_received": 1099, "next_action": action }));
        assert_eq!((paid.data.get("next_action"), paid.data.get("client_secret")), (None, None));
        assert_eq!(paid.data["id"], "pi_3M");
    }

    #[test]
    fn a_payment_in_another_currency_is_our_fault() {
        let dollars = intent("succeeded", &json!({ "currency": "usd", "amount_received": 1099 }));
        let error = dollars.answer(eur(1099)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Internal);
    }

    #[test]
    fn a_status_that_is_not_known_decides_nothing() {
        assert!(intent("paused", &json!({})).answer(eur(1099)).unwrap_err().is(NO_ANSWER));
    }

    #[test]
    fn amounts_are_read_in_the_currency_of_the_payment() {
        let kronur = Money::from_minor(500, "isk".parse().unwrap());
        let promised = intent("requires_capture", &json!({ "currency": "isk", "amount_capturable": 50_000 }));
        assert_eq!(promised.answer(kronur).unwrap().amount, kronur);
    }

    #[test]
    fn a_capture_is_done_when_it_is_this_one() {
        let taken = |metadata: Value| intent("succeeded", &json!({ "amount_received": 1099, "metadata": metadata }));
        assert!(taken(json!({ "capture_key": "mine" })).is_captured(1099, "mine"));
        assert!(taken(json!({})).is_captured(1099, "mine"), "taken in Stripe's dashboard");
        assert!(!taken(json!({ "capture_key": "another" })).is_captured(1099, "mine"));
        assert!(!taken(json!({ "capture_key": "mine" })).is_captured(1000, "mine"));
        assert!(!intent("canceled", &json!({})).is_captured(0, "mine"));
    }

    #[test]
    fn each_attempt_to_confirm_is_another() {
        let first = intent("requires_confirmation", &json!({ "payment_method": "pm_1" })).attempt();
        let second = intent("requires_confirmation", &json!({ "payment_method": { "id": "pm_2" } })).attempt();
        let again =
            intent("requires_confirmation", &json!({ "payment_method": "pm_1", "latest_charge": "ch_1" })).attempt();
        assert_eq!([first.as_str(), &second, &again], ["pm_1", "pm_2", "pm_1:ch_1"]);
    }

    #[test]
    fn a_refund_that_failed_is_refused() {
        let check = |refund: Value| serde_json::from_value::<Refund>(refund).unwrap().check();
        for status in ["succeeded", "pending", "requires_action"] {
            assert!(check(json!({ "id": "re_1", "status": status })).is_ok());
        }
        let error = check(json!({ "status": "failed", "failure_reason": "lost_or_stolen_card" })).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotAllowed);
        assert!(error.message().ends_with("lost_or_stolen_card"));
    }

    fn failure(status: u16, body: &str) -> Failure {
        read::<Intent>(status, Some("req_1"), body.as_bytes()).unwrap_err()
    }

    fn error_of(status: u16, error: &Value) -> Error {
        failure(status, &json!({ "error": error }).to_string()).into()
    }

    #[test]
    fn what_decides_nothing_is_no_answer() {
        let known = json!({ "error": { "type": "invalid_request_error", "message": "No." } }).to_string();
        for status in [100, 302, 401, 403, 408, 409, 425, 429, 500, 502, 503] {
            for body in ["", known.as_str(), "<html>"] {
                let error = Error::from(failure(status, body));
                assert!(error.is(NO_ANSWER), "{status} {body}: {error:?}");
            }
        }
        for (status, body) in [
            (400, ""),
            (400, "{}"),
            (404, "<html>"),
            (404, r#"{"error":{"type":"invalid_request_error","message":"Unrecognized request URL"}}"#),
            (400, r#"{"error":{"type":"idempotency_error","message":"Keys for idempotent requests..."}}"#),
            (400, r#"{"error":{"type":"invalid_request_error","code":"lock_timeout"}}"#),
            (402, r#"{"error":{"type":"api_error"}}"#),
            (200, ""),
            (200, r#"{"id":"pi_1"}"#),
        ] {
            let error = Error::from(failure(status, body));
            assert!(error.is(NO_ANSWER), "{status} {body}: {error:?}");
        }
    }

    #[test]
    fn the_operator_is_told_of_a_refused_key() {
        let error = error_of(401, &json!({ "message": "Invalid API Key provided: sk_test_****1234" }));
        assert!(error.message().ends_with("Stripe refuses the API key; check payment.stripe.api_key"));
    }

    #[test]
    fn refusals_have_their_kinds() {
        for (status, code, kind, message) in [
            (402, "card_declined", ErrorKind::PaymentRequired, "Your card was declined."),
            (404, "resource_missing", ErrorKind::NotFound, "Stripe does not know this payment"),
            (400, "amount_too_small", ErrorKind::NotAllowed, "Your card was declined."),
        ] {
            let error = error_of(status, &json!({ "code": code, "message": "Your card was declined." }));
            assert_eq!((error.kind(), error.message(), error.code_text()), (kind, message, ""), "{status}");
        }
        let error = error_of(400, &json!({ "param": "payment_method", "message": "No such PaymentMethod: 'pm_1'" }));
        assert_eq!(error.field(), Some("data.payment_method"));
        let long = error_of(400, &json!({ "message": "x".repeat(10_000) }));
        assert_eq!(long.message().len(), MESSAGE_LENGTH_MAX);
    }

    #[test]
    fn a_refusal_brings_the_payment_it_is_about() {
        let body = json!({ "error": {
            "type": "invalid_request_error", "code": "payment_intent_unexpected_state", "message": "No.",
            "payment_intent": { "id": "pi_3M", "status": "canceled", "amount": 1099, "currency": "eur" },
        } });
        let Failure::Refused(refusal) = failure(400, &body.to_string()) else { panic!("it is refused") };
        assert!(refusal.is_of_state() && !refusal.is_not_found() && !refusal.is_of_card());
        assert_eq!(refusal.intent().map(|intent| intent.status).as_deref(), Some("canceled"));
        assert!(format!("{:?}", refusal.into_error()).contains("request req_1"));
    }

    #[test]
    fn no_error_quotes_what_stripe_answered() {
        let error = Error::from(failure(200, r#"{"id":"pi_1","status":"x","amount":"pi_1_secret_x"}"#));
        assert!(!format!("{error:?}").contains("secret_x"));
    }
}
