//! The rounds of a move, from its first look to the switch.

use std::time::{Duration, Instant};

use serde_json::Value;
use tradewind_kernel::{Error, ErrorKind, Result};

use super::held::Hold;
use super::rows::{self, Sum};
use super::source::{self, Leaving};
use super::tables::{self, Table};
use super::target::{self, Arriving, Copied};
use super::{Moved, Progress, has_moved};
use crate::db::{Db, Migrations, Tx};

/// How long one state of the source is copied or compared from, before changes are followed to a newer one: as long as it is
/// held, SQLite's log of changes grows and PostgreSQL cleans nothing up.
const ROUND_MAX: Duration = Duration::from_secs(15);
/// When changes are followed within this, it is time to switch.
const SHORT: Duration = Duration::from_millis(300);
/// So many rounds are tried until one is that short.
const ROUNDS_MAX: u32 = 100;
/// How long writers may be kept waiting.
const SWITCH_MAX: Duration = Duration::from_secs(4);

/// Moves a shop from one store to another, or goes on with that where it was stopped. Both are opened, and nothing serves on
/// the target. `tell` hears how far it is.
pub async fn move_shop(
    source: &Db,
    target: &Db,
    histories: &[Migrations],
    tell: impl FnMut(Progress),
) -> Result<Moved> {
    let mut mover = Mover::begin(source, target, histories, tell).await?;
    mover.copy().await?;
    target::gather_statistics(target, &mover.tables).await?;
    let sum = mover.compare().await?;
    mover.come_close().await?;
    mover.switch(sum).await
}

struct Mover<'m, F> {
    source: &'m Db,
    target: &'m Db,
    histories: &'m [Migrations],
    tables: Vec<Table>,
    copied: Copied,
    followed: u64,
    tell: F,
}

#[expect(clippy::disallowed_methods, reason = "a measure of the machine, not a time of the shop")]
fn now() -> Instant {
    Instant::now()
}

impl<'m, F: FnMut(Progress)> Mover<'m, F> {
    /// Looks at both stores, and prepares them. Nothing is changed before everything was looked at.
    async fn begin(source: &'m Db, target: &'m Db, histories: &'m [Migrations], mut tell: F) -> Result<Self> {
        let (from, to) = (source.place(), target.place());
        if from == to {
            return Err(Error::new(
                ErrorKind::Invalid,
                format!("The shop is in {to} already: source and target are the same."),
            ));
        }
        let mut tx = source.hold(Hold::State).await?;
        let leaving = source::leaving(&mut tx).await?;
        if leaving.as_ref().is_none_or(|leaving| !leaving.is_over) {
            tables::check_histories(&mut tx, &from, histories).await?;
        }
        let tables = tables::tables(&mut tx, histories).await?;
        drop(tx);
        let rows = rows::count_all(source, &tables).await?;

        let mut tx = target.hold(Hold::State).await?;
        let arriving = target::arriving(&mut tx).await?;
        let goes_on = match (&leaving, &arriving) {
            (Some(leaving), arriving) if leaving.is_over => {
                // The run that switched may not have come to open the target.
                drop(tx);
                if arriving.as_ref().is_some_and(|arriving| arriving.id == leaving.id) {
                    target::open(target).await?;
                }
                return Err(has_moved(source, leaving));
            }
            (Some(leaving), _) if leaving.target != to => return Err(goes_elsewhere(&from, leaving)),
            (Some(leaving), Some(arriving)) if leaving.id == arriving.id => true,
            (_, Some(arriving)) => return Err(holds_another(&to, arriving)),
            (_, None) => {
                target::check_empty(&mut tx, &tables, &to, histories).await?;
                false
            }
        };
        drop(tx);

        for migrations in histories {
            target.migrate(migrations).await?;
        }
        let id = match leaving {
            Some(leaving) => leaving.id,
            None => {
                let id = source.hold(Hold::State).await?.mint().mint("move");
                source::note_changes(source, &tables, &id, &to).await?;
                id
            }
        };
        let copied = match arriving {
            Some(arriving) => arriving.copied,
            None => {
                target::expect(target, &tables, &id, &from).await?;
                Copied::default()
            }
        };
        tell(Progress::Begun { rows, tables: tables.len(), goes_on });
        Ok(Self { source, target, histories, tables, copied, followed: 0, tell })
    }

