//! Lists of products: everything, a category, a collection, a search.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use tradewind_catalog::{Direction, OrderKey, Product, ProductFilter, ProductQuery, Taxonomy};
use tradewind_kernel::{Error, Paging, Result};

use super::home::description_of;
use crate::answer;
use crate::failure::Page;
use crate::format;
use crate::sent::{Asked, Sent, TEXT_LENGTH_MAX};
use crate::state::Storefront;
use crate::views::{
    AppliedFilter, Choice, Crumb, FilterGroup, FilterOption, Link, ListingPage, Pager, SearchBox, Shell,
    structured_data,
};
use crate::visitor::{Guest, PageFacts};

/// Fills rows of two, three and four.
const PAGE_LENGTH: u64 = 24;
/// As far as anybody leafs.
const PAGE_MAX: u64 = 5_000;
const FILTER_OPTIONS_MAX: usize = 16;

/// A page of the list.
type Found = tradewind_kernel::Page<Arc<Product>>;

/// What sets one list apart from another.
struct Subject {
    path: String,
    title: String,
    heading: String,
    intro: Option<String>,
    breadcrumbs: Vec<Crumb>,
    narrower: Vec<Link>,
    search: Option<String>,
    /// Which products it is about, filters apart.
    filter: ProductFilter,
    indexed: bool,
}

/// `GET /products`
pub(crate) async fn everything(
    State(storefront): State<Storefront>,
    guest: Guest,
    Asked(sent): Asked,
    asked: HeaderMap,
) -> Page {
    let heading = format!("All {}", guest.frame.shop.goods);
    let subject = Subject {
        path: "/products".to_owned(),
        title: heading.clone(),
        breadcrumbs: vec![Crumb::new("Home", "/"), Crumb::new(&heading, "/products")],
        heading,
        intro: None,
        narrower: Vec::new(),
        search: None,
        filter: guest.offered(),
        indexed: true,
    };
    Ok(storefront.public_page(&guest, &asked, list(&storefront, &guest, subject, &sent)).await?)
}

/// `GET /categories/{handle}`
pub(crate) async fn category(
    State(storefront): State<Storefront>,
    Path(handle): Path<String>,
    guest: Guest,
    Asked(sent): Asked,
    asked: HeaderMap,
) -> Page {
    let taxonomy = storefront.parts.catalog.taxonomy().await?;
    let category = taxonomy
        .category_by_handle(&handle)
        .filter(|category| category.is_active && !category.is_internal)
        .ok_or_else(|| Error::not_found("Category", &handle))?;
    let href = |handle: &str| format!("/categories/{handle}");
    let mut breadcrumbs = vec![Crumb::new("Home", "/")];
    let path = taxonomy.path(category.id.as_str());
    breadcrumbs.extend(path.iter().map(|step| Crumb::new(&step.name, href(&step.handle))));
    let children = taxonomy.children(Some(category.id.as_str()));
    let narrower = children.filter(|child| child.is_active && !child.is_internal);
    let below = taxonomy.descendants(category.id.as_str());
    let subject = Subject {
        path: href(&category.handle),
        title: category.name.clone(),
        heading: category.name.clone(),
        intro: Some(category.description.clone()).filter(|text| !text.is_empty()),
        breadcrumbs,
        narrower: narrower.map(|child| Link::new(&child.name, href(&child.handle))).collect(),
        search: None,
        filter: ProductFilter {
            category_ids: below.iter().map(|category| category.id.as_str().to_owned()).collect(),
            ..guest.offered()
        },
        indexed: true,
    };
    Ok(storefront.public_page(&guest, &asked, list(&storefront, &guest, subject, &sent)).await?)
}

/// `GET /collections/{handle}`
pub(crate) async fn collection(
    State(storefront): State<Storefront>,
    Path(handle): Path<String>,
    guest: Guest,
    Asked(sent): Asked,
    asked: HeaderMap,
) -> Page {
    let taxonomy = storefront.parts.catalog.taxonomy().await?;
    let collection = taxonomy.collection_by_handle(&handle).ok_or_else(|| Error::not_found("Collection", &handle))?;
    let path = format!("/collections/{}", collection.handle);
    let subject = Subject {
        title: collection.title.clone(),
        heading: collection.title.clone(),
        intro: description_of(collection).map(str::to_owned),
        breadcrumbs: vec![Crumb::new("Home", "/"), Crumb::new(&collection.title, &path)],
        narrower: Vec::new(),
        search: None,
        filter: ProductFilter { collection_ids: vec![collection.id.as_str().to_owned()], ..guest.offered() },
        indexed: true,
        path,
    };
    Ok(storefront.public_page(&guest, &asked, list(&storefront, &guest, subject, &sent)).await?)
}

