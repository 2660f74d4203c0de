//! HTTP/1.1 by hand over tokio, with connections kept alive: measuring must cost little beside what is measured.

use std::cell::{Cell, RefCell};
use std::fmt::Write as _;
use std::io::{Error as IoError, ErrorKind as IoErrorKind};
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::time::Instant;

use crate::arguments::Target;

/// Servers close idle connections, Node's after five seconds: one that rested longer than this is not trusted any more.
const LONGEST_REST: Duration = Duration::from_secs(3);

/// How long an answer may take that no shopper waits for.
const PATIENCE: Duration = Duration::from_secs(60);

/// An answer as it came.
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// How long the shop asks to wait before trying again (`Retry-After`).
    pub retry_after_seconds: Option<u64>,
    received: Vec<u8>,
    body_at: usize,
}

impl Answer {
    /// The body.
    pub fn body(&self) -> &[u8] {
        self.received.get(self.body_at..).unwrap_or_default()
    }
}

/// Why there is no answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Broken {
    /// The connection could not be made.
    Connect(String),
    /// The connection broke.
    Connection(String),
    /// What came is not HTTP.
    Nonsense(&'static str),
    /// Nothing came in time.
    TimedOut,
}

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Connect(why) => write!(f, "no connection: {why}"),
            Self::Connection(why) => write!(f, "the connection broke: {why}"),
            Self::Nonsense(what) => write!(f, "not HTTP/1.1: {what}"),
            Self::TimedOut => f.write_str("no answer in time"),
        }
    }
}

/// The connections to one shop: as many as are needed at once, up to a limit.
pub struct Wire {
    addresses: Vec<SocketAddr>,
    /// The address that answered last.
    address: Cell<Option<SocketAddr>>,
    idle: RefCell<Vec<Connection>>,
    slots: Semaphore,
    limit: u32,
    opened: Cell<u32>,
    head: String,
    prefix: String,
    timeout: Duration,
}

struct Connection {
    stream: TcpStream,
    rested_since: Instant,
}

impl Wire {
    /// Connects to nothing yet. `key` is the publishable key that goes with every request.
    pub async fn new(target: &Target, key: Option<&str>, connections: u32, timeout: Duration) -> Result<Self, Broken> {
        let resolved = tokio::net::lookup_host((target.host.as_str(), target.port)).await;
        let addresses: Vec<SocketAddr> = resolved.map_err(|error| Broken::Connect(error.to_string()))?.collect();
        let mut head = format!("host: {}\r\naccept: */*\r\n", target.authority());
        if let Some(key) = key {
            let _ = write!(head, "x-publishable-api-key: {key}\r\n");
        }
        Ok(Self {
            addresses,
            address: Cell::new(None),
            idle: RefCell::default(),
            slots: Semaphore::new(connections as usize),
            limit: connections,
            opened: Cell::new(0),
            head,
            prefix: target.prefix.clone(),
            timeout,
        })
    }

    /// How many connections were made so far.
    pub fn opened(&self) -> u32 {
        self.opened.get()
    }

    /// How many connections there may be at once.
    pub fn limit(&self) -> u32 {
        self.limit
    }

    /// Asks as a shopper, and waits for the whole answer. Waiting for a free connection counts.
    pub async fn ask(&self, request: &Request<'_>) -> Result<Answer, Broken> {
        self.ask_within(self.timeout, request).await
    }

    /// Asks what no shopper waits for: before the run and after it, when the shop may still be out of breath.
    pub async fn ask_patiently(&self, request: &Request<'_>) -> Result<Answer, Broken> {
        self.ask_within(self.timeout.max(PATIENCE), request).await
    }

    async fn ask_within(&self, timeout: Duration, request: &Request<'_>) -> Result<Answer, Broken> {
        let text = self.render(request);
        match tokio::time::timeout(timeout, self.send(text.as_bytes())).await {
            Ok(answer) => answer,
            Err(_) => Err(Broken::TimedOut),
        }
    }

    fn render(&self, request: &Request<'_>) -> String {
        let Request { method, path, token, body } = request;
        let mut text = String::with_capacity(512 + body.map_or(0, str::len));
        let _ = write!(text, "{method} {}{path} HTTP/1.1\r\n{}", self.prefix, self.head);
        if let Some(token) = token {
            let _ = write!(text, "authorization: Bearer {token}\r\n");
        }
        match body {
            Some(body) => {
                let _ = write!(text, "content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}", body.len());
            }
            None if *method == "POST" => text.push_str("content-length: 0\r\n\r\n"),
            None => text.push_str("\r\n"),
        }
        text
    }

    async fn send(&self, request: &[u8]) -> Result<Answer, Broken> {
        let Ok(_slot) = self.slots.acquire().await else { return Err(Broken::Nonsense("the pool is closed")) };
        let mut connection = match self.rested() {
            Some(connection) => connection,
            None => self.connect().await?,
        };
        let (answer, reusable) = connection.ask(request).await?;
        if reusable {
            connection.rested_since = Instant::now();
            self.idle.borrow_mut().push(connection);
        }
        Ok(answer)
    }