    /// One state of the source, up to which the target is brought first.
    async fn round(&mut self) -> Result<(Tx, Instant)> {
        let mut state = self.source.hold(Hold::State).await?;
        let positions = self.follow(&mut state).await?;
        source::forget(self.source, &positions).await?;
        Ok((state, now()))
    }

    /// Puts what has changed in the place of what the target has, and looks whether it arrived. Answers with where the changes
    /// are noted.
    async fn follow(&mut self, state: &mut Tx) -> Result<Vec<i64>> {
        let changes = source::changes(state, &self.tables).await?;
        if changes.keys.is_empty() {
            return Ok(changes.positions);
        }
        let mut tx = self.target.hold(Hold::Changes).await?;
        // All that is old goes before anything new comes: a unique key may have gone from one row to another.
        for (&at, keys) in &changes.keys {
            rows::remove(&mut tx, &self.tables[at], keys).await?;
        }
        let mut count = 0;
        for (&at, keys) in &changes.keys {
            let table = &self.tables[at];
            let wanted = rows::of_keys(state, table, keys).await?;
            rows::add(&mut tx, table, &wanted).await?;
            let found = rows::of_keys(&mut tx, table, keys).await?;
            if let Some(difference) = difference(table, &wanted, &found) {
                return Err(self.differs(table, &difference));
            }
            count += keys.len() as u64;
        }
        tx.commit().await?;
        self.followed += count;
        (self.tell)(Progress::Followed { rows: count });
        Ok(changes.positions)
    }

    async fn copy(&mut self) -> Result<()> {
        let (mut state, mut since) = self.round().await?;
        let mut rows_so_far = rows::count_all(self.target, &self.tables).await?;
        for table in self.tables.clone() {
            if table.name < self.copied.at_table {
                continue;
            }
            if table.name > self.copied.at_table {
                self.copied = Copied { at_table: table.name.clone(), after: None };
            }
            loop {
                if since.elapsed() > ROUND_MAX {
                    drop(state);
                    (state, since) = self.round().await?;
                }
                let rows = rows::next(&mut state, &table, self.copied.after.as_ref()).await?;
                let Some(last) = rows.last() else { break };
                self.copied.after = Some(table.key_of(last));
                let mut tx = self.target.hold(Hold::Changes).await?;
                rows::add(&mut tx, &table, &rows).await?;
                target::note_copied(&mut tx, &self.copied).await?;
                tx.commit().await?;
                rows_so_far += rows.len() as u64;
                (self.tell)(Progress::Copied { table: table.name.clone(), rows: rows_so_far });
            }
        }
        Ok(())
    }

    /// Compares every row of both stores.
    async fn compare(&mut self) -> Result<Sum> {
        let mut all = Sum::default();
        let mut rows_so_far = 0;
        let (mut state, mut since) = self.round().await?;
        for table in self.tables.clone() {
            let (mut here, mut there) = (Sum::default(), Sum::default());
            let mut after: Option<Value> = None;
            loop {
                if since.elapsed() > ROUND_MAX {
                    drop(state);
                    (state, since) = self.round().await?;
                }
                let wanted = rows::next(&mut state, &table, after.as_ref()).await?;
                let mut tx = self.target.hold(Hold::State).await?;
                let found = rows::next(&mut tx, &table, after.as_ref()).await?;
                here.add(&wanted);
                there.add(&found);
                if here.digits() != there.digits() {
                    let first = difference(&table, &wanted, &found).unwrap_or_default();
                    let (wanted, found) = (rows::count(&mut state, &table).await?, rows::count(&mut tx, &table).await?);
                    return Err(self.differs(&table, &format!("{wanted} rows here and {found} there; {first}")));
                }
                let Some(last) = wanted.last() else { break };
                after = Some(table.key_of(last));
                rows_so_far += wanted.len() as u64;
                (self.tell)(Progress::Compared { table: table.name.clone(), rows: rows_so_far });
            }
            all.rows += here.rows;
            all.note(&format!("{} {} {}\n", table.name, here.rows, here.digits()));
        }
        Ok(all)
    }

