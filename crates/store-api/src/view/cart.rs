//! Carts on the wire.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;
use tradewind_accounts::Customer;
use tradewind_catalog::{Product, Taxonomy};
use tradewind_checkout::{Cart, CartItem, CartView, ShippingMethod};
use tradewind_http::public_url::PublicUrl;
use tradewind_http::wire::Null;
use tradewind_http::{Obj, Plan};
use tradewind_kernel::{Money, Result};
use tradewind_market::MarketSnapshot;
use tradewind_offers::{OffersSnapshot, StoredPromotion, ValueKind};
use tradewind_orders::{Address, Adjustment, CreditLine, Goods, TaxLine};
use tradewind_pricing::LineTotals;

use super::product::{self, Surroundings};
use super::{all_times, payment, region, times};
use crate::StoreState;

/// What a cart, or an order, is shown with.
pub(crate) struct Around {
    pub(crate) products: HashMap<String, Arc<Product>>,
    pub(crate) taxonomy: Arc<Taxonomy>,
    pub(crate) market: Arc<MarketSnapshot>,
    customer: Option<Customer>,
    offers: Option<Arc<OffersSnapshot>>,
}

impl Around {
    /// Loads what the plan needs, from memory.
    pub(crate) async fn load(shop: &StoreState, plan: &Plan, mut product_ids: Vec<&str>) -> Result<Self> {
        let of_items = plan.below("items");
        let wanted = of_items.is_some_and(|items| items.below("product").is_some() || items.below("variant").is_some());
        let mut products = HashMap::new();
        if wanted {
            product_ids.sort_unstable();
            product_ids.dedup();
            for found in shop.catalog.products(&product_ids).await? {
                products.insert(found.id.0.clone(), found);
            }
        }
        Ok(Self {
            products,
            taxonomy: shop.catalog.taxonomy().await?,
            market: shop.market.snapshot().await?,
            customer: None,
            offers: None,
        })
    }

    /// Loads what a cart is shown with.
    pub(crate) async fn of_cart(shop: &StoreState, plan: &Plan, cart: &Cart) -> Result<Self> {
        let product_ids = cart.items.iter().map(|item| item.goods.product_id.as_str()).collect();
        let mut around = Self::load(shop, plan, product_ids).await?;
        // A guest's e-mail is the cart's; an account has its own.
        if let Some(id) = cart.customer_id.as_deref().filter(|_| cart.has_account)
            && plan.below("customer").is_some()
        {
            around.customer = shop.accounts.customer(id).await?;
        }
        around.load_promotions(shop, plan, adjustments_of_cart(cart)).await?;
        Ok(around)
    }

    /// Loads the promotions where these adjustments come from any, and they are to be shown.
    pub(crate) async fn load_promotions<'a>(
        &mut self,
        shop: &StoreState,
        plan: &Plan,
        mut adjustments: impl Iterator<Item = &'a Adjustment>,
    ) -> Result<()> {
        if plan.below("promotions").is_some() && adjustments.next().is_some() {
            self.offers = Some(shop.offers.snapshot().await?);
        }
        Ok(())
    }

    /// The promotions that take something off, each once.
    pub(crate) fn promotions<'a>(&self, adjustments: impl Iterator<Item = &'a Adjustment>) -> Vec<&StoredPromotion> {
        let Some(offers) = &self.offers else { return Vec::new() };
        let mut shown: Vec<&StoredPromotion> = Vec::new();
        for id in adjustments.filter_map(|adjustment| adjustment.promotion_id.as_deref()) {
            if let Some(stored) = offers.promotion(id)
                && !shown.iter().any(|before| before.promotion.id == id)
            {
                shown.push(stored);
            }
        }
        shown
    }

    /// As products are shown with it.
    pub(crate) fn plain(&self) -> Surroundings<'_> {
        Surroundings::plain(&self.taxonomy)
    }
}

