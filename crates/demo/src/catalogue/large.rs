//! A catalogue of any size for trying things out: names are combined, pictures are used again.

use super::prices::Tier;
use super::{Frame, Print, Size, Variant, handle_of, prices};
use crate::art::works;

const MOODS: [&str; 40] = [
    "Quiet",
    "Silver",
    "Northern",
    "Long",
    "Golden",
    "Grey",
    "Restless",
    "Distant",
    "Amber",
    "Pale",
    "Bright",
    "Slow",
    "Salt",
    "Winter",
    "Early",
    "Late",
    "Hidden",
    "Open",
    "Broken",
    "Gentle",
    "Crimson",
    "Hollow",
    "Patient",
    "Sudden",
    "Wide",
    "Cold",
    "Western",
    "Copper",
    "Faint",
    "Heavy",
    "Lonely",
    "Painted",
    "Rising",
    "Falling",
    "Second",
    "Last",
    "First",
    "Turning",
    "Sheltered",
    "Unwritten",
];

const SUBJECTS: [&str; 40] = [
    "Tide",
    "Swell",
    "Passage",
    "Mooring",
    "Crossing",
    "Landfall",
    "Squall",
    "Horizon",
    "Anchorage",
    "Current",
    "Beacon",
    "Voyage",
    "Soundings",
    "Morning",
    "Evening",
    "Watch",
    "Channel",
    "Breeze",
    "Reach",
    "Rigging",
    "Lantern",
    "Course",
    "Shoal",
    "Wake",
    "Ferry",
    "Fathoms",
    "Moonrise",
    "Signal",
    "Estuary",
    "Regatta",
    "Fog Bank",
    "Meridian",
    "Ebb",
    "Sandbar",
    "Gale",
    "Light",
    "Fleet",
    "Bearing",
    "Surf",
    "Homecoming",
];

const PLACES: [&str; 64] = [
    "off Skerry Point",
    "at Alder Quay",
    "near Farrow Head",
    "beyond Gannet Rock",
    "at Low Haven",
    "off Thorn Island",
    "by Merrow Sound",
    "at Ferry Stairs",
    "near Otter Bay",
    "off Cape Lorn",
    "in Candle Bay",
    "at Heron Mole",
    "past Drift Ness",
    "off Marram Spit",
    "at Old Customs",
    "in Kelp Bight",
    "near Bell Ledge",
    "off Saint Brine",
    "at Tarn Harbour",
    "by Plover Flats",
    "off Hollow Tor",
    "in Quill Narrows",
    "at Sable Steps",
    "near Pilot Hill",
    "off Wrack Holm",
    "at Brigantine Row",
    "in Tern Lagoon",
    "past Iron Stack",
    "off Greywether",
    "at Cooper Wharf",
    "near Lantern Cove",
    "by Whistling Sands",
    "off Morrow Isle",
    "in Fennel Creek",
    "at Seven Bollards",
    "near Cormorant Light",
    "off Halyard Bank",
    "at Tidewater Gate",
    "in Slipway Pool",
    "past Barnacle Row",
    "off Easterly",
    "at Sandglass Pier",
    "near Curlew Marsh",
    "by Chandler Street",
    "off Windlass Head",
    "in Sextant Bay",
    "at Ropewalk End",
    "near Garnet Reef",
    "off Petrel Shoals",
    "at Mizzen Cross",
    "in Rudder Roads",
    "past Oyster Beds",
    "off Spindle Key",
    "at Compass Green",
    "near Selkie Strand",
    "by Harbour Eight",
    "off Long Furlong",
    "in Ember Fjord",
    "at Keel Bridge",
    "near Salter Mill",
    "off Dunlin Bar",
    "at Capstan Hill",
    "in Ballast Basin",
    "past World's End",
];

const NAMES: u64 = (MOODS.len() * SUBJECTS.len() * PLACES.len()) as u64;

/// Any number of prints with unique titles, handles and stock-keeping units; the same for the same seed.
/// Each shows one of the sixty works and comes unframed in two or three sizes.
pub fn large_catalogue(count: usize, seed: u64) -> impl Iterator<Item = Print> {
    let works = works();
    // The stride shares no divisor with the number of names, so every name comes once before any comes again.
    let start = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) % NAMES;
    (0..count).map(move |index| {
        let turn = (start + index as u64 * 48_271) % NAMES;
        let (mood, rest) = (turn as usize % MOODS.len(), turn as usize / MOODS.len());
        let (subject, place) = (rest % SUBJECTS.len(), rest / SUBJECTS.len());
        let round = index as u64 / NAMES;
        let mut title = format!("{} {} {}", MOODS[mood], SUBJECTS[subject], PLACES[place]);
        if round > 0 {
            title.push_str(&format!(", plate {}", round + 1));
        }
        let picture = (mix(seed, index as u64) % works.len() as u64) as usize;
        let work = &works[picture];
        let tier = [Tier::Simple, Tier::Standard, Tier::Fine][mood % 3];
        let sizes = if index % 3 == 0 { &Size::ALL[..] } else { &Size::ALL[..2] };
        let variants = sizes.iter().enumerate().map(|(position, size)| Variant {
            sku: format!("TW-L{index:06}-{}-UNF", size.code()),
            size: *size,
            frame: Frame::Unframed,
            eur_cents: prices::eur_cents(*size, Frame::Unframed, tier),
            usd_cents: prices::usd_cents(*size, Frame::Unframed, tier),
            weight_grams: prices::weight_grams(*size, Frame::Unframed),
            stock: {
                let pile = mix(seed ^ 0x5eed, (index * 4 + position) as u64);
                if pile.is_multiple_of(25) { [0, 0] } else { [(pile % 90) as i64 + 1, (pile / 90 % 60) as i64] }
            },
        });
        Print {
            handle: handle_of(&title),
            subtitle: format!("A print in {}", work.inks.name.to_lowercase()),
            description: format!(
                "A {} seen {}, printed in {} on heavy cotton paper. Part of an open edition that grows with every tide.",
                SUBJECTS[subject].to_lowercase(),
                PLACES[place],
                work.inks.name.to_lowercase()
            ),
            title,
            family: work.family,
            collection: super::COLLECTIONS[subject % super::COLLECTIONS.len()].handle,
            tags: work.inks.tags.to_vec(),
            work: picture,
            seed: work.seed,
            palette: work.inks.name,
            variants: variants.collect(),
        }
    })
}

/// A number that looks like chance, the same for the same two numbers.
fn mix(seed: u64, index: u64) -> u64 {
    let mut value = seed ^ index.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}
