//! All SQL of the market.

use serde::de::DeserializeOwned;
use tradewind_kernel::Result;
use tradewind_platform::db::{Stored, Tx};
use tradewind_platform::params;

use crate::model::{
    PreferenceAttribute, PricePreference, RefundReason, Region, ReturnReason, SalesChannel, StoreSettings, TaxRegion,
    province_key,
};
use crate::snapshot::{MarketSnapshot, Parts};

const REGION: &str = "market_region";
const SALES_CHANNEL: &str = "market_sales_channel";
const TAX_REGION: &str = "market_tax_region";
const STORE: &str = "market_store";
const PRICE_PREFERENCE: &str = "market_price_preference";
const RETURN_REASON: &str = "market_return_reason";
const REFUND_REASON: &str = "market_refund_reason";

/// The whole market, in one read.
pub(crate) async fn load(tx: &mut Tx) -> Result<MarketSnapshot> {
    Ok(MarketSnapshot::new(Parts {
        regions: bodies::<Region>(tx, "SELECT body FROM market_region").await?,
        sales_channels: bodies::<SalesChannel>(tx, "SELECT body FROM market_sales_channel").await?,
        tax_regions: bodies::<TaxRegion>(tx, "SELECT body FROM market_tax_region").await?,
        price_preferences: bodies::<PricePreference>(tx, "SELECT body FROM market_price_preference").await?,
        return_reasons: bodies::<ReturnReason>(tx, "SELECT body FROM market_return_reason").await?,
        refund_reasons: bodies::<RefundReason>(tx, "SELECT body FROM market_refund_reason").await?,
        store: settings(tx).await?.map_or_else(StoreSettings::unset, |stored| stored.value),
    }))
}

async fn bodies<T: DeserializeOwned + Send>(tx: &mut Tx, sql: &str) -> Result<Vec<T>> {
    tx.query(sql, &[], |row| row.json(0)).await
}

pub(crate) async fn region(tx: &mut Tx, id: &str) -> Result<Option<Stored<Region>>> {
    tx.document(REGION, id).await
}

pub(crate) async fn insert_region(tx: &mut Tx, region: &Region) -> Result<()> {
    tx.insert_document(REGION, region.id.as_str(), region, &[]).await
}

pub(crate) async fn update_region(tx: &mut Tx, region: &Stored<Region>) -> Result<()> {
    let value = &region.value;
    tx.update_document(REGION, value.id.as_str(), region.version, value, &[]).await?;
    Ok(())
}

pub(crate) async fn delete_region(tx: &mut Tx, id: &str) -> Result<()> {
    give_up_countries(tx, id).await?;
    tx.execute("DELETE FROM market_region WHERE id = $1", params![id]).await?;
    Ok(())
}

/// Takes a country for a region; answers with the region that has it already, if one does.
pub(crate) async fn take_country(tx: &mut Tx, country: &str, region_id: &str) -> Result<Option<String>> {
    let taken = tx
        .execute(
            "INSERT INTO market_region_country (country_code, region_id) VALUES ($1, $2)
             ON CONFLICT (country_code) DO NOTHING",
            params![country, region_id],
        )
        .await?;
    if taken == 1 {
        return Ok(None);
    }
    tx.query_one("SELECT region_id FROM market_region_country WHERE country_code = $1", params![country], |row| {
        row.text(0)
    })
    .await
}

pub(crate) async fn give_up_countries(tx: &mut Tx, region_id: &str) -> Result<()> {
    tx.execute("DELETE FROM market_region_country WHERE region_id = $1", params![region_id]).await?;
    Ok(())
}

pub(crate) async fn sales_channel(tx: &mut Tx, id: &str) -> Result<Option<Stored<SalesChannel>>> {
    tx.document(SALES_CHANNEL, id).await
}

pub(crate) async fn insert_sales_channel(tx: &mut Tx, channel: &SalesChannel) -> Result<()> {
    tx.insert_document(SALES_CHANNEL, channel.id.as_str(), channel, &[]).await
}

pub(crate) async fn update_sales_channel(tx: &mut Tx, channel: &Stored<SalesChannel>) -> Result<()> {
    let value = &channel.value;
    tx.update_document(SALES_CHANNEL, value.id.as_str(), channel.version, value, &[]).await?;
    Ok(())
}

pub(crate) async fn delete_sales_channel(tx: &mut Tx, id: &str) -> Result<u64> {
    tx.execute("DELETE FROM market_sales_channel WHERE id = $1", params![id]).await
}

pub(crate) async fn tax_region(tx: &mut Tx, id: &str) -> Result<Option<Stored<TaxRegion>>> {
    tx.document(TAX_REGION, id).await
}

/// The tax region of a place.
pub(crate) async fn tax_region_at(tx: &mut Tx, country: &str, province: Option<&str>) -> Result<Option<TaxRegion>> {
    tx.query_one(
        "SELECT body FROM market_tax_region WHERE country_code = $1 AND province_code = $2",
        params![country, key_of(country, province)],
        |row| row.json(0),
    )
    .await
}

/// The ids of a country's provinces that have a tax region.
pub(crate) async fn provinces_of(tx: &mut Tx, country: &str) -> Result<Vec<String>> {
    tx.query(
        "SELECT id FROM market_tax_region WHERE country_code = $1 AND province_code <> ''",
        params![country],
        |row| row.text(0),
    )
    .await
}

pub(crate) async fn insert_tax_region(tx: &mut Tx, region: &TaxRegion) -> Result<()> {
    let key = key_of(&region.country_code, region.province_code.as_deref());
    let columns = [("country_code", region.country_code.as_str().into()), ("province_code", key.into())];
    tx.insert_document(TAX_REGION, region.id.as_str(), region, &columns).await
}

