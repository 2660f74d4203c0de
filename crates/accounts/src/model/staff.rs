//! Staff, and the invitations to join it.

use serde::{Deserialize, Serialize};
use tradewind_kernel::{Result, Secret, Timestamp};

use super::{InviteId, Metadata, UserId, present, set};

/// Somebody of the staff.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct User {
    /// The id.
    pub id: UserId,
    /// The e-mail address, trimmed and in lower case.
    pub email: String,
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// Where their picture is.
    pub avatar_url: Option<String>,
    /// Free data.
    pub metadata: Option<Metadata>,
    /// When they were added.
    pub created_at: Timestamp,
    /// When they were last changed.
    pub updated_at: Timestamp,
}

/// What somebody who accepts an invitation says of themselves.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct NewUser {
    /// The e-mail address; the login's where it is missing, and no other than the login's.
    pub email: Option<String>,
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
}

/// A change of somebody of the staff: `None` leaves a field, `Some(None)` clears it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct UserChange {
    /// First name.
    #[serde(deserialize_with = "present")]
    pub first_name: Option<Option<String>>,
    /// Last name.
    #[serde(deserialize_with = "present")]
    pub last_name: Option<Option<String>>,
    /// Where their picture is.
    #[serde(deserialize_with = "present")]
    pub avatar_url: Option<Option<String>>,
    /// Free data, replaced as a whole.
    #[serde(deserialize_with = "present")]
    pub metadata: Option<Option<Metadata>>,
}

impl UserChange {
    /// Changes the user.
    pub(crate) fn apply(self, user: &mut User, now: Timestamp) -> Result<()> {
        set("first_name", self.first_name, &mut user.first_name)?;
        set("last_name", self.last_name, &mut user.last_name)?;
        set("avatar_url", self.avatar_url, &mut user.avatar_url)?;
        if let Some(metadata) = self.metadata {
            user.metadata = metadata;
        }
        user.updated_at = now;
        Ok(())
    }
}

/// An invitation to join the staff. It is gone once it is accepted.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Invite {
    /// The id.
    pub id: InviteId,
    /// Who is invited, trimmed and in lower case.
    pub email: String,
    /// What the link in the mail carries. Staff may look at it again to hand the link over by another way, so it is kept.
    pub token: Secret,
    /// Until when it can be accepted.
    pub expires_at: Timestamp,
    /// Free data.
    pub metadata: Option<Metadata>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last sent.
    pub updated_at: Timestamp,
}
