//! Offers: price lists, promotions and campaigns as stored things, and the counters of what was used.

mod books;
mod campaign;
mod check;
mod claim;
mod counts;
pub mod error;
mod events;
mod find;
mod import;
mod list_prices;
mod model;
mod price_list;
mod promotion;
mod snapshot;
mod store;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tradewind_kernel::Result;
use tradewind_platform::cache::{Snapshot, Turns};
use tradewind_platform::db::{Db, Migrations, Tx};
use tradewind_platform::migrations;

use counts::Counts;
use snapshot::{ListedPrices, Promotions};

pub use books::ShortCounter;
pub use claim::PromotionUse;
pub use error::PROMOTION_USED_UP;
pub use events::{OffersChanged, OffersPart};
pub use find::Used;
pub use list_prices::ListPricesChanged;
pub use model::{
    Allocation, Budget, BudgetHolder, BudgetKind, Campaign, CampaignChange, Change, ListPrice, ListPriceChange,
    Metadata, Method, MethodChange, NewBudget, NewCampaign, NewListPrice, NewMethod, NewPriceList, NewPromotion,
    NewRule, Operator, PriceList, PriceListChange, PriceListStatus, Promotion, PromotionChange, PromotionKind,
    PromotionRule, PromotionStatus, RuleChange, RuleSet, Target, ValueKind,
};
pub use snapshot::{OffersSnapshot, StoredPromotion, Usable};
pub use tradewind_pricing::PriceListKind;

/// The tables of offers. They live in core.
pub const MIGRATIONS: Migrations = migrations!("offers", "V1__offers");

/// The handle others call. Cheap to clone.
#[derive(Clone)]
pub struct Offers {
    db: Db,
    prices: Snapshot<ListedPrices>,
    promotions: Snapshot<Promotions>,
    uses: Arc<Counts>,
    budgets: Arc<Counts>,
    turns: Turns,
    /// In which turn the counters were last read.
    counted: Arc<AtomicU64>,
}

/// How long other processes' claims may be unknown here: they are not announced, for every order may make one.
const COUNTS_KEPT: Duration = Duration::from_millis(500);

impl Offers {
    /// Offers over core.
    #[must_use]
    pub fn new(core: Db) -> Self {
        Self {
            prices: Snapshot::new("offers.prices", std::slice::from_ref(&core)),
            promotions: Snapshot::new("offers.promotions", std::slice::from_ref(&core)),
            uses: Arc::default(),
            budgets: Arc::default(),
            turns: Turns::of(&core, COUNTS_KEPT),
            counted: Arc::default(),
            db: core,
        }
    }

    /// Rises with every committed change of staff; uses do not count as one.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.prices.version() + self.promotions.version()
    }

    /// Offers as they are now, from memory; read anew only after a committed change.
    pub async fn snapshot(&self) -> Result<Arc<OffersSnapshot>> {
        let turn = self.turns.current();
        if self.counted.swap(turn, Ordering::AcqRel) < turn {
            // One looks, the others go on with what is known. So do all when it fails: the counters in the database decide.
            let _ = self.load_counts().await;
        }
        self.price_lists().await
    }

    /// The same for whoever shows prices alone: without looking how much of promotions other processes have used.
    pub async fn price_lists(&self) -> Result<Arc<OffersSnapshot>> {
        Ok(Arc::new(OffersSnapshot {
            prices: self.prices.get_or_load(self.load_prices()).await?,
            promotions: self.promotions.get_or_load(self.load_promotions()).await?,
            uses: Arc::clone(&self.uses),
            budgets: Arc::clone(&self.budgets),
        }))
    }

    async fn load_prices(&self) -> Result<ListedPrices> {
        self.db
            .read_own(|tx| {
                Box::pin(async move {
                    let lists = store::price_lists(tx).await?;
                    let active = lists.iter().filter(|list| list.status == PriceListStatus::Active);
                    let ids: Vec<String> = active.map(|list| list.id.clone()).collect();
                    let prices = store::prices::of_lists(tx, &ids).await?;
                    Ok(ListedPrices::new(lists, &prices))
                })
            })
            .await
    }

    async fn load_promotions(&self) -> Result<Promotions> {
        let (uses, budgets) = (self.uses.mark(), self.budgets.mark());
        let (promotions, used, given) = self
            .db
            .read_own(|tx| {
                Box::pin(async move {
                    let promotions = Promotions::new(store::promotions(tx).await?, store::campaigns(tx).await?);
                    Ok((promotions, store::counts::uses(tx).await?, store::counts::budgets(tx).await?))
                })
            })
            .await?;
        self.uses.learn(uses, used);
        self.budgets.learn(budgets, given);
        Ok(promotions)
    }

    async fn load_counts(&self) -> Result<()> {
        let (uses, budgets) = (self.uses.mark(), self.budgets.mark());
        let reading = self.db.read_own(|tx| {
            Box::pin(async move { Ok((store::counts::uses(tx).await?, store::counts::budgets(tx).await?)) })
        });
        let (used, given) = reading.await?;
        self.uses.learn(uses, used);
        self.budgets.learn(budgets, given);
        Ok(())
    }

    /// Publishes what changed and lets it be read anew once it is committed.
    async fn changed(&self, tx: &mut Tx, part: OffersPart, id: &str) -> Result<()> {
        match part {
            OffersPart::PriceList => self.prices.changed(tx).await?,
            OffersPart::Promotion | OffersPart::Campaign => self.promotions.changed(tx).await?,
        }
        tx.publish(&OffersChanged { part, id: id.to_owned() }).await
    }
}
