//! The verbs that change from where and to where is delivered: fulfilment sets, their zones, the providers of a location.

use tradewind_kernel::{Error, Result, Timestamp};
use tradewind_market::country;
use tradewind_platform::db::Tx;

use crate::error::{in_use, unknown};
use crate::model::{
    FulfillmentSet, GEO_ZONE_PREFIX, GeoZone, GeoZoneType, NewFulfillmentSet, NewGeoZone, NewServiceZone, SET_PREFIX,
    ServiceZone, ServiceZoneChange, ZONE_PREFIX, beginnings,
};
use crate::profiles::name_of;
use crate::{Fulfilment, store};

const ZONES_MAX: usize = 1000;
const GEO_ZONES_MAX: usize = 2000;

impl Fulfilment {
    /// Makes a fulfilment set with its service zones.
    pub async fn create_set(&self, tx: &mut Tx, new: NewFulfillmentSet) -> Result<FulfillmentSet> {
        let now = tx.now();
        let zones = new.service_zones.into_iter().map(|zone| zone_of(tx, zone, now));
        let set = FulfillmentSet {
            service_zones: zones.collect::<Result<_>>()?,
            id: new.id.unwrap_or_else(|| tx.mint().mint(SET_PREFIX)),
            name: name_of("name", &new.name)?,
            type_: name_of("type", &new.type_)?,
            location_id: new.location_id,
            metadata: new.metadata,
            created_at: now,
            updated_at: now,
        };
        store::insert_set(tx, &set).await?;
        self.changed(tx, &set.id).await?;
        Ok(set)
    }

    /// Removes a fulfilment set into whose zones no option delivers. Removing one that is gone is no error.
    pub async fn delete_set(&self, tx: &mut Tx, id: &str) -> Result<()> {
        let Some(stored) = store::set(tx, id).await? else {
            return Ok(());
        };
        for zone in &stored.value.service_zones {
            if store::options_in_zone(tx, &zone.id).await? > 0 {
                return Err(in_use("This fulfillment set", "shipping options deliver to its zones"));
            }
        }
        store::delete_set(tx, id).await?;
        self.changed(tx, id).await
    }

    /// Adds a service zone to a fulfilment set.
    pub async fn create_zone(&self, tx: &mut Tx, set_id: &str, new: NewServiceZone) -> Result<ServiceZone> {
        let zone = zone_of(tx, new, tx.now())?;
        let added = zone.clone();
        self.change_zones(tx, set_id, |zones| {
            if zones.len() >= ZONES_MAX {
                return Err(Error::not_allowed(format!("A fulfillment set has at most {ZONES_MAX} service zones")));
            }
            zones.push(zone);
            Ok(())
        })
        .await?;
        Ok(added)
    }

    /// Changes a service zone of a fulfilment set.
    pub async fn update_zone(
        &self,
        tx: &mut Tx,
        set_id: &str,
        zone_id: &str,
        change: ServiceZoneChange,
    ) -> Result<ServiceZone> {
        let now = tx.now();
        let name = change.name.map(|name| name_of("name", &name)).transpose()?;
        let geo_zones = change.geo_zones.map(|zones| geo_zones_of(tx, zones)).transpose()?;
        let mut changed = None;
        self.change_zones(tx, set_id, |zones| {
            let zone = zones
                .iter_mut()
                .find(|zone| zone.id == zone_id)
                .ok_or_else(|| Error::not_found("Service zone", zone_id))?;
            if let Some(name) = name {
                zone.name = name;
            }
            if let Some(geo_zones) = geo_zones {
                zone.geo_zones = geo_zones;
            }
            zone.updated_at = now;
            changed = Some(zone.clone());
            Ok(())
        })
        .await?;
        changed.ok_or_else(|| Error::not_found("Service zone", zone_id))
    }

    /// Removes a service zone to which no option delivers. Removing one that is gone is no error.
    pub async fn delete_zone(&self, tx: &mut Tx, set_id: &str, zone_id: &str) -> Result<()> {
        if store::options_in_zone(tx, zone_id).await? > 0 {
            return Err(in_use("This service zone", "shipping options deliver to it"));
        }
        self.change_zones(tx, set_id, |zones| {
            zones.retain(|zone| zone.id != zone_id);
            Ok(())
        })
        .await
    }

    async fn change_zones(
        &self,
        tx: &mut Tx,
        set_id: &str,
        change: impl FnOnce(&mut Vec<ServiceZone>) -> Result<()> + Send,
    ) -> Result<()> {
        let mut stored = store::set(tx, set_id).await?.ok_or_else(|| Error::not_found("Fulfillment set", set_id))?;
        change(&mut stored.value.service_zones)?;
        stored.value.updated_at = tx.now();
        store::update_set(tx, &stored).await?;
        self.changed(tx, set_id).await
    }

    /// Says which providers deliver from a stock location: adds some, removes others. The location is the caller's to know.
    pub async fn change_location_providers(
        &self,
        tx: &mut Tx,
        location_id: &str,
        add: &[String],
        remove: &[String],
    ) -> Result<()> {
        for id in remove {
            store::unlink_provider(tx, location_id, id).await?;
        }
        for id in add {
            self.carriers().get(id).map_err(|error| error.at("add"))?;
            store::link_provider(tx, location_id, id).await?;
        }
        self.changed(tx, location_id).await
    }
}

fn zone_of(tx: &Tx, new: NewServiceZone, now: Timestamp) -> Result<ServiceZone> {
    Ok(ServiceZone {
        geo_zones: geo_zones_of(tx, new.geo_zones)?,
        id: new.id.unwrap_or_else(|| tx.mint().mint(ZONE_PREFIX)),
        name: name_of("name", &new.name)?,
        metadata: new.metadata,
        created_at: now,
        updated_at: now,
    })
}

fn geo_zones_of(tx: &Tx, new: Vec<NewGeoZone>) -> Result<Vec<GeoZone>> {
    if new.len() > GEO_ZONES_MAX {
        return Err(Error::invalid("geo_zones", format!("A service zone has at most {GEO_ZONES_MAX} geo zones")));
    }
    new.into_iter().map(|geo| geo_zone_of(tx, geo)).collect()
}

fn geo_zone_of(tx: &Tx, new: NewGeoZone) -> Result<GeoZone> {
    let country = country(&new.country_code).ok_or_else(|| unknown("country_code", "country", &new.country_code))?;
    let missing = match new.type_ {
        GeoZoneType::Country => None,
        GeoZoneType::Province => new.province_code.is_none().then_some("province_code"),
        GeoZoneType::City => new.city.is_none().then_some("city"),
        GeoZoneType::Zip => {
            beginnings(new.postal_expression.as_ref()).iter().all(|text| text.is_empty()).then_some("postal_expression")
        }
    };
    if let Some(field) = missing {
        let message = format!("A zone of type {} needs its {field}", new.type_.as_str());
        return Err(Error::invalid(field, message));
    }
    Ok(GeoZone {
        id: new.id.unwrap_or_else(|| tx.mint().mint(GEO_ZONE_PREFIX)),
        type_: new.type_,
        country_code: country.iso_2.to_owned(),
        province_code: new.province_code.map(|code| code.trim().to_lowercase()),
        city: new.city,
        postal_expression: new.postal_expression,
        metadata: new.metadata,
    })
}
