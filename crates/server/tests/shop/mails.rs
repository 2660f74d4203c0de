//! The mails of a shop that sends them by SMTP: what arrives, what cannot, and what they look like.

use std::process::Command;

use serde_json::{Value, json};
use tradewind_platform::jobs;
use tradewind_platform::mail::conformance::{header_of, ids, parts_of};
use tradewind_services::{SmtpServer, Stage};
use tradewind_testkit::{Client, TestShop};

async fn shop_with(server: &SmtpServer) -> TestShop {
    let url = format!("mail.smtp.url=smtp://{}?tls=none", server.host());
    TestShop::open_with(&["mail.transport=smtp", &url, "mail.from=Harbour <orders@harbour.example>"]).await
}

/// Somebody buys two prints, in German.
async fn buy(shop: &TestShop, title: &str) -> (String, String) {
    let variant = shop.print(title, 5).await;
    let client = shop.client();
    let cart = client.ready_cart(&shop.europe, &variant, 2).await.unwrap();
    client.post(&format!("/store/carts/{cart}"), json!({ "locale": "de-AT" })).await.ok();
    let order = client.complete(&cart).await.ok()["order"].clone();
    (order["id"].as_str().unwrap().to_owned(), variant)
}

/// The text of the one mail that has come since these.
async fn next(shop: &TestShop, server: &SmtpServer, seen: &mut usize) -> (String, String) {
    shop.run_pending_work().await;
    let taken = server.taken();
    assert_eq!(taken.len(), *seen + 1, "one mail: {:?}", taken.iter().skip(*seen).collect::<Vec<_>>());
    *seen += 1;
    let message = &taken[*seen - 1].message;
    let parts = parts_of(message);
    assert_eq!(parts.len(), 2, "{message}");
    assert_eq!(taken[*seen - 1].to, ["ada@example.com"]);
    (header_of(message, "Message-ID").unwrap(), parts[0].replace('\u{a0}', " "))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shopper_hears_of_each_step_in_their_language() {
    let server = SmtpServer::new();
    let shop = shop_with(&server).await;
    let staff = shop.staff().await;
    let mut seen = 0;
    let (order, variant) = buy(&shop, "Nor'easter <2>").await;
    assert!(server.taken().is_empty(), "nothing is sent while the shopper waits");
    let (id, receipt) = next(&shop, &server, &mut seen).await;
    assert_eq!(id, format!("<order-placed-{order}@harbour.example>"));
    for said in ["Danke für deine Bestellung", "2 × Nor'easter <2>", "98,00 EUR", "Ada", &format!("/orders/{order}")]
    {
        assert!(receipt.contains(said), "{said} in\n{receipt}");
    }

    let path = format!("/admin/orders/{order}");
    let shown = staff.get(&path).await.ok();
    let line = shown["order"]["items"][0]["id"].clone();
    let item = shop.shop.catalog.variant(&variant).await.unwrap().unwrap().variant().inventory[0].item_id.clone();
    let location = shop.shop.inventory.levels(&item).await.unwrap()[0].location_id.clone();
    let parcel = json!({ "location_id": location, "items": [{ "id": line, "quantity": 1 }] });
    staff.post(&format!("{path}/fulfillments"), parcel).await.ok();
    let parcel = staff.get(&format!("{path}?fields=*fulfillments")).await.ok();
    let parcel = parcel["order"]["fulfillments"][0]["id"].as_str().unwrap().to_owned();
    let label = json!({ "tracking_number": "JD 01", "tracking_url": "https://carrier.example/JD01", "label_url": "#" });
    let shipment = json!({ "items": [{ "id": line, "quantity": 1 }], "labels": [label] });
    staff.post(&format!("{path}/fulfillments/{parcel}/shipments"), shipment).await.ok();
    let (id, shipped) = next(&shop, &server, &mut seen).await;
    assert_eq!(id, format!("<order-shipped-{parcel}@harbour.example>"));
    for said in ["unterwegs", "JD 01", "https://carrier.example/JD01", "1 × Nor'easter <2>"] {
        assert!(shipped.contains(said), "{said} in\n{shipped}");
    }

    let paid = staff.get(&format!("{path}?fields=*payment_collections,*payment_collections.payments")).await.ok();
    let payment = paid["order"]["payment_collections"][0]["payments"][0]["id"].as_str().unwrap().to_owned();
    staff.post(&format!("/admin/payments/{payment}/capture"), json!({})).await.ok();
    let mut refunds = Vec::new();
    for _ in 0..2 {
        staff.post(&format!("/admin/payments/{payment}/refund"), json!({ "amount": 10.5 })).await.ok();
        let (id, refunded) = next(&shop, &server, &mut seen).await;
        assert!(refunded.contains("10,50 EUR"), "{refunded}");
        refunds.push(id);
    }
    assert_ne!(refunds[0], refunds[1], "two refunds of one amount are two");

    let (order, _) = buy(&shop, "Calm").await;
    next(&shop, &server, &mut seen).await;
    staff.post(&format!("/admin/orders/{order}/cancel"), json!({})).await.ok();
    let (_, canceled) = next(&shop, &server, &mut seen).await;
    assert!(canceled.contains("storniert") && canceled.contains(&order), "{canceled}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_server_takes_later_is_sent_later_and_once() {
    let server = SmtpServer::new();
    let shop = shop_with(&server).await;
    server.say(Stage::Recipient, 2, "450 4.2.0 <ada@example.com>: greylisted");
    buy(&shop, "Nor'easter").await;
    for _ in 0..3 {
        shop.run_pending_work().await;
        shop.advance_seconds(10);
    }
    assert_eq!(server.taken().len(), 1);
    assert_eq!(dead(&shop.staff().await).await, json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_whose_answer_was_lost_is_recognised() {
    let server = SmtpServer::new();
    let shop = shop_with(&server).await;
    server.lose_answers(1);
    let (order, _) = buy(&shop, "Nor'easter").await;
    for _ in 0..2 {
        shop.run_pending_work().await;
        shop.advance_seconds(10);
    }
    let messages: Vec<String> = server.taken().into_iter().map(|taken| taken.message).collect();
    assert_eq!(messages.len(), 2);
    assert_eq!(ids(&messages), [format!("<order-placed-{order}@harbour.example>")]);
}

async fn dead(staff: &Client) -> Value {
    staff.get("/admin/mails").await.ok()["dead"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_server_never_takes_is_set_aside_with_its_reason_until_somebody_mends_it() {
    let server = SmtpServer::new();
    let shop = shop_with(&server).await;
    server.say(Stage::Recipient, 1, "550 5.1.1 <ada@example.com>: no such person as Ada");
    buy(&shop, "Nor'easter").await;
    shop.run_pending_work().await;
    let staff = shop.staff().await;
    let listed = dead(&staff).await;
    let [job] = listed.as_array().unwrap().as_slice() else { panic!("one mail is dead: {listed}") };
    assert_eq!((&job["kind"], &job["attempts"]), (&json!("mail.send_receipt"), &json!(1)));
    let reason = job["reason"].as_str().unwrap();
    assert!(reason.contains("550") && reason.contains("5.1.1") && !reason.to_lowercase().contains("ada"), "{reason}");
    let metrics = staff.get("/metrics").await.text;
    let counted = |outcome: &str| {
        let line = format!("tradewind_mails_total{{kind=\"order-placed\",outcome=\"{outcome}\"}}");
        metrics.lines().any(|found| found.starts_with(&line))
    };
    assert!(counted("refused"), "{metrics}");

    let id = job["id"].as_str().unwrap().to_owned();
    let revived = shop.shop.db.write(move |tx| {
        let id = id.clone();
        Box::pin(async move { jobs::revive(tx, jobs::MAIL_QUEUE, Some(&id)).await })
    });
    assert_eq!(revived.await.unwrap(), 1);
    shop.run_pending_work().await;
    assert_eq!((server.taken().len(), dead(&staff).await), (1, json!([])));
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_looks_at_mails_and_nothing_in_them_runs() {
    let shop = TestShop::open().await;
    assert_eq!(shop.client().get("/admin/mails/order-placed").await.status, 401);
    let staff = shop.staff().await;
    let listed = staff.get("/admin/mails").await.ok();
    assert_eq!((listed["mails"].as_array().unwrap().len(), &listed["locales"]), (9, &json!(["en", "de", "da"])));
    for mail in listed["mails"].as_array().unwrap() {
        let path = format!("/admin/mails/{}", mail["name"].as_str().unwrap());
        let html = staff.get(&format!("{path}?locale=da")).await;
        let header = |name: &str| html.headers[name].to_str().unwrap().to_owned();
        assert_eq!((html.status, header("content-type").as_str()), (200, "text/html; charset=utf-8"), "{path}");
        let policy = header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'") && policy.contains("sandbox"), "{policy}");
        assert!(html.text.contains("lang=\"da\""), "{path}");
        let text = staff.get(&format!("{path}?part=text")).await;
        assert_eq!(text.headers["content-type"], "text/plain; charset=utf-8");
        assert!(text.text.contains("Tradewind") && !text.text.contains('<') || path.contains("order"), "{}", text.text);
    }
    for (path, status) in [
        ("/admin/mails/nothing", 404),
        ("/admin/mails/welcome?locale=fr", 400),
        ("/admin/mails/welcome?part=pdf", 400),
        ("/admin/mails/welcome?language=de", 400),
    ] {
        assert_eq!(staff.get(path).await.status, status, "{path}");
    }
}

fn tradewind(arguments: &[&str]) -> (bool, String) {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_tradewind"));
    let output = command.current_dir(folder.path()).args(arguments).output().unwrap();
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    (output.status.success(), text)
}

#[test]
fn the_command_line_shows_mails_and_examines_the_server() {
    let (_, html) = tradewind(&["mail", "preview", "order-shipped", "--locale", "de", "--set", "shop.name=Harbour"]);
    assert!(html.starts_with("<!doctype html>") && html.contains("Harbour") && html.contains("unterwegs"), "{html}");
    let (is_well, said) = tradewind(&["mail", "preview", "nothing"]);
    assert!(!is_well && said.contains("order-refunded"), "{said}");
    assert!(tradewind(&["mail", "dead"]).1.contains("No mail was given up"));
    let (is_well, said) = tradewind(&["mail", "retry", "job_1"]);
    assert!(!is_well && said.contains("job_1 is no mail that was given up"), "{said}");

    let server = SmtpServer::new();
    let doctor = |url: &str| {
        let url = format!("mail.smtp.url={url}");
        tradewind(&["doctor", "--set", "server.listen=127.0.0.1:0", "--set", "mail.transport=smtp", "--set", &url]).1
    };
    let said = doctor(&format!("smtp://{}?tls=none", server.host()));
    assert!(said.contains("ok     mail: the mail server is reached"), "{said}");
    let said = doctor(&format!("smtp://shop:hush@{}", server.host()));
    assert!(
        said.contains("WRONG  mail: mail.smtp.url") && said.contains("STARTTLS") && !said.contains("hush"),
        "{said}"
    );
    let said = doctor("mail.example.com");
    assert!(said.contains("mail.smtp.url cannot be used") && said.contains("smtp://user:password@host:587"), "{said}");
    for (setting, expected) in [("mail.from=nobody", "mail.from"), ("mail.language=fr", "en, de, da")] {
        let said = tradewind(&["migrate", "--set", setting]).1;
        assert!(said.contains(expected), "{said}");
    }
}
