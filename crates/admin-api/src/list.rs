//! Lists that are wholly in memory: searched, filtered, ordered and cut into pages by the query.

pub(crate) use tradewind_http::list::{Keep, fits_time, wanted, within};
use tradewind_http::{Asked, Query};
use tradewind_kernel::{Page, Result, Timestamp};

/// What can be listed.
pub(crate) trait Listed {
    /// Its id.
    fn id(&self) -> &str;
    /// Its texts by name: `q` looks in them, and a list can be filtered and ordered by them.
    fn texts(&self) -> Vec<(&'static str, &str)>;
    /// When it was made, and last changed.
    fn times(&self) -> (Timestamp, Timestamp);
    /// A number of this name, for lists that can be ordered by it.
    fn number(&self, _name: &str) -> Option<i64> {
        None
    }
}

/// The part of a list that is asked for: what `keep` lets through and the query's common filters, in its order (by id
/// where it names none).
pub(crate) fn part<'a, T: Listed + 'a>(
    asked: &Asked,
    all: impl IntoIterator<Item = &'a T>,
    keep: impl Fn(&T) -> bool,
) -> Result<Page<&'a T>> {
    part_by(asked, all.into_iter().filter(|item| keep(item)), &[], |_| Ok(Box::new(|_| true)))
}

/// Like [`part`], with filters of these names that are read from the query and from each group in its `$and` and `$or`.
pub(crate) fn part_by<'a, T: Listed + 'a>(
    asked: &Asked,
    all: impl IntoIterator<Item = &'a T>,
    own_names: &[&str],
    own: impl Fn(&Query) -> Result<Keep<T>>,
) -> Result<Page<&'a T>> {
    tradewind_http::list::part::<Office, T>(asked, all, own_names, own)
}

/// How staff see what is listed.
struct Office;

impl<T: Listed> tradewind_http::list::Lists<T> for Office {
    fn id(item: &T) -> &str {
        item.id()
    }

    fn texts(item: &T) -> Vec<(&'static str, &str)> {
        item.texts()
    }

    fn times(item: &T) -> (Timestamp, Timestamp) {
        item.times()
    }

    fn number(item: &T, name: &str) -> Option<i64> {
        item.number(name)
    }
}
