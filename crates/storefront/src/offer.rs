//! Products as a visitor is offered them: price in their region, stock, pictures, cards.

use std::collections::HashMap;
use std::sync::Arc;

use tradewind_catalog::search::PriceColumn;
use tradewind_catalog::{Image, Product, ProductFilter, ProductStatus, Variant};
use tradewind_kernel::{Money, Result};

use crate::format;
use crate::state::Storefront;
use crate::views::{Picture, Price, ProductCard, Stock, Tone, WIDTHS_PX};
use crate::visitor::Guest;

/// From this many on, nothing is said about how many are left.
const PLENTY: i64 = 4;

/// How many of each inventory item can still be sold.
pub(crate) type Available = HashMap<String, i64>;

/// What one of a thing costs a visitor.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Cost {
    /// The price.
    pub(crate) amount: Money,
    /// What it would be without the sale it is in.
    pub(crate) before: Option<Money>,
}

impl Guest {
    /// What one of the variant costs here.
    pub(crate) fn cost_of(&self, variant: &Variant) -> Option<Cost> {
        let selected = self.prices.of(variant, 1)?;
        let currency = self.region.currency;
        let amount = Money::round(selected.amount, currency).ok()?;
        let before = Money::round(selected.original_amount, currency).ok();
        Some(Cost { amount, before: before.filter(|before| before.minor > amount.minor) })
    }

    /// What products cost here, as lists are ordered and filtered by it.
    pub(crate) fn price_column(&self) -> PriceColumn {
        PriceColumn { currency: self.region.currency, region_id: Some(self.region.id.as_str().to_owned()) }
    }

    /// "incl. VAT" where prices hold it.
    pub(crate) fn tax_note(&self) -> Option<String> {
        self.region.is_tax_inclusive.then(|| "incl. VAT".to_owned())
    }

    /// The products that shoppers of this storefront see.
    pub(crate) fn offered(&self) -> ProductFilter {
        ProductFilter {
            status: Some(ProductStatus::Published),
            sales_channel_ids: self.sales_channel_id().map(str::to_owned).into_iter().collect(),
            ..ProductFilter::default()
        }
    }
}

impl Storefront {
    /// What there is of everything the products' variants take out of stock.
    pub(crate) async fn available(&self, guest: &Guest, products: &[Arc<Product>]) -> Result<Available> {
        let links = products.iter().flat_map(|product| &product.variants).flat_map(|variant| &variant.inventory);
        let mut item_ids: Vec<String> = links.map(|link| link.item_id.clone()).collect();
        item_ids.sort_unstable();
        item_ids.dedup();
        if item_ids.is_empty() {
            return Ok(Available::new());
        }
        let locations = match guest.sales_channel_id() {
            Some(channel) => self.parts.inventory.locations_of_channel(channel).await?,
            None => Arc::from([]),
        };
        self.parts.inventory.available(&item_ids, &locations).await
    }

    /// The products as cards of a grid.
    pub(crate) async fn cards(&self, guest: &Guest, products: &[Arc<Product>]) -> Result<Vec<ProductCard>> {
        let available = self.available(guest, products).await?;
        Ok(products.iter().map(|product| self.card(guest, product, &available)).collect())
    }

    fn card(&self, guest: &Guest, product: &Product, available: &Available) -> ProductCard {
        let costs: Vec<Cost> = product.variants.iter().filter_map(|variant| guest.cost_of(variant)).collect();
        let lowest = costs.iter().min_by_key(|cost| cost.amount.minor);
        let is_sold_out = !product.variants.is_empty()
            && product.variants.iter().all(|variant| left(variant, available).is_some_and(|left| left <= 0));
        ProductCard {
            href: format!("/products/{}", product.handle),
            title: product.title.clone(),
            subtitle: product.subtitle.clone(),
            picture: self.first_picture(product).map(Picture::decorative),
            price: lowest.map(|lowest| Price {
                amount: format::money(lowest.amount),
                from: costs.iter().any(|cost| cost.amount != lowest.amount),
                before: lowest.before.map(format::money),
                tax_note: guest.tax_note(),
            }),
            badge: is_sold_out.then(|| "Sold out".to_owned()),
        }
    }

