//! Promotions in a cart: the codes a shopper gives, and what the promotions that hold take off.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tradewind_catalog::VariantOf;
use tradewind_fulfilment::FulfilmentSnapshot;
use tradewind_kernel::{Decimal, Error, IdMint, Money, Result, Timestamp};
use tradewind_offers::{OffersSnapshot, PromotionUse, StoredPromotion, Usable};
use tradewind_orders::Adjustment;
use tradewind_pricing::{Discount, Promotion, apply_promotions};

use crate::edit::{Draft, Edit};
use crate::facts::basket;
use crate::model::{Cart, CartView};
use crate::{Checkout, error};

/// How many codes a cart remembers.
const CODES_MAX: usize = 100;

/// What may be taken off a draft.
pub(crate) struct Deals {
    usable: Vec<Usable>,
    promotions: Vec<Promotion>,
    customer_group_ids: Vec<String>,
    options: Arc<FulfilmentSnapshot>,
}

impl Checkout {
    /// Gives a cart codes of promotions. A code that nobody made is refused; one whose promotion does not hold at the moment is
    /// kept, and takes something off as soon as it does.
    pub async fn add_promotions(&self, cart_id: &str, codes: Vec<String>) -> Result<CartView> {
        self.edit(cart_id, Edit::AddCodes(codes)).await
    }

    /// Takes codes from a cart. One that is not there is gone already.
    pub async fn remove_promotions(&self, cart_id: &str, codes: Vec<String>) -> Result<CartView> {
        self.edit(cart_id, Edit::RemoveCodes(codes)).await
    }

    pub(crate) async fn add_codes(&self, cart: &mut Cart, codes: &[String]) -> Result<()> {
        if codes.is_empty() {
            return Ok(());
        }
        let offers = self.parts.offers.snapshot().await?;
        for code in codes {
            let promotion = &given(&offers, code).ok_or_else(|| error::unknown_code(code))?.promotion;
            // Who gives a code again tries again.
            cart.refused_promotion_ids.retain(|id| *id != promotion.id);
            if !cart.promo_codes.contains(&promotion.code) {
                cart.promo_codes.push(promotion.code.clone());
            }
        }
        if cart.promo_codes.len() > CODES_MAX {
            return Err(Error::invalid("promo_codes", format!("A cart takes at most {CODES_MAX} codes")));
        }
        Ok(())
    }

    /// The promotions that this cart's shopper may use now, as far as is known, in the order in which they apply.
    pub(crate) async fn usable(&self, cart: &Cart, at: Timestamp, offers: &OffersSnapshot) -> Result<Vec<Usable>> {
        let mut usable = offers.usable(&cart.promo_codes, cart.currency, at);
        usable.retain(|one| !cart.refused_promotion_ids.contains(&one.stored.promotion.id));
        if usable.is_empty() {
            return Ok(usable);
        }
        self.parts.offers.for_shopper(usable, cart.customer_id.as_deref(), cart.email.as_deref()).await
    }

    /// What may be taken off a draft; `None` where nothing may.
    pub(crate) async fn deals(&self, usable: Vec<Usable>, customer_group_ids: Vec<String>) -> Result<Option<Deals>> {
        if usable.is_empty() {
            return Ok(None);
        }
        let promotions = usable.iter().map(|one| Promotion::clone(&one.pricing)).collect();
        let options = self.parts.fulfilment.snapshot().await?;
        Ok(Some(Deals { usable, promotions, customer_group_ids, options }))
    }

    /// Which of these uses cannot be had any more, as far as is known. Asked before a shopper is made to pay; the claim in the
    /// transaction of the order decides.
    pub(crate) async fn lost(&self, cart: &Cart, uses: &[PromotionUse]) -> Result<Vec<String>> {
        if uses.is_empty() {
            return Ok(Vec::new());
        }
        let offers = self.parts.offers.snapshot().await?;
        let usable = self.usable(cart, self.parts.clock.now(), &offers).await?;
        let is_lost = |one: &&PromotionUse| {
            let found = usable.iter().find(|usable| usable.stored.promotion.id == one.promotion_id);
            found.is_none_or(|found| found.pricing.budget_left.is_some_and(|left| left < one.amount.major()))
        };
        Ok(uses.iter().filter(is_lost).map(|one| one.promotion_id.clone()).collect())
    }

