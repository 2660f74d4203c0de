//! The write lane: while one commit is under way, commands queue; the next transaction takes them all.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use futures::FutureExt as _;
use parking_lot::Mutex;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};
use tradewind_kernel::{Error, ErrorKind, Result};

use super::TxFuture;
use super::simulated::{self, Decision, Moment, Simulated};
use super::tx::Tx;
use crate::telemetry;

/// How many commands may wait: as many as the next commit carries. Further ones are refused at once.
pub(super) const WAITING_MAX: usize = BATCH_MAX;
/// How many commands one commit may carry, so that the first of them does not wait for ever.
const BATCH_MAX: usize = 1024;

/// What a write lane has done since the store was opened.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct LaneUse {
    /// Commands it carried.
    pub commands: u64,
    /// In so many transactions.
    pub transactions: u64,
    /// How long it was at it, the disk included.
    pub busy: Duration,
}

#[derive(Default)]
struct Meter {
    commands: AtomicU64,
    transactions: AtomicU64,
    busy_nanos: AtomicU64,
}

impl Meter {
    #[expect(clippy::disallowed_methods, reason = "a measure of the machine, not a time of the shop")]
    fn measure(&self, carry: impl FnOnce() -> usize) {
        let began = std::time::Instant::now();
        let commands = carry();
        let busy = began.elapsed();
        self.commands.fetch_add(commands as u64, Ordering::Relaxed);
        self.transactions.fetch_add(1, Ordering::Relaxed);
        self.busy_nanos.fetch_add(u64::try_from(busy.as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
        metrics::histogram!("tradewind_lane_batch_commands").record(commands as f64);
        metrics::histogram!("tradewind_lane_batch_seconds").record(busy.as_secs_f64());
    }
}

/// The lane of one SQLite file: a thread that owns its only writing connection.
pub(super) struct Lane {
    commands: Mutex<Option<mpsc::Sender<Box<dyn Command>>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
    meter: Arc<Meter>,
    /// The writer of a simulated store, which has no thread.
    simulated: Option<Box<(Mutex<Tx>, Simulated)>>,
}

trait Command: Send {
    /// Does the work; `false` asks for it to be undone.
    fn run(&mut self, tx: &mut Tx) -> bool;
    /// Answers the caller, after the commit (or its failure).
    fn answer(self: Box<Self>, committed: Option<&Error>);
    fn request_id(&mut self) -> Option<String>;
}

struct Write<T, F> {
    body: Option<F>,
    outcome: Option<Result<T>>,
    reply: oneshot::Sender<Result<T>>,
    request_id: Option<String>,
}

impl<T, F> Command for Write<T, F>
where
    T: Send,
    F: for<'t> FnOnce(&'t mut Tx) -> TxFuture<'t, T> + Send,
{
    fn run(&mut self, tx: &mut Tx) -> bool {
        let outcome = match self.body.take() {
            Some(body) => run_ready(body, tx),
            None => Err(Error::internal("a command was run twice")),
        };
        let keep = outcome.is_ok();
        self.outcome = Some(outcome);
        keep
    }

    fn answer(self: Box<Self>, failed_commit: Option<&Error>) {
        let outcome = match (failed_commit, self.outcome) {
            (Some(error), Some(Ok(_)) | None) => {
                Err(Error::new(error.kind(), error.message()).caused_by(format!("{error:?}")))
            }
            (_, Some(outcome)) => outcome,
            (None, None) => Err(Error::internal("a command was not run")),
        };
        // The caller may have gone away; its work stands all the same.
        let _ = self.reply.send(outcome);
    }

    fn request_id(&mut self) -> Option<String> {
        self.request_id.take()
    }
}

/// Runs a transaction's body where every statement is ready at once.
pub(super) fn run_ready<T, F>(body: F, tx: &mut Tx) -> Result<T>
where
    F: for<'t> FnOnce(&'t mut Tx) -> TxFuture<'t, T>,
{
    let outcome = std::panic::catch_unwind(AssertUnwindSafe(|| body(tx).now_or_never()));
    match outcome {
        Ok(Some(outcome)) => outcome,
        Ok(None) => Err(waited()),
        Err(_) => Err(panicked()),
    }
}

/// That a body waited for something else than the database.
pub(super) fn waited() -> Error {
    Error::internal("a transaction waited for something other than the database; do that before or after it")
}

/// That a body panicked.
pub(super) fn panicked() -> Error {
    Error::internal("a transaction panicked")
}

impl Lane {
    pub(super) fn start(writer: Tx) -> Result<Self> {
        let (commands, queue) = mpsc::channel(WAITING_MAX);
        let meter = Arc::new(Meter::default());
        let measured = Arc::clone(&meter);
        let thread = std::thread::Builder::new()
            .name("write-lane".to_owned())
            .spawn(move || serve(writer, queue, &measured))
            .map_err(Error::internal)?;
        Ok(Self { commands: Mutex::new(Some(commands)), thread: Mutex::new(Some(thread)), meter, simulated: None })
    }

    pub(super) fn use_so_far(&self) -> LaneUse {
        let Meter { commands, transactions, busy_nanos } = &*self.meter;
        LaneUse {
            commands: commands.load(Ordering::Relaxed),
            transactions: transactions.load(Ordering::Relaxed),
            busy: Duration::from_nanos(busy_nanos.load(Ordering::Relaxed)),
        }
    }

