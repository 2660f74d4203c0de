//! Mail: the port, and the embedded implementation that writes each message to a mailbox file.

mod mailbox;

use std::path::Path;
use std::sync::Arc;

use futures::future::BoxFuture;
use lettre::Message;
use lettre::message::{Mailbox as Address, MultiPart};
use parking_lot::Mutex;
use tradewind_kernel::{Clock, Error, Result};

use mailbox::Mailbox;

/// A message to one person.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Mail {
    /// What makes it one message: sent twice with the same key, it arrives once.
    pub key: String,
    /// The address it goes to.
    pub to: String,
    /// The subject line.
    pub subject: String,
    /// The text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
}

/// The port. Sending again with the same key is no second message.
pub trait Mailer: Send + Sync {
    /// Hands a message over.
    fn send<'a>(&'a self, mail: &'a Mail) -> BoxFuture<'a, Result<()>>;
}

/// How the shop sends mail.
pub type Mails = Arc<dyn Mailer>;

/// The file in the mail folder that messages are written to.
pub const MAILBOX: &str = "outgoing.mbox";

/// Writes messages into one mailbox file, which mail programs open.
pub struct FileMailer {
    mailbox: Arc<Mutex<Mailbox>>,
    from: String,
    clock: Clock,
}

impl FileMailer {
    /// A mailer into this folder, from this address (`Shop <shop@example.com>`).
    pub fn new(folder: impl AsRef<Path>, from: impl Into<String>, clock: Clock) -> Self {
        let mailbox = Arc::new(Mutex::new(Mailbox::at(folder.as_ref().join(MAILBOX))));
        Self { mailbox, from: from.into(), clock }
    }
}

impl Mailer for FileMailer {
    fn send<'a>(&'a self, mail: &'a Mail) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            if !crate::blobs::is_valid_key(&mail.key) {
                return Err(Error::invalid("key", "A message's key is a short name of letters, digits and dashes"));
            }
            let from: Address = self.from.parse().map_err(Error::internal)?;
            let to: Address = mail.to.parse().map_err(|_| Error::invalid("email", "This is not an e-mail address"))?;
            let sender = from.email.to_string();
            let message = Message::builder()
                .from(from)
                .to(to)
                .subject(&mail.subject)
                .multipart(MultiPart::alternative_plain_html(mail.text.clone(), mail.html.clone()))
                .map_err(Error::internal)?;
            let (mailbox, key, now) = (Arc::clone(&self.mailbox), mail.key.clone(), self.clock.now());
            let written =
                tokio::task::spawn_blocking(move || mailbox.lock().append(&key, &sender, now, &message.formatted()));
            written.await.map_err(Error::internal)?.map_err(Error::internal)
        })
    }
}
