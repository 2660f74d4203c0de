//! Goods that leave in a parcel, come back into stock because it was unpacked, or come back because they were returned. In the
//! transaction of whoever packs, unpacks or takes in.

use std::collections::BTreeMap;

use tradewind_kernel::{Bucket, Error, Result};
use tradewind_platform::db::Tx;

use crate::error::not_enough;
use crate::model::{
    InventoryItem, RESERVATION_PREFIX, Reservation, ReservationDetails, ReservationState, ReservedLine,
};
use crate::{Inventory, store};

/// A line of an order, some of which leaves.
#[derive(Clone, Debug)]
pub struct Departure {
    /// The line.
    pub line_id: String,
    /// How many of what it sells leave.
    pub quantity: i64,
    /// How many of what it sells have not left yet.
    pub waiting: i64,
}

/// What left of one thing. A line of a kit is several things.
#[derive(Clone, Debug)]
pub struct Departed {
    /// For which line.
    pub line_id: String,
    /// The thing; none for a line whose stock is not counted.
    pub item: Option<InventoryItem>,
    /// How many.
    pub quantity: i64,
}

/// Some of a thing that comes back into stock for the line it had left for.
#[derive(Clone, Debug)]
pub struct Unpacked {
    /// The line.
    pub line_id: String,
    /// The thing.
    pub item_id: String,
    /// How many.
    pub quantity: i64,
}

impl Inventory {
    /// Lets what is promised to lines leave from one location: stock and promise fall together. What is promised elsewhere is
    /// promised there no longer, and is taken from what this location has free. All of it, or none: what an error leaves behind
    /// is undone with the transaction.
    pub async fn send(&self, tx: &mut Tx, lines: &[Departure], location_id: &str) -> Result<Vec<Departed>> {
        if store::location(tx, location_id).await?.is_none() {
            return Err(Error::invalid("location_id", "There is no such stock location"));
        }
        let (mut departed, mut touched) = (Vec::new(), Vec::new());
        for (position, line) in lines.iter().enumerate() {
            let mut per_item: BTreeMap<String, Vec<Reservation>> = BTreeMap::new();
            for held in store::held_for_line(tx, &line.line_id).await? {
                per_item.entry(held.item_id.clone()).or_default().push(held);
            }
            if per_item.is_empty() {
                departed.push(Departed { line_id: line.line_id.clone(), item: None, quantity: line.quantity });
            }
            for (item_id, held) in per_item {
                let promised: i64 = held.iter().map(|held| share_of(held, &line.line_id)).sum();
                let field = format!("items.{position}.quantity");
                if line.waiting <= 0 || promised % line.waiting != 0 {
                    let message = "What is reserved for this line is not what it needs; correct its reservations first";
                    return Err(Error::not_allowed(message).at(field));
                }
                let quantity = promised / line.waiting * line.quantity;
                let item = store::item(tx, &item_id).await?.map(|stored| stored.value);
                self.send_item(tx, held, (&line.line_id, quantity), location_id, &field).await?;
                departed.push(Departed { line_id: line.line_id.clone(), item, quantity });
                touched.push(item_id);
            }
        }
        self.changed(tx, touched);
        Ok(departed)
    }

