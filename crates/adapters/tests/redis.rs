//! Redis as a shared cache: the port's promises, and what is left of them when it is slow, full or gone.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures::future::{BoxFuture, join_all};
use tokio::time::Instant;
use tradewind_adapters::redis::{RedisCache, RedisOptions};
use tradewind_kernel::{Clock, Error, IdMint, Rng, Secret, Timestamp};
use tradewind_platform::cache::{Keeping, SharedCache, Tier, conformance};
use tradewind_platform::db::{Db, Surroundings};
use tradewind_services::{Redis, Store};

const LONG: Duration = Duration::from_secs(60);
const MINUTE: Keeping = Keeping::fresh_for(LONG);

fn cache(redis: &Redis, prefix: &str) -> RedisCache {
    RedisCache::open(&RedisOptions { url: Secret::new(redis.url()), prefix: prefix.to_owned() }).unwrap()
}

/// So many processes on one store, which hear each other.
struct Processes {
    tiers: Vec<Tier>,
    databases: Vec<Db>,
    clock: Clock,
    _stop: tokio::sync::watch::Sender<bool>,
    _store: Store,
}

impl Processes {
    async fn open(redis: &Redis, count: usize) -> Self {
        let (store, clock) = (Store::postgres(), Clock::manual(Timestamp(1_700_000_000_000)));
        let (stop, stopped) = tokio::sync::watch::channel(false);
        let (mut tiers, mut databases) = (Vec::new(), Vec::new());
        for _ in 0..count {
            let mint = IdMint::new(clock.clone(), Rng::system());
            let db = Db::open_at(store.place(), Surroundings { clock: clock.clone(), mint }).unwrap();
            tokio::spawn(db.clone().hear_changes(stopped.clone()));
            tiers.push(Tier::new(Some(Arc::new(cache(redis, "shop"))), db.clone(), clock.clone()));
            databases.push(db);
        }
        let processes = Self { tiers, databases, clock, _stop: stop, _store: store };
        processes.agree().await;
        processes
    }

