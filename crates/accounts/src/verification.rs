//! E-mail addresses that are proved to be their owner's: by the token of a mail, good once and for a day.

use serde_json::Value;
use tradewind_kernel::{Error, Result, Secret};

use crate::Accounts;
use crate::check::normalise_email;
use crate::error::{invalid_token, verification_invalid};
use crate::events::EmailVerificationRequested;
use crate::model::{Actor, Metadata, Verification, VerificationId};
use crate::session::fingerprint;
use crate::store;

impl Accounts {
    /// Sends a mail that proves the e-mail address of the actor's login, by publishing [`EmailVerificationRequested`]. A mail
    /// before it is worth nothing then; an address that is proved stays so, and nothing is sent.
    pub async fn request_verification(&self, actor: &Actor, email: &str, metadata: Metadata) -> Result<Verification> {
        let email = normalise_email(email)?;
        let kind = actor.kind;
        let now = self.now();
        let mut verification = Verification {
            id: VerificationId::mint(&self.mint),
            auth_identity_id: actor.auth_identity_id.clone(),
            email,
            metadata: Value::Object(metadata),
            requested_at: now,
            expires_at: now.plus_seconds(self.options.verification_seconds),
            verified_at: None,
        };
        let token = Secret::new(hex::encode(self.rng.bytes::<32>()));
        self.core
            .write(move |tx| {
                Box::pin(async move {
                    let login = store::login(tx, &verification.auth_identity_id).await?.ok_or_else(invalid_token)?;
                    if verification.email != login.email {
                        return Err(Error::invalid("entity_id", "entity_id must be the e-mail address of your login"));
                    }
                    if let Some(before) = store::verification(tx, &login.id).await? {
                        if before.verified_at.is_some() {
                            return Ok(before);
                        }
                        verification.id = before.id;
                    }
                    store::save_verification(tx, &verification, &fingerprint(token.expose())).await?;
                    tx.publish(&EmailVerificationRequested {
                        auth_identity_id: login.id,
                        actor_kind: kind,
                        email: login.email,
                        token,
                        expires_at: verification.expires_at,
                    })
                    .await?;
                    Ok(verification)
                })
            })
            .await
    }

    /// Proves an e-mail address by the token of its mail, once.
    pub async fn confirm_verification(&self, token: &str) -> Result<Verification> {
        let token_hash = fingerprint(token);
        let now = self.now();
        self.core
            .write(move |tx| {
                Box::pin(async move {
                    let verification = store::verification_by_token(tx, &token_hash)
                        .await?
                        .filter(|verification| now < verification.expires_at)
                        .ok_or_else(verification_invalid)?;
                    if !store::verify(tx, &token_hash, now).await? {
                        return Err(verification_invalid());
                    }
                    Ok(Verification { verified_at: Some(now), ..verification })
                })
            })
            .await
    }
}
