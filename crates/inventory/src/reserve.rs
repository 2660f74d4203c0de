//! Promising stock to an order, taking the promise back, and letting the stock leave. Each verb may be repeated.

use std::collections::{BTreeMap, HashMap};

use tradewind_kernel::{Bucket, Error, Result, Timestamp};
use tradewind_platform::db::Tx;

use crate::error::{not_enough, reserved_otherwise};
use crate::model::{
    Allocation, Demand, ItemDemand, RESERVATION_PREFIX, Reservation, ReservationDetails, ReservationState,
    demand_per_item, lines_of_shares, share_out,
};
use crate::{Inventory, Taken, store};

/// How often a demand is shared out anew when others take from the same locations meanwhile.
const ROUNDS_MAX: usize = 8;

/// What a reference is to be promised.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'c> {
    /// The reference: an order's id.
    pub reference: &'c str,
    /// What it needs.
    pub demands: &'c [Demand],
    /// Where it may come from, the preferred place first.
    pub location_ids: &'c [String],
}

impl Inventory {
    /// Promises stock to a reference (an order's id), for good. All of the demands, or none: what an error leaves behind is
    /// undone with the transaction.
    ///
    /// Demand is summed per item over lines; items are taken in order of their ids, so that two orders never wait for each
    /// other; each is taken from the first of the locations that has enough, or from several. Asking again for the same
    /// gives the same allocations. Fails with the code [`NOT_ENOUGH`](crate::NOT_ENOUGH), naming the item.
    pub async fn reserve(
        &self,
        tx: &mut Tx,
        reference: &str,
        demands: &[Demand],
        location_ids: &[String],
    ) -> Result<Vec<Allocation>> {
        self.reserve_until(tx, reference, demands, location_ids, None).await
    }

    /// [`reserve`](Self::reserve) for a while: what is not [kept](Self::keep) or confirmed by then lapses.
    pub async fn reserve_until(
        &self,
        tx: &mut Tx,
        reference: &str,
        demands: &[Demand],
        location_ids: &[String],
        expires_at: Option<Timestamp>,
    ) -> Result<Vec<Allocation>> {
        let wanted = demand_per_item(demands)?;
        let mut held: HashMap<String, Vec<Allocation>> = HashMap::new();
        for reservation in store::reservations_of(tx, reference).await? {
            held.entry(reservation.item_id.clone()).or_default().push(allocation_of(reservation));
        }
        let (mut allocations, mut taken) = (Vec::new(), Vec::new());
        for (item_id, demand) in wanted {
            if let Some(before) = held.remove(item_id) {
                let sum: i64 = before.iter().map(|allocation| allocation.quantity).sum();
                if sum != demand.total() {
                    return Err(reserved_otherwise(reference, item_id));
                }
                allocations.extend(before);
                continue;
            }
            let shares = self.take(tx, item_id, &demand, location_ids).await?;
            let quantities: Vec<_> = shares.values().copied().collect();
            let lines = lines_of_shares(&quantities, &demand.lines);
            let now = tx.now();
            for ((location_id, quantity), lines) in shares.into_iter().zip(lines) {
                let (item_id, location_id) = (item_id.to_owned(), location_id.to_owned());
                taken.push(Taken { item_id: item_id.clone(), location_id: location_id.clone(), quantity });
                let reservation = Reservation {
                    id: tx.id_in(RESERVATION_PREFIX, Bucket::of(reference)),
                    reference: reference.to_owned(),
                    item_id,
                    location_id,
                    quantity,
                    state: ReservationState::Held,
                    expires_at,
                    details: ReservationDetails { lines, ..ReservationDetails::default() },
                    created_at: now,
                    updated_at: now,
                };
                store::insert_reservation(tx, &reservation).await?;
                allocations.push(allocation_of(reservation));
            }
        }
        self.taken(tx, taken);
        Ok(allocations)
    }

