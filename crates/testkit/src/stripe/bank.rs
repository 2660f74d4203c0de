//! The bank: every payment, and what may be done with it in each of its states.

use std::collections::HashMap;

use serde_json::{Value, json};
use tradewind_kernel::{Clock, Rng};

use super::card::Conduct;
use super::form::Form;
use super::payment::{Intent, IntentStatus, Payment};
use super::refusal::StripeError;
use super::webhooks::WebhookEvent;

type Answer = Result<Value, StripeError>;

const CREATE_FIELDS: [&str; 19] = [
    "amount",
    "automatic_payment_methods",
    "capture_method",
    "confirm",
    "confirmation_method",
    "currency",
    "customer",
    "description",
    "expand",
    "metadata",
    "off_session",
    "payment_method",
    "payment_method_options",
    "payment_method_types",
    "receipt_email",
    "return_url",
    "setup_future_usage",
    "shipping",
    "statement_descriptor_suffix",
];
const CONFIRM_FIELDS: [&str; 9] = [
    "capture_method",
    "expand",
    "off_session",
    "payment_method",
    "payment_method_options",
    "receipt_email",
    "return_url",
    "setup_future_usage",
    "shipping",
];

/// Every payment, in the order of their making, and what has happened to them since it was last asked.
pub(super) struct Bank {
    clock: Clock,
    rng: Rng,
    payments: Vec<Payment>,
    places: HashMap<String, usize>,
    happened: Vec<WebhookEvent>,
}

impl Bank {
    pub(super) fn new(clock: Clock, rng: Rng) -> Self {
        Self { clock, rng, payments: Vec::new(), places: HashMap::new(), happened: Vec::new() }
    }

    /// What has happened since this was last called, in order.
    pub(super) fn take_events(&mut self) -> Vec<WebhookEvent> {
        std::mem::take(&mut self.happened)
    }

    pub(super) fn books(&self) -> impl DoubleEndedIterator<Item = &Intent> {
        self.payments.iter().map(|payment| &payment.book)
    }

    pub(super) fn book(&self, id: &str) -> Option<&Intent> {
        self.places.get(id).map(|place| &self.payments[*place].book)
    }

