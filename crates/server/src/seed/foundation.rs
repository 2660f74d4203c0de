//! The foundation: two regions, a sales channel, two stock locations, taxes and shipping.

use tradewind_fulfilment::{
    NewFulfillmentSet, NewGeoZone, NewProfile, NewServiceZone, NewShippingOption, OptionPrice, PriceType,
    ShippingOptionType,
};
use tradewind_inventory::{LocationAddress, NewLocation};
use tradewind_kernel::{Currency, Decimal, Result};
use tradewind_market::{
    Metadata, NewRegion, NewSalesChannel, NewStoreSettings, NewTaxRate, NewTaxRegion, SalesChannelId, StoreCurrency,
};
use tradewind_platform::db::Tx;

use crate::wiring::Shop;

/// Countries of the first region with their standard rate of value added tax, in percent (2026).
const EUROPE: [(&str, i64); 12] = [
    ("at", 20),
    ("be", 21),
    ("de", 19),
    ("dk", 25),
    ("es", 21),
    ("fi", 25),
    ("fr", 20),
    ("ie", 23),
    ("it", 22),
    ("nl", 21),
    ("pt", 23),
    ("se", 25),
];

/// What was laid.
#[derive(Clone, Debug)]
pub struct Foundation {
    /// The sales channel.
    pub sales_channel_id: String,
    /// Europe, in euros with the tax included.
    pub europe: String,
    /// The United States, in dollars without.
    pub united_states: String,
    /// The two stock locations.
    pub location_ids: [String; 2],
    /// The shipping profile of everything that is sent.
    pub shipping_profile_id: String,
}

/// Lays the foundation in an empty shop; `metadata` becomes that of its settings.
pub async fn lay(shop: &Modules, tx: &mut Tx, name: &str, metadata: Metadata) -> Result<Foundation> {
    let channel = NewSalesChannel {
        name: "Storefront".to_owned(),
        description: Some("The shop's own storefront".to_owned()),
        ..NewSalesChannel::default()
    };
    let channel = shop.market.create_sales_channel(tx, channel).await?;
    let payment = vec!["pp_system_default".to_owned()];
    let europe = NewRegion {
        countries: EUROPE.iter().map(|(country, _)| (*country).to_owned()).collect(),
        payment_providers: payment.clone(),
        is_tax_inclusive: true,
        ..NewRegion::named("Europe", Currency::EUR)
    };
    let europe = shop.market.create_region(tx, europe).await?;
    let united_states = NewRegion {
        countries: vec!["us".to_owned()],
        payment_providers: payment,
        ..NewRegion::named("United States", Currency::USD)
    };
    let united_states = shop.market.create_region(tx, united_states).await?;
    lay_taxes(shop, tx).await?;

    let rotterdam = location(shop, tx, "North Quay", "Rotterdam", "NL").await?;
    let boston = location(shop, tx, "East Pier", "Boston", "US").await?;
    for id in [&rotterdam, &boston] {
        shop.inventory.link_channel(tx, channel.id.as_str(), id).await?;
    }
    let shipping_profile_id = lay_shipping(shop, tx, &rotterdam).await?;
    let settings = NewStoreSettings {
        id: None,
        name: name.to_owned(),
        currencies: vec![
            StoreCurrency { currency: Currency::EUR, is_default: true, is_tax_inclusive: true },
            StoreCurrency { currency: Currency::USD, is_default: false, is_tax_inclusive: false },
        ],
        locales: vec!["en".to_owned()],
        default_sales_channel_id: Some(channel.id.clone()),
        default_region_id: Some(europe.id.clone()),
        default_location_id: Some(rotterdam.clone()),
        metadata,
    };
    shop.market.save_store(tx, settings).await?;
    Ok(Foundation {
        sales_channel_id: channel.id.to_string(),
        europe: europe.id.to_string(),
        united_states: united_states.id.to_string(),
        location_ids: [rotterdam, boston],
        shipping_profile_id,
    })
}