/// A cart.
pub(crate) fn cart(obj: &mut Obj<'_>, view: &CartView, around: &Around) {
    let cart = &view.cart;
    obj.id(cart.id.as_str());
    obj.put("currency_code", || cart.currency);
    obj.put("email", || &cart.email);
    obj.put("locale", || &cart.locale);
    obj.put("region_id", || &cart.region_id);
    times(obj, cart.created_at, cart.updated_at);
    obj.put("completed_at", || cart.completed_at);
    totals(obj, view);
    obj.put("metadata", || &cart.metadata);
    obj.put("sales_channel_id", || &cart.sales_channel_id);
    // The peer leaves these out while there is nothing to show.
    for (name, address) in
        [("shipping_address_id", &cart.shipping_address), ("billing_address_id", &cart.billing_address)]
    {
        if let Some(address) = address {
            obj.put(name, || &address.id);
        }
    }
    // Whoever asks for the customer is told whose cart it is, also where it is nobody's.
    if obj.plan().wants("customer_id") || obj.plan().below("customer").is_some() {
        obj.always("customer_id", &cart.customer_id);
    }
    let lines = cart.items.iter().zip(&view.totals.lines);
    obj.nest_list("items", lines, |obj, (item, of_line)| {
        self::item(obj, cart, item, of_line, around);
    });
    let methods = cart.shipping_methods.iter().zip(&view.totals.shipping);
    obj.nest_list("shipping_methods", methods, |obj, (method, of_method)| {
        shipping_method(obj, cart, method, of_method);
    });
    obj.nest_some("shipping_address", cart.shipping_address.as_ref(), address);
    obj.nest_some("billing_address", cart.billing_address.as_ref(), address);
    obj.nest_list("credit_lines", &cart.credit_lines, credit_line);
    if let Some(customer_id) = &cart.customer_id {
        obj.nest("customer", |obj| {
            let known = around.customer.as_ref();
            obj.id(customer_id);
            obj.put("email", || known.map(|customer| &customer.email).or(cart.email.as_ref()));
            obj.put("has_account", || cart.has_account);
            let groups = known.map_or(&[][..], |customer| &customer.group_ids);
            obj.nest_list("groups", groups, |obj, group_id| obj.id(group_id));
        });
    }
    obj.nest_some("region", around.market.region(&cart.region_id), region::region);
    obj.nest_list("promotions", around.promotions(adjustments_of_cart(cart)), promotion);
    if let Some(collection) = &view.payment_collection {
        obj.nest("payment_collection", |obj| payment::collection(obj, collection));
    }
}

fn adjustments_of_cart(cart: &Cart) -> impl Iterator<Item = &Adjustment> {
    let of_items = cart.items.iter().flat_map(|item| &item.adjustments);
    of_items.chain(cart.shipping_methods.iter().flat_map(|method| &method.adjustments))
}

/// A promotion that takes something off.
pub(crate) fn promotion(obj: &mut Obj<'_>, stored: &StoredPromotion) {
    let promotion = &stored.promotion;
    obj.id(&promotion.id);
    obj.put("code", || &promotion.code);
    obj.put("is_automatic", || promotion.is_automatic);
    obj.put("is_tax_inclusive", || promotion.is_tax_inclusive);
    let method = &promotion.method;
    obj.nest("application_method", |obj| {
        obj.id(&method.id);
        obj.put("value", || method.value);
        obj.put("type", || match method.value_kind {
            ValueKind::Fixed => "fixed",
            ValueKind::Percentage => "percentage",
        });
        obj.put("currency_code", || method.currency);
    });
}

fn totals(obj: &mut Obj<'_>, view: &CartView) {
    let totals = &view.totals;
    let nothing = Money::zero(view.cart.currency);
    for (name, amount) in [
        ("total", totals.total),
        ("subtotal", totals.subtotal),
        ("tax_total", totals.tax_total),
        ("discount_total", totals.discount_total),
        ("discount_subtotal", totals.discount_subtotal),
        ("discount_tax_total", totals.discount_tax_total),
        ("original_total", totals.original_total),
        ("original_tax_total", totals.original_tax_total),
        ("item_total", totals.item_total),
        ("item_subtotal", totals.item_subtotal),
        ("item_tax_total", totals.item_tax_total),
        ("item_discount_total", totals.item_discount_total),
        ("original_item_total", totals.original_item_total),
        ("original_item_subtotal", totals.original_item_subtotal),
        ("original_item_tax_total", totals.original_item_tax_total),
        ("shipping_total", totals.shipping_total),
        ("shipping_subtotal", totals.shipping_subtotal),
        ("shipping_tax_total", totals.shipping_tax_total),
        ("shipping_discount_total", totals.shipping_discount_total),
        ("original_shipping_tax_total", totals.original_shipping_tax_total),
        ("original_shipping_subtotal", totals.original_shipping_subtotal),
        ("original_shipping_total", totals.original_shipping_total),
        ("credit_line_subtotal", totals.credit_line_subtotal),
        ("credit_line_tax_total", totals.credit_line_tax_total),
        ("credit_line_total", totals.credit_line_total),
    ] {
        obj.put(name, || amount);
    }
    obj.put_named("original_subtotal", || totals.original_subtotal);
    obj.put_named("gift_card_total", || nothing);
    obj.put_named("gift_card_tax_total", || nothing);
}

