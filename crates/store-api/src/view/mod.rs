//! How things look on the wire: one file for each kind of thing, used by every route that shows it.

pub(crate) mod cart;
pub(crate) mod customer;
pub(crate) mod order;
pub(crate) mod payment;
pub(crate) mod product;
pub(crate) mod region;
pub(crate) mod shipping;
pub(crate) mod term;

use tradewind_http::Obj;
use tradewind_http::wire::Null;
use tradewind_kernel::Timestamp;

/// `created_at` and `updated_at`.
pub(crate) fn times(obj: &mut Obj<'_>, created_at: Timestamp, updated_at: Timestamp) {
    obj.put("created_at", || created_at);
    obj.put("updated_at", || updated_at);
}

/// `created_at`, `updated_at` and `deleted_at`, which is never set: what is deleted is gone.
pub(crate) fn all_times(obj: &mut Obj<'_>, created_at: Timestamp, updated_at: Timestamp) {
    times(obj, created_at, updated_at);
    obj.put("deleted_at", || Null);
}

/// A relation of which nothing but the id is shown: `{"id": …}`, or null.
pub(crate) fn stub(obj: &mut Obj<'_>, name: &str, id: Option<&str>) {
    match id {
        Some(id) => obj.nest_with(name, tradewind_http::Plan::all(), |obj| obj.id(id)),
        None => obj.always(name, Null),
    }
}
