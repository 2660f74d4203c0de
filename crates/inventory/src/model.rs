//! Stock locations, inventory items, levels and reservations, as plain values; how demand is shared out over locations.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tradewind_kernel::{Result, Timestamp};

use crate::error::bad_quantity;

/// What ids of stock locations begin with.
pub const LOCATION_PREFIX: &str = "sloc";
/// What ids of inventory items begin with.
pub const ITEM_PREFIX: &str = "iitem";
/// What ids of stock levels begin with.
pub const LEVEL_PREFIX: &str = "ilev";
/// What ids of reservations begin with.
pub const RESERVATION_PREFIX: &str = "resitem";

/// The most that one level holds and one demand asks for.
pub const QUANTITY_MAX: i64 = 1_000_000_000_000;

/// What clients keep beside our own fields.
pub type Metadata = Option<Map<String, Value>>;

/// A place where stock lies.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct StockLocation {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<LocationAddress>,
    /// What clients keep beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Metadata,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// The address of a stock location.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LocationAddress {
    /// Its id; an empty one is minted.
    pub id: String,
    /// Street and number.
    pub address_1: String,
    /// What does not fit there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address_2: Option<String>,
    /// A company's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    /// The city.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// ISO 3166 alpha-2 code, as it was written.
    pub country_code: String,
    /// A telephone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// The province.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub province: Option<String>,
    /// The postal code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
}

/// A stock location to be made.
#[derive(Clone, Debug, Default)]
pub struct NewLocation {
    /// The id to keep, where there is one.
    pub id: Option<String>,
    /// Its name.
    pub name: String,
    /// Where it is.
    pub address: Option<LocationAddress>,
    /// What clients keep beside it.
    pub metadata: Metadata,
}

/// What changes in a stock location; `None` leaves a field as it is.
#[derive(Clone, Debug, Default)]
pub struct LocationChange {
    /// A new name.
    pub name: Option<String>,
    /// A new address.
    pub address: Option<LocationAddress>,
    /// What clients keep beside it; `Some(None)` clears it.
    pub metadata: Option<Metadata>,
}

/// A thing that is counted: usually what one variant sells, sometimes a part of several.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct InventoryItem {
    /// Its id.
    pub id: String,
    /// The stock keeping unit, unique among items.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sku: Option<String>,
    /// How staff, and messages about it, call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// More about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// A picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumbnail: Option<String>,
    /// Whether it has to be delivered.
    pub requires_shipping: bool,
    /// What customs and carriers ask for.
    #[serde(default, flatten)]
    pub customs: Customs,
    /// What clients keep beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Metadata,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// What customs and carriers ask for: where it is from, what it is, how big.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Customs {
    /// The country it was made in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin_country: Option<String>,
    /// The code of the Harmonized System.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hs_code: Option<String>,
    /// The manufacturer's identification code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mid_code: Option<String>,
    /// What it is made of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub material: Option<String>,
    /// Grams.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<i64>,
    /// Millimetres.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<i64>,
    /// Millimetres.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<i64>,
    /// Millimetres.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<i64>,
}

/// An inventory item to be made.
#[derive(Clone, Debug)]
pub struct NewItem {
    /// The id to keep, where there is one.
    pub id: Option<String>,
    /// The stock keeping unit.
    pub sku: Option<String>,
    /// How it is called.
    pub title: Option<String>,
    /// More about it.
    pub description: Option<String>,
    /// A picture.
    pub thumbnail: Option<String>,
    /// Whether it has to be delivered.
    pub requires_shipping: bool,
    /// What customs and carriers ask for.
    pub customs: Customs,
    /// What clients keep beside it.
    pub metadata: Metadata,
}

impl Default for NewItem {
    /// A thing that has to be delivered.
    fn default() -> Self {
        Self {
            id: None,
            sku: None,
            title: None,
            description: None,
            thumbnail: None,
            requires_shipping: true,
            customs: Customs::default(),
            metadata: None,
        }
    }
}

