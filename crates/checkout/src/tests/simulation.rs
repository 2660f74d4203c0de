//! A simulated shop: many shoppers, a sweep and a bank's messenger in one thread, on a store that fails, loses answers and is closed
//! and opened again at any moment, with a bank in as bad a temper, all decided by one seed. Whatever happens, the books add up,
//! the bank's as well.
//!
//! `cargo xtask simulate --seed N` repeats a run to the letter.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use tradewind_kernel::ErrorKind;
use tradewind_orders::fold;
use tradewind_platform::db::{Decision, Moment, Simulated, SqliteOptions};

use super::bank::BANK;
use super::*;

const SHOPPERS: usize = 6;
/// Of the runs that `make test` makes.
const SEEDS: u64 = 24;
const STEPS: u64 = 600;

#[expect(clippy::disallowed_methods, reason = "which run to repeat is the caller's choice")]
fn setting(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} = {text:?} is not a number")))
}

#[test]
fn the_books_add_up_whatever_the_store_does() {
    let steps = setting("SIMULATION_STEPS").unwrap_or(STEPS);
    let seeds = match setting("SIMULATION_SEED") {
        Some(seed) => seed..seed + 1,
        None => 1..SEEDS + 1,
    };
    for seed in seeds {
        let told = simulate(seed, steps);
        report(seed, &told);
    }
}

#[test]
fn a_run_repeats_itself_to_the_letter() {
    assert_eq!(simulate(7, 150), simulate(7, 150));
    assert_ne!(simulate(7, 150).trace, simulate(8, 150).trace);
}

fn report(seed: u64, told: &Told) {
    let Told { orders, paid_at_bank, given_back, refused, faults, crashes, trace } = told;
    eprintln!(
        "seed {seed}: {orders} orders ({paid_at_bank} paid at the bank, which got {given_back} payments back), \
         {refused} refused, {faults} faults, {crashes} crashes, trace {trace:016x}"
    );
}

/// What a run came to.
#[derive(PartialEq, Eq, Debug, Default)]
struct Told {
    orders: usize,
    /// Of these, how many the bank paid.
    paid_at_bank: usize,
    /// Payments that the bank promised or made and got back.
    given_back: usize,
    refused: u64,
    faults: u64,
    crashes: u64,
    /// A hash of every decision and every answer.
    trace: u64,
}

/// What the simulated people know. It outlives every crash.
struct World {
    rng: Rng,
    told: Told,
    /// Orders that were acknowledged, by cart.
    acknowledged: BTreeMap<String, String>,
    /// Carts that were begun, and not given up.
    open: Vec<String>,
}

impl World {
    fn note(&mut self, what: impl std::hash::Hash) {
        use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher};
        self.told.trace = BuildHasherDefault::<DefaultHasher>::default().hash_one((self.told.trace, what));
    }

    fn one_in(&mut self, chance: u64) -> bool {
        let number = self.rng.below(chance);
        self.note(number);
        number == 0
    }
}

type Shared = Rc<RefCell<World>>;

/// The store asks from within `Send` futures; it gets its own dice and leaves word of what it did.
fn faulty(seed: u64, word: &Arc<std::sync::Mutex<Word>>) -> Simulated {
    let (rng, word) = (Rng::seeded(seed), Arc::clone(word));
    Simulated::new(move |moment| {
        let mut word = word.lock().unwrap();
        let decision = match moment {
            Moment::Begin if rng.below(3) == 0 => Decision::Wait,
            Moment::Statement if word.is_faulty && rng.below(150) == 0 => Decision::Fail,
            Moment::Commit if word.is_faulty && rng.below(20) == 0 => Decision::Fail,
            Moment::Commit if word.is_faulty && rng.below(20) == 0 => Decision::FailAfterwards,
            _ => Decision::GoOn,
        };
        if matches!(decision, Decision::Fail | Decision::FailAfterwards) {
            word.faults += 1;
        }
        decision
    })
}

/// Between the world and its store.
#[derive(Default)]
struct Word {
    is_faulty: bool,
    faults: u64,
}

