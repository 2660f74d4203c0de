//! Taking in the offers of another shop: whole aggregates under the ids they have there, with what was used of them.

use std::collections::BTreeMap;

use tradewind_kernel::Result;
use tradewind_platform::db::{Imported, Stored, Tx};

use crate::campaign::most_together;
use crate::model::{Campaign, ListPrice, PriceList, Promotion};
use crate::store::{counts, prices};
use crate::{Offers, OffersPart, check, store};

impl Offers {
    /// Stores a campaign as it is. What its budget gave (in its minor units, or uses) counts where the campaign is new;
    /// afterwards it is counted here.
    pub async fn import_campaign(&self, tx: &mut Tx, campaign: Campaign, given: i64) -> Result<Imported> {
        check::campaign(&campaign)?;
        let present = store::campaign(tx, &campaign.id).await?;
        let outcome = Imported::over(present.as_ref(), &campaign);
        let (id, budget) = (campaign.id.clone(), campaign.budget.clone());
        match present {
            _ if outcome == Imported::Same => return Ok(outcome),
            None => store::insert_campaign(tx, &campaign).await?,
            Some(present) => {
                store::update_campaign(tx, &Stored { version: present.version, value: campaign }).await?;
            }
        }
        if let Some(budget) = budget {
            let most = most_together(&budget)?;
            let is_counted = !counts::budgets_among(tx, std::slice::from_ref(&id)).await?.is_empty();
            match is_counted {
                false => counts::insert_budget_count(tx, &id, reached(most, given), given).await?,
                // Where more was given than the new limit, nothing more is.
                true => drop(counts::limit_budget(tx, &id, most).await?),
            }
            if budget.kind.is_shared_out() {
                counts::limit_shares(tx, &id, budget.most()?).await?;
            }
        }
        self.changed(tx, OffersPart::Campaign, &id).await?;
        Ok(outcome)
    }

    /// Stores a promotion as it is; its code must be its own. How often it was used counts where it is new; afterwards that
    /// is counted here. Its campaign is the importer's to know.
    pub async fn import_promotion(&self, tx: &mut Tx, promotion: Promotion, used: i64) -> Result<Imported> {
        check::promotion(&promotion)?;
        let present = store::promotion(tx, &promotion.id).await?;
        let outcome = Imported::over(present.as_ref(), &promotion);
        let (id, most) = (promotion.id.clone(), promotion.limit);
        match present {
            _ if outcome == Imported::Same => return Ok(outcome),
            None => {
                store::insert_promotion(tx, &promotion).await?;
                counts::insert_promotion_count(tx, &id, reached(most, used), used).await?;
            }
            Some(present) => {
                store::update_promotion(tx, &Stored { version: present.version, value: promotion }).await?;
                counts::limit_uses(tx, &id, most).await?;
            }
        }
        self.changed(tx, OffersPart::Promotion, &id).await?;
        Ok(outcome)
    }

    /// Stores a price list as it is, without its prices.
    pub async fn import_price_list(&self, tx: &mut Tx, list: PriceList) -> Result<Imported> {
        check::price_list(&list)?;
        let present = store::price_list(tx, &list.id).await?;
        let outcome = Imported::over(present.as_ref(), &list);
        let id = list.id.clone();
        match present {
            _ if outcome == Imported::Same => return Ok(outcome),
            None => store::insert_price_list(tx, &list).await?,
            Some(present) => {
                store::update_price_list(tx, &Stored { version: present.version, value: list }).await?;
            }
        }
        self.changed(tx, OffersPart::PriceList, &id).await?;
        Ok(outcome)
    }

    /// Stores a price of a list as it is. The list is the importer's to know.
    pub async fn import_list_price(&self, tx: &mut Tx, price: ListPrice) -> Result<Imported> {
        check::list_price("price", &price)?;
        let present = prices::one(tx, &price.list_id, &price.id).await?;
        let outcome = match &present {
            None => Imported::New,
            Some(present) if *present == price => return Ok(Imported::Same),
            Some(_) => Imported::Changed,
        };
        let of_variant = prices::of_variants(tx, &price.list_id, std::slice::from_ref(&price.variant_id)).await?;
        let mut beside: BTreeMap<String, ListPrice> =
            of_variant.into_iter().map(|price| (price.id.clone(), price)).collect();
        beside.insert(price.id.clone(), price.clone());
        let beside: Vec<ListPrice> = beside.into_values().collect();
        check::no_overlap(&beside, |other| (other.id == price.id).then(|| "price".to_owned()))?;
        match outcome {
            Imported::New => prices::insert(tx, &price).await?,
            _ => prices::update(tx, &price).await?,
        }
        self.changed(tx, OffersPart::PriceList, &price.list_id).await?;
        Ok(outcome)
    }
}

/// A limit that was passed there is a limit that is reached here.
fn reached(most: Option<i64>, used: i64) -> Option<i64> {
    most.map(|most| most.max(used))
}
