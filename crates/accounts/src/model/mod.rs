//! Who there is: shoppers with their addresses, staff, keys of programs, and the actor a request is made by. No I/O.

mod factor;
mod group;
mod staff;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use tradewind_kernel::{Error, Result, Secret, Timestamp, id_type};

use crate::check::tidy_text;

pub use factor::{AskedFor, Challenge, Enrolment, Factor, FactorStatus, LogIn, NewFactor, SecondFactor, Verification};
pub(crate) use group::checked_name;
pub use group::{CustomerGroup, CustomerGroupChange, NewCustomerGroup};
pub use staff::{Invite, NewUser, User, UserChange};

/// Free data of the shop's own programs.
pub type Metadata = Map<String, Value>;

id_type!(
    /// A shopper.
    CustomerId,
    "cus"
);
id_type!(
    /// One address in a shopper's book.
    CustomerAddressId,
    "cuaddr"
);
id_type!(
    /// A group of shoppers.
    CustomerGroupId,
    "cusgroup"
);
id_type!(
    /// Somebody of the staff.
    UserId,
    "user"
);
id_type!(
    /// An invitation to join the staff.
    InviteId,
    "invite"
);
id_type!(
    /// A login: an e-mail and a password of one kind of actor.
    LoginId,
    "authid"
);
id_type!(
    /// A second factor of a login.
    FactorId,
    "authmfa"
);
id_type!(
    /// A request for a second factor.
    ChallengeId,
    "authmfachal"
);
id_type!(
    /// The proof of an e-mail address.
    VerificationId,
    "authver"
);
id_type!(
    /// A key of a program.
    ApiKeyId,
    "apk"
);

/// What kind of actor asks.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ActorKind {
    /// A shopper.
    Customer,
    /// Somebody of the staff.
    User,
    /// A program with a secret key.
    ApiKey,
}

impl ActorKind {
    /// Its name in tokens and paths: `customer`, `user`, `api-key`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::User => "user",
            Self::ApiKey => "api-key",
        }
    }

    /// The kind with this name, of those that can log in with a password.
    #[must_use]
    pub fn with_login(name: &str) -> Option<Self> {
        match name {
            "customer" => Some(Self::Customer),
            "user" => Some(Self::User),
            _ => None,
        }
    }
}

/// Who a request is made by, as proved by a token, a session or a secret key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Actor {
    /// The kind.
    pub kind: ActorKind,
    /// The id of the shopper, the user or the key; `None` is a login that no shopper belongs to yet.
    pub id: Option<String>,
    /// The login it came in by; empty for a secret key.
    pub auth_identity_id: String,
    /// Whether a second factor was asked for, and given. While it is pending, `id` is `None`.
    pub second_factor: SecondFactor,
    /// When the proof was given out.
    pub issued_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

impl Actor {
    /// The shopper's id, where the actor is one.
    #[must_use]
    pub fn customer_id(&self) -> Option<&str> {
        match self.kind {
            ActorKind::Customer => self.id.as_deref(),
            ActorKind::User | ActorKind::ApiKey => None,
        }
    }

    /// The id of the user or secret key, where the actor may work in the admin.
    #[must_use]
    pub fn staff_id(&self) -> Option<&str> {
        match self.kind {
            ActorKind::User | ActorKind::ApiKey => self.id.as_deref(),
            ActorKind::Customer => None,
        }
    }
}

/// A shopper. Known by e-mail as a guest (`has_account` is false) until an account is opened.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Customer {
    /// The id.
    pub id: CustomerId,
    /// The e-mail address, trimmed and in lower case.
    pub email: String,
    /// Whether a login belongs to it.
    pub has_account: bool,
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// Company.
    pub company_name: Option<String>,
    /// Free data.
    pub metadata: Option<Metadata>,
    /// The groups it is in.
    pub group_ids: Vec<String>,
    /// Its address book, in order of arrival.
    pub addresses: Vec<CustomerAddress>,
    /// Who made it, where staff did.
    pub created_by: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed, its addresses apart.
    pub updated_at: Timestamp,
}

