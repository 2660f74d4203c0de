//! From what happened to what is written: gathers the facts of a mail when it is sent, and hands it over.

use serde::{Deserialize, Serialize};
use tradewind_accounts::ActorKind;
use tradewind_accounts::events::{CustomerCreated, EmailVerificationRequested, PasswordResetRequested, StaffInvited};
use tradewind_kernel::{Error, ErrorKind, Result, Secret};
use tradewind_orders::{
    Address, FulfillmentShipped, Order, OrderCanceled, OrderItem, OrderPlaced, OrderTransferRequested, Orders,
};
use tradewind_outreach::{Letter, OrderFacts, OrderLine, OrderName, Outreach, Tracking};
use tradewind_payments::PaymentRefunded;
use tradewind_platform::jobs::{HOPELESS, Job, MAIL_QUEUE};
use tradewind_platform::mail::{Mail, Mails};

/// Two days: a mail server that is away for a night costs nobody their receipt.
const TRIES_MAX: u32 = 60;

/// Work: to write somebody about something.
///
/// It holds what happened, not what is said of it, which is ten times as long and would be stored only to be deleted.
#[derive(Clone, Serialize, Deserialize)]
#[serde(tag = "about", rename_all = "snake_case")]
pub(crate) enum SendLetter {
    /// An account was opened.
    Welcome(CustomerCreated),
    /// A password was forgotten.
    PasswordReset(PasswordResetRequested),
    /// An e-mail address is to be proved.
    EmailVerification(EmailVerificationRequested),
    /// Somebody is invited to join the staff.
    StaffInvitation(StaffInvited),
    /// A customer asks for an order.
    OrderTransfer(OrderTransferRequested),
    /// A parcel was sent.
    OrderShipped(FulfillmentShipped),
    /// An order was called off.
    OrderCanceled(OrderCanceled),
    /// Money was given back.
    OrderRefunded {
        /// What was told of it.
        refunded: PaymentRefunded,
        /// What makes this refund one among those of a payment.
        mark: String,
    },
}

impl Job for SendLetter {
    const KIND: &'static str = "mail.send_letter";
    const QUEUE: &'static str = MAIL_QUEUE;
    const ATTEMPTS_MAX: u32 = TRIES_MAX;
}

/// Work: to write a shopper the receipt of an order.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct SendReceipt {
    /// The order, as it was told.
    pub placed: OrderPlaced,
}

impl Job for SendReceipt {
    const KIND: &'static str = "mail.send_receipt";
    const QUEUE: &'static str = MAIL_QUEUE;
    const ATTEMPTS_MAX: u32 = TRIES_MAX;
}

/// Work: to hand over a message that was written when it was promised. Versions before this one promise it.
#[derive(Serialize, Deserialize)]
pub(crate) struct SendMail {
    /// The message.
    pub mail: Mail,
}

impl Job for SendMail {
    const KIND: &'static str = "mail.send";
    const QUEUE: &'static str = MAIL_QUEUE;
    const ATTEMPTS_MAX: u32 = TRIES_MAX;
}

/// Writes letters and hands them over.
#[derive(Clone)]
pub(crate) struct LetterWriter {
    pub(crate) outreach: Outreach,
    pub(crate) orders: Orders,
    pub(crate) mails: Mails,
}

