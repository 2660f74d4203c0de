//! The fulfilment on a real database.

use std::sync::Arc;

use serde_json::json;
use tradewind_kernel::{Clock, Currency, Decimal, ErrorKind, IdMint, Rng, Timestamp};
use tradewind_market::{Market, MarketSnapshot, NewRegion, NewStoreSettings, Region, StoreCurrency};
use tradewind_platform::carrier::TableCarrier;
use tradewind_platform::db::{Db, Surroundings, TxFuture};
use tradewind_services::Store;

use super::*;

mod handling;
mod offer;
mod options;

/// A shop with a profile, a set that delivers from `sloc_harbour` to Germany, the province of Ontario, the city of Lyon and
/// postal codes of London, and a region each for euros (with tax) and dollars.
struct Shop {
    db: Db,
    fulfilment: Fulfilment,
    market: Market,
    profile: ShippingProfile,
    set: FulfillmentSet,
    _store: Store,
}

const HARBOUR: &str = "sloc_harbour";

impl Shop {
    async fn open() -> Self {
        let store = Store::new();
        let clock = Clock::manual(Timestamp(1_700_000_000_000));
        let mint = IdMint::new(clock.clone(), Rng::seeded(7));
        let db = Db::open_at(store.place(), Surroundings { clock, mint }).expect("a database");
        for migrations in [&tradewind_platform::MIGRATIONS, &tradewind_market::MIGRATIONS, &MIGRATIONS] {
            db.migrate(migrations).await.expect("tables");
        }
        let mut carriers = Carriers::default();
        carriers.add(Arc::new(TableCarrier));
        let (fulfilment, market) = (Fulfilment::with_carriers(db.clone(), carriers), Market::new(db.clone()));
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
        Self { db, fulfilment, market, profile, set, _store: store }
    }

    async fn write<T: Send + 'static>(
        &self,
        body: impl for<'t> FnOnce(&'t Fulfilment, &'t mut Tx) -> TxFuture<'t, T> + Clone + Send + 'static,
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

    async fn offered(&self, query: DeliveryQuery<'_>) -> Vec<PricedOption> {
        self.fulfilment.options_for(&query).await.expect("no carrier fails")
    }

    async fn market(&self) -> Arc<MarketSnapshot> {
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
            postal_expression: postal.map(Into::into),
            ..NewGeoZone::default()
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
    OptionPrice::of(currency, amount.parse().expect("an amount"))
}

fn to<'a>(country: &'a str, region: &'a Region, market: &'a MarketSnapshot) -> DeliveryQuery<'a> {
    DeliveryQuery {
        country,
        province: None,
        city: None,
        postal_code: None,
        location_ids: &[],
        profile_ids: &[],
        item_total: Decimal::ZERO,
        weight_grams: 0,
        region,
        market,
    }
}

