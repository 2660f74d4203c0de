//! A small shop on a real database, and what shoppers do in it.

mod bank;
mod carts;
mod lines;
mod many;
mod payment;
mod placing;
mod promotions;
mod remote;
mod simulation;
mod steps;

use std::collections::HashMap;
use std::sync::Arc;

use futures::future::BoxFuture;
use tradewind_accounts::{AccountsOptions, ActorKind, AddressChange, NewCustomer};
use tradewind_catalog::{InventoryLink, NewPrice, NewProduct, NewVariant, ProductStatus};
use tradewind_fulfilment::{
    NewFulfillmentSet, NewProfile, NewServiceZone, NewShippingOption, OptionPrice, PriceType, ShippingOptionType,
};
use tradewind_inventory::{NewItem, NewLocation};
use tradewind_kernel::{Currency, Decimal, Rng, Timestamp};
use tradewind_market::{NewRegion, NewSalesChannel, NewStoreSettings, NewTaxRate, NewTaxRegion, StoreCurrency};
use tradewind_orders::{Address, Order};
use tradewind_platform::db::{Surroundings, Tx, TxFuture};
use tradewind_platform::payment::{Answer, ManualProvider, Outcome, PaymentProvider, PaymentProviders, PaymentRequest};
use tradewind_services::Store;

use crate::*;
use bank::Bank;

/// A provider that refuses what it is asked.
struct Refusing;

impl PaymentProvider for Refusing {
    fn id(&self) -> &str {
        "pp_refusing"
    }

    fn is_local(&self) -> bool {
        true
    }

    fn begin<'a>(&'a self, _: &'a PaymentRequest) -> BoxFuture<'a, Result<serde_json::Value>> {
        Box::pin(async { Ok(serde_json::json!({ "asked": true })) })
    }

    fn authorize<'a>(&'a self, request: &'a PaymentRequest) -> BoxFuture<'a, Result<Answer>> {
        Box::pin(async { Ok(request.answered(Outcome::Declined("the card has expired".to_owned()))) })
    }

    fn capture<'a>(&'a self, _: &'a PaymentRequest) -> BoxFuture<'a, Result<()>> {
        Box::pin(async { Ok(()) })
    }

    fn cancel<'a>(&'a self, _: &'a PaymentRequest) -> BoxFuture<'a, Result<()>> {
        Box::pin(async { Ok(()) })
    }

    fn refund<'a>(&'a self, _: &'a PaymentRequest) -> BoxFuture<'a, Result<()>> {
        Box::pin(async { Ok(()) })
    }
}

const EUROPE: &str = "reg_europe";
const JAPAN: &str = "reg_japan";
/// Ten euros, 1,500 yen; five in stock. `chart_signed` takes two of the same item.
const CHART: &str = "variant_chart";
const CHART_SIGNED: &str = "variant_chart_signed";
/// 12.35 euros, no price in yen; not counted.
const PRINT: &str = "variant_print";
/// Ten euros; none in stock, may be ordered all the same.
const BACKORDERED: &str = "variant_backordered";
/// Nothing to pay, nothing to send, not counted.
const SOUVENIR: &str = "variant_souvenir";
const DRAFT: &str = "variant_draft";
const ELSEWHERE: &str = "variant_elsewhere";
const STANDARD: &str = "so_standard";
const EXPRESS: &str = "so_express";

struct Shop {
    checkout: Checkout,
    parts: Arc<CheckoutParts>,
    db: Db,
    store: Store,
    bank: Arc<Bank>,
}

fn parts_on(
    open: impl FnOnce(Surroundings) -> Result<Db>,
    clock: Clock,
    seed: u64,
    bank: &Arc<Bank>,
) -> (CheckoutParts, Db) {
    let rng = Rng::seeded(seed);
    let mint = IdMint::new(clock.clone(), rng.clone());
    let surroundings = Surroundings { clock: clock.clone(), mint: mint.clone() };
    let db = open(surroundings).unwrap();
    let shards = Shards::single(db.clone());
    let mut providers = PaymentProviders::default();
    providers.add(Arc::new(ManualProvider));
    providers.add(Arc::new(Refusing));
    providers.add(bank.clone());
    let parts = CheckoutParts {
        catalog: Catalog::new(db.clone()),
        market: Market::new(db.clone()),
        offers: Offers::new(db.clone()),
        accounts: Accounts::new(db.clone(), shards.clone(), AccountsOptions::default(), clock.clone(), rng),
        inventory: Inventory::new(shards.clone()),
        payments: Payments::new(shards.clone(), providers, mint.clone()),
        orders: Orders::new(db.clone(), shards.clone()),
        fulfilment: Fulfilment::new(db.clone()),
        patience: Patience::default(),
        shards,
        clock,
        mint,
    };
    (parts, db)
}

