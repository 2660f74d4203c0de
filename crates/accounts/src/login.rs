//! Registering and logging in with an e-mail and a password.

use tradewind_kernel::{Error, ErrorKind, Result, Secret};
use tradewind_platform::db::UNIQUE;

use crate::check::{check_new_password, normalise_email};
use crate::error::{already_registered, invalid_credentials, invalid_token};
use crate::model::{Actor, ActorKind, LoginId};
use crate::store::{self, Login};
use crate::{Accounts, customer::customer_exists_in};

impl Accounts {
    /// Claims an e-mail for a password, and answers with a token of the new login, which has no shopper yet
    /// ([`Accounts::create_customer`] gives it one). Registering again is taken while that is so and the password is the same.
    pub async fn register(&self, kind: ActorKind, email: &str, password: &str) -> Result<Secret> {
        if kind == ActorKind::ApiKey {
            return Err(Error::new(ErrorKind::NotFound, "A program does not register: staff makes its key"));
        }
        let email = normalise_email(email)?;
        check_new_password(password)?;
        if let Some(login) = self.login_of(kind, &email).await? {
            let is_theirs = self.passwords.matches(password, Some(&login.password_hash)).await?;
            if login.actor_id.is_none() && is_theirs {
                return self.token_of(kind, &login).await;
            }
            return Err(already_registered());
        }
        let login = Login {
            id: LoginId::mint(&self.mint).0,
            email,
            password_hash: self.passwords.hash(password).await?,
            actor_id: None,
        };
        let new = login.clone();
        let inserted =
            self.core.write(move |tx| Box::pin(async move { store::insert_login(tx, kind, &new).await })).await;
        match inserted {
            Ok(()) => self.token_of(kind, &login).await,
            Err(error) if error.is(UNIQUE) => Err(already_registered()),
            Err(error) => Err(error),
        }
    }

    /// A token for an e-mail and its password. Wrong and unknown look the same and take as long. How often it may be
    /// tried is the door's to limit.
    pub async fn login(&self, kind: ActorKind, email: &str, password: &str) -> Result<Secret> {
        let login = match normalise_email(email) {
            Ok(email) => self.login_of(kind, &email).await?,
            Err(_) => None,
        };
        let hash = login.as_ref().map(|login| login.password_hash.as_str());
        let is_right = self.passwords.matches(password, hash).await?;
        match login {
            Some(login) if is_right => self.token_of(kind, &login).await,
            _ => Err(invalid_credentials()),
        }
    }

    /// Who a token was given to. Cheap: one HMAC, nothing from the database. Whether that kind of actor may enter is the
    /// door's to compare.
    pub async fn verify(&self, token: &str) -> Result<Actor> {
        self.keys.verify(token).await
    }

    /// A fresh token for the same login, with the shopper it has by now.
    pub async fn refresh(&self, actor: &Actor) -> Result<Secret> {
        let id = actor.auth_identity_id.clone();
        let login = self
            .core
            .read_own(move |tx| Box::pin(async move { store::login(tx, &id).await }))
            .await?
            .ok_or_else(invalid_token)?;
        self.token_of(actor.kind, &login).await
    }

    /// Makes a new key to sign tokens with; tokens that are out stay good until they end.
    pub async fn rotate_signing_key(&self) -> Result<()> {
        self.keys.rotate().await
    }

    pub(crate) async fn login_of(&self, kind: ActorKind, email: &str) -> Result<Option<Login>> {
        let email = email.to_owned();
        self.core.read_own(move |tx| Box::pin(async move { store::login_of(tx, kind, &email).await })).await
    }

    async fn token_of(&self, kind: ActorKind, login: &Login) -> Result<Secret> {
        let mut id = login.actor_id.clone();
        // A crash may have come between the claim and the shopper's row: the login has none yet.
        if kind == ActorKind::Customer
            && let Some(customer_id) = &id
            && !customer_exists_in(&self.shards, customer_id).await?
        {
            id = None;
        }
        let issued_at = self.now();
        self.keys
            .sign(&Actor {
                kind,
                id,
                auth_identity_id: login.id.clone(),
                issued_at,
                expires_at: issued_at.plus_seconds(self.options.token_seconds),
            })
            .await
    }
}
