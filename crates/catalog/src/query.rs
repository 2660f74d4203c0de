//! Questions to the catalogue: filters, order and paging of lists of products, variants and options.

use std::str::FromStr;

use tradewind_kernel::{Error, Paging, Result, Timestamp};

use crate::model::ProductStatus;

/// Which products. Filters that are empty let everything through; all that are set must hold.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
#[expect(missing_docs, reason = "each filter is named after the field it compares")]
pub struct ProductFilter {
    pub ids: Vec<String>,
    pub handles: Vec<String>,
    pub titles: Vec<String>,
    pub external_ids: Vec<String>,
    /// Words that must all be found, as [`crate::Catalog::search`] finds them: in title, subtitle, description, handle, options,
    /// SKUs and barcodes, or in the names of categories, collection, tags and type. Without another order, what matches
    /// best comes first.
    pub q: Option<String>,
    pub category_ids: Vec<String>,
    pub collection_ids: Vec<String>,
    pub tag_ids: Vec<String>,
    pub type_ids: Vec<String>,
    pub option_ids: Vec<String>,
    pub option_value_ids: Vec<String>,
    pub sales_channel_ids: Vec<String>,
    /// One of its variants is such.
    pub variants: Option<Box<VariantFilter>>,
    pub status: Option<ProductStatus>,
    pub is_giftcard: Option<bool>,
    pub created_at: TimeRange,
    pub updated_at: TimeRange,
    /// Nothing at all: what is deleted is gone, and who asks for it finds nothing.
    pub nothing: bool,
    /// Further filters that must all hold.
    pub all: Vec<ProductFilter>,
    /// Further filters of which one must hold, where there are any.
    pub any: Vec<ProductFilter>,
}

/// Which variants. Filters that are empty let everything through; all that are set must hold.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
#[expect(missing_docs, reason = "each filter is named after the field it compares")]
pub struct VariantFilter {
    pub ids: Vec<String>,
    pub product_ids: Vec<String>,
    pub skus: Vec<String>,
    pub eans: Vec<String>,
    pub upcs: Vec<String>,
    pub barcodes: Vec<String>,
    /// Words that must all occur in title, SKU, EAN, UPC or barcode.
    pub q: Option<String>,
    pub allow_backorder: Option<bool>,
    pub manage_inventory: Option<bool>,
    /// It has chosen this.
    pub choice: Option<Choice>,
    pub created_at: TimeRange,
    pub updated_at: TimeRange,
    /// Nothing at all: what is deleted is gone, and who asks for it finds nothing.
    pub nothing: bool,
    /// Further filters that must all hold.
    pub all: Vec<VariantFilter>,
    /// Further filters of which one must hold, where there are any.
    pub any: Vec<VariantFilter>,
}

/// What a variant has chosen: a value, an option, or a value of that option.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Choice {
    /// Of this option.
    pub option_id: Option<String>,
    /// The text of the value.
    pub value: Option<String>,
}

/// A list of products: which, in what order, which part.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct ProductQuery {
    /// Which products.
    pub filter: ProductFilter,
    /// By what they are ordered; by id when empty.
    pub order: Vec<(OrderKey, Direction)>,
    /// Which part of the list.
    pub paging: Paging,
}

impl Default for ProductQuery {
    fn default() -> Self {
        Self { filter: ProductFilter::default(), order: Vec::new(), paging: Paging { offset: 0, limit: 50 } }
    }
}

/// A list of variants across products.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct VariantQuery {
    /// Which variants.
    pub filter: VariantFilter,
    /// Only variants of products in one of these sales channels.
    pub sales_channel_ids: Vec<String>,
    /// Only variants of products with this status.
    pub status: Option<ProductStatus>,
    /// By what they are ordered; by id when empty. Variants have no handle.
    pub order: Vec<(OrderKey, Direction)>,
    /// Which part of the list.
    pub paging: Paging,
}

impl Default for VariantQuery {
    fn default() -> Self {
        Self {
            filter: VariantFilter::default(),
            sales_channel_ids: Vec::new(),
            status: None,
            order: Vec::new(),
            paging: Paging { offset: 0, limit: 20 },
        }
    }
}

/// Which options. Filters that are empty let everything through; all that are set must hold.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
#[expect(missing_docs, reason = "each filter is named after the field it compares")]
pub struct OptionFilter {
    pub ids: Vec<String>,
    pub titles: Vec<String>,
    /// Words that must all occur in the title.
    pub q: Option<String>,
    /// Whether it belongs to one product alone.
    pub is_exclusive: Option<bool>,
    pub created_at: TimeRange,
    pub updated_at: TimeRange,
    /// Nothing at all: what is deleted is gone, and who asks for it finds nothing.
    pub nothing: bool,
    /// Further filters that must all hold.
    pub all: Vec<OptionFilter>,
    /// Further filters of which one must hold, where there are any.
    pub any: Vec<OptionFilter>,
}

/// A list of options across products.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct OptionQuery {
    /// Which options.
    pub filter: OptionFilter,
    /// Only options of this product.
    pub product_id: Option<String>,
    /// Only options of products in one of these sales channels.
    pub sales_channel_ids: Vec<String>,
    /// Only options of products with this status.
    pub status: Option<ProductStatus>,
    /// By what they are ordered; by id when empty. Options have no handle.
    pub order: Vec<(OrderKey, Direction)>,
    /// Which part of the list.
    pub paging: Paging,
}

impl Default for OptionQuery {
    fn default() -> Self {
        Self {
            filter: OptionFilter::default(),
            product_id: None,
            sales_channel_ids: Vec::new(),
            status: None,
            order: Vec::new(),
            paging: Paging { offset: 0, limit: 50 },
        }
    }
}

/// A range of moments; ends that are not set are open.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct TimeRange {
    /// After.
    pub gt: Option<Timestamp>,
    /// At or after.
    pub gte: Option<Timestamp>,
    /// Before.
    pub lt: Option<Timestamp>,
    /// At or before.
    pub lte: Option<Timestamp>,
}

/// What lists are ordered by.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum OrderKey {
    /// When it was made.
    CreatedAt,
    /// When it was last changed.
    UpdatedAt,
    /// Its name.
    Title,
    /// Its name in addresses.
    Handle,
    /// Its id, which for ids minted here is the order of making.
    Id,
}

impl FromStr for OrderKey {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Ok(match text {
            "created_at" => Self::CreatedAt,
            "updated_at" => Self::UpdatedAt,
            "title" => Self::Title,
            "handle" => Self::Handle,
            "id" => Self::Id,
            _ => {
                return Err(Error::invalid("order", "Order by created_at, updated_at, title, handle or id"));
            }
        })
    }
}

/// Which way a list runs.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Direction {
    /// Small to large, old to new.
    Ascending,
    /// Large to small, new to old.
    Descending,
}
