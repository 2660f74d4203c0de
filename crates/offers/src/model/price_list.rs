//! Price lists: prices that hold for a time, for some groups of customers, instead of the ordinary ones.

use serde::{Deserialize, Serialize};
use tradewind_kernel::{Currency, Decimal, Timestamp};
use tradewind_pricing::{PriceInput, PriceListInput, PriceListKind};

use super::{Change, Metadata};

/// A price list; its prices are kept apart.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct PriceList {
    /// Its id.
    pub id: String,
    /// Its name.
    pub title: String,
    /// What it is for.
    pub description: Option<String>,
    /// What it does to ordinary prices.
    #[serde(with = "kind")]
    pub kind: PriceListKind,
    /// Whether it holds at all.
    pub status: PriceListStatus,
    /// From when on it holds.
    pub starts_at: Option<Timestamp>,
    /// Until when it holds.
    pub ends_at: Option<Timestamp>,
    /// The groups of customers it is for; everybody when empty.
    pub customer_group_ids: Vec<String>,
    /// What clients keep beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Metadata,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl PriceList {
    /// What ids of price lists begin with.
    pub const PREFIX: &'static str = "plist";

    /// The list as choosing a price takes it.
    #[must_use]
    pub fn input(&self) -> PriceListInput {
        PriceListInput {
            id: self.id.clone(),
            kind: self.kind,
            customer_group_ids: self.customer_group_ids.clone(),
            starts_at: self.starts_at,
            ends_at: self.ends_at,
        }
    }
}

/// How the kind of a list is stored: pricing, whose type it is, stores nothing.
mod kind {
    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serializer};
    use tradewind_pricing::PriceListKind;

    pub(super) fn serialize<S: Serializer>(kind: &PriceListKind, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(match kind {
            PriceListKind::Sale => "sale",
            PriceListKind::Override => "override",
        })
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<PriceListKind, D::Error> {
        match &*String::deserialize(deserializer)? {
            "sale" => Ok(PriceListKind::Sale),
            "override" => Ok(PriceListKind::Override),
            other => Err(D::Error::custom(format!("{other} is no kind of price list"))),
        }
    }
}

/// Whether a price list holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PriceListStatus {
    /// Being prepared.
    Draft,
    /// It holds, within its dates.
    Active,
}

/// A price of a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ListPrice {
    /// Its id.
    pub id: String,
    /// The list it stands in.
    pub list_id: String,
    /// What it is the price of.
    pub variant_id: String,
    /// The currency.
    pub currency: Currency,
    /// The amount in major units.
    pub amount: Decimal,
    /// The region it is for; any when there is none.
    pub region_id: Option<String>,
    /// From how many on it holds.
    pub min_quantity: Option<i64>,
    /// Up to how many it holds.
    pub max_quantity: Option<i64>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl ListPrice {
    /// What ids of prices begin with.
    pub const PREFIX: &'static str = "price";

    /// The price as choosing one takes it.
    #[must_use]
    pub fn input(&self, list: &PriceListInput) -> PriceInput {
        PriceInput {
            id: self.id.clone(),
            currency: self.currency,
            amount: self.amount,
            region_id: self.region_id.clone(),
            min_quantity: self.min_quantity,
            max_quantity: self.max_quantity,
            price_list: Some(list.clone()),
        }
    }

    /// Whether both would hold for some quantity in the same place.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        let starts_within =
            |a: &Self, b: &Self| b.max_quantity.is_none_or(|max| a.min_quantity.is_none_or(|min| min <= max));
        self.variant_id == other.variant_id
            && self.currency == other.currency
            && self.region_id == other.region_id
            && starts_within(self, other)
            && starts_within(other, self)
    }
}

/// A price list to be made. An id may be given: imports keep theirs.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "named as in PriceList")]
pub struct NewPriceList {
    pub id: Option<String>,
    pub title: String,
    pub description: Option<String>,
    pub kind: PriceListKind,
    pub status: PriceListStatus,
    pub starts_at: Option<Timestamp>,
    pub ends_at: Option<Timestamp>,
    pub customer_group_ids: Vec<String>,
    pub metadata: Metadata,
    pub prices: Vec<NewListPrice>,
}

/// What to change of a price list.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "named as in PriceList")]
pub struct PriceListChange {
    pub title: Option<String>,
    pub description: Change<String>,
    pub kind: Option<PriceListKind>,
    pub status: Option<PriceListStatus>,
    pub starts_at: Change<Timestamp>,
    pub ends_at: Change<Timestamp>,
    pub customer_group_ids: Option<Vec<String>>,
    pub metadata: Option<Metadata>,
}

/// A price to be put into a list.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "named as in ListPrice")]
pub struct NewListPrice {
    pub id: Option<String>,
    pub variant_id: String,
    pub currency: Currency,
    pub amount: Decimal,
    pub region_id: Option<String>,
    pub min_quantity: Option<i64>,
    pub max_quantity: Option<i64>,
}

/// What to change of a price of a list.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "named as in ListPrice")]
pub struct ListPriceChange {
    /// Which price.
    pub id: String,
    pub variant_id: Option<String>,
    pub currency: Option<Currency>,
    pub amount: Option<Decimal>,
    pub region_id: Change<String>,
    pub min_quantity: Change<i64>,
    pub max_quantity: Change<i64>,
}
