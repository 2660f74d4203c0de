//! Events through RabbitMQ: an exchange to which others bind queues of their own, and a quorum queue for the shop itself.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use futures::StreamExt as _;
use futures::future::{BoxFuture, FutureExt as _};
use lapin::message::Delivery;
use lapin::options::{
    BasicAckOptions, BasicConsumeOptions, BasicPublishOptions, BasicQosOptions, ConfirmSelectOptions,
    ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions,
};
use lapin::types::{AMQPValue, FieldTable};
use lapin::uri::AMQPUri;
use lapin::{BasicProperties, Channel, Confirmation, Connection, ConnectionProperties, Consumer, ExchangeKind};
use tokio::sync::Mutex;
use tokio::time::timeout;
use tradewind_kernel::{Error, ErrorKind, Result, Secret};
use tradewind_platform::events::{Broker, Letter, Subscription};

/// The longest that a connection may take to be made, and the queue to be found.
const CONNECT_MAX: Duration = Duration::from_secs(5);
/// The longest that RabbitMQ may take to answer; an event is on its disk in some milliseconds when it is well.
const ANSWER_MAX: Duration = Duration::from_secs(5);
/// A connection on which nothing has come for twice as long is dead.
const HEARTBEAT_SECONDS: u16 = 10;
/// How much RabbitMQ sends ahead of an acknowledgement.
const PREFETCH: u16 = 400;
/// An answer that says that all is well.
const GOODBYE: u16 = 200;

/// Where RabbitMQ is.
#[derive(Clone, Debug)]
pub struct RabbitMqOptions {
    /// `amqp://user:password@host:5672/virtual-host`, or `amqps://` for an encrypted connection.
    pub url: Secret,
    /// What the exchange and the queue begin with: shops that share a virtual host have different ones.
    pub prefix: String,
}

/// The events of a shop in RabbitMQ. One connection publishes, another reads.
pub struct RabbitMqBroker {
    uri: AMQPUri,
    exchange: String,
    queue: String,
    publishing: Mutex<Option<Link>>,
}

/// A connection, and the one channel on it.
struct Link {
    connection: Connection,
    channel: Channel,
}

impl RabbitMqBroker {
    /// A broker at this place. Nothing is connected yet; [`Broker::check`] does that.
    pub fn open(options: &RabbitMqOptions) -> Result<Self> {
        let mut uri: AMQPUri = options.url.expose().parse().map_err(|error: String| {
            let message = format!(
                "This is no address of a RabbitMQ server; it looks like amqp://user:password@host:5672. ({error})"
            );
            Error::invalid("url", message)
        })?;
        uri.query.heartbeat.get_or_insert(HEARTBEAT_SECONDS);
        uri.query.connection_timeout.get_or_insert(3000);
        let exchange = format!("{}.events", options.prefix);
        Ok(Self { uri, queue: format!("{exchange}.shop"), exchange, publishing: Mutex::default() })
    }

    async fn connect(&self) -> Result<Link> {
        let connecting = async {
            let properties = ConnectionProperties::default().with_connection_name("tradewind".into());
            let connection = Connection::connect_uri(self.uri.clone(), properties).await?;
            let channel = connection.create_channel().await?;
            Ok::<_, lapin::Error>(Link { connection, channel })
        };
        timeout(CONNECT_MAX, connecting.boxed()).await.map_err(away)?.map_err(away)
    }

    /// The exchange and the shop's own queue, made where they are missing.
    async fn declare(&self, channel: &Channel) -> Result<()> {
        let durable = ExchangeDeclareOptions { durable: true, ..ExchangeDeclareOptions::default() };
        let declaring = async {
            channel
                .exchange_declare(self.exchange.as_str().into(), ExchangeKind::Topic, durable, FieldTable::default())
                .await?;
            channel
                .queue_declare(self.queue.as_str().into(), QueueDeclareOptions::durable(), queue_arguments())
                .await?;
            let (queue, exchange) = (self.queue.as_str().into(), self.exchange.as_str().into());
            channel.queue_bind(queue, exchange, "#".into(), QueueBindOptions::default(), FieldTable::default()).await
        };
        timeout(CONNECT_MAX, declaring.boxed()).await.map_err(away)?.map_err(away)
    }

