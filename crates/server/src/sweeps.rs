//! Sweeps: what is removed on a schedule because its time has run out.

use serde::{Deserialize, Serialize};
use tradewind_accounts::Accounts;
use tradewind_checkout::Checkout;
use tradewind_inventory::Inventory;
use tradewind_outreach::Webhooks;
use tradewind_platform::db::Db;
use tradewind_platform::jobs::{Handlers, Job};
use tradewind_platform::{events, idempotency, jobs, limits};

/// Removes sessions, reset links and signing keys that have run out.
#[derive(Clone, Serialize, Deserialize)]
struct SweepAccounts;

impl Job for SweepAccounts {
    const KIND: &'static str = "accounts.sweep";
    const QUEUE: &'static str = "sweeps";
}

/// Gives back stock whose reservation has run out.
#[derive(Clone, Serialize, Deserialize)]
struct ExpireReservations;

impl Job for ExpireReservations {
    const KIND: &'static str = "inventory.expire";
    const QUEUE: &'static str = "sweeps";
}

/// Forgets idempotency keys after their 24 hours.
#[derive(Clone, Serialize, Deserialize)]
struct SweepIdempotencyKeys;

impl Job for SweepIdempotencyKeys {
    const KIND: &'static str = "idempotency.sweep";
    const QUEUE: &'static str = "sweeps";
}

/// Forgets the keys of limits that nobody has tried for a while.
#[derive(Clone, Serialize, Deserialize)]
struct SweepLimits;

impl Job for SweepLimits {
    const KIND: &'static str = "limits.sweep";
    const QUEUE: &'static str = "sweeps";
}

/// Forgets what a broker has delivered so long ago that it comes no more.
#[derive(Clone, Serialize, Deserialize)]
struct SweepDelivered;

impl Job for SweepDelivered {
    const KIND: &'static str = "delivered.sweep";
    const QUEUE: &'static str = "sweeps";
}

/// Removes jobs that are over and were kept long enough.
#[derive(Clone, Serialize, Deserialize)]
struct SweepJobs;

impl Job for SweepJobs {
    const KIND: &'static str = "jobs.sweep";
    const QUEUE: &'static str = "sweeps";
}

/// Forgets what became of webhooks long ago.
#[derive(Clone, Serialize, Deserialize)]
struct SweepWebhooks;

impl Job for SweepWebhooks {
    const KIND: &'static str = "outreach.sweep_webhooks";
    const QUEUE: &'static str = "sweeps";
}

/// Asks payment providers about carts that wait for them, and ends the wait of those that waited too long.
#[derive(Clone, Serialize, Deserialize)]
struct SettlePayments;

impl Job for SettlePayments {
    const KIND: &'static str = "checkout.settle";
    const QUEUE: &'static str = "sweeps";
}

/// Registers the sweep of carts that wait for their payment.
pub(crate) fn register_settling(handlers: &mut Handlers, checkout: &Checkout, every_seconds: i64) {
    let checkout = checkout.clone();
    handlers.on::<SettlePayments, _>(move |_| {
        let checkout = checkout.clone();
        async move { checkout.settle_due().await.map(|_| ()) }
    });
    handlers.every("settle payments", every_seconds, SettlePayments);
}

/// Registers the sweep of webhooks.
pub(crate) fn register_webhooks(handlers: &mut Handlers, webhooks: &Webhooks) {
    let webhooks = webhooks.clone();
    handlers.on::<SweepWebhooks, _>(move |_| {
        let webhooks = webhooks.clone();
        async move { webhooks.sweep().await.map(|_| ()) }
    });
    handlers.every("sweep webhooks", 3600, SweepWebhooks);
}

/// Registers every other sweep with its schedule.
pub(crate) fn register(handlers: &mut Handlers, accounts: &Accounts, inventory: &Inventory, db: &Db) {
    let accounts = accounts.clone();
    handlers.on::<SweepAccounts, _>(move |_| {
        let accounts = accounts.clone();
        async move { accounts.sweep().await.map(|_| ()) }
    });
    handlers.every("sweep accounts", 300, SweepAccounts);

    let keys = db.clone();
    handlers.on::<SweepIdempotencyKeys, _>(move |_| {
        let db = keys.clone();
        async move { idempotency::sweep(&db).await.map(|_| ()) }
    });
    handlers.every("sweep idempotency keys", 600, SweepIdempotencyKeys);

    let limited = db.clone();
    handlers.on::<SweepLimits, _>(move |_| {
        let db = limited.clone();
        async move { limits::sweep(&db).await.map(|_| ()) }
    });
    handlers.every("sweep limits", 600, SweepLimits);

    let delivered = db.clone();
    handlers.on::<SweepDelivered, _>(move |_| {
        let db = delivered.clone();
        async move { events::sweep(&db).await.map(|_| ()) }
    });
    handlers.every("sweep delivered", 3600, SweepDelivered);

    let kept = db.clone();
    handlers.on::<SweepJobs, _>(move |_| {
        let db = kept.clone();
        async move { jobs::sweep(&db).await.map(|_| ()) }
    });
    handlers.every("sweep jobs", 600, SweepJobs);

    let (inventory, db) = (inventory.clone(), db.clone());
    handlers.on::<ExpireReservations, _>(move |_| {
        let (inventory, db) = (inventory.clone(), db.clone());
        async move {
            loop {
                let inventory = inventory.clone();
                let expiring = db.write(move |tx| {
                    Box::pin(async move {
                        let now = tx.now();
                        inventory.expire(tx, now).await
                    })
                });
                if expiring.await? == 0 {
                    return Ok(());
                }
            }
        }
    });
    handlers.every("expire reservations", 30, ExpireReservations);
}
