//! Fields of the search as clients name them, and the columns of the index behind them.

use std::sync::Arc;

use serde_json::Value;
use tradewind_catalog::Taxonomy;
use tradewind_catalog::search::{Column, PriceColumn, option_parts, option_text};
use tradewind_kernel::{Decimal, Error, Money, Result, Timestamp};
use tradewind_market::MarketSnapshot;

/// The longest list of values for one field.
const VALUES_MAX: usize = 500;

/// What names are looked up in.
pub(super) struct Known {
    pub(super) taxonomy: Arc<Taxonomy>,
    pub(super) market: Arc<MarketSnapshot>,
}

/// A field as a client names it.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Field {
    /// Texts as they are kept: ids, handles.
    Text(Column),
    /// Categories, collections, tags and types by their names.
    Named(Column),
    /// The values of the option with this name.
    Choice(String),
    /// Yes or no.
    Flag(Column),
    /// A moment.
    Moment(Column),
    /// The lowest price, in major units on the wire.
    Price(PriceColumn),
}

impl Known {
    /// The field with this name; `place` is where it was named.
    pub(super) fn field(&self, name: &str, place: &str) -> Result<Field> {
        Ok(match name {
            "id" => Field::Text(Column::Id),
            "handle" => Field::Text(Column::Handle),
            "title" => Field::Text(Column::Title),
            "status" => Field::Text(Column::Status),
            "sales_channel_ids" => Field::Text(Column::SalesChannel),
            "category_ids" => Field::Text(Column::Category),
            "collection_id" => Field::Text(Column::Collection),
            "tag_ids" => Field::Text(Column::Tag),
            "type_id" => Field::Text(Column::Type),
            "categories" => Field::Named(Column::Category),
            "collection" => Field::Named(Column::Collection),
            "tags" => Field::Named(Column::Tag),
            "type" => Field::Named(Column::Type),
            "is_giftcard" => Field::Flag(Column::IsGiftcard),
            "created_at" => Field::Moment(Column::CreatedAt),
            "updated_at" => Field::Moment(Column::UpdatedAt),
            _ => match name.split_once('.') {
                Some(("options", title)) if !title.is_empty() => Field::Choice(title.to_owned()),
                Some(("prices", of)) => Field::Price(self.prices(of, place)?),
                _ => return Err(unknown(name, place)),
            },
        })
    }

    /// `prices.eur`, or `prices.reg_…` for what it costs in a region.
    fn prices(&self, of: &str, place: &str) -> Result<PriceColumn> {
        if let Some(region) = self.market.region(of) {
            return Ok(PriceColumn { currency: region.currency, region_id: Some(of.to_owned()) });
        }
        let currency = of.parse().map_err(|_| unknown(&format!("prices.{of}"), place))?;
        Ok(PriceColumn { currency, region_id: None })
    }

    /// The texts of the index that a value stands for; of a category all those under it too.
    fn texts(&self, field: &Field, value: &str) -> Vec<String> {
        let is = |name: &str| name.eq_ignore_ascii_case(value);
        let ids = match field {
            Field::Text(Column::Category) => vec![value.to_owned()],
            Field::Named(Column::Category) => {
                let named = self.taxonomy.categories().iter().filter(|one| is(&one.name) || one.handle == value);
                named.map(|one| one.id.0.clone()).collect()
            }
            Field::Named(Column::Collection) => {
                let named = self.taxonomy.collections().iter().filter(|one| is(&one.title) || one.handle == value);
                return named.map(|one| one.id.0.clone()).collect();
            }
            Field::Named(Column::Tag) => {
                return self.taxonomy.tags().iter().filter(|one| is(&one.value)).map(|one| one.id.0.clone()).collect();
            }
            Field::Named(_) => {
                return self.taxonomy.types().iter().filter(|one| is(&one.value)).map(|one| one.id.0.clone()).collect();
            }
            Field::Choice(title) => return vec![option_text(title, value)],
            _ => return vec![value.to_owned()],
        };
        let below = ids.iter().flat_map(|id| self.taxonomy.descendants(id));
        below.map(|category| category.id.0.clone()).collect()
    }

