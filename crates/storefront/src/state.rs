//! What the storefront stands on, and the parts of each page that are the same for everybody.

use std::sync::Arc;

use arc_swap::ArcSwapOption;
use axum::extract::FromRef;
use tradewind_accounts::Accounts;
use tradewind_catalog::Catalog;
use tradewind_checkout::Checkout;
use tradewind_http::limits::LoginLimits;
use tradewind_inventory::Inventory;
use tradewind_kernel::{Clock, Result};
use tradewind_market::{Market, MarketSnapshot};
use tradewind_offers::Offers;
use tradewind_orders::Orders;
use tradewind_payments::Payments;

use crate::kept::Kept;
use crate::texts::Texts;
use crate::views::{Link, RegionChoice, Shop};

/// What the storefront stands on.
#[derive(Clone)]
pub struct StorefrontParts {
    /// What is sold.
    pub catalog: Catalog,
    /// Regions, currencies, and the shop's settings.
    pub market: Market,
    /// Price lists and promotions.
    pub offers: Offers,
    /// What is in stock.
    pub inventory: Inventory,
    /// Shoppers and their sessions.
    pub accounts: Accounts,
    /// How orders are paid.
    pub payments: Payments,
    /// What was ordered.
    pub orders: Orders,
    /// Carts and placing orders.
    pub checkout: Checkout,
    /// How often a password or an order's number may be tried.
    pub login_limits: LoginLimits,
    /// The time.
    pub clock: Clock,
    /// The address shoppers use, without a slash at the end.
    pub public_url: String,
    /// How long a session lasts.
    pub session_seconds: i64,
    /// Whether cookies may only travel encrypted.
    pub secure_cookies: bool,
}

/// The storefront. Cheap to clone.
#[derive(Clone)]
pub struct Storefront {
    pub(crate) parts: Arc<StorefrontParts>,
    frame: Arc<ArcSwapOption<Frame>>,
    pub(crate) kept: Kept,
}

/// What is the same for everybody until catalogue or settings change.
pub(crate) struct Frame {
    versions: (u64, u64),
    pub(crate) shop: Arc<Shop>,
    pub(crate) texts: Texts,
}

impl FromRef<Storefront> for Accounts {
    fn from_ref(storefront: &Storefront) -> Self {
        storefront.parts.accounts.clone()
    }
}

impl Storefront {
    /// A storefront that stands on these.
    #[must_use]
    pub fn new(parts: StorefrontParts) -> Self {
        Self { parts: Arc::new(parts), frame: Arc::new(ArcSwapOption::empty()), kept: Kept::new() }
    }

    pub(crate) fn is_secure(&self) -> bool {
        self.parts.secure_cookies
    }

    /// The absolute address of a path of this shop.
    pub(crate) fn absolute(&self, path: &str) -> String {
        format!("{}{path}", self.parts.public_url)
    }

    /// The frame of each page, made anew after a change of catalogue or settings.
    pub(crate) async fn frame(&self, market: &MarketSnapshot) -> Result<Arc<Frame>> {
        let versions = (self.parts.catalog.version(), self.parts.market.version());
        if let Some(frame) = &*self.frame.load()
            && frame.versions == versions
        {
            return Ok(Arc::clone(frame));
        }
        let frame = Arc::new(self.make_frame(versions, market).await?);
        self.frame.store(Some(Arc::clone(&frame)));
        Ok(frame)
    }

    async fn make_frame(&self, versions: (u64, u64), market: &MarketSnapshot) -> Result<Frame> {
        let taxonomy = self.parts.catalog.taxonomy().await?;
        let settings = market.store();
        let texts = Texts::of(settings.metadata.as_ref());
        let categories = taxonomy.children(None).filter(|category| category.is_active && !category.is_internal);
        let regions = market.regions().iter().map(|region| RegionChoice {
            id: region.id.as_str().to_owned(),
            name: region.name.clone(),
            currency: region.currency.code().to_uppercase(),
        });
        let shop = Shop {
            name: if settings.name.is_empty() { "Shop".to_owned() } else { settings.name.clone() },
            description: texts.description.clone(),
            goods: texts.many.clone(),
            categories: categories
                .take(NAVIGATION_MAX)
                .map(|category| Link::new(&category.name, format!("/categories/{}", category.handle)))
                .collect(),
            collections: taxonomy
                .collections()
                .iter()
                .take(FOOTER_COLLECTIONS_MAX)
                .map(|collection| Link::new(&collection.title, format!("/collections/{}", collection.handle)))
                .collect(),
            pages: texts.pages.iter().map(|page| Link::new(&page.title, format!("/{}", page.handle))).collect(),
            notice: texts.notice.clone(),
            regions: regions.collect(),
        };
        Ok(Frame { versions, shop: Arc::new(shop), texts })
    }
}

const NAVIGATION_MAX: usize = 10;
const FOOTER_COLLECTIONS_MAX: usize = 6;
