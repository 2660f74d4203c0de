//! What is asked for beside a password, and the links of mails that ask something.

use hmac::{Hmac, Mac as _};
use sha1::Sha1;
use tradewind_accounts::{ActorKind, Metadata, NewCustomer, NewFactor};
use tradewind_orders::TransferRequest;
use tradewind_testkit::TestShop;

use crate::browser::Browser;
use crate::purchase::check_out;

const EMAIL: &str = "sample@example.com";
const PASSWORD: &str = "a long enough password";

/// What an authenticator app shows for a secret in base 32.
fn code(shop: &TestShop, secret: &str) -> String {
    let (mut bits, mut count, mut key) = (0_u64, 0, Vec::new());
    for letter in secret.bytes() {
        let value = if letter.is_ascii_digit() { letter - b'2' + 26 } else { letter - b'A' };
        bits = (bits << 5) | u64::from(value);
        count += 5;
        if count >= 8 {
            count -= 8;
            key.push((bits >> count) as u8);
        }
    }
    let mut mac = Hmac::<Sha1>::new_from_slice(&key).unwrap();
    mac.update(&(shop.shop.clock.now().unix_seconds() / 30).to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let at = usize::from(digest[19] & 15);
    let number = u32::from_be_bytes(digest[at..at + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

/// The path of a link in the newest mail that has one like this.
async fn link(shop: &TestShop, beginning: &str) -> String {
    shop.run_pending_work().await;
    let mails = shop.mails();
    let mail = mails.iter().find(|mail| mail.contains(beginning)).unwrap();
    let from = mail.find(beginning).unwrap();
    mail[from..].chars().take_while(|c| !c.is_whitespace() && *c != '"').collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_asks_for_the_second_factor() {
    let shop = TestShop::open().await;
    let accounts = &shop.shop.accounts;
    let token = accounts.register(ActorKind::Customer, EMAIL, PASSWORD).await.unwrap();
    let actor = accounts.verify(token.expose()).await.unwrap();
    accounts.create_customer(&actor, NewCustomer::default()).await.unwrap();
    let new = NewFactor { provider: "totp".to_owned(), label: None, issuer: None, metadata: None };
    let begun = accounts.start_factor(&actor, new).await.unwrap();
    assert!(begun.otpauth_url.expose().contains("issuer=Tradewind"), "the name of the shop");
    let secret = begun.secret.expose().to_owned();
    accounts.verify_factor(&actor, begun.factor.id.as_str(), &code(&shop, &secret)).await.unwrap();
    shop.advance_seconds(30);

    let browser = Browser::new(&shop);
    let fields = [("email", EMAIL), ("password", PASSWORD), ("next", "/account/details")];
    let asked = browser.send_and_follow("/account/sign-in", &fields).await;
    assert_eq!(asked.text("h1"), "Your code");
    let (challenge, next) =
        (asked.attribute("[name=challenge]", "value"), asked.attribute("main [name=next]", "value"));
    let account = browser.open("/account").await;
    assert!(account.leads_to().starts_with("/account/sign-in"), "the password alone opens nothing");
    let wrong = [("challenge", challenge.as_str()), ("next", next.as_str()), ("code", "000 00")];
    let page = browser.send("/account/sign-in/code", &wrong).await;
    assert_eq!(page.status, 422);
    assert!(page.text("#code-error").contains("wrong"), "{}", page.text("main"));
    let code = code(&shop, &secret);
    let right = [("challenge", challenge.as_str()), ("next", next.as_str()), ("code", code.as_str())];
    assert_eq!(browser.send("/account/sign-in/code", &right).await.leads_to(), "/account/details");
    assert_eq!(browser.open("/account/details").await.status, 200);
    let stranger = Browser::new(&shop);
    assert_eq!(stranger.send("/account/sign-in/code", &right).await.leads_to(), "/account/sign-in");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_confirmed_by_a_button_and_not_by_the_link_alone() {
    let shop = TestShop::open().await;
    let accounts = &shop.shop.accounts;
    let token = accounts.register(ActorKind::Customer, EMAIL, PASSWORD).await.unwrap();
    let actor = accounts.verify(token.expose()).await.unwrap();
    accounts.request_verification(&actor, EMAIL, Metadata::new()).await.unwrap();
    let path = link(&shop, "/account/verify-email?token=").await;
    let browser = Browser::new(&shop);
    browser.open(&path).await;
    let page = browser.open(&path).await;
    let token = page.attribute("[name=token]", "value");
    let sent = browser.send("/account/verify-email", &[("token", &token)]).await;
    assert_eq!(sent.leads_to(), "/account/sign-in?notice=verified");
    let again = browser.send("/account/verify-email", &[("token", &token)]).await;
    assert_eq!((again.status, again.texts("form.stack button").len()), (400, 0));
    assert!(again.text(".notice").contains("no longer valid"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_handed_over_by_the_link_of_its_mail() {
    let shop = TestShop::open().await;
    let print = shop.print("Ebb", 5).await;
    let guest = Browser::new(&shop);
    guest.add(&shop, &print, "1").await;
    check_out(&guest, "guest@example.com").await;
    // The receipt is sent before, so that the mail about the transfer is the only one left to find.
    shop.run_pending_work().await;
    let orders = &shop.shop.orders;
    let order = orders.find(1, "guest@example.com").await.unwrap().unwrap();
    for (choice, words, owner) in
        [("decline", "stays", order.customer_id.as_deref()), ("accept", "theirs", Some("cus_1"))]
    {
        let request = TransferRequest { customer_id: "cus_1".to_owned(), email: None, description: None };
        orders.request_transfer(order.id.as_str(), request).await.unwrap();
        std::fs::remove_dir_all(&shop.shop.config.mail.path).ok();
        let path = link(&shop, "/orders/order_").await;
        assert!(path.contains("/transfer?token="), "{path}");
        let page = guest.open(&path).await;
        assert_eq!(page.texts("form.stack button").len(), 2);
        let token = page.attribute("[name=token]", "value");
        let action = page.attribute("form.stack", "action");
        let done = guest.send(&action, &[("token", &token), ("choice", choice)]).await;
        assert!(done.text(".notice").contains(words), "{}", done.text("main"));
        let now = orders.order(order.id.as_str()).await.unwrap().unwrap();
        assert_eq!(now.customer_id.as_deref(), owner);
        assert_eq!(guest.send(&action, &[("token", &token), ("choice", choice)]).await.status, 400, "once");
    }
}
