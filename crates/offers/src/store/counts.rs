//! The SQL of counters and of what was claimed.

use tradewind_kernel::{Result, Timestamp};
use tradewind_platform::db::{Row, Tx, json_list};
use tradewind_platform::params;

use crate::books::ShortCounter;

/// What a reference has claimed of a promotion.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Use {
    pub promotion_id: String,
    /// What was taken off, in minor units.
    pub amount: i64,
    /// The campaign whose budget was used.
    pub campaign_id: Option<String>,
    /// On whom it was counted.
    pub holder: Option<String>,
    /// What was taken from the budget.
    pub taken: i64,
}

/// The uses of a reference, by id of the promotion.
pub(crate) async fn uses_of(tx: &mut Tx, reference: &str) -> Result<Vec<Use>> {
    let sql = "SELECT promotion_id, amount, campaign_id, holder, taken FROM offers_use
               WHERE reference = $1 ORDER BY promotion_id";
    let use_of = |row: &Row<'_>| {
        Ok(Use {
            promotion_id: row.text(0)?,
            amount: row.int(1)?,
            campaign_id: row.opt_text(2)?,
            holder: row.opt_text(3)?,
            taken: row.int(4)?,
        })
    };
    tx.query(sql, params![reference], use_of).await
}

/// Records a use; answers false where the reference has claimed the promotion meanwhile.
pub(crate) async fn insert_use(tx: &mut Tx, reference: &str, held: &Use, at: Timestamp) -> Result<bool> {
    let inserted = tx
        .execute(
            "INSERT INTO offers_use (reference, promotion_id, amount, campaign_id, holder, taken, at)
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (reference, promotion_id) DO NOTHING",
            params![
                reference,
                &held.promotion_id,
                held.amount,
                held.campaign_id.as_deref(),
                held.holder.as_deref(),
                held.taken,
                at
            ],
        )
        .await?;
    Ok(inserted == 1)
}

pub(crate) async fn delete_use(tx: &mut Tx, reference: &str, promotion_id: &str) -> Result<bool> {
    let sql = "DELETE FROM offers_use WHERE reference = $1 AND promotion_id = $2";
    Ok(tx.execute(sql, params![reference, promotion_id]).await? == 1)
}

// Uses of promotions.

pub(crate) async fn insert_promotion_count(tx: &mut Tx, id: &str, most: Option<i64>, used: i64) -> Result<()> {
    let sql = "INSERT INTO offers_promotion_count (promotion_id, most, used) VALUES ($1, $2, $3)";
    tx.execute(sql, params![id, most, used]).await?;
    Ok(())
}

/// Counts one use, unless there were as many as there may be.
pub(crate) async fn take_use(tx: &mut Tx, id: &str) -> Result<bool> {
    let sql = "UPDATE offers_promotion_count SET used = used + 1
               WHERE promotion_id = $1 AND (most IS NULL OR used < most)";
    Ok(tx.execute(sql, params![id]).await? == 1)
}

pub(crate) async fn give_use_back(tx: &mut Tx, id: &str) -> Result<()> {
    let sql = "UPDATE offers_promotion_count SET used = used - 1 WHERE promotion_id = $1 AND used > 0";
    tx.execute(sql, params![id]).await?;
    Ok(())
}

/// Sets how often a promotion may be used, unless it was used more often already.
pub(crate) async fn limit_uses(tx: &mut Tx, id: &str, most: Option<i64>) -> Result<bool> {
    let changed = match most {
        Some(most) => {
            let sql = "UPDATE offers_promotion_count SET most = $1 WHERE promotion_id = $2 AND used <= $1";
            tx.execute(sql, params![most, id]).await?
        }
        None => {
            let sql = "UPDATE offers_promotion_count SET most = NULL WHERE promotion_id = $1";
            tx.execute(sql, params![id]).await?
        }
    };
    Ok(changed == 1)
}

/// How often promotions were used, of those that were.
pub(crate) async fn uses(tx: &mut Tx) -> Result<Vec<(String, i64)>> {
    let sql = "SELECT promotion_id, used FROM offers_promotion_count WHERE used > 0";
    tx.query(sql, &[], |row| Ok((row.text(0)?, row.int(1)?))).await
}

/// How often these promotions were used.
pub(crate) async fn uses_among(tx: &mut Tx, ids: &[String]) -> Result<Vec<(String, i64)>> {
    let sql = format!(
        "SELECT promotion_id, used FROM offers_promotion_count WHERE {}",
        tx.dialect().in_list("promotion_id", "$1")
    );
    tx.query(&sql, params![json_list(ids)], |row| Ok((row.text(0)?, row.int(1)?))).await
}

// Budgets of campaigns.

pub(crate) async fn insert_budget_count(tx: &mut Tx, campaign_id: &str, most: Option<i64>, used: i64) -> Result<()> {
    let sql = "INSERT INTO offers_budget_count (campaign_id, most, used) VALUES ($1, $2, $3)";
    tx.execute(sql, params![campaign_id, most, used]).await?;
    Ok(())
}

