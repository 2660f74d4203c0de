//! Tokens: JWT signed with HS256 by keys kept in core, verified from memory.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arc_swap::ArcSwapOption;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;
use tradewind_kernel::{Clock, Error, IdMint, Result, Rng, Secret, Timestamp};
use tradewind_platform::db::Db;

use crate::error::invalid_token;
use crate::model::{Actor, ActorKind, SecondFactor};
use crate::{LOGINS_CHANGED, store};

/// What a token says; named as the clients of the wire know it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Claims {
    /// The shopper or user; empty for a login without one.
    pub actor_id: String,
    /// The kind of actor.
    pub actor_type: ActorKind,
    /// The login.
    pub auth_identity_id: String,
    /// How it was proved.
    pub auth_provider: String,
    /// Whether a second factor is asked for.
    pub mfa_enabled: bool,
    /// When the second factor was given, as RFC 3339 writes it.
    pub mfa_challenge_completed_at: Option<String>,
    /// The actor's id once more, under its kind.
    pub app_metadata: serde_json::Map<String, serde_json::Value>,
    /// What the provider says of the person.
    pub user_metadata: serde_json::Map<String, serde_json::Value>,
    /// When it was given out, in seconds.
    pub iat: i64,
    /// When it ends, in seconds.
    pub exp: i64,
}

impl Claims {
    /// What a token of this actor says.
    #[must_use]
    pub fn of(actor: &Actor) -> Self {
        let app_metadata = match &actor.id {
            Some(id) => {
                let name = format!("{}_id", actor.kind.as_str().replace('-', "_"));
                [(name, id.as_str().into())].into_iter().collect()
            }
            None => serde_json::Map::new(),
        };
        Self {
            actor_id: actor.id.clone().unwrap_or_default(),
            actor_type: actor.kind,
            auth_identity_id: actor.auth_identity_id.clone(),
            auth_provider: store::PROVIDER.to_owned(),
            mfa_enabled: actor.second_factor != SecondFactor::NotAsked,
            mfa_challenge_completed_at: match actor.second_factor {
                SecondFactor::Given(at) => Some(at.to_string()),
                SecondFactor::NotAsked | SecondFactor::Pending => None,
            },
            app_metadata,
            user_metadata: serde_json::Map::new(),
            iat: actor.issued_at.unix_seconds(),
            exp: actor.expires_at.unix_seconds(),
        }
    }
}

/// Keys and resets are looked at again after this long, also by a process that did not hear of a change.
const RELOAD_SECONDS: i64 = 10;
/// A key nobody here knows may be another process's newest: worth a look, though not for every made-up name.
const STRANGER_SECONDS: i64 = 1;
/// A token longer than this is not ours.
const TOKEN_LENGTH_MAX: usize = 2048;

/// The signing keys, in memory. Cheap to clone.
#[derive(Clone)]
pub(crate) struct KeyRing(Arc<Inner>);

struct Inner {
    core: Db,
    clock: Clock,
    rng: Rng,
    mint: IdMint,
    token_seconds: i64,
    loaded: ArcSwapOption<Keys>,
    /// Rises with each change; what was loaded before is of no use.
    changes: AtomicU64,
    loading: Mutex<()>,
}

struct Keys {
    signing: (String, EncodingKey),
    verifying: HashMap<String, DecodingKey>,
    /// Logins whose older tokens are refused.
    reset_at: HashMap<String, Timestamp>,
    loaded_at: Timestamp,
    /// How many changes were known of when it began to be loaded.
    changes: u64,
}

impl KeyRing {
    pub(crate) fn new(core: Db, clock: Clock, rng: Rng, token_seconds: i64) -> Self {
        let mint = IdMint::new(clock.clone(), rng.clone());
        let inner = Arc::new(Inner {
            core,
            clock,
            rng,
            mint,
            token_seconds,
            loaded: ArcSwapOption::empty(),
            changes: AtomicU64::new(0),
            loading: Mutex::new(()),
        });
        inner.core.listen(LOGINS_CHANGED, &inner, |inner, _| {
            inner.changes.fetch_add(1, Ordering::AcqRel);
        });
        Self(inner)
    }

    /// A token of this actor.
    pub(crate) async fn sign(&self, actor: &Actor) -> Result<Secret> {
        let keys = self.keys().await?;
        let (kid, key) = &keys.signing;
        let header = Header { kid: Some(kid.clone()), ..Header::new(Algorithm::HS256) };
        jsonwebtoken::encode(&header, &Claims::of(actor), key).map(Secret::new).map_err(Error::internal)
    }

