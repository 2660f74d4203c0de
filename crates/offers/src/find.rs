//! What staff reads: prices of a list, and what the counters stand at.

use std::collections::HashMap;

use tradewind_kernel::{Page, Paging, Result};

use crate::Offers;
use crate::model::ListPrice;
use crate::store::{self, counts};

/// What counters stand at.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Used {
    promotions: HashMap<String, i64>,
    budgets: HashMap<String, i64>,
}

impl Used {
    /// How often a promotion was used.
    #[must_use]
    pub fn promotion(&self, id: &str) -> i64 {
        self.promotions.get(id).copied().unwrap_or(0)
    }

    /// What a campaign's budget gave: uses, or minor units of its currency.
    #[must_use]
    pub fn budget(&self, campaign_id: &str) -> i64 {
        self.budgets.get(campaign_id).copied().unwrap_or(0)
    }
}

impl Offers {
    /// What the counters of these promotions and campaigns stand at.
    pub async fn used(&self, promotion_ids: &[String], campaign_ids: &[String]) -> Result<Used> {
        self.db
            .read_own(|tx| {
                let (promotion_ids, campaign_ids) = (promotion_ids.to_vec(), campaign_ids.to_vec());
                Box::pin(async move {
                    let promotions = counts::uses_among(tx, &promotion_ids).await?.into_iter().collect();
                    let budgets = counts::budgets_among(tx, &campaign_ids).await?.into_iter().collect();
                    Ok(Used { promotions, budgets })
                })
            })
            .await
    }

    /// A part of a list's prices, in the order of their ids.
    pub async fn list_prices(&self, list_id: &str, paging: Paging) -> Result<Page<ListPrice>> {
        let list_id = list_id.to_owned();
        self.db.read_own(move |tx| Box::pin(async move { store::prices::page(tx, &list_id, paging).await })).await
    }

    /// All prices of some lists.
    pub async fn prices_of_lists(&self, list_ids: &[String]) -> Result<Vec<ListPrice>> {
        let list_ids = list_ids.to_vec();
        self.db.read_own(move |tx| Box::pin(async move { store::prices::of_lists(tx, &list_ids).await })).await
    }
}
