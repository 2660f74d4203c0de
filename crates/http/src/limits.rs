//! How often somebody may try a password: by address and by e-mail, so that neither one machine nor many guess for long.

use tradewind_kernel::{Clock, Result};
use tradewind_platform::limits::RateLimit;

use crate::middleware::ClientAddress;

/// The limits on logins, registrations and resets. Cheap to clone; clones share what they count.
#[derive(Clone)]
pub struct LoginLimits {
    by_address: RateLimit,
    by_email: RateLimit,
}

impl LoginLimits {
    /// Each address and each e-mail may try so often at once, and so often a minute after that. Many people share an
    /// address, so it may try five times as often.
    #[must_use]
    pub fn new(clock: &Clock, burst: u32, per_minute: u32) -> Self {
        Self {
            by_address: RateLimit::new(clock.clone(), burst.saturating_mul(5), per_minute.saturating_mul(5)),
            by_email: RateLimit::new(clock.clone(), burst, per_minute),
        }
    }

    /// Counts one try, or refuses it.
    pub fn take(&self, address: ClientAddress, email: &str) -> Result<()> {
        self.by_address.take(&address.key())?;
        let email: String = email.trim().chars().take(254).flat_map(char::to_lowercase).collect();
        self.by_email.take(&email)
    }
}
