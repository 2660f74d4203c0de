//! Notices of changes: how what is kept in memory hears that a commit has made it old, in this process and in the others.
//!
//! A transaction announces a topic (`market`, `catalog.products` with some ids). Once it has committed, the listeners of its
//! process are told before its caller is answered, so that whoever changed something sees it. On PostgreSQL the announcement
//! is also a NOTIFY inside the transaction: the server sends it if and only if the transaction commits, and then to every
//! process that listens ([`Db::hear_changes`]), the sender among them. To hear twice is harmless, and the second time counts
//! where the answer to the commit was lost on its way.
//!
//! Listeners only drop what they keep, and count a version up. A load that was under way keeps nothing: it began at a lower
//! version. Loads that follow a notice have to see the change: they read the primary ([`Db::read_own`]), or the listener has all
//! reads see what is committed by now ([`Db::note_change`]).

use std::sync::{Arc, Weak};

use parking_lot::RwLock;
use tokio::sync::watch;
use tradewind_kernel::Result;

use super::echo::{ECHO, Echoes};
use super::state::State;
use super::tx::Tx;
use super::{Db, Dialect, Engine, Param, json_list};

/// The channel of the notices in PostgreSQL.
pub(super) const CHANNEL: &str = "tradewind";
/// How long the text of one notice gets; what names more is sent as several. (8,000 is PostgreSQL's limit.)
const LENGTH_MAX: usize = 400;
/// The word before the code that each announcing transaction ends with, and each process that begins to listen sends.
const STATE: &str = "state";
/// How long such a code is: random enough that no two are the same.
pub(super) const CODE_LENGTH: usize = 20;

/// What a listener hears: something of its topic has changed.
#[derive(Clone, Copy, Debug)]
pub struct Notice<'n> {
    ids: &'n [&'n str],
}

impl Notice<'_> {
    /// What has changed; nothing is named where anything of the topic may have.
    #[must_use]
    pub fn ids(&self) -> &[&str] {
        self.ids
    }
}

trait Listener: Send + Sync {
    fn is_there(&self) -> bool;
    fn hear(&self, notice: Notice<'_>);
}

struct Listening<T, F> {
    listener: Weak<T>,
    hear: F,
}

impl<T: Send + Sync, F: Fn(&T, Notice<'_>) + Send + Sync> Listener for Listening<T, F> {
    fn is_there(&self) -> bool {
        self.listener.strong_count() > 0
    }

    fn hear(&self, notice: Notice<'_>) {
        if let Some(listener) = self.listener.upgrade() {
            (self.hear)(&listener, notice);
        }
    }
}

/// Who listens in this process, in the order in which they began to.
#[derive(Default)]
pub(super) struct Notices {
    listeners: RwLock<Vec<(&'static str, Box<dyn Listener>)>>,
    pub(super) state: State,
    pub(super) echoes: Echoes,
}

impl Notices {
    fn add(&self, topic: &'static str, listener: Box<dyn Listener>) {
        let mut listeners = self.listeners.write();
        listeners.retain(|(_, listener)| listener.is_there());
        listeners.push((topic, listener));
    }

    fn tell(&self, topic: &str, ids: &[&str]) {
        self.tell_those(|of| of == topic, Notice { ids });
    }

    /// Tells all of them that anything may have changed.
    pub(super) fn tell_everybody(&self) {
        self.state.is_changing();
        self.tell_those(|_| true, Notice { ids: &[] });
    }

    /// Tells what another process has announced.
    pub(super) fn tell_text(&self, text: &str) {
        let mut words = text.split(' ');
        let topic = words.next().unwrap_or_default();
        if topic == STATE {
            return self.state.reached(words.next().unwrap_or_default());
        }
        if topic == ECHO {
            return self.echoes.heard(words.next().unwrap_or_default());
        }
        self.state.is_changing();
        self.tell(topic, &words.collect::<Vec<_>>());
    }

    fn tell_those(&self, is_told: impl Fn(&str) -> bool, notice: Notice<'_>) {
        for (_, listener) in self.listeners.read().iter().filter(|(of, _)| is_told(of)) {
            listener.hear(notice);
        }
    }
}

impl Db {
    /// Calls `hear` with each notice of a topic for as long as `listener` is there. Those who listen are told in the order in
    /// which they began to: what is made from something else listens after it.
    ///
    /// It must be quick, wait for nothing, and bear being told for nothing.
    pub fn listen<T: Send + Sync + 'static>(
        &self,
        topic: &'static str,
        listener: &Arc<T>,
        hear: impl Fn(&T, Notice<'_>) + Send + Sync + 'static,
    ) {
        self.notices.add(topic, Box::new(Listening { listener: Arc::downgrade(listener), hear }));
    }

    /// The state of this database that everything in memory is up to, or ahead of; `None` where it is not known, for a moment or
    /// because nothing is heard. What is read while it is known is not older than it, and all processes call it the same.
    #[must_use]
    pub fn state(&self) -> Option<Arc<str>> {
        self.notices.state.current()
    }

    /// Whether other processes may change what is in this database.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        matches!(self.engine, Engine::Postgres(_))
    }

