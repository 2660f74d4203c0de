//! A shop of its own for each test: the modules on a store, and orders to report.

use std::pin::Pin;

use bytes::Bytes;
use serde_json::Value;
use tradewind_accounts::{Accounts, AccountsOptions, ActorKind, NewCustomer};
use tradewind_insights::{Insights, Sink, Wanted};
use tradewind_inventory::{Inventory, NewItem, NewLevel, NewLocation};
use tradewind_kernel::{Clock, Currency, Decimal, IdMint, Money, Result, Rng, Timestamp};
use tradewind_orders::{
    Address, ChargedTax, Goods, LineTotals, NewOrder, OrderItem, OrderShipping, Orders, TaxLine, order_id_of_cart,
};
use tradewind_payments::{Answer, Movement, NewSession, Outcome, Payments};
use tradewind_platform::db::{Db, Shards, Surroundings};
use tradewind_platform::payment::{ManualProvider, PaymentProviders};
use tradewind_services::Store;

/// 2026-01-10T12:00:00Z.
pub const NOON: Timestamp = Timestamp(1_768_046_400_000);

pub struct Bench {
    pub insights: Insights,
    pub db: Db,
    pub mint: IdMint,
    _store: Store,
}

/// What an order is to be: items are so many pieces at so many minor units net.
#[derive(Clone, Debug)]
pub struct Sale {
    pub at: Timestamp,
    pub customer: Option<String>,
    pub currency: Currency,
    pub country: &'static str,
    pub province: Option<&'static str>,
    pub pieces: i64,
    pub net: i64,
    pub discount: i64,
    pub rate: i64,
    pub shipping: i64,
}

impl Sale {
    pub fn of(net: i64) -> Self {
        Self {
            at: NOON,
            customer: None,
            currency: Currency::EUR,
            country: "dk",
            province: None,
            pieces: 1,
            net,
            discount: 0,
            rate: 25,
            shipping: 0,
        }
    }

    pub fn total(&self) -> i64 {
        self.line(self.net * self.pieces, self.discount).total + self.line(self.shipping, 0).total
    }

    fn line(&self, net: i64, discount: i64) -> LineTotals {
        let tax = |of: i64| of * self.rate / 100;
        let paid = net - discount;
        LineTotals {
            subtotal: net,
            total: paid + tax(paid),
            tax_total: tax(paid),
            discount_total: discount + tax(net) - tax(paid),
            discount_subtotal: discount,
            discount_tax_total: tax(net) - tax(paid),
            original_total: net + tax(net),
            original_subtotal: net,
            original_tax_total: tax(net),
        }
    }

    fn taxes(&self, totals: &LineTotals) -> Vec<ChargedTax> {
        let line = TaxLine {
            id: "tax".to_owned(),
            tax_rate_id: None,
            description: format!("VAT {}", self.rate),
            code: None,
            rate: Decimal::from(self.rate),
            provider_id: "system".to_owned(),
        };
        vec![ChargedTax { line, subtotal: totals.original_tax_total, total: totals.tax_total }]
    }

    pub fn order(&self, cart_id: String) -> NewOrder {
        let (items, shipping) = (self.line(self.net * self.pieces, self.discount), self.line(self.shipping, 0));
        let address = Address {
            country_code: Some(self.country.to_owned()),
            province: self.province.map(str::to_owned),
            ..Address::default()
        };
        NewOrder {
            cart_id,
            region_id: "reg_1".to_owned(),
            customer_id: self.customer.clone(),
            sales_channel_id: None,
            email: Some("ada@example.com".to_owned()),
            currency: self.currency,
            locale: None,
            shipping_address: Some(address),
            billing_address: None,
            items: vec![OrderItem {
                id: "ordli_1".to_owned(),
                goods: Goods { title: "Lighthouse".to_owned(), ..Goods::default() },
                quantity: self.pieces,
                unit_price: Money::from_minor(self.net, self.currency).major(),
                compare_at_unit_price: None,
                is_tax_inclusive: false,
                totals: items,
                taxes: self.taxes(&items),
                adjustments: Vec::new(),
                metadata: None,
            }],
            shipping_methods: vec![OrderShipping {
                id: "ordsm_1".to_owned(),
                shipping_option_id: "so_1".to_owned(),
                name: "Standard".to_owned(),
                amount: Money::from_minor(self.shipping, self.currency).major(),
                is_tax_inclusive: false,
                data: None,
                totals: shipping,
                taxes: self.taxes(&shipping),
                adjustments: Vec::new(),
            }],
            credit_lines: Vec::new(),
            payment_collection_ids: Vec::new(),
            metadata: None,
            events_before: 0,
            at: self.at,
        }
    }
}

impl Bench {
    pub async fn new() -> Self {
        Self::on(Store::new()).await
    }

    pub async fn on(store: Store) -> Self {
        let (clock, rng) = (Clock::manual(NOON), Rng::seeded(5));
        let mint = IdMint::new(clock.clone(), rng.clone());
        let surroundings = Surroundings { clock: clock.clone(), mint: mint.clone() };
        let db = Db::open_at(store.place(), surroundings).unwrap();
        for migrations in [
            tradewind_platform::MIGRATIONS,
            tradewind_inventory::MIGRATIONS,
            tradewind_accounts::MIGRATIONS,
            tradewind_payments::MIGRATIONS,
            tradewind_orders::MIGRATIONS,
        ] {
            db.migrate(&migrations).await.unwrap();
        }
        let shards = Shards::single(db.clone());
        let mut providers = PaymentProviders::default();
        providers.add(std::sync::Arc::new(ManualProvider));
        let insights = Insights {
            shop: "Prints & Søn".to_owned(),
            clock: clock.clone(),
            orders: Orders::new(db.clone(), shards.clone()),
            payments: Payments::new(shards.clone(), providers, mint.clone()),
            inventory: Inventory::new(shards.clone()),
            accounts: Accounts::new(db.clone(), shards, AccountsOptions::default(), clock, rng),
        };
        Self { insights, db, mint, _store: store }
    }

