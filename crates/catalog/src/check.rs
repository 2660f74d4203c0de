//! What must hold for every product before it is stored; each refusal names the field.

use std::collections::HashSet;
use std::hash::Hash;

use tradewind_kernel::{Decimal, Error, Result};

use crate::handle::check_handle;
use crate::model::{Product, ProductOption, Variant};

const TITLE_MAX: usize = 255;
const TEXT_MAX: usize = 255;
const DESCRIPTION_MAX: usize = 100_000;
const URL_MAX: usize = 2_048;
const VARIANTS_MAX: usize = 1_000;
const IMAGES_MAX: usize = 250;
const OPTIONS_MAX: usize = 20;
const VALUES_MAX: usize = 500;
const PRICES_MAX: usize = 500;
const LISTS_MAX: usize = 250;
const MEASURE_MAX: i64 = 1_000_000_000;
const QUANTITY_MAX: i64 = 1_000_000;
/// Ten billion in major units: above every price there is, below what overflows in minor units when multiplied.
const AMOUNT_MAX: Decimal = Decimal::from_parts(1_410_065_408, 2, 0, false, 0);
const AMOUNT_DECIMALS_MAX: u32 = 9;

/// Checks a whole product, and sorts its variants by rank.
pub(crate) fn check_product(product: &mut Product) -> Result<()> {
    product.variants.sort_by_key(|variant| variant.rank);
    let product = &*product;
    check_id("id", product.id.as_str())?;
    check_handle(&product.handle)?;
    required("title", &product.title, TITLE_MAX)?;
    optional("subtitle", product.subtitle.as_deref(), TEXT_MAX)?;
    optional("description", product.description.as_deref(), DESCRIPTION_MAX)?;
    optional("thumbnail", product.thumbnail.as_deref(), URL_MAX)?;
    for (field, text) in [
        ("origin_country", &product.origin_country),
        ("hs_code", &product.hs_code),
        ("mid_code", &product.mid_code),
        ("material", &product.material),
        ("external_id", &product.external_id),
        ("shipping_profile_id", &product.shipping_profile_id),
    ] {
        optional(field, text.as_deref(), TEXT_MAX)?;
    }
    for (field, measure) in
        [("weight", product.weight), ("length", product.length), ("height", product.height), ("width", product.width)]
    {
        check_measure(field, measure)?;
    }
    at_most("images", product.images.len(), IMAGES_MAX)?;
    for (position, image) in product.images.iter().enumerate() {
        required(&format!("images[{position}].url"), &image.url, URL_MAX)?;
    }
    at_most("tags", product.tag_ids.len(), LISTS_MAX)?;
    at_most("categories", product.category_ids.len(), LISTS_MAX)?;
    at_most("sales_channels", product.sales_channel_ids.len(), LISTS_MAX)?;
    check_options(product)?;
    check_variants(product)
}

fn check_options(product: &Product) -> Result<()> {
    at_most("options", product.options.len(), OPTIONS_MAX)?;
    for (position, option) in product.options.iter().enumerate() {
        check_option(&format!("options[{position}]."), option)?;
    }
    if let Some(title) = repeated(product.options.iter().map(|option| &option.title)) {
        return Err(Error::invalid("options", format!("There are two options {title}")));
    }
    Ok(())
}

/// Checks one option; `prefix` is the way to its fields, with the dot.
pub(crate) fn check_option(prefix: &str, option: &ProductOption) -> Result<()> {
    check_id(&format!("{prefix}id"), option.id.as_str())?;
    required(&format!("{prefix}title"), &option.title, TITLE_MAX)?;
    let field = format!("{prefix}values");
    if option.values.is_empty() {
        let message = format!("The option {} has no values", option.title);
        return Err(Error::invalid(field, message));
    }
    at_most(&field, option.values.len(), VALUES_MAX)?;
    for value in &option.values {
        check_id(&format!("{field}.id"), value.id.as_str())?;
        required(&field, &value.value, TEXT_MAX)?;
    }
    if let Some(value) = repeated(option.values.iter().map(|value| &value.value)) {
        let message = format!("The option {} has the value {value} twice", option.title);
        return Err(Error::invalid(field, message));
    }
    Ok(())
}

fn check_variants(product: &Product) -> Result<()> {
    at_most("variants", product.variants.len(), VARIANTS_MAX)?;
    for (position, variant) in product.variants.iter().enumerate() {
        check_variant(&format!("variants[{position}]"), variant)?;
        for option in &product.options {
            if !option.values.iter().any(|value| variant.option_value_ids.contains(&value.id)) {
                return Err(Error::invalid(
                    format!("variants[{position}].options"),
                    format!("The variant {} needs a value of the option {}", variant.title, option.title),
                ));
            }
        }
    }
    let combinations = product.variants.iter().map(|variant| &variant.option_value_ids);
    if repeated(combinations).is_some() {
        return Err(Error::invalid(
            "variants",
            "Two variants have the same values of all options; each combination can be sold once",
        ));
    }
    for (field, values) in unique_fields(product) {
        if let Some(value) = repeated(values.iter()) {
            let message = format!("Two variants have the {field} {value}");
            return Err(Error::invalid(format!("variants.{field}"), message));
        }
    }
    Ok(())
}

