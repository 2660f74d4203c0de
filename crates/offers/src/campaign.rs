//! The verbs that change campaigns.

use tradewind_kernel::{Error, Result};
use tradewind_platform::db::Tx;

use crate::error::below_used;
use crate::model::{Budget, Campaign, CampaignChange, NewCampaign, set};
use crate::store::counts;
use crate::{Offers, OffersPart, check, store};

impl Offers {
    /// Makes a campaign; no other may have its identifier.
    pub async fn create_campaign(&self, tx: &mut Tx, new: NewCampaign) -> Result<Campaign> {
        let now = tx.now();
        let budget = new.budget.map(|budget| Budget {
            id: tx.mint().mint(Budget::PREFIX),
            kind: budget.kind,
            limit: budget.limit,
            currency: budget.currency,
            holder: budget.holder,
            created_at: now,
            updated_at: now,
        });
        let campaign = Campaign {
            id: new.id.unwrap_or_else(|| tx.mint().mint(Campaign::PREFIX)),
            identifier: new.identifier,
            name: new.name,
            description: new.description,
            starts_at: new.starts_at,
            ends_at: new.ends_at,
            budget,
            created_at: now,
            updated_at: now,
        };
        check::campaign(&campaign)?;
        store::insert_campaign(tx, &campaign).await?;
        if let Some(budget) = &campaign.budget {
            counts::insert_budget_count(tx, &campaign.id, most_together(budget)?, 0).await?;
        }
        self.changed(tx, OffersPart::Campaign, &campaign.id).await?;
        Ok(campaign)
    }

    /// Changes a campaign. The limit of its budget cannot be lower than what was used already; where each shopper has a budget of
    /// their own, those who had more keep it.
    pub async fn update_campaign(&self, tx: &mut Tx, id: &str, change: CampaignChange) -> Result<Campaign> {
        let mut stored = store::campaign(tx, id).await?.ok_or_else(|| Error::not_found("Campaign", id))?;
        let now = tx.now();
        let campaign = &mut stored.value;
        set(&mut campaign.identifier, change.identifier);
        set(&mut campaign.name, change.name);
        set(&mut campaign.description, change.description);
        set(&mut campaign.starts_at, change.starts_at);
        set(&mut campaign.ends_at, change.ends_at);
        campaign.updated_at = now;
        if let Some(limit) = change.limit {
            let budget = campaign.budget.as_mut().ok_or_else(|| {
                Error::invalid("budget", "budget: this campaign was made without one, so it has no limit to change")
            })?;
            budget.limit = limit;
            budget.updated_at = now;
        }
        check::campaign(campaign)?;
        if let (Some(budget), Some(_)) = (&campaign.budget, change.limit) {
            if !counts::limit_budget(tx, id, most_together(budget)?).await? {
                let used = counts::budgets_among(tx, &[id.to_owned()]).await?;
                let used = used.first().map_or(0, |(_, used)| *used);
                return Err(below_used("budget.limit", &budget.shown(used).to_string()));
            }
            if budget.kind.is_shared_out() {
                counts::limit_shares(tx, id, budget.most()?).await?;
            }
        }
        store::update_campaign(tx, &stored).await?;
        self.changed(tx, OffersPart::Campaign, id).await?;
        Ok(stored.value)
    }

    /// Puts promotions into a campaign, out of any other, and takes some out.
    pub async fn change_promotions_of_campaign(
        &self,
        tx: &mut Tx,
        id: &str,
        add: &[String],
        remove: &[String],
    ) -> Result<Campaign> {
        let campaign = store::campaign(tx, id).await?.ok_or_else(|| Error::not_found("Campaign", id))?.value;
        for (field, ids) in [("add", add), ("remove", remove)] {
            for (position, promotion_id) in ids.iter().enumerate() {
                let mut stored = store::promotion(tx, promotion_id).await?.ok_or_else(|| {
                    let field = format!("{field}[{position}]");
                    Error::invalid(&*field, format!("{field}: there is no promotion with id: {promotion_id}"))
                })?;
                let promotion = &mut stored.value;
                if field == "add" {
                    check::together(promotion, &campaign)?;
                    promotion.campaign_id = Some(id.to_owned());
                } else if promotion.campaign_id.as_deref() == Some(id) {
                    promotion.campaign_id = None;
                } else {
                    continue;
                }
                promotion.updated_at = tx.now();
                store::update_promotion(tx, &stored).await?;
            }
        }
        self.changed(tx, OffersPart::Campaign, id).await?;
        Ok(campaign)
    }

    /// Removes a campaign; its promotions stay, without one. Removing one that is gone is no error.
    pub async fn delete_campaign(&self, tx: &mut Tx, id: &str) -> Result<()> {
        for promotion_id in store::promotions_of_campaign(tx, id).await? {
            if let Some(mut stored) = store::promotion(tx, &promotion_id).await? {
                stored.value.campaign_id = None;
                stored.value.updated_at = tx.now();
                store::update_promotion(tx, &stored).await?;
            }
        }
        store::delete_campaign(tx, id).await?;
        self.changed(tx, OffersPart::Campaign, id).await
    }
}

/// The limit for all shoppers together: none where each has a budget of their own.
pub(crate) fn most_together(budget: &Budget) -> Result<Option<i64>> {
    if budget.kind.is_shared_out() { Ok(None) } else { budget.most() }
}
