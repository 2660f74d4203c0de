//! API keys: publishable ones name what a storefront sells, secret ones let programs work in the admin.

use std::sync::Arc;

use tradewind_kernel::{Error, Result, Secret, Timestamp};
use tradewind_platform::db::{Stored, Tx};

use crate::check::tidy_text;
use crate::model::{Actor, ActorKind, ApiKey, ApiKeyId, ApiKeyKind, NewApiKey, SecondFactor};
use crate::session::fingerprint;
use crate::{API_KEY_SHARED, Accounts, KEYS_CHANGED, store};

/// `pk_` or `sk_` and 64 hexadecimal digits.
pub(crate) const TOKEN_LENGTH: usize = 67;
/// The last use of a secret key is noted no more often than this.
const USED_NOTED_SECONDS: i64 = 60;

impl Accounts {
    /// Makes a key for a storefront that sells in these channels. `created_by` is empty where the shop makes it itself.
    pub async fn create_publishable_key(
        &self,
        title: &str,
        sales_channel_ids: Vec<String>,
        created_by: &str,
    ) -> Result<NewApiKey> {
        self.create_key(ApiKeyKind::Publishable, title, sales_channel_ids, created_by).await
    }

    /// Makes a key that works in the admin. Its token is in the answer and nowhere else.
    pub async fn create_secret_key(&self, title: &str, created_by: &str) -> Result<NewApiKey> {
        self.create_key(ApiKeyKind::Secret, title, Vec::new(), created_by).await
    }

    /// The publishable key with this token, if it is taken. Answered from memory.
    pub async fn publishable_key(&self, token: &str) -> Result<Option<Arc<ApiKey>>> {
        if token.starts_with("pk_") { self.key_by_token(token).await } else { Ok(None) }
    }

    /// The program that a secret key's token belongs to, if it is taken.
    pub async fn secret_key(&self, token: &str) -> Result<Option<Actor>> {
        if !token.starts_with("sk_") {
            return Ok(None);
        }
        let Some(key) = self.key_by_token(token).await? else { return Ok(None) };
        Ok(Some(Actor {
            kind: ActorKind::ApiKey,
            id: Some(key.id.0.clone()),
            auth_identity_id: String::new(),
            second_factor: SecondFactor::NotAsked,
            issued_at: key.created_at,
            expires_at: key.revoked_at.unwrap_or(Timestamp(i64::MAX)),
        }))
    }

    /// Every key, in order of creation.
    pub async fn api_keys(&self) -> Result<Vec<ApiKey>> {
        self.core.read_own(|tx| Box::pin(async move { store::api_keys(tx).await })).await
    }

    /// A key by id.
    pub async fn api_key(&self, id: &str) -> Result<Option<ApiKey>> {
        let asked = id.to_owned();
        let stored = self.core.read_own(move |tx| Box::pin(async move { store::api_key(tx, &asked).await })).await?;
        Ok(stored.map(|stored| stored.value))
    }

    /// Gives a key another title.
    pub async fn rename_api_key(&self, id: &str, title: &str) -> Result<ApiKey> {
        let title = checked_title(title)?;
        self.change_key(id, move |key| {
            key.title = title;
            Ok(())
        })
        .await
    }

    /// Adds and removes sales channels of a publishable key.
    pub async fn change_api_key_channels(&self, id: &str, add: Vec<String>, remove: Vec<String>) -> Result<ApiKey> {
        self.change_key(id, move |key| {
            if key.kind != ApiKeyKind::Publishable {
                return Err(Error::invalid("id", "Sales channels belong to publishable keys only"));
            }
            key.sales_channel_ids.retain(|channel| !remove.contains(channel));
            for channel in add {
                if !key.sales_channel_ids.contains(&channel) {
                    key.sales_channel_ids.push(channel);
                }
            }
            Ok(())
        })
        .await
    }

    /// Revokes a key, now or in so many seconds. For good: a revoked key is not given back.
    pub async fn revoke_api_key(&self, id: &str, revoked_by: &str, in_seconds: i64) -> Result<ApiKey> {
        let revoked_at = self.now().plus_seconds(in_seconds.max(0));
        let (now, revoked_by) = (self.now(), revoked_by.to_owned());
        self.change_key(id, move |key| {
            if !key.is_valid_at(now) {
                return Err(Error::not_allowed("This key is revoked already"));
            }
            key.revoked_at = Some(revoked_at);
            key.revoked_by = Some(revoked_by);
            Ok(())
        })
        .await
    }

