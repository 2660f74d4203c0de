//! What operators see: health, metrics, request ids.

use tradewind_testkit::TestShop;

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_says_how_it_is() {
    let shop = TestShop::open().await;
    let client = shop.client();
    assert_eq!(client.get("/health").await.text, "OK");
    client.get("/store/regions").await.ok();
    // The lane has noted the first write when it takes the second.
    client.post("/store/carts", serde_json::json!({})).await.ok();
    client.post("/store/carts", serde_json::json!({})).await.ok();
    let metrics = client.get("/metrics").await.text;
    for name in ["tradewind_http_requests_total", "tradewind_http_request_seconds", "tradewind_lane_batch_commands"] {
        assert!(metrics.contains(name), "{name} is missing in\n{metrics}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_carries_a_request_id() {
    let shop = TestShop::open().await;
    let client = shop.client();
    for path in ["/store/regions", "/health", "/nowhere", "/store/carts/unknown", "/"] {
        let answer = client.get(path).await;
        let id = answer.headers.get("x-request-id").map(|id| id.to_str().unwrap().to_owned());
        assert!(id.is_some_and(|id| id.len() >= 16), "{path} has no request id");
    }
}
