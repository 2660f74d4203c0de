//! Configuration: the compiled-in defaults, a file, the environment and `--set`, in that order, checked as a whole.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;

/// The defaults, each with its meaning.
pub const DEFAULTS: &str = include_str!("../../../config/default.toml");

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
    /// Origins allowed to call from a browser.
    pub cors: CorsConfig,
    /// Logins.
    pub auth: AuthConfig,
    /// Background work.
    pub jobs: JobsConfig,
    /// Who delivers.
    pub shipping: ShippingConfig,
    /// The shop's own facts.
    pub shop: ShopConfig,
    /// Logging.
    pub log: LogConfig,
}

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
    /// The file.
    pub path: PathBuf,
    /// Reading connections.
    #[serde(default = "four")]
    pub readers: usize,
}

fn four() -> usize {
    4
}

/// The engines.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StoreKind {
    /// A file, embedded.
    Sqlite,
}

/// `[use]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UseConfig {
    /// The store of the catalogue, settings, staff and logins.
    pub core: String,
    /// The stores of what is sharded.
    pub shards: Vec<String>,
    /// The cache.
    pub cache: CacheKind,
    /// The store of jobs.
    pub jobs: String,
    /// The transport of events.
    pub events: EventsKind,
    /// Where files are.
    pub blobs: BlobsKind,
}

/// What a cache can be.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CacheKind {
    /// In the process.
    Memory,
}

/// What carries events.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EventsKind {
    /// Within the process.
    Memory,
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
    /// The folder.
    pub path: PathBuf,
    /// The sender.
    pub from: String,
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

    /// The settings with their meanings and the values in force, as a file that can be given with `--config`.
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
                    out.push_str(&format!("{key} = {value}\n"));
                }
                None => {
                    out.push_str(line);
                    out.push('\n');
                }
            }
        }
        let named = merged.get("store").and_then(toml::Value::as_table);
        for (name, store) in named.into_iter().flatten().filter(|(name, _)| *name != "main") {
            out.push_str(&format!("\n[store.{name}]\n{store}\n"));
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
                 this version keeps the whole shop in one SQLite file"
            );
        }
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
        if !(1..=3600).contains(&self.jobs.lease_seconds) {
            bail!("jobs.lease_seconds = {}: it is from 1 to 3600 seconds", self.jobs.lease_seconds);
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

    /// The file of the shop's store.
    #[must_use]
    pub fn database(&self) -> &StoreConfig {
        &self.store[&self.roles_of_stores.core]
    }
}

fn merge(
    file: Option<&Path>,
    environment: impl Iterator<Item = (String, String)>,
    sets: &[String],
) -> Result<toml::Table> {
    let mut merged: toml::Table = DEFAULTS.parse().context("the compiled-in defaults are broken")?;
    if let Some(path) = file {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("the configuration file {} cannot be read", path.display()))?;
        let table: toml::Table = text.parse().with_context(|| format!("{} is not valid TOML", path.display()))?;
        for (path_of_key, _) in leaves(&table) {
            if !is_known(&merged, &path_of_key) {
                bail!(
                    "{}, line {}: there is no setting {}; `tradewind config` lists them all",
                    path.display(),
                    line_of(&text, &path_of_key),
                    path_of_key.join(".")
                );
            }
        }
        let mut alone = merged.clone();
        overlay(&mut alone, table.clone());
        if let Err(error) = toml::Value::Table(alone).try_into::<Config>() {
            let wrong = leaves(&table).into_iter().find(|(key, value)| {
                let mut one = merged.clone();
                put(&mut one, key, value.clone());
                toml::Value::Table(one).try_into::<Config>().is_err()
            });
            let (line, key) = wrong.map_or((0, String::new()), |(key, _)| (line_of(&text, &key), key.join(".")));
            bail!("{}, line {line}: {key}: {}", path.display(), error.message());
        }
        overlay(&mut merged, table);
    }
    for (name, value) in environment {
        let Some(rest) = name.strip_prefix("TRADEWIND_") else { continue };
        let path_of_key = key_of_variable(&merged, rest).with_context(|| {
            format!("the environment variable {name} names no setting; `tradewind config` lists them all")
        })?;
        set(&mut merged, &path_of_key, &value).with_context(|| format!("the environment variable {name}"))?;
    }
    for pair in sets {
        let (key, value) = pair
            .split_once('=')
            .with_context(|| format!("--set {pair}: write it as key=value, such as server.listen=127.0.0.1:8080"))?;
        let path_of_key: Vec<String> = key.trim().split('.').map(str::to_owned).collect();
        if !is_known(&merged, &path_of_key) {
            bail!("--set {pair}: there is no setting {key}; `tradewind config` lists them all");
        }
        set(&mut merged, &path_of_key, value.trim()).with_context(|| format!("--set {pair}"))?;
    }
    Ok(merged)
}

