//! Lists of products: everything, a category, a collection, a search.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use tradewind_catalog::search::{Column, Condition, Found, PriceColumn, SearchOrder, SearchQuery};
use tradewind_kernel::{Error, Paging, Result};

use super::home::description_of;
use super::narrowing::Narrowed;
use crate::answer;
use crate::failure::Page;
use crate::format;
use crate::sent::{Asked, Sent, TEXT_LENGTH_MAX};
use crate::state::Storefront;
use crate::views::{
    AppliedFilter, Choice, Crumb, Link, ListingPage, Pager, SearchBox, Shell, Suggestions, structured_data,
};
use crate::visitor::{Guest, PageFacts};

/// Fills rows of two, three and four.
const PAGE_LENGTH: u64 = 24;
/// How many finds are suggested while one types.
const SUGGESTIONS: u64 = 6;
/// As far as anybody leafs.
const PAGE_MAX: u64 = 5_000;

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
    filter: Condition,
    /// The column it is about, which is no filter of it.
    fixed: Option<Column>,
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
        filter: Condition::everything(),
        fixed: None,
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
        filter: Condition::Among(
            Column::Category,
            below.iter().map(|category| category.id.as_str().to_owned()).collect(),
        ),
        fixed: Some(Column::Category),
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
        filter: Condition::Among(Column::Collection, vec![collection.id.as_str().to_owned()]),
        fixed: Some(Column::Collection),
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
    let words = words_of(&sent);
    let title = if words.is_empty() { "Search".to_owned() } else { format!("Search: {words}") };
    let subject = Subject {
        path: "/search".to_owned(),
        title,
        heading: "Search".to_owned(),
        intro: None,
        breadcrumbs: Vec::new(),
        narrower: Vec::new(),
        filter: Condition::everything(),
        fixed: None,
        search: Some(words),
        indexed: false,
    };
    let page = list(&storefront, &guest, subject, &sent).await?;
    Ok(answer::page(StatusCode::OK, &page, &asked)?)
}

/// `GET /search/suggestions?q=`: the first few finds, as a piece of a page that appears below the box while one types.
pub(crate) async fn suggestions(
    State(storefront): State<Storefront>,
    guest: Guest,
    Asked(sent): Asked,
    asked: HeaderMap,
) -> Page {
    let words = words_of(&sent);
    let mut products = Vec::new();
    if !words.is_empty() {
        let query = SearchQuery {
            text: Some(words.clone()),
            offered_in: Some(guest.sales_channel_id().map(str::to_owned).into_iter().collect()),
            paging: Paging { offset: 0, limit: SUGGESTIONS },
            ..SearchQuery::default()
        };
        products = storefront.parts.catalog.search(query).await?.products;
    }
    let links = products.iter().map(|product| Link::new(&product.title, format!("/products/{}", product.handle)));
    let piece =
        Suggestions { links: links.collect(), all_href: format!("/search?q={}", super::in_query(&words)), words };
    Ok(answer::page(StatusCode::OK, &piece, &asked)?)
}

/// What a visitor typed into the box.
fn words_of(sent: &Sent) -> String {
    sent.text("q").chars().filter(|letter| !letter.is_control()).take(TEXT_LENGTH_MAX).collect()
}

/// What an address of the list says besides its path: words, filters, order.
struct Parameters {
    /// The words of a search.
    words: Option<String>,
    filters: Vec<(&'static str, String)>,
    sort: &'static Sort,
    /// The order that need not be said.
    usual: &'static Sort,
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
        let sort = (!std::ptr::eq(self.sort, self.usual)).then(|| ("sort", self.sort.name.to_owned()));
        let page = (page > 1).then(|| ("page", page.to_string()));
        let all = words.chain(filters.iter().cloned()).chain(sort).chain(page);
        let pairs: Vec<String> = all.map(|(name, value)| format!("{name}={}", super::in_query(&value))).collect();
        if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
    }

    /// Whether the list is all that its subject has, in the usual order.
    fn is_plain(&self) -> bool {
        self.filters.is_empty() && std::ptr::eq(self.sort, self.usual)
    }
}

