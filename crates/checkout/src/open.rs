//! Opening a cart, and changing what it says about the shopper.

use tradewind_accounts::normalise_email;
use tradewind_kernel::{Bucket, Error, Result};
use tradewind_market::{MarketSnapshot, Region};

use crate::Checkout;
use crate::address::check_country;
use crate::edit::{Draft, Edit};
use crate::model::{AddressInput, Cart, CartChange, CartId, CartView, LINES_MAX, NewCart};

impl Checkout {
    /// Opens a cart.
    pub async fn create_cart(&self, new: NewCart) -> Result<CartView> {
        let market = self.parts.market.snapshot().await?;
        let now = self.parts.clock.now();
        let region = region_of(&market, &new)?;
        if let Some(currency) = new.currency
            && currency != region.currency
        {
            return Err(Error::invalid(
                "currency_code",
                format!("The region {} sells in {}", region.name, region.currency),
            ));
        }
        let channel = match &new.sales_channel_id {
            Some(id) => Some(known_channel(&market, id)?),
            None => market.store().default_sales_channel_id.as_ref().map(|id| id.as_str().to_owned()),
        };
        let customer = match &new.customer_id {
            Some(id) => Some(self.parts.accounts.customer(id).await?.ok_or_else(|| Error::not_found("Customer", id))?),
            None => None,
        };
        let id = match &customer {
            Some(customer) => CartId::mint_in(&self.parts.mint, customer.id.bucket()),
            None => CartId::mint(&self.parts.mint),
        };
        let cart = Cart {
            id,
            region_id: region.id.as_str().to_owned(),
            currency: region.currency,
            sales_channel_id: channel,
            email: customer.as_ref().map(|customer| customer.email.clone()),
            customer_id: customer.as_ref().map(|customer| customer.id.as_str().to_owned()),
            has_account: customer.as_ref().is_some_and(|customer| customer.has_account),
            locale: new.locale,
            items: Vec::new(),
            shipping_methods: Vec::new(),
            shipping_address: None,
            billing_address: None,
            promo_codes: Vec::new(),
            refused_promotion_ids: Vec::new(),
            credit_lines: Vec::new(),
            metadata: new.metadata,
            created_at: now,
            updated_at: now,
            payment_collection_id: None,
            awaiting_since: None,
            order_events: 0,
            completed_at: None,
        };
        let mut draft = Draft::new(cart, 0, market, now);
        if let Some(email) = &new.email {
            draft.set_email(Some(email))?;
        }
        self.set_addresses(&mut draft, new.shipping_address.as_ref().map(Some), new.billing_address.as_ref().map(Some))
            .await?;
        if new.items.len() > LINES_MAX {
            return Err(Error::invalid("items", format!("A cart holds at most {LINES_MAX} lines")));
        }
        for line in &new.items {
            self.put_line(&mut draft, line).await?;
        }
        self.add_codes(&mut draft.cart, &new.promo_codes).await?;
        self.refresh(&mut draft).await?;
        self.save(draft).await
    }

    /// Changes what a cart says about the shopper and where it is sent. Another region prices everything anew.
    pub async fn update_cart(&self, cart_id: &str, change: CartChange) -> Result<CartView> {
        self.edit(cart_id, Edit::Cart(change)).await
    }

    pub(crate) async fn change_cart(&self, draft: &mut Draft, change: &CartChange) -> Result<()> {
        if let Some(region_id) = &change.region_id
            && *region_id != draft.cart.region_id
        {
            draft.move_to(region_id)?;
        }
        if let Some(channel) = &change.sales_channel_id {
            draft.cart.sales_channel_id = Some(known_channel(&draft.market, channel)?);
        }
        if let Some(email) = &change.email {
            draft.set_email(email.as_deref())?;
        }
        if let Some(locale) = &change.locale {
            draft.cart.locale.clone_from(locale);
        }
        if let Some(codes) = &change.promo_codes {
            draft.cart.promo_codes.clear();
            self.add_codes(&mut draft.cart, codes).await?;
        }
        if let Some(metadata) = &change.metadata {
            draft.cart.metadata.clone_from(metadata);
        }
        self.set_addresses(
            draft,
            change.shipping_address.as_ref().map(Option::as_ref),
            change.billing_address.as_ref().map(Option::as_ref),
        )
        .await
    }

    async fn set_addresses(
        &self,
        draft: &mut Draft,
        shipping: Option<Option<&AddressInput>>,
        billing: Option<Option<&AddressInput>>,
    ) -> Result<()> {
        let bucket: Bucket = draft.cart.id.bucket();
        let now = draft.now;
        let customer_id = draft.cart.customer_id.clone();
        if let Some(shipping) = shipping {
            draft.cart.shipping_address = match shipping {
                Some(input) => {
                    let owner = customer_id.as_deref();
                    let address = self.resolve_address(input, "shipping_address", owner, bucket, now).await?;
                    check_country(&address, draft.region()?)?;
                    Some(address)
                }
                None => None,
            };
        }
        if let Some(billing) = billing {
            draft.cart.billing_address = match billing {
                Some(input) => {
                    let owner = customer_id.as_deref();
                    Some(self.resolve_address(input, "billing_address", owner, bucket, now).await?)
                }
                None => None,
            };
        }
        Ok(())
    }
}

impl Draft {
    fn set_email(&mut self, email: Option<&str>) -> Result<()> {
        let email = email.map(normalise_email).transpose()?;
        if email == self.cart.email {
            return Ok(());
        }
        self.cart.email.clone_from(&email);
        // A signed-in shopper may have the messages sent elsewhere and stays who they are; a guest is who the e-mail says.
        if !self.cart.has_account {
            self.cart.customer_id = None;
            self.guest_email = email;
        }
        Ok(())
    }

    fn move_to(&mut self, region_id: &str) -> Result<()> {
        let region = self.market.region(region_id).ok_or_else(|| unknown_region("region_id"))?;
        self.cart.region_id = region.id.as_str().to_owned();
        self.cart.currency = region.currency;
        // An address the new region does not deliver to is asked for again.
        if self.cart.shipping_address.as_ref().is_some_and(|address| check_country(address, region).is_err()) {
            self.cart.shipping_address = None;
        }
        self.price_all = true;
        Ok(())
    }
}

fn region_of<'m>(market: &'m MarketSnapshot, new: &NewCart) -> Result<&'m Region> {
    if let Some(id) = &new.region_id {
        return market.region(id).ok_or_else(|| unknown_region("region_id"));
    }
    if let Some(country) = &new.country_code {
        return market.region_of_country(country).ok_or_else(|| unknown_region("country_code"));
    }
    market
        .default_region()
        .ok_or_else(|| Error::invalid("region_id", "This shop has no region yet; create one before carts are opened"))
}

fn unknown_region(field: &str) -> Error {
    Error::invalid(field, "This shop has no such region")
}

fn known_channel(market: &MarketSnapshot, id: &str) -> Result<String> {
    match market.sales_channel(id) {
        Some(channel) if !channel.is_disabled => Ok(channel.id.as_str().to_owned()),
        _ => Err(Error::invalid("sales_channel_id", "This shop has no such sales channel")),
    }
}
