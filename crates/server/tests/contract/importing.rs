//! The importer as an operator runs it.

use std::path::Path;

use serde_json::{Value, json};
use tradewind_testkit::Client;

use crate::recording;
use crate::shop::{STAFF_EMAIL, STAFF_PASSWORD, Served, seed, text, tradewind};

fn import(folder: &Path, file: &str, more: &[&str]) -> (bool, String) {
    let arguments = [&["import", "medusa", file, "--data", "data"], more].concat();
    let output = tradewind(folder, &arguments);
    (output.status.success(), text(&output))
}

/// The last numbers of the report: new, changed, same.
fn totals(report: &str) -> Vec<u64> {
    let line = report.lines().find(|line| line.trim_start().starts_with("all ")).unwrap_or_else(|| panic!("{report}"));
    line.split_whitespace().skip(1).map(|number| number.parse().unwrap()).collect()
}

/// A copy of what the peer held, changed.
fn changed_seed(folder: &Path, change: impl FnOnce(&mut Value)) -> String {
    let mut answers: Value =
        serde_json::from_slice(&std::fs::read(recording::folder().join("seed.json")).unwrap()).unwrap();
    change(&mut answers);
    let path = folder.join("changed.json");
    std::fs::write(&path, answers.to_string()).unwrap();
    path.display().to_string()
}

/// The answer to the request that begins so.
fn answer<'v>(answers: &'v mut Value, request: &str) -> &'v mut Value {
    let answers = answers.as_object_mut().unwrap();
    let line = answers.keys().find(|line| line.starts_with(request)).unwrap().clone();
    answers.get_mut(&line).unwrap()
}

#[test]
fn a_dry_run_keeps_nothing_and_says_what_would_come() {
    let folder = tempfile::tempdir().unwrap();
    let (ok, dry) = import(folder.path(), &seed(), &["--dry-run"]);
    assert!(ok && dry.contains("nothing was kept"), "{dry}");
    let (ok, report) = import(folder.path(), &seed(), &[]);
    assert!(ok, "{report}");
    assert_eq!(totals(&dry), totals(&report));
    assert_eq!(totals(&report)[1..], [0, 0], "{report}");
}

#[test]
fn running_twice_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let first = totals(&import(folder.path(), &seed(), &[]).1);
    let (ok, again) = import(folder.path(), &seed(), &[]);
    assert!(ok, "{again}");
    assert_eq!(totals(&again), [0, 0, first[0]], "{again}");
}

#[test]
fn what_changed_there_changes_here_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let first = totals(&import(folder.path(), &seed(), &[]).1);
    let file = changed_seed(folder.path(), |answers| {
        answer(answers, "GET /admin/products?")["products"][0]["title"] = json!("Another name");
        answer(answers, "GET /admin/inventory-items?")["inventory_items"][0]["location_levels"][0]["stocked_quantity"] =
            json!(7);
        answer(answers, "GET /admin/regions?")["regions"][0]["name"] = json!("The continent");
    });
    let (ok, report) = import(folder.path(), &file, &[]);
    assert!(ok, "{report}");
    assert_eq!(totals(&report), [0, 3, first[0] - 3], "{report}");
}

#[test]
fn an_import_that_was_cut_off_continues() {
    let folder = tempfile::tempdir().unwrap();
    // It breaks in the middle: what came before stays.
    let file = changed_seed(folder.path(), |answers| {
        answer(answers, "GET /admin/products?")["products"][1]["title"] = json!(null);
    });
    let (ok, report) = import(folder.path(), &file, &[]);
    assert!(!ok, "{report}");
    let (ok, report) = import(folder.path(), &seed(), &[]);
    let [new, changed, same] = totals(&report)[..] else { panic!("{report}") };
    assert!(ok && new > 0 && changed == 0 && same > 20, "{report}");
}

