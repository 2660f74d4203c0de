//! The torture test: shoppers against a real process that is killed with SIGKILL at random moments and started again, over
//! and over; then the books are audited. Nothing may be sold twice, nothing acknowledged lost, nothing left hanging. Every second
//! shopper pays with a Stripe that breaks connections, declines cards and sends its webhooks late, twice and out of order: in
//! the end it holds exactly what orders are paid with.
//!
//! `make test` runs twenty rounds. `make torture` runs a thousand of the release build (`TORTURE_ROUNDS`, `TORTURE_SEED`).

mod ledger;
mod shopper;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tradewind_kernel::{Clock, Rng, Timestamp};
use tradewind_testkit::{
    Client, Closed, Faults, Fleet, Intent, NOON, StripeOptions, StripeSimulator, TestShop, WebhookMode,
};

use crate::process::{audit, start_fleet};
use ledger::Ledger;
use shopper::Shopper;

const SHOPPERS: u64 = 8;
/// After so many rounds the shop is left in peace until its books add up.
const ROUNDS_BETWEEN_AUDITS: u64 = 100;
/// How long that may take at most, as promised.
const SETTLED_WITHIN: Duration = Duration::from_secs(60);
const PLENTY: i64 = 1_000_000;
/// Units of each scarce print, and for how many rounds shoppers fight for it.
const SCARCE: i64 = 12;
const ROUNDS_PER_SCARCE: u64 = 4;

