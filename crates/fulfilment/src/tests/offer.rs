//! What a shopper is offered, and for how much.

use super::*;

#[tokio::test]
async fn rules_say_whether_a_shopper_sees_it() {
    let shop = Shop::open().await;
    let rule = |attribute: &str, operator, value: serde_json::Value| OptionRule {
        id: String::new(),
        attribute: attribute.to_owned(),
        operator,
        value,
    };
    let usual = shop.create(shop.option(0, vec![price(Currency::EUR, "1")])).await.unwrap();
    assert_eq!(usual.rules.len(), 2);
    assert_eq!(usual.provider_id, MANUAL_PROVIDER);
    assert!(usual.rules.iter().all(|rule| rule.id.starts_with("sorul_")));
    for (rules, amount) in [
        (vec![rule("enabled_in_store", RuleOperator::Eq, "false".into())], "2"),
        (vec![rule("is_return", RuleOperator::Eq, "true".into())], "3"),
        (vec![rule("is_return", RuleOperator::Ne, "true".into())], "4"),
        (vec![rule("enabled_in_store", RuleOperator::In, serde_json::json!(["true", "maybe"]))], "5"),
        (vec![rule("enabled_in_store", RuleOperator::Nin, serde_json::json!([true]))], "6"),
        (vec![rule("cart_total", RuleOperator::Gt, 10.into())], "7"),
    ] {
        let option = shop.option(0, vec![price(Currency::EUR, amount)]);
        shop.create(NewShippingOption { rules, ..option }).await.unwrap();
    }
    let market = shop.market().await;
    let offered = shop.offered(to("de", &market.regions()[0], &market)).await;
    assert_eq!(amounts(&offered), ["1", "4", "5"]);
}

#[tokio::test]
async fn a_price_for_the_region_beats_a_general_one_and_follows_the_regions_tax() {
    let shop = Shop::open().await;
    let market = shop.market().await;
    let [europe, america] = market.regions() else { panic!("two regions") };
    let own = OptionPrice { region_id: Some(europe.id.to_string()), ..price(Currency::EUR, "7.50") };
    let general = vec![price(Currency::EUR, "10")];
    shop.create(shop.option(0, [general.clone(), vec![own]].concat())).await.unwrap();
    let other = shop.create(shop.option(0, general)).await.unwrap();
    let offered = shop.offered(to("de", europe, &market)).await;
    let shown: Vec<_> = offered.iter().map(|it| (it.amount.to_string(), it.is_tax_inclusive)).collect();
    assert_eq!(shown, [("7.50".to_owned(), true), ("10".to_owned(), false)]);
    assert!(offered.iter().all(|priced| priced.price_id.as_ref().unwrap().starts_with("price_")));
    assert!(shop.offered(to("de", america, &market)).await.is_empty());
    let query = to("de", europe, &market);
    assert_eq!(shop.fulfilment.option_for(&other.id, &query).await.unwrap().as_ref(), offered.get(1));
    assert_eq!(shop.fulfilment.option_for("so_nope", &query).await.unwrap(), None);
}

#[tokio::test]
async fn an_option_is_offered_where_its_zone_reaches() {
    let shop = Shop::open().await;
    for (zone, amount) in ["1", "2", "3", "4"].into_iter().enumerate() {
        shop.create(shop.option(zone, vec![price(Currency::EUR, amount)])).await.unwrap();
    }
    let market = shop.market().await;
    let region = &market.regions()[0];
    let offered = async |query: DeliveryQuery<'_>| amounts(&shop.offered(query).await);
    let germany = to("De", region, &market);
    assert_eq!(offered(germany).await, ["1"]);
    assert!(offered(to("at", region, &market)).await.is_empty());
    let canada = to("ca", region, &market);
    assert!(offered(canada).await.is_empty());
    assert_eq!(offered(DeliveryQuery { province: Some("on"), ..canada }).await, ["2"]);
    assert!(offered(DeliveryQuery { province: Some("qc"), ..canada }).await.is_empty());
    let france = to("fr", region, &market);
    assert_eq!(offered(DeliveryQuery { city: Some(" LYON "), ..france }).await, ["3"]);
    assert!(offered(DeliveryQuery { city: Some("Paris"), ..france }).await.is_empty());
    let britain = to("gb", region, &market);
    assert_eq!(offered(DeliveryQuery { postal_code: Some("sw1a 1aa"), ..britain }).await, ["4"]);
    assert!(offered(DeliveryQuery { postal_code: Some("N1 9GU"), ..britain }).await.is_empty());

    // From the locations of the channel, for the things in the cart.
    let here = [HARBOUR.to_owned()];
    let elsewhere = ["sloc_elsewhere".to_owned()];
    assert_eq!(offered(DeliveryQuery { location_ids: &here, ..germany }).await, ["1"]);
    assert!(offered(DeliveryQuery { location_ids: &elsewhere, ..germany }).await.is_empty());
    let profiles = [shop.profile.id.clone()];
    assert_eq!(offered(DeliveryQuery { profile_ids: &profiles, ..germany }).await, ["1"]);
    assert!(offered(DeliveryQuery { profile_ids: &elsewhere, ..germany }).await.is_empty());
}