async fn migrate(db: &Db) {
    for migrations in [
        &tradewind_platform::MIGRATIONS,
        &tradewind_catalog::MIGRATIONS,
        &tradewind_market::MIGRATIONS,
        &tradewind_offers::MIGRATIONS,
        &tradewind_accounts::MIGRATIONS,
        &tradewind_inventory::MIGRATIONS,
        &tradewind_payments::MIGRATIONS,
        &tradewind_orders::MIGRATIONS,
        &tradewind_fulfilment::MIGRATIONS,
        &MIGRATIONS,
    ] {
        db.migrate(migrations).await.unwrap();
    }
}

impl Shop {
    async fn open() -> Self {
        let shop = Self::reopen(Store::new(), 1);
        migrate(&shop.db).await;
        let parts = Arc::clone(&shop.parts);
        shop.write(move |tx| Box::pin(async move { furnish(tx, &parts).await })).await.unwrap();
        shop
    }

    /// The same shop after a restart.
    fn reopen(store: Store, seed: u64) -> Self {
        Self::on(store, seed, Clock::manual(Timestamp(1_790_000_000_000)), Arc::default())
    }

    fn on(store: Store, seed: u64, clock: Clock, bank: Arc<Bank>) -> Self {
        let (parts, db) = parts_on(|surroundings| Db::open_at(store.place(), surroundings), clock, seed, &bank);
        let checkout = Checkout::new(parts);
        Self { parts: Arc::clone(&checkout.parts), checkout, db, store, bank }
    }

    async fn write<T, F>(&self, body: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut Tx) -> TxFuture<'t, T> + Clone + Send + 'static,
    {
        self.db.write(body).await
    }

    async fn empty_cart(&self) -> CartView {
        let new = NewCart { region_id: Some(EUROPE.to_owned()), ..NewCart::default() };
        self.checkout.create_cart(new).await.unwrap()
    }

    /// A cart with an address in Denmark, an e-mail and a way of sending.
    async fn cart_with(&self, lines: &[(&str, i64)]) -> CartView {
        let cart = self
            .checkout
            .create_cart(NewCart {
                region_id: Some(EUROPE.to_owned()),
                email: Some("reader@example.com".to_owned()),
                shipping_address: Some(address("dk")),
                items: lines.iter().map(|(variant, quantity)| line(variant, *quantity)).collect(),
                ..NewCart::default()
            })
            .await
            .unwrap();
        self.checkout.add_shipping_method(cart.cart.id.as_str(), STANDARD, None).await.unwrap()
    }

    async fn pay(&self, cart_id: &str) -> PaymentCollection {
        self.pay_with(cart_id, "pp_system_default").await
    }

    async fn pay_with(&self, cart_id: &str, provider: &str) -> PaymentCollection {
        let collection = self.checkout.payment_collection(cart_id).await.unwrap();
        self.checkout.begin_payment(collection.id.as_str(), provider, serde_json::json!({})).await.unwrap()
    }

    /// A cart that only has to be completed; its id.
    async fn ready_cart(&self, lines: &[(&str, i64)]) -> String {
        let id = self.cart_with(lines).await.cart.id.as_str().to_owned();
        self.pay(&id).await;
        id
    }

    async fn complete(&self, cart_id: &str) -> Result<Arc<Order>> {
        match self.checkout.complete(cart_id).await? {
            Completion::Order(placed) => Ok(placed.order),
            Completion::Cart { error, .. } => Err(error),
        }
    }

    /// What is left of the charts.
    async fn charts_left(&self) -> i64 {
        let level = &self.parts.inventory.levels("iitem_chart").await.unwrap()[0];
        level.stocked - level.reserved
    }

