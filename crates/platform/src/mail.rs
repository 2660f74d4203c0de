//! Mail: the port, and the embedded implementation that writes each message to a file.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures::future::BoxFuture;
use lettre::Message;
use lettre::message::{Mailbox, MultiPart};
use tradewind_kernel::{Error, Result};

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

/// Writes messages as `.eml` files, which any mail program opens.
pub struct FileMailer {
    folder: PathBuf,
    from: String,
}

impl FileMailer {
    /// A mailer into this folder, from this address (`Shop <shop@example.com>`).
    pub fn new(folder: impl Into<PathBuf>, from: impl Into<String>) -> Self {
        Self { folder: folder.into(), from: from.into() }
    }
}

impl Mailer for FileMailer {
    fn send<'a>(&'a self, mail: &'a Mail) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            if !crate::blobs::is_valid_key(&mail.key) {
                return Err(Error::invalid("key", "A message's key names its file"));
            }
            let from: Mailbox = self.from.parse().map_err(Error::internal)?;
            let to: Mailbox = mail.to.parse().map_err(|_| Error::invalid("email", "This is not an e-mail address"))?;
            let message = Message::builder()
                .from(from)
                .to(to)
                .subject(&mail.subject)
                .multipart(MultiPart::alternative_plain_html(mail.text.clone(), mail.html.clone()))
                .map_err(Error::internal)?;
            let path = self.folder.join(format!("{}.eml", mail.key));
            let written = tokio::task::spawn_blocking(move || write(&path, &message.formatted())).await;
            written.map_err(Error::internal)?.map_err(Error::internal)
        })
    }
}

/// Writes a file; its folder is made only where it turns out to be missing, as it is there for every message but the first.
fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    match std::fs::write(path, bytes) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder)?;
            }
            std::fs::write(path, bytes)
        }
        outcome => outcome,
    }
}
