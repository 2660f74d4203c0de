//! A mail server for tests: it speaks SMTP (RFC 5321, with PIPELINING, 8BITMIME, SMTPUTF8 and AUTH), keeps what it takes, and
//! answers badly where it is told to.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use crate::program::listen;

/// What it says it can.
const CAPABILITIES: &str =
    "250-mail.test\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-SIZE 1000000\r\n250 AUTH PLAIN LOGIN";

/// Where in a conversation an answer is given.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Stage {
    /// To a new connection.
    Greeting,
    /// To the name of the client.
    Hello,
    /// To the sender.
    Sender,
    /// To the recipient.
    Recipient,
    /// To the wish to send a message.
    Data,
    /// To the end of the message: what is answered badly here is not kept.
    Message,
}

/// What it does instead of what is right.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Instead {
    /// Answers this.
    Say(String),
    /// Breaks the connection.
    Hang,
    /// Keeps the message, and breaks the connection before it has said so.
    KeepAndHang,
}

/// A message that was taken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Taken {
    /// The envelope's sender.
    pub from: String,
    /// The envelope's recipients.
    pub to: Vec<String>,
    /// Headers and body.
    pub message: String,
    /// Who had signed in on the connection, in the form of AUTH PLAIN.
    pub signed_in: Option<String>,
}

/// A server on a free port. Its connections break when it goes.
pub struct SmtpServer {
    port: u16,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    is_over: bool,
    taken: Vec<Taken>,
    connections: usize,
    streams: Vec<TcpStream>,
    instead: HashMap<Stage, (usize, Instead)>,
    /// The AUTH PLAIN answer that is let in; anybody, where there is none.
    login: Option<String>,
}

impl SmtpServer {
    /// A server that takes what it is sent, from anybody.
    #[must_use]
    pub fn new() -> Self {
        let shared = Arc::<Shared>::default();
        let (looking, taking) = (Arc::clone(&shared), Arc::clone(&shared));
        let take = move |stream| {
            let shared = Arc::clone(&taking);
            thread::spawn(move || Talk::new(shared, stream).map(Talk::run));
        };
        let port = listen("a mail server", move || looking.state().is_over, take);
        Self { port, shared }
    }

    /// A server that takes mail only from whoever signs in with this AUTH PLAIN answer (base64 of `\0user\0password`).
    #[must_use]
    pub fn with_login(plain: &str) -> Self {
        let server = Self::new();
        server.shared.state().login = Some(plain.to_owned());
        server
    }

    /// Where it answers: `127.0.0.1:40000`.
    #[must_use]
    pub fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// The next so many times it says this at this stage: `450 4.2.0 try later`.
    pub fn say(&self, stage: Stage, times: usize, answer: &str) {
        self.shared.state().instead.insert(stage, (times, Instead::Say(answer.to_owned())));
    }

    /// The next so many times it breaks the connection at this stage, before it answers.
    pub fn hang_up(&self, stage: Stage, times: usize) {
        self.shared.state().instead.insert(stage, (times, Instead::Hang));
    }

    /// The next so many messages it keeps, and breaks the connection before it has said so.
    pub fn lose_answers(&self, times: usize) {
        self.shared.state().instead.insert(Stage::Message, (times, Instead::KeepAndHang));
    }

    /// Breaks the connections there are, as a server does with those that idle.
    pub fn close_connections(&self) {
        for stream in self.shared.state().streams.drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// The messages it has taken, in order.
    #[must_use]
    pub fn taken(&self) -> Vec<Taken> {
        self.shared.state().taken.clone()
    }

    /// Throws away what it has taken.
    pub fn forget(&self) {
        self.shared.state().taken.clear();
    }

    /// How many connections were made to it.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.shared.state().connections
    }
}

impl Default for SmtpServer {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        self.shared.state().is_over = true;
        self.close_connections();
        // It waits for the next connection.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is to be done at this stage instead of what is right, once less.
    fn instead(&self, stage: Stage) -> Option<Instead> {
        let mut state = self.state();
        let (times, instead) = state.instead.get_mut(&stage)?;
        *times = times.checked_sub(1)?;
        Some(instead.clone())
    }
}

/// One connection.
struct Talk {
    shared: Arc<Shared>,
    lines: BufReader<TcpStream>,
    out: TcpStream,
    signed_in: Option<String>,
    from: Option<String>,
    to: Vec<String>,
}

/// The conversation is over.
struct Over;

