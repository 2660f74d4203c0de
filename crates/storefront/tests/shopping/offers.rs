//! Sales and promotion codes on pages, without script.

use tradewind_kernel::{Currency, Decimal};
use tradewind_offers::{
    Allocation, NewListPrice, NewMethod, NewPriceList, NewPromotion, PriceListStatus, PromotionKind, PromotionStatus,
    Target, ValueKind,
};
use tradewind_pricing::PriceListKind;
use tradewind_testkit::TestShop;

use crate::browser::Browser;
use crate::purchase::{ADDRESS, check_out, place};

async fn percent_off(shop: &TestShop, code: &str, target: Target, percent: i64, limit: Option<i64>) {
    let new = NewPromotion {
        id: None,
        code: code.to_owned(),
        is_automatic: false,
        is_tax_inclusive: false,
        kind: PromotionKind::Standard,
        status: PromotionStatus::Active,
        limit,
        campaign_id: None,
        method: NewMethod {
            value_kind: ValueKind::Percentage,
            value: percent.into(),
            currency: Some(Currency::EUR),
            target,
            allocation: Some(Allocation::Across),
            max_quantity: None,
            buy_quantity: None,
            apply_to_quantity: None,
            target_rules: Vec::new(),
            buy_rules: Vec::new(),
        },
        rules: Vec::new(),
        metadata: None,
    };
    let offers = shop.shop.offers.clone();
    shop.shop.db.write(move |tx| Box::pin(async move { offers.create_promotion(tx, new).await })).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sale_stands_beside_the_struck_out_price_until_it_ends() {
    let shop = TestShop::open().await;
    let print = shop.print("Long Swell", 5).await;
    let browser = Browser::new(&shop);
    assert!(browser.open("/products/long-swell").await.texts(".price s").is_empty());
    let (offers, variant_id) = (shop.shop.offers.clone(), print.clone());
    let list = NewPriceList {
        id: None,
        title: "Sale".to_owned(),
        description: None,
        kind: PriceListKind::Sale,
        status: PriceListStatus::Active,
        starts_at: None,
        ends_at: Some(shop.shop.clock.now().plus_seconds(3600)),
        customer_group_ids: Vec::new(),
        metadata: None,
        prices: vec![NewListPrice {
            id: None,
            variant_id,
            currency: Currency::EUR,
            amount: Decimal::from(39),
            region_id: None,
            min_quantity: None,
            max_quantity: None,
        }],
    };
    shop.shop.db.write(move |tx| Box::pin(async move { offers.create_price_list(tx, list).await })).await.unwrap();
    for path in ["/products/long-swell", "/products"] {
        let page = browser.open(path).await;
        assert_eq!(
            (page.text(".price s"), page.text(".price .amount")),
            ("was € 49.00".into(), "€ 39.00".into()),
            "{path}"
        );
    }
    let other = Browser::new(&shop);
    other.add(&shop, &print, "2").await;
    let cart = other.open("/cart").await;
    assert_eq!(cart.text(".cart-lines s"), "was € 49.00");
    assert_eq!(cart.text(".totals .sum dd"), "€ 78.00 incl. VAT");
    shop.advance_seconds(3600);
    assert!(browser.open("/products").await.texts(".price s").is_empty(), "kept pages end with the sale");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_given_and_taken_back_in_the_cart() {
    let shop = TestShop::open().await;
    let print = shop.print("Ebb", 5).await;
    percent_off(&shop, "HARBOUR", Target::Items, 10, None).await;
    percent_off(&shop, "FREESHIP", Target::ShippingMethods, 100, None).await;
    let browser = Browser::new(&shop);
    browser.add(&shop, &print, "2").await;
    let cart = browser.send_and_follow("/cart/codes", &[("code", "harbour")]).await;
    assert_eq!(cart.texts(".totals dt")[1], "Discount HARBOUR");
    assert_eq!(cart.texts(".totals dd")[..2], ["€ 98.00", "−€ 9.80"]);
    assert!(cart.text(".totals .sum dd").starts_with("€ 88.20"));
    let cart = browser.send_and_follow("/cart/codes", &[("code", "FREESHIP")]).await;
    let given = cart.texts(".code-given");
    assert_eq!(given, ["HARBOUR Remove", "FREESHIP does not apply to this cart yet Remove"]);

    for typed in ["NOSUCH", "<b>", ""] {
        let back = browser.send_and_follow("/cart/codes", &[("code", typed)]).await;
        assert!(!back.text("#code-error").is_empty(), "{typed}");
        assert_eq!(back.attribute("#code", "value"), typed);
        assert_eq!(back.texts(".totals dt")[1], "Discount HARBOUR");
    }
    let cart = browser.send_and_follow("/cart/codes/remove", &[("code", "HARBOUR")]).await;
    assert_eq!(cart.texts(".code-given").len(), 1);
    assert!(cart.text(".totals .sum dd").starts_with("€ 98.00"));

    let confirmation = check_out(&browser, "guest@example.com").await;
    let order = browser.open(confirmation.trim_end_matches("/confirmation")).await;
    assert!(order.texts(".totals dt").contains(&"Discount FREESHIP".to_owned()));
    assert!(order.text(".totals .sum dd").starts_with("€ 98.00"), "{}", order.text(".totals"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_taken_at_the_checkout_and_a_used_up_one_is_said_with_the_new_total() {
    let shop = TestShop::open().await;
    let print = shop.print("Ebb", 5).await;
    percent_off(&shop, "LAST", Target::Items, 50, Some(1)).await;
    let total_with_code = async |browser: &Browser| {
        browser.add(&shop, &print, "1").await;
        let mut fields = vec![("email", "guest@example.com"), ("intent", "refresh"), ("code", "NOSUCH")];
        fields.extend(ADDRESS);
        let page = browser.send("/checkout", &fields).await;
        assert_eq!((page.status, page.attribute("#code", "value")), (200, "NOSUCH".to_owned()));
        assert!(page.text("#code-error").contains("NOSUCH"));
        fields[2] = ("code", "LAST");
        let page = browser.send("/checkout", &fields).await;
        assert_eq!(page.attribute("#code", "value"), "");
        assert!(page.texts(".totals dt").contains(&"Discount LAST".to_owned()));
        page.attribute("[name=shown_total]", "value")
    };
    let (quick, slow) = (Browser::new(&shop), Browser::new(&shop));
    let quick_total = total_with_code(&quick).await;
    let slow_total = total_with_code(&slow).await;
    assert!(place(&quick, "guest@example.com", &quick_total).await.leads_to().ends_with("/confirmation"));

    let refused = place(&slow, "guest@example.com", &slow_total).await;
    assert_eq!(refused.status, 409);
    assert_eq!(shop.order_count().await, 1);
    let total = refused.attribute("[name=shown_total]", "value");
    assert_eq!(total.parse::<i64>().unwrap() - slow_total.parse::<i64>().unwrap(), 2450);
    assert!(place(&slow, "guest@example.com", &total).await.leads_to().ends_with("/confirmation"));
}
