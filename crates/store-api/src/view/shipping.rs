//! Shipping options on the wire.

use std::collections::HashMap;

use tradewind_checkout::OfferedShipping;
use tradewind_http::wire::{Null, Raw};
use tradewind_http::{Obj, Plan};
use tradewind_inventory::StockLocation;
use tradewind_kernel::id::body_of;

use super::times;

/// An option as it is offered for a cart. The peer shows all of it whatever is asked for.
pub(crate) fn offered(obj: &mut Obj<'_>, offered: &OfferedShipping, locations: &HashMap<String, StockLocation>) {
    let option = &offered.option;
    obj.id(&option.id);
    obj.always("name", &option.name);
    obj.always("price_type", option.price_type.as_str());
    obj.always("service_zone_id", &option.service_zone_id);
    obj.always("shipping_profile_id", &option.shipping_profile_id);
    obj.always("provider_id", &option.provider_id);
    obj.always("data", &option.data);
    if let Some((set, zone)) = offered.zone() {
        obj.nest_with("service_zone", Plan::all(), |obj| {
            obj.id(&zone.id);
            obj.always("fulfillment_set_id", &set.id);
            obj.nest_with("fulfillment_set", Plan::all(), |obj| {
                obj.id(&set.id);
                obj.always("type", &set.type_);
                match set.location_id.as_ref().and_then(|id| locations.get(id)) {
                    Some(place) => obj.nest_with("location", Plan::all(), |obj| {
                        location(obj, place);
                    }),
                    None => obj.always("location", Null),
                }
            });
        });
    }
    obj.nest_with("type", Plan::all(), |obj| {
        obj.id(&option.type_.id);
        obj.always("label", &option.type_.label);
        obj.always("description", &option.type_.description);
        obj.always("code", &option.type_.code);
    });
    obj.nest_with("provider", Plan::all(), |obj| {
        obj.id(&option.provider_id);
        obj.always("is_enabled", true);
    });
    obj.nest_list_with("rules", Plan::all(), &option.rules, |obj, rule| {
        obj.always("attribute", &rule.attribute);
        obj.always("value", &rule.value);
        obj.always("operator", rule.operator.as_str());
    });
    let price_set_id = format!("pset_{}", body_of(&option.id));
    calculated_price(obj, offered, &price_set_id);
    obj.nest_list_with("prices", Plan::all(), &option.prices, |obj, price| {
        obj.id(&price.id);
        obj.always("title", Null);
        obj.always("currency_code", price.currency);
        obj.always("rules_count", price.rules_count());
        obj.always("price_set_id", &price_set_id);
        obj.always("price_list_id", Null);
        obj.always("price_list", Null);
        obj.always("raw_amount", Raw(price.amount));
        obj.always("raw_min_quantity", Null);
        obj.always("raw_max_quantity", Null);
        times(obj, option.created_at, option.updated_at);
        obj.always("deleted_at", Null);
        let region =
            price.region_id.iter().map(|id| (format!("prule_{}", body_of(&price.id)), "region_id", "eq", id.clone()));
        let totals = price
            .rules
            .iter()
            .map(|rule| (rule.id.clone(), "item_total", rule.operator.as_str(), rule.value.normalize().to_string()));
        obj.nest_list_with(
            "price_rules",
            Plan::all(),
            region.chain(totals),
            |obj, (id, attribute, operator, value)| {
                obj.id(&id);
                obj.always("attribute", attribute);
                obj.always("operator", operator);
                obj.always("value", value);
                obj.always("priority", 0);
                obj.always("price_id", &price.id);
                times(obj, option.created_at, option.updated_at);
                obj.always("deleted_at", Null);
            },
        );
        obj.always("amount", price.amount);
        obj.always("min_quantity", Null);
        obj.always("max_quantity", Null);
    });
    obj.always("amount", offered.amount);
    obj.always("is_tax_inclusive", offered.is_tax_inclusive);
    obj.always("insufficient_inventory", offered.insufficient_inventory);
}

fn calculated_price(obj: &mut Obj<'_>, offered: &OfferedShipping, price_set_id: &str) {
    obj.nest_with("calculated_price", Plan::all(), |obj| {
        obj.id(price_set_id);
        for (name, raw_name, about, tax) in [
            (
                "calculated_amount",
                "raw_calculated_amount",
                "is_calculated_price_price_list",
                "is_calculated_price_tax_inclusive",
            ),
            (
                "original_amount",
                "raw_original_amount",
                "is_original_price_price_list",
                "is_original_price_tax_inclusive",
            ),
        ] {
            obj.always(about, false);
            obj.always(tax, offered.is_tax_inclusive);
            obj.always(name, offered.amount);
            obj.always(raw_name, Raw(offered.amount));
        }
        let mut prices = offered.option.prices.iter();
        let price = prices.find(|price| offered.price_id.as_ref() == Some(&price.id));
        obj.always("currency_code", price.map(|price| price.currency));
        for name in ["calculated_price", "original_price"] {
            obj.nest_with(name, Plan::all(), |obj| {
                obj.always("id", offered.price_id.as_deref());
                for empty in ["price_list_id", "price_list_type", "min_quantity", "max_quantity"] {
                    obj.always(empty, Null);
                }
            });
        }
    });
}

fn location(obj: &mut Obj<'_>, location: &StockLocation) {
    obj.id(&location.id);
    let Some(address) = &location.address else {
        obj.always("address", Null);
        return;
    };
    obj.nest_with("address", Plan::all(), |obj| {
        obj.id(&address.id);
        obj.always("address_1", &address.address_1);
        obj.always("address_2", &address.address_2);
        obj.always("company", &address.company);
        obj.always("city", &address.city);
        obj.always("country_code", &address.country_code);
        obj.always("phone", &address.phone);
        obj.always("province", &address.province);
        obj.always("postal_code", &address.postal_code);
        obj.always("metadata", Null);
        times(obj, location.created_at, location.updated_at);
        obj.always("deleted_at", Null);
    });
}
