//! Outcomes of the inventory's verbs that callers act on.

use tradewind_kernel::{Error, ErrorKind};

use crate::model::QUANTITY_MAX;

/// Code: less is available than was asked for. The error's field names the item: `items.<item id>`.
pub const NOT_ENOUGH: &str = "insufficient_inventory";
/// Code: the reference holds a reservation for something else already; release that first.
pub const RESERVED_OTHERWISE: &str = "reserved_otherwise";
/// Code: there is a level for this item at this location already.
pub const LEVEL_EXISTS: &str = "level_exists";
/// Code: another item has this stock keeping unit.
pub const SKU_TAKEN: &str = "sku_taken";

/// Less is available than was asked for.
#[must_use]
pub fn not_enough(item_id: &str, title: &str, wanted: i64, available: i64) -> Error {
    let message = if available <= 0 {
        format!("{title} is sold out")
    } else {
        format!("Only {available} of {title} can be had at the moment, {wanted} were asked for")
    };
    Error::not_allowed(message).code(NOT_ENOUGH).at(format!("items.{item_id}"))
}

pub(crate) fn reserved_otherwise(reference: &str, item_id: &str) -> Error {
    Error::conflict("Stock is already set aside for this order in another quantity")
        .code(RESERVED_OTHERWISE)
        .at(format!("items.{item_id}"))
        .caused_by(format!("{reference} asked again for {item_id}, for a different quantity"))
}

pub(crate) fn level_exists() -> Error {
    Error::invalid("location_id", "There is a stock level for this item at this location already").code(LEVEL_EXISTS)
}

pub(crate) fn sku_taken(sku: &str) -> Error {
    let shown: String = sku.chars().take(80).collect();
    Error::new(ErrorKind::Duplicate, format!("Another inventory item has the SKU {shown}")).code(SKU_TAKEN).at("sku")
}

pub(crate) fn bad_quantity(field: &str, least: i64) -> Error {
    Error::invalid(field, format!("A quantity is a whole number from {least} to {QUANTITY_MAX}"))
}

pub(crate) fn in_use(what: &str, why: &str) -> Error {
    Error::not_allowed(format!("{what} cannot be removed: {why}"))
}
