//! `tradewind load` as an operator types it: each scenario on an honest shop, and on shops that lie.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};
use tradewind_testkit::{Client, TestShop};

const EMAIL: &str = "staff@example.com";
const PASSWORD: &str = "long enough";

/// What a run left behind.
struct Ran {
    code: Option<i32>,
    text: String,
    report: Value,
    page: String,
}

impl Ran {
    #[track_caller]
    fn passed(self) -> Self {
        assert_eq!((self.code, &self.report["passed"]), (Some(0), &json!(true)), "{}", self.text);
        self
    }

    /// The books that do not add up, from a run that says so.
    #[track_caller]
    fn wrong_books(&self) -> Vec<&str> {
        assert_eq!(self.code, Some(1), "{}", self.text);
        let books = self.report["books"].as_array().unwrap().iter().filter(|book| book["holds"] == false);
        let wrong: Vec<&str> = books.map(|book| book["name"].as_str().unwrap()).collect();
        assert!(wrong.iter().all(|name| self.text.contains(&format!("WRONG  {name}"))), "{}", self.text);
        assert!(self.page.contains("Failed"));
        wrong
    }

    /// How many requests of this kind were done.
    fn done(&self, kind: &str) -> u64 {
        let kinds = self.report["kinds"].as_array().unwrap();
        kinds.iter().find(|row| row["name"] == kind).map_or(0, |row| row["done"].as_u64().unwrap())
    }
}

/// Runs the command with a staff login, and reads what it writes.
async fn load(client: &Client, arguments: &[&str]) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    let staff = ["--admin-email", EMAIL, "--admin-password", PASSWORD];
    let files = ["--report", "report.html", "--json", "report.json"];
    let shop = ["--url", &client.url, "--key", &client.publishable_key];
    let (code, text) = command(folder.path(), &[arguments, &shop, &staff, &files].concat()).await;
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap_or_default();
    let report = serde_json::from_str(&read("report.json")).unwrap_or(Value::Null);
    Ran { code, text, report, page: read("report.html") }
}

async fn command(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_tradewind"));
    let output = command.arg("load").args(arguments).current_dir(folder).output().await.unwrap();
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    (output.status.code(), text)
}

async fn shop_with_staff() -> TestShop {
    let shop = TestShop::open().await;
    shop.shop.accounts.create_user(EMAIL, PASSWORD).await.unwrap();
    shop
}

