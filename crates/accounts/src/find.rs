//! Finding shoppers: conditions that combine, an order, a page cut from all shards.

use std::cmp::Ordering;

use tradewind_kernel::{Page, Paging, Result, Timestamp};

use crate::model::Customer;
use crate::{Accounts, store};

/// What shoppers can be compared and ordered by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CustomerField {
    /// The id.
    Id,
    /// The e-mail address.
    Email,
    /// First name.
    FirstName,
    /// Last name.
    LastName,
    /// Company.
    CompanyName,
    /// Telephone.
    Phone,
    /// Whether there is an account; compared with `true` and `false`.
    HasAccount,
    /// Who made it.
    CreatedBy,
    /// When it was made; compared with milliseconds since 1970.
    CreatedAt,
    /// When it was last changed; compared with milliseconds since 1970.
    UpdatedAt,
}

/// How a field is compared.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Comparison {
    /// It is one of these.
    In(Vec<Compared>),
    /// It is none of these.
    NotIn(Vec<Compared>),
    /// It fits a pattern in which `%` stands for anything, whichever case it is written in.
    Like(String),
    /// It is greater.
    Above(Compared),
    /// It is as great or greater.
    AtLeast(Compared),
    /// It is less.
    Below(Compared),
    /// It is as great or less.
    AtMost(Compared),
}

/// What a field is compared with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Compared {
    /// A text.
    Text(String),
    /// A moment.
    Time(Timestamp),
    /// Yes or no.
    Flag(bool),
}

/// A condition on shoppers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CustomerCondition {
    /// All of these hold; true where there are none.
    All(Vec<Self>),
    /// One of these holds; false where there are none.
    Any(Vec<Self>),
    /// A field compares so.
    Field(CustomerField, Comparison),
    /// The shopper is in one of these groups.
    InGroup(Vec<String>),
    /// Each of these words is somewhere in the e-mail address, the names, the company or the telephone number.
    Words(Vec<String>),
}

impl CustomerCondition {
    /// A field is this text.
    #[must_use]
    pub fn is(field: CustomerField, text: &str) -> Self {
        Self::Field(field, Comparison::In(vec![Compared::Text(text.to_owned())]))
    }
}

/// Which shoppers are asked for, and in which order.
#[derive(Clone, Debug)]
pub struct CustomerQuery {
    /// What holds for them.
    pub condition: CustomerCondition,
    /// By what they are ordered, each with whether the greatest comes first; by age where nothing decides.
    pub order: Vec<(CustomerField, bool)>,
}

impl CustomerQuery {
    /// Those that fit a condition, the oldest first.
    #[must_use]
    pub fn of(condition: CustomerCondition) -> Self {
        Self { condition, order: Vec::new() }
    }
}

impl Accounts {
    /// The shoppers that are asked for.
    pub async fn customers(&self, query: CustomerQuery, paging: Paging) -> Result<Page<Customer>> {
        let mut all = Vec::new();
        let mut count = 0;
        // Each shard gives as many as could be on the page; the page is cut from all of them.
        let from_each = Paging { offset: 0, limit: paging.offset.saturating_add(paging.limit) };
        let databases = self.shards.all();
        let single = databases.len() == 1;
        for database in databases {
            let (query, part) = (query.clone(), if single { paging } else { from_each });
            let (found, found_count) =
                database.scan(move |tx| Box::pin(async move { store::find_customers(tx, &query, part).await })).await?;
            all.extend(found);
            count += found_count;
        }
        if single {
            return Ok(Page { items: all, count });
        }
        all.sort_by(|a, b| in_order(&query.order, a, b));
        Ok(Page { items: Page::cut(all, paging).items, count })
    }
}

fn in_order(order: &[(CustomerField, bool)], a: &Customer, b: &Customer) -> Ordering {
    let asked = order.iter().map(|(field, descending)| {
        let ordering = compare(*field, a, b);
        if *descending { ordering.reverse() } else { ordering }
    });
    asked.fold(Ordering::Equal, Ordering::then).then_with(|| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)))
}

fn compare(field: CustomerField, a: &Customer, b: &Customer) -> Ordering {
    match field {
        CustomerField::Id => a.id.cmp(&b.id),
        CustomerField::Email => a.email.cmp(&b.email),
        CustomerField::FirstName => a.first_name.cmp(&b.first_name),
        CustomerField::LastName => a.last_name.cmp(&b.last_name),
        CustomerField::CompanyName => a.company_name.cmp(&b.company_name),
        CustomerField::Phone => a.phone.cmp(&b.phone),
        CustomerField::HasAccount => a.has_account.cmp(&b.has_account),
        CustomerField::CreatedBy => a.created_by.cmp(&b.created_by),
        CustomerField::CreatedAt => a.created_at.cmp(&b.created_at),
        CustomerField::UpdatedAt => a.updated_at.cmp(&b.updated_at),
    }
}
