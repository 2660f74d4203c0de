//! Generative prints: sixty works in six families, each drawn as SVG by seeded code.
#![expect(clippy::float_arithmetic, reason = "drawing is geometry; no amount of money passes through here")]

mod colour;
mod field;
mod harbours;
mod maps;
mod motifs;
mod sheet;
mod ships;
mod stars;
mod waves;
mod winds;

pub mod wall;

pub use colour::{Colour, Palette};
use sheet::Sheet;

/// The six families of prints; each is a category of the shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Family {
    /// Sails, liners and small boats.
    Ships,
    /// Flow fields, weather charts and what the wind moves.
    Winds,
    /// Patterns and pictures of water.
    Waves,
    /// Charts of coasts that nobody has visited.
    Maps,
    /// Star charts, moons and comets.
    Stars,
    /// Lighthouses, quays and cranes.
    Harbours,
}

impl Family {
    /// All families, in the order in which the shop shows them.
    pub const ALL: [Family; 6] =
        [Family::Ships, Family::Winds, Family::Waves, Family::Maps, Family::Stars, Family::Harbours];

    /// The name used in addresses and file names.
    pub fn handle(self) -> &'static str {
        match self {
            Family::Ships => "ships",
            Family::Winds => "winds",
            Family::Waves => "waves",
            Family::Maps => "maps",
            Family::Stars => "stars",
            Family::Harbours => "harbours",
        }
    }

    /// Three capital letters for stock-keeping units.
    pub fn code(self) -> &'static str {
        match self {
            Family::Ships => "SHP",
            Family::Winds => "WND",
            Family::Waves => "WAV",
            Family::Maps => "MAP",
            Family::Stars => "STA",
            Family::Harbours => "HAR",
        }
    }

    fn plates(self) -> &'static [Plate] {
        match self {
            Family::Ships => ships::PLATES,
            Family::Winds => winds::PLATES,
            Family::Waves => waves::PLATES,
            Family::Maps => maps::PLATES,
            Family::Stars => stars::PLATES,
            Family::Harbours => harbours::PLATES,
        }
    }
}

/// What a family file lists for each of its works: how it is drawn, in which inks, from which seed.
type Plate = (fn(&mut Sheet), &'static Palette, u64);

/// One work of art, before it is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Work {
    /// The family it belongs to.
    pub family: Family,
    /// Its number within the family, from 1.
    pub number: usize,
    /// Where its chance starts.
    pub seed: u64,
    /// The inks it is printed in.
    pub inks: &'static Palette,
    draw: fn(&mut Sheet),
}

impl Work {
    /// The picture as SVG, portrait 4:5; the same bytes every time.
    pub fn svg(&self) -> String {
        let mut sheet = Sheet::new(self.seed, self.inks);
        (self.draw)(&mut sheet);
        sheet.grain();
        sheet.finish()
    }

    /// A name for the work's files, such as `waves-03`.
    pub fn name(&self) -> String {
        format!("{}-{:02}", self.family.handle(), self.number)
    }
}

/// All works, family by family.
pub fn works() -> Vec<Work> {
    let mut works = Vec::new();
    for family in Family::ALL {
        for (index, (draw, inks, seed)) in family.plates().iter().enumerate() {
            works.push(Work { family, number: index + 1, seed: *seed, inks, draw: *draw });
        }
    }
    works
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use resvg::usvg::{Options, Tree};

    use super::*;

    #[test]
    fn each_family_has_at_least_nine_works_with_names_of_their_own() {
        let works = works();
        for family in Family::ALL {
            assert!(works.iter().filter(|work| work.family == family).count() >= 9, "{family:?}");
        }
        let names: HashSet<String> = works.iter().map(Work::name).collect();
        assert_eq!(names.len(), works.len());
    }

    #[test]
    fn every_picture_is_small_valid_and_the_same_twice() {
        for work in works() {
            let svg = work.svg();
            assert!(svg == work.svg(), "{} differs from itself", work.name());
            assert!(svg.len() < 256_000, "{} has {} bytes", work.name(), svg.len());
            assert!(!svg.contains("NaN") && !svg.contains("inf"), "{} has a number that is none", work.name());
            let tree = Tree::from_str(&svg, &Options::default());
            assert!(tree.is_ok_and(|tree| tree.size().height() * 4.0 == tree.size().width() * 5.0), "{}", work.name());
        }
    }

    #[test]
    fn every_wall_has_room_for_its_print() {
        for work in works() {
            let wall = wall::wall(&work);
            assert!(wall.svg == wall::wall(&work).svg);
            assert!(Tree::from_str(&wall.svg, &Options::default()).is_ok(), "{}", work.name());
            let (left, top, width) = wall.window;
            assert!(left > 60.0 && top > 60.0 && left + width < 740.0 && top + width * 1.25 < 800.0);
        }
    }
}