fn simulate(seed: u64, steps: u64) -> Told {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_owned();
    let word = Arc::new(std::sync::Mutex::new(Word::default()));
    let rng = Rng::seeded(seed);
    let world = Rc::new(RefCell::new(World {
        rng: Rng::seeded(rng.number()),
        told: Told::default(),
        acknowledged: BTreeMap::new(),
        open: Vec::new(),
    }));
    let clock = Clock::manual(Timestamp(1_790_000_000_000));
    let bank = Arc::new(Bank::moody(rng.number()));
    let open = |seed| Shop::simulated(&path, clock.clone(), seed, faulty(seed, &word), &bank);
    let mut shop = open(rng.number());
    run(furnish_for_simulation(&shop));
    let mut people = Vec::new();
    word.lock().unwrap().is_faulty = true;
    for step in 0..steps {
        while people.len() < SHOPPERS {
            people.push(match rng.below(6) {
                0 => sweep(shop.checkout.clone()),
                1 => messenger(shop.checkout.clone(), Arc::clone(&bank), Rc::clone(&world)),
                _ => shopper(shop.checkout.clone(), Arc::clone(&bank), Rc::clone(&world)),
            });
        }
        // Whoever is asked goes on until he waits for the store.
        let chosen = usize::try_from(rng.below(people.len() as u64)).unwrap();
        let mut context = Context::from_waker(Waker::noop());
        if people[chosen].as_mut().poll(&mut context).is_ready() {
            drop(people.swap_remove(chosen));
        }
        clock.advance_seconds(i64::try_from(rng.below(3)).unwrap());
        if rng.below(40) == 0 {
            // Everybody is cut off in the middle of whatever they were doing.
            people.clear();
            drop(shop);
            shop = open(rng.number());
            world.borrow_mut().told.crashes += 1;
            word.lock().unwrap().is_faulty = false;
            run(check_books(&shop, &world, seed, step));
            word.lock().unwrap().is_faulty = true;
        }
    }
    people.clear();
    word.lock().unwrap().is_faulty = false;
    // What nobody heard of is asked for again: every cart is one order or a clear refusal.
    let left = std::mem::take(&mut world.borrow_mut().open);
    bank.calm();
    for cart in left {
        run(complete(&shop.checkout, &world, &cart));
    }
    // The bank makes up its mind and says so, shoppers who did not pay stay away, and the sweep goes round.
    bank.decide(rng.below(2) == 0);
    for (_, entry) in bank.entries() {
        run(shop.checkout.noticed(&entry.cart_id)).unwrap();
    }
    for _ in 0..2 {
        clock.advance_seconds(shop.checkout.parts.patience.seconds);
        run(shop.checkout.settle_due()).unwrap();
    }
    run(super::remote::give_back_what_is_void(&shop.db, &shop.checkout.parts.payments));
    run(check_books(&shop, &world, seed, steps));
    let (paid_at_bank, given_back) = run(check_bank(&shop, &bank));
    let mut world = world.borrow_mut();
    world.told.orders = world.acknowledged.len();
    (world.told.paid_at_bank, world.told.given_back) = (paid_at_bank, given_back);
    world.told.faults = word.lock().unwrap().faults;
    std::mem::take(&mut world.told)
}

/// Polls to the end: on a simulated store everything is ready sooner or later.
fn run<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    loop {
        if let Poll::Ready(outcome) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return outcome;
        }
    }
}

impl Shop {
    /// A shop on a simulated store, in one thread.
    fn simulated(path: &std::path::Path, clock: Clock, seed: u64, store: Simulated, bank: &Arc<Bank>) -> SimulatedShop {
        let options = SqliteOptions { simulated: Some(store), ..SqliteOptions::at(path.join("shop.db")) };
        let (parts, db) = parts_on(|surroundings| Db::open_sqlite(&options, surroundings), clock, seed, bank);
        SimulatedShop { checkout: Checkout::new(parts), db }
    }
}

struct SimulatedShop {
    checkout: Checkout,
    db: Db,
}

/// A promotion that can be used so often.
const USES_MAX: i64 = 4;

async fn furnish_for_simulation(shop: &SimulatedShop) {
    migrate(&shop.db).await;
    let parts = Arc::clone(&shop.checkout.parts);
    let furnishing = shop.db.write(move |tx| {
        Box::pin(async move {
            furnish(tx, &parts).await?;
            parts.inventory.set_level(tx, "iitem_chart", "sloc_harbour", 40).await?;
            let limited =
                tradewind_offers::NewPromotion { limit: Some(USES_MAX), ..super::promotions::percent_off("FEW", 10) };
            parts.offers.create_promotion(tx, limited).await?;
            Ok(())
        })
    });
    furnishing.await.unwrap();
}

/// Whoever does something in the shop.
type Person = Pin<Box<dyn Future<Output = ()>>>;

