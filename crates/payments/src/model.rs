//! Payment collections with their sessions and payments: what a cart owes, how it is being paid, what was paid.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tradewind_kernel::{Currency, Error, Money, Result, Timestamp};

use crate::error::{over_captured, over_refunded, wrong_currency};
use crate::session::{PaymentSession, SessionStatus};

/// What ids of payment collections begin with.
pub const COLLECTION_PREFIX: &str = "pay_col";
/// What ids of payments begin with.
pub const PAYMENT_PREFIX: &str = "pay";
/// What ids of captures begin with.
pub const CAPTURE_PREFIX: &str = "capt";
/// What ids of refunds begin with.
pub const REFUND_PREFIX: &str = "ref";

/// What clients keep beside our own fields.
pub type Metadata = Option<Map<String, Value>>;

/// All that is paid, or to be paid, for one cart and the order it becomes.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct PaymentCollection {
    /// Its id.
    pub id: String,
    /// The cart; it has one collection.
    pub cart_id: String,
    /// The order, once the cart has become one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_id: Option<String>,
    /// What is to be paid.
    pub amount: Money,
    /// How far it has come; follows from sessions and payments.
    pub status: CollectionStatus,
    /// The ways in which the shopper is about to pay.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sessions: Vec<PaymentSession>,
    /// What was promised or paid.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub payments: Vec<Payment>,
    /// What providers are being asked to do with its payments; recorded before they are asked, so that nothing is asked for
    /// twice and a crash between loses nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub under_way: Vec<UnderWay>,
    /// What clients keep beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Metadata,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// When all of it was captured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completed_at: Option<Timestamp>,
}

/// How far a collection has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CollectionStatus {
    /// Nothing has happened.
    NotPaid,
    /// A provider was asked and has not said yes.
    Awaiting,
    /// All of it is promised.
    Authorized,
    /// Some of it is promised.
    PartiallyAuthorized,
    /// Given up.
    Canceled,
    /// All of it has arrived.
    Completed,
    /// Some of it has arrived.
    PartiallyCaptured,
    /// It cannot be paid.
    Failed,
}

impl CollectionStatus {
    /// Its name on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotPaid => "not_paid",
            Self::Awaiting => "awaiting",
            Self::Authorized => "authorized",
            Self::PartiallyAuthorized => "partially_authorized",
            Self::Canceled => "canceled",
            Self::Completed => "completed",
            Self::PartiallyCaptured => "partially_captured",
            Self::Failed => "failed",
        }
    }
}

/// Money that a provider promised, and what became of it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Payment {
    /// Its id.
    pub id: String,
    /// The session it comes from.
    pub session_id: String,
    /// Who promised.
    pub provider_id: String,
    /// How much was promised.
    pub amount: Money,
    /// What the provider keeps in it.
    #[serde(default = "empty_object", skip_serializing_if = "is_empty_object")]
    pub data: Value,
    /// What was taken of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub captures: Vec<Capture>,
    /// What was given back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refunds: Vec<Refund>,
    /// When it was promised.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// When all of it was taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub captured_at: Option<Timestamp>,
    /// When the promise was given back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub canceled_at: Option<Timestamp>,
}

/// Money that was taken of a payment.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Capture {
    /// Its id.
    pub id: String,
    /// The key it was asked for with: once a key.
    pub key: String,
    /// How much.
    pub amount: Money,
    /// The staff member who asked for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_by: Option<String>,
    /// When.
    pub created_at: Timestamp,
}

/// Money that was given back of a payment.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Refund {
    /// Its id.
    pub id: String,
    /// The key it was asked for with: once a key.
    pub key: String,
    /// How much.
    pub amount: Money,
    /// Why, in the staff's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Why, as one of the shop's reasons.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason_id: Option<String>,
    /// The staff member who asked for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_by: Option<String>,
    /// When.
    pub created_at: Timestamp,
}

/// What a provider can be asked to do with a payment.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MovementKind {
    /// To take promised money.
    Capture,
    /// To give money back.
    Refund,
    /// To give the promise back.
    Cancel,
}

/// Something a provider is being asked to do with a payment.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct UnderWay {
    /// The payment.
    pub payment_id: String,
    /// What it is asked to do.
    pub kind: MovementKind,
    /// The key it is asked with: asked again, it does nothing twice.
    pub key: String,
    /// How much.
    pub amount: Money,
    /// Why, in the staff's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Why, as one of the shop's reasons.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason_id: Option<String>,
    /// The staff member who asked for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_by: Option<String>,
}

