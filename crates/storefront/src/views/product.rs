//! The product page.

use askama::Template;

use super::{
    picture::Picture,
    shell::{Crumb, Notice, Price, ProductCard, Shell, Stock},
};

/// The product page with the variant that is chosen.
#[derive(Debug, Template)]
#[template(path = "pages/product.html")]
pub struct ProductPage {
    /// Head, header and footer.
    pub shell: Shell,
    /// The way here.
    pub breadcrumbs: Vec<Crumb>,
    /// The product's id, sent with the form.
    pub product_id: String,
    /// The page's own path, for the choice made without script.
    pub path: String,
    /// The title.
    pub title: String,
    /// A short second line.
    pub subtitle: Option<String>,
    /// All pictures, the main one first.
    pub pictures: Vec<Picture>,
    /// What is to be chosen.
    pub options: Vec<OptionGroup>,
    /// The chosen variant.
    pub selection: Selection,
    /// The description's paragraphs.
    pub description: Vec<String>,
    /// Weight, material and the like.
    pub facts: Vec<Fact>,
    /// How it is delivered and sent back, with links in the text's own page.
    pub delivery_text: String,
    /// Heading over related products.
    pub related_heading: String,
    /// Related products.
    pub related: Vec<ProductCard>,
    /// A message over the form, for example why nothing was added.
    pub notice: Option<Notice>,
}

/// One option: a group of radio buttons.
#[derive(Debug)]
pub struct OptionGroup {
    /// For example "Size".
    pub legend: String,
    /// The form's field, for example "size".
    pub name: String,
    /// What can be chosen.
    pub values: Vec<OptionValue>,
}

impl OptionGroup {
    /// The chosen value's label.
    pub(crate) fn chosen(&self) -> &str {
        self.values.iter().find(|value| value.selected).map_or("", |value| value.label.as_str())
    }
}

/// One value of an option.
#[derive(Debug)]
pub struct OptionValue {
    /// What is sent and, as a rule, read.
    pub value: String,
    /// What is read.
    pub label: String,
    /// A small second line, for example this choice's price.
    pub note: Option<String>,
    /// Whether it is chosen.
    pub selected: bool,
    /// Whether it can be bought together with the other choices.
    pub available: bool,
}

/// The chosen variant.
#[derive(Debug)]
pub struct Selection {
    /// The variant's id; none while the choice is incomplete or does not exist.
    pub variant_id: Option<String>,
    /// The article number.
    pub sku: Option<String>,
    /// The price in the visitor's region.
    pub price: Option<Price>,
    /// What is said about stock.
    pub stock: Stock,
    /// Whether it can be put into the cart.
    pub buyable: bool,
    /// The most one order can take, if there is a limit.
    pub maximum_quantity: Option<u32>,
}

/// A line of the product's facts.
#[derive(Debug)]
pub struct Fact {
    /// For example "Paper".
    pub name: String,
    /// For example "Matt cotton paper, 230 g/m²".
    pub value: String,
}