/// What changes in an inventory item; `None` leaves a field as it is, `Some(None)` clears it.
#[derive(Clone, Debug, Default)]
pub struct ItemChange {
    /// The stock keeping unit.
    pub sku: Option<Option<String>>,
    /// How it is called.
    pub title: Option<Option<String>>,
    /// More about it.
    pub description: Option<Option<String>>,
    /// A picture.
    pub thumbnail: Option<Option<String>>,
    /// Whether it has to be delivered.
    pub requires_shipping: Option<bool>,
    /// What customs and carriers ask for.
    pub customs: Option<Customs>,
    /// What clients keep beside it.
    pub metadata: Option<Metadata>,
}

/// How much of an item lies at a location, and how much of it is promised.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Level {
    /// Its id.
    pub id: String,
    /// Of what.
    pub item_id: String,
    /// Where.
    pub location_id: String,
    /// What lies there.
    pub stocked: i64,
    /// What of it is promised; never more than lies there.
    pub reserved: i64,
    /// What is promised beyond it: sold although it was not there.
    pub backordered: i64,
    /// What is on its way.
    pub incoming: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its quantities were last set.
    pub updated_at: Timestamp,
}

impl Level {
    /// What can still be promised.
    #[must_use]
    pub fn available(&self) -> i64 {
        self.stocked - self.reserved
    }

    /// All that is promised, whether it lies there or not.
    #[must_use]
    pub fn promised(&self) -> i64 {
        self.reserved + self.backordered
    }
}

/// An inventory item with its levels.
#[derive(Clone, PartialEq, Debug)]
pub struct StockedItem {
    /// The item.
    pub item: InventoryItem,
    /// Its levels, by location id.
    pub levels: Vec<Level>,
}

/// Some of an item that is wanted by one line of an order. Quantities count items: a variant that takes three of an item
/// and is bought twice demands six.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Demand {
    /// Of what.
    pub item_id: String,
    /// How much.
    pub quantity: i64,
    /// Whether it may be promised although it is not there.
    pub allow_backorder: bool,
    /// The line that wants it.
    pub line_id: String,
}

/// Some of an item at a location that is promised to a reference.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Allocation {
    /// Of what.
    pub item_id: String,
    /// Where.
    pub location_id: String,
    /// How much.
    pub quantity: i64,
}

/// How far a reservation has come. A released one is gone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ReservationState {
    /// Promised; the stock lies there still.
    Held,
    /// The stock has left.
    Confirmed,
}

impl ReservationState {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Confirmed => "confirmed",
        }
    }

    pub(crate) fn read(text: &str) -> Self {
        if text == "confirmed" { Self::Confirmed } else { Self::Held }
    }
}

/// Stock that is promised to somebody: an order (its id is the reference), or a hold by the staff.
#[derive(Clone, PartialEq, Debug)]
pub struct Reservation {
    /// Its id.
    pub id: String,
    /// For whom: an order's id, or its own id for a hold by the staff.
    pub reference: String,
    /// Of what.
    pub item_id: String,
    /// Where.
    pub location_id: String,
    /// How much.
    pub quantity: i64,
    /// How far it has come.
    pub state: ReservationState,
    /// When it lapses; `None`: never.
    pub expires_at: Option<Timestamp>,
    /// The lines it is for, and what the staff say about it.
    pub details: ReservationDetails,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// What a reservation is for.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ReservationDetails {
    /// The lines of the order, each with its share.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<ReservedLine>,
    /// Why it is held.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The staff member who holds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_by: Option<String>,
    /// What clients keep beside it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Metadata,
}

/// The share of a line in a reservation.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ReservedLine {
    /// The line.
    pub line_id: String,
    /// How much of the reservation is for it.
    pub quantity: i64,
}

/// A hold by the staff.
#[derive(Clone, Debug, Default)]
pub struct NewHold {
    /// Of what.
    pub item_id: String,
    /// Where.
    pub location_id: String,
    /// How much.
    pub quantity: i64,
    /// The line it is for, where it is for one.
    pub line_id: Option<String>,
    /// Why.
    pub description: Option<String>,
    /// The staff member.
    pub created_by: Option<String>,
    /// What clients keep beside it.
    pub metadata: Metadata,
}

