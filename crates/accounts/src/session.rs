//! Sessions: an opaque random id in a cookie, known here by its hash alone.

use sha2::{Digest as _, Sha256};
use tradewind_kernel::{Result, Secret};

use crate::error::invalid_token;
use crate::model::{Actor, ActorKind, SecondFactor};
use crate::{Accounts, store};

/// What is stored of a random secret: enough to recognise it, nothing to use it with. (It is as long as the hash, so
/// neither salt nor slowness would add anything.)
pub(crate) fn fingerprint(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}

const SESSION_BYTES: usize = 32;

impl Accounts {
    /// Opens a session for somebody a token has proved, and returns what the cookie holds.
    pub async fn open_session(&self, actor: &Actor) -> Result<Secret> {
        if actor.auth_identity_id.is_empty() {
            // A secret key proves itself with every request.
            return Err(invalid_token());
        }
        let session = Secret::new(hex::encode(self.rng.bytes::<SESSION_BYTES>()));
        let id_hash = fingerprint(session.expose());
        let actor = actor.clone();
        let expires_at = self.now().plus_seconds(self.options.session_seconds);
        self.core
            .write(move |tx| {
                Box::pin(async move {
                    store::login(tx, &actor.auth_identity_id).await?.ok_or_else(invalid_token)?;
                    store::insert_session(tx, &id_hash, &actor, expires_at).await
                })
            })
            .await?;
        Ok(session)
    }

    /// Whose session this is, if it is open. It follows its login: a shopper created since is there.
    pub async fn actor_of_session(&self, session: &str) -> Result<Actor> {
        if session.len() != SESSION_BYTES * 2 {
            return Err(invalid_token());
        }
        let id_hash = fingerprint(session);
        let stored = self
            .core
            .look_up(move |tx| Box::pin(async move { store::session(tx, &id_hash).await }))
            .await?
            .filter(|stored| self.now() < stored.expires_at)
            .ok_or_else(invalid_token)?;
        let kind = ActorKind::with_login(&stored.actor_kind).ok_or_else(invalid_token)?;
        let is_let_in = stored.second_factor != SecondFactor::Pending
            && (!self.needs_verified_email(kind) || stored.verified_at.is_some());
        Ok(Actor {
            kind,
            id: stored.actor_id.filter(|_| is_let_in),
            auth_identity_id: stored.login_id,
            second_factor: stored.second_factor,
            issued_at: stored.created_at,
            expires_at: stored.expires_at,
        })
    }

    /// Closes a session; one that is not open is closed already.
    pub async fn close_session(&self, session: &str) -> Result<()> {
        let id_hash = fingerprint(session);
        self.core.write(move |tx| Box::pin(async move { store::remove_session(tx, &id_hash).await })).await
    }
}
