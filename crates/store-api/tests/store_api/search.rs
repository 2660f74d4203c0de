//! `POST /store/search`, and the words of product lists.

use http::StatusCode;
use serde_json::{Value, json};
use tradewind_catalog::{NewPrice, ProductChange};
use tradewind_kernel::{Currency, Decimal};

use crate::shop::{CHART, EUROPE, TestShop};

async fn search(shop: &TestShop, question: Value) -> Value {
    shop.catalog_settled().await;
    let body = shop.post("/store/search", question).await.ok();
    body["results"][0].clone()
}

fn ids(result: &Value) -> Vec<&str> {
    result["hits"].as_array().unwrap().iter().map(|hit| hit["id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_question_is_answered_in_the_shape_of_the_peer() {
    let shop = TestShop::open().await;
    let result = search(
        &shop,
        json!({
            "entity": "product",
            "filters": { "q": "harbuor", "categories": "Charts", "prices.eur": { "$gte": 10, "$lt": 10.01 } },
            "search_options": {
                "include_score": true,
                "highlight": true,
                "facets": [
                    "tags",
                    { "field": "options.Frame" },
                    { "field": "prices.eur", "type": "range", "ranges": [{ "to": 20 }, { "key": "dear", "from": 20 }] },
                    { "field": format!("prices.{EUROPE}"), "type": "stats" }
                ]
            }
        }),
    )
    .await;
    assert_eq!(ids(&result), ["prod_chart"]);
    let hit = &result["hits"][0];
    assert!(hit["score"].as_f64().unwrap() > 0.0);
    assert_eq!(hit["document"]["handle"], "chart");
    assert_eq!(hit["document"]["tags"], json!(["paper"]));
    assert_eq!(hit["document"]["prices"]["eur"], 10);
    assert!(hit["document"].get("metadata").is_none());
    let marked = hit["highlights"].to_string().to_lowercase();
    assert!(marked.contains("<mark>harbour</mark>"), "{marked}");
    let facets = &result["facets"];
    assert_eq!(facets["tags"]["values"], json!([{ "value": "paper", "count": 1 }]));
    assert_eq!(facets["options.Frame"]["type"], "value");
    let ranges: Vec<_> = facets["prices.eur"]["ranges"].as_array().unwrap().iter().collect();
    assert_eq!((&ranges[0]["count"], &ranges[1]["key"], &ranges[1]["count"]), (&json!(1), &json!("dear"), &json!(0)));
    let stats = &facets[&format!("prices.{EUROPE}")];
    assert_eq!((&stats["min"], &stats["max"], &stats["count"]), (&json!(10), &json!(10), &json!(1)));
    assert_eq!(result["metadata"], json!({ "skip": 0, "take": 20, "count": 1, "query": "harbuor" }));
}

#[tokio::test]
async fn several_questions_travel_together() {
    let shop = TestShop::open().await;
    shop.catalog_settled().await;
    let body = shop
        .post(
            "/store/search",
            json!({ "queries": [
                { "entity": "product", "filters": { "q": "chart" }, "fields": ["title"] },
                { "entity": "product", "filters": { "$or": [{ "tags": "nothing" }, { "is_giftcard": true }] } },
                { "entity": "product", "pagination": { "take": 0 }, "search_options": { "count": "none" } },
                { "entity": "product", "filters": { "$not": { "id": ["prod_chart"] } } },
                { "entity": "product", "filters": { "q": "harbuor" }, "search_options": { "typo_tolerance": false } },
            ] }),
        )
        .await
        .ok();
    let results = body["results"].as_array().unwrap();
    let found: Vec<usize> = results.iter().map(|result| ids(result).len()).collect();
    assert_eq!(found, [1, 0, 0, 0, 0]);
    let names: Vec<_> = results[0]["hits"][0]["document"].as_object().unwrap().keys().collect();
    assert_eq!(names, ["title"]);
    assert_eq!(results[2]["metadata"]["count"], Value::Null);
}

#[tokio::test]
async fn what_is_not_for_sale_here_is_not_found() {
    let shop = TestShop::open().await;
    let everything = json!({ "entity": "product", "filters": { "status": ["draft", "published"] } });
    assert_eq!(ids(&search(&shop, everything.clone()).await), ["prod_chart"]);
    let elsewhere = http::Request::post("/store/search")
        .header("x-publishable-api-key", &shop.other_key)
        .header("content-type", "application/json")
        .body(axum::body::Body::from(everything.to_string()))
        .unwrap();
    assert_eq!(shop.send(elsewhere).await.ok()["results"][0]["hits"], json!([]));
}

#[tokio::test]
async fn a_changed_price_and_a_new_title_are_found() {
    let shop = TestShop::open().await;
    let dear = json!({ "entity": "product", "filters": { "prices.eur": { "$gte": 20 } } });
    assert!(ids(&search(&shop, dear.clone()).await).is_empty());
    let list = "/store/products?q=lighthouse&fields=id";
    assert_eq!(shop.get(list).await.ok()["count"], 0);
    let catalog = shop.state.catalog.clone();
    shop.write(move |tx| {
        Box::pin(async move {
            let change = ProductChange { title: Some("Lighthouse".to_owned()), ..ProductChange::default() };
            catalog.update_product(tx, "prod_chart", change).await?;
            let price = NewPrice::of(Currency::EUR, Decimal::from(21));
            catalog.set_prices(tx, CHART, vec![price]).await
        })
    })
    .await;
    assert_eq!(ids(&search(&shop, dear).await), ["prod_chart"]);
    // The list that was kept while nothing was found is not served any more.
    assert_eq!(shop.get(list).await.ok()["count"], 1);
    assert_eq!(shop.get("/store/products?q=lihgthouse&order=-title").await.ok()["count"], 1);
    for (rest, count) in [("id=prod_chart", 1), ("variants[sku]=nope", 0), ("created_at[$lt]=2020-01-01", 0)] {
        assert_eq!(shop.get(&format!("{list}&{rest}")).await.ok()["count"], count, "{rest}");
    }
}

#[tokio::test]
async fn hostile_questions_are_refused_by_the_field_or_answered() {
    let shop = TestShop::open().await;
    let nested = (0..40).fold(json!({ "title": "x" }), |inner, _| json!({ "$not": inner }));
    let many: Vec<Value> = (0..1_000).map(|number| json!({ "title": { "$eq": number.to_string() } })).collect();
    let one = |rest: Value| {
        let mut question = json!({ "entity": "product" });
        question.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        question
    };
    for (question, named) in [
        (json!({ "q": "shirt" }), ""),
        (json!({ "queries": [{ "index": "products", "q": "shirt" }] }), "queries"),
        (json!({ "queries": [] }), "queries"),
        (one(json!({ "filters": { "wibble": 1 } })), "wibble"),
        (one(json!({ "filters": nested })), "nest"),
        (one(json!({ "filters": { "$and": many } })), "200"),
        (one(json!({ "filters": { "$or": 1 } })), "$or"),
        (one(json!({ "filters": { "q": 7 } })), "filters.q"),
        (one(json!({ "filters": { "title": { "$like": "%" } } })), "$like"),
        (one(json!({ "filters": { "prices.eur": { "$gt": "dear" } } })), "prices.eur"),
        (one(json!({ "filters": { "prices.nowhere": 1 } })), "prices.nowhere"),
        (one(json!({ "filters": { "created_at": { "$gt": "soon" } } })), "created_at"),
        (one(json!({ "fields": ["metadata"] })), "metadata"),
        (one(json!({ "pagination": { "take": 101 } })), "take"),
        (one(json!({ "pagination": { "skip": -1 } })), "skip"),
        (one(json!({ "pagination": { "order": { "wibble": "ASC" } } })), "wibble"),
        (one(json!({ "search_options": { "vector": {} } })), "vector"),
        (one(json!({ "search_options": { "facets": ["prices.eur"] } })), "prices.eur"),
        (one(json!({ "search_options": { "facets": [{ "field": "tags", "type": "stats" }] } })), "tags"),
        (one(json!({ "search_options": { "highlight": { "fields": ["metadata"] } } })), "metadata"),
    ] {
        let answer = shop.post("/store/search", question.clone()).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{question}: {}", answer.text);
        assert_eq!(answer.body["type"], "invalid_data", "{question}");
        assert!(answer.text.contains(named), "{question}: {}", answer.text);
    }
    let unknown = shop.post("/store/search", json!({ "entity": "customer" })).await;
    assert_eq!((unknown.status, &unknown.body["type"]), (StatusCode::NOT_FOUND, &json!("not_found")));
    let far = u64::try_from(i64::MAX).unwrap() / 2048;
    for question in [
        one(json!({ "filters": { "q": "\u{1}\u{202e} AND ( \" ^~" } })),
        one(json!({ "filters": { "q": "word ".repeat(3_000) } })),
        one(json!({ "filters": { "title": "\u{1f}" }, "pagination": { "skip": far } })),
        one(json!({ "filters": { "options.\"}": "x" }, "search_options": { "facets": ["options.\"}"] } })),
    ] {
        let answer = shop.post("/store/search", question.clone()).await;
        assert_eq!(answer.status, StatusCode::OK, "{question}: {}", answer.text);
        assert!(answer.body["results"].is_array());
    }
    let missing = shop.get("/store/search?q=shirt").await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    assert_eq!(shop.get(&format!("/store/products?q={}", "%25%5C%27".repeat(400))).await.ok()["count"], 0);
}
