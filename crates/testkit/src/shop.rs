//! A shop for one test: built as production builds it, on an own store, a clock that stands still and a free port.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tempfile::TempDir;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tradewind_catalog::{NewOption, NewPrice, NewProduct, NewVariant, ProductStatus};
use tradewind_inventory::{NewItem, NewLevel};
use tradewind_kernel::{Clock, Currency, Decimal, Rng, Timestamp};
use tradewind_market::RegionChange;
use tradewind_platform::db::{MustSee, Visit};
use tradewind_platform::mail::MAILBOX;
use tradewind_platform::mail::conformance::unquoted;
use tradewind_platform::params;
use tradewind_server::config::Config;
use tradewind_server::seed::{self, Foundation, Modules};
use tradewind_server::serve::{ServeOptions, listen, serve};
use tradewind_server::wiring::{HandingOn, Shop};
use tradewind_services::Store;
use tradewind_services::postgres::Server;

use crate::{Balancer, Client, StripeSimulator};

/// Where every test's clock stands at first: 2026-11-23T12:00:00Z.
pub const NOON: Timestamp = Timestamp(1_795_435_200_000);

/// How long processes may take to hear each other.
const AGREE_MAX: Duration = Duration::from_secs(20);

/// How long an event may take through a broker that has confirmed it.
const SHORTLY: Duration = Duration::from_millis(300);

/// A whole shop, serving. On a cluster it has several processes, and clients talk to whichever comes next.
pub struct TestShop {
    /// The shop itself, for what no door shows.
    pub shop: Arc<Shop>,
    /// The region in euros.
    pub europe: String,
    /// The region in dollars.
    pub united_states: String,
    foundation: Foundation,
    client: Client,
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
    balancer: Option<Balancer>,
    beside: Vec<TestShop>,
    folder: Option<TempDir>,
    settings: Vec<String>,
    // Last, so that its connections are closed before it is gone.
    database: Option<Arc<Store>>,
}

/// What is left of a shop that was closed.
pub struct Closed {
    /// Everything it wrote.
    pub folder: TempDir,
    /// Its database, where it is not in the folder.
    pub database: Option<Arc<Store>>,
}

impl Closed {
    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

impl TestShop {
    /// An empty shop on its foundation: regions, shipping, stock locations, a key, and no products.
    pub async fn open() -> Self {
        Self::open_with(&[]).await
    }

    /// An empty shop with settings of its own: `&["limits.requests_max=8"]`.
    pub async fn open_with(settings: &[&str]) -> Self {
        Self::open_on(tempfile::tempdir().unwrap(), of_test(), Clock::manual(NOON), settings).await
    }

    /// An empty shop in a SQLite file whatever the environment says, for tests of the file itself or of its
    /// write lane.
    pub async fn open_in_file(settings: &[&str]) -> Self {
        Self::open_on(tempfile::tempdir().unwrap(), None, Clock::manual(NOON), settings).await
    }

    /// An empty shop in a PostgreSQL database whatever the environment says, for tests of several processes.
    pub async fn open_on_postgres(settings: &[&str]) -> Self {
        let database = Some(Arc::new(Store::postgres()));
        Self::open_on(tempfile::tempdir().unwrap(), database, Clock::manual(NOON), settings).await
    }

    /// An empty shop that takes payments with this Stripe, in all its regions, and is told of them by webhooks.
    pub async fn open_with_stripe(stripe: &StripeSimulator, clock: Clock, settings: &[&str]) -> Self {
        let of_stripe = stripe.settings();
        let settings: Vec<&str> = of_stripe.iter().map(String::as_str).chain(settings.iter().copied()).collect();
        let shop = Self::open_on(tempfile::tempdir().unwrap(), of_test(), clock, &settings).await;
        shop.offer_payment("pp_stripe_stripe").await;
        stripe.set_webhook_url(&format!("{}/hooks/payment/stripe_stripe", shop.client.url));
        shop
    }

    /// The shop that was closed.
    pub async fn reopen(closed: Closed) -> Self {
        Self::reopen_with(closed, &[]).await
    }

    /// The shop that was closed, with settings of its own.
    pub async fn reopen_with(closed: Closed, settings: &[&str]) -> Self {
        Self::open_on(closed.folder, closed.database, Clock::manual(NOON), settings).await
    }

    /// Another process of this shop, on the same database and clock and with the same settings. PostgreSQL only.
    pub async fn open_beside(&self) -> Self {
        let database = self.database.clone().expect("several processes share a PostgreSQL database");
        let (folder, own) = (tempfile::tempdir().unwrap(), self.folder.as_ref().unwrap().path());
        std::fs::copy(own.join("key"), folder.path().join("key")).unwrap();
        let settings: Vec<&str> = self.settings.iter().map(String::as_str).collect();
        Self::open_process(folder, Some(database), self.shop.clock.clone(), &settings, None).await
    }

