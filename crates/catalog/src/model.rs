//! What the catalogue is made of: products stored whole with their variants and prices, and the terms they are sorted by.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use tradewind_kernel::{Currency, Decimal, Error, Result, Timestamp, id_type};

id_type!(
    /// A product.
    ProductId, "prod");
id_type!(
    /// A variant of a product: what is put into a cart.
    VariantId, "variant");
id_type!(
    /// Something a shopper chooses by: size, colour.
    OptionId, "opt");
id_type!(
    /// One choice of an option: small, red.
    OptionValueId, "optval");
id_type!(
    /// A picture of a product.
    ImageId, "img");
id_type!(
    /// A price of a variant.
    PriceId, "price");
id_type!(
    /// A category.
    CategoryId, "pcat");
id_type!(
    /// A collection.
    CollectionId, "pcol");
id_type!(
    /// A tag.
    TagId, "ptag");
id_type!(
    /// A type of product.
    TypeId, "ptyp");

/// What a shop adds to a thing for its own use.
pub type Metadata = serde_json::Map<String, serde_json::Value>;

/// Where a product stands between idea and shop window.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProductStatus {
    /// Being written.
    #[default]
    Draft,
    /// Waiting for approval.
    Proposed,
    /// For shoppers to see.
    Published,
    /// Refused.
    Rejected,
}

impl ProductStatus {
    /// The status as it is stored and sent.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Proposed => "proposed",
            Self::Published => "published",
            Self::Rejected => "rejected",
        }
    }
}

impl fmt::Display for ProductStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for ProductStatus {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        [Self::Draft, Self::Proposed, Self::Published, Self::Rejected]
            .into_iter()
            .find(|status| status.as_str() == text)
            .ok_or_else(|| {
                Error::invalid("status", "The status of a product is one of: draft, proposed, published, rejected")
            })
    }
}

/// A product, whole: its options, variants, prices and pictures.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Product {
    /// Its id.
    pub id: ProductId,
    /// Its name in addresses of pages; unique in the shop.
    pub handle: String,
    /// Its name.
    pub title: String,
    /// A second line under the name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subtitle: Option<String>,
    /// What it is, in the shop's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Whether shoppers see it.
    pub status: ProductStatus,
    /// Whether it is a gift card.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_giftcard: bool,
    /// Whether promotions may lower its price.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub discountable: bool,
    /// The address of its small picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thumbnail: Option<String>,
    /// Its pictures, by rank.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<Image>,
    /// Weight in grams.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight: Option<i64>,
    /// Length in millimetres.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub length: Option<i64>,
    /// Height in millimetres.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height: Option<i64>,
    /// Width in millimetres.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<i64>,
    /// The country it was made in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin_country: Option<String>,
    /// Its code in the Harmonized System of customs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hs_code: Option<String>,
    /// The manufacturer's identification code, for customs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mid_code: Option<String>,
    /// What it is made of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub material: Option<String>,
    /// Its id in another system.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// What the shop adds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Metadata>,
    /// Its collection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub collection_id: Option<CollectionId>,
    /// Its type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub type_id: Option<TypeId>,
    /// Its tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tag_ids: Vec<TagId>,
    /// Its categories.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub category_ids: Vec<CategoryId>,
    /// The sales channels it is offered in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sales_channel_ids: Vec<String>,
    /// How it is shipped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shipping_profile_id: Option<String>,
    /// What shoppers choose by, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<ProductOption>,
    /// What can be bought, by rank.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variants: Vec<Variant>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Product {
    /// The variant with this id.
    #[must_use]
    pub fn variant(&self, id: &str) -> Option<&Variant> {
        self.variants.iter().find(|variant| variant.id.as_str() == id)
    }

    /// The option value with this id, and the option it belongs to.
    #[must_use]
    pub fn option_value(&self, id: &str) -> Option<(&ProductOption, &OptionValue)> {
        self.options
            .iter()
            .find_map(|option| option.values.iter().find(|value| value.id.as_str() == id).map(|value| (option, value)))
    }

    /// The pictures of a variant: those that show it, and those that show the product as a whole.
    pub fn images_of<'p>(&'p self, variant: &'p Variant) -> impl Iterator<Item = &'p Image> {
        self.images.iter().filter(|image| image.variant_ids.is_empty() || image.variant_ids.contains(&variant.id))
    }

    /// Whether shoppers of this sales channel see it.
    #[must_use]
    pub fn is_offered_in(&self, sales_channel_id: &str) -> bool {
        self.status == ProductStatus::Published && self.sales_channel_ids.iter().any(|id| id == sales_channel_id)
    }
}

