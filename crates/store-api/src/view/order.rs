//! Orders on the wire.

use tradewind_http::wire::{Null, Raw};
use tradewind_http::{Obj, Plan};
use tradewind_kernel::id::body_of;
use tradewind_kernel::{Decimal, Money};
use tradewind_orders::{Adjustment, ChargedTax, Fulfillment, LineTotals, Order, OrderItem, OrderShipping, OrderTotals};
use tradewind_payments::{CollectionStatus, PaymentCollection};

use super::cart::{self, Around};
use super::{all_times, payment, times};

/// Where an order is shown, which decides what the peer adds to what was asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// As the answer to a completion.
    Completion,
    /// By itself.
    Alone,
    /// In a list.
    List,
}

/// An order with how its payment stands.
pub(crate) struct OrderView<'a> {
    pub(crate) order: &'a Order,
    pub(crate) collections: &'a [PaymentCollection],
    pub(crate) place: Place,
}

/// An order.
pub(crate) fn order(obj: &mut Obj<'_>, view: &OrderView<'_>, around: &Around) {
    let order = view.order;
    let of_order = order.totals();
    obj.id(order.id.as_str());
    obj.put("status", || order.status.name());
    if obj.plan().wants("summary") {
        obj.nest_with("summary", Plan::all(), |obj| summary(obj, view, of_order.total()));
    }
    obj.put("display_id", || order.display_id);
    obj.put("custom_display_id", || Null);
    obj.put("region_id", || &order.region_id);
    obj.put("customer_id", || &order.customer_id);
    obj.put("sales_channel_id", || &order.sales_channel_id);
    obj.put("email", || &order.email);
    obj.put("currency_code", || order.currency);
    obj.put("locale", || &order.locale);
    obj.put("metadata", || &order.metadata);
    totals(obj, &of_order);
    times(obj, order.created_at, order.updated_at);
    obj.put("canceled_at", || order.canceled_at);
    obj.nest_list("credit_lines", &order.credit_lines, cart::credit_line);
    // Totals are made of items, so a list that shows a total shows them too.
    let plan = match obj.plan().below("items") {
        None if view.place == Place::List && obj.plan().wants("total") => Some(Plan::all()),
        plan => plan,
    };
    if let Some(plan) = plan {
        obj.nest_list_with("items", plan, &order.items, |obj, value| {
            item(obj, order, value, around);
        });
    }
    obj.nest_some("shipping_address", order.shipping_address.as_ref(), cart::address);
    obj.nest_some("billing_address", order.billing_address.as_ref(), cart::address);
    obj.nest_list("shipping_methods", &order.shipping_methods, |obj, method| {
        shipping_method(obj, order, method);
    });
    obj.nest_list("payment_collections", view.collections, payment::collection);
    if let Some(customer_id) = &order.customer_id {
        obj.nest("customer", |obj| {
            obj.id(customer_id);
            obj.put("email", || &order.email);
        });
    }
    obj.nest("cart", |obj| obj.id(&order.cart_id));
    obj.nest_list("promotions", around.promotions(adjustments_of(order)), cart::promotion);
    match view.place {
        Place::Completion => {
            obj.put_named("payment_status", || payment_status(view.collections));
            obj.put_named("fulfillment_status", || order.fulfillment_status().as_str());
            obj.nest_list("fulfillments", &order.fulfillments, fulfillment);
        }
        Place::Alone | Place::List => {
            obj.always("version", order.version);
            obj.always("payment_status", payment_status(view.collections));
            obj.always("fulfillment_status", order.fulfillment_status().as_str());
            if view.place == Place::Alone || obj.plan().below("fulfillments").is_some() {
                obj.nest_list_with("fulfillments", Plan::all(), &order.fulfillments, fulfillment);
            }
        }
    }
}

/// A parcel, and where it can be followed.
fn fulfillment(obj: &mut Obj<'_>, parcel: &Fulfillment) {
    obj.id(&parcel.id);
    obj.put("location_id", || &parcel.location_id);
    obj.put("packed_at", || parcel.created_at);
    obj.put("shipped_at", || parcel.shipped_at);
    obj.put("delivered_at", || parcel.delivered_at);
    obj.put("canceled_at", || parcel.canceled_at);
    obj.put("requires_shipping", || parcel.requires_shipping);
    obj.put("provider_id", || &parcel.provider_id);
    obj.put("shipping_option_id", || &parcel.shipping_option_id);
    obj.put("metadata", || &parcel.metadata);
    all_times(obj, parcel.created_at, parcel.updated_at);
    obj.nest_list("labels", &parcel.labels, |obj, label| {
        obj.id(&label.id);
        obj.put("tracking_number", || &label.tracking_number);
        obj.put("tracking_url", || &label.tracking_url);
        obj.put("label_url", || &label.label_url);
    });
}

