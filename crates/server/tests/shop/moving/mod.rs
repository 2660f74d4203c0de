//! `tradewind move` as an operator runs it, on real processes under load: nothing acknowledged is lost, nothing is sold at the
//! old place any more, and a move that is killed, disturbed or asked for wrongly says so.

mod crowd;

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;
use tradewind_kernel::Clock;
use tradewind_services::Store;
use tradewind_testkit::{Client, TestShop};

use crate::process::{self, adds_up, store_at};
use crowd::Crowd;

/// How long writers may be refused, from the last order at the old place to the first at the new.
const REFUSED_MS_MAX: i64 = 5_000;
/// Rows that make the copy last for a while, in a table that is copied late.
const BULK: i64 = 30_000;

fn tradewind(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tradewind"));
    command.args(arguments);
    command
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// What `tradewind move` says, and whether it ended well.
pub(crate) fn move_between(from: &str, to: &str) -> (bool, String) {
    let output = tradewind(&["move", "--from", from, "--to", to]).output().unwrap();
    (output.status.success(), text(&output))
}

async fn move_beside(from: &str, to: &str) -> (bool, String) {
    let (from, to) = (from.to_owned(), to.to_owned());
    tokio::task::spawn_blocking(move || move_between(&from, &to)).await.unwrap()
}

/// A shop in a file, not open, with a print that does not sell out.
pub(crate) struct Stage {
    folder: TempDir,
    pub(crate) key: String,
    pub(crate) region: String,
    pub(crate) variant: String,
}

impl Stage {
    pub(crate) async fn build() -> Self {
        let shop = TestShop::open_in_file(&[]).await;
        let variant = shop.print("Plenty", 1_000_000).await;
        let (region, key) = (shop.europe.clone(), shop.client().publishable_key);
        Self { folder: shop.close().await.folder, key, region, variant }
    }

    /// The same with much to copy.
    async fn with_bulk() -> Self {
        let stage = Self::build().await;
        stage.run(&format!(
            "INSERT INTO platform_idempotency (id, fingerprint, state, claim, leased_until, expires_at, body)
             WITH RECURSIVE number (n) AS (SELECT 100000 UNION ALL SELECT n + 1 FROM number WHERE n < 100000 + {BULK} - 1)
             SELECT 'bulk' || n, 'f', 'done', 'c', 0, 9000000000000, 'answer ' || n FROM number"
        ));
        stage
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn file(&self) -> String {
        self.folder().join("shop.db").display().to_string()
    }

    pub(crate) fn place(&self) -> String {
        format!("sqlite:{}", self.file())
    }

    /// Shoppers at the address of its shop.
    pub(crate) fn crowd(&self, url: &str) -> Crowd {
        Crowd::gather(url, &self.key, &self.region, &self.variant)
    }

    /// Runs statements on the file, past the shop.
    fn run(&self, sql: &str) {
        rusqlite::Connection::open(self.file()).unwrap().execute_batch(sql).unwrap();
    }

    /// How many traces of a move there are in the file.
    fn traces(&self) -> i64 {
        let sql = "SELECT COUNT(*) FROM sqlite_master WHERE name LIKE 'platform_move%'";
        rusqlite::Connection::open(self.file()).unwrap().query_row(sql, [], |row| row.get(0)).unwrap()
    }

    /// Starts a move and kills it in the middle of copying the bulk.
    fn move_and_kill(&self, to: &str) {
        let mut moving =
            tradewind(&["move", "--from", &self.place(), "--to", to]).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(moving.stdout.take().unwrap()).lines().map_while(Result::ok);
        let seen: Vec<_> = lines.take_while(|line| !line.contains("in platform_idempotency")).collect();
        moving.kill().unwrap();
        moving.wait().unwrap();
        assert!(seen.iter().any(|line| line.contains("rows in")), "{seen:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_moves_there_and_back_while_it_sells() {
    let stage = Stage::build().await;
    let (server, back) = (Store::postgres(), stage.folder().join("back.db").display().to_string());
    let mut shop = process::start(stage.folder(), &[]);
    let mut left = Vec::new();
    let mut url = shop.open().await;
    let mut from = stage.place();
    let crowd = stage.crowd(&url);
    for (to, place) in [(server.place().to_owned(), server.place()), (format!("sqlite:{back}"), &back)] {
        crowd.until_orders(&url, 20).await;
        let (is_moved, said) = move_beside(&from, &to).await;
        let switched = Clock::System.now();
        assert!(is_moved && said.contains("The shop has moved"), "{said}");
        // The old process still has its search index open.
        let search = format!("search.path={}", stage.folder().join(format!("search{}", left.len())).display());
        let next = process::start(stage.folder(), &[store_at(place), vec![search]].concat());
        let next_url = next.open().await;
        crowd.go_to(&next_url);
        crowd.until_orders(&next_url, 20).await;
        // The process that was left still runs, and takes nothing.
        let refused = Client::new(&url, &stage.key).ready_cart(&stage.region, &stage.variant, 1).await.unwrap_err();
        assert_eq!((refused.status, refused.headers["retry-after"].to_str().unwrap()), (503, "1"), "{}", refused.text);
        assert!(refused.text.contains("This shop has just moved"), "{}", refused.text);
        left.push((url, switched, said));
        drop(std::mem::replace(&mut shop, next));
        (url, from) = (next_url, to);
    }
    let told = crowd.go_home().await;
    for (url, switched, said) in &left {
        let last = told.orders.iter().filter(|(_, at, _)| at == url).map(|(when, ..)| *when).max().unwrap();
        let first = told.orders.iter().filter(|(when, at, _)| at != url && *when > last).map(|(when, ..)| *when).min();
        let refused_ms = first.unwrap().0 - last.0;
        let switch = said.lines().find(|line| line.contains(" ms.")).unwrap_or_default();
        eprintln!("from the last order at the old place to the first at the new: {refused_ms} ms. {switch}");
        assert!(refused_ms < REFUSED_MS_MAX, "{refused_ms} ms");
        assert!(last <= *switched, "an order was acknowledged at the old place after the switch");
    }
    assert!(told.refused > 0, "somebody came during the switch");
    let orders: Vec<_> = told.orders.into_iter().map(|(_, _, order)| order).collect();
    adds_up(stage.folder(), &store_at(&back), &orders).await;
    drop(shop);
    // An old configuration opens no shop.
    for place in [stage.file(), server.place().to_owned()] {
        let sets = store_at(&place);
        let opened = tradewind(&["serve"]).args(sets.iter().flat_map(|set| ["--set", set])).output().unwrap();
        let said = text(&opened);
        assert!(!opened.status.success() && said.contains("This shop has moved from"), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_that_was_killed_goes_on_and_follows_what_happened_meanwhile() {
    let (stage, server) = (Stage::with_bulk().await, Store::postgres());
    stage.move_and_kill(server.place());
    let target = server.server().unwrap();
    let name = server.place().split('?').next().unwrap().rsplit('/').next().unwrap().to_owned();
    let ask = |sql: &str| target.run_in(&name, sql).unwrap();
    let bulk = "SELECT COUNT(*) FROM platform_idempotency WHERE id LIKE 'bulk%'";
    let arrived: i64 = ask(bulk).parse().unwrap();
    assert!((1..BULK).contains(&arrived), "{arrived} of {BULK} were copied when it was killed");
    let sets = store_at(server.place());
    let opened = tradewind(&["migrate"]).args(sets.iter().flat_map(|set| ["--set", set])).output().unwrap();
    assert!(!opened.status.success() && text(&opened).contains("not all of it has arrived"), "{}", text(&opened));
    // Of what was copied and of what was not, some is removed, some changed, and some is new.
    stage.run(
        "DELETE FROM platform_idempotency WHERE id IN ('bulk100000', 'bulk129999');
         UPDATE platform_idempotency SET body = 'another' WHERE id IN ('bulk100001', 'bulk129998');
         INSERT INTO platform_idempotency SELECT 'bulk0', 'f', 'done', 'c', 0, 9000000000000, 1, NULL, NULL;",
    );
    let elsewhere = format!("sqlite:{}", stage.folder().join("elsewhere.db").display());
    let (is_moved, said) = move_between(&stage.place(), &elsewhere);
    assert!(!is_moved && said.contains("is on its way to the database"), "{said}");
    let (is_moved, said) = move_between(&stage.place(), server.place());
    assert!(is_moved && said.contains("An earlier run is gone on with"), "{said}");
    assert_eq!(ask(bulk), (BULK - 1).to_string());
    assert_eq!(ask("SELECT COUNT(*) FROM platform_idempotency WHERE body = 'another'"), "2");
    let moved = process::start(stage.folder(), &sets);
    moved.open().await;
    adds_up(stage.folder(), &sets, &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_arrived_as_another_is_found_and_the_shop_stays() {
    let (stage, server) = (Stage::with_bulk().await, Store::postgres());
    stage.move_and_kill(server.place());
    let target = server.server().unwrap();
    let name = server.place().split('?').next().unwrap().rsplit('/').next().unwrap().to_owned();
    let row = "('bulk100007', 'f', 'done', 'c', 0, 9000000000000, NULL, NULL, 'answer 100007')";
    let surplus = "('bulk1000071', 'f', 'done', 'c', 0, 9000000000000, NULL, NULL, '')";
    for (harm, remedy, found) in [
        (
            "UPDATE platform_idempotency SET body = 'answer 10000T' WHERE id = 'bulk100007'".to_owned(),
            "UPDATE platform_idempotency SET body = 'answer 100007' WHERE id = 'bulk100007'".to_owned(),
            "30000 rows here and 30000 there; the row [\"bulk100007\"] has another body there",
        ),
        (
            "DELETE FROM platform_idempotency WHERE id = 'bulk100007'".to_owned(),
            format!("INSERT INTO platform_idempotency VALUES {row}"),
            "30000 rows here and 29999 there; the row [\"bulk100007\"] is missing there",
        ),
        (
            format!("INSERT INTO platform_idempotency VALUES {surplus}"),
            "DELETE FROM platform_idempotency WHERE id = 'bulk1000071'".to_owned(),
            "30000 rows here and 30001 there; the row [\"bulk1000071\"] should not be there",
        ),
    ] {
        target.run_in(&name, &harm).unwrap();
        let (is_moved, said) = move_between(&stage.place(), server.place());
        assert!(!is_moved && said.contains(found) && said.contains("platform_idempotency"), "{said}");
        target.run_in(&name, &remedy).unwrap();
    }
    // The shop is where it was, and sells.
    let shop = process::start(stage.folder(), &[]);
    let client = Client::new(&shop.open().await, &stage.key);
    let cart = client.ready_cart(&stage.region, &stage.variant, 1).await.unwrap();
    let order = client.complete(&cart).await.ok()["order"]["id"].as_str().unwrap().to_owned();
    let (is_moved, said) = move_beside(&stage.place(), server.place()).await;
    assert!(is_moved, "{said}");
    drop(shop);
    let moved = process::start(stage.folder(), &store_at(server.place()));
    moved.open().await;
    adds_up(stage.folder(), &store_at(server.place()), &[order]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_moved_is_refused_and_nothing_changes() {
    let (stage, full, server) = (Stage::build().await, Stage::build().await, Store::postgres());
    let owner = server.server().unwrap();
    let stranger = format!("stranger_{}", std::process::id());
    owner.run(&format!("CREATE ROLE {stranger} LOGIN")).unwrap();
    let as_stranger = server.place().replace("postgres@", &format!("{stranger}@"));
    let (file, nowhere) = (stage.place(), "postgres://nobody@127.0.0.1:1/shop".to_owned());
    let missing = format!("sqlite:{}", stage.folder().join("nothing.db").display());
    for (from, to, expected) in [
        (&missing, &nowhere, "names a file that does not exist"),
        (&file, &"oracle:shop".to_owned(), "write sqlite:FILE or postgres://"),
        (&file, &file, "source and target are the same"),
        (&file, &full.place(), "A shop moves to an empty store only"),
        (&file, &nowhere, "127.0.0.1:1 cannot be reached"),
        (&file, &as_stranger, "may not create tables"),
        (&as_stranger, &missing, "There is no shop in the database"),
    ] {
        let (is_moved, said) = move_between(from, to);
        assert!(!is_moved && said.contains(expected), "{from} to {to}: {said}");
        assert_eq!((stage.traces(), full.traces()), (0, 0), "{from} to {to}");
    }
    owner.run(&format!("DROP ROLE {stranger}")).unwrap();
    for (harm, remedy, expected) in [
        (
            "INSERT INTO orders_migrations VALUES (99, 'later', '', '1')",
            "DELETE FROM orders_migrations WHERE version = 99",
            "by a newer version of the shop (step V99__later)",
        ),
        (
            "UPDATE orders_migrations SET checksum = '1' || checksum WHERE version = 1",
            "UPDATE orders_migrations SET checksum = substr(checksum, 2) WHERE version = 1",
            "another version of step V1__orders",
        ),
        (
            "UPDATE orders_migrations SET version = 102 WHERE version = 2",
            "UPDATE orders_migrations SET version = 2 WHERE version = 102",
            "newer version",
        ),
        (
            "CREATE TABLE kept AS SELECT * FROM orders_migrations WHERE version = 2;
             DELETE FROM orders_migrations WHERE version = 2",
            "INSERT INTO orders_migrations SELECT * FROM kept; DROP TABLE kept",
            "are older than this program",
        ),
    ] {
        stage.run(harm);
        let (is_moved, said) = move_between(&file, server.place());
        assert!(!is_moved && said.contains(expected), "{said}");
        assert_eq!(stage.traces(), 0);
        stage.run(remedy);
    }
    // Tables that were made beforehand are no obstacle.
    let sets = store_at(server.place());
    let made = tradewind(&["migrate"]).args(sets.iter().flat_map(|set| ["--set", set])).output().unwrap();
    assert!(made.status.success(), "{}", text(&made));
    let (is_moved, said) = move_between(&file, server.place());
    assert!(is_moved, "{said}");
}
