//! Offers as they are now, in memory: prices by variant, promotions by code.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use tradewind_kernel::{Currency, Timestamp};
use tradewind_pricing::{PriceInput, PriceListInput};

use crate::counts::Counts;
use crate::model::{Campaign, ListPrice, PriceList, PriceListStatus, Promotion, PromotionKind, PromotionStatus};

/// Offers as they are now.
pub struct OffersSnapshot {
    pub(crate) prices: Arc<ListedPrices>,
    pub(crate) promotions: Arc<Promotions>,
    pub(crate) uses: Arc<Counts>,
    pub(crate) budgets: Arc<Counts>,
}

/// A promotion with its campaign.
#[derive(Debug)]
pub struct StoredPromotion {
    /// The promotion.
    pub promotion: Promotion,
    /// The campaign it belongs to.
    pub campaign: Option<Arc<Campaign>>,
    /// What the campaign's budget may give, as it is counted.
    most: Option<i64>,
    input: Arc<tradewind_pricing::Promotion>,
}

/// A promotion that may be used now.
#[derive(Clone, Debug)]
pub struct Usable {
    /// The promotion as pricing takes it, with what is left of its budget.
    pub pricing: Arc<tradewind_pricing::Promotion>,
    /// The promotion as it is stored.
    pub stored: Arc<StoredPromotion>,
}

impl StoredPromotion {
    /// Whether it is active and its campaign, where it has one, runs at this moment. It may be used up all the same.
    #[must_use]
    pub fn is_usable_at(&self, at: Timestamp) -> bool {
        self.promotion.status == PromotionStatus::Active
            && self.campaign.as_ref().is_none_or(|campaign| campaign.is_running_at(at))
    }
}

impl OffersSnapshot {
    /// All prices of active price lists for a variant. Dates, groups of customers, regions and quantities are for
    /// [`select_price`](tradewind_pricing::select_price) to judge.
    #[must_use]
    pub fn list_prices(&self, variant_id: &str) -> &[PriceInput] {
        self.prices.by_variant.get(variant_id).map_or(&[], Vec::as_slice)
    }

    /// When a price list begins or ceases to hold next, after this moment: what was answered before is old then.
    #[must_use]
    pub fn next_turn_of_prices(&self, after: Timestamp) -> Option<Timestamp> {
        self.prices.turns.range(after.plus_millis(1)..).next().copied()
    }

    /// All price lists, drafts too, by id.
    pub fn price_lists(&self) -> impl Iterator<Item = &PriceList> {
        self.prices.lists.values()
    }

    /// The price list with this id.
    #[must_use]
    pub fn price_list(&self, id: &str) -> Option<&PriceList> {
        self.prices.lists.get(id)
    }

    /// All promotions, by id.
    pub fn promotions(&self) -> impl Iterator<Item = &Arc<StoredPromotion>> {
        self.promotions.by_id.values()
    }

    /// The promotion with this id, whatever its state.
    #[must_use]
    pub fn promotion(&self, id: &str) -> Option<&Arc<StoredPromotion>> {
        self.promotions.by_id.get(id)
    }

    /// The promotion with this code, whatever its state.
    #[must_use]
    pub fn promotion_by_code(&self, code: &str) -> Option<&Arc<StoredPromotion>> {
        self.promotions.by_id.get(self.promotions.by_code.get(code)?)
    }

    /// All campaigns, by id.
    pub fn campaigns(&self) -> impl Iterator<Item = &Arc<Campaign>> {
        self.promotions.campaigns.values()
    }

    /// The campaign with this id.
    #[must_use]
    pub fn campaign(&self, id: &str) -> Option<&Arc<Campaign>> {
        self.promotions.campaigns.get(id)
    }

    /// Whether, as far as is known, its limit or its campaign's budget is reached. What each shopper has had of a budget is
    /// known to [`Offers::for_shopper`](crate::Offers::for_shopper) only.
    #[must_use]
    pub fn is_used_up(&self, stored: &StoredPromotion) -> bool {
        let is_limit_reached =
            stored.promotion.limit.is_some_and(|limit| self.uses.used(&stored.promotion.id) >= limit);
        is_limit_reached || self.budget_left(stored).is_some_and(|left| left <= 0)
    }

