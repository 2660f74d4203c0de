//! Groups of shoppers, and who is in them.

use tradewind_kernel::{Bucket, Error, ErrorKind, Result};
use tradewind_platform::db::{Db, Stored, Tx, UNIQUE};

use crate::model::{Customer, CustomerGroup, CustomerGroupChange, CustomerGroupId, NewCustomerGroup};
use crate::{Accounts, model, store};

/// How many groups a shopper can be in: prices and promotions look at each of them.
const GROUPS_OF_CUSTOMER_MAX: usize = 100;
/// How many shoppers leave a removed group in one transaction.
const LEAVING_AT_ONCE: i64 = 200;

impl Accounts {
    /// Makes a group. `created_by` is who of the staff does it.
    pub async fn create_group(&self, new: NewCustomerGroup, created_by: &str) -> Result<CustomerGroup> {
        let now = self.now();
        let group = CustomerGroup {
            id: CustomerGroupId::mint(&self.mint),
            name: model::checked_name(new.name)?,
            metadata: new.metadata,
            created_by: Some(created_by.to_owned()).filter(|by| !by.is_empty()),
            created_at: now,
            updated_at: now,
        };
        let made = group.clone();
        self.core
            .write(move |tx| Box::pin(async move { store::insert_group(tx, &made).await.map_err(name_taken) }))
            .await?;
        Ok(group)
    }

    /// Every group, in order of creation.
    pub async fn groups(&self) -> Result<Vec<CustomerGroup>> {
        self.core.read_own(|tx| Box::pin(async move { store::groups(tx).await })).await
    }

    /// A group by id.
    pub async fn group(&self, id: &str) -> Result<Option<CustomerGroup>> {
        let asked = id.to_owned();
        let stored = self.core.read_own(move |tx| Box::pin(async move { store::group(tx, &asked).await })).await?;
        Ok(stored.map(|stored| stored.value))
    }

    /// Changes a group.
    pub async fn update_group(&self, id: &str, change: CustomerGroupChange) -> Result<CustomerGroup> {
        let asked = id.to_owned();
        self.core
            .write(move |tx| {
                Box::pin(async move {
                    let mut stored = store::group(tx, &asked).await?.ok_or_else(|| unknown_group(&asked))?;
                    change.apply(&mut stored.value, tx.now())?;
                    store::save_group(tx, &stored).await.map_err(name_taken)?;
                    Ok(stored.value)
                })
            })
            .await
    }

    /// Removes a group: its shoppers leave it first, so that what a crash interrupts can be repeated.
    pub async fn delete_group(&self, id: &str) -> Result<()> {
        for database in self.shards.all() {
            loop {
                let group_id = id.to_owned();
                let left = database.write(move |tx| Box::pin(async move { empty_some(tx, &group_id).await })).await?;
                if !left {
                    break;
                }
            }
        }
        let asked = id.to_owned();
        self.core.write(move |tx| Box::pin(async move { store::remove_group(tx, &asked).await })).await
    }

    /// Puts shoppers into a group and takes others out. All of them exist, or nothing changes.
    pub async fn change_group_customers(&self, id: &str, add: Vec<String>, remove: Vec<String>) -> Result<()> {
        self.group(id).await?.ok_or_else(|| unknown_group(id))?;
        for customer_id in add.iter().chain(&remove) {
            if self.customer(customer_id).await?.is_none() {
                return Err(Error::not_found("Customer", customer_id));
            }
        }
        for (database, customer_ids, enters) in self.by_database(add, true).chain(self.by_database(remove, false)) {
            let group_id = id.to_owned();
            database
                .write(move |tx| {
                    Box::pin(async move {
                        let changed = [group_id];
                        let (add, remove): (&[String], &[String]) =
                            if enters { (&changed, &[]) } else { (&[], &changed) };
                        for customer_id in customer_ids {
                            let mut stored = known_customer(tx, &customer_id).await?;
                            change_groups(&mut stored.value, add, remove)?;
                            store::save_customer_groups(tx, &stored).await?;
                        }
                        Ok(())
                    })
                })
                .await?;
        }
        Ok(())
    }

    /// Puts a shopper into groups and takes them out of others. All of them exist, or nothing changes.
    pub async fn change_customer_groups(&self, id: &str, add: Vec<String>, remove: Vec<String>) -> Result<Customer> {
        let known = self.groups().await?;
        if let Some(unknown) = add.iter().find(|wanted| known.iter().all(|group| group.id.as_str() != **wanted)) {
            return Err(unknown_group(unknown));
        }
        let asked = id.to_owned();
        self.shards
            .of_id(id)
            .write(move |tx| {
                Box::pin(async move {
                    let mut stored = known_customer(tx, &asked).await?;
                    change_groups(&mut stored.value, &add, &remove)?;
                    store::save_customer_groups(tx, &stored).await?;
                    Ok(stored.value)
                })
            })
            .await
    }

    /// Shoppers with the database they live in: one transaction for all where there is one database.
    fn by_database(&self, ids: Vec<String>, enters: bool) -> impl Iterator<Item = (&Db, Vec<String>, bool)> {
        let parts = if self.shards.all().len() == 1 { vec![ids] } else { ids.into_iter().map(|id| vec![id]).collect() };
        parts.into_iter().filter_map(move |ids| Some((self.shards.of(Bucket::of(ids.first()?)), ids, enters)))
    }
}

fn change_groups(customer: &mut Customer, add: &[String], remove: &[String]) -> Result<()> {
    customer.group_ids.retain(|held| !remove.contains(held));
    for group_id in add {
        if !customer.group_ids.contains(group_id) {
            customer.group_ids.push(group_id.clone());
        }
    }
    if customer.group_ids.len() > GROUPS_OF_CUSTOMER_MAX {
        return Err(Error::not_allowed(format!(
            "A customer can be in {GROUPS_OF_CUSTOMER_MAX} groups at most; please take {} out of one first",
            customer.email
        )));
    }
    Ok(())
}

async fn known_customer(tx: &mut Tx, id: &str) -> Result<Stored<Customer>> {
    store::customer(tx, id).await?.ok_or_else(|| Error::not_found("Customer", id))
}

/// Takes some shoppers out of a group; false when nobody is left in it.
async fn empty_some(tx: &mut Tx, group_id: &str) -> Result<bool> {
    let customer_ids = store::some_of_group(tx, group_id, LEAVING_AT_ONCE).await?;
    for customer_id in &customer_ids {
        let mut stored = known_customer(tx, customer_id).await?;
        stored.value.group_ids.retain(|held| held != group_id);
        store::save_customer_groups(tx, &stored).await?;
    }
    Ok(!customer_ids.is_empty())
}

fn unknown_group(id: &str) -> Error {
    Error::not_found("Customer group", id)
}

pub(crate) fn name_taken(error: Error) -> Error {
    if error.is(UNIQUE) {
        return Error::new(ErrorKind::Duplicate, "A customer group with this name exists already").at("name");
    }
    error
}
