//! Mail: the port, and the embedded implementation that writes each message to a mailbox file.

pub mod conformance;
mod letter;
mod mailbox;

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use futures::future::BoxFuture;
use parking_lot::Mutex;
use tradewind_kernel::{Clock, Error, Result, Secret};

pub use letter::{Letter, Sender};
use mailbox::Mailbox;

/// A message to one person.
#[derive(Clone, serde::Serialize, serde::Deserialize)]
pub struct Mail {
    /// What makes it one message: a short name of letters, digits and dashes that is the same each time it is sent.
    pub key: String,
    /// The address it goes to.
    pub to: Secret,
    /// The subject line.
    pub subject: String,
    /// The text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
}

/// What a message says is between the shop and one person, and may hold a link that opens an account: only its key is shown.
impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mail").field("key", &self.key).finish_non_exhaustive()
    }
}

/// The port. What every implementation promises:
///
/// - A message that was handed over arrives whole: sender, recipient, subject, both parts, and `Auto-Submitted`, by which no
///   machine answers it.
/// - Its `Message-ID` is made from its key alone. Sent again with the same key it is the same message: either it does not
///   arrive twice, or whoever has it twice sees that it is one.
/// - What can never be sent (no address, a recipient whom the other end refuses for good) is an error with the code
///   [`HOPELESS`](crate::jobs::HOPELESS); every other error may be gone next time.
/// - No error shows the address.
pub trait Mailer: Send + Sync {
    /// Hands a message over.
    fn send<'a>(&'a self, mail: &'a Mail) -> BoxFuture<'a, Result<()>>;

    /// Whether messages can be handed over; the error names the setting that is wrong, within `[mail]`.
    fn check(&self) -> BoxFuture<'_, Result<()>>;
}

/// How the shop sends mail.
pub type Mails = Arc<dyn Mailer>;

/// The file in the mail folder that messages are written to.
pub const MAILBOX: &str = "outgoing.mbox";

/// Writes messages into one mailbox file, which mail programs open.
pub struct FileMailer {
    mailbox: Arc<Mutex<Mailbox>>,
    sender: Sender,
    clock: Clock,
}

impl FileMailer {
    /// A mailer into this folder.
    pub fn new(folder: impl AsRef<Path>, sender: Sender, clock: Clock) -> Self {
        let mailbox = Arc::new(Mutex::new(Mailbox::at(folder.as_ref().join(MAILBOX))));
        Self { mailbox, sender, clock }
    }
}

impl Mailer for FileMailer {
    fn send<'a>(&'a self, mail: &'a Mail) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let now = self.clock.now();
            let letter = Letter::write(mail, &self.sender, now)?;
            let (mailbox, key, sender) = (Arc::clone(&self.mailbox), mail.key.clone(), self.sender.address());
            let written = tokio::task::spawn_blocking(move || mailbox.lock().append(&key, &sender, now, &letter.bytes));
            written.await.map_err(Error::internal)?.map_err(Error::internal)
        })
    }

    /// The folder is made, and written to, when there is a message.
    fn check(&self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async { Ok(()) })
    }
}
