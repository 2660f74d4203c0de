//! Reading the stock: locations with their delivery, inventory items with their levels.

use anyhow::Result;
use tradewind_inventory::{Customs, InventoryItem, Level, LocationAddress, StockLocation};

use super::delivery;
use super::known::Known;
use super::record::Record;
use super::thing::Thing;

pub(super) fn location(record: &Record<'_>, known: &mut Known) -> Result<Option<Thing>> {
    let id = known.take_id(record)?;
    record.derived(&["address_id"]);
    let address = record.object("stock location address", "address")?.as_ref().map(address).transpose()?;
    for provider in record.ids("fulfillment_providers")? {
        if provider != tradewind_fulfilment::MANUAL_PROVIDER {
            record.leave_out(&format!("fulfillment_providers {provider}"));
        }
    }
    let mut sets = Vec::new();
    for set in record.list("fulfillment set", "fulfillment_sets")? {
        sets.push(delivery::set(&set, &id, known)?);
    }
    let location = StockLocation {
        id,
        name: record.text("name")?,
        address,
        metadata: record.metadata()?,
        created_at: record.time("created_at")?,
        updated_at: record.time("updated_at")?,
    };
    let channel_ids = known.references(record, "sales_channels")?;
    Ok(Some(Thing::Location { location: Box::new(location), channel_ids, sets }))
}

fn address(record: &Record<'_>) -> Result<LocationAddress> {
    record.leave_out_metadata()?;
    Ok(LocationAddress {
        id: record.id()?,
        address_1: record.opt_text("address_1")?.unwrap_or_default(),
        address_2: record.opt_text("address_2")?,
        company: record.opt_text("company")?,
        city: record.opt_text("city")?,
        country_code: record.text("country_code")?,
        phone: record.opt_text("phone")?,
        province: record.opt_text("province")?,
        postal_code: record.opt_text("postal_code")?,
    })
}

pub(super) fn item(record: &Record<'_>, known: &mut Known) -> Result<Option<Thing>> {
    // Sums of the levels.
    record.derived(&["reserved_quantity", "stocked_quantity", "variants"]);
    let id = known.take_id(record)?;
    let mut levels = Vec::new();
    for level in record.list("stock level", "location_levels")? {
        level.derived(&["inventory_item_id", "available_quantity", "reserved_quantity", "stock_locations"]);
        level.leave_out_metadata()?;
        levels.push(Level {
            id: level.id()?,
            item_id: id.clone(),
            location_id: known.needed(&level, "location_id")?,
            stocked: level.whole("stocked_quantity")?,
            reserved: 0,
            backordered: 0,
            incoming: level.opt_whole("incoming_quantity")?.unwrap_or(0),
            created_at: level.time("created_at")?,
            updated_at: level.time("updated_at")?,
        });
    }
    let item = InventoryItem {
        id,
        sku: record.opt_text("sku")?,
        title: record.opt_text("title")?,
        description: record.opt_text("description")?,
        thumbnail: record.opt_text("thumbnail")?,
        requires_shipping: record.flag("requires_shipping", true)?,
        customs: Customs {
            origin_country: record.opt_text("origin_country")?,
            hs_code: record.opt_text("hs_code")?,
            mid_code: record.opt_text("mid_code")?,
            material: record.opt_text("material")?,
            weight: record.opt_whole("weight")?,
            length: record.opt_whole("length")?,
            height: record.opt_whole("height")?,
            width: record.opt_whole("width")?,
        },
        metadata: record.metadata()?,
        created_at: record.time("created_at")?,
        updated_at: record.time("updated_at")?,
    };
    Ok(Some(Thing::Item { item: Box::new(item), levels }))
}
