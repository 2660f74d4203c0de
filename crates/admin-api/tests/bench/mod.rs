//! A shop of its own for each test: modules on a temporary file, the router, somebody of the staff.

use axum::Router;
use axum::body::Body;
use base64::Engine as _;
use http::Request;
use http_body_util::BodyExt as _;
use serde_json::Value;
use tower::ServiceExt as _;
use tradewind_accounts::{Accounts, AccountsOptions, ActorKind, NewCustomer};
use tradewind_admin_api::{AdminState, ReportPlaces, Work};
use tradewind_catalog::Catalog;
use tradewind_fulfilment::{Fulfilment, OrderHandling};
use tradewind_insights::Insights;
use tradewind_inventory::Inventory;
use tradewind_kernel::{Clock, Currency, Decimal, IdMint, Money, Rng, Timestamp};
use tradewind_market::{Market, NewRegion, NewSalesChannel, NewStoreSettings, StoreCurrency};
use tradewind_offers::Offers;
use tradewind_orders::{ChargedTax, Goods, LineTotals, NewOrder, OrderItem, OrderShipping, Orders, TaxLine};
use tradewind_outreach::{Language, Outreach, WebhookOptions, Webhooks};
use tradewind_payments::{Answer, NewSession, Outcome, Payments};
use tradewind_platform::db::{Db, Shards, Surroundings};
use tradewind_platform::payment::{ManualProvider, PaymentProviders};
use tradewind_services::Store;

pub const EMAIL: &str = "staff@example.com";
pub const PASSWORD: &str = "supersecret123";

pub struct Bench {
    router: Router,
    state: AdminState,
    pub staff: String,
    pub channel: String,
    pub region: String,
    clock: Clock,
    _store: Store,
}

impl Bench {
    pub async fn new() -> Self {
        let store = Store::new();
        let clock = Clock::manual(Timestamp(1_700_000_000_000));
        let rng = Rng::seeded(5);
        let mint = IdMint::new(clock.clone(), rng.clone());
        let surroundings = Surroundings { clock: clock.clone(), mint: mint.clone() };
        let db = Db::open_at(store.place(), surroundings).unwrap();
        for migrations in [
            tradewind_platform::MIGRATIONS,
            tradewind_catalog::MIGRATIONS,
            tradewind_market::MIGRATIONS,
            tradewind_offers::MIGRATIONS,
            tradewind_inventory::MIGRATIONS,
            tradewind_accounts::MIGRATIONS,
            tradewind_payments::MIGRATIONS,
            tradewind_orders::MIGRATIONS,
            tradewind_fulfilment::MIGRATIONS,
            tradewind_outreach::MIGRATIONS,
        ] {
            db.migrate(&migrations).await.unwrap();
        }
        let shards = Shards::single(db.clone());
        let mut providers = PaymentProviders::default();
        providers.add(std::sync::Arc::new(ManualProvider));
        let (payments, orders) =
            (Payments::new(shards.clone(), providers, mint.clone()), Orders::new(db.clone(), shards.clone()));
        let (inventory, fulfilment) = (Inventory::new(shards.clone()), Fulfilment::new(db.clone()));
        let handling =
            OrderHandling::new(shards.clone(), orders.clone(), inventory.clone(), payments.clone(), fulfilment.clone());
        let webhooks = WebhookOptions {
            kinds: &[],
            source: "https://shop.example".to_owned(),
            allow_private: false,
            answer_seconds_max: 15,
        };
        let webhooks = Webhooks::new(db.clone(), webhooks, clock.clone(), rng.clone());
        let accounts = Accounts::new(db.clone(), shards.clone(), AccountsOptions::default(), clock.clone(), rng);
        let insights = Insights {
            shop: "Shop".to_owned(),
            clock: clock.clone(),
            orders: orders.clone(),
            payments: payments.clone(),
            inventory: inventory.clone(),
            accounts: accounts.clone(),
        };
        let state = AdminState {
            core: db.clone(),
            shards: shards.clone(),
            mint,
            catalog: Catalog::new(db.clone()),
            market: Market::new(db.clone()),
            offers: Offers::new(db.clone()),
            inventory,
            accounts,
            payments,
            orders,
            fulfilment,
            handling,
            outreach: Outreach {
                shop: "Shop".to_owned(),
                public_url: "https://shop.example".to_owned(),
                language: Language::English,
            },
            work: Work::default(),
            webhooks,
            insights,
            report_places: ReportPlaces::new(1),
        };
        let (channel, region) = seed(&state).await;
        state.accounts.create_user(EMAIL, PASSWORD).await.unwrap();
        let token = state.accounts.login(ActorKind::User, EMAIL, PASSWORD).await.unwrap().token;
        Self {
            router: tradewind_admin_api::router(state.clone()),
            state,
            staff: format!("Bearer {}", token.expose()),
            channel,
            region,
            clock,
            _store: store,
        }
    }