    async fn publish_on(&self, channel: &Channel, letters: &[Letter]) -> Vec<Result<()>> {
        // What no queue takes comes back instead of being dropped.
        let options = BasicPublishOptions { mandatory: true, ..BasicPublishOptions::default() };
        let mut sent = Vec::with_capacity(letters.len());
        for letter in letters {
            let properties = BasicProperties::default()
                .with_delivery_mode(2)
                .with_message_id(letter.id.as_str().into())
                .with_type(letter.kind.as_str().into())
                .with_content_type("application/cloudevents+json".into());
            let (exchange, kind) = (self.exchange.as_str().into(), letter.kind.as_str().into());
            sent.push(channel.basic_publish(exchange, kind, options, &letter.body, properties).await);
        }
        let mut answers = Vec::with_capacity(letters.len());
        for sent in sent {
            let confirmed = match sent {
                Ok(confirm) => confirm.await,
                Err(error) => Err(error),
            };
            answers.push(match confirmed {
                Ok(Confirmation::Ack(None)) => Ok(()),
                Ok(Confirmation::Ack(Some(_))) => Err(away("no queue takes the event")),
                Ok(Confirmation::Nack(_)) => Err(away("the queue could not store the event")),
                Ok(Confirmation::NotRequested) => Err(away("the channel confirms nothing")),
                Err(error) => Err(away(error)),
            });
        }
        answers
    }
}

/// A queue that is on the disks of most of a cluster's servers before anything is confirmed, and that one at a time reads.
fn queue_arguments() -> FieldTable {
    let mut arguments = FieldTable::default();
    arguments.insert("x-queue-type".into(), AMQPValue::LongString("quorum".into()));
    arguments.insert("x-single-active-consumer".into(), AMQPValue::Boolean(true));
    arguments
}

impl Broker for RabbitMqBroker {
    fn check(&self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            let wrong = |text: String| Error::new(ErrorKind::Unavailable, text).at("url");
            let link = self.connect().await.map_err(|error| {
                wrong(format!(
                    "RabbitMQ cannot be reached: {error:?}. Is it running there, and are user, password and virtual host right?"
                ))
            })?;
            self.declare(&link.channel).await.map_err(|error| {
                wrong(format!(
                    "The exchange {} and the queue {} of RabbitMQ cannot be used: {error:?}. The user needs to configure, \
                     write and read them, and the queue is a quorum queue with a single active consumer",
                    self.exchange, self.queue
                ))
            })?;
            link.close().await;
            Ok(())
        })
    }

    fn publish<'a>(&'a self, letters: &'a [Letter]) -> BoxFuture<'a, Vec<Result<()>>> {
        Box::pin(async move {
            if letters.is_empty() {
                return Vec::new();
            }
            let mut publishing = self.publishing.lock().await;
            let link = match publishing.take() {
                Some(link) => Ok(link),
                None => self.publishing_link().await,
            };
            let answers = match &link {
                Ok(link) => timeout(ANSWER_MAX, self.publish_on(&link.channel, letters).boxed()).await.map_err(away),
                Err(error) => Err(away(format!("{error:?}"))),
            };
            let answers = answers
                .unwrap_or_else(|error| letters.iter().map(|_| Err(away(format!("{error:?}")))).collect::<Vec<_>>());
            // After a failure the next ones go over a new connection, to a queue that is looked at anew.
            if answers.iter().all(Result::is_ok) {
                *publishing = link.ok();
            }
            answers
        })
    }

    fn subscribe(&self) -> BoxFuture<'_, Result<Box<dyn Subscription>>> {
        Box::pin(async move {
            let link = self.connect().await?;
            self.declare(&link.channel).await?;
            let beginning = async {
                link.channel.basic_qos(PREFETCH, BasicQosOptions::default()).await?;
                let (queue, tag) = (self.queue.as_str().into(), "tradewind".into());
                link.channel.basic_consume(queue, tag, BasicConsumeOptions::default(), FieldTable::default()).await
            };
            let consumer = timeout(CONNECT_MAX, beginning.boxed()).await.map_err(away)?.map_err(away)?;
            Ok(
                Box::new(Reading {
                    link,
                    consumer,
                    queue: self.queue.clone(),
                    read: Vec::new(),
                    ahead: VecDeque::new(),
                }) as Box<dyn Subscription>,
            )
        })
    }
}

