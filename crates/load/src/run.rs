//! One run from the first look at the shop to the last line of its books.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::{JoinError, JoinSet, LocalSet};
use tokio::time::Instant;
use tradewind_kernel::{Clock, Error, Result, Rng};

use crate::arguments::{Access, Load, Scenario};
use crate::books::{Book, Opening};
use crate::plan::{self, Phase};
use crate::progress::Progress;
use crate::report::{Found, Report};
use crate::shopper::{Ledger, World};
use crate::store::{Facts, no_shop};
use crate::summary::millis;
use crate::tally::Tally;
use crate::wire::{Wire, open_files_limit};
use crate::{html, promises, surge};

/// Files that are open besides connections.
const OTHER_FILES: u32 = 16;
/// Later than this, the generator says that it was late itself.
const LATE_MICROS: u64 = 5_000;

/// Puts the load on the shop, examines its books, and writes the reports that were asked for.
///
/// Everything runs on the calling thread, but for one that keeps the time: what one core can offer is known that way, and
/// the others are left to the shop.
pub fn run(load: &Load) -> Result<Report> {
    let access = load.access()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::internal)?;
    let report = LocalSet::new().block_on(&runtime, drive(load, access))?;
    let write = |file: &Option<std::path::PathBuf>, text: String| match file {
        None => Ok(()),
        Some(file) => std::fs::write(file, text)
            .map_err(|error| Error::not_allowed(format!("{} cannot be written: {error}", file.display()))),
    };
    write(&load.report, html::page(&report))?;
    write(&load.json, serde_json::to_string_pretty(&report).map_err(Error::internal)?)?;
    Ok(report)
}

async fn drive(load: &Load, access: Access) -> Result<Report> {
    let mut notes = Vec::new();
    let connections = affordable(load.connections, open_files_limit(), &mut notes);
    let wire = Wire::new(&access.target, access.key.as_deref(), connections, load.timeout());
    let wire = wire.await.map_err(|broken| no_shop(&broken))?;
    let mut facts = Facts::ask(&wire, load).await?;
    if load.scenario == Scenario::Drop {
        facts.goods.truncate(1);
    }
    let opening = match &access.staff {
        Some(login) if load.scenario.sells() => Some(Opening::take(&wire, login, &facts.goods, load.units).await?),
        _ => None,
    };
    let units = if load.scenario == Scenario::Drop { units_of_drop(&wire, load, &facts).await? } else { None };

    let began_at = Clock::System.now();
    let world = Rc::new(World {
        wire,
        facts,
        load: load.clone(),
        tally: RefCell::new(Tally::new(slot_micros(load))),
        ledger: RefCell::new(Ledger::default()),
        began: Instant::now(),
        inside: Cell::new(0),
    });
    let arrivals = schedule(load);
    let shoppers = arrivals.len() as u64;
    send_everybody(&world, arrivals).await?;
    let took_micros = world.now();

    let mut books = match (opening, &access.staff) {
        (Some(opening), Some(login)) => match opening.close(login, &world).await {
            Ok(books) => books,
            Err(error) => vec![Book::new("the books can be read", false, error.message())],
        },
        _ => Vec::new(),
    };
    let (tally, ledger) = (world.tally.borrow(), world.ledger.borrow());
    match load.scenario {
        Scenario::Drop => books.extend(promises::drop(units, shoppers, &ledger, &tally)),
        Scenario::Retries => books.push(promises::retries(&ledger)),
        _ => {}
    }
    if load.scenario.sells() && access.staff.is_none() {
        notes.push(
            "The books were not examined: that takes a staff login (--admin-email, --admin-password).".to_owned(),
        );
    }
    let late = tally.lateness.value_at_quantile(0.99);
    if late > LATE_MICROS {
        notes.push(format!(
            "The generator itself was late: one shopper of a hundred was sent off {} ms or more after it was due, for want of \
             processor time, and the times include that. Give it a core of its own (taskset), or ask for less.",
            millis(late)
        ));
    }
    Ok(Report::of(Found {
        load,
        target: &access.target,
        began_at,
        took_micros,
        tally: &tally,
        books,
        notes,
        world: &world,
    }))
}

