//! Accounts: shoppers, staff, logins, sessions and API keys.

mod address;
mod api_key;
mod challenge;
mod check;
mod customer;
mod error;
pub mod events;
mod factor;
mod find;
mod group;
mod import;
mod invite;
mod listed;
mod login;
mod model;
mod password;
mod reset;
mod session;
mod store;
mod token;
mod totp;
mod user;
mod verification;

use std::sync::Arc;
use std::time::Duration;

use tradewind_kernel::{Clock, IdMint, Result, Rng, Timestamp};
use tradewind_platform::cache::{Cache, Keeping, Tier};
use tradewind_platform::db::{Db, Migrations, Shards};
use tradewind_platform::migrations;

pub use challenge::CHALLENGE_ATTEMPTS_MAX;
pub use check::normalise_email;
pub use error::{
    ALREADY_REGISTERED, CHALLENGE_OVER, CUSTOMER_EXISTS, INVALID_CREDENTIALS, INVALID_TOKEN, INVITE_INVALID,
    PASSWORDS_BUSY, RESET_TOKEN_INVALID, VERIFICATION_INVALID, WRONG_CODE,
};
pub use events::{CustomerCreated, EmailVerificationRequested, PasswordResetRequested, StaffInvited};
pub use find::{Compared, Comparison, CustomerCondition, CustomerField, CustomerQuery};
pub use listed::ListedCustomers;
pub use model::{
    Actor, ActorKind, AddressChange, ApiKey, ApiKeyId, ApiKeyKind, AskedFor, Challenge, ChallengeId, Customer,
    CustomerAddress, CustomerAddressId, CustomerChange, CustomerGroup, CustomerGroupChange, CustomerGroupId,
    CustomerId, Enrolment, Factor, FactorId, FactorStatus, Invite, InviteId, LogIn, LoginId, Metadata, NewApiKey,
    NewCustomer, NewCustomerGroup, NewFactor, NewUser, SecondFactor, User, UserChange, UserId, Verification,
    VerificationId,
};
pub use token::Claims;

/// The tables of this module: in core and, for shoppers, in every shard.
pub const MIGRATIONS: Migrations =
    migrations!("accounts", "V1__accounts", "V2__groups_and_invitations", "V3__second_factors");

/// How long proofs last, and how much work logins may make.
#[derive(Clone, Debug)]
pub struct AccountsOptions {
    /// How long a token is good for.
    pub token_seconds: i64,
    /// How long a session is good for.
    pub session_seconds: i64,
    /// How long the link in a password-reset mail is good for.
    pub reset_seconds: i64,
    /// How long the link in an invitation to join the staff is good for.
    pub invite_seconds: i64,
    /// How long the link in a mail that proves an e-mail address is good for.
    pub verification_seconds: i64,
    /// Whether shoppers are logged in only once their e-mail address is proved to be theirs.
    pub verified_customers_only: bool,
    /// Whom an authenticator app shows as the one that asks for its codes: the shop's name.
    pub issuer: String,
    /// How many passwords are hashed at once; each takes 19 MiB and tens of milliseconds of a processor.
    pub password_checks_max: usize,
    /// How many more may wait for their turn before logins are refused.
    pub password_checks_waiting_max: usize,
}

impl Default for AccountsOptions {
    fn default() -> Self {
        Self {
            token_seconds: 24 * 3600,
            session_seconds: 14 * 24 * 3600,
            reset_seconds: 15 * 60,
            invite_seconds: 7 * 24 * 3600,
            verification_seconds: 24 * 3600,
            verified_customers_only: false,
            issuer: "Tradewind".to_owned(),
            password_checks_max: 2,
            password_checks_waiting_max: 64,
        }
    }
}

/// The handle of this module. Cheap to clone.
#[derive(Clone)]
pub struct Accounts {
    core: Db,
    shards: Shards,
    options: AccountsOptions,
    clock: Clock,
    rng: Rng,
    mint: IdMint,
    passwords: password::Passwords,
    keys: token::KeyRing,
    api_keys: Cache<String, Option<Arc<ApiKey>>>,
    tier: Tier,
}

/// The topic of API keys that were changed or removed.
const KEYS_CHANGED: &str = "accounts.api_keys";
/// The topic of logins whose tokens are not taken any more, and of keys that sign tokens.
const LOGINS_CHANGED: &str = "accounts.logins";

/// How long a key that was changed may still be taken by a process that did not hear of it.
const API_KEY_KEPT: Keeping = Keeping::fresh_for(Duration::from_secs(10));
/// How long processes share a key; those that do not hear of changes take no part in it.
const API_KEY_SHARED: Keeping = Keeping::fresh_for(Duration::from_secs(60)).absent_for(Duration::from_secs(10));
const API_KEYS_CACHED_MAX: u64 = 10_000;

impl Accounts {
    /// Accounts in these databases.
    #[must_use]
    pub fn new(core: Db, shards: Shards, options: AccountsOptions, clock: Clock, rng: Rng) -> Self {
        Self {
            passwords: password::Passwords::new(
                rng.clone(),
                options.password_checks_max,
                options.password_checks_waiting_max,
            ),
            keys: token::KeyRing::new(core.clone(), clock.clone(), rng.clone(), options.token_seconds),
            api_keys: Cache::new("accounts_api_key", API_KEYS_CACHED_MAX, API_KEY_KEPT).emptied_by(&core, KEYS_CHANGED),
            tier: Tier::new(None, core.clone(), clock.clone()),
            mint: IdMint::new(clock.clone(), rng.clone()),
            core,
            shards,
            options,
            clock,
            rng,
        }
    }

    /// Shares what is kept in memory with other processes.
    #[must_use]
    pub fn behind(self, tier: Tier) -> Self {
        Self { tier, ..self }
    }

    /// Removes what has run out: sessions, reset links, signing keys whose last token has ended. Meant to be run every few
    /// minutes; returns how many rows went.
    pub async fn sweep(&self) -> Result<u64> {
        let now = self.clock.now();
        // With a minute for other processes to have heard of a newer key.
        let last_token_ended = now.plus_seconds(-self.options.token_seconds - 60);
        self.core.write(move |tx| Box::pin(async move { store::remove_expired(tx, now, last_token_ended).await })).await
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }
}
