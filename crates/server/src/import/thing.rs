//! One thing to be stored, whatever it is, and storing it.

use tradewind_accounts::{Accounts, ApiKey, Customer, CustomerGroup, User};
use tradewind_catalog::{Catalog, Category, Collection, Product, ProductType, Tag};
use tradewind_fulfilment::{FulfillmentSet, Fulfilment, ShippingOption, ShippingProfile};
use tradewind_inventory::{Inventory, InventoryItem, Level, StockLocation};
use tradewind_kernel::Result;
use tradewind_market::{
    Market, PricePreference, RefundReason, Region, ReturnReason, SalesChannel, StoreSettings, TaxRegion,
};
use tradewind_offers::{Campaign, ListPrice, Offers, PriceList, Promotion};
use tradewind_platform::db::{Imported, Tx};

use crate::wiring::Shop;

/// A whole aggregate with the id it has in the other shop.
#[derive(Clone)]
pub(super) enum Thing {
    PricePreference(PricePreference),
    ReturnReason(ReturnReason),
    RefundReason(RefundReason),
    SalesChannel(SalesChannel),
    Region(Region),
    TaxRegion(TaxRegion),
    Store(StoreSettings),
    Location { location: Box<StockLocation>, channel_ids: Vec<String>, sets: Vec<FulfillmentSet> },
    ShippingProfile(ShippingProfile),
    ShippingOption(Box<ShippingOption>),
    Category(Box<Category>),
    Collection(Collection),
    Tag(Tag),
    ProductType(ProductType),
    Item { item: Box<InventoryItem>, levels: Vec<Level> },
    Product(Box<Product>),
    ApiKey(Box<ApiKey>),
    User(User),
    Campaign { campaign: Box<Campaign>, given: i64 },
    Promotion { promotion: Box<Promotion>, used: i64 },
    PriceList(Box<PriceList>),
    ListPrice(ListPrice),
    CustomerGroup(CustomerGroup),
    Customer(Box<Customer>),
}

/// The modules that take things in, cloned into transactions.
#[derive(Clone)]
pub(super) struct Modules {
    market: Market,
    fulfilment: Fulfilment,
    inventory: Inventory,
    catalog: Catalog,
    accounts: Accounts,
    offers: Offers,
}

impl Modules {
    pub(super) fn of(shop: &Shop) -> Self {
        Self {
            market: shop.market.clone(),
            fulfilment: shop.fulfilment.clone(),
            inventory: shop.inventory.clone(),
            catalog: shop.catalog.clone(),
            accounts: shop.accounts.clone(),
            offers: shop.offers.clone(),
        }
    }

    /// Stores one thing.
    pub(super) async fn store(&self, tx: &mut Tx, thing: Thing) -> Result<Imported> {
        match thing {
            Thing::PricePreference(preference) => self.market.import_price_preference(tx, preference).await,
            Thing::ReturnReason(reason) => self.market.import_return_reason(tx, reason).await,
            Thing::RefundReason(reason) => self.market.import_refund_reason(tx, reason).await,
            Thing::SalesChannel(channel) => self.market.import_sales_channel(tx, channel).await,
            Thing::Region(region) => self.market.import_region(tx, region).await,
            Thing::TaxRegion(region) => self.market.import_tax_region(tx, region).await,
            Thing::Store(settings) => self.market.import_store(tx, settings).await,
            Thing::Location { location, channel_ids, sets } => {
                let mut outcome = self.inventory.import_location(tx, *location, &channel_ids).await?;
                for set in sets {
                    let of_set = self.fulfilment.import_set(tx, set).await?;
                    if outcome == Imported::Same && of_set != Imported::Same {
                        outcome = Imported::Changed;
                    }
                }
                Ok(outcome)
            }
            Thing::ShippingProfile(profile) => self.fulfilment.import_profile(tx, profile).await,
            Thing::ShippingOption(option) => self.fulfilment.import_option(tx, *option).await,
            Thing::Category(category) => self.catalog.import_category(tx, *category).await,
            Thing::Collection(collection) => self.catalog.import_collection(tx, collection).await,
            Thing::Tag(tag) => self.catalog.import_tag(tx, tag).await,
            Thing::ProductType(product_type) => self.catalog.import_type(tx, product_type).await,
            Thing::Item { item, levels } => self.inventory.import_item(tx, *item, &levels).await,
            Thing::Product(product) => self.catalog.import_product(tx, *product).await,
            Thing::ApiKey(key) => self.accounts.import_publishable_key(tx, *key).await,
            Thing::User(user) => self.accounts.import_user(tx, user).await,
            Thing::Campaign { campaign, given } => self.offers.import_campaign(tx, *campaign, given).await,
            Thing::Promotion { promotion, used } => self.offers.import_promotion(tx, *promotion, used).await,
            Thing::PriceList(list) => self.offers.import_price_list(tx, *list).await,
            Thing::ListPrice(price) => self.offers.import_list_price(tx, price).await,
            Thing::CustomerGroup(group) => self.accounts.import_group(tx, group).await,
            Thing::Customer(customer) => self.accounts.import_customer(tx, *customer).await,
        }
    }
}
