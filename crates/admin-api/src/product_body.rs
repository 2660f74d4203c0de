//! What staff send of products, variants and prices, read into the words of the catalogue.

use serde::{Deserialize, Deserializer};
use serde_json::{Map, Number, Value};
use tradewind_catalog::{
    CategoryId, CollectionId, ImageId, InventoryLink, Metadata, NewImage, NewOption, NewOptionValue, NewPrice,
    NewProduct, NewVariant, OptionId, OptionValueId, PriceId, ProductChange, ProductStatus, TagId, TypeId,
    VariantChange, VariantEntry, VariantId,
};
use tradewind_http::call::{Change, change};
use tradewind_kernel::{Currency, Decimal, Error, Result};
use tradewind_market::MarketSnapshot;

/// A product, new or changed.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct ProductBody {
    /// Which product, in a list of changes.
    pub(crate) id: Option<String>,
    title: Option<String>,
    #[serde(deserialize_with = "change")]
    subtitle: Change<String>,
    #[serde(deserialize_with = "change")]
    description: Change<String>,
    #[serde(deserialize_with = "truth")]
    is_giftcard: Option<bool>,
    #[serde(deserialize_with = "truth")]
    discountable: Option<bool>,
    images: Option<Vec<ImageBody>>,
    #[serde(deserialize_with = "change")]
    thumbnail: Change<String>,
    handle: Option<String>,
    status: Option<ProductStatus>,
    #[serde(deserialize_with = "change")]
    external_id: Change<String>,
    #[serde(deserialize_with = "change")]
    type_id: Change<TypeId>,
    #[serde(deserialize_with = "change")]
    collection_id: Change<CollectionId>,
    categories: Option<Vec<Named<CategoryId>>>,
    tags: Option<Vec<Named<TagId>>>,
    sales_channels: Option<Vec<Named<String>>>,
    options: Option<Vec<OptionBody>>,
    option_ids: Option<Vec<OptionId>>,
    pub(crate) variants: Option<Vec<VariantBody>>,
    #[serde(deserialize_with = "change")]
    shipping_profile_id: Change<String>,
    #[serde(flatten)]
    nature: Nature,
    #[serde(deserialize_with = "change")]
    metadata: Change<Metadata>,
}

/// A variant, new or changed.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct VariantBody {
    pub(crate) id: Option<VariantId>,
    title: Option<String>,
    #[serde(deserialize_with = "change")]
    sku: Change<String>,
    #[serde(deserialize_with = "change")]
    barcode: Change<String>,
    #[serde(deserialize_with = "change")]
    ean: Change<String>,
    #[serde(deserialize_with = "change")]
    upc: Change<String>,
    #[serde(deserialize_with = "truth")]
    allow_backorder: Option<bool>,
    #[serde(deserialize_with = "truth")]
    manage_inventory: Option<bool>,
    variant_rank: Option<i64>,
    #[serde(deserialize_with = "change")]
    thumbnail: Change<String>,
    #[serde(flatten)]
    nature: Nature,
    #[serde(deserialize_with = "change")]
    metadata: Change<Metadata>,
    prices: Option<Vec<PriceBody>>,
    options: Option<Map<String, Value>>,
    inventory_items: Option<Vec<LinkBody>>,
}

/// What customs and carriers ask for: where it is from, what it is, how big.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct Nature {
    #[serde(deserialize_with = "change")]
    weight: Change<i64>,
    #[serde(deserialize_with = "change")]
    length: Change<i64>,
    #[serde(deserialize_with = "change")]
    height: Change<i64>,
    #[serde(deserialize_with = "change")]
    width: Change<i64>,
    #[serde(deserialize_with = "change")]
    hs_code: Change<String>,
    #[serde(deserialize_with = "change")]
    mid_code: Change<String>,
    #[serde(deserialize_with = "change")]
    origin_country: Change<String>,
    #[serde(deserialize_with = "change")]
    material: Change<String>,
}

#[derive(Deserialize)]
struct ImageBody {
    #[serde(default)]
    id: Option<ImageId>,
    url: String,
}

#[derive(Deserialize)]
struct Named<T> {
    id: T,
}

/// An option of a product: a new one, or by its id one that is there.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct OptionBody {
    id: Option<OptionId>,
    title: Option<String>,
    values: Option<Vec<String>>,
    value_ids: Vec<OptionValueId>,
    ranks: Map<String, Value>,
    is_exclusive: Option<bool>,
    metadata: Option<Metadata>,
}