/// Money that moved, as whoever moved it reports it. The key makes it count once.
#[derive(Clone, Debug)]
pub struct Movement {
    /// The idempotency key.
    pub key: String,
    /// How much; `None`: all that is left.
    pub amount: Option<Money>,
    /// Why, in the staff's words.
    pub note: Option<String>,
    /// Why, as one of the shop's reasons.
    pub reason_id: Option<String>,
    /// The staff member who asked for it.
    pub created_by: Option<String>,
}

impl Movement {
    /// All that is left, under this key.
    pub fn all(key: impl Into<String>) -> Self {
        Self { key: key.into(), amount: None, note: None, reason_id: None, created_by: None }
    }
}

impl PaymentCollection {
    /// A new collection, in which nothing has happened.
    #[must_use]
    pub fn new(id: String, cart_id: &str, amount: Money, now: Timestamp) -> Self {
        Self {
            id,
            cart_id: cart_id.to_owned(),
            order_id: None,
            amount,
            status: CollectionStatus::NotPaid,
            sessions: Vec::new(),
            payments: Vec::new(),
            under_way: Vec::new(),
            metadata: None,
            created_at: now,
            updated_at: now,
            completed_at: None,
        }
    }

    /// Its currency.
    #[must_use]
    pub fn currency(&self) -> Currency {
        self.amount.currency
    }

    /// A session by id.
    #[must_use]
    pub fn session(&self, id: &str) -> Option<&PaymentSession> {
        self.sessions.iter().find(|session| session.id == id)
    }

    /// The session the shopper is about to pay with: the latest that was not given up. One that was refused can be tried again,
    /// with another card for example.
    #[must_use]
    pub fn open_session(&self) -> Option<&PaymentSession> {
        self.sessions.iter().rev().find(|session| session.status != SessionStatus::Canceled)
    }

    /// The session whose provider is being asked for the money.
    #[must_use]
    pub fn asked_session(&self) -> Option<&PaymentSession> {
        self.sessions.iter().find(|session| session.asked_at.is_some())
    }

    /// A payment by id.
    #[must_use]
    pub fn payment(&self, id: &str) -> Option<&Payment> {
        self.payments.iter().find(|payment| payment.id == id)
    }

    /// What providers promised and did not get back.
    #[must_use]
    pub fn authorized(&self) -> Money {
        let standing = self.payments.iter().filter(|payment| payment.canceled_at.is_none());
        self.sum(standing.map(|payment| payment.amount))
    }

    /// What has arrived.
    #[must_use]
    pub fn captured(&self) -> Money {
        self.sum(self.payments.iter().map(Payment::captured))
    }

    /// What was given back.
    #[must_use]
    pub fn refunded(&self) -> Money {
        self.sum(self.payments.iter().map(Payment::refunded))
    }

    fn sum(&self, amounts: impl Iterator<Item = Money>) -> Money {
        Money::from_minor(amounts.map(|amount| amount.minor).sum(), self.currency())
    }

    /// Sets what is to be paid. Sessions that ask for another amount are void; answers with those that were dropped.
    pub(crate) fn set_amount(&mut self, amount: Money) -> Vec<PaymentSession> {
        self.amount = amount;
        let dropped = self.drop_sessions(|session| session.amount != amount);
        self.settle_status();
        dropped
    }

    /// Drops all sessions on which no money hangs, or may hang at this moment; answers with them.
    pub(crate) fn void_sessions(&mut self) -> Vec<PaymentSession> {
        let dropped = self.drop_sessions(|_| true);
        self.settle_status();
        dropped
    }

    fn drop_sessions(&mut self, which: impl Fn(&PaymentSession) -> bool) -> Vec<PaymentSession> {
        let (dropped, kept) =
            std::mem::take(&mut self.sessions).into_iter().partition(|session| !session.is_held() && which(session));
        self.sessions = kept;
        dropped
    }

    /// The status that follows from sessions and payments.
    pub(crate) fn settle_status(&mut self) {
        let (captured, authorized) = (self.captured().minor, self.authorized().minor);
        let every_payment_canceled =
            !self.payments.is_empty() && self.payments.iter().all(|payment| payment.canceled_at.is_some());
        let asked = |status: SessionStatus| self.sessions.iter().any(|it| it.status == status);
        self.status = if captured > 0 && captured >= self.amount.minor {
            CollectionStatus::Completed
        } else if captured > 0 {
            CollectionStatus::PartiallyCaptured
        } else if every_payment_canceled {
            CollectionStatus::Canceled
        } else if authorized > 0 && authorized >= self.amount.minor {
            CollectionStatus::Authorized
        } else if authorized > 0 {
            CollectionStatus::PartiallyAuthorized
        } else if asked(SessionStatus::RequiresMore) || self.asked_session().is_some() {
            CollectionStatus::Awaiting
        } else if self.sessions.is_empty() || asked(SessionStatus::Pending) {
            CollectionStatus::NotPaid
        } else {
            CollectionStatus::Failed
        };
    }