    /// What may be used of the automatic promotions and of those whose codes are given, in the order in which they apply: those
    /// that ask for something to be bought go first, then the higher value; those of one value, automatic ones first, then in the
    /// order of the codes. Active, campaign running, of the currency, not used up as far as is known.
    #[must_use]
    pub fn usable(&self, codes: &[String], currency: Currency, at: Timestamp) -> Vec<Usable> {
        let automatic = self.promotions.automatic.iter().filter_map(|id| self.promotion(id));
        let mut coded: Vec<&Arc<StoredPromotion>> = Vec::with_capacity(codes.len());
        for code in codes {
            if let Some(stored) = self.promotion_by_code(code)
                && !stored.promotion.is_automatic
                && !coded.iter().any(|given| given.promotion.id == stored.promotion.id)
            {
                coded.push(stored);
            }
        }
        let usable = automatic.chain(coded).filter_map(|stored| self.usable_one(stored, currency, at));
        let mut usable: Vec<Usable> = usable.collect();
        usable.sort_by_key(|usable| {
            let promotion = &usable.stored.promotion;
            (promotion.kind != PromotionKind::BuyGet, Reverse(promotion.method.value))
        });
        usable
    }

    fn usable_one(&self, stored: &Arc<StoredPromotion>, currency: Currency, at: Timestamp) -> Option<Usable> {
        let is_of_currency = stored.promotion.method.currency.is_none_or(|own| own == currency);
        if !is_of_currency || !stored.is_usable_at(at) || self.is_used_up(stored) {
            return None;
        }
        let mut pricing = Arc::clone(&stored.input);
        if let Some(budget) = stored.campaign.as_ref().and_then(|campaign| campaign.budget.as_ref())
            && budget.kind.is_spending()
        {
            if budget.currency != Some(currency) {
                return None;
            }
            if let Some(left) = self.budget_left(stored) {
                Arc::make_mut(&mut pricing).budget_left = Some(budget.shown(left));
            }
        }
        Some(Usable { pricing, stored: Arc::clone(stored) })
    }

    /// What is left of the campaign's budget, where it has one for all together.
    fn budget_left(&self, stored: &StoredPromotion) -> Option<i64> {
        let campaign = stored.campaign.as_ref()?;
        let budget = campaign.budget.as_ref()?;
        (!budget.kind.is_shared_out()).then_some(())?;
        Some(stored.most? - self.budgets.used(&campaign.id))
    }
}

/// Price lists, and their prices by variant.
#[derive(Default)]
pub(crate) struct ListedPrices {
    lists: BTreeMap<String, PriceList>,
    by_variant: HashMap<String, Vec<PriceInput>>,
    /// When active lists begin and cease to hold.
    turns: BTreeSet<Timestamp>,
}

impl ListedPrices {
    pub(crate) fn new(lists: Vec<PriceList>, prices: &[ListPrice]) -> Self {
        let mut listed = Self::default();
        let mut inputs: HashMap<&str, PriceListInput> = HashMap::new();
        for list in lists.iter().filter(|list| list.status == PriceListStatus::Active) {
            inputs.insert(&list.id, list.input());
            listed.turns.extend([list.starts_at, list.ends_at].into_iter().flatten());
        }
        for price in prices {
            if let Some(list) = inputs.get(price.list_id.as_str()) {
                listed.by_variant.entry(price.variant_id.clone()).or_default().push(price.input(list));
            }
        }
        listed.lists = lists.into_iter().map(|list| (list.id.clone(), list)).collect();
        listed
    }
}

/// Promotions and campaigns.
#[derive(Default)]
pub(crate) struct Promotions {
    by_id: BTreeMap<String, Arc<StoredPromotion>>,
    by_code: HashMap<String, String>,
    automatic: Vec<String>,
    campaigns: BTreeMap<String, Arc<Campaign>>,
}

impl Promotions {
    pub(crate) fn new(promotions: Vec<Promotion>, campaigns: Vec<Campaign>) -> Self {
        let campaigns = campaigns.into_iter().map(|campaign| (campaign.id.clone(), Arc::new(campaign)));
        let mut all = Self { campaigns: campaigns.collect(), ..Self::default() };
        for promotion in promotions {
            all.by_code.insert(promotion.code.clone(), promotion.id.clone());
            let campaign = promotion.campaign_id.as_ref().and_then(|id| all.campaigns.get(id)).map(Arc::clone);
            let budget = campaign.as_ref().and_then(|campaign| campaign.budget.as_ref());
            let most = budget.and_then(|budget| budget.most().ok().flatten());
            let input = Arc::new(promotion.input());
            all.by_id.insert(promotion.id.clone(), Arc::new(StoredPromotion { promotion, campaign, most, input }));
        }
        let automatic = all.by_id.values().filter(|stored| stored.promotion.is_automatic);
        all.automatic = automatic.map(|stored| stored.promotion.id.clone()).collect();
        all
    }
}
