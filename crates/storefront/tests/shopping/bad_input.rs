//! Whatever is sent, the answer is a page that says so, never a failure of ours.

use tradewind_testkit::TestShop;

use crate::browser::{Browser, Shown};

#[tokio::test(flavor = "multi_thread")]
async fn strange_addresses_get_a_page() {
    let shop = TestShop::open().await;
    shop.print("Ebb", 3).await;
    let browser = Browser::new(&shop);
    for path in [
        "/nothing",
        "/products/unknown",
        "/categories/unknown",
        "/collections/%00",
        "/orders/order_unknown/nothing",
        "/sitemaps/products-0.xml",
        "/sitemaps/products-x.xml",
        "/assets/unknown.css",
        "/%ff%fe",
    ] {
        let page = browser.open(path).await;
        assert!((400..500).contains(&page.status), "{path}: {}", page.status);
    }
    let unknown = browser.open("/products/unknown").await;
    assert_eq!(unknown.text("h1"), "Off the chart");
    assert!(unknown.headers["content-security-policy"].to_str().unwrap().contains("default-src 'none'"));
    for path in [
        "/products?page=99999999999999999999",
        "/products?page=-1&sort=nonsense&tag=%00&category=unknown",
        "/products?page=4999",
        "/products/ebb?size=unknown&size=A3&problem=unknown",
        "/search?q=%00%01%F0%9F%8C%8A",
        "/search/suggestions?q=%00%3Cb%3E",
        "/products?option=%3A&option=Frame&price=x&price=9-1&price=-",
        "/search?q=*%22'%3B--",
        "/cart?problem=unknown",
        "/account/sign-in?next=https://elsewhere.example",
    ] {
        let page = browser.open(path).await;
        assert_eq!(page.status, 200, "{path}");
    }
    let long = browser.open(&format!("/search?q={}", "a".repeat(5_000))).await;
    assert_eq!(long.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_other_doors_keep_their_own_answers() {
    let shop = TestShop::open().await;
    let browser = Browser::new(&shop);
    for path in ["/store/nothing", "/admin/nothing", "/auth/nothing/at/all"] {
        let answer = browser.open(path).await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.html.starts_with('{'), "{path}: {}", answer.html);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn strange_forms_change_nothing() {
    let shop = TestShop::open().await;
    let print = shop.print("Ebb", 3).await;
    let browser = Browser::new(&shop);
    for quantity in ["", "0", "-1", "1.5", "1e9", "99999999999999999999", "two"] {
        let to = browser.add(&shop, &print, quantity).await.leads_to().to_owned();
        assert!(to.starts_with("/products/ebb?problem="), "{quantity}: {to}");
    }
    assert_eq!(browser.send("/cart/lines", &[("product", "unknown")]).await.status, 404);
    assert_eq!(browser.send("/region", &[("region", "unknown")]).await.status, 404);
    assert_eq!(browser.send("/checkout", &[("intent", "place")]).await.leads_to(), "/cart");
    browser.add(&shop, &print, "1").await;
    assert_eq!(browser.send("/cart/lines/unknown", &[("quantity", "2")]).await.leads_to(), "/cart?problem=gone");
    let long = "x".repeat(2_000);
    let page =
        browser.send("/checkout", &[("shipping_city", &long), ("shipping_country", "dk"), ("intent", "place")]).await;
    assert_eq!(page.status, 422);
    let control = [("shipping_city", "a\u{0}b"), ("shipping_country", "zz"), ("intent", "place")];
    assert_eq!(browser.send("/checkout", &control).await.status, 422);
    let large = "x".repeat(200_000);
    assert_eq!(browser.send("/checkout", &[("email", &large)]).await.status, 413);
    let json = browser.request("POST", "/checkout").json(&serde_json::json!({})).send().await.unwrap();
    assert_eq!(json.status(), 400);
    assert_eq!(browser.send("/products", &[]).await.status, 405);
    assert_eq!(shop.order_count().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_of_other_sites_are_refused() {
    let shop = TestShop::open().await;
    let browser = Browser::new(&shop);
    let request = browser.request("POST", "/account/sign-out").header("origin", "https://elsewhere.example");
    let page = Shown::of(request.send().await.unwrap()).await;
    assert_eq!(page.status, 403);
    assert!(page.text(".lead").starts_with("This form was sent from another site"));
}
