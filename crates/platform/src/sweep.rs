//! The sweep of the platform's own tables: rows whose time has come are removed.

use tradewind_kernel::Result;

use crate::db::Db;
use crate::params;

/// How many rows one transaction removes, so that it does not hold up the write lane.
const SWEPT_MAX: i64 = 500;

/// Removes the rows of a table whose moment has come, the oldest first; returns how many.
pub(crate) async fn remove_due(db: &Db, table: &'static str, moment: &'static str) -> Result<u64> {
    let mut swept = 0;
    loop {
        let removing = db.write(move |tx| {
            Box::pin(async move {
                let sql = format!(
                    "DELETE FROM {table} WHERE id IN
                     (SELECT id FROM {table} WHERE {moment} <= $1 ORDER BY {moment} LIMIT $2)"
                );
                let now = tx.now();
                tx.execute(&sql, params![now, SWEPT_MAX]).await
            })
        });
        let removed = removing.await?;
        swept += removed;
        if removed == 0 {
            return Ok(swept);
        }
    }
}
