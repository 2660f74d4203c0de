//! Events through NATS JetStream: a stream on the disk that keeps each event until all its consumers have acknowledged it.

use std::time::Duration;

use async_nats::jetstream::consumer::pull::Config as ConsumerConfig;
use async_nats::jetstream::consumer::{AckPolicy, Consumer, DeliverPolicy, Info};
use async_nats::jetstream::context::{Context, ContextBuilder, PublishErrorKind};
use async_nats::jetstream::message::PublishMessage;
use async_nats::jetstream::stream::{Config as StreamConfig, RetentionPolicy, StorageType, Stream};
use async_nats::jetstream::{AckKind, Message};
use async_nats::{ConnectOptions, ServerAddr};
use bytes::Bytes;
use futures::future::BoxFuture;
use futures::{StreamExt as _, TryStreamExt as _};
use percent_encoding::percent_decode_str;
use serde_json::Value;
use tokio::sync::Mutex;
use tradewind_kernel::{Error, ErrorKind, Result, Secret};
use tradewind_platform::events::{Broker, Letter, Subscription};

/// The longest that a connection may take to be made.
const CONNECT_MAX: Duration = Duration::from_secs(3);
/// The longest that NATS may take to answer; an event is on its disk in a millisecond when it is well.
const ANSWER_MAX: Duration = Duration::from_secs(5);
/// Within this time NATS itself drops an event that is published again.
const DUPLICATES_KNOWN_FOR: Duration = Duration::from_secs(600);
/// After so long NATS brings again what a subscription has read and not acknowledged.
const ACKNOWLEDGED_WITHIN: Duration = Duration::from_secs(60);
/// How much a subscription may have read and not acknowledged.
const UNACKNOWLEDGED_MAX: i64 = 1000;

/// Where NATS is.
#[derive(Clone, Debug)]
pub struct NatsOptions {
    /// `nats://user:password@host:4222`, `nats://token@host:4222`, or `tls://` for an encrypted connection; several, with commas between, are one cluster.
    pub url: Secret,
    /// What the stream and its subjects begin with: shops that share a server have different ones.
    pub prefix: String,
    /// The name of this process among those of the shop: letters, digits, `-` and `_`.
    pub holder: String,
}

/// The events of a shop in NATS. One connection publishes, another reads.
pub struct NatsBroker {
    servers: Vec<ServerAddr>,
    prefix: String,
    holder: String,
    publishing: Mutex<Option<Context>>,
}

impl NatsBroker {
    /// A broker at this place. Nothing is connected yet; [`Broker::check`] does that.
    pub fn open(options: &NatsOptions) -> Result<Self> {
        let parse = |url: &str| {
            url.trim().parse::<ServerAddr>().map_err(|error| {
                let message = format!("This is no address of a NATS server; it looks like nats://host:4222. ({error})");
                Error::invalid("url", message)
            })
        };
        let servers = options.url.expose().split(',').map(parse).collect::<Result<_>>()?;
        let (prefix, holder) = (options.prefix.clone(), options.holder.clone());
        Ok(Self { servers, prefix, holder, publishing: Mutex::default() })
    }

    async fn connect(&self) -> Result<Context> {
        // The client leaves out what stands before the host.
        let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let named = self.servers.iter().find_map(|server| Some((decoded(server.username()?), server.password())));
        let options = match named {
            Some((user, Some(password))) => ConnectOptions::with_user_and_password(user, decoded(password)),
            Some((token, None)) => ConnectOptions::with_token(token),
            None => ConnectOptions::new(),
        };
        let options = options
            .name("tradewind")
            .connection_timeout(CONNECT_MAX)
            .request_timeout(Some(ANSWER_MAX))
            // Whoever uses the connection makes a new one after a failure, and waits between two; nothing lies in a buffer.
            .max_reconnects(1);
        let client = options.connect(&self.servers[..]).await.map_err(away)?;
        Ok(ContextBuilder::new().timeout(ANSWER_MAX).ack_timeout(ANSWER_MAX).build(client))
    }

    /// The stream, made where it is missing. One that the operator has made (with replicas, say) is taken as it is.
    async fn stream(&self, context: &Context) -> Result<Stream> {
        let config = StreamConfig {
            name: self.stream_name(),
            subjects: vec![format!("{}.events.>", self.prefix)],
            retention: RetentionPolicy::Interest,
            storage: StorageType::File,
            duplicate_window: DUPLICATES_KNOWN_FOR,
            ..StreamConfig::default()
        };
        let stream = context.get_or_create_stream(config).await.map_err(away)?;
        if stream.cached_info().config.storage != StorageType::File {
            let text = format!("The stream {} of NATS is kept in memory, and would forget events", self.stream_name());
            return Err(Error::new(ErrorKind::Unavailable, text));
        }
        Ok(stream)
    }

