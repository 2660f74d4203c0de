//! The fulfilment on a real database.

use tempfile::TempDir;
use tradewind_kernel::{Clock, Currency, ErrorKind, IdMint, Rng, Timestamp};
use tradewind_market::{Market, MarketSnapshot, NewRegion, NewStoreSettings, Region, StoreCurrency};
use tradewind_platform::db::{Db, SqliteOptions, Surroundings, TxFuture};

use super::*;

/// A shop with a profile, a set that delivers from `sloc_harbour` to Germany, the province of Ontario, the city of Lyon and
/// postal codes of London, and a region each for euros (with tax) and dollars.
struct Shop {
    db: Db,
    fulfilment: Fulfilment,
    market: Market,
    profile: ShippingProfile,
    set: FulfillmentSet,
    _folder: TempDir,
}

const HARBOUR: &str = "sloc_harbour";

impl Shop {
    async fn open() -> Self {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let clock = Clock::manual(Timestamp(1_700_000_000_000));
        let mint = IdMint::new(clock.clone(), Rng::seeded(7));
        let db = Db::open_sqlite(&SqliteOptions::at(folder.path().join("shop.db")), Surroundings { clock, mint })
            .expect("a database");
        for migrations in [&tradewind_platform::MIGRATIONS, &tradewind_market::MIGRATIONS, &MIGRATIONS] {
            db.migrate(migrations).await.expect("tables");
        }
        let (fulfilment, market) = (Fulfilment::new(db.clone()), Market::new(db.clone()));
        let (shipping, regions) = (fulfilment.clone(), market.clone());
        let (profile, set) = db
            .write(move |tx| {
                Box::pin(async move {
                    let mut europe = NewRegion::named("Europe", Currency::EUR);
                    europe.is_tax_inclusive = true;
                    regions.create_region(tx, europe).await?;
                    regions.create_region(tx, NewRegion::named("America", Currency::USD)).await?;
                    let settings = NewStoreSettings {
                        name: "Prints".to_owned(),
                        currencies: vec![StoreCurrency {
                            currency: Currency::EUR,
                            is_default: true,
                            is_tax_inclusive: false,
                        }],
                        ..NewStoreSettings::default()
                    };
                    regions.save_store(tx, settings).await?;
                    let profile =
                        NewProfile { name: "Default".to_owned(), type_: "default".to_owned(), ..NewProfile::default() };
                    let profile = shipping.create_profile(tx, profile).await?;
                    Ok((profile, shipping.create_set(tx, set_of_zones()).await?))
                })
            })
            .await
            .expect("a shop");
        Self { db, fulfilment, market, profile, set, _folder: folder }
    }

    async fn write<T: Send + 'static>(
        &self,
        body: impl for<'t> FnOnce(&'t Fulfilment, &'t mut Tx) -> TxFuture<'t, T> + Send + 'static,
    ) -> Result<T> {
        let fulfilment = self.fulfilment.clone();
        self.db.write(move |tx| Box::pin(async move { body(&fulfilment, tx).await })).await
    }

    /// An option of the zone at this position.
    fn option(&self, zone: usize, prices: Vec<OptionPrice>) -> NewShippingOption {
        NewShippingOption {
            name: "Standard".to_owned(),
            service_zone_id: self.set.service_zones[zone].id.clone(),
            shipping_profile_id: self.profile.id.clone(),
            type_: ShippingOptionType {
                label: "Standard".to_owned(),
                code: "standard".to_owned(),
                ..ShippingOptionType::default()
            },
            prices,
            ..NewShippingOption::default()
        }
    }

    async fn create(&self, new: NewShippingOption) -> Result<ShippingOption> {
        self.write(|fulfilment, tx| Box::pin(async move { fulfilment.create_option(tx, new).await })).await
    }

    async fn market(&self) -> std::sync::Arc<MarketSnapshot> {
        self.market.snapshot().await.expect("the market")
    }
}