    async fn customer(&self, email: &str) -> String {
        let accounts = &self.parts.accounts;
        let token = accounts.register(ActorKind::Customer, email, "a long password").await.unwrap();
        let actor = accounts.verify(token.expose()).await.unwrap();
        let customer = accounts.create_customer(&actor, NewCustomer::default()).await.unwrap();
        customer.id.as_str().to_owned()
    }
}

fn line(variant_id: &str, quantity: i64) -> NewLine {
    NewLine { variant_id: variant_id.to_owned(), quantity, metadata: None }
}

fn address(country: &str) -> AddressInput {
    AddressInput::Given(Box::new(Address {
        first_name: Some("Ada".to_owned()),
        last_name: Some("Lovelace".to_owned()),
        address_1: Some("Havnegade 1".to_owned()),
        city: Some("Harbour".to_owned()),
        postal_code: Some("1000".to_owned()),
        country_code: Some(country.to_owned()),
        ..Address::default()
    }))
}

fn euros(text: &str) -> Decimal {
    text.parse().unwrap()
}

async fn furnish(tx: &mut Tx, parts: &CheckoutParts) -> Result<()> {
    let yen: Currency = "jpy".parse()?;
    furnish_market(tx, parts, yen).await?;
    let location =
        NewLocation { id: Some("sloc_harbour".to_owned()), name: "Harbour".to_owned(), ..NewLocation::default() };
    parts.inventory.create_location(tx, location).await?;
    parts.inventory.link_channel(tx, "sc_web", "sloc_harbour").await?;
    for (id, stocked) in [("iitem_chart", 5), ("iitem_rare", 0)] {
        let item = NewItem { id: Some(id.to_owned()), sku: Some(id.to_owned()), ..NewItem::default() };
        parts.inventory.create_item(tx, item).await?;
        parts.inventory.set_level(tx, id, "sloc_harbour", stocked).await?;
    }
    furnish_shipping(tx, parts, yen).await?;

    let price = |currency, amount: &str| NewPrice {
        id: None,
        currency,
        amount: amount.parse().unwrap(),
        region_id: None,
        min_quantity: None,
        max_quantity: None,
    };
    let of = |item_id: &str, required_quantity| vec![InventoryLink { item_id: item_id.to_owned(), required_quantity }];
    let variant = |id: &str, prices, inventory: Vec<InventoryLink>, allow_backorder| NewVariant {
        id: Some(id.into()),
        title: id.to_owned(),
        manage_inventory: !inventory.is_empty(),
        allow_backorder,
        options: vec![("Edition".to_owned(), id.to_owned())],
        prices,
        inventory,
        ..NewVariant::default()
    };
    let product = |title: &str, variants: Vec<NewVariant>| NewProduct {
        title: title.to_owned(),
        status: ProductStatus::Published,
        sales_channel_ids: vec!["sc_web".to_owned()],
        shipping_profile_id: Some("sp_default".to_owned()),
        options: vec![tradewind_catalog::NewOption {
            is_shared: false,
            id: None,
            title: "Edition".to_owned(),
            values: variants.iter().map(|variant| variant.title.as_str().into()).collect(),
            metadata: None,
        }],
        variants,
        ..NewProduct::default()
    };
    let eur = Currency::EUR;
    let charts = vec![
        variant(CHART, vec![price(eur, "10"), price(yen, "1500")], of("iitem_chart", 1), false),
        variant(CHART_SIGNED, vec![price(eur, "25")], of("iitem_chart", 2), false),
    ];
    let backordered = variant(BACKORDERED, vec![price(eur, "10")], of("iitem_rare", 1), true);
    let free = variant(SOUVENIR, vec![price(eur, "0")], Vec::new(), false);
    let products = vec![
        product("Chart", charts),
        product("Print", vec![variant(PRINT, vec![price(eur, "12.35")], Vec::new(), false)]),
        product("Rare chart", vec![backordered]),
        NewProduct { shipping_profile_id: None, ..product("Souvenir", vec![free]) },
        NewProduct {
            status: ProductStatus::Draft,
            ..product("Draft", vec![variant(DRAFT, vec![price(eur, "1")], Vec::new(), false)])
        },
        NewProduct {
            sales_channel_ids: vec!["sc_trade".to_owned()],
            ..product("Trade", vec![variant(ELSEWHERE, vec![price(eur, "1")], Vec::new(), false)])
        },
    ];
    parts.catalog.create_products(tx, products).await?;
    Ok(())
}

