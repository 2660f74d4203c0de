//! What staff sees of jobs and does with them: over HTTP, followed as they go on, and on the command line.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tradewind_kernel::{Error, Rng};
use tradewind_platform::jobs::{Handlers, Job, QueueLimits, Runner, RunnerOptions, When};
use tradewind_testkit::{Answer, Client, TestShop};

/// A job such as somebody asks for, in a queue of its own.
#[derive(Clone, Serialize, Deserialize)]
struct Export;

impl Job for Export {
    const KIND: &'static str = "test.export";
    const QUEUE: &'static str = "reports";
    const ATTEMPTS_MAX: u32 = 1;
}

async fn promise(shop: &TestShop) -> String {
    let when = When { is_kept: true, ..When::default() };
    let promising = shop.shop.db.write(move |tx| Box::pin(async move { tx.enqueue_when(&Export, when).await }));
    promising.await.unwrap()
}

fn runner(shop: &TestShop, handlers: Handlers) -> Runner {
    let (concurrency, lease_seconds, limits) = (4, 30, QueueLimits::default());
    let options = RunnerOptions { concurrency, lease_seconds, shutdown_seconds_max: 1, limits };
    Runner::new(shop.shop.db.clone(), handlers, shop.shop.clock.clone(), Rng::seeded(1), options)
}

/// A worker that exports the first of two rows, and the second when it is told to go on.
fn exporting(shop: &TestShop, go: &Arc<Notify>) -> JoinHandle<u64> {
    let (mut handlers, go) = (Handlers::default(), Arc::clone(go));
    handlers.on_reporting::<Export, _, _>(move |_, report| {
        let go = Arc::clone(&go);
        async move {
            report.tell(1, Some(2), "reading the orders");
            go.notified().await;
            report.tell(2, Some(2), "done");
            Ok(json!({ "rows": 2 }))
        }
    });
    let runner = runner(shop, handlers);
    tokio::spawn(async move { runner.run_due().await.unwrap() })
}