/// What promotions take off an order's lines and methods.
pub(crate) fn adjustments_of(order: &Order) -> impl Iterator<Item = &Adjustment> {
    let of_items = order.items.iter().flat_map(|item| &item.adjustments);
    of_items.chain(order.shipping_methods.iter().flat_map(|method| &method.adjustments))
}

fn summary(obj: &mut Obj<'_>, view: &OrderView<'_>, total: Money) {
    let sum = |of: fn(&PaymentCollection) -> Money| -> Decimal {
        view.collections.iter().map(|collection| of(collection).major()).sum()
    };
    let (paid, refunded) = (sum(PaymentCollection::captured), sum(PaymentCollection::refunded));
    let total = total.major();
    for (name, raw_name, amount) in [
        ("paid_total", "raw_paid_total", paid),
        ("refunded_total", "raw_refunded_total", refunded),
        ("accounting_total", "raw_accounting_total", total),
        ("credit_line_total", "raw_credit_line_total", view.order.money(view.order.totals().credit).major()),
        ("transaction_total", "raw_transaction_total", paid - refunded),
        ("pending_difference", "raw_pending_difference", total - paid + refunded),
        ("current_order_total", "raw_current_order_total", total),
        ("original_order_total", "raw_original_order_total", view.order.original_totals().total().major()),
    ] {
        obj.always(name, amount);
        obj.always(raw_name, Raw(amount));
    }
}

fn payment_status(collections: &[PaymentCollection]) -> &'static str {
    match collections.last().map(|collection| collection.status) {
        None | Some(CollectionStatus::NotPaid) => "not_paid",
        Some(CollectionStatus::Completed) => "captured",
        Some(status) => status.as_str(),
    }
}

fn totals(obj: &mut Obj<'_>, totals: &OrderTotals) {
    let money = |minor: i64| Money::from_minor(minor, totals.currency);
    let (all, items, shipping) = (&totals.all, &totals.items, &totals.shipping);
    for (name, minor) in [
        ("total", totals.total().minor),
        ("subtotal", all.subtotal),
        ("tax_total", all.tax_total),
        ("discount_total", all.discount_total),
        ("discount_subtotal", all.discount_subtotal),
        ("discount_tax_total", all.discount_tax_total),
        ("original_total", all.original_total),
        ("original_subtotal", all.original_subtotal),
        ("original_tax_total", all.original_tax_total),
        ("item_total", items.total),
        ("item_subtotal", items.subtotal),
        ("item_tax_total", items.tax_total),
        ("original_item_total", items.original_total),
        ("original_item_subtotal", items.original_subtotal),
        ("original_item_tax_total", items.original_tax_total),
        ("shipping_total", shipping.total),
        ("shipping_subtotal", shipping.subtotal),
        ("shipping_tax_total", shipping.tax_total),
        ("original_shipping_tax_total", shipping.original_tax_total),
        ("original_shipping_subtotal", shipping.original_subtotal),
        ("original_shipping_total", shipping.original_total),
        ("credit_line_total", totals.credit),
        ("credit_line_subtotal", totals.credit),
        ("credit_line_tax_total", 0),
    ] {
        obj.put(name, || money(minor));
    }
    for (name, minor) in [
        ("item_discount_total", items.discount_total),
        ("shipping_discount_total", shipping.discount_total),
        ("gift_card_total", 0),
        ("gift_card_tax_total", 0),
    ] {
        obj.put_named(name, || money(minor));
    }
}

fn item(obj: &mut Obj<'_>, order: &Order, item: &OrderItem, around: &Around) {
    obj.id(&item.id);
    cart::goods(obj, &item.goods);
    obj.put("is_tax_inclusive", || item.is_tax_inclusive);
    obj.put("is_custom_price", || false);
    obj.put("metadata", || item.metadata.clone().unwrap_or_default());
    obj.amount("compare_at_unit_price", "raw_compare_at_unit_price", || item.compare_at_unit_price);
    obj.amount("unit_price", "raw_unit_price", || Some(item.unit_price));
    obj.amount("quantity", "raw_quantity", || Some(Decimal::from(item.quantity)));
    obj.put("line_item_metadata", || item.metadata.clone().unwrap_or_default());
    all_times(obj, order.created_at, order.created_at);
    tax_lines(obj, order, &item.taxes, "item_id", &item.id);
    let percent = item.taxes.iter().map(|tax| tax.line.rate).sum();
    adjustments(obj, order, &item.adjustments, percent, ("item_id", &item.id));
    if let Some(plan) = obj.plan().below_or_all("detail") {
        obj.nest_with("detail", plan, |obj| detail(obj, order, item));
    }
    let (totals, progress) = (order.line_totals(item), order.progress(&item.id));
    line_totals(obj, order, &totals);
    let per_unit = order.money(item.totals.total).major() / Decimal::from(item.quantity.max(1));
    let of = |quantity: i64| per_unit * Decimal::from(quantity);
    for (name, raw_name, amount) in [
        ("refundable_total_per_unit", "raw_refundable_total_per_unit", per_unit),
        ("refundable_total", "raw_refundable_total", order.money(totals.total).major() - of(progress.return_requested)),
        ("fulfilled_total", "raw_fulfilled_total", of(progress.fulfilled)),
        ("shipped_total", "raw_shipped_total", of(progress.shipped)),
        ("return_requested_total", "raw_return_requested_total", of(progress.return_requested)),
        ("return_received_total", "raw_return_received_total", of(progress.return_received)),
        ("return_dismissed_total", "raw_return_dismissed_total", of(progress.return_dismissed)),
        ("write_off_total", "raw_write_off_total", Decimal::ZERO),
    ] {
        obj.amount(name, raw_name, || Some(amount));
    }
    cart::relations(obj, &item.goods, around, &["type", "collection"]);
}