    pub(super) fn create(&mut self, form: &Form) -> Answer {
        form.only(&CREATE_FIELDS)?;
        form.needed("amount")?;
        let amount = form.amount("amount")?.unwrap_or_default();
        let currency = form.needed("currency")?;
        if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_lowercase()) {
            return Err(StripeError::invalid(format!("Invalid currency: {currency}")).at("currency"));
        }
        let capture_method = form.word("capture_method", &["automatic", "automatic_async", "manual"])?;
        let setup_future_usage = form.word("setup_future_usage", &["on_session", "off_session"])?;
        let redirects = form.word("automatic_payment_methods[allow_redirects]", &["always", "never"])?;
        let is_automatic = form.flag("automatic_payment_methods[enabled]")?;
        let payment_method = form.text("payment_method");
        payment_method.map(Conduct::of).transpose()?;
        let confirms = form.flag("confirm")?;
        let (metadata, id) = (form.metadata()?, self.new_id("pi"));
        let mut payment = Payment {
            book: Intent {
                client_secret: format!("{id}_{}", self.new_id("secret")),
                id: id.clone(),
                cart_id: None,
                session_id: None,
                amount,
                currency: currency.to_owned(),
                status: IntentStatus::RequiresPaymentMethod,
                amount_capturable: 0,
                amount_received: 0,
                amount_refunded: 0,
                metadata: std::collections::BTreeMap::new(),
            },
            created: self.clock.now().unix_seconds(),
            captures_by_itself: capture_method != Some("manual"),
            may_redirect: is_automatic && redirects != Some("never"),
            is_automatic,
            setup_future_usage: setup_future_usage.map(str::to_owned),
            payment_method: payment_method.map(str::to_owned),
            next_action: None,
            last_payment_error: None,
            latest_charge: None,
            canceled_at: None,
            cancellation_reason: None,
        };
        payment.annotate(metadata);
        if payment_method.is_some() {
            payment.book.status = IntentStatus::RequiresConfirmation;
        }
        if confirms {
            refuse_redirect(&payment, form.text("return_url"))?;
        }
        let intent = payment.intent();
        self.places.insert(id.clone(), self.payments.len());
        self.payments.push(payment);
        if confirms { self.confirm(&id, None, form.text("return_url")) } else { Ok(intent) }
    }

    pub(super) fn show(&self, id: &str) -> Answer {
        Ok(self.payments[self.place(id)?].intent())
    }

    /// Confirms with the shop's key.
    pub(super) fn confirm_by_form(&mut self, id: &str, form: &Form) -> Answer {
        form.only(&CONFIRM_FIELDS)?;
        let place = self.place(id)?;
        refuse_redirect(&self.payments[place], form.text("return_url"))?;
        self.confirm(id, form.text("payment_method"), form.text("return_url"))
    }

    /// Charges the payment method that is given, or the one that is known.
    pub(super) fn confirm(&mut self, id: &str, payment_method: Option<&str>, return_url: Option<&str>) -> Answer {
        use IntentStatus as S;
        let (place, charge) = (self.place(id)?, self.new_id("ch"));
        let payment = &mut self.payments[place];
        match payment.book.status {
            // It goes on where it is, unless the shopper has chosen another card.
            S::RequiresAction if payment_method.is_none() => return Ok(payment.intent()),
            S::RequiresPaymentMethod | S::RequiresConfirmation | S::RequiresAction => {}
            status => {
                let message = match status {
                    S::Succeeded => "You cannot confirm this PaymentIntent because it has already succeeded after \
                                     being previously confirmed."
                        .to_owned(),
                    _ => format!("You cannot confirm this PaymentIntent because it has a status of {status}."),
                };
                return Err(StripeError::unexpected_state(message, payment.intent()));
            }
        }
        let Some(chosen) = payment_method.map(str::to_owned).or_else(|| payment.payment_method.clone()) else {
            let message = "You cannot confirm this PaymentIntent because it's missing a payment method. You can \
                           either update the PaymentIntent with a payment method and then confirm it again, or confirm \
                           it again directly with a payment method or ConfirmationToken.";
            return Err(StripeError::unexpected_state(message, payment.intent()));
        };
        let conduct = Conduct::of(&chosen)?;
        payment.payment_method = Some(chosen);
        (payment.next_action, payment.last_payment_error) = (None, None);
        match conduct {
            Conduct::Pays => self.approve(place),
            Conduct::AsksShopper => {
                payment.next_action = Some(match return_url {
                    Some(url) => json!({ "type": "redirect_to_url", "redirect_to_url": {
                        "return_url": url, "url": format!("https://hooks.stripe.com/3d_secure_2/{id}"),
                    } }),
                    None => {
                        json!({ "type": "use_stripe_sdk", "use_stripe_sdk": { "type": "stripe_3ds2_fingerprint" } })
                    }
                });
                self.turn(place, S::RequiresAction, "payment_intent.requires_action");
            }
            Conduct::Slow => {
                payment.latest_charge = Some(charge);
                self.turn(place, S::Processing, "payment_intent.processing");
            }
            Conduct::Declines(code, decline_code, message) => {
                let error = StripeError {
                    code: Some(code),
                    decline_code: Some(decline_code),
                    ..StripeError::new(402, "card_error", message)
                };
                payment.latest_charge = Some(charge);
                return Err(self.fail(place, error));
            }
        }
        Ok(self.payments[place].intent())
    }

    pub(super) fn capture(&mut self, id: &str, form: &Form) -> Answer {
        form.only(&["amount_to_capture", "expand", "final_capture", "metadata", "statement_descriptor_suffix"])?;
        let (asked, metadata, place) = (form.amount("amount_to_capture")?, form.metadata()?, self.place(id)?);
        let payment = &mut self.payments[place];
        let status = payment.book.status;
        if status != IntentStatus::RequiresCapture {
            let message = match status {
                IntentStatus::Succeeded => {
                    "This PaymentIntent could not be captured because it has already been captured.".to_owned()
                }
                _ => format!(
                    "This PaymentIntent could not be captured because it has a status of {status}. Only a \
                     PaymentIntent with one of the following statuses may be captured: requires_capture."
                ),
            };
            return Err(StripeError::unexpected_state(message, payment.intent()));
        }
        let amount = asked.unwrap_or(payment.book.amount_capturable);
        if amount > payment.book.amount_capturable {
            let message = "The payment could not be captured because the requested capture amount is greater than the \
                           authorized amount.";
            return Err(StripeError::invalid(message).code("amount_too_large").at("amount_to_capture"));
        }
        payment.annotate(metadata);
        // What is not taken is given back.
        (payment.book.amount_received, payment.book.amount_capturable) = (amount, 0);
        self.turn(place, IntentStatus::Succeeded, "payment_intent.succeeded");
        Ok(self.payments[place].intent())
    }

    pub(super) fn cancel(&mut self, id: &str, form: &Form) -> Answer {
        use IntentStatus as S;
        form.only(&["cancellation_reason", "expand"])?;
        let reasons = ["abandoned", "duplicate", "fraudulent", "requested_by_customer"];
        let reason = form.word("cancellation_reason", &reasons)?;
        let (place, now) = (self.place(id)?, self.clock.now().unix_seconds());
        let payment = &mut self.payments[place];
        let status = payment.book.status;
        if matches!(status, S::Succeeded | S::Processing | S::Canceled) {
            let message = format!(
                "You cannot cancel this PaymentIntent because it has a status of {status}. Only a PaymentIntent with \
                 one of the following statuses may be canceled: requires_payment_method, requires_capture, \
                 requires_confirmation, requires_action."
            );
            return Err(StripeError::unexpected_state(message, payment.intent()));
        }
        payment.book.amount_capturable = 0;
        payment.next_action = None;
        payment.canceled_at = Some(now);
        payment.cancellation_reason = reason.map(str::to_owned);
        self.turn(place, S::Canceled, "payment_intent.canceled");
        Ok(self.payments[place].intent())
    }

    pub(super) fn refund(&mut self, form: &Form) -> Answer {
        form.only(&["amount", "expand", "metadata", "payment_intent", "reason"])?;
        let reason = form.word("reason", &["duplicate", "fraudulent", "requested_by_customer"])?;
        let (asked, metadata) = (form.amount("amount")?, form.metadata()?);
        let place = self.place(form.needed("payment_intent")?).map_err(|error| error.at("payment_intent"))?;
        let (refund_id, created) = (self.new_id("re"), self.clock.now().unix_seconds());
        let payment = &mut self.payments[place];
        let book = &mut payment.book;
        let (charge, left) = (payment.latest_charge.as_deref(), book.amount_received - book.amount_refunded);
        if book.status != IntentStatus::Succeeded {
            let message = format!("This PaymentIntent ({}) does not have a successful charge to refund.", book.id);
            return Err(StripeError::invalid(message).at("payment_intent"));
        }
        if left == 0 {
            let message = format!("Charge {} has already been refunded.", charge.unwrap_or_default());
            return Err(StripeError::invalid(message).code("charge_already_refunded"));
        }
        let amount = asked.unwrap_or(left);
        if amount > left {
            let message = format!("Refund amount ({amount}) is greater than unrefunded amount on charge ({left})");
            return Err(StripeError::invalid(message).at("amount"));
        }
        book.amount_refunded += amount;
        let refund = json!({
            "id": refund_id, "object": "refund", "amount": amount, "charge": charge, "created": created,
            "currency": book.currency, "metadata": metadata, "payment_intent": book.id, "reason": reason,
            "status": "succeeded",
        });
        let charge = payment.charge();
        self.happen("charge.refunded", charge);
        Ok(refund)
    }

    /// The shopper shows that the card is theirs, or fails to.
    pub(super) fn finish_three_d_secure(&mut self, id: &str, succeeds: bool) -> Result<Intent, StripeError> {
        let place = self.place_in(id, IntentStatus::RequiresAction)?;
        self.payments[place].next_action = None;
        if succeeds {
            self.approve(place);
        } else {
            let message = "The provided PaymentMethod has failed authentication. You can provide payment_method_data \
                           or a new PaymentMethod to attempt to fulfill this PaymentIntent again.";
            self.fail(place, StripeError::invalid(message).code("payment_intent_authentication_failure"));
        }
        Ok(self.payments[place].book.clone())
    }

    /// A slow payment arrives, or does not.
    pub(super) fn decide_processing(&mut self, id: &str, succeeds: bool) -> Result<Intent, StripeError> {
        let place = self.place_in(id, IntentStatus::Processing)?;
        if succeeds {
            self.approve(place);
        } else {
            let message = "The customer's bank account could not be debited.";
            let error = StripeError::new(402, "card_error", message).code("payment_method_provider_decline");
            self.fail(place, error);
        }
        Ok(self.payments[place].book.clone())
    }

    /// Whether this secret is the one of that payment.
    pub(super) fn check_secret(&self, id: &str, secret: Option<&str>) -> Result<(), StripeError> {
        let payment = &self.payments[self.place(id)?];
        if secret == Some(payment.book.client_secret.as_str()) {
            return Ok(());
        }
        let message = "The client_secret provided does not match any associated PaymentIntent on this account.";
        Err(StripeError::invalid(message).at("client_secret"))
    }

    /// The money is promised, or arrives at once where that was asked for.
    fn approve(&mut self, place: usize) {
        let charge = self.new_id("ch");
        let payment = &mut self.payments[place];
        // A slow one has had its charge since it began.
        if payment.book.status != IntentStatus::Processing {
            payment.latest_charge = Some(charge);
        }
        if payment.captures_by_itself {
            payment.book.amount_received = payment.book.amount;
            self.turn(place, IntentStatus::Succeeded, "payment_intent.succeeded");
        } else {
            payment.book.amount_capturable = payment.book.amount;
            self.turn(place, IntentStatus::RequiresCapture, "payment_intent.amount_capturable_updated");
        }
    }

    /// An attempt has failed; another card may do.
    fn fail(&mut self, place: usize, error: StripeError) -> StripeError {
        let payment = &mut self.payments[place];
        payment.payment_method = None;
        payment.last_payment_error = Some(error.fields());
        self.turn(place, IntentStatus::RequiresPaymentMethod, "payment_intent.payment_failed");
        StripeError { payment_intent: Some(Box::new(self.payments[place].intent())), ..error }
    }

    fn turn(&mut self, place: usize, status: IntentStatus, kind: &str) {
        self.payments[place].book.status = status;
        let intent = self.payments[place].intent();
        self.happen(kind, intent);
    }

    fn happen(&mut self, kind: &str, object: Value) {
        let event = WebhookEvent::new(self.new_id("evt"), kind, self.clock.now(), object);
        self.happened.push(event);
    }

    fn place(&self, id: &str) -> Result<usize, StripeError> {
        self.places.get(id).copied().ok_or_else(|| {
            let message = format!("No such payment_intent: '{id}'");
            StripeError::new(404, "invalid_request_error", message).code("resource_missing").at("intent")
        })
    }

    fn place_in(&self, id: &str, status: IntentStatus) -> Result<usize, StripeError> {
        let place = self.place(id)?;
        let payment = &self.payments[place];
        if payment.book.status == status {
            return Ok(place);
        }
        let message = format!("This PaymentIntent has a status of {}, not of {status}.", payment.book.status);
        Err(StripeError::unexpected_state(message, payment.intent()))
    }

    fn new_id(&self, prefix: &str) -> String {
        format!("{prefix}_{}", hex::encode(self.rng.bytes::<12>()))
    }
}

/// Refuses a payment that might lead the shopper away, and does not say where they come back to.
fn refuse_redirect(payment: &Payment, return_url: Option<&str>) -> Result<(), StripeError> {
    if !payment.may_redirect || return_url.is_some() {
        return Ok(());
    }
    let message = "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of \
                   these payment methods might redirect your customer off of your page, you must provide a `return_url`. \
                   If you don't want to accept redirect-based payment methods, set `automatic_payment_methods[enabled]` \
                   to `true` and `automatic_payment_methods[allow_redirects]` to `never`.";
    Err(StripeError::invalid(message))
}
