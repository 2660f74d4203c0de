//! Facts about accounts that others may hear.

use serde::{Deserialize, Serialize};
use tradewind_kernel::{Secret, Timestamp};
use tradewind_platform::events::Event;

use crate::model::ActorKind;

/// A shopper opened an account.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CustomerCreated {
    /// The shopper.
    pub customer_id: String,
    /// Their e-mail address.
    pub email: String,
    /// Their first name, to be greeted by.
    pub first_name: Option<String>,
    /// When.
    pub at: Timestamp,
}

impl Event for CustomerCreated {
    const KIND: &'static str = "accounts.customer_created";

    fn aggregate(&self) -> &str {
        &self.customer_id
    }
}

/// Somebody asked for a new password, and the e-mail has a login.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PasswordResetRequested {
    /// The login.
    pub auth_identity_id: String,
    /// Whether a shopper or staff: they have different pages.
    pub actor_kind: ActorKind,
    /// Where the mail goes.
    pub email: String,
    /// What proves the mail was read: it belongs into the mail and nowhere else.
    pub token: Secret,
    /// Until when it is good.
    pub expires_at: Timestamp,
}

impl Event for PasswordResetRequested {
    const KIND: &'static str = "accounts.password_reset_requested";

    fn aggregate(&self) -> &str {
        &self.auth_identity_id
    }
}

/// Somebody is invited to join the staff, or was sent the invitation again.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StaffInvited {
    /// The invitation.
    pub invite_id: String,
    /// Where the mail goes.
    pub email: String,
    /// What proves the mail was read.
    pub token: Secret,
    /// Until when it is good.
    pub expires_at: Timestamp,
}

impl Event for StaffInvited {
    const KIND: &'static str = "accounts.staff_invited";

    fn aggregate(&self) -> &str {
        &self.invite_id
    }
}

/// Somebody asked for a mail that proves their e-mail address.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EmailVerificationRequested {
    /// The login.
    pub auth_identity_id: String,
    /// Whether a shopper or staff: they have different pages.
    pub actor_kind: ActorKind,
    /// Where the mail goes.
    pub email: String,
    /// What proves the mail was read: it belongs into the mail and nowhere else.
    pub token: Secret,
    /// Until when it is good.
    pub expires_at: Timestamp,
}

impl Event for EmailVerificationRequested {
    const KIND: &'static str = "accounts.email_verification_requested";

    fn aggregate(&self) -> &str {
        &self.auth_identity_id
    }
}
