//! What callers hand in: new products, variants and terms, and changes of those that exist.

use tradewind_kernel::{Currency, Decimal, Timestamp};

use crate::model::{
    CategoryId, CollectionId, ImageId, InventoryLink, Metadata, OptionId, OptionValueId, PriceId, ProductId,
    ProductStatus, TagId, TypeId, VariantId,
};

/// A product to be made. What is left out is minted, derived or empty.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of Product")]
pub struct NewProduct {
    /// Kept where given: an import brings its own ids.
    pub id: Option<ProductId>,
    /// Derived from the title where missing.
    pub handle: Option<String>,
    pub title: String,
    pub subtitle: Option<String>,
    pub description: Option<String>,
    pub status: ProductStatus,
    pub is_giftcard: bool,
    pub discountable: bool,
    /// The first image where missing.
    pub thumbnail: Option<String>,
    pub images: Vec<NewImage>,
    pub weight: Option<i64>,
    pub length: Option<i64>,
    pub height: Option<i64>,
    pub width: Option<i64>,
    pub origin_country: Option<String>,
    pub hs_code: Option<String>,
    pub mid_code: Option<String>,
    pub material: Option<String>,
    pub external_id: Option<String>,
    pub metadata: Option<Metadata>,
    pub collection_id: Option<CollectionId>,
    pub type_id: Option<TypeId>,
    pub tag_ids: Vec<TagId>,
    pub category_ids: Vec<CategoryId>,
    pub sales_channel_ids: Vec<String>,
    pub shipping_profile_id: Option<String>,
    pub options: Vec<NewOption>,
    pub variants: Vec<NewVariant>,
    /// The present moment where missing; an import keeps its own.
    pub created_at: Option<Timestamp>,
}

impl Default for NewProduct {
    fn default() -> Self {
        Self {
            id: None,
            handle: None,
            title: String::new(),
            subtitle: None,
            description: None,
            status: ProductStatus::Draft,
            is_giftcard: false,
            discountable: true,
            thumbnail: None,
            images: Vec::new(),
            weight: None,
            length: None,
            height: None,
            width: None,
            origin_country: None,
            hs_code: None,
            mid_code: None,
            material: None,
            external_id: None,
            metadata: None,
            collection_id: None,
            type_id: None,
            tag_ids: Vec::new(),
            category_ids: Vec::new(),
            sales_channel_ids: Vec::new(),
            shipping_profile_id: None,
            options: Vec::new(),
            variants: Vec::new(),
            created_at: None,
        }
    }
}

/// A picture to be added.
#[derive(Clone, Debug, Default)]
pub struct NewImage {
    /// Kept where given.
    pub id: Option<ImageId>,
    /// Its address.
    pub url: String,
    /// What the shop adds.
    pub metadata: Option<Metadata>,
    /// The variants it shows, of those the product has already.
    pub variant_ids: Option<Vec<VariantId>>,
}

impl From<&str> for NewImage {
    fn from(url: &str) -> Self {
        Self { url: url.to_owned(), ..Self::default() }
    }
}

impl From<String> for NewImage {
    fn from(url: String) -> Self {
        Self { url, ..Self::default() }
    }
}

/// An option to be added, or kept when its id or title is that of one the product has.
#[derive(Clone, Debug, Default)]
pub struct NewOption {
    /// Kept where given.
    pub id: Option<OptionId>,
    /// Its name.
    pub title: String,
    /// Its values, in order.
    pub values: Vec<NewOptionValue>,
    /// What the shop adds.
    pub metadata: Option<Metadata>,
    /// Whether the id is that of a shared option: its title and values are taken from there, of the values those whose
    /// ids are given, or all.
    pub is_shared: bool,
}

/// A change of an option: what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct OptionChange {
    /// A new name.
    pub title: Option<String>,
    /// All values, in order; those whose text is known keep their id.
    pub values: Option<Vec<NewOptionValue>>,
    /// Places of values, by their text.
    pub ranks: Vec<(String, i64)>,
    /// What the shop adds; `Some(None)` empties it.
    pub metadata: Option<Option<Metadata>>,
}

/// A change of one value of an option: what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct OptionValueChange {
    /// A new text.
    pub value: Option<String>,
    /// What the shop adds; `Some(None)` empties it.
    pub metadata: Option<Option<Metadata>>,
}

