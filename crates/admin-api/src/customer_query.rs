//! What a list of shoppers is asked for: filters with operators, `$and` and `$or`, searches, orders.

use serde_json::{Map, Value};
use tradewind_accounts::{Compared, Comparison, CustomerCondition, CustomerField, CustomerGroup, CustomerQuery};
use tradewind_http::query::{Query, unknown_order};
use tradewind_kernel::{Error, Result, Timestamp};

/// Filters beside paging and `fields`.
const FILTERS: [&str; 13] = [
    "q",
    "id",
    "email",
    "groups",
    "company_name",
    "first_name",
    "last_name",
    "has_account",
    "created_by",
    "created_at",
    "updated_at",
    "$and",
    "$or",
];

/// How many conditions one query may combine.
const CONDITIONS_MAX: usize = 100;

/// Reads the query of a list.
pub(crate) fn read(query: &Query, groups: &[CustomerGroup]) -> Result<CustomerQuery> {
    query.refuse(&["deleted_at"])?;
    let mut reader = Reader { groups, left: CONDITIONS_MAX };
    let mut all = Vec::new();
    for name in FILTERS {
        if let Some(value) = query.get(name) {
            all.push(reader.filter(name, value)?);
        }
    }
    let order = query
        .order()
        .into_iter()
        .map(|(name, descending)| Ok((field(name).ok_or_else(|| unknown_order(name))?, descending)))
        .collect::<Result<_>>()?;
    Ok(CustomerQuery { condition: CustomerCondition::All(all), order })
}

fn field(name: &str) -> Option<CustomerField> {
    Some(match name {
        "id" => CustomerField::Id,
        "email" => CustomerField::Email,
        "first_name" => CustomerField::FirstName,
        "last_name" => CustomerField::LastName,
        "company_name" => CustomerField::CompanyName,
        "phone" => CustomerField::Phone,
        "has_account" => CustomerField::HasAccount,
        "created_by" => CustomerField::CreatedBy,
        "created_at" => CustomerField::CreatedAt,
        "updated_at" => CustomerField::UpdatedAt,
        _ => return None,
    })
}

struct Reader<'a> {
    groups: &'a [CustomerGroup],
    left: usize,
}

impl Reader<'_> {
    fn filter(&mut self, name: &str, value: &Value) -> Result<CustomerCondition> {
        self.left = self.left.checked_sub(1).ok_or_else(|| {
            Error::invalid("query", format!("The query may combine at most {CONDITIONS_MAX} conditions"))
        })?;
        match name {
            "q" => Ok(words(value)),
            "groups" => self.groups(value),
            "$and" => Ok(CustomerCondition::All(self.parts(name, value)?)),
            "$or" => Ok(CustomerCondition::Any(self.parts(name, value)?)),
            _ => {
                let field = field(name).ok_or_else(|| unsupported(name))?;
                comparisons(name, field, value)
            }
        }
    }

    fn parts(&mut self, name: &str, value: &Value) -> Result<Vec<CustomerCondition>> {
        let Value::Array(parts) = value else { return Err(unsupported(name)) };
        parts
            .iter()
            .map(|part| {
                let Value::Object(fields) = part else { return Err(unsupported(name)) };
                let each = fields.iter().map(|(name, value)| self.filter(name, value)).collect::<Result<_>>()?;
                Ok(CustomerCondition::All(each))
            })
            .collect()
    }

    /// Groups by id, or as an object by id or by name.
    fn groups(&self, value: &Value) -> Result<CustomerCondition> {
        let Value::Object(fields) = value else {
            return Ok(CustomerCondition::InGroup(texts("groups", value)?));
        };
        let mut all = Vec::new();
        for (name, value) in fields {
            let wanted = texts(&format!("groups.{name}"), value)?;
            let ids = match name.as_str() {
                "id" => wanted,
                "name" => {
                    let named = self.groups.iter().filter(|group| wanted.contains(&group.name));
                    named.map(|group| group.id.0.clone()).collect()
                }
                _ => return Err(unsupported(&format!("groups.{name}"))),
            };
            all.push(CustomerCondition::InGroup(ids));
        }
        Ok(CustomerCondition::All(all))
    }
}

