//! The demo catalogue as plain values: prints with their variants, prices, weights and stock.

mod large;
mod prices;
mod shelves;
mod texts;

use crate::art::{Family, Work, works};
use crate::chance::Dice;

pub use large::large_catalogue;
pub use prices::{Frame, Size};
pub use shelves::{CATEGORIES, COLLECTIONS, Category, Collection, LOCATIONS, Location};

/// One product of the demo shop.
#[derive(Clone, Debug)]
pub struct Print {
    /// The name in addresses, unique over the catalogue.
    pub handle: String,
    /// The title, unique over the catalogue.
    pub title: String,
    /// One short line under the title.
    pub subtitle: String,
    /// Two or three sentences about the picture.
    pub description: String,
    /// The family; its handle is the category's handle.
    pub family: Family,
    /// The handle of the collection it belongs to.
    pub collection: &'static str,
    /// Tags, each once.
    pub tags: Vec<&'static str>,
    /// Which of [`works`] it shows, as an index.
    pub work: usize,
    /// The seed of that work.
    pub seed: u64,
    /// The name of that work's palette.
    pub palette: &'static str,
    /// What can be bought, the cheapest first.
    pub variants: Vec<Variant>,
}

/// One size of a print in one frame.
#[derive(Clone, Debug)]
pub struct Variant {
    /// The stock-keeping unit, unique over the catalogue.
    pub sku: String,
    /// The size of the sheet.
    pub size: Size,
    /// The frame around it.
    pub frame: Frame,
    /// What it costs in euro cents, tax included.
    pub eur_cents: i64,
    /// What it costs in US cents, without tax.
    pub usd_cents: i64,
    /// What it weighs, packed.
    pub weight_grams: i64,
    /// How many lie at each of [`LOCATIONS`], in the same order.
    pub stock: [i64; LOCATIONS.len()],
}

impl Variant {
    /// The variant's title, such as `A3 / Oak`.
    pub fn title(&self) -> String {
        format!("{} / {}", self.size.name(), self.frame.name())
    }
}

impl Print {
    /// A description of the print's own picture for those who cannot see it.
    pub fn print_alt(&self) -> String {
        format!("Art print “{}”: {}", self.title, self.subtitle)
    }

    /// A description of the picture that shows the print on a wall.
    pub fn wall_alt(&self) -> String {
        format!("“{}” hanging on a wall", self.title)
    }
}

/// The sixty prints of the demo shop, in the order of [`works`].
pub fn prints() -> Vec<Print> {
    let texts = Family::ALL.into_iter().flat_map(texts::of);
    works().iter().zip(texts).enumerate().map(|(index, (work, text))| print(index, work, text)).collect()
}

fn print(index: usize, work: &Work, text: &texts::Text) -> Print {
    let mut tags = text.tags.to_vec();
    for tag in work.inks.tags {
        if !tags.contains(tag) {
            tags.push(tag);
        }
    }
    let mut dice = Dice::new(work.seed);
    let mut variants = Vec::new();
    for size in Size::ALL {
        for frame in Frame::ALL {
            variants.push(Variant {
                sku: format!("TW-{}-{:03}-{}-{}", work.family.code(), work.number, size.code(), frame.code()),
                size,
                frame,
                eur_cents: prices::eur_cents(size, frame, text.tier),
                usd_cents: prices::usd_cents(size, frame, text.tier),
                weight_grams: prices::weight_grams(size, frame),
                stock: stock(&mut dice, work.family, work.number),
            });
        }
    }
    Print {
        handle: handle_of(text.title),
        title: text.title.to_owned(),
        subtitle: text.subtitle.to_owned(),
        description: text.description.to_owned(),
        family: work.family,
        collection: text.collection,
        tags,
        work: index,
        seed: work.seed,
        palette: work.inks.name,
        variants,
    }
}

