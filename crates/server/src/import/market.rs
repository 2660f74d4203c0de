//! Reading the market: price preferences, sales channels, regions, tax regions, the settings of the shop.

use anyhow::Result;
use tradewind_market::{
    PreferenceAttribute, PricePreference, RefundReason, Region, ReturnReason, SalesChannel, StoreCurrency,
    StoreSettings, TaxRate, TaxReference, TaxRegion, TaxRule,
};

use super::known::Known;
use super::record::Record;
use super::thing::Thing;

pub(super) fn price_preference(record: &Record<'_>, known: &mut Known) -> Result<Option<Thing>> {
    let id = known.take_id(record)?;
    let attribute = match record.text("attribute")?.as_str() {
        "currency_code" => PreferenceAttribute::CurrencyCode,
        "region_id" => PreferenceAttribute::RegionId,
        _ => {
            record.forget();
            record.leave_out("attribute");
            return Ok(None);
        }
    };
    Ok(Some(Thing::PricePreference(PricePreference {
        id: id.into(),
        attribute,
        value: record.text("value")?,
        is_tax_inclusive: record.flag("is_tax_inclusive", false)?,
        created_at: record.time("created_at")?,
        updated_at: record.time("updated_at")?,
    })))
}

pub(super) fn return_reason(record: &Record<'_>, known: &mut Known) -> Result<Option<Thing>> {
    record.derived(&["parent_return_reason", "return_reason_children"]);
    let id = known.take_id(record)?;
    Ok(Some(Thing::ReturnReason(ReturnReason {
        id: id.into(),
        value: record.text("value")?,
        label: record.text("label")?,
        description: record.opt_text("description")?,
        // A parent may come later than its children.
        parent_id: record.opt_text("parent_return_reason_id")?.map(Into::into),
        metadata: record.metadata()?,
        created_at: record.time("created_at")?,
        updated_at: record.time("updated_at")?,
    })))
}

pub(super) fn refund_reason(record: &Record<'_>, known: &mut Known) -> Result<Option<Thing>> {
    let id = known.take_id(record)?;
    record.leave_out_metadata()?;
    Ok(Some(Thing::RefundReason(RefundReason {
        id: id.into(),
        code: record.text("code")?,
        label: record.text("label")?,
        description: record.opt_text("description")?,
        created_at: record.time("created_at")?,
        updated_at: record.time("updated_at")?,
    })))
}

pub(super) fn sales_channel(record: &Record<'_>, known: &mut Known) -> Result<Option<Thing>> {
    let id = known.take_id(record)?;
    Ok(Some(Thing::SalesChannel(SalesChannel {
        id: id.into(),
        name: record.text("name")?,
        description: record.opt_text("description")?,
        is_disabled: record.flag("is_disabled", false)?,
        metadata: record.metadata()?,
        created_at: record.time("created_at")?,
        updated_at: record.time("updated_at")?,
    })))
}

pub(super) fn region(record: &Record<'_>, known: &mut Known) -> Result<Option<Thing>> {
    let id = known.take_id(record)?;
    let mut countries = Vec::new();
    for country in record.list("country", "countries")? {
        country.derived(&["iso_3", "num_code", "name", "display_name", "region_id", "id"]);
        country.leave_out_metadata()?;
        countries.push(country.text("iso_2")?.to_lowercase());
    }
    Ok(Some(Thing::Region(Region {
        // Its price preference says so.
        is_tax_inclusive: false,
        id: id.into(),
        name: record.text("name")?,
        currency: record.currency("currency_code")?,
        automatic_taxes: record.flag("automatic_taxes", true)?,
        countries,
        payment_providers: record.ids("payment_providers")?,
        metadata: record.metadata()?,
        created_at: record.time("created_at")?,
        updated_at: record.time("updated_at")?,
    })))
}

pub(super) fn tax_region(record: &Record<'_>, known: &mut Known) -> Result<Option<Thing>> {
    record.derived(&["children", "parent"]);
    let id = known.take_id(record)?;
    let rates = record.list("tax rate", "tax_rates")?;
    Ok(Some(Thing::TaxRegion(TaxRegion {
        id: id.into(),
        country_code: record.text("country_code")?.to_lowercase(),
        province_code: record.opt_text("province_code")?.map(|code| code.to_lowercase()),
        parent_id: record.opt_text("parent_id")?.map(Into::into),
        provider_id: record.opt_text("provider_id")?,
        rates: rates.iter().map(tax_rate).collect::<Result<_>>()?,
        metadata: record.metadata()?,
        created_by: record.opt_text("created_by")?,
        created_at: record.time("created_at")?,
        updated_at: record.time("updated_at")?,
    })))
}

fn tax_rate(record: &Record<'_>) -> Result<TaxRate> {
    record.derived(&["tax_region_id", "tax_region"]);
    let mut rules = Vec::new();
    for rule in record.list("tax rate rule", "rules")? {
        rule.derived(&["tax_rate_id", "created_by"]);
        rule.leave_out_metadata()?;
        let reference_id = rule.text("reference_id")?;
        let reference =
            TaxReference::parse(&rule.text("reference")?).map_err(|error| rule.refuse("reference", error))?;
        rules.push(TaxRule { id: rule.id()?, reference, reference_id });
    }
    Ok(TaxRate {
        id: record.id()?.into(),
        name: record.text("name")?,
        code: record.opt_text("code")?,
        rate: record.opt_decimal("rate")?.unwrap_or_default(),
        is_default: record.flag("is_default", false)?,
        is_combinable: record.flag("is_combinable", false)?,
        rules,
        metadata: record.metadata()?,
        created_by: record.opt_text("created_by")?,
        created_at: record.time("created_at")?,
        updated_at: record.time("updated_at")?,
    })
}

pub(super) fn store(record: &Record<'_>, known: &mut Known) -> Result<Option<Thing>> {
    let mut currencies = Vec::new();
    for held in record.list("store currency", "supported_currencies")? {
        held.derived(&["id", "store_id", "currency"]);
        currencies.push(StoreCurrency {
            currency: held.currency("currency_code")?,
            is_default: held.flag("is_default", false)?,
            // Its price preference says so.
            is_tax_inclusive: false,
        });
    }
    let mut locales = Vec::new();
    for locale in record.list("store locale", "supported_locales")? {
        locale.derived(&["id", "store_id", "locale", "is_default"]);
        locales.push(locale.text("locale_code")?);
    }
    Ok(Some(Thing::Store(StoreSettings {
        locales,
        id: record.id()?.into(),
        name: record.text("name")?,
        currencies,
        default_sales_channel_id: known.reference(record, "default_sales_channel_id")?.map(Into::into),
        default_region_id: known.reference(record, "default_region_id")?.map(Into::into),
        default_location_id: known.reference(record, "default_location_id")?,
        metadata: record.metadata()?,
        created_at: record.time("created_at")?,
        updated_at: record.time("updated_at")?,
    })))
}
