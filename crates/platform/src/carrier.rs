//! The carrier port: what a delivery costs where a carrier computes it, and the carriers that need nothing outside.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures::future::BoxFuture;
use serde::Deserialize;
use serde_json::{Number, Value};
use tradewind_kernel::{Currency, Decimal, Error, Result};

/// A delivery whose price is asked for.
#[derive(Clone, Debug)]
pub struct QuoteRequest {
    /// What the shipping option keeps for its carrier.
    pub data: Value,
    /// ISO 3166 alpha-2 code in lower case.
    pub country: String,
    /// The province, where it is known.
    pub province: Option<String>,
    /// The city, where it is known.
    pub city: Option<String>,
    /// The postal code, where it is known.
    pub postal_code: Option<String>,
    /// What is delivered weighs so many grams.
    pub weight_grams: i64,
    /// What is delivered costs so much, in major units of the currency.
    pub item_total: Decimal,
    /// What the price is asked for in.
    pub currency: Currency,
}

/// One of the services a carrier has for the staff to choose from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Service {
    /// Its id, unique within the carrier.
    pub id: &'static str,
    /// Whether it brings things back.
    pub is_return: bool,
}

/// A carrier. No call is ever made with a transaction open.
/// - `check` refuses what a shipping option keeps for it, and names the field below `data`;
/// - `quote` answers the same question the same way; it is never negative, and `None` where it does not deliver;
/// - one that computes no prices refuses `quote`.
///
/// [`conformance`] holds an implementation to this.
pub trait Carrier: Send + Sync {
    /// Its id, `<name>_<account>`.
    fn id(&self) -> &str;
    /// What the staff can choose from.
    fn services(&self) -> &[Service];
    /// Whether it computes prices.
    fn computes_prices(&self) -> bool;
    /// Refuses data with which it could not deliver, or compute prices where `computes_price` says that it shall.
    fn check(&self, data: &Value, computes_price: bool) -> Result<()>;
    /// What a delivery costs, in major units without tax.
    fn quote<'a>(&'a self, request: &'a QuoteRequest) -> BoxFuture<'a, Result<Option<Decimal>>>;
}

/// The carriers of a shop, by id.
#[derive(Clone)]
pub struct Carriers {
    by_id: BTreeMap<String, Arc<dyn Carrier>>,
}

impl Default for Carriers {
    /// The shop's own people alone.
    fn default() -> Self {
        let mut carriers = Self { by_id: BTreeMap::new() };
        carriers.add(Arc::new(ManualCarrier));
        carriers
    }
}

impl Carriers {
    /// Adds a carrier.
    pub fn add(&mut self, carrier: Arc<dyn Carrier>) {
        self.by_id.insert(carrier.id().to_owned(), carrier);
    }

    /// The carrier with this id.
    pub fn get(&self, id: &str) -> Result<&Arc<dyn Carrier>> {
        self.by_id.get(id).ok_or_else(|| {
            let known: Vec<_> = self.ids().collect();
            Error::invalid(
                "provider_id",
                format!("There is no such fulfilment provider; this shop has {}", known.join(", ")),
            )
        })
    }

    /// All ids, in order.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.by_id.keys().map(String::as_str)
    }
}

/// People of the shop who pack and post by hand, at prices that stand with the shipping option.
pub struct ManualCarrier;

impl Carrier for ManualCarrier {
    fn id(&self) -> &str {
        "manual_manual"
    }

    fn services(&self) -> &[Service] {
        &[
            Service { id: "manual-fulfillment", is_return: false },
            Service { id: "manual-fulfillment-return", is_return: true },
        ]
    }

    fn computes_prices(&self) -> bool {
        false
    }

    fn check(&self, _: &Value, computes_price: bool) -> Result<()> {
        if computes_price { Err(no_prices(self.id())) } else { Ok(()) }
    }

    fn quote<'a>(&'a self, _: &'a QuoteRequest) -> BoxFuture<'a, Result<Option<Decimal>>> {
        Box::pin(async { Err(no_prices(self.id())) })
    }
}

fn no_prices(id: &str) -> Error {
    Error::invalid("price_type", format!("{id} computes no prices: give the option the price_type flat and prices"))
}

/// A carrier that computes prices from a table of weights which the shipping option keeps in its `data`:
/// `{"table": [{"up_to_grams": 1000, "prices": {"eur": 4.9}}, …]}`, lightest first. What is heavier than the last row is not
/// delivered.
pub struct TableCarrier;