    /// A lane that carries each command on its caller's thread, one a commit.
    pub(super) fn simulated(mut writer: Tx, simulated: Simulated) -> Self {
        writer.simulated = Some(simulated.clone());
        let writer = Some(Box::new((Mutex::new(writer), simulated)));
        Self { commands: Mutex::new(None), thread: Mutex::new(None), meter: Arc::default(), simulated: writer }
    }

    pub(super) async fn submit<T, F>(&self, body: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut Tx) -> TxFuture<'t, T> + Send + 'static,
    {
        let closed = || Error::new(ErrorKind::Unavailable, "The shop is closing. Please try again.");
        let (reply, answer) = oneshot::channel();
        let command =
            Box::new(Write { body: Some(body), outcome: None, reply, request_id: telemetry::current_request_id() });
        if let Some(of_simulation) = &self.simulated {
            let (writer, simulated) = of_simulation.as_ref();
            simulated.wait().await;
            carry(&mut writer.lock(), command, || None, &mut Vec::new());
        } else {
            let commands = self.commands.lock().clone().ok_or_else(closed)?;
            commands.try_send(command).map_err(|refused| match refused {
                TrySendError::Full(_) => full(),
                TrySendError::Closed(_) => closed(),
            })?;
        }
        answer.await.map_err(|_| closed())?
    }
}

impl Drop for Lane {
    fn drop(&mut self) {
        // Closing the channel lets the thread finish what is queued and stop.
        self.commands.lock().take();
        if let Some(thread) = self.thread.lock().take()
            && thread.thread().id() != std::thread::current().id()
        {
            let _ = thread.join();
        }
    }
}

fn serve(mut tx: Tx, mut queue: mpsc::Receiver<Box<dyn Command>>, meter: &Meter) {
    let mut done = Vec::with_capacity(BATCH_MAX);
    while let Some(first) = queue.blocking_recv() {
        // Whoever is about to ask goes first where all share a core: one commit carries them all. On an idle machine this
        // returns at once.
        std::thread::yield_now();
        meter.measure(|| carry(&mut tx, first, || queue.try_recv().ok(), &mut done));
    }
}

/// Carries out a command, and those that wait behind it, in one transaction; answers each, and says how many they were.
fn carry(
    tx: &mut Tx,
    first: Box<dyn Command>,
    mut waiting: impl FnMut() -> Option<Box<dyn Command>>,
    done: &mut Vec<Box<dyn Command>>,
) -> usize {
    let mut next = Some(first);
    let mut begun = tx.run_plain("BEGIN IMMEDIATE");
    while let Some(mut command) = next.take() {
        if begun.is_ok() {
            begun = if done.is_empty() {
                run_first(tx, command.as_mut())
            } else {
                run_in_savepoint(tx, command.as_mut());
                Ok(())
            };
            if begun.is_ok() && tx.is_autocommit() {
                // A full or failing disk ends the whole transaction; what follows must not run outside one.
                begun = Err(lost_transaction());
            }
        }
        done.push(command);
        if done.len() < BATCH_MAX && begun.is_ok() {
            next = waiting();
        }
    }
    let committed = begun.and_then(|()| commit(tx));
    let carried = done.len();
    match committed {
        Ok(()) => {
            for hook in tx.hooks.drain(..) {
                hook();
            }
            done.drain(..).for_each(|command| command.answer(None));
        }
        Err(error) => {
            tracing::error!(?error, commands = done.len(), "a commit failed; nothing of it was kept");
            tx.hooks.clear();
            // Ends a transaction that a failed COMMIT may have left open.
            let _ = tx.run_plain("ROLLBACK");
            done.drain(..).for_each(|command| command.answer(Some(&error)));
        }
    }
    carried
}

fn commit(tx: &mut Tx) -> Result<()> {
    let decision = tx.simulated.as_ref().map_or(Decision::GoOn, |simulated| simulated.decide(Moment::Commit));
    if decision == Decision::Fail {
        return Err(simulated::failed());
    }
    tx.run_plain("COMMIT")?;
    if decision == Decision::FailAfterwards { Err(simulated::failed()) } else { Ok(()) }
}

/// That no more writers may wait.
pub(super) fn full() -> Error {
    metrics::counter!("tradewind_lane_refused_total").increment(1);
    Error::new(ErrorKind::Unavailable, "The shop is very busy at the moment. Please try again in a few seconds.")
        .caused_by("the write lane is full")
}

fn lost_transaction() -> Error {
    Error::new(ErrorKind::Unavailable, "The shop cannot store this at the moment. Please try again.")
        .caused_by("the database ended the transaction by itself")
}

/// The first command of a transaction needs no savepoint: to undo it is to begin anew. Most transactions carry one command
/// when the shop is quiet, and a savepoint has SQLite copy each page it changes.
fn run_first(tx: &mut Tx, command: &mut dyn Command) -> Result<()> {
    let hooks = tx.hooks.len();
    tx.request_id = command.request_id();
    let keep = command.run(tx);
    tx.request_id = None;
    if keep {
        return Ok(());
    }
    tx.hooks.truncate(hooks);
    if !tx.is_autocommit() {
        tx.run_plain("ROLLBACK")?;
    }
    tx.run_plain("BEGIN IMMEDIATE")
}

fn run_in_savepoint(tx: &mut Tx, command: &mut dyn Command) {
    let hooks = tx.hooks.len();
    tx.request_id = command.request_id();
    let mut keep = tx.run_plain("SAVEPOINT command").is_ok();
    keep = keep && command.run(tx);
    if !keep {
        tx.hooks.truncate(hooks);
        let _ = tx.run_plain("ROLLBACK TO command");
    }
    let _ = tx.run_plain("RELEASE command");
    tx.request_id = None;
}