    /// The status and the JSON of an answer.
    pub async fn send(
        &self,
        method: &str,
        path: &str,
        authorization: Option<&str>,
        body: Option<&str>,
    ) -> (u16, Value) {
        let headers: Vec<_> = authorization.map(|value| ("authorization", value)).into_iter().collect();
        self.send_with(method, path, &headers, body).await
    }

    pub async fn send_with(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&str>,
    ) -> (u16, Value) {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if body.is_some() {
            request = request.header("content-type", "application/json");
        }
        let request = request.body(body.map_or_else(Body::empty, |body| Body::from(body.to_owned()))).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    /// The status and `Retry-After` of an answer while as many reports are written as there may be.
    pub async fn while_reports_are_written(&self, path: &str) -> (u16, Option<String>) {
        let state = AdminState { report_places: ReportPlaces::new(0), ..self.state.clone() };
        let request = Request::builder().uri(path).header("authorization", &self.staff).body(Body::empty()).unwrap();
        let response = tradewind_admin_api::router(state).oneshot(request).await.unwrap();
        let retry_after = response.headers().get("retry-after").map(|value| value.to_str().unwrap().to_owned());
        (response.status().as_u16(), retry_after)
    }

    pub async fn get(&self, path: &str) -> Value {
        let (status, body) = self.send("GET", path, Some(&self.staff), None).await;
        assert_eq!(status, 200, "GET {path}: {body}");
        body
    }

    pub async fn post(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self.send("POST", path, Some(&self.staff), Some(&body.to_string())).await;
        assert_eq!(status, 200, "POST {path} {body}: {answer}");
        answer
    }

    /// The authorization of a shopper.
    pub async fn customer_token(&self) -> String {
        let accounts = &self.state.accounts;
        let token = accounts.register(ActorKind::Customer, "ada@example.com", PASSWORD).await.unwrap();
        let actor = accounts.verify(token.expose()).await.unwrap();
        accounts.create_customer(&actor, NewCustomer::default()).await.unwrap();
        format!("Bearer {}", accounts.refresh(&actor).await.unwrap().token.expose())
    }

    /// The authorization of a login of staff's kind that belongs to nobody yet.
    pub async fn stranger(&self, email: &str) -> String {
        let token = self.state.accounts.register(ActorKind::User, email, PASSWORD).await.unwrap();
        format!("Bearer {}", token.expose())
    }

    /// The authorization of somebody who logs in as staff, if they can.
    pub async fn log_in(&self, email: &str, password: &str) -> Option<String> {
        let token = self.state.accounts.login(ActorKind::User, email, password).await.ok()?.token;
        Some(format!("Bearer {}", token.expose()))
    }

    /// Lets time pass.
    pub fn wait_seconds(&self, seconds: i64) {
        self.clock.advance_seconds(seconds);
    }

    /// Sets a password by the token of a reset.
    pub async fn reset_password(&self, token: &str, password: &str) {
        self.state.accounts.reset_password(token, password).await.unwrap();
    }

    /// The cookie of a session of the staff.
    pub async fn session(&self) -> String {
        let accounts = &self.state.accounts;
        let token = self.staff.strip_prefix("Bearer ").unwrap();
        let actor = accounts.verify(token).await.unwrap();
        format!("connect.sid={}", accounts.open_session(&actor).await.unwrap().expose())
    }

    /// Places an order of 10 with a quarter of tax, sent for 10 and the same tax; answers with its id.
    pub async fn order(&self) -> String {
        let state = &self.state;
        let cart_id = state.mint.mint("cart");
        let total = Money::from_minor(2500, Currency::EUR);
        let (payments, cart) = (state.payments.clone(), cart_id.clone());
        let collection = state
            .shards
            .of_id(&cart_id)
            .write(move |tx| Box::pin(async move { payments.create_collection(tx, &cart, total).await }))
            .await
            .unwrap();
        let session = NewSession {
            cart_id: cart_id.clone(),
            provider_id: "pp_system_default".to_owned(),
            data: Value::Null,
            amount: total,
            cart_version: 1,
        };
        let collection = state.payments.collection(&collection.id).await.unwrap().unwrap();
        let collection = state.payments.begin_session(collection, session).await.unwrap();
        let placement = state.orders.prepare(new_order(cart_id.clone(), &collection.id)).await.unwrap();
        let (orders, payments) = (state.orders.clone(), state.payments.clone());
        let session_id = collection.sessions[0].id.clone();
        let promise = Answer { outcome: Outcome::Authorized, amount: total, data: Value::Null };
        state
            .shards
            .of_id(&cart_id)
            .write(move |tx| {
                Box::pin(async move {
                    let order = orders.place(tx, placement).await?;
                    payments.record_paid(tx, &collection.id, &session_id, order.id.as_str(), promise).await?;
                    Ok(order.id.0.clone())
                })
            })
            .await
            .unwrap()
    }
}

pub fn base64(text: &str) -> String {
    base64::engine::general_purpose::STANDARD.encode(text)
}

async fn seed(state: &AdminState) -> (String, String) {
    let market = state.market.clone();
    state
        .core
        .write(move |tx| {
            Box::pin(async move {
                let web = NewSalesChannel { name: "Web".to_owned(), ..NewSalesChannel::default() };
                let channel = market.create_sales_channel(tx, web).await?;
                let europe = NewRegion {
                    countries: vec!["de".to_owned(), "dk".to_owned()],
                    ..NewRegion::named("Europe", Currency::EUR)
                };
                let region = market.create_region(tx, europe).await?;
                let currency = |currency, is_default| StoreCurrency { currency, is_default, is_tax_inclusive: false };
                let settings = NewStoreSettings {
                    name: "Shop".to_owned(),
                    currencies: vec![currency(Currency::EUR, true), currency(Currency::USD, false)],
                    default_sales_channel_id: Some(channel.id.clone()),
                    ..NewStoreSettings::default()
                };
                market.save_store(tx, settings).await?;
                Ok((channel.id.0, region.id.0))
            })
        })
        .await
        .unwrap()
}

fn new_order(cart_id: String, collection_id: &str) -> NewOrder {
    let totals = LineTotals {
        subtotal: 1000,
        total: 1250,
        tax_total: 250,
        original_total: 1250,
        original_subtotal: 1000,
        original_tax_total: 250,
        ..LineTotals::default()
    };
    let tax = ChargedTax {
        line: TaxLine {
            id: "ordlitxl_1".to_owned(),
            tax_rate_id: None,
            description: "Moms".to_owned(),
            code: Some("DK25".to_owned()),
            rate: Decimal::from(25),
            provider_id: "system".to_owned(),
        },
        subtotal: 250,
        total: 250,
    };
    let item = OrderItem {
        id: "ordli_1".to_owned(),
        goods: Goods {
            variant_id: "variant_gone".to_owned(),
            product_id: "prod_gone".to_owned(),
            title: "A print".to_owned(),
            ..Goods::default()
        },
        quantity: 1,
        unit_price: Decimal::from(10),
        compare_at_unit_price: None,
        is_tax_inclusive: false,
        totals,
        taxes: vec![tax],
        adjustments: Vec::new(),
        metadata: None,
    };
    let shipping = OrderShipping {
        id: "ordsm_1".to_owned(),
        shipping_option_id: "so_1".to_owned(),
        name: "Standard".to_owned(),
        amount: Decimal::from(10),
        is_tax_inclusive: false,
        data: None,
        totals,
        taxes: Vec::new(),
        adjustments: Vec::new(),
    };
    NewOrder {
        cart_id,
        region_id: "reg_1".to_owned(),
        customer_id: None,
        sales_channel_id: None,
        email: Some("ada@example.com".to_owned()),
        currency: Currency::EUR,
        locale: None,
        shipping_address: None,
        billing_address: None,
        items: vec![item],
        shipping_methods: vec![shipping],
        credit_lines: Vec::new(),
        payment_collection_ids: vec![collection_id.to_owned()],
        metadata: None,
        events_before: 0,
        at: Timestamp(1_700_000_000_000),
    }
}
