//! What staff reads and sets over the Admin API: stock levels, and orders with their payments.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::{Number, Value, json};
use tradewind_kernel::{Decimal, Error, Result, Secret};

use crate::arguments::Login;
use crate::store::{no_shop, read};
use crate::wire::{Request, Wire};

/// How often a refused request of staff is repeated: after a surge the shop may need a while.
const TRIES: u32 = 30;
const PAGE: usize = 100;

/// Somebody of staff, signed in.
pub struct Staff<'a> {
    wire: &'a Wire,
    token: Secret,
}

/// An amount, whichever way it is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Amount(pub Decimal);

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = Option::<Number>::deserialize(deserializer)?;
        let text = number.map_or_else(|| "0".to_owned(), |number| number.to_string());
        text.parse().map(Self).map_err(|_| serde::de::Error::custom(format!("{text} is no amount")))
    }
}

#[derive(Deserialize)]
struct Token {
    token: Secret,
}

#[derive(Deserialize)]
struct Variants {
    variants: Vec<Variant>,
}

/// What stands behind a variant.
#[derive(Clone, Deserialize)]
pub struct Variant {
    /// Its id.
    pub id: String,
    /// Whether it may be sold beyond the stock.
    #[serde(default)]
    pub allow_backorder: bool,
    /// What is taken from the shelf for each, nothing where nobody counts.
    #[serde(default)]
    pub inventory_items: Vec<Part>,
}

/// A part of a variant.
#[derive(Clone, Deserialize)]
pub struct Part {
    /// What is counted.
    pub inventory_item_id: String,
    /// How many for each.
    pub required_quantity: i64,
}

#[derive(Deserialize)]
struct Items {
    inventory_items: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    id: String,
    #[serde(default)]
    location_levels: Vec<Level>,
}

/// The stock of an item at a location.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Level {
    /// Where.
    pub location_id: String,
    /// How many are there.
    pub stocked_quantity: i64,
    /// How many of those are promised to orders.
    pub reserved_quantity: i64,
}

/// The levels of each item.
pub type Stock = BTreeMap<String, Vec<Level>>;

#[derive(Deserialize)]
struct Orders {
    orders: Vec<Order>,
    count: u64,
}

#[derive(Deserialize)]
struct OrderCount {
    count: u64,
}

/// An order, as staff sees it.
#[derive(Clone, Debug, Deserialize)]
pub struct Order {
    /// Its id.
    pub id: String,
    /// What it costs.
    #[serde(default)]
    pub total: Amount,
    /// Its lines.
    #[serde(default)]
    pub items: Vec<Line>,
    /// How it is paid.
    #[serde(default)]
    pub payment_collections: Vec<Collection>,
}

/// A line of an order.
#[derive(Clone, Debug, Deserialize)]
pub struct Line {
    /// What.
    #[serde(default)]
    pub variant_id: Option<String>,
    /// How many.
    #[serde(default)]
    pub quantity: Amount,
}

/// What is to be paid for an order, and how far it is.
#[derive(Clone, Debug, Deserialize)]
pub struct Collection {
    /// How much is to be paid.
    #[serde(default)]
    pub amount: Amount,
    /// How much is authorised.
    #[serde(default)]
    pub authorized_amount: Amount,
    /// How far it is.
    #[serde(default)]
    pub status: String,
}

impl<'a> Staff<'a> {
    /// Signs in.
    pub async fn sign_in(wire: &'a Wire, login: &Login) -> Result<Self> {
        let body = json!({ "email": login.email, "password": login.password.expose() }).to_string();
        let Token { token } = ask(wire, &Request::post("/auth/user/emailpass", Some(&body))).await?;
        Ok(Self { wire, token })
    }

    /// What stands behind variants.
    pub async fn variants(&self, ids: &[&str]) -> Result<HashMap<String, Variant>> {
        let mut found = HashMap::new();
        for some in ids.chunks(50) {
            let path =
                format!("/admin/product-variants?limit=100&{}fields=id,allow_backorder,*inventory_items", listed(some));
            let Variants { variants } = self.get(&path).await?;
            found.extend(variants.into_iter().map(|variant| (variant.id.clone(), variant)));
        }
        match ids.iter().find(|id| !found.contains_key(**id)) {
            Some(missing) => Err(Error::not_found("Variant", missing)),
            None => Ok(found),
        }
    }