fn words(value: &Value) -> CustomerCondition {
    let text = value.as_str().unwrap_or_default();
    CustomerCondition::Words(text.split_whitespace().map(str::to_owned).collect())
}

/// A value, a list of values, or an object of operators.
fn comparisons(name: &str, field: CustomerField, value: &Value) -> Result<CustomerCondition> {
    let Value::Object(operators) = value else {
        return Ok(CustomerCondition::Field(field, Comparison::In(compared(name, field, value)?)));
    };
    let mut all = Vec::new();
    for (operator, value) in operators {
        all.push(CustomerCondition::Field(field, comparison(name, field, operator, value)?));
    }
    Ok(CustomerCondition::All(all))
}

fn comparison(name: &str, field: CustomerField, operator: &str, value: &Value) -> Result<Comparison> {
    let one = || {
        let mut values = compared(name, field, value)?;
        match (values.pop(), values.is_empty()) {
            (Some(value), true) => Ok(value),
            _ => Err(Error::invalid(name, format!("'{name}' with {operator} is compared with one value"))),
        }
    };
    Ok(match operator {
        "$eq" | "$in" => Comparison::In(compared(name, field, value)?),
        "$ne" | "$nin" => Comparison::NotIn(compared(name, field, value)?),
        "$gt" => Comparison::Above(one()?),
        "$gte" => Comparison::AtLeast(one()?),
        "$lt" => Comparison::Below(one()?),
        "$lte" => Comparison::AtMost(one()?),
        "$like" | "$ilike" => match one()? {
            Compared::Text(pattern) => Comparison::Like(pattern),
            Compared::Time(_) | Compared::Flag(_) => return Err(unsupported(&format!("{name}[{operator}]"))),
        },
        _ => return Err(unsupported(&format!("{name}[{operator}]"))),
    })
}

fn compared(name: &str, field: CustomerField, value: &Value) -> Result<Vec<Compared>> {
    if let Value::Bool(flag) = value {
        return Ok(vec![Compared::Flag(*flag)]);
    }
    texts(name, value)?
        .into_iter()
        .map(|text| match field {
            CustomerField::CreatedAt | CustomerField::UpdatedAt => {
                let at = text.parse::<Timestamp>().map_err(|_| {
                    Error::invalid(name, format!("'{name}' must be a date, such as 2026-01-31 or 2026-01-31T12:00:00Z"))
                })?;
                Ok(Compared::Time(at))
            }
            CustomerField::HasAccount => {
                let flag = text.parse().map_err(|_| Error::invalid(name, format!("'{name}' must be true or false")))?;
                Ok(Compared::Flag(flag))
            }
            CustomerField::Email => Ok(Compared::Text(text.trim().to_lowercase())),
            _ => Ok(Compared::Text(text)),
        })
        .collect()
}

fn texts(name: &str, value: &Value) -> Result<Vec<String>> {
    let wrong = || Error::invalid(name, format!("'{name}' can be compared with one value or a list of values here"));
    match value {
        Value::String(text) => Ok(vec![text.clone()]),
        Value::Array(items) => items.iter().map(|item| item.as_str().map(str::to_owned).ok_or_else(wrong)).collect(),
        Value::Object(operators) => in_list(operators).map_or_else(|| Err(wrong()), |value| texts(name, value)),
        _ => Err(wrong()),
    }
}

/// The values of an object whose one operator asks for some of them.
fn in_list(operators: &Map<String, Value>) -> Option<&Value> {
    let mut all = operators.iter();
    match (all.next(), all.next()) {
        (Some((operator, value)), None) if ["$in", "$eq"].contains(&operator.as_str()) => Some(value),
        _ => None,
    }
}

fn unsupported(name: &str) -> Error {
    Error::invalid(name, format!("The parameter '{name}' is not supported here"))
}