    fn stream_name(&self) -> String {
        format!("{}-events", self.prefix)
    }

    /// How the names of the shop's own consumers begin. A number follows, higher with each subscription, and whose it is: no two
    /// are the same, and they sort by age.
    fn consumer_prefix(&self) -> String {
        format!("{}-shop-", self.prefix)
    }

    fn consumer_config(&self, name: String, deliver_policy: DeliverPolicy) -> ConsumerConfig {
        ConsumerConfig {
            durable_name: Some(name),
            description: Some("What the shop itself has had of its events".to_owned()),
            deliver_policy,
            ack_policy: AckPolicy::Explicit,
            ack_wait: ACKNOWLEDGED_WITHIN,
            max_ack_pending: UNACKNOWLEDGED_MAX,
            ..ConsumerConfig::default()
        }
    }

    /// A connection to publish on. The stream keeps only what somebody will read, so the shop's own consumer comes first.
    async fn publishing(&self) -> Result<Context> {
        let mut publishing = self.publishing.lock().await;
        if let Some(context) = &*publishing {
            return Ok(context.clone());
        }
        let context = self.connect().await?;
        let stream = self.stream(&context).await?;
        if own_consumers(&stream, &self.consumer_prefix()).await?.is_empty() {
            let name = format!("{}{:012}", self.consumer_prefix(), 0);
            stream.create_consumer(self.consumer_config(name, DeliverPolicy::All)).await.map_err(away)?;
        }
        Ok(publishing.insert(context).clone())
    }

    async fn publish_on(&self, context: &Context, letters: &[Letter]) -> Vec<Result<()>> {
        let mut sent = Vec::with_capacity(letters.len());
        for letter in letters {
            let message = PublishMessage::build()
                .message_id(&letter.id)
                .header("Content-Type", "application/cloudevents+json")
                .expected_stream(self.stream_name())
                .payload(letter.body.clone());
            sent.push(context.send_publish(format!("{}.events.{}", self.prefix, letter.kind), message).await);
        }
        let mut answers = Vec::with_capacity(letters.len());
        for sent in sent {
            let confirmed = match sent {
                Ok(sent) => sent.await.map(|_| ()),
                Err(error) => Err(error),
            };
            answers.push(confirmed.map_err(|error| match error.kind() {
                PublishErrorKind::MaxPayloadExceeded => {
                    Error::invalid("data", "This event is too long for NATS").caused_by(error)
                }
                _ => away(error),
            }));
        }
        answers
    }
}

impl Broker for NatsBroker {
    fn check(&self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            let wrong = |text: String| Error::new(ErrorKind::Unavailable, text).at("url");
            let context = self.connect().await.map_err(|error| {
                wrong(format!(
                    "NATS cannot be reached: {error:?}. Is it running there, and are user and password right?"
                ))
            })?;
            let info = context.client().request("$JS.API.INFO", Bytes::new()).await.map_err(|error| {
                wrong(format!(
                    "NATS runs without JetStream, or the user may not use it: {error}. Start nats-server with -js"
                ))
            })?;
            let info: Value = serde_json::from_slice(&info.payload).unwrap_or_default();
            if let Some(error) = info.get("error") {
                return Err(wrong(format!("The user may not use JetStream of NATS: {error}")));
            }
            let stream = self.stream(&context).await.map_err(|error| {
                wrong(format!("The stream {} of NATS cannot be used: {error:?}", self.stream_name()))
            })?;
            own_consumers(&stream, &self.consumer_prefix()).await.map_err(|error| {
                wrong(format!("The consumers of the stream {} cannot be listed: {error:?}", self.stream_name()))
            })?;
            // Whoever may publish is told that this is for no stream there is; whoever may not gets no answer.
            let nothing = PublishMessage::build().expected_stream("none").payload(Bytes::new());
            let subject = format!("{}.events.check", self.prefix);
            let sent = context.send_publish(subject.clone(), nothing).await;
            let answer = match sent {
                Ok(sent) => sent.await.map(|_| ()),
                Err(error) => Err(error),
            };
            match answer {
                Err(error) if error.kind() == PublishErrorKind::Other => Ok(()),
                other => Err(wrong(format!(
                    "NATS does not answer to {subject} ({other:?}). The user needs to publish to {}.events.> and $JS.API.>",
                    self.prefix
                ))),
            }
        })
    }

    fn publish<'a>(&'a self, letters: &'a [Letter]) -> BoxFuture<'a, Vec<Result<()>>> {
        Box::pin(async move {
            if letters.is_empty() {
                return Vec::new();
            }
            let answers = match self.publishing().await {
                Ok(context) => self.publish_on(&context, letters).await,
                Err(error) => letters.iter().map(|_| Err(away(format!("{error:?}")))).collect(),
            };
            if answers.iter().any(|answer| answer.as_ref().is_err_and(|error| error.kind() != ErrorKind::Invalid)) {
                // The next ones go over a new connection, to a stream that is looked at anew.
                self.publishing.lock().await.take();
            }
            answers
        })
    }

    fn subscribe(&self) -> BoxFuture<'_, Result<Box<dyn Subscription>>> {
        Box::pin(async move {
            let context = self.connect().await?;
            let stream = self.stream(&context).await?;
            let prefix = self.consumer_prefix();
            let earlier = own_consumers(&stream, &prefix).await?;
            // What an earlier subscription has read and not acknowledged would come only after a while, behind what is later. A
            // new consumer begins with it; and what is kept for the earlier ones is kept until it is there.
            let deliver = match earlier.iter().map(|info| info.ack_floor.stream_sequence).min() {
                Some(floor) => DeliverPolicy::ByStartSequence { start_sequence: floor + 1 },
                None => DeliverPolicy::All,
            };
            let number =
                |info: &Info| info.name[prefix.len()..].split('-').next().and_then(|number| number.parse().ok());
            let number = earlier.iter().filter_map(number).max().unwrap_or(0_u64) + 1;
            let name = format!("{prefix}{number:012}-{}", self.holder);
            let config = self.consumer_config(name.clone(), deliver);
            let consumer = stream.create_consumer(config).await.map_err(away)?;
            let reading = Reading { consumer, stream, name, prefix, read: Vec::new() };
            reading.remove_earlier(&earlier).await?;
            Ok(Box::new(reading) as Box<dyn Subscription>)
        })
    }
}

