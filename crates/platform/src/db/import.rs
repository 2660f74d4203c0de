//! What taking in an aggregate from another shop came to.

use super::Stored;

/// What storing an aggregate under the id it has elsewhere came to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Imported {
    /// It was not here before.
    New,
    /// It was here and differed.
    Changed,
    /// It was here exactly so; nothing was written.
    Same,
}

impl Imported {
    /// What storing `new` over what is here comes to.
    #[must_use]
    pub fn over<T: PartialEq>(present: Option<&Stored<T>>, new: &T) -> Self {
        match present {
            None => Self::New,
            Some(present) if present.value == *new => Self::Same,
            Some(_) => Self::Changed,
        }
    }
}
