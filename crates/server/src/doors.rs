//! What answers requests: the doors beside each other, what operators ask, and what surrounds every request.

use std::time::Duration;

use axum::Router;
use axum::routing::get;
use tradewind_admin_api::{AdminState, ReportPlaces, Work};
use tradewind_http::cors::{Cors, Origins};
use tradewind_http::freshness::see_own_writes;
use tradewind_http::idempotency::honour_idempotency_keys;
use tradewind_http::limits::LoginLimits;
use tradewind_http::middleware::{Surroundings, surround};
use tradewind_http::overload::{GateOptions, LimiterOptions, guard};
use tradewind_http::ready::Ready;
use tradewind_insights::Insights;
use tradewind_platform::db::Shards;
use tradewind_store_api::hooks::{self, HooksState};
use tradewind_store_api::{StoreOptions, StoreState};
use tradewind_storefront::{Storefront, StorefrontParts};

use crate::wiring::Shop;
use crate::{media, operations};

/// How much memory ready answers of the catalogue may take.
const READY_BYTES_MAX: u64 = 4 * 1024 * 1024;
/// How long a shared cache may keep them.
const READY_SHARED_SECONDS: u32 = 60;

impl Shop {
    /// What answers requests.
    pub fn router(&self) -> Router {
        let timeout = Duration::from_secs(self.config.server.request_seconds_max);
        let apis =
            tradewind_store_api::router(self.store_state()).merge(tradewind_admin_api::router(self.admin_state()));
        let apis = honour_idempotency_keys(apis, self.db.clone(), self.accounts.clone(), timeout);
        let doors = see_own_writes(apis, self.db.clone())
            .merge(hooks::router(HooksState { payments: self.payments.clone(), checkout: self.checkout.clone() }))
            .merge(tradewind_storefront::router(Storefront::new(self.storefront_parts())))
            .merge(Router::new().route("/media/{*key}", get(media::file)).with_state(self.blobs.clone()))
            .merge(operations::router(self.db.clone(), self.clock.clone(), self.queues(), self.webhooks.clone()));
        surround(guard(doors, self.gate_options()), self.surroundings())
    }

    fn store_state(&self) -> StoreState {
        let auth = &self.config.auth;
        StoreState {
            catalog: self.catalog.clone(),
            market: self.market.clone(),
            offers: self.offers.clone(),
            inventory: self.inventory.clone(),
            accounts: self.accounts.clone(),
            payments: self.payments.clone(),
            orders: self.orders.clone(),
            fulfilment: self.fulfilment.clone(),
            handling: self.handling.clone(),
            checkout: self.checkout.clone(),
            login_limits: LoginLimits::new(&self.db, &self.clock, auth.login_burst, auth.login_per_minute),
            ready: Ready::new(READY_BYTES_MAX, READY_SHARED_SECONDS).behind(self.tier.clone()),
            clock: self.clock.clone(),
            options: StoreOptions { session_seconds: auth.session_seconds, secure_cookies: auth.secure_cookies },
        }
    }

    fn admin_state(&self) -> AdminState {
        AdminState {
            core: self.db.clone(),
            shards: Shards::single(self.db.clone()),
            mint: self.mint.clone(),
            catalog: self.catalog.clone(),
            market: self.market.clone(),
            offers: self.offers.clone(),
            inventory: self.inventory.clone(),
            accounts: self.accounts.clone(),
            payments: self.payments.clone(),
            orders: self.orders.clone(),
            fulfilment: self.fulfilment.clone(),
            handling: self.handling.clone(),
            outreach: self.outreach.clone(),
            work: Work::new(self.queues(), self.queue_limits(), self.closing.subscribe()),
            webhooks: self.webhooks.clone(),
            insights: self.insights(),
            report_places: ReportPlaces::default(),
        }
    }

    /// What the shop reports.
    pub(crate) fn insights(&self) -> Insights {
        Insights {
            shop: self.config.shop.name.clone(),
            clock: self.clock.clone(),
            orders: self.orders.clone(),
            payments: self.payments.clone(),
            inventory: self.inventory.clone(),
            accounts: self.accounts.clone(),
        }
    }

    fn storefront_parts(&self) -> StorefrontParts {
        let auth = &self.config.auth;
        StorefrontParts {
            catalog: self.catalog.clone(),
            market: self.market.clone(),
            offers: self.offers.clone(),
            inventory: self.inventory.clone(),
            accounts: self.accounts.clone(),
            payments: self.payments.clone(),
            orders: self.orders.clone(),
            checkout: self.checkout.clone(),
            login_limits: LoginLimits::new(&self.db, &self.clock, auth.login_burst, auth.login_per_minute),
            secure_cookies: auth.secure_cookies,
            clock: self.clock.clone(),
            public_url: self.config.public_url(),
            session_seconds: auth.session_seconds,
        }
    }

    fn gate_options(&self) -> GateOptions {
        let limits = &self.config.limits;
        GateOptions {
            limiter: LimiterOptions {
                least: limits.requests_min,
                most: limits.requests_max,
                scheduling_target: Duration::from_millis(limits.scheduling_ms_target),
                answer_target: Duration::from_millis(limits.answer_ms_target),
            },
            waiting_max: limits.waiting_max,
            waiting_time_max: Duration::from_millis(limits.waiting_ms_max),
        }
    }

    fn surroundings(&self) -> Surroundings {
        let cors = &self.config.cors;
        Surroundings {
            mint: self.mint.clone(),
            cors: Cors {
                store: Origins::new(cors.store.clone()),
                admin: Origins::new(cors.admin.clone()),
                auth: Origins::new(cors.auth.clone()),
            },
            timeout: Duration::from_secs(self.config.server.request_seconds_max),
            trusted_proxies: self.config.server.trusted_proxies,
            public_url: self.config.public_url().into(),
        }
    }
}