/// How finely time is cut: a drop is over before seconds would show anything.
fn slot_micros(load: &Load) -> u64 {
    if load.scenario == Scenario::Drop && load.window <= 10.0 { 100_000 } else { 1_000_000 }
}

/// As many connections as files may be open.
fn affordable(wanted: u32, limit: Option<u32>, notes: &mut Vec<String>) -> u32 {
    match limit {
        Some(limit) if limit < wanted.saturating_add(OTHER_FILES) => {
            let affordable = limit.saturating_sub(OTHER_FILES).max(1);
            notes.push(format!(
                "This process may open {limit} files only: at most {affordable} connections were used, not {wanted}. \
                 `ulimit -n {}` before the command allows for more.",
                wanted.saturating_add(OTHER_FILES)
            ));
            affordable
        }
        _ => wanted,
    }
}

/// How many there are to be had in a drop, as the shop's own door says it.
async fn units_of_drop(wire: &Wire, load: &Load, facts: &Facts) -> Result<Option<i64>> {
    let Some(good) = facts.goods.first() else { return Ok(None) };
    let available = facts.variant(wire, &good.variant_id).await?.available;
    match (load.units, available) {
        (Some(units), Some(available)) if i64::from(units) != available => Err(Error::not_allowed(format!(
            "The stock of {} was set to {units}, but the shop offers {available}: its sales channel sells from other stock \
             locations than the item's first",
            good.variant_id
        ))),
        _ => Ok(available),
    }
}

fn schedule(load: &Load) -> Vec<u64> {
    let rng = Rng::seeded(load.seed);
    match load.scenario {
        Scenario::Drop => plan::burst(load.shoppers, load.window, load.spacing, &rng),
        Scenario::Surge => plan::arrivals(&surge::phases(load), load.spacing, &rng),
        _ => plan::arrivals(&[Phase { rate: load.rate, seconds: load.duration }], load.spacing, &rng),
    }
}

/// Sends each shopper off when it is due, however the earlier ones fare, and waits until the last one is through.
async fn send_everybody(world: &Rc<World>, arrivals: Vec<u64>) -> Result<()> {
    let progress = Progress::start(world, arrivals.last().copied().unwrap_or_default());
    let (gate, mut arriving) = mpsc::unbounded_channel();
    let began = world.began;
    let pacer = std::thread::spawn(move || {
        // The runtime's own timer is exact to a millisecond, a thread's sleep to some hundredths of that.
        for (number, due) in arrivals.into_iter().enumerate() {
            std::thread::sleep((began + Duration::from_micros(due)).saturating_duration_since(Instant::now()));
            if gate.send((number, due)).is_err() {
                return;
            }
        }
    });
    let mut errands = JoinSet::new();
    loop {
        tokio::select! {
            arrival = arriving.recv() => match arrival {
                Some((number, due)) => {
                    world.tally.borrow_mut().arrived(due, world.now());
                    errands.spawn_local(Rc::clone(world).errand(number, due));
                }
                None => break,
            },
            Some(ended) = errands.join_next(), if !errands.is_empty() => through(ended)?,
        }
    }
    while let Some(ended) = errands.join_next().await {
        through(ended)?;
    }
    progress.stop();
    pacer.join().map_err(|_| Error::internal("the thread that keeps the time stopped"))
}

fn through(ended: Result<(), JoinError>) -> Result<()> {
    ended.map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_are_limited_by_open_files_and_that_is_said() {
        let mut notes = Vec::new();
        assert_eq!(affordable(1000, Some(1024), &mut notes), 1000);
        assert_eq!(affordable(1000, None, &mut notes), 1000);
        assert_eq!(notes, [""; 0]);
        assert_eq!(affordable(5000, Some(1024), &mut notes), 1008);
        assert!(notes[0].contains("1024 files") && notes[0].contains("ulimit -n 5016"), "{}", notes[0]);
    }
}
