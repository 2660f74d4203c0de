//! The one connection on which a process hears what the others announce.

use std::future::poll_fn;
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::time::{sleep, timeout};
use tokio_postgres::{AsyncMessage, Config, Connection, Socket};
use tokio_postgres_rustls::MakeRustlsConnect;
use tradewind_kernel::Result;

use super::{Postgres, PostgresOptions, errors, tls};
use crate::db::notices::{CHANNEL, CODE_LENGTH, Notices, state_text};

/// What the server's views call the connection.
const APPLICATION_NAME: &str = "tradewind notices";
/// How long a connection may take to be made, and to hear itself.
const CONNECT_MAX: Duration = Duration::from_secs(3);
/// How often the connection is asked whether the other end is still there: one that silently went away brings no notices.
const ASK_EVERY: Duration = Duration::from_secs(1);
/// How long the answer may take.
const ANSWER_MAX: Duration = Duration::from_secs(3);
/// The pause before the connection is made anew; it doubles with each failure.
const PAUSE_MIN: Duration = Duration::from_millis(50);
const PAUSE_MAX: Duration = Duration::from_secs(1);

/// Where notices are heard: at the server itself, for a pooler in transaction mode hands none on.
pub(super) struct Listening {
    config: Config,
    tls: MakeRustlsConnect,
}

impl Listening {
    pub(super) fn open(options: &PostgresOptions) -> Result<Self> {
        let url = options.listen_url.as_ref().unwrap_or(&options.url).clone();
        let direct = PostgresOptions { url, pooled: false, ..options.clone() };
        let mut config = direct.config()?;
        config.application_name(APPLICATION_NAME);
        let tls = tls::connector(config.get_ssl_mode())?;
        Ok(Self { config, tls })
    }
}

impl Postgres {
    /// Hears and tells until `stop` turns true.
    pub(in crate::db) async fn hear(&self, notices: &Notices, mut stop: watch::Receiver<bool>) {
        let mut pause = PAUSE_MIN;
        loop {
            let lost = tokio::select! {
                lost = self.hear_until_lost(notices, &mut pause) => lost,
                _ = stop.wait_for(|stop| *stop) => return notices.echoes.listening(false),
            };
            notices.state.is_lost();
            notices.echoes.listening(false);
            metrics::gauge!("tradewind_notices_listening").set(0.0);
            let next = format!("{pause:?}");
            tracing::warn!(
                lost,
                next,
                "what other processes change is not heard at the moment; it is looked up instead"
            );
            // While nothing is heard, anything may have changed. When the database does not answer at all, what is in memory
            // stays: it is all there is to show.
            let waiting = async {
                sleep(pause).await;
                if self.answers().await {
                    notices.tell_everybody();
                }
            };
            tokio::select! {
                () = waiting => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
            pause = (pause * 2).min(PAUSE_MAX);
        }
    }

    /// A code that nobody else has.
    pub(in crate::db) fn new_code(&self, length: usize) -> String {
        self.surroundings.mint.code(length)
    }

    /// Sends a text of codes and spaces to everybody who listens.
    pub(in crate::db) async fn send_notice(&self, text: &str) -> Result<()> {
        let client = self.client().await.map_err(|(_, error)| error)?;
        let sql = format!("NOTIFY {CHANNEL}, '{text}'");
        client.batch_execute(&sql).await.map_err(errors::from_postgres)
    }

    /// Whether the database can be read, listening or not.
    async fn answers(&self) -> bool {
        let asking = async { self.client().await.ok()?.batch_execute("SELECT 1").await.ok() };
        matches!(timeout(ANSWER_MAX, asking).await, Ok(Some(())))
    }

    /// Answers with why nothing is heard any more.
    async fn hear_until_lost(&self, notices: &Notices, pause: &mut Duration) -> String {
        let Listening { config, tls } = &self.listening;
        let (client, connection) = match timeout(CONNECT_MAX, config.connect(tls.clone())).await {
            Ok(Ok(made)) => made,
            Ok(Err(error)) => return errors::text_of(&error),
            Err(_) => return "the server does not answer".to_owned(),
        };
        let hello = state_text(&self.surroundings.mint.code(CODE_LENGTH));
        let heard_hello = Notify::new();
        let asking = async {
            let listen = format!("LISTEN {CHANNEL}; NOTIFY {CHANNEL}, '{hello}'");
            if let Err(error) = client.batch_execute(&listen).await {
                return errors::text_of(&error);
            }
            if timeout(CONNECT_MAX, heard_hello.notified()).await.is_err() {
                return "notices do not arrive; is a pooler in between? listen_url must lead to the server itself"
                    .to_owned();
            }
            *pause = PAUSE_MIN;
            metrics::gauge!("tradewind_notices_listening").set(1.0);
            loop {
                sleep(ASK_EVERY).await;
                match timeout(ANSWER_MAX, client.batch_execute("SELECT 1")).await {
                    Ok(Ok(())) => {}
                    Ok(Err(error)) => return errors::text_of(&error),
                    Err(_) => return "the server has stopped answering".to_owned(),
                }
            }
        };
        let hearing = hear_all(connection, |text| {
            if text == hello {
                // Only now: what is read from here on, and changed then, is told of.
                notices.state.is_lost();
                notices.tell_everybody();
                notices.echoes.listening(true);
                heard_hello.notify_one();
            }
            notices.tell_text(text);
        });
        tokio::select! {
            lost = asking => lost,
            lost = hearing => lost,
        }
    }
}

/// Keeps a connection going and hands on what is heard; answers with why it ended.
async fn hear_all<S>(mut connection: Connection<Socket, S>, mut heard: impl FnMut(&str)) -> String
where
    Connection<Socket, S>: Unpin,
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    loop {
        match poll_fn(|context| connection.poll_message(context)).await {
            Some(Ok(AsyncMessage::Notification(notice))) if notice.channel() == CHANNEL => heard(notice.payload()),
            Some(Ok(_)) => {}
            Some(Err(error)) => return errors::text_of(&error),
            None => return "the connection was closed".to_owned(),
        }
    }
}