/// The sweep, as the running shop makes it.
fn sweep(checkout: Checkout) -> Person {
    Box::pin(async move {
        if let Err(error) = checkout.settle_due().await {
            expected(&error);
        }
    })
}

/// The bank's messenger, with word of some payment: early, late, twice or of nothing.
fn messenger(checkout: Checkout, bank: Arc<Bank>, world: Shared) -> Person {
    Box::pin(async move {
        let entries = bank.entries();
        if entries.is_empty() {
            return;
        }
        let chosen = usize::try_from(world.borrow_mut().rng.below(entries.len() as u64)).unwrap();
        if let Err(error) = checkout.noticed(&entries[chosen].1.cart_id).await {
            expected(&error);
        }
    })
}

fn shopper(checkout: Checkout, bank: Arc<Bank>, world: Shared) -> Person {
    Box::pin(async move {
        // Sometimes somebody comes back to a cart that was left open.
        let known = {
            let mut world = world.borrow_mut();
            if world.open.is_empty() || world.one_in(2) {
                None
            } else {
                let count = world.open.len() as u64;
                let chosen = usize::try_from(world.rng.below(count)).unwrap();
                Some(world.open[chosen].clone())
            }
        };
        let cart = match known {
            Some(cart) => cart,
            None => match fill(&checkout, &world).await {
                Ok(cart) => cart,
                Err(error) => return expected(&error),
            },
        };
        // Some pay in the bank's window first.
        if world.borrow_mut().one_in(3) {
            confirm(&checkout, &bank, &cart).await;
        }
        for _ in 0..3 {
            if world.borrow_mut().one_in(8)
                && let Err(error) = checkout.add_line(&cart, line(PRINT, 1)).await
            {
                expected(&error);
            }
            if complete(&checkout, &world, &cart).await {
                return;
            }
            if world.borrow_mut().one_in(2) {
                confirm(&checkout, &bank, &cart).await;
            }
        }
    })
}

/// In the bank's window, if the cart is paid there.
async fn confirm(checkout: &Checkout, bank: &Bank, cart: &str) {
    let Ok(view) = checkout.cart(cart).await else { return };
    let session = view.payment_collection.as_ref().and_then(|collection| collection.open_session());
    if let Some(session) = session.filter(|session| session.provider_id == BANK) {
        bank.confirm(&session.id);
    }
}

/// A cart that is ready to be completed, put together in steps that may each fail.
async fn fill(checkout: &Checkout, world: &Shared) -> Result<String> {
    let (variant, quantity, with_code, provider) = {
        let mut world = world.borrow_mut();
        let variant = [CHART, CHART_SIGNED, PRINT, BACKORDERED][usize::try_from(world.rng.below(4)).unwrap()];
        let provider = if world.one_in(2) { BANK } else { "pp_system_default" };
        (variant, 1 + i64::try_from(world.rng.below(3)).unwrap(), world.one_in(3), provider)
    };
    let new = NewCart {
        region_id: Some(EUROPE.to_owned()),
        email: Some("reader@example.com".to_owned()),
        shipping_address: Some(address("dk")),
        items: vec![line(variant, quantity)],
        ..NewCart::default()
    };
    let id = checkout.create_cart(new).await?.cart.id.as_str().to_owned();
    world.borrow_mut().open.push(id.clone());
    checkout.add_shipping_method(&id, STANDARD, None).await?;
    if with_code {
        checkout.add_promotions(&id, vec!["FEW".to_owned()]).await?;
    }
    let collection = checkout.payment_collection(&id).await?;
    checkout.begin_payment(collection.id.as_str(), provider, serde_json::json!({})).await?;
    Ok(id)
}

/// Completes a cart; whether nothing more can be had by asking again.
async fn complete(checkout: &Checkout, world: &Shared, cart: &str) -> bool {
    let outcome = checkout.complete(cart).await;
    let mut world = world.borrow_mut();
    match outcome {
        Ok(Completion::Order(Placed { order, .. })) => {
            world.note(order.id.as_str());
            let before = world.acknowledged.insert(cart.to_owned(), order.id.as_str().to_owned());
            assert!(before.is_none_or(|before| before == order.id.as_str()), "{cart} became two orders");
            world.open.retain(|open| open != cart);
            true
        }
        Ok(Completion::Cart { error, .. }) | Err(error) => {
            expected(&error);
            world.note(error.message());
            world.told.refused += 1;
            false
        }
    }
}

