//! Price lists and their prices, as they are sent and shown.

use serde::Deserialize;
use serde_json::{Map, Number, Value};
use tradewind_http::call::{Change, change};
use tradewind_http::wire::Null;
use tradewind_http::{Obj, Plan};
use tradewind_kernel::id::body_of;
use tradewind_kernel::{Currency, Decimal, Error, Result};
use tradewind_market::MarketSnapshot;
use tradewind_offers::{
    ListPrice, ListPriceChange, NewListPrice, NewPriceList, PriceList, PriceListChange, PriceListKind, PriceListStatus,
};

use crate::campaigns::moment;
use crate::product_body::decimal;
use crate::promotion_wire::word;

/// The attribute that rules of lists ask about, and an older name of it.
const GROUPS: [&str; 2] = ["customer.groups.id", "customer_group_id"];

/// A price list, new or changed.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct PriceListBody {
    title: Option<String>,
    #[serde(deserialize_with = "change")]
    description: Change<String>,
    #[serde(deserialize_with = "change")]
    starts_at: Change<String>,
    #[serde(deserialize_with = "change")]
    ends_at: Change<String>,
    status: Option<PriceListStatus>,
    #[serde(rename = "type")]
    kind: Option<Kind>,
    rules: Option<Map<String, Value>>,
    prices: Vec<PriceBody>,
    #[serde(deserialize_with = "change")]
    metadata: Change<Map<String, Value>>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Sale,
    Override,
}

impl From<Kind> for PriceListKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Sale => Self::Sale,
            Kind::Override => Self::Override,
        }
    }
}

/// A price of a list, new or changed.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct PriceBody {
    id: Option<String>,
    currency_code: Option<String>,
    amount: Option<Number>,
    pub(crate) variant_id: Option<String>,
    #[serde(deserialize_with = "change")]
    min_quantity: Change<i64>,
    #[serde(deserialize_with = "change")]
    max_quantity: Change<i64>,
    rules: Option<Map<String, Value>>,
}

impl PriceListBody {
    /// The variants that prices are for, each with where it was sent.
    pub(crate) fn variants(&self) -> Vec<(String, String)> {
        variants("prices", &self.prices)
    }

    pub(crate) fn read_new(self, market: &MarketSnapshot) -> Result<NewPriceList> {
        Ok(NewPriceList {
            id: None,
            title: self.title.unwrap_or_default(),
            description: self.description.flatten(),
            kind: self.kind.map_or(PriceListKind::Sale, Into::into),
            status: self.status.unwrap_or(PriceListStatus::Draft),
            starts_at: moment("starts_at", self.starts_at)?.flatten(),
            ends_at: moment("ends_at", self.ends_at)?.flatten(),
            customer_group_ids: self.rules.map(groups).transpose()?.unwrap_or_default(),
            metadata: self.metadata.flatten(),
            prices: new_prices("prices", self.prices, market)?,
        })
    }

    pub(crate) fn read_change(self) -> Result<PriceListChange> {
        Ok(PriceListChange {
            title: self.title,
            description: self.description,
            kind: self.kind.map(Into::into),
            status: self.status,
            starts_at: moment("starts_at", self.starts_at)?,
            ends_at: moment("ends_at", self.ends_at)?,
            customer_group_ids: self.rules.map(groups).transpose()?,
            metadata: self.metadata,
        })
    }
}

fn groups(rules: Map<String, Value>) -> Result<Vec<String>> {
    let mut ids: Vec<String> = Vec::new();
    for (attribute, values) in rules {
        if !GROUPS.contains(&attribute.as_str()) {
            let message = format!("rules can name {} and nothing else", GROUPS[0]);
            return Err(Error::invalid("rules", message));
        }
        let values = values.as_array().cloned().unwrap_or_default();
        for id in values.iter().filter_map(Value::as_str) {
            if !ids.iter().any(|own| own == id) {
                ids.push(id.to_owned());
            }
        }
    }
    Ok(ids)
}

/// The variants that prices are for, each with where it was sent.
pub(crate) fn variants(field: &str, prices: &[PriceBody]) -> Vec<(String, String)> {
    let named = prices.iter().enumerate().filter_map(|(position, price)| {
        let variant_id = price.variant_id.clone()?;
        Some((format!("{field}[{position}].variant_id"), variant_id))
    });
    named.collect()
}

/// Prices to be put into a list; `field` is the list they were sent in.
pub(crate) fn new_prices(field: &str, prices: Vec<PriceBody>, market: &MarketSnapshot) -> Result<Vec<NewListPrice>> {
    let numbered = prices.into_iter().enumerate();
    let read = |(position, price): (usize, PriceBody)| {
        let field = format!("{field}[{position}]");
        let region_id = price.region(&field, market)?.flatten();
        Ok(NewListPrice {
            id: None,
            currency: price.currency(&field)?.ok_or_else(|| wrong(&field, "currency_code", "is required"))?,
            amount: price.amount(&field)?.ok_or_else(|| wrong(&field, "amount", "is required"))?,
            variant_id: price.variant_id.ok_or_else(|| wrong(&field, "variant_id", "is required"))?,
            region_id,
            min_quantity: price.min_quantity.flatten(),
            max_quantity: price.max_quantity.flatten(),
        })
    };
    numbered.map(read).collect()
}