impl TableCarrier {
    const ROWS_MAX: usize = 200;

    fn read(data: &Value) -> Result<Vec<Row>> {
        let invalid = |message: String| Error::invalid("data.table", message);
        let table = data.get("table").cloned().unwrap_or_default();
        let rows: Vec<Row> = serde_json::from_value(table).map_err(|_| {
            let example = r#"[{"up_to_grams": 1000, "prices": {"eur": 4.9}}]"#;
            invalid(format!("The carrier needs a table of weights and prices, such as {example}"))
        })?;
        if rows.is_empty() || rows.len() > Self::ROWS_MAX {
            return Err(invalid(format!("The table has between 1 and {} rows", Self::ROWS_MAX)));
        }
        if rows[0].up_to_grams <= 0 || !rows.is_sorted_by(|a, b| a.up_to_grams < b.up_to_grams) {
            return Err(invalid(
                "The rows of the table begin with the lightest, each heavier than the last".to_owned(),
            ));
        }
        let is_good = |price: &Number| exact(price).is_some_and(|price| price.is_zero() || price.is_sign_positive());
        if !rows.iter().all(|row| row.prices.values().all(is_good)) {
            return Err(invalid("A delivery costs nothing or more, never less".to_owned()));
        }
        Ok(rows)
    }
}

#[derive(Deserialize)]
struct Row {
    up_to_grams: i64,
    /// By the currency's code in lower case.
    prices: BTreeMap<String, Number>,
}

/// The number as it was written.
fn exact(number: &Number) -> Option<Decimal> {
    let text = number.to_string();
    text.parse().or_else(|_| Decimal::from_scientific(&text)).ok()
}

impl Carrier for TableCarrier {
    fn id(&self) -> &str {
        "table_weight"
    }

    fn services(&self) -> &[Service] {
        &[Service { id: "by-weight", is_return: false }]
    }

    fn computes_prices(&self) -> bool {
        true
    }

    fn check(&self, data: &Value, computes_price: bool) -> Result<()> {
        if computes_price {
            for code in Self::read(data)?.iter().flat_map(|row| row.prices.keys()) {
                if code.parse::<Currency>().ok().is_none_or(|currency| currency.code() != code) {
                    let message = format!("{code} is not a currency code of three lower-case letters");
                    return Err(Error::invalid("data.table", message));
                }
            }
        }
        Ok(())
    }

    fn quote<'a>(&'a self, request: &'a QuoteRequest) -> BoxFuture<'a, Result<Option<Decimal>>> {
        Box::pin(async {
            let rows = Self::read(&request.data)?;
            let row = rows.into_iter().find(|row| request.weight_grams <= row.up_to_grams);
            Ok(row.and_then(|row| exact(row.prices.get(request.currency.code())?)))
        })
    }
}

