//! Staff.

use tradewind_kernel::{Error, ErrorKind, Result};

use crate::check::{check_new_password, normalise_email};
use crate::model::{ActorKind, LoginId, User, UserChange, UserId};
use crate::store::{self, Login};
use crate::{Accounts, LOGINS_CHANGED};

impl Accounts {
    /// Adds somebody to the staff, with a login. A login that somebody registered under this e-mail without belonging to
    /// the staff is taken over: it gets this password. Somebody who was taken in from another shop without a login gets theirs.
    pub async fn create_user(&self, email: &str, password: &str) -> Result<User> {
        let email = normalise_email(email)?;
        check_new_password(password)?;
        let password_hash = self.passwords.hash(password).await?;
        let now = self.now();
        let created = User {
            id: UserId::mint(&self.mint),
            email: email.clone(),
            first_name: None,
            last_name: None,
            avatar_url: None,
            metadata: None,
            created_at: now,
            updated_at: now,
        };
        let login_id = LoginId::mint(&self.mint).0;
        self.core
            .write(move |tx| {
                Box::pin(async move {
                    let imported = store::user_with_email(tx, &email).await?;
                    let is_new = imported.is_none();
                    let user = imported.unwrap_or(created);
                    let user_id = user.id.0.clone();
                    match store::login_of(tx, ActorKind::User, &email).await? {
                        Some(login) if login.actor_id.is_some() => {
                            return Err(Error::new(
                                ErrorKind::Duplicate,
                                "Somebody with this e-mail address belongs to the staff already",
                            )
                            .at("email"));
                        }
                        Some(login) => {
                            store::claim_login(tx, &login.id, &user_id).await?;
                            store::set_password(tx, &login.id, &password_hash, now).await?;
                            store::remove_sessions_of(tx, &login.id).await?;
                            store::remove_resets_of(tx, &login.id).await?;
                            tx.announce(LOGINS_CHANGED, &[]).await?;
                        }
                        None => {
                            let login = Login { id: login_id, email, password_hash, actor_id: Some(user_id) };
                            store::insert_login(tx, ActorKind::User, &login).await?;
                        }
                    }
                    if is_new {
                        store::insert_user(tx, &user).await?;
                    }
                    Ok(user)
                })
            })
            .await
    }

    /// Somebody of the staff by id.
    pub async fn user(&self, id: &str) -> Result<Option<User>> {
        let asked = id.to_owned();
        let stored = self.core.read_own(move |tx| Box::pin(async move { store::user(tx, &asked).await })).await?;
        Ok(stored.map(|stored| stored.value))
    }

    /// The whole staff, in order of arrival.
    pub async fn users(&self) -> Result<Vec<User>> {
        self.core.read_own(|tx| Box::pin(async move { store::users(tx).await })).await
    }

    /// Changes what is known of somebody of the staff.
    pub async fn update_user(&self, id: &str, change: UserChange) -> Result<User> {
        let asked = id.to_owned();
        self.core
            .write(move |tx| {
                Box::pin(async move {
                    let mut stored = store::user(tx, &asked).await?.ok_or_else(|| Error::not_found("User", &asked))?;
                    change.apply(&mut stored.value, tx.now())?;
                    store::save_user(tx, &stored).await?;
                    Ok(stored.value)
                })
            })
            .await
    }

    /// Removes somebody from the staff, with their login: sessions end, tokens are no longer taken, and the e-mail address
    /// is free again. Nobody removes themselves, so somebody is always left. One who is gone is gone.
    pub async fn delete_user(&self, id: &str, removed_by: &str) -> Result<()> {
        if id == removed_by {
            return Err(Error::not_allowed("Nobody can remove themselves from the staff; please ask somebody else"));
        }
        let asked = id.to_owned();
        self.core
            .write(move |tx| {
                Box::pin(async move {
                    for login in store::logins_of_actor(tx, ActorKind::User, &asked).await? {
                        store::remove_login(tx, &login.id).await?;
                    }
                    store::remove_user(tx, &asked).await?;
                    tx.announce(LOGINS_CHANGED, &[]).await
                })
            })
            .await
    }

    /// The ways in which somebody of the staff can log in: names of providers.
    pub async fn providers_of_user(&self, id: &str) -> Result<Vec<&'static str>> {
        let asked = id.to_owned();
        let logins = self
            .core
            .read_own(move |tx| Box::pin(async move { store::logins_of_actor(tx, ActorKind::User, &asked).await }))
            .await?;
        Ok(logins.iter().map(|_| store::PROVIDER).collect())
    }
}
