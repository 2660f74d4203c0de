//! The fault proxy: it stands between the shop and a server, and does to what passes what networks do.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use crate::program::listen;

/// What the proxy does to what passes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Line {
    /// Hands everything on.
    Open,
    /// Hands everything on after a while.
    Slow(Duration),
    /// Hands on so many bytes a second, in each direction of each connection.
    Narrow(u32),
    /// Takes connections and all that is sent, and hands on nothing: the other end seems to be there, and is not.
    Silent,
    /// Breaks every connection, and every new one as soon as it is made.
    Cut,
}

/// A proxy before one server. Its connections break when it goes.
pub struct FaultProxy {
    port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    target: String,
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    line: Line,
    is_over: bool,
    streams: Vec<TcpStream>,
}

impl FaultProxy {
    /// A proxy that leads to a server: `127.0.0.1:5432`.
    #[must_use]
    pub fn to(target: &str) -> Self {
        let state = Mutex::new(State { line: Line::Open, is_over: false, streams: Vec::new() });
        let shared = Arc::new(Shared { target: target.to_owned(), state, changed: Condvar::new() });
        let (looking, taking) = (Arc::clone(&shared), Arc::clone(&shared));
        let port = listen("a fault proxy", move || looking.state().is_over, move |stream| taking.take(stream));
        Self { port, shared }
    }

    /// Where it answers.
    #[must_use]
    pub fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// From now on it does this.
    pub fn set(&self, line: Line) {
        let mut state = self.shared.state();
        state.line = line;
        if line == Line::Cut {
            for stream in state.streams.drain(..) {
                let _ = stream.shutdown(Shutdown::Both);
            }
        }
        self.shared.changed.notify_all();
    }
}

impl Drop for FaultProxy {
    fn drop(&mut self) {
        self.shared.state().is_over = true;
        self.set(Line::Cut);
        // It waits for the next connection.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Leads a new connection on. Where the server is not there, it breaks.
    fn take(self: &Arc<Self>, near: TcpStream) {
        let mut state = self.state();
        if state.line == Line::Cut {
            return;
        }
        let Ok(far) = TcpStream::connect(&self.target) else { return };
        for (from, to) in [(&near, &far), (&far, &near)] {
            let _ = from.set_nodelay(true);
            let (Ok(from), Ok(to), Ok(kept)) = (from.try_clone(), to.try_clone(), from.try_clone()) else { return };
            state.streams.push(kept);
            let shared = Arc::clone(self);
            thread::spawn(move || shared.hand_on(from, to));
        }
    }

    fn hand_on(&self, mut from: TcpStream, mut to: TcpStream) {
        let mut bytes = [0; 16 * 1024];
        while let Ok(count @ 1..) = from.read(&mut bytes) {
            if !self.lets_pass(count) || to.write_all(&bytes[..count]).is_err() {
                break;
            }
        }
        // Also that nothing more comes is not heard over a silent line.
        self.lets_pass(0);
        let _ = to.shutdown(Shutdown::Write);
    }

    /// Waits for as long as so many bytes take; answers whether they arrive.
    fn lets_pass(&self, count: usize) -> bool {
        let mut state = self.state();
        while state.line == Line::Silent {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        let line = state.line;
        drop(state);
        match line {
            Line::Slow(pause) => thread::sleep(pause),
            Line::Narrow(bytes) => {
                thread::sleep(Duration::from_micros(count as u64 * 1_000_000 / u64::from(bytes.max(1))))
            }
            Line::Open | Line::Silent | Line::Cut => {}
        }
        line != Line::Cut
    }
}
