//! How the run is going, while it goes: one block that is redrawn on a terminal, plain lines elsewhere.

use std::io::{IsTerminal as _, Write as _};
use std::rc::Rc;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use tokio::task::JoinHandle;

use crate::shopper::World;
use crate::summary::millis;
use crate::tally::Second;

/// What redraws the block, or writes the lines.
pub struct Progress {
    bar: ProgressBar,
    watching: JoinHandle<()>,
}

impl Progress {
    /// Begins to watch a run whose last shopper arrives at this moment.
    pub fn start(world: &Rc<World>, last_arrival_micros: u64) -> Self {
        let is_terminal = std::io::stderr().is_terminal();
        let style = ProgressStyle::with_template("{msg}").unwrap_or_else(|_| ProgressStyle::default_spinner());
        let bar = if is_terminal { ProgressBar::new_spinner().with_style(style) } else { ProgressBar::hidden() };
        let until = last_arrival_micros / 1_000_000 + 1;
        let watching = tokio::task::spawn_local(watch(Rc::clone(world), bar.clone(), is_terminal, until));
        Self { bar, watching }
    }

    /// The run is over.
    pub fn stop(self) {
        self.watching.abort();
        self.bar.finish_and_clear();
    }
}

async fn watch(world: Rc<World>, bar: ProgressBar, is_terminal: bool, until: u64) {
    let mut ticks = tokio::time::interval(Duration::from_millis(if is_terminal { 250 } else { 1000 }));
    ticks.tick().await;
    loop {
        ticks.tick().await;
        if is_terminal {
            bar.set_message(block(&world, until));
            bar.tick();
        } else {
            // Nobody to tell is no reason to stop.
            let _ = writeln!(std::io::stderr(), "{}", line(&world, until));
        }
    }
}

/// The last whole second, and where in the run it is.
fn last_second<T>(world: &World, read: impl FnOnce(u64, Option<&Second>) -> T) -> T {
    let now = world.now() / 1_000_000;
    let tally = world.tally.borrow();
    let last = now.checked_sub(1).and_then(|last| tally.seconds.get(usize::try_from(last).unwrap_or(usize::MAX)));
    read(now, last)
}

fn times(second: Option<&Second>) -> String {
    match second.map(|second| &second.times).filter(|times| !times.is_empty()) {
        Some(times) => {
            let [median, high] = [0.5, 0.99].map(|quantile| millis(times.value_at_quantile(quantile)));
            format!("p50 {median} ms, p99 {high} ms")
        }
        None => "no answers".to_owned(),
    }
}

fn line(world: &World, until: u64) -> String {
    last_second(world, |now, second| {
        let [arrived, served, refused, sold_out, failed] = second.map_or([0; 5], counts);
        format!(
            "{now} of {until} s: {arrived} arrived, {served} served, {refused} refused, {sold_out} sold out, {failed} failed, \
             {} inside; {}",
            world.inside.get(),
            times(second)
        )
    })
}

fn block(world: &World, until: u64) -> String {
    last_second(world, |now, second| {
        let tally = world.tally.borrow();
        let all =
            tally.seconds.iter().map(counts).fold([0; 5], |sums, one| std::array::from_fn(|at| sums[at] + one[at]));
        let last = second.map_or([0; 5], counts);
        let columns: Vec<String> = ["arrived", "served", "refused", "sold out", "failed"]
            .into_iter()
            .zip(all.into_iter().zip(last))
            .map(|(name, (all, last))| format!("  {name:<10}{all:>10}{last:>10}/s"))
            .collect();
        format!(
            "{}  {now} of {until} s{}\n{}\n  inside    {:>10}   on {} connections\n  answers in the last second: {}",
            world.load.scenario.name(),
            if now > until { ", waiting for the last ones" } else { "" },
            columns.join("\n"),
            world.inside.get(),
            world.wire.opened(),
            times(second)
        )
    })
}

fn counts(second: &Second) -> [u64; 5] {
    [second.arrived, second.served, second.refused, second.sold_out, second.failed]
}