    /// Removes a key. A secret key must be revoked before, so that what uses it is found in time.
    pub async fn delete_api_key(&self, id: &str) -> Result<()> {
        let (asked, now) = (id.to_owned(), self.now());
        self.core
            .write(move |tx| {
                Box::pin(async move {
                    let Some(key) = store::api_key(tx, &asked).await? else { return Ok(()) };
                    if key.value.kind == ApiKeyKind::Secret && key.value.is_valid_at(now) {
                        return Err(Error::not_allowed("A secret key can be deleted once it is revoked"));
                    }
                    store::remove_api_key(tx, &asked).await?;
                    tx.announce(KEYS_CHANGED, &[]).await
                })
            })
            .await
    }

    async fn create_key(
        &self,
        kind: ApiKeyKind,
        title: &str,
        sales_channel_ids: Vec<String>,
        created_by: &str,
    ) -> Result<NewApiKey> {
        let prefix = match kind {
            ApiKeyKind::Publishable => "pk_",
            ApiKeyKind::Secret => "sk_",
        };
        let token = format!("{prefix}{}", hex::encode(self.rng.bytes::<32>()));
        let now = self.now();
        let key = ApiKey {
            id: ApiKeyId::mint(&self.mint),
            title: checked_title(title)?,
            kind,
            redacted: format!("{}***{}", &token[..6], &token[TOKEN_LENGTH - 3..]),
            token: (kind == ApiKeyKind::Publishable).then(|| token.clone()),
            sales_channel_ids,
            created_by: created_by.to_owned(),
            last_used_at: None,
            revoked_at: None,
            revoked_by: None,
            created_at: now,
            updated_at: now,
        };
        let (created, token_hash) = (key.clone(), fingerprint(&token));
        self.core
            .write(move |tx| Box::pin(async move { store::insert_api_key(tx, &created, &token_hash).await }))
            .await?;
        Ok(NewApiKey { key, token: Secret::new(token) })
    }

    async fn key_by_token(&self, token: &str) -> Result<Option<Arc<ApiKey>>> {
        if token.len() != TOKEN_LENGTH {
            return Ok(None);
        }
        let now = self.now();
        let token_hash = fingerprint(token);
        let (core, asked) = (self.core.clone(), token_hash.clone());
        let load = async move {
            let key = core.look_up(|tx| Box::pin(async move { store::api_key_by_token(tx, &asked).await })).await?;
            if let Some(key) = &key
                && key.kind == ApiKeyKind::Secret
                && key.last_used_at.is_none_or(|at| at.plus_seconds(USED_NOTED_SECONDS) < now)
            {
                let id = key.id.0.clone();
                core.write(move |tx| Box::pin(async move { store::note_api_key_used(tx, &id, now).await })).await?;
            }
            Ok(key)
        };
        let asked = token_hash.clone();
        let shared =
            Box::pin(async move { self.tier.get_or_load("accounts.api_key", &asked, API_KEY_SHARED, load).await });
        let key = self.api_keys.get_or_load(token_hash, async move { Ok(shared.await?.map(Arc::new)) }).await?;
        Ok(key.filter(|key| key.is_valid_at(now)))
    }

    async fn change_key(
        &self,
        id: &str,
        change: impl FnOnce(&mut ApiKey) -> Result<()> + Clone + Send + 'static,
    ) -> Result<ApiKey> {
        let asked = id.to_owned();
        self.core
            .write(move |tx: &mut Tx| {
                Box::pin(async move {
                    let mut stored: Stored<ApiKey> =
                        store::api_key(tx, &asked).await?.ok_or_else(|| Error::not_found("Api key", &asked))?;
                    change(&mut stored.value)?;
                    stored.value.updated_at = tx.now();
                    store::save_api_key(tx, &stored).await?;
                    tx.announce(KEYS_CHANGED, &[]).await?;
                    Ok(stored.value)
                })
            })
            .await
    }
}

fn checked_title(title: &str) -> Result<String> {
    tidy_text("title", Some(title.to_owned()))?
        .ok_or_else(|| Error::invalid("title", "A key needs a title that says what it is for"))
}
