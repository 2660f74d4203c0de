//! Orders as the admin shows them.

use std::collections::HashMap;
use std::sync::Arc;

use tradewind_accounts::Customer;
use tradewind_catalog::VariantOf;
use tradewind_http::public_url::PublicUrl;
use tradewind_http::wire::{Null, Raw};
use tradewind_http::{Obj, Plan};
use tradewind_kernel::id::body_of;
use tradewind_kernel::{Decimal, Money, Timestamp};
use tradewind_market::MarketSnapshot;
use tradewind_orders::{
    Address, Adjustment, ChargedTax, CreditLine, LineTotals, Order, OrderItem, OrderShipping, OrderStatus,
};
use tradewind_payments::{CollectionStatus, Payment, PaymentCollection};

use crate::{customers, fulfillment_wire, product_wire, refund_reasons};

/// What is shown beside orders, of other modules.
pub(crate) struct Beside {
    pub(crate) payments: HashMap<String, Vec<PaymentCollection>>,
    pub(crate) variants: HashMap<String, VariantOf>,
    pub(crate) customers: HashMap<String, Customer>,
    pub(crate) products: product_wire::Beside,
    pub(crate) market: Arc<MarketSnapshot>,
}

impl Beside {
    pub(crate) fn payments_of(&self, order: &Order) -> &[PaymentCollection] {
        self.payments.get(order.id.as_str()).map(Vec::as_slice).unwrap_or_default()
    }
}

/// An order, with how far its payment and its delivery have come.
pub(crate) fn order_and_status(obj: &mut Obj<'_>, of: &Order, beside: &Beside) {
    order(obj, of, beside);
    obj.always("payment_status", payment_status(of, beside));
    obj.always("fulfillment_status", of.fulfillment_status().as_str());
}

/// An order, as it is answered by what changes it.
pub(crate) fn order(obj: &mut Obj<'_>, order: &Order, beside: &Beside) {
    obj.id(order.id.as_str());
    obj.put("display_id", || order.display_id);
    obj.put("custom_display_id", || Null);
    obj.put("status", || order.status.name());
    obj.always("version", order.version);
    obj.nest_or_put("summary", |obj| summary(obj, order, beside));
    obj.put("metadata", || &order.metadata);
    obj.put("locale", || &order.locale);
    obj.put("created_at", || order.created_at);
    obj.put("updated_at", || order.updated_at);
    obj.put("canceled_at", || order.canceled_at);
    obj.put("region_id", || &order.region_id);
    obj.put("customer_id", || &order.customer_id);
    obj.put("sales_channel_id", || &order.sales_channel_id);
    obj.put("email", || &order.email);
    obj.put("currency_code", || order.currency);
    totals(obj, order);
    items(obj, order, beside);
    obj.nest_list("credit_lines", &order.credit_lines, |obj, line| credit_line(obj, order, line));
    obj.nest_some("shipping_address", order.shipping_address.as_ref(), address);
    obj.nest_some("billing_address", order.billing_address.as_ref(), address);
    obj.nest_list("shipping_methods", &order.shipping_methods, |obj, method| shipping(obj, order, method));
    obj.nest_list("payment_collections", beside.payments_of(order), |obj, of| collection(obj, of, beside));
    obj.nest_list("fulfillments", &order.fulfillments, |obj, parcel| fulfillment_wire::fulfillment(obj, order, parcel));
    let customer = order.customer_id.as_ref().and_then(|id| beside.customers.get(id));
    obj.nest_some("customer", customer, customers::render);
}

pub(crate) fn credit_line(obj: &mut Obj<'_>, order: &Order, line: &CreditLine) {
    obj.id(&line.id);
    obj.put("version", || order.version);
    obj.put("reference", || &line.reference);
    obj.put("reference_id", || &line.reference_id);
    obj.put("metadata", || &line.metadata);
    obj.put("order_id", || order.id.as_str());
    obj.put("created_at", || line.created_at);
    obj.put("updated_at", || line.updated_at);
    obj.put("deleted_at", || Null);
    for (name, raw_name) in [("amount", "raw_amount"), ("subtotal", "raw_subtotal"), ("total", "raw_total")] {
        obj.amount(name, raw_name, || Some(line.amount));
    }
}