/// The foundation of a shop that has one; `None` in an empty shop.
pub async fn find(shop: &Shop) -> Result<Option<Foundation>> {
    let market = shop.market.snapshot().await?;
    let Some(channel) = market.store().default_sales_channel_id.as_ref().map(SalesChannelId::to_string) else {
        return Ok(None);
    };
    let region_in = |currency: Currency| {
        let found = market.regions().iter().find(|region| region.currency == currency);
        found.map(|region| region.id.to_string())
    };
    let locations = shop.inventory.locations_of_channel(&channel).await?;
    let fulfilment = shop.fulfilment.snapshot().await?;
    let profile = fulfilment.default_profile().map(|profile| profile.id.clone());
    let ([first, second, ..], Some(europe), Some(united_states), Some(shipping_profile_id)) =
        (&*locations, region_in(Currency::EUR), region_in(Currency::USD), profile)
    else {
        return Ok(None);
    };
    Ok(Some(Foundation {
        sales_channel_id: channel,
        europe,
        united_states,
        location_ids: [first.clone(), second.clone()],
        shipping_profile_id,
    }))
}

/// The modules that filling a shop calls, cloned into its transactions.
#[derive(Clone)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Modules {
    pub catalog: tradewind_catalog::Catalog,
    pub market: tradewind_market::Market,
    pub inventory: tradewind_inventory::Inventory,
    pub fulfilment: tradewind_fulfilment::Fulfilment,
}

impl Modules {
    /// Those of a shop.
    #[must_use]
    pub fn of(shop: &Shop) -> Self {
        Self {
            catalog: shop.catalog.clone(),
            market: shop.market.clone(),
            inventory: shop.inventory.clone(),
            fulfilment: shop.fulfilment.clone(),
        }
    }
}

async fn lay_taxes(shop: &Modules, tx: &mut Tx) -> Result<()> {
    for (country, percent) in EUROPE {
        let rate = NewTaxRate {
            name: "VAT".to_owned(),
            code: Some(format!("VAT-{}", country.to_uppercase())),
            rate: Decimal::from(percent),
            is_default: true,
            ..NewTaxRate::default()
        };
        let region = NewTaxRegion { country_code: country.to_owned(), rates: vec![rate], ..NewTaxRegion::default() };
        shop.market.create_tax_region(tx, region).await?;
    }
    Ok(())
}

async fn location(shop: &Modules, tx: &mut Tx, name: &str, city: &str, country: &str) -> Result<String> {
    let address =
        LocationAddress { city: Some(city.to_owned()), country_code: country.to_owned(), ..LocationAddress::default() };
    let new = NewLocation { name: name.to_owned(), address: Some(address), ..NewLocation::default() };
    Ok(shop.inventory.create_location(tx, new).await?.id)
}

async fn lay_shipping(shop: &Modules, tx: &mut Tx, location_id: &str) -> Result<String> {
    let profile = NewProfile {
        id: None,
        name: "Default shipping profile".to_owned(),
        type_: "default".to_owned(),
        metadata: None,
    };
    let profile = shop.fulfilment.create_profile(tx, profile).await?;
    let set = NewFulfillmentSet {
        id: None,
        name: "Delivery".to_owned(),
        type_: "shipping".to_owned(),
        location_id: Some(location_id.to_owned()),
        service_zones: vec![
            zone("Europe", EUROPE.map(|(country, _)| country).as_slice()),
            zone("United States", &["us"]),
        ],
        metadata: None,
    };
    let set = shop.fulfilment.create_set(tx, set).await?;
    let (eur, usd) = (Currency::EUR, Currency::USD);
    let offers = [
        (0, "Standard", "In 3 to 5 days", eur, 590),
        (0, "Express", "Within 2 days", eur, 1490),
        (1, "Standard", "In 6 to 9 days", usd, 990),
        (1, "Express", "Within 3 days", usd, 2900),
    ];
    for (zone, name, description, currency, minor) in offers {
        let option = NewShippingOption {
            id: None,
            name: name.to_owned(),
            price_type: PriceType::Flat,
            service_zone_id: set.service_zones[zone].id.clone(),
            shipping_profile_id: profile.id.clone(),
            provider_id: String::new(),
            type_id: None,
            type_: ShippingOptionType {
                label: name.to_owned(),
                description: Some(description.to_owned()),
                code: name.to_lowercase(),
                ..ShippingOptionType::default()
            },
            data: None,
            prices: vec![OptionPrice::of(currency, Decimal::new(minor, currency.minor_digits()))],
            rules: Vec::new(),
            metadata: None,
        };
        shop.fulfilment.create_option(tx, option).await?;
    }
    Ok(profile.id)
}

fn zone(name: &str, countries: &[&str]) -> NewServiceZone {
    NewServiceZone {
        id: None,
        name: name.to_owned(),
        geo_zones: countries.iter().map(|code| NewGeoZone::country((*code).to_owned())).collect(),
        metadata: None,
    }
}