#[test]
fn a_bad_file_is_refused_by_request_and_field() {
    type Break = fn(&mut Value);
    let breaks: [(Break, &str); 7] = [
        (
            |a| answer(a, "GET /admin/products?")["products"][2]["title"] = json!(5),
            "products[2].title: a text belongs here",
        ),
        (|a| answer(a, "GET /admin/products?")["products"][0]["handle"] = json!("sweatpants"), "products[3].handle: "),
        (
            |a| answer(a, "GET /admin/products?")["products"][0]["variants"][1]["prices"][0]["amount"] = json!(-1),
            "products[0].variants[1].prices[0].amount: ",
        ),
        (
            |a| answer(a, "GET /admin/regions?")["regions"][0]["currency_code"] = json!("zzz"),
            "regions[0].currency_code: ",
        ),
        (
            |a| answer(a, "GET /admin/regions?")["regions"][0]["countries"][0]["iso_2"] = json!("zz"),
            "regions[0].countries: ",
        ),
        (
            |a| {
                answer(a, "GET /admin/shipping-options?")["shipping_options"][0]["service_zone_id"] =
                    json!("serzo_nowhere")
            },
            "shipping_options[0].service_zone_id: ",
        ),
        (|a| *answer(a, "GET /admin/users?") = json!([]), "GET /admin/users?limit=100: the answer is not an object"),
    ];
    for (change, message) in breaks {
        let folder = tempfile::tempdir().unwrap();
        let file = changed_seed(folder.path(), change);
        let (ok, report) = import(folder.path(), &file, &[]);
        assert!(!ok && report.contains("GET /admin/") && report.contains(message), "{message}\n{report}");
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("not.json"), "<html>").unwrap();
    let (ok, report) = import(folder.path(), "not.json", &[]);
    assert!(!ok && report.contains("not.json is not a JSON object"), "{report}");
    let (ok, report) = import(folder.path(), "nowhere.json", &[]);
    assert!(!ok && report.contains("nowhere.json cannot be read"), "{report}");
}