/// A refusal that a shopper may get: the store failed, or what he wants is not to be had.
fn expected(error: &Error) {
    let kinds = [
        ErrorKind::Unavailable,
        ErrorKind::NotAllowed,
        ErrorKind::Invalid,
        ErrorKind::Conflict,
        ErrorKind::PaymentRequired,
    ];
    assert!(kinds.contains(&error.kind()), "{error:?}");
}

/// What is promised is what is claimed, for orders that exist, once a cart; what was acknowledged is there, and paid.
async fn check_books(shop: &SimulatedShop, world: &Shared, seed: u64, step: u64) {
    let (checkout, parts) = (shop.checkout.clone(), Arc::clone(&shop.checkout.parts));
    let acknowledged: Vec<String> = world.borrow().acknowledged.values().cloned().collect();
    let reading = shop.db.read_own(move |tx| {
        Box::pin(async move {
            assert_eq!(parts.inventory.uneven_levels(tx).await?, []);
            assert_eq!(parts.offers.short_counters(tx).await?, []);
            assert_eq!(parts.orders.existing(tx, &acknowledged).await?.len(), acknowledged.len(), "one is gone");
            assert_eq!(parts.orders.carts_with_several(tx).await?, 0);
            let claimants = parts.inventory.references_after(tx, "", 10_000).await?;
            let mut entitled = parts.orders.existing(tx, &claimants).await?;
            let waiting = checkout.awaiting_after(tx, "", 10_000).await?;
            entitled.extend(waiting.iter().map(|(cart, _)| tradewind_orders::order_id_of_cart(cart).0));
            assert!(claimants.iter().all(|id| entitled.contains(id)), "claimed for nobody");
            let orders = parts.orders.after(tx, "", 10_000).await?;
            let ids: Vec<String> = orders.iter().map(|order| order.id.as_str().to_owned()).collect();
            let mut histories = parts.orders.histories(tx, &ids).await?;
            let paid = parts.payments.collections_of_orders(tx, &ids).await?;
            for order in &orders {
                let id = order.id.as_str();
                assert_eq!(fold(histories.remove(id).unwrap_or_default()).as_ref(), Some(order));
                let of_order = paid.iter().filter(|collection| collection.order_id.as_deref() == Some(id));
                let promised: i64 = of_order.map(|collection| collection.authorized().minor).sum();
                assert_eq!(promised, order.totals().total().minor, "{id} is not paid for");
            }
            let carts = checkout.completed_after(tx, "", 10_000).await?;
            assert_eq!(carts.len(), ids.len(), "a completed cart without its order, or an order without its cart");
            Ok(())
        })
    });
    assert!(reading.await.is_ok(), "seed {seed}, step {step}: the books cannot be read");
}

/// Once everything is settled, the bank keeps for the shop what orders are paid with, and nothing else. Answers how many
/// payments it keeps and how many it got back.
async fn check_bank(shop: &SimulatedShop, bank: &Bank) -> (usize, usize) {
    let (checkout, parts) = (shop.checkout.clone(), Arc::clone(&shop.checkout.parts));
    let reading = shop.db.read_own(move |tx| {
        Box::pin(async move {
            assert_eq!(checkout.awaiting_after(tx, "", 1).await?, [], "a cart waits for ever");
            let orders = parts.orders.after(tx, "", 10_000).await?;
            let ids: Vec<String> = orders.iter().map(|order| order.id.as_str().to_owned()).collect();
            parts.payments.collections_of_orders(tx, &ids).await
        })
    });
    let collections = reading.await.unwrap();
    let payments = collections.iter().flat_map(|collection| &collection.payments);
    let mut ordered: Vec<_> = payments.filter(|payment| payment.provider_id == BANK).collect();
    ordered.sort_by(|one, other| one.session_id.cmp(&other.session_id));
    let entries = bank.entries();
    let held: Vec<_> = entries.iter().filter(|(_, entry)| entry.is_held()).collect();
    let of_orders = ordered.iter().map(|payment| (&payment.session_id, payment.amount));
    let of_bank = held.iter().map(|(session_id, entry)| (session_id, entry.amount));
    assert_eq!(of_bank.collect::<Vec<_>>(), of_orders.collect::<Vec<_>>(), "what is paid and what is ordered");
    (held.len(), entries.iter().filter(|(_, entry)| !entry.refunds.is_empty()).count())
}