#[tokio::test]
async fn the_price_with_the_most_conditions_that_hold_is_charged() {
    let shop = Shop::open().await;
    let market = shop.market().await;
    let [europe, _] = market.regions() else { panic!("two regions") };
    let rule = |operator, value: &str| PriceRule { id: String::new(), operator, value: value.parse().unwrap() };
    let with = |amount: &str, rules: Vec<PriceRule>| OptionPrice { rules, ..price(Currency::EUR, amount) };
    let in_europe = |held: OptionPrice| OptionPrice { region_id: Some(europe.id.to_string()), ..held };
    let option = shop
        .create(shop.option(
            0,
            vec![
                with("10", vec![]),
                with("5", vec![rule(RuleOperator::Gte, "50")]),
                with("2", vec![rule(RuleOperator::Gt, "80"), rule(RuleOperator::Lte, "100")]),
                with("3", vec![rule(RuleOperator::Gte, "100"), rule(RuleOperator::Lt, "200")]),
                in_europe(with("0", vec![rule(RuleOperator::Gte, "50"), rule(RuleOperator::Eq, "77.70")])),
            ],
        ))
        .await
        .unwrap();
    assert!(option.prices[1].rules[0].id.starts_with("prule_"));
    for (total, amount) in [
        ("0", "10"),
        ("49.99", "10"),
        ("50", "5"),
        ("77.7", "0"),
        ("80", "5"),
        ("80.01", "2"),
        // Both hold with two conditions: the lower one.
        ("100", "2"),
        ("199.99", "3"),
        ("200", "5"),
    ] {
        let query = DeliveryQuery { item_total: total.parse().unwrap(), ..to("de", europe, &market) };
        assert_eq!(amounts(&shop.offered(query).await), [amount], "{total}");
    }
    let bad = shop.option(0, vec![with("1", vec![rule(RuleOperator::Ne, "1")])]);
    assert_eq!(shop.create(bad).await.unwrap_err().field(), Some("prices.rules.operator"));
}

#[tokio::test]
async fn a_carrier_computes_the_price_of_what_it_can_carry() {
    let shop = Shop::open().await;
    let market = shop.market().await;
    let [europe, america] = market.regions() else { panic!("two regions") };
    let calculated = |provider: &str, data: serde_json::Value| NewShippingOption {
        price_type: PriceType::Calculated,
        provider_id: provider.to_owned(),
        data: Some(data),
        ..shop.option(0, Vec::new())
    };
    let table = json!({"table": [
        {"up_to_grams": 500, "prices": {"eur": 3.5}}, {"up_to_grams": 2000, "prices": {"eur": 6.95}}]});
    let option = shop.create(calculated("table_weight", table.clone())).await.unwrap();
    for (weight_grams, expected) in [(0, vec!["3.5"]), (501, vec!["6.95"]), (2001, vec![])] {
        let query = DeliveryQuery { weight_grams, ..to("de", europe, &market) };
        let offered = shop.offered(query).await;
        assert_eq!(amounts(&offered), expected, "{weight_grams}");
        assert!(offered.iter().all(|priced| priced.price_id.is_none() && !priced.is_tax_inclusive));
    }
    assert!(shop.offered(to("de", america, &market)).await.is_empty());
    for (new, field) in [
        (calculated("manual_manual", table.clone()), "price_type"),
        (calculated("table_weight", json!({"table": []})), "data.table"),
        (calculated("ups_home", table), "provider_id"),
    ] {
        assert_eq!(shop.create(new).await.unwrap_err().field(), Some(field));
    }
    let change =
        ShippingOptionChange { provider_id: Some("manual_manual".to_owned()), ..ShippingOptionChange::default() };
    let id = option.id.clone();
    let outcome =
        shop.write(|fulfilment, tx| Box::pin(async move { fulfilment.update_option(tx, &id, change).await })).await;
    assert_eq!(outcome.unwrap_err().field(), Some("price_type"));
}