    /// [`reserve`](Self::reserve) for many references that hold nothing yet, by set, where that is simple: the first of its
    /// locations has enough of each item for all of them. Otherwise it fails, and what each of them gets is found by
    /// reserving for one after the other.
    pub async fn reserve_all(&self, tx: &mut Tx, claims: &[Claim<'_>]) -> Result<()> {
        let now = tx.now();
        let (mut levels, mut reservations) = (BTreeMap::new(), Vec::new());
        for Claim { reference, demands, location_ids } in claims {
            for (item_id, demand) in demand_per_item(demands)? {
                let location_id = location_ids.first().ok_or_else(not_by_set)?;
                *levels.entry((item_id, location_id.as_str())).or_insert(0) += demand.total();
                let lines = lines_of_shares(&[demand.total()], &demand.lines).pop().unwrap_or_default();
                reservations.push(Reservation {
                    id: tx.id_in(RESERVATION_PREFIX, Bucket::of(reference)),
                    reference: (*reference).to_owned(),
                    item_id: item_id.to_owned(),
                    location_id: location_id.clone(),
                    quantity: demand.total(),
                    state: ReservationState::Held,
                    expires_at: None,
                    details: ReservationDetails { lines, ..ReservationDetails::default() },
                    created_at: now,
                    updated_at: now,
                });
            }
        }
        store::take_all(tx, &levels, not_by_set).await?;
        store::insert_reservations(tx, &reservations).await?;
        let taken = levels.into_iter().map(|((item_id, location_id), quantity)| Taken {
            item_id: item_id.to_owned(),
            location_id: location_id.to_owned(),
            quantity,
        });
        self.taken(tx, taken.collect());
        Ok(())
    }

    /// Takes what is demanded of one item; answers with how much from which location.
    async fn take<'l>(
        &self,
        tx: &mut Tx,
        item_id: &str,
        demand: &ItemDemand,
        location_ids: &'l [String],
    ) -> Result<BTreeMap<&'l str, i64>> {
        let mut taken = BTreeMap::new();
        let Some(preferred) = location_ids.first() else {
            return Err(self.refusal(tx, item_id, demand.total(), 0).await);
        };
        // Nearly always the first location has enough: one statement.
        if store::take(tx, demand.total(), item_id, preferred).await? {
            taken.insert(preferred.as_str(), demand.total());
            return Ok(taken);
        }
        let mut missing = demand.total();
        for _ in 0..ROUNDS_MAX {
            let rows = store::availability(tx, item_id).await?;
            let at: HashMap<&str, i64> =
                rows.iter().map(|(location, available)| (location.as_str(), *available)).collect();
            let mut offers: Vec<(&str, i64)> = Vec::with_capacity(location_ids.len());
            for id in location_ids {
                if let Some(&available) = at.get(id.as_str())
                    && !offers.iter().any(|(offered, _)| *offered == id)
                {
                    offers.push((id, available));
                }
            }
            let (shares, beyond) = share_out(missing, &offers);
            if beyond > demand.backorderable {
                let there: i64 = offers.iter().map(|(_, available)| available.max(&0)).sum();
                let before: i64 = taken.values().sum();
                return Err(self.refusal(tx, item_id, demand.total(), there + before).await);
            }
            for share in shares {
                if store::take(tx, share.quantity, item_id, share.location_id).await? {
                    *taken.entry(share.location_id).or_default() += share.quantity;
                    missing -= share.quantity;
                }
            }
            if missing == beyond {
                if beyond > 0 {
                    let location_id = offers.first().map_or(preferred.as_str(), |(id, _)| *id);
                    self.take_beyond(tx, beyond, item_id, location_id).await?;
                    *taken.entry(location_id).or_default() += beyond;
                }
                return Ok(taken);
            }
        }
        Err(Error::conflict("Many are buying this at the same moment. Please try again."))
    }

    /// Promises what is not there, at a level that is made where the item was never kept.
    async fn take_beyond(&self, tx: &mut Tx, quantity: i64, item_id: &str, location_id: &str) -> Result<()> {
        if store::take_beyond(tx, quantity, item_id, location_id).await? {
            return Ok(());
        }
        self.insert_level(tx, item_id, location_id, 0, 0).await?;
        store::take_beyond(tx, quantity, item_id, location_id).await?;
        Ok(())
    }

    async fn refusal(&self, tx: &mut Tx, item_id: &str, wanted: i64, there: i64) -> Error {
        match store::item(tx, item_id).await {
            Ok(item) => {
                let item = item.map(|stored| stored.value);
                let title = item.and_then(|item| item.title.or(item.sku));
                not_enough(item_id, title.as_deref().unwrap_or("This item"), wanted, there)
            }
            Err(error) => error,
        }
    }

    /// Keeps for good what a reference holds for a while.
    pub async fn keep(&self, tx: &mut Tx, reference: &str) -> Result<()> {
        let now = tx.now();
        store::keep(tx, reference, now).await?;
        Ok(())
    }

    /// Takes back what is promised to a reference; it is available again. What has left stays away.
    pub async fn release(&self, tx: &mut Tx, reference: &str) -> Result<()> {
        let held = store::reservations_of(tx, reference).await?;
        self.release_these(tx, held).await?;
        Ok(())
    }

    /// Releases those of these reservations that are still held; answers how many.
    pub(crate) async fn release_these(&self, tx: &mut Tx, reservations: Vec<Reservation>) -> Result<usize> {
        let mut touched = Vec::new();
        for reservation in reservations {
            if !store::delete_held(tx, &reservation).await? {
                continue;
            }
            let Reservation { quantity, item_id, location_id, .. } = reservation;
            if !store::give_back(tx, quantity, &item_id, &location_id).await? {
                return Err(Error::internal(format!(
                    "the level of {item_id} at {location_id} promises less than was reserved"
                )));
            }
            touched.push(item_id);
        }
        let released = touched.len();
        self.changed(tx, touched);
        Ok(released)
    }

    /// Lets what is promised to a reference leave: stock and promise fall together. Fails with the code
    /// [`NOT_ENOUGH`](crate::NOT_ENOUGH) when more was promised than lies there.
    pub async fn confirm(&self, tx: &mut Tx, reference: &str) -> Result<()> {
        let now = tx.now();
        let mut touched = Vec::new();
        for reservation in store::reservations_of(tx, reference).await? {
            if !store::mark_confirmed(tx, &reservation.id, now).await? {
                continue;
            }
            let Reservation { quantity, item_id, location_id, .. } = reservation;
            if !store::take_away(tx, quantity, &item_id, &location_id).await? {
                let level = store::level(tx, &item_id, &location_id).await?;
                let there = level.map_or(0, |level| level.stocked);
                return Err(self.refusal(tx, &item_id, quantity, there).await);
            }
            touched.push(item_id);
        }
        self.changed(tx, touched);
        Ok(())
    }
}

/// That stock has to be claimed for one order after the other.
fn not_by_set() -> Error {
    Error::conflict("There may not be enough in stock for everybody")
}

fn allocation_of(reservation: Reservation) -> Allocation {
    Allocation { item_id: reservation.item_id, location_id: reservation.location_id, quantity: reservation.quantity }
}
