//! Which taxes are charged where.

use super::*;

fn percent(text: &str) -> Decimal {
    text.parse().expect("a percentage")
}

fn default_rate(name: &str, rate: &str) -> NewTaxRate {
    NewTaxRate { name: name.to_owned(), rate: percent(rate), is_default: true, ..NewTaxRate::default() }
}

fn rate_for(name: &str, rate: &str, reference: TaxReference, id: &str) -> NewTaxRate {
    let rules = vec![TaxRule { id: String::new(), reference, reference_id: id.to_owned() }];
    NewTaxRate { name: name.to_owned(), rate: percent(rate), rules, ..NewTaxRate::default() }
}

fn names<'r>(rates: &[&'r TaxRate]) -> Vec<&'r str> {
    rates.iter().map(|rate| rate.name.as_str()).collect()
}

#[tokio::test]
async fn nearer_and_narrower_tax_rates_win() {
    let shop = Shop::open().await;
    let germany = NewTaxRegion {
        country_code: "DE".to_owned(),
        rates: vec![
            default_rate("VAT", "19"),
            rate_for("reduced", "7", TaxReference::Product, "prod_book"),
            rate_for("prints", "10.5", TaxReference::ProductType, "ptyp_print"),
            rate_for("post", "0", TaxReference::ShippingOption, "so_post"),
        ],
        ..NewTaxRegion::default()
    };
    shop.tax_region(germany).await.unwrap();
    let market = shop.market.snapshot().await.unwrap();
    let rates = |product: &str, type_id| names(&market.tax_rates("De", None, product, type_id));
    assert_eq!(rates("prod_other", None), ["VAT"]);
    assert_eq!(rates("prod_book", Some("ptyp_print")), ["reduced"]);
    assert_eq!(rates("prod_other", Some("ptyp_print")), ["prints"]);
    assert_eq!(names(&market.shipping_tax_rates("de", None, "so_post")), ["post"]);
    assert_eq!(names(&market.shipping_tax_rates("de", None, "so_other")), ["VAT"]);
    assert!(market.tax_rates("fr", None, "prod_book", None).is_empty());
}

#[tokio::test]
async fn a_provinces_rate_stands_alone_or_beside_its_countrys() {
    let shop = Shop::open().await;
    let country =
        |code: &str, rate| NewTaxRegion { country_code: code.to_owned(), rates: vec![rate], ..NewTaxRegion::default() };
    let province = |code: &str, province: &str, rate| NewTaxRegion {
        province_code: Some(province.to_owned()),
        ..country(code, rate)
    };
    let orphan = shop.tax_region(province("ca", "on", default_rate("HST", "13"))).await.unwrap_err();
    assert_eq!(orphan.field(), Some("province_code"));

    let canada = shop.tax_region(country("ca", default_rate("GST", "5"))).await.unwrap();
    let ontario = shop.tax_region(province("CA", "ON", default_rate("HST", "13"))).await.unwrap();
    assert_eq!(ontario.parent_id.as_ref(), Some(&canada.id));
    let provincial = NewTaxRate { is_combinable: true, ..default_rate("QST", "9.975") };
    shop.tax_region(province("ca", "qc", provincial)).await.unwrap();
    let twice = shop.tax_region(province("ca", "qc", default_rate("QST", "9"))).await.unwrap_err();
    assert!(twice.is(error::TAX_REGION_EXISTS) && twice.message().contains("CA-QC"));

    let market = shop.market.snapshot().await.unwrap();
    let rates = |province| names(&market.tax_rates("ca", province, "prod_1", None));
    assert_eq!(rates(None), ["GST"]);
    assert_eq!(rates(Some("Ab")), ["GST"]);
    assert_eq!(rates(Some("ON")), ["HST"]);
    assert_eq!(rates(Some("qc")), ["QST", "GST"]);

    // With the country go its provinces.
    let (handle, id) = (shop.market.clone(), canada.id.clone());
    let removal = shop.db.write(move |tx| Box::pin(async move { handle.delete_tax_region(tx, &id).await }));
    removal.await.unwrap();
    assert!(shop.market.snapshot().await.unwrap().tax_regions().is_empty());
}

#[tokio::test]
async fn tax_rates_are_added_changed_and_removed() {
    let shop = Shop::open().await;
    let new = NewTaxRegion { country_code: "dk".to_owned(), ..NewTaxRegion::default() };
    let denmark = shop.tax_region(new).await.unwrap();
    let add = |rate: NewTaxRate| {
        let (market, id) = (shop.market.clone(), denmark.id.clone());
        shop.db.write(move |tx| Box::pin(async move { market.create_tax_rate(tx, &id, rate).await }))
    };
    let rate = add(default_rate("Moms", "25.000")).await.unwrap();
    assert_eq!(rate.rate, percent("25"));
    assert_eq!(add(default_rate("second default", "1")).await.unwrap_err().field(), Some("is_default"));
    for bad in ["-1", "1001", "1.1234567"] {
        let new = NewTaxRate { is_default: false, ..default_rate("bad", bad) };
        assert_eq!(add(new).await.unwrap_err().field(), Some("rate"));
    }
    shop.clock.advance_seconds(60);
    let change = TaxRateChange { rate: Some(percent("24")), ..TaxRateChange::default() };
    let (market, region_id, id) = (shop.market.clone(), denmark.id.clone(), rate.id.clone());
    let changed = shop
        .db
        .write(move |tx| Box::pin(async move { market.update_tax_rate(tx, &region_id, &id, change).await }))
        .await
        .unwrap();
    assert_eq!(changed.rate, percent("24"));
    assert!(changed.updated_at > rate.updated_at && changed.created_at == rate.created_at);
    let (market, region_id, id) = (shop.market.clone(), denmark.id.clone(), rate.id);
    shop.db.write(move |tx| Box::pin(async move { market.delete_tax_rate(tx, &region_id, &id).await })).await.unwrap();
    let market = shop.market.snapshot().await.unwrap();
    assert!(market.tax_region(denmark.id.as_str()).unwrap().rates.is_empty());
}