fn item(obj: &mut Obj<'_>, cart: &Cart, item: &CartItem, of_line: &LineTotals, around: &Around) {
    obj.id(&item.id);
    goods(obj, &item.goods);
    obj.put("quantity", || item.quantity);
    obj.put("is_tax_inclusive", || item.is_tax_inclusive);
    obj.put("is_custom_price", || false);
    obj.put("metadata", || item.metadata.clone().unwrap_or_default());
    obj.put("cart_id", || cart.id.as_str());
    obj.amount("unit_price", "raw_unit_price", || Some(item.unit_price));
    obj.amount("compare_at_unit_price", "raw_compare_at_unit_price", || item.compare_at_unit_price);
    all_times(obj, item.created_at, item.updated_at);
    line_totals(obj, of_line);
    tax_lines(obj, &item.tax_lines, of_line);
    adjustments(obj, &item.adjustments);
    relations(obj, &item.goods, around, &[]);
}

/// What is bought, as it was described when it was put into the cart.
pub(crate) fn goods(obj: &mut Obj<'_>, goods: &Goods) {
    obj.put("title", || &goods.title);
    obj.put("subtitle", || &goods.subtitle);
    obj.put("thumbnail", || PublicUrl::of(&goods.thumbnail));
    obj.put("variant_id", || &goods.variant_id);
    obj.put("product_id", || &goods.product_id);
    obj.put("product_title", || &goods.title);
    obj.put("product_description", || &goods.product_description);
    obj.put("product_subtitle", || &goods.product_subtitle);
    obj.put("product_type", || &goods.product_type);
    obj.put("product_type_id", || &goods.product_type_id);
    obj.put("product_collection", || &goods.product_collection);
    obj.put("product_handle", || &goods.product_handle);
    obj.put("variant_sku", || &goods.variant_sku);
    obj.put("variant_barcode", || &goods.variant_barcode);
    obj.put("variant_title", || &goods.variant_title);
    obj.put("variant_option_values", || Null);
    obj.put("requires_shipping", || goods.requires_shipping);
    obj.put("is_discountable", || goods.is_discountable);
    obj.put("is_giftcard", || goods.is_giftcard);
}

/// The product and the variant of a line as they are today, where they were asked for.
pub(crate) fn relations(obj: &mut Obj<'_>, goods: &Goods, around: &Around, stubs: &[&str]) {
    let found = around.products.get(&goods.product_id);
    let plain = around.plain();
    obj.nest_some("product", found, |obj, found| product::nested(obj, found, &plain, stubs));
    let variant = found.and_then(|product| product.variant(&goods.variant_id).map(|variant| (product, variant)));
    obj.nest_some("variant", variant, |obj, (of, variant)| {
        product::variant(obj, of, variant, &plain);
        product::options_of_variant(obj, of, variant, true);
        obj.nest("product", |obj| product::nested(obj, of, &plain, stubs));
    });
}