    /// Waits until all these processes know of everything that was stored.
    pub async fn agree(shops: impl IntoIterator<Item = &Self>) {
        let shops: Vec<_> = shops.into_iter().collect();
        let agreeing = async {
            loop {
                let states: Vec<_> = shops.iter().map(|shop| shop.shop.db.state()).collect();
                if states[0].is_some() && states.iter().all(|state| *state == states[0]) {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(AGREE_MAX, agreeing).await.expect("the processes do not hear each other");
    }

    /// The name of its database in the server of the tests. PostgreSQL only.
    #[must_use]
    pub fn database_name(&self) -> &str {
        let place = self.database.as_ref().map_or("", |database| database.place());
        place.split('?').next().and_then(|url| url.rsplit('/').next()).unwrap_or_default()
    }

    /// The server of its database. PostgreSQL only.
    #[must_use]
    pub fn server(&self) -> &Server {
        self.database.as_ref().and_then(|database| database.server()).expect("the shop is in a PostgreSQL database")
    }

    /// Takes from the shop the connection on which its processes hear what others change; answers how many had one.
    pub fn interrupt_hearing(&self) -> usize {
        let (server, name) = (self.server(), self.database_name());
        let sql = format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
             WHERE datname = '{name}' AND application_name = 'tradewind notices'"
        );
        server.run(&sql).unwrap().lines().filter(|line| line.trim() == "t").count()
    }

    async fn open_on(folder: TempDir, database: Option<Arc<Store>>, clock: Clock, settings: &[&str]) -> Self {
        let processes = database.as_ref().map_or(1, |database| database.processes());
        if processes == 1 {
            return Self::open_process(folder, database, clock, settings, None).await;
        }
        let balancer = Balancer::start("127.0.0.1:0").await;
        let mut shop = Self::open_process(folder, database, clock, settings, Some(balancer.url())).await;
        for _ in 1..processes {
            let beside = shop.open_beside().await;
            shop.beside.push(beside);
        }
        Self::agree(shop.beside.iter().chain([&shop])).await;
        let processes = shop.beside.iter().chain([&shop]);
        balancer.lead_to(processes.map(|process| process.client.url.clone()).collect());
        shop.client.url = balancer.url().to_owned();
        shop.balancer = Some(balancer);
        shop
    }

    async fn open_process(
        folder: TempDir,
        database: Option<Arc<Store>>,
        clock: Clock,
        settings: &[&str],
        public_url: Option<&str>,
    ) -> Self {
        // Roomy limits: a machine that is busy with other tests refuses nobody.
        let sets = [
            "server.listen=127.0.0.1:0",
            "auth.login_burst=1000",
            "log.level=warn",
            "limits.requests_min=10000",
            "limits.requests_max=10000",
        ];
        let of_database = database.as_ref().map(|database| database.settings()).unwrap_or_default();
        let sets = sets.iter().chain(settings).map(|set| (*set).to_owned());
        let sets: Vec<String> = of_database.into_iter().chain(sets).collect();
        let mut config = Config::load(None, std::iter::empty(), &sets).unwrap();
        config.keep_everything_in(folder.path());
        let listener = listen(&config.server.listen).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        config.server.public_url = public_url.unwrap_or(&url).to_owned();
        let shop = Shop::open_with(config, clock, Rng::system()).unwrap();
        shop.migrate().await.unwrap();
        let (foundation, key) = Self::lay_foundation(&shop, folder.path()).await;
        let (stop, stopped) = watch::channel(false);
        let router = shop.router();
        let connections_max = shop.config.limits.connections_max;
        let options = ServeOptions { connections_max, shutdown_max: Duration::from_secs(5) };
        tokio::spawn(shop.db.clone().hear_changes(stopped.clone()));
        let serving = tokio::spawn(serve(listener, router, stopped, options));
        Self {
            shop: Arc::new(shop),
            europe: foundation.europe.clone(),
            united_states: foundation.united_states.clone(),
            foundation,
            client: Client::new(&url, &key),
            stop,
            serving,
            balancer: None,
            beside: Vec::new(),
            folder: Some(folder),
            settings: settings.iter().map(|set| (*set).to_owned()).collect(),
            database,
        }
    }

    async fn lay_foundation(shop: &Shop, folder: &Path) -> (Foundation, String) {
        let key_file = folder.join("key");
        if let Some(foundation) = seed::find_foundation(shop).await.unwrap() {
            return (foundation, std::fs::read_to_string(key_file).unwrap());
        }
        let modules = Modules::of(shop);
        let laid = shop
            .db
            .write(move |tx| Box::pin(async move { seed::foundation(&modules, tx, "Test shop", None).await }))
            .await
            .unwrap();
        let channels = vec![laid.sales_channel_id.clone()];
        let key = shop.accounts.create_publishable_key("Test", channels, "").await.unwrap();
        std::fs::write(key_file, key.token.expose()).unwrap();
        (laid, key.token.expose().to_owned())
    }

    /// Somebody who talks to the shop.
    #[must_use]
    pub fn client(&self) -> Client {
        self.client.clone()
    }

    /// Somebody of the staff, who is made for it: once in a shop.
    pub async fn staff(&self) -> Client {
        self.shop.accounts.create_user("staff@example.com", "long enough").await.unwrap();
        let login = json!({ "email": "staff@example.com", "password": "long enough" });
        let login = self.client.post("/auth/user/emailpass", login).await.ok();
        self.client.with_token(login["token"].as_str().unwrap())
    }

    /// Puts a print on sale: 49.00 euros, 52.00 dollars, so many in stock. Returns its variant.
    pub async fn print(&self, title: &str, stock: i64) -> String {
        let (modules, foundation, title) = (Modules::of(&self.shop), self.foundation.clone(), title.to_owned());
        let product = self
            .shop
            .db
            .write(move |tx| {
                Box::pin(async move {
                    let item = NewItem { title: Some(title.clone()), ..NewItem::default() };
                    let level = NewLevel { location_id: foundation.location_ids[0].clone(), stocked: stock };
                    let item = modules.inventory.create_stocked_item(tx, item, &[level]).await?;
                    let variant = NewVariant {
                        title: "A3".to_owned(),
                        options: vec![("Size".to_owned(), "A3".to_owned())],
                        prices: vec![
                            NewPrice::of(Currency::EUR, Decimal::from(49)),
                            NewPrice::of(Currency::USD, Decimal::from(52)),
                        ],
                        inventory: vec![tradewind_catalog::InventoryLink { item_id: item.id, required_quantity: 1 }],
                        ..NewVariant::default()
                    };
                    let size =
                        NewOption { title: "Size".to_owned(), values: vec!["A3".into()], ..NewOption::default() };
                    let product = NewProduct {
                        title,
                        status: ProductStatus::Published,
                        sales_channel_ids: vec![foundation.sales_channel_id.clone()],
                        shipping_profile_id: Some(foundation.shipping_profile_id.clone()),
                        options: vec![size],
                        variants: vec![variant],
                        ..NewProduct::default()
                    };
                    modules.catalog.create_product(tx, product).await
                })
            })
            .await
            .unwrap();
        if self.balancer.is_some() {
            Self::agree(self.beside.iter().chain([self])).await;
        }
        product.variants[0].id.to_string()
    }

    /// Has every region offer this payment provider beside the manual one.
    pub async fn offer_payment(&self, provider_id: &str) {
        for region in [&self.europe, &self.united_states] {
            let (market, region, provider_id) =
                (self.shop.market.clone(), region.as_str().into(), provider_id.to_owned());
            let change = RegionChange {
                payment_providers: Some(vec!["pp_system_default".to_owned(), provider_id]),
                ..RegionChange::default()
            };
            self.shop
                .db
                .write(move |tx| Box::pin(async move { market.update_region(tx, &region, change).await }))
                .await
                .unwrap();
        }
    }

    /// How many of a variant can still be sold, by the books.
    pub async fn available(&self, variant_id: &str) -> i64 {
        let reading = async {
            let sold = self.shop.catalog.variant(variant_id).await.unwrap().unwrap();
            let item_id = sold.variant().inventory[0].item_id.clone();
            self.shop.inventory.levels(&item_id).await.unwrap()
        };
        let levels = Visit::new(MustSee::Everything).scope(reading).await;
        levels.iter().map(tradewind_inventory::Level::available).sum()
    }

    /// How many orders there are, by the books.
    pub async fn order_count(&self) -> i64 {
        let count = self
            .shop
            .db
            .read_own(|tx| Box::pin(async move { tx.number("SELECT COUNT(*) FROM orders_order", params![]).await }));
        count.await.unwrap()
    }

    /// Hands on every event, does every job and sends every webhook that is due.
    pub async fn run_pending_work(&self) {
        match self.shop.handing_on() {
            HandingOn::Within(relay) => while relay.deliver_waiting().await.unwrap() > 0 {},
            HandingOn::Between(publisher, consumer) => {
                while publisher.publish_waiting().await.unwrap() > 0 {}
                while consumer.deliver_waiting(SHORTLY).await.unwrap() > 0 {}
                consumer.leave().await.unwrap();
            }
        }
        self.shop.runner().run_due().await.unwrap();
        self.shop.webhooks.send_due().await.unwrap();
    }

    /// The mails sent so far, decoded.
    #[must_use]
    pub fn mails(&self) -> Vec<String> {
        let Ok(mailbox) = std::fs::read_to_string(self.shop.config.mail.path.join(MAILBOX)) else { return Vec::new() };
        format!("\n{mailbox}").split("\nFrom ").skip(1).map(unquoted).collect()
    }

    /// Turns the clock forward.
    pub fn advance_seconds(&self, seconds: i64) {
        self.shop.clock.advance_seconds(seconds);
    }

    /// Closes the shop, and leaves what it wrote for another process or a later shop.
    pub async fn close(mut self) -> Closed {
        for beside in self.beside.drain(..) {
            beside.stop.send_replace(true);
            beside.serving.await.unwrap();
        }
        self.stop.send_replace(true);
        let folder = self.folder.take().unwrap();
        self.serving.await.unwrap();
        Closed { folder, database: self.database }
    }
}

/// The database of a test that runs on PostgreSQL.
fn of_test() -> Option<Arc<Store>> {
    Store::is_postgres().then(|| Arc::new(Store::new()))
}