    /// Follows the changes until there are few.
    async fn come_close(&mut self) -> Result<()> {
        for _ in 0..ROUNDS_MAX {
            let began = now();
            self.round().await?;
            if began.elapsed() < SHORT {
                return Ok(());
            }
        }
        Err(too_much())
    }

    /// The last changes are followed while writers wait; from the commit on they are refused.
    async fn switch(mut self, sum: Sum) -> Result<Moved> {
        let tables = self.tables.clone();
        let mut locked = source::lock(self.source, &tables).await?;
        let began = now();
        (self.tell)(Progress::Switching);
        let last_changes = async {
            // A newer version of the shop may have been started meanwhile, and changed the tables.
            tables::check_histories(&mut locked, &self.source.place(), self.histories).await?;
            self.follow(&mut locked).await?;
            let counters = target::counters(&mut locked, &tables).await?;
            target::count_on(self.target, &counters).await?;
            source::close(&mut locked, &tables, &self.target.place()).await
        };
        tokio::time::timeout(SWITCH_MAX, last_changes).await.map_err(|_| too_much())??;
        locked.commit().await?;
        let waited = began.elapsed();
        target::open(self.target).await?;
        Ok(Moved { rows: sum.rows, tables: tables.len(), sum: sum.digits(), followed: self.followed, waited })
    }

    fn differs(&self, table: &Table, how: &str) -> Error {
        let message = format!(
            "{} differs in {} from {}: {how}. The shop stays where it is. Give this move up (--give-up), empty the target, and \
             begin anew.",
            table.name,
            self.target.place(),
            self.source.place()
        );
        Error::new(ErrorKind::Conflict, message)
    }
}

/// The first thing in which rows differ, in words; nothing where they do not.
fn difference(table: &Table, wanted: &[Value], found: &[Value]) -> Option<String> {
    let at = (0..wanted.len().max(found.len())).find(|&at| wanted.get(at) != found.get(at))?;
    let key = |row: &Value| table.key_of(row).to_string();
    Some(match (wanted.get(at), found.get(at)) {
        (Some(wanted), Some(found)) if table.key_of(wanted) == table.key_of(found) => {
            let columns = table.columns.iter().enumerate().filter(|(at, _)| wanted[*at] != found[*at]);
            let names: Vec<_> = columns.map(|(_, column)| column.name.as_str()).collect();
            format!("the row {} has another {} there", key(wanted), names.join(" and "))
        }
        (Some(wanted), found) if found.is_none_or(|found| key(wanted) < key(found)) => {
            format!("the row {} is missing there", key(wanted))
        }
        (_, Some(found)) => format!("the row {} should not be there", key(found)),
        (Some(wanted), None) => format!("the row {} is missing there", key(wanted)),
        (None, None) => return None,
    })
}

fn goes_elsewhere(from: &str, leaving: &Leaving) -> Error {
    let message = format!(
        "The shop in {from} is on its way to {} already. Go on with that, or give it up first (--give-up).",
        leaving.target
    );
    Error::new(ErrorKind::NotAllowed, message)
}

fn holds_another(to: &str, arriving: &Arriving) -> Error {
    let message = format!(
        "{to} holds an unfinished move from {}, which is not this one. A shop moves to an empty store only: name another, or \
         empty this one.",
        arriving.source
    );
    Error::new(ErrorKind::NotAllowed, message)
}

fn too_much() -> Error {
    let message = "So much changes in the shop at the moment that the switch would keep shoppers waiting for too long. \
                   Nothing was switched; start the move again at a quieter hour, and it goes on from here.";
    Error::new(ErrorKind::Unavailable, message)
}