    /// The stock of items.
    pub async fn stock(&self, item_ids: &[&str]) -> Result<Stock> {
        let mut stock = Stock::new();
        for some in item_ids.chunks(50) {
            let path = format!("/admin/inventory-items?limit=100&{}fields=id,*location_levels", listed(some));
            let Items { inventory_items } = self.get(&path).await?;
            stock.extend(inventory_items.into_iter().map(|item| (item.id, item.location_levels)));
        }
        Ok(stock)
    }

    /// Sets the stock so that exactly so many are available: all of them at the first location, none at the others.
    pub async fn make_available(&self, item_id: &str, levels: &[Level], available: i64) -> Result<()> {
        if levels.is_empty() {
            return Err(Error::not_allowed(format!(
                "The inventory item {item_id} has no stock location to put stock at"
            )));
        }
        for (number, level) in levels.iter().enumerate() {
            let stocked = level.reserved_quantity + if number == 0 { available } else { 0 };
            if stocked == level.stocked_quantity {
                continue;
            }
            let path = format!("/admin/inventory-items/{item_id}/location-levels/{}", level.location_id);
            let body = json!({ "stocked_quantity": stocked }).to_string();
            let request = Request { token: Some(self.token.expose()), ..Request::post(&path, Some(&body)) };
            ask::<Value>(self.wire, &request).await?;
        }
        Ok(())
    }

    /// How many orders there are.
    pub async fn order_count(&self) -> Result<u64> {
        Ok(self.get::<OrderCount>("/admin/orders?limit=1&fields=id").await?.count)
    }

    /// How many orders there are once no more are made: what was asked before a time-out may still be under way.
    pub async fn settled_order_count(&self) -> Result<u64> {
        let mut count = self.order_count().await?;
        for _ in 0..TRIES {
            tokio::time::sleep(Duration::from_secs(1)).await;
            let now = self.order_count().await?;
            if now == count {
                break;
            }
            count = now;
        }
        Ok(count)
    }

    /// The newest orders, so many of them.
    pub async fn newest_orders(&self, wanted: u64) -> Result<Vec<Order>> {
        let wanted = usize::try_from(wanted).unwrap_or(usize::MAX);
        let mut found = Vec::new();
        while found.len() < wanted {
            let limit = PAGE.min(wanted - found.len());
            let path = format!(
                "/admin/orders?limit={limit}&offset={}&order=-created_at&fields=id,total,*items,*payment_collections",
                found.len()
            );
            let Orders { orders, count } = self.get(&path).await?;
            if orders.is_empty() || found.len() as u64 >= count {
                break;
            }
            found.extend(orders);
        }
        Ok(found)
    }

    /// Orders by their ids; those that are not there are missing.
    pub async fn orders(&self, ids: &[&str]) -> Result<Vec<Order>> {
        let mut found = Vec::new();
        for some in ids.chunks(50) {
            let path = format!("/admin/orders?limit=100&{}fields=id,total,*items,*payment_collections", listed(some));
            found.extend(self.get::<Orders>(&path).await?.orders);
        }
        Ok(found)
    }

    async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        ask(self.wire, &Request { token: Some(self.token.expose()), ..Request::get(path) }).await
    }
}

/// `id[]=...` for each, as a piece of a query.
fn listed(ids: &[&str]) -> String {
    ids.iter().map(|id| format!("id%5B%5D={id}&")).collect()
}

/// Asks, and asks again while the shop refuses.
async fn ask<T: DeserializeOwned>(wire: &Wire, request: &Request<'_>) -> Result<T> {
    let mut tries = 1;
    loop {
        let answer = wire.ask_patiently(request).await.map_err(|broken| no_shop(&broken))?;
        match answer.retry_after_seconds {
            Some(seconds) if answer.status == 503 && tries < TRIES => {
                tries += 1;
                tokio::time::sleep(Duration::from_secs(seconds.clamp(1, 10))).await;
            }
            _ => return read(request.path, &answer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_exact_whichever_way_they_are_written() {
        for (text, amount) in [("49.9", "49.9"), ("50", "50"), ("0.1", "0.1"), ("2.0", "2"), ("null", "0")] {
            let read: Amount = serde_json::from_str(text).unwrap();
            assert_eq!(read.0, amount.parse().unwrap(), "{text}");
        }
        assert!(serde_json::from_str::<Amount>("\"much\"").is_err());
    }
}