#[derive(Deserialize)]
struct PriceBody {
    #[serde(default)]
    id: Option<PriceId>,
    #[serde(default)]
    currency_code: Option<String>,
    #[serde(default)]
    amount: Option<Number>,
    #[serde(default)]
    min_quantity: Option<i64>,
    #[serde(default)]
    max_quantity: Option<i64>,
    #[serde(default)]
    rules: Map<String, Value>,
}

#[derive(Deserialize)]
struct LinkBody {
    inventory_item_id: String,
    required_quantity: i64,
}

/// True or false, also as text.
fn truth<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(None),
        Value::Bool(truth) => Ok(Some(truth)),
        Value::String(text) if text == "true" => Ok(Some(true)),
        Value::String(text) if text == "false" => Ok(Some(false)),
        _ => Err(serde::de::Error::custom("true or false is expected")),
    }
}

impl ProductBody {
    /// A new product.
    pub(crate) fn into_new(self, market: &MarketSnapshot) -> Result<NewProduct> {
        self.check_references(market)?;
        let variants = self.variants.unwrap_or_default().into_iter().enumerate();
        Ok(NewProduct {
            id: None,
            handle: self.handle.filter(|handle| !handle.is_empty()),
            title: self.title.unwrap_or_default(),
            subtitle: self.subtitle.flatten(),
            description: self.description.flatten(),
            status: self.status.unwrap_or_default(),
            is_giftcard: self.is_giftcard.unwrap_or(false),
            discountable: self.discountable.unwrap_or(true),
            thumbnail: self.thumbnail.flatten(),
            images: images(self.images.unwrap_or_default()),
            weight: self.nature.weight.flatten(),
            length: self.nature.length.flatten(),
            height: self.nature.height.flatten(),
            width: self.nature.width.flatten(),
            origin_country: self.nature.origin_country.flatten(),
            hs_code: self.nature.hs_code.flatten(),
            mid_code: self.nature.mid_code.flatten(),
            material: self.nature.material.flatten(),
            external_id: self.external_id.flatten(),
            metadata: self.metadata.flatten(),
            collection_id: self.collection_id.flatten(),
            type_id: self.type_id.flatten(),
            tag_ids: ids(self.tags.unwrap_or_default()),
            category_ids: ids(self.categories.unwrap_or_default()),
            sales_channel_ids: ids(self.sales_channels.unwrap_or_default()),
            shipping_profile_id: self.shipping_profile_id.flatten(),
            options: options(self.options.unwrap_or_default())?,
            variants: variants
                .map(|(position, variant)| variant.into_new(&format!("variants[{position}]"), market))
                .collect::<Result<_>>()?,
            created_at: None,
        })
    }

    /// A change of a product.
    pub(crate) fn into_change(self, market: &MarketSnapshot) -> Result<ProductChange> {
        self.check_references(market)?;
        Ok(ProductChange {
            handle: self.handle,
            title: self.title,
            subtitle: self.subtitle,
            description: self.description,
            status: self.status,
            is_giftcard: self.is_giftcard,
            discountable: self.discountable,
            thumbnail: self.thumbnail,
            images: self.images.map(images),
            weight: self.nature.weight,
            length: self.nature.length,
            height: self.nature.height,
            width: self.nature.width,
            origin_country: self.nature.origin_country,
            hs_code: self.nature.hs_code,
            mid_code: self.nature.mid_code,
            material: self.nature.material,
            external_id: self.external_id,
            metadata: self.metadata,
            collection_id: self.collection_id,
            type_id: self.type_id,
            tag_ids: self.tags.map(ids),
            category_ids: self.categories.map(ids),
            sales_channel_ids: self.sales_channels.map(ids),
            shipping_profile_id: self.shipping_profile_id,
            options: match self.option_ids {
                Some(ids) => Some(ids.into_iter().map(by_id).collect()),
                None => self.options.map(options).transpose()?,
            },
            variants: self.variants.map(|variants| entries(variants, market)).transpose()?,
        })
    }

    fn check_references(&self, market: &MarketSnapshot) -> Result<()> {
        let channels = self.sales_channels.iter().flatten().enumerate();
        for (position, channel) in channels {
            if market.sales_channel(&channel.id).is_none() {
                let field = format!("sales_channels[{position}].id");
                return Err(Error::invalid(&field, format!("{field}: there is no such sales channel")));
            }
        }
        Ok(())
    }
}

