//! Forgotten passwords: a link by mail, good once and for minutes.

use tradewind_kernel::{Result, Secret};

use crate::check::{check_new_password, normalise_email};
use crate::error::reset_token_invalid;
use crate::events::PasswordResetRequested;
use crate::model::ActorKind;
use crate::session::fingerprint;
use crate::store::{self, Reset};
use crate::{Accounts, LOGINS_CHANGED};

impl Accounts {
    /// Sends a reset link if the e-mail has a login, by publishing [`PasswordResetRequested`]. The answer, and the work, is
    /// the same if it has none, so that nobody learns who shops here. The token is for staff who hand a link over themselves;
    /// whoever only typed an e-mail address must not get it.
    pub async fn request_password_reset(&self, kind: ActorKind, email: &str) -> Result<Secret> {
        let email = normalise_email(email).unwrap_or_default();
        let token = Secret::new(hex::encode(self.rng.bytes::<32>()));
        let expires_at = self.now().plus_seconds(self.options.reset_seconds);
        let mailed = token.clone();
        self.core
            .write(move |tx| {
                Box::pin(async move {
                    let login = store::login_of(tx, kind, &email).await?;
                    let (login_id, hash) = login.map_or_else(Default::default, |login| (login.id, login.password_hash));
                    let reset =
                        Reset { login_id: login_id.clone(), password_fingerprint: fingerprint(&hash), expires_at };
                    store::insert_reset(tx, &fingerprint(mailed.expose()), &reset).await?;
                    if login_id.is_empty() {
                        return Ok(());
                    }
                    tx.publish(&PasswordResetRequested {
                        auth_identity_id: login_id,
                        actor_kind: kind,
                        email,
                        token: mailed,
                        expires_at,
                    })
                    .await
                })
            })
            .await?;
        Ok(token)
    }

    /// Sets a new password by the token of a reset mail. It is good once; every session of the login is closed, and tokens
    /// given out before are no longer taken.
    pub async fn reset_password(&self, token: &str, new_password: &str) -> Result<()> {
        check_new_password(new_password)?;
        let token_hash = fingerprint(token);
        let now = self.now();
        let asked = token_hash.clone();
        // Looked up first, so that a made-up token costs no hashing.
        self.core
            .read_own(move |tx| Box::pin(async move { store::reset(tx, &asked).await }))
            .await?
            .filter(|reset| now < reset.expires_at && !reset.login_id.is_empty())
            .ok_or_else(reset_token_invalid)?;
        let password_hash = self.passwords.hash(new_password).await?;
        self.core
            .write(move |tx| {
                Box::pin(async move {
                    let reset = store::reset(tx, &token_hash).await?.ok_or_else(reset_token_invalid)?;
                    let login = store::login(tx, &reset.login_id).await?.ok_or_else(reset_token_invalid)?;
                    if fingerprint(&login.password_hash) != reset.password_fingerprint {
                        return Err(reset_token_invalid());
                    }
                    store::set_password(tx, &login.id, &password_hash, tx.now()).await?;
                    store::remove_sessions_of(tx, &login.id).await?;
                    store::remove_resets_of(tx, &login.id).await?;
                    tx.announce(LOGINS_CHANGED, &[]).await
                })
            })
            .await
    }
}
