//! All SQL of the fulfilment.

use serde::de::DeserializeOwned;
use tradewind_kernel::Result;
use tradewind_platform::db::{Stored, Tx};
use tradewind_platform::params;

use crate::model::{FulfillmentSet, ShippingOption, ShippingOptionType, ShippingProfile};
use crate::snapshot::{FulfilmentSnapshot, Parts};

const PROFILE: &str = "fulfilment_profile";
const SET: &str = "fulfilment_set";
const OPTION: &str = "fulfilment_option";
const OPTION_TYPE: &str = "fulfilment_option_type";

/// All shipping configuration, in one read.
pub(crate) async fn load(tx: &mut Tx) -> Result<FulfilmentSnapshot> {
    Ok(FulfilmentSnapshot::new(Parts {
        profiles: bodies::<ShippingProfile>(tx, "SELECT body FROM fulfilment_profile").await?,
        sets: bodies::<FulfillmentSet>(tx, "SELECT body FROM fulfilment_set").await?,
        options: bodies::<ShippingOption>(tx, "SELECT body FROM fulfilment_option").await?,
        option_types: bodies::<ShippingOptionType>(tx, "SELECT body FROM fulfilment_option_type").await?,
        location_providers: tx
            .query(
                "SELECT location_id, provider_id FROM fulfilment_location_provider ORDER BY location_id, provider_id",
                &[],
                |row| Ok((row.text(0)?, row.text(1)?)),
            )
            .await?,
    }))
}

async fn bodies<T: DeserializeOwned + Send>(tx: &mut Tx, sql: &str) -> Result<Vec<T>> {
    tx.query(sql, &[], |row| row.json(0)).await
}

pub(crate) async fn profile_exists(tx: &mut Tx, id: &str) -> Result<bool> {
    let sql = "SELECT COUNT(*) FROM fulfilment_profile WHERE id = $1";
    Ok(tx.number(sql, params![id]).await? > 0)
}

pub(crate) async fn insert_profile(tx: &mut Tx, profile: &ShippingProfile) -> Result<()> {
    let columns = [("name", profile.name.as_str().into())];
    tx.insert_document(PROFILE, &profile.id, profile, &columns).await
}

pub(crate) async fn profile(tx: &mut Tx, id: &str) -> Result<Option<Stored<ShippingProfile>>> {
    tx.document(PROFILE, id).await
}

pub(crate) async fn update_profile(tx: &mut Tx, profile: &Stored<ShippingProfile>) -> Result<()> {
    let value = &profile.value;
    let columns = [("name", value.name.as_str().into())];
    tx.update_document(PROFILE, &value.id, profile.version, value, &columns).await?;
    Ok(())
}

pub(crate) async fn delete_profile(tx: &mut Tx, id: &str) -> Result<u64> {
    tx.execute("DELETE FROM fulfilment_profile WHERE id = $1", params![id]).await
}

pub(crate) async fn set(tx: &mut Tx, id: &str) -> Result<Option<Stored<FulfillmentSet>>> {
    tx.document(SET, id).await
}

pub(crate) async fn set_of_zone(tx: &mut Tx, zone_id: &str) -> Result<Option<String>> {
    tx.query_one("SELECT set_id FROM fulfilment_zone WHERE id = $1", params![zone_id], |row| row.text(0)).await
}

pub(crate) async fn insert_set(tx: &mut Tx, set: &FulfillmentSet) -> Result<()> {
    tx.insert_document(SET, &set.id, set, &[]).await?;
    insert_zones(tx, set).await
}

pub(crate) async fn update_set(tx: &mut Tx, set: &Stored<FulfillmentSet>) -> Result<()> {
    let value = &set.value;
    tx.update_document(SET, &value.id, set.version, value, &[]).await?;
    delete_zones(tx, &value.id).await?;
    insert_zones(tx, value).await
}

async fn insert_zones(tx: &mut Tx, set: &FulfillmentSet) -> Result<()> {
    for zone in &set.service_zones {
        tx.execute("INSERT INTO fulfilment_zone (id, set_id) VALUES ($1, $2)", params![&zone.id, &set.id]).await?;
    }
    Ok(())
}

async fn delete_zones(tx: &mut Tx, set_id: &str) -> Result<()> {
    tx.execute("DELETE FROM fulfilment_zone WHERE set_id = $1", params![set_id]).await?;
    Ok(())
}

