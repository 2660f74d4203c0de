//! Taking in the people and keys of another shop. Passwords stay behind: hashes of one shop mean nothing to another.

use tradewind_kernel::{Error, ErrorKind, Result};
use tradewind_platform::db::{Imported, Stored, Tx};

use crate::api_key::TOKEN_LENGTH;
use crate::check::normalise_email;
use crate::group::name_taken;
use crate::model::{ActorKind, ApiKey, ApiKeyKind, Customer, CustomerGroup, LoginId, User};
use crate::password::NOBODYS_HASH;
use crate::session::fingerprint;
use crate::store::{self, Login};
use crate::{Accounts, KEYS_CHANGED};

impl Accounts {
    /// Stores somebody of the staff without a login; [`Accounts::create_user`] with the same e-mail gives them one.
    pub async fn import_user(&self, tx: &mut Tx, user: User) -> Result<Imported> {
        normalise_email(&user.email)?;
        let present = store::user(tx, user.id.as_str()).await?;
        let outcome = Imported::over(present.as_ref(), &user);
        if outcome == Imported::Same {
            return Ok(outcome);
        }
        let holder = store::user_with_email(tx, &user.email).await?;
        if holder.is_some_and(|holder| holder.id != user.id) {
            return Err(taken("email", format!("Another member of the staff has the address {}", user.email)));
        }
        match present {
            None => store::insert_user(tx, &user).await?,
            Some(present) => {
                store::save_user(tx, &Stored { version: present.version, value: user }).await?;
            }
        }
        Ok(outcome)
    }

    /// Stores a group of shoppers as it is; its name must be its own.
    pub async fn import_group(&self, tx: &mut Tx, group: CustomerGroup) -> Result<Imported> {
        let present = store::group(tx, group.id.as_str()).await?;
        let outcome = Imported::over(present.as_ref(), &group);
        match present {
            _ if outcome == Imported::Same => {}
            None => store::insert_group(tx, &group).await.map_err(name_taken)?,
            Some(present) => {
                let stored = Stored { version: present.version, value: group };
                store::save_group(tx, &stored).await.map_err(name_taken)?;
            }
        }
        Ok(outcome)
    }

    /// Stores a shopper as they are. One with an account gets a login with a password that nobody has: it is set anew by
    /// the link of a password-reset mail.
    pub async fn import_customer(&self, tx: &mut Tx, customer: Customer) -> Result<Imported> {
        normalise_email(&customer.email)?;
        let present = store::customer(tx, customer.id.as_str()).await?;
        let outcome = Imported::over(present.as_ref(), &customer);
        if outcome == Imported::Same {
            return Ok(outcome);
        }
        if customer.has_account {
            self.import_login(tx, &customer).await?;
        } else {
            let holder = store::guest(tx, &customer.email).await?;
            if holder.is_some_and(|holder| holder.id != customer.id) {
                return Err(taken("email", format!("Another guest is known by the address {}", customer.email)));
            }
        }
        match present {
            None => store::insert_customer(tx, &customer).await?,
            Some(present) => {
                store::save_customer_groups(tx, &Stored { version: present.version, value: customer }).await?;
            }
        }
        Ok(outcome)
    }

    async fn import_login(&self, tx: &mut Tx, customer: &Customer) -> Result<()> {
        let id = customer.id.as_str();
        match store::login_of(tx, ActorKind::Customer, &customer.email).await? {
            Some(login) if login.actor_id.as_deref() == Some(id) => Ok(()),
            Some(_) => Err(taken("email", format!("{} has a login here already", customer.email))),
            None => {
                let login = Login {
                    id: LoginId::mint(tx.mint()).0,
                    email: customer.email.clone(),
                    password_hash: NOBODYS_HASH.to_owned(),
                    actor_id: Some(id.to_owned()),
                };
                store::insert_login(tx, ActorKind::Customer, &login).await
            }
        }
    }

    /// Stores a publishable key with its token, so that storefronts that carry it go on working.
    pub async fn import_publishable_key(&self, tx: &mut Tx, key: ApiKey) -> Result<Imported> {
        let token = key.token.as_deref().unwrap_or_default();
        let is_token = token.len() == TOKEN_LENGTH
            && token.strip_prefix("pk_").is_some_and(|rest| rest.bytes().all(|digit| digit.is_ascii_hexdigit()));
        if key.kind != ApiKeyKind::Publishable || !is_token {
            return Err(Error::invalid("token", "The token of a publishable key is pk_ and 64 hexadecimal digits"));
        }
        let token_hash = fingerprint(token);
        let present = store::api_key(tx, key.id.as_str()).await?;
        let outcome = Imported::over(present.as_ref(), &key);
        match present {
            _ if outcome == Imported::Same => return Ok(outcome),
            None => {
                if store::api_key_by_token(tx, &token_hash).await?.is_some() {
                    return Err(taken("token", "Another key has this token already".to_owned()));
                }
                store::insert_api_key(tx, &key, &token_hash).await?;
            }
            Some(present) if present.value.token == key.token => {
                store::save_api_key(tx, &Stored { version: present.version, value: key }).await?;
            }
            Some(_) => return Err(taken("token", "This key has another token here".to_owned())),
        }
        tx.announce(KEYS_CHANGED, &[]).await?;
        Ok(outcome)
    }
}

fn taken(field: &str, message: String) -> Error {
    Error::new(ErrorKind::Duplicate, message).at(field)
}
