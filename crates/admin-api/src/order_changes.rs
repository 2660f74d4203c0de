//! What happened to an order, as the admin shows it: a list of changes, each with what it did to which line.

use serde_json::{Value, json};
use tradewind_http::Obj;
use tradewind_http::wire::{Null, Raw};
use tradewind_kernel::id::body_of;
use tradewind_kernel::{Decimal, Timestamp};
use tradewind_orders::{Change, LineQuantity, Order, Recorded, ReturnAction};

/// One thing that happened.
pub(crate) struct OrderChange {
    version: i64,
    kind: Option<&'static str>,
    return_id: Option<String>,
    created_by: Option<String>,
    at: Timestamp,
    actions: Vec<Action>,
}

/// What it did.
struct Action {
    ordering: usize,
    name: &'static str,
    reference: &'static str,
    reference_id: String,
    details: Value,
    amount: Option<Decimal>,
}

/// What of an order's history its staff are shown.
pub(crate) fn changes(order: &Order, history: &[Recorded]) -> Vec<OrderChange> {
    let mut ordering = 0;
    history.iter().filter_map(|recorded| change(order, recorded, &mut ordering)).collect()
}

fn change(order: &Order, recorded: &Recorded, ordering: &mut usize) -> Option<OrderChange> {
    let mut next = || {
        *ordering += 1;
        *ordering
    };
    let parcel = |id: &str| order.fulfillments.iter().find(|parcel| parcel.id == id);
    let mut on_lines = |name, reference, reference_id: &str, lines: &[LineQuantity], is_text: bool| -> Vec<Action> {
        let action = |line: &LineQuantity| Action {
            ordering: next(),
            name,
            reference,
            reference_id: reference_id.to_owned(),
            details: json!({
                // As the peer has it: a text where the quantity was read back from the parcel.
                "quantity": if is_text { json!(line.quantity.to_string()) } else { json!(line.quantity) },
                "reference_id": line.line_id,
            }),
            amount: None,
        };
        lines.iter().map(action).collect()
    };
    let actor = Some(recorded.actor.clone());
    let (kind, return_id, created_by, actions) = match &recorded.change {
        Change::FulfillmentCreated(made) => {
            (None, None, actor, on_lines("FULFILL_ITEM", "fulfillment", &made.id, &made.lines, false))
        }
        Change::Shipped(shipment) => {
            let sent = parcel(&shipment.fulfillment_id)?;
            (None, None, actor, on_lines("SHIP_ITEM", "fulfillment", &sent.id, &sent.lines, true))
        }
        Change::Delivered(of) => {
            let there = parcel(&of.fulfillment_id)?;
            (None, None, None, on_lines("DELIVER_ITEM", "fulfillment", &there.id, &there.lines, true))
        }
        Change::FulfillmentCanceled(of) => {
            let gone = parcel(&of.fulfillment_id)?;
            (None, None, actor, on_lines("CANCEL_ITEM_FULFILLMENT", "fulfillment", &gone.id, &gone.lines, false))
        }
        Change::Credited(line) => {
            let action = Action {
                ordering: next(),
                name: "CREDIT_LINE_ADD",
                reference: "payment_collection",
                reference_id: line.reference_id.clone().unwrap_or_default(),
                details: json!({}),
                amount: Some(line.amount),
            };
            (Some("credit_line"), None, None, vec![action])
        }
        Change::ReturnRequested(of) => {
            let back = order.back(&of.return_id).ok()?;
            let lines: Vec<_> = back.items.iter().map(|item| quantity(&item.line_id, item.quantity)).collect();
            let actions = on_lines("RETURN_ITEM", "return", &back.id, &lines, false);
            (Some("return_request"), Some(back.id.clone()), actor, actions)
        }
        Change::ReturnReceived(of) => {
            let back = order.back(&of.return_id).ok()?;
            let here = back.items.iter().map(|item| quantity(&item.line_id, item.received + item.dismissed));
            let lines: Vec<_> = here.filter(|line| line.quantity > 0).collect();
            let actions = on_lines("RECEIVE_RETURN_ITEM", "return", &back.id, &lines, false);
            (Some("return_receive"), Some(back.id.clone()), actor, actions)
        }
        _ => return None,
    };
    Some(OrderChange { version: recorded.seq, kind, return_id, created_by, at: recorded.at, actions })
}

fn quantity(line_id: &str, quantity: i64) -> LineQuantity {
    LineQuantity { line_id: line_id.to_owned(), quantity }
}

/// The id of the change that made an order this version of itself.
pub(crate) fn change_id(order: &Order, version: i64) -> String {
    format!("ordch_{}{version:04}", body_of(order.id.as_str()))
}

/// A change.
pub(crate) fn render(obj: &mut Obj<'_>, order: &Order, change: &OrderChange) {
    let id = change_id(order, change.version);
    obj.id(&id);
    obj.put("order_id", || order.id.as_str());
    obj.put("return_id", || &change.return_id);
    for name in ["claim_id", "exchange_id", "description", "internal_note", "requested_by", "requested_at"] {
        obj.put(name, || Null);
    }
    obj.put("version", || change.version);
    obj.put("change_type", || change.kind);
    obj.put("status", || "confirmed");
    obj.put("created_by", || &change.created_by);
    obj.put("confirmed_at", || change.at);
    for name in [
        "confirmed_by",
        "declined_by",
        "declined_reason",
        "declined_at",
        "canceled_by",
        "canceled_at",
        "metadata",
        "carry_over_promotions",
        "no_notification",
    ] {
        obj.put(name, || Null);
    }
    obj.put("created_at", || change.at);
    obj.put("updated_at", || change.at);
    obj.nest_list("actions", &change.actions, |obj, action| {
        obj.id(&format!("ordchact_{}{:04}", body_of(order.id.as_str()), action.ordering));
        obj.put("ordering", || action.ordering);
        obj.put("version", || change.version);
        obj.put("return_id", || &change.return_id);
        obj.put("details", || action.details.clone());
        obj.put("applied", || true);
        let what = (action.name, action.reference, action.reference_id.as_str());
        self::action(obj, order, &id, what, action.amount, change.at);
    });
}

/// What a return is about to do to a line.
pub(crate) fn chosen(
    obj: &mut Obj<'_>,
    order: &Order,
    (change_id, return_id, name): (&str, &str, &'static str),
    of: &ReturnAction,
    amount: Decimal,
) {
    obj.id(&of.id);
    obj.put("ordering", || 1);
    obj.put("version", || order.version + 1);
    obj.put("return_id", || return_id);
    obj.put("details", || json!({ "quantity": of.quantity, "reference_id": of.line_id }));
    obj.put("applied", || false);
    action(obj, order, change_id, (name, "return", return_id), Some(amount), of.created_at);
}

fn action(
    obj: &mut Obj<'_>,
    order: &Order,
    change_id: &str,
    (name, reference, reference_id): (&str, &str, &str),
    amount: Option<Decimal>,
    at: Timestamp,
) {
    obj.put("order_id", || order.id.as_str());
    obj.put("claim_id", || Null);
    obj.put("exchange_id", || Null);
    obj.put("reference", || reference);
    obj.put("reference_id", || reference_id);
    obj.put("action", || name);
    obj.put("internal_note", || Null);
    obj.put("order_change_id", || change_id);
    obj.put("amount", || amount);
    obj.put("raw_amount", || amount.map(Raw));
    obj.put("created_at", || at);
    obj.put("updated_at", || at);
    obj.put("deleted_at", || Null);
}
