//! Shoppers and their groups.

use tradewind_kernel::{Error, Paging, Result, Timestamp};
use tradewind_platform::db::{Dialect, Param, Stored, Tx, json_list};
use tradewind_platform::params;

use crate::find::{Compared, Comparison, CustomerCondition, CustomerField, CustomerQuery};
use crate::model::{Customer, CustomerGroup};

const CUSTOMERS: &str = "accounts_customer";
const GROUPS: &str = "accounts_customer_group";

pub(crate) async fn customer(tx: &mut Tx, id: &str) -> Result<Option<Stored<Customer>>> {
    tx.document(CUSTOMERS, id).await
}

/// What searches look in.
fn search_text(customer: &Customer) -> String {
    let texts = [&customer.first_name, &customer.last_name, &customer.company_name, &customer.phone];
    let mut all = customer.email.clone();
    for text in texts.into_iter().flatten() {
        all.push(' ');
        all.push_str(text);
    }
    all.to_lowercase()
}

fn columns(customer: &Customer) -> [(&'static str, Param<'_>); 9] {
    [
        ("email", Param::from(&customer.email)),
        ("has_account", Param::from(customer.has_account)),
        ("first_name", Param::from(customer.first_name.as_deref())),
        ("last_name", Param::from(customer.last_name.as_deref())),
        ("company_name", Param::from(customer.company_name.as_deref())),
        ("phone", Param::from(customer.phone.as_deref())),
        ("created_by", Param::from(customer.created_by.as_deref())),
        ("updated_at", Param::from(customer.updated_at)),
        ("search", Param::from(search_text(customer))),
    ]
}

pub(crate) async fn insert_customer(tx: &mut Tx, customer: &Customer) -> Result<()> {
    let mut all = vec![("created_at", Param::from(customer.created_at))];
    all.extend(columns(customer));
    tx.insert_document(CUSTOMERS, customer.id.as_str(), customer, &all).await?;
    insert_groups_of(tx, customer).await
}

/// Adds a guest, who is in no group.
pub(crate) async fn add_guest(tx: &mut Tx, guest: &Customer) -> Result<()> {
    let mut all = vec![("created_at", Param::from(guest.created_at))];
    all.extend(columns(guest));
    tx.add_document(CUSTOMERS, guest.id.as_str(), guest, &all).await
}

pub(crate) async fn save_customer(tx: &mut Tx, stored: &Stored<Customer>) -> Result<i64> {
    let customer = &stored.value;
    tx.update_document(CUSTOMERS, customer.id.as_str(), stored.version, customer, &columns(customer)).await
}

/// Saves a shopper whose groups have changed.
pub(crate) async fn save_customer_groups(tx: &mut Tx, stored: &Stored<Customer>) -> Result<i64> {
    tx.execute("DELETE FROM accounts_customer_in_group WHERE customer_id = $1", params![stored.value.id.as_str()])
        .await?;
    insert_groups_of(tx, &stored.value).await?;
    save_customer(tx, stored).await
}

async fn insert_groups_of(tx: &mut Tx, customer: &Customer) -> Result<()> {
    for group_id in &customer.group_ids {
        tx.execute(
            "INSERT INTO accounts_customer_in_group (group_id, customer_id) VALUES ($1, $2)",
            params![group_id, customer.id.as_str()],
        )
        .await?;
    }
    Ok(())
}

pub(crate) async fn remove_customer(tx: &mut Tx, id: &str) -> Result<()> {
    tx.execute("DELETE FROM accounts_customer_in_group WHERE customer_id = $1", params![id]).await?;
    tx.execute("DELETE FROM accounts_customer WHERE id = $1", params![id]).await?;
    Ok(())
}

pub(crate) async fn guest(tx: &mut Tx, email: &str) -> Result<Option<Customer>> {
    tx.query_one("SELECT body FROM accounts_customer WHERE email = $1 AND has_account = FALSE", params![email], |row| {
        row.json(0)
    })
    .await
}

/// The part of one database's customers that a query finds, and how many it finds in all.
pub(crate) async fn find_customers(tx: &mut Tx, query: &CustomerQuery, paging: Paging) -> Result<(Vec<Customer>, u64)> {
    let mut filter = Filter { dialect: tx.dialect(), values: Vec::new() };
    let condition = filter.condition(&query.condition);
    let mut values = std::mem::take(&mut filter.values);
    let count =
        tx.number(&format!("SELECT COUNT(*) FROM accounts_customer customer WHERE {condition}"), &values).await?;
    let mut order = String::new();
    for (field, descending) in &query.order {
        let column = column(*field);
        order.push_str(&if *descending { filter.dialect.descending(column) } else { filter.dialect.ascending(column) });
        order.push_str(", ");
    }
    values.push(paging.limit.into());
    values.push(paging.offset.into());
    let sql = format!(
        "SELECT body FROM accounts_customer customer WHERE {condition} ORDER BY {order}created_at, id LIMIT ${} OFFSET ${}",
        values.len() - 1,
        values.len()
    );
    let found = tx.query(&sql, &values, |row| row.json(0)).await?;
    Ok((found, u64::try_from(count).map_err(Error::internal)?))
}

/// The customers behind a moment and an id, in the order of both, each with the two.
pub(crate) async fn customers_after(
    tx: &mut Tx,
    (at, id): &(Timestamp, String),
    limit: i64,
) -> Result<Vec<((Timestamp, String), Customer)>> {
    tx.query(
        "SELECT created_at, id, body FROM accounts_customer WHERE (created_at, id) > ($1, $2)
         ORDER BY created_at, id LIMIT $3",
        params![*at, id, limit],
        |row| Ok(((row.time(0)?, row.text(1)?), row.json(2)?)),
    )
    .await
}

