//! Counting uses of promotions, and giving them back. Both may be repeated.

use std::collections::BTreeMap;

use tradewind_kernel::{Error, Money, Result};
use tradewind_platform::db::Tx;

use crate::error::{gone, nobody_to_count_on, used_up};
use crate::model::{Budget, BudgetHolder, PromotionStatus};
use crate::store::counts::{self, Use};
use crate::{Offers, Usable, store};

/// What an order uses of a promotion.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PromotionUse {
    /// Which promotion.
    pub promotion_id: String,
    /// What it takes off.
    pub amount: Money,
    /// Who buys, where that is known.
    pub customer_id: Option<String>,
    /// The e-mail address of who buys.
    pub email: Option<String>,
}

impl Offers {
    /// Counts a use of each promotion for a reference (an order's id), and what each takes from its campaign's budget. All of
    /// them, or none: after an error everything is as it was.
    ///
    /// Claiming again for the same reference counts nothing twice; for another amount, the budget is settled anew. Fails with
    /// the code [`PROMOTION_USED_UP`](crate::PROMOTION_USED_UP), naming the promotion's code.
    pub async fn claim(&self, tx: &mut Tx, reference: &str, uses: &[PromotionUse]) -> Result<()> {
        if uses.is_empty() {
            return Ok(());
        }
        let (reference, uses) = (reference.to_owned(), summed(uses)?);
        let touched = tx.attempt(move |tx| Box::pin(async move { take_all(tx, &reference, uses).await })).await?;
        self.note(tx, touched).await
    }

    /// Gives back all that a reference has claimed. Giving back twice gives back once.
    pub async fn release(&self, tx: &mut Tx, reference: &str) -> Result<()> {
        let mut touched = Touched::default();
        for held in counts::uses_of(tx, reference).await? {
            give_back(tx, reference, &held, &mut touched).await?;
        }
        self.note(tx, touched).await
    }

    /// Leaves of these promotions those that this shopper may use, by what each shopper may have of a campaign's budget; narrows
    /// what is left of a budget to the shopper's own share. Where a budget is counted on customers or e-mail addresses and
    /// that is not known yet, the promotion is left out.
    pub async fn for_shopper(
        &self,
        usable: Vec<Usable>,
        customer_id: Option<&str>,
        email: Option<&str>,
    ) -> Result<Vec<Usable>> {
        let mut left = Vec::with_capacity(usable.len());
        for mut one in usable {
            let campaign = one.stored.campaign.clone();
            let Some((campaign, budget)) = campaign.as_ref().and_then(|it| Some((it, it.budget.as_ref()?))) else {
                left.push(one);
                continue;
            };
            if !budget.kind.is_shared_out() {
                left.push(one);
                continue;
            }
            let Some(holder) = budget.holder.and_then(|by| by.of(customer_id, email)) else { continue };
            let Some(most) = budget.most()? else {
                left.push(one);
                continue;
            };
            let id = campaign.id.clone();
            let had =
                self.db.read_own(move |tx| Box::pin(async move { counts::share(tx, &id, &holder).await })).await?;
            if had >= most {
                continue;
            }
            if budget.kind.is_spending() {
                std::sync::Arc::make_mut(&mut one.pricing).budget_left = Some(budget.shown(most - had));
            }
            left.push(one);
        }
        Ok(left)
    }

    /// Keeps what is known of the counters up to date once this is committed.
    async fn note(&self, tx: &mut Tx, touched: Touched) -> Result<()> {
        if touched.promotions.is_empty() {
            return Ok(());
        }
        let used = counts::uses_among(tx, &touched.promotions).await?;
        let given = counts::budgets_among(tx, &touched.campaigns).await?;
        let (uses, budgets) = (self.uses.clone(), self.budgets.clone());
        tx.after_commit(move || {
            used.into_iter().for_each(|(id, used)| uses.note(id, used));
            given.into_iter().for_each(|(id, given)| budgets.note(id, given));
        });
        Ok(())
    }
}

/// Whose counters were changed.
#[derive(Default)]
struct Touched {
    promotions: Vec<String>,
    campaigns: Vec<String>,
}

/// What is to be taken from a budget.
struct Take {
    code: String,
    budget: Option<Budget>,
    held: Use,
}

/// One use of each promotion, in the order of ids.
fn summed(uses: &[PromotionUse]) -> Result<Vec<PromotionUse>> {
    let mut by_id: BTreeMap<&str, PromotionUse> = BTreeMap::new();
    for one in uses {
        if one.amount.minor < 0 {
            return Err(Error::invalid("amount", "A promotion takes something off, not less than nothing"));
        }
        if let Some(before) = by_id.get_mut(one.promotion_id.as_str()) {
            let sum = before.amount.minor.checked_add(one.amount.minor);
            before.amount.minor = sum.ok_or_else(|| Error::invalid("amount", "The amount is too large"))?;
        } else {
            by_id.insert(&one.promotion_id, one.clone());
        }
    }
    Ok(by_id.into_values().collect())
}

