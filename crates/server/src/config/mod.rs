//! Configuration: the compiled-in defaults, a file, the environment and `--set`, in that order, checked as a whole.

mod brokers;
mod merge;
mod queues;
mod sections;

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Result, bail};
use serde::Deserialize;

use brokers::check_prefix;
use merge::{find, merge};
pub use queues::QueueNumbers;
pub use sections::{
    AuthConfig, BlobsKind, CaptureKind, CarrierKind, CheckoutConfig, CorsConfig, FolderConfig, JobsConfig,
    LimitsConfig, LogConfig, LogFormat, MEMORY, MailConfig, MailTransport, PaymentConfig, Role, ServerConfig,
    ShippingConfig, ShopConfig, SmtpConfig, StoreConfig, StoreKind, StripeConfig, UseConfig, WebhooksConfig,
};

/// The defaults, each with its meaning.
pub const DEFAULTS: &str = include_str!("../../../../config/default.toml");

/// Settings whose values are shown to nobody.
const SECRETS: [&str; 6] = [
    "mail.smtp.url",
    "payment.stripe.api_key",
    "payment.stripe.webhook_secret",
    "store.*.url",
    "store.*.listen_url",
    "store.*.replicas",
];

/// Whether the value of a setting is shown to nobody, and may stand in a file of its own.
fn is_secret(path: &[impl AsRef<str>]) -> bool {
    SECRETS.iter().any(|secret| {
        let parts: Vec<&str> = secret.split('.').collect();
        parts.len() == path.len() && parts.iter().zip(path).all(|(part, own)| *part == "*" || *part == own.as_ref())
    })
}

/// The configuration in force.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// What this process does.
    pub roles: Vec<Role>,
    /// Listening and addresses.
    pub server: ServerConfig,
    /// How much is taken on at a time.
    pub limits: LimitsConfig,
    /// The named stores.
    pub store: BTreeMap<String, StoreConfig>,
    /// Which store plays which role.
    #[serde(rename = "use")]
    pub roles_of_stores: UseConfig,
    /// Files.
    pub blobs: FolderConfig,
    /// The search index.
    pub search: FolderConfig,
    /// Mail.
    pub mail: MailConfig,
    /// Telling other programs.
    pub webhooks: WebhooksConfig,
    /// Origins allowed to call from a browser.
    pub cors: CorsConfig,
    /// Logins.
    pub auth: AuthConfig,
    /// Background work.
    pub jobs: JobsConfig,
    /// Placing orders.
    pub checkout: CheckoutConfig,
    /// Who takes the money.
    pub payment: PaymentConfig,
    /// Who delivers.
    pub shipping: ShippingConfig,
    /// The shop's own facts.
    pub shop: ShopConfig,
    /// Logging.
    pub log: LogConfig,
}

impl Config {
    /// Puts a configuration together. `environment` is what `std::env::vars` gives; `sets` are `key=value` pairs.
    pub fn load(
        file: Option<&Path>,
        environment: impl Iterator<Item = (String, String)>,
        sets: &[String],
    ) -> Result<Self> {
        let merged = merge(file, environment, sets)?;
        let config: Self = toml::Value::Table(merged)
            .try_into()
            .map_err(|error: toml::de::Error| anyhow::anyhow!("the configuration is not right: {}", error.message()))?;
        config.check()?;
        Ok(config)
    }

