//! The behaviour that every shared cache must show.
#![expect(clippy::unwrap_used, reason = "a failing suite panics")]

use std::time::Duration;

use bytes::Bytes;

use super::SharedCache;

const LONG: Duration = Duration::from_secs(60);
const SHORT: Duration = Duration::from_millis(50);

/// Runs the whole suite against an empty cache, seen by two processes; panics with what is wrong.
pub async fn suite(here: &dyn SharedCache, there: &dyn SharedCache) {
    here.check().await.unwrap();
    assert_eq!(here.get("a").await.unwrap(), None, "a missing key is None");
    here.remove("a").await.unwrap();
    here.put("a", Bytes::from_static(b"first"), LONG).await.unwrap();
    here.put("a", Bytes::from_static(b"\0second\xff"), LONG).await.unwrap();
    assert_eq!(there.get("a").await.unwrap().unwrap(), &b"\0second\xff"[..], "put replaces, and is seen by all");
    there.remove("a").await.unwrap();
    assert_eq!(here.get("a").await.unwrap(), None, "removed is gone");
    here.put("empty", Bytes::new(), LONG).await.unwrap();
    assert_eq!(there.get("empty").await.unwrap().unwrap(), "", "nothing is a value too");

    assert!(here.claim("c", LONG).await.unwrap(), "the first has it");
    assert!(!there.claim("c", LONG).await.unwrap(), "the second has not");
    here.remove("c").await.unwrap();
    assert!(there.claim("c", LONG).await.unwrap(), "what was released can be claimed");

    here.put("soon", Bytes::from_static(b"gone"), SHORT).await.unwrap();
    assert!(here.claim("held", SHORT).await.unwrap());
    let passing = async {
        while there.get("soon").await.unwrap().is_some() || !there.claim("held", LONG).await.unwrap() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), passing).await.unwrap();
}