    /// Prices a cart anew without promotions that cannot be had any more; sessions that ask for the old total are void.
    /// Answers with what the shopper should know.
    pub(crate) async fn go_on_without(&self, cart: &Cart, promotion_ids: Vec<String>) -> Result<Error> {
        let codes: BTreeSet<&str> = adjustments(cart)
            .filter(|own| own.promotion_id.as_ref().is_some_and(|id| promotion_ids.contains(id)))
            .filter_map(|own| own.code.as_deref())
            .collect();
        let codes: Vec<&str> = codes.into_iter().collect();
        let view = self.edit(cart.id.as_str(), Edit::Refuse(promotion_ids)).await?;
        Ok(error::promotions_lost(&codes, view.totals.total))
    }
}

/// What a cart uses of promotions, each with all that it takes off.
pub(crate) fn uses_of(cart: &Cart) -> Result<Vec<PromotionUse>> {
    let mut amounts: BTreeMap<&str, Decimal> = BTreeMap::new();
    for adjustment in adjustments(cart) {
        if let Some(promotion_id) = &adjustment.promotion_id {
            *amounts.entry(promotion_id).or_default() += adjustment.amount;
        }
    }
    let uses = amounts.into_iter().map(|(promotion_id, amount)| {
        Ok(PromotionUse {
            promotion_id: promotion_id.to_owned(),
            amount: Money::round(amount, cart.currency)?,
            customer_id: cart.customer_id.clone(),
            email: cart.email.clone(),
        })
    });
    uses.collect()
}

fn adjustments(cart: &Cart) -> impl Iterator<Item = &Adjustment> {
    let of_items = cart.items.iter().flat_map(|item| &item.adjustments);
    of_items.chain(cart.shipping_methods.iter().flat_map(|method| &method.adjustments))
}

/// The promotion that a shopper means: codes may be typed in small letters.
fn given<'o>(offers: &'o OffersSnapshot, code: &str) -> Option<&'o Arc<StoredPromotion>> {
    let code = code.trim();
    offers.promotion_by_code(code).or_else(|| offers.promotion_by_code(&code.to_uppercase()))
}

pub(crate) fn remove_codes(cart: &mut Cart, codes: &[String]) {
    let is_meant = |own: &String| codes.iter().any(|code| code.trim() == own || code.trim().to_uppercase() == **own);
    cart.promo_codes.retain(|own| !is_meant(own));
}

/// Takes everything off again that promotions took off a cart.
pub(crate) fn clear(cart: &mut Cart) {
    cart.items.iter_mut().for_each(|item| item.adjustments.clear());
    cart.shipping_methods.iter_mut().for_each(|method| method.adjustments.clear());
}

impl Deals {
    /// Brings what is taken off each line and method up to date: what no longer holds is gone. An adjustment that stays as it
    /// was keeps its id.
    pub(crate) fn take_off(&self, draft: &mut Draft, sold: &[Option<VariantOf>], mint: &IdMint) -> Result<()> {
        let basket = basket(draft, sold, &self.options, &self.customer_group_ids);
        let discounts = apply_promotions(&basket, &self.promotions)?;
        let bucket = draft.cart.id.bucket();
        for (item, discounts) in draft.cart.items.iter_mut().zip(&discounts.lines) {
            self.adjust(&mut item.adjustments, discounts, || mint.mint_in("caliadj", bucket));
        }
        for (method, discounts) in draft.cart.shipping_methods.iter_mut().zip(&discounts.shipping) {
            self.adjust(&mut method.adjustments, discounts, || mint.mint_in("casmadj", bucket));
        }
        Ok(())
    }

    fn adjust(&self, adjustments: &mut Vec<Adjustment>, discounts: &[Discount], new_id: impl Fn() -> String) {
        let before = std::mem::take(adjustments);
        let discounts = discounts.iter().filter(|discount| !discount.amount.is_zero());
        adjustments.extend(discounts.map(|discount| {
            let promotion = &self.usable[discount.promotion].stored.promotion;
            let is_same = |own: &&Adjustment| {
                own.promotion_id.as_ref() == Some(&promotion.id)
                    && own.amount == discount.amount
                    && own.is_tax_inclusive == discount.is_tax_inclusive
            };
            Adjustment {
                id: before.iter().find(is_same).map_or_else(&new_id, |own| own.id.clone()),
                code: Some(promotion.code.clone()),
                promotion_id: Some(promotion.id.clone()),
                description: None,
                amount: discount.amount,
                is_tax_inclusive: discount.is_tax_inclusive,
            }
        }));
    }

    /// Whether any of the promotions asks which groups the shopper is in.
    pub(crate) fn ask_for_groups(usable: &[Usable]) -> bool {
        usable.iter().any(|one| one.pricing.rules.iter().any(|rule| &*rule.attribute == "customer.groups.id"))
    }
}
