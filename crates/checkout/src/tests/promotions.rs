//! Price lists and promotions in carts, and the uses of promotions by orders.

use super::*;
use tradewind_kernel::ErrorKind;
use tradewind_offers::{
    BudgetKind, NewBudget, NewCampaign, NewListPrice, NewMethod, NewPriceList, NewPromotion, NewRule, Operator,
    PROMOTION_USED_UP, PriceListStatus, PromotionChange, PromotionKind, PromotionStatus, Target, ValueKind,
};
use tradewind_pricing::PriceListKind;

/// So many percent off all items.
pub(super) fn percent_off(code: &str, percent: i64) -> NewPromotion {
    NewPromotion {
        id: None,
        code: code.to_owned(),
        is_automatic: false,
        is_tax_inclusive: false,
        kind: PromotionKind::Standard,
        status: PromotionStatus::Active,
        limit: None,
        campaign_id: None,
        method: NewMethod {
            value_kind: ValueKind::Percentage,
            value: percent.into(),
            currency: Some(Currency::EUR),
            target: Target::Items,
            allocation: Some(tradewind_offers::Allocation::Across),
            max_quantity: None,
            buy_quantity: None,
            apply_to_quantity: None,
            target_rules: Vec::new(),
            buy_rules: Vec::new(),
        },
        rules: Vec::new(),
        metadata: None,
    }
}

fn rule(attribute: &str, operator: Operator, value: &str) -> NewRule {
    NewRule { description: None, attribute: attribute.to_owned(), operator, values: vec![value.to_owned()] }
}

impl Shop {
    /// Makes a promotion; its id.
    async fn promote(&self, new: NewPromotion) -> String {
        let offers = self.parts.offers.clone();
        self.write(move |tx| Box::pin(async move { offers.create_promotion(tx, new).await })).await.unwrap().id
    }

    async fn change_promotion(&self, id: &str, change: PromotionChange) {
        let (offers, id) = (self.parts.offers.clone(), id.to_owned());
        self.write(move |tx| Box::pin(async move { offers.update_promotion(tx, &id, change).await })).await.unwrap();
    }

    async fn give(&self, cart_id: &str, code: &str) -> CartView {
        self.checkout.add_promotions(cart_id, vec![code.to_owned()]).await.unwrap()
    }

    /// A cart that only has to be completed, with a code.
    async fn ready_with(&self, lines: &[(&str, i64)], code: &str) -> String {
        let id = self.cart_with(lines).await.cart.id.as_str().to_owned();
        self.give(&id, code).await;
        self.pay(&id).await;
        id
    }

    /// How often a promotion was used, by the books.
    async fn uses(&self, id: &str) -> i64 {
        let ids = [id.to_owned()];
        self.parts.offers.used(&ids, &[]).await.unwrap().promotion(id)
    }
}

fn off(view: &CartView) -> Vec<(String, Decimal)> {
    let of_items = view.cart.items.iter().flat_map(|item| &item.adjustments);
    let all = of_items.chain(view.cart.shipping_methods.iter().flat_map(|method| &method.adjustments));
    all.map(|own| (own.code.clone().unwrap_or_default(), own.amount)).collect()
}

#[tokio::test]
async fn a_code_takes_something_off_until_it_is_taken_away() {
    let shop = Shop::open().await;
    let promotion = shop.promote(percent_off("TENPCT", 10)).await;
    let cart = shop.cart_with(&[(CHART, 2), (PRINT, 1)]).await;
    let id = cart.cart.id.as_str();
    let with = shop.give(id, "tenpct ").await;
    assert_eq!(off(&with), [("TENPCT".to_owned(), euros("2")), ("TENPCT".to_owned(), euros("1.24"))]);
    let adjustment = &with.cart.items[0].adjustments[0];
    assert_eq!(adjustment.promotion_id.as_ref(), Some(&promotion));
    assert_eq!((with.totals.discount_subtotal.minor, with.totals.subtotal.minor), (324, 4235));
    assert_eq!(with.totals.total.minor, (4235 - 324) * 125 / 100 + 1);

    // Given again, it is given once, and what stays as it was keeps its id.
    let again = shop.give(id, "TENPCT").await;
    assert_eq!(
        (&again.cart.promo_codes, &again.cart.items[0].adjustments[0].id),
        (&vec!["TENPCT".into()], &adjustment.id)
    );
    let read = shop.checkout.cart(id).await.unwrap();
    assert_eq!((read.cart, read.totals), (again.cart, again.totals));

    let without = shop.checkout.remove_promotions(id, vec!["TENPCT".into(), "NEVER".into()]).await.unwrap();
    assert_eq!((off(&without), without.totals.clone()), (vec![], cart.totals));

    let unknown = shop.checkout.add_promotions(id, vec!["NOSUCH".to_owned()]).await.unwrap_err();
    assert_eq!((unknown.kind(), unknown.field()), (ErrorKind::Invalid, Some("promo_codes")));
    let opened = NewCart { promo_codes: vec!["NOSUCH".to_owned()], ..NewCart::default() };
    assert!(shop.checkout.create_cart(opened).await.is_err());
}

