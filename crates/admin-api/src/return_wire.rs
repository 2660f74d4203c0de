//! Returns as the admin shows them, and the order as it would be were they confirmed.

use tradewind_http::wire::{Null, Raw};
use tradewind_http::{Obj, Plan};
use tradewind_kernel::Decimal;
use tradewind_kernel::id::body_of;
use tradewind_market::MarketSnapshot;
use tradewind_orders::{Order, OrderItem, Return, ReturnDraft, ReturnItem, ReturnStep};
use tradewind_payments::PaymentCollection;

use crate::order_wire::{self, Beside, Parts as _};
use crate::{order_changes, return_reasons};

/// A return.
pub(crate) fn give_back(obj: &mut Obj<'_>, order: &Order, back: &Return, market: &MarketSnapshot) {
    obj.id(&back.id);
    obj.put("order_id", || order.id.as_str());
    obj.put("display_id", || back.display_id);
    obj.put("location_id", || &back.location_id);
    obj.put("order_version", || back.order_version);
    obj.put("status", || back.status.as_str());
    obj.put("metadata", || &back.metadata);
    obj.put("no_notification", || back.no_notification);
    obj.put("refund_amount", || Null);
    obj.put("created_by", || &back.created_by);
    obj.put("created_at", || back.created_at);
    obj.put("updated_at", || back.updated_at);
    obj.put("canceled_at", || back.canceled_at);
    obj.put("requested_at", || back.requested_at);
    obj.put("received_at", || back.received_at);
    obj.nest_list("items", &back.items, |obj, of| item(obj, order, back, of, market));
}

fn item(obj: &mut Obj<'_>, order: &Order, back: &Return, item: &ReturnItem, market: &MarketSnapshot) {
    obj.id(&item.id);
    obj.put("note", || &item.note);
    obj.put("metadata", serde_json::Map::new);
    obj.put("reason_id", || &item.reason_id);
    obj.put("return_id", || &back.id);
    obj.put("item_id", || &item.line_id);
    for (name, raw_name, quantity) in [
        ("quantity", "raw_quantity", item.quantity),
        ("received_quantity", "raw_received_quantity", item.received),
        ("damaged_quantity", "raw_damaged_quantity", item.dismissed),
    ] {
        obj.amount(name, raw_name, || Some(Decimal::from(quantity)));
    }
    obj.put("created_at", || item.created_at);
    obj.put("updated_at", || item.updated_at);
    obj.put("deleted_at", || Null);
    if let Some(plan) = obj.plan().below_or_all("reason") {
        match item.reason_id.as_deref().and_then(|id| market.return_reason(id)) {
            Some(reason) => obj.nest_with("reason", plan, |obj| return_reasons::render(obj, reason, market)),
            None => obj.always("reason", Null),
        }
    }
    if obj.plan().below_or_all("item").is_some() {
        obj.nest_with("item", Plan::all(), |obj| obj.id(&item.line_id));
    }
    if let Some(line) = order.item(&item.line_id) {
        obj.nest_or_put("detail", |obj| order_wire::detail(obj, order, line));
    }
}

