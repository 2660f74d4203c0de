//! What the index holds of a product: words by their weight, and columns that are filtered, counted and ordered by.

use std::collections::BTreeMap;

use tantivy::TantivyDocument;
use tantivy::schema::document::OwnedValue;
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, JsonObjectOptions, STRING, Schema, SchemaBuilder, TextFieldIndexing,
    TextOptions,
};
use tradewind_kernel::{Currency, Money};

use super::words;
use crate::model::{Price, Product};

/// Rises when documents are made differently: an index of another format is made anew. A change of the fields below is
/// noticed without it.
pub(crate) const FORMAT: u32 = 1;

/// Between the name of an option and its value.
const OPTION_SEPARATOR: char = '\u{1f}';

/// Columns by name.
pub(crate) mod column {
    pub(crate) const ID: &str = "id";
    pub(crate) const HANDLE: &str = "handle";
    pub(crate) const NAME: &str = "name";
    pub(crate) const STATUS: &str = "status";
    pub(crate) const CHANNEL: &str = "channel";
    pub(crate) const CATEGORY: &str = "category";
    pub(crate) const COLLECTION: &str = "collection";
    pub(crate) const TAG: &str = "tag";
    pub(crate) const TYPE: &str = "type";
    pub(crate) const OPTION: &str = "option";
    pub(crate) const GIFT_CARD: &str = "gift_card";
    pub(crate) const CREATED: &str = "created";
    pub(crate) const UPDATED: &str = "updated";
    pub(crate) const PLACE: &str = "place";
    pub(crate) const PRICE: &str = "price";
}

/// The fields of the index.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fields {
    pub(crate) id: Field,
    /// Words of the title.
    pub(crate) title: Field,
    /// Words of the subtitle, the handle, the options and the variants.
    pub(crate) names: Field,
    /// Words of the description.
    pub(crate) text: Field,
    /// The title, SKUs and barcodes, each without its spaces and hyphens.
    pub(crate) whole: Field,
    /// The ids of categories, collection, tags and type.
    pub(crate) term: Field,
    handle: Field,
    name: Field,
    status: Field,
    channel: Field,
    category: Field,
    collection: Field,
    tag: Field,
    kind: Field,
    option: Field,
    gift_card: Field,
    created: Field,
    updated: Field,
    place: Field,
    price: Field,
}

/// The schema and its fields.
pub(crate) fn schema() -> (Schema, Fields) {
    let mut builder = SchemaBuilder::new();
    // Matches are ranked by where they stand, not by how often: neither counts nor lengths are kept.
    let indexing = TextFieldIndexing::default()
        .set_tokenizer("whitespace")
        .set_fieldnorms(false)
        .set_index_option(IndexRecordOption::Basic);
    let words = TextOptions::default().set_indexing_options(indexing);
    let text_column = TextOptions::default().set_fast("raw");
    let number_column = FAST;
    let fields = Fields {
        id: builder.add_text_field(column::ID, STRING | FAST),
        title: builder.add_text_field("title", words.clone()),
        names: builder.add_text_field("names", words.clone()),
        text: builder.add_text_field("text", words.clone()),
        whole: builder.add_text_field("whole", words),
        term: builder.add_text_field("term", STRING),
        handle: builder.add_text_field(column::HANDLE, text_column.clone()),
        name: builder.add_text_field(column::NAME, text_column.clone()),
        status: builder.add_text_field(column::STATUS, text_column.clone()),
        channel: builder.add_text_field(column::CHANNEL, text_column.clone()),
        category: builder.add_text_field(column::CATEGORY, text_column.clone()),
        collection: builder.add_text_field(column::COLLECTION, text_column.clone()),
        tag: builder.add_text_field(column::TAG, text_column.clone()),
        kind: builder.add_text_field(column::TYPE, text_column.clone()),
        option: builder.add_text_field(column::OPTION, text_column),
        gift_card: builder.add_i64_field(column::GIFT_CARD, number_column.clone()),
        created: builder.add_i64_field(column::CREATED, number_column.clone()),
        updated: builder.add_i64_field(column::UPDATED, number_column.clone()),
        place: builder.add_u64_field(column::PLACE, number_column | INDEXED),
        price: builder.add_json_field(column::PRICE, JsonObjectOptions::default().set_fast("raw")),
    };
    (builder.build(), fields)
}

/// How a value of an option is kept: "Size" and "A3" together.
pub(crate) fn option_text(title: &str, value: &str) -> String {
    format!("{title}{OPTION_SEPARATOR}{value}")
}

/// The title of an option and its value.
pub(crate) fn option_parts(text: &str) -> Option<(&str, &str)> {
    text.split_once(OPTION_SEPARATOR)
}

/// A product as the index holds it.
pub(crate) fn document(fields: &Fields, product: &Product) -> TantivyDocument {
    let mut document = TantivyDocument::new();
    document.add_text(fields.id, product.id.as_str());
    document.add_text(fields.title, words::indexed(&product.title));
    document.add_text(fields.names, words::indexed(&names(product)));
    if let Some(description) = &product.description {
        document.add_text(fields.text, words::indexed(description));
    }
    document.add_text(fields.whole, wholes(product));
    let terms = product.category_ids.iter().map(|id| (fields.category, id.as_str()));
    let terms = terms.chain(product.collection_id.iter().map(|id| (fields.collection, id.as_str())));
    let terms = terms.chain(product.tag_ids.iter().map(|id| (fields.tag, id.as_str())));
    for (field, id) in terms.chain(product.type_id.iter().map(|id| (fields.kind, id.as_str()))) {
        document.add_text(field, id);
        document.add_text(fields.term, id);
    }
    for id in &product.sales_channel_ids {
        document.add_text(fields.channel, id);
    }
    for option in &product.options {
        for value in &option.values {
            document.add_text(fields.option, option_text(&option.title, &value.value));
        }
    }
    document.add_text(fields.handle, &product.handle);
    document.add_text(fields.name, words::sortable(&product.title));
    document.add_text(fields.status, product.status.as_str());
    document.add_i64(fields.gift_card, product.is_giftcard.into());
    document.add_i64(fields.created, product.created_at.0);
    document.add_i64(fields.updated, product.updated_at.0);
    document.add_u64(fields.place, place(product.id.as_str()));
    let prices = prices(product).into_iter().map(|(key, minor)| (key, OwnedValue::I64(minor)));
    document.add_object(fields.price, prices.collect());
    document
}