#[tokio::test]
async fn codes_of_a_change_take_the_place_of_those_before() {
    let shop = Shop::open().await;
    shop.promote(percent_off("TENPCT", 10)).await;
    shop.promote(percent_off("HALF", 50)).await;
    let new = NewCart {
        region_id: Some(EUROPE.to_owned()),
        items: vec![line(CHART, 1)],
        promo_codes: vec!["TENPCT".to_owned()],
        ..NewCart::default()
    };
    let cart = shop.checkout.create_cart(new).await.unwrap();
    assert_eq!(cart.totals.discount_total.minor, 100);
    let change = |codes: &[&str]| CartChange {
        promo_codes: Some(codes.iter().map(|code| (*code).to_owned()).collect()),
        ..CartChange::default()
    };
    let id = cart.cart.id.as_str();
    assert_eq!(
        off(&shop.checkout.update_cart(id, change(&["HALF"])).await.unwrap()),
        [("HALF".to_owned(), euros("5"))]
    );
    let kept = shop.checkout.update_cart(id, CartChange::default()).await.unwrap();
    assert_eq!(kept.cart.promo_codes, ["HALF"]);
    assert_eq!(off(&shop.checkout.update_cart(id, change(&[])).await.unwrap()), []);
}

#[tokio::test]
async fn a_promotion_holds_when_its_rules_do_and_not_before_or_after() {
    let shop = Shop::open().await;
    let rules = vec![
        rule("shipping_address.country_code", Operator::Eq, "dk"),
        rule("item_total", Operator::Gte, "20"),
        rule("items.variant_id", Operator::In, CHART),
    ];
    shop.promote(NewPromotion { rules, is_automatic: true, ..percent_off("HARBOUR", 10) }).await;
    let cart = shop.empty_cart().await.cart.id.as_str().to_owned();
    let add = async |variant: &str, quantity| shop.checkout.add_line(&cart, line(variant, quantity)).await.unwrap();
    assert_eq!(off(&add(CHART, 1).await), []);
    assert_eq!(off(&add(PRINT, 1).await), []);
    let sent_to = async |country| {
        let change = CartChange { shipping_address: Some(Some(address(country))), ..CartChange::default() };
        off(&shop.checkout.update_cart(&cart, change).await.unwrap()).len()
    };
    assert_eq!((sent_to("dk").await, sent_to("de").await, sent_to("dk").await), (2, 0, 2));
    let item_id = shop.checkout.cart(&cart).await.unwrap().cart.items[0].id.clone();
    assert_eq!(off(&shop.checkout.remove_line(&cart, &item_id).await.unwrap()), []);
}

#[tokio::test]
async fn a_draft_is_without_effect_and_begins_to_hold_when_it_is_active() {
    let shop = Shop::open().await;
    let draft = NewPromotion { status: PromotionStatus::Draft, ..percent_off("DRAFTY", 50) };
    let promotion = shop.promote(draft).await;
    let id = shop.cart_with(&[(CHART, 1)]).await.cart.id.as_str().to_owned();
    assert_eq!(off(&shop.give(&id, "DRAFTY").await), []);
    let active = PromotionChange { status: Some(PromotionStatus::Active), ..PromotionChange::default() };
    shop.change_promotion(&promotion, active).await;
    let touched = shop.checkout.update_cart(&id, CartChange::default()).await.unwrap();
    assert_eq!(off(&touched), [("DRAFTY".to_owned(), euros("5"))]);
}

#[tokio::test]
async fn free_shipping_waits_for_a_way_of_sending() {
    let shop = Shop::open().await;
    let mut free = percent_off("FREESHIP", 100);
    free.method.target = Target::ShippingMethods;
    free.method.target_rules = vec![rule("shipping_methods.shipping_option_id", Operator::Eq, STANDARD)];
    shop.promote(free).await;
    let cart = shop.empty_cart().await.cart.id.as_str().to_owned();
    shop.checkout.add_line(&cart, line(CHART, 1)).await.unwrap();
    assert_eq!(off(&shop.give(&cart, "FREESHIP").await), []);
    let change = CartChange { shipping_address: Some(Some(address("dk"))), ..CartChange::default() };
    shop.checkout.update_cart(&cart, change).await.unwrap();
    let sent = shop.checkout.add_shipping_method(&cart, STANDARD, None).await.unwrap();
    assert_eq!(off(&sent), [("FREESHIP".to_owned(), euros("10"))]);
    assert_eq!((sent.totals.shipping_total.minor, sent.totals.shipping_discount_total.minor), (0, 1250));
    assert_eq!(off(&shop.checkout.add_shipping_method(&cart, EXPRESS, None).await.unwrap()), []);
}