pub(crate) async fn update_tax_region(tx: &mut Tx, region: &Stored<TaxRegion>) -> Result<()> {
    let value = &region.value;
    let key = key_of(&value.country_code, value.province_code.as_deref());
    tx.update_document(TAX_REGION, value.id.as_str(), region.version, value, &[("province_code", key.into())]).await?;
    Ok(())
}

/// How the tax region of a province is found; the empty key is the whole country's.
fn key_of(country: &str, province: Option<&str>) -> String {
    province.map_or_else(String::new, |province| province_key(country, province))
}

pub(crate) async fn delete_tax_region(tx: &mut Tx, id: &str) -> Result<u64> {
    tx.execute("DELETE FROM market_tax_region WHERE id = $1", params![id]).await
}

pub(crate) async fn price_preference(tx: &mut Tx, id: &str) -> Result<Option<Stored<PricePreference>>> {
    tx.document(PRICE_PREFERENCE, id).await
}

/// The preference about a currency or a region.
pub(crate) async fn price_preference_about(
    tx: &mut Tx,
    attribute: PreferenceAttribute,
    value: &str,
) -> Result<Option<Stored<PricePreference>>> {
    tx.query_one(
        "SELECT version, body FROM market_price_preference WHERE attribute = $1 AND value = $2",
        params![attribute.as_str(), value],
        |row| Ok(Stored { version: row.int(0)?, value: row.json(1)? }),
    )
    .await
}

pub(crate) async fn insert_price_preference(tx: &mut Tx, preference: &PricePreference) -> Result<()> {
    let columns = [("attribute", preference.attribute.as_str().into()), ("value", preference.value.as_str().into())];
    tx.insert_document(PRICE_PREFERENCE, preference.id.as_str(), preference, &columns).await
}

pub(crate) async fn update_price_preference(tx: &mut Tx, preference: &Stored<PricePreference>) -> Result<()> {
    let value = &preference.value;
    let columns = [("attribute", value.attribute.as_str().into()), ("value", value.value.as_str().into())];
    tx.update_document(PRICE_PREFERENCE, value.id.as_str(), preference.version, value, &columns).await?;
    Ok(())
}

pub(crate) async fn delete_price_preference(tx: &mut Tx, id: &str) -> Result<u64> {
    tx.execute("DELETE FROM market_price_preference WHERE id = $1", params![id]).await
}

pub(crate) async fn return_reason(tx: &mut Tx, id: &str) -> Result<Option<Stored<ReturnReason>>> {
    tx.document(RETURN_REASON, id).await
}

pub(crate) async fn insert_return_reason(tx: &mut Tx, reason: &ReturnReason) -> Result<()> {
    let parent = reason.parent_id.as_ref().map(|id| id.as_str());
    let columns = [("value", reason.value.as_str().into()), ("parent_id", parent.into())];
    tx.insert_document(RETURN_REASON, reason.id.as_str(), reason, &columns).await
}

pub(crate) async fn update_return_reason(tx: &mut Tx, reason: &Stored<ReturnReason>) -> Result<()> {
    let value = &reason.value;
    let columns = [("value", value.value.as_str().into())];
    tx.update_document(RETURN_REASON, value.id.as_str(), reason.version, value, &columns).await?;
    Ok(())
}

/// How many reasons stand under this one.
pub(crate) async fn return_reasons_below(tx: &mut Tx, id: &str) -> Result<i64> {
    tx.number("SELECT COUNT(*) FROM market_return_reason WHERE parent_id = $1", params![id]).await
}

pub(crate) async fn delete_return_reason(tx: &mut Tx, id: &str) -> Result<u64> {
    tx.execute("DELETE FROM market_return_reason WHERE id = $1", params![id]).await
}

pub(crate) async fn refund_reason(tx: &mut Tx, id: &str) -> Result<Option<Stored<RefundReason>>> {
    tx.document(REFUND_REASON, id).await
}

pub(crate) async fn insert_refund_reason(tx: &mut Tx, reason: &RefundReason) -> Result<()> {
    tx.insert_document(REFUND_REASON, reason.id.as_str(), reason, &[("code", reason.code.as_str().into())]).await
}

pub(crate) async fn update_refund_reason(tx: &mut Tx, reason: &Stored<RefundReason>) -> Result<()> {
    let value = &reason.value;
    let columns = [("code", value.code.as_str().into())];
    tx.update_document(REFUND_REASON, value.id.as_str(), reason.version, value, &columns).await?;
    Ok(())
}

pub(crate) async fn delete_refund_reason(tx: &mut Tx, id: &str) -> Result<u64> {
    tx.execute("DELETE FROM market_refund_reason WHERE id = $1", params![id]).await
}

/// The settings of the shop, once there are any.
pub(crate) async fn settings(tx: &mut Tx) -> Result<Option<Stored<StoreSettings>>> {
    tx.query_one("SELECT version, body FROM market_store ORDER BY id LIMIT 1", &[], |row| {
        Ok(Stored { version: row.int(0)?, value: row.json(1)? })
    })
    .await
}

pub(crate) async fn insert_settings(tx: &mut Tx, settings: &StoreSettings) -> Result<()> {
    tx.insert_document(STORE, settings.id.as_str(), settings, &[]).await
}

pub(crate) async fn update_settings(tx: &mut Tx, settings: &Stored<StoreSettings>) -> Result<()> {
    let value = &settings.value;
    tx.update_document(STORE, value.id.as_str(), settings.version, value, &[]).await?;
    Ok(())
}

pub(crate) async fn delete_settings(tx: &mut Tx, id: &str) -> Result<()> {
    tx.execute("DELETE FROM market_store WHERE id = $1", params![id]).await?;
    Ok(())
}