/// A picture of a product.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Image {
    /// Its id.
    pub id: ImageId,
    /// Its address.
    pub url: String,
    /// Its place among the pictures, from 0.
    pub rank: i64,
    /// What the shop adds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Metadata>,
    /// The variants it shows; all of them when it names none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variant_ids: Vec<VariantId>,
}

/// Something shoppers choose by.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ProductOption {
    /// Its id.
    pub id: OptionId,
    /// Its name: size, colour.
    pub title: String,
    /// What there is to choose from, in order.
    pub values: Vec<OptionValue>,
    /// What the shop adds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Metadata>,
    /// Whether other products may have it too: title, texts of values and metadata are then those of the shared option.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_shared: bool,
}

/// An option that products share. Each has some of its values, or all.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct SharedOption {
    /// Its id.
    pub id: OptionId,
    /// Its name: size, colour.
    pub title: String,
    /// What there is to choose from, in order.
    pub values: Vec<OptionValue>,
    /// What the shop adds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Metadata>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// One choice of an option.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct OptionValue {
    /// Its id.
    pub id: OptionValueId,
    /// The choice: small, red.
    pub value: String,
    /// Its place among the values, for shops that give it one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rank: Option<i64>,
    /// What the shop adds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Metadata>,
}

/// What can be bought: one combination of the product's option values.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Variant {
    /// Its id.
    pub id: VariantId,
    /// Its name.
    pub title: String,
    /// The shop's own number for it; unique in the shop.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sku: Option<String>,
    /// A barcode of any other kind; unique in the shop.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub barcode: Option<String>,
    /// Its European article number; unique in the shop.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ean: Option<String>,
    /// Its universal product code; unique in the shop.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upc: Option<String>,
    /// Whether it is sold when there is none.
    #[serde(default, skip_serializing_if = "is_false")]
    pub allow_backorder: bool,
    /// Whether its stock is counted.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub manage_inventory: bool,
    /// Weight in grams.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight: Option<i64>,
    /// Length in millimetres.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub length: Option<i64>,
    /// Height in millimetres.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height: Option<i64>,
    /// Width in millimetres.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<i64>,
    /// The country it was made in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin_country: Option<String>,
    /// Its code in the Harmonized System of customs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hs_code: Option<String>,
    /// The manufacturer's identification code, for customs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mid_code: Option<String>,
    /// What it is made of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub material: Option<String>,
    /// The address of its small picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thumbnail: Option<String>,
    /// What the shop adds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Metadata>,
    /// Its place among the variants.
    #[serde(default)]
    pub rank: i64,
    /// Its choice of each option, in the order of the product's options.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub option_value_ids: Vec<OptionValueId>,
    /// What it costs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prices: Vec<Price>,
    /// What leaves the stock when one is sold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inventory: Vec<InventoryLink>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// A price of a variant.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Price {
    /// Its id.
    pub id: PriceId,
    /// The currency.
    pub currency: Currency,
    /// The amount in major units, which may have more decimals than the currency.
    pub amount: Decimal,
    /// The region it is for; any when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region_id: Option<String>,
    /// From how many on it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_quantity: Option<i64>,
    /// Up to how many it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_quantity: Option<i64>,
}

/// What leaves the stock when one of a variant is sold.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct InventoryLink {
    /// The inventory item.
    pub item_id: String,
    /// How many of it.
    pub required_quantity: i64,
}

/// A category: the shop's shelves, a tree.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Category {
    /// Its id.
    pub id: CategoryId,
    /// Its name.
    pub name: String,
    /// Its name in addresses of pages; unique among categories.
    pub handle: String,
    /// What is on it, in the shop's words.
    #[serde(default)]
    pub description: String,
    /// Whether shoppers see it.
    #[serde(default)]
    pub is_active: bool,
    /// Whether it is for staff only.
    #[serde(default)]
    pub is_internal: bool,
    /// Its place among its siblings, from 0.
    #[serde(default)]
    pub rank: i64,
    /// The category it is part of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<CategoryId>,
    /// Its id in another system.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// What the shop adds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Metadata>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// A collection: products that belong together.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Collection {
    /// Its id.
    pub id: CollectionId,
    /// Its name.
    pub title: String,
    /// Its name in addresses of pages; unique among collections.
    pub handle: String,
    /// Its id in another system.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// What the shop adds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Metadata>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// A tag.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Tag {
    /// Its id.
    pub id: TagId,
    /// Its text; unique among tags.
    pub value: String,
    /// Its id in another system.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// What the shop adds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Metadata>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// A type of product.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ProductType {
    /// Its id.
    pub id: TypeId,
    /// Its text; unique among types.
    pub value: String,
    /// Its id in another system.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// What the shop adds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Metadata>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
fn is_true(truth: &bool) -> bool {
    *truth
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
fn is_false(truth: &bool) -> bool {
    !*truth
}
