//! The whole system, built in dependency order: read this file to know what stands on what.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use tokio::sync::watch;
use tradewind_accounts::{Accounts, AccountsOptions};
use tradewind_adapters::nats::{NatsBroker, NatsOptions};
use tradewind_adapters::rabbitmq::{RabbitMqBroker, RabbitMqOptions};
use tradewind_adapters::redis::{RedisCache, RedisOptions};
use tradewind_adapters::smtp::{SmtpMailer, SmtpOptions};
use tradewind_adapters::stripe::{Capture, Stripe, StripeOptions};
use tradewind_catalog::Catalog;
use tradewind_checkout::{Checkout, CheckoutParts, Patience};
use tradewind_fulfilment::{FinishMovement, Fulfilment, OrderHandling};
use tradewind_inventory::Inventory;
use tradewind_kernel::{Clock, IdMint, Rng};
use tradewind_market::Market;
use tradewind_offers::Offers;
use tradewind_orders::Orders;
use tradewind_outreach::{Language, Outreach, WebhookOptions, Webhooks};
use tradewind_payments::Payments;
use tradewind_platform::blobs::{Blobs, DiskBlobs};
use tradewind_platform::cache::{SharedCache, Tier};
use tradewind_platform::carrier::{Carriers, TableCarrier};
use tradewind_platform::db::{Db, Migrations, PostgresOptions, Shards, SqliteOptions, Surroundings};
use tradewind_platform::events::{Broker, Bus, Consumer, Publisher, Relay};
use tradewind_platform::jobs::{Handlers, QueueLimits, Runner, RunnerOptions};
use tradewind_platform::mail::{FileMailer, Mails, Sender};
use tradewind_platform::payment::{ManualProvider, PaymentProviders};

use crate::config::{CaptureKind, CarrierKind, Config, MailTransport, StoreConfig, StoreKind, StripeConfig};
use crate::letters::{LetterWriter, SendLetter, SendMail, SendReceipt};
use crate::reactions::{self, GiveBack};
use crate::sweeps;

/// Every module's tables.
pub const MIGRATIONS: [Migrations; 11] = [
    tradewind_platform::MIGRATIONS,
    tradewind_catalog::MIGRATIONS,
    tradewind_market::MIGRATIONS,
    tradewind_offers::MIGRATIONS,
    tradewind_inventory::MIGRATIONS,
    tradewind_accounts::MIGRATIONS,
    tradewind_payments::MIGRATIONS,
    tradewind_orders::MIGRATIONS,
    tradewind_fulfilment::MIGRATIONS,
    tradewind_checkout::MIGRATIONS,
    tradewind_outreach::MIGRATIONS,
];

/// A whole shop, built and not yet listening. Tests build the same.
pub struct Shop {
    /// What it was built from.
    pub config: Config,
    /// Its time.
    pub clock: Clock,
    /// Its chance.
    pub rng: Rng,
    /// Its ids.
    pub mint: IdMint,
    /// Its store.
    pub db: Db,
    /// What its processes share for speed.
    pub tier: Tier,
    /// What carries its events to other processes and programs, where something does.
    bus: Option<Bus>,
    /// Its files.
    pub blobs: Blobs,
    /// How it sends mail.
    pub mails: Mails,
    /// What it writes.
    pub outreach: Outreach,
    /// Whom it tells of events.
    pub webhooks: Webhooks,
    /// Products.
    pub catalog: Catalog,
    /// Regions, currencies, channels, taxes.
    pub market: Market,
    /// Price lists, promotions, campaigns.
    pub offers: Offers,
    /// Stock.
    pub inventory: Inventory,
    /// Shoppers, staff, keys.
    pub accounts: Accounts,
    /// Money.
    pub payments: Payments,
    /// Orders.
    pub orders: Orders,
    /// Shipping.
    pub fulfilment: Fulfilment,
    /// What is done with orders once they are placed.
    pub handling: OrderHandling,
    /// Carts and placing orders.
    pub checkout: Checkout,
    /// Turns true when the process stops: what would go on answering for minutes ends then.
    pub closing: watch::Sender<bool>,
}

impl Shop {
    /// Builds the shop on the machine's clock and chance.
    pub fn open(config: Config) -> Result<Self> {
        Self::open_with(config, Clock::System, Rng::system())
    }