#[tokio::test]
async fn buying_two_gives_one_and_is_counted_before_percentages() {
    let shop = Shop::open().await;
    let mut three_for_two = percent_off("B2G1", 100);
    three_for_two.kind = PromotionKind::BuyGet;
    let method = &mut three_for_two.method;
    method.allocation = Some(tradewind_offers::Allocation::Each);
    (method.buy_quantity, method.apply_to_quantity, method.max_quantity) = (Some(2), Some(1), Some(1));
    method.buy_rules = vec![rule("items.variant_id", Operator::Eq, CHART)];
    method.target_rules = vec![rule("items.variant_id", Operator::Eq, CHART)];
    shop.promote(three_for_two).await;
    shop.promote(percent_off("TENPCT", 10)).await;
    let id = shop.cart_with(&[(CHART, 3)]).await.cart.id.as_str().to_owned();
    shop.give(&id, "TENPCT").await;
    let both = shop.give(&id, "B2G1").await;
    assert_eq!(off(&both), [("B2G1".to_owned(), euros("10")), ("TENPCT".to_owned(), euros("2"))]);
    let item_id = both.cart.items[0].id.clone();
    let two = LineChange { quantity: 2, metadata: None };
    let fewer = shop.checkout.update_line(&id, &item_id, two).await.unwrap();
    assert_eq!(off(&fewer), [("TENPCT".to_owned(), euros("2"))]);
}

#[tokio::test]
async fn the_last_use_is_had_once_and_the_other_cart_can_be_bought_without_it() {
    let shop = Shop::open().await;
    let promotion = shop.promote(NewPromotion { limit: Some(1), ..percent_off("ONCE", 20) }).await;
    let first = shop.ready_with(&[(CHART, 1)], "ONCE").await;
    let second = shop.ready_with(&[(CHART, 1)], "ONCE").await;
    let order = shop.complete(&first).await.unwrap();
    assert_eq!((order.totals().total().minor, shop.uses(&promotion).await), (2250, 1));
    let own = &order.items[0].adjustments[0];
    assert!(own.id.starts_with("ordliadj_") && own.code.as_deref() == Some("ONCE"), "{own:?}");

    let refused = shop.complete(&second).await.unwrap_err();
    assert!(refused.is(PROMOTION_USED_UP) && refused.message().contains("ONCE"), "{refused}");
    assert!(refused.message().contains("25"), "it names the new price: {refused}");
    let view = shop.checkout.cart(&second).await.unwrap();
    assert_eq!((off(&view), view.totals.total.minor), (vec![], 2500));
    let payment = view.payment_collection.unwrap();
    assert!(payment.open_session().is_none_or(|session| session.amount == view.totals.total), "{payment:?}");
    // The old session pays for nothing any more.
    assert!(shop.complete(&second).await.unwrap_err().is(PAYMENT_MISSING));
    shop.pay(&second).await;
    assert_eq!(shop.complete(&second).await.unwrap().totals().total().minor, 2500);
    assert_eq!(shop.uses(&promotion).await, 1);
    assert_eq!(shop.charts_left().await, 3);
}

#[tokio::test]
async fn a_budget_is_never_passed() {
    let shop = Shop::open().await;
    let offers = shop.parts.offers.clone();
    let campaign = NewCampaign {
        identifier: "winter".to_owned(),
        name: "Winter".to_owned(),
        budget: Some(NewBudget {
            kind: BudgetKind::Spend,
            limit: Some(euros("3")),
            currency: Some(Currency::EUR),
            holder: None,
        }),
        ..NewCampaign::default()
    };
    let campaign = shop.write(move |tx| Box::pin(async move { offers.create_campaign(tx, campaign).await })).await;
    let campaign_id = campaign.unwrap().id;
    shop.promote(NewPromotion { campaign_id: Some(campaign_id), is_automatic: true, ..percent_off("WINTER", 20) })
        .await;
    let first = shop.ready_cart(&[(CHART, 1)]).await;
    let second = shop.ready_cart(&[(CHART, 1)]).await;
    shop.complete(&first).await.unwrap();
    assert!(shop.complete(&second).await.unwrap_err().is(PROMOTION_USED_UP));
    shop.pay(&second).await;
    assert_eq!(shop.complete(&second).await.unwrap().totals().all.discount_subtotal, 0);
    // Whoever comes later has what is left.
    let third = shop.cart_with(&[(CHART, 1)]).await;
    assert_eq!(off(&third), [("WINTER".to_owned(), euros("1"))]);
}

