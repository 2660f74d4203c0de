//! What a shopper sent: the fields of a form or of a query, as text.

use axum::extract::{Form, FromRequest, FromRequestParts, Query, Request};
use axum::http::request::Parts;
use tradewind_kernel::{Error, ErrorKind};

use crate::failure::Failure;

/// The longest text of a field.
pub(crate) const TEXT_LENGTH_MAX: usize = 200;

/// The fields of a form.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sent(Vec<(String, String)>);

/// The parameters of a query.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked(pub(crate) Sent);

impl<S: Send + Sync> FromRequest<S> for Sent {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let form = Form::<Vec<(String, String)>>::from_request(request, state).await;
        let Form(fields) = form.map_err(|rejection| match rejection.status().as_u16() {
            413 => Error::new(ErrorKind::TooLarge, "The form is too large."),
            _ => Error::new(ErrorKind::Invalid, "The form could not be read. Please go back and send it again."),
        })?;
        Ok(Self(fields))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let query = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri);
        let Query(fields) = query.map_err(|_| Error::new(ErrorKind::Invalid, "The address could not be read."))?;
        Ok(Self(Sent(fields)))
    }
}

impl Sent {
    /// The field's text without spaces at its ends; empty where it is missing.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.as_typed(name).trim()
    }

    /// The field's text with every space, as passwords are compared.
    pub(crate) fn as_typed(&self, name: &str) -> &str {
        self.0.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value.as_str())
    }

    /// Every text sent under this name.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(own, _)| own == name).map(|(_, value)| value.trim()).filter(|text| !text.is_empty())
    }

    /// Whether a box was ticked.
    pub(crate) fn is_ticked(&self, name: &str) -> bool {
        !self.text(name).is_empty()
    }

    /// A whole number that is not negative.
    pub(crate) fn number(&self, name: &str) -> Option<u32> {
        self.text(name).parse().ok()
    }
}

/// What is wrong with a required text, said so that it can be put right.
pub(crate) fn check_required(text: &str, missing: &str) -> Option<String> {
    if text.is_empty() { Some(missing.to_owned()) } else { check_optional(text) }
}

/// What is wrong with a text that may be missing.
pub(crate) fn check_optional(text: &str) -> Option<String> {
    if text.chars().count() > TEXT_LENGTH_MAX {
        return Some(format!("Use at most {TEXT_LENGTH_MAX} characters."));
    }
    text.chars().any(char::is_control).then(|| "Use plain text in one line.".to_owned())
}