#[expect(clippy::disallowed_methods, reason = "how long the torture lasts is the caller's choice")]
fn setting(name: &str, default: u64) -> u64 {
    match std::env::var(name) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{name} = {text:?} is not a number")),
        Err(_) => default,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_books_add_up_however_often_the_shop_is_killed() {
    let (rounds, seed) = (setting("TORTURE_ROUNDS", 20), setting("TORTURE_SEED", 1));
    let rng = Rng::seeded(seed);
    let stage = Stage::build(rounds, seed).await;
    let mut table = Table::new(rounds, seed);
    let mut done = 0;
    while done < rounds {
        let until = (done + ROUNDS_BETWEEN_AUDITS).min(rounds);
        for round in done..until {
            stage.round(round, &rng).await;
        }
        table.row(until, stage.settle().await, &stage);
        done = until;
    }
    stage.close().await;
    table.end();
}

/// A shop to be tortured, and those who shop in it.
struct Stage {
    closed: Closed,
    key: String,
    region: String,
    plenty: Vec<String>,
    scarce: Vec<String>,
    ledger: Arc<Ledger>,
    stripe: StripeSimulator,
    faults: Faults,
}

impl Stage {
    async fn build(rounds: u64, seed: u64) -> Self {
        let stripe = StripeSimulator::start(StripeOptions {
            webhook_mode: WebhookMode::Chaotic { seed },
            rng: Rng::seeded(seed),
            ..StripeOptions::default()
        })
        .await;
        let shop = TestShop::open_with_stripe(&stripe, Clock::manual(NOON), &[]).await;
        let mut plenty = Vec::new();
        for number in 1..=4 {
            plenty.push(shop.print(&format!("Plenty {number}"), PLENTY).await);
        }
        let mut scarce = Vec::new();
        for number in 0..=rounds / ROUNDS_PER_SCARCE {
            scarce.push(shop.print(&format!("Scarce {number}"), SCARCE).await);
        }
        let (region, key) = (shop.europe.clone(), shop.client().publishable_key);
        let (closed, ledger) = (shop.close().await, Arc::default());
        let faults = Faults { seed, one_in: 20 };
        Self { closed, key, region, plenty, scarce, ledger, stripe, faults }
    }

    /// The shop as processes, to which Stripe sends its webhooks from now on.
    async fn start(&self) -> Fleet {
        let mut settings = self.stripe.settings();
        // What is held for a payment is held for two seconds, not for a quarter of an hour.
        let own = ["capture=automatic", "answer_seconds_max=1"].map(|set| format!("payment.stripe.{set}"));
        settings.extend(own);
        settings.extend(["payment_patience_seconds=2", "ask_again_seconds=1"].map(|set| format!("checkout.{set}")));
        settings.extend(self.of_store());
        let processes = self.closed.database.as_ref().map_or(1, |database| database.processes());
        let fleet = start_fleet(processes, self.folder(), &settings).await;
        self.stripe.set_webhook_url(&format!("{}/hooks/payment/stripe_stripe", fleet.url()));
        fleet
    }

    fn of_store(&self) -> Vec<String> {
        self.closed.database.as_ref().map(|database| database.settings()).unwrap_or_default()
    }

    fn folder(&self) -> &Path {
        self.closed.folder.path()
    }

    /// Opens the shop, lets everybody shop, and kills it somewhere in the middle of what they do.
    async fn round(&self, round: u64, rng: &Rng) {
        // Now and then it is killed before it has opened, while it recovers from the kill before.
        if rng.below(20) == 0 {
            let opening = self.start().await;
            tokio::time::sleep(Duration::from_millis(rng.below(60))).await;
            drop(opening);
        }
        let fleet = self.start().await;
        self.stripe.set_faults(Some(self.faults));
        let client = Client::new(&fleet.open().await, &self.key);
        self.ledger.begin_round(rng.below(240));
        let shoppers: Vec<_> = (0..SHOPPERS)
            .map(|_| {
                let shopper = Shopper {
                    client: client.clone(),
                    region: self.region.clone(),
                    plenty: self.plenty.clone(),
                    scarce: self.scarce[usize::try_from(round / ROUNDS_PER_SCARCE).unwrap()].clone(),
                    rng: Rng::seeded(rng.below(u64::MAX)),
                    ledger: Arc::clone(&self.ledger),
                    stripe: self.stripe.clone(),
                };
                tokio::spawn(shopper.shop_until_it_is_gone())
            })
            .collect();
        self.ledger.enough().await;
        fleet.kill(|| Duration::from_micros(rng.below(5000))).await;
        for shopper in shoppers {
            shopper.await.unwrap();
        }
    }

    /// Opens the shop and leaves it in peace until its books add up; answers with how long that took and what they say.
    async fn settle(&self) -> (Duration, String) {
        let fleet = self.start().await;
        self.stripe.set_faults(None);
        let client = Client::new(&fleet.open().await, &self.key);
        let opened = Clock::System.now();
        shopper::ask_again(&client, &self.ledger).await;
        let acknowledged = self.folder().join("acknowledged");
        std::fs::write(&acknowledged, self.ledger.acknowledged().join("\n")).unwrap();
        loop {
            let (adds_up, text) = audit(self.folder(), &self.of_store(), &acknowledged);
            let (held, ordered) = (self.held_at_stripe(), self.ordered_with_stripe());
            if adds_up && held == ordered {
                return (since(opened), text);
            }
            let differing: Vec<_> = held.symmetric_difference(&ordered).collect();
            assert!(
                since(opened) < SETTLED_WITHIN,
                "the books do not add up:\n{text}\nStripe's differ in {differing:?}"
            );
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// The sessions whose money Stripe holds for the shop.
    fn held_at_stripe(&self) -> BTreeSet<String> {
        self.stripe.intents().into_iter().filter(Intent::is_held).filter_map(|intent| intent.session_id).collect()
    }

    /// How many payments Stripe holds for the shop, and how many it gave back to shoppers.
    fn payments_at_stripe(&self) -> (usize, usize) {
        let intents = self.stripe.intents();
        let given_back = intents.iter().filter(|intent| intent.amount_refunded > 0).count();
        (intents.iter().filter(|intent| intent.is_held()).count(), given_back)
    }

    /// The sessions of Stripe's that orders are paid with, read past the shop.
    fn ordered_with_stripe(&self) -> BTreeSet<String> {
        let mut sessions = BTreeSet::new();
        for body in self.collections_of_orders() {
            let collection: serde_json::Value = serde_json::from_str(&body).unwrap();
            let payments = collection["payments"].as_array().cloned().unwrap_or_default();
            let with_stripe = payments.iter().filter(|payment| payment["provider_id"] == "pp_stripe_stripe");
            sessions.extend(with_stripe.map(|payment| payment["session_id"].as_str().unwrap().to_owned()));
        }
        sessions
    }

    fn collections_of_orders(&self) -> Vec<String> {
        let sql = "SELECT body FROM payments_collection WHERE order_id IS NOT NULL";
        if let Some(database) = &self.closed.database {
            return database.run(sql).lines().map(str::to_owned).collect();
        }
        let shop = rusqlite::Connection::open(self.folder().join("shop.db")).unwrap();
        let mut paid = shop.prepare(sql).unwrap();
        let bodies = paid.query_map([], |row| row.get::<_, String>(0)).unwrap();
        bodies.map(Result::unwrap).collect()
    }

    /// Looks into the shop that was left behind, past its own audit.
    async fn close(self) {
        let (ledger, scarce, plenty) = (self.ledger, self.scarce, self.plenty);
        let shop = TestShop::reopen(self.closed).await;
        let orders = shop.order_count().await;
        assert!(orders >= i64::try_from(ledger.acknowledged().len()).unwrap());
        for (variant, stock) in scarce.iter().map(|it| (it, SCARCE)).chain(plenty.iter().map(|it| (it, PLENTY))) {
            let left = shop.available(variant).await;
            let sold = ledger.sold(variant);
            assert!((0..=stock).contains(&left), "{left} are left of {stock}");
            assert!(stock - left >= sold, "{sold} were acknowledged, and only {} are gone", stock - left);
        }
        assert_eq!(i64::try_from(shop.mails().len()).unwrap(), orders, "one receipt an order");
    }
}

/// What happened, for whoever watches.
struct Table {
    begun: Timestamp,
}

#[expect(clippy::print_stderr, reason = "a thousand rounds take minutes; whoever waits wants to see them pass")]
impl Table {
    fn new(rounds: u64, seed: u64) -> Self {
        eprintln!("torture: {rounds} rounds, {SHOPPERS} shoppers, seed {seed}");
        eprintln!(
            "  rounds  requests  acknowledged  twice at once  asked again  sold out  not paid  at Stripe  given back  settled in"
        );
        Self { begun: Clock::System.now() }
    }

    fn row(&mut self, rounds: u64, (settled, books): (Duration, String), stage: &Stage) {
        let counts = stage.ledger.counts();
        let mut row = format!("  {rounds:>6}  {:>8}  {:>12}", counts.requests, counts.acknowledged);
        let _ = write!(row, "  {:>13}  {:>11}  {:>8}", counts.doubles, counts.asked_again, counts.sold_out);
        let (held, given_back) = stage.payments_at_stripe();
        let _ = write!(row, "  {:>8}  {held:>9}  {given_back:>10}", counts.not_paid);
        eprintln!("{row}  {:>8.1} s", settled.as_secs_f64());
        if let Some(first) = books.lines().next() {
            eprintln!("          {first}");
        }
    }

    fn end(self) {
        let seconds = since(self.begun).as_secs();
        eprintln!("  nothing sold twice, nothing acknowledged lost, nothing left hanging ({seconds} s)");
    }
}

fn since(moment: Timestamp) -> Duration {
    Duration::from_millis((Clock::System.now().0 - moment.0).unsigned_abs())
}