/// Takes from a budget, unless that is more than is left.
pub(crate) async fn take_budget(tx: &mut Tx, campaign_id: &str, taken: i64) -> Result<bool> {
    let sql = "UPDATE offers_budget_count SET used = used + $1
               WHERE campaign_id = $2 AND (most IS NULL OR used + $1 <= most)";
    Ok(tx.execute(sql, params![taken, campaign_id]).await? == 1)
}

pub(crate) async fn give_budget_back(tx: &mut Tx, campaign_id: &str, taken: i64) -> Result<()> {
    let sql = "UPDATE offers_budget_count SET used = used - $1 WHERE campaign_id = $2 AND used >= $1";
    tx.execute(sql, params![taken, campaign_id]).await?;
    Ok(())
}

/// Sets what a budget may give, unless it gave more already.
pub(crate) async fn limit_budget(tx: &mut Tx, campaign_id: &str, most: Option<i64>) -> Result<bool> {
    let changed = match most {
        Some(most) => {
            let sql = "UPDATE offers_budget_count SET most = $1 WHERE campaign_id = $2 AND used <= $1";
            tx.execute(sql, params![most, campaign_id]).await?
        }
        None => {
            let sql = "UPDATE offers_budget_count SET most = NULL WHERE campaign_id = $1";
            tx.execute(sql, params![campaign_id]).await?
        }
    };
    Ok(changed == 1)
}

/// What budgets gave.
pub(crate) async fn budgets(tx: &mut Tx) -> Result<Vec<(String, i64)>> {
    let sql = "SELECT campaign_id, used FROM offers_budget_count WHERE used > 0";
    tx.query(sql, &[], |row| Ok((row.text(0)?, row.int(1)?))).await
}

/// What these campaigns' budgets gave.
pub(crate) async fn budgets_among(tx: &mut Tx, campaign_ids: &[String]) -> Result<Vec<(String, i64)>> {
    let sql = format!(
        "SELECT campaign_id, used FROM offers_budget_count WHERE {}",
        tx.dialect().in_list("campaign_id", "$1")
    );
    tx.query(&sql, params![json_list(campaign_ids)], |row| Ok((row.text(0)?, row.int(1)?))).await
}

// Shares of a budget.

/// Takes from somebody's share of a budget, unless that is more than is left of it. `most` is what everybody may have.
pub(crate) async fn take_share(
    tx: &mut Tx,
    campaign_id: &str,
    holder: &str,
    most: Option<i64>,
    taken: i64,
) -> Result<bool> {
    tx.execute(
        "INSERT INTO offers_share_count (campaign_id, holder, most, used) VALUES ($1, $2, $3, 0)
         ON CONFLICT (campaign_id, holder) DO NOTHING",
        params![campaign_id, holder, most],
    )
    .await?;
    let sql = "UPDATE offers_share_count SET used = used + $1
               WHERE campaign_id = $2 AND holder = $3 AND (most IS NULL OR used + $1 <= most)";
    Ok(tx.execute(sql, params![taken, campaign_id, holder]).await? == 1)
}

/// Gives back to somebody's share. Who had more than everybody may have by now gets no more than that.
pub(crate) async fn give_share_back(
    tx: &mut Tx,
    campaign_id: &str,
    holder: &str,
    most: Option<i64>,
    taken: i64,
) -> Result<()> {
    let sql = "UPDATE offers_share_count
               SET used = used - $1, most = CASE WHEN used - $1 > $2 THEN used - $1 ELSE $2 END
               WHERE campaign_id = $3 AND holder = $4 AND used >= $1";
    tx.execute(sql, params![taken, most, campaign_id, holder]).await?;
    Ok(())
}

/// Sets what everybody may have. Who had more keeps it, and gets no more.
pub(crate) async fn limit_shares(tx: &mut Tx, campaign_id: &str, most: Option<i64>) -> Result<()> {
    let sql = "UPDATE offers_share_count SET most = CASE WHEN used > $1 THEN used ELSE $1 END WHERE campaign_id = $2";
    tx.execute(sql, params![most, campaign_id]).await?;
    Ok(())
}

/// What somebody has had of a campaign's budget.
pub(crate) async fn share(tx: &mut Tx, campaign_id: &str, holder: &str) -> Result<i64> {
    let sql = "SELECT used FROM offers_share_count WHERE campaign_id = $1 AND holder = $2";
    tx.number(sql, params![campaign_id, holder]).await
}

// The books.

/// Counters that stand lower than what was claimed of them.
pub(crate) async fn short_counters(tx: &mut Tx) -> Result<Vec<ShortCounter>> {
    let mut found = Vec::new();
    for sql in [
        "SELECT c.promotion_id, c.used, COUNT(u.reference) FROM offers_promotion_count c
         JOIN offers_use u ON u.promotion_id = c.promotion_id
         GROUP BY c.promotion_id, c.used HAVING c.used < COUNT(u.reference)",
        "SELECT c.campaign_id, c.used, SUM(u.taken) FROM offers_budget_count c
         JOIN offers_use u ON u.campaign_id = c.campaign_id
         GROUP BY c.campaign_id, c.used HAVING c.used < SUM(u.taken)",
    ] {
        let short = |row: &Row<'_>| Ok(ShortCounter { id: row.text(0)?, counted: row.int(1)?, claimed: row.int(2)? });
        found.extend(tx.query(sql, &[], short).await?);
    }
    Ok(found)
}
