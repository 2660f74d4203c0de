//! Lists of products: everything, a category, a collection, a search.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use tradewind_catalog::{Direction, OrderKey, ProductFilter, ProductQuery, Taxonomy};
use tradewind_kernel::{Error, Paging, Result};

use super::home::description_of;
use crate::answer;
use crate::failure::Page;
use crate::format;
use crate::sent::{Asked, Sent, TEXT_LENGTH_MAX};
use crate::state::Storefront;
use crate::views::{
    AppliedFilter, Choice, Crumb, FilterGroup, FilterOption, Link, ListingPage, Pager, SearchBox, structured_data,
};
use crate::visitor::{Guest, PageFacts};

/// Fills rows of two, three and four.
const PAGE_LENGTH: u64 = 24;
/// As far as anybody leafs.
const PAGE_MAX: u64 = 5_000;
const FILTER_OPTIONS_MAX: usize = 16;

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
    let collection =
        taxonomy.collection_by_handle(&handle).ok_or_else(|| Error::not_found("Collection", &handle))?;
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

/// A choice of filters, order and page, as it stands in an address.
struct Chosen {
    parameters: Vec<(&'static str, String)>,
}

impl Chosen {
    fn href(&self, path: &str, without: Option<usize>, page: Option<u64>) -> String {
        let kept = self.parameters.iter().enumerate().filter(|(position, _)| Some(*position) != without);
        let mut pairs: Vec<String> =
            kept.map(|(_, (name, value))| format!("{name}={}", super::in_query(value))).collect();
        pairs.extend(page.filter(|page| *page > 1).map(|page| format!("page={page}")));
        if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
    }
}

const SORTS: [(&str, &str, OrderKey, Direction); 4] = [
    ("newest", "Newest first", OrderKey::CreatedAt, Direction::Descending),
    ("oldest", "Oldest first", OrderKey::CreatedAt, Direction::Ascending),
    ("title", "Title, A to Z", OrderKey::Title, Direction::Ascending),
    ("title-down", "Title, Z to A", OrderKey::Title, Direction::Descending),
];

async fn list(storefront: &Storefront, guest: &Guest, subject: Subject, sent: &Sent) -> Result<ListingPage> {
    let taxonomy = storefront.parts.catalog.taxonomy().await?;
    let (filters, filter) = narrowed(&taxonomy, &subject, sent);
    let (sort, _, key, direction) = SORTS.iter().find(|(name, ..)| *name == sent.text("sort")).unwrap_or(&SORTS[0]);
    let number = sent.text("page").parse().unwrap_or(1).clamp(1, PAGE_MAX);
    let is_asked = subject.search.as_ref().is_none_or(|words| !words.is_empty());
    let found = if is_asked {
        let query = ProductQuery {
            filter,
            order: vec![(*key, *direction), (OrderKey::Id, *direction)],
            paging: Paging { offset: (number - 1) * PAGE_LENGTH, limit: PAGE_LENGTH },
        };
        storefront.parts.catalog.find(query).await?
    } else {
        tradewind_kernel::Page { items: Vec::new(), count: 0 }
    };

    let mut chosen = Chosen { parameters: Vec::new() };
    chosen.parameters.extend(subject.search.iter().filter(|words| !words.is_empty()).map(|q| ("q", q.clone())));
    let fixed = chosen.parameters.len();
    let ticked = filters.iter().flat_map(|group| group.options.iter().filter(|option| option.checked));
    let labels: Vec<String> = ticked.map(|option| option.label.clone()).collect();
    for group in &filters {
        let ticked = group.options.iter().filter(|option| option.checked);
        chosen.parameters.extend(ticked.map(|option| (group.name, option.value.clone())));
    }
    let applied = labels.into_iter().enumerate().map(|(position, label)| AppliedFilter {
        label,
        remove_href: with_sort(chosen.href(&subject.path, Some(fixed + position), None), sort),
    });
    let applied: Vec<AppliedFilter> = applied.collect();
    let clear = Chosen { parameters: chosen.parameters[..fixed].to_vec() };
    let clear_href = with_sort(clear.href(&subject.path, None, None), sort);
    if *sort != SORTS[0].0 {
        chosen.parameters.push(("sort", (*sort).to_owned()));
    }

    let texts = &guest.frame.texts;
    let mut facts = PageFacts {
        title: &subject.title,
        description: subject.intro.as_deref().unwrap_or_default(),
        path: &subject.path,
        indexed: subject.indexed && applied.is_empty(),
    };
    let own_address = if number > 1 { chosen.href(&subject.path, None, Some(number)) } else { subject.path.clone() };
    if applied.is_empty() && *sort == SORTS[0].0 {
        facts.path = &own_address;
    }
    let mut shell = guest.shell(storefront, facts);
    if number > 1 {
        shell.head.title = format!("{} · page {number} · {}", subject.title, guest.frame.shop.name);
    }
    if !subject.breadcrumbs.is_empty() {
        let block = structured_data::breadcrumbs(&storefront.parts.public_url, &subject.breadcrumbs);
        shell.head.structured_data.push(block);
    }
    shell.visitor.search = subject.search.clone().unwrap_or_default();
    let pages = found.count.div_ceil(PAGE_LENGTH).clamp(1, PAGE_MAX);
    let (empty_heading, empty_text) = emptiness(&subject, texts.many.as_str(), is_asked);
    Ok(ListingPage {
        shell,
        breadcrumbs: subject.breadcrumbs,
        heading: subject.heading,
        intro: subject.intro,
        narrower: subject.narrower,
        action: subject.path.clone(),
        sorts: sorts(sort, found.count),
        filters: if is_asked { filters } else { Vec::new() },
        applied,
        clear_href,
        count_text: count_text(found.count, texts, subject.search.as_deref()),
        products: storefront.cards(guest, &found.items).await?,
        pager: (pages > 1).then(|| Pager {
            previous: (number > 1).then(|| chosen.href(&subject.path, None, Some(number - 1))),
            next: (number < pages).then(|| chosen.href(&subject.path, None, Some(number + 1))),
            position: format!("Page {number} of {pages}"),
        }),
        search_box: subject.search.map(|query| SearchBox { query }),
        empty_heading,
        empty_text,
    })
}

fn with_sort(href: String, sort: &str) -> String {
    if sort == SORTS[0].0 {
        return href;
    }
    let joint = if href.contains('?') { '&' } else { '?' };
    format!("{href}{joint}sort={sort}")
}

fn sorts(chosen: &str, count: u64) -> Vec<Choice> {
    if count < 2 {
        return Vec::new();
    }
    let choices = SORTS.iter().map(|(name, label, ..)| Choice {
        value: (*name).to_owned(),
        label: (*label).to_owned(),
        selected: *name == chosen,
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
        (Some(_), true) => ("An empty horizon", format!("None of our {goods} fits that. Try a shorter or another word.")),
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
