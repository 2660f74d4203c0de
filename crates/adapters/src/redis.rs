//! What processes share in Redis: values that can be had again. Slow, full or gone, it costs some speed and nothing else.

use std::time::Duration;

use bytes::Bytes;
use futures::future::BoxFuture;
use parking_lot::Mutex;
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, Cmd, FromRedisValue, RedisError};
use tokio::time::{Instant, timeout};
use tradewind_kernel::{Error, ErrorKind, Result, Secret};
use tradewind_platform::cache::SharedCache;

/// The longest that Redis may take to answer. It takes a millisecond when it is well.
const ANSWER_MAX: Duration = Duration::from_millis(100);
/// The longest that a connection may take to be made.
const CONNECT_MAX: Duration = Duration::from_millis(500);
/// The same at the start of a process, when nobody waits.
const CHECK_MAX: Duration = Duration::from_secs(3);
/// After Redis did not answer, how long it is left alone.
const REST: Duration = Duration::from_secs(1);

/// Where Redis is.
#[derive(Clone, Debug)]
pub struct RedisOptions {
    /// `redis://user:password@host:6379/0`, or `rediss://` for an encrypted connection.
    pub url: Secret,
    /// What each key begins with: shops that share a server have different ones.
    pub prefix: String,
}

/// A cache in Redis. One connection carries everything; it is made when it is needed.
pub struct RedisCache {
    client: Client,
    prefix: String,
    link: Mutex<Link>,
}

#[derive(Default)]
struct Link {
    connection: Option<MultiplexedConnection>,
    /// Until then nobody asks.
    resting_until: Option<Instant>,
}

impl RedisCache {
    /// A cache at this place. Nothing is connected yet; [`SharedCache::check`] does that.
    pub fn open(options: &RedisOptions) -> Result<Self> {
        let client = Client::open(options.url.expose()).map_err(|error| {
            let message = format!("This is no address of a Redis server; it looks like redis://host:6379. ({error})");
            Error::invalid("url", message)
        })?;
        Ok(Self { client, prefix: options.prefix.clone(), link: Mutex::default() })
    }

    fn key(&self, key: &str) -> String {
        format!("{}:{key}", self.prefix)
    }

    async fn ask<T: FromRedisValue>(&self, command: Cmd) -> Result<T> {
        let connection = self.connection().await?;
        let outcome = self.answer(connection, command).await;
        if let Err(error) = &outcome
            && (error.is_timeout() || error.is_io_error() || error.is_connection_dropped())
        {
            self.rest(error);
        }
        outcome.map_err(away)
    }

    async fn answer<T: FromRedisValue>(
        &self,
        mut connection: MultiplexedConnection,
        command: Cmd,
    ) -> redis::RedisResult<T> {
        match timeout(ANSWER_MAX, command.query_async(&mut connection)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(std::io::Error::from(std::io::ErrorKind::TimedOut).into()),
        }
    }

    async fn connection(&self) -> Result<MultiplexedConnection> {
        {
            let mut link = self.link.lock();
            if let Some(connection) = &link.connection {
                return Ok(connection.clone());
            }
            if link.resting_until.is_some_and(|until| Instant::now() < until) {
                return Err(away("it did not answer a moment ago, or a connection is being made"));
            }
            // While one connects, the others go on without; also where that one goes away in the middle.
            link.resting_until = Some(Instant::now() + CONNECT_MAX);
        }
        match self.connect(CONNECT_MAX).await {
            Ok(connection) => {
                self.link.lock().connection = Some(connection.clone());
                note(true);
                Ok(connection)
            }
            Err(error) => {
                self.link.lock().resting_until = Some(Instant::now() + REST);
                note(false);
                tracing::warn!(%error, "Redis cannot be reached; the shop goes on without it");
                Err(away(error))
            }
        }
    }

    async fn connect(&self, within: Duration) -> redis::RedisResult<MultiplexedConnection> {
        let config =
            AsyncConnectionConfig::new().set_connection_timeout(Some(within)).set_response_timeout(Some(within));
        self.client.get_multiplexed_async_connection_with_config(&config).await
    }

    fn rest(&self, error: &RedisError) {
        let mut link = self.link.lock();
        if link.connection.take().is_some() {
            link.resting_until = Some(Instant::now() + REST);
            note(false);
            tracing::warn!(%error, "Redis does not answer; the shop goes on without it");
        }
    }
}

impl SharedCache for RedisCache {
    fn get<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<Bytes>>> {
        Box::pin(async move {
            let bytes: Option<Vec<u8>> = self.ask(Cmd::get(self.key(key))).await?;
            Ok(bytes.map(Bytes::from))
        })
    }

    fn put<'a>(&'a self, key: &'a str, value: Bytes, kept_for: Duration) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move { self.ask(Cmd::pset_ex(self.key(key), &value[..], millis(kept_for))).await })
    }

    fn claim<'a>(&'a self, key: &'a str, held_for: Duration) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async move {
            let mut command = redis::cmd("SET");
            command.arg(self.key(key)).arg("").arg("NX").arg("PX").arg(millis(held_for));
            let answer: Option<String> = self.ask(command).await?;
            Ok(answer.is_some())
        })
    }

    fn remove<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move { self.ask(Cmd::del(self.key(key))).await })
    }

    fn check(&self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            let wrong = |text: String| Error::new(ErrorKind::Unavailable, text).at("url");
            let mut connection = self.connect(CHECK_MAX).await.map_err(|error| {
                wrong(format!(
                    "Redis cannot be reached: {error}. Is it running there, and are user and password right?"
                ))
            })?;
            let key = self.key("check");
            let mut commands = redis::pipe();
            commands.pset_ex(&key, "", 1000).ignore().del(&key).ignore();
            commands.query_async::<()>(&mut connection).await.map_err(|error| {
                wrong(format!(
                    "Redis does not take a value: {error}. The user needs SET, GET and DEL, and memory to be had"
                ))
            })
        })
    }
}

/// Redis counts milliseconds, and takes none for an error.
fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX).max(1)
}

fn away(cause: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::Unavailable, "The shared cache cannot be asked").caused_by(cause.to_string())
}

fn note(is_up: bool) {
    metrics::gauge!("tradewind_redis_up").set(f64::from(u8::from(is_up)));
}
