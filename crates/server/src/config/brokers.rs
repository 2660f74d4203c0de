//! What is checked of the store that carries events, and of names in stores that several shops may share.

use anyhow::{Result, bail};

use super::{Config, MEMORY, StoreConfig, StoreKind};

impl Config {
    pub(super) fn check_events(&self) -> Result<()> {
        let name = &self.roles_of_stores.events;
        if name == MEMORY {
            return Ok(());
        }
        let Some(store) = self.store.get(name) else {
            bail!(
                "use.events = \"{name}\": there is no [store.{name}]; it is \"{MEMORY}\", or the name of a store of kind \"nats\" \
                 or \"rabbitmq\""
            );
        };
        let (schemes, example) = match store.kind {
            StoreKind::Nats => (["nats://", "tls://"], "nats://user:password@host:4222"),
            StoreKind::Rabbitmq => (["amqp://", "amqps://"], "amqp://user:password@host:5672"),
            StoreKind::Sqlite | StoreKind::Postgres | StoreKind::Redis => bail!(
                "use.events = \"{name}\": only a store of kind \"nats\" or \"rabbitmq\" can carry events, and \
                 store.{name}.kind is another"
            ),
        };
        let url = store.url.expose();
        if url.is_empty() {
            bail!("store.{name}.url is not set, but use.events = \"{name}\": it looks like {example}");
        }
        if !schemes.iter().any(|scheme| url.starts_with(scheme)) {
            bail!("store.{name}.url begins with neither {} nor {}: it looks like {example}", schemes[0], schemes[1]);
        }
        check_prefix(name, store, "-_")
    }
}

/// What the names of a shop begin with in a store that it may share with others.
pub(super) fn check_prefix(name: &str, store: &StoreConfig, besides: &str) -> Result<()> {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || besides.contains(letter);
    if store.prefix.is_empty() || store.prefix.len() > 64 || !store.prefix.chars().all(is_plain) {
        bail!("store.{name}.prefix = {:?}: it is 1 to 64 letters, digits, and {besides} of ASCII", store.prefix);
    }
    Ok(())
}
