//! The cart page and the list of totals it shares with checkout and orders.

use askama::Template;

use super::{
    picture::Picture,
    shell::{Notice, Shell},
};

/// The cart page.
#[derive(Debug, Template)]
#[template(path = "pages/cart.html")]
pub struct CartPage {
    /// Head, header and footer.
    pub shell: Shell,
    /// Messages over the cart.
    pub notices: Vec<Notice>,
    /// The line that was just added, if the visitor comes from a product page.
    pub added: Option<String>,
    /// The lines.
    pub lines: Vec<CartLine>,
    /// The totals.
    pub totals: Totals,
    /// Codes of promotions.
    pub codes: Codes,
}

/// The codes that were given, and the field for another.
#[derive(Debug, Clone, Default)]
pub struct Codes {
    /// Those that were given.
    pub given: Vec<GivenCode>,
    /// What was typed and is not known.
    pub typed: String,
    /// What is wrong with it.
    pub error: Option<String>,
}

/// A code that was given.
#[derive(Debug, Clone)]
pub struct GivenCode {
    /// The code.
    pub code: String,
    /// Whether it takes anything off.
    pub holds: bool,
}

/// One line of the cart.
#[derive(Debug, Clone)]
pub struct CartLine {
    /// The line's id.
    pub id: String,
    /// The product page's address.
    pub href: String,
    /// The product's title.
    pub title: String,
    /// The chosen options, for example "A3 · Oak".
    pub options: String,
    /// The product's first picture.
    pub picture: Option<Picture>,
    /// Price of one.
    pub unit_price: String,
    /// What one costs without the sale it is in.
    pub unit_price_before: Option<String>,
    /// How many.
    pub quantity: u32,
    /// How many there can be, if there is a limit.
    pub maximum_quantity: Option<u32>,
    /// The line's total before promotions.
    pub total: String,
    /// What stands in the way, for example "Only 2 left".
    pub problem: Option<String>,
}

/// What is to be paid.
#[derive(Debug, Clone, Default)]
pub struct Totals {
    /// Subtotal, delivery and the like.
    pub rows: Vec<TotalsRow>,
    /// The sum.
    pub total: String,
    /// For example "incl. € 8.78 VAT".
    pub tax_note: Option<String>,
}

/// One row over the sum.
#[derive(Debug, Clone)]
pub struct TotalsRow {
    /// For example "Delivery".
    pub label: String,
    /// The amount, or words such as "at checkout".
    pub amount: String,
}

impl TotalsRow {
    /// A row that reads `label` and `amount`.
    pub fn new(label: impl Into<String>, amount: impl Into<String>) -> Self {
        Self { label: label.into(), amount: amount.into() }
    }
}