    /// How a text of the index is shown; none where shoppers do not see it.
    pub(super) fn shown(&self, field: &Field, text: &str) -> Option<String> {
        match field {
            Field::Text(Column::Category) | Field::Named(Column::Category) => {
                let category = self.taxonomy.category(text).filter(|one| one.is_active && !one.is_internal)?;
                Some(if *field == Field::Named(Column::Category) { category.name.clone() } else { text.to_owned() })
            }
            Field::Named(Column::Collection) => self.taxonomy.collection(text).map(|one| one.title.clone()),
            Field::Named(Column::Tag) => self.taxonomy.tag(text).map(|one| one.value.clone()),
            Field::Named(_) => self.taxonomy.product_type(text).map(|one| one.value.clone()),
            Field::Choice(title) => {
                option_parts(text).filter(|(own, _)| own == title).map(|(_, value)| value.to_owned())
            }
            _ => Some(text.to_owned()),
        }
    }

    /// The texts of the index that values stand for.
    pub(super) fn all_texts(&self, field: &Field, values: &[Value], place: &str) -> Result<Vec<String>> {
        if values.len() > VALUES_MAX {
            return Err(Error::invalid(place, format!("'{place}' may have at most {VALUES_MAX} values")));
        }
        let mut texts = Vec::with_capacity(values.len());
        for value in values {
            match value {
                Value::String(value) => texts.extend(self.texts(field, value)),
                _ if field.column().is_number() => texts.push(field.number(value, place)?.to_string()),
                _ => return Err(Error::invalid(place, format!("The values of '{place}' are texts"))),
            }
        }
        Ok(texts)
    }
}

impl Field {
    pub(super) fn column(&self) -> Column {
        match self {
            Self::Text(column) | Self::Named(column) | Self::Flag(column) | Self::Moment(column) => column.clone(),
            Self::Choice(_) => Column::Option,
            Self::Price(prices) => Column::Price(prices.clone()),
        }
    }

    /// The name of the option whose values these are.
    pub(super) fn option(&self) -> Option<&str> {
        match self {
            Self::Choice(title) => Some(title),
            _ => None,
        }
    }

    /// A number as the index keeps it.
    pub(super) fn number(&self, value: &Value, place: &str) -> Result<i64> {
        let wrong = |what: &str| Error::invalid(place, format!("'{place}' is compared with {what}"));
        match (self, value) {
            (Self::Flag(_), Value::Bool(truth)) => Ok(i64::from(*truth)),
            (Self::Flag(_), _) => Err(wrong("true or false")),
            (Self::Moment(_), Value::String(text)) => match text.parse::<Timestamp>() {
                Ok(at) => Ok(at.0),
                Err(_) => Err(wrong("a moment, such as 2026-01-31T12:00:00Z")),
            },
            (Self::Moment(_), Value::Number(number)) => number.as_i64().ok_or_else(|| wrong("a moment")),
            (Self::Price(prices), Value::Number(_) | Value::String(_)) => {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                let amount = text.parse::<Decimal>().or_else(|_| Decimal::from_scientific(&text));
                let amount = amount.map_err(|_| wrong("an amount, such as 49.5"))?;
                Money::round(amount, prices.currency).map(|money| money.minor).map_err(|_| wrong("a smaller amount"))
            }
            _ => Err(wrong("numbers only where it holds numbers")),
        }
    }

    /// A number of the index as it is shown.
    pub(super) fn amount(&self, number: i64) -> Decimal {
        match self {
            Self::Price(prices) => Money::from_minor(number, prices.currency).major(),
            _ => Decimal::from(number),
        }
    }
}

fn unknown(name: &str, place: &str) -> Error {
    let name: String = name.chars().take(60).collect();
    Error::invalid(
        place,
        format!(
            "There is no field '{name}'; these are known: id, handle, title, status, sales_channel_ids, category_ids, \
             categories, collection_id, collection, tag_ids, tags, type_id, type, options.NAME, prices.CURRENCY, \
             prices.REGION_ID, is_giftcard, created_at, updated_at"
        ),
    )
}
