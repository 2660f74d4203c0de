//! Making a cart somebody's: a guest who signs in keeps what they have put into it.

use tradewind_accounts::Customer;
use tradewind_kernel::{Error, Result};

use crate::Checkout;
use crate::edit::{Draft, Edit};
use crate::model::CartView;

impl Checkout {
    /// Gives a cart of nobody, or of a guest, to a customer. The same customer's changes nothing; another's is refused.
    pub async fn transfer(&self, cart_id: &str, customer_id: &str) -> Result<CartView> {
        let customer = self
            .parts
            .accounts
            .customer(customer_id)
            .await?
            .ok_or_else(|| Error::not_found("Customer", customer_id))?;
        self.edit(cart_id, Edit::Transfer(customer)).await
    }
}

impl Draft {
    pub(crate) fn transfer(&mut self, customer: &Customer) -> Result<()> {
        let cart = &mut self.cart;
        if cart.customer_id.as_deref() == Some(customer.id.as_str()) {
            return Ok(());
        }
        if cart.has_account {
            return Err(Error::not_allowed("This cart belongs to another customer"));
        }
        cart.customer_id = Some(customer.id.as_str().to_owned());
        cart.has_account = customer.has_account;
        cart.email = Some(customer.email.clone());
        Ok(())
    }
}
