//! Shoppers: opening an account, being known as a guest, being changed and removed.

use tradewind_kernel::{Bucket, Error, ErrorKind, Result};
use tradewind_platform::db::{Shards, Stored, Tx, UNIQUE};

use crate::check::{normalise_email, tidy_text};
use crate::error::{customer_exists, invalid_token};
use crate::events::CustomerCreated;
use crate::model::{Actor, ActorKind, Customer, CustomerChange, CustomerId, NewCustomer};
use crate::{Accounts, LOGINS_CHANGED, store};

impl Accounts {
    /// Opens an account: gives a login its shopper. The login is claimed in core first, the shopper's row follows in its
    /// shard; repeating after a crash between the two completes what was begun.
    pub async fn create_customer(&self, actor: &Actor, new: NewCustomer) -> Result<Customer> {
        if actor.kind != ActorKind::Customer {
            return Err(Error::new(ErrorKind::Forbidden, "Only a shopper's login can have a shopper"));
        }
        let login_id = actor.auth_identity_id.clone();
        let login = self
            .core
            .read_own(move |tx| Box::pin(async move { store::login(tx, &login_id).await }))
            .await?
            .ok_or_else(invalid_token)?;
        if let Some(email) = &new.email
            && normalise_email(email)? != login.email
        {
            return Err(Error::invalid("email", "The e-mail address must be the one of your login"));
        }
        let now = self.now();
        let mut customer = Customer {
            // Where an e-mail's guest and its account live is known from the e-mail.
            id: CustomerId::mint_in(&self.mint, Bucket::of(&login.email)),
            email: login.email.clone(),
            has_account: true,
            first_name: tidy_text("first_name", new.first_name)?,
            last_name: tidy_text("last_name", new.last_name)?,
            phone: tidy_text("phone", new.phone)?,
            company_name: tidy_text("company_name", new.company_name)?,
            metadata: new.metadata,
            group_ids: Vec::new(),
            addresses: Vec::new(),
            created_by: None,
            created_at: now,
            updated_at: now,
        };
        let wanted = customer.id.clone();
        customer.id = self
            .core
            .write(move |tx| {
                Box::pin(async move {
                    if store::claim_login(tx, &login.id, wanted.as_str()).await? {
                        return Ok(wanted);
                    }
                    let login = store::login(tx, &login.id).await?.ok_or_else(invalid_token)?;
                    login.actor_id.map(CustomerId).ok_or_else(invalid_token)
                })
            })
            .await?;
        let created = customer.clone();
        self.shards
            .of_id(customer.id.as_str())
            .write(move |tx| {
                Box::pin(async move {
                    if store::customer(tx, created.id.as_str()).await?.is_some() {
                        return Err(customer_exists());
                    }
                    store::insert_customer(tx, &created).await?;
                    tx.publish(&CustomerCreated {
                        customer_id: created.id.0,
                        email: created.email,
                        first_name: created.first_name,
                        at: created.created_at,
                    })
                    .await
                })
            })
            .await?;
        Ok(customer)
    }

    /// Where the guest with this (normalised) e-mail lives: the bucket of [`Accounts::guest_customer`]'s transaction.
    #[must_use]
    pub fn guest_bucket(email: &str) -> Bucket {
        Bucket::of(email)
    }

    /// The shopper without an account that this e-mail is known by, if there is one.
    pub async fn known_guest(&self, email: &str) -> Result<Option<Customer>> {
        let email = normalise_email(email)?;
        self.shards
            .of(Self::guest_bucket(&email))
            .look_up(move |tx| Box::pin(async move { store::guest(tx, &email).await }))
            .await
    }

    /// The shopper without an account that this e-mail is known by, made if there is none. The transaction is one of
    /// [`Accounts::guest_bucket`]'s database.
    pub async fn guest_customer(&self, tx: &mut Tx, email: &str) -> Result<Customer> {
        let email = normalise_email(email)?;
        if let Some(guest) = store::guest(tx, &email).await? {
            return Ok(guest);
        }
        let now = tx.now();
        let guest = Customer {
            id: CustomerId(tx.id_in(CustomerId::PREFIX, Self::guest_bucket(&email))),
            email,
            has_account: false,
            first_name: None,
            last_name: None,
            phone: None,
            company_name: None,
            metadata: None,
            group_ids: Vec::new(),
            addresses: Vec::new(),
            created_by: None,
            created_at: now,
            updated_at: now,
        };
        store::add_guest(tx, &guest).await?;
        Ok(guest)
    }

