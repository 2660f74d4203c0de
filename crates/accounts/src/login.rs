//! Registering and logging in with an e-mail and a password.

use tradewind_kernel::{Error, ErrorKind, Result, Secret};
use tradewind_platform::db::UNIQUE;

use crate::check::{check_new_password, normalise_email};
use crate::error::{already_registered, invalid_credentials, invalid_token};
use crate::factor::has_enabled;
use crate::model::{Actor, ActorKind, AskedFor, LogIn, LoginId, SecondFactor};
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
                // A second factor may stand between them and this login all the same.
                return Ok(self.admit(kind, &login, SecondFactor::NotAsked).await?.token);
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
            Ok(()) => self.token_of(kind, &login, None, SecondFactor::NotAsked).await,
            Err(error) if error.is(UNIQUE) => Err(already_registered()),
            Err(error) => Err(error),
        }
    }

    /// A token for an e-mail and its password, and what else is asked for. Wrong and unknown look the same and take as
    /// long. How often it may be tried is the door's to limit.
    pub async fn login(&self, kind: ActorKind, email: &str, password: &str) -> Result<LogIn> {
        let login = match normalise_email(email) {
            Ok(email) => self.login_of(kind, &email).await?,
            Err(_) => None,
        };
        let hash = login.as_ref().map(|login| login.password_hash.as_str());
        let is_right = self.passwords.matches(password, hash).await?;
        match login {
            Some(login) if is_right => self.admit(kind, &login, SecondFactor::NotAsked).await,
            _ => Err(invalid_credentials()),
        }
    }

    /// Who a token was given to. Cheap: one HMAC, nothing from the database. Whether that kind of actor may enter is the
    /// door's to compare.
    pub async fn verify(&self, token: &str) -> Result<Actor> {
        self.keys.verify(token).await
    }

    /// A fresh token for the same login, with the shopper it has by now. Whoever was let in is let in again; whoever was
    /// not is asked as at the login.
    pub async fn refresh(&self, actor: &Actor) -> Result<LogIn> {
        let id = actor.auth_identity_id.clone();
        let login = self
            .core
            .read_own(move |tx| Box::pin(async move { store::login(tx, &id).await }))
            .await?
            .ok_or_else(invalid_token)?;
        if actor.id.is_some() && actor.id == login.actor_id {
            let token = self.token_of(actor.kind, &login, login.actor_id.clone(), actor.second_factor).await?;
            return Ok(LogIn { token, asked: None });
        }
        self.admit(actor.kind, &login, actor.second_factor).await
    }

    /// Makes a new key to sign tokens with; tokens that are out stay good until they end.
    pub async fn rotate_signing_key(&self) -> Result<()> {
        self.keys.rotate().await
    }

    pub(crate) async fn login_of(&self, kind: ActorKind, email: &str) -> Result<Option<Login>> {
        let email = email.to_owned();
        self.core.read_own(move |tx| Box::pin(async move { store::login_of(tx, kind, &email).await })).await
    }

    /// Lets a login in whose password was right: or says what else is asked for, with a token that belongs to nobody yet.
    pub(crate) async fn admit(&self, kind: ActorKind, login: &Login, second_factor: SecondFactor) -> Result<LogIn> {
        let login_id = login.id.clone();
        let needs_email = self.needs_verified_email(kind);
        let (verification, has_factor) = self
            .core
            .read_own(move |tx| {
                Box::pin(async move {
                    let verification = if needs_email { store::verification(tx, &login_id).await? } else { None };
                    Ok((verification, has_enabled(&store::factors(tx, &login_id).await?)))
                })
            })
            .await?;
        if needs_email && verification.as_ref().is_none_or(|verification| verification.verified_at.is_none()) {
            let token = self.token_of(kind, login, None, second_factor).await?;
            return Ok(LogIn { token, asked: Some(AskedFor::Verification(verification)) });
        }
        if has_factor && !matches!(second_factor, SecondFactor::Given(_)) {
            let token = self.token_of(kind, login, None, SecondFactor::Pending).await?;
            return Ok(LogIn { token, asked: Some(AskedFor::SecondFactor(self.challenge(&login.id).await?)) });
        }
        let mut id = login.actor_id.clone();
        // A crash may have come between the claim and the shopper's row: the login has none yet.
        if kind == ActorKind::Customer
            && let Some(customer_id) = &id
            && !customer_exists_in(&self.shards, customer_id).await?
        {
            id = None;
        }
        Ok(LogIn { token: self.token_of(kind, login, id, second_factor).await?, asked: None })
    }

    /// Whether this kind of actor is let in only with a proved e-mail address. Staff comes by invitation, which is that
    /// proof.
    pub(crate) fn needs_verified_email(&self, kind: ActorKind) -> bool {
        self.options.verified_customers_only && kind == ActorKind::Customer
    }

    async fn token_of(
        &self,
        kind: ActorKind,
        login: &Login,
        id: Option<String>,
        second_factor: SecondFactor,
    ) -> Result<Secret> {
        let issued_at = self.now();
        self.keys
            .sign(&Actor {
                kind,
                id,
                auth_identity_id: login.id.clone(),
                second_factor,
                issued_at,
                expires_at: issued_at.plus_seconds(self.options.token_seconds),
            })
            .await
    }
}