fn column(field: CustomerField) -> &'static str {
    match field {
        CustomerField::Id => "id",
        CustomerField::Email => "email",
        CustomerField::FirstName => "first_name",
        CustomerField::LastName => "last_name",
        CustomerField::CompanyName => "company_name",
        CustomerField::Phone => "phone",
        CustomerField::HasAccount => "has_account",
        CustomerField::CreatedBy => "created_by",
        CustomerField::CreatedAt => "created_at",
        CustomerField::UpdatedAt => "updated_at",
    }
}

/// A condition as it is written out, with the values of its placeholders.
struct Filter {
    dialect: Dialect,
    values: Vec<Param<'static>>,
}

impl Filter {
    fn bind(&mut self, value: impl Into<Param<'static>>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    fn bind_compared(&mut self, value: &Compared) -> String {
        match value {
            Compared::Text(text) => self.bind(text.clone()),
            Compared::Time(at) => self.bind(*at),
            Compared::Flag(flag) => self.bind(*flag),
        }
    }

    fn condition(&mut self, condition: &CustomerCondition) -> String {
        match condition {
            CustomerCondition::All(all) => self.joined(all, " AND ", "1 = 1"),
            CustomerCondition::Any(any) => self.joined(any, " OR ", "1 = 0"),
            CustomerCondition::Field(field, comparison) => self.comparison(column(*field), comparison),
            CustomerCondition::InGroup(ids) => {
                let ids = self.bind(json_list(ids));
                format!(
                    "EXISTS (SELECT 1 FROM accounts_customer_in_group held WHERE held.customer_id = customer.id AND {})",
                    self.dialect.in_list("held.group_id", &ids)
                )
            }
            CustomerCondition::Words(words) => {
                let each: Vec<String> = words
                    .iter()
                    .map(|word| {
                        let pattern = self.bind(format!("%{}%", escaped(&word.to_lowercase())));
                        self.dialect.like("search", &pattern)
                    })
                    .collect();
                if each.is_empty() { "1 = 1".to_owned() } else { each.join(" AND ") }
            }
        }
    }

    fn joined(&mut self, parts: &[CustomerCondition], word: &str, none: &str) -> String {
        let parts: Vec<String> = parts.iter().map(|part| self.condition(part)).collect();
        if parts.is_empty() { none.to_owned() } else { format!("({})", parts.join(word)) }
    }

    fn comparison(&mut self, column: &str, comparison: &Comparison) -> String {
        let mut against = |operator: &str, value: &Compared| {
            let value = self.bind_compared(value);
            format!("{column} {operator} {value}")
        };
        match comparison {
            Comparison::In(values) => {
                let each: Vec<String> = values.iter().map(|value| against("=", value)).collect();
                if each.is_empty() { "1 = 0".to_owned() } else { format!("({})", each.join(" OR ")) }
            }
            Comparison::NotIn(values) => {
                let each: Vec<String> = values.iter().map(|value| against("<>", value)).collect();
                let differs = if each.is_empty() { "1 = 1".to_owned() } else { each.join(" AND ") };
                // A field without a value is none of them.
                format!("({column} IS NULL OR ({differs}))")
            }
            Comparison::Like(pattern) => {
                let pattern = self.bind(pattern.to_lowercase());
                self.dialect.like(&format!("LOWER({column})"), &pattern)
            }
            Comparison::Above(value) => against(">", value),
            Comparison::AtLeast(value) => against(">=", value),
            Comparison::Below(value) => against("<", value),
            Comparison::AtMost(value) => against("<=", value),
        }
    }
}

/// A text that stands for itself in a pattern.
fn escaped(text: &str) -> String {
    text.chars().flat_map(|c| if "\\%_".contains(c) { vec!['\\', c] } else { vec![c] }).collect()
}

pub(crate) async fn group(tx: &mut Tx, id: &str) -> Result<Option<Stored<CustomerGroup>>> {
    tx.document(GROUPS, id).await
}

/// Every group: a shop has dozens.
pub(crate) async fn groups(tx: &mut Tx) -> Result<Vec<CustomerGroup>> {
    tx.query("SELECT body FROM accounts_customer_group ORDER BY created_at, id", params![], |row| row.json(0)).await
}

pub(crate) async fn insert_group(tx: &mut Tx, group: &CustomerGroup) -> Result<()> {
    let columns = [("name", Param::from(&group.name)), ("created_at", Param::from(group.created_at))];
    tx.insert_document(GROUPS, group.id.as_str(), group, &columns).await
}

pub(crate) async fn save_group(tx: &mut Tx, stored: &Stored<CustomerGroup>) -> Result<i64> {
    let columns = [("name", Param::from(&stored.value.name))];
    tx.update_document(GROUPS, stored.value.id.as_str(), stored.version, &stored.value, &columns).await
}

pub(crate) async fn remove_group(tx: &mut Tx, id: &str) -> Result<()> {
    tx.execute("DELETE FROM accounts_customer_group WHERE id = $1", params![id]).await?;
    Ok(())
}

/// Some of the shoppers of one database that are in a group.
pub(crate) async fn some_of_group(tx: &mut Tx, group_id: &str, limit: i64) -> Result<Vec<String>> {
    tx.query(
        "SELECT customer_id FROM accounts_customer_in_group WHERE group_id = $1 ORDER BY customer_id LIMIT $2",
        params![group_id, limit],
        |row| row.text(0),
    )
    .await
}
