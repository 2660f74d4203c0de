//! What a shopper's storefront asks of the Store API before the run: the region, what is sold, how it is paid.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use tradewind_kernel::{Error, ErrorKind, Result};

use crate::arguments::Load;
use crate::wire::{Answer, Broken, Request, Wire};

/// The provider that every shop of this API has: nothing is charged.
const MANUAL_PROVIDER: &str = "pp_system_default";

/// What shoppers know of the shop.
#[derive(Debug)]
pub struct Facts {
    /// The region they buy in.
    pub region_id: String,
    /// A country of it, to send to.
    pub country_code: String,
    /// How they pay.
    pub provider_id: String,
    /// What they buy.
    pub goods: Vec<Good>,
    /// What they look at.
    pub product_ids: Vec<String>,
    /// What they search for.
    pub words: Vec<String>,
    /// How many products there are.
    pub product_count: u64,
}

/// A variant on sale.
#[derive(Clone, Debug)]
pub struct Good {
    /// Its id.
    pub variant_id: String,
    /// How people call it.
    pub title: String,
    /// How many there are, where the shop says so and counts.
    pub available: Option<i64>,
}

#[derive(Deserialize)]
struct Regions {
    regions: Vec<Region>,
}

#[derive(Deserialize)]
struct Region {
    id: String,
    #[serde(default)]
    countries: Vec<Country>,
}

#[derive(Deserialize)]
struct Country {
    iso_2: String,
}

#[derive(Deserialize)]
struct Providers {
    payment_providers: Vec<Provider>,
}

#[derive(Deserialize)]
struct Provider {
    id: String,
}

#[derive(Deserialize)]
struct Products {
    products: Vec<Product>,
    count: u64,
}

#[derive(Deserialize)]
struct Product {
    id: String,
    title: String,
    #[serde(default)]
    variants: Vec<Variant>,
}

#[derive(Deserialize)]
struct VariantAnswer {
    variant: Variant,
}

#[derive(Deserialize)]
struct Variant {
    id: String,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    manage_inventory: Option<bool>,
    #[serde(default)]
    allow_backorder: Option<bool>,
    #[serde(default)]
    inventory_quantity: Option<i64>,
    #[serde(default)]
    calculated_price: Option<serde::de::IgnoredAny>,
}

impl Variant {
    fn good(self, product: Option<&str>) -> Good {
        let counts = self.manage_inventory != Some(false) && self.allow_backorder != Some(true);
        let title = self.title.unwrap_or_default();
        Good {
            variant_id: self.id,
            title: product.map_or_else(|| title.clone(), |product| format!("{product}, {title}")),
            available: self.inventory_quantity.filter(|_| counts),
        }
    }
}

impl Facts {
    /// Asks the shop for everything.
    pub async fn ask(wire: &Wire, load: &Load) -> Result<Self> {
        let region = region(wire, load.region.as_deref()).await?;
        let country = region.countries.into_iter().next();
        let region_id = region.id;
        let path = format!("/store/payment-providers?region_id={region_id}");
        let providers: Providers =
            if load.scenario.sells() { ask(wire, &path).await? } else { Providers { payment_providers: Vec::new() } };
        let providers = providers.payment_providers;
        let manual = providers.iter().any(|provider| provider.id == MANUAL_PROVIDER);
        let provider_id = match providers.into_iter().next() {
            Some(first) if !manual => first.id,
            _ => MANUAL_PROVIDER.to_owned(),
        };
        let mut facts = Self {
            region_id,
            country_code: country.map(|country| country.iso_2).unwrap_or_default(),
            provider_id,
            goods: Vec::new(),
            product_ids: Vec::new(),
            words: Vec::new(),
            product_count: 0,
        };
        if load.variants.is_empty() {
            facts.look_around(wire, load).await?;
        } else {
            for id in &load.variants {
                let good = facts.variant(wire, id).await?;
                facts.goods.push(good);
            }
        }
        Ok(facts)
    }