/// Stock for one variant. Most have plenty; some are low, a few are down to one to three, and some are sold out.
fn stock(dice: &mut Dice, family: Family, number: usize) -> [i64; 2] {
    let kind = dice.below(100);
    let some = |dice: &mut Dice, low: usize, high: usize| (low + dice.below(high - low + 1)) as i64;
    match (family, number) {
        // Two prints are special: one is sold out in every size, and of one each size is the very last.
        (Family::Stars, 7) => [0, 0],
        (Family::Harbours, 5) => [1, 0],
        _ => match kind {
            0..6 => [0, 0],
            6..16 => [some(dice, 1, 3), 0],
            16..32 => [some(dice, 2, 6), some(dice, 0, 3)],
            _ => [some(dice, 12, 80), some(dice, 6, 50)],
        },
    }
}

/// A title as it appears in addresses: lower case, words joined by hyphens.
fn handle_of(title: &str) -> String {
    let mut handle = String::with_capacity(title.len());
    for character in title.chars() {
        if character.is_ascii_alphanumeric() {
            handle.push(character.to_ascii_lowercase());
        } else if character != '\'' && character != '’' && !handle.ends_with('-') {
            handle.push('-');
        }
    }
    handle.trim_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_work_has_its_text() {
        assert_eq!(prints().len(), works().len());
        for family in Family::ALL {
            assert_eq!(texts::of(family).len(), works().iter().filter(|work| work.family == family).count());
        }
    }

    #[test]
    fn handles_titles_and_skus_are_unique() {
        let all: Vec<Print> = prints().into_iter().chain(large_catalogue(2000, 1)).collect();
        let handles: HashSet<_> = all.iter().map(|print| &print.handle).collect();
        let titles: HashSet<_> = all.iter().map(|print| &print.title).collect();
        let skus: HashSet<_> = all.iter().flat_map(|print| &print.variants).map(|variant| &variant.sku).collect();
        assert_eq!(handles.len(), all.len());
        assert_eq!(titles.len(), all.len());
        assert_eq!(skus.len(), all.iter().map(|print| print.variants.len()).sum::<usize>());
    }

    #[test]
    fn prints_belong_to_shelves_that_exist() {
        for print in prints() {
            assert!(CATEGORIES.iter().any(|category| category.family == print.family));
            assert!(COLLECTIONS.iter().any(|collection| collection.handle == print.collection), "{}", print.title);
            assert_eq!(print.handle, handle_of(&print.handle));
            let once: HashSet<_> = print.tags.iter().collect();
            assert_eq!(once.len(), print.tags.len(), "{} has a tag twice", print.title);
        }
    }

    #[test]
    fn prices_grow_with_size_and_frame() {
        for print in prints() {
            assert_eq!(print.variants.len(), 12);
            for pair in print.variants.chunks_exact(4) {
                assert!(pair[1..].iter().all(|framed| framed.eur_cents > pair[0].eur_cents));
                assert!(pair[1..].iter().all(|framed| framed.usd_cents > pair[0].usd_cents));
            }
            for (smaller, larger) in print.variants.iter().zip(&print.variants[4..]) {
                assert!(smaller.eur_cents < larger.eur_cents && smaller.usd_cents < larger.usd_cents);
                assert!(smaller.weight_grams < larger.weight_grams);
            }
        }
    }

    #[test]
    fn stock_shows_every_state_a_shop_can_be_in() {
        let totals: Vec<i64> =
            prints().iter().flat_map(|print| &print.variants).map(|variant| variant.stock.iter().sum()).collect();
        for few in 0..=3 {
            assert!(totals.contains(&few), "no variant has exactly {few} left");
        }
        assert!(totals.iter().filter(|total| **total > 10).count() > totals.len() / 2);
    }

    #[test]
    fn the_catalogue_is_the_same_every_time() {
        assert_eq!(format!("{:?}", prints()), format!("{:?}", prints()));
        let large = |seed| large_catalogue(300, seed).map(|print| print.title).collect::<Vec<_>>();
        assert_eq!(large(7), large(7));
        assert_ne!(large(7), large(8));
    }
}
