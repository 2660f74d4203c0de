//! What is asked for beside a password: a second factor, a verified e-mail address.

use serde::Deserialize;
use serde_json::Value;
use tradewind_kernel::{Secret, Timestamp};

use super::{ChallengeId, FactorId, Metadata, VerificationId};

/// Whether a second factor was asked for when somebody logged in, and given.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum SecondFactor {
    /// The login has none, or had none then.
    #[default]
    NotAsked,
    /// The password was right; the second factor is still to come. Until then nobody is known to be asking.
    Pending,
    /// Given, at this moment.
    Given(Timestamp),
}

/// Where a second factor stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FactorStatus {
    /// Begun; the first code has not been typed.
    Pending,
    /// Asked for at every login.
    Enabled,
    /// No longer.
    Disabled,
}

impl FactorStatus {
    /// Its name, as it is stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Enabled => "enabled",
            Self::Disabled => "disabled",
        }
    }
}

/// A second factor of a login: an app that shows codes. What the codes are made from is not in here.
#[derive(Clone, PartialEq, Debug)]
pub struct Factor {
    /// The id.
    pub id: FactorId,
    /// The login.
    pub auth_identity_id: String,
    /// The kind: `totp`.
    pub provider: String,
    /// Where it stands.
    pub status: FactorStatus,
    /// Free data; `label` is what its owner calls it.
    pub metadata: Metadata,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// What is said of a new second factor.
#[derive(Clone, Debug, Deserialize)]
pub struct NewFactor {
    /// The kind: `totp`.
    pub provider: String,
    /// What its owner calls it.
    #[serde(default)]
    pub label: Option<String>,
    /// Whom the app shows as the one that asks; the shop's name where it is missing.
    #[serde(default)]
    pub issuer: Option<String>,
    /// Free data.
    #[serde(default)]
    pub metadata: Option<Metadata>,
}

/// A second factor that was just begun: the only moment at which its secret is shown.
#[derive(Clone, Debug)]
pub struct Enrolment {
    /// The factor, which waits for its first code.
    pub factor: Factor,
    /// The secret, to be typed into the app.
    pub secret: Secret,
    /// The same as an address, to be scanned as a picture.
    pub otpauth_url: Secret,
}

/// A request for the second factor, made by a login with the right password.
#[derive(Clone, PartialEq, Debug)]
pub struct Challenge {
    /// The id.
    pub id: ChallengeId,
    /// The login.
    pub auth_identity_id: String,
    /// What may be given: `totp`, `recovery_code`.
    pub methods: Vec<&'static str>,
    /// Until when it can be given.
    pub expires_at: Timestamp,
}

/// Whether the e-mail address of a login is its owner's.
#[derive(Clone, PartialEq, Debug)]
pub struct Verification {
    /// The id.
    pub id: VerificationId,
    /// The login.
    pub auth_identity_id: String,
    /// The e-mail address.
    pub email: String,
    /// Free data.
    pub metadata: Value,
    /// When a mail was last asked for.
    pub requested_at: Timestamp,
    /// Until when the mail's token is good.
    pub expires_at: Timestamp,
    /// When it was proved.
    pub verified_at: Option<Timestamp>,
}

/// What a login comes to: a token, and what else is asked for before it opens anything.
#[derive(Clone, Debug)]
pub struct LogIn {
    /// The token. While something is asked for, it belongs to nobody yet.
    pub token: Secret,
    /// What is asked for.
    pub asked: Option<AskedFor>,
}

/// What is asked for beside the password.
#[derive(Clone, Debug)]
pub enum AskedFor {
    /// The second factor.
    SecondFactor(Challenge),
    /// The proof that the e-mail address is theirs; `None` where no mail was asked for yet.
    Verification(Option<Verification>),
}
