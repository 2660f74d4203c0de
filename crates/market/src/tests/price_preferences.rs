//! Whether prices contain the tax.

use tradewind_platform::db::Migrations;

use super::*;

#[tokio::test]
async fn a_region_follows_its_own_preference_or_its_currencys() {
    let shop = Shop::open().await;
    let europe = shop.region("Europe", "eur", &["de"]).await.unwrap();
    let market = shop.market.snapshot().await.unwrap();
    let [own] = market.price_preferences() else { panic!("a region has a preference of its own") };
    assert_eq!((own.attribute, own.value.as_str()), (PreferenceAttribute::RegionId, europe.id.as_str()));
    assert!(!market.prices_include_tax(market.region_of_country("de"), Currency::EUR));

    let change = RegionChange { is_tax_inclusive: Some(true), ..RegionChange::default() };
    assert!(shop.change_region(&europe.id, change).await.unwrap().is_tax_inclusive);
    let market = shop.market.snapshot().await.unwrap();
    assert!(market.region(europe.id.as_str()).unwrap().is_tax_inclusive);
    assert!(!market.prices_include_tax(None, Currency::EUR));

    // Without one of its own it follows its currency.
    let (id, euros) = (own.id.clone(), prefer("eur", true));
    shop.write(|market, tx| Box::pin(async move { market.delete_price_preference(tx, &id).await })).await.unwrap();
    assert!(!shop.market.snapshot().await.unwrap().regions()[0].is_tax_inclusive);
    let made = shop.write(|market, tx| Box::pin(async move { market.create_price_preference(tx, euros).await }));
    let made = made.await.unwrap();
    let market = shop.market.snapshot().await.unwrap();
    assert!(market.regions()[0].is_tax_inclusive && market.prices_include_tax(None, Currency::EUR));

    for (new, kind, field) in [
        (prefer("EUR", false), ErrorKind::Duplicate, "value"),
        (prefer("zzz", false), ErrorKind::Invalid, "value"),
        (
            NewPricePreference { attribute: PreferenceAttribute::RegionId, ..prefer("reg_nope", true) },
            ErrorKind::Invalid,
            "value",
        ),
    ] {
        let outcome = shop.write(|market, tx| Box::pin(async move { market.create_price_preference(tx, new).await }));
        let error = outcome.await.unwrap_err();
        assert_eq!((error.kind(), error.field()), (kind, Some(field)), "{error}");
    }
    let change = PricePreferenceChange { value: Some("USD".to_owned()), ..PricePreferenceChange::default() };
    let id = made.id.clone();
    let changed = shop
        .write(|market, tx| Box::pin(async move { market.update_price_preference(tx, &id, change).await }))
        .await
        .unwrap();
    assert_eq!((changed.value.as_str(), changed.is_tax_inclusive), ("usd", true));
    // A region takes its preference with it.
    shop.change_region(&europe.id, RegionChange { is_tax_inclusive: Some(true), ..RegionChange::default() })
        .await
        .unwrap();
    assert_eq!(shop.market.snapshot().await.unwrap().price_preferences().len(), 2);
    let id = europe.id.clone();
    shop.write(|market, tx| Box::pin(async move { market.delete_region(tx, &id).await })).await.unwrap();
    assert_eq!(shop.market.snapshot().await.unwrap().price_preferences(), [changed]);
}

#[tokio::test]
async fn preferences_come_out_of_the_regions_of_older_shops() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::manual(Timestamp(1_700_000_000_000));
    let mint = IdMint::new(clock.clone(), Rng::seeded(7));
    let options = tradewind_platform::db::SqliteOptions::at(folder.path().join("shop.db"));
    let db = Db::open_sqlite(&options, Surroundings { clock, mint }).unwrap();
    let before = Migrations { steps: &MIGRATIONS.steps[..1], ..MIGRATIONS };
    for migrations in [&tradewind_platform::MIGRATIONS, &before] {
        db.migrate(migrations).await.unwrap();
    }
    db.write(|tx| {
        Box::pin(async move {
            let region = r#"{"id":"reg_01HF7YAT00A","name":"Europe","currency":"eur","automatic_taxes":true,
                "is_tax_inclusive":true,"countries":["de"],"payment_providers":[],"created_at":5,"updated_at":6}"#;
            let sql = "INSERT INTO market_region (id, version, body) VALUES ($1, 1, $2)";
            tx.execute(sql, tradewind_platform::params!["reg_01HF7YAT00A", region]).await?;
            let shop = r#"{"id":"store_01HF7YAT00B","name":"Prints","created_at":7,"updated_at":8,"currencies":[
                {"currency":"eur","is_default":true,"is_tax_inclusive":true},
                {"currency":"usd","is_default":false,"is_tax_inclusive":false}]}"#;
            let sql = "INSERT INTO market_store (id, version, body) VALUES ($1, 1, $2)";
            tx.execute(sql, tradewind_platform::params!["store_01HF7YAT00B", shop]).await
        })
    })
    .await
    .unwrap();
    db.migrate(&MIGRATIONS).await.unwrap();
    let market = Market::new(db).snapshot().await.unwrap();
    assert_eq!(market.price_preferences().len(), 2);
    assert!(market.regions()[0].is_tax_inclusive);
    assert_eq!(market.price_preferences()[0].created_at, Timestamp(5));
    assert!(market.prices_include_tax(None, Currency::EUR));
    assert!(!market.prices_include_tax(None, Currency::USD));
}

fn prefer(value: &str, is_tax_inclusive: bool) -> NewPricePreference {
    NewPricePreference {
        id: None,
        attribute: PreferenceAttribute::CurrencyCode,
        value: value.to_owned(),
        is_tax_inclusive,
    }
}