/// A value of an option to be added, or kept when the option has it.
#[derive(Clone, Debug, Default)]
pub struct NewOptionValue {
    /// Kept where given.
    pub id: Option<OptionValueId>,
    /// The choice.
    pub value: String,
    /// Its place among the values.
    pub rank: Option<i64>,
    /// What the shop adds.
    pub metadata: Option<Metadata>,
}

impl NewOptionValue {
    /// One that is known by its id.
    #[must_use]
    pub fn of_id(id: OptionValueId) -> Self {
        Self { id: Some(id), ..Self::default() }
    }
}

impl From<&str> for NewOptionValue {
    fn from(value: &str) -> Self {
        Self { value: value.to_owned(), ..Self::default() }
    }
}

impl From<String> for NewOptionValue {
    fn from(value: String) -> Self {
        Self { value, ..Self::default() }
    }
}

/// A variant to be made.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of Variant")]
pub struct NewVariant {
    /// Kept where given.
    pub id: Option<VariantId>,
    pub title: String,
    pub sku: Option<String>,
    pub barcode: Option<String>,
    pub ean: Option<String>,
    pub upc: Option<String>,
    pub allow_backorder: bool,
    pub manage_inventory: bool,
    pub weight: Option<i64>,
    pub length: Option<i64>,
    pub height: Option<i64>,
    pub width: Option<i64>,
    pub origin_country: Option<String>,
    pub hs_code: Option<String>,
    pub mid_code: Option<String>,
    pub material: Option<String>,
    pub thumbnail: Option<String>,
    pub metadata: Option<Metadata>,
    /// 0 where missing, as the wire's peer does.
    pub rank: Option<i64>,
    /// Title of an option and the value chosen, one for each option of the product.
    pub options: Vec<(String, String)>,
    pub prices: Vec<NewPrice>,
    pub inventory: Vec<InventoryLink>,
}

impl Default for NewVariant {
    fn default() -> Self {
        Self {
            id: None,
            title: String::new(),
            sku: None,
            barcode: None,
            ean: None,
            upc: None,
            allow_backorder: false,
            manage_inventory: true,
            weight: None,
            length: None,
            height: None,
            width: None,
            origin_country: None,
            hs_code: None,
            mid_code: None,
            material: None,
            thumbnail: None,
            metadata: None,
            rank: None,
            options: Vec::new(),
            prices: Vec::new(),
            inventory: Vec::new(),
        }
    }
}

/// A price to be set.
#[derive(Clone, Debug)]
pub struct NewPrice {
    /// Kept where given.
    pub id: Option<PriceId>,
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
}

impl NewPrice {
    /// A price for any region and quantity.
    #[must_use]
    pub fn of(currency: Currency, amount: Decimal) -> Self {
        Self { id: None, currency, amount, region_id: None, min_quantity: None, max_quantity: None }
    }
}

/// A change of a product: what is `None` stays; of what may be empty, `Some(None)` empties it.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields are those of Product")]
pub struct ProductChange {
    pub handle: Option<String>,
    pub title: Option<String>,
    pub subtitle: Option<Option<String>>,
    pub description: Option<Option<String>>,
    pub status: Option<ProductStatus>,
    pub is_giftcard: Option<bool>,
    pub discountable: Option<bool>,
    pub thumbnail: Option<Option<String>>,
    /// All pictures, in order; those whose id or address is known keep their id.
    pub images: Option<Vec<NewImage>>,
    pub weight: Option<Option<i64>>,
    pub length: Option<Option<i64>>,
    pub height: Option<Option<i64>>,
    pub width: Option<Option<i64>>,
    pub origin_country: Option<Option<String>>,
    pub hs_code: Option<Option<String>>,
    pub mid_code: Option<Option<String>>,
    pub material: Option<Option<String>>,
    pub external_id: Option<Option<String>>,
    pub metadata: Option<Option<Metadata>>,
    pub collection_id: Option<Option<CollectionId>>,
    pub type_id: Option<Option<TypeId>>,
    pub tag_ids: Option<Vec<TagId>>,
    pub category_ids: Option<Vec<CategoryId>>,
    pub sales_channel_ids: Option<Vec<String>>,
    pub shipping_profile_id: Option<Option<String>>,
    /// All options, in order; a value that a variant has chosen cannot be left out.
    pub options: Option<Vec<NewOption>>,
    /// All variants: those that are not named are removed.
    pub variants: Option<Vec<VariantEntry>>,
}

