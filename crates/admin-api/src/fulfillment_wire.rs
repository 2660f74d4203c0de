//! Parcels as the admin shows them.

use tradewind_http::wire::{Null, Raw};
use tradewind_http::{Obj, Plan};
use tradewind_kernel::Decimal;
use tradewind_kernel::id::body_of;
use tradewind_orders::{Fulfillment, FulfillmentItem, Label, Order};

/// A parcel.
pub(crate) fn fulfillment(obj: &mut Obj<'_>, order: &Order, parcel: &Fulfillment) {
    obj.id(&parcel.id);
    obj.put("location_id", || &parcel.location_id);
    obj.put("packed_at", || parcel.created_at);
    obj.put("shipped_at", || parcel.shipped_at);
    obj.put("marked_shipped_by", || &parcel.shipped_by);
    obj.put("created_by", || &parcel.created_by);
    obj.put("delivered_at", || parcel.delivered_at);
    obj.put("canceled_at", || parcel.canceled_at);
    obj.put("data", serde_json::Map::new);
    obj.put("requires_shipping", || parcel.requires_shipping);
    obj.put("provider_id", || &parcel.provider_id);
    obj.put("shipping_option_id", || &parcel.shipping_option_id);
    obj.put("metadata", || &parcel.metadata);
    obj.put("created_at", || parcel.created_at);
    obj.put("updated_at", || parcel.updated_at);
    obj.put("deleted_at", || Null);
    // A parcel goes where its order goes.
    let address_id = format!("fuladdr_{}", body_of(&parcel.id));
    obj.put("delivery_address_id", || &address_id);
    reference(obj, "provider", Some(&parcel.provider_id));
    reference(obj, "shipping_option", parcel.shipping_option_id.as_ref());
    let address = order.shipping_address.as_ref();
    match (obj.plan().below("delivery_address"), address) {
        (Some(plan), Some(address)) => obj.nest_with("delivery_address", plan, |obj| {
            crate::order_wire::address(obj, address);
        }),
        _ => reference(obj, "delivery_address", Some(&address_id)),
    }
    if obj.plan().names("order") {
        obj.nest_with("order", Plan::all(), |obj| obj.id(order.id.as_str()));
    }
    obj.nest_list("items", &parcel.items, |obj, of| item(obj, parcel, of));
    obj.nest_list("labels", &parcel.labels, |obj, of| label(obj, parcel, of));
}

/// Something beside a parcel that is shown by its id alone.
fn reference(obj: &mut Obj<'_>, name: &str, id: Option<&String>) {
    if obj.plan().below_or_all(name).is_some() {
        match id {
            Some(id) => obj.nest_with(name, Plan::all(), |obj| obj.id(id)),
            None => obj.always(name, Null),
        }
    }
}

fn item(obj: &mut Obj<'_>, parcel: &Fulfillment, item: &FulfillmentItem) {
    obj.id(&item.id);
    obj.put("title", || &item.title);
    obj.put("sku", || &item.sku);
    obj.put("barcode", || &item.barcode);
    obj.put("line_item_id", || &item.line_id);
    obj.put("inventory_item_id", || &item.inventory_item_id);
    obj.put("fulfillment_id", || &parcel.id);
    obj.put("quantity", || item.quantity);
    obj.put("raw_quantity", || Raw(Decimal::from(item.quantity)));
    times(obj, parcel);
}

fn label(obj: &mut Obj<'_>, parcel: &Fulfillment, label: &Label) {
    obj.id(&label.id);
    obj.put("tracking_number", || &label.tracking_number);
    obj.put("tracking_url", || &label.tracking_url);
    obj.put("label_url", || &label.label_url);
    obj.put("fulfillment_id", || &parcel.id);
    times(obj, parcel);
}

fn times(obj: &mut Obj<'_>, parcel: &Fulfillment) {
    obj.put("created_at", || parcel.created_at);
    obj.put("updated_at", || parcel.created_at);
    obj.put("deleted_at", || Null);
}