/// What of the variants must be unique in the shop, by the name of the field.
pub(crate) fn unique_fields(product: &Product) -> [(&'static str, Vec<&str>); 4] {
    let all = |pick: fn(&Variant) -> Option<&str>| product.variants.iter().filter_map(pick).collect();
    [
        ("sku", all(|variant| variant.sku.as_deref())),
        ("ean", all(|variant| variant.ean.as_deref())),
        ("upc", all(|variant| variant.upc.as_deref())),
        ("barcode", all(|variant| variant.barcode.as_deref())),
    ]
}

fn check_variant(field: &str, variant: &Variant) -> Result<()> {
    check_id(&format!("{field}.id"), variant.id.as_str())?;
    required(&format!("{field}.title"), &variant.title, TITLE_MAX)?;
    for (name, text) in
        [("sku", &variant.sku), ("ean", &variant.ean), ("upc", &variant.upc), ("barcode", &variant.barcode)]
    {
        if let Some(text) = text {
            required(&format!("{field}.{name}"), text, TEXT_MAX)?;
        }
    }
    for (name, text) in [
        ("origin_country", &variant.origin_country),
        ("hs_code", &variant.hs_code),
        ("mid_code", &variant.mid_code),
        ("material", &variant.material),
    ] {
        optional(&format!("{field}.{name}"), text.as_deref(), TEXT_MAX)?;
    }
    optional(&format!("{field}.thumbnail"), variant.thumbnail.as_deref(), URL_MAX)?;
    for (name, measure) in
        [("weight", variant.weight), ("length", variant.length), ("height", variant.height), ("width", variant.width)]
    {
        check_measure(&format!("{field}.{name}"), measure)?;
    }
    at_most(&format!("{field}.prices"), variant.prices.len(), PRICES_MAX)?;
    for (position, price) in variant.prices.iter().enumerate() {
        let field = format!("{field}.prices[{position}]");
        if price.amount.is_sign_negative() && !price.amount.is_zero() {
            return Err(Error::invalid(format!("{field}.amount"), "A price cannot be negative"));
        }
        if price.amount > AMOUNT_MAX || price.amount.normalize().scale() > AMOUNT_DECIMALS_MAX {
            return Err(Error::invalid(
                format!("{field}.amount"),
                format!("A price is at most {AMOUNT_MAX}, with at most {AMOUNT_DECIMALS_MAX} decimals"),
            ));
        }
        let (min, max) = (price.min_quantity.unwrap_or(1), price.max_quantity.unwrap_or(i64::MAX));
        if min < 1 || max < min {
            return Err(Error::invalid(
                format!("{field}.min_quantity"),
                "A price holds from a quantity of at least 1 up to one that is not smaller",
            ));
        }
    }
    let items = variant.inventory.iter().map(|link| &link.item_id);
    if repeated(items).is_some() {
        return Err(Error::invalid(
            format!("{field}.inventory_items"),
            "An inventory item is named twice; say once how many of it are needed",
        ));
    }
    for link in &variant.inventory {
        required(&format!("{field}.inventory_items"), &link.item_id, TEXT_MAX)?;
        if !(1..=QUANTITY_MAX).contains(&link.required_quantity) {
            return Err(Error::invalid(
                format!("{field}.inventory_items"),
                format!("The required quantity is a whole number from 1 to {QUANTITY_MAX}"),
            ));
        }
    }
    Ok(())
}

/// An id that an import brings along: short, and of signs that need no care in addresses and lists.
pub(crate) fn check_id(field: &str, id: &str) -> Result<()> {
    let is_fit =
        (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    if is_fit {
        return Ok(());
    }
    Err(Error::invalid(field, "An id is at most 64 letters, digits, hyphens and underscores"))
}

/// A text that must be there.
pub(crate) fn required(field: &str, text: &str, length_max: usize) -> Result<()> {
    if text.trim().is_empty() {
        return Err(Error::invalid(field, format!("The {} is empty", last_name(field))));
    }
    optional(field, Some(text), length_max)
}

/// A text that may be missing.
pub(crate) fn optional(field: &str, text: Option<&str>, length_max: usize) -> Result<()> {
    // Bytes bound letters from above: most texts are never counted.
    let is_too_long = text.is_some_and(|text| text.len() > length_max && text.chars().count() > length_max);
    if is_too_long {
        let name = last_name(field);
        let message = format!("The {name} is longer than {length_max} characters");
        return Err(Error::invalid(field, message));
    }
    Ok(())
}

fn last_name(field: &str) -> &str {
    field.rsplit('.').next().unwrap_or(field)
}

fn check_measure(field: &str, measure: Option<i64>) -> Result<()> {
    if measure.is_some_and(|measure| !(0..=MEASURE_MAX).contains(&measure)) {
        let message = format!("The {} is a whole number from 0 to {MEASURE_MAX}", last_name(field));
        return Err(Error::invalid(field, message));
    }
    Ok(())
}

fn at_most(field: &str, count: usize, count_max: usize) -> Result<()> {
    if count > count_max {
        let message = format!("There are {count} {}; {count_max} is the most", last_name(field));
        return Err(Error::invalid(field, message));
    }
    Ok(())
}

fn repeated<T: Eq + Hash>(values: impl Iterator<Item = T>) -> Option<T> {
    let mut seen = HashSet::new();
    for value in values {
        if seen.contains(&value) {
            return Some(value);
        }
        seen.insert(value);
    }
    None
}