    /// A connection that is kept alive: the one that rested shortest, if it is still good.
    fn rested(&self) -> Option<Connection> {
        let mut idle = self.idle.borrow_mut();
        while let Some(connection) = idle.pop() {
            if connection.rested_since.elapsed() < LONGEST_REST && connection.is_quiet() {
                return Some(connection);
            }
        }
        None
    }

    async fn connect(&self) -> Result<Connection, Broken> {
        let mut last = None;
        let known = self.address.get();
        for address in known.iter().chain(self.addresses.iter().filter(|address| Some(**address) != known)) {
            match TcpStream::connect(address).await {
                Ok(stream) => {
                    let _ = stream.set_nodelay(true);
                    self.address.set(Some(*address));
                    self.opened.set(self.opened.get() + 1);
                    return Ok(Connection { stream, rested_since: Instant::now() });
                }
                Err(error) => last = Some(error),
            }
        }
        Err(Broken::Connect(last.as_ref().map_or_else(|| "the name has no address".to_owned(), explain)))
    }
}

/// What the system says, with the way out where it is ours to know.
fn explain(error: &IoError) -> String {
    /// EMFILE and ENFILE on Linux and macOS.
    const TOO_MANY_FILES: [i32; 2] = [24, 23];
    match error.raw_os_error() {
        Some(code) if TOO_MANY_FILES.contains(&code) => {
            "this process may not open more files; raise `ulimit -n` or lower --connections".to_owned()
        }
        _ if error.kind() == IoErrorKind::AddrNotAvailable => {
            "this machine has no free port left; lower --connections".to_owned()
        }
        _ => error.to_string(),
    }
}

/// How many files this process may open, where the system says so.
pub fn open_files_limit() -> Option<u32> {
    let limits = std::fs::read_to_string("/proc/self/limits").ok()?;
    let line = limits.lines().find(|line| line.starts_with("Max open files"))?;
    line.split_whitespace().nth(3)?.parse().ok()
}

/// What is asked.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// GET or POST.
    pub method: &'static str,
    /// The path with its query, escaped.
    pub path: &'a str,
    /// A token, for those who are signed in.
    pub token: Option<&'a str>,
    /// A JSON body.
    pub body: Option<&'a str>,
}

impl<'a> Request<'a> {
    /// GET.
    pub fn get(path: &'a str) -> Self {
        Self { method: "GET", path, token: None, body: None }
    }

    /// POST, with a JSON body or none.
    pub fn post(path: &'a str, body: Option<&'a str>) -> Self {
        Self { method: "POST", path, token: None, body }
    }
}

impl Connection {
    /// Whether nothing has come since the last answer, not even the end.
    fn is_quiet(&self) -> bool {
        let mut byte = [0];
        matches!(self.stream.try_read(&mut byte), Err(error) if error.kind() == IoErrorKind::WouldBlock)
    }

    async fn ask(&mut self, request: &[u8]) -> Result<(Answer, bool), Broken> {
        let broken = |error: IoError| Broken::Connection(error.to_string());
        self.stream.write_all(request).await.map_err(broken)?;
        let mut received = Vec::with_capacity(8 * 1024);
        loop {
            let head = loop {
                match Head::read(&received) {
                    Ok(Some(head)) => break head,
                    Ok(None) => self.more(&mut received).await?,
                    Err(what) => return Err(Broken::Nonsense(what)),
                }
            };
            if head.status < 200 {
                // "Continue" and its like; the answer comes after.
                received.drain(..head.length);
                continue;
            }
            self.body(&head, &mut received).await?;
            let Head { status, retry_after_seconds, length: body_at, .. } = head;
            return Ok((Answer { status, retry_after_seconds, received, body_at }, !head.closes));
        }
    }

    async fn more(&mut self, received: &mut Vec<u8>) -> Result<(), Broken> {
        match self.stream.read_buf(received).await {
            Ok(0) => Err(Broken::Connection("the shop closed it before it had answered".to_owned())),
            Ok(_) => Ok(()),
            Err(error) => Err(Broken::Connection(error.to_string())),
        }
    }

    /// Reads until the body is whole, and leaves it in `received` after the head.
    async fn body(&mut self, head: &Head, received: &mut Vec<u8>) -> Result<(), Broken> {
        match head.body {
            Body::Length(length) => {
                let whole = head.length + length;
                received.reserve(whole.saturating_sub(received.len()));
                while received.len() < whole {
                    self.more(received).await?;
                }
                if received.len() > whole {
                    return Err(Broken::Nonsense("more came than was announced"));
                }
            }
            Body::UntilClosed => {
                while self.stream.read_buf(received).await.map_err(|error| Broken::Connection(error.to_string()))? > 0 {
                }
            }
            Body::Chunked => {
                let mut chunks = Chunks { read_at: head.length, write_at: head.length };
                while !chunks.join(received).map_err(Broken::Nonsense)? {
                    self.more(received).await?;
                }
                received.truncate(chunks.write_at);
            }
        }
        Ok(())
    }
}

struct Head {
    status: u16,
    length: usize,
    body: Body,
    closes: bool,
    retry_after_seconds: Option<u64>,
}

