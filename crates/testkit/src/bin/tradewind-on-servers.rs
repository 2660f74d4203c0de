//! `tradewind demo` on the servers that `TEST_STORE` asks for, for tests that speak to a shop from outside: the same arguments, and
//! behind the same address one process on PostgreSQL, or three that share PostgreSQL with two replicas, and Redis.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use std::collections::HashMap;
use std::path::PathBuf;

use tokio::signal::unix::{SignalKind, signal};
use tradewind_services::Store;
use tradewind_testkit::{Balancer, Process, settings_in};

#[tokio::main]
async fn main() {
    let (options, sets) = arguments();
    let folder = PathBuf::from(&options["--data"]);
    let program = std::env::current_exe().unwrap().with_file_name("tradewind").display().to_string();
    let mut terminated = signal(SignalKind::terminate()).unwrap();
    let store = Store::new();
    let balancer = Balancer::start(&options["--listen"]).await;
    let settings = [store.settings(), vec![format!("server.public_url={}", balancer.url())], sets].concat();

    let mut processes = vec![Process::demo(&program, &folder, &settings)];
    processes[0].open().await;
    for number in 1..store.processes() {
        let own = vec![
            format!("search.path={}", folder.join(format!("search-{number}")).display()),
            format!("shop.name={}", tradewind_demo::pages::SHOP_NAME),
            "log.level=warn".to_owned(),
        ];
        let settings = [settings_in(&folder), settings.clone(), own].concat();
        processes.push(Process::serve(&program, &settings, &[]));
    }
    for process in &processes {
        process.open().await;
    }
    // However far they are behind, the goods are there.
    store.wait_for_replicas();
    balancer.lead_to(processes.iter().map(|process| process.url().to_owned()).collect());
    terminated.recv().await;
    processes.iter_mut().for_each(Process::stop);
}

/// What follows `demo`: options by name, and settings.
fn arguments() -> (HashMap<String, String>, Vec<String>) {
    let mut words = std::env::args().skip(1);
    assert_eq!(words.next().as_deref(), Some("demo"), "only the demo runs here");
    let (mut options, mut sets) = (HashMap::new(), Vec::new());
    while let Some(name) = words.next() {
        let value = words.next().unwrap_or_else(|| panic!("{name} has no value"));
        match name.as_str() {
            "--set" => sets.push(value),
            _ => drop(options.insert(name, value)),
        }
    }
    (options, sets)
}