#[test]
fn what_has_no_counterpart_is_counted() {
    let folder = tempfile::tempdir().unwrap();
    let file = changed_seed(folder.path(), |answers| {
        answer(answers, "GET /admin/products?")["products"][0]["sparkle"] = json!(3);
        answer(answers, "GET /admin/products?")["products"][1]["sparkle"] = json!(4);
        answer(answers, "GET /admin/products?")["products"][2]["collection_id"] = json!("pcol_nowhere");
        answer(answers, "GET /admin/products?")["products"][3]["deleted_at"] = json!("2026-01-01T00:00:00Z");
        answers["GET /admin/wishlists?limit=100"] = json!({ "wishlists": [{ "id": "wish_1" }] });
    });
    let (ok, report) = import(folder.path(), &file, &[]);
    assert!(ok, "{report}");
    for counted in [
        "2  product.sparkle",
        "1  product.collection_id (names something unknown)",
        "1  product (deleted)",
        "1  GET /admin/wishlists?limit=100",
    ] {
        assert!(report.contains(counted), "{counted}\n{report}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_shop_is_taken_in_page_by_page() {
    // The peer's part is played by a shop of our own: it lists the same things under the same paths.
    let origin = Served::open_imported().await;
    let seed: Value = serde_json::from_slice(&std::fs::read(recording::folder().join("seed.json")).unwrap()).unwrap();
    let key = seed.as_object().unwrap().values().find_map(|answer| answer["api_keys"][0]["token"].as_str()).unwrap();
    let client = Client::new(&origin.url, key);
    let login = client.post("/auth/user/emailpass", json!({ "email": STAFF_EMAIL, "password": STAFF_PASSWORD })).await;
    let token = login.ok()["token"].as_str().unwrap().to_owned();
    let folder = tempfile::tempdir().unwrap();
    let wrong = import(folder.path(), &origin.url, &["--token", "wrong"]);
    assert!(!wrong.0 && wrong.1.contains("--token"), "{}", wrong.1);
    let (ok, report) = import(folder.path(), &origin.url, &["--token", &token]);
    assert!(ok, "{report}");
    let (ok, again) = import(folder.path(), &recording::folder().join("seed.json").display().to_string(), &[]);
    assert!(ok, "{again}");
    assert_eq!(totals(&again)[..2], [0, 0], "what came over the wire is what was in the file\n{again}");
}

/// What the peer answered to a recorded request.
fn recorded(number: u32) -> Value {
    recording::exchanges().into_iter().find(|exchange| exchange.number == number).unwrap().response.body
}

#[test]
fn offers_and_their_prices_are_taken_in() {
    let folder = tempfile::tempdir().unwrap();
    let file = changed_seed(folder.path(), |answers| {
        let mut campaign = recorded(106)["campaign"].clone();
        campaign["budget"]["used"] = json!(2);
        let mut promotions = recorded(104);
        promotions["promotions"][0]["campaign_id"] = campaign["id"].clone();
        promotions["promotions"][0]["used"] = json!(2);
        let lists = recorded(355);
        let prices = format!("GET /admin/price-lists/{}/prices", lists["price_lists"][0]["id"].as_str().unwrap());
        answers["GET /admin/campaigns"] = json!({ "campaigns": [campaign] });
        answers["GET /admin/promotions"] = promotions;
        answers["GET /admin/price-lists"] = lists;
        answers[prices] = json!({ "prices": recorded(356)["created"] });
    });
    let (ok, first) = import(folder.path(), &file, &[]);
    assert!(ok && !first.contains("Without a counterpart"), "{first}");
    for row in ["campaign", "promotion", "price list", "price of a list"] {
        assert!(first.lines().any(|line| line.trim_start().starts_with(&format!("{row} "))), "{row}\n{first}");
    }
    let (ok, again) = import(folder.path(), &file, &[]);
    assert!(ok, "{again}");
    assert_eq!(totals(&again), [0, 0, totals(&first)[0]], "{again}");
}

#[tokio::test(flavor = "multi_thread")]
async fn people_come_without_passwords() {
    let folder = tempfile::tempdir().unwrap();
    let file = changed_seed(folder.path(), |answers| {
        let customer = |id: &str, email: &str, has_account: bool| {
            json!({ "id": id, "email": email, "has_account": has_account, "first_name": "Ada", "groups": [{ "id": "cusgroup_1" }],
                "addresses": [{ "id": format!("addr_{id}"), "city": "Hamburg", "country_code": "DE", "is_default_shipping": true,
                    "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z" }],
                "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z" })
        };
        answers["GET /admin/customer-groups"] = json!({ "customer_groups": [
            { "id": "cusgroup_1", "name": "Friends", "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z" }
        ] });
        answers["GET /admin/customers?limit=100"] = json!({ "customers": [
            customer("cus_1", "Ada@Example.com", true), customer("cus_2", "ada@example.com", false)
        ] });
    });
    let process = Served::open_from(&file).await;
    let client = Client::new(&process.url, "");
    // The staff's id is the one from there: the command that makes a login adopted it.
    let login = json!({ "email": STAFF_EMAIL, "password": STAFF_PASSWORD });
    let token = client.post("/auth/user/emailpass", login).await.ok()["token"].as_str().unwrap().to_owned();
    let staff = client.with_token(&token);
    let users = staff.get("/admin/users").await.ok();
    assert_eq!(users["count"], 1);
    assert_eq!(users["users"][0]["id"], "user_01M83E5Q8HTZFVE3514TKRGZJ2");
    let customers = staff.get("/admin/customers?fields=id,email,has_account,*groups,*addresses&order=id").await.ok();
    let customers = customers["customers"].as_array().unwrap();
    assert_eq!(customers.len(), 2, "{customers:?}");
    for (customer, has_account) in customers.iter().zip([true, false]) {
        assert_eq!((&customer["email"], &customer["has_account"]), (&json!("ada@example.com"), &json!(has_account)));
        assert_eq!(customer["groups"][0]["name"], "Friends");
        assert_eq!(customer["addresses"][0]["country_code"], "de");
    }
    // The account is theirs, and nobody has its password yet.
    for password in ["", "password", STAFF_PASSWORD] {
        let login = json!({ "email": "ada@example.com", "password": password });
        assert_eq!(client.post("/auth/customer/emailpass", login).await.status, 401);
    }
    let register = json!({ "email": "ada@example.com", "password": "long enough" });
    assert_eq!(client.post("/auth/customer/emailpass/register", register).await.status, 401, "it is registered");
}
