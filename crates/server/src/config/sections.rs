//! The sections of the configuration, as they are written.

use std::path::PathBuf;

use serde::Deserialize;
use tradewind_kernel::Secret;

use super::QueueNumbers;

/// What a process may do.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Answers requests.
    Web,
    /// Does jobs.
    Worker,
    /// Hands events on.
    Relay,
}

/// `[server]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServerConfig {
    /// Address and port.
    pub listen: String,
    /// The address shoppers use.
    pub public_url: String,
    /// The longest a request may take.
    pub request_seconds_max: u64,
    /// The longest a shutdown waits.
    pub shutdown_seconds_max: u64,
    /// Proxies in front whose forwarding header is believed.
    pub trusted_proxies: usize,
}

/// `[limits]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitsConfig {
    /// Open connections.
    pub connections_max: usize,
    /// Requests at work, at most.
    pub requests_max: usize,
    /// Requests at work, when answers are slow.
    pub requests_min: usize,
    /// The longest wait for the processor that is well.
    pub scheduling_ms_target: u64,
    /// The longest answer that is well.
    pub answer_ms_target: u64,
    /// Waiting requests of one class.
    pub waiting_max: usize,
    /// How long they wait.
    pub waiting_ms_max: u64,
}

/// `[store.NAME]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoreConfig {
    /// The engine.
    pub kind: StoreKind,
    /// SQLite's file.
    #[serde(default)]
    pub path: PathBuf,
    /// SQLite's reading connections.
    #[serde(default = "four")]
    pub readers: usize,
    /// Where PostgreSQL is.
    #[serde(default = "no_secret")]
    pub url: Secret,
    /// Connections to PostgreSQL.
    #[serde(default = "sixteen")]
    pub pool: usize,
    /// Whether a pooler is in between.
    #[serde(default)]
    pub pooled: bool,
    /// Where the server itself is, behind the pooler.
    #[serde(default = "no_secret")]
    pub listen_url: Secret,
    /// The longest statement on PostgreSQL.
    #[serde(default = "ten_seconds")]
    pub statement_timeout_ms: u64,
    /// Where PostgreSQL's replicas are.
    #[serde(default)]
    pub replicas: Vec<Secret>,
    /// How far behind a replica may be that answers.
    #[serde(default = "five_seconds")]
    pub replica_lag_max_ms: u64,
    /// What the names of the shop begin with in Redis, NATS or RabbitMQ.
    #[serde(default = "tradewind")]
    pub prefix: String,
}

fn four() -> usize {
    4
}

fn sixteen() -> usize {
    16
}

fn ten_seconds() -> u64 {
    10_000
}

fn five_seconds() -> u64 {
    5_000
}

fn tradewind() -> String {
    "tradewind".to_owned()
}

fn no_secret() -> Secret {
    Secret::new("")
}

/// The engines.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StoreKind {
    /// A file, embedded.
    Sqlite,
    /// A server.
    Postgres,
    /// A server for a cache.
    Redis,
    /// A server for events.
    Nats,
    /// A server for events.
    Rabbitmq,
}

/// The cache of a process that shares nothing, and the transport of events that no other program hears.
pub const MEMORY: &str = "memory";

/// `[use]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UseConfig {
    /// The store of the catalogue, settings, staff and logins.
    pub core: String,
    /// The stores of what is sharded.
    pub shards: Vec<String>,
    /// The store of what processes share for speed; [`MEMORY`] is none.
    pub cache: String,
    /// The store of jobs.
    pub jobs: String,
    /// The store that carries events; [`MEMORY`] is none.
    pub events: String,
    /// Where files are.
    pub blobs: BlobsKind,
}

/// What holds files.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BlobsKind {
    /// A folder.
    Disk,
}

/// `[blobs]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FolderConfig {
    /// The folder.
    pub path: PathBuf,
}

/// `[mail]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailConfig {
    /// How messages leave.
    pub transport: MailTransport,
    /// The folder of the mailbox.
    pub path: PathBuf,
    /// The sender.
    pub from: String,
    /// The language where none is known.
    pub language: String,
    /// The mail server.
    pub smtp: SmtpConfig,
}

/// How messages leave.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailTransport {
    /// Into a file.
    Mailbox,
    /// To a mail server.
    Smtp,
}

/// `[mail.smtp]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmtpConfig {
    /// Where the mail server is.
    pub url: Secret,
    /// The longest that handing over a message may take.
    pub answer_seconds_max: u64,
    /// Connections at the same time.
    pub connections_max: usize,
}

/// `[webhooks]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhooksConfig {
    /// Whether they may go to addresses that are not public.
    pub allow_private: bool,
    /// The longest wait for an answer.
    pub answer_seconds_max: u64,
}

/// `[cors]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CorsConfig {
    /// For `/store`.
    pub store: Vec<String>,
    /// For `/admin`.
    pub admin: Vec<String>,
    /// For `/auth`.
    pub auth: Vec<String>,
}

/// `[auth]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuthConfig {
    /// Life of a token.
    pub token_seconds: i64,
    /// Life of a session.
    pub session_seconds: i64,
    /// Parallel password checks.
    pub password_checks_max: usize,
    /// HTTPS-only cookies.
    pub secure_cookies: bool,
    /// Login attempts at once.
    pub login_burst: u32,
    /// Login attempts a minute after that.
    pub login_per_minute: u32,
    /// Whether customers need a verified e-mail address.
    pub verified_customers_only: bool,
}

/// `[shipping]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShippingConfig {
    /// Carriers beside the shop's own people.
    pub carriers: Vec<CarrierKind>,
}

/// The carriers there are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CarrierKind {
    /// Prices by weight, from a table that stands with the option.
    Table,
}

/// `[jobs]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JobsConfig {
    /// Jobs at the same time.
    pub concurrency: usize,
    /// After how many seconds a job is taken up again whose worker has died.
    pub lease_seconds: i64,
    /// Jobs of a queue at the same time, over all processes.
    pub at_once: QueueNumbers,
    /// Jobs of a queue that begin in a minute, over all processes.
    pub per_minute: QueueNumbers,
}

/// `[shop]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShopConfig {
    /// The name shoppers read.
    pub name: String,
}

/// `[log]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogConfig {
    /// Level or directives.
    pub level: String,
    /// Form.
    pub format: LogFormat,
}

/// The forms of a log line.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For collectors.
    Json,
}

/// `[checkout]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckoutConfig {
    /// How long a shopper has to finish a payment.
    pub payment_patience_seconds: i64,
    /// After how long without word a payment provider is asked.
    pub ask_again_seconds: i64,
}

/// `[payment]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaymentConfig {
    /// Payments with Stripe.
    pub stripe: StripeConfig,
}

/// `[payment.stripe]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StripeConfig {
    /// The key the shop asks with; empty: there are no payments with Stripe.
    pub api_key: Secret,
    /// What notices are signed with.
    pub webhook_secret: Secret,
    /// When the money is taken.
    pub capture: CaptureKind,
    /// Where Stripe is.
    pub url: String,
    /// The longest wait for an answer.
    pub answer_seconds_max: u64,
}

impl StripeConfig {
    /// Whether the shop takes payments with Stripe.
    #[must_use]
    pub fn is_on(&self) -> bool {
        !self.api_key.expose().is_empty()
    }
}

/// When the money of an order is taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CaptureKind {
    /// When the staff says so.
    Manual,
    /// When the order is placed.
    Automatic,
}
