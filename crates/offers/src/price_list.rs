//! The verbs that change price lists, but for their prices.

use tradewind_kernel::{Error, Result};
use tradewind_platform::db::Tx;

use crate::list_prices::made;
use crate::model::{NewPriceList, PriceList, PriceListChange, set};
use crate::{Offers, OffersPart, check, store};

impl Offers {
    /// Makes a price list with its prices.
    pub async fn create_price_list(&self, tx: &mut Tx, new: NewPriceList) -> Result<PriceList> {
        let now = tx.now();
        let list = PriceList {
            id: new.id.unwrap_or_else(|| tx.mint().mint(PriceList::PREFIX)),
            title: new.title,
            description: new.description,
            kind: new.kind,
            status: new.status,
            starts_at: new.starts_at,
            ends_at: new.ends_at,
            customer_group_ids: new.customer_group_ids,
            metadata: new.metadata,
            created_at: now,
            updated_at: now,
        };
        check::price_list(&list)?;
        let prices = made(tx, &list.id, new.prices);
        for (position, price) in prices.iter().enumerate() {
            check::list_price(&format!("prices[{position}]"), price)?;
        }
        check::no_overlap(&prices, |price| {
            prices.iter().position(|own| own.id == price.id).map(|position| format!("prices[{position}]"))
        })?;
        store::insert_price_list(tx, &list).await?;
        for price in &prices {
            store::prices::insert(tx, price).await?;
        }
        self.changed(tx, OffersPart::PriceList, &list.id).await?;
        Ok(list)
    }

    /// Changes a price list.
    pub async fn update_price_list(&self, tx: &mut Tx, id: &str, change: PriceListChange) -> Result<PriceList> {
        let mut stored = store::price_list(tx, id).await?.ok_or_else(|| Error::not_found("Price list", id))?;
        let list = &mut stored.value;
        set(&mut list.title, change.title);
        set(&mut list.description, change.description);
        set(&mut list.kind, change.kind);
        set(&mut list.status, change.status);
        set(&mut list.starts_at, change.starts_at);
        set(&mut list.ends_at, change.ends_at);
        set(&mut list.customer_group_ids, change.customer_group_ids);
        set(&mut list.metadata, change.metadata);
        list.updated_at = tx.now();
        check::price_list(list)?;
        store::update_price_list(tx, &stored).await?;
        self.changed(tx, OffersPart::PriceList, id).await?;
        Ok(stored.value)
    }

    /// Removes a price list with its prices. Removing one that is gone is no error.
    pub async fn delete_price_list(&self, tx: &mut Tx, id: &str) -> Result<()> {
        store::delete_price_list(tx, id).await?;
        self.changed(tx, OffersPart::PriceList, id).await
    }
}
