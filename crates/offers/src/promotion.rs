//! The verbs that change promotions and their rules.

use tradewind_kernel::{Error, Result};
use tradewind_platform::db::{Stored, Tx};

use crate::error::below_used;
use crate::model::{
    Method, NewPromotion, NewRule, Promotion, PromotionChange, PromotionRule, RuleChange, RuleSet, set,
};
use crate::store::counts;
use crate::{Offers, OffersPart, check, store};

impl Offers {
    /// Makes a promotion; no other may have its code. One that contradicts itself is refused.
    pub async fn create_promotion(&self, tx: &mut Tx, new: NewPromotion) -> Result<Promotion> {
        let now = tx.now();
        let method = Method {
            id: tx.mint().mint(Method::PREFIX),
            value_kind: new.method.value_kind,
            value: new.method.value,
            currency: new.method.currency,
            target: new.method.target,
            allocation: new.method.allocation,
            max_quantity: new.method.max_quantity,
            buy_quantity: new.method.buy_quantity,
            apply_to_quantity: new.method.apply_to_quantity,
            target_rules: made(tx, new.method.target_rules),
            buy_rules: made(tx, new.method.buy_rules),
            created_at: now,
            updated_at: now,
        };
        let promotion = Promotion {
            id: new.id.unwrap_or_else(|| tx.mint().mint(Promotion::PREFIX)),
            code: new.code,
            is_automatic: new.is_automatic,
            is_tax_inclusive: new.is_tax_inclusive,
            kind: new.kind,
            status: new.status,
            limit: new.limit,
            campaign_id: new.campaign_id,
            method,
            rules: made(tx, new.rules),
            metadata: new.metadata,
            created_at: now,
            updated_at: now,
        };
        check::promotion(&promotion)?;
        check_campaign(tx, &promotion).await?;
        store::insert_promotion(tx, &promotion).await?;
        counts::insert_promotion_count(tx, &promotion.id, promotion.limit, 0).await?;
        self.changed(tx, OffersPart::Promotion, &promotion.id).await?;
        Ok(promotion)
    }

    /// Changes a promotion. Its limit cannot be lower than the number of uses that were counted already.
    pub async fn update_promotion(&self, tx: &mut Tx, id: &str, change: PromotionChange) -> Result<Promotion> {
        let mut stored = found(tx, id).await?;
        let now = tx.now();
        let promotion = &mut stored.value;
        set(&mut promotion.code, change.code);
        set(&mut promotion.is_automatic, change.is_automatic);
        set(&mut promotion.is_tax_inclusive, change.is_tax_inclusive);
        set(&mut promotion.kind, change.kind);
        set(&mut promotion.status, change.status);
        set(&mut promotion.limit, change.limit);
        set(&mut promotion.campaign_id, change.campaign_id);
        set(&mut promotion.metadata, change.metadata);
        promotion.updated_at = now;
        let method = &mut promotion.method;
        set(&mut method.value_kind, change.method.value_kind);
        set(&mut method.value, change.method.value);
        set(&mut method.currency, change.method.currency);
        set(&mut method.target, change.method.target);
        set(&mut method.allocation, change.method.allocation.map(Some));
        set(&mut method.max_quantity, change.method.max_quantity);
        set(&mut method.buy_quantity, change.method.buy_quantity);
        set(&mut method.apply_to_quantity, change.method.apply_to_quantity);
        method.updated_at = now;
        check::promotion(promotion)?;
        check_campaign(tx, promotion).await?;
        if change.limit.is_some() && !counts::limit_uses(tx, id, promotion.limit).await? {
            let used = counts::uses_among(tx, &[id.to_owned()]).await?;
            let used = used.first().map_or(0, |(_, used)| *used);
            return Err(below_used("limit", &used.to_string()));
        }
        store::update_promotion(tx, &stored).await?;
        self.changed(tx, OffersPart::Promotion, id).await?;
        Ok(stored.value)
    }

    /// Adds, changes and removes rules of a promotion, all or none. Answers with those that were added and those that were
    /// changed. Removing one that is gone is no error.
    pub async fn change_rules(
        &self,
        tx: &mut Tx,
        id: &str,
        set_of_rules: RuleSet,
        create: Vec<NewRule>,
        update: Vec<RuleChange>,
        delete: &[String],
    ) -> Result<(Vec<PromotionRule>, Vec<PromotionRule>)> {
        let mut stored = found(tx, id).await?;
        let now = tx.now();
        let created = made(tx, create);
        let mut updated = Vec::with_capacity(update.len());
        let rules = stored.value.rules_of_mut(set_of_rules);
        rules.retain(|rule| !delete.contains(&rule.id));
        for (position, change) in update.into_iter().enumerate() {
            let rule = rules.iter_mut().find(|rule| rule.id == change.id).ok_or_else(|| {
                let field = format!("update[{position}].id");
                Error::invalid(&*field, format!("{field}: the promotion has no such rule: {}", change.id))
            })?;
            set(&mut rule.description, change.description);
            set(&mut rule.attribute, change.attribute);
            set(&mut rule.operator, change.operator);
            set(&mut rule.values, change.values);
            rule.updated_at = now;
            updated.push(rule.clone());
        }
        rules.extend(created.iter().cloned());
        stored.value.updated_at = now;
        check::promotion(&stored.value)?;
        store::update_promotion(tx, &stored).await?;
        self.changed(tx, OffersPart::Promotion, id).await?;
        Ok((created, updated))
    }

    /// Removes a promotion; its code is free for another. Removing one that is gone is no error.
    pub async fn delete_promotion(&self, tx: &mut Tx, id: &str) -> Result<()> {
        store::delete_promotion(tx, id).await?;
        self.changed(tx, OffersPart::Promotion, id).await
    }
}

async fn found(tx: &mut Tx, id: &str) -> Result<Stored<Promotion>> {
    store::promotion(tx, id).await?.ok_or_else(|| Error::not_found("Promotion", id))
}

fn made(tx: &Tx, rules: Vec<NewRule>) -> Vec<PromotionRule> {
    let now = tx.now();
    let rules = rules.into_iter().map(|rule| PromotionRule {
        id: tx.mint().mint(PromotionRule::PREFIX),
        description: rule.description,
        attribute: rule.attribute,
        operator: rule.operator,
        values: rule.values,
        created_at: now,
        updated_at: now,
    });
    rules.collect()
}

/// The promotion's campaign exists and fits it.
async fn check_campaign(tx: &mut Tx, promotion: &Promotion) -> Result<()> {
    let Some(id) = &promotion.campaign_id else { return Ok(()) };
    match store::campaign(tx, id).await? {
        Some(campaign) => check::together(promotion, &campaign.value),
        None => Err(Error::invalid("campaign_id", format!("campaign_id: there is no campaign with id: {id}"))),
    }
}