/// Counters are changed in one order, promotions before budgets before shares and each by id: two orders never wait for each
/// other.
async fn take_all(tx: &mut Tx, reference: &str, uses: Vec<PromotionUse>) -> Result<Touched> {
    let mut touched = Touched::default();
    let mut claimed = counts::uses_of(tx, reference).await?;
    for index in (0..claimed.len()).rev() {
        let before = &claimed[index];
        let again = uses.iter().find(|one| one.promotion_id == before.promotion_id);
        if again.is_some_and(|one| one.amount.minor != before.amount) {
            let before = claimed.remove(index);
            give_back(tx, reference, &before, &mut touched).await?;
        }
    }
    let is_claimed = |one: &PromotionUse| claimed.iter().any(|held| held.promotion_id == one.promotion_id);
    let mut takes = Vec::new();
    for one in uses.into_iter().filter(|one| !is_claimed(one)) {
        takes.push(count_use(tx, one).await?);
    }
    takes.sort_by(|a, b| (&a.held.campaign_id, &a.held.holder).cmp(&(&b.held.campaign_id, &b.held.holder)));
    for Take { code, budget, held } in takes {
        let (taken, now) = (held.taken, tx.now());
        if let (Some(campaign_id), Some(budget)) = (&held.campaign_id, budget) {
            let most = budget.most()?;
            let is_taken = counts::take_budget(tx, campaign_id, taken).await?
                && match &held.holder {
                    Some(holder) => counts::take_share(tx, campaign_id, holder, most, taken).await?,
                    None => true,
                };
            if !is_taken {
                return Err(used_up(&code));
            }
            touched.campaigns.push(campaign_id.clone());
        }
        if !counts::insert_use(tx, reference, &held, now).await? {
            return Err(Error::conflict("This was claimed at the same time. Please try again."));
        }
        touched.promotions.push(held.promotion_id);
    }
    Ok(touched)
}

/// Counts a use of a promotion; answers with what is to be taken from its budget.
async fn count_use(tx: &mut Tx, one: PromotionUse) -> Result<Take> {
    let Some(stored) = store::promotion(tx, &one.promotion_id).await? else { return Err(gone(&one.promotion_id)) };
    let promotion = stored.value;
    let code = promotion.code;
    if promotion.status != PromotionStatus::Active {
        return Err(gone(&code));
    }
    let mut held =
        Use { promotion_id: one.promotion_id, amount: one.amount.minor, campaign_id: None, holder: None, taken: 0 };
    let campaign = match &promotion.campaign_id {
        Some(id) => store::campaign(tx, id).await?.map(|stored| stored.value),
        None => None,
    };
    if campaign.as_ref().is_some_and(|campaign| !campaign.is_running_at(tx.now())) {
        return Err(gone(&code));
    }
    if !counts::take_use(tx, &held.promotion_id).await? {
        return Err(used_up(&code));
    }
    let Some((campaign_id, budget)) = campaign.and_then(|campaign| Some((campaign.id, campaign.budget?))) else {
        return Ok(Take { code, budget: None, held });
    };
    held.taken = budget.taken_by(one.amount).ok_or_else(|| gone(&code))?;
    held.campaign_id = Some(campaign_id);
    if let Some(by) = budget.holder {
        let holder = by.of(one.customer_id.as_deref(), one.email.as_deref());
        held.holder = Some(holder.ok_or_else(|| {
            let what = match by {
                BudgetHolder::CustomerId => "you to be signed in",
                BudgetHolder::CustomerEmail => "an e-mail address",
            };
            nobody_to_count_on(&code, what)
        })?);
    }
    Ok(Take { code, budget: Some(budget), held })
}

async fn give_back(tx: &mut Tx, reference: &str, held: &Use, touched: &mut Touched) -> Result<()> {
    if !counts::delete_use(tx, reference, &held.promotion_id).await? {
        return Ok(());
    }
    counts::give_use_back(tx, &held.promotion_id).await?;
    touched.promotions.push(held.promotion_id.clone());
    let Some(campaign_id) = &held.campaign_id else { return Ok(()) };
    counts::give_budget_back(tx, campaign_id, held.taken).await?;
    touched.campaigns.push(campaign_id.clone());
    if let Some(holder) = &held.holder
        && let Some(campaign) = store::campaign(tx, campaign_id).await?
    {
        let most = match &campaign.value.budget {
            Some(budget) => budget.most()?,
            None => None,
        };
        counts::give_share_back(tx, campaign_id, holder, most, held.taken).await?;
    }
    Ok(())
}
