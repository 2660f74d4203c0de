//! Shoppers: opening an account, being known as a guest, being found and changed.

use tradewind_kernel::{Bucket, Error, ErrorKind, Page, Paging, Result};
use tradewind_platform::db::{Shards, Stored, Tx};

use crate::check::{normalise_email, tidy_text};
use crate::error::{customer_exists, invalid_token};
use crate::events::CustomerCreated;
use crate::model::{Actor, ActorKind, Customer, CustomerChange, CustomerId, NewCustomer};
use crate::{Accounts, store};

/// Which shoppers are asked for; empty lists ask for all.
#[derive(Clone, Debug, Default)]
pub struct CustomerQuery {
    /// With one of these ids.
    pub ids: Vec<String>,
    /// With one of these e-mail addresses.
    pub emails: Vec<String>,
    /// With this in the e-mail address.
    pub text: Option<String>,
    /// With an account, or without.
    pub has_account: Option<bool>,
    /// The oldest first instead of the newest.
    pub oldest_first: bool,
}

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
        store::insert_customer(tx, &guest).await?;
        Ok(guest)
    }

    /// A shopper by id.
    pub async fn customer(&self, id: &str) -> Result<Option<Customer>> {
        let asked = id.to_owned();
        let stored = self
            .shards
            .of_id(id)
            .read_own(move |tx| Box::pin(async move { store::customer(tx, &asked).await }))
            .await?;
        Ok(stored.map(|stored| stored.value))
    }

    /// Changes a shopper.
    pub async fn update_customer(&self, id: &str, change: CustomerChange) -> Result<Customer> {
        self.change_customer(id, move |tx, customer| change.apply(customer, tx.now())).await
    }

    /// The shoppers that are asked for.
    pub async fn customers(&self, query: CustomerQuery, paging: Paging) -> Result<Page<Customer>> {
        let mut all = Vec::new();
        let mut count = 0;
        // Each shard gives as many as could be on the page; the page is cut from all of them.
        let from_each = Paging { offset: 0, limit: paging.offset.saturating_add(paging.limit) };
        let databases = self.shards.all();
        let single = databases.len() == 1;
        for database in databases {
            let (query, part) = (query.clone(), if single { paging } else { from_each });
            let (found, found_count) =
                database.scan(move |tx| Box::pin(async move { store::find_customers(tx, &query, part).await })).await?;
            all.extend(found);
            count += found_count;
        }
        if single {
            return Ok(Page { items: all, count });
        }
        all.sort_by(|a, b| (b.created_at, &b.id).cmp(&(a.created_at, &a.id)));
        if query.oldest_first {
            all.reverse();
        }
        Ok(Page { items: Page::cut(all, paging).items, count })
    }

    /// Loads a shopper, changes it and saves it, in one transaction.
    pub(crate) async fn change_customer(
        &self,
        id: &str,
        change: impl FnOnce(&Tx, &mut Customer) -> Result<()> + Send + 'static,
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