/// Holds a carrier to the promises of [`Carrier`]; answers with the first that it breaks. `sample` is a delivery that it
/// quotes, if it computes prices at all.
pub async fn conformance(carrier: &dyn Carrier, sample: &QuoteRequest) -> Result<(), String> {
    let id = carrier.id();
    let broken = |promise: &str| Err(format!("{id}: {promise}"));
    if !id.split_once('_').is_some_and(|(name, account)| !name.is_empty() && !account.is_empty()) {
        return broken("an id is a name and an account with an underscore between them");
    }
    let services: BTreeSet<&str> = carrier.services().iter().map(|service| service.id).collect();
    if services.is_empty() || services.len() != carrier.services().len() {
        return broken("a carrier has services, each with an id of its own");
    }
    let first = carrier.quote(sample).await;
    if !carrier.computes_prices() {
        if first.is_ok() {
            return broken("one that computes no prices refuses to quote");
        }
        let refusal = carrier.check(&sample.data, true);
        return if refusal.is_err() {
            Ok(())
        } else {
            broken("one that computes no prices refuses a calculated option")
        };
    }
    if carrier.check(&sample.data, true).is_err() {
        return broken("data that can be quoted passes the check");
    }
    match carrier.check(&Value::Null, true) {
        Err(refusal) if refusal.field().is_some_and(|field| field.starts_with("data")) => {}
        _ => return broken("the check refuses no data at all, and names the field below data"),
    }
    let Ok(Some(amount)) = first else {
        return broken("the sample is quoted");
    };
    if amount.is_sign_negative() && !amount.is_zero() {
        return broken("no price is negative");
    }
    match carrier.quote(sample).await {
        Ok(Some(again)) if again == amount => {}
        _ => return broken("the same question has the same answer"),
    }
    match carrier.quote(&QuoteRequest { weight_grams: i64::MAX, ..sample.clone() }).await {
        Ok(_) => Ok(()),
        Err(_) => broken("where it does not deliver it quotes nothing, which is no error"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn request(data: Value, weight_grams: i64) -> QuoteRequest {
        QuoteRequest {
            data,
            country: "de".to_owned(),
            province: None,
            city: None,
            postal_code: None,
            weight_grams,
            item_total: Decimal::ZERO,
            currency: Currency::EUR,
        }
    }

    fn table() -> Value {
        json!({"table": [
            {"up_to_grams": 1000, "prices": {"eur": 4.9, "usd": 6}},
            {"up_to_grams": 5000, "prices": {"eur": 7.95}},
        ]})
    }

    #[tokio::test]
    async fn the_embedded_carriers_keep_the_promises() {
        assert_eq!(conformance(&ManualCarrier, &request(Value::Null, 100)).await, Ok(()));
        assert_eq!(conformance(&TableCarrier, &request(table(), 100)).await, Ok(()));
    }

    /// Quotes less each time it is asked.
    struct Fickle(std::sync::atomic::AtomicI64);

    impl Carrier for Fickle {
        fn id(&self) -> &str {
            "fickle_test"
        }

        fn services(&self) -> &[Service] {
            TableCarrier.services()
        }

        fn computes_prices(&self) -> bool {
            true
        }

        fn check(&self, data: &Value, computes_price: bool) -> Result<()> {
            TableCarrier.check(data, computes_price)
        }

        fn quote<'a>(&'a self, _: &'a QuoteRequest) -> BoxFuture<'a, Result<Option<Decimal>>> {
            let amount = self.0.fetch_sub(1, std::sync::atomic::Ordering::Relaxed);
            Box::pin(async move { Ok(Some(Decimal::from(amount))) })
        }
    }

    #[tokio::test]
    async fn a_carrier_that_breaks_a_promise_is_found() {
        for (start, promise) in [(5, "same answer"), (-1, "negative")] {
            let verdict = conformance(&Fickle(start.into()), &request(table(), 100)).await;
            assert!(verdict.is_err_and(|broken| broken.contains(promise)), "{promise}");
        }
    }

    #[tokio::test]
    async fn the_table_prices_by_weight_and_currency() {
        for (weight_grams, expected) in [(0, Some("4.9")), (1000, Some("4.9")), (1001, Some("7.95")), (5001, None)] {
            let quoted = TableCarrier.quote(&request(table(), weight_grams)).await.expect("a quote");
            assert_eq!(quoted.map(|amount| amount.to_string()).as_deref(), expected, "{weight_grams}");
        }
        let dollars = QuoteRequest { currency: Currency::USD, ..request(table(), 2000) };
        assert_eq!(TableCarrier.quote(&dollars).await.expect("a quote"), None);
    }

    #[test]
    fn a_table_that_cannot_be_read_is_refused() {
        let row = |grams: i64, price: Value| json!({"up_to_grams": grams, "prices": {"eur": price}});
        for data in [
            json!({}),
            json!({"table": []}),
            json!({"table": "x"}),
            json!({"table": [row(0, json!(1))]}),
            json!({"table": [row(2000, json!(1)), row(1000, json!(2))]}),
            json!({"table": [row(1000, json!(-1))]}),
            json!({"table": [row(1000, json!("x"))]}),
            json!({"table": [{"up_to_grams": 1000, "prices": {"EUR": 1}}]}),
        ] {
            let refusal = TableCarrier.check(&data, true).expect_err("a refusal");
            assert_eq!(refusal.field(), Some("data.table"), "{data}");
        }
        assert!(TableCarrier.check(&Value::Null, false).is_ok());
    }

    #[test]
    fn an_unknown_carrier_is_refused_with_those_there_are() {
        let mut carriers = Carriers::default();
        carriers.add(Arc::new(TableCarrier));
        let Err(refusal) = carriers.get("ups_home") else { panic!("there is no such carrier") };
        assert!(refusal.message().ends_with("manual_manual, table_weight"), "{refusal}");
        assert_eq!(refusal.field(), Some("provider_id"));
    }
}
