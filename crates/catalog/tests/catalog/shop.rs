//! A catalogue in a store of its own, for each test.

use futures::future::BoxFuture;
use tradewind_catalog::{Catalog, NewOption, NewPrice, NewProduct, NewVariant, Product, ProductStatus};
use tradewind_kernel::{Clock, Currency, Decimal, IdMint, Result, Rng, Timestamp};
use tradewind_platform::db::{Db, Surroundings, Tx};
use tradewind_services::Store;

pub const CHANNEL: &str = "sc_main";

pub struct Shop {
    pub catalog: Catalog,
    pub db: Db,
    pub clock: Clock,
    pub folder: tempfile::TempDir,
    _store: Store,
}

impl Shop {
    pub async fn open() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let clock = Clock::manual(Timestamp(1_790_000_000_000));
        let mint = IdMint::new(clock.clone(), Rng::seeded(7));
        let store = Store::new();
        let surroundings = Surroundings { clock: clock.clone(), mint };
        let db = Db::open_at(store.place(), surroundings).expect("opened");
        db.migrate(&tradewind_platform::MIGRATIONS).await.expect("migrated");
        db.migrate(&tradewind_catalog::MIGRATIONS).await.expect("migrated");
        Self { catalog: Catalog::new(db.clone()), db, clock, folder, _store: store }
    }

    /// Runs a verb of the catalogue in a transaction of its own.
    pub async fn write<T, F>(&self, verb: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t Catalog, &'t mut Tx) -> BoxFuture<'t, Result<T>> + Clone + Send + 'static,
    {
        let catalog = self.catalog.clone();
        self.db.write(move |tx| Box::pin(async move { verb(&catalog, tx).await })).await
    }

    pub async fn create(&self, new: NewProduct) -> Result<Product> {
        self.write(|catalog, tx| Box::pin(catalog.create_product(tx, new))).await
    }
}

/// A published mug in two colours.
pub fn mug() -> NewProduct {
    let variant = |colour: &str, cents| NewVariant {
        title: colour.to_owned(),
        sku: Some(format!("MUG-{}", colour.to_uppercase())),
        options: vec![("Colour".to_owned(), colour.to_owned())],
        prices: vec![NewPrice::of(Currency::EUR, Decimal::new(cents, 2))],
        ..NewVariant::default()
    };
    NewProduct {
        title: "Mug".to_owned(),
        description: Some("Holds a third of a litre of tea.".to_owned()),
        status: ProductStatus::Published,
        sales_channel_ids: vec![CHANNEL.to_owned()],
        images: vec!["/media/front.webp".into(), "/media/back.webp".into()],
        options: vec![NewOption {
            title: "Colour".to_owned(),
            values: vec!["Red".into(), "Blue".into()],
            ..NewOption::default()
        }],
        variants: vec![variant("Red", 999), variant("Blue", 1235)],
        ..NewProduct::default()
    }
}

/// A product without anything but a title.
pub fn titled(title: &str) -> NewProduct {
    NewProduct {
        title: title.to_owned(),
        status: ProductStatus::Published,
        sales_channel_ids: vec![CHANNEL.to_owned()],
        ..NewProduct::default()
    }
}