    /// Waits until all are at one state.
    async fn agree(&self) {
        let agreeing = async {
            loop {
                let states: Vec<_> = self.databases.iter().map(Db::state).collect();
                if states[0].is_some() && states.iter().all(|state| *state == states[0]) {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), agreeing).await.expect("processes that hear each other");
    }

    async fn get(&self, process: usize, loads: &AtomicU32) -> u32 {
        let load = async { Ok(loads.fetch_add(1, Ordering::SeqCst)) };
        self.tiers[process].get_or_load("test", "key", MINUTE, load).await.unwrap()
    }
}

#[tokio::test]
async fn the_port_s_promises_are_kept() {
    let redis = Redis::new();
    conformance::suite(&cache(&redis, "shop"), &cache(&redis, "shop")).await;
    cache(&redis, "shop").put("key", Bytes::from_static(b"1"), LONG).await.unwrap();
    assert_eq!(cache(&redis, "other").get("key").await.unwrap(), None, "another shop's are others");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_who_miss_one_key_in_three_processes_cause_one_load() {
    let redis = Redis::new();
    let processes = Processes::open(&redis, 3).await;
    let loads = AtomicU32::new(0);
    let asking = (0..1000).map(|number| {
        let (tier, loads) = (&processes.tiers[number % 3], &loads);
        tier.get_or_load("test", "key", MINUTE, async move {
            tokio::time::sleep(Duration::from_millis(50)).await;
            Ok(loads.fetch_add(1, Ordering::SeqCst))
        })
    });
    let answers = join_all(asking).await;
    assert!(answers.into_iter().all(|answer| answer.unwrap() == 0));
    assert_eq!(loads.load(Ordering::SeqCst), 1);
    assert_eq!(redis.ask(&["DBSIZE"]), "1", "no claim is left");
}

/// Redis, where another process is always a little quicker to claim a key, and done before this one has its answer.
struct Overtaken {
    redis: RedisCache,
    other: Tier,
}

impl SharedCache for Overtaken {
    fn get<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<Bytes>, Error>> {
        self.redis.get(key)
    }

    fn put<'a>(&'a self, key: &'a str, value: Bytes, kept_for: Duration) -> BoxFuture<'a, Result<(), Error>> {
        self.redis.put(key, value, kept_for)
    }

    fn claim<'a>(&'a self, key: &'a str, held_for: Duration) -> BoxFuture<'a, Result<bool, Error>> {
        Box::pin(async move {
            self.other.get_or_load("test", "key", MINUTE, async { Ok(1) }).await?;
            self.redis.claim(key, held_for).await
        })
    }

    fn remove<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<(), Error>> {
        self.redis.remove(key)
    }

    fn check(&self) -> BoxFuture<'_, Result<(), Error>> {
        self.redis.check()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_that_came_between_the_look_and_the_claim_is_not_loaded_again() {
    let redis = Redis::new();
    let processes = Processes::open(&redis, 2).await;
    let overtaken = Overtaken { redis: cache(&redis, "shop"), other: processes.tiers[0].clone() };
    let tier = Tier::new(Some(Arc::new(overtaken)), processes.databases[1].clone(), processes.clock.clone());
    assert_eq!(tier.get_or_load("test", "key", MINUTE, async { Ok(2) }).await.unwrap(), 1);
    assert_eq!(redis.ask(&["DBSIZE"]), "1", "no claim is left");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_read_before_a_change_is_found_by_nobody_after_it() {
    let redis = Redis::new();
    let processes = Processes::open(&redis, 2).await;
    let loads = AtomicU32::new(0);
    assert_eq!((processes.get(0, &loads).await, processes.get(1, &loads).await), (0, 0));
    let change = || processes.databases[0].write(|tx| Box::pin(async move { tx.announce("anything", &[]).await }));
    // A load that the change overtakes.
    let (begin, begun) = tokio::sync::oneshot::channel::<()>();
    let slow = processes.tiers[1].get_or_load("test", "slow", MINUTE, async {
        begun.await.map_err(Error::internal)?;
        Ok("before".to_owned())
    });
    let changing = async {
        change().await.unwrap();
        processes.agree().await;
        begin.send(()).unwrap();
    };
    let (slow, ()) = tokio::join!(slow, changing);
    assert_eq!(slow.unwrap(), "before");
    let anew = processes.tiers[0].get_or_load("test", "slow", MINUTE, async { Ok("after".to_owned()) });
    assert_eq!(anew.await.unwrap(), "after");
    assert_eq!((processes.get(1, &loads).await, processes.get(0, &loads).await), (1, 1));
    // Whoever changed something does not wait to hear of it.
    change().await.unwrap();
    assert_eq!(processes.get(0, &loads).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn stale_values_are_given_while_one_loads_and_while_loading_fails() {
    let redis = Redis::new();
    let processes = Processes::open(&redis, 2).await;
    let keeping = MINUTE.then_stale_for(Duration::from_secs(600)).absent_for(Duration::ZERO);
    let get = async |process: usize, load: Result<Option<u32>, Error>| {
        processes.tiers[process].get_or_load("test", "key", keeping, async { load }).await.unwrap()
    };
    assert_eq!(get(0, Ok(None)).await, None);
    assert_eq!(get(1, Ok(Some(1))).await, Some(1), "that there is nothing was not kept");
    processes.clock.advance_seconds(61);
    assert_eq!(get(0, Err(Error::internal("the database is gone"))).await, Some(1));
    let (begin, begun) = tokio::sync::oneshot::channel::<()>();
    let slow = processes.tiers[0].get_or_load("test", "key", keeping, async {
        begun.await.map_err(Error::internal)?;
        Ok(Some(2))
    });
    let other = async {
        let claimed = async {
            while redis.ask(&["DBSIZE"]) != "2" {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), claimed).await.expect("a claim");
        assert_eq!(get(1, Ok(Some(3))).await, Some(1), "one loads, the others do not wait");
        begin.send(()).unwrap();
    };
    let (slow, ()) = tokio::join!(slow, other);
    assert_eq!(slow.unwrap(), Some(2));
    assert_eq!(get(1, Ok(Some(3))).await, Some(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_full_or_gone_it_costs_a_moment_and_nothing_else() {
    let mut redis = Redis::new();
    let processes = Processes::open(&redis, 1).await;
    let loads = AtomicU32::new(0);
    assert_eq!((processes.get(0, &loads).await, processes.get(0, &loads).await), (0, 0));
    redis.pause();
    let began = Instant::now();
    for load in 1..1000 {
        assert_eq!(processes.get(0, &loads).await, load);
    }
    // One in a second waits for an answer that does not come.
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    redis.resume();
    found_again(&processes).await;
    redis.kill();
    let loaded = loads.load(Ordering::SeqCst);
    assert_eq!((processes.get(0, &loads).await, processes.get(0, &loads).await), (loaded, loaded + 1));
    redis.start();
    found_again(&processes).await;
    redis.ask(&["FLUSHALL"]);
    redis.fill();
    let loaded = loads.load(Ordering::SeqCst);
    assert_eq!((processes.get(0, &loads).await, processes.get(0, &loads).await), (loaded, loaded + 1));
}

/// Waits until values are shared again.
async fn found_again(processes: &Processes) {
    let loads = AtomicU32::new(0);
    let looking = async {
        loop {
            let before = loads.load(Ordering::SeqCst);
            processes.get(0, &loads).await;
            if loads.load(Ordering::SeqCst) == before {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), looking).await.expect("Redis is used again");
}

#[tokio::test]
async fn what_is_wrong_with_a_server_is_said() {
    let mut redis = Redis::new();
    redis.ask(&["CONFIG", "SET", "requirepass", "hush"]);
    let said = async |url: &str| {
        let options = RedisOptions { url: Secret::new(url), prefix: "shop".to_owned() };
        match RedisCache::open(&options) {
            Ok(cache) => cache.check().await.unwrap_err(),
            Err(error) => error,
        }
    };
    let wrong = said(&redis.url()).await;
    assert!(wrong.message().contains("NOAUTH") || wrong.message().contains("uthentication"), "{wrong:?}");
    assert_eq!(wrong.field(), Some("url"));
    let url = redis.url().replace("redis://", "redis://:wrong@");
    let wrong = said(&url).await;
    assert!(wrong.message().contains("cannot be reached") && !format!("{wrong:?}").contains(":wrong@"), "{wrong:?}");
    redis.kill();
    assert!(said(&redis.url()).await.message().contains("cannot be reached"));
    assert!(said("http://somewhere").await.message().contains("redis://host:6379"));
}
