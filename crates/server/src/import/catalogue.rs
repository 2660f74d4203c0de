//! Reading the catalogue: categories, collections, tags, types, and products with all that is in them.

use anyhow::Result;
use serde_json::Value;
use tradewind_catalog::{
    Category, Collection, Image, InventoryLink, OptionValue, Price, Product, ProductOption, ProductType, Tag, Variant,
};

use super::known::Known;
use super::record::Record;
use super::thing::Thing;

pub(super) fn category(record: &Record<'_>, known: &mut Known) -> Result<Option<Thing>> {
    record.derived(&["parent_category", "category_children", "mpath", "products"]);
    let id = known.take_id(record)?;
    Ok(Some(Thing::Category(Box::new(Category {
        id: id.into(),
        name: record.text("name")?,
        handle: record.text("handle")?,
        description: record.opt_text("description")?.unwrap_or_default(),
        is_active: record.flag("is_active", false)?,
        is_internal: record.flag("is_internal", false)?,
        rank: record.opt_whole("rank")?.unwrap_or(0),
        // A parent may come later than its children.
        parent_id: record.opt_text("parent_category_id")?.map(Into::into),
        external_id: record.opt_text("external_id")?,
        metadata: record.metadata()?,
        created_at: record.time("created_at")?,
        updated_at: record.time("updated_at")?,
    }))))
}

pub(super) fn collection(record: &Record<'_>, known: &mut Known) -> Result<Option<Thing>> {
    record.derived(&["products"]);
    let id = known.take_id(record)?;
    Ok(Some(Thing::Collection(Collection {
        id: id.into(),
        title: record.text("title")?,
        handle: record.text("handle")?,
        external_id: record.opt_text("external_id")?,
        metadata: record.metadata()?,
        created_at: record.time("created_at")?,
        updated_at: record.time("updated_at")?,
    })))
}

pub(super) fn tag(record: &Record<'_>, known: &mut Known) -> Result<Option<Thing>> {
    record.derived(&["products"]);
    let id = known.take_id(record)?;
    Ok(Some(Thing::Tag(Tag {
        id: id.into(),
        value: record.text("value")?,
        external_id: record.opt_text("external_id")?,
        metadata: record.metadata()?,
        created_at: record.time("created_at")?,
        updated_at: record.time("updated_at")?,
    })))
}

pub(super) fn product_type(record: &Record<'_>, known: &mut Known) -> Result<Option<Thing>> {
    record.derived(&["products"]);
    let id = known.take_id(record)?;
    Ok(Some(Thing::ProductType(ProductType {
        id: id.into(),
        value: record.text("value")?,
        external_id: record.opt_text("external_id")?,
        metadata: record.metadata()?,
        created_at: record.time("created_at")?,
        updated_at: record.time("updated_at")?,
    })))
}

pub(super) fn product(record: &Record<'_>, known: &mut Known) -> Result<Option<Thing>> {
    record.derived(&["type", "collection"]);
    let id = known.take_id(record)?;
    let options = record.list("product option", "options")?;
    let options: Vec<ProductOption> = options.iter().map(option).collect::<Result<_>>()?;
    let variants = record.list("product variant", "variants")?;
    let variants: Vec<Variant> =
        variants.iter().map(|record| variant(record, &options, known)).collect::<Result<_>>()?;
    let images = record.list("product image", "images")?;
    let shipping_profile = record.object("shipping profile", "shipping_profile")?;
    let shipping_profile_id = match &shipping_profile {
        Some(profile) => {
            profile.derived(&["name", "type", "metadata"]);
            known.reference(profile, "id")?
        }
        None => None,
    };
    let status = record.text("status")?;
    Ok(Some(Thing::Product(Box::new(Product {
        id: id.into(),
        handle: record.text("handle")?,
        title: record.text("title")?,
        subtitle: record.opt_text("subtitle")?,
        description: record.opt_text("description")?,
        status: status.parse().map_err(|error| record.refuse("status", error))?,
        is_giftcard: record.flag("is_giftcard", false)?,
        discountable: record.flag("discountable", true)?,
        thumbnail: record.opt_text("thumbnail")?,
        images: images.iter().map(image).collect::<Result<_>>()?,
        weight: record.opt_whole("weight")?,
        length: record.opt_whole("length")?,
        height: record.opt_whole("height")?,
        width: record.opt_whole("width")?,
        origin_country: record.opt_text("origin_country")?,
        hs_code: record.opt_text("hs_code")?,
        mid_code: record.opt_text("mid_code")?,
        material: record.opt_text("material")?,
        external_id: record.opt_text("external_id")?,
        metadata: record.metadata()?,
        collection_id: known.reference(record, "collection_id")?.map(Into::into),
        type_id: known.reference(record, "type_id")?.map(Into::into),
        tag_ids: known.references(record, "tags")?.into_iter().map(Into::into).collect(),
        category_ids: known.references(record, "categories")?.into_iter().map(Into::into).collect(),
        sales_channel_ids: known.references(record, "sales_channels")?,
        shipping_profile_id,
        options,
        variants,
        created_at: record.time("created_at")?,
        updated_at: record.time("updated_at")?,
    }))))
}

