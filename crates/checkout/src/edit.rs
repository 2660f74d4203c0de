//! One path for every change of a cart: read, change, price anew, save with the version checked, again where that was lost.

use std::sync::Arc;

use tradewind_accounts::Customer;
use tradewind_kernel::{Error, ErrorKind, Result, Timestamp};
use tradewind_market::{MarketSnapshot, Region};
use tradewind_orders::Metadata;
use tradewind_platform::db::VERSION;

use crate::model::{Cart, CartChange, CartView, LineChange, NewLine};
use crate::promotions::remove_codes;
use crate::{ATTEMPTS_MAX, Checkout, busy, error, quote, store};

/// How large a stored cart may be: metadata is free in form, and each change writes the whole cart.
const CART_BYTES_MAX: usize = 4 * 1024 * 1024;

/// A change of a cart, as it can be made again.
pub(crate) enum Edit {
    Cart(CartChange),
    AddLine(NewLine),
    SetLine {
        line_id: String,
        change: LineChange,
    },
    RemoveLine {
        line_id: String,
    },
    Ship {
        option_id: String,
        data: Option<Metadata>,
    },
    Tax,
    AddCodes(Vec<String>),
    RemoveCodes(Vec<String>),
    /// Goes on without these promotions, by id.
    Refuse(Vec<String>),
    Transfer(Customer),
}

/// A cart on its way from one version to the next.
pub(crate) struct Draft {
    pub(crate) cart: Cart,
    /// The version it was read at; 0 for a new one.
    pub(crate) version: i64,
    pub(crate) market: Arc<MarketSnapshot>,
    pub(crate) now: Timestamp,
    /// The e-mail address of a guest whose customer is found, or made, when the cart is saved.
    pub(crate) guest_email: Option<String>,
    /// Lines whose quantity grew: is there enough for them?
    pub(crate) grown: Vec<String>,
    /// Whether every line must have a price (the region changed), not only those that grew.
    pub(crate) price_all: bool,
    /// Whether taxes are wanted although the region does not compute them by itself.
    pub(crate) tax_anyway: bool,
}

impl Draft {
    pub(crate) fn new(cart: Cart, version: i64, market: Arc<MarketSnapshot>, now: Timestamp) -> Self {
        Self { cart, version, market, now, guest_email: None, grown: Vec::new(), price_all: false, tax_anyway: false }
    }

    /// The cart's region.
    pub(crate) fn region(&self) -> Result<&Region> {
        self.market.region(&self.cart.region_id).ok_or_else(|| {
            Error::invalid("region_id", "The region of this cart does not exist any more; please choose another")
        })
    }
}

impl Checkout {
    pub(crate) async fn edit(&self, id: &str, edit: Edit) -> Result<CartView> {
        for _ in 0..ATTEMPTS_MAX {
            let mut draft = self.draft(id).await?;
            self.apply(&mut draft, &edit).await?;
            self.refresh(&mut draft).await?;
            match self.save(draft).await {
                Err(error) if error.is(VERSION) => {}
                outcome => return outcome,
            }
        }
        Err(busy())
    }

    async fn draft(&self, id: &str) -> Result<Draft> {
        let (cart, version) = self.open_cart(id).await?;
        let market = self.parts.market.snapshot().await?;
        Ok(Draft::new(cart, version, market, self.parts.clock.now()))
    }

    async fn apply(&self, draft: &mut Draft, edit: &Edit) -> Result<()> {
        match edit {
            Edit::Cart(change) => self.change_cart(draft, change).await,
            Edit::AddLine(new) => self.put_line(draft, new).await,
            Edit::SetLine { line_id, change } => set_line(draft, line_id, change),
            Edit::RemoveLine { line_id } => remove_line(draft, line_id),
            Edit::Ship { option_id, data } => self.ship(draft, option_id, data.as_ref()).await,
            Edit::Tax => {
                draft.tax_anyway = true;
                Ok(())
            }
            Edit::AddCodes(codes) => self.add_codes(&mut draft.cart, codes).await,
            Edit::RemoveCodes(codes) => {
                remove_codes(&mut draft.cart, codes);
                Ok(())
            }
            Edit::Refuse(promotion_ids) => {
                draft.cart.refused_promotion_ids.extend_from_slice(promotion_ids);
                Ok(())
            }
            Edit::Transfer(customer) => draft.transfer(customer),
        }
    }

