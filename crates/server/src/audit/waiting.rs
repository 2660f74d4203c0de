//! The counters, and what should not be under way any more.

use tradewind_kernel::{Result, Timestamp};
use tradewind_platform::db::Tx;
use tradewind_platform::{events, jobs};

use super::{Audit, Auditor, Book, PAGE};

impl Auditor {
    pub(super) async fn counters(&self, tx: &mut Tx, audit: &mut Audit) -> Result<()> {
        for level in self.shop.inventory.uneven_levels(tx).await? {
            let tradewind_inventory::UnevenLevel { item_id, location_id, promised, reserved } = level;
            let text = format!("{item_id} at {location_id} counts {promised} as promised, and {reserved} are claimed");
            audit.find(Book::Counters, text);
        }
        for counter in self.shop.offers.short_counters(tx).await? {
            let tradewind_offers::ShortCounter { id, counted, claimed } = counter;
            audit.find(Book::Counters, format!("{id} counts {counted} as used, and {claimed} were claimed"));
        }
        Ok(())
    }

    pub(super) async fn waiting(&self, tx: &mut Tx, audit: &mut Audit) -> Result<()> {
        let events = events::book(tx, self.before).await?;
        if events.overdue > 0 {
            audit.find(Book::Waiting, format!("{} events have not been handed on in time", events.overdue));
        }
        if events.refused > 0 {
            audit.find(Book::Waiting, format!("{} events were refused and set aside", events.refused));
        }
        let jobs = jobs::book(tx, self.before).await?;
        if jobs.overdue > 0 {
            audit.find(Book::Waiting, format!("{} jobs were due and have not been done in time", jobs.overdue));
        }
        if self.is_at_rest && jobs.running > 0 {
            audit.find(Book::Waiting, format!("{} jobs are under way", jobs.running));
        }
        if jobs.dead > 0 {
            audit.find(Book::Waiting, format!("{} jobs were given up after their last try", jobs.dead));
        }
        let mut last = String::new();
        loop {
            let waiting = self.shop.checkout.awaiting_after(tx, &last, PAGE).await?;
            let Some((end, _)) = waiting.last() else { break };
            last.clone_from(end);
            let hangs = |ask_again_at: Timestamp| self.is_at_rest || ask_again_at < self.before;
            for (cart, _) in waiting.iter().filter(|(_, ask_again_at)| hangs(*ask_again_at)) {
                let text = format!("{cart} waits for its payment, and its provider was not asked in time");
                audit.find(Book::Waiting, text);
            }
        }
        for claim in self.shop.inventory.overdue(tx, self.before, PAGE).await? {
            let (of, reference) = (&claim.item_id, &claim.reference);
            audit.find(Book::Waiting, format!("{reference} still claims {of}, although its time is over"));
        }
        Ok(())
    }
}