fn payment_status(order: &Order, beside: &Beside) -> &'static str {
    let collections = beside.payments_of(order);
    let all = |amount: fn(&PaymentCollection) -> Money| collections.iter().map(|of| amount(of).minor).sum::<i64>();
    let due = all(|collection| collection.amount);
    let (authorized, captured) = (all(PaymentCollection::authorized), all(PaymentCollection::captured));
    let refunded = all(PaymentCollection::refunded);
    let any = |status| collections.iter().any(|collection| collection.status == status);
    match () {
        () if captured > 0 && refunded >= captured => "refunded",
        () if refunded > 0 => "partially_refunded",
        () if captured > 0 && captured >= due => "captured",
        () if captured > 0 => "partially_captured",
        () if authorized > 0 && authorized >= due => "authorized",
        () if authorized > 0 => "partially_authorized",
        () if order.status == OrderStatus::Canceled || any(CollectionStatus::Canceled) => "canceled",
        () if any(CollectionStatus::Awaiting) => "awaiting",
        () => "not_paid",
    }
}

pub(crate) fn summary(obj: &mut Obj<'_>, order: &Order, beside: &Beside) {
    summary_until(obj, order, order, beside);
}

/// What an order comes to, and what is left to pay of what it is about to be.
pub(crate) fn summary_until(obj: &mut Obj<'_>, order: &Order, then: &Order, beside: &Beside) {
    let (paid, refunded) = moved_of(order, beside);
    let kept = paid - refunded;
    let totals = order.totals();
    let (original, current) = (order.original_totals().total().minor, totals.total().minor);
    for (name, raw_name, minor) in [
        ("paid_total", "raw_paid_total", paid),
        ("refunded_total", "raw_refunded_total", refunded),
        ("accounting_total", "raw_accounting_total", current),
        ("credit_line_total", "raw_credit_line_total", totals.credit),
        ("transaction_total", "raw_transaction_total", kept),
        ("pending_difference", "raw_pending_difference", then.totals().total().minor - kept),
        ("current_order_total", "raw_current_order_total", current),
        ("original_order_total", "raw_original_order_total", original),
    ] {
        let amount = order.money(minor);
        obj.always(name, amount);
        obj.always(raw_name, Raw(amount.major()));
    }
}

/// What was paid for an order, and what of it was given back, in minor units.
fn moved_of(order: &Order, beside: &Beside) -> (i64, i64) {
    let collections = beside.payments_of(order);
    let sum = |amount: fn(&PaymentCollection) -> Money| collections.iter().map(|of| amount(of).minor).sum();
    (sum(PaymentCollection::captured), sum(PaymentCollection::refunded))
}

pub(crate) fn totals(obj: &mut Obj<'_>, order: &Order) {
    let sums = order.totals();
    let mut put = |name: &str, minor: i64| obj.put(name, || order.money(minor));
    put("total", sums.total().minor);
    put("subtotal", sums.all.subtotal);
    put("tax_total", sums.all.tax_total);
    put("discount_total", sums.all.discount_total);
    put("discount_subtotal", sums.all.discount_subtotal);
    put("discount_tax_total", sums.all.discount_tax_total);
    put("original_total", sums.all.original_total);
    put("original_subtotal", sums.all.original_subtotal);
    put("original_tax_total", sums.all.original_tax_total);
    put("item_total", sums.items.total);
    put("item_subtotal", sums.items.subtotal);
    put("item_tax_total", sums.items.tax_total);
    put("item_discount_total", sums.items.discount_total);
    put("original_item_total", sums.items.original_total);
    put("original_item_subtotal", sums.items.original_subtotal);
    put("original_item_tax_total", sums.items.original_tax_total);
    put("shipping_total", sums.shipping.total);
    put("shipping_subtotal", sums.shipping.subtotal);
    put("shipping_tax_total", sums.shipping.tax_total);
    put("shipping_discount_total", sums.shipping.discount_total);
    put("original_shipping_total", sums.shipping.original_total);
    put("original_shipping_subtotal", sums.shipping.original_subtotal);
    put("original_shipping_tax_total", sums.shipping.original_tax_total);
    put("credit_line_total", sums.credit);
    put("credit_line_subtotal", sums.credit);
    put("credit_line_tax_total", 0);
}

/// The lines. Whoever asks for a total gets what it is made of, as clients of the peer expect.
fn items(obj: &mut Obj<'_>, order: &Order, beside: &Beside) {
    let render = |obj: &mut Obj<'_>, line: &OrderItem| item(obj, order, line, beside);
    match obj.plan().below("items") {
        Some(plan) => obj.nest_list_with("items", plan, &order.items, render),
        None if obj.plan().wants("total") => obj.nest_list_with("items", Plan::all(), &order.items, render),
        None => {}
    }
}

