//! Products, their variants, options and pictures on the wire.

use tradewind_catalog::{Category, Image, ListedOption, OptionValue, Product, ProductOption, Taxonomy, Variant};
use tradewind_http::public_url::PublicUrl;
use tradewind_http::{Obj, Plan};
use tradewind_kernel::id::body_of;

use super::{all_times, stub, term, times};
use crate::prices::PriceView;
use crate::stock::StockView;

/// What products are shown with.
pub(crate) struct Surroundings<'a> {
    pub(crate) taxonomy: &'a Taxonomy,
    pub(crate) prices: Option<&'a PriceView>,
    pub(crate) stock: Option<&'a StockView>,
}

impl<'a> Surroundings<'a> {
    /// Without prices and stock.
    pub(crate) fn plain(taxonomy: &'a Taxonomy) -> Self {
        Self { taxonomy, prices: None, stock: None }
    }
}

/// A product.
pub(crate) fn product(obj: &mut Obj<'_>, product: &Product, around: &Surroundings<'_>) {
    scalars(obj, product);
    obj.nest_some("type", product_type(product, around), term::product_type);
    obj.nest_some("collection", collection(product, around), term::collection);
    obj.nest_list("options", &product.options, |obj, value| option(obj, product, value));
    let tags = product.tag_ids.iter().filter_map(|id| around.taxonomy.tag(id.as_str()));
    obj.nest_list("tags", tags, term::tag);
    obj.nest_list("images", &product.images, |obj, value| image(obj, product, value));
    obj.nest_list("variants", &product.variants, |obj, value| {
        variant(obj, product, value, around);
        options_of_variant(obj, product, value, true);
        obj.nest_list("images", product.images_of(value), |obj, value| image(obj, product, value));
    });
    obj.nest_list("categories", categories(product, around), |obj, category| {
        term::category(obj, category, around.taxonomy);
    });
}

/// The plain fields of a product.
pub(crate) fn scalars(obj: &mut Obj<'_>, product: &Product) {
    obj.id(product.id.as_str());
    obj.put("title", || &product.title);
    obj.put("subtitle", || &product.subtitle);
    obj.put("description", || &product.description);
    obj.put("handle", || &product.handle);
    obj.put("is_giftcard", || product.is_giftcard);
    obj.put("discountable", || product.discountable);
    obj.put("thumbnail", || PublicUrl::of(&product.thumbnail));
    obj.put("collection_id", || product.collection_id.as_ref().map(|id| id.as_str()));
    obj.put("type_id", || product.type_id.as_ref().map(|id| id.as_str()));
    obj.put("weight", || product.weight);
    obj.put("length", || product.length);
    obj.put("height", || product.height);
    obj.put("width", || product.width);
    obj.put("hs_code", || &product.hs_code);
    obj.put("origin_country", || &product.origin_country);
    obj.put("mid_code", || &product.mid_code);
    obj.put("material", || &product.material);
    obj.put("status", || product.status.as_str());
    obj.put("external_id", || &product.external_id);
    obj.put("metadata", || &product.metadata);
    all_times(obj, product.created_at, product.updated_at);
}

/// A product below something else: its relations are stubs unless they were asked for.
pub(crate) fn nested(obj: &mut Obj<'_>, value: &Product, around: &Surroundings<'_>, stubs: &[&str]) {
    product(obj, value, around);
    for name in stubs {
        // `*` of a product includes the ids of what it belongs to.
        if obj.plan().wants(name) && obj.plan().below(name).is_none() {
            let id = match *name {
                "type" => value.type_id.as_ref().map(|id| id.as_str()),
                _ => value.collection_id.as_ref().map(|id| id.as_str()),
            };
            stub(obj, name, id);
        }
    }
}

fn product_type<'a>(product: &Product, around: &Surroundings<'a>) -> Option<&'a tradewind_catalog::ProductType> {
    product.type_id.as_ref().and_then(|id| around.taxonomy.product_type(id.as_str()))
}

fn collection<'a>(product: &Product, around: &Surroundings<'a>) -> Option<&'a tradewind_catalog::Collection> {
    product.collection_id.as_ref().and_then(|id| around.taxonomy.collection(id.as_str()))
}

/// The categories of a product that shoppers may see.
pub(crate) fn categories<'a>(product: &'a Product, around: &Surroundings<'a>) -> impl Iterator<Item = &'a Category> {
    let taxonomy = around.taxonomy;
    product
        .category_ids
        .iter()
        .filter_map(|id| taxonomy.category(id.as_str()))
        .filter(|category| category.is_active && !category.is_internal)
}

/// An option in a list of options.
pub(crate) fn listed_option(obj: &mut Obj<'_>, option: &ListedOption) {
    if let ListedOption::Own { product, index } = option {
        self::option(obj, product, &product.options[*index]);
        return;
    }
    let (created_at, updated_at) = option.times();
    obj.id(option.id().as_str());
    obj.put("title", || option.title());
    obj.put("is_exclusive", || false);
    obj.put("metadata", || option.metadata());
    all_times(obj, created_at, updated_at);
    obj.nest_list("values", option.values(), |obj, value| {
        obj.id(value.id.as_str());
        obj.put("value", || &value.value);
        obj.put("rank", || value.rank);
        obj.put("metadata", || &value.metadata);
        obj.put("option_id", || option.id().as_str());
        all_times(obj, created_at, updated_at);
    });
}

