//! Shoppers and their addresses on the wire.

use tradewind_accounts::{Customer, CustomerAddress};
use tradewind_http::Obj;
use tradewind_http::wire::Null;

use super::{all_times, times};

/// A shopper.
pub(crate) fn customer(obj: &mut Obj<'_>, customer: &Customer) {
    obj.id(customer.id.as_str());
    obj.put("email", || &customer.email);
    obj.put("company_name", || &customer.company_name);
    obj.put("first_name", || &customer.first_name);
    obj.put("last_name", || &customer.last_name);
    obj.put("phone", || &customer.phone);
    obj.put("metadata", || &customer.metadata);
    obj.put("has_account", || customer.has_account);
    obj.put("deleted_at", || Null);
    times(obj, customer.created_at, customer.updated_at);
    obj.nest_list("addresses", &customer.addresses, |obj, value| address(obj, customer, value));
}

/// An address in a shopper's book.
pub(crate) fn address(obj: &mut Obj<'_>, customer: &Customer, address: &CustomerAddress) {
    obj.id(address.id.as_str());
    obj.put("address_name", || &address.address_name);
    obj.put("is_default_shipping", || address.is_default_shipping);
    obj.put("is_default_billing", || address.is_default_billing);
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
    obj.put("customer_id", || customer.id.as_str());
    all_times(obj, address.created_at, address.updated_at);
}
