//! Starting servers: a program on a port where nobody listens, silent, and waited for until it answers; or threads of our own.

use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

/// How long a server may take to answer.
const TRIES: u32 = 24_000;
const PAUSE: Duration = Duration::from_millis(5);

/// Ports where nobody listens.
#[must_use]
pub fn free_ports<const COUNT: usize>() -> [u16; COUNT] {
    // Free at this moment, all at once; nobody else on this machine is likely to take them in the next.
    let free = [(); COUNT].map(|()| TcpListener::bind(("127.0.0.1", 0)));
    free.map(|free| {
        let address = free.and_then(|free| free.local_addr());
        address.unwrap_or_else(|error| panic!("a free port: {error}")).port()
    })
}

/// Listens on a free port, and hands on each connection until it is over; answers with the port. Who ends it makes one more
/// connection, for which it waits.
pub(crate) fn listen(
    name: &str,
    is_over: impl Fn() -> bool + Send + 'static,
    take: impl Fn(TcpStream) + Send + 'static,
) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap_or_else(|error| panic!("{name}: {error}"));
    let port = listener.local_addr().unwrap_or_else(|error| panic!("{name}: {error}")).port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            if is_over() {
                return;
            }
            if let Ok(stream) = stream {
                take(stream);
            }
        }
    });
    port
}

/// Runs the server, and waits until it answers at this port.
pub(crate) fn start(name: &str, command: &mut Command, port: u16) -> Child {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut server = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let mut answers = (0..TRIES).map(|_| {
        thread::sleep(PAUSE);
        TcpStream::connect(("127.0.0.1", port)).is_ok()
    });
    if !answers.any(|answers| answers) {
        let ended = server.kill().and_then(|()| server.wait());
        panic!("{name} does not answer at port {port} ({ended:?})");
    }
    server
}