/// The order beside a return that was just begun.
pub(crate) fn order_beside(obj: &mut Obj<'_>, order: &Order, back: &Return, beside: &Beside) {
    obj.id(order.id.as_str());
    obj.put("display_id", || order.display_id);
    obj.put("custom_display_id", || Null);
    obj.put("region_id", || &order.region_id);
    obj.put("customer_id", || &order.customer_id);
    obj.put("version", || order.version);
    obj.put("sales_channel_id", || &order.sales_channel_id);
    obj.put("status", || order.status.name());
    obj.put("is_draft_order", || false);
    obj.put("email", || &order.email);
    obj.put("currency_code", || order.currency);
    obj.put("locale", || &order.locale);
    obj.put("no_notification", || false);
    obj.put("metadata", || &order.metadata);
    obj.put("canceled_at", || order.canceled_at);
    obj.put("created_at", || order.created_at);
    obj.put("updated_at", || order.updated_at);
    obj.put("deleted_at", || Null);
    obj.put("shipping_address_id", || order.shipping_address.as_ref().map(|address| &address.id));
    obj.put("billing_address_id", || order.billing_address.as_ref().map(|address| &address.id));
    for (name, address) in [("shipping_address", &order.shipping_address), ("billing_address", &order.billing_address)]
    {
        match address {
            Some(address) => obj.nest_with(name, Plan::all(), |obj| obj.id(&address.id)),
            None => obj.put(name, || Null),
        }
    }
    obj.nest_list_with("items", Plan::all(), &order.items, |obj, line| order_wire::item(obj, order, line, beside));
    obj.nest_list_with("shipping_methods", Plan::all(), &order.shipping_methods, |obj, method| {
        order_wire::shipping(obj, order, method);
    });
    credit_lines(obj, order);
    if let Some(draft) = &back.draft {
        obj.nest_with("order_change", Plan::all(), |obj| {
            change(obj, order, back, draft);
            obj.nest_with("order", Plan::all(), |obj| obj.id(order.id.as_str()));
        });
    }
    totals(obj, order);
}

/// The order as it would be, were what is chosen confirmed now.
pub(crate) fn preview(obj: &mut Obj<'_>, order: &Order, back: Option<&Return>, beside: &Beside) {
    let then = order.preview();
    let draft = back.and_then(|back| Some((back, back.draft.as_ref()?)));
    obj.id(order.id.as_str());
    obj.put("version", || order.version);
    obj.put("email", || &order.email);
    obj.nest_with("summary", Plan::all(), |obj| order_wire::summary(obj, &then, beside));
    obj.nest_list_with("items", Plan::all(), &then.items, |obj, line| {
        order_wire::item(obj, &then, line, beside);
        if let Some((back, draft)) = draft {
            actions(obj, order, back, draft, line);
        }
    });
    obj.nest_list_with("shipping_methods", Plan::all(), &order.shipping_methods, |obj, method| {
        order_wire::shipping(obj, order, method);
    });
    transactions(obj, order, beside);
    credit_lines(obj, order);
    if let Some((back, draft)) = draft {
        obj.nest_with("order_change", Plan::all(), |obj| {
            change(obj, order, back, draft);
            obj.nest_with("order", Plan::all(), |obj| order_as_it_is(obj, order, &then, beside));
        });
    }
    totals(obj, &then);
}

/// What a return is about to do to a line.
fn actions(obj: &mut Obj<'_>, order: &Order, back: &Return, draft: &ReturnDraft, line: &OrderItem) {
    let of_line = draft.actions.iter().filter(|action| action.line_id == line.id);
    let chosen: Vec<_> = of_line.collect();
    if chosen.is_empty() {
        return;
    }
    let change_id = order_changes::change_id(order, order.version + 1);
    obj.nest_list_with("actions", Plan::all(), chosen, |obj, action| {
        let name = match (draft.step, action.is_dismissed) {
            (ReturnStep::Request, _) => "RETURN_ITEM",
            (ReturnStep::Receive, false) => "RECEIVE_RETURN_ITEM",
            (ReturnStep::Receive, true) => "RECEIVE_DAMAGED_RETURN_ITEM",
        };
        let amount = line.unit_price.checked_mul(Decimal::from(action.quantity)).unwrap_or_default();
        order_changes::chosen(obj, order, (&change_id, &back.id, name), action, amount);
    });
}

fn change(obj: &mut Obj<'_>, order: &Order, back: &Return, draft: &ReturnDraft) {
    obj.id(&order_changes::change_id(order, order.version + 1));
    obj.put("return_id", || &back.id);
    obj.put("version", || order.version + 1);
    obj.put("change_type", || match draft.step {
        ReturnStep::Request => "return_request",
        ReturnStep::Receive => "return_receive",
    });
    obj.put("status", || "pending");
    for name in [
        "claim_id",
        "exchange_id",
        "description",
        "internal_note",
        "requested_by",
        "requested_at",
        "carry_over_promotions",
        "no_notification",
    ] {
        obj.put(name, || Null);
    }
    obj.put("order_id", || order.id.as_str());
}

