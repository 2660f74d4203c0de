//! Accounts: opening one, coming back, what is one's own and what is not.

use tradewind_testkit::TestShop;

use crate::browser::Browser;
use crate::purchase::check_out;

const PASSWORD: &str = "a long enough password";

async fn register(browser: &Browser, email: &str) {
    let fields = [("first_name", "Sample"), ("last_name", "Shopper"), ("email", email), ("password", PASSWORD)];
    let page = browser.send_and_follow("/account/register", &fields).await;
    assert_eq!(page.text("h1"), "Good to see you, Sample Shopper");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_buys_and_finds_the_order_in_their_account() {
    let shop = TestShop::open().await;
    let print = shop.print("Ebb", 5).await;
    let browser = Browser::new(&shop);
    browser.add(&shop, &print, "1").await;
    register(&browser, "sample@example.com").await;
    assert_eq!(browser.open("/cart").await.texts(".cart-lines li").len(), 1, "the cart came along");

    let address = [
        ("first_name", "Sample"),
        ("last_name", "Shopper"),
        ("address_1", "Quay 1"),
        ("postal_code", "1620"),
        ("city", "Copenhagen"),
        ("country", "dk"),
        ("is_default", "yes"),
    ];
    let saved = browser.send_and_follow("/account/addresses", &address).await;
    assert_eq!(saved.texts(".address-cards li").len(), 1);
    let checkout = browser.open("/checkout").await;
    assert_eq!(checkout.attribute("#shipping_city", "value"), "Copenhagen");
    assert_eq!(checkout.attribute("#email", "value"), "sample@example.com");
    assert_eq!(checkout.texts("#deliveries .row").len(), 2, "the ways of delivery to the known address");

    check_out(&browser, "sample@example.com").await;
    let orders = browser.open("/account/orders").await;
    assert_eq!(orders.texts(".order-rows li").len(), 1);
    let href = orders.attribute(".order-rows a", "href");
    assert!(browser.open(&href).await.text("h1").starts_with("Order "));

    let other = Browser::new(&shop);
    register(&other, "other@example.com").await;
    assert_eq!(other.open(&href).await.status, 404, "somebody else's order");
    let card = saved.attribute(".address-cards a", "href");
    assert_eq!(other.open(&card).await.status, 404, "somebody else's address");
    assert_eq!(other.send(&format!("{card}/delete"), &[]).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_account_is_closed_to_those_who_are_not_signed_in() {
    let shop = TestShop::open().await;
    let browser = Browser::new(&shop);
    assert_eq!(browser.open("/account/orders").await.leads_to(), "/account/sign-in?next=%2Faccount%2Forders");
    register(&browser, "sample@example.com").await;
    assert_eq!(browser.send("/account/sign-out", &[]).await.leads_to(), "/account/sign-in?notice=out");
    browser.open("/account").await.leads_to();

    let wrong = [("email", "sample@example.com"), ("password", "something else"), ("next", "/account/details")];
    let page = browser.send("/account/sign-in", &wrong).await;
    assert_eq!(page.status, 401);
    assert_eq!(page.text(".notice"), "E-mail address and password do not belong together.");
    assert_eq!(page.attribute("#email", "value"), "sample@example.com");
    assert_eq!(page.attribute("#password", "value"), "");

    let right = [("email", "sample@example.com"), ("password", PASSWORD), ("next", "/account/details")];
    assert_eq!(browser.send("/account/sign-in", &right).await.leads_to(), "/account/details");
    let details = [("first_name", "Another"), ("last_name", "Name"), ("phone", "")];
    let saved = browser.send_and_follow("/account/details", &details).await;
    assert_eq!(saved.attribute("#first_name", "value"), "Another");
    let page = saved.headers["cache-control"].to_str().unwrap();
    assert_eq!(page, "private, no-store", "nobody keeps pages of an account");
}

#[tokio::test(flavor = "multi_thread")]
async fn registering_says_what_is_wrong() {
    let shop = TestShop::open().await;
    let browser = Browser::new(&shop);
    let short = [("first_name", "Sample"), ("last_name", "Shopper"), ("email", "a@example.com"), ("password", "short")];
    let page = browser.send("/account/register", &short).await;
    assert_eq!(page.status, 422);
    assert!(page.text("#password-error").contains("at least 8 characters"));
    register(&browser, "a@example.com").await;

    let again = Browser::new(&shop);
    let taken = [("first_name", "B"), ("last_name", "B"), ("email", "a@example.com"), ("password", PASSWORD)];
    let page = again.send("/account/register", &taken).await;
    assert_eq!(page.status, 422);
    assert!(page.text("#email-error").contains("already"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_password_is_replaced_by_mail() {
    let shop = TestShop::open().await;
    let browser = Browser::new(&shop);
    register(&browser, "sample@example.com").await;
    browser.send("/account/sign-out", &[]).await;
    let known = browser.send("/account/forgotten-password", &[("email", "sample@example.com")]).await;
    let unknown = browser.send("/account/forgotten-password", &[("email", "nobody@example.com")]).await;
    assert_eq!(known.text("main"), unknown.text("main"), "nobody learns who shops here");

    shop.run_pending_work().await;
    let mails = shop.mails();
    let mail = mails.iter().find(|mail| mail.contains("/account/reset-password?token=")).unwrap();
    let from = mail.find("/account/reset-password?token=").unwrap();
    let path: String = mail[from..].chars().take_while(|c| !c.is_whitespace() && *c != '"').collect();
    let page = browser.open(&path).await;
    let token = page.attribute("[name=token]", "value");
    let short = browser.send("/account/reset-password", &[("token", &token), ("password", "short")]).await;
    assert_eq!(short.status, 400);
    assert!(short.text("#password-error").contains("at least 8"));
    let new = [("token", token.as_str()), ("password", "another long password")];
    assert_eq!(browser.send("/account/reset-password", &new).await.leads_to(), "/account/sign-in?notice=password");
    assert_eq!(browser.send("/account/reset-password", &new).await.status, 401, "good once");
    let sign_in = [("email", "sample@example.com"), ("password", "another long password")];
    assert_eq!(browser.send("/account/sign-in", &sign_in).await.leads_to(), "/account");
}
