//! The shop as an operator runs it: processes of its own, to be killed.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tradewind_services::free_ports;

use crate::{Balancer, Client};

/// `tradewind serve` or the like; killed with SIGKILL when it is dropped.
pub struct Process {
    child: Child,
    url: String,
}

impl Process {
    /// Runs the program with these arguments, the address to listen on among them.
    #[must_use]
    pub fn spawn(program: &str, arguments: &[String], listen: &str) -> Self {
        let mut command = Command::new(program);
        let child = command.args(arguments).stdout(Stdio::null()).spawn().unwrap();
        Self { child, url: format!("http://{listen}") }
    }

    /// Serves the shop with these settings, on a free port.
    #[must_use]
    pub fn serve(program: &str, settings: &[String], arguments: &[&str]) -> Self {
        let listen = free_address();
        let mut words = vec!["serve".to_owned(), "--set".to_owned(), format!("server.listen={listen}")];
        words.extend(settings.iter().flat_map(|set| ["--set".to_owned(), set.clone()]));
        words.extend(arguments.iter().map(|&argument| argument.to_owned()));
        Self::spawn(program, &words, &listen)
    }

    /// Fills a shop in this folder with the demo's goods, and serves it, on a free port.
    #[must_use]
    pub fn demo(program: &str, folder: &Path, settings: &[String]) -> Self {
        let listen = free_address();
        let own = ["demo", "--data", &folder.display().to_string(), "--listen", &listen].map(str::to_owned);
        let sets = settings.iter().flat_map(|set| ["--set".to_owned(), set.clone()]);
        Self::spawn(program, &own.into_iter().chain(sets).collect::<Vec<_>>(), &listen)
    }

    /// Where the shop will be.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Waits until the shop answers; says where it is.
    pub async fn open(&self) -> String {
        let client = Client::new(&self.url, "");
        for _ in 0..6000 {
            if client.try_ask("GET", "/health", None).await.is_ok() {
                return self.url.clone();
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("the shop did not open");
    }

    /// Asks it to end, and waits until it has.
    pub fn stop(&mut self) {
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The settings by which a shop keeps everything in a folder.
#[must_use]
pub fn settings_in(folder: &Path) -> Vec<String> {
    let paths =
        [("store.main.path", "shop.db"), ("blobs.path", "media"), ("mail.path", "mail"), ("search.path", "search")];
    paths.iter().map(|(key, name)| format!("{key}={}", folder.join(name).display())).collect()
}

/// An address where nobody listens.
#[must_use]
pub fn free_address() -> String {
    let [port] = free_ports();
    format!("127.0.0.1:{port}")
}

/// All processes of a shop: one, or several behind a balancer.
pub struct Fleet {
    processes: Vec<Process>,
    balancer: Option<Balancer>,
}

impl Fleet {
    /// Serves the shop in this folder with so many processes.
    pub async fn serve(program: &str, count: usize, folder: &Path, settings: &[String], arguments: &[&str]) -> Self {
        let mut settings = [settings_in(folder), settings.to_vec()].concat();
        if count == 1 {
            return Self { processes: vec![Process::serve(program, &settings, arguments)], balancer: None };
        }
        let balancer = Balancer::start("127.0.0.1:0").await;
        settings.push(format!("server.public_url={}", balancer.url()));
        let processes = (0..count).map(|number| {
            // Each has an index of its own.
            let search = format!("search.path={}", folder.join(format!("search-{number}")).display());
            Process::serve(program, &[settings.clone(), vec![search]].concat(), arguments)
        });
        let processes: Vec<_> = processes.collect();
        balancer.lead_to(processes.iter().map(|process| process.url().to_owned()).collect());
        Self { processes, balancer: Some(balancer) }
    }

    /// Where the shop will be.
    #[must_use]
    pub fn url(&self) -> &str {
        self.balancer.as_ref().map_or_else(|| self.processes[0].url(), Balancer::url)
    }

    /// Waits until every process answers; says where the shop is.
    pub async fn open(&self) -> String {
        for process in &self.processes {
            process.open().await;
        }
        self.url().to_owned()
    }

    /// Kills one process after the other, with a pause before each.
    pub async fn kill(mut self, mut pause: impl FnMut() -> Duration) {
        for process in self.processes.drain(..) {
            tokio::time::sleep(pause()).await;
            drop(process);
        }
    }
}
