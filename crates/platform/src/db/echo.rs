//! Catching up: whoever must see what other processes have changed waits until this one has heard of everything before.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::oneshot;

use super::notices::CODE_LENGTH;
use super::{Db, Engine};

/// The word before the code of an echo, on the channel of the notices.
pub(super) const ECHO: &str = "echo";
/// Whoever has heard nothing for so long goes on: what is not heard is not in memory for long either.
const WAIT_MAX: Duration = Duration::from_secs(1);

/// Who waits for which echo.
#[derive(Default)]
pub(super) struct Echoes {
    is_listening: AtomicBool,
    waiting: Mutex<HashMap<String, oneshot::Sender<()>>>,
}

impl Echoes {
    /// Whether this process hears anything at the moment. While it does not, nobody waits.
    pub(super) fn listening(&self, is_so: bool) {
        self.is_listening.store(is_so, Ordering::Release);
        if !is_so {
            self.waiting.lock().clear();
        }
    }

    pub(super) fn heard(&self, code: &str) {
        if let Some(waiting) = self.waiting.lock().remove(code) {
            let _ = waiting.send(());
        }
    }

    fn wait_for(&self, code: &str) -> Option<oneshot::Receiver<()>> {
        let (heard, hears) = oneshot::channel();
        self.waiting.lock().insert(code.to_owned(), heard);
        // Afterwards, so that who stops listening meanwhile finds it.
        self.is_listening.load(Ordering::Acquire).then_some(hears)
    }
}

impl Db {
    /// Waits until this process has heard everything that was announced before, by any process: for the staff, who expects from
    /// one process what another has just stored. It costs a message through the database, and nothing where there is no other.
    pub async fn catch_up(&self) {
        let Engine::Postgres(postgres) = &self.engine else { return };
        let code = postgres.new_code(CODE_LENGTH);
        let echoes = &self.notices.echoes;
        if let Some(hears) = echoes.wait_for(&code) {
            let echoing = async {
                // Notices arrive in the order of the commits: what was announced before this is heard before it.
                if postgres.send_notice(&format!("{ECHO} {code}")).await.is_ok() {
                    let _ = hears.await;
                }
            };
            let _ = tokio::time::timeout(WAIT_MAX, echoing).await;
        }
        echoes.heard(&code);
    }
}
