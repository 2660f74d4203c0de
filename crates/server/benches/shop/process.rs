//! The servers under measurement: separate processes, pinned to a core, watched through `/proc`.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::postgres::Database;

pub struct Server {
    child: Child,
    folder: PathBuf,
    pub port: u16,
    pub healthy_after: Duration,
    key: String,
    staff: (String, String),
    /// The PostgreSQL server it is on, where it is.
    database: Option<Database>,
}

/// What a request needs to know of the demo shop.
pub struct Facts {
    pub region: String,
    pub product: String,
    pub handle: String,
    pub variants: Vec<String>,
}

pub fn pin_to_core(core: usize) {
    pin_process(std::process::id(), core);
}

/// Moves a process, and those it makes from now on, to a core.
pub fn pin_process(process: u32, core: usize) {
    let pinned = Command::new("taskset").args(["-pc", &core.to_string(), &process.to_string()]).output();
    assert!(pinned.is_ok_and(|output| output.status.success()), "taskset is missing (Debian package util-linux)");
}

/// Moves the threads of this process with that name to a core.
pub fn pin_threads(name: &str, core: usize) {
    for thread in std::fs::read_dir("/proc/self/task").unwrap() {
        let thread = thread.unwrap();
        let is_meant = std::fs::read_to_string(thread.path().join("comm")).is_ok_and(|found| found.trim() == name);
        if is_meant {
            let id = thread.file_name().into_string().unwrap();
            let pinned = Command::new("taskset").args(["-pc", &core.to_string(), &id]).output();
            assert!(pinned.is_ok_and(|output| output.status.success()), "the thread {name} cannot be moved");
        }
    }
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Server {
    pub fn demo(folder: &Path, arguments: &[&str]) -> Self {
        let port = free_port();
        let began = Instant::now();
        let child = Command::new("taskset")
            .args(["-c", "0", env!("CARGO_BIN_EXE_tradewind"), "demo", "--data"])
            .arg(folder)
            .args(["--listen", &format!("127.0.0.1:{port}")])
            .args(arguments)
            .stdout(Stdio::null())
            .env("TRADEWIND_LOG_LEVEL", "warn")
            .spawn()
            .unwrap();
        let mut server = Self {
            child,
            folder: folder.to_owned(),
            port,
            healthy_after: Duration::ZERO,
            key: String::new(),
            staff: Default::default(),
            database: None,
        };
        while !healthy(port) {
            assert!(began.elapsed() < Duration::from_secs(900), "the shop did not open");
            std::thread::sleep(Duration::from_millis(2));
        }
        server.healthy_after = began.elapsed();
        let demo: serde_json::Value =
            serde_json::from_slice(&std::fs::read(folder.join("demo.json")).unwrap()).unwrap();
        server.key = demo["publishable_key"].as_str().unwrap().to_owned();
        let admin = |key: &str| demo["admin"][key].as_str().unwrap().to_owned();
        server.staff = (admin("email"), admin("password"));
        server
    }

    /// Another process of this shop, with an index of its own.
    pub fn beside(&self, settings: &[&str]) -> Self {
        let port = free_port();
        let began = Instant::now();
        let path = |name: &str| self.folder.join(name).display().to_string();
        let own = [
            format!("server.listen=127.0.0.1:{port}"),
            format!("blobs.path={}", path("media")),
            format!("mail.path={}", path("mail")),
            format!("search.path={}", path(&format!("search-{port}"))),
        ];
        let child = Command::new("taskset")
            .args(["-c", "0", env!("CARGO_BIN_EXE_tradewind"), "serve"])
            .args(settings)
            .args(own.iter().flat_map(|set| ["--set", set]))
            .stdout(Stdio::null())
            .env("TRADEWIND_LOG_LEVEL", "warn")
            .spawn()
            .unwrap();
        while !healthy(port) {
            assert!(began.elapsed() < Duration::from_secs(60), "a second process did not open");
            std::thread::sleep(Duration::from_millis(2));
        }
        Self {
            child,
            folder: self.folder.clone(),
            port,
            healthy_after: began.elapsed(),
            key: self.key.clone(),
            staff: self.staff.clone(),
            database: None,
        }
    }

    pub async fn staff_token(&self, connection: &mut super::Connection) -> String {
        let login = serde_json::json!({"email": self.staff.0, "password": self.staff.1});
        let answer = connection.ask(&self.post("/auth/user/emailpass", &login)).await;
        let answer: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
        answer["token"].as_str().unwrap().to_owned()
    }

    pub fn bare(body: &[u8]) -> Self {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), body).unwrap();
        let mut child = Command::new("taskset")
            .args(["-c", "0"])
            .arg(std::env::current_exe().unwrap())
            .arg("--bare")
            .arg(file.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self {
            child,
            folder: PathBuf::new(),
            port: line.trim().parse().unwrap(),
            healthy_after: Duration::ZERO,
            key: String::new(),
            staff: Default::default(),
            database: None,
        }
    }

    /// This server, which keeps its data in this database.
    pub fn on(mut self, database: Database) -> Self {
        self.database = Some(database);
        self
    }

    /// The database it keeps its data in.
    pub fn database(&self) -> &Database {
        self.database.as_ref().unwrap()
    }

    /// Closes it; its database goes on.
    pub fn close(mut self) -> Database {
        self.database.take().unwrap()
    }

    pub fn get(&self, path: &str) -> Vec<u8> {
        format!("GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nx-publishable-api-key: {}\r\naccept: */*\r\n\r\n", self.key)
            .into_bytes()
    }

    pub fn post(&self, path: &str, body: &serde_json::Value) -> Vec<u8> {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        format!(
            "POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nx-publishable-api-key: {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            self.key,
            body.len()
        )
        .into_bytes()
    }

    pub fn facts(&self) -> Facts {
        let regions = self.json("/store/regions");
        let region = regions["regions"].as_array().unwrap().iter().find(|r| r["currency_code"] == "eur").unwrap();
        let region = region["id"].as_str().unwrap().to_owned();
        let products = self.json(&format!(
            "/store/products?limit=50&region_id={region}&fields=handle,*variants.calculated_price,+variants.inventory_quantity"
        ));
        let products = products["products"].as_array().unwrap();
        let variants = products
            .iter()
            .flat_map(|product| product["variants"].as_array().unwrap())
            .map(|variant| variant["id"].as_str().unwrap().to_owned())
            .collect();
        let text = |key: &str| products[0][key].as_str().unwrap().to_owned();
        Facts { region, product: text("id"), handle: text("handle"), variants }
    }

    pub fn json(&self, path: &str) -> serde_json::Value {
        let request = self.get(path);
        let port = self.port;
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            let answer = runtime.block_on(async { super::Connection::open(port).await.ask(&request).await });
            assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
            serde_json::from_slice(&answer.body).unwrap()
        })
        .join()
        .unwrap()
    }

    /// Waits until every event has been told and every mail has gone out.
    pub async fn work_off(&self) {
        let waiting = "SELECT (SELECT COUNT(*) FROM platform_outbox)
                            + (SELECT COUNT(*) FROM platform_job WHERE queue = 'mail')";
        if let Some(database) = &self.database {
            let client = database.connect().await;
            while client.query_one(waiting, &[]).await.unwrap().get::<_, i64>(0) > 0 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            return;
        }
        let shop = rusqlite::Connection::open(self.folder.join("shop.db")).unwrap();
        while shop.query_row(waiting, [], |row| row.get::<_, i64>(0)).unwrap() > 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Processor time so far, user and system, its database's included.
    pub fn cpu_seconds(&self) -> f64 {
        cpu_seconds_of(self.child.id()) + self.database.as_ref().map_or(0.0, Database::cpu_seconds)
    }

    pub fn resident_mb(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() * 1024.0 / 1e6
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}

/// Processor time so far of this process.
pub fn own_cpu_seconds() -> f64 {
    cpu_seconds_of(std::process::id())
}

/// Processor time so far, user and system, of a process and those it made, those among them that have ended included.
pub fn cpu_seconds_of(process: u32) -> f64 {
    let mut ticks = 0;
    for found in std::fs::read_dir("/proc").unwrap().flatten() {
        let Ok(id) = found.file_name().to_string_lossy().parse::<u32>() else { continue };
        // It may have ended since.
        let Ok(stat) = std::fs::read_to_string(format!("/proc/{id}/stat")) else { continue };
        let fields: Vec<u64> =
            stat.rsplit(')').next().unwrap().split_whitespace().map(|field| field.parse().unwrap_or(0)).collect();
        let (parent, own, ended) = (fields[1], fields[11] + fields[12], fields[13] + fields[14]);
        if id == process {
            ticks += own + ended;
        } else if parent == u64::from(process) {
            ticks += own;
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
    let ticks = ticks as f64;
    ticks / 100.0
}

fn healthy(port: u16) -> bool {
    use std::io::{Read as _, Write as _};
    let Ok(mut stream) = std::net::TcpStream::connect(("127.0.0.1", port)) else { return false };
    let mut answer = [0; 64];
    stream.write_all(b"GET /health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").is_ok()
        && stream.read(&mut answer).is_ok_and(|read| answer[..read].starts_with(b"HTTP/1.1 200"))
}

/// Sets a variant's stock so high that a bench cannot sell it out, as staff would, through the Admin API.
pub async fn restock(server: &Server, connection: &mut super::Connection, token: &str, variant: &str) {
    let admin = |method: &str, path: &str, body: &str| {
        format!(
            "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
        .into_bytes()
    };
    let read = |answer: super::wire::Answer| -> serde_json::Value {
        assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
        serde_json::from_slice(&answer.body).unwrap()
    };
    let sku = {
        let path = format!("/store/product-variants/{variant}?fields=sku");
        read(connection.ask(&server.get(&path)).await)["variant"]["sku"].as_str().unwrap().to_owned()
    };
    let items = read(connection.ask(&admin("GET", &format!("/admin/inventory-items?sku={sku}"), "")).await);
    let item = &items["inventory_items"][0];
    let item_id = item["id"].as_str().unwrap();
    let location = item["location_levels"][0]["location_id"].as_str().unwrap();
    let path = format!("/admin/inventory-items/{item_id}/location-levels/{location}");
    read(connection.ask(&admin("POST", &path, r#"{"stocked_quantity":1000000}"#)).await);
}
