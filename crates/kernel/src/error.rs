//! Errors: few kinds, text that is safe for shoppers, and a source that is logged once at the edge.

use std::error::Error as StdError;
use std::fmt;

/// `Result` with the kernel's error.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What an error means to the caller; the doors turn it into a status code in one place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ErrorKind {
    /// The thing asked for does not exist (or is not the caller's to see).
    NotFound,
    /// The request cannot be right as it stands.
    Invalid,
    /// Nobody is known to be asking.
    Unauthorized,
    /// Somebody is, but may not.
    Forbidden,
    /// The request would have been right a moment ago.
    Conflict,
    /// The thing exists already.
    Duplicate,
    /// Right, but not allowed in the present state (a finished cart, an empty one).
    NotAllowed,
    /// The payment was refused or asks for more.
    PaymentRequired,
    /// Too much was sent.
    TooLarge,
    /// Too often.
    TooManyRequests,
    /// Not now; worth trying again.
    Unavailable,
    /// Our fault.
    Internal,
}

/// An error: a kind, a code callers may act on, a message that may be shown, the field it is about.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    code: &'static str,
    message: String,
    field: Option<String>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// An error of a kind, with text a shopper may read.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner { kind, code: "", message: message.into(), field: None, source: None }))
    }

    /// Something asked for does not exist: `Error::not_found("Cart", id)`.
    #[must_use]
    pub fn not_found(what: &str, id: &str) -> Self {
        // What a stranger sent is echoed shortened.
        let shown: String = id.chars().take(80).collect();
        Self::new(ErrorKind::NotFound, format!("{what} with id: {shown} was not found"))
    }

    /// The request is wrong; names the field.
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Invalid, message).at(field)
    }

    /// Allowed at another time, not in this state.
    pub fn not_allowed(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::NotAllowed, message)
    }

    /// Lost a race; the caller may try again.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Conflict, message)
    }

    /// Our fault: the source is logged, the shopper reads one plain sentence.
    pub fn internal(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        let mut error = Self::new(ErrorKind::Internal, "An unknown error occurred. Please try again.");
        error.0.source = Some(source.into());
        error
    }

    /// Sets the code that callers act on.
    #[must_use]
    pub fn code(mut self, code: &'static str) -> Self {
        self.0.code = code;
        self
    }

    /// Names the field the error is about.
    #[must_use]
    pub fn at(mut self, field: impl Into<String>) -> Self {
        self.0.field = Some(field.into());
        self
    }

    /// Keeps what caused it, for the log.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// What it means.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The code callers act on, or an empty text.
    #[must_use]
    pub fn code_text(&self) -> &'static str {
        self.0.code
    }

    /// Whether it carries this code.
    #[must_use]
    pub fn is(&self, code: &str) -> bool {
        self.0.code == code
    }

    /// The text a shopper may read.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The field it is about.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        self.0.field.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { kind, code, message, field, source } = &*self.0;
        write!(f, "{kind:?}")?;
        if !code.is_empty() {
            write!(f, " ({code})")?;
        }
        if let Some(field) = field {
            write!(f, " at {field}")?;
        }
        write!(f, ": {message}")?;
        if let Some(source) = source {
            write!(f, " caused by {source:?}")?;
        }
        Ok(())
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_ref().map(|source| &**source as _)
    }
}