/// Waits until the job is so.
async fn seen(staff: &Client, id: &str, is_so: impl Fn(&Value) -> bool) -> Value {
    let looking = async {
        loop {
            let job = staff.get(&format!("/admin/jobs/{id}")).await.ok()["job"].clone();
            if is_so(&job) {
                return job;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), looking).await.expect("the job never came to that")
}

fn follow(staff: &Client, id: &str) -> JoinHandle<Answer> {
    let (staff, path) = (staff.clone(), format!("/admin/jobs/{id}/events"));
    tokio::spawn(async move { staff.get(&path).await })
}

/// The events of a stream that has ended: their names and what they hold.
fn events(stream: &Answer) -> Vec<(String, Value)> {
    assert_eq!(stream.headers["content-type"], "text/event-stream", "{}", stream.text);
    let field = |event: &str, name: &str| {
        event.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default().trim().to_owned()
    };
    let sent = stream.text.split("\n\n").filter(|event| event.contains("data:"));
    sent.map(|event| (field(event, "event:"), serde_json::from_str(&field(event, "data:")).unwrap())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_follows_a_job_to_its_result() {
    let shop = TestShop::open().await;
    let (staff, id, go) = (shop.staff().await, promise(&shop).await, Arc::new(Notify::new()));
    let following = follow(&staff, &id);
    let working = exporting(&shop, &go);
    let job = seen(&staff, &id, |job| !job["progress"].is_null()).await;
    assert_eq!(
        (&job["state"], &job["progress"]["done"], &job["progress"]["total"]),
        (&json!("running"), &json!(1), &json!(2))
    );
    // The stream looks once a second: whoever follows has seen it after two.
    tokio::time::sleep(Duration::from_secs(2)).await;
    go.notify_one();
    assert_eq!(working.await.unwrap(), 1);
    let told = events(&following.await.unwrap());
    assert!(told.iter().all(|(name, _)| name == "job"), "{told:?}");
    assert!(told.iter().any(|(_, data)| data["job"]["progress"]["note"] == "reading the orders"), "{told:?}");
    let last = &told.last().unwrap().1;
    assert_eq!((&last["job"]["state"], &last["job"]["result"]), (&json!("done"), &json!({ "rows": 2 })));
    assert_eq!(staff.get(&format!("/admin/jobs/{id}")).await.ok(), *last, "the same as when it is asked for");
    let again = events(&follow(&staff, &id).await.unwrap());
    assert_eq!(again.len(), 1, "of one that is done there is one thing to say: {again:?}");
    for verb in ["retry", "cancel"] {
        let refused = staff.post(&format!("/admin/jobs/{id}/{verb}"), json!({})).await;
        assert_eq!((refused.status, &refused.body["type"]), (409, &json!("conflict")), "{}", refused.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_cancels_a_job_and_has_it_tried_again() {
    let shop = TestShop::open().await;
    let (staff, id) = (shop.staff().await, promise(&shop).await);
    let path = format!("/admin/jobs/{id}");
    let canceled = staff.post(&format!("{path}/cancel"), json!({})).await.ok();
    assert_eq!(canceled["job"]["state"], "canceled");
    let retried = staff.post(&format!("{path}/retry"), json!({})).await;
    assert_eq!((retried.status, retried.body), (202, json!({ "job": { "id": id, "queued": true } })));
    assert_eq!(retried.headers["location"], path);

    let working = exporting(&shop, &Arc::new(Notify::new()));
    seen(&staff, &id, |job| job["state"] == "running").await;
    let canceled = staff.post(&format!("{path}/cancel"), json!({})).await;
    assert_eq!((canceled.status, &canceled.body["job"]["state"]), (202, &json!("running")));
    assert!(!canceled.body["job"]["cancel_requested_at"].is_null());
    assert_eq!(working.await.unwrap(), 1);
    assert_eq!(staff.get(&path).await.ok()["job"]["state"], "canceled");

    staff.post(&format!("{path}/retry"), json!({})).await;
    let mut handlers = Handlers::default();
    handlers.on::<Export, _>(|_| async { Err(Error::internal("the disk is full")) });
    runner(&shop, handlers).run_due().await.unwrap();
    let dead = staff.get("/admin/jobs?state=dead&queue=reports&kind=test.export").await.ok();
    assert_eq!((&dead["count"], &dead["jobs"][0]["id"]), (&json!(1), &json!(id)));
    assert!(dead["jobs"][0]["reason"].as_str().unwrap().contains("the disk is full"));
    assert!(dead["jobs"][0].get("body").is_none(), "what a job is about may be somebody's address");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_staff_sees_jobs_and_a_wrong_question_is_told_what_is_wrong() {
    let shop = TestShop::open().await;
    let staff = shop.staff().await;
    let id = promise(&shop).await;
    for (method, path) in [
        ("GET", "/admin/jobs".to_owned()),
        ("GET", format!("/admin/jobs/{id}")),
        ("GET", format!("/admin/jobs/{id}/events")),
        ("POST", format!("/admin/jobs/{id}/retry")),
        ("POST", format!("/admin/jobs/{id}/cancel")),
        ("GET", "/admin/queues".to_owned()),
        ("POST", "/admin/queues/mail/pause".to_owned()),
        ("POST", "/admin/queues/mail/resume".to_owned()),
    ] {
        assert_eq!(shop.client().ask(method, &path, None).await.status, 401, "{method} {path}");
    }
    for (query, named) in [
        ("state=lost", "state: a job is waiting, running, done, dead, canceled"),
        ("limit=0", "limit: it is from 1 to 100"),
        ("limit=101", "limit: it is from 1 to 100"),
        ("offset=10001", "offset: it is at most 10000"),
        ("offset=soon", "limit and offset"),
        ("order=id", "limit and offset"),
    ] {
        let refused = staff.get(&format!("/admin/jobs?{query}")).await;
        assert!(refused.status == 400 && refused.text.contains(named), "{query}: {}", refused.text);
    }
    for path in ["/admin/jobs/job_1", "/admin/jobs/job_1/events"] {
        assert_eq!(staff.get(path).await.status, 404, "{path}");
    }
    for path in ["/admin/jobs/job_1/retry", "/admin/jobs/job_1/cancel", "/admin/queues/mial/pause"] {
        assert_eq!(staff.post(path, json!({})).await.status, 404, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn so_many_follow_jobs_and_no_more() {
    let shop = TestShop::open_in_file(&[]).await;
    let (staff, id) = (shop.staff().await, promise(&shop).await);
    let following: Vec<_> = (0..64).map(|_| follow(&staff, &id)).collect();
    let path = format!("/admin/jobs/{id}/events");
    let refused = async {
        loop {
            let asking = tokio::time::timeout(Duration::from_millis(200), staff.get(&path)).await;
            if let Ok(answer) = asking {
                return answer;
            }
        }
    };
    let refused = tokio::time::timeout(Duration::from_secs(20), refused).await.expect("a 65th stream was opened");
    assert!(refused.status == 429 && refused.text.contains("64 clients"), "{}", refused.text);
    staff.post(&format!("/admin/jobs/{id}/cancel"), json!({})).await.ok();
    for stream in following {
        // One whose place the impatient asker above had for a moment was refused in its stead.
        let stream = stream.await.unwrap();
        assert!(stream.status == 429 || events(&stream).last().unwrap().1["job"]["state"] == "canceled");
    }
    assert_eq!(events(&follow(&staff, &id).await.unwrap()).len(), 1, "their places are free again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_ends_when_the_process_stops() {
    let shop = TestShop::open().await;
    let (staff, id) = (shop.staff().await, promise(&shop).await);
    let following = follow(&staff, &id);
    // Either order will do: one that comes later ends at once.
    shop.shop.closing.send_replace(true);
    let told = tokio::time::timeout(Duration::from_secs(10), following).await.expect("it goes on").unwrap();
    assert_eq!(events(&told)[0].1["job"]["state"], "waiting");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_queue_holds_its_mails_until_it_is_resumed() {
    let shop = TestShop::open_with(&["jobs.per_minute=mail=600", "jobs.at_once=sweeps=2"]).await;
    let staff = shop.staff().await;
    let variant = shop.print("Nor'easter", 5).await;
    let paused = staff.post("/admin/queues/mail/pause", json!({})).await.ok();
    assert_eq!((&paused["queue"]["name"], &paused["queue"]["per_minute"]), (&json!("mail"), &json!(600)));
    assert!(paused["queue"]["paused_at"].is_string());
    let client = shop.client();
    let cart = client.ready_cart(&shop.europe, &variant, 1).await.unwrap();
    client.complete(&cart).await.ok();
    shop.run_pending_work().await;
    assert!(shop.mails().is_empty());
    let queues = staff.get("/admin/queues").await.ok()["queues"].clone();
    let mail = queues.as_array().unwrap().iter().find(|queue| queue["name"] == "mail").unwrap();
    assert_eq!((&mail["waiting"], &mail["dead"]), (&json!(1), &json!(0)));
    shop.advance_seconds(90);
    let metrics = staff.get("/metrics").await.text;
    for line in [
        "tradewind_jobs_waiting{queue=\"mail\"} 1",
        "tradewind_jobs_running{queue=\"mail\"} 0",
        "tradewind_jobs_dead{queue=\"mail\"} 0",
        "tradewind_jobs_oldest_seconds{queue=\"mail\"} 90",
        "tradewind_jobs_paused{queue=\"mail\"} 1",
        "tradewind_jobs_paused{queue=\"sweeps\"} 0",
    ] {
        assert!(metrics.contains(line), "{line} is missing in\n{metrics}");
    }
    let resumed = staff.post("/admin/queues/mail/resume", json!({})).await.ok();
    assert!(resumed["queue"]["paused_at"].is_null());
    shop.run_pending_work().await;
    assert_eq!(shop.mails().len(), 1);
}

fn tradewind(folder: &Path, arguments: &[&str]) -> (bool, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tradewind"));
    let output =
        command.current_dir(folder).args(arguments).args(["--set", "store.main.path=shop.db"]).output().unwrap();
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    (output.status.success(), text)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_shows_jobs_queues_and_events_and_acts_on_them() {
    let shop = TestShop::open_in_file(&[]).await;
    let id = promise(&shop).await;
    let variant = shop.print("Nor'easter", 5).await;
    let client = shop.client();
    let cart = client.ready_cart(&shop.europe, &variant, 1).await.unwrap();
    let order = client.complete(&cart).await.ok()["order"]["id"].as_str().unwrap().to_owned();
    let closed = shop.close().await;
    let run = |arguments: &[&str]| tradewind(closed.path(), arguments);
    let done = |arguments: &[&str], expected: &[&str]| {
        let (is_well, said) = run(arguments);
        assert!(is_well && expected.iter().all(|part| said.contains(part)), "{arguments:?}: {said}");
    };
    let refused = |arguments: &[&str], expected: &str| {
        let (is_well, said) = run(arguments);
        assert!(!is_well && said.contains(expected), "{arguments:?}: {said}");
    };

    done(&["events", "--limit", "100"], &["CONSUMER", "orders.placed", &order]);
    done(&["jobs", "list"], &["STATE", &id, "waiting", "reports", "test.export", "0/1"]);
    done(&["jobs", "list", "--queue", "mail"], &["There is no such job."]);
    refused(&["jobs", "list", "--state", "lost"], "waiting, running, done, dead, canceled");
    done(&["jobs", "show", &id], &[&id, "state     waiting", "tries     0 of 1", "promised  2026-11-23"]);
    done(&["jobs", "cancel", &id], &["is canceled"]);
    done(&["jobs", "list", "--state", "canceled"], &[&id]);
    done(&["jobs", "retry", &id], &["is tried again"]);
    done(&["jobs", "show", &id], &["state     waiting"]);
    for verb in ["show", "retry", "cancel"] {
        refused(&["jobs", verb, "job_1"], "there is no job job_1");
    }

    done(&["jobs", "pause", "reports"], &["reports is paused: 1 wait"]);
    done(&["jobs", "queues"], &["WAITING", "mail", "sweeps", "paused for"]);
    done(&["jobs", "resume", "reports"], &["reports goes on"]);
    done(&["jobs", "resume", "reports"], &["reports is not paused"]);
    refused(&["jobs", "pause", "mial"], "there is no queue mial; the queues are default, mail, reports, sweeps");
    let set = ["jobs", "queues", "--set", "jobs.at_once=nothing=1"];
    refused(&set, "jobs.at_once names \"nothing\", which is no queue");
}
