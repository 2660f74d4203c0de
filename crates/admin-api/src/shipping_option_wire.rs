//! Shipping options on the wire, with their prices and rules and what is around them.

use tradewind_fulfilment::{FulfilmentSnapshot, OptionPrice, OptionRule, ShippingOption};
use tradewind_http::wire::Null;
use tradewind_http::{Obj, Plan};
use tradewind_kernel::id::body_of;

use crate::{fulfillment_sets, shipping_option_types, shipping_profiles};

pub(crate) fn render(obj: &mut Obj<'_>, option: &ShippingOption, fulfilment: &FulfilmentSnapshot) {
    obj.id(&option.id);
    obj.put("name", || &option.name);
    obj.put("price_type", || option.price_type.as_str());
    obj.put("data", || &option.data);
    obj.put("provider_id", || &option.provider_id);
    obj.put("metadata", || &option.metadata);
    times(obj, option);
    obj.put("shipping_option_type_id", || &option.type_.id);
    // Whoever sees what an option belongs to sees its id, too.
    for (relation, name, id) in [
        ("service_zone", "service_zone_id", &option.service_zone_id),
        ("shipping_profile", "shipping_profile_id", &option.shipping_profile_id),
    ] {
        if obj.plan().wants(name) || obj.plan().below(relation).is_some() {
            obj.always(name, id);
        }
    }
    obj.nest_list("rules", &option.rules, |obj, rule| render_rule(obj, option, rule));
    obj.nest("type", |obj| shipping_option_types::render(obj, &option.type_));
    obj.nest_some("service_zone", fulfilment.zone(&option.service_zone_id), |obj, (set, zone)| {
        fulfillment_sets::render_plain_zone(obj, set, zone);
        match obj.plan().below("fulfillment_set") {
            Some(_) => obj.nest("fulfillment_set", |obj| fulfillment_sets::render(obj, set)),
            None if obj.plan().wants("fulfillment_set") => {
                obj.nest_with("fulfillment_set", Plan::all(), |obj| obj.id(&set.id));
            }
            None => {}
        }
    });
    obj.nest_some("shipping_profile", fulfilment.profile(&option.shipping_profile_id), shipping_profiles::render);
    obj.nest("provider", |obj| {
        obj.id(&option.provider_id);
        obj.put("is_enabled", || true);
        times(obj, option);
        obj.put("deleted_at", || Null);
    });
    let price_set_id = format!("pset_{}", body_of(&option.id));
    obj.nest_list("prices", &option.prices, |obj, price| render_price(obj, option, price, &price_set_id));
}

pub(crate) fn render_rule(obj: &mut Obj<'_>, option: &ShippingOption, rule: &OptionRule) {
    obj.id(&rule.id);
    obj.put("attribute", || &rule.attribute);
    obj.put("operator", || rule.operator.as_str());
    obj.put("value", || &rule.value);
    obj.put("shipping_option_id", || &option.id);
    times(obj, option);
    obj.put("deleted_at", || Null);
}

fn render_price(obj: &mut Obj<'_>, option: &ShippingOption, price: &OptionPrice, price_set_id: &str) {
    obj.id(&price.id);
    obj.put("title", || Null);
    obj.put("currency_code", || price.currency);
    obj.put("rules_count", || price.rules_count());
    obj.put("price_set_id", || price_set_id);
    obj.put("price_list_id", || Null);
    obj.put("price_list", || Null);
    obj.amount("amount", "raw_amount", || Some(price.amount));
    for (name, raw_name) in [("min_quantity", "raw_min_quantity"), ("max_quantity", "raw_max_quantity")] {
        obj.amount(name, raw_name, || None);
    }
    times(obj, option);
    obj.put("deleted_at", || Null);
    let of_region = price.region_id.iter().map(|region_id| {
        let id = format!("prule_{}", body_of(&price.id));
        (id, "region_id", "eq", region_id.clone())
    });
    let of_totals = price.rules.iter().map(|rule| {
        let value = rule.value.normalize().to_string();
        (rule.id.clone(), "item_total", rule.operator.as_str(), value)
    });
    obj.nest_list("price_rules", of_region.chain(of_totals), |obj, (id, attribute, operator, value)| {
        obj.id(&id);
        obj.put("attribute", || attribute);
        obj.put("operator", || operator);
        obj.put("value", || &value);
        obj.put("priority", || 0);
        obj.put("price_id", || &price.id);
        times(obj, option);
        obj.put("deleted_at", || Null);
    });
}

fn times(obj: &mut Obj<'_>, option: &ShippingOption) {
    obj.put("created_at", || option.created_at);
    obj.put("updated_at", || option.updated_at);
}