impl RabbitMqBroker {
    async fn publishing_link(&self) -> Result<Link> {
        let link = self.connect().await?;
        self.declare(&link.channel).await?;
        let confirming = link.channel.confirm_select(ConfirmSelectOptions::default());
        timeout(ANSWER_MAX, confirming).await.map_err(away)?.map_err(away)?;
        Ok(link)
    }
}

impl Link {
    async fn close(self) {
        // Where there is no answer, it is as good as closed.
        let _ = timeout(ANSWER_MAX, self.connection.close(GOODBYE, "done".into())).await;
    }
}

struct Reading {
    link: Link,
    consumer: Consumer,
    queue: String,
    /// The tags of what was read and not acknowledged.
    read: Vec<u64>,
    /// What has come and was not read.
    ahead: VecDeque<Delivery>,
}

impl Reading {
    /// What has come already is put where it can be counted.
    fn gather(&mut self) -> Result<()> {
        while let Some(next) = self.consumer.next().now_or_never() {
            self.ahead.push_back(of_consumer(next)?);
        }
        Ok(())
    }
}

fn of_consumer(next: Option<lapin::Result<Delivery>>) -> Result<Delivery> {
    next.ok_or_else(|| away("the subscription has ended"))?.map_err(away)
}

impl Subscription for Reading {
    fn next(&mut self, most: usize, patience: Duration) -> BoxFuture<'_, Result<Vec<Bytes>>> {
        Box::pin(async move {
            self.gather()?;
            if self.ahead.is_empty() {
                let Ok(next) = timeout(patience, self.consumer.next()).await else { return Ok(Vec::new()) };
                self.ahead.push_back(of_consumer(next)?);
                self.gather()?;
            }
            let read = self.ahead.drain(..most.min(self.ahead.len()));
            let read: Vec<_> = read.map(|delivery| (delivery.delivery_tag, Bytes::from(delivery.data))).collect();
            self.read.extend(read.iter().map(|(tag, _)| tag));
            Ok(read.into_iter().map(|(_, body)| body).collect())
        })
    }

    fn acknowledge(&mut self, count: usize) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            let count = count.min(self.read.len());
            let Some(last) = count.checked_sub(1) else { return Ok(()) };
            // With all that came before it.
            let all = BasicAckOptions { multiple: true };
            let acknowledging = self.link.channel.basic_ack(self.read[last], all);
            timeout(ANSWER_MAX, acknowledging).await.map_err(away)?.map_err(away)?;
            self.read.drain(..count);
            Ok(())
        })
    }

    fn lag(&mut self) -> BoxFuture<'_, Result<u64>> {
        Box::pin(async move {
            // An answer on the channel also says that the connection lives, and that what was acknowledged before has come.
            let asking = self.link.channel.queue_declare(
                self.queue.as_str().into(),
                QueueDeclareOptions::durable().passive(),
                queue_arguments(),
            );
            let queue = timeout(ANSWER_MAX, asking).await.map_err(away)?.map_err(away)?;
            self.gather()?;
            Ok(u64::from(queue.message_count()) + self.ahead.len() as u64)
        })
    }

    fn close(self: Box<Self>) -> BoxFuture<'static, ()> {
        Box::pin(async move { self.link.close().await })
    }
}

fn away(cause: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::Unavailable, "RabbitMQ does not take or bring events").caused_by(cause.to_string())
}