fn entries(variants: Vec<VariantBody>, market: &MarketSnapshot) -> Result<Vec<VariantEntry>> {
    let numbered = variants.into_iter().enumerate();
    let entries = numbered.map(|(position, mut variant)| {
        let field = format!("variants[{position}]");
        Ok(match variant.id.take() {
            Some(id) => VariantEntry::Existing(id, Box::new(variant.into_change(&field, market)?)),
            None => VariantEntry::New(Box::new(variant.into_new(&field, market)?)),
        })
    });
    entries.collect()
}

impl VariantBody {
    /// A new variant; `field` is the way to it in the body.
    pub(crate) fn into_new(self, field: &str, market: &MarketSnapshot) -> Result<NewVariant> {
        Ok(NewVariant {
            id: None,
            title: self.title.unwrap_or_default(),
            sku: self.sku.flatten(),
            barcode: self.barcode.flatten(),
            ean: self.ean.flatten(),
            upc: self.upc.flatten(),
            allow_backorder: self.allow_backorder.unwrap_or(false),
            manage_inventory: self.manage_inventory.unwrap_or(true),
            weight: self.nature.weight.flatten(),
            length: self.nature.length.flatten(),
            height: self.nature.height.flatten(),
            width: self.nature.width.flatten(),
            origin_country: self.nature.origin_country.flatten(),
            hs_code: self.nature.hs_code.flatten(),
            mid_code: self.nature.mid_code.flatten(),
            material: self.nature.material.flatten(),
            thumbnail: self.thumbnail.flatten(),
            metadata: self.metadata.flatten(),
            rank: self.variant_rank,
            options: chosen(self.options.unwrap_or_default(), field)?,
            prices: prices(self.prices.unwrap_or_default(), field, market)?,
            inventory: links(self.inventory_items.unwrap_or_default()),
        })
    }

    /// A change of a variant; `field` is the way to it in the body.
    pub(crate) fn into_change(self, field: &str, market: &MarketSnapshot) -> Result<VariantChange> {
        Ok(VariantChange {
            title: self.title,
            sku: self.sku,
            barcode: self.barcode,
            ean: self.ean,
            upc: self.upc,
            allow_backorder: self.allow_backorder,
            manage_inventory: self.manage_inventory,
            weight: self.nature.weight,
            length: self.nature.length,
            height: self.nature.height,
            width: self.nature.width,
            origin_country: self.nature.origin_country,
            hs_code: self.nature.hs_code,
            mid_code: self.nature.mid_code,
            material: self.nature.material,
            thumbnail: self.thumbnail,
            metadata: self.metadata,
            rank: self.variant_rank,
            options: self.options.map(|options| chosen(options, field)).transpose()?,
            prices: self.prices.map(|list| prices(list, field, market)).transpose()?,
            inventory: self.inventory_items.map(links),
        })
    }
}

fn ids<T>(named: Vec<Named<T>>) -> Vec<T> {
    named.into_iter().map(|named| named.id).collect()
}

fn images(images: Vec<ImageBody>) -> Vec<NewImage> {
    images.into_iter().map(|image| NewImage { id: image.id, url: image.url, ..NewImage::default() }).collect()
}

fn links(links: Vec<LinkBody>) -> Vec<InventoryLink> {
    let link =
        |link: LinkBody| InventoryLink { item_id: link.inventory_item_id, required_quantity: link.required_quantity };
    links.into_iter().map(link).collect()
}

fn options(options: Vec<OptionBody>) -> Result<Vec<NewOption>> {
    let numbered = options.into_iter().enumerate();
    numbered.map(|(position, option)| option.read(&format!("options[{position}]"))).collect()
}

/// An option that is there already, whole.
pub(crate) fn by_id(id: OptionId) -> NewOption {
    NewOption { id: Some(id), is_shared: true, ..NewOption::default() }
}

impl OptionBody {
    /// The option of a product that is meant; `field` is the way to it in the body.
    pub(crate) fn read(self, field: &str) -> Result<NewOption> {
        let missing = |name: &str| {
            let field = format!("{field}.{name}");
            Error::invalid(&field, format!("{field} is required: an option is sent with its title and all its values"))
        };
        if let (Some(id), None, None) = (&self.id, &self.title, &self.values) {
            let values = self.value_ids.into_iter().map(NewOptionValue::of_id).collect();
            return Ok(NewOption { values, ..by_id(id.clone()) });
        }
        if self.is_exclusive == Some(false) {
            let message = "is made under /admin/product-options first, and then named here by its id";
            return Err(Error::invalid(field, format!("{field}: an option that products share {message}")));
        }
        Ok(NewOption {
            id: self.id,
            title: self.title.ok_or_else(|| missing("title"))?,
            values: ranked(self.values.ok_or_else(|| missing("values"))?, &ranks(&self.ranks, field)?),
            metadata: self.metadata,
            is_shared: false,
        })
    }
}

