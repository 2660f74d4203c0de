//! Outcomes of the market's verbs that callers act on.

use tradewind_kernel::Error;

/// Code: a country is in another region already.
pub const COUNTRY_TAKEN: &str = "country_taken";
/// Code: there is a tax region for this place already.
pub const TAX_REGION_EXISTS: &str = "tax_region_exists";

pub(crate) fn country_taken(country: &str, region: &str) -> Error {
    Error::invalid(
        "countries",
        format!("{} is in the region {region} already; a country is in one region at most", country.to_uppercase()),
    )
    .code(COUNTRY_TAKEN)
}

pub(crate) fn tax_region_exists(country: &str, province: Option<&str>) -> Error {
    let place = match province {
        Some(province) => format!("{}-{}", country.to_uppercase(), province.to_uppercase()),
        None => country.to_uppercase(),
    };
    Error::invalid("country_code", format!("There is a tax region for {place} already")).code(TAX_REGION_EXISTS)
}

pub(crate) fn unknown_country(field: &str, code: &str) -> Error {
    let shown: String = code.chars().take(20).collect();
    Error::invalid(field, format!("{shown} is not a country code of ISO 3166 (two letters, as in de, us)"))
}

pub(crate) fn unknown_currency(field: &str, code: &str) -> Error {
    Error::invalid(field, format!("{code} is not a currency of ISO 4217"))
}
