//! Shipping options as they are sent, and what the fulfilment takes of them.

use serde::Deserialize;
use serde_json::{Map, Value};
use tradewind_fulfilment::{
    NewShippingOption, OptionPrice, OptionRule, PriceRule, PriceType, RuleOperator, ShippingOption,
    ShippingOptionChange,
};
use tradewind_http::call::{exact, exact_change};
use tradewind_kernel::{Currency, Decimal, Error, Result};
use tradewind_market::MarketSnapshot;

use crate::shipping_option_types::TypeBody;

#[derive(Deserialize)]
pub(crate) struct NewBody {
    name: String,
    service_zone_id: String,
    shipping_profile_id: String,
    price_type: PriceType,
    provider_id: String,
    data: Option<Value>,
    #[serde(rename = "type")]
    type_: Option<TypeBody>,
    type_id: Option<String>,
    prices: Vec<PriceBody>,
    #[serde(default)]
    rules: Vec<RuleBody>,
    metadata: Option<Map<String, Value>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct ChangeBody {
    name: Option<String>,
    shipping_profile_id: Option<String>,
    price_type: Option<PriceType>,
    provider_id: Option<String>,
    data: Option<Value>,
    #[serde(rename = "type")]
    type_: Option<TypeBody>,
    type_id: Option<String>,
    prices: Option<Vec<PriceBody>>,
    rules: Option<Vec<RuleBody>>,
    metadata: Option<Map<String, Value>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PriceBody {
    id: Option<String>,
    currency_code: Option<String>,
    region_id: Option<String>,
    #[serde(deserialize_with = "exact_change")]
    amount: Option<Decimal>,
    rules: Option<Vec<PriceRuleBody>>,
}

/// The contract lets no attribute through but the items' total.
#[derive(Deserialize)]
struct PriceRuleBody {
    operator: RuleOperator,
    #[serde(deserialize_with = "exact")]
    value: Decimal,
}

#[derive(Deserialize)]
pub(crate) struct RuleBody {
    #[serde(default)]
    pub(crate) id: String,
    attribute: String,
    operator: RuleOperator,
    value: Value,
}

impl From<RuleBody> for OptionRule {
    fn from(body: RuleBody) -> Self {
        Self { id: body.id, attribute: body.attribute, operator: body.operator, value: body.value }
    }
}

impl NewBody {
    pub(crate) fn read(self, market: &MarketSnapshot) -> Result<NewShippingOption> {
        if self.type_.is_none() && self.type_id.is_none() {
            let message = "Invalid request: 'type' or 'type_id' is required";
            return Err(Error::invalid("type", message));
        }
        Ok(NewShippingOption {
            id: None,
            name: self.name,
            price_type: self.price_type,
            service_zone_id: self.service_zone_id,
            shipping_profile_id: self.shipping_profile_id,
            provider_id: self.provider_id,
            type_id: self.type_id,
            type_: self.type_.unwrap_or_default().into(),
            data: self.data,
            prices: read_prices(self.prices, &[], market)?,
            rules: self.rules.into_iter().map(Into::into).collect(),
            metadata: self.metadata,
        })
    }
}

impl ChangeBody {
    pub(crate) fn read(self, held: &ShippingOption, market: &MarketSnapshot) -> Result<ShippingOptionChange> {
        Ok(ShippingOptionChange {
            name: self.name,
            price_type: self.price_type,
            type_id: self.type_id,
            type_: self.type_.map(Into::into),
            shipping_profile_id: self.shipping_profile_id,
            provider_id: self.provider_id,
            data: self.data.map(Some),
            prices: self.prices.map(|prices| read_prices(prices, &held.prices, market)).transpose()?,
            rules: self.rules.map(|rules| rules.into_iter().map(Into::into).collect()),
            metadata: self.metadata.map(Some),
        })
    }
}

/// The prices; one with an id is a held one, of which it may leave out what stays as it is.
fn read_prices(bodies: Vec<PriceBody>, held: &[OptionPrice], market: &MarketSnapshot) -> Result<Vec<OptionPrice>> {
    let prices = bodies.into_iter().enumerate();
    prices.map(|(position, body)| body.read(position, held, market)).collect()
}

impl PriceBody {
    fn read(self, position: usize, held: &[OptionPrice], market: &MarketSnapshot) -> Result<OptionPrice> {
        let wrong = |field: &str, message: &str| {
            let path = format!("prices[{position}].{field}");
            Err(Error::invalid(path.clone(), format!("Invalid request: '{path}' {message}")))
        };
        let before = match &self.id {
            None => None,
            Some(id) => match held.iter().find(|price| price.id == *id) {
                Some(price) => Some(price),
                None => return wrong("id", "is not a price of this shipping option"),
            },
        };
        let (currency, region_id) = match (self.currency_code, self.region_id) {
            (Some(code), _) => match code.parse::<Currency>() {
                Ok(currency) => (currency, None),
                Err(_) => return wrong("currency_code", "must be a currency code of three letters"),
            },
            (None, Some(id)) => match market.region(&id) {
                Some(region) => (region.currency, Some(id)),
                None => return wrong("region_id", "must be the id of a region"),
            },
            (None, None) => match before {
                Some(price) => (price.currency, price.region_id.clone()),
                None => return wrong("currency_code", "or region_id is required"),
            },
        };
        let Some(amount) = self.amount.or_else(|| before.map(|price| price.amount)) else {
            return wrong("amount", "is required");
        };
        let rules = match self.rules {
            Some(rules) => rules
                .into_iter()
                .map(|rule| PriceRule { id: String::new(), operator: rule.operator, value: rule.value })
                .collect(),
            None => before.map(|price| price.rules.clone()).unwrap_or_default(),
        };
        Ok(OptionPrice { id: self.id.unwrap_or_default(), currency, region_id, amount, rules })
    }
}