    /// Builds the shop on a given clock and chance.
    pub fn open_with(config: Config, clock: Clock, rng: Rng) -> Result<Self> {
        let mint = IdMint::new(clock.clone(), rng.clone());
        let surroundings = Surroundings { clock: clock.clone(), mint: mint.clone() };
        let db = open_store(&config.roles_of_stores.core, config.database(), surroundings)?;
        let tier = Tier::new(open_cache(&config)?, db.clone(), clock.clone());
        let bus = open_bus(&config, &mint, &rng)?;
        let shards = Shards::single(db.clone());
        let blobs: Blobs = Arc::new(DiskBlobs::new(&config.blobs.path));
        let mails = open_mails(&config, &clock)?;
        let outreach = open_outreach(&config)?;
        let webhooks = Webhooks::new(db.clone(), webhook_options(&config), clock.clone(), rng.clone());
        let mut providers = PaymentProviders::default();
        providers.add(Arc::new(ManualProvider));
        if config.payment.stripe.is_on() {
            let stripe = Stripe::new(stripe_options(&config.payment.stripe), clock.clone())
                .context("[payment.stripe] cannot be used")?;
            providers.add(Arc::new(stripe));
        }

        let catalog = Catalog::with_search_in(db.clone(), &config.search.path);
        let market = Market::new(db.clone());
        let offers = Offers::new(db.clone());
        let inventory = Inventory::new(shards.clone());
        let accounts = Accounts::new(
            db.clone(),
            shards.clone(),
            AccountsOptions {
                token_seconds: config.auth.token_seconds,
                session_seconds: config.auth.session_seconds,
                password_checks_max: config.auth.password_checks_max,
                verified_customers_only: config.auth.verified_customers_only,
                issuer: config.shop.name.clone(),
                ..AccountsOptions::default()
            },
            clock.clone(),
            rng.clone(),
        )
        .behind(tier.clone());
        let payments = Payments::new(shards.clone(), providers, mint.clone());
        let orders = Orders::new(db.clone(), shards.clone());
        let mut carriers = Carriers::default();
        for kind in &config.shipping.carriers {
            match kind {
                CarrierKind::Table => carriers.add(Arc::new(TableCarrier)),
            }
        }
        let fulfilment = Fulfilment::with_carriers(db.clone(), carriers);
        let handling =
            OrderHandling::new(shards.clone(), orders.clone(), inventory.clone(), payments.clone(), fulfilment.clone());
        let checkout = Checkout::new(CheckoutParts {
            shards,
            catalog: catalog.clone(),
            market: market.clone(),
            offers: offers.clone(),
            accounts: accounts.clone(),
            inventory: inventory.clone(),
            payments: payments.clone(),
            orders: orders.clone(),
            fulfilment: fulfilment.clone(),
            patience: Patience {
                seconds: config.checkout.payment_patience_seconds,
                ask_again_seconds: config.checkout.ask_again_seconds,
            },
            clock: clock.clone(),
            mint: mint.clone(),
        });
        let shop = Self {
            config,
            clock,
            rng,
            mint,
            db,
            tier,
            bus,
            blobs,
            mails,
            outreach,
            webhooks,
            catalog,
            market,
            offers,
            inventory,
            accounts,
            payments,
            orders,
            fulfilment,
            handling,
            checkout,
            closing: watch::Sender::new(false),
        };
        shop.check_queues()?;
        Ok(shop)
    }

    /// Brings all tables up to date; returns how many steps were taken. Fails where the shop has moved away from its store, or is
    /// still on its way to it.
    pub async fn migrate(&self) -> Result<usize> {
        let mut steps = 0;
        for migrations in &MIGRATIONS {
            steps += self
                .db
                .migrate(migrations)
                .await
                .with_context(|| format!("the tables of {} cannot be brought up to date", migrations.module))?;
        }
        self.db.check_move().await?;
        Ok(steps)
    }

    /// Whether the replicas of the store can be read from; the error names the setting of the first that cannot.
    pub async fn check_replicas(&self) -> Result<()> {
        let name = &self.config.roles_of_stores.core;
        self.db.check_replicas().await.map_err(|error| of_store(name, error))
    }

    /// Whether the shared cache can be used; the error names the setting that is wrong.
    pub async fn check_cache(&self) -> Result<()> {
        let name = &self.config.roles_of_stores.cache;
        self.tier.check().await.map_err(|error| of_store(name, error))
    }

    /// Whether mail can be sent; the error names the setting that is wrong.
    pub async fn check_mail(&self) -> Result<()> {
        self.mails.check().await.map_err(of_mail_server)
    }

    /// Whether what carries the events can be used; the error names the setting that is wrong. `false`: nothing carries them.
    pub async fn check_events(&self) -> Result<bool> {
        let Some(bus) = &self.bus else { return Ok(false) };
        bus.broker.check().await.map_err(|error| of_store(&self.config.roles_of_stores.events, error))?;
        Ok(true)
    }