#[tokio::test(flavor = "multi_thread")]
async fn browsers_are_all_answered() {
    let shop = shop_with_staff().await;
    shop.print("Harbour", 10).await;
    shop.print("Lighthouse", 10).await;
    let ran = load(&shop.client(), &["browse", "--rate", "60", "--duration", "1"]).await.passed();
    assert!(["product list", "product", "search"].iter().all(|kind| ran.done(kind) > 0), "{}", ran.text);
    assert!(ran.page.contains("<svg") && !ran.page.contains("src="), "the page needs nothing else");
    assert_eq!(shop.order_count().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_checkout_is_an_order_and_the_books_add_up() {
    let shop = shop_with_staff().await;
    let variant = shop.print("Plenty", 1000).await;
    let checkout = ["checkout", "--rate", "20", "--duration", "1", "--spacing", "constant"];
    let ran = load(&shop.client(), &checkout).await.passed();
    assert!(ran.text.contains("passed: the books add up") && ran.page.contains("the books add up"), "{}", ran.text);
    assert_eq!((ran.done("complete"), shop.order_count().await), (20, 20));
    assert_eq!(shop.available(&variant).await, 980);
    // The second run begins with the books as the first one left them.
    load(&shop.client(), &[&checkout[..], &["--units", "50"]].concat()).await.passed();
    assert_eq!(shop.available(&variant).await, 30);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drop_sells_what_there_is_or_what_is_wanted() {
    let shop = shop_with_staff().await;
    let variant = shop.print("Scarce", 1).await;
    let drop = |units: &'static str| ["drop", "--units", units, "--shoppers", "20", "--window", "0.2"];
    let ran = load(&shop.client(), &drop("7")).await.passed();
    assert_eq!((ran.done("complete"), shop.available(&variant).await), (7, 0), "{}", ran.text);
    let ran = load(&shop.client(), &drop("100")).await.passed();
    assert_eq!((ran.done("complete"), shop.available(&variant).await), (20, 80), "{}", ran.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn repeated_completions_are_the_same_order() {
    let shop = shop_with_staff().await;
    let variant = shop.print("Impatient", 100).await;
    let retries = ["retries", "--rate", "10", "--duration", "1", "--spacing", "constant"];
    let ran = load(&shop.client(), &retries).await.passed();
    assert_eq!((ran.done("complete"), ran.done("complete, repeated")), (10, 20), "{}", ran.text);
    assert_eq!((shop.order_count().await, shop.available(&variant).await), (10, 90));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_refused_in_a_surge_is_counted_apart_from_errors() {
    let shop = shop_with_staff().await;
    shop.print("Stampede", 1000).await;
    let busy = Between::put(&shop, Lie::Busy).await;
    let surge = ["surge", "--rate", "4", "--factor", "10", "--duration", "1", "--surge", "1", "--after", "2"];
    let ran = load(&busy, &[&surge[..], &["--spacing", "constant"]].concat()).await.passed();
    let refused = ran.report["surge"]["refused_percent"].as_f64().unwrap();
    assert!((20.0..45.0).contains(&refused), "{}", ran.text);
    assert!(ran.report["surge"]["refused_p99_micros"].as_u64().is_some(), "{}", ran.text);
    assert_eq!(ran.report["errors"], json!({}));
    assert_eq!(ran.done("complete"), u64::try_from(shop.order_count().await).unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn shoppers_of_a_drop_come_back_when_refused() {
    let shop = shop_with_staff().await;
    let variant = shop.print("Worth waiting", 6).await;
    let busy = Between::put(&shop, Lie::Busy).await;
    let ran = load(&busy, &["drop", "--shoppers", "9", "--window", "0.1"]).await.passed();
    assert_eq!((ran.done("complete"), shop.available(&variant).await), (6, 0), "{}", ran.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_acknowledged_order_that_is_not_there_is_found() {
    let shop = shop_with_staff().await;
    shop.print("Promised", 1000).await;
    let liar = Between::put(&shop, Lie::Phantom).await;
    let ran = load(&liar, &["checkout", "--rate", "10", "--duration", "1", "--spacing", "constant"]).await;
    let wrong = ran.wrong_books();
    assert_eq!(wrong[..2], ["acknowledged orders are there", "the number of orders"]);
    assert_eq!(wrong[2..], ["units sold, ordered and reserved"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cart_that_becomes_two_orders_is_found() {
    let shop = shop_with_staff().await;
    shop.print("Twice", 1000).await;
    let liar = Between::put(&shop, Lie::Phantom).await;
    let ran = load(&liar, &["retries", "--rate", "5", "--duration", "1", "--spacing", "constant"]).await;
    let wrong = ran.wrong_books();
    assert!(wrong.contains(&"one order a cart"), "{}", ran.text);
    assert!(wrong.contains(&"a repeated completion is the same order"), "{}", ran.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn stock_that_staff_changes_meanwhile_is_found() {
    let shop = shop_with_staff().await;
    shop.print("Moved", 1000).await;
    let client = shop.client();
    let token = client.post("/auth/user/emailpass", json!({ "email": EMAIL, "password": PASSWORD })).await.ok();
    let staff = client.with_token(token["token"].as_str().unwrap());
    let items = staff.get("/admin/inventory-items?fields=id,*location_levels").await.ok();
    let item = &items["inventory_items"][0];
    let location = item["location_levels"][0]["location_id"].as_str().unwrap();
    let path = format!("/admin/inventory-items/{}/location-levels/{location}", item["id"].as_str().unwrap());
    let loading = tokio::spawn({
        let client = client.clone();
        async move { load(&client, &["checkout", "--rate", "10", "--duration", "2"]).await }
    });
    while shop.order_count().await == 0 {
        tokio::task::yield_now().await;
    }
    staff.post(&path, json!({ "stocked_quantity": 900 })).await.ok();
    let ran = loading.await.unwrap();
    assert_eq!(ran.wrong_books(), ["stock on the shelves"]);
    assert!(ran.text.contains("1000 before, 900 after"), "{}", ran.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_fail_a_run_unless_they_are_forgiven() {
    let shop = shop_with_staff().await;
    shop.print("Shaky", 1000).await;
    let shaky = Between::put(&shop, Lie::Broken).await;
    let checkout = ["checkout", "--rate", "9", "--duration", "1", "--spacing", "constant"];
    let ran = load(&shaky, &checkout).await;
    assert_eq!(ran.code, Some(1));
    // The orders were made although their answers were lost: the books know of them all the same.
    assert!(ran.wrong_books().is_empty() && ran.text.contains("3 made although the answer was lost"), "{}", ran.text);
    assert!(ran.text.contains("3 errors, and 0 are forgiven"), "{}", ran.text);
    load(&shaky, &[&checkout[..], &["--errors-max", "3"]].concat()).await.passed();
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_arguments_are_told_with_the_way_out() {
    let folder = tempfile::tempdir().unwrap();
    let nobody = {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}", free.local_addr().unwrap())
    };
    let cases: [(&[&str], i32, &str); 9] = [
        (&["browse", "--url", "https://shop.example.com"], 2, "https is not spoken here"),
        (&["stampede", "--url", &nobody], 2, "[possible values: browse, checkout, drop, surge, retries]"),
        (&["browse", "--url", &nobody, "--rate", "-5"], 2, "a number above 0"),
        (&["browse"], 2, "--url <URL>"),
        (&["browse", "--url", &nobody, "--admin-email", EMAIL], 2, "--admin-password"),
        (&["drop", "--url", &nobody, "--units", "5"], 2, "--units changes the stock"),
        (&["browse", "--demo", "nowhere"], 2, "`tradewind demo` writes it"),
        (&["browse", "--url", &nobody, "--report", "no/such/report.html"], 2, "no/such/report.html cannot be written"),
        (&["browse", "--url", &nobody], 1, "Is it running, and is the address right?"),
    ];
    for (arguments, expected, said) in cases {
        let (code, text) = command(folder.path(), arguments).await;
        assert!(code == Some(expected) && text.contains(said), "{arguments:?}: {code:?}\n{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_key_and_a_wrong_login_are_told_before_anybody_arrives() {
    let folder = tempfile::tempdir().unwrap();
    let shop = shop_with_staff().await;
    shop.print("Closed", 10).await;
    let client = shop.client();
    let (code, text) = command(folder.path(), &["browse", "--url", &client.url]).await;
    assert!(code == Some(1) && text.contains("--key"), "{text}");
    let shop = ["--url", &client.url, "--key", &client.publishable_key];
    let login = ["--admin-email", EMAIL, "--admin-password", "not the password"];
    let (code, text) = command(folder.path(), &[&["checkout"][..], &shop, &login].concat()).await;
    assert!(code == Some(1) && text.contains("check the staff login"), "{text}");
}

/// How a shop's answers are changed on their way, each third time.
#[derive(Clone, Copy, PartialEq)]
enum Lie {
    /// A completion is acknowledged that never reached the shop.
    Phantom,
    /// A new cart is refused for now.
    Busy,
    /// A completion reaches the shop, and its answer is lost.
    Broken,
}

/// Somebody between the shoppers and the shop.
struct Between {
    shop: Client,
    lie: Lie,
    asked: AtomicU64,
    http: reqwest::Client,
}

impl Between {
    /// Listens, and says where.
    async fn put(shop: &TestShop, lie: Lie) -> Client {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let client = Client::new(&url, &shop.client().publishable_key);
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let between = Arc::new(Self { shop: shop.client(), lie, asked: AtomicU64::new(0), http });
        let router = axum::Router::new().fallback(pass_on).with_state(between);
        tokio::spawn(async move { axum::serve(listener, router).await });
        client
    }

    fn is_third(&self) -> bool {
        self.asked.fetch_add(1, Ordering::SeqCst) % 3 == 2
    }
}

async fn pass_on(State(between): State<Arc<Between>>, request: Request<Body>) -> Response {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path_and_query().unwrap().as_str().to_owned();
    let concerned = match between.lie {
        Lie::Phantom | Lie::Broken => path.ends_with("/complete"),
        Lie::Busy => path == "/store/carts",
    };
    let lies = concerned && between.is_third();
    if lies && between.lie == Lie::Phantom {
        return axum::Json(json!({ "type": "order", "order": { "id": "order_phantom", "total": 59 } })).into_response();
    }
    if lies && between.lie == Lie::Busy {
        return (axum::http::StatusCode::SERVICE_UNAVAILABLE, [("retry-after", "1")], "Busy").into_response();
    }
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let asked = between.http.request(parts.method, format!("{}{path}", between.shop.url)).headers(parts.headers);
    let answer = asked.body(body).send().await.unwrap();
    if lies {
        return (axum::http::StatusCode::BAD_GATEWAY, "Lost").into_response();
    }
    let (status, headers) = (answer.status(), answer.headers().clone());
    (status, headers, answer.bytes().await.unwrap()).into_response()
}