impl LetterWriter {
    /// Writes about what happened.
    pub(crate) async fn send(&self, job: SendLetter) -> Result<()> {
        match job {
            SendLetter::Welcome(created) => {
                let letter = Letter::Welcome { first_name: created.first_name };
                self.write(&letter, None, format!("welcome-{}", created.customer_id), created.email).await
            }
            SendLetter::PasswordReset(requested) => {
                let key = format!("password-reset-{}-{}", requested.auth_identity_id, requested.expires_at.0);
                let letter = Letter::PasswordReset { is_staff: is_staff(requested.actor_kind), token: requested.token };
                self.write(&letter, None, key, requested.email).await
            }
            SendLetter::EmailVerification(requested) => {
                let key = format!("verification-{}-{}", requested.auth_identity_id, requested.expires_at.0);
                let letter =
                    Letter::EmailVerification { is_staff: is_staff(requested.actor_kind), token: requested.token };
                self.write(&letter, None, key, requested.email).await
            }
            SendLetter::StaffInvitation(invited) => {
                let key = format!("invitation-{}-{}", invited.invite_id, invited.expires_at.0);
                self.write(&Letter::StaffInvitation { token: invited.token }, None, key, invited.email).await
            }
            SendLetter::OrderTransfer(requested) => {
                let order = self.order(&requested.order_id).await?;
                let key = format!("order-transfer-{}-{}", requested.order_id, requested.version);
                let letter = Letter::OrderTransfer { order: name(&order), token: requested.token };
                self.write(&letter, order.locale.as_deref(), key, requested.email).await
            }
            SendLetter::OrderShipped(shipped) => {
                let order = self.order(&shipped.order_id).await?;
                let letter = shipped_letter(&order, &shipped)?;
                let key = format!("order-shipped-{}", shipped.fulfillment_id);
                self.write_about(&order, &letter, key, shipped.email).await
            }
            SendLetter::OrderCanceled(canceled) => {
                let order = self.order(&canceled.order_id).await?;
                let key = format!("order-canceled-{}", canceled.order_id);
                self.write_about(&order, &Letter::OrderCanceled { order: name(&order) }, key, canceled.email).await
            }
            SendLetter::OrderRefunded { refunded, mark } => {
                let Some(order_id) = &refunded.order_id else { return Ok(()) };
                let order = self.order(order_id).await?;
                let letter = Letter::OrderRefunded { order: name(&order), amount: refunded.amount };
                self.write_about(&order, &letter, format!("order-refunded-{mark}"), order.email.clone()).await
            }
        }
    }

    /// Writes the receipt of an order, as it was when it was placed.
    pub(crate) async fn send_receipt(&self, placed: OrderPlaced) -> Result<()> {
        let order = self.order(&placed.order_id).await?;
        let letter = Letter::OrderPlaced(Box::new(receipt(&order)));
        self.write_about(&order, &letter, format!("order-placed-{}", placed.order_id), placed.email).await
    }

    /// Hands over a message that is written already.
    pub(crate) async fn send_written(&self, mail: &Mail) -> Result<()> {
        self.hand_over("written-before", mail).await
    }

    /// An order without an address is nobody's to hear about.
    async fn write_about(&self, order: &Order, letter: &Letter, key: String, email: Option<String>) -> Result<()> {
        match email {
            Some(email) => self.write(letter, order.locale.as_deref(), key, email).await,
            None => Ok(()),
        }
    }

    async fn write(&self, letter: &Letter, locale: Option<&str>, key: String, email: String) -> Result<()> {
        let mail = self.outreach.mail(letter, locale, key, Secret::new(email))?;
        self.hand_over(letter.kind().name(), &mail).await
    }

    async fn hand_over(&self, kind: &'static str, mail: &Mail) -> Result<()> {
        let sent = self.mails.send(mail).await;
        let outcome = match &sent {
            Ok(()) => "sent",
            Err(error) if error.is(HOPELESS) => "refused",
            Err(_) => "failed",
        };
        metrics::counter!("tradewind_mails_total", "kind" => kind, "outcome" => outcome).increment(1);
        sent
    }

    async fn order(&self, id: &str) -> Result<std::sync::Arc<Order>> {
        let gone = || Error::new(ErrorKind::NotFound, format!("The order {id} is not there")).code(HOPELESS);
        self.orders.order(id).await?.ok_or_else(gone)
    }
}

fn is_staff(kind: ActorKind) -> bool {
    match kind {
        ActorKind::Customer => false,
        ActorKind::User | ActorKind::ApiKey => true,
    }
}