pub(crate) fn item(obj: &mut Obj<'_>, order: &Order, item: &OrderItem, beside: &Beside) {
    line(obj, order, item);
    obj.put("line_item_metadata", || item.metadata.clone().unwrap_or_default());
    obj.amount("quantity", "raw_quantity", || Some(Decimal::from(item.quantity)));
    let (totals, progress) = (order.line_totals(item), order.progress(&item.id));
    line_totals(obj, order, &totals);
    let per_unit = per_unit(order, item);
    let of = |quantity: i64| per_unit.checked_mul(Decimal::from(quantity)).unwrap_or_default();
    let refundable = order.money(totals.total).major() - of(progress.return_requested);
    for (name, raw_name, amount) in [
        ("refundable_total_per_unit", "raw_refundable_total_per_unit", per_unit),
        ("refundable_total", "raw_refundable_total", refundable),
        ("fulfilled_total", "raw_fulfilled_total", of(progress.fulfilled)),
        ("shipped_total", "raw_shipped_total", of(progress.shipped)),
        ("return_requested_total", "raw_return_requested_total", of(progress.return_requested)),
        ("return_received_total", "raw_return_received_total", of(progress.return_received)),
        ("return_dismissed_total", "raw_return_dismissed_total", of(progress.return_dismissed)),
        ("write_off_total", "raw_write_off_total", Decimal::ZERO),
    ] {
        obj.amount(name, raw_name, || Some(amount));
    }
    obj.nest_or_put("detail", |obj| detail(obj, order, item));
    if let Some(found) = beside.variants.get(&item.goods.variant_id) {
        obj.nest("variant", |obj| {
            product_wire::variant(obj, &found.product, found.variant(), &beside.products, false);
        });
    } else {
        obj.nest_some("variant", None::<()>, |_, ()| {});
    }
}

/// What was paid for one of a line.
pub(crate) fn per_unit(order: &Order, item: &OrderItem) -> Decimal {
    order.money(item.totals.total).major().checked_div(Decimal::from(item.quantity)).unwrap_or_default()
}

/// A line as it was bought, whatever has become of it since.
pub(crate) fn line(obj: &mut Obj<'_>, order: &Order, item: &OrderItem) {
    let goods = &item.goods;
    obj.id(&item.id);
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
    obj.put("is_giftcard", || goods.is_giftcard);
    obj.put("is_discountable", || goods.is_discountable);
    obj.put("is_tax_inclusive", || item.is_tax_inclusive);
    obj.put("is_custom_price", || false);
    obj.put("metadata", || item.metadata.clone().unwrap_or_default());
    obj.amount("compare_at_unit_price", "raw_compare_at_unit_price", || item.compare_at_unit_price);
    obj.amount("unit_price", "raw_unit_price", || Some(item.unit_price));
    times(obj, order);
    obj.nest_or_put_list("tax_lines", &item.taxes, |obj, tax| tax_line(obj, order, tax, "item_id", &item.id));
    obj.nest_or_put_list("adjustments", &item.adjustments, |obj, of| adjustment(obj, order, of, "item_id", &item.id));
}

/// How far a line has come.
pub(crate) fn detail(obj: &mut Obj<'_>, order: &Order, item: &OrderItem) {
    obj.id(&format!("orditem_{}", body_of(&item.id)));
    obj.put("version", || order.version);
    obj.put("metadata", || item.metadata.clone().unwrap_or_default());
    obj.put("order_id", || order.id.as_str());
    obj.put("item_id", || &item.id);
    // The peer repeats the price once the order has changed.
    obj.amount("unit_price", "raw_unit_price", || (order.version > 1).then_some(item.unit_price));
    obj.amount("compare_at_unit_price", "raw_compare_at_unit_price", || None);
    let progress = order.progress(&item.id);
    for (name, raw_name, quantity) in [
        ("quantity", "raw_quantity", item.quantity),
        ("fulfilled_quantity", "raw_fulfilled_quantity", progress.fulfilled),
        ("delivered_quantity", "raw_delivered_quantity", progress.delivered),
        ("shipped_quantity", "raw_shipped_quantity", progress.shipped),
        ("return_requested_quantity", "raw_return_requested_quantity", progress.return_requested),
        ("return_received_quantity", "raw_return_received_quantity", progress.return_received),
        ("return_dismissed_quantity", "raw_return_dismissed_quantity", progress.return_dismissed),
        ("written_off_quantity", "raw_written_off_quantity", 0),
    ] {
        obj.amount(name, raw_name, || Some(Decimal::from(quantity)));
    }
    times(obj, order);
}