/// How far a line has come.
fn detail(obj: &mut Obj<'_>, order: &Order, item: &OrderItem) {
    obj.id(&format!("orditem_{}", body_of(&item.id)));
    obj.put("version", || order.version);
    obj.put("metadata", || item.metadata.clone().unwrap_or_default());
    obj.put("order_id", || order.id.as_str());
    obj.put("item_id", || &item.id);
    all_times(obj, order.created_at, order.created_at);
    obj.amount("unit_price", "raw_unit_price", || None);
    obj.amount("compare_at_unit_price", "raw_compare_at_unit_price", || None);
    obj.amount("quantity", "raw_quantity", || Some(Decimal::from(item.quantity)));
    let progress = order.progress(&item.id);
    for (name, raw_name, quantity) in [
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

fn shipping_method(obj: &mut Obj<'_>, order: &Order, method: &OrderShipping) {
    obj.id(&method.id);
    obj.put("name", || &method.name);
    obj.put("description", || Null);
    obj.put("is_tax_inclusive", || method.is_tax_inclusive);
    obj.put("is_custom_amount", || false);
    obj.put("shipping_option_id", || &method.shipping_option_id);
    obj.put("data", || method.data.clone().unwrap_or_default());
    obj.put("metadata", || Null);
    obj.amount("amount", "raw_amount", || Some(method.amount));
    obj.put("order_id", || order.id.as_str());
    all_times(obj, order.created_at, order.created_at);
    tax_lines(obj, order, &method.taxes, "shipping_method_id", &method.id);
    let percent = method.taxes.iter().map(|tax| tax.line.rate).sum();
    adjustments(obj, order, &method.adjustments, percent, ("shipping_method_id", &method.id));
    if let Some(plan) = obj.plan().below_or_all("detail") {
        obj.nest_with("detail", plan, |obj| {
            obj.id(&format!("ordspmv_{}", body_of(&method.id)));
            obj.put("version", || order.version);
            obj.put("order_id", || order.id.as_str());
            obj.put("shipping_method_id", || &method.id);
            for empty in ["return_id", "exchange_id", "claim_id"] {
                obj.put(empty, || Null);
            }
            all_times(obj, order.created_at, order.created_at);
        });
    }
    line_totals(obj, order, &method.totals);
}

fn tax_lines(obj: &mut Obj<'_>, order: &Order, taxes: &[ChargedTax], owner: &str, owner_id: &str) {
    let Some(plan) = obj.plan().below_or_all("tax_lines") else { return };
    obj.nest_list_with("tax_lines", plan, taxes, |obj, tax| {
        cart::tax_line(obj, &tax.line);
        obj.put(owner, || owner_id);
        let money = |minor: i64| order.money(minor).major();
        obj.amount("total", "raw_total", || Some(money(tax.total)));
        obj.amount("subtotal", "raw_subtotal", || Some(money(tax.subtotal)));
        all_times(obj, order.created_at, order.created_at);
    });
}

/// What was taken off a line, with and without its tax. The line's own totals are what was rounded and charged.
fn adjustments(
    obj: &mut Obj<'_>,
    order: &Order,
    adjustments: &[Adjustment],
    percent: Decimal,
    (owner, owner_id): (&str, &str),
) {
    let with_tax = Decimal::ONE + percent / Decimal::ONE_HUNDRED;
    let Some(plan) = obj.plan().below_or_all("adjustments") else { return };
    obj.nest_list_with("adjustments", plan, adjustments, |obj, adjustment| {
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
        let (net, gross) = match adjustment.is_tax_inclusive {
            true => (adjustment.amount.checked_div(with_tax), Some(adjustment.amount)),
            false => (Some(adjustment.amount), adjustment.amount.checked_mul(with_tax)),
        };
        obj.amount("subtotal", "raw_subtotal", || net);
        obj.amount("total", "raw_total", || gross);
        all_times(obj, order.created_at, order.created_at);
    });
}
