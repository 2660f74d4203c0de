//! A database of its own for each test, with offers on it, and short ways to make some.

use tradewind_kernel::{Clock, Currency, Decimal, IdMint, Money, Result, Rng, Timestamp};
use tradewind_offers::*;
use tradewind_platform::db::{Db, Surroundings, Tx, TxFuture};
use tradewind_pricing::PriceListKind;
use tradewind_services::Store;

pub const NOW: Timestamp = Timestamp(1_700_000_000_000);

pub struct Shop {
    pub db: Db,
    pub offers: Offers,
    pub clock: Clock,
    _store: Store,
}

impl Shop {
    pub async fn open() -> Self {
        let store = Store::new();
        let clock = Clock::manual(NOW);
        let mint = IdMint::new(clock.clone(), Rng::seeded(7));
        let surroundings = Surroundings { clock: clock.clone(), mint };
        let db = Db::open_at(store.place(), surroundings).unwrap();
        db.migrate(&tradewind_platform::MIGRATIONS).await.unwrap();
        db.migrate(&MIGRATIONS).await.unwrap();
        Self { offers: Offers::new(db.clone()), db, clock, _store: store }
    }

    pub async fn write<T: Send + 'static>(
        &self,
        body: impl for<'t> FnOnce(&'t Offers, &'t mut Tx) -> TxFuture<'t, T> + Clone + Send + 'static,
    ) -> Result<T> {
        let offers = self.offers.clone();
        self.db.write(move |tx| Box::pin(async move { body(&offers, tx).await })).await
    }

    pub async fn promotion(&self, new: NewPromotion) -> Result<Promotion> {
        self.write(move |offers, tx| Box::pin(async move { offers.create_promotion(tx, new).await })).await
    }

    pub async fn change_promotion(&self, id: &str, change: PromotionChange) -> Result<Promotion> {
        let id = id.to_owned();
        self.write(move |offers, tx| Box::pin(async move { offers.update_promotion(tx, &id, change).await })).await
    }

    pub async fn campaign(&self, new: NewCampaign) -> Result<Campaign> {
        self.write(move |offers, tx| Box::pin(async move { offers.create_campaign(tx, new).await })).await
    }

    pub async fn change_campaign(&self, id: &str, change: CampaignChange) -> Result<Campaign> {
        let id = id.to_owned();
        self.write(move |offers, tx| Box::pin(async move { offers.update_campaign(tx, &id, change).await })).await
    }

    pub async fn price_list(&self, new: NewPriceList) -> Result<PriceList> {
        self.write(move |offers, tx| Box::pin(async move { offers.create_price_list(tx, new).await })).await
    }

    pub async fn claim(&self, reference: &str, uses: Vec<PromotionUse>) -> Result<()> {
        let reference = reference.to_owned();
        self.write(move |offers, tx| Box::pin(async move { offers.claim(tx, &reference, &uses).await })).await
    }

    pub async fn release(&self, reference: &str) -> Result<()> {
        let reference = reference.to_owned();
        self.write(move |offers, tx| Box::pin(async move { offers.release(tx, &reference).await })).await
    }

    /// How often a promotion was used, and what the budget of its campaign gave.
    pub async fn used(&self, promotion: &Promotion) -> (i64, i64) {
        let campaigns: Vec<String> = promotion.campaign_id.iter().cloned().collect();
        let used = self.offers.used(std::slice::from_ref(&promotion.id), &campaigns).await.unwrap();
        (used.promotion(&promotion.id), campaigns.first().map_or(0, |id| used.budget(id)))
    }

    /// The codes of what may be used now in euros.
    pub async fn usable(&self, codes: &[&str]) -> Vec<String> {
        let codes: Vec<String> = codes.iter().map(|&code| code.to_owned()).collect();
        let snapshot = self.offers.snapshot().await.unwrap();
        let usable = snapshot.usable(&codes, Currency::EUR, self.clock.now());
        usable.iter().map(|usable| usable.stored.promotion.code.clone()).collect()
    }
}

pub fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// Ten per cent off all items.
pub fn ten_percent(code: &str) -> NewPromotion {
    NewPromotion {
        id: None,
        code: code.to_owned(),
        is_automatic: false,
        is_tax_inclusive: false,
        kind: PromotionKind::Standard,
        status: PromotionStatus::Active,
        limit: None,
        campaign_id: None,
        method: NewMethod {
            value_kind: ValueKind::Percentage,
            value: Decimal::TEN,
            currency: None,
            target: Target::Items,
            allocation: Some(Allocation::Across),
            max_quantity: None,
            buy_quantity: None,
            apply_to_quantity: None,
            target_rules: Vec::new(),
            buy_rules: Vec::new(),
        },
        rules: Vec::new(),
        metadata: None,
    }
}

/// Buy two of a product, get one.
pub fn two_for_one(code: &str) -> NewPromotion {
    let mut new = ten_percent(code);
    new.kind = PromotionKind::BuyGet;
    new.method = NewMethod {
        value: Decimal::ONE_HUNDRED,
        allocation: Some(Allocation::Each),
        max_quantity: Some(1),
        buy_quantity: Some(2),
        apply_to_quantity: Some(1),
        target_rules: vec![rule("items.product.id", Operator::In, &["prod_a"])],
        buy_rules: vec![rule("items.product.id", Operator::In, &["prod_a"])],
        ..new.method
    };
    new
}

pub fn rule(attribute: &str, operator: Operator, values: &[&str]) -> NewRule {
    let values = values.iter().map(|&value| value.to_owned()).collect();
    NewRule { description: None, attribute: attribute.to_owned(), operator, values }
}

pub fn campaign(identifier: &str, budget: Option<NewBudget>) -> NewCampaign {
    NewCampaign { identifier: identifier.to_owned(), name: identifier.to_owned(), budget, ..NewCampaign::default() }
}

pub fn budget(kind: BudgetKind, limit: &str) -> NewBudget {
    NewBudget {
        kind,
        limit: Some(decimal(limit)),
        currency: kind.is_spending().then_some(Currency::EUR),
        holder: kind.is_shared_out().then_some(BudgetHolder::CustomerEmail),
    }
}

/// A use that takes so many cents off.
pub fn cents(promotion: &Promotion, amount: i64) -> PromotionUse {
    PromotionUse {
        promotion_id: promotion.id.clone(),
        amount: Money::from_minor(amount, Currency::EUR),
        customer_id: None,
        email: None,
    }
}

pub fn by(email: &str, promotion_use: PromotionUse) -> PromotionUse {
    PromotionUse { email: Some(email.to_owned()), ..promotion_use }
}

pub fn sale(title: &str, prices: Vec<NewListPrice>) -> NewPriceList {
    NewPriceList {
        id: None,
        title: title.to_owned(),
        description: None,
        kind: PriceListKind::Sale,
        status: PriceListStatus::Active,
        starts_at: None,
        ends_at: None,
        customer_group_ids: Vec::new(),
        metadata: None,
        prices,
    }
}

pub fn price(variant_id: &str, amount: &str) -> NewListPrice {
    NewListPrice {
        id: None,
        variant_id: variant_id.to_owned(),
        currency: Currency::EUR,
        amount: decimal(amount),
        region_id: None,
        min_quantity: None,
        max_quantity: None,
    }
}