/// `GET /search?q=`
pub(crate) async fn search(
    State(storefront): State<Storefront>,
    guest: Guest,
    Asked(sent): Asked,
    asked: HeaderMap,
) -> Page {
    let words: String = sent.text("q").chars().filter(|letter| !letter.is_control()).take(TEXT_LENGTH_MAX).collect();
    let title = if words.is_empty() { "Search".to_owned() } else { format!("Search: {words}") };
    let subject = Subject {
        path: "/search".to_owned(),
        title,
        heading: "Search".to_owned(),
        intro: None,
        breadcrumbs: Vec::new(),
        narrower: Vec::new(),
        filter: ProductFilter { q: Some(words.clone()).filter(|words| !words.is_empty()), ..guest.offered() },
        search: Some(words),
        indexed: false,
    };
    let page = list(&storefront, &guest, subject, &sent).await?;
    Ok(answer::page(StatusCode::OK, &page, &asked)?)
}

/// What an address of the list says besides its path: words, filters, order.
struct Parameters {
    /// The words of a search.
    words: Option<String>,
    filters: Vec<(&'static str, String)>,
    sort: &'static Sort,
}

impl Parameters {
    /// The address of a page of the list.
    fn href(&self, path: &str, page: u64) -> String {
        self.href_with(path, &self.filters, page)
    }

    /// The address of the list without one of its filters.
    fn href_without(&self, path: &str, position: usize) -> String {
        let mut filters = self.filters.clone();
        filters.remove(position);
        self.href_with(path, &filters, 1)
    }

