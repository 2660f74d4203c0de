//! Sizes, frames, and the price and weight of each.

/// How large the sheet is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// 21 × 29.7 cm.
    A4,
    /// 29.7 × 42 cm.
    A3,
    /// 50 × 70 cm.
    Large,
}

/// What surrounds the sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frame {
    /// The sheet alone, rolled in a tube.
    Unframed,
    /// A frame of black ash.
    Black,
    /// A frame of oiled oak.
    Oak,
    /// A frame of white maple.
    White,
}

impl Size {
    /// All sizes, the smallest first.
    pub const ALL: [Size; 3] = [Size::A4, Size::A3, Size::Large];

    /// What the shop calls it.
    pub fn name(self) -> &'static str {
        match self {
            Size::A4 => "A4",
            Size::A3 => "A3",
            Size::Large => "50 × 70 cm",
        }
    }

    /// Its part of a stock-keeping unit.
    pub fn code(self) -> &'static str {
        match self {
            Size::A4 => "A4",
            Size::A3 => "A3",
            Size::Large => "5070",
        }
    }
}

impl Frame {
    /// All frames, in the order in which the shop offers them.
    pub const ALL: [Frame; 4] = [Frame::Unframed, Frame::Black, Frame::Oak, Frame::White];

    /// What the shop calls it.
    pub fn name(self) -> &'static str {
        match self {
            Frame::Unframed => "Unframed",
            Frame::Black => "Black",
            Frame::Oak => "Oak",
            Frame::White => "White",
        }
    }

    /// Its part of a stock-keeping unit.
    pub fn code(self) -> &'static str {
        match self {
            Frame::Unframed => "UNF",
            Frame::Black => "BLK",
            Frame::Oak => "OAK",
            Frame::White => "WHT",
        }
    }
}

/// How much work is in a print, and so how much its sheet costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tier {
    Simple,
    Standard,
    Fine,
}

/// The price in euro cents, tax included.
pub(super) fn eur_cents(size: Size, frame: Frame, tier: Tier) -> i64 {
    let sheet = match (size, tier) {
        (Size::A4, Tier::Simple) => 24_00,
        (Size::A4, Tier::Standard) => 29_00,
        (Size::A4, Tier::Fine) => 35_00,
        (Size::A3, Tier::Simple) => 34_00,
        (Size::A3, Tier::Standard) => 42_00,
        (Size::A3, Tier::Fine) => 49_00,
        (Size::Large, Tier::Simple) => 52_00,
        (Size::Large, Tier::Standard) => 64_00,
        (Size::Large, Tier::Fine) => 78_00,
    };
    let wood = match (size, frame) {
        (_, Frame::Unframed) => 0,
        (Size::A4, Frame::Oak) => 39_00,
        (Size::A4, _) => 35_00,
        (Size::A3, Frame::Oak) => 56_00,
        (Size::A3, _) => 49_00,
        (Size::Large, Frame::Oak) => 95_00,
        (Size::Large, _) => 85_00,
    };
    sheet + wood
}

/// The price in US cents, without tax.
pub(super) fn usd_cents(size: Size, frame: Frame, tier: Tier) -> i64 {
    let sheet = match (size, tier) {
        (Size::A4, Tier::Simple) => 25_00,
        (Size::A4, Tier::Standard) => 30_00,
        (Size::A4, Tier::Fine) => 36_00,
        (Size::A3, Tier::Simple) => 36_00,
        (Size::A3, Tier::Standard) => 44_00,
        (Size::A3, Tier::Fine) => 52_00,
        (Size::Large, Tier::Simple) => 55_00,
        (Size::Large, Tier::Standard) => 68_00,
        (Size::Large, Tier::Fine) => 82_00,
    };
    let wood = match (size, frame) {
        (_, Frame::Unframed) => 0,
        (Size::A4, Frame::Oak) => 42_00,
        (Size::A4, _) => 38_00,
        (Size::A3, Frame::Oak) => 60_00,
        (Size::A3, _) => 52_00,
        (Size::Large, Frame::Oak) => 99_00,
        (Size::Large, _) => 89_00,
    };
    sheet + wood
}

/// The weight of the packed parcel.
pub(super) fn weight_grams(size: Size, frame: Frame) -> i64 {
    match (size, frame) {
        (Size::A4, Frame::Unframed) => 120,
        (Size::A3, Frame::Unframed) => 210,
        (Size::Large, Frame::Unframed) => 380,
        (Size::A4, Frame::Oak) => 1_150,
        (Size::A4, _) => 980,
        (Size::A3, Frame::Oak) => 2_050,
        (Size::A3, _) => 1_800,
        (Size::Large, Frame::Oak) => 4_400,
        (Size::Large, _) => 3_900,
    }
}
