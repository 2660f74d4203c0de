//! Products and variants as the admin shows them.

use std::collections::HashMap;
use std::sync::Arc;

use tradewind_catalog::{Image, OptionValue, Price, Product, ProductOption, Taxonomy, Variant};
use tradewind_fulfilment::FulfilmentSnapshot;
use tradewind_http::public_url::PublicUrl;
use tradewind_http::wire::{Null, Wire};
use tradewind_http::{Obj, Plan};
use tradewind_inventory::StockedItem;
use tradewind_kernel::{Result, Timestamp};
use tradewind_market::MarketSnapshot;

use crate::AdminState;
use crate::inventory_items;
use crate::{categories, collections, sales_channels, shipping_profiles, tags_and_types};

/// What is shown beside products, of other modules.
pub(crate) struct Beside {
    taxonomy: Arc<Taxonomy>,
    market: Arc<MarketSnapshot>,
    fulfilment: Arc<FulfilmentSnapshot>,
    stock: HashMap<String, StockedItem>,
}

impl Beside {
    /// Loads what the plan of a list of products (or of a product) asks for.
    pub(crate) async fn products(state: &AdminState, plan: &Plan, products: &[Arc<Product>]) -> Result<Self> {
        let variants = products.iter().flat_map(|product| &product.variants);
        let plan = plan.below("variants");
        Self::load(state, plan, variants).await
    }

    /// Loads what the plan of a list of variants asks for.
    pub(crate) async fn variants<'a>(
        state: &AdminState,
        plan: &Plan,
        variants: impl IntoIterator<Item = &'a Variant>,
    ) -> Result<Self> {
        Self::load(state, Some(plan), variants).await
    }

    async fn load<'a>(
        state: &AdminState,
        variant_plan: Option<&Plan>,
        variants: impl IntoIterator<Item = &'a Variant>,
    ) -> Result<Self> {
        let shows_stock = variant_plan
            .is_some_and(|plan| plan.names("inventory_quantity") || plan.names_path("inventory_items.inventory"));
        let mut stock = HashMap::new();
        if shows_stock {
            let mut ids: Vec<String> = variants
                .into_iter()
                .flat_map(|variant| variant.inventory.iter().map(|link| link.item_id.clone()))
                .collect();
            ids.sort_unstable();
            ids.dedup();
            let items = state.inventory.items(&ids).await?;
            stock.extend(items.into_iter().map(|stocked| (stocked.item.id.clone(), stocked)));
        }
        Ok(Self {
            taxonomy: state.catalog.taxonomy().await?,
            market: state.market.snapshot().await?,
            fulfilment: state.fulfilment.snapshot().await?,
            stock,
        })
    }

    /// How many of a variant can be sold from all locations together; `None` where its stock is not counted.
    fn quantity(&self, variant: &Variant) -> Option<i64> {
        if !variant.manage_inventory {
            return None;
        }
        let each = variant.inventory.iter().map(|link| {
            let levels = self.stock.get(&link.item_id).map(|stocked| stocked.levels.as_slice()).unwrap_or_default();
            let available: i64 = levels.iter().map(|level| level.available()).sum();
            available / link.required_quantity.max(1)
        });
        Some(each.min().unwrap_or(0))
    }
}

/// A product.
pub(crate) fn product(obj: &mut Obj<'_>, product: &Product, beside: &Beside) {
    fields(obj, product);
    let taxonomy = &beside.taxonomy;
    let product_type = product.type_id.as_ref().and_then(|id| taxonomy.product_type(id.as_str()));
    relation(obj, "type", product_type, |id| id.id.as_str(), tags_and_types::render_type);
    let collection = product.collection_id.as_ref().and_then(|id| taxonomy.collection(id.as_str()));
    relation(obj, "collection", collection, |id| id.id.as_str(), collections::render);
    obj.nest_list("options", &product.options, |obj, of| {
        option(obj, product, of);
        obj.nest_list("values", &of.values, |obj, of_value| {
            option_value(obj, of.id.as_str(), of_value, (product.created_at, product.updated_at));
        });
    });
    let tags = product.tag_ids.iter().filter_map(|id| taxonomy.tag(id.as_str()));
    obj.nest_list("tags", tags, tags_and_types::render_tag);
    obj.nest_list("images", &product.images, |obj, of| image(obj, product, of));
    let shelves = product.category_ids.iter().filter_map(|id| taxonomy.category(id.as_str()));
    obj.nest_list("categories", shelves, |obj, category| categories::render(obj, category, taxonomy));
    let whole_options = obj.plan().below("options").is_some();
    obj.nest_list("variants", &product.variants, |obj, of| variant(obj, product, of, beside, whole_options));
    let channels = product.sales_channel_ids.iter().filter_map(|id| beside.market.sales_channel(id));
    obj.nest_list("sales_channels", channels, sales_channels::render);
    let profile = product.shipping_profile_id.as_ref().and_then(|id| beside.fulfilment.profile(id));
    if obj.plan().below("shipping_profile").is_some() {
        obj.nest_some("shipping_profile", profile, shipping_profiles::render);
    }
}

/// A product's own fields.
pub(crate) fn fields(obj: &mut Obj<'_>, product: &Product) {
    obj.id(product.id.as_str());
    obj.put("title", || &product.title);
    obj.put("subtitle", || &product.subtitle);
    obj.put("status", || product.status.as_str());
    obj.put("external_id", || &product.external_id);
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
    obj.put("metadata", || &product.metadata);
    obj.put_named("shipping_profile_id", || &product.shipping_profile_id);
    product_times(obj, product);
}