struct Reading {
    consumer: Consumer<ConsumerConfig>,
    stream: Stream,
    name: String,
    prefix: String,
    /// What was read and not acknowledged.
    read: Vec<Message>,
}

impl Reading {
    /// Removes the consumers of those who subscribed before, and never that of somebody who came after: the last one, which
    /// begins with whatever any of them has not acknowledged, stays.
    async fn remove_earlier(&self, consumers: &[Info]) -> Result<()> {
        for info in consumers.iter().filter(|info| info.name < self.name) {
            self.stream.delete_consumer(&info.name).await.map_err(away)?;
        }
        Ok(())
    }
}

/// The shop's own consumers of its stream.
async fn own_consumers(stream: &Stream, prefix: &str) -> Result<Vec<Info>> {
    let all: Vec<Info> = stream.consumers().try_collect().await.map_err(away)?;
    Ok(all.into_iter().filter(|info| info.name.starts_with(prefix)).collect())
}

impl Subscription for Reading {
    fn next(&mut self, most: usize, patience: Duration) -> BoxFuture<'_, Result<Vec<Bytes>>> {
        Box::pin(async move {
            let mut messages = self.consumer.fetch().max_messages(most).messages().await.map_err(away)?;
            let mut bodies = Vec::new();
            while let Some(message) = messages.next().await {
                let message = message.map_err(away)?;
                bodies.push(message.payload.clone());
                self.read.push(message);
            }
            if !bodies.is_empty() || patience.is_zero() {
                return Ok(bodies);
            }
            let mut waiting = self.consumer.batch().max_messages(1).expires(patience).messages().await.map_err(away)?;
            while let Some(message) = waiting.next().await {
                let message = message.map_err(away)?;
                bodies.push(message.payload.clone());
                self.read.push(message);
            }
            Ok(bodies)
        })
    }

    fn acknowledge(&mut self, count: usize) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            let count = count.min(self.read.len());
            let Some(last) = count.checked_sub(1) else { return Ok(()) };
            for message in &self.read[..last] {
                message.ack().await.map_err(away)?;
            }
            // The answer to the last says that those before it have come too: they go over one connection.
            let answered = tokio::time::timeout(ANSWER_MAX, self.read[last].double_ack_with(AckKind::Ack)).await;
            answered.map_err(away)?.map_err(away)?;
            self.read.drain(..count);
            Ok(())
        })
    }

    fn lag(&mut self) -> BoxFuture<'_, Result<u64>> {
        Box::pin(async move {
            let all = own_consumers(&self.stream, &self.prefix).await?;
            let lag = all.iter().find(|info| info.name == self.name).map(|info| info.num_pending);
            let lag = lag.ok_or_else(|| away("the consumer is gone: somebody else has subscribed, or removed it"))?;
            // One that was made for publishing while this one subscribed would keep everything for nobody.
            self.remove_earlier(&all).await?;
            Ok(lag)
        })
    }

    fn close(self: Box<Self>) -> BoxFuture<'static, ()> {
        // What was not acknowledged is there for the next subscription at once.
        Box::pin(async {})
    }
}

fn away(cause: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::Unavailable, "NATS does not take or bring events").caused_by(cause.to_string())
}
