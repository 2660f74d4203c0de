#![doc = include_str!("../README.md")]

mod address;
mod ask;
mod becoming;
mod books;
mod edit;
mod error;
mod events;
mod facts;
mod lines;
mod model;
mod open;
mod payment;
mod place;
mod prices;
mod promotions;
mod quote;
mod refresh;
mod settle;
mod shipping;
mod sold_out;
mod stock;
mod store;
mod transfer;

use std::sync::Arc;

use tradewind_accounts::Accounts;
use tradewind_catalog::Catalog;
use tradewind_fulfilment::Fulfilment;
use tradewind_inventory::Inventory;
use tradewind_kernel::{Clock, Error, IdMint, Result};
use tradewind_market::Market;
use tradewind_offers::Offers;
use tradewind_orders::Orders;
use tradewind_payments::{PaymentCollection, Payments};
use tradewind_platform::db::{Batches, Db, Migrations, Shards, Stored};
use tradewind_platform::migrations;

use place::PlaceOrders;
use sold_out::SoldOut;

pub use error::{CART_COMPLETED, PAYMENT_MISSING};
pub use events::OrderPlaced;
pub use model::{
    AddressInput, Cart, CartChange, CartId, CartItem, CartView, Completion, LINES_MAX, LineChange, NewCart, NewLine,
    Placed, QUANTITY_MAX, ShippingMethod,
};
pub use prices::{Prices, depend_on_groups};
pub use shipping::OfferedShipping;

/// The tables of the checkout module.
pub const MIGRATIONS: Migrations = migrations!("checkout", "V1__carts", "V2__awaiting_payment");

/// How often a change is made again because the cart was changed at the same time. Each time somebody got through, so
/// this many shoppers' fingers on one cart are served before one is asked to try again.
const ATTEMPTS_MAX: usize = 64;

/// How long the shop waits for payment providers that are other systems.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Patience {
    /// How long a shopper has to finish a payment that was begun, with what they buy held for them. Seconds.
    pub seconds: i64,
    /// After how long without word a provider is asked what became of a payment. Seconds; with time, less often.
    pub ask_again_seconds: i64,
}

impl Default for Patience {
    fn default() -> Self {
        Self { seconds: 900, ask_again_seconds: 15 }
    }
}

/// What checkout stands on.
pub struct CheckoutParts {
    /// Where carts live.
    pub shards: Shards,
    /// What is sold.
    pub catalog: Catalog,
    /// Regions, currencies and taxes.
    pub market: Market,
    /// Price lists and promotions.
    pub offers: Offers,
    /// Whose carts they are.
    pub accounts: Accounts,
    /// What is in stock.
    pub inventory: Inventory,
    /// How it is paid.
    pub payments: Payments,
    /// What carts become.
    pub orders: Orders,
    /// How it is sent.
    pub fulfilment: Fulfilment,
    /// How long it waits for payment providers.
    pub patience: Patience,
    /// The time.
    pub clock: Clock,
    /// Where new ids come from.
    pub mint: IdMint,
}

/// The checkout of the shop. Cheap to clone.
#[derive(Clone)]
pub struct Checkout {
    parts: Arc<CheckoutParts>,
    sold_out: Arc<SoldOut>,
    placing: Batches<PlaceOrders>,
}

/// A cart as it was read, with its payment where that has begun.
struct Loaded {
    cart: Cart,
    version: i64,
    payment_collection: Option<Stored<PaymentCollection>>,
}

impl Checkout {
    /// A checkout that stands on these.
    #[must_use]
    pub fn new(parts: CheckoutParts) -> Self {
        let parts = Arc::new(parts);
        let placing = Batches::new(PlaceOrders(Arc::clone(&parts)), parts.shards.clone());
        Self { parts, sold_out: Arc::default(), placing }
    }

    /// The cart with this id, as it is shown.
    pub async fn cart(&self, id: &str) -> Result<CartView> {
        let (cart, version) = self.load_cart(id).await?;
        let payment_collection = self.payment_of(&cart).await?.map(|stored| stored.value);
        let totals = quote::totals(&cart)?;
        Ok(CartView { cart, totals, payment_collection, version })
    }

    /// The payment of a cart, as it is a moment after the cart was read.
    async fn payment_of(&self, cart: &Cart) -> Result<Option<Stored<PaymentCollection>>> {
        if cart.payment_collection_id.is_none() {
            return Ok(None);
        }
        let (payments, id) = (self.parts.payments.clone(), cart.id.clone());
        self.database_of(cart.id.as_str())
            .look_up(move |tx| Box::pin(async move { payments.collection_of_cart(tx, id.as_str()).await }))
            .await
    }

    /// A cart and its payment, as both were at one moment: what money depends on.
    async fn load(&self, id: &str) -> Result<Loaded> {
        let payments = self.parts.payments.clone();
        let asked = id.to_owned();
        let found = self
            .database_of(id)
            .read_own(move |tx| {
                Box::pin(async move {
                    let Some((cart, version)) = store::cart(tx, &asked).await? else {
                        return Ok(None);
                    };
                    let payment_collection = match cart.payment_collection_id {
                        Some(_) => payments.collection_of_cart(tx, &asked).await?,
                        None => None,
                    };
                    Ok(Some(Loaded { cart, version, payment_collection }))
                })
            })
            .await?;
        found.ok_or_else(|| error::unknown_cart(id))
    }

    /// A cart and its version.
    async fn load_cart(&self, id: &str) -> Result<(Cart, i64)> {
        let asked = id.to_owned();
        let looking = self.database_of(id).look_up(move |tx| Box::pin(async move { store::cart(tx, &asked).await }));
        looking.await?.ok_or_else(|| error::unknown_cart(id))
    }

    fn database_of(&self, cart_id: &str) -> &Db {
        self.parts.shards.of_id(cart_id)
    }
}

/// The error of a change that found the cart changed each time it was made.
fn busy() -> Error {
    Error::conflict("The cart is being changed from several places at once. Please try again.")
}

#[cfg(test)]
mod tests;
