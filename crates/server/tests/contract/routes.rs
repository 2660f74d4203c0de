//! Every route of the peer either has a handler here or stands in docs/compatibility.md as missing.

use std::collections::BTreeSet;

use tradewind_testkit::TestShop;

use crate::documented::Documented;
use crate::recording;

#[tokio::test(flavor = "multi_thread")]
async fn a_route_is_there_or_listed_as_missing() {
    let shop = TestShop::open().await;
    let staff = shop.staff().await;
    let mut missing = BTreeSet::new();
    let all = std::fs::read_to_string(recording::folder().join("routes.txt")).unwrap();
    for route in all.lines() {
        let (method, template) = route.split_once(' ').unwrap();
        let path: String = template
            .split('/')
            .map(|part| if part.starts_with('{') { "something" } else { part })
            .collect::<Vec<_>>()
            .join("/");
        let path = path.replace("/auth/something/something", "/auth/user/emailpass");
        let body = serde_json::json!({});
        let body = (method != "GET").then_some(&body);
        let answer = staff.ask(method, &path, body).await;
        let refusal = format!("There is no {method} {path} here");
        if answer.status == 404 && answer.body["message"].as_str() == Some(refusal.as_str()) {
            missing.insert(route.to_owned());
        }
    }
    let documented = Documented::read();
    let listed = documented.missing_routes();
    let unlisted: Vec<_> = missing.difference(listed).cloned().collect();
    let there: Vec<_> = listed.difference(&missing).cloned().collect();
    assert!(unlisted.is_empty(), "missing and not listed in docs/compatibility.md:\n{}", unlisted.join("\n"));
    assert!(there.is_empty(), "listed as missing in docs/compatibility.md and there:\n{}", there.join("\n"));
}