/// Prices of a list to be changed.
pub(crate) fn changed_prices(prices: Vec<PriceBody>, market: &MarketSnapshot) -> Result<Vec<ListPriceChange>> {
    let numbered = prices.into_iter().enumerate();
    let read = |(position, price): (usize, PriceBody)| {
        let field = format!("update[{position}]");
        Ok(ListPriceChange {
            currency: price.currency(&field)?,
            amount: price.amount(&field)?,
            region_id: price.region(&field, market)?,
            id: price.id.unwrap_or_default(),
            variant_id: price.variant_id,
            min_quantity: price.min_quantity,
            max_quantity: price.max_quantity,
        })
    };
    numbered.map(read).collect()
}

fn wrong(field: &str, name: &str, why: &str) -> Error {
    let field = format!("{field}.{name}");
    Error::invalid(&*field, format!("{field} {why}"))
}

impl PriceBody {
    fn currency(&self, field: &str) -> Result<Option<Currency>> {
        let bad = || wrong(field, "currency_code", "must be three letters, as in ISO 4217: eur, usd, jpy");
        self.currency_code.as_deref().map(|code| code.parse().map_err(|_| bad())).transpose()
    }

    fn amount(&self, field: &str) -> Result<Option<Decimal>> {
        let endless = || wrong(field, "amount", "must be a number that is not endless");
        self.amount.as_ref().map(|amount| decimal(amount).ok_or_else(endless)).transpose()
    }

    /// The region, set or cleared where rules were sent.
    fn region(&self, field: &str, market: &MarketSnapshot) -> Result<Option<Option<String>>> {
        let Some(rules) = &self.rules else { return Ok(None) };
        let mut region = None;
        for (attribute, value) in rules {
            match (attribute.as_str(), value.as_str()) {
                ("region_id", Some(id)) if market.region(id).is_some() => region = Some(id.to_owned()),
                ("region_id", _) => return Err(wrong(field, "rules.region_id", "must be the id of a region")),
                _ => return Err(wrong(field, "rules", "can name a region_id and nothing else")),
            }
        }
        Ok(Some(region))
    }
}

/// Whether an answer with this plan shows the prices of lists.
pub(crate) fn shows_prices(plan: &Plan) -> bool {
    plan.below("prices").is_some()
}

/// Writes a list; `prices` are its own, where they are to be shown.
pub(crate) fn render(obj: &mut Obj<'_>, list: &PriceList, prices: &[&ListPrice]) {
    obj.id(&list.id);
    obj.put("type", || match list.kind {
        PriceListKind::Sale => "sale",
        PriceListKind::Override => "override",
    });
    obj.put("description", || &list.description);
    obj.put("title", || &list.title);
    obj.put("status", || word(list.status));
    obj.put("starts_at", || list.starts_at);
    obj.put("ends_at", || list.ends_at);
    obj.put("created_at", || list.created_at);
    obj.put("updated_at", || list.updated_at);
    obj.put("deleted_at", || Null);
    obj.put("metadata", || &list.metadata);
    if obj.plan().wants("rules") || obj.plan().below("price_list_rules").is_some() {
        obj.nest_with("rules", Plan::all(), |obj| {
            if !list.customer_group_ids.is_empty() {
                obj.always(GROUPS[0], &list.customer_group_ids);
            }
        });
    }
    obj.nest_list("prices", prices, |obj, price| {
        render_price(obj, price);
        obj.put("variant_id", || &price.variant_id);
        obj.put("price_list_id", || &price.list_id);
        obj.nest_with("rules", Plan::all(), |obj| {
            if let Some(region_id) = &price.region_id {
                obj.always("region_id", region_id);
            }
        });
    });
}

pub(crate) fn render_price(obj: &mut Obj<'_>, price: &ListPrice) {
    obj.id(&price.id);
    obj.put("currency_code", || price.currency);
    obj.amount("amount", "raw_amount", || Some(price.amount));
    obj.put("min_quantity", || price.min_quantity);
    obj.put("max_quantity", || price.max_quantity);
    obj.put("created_at", || price.created_at);
    obj.put("deleted_at", || Null);
    obj.put("updated_at", || price.updated_at);
    let price_set_id = format!("pset_{}", body_of(&price.variant_id));
    if obj.plan().wants("price_set_id") || obj.plan().below("price_set").is_some() {
        obj.always("price_set_id", &price_set_id);
    }
    obj.nest("price_set", |obj| {
        obj.id(&price_set_id);
        obj.nest("variant", |obj| obj.id(&price.variant_id));
    });
    obj.nest_list("price_rules", &price.region_id, |obj, region_id| {
        obj.put("value", || region_id);
        obj.put("attribute", || "region_id");
    });
}