/// What changes in a hold; `None` leaves a field as it is.
#[derive(Clone, Debug, Default)]
pub struct HoldChange {
    /// A new quantity.
    pub quantity: Option<i64>,
    /// Another location.
    pub location_id: Option<String>,
    /// Why; `Some(None)` clears it.
    pub description: Option<Option<String>>,
    /// What clients keep beside it; `Some(None)` clears it.
    pub metadata: Option<Metadata>,
}

/// All that is wanted of one item, summed over lines.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ItemDemand {
    /// What must be there.
    pub strict: i64,
    /// What may be promised although it is not there.
    pub backorderable: i64,
    /// The lines, each with its share.
    pub lines: Vec<ReservedLine>,
}

impl ItemDemand {
    /// All of it.
    #[must_use]
    pub fn total(&self) -> i64 {
        self.strict + self.backorderable
    }
}

/// Sums demand per item over lines, in the order in which items are locked: by id.
pub fn demand_per_item(demands: &[Demand]) -> Result<BTreeMap<&str, ItemDemand>> {
    let mut per_item: BTreeMap<&str, ItemDemand> = BTreeMap::new();
    for demand in demands {
        if demand.quantity <= 0 || demand.quantity > QUANTITY_MAX {
            return Err(bad_quantity("quantity", 1));
        }
        let sum = per_item.entry(&demand.item_id).or_default();
        let part = if demand.allow_backorder { &mut sum.backorderable } else { &mut sum.strict };
        *part += demand.quantity;
        match sum.lines.iter_mut().find(|line| line.line_id == demand.line_id) {
            Some(line) => line.quantity += demand.quantity,
            None => sum.lines.push(ReservedLine { line_id: demand.line_id.clone(), quantity: demand.quantity }),
        }
        if sum.strict + sum.backorderable > QUANTITY_MAX {
            return Err(bad_quantity("quantity", 1));
        }
    }
    Ok(per_item)
}

/// What one location gives of an item.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Share<'a> {
    /// The location.
    pub location_id: &'a str,
    /// How much it gives.
    pub quantity: i64,
}

/// Shares a demand out over locations, given in order of preference with what each has: one location when one has enough,
/// else as few as it takes, the fullest first. Returns the shares and what nobody has.
#[must_use]
pub fn share_out<'a>(quantity: i64, locations: &[(&'a str, i64)]) -> (Vec<Share<'a>>, i64) {
    if quantity <= 0 {
        return (Vec::new(), 0);
    }
    if let Some(&(location_id, _)) = locations.iter().find(|(_, available)| *available >= quantity) {
        return (vec![Share { location_id, quantity }], 0);
    }
    let mut fullest_first: Vec<_> = locations.iter().copied().filter(|(_, available)| *available > 0).collect();
    // Stable: equally full ones stay in order of preference.
    fullest_first.sort_by_key(|&(_, available)| std::cmp::Reverse(available));
    let mut missing = quantity;
    let mut shares = Vec::new();
    for (location_id, available) in fullest_first {
        let quantity = available.min(missing);
        if quantity == 0 {
            break;
        }
        missing -= quantity;
        shares.push(Share { location_id, quantity });
    }
    (shares, missing)
}

/// Gives each allocation of an item the lines it is for, in order.
#[must_use]
pub fn lines_of_shares(quantities: &[i64], lines: &[ReservedLine]) -> Vec<Vec<ReservedLine>> {
    let mut waiting = lines.iter().cloned();
    let mut current = waiting.next();
    let mut per_share = Vec::with_capacity(quantities.len());
    for &quantity in quantities {
        let mut free = quantity;
        let mut taken = Vec::new();
        while let Some(line) = current.as_mut()
            && free > 0
        {
            let part = line.quantity.min(free);
            taken.push(ReservedLine { line_id: line.line_id.clone(), quantity: part });
            free -= part;
            line.quantity -= part;
            if line.quantity == 0 {
                current = waiting.next();
            }
        }
        per_share.push(taken);
    }
    per_share
}