fn option(record: &Record<'_>) -> Result<ProductOption> {
    record.derived(&["is_exclusive", "product_id", "product"]);
    let mut values = Vec::new();
    for value in record.list("product option value", "values")? {
        value.derived(&["option_id", "option"]);
        values.push(OptionValue {
            id: value.id()?.into(),
            value: value.text("value")?,
            rank: value.opt_whole("rank")?,
            metadata: value.metadata()?,
        });
    }
    Ok(ProductOption {
        id: record.id()?.into(),
        title: record.text("title")?,
        values,
        metadata: record.metadata()?,
        is_shared: false,
    })
}

fn image(record: &Record<'_>) -> Result<Image> {
    record.derived(&["product_id", "product"]);
    Ok(Image {
        id: record.id()?.into(),
        url: record.text("url")?,
        rank: record.opt_whole("rank")?.unwrap_or(0),
        metadata: record.metadata()?,
        variant_ids: Vec::new(),
    })
}

fn variant(record: &Record<'_>, options: &[ProductOption], known: &Known) -> Result<Variant> {
    // All pictures of the product, where the variant has none of its own.
    record.derived(&["product_id", "product", "images", "inventory_quantity"]);
    let chosen = record.ids("options")?;
    let of_option = |option: &ProductOption| {
        option.values.iter().find(|value| chosen.iter().any(|id| id == value.id.as_str())).map(|value| value.id.clone())
    };
    let prices = record.list("price", "prices")?;
    let mut kept_prices = Vec::new();
    for record in &prices {
        kept_prices.extend(price(record, known)?);
    }
    let mut inventory = Vec::new();
    for link in record.list("variant inventory item", "inventory_items")? {
        link.derived(&["id", "variant_id", "variant", "inventory"]);
        inventory.push(InventoryLink {
            item_id: link.text("inventory_item_id")?,
            required_quantity: link.whole("required_quantity")?,
        });
    }
    Ok(Variant {
        id: record.id()?.into(),
        title: record.text("title")?,
        sku: record.opt_text("sku")?,
        barcode: record.opt_text("barcode")?,
        ean: record.opt_text("ean")?,
        upc: record.opt_text("upc")?,
        allow_backorder: record.flag("allow_backorder", false)?,
        manage_inventory: record.flag("manage_inventory", true)?,
        weight: record.opt_whole("weight")?,
        length: record.opt_whole("length")?,
        height: record.opt_whole("height")?,
        width: record.opt_whole("width")?,
        origin_country: record.opt_text("origin_country")?,
        hs_code: record.opt_text("hs_code")?,
        mid_code: record.opt_text("mid_code")?,
        material: record.opt_text("material")?,
        thumbnail: record.opt_text("thumbnail")?,
        metadata: record.metadata()?,
        rank: record.opt_whole("variant_rank")?.unwrap_or(0),
        option_value_ids: options.iter().filter_map(of_option).collect(),
        prices: kept_prices,
        inventory,
        created_at: record.time("created_at")?,
        updated_at: record.time("updated_at")?,
    })
}

/// A price; `None` where it has conditions that cannot be kept: without them it would hold for everybody.
fn price(record: &Record<'_>, known: &Known) -> Result<Option<Price>> {
    record.derived(&["variant_id", "price_set_id", "price_list_id", "price_list", "rules_count", "title"]);
    let mut region_id = None;
    for (attribute, value) in record.value("rules").and_then(Value::as_object).into_iter().flatten() {
        match (attribute.as_str(), value.as_str()) {
            ("region_id", Some(id)) if known.has(id) => region_id = Some(id.to_owned()),
            _ => {
                record.derived(&["id", "amount", "currency_code", "min_quantity", "max_quantity"]);
                record.leave_out(&format!("rules.{attribute}"));
                return Ok(None);
            }
        }
    }
    Ok(Some(Price {
        id: record.id()?.into(),
        currency: record.currency("currency_code")?,
        amount: record.decimal("amount")?,
        region_id,
        min_quantity: record.opt_whole("min_quantity")?,
        max_quantity: record.opt_whole("max_quantity")?,
    }))
}