/// One variant in a list of all the variants of a product.
#[derive(Clone, Debug)]
pub enum VariantEntry {
    /// One the product has, changed.
    Existing(VariantId, Box<VariantChange>),
    /// A new one.
    New(Box<NewVariant>),
}

/// A change of a variant: what is `None` stays; of what may be empty, `Some(None)` empties it.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields are those of Variant")]
pub struct VariantChange {
    pub title: Option<String>,
    pub sku: Option<Option<String>>,
    pub barcode: Option<Option<String>>,
    pub ean: Option<Option<String>>,
    pub upc: Option<Option<String>>,
    pub allow_backorder: Option<bool>,
    pub manage_inventory: Option<bool>,
    pub weight: Option<Option<i64>>,
    pub length: Option<Option<i64>>,
    pub height: Option<Option<i64>>,
    pub width: Option<Option<i64>>,
    pub origin_country: Option<Option<String>>,
    pub hs_code: Option<Option<String>>,
    pub mid_code: Option<Option<String>>,
    pub material: Option<Option<String>>,
    pub thumbnail: Option<Option<String>>,
    pub metadata: Option<Option<Metadata>>,
    pub rank: Option<i64>,
    /// Title of an option and the value chosen; options that are not named keep their choice.
    pub options: Option<Vec<(String, String)>>,
    /// All prices; those with an id that is known keep it.
    pub prices: Option<Vec<NewPrice>>,
    /// All links to the stock.
    pub inventory: Option<Vec<InventoryLink>>,
}

/// Variants of a product that are made, changed and removed at once.
#[derive(Clone, Debug, Default)]
pub struct VariantsChange {
    /// Those to be made.
    pub create: Vec<NewVariant>,
    /// Those to be changed.
    pub update: Vec<(VariantId, VariantChange)>,
    /// Those to be removed.
    pub delete: Vec<VariantId>,
}

/// What variants of a product take from the stock, changed at once; each begins with the id of the variant.
#[derive(Clone, Debug, Default)]
pub struct PartsChange {
    /// Items that a variant takes too.
    pub create: Vec<(String, InventoryLink)>,
    /// Items of which a variant takes more, or less.
    pub update: Vec<(String, InventoryLink)>,
    /// Items, by id, that a variant takes no more.
    pub delete: Vec<(String, String)>,
}

/// A category to be made.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields are those of Category")]
pub struct NewCategory {
    pub id: Option<CategoryId>,
    pub name: String,
    /// Derived from the name where missing.
    pub handle: Option<String>,
    pub description: String,
    pub is_active: bool,
    pub is_internal: bool,
    /// The last among its siblings where missing.
    pub rank: Option<i64>,
    pub parent_id: Option<CategoryId>,
    pub external_id: Option<String>,
    pub metadata: Option<Metadata>,
}

/// A change of a category.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields are those of Category")]
pub struct CategoryChange {
    pub name: Option<String>,
    pub handle: Option<String>,
    pub description: Option<String>,
    pub is_active: Option<bool>,
    pub is_internal: Option<bool>,
    pub rank: Option<i64>,
    pub parent_id: Option<Option<CategoryId>>,
    pub external_id: Option<Option<String>>,
    pub metadata: Option<Option<Metadata>>,
}

/// A collection to be made.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields are those of Collection")]
pub struct NewCollection {
    pub id: Option<CollectionId>,
    pub title: String,
    /// Derived from the title where missing.
    pub handle: Option<String>,
    pub external_id: Option<String>,
    pub metadata: Option<Metadata>,
}

/// A change of a collection.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields are those of Collection")]
pub struct CollectionChange {
    pub title: Option<String>,
    pub handle: Option<String>,
    pub external_id: Option<Option<String>>,
    pub metadata: Option<Option<Metadata>>,
}

/// A tag to be made.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields are those of Tag")]
pub struct NewTag {
    pub id: Option<TagId>,
    pub value: String,
    pub external_id: Option<String>,
    pub metadata: Option<Metadata>,
}

/// A type of product to be made.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields are those of ProductType")]
pub struct NewType {
    pub id: Option<TypeId>,
    pub value: String,
    pub external_id: Option<String>,
    pub metadata: Option<Metadata>,
}

/// A change of a tag or of a type of product.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields are those of Tag and ProductType")]
pub struct ValueChange {
    pub value: Option<String>,
    pub external_id: Option<Option<String>>,
    pub metadata: Option<Option<Metadata>>,
}