fn amounts(options: &[PricedOption]) -> Vec<String> {
    options.iter().map(|priced| priced.amount.to_string()).collect()
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

#[tokio::test]
async fn zones_change_and_go_once_nothing_is_delivered_there() {
    let shop = Shop::open().await;
    let option = shop.create(shop.option(0, vec![price(Currency::EUR, "1")])).await.unwrap();
    let (set_id, zone_id) = (shop.set.id.clone(), option.service_zone_id.clone());
    let update = |change: ServiceZoneChange| {
        let (set_id, zone_id) = (set_id.clone(), zone_id.clone());
        shop.write(|fulfilment, tx| {
            Box::pin(async move { fulfilment.update_zone(tx, &set_id, &zone_id, change).await })
        })
    };
    let kept = &shop.set.service_zones[0].geo_zones[0];
    let geo_zones = vec![
        NewGeoZone { id: Some(kept.id.clone()), ..NewGeoZone::country("de".to_owned()) },
        NewGeoZone {
            type_: GeoZoneType::Zip,
            country_code: "fr".to_owned(),
            postal_expression: Some(json!({"begins": ["75", "69 0"]})),
            ..NewGeoZone::default()
        },
    ];
    let change = ServiceZoneChange { name: Some("Near".to_owned()), geo_zones: Some(geo_zones) };
    let changed = update(change).await.unwrap();
    assert_eq!((changed.name.as_str(), &changed.geo_zones[0].id), ("Near", &kept.id));
    let market = shop.market().await;
    let france = to("fr", &market.regions()[0], &market);
    for (code, count) in [("75011", 1), ("69001", 1), ("13001", 0), ("", 0)] {
        let query = DeliveryQuery { postal_code: Some(code), ..france };
        assert_eq!(shop.offered(query).await.len(), count, "{code}");
    }
    let nowhere = ServiceZoneChange { geo_zones: Some(vec![NewGeoZone::country("zz".to_owned())]), name: None };
    assert_eq!(update(nowhere).await.unwrap_err().field(), Some("country_code"));
    let delete = || {
        let (set_id, zone_id) = (set_id.clone(), zone_id.clone());
        shop.write(|fulfilment, tx| Box::pin(async move { fulfilment.delete_zone(tx, &set_id, &zone_id).await }))
    };
    assert_eq!(delete().await.unwrap_err().kind(), ErrorKind::NotAllowed);
    let id = option.id.clone();
    shop.write(|fulfilment, tx| Box::pin(async move { fulfilment.delete_option(tx, &id).await })).await.unwrap();
    delete().await.unwrap();
    assert_eq!(shop.fulfilment.snapshot().await.unwrap().set(&set_id).unwrap().service_zones.len(), 3);
    assert_eq!(update(ServiceZoneChange::default()).await.unwrap_err().kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn providers_deliver_from_a_location() {
    let shop = Shop::open().await;
    let change = |add: &[&str], remove: &[&str]| {
        let own = |ids: &[&str]| ids.iter().map(|&id| id.to_owned()).collect::<Vec<_>>();
        let (add, remove) = (own(add), own(remove));
        shop.write(move |fulfilment, tx| {
            Box::pin(async move { fulfilment.change_location_providers(tx, HARBOUR, &add, &remove).await })
        })
    };
    change(&["table_weight", "manual_manual", "manual_manual"], &[]).await.unwrap();
    let snapshot = shop.fulfilment.snapshot().await.unwrap();
    assert_eq!(snapshot.providers_of_location(HARBOUR).collect::<Vec<_>>(), ["manual_manual", "table_weight"]);
    assert_eq!(change(&["ups_home"], &["manual_manual"]).await.unwrap_err().field(), Some("add"));
    change(&[], &["manual_manual", "ups_home"]).await.unwrap();
    let snapshot = shop.fulfilment.snapshot().await.unwrap();
    assert_eq!(snapshot.providers_of_location(HARBOUR).collect::<Vec<_>>(), ["table_weight"]);
}

#[tokio::test]
async fn a_profile_changes_its_name_but_takes_no_other_ones() {
    let shop = Shop::open().await;
    let bulky = NewProfile { name: "Bulky".to_owned(), type_: "bulky".to_owned(), ..NewProfile::default() };
    let bulky = shop.write(|fulfilment, tx| Box::pin(async move { fulfilment.create_profile(tx, bulky).await }));
    let bulky = bulky.await.unwrap();
    let rename = |name: &str| {
        let (id, change) =
            (bulky.id.clone(), ProfileChange { name: Some(name.to_owned()), ..ProfileChange::default() });
        shop.write(|fulfilment, tx| Box::pin(async move { fulfilment.update_profile(tx, &id, change).await }))
    };
    assert_eq!(rename("Heavy").await.unwrap().name, "Heavy");
    assert_eq!(rename("Default").await.unwrap_err().field(), Some("name"));
    assert_eq!(shop.fulfilment.snapshot().await.unwrap().profile(&bulky.id).unwrap().name, "Heavy");
}