/// Places of values, by their text.
pub(crate) fn ranks(ranks: &Map<String, Value>, field: &str) -> Result<Vec<(String, i64)>> {
    let read = |(value, rank): (&String, &Value)| {
        let rank = rank.as_i64().ok_or_else(|| {
            let field = format!("{field}.ranks.{value}");
            Error::invalid(&field, format!("{field} must be a whole number"))
        })?;
        Ok((value.clone(), rank))
    };
    ranks.iter().map(read).collect()
}

/// Values of an option, with their places.
pub(crate) fn ranked(values: Vec<String>, ranks: &[(String, i64)]) -> Vec<NewOptionValue> {
    let with_rank = |value: String| {
        let rank = ranks.iter().find(|(text, _)| *text == value).map(|(_, rank)| *rank);
        NewOptionValue { rank, ..NewOptionValue::from(value) }
    };
    values.into_iter().map(with_rank).collect()
}

fn chosen(options: Map<String, Value>, field: &str) -> Result<Vec<(String, String)>> {
    let read = |(title, value)| match value {
        Value::String(value) => Ok((title, value)),
        _ => {
            let field = format!("{field}.options.{title}");
            Err(Error::invalid(&field, format!("{field} must be a text")))
        }
    };
    options.into_iter().map(read).collect()
}

fn prices(prices: Vec<PriceBody>, field: &str, market: &MarketSnapshot) -> Result<Vec<NewPrice>> {
    let numbered = prices.into_iter().enumerate();
    let read = |(position, price): (usize, PriceBody)| price.read(&format!("{field}.prices[{position}]"), market);
    numbered.map(read).collect()
}

impl PriceBody {
    fn read(self, field: &str, market: &MarketSnapshot) -> Result<NewPrice> {
        let wrong = |name: &str, why: &str| {
            let field = format!("{field}.{name}");
            Error::invalid(&field, format!("{field} {why}"))
        };
        let code = self.currency_code.ok_or_else(|| wrong("currency_code", "is required"))?;
        let currency: Currency =
            code.parse().map_err(|_| wrong("currency_code", "must be three letters, as in ISO 4217: eur, usd, jpy"))?;
        if tradewind_market::currency_info(currency).is_none() {
            return Err(wrong("currency_code", "is not a currency of ISO 4217"));
        }
        let amount = self.amount.ok_or_else(|| wrong("amount", "is required"))?;
        let amount = decimal(&amount).ok_or_else(|| wrong("amount", "must be a number that is not endless"))?;
        let mut region_id = None;
        for (attribute, value) in self.rules {
            match (attribute.as_str(), value) {
                ("region_id", Value::String(id)) if market.region(&id).is_some() => region_id = Some(id),
                ("region_id", _) => return Err(wrong("rules.region_id", "must be the id of a region")),
                _ => return Err(wrong("rules", "can name a region_id and nothing else")),
            }
        }
        Ok(NewPrice {
            id: self.id,
            currency,
            amount,
            region_id,
            min_quantity: self.min_quantity,
            max_quantity: self.max_quantity,
        })
    }
}

/// A number as it was written, exactly: 9.99 is 999 hundredths, not the nearest binary fraction.
pub(crate) fn decimal(number: &Number) -> Option<Decimal> {
    let text = number.to_string();
    text.parse().or_else(|_| Decimal::from_scientific(&text)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_they_were_written() {
        let read = |text: &str| decimal(&serde_json::from_str(text).unwrap()).map(|amount| amount.to_string());
        assert_eq!(read("9.99").as_deref(), Some("9.99"));
        assert_eq!(read("0.1").as_deref(), Some("0.1"));
        assert_eq!(read("1200").as_deref(), Some("1200"));
        assert_eq!(read("-3").as_deref(), Some("-3"));
        assert_eq!(read("1e300"), None);
    }

    #[test]
    fn truths_come_as_texts_too() {
        let body: VariantBody =
            serde_json::from_str(r#"{"manage_inventory":"false","weight":null,"sku":"A"}"#).unwrap();
        assert_eq!(body.manage_inventory, Some(false));
        assert_eq!(body.nature.weight, Some(None));
        assert_eq!(body.nature.length, None);
        assert!(serde_json::from_str::<VariantBody>(r#"{"manage_inventory":"maybe"}"#).is_err());
        assert!(serde_json::from_str::<VariantBody>(r#"{"weight":1.5}"#).is_err());
    }
}