    /// The first page of products: what to look at, what to search for, and what of it to buy.
    async fn look_around(&mut self, wire: &Wire, load: &Load) -> Result<()> {
        /// As many as a shop shows on its first page: enough to spread what is bought.
        const GOODS: usize = 12;
        let path = format!(
            "/store/products?limit=100&region_id={}&fields=id,title,*variants,*variants.calculated_price,%2Bvariants.inventory_quantity",
            self.region_id
        );
        let Products { products, count } = ask(wire, &path).await?;
        self.product_count = count;
        self.words = products.iter().flat_map(|product| words(&product.title)).collect();
        self.words.sort_unstable();
        self.words.dedup();
        for product in products {
            for variant in product.variants {
                // What has no price in this region cannot be bought, and what is sold out only if it is restocked.
                let has_price = variant.calculated_price.is_some();
                let good = variant.good(Some(&product.title));
                let is_there = load.units.is_some() || good.available.is_none_or(|left| left > 0);
                if has_price && is_there && self.goods.len() < GOODS {
                    self.goods.push(good);
                }
            }
            self.product_ids.push(product.id);
        }
        if self.product_ids.is_empty() {
            return Err(Error::not_allowed("This shop shows no products to the key it was asked with"));
        }
        if load.scenario.sells() && self.goods.is_empty() {
            return Err(Error::not_allowed(
                "Nothing that can be bought is in stock: name a --variant, or set the stock with --units and a staff login",
            ));
        }
        Ok(())
    }

    /// One variant, with what is available of it.
    pub async fn variant(&self, wire: &Wire, id: &str) -> Result<Good> {
        let path = format!(
            "/store/product-variants/{id}?region_id={}&fields=id,title,manage_inventory,allow_backorder,%2Binventory_quantity",
            self.region_id
        );
        Ok(ask::<VariantAnswer>(wire, &path).await?.variant.good(None))
    }
}

async fn region(wire: &Wire, wanted: Option<&str>) -> Result<Region> {
    let Regions { regions } = ask(wire, "/store/regions?limit=100&fields=id,*countries").await?;
    let fits = |region: &Region| match wanted {
        Some(id) => region.id == id,
        None => !region.countries.is_empty(),
    };
    regions.into_iter().find(fits).ok_or_else(|| match wanted {
        Some(id) => {
            Error::invalid("region", format!("The shop has no region {id}; leave --region out to take the first"))
        }
        None => Error::not_allowed("The shop has no region with a country yet, so nothing can be bought there"),
    })
}

/// The words of a title that one would search for.
fn words(title: &str) -> impl Iterator<Item = String> {
    let words = title.split(|c: char| !c.is_ascii_alphanumeric());
    words.filter(|word| word.len() > 3).map(str::to_lowercase)
}

/// Asks and reads the answer; before the run, everything but a good answer ends it.
async fn ask<T: DeserializeOwned>(wire: &Wire, path: &str) -> Result<T> {
    let answer = wire.ask_patiently(&Request::get(path)).await.map_err(|broken| no_shop(&broken))?;
    read(path, &answer)
}

/// There is no shop to talk to.
pub fn no_shop(broken: &Broken) -> Error {
    Error::new(
        ErrorKind::Unavailable,
        format!("The shop does not answer: {broken}. Is it running, and is the address right?"),
    )
}

/// Reads an answer that must be good.
pub fn read<T: DeserializeOwned>(path: &str, answer: &Answer) -> Result<T> {
    let route = path.split('?').next().unwrap_or_default();
    if answer.status != 200 {
        let why = Refusal::of(answer).message;
        let hint = match answer.status {
            400 | 401 if why.to_lowercase().contains("publishable") => "; pass the storefront's key with --key",
            401 if route.starts_with("/auth") => "; check the staff login",
            404 if route.starts_with("/store/regions") => {
                "; is this the address of a shop with the Medusa v2 Store API"
            }
            _ => "",
        };
        return Err(Error::not_allowed(format!("{route} answered {}: {why}{hint}", answer.status)));
    }
    serde_json::from_slice(answer.body())
        .map_err(|error| Error::not_allowed(format!("{route} answered with something else than expected: {error}")))
}

/// What an answer that is not good says.
#[derive(Default, Deserialize)]
pub struct Refusal {
    /// What programs read.
    #[serde(default)]
    pub code: Option<String>,
    /// What people read.
    #[serde(default)]
    pub message: String,
}

impl Refusal {
    /// What the answer says, as far as it can be read.
    pub fn of(answer: &Answer) -> Self {
        serde_json::from_slice(answer.body()).unwrap_or_else(|_| {
            let text = String::from_utf8_lossy(answer.body());
            Self { code: None, message: text.chars().take(80).collect() }
        })
    }

    /// Whether the stock was gone.
    pub fn is_sold_out(&self) -> bool {
        self.code.as_deref() == Some("insufficient_inventory")
    }
}
