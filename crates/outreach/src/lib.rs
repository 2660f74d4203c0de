#![doc = include_str!("../README.md")]

mod amount;
mod compose;
pub mod error;
mod events;
mod letter;
mod model;
mod page;
mod pattern;
mod sample;
mod store;
mod webhooks;
mod words;

use tradewind_kernel::{Result, Secret};
use tradewind_platform::db::Migrations;
use tradewind_platform::mail::Mail;
use tradewind_platform::migrations;

pub use events::{WebhookDisabled, WebhookTested};
pub use letter::{Kind, Letter, OrderFacts, OrderLine, OrderName, Tracking};
pub use model::{
    Attempt, Delivery, DeliveryQuery, DeliveryState, ENDPOINTS_MAX, Endpoint, EndpointChange, KEPT_DAYS, NewEndpoint,
    OLD_SECRET_SECONDS, Wants,
};
pub use webhooks::{Dispatcher, WebhookOptions, Webhooks};
pub use words::Language;

/// The tables of the webhooks. They live in core.
pub const MIGRATIONS: Migrations = migrations!("outreach", "V1__webhooks");

/// What mails say of the shop.
#[derive(Clone, Debug)]
pub struct Outreach {
    /// The name people read.
    pub shop: String,
    /// The address people use, without a slash at its end.
    pub public_url: String,
    /// The language of those of whom none is known.
    pub language: Language,
}

/// What a mail says, in its two forms.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Written {
    /// The subject line.
    pub subject: String,
    /// The text part.
    pub text: String,
    /// The HTML part: a whole document without scripts, and with nothing from elsewhere but the pictures of what was bought.
    pub html: String,
}

impl Outreach {
    /// Writes a letter in the language of a locale, or in the shop's own where that is none of ours.
    pub fn write(&self, letter: &Letter, locale: Option<&str>) -> Result<Written> {
        let language = locale.and_then(Language::of).unwrap_or(self.language);
        compose::page(self, letter, language).written()
    }

    /// Writes a letter to somebody. `key` is the same whenever this letter is sent again.
    pub fn mail(&self, letter: &Letter, locale: Option<&str>, key: String, to: Secret) -> Result<Mail> {
        let Written { subject, text, html } = self.write(letter, locale)?;
        Ok(Mail { key, to, subject, text, html })
    }

    /// A letter of this kind as it may look, with made-up facts.
    pub fn sample(&self, kind: Kind, locale: Option<&str>) -> Result<Written> {
        self.write(&sample::letter(kind), locale)
    }
}
