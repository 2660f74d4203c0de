//! The orders that somebody was told of, and the carts and claims that must have one.

use std::collections::BTreeSet;

use tradewind_kernel::Result;
use tradewind_kernel::id::body_of;
use tradewind_orders::order_id_of_cart;
use tradewind_platform::db::Tx;

use super::{Audit, Auditor, Book, PAGE};

impl Auditor {
    pub(super) async fn acknowledged(&self, tx: &mut Tx, ids: &[String], audit: &mut Audit) -> Result<()> {
        for part in ids.chunks(usize::try_from(PAGE).unwrap_or(1)) {
            for missing in self.missing(tx, part).await? {
                audit.find(Book::Acknowledged, format!("{missing} was acknowledged and is gone"));
            }
        }
        Ok(())
    }

    /// Every completed cart has its order.
    pub(super) async fn carts(&self, tx: &mut Tx, audit: &mut Audit) -> Result<()> {
        let several = self.shop.orders.carts_with_several(tx).await?;
        if several > 0 {
            audit.find(Book::Carts, format!("{several} carts became more than one order"));
        }
        let mut last = String::new();
        loop {
            let carts = self.shop.checkout.completed_after(tx, &last, PAGE).await?;
            let Some(end) = carts.last() else { return Ok(()) };
            last.clone_from(end);
            let orders: Vec<String> = carts.iter().map(|cart| order_id_of_cart(cart).as_str().to_owned()).collect();
            for missing in self.missing(tx, &orders).await? {
                audit.find(Book::Carts, format!("the cart of {missing} is completed, but the order does not exist"));
            }
        }
    }

    /// Every claim has its order, or a cart that waits for its payment.
    pub(super) async fn claims(&self, tx: &mut Tx, audit: &mut Audit) -> Result<()> {
        let mut last = String::new();
        loop {
            let references = self.shop.inventory.references_after(tx, &last, PAGE).await?;
            let Some(end) = references.last() else { return Ok(()) };
            last.clone_from(end);
            let missing = self.missing(tx, &references).await?;
            // What is claimed for a cart that waits for its payment has no order yet.
            let carts: Vec<String> = missing.iter().map(|id| format!("cart_{}", body_of(id))).collect();
            let waiting = self.shop.checkout.awaiting_of(tx, &carts).await?;
            for (missing, _) in missing.iter().zip(&carts).filter(|(_, cart)| !waiting.contains(cart)) {
                audit.find(Book::Claims, format!("stock is claimed for {missing}, which is no order"));
            }
        }
    }

    async fn missing(&self, tx: &mut Tx, ids: &[String]) -> Result<Vec<String>> {
        let existing: BTreeSet<String> = self.shop.orders.existing(tx, ids).await?.into_iter().collect();
        Ok(ids.iter().filter(|id| !existing.contains(*id)).cloned().collect())
    }
}
