//! Passwords: argon2id in a bounded pool, so that a flood of logins takes neither all processors nor all memory.

use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;
use tradewind_kernel::{Error, Result, Rng};

use crate::check::PASSWORD_LENGTH_MAX;
use crate::error::passwords_busy;

/// A hash of a password nobody has, with the same cost as a real one: an unknown e-mail takes as long as a wrong password.
/// Logins that were taken in from another shop have it until their owner sets a password.
pub(crate) const NOBODYS_HASH: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$dHJhZGV3aW5kLm5vYm9keQ$Y4KzzIgUErd7/K7tAmABwA2eMCXmbCD25+kvB5hRRio";

/// Hashes and checks passwords. Cheap to clone; clones share the bounds.
#[derive(Clone)]
pub(crate) struct Passwords {
    rng: Rng,
    // Whoever works or waits; beyond it callers are refused at once.
    admitted: Arc<Semaphore>,
    working: Arc<Semaphore>,
}

impl Passwords {
    pub(crate) fn new(rng: Rng, at_once: usize, waiting_max: usize) -> Self {
        let at_once = at_once.max(1);
        Self {
            rng,
            admitted: Arc::new(Semaphore::new(at_once + waiting_max)),
            working: Arc::new(Semaphore::new(at_once)),
        }
    }

    /// The hash to store, with its salt and cost (a PHC string).
    pub(crate) async fn hash(&self, password: &str) -> Result<String> {
        let salt: [u8; 16] = self.rng.bytes();
        let password = password.to_owned();
        self.work(move || {
            // Argon2id with 19 MiB, two passes, one lane: the library's default and OWASP's advice.
            Argon2::default()
                .hash_password_with_salt(password.as_bytes(), &salt)
                .map(|hash| hash.to_string())
                .map_err(|error| Error::internal(error.to_string()))
        })
        .await?
    }

    /// Whether the password belongs to the hash. Without a hash the same work is done, and the answer is no.
    pub(crate) async fn matches(&self, password: &str, hash: Option<&str>) -> Result<bool> {
        let too_long = password.chars().count() > PASSWORD_LENGTH_MAX;
        let password: String = password.chars().take(PASSWORD_LENGTH_MAX).collect();
        let is_known = hash.is_some();
        let hash = hash.unwrap_or(NOBODYS_HASH).to_owned();
        let is_right = self
            .work(move || {
                let hash = PasswordHash::new(&hash).map_err(|e| Error::internal(e.to_string()))?;
                Ok::<_, Error>(Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
            })
            .await??;
        Ok(is_right && is_known && !too_long)
    }

    async fn work<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let admitted = Arc::clone(&self.admitted).try_acquire_owned().map_err(|_| passwords_busy())?;
        let working = Arc::clone(&self.working).acquire_owned().await.map_err(Error::internal)?;
        tokio::task::spawn_blocking(move || {
            // Held by the work itself: a caller that goes away does not make room for more.
            let _held = (admitted, working);
            work()
        })
        .await
        .map_err(Error::internal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn a_password_is_known_by_its_hash_alone() {
        let passwords = Passwords::new(Rng::seeded(1), 2, 8);
        let hash = passwords.hash("pw12345678").await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert_ne!(hash, passwords.hash("pw12345678").await.unwrap());
        assert!(passwords.matches("pw12345678", Some(&hash)).await.unwrap());
        assert!(!passwords.matches("pw12345679", Some(&hash)).await.unwrap());
        assert!(!passwords.matches("pw12345678", None).await.unwrap());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_flood_is_refused_and_not_queued() {
        let passwords = Passwords::new(Rng::seeded(1), 1, 2);
        let tasks: Vec<_> = (0..40)
            .map(|_| {
                let passwords = passwords.clone();
                tokio::spawn(async move { passwords.matches("pw12345678", None).await })
            })
            .collect();
        let mut refused = 0;
        for task in tasks {
            refused += i32::from(task.await.unwrap().is_err_and(|e| e.is(crate::PASSWORDS_BUSY)));
        }
        assert!(refused > 0);
        assert!(passwords.hash("afterwards").await.is_ok());
    }
}