/// The order before the change, in the peer's own rows: a line is where it belongs, with what it is below it.
fn order_as_it_is(obj: &mut Obj<'_>, order: &Order, then: &Order, beside: &Beside) {
    obj.id(order.id.as_str());
    obj.put("version", || order.version);
    obj.put("email", || &order.email);
    obj.nest_list_with("summary", Plan::all(), [()], |obj, ()| {
        obj.id(&format!("ordsum_{}", body_of(order.id.as_str())));
        obj.nest_with("totals", Plan::all(), |obj| order_wire::summary_until(obj, order, then, beside));
    });
    obj.nest_list_with("items", Plan::all(), &order.items, |obj, line| {
        order_wire::detail(obj, order, line);
        obj.nest_with("item", Plan::all(), |obj| order_wire::line(obj, order, line));
    });
    obj.nest_list_with("shipping_methods", Plan::all(), &order.shipping_methods, |obj, method| {
        order_wire::method_detail(obj, order, method);
        for name in ["return", "exchange", "claim"] {
            obj.put(name, || Null);
        }
        obj.nest_with("shipping_method", Plan::all(), |obj| order_wire::method(obj, order, method));
    });
    transactions(obj, order, beside);
    credit_lines(obj, order);
}

fn credit_lines(obj: &mut Obj<'_>, order: &Order) {
    obj.nest_list_with("credit_lines", Plan::all(), &order.credit_lines, |obj, line| {
        order_wire::credit_line(obj, order, line);
    });
}

/// The money that moved.
fn transactions(obj: &mut Obj<'_>, order: &Order, beside: &Beside) {
    let payments = beside.payments_of(order).iter().flat_map(|of: &PaymentCollection| &of.payments);
    let mut moved = Vec::new();
    for payment in payments {
        moved.extend(payment.captures.iter().map(|it| ("capture", &it.id, it.amount.major(), it.created_at)));
        moved.extend(payment.refunds.iter().map(|it| ("refund", &it.id, -it.amount.major(), it.created_at)));
    }
    obj.nest_list_with("transactions", Plan::all(), moved, |obj, (reference, id, amount, at)| {
        obj.id(&format!("ordtrx_{}", body_of(id)));
        obj.put("version", || order.version);
        obj.put("currency_code", || order.currency);
        obj.put("reference", || reference);
        obj.put("reference_id", || id);
        obj.put("order_id", || order.id.as_str());
        for name in ["return_id", "return", "exchange_id", "exchange", "claim_id", "claim"] {
            obj.put(name, || Null);
        }
        obj.put("amount", || amount);
        obj.put("raw_amount", || Raw(amount));
        obj.put("created_at", || at);
        obj.put("updated_at", || at);
        obj.put("deleted_at", || Null);
    });
}

/// What the order comes to, and what of it is where.
fn totals(obj: &mut Obj<'_>, order: &Order) {
    order_wire::totals(obj, order);
    let sum = |of: fn(&tradewind_orders::Progress) -> i64| -> Decimal {
        let lines = order
            .items
            .iter()
            .map(|item| order_wire::per_unit(order, item) * Decimal::from(of(&order.progress(&item.id))));
        lines.sum()
    };
    for (name, amount) in [
        ("fulfilled_total", sum(|progress| progress.fulfilled)),
        ("shipped_total", sum(|progress| progress.shipped)),
        ("return_requested_total", sum(|progress| progress.return_requested)),
        ("return_received_total", sum(|progress| progress.return_received)),
        ("return_dismissed_total", sum(|progress| progress.return_dismissed)),
        ("write_off_total", Decimal::ZERO),
    ] {
        obj.put(name, || amount);
    }
}