#[tokio::test]
async fn a_promotion_that_was_ended_is_not_given_although_it_was_shown() {
    let shop = Shop::open().await;
    let promotion = shop.promote(percent_off("MISTAKE", 100)).await;
    let id = shop.ready_with(&[(CHART, 1)], "MISTAKE").await;
    let ended = PromotionChange { status: Some(PromotionStatus::Inactive), ..PromotionChange::default() };
    shop.change_promotion(&promotion, ended).await;
    assert!(shop.complete(&id).await.unwrap_err().is(PROMOTION_USED_UP));
    assert_eq!(shop.checkout.cart(&id).await.unwrap().totals.total.minor, 2500);
    // Back again, it is given to who asks for it again.
    let back = PromotionChange { status: Some(PromotionStatus::Active), ..PromotionChange::default() };
    shop.change_promotion(&promotion, back).await;
    let touched = shop.checkout.update_cart(&id, CartChange::default()).await.unwrap();
    assert_eq!(off(&touched), [], "what was refused does not come back by itself");
    assert_eq!(shop.give(&id, "MISTAKE").await.totals.item_total.minor, 0);
}

#[tokio::test]
async fn price_lists_hold_in_carts_by_quantity_and_time() {
    let shop = Shop::open().await;
    let offers = shop.parts.offers.clone();
    let now = shop.parts.clock.now();
    let listed = |variant: &str, amount: &str, min_quantity| NewListPrice {
        id: None,
        variant_id: variant.to_owned(),
        currency: Currency::EUR,
        amount: euros(amount),
        region_id: None,
        min_quantity,
        max_quantity: None,
    };
    let list = |kind, prices, ends_at| NewPriceList {
        id: None,
        title: "List".to_owned(),
        description: None,
        kind,
        status: PriceListStatus::Active,
        starts_at: None,
        ends_at,
        customer_group_ids: Vec::new(),
        metadata: None,
        prices,
    };
    let sale = list(PriceListKind::Sale, vec![listed(CHART, "7.5", None)], Some(now.plus_seconds(60)));
    let tiers = list(PriceListKind::Sale, vec![listed(PRINT, "8", Some(5))], None);
    let instead = list(PriceListKind::Override, vec![listed(BACKORDERED, "9", None)], None);
    shop.write(move |tx| {
        Box::pin(async move {
            for list in [sale, tiers, instead] {
                offers.create_price_list(tx, list).await?;
            }
            Ok(())
        })
    })
    .await
    .unwrap();
    let cart = shop.cart_with(&[(CHART, 2), (PRINT, 4), (BACKORDERED, 1)]).await;
    let prices = |view: &CartView| -> Vec<(Decimal, Option<Decimal>)> {
        view.cart.items.iter().map(|item| (item.unit_price, item.compare_at_unit_price)).collect()
    };
    let (chart, print, over) = ((euros("7.5"), Some(euros("10"))), (euros("12.35"), None), (euros("9"), None));
    assert_eq!(prices(&cart), [chart, print, over]);
    let (id, item_id) = (cart.cart.id.as_str(), &cart.cart.items[1].id);
    let five = shop.checkout.update_line(id, item_id, LineChange { quantity: 5, metadata: None }).await.unwrap();
    assert_eq!(prices(&five)[1], (euros("8"), Some(euros("12.35"))));
    shop.parts.clock.advance_seconds(61);
    let later = shop.checkout.update_cart(id, CartChange::default()).await.unwrap();
    assert_eq!(prices(&later)[0], (euros("10"), None));
}

#[tokio::test]
async fn credit_lowers_what_is_left_to_pay() {
    let shop = Shop::open().await;
    let id = shop.cart_with(&[(CHART, 1)]).await.cart.id.as_str().to_owned();
    let now = shop.parts.clock.now();
    let credit = tradewind_orders::CreditLine {
        id: "calicl_1".to_owned(),
        amount: euros("4"),
        reference: Some("gift_card".to_owned()),
        reference_id: None,
        metadata: None,
        created_at: now,
        updated_at: now,
    };
    let cart_id = id.clone();
    shop.write(move |tx| {
        Box::pin(async move {
            let (mut cart, version) = store::cart(tx, &cart_id).await?.expect("the cart is there");
            cart.credit_lines.push(credit);
            let body = serde_json::to_string(&cart).map_err(Error::internal)?;
            store::save(tx, &cart, &body, version).await
        })
    })
    .await
    .unwrap();
    let view = shop.checkout.cart(&id).await.unwrap();
    assert_eq!((view.totals.total.minor, view.totals.credit_line_total.minor), (2100, 400));
    shop.pay(&id).await;
    let order = shop.complete(&id).await.unwrap();
    assert_eq!((order.totals().total().minor, order.totals().credit, order.credit_lines.len()), (2100, 400, 1));
}
