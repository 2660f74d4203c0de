//! Payment collections, sessions and payments on the wire.

use serde_json::Value;
use tradewind_accounts::Customer;
use tradewind_http::wire::Null;
use tradewind_http::{Obj, Plan};
use tradewind_kernel::id::body_of;
use tradewind_payments::{Payment, PaymentCollection, PaymentSession};

use super::{all_times, customer, stub, times};

/// A payment collection.
pub(crate) fn collection(obj: &mut Obj<'_>, collection: &PaymentCollection) {
    collection_for(obj, collection, None);
}

/// A payment collection as the one who begins to pay is shown it: their sessions say who they are. That is told to nobody
/// else, and not kept with the session.
pub(crate) fn collection_for(obj: &mut Obj<'_>, collection: &PaymentCollection, shopper: Option<&Customer>) {
    obj.id(&collection.id);
    obj.put("currency_code", || collection.amount.currency);
    obj.amount("amount", "raw_amount", || Some(collection.amount.major()));
    obj.put("completed_at", || collection.completed_at);
    obj.put("status", || collection.status.as_str());
    obj.put("metadata", || &collection.metadata);
    // Null until a provider has promised something.
    let promised = !collection.payments.is_empty();
    for (name, raw_name, amount) in [
        ("authorized_amount", "raw_authorized_amount", collection.authorized()),
        ("captured_amount", "raw_captured_amount", collection.captured()),
        ("refunded_amount", "raw_refunded_amount", collection.refunded()),
    ] {
        obj.amount(name, raw_name, || promised.then(|| amount.major()));
    }
    all_times(obj, collection.created_at, collection.updated_at);
    obj.nest_list("payment_sessions", &collection.sessions, |obj, value| {
        session(obj, collection, value, shopper);
    });
    obj.nest_list("payments", &collection.payments, |obj, value| {
        payment(obj, collection, value);
    });
    let mut providers: Vec<&str> = collection.sessions.iter().map(|session| session.provider_id.as_str()).collect();
    providers.dedup();
    obj.nest_list("payment_providers", providers, |obj, id| obj.id(id));
}

fn session(obj: &mut Obj<'_>, collection: &PaymentCollection, session: &PaymentSession, shopper: Option<&Customer>) {
    obj.id(&session.id);
    obj.put("currency_code", || session.amount.currency);
    obj.amount("amount", "raw_amount", || Some(session.amount.major()));
    obj.put("provider_id", || &session.provider_id);
    obj.put("data", || &session.data);
    match shopper {
        Some(shopper) if obj.plan().wants("context") => {
            obj.nest_with("context", Plan::all(), |obj| context(obj, session, shopper));
        }
        _ => obj.put("context", || &session.context),
    }
    obj.put("status", || session.status.as_str());
    obj.put("authorized_at", || session.authorized_at);
    obj.put("payment_collection_id", || &collection.id);
    if obj.plan().wants("payment") {
        let mut payments = collection.payments.iter();
        let payment = payments.find(|payment| payment.session_id == session.id);
        stub(obj, "payment", payment.map(|payment| payment.id.as_str()));
    }
    obj.put("metadata", || Value::Object(serde_json::Map::new()));
    all_times(obj, session.created_at, session.updated_at);
}

/// Who is paying, as providers' clients expect it.
fn context(obj: &mut Obj<'_>, session: &PaymentSession, shopper: &Customer) {
    let of_book = || shopper.addresses.iter();
    let billing = of_book().find(|address| address.is_default_billing).or_else(|| of_book().next());
    obj.nest_with("customer", Plan::all(), |obj| {
        obj.id(shopper.id.as_str());
        obj.always("email", &shopper.email);
        obj.always("phone", &shopper.phone);
        obj.always("metadata", &shopper.metadata);
        obj.nest_list_with("addresses", Plan::all(), of_book(), |obj, value| customer::address(obj, shopper, value));
        obj.always("last_name", &shopper.last_name);
        obj.always("first_name", &shopper.first_name);
        obj.always("company_name", &shopper.company_name);
        obj.nest_list_with("account_holders", Plan::all(), std::iter::empty::<()>(), |_, ()| {});
        match billing {
            Some(billing) => {
                obj.nest_with("billing_address", Plan::all(), |obj| customer::address(obj, shopper, billing));
            }
            None => obj.always("billing_address", Null),
        }
    });
    // No provider of this shop keeps accounts of shoppers: the shopper is the holder.
    obj.nest_with("account_holder", Plan::all(), |obj| {
        obj.id(&format!("acchld_{}", body_of(shopper.id.as_str())));
        obj.always("data", Value::Object(serde_json::Map::new()));
        obj.always("email", &shopper.email);
        obj.always("metadata", Null);
        obj.always("external_id", shopper.id.as_str());
        obj.always("provider_id", &session.provider_id);
        all_times(obj, session.created_at, session.updated_at);
    });
}

fn payment(obj: &mut Obj<'_>, collection: &PaymentCollection, payment: &Payment) {
    obj.id(&payment.id);
    obj.put("currency_code", || payment.amount.currency);
    obj.amount("amount", "raw_amount", || Some(payment.amount.major()));
    obj.put("provider_id", || &payment.provider_id);
    obj.put("data", || &payment.data);
    obj.put("captured_at", || payment.captured_at);
    obj.put("canceled_at", || payment.canceled_at);
    obj.put("payment_collection_id", || &collection.id);
    obj.put("metadata", || Null);
    times(obj, payment.created_at, payment.updated_at);
    if obj.plan().wants("payment_session") {
        obj.nest_with("payment_session", Plan::all(), |obj| obj.id(&payment.session_id));
    }
}
