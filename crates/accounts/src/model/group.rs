//! Groups of shoppers: who gets other prices and promotions.

use serde::{Deserialize, Serialize};
use tradewind_kernel::{Error, Result, Timestamp};

use super::{CustomerGroupId, Metadata, present};
use crate::check::tidy_text;

/// A group of shoppers. Who is in it stands with each shopper ([`super::Customer::group_ids`]).
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct CustomerGroup {
    /// The id.
    pub id: CustomerGroupId,
    /// The name, which no other group has.
    pub name: String,
    /// Free data.
    pub metadata: Option<Metadata>,
    /// Who made it, where staff did.
    pub created_by: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// What is said of a new group.
#[derive(Clone, Debug, Deserialize)]
pub struct NewCustomerGroup {
    /// The name.
    pub name: String,
    /// Free data.
    #[serde(default)]
    pub metadata: Option<Metadata>,
}

/// A change of a group: `None` leaves a field.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct CustomerGroupChange {
    /// The name.
    pub name: Option<String>,
    /// Free data, replaced as a whole; `Some(None)` clears it.
    #[serde(deserialize_with = "present")]
    pub metadata: Option<Option<Metadata>>,
}

impl CustomerGroupChange {
    /// Changes the group.
    pub(crate) fn apply(self, group: &mut CustomerGroup, now: Timestamp) -> Result<()> {
        if let Some(name) = self.name {
            group.name = checked_name(name)?;
        }
        if let Some(metadata) = self.metadata {
            group.metadata = metadata;
        }
        group.updated_at = now;
        Ok(())
    }
}

/// A name that can be shown and told from others.
pub(crate) fn checked_name(name: String) -> Result<String> {
    tidy_text("name", Some(name))?.ok_or_else(|| Error::invalid("name", "A group needs a name"))
}
