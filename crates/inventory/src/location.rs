//! Stock locations, and from which of them a sales channel sells.

use std::collections::HashMap;
use std::sync::Arc;

use tradewind_kernel::{Error, Result};
use tradewind_platform::db::Tx;

use crate::error::in_use;
use crate::model::{LOCATION_PREFIX, LocationAddress, LocationChange, NewLocation, StockLocation};
use crate::{Inventory, Places, store};

impl Inventory {
    /// Makes a stock location.
    pub async fn create_location(&self, tx: &mut Tx, new: NewLocation) -> Result<StockLocation> {
        let now = tx.now();
        let location = StockLocation {
            id: new.id.unwrap_or_else(|| tx.mint().mint(LOCATION_PREFIX)),
            name: name_of(new.name)?,
            address: new.address.map(|address| with_id(tx, address)),
            metadata: new.metadata,
            created_at: now,
            updated_at: now,
        };
        store::insert_location(tx, &location).await?;
        self.everything_changed(tx).await?;
        Ok(location)
    }

    /// Changes a stock location.
    pub async fn update_location(&self, tx: &mut Tx, id: &str, change: LocationChange) -> Result<StockLocation> {
        let mut stored = store::location(tx, id).await?.ok_or_else(|| Error::not_found("Stock location", id))?;
        let location = &mut stored.value;
        if let Some(name) = change.name {
            location.name = name_of(name)?;
        }
        if let Some(mut address) = change.address {
            if let Some(held) = &location.address {
                address.id.clone_from(&held.id);
            }
            location.address = Some(with_id(tx, address));
        }
        if let Some(metadata) = change.metadata {
            location.metadata = metadata;
        }
        location.updated_at = tx.now();
        store::update_location(tx, &stored).await?;
        self.everything_changed(tx).await?;
        Ok(stored.value)
    }

    /// Removes a stock location where nothing lies and nothing is promised. Removing one that is gone is no error.
    pub async fn delete_location(&self, tx: &mut Tx, id: &str) -> Result<()> {
        if store::quantity_at(tx, id).await? > 0 {
            return Err(in_use("This stock location", "there is stock at it"));
        }
        store::delete_location(tx, id).await?;
        self.everything_changed(tx).await?;
        Ok(())
    }

    /// A stock location by id.
    pub async fn location(&self, id: &str) -> Result<Option<StockLocation>> {
        let wanted = id.to_owned();
        self.shards()
            .of_id(id)
            .look_up(move |tx| {
                Box::pin(async move { Ok(store::location(tx, &wanted).await?.map(|stored| stored.value)) })
            })
            .await
    }

    /// [`location`](Self::location) from memory, for what is shown to shoppers.
    pub async fn known_location(&self, id: &str) -> Result<Option<StockLocation>> {
        Ok(self.places().await?.locations.get(id).cloned())
    }

    /// All stock locations, oldest first.
    pub async fn locations(&self) -> Result<Vec<StockLocation>> {
        let mut all = Vec::new();
        for db in self.shards().all() {
            all.extend(db.read_own(|tx| Box::pin(store::locations(tx))).await?);
        }
        all.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
        Ok(all)
    }

    /// Lets a sales channel sell from a location, after those it sells from already.
    pub async fn link_channel(&self, tx: &mut Tx, channel_id: &str, location_id: &str) -> Result<()> {
        if !store::location_exists(tx, location_id).await? {
            return Err(Error::not_found("Stock location", location_id));
        }
        if store::link_channel(tx, channel_id, location_id).await? > 0 {
            self.everything_changed(tx).await?;
        }
        Ok(())
    }

    /// Lets a sales channel sell from a location no more.
    pub async fn unlink_channel(&self, tx: &mut Tx, channel_id: &str, location_id: &str) -> Result<()> {
        if store::unlink_channel(tx, channel_id, location_id).await? > 0 {
            self.everything_changed(tx).await?;
        }
        Ok(())
    }

    /// From which locations a sales channel sells, best first; from memory.
    pub async fn locations_of_channel(&self, sales_channel_id: &str) -> Result<Arc<[String]>> {
        let places = self.places().await?;
        let locations = places.of_channel.get(sales_channel_id).map(Arc::clone);
        Ok(locations.unwrap_or_else(|| Arc::from([])))
    }

    /// Which sales channels sell from a location.
    pub async fn channels_of_location(&self, location_id: &str) -> Result<Vec<String>> {
        let places = self.places().await?;
        let selling = places.of_channel.iter().filter(|(_, locations)| locations.iter().any(|id| id == location_id));
        let mut ids: Vec<_> = selling.map(|(channel, _)| channel.clone()).collect();
        ids.sort_unstable();
        Ok(ids)
    }

    async fn places(&self) -> Result<Arc<Places>> {
        self.shared.places.get_or_load(self.load_places()).await
    }

    async fn load_places(&self) -> Result<Places> {
        let mut places = Places::default();
        let mut lists: HashMap<String, Vec<String>> = HashMap::new();
        for db in self.shards().all() {
            let (links, locations) = db
                .read_own(|tx| {
                    Box::pin(async move { Ok((store::channel_locations(tx).await?, store::locations(tx).await?)) })
                })
                .await?;
            for (channel, location) in links {
                lists.entry(channel).or_default().push(location);
            }
            places.locations.extend(locations.into_iter().map(|location| (location.id.clone(), location)));
        }
        places.of_channel = lists.into_iter().map(|(channel, list)| (channel, list.into())).collect();
        Ok(places)
    }

    /// Locations or channels changed: what is remembered of any item may be wrong once this commits.
    pub(crate) async fn everything_changed(&self, tx: &mut Tx) -> Result<()> {
        self.shared.places.changed(tx).await
    }
}

fn name_of(name: String) -> Result<String> {
    let trimmed = name.trim();
    if trimmed.is_empty() || trimmed.chars().count() > 200 {
        return Err(Error::invalid("name", "A stock location needs a name of at most 200 characters"));
    }
    Ok(trimmed.to_owned())
}

fn with_id(tx: &Tx, mut address: LocationAddress) -> LocationAddress {
    if address.id.is_empty() {
        address.id = tx.mint().mint("laddr");
    }
    address
}