fn set_of_zones() -> NewFulfillmentSet {
    let narrow = |type_, country: &str, province: Option<&str>, city: Option<&str>, postal: Option<&str>| {
        let geo_zone = NewGeoZone {
            type_,
            country_code: country.to_owned(),
            province_code: province.map(str::to_owned),
            city: city.map(str::to_owned),
            postal_expression: postal.map(str::to_owned),
        };
        NewServiceZone { name: country.to_owned(), geo_zones: vec![geo_zone], ..NewServiceZone::default() }
    };
    NewFulfillmentSet {
        name: "Delivery".to_owned(),
        type_: "shipping".to_owned(),
        location_id: Some(HARBOUR.to_owned()),
        service_zones: vec![
            NewServiceZone::countries("Germany", ["DE"]),
            narrow(GeoZoneType::Province, "ca", Some("ON"), None, None),
            narrow(GeoZoneType::City, "fr", None, Some("Lyon"), None),
            narrow(GeoZoneType::Zip, "gb", None, None, Some("SW1")),
        ],
        ..NewFulfillmentSet::default()
    }
}

fn price(currency: Currency, amount: &str) -> OptionPrice {
    OptionPrice { id: String::new(), currency, region_id: None, amount: amount.parse().expect("an amount") }
}

fn to<'a>(country: &'a str, region: &'a Region, market: &'a MarketSnapshot) -> DeliveryQuery<'a> {
    DeliveryQuery {
        country,
        province: None,
        city: None,
        postal_code: None,
        location_ids: &[],
        profile_ids: &[],
        region,
        market,
    }
}

fn amounts(options: &[PricedOption]) -> Vec<String> {
    options.iter().map(|priced| priced.amount.to_string()).collect()
}

#[tokio::test]
async fn an_option_is_offered_where_its_zone_reaches() {
    let shop = Shop::open().await;
    for (zone, amount) in ["1", "2", "3", "4"].into_iter().enumerate() {
        shop.create(shop.option(zone, vec![price(Currency::EUR, amount)])).await.unwrap();
    }
    let (snapshot, market) = (shop.fulfilment.snapshot().await.unwrap(), shop.market().await);
    let region = &market.regions()[0];
    let offered = |query: DeliveryQuery<'_>| amounts(&snapshot.options_for(&query));
    let germany = to("De", region, &market);
    assert_eq!(offered(germany), ["1"]);
    assert!(offered(to("at", region, &market)).is_empty());
    let canada = to("ca", region, &market);
    assert!(offered(canada).is_empty());
    assert_eq!(offered(DeliveryQuery { province: Some("on"), ..canada }), ["2"]);
    assert!(offered(DeliveryQuery { province: Some("qc"), ..canada }).is_empty());
    let france = to("fr", region, &market);
    assert_eq!(offered(DeliveryQuery { city: Some(" LYON "), ..france }), ["3"]);
    assert!(offered(DeliveryQuery { city: Some("Paris"), ..france }).is_empty());
    let britain = to("gb", region, &market);
    assert_eq!(offered(DeliveryQuery { postal_code: Some("sw1a 1aa"), ..britain }), ["4"]);
    assert!(offered(DeliveryQuery { postal_code: Some("N1 9GU"), ..britain }).is_empty());

    // From the locations of the channel, for the things in the cart.
    let here = [HARBOUR.to_owned()];
    let elsewhere = ["sloc_elsewhere".to_owned()];
    assert_eq!(offered(DeliveryQuery { location_ids: &here, ..germany }), ["1"]);
    assert!(offered(DeliveryQuery { location_ids: &elsewhere, ..germany }).is_empty());
    let profiles = [shop.profile.id.clone()];
    assert_eq!(offered(DeliveryQuery { profile_ids: &profiles, ..germany }), ["1"]);
    assert!(offered(DeliveryQuery { profile_ids: &elsewhere, ..germany }).is_empty());
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
    let snapshot = shop.fulfilment.snapshot().await.unwrap();
    let offered = snapshot.options_for(&to("de", europe, &market));
    let shown: Vec<_> = offered.iter().map(|it| (it.amount.to_string(), it.is_tax_inclusive)).collect();
    assert_eq!(shown, [("7.50".to_owned(), true), ("10".to_owned(), false)]);
    assert!(offered.iter().all(|priced| priced.price_id.starts_with("price_")));
    assert!(snapshot.options_for(&to("de", america, &market)).is_empty());
    assert_eq!(snapshot.option_for(&other.id, &to("de", europe, &market)).as_ref(), offered.get(1));
    assert_eq!(snapshot.option_for("so_nope", &to("de", europe, &market)), None);
}

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
    let calculated =
        NewShippingOption { price_type: PriceType::Calculated, ..shop.option(0, vec![price(Currency::EUR, "8")]) };
    shop.create(calculated).await.unwrap();
    let (snapshot, market) = (shop.fulfilment.snapshot().await.unwrap(), shop.market().await);
    let offered = snapshot.options_for(&to("de", &market.regions()[0], &market));
    assert_eq!(amounts(&offered), ["1", "4", "5"]);
    assert_eq!(snapshot.options().len(), 8);
}

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
async fn a_change_is_seen_by_the_next_snapshot() {
    let shop = Shop::open().await;
    let option = shop.create(shop.option(0, vec![price(Currency::EUR, "1")])).await.unwrap();
    let before = shop.fulfilment.version();
    let change = ShippingOptionChange {
        name: Some("Slow".to_owned()),
        prices: Some(vec![price(Currency::EUR, "0.50")]),
        ..ShippingOptionChange::default()
    };
    let id = option.id.clone();
    shop.write(move |fulfilment, tx| Box::pin(async move { fulfilment.update_option(tx, &id, change).await }))
        .await
        .unwrap();
    assert!(shop.fulfilment.version() > before);
    let snapshot = shop.fulfilment.snapshot().await.unwrap();
    let held = snapshot.option(&option.id).unwrap();
    assert_eq!((held.name.as_str(), &held.type_.id), ("Slow", &option.type_.id));
    let (set, zone) = snapshot.zone(&held.service_zone_id).unwrap();
    assert_eq!((&set.id, zone.name.as_str()), (&shop.set.id, "Germany"));
    assert_eq!(snapshot.default_profile(), Some(&shop.profile));

    let set_id = shop.set.id.clone();
    let zone = shop
        .write(move |fulfilment, tx| {
            let new = NewServiceZone::countries("Alps", ["at", "CH"]);
            Box::pin(async move { fulfilment.create_zone(tx, &set_id, new).await })
        })
        .await
        .unwrap();
    assert_eq!(zone.geo_zones[1].country_code, "ch");
    let snapshot = shop.fulfilment.snapshot().await.unwrap();
    assert_eq!(snapshot.zone(&zone.id).unwrap().0.service_zones.len(), 5);
}