impl Talk {
    fn new(shared: Arc<Shared>, stream: TcpStream) -> Option<Self> {
        let (kept, out) = (stream.try_clone().ok()?, stream.try_clone().ok()?);
        let mut state = shared.state();
        state.connections += 1;
        state.streams.push(kept);
        drop(state);
        Some(Self { shared, lines: BufReader::new(stream), out, signed_in: None, from: None, to: Vec::new() })
    }

    fn run(mut self) {
        let _ = self.converse();
        let _ = self.out.shutdown(Shutdown::Both);
    }

    fn converse(&mut self) -> Result<(), Over> {
        self.answer(Stage::Greeting, "220 mail.test ESMTP")?;
        loop {
            let line = self.line()?;
            let command = line.trim_end().to_owned();
            let verb = command.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
            match verb.as_str() {
                "EHLO" => {
                    self.answer(Stage::Hello, CAPABILITIES)?;
                }
                "AUTH" => self.sign_in(command.split(' ').nth(2).unwrap_or_default())?,
                "MAIL" => self.begin(&command)?,
                "RCPT" if self.from.is_some() => {
                    if self.answer(Stage::Recipient, "250 2.1.5 ok")? {
                        self.to.push(address_in(&command));
                    }
                }
                "DATA" if !self.to.is_empty() => {
                    if self.answer(Stage::Data, "354 go on")? {
                        self.take()?;
                    }
                }
                "RSET" => {
                    self.forget();
                    self.say("250 2.0.0 ok")?;
                }
                "NOOP" => self.say("250 2.0.0 ok")?,
                "QUIT" => return self.say("221 2.0.0 bye"),
                "RCPT" | "DATA" => self.say("503 5.5.1 not now")?,
                _ => self.say("502 5.5.2 what is that?")?,
            }
        }
    }

    fn sign_in(&mut self, plain: &str) -> Result<(), Over> {
        let wanted = self.shared.state().login.clone();
        if wanted.is_some_and(|wanted| wanted != plain) {
            return self.say("535 5.7.8 that is not the password");
        }
        self.signed_in = Some(plain.to_owned());
        self.say("235 2.7.0 welcome")
    }

    fn begin(&mut self, command: &str) -> Result<(), Over> {
        if self.shared.state().login.is_some() && self.signed_in.is_none() {
            return self.say("530 5.7.0 who is there?");
        }
        self.forget();
        if self.answer(Stage::Sender, "250 2.1.0 ok")? {
            self.from = Some(address_in(command));
        }
        Ok(())
    }

    /// Reads a message to its end, with the dots taken off that protect its lines.
    fn take(&mut self) -> Result<(), Over> {
        let mut message = String::new();
        loop {
            let line = self.line()?;
            if line == ".\r\n" {
                break;
            }
            message.push_str(line.strip_prefix('.').unwrap_or(&line));
        }
        let taken = Taken {
            from: self.from.take().unwrap_or_default(),
            to: std::mem::take(&mut self.to),
            message,
            signed_in: self.signed_in.clone(),
        };
        match self.shared.instead(Stage::Message) {
            Some(Instead::Say(answer)) => self.say(&answer),
            Some(Instead::Hang) => Err(Over),
            instead => {
                self.shared.state().taken.push(taken);
                if instead.is_some() {
                    return Err(Over);
                }
                self.say("250 2.0.0 taken")
            }
        }
    }

    fn forget(&mut self) {
        self.from = None;
        self.to.clear();
    }

    /// Answers what is right, unless something else is to be done here; says whether it did.
    fn answer(&mut self, stage: Stage, right: &str) -> Result<bool, Over> {
        match self.shared.instead(stage) {
            Some(Instead::Say(answer)) => self.say(&answer).map(|()| false),
            Some(Instead::Hang | Instead::KeepAndHang) => Err(Over),
            None => self.say(right).map(|()| true),
        }
    }

    fn say(&mut self, text: &str) -> Result<(), Over> {
        self.out.write_all(format!("{text}\r\n").as_bytes()).map_err(|_| Over)
    }

    fn line(&mut self) -> Result<String, Over> {
        let mut bytes = Vec::new();
        match self.lines.read_until(b'\n', &mut bytes) {
            Ok(1..) if bytes.ends_with(b"\r\n") => Ok(String::from_utf8_lossy(&bytes).into_owned()),
            _ => Err(Over),
        }
    }
}

/// What stands between the angle brackets.
fn address_in(command: &str) -> String {
    let address = command.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    address.map(|(address, _)| address.to_owned()).unwrap_or_default()
}
