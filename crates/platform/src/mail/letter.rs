//! The form of a message: its headers and its two parts, the same bytes' worth whoever carries it.

use std::time::{Duration, SystemTime};

use lettre::Message;
use lettre::address::Envelope;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox as Address, MultiPart};
use tradewind_kernel::{Error, Result, Timestamp};

use super::Mail;
use crate::blobs::is_valid_key;
use crate::jobs::HOPELESS;

/// Whom the shop's messages come from.
#[derive(Clone, Debug)]
pub struct Sender(Address);

impl Sender {
    /// Reads `Shop <shop@example.com>`. The error is at `from`.
    pub fn parse(text: &str) -> Result<Self> {
        let said = "This is not a sender; it looks like \"Shop <shop@example.com>\"";
        text.parse().map(Self).map_err(|_| Error::invalid("from", said))
    }

    /// The address alone: `shop@example.com`.
    #[must_use]
    pub fn address(&self) -> String {
        self.0.email.to_string()
    }

    /// What stands behind the at sign.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.0.email.domain()
    }
}

/// A message as it goes out.
pub struct Letter {
    /// From whom and to whom.
    pub envelope: Envelope,
    /// Headers and parts (RFC 5322), lines ended by CR and LF.
    pub bytes: Vec<u8>,
}

impl Letter {
    /// Writes a message down. An address that is none, or a key that is none, is an error with the code
    /// [`HOPELESS`]: no second try makes it better.
    pub fn write(mail: &Mail, sender: &Sender, at: Timestamp) -> Result<Self> {
        if !is_valid_key(&mail.key) {
            let said = "A message's key is a short name of letters, digits and dashes";
            return Err(Error::invalid("key", said).code(HOPELESS));
        }
        let to: Address = mail
            .to
            .expose()
            .parse()
            .map_err(|_| Error::invalid("email", "This is not an e-mail address").code(HOPELESS))?;
        let message = Message::builder()
            .from(sender.0.clone())
            .to(to)
            .date(moment(at))
            .message_id(Some(message_id(&mail.key, sender.domain())))
            .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned()))
            .subject(one_line(&mail.subject))
            .multipart(MultiPart::alternative_plain_html(mail.text.clone(), mail.html.clone()))
            .map_err(|error| Error::internal(error).code(HOPELESS))?;
        Ok(Self { envelope: message.envelope().clone(), bytes: message.formatted() })
    }
}

/// What a message is known by, made from its key alone.
fn message_id(key: &str, domain: &str) -> String {
    format!("<{}@{domain}>", key.replace('/', "."))
}

/// What a subject has of line ends would begin a header of its own.
fn one_line(text: &str) -> String {
    text.split(|letter: char| letter.is_control() || letter.is_whitespace())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn moment(at: Timestamp) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(at.0).unwrap_or(0))
}
