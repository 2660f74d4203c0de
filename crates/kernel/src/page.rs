//! Paging: which part of a list is asked for, and a part with the count of the whole.

/// Which part of a list: skip `offset`, take `limit`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Paging {
    /// How many to skip.
    pub offset: u64,
    /// How many to take at most.
    pub limit: u64,
}

/// A part of a list, and how long the whole is.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// The part.
    pub items: Vec<T>,
    /// The length of the whole list.
    pub count: u64,
}

impl<T> Page<T> {
    /// The part of a list that is wholly in memory.
    #[must_use]
    pub fn cut(all: Vec<T>, paging: Paging) -> Self {
        let count = all.len() as u64;
        let skip = usize::try_from(paging.offset).unwrap_or(usize::MAX);
        let take = usize::try_from(paging.limit).unwrap_or(usize::MAX);
        Self { items: all.into_iter().skip(skip).take(take).collect(), count }
    }
}