    fn href_with(&self, path: &str, filters: &[(&'static str, String)], page: u64) -> String {
        let words = self.words.iter().map(|words| ("q", words.clone()));
        let sort = (self.sort.name != SORTS[0].name).then(|| ("sort", self.sort.name.to_owned()));
        let page = (page > 1).then(|| ("page", page.to_string()));
        let all = words.chain(filters.iter().cloned()).chain(sort).chain(page);
        let pairs: Vec<String> = all.map(|(name, value)| format!("{name}={}", super::in_query(&value))).collect();
        if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
    }

    /// Whether the list is all that its subject has, in the usual order.
    fn is_plain(&self) -> bool {
        self.filters.is_empty() && self.sort.name == SORTS[0].name
    }
}

/// An order of the list.
struct Sort {
    name: &'static str,
    label: &'static str,
    key: OrderKey,
    direction: Direction,
}

/// The first one is the usual one.
const SORTS: [Sort; 4] = [
    Sort { name: "newest", label: "Newest first", key: OrderKey::CreatedAt, direction: Direction::Descending },
    Sort { name: "oldest", label: "Oldest first", key: OrderKey::CreatedAt, direction: Direction::Ascending },
    Sort { name: "title", label: "Title, A to Z", key: OrderKey::Title, direction: Direction::Ascending },
    Sort { name: "title-down", label: "Title, Z to A", key: OrderKey::Title, direction: Direction::Descending },
];

async fn list(storefront: &Storefront, guest: &Guest, subject: Subject, sent: &Sent) -> Result<ListingPage> {
    let taxonomy = storefront.parts.catalog.taxonomy().await?;
    let (filters, filter) = narrowed(&taxonomy, &subject, sent);
    let ticked = || {
        filters
            .iter()
            .flat_map(|group| group.options.iter().map(move |option| (group.name, option)))
            .filter(|(_, option)| option.checked)
    };
    let parameters = Parameters {
        words: subject.search.clone().filter(|words| !words.is_empty()),
        filters: ticked().map(|(name, option)| (name, option.value.clone())).collect(),
        sort: SORTS.iter().find(|sort| sort.name == sent.text("sort")).unwrap_or(&SORTS[0]),
    };
    let path = subject.path.clone();
    let applied = ticked().enumerate().map(|(position, (_, option))| AppliedFilter {
        label: option.label.clone(),
        remove_href: parameters.href_without(&path, position),
    });
    let applied = applied.collect();
    let number = sent.text("page").parse().unwrap_or(1).clamp(1, PAGE_MAX);
    // A search for nothing finds nothing, not everything.
    let is_asked = subject.search.is_none() || parameters.words.is_some();
    let found = match is_asked {
        true => page_of(storefront, filter, parameters.sort, number).await?,
        false => Found { items: Vec::new(), count: 0 },
    };
    let texts = &guest.frame.texts;
    let (empty_heading, empty_text) = emptiness(&subject, &texts.many, is_asked);
    Ok(ListingPage {
        shell: shell(storefront, guest, &subject, &parameters, number),
        action: path.clone(),
        filters: if is_asked { filters } else { Vec::new() },
        sorts: if found.count > 1 { sorts(parameters.sort) } else { Vec::new() },
        applied,
        clear_href: parameters.href_with(&path, &[], 1),
        count_text: count_text(found.count, texts, subject.search.as_deref()),
        products: storefront.cards(guest, &found.items).await?,
        pager: pager(&path, &parameters, number, found.count),
        breadcrumbs: subject.breadcrumbs,
        heading: subject.heading,
        intro: subject.intro,
        narrower: subject.narrower,
        search_box: subject.search.map(|query| SearchBox { query }),
        empty_heading,
        empty_text,
    })
}

async fn page_of(storefront: &Storefront, filter: ProductFilter, sort: &Sort, number: u64) -> Result<Found> {
    let query = ProductQuery {
        filter,
        // Products of the same moment, or of the same title, keep their places from page to page.
        order: vec![(sort.key, sort.direction), (OrderKey::Id, sort.direction)],
        paging: Paging { offset: (number - 1) * PAGE_LENGTH, limit: PAGE_LENGTH },
    };
    storefront.parts.catalog.find(query).await
}

fn shell(storefront: &Storefront, guest: &Guest, subject: &Subject, parameters: &Parameters, number: u64) -> Shell {
    // Filters and orders show what the plain list shows: that is the one to be listed.
    let canonical = match parameters.is_plain() {
        true => parameters.href(&subject.path, number),
        false => subject.path.clone(),
    };
    let title = if number > 1 { format!("{}, page {number}", subject.title) } else { subject.title.clone() };
    let facts = PageFacts {
        title: &title,
        description: subject.intro.as_deref().unwrap_or_default(),
        path: &canonical,
        indexed: subject.indexed && parameters.is_plain(),
    };
    let mut shell = guest.shell(storefront, facts);
    if !subject.breadcrumbs.is_empty() {
        let block = structured_data::breadcrumbs(&storefront.parts.public_url, &subject.breadcrumbs);
        shell.head.structured_data.push(block);
    }
    shell.visitor.search = subject.search.clone().unwrap_or_default();
    shell
}

fn pager(path: &str, parameters: &Parameters, number: u64, count: u64) -> Option<Pager> {
    let pages = count.div_ceil(PAGE_LENGTH).min(PAGE_MAX);
    (pages > 1).then(|| Pager {
        previous: (number > 1).then(|| parameters.href(path, (number - 1).min(pages))),
        next: (number < pages).then(|| parameters.href(path, number + 1)),
        position: format!("Page {number} of {pages}"),
    })
}

fn sorts(chosen: &Sort) -> Vec<Choice> {
    let choices = SORTS.iter().map(|sort| Choice {
        value: sort.name.to_owned(),
        label: sort.label.to_owned(),
        selected: sort.name == chosen.name,
    });
    choices.collect()
}

fn count_text(count: u64, texts: &crate::Texts, search: Option<&str>) -> String {
    match search {
        Some("") => String::new(),
        Some(words) if count == 0 => format!("Nothing found for “{words}”"),
        Some(words) => format!("{} for “{words}”", format::count(count, &texts.one, &texts.many)),
        None => format::count(count, &texts.one, &texts.many),
    }
}

fn emptiness(subject: &Subject, goods: &str, is_asked: bool) -> (String, String) {
    let (heading, text) = match (&subject.search, is_asked) {
        (Some(_), false) => ("What are you looking for?", format!("Search all {goods} by title, subject or mood.")),
        (Some(_), true) => {
            ("An empty horizon", format!("None of our {goods} fits that. Try a shorter or another word."))
        }
        (None, _) => ("Nothing here at the moment", format!("Try fewer filters, or look through all {goods}.")),
    };
    (heading.to_owned(), text)
}

/// The filters of the page and what they let through.
fn narrowed(taxonomy: &Taxonomy, subject: &Subject, sent: &Sent) -> (Vec<FilterGroup>, ProductFilter) {
    let mut filter = subject.filter.clone();
    let mut groups = Vec::new();
    if filter.category_ids.is_empty() {
        let options = taxonomy.children(None).filter(|category| category.is_active && !category.is_internal);
        let options = options.map(|category| (category.handle.clone(), category.name.clone()));
        let group = group("Subject", "category", options, sent);
        for option in group.options.iter().filter(|option| option.checked) {
            let category = taxonomy.category_by_handle(&option.value);
            let below = category.map(|category| taxonomy.descendants(category.id.as_str())).unwrap_or_default();
            filter.category_ids.extend(below.iter().map(|category| category.id.as_str().to_owned()));
        }
        groups.push(group);
    }
    if filter.collection_ids.is_empty() {
        let options = taxonomy.collections().iter();
        let options = options.map(|collection| (collection.handle.clone(), collection.title.clone()));
        let group = group("Collection", "collection", options, sent);
        for option in group.options.iter().filter(|option| option.checked) {
            let collection = taxonomy.collection_by_handle(&option.value);
            filter.collection_ids.extend(collection.map(|collection| collection.id.as_str().to_owned()));
        }
        groups.push(group);
    }
    let tags = taxonomy.tags().iter().map(|tag| (tag.value.clone(), format::capitalised(&tag.value)));
    let group = group("Mood", "tag", tags, sent);
    for option in group.options.iter().filter(|option| option.checked) {
        let tag = taxonomy.tags().iter().find(|tag| tag.value == option.value);
        filter.tag_ids.extend(tag.map(|tag| tag.id.as_str().to_owned()));
    }
    groups.push(group);
    groups.retain(|group| group.options.len() > 1);
    (groups, filter)
}

fn group(
    legend: &str,
    name: &'static str,
    options: impl Iterator<Item = (String, String)>,
    sent: &Sent,
) -> FilterGroup {
    let options = options.take(FILTER_OPTIONS_MAX).map(|(value, label)| {
        let checked = sent.all(name).any(|sent| sent == value);
        FilterOption { value, label, checked }
    });
    FilterGroup { legend: legend.to_owned(), name, options: options.collect() }
}