fn overlay(base: &mut toml::Table, over: toml::Table) {
    for (key, value) in over {
        match (base.get_mut(&key), value) {
            (Some(toml::Value::Table(inner)), toml::Value::Table(over)) => overlay(inner, over),
            (_, value) => {
                base.insert(key, value);
            }
        }
    }
}

fn leaves(table: &toml::Table) -> Vec<(Vec<String>, toml::Value)> {
    let mut found = Vec::new();
    for (key, value) in table {
        match value {
            toml::Value::Table(inner) => found.extend(leaves(inner).into_iter().map(|(mut path, value)| {
                path.insert(0, key.clone());
                (path, value)
            })),
            value => found.push((vec![key.clone()], value.clone())),
        }
    }
    found
}

fn find<'t>(table: &'t toml::Table, path: &[String]) -> Option<&'t toml::Value> {
    let (first, rest) = path.split_first()?;
    let value = table.get(first)?;
    if rest.is_empty() { Some(value) } else { find(value.as_table()?, rest) }
}

fn put(table: &mut toml::Table, path: &[String], value: toml::Value) {
    match path {
        [] => {}
        [last] => {
            table.insert(last.clone(), value);
        }
        [first, rest @ ..] => {
            let inner = table.entry(first.clone()).or_insert_with(|| toml::Value::Table(toml::Table::new()));
            if let Some(inner) = inner.as_table_mut() {
                put(inner, rest, value);
            }
        }
    }
}

/// Stores may have any name; all other settings are those of the defaults.
fn is_known(defaults: &toml::Table, path: &[String]) -> bool {
    match path {
        [store, _, field] if store == "store" => {
            find(defaults, &["store".to_owned(), "main".to_owned(), field.clone()]).is_some()
        }
        _ => find(defaults, path).is_some_and(|value| !value.is_table()),
    }
}

/// `SERVER_REQUEST_SECONDS_MAX` is `server.request_seconds_max`: the known keys decide where the dots are.
fn key_of_variable(known: &toml::Table, name: &str) -> Option<Vec<String>> {
    let wanted = name.to_ascii_lowercase();
    leaves(known).into_iter().map(|(path, _)| path).find(|path| path.join("_") == wanted)
}

/// Reads the text as the type that the setting has.
fn set(table: &mut toml::Table, path: &[String], text: &str) -> Result<()> {
    let value = match find(table, path) {
        Some(toml::Value::Integer(_)) => {
            toml::Value::Integer(text.parse().with_context(|| format!("{text:?} is not a whole number"))?)
        }
        Some(toml::Value::Boolean(_)) => {
            toml::Value::Boolean(text.parse().with_context(|| format!("{text:?} is neither true nor false"))?)
        }
        Some(toml::Value::Array(_)) => toml::Value::Array(
            text.split(',').map(str::trim).filter(|s| !s.is_empty()).map(toml::Value::from).collect(),
        ),
        _ => toml::Value::from(text),
    };
    put(table, path, value);
    Ok(())
}

/// The line of a file on which a key is set, from 1.
fn line_of(text: &str, path: &[String]) -> usize {
    let (section, key) = path.split_at(path.len().saturating_sub(1));
    let (section, key) = (section.join("."), key.join(""));
    let mut current = String::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if let Some(name) = line.strip_prefix('[').and_then(|l| l.split(']').next()) {
            name.trim().clone_into(&mut current);
        }
        let here = line.split(['=', ' ', '.']).next().unwrap_or("");
        if (current == section && here == key) || (current.is_empty() && line.starts_with(&path.join("."))) {
            return number + 1;
        }
    }
    1
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
    fn what_is_wrong_is_named_with_its_line() {
        for (text, expected) in [
            ("[server]\nlisten = \"a\"\nport = 1", "line 3: there is no setting server.port"),
            ("[jobs]\n\nconcurrency = \"many\"", "line 3: jobs.concurrency"),
            ("[store.main]\nkind = \"oracle\"", "line 2: store.main.kind"),
            ("[use]\ncore = \"elsewhere\"", "there is no [store.elsewhere]"),
            ("roles = []", "a process must do something"),
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
