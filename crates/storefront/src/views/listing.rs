//! Lists of products: a category, a collection, a search, or everything.

use askama::Template;

use super::{
    form::Choice,
    shell::{Crumb, Link, ProductCard, Shell},
};

/// A list of products with filters and order.
#[derive(Debug, Template)]
#[template(path = "pages/listing.html")]
pub struct ListingPage {
    /// Head, header and footer.
    pub shell: Shell,
    /// The way here; empty for none.
    pub breadcrumbs: Vec<Crumb>,
    /// The page's heading.
    pub heading: String,
    /// A paragraph under the heading.
    pub intro: Option<String>,
    /// Narrower categories.
    pub narrower: Vec<Link>,
    /// The search box, on the search page.
    pub search_box: Option<SearchBox>,
    /// Where the filter form leads.
    pub action: String,
    /// What can be filtered by.
    pub filters: Vec<FilterGroup>,
    /// Orders to choose from.
    pub sorts: Vec<Choice>,
    /// Filters in force, each with the address without it.
    pub applied: Vec<AppliedFilter>,
    /// The address without any filter.
    pub clear_href: String,
    /// For example "24 prints".
    pub count_text: String,
    /// The products of this page of the list.
    pub products: Vec<ProductCard>,
    /// Other pages of the list, if there are any.
    pub pager: Option<Pager>,
    /// What an empty list says: heading and advice.
    pub empty_heading: String,
    /// Advice under the empty list's heading.
    pub empty_text: String,
}

impl ListingPage {
    /// Whether there is anything to filter or to order.
    pub(crate) fn has_tools(&self) -> bool {
        !self.filters.is_empty() || !self.sorts.is_empty()
    }
}

/// The search page's own box.
#[derive(Debug)]
pub struct SearchBox {
    /// What was searched for.
    pub query: String,
}

/// What appears below the search box while one types.
#[derive(Debug, Template)]
#[template(path = "parts/suggestions.html")]
pub struct Suggestions {
    /// The first few finds.
    pub links: Vec<Link>,
    /// What was typed so far.
    pub words: String,
    /// Where everything that it finds is listed.
    pub all_href: String,
}

/// Filters of one kind.
#[derive(Debug)]
pub struct FilterGroup {
    /// For example "Size".
    pub legend: String,
    /// The query parameter.
    pub name: &'static str,
    /// What can be ticked.
    pub options: Vec<FilterOption>,
}

impl FilterGroup {
    /// How many options are ticked.
    pub(crate) fn checked_count(&self) -> usize {
        self.options.iter().filter(|option| option.checked).count()
    }
}

/// One box to tick.
#[derive(Debug)]
pub struct FilterOption {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
    /// How many it would leave, where that is known.
    pub count: Option<u64>,
    /// Whether it is ticked.
    pub checked: bool,
}

/// A filter in force.
#[derive(Debug)]
pub struct AppliedFilter {
    /// For example "Size: A3".
    pub label: String,
    /// The address without it.
    pub remove_href: String,
}

/// Steps through a long list.
#[derive(Debug)]
pub struct Pager {
    /// The page before.
    pub previous: Option<String>,
    /// The page after.
    pub next: Option<String>,
    /// For example "Page 2 of 5".
    pub position: String,
}