#[tokio::test]
async fn a_province_is_one_however_it_is_written_and_stays_in_its_country() {
    let shop = Shop::open().await;
    let country =
        |code: &str, rate| NewTaxRegion { country_code: code.to_owned(), rates: vec![rate], ..NewTaxRegion::default() };
    let province = |code: &str, province: &str| NewTaxRegion {
        province_code: Some(province.to_owned()),
        ..country(code, default_rate("state", "7.25"))
    };
    let america = shop.tax_region(country("us", default_rate("none", "0"))).await.unwrap();
    let canada = shop.tax_region(country("ca", default_rate("GST", "5"))).await.unwrap();
    let california = shop.tax_region(province("us", "US-CA")).await.unwrap();
    assert_eq!(
        (california.province_code.as_deref(), &california.parent_id),
        (Some("us-ca"), &Some(america.id.clone()))
    );
    let market = shop.market.snapshot().await.unwrap();
    for written in ["us-ca", "CA", " ca ", "US-CA"] {
        assert_eq!(names(&market.tax_rates("US", Some(written), "prod_1", None)), ["state"], "{written}");
    }
    assert_eq!(names(&market.tax_rates("us", Some("ny"), "prod_1", None)), ["none"]);

    let under = |parent: &TaxRegionId, new: NewTaxRegion| NewTaxRegion { parent_id: Some(parent.clone()), ..new };
    let bad = [
        (province("us", "ca"), "country_code"),
        (province("us", "ca-on"), "province_code"),
        (under(&canada.id, province("us", "ny")), "parent_id"),
        (under(&california.id, province("us", "ny")), "parent_id"),
        (under(&TaxRegionId::from("txreg_nope"), province("us", "ny")), "parent_id"),
        (under(&america.id, country("us", default_rate("twice", "1"))), "province_code"),
        (NewTaxRegion { provider_id: Some("tp_nope".to_owned()), ..province("us", "ny") }, "provider_id"),
        (country("", default_rate("nowhere", "1")), "country_code"),
    ];
    for (new, field) in bad {
        let shown = format!("{new:?}");
        let error = shop.tax_region(new).await.unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::Invalid, Some(field)), "{error}: {shown}");
    }
    assert_eq!(shop.market.snapshot().await.unwrap().tax_regions().len(), 3);

    let change =
        |province: &str| TaxRegionChange { province_code: Some(province.to_owned()), ..TaxRegionChange::default() };
    let update = |id: &TaxRegionId, change: TaxRegionChange| {
        let id = id.clone();
        shop.write(move |market, tx| Box::pin(async move { market.update_tax_region(tx, &id, change).await }))
    };
    assert_eq!(update(&america.id, change("ny")).await.unwrap_err().field(), Some("province_code"));
    assert_eq!(update(&california.id, change("ca-on")).await.unwrap_err().field(), Some("province_code"));
    let moved = update(&california.id, change("NY")).await.unwrap();
    assert_eq!(moved.province_code.as_deref(), Some("ny"));
    let market = shop.market.snapshot().await.unwrap();
    assert_eq!(names(&market.tax_rates("us", Some("US-NY"), "prod_1", None)), ["state"]);
    shop.tax_region(province("us", "ca")).await.unwrap();
}

#[tokio::test]
async fn rules_of_a_rate_come_and_go_by_their_ids() {
    let shop = Shop::open().await;
    let germany = NewTaxRegion {
        country_code: "de".to_owned(),
        rates: vec![default_rate("VAT", "19"), rate_for("reduced", "7", TaxReference::Product, "prod_book")],
        ..NewTaxRegion::default()
    };
    let germany = shop.tax_region(germany).await.unwrap();
    let (region_id, rate_id) = (germany.id.clone(), germany.rates[1].id.clone());
    let rule = |reference_id: &str| TaxRule {
        id: String::new(),
        reference: TaxReference::Product,
        reference_id: reference_id.to_owned(),
    };
    let add = |rule: TaxRule| {
        let (region_id, rate_id) = (region_id.clone(), rate_id.clone());
        shop.write(move |market, tx| Box::pin(async move { market.add_tax_rule(tx, &region_id, &rate_id, rule).await }))
    };
    let added = add(rule("prod_map")).await.unwrap();
    assert_eq!(add(rule("prod_map")).await.unwrap().rules, added.rules);
    assert!(added.rules.iter().all(|rule| rule.id.starts_with("txrule_")));
    assert_eq!(add(rule("")).await.unwrap_err().field(), Some("rules"));
    let market = shop.market.snapshot().await.unwrap();
    assert_eq!(names(&market.tax_rates("de", None, "prod_map", None)), ["reduced"]);
    assert_eq!(market.tax_rate(rate_id.as_str()).unwrap().0.id, region_id);

    let (region, rate, rule_id) = (region_id.clone(), rate_id.clone(), added.rules[0].id.clone());
    let left = shop
        .write(move |market, tx| Box::pin(async move { market.remove_tax_rule(tx, &region, &rate, &rule_id).await }))
        .await
        .unwrap();
    assert_eq!(left.rules, added.rules[1..]);
    let market = shop.market.snapshot().await.unwrap();
    assert_eq!(names(&market.tax_rates("de", None, "prod_book", None)), ["VAT"]);
}