    /// Lets some of one thing leave, of what is held for a line; what is held at the location goes first.
    async fn send_item(
        &self,
        tx: &mut Tx,
        mut held: Vec<Reservation>,
        (line_id, quantity): (&str, i64),
        location_id: &str,
        field: &str,
    ) -> Result<()> {
        held.sort_by_key(|held| held.location_id != location_id);
        let mut left = quantity;
        for mut held in held {
            let part = share_of(&held, line_id).min(left);
            if part == 0 {
                continue;
            }
            left -= part;
            let is_gone = if held.location_id == location_id {
                store::take_away(tx, part, &held.item_id, location_id).await?
            } else {
                store::give_back(tx, part, &held.item_id, &held.location_id).await?
                    && store::take_free(tx, part, &held.item_id, location_id).await?
            };
            if !is_gone {
                let level = store::level(tx, &held.item_id, location_id).await?;
                let there = level.map_or(0, |level| match held.location_id == location_id {
                    true => level.stocked,
                    false => level.available(),
                });
                let item = store::item(tx, &held.item_id).await?.map(|stored| stored.value);
                let title = item.and_then(|item| item.title.or(item.sku));
                let title = title.as_deref().unwrap_or("This item");
                return Err(not_enough(&held.item_id, title, quantity, there).at(field));
            }
            for line in held.details.lines.iter_mut().filter(|line| line.line_id == line_id) {
                line.quantity -= part;
            }
            held.quantity -= part;
            held.updated_at = tx.now();
            store::shrink(tx, held).await?;
        }
        Ok(())
    }

    /// Puts what had left for lines back where it was, promised to them as before.
    pub async fn take_back(
        &self,
        tx: &mut Tx,
        reference: &str,
        unpacked: &[Unpacked],
        location_id: &str,
    ) -> Result<()> {
        let mut touched = Vec::new();
        for part in unpacked {
            if !store::put_back(tx, part.quantity, &part.item_id, location_id).await? {
                self.insert_level(tx, &part.item_id, location_id, 0, 0).await?;
                store::put_back(tx, part.quantity, &part.item_id, location_id).await?;
            }
            let share = ReservedLine { line_id: part.line_id.clone(), quantity: part.quantity };
            let held = store::reservations_of(tx, reference).await?;
            let held = held.into_iter().find(|held| held.item_id == part.item_id && held.location_id == location_id);
            let now = tx.now();
            match held {
                Some(mut held) => {
                    held.quantity += part.quantity;
                    match held.details.lines.iter_mut().find(|line| line.line_id == part.line_id) {
                        Some(line) => line.quantity += part.quantity,
                        None => held.details.lines.push(share),
                    }
                    held.updated_at = now;
                    store::update_reservation(tx, &held).await?;
                    store::insert_reserved_lines(tx, &held).await?;
                }
                None => {
                    let held = Reservation {
                        id: tx.id_in(RESERVATION_PREFIX, Bucket::of(reference)),
                        reference: reference.to_owned(),
                        item_id: part.item_id.clone(),
                        location_id: location_id.to_owned(),
                        quantity: part.quantity,
                        state: ReservationState::Held,
                        expires_at: None,
                        details: ReservationDetails { lines: vec![share], ..ReservationDetails::default() },
                        created_at: now,
                        updated_at: now,
                    };
                    store::insert_reservation(tx, &held).await?;
                }
            }
            touched.push(part.item_id.clone());
        }
        self.changed(tx, touched);
        Ok(())
    }

    /// Takes goods in that came back: they can be had again, first of all by those who wait for them.
    pub async fn take_in(&self, tx: &mut Tx, item_id: &str, location_id: &str, quantity: i64) -> Result<()> {
        if store::location(tx, location_id).await?.is_none() {
            return Err(Error::invalid("location_id", "There is no such stock location"));
        }
        if !store::add_stock(tx, quantity, item_id, location_id).await? {
            self.insert_level(tx, item_id, location_id, quantity, 0).await?;
        }
        self.changed(tx, vec![item_id.to_owned()]);
        Ok(())
    }

    /// Takes back all that is promised to lines, whoever promised it; it is available again.
    pub async fn release_lines(&self, tx: &mut Tx, line_ids: &[String]) -> Result<()> {
        for line_id in line_ids {
            let held = store::held_for_line(tx, line_id).await?;
            self.release_these(tx, held).await?;
        }
        Ok(())
    }
}

/// How much of a reservation is for a line.
fn share_of(held: &Reservation, line_id: &str) -> i64 {
    held.details.lines.iter().filter(|line| line.line_id == line_id).map(|line| line.quantity).sum()
}
