//! Colours and the curated palettes the prints are drawn in.

/// An opaque sRGB colour, written as `0xRRGGBB`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour(pub u32);

/// What a shape is painted with.
#[derive(Clone, Copy, Debug)]
pub enum Paint {
    /// One flat colour with an opacity between 0 and 1.
    Flat(Colour, f64),
    /// A gradient that a sheet has defined, by its number.
    Gradient(usize),
}

impl From<Colour> for Paint {
    fn from(colour: Colour) -> Self {
        Paint::Flat(colour, 1.0)
    }
}

impl Colour {
    /// Red, green and blue as bytes.
    pub fn channels(self) -> [u8; 3] {
        let [_, red, green, blue] = self.0.to_be_bytes();
        [red, green, blue]
    }

    /// This colour moved towards `other`; a share of 0 is this one, 1 the other.
    pub fn mix(self, other: Colour, share: f64) -> Colour {
        let share = share.clamp(0.0, 1.0);
        let (from, to) = (self.channels(), other.channels());
        let channel = |index: usize| {
            let value = f64::from(from[index]) * (1.0 - share) + f64::from(to[index]) * share;
            value.round() as u32
        };
        Colour(channel(0) << 16 | channel(1) << 8 | channel(2))
    }

    /// This colour, see-through.
    pub fn alpha(self, opacity: f64) -> Paint {
        Paint::Flat(self, opacity)
    }
}

/// The inks of one print. `deep`, `mid` and `soft` are one ramp from dark to light; `ink` is what
/// lines are drawn with on `paper`; `accent` is the hot colour and `second` the warm light one.
#[derive(Debug)]
pub struct Palette {
    /// A plain English name, also the value of a product's "palette".
    pub name: &'static str,
    /// The colour of the sheet.
    pub paper: Colour,
    /// The colour of lines, readable on the paper.
    pub ink: Colour,
    /// The darkest of the ramp.
    pub deep: Colour,
    /// The middle of the ramp.
    pub mid: Colour,
    /// The lightest of the ramp.
    pub soft: Colour,
    /// The hot colour.
    pub accent: Colour,
    /// The warm, light colour.
    pub second: Colour,
    /// Tags that products in this palette carry.
    pub tags: &'static [&'static str],
}

macro_rules! palettes {
    ($($constant:ident $name:literal $tags:expr => $paper:literal $ink:literal $deep:literal $mid:literal $soft:literal $accent:literal $second:literal;)*) => {
        $(pub static $constant: Palette = Palette {
            name: $name, tags: &$tags,
            paper: Colour($paper), ink: Colour($ink), deep: Colour($deep), mid: Colour($mid),
            soft: Colour($soft), accent: Colour($accent), second: Colour($second),
        };)*
    };
}

palettes! {
    //                                             paper    ink      deep     mid      soft     accent   second
    INDIGO "Indigo" ["blue", "light"]           => 0xf3ebda 0x1b2947 0x233f77 0x5079aa 0xb9ccd8 0xd8482c 0xe9b14c;
    VERMILION "Vermilion" ["red", "warm"]       => 0xf5ead8 0x2c1c1a 0x8c2519 0xd1482b 0xf1bd96 0x1d4d5f 0xe8a33d;
    TEAL "Teal" ["green", "light"]              => 0xf0eadb 0x10302f 0x0f4d54 0x2f8486 0xabd0c5 0xe2673a 0xf1c260;
    OCHRE "Ochre" ["yellow", "warm"]            => 0xf4e8cc 0x38291a 0x78491c 0xc7882b 0xebd096 0x2c5c6a 0xb4452c;
    NIGHT "Night blue" ["blue", "dark"]         => 0x111a30 0xf2e7cb 0x0a1122 0x28426f 0x8ea8c8 0xe7663c 0xf2bd55;
    FOG "Fog" ["grey", "light"]                 => 0xebe9e2 0x2a3237 0x475660 0x8695a0 0xc8d0d2 0xc6533b 0xd9a545;
    DAWN "Dawn" ["pink", "warm"]                => 0xf9eade 0x3a2740 0x5a3a67 0xb4657d 0xf0bcab 0xe0573d 0xf4c371;
    PINE "Pine" ["green", "light"]              => 0xeee9da 0x1c2b24 0x2a493c 0x5e8468 0xbdccb1 0xd56a34 0xe4b658;
    BLUEPRINT "Blueprint" ["blue", "dark"]      => 0x17395e 0xeaf0f1 0x0f2846 0x306896 0xa0c1d5 0xf08a5d 0xf4d47e;
    LAMPBLACK "Lampblack" ["black", "light"]    => 0xf5f1e7 0x17171b 0x2c2c31 0x6d6c6c 0xcac5ba 0xc7331f 0x9a917f;
    LAGOON "Lagoon" ["green", "dark"]           => 0x0c2b31 0xf1e8d1 0x071d22 0x1f5c60 0x86b7ab 0xef8354 0xf3ca7c;
    STRAND "Strand" ["blue", "warm"]            => 0xf0e2c8 0x26414c 0x2c5f72 0x6ea4a6 0xc8d9c8 0xd55a3b 0xf0aa5d;
    PLUM "Plum night" ["purple", "dark"]        => 0x201931 0xf5e4d2 0x140f21 0x4d3c6e 0xaa97be 0xf47d5b 0xf6c76f;
    SKAGERRAK "Skagerrak" ["blue", "light"]     => 0xe2eaeb 0x1b3040 0x264b63 0x5f8fa8 0xaecbd3 0xe0694a 0xf0c987;
}
