//! Items that a claim has just found sold out: further completions for them are refused before they ask the write lane.
//!
//! In a drop, most who come are late, and each would queue with those who are buying to be told so. A note lasts a second:
//! then one of them asks the database again, which also sees stock that another process has put in. While it lasts, whatever
//! this process commits is seen at once, because the stock is looked up in the inventory's memory and not in the note.

use std::collections::{BTreeMap, HashMap};

use parking_lot::Mutex;
use tradewind_inventory::{Demand, NOT_ENOUGH, demand_per_item, not_enough};
use tradewind_kernel::{Error, Result, Timestamp};

use crate::Checkout;
use crate::model::Cart;

/// How long an item counts as found sold out.
const NOTED_MILLIS: i64 = 1000;
/// How many items are noted at most; with more, what is not noted asks the database.
const NOTED_MAX: usize = 1024;

/// Items found sold out, with when the note ends.
#[derive(Default)]
pub(crate) struct SoldOut {
    until: Mutex<HashMap<String, Timestamp>>,
}

impl SoldOut {
    fn note(&self, item_id: &str, now: Timestamp) {
        let mut until = self.until.lock();
        if until.len() >= NOTED_MAX {
            until.retain(|_, until| *until > now);
        }
        if until.len() < NOTED_MAX {
            until.insert(item_id.to_owned(), now.plus_millis(NOTED_MILLIS));
        }
    }

    /// Those of these items that are noted.
    fn noted<'d>(&self, items: impl Iterator<Item = &'d str>, now: Timestamp) -> Vec<String> {
        let until = self.until.lock();
        if until.is_empty() {
            return Vec::new();
        }
        items.filter(|item| until.get(*item).is_some_and(|until| *until > now)).map(str::to_owned).collect()
    }
}

impl Checkout {
    /// Refuses a cart whose demand for an item that was just found sold out is still more than there is.
    pub(crate) async fn refuse_sold_out(&self, cart: &Cart, demands: &[Demand], locations: &[String]) -> Result<()> {
        let strict = demands.iter().filter(|demand| !demand.allow_backorder).map(|demand| demand.item_id.as_str());
        let noted = self.sold_out.noted(strict, self.parts.clock.now());
        if noted.is_empty() {
            return Ok(());
        }
        let available = self.parts.inventory.available(&noted, locations).await?;
        let wanted: BTreeMap<_, _> = demand_per_item(demands)?;
        for item_id in &noted {
            let there = available.get(item_id).copied().unwrap_or(0);
            let asked = wanted.get(item_id.as_str()).map_or(0, |demand| demand.strict);
            if asked > there {
                let line =
                    demands.iter().find(|demand| demand.item_id == *item_id).map(|demand| demand.line_id.as_str());
                let item = cart.items.iter().find(|item| Some(item.id.as_str()) == line);
                let title = item.map_or("This item", |item| item.goods.title.as_str());
                return Err(not_enough(item_id, title, asked, there));
            }
        }
        Ok(())
    }

    /// Notes what a refused claim found, and passes the refusal on.
    pub(crate) fn noting_sold_out(&self, error: Error) -> Error {
        if error.is(NOT_ENOUGH)
            && let Some(item_id) = error.field().and_then(|field| field.strip_prefix("items."))
        {
            self.sold_out.note(item_id, self.parts.clock.now());
        }
        error
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_lasts_a_second_and_there_are_not_too_many() {
        let sold_out = SoldOut::default();
        sold_out.note("iitem_a", Timestamp(0));
        assert_eq!(sold_out.noted(["iitem_a", "iitem_b"].into_iter(), Timestamp(999)), ["iitem_a"]);
        assert!(sold_out.noted(["iitem_a"].into_iter(), Timestamp(1000)).is_empty());
        for number in 0..5000 {
            sold_out.note(&format!("iitem_{number}"), Timestamp(0));
        }
        assert_eq!(sold_out.until.lock().len(), NOTED_MAX);
        // Those that have ended make room.
        sold_out.note("iitem_late", Timestamp(2000));
        assert_eq!(sold_out.noted(["iitem_late"].into_iter(), Timestamp(2001)), ["iitem_late"]);
        assert_eq!(sold_out.until.lock().len(), 1);
    }
}