pub(crate) async fn delete_set(tx: &mut Tx, id: &str) -> Result<()> {
    delete_zones(tx, id).await?;
    tx.execute("DELETE FROM fulfilment_set WHERE id = $1", params![id]).await?;
    Ok(())
}

pub(crate) async fn option(tx: &mut Tx, id: &str) -> Result<Option<Stored<ShippingOption>>> {
    tx.document(OPTION, id).await
}

/// Stores a new option, and its type where that is new too.
pub(crate) async fn insert_option(tx: &mut Tx, option: &ShippingOption) -> Result<()> {
    remember_type(tx, &option.type_).await?;
    let columns = [
        ("zone_id", option.service_zone_id.as_str().into()),
        ("profile_id", option.shipping_profile_id.as_str().into()),
        ("type_id", option.type_.id.as_str().into()),
    ];
    tx.insert_document(OPTION, &option.id, option, &columns).await
}

pub(crate) async fn update_option(tx: &mut Tx, option: &Stored<ShippingOption>) -> Result<()> {
    let value = &option.value;
    remember_type(tx, &value.type_).await?;
    let columns = [
        ("zone_id", value.service_zone_id.as_str().into()),
        ("profile_id", value.shipping_profile_id.as_str().into()),
        ("type_id", value.type_.id.as_str().into()),
    ];
    tx.update_document(OPTION, &value.id, option.version, value, &columns).await?;
    Ok(())
}

async fn remember_type(tx: &mut Tx, type_: &ShippingOptionType) -> Result<()> {
    match option_type(tx, &type_.id).await? {
        Some(_) => Ok(()),
        None => insert_option_type(tx, type_).await,
    }
}

pub(crate) async fn option_type(tx: &mut Tx, id: &str) -> Result<Option<Stored<ShippingOptionType>>> {
    tx.document(OPTION_TYPE, id).await
}

pub(crate) async fn insert_option_type(tx: &mut Tx, type_: &ShippingOptionType) -> Result<()> {
    tx.insert_document(OPTION_TYPE, &type_.id, type_, &[]).await
}

pub(crate) async fn update_option_type(tx: &mut Tx, type_: &Stored<ShippingOptionType>) -> Result<()> {
    tx.update_document(OPTION_TYPE, &type_.value.id, type_.version, &type_.value, &[]).await?;
    Ok(())
}

pub(crate) async fn delete_option_type(tx: &mut Tx, id: &str) -> Result<u64> {
    tx.execute("DELETE FROM fulfilment_option_type WHERE id = $1", params![id]).await
}

/// The options of a type.
pub(crate) async fn options_of_type(tx: &mut Tx, type_id: &str) -> Result<Vec<Stored<ShippingOption>>> {
    let sql = "SELECT version, body FROM fulfilment_option WHERE type_id = $1 ORDER BY id";
    tx.query(sql, params![type_id], |row| Ok(Stored { version: row.int(0)?, value: row.json(1)? })).await
}

/// Lets a provider deliver from a location; it may do so already.
pub(crate) async fn link_provider(tx: &mut Tx, location_id: &str, provider_id: &str) -> Result<u64> {
    tx.execute(
        "INSERT INTO fulfilment_location_provider (location_id, provider_id) VALUES ($1, $2)
         ON CONFLICT (location_id, provider_id) DO NOTHING",
        params![location_id, provider_id],
    )
    .await
}

pub(crate) async fn unlink_provider(tx: &mut Tx, location_id: &str, provider_id: &str) -> Result<u64> {
    tx.execute(
        "DELETE FROM fulfilment_location_provider WHERE location_id = $1 AND provider_id = $2",
        params![location_id, provider_id],
    )
    .await
}

pub(crate) async fn delete_option(tx: &mut Tx, id: &str) -> Result<u64> {
    tx.execute("DELETE FROM fulfilment_option WHERE id = $1", params![id]).await
}

pub(crate) async fn options_of_profile(tx: &mut Tx, profile_id: &str) -> Result<i64> {
    let sql = "SELECT COUNT(*) FROM fulfilment_option WHERE profile_id = $1";
    tx.number(sql, params![profile_id]).await
}

pub(crate) async fn options_in_zone(tx: &mut Tx, zone_id: &str) -> Result<i64> {
    let sql = "SELECT COUNT(*) FROM fulfilment_option WHERE zone_id = $1";
    tx.number(sql, params![zone_id]).await
}