    /// The product's main picture.
    pub(crate) fn first_picture(&self, product: &Product) -> Option<Picture> {
        let first = product.images.first().map(|image| self.picture(image, product, 1));
        first.or_else(|| product.thumbnail.as_deref().map(|url| self.picture_at(url, &product.title)))
    }

    /// All of the product's pictures.
    pub(crate) fn pictures(&self, product: &Product) -> Vec<Picture> {
        let images = product.images.iter().enumerate();
        let pictures: Vec<Picture> =
            images.map(|(position, image)| self.picture(image, product, position + 1)).collect();
        if pictures.is_empty() { self.first_picture(product).into_iter().collect() } else { pictures }
    }

    fn picture(&self, image: &Image, product: &Product, position: usize) -> Picture {
        let described = image.metadata.as_ref().and_then(|metadata| metadata.get("alt")).and_then(|alt| alt.as_str());
        let alt = match (described, position) {
            (Some(described), _) => described.to_owned(),
            (None, 1) => product.title.clone(),
            (None, position) => format!("{}, picture {position}", product.title),
        };
        self.picture_at(&image.url, &alt)
    }

    /// The picture at an address: ours in all its widths where the address is one of them.
    pub(crate) fn picture_at(&self, url: &str, alt: &str) -> Picture {
        let path = url.strip_prefix(self.parts.public_url.as_str()).unwrap_or(url);
        match path.strip_prefix("/media/").and_then(media_key) {
            Some(key) => Picture::portrait(key, alt),
            None => Picture::elsewhere(url, alt),
        }
    }
}

/// "prints/squall-800.webp" is a form of "prints/squall".
fn media_key(file: &str) -> Option<&str> {
    let (name, extension) = file.rsplit_once('.')?;
    let (key, width) = name.rsplit_once('-')?;
    let is_form = matches!(extension, "webp" | "jpg") && WIDTHS_PX.iter().any(|own| width.parse() == Ok(*own));
    is_form.then_some(key)
}

/// How many of the variant can still be sold; none where that is not limited.
pub(crate) fn left(variant: &Variant, available: &Available) -> Option<i64> {
    if !variant.manage_inventory || variant.allow_backorder {
        return None;
    }
    let of_links = variant.inventory.iter().map(|link| {
        let of_item = available.get(&link.item_id).copied().unwrap_or(0);
        of_item / link.required_quantity.max(1)
    });
    // Counted, but linked to nothing: there is none.
    Some(of_links.min().unwrap_or(0).max(0))
}

/// What is said about so many left.
pub(crate) fn stock(left: Option<i64>) -> Stock {
    match left {
        Some(..=0) => Stock { tone: Tone::Bad, text: "Sold out".to_owned() },
        Some(1) => Stock { tone: Tone::Warning, text: "Last one".to_owned() },
        Some(left @ ..PLENTY) => Stock { tone: Tone::Warning, text: format!("Only {left} left") },
        Some(_) | None => Stock { tone: Tone::Good, text: "In stock".to_owned() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_of_our_own_picture_is_recognised() {
        assert_eq!(media_key("prints/the-squall-800.webp"), Some("prints/the-squall"));
        assert_eq!(media_key("prints/the-squall-1200.jpg"), Some("prints/the-squall"));
        assert_eq!(media_key("prints/the-squall-640.webp"), None);
        assert_eq!(media_key("prints/squall.png"), None);
    }

    #[test]
    fn few_are_counted_and_many_are_not() {
        assert_eq!(stock(Some(0)).text, "Sold out");
        assert_eq!(stock(Some(2)).text, "Only 2 left");
        assert_eq!(stock(Some(40)).text, "In stock");
        assert_eq!(stock(None).text, "In stock");
    }
}
