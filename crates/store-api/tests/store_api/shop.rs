//! A small shop on a real database, and a client that talks to its router.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::{HeaderMap, Method, Request, StatusCode, header};
use serde_json::{Value, json};
use tower::ServiceExt as _;
use tradewind_accounts::{Accounts, AccountsOptions};
use tradewind_catalog::{
    Catalog, CategoryId, InventoryLink, NewCategory, NewCollection, NewOption, NewPrice, NewProduct, NewTag, NewType,
    NewVariant, ProductStatus,
};
use tradewind_checkout::{Checkout, CheckoutParts, Patience};
use tradewind_fulfilment::{
    Fulfilment, NewFulfillmentSet, NewProfile, NewServiceZone, NewShippingOption, OptionPrice, PriceType,
    ShippingOptionType,
};
use tradewind_http::cors::Cors;
use tradewind_http::limits::LoginLimits;
use tradewind_http::middleware::{Surroundings as Around, surround};
use tradewind_http::ready::Ready;
use tradewind_inventory::{Inventory, NewItem, NewLocation};
use tradewind_kernel::{Clock, Currency, IdMint, Result, Rng, Timestamp};
use tradewind_market::{Market, NewRegion, NewSalesChannel, NewStoreSettings, NewTaxRate, NewTaxRegion, StoreCurrency};
use tradewind_offers::Offers;
use tradewind_orders::Orders;
use tradewind_payments::Payments;
use tradewind_platform::carrier::{Carriers, TableCarrier};
use tradewind_platform::db::{Db, Shards, Surroundings, Tx, TxFuture};
use tradewind_platform::events::{Event, Reactions, Relay};
use tradewind_platform::payment::{ManualProvider, PaymentProviders};
use tradewind_services::Store;
use tradewind_store_api::{StoreOptions, StoreState, router};

pub(crate) const EUROPE: &str = "reg_europe";
pub(crate) const STATES: &str = "reg_states";
/// 10 euros or 12 dollars, five in stock.
pub(crate) const CHART: &str = "variant_chart";
/// 25 euros, two charts each.
pub(crate) const CHART_FRAMED: &str = "variant_chart_framed";
pub(crate) const STANDARD: &str = "so_standard";

/// A shop and somebody who talks to it.
#[derive(Clone)]
pub(crate) struct TestShop {
    pub(crate) state: StoreState,
    router: Router,
    pub(crate) key: String,
    /// A key of a sales channel in which nothing is sold.
    pub(crate) other_key: String,
    clock: Clock,
    db: Db,
    _store: Arc<Store>,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    pub(crate) body: Value,
}

impl Answered {
    /// The body of an answer that must be 200.
    pub(crate) fn ok(self) -> Value {
        assert_eq!(self.status, StatusCode::OK, "{}", self.text);
        self.body
    }
}

impl TestShop {
    pub(crate) async fn open() -> Self {
        Self::open_with_logins(1000).await
    }

    /// A shop in which each e-mail may try so many passwords at once.
    pub(crate) async fn open_with_logins(burst: u32) -> Self {
        Self::open_with(burst, AccountsOptions::default()).await
    }