pub(crate) fn shipping(obj: &mut Obj<'_>, order: &Order, of: &OrderShipping) {
    method(obj, order, of);
    obj.put("order_id", || order.id.as_str());
    line_totals(obj, order, &of.totals);
    obj.nest_or_put("detail", |obj| method_detail(obj, order, of));
}

/// A way of sending, as it was bought.
pub(crate) fn method(obj: &mut Obj<'_>, order: &Order, method: &OrderShipping) {
    obj.id(&method.id);
    obj.put("name", || &method.name);
    obj.put("description", || Null);
    obj.put("is_tax_inclusive", || method.is_tax_inclusive);
    obj.put("is_custom_amount", || false);
    obj.put("shipping_option_id", || &method.shipping_option_id);
    obj.put("data", || method.data.clone().unwrap_or_default());
    obj.put("metadata", || Null);
    obj.amount("amount", "raw_amount", || Some(method.amount));
    times(obj, order);
    let owner = ("shipping_method_id", method.id.as_str());
    obj.nest_or_put_list("tax_lines", &method.taxes, |obj, tax| tax_line(obj, order, tax, owner.0, owner.1));
    obj.nest_or_put_list("adjustments", &method.adjustments, |obj, of| adjustment(obj, order, of, owner.0, owner.1));
}

/// Where a way of sending belongs.
pub(crate) fn method_detail(obj: &mut Obj<'_>, order: &Order, method: &OrderShipping) {
    obj.id(&format!("ordspmv_{}", body_of(&method.id)));
    obj.put("version", || order.version);
    obj.put("order_id", || order.id.as_str());
    for name in ["return_id", "exchange_id", "claim_id"] {
        obj.put(name, || Null);
    }
    obj.put("shipping_method_id", || &method.id);
    times(obj, order);
}

fn line_totals(obj: &mut Obj<'_>, order: &Order, totals: &LineTotals) {
    for (name, raw_name, minor) in [
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
        obj.amount(name, raw_name, || Some(order.money(minor).major()));
    }
}

fn tax_line(obj: &mut Obj<'_>, order: &Order, tax: &ChargedTax, owner: &str, owner_id: &str) {
    let line = &tax.line;
    obj.id(&line.id);
    obj.put("description", || &line.description);
    obj.put("tax_rate_id", || &line.tax_rate_id);
    obj.put("code", || &line.code);
    obj.put("provider_id", || &line.provider_id);
    obj.put("metadata", || Null);
    obj.put("data", || Null);
    obj.put(owner, || owner_id);
    obj.amount("rate", "raw_rate", || Some(line.rate));
    obj.amount("total", "raw_total", || Some(order.money(tax.total).major()));
    obj.amount("subtotal", "raw_subtotal", || Some(order.money(tax.subtotal).major()));
    times(obj, order);
}

fn adjustment(obj: &mut Obj<'_>, order: &Order, adjustment: &Adjustment, owner: &str, owner_id: &str) {
    obj.id(&adjustment.id);
    obj.put("version", || order.version);
    obj.put("description", || &adjustment.description);
    obj.put("promotion_id", || &adjustment.promotion_id);
    obj.put("code", || &adjustment.code);
    obj.put("provider_id", || Null);
    // The peer says it of lines only.
    if owner == "item_id" {
        obj.put("is_tax_inclusive", || adjustment.is_tax_inclusive);
    }
    obj.put(owner, || owner_id);
    obj.amount("amount", "raw_amount", || Some(adjustment.amount));
    times(obj, order);
}

pub(crate) fn address(obj: &mut Obj<'_>, address: &Address) {
    obj.id(&address.id);
    obj.put("customer_id", || &address.customer_id);
    obj.put("company", || &address.company);
    obj.put("first_name", || &address.first_name);
    obj.put("last_name", || &address.last_name);
    obj.put("address_1", || &address.address_1);
    obj.put("address_2", || &address.address_2);
    obj.put("city", || &address.city);
    obj.put("country_code", || &address.country_code);
    obj.put("province", || &address.province);
    obj.put("postal_code", || &address.postal_code);
    obj.put("phone", || &address.phone);
    obj.put("metadata", || &address.metadata);
    obj.put("created_at", || address.created_at);
    obj.put("updated_at", || address.updated_at);
    obj.put("deleted_at", || Null);
}

