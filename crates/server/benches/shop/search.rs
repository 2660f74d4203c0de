//! Searches in a large catalogue: every kind of question, none of them twice, beside the limit.

use std::time::Instant;

use serde_json::{Value, json};

use super::process::Server;
use super::wire::Connection;
use super::{line, median};

/// The longest a search may take, by its median.
const LIMIT_MILLIS: f64 = 20.0;
/// Questions of each kind.
const QUESTIONS: u64 = 25;

/// Asks everything, and says the median and the worst of each kind.
pub async fn measure(server: &Server, region: &str) {
    let mut connection = Connection::open(server.port).await;
    let words = ["harbour", "quiet wave", "northern star", "silver map oak", "last ship by night"];
    let slips = ["harbuor", "quite wvae", "norhtern stra", "sliver mapp", "lsat shipp"];
    let starts = ["h", "qu", "nor", "sil", "la"];
    let prices = format!("prices.{region}");
    let facets = json!(["categories", "collection", "tags", "options.Size", "options.Frame", { "field": prices, "type": "stats" }]);
    let asked = |q: Value, filters: Value, order: Value, facets: Value, skip: u64| {
        let mut all = json!({ "q": q });
        all.as_object_mut().unwrap().extend(filters.as_object().unwrap().clone());
        json!({
            "entity": "product", "filters": all, "fields": ["id", "title", "handle"],
            "pagination": { "order": order, "skip": skip, "take": 24 },
            "search_options": { "facets": facets, "disjunctive_facets": true }
        })
    };
    let (none, newest) = (json!({}), json!({ "created_at": "DESC" }));
    let narrow = json!({ "options.Frame": ["Oak"], &prices: { "$gte": 30, "$lt": 90 } });
    let kinds: Vec<(&str, Box<dyn Fn(usize, u64) -> Value + '_>)> = vec![
        ("words", Box::new(|at, n| asked(json!(words[at]), none.clone(), none.clone(), json!([]), n))),
        ("words with slips", Box::new(|at, n| asked(json!(slips[at]), none.clone(), none.clone(), json!([]), n))),
        ("beginnings of words", Box::new(|at, n| asked(json!(starts[at]), none.clone(), none.clone(), json!([]), n))),
        (
            "everything by price",
            Box::new(|_, n| asked(Value::Null, none.clone(), json!({ &prices: "ASC" }), json!([]), n)),
        ),
        (
            "everything by title",
            Box::new(|_, n| asked(Value::Null, none.clone(), json!({ "title": "ASC" }), json!([]), n)),
        ),
        ("everything, counted", Box::new(|_, n| asked(Value::Null, none.clone(), newest.clone(), facets.clone(), n))),
        (
            "narrowed and counted",
            Box::new(|_, n| asked(Value::Null, narrow.clone(), newest.clone(), facets.clone(), n)),
        ),
        (
            "words, narrowed, counted",
            Box::new(|at, n| asked(json!(words[at]), narrow.clone(), none.clone(), facets.clone(), n)),
        ),
        (
            "the thousandth page",
            Box::new(|_, n| asked(Value::Null, none.clone(), newest.clone(), json!([]), 24_000 + n)),
        ),
    ];
    // What is prepared once is prepared before.
    for slip in slips {
        ask(server, &mut connection, &asked(json!(slip), none.clone(), none.clone(), json!([]), 90)).await;
    }
    for (name, question) in &kinds {
        let mut times = Vec::new();
        for number in 0..QUESTIONS {
            let at = usize::try_from(number).unwrap() % words.len();
            times.push(ask(server, &mut connection, &question(at, number)).await);
        }
        let worst = times.iter().copied().fold(0.0, f64::max);
        line(&format!("search, {name} (worst {worst:.1} ms)"), median(&mut times), "ms", LIMIT_MILLIS);
    }
    println!(
        "{:<44} {:>10.1} MB, the index's pages of its files included",
        "resident with 100,000 products",
        server.resident_mb()
    );
}

async fn ask(server: &Server, connection: &mut Connection, question: &Value) -> f64 {
    let request = server.post("/store/search", question);
    let began = Instant::now();
    let answer = connection.ask(&request).await;
    let millis = began.elapsed().as_secs_f64() * 1000.0;
    assert_eq!(answer.status, 200, "{question}: {}", String::from_utf8_lossy(&answer.body));
    millis
}
