//! Mail through a server that speaks SMTP: a few connections that are used again, and answers sorted into those that may be
//! better next time and those that will not.

mod place;

use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use lettre::transport::smtp::authentication::Mechanism;
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use parking_lot::Mutex;
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tradewind_kernel::{Clock, Error, ErrorKind, Result, Secret};
use tradewind_platform::jobs::HOPELESS;
use tradewind_platform::mail::{Letter, Mail, Mailer, Sender};

use place::{Place, Protection};

/// Answers of the 500s that are about the shop's login and not about a message: they are gone once somebody has mended it.
const ABOUT_THE_LOGIN: [&str; 4] = ["530", "534", "535", "538"];
/// How much of an answer is kept, in characters.
const ANSWER_MAX: usize = 300;

/// Where the mail server is, and how much is asked of it.
#[derive(Clone, Debug)]
pub struct SmtpOptions {
    /// `smtp://user:password@host:587`, encrypted by STARTTLS; `smtps://` is encrypted from the first byte; with `?tls=none`
    /// nothing is.
    pub url: Secret,
    /// The longest that handing over one message may take, with making the connection.
    pub answer_max: Duration,
    /// How many connections are open at the same time.
    pub connections_max: usize,
}

/// A mail server. Connections are made when they are needed, and kept for the next message.
pub struct SmtpMailer {
    place: Place,
    tls: Option<TlsParameters>,
    login: ClientId,
    sender: Sender,
    answer_max: Duration,
    places: Arc<Semaphore>,
    idle: Mutex<Vec<AsyncSmtpConnection>>,
    clock: Clock,
}

/// Why a message was not handed over.
enum Failure {
    /// Before the message came up: the server is not there, or does not want us. The text names no secret.
    Way(String),
    /// The server's answer to the message.
    Answer(lettre::transport::smtp::Error),
}

impl SmtpMailer {
    /// A mailer to this server. Nothing is connected yet; [`Mailer::check`] does that. An error is at the option it is about.
    pub fn open(options: &SmtpOptions, sender: Sender, clock: Clock) -> Result<Self> {
        let place = Place::parse(&options.url)?;
        let tls = match place.protection {
            Protection::None => None,
            Protection::StartTls | Protection::Implicit => {
                let parameters = TlsParameters::builder(place.host.clone()).build_rustls();
                Some(
                    parameters
                        .map_err(|error| Error::invalid("url", format!("The host cannot be encrypted to: {error}")))?,
                )
            }
        };
        Ok(Self {
            login: ClientId::Domain(sender.domain().to_owned()),
            place,
            tls,
            sender,
            answer_max: options.answer_max,
            places: Arc::new(Semaphore::new(options.connections_max.max(1))),
            idle: Mutex::default(),
            clock,
        })
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Failure> {
        let way = |what: &str| {
            let place = &self.place;
            let what = what.to_owned();
            move |error: lettre::transport::smtp::Error| {
                Failure::Way(format!("{place} {what}: {}", cut(&error.to_string())))
            }
        };
        let implicit = self.tls.clone().filter(|_| self.place.protection == Protection::Implicit);
        let server = (self.place.host.as_str(), self.place.port);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(server, Some(self.answer_max), &self.login, implicit, None)
                .await
                .map_err(way("cannot be reached, or is no mail server"))?;
        if let (Protection::StartTls, Some(tls)) = (self.place.protection, &self.tls) {
            if !connection.can_starttls() {
                connection.abort().await;
                return Err(Failure::Way(format!(
                    "{} offers no encryption (STARTTLS), so it is told nothing. With smtps:// the connection is encrypted from the \
                     beginning; with ?tls=none behind the url it is not at all",
                    self.place
                )));
            }
            let encrypted = connection.starttls(tls.clone(), &self.login).await;
            encrypted.map_err(way("cannot be spoken to encrypted; is its certificate one that the system trusts?"))?;
        }
        if let Some(login) = &self.place.login {
            let mechanisms = [Mechanism::Plain, Mechanism::Login];
            let signed_in = connection.auth(&mechanisms, &login.credentials()).await;
            signed_in.map_err(way("does not let the shop sign in; are user and password right?"))?;
        }
        Ok(connection)
    }

    /// A connection that answers: one that was used before, or a new one.
    async fn connection(&self) -> Result<AsyncSmtpConnection, Failure> {
        loop {
            let kept = self.idle.lock().pop();
            let Some(mut kept) = kept else { return self.connect().await };
            // Servers close what idles; that is found out here, where nothing is lost by it.
            if kept.test_connected().await {
                return Ok(kept);
            }
        }
    }

    /// A connection that is dropped on the way, at whatever point, is not used again: who knows what it would answer to.
    async fn hand_over(&self, letter: &Letter) -> Result<(), Failure> {
        let mut connection = self.connection().await?;
        connection.send(&letter.envelope, &letter.bytes).await.map_err(Failure::Answer)?;
        self.idle.lock().push(connection);
        Ok(())
    }
}

impl Mailer for SmtpMailer {
    fn send<'a>(&'a self, mail: &'a Mail) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let letter = Letter::write(mail, &self.sender, self.clock.now())?;
            let _place = self.places.acquire().await.map_err(Error::internal)?;
            match timeout(self.answer_max, Box::pin(self.hand_over(&letter))).await {
                Ok(Ok(())) => Ok(()),
                Ok(Err(failure)) => Err(sorted(&failure, &mail.to)),
                Err(_) => Err(too_slow(&self.place, self.answer_max)),
            }
        })
    }

    fn check(&self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            let connected = timeout(self.answer_max, Box::pin(self.connection())).await;
            let connected = connected.map_err(|_| too_slow(&self.place, self.answer_max).at("url"))?;
            match connected {
                Ok(connection) => self.idle.lock().push(connection),
                Err(Failure::Way(said)) => return Err(Error::new(ErrorKind::Unavailable, said).at("url")),
                Err(Failure::Answer(error)) => {
                    return Err(Error::new(ErrorKind::Unavailable, cut(&error.to_string())).at("url"));
                }
            }
            Ok(())
        })
    }
}