async fn furnish_market(tx: &mut Tx, parts: &CheckoutParts, yen: Currency) -> Result<()> {
    let market = &parts.market;
    let region = |id: &str, currency, countries: &[&str]| NewRegion {
        id: Some(id.into()),
        countries: countries.iter().map(|code| (*code).to_owned()).collect(),
        payment_providers: vec!["pp_system_default".to_owned(), "pp_refusing".to_owned(), bank::BANK.to_owned()],
        ..NewRegion::named(id, currency)
    };
    market.create_region(tx, region(EUROPE, Currency::EUR, &["dk", "de"])).await?;
    market.create_region(tx, region(JAPAN, yen, &["jp"])).await?;
    for (id, name) in [("sc_web", "Web"), ("sc_trade", "Trade")] {
        let channel = NewSalesChannel {
            id: Some(id.into()),
            name: name.to_owned(),
            description: None,
            is_disabled: false,
            metadata: None,
        };
        market.create_sales_channel(tx, channel).await?;
    }
    for (country, percent) in [("dk", 25), ("de", 19), ("jp", 10)] {
        let rate = NewTaxRate {
            id: None,
            name: "VAT".to_owned(),
            code: Some(country.to_owned()),
            rate: Decimal::from(percent),
            is_default: true,
            is_combinable: false,
            rules: Vec::new(),
            metadata: None,
            created_by: None,
        };
        let tax_region =
            NewTaxRegion { country_code: country.to_owned(), rates: vec![rate], ..NewTaxRegion::default() };
        market.create_tax_region(tx, tax_region).await?;
    }
    let held = |currency, is_default| StoreCurrency { currency, is_default, is_tax_inclusive: false };
    let settings = NewStoreSettings {
        name: "Harbour shop".to_owned(),
        currencies: vec![held(Currency::EUR, true), held(yen, false)],
        default_sales_channel_id: Some("sc_web".into()),
        default_region_id: Some(EUROPE.into()),
        ..NewStoreSettings::default()
    };
    market.save_store(tx, settings).await?;
    Ok(())
}

async fn furnish_shipping(tx: &mut Tx, parts: &CheckoutParts, yen: Currency) -> Result<()> {
    let fulfilment = &parts.fulfilment;
    let profile = NewProfile {
        id: Some("sp_default".to_owned()),
        name: "Default".to_owned(),
        type_: "default".to_owned(),
        ..NewProfile::default()
    };
    fulfilment.create_profile(tx, profile).await?;
    let zone = |id: &str, countries: &[&str]| NewServiceZone {
        id: Some(id.to_owned()),
        ..NewServiceZone::countries(id, countries.iter().copied())
    };
    let set = NewFulfillmentSet {
        name: "Delivery".to_owned(),
        type_: "shipping".to_owned(),
        location_id: Some("sloc_harbour".to_owned()),
        service_zones: vec![zone("serzo_world", &["dk", "de", "jp"]), zone("serzo_dk", &["dk"])],
        ..NewFulfillmentSet::default()
    };
    fulfilment.create_set(tx, set).await?;
    let price = |currency, amount: &str| OptionPrice::of(currency, amount.parse().unwrap());
    let options = [
        (STANDARD, "serzo_world", vec![price(Currency::EUR, "10"), price(yen, "1200")]),
        (EXPRESS, "serzo_dk", vec![price(Currency::EUR, "20")]),
    ];
    for (id, zone, prices) in options {
        let option = NewShippingOption {
            id: Some(id.to_owned()),
            name: id.to_owned(),
            price_type: PriceType::Flat,
            service_zone_id: zone.to_owned(),
            shipping_profile_id: "sp_default".to_owned(),
            type_: ShippingOptionType { label: id.to_owned(), code: id.to_owned(), ..ShippingOptionType::default() },
            prices,
            ..NewShippingOption::default()
        };
        fulfilment.create_option(tx, option).await?;
    }
    Ok(())
}