    /// What hands events on.
    #[must_use]
    pub fn handing_on(&self) -> HandingOn {
        let (db, reactions) = (self.db.clone(), reactions::all(&self.offers, &self.webhooks));
        let Some(bus) = &self.bus else { return HandingOn::Within(Relay::new(db, reactions)) };
        let consumer = Consumer::new(db.clone(), bus.clone(), reactions, self.mint.clone());
        HandingOn::Between(Publisher::new(db, bus.clone()), Arc::new(consumer))
    }

    /// What does jobs.
    #[must_use]
    pub fn runner(&self) -> Runner {
        let jobs = &self.config.jobs;
        let options = RunnerOptions {
            concurrency: jobs.concurrency,
            lease_seconds: jobs.lease_seconds,
            shutdown_seconds_max: self.config.server.shutdown_seconds_max,
            limits: self.queue_limits(),
        };
        Runner::new(self.db.clone(), self.handlers(), self.clock.clone(), self.rng.clone(), options)
    }

    /// The queues that jobs wait in.
    #[must_use]
    pub fn queues(&self) -> BTreeSet<&'static str> {
        self.handlers().queues()
    }

    /// What queues are held to.
    #[must_use]
    pub fn queue_limits(&self) -> QueueLimits {
        let jobs = &self.config.jobs;
        QueueLimits { at_once: jobs.at_once.0.clone(), per_minute: jobs.per_minute.0.clone() }
    }

    /// A limit of a queue that there is not would hold nothing.
    fn check_queues(&self) -> Result<()> {
        let (known, limits) = (self.queues(), self.queue_limits());
        for (setting, numbers) in [("at_once", &limits.at_once), ("per_minute", &limits.per_minute)] {
            if let Some(name) = numbers.keys().find(|name| !known.contains(name.as_str())) {
                let known: Vec<_> = known.iter().copied().collect();
                anyhow::bail!("jobs.{setting} names {name:?}, which is no queue; the queues are {}", known.join(", "));
            }
        }
        Ok(())
    }

    /// What does each kind of job.
    fn handlers(&self) -> Handlers {
        let mut handlers = Handlers::default();
        let writer = LetterWriter {
            outreach: self.outreach.clone(),
            orders: self.orders.clone(),
            mails: Arc::clone(&self.mails),
        };
        let postman = writer.clone();
        handlers.on::<SendMail, _>(move |job| {
            let postman = postman.clone();
            async move { postman.send_written(&job.mail).await }
        });
        let receipts = writer.clone();
        handlers.on::<SendReceipt, _>(move |job| {
            let receipts = receipts.clone();
            async move { Box::pin(receipts.send_receipt(job.placed)).await }
        });
        handlers.on::<SendLetter, _>(move |job| {
            let writer = writer.clone();
            async move { Box::pin(writer.send(job)).await }
        });
        let handling = self.handling.clone();
        handlers.on::<FinishMovement, _>(move |job| {
            let handling = handling.clone();
            async move { handling.finish(&job).await }
        });
        let payments = self.payments.clone();
        handlers.on::<GiveBack, _>(move |job| {
            let payments = payments.clone();
            async move { payments.give_back(&job.voided).await }
        });
        sweeps::register_settling(&mut handlers, &self.checkout, self.config.checkout.ask_again_seconds);
        sweeps::register(&mut handlers, &self.accounts, &self.inventory, &self.db);
        sweeps::register_webhooks(&mut handlers, &self.webhooks);
        handlers
    }
}

/// How events come from the outbox to the reactions.
pub enum HandingOn {
    /// Within the process.
    Within(Relay),
    /// Through a broker: what publishes, and what consumes.
    Between(Publisher, Arc<Consumer>),
}

fn open_bus(config: &Config, mint: &IdMint, rng: &Rng) -> Result<Option<Bus>> {
    let Some((name, store)) = config.events_store() else { return Ok(None) };
    let (url, prefix, holder) = (store.url.clone(), store.prefix.clone(), mint.mint("proc"));
    let broker: Arc<dyn Broker> = match store.kind {
        StoreKind::Nats => {
            let options = NatsOptions { url, prefix, holder: holder.clone() };
            Arc::new(NatsBroker::open(&options).map_err(|error| of_store(name, error))?)
        }
        StoreKind::Rabbitmq => {
            Arc::new(RabbitMqBroker::open(&RabbitMqOptions { url, prefix }).map_err(|error| of_store(name, error))?)
        }
        StoreKind::Sqlite | StoreKind::Postgres | StoreKind::Redis => {
            anyhow::bail!("[store.{name}] cannot carry events")
        }
    };
    Ok(Some(Bus { broker, source: config.public_url(), holder, rng: rng.clone() }))
}

