//! Buying: from the product page to the order, without script.

use tradewind_testkit::TestShop;

use crate::browser::{Browser, Shown};

pub const ADDRESS: [(&str, &str); 6] = [
    ("shipping_first_name", "Sample"),
    ("shipping_last_name", "Shopper"),
    ("shipping_address_1", "Quay 1"),
    ("shipping_postal_code", "1620"),
    ("shipping_city", "Copenhagen"),
    ("shipping_country", "dk"),
];

/// Sends the checkout with everything filled in and the total that the page showed.
pub async fn place(browser: &Browser, email: &str, shown_total: &str) -> Shown {
    let mut fields = vec![("email", email), ("shown_total", shown_total), ("intent", "place")];
    fields.extend(ADDRESS);
    browser.send("/checkout", &fields).await
}

/// From a cart to a placed order; answers with the confirmation's path.
pub async fn check_out(browser: &Browser, email: &str) -> String {
    let mut fields = vec![("email", email), ("intent", "refresh")];
    fields.extend(ADDRESS);
    let page = browser.send("/checkout", &fields).await;
    assert_eq!(page.status, 200, "{}", page.text("main"));
    let total = page.attribute("[name=shown_total]", "value");
    place(browser, email, &total).await.leads_to().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_buys_a_print_without_script() {
    let shop = TestShop::open().await;
    let print = shop.print("Long Swell", 5).await;
    let browser = Browser::new(&shop);

    let product = browser.open("/products/long-swell").await;
    assert_eq!(product.status, 200);
    assert!(product.text(".price-line").starts_with("€ 49.00 incl. VAT"), "{}", product.text(".price-line"));

    assert_eq!(browser.add(&shop, &print, "2").await.leads_to(), "/cart");
    let cart = browser.open("/cart").await;
    assert_eq!(cart.text("#added strong"), "Long Swell, A3");
    assert_eq!(cart.text(".totals .sum dd"), "€ 98.00 incl. VAT");
    assert!(browser.open("/cart").await.texts("#added").is_empty(), "said once");

    let confirmation = check_out(&browser, "guest@example.com").await;
    let thanks = browser.open(&confirmation).await;
    assert_eq!(thanks.text("h1"), "Thank you, Sample.");
    assert!(thanks.text(".page-head").contains("guest@example.com"));
    assert_eq!(shop.available(&print).await, 3);
    assert!(browser.open("/cart").await.text("h2").starts_with("Nothing here yet"), "the cart is new");

    let stranger = Browser::new(&shop);
    assert_eq!(stranger.open(&confirmation).await.leads_to(), "/orders/look-up");
    assert_eq!(stranger.open(confirmation.trim_end_matches("/confirmation")).await.leads_to(), "/orders/look-up");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_is_said_at_the_field_and_what_was_entered_stays() {
    let shop = TestShop::open().await;
    let print = shop.print("Ebb", 5).await;
    let browser = Browser::new(&shop);
    browser.add(&shop, &print, "1").await;
    let page =
        browser.send("/checkout", &[("email", "nobody"), ("shipping_city", "Aarhus"), ("intent", "place")]).await;
    assert_eq!(page.status, 422);
    assert_eq!(page.text("#email-error"), "Enter an e-mail address like name@example.com.");
    assert_eq!(page.text("#shipping_first_name-error"), "Enter a first name.");
    assert_eq!(page.attribute("#shipping_city", "value"), "Aarhus");
    assert_eq!(page.attribute("#email", "value"), "nobody");
    assert_eq!(page.attribute("#email", "aria-describedby"), "email-hint email-error");
    assert_eq!(shop.order_count().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_charged_that_was_not_shown() {
    let shop = TestShop::open().await;
    let print = shop.print("Ebb", 5).await;
    let browser = Browser::new(&shop);
    browser.add(&shop, &print, "1").await;
    // The page that was shown knew no country yet, and so no delivery.
    let page = place(&browser, "guest@example.com", "4900").await;
    assert_eq!(page.status, 409);
    assert!(page.text(".notice").starts_with("The total is now €"), "{}", page.text(".notice"));
    assert_eq!(shop.order_count().await, 0);
    let total = page.attribute("[name=shown_total]", "value");
    assert!(place(&browser, "guest@example.com", &total).await.leads_to().ends_with("/confirmation"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_sent_twice_is_one_order() {
    let shop = TestShop::open().await;
    let print = shop.print("Ebb", 5).await;
    let browser = Browser::new(&shop);
    browser.add(&shop, &print, "1").await;
    let mut fields = vec![("email", "guest@example.com"), ("intent", "refresh")];
    fields.extend(ADDRESS);
    let total = browser.send("/checkout", &fields).await.attribute("[name=shown_total]", "value");
    let (first, second) =
        tokio::join!(place(&browser, "guest@example.com", &total), place(&browser, "guest@example.com", &total));
    assert_eq!(first.leads_to(), second.leads_to());
    assert_eq!(shop.order_count().await, 1);
    assert_eq!(shop.available(&print).await, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_there_is_cannot_be_added() {
    let shop = TestShop::open().await;
    let print = shop.print("Last Light", 1).await;
    let browser = Browser::new(&shop);
    let back = browser.add(&shop, &print, "2").await;
    assert_eq!(back.leads_to(), "/products/last-light?problem=stock&size=A3");
    let page = browser.open(back.leads_to()).await;
    assert!(page.text(".notice.bad").contains("Nothing was added"));
    assert_eq!(page.text(".stock"), "Last one");

    browser.add(&shop, &print, "1").await;
    let line = browser.open("/cart").await.attribute(".line-form", "action");
    assert_eq!(browser.send(&line, &[("quantity", "2")]).await.leads_to(), "/cart?problem=stock");
    assert_eq!(browser.send(&line, &[("quantity", "0")]).await.leads_to(), "/cart");
    assert!(browser.open("/cart").await.texts(".cart-lines li").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_print_that_sells_out_meanwhile_is_said_in_the_cart() {
    let shop = TestShop::open().await;
    let print = shop.print("Last Light", 1).await;
    let (quick, slow) = (Browser::new(&shop), Browser::new(&shop));
    quick.add(&shop, &print, "1").await;
    slow.add(&shop, &print, "1").await;
    check_out(&quick, "quick@example.com").await;

    let cart = slow.open("/cart").await;
    assert_eq!(cart.text(".cart-lines .field-error"), "Sold out. Please remove it.");
    assert_eq!(slow.open("/products/last-light").await.text(".add"), "Sold out");
    assert_eq!(shop.order_count().await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_finds_their_order_by_number_and_mail() {
    let shop = TestShop::open().await;
    let print = shop.print("Ebb", 5).await;
    let browser = Browser::new(&shop);
    browser.add(&shop, &print, "1").await;
    let confirmation = check_out(&browser, "guest@example.com").await;
    let number = browser.open(&confirmation).await.text(".order-facts dd");

    let elsewhere = Browser::new(&shop);
    let wrong = elsewhere.send("/orders/look-up", &[("number", &number), ("email", "other@example.com")]).await;
    assert_eq!(wrong.status, 404);
    let found = [("number", number.as_str()), ("email", "Guest@Example.com")];
    let order = elsewhere.send_and_follow("/orders/look-up", &found).await;
    assert_eq!(order.text("h1"), format!("Order {number}"));
    assert!(order.text(".order-facts").contains("Copenhagen"));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_region_means_another_currency_also_in_the_cart() {
    let shop = TestShop::open().await;
    let print = shop.print("Ebb", 5).await;
    let browser = Browser::new(&shop);
    browser.add(&shop, &print, "1").await;
    let back = browser.send("/region", &[("region", &shop.united_states), ("next", "/products/ebb")]).await;
    assert_eq!(back.leads_to(), "/products/ebb");
    assert!(browser.open("/products/ebb").await.text(".price-line").starts_with("$52.00"));
    assert!(browser.open("/cart").await.text(".totals .sum dd").starts_with("$52.00"));
    let away = browser.send("/region", &[("region", &shop.europe), ("next", "//elsewhere.example")]).await;
    assert_eq!(away.leads_to(), "/");
}
