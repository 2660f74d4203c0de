//! Categories, collections, tags, types and shared options in the database: documents in one table, told apart by their kind.

use serde::Serialize;
use serde::de::DeserializeOwned;
use tradewind_kernel::Result;
use tradewind_platform::db::{Stored, Tx, json_list};
use tradewind_platform::params;

use crate::model::{Category, Collection, ProductType, SharedOption, Tag};
use crate::taxonomy::Taxonomy;

const TERM: &str = "catalog_term";

/// What products are sorted by.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum TermKind {
    Category,
    Collection,
    Tag,
    Type,
    Option,
}

impl TermKind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Category => "category",
            Self::Collection => "collection",
            Self::Tag => "tag",
            Self::Type => "type",
            Self::Option => "option",
        }
    }
}

/// A term as a document: what of it stands in columns.
pub(crate) trait Term: Serialize + DeserializeOwned + Send + Sync {
    const KIND: TermKind;
    /// What shoppers and staff call it in messages.
    const WHAT: &'static str;
    /// The field that name comes from.
    const NAME_FIELD: &'static str;
    fn id(&self) -> &str;
    /// What no other of the kind may have: the handle, or the value.
    fn unique_name(&self) -> &str;
    fn parent_id(&self) -> &str {
        ""
    }
}

impl Term for Category {
    const KIND: TermKind = TermKind::Category;
    const WHAT: &'static str = "Product category";
    const NAME_FIELD: &'static str = "handle";
    fn id(&self) -> &str {
        self.id.as_str()
    }
    fn unique_name(&self) -> &str {
        &self.handle
    }
    fn parent_id(&self) -> &str {
        self.parent_id.as_ref().map_or("", |id| id.as_str())
    }
}

impl Term for Collection {
    const KIND: TermKind = TermKind::Collection;
    const WHAT: &'static str = "Product collection";
    const NAME_FIELD: &'static str = "handle";
    fn id(&self) -> &str {
        self.id.as_str()
    }
    fn unique_name(&self) -> &str {
        &self.handle
    }
}

impl Term for Tag {
    const KIND: TermKind = TermKind::Tag;
    const WHAT: &'static str = "Product tag";
    const NAME_FIELD: &'static str = "value";
    fn id(&self) -> &str {
        self.id.as_str()
    }
    fn unique_name(&self) -> &str {
        &self.value
    }
}

impl Term for ProductType {
    const KIND: TermKind = TermKind::Type;
    const WHAT: &'static str = "Product type";
    const NAME_FIELD: &'static str = "value";
    fn id(&self) -> &str {
        self.id.as_str()
    }
    fn unique_name(&self) -> &str {
        &self.value
    }
}

/// Options may have the same title: a shirt's size is not a shoe's. What tells them apart is the id.
impl Term for SharedOption {
    const KIND: TermKind = TermKind::Option;
    const WHAT: &'static str = "Product option";
    const NAME_FIELD: &'static str = "id";
    fn id(&self) -> &str {
        self.id.as_str()
    }
    fn unique_name(&self) -> &str {
        self.id.as_str()
    }
}

/// Reads all terms.
pub(crate) async fn taxonomy(tx: &mut Tx) -> Result<Taxonomy> {
    let mut categories = Vec::new();
    let mut collections = Vec::new();
    let mut tags = Vec::new();
    let mut types = Vec::new();
    let mut options = Vec::new();
    tx.query("SELECT kind, body FROM catalog_term", &[], |row| {
        match row.text(0)?.as_str() {
            "category" => categories.push(row.json(1)?),
            "collection" => collections.push(row.json(1)?),
            "tag" => tags.push(row.json(1)?),
            "option" => options.push(row.json(1)?),
            _ => types.push(row.json(1)?),
        }
        Ok(())
    })
    .await?;
    Ok(Taxonomy::new(categories, collections, tags, types).with_options(options))
}

/// Which of these ids are terms.
pub(crate) async fn existing_terms(tx: &mut Tx, ids: &[&str]) -> Result<Vec<String>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!("SELECT id FROM catalog_term WHERE {}", tx.dialect().in_list("id", "$1"));
    tx.query(&sql, params![json_list(ids)], |row| row.text(0)).await
}

/// One term, for a change.
pub(crate) async fn term<T: Term>(tx: &mut Tx, id: &str) -> Result<Option<Stored<T>>> {
    let sql = "SELECT version, body FROM catalog_term WHERE id = $1 AND kind = $2";
    tx.query_one(sql, params![id, T::KIND.as_str()], |row| Ok(Stored { version: row.int(0)?, value: row.json(1)? }))
        .await
}

/// The categories directly under one (`""`: those under no other), in any order.
pub(crate) async fn siblings(tx: &mut Tx, parent_id: &str) -> Result<Vec<Stored<Category>>> {
    let sql = "SELECT version, body FROM catalog_term WHERE kind = $1 AND parent_id = $2";
    tx.query(sql, params![TermKind::Category.as_str(), parent_id], |row| {
        Ok(Stored { version: row.int(0)?, value: row.json(1)? })
    })
    .await
}

pub(crate) async fn insert_term<T: Term>(tx: &mut Tx, term: &T) -> Result<()> {
    let columns = [
        ("kind", T::KIND.as_str().into()),
        ("name", term.unique_name().into()),
        ("parent_id", term.parent_id().into()),
    ];
    tx.insert_document(TERM, term.id(), term, &columns).await
}

pub(crate) async fn update_term<T: Term>(tx: &mut Tx, version: i64, term: &T) -> Result<()> {
    let columns = [("name", term.unique_name().into()), ("parent_id", term.parent_id().into())];
    tx.update_document(TERM, term.id(), version, term, &columns).await?;
    Ok(())
}

/// Removes a term and empties its list; the products forget it when they are read.
pub(crate) async fn delete_term(tx: &mut Tx, id: &str) -> Result<()> {
    tx.execute("DELETE FROM catalog_member WHERE list_id = $1", params![id]).await?;
    tx.execute("DELETE FROM catalog_term WHERE id = $1", params![id]).await?;
    Ok(())
}

/// The term of a kind that has this name.
pub(crate) async fn term_named<T: Term>(tx: &mut Tx, name: &str) -> Result<Option<String>> {
    let sql = "SELECT id FROM catalog_term WHERE kind = $1 AND name = $2";
    tx.query_one(sql, params![T::KIND.as_str(), name], |row| row.text(0)).await
}
