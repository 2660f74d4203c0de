//! How the run is going, while it goes: one block that is redrawn on a terminal, plain lines elsewhere.

use std::io::{IsTerminal as _, Write as _};
use std::rc::Rc;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use tokio::task::JoinHandle;

use crate::shopper::World;
use crate::summary::millis;
use crate::tally::Slot;

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

/// The last whole second, and where in the run it ends.
fn last_second(world: &World) -> (u64, Slot) {
    let now = world.now() / 1_000_000;
    (now, world.tally.borrow().between(now.saturating_sub(1) * 1_000_000, now * 1_000_000))
}

fn times(slot: &Slot) -> String {
    if slot.times.is_empty() {
        return "no answers".to_owned();
    }
    let [median, high] = [0.5, 0.99].map(|quantile| millis(slot.times.value_at_quantile(quantile)));
    format!("p50 {median} ms, p99 {high} ms")
}

fn line(world: &World, until: u64) -> String {
    let (now, last) = last_second(world);
    let Slot { arrived, served, refused, sold_out, failed, .. } = &last;
    format!(
        "{now} of {until} s: {arrived} arrived, {served} served, {refused} refused, {sold_out} sold out, {failed} failed, \
         {} inside; {}",
        world.inside.get(),
        times(&last)
    )
}

fn block(world: &World, until: u64) -> String {
    let (now, last) = last_second(world);
    let all = world.tally.borrow().between(0, u64::MAX);
    let columns: Vec<String> = [
        ("arrived", all.arrived, last.arrived),
        ("served", all.served, last.served),
        ("refused", all.refused, last.refused),
        ("sold out", all.sold_out, last.sold_out),
        ("failed", all.failed, last.failed),
    ]
    .into_iter()
    .map(|(name, all, last)| format!("  {name:<10}{all:>10}{last:>10}/s"))
    .collect();
    format!(
        "{}  {now} of {until} s{}\n{}\n  inside    {:>10}   on {} connections\n  answers in the last second: {}",
        world.load.scenario.name(),
        if now > until { ", waiting for the last ones" } else { "" },
        columns.join("\n"),
        world.inside.get(),
        world.wire.opened(),
        times(&last)
    )
}
