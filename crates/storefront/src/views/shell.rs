//! What surrounds every page: the head, the header with the visitor's state, the footer; and the small parts pages share.

use std::sync::Arc;

use super::picture::Picture;

/// What `base.html` needs around a page's own content.
#[derive(Debug, Clone)]
pub struct Shell {
    /// The shop itself; the same for everybody, so it is shared.
    pub shop: Arc<Shop>,
    /// Who looks at the page.
    pub visitor: Visitor,
    /// The document's head.
    pub head: Head,
}

/// The shop as header and footer show it.
#[derive(Debug, Clone, Default)]
pub struct Shop {
    /// The shop's name.
    pub name: String,
    /// One sentence about the shop, shown in the footer.
    pub description: String,
    /// What the shop sells, in the plural: "prints".
    pub goods: String,
    /// The categories of the main navigation.
    pub categories: Vec<Link>,
    /// Collections listed in the footer.
    pub collections: Vec<Link>,
    /// Pages of text, listed in the footer.
    pub pages: Vec<Link>,
    /// A line over every page; empty for none.
    pub notice: String,
    /// Regions a shopper can choose from.
    pub regions: Vec<RegionChoice>,
}

/// A region as the switch offers it.
#[derive(Debug, Clone)]
pub struct RegionChoice {
    /// The region's id.
    pub id: String,
    /// For example "Europe".
    pub name: String,
    /// For example "EUR".
    pub currency: String,
}

/// Who looks at the page.
#[derive(Debug, Clone, Default)]
pub struct Visitor {
    /// The chosen region's id.
    pub region_id: String,
    /// The chosen region's name.
    pub region_name: String,
    /// The region's currency code, upper case.
    pub currency: String,
    /// What prices hold, for example "Prices include VAT; delivery is added at checkout."
    pub price_note: String,
    /// Number of pieces in the cart.
    pub cart_count: u32,
    /// The customer's first name, or another short way to address them, if signed in.
    pub signed_in_as: Option<String>,
    /// Path and query of this page: where the region switch comes back to.
    pub here: String,
    /// What was searched for, to keep it in the search box.
    pub search: String,
}

/// The document's head.
#[derive(Debug, Clone, Default)]
pub struct Head {
    /// The whole title.
    pub title: String,
    /// The description search engines show.
    pub description: String,
    /// The page's one true address, absolute.
    pub canonical: String,
    /// Whether search engines may list the page.
    pub indexed: bool,
    /// Absolute address of a picture for link previews.
    pub picture: Option<String>,
    /// Blocks of JSON-LD, already safe to stand in a script element (see [`super::structured_data`]).
    pub structured_data: Vec<String>,
}

impl Shell {
    /// "1 item" or "3 items", for the cart link.
    pub fn cart_words(&self) -> String {
        match self.visitor.cart_count {
            0 => "empty".to_owned(),
            1 => "1 item".to_owned(),
            n => format!("{n} items"),
        }
    }
}

/// A link with its text.
#[derive(Debug, Clone)]
pub struct Link {
    /// The text.
    pub label: String,
    /// The address.
    pub href: String,
}

impl Link {
    /// A link to `href` that reads `label`.
    pub fn new(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { label: label.into(), href: href.into() }
    }
}

/// A step of the breadcrumb trail; the last one is the page itself.
pub type Crumb = Link;

/// A price, ready to read.
#[derive(Debug, Clone, Default)]
pub struct Price {
    /// For example "€ 49.00".
    pub amount: String,
    /// Whether other choices cost more: shown as "from € 29.00".
    pub from: bool,
    /// What it cost before, if it is reduced.
    pub before: Option<String>,
    /// For example "incl. VAT", where the price holds the tax.
    pub tax_note: Option<String>,
}

/// A product in a grid.
#[derive(Debug, Clone)]
pub struct ProductCard {
    /// The product page's address.
    pub href: String,
    /// The title.
    pub title: String,
    /// A short second line.
    pub subtitle: Option<String>,
    /// The first picture.
    pub picture: Option<Picture>,
    /// The price, absent where the product has none in the region.
    pub price: Option<Price>,
    /// A short mark on the picture: "Sold out", "New".
    pub badge: Option<String>,
}

/// How a message is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    /// All is well.
    #[default]
    Good,
    /// Worth noticing.
    Warning,
    /// Something failed or is not to be had.
    Bad,
}

impl Tone {
    /// The class name styles use.
    pub fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Warning => "warning",
            Self::Bad => "bad",
        }
    }
}

/// A message at the top of a page.
#[derive(Debug, Clone)]
pub struct Notice {
    /// How it is meant.
    pub tone: Tone,
    /// The message.
    pub text: String,
}

impl Notice {
    /// A message in `tone`.
    pub fn new(tone: Tone, text: impl Into<String>) -> Self {
        Self { tone, text: text.into() }
    }
}

/// What is said about stock: "In stock", "Only 2 left", "Sold out".
#[derive(Debug, Clone, Default)]
pub struct Stock {
    /// How it is meant.
    pub tone: Tone,
    /// The words.
    pub text: String,
}
