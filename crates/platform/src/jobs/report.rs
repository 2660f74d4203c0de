//! What a job tells of itself while it runs: how far it is.

use std::sync::Arc;

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

/// The longest note; what is longer is cut.
const NOTE_LETTERS_MAX: usize = 200;

/// How far a job is.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Progress {
    /// How much is done: rows, pictures, whatever the job counts.
    pub done: u64,
    /// Of how much, where that is known.
    pub total: Option<u64>,
    /// What it is at, for people.
    pub note: String,
}

/// Where a handler says how far it is. Cheap to call as often as one likes: the last word of each second is stored.
#[derive(Clone, Debug, Default)]
pub struct Report(Arc<Mutex<Told>>);

#[derive(Debug, Default)]
struct Told {
    last: Option<Progress>,
    is_news: bool,
}

impl Report {
    /// So much is done, of so much where that is known, and this is what the job is at.
    pub fn tell(&self, done: u64, total: Option<u64>, note: &str) {
        let note = note.chars().take(NOTE_LETTERS_MAX).collect();
        let mut told = self.0.lock();
        told.last = Some(Progress { done, total, note });
        told.is_news = true;
    }

    /// What was told since this was asked before, as it is stored.
    pub(super) fn news(&self) -> Option<String> {
        let mut told = self.0.lock();
        std::mem::take(&mut told.is_news).then(|| stored(told.last.as_ref())).flatten()
    }

    /// What was told last, as it is stored.
    pub(super) fn last(&self) -> Option<String> {
        stored(self.0.lock().last.as_ref())
    }
}

fn stored(progress: Option<&Progress>) -> Option<String> {
    progress.and_then(|progress| serde_json::to_string(progress).ok())
}