fn too_slow(place: &Place, answer_max: Duration) -> Error {
    Error::new(ErrorKind::Unavailable, format!("{place} did not answer within {} s", answer_max.as_secs_f32()))
}

/// What became of a message, as the job that sends it has to take it.
fn sorted(failure: &Failure, to: &Secret) -> Error {
    let error = match failure {
        Failure::Way(said) => return Error::new(ErrorKind::Unavailable, said.clone()),
        Failure::Answer(error) => error,
    };
    let said = cut(&without_addresses(&error.to_string(), to.expose()));
    let about_the_login = error.status().is_some_and(|code| ABOUT_THE_LOGIN.contains(&code.to_string().as_str()));
    if error.is_client() || (error.is_permanent() && !about_the_login) {
        let said = format!("The mail server will not have this message: {said}");
        return Error::new(ErrorKind::Invalid, said).at("email").code(HOPELESS);
    }
    Error::new(ErrorKind::Unavailable, format!("The message could not be handed over: {said}"))
}

/// An answer without the recipient and whatever else looks like an address: servers like to repeat them, and they are nobody's
/// business in a log.
fn without_addresses(answer: &str, to: &str) -> String {
    const SHOWN: &str = "[address]";
    let name = to.split('@').next().unwrap_or_default().to_lowercase();
    let word = |word: &str| {
        let bare = word.trim_matches(|letter: char| !letter.is_alphanumeric()).to_lowercase();
        if word.contains('@') || (!bare.is_empty() && bare == name) { SHOWN.to_owned() } else { word.to_owned() }
    };
    answer.split_whitespace().map(word).collect::<Vec<_>>().join(" ")
}

/// The beginning of what a server says, which may be long.
fn cut(text: &str) -> String {
    text.chars().take(ANSWER_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_kept_without_addresses() {
        let to = "Ada.Lovelace@example.com";
        for (answer, kept) in [
            ("550 5.1.1 <ada.lovelace@example.com>: unknown", "550 5.1.1 [address] unknown"),
            ("550 user ada.lovelace is unknown", "550 user [address] is unknown"),
            ("452 mailbox of (ADA.LOVELACE) full", "452 mailbox of [address] full"),
            ("554 for=eve@example.org refused", "554 [address] refused"),
            ("421 4.3.2 try later", "421 4.3.2 try later"),
        ] {
            assert_eq!(without_addresses(answer, to), kept);
        }
    }
}