    /// Who a token was given to, if it is good.
    pub(crate) async fn verify(&self, token: &str) -> Result<Actor> {
        if token.len() > TOKEN_LENGTH_MAX {
            return Err(invalid_token());
        }
        let header = jsonwebtoken::decode_header(token).map_err(|_| invalid_token())?;
        let kid = header.kid.ok_or_else(invalid_token)?;
        let mut keys = self.keys().await?;
        if !keys.verifying.contains_key(&kid) {
            keys = self.keys_not_older_than(STRANGER_SECONDS).await?;
        }
        let key = keys.verifying.get(&kid).ok_or_else(invalid_token)?;
        let mut rules = Validation::new(Algorithm::HS256);
        // Times are compared below, by the shop's own clock.
        rules.validate_exp = false;
        rules.validate_aud = false;
        rules.required_spec_claims.clear();
        let claims = jsonwebtoken::decode::<Claims>(token, key, &rules).map_err(|_| invalid_token())?.claims;
        let now = self.0.clock.now().unix_seconds();
        let reset_at = keys.reset_at.get(&claims.auth_identity_id);
        if claims.exp <= now || reset_at.is_some_and(|at| claims.iat < at.unix_seconds()) {
            return Err(invalid_token());
        }
        let second_factor = match (claims.mfa_enabled, claims.mfa_challenge_completed_at) {
            (false, _) => SecondFactor::NotAsked,
            (true, None) => SecondFactor::Pending,
            (true, Some(at)) => SecondFactor::Given(at.parse().map_err(|_| invalid_token())?),
        };
        Ok(Actor {
            kind: claims.actor_type,
            second_factor,
            id: (!claims.actor_id.is_empty()).then_some(claims.actor_id),
            auth_identity_id: claims.auth_identity_id,
            issued_at: Timestamp(claims.iat.saturating_mul(1000)),
            expires_at: Timestamp(claims.exp.saturating_mul(1000)),
        })
    }

    /// Adds a key that signs from now on; what older ones signed stays good until it ends.
    pub(crate) async fn rotate(&self) -> Result<()> {
        self.add_key(false).await?;
        self.load().await?;
        Ok(())
    }

    async fn keys(&self) -> Result<Arc<Keys>> {
        self.keys_not_older_than(RELOAD_SECONDS).await
    }

    /// What is in memory, unless something changed since.
    fn held(&self) -> Option<Arc<Keys>> {
        let changes = self.0.changes.load(Ordering::Acquire);
        self.0.loaded.load_full().filter(|keys| keys.changes == changes)
    }

    async fn keys_not_older_than(&self, seconds: i64) -> Result<Arc<Keys>> {
        let held = self.held();
        let oldest = self.0.clock.now().plus_seconds(-seconds);
        match held {
            Some(keys) if keys.loaded_at > oldest => Ok(keys),
            // One looks again, the others go on with what they have.
            Some(keys) => match self.0.loading.try_lock() {
                Ok(_turn) => self.load().await,
                Err(_) => Ok(keys),
            },
            None => {
                let _turn = self.0.loading.lock().await;
                match self.held() {
                    Some(keys) => Ok(keys),
                    None => self.load().await,
                }
            }
        }
    }

    async fn load(&self) -> Result<Arc<Keys>> {
        let changes = self.0.changes.load(Ordering::Acquire);
        let now = self.0.clock.now();
        let since = now.plus_seconds(-self.0.token_seconds);
        let (mut stored, reset_at) = self
            .0
            .core
            .read_own(move |tx| {
                Box::pin(async move { Ok((store::signing_keys(tx).await?, store::resets_since(tx, since).await?)) })
            })
            .await?;
        if stored.is_empty() {
            stored = self.add_key(true).await?;
        }
        let secrets = stored
            .into_iter()
            .map(|(kid, secret)| Ok((kid, hex::decode(secret).map_err(Error::internal)?)))
            .collect::<Result<Vec<_>>>()?;
        let (kid, secret) = secrets.first().ok_or_else(|| Error::internal("there is no signing key"))?;
        let keys = Arc::new(Keys {
            signing: (kid.clone(), EncodingKey::from_secret(secret)),
            verifying: secrets.iter().map(|(kid, secret)| (kid.clone(), DecodingKey::from_secret(secret))).collect(),
            reset_at: reset_at.into_iter().collect(),
            loaded_at: now,
            changes,
        });
        self.0.loaded.store(Some(Arc::clone(&keys)));
        Ok(keys)
    }

    async fn add_key(&self, only_if_none: bool) -> Result<Vec<(String, String)>> {
        let kid = self.0.mint.mint("kid");
        let secret = hex::encode(self.0.rng.bytes::<32>());
        self.0
            .core
            .write(move |tx| {
                Box::pin(async move {
                    let stored = store::signing_keys(tx).await?;
                    // Another process may have been faster: its key is as good.
                    if only_if_none && !stored.is_empty() {
                        return Ok(stored);
                    }
                    store::insert_signing_key(tx, &kid, &secret).await?;
                    tx.announce(LOGINS_CHANGED, &[]).await?;
                    store::signing_keys(tx).await
                })
            })
            .await
    }
}