#[tokio::test]
async fn what_is_used_cannot_be_removed() {
    let shop = Shop::open().await;
    let option = shop.create(shop.option(0, vec![price(Currency::EUR, "1")])).await.unwrap();
    let (set_id, profile_id) = (shop.set.id.clone(), shop.profile.id.clone());
    let delete_set = || {
        let id = set_id.clone();
        shop.write(move |fulfilment, tx| Box::pin(async move { fulfilment.delete_set(tx, &id).await }))
    };
    let delete_profile = || {
        let id = profile_id.clone();
        shop.write(move |fulfilment, tx| Box::pin(async move { fulfilment.delete_profile(tx, &id).await }))
    };
    assert_eq!(delete_set().await.unwrap_err().kind(), ErrorKind::NotAllowed);
    assert_eq!(delete_profile().await.unwrap_err().kind(), ErrorKind::NotAllowed);
    for _ in 0..2 {
        let id = option.id.clone();
        shop.write(move |fulfilment, tx| Box::pin(async move { fulfilment.delete_option(tx, &id).await }))
            .await
            .unwrap();
        delete_set().await.unwrap();
        delete_profile().await.unwrap();
    }
    let snapshot = shop.fulfilment.snapshot().await.unwrap();
    assert!(snapshot.options().is_empty() && snapshot.sets().is_empty() && snapshot.profiles().is_empty());
}

#[tokio::test]
async fn profiles_have_different_names() {
    let shop = Shop::open().await;
    let twin = NewProfile { name: "Default".to_owned(), type_: "default".to_owned(), ..NewProfile::default() };
    let outcome = shop.write(|fulfilment, tx| Box::pin(async move { fulfilment.create_profile(tx, twin).await }));
    let error = outcome.await.unwrap_err();
    assert_eq!((error.kind(), error.field()), (ErrorKind::Duplicate, Some("name")));
}
