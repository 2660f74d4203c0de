//! Reading people and keys: publishable keys with their tokens, staff, customers with their addresses.

use anyhow::Result;
use tradewind_accounts::{ApiKey, ApiKeyKind, Customer, CustomerAddress, CustomerGroup, User, normalise_email};

use super::known::Known;
use super::record::Record;
use super::thing::Thing;

pub(super) fn api_key(record: &Record<'_>, known: &mut Known) -> Result<Option<Thing>> {
    let id = known.take_id(record)?;
    if record.text("type")? != "publishable" {
        // Nobody knows its token any more but who uses it.
        record.derived(&["title", "token", "redacted", "created_by", "revoked_by", "last_used_at", "revoked_at"]);
        record.leave_out("secret");
        return Ok(None);
    }
    Ok(Some(Thing::ApiKey(Box::new(ApiKey {
        id: id.into(),
        title: record.text("title")?,
        kind: ApiKeyKind::Publishable,
        token: Some(record.text("token")?),
        redacted: record.text("redacted")?,
        sales_channel_ids: known.references(record, "sales_channels")?,
        created_by: record.opt_text("created_by")?.unwrap_or_default(),
        last_used_at: record.opt_time("last_used_at")?,
        revoked_at: record.opt_time("revoked_at")?,
        revoked_by: record.opt_text("revoked_by")?,
        created_at: record.time("created_at")?,
        updated_at: record.time("updated_at")?,
    }))))
}

pub(super) fn user(record: &Record<'_>, known: &mut Known) -> Result<Option<Thing>> {
    let id = known.take_id(record)?;
    Ok(Some(Thing::User(User {
        id: id.into(),
        email: email(record)?,
        first_name: record.opt_text("first_name")?,
        last_name: record.opt_text("last_name")?,
        avatar_url: record.opt_text("avatar_url")?,
        metadata: record.metadata()?,
        created_at: record.time("created_at")?,
        updated_at: record.time("updated_at")?,
    })))
}

pub(super) fn group(record: &Record<'_>, known: &mut Known) -> Result<Option<Thing>> {
    record.derived(&["customers"]);
    let id = known.take_id(record)?;
    Ok(Some(Thing::CustomerGroup(CustomerGroup {
        id: id.into(),
        name: record.text("name")?,
        metadata: record.metadata()?,
        created_by: record.opt_text("created_by")?,
        created_at: record.time("created_at")?,
        updated_at: record.time("updated_at")?,
    })))
}

pub(super) fn customer(record: &Record<'_>, known: &mut Known) -> Result<Option<Thing>> {
    let id = known.take_id(record)?;
    record.derived(&["default_billing_address_id", "default_shipping_address_id"]);
    let addresses = record.list("customer address", "addresses")?;
    Ok(Some(Thing::Customer(Box::new(Customer {
        id: id.into(),
        email: email(record)?,
        has_account: record.flag("has_account", false)?,
        first_name: record.opt_text("first_name")?,
        last_name: record.opt_text("last_name")?,
        phone: record.opt_text("phone")?,
        company_name: record.opt_text("company_name")?,
        metadata: record.metadata()?,
        group_ids: known.references(record, "groups")?,
        addresses: addresses.iter().map(address).collect::<Result<_>>()?,
        created_by: record.opt_text("created_by")?,
        created_at: record.time("created_at")?,
        updated_at: record.time("updated_at")?,
    }))))
}

fn address(record: &Record<'_>) -> Result<CustomerAddress> {
    record.derived(&["customer_id", "customer"]);
    Ok(CustomerAddress {
        id: record.id()?.into(),
        address_name: record.opt_text("address_name")?,
        is_default_shipping: record.flag("is_default_shipping", false)?,
        is_default_billing: record.flag("is_default_billing", false)?,
        first_name: record.opt_text("first_name")?,
        last_name: record.opt_text("last_name")?,
        company: record.opt_text("company")?,
        address_1: record.opt_text("address_1")?,
        address_2: record.opt_text("address_2")?,
        city: record.opt_text("city")?,
        province: record.opt_text("province")?,
        postal_code: record.opt_text("postal_code")?,
        country_code: record.opt_text("country_code")?.map(|code| code.to_lowercase()),
        phone: record.opt_text("phone")?,
        metadata: record.metadata()?,
        created_at: record.time("created_at")?,
        updated_at: record.time("updated_at")?,
    })
}

/// An address that mail can be sent to, in the form in which it is compared here.
pub(super) fn email(record: &Record<'_>) -> Result<String> {
    normalise_email(&record.text("email")?).map_err(|error| record.refuse("email", error))
}