    /// Hears what other processes announce, until `stop` turns true. On SQLite there is no other.
    ///
    /// It holds one connection, and makes another when that is lost. What was announced meanwhile is lost too, so every
    /// listener is then told that anything may have changed.
    pub async fn hear_changes(self, stop: watch::Receiver<bool>) {
        if let Engine::Postgres(postgres) = &self.engine {
            postgres.hear(&self.notices, stop).await;
        }
    }
}

impl Tx {
    /// Tells all who listen to a topic, in every process, that something of it has changed, once this is committed. Nothing is
    /// named where anything of it may have.
    ///
    /// Not for what every order does (carts, stock, counters, jobs): PostgreSQL commits transactions with a NOTIFY one after
    /// the other, under one lock for the whole server. Settings, prices and goods are changed by few people at a time. What is
    /// kept in memory of stock is looked up again after a moment instead ([`Turns`](crate::cache::Turns)).
    pub async fn announce(&mut self, topic: &'static str, ids: &[&str]) -> Result<()> {
        let code = self.mint().code(CODE_LENGTH);
        let is_heard_by_all = self.dialect() == Dialect::Postgres;
        if is_heard_by_all {
            let mut texts = texts(topic, ids);
            texts.push(state_text(&code));
            let sql = "SELECT pg_notify($1, notice) FROM json_array_elements_text($2::json) AS notice";
            self.execute(sql, &[Param::Text(CHANNEL), Param::Text(&json_list(&texts))]).await?;
        }
        if let Some(notices) = self.notices.clone() {
            let ids: Vec<String> = ids.iter().map(|id| (*id).to_owned()).collect();
            self.after_commit(move || {
                notices.state.committed(code.clone());
                notices.tell(topic, &ids.iter().map(String::as_str).collect::<Vec<_>>());
                if !is_heard_by_all {
                    notices.state.reached(&code);
                }
            });
        }
        Ok(())
    }
}

/// The notice that all processes call the state after it by this code.
pub(super) fn state_text(code: &str) -> String {
    format!("{STATE} {code}")
}

/// The texts that say so: a topic and ids, separated by spaces.
fn texts(topic: &str, ids: &[&str]) -> Vec<String> {
    let is_plain = |id: &&str| !id.is_empty() && !id.contains(' ') && topic.len() + 1 + id.len() <= LENGTH_MAX;
    if ids.is_empty() || !ids.iter().all(is_plain) {
        return vec![topic.to_owned()];
    }
    let mut texts: Vec<String> = Vec::new();
    for id in ids {
        match texts.last_mut().filter(|text| text.len() + 1 + id.len() <= LENGTH_MAX) {
            Some(text) => {
                text.push(' ');
                text.push_str(id);
            }
            None => texts.push(format!("{topic} {id}")),
        }
    }
    texts
}

#[cfg(test)]
mod tests {
    use parking_lot::Mutex;

    use super::*;

    fn listener(notices: &Notices, topic: &'static str) -> Arc<Mutex<Vec<String>>> {
        let heard: Arc<Mutex<Vec<String>>> = Arc::default();
        let hear = |heard: &Mutex<Vec<String>>, notice: Notice<'_>| heard.lock().push(notice.ids().join(","));
        notices.add(topic, Box::new(Listening { listener: Arc::downgrade(&heard), hear }));
        heard
    }

    #[test]
    fn everybody_hears_their_own_topic_and_what_may_be_anything() {
        let notices = Notices::default();
        let (market, goods) = (listener(&notices, "market"), listener(&notices, "goods"));
        notices.tell_text("goods a b");
        notices.tell_text("market");
        notices.tell_text("elsewhere a");
        notices.tell_everybody();
        assert_eq!(*market.lock(), ["", ""]);
        assert_eq!(*goods.lock(), ["a,b", ""]);
        drop(market);
        notices.tell_text("market");
        let _prices = listener(&notices, "prices");
        assert_eq!(notices.listeners.read().len(), 2, "who is gone is forgotten");
    }

    #[test]
    fn a_state_is_known_between_the_changes() {
        let notices = Notices::default();
        notices.tell_text(&state_text("one"));
        assert_eq!(notices.state.current().as_deref(), Some("one"));
        notices.tell_text("goods a");
        assert_eq!(notices.state.current(), None, "what leads to the next is still under way");
        notices.tell_text(&state_text("two"));
        assert_eq!(notices.state.current().as_deref(), Some("two"));
        notices.tell_everybody();
        assert_eq!(notices.state.current(), None);
    }

    #[test]
    fn many_ids_are_several_notices_and_strange_ones_are_anything() {
        let ids: Vec<String> = (0..100).map(|number| format!("prod_{number:026}")).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let texts = super::texts("goods", &ids);
        assert!(texts.len() > 1 && texts.iter().all(|text| text.len() <= LENGTH_MAX));
        let told: Vec<&str> = texts.iter().flat_map(|text| text.split(' ').skip(1)).collect();
        assert_eq!(told, ids);
        for strange in ["a b", "", &"x".repeat(LENGTH_MAX)] {
            assert_eq!(super::texts("goods", &["a", strange]), ["goods"]);
        }
    }
}