/// The product of a variant: its own fields, and the ids of what it belongs to.
pub(crate) fn parent(obj: &mut Obj<'_>, product: &Product, beside: &Beside) {
    fields(obj, product);
    let product_type = product.type_id.as_ref().and_then(|id| beside.taxonomy.product_type(id.as_str()));
    relation(obj, "type", product_type, |id| id.id.as_str(), tags_and_types::render_type);
    let collection = product.collection_id.as_ref().and_then(|id| beside.taxonomy.collection(id.as_str()));
    relation(obj, "collection", collection, |id| id.id.as_str(), collections::render);
}

/// A relation: whole where it was asked for, its id alone where only everything of its owner was.
fn relation<T>(
    obj: &mut Obj<'_>,
    name: &str,
    value: Option<&T>,
    id: impl Fn(&T) -> &str,
    render: impl Fn(&mut Obj<'_>, &T),
) {
    if obj.plan().below(name).is_some() {
        obj.nest_some(name, value, |obj, value| render(obj, value));
    } else if obj.plan().wants(name) {
        match value {
            Some(value) => obj.nest_with(name, Plan::all(), |obj| obj.id(id(value))),
            None => obj.always(name, Null),
        }
    }
}

/// A variant.
pub(crate) fn variant(obj: &mut Obj<'_>, of: &Product, variant: &Variant, beside: &Beside, whole_options: bool) {
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
    obj.put("product_id", || of.id.as_str());
    times(obj, (variant.created_at, variant.updated_at));
    obj.put_named("inventory_quantity", || beside.quantity(variant));
    obj.nest("product", |obj| parent(obj, of, beside));
    obj.nest_list("images", of.images_of(variant), |obj, of_image| image(obj, of, of_image));
    let chosen = variant.option_value_ids.iter().filter_map(|id| of.option_value(id.as_str()));
    obj.nest_list("options", chosen, |obj, (of_option, value)| {
        option_value(obj, of_option.id.as_str(), value, (of.created_at, of.updated_at));
        match obj.plan().below("option") {
            Some(plan) => obj.nest_with("option", plan, |obj| option(obj, of, of_option)),
            None if !obj.plan().wants("option") => {}
            None => obj.nest_with("option", Plan::all(), |obj| match whole_options {
                true => option(obj, of, of_option),
                false => obj.id(of_option.id.as_str()),
            }),
        }
    });
    obj.nest_list("prices", &variant.prices, |obj, of_price| price(obj, variant, of_price));
    obj.nest_list("inventory_items", &variant.inventory, |obj, link| {
        obj.put("variant_id", || variant.id.as_str());
        obj.put("inventory_item_id", || &link.item_id);
        obj.put("required_quantity", || link.required_quantity);
        obj.nest_some("inventory", beside.stock.get(&link.item_id), inventory_items::render);
    });
}

fn option(obj: &mut Obj<'_>, product: &Product, option: &ProductOption) {
    obj.id(option.id.as_str());
    obj.put("title", || &option.title);
    obj.put("is_exclusive", || !option.is_shared);
    obj.put("metadata", || &option.metadata);
    product_times(obj, product);
}

/// One value of an option.
pub(crate) fn option_value(obj: &mut Obj<'_>, option_id: &str, value: &OptionValue, at: (Timestamp, Timestamp)) {
    obj.id(value.id.as_str());
    obj.put("value", || &value.value);
    obj.put("rank", || value.rank);
    obj.put("metadata", || &value.metadata);
    obj.put("option_id", || option_id);
    times(obj, at);
}

fn image(obj: &mut Obj<'_>, product: &Product, image: &Image) {
    obj.id(image.id.as_str());
    obj.put("url", || PublicUrl(&image.url));
    obj.put("metadata", || &image.metadata);
    obj.put("rank", || image.rank);
    obj.put("product_id", || product.id.as_str());
    product_times(obj, product);
}

fn price(obj: &mut Obj<'_>, variant: &Variant, price: &Price) {
    obj.id(price.id.as_str());
    obj.put("amount", || price.amount);
    obj.put("currency_code", || price.currency);
    obj.put("min_quantity", || price.min_quantity);
    obj.put("max_quantity", || price.max_quantity);
    obj.put("variant_id", || variant.id.as_str());
    obj.put("created_at", || variant.created_at);
    obj.put("updated_at", || variant.updated_at);
    obj.put("rules", || Rules(price.region_id.as_deref()));
}

/// Under which circumstances a price holds.
struct Rules<'a>(Option<&'a str>);

impl Wire for Rules<'_> {
    fn write(&self, out: &mut Vec<u8>) {
        tradewind_http::wire::object(out, Plan::all(), |obj| {
            if let Some(region_id) = self.0 {
                obj.always("region_id", region_id);
            }
        });
    }
}

/// The times of what is stored with its product.
fn product_times(obj: &mut Obj<'_>, product: &Product) {
    times(obj, (product.created_at, product.updated_at));
}

pub(crate) fn times(obj: &mut Obj<'_>, (created_at, updated_at): (Timestamp, Timestamp)) {
    obj.put("created_at", || created_at);
    obj.put("updated_at", || updated_at);
    obj.put("deleted_at", || Null);
}
