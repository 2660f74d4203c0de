//! Schedules: ticks that become jobs, each once over all processes.

use std::collections::HashMap;
use std::sync::atomic::Ordering;

use tradewind_kernel::Result;

use super::Runner;
use crate::params;

impl Runner {
    /// Turns due schedule ticks into jobs; the row's primary key lets one process win each tick.
    pub(super) async fn tick(&self) -> Result<()> {
        let now = self.clock.now().unix_seconds();
        // Ticks are of whole seconds: one look in each is enough.
        if self.ticked_at.load(Ordering::Relaxed) == now {
            return Ok(());
        }
        let ticks = self.db.look_up(|tx| {
            Box::pin(async move {
                let sql = "SELECT name, last_tick FROM platform_schedule";
                tx.query(sql, &[], |row| Ok((row.text(0)?, row.int(1)?))).await
            })
        });
        let last: HashMap<String, i64> = ticks.await?.into_iter().collect();
        let is_due =
            |(name, seconds, _): &(&str, i64, _)| last.get(*name).is_none_or(|tick| *tick < now.div_euclid(*seconds));
        if self.handlers.schedules.iter().any(is_due) {
            self.enqueue_ticks(now).await?;
        }
        self.ticked_at.store(now, Ordering::Relaxed);
        Ok(())
    }

    async fn enqueue_ticks(&self, now: i64) -> Result<()> {
        let schedules = self.handlers.schedules.clone();
        let enqueuing = self.db.write(move |tx| {
            Box::pin(async move {
                for (name, seconds, enqueue) in &schedules {
                    let tick = now.div_euclid(*seconds);
                    let won = tx
                        .execute(
                            "INSERT INTO platform_schedule (name, last_tick) VALUES ($1, $2)
                             ON CONFLICT (name) DO UPDATE SET last_tick = excluded.last_tick
                             WHERE platform_schedule.last_tick < excluded.last_tick",
                            params![*name, tick],
                        )
                        .await?;
                    if won > 0 {
                        enqueue(tx).await?;
                    }
                }
                Ok(())
            })
        });
        enqueuing.await
    }
}