    /// Saves a draft that has been refreshed, and brings its payment up to the new total.
    pub(crate) async fn save(&self, draft: Draft) -> Result<CartView> {
        let Draft { mut cart, version, now, mut guest_email, .. } = draft;
        cart.updated_at = now;
        let totals = quote::totals(&cart)?;
        let total = totals.total;
        if let Some(email) = &guest_email
            && let Some(known) = self.parts.accounts.known_guest(email).await?
        {
            cart.customer_id = Some(known.id.as_str().to_owned());
            guest_email = None;
        }
        if self.parts.shards.all().len() > 1 {
            // The guest lives elsewhere: made first, in a transaction of its own.
            if let Some(email) = guest_email.take() {
                cart.customer_id = Some(self.guest(email).await?);
            }
        }
        // Written out here rather than in the write lane, which all carts share; only a new guest's is not complete yet.
        let body = if guest_email.is_none() { Some(written(&cart)?) } else { None };
        let (accounts, payments) = (self.parts.accounts.clone(), self.parts.payments.clone());
        let database = self.database_of(cart.id.as_str());
        let (cart, payment_collection) = database
            .write(move |tx| {
                Box::pin(async move {
                    if let Some(email) = guest_email {
                        let guest = accounts.guest_customer(tx, &email).await?;
                        cart.customer_id = Some(guest.id.as_str().to_owned());
                    }
                    let body = match body {
                        Some(body) => body,
                        None => written(&cart)?,
                    };
                    if version == 0 {
                        store::insert(tx, &cart, &body).await?;
                        return Ok((cart, None));
                    }
                    store::save(tx, &cart, &body, version).await?;
                    let cart_id = cart.id.as_str();
                    // Sessions for another amount are void from here on.
                    let payment_collection = match cart.payment_collection_id {
                        Some(_) => payments.refresh(tx, cart_id, total).await?,
                        None => None,
                    };
                    Ok((cart, payment_collection))
                })
            })
            .await?;
        Ok(CartView { cart, totals, payment_collection, version: version + 1 })
    }

    async fn guest(&self, email: String) -> Result<String> {
        let accounts = self.parts.accounts.clone();
        let bucket = tradewind_accounts::Accounts::guest_bucket(&email);
        let guest = self
            .parts
            .shards
            .of(bucket)
            .write(move |tx| Box::pin(async move { accounts.guest_customer(tx, &email).await }))
            .await?;
        Ok(guest.id.as_str().to_owned())
    }
}

fn set_line(draft: &mut Draft, line_id: &str, change: &LineChange) -> Result<()> {
    if change.quantity == 0 {
        return remove_line(draft, line_id);
    }
    let quantity = crate::model::check_quantity(change.quantity)?;
    let now = draft.now;
    let item =
        draft.cart.items.iter_mut().find(|item| item.id == line_id).ok_or_else(|| error::unknown_line(line_id))?;
    if quantity > item.quantity {
        draft.grown.push(item.id.clone());
    }
    item.quantity = quantity;
    if let Some(metadata) = &change.metadata {
        item.metadata.clone_from(metadata);
    }
    item.updated_at = now;
    Ok(())
}

fn remove_line(draft: &mut Draft, line_id: &str) -> Result<()> {
    let items = &mut draft.cart.items;
    let position = items.iter().position(|item| item.id == line_id).ok_or_else(|| error::unknown_line(line_id))?;
    items.remove(position);
    Ok(())
}

/// The cart as it is stored.
fn written(cart: &Cart) -> Result<String> {
    let body = serde_json::to_string(cart).map_err(Error::internal)?;
    if body.len() > CART_BYTES_MAX {
        return Err(Error::new(
            ErrorKind::TooLarge,
            "The cart holds too much; please take something out, or attach less metadata",
        ));
    }
    Ok(body)
}