fn open_store(name: &str, store: &StoreConfig, surroundings: Surroundings) -> Result<Db> {
    match store.kind {
        StoreKind::Sqlite => {
            let options = SqliteOptions { readers: store.readers, ..SqliteOptions::at(&store.path) };
            Db::open_sqlite(&options, surroundings)
                .with_context(|| format!("[store.{name}] path = {:?} cannot be opened", store.path))
        }
        StoreKind::Redis | StoreKind::Nats | StoreKind::Rabbitmq => {
            anyhow::bail!("[store.{name}] cannot hold a shop")
        }
        StoreKind::Postgres => {
            let options = PostgresOptions {
                connections: store.pool,
                pooled: store.pooled,
                listen_url: Some(store.listen_url.clone()).filter(|url| !url.expose().is_empty()),
                statement_timeout: Duration::from_millis(store.statement_timeout_ms),
                replicas: store.replicas.clone(),
                replica_lag_max: Duration::from_millis(store.replica_lag_max_ms),
                ..PostgresOptions::at(store.url.expose())
            };
            Db::open_postgres(&options, surroundings).map_err(|error| of_store(name, error))
        }
    }
}

fn open_cache(config: &Config) -> Result<Option<Arc<dyn SharedCache>>> {
    let Some((name, store)) = config.shared_cache() else { return Ok(None) };
    let options = RedisOptions { url: store.url.clone(), prefix: store.prefix.clone() };
    let cache = RedisCache::open(&options).map_err(|error| of_store(name, error))?;
    Ok(Some(Arc::new(cache)))
}

fn open_outreach(config: &Config) -> Result<Outreach> {
    let wanted = &config.mail.language;
    let language = Language::ALL.into_iter().find(|language| language.code() == wanted);
    let language = language.with_context(|| {
        let known = Language::ALL.map(Language::code).join(", ");
        format!("mail.language = {wanted:?}: mails are written in {known}")
    })?;
    Ok(Outreach { shop: config.shop.name.clone(), public_url: config.public_url(), language })
}

fn open_mails(config: &Config, clock: &Clock) -> Result<Mails> {
    let mail = &config.mail;
    let sender = Sender::parse(&mail.from).with_context(|| format!("mail.from = {:?} cannot be used", mail.from))?;
    Ok(match mail.transport {
        MailTransport::Mailbox => Arc::new(FileMailer::new(&mail.path, sender, clock.clone())),
        MailTransport::Smtp => {
            let options = SmtpOptions {
                url: mail.smtp.url.clone(),
                answer_max: Duration::from_secs(mail.smtp.answer_seconds_max),
                connections_max: mail.smtp.connections_max,
            };
            Arc::new(SmtpMailer::open(&options, sender, clock.clone()).map_err(of_mail_server)?)
        }
    })
}

/// What is wrong with the mail server, with the setting it is about.
fn of_mail_server(error: tradewind_kernel::Error) -> anyhow::Error {
    let setting = error.field().map_or("[mail.smtp]".to_owned(), |field| format!("mail.smtp.{field}"));
    anyhow::Error::new(error).context(format!("{setting} cannot be used"))
}

/// What is wrong with a store, with the setting it is about.
fn of_store(name: &str, error: tradewind_kernel::Error) -> anyhow::Error {
    let setting = match error.field() {
        Some(field) => format!("store.{name}.{field} cannot be used"),
        None => format!("[store.{name}] cannot be used"),
    };
    anyhow::Error::new(error).context(setting)
}

fn webhook_options(config: &Config) -> WebhookOptions {
    WebhookOptions {
        kinds: reactions::TOLD,
        source: config.public_url(),
        allow_private: config.webhooks.allow_private,
        answer_seconds_max: config.webhooks.answer_seconds_max,
    }
}

fn stripe_options(stripe: &StripeConfig) -> StripeOptions {
    StripeOptions {
        api_key: stripe.api_key.clone(),
        webhook_secret: stripe.webhook_secret.clone(),
        capture: match stripe.capture {
            CaptureKind::Manual => Capture::Manual,
            CaptureKind::Automatic => Capture::Automatic,
        },
        url: stripe.url.clone(),
        answer_seconds_max: stripe.answer_seconds_max,
    }
}