fn name(order: &Order) -> OrderName {
    OrderName { id: order.id.as_str().to_owned(), display_id: order.display_id }
}

/// What was bought and what it came to when the order was placed.
fn receipt(order: &Order) -> OrderFacts {
    let totals = order.original_totals();
    OrderFacts {
        name: name(order),
        lines: order.items.iter().map(|item| line(order, item, item.quantity)).collect(),
        shipping: order.money(totals.shipping.total),
        paid_otherwise: order.money(totals.credit),
        total: totals.total(),
        taxes: order.money(totals.all.tax_total),
        saved: order.money(totals.all.discount_total),
        shipping_method: order.shipping_methods.first().map(|method| method.name.clone()),
        address: order.shipping_address.as_ref().map(address).unwrap_or_default(),
    }
}

fn shipped_letter(order: &Order, shipped: &FulfillmentShipped) -> Result<Letter> {
    let parcel = order.fulfillment(&shipped.fulfillment_id).map_err(|error| error.code(HOPELESS))?;
    let inside = parcel.lines.iter().filter_map(|inside| Some((order.item(&inside.line_id)?, inside.quantity)));
    let tracking = parcel
        .labels
        .iter()
        .filter(|label| !label.tracking_number.is_empty())
        .map(|label| Tracking { number: label.tracking_number.clone(), url: Some(label.tracking_url.clone()) });
    Ok(Letter::OrderShipped {
        order: name(order),
        lines: inside.map(|(item, quantity)| line(order, item, quantity)).collect(),
        tracking: tracking.collect(),
        address: order.shipping_address.as_ref().map(address).unwrap_or_default(),
    })
}

fn line(order: &Order, item: &OrderItem, quantity: i64) -> OrderLine {
    let goods = &item.goods;
    OrderLine {
        title: goods.title.clone(),
        variant: goods.variant_title.clone().or_else(|| goods.subtitle.clone()).filter(|it| *it != goods.title),
        picture: goods.thumbnail.clone(),
        quantity,
        total: order.money(item.totals.total),
    }
}

/// An address as it stands on a parcel, without the telephone.
fn address(address: &Address) -> Vec<String> {
    let joined = |parts: &[&Option<String>]| {
        parts.iter().filter_map(|part| part.as_deref()).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    };
    let country = address.country_code.as_deref().map(|code| {
        tradewind_market::country(code).map_or_else(|| code.to_uppercase(), |country| country.name.to_owned())
    });
    let lines = [
        joined(&[&address.first_name, &address.last_name]),
        joined(&[&address.company]),
        joined(&[&address.address_1]),
        joined(&[&address.address_2]),
        joined(&[&address.postal_code, &address.city]),
        joined(&[&address.province]),
        country.unwrap_or_default(),
    ];
    lines.into_iter().filter(|line| !line.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_earlier_version_promised_is_understood() {
        let body = r#"{"mail":{"key":"welcome-cus_1","to":"ada@example.com","subject":"Welcome","text":"Hello","html":"<p>Hello"}}"#;
        let job: SendMail = serde_json::from_str(body).unwrap();
        assert_eq!((job.mail.key.as_str(), job.mail.to.expose()), ("welcome-cus_1", "ada@example.com"));
    }

    #[test]
    fn an_address_stands_as_on_a_parcel() {
        let some = |text: &str| Some(text.to_owned());
        let given = Address {
            first_name: some("Ada"),
            last_name: some("Lovelace"),
            company: some(""),
            address_1: some("Østergade 12"),
            postal_code: some("1100"),
            city: some("København K"),
            country_code: some("dk"),
            phone: some("+45 1"),
            ..Address::default()
        };
        assert_eq!(address(&given), ["Ada Lovelace", "Østergade 12", "1100 København K", "DENMARK"]);
        assert_eq!(address(&Address { country_code: some("xx"), ..Address::default() }), ["XX"]);
    }
}
