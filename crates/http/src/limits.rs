//! How often somebody may try a password: by address and by e-mail, so that neither one machine nor many guess for long.

use tradewind_kernel::{Clock, Result};
use tradewind_platform::db::Db;
use tradewind_platform::limits::RateLimit;

use crate::middleware::ClientAddress;

/// The limits on logins, registrations and resets, over all doors and processes. Cheap to clone; clones share what they count.
#[derive(Clone)]
pub struct LoginLimits {
    by_address: RateLimit,
    by_email: RateLimit,
}

impl LoginLimits {
    /// Each address and each e-mail may try so often at once, and so often a minute after that. Many people share an
    /// address, so it may try five times as often.
    #[must_use]
    pub fn new(db: &Db, clock: &Clock, burst: u32, per_minute: u32) -> Self {
        let limit = |name, times: u32| {
            RateLimit::new(name, db, clock.clone(), burst.saturating_mul(times), per_minute.saturating_mul(times))
        };
        Self { by_address: limit("login.address", 5), by_email: limit("login.email", 1) }
    }

    /// Counts one try, or refuses it.
    pub async fn take(&self, address: ClientAddress, email: &str) -> Result<()> {
        self.by_address.take(&address.key()).await?;
        let email: String = email.trim().chars().take(254).flat_map(char::to_lowercase).collect();
        self.by_email.take(&email).await
    }
}
