//! Time as an argument: a clock that is real in production and turned by hand in tests.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A moment, in milliseconds since the Unix epoch (UTC).
///
/// Stored as BIGINT; written on the wire as RFC 3339 with milliseconds, `2026-11-23T05:36:04.421Z`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// This moment plus a number of seconds (negative for earlier).
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1000)))
    }

    /// This moment plus a number of milliseconds.
    #[must_use]
    pub fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Whole seconds since the Unix epoch, as JWT claims want them.
    #[must_use]
    pub fn unix_seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    fn to_jiff(self) -> jiff::Timestamp {
        jiff::Timestamp::from_millisecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
    }

    /// `Mon Nov 23 05:36:04 2026` in UTC, as mailboxes and C programs write it.
    #[must_use]
    pub fn asctime(self) -> String {
        self.to_jiff().strftime("%a %b %e %H:%M:%S %Y").to_string()
    }

    /// Year, month and day in UTC, as pages show them.
    #[must_use]
    pub fn date(self) -> (i16, i8, i8) {
        let date = self.to_jiff().to_zoned(jiff::tz::TimeZone::UTC).date();
        (date.year(), date.month(), date.day())
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Written by hand: this runs dozens of times for each answer.
        let days = self.0.div_euclid(86_400_000);
        let millis_of_day = self.0.rem_euclid(86_400_000);
        let (year, month, day) = civil_from_days(days);
        let (hour, minute) = (millis_of_day / 3_600_000, millis_of_day / 60_000 % 60);
        let (second, millis) = (millis_of_day / 1000 % 60, millis_of_day % 1000);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z")
    }
}

/// Days since 1970-01-01 to a civil date (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let day_of_era = z.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// A date or time that could not be read.
#[derive(Debug, PartialEq, Eq)]
pub struct BadTimestamp;

impl FromStr for Timestamp {
    type Err = BadTimestamp;

    /// Reads RFC 3339 (`2026-11-23T05:36:04Z`, any offset) or a plain date (midnight UTC).
    fn from_str(text: &str) -> Result<Self, BadTimestamp> {
        if let Ok(at) = text.parse::<jiff::Timestamp>() {
            return Ok(Self(at.as_millisecond()));
        }
        let date: jiff::civil::Date = text.parse().map_err(|_| BadTimestamp)?;
        let zoned = date.to_zoned(jiff::tz::TimeZone::UTC).map_err(|_| BadTimestamp)?;
        Ok(Self(zoned.timestamp().as_millisecond()))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.0)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        i64::deserialize(deserializer).map(Self)
    }
}

/// Where the time comes from. Cheap to clone; handed to whatever needs it.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// A clock that stands still until a test turns it.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// A clock standing at the given moment.
    #[must_use]
    pub fn manual(at: Timestamp) -> Self {
        Self::Manual(Arc::new(AtomicI64::new(at.0)))
    }

    /// The present moment.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the wall clock")]
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => {
                let since_epoch =
                    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
                Timestamp(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
            }
            Self::Manual(at) => Timestamp(at.load(Ordering::SeqCst)),
        }
    }

    /// Turns a manual clock forward; a system clock cannot be turned.
    pub fn advance_seconds(&self, seconds: i64) {
        if let Self::Manual(at) = self {
            at.fetch_add(seconds * 1000, Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_what_clients_send() {
        assert_eq!("2026-11-23T05:36:04.421Z".parse(), Ok(Timestamp(1_795_412_164_421)));
        assert_eq!("1970-01-02".parse(), Ok(Timestamp(86_400_000)));
        assert_eq!("yesterday".parse::<Timestamp>(), Err(BadTimestamp));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(millis in -60_000_000_000_000i64..250_000_000_000_000) {
            let at = Timestamp(millis);
            prop_assert_eq!(at.to_string().parse(), Ok(at));
        }
    }
}
