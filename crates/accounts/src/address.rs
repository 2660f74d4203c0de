//! A shopper's address book.

use tradewind_kernel::{Error, Result};

use crate::Accounts;
use crate::model::{AddressChange, Customer, CustomerAddress, CustomerAddressId};

/// How many addresses a book holds: it is stored with its shopper, as one.
const ADDRESSES_MAX: usize = 100;

impl Accounts {
    /// Adds an address, as the last of the book.
    pub async fn add_address(&self, customer_id: &str, new: AddressChange) -> Result<Customer> {
        self.change_customer(customer_id, move |tx, customer| {
            if customer.addresses.len() >= ADDRESSES_MAX {
                return Err(Error::not_allowed(format!(
                    "An address book holds at most {ADDRESSES_MAX} addresses; please remove one first"
                )));
            }
            let now = tx.now();
            let mut address = CustomerAddress {
                id: CustomerAddressId::mint_in(tx.mint(), customer.id.bucket()),
                address_name: None,
                is_default_shipping: false,
                is_default_billing: false,
                first_name: None,
                last_name: None,
                company: None,
                address_1: None,
                address_2: None,
                city: None,
                province: None,
                postal_code: None,
                country_code: None,
                phone: None,
                metadata: None,
                created_at: now,
                updated_at: now,
            };
            new.apply(&mut address, now)?;
            let position = customer.addresses.len();
            customer.addresses.push(address);
            keep_one_default(customer, position);
            Ok(())
        })
        .await
    }

    /// Changes an address of the book.
    pub async fn update_address(&self, customer_id: &str, address_id: &str, change: AddressChange) -> Result<Customer> {
        let address_id = address_id.to_owned();
        self.change_customer(customer_id, move |tx, customer| {
            let position = position_of(customer, &address_id)?;
            if let Some(address) = customer.addresses.get_mut(position) {
                change.apply(address, tx.now())?;
            }
            keep_one_default(customer, position);
            Ok(())
        })
        .await
    }

    /// Removes an address from the book.
    pub async fn remove_address(&self, customer_id: &str, address_id: &str) -> Result<Customer> {
        let address_id = address_id.to_owned();
        self.change_customer(customer_id, move |_, customer| {
            let position = position_of(customer, &address_id)?;
            customer.addresses.remove(position);
            Ok(())
        })
        .await
    }
}

fn position_of(customer: &Customer, address_id: &str) -> Result<usize> {
    customer
        .addresses
        .iter()
        .position(|address| address.id.as_str() == address_id)
        .ok_or_else(|| Error::not_found("Address", address_id))
}

/// The address just written is the default it says it is; the one that was before is it no longer.
fn keep_one_default(customer: &mut Customer, written: usize) {
    let Some(address) = customer.addresses.get(written) else { return };
    let (shipping, billing) = (address.is_default_shipping, address.is_default_billing);
    for (position, other) in customer.addresses.iter_mut().enumerate() {
        if position != written {
            other.is_default_shipping &= !shipping;
            other.is_default_billing &= !billing;
        }
    }
}
