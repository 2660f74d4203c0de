//! Staff.

use tradewind_kernel::{Error, ErrorKind, Page, Paging, Result};

use crate::Accounts;
use crate::check::{check_new_password, normalise_email};
use crate::model::{ActorKind, LoginId, User, UserId};
use crate::store::{self, Login};

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
        let keys = self.keys.clone();
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
                            tx.after_commit(move || keys.forget());
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
        self.core.read_own(move |tx| Box::pin(async move { store::user(tx, &asked).await })).await
    }

    /// The staff, in order of arrival.
    pub async fn users(&self, paging: Paging) -> Result<Page<User>> {
        let (items, count) = self.core.read(move |tx| Box::pin(async move { store::users(tx, paging).await })).await?;
        Ok(Page { items, count })
    }
}
