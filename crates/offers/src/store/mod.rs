//! All SQL of offers: documents here, counters and prices in files of their own.

pub(crate) mod counts;
pub(crate) mod prices;

use tradewind_kernel::Result;
use tradewind_platform::db::{Stored, Tx, UNIQUE};
use tradewind_platform::params;

use crate::error::{code_taken, identifier_taken};
use crate::model::{Campaign, PriceList, Promotion};

const CAMPAIGN: &str = "offers_campaign";
const PROMOTION: &str = "offers_promotion";
const PRICE_LIST: &str = "offers_price_list";

pub(crate) async fn campaign(tx: &mut Tx, id: &str) -> Result<Option<Stored<Campaign>>> {
    tx.document(CAMPAIGN, id).await
}

pub(crate) async fn campaigns(tx: &mut Tx) -> Result<Vec<Campaign>> {
    tx.query("SELECT body FROM offers_campaign", &[], |row| row.json(0)).await
}

pub(crate) async fn insert_campaign(tx: &mut Tx, campaign: &Campaign) -> Result<()> {
    let columns = [("identifier", campaign.identifier.as_str().into())];
    let inserted = tx.insert_document(CAMPAIGN, &campaign.id, campaign, &columns).await;
    inserted.map_err(|error| if error.is(UNIQUE) { identifier_taken(&campaign.identifier) } else { error })
}

pub(crate) async fn update_campaign(tx: &mut Tx, campaign: &Stored<Campaign>) -> Result<()> {
    let value = &campaign.value;
    let columns = [("identifier", value.identifier.as_str().into())];
    let updated = tx.update_document(CAMPAIGN, &value.id, campaign.version, value, &columns).await;
    updated.map_err(|error| if error.is(UNIQUE) { identifier_taken(&value.identifier) } else { error })?;
    Ok(())
}

pub(crate) async fn delete_campaign(tx: &mut Tx, id: &str) -> Result<()> {
    tx.execute("DELETE FROM offers_share_count WHERE campaign_id = $1", params![id]).await?;
    tx.execute("DELETE FROM offers_budget_count WHERE campaign_id = $1", params![id]).await?;
    tx.execute("DELETE FROM offers_campaign WHERE id = $1", params![id]).await?;
    Ok(())
}

pub(crate) async fn promotion(tx: &mut Tx, id: &str) -> Result<Option<Stored<Promotion>>> {
    tx.document(PROMOTION, id).await
}

pub(crate) async fn promotions(tx: &mut Tx) -> Result<Vec<Promotion>> {
    tx.query("SELECT body FROM offers_promotion", &[], |row| row.json(0)).await
}

/// The ids of a campaign's promotions.
pub(crate) async fn promotions_of_campaign(tx: &mut Tx, campaign_id: &str) -> Result<Vec<String>> {
    let sql = "SELECT id FROM offers_promotion WHERE campaign_id = $1 ORDER BY id";
    tx.query(sql, params![campaign_id], |row| row.text(0)).await
}

pub(crate) async fn insert_promotion(tx: &mut Tx, promotion: &Promotion) -> Result<()> {
    let columns = [("code", promotion.code.as_str().into()), ("campaign_id", promotion.campaign_id.as_deref().into())];
    let inserted = tx.insert_document(PROMOTION, &promotion.id, promotion, &columns).await;
    inserted.map_err(|error| if error.is(UNIQUE) { code_taken(&promotion.code) } else { error })
}

pub(crate) async fn update_promotion(tx: &mut Tx, promotion: &Stored<Promotion>) -> Result<()> {
    let value = &promotion.value;
    let columns = [("code", value.code.as_str().into()), ("campaign_id", value.campaign_id.as_deref().into())];
    let updated = tx.update_document(PROMOTION, &value.id, promotion.version, value, &columns).await;
    updated.map_err(|error| if error.is(UNIQUE) { code_taken(&value.code) } else { error })?;
    Ok(())
}

pub(crate) async fn delete_promotion(tx: &mut Tx, id: &str) -> Result<()> {
    tx.execute("DELETE FROM offers_promotion_count WHERE promotion_id = $1", params![id]).await?;
    tx.execute("DELETE FROM offers_promotion WHERE id = $1", params![id]).await?;
    Ok(())
}

pub(crate) async fn price_list(tx: &mut Tx, id: &str) -> Result<Option<Stored<PriceList>>> {
    tx.document(PRICE_LIST, id).await
}

pub(crate) async fn price_lists(tx: &mut Tx) -> Result<Vec<PriceList>> {
    tx.query("SELECT body FROM offers_price_list", &[], |row| row.json(0)).await
}

pub(crate) async fn insert_price_list(tx: &mut Tx, list: &PriceList) -> Result<()> {
    tx.insert_document(PRICE_LIST, &list.id, list, &[]).await
}

pub(crate) async fn update_price_list(tx: &mut Tx, list: &Stored<PriceList>) -> Result<()> {
    tx.update_document(PRICE_LIST, &list.value.id, list.version, &list.value, &[]).await?;
    Ok(())
}

pub(crate) async fn delete_price_list(tx: &mut Tx, id: &str) -> Result<()> {
    tx.execute("DELETE FROM offers_list_price WHERE list_id = $1", params![id]).await?;
    tx.execute("DELETE FROM offers_price_list WHERE id = $1", params![id]).await?;
    Ok(())
}