    /// The settings with their meanings and the values in force, as a file that can be given with `--config`. Secrets are left
    /// out.
    pub fn describe(
        file: Option<&Path>,
        environment: impl Iterator<Item = (String, String)>,
        sets: &[String],
    ) -> Result<String> {
        let merged = merge(file, environment, sets)?;
        let mut section: Vec<String> = Vec::new();
        let mut out = String::new();
        for line in DEFAULTS.lines() {
            if let Some(name) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
                section = name.split('.').map(str::to_owned).collect();
            }
            match line.split_once(" = ").filter(|_| !line.starts_with('#')) {
                Some((key, default)) => {
                    let mut path = section.clone();
                    path.push(key.to_owned());
                    let value = find(&merged, &path).map_or(default.to_owned(), ToString::to_string);
                    match is_secret(&path) && value != default {
                        true => out.push_str(&format!("# It is set, and not shown.\n{key} = {default}\n")),
                        false => out.push_str(&format!("{key} = {value}\n")),
                    }
                }
                None => {
                    out.push_str(line);
                    out.push('\n');
                }
            }
        }
        let named = merged.get("store").and_then(toml::Value::as_table);
        for (name, store) in named.into_iter().flatten().filter(|(name, _)| *name != "main") {
            out.push_str(&format!("\n[store.{name}]\n"));
            for (key, value) in store.as_table().into_iter().flatten() {
                match is_secret(&["store", name, key]) {
                    true => {
                        let empty = if value.is_array() { "[]" } else { "\"\"" };
                        out.push_str(&format!("# It is set, and not shown.\n{key} = {empty}\n"));
                    }
                    false => out.push_str(&format!("{key} = {value}\n")),
                }
            }
        }
        Ok(out)
    }

    /// Checks what no single value shows: that roles point at stores that exist.
    fn check(&self) -> Result<()> {
        let uses = &self.roles_of_stores;
        let named = [("core", &uses.core), ("jobs", &uses.jobs)]
            .into_iter()
            .chain(uses.shards.iter().map(|name| ("shards", name)));
        for (role, name) in named {
            if !self.store.contains_key(name) {
                let known: Vec<_> = self.store.keys().map(String::as_str).collect();
                bail!("use.{role} = \"{name}\": there is no [store.{name}]; the stores are {}", known.join(", "));
            }
        }
        if uses.shards != [uses.core.clone()] || uses.jobs != uses.core {
            bail!(
                "use.core, use.shards and use.jobs must name one and the same store: \
                 this version keeps the whole shop in one"
            );
        }
        self.check_store()?;
        self.check_cache()?;
        self.check_events()?;
        if self.roles.is_empty() {
            bail!("roles = []: a process must do something; \"web\", \"worker\" and \"relay\" are what there is");
        }
        let limits = &self.limits;
        if limits.connections_max == 0 || limits.requests_min == 0 {
            bail!("limits.connections_max and limits.requests_min must be at least 1, or nothing would be answered");
        }
        if limits.requests_min > limits.requests_max {
            bail!(
                "limits.requests_min = {} is more than limits.requests_max = {}; lower the first or raise the second",
                limits.requests_min,
                limits.requests_max
            );
        }
        if self.auth.password_checks_max == 0 {
            bail!("auth.password_checks_max = 0: nobody could log in; 1 is the least");
        }
        self.check_payments()?;
        self.check_mail()?;
        if !(1..=60).contains(&self.webhooks.answer_seconds_max) {
            bail!("webhooks.answer_seconds_max = {}: it is from 1 to 60 seconds", self.webhooks.answer_seconds_max);
        }
        if !(1..=3600).contains(&self.jobs.lease_seconds) {
            bail!("jobs.lease_seconds = {}: it is from 1 to 3600 seconds", self.jobs.lease_seconds);
        }
        Ok(())
    }

    fn check_store(&self) -> Result<()> {
        let (name, store) = (&self.roles_of_stores.core, self.database());
        match store.kind {
            StoreKind::Redis => bail!(
                "use.core = \"{name}\": store.{name}.kind is \"redis\", which may forget; a shop is kept in \"sqlite\" or \"postgres\""
            ),
            StoreKind::Nats | StoreKind::Rabbitmq => bail!(
                "use.core = \"{name}\": store.{name}.kind carries events; a shop is kept in \"sqlite\" or \"postgres\""
            ),
            StoreKind::Sqlite if store.path.as_os_str().is_empty() => {
                bail!("store.{name}.path is not set: it is the file of the shop")
            }
            StoreKind::Postgres if store.url.expose().is_empty() => bail!(
                "store.{name}.url is not set, but store.{name}.kind = \"postgres\": \
                 it looks like postgres://user:password@host:5432/database"
            ),
            StoreKind::Postgres if store.pooled && store.listen_url.expose().is_empty() => bail!(
                "store.{name}.listen_url is not set, but store.{name}.pooled = true: behind a pooler in transaction mode no \
                 process hears what another has changed. Put the url of the server itself there; each process keeps one \
                 connection to it"
            ),
            StoreKind::Postgres if store.pool < 2 => bail!("store.{name}.pool = {}: 2 is the least", store.pool),
            StoreKind::Postgres if !(100..=20_000).contains(&store.statement_timeout_ms) => bail!(
                "store.{name}.statement_timeout_ms = {}: it is from 100 to 20000, the longest a transaction may take",
                store.statement_timeout_ms
            ),
            StoreKind::Postgres if !(100..=600_000).contains(&store.replica_lag_max_ms) => {
                bail!("store.{name}.replica_lag_max_ms = {}: it is from 100 to 600000", store.replica_lag_max_ms)
            }
            StoreKind::Sqlite if !store.replicas.is_empty() => {
                bail!("store.{name}.replicas is set, but only a store of kind \"postgres\" has replicas")
            }
            StoreKind::Sqlite | StoreKind::Postgres => Ok(()),
        }
    }

    fn check_cache(&self) -> Result<()> {
        let name = &self.roles_of_stores.cache;
        if name == MEMORY {
            return Ok(());
        }
        let Some(store) = self.store.get(name) else {
            bail!(
                "use.cache = \"{name}\": there is no [store.{name}]; it is \"{MEMORY}\", or the name of a store of kind \"redis\""
            );
        };
        if store.kind != StoreKind::Redis {
            bail!(
                "use.cache = \"{name}\": only a store of kind \"redis\" can be a cache, and store.{name}.kind is another"
            );
        }
        if store.url.expose().is_empty() {
            bail!("store.{name}.url is not set, but use.cache = \"{name}\": it looks like redis://host:6379");
        }
        check_prefix(name, store, "-_:.")
    }

    fn check_payments(&self) -> Result<()> {
        let CheckoutConfig { payment_patience_seconds, ask_again_seconds } = self.checkout;
        if !(1..=86_400).contains(&payment_patience_seconds) {
            bail!("checkout.payment_patience_seconds = {payment_patience_seconds}: it is from 1 to 86400 seconds");
        }
        if !(1..=60).contains(&ask_again_seconds) {
            bail!("checkout.ask_again_seconds = {ask_again_seconds}: it is from 1 to 60 seconds");
        }
        let stripe = &self.payment.stripe;
        if stripe.is_on() && stripe.webhook_secret.expose().is_empty() {
            bail!(
                "payment.stripe.webhook_secret is not set, but payment.stripe.api_key is: without it the shop cannot believe \
                 what Stripe says. Stripe's dashboard shows it beside the endpoint {}/hooks/payment/pp_stripe_stripe",
                self.public_url()
            );
        }
        if !(1..=60).contains(&stripe.answer_seconds_max) {
            let seconds = stripe.answer_seconds_max;
            bail!("payment.stripe.answer_seconds_max = {seconds}: it is from 1 to 60 seconds");
        }
        Ok(())
    }

    fn check_mail(&self) -> Result<()> {
        let MailConfig { transport, smtp, .. } = &self.mail;
        if *transport == MailTransport::Smtp && smtp.url.expose().is_empty() {
            bail!(
                "mail.smtp.url is not set, but mail.transport = \"smtp\": it looks like smtp://user:password@host:587, or \
                 smtps://user:password@host:465"
            );
        }
        if *transport == MailTransport::Mailbox && !smtp.url.expose().is_empty() {
            bail!(
                "mail.smtp.url is set, but mail.transport = \"mailbox\", which sends nothing: make it \"smtp\", or take the url out"
            );
        }
        if !(1..=300).contains(&smtp.answer_seconds_max) {
            bail!("mail.smtp.answer_seconds_max = {}: it is from 1 to 300 seconds", smtp.answer_seconds_max);
        }
        if !(1..=64).contains(&smtp.connections_max) {
            bail!("mail.smtp.connections_max = {}: it is from 1 to 64", smtp.connections_max);
        }
        Ok(())
    }

    /// The address shoppers use, without a slash at its end.
    #[must_use]
    pub fn public_url(&self) -> String {
        if self.server.public_url.is_empty() {
            format!("http://{}", self.server.listen)
        } else {
            self.server.public_url.trim_end_matches('/').to_owned()
        }
    }

    /// Puts everything the shop writes into one folder: what `tradewind demo --data DIR` does.
    pub fn keep_everything_in(&mut self, folder: &Path) {
        if let Some(main) = self.store.get_mut("main") {
            main.path = folder.join("shop.db");
        }
        self.blobs.path = folder.join("media");
        self.search.path = folder.join("search");
        self.mail.path = folder.join("mail");
    }

    /// The name and the store of what processes share for speed.
    #[must_use]
    pub fn shared_cache(&self) -> Option<(&str, &StoreConfig)> {
        self.outside_memory(&self.roles_of_stores.cache)
    }

    /// The name and the store of what carries events between processes.
    #[must_use]
    pub fn events_store(&self) -> Option<(&str, &StoreConfig)> {
        self.outside_memory(&self.roles_of_stores.events)
    }

    fn outside_memory<'a>(&'a self, name: &'a str) -> Option<(&'a str, &'a StoreConfig)> {
        self.store.get(name).filter(|_| name != MEMORY).map(|store| (name, store))
    }

    /// The file of the shop's store.
    #[must_use]
    pub fn database(&self) -> &StoreConfig {
        &self.store[&self.roles_of_stores.core]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_file(text: &str) -> Result<Config> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("shop.toml");
        std::fs::write(&path, text)?;
        Config::load(Some(&path), std::iter::empty(), &[])
    }

    #[test]
    fn the_defaults_stand_alone() {
        let config = Config::load(None, std::iter::empty(), &[]).unwrap();
        assert_eq!(config.server.listen, "127.0.0.1:9000");
        assert_eq!(config.public_url(), "http://127.0.0.1:9000");
    }

    #[test]
    fn the_later_source_wins() {
        let variables = [
            ("TRADEWIND_SERVER_LISTEN".to_owned(), "0.0.0.0:1".to_owned()),
            ("TRADEWIND_AUTH_LOGIN_BURST".to_owned(), "3".to_owned()),
            ("HOME".to_owned(), "/".to_owned()),
        ];
        let sets = ["server.listen=0.0.0.0:2".to_owned(), "roles=web, relay".to_owned()];
        let config = Config::load(None, variables.into_iter(), &sets).unwrap();
        assert_eq!(config.server.listen, "0.0.0.0:2");
        assert_eq!(config.auth.login_burst, 3);
        assert_eq!(config.roles, [Role::Web, Role::Relay]);
    }

    #[test]
    fn a_secret_may_stand_in_a_file_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let (config, secret, empty) =
            (folder.path().join("shop.toml"), folder.path().join("url"), folder.path().join("empty"));
        std::fs::write(
            &config,
            "[store.east]\nkind = \"postgres\"\n[use]\ncore = \"east\"\nshards = [\"east\"]\njobs = \"east\"",
        )
        .unwrap();
        std::fs::write(&secret, "postgres://shop:hush@db0/shop\n").unwrap();
        std::fs::write(&empty, "\n").unwrap();
        let load = |name: &str, file: &Path| {
            let variables = [
                (name.to_owned(), file.display().to_string()),
                ("TRADEWIND_STORE_EAST_REPLICAS".to_owned(), "postgres://db1/shop,postgres://db2/shop".to_owned()),
            ];
            Config::load(Some(&config), variables.into_iter(), &["store.east.pool=4".to_owned()])
        };
        let loaded = load("TRADEWIND_STORE_EAST_URL_FILE", &secret).unwrap();
        let east = loaded.database();
        assert_eq!(east.url.expose(), "postgres://shop:hush@db0/shop");
        assert_eq!((east.pool, east.replicas.len()), (4, 2));
        for (name, file, expected) in [
            ("TRADEWIND_STORE_EAST_URL_FILE", folder.path().join("nowhere"), "nowhere cannot be read"),
            ("TRADEWIND_STORE_EAST_URL_FILE", empty, "empty is empty"),
            (
                "TRADEWIND_SERVER_LISTEN_FILE",
                secret.clone(),
                "only secrets are read from files, and server.listen is none",
            ),
            ("TRADEWIND_PORT_FILE", secret, "TRADEWIND_PORT_FILE names no setting"),
        ] {
            let error = format!("{:#}", load(name, &file).unwrap_err());
            assert!(error.contains(name) && error.contains(expected), "{error}");
        }
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        for (text, expected) in [
            ("[server]\nlisten = \"a\"\nport = 1", "line 3: there is no setting server.port"),
            ("[jobs]\n\nconcurrency = \"many\"", "line 3: jobs.concurrency"),
            (
                "[jobs]\n\nat_once = [\"reports\"]",
                "line 3: jobs.at_once: \"reports\" is not the name of a queue and a number",
            ),
            ("[jobs]\nper_minute = [\"mail=0\"]", "line 2: jobs.per_minute: \"mail=0\": 1 is the least"),
            ("[jobs]\nat_once = [\"a=1\", \"a=2\"]", "line 2: jobs.at_once: the queue a is named twice"),
            ("[store.main]\nkind = \"oracle\"", "line 2: store.main.kind"),
            ("[use]\ncore = \"elsewhere\"", "there is no [store.elsewhere]"),
            ("[store.main]\nkind = \"postgres\"", "store.main.url is not set"),
            ("[store.main]\nkind = \"postgres\"\nurl = \"postgres://db/shop\"\npool = 1", "store.main.pool = 1"),
            ("[store.main]\nreplicas = [\"postgres://db/shop\"]", "store.main.replicas is set, but only"),
            (
                "[store.main]\nkind = \"postgres\"\nurl = \"postgres://db/shop\"\nreplica_lag_max_ms = 1",
                "store.main.replica_lag_max_ms = 1",
            ),
            (
                "[store.main]\nkind = \"postgres\"\nurl = \"postgres://db/shop\"\npooled = true",
                "store.main.listen_url is not set, but store.main.pooled = true",
            ),
            (
                "[store.east]\nkind = \"sqlite\"\n[use]\ncore = \"east\"\nshards = [\"east\"]\njobs = \"east\"",
                "store.east.path",
            ),
            ("[use]\ncache = \"elsewhere\"", "there is no [store.elsewhere]"),
            ("[use]\ncache = \"main\"", "only a store of kind \"redis\" can be a cache"),
            ("[store.redis]\nkind = \"redis\"\n[use]\ncache = \"redis\"", "store.redis.url is not set"),
            (
                "[store.redis]\nkind = \"redis\"\nurl = \"redis://db\"\nprefix = \"a b\"\n[use]\ncache = \"redis\"",
                "store.redis.prefix = \"a b\"",
            ),
            ("[store.main]\nkind = \"redis\"", "store.main.kind is \"redis\", which may forget"),
            ("[mail]\ntransport = \"pigeon\"", "line 2: mail.transport"),
            ("[mail]\ntransport = \"smtp\"", "mail.smtp.url is not set, but mail.transport"),
            ("[mail.smtp]\nurl = \"smtp://mail\"", "mail.smtp.url is set, but mail.transport"),
            ("[mail.smtp]\nanswer_seconds_max = 0", "mail.smtp.answer_seconds_max = 0: it is from 1 to 300"),
            ("[mail.smtp]\nconnections_max = 0", "mail.smtp.connections_max = 0: it is from 1 to 64"),
            ("[webhooks]\nanswer_seconds_max = 0", "webhooks.answer_seconds_max = 0: it is from 1 to 60"),
            ("[store.bus]\nkind = \"kafka\"", "line 2: store.bus.kind"),
            ("[store.main]\nkind = \"nats\"", "store.main.kind carries events"),
            ("[use]\nevents = \"elsewhere\"", "use.events = \"elsewhere\": there is no [store.elsewhere]"),
            ("[use]\nevents = \"main\"", "only a store of kind \"nats\" or \"rabbitmq\" can carry events"),
            ("[use]\nevents = 1", "line 2: use.events"),
            ("[store.bus]\nkind = \"nats\"\n[use]\nevents = \"bus\"", "store.bus.url is not set"),
            (
                "[store.bus]\nkind = \"rabbitmq\"\nurl = \"nats://bus\"\n[use]\nevents = \"bus\"",
                "store.bus.url begins with neither amqp:// nor amqps://",
            ),
            (
                "[store.bus]\nkind = \"nats\"\nurl = \"nats://bus\"\nprefix = \"a.b\"\n[use]\nevents = \"bus\"",
                "store.bus.prefix = \"a.b\"",
            ),
            ("roles = []", "a process must do something"),
            ("[checkout]\nask_again_seconds = 90", "checkout.ask_again_seconds = 90: it is from 1 to 60"),
            ("[payment.stripe]\napi_key = \"sk_test_1\"", "payment.stripe.webhook_secret is not set"),
            ("[payment.stripe]\n\ncapture = \"later\"", "line 3: payment.stripe.capture"),
            ("[limits]\nrequests_min = 9\nrequests_max = 8", "limits.requests_min = 9 is more than"),
            ("roles = [", "not valid TOML"),
        ] {
            let error = format!("{:#}", with_file(text).unwrap_err());
            assert!(error.contains(expected), "{text:?} gave {error:?}");
        }
        let unknown = [("TRADEWIND_PORT".to_owned(), "1".to_owned())];
        assert!(Config::load(None, unknown.into_iter(), &[]).is_err());
        assert!(Config::load(None, std::iter::empty(), &["listen".to_owned()]).is_err());
    }

    #[test]
    fn secrets_are_shown_to_nobody() {
        let sets = [
            "payment.stripe.api_key=sk_live_1",
            "payment.stripe.webhook_secret=whsec_1",
            "mail.transport=smtp",
            "mail.smtp.url=smtp://shop:hush@mail.example.com",
            "store.main.kind=postgres",
            "store.main.url=postgres://shop:hush@db0/shop",
            "store.main.listen_url=postgres://shop:hush@db2/shop",
            "store.main.replicas=postgres://shop:hush@db1/shop,postgres://shop:hush@db2/shop",
            "store.east.kind=postgres",
            "store.east.listen_url=postgres://shop:hush@db2/shop",
            "store.east.url=postgres://shop:hush@db1/shop",
        ];
        let sets = sets.map(str::to_owned);
        let text = Config::describe(None, std::iter::empty(), &sets).unwrap();
        let config = Config::load(None, std::iter::empty(), &sets).unwrap();
        for shown in [text.clone(), format!("{config:?}")] {
            assert!(["sk_live_1", "whsec_1", "hush"].iter().all(|secret| !shown.contains(secret)), "{shown}");
        }
        assert_eq!(text.matches("# It is set, and not shown.").count(), 8);
        assert!(config.payment.stripe.is_on());
    }

    #[test]
    fn what_config_prints_is_a_configuration() {
        let sets = ["server.listen=0.0.0.0:2".to_owned()];
        let text = Config::describe(None, std::iter::empty(), &sets).unwrap();
        assert_eq!(with_file(&text).unwrap().server.listen, "0.0.0.0:2");
        let every_setting_is_explained = text
            .lines()
            .zip(text.lines().skip(1))
            .filter(|(_, line)| line.contains(" = ") && !line.starts_with('#'))
            .all(|(before, _)| before.starts_with('#'));
        assert!(every_setting_is_explained, "{text}");
    }
}