/// An option with its values.
pub(crate) fn option(obj: &mut Obj<'_>, product: &Product, option: &ProductOption) {
    option_scalars(obj, product, option);
    obj.nest_list("values", &option.values, |obj, value| {
        option_value(obj, product, option, value);
    });
}

fn option_scalars(obj: &mut Obj<'_>, product: &Product, option: &ProductOption) {
    obj.id(option.id.as_str());
    obj.put("title", || &option.title);
    obj.put("is_exclusive", || !option.is_shared);
    obj.put("metadata", || &option.metadata);
    // They come and change with their product.
    all_times(obj, product.created_at, product.created_at);
}

fn option_value(obj: &mut Obj<'_>, product: &Product, option: &ProductOption, value: &OptionValue) {
    obj.id(value.id.as_str());
    obj.put("value", || &value.value);
    obj.put("rank", || value.rank);
    obj.put("metadata", || &value.metadata);
    obj.put("option_id", || option.id.as_str());
    all_times(obj, product.created_at, product.created_at);
}

fn image(obj: &mut Obj<'_>, product: &Product, image: &Image) {
    obj.id(image.id.as_str());
    obj.put("url", || PublicUrl(&image.url));
    obj.put("metadata", || &image.metadata);
    obj.put("rank", || image.rank);
    obj.put("product_id", || product.id.as_str());
    all_times(obj, product.created_at, product.created_at);
}

/// The plain fields of a variant, with price and stock where they were asked for.
pub(crate) fn variant(obj: &mut Obj<'_>, product: &Product, variant: &Variant, around: &Surroundings<'_>) {
    obj.id(variant.id.as_str());
    obj.put("title", || &variant.title);
    obj.put("sku", || &variant.sku);
    obj.put("barcode", || &variant.barcode);
    obj.put("ean", || &variant.ean);
    obj.put("upc", || &variant.upc);
    obj.put("allow_backorder", || variant.allow_backorder);
    obj.put("manage_inventory", || variant.manage_inventory);
    obj.put("hs_code", || &variant.hs_code);
    obj.put("origin_country", || &variant.origin_country);
    obj.put("mid_code", || &variant.mid_code);
    obj.put("material", || &variant.material);
    obj.put("weight", || variant.weight);
    obj.put("length", || variant.length);
    obj.put("height", || variant.height);
    obj.put("width", || variant.width);
    obj.put("metadata", || &variant.metadata);
    obj.put("variant_rank", || variant.rank);
    obj.put("thumbnail", || PublicUrl::of(&variant.thumbnail));
    obj.put("product_id", || product.id.as_str());
    all_times(obj, variant.created_at, variant.updated_at);
    if let Some(prices) = around.prices
        && obj.plan().names("calculated_price")
    {
        prices.write(obj, product, variant);
    }
    if let Some(stock) = around.stock
        && obj.plan().names("inventory_quantity")
        && let Some(quantity) = stock.quantity(variant)
    {
        obj.always("inventory_quantity", quantity);
    }
    obj.nest_list("prices", &variant.prices, |obj, price| {
        obj.id(price.id.as_str());
        obj.put("currency_code", || price.currency);
        obj.amount("amount", "raw_amount", || Some(price.amount));
        obj.put("min_quantity", || price.min_quantity);
        obj.put("max_quantity", || price.max_quantity);
        obj.put("rules_count", || u32::from(price.region_id.is_some()));
        obj.put("price_set_id", || format!("pset_{}", body_of(variant.id.as_str())));
        times(obj, variant.created_at, variant.updated_at);
    });
    obj.nest_list("inventory_items", &variant.inventory, |obj, link| {
        obj.put("inventory_item_id", || &link.item_id);
        obj.put("required_quantity", || link.required_quantity);
        obj.put("variant_id", || variant.id.as_str());
    });
}

/// What a variant is chosen by; with each choice its option, whole or as its id.
pub(crate) fn options_of_variant(obj: &mut Obj<'_>, product: &Product, variant: &Variant, with_whole_option: bool) {
    let chosen = variant.option_value_ids.iter().filter_map(|id| product.option_value(id.as_str()));
    obj.nest_list("options", chosen, |obj, (option, value)| {
        option_value(obj, product, option, value);
        let plan = obj.plan().below_or_all("option");
        match plan {
            Some(plan) if with_whole_option => {
                obj.nest_with("option", plan, |obj| option_scalars(obj, product, option));
            }
            Some(_) => stub(obj, "option", Some(option.id.as_str())),
            None => {}
        }
    });
}

/// The pictures of a variant, each with the product it is of.
pub(crate) fn images_of_variant(obj: &mut Obj<'_>, product: &Product, variant: &Variant) {
    obj.nest_list("images", product.images_of(variant), |obj, value| {
        image(obj, product, value);
        if obj.plan().wants("product") {
            let type_id = product.type_id.as_ref().map(|id| id.as_str());
            obj.nest_with("product", Plan::all(), |obj| {
                obj.id(product.id.as_str());
                obj.always("type_id", type_id);
                stub(obj, "type", type_id);
            });
        }
        if obj.plan().wants("variants") {
            obj.nest_list_with("variants", Plan::all(), &value.variant_ids, |obj, id| obj.id(id.as_str()));
        }
    });
}