fn collection(obj: &mut Obj<'_>, collection: &PaymentCollection, beside: &Beside) {
    obj.id(&collection.id);
    obj.put("currency_code", || collection.currency());
    obj.put("completed_at", || collection.completed_at);
    obj.put("status", || collection.status.as_str());
    obj.put("metadata", || &collection.metadata);
    obj.amount("amount", "raw_amount", || Some(collection.amount.major()));
    // What was promised, also where the promise was given back since.
    let promised = || collection.payments.iter().map(|payment| payment.amount.major()).sum();
    obj.amount("authorized_amount", "raw_authorized_amount", || Some(promised()));
    obj.amount("captured_amount", "raw_captured_amount", || Some(collection.captured().major()));
    obj.amount("refunded_amount", "raw_refunded_amount", || Some(collection.refunded().major()));
    obj.put("created_at", || collection.created_at);
    obj.put("updated_at", || collection.updated_at);
    obj.put("deleted_at", || Null);
    obj.nest_list("payments", &collection.payments, |obj, of| payment(obj, collection, of, &beside.market));
}

pub(crate) fn payment(obj: &mut Obj<'_>, collection: &PaymentCollection, payment: &Payment, market: &MarketSnapshot) {
    obj.id(&payment.id);
    obj.put("currency_code", || payment.amount.currency);
    obj.put("provider_id", || &payment.provider_id);
    obj.put("data", || match &payment.data {
        serde_json::Value::Null => serde_json::json!({}),
        data => data.clone(),
    });
    obj.put("metadata", || Null);
    obj.put("captured_at", || payment.captured_at);
    obj.put("canceled_at", || payment.canceled_at);
    obj.put("payment_collection_id", || &collection.id);
    obj.put("payment_session_id", || &payment.session_id);
    if obj.plan().wants("payment_session") {
        obj.nest_with("payment_session", Plan::all(), |obj| obj.id(&payment.session_id));
    }
    obj.amount("amount", "raw_amount", || Some(payment.amount.major()));
    obj.put("created_at", || payment.created_at);
    obj.put("updated_at", || payment.updated_at);
    obj.put("deleted_at", || Null);
    obj.nest_list("refunds", &payment.refunds, |obj, refund| {
        obj.id(&refund.id);
        obj.put("note", || &refund.note);
        if let Some(plan) = obj.plan().below_or_all("refund_reason") {
            obj.always("refund_reason_id", &refund.reason_id);
            match refund.reason_id.as_deref().and_then(|id| market.refund_reason(id)) {
                Some(reason) => obj.nest_with("refund_reason", plan, |obj| refund_reasons::render(obj, reason)),
                None => obj.always("refund_reason", Null),
            }
        }
        moved(obj, payment, (refund.amount, refund.created_by.as_ref(), refund.created_at));
    });
    obj.nest_list("captures", &payment.captures, |obj, capture| {
        obj.id(&capture.id);
        moved(obj, payment, (capture.amount, capture.created_by.as_ref(), capture.created_at));
    });
}

/// Money that moved: how much, by whom, when.
fn moved(obj: &mut Obj<'_>, payment: &Payment, (amount, by, at): (Money, Option<&String>, Timestamp)) {
    obj.put("payment_id", || &payment.id);
    obj.put("metadata", || Null);
    obj.amount("amount", "raw_amount", || Some(amount.major()));
    obj.put("created_by", || by);
    obj.put("created_at", || at);
    obj.put("updated_at", || at);
    obj.put("deleted_at", || Null);
}

/// The times of what was made with its order.
pub(crate) fn times(obj: &mut Obj<'_>, order: &Order) {
    obj.put("created_at", || order.created_at);
    obj.put("updated_at", || order.created_at);
    obj.put("deleted_at", || Null);
}

/// Relations that are part of their owner: whoever asks for everything of it gets them too.
pub(crate) trait Parts {
    fn nest_or_put(&mut self, name: &str, render: impl FnOnce(&mut Obj<'_>));
    fn nest_or_put_list<T>(
        &mut self,
        name: &str,
        items: impl IntoIterator<Item = T>,
        render: impl FnMut(&mut Obj<'_>, T),
    );
}

impl Parts for Obj<'_> {
    fn nest_or_put(&mut self, name: &str, render: impl FnOnce(&mut Obj<'_>)) {
        if let Some(plan) = self.plan().below_or_all(name) {
            self.nest_with(name, plan, render);
        }
    }

    fn nest_or_put_list<T>(
        &mut self,
        name: &str,
        items: impl IntoIterator<Item = T>,
        render: impl FnMut(&mut Obj<'_>, T),
    ) {
        if let Some(plan) = self.plan().below_or_all(name) {
            self.nest_list_with(name, plan, items, render);
        }
    }
}