    /// Records a capture of a payment; answers false when its key was recorded before.
    pub(crate) fn capture(&mut self, payment_id: &str, id: String, movement: Movement, now: Timestamp) -> Result<bool> {
        let payment = self.payment_mut(payment_id)?;
        if payment.captures.iter().any(|capture| capture.key == movement.key) {
            return Ok(false);
        }
        let amount = payment.capturable(movement.amount)?;
        payment.captures.push(Capture {
            id,
            key: movement.key,
            amount,
            created_by: movement.created_by,
            created_at: now,
        });
        payment.updated_at = now;
        if payment.captured() == payment.amount {
            payment.captured_at = Some(now);
            let session_id = payment.session_id.clone();
            if let Some(session) = self.sessions.iter_mut().find(|it| it.id == session_id) {
                (session.status, session.updated_at) = (SessionStatus::Captured, now);
            }
        }
        self.settle_status();
        if self.status == CollectionStatus::Completed && self.completed_at.is_none() {
            self.completed_at = Some(now);
        }
        Ok(true)
    }

    /// Records a refund of a payment; answers false when its key was recorded before.
    pub(crate) fn refund(&mut self, payment_id: &str, id: String, movement: Movement, now: Timestamp) -> Result<bool> {
        let payment = self.payment_mut(payment_id)?;
        if payment.refunds.iter().any(|refund| refund.key == movement.key) {
            return Ok(false);
        }
        let amount = payment.refundable(movement.amount)?;
        payment.refunds.push(Refund {
            id,
            key: movement.key,
            amount,
            note: movement.note,
            reason_id: movement.reason_id,
            created_by: movement.created_by,
            created_at: now,
        });
        payment.updated_at = now;
        Ok(true)
    }

    /// Records that a promise was given back; answers false when that was recorded before.
    pub(crate) fn cancel(&mut self, payment_id: &str, now: Timestamp) -> Result<bool> {
        let payment = self.payment_mut(payment_id)?;
        if payment.canceled_at.is_some() {
            return Ok(false);
        }
        payment.cancelable()?;
        (payment.canceled_at, payment.updated_at) = (Some(now), now);
        let session_id = payment.session_id.clone();
        if let Some(session) = self.sessions.iter_mut().find(|it| it.id == session_id) {
            (session.status, session.updated_at) = (SessionStatus::Canceled, now);
        }
        self.settle_status();
        Ok(true)
    }

    fn payment_mut(&mut self, id: &str) -> Result<&mut Payment> {
        let found = self.payments.iter_mut().find(|payment| payment.id == id);
        found.ok_or_else(|| Error::not_found("Payment", id))
    }
}

impl Payment {
    /// What was taken of it.
    #[must_use]
    pub fn captured(&self) -> Money {
        let minor = self.captures.iter().map(|capture| capture.amount.minor).sum();
        Money { minor, ..self.amount }
    }

    /// How much is captured where so much is asked for, or all that is left; refused where that is nothing or too much.
    pub(crate) fn capturable(&self, asked: Option<Money>) -> Result<Money> {
        if self.canceled_at.is_some() {
            return Err(Error::not_allowed("This payment was cancelled; nothing can be captured of it"));
        }
        self.within(asked, self.amount.minor - self.captured().minor, over_captured)
    }

    /// How much is given back where so much is asked for, or all that is left; refused where that is nothing or too much.
    pub(crate) fn refundable(&self, asked: Option<Money>) -> Result<Money> {
        self.within(asked, self.captured().minor - self.refunded().minor, over_refunded)
    }

    /// Whether its promise can be given back.
    pub(crate) fn cancelable(&self) -> Result<()> {
        match self.captures.is_empty() {
            true => Ok(()),
            false => Err(Error::not_allowed("Money was captured of this payment; it can be refunded, not cancelled")),
        }
    }

    fn within(&self, asked: Option<Money>, left: i64, refusal: fn(Money) -> Error) -> Result<Money> {
        let left = Money { minor: left, ..self.amount };
        let amount = asked.unwrap_or(left);
        match amount {
            amount if amount.currency != left.currency => Err(wrong_currency(left.currency)),
            amount if amount.minor <= 0 || amount.minor > left.minor => Err(refusal(left)),
            amount => Ok(amount),
        }
    }

    /// What was given back of it.
    #[must_use]
    pub fn refunded(&self) -> Money {
        let minor = self.refunds.iter().map(|refund| refund.amount.minor).sum();
        Money { minor, ..self.amount }
    }
}

pub(crate) fn empty_object() -> Value {
    Value::Object(Map::new())
}

pub(crate) fn is_empty_object(value: &Value) -> bool {
    value.as_object().is_some_and(Map::is_empty)
}
