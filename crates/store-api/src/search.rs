//! `POST /store/search`: products by words, filters and facets, several questions in one request.

mod facets;
mod fields;
mod filters;

use axum::extract::State;
use axum::response::IntoResponse as _;
use serde::Deserialize;
use serde_json::{Map, Value};
use tradewind_catalog::search::{self, Condition, Matching, SearchOrder, SearchQuery, Slips};
use tradewind_catalog::{Product, Taxonomy};
use tradewind_http::auth::PublishableKey;
use tradewind_http::{Answer, Json, Obj, Plan, Sent};
use tradewind_kernel::{Error, Paging, Result};

use self::facets::{FacetAsked, FacetShown};
use self::fields::Known;
use crate::{Shop, StoreState};

/// The one thing that can be searched for.
const ENTITY: &str = "product";
const TAKE_DEFAULT: u64 = 20;
const SNIPPET_LENGTH: usize = 200;
/// What an answer can hold of a product, in its order.
const SHOWN: [&str; 21] = [
    "id",
    "title",
    "subtitle",
    "description",
    "handle",
    "thumbnail",
    "is_giftcard",
    "material",
    "collection_id",
    "collection",
    "type_id",
    "type",
    "category_ids",
    "categories",
    "tag_ids",
    "tags",
    "options",
    "skus",
    "prices",
    "created_at",
    "updated_at",
];
/// What words are marked in.
const MARKED: [&str; 4] = ["title", "subtitle", "description", "material"];

/// The body: several questions, or one.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum SearchSent {
    Several { queries: Vec<Question> },
    One(Box<Question>),
}