impl Customer {
    /// The address with this id.
    #[must_use]
    pub fn address(&self, address_id: &str) -> Option<&CustomerAddress> {
        self.addresses.iter().find(|address| address.id.as_str() == address_id)
    }
}

/// An address in a shopper's book.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct CustomerAddress {
    /// The id.
    pub id: CustomerAddressId,
    /// What the shopper calls it: home, work.
    pub address_name: Option<String>,
    /// Whether parcels go here unless told otherwise; at most one of a shopper's addresses.
    pub is_default_shipping: bool,
    /// Whether invoices go here unless told otherwise; at most one of a shopper's addresses.
    pub is_default_billing: bool,
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// Company.
    pub company: Option<String>,
    /// Street and number.
    pub address_1: Option<String>,
    /// Floor, door, care of.
    pub address_2: Option<String>,
    /// City.
    pub city: Option<String>,
    /// Province or state.
    pub province: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// Country, two letters in lower case.
    pub country_code: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// Free data.
    pub metadata: Option<Metadata>,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// What is said of a new shopper.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct NewCustomer {
    /// The e-mail address; the login's where it is missing, and no other than the login's.
    pub email: Option<String>,
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// Company.
    pub company_name: Option<String>,
    /// Free data.
    pub metadata: Option<Metadata>,
}

/// A change of a shopper: `None` leaves a field, `Some(None)` clears it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct CustomerChange {
    /// First name.
    #[serde(deserialize_with = "present")]
    pub first_name: Option<Option<String>>,
    /// Last name.
    #[serde(deserialize_with = "present")]
    pub last_name: Option<Option<String>>,
    /// Telephone.
    #[serde(deserialize_with = "present")]
    pub phone: Option<Option<String>>,
    /// Company.
    #[serde(deserialize_with = "present")]
    pub company_name: Option<Option<String>>,
    /// Free data, replaced as a whole.
    #[serde(deserialize_with = "present")]
    pub metadata: Option<Option<Metadata>>,
}

/// What is said of an address, new or changed: `None` leaves a field (empty in a new one), `Some(None)` clears it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct AddressChange {
    /// What the shopper calls it.
    #[serde(deserialize_with = "present")]
    pub address_name: Option<Option<String>>,
    /// Whether parcels go here unless told otherwise.
    pub is_default_shipping: Option<bool>,
    /// Whether invoices go here unless told otherwise.
    pub is_default_billing: Option<bool>,
    /// First name.
    #[serde(deserialize_with = "present")]
    pub first_name: Option<Option<String>>,
    /// Last name.
    #[serde(deserialize_with = "present")]
    pub last_name: Option<Option<String>>,
    /// Company.
    #[serde(deserialize_with = "present")]
    pub company: Option<Option<String>>,
    /// Street and number.
    #[serde(deserialize_with = "present")]
    pub address_1: Option<Option<String>>,
    /// Floor, door, care of.
    #[serde(deserialize_with = "present")]
    pub address_2: Option<Option<String>>,
    /// City.
    #[serde(deserialize_with = "present")]
    pub city: Option<Option<String>>,
    /// Province or state.
    #[serde(deserialize_with = "present")]
    pub province: Option<Option<String>>,
    /// Postal code.
    #[serde(deserialize_with = "present")]
    pub postal_code: Option<Option<String>>,
    /// Country, two letters.
    #[serde(deserialize_with = "present")]
    pub country_code: Option<Option<String>>,
    /// Telephone.
    #[serde(deserialize_with = "present")]
    pub phone: Option<Option<String>>,
    /// Free data, replaced as a whole.
    #[serde(deserialize_with = "present")]
    pub metadata: Option<Option<Metadata>>,
}

/// Tells a field that is there and null (`Some(None)`) from one that is not there.
pub(crate) fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// What a key of a program may do.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ApiKeyKind {
    /// Names the sales channels a storefront sells in. It is no secret: browsers carry it.
    Publishable,
    /// Works in the admin as staff does.
    Secret,
}