#[derive(Clone, Copy)]
enum Body {
    Length(usize),
    Chunked,
    UntilClosed,
}

impl Head {
    /// The head at the beginning of what was received, once it is whole.
    fn read(received: &[u8]) -> Result<Option<Self>, &'static str> {
        let Some(end) = received.windows(4).position(|four| four == b"\r\n\r\n") else {
            return if received.len() > 64 * 1024 { Err("a head without end") } else { Ok(None) };
        };
        let head = received.get(..end).unwrap_or_default();
        let head = std::str::from_utf8(head).map_err(|_| "a head that is no text")?;
        let mut lines = head.split("\r\n");
        let status_line = lines.next().unwrap_or_default();
        let version = status_line.get(..9).unwrap_or_default();
        if !version.starts_with("HTTP/1.") {
            return Err("no status line");
        }
        let status = status_line.get(9..12).and_then(|status| status.parse().ok()).ok_or("no status")?;
        let mut read = Self {
            status,
            length: end + 4,
            body: if status < 200 || status == 204 || status == 304 { Body::Length(0) } else { Body::UntilClosed },
            closes: version == "HTTP/1.0 ",
            retry_after_seconds: None,
        };
        for line in lines {
            let (name, value) = line.split_once(':').ok_or("a header without a colon")?;
            read.header(name, value.trim())?;
        }
        read.closes |= matches!(read.body, Body::UntilClosed);
        Ok(Some(read))
    }

    fn header(&mut self, name: &str, value: &str) -> Result<(), &'static str> {
        if name.eq_ignore_ascii_case("content-length") {
            self.body = Body::Length(value.parse().map_err(|_| "a length that is no number")?);
        } else if name.eq_ignore_ascii_case("transfer-encoding") && value.eq_ignore_ascii_case("chunked") {
            self.body = Body::Chunked;
        } else if name.eq_ignore_ascii_case("connection") {
            self.closes |= value.eq_ignore_ascii_case("close");
        } else if name.eq_ignore_ascii_case("retry-after") {
            // A date is no number of seconds; it still is a refusal that says when to come back.
            self.retry_after_seconds = Some(value.parse().unwrap_or(1));
        }
        Ok(())
    }
}

/// Joins the chunks of a body in place.
struct Chunks {
    read_at: usize,
    write_at: usize,
}

impl Chunks {
    /// Joins what is there; whether the last chunk was among it.
    fn join(&mut self, received: &mut [u8]) -> Result<bool, &'static str> {
        loop {
            let rest = received.get(self.read_at..).unwrap_or_default();
            let Some(line) = rest.windows(2).position(|two| two == b"\r\n") else { return Ok(false) };
            let size =
                std::str::from_utf8(rest.get(..line).unwrap_or_default()).map_err(|_| "a chunk's size is no text")?;
            let size = size.split(';').next().unwrap_or_default().trim();
            let size = usize::from_str_radix(size, 16).map_err(|_| "a chunk's size is no number")?;
            let data = line + 2;
            if rest.len() < data.saturating_add(size).saturating_add(2) {
                return Ok(false);
            }
            received.copy_within(self.read_at + data..self.read_at + data + size, self.write_at);
            self.write_at += size;
            self.read_at += data + size + 2;
            if size == 0 {
                return Ok(true);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(text: &str) -> Head {
        Head::read(text.as_bytes()).unwrap().unwrap()
    }

    #[test]
    fn a_refusal_says_when_to_come_back() {
        let refused = head("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 2\r\nContent-Length: 7\r\n\r\nBusy...");
        assert_eq!((refused.status, refused.retry_after_seconds, refused.closes), (503, Some(2), false));
        assert!(matches!(refused.body, Body::Length(7)));
    }

    #[test]
    fn a_body_without_length_lasts_until_the_connection_closes() {
        assert!(head("HTTP/1.1 200 OK\r\n\r\n").closes);
        assert!(!head("HTTP/1.1 204 No Content\r\n\r\n").closes);
        assert!(head("HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n").closes);
    }

    #[test]
    fn what_is_not_http_is_told_apart_from_what_is_not_whole() {
        assert!(Head::read(b"HTTP/1.1 200 OK\r\nconte").unwrap().is_none());
        assert!(Head::read(b"SSH-2.0-OpenSSH\r\n\r\n").is_err());
        assert!(Head::read(b"HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n").is_err());
    }

    #[test]
    fn chunks_are_joined_however_they_arrive() {
        let sent = b"4\r\nprin\r\n2;note=x\r\nts\r\n0\r\n\r\n";
        for cut in 0..sent.len() {
            let mut received = sent[..cut].to_vec();
            let mut chunks = Chunks { read_at: 0, write_at: 0 };
            assert!(!chunks.join(&mut received).unwrap(), "cut at {cut}");
            received.extend_from_slice(&sent[cut..]);
            assert!(chunks.join(&mut received).unwrap(), "cut at {cut}");
            assert_eq!(&received[..chunks.write_at], b"prints");
        }
        assert!(Chunks { read_at: 0, write_at: 0 }.join(&mut b"zz\r\n".to_vec()).is_err());
    }
}
