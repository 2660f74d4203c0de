//! Regions and their countries on the wire.

use tradewind_http::Obj;
use tradewind_http::wire::Null;
use tradewind_market::Region;

use super::all_times;

/// A region.
pub(crate) fn region(obj: &mut Obj<'_>, region: &Region) {
    obj.id(region.id.as_str());
    obj.put("name", || &region.name);
    obj.put("currency_code", || region.currency);
    obj.put("automatic_taxes", || region.automatic_taxes);
    obj.put("metadata", || &region.metadata);
    all_times(obj, region.created_at, region.updated_at);
    let countries = region.countries.iter().filter_map(|code| tradewind_market::country(code));
    obj.nest_list("countries", countries, |obj, country| {
        obj.put("iso_2", || country.iso_2);
        obj.put("iso_3", || country.iso_3);
        obj.put("num_code", || country.num_code);
        obj.put("name", || country.name);
        obj.put("display_name", || country.display_name);
        obj.put("region_id", || region.id.as_str());
        obj.put("metadata", || Null);
        all_times(obj, region.created_at, region.updated_at);
    });
    obj.nest_list("payment_providers", &region.payment_providers, |obj, provider| {
        obj.id(provider);
        obj.put("is_enabled", || true);
    });
}