impl ApiKeyKind {
    /// Its name: `publishable`, `secret`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Publishable => "publishable",
            Self::Secret => "secret",
        }
    }
}

/// A key of a program.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ApiKey {
    /// The id.
    pub id: ApiKeyId,
    /// What it is for, in words.
    pub title: String,
    /// What it may do.
    pub kind: ApiKeyKind,
    /// The token of a publishable key; a secret key's is shown once, when it is made, and not kept.
    pub token: Option<String>,
    /// Enough of the token to recognise it by: `pk_61f***062`.
    pub redacted: String,
    /// The sales channels of a publishable key.
    pub sales_channel_ids: Vec<String>,
    /// Who made it; empty where the shop made it itself.
    pub created_by: String,
    /// About when it was last used (secret keys).
    pub last_used_at: Option<Timestamp>,
    /// From when it is no longer taken; may lie ahead.
    pub revoked_at: Option<Timestamp>,
    /// Who revoked it.
    pub revoked_by: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl ApiKey {
    /// Whether it is taken at this moment.
    #[must_use]
    pub fn is_valid_at(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none_or(|revoked_at| now < revoked_at)
    }
}

/// A key as it was just made: the only moment at which a secret key's token is known.
#[derive(Clone, Debug)]
pub struct NewApiKey {
    /// The key.
    pub key: ApiKey,
    /// Its token.
    pub token: Secret,
}

impl CustomerChange {
    /// Changes the shopper.
    pub(crate) fn apply(self, customer: &mut Customer, now: Timestamp) -> Result<()> {
        set("first_name", self.first_name, &mut customer.first_name)?;
        set("last_name", self.last_name, &mut customer.last_name)?;
        set("phone", self.phone, &mut customer.phone)?;
        set("company_name", self.company_name, &mut customer.company_name)?;
        if let Some(metadata) = self.metadata {
            customer.metadata = metadata;
        }
        customer.updated_at = now;
        Ok(())
    }
}

impl AddressChange {
    /// Changes the address.
    pub(crate) fn apply(self, address: &mut CustomerAddress, now: Timestamp) -> Result<()> {
        set("address_name", self.address_name, &mut address.address_name)?;
        set("first_name", self.first_name, &mut address.first_name)?;
        set("last_name", self.last_name, &mut address.last_name)?;
        set("company", self.company, &mut address.company)?;
        set("address_1", self.address_1, &mut address.address_1)?;
        set("address_2", self.address_2, &mut address.address_2)?;
        set("city", self.city, &mut address.city)?;
        set("province", self.province, &mut address.province)?;
        set("postal_code", self.postal_code, &mut address.postal_code)?;
        set("country_code", self.country_code, &mut address.country_code)?;
        set("phone", self.phone, &mut address.phone)?;
        if let Some(code) = &mut address.country_code {
            if code.len() != 2 || !code.bytes().all(|letter| letter.is_ascii_alphabetic()) {
                return Err(Error::invalid(
                    "country_code",
                    "A country code is two letters, as in ISO 3166: de, dk, us",
                ));
            }
            code.make_ascii_lowercase();
        }
        if let Some(metadata) = self.metadata {
            address.metadata = metadata;
        }
        if let Some(is_default) = self.is_default_shipping {
            address.is_default_shipping = is_default;
        }
        if let Some(is_default) = self.is_default_billing {
            address.is_default_billing = is_default;
        }
        address.updated_at = now;
        Ok(())
    }
}

pub(crate) fn set(field: &str, change: Option<Option<String>>, value: &mut Option<String>) -> Result<()> {
    if let Some(text) = change {
        *value = tidy_text(field, text)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_clears_and_absence_leaves() {
        let change: CustomerChange = serde_json::from_str(r#"{"first_name": null, "phone": " +45 1 "}"#).unwrap();
        assert_eq!(change.first_name, Some(None));
        assert_eq!(change.last_name, None);
        let mut phone = None;
        set("phone", change.phone, &mut phone).unwrap();
        assert_eq!(phone.as_deref(), Some("+45 1"));
    }
}