#[derive(Debug, Deserialize)]
pub(crate) struct Question {
    entity: String,
    fields: Option<Vec<String>>,
    #[serde(default)]
    filters: Map<String, Value>,
    #[serde(default)]
    pagination: PagingSent,
    #[serde(default)]
    search_options: OptionsSent,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PagingSent {
    skip: Option<u64>,
    take: Option<u64>,
    order: Map<String, Value>,
    cursor: Option<Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct OptionsSent {
    attributes_to_search_on: Option<Value>,
    match_strategy: Option<String>,
    typo_tolerance: Option<bool>,
    facets: Vec<Value>,
    disjunctive_facets: bool,
    highlight: Option<Highlight>,
    distinct: Option<Value>,
    min_score: Option<Value>,
    include_score: bool,
    locales: Option<Value>,
    vector: Option<Value>,
    count: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Highlight {
    All(bool),
    Some { fields: Vec<String>, pre_tag: Option<String>, post_tag: Option<String>, snippet: Option<Snippet> },
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(untagged)]
enum Snippet {
    Usual(bool),
    Of { length: usize },
}

pub(crate) async fn ask(State(shop): State<Shop>, key: PublishableKey, Sent(sent): Sent<SearchSent>) -> Answer {
    let channels = key.sales_channel_ids();
    if channels.is_empty() {
        return Err(
            Error::invalid("x-publishable-api-key", "The key in x-publishable-api-key has no sales channel").into()
        );
    }
    let (questions, is_several) = match sent {
        SearchSent::Several { queries } => (queries, true),
        SearchSent::One(question) => (vec![*question], false),
    };
    let mut results = Vec::with_capacity(questions.len());
    for (position, question) in questions.into_iter().enumerate() {
        let named = |error: Error| match error.field() {
            Some(field) if is_several => {
                let field = format!("queries[{position}].{field}");
                error.at(field)
            }
            _ => error,
        };
        results.push(answer(&shop, channels, question).await.map_err(named)?);
    }
    let json =
        Json::object(|obj| obj.nest_list_with("results", Plan::all(), &results, |obj, result| result.write(obj)));
    Ok(json.into_response())
}

/// What one question found, and how it is to be shown.
struct Outcome {
    found: search::Found,
    known: Known,
    paging: Paging,
    text: Option<String>,
    fields: Option<Vec<String>>,
    marking: Option<Marking>,
    facets: Vec<FacetShown>,
    has_scores: bool,
    has_count: bool,
}

/// How words are marked.
struct Marking {
    fields: Vec<String>,
    before: String,
    after: String,
    length: Option<usize>,
}

async fn answer(shop: &StoreState, channels: &[String], question: Question) -> Result<Outcome> {
    let Question { entity, fields, mut filters, pagination, search_options: options } = question;
    if entity != ENTITY {
        return Err(Error::not_found("Search index", &entity));
    }
    refuse(&pagination, &options)?;
    if let Some(unknown) = fields.iter().flatten().find(|field| !SHOWN.contains(&field.as_str())) {
        let unknown: String = unknown.chars().take(60).collect();
        return Err(Error::invalid("fields", format!("'{unknown}' cannot be shown; these can: {}", SHOWN.join(", "))));
    }
    let known = Known { taxonomy: shop.catalog.taxonomy().await?, market: shop.market.snapshot().await? };
    let text = filters::words(&mut filters)?;
    let asked = options.facets.iter().map(|facet| FacetAsked::read(facet, &known)).collect::<Result<Vec<_>>>()?;
    let (narrowing, filter) = match options.disjunctive_facets {
        true => filters::apart(filters, &asked, &known)?,
        false => (Vec::new(), filters::condition(&filters, &known)?),
    };
    let paging = Paging { offset: pagination.skip.unwrap_or(0), limit: pagination.take.unwrap_or(TAKE_DEFAULT) };
    let query = SearchQuery {
        text: text.clone(),
        matching: if options.match_strategy.as_deref() == Some("any") { Matching::Any } else { Matching::All },
        slips: if options.typo_tolerance == Some(false) { Slips::Never } else { Slips::WhereNeeded },
        offered_in: Some(channels.to_vec()),
        filter,
        narrowing,
        order: order(&pagination.order, &known)?,
        paging,
        facets: asked.iter().map(FacetAsked::facet).collect(),
    };
    let found = shop.catalog.search(query).await?;
    let facets = asked.into_iter().zip(&found.spreads).map(|(asked, spread)| asked.shown(spread, &known)).collect();
    Ok(Outcome {
        marking: text.is_some().then(|| options.highlight.as_ref().map(marking)).flatten().transpose()?.flatten(),
        has_scores: options.include_score,
        has_count: options.count.as_deref() != Some("none"),
        found,
        known,
        paging,
        text,
        fields,
        facets,
    })
}

/// What other engines have and this one has not.
fn refuse(paging: &PagingSent, options: &OptionsSent) -> Result<()> {
    for (name, is_sent, instead) in [
        ("pagination.cursor", paging.cursor.is_some(), "use 'pagination.skip'"),
        ("search_options.vector", options.vector.is_some(), "search by words with 'filters.q'"),
        ("search_options.distinct", options.distinct.is_some(), "each product is found once"),
        ("search_options.min_score", options.min_score.is_some(), "use 'search_options.match_strategy'"),
        ("search_options.locales", options.locales.is_some(), "every language is compared alike"),
        (
            "search_options.attributes_to_search_on",
            options.attributes_to_search_on.is_some(),
            "all texts are searched, the title first",
        ),
    ] {
        if is_sent {
            return Err(Error::invalid(name, format!("'{name}' is not supported here: {instead}")));
        }
    }
    Ok(())
}

fn order(asked: &Map<String, Value>, known: &Known) -> Result<SearchOrder> {
    let mut entries = asked.iter();
    let Some((name, direction)) = entries.next() else { return Ok(SearchOrder::Relevance) };
    // What is equal comes the newest first anyway.
    if let Some((second, _)) = entries.find(|(name, value)| *name != "created_at" || value.as_str() != Some("DESC")) {
        let second: String = second.chars().take(60).collect();
        return Err(Error::invalid(
            "pagination.order",
            format!("Order by one field; what is equal comes the newest first ('{second}' is one too many)"),
        ));
    }
    if name == "_score" {
        return Ok(SearchOrder::Relevance);
    }
    let column = known.field(name, "pagination.order")?.column();
    match direction.as_str() {
        Some("ASC") => Ok(SearchOrder::Rising(column)),
        Some("DESC") => Ok(SearchOrder::Falling(column)),
        _ => Err(Error::invalid("pagination.order", "Order 'ASC' or 'DESC'")),
    }
}

fn marking(asked: &Highlight) -> Result<Option<Marking>> {
    let (fields, before, after, snippet) = match asked {
        Highlight::All(false) => return Ok(None),
        Highlight::All(true) => (MARKED.map(str::to_owned).to_vec(), &None, &None, None),
        Highlight::Some { fields, pre_tag, post_tag, snippet } => (fields.clone(), pre_tag, post_tag, *snippet),
    };
    if let Some(unknown) = fields.iter().find(|field| !MARKED.contains(&field.as_str())) {
        let unknown: String = unknown.chars().take(60).collect();
        return Err(Error::invalid(
            "search_options.highlight.fields",
            format!("Words are not marked in '{unknown}', but in {}", MARKED.join(", ")),
        ));
    }
    let tag = |tag: &Option<String>, usual: &str| tag.as_deref().unwrap_or(usual).chars().take(100).collect();
    Ok(Some(Marking {
        fields,
        before: tag(before, "<mark>"),
        after: tag(after, "</mark>"),
        length: match snippet {
            Some(Snippet::Of { length }) => Some(length),
            Some(Snippet::Usual(true)) => Some(SNIPPET_LENGTH),
            Some(Snippet::Usual(false)) | None => None,
        },
    }))
}

impl Outcome {
    fn write(&self, obj: &mut Obj<'_>) {
        let hits = self.found.products.iter().zip(&self.found.scores);
        obj.nest_list_with("hits", Plan::all(), hits, |obj, (product, score)| {
            obj.id(product.id.as_str());
            if self.has_scores {
                obj.always("score", Value::from(*score));
            }
            obj.nest_with("document", Plan::all(), |obj| self.document(obj, product));
            if let (Some(marking), Some(text)) = (&self.marking, &self.text) {
                obj.nest_with("highlights", Plan::all(), |obj| marking.write(obj, product, text));
            }
        });
        if !self.facets.is_empty() {
            obj.nest_with("facets", Plan::all(), |obj| self.facets.iter().for_each(|facet| facet.write(obj)));
        }
        obj.nest_with("metadata", Plan::all(), |obj| {
            obj.always("skip", self.paging.offset);
            obj.always("take", self.paging.limit);
            obj.always("count", self.has_count.then_some(self.found.count));
            if let Some(text) = &self.text {
                obj.always("query", text);
            }
        });
    }

    fn document(&self, obj: &mut Obj<'_>, product: &Product) {
        let taxonomy: &Taxonomy = &self.known.taxonomy;
        let shown = SHOWN
            .iter()
            .filter(|name| self.fields.as_ref().is_none_or(|fields| fields.iter().any(|field| field == *name)));
        let collection = product.collection_id.as_ref().and_then(|id| taxonomy.collection(id.as_str()));
        let kind = product.type_id.as_ref().and_then(|id| taxonomy.product_type(id.as_str()));
        let categories = product.category_ids.iter().filter_map(|id| taxonomy.category(id.as_str()));
        let categories: Vec<_> = categories.filter(|category| category.is_active && !category.is_internal).collect();
        let tags: Vec<_> = product.tag_ids.iter().filter_map(|id| taxonomy.tag(id.as_str())).collect();
        for name in shown {
            match *name {
                "id" => obj.id(product.id.as_str()),
                "title" => obj.always(name, &product.title),
                "subtitle" => obj.always(name, product.subtitle.as_ref()),
                "description" => obj.always(name, product.description.as_ref()),
                "handle" => obj.always(name, &product.handle),
                "thumbnail" => obj.always(name, product.thumbnail.as_ref()),
                "is_giftcard" => obj.always(name, product.is_giftcard),
                "material" => obj.always(name, product.material.as_ref()),
                "collection_id" => obj.always(name, collection.map(|collection| &collection.id.0)),
                "collection" => obj.always(name, collection.map(|collection| &collection.title)),
                "type_id" => obj.always(name, kind.map(|kind| &kind.id.0)),
                "type" => obj.always(name, kind.map(|kind| &kind.value)),
                "category_ids" => {
                    obj.always(name, categories.iter().map(|category| &category.id.0).collect::<Vec<_>>())
                }
                "categories" => obj.always(name, categories.iter().map(|category| &category.name).collect::<Vec<_>>()),
                "tag_ids" => obj.always(name, tags.iter().map(|tag| &tag.id.0).collect::<Vec<_>>()),
                "tags" => obj.always(name, tags.iter().map(|tag| &tag.value).collect::<Vec<_>>()),
                "options" => obj.nest_with(name, Plan::all(), |obj| options(obj, product)),
                "skus" => {
                    obj.always(name, product.variants.iter().filter_map(|one| one.sku.as_ref()).collect::<Vec<_>>());
                }
                "prices" => obj.nest_with(name, Plan::all(), |obj| prices(obj, product)),
                "created_at" => obj.always(name, product.created_at),
                _ => obj.always(name, product.updated_at),
            }
        }
    }
}

fn options(obj: &mut Obj<'_>, product: &Product) {
    // Titles are the shop's: they are written as texts, not as names of our own.
    let options: Map<String, Value> = product
        .options
        .iter()
        .map(|option| {
            let values = option.values.iter().map(|value| Value::from(value.value.as_str()));
            (option.title.clone(), values.collect())
        })
        .collect();
    options.iter().for_each(|(title, values)| obj.always(&escaped(title), values));
}

/// A text as the name of a field.
fn escaped(text: &str) -> String {
    let quoted = Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

/// The lowest ordinary price in each currency.
fn prices(obj: &mut Obj<'_>, product: &Product) {
    let mut prices: Vec<_> = product
        .variants
        .iter()
        .flat_map(|variant| &variant.prices)
        .filter(|price| price.region_id.is_none() && price.min_quantity.is_none_or(|min| min <= 1))
        .map(|price| (price.currency, price.amount))
        .collect();
    prices.sort_unstable();
    prices.dedup_by_key(|(currency, _)| *currency);
    prices.into_iter().for_each(|(currency, amount)| obj.always(currency.code(), amount));
}

impl Marking {
    fn write(&self, obj: &mut Obj<'_>, product: &Product, question: &str) {
        for field in &self.fields {
            let text = match field.as_str() {
                "title" => Some(&product.title),
                "subtitle" => product.subtitle.as_ref(),
                "description" => product.description.as_ref(),
                _ => product.material.as_ref(),
            };
            let Some(text) = text else { continue };
            let marks = search::marks(text, question);
            if !marks.is_empty() {
                obj.always(field, vec![self.marked(text, &marks)]);
            }
        }
    }

    /// The text with its marks, from a little before the first one on where it is to be cut.
    fn marked(&self, text: &str, marks: &[std::ops::Range<usize>]) -> String {
        let (start, end) = match (self.length, marks.first()) {
            (Some(length), Some(first)) => {
                let before = text[..first.start].char_indices().rev().take(length / 3).last();
                let start = before.map_or(first.start, |(start, _)| start);
                let end = text[start..].char_indices().nth(length).map_or(text.len(), |(end, _)| start + end);
                (start, end.max(first.end))
            }
            _ => (0, text.len()),
        };
        let mut marked = String::with_capacity(end - start + 32);
        let mut last = start;
        for mark in marks.iter().filter(|mark| mark.end <= end) {
            marked.push_str(&text[last..mark.start]);
            marked.push_str(&self.before);
            marked.push_str(&text[mark.start..mark.end]);
            marked.push_str(&self.after);
            last = mark.end;
        }
        marked.push_str(&text[last..end]);
        marked
    }
}

/// Everything that these say holds.
fn all(conditions: Vec<Condition>) -> Condition {
    Condition::All(conditions)
}