    /// A report as bytes.
    pub async fn report(&self, kind: &str, format: &str, period: Option<(&str, &str)>) -> Vec<u8> {
        let wanted = Wanted::parse(kind, format, period.map(|it| it.0), period.map(|it| it.1)).unwrap();
        let mut kept = Kept::default();
        self.insights.write(&wanted, &mut kept, &mut |_| ()).await.unwrap();
        kept.bytes
    }

    pub async fn csv(&self, kind: &str, period: Option<(&str, &str)>) -> String {
        String::from_utf8(self.report(kind, "csv", period).await).unwrap()
    }

    /// Places an order that is paid; answers with its id.
    pub async fn sell(&self, sale: &Sale) -> String {
        let payments = &self.insights.payments;
        let (cart_id, total) = (self.mint.mint("cart"), Money::from_minor(sale.total(), sale.currency));
        let (own, cart) = (payments.clone(), cart_id.clone());
        let collection = self
            .db
            .write(move |tx| Box::pin(async move { own.create_collection(tx, &cart, total).await }))
            .await
            .unwrap();
        let session = NewSession {
            cart_id: cart_id.clone(),
            provider_id: "pp_system_default".to_owned(),
            data: Value::Null,
            amount: total,
            cart_version: 1,
        };
        let stored = payments.collection(&collection.id).await.unwrap().unwrap();
        let begun = payments.begin_session(stored, session).await.unwrap();
        let placement = self.insights.orders.prepare(sale.order(cart_id.clone())).await.unwrap();
        let (orders, payments) = (self.insights.orders.clone(), payments.clone());
        let session_id = begun.sessions[0].id.clone();
        let promise = Answer { outcome: Outcome::Authorized, amount: total, data: Value::Null };
        let order_id = order_id_of_cart(&cart_id);
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    let order = orders.place(tx, placement).await?;
                    payments.record_paid(tx, &begun.id, &session_id, order.id.as_str(), promise).await?;
                    Ok(())
                })
            })
            .await
            .unwrap();
        order_id.as_str().to_owned()
    }

    /// Places orders by the hundred, unpaid.
    pub async fn sell_many(&self, sales: &[Sale]) {
        for some in sales.chunks(500) {
            let mut placements = Vec::new();
            for sale in some {
                let new = sale.order(self.mint.mint("cart"));
                placements.push((self.insights.orders.prepare(new).await.unwrap(), None));
            }
            let orders = self.insights.orders.clone();
            let placed = self.db.write(move |tx| Box::pin(async move { orders.place_all(tx, placements).await }));
            placed.await.unwrap();
        }
    }

    /// Takes all the money of an order, and gives some back.
    pub async fn capture_and_refund(&self, order_id: &str, refund_minor: i64) {
        let collection = self.insights.payments.collections_of_order(order_id).await.unwrap().remove(0);
        let payment_id = collection.payments[0].id.clone();
        let (payments, currency) = (self.insights.payments.clone(), collection.currency());
        let refund = Movement { amount: Some(Money::from_minor(refund_minor, currency)), ..Movement::all("refund") };
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    payments.record_capture(tx, &collection.id, &payment_id, Movement::all("capture")).await?;
                    if refund_minor > 0 {
                        payments.record_refund(tx, &collection.id, &payment_id, refund).await?;
                    }
                    Ok(())
                })
            })
            .await
            .unwrap();
    }

    pub async fn guest(&self, email: &'static str) -> String {
        let accounts = self.insights.accounts.clone();
        let guest = self.db.write(move |tx| Box::pin(async move { accounts.guest_customer(tx, email).await }));
        guest.await.unwrap().id.as_str().to_owned()
    }

    pub async fn shopper(&self, email: &str, first: &str, last: &str) -> String {
        let accounts = &self.insights.accounts;
        let token = accounts.register(ActorKind::Customer, email, "long enough").await.unwrap();
        let actor = accounts.verify(token.expose()).await.unwrap();
        let (first_name, last_name) = (Some(first.to_owned()), Some(last.to_owned()));
        let new = NewCustomer { first_name, last_name, ..NewCustomer::default() };
        accounts.create_customer(&actor, new).await.unwrap().id.as_str().to_owned()
    }

    pub async fn stock(&self, sku: &'static str, title: &'static str, stocked: i64) {
        let inventory = self.insights.inventory.clone();
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    let place = NewLocation { name: "Aarhus".to_owned(), ..NewLocation::default() };
                    let place = inventory.create_location(tx, place).await?;
                    let (sku, title) = (Some(sku.to_owned()), Some(title.to_owned()));
                    let item = NewItem { sku, title, ..NewItem::default() };
                    let level = NewLevel { location_id: place.id, stocked };
                    inventory.create_stocked_item(tx, item, &[level]).await
                })
            })
            .await
            .unwrap();
    }
}

/// A sink that keeps everything.
#[derive(Default)]
pub struct Kept {
    pub bytes: Vec<u8>,
}

impl Sink for Kept {
    fn write(&mut self, piece: Bytes) -> Pin<Box<dyn Future<Output = Result<()>> + Send + '_>> {
        self.bytes.extend_from_slice(&piece);
        Box::pin(std::future::ready(Ok(())))
    }
}
