//! Addresses on their way into a cart.

use tradewind_accounts::CustomerAddress;
use tradewind_kernel::{Bucket, Error, Result, Timestamp};
use tradewind_market::Region;
use tradewind_orders::Address;

use crate::Checkout;
use crate::model::AddressInput;

/// No part of an address is longer than any label can print.
const PART_CHARACTERS_MAX: usize = 500;

impl Checkout {
    /// The address that is meant, as the cart's own.
    pub(crate) async fn resolve_address(
        &self,
        input: &AddressInput,
        field: &str,
        customer_id: Option<&str>,
        bucket: Bucket,
        now: Timestamp,
    ) -> Result<Address> {
        let mut address = match input {
            AddressInput::Given(given) => (**given).clone(),
            AddressInput::OfCustomer(id) => {
                let unknown = || Error::invalid(field, "There is no such address in the customer's address book");
                let customer_id = customer_id.ok_or_else(unknown)?;
                let customer = self.parts.accounts.customer(customer_id).await?.ok_or_else(unknown)?;
                copy(customer_id, customer.address(id).ok_or_else(unknown)?)
            }
        };
        check_lengths(&address, field)?;
        address.country_code =
            address.country_code.map(|code| code.trim().to_ascii_lowercase()).filter(|code| !code.is_empty());
        address.id = self.parts.mint.mint_in("caaddr", bucket);
        address.created_at = now;
        address.updated_at = now;
        Ok(address)
    }
}

/// Refuses an address in a country that the region does not sell to.
pub(crate) fn check_country(address: &Address, region: &Region) -> Result<()> {
    match &address.country_code {
        Some(code) if !region.countries.iter().any(|country| country == code) => Err(Error::invalid(
            "shipping_address.country_code",
            format!("{} is not one of the countries of the region {}", code.to_uppercase(), region.name),
        )),
        _ => Ok(()),
    }
}

fn copy(customer_id: &str, own: &CustomerAddress) -> Address {
    Address {
        customer_id: Some(customer_id.to_owned()),
        first_name: own.first_name.clone(),
        last_name: own.last_name.clone(),
        company: own.company.clone(),
        address_1: own.address_1.clone(),
        address_2: own.address_2.clone(),
        city: own.city.clone(),
        country_code: own.country_code.clone(),
        province: own.province.clone(),
        postal_code: own.postal_code.clone(),
        phone: own.phone.clone(),
        metadata: own.metadata.clone(),
        ..Address::default()
    }
}

fn check_lengths(address: &Address, field: &str) -> Result<()> {
    let parts = [
        ("first_name", &address.first_name),
        ("last_name", &address.last_name),
        ("company", &address.company),
        ("address_1", &address.address_1),
        ("address_2", &address.address_2),
        ("city", &address.city),
        ("country_code", &address.country_code),
        ("province", &address.province),
        ("postal_code", &address.postal_code),
        ("phone", &address.phone),
    ];
    for (name, part) in parts {
        let length = part.as_ref().map_or(0, |text| text.chars().count());
        if length > PART_CHARACTERS_MAX {
            return Err(Error::invalid(
                format!("{field}.{name}"),
                format!("This part of an address may have at most {PART_CHARACTERS_MAX} characters"),
            ));
        }
    }
    Ok(())
}