fn line_totals(obj: &mut Obj<'_>, totals: &LineTotals) {
    for (name, raw_name, amount) in [
        ("subtotal", "raw_subtotal", totals.subtotal),
        ("total", "raw_total", totals.total),
        ("original_subtotal", "raw_original_subtotal", totals.original_subtotal),
        ("original_total", "raw_original_total", totals.original_total),
        ("discount_subtotal", "raw_discount_subtotal", totals.discount_subtotal),
        ("discount_tax_total", "raw_discount_tax_total", totals.discount_tax_total),
        ("discount_total", "raw_discount_total", totals.discount_total),
        ("tax_total", "raw_tax_total", totals.tax_total),
        ("original_tax_total", "raw_original_tax_total", totals.original_tax_total),
    ] {
        obj.amount(name, raw_name, || Some(amount.major()));
    }
}

fn shipping_method(obj: &mut Obj<'_>, cart: &Cart, method: &ShippingMethod, of_method: &LineTotals) {
    obj.id(&method.id);
    obj.put("name", || &method.name);
    obj.put("description", || Null);
    obj.amount("amount", "raw_amount", || Some(method.amount));
    obj.put("is_tax_inclusive", || method.is_tax_inclusive);
    obj.put("shipping_option_id", || &method.shipping_option_id);
    obj.put("data", || method.data.clone().unwrap_or_default());
    obj.put("metadata", || Null);
    obj.put("cart_id", || cart.id.as_str());
    all_times(obj, method.created_at, method.updated_at);
    line_totals(obj, of_method);
    tax_lines(obj, &method.tax_lines, of_method);
    adjustments(obj, &method.adjustments);
}

/// What was already paid otherwise.
pub(crate) fn credit_line(obj: &mut Obj<'_>, credit: &CreditLine) {
    obj.id(&credit.id);
    obj.amount("amount", "raw_amount", || Some(credit.amount));
    obj.put("reference", || &credit.reference);
    obj.put("reference_id", || &credit.reference_id);
    obj.put("metadata", || credit.metadata.clone().map(Value::Object));
    all_times(obj, credit.created_at, credit.updated_at);
}

fn tax_lines(obj: &mut Obj<'_>, lines: &[TaxLine], of_line: &LineTotals) {
    let Some(plan) = obj.plan().below_or_all("tax_lines") else { return };
    let lines = lines.iter().enumerate();
    obj.nest_list_with("tax_lines", plan, lines, |obj, (position, line)| {
        tax_line(obj, line);
        if let Some((subtotal, total)) = of_line.tax_lines.get(position) {
            obj.put_named("subtotal", || *subtotal);
            obj.put_named("total", || *total);
        }
    });
}

/// A tax on a line.
pub(crate) fn tax_line(obj: &mut Obj<'_>, line: &TaxLine) {
    obj.id(&line.id);
    obj.put("description", || &line.description);
    obj.put("tax_rate_id", || &line.tax_rate_id);
    obj.put("code", || &line.code);
    obj.amount("rate", "raw_rate", || Some(line.rate));
    obj.put("provider_id", || &line.provider_id);
    obj.put("data", || Null);
    obj.put("metadata", || Null);
}

fn adjustments(obj: &mut Obj<'_>, adjustments: &[Adjustment]) {
    let Some(plan) = obj.plan().below_or_all("adjustments") else { return };
    obj.nest_list_with("adjustments", plan, adjustments, |obj, adjustment| {
        obj.id(&adjustment.id);
        obj.put("code", || &adjustment.code);
        obj.put("promotion_id", || &adjustment.promotion_id);
        obj.put("description", || &adjustment.description);
        obj.amount("amount", "raw_amount", || Some(adjustment.amount));
        obj.put("is_tax_inclusive", || adjustment.is_tax_inclusive);
    });
}

/// A postal address of a cart or an order.
pub(crate) fn address(obj: &mut Obj<'_>, address: &Address) {
    obj.id(&address.id);
    obj.put("customer_id", || &address.customer_id);
    obj.put("first_name", || &address.first_name);
    obj.put("last_name", || &address.last_name);
    obj.put("company", || &address.company);
    obj.put("address_1", || &address.address_1);
    obj.put("address_2", || &address.address_2);
    obj.put("city", || &address.city);
    obj.put("postal_code", || &address.postal_code);
    obj.put("country_code", || &address.country_code);
    obj.put("province", || &address.province);
    obj.put("phone", || &address.phone);
    obj.put("metadata", || address.metadata.clone().map(Value::Object));
    all_times(obj, address.created_at, address.updated_at);
}