    /// A shopper by id.
    pub async fn customer(&self, id: &str) -> Result<Option<Customer>> {
        let asked = id.to_owned();
        let stored =
            self.shards.of_id(id).look_up(move |tx| Box::pin(async move { store::customer(tx, &asked).await })).await?;
        Ok(stored.map(|stored| stored.value))
    }

    /// Changes a shopper.
    pub async fn update_customer(&self, id: &str, change: CustomerChange) -> Result<Customer> {
        self.change_customer(id, move |tx, customer| change.apply(customer, tx.now())).await
    }

    /// Adds a shopper as staff does: without an account, as a guest is. One guest an e-mail address.
    pub async fn add_customer(&self, new: NewCustomer, created_by: &str) -> Result<Customer> {
        let email =
            new.email.as_deref().ok_or_else(|| Error::invalid("email", "A customer needs an e-mail address"))?;
        let email = normalise_email(email)?;
        let now = self.now();
        let bucket = Self::guest_bucket(&email);
        let customer = Customer {
            id: CustomerId::mint_in(&self.mint, bucket),
            email,
            has_account: false,
            first_name: tidy_text("first_name", new.first_name)?,
            last_name: tidy_text("last_name", new.last_name)?,
            phone: tidy_text("phone", new.phone)?,
            company_name: tidy_text("company_name", new.company_name)?,
            metadata: new.metadata,
            group_ids: Vec::new(),
            addresses: Vec::new(),
            created_by: Some(created_by.to_owned()).filter(|by| !by.is_empty()),
            created_at: now,
            updated_at: now,
        };
        let added = customer.clone();
        self.shards
            .of(bucket)
            .write(move |tx| Box::pin(async move { store::insert_customer(tx, &added).await.map_err(guest_exists) }))
            .await?;
        Ok(customer)
    }

    /// Changes a shopper as staff does: the e-mail address too, where the shopper does not log in with it.
    pub async fn update_customer_as_staff(
        &self,
        id: &str,
        email: Option<&str>,
        change: CustomerChange,
    ) -> Result<Customer> {
        let email = email.map(normalise_email).transpose()?;
        self.change_customer(id, move |tx, customer| {
            if let Some(email) = email.filter(|email| *email != customer.email) {
                if customer.has_account {
                    return Err(Error::not_allowed(
                        "The customer logs in with this email, so it stays; they can open another account",
                    )
                    .at("email"));
                }
                customer.email = email;
            }
            change.apply(customer, tx.now())
        })
        .await
        .map_err(guest_exists)
    }

    /// Removes a shopper with all that is known of them; their orders stay. Their login goes first, so that nobody is left
    /// logged in; repeating after a crash completes what was begun, and one who is gone is gone.
    pub async fn delete_customer(&self, id: &str) -> Result<()> {
        let asked = id.to_owned();
        self.core
            .write(move |tx| {
                Box::pin(async move {
                    for login in store::logins_of_actor(tx, ActorKind::Customer, &asked).await? {
                        store::remove_login(tx, &login.id).await?;
                    }
                    tx.announce(LOGINS_CHANGED, &[]).await
                })
            })
            .await?;
        let asked = id.to_owned();
        self.shards.of_id(id).write(move |tx| Box::pin(async move { store::remove_customer(tx, &asked).await })).await
    }

    /// Loads a shopper, changes it and saves it, in one transaction.
    pub(crate) async fn change_customer(
        &self,
        id: &str,
        change: impl FnOnce(&Tx, &mut Customer) -> Result<()> + Clone + Send + 'static,
    ) -> Result<Customer> {
        let asked = id.to_owned();
        self.shards
            .of_id(id)
            .write(move |tx| {
                Box::pin(async move {
                    let mut stored: Stored<Customer> =
                        store::customer(tx, &asked).await?.ok_or_else(|| Error::not_found("Customer", &asked))?;
                    change(tx, &mut stored.value)?;
                    store::save_customer(tx, &stored).await?;
                    Ok(stored.value)
                })
            })
            .await
    }
}

pub(crate) async fn customer_exists_in(shards: &Shards, id: &str) -> Result<bool> {
    let asked = id.to_owned();
    shards.of_id(id).read_own(move |tx| Box::pin(async move { Ok(store::customer(tx, &asked).await?.is_some()) })).await
}

fn guest_exists(error: Error) -> Error {
    if error.is(UNIQUE) {
        return Error::new(ErrorKind::Duplicate, "A customer with this email exists already").at("email");
    }
    error
}