    pub(crate) async fn open_with(burst: u32, accounts: AccountsOptions) -> Self {
        let store = Store::new();
        let clock = Clock::manual(Timestamp(1_790_000_000_000));
        let rng = Rng::seeded(7);
        let mint = IdMint::new(clock.clone(), rng.clone());
        let surroundings = Surroundings { clock: clock.clone(), mint: mint.clone() };
        let db = Db::open_at(store.place(), surroundings).unwrap();
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
            &tradewind_checkout::MIGRATIONS,
        ] {
            db.migrate(migrations).await.unwrap();
        }
        let state = Self::build(&db, &clock, &rng, &mint, burst, accounts);
        let furnished = state.clone();
        db.write(move |tx| Box::pin(async move { furnish(tx, &furnished).await })).await.unwrap();
        let key = |channel: &'static str| {
            let accounts = state.accounts.clone();
            async move {
                let channels = vec![channel.to_owned()];
                let made = accounts.create_publishable_key(channel, channels, "").await.unwrap();
                made.token.expose().to_owned()
            }
        };
        let around = Around {
            mint,
            cors: Cors::default(),
            timeout: Duration::from_secs(30),
            trusted_proxies: 0,
            public_url: "https://shop.example".into(),
        };
        Self {
            key: key("sc_web").await,
            other_key: key("sc_trade").await,
            router: surround(router(state.clone()), around),
            state,
            clock,
            db,
            _store: Arc::new(store),
        }
    }

    fn build(db: &Db, clock: &Clock, rng: &Rng, mint: &IdMint, burst: u32, accounts: AccountsOptions) -> StoreState {
        let shards = Shards::single(db.clone());
        let mut providers = PaymentProviders::default();
        providers.add(Arc::new(ManualProvider));
        let mut carriers = Carriers::default();
        carriers.add(Arc::new(TableCarrier));
        let parts = CheckoutParts {
            catalog: Catalog::new(db.clone()),
            market: Market::new(db.clone()),
            offers: Offers::new(db.clone()),
            accounts: Accounts::new(db.clone(), shards.clone(), accounts, clock.clone(), rng.clone()),
            inventory: Inventory::new(shards.clone()),
            payments: Payments::new(shards.clone(), providers, mint.clone()),
            orders: Orders::new(db.clone(), shards.clone()),
            fulfilment: Fulfilment::with_carriers(db.clone(), carriers),
            patience: Patience::default(),
            shards,
            clock: clock.clone(),
            mint: mint.clone(),
        };
        StoreState {
            catalog: parts.catalog.clone(),
            market: parts.market.clone(),
            offers: parts.offers.clone(),
            inventory: parts.inventory.clone(),
            accounts: parts.accounts.clone(),
            payments: parts.payments.clone(),
            orders: parts.orders.clone(),
            fulfilment: parts.fulfilment.clone(),
            handling: tradewind_fulfilment::OrderHandling::new(
                parts.shards.clone(),
                parts.orders.clone(),
                parts.inventory.clone(),
                parts.payments.clone(),
                parts.fulfilment.clone(),
            ),
            checkout: Checkout::new(parts),
            login_limits: LoginLimits::new(db, clock, burst, 10),
            ready: Ready::new(10_000_000, 30),
            clock: clock.clone(),
            options: StoreOptions { session_seconds: 3600, secure_cookies: false },
        }
    }

    /// Sends a request exactly as it is.
    pub(crate) async fn send(&self, request: Request<Body>) -> Answered {
        let mut request = request;
        let peer = SocketAddr::from(([192, 0, 2, 1], 4711));
        request.extensions_mut().insert(ConnectInfo(peer));
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, 50_000_000).await.unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Answered { status: parts.status, headers: parts.headers, text, body }
    }

    /// Sends a request with the shop's key, as somebody with this token.
    pub(crate) async fn ask_as(
        &self,
        token: Option<&str>,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Answered {
        let mut request = Request::builder().method(method).uri(path).header("x-publishable-api-key", &self.key);
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let body = match body {
            Some(body) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Body::from(body.to_string())
            }
            None => Body::empty(),
        };
        self.send(request.body(body).unwrap()).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answered {
        self.ask_as(None, Method::GET, path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answered {
        self.ask_as(None, Method::POST, path, Some(body)).await
    }

    /// A POST without a body.
    pub(crate) async fn post_nothing(&self, path: &str) -> Answered {
        self.ask_as(None, Method::POST, path, None).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answered {
        self.ask_as(None, Method::DELETE, path, None).await
    }

    /// A cart in euros with these lines; its id.
    pub(crate) async fn cart(&self, lines: &[(&str, i64)]) -> String {
        let items: Vec<Value> =
            lines.iter().map(|(variant, quantity)| json!({"variant_id": variant, "quantity": quantity})).collect();
        let body = json!({"region_id": EUROPE, "items": items});
        id_of(&self.post("/store/carts", body).await.ok()["cart"])
    }

    /// Gives a cart what is missing, short of completing it.
    pub(crate) async fn make_ready(&self, cart_id: &str) {
        let cart = format!("/store/carts/{cart_id}");
        let address = address("dk");
        let body = json!({"email": "reader@example.com", "shipping_address": address});
        self.post(&cart, body).await.ok();
        let methods = format!("{cart}/shipping-methods");
        self.post(&methods, json!({"option_id": STANDARD})).await.ok();
        let body = json!({"cart_id": cart_id});
        let made = self.post("/store/payment-collections", body).await.ok();
        let collection = id_of(&made["payment_collection"]);
        let sessions = format!("/store/payment-collections/{collection}/payment-sessions");
        self.post(&sessions, json!({"provider_id": "pp_system_default"})).await.ok();
    }

    /// Until everything committed can be searched for.
    pub(crate) async fn catalog_settled(&self) {
        self.state.catalog.settle_search().await.unwrap();
    }

    /// Changes something behind the door's back.
    pub(crate) async fn write<T, F>(&self, body: F) -> T
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut Tx) -> TxFuture<'t, T> + Clone + Send + 'static,
    {
        self.db.write(body).await.unwrap()
    }

    /// The newest of these events since the last time this was asked.
    pub(crate) async fn heard<E: Event>(&self) -> Option<E> {
        let heard = Arc::new(Mutex::new(None));
        let mut reactions = Reactions::default();
        let ear = Arc::clone(&heard);
        reactions.on::<E>("test", move |_, event| {
            *ear.lock().unwrap() = Some(event);
            Box::pin(async { Ok(()) })
        });
        Relay::new(self.db.clone(), reactions).deliver_waiting().await.unwrap();
        heard.lock().unwrap().take()
    }

    /// The present moment, in seconds since 1970.
    pub(crate) fn unix_seconds(&self) -> i64 {
        self.clock.now().unix_seconds()
    }

    /// Lets time pass.
    pub(crate) fn wait_seconds(&self, seconds: i64) {
        self.clock.advance_seconds(seconds);
    }
}

pub(crate) fn id_of(value: &Value) -> String {
    value["id"].as_str().unwrap().to_owned()
}

pub(crate) fn address(country: &str) -> Value {
    json!({
        "first_name": "Ada", "last_name": "Lovelace", "address_1": "Havnegade 1",
        "city": "Harbour", "postal_code": "1000", "country_code": country
    })
}

async fn furnish(tx: &mut Tx, shop: &StoreState) -> Result<()> {
    furnish_market(tx, shop).await?;
    let location =
        NewLocation { id: Some("sloc_harbour".to_owned()), name: "Harbour".to_owned(), ..NewLocation::default() };
    shop.inventory.create_location(tx, location).await?;
    shop.inventory.link_channel(tx, "sc_web", "sloc_harbour").await?;
    let item = NewItem { id: Some("iitem_chart".to_owned()), ..NewItem::default() };
    shop.inventory.create_item(tx, item).await?;
    shop.inventory.set_level(tx, "iitem_chart", "sloc_harbour", 5).await?;
    furnish_shipping(tx, shop).await?;
    furnish_catalogue(tx, shop).await
}

async fn furnish_market(tx: &mut Tx, shop: &StoreState) -> Result<()> {
    for (id, currency, countries) in [(EUROPE, Currency::EUR, &["dk", "de"][..]), (STATES, Currency::USD, &["us"][..])]
    {
        let region = NewRegion {
            id: Some(id.into()),
            countries: countries.iter().map(|code| (*code).to_owned()).collect(),
            payment_providers: vec!["pp_system_default".to_owned()],
            ..NewRegion::named(id, currency)
        };
        shop.market.create_region(tx, region).await?;
    }
    for id in ["sc_web", "sc_trade"] {
        let channel = NewSalesChannel { id: Some(id.into()), name: id.to_owned(), ..NewSalesChannel::default() };
        shop.market.create_sales_channel(tx, channel).await?;
    }
    let rate = NewTaxRate {
        name: "VAT".to_owned(),
        code: Some("vat".to_owned()),
        rate: 25.into(),
        is_default: true,
        ..NewTaxRate::default()
    };
    let tax_region = NewTaxRegion { country_code: "dk".to_owned(), rates: vec![rate], ..NewTaxRegion::default() };
    shop.market.create_tax_region(tx, tax_region).await?;
    let held = |currency, is_default| StoreCurrency { currency, is_default, is_tax_inclusive: false };
    let settings = NewStoreSettings {
        name: "Charts".to_owned(),
        currencies: vec![held(Currency::EUR, true), held(Currency::USD, false)],
        default_sales_channel_id: Some("sc_web".into()),
        default_region_id: Some(EUROPE.into()),
        ..NewStoreSettings::default()
    };
    shop.market.save_store(tx, settings).await?;
    Ok(())
}

async fn furnish_shipping(tx: &mut Tx, shop: &StoreState) -> Result<()> {
    let profile = NewProfile {
        id: Some("sp_default".to_owned()),
        name: "Default".to_owned(),
        type_: "default".to_owned(),
        metadata: None,
    };
    shop.fulfilment.create_profile(tx, profile).await?;
    let zone =
        NewServiceZone { id: Some("serzo_europe".to_owned()), ..NewServiceZone::countries("Europe", ["dk", "de"]) };
    let set = NewFulfillmentSet {
        id: Some("fuset_harbour".to_owned()),
        name: "Harbour delivery".to_owned(),
        type_: "shipping".to_owned(),
        location_id: Some("sloc_harbour".to_owned()),
        service_zones: vec![zone],
        metadata: None,
    };
    shop.fulfilment.create_set(tx, set).await?;
    let option = NewShippingOption {
        id: Some(STANDARD.to_owned()),
        name: "Standard".to_owned(),
        price_type: PriceType::Flat,
        service_zone_id: "serzo_europe".to_owned(),
        shipping_profile_id: "sp_default".to_owned(),
        provider_id: "manual_manual".to_owned(),
        type_id: None,
        type_: ShippingOptionType {
            label: "Standard".to_owned(),
            code: "standard".to_owned(),
            ..ShippingOptionType::default()
        },
        data: None,
        prices: vec![OptionPrice::of(Currency::EUR, 4.into())],
        rules: Vec::new(),
        metadata: None,
    };
    shop.fulfilment.create_option(tx, option).await?;
    Ok(())
}

async fn furnish_catalogue(tx: &mut Tx, shop: &StoreState) -> Result<()> {
    let catalog = &shop.catalog;
    let category = |id: &str, name: &str, parent: Option<&str>, is_active| NewCategory {
        id: Some(id.into()),
        name: name.to_owned(),
        parent_id: parent.map(CategoryId::from),
        is_active,
        ..NewCategory::default()
    };
    catalog.create_category(tx, category("pcat_charts", "Charts", None, true)).await?;
    catalog.create_category(tx, category("pcat_old", "Old", Some("pcat_charts"), true)).await?;
    catalog.create_category(tx, category("pcat_secret", "Secret", None, false)).await?;
    let collection =
        NewCollection { id: Some("pcol_summer".into()), title: "Summer".to_owned(), ..NewCollection::default() };
    catalog.create_collection(tx, collection).await?;
    let tag = NewTag { id: Some("ptag_paper".into()), value: "paper".to_owned(), ..NewTag::default() };
    catalog.create_tag(tx, tag).await?;
    let product_type = NewType { id: Some("ptyp_print".into()), value: "print".to_owned(), ..NewType::default() };
    catalog.create_type(tx, product_type).await?;

    let variant = |id: &str, title: &str, prices, required_quantity| NewVariant {
        id: Some(id.into()),
        title: title.to_owned(),
        sku: Some(id.to_uppercase()),
        options: vec![("Frame".to_owned(), title.to_owned())],
        prices,
        inventory: vec![InventoryLink { item_id: "iitem_chart".to_owned(), required_quantity }],
        ..NewVariant::default()
    };
    let euros = |amount: i64| NewPrice::of(Currency::EUR, amount.into());
    let chart_prices = vec![euros(10), NewPrice::of(Currency::USD, 12.into())];
    let chart = NewProduct {
        id: Some("prod_chart".into()),
        title: "Chart of the harbour".to_owned(),
        handle: Some("chart".to_owned()),
        status: ProductStatus::Published,
        thumbnail: Some("/media/chart-400.webp".to_owned()),
        images: vec!["https://images.example.com/chart.png".into(), "/media/chart-800.webp".into()],
        collection_id: Some("pcol_summer".into()),
        type_id: Some("ptyp_print".into()),
        tag_ids: vec!["ptag_paper".into()],
        category_ids: vec!["pcat_charts".into()],
        sales_channel_ids: vec!["sc_web".to_owned()],
        shipping_profile_id: Some("sp_default".to_owned()),
        options: vec![NewOption {
            title: "Frame".to_owned(),
            values: vec!["None".into(), "Oak".into()],
            ..NewOption::default()
        }],
        variants: vec![variant(CHART, "None", chart_prices, 1), variant(CHART_FRAMED, "Oak", vec![euros(25)], 2)],
        ..NewProduct::default()
    };
    let draft = NewProduct {
        id: Some("prod_draft".into()),
        title: "Draft".to_owned(),
        sales_channel_ids: vec!["sc_web".to_owned()],
        options: chart.options.clone(),
        variants: vec![NewVariant {
            options: vec![("Frame".to_owned(), "Oak".to_owned())],
            ..variant("variant_draft", "Draft", vec![euros(1)], 1)
        }],
        ..NewProduct::default()
    };
    catalog.create_products(tx, vec![chart, draft]).await?;
    Ok(())
}
