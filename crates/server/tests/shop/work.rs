//! What happens after the commit: the mails that follow a purchase, an account and a forgotten password.

use serde_json::json;
use tradewind_testkit::TestShop;

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_followed_by_one_receipt() {
    let shop = TestShop::open().await;
    let variant = shop.print("Nor'easter", 3).await;
    let client = shop.client();
    let cart = client.ready_cart(&shop.europe, &variant, 2).await.unwrap();
    let order = client.complete(&cart).await.ok();
    client.complete(&cart).await.ok();
    assert!(shop.mails().is_empty(), "nothing is sent while the shopper waits");
    shop.run_pending_work().await;
    let mails = shop.mails();
    assert_eq!(mails.len(), 1);
    assert!(mails[0].contains("ada@example.com"));
    assert!(mails[0].contains(order["order"]["id"].as_str().unwrap()));
    shop.run_pending_work().await;
    assert_eq!(shop.mails().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_password_is_set_anew_by_mail_once() {
    let shop = TestShop::open().await;
    let client = shop.client();
    let login = json!({ "email": "grace@example.com", "password": "first-password" });
    let token = client.post("/auth/customer/emailpass/register", login.clone()).await.ok();
    let registered = client.with_token(token["token"].as_str().unwrap());
    registered.post("/store/customers", json!({ "email": "grace@example.com" })).await.ok();
    shop.run_pending_work().await;
    assert_eq!(shop.mails().len(), 1, "the welcome");

    let asked =
        client.post("/auth/customer/emailpass/reset-password", json!({ "identifier": "grace@example.com" })).await;
    let unknown =
        client.post("/auth/customer/emailpass/reset-password", json!({ "identifier": "nobody@example.com" })).await;
    assert_eq!((asked.status, unknown.status), (201, 201), "the answer does not tell who is a customer");
    shop.run_pending_work().await;
    let mails = shop.mails();
    assert_eq!(mails.len(), 2);
    let link = mails.iter().find_map(|mail| mail.split("reset-password?token=").nth(1)).unwrap();
    let token: String = link.chars().take_while(|c| c.is_ascii_alphanumeric() || "._-".contains(*c)).collect();
    let resetting = client.with_token(&token);
    let set = resetting.post("/auth/customer/emailpass/update", json!({ "password": "second-password" })).await;
    assert_eq!(set.status, 200, "{}", set.text);
    assert_eq!(client.post("/auth/customer/emailpass", login).await.status, 401);
    let login = json!({ "email": "grace@example.com", "password": "second-password" });
    assert_eq!(client.post("/auth/customer/emailpass", login).await.status, 200);
    let again = resetting.post("/auth/customer/emailpass/update", json!({ "password": "third-password" })).await;
    assert_eq!(again.status, 401, "a reset works once");
}