fn names(product: &Product) -> String {
    let mut names = product.subtitle.clone().unwrap_or_default();
    let mut add = |text: &str| {
        names.push(' ');
        names.push_str(text);
    };
    add(&product.handle);
    if let Some(material) = &product.material {
        add(material);
    }
    for option in &product.options {
        add(&option.title);
        option.values.iter().for_each(|value| add(&value.value));
    }
    // The title of a variant is nearly always made of its options.
    for variant in product.variants.iter().filter(|variant| variant.option_value_ids.is_empty()) {
        add(&variant.title);
    }
    names
}

fn wholes(product: &Product) -> String {
    let mut wholes = words::compact(&product.title);
    for variant in &product.variants {
        for code in [&variant.sku, &variant.ean, &variant.upc, &variant.barcode].into_iter().flatten() {
            let code = words::compact(code);
            if !code.is_empty() {
                wholes.push(' ');
                wholes.push_str(&code);
            }
        }
    }
    wholes
}

/// The order of ids as a number: what was made later comes later. Ids minted here differ in their first thirteen
/// characters, of which nine are the time.
fn place(id: &str) -> u64 {
    let body = id.rsplit('_').next().unwrap_or_default();
    let digits = body.bytes().chain(std::iter::repeat(b'0')).take(13);
    digits.fold(0_u64, |place, letter| {
        let digit = match letter.to_ascii_uppercase() {
            digit @ b'0'..=b'9' => digit - b'0',
            letter @ b'A'..=b'H' => letter - b'A' + 10,
            letter @ (b'J' | b'K') => letter - b'J' + 18,
            letter @ (b'M' | b'N') => letter - b'M' + 20,
            letter @ b'P'..=b'T' => letter - b'P' + 22,
            letter @ b'V'..=b'Z' => letter - b'V' + 27,
            _ => 0,
        };
        (place << 5) | u64::from(digit)
    })
}

/// The column of prices of a currency.
pub(crate) fn currency_key(currency: Currency) -> String {
    format!("c_{currency}")
}

/// The column of prices of a region, for products that have prices of their own there.
pub(crate) fn region_key(region_id: &str) -> String {
    let plain = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '_' };
    format!("r_{}", region_id.chars().map(plain).collect::<String>())
}

/// The lowest ordinary price of one piece, in minor units: by currency, and by region where one has prices of its own.
fn prices(product: &Product) -> BTreeMap<String, i64> {
    let mut lowest: BTreeMap<String, i64> = BTreeMap::new();
    let mut keep = |key: String, price: &Price| {
        if let Ok(money) = Money::round(price.amount, price.currency) {
            lowest.entry(key).and_modify(|least| *least = money.minor.min(*least)).or_insert(money.minor);
        }
    };
    let all = || product.variants.iter().flat_map(|variant| &variant.prices);
    let mut currencies: Vec<Currency> = all().map(|price| price.currency).collect();
    currencies.sort_unstable();
    currencies.dedup();
    let mut regions: Vec<(&str, Currency)> =
        all().filter_map(|price| price.region_id.as_deref().map(|region| (region, price.currency))).collect();
    regions.sort_unstable();
    regions.dedup();
    for variant in &product.variants {
        for currency in &currencies {
            if let Some(price) = ordinary(&variant.prices, *currency, None) {
                keep(currency_key(*currency), price);
            }
        }
        for (region, currency) in &regions {
            let own = ordinary(&variant.prices, *currency, Some(region));
            if let Some(price) = own.or_else(|| ordinary(&variant.prices, *currency, None)) {
                keep(region_key(region), price);
            }
        }
    }
    lowest
}

/// The price of one piece in a currency, for this region or (`None`) for any.
fn ordinary<'p>(prices: &'p [Price], currency: Currency, region_id: Option<&str>) -> Option<&'p Price> {
    let fitting = prices.iter().filter(|price| {
        price.currency == currency
            && price.region_id.as_deref() == region_id
            && price.min_quantity.is_none_or(|min| min <= 1)
            && price.max_quantity.is_none_or(|max| max >= 1)
    });
    fitting.min_by_key(|price| (std::cmp::Reverse(price.min_quantity.unwrap_or(0)), price.amount))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_keep_their_order_as_numbers() {
        let ids =
            ["prod_01K0000000000000000000AA00", "prod_01K0000001ZZ0000000000AA00", "prod_01K00000020000000000000000"];
        let places: Vec<u64> = ids.iter().map(|id| place(id)).collect();
        assert!(places.is_sorted() && places[0] < places[2], "{places:?}");
    }

    #[test]
    fn an_option_comes_apart_again() {
        assert_eq!(option_parts(&option_text("Size", "A3")), Some(("Size", "A3")));
    }
}