/// An order of the list.
struct Sort {
    name: &'static str,
    label: &'static str,
    order: fn(PriceColumn) -> SearchOrder,
}

/// The first one is the usual one of a search, the second that of all other lists.
static SORTS: [Sort; 7] = [
    Sort { name: "best", label: "Best match", order: |_| SearchOrder::Relevance },
    Sort { name: "newest", label: "Newest first", order: |_| SearchOrder::Falling(Column::CreatedAt) },
    Sort { name: "oldest", label: "Oldest first", order: |_| SearchOrder::Rising(Column::CreatedAt) },
    Sort { name: "price", label: "Price, low to high", order: |price| SearchOrder::Rising(Column::Price(price)) },
    Sort { name: "price-down", label: "Price, high to low", order: |price| SearchOrder::Falling(Column::Price(price)) },
    Sort { name: "title", label: "Title, A to Z", order: |_| SearchOrder::Rising(Column::Title) },
    Sort { name: "title-down", label: "Title, Z to A", order: |_| SearchOrder::Falling(Column::Title) },
];

/// The orders of a search, or of any other list.
fn sorts_of(is_search: bool) -> &'static [Sort] {
    if is_search { &SORTS } else { &SORTS[1..] }
}

async fn list(storefront: &Storefront, guest: &Guest, subject: Subject, sent: &Sent) -> Result<ListingPage> {
    let taxonomy = storefront.parts.catalog.taxonomy().await?;
    let price = guest.price_column();
    let narrowed = Narrowed::read(&taxonomy, price.clone(), subject.fixed.clone(), sent);
    let words = subject.search.clone().filter(|words| !words.is_empty());
    let choices = sorts_of(subject.search.is_some());
    let sort = choices.iter().find(|sort| sort.name == sent.text("sort")).unwrap_or(&choices[0]);
    let number = sent.text("page").parse().unwrap_or(1).clamp(1, PAGE_MAX);
    // A search for nothing finds nothing, not everything.
    let is_asked = subject.search.is_none() || words.is_some();
    let found = match is_asked {
        true => {
            let query = SearchQuery {
                text: words.clone(),
                offered_in: Some(guest.sales_channel_id().map(str::to_owned).into_iter().collect()),
                filter: subject.filter.clone(),
                narrowing: narrowed.narrowing(),
                order: (sort.order)(price),
                paging: Paging { offset: (number - 1) * PAGE_LENGTH, limit: PAGE_LENGTH },
                facets: narrowed.facets(),
                ..SearchQuery::default()
            };
            storefront.parts.catalog.search(query).await?
        }
        false => Found { products: Vec::new(), scores: Vec::new(), count: 0, spreads: Vec::new() },
    };
    let filters = narrowed.groups(&found.spreads);
    let ticked = || {
        filters
            .iter()
            .flat_map(|group| group.options.iter().map(move |option| (group.name, option)))
            .filter(|(_, option)| option.checked)
    };
    let parameters = Parameters {
        words,
        filters: ticked().map(|(name, option)| (name, option.value.clone())).collect(),
        sort,
        usual: &choices[0],
    };
    let path = subject.path.clone();
    let applied = ticked().enumerate().map(|(position, (_, option))| AppliedFilter {
        label: option.label.clone(),
        remove_href: parameters.href_without(&path, position),
    });
    let applied = applied.collect();
    let texts = &guest.frame.texts;
    let (empty_heading, empty_text) = emptiness(&subject, &texts.many, is_asked);
    Ok(ListingPage {
        shell: shell(storefront, guest, &subject, &parameters, number),
        action: path.clone(),
        filters,
        sorts: if found.count > 1 { sorts(choices, sort) } else { Vec::new() },
        applied,
        clear_href: parameters.href_with(&path, &[], 1),
        count_text: count_text(found.count, texts, subject.search.as_deref()),
        products: storefront.cards(guest, &found.products).await?,
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

fn sorts(choices: &[Sort], chosen: &Sort) -> Vec<Choice> {
    let choices = choices.iter().map(|sort| Choice {
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
