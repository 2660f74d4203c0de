//! Holds by the staff: stock that is set aside by hand.

use tradewind_kernel::{Bucket, Error, Result};
use tradewind_platform::db::Tx;

use crate::error::bad_quantity;
use crate::model::{
    HoldChange, NewHold, QUANTITY_MAX, RESERVATION_PREFIX, Reservation, ReservationDetails, ReservationState,
    ReservedLine,
};
use crate::{Inventory, store};

impl Inventory {
    /// Sets stock at one location aside.
    pub async fn create_hold(&self, tx: &mut Tx, new: NewHold) -> Result<Reservation> {
        check_quantity(new.quantity)?;
        if store::level(tx, &new.item_id, &new.location_id).await?.is_none() {
            return Err(Error::not_found("Stock level at the location", &new.location_id));
        }
        take_all(tx, new.quantity, &new.item_id, &new.location_id).await?;
        let now = tx.now();
        let id = tx.id_in(RESERVATION_PREFIX, Bucket::of(&new.item_id));
        let line = new.line_id.map(|line_id| ReservedLine { line_id, quantity: new.quantity });
        let hold = Reservation {
            reference: id.clone(),
            id,
            item_id: new.item_id,
            location_id: new.location_id,
            quantity: new.quantity,
            state: ReservationState::Held,
            expires_at: None,
            details: ReservationDetails {
                lines: line.into_iter().collect(),
                description: new.description,
                created_by: new.created_by,
                metadata: new.metadata,
            },
            created_at: now,
            updated_at: now,
        };
        store::insert_reservation(tx, &hold).await?;
        self.changed(tx, vec![hold.item_id.clone()]);
        Ok(hold)
    }

    /// Changes a hold, or what an order holds.
    pub async fn update_hold(&self, tx: &mut Tx, id: &str, change: HoldChange) -> Result<Reservation> {
        let mut hold = self.held(tx, id).await?;
        let quantity = change.quantity.unwrap_or(hold.quantity);
        check_quantity(quantity)?;
        let location_id = change.location_id.unwrap_or_else(|| hold.location_id.clone());
        if quantity != hold.quantity || location_id != hold.location_id {
            store::give_back(tx, hold.quantity, &hold.item_id, &hold.location_id).await?;
            take_all(tx, quantity, &hold.item_id, &location_id).await?;
            if let [line] = hold.details.lines.as_mut_slice() {
                line.quantity = quantity;
            }
            (hold.quantity, hold.location_id) = (quantity, location_id);
            self.changed(tx, vec![hold.item_id.clone()]);
        }
        if let Some(description) = change.description {
            hold.details.description = description;
        }
        if let Some(metadata) = change.metadata {
            hold.details.metadata = metadata;
        }
        hold.updated_at = tx.now();
        store::update_reservation(tx, &hold).await?;
        Ok(hold)
    }

    /// Ends a hold; the stock is available again. Ending one that is gone is no error.
    pub async fn delete_hold(&self, tx: &mut Tx, id: &str) -> Result<()> {
        let hold = store::reservation(tx, id).await?;
        self.release_these(tx, hold.into_iter().collect()).await?;
        Ok(())
    }

    async fn held(&self, tx: &mut Tx, id: &str) -> Result<Reservation> {
        let found = store::reservation(tx, id).await?;
        found.filter(|hold| hold.state == ReservationState::Held).ok_or_else(|| Error::not_found("Reservation", id))
    }
}

fn check_quantity(quantity: i64) -> Result<()> {
    if (1..=QUANTITY_MAX).contains(&quantity) { Ok(()) } else { Err(bad_quantity("quantity", 1)) }
}

async fn take_all(tx: &mut Tx, quantity: i64, item_id: &str, location_id: &str) -> Result<()> {
    if store::take(tx, quantity, item_id, location_id).await? {
        return Ok(());
    }
    let level = store::level(tx, item_id, location_id).await?;
    let there = level.map_or(0, |level| level.available());
    Err(Error::not_allowed(format!("Only {there} are available at this location")).at("quantity"))
}
