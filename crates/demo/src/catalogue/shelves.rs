//! Where prints are found: categories, collections, and the places they are sent from.

use crate::art::Family;

/// A category: one family of prints.
#[derive(Clone, Copy, Debug)]
pub struct Category {
    /// The family it holds; its handle is the category's.
    pub family: Family,
    /// What the shop calls it.
    pub name: &'static str,
    /// What is in it.
    pub description: &'static str,
}

/// A collection: prints that go together across families.
#[derive(Clone, Copy, Debug)]
pub struct Collection {
    /// The name in addresses.
    pub handle: &'static str,
    /// What the shop calls it.
    pub title: &'static str,
    /// What holds it together.
    pub description: &'static str,
}

/// A place where prints lie and are sent from.
#[derive(Clone, Copy, Debug)]
pub struct Location {
    /// A short unique name.
    pub handle: &'static str,
    /// What the shop calls it.
    pub name: &'static str,
    /// The city it stands in.
    pub city: &'static str,
    /// The country it stands in: two small letters.
    pub country_code: &'static str,
}

/// All categories, in the order in which the shop shows them.
pub const CATEGORIES: [Category; 6] = [
    Category {
        family: Family::Ships,
        name: "Ships",
        description: "Regattas, liners and working boats, drawn in the flat bright shapes of old travel posters.",
    },
    Category {
        family: Family::Winds,
        name: "Winds",
        description: "Storms, breezes and dead calms: what weather charts know, and what grass and kites know better.",
    },
    Category {
        family: Family::Waves,
        name: "Waves",
        description: "The sea as a pattern, from the old scale motif to the long swell cut in lines.",
    },
    Category {
        family: Family::Maps,
        name: "Maps",
        description: "Charts of coasts nobody has landed on, with soundings, roses and a safe course in.",
    },
    Category {
        family: Family::Stars,
        name: "Stars",
        description: "Night skies, moons and comets, and the brass instruments people built to follow them.",
    },
    Category {
        family: Family::Harbours,
        name: "Harbours",
        description: "Lighthouses, quays and cranes: the places where every voyage begins and, with luck, ends.",
    },
];

/// All collections.
pub const COLLECTIONS: [Collection; 6] = [
    Collection {
        handle: "atlantic",
        title: "Atlantic",
        description: "Big water and the vessels that cross it. Deep blues, strong shapes, a horizon in every picture.",
    },
    Collection {
        handle: "trade-winds",
        title: "Trade Winds",
        description: "Warm air and steady weather: prints in vermilion, ochre and sand for rooms that get the afternoon sun.",
    },
    Collection {
        handle: "night-watch",
        title: "Night Watch",
        description: "The hours between midnight and four. Dark grounds, small lights, and a great many stars.",
    },
    Collection {
        handle: "small-harbours",
        title: "Small Harbours",
        description: "Places with one quay, one light and a boat you recognise. Friendly pictures for kitchens and halls.",
    },
    Collection {
        handle: "chart-room",
        title: "Chart Room",
        description: "Instruments, diagrams and charts: fine lines on good paper, for people who like to look closely.",
    },
    Collection {
        handle: "slack-water",
        title: "Slack Water",
        description: "The quiet half hour when the tide has not decided. Patterns and calm pictures with room to breathe.",
    },
];

/// Where prints are sent from.
pub const LOCATIONS: [Location; 2] = [
    Location { handle: "north-quay", name: "North Quay", city: "Rotterdam", country_code: "nl" },
    Location { handle: "east-pier", name: "East Pier", city: "Boston", country_code: "us" },
];
