//! Shipping options, their rules and their types.

use tradewind_platform::params;

use super::*;

#[tokio::test]
async fn bad_options_are_refused_by_field() {
    let shop = Shop::open().await;
    let good = || shop.option(0, vec![price(Currency::EUR, "1")]);
    let bad = [
        (NewShippingOption { name: " ".to_owned(), ..good() }, "name"),
        (NewShippingOption { service_zone_id: "serzo_nope".to_owned(), ..good() }, "service_zone_id"),
        (NewShippingOption { shipping_profile_id: "sp_nope".to_owned(), ..good() }, "shipping_profile_id"),
        (NewShippingOption { prices: vec![price(Currency::EUR, "-1")], ..good() }, "prices"),
        (NewShippingOption { prices: vec![price("zzz".parse().unwrap(), "1")], ..good() }, "prices"),
        (NewShippingOption { type_: ShippingOptionType::default(), ..good() }, "type.label"),
        (
            NewShippingOption {
                rules: vec![OptionRule {
                    id: String::new(),
                    attribute: "is_return".to_owned(),
                    operator: RuleOperator::In,
                    value: "true".into(),
                }],
                ..good()
            },
            "rules.value",
        ),
    ];
    for (new, field) in bad {
        let error = shop.create(new).await.unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::Invalid, Some(field)));
    }
    for (type_, field) in
        [(GeoZoneType::Province, "province_code"), (GeoZoneType::City, "city"), (GeoZoneType::Zip, "postal_expression")]
    {
        let set_id = shop.set.id.clone();
        let geo_zone = NewGeoZone { type_, ..NewGeoZone::country("de".to_owned()) };
        let zone =
            NewServiceZone { name: "Nowhere".to_owned(), geo_zones: vec![geo_zone], ..NewServiceZone::default() };
        let outcome =
            shop.write(move |fulfilment, tx| Box::pin(async move { fulfilment.create_zone(tx, &set_id, zone).await }));
        assert_eq!(outcome.await.unwrap_err().field(), Some(field));
    }
    let zone = NewServiceZone::countries("Nowhere", ["zz"]);
    let set_id = shop.set.id.clone();
    let outcome =
        shop.write(move |fulfilment, tx| Box::pin(async move { fulfilment.create_zone(tx, &set_id, zone).await }));
    assert_eq!(outcome.await.unwrap_err().field(), Some("country_code"));
}

#[tokio::test]
async fn rules_of_an_option_change_together_or_not_at_all() {
    let shop = Shop::open().await;
    let option = shop.create(shop.option(0, vec![price(Currency::EUR, "1")])).await.unwrap();
    let rule = |id: &str, value: &str| OptionRule {
        id: id.to_owned(),
        attribute: "enabled_in_store".to_owned(),
        operator: RuleOperator::Eq,
        value: value.into(),
    };
    let change = |changes: OptionRuleChanges| {
        let id = option.id.clone();
        shop.write(move |fulfilment, tx| {
            Box::pin(async move { fulfilment.change_option_rules(tx, &id, changes).await })
        })
    };
    let unknown = OptionRuleChanges {
        create: vec![rule("", "false")],
        update: vec![rule("sorul_nope", "false")],
        ..OptionRuleChanges::default()
    };
    assert_eq!(change(unknown).await.unwrap_err().field(), Some("update"));
    let held = shop.fulfilment.snapshot().await.unwrap().option(&option.id).unwrap().rules.clone();
    assert_eq!(held, option.rules);
    let changed = change(OptionRuleChanges {
        create: vec![rule("", "maybe")],
        update: vec![rule(&option.rules[0].id, "false")],
        delete: vec![option.rules[1].id.clone()],
    })
    .await
    .unwrap();
    let values: Vec<_> = changed.rules.iter().map(|rule| rule.value.as_str().unwrap()).collect();
    assert_eq!(values, ["false", "maybe"]);
}

#[tokio::test]
async fn a_type_changes_with_all_its_options() {
    let shop = Shop::open().await;
    let first = shop.create(shop.option(0, vec![price(Currency::EUR, "1")])).await.unwrap();
    let of_type = |id: &str| NewShippingOption {
        type_id: Some(id.to_owned()),
        ..shop.option(1, vec![price(Currency::EUR, "1")])
    };
    let second = shop.create(of_type(&first.type_.id)).await.unwrap();
    assert_eq!(second.type_, first.type_);
    assert_eq!(shop.create(of_type("sotype_nope")).await.unwrap_err().field(), Some("type_id"));
    let change = OptionTypeChange { label: Some("By tram".to_owned()), ..OptionTypeChange::default() };
    let id = first.type_.id.clone();
    shop.write(|fulfilment, tx| Box::pin(async move { fulfilment.update_option_type(tx, &id, change).await }))
        .await
        .unwrap();
    let snapshot = shop.fulfilment.snapshot().await.unwrap();
    assert!(snapshot.options().iter().all(|option| option.type_.label == "By tram"));
    assert_eq!(snapshot.option_type(&first.type_.id).unwrap().label, "By tram");
    let delete = || {
        let id = first.type_.id.clone();
        shop.write(|fulfilment, tx| Box::pin(async move { fulfilment.delete_option_type(tx, &id).await }))
    };
    assert_eq!(delete().await.unwrap_err().kind(), ErrorKind::NotAllowed);
    let ids = [first.id.clone(), second.id];
    shop.write(|fulfilment, tx| {
        Box::pin(async move {
            for id in &ids {
                fulfilment.delete_option(tx, id).await?;
            }
            Ok(())
        })
    })
    .await
    .unwrap();
    delete().await.unwrap();
    assert!(shop.fulfilment.snapshot().await.unwrap().option_types().is_empty());
}

#[tokio::test]
async fn types_come_out_of_the_options_of_older_shops() {
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
            let option = r#"{"id":"so_1","name":"Standard","price_type":"flat","service_zone_id":"serzo_1",
                "shipping_profile_id":"sp_1","provider_id":"manual_manual","created_at":5,"updated_at":6,"rules":[],
                "type":{"id":"sotype_1","label":"Standard","code":"standard"},
                "prices":[{"id":"price_1","currency":"eur","amount":"5.90"}]}"#;
            let sql = "INSERT INTO fulfilment_option (id, version, body, zone_id, profile_id)
                       VALUES ('so_1', 1, $1, 'serzo_1', 'sp_1')";
            tx.execute(sql, params![option]).await
        })
    })
    .await
    .unwrap();
    db.migrate(&MIGRATIONS).await.unwrap();
    let snapshot = Fulfilment::new(db).snapshot().await.unwrap();
    let [type_] = snapshot.option_types() else { panic!("one type") };
    assert_eq!((type_.id.as_str(), type_.created_at, &snapshot.options()[0].type_), ("sotype_1", Timestamp(5), type_));
}
