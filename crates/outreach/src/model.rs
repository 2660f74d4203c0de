//! Webhooks as values: endpoints, deliveries and their attempts, and when an attempt that failed is made again.

use serde::{Deserialize, Serialize};
use tradewind_kernel::{Error, Paging, Result, Rng, Secret, Timestamp};

/// How many endpoints a shop may have. Each has requests of its own, so this bounds how many are under way.
pub const ENDPOINTS_MAX: i64 = 100;
/// How many deliveries and attempts go back, in days.
pub const KEPT_DAYS: i64 = 30;
/// How long a secret signs beside the one that follows it, in seconds, unless less is asked for.
pub const OLD_SECRET_SECONDS: i64 = 24 * 3600;

/// How many secrets may sign at a time, the newest among them.
const SECRETS_MAX: usize = 4;
/// How long an endpoint may fail without a single success before it is disabled.
const FAILING_SECONDS_MAX: i64 = 3 * 86_400;
/// The pauses between the attempts of a delivery. After the last attempt it is dead.
const PAUSES_SECONDS: [i64; 9] = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400];
const URL_LENGTH_MAX: usize = 2000;
const DESCRIPTION_LENGTH_MAX: usize = 500;

/// Another program that is told of events.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// Its id.
    pub id: String,
    /// Where it is.
    pub url: String,
    /// What it is for, in the words of the staff.
    pub description: String,
    /// Which kinds of event it is told of.
    pub wants: Wants,
    /// Whether it is told at present; what it wants waits otherwise.
    pub enabled: bool,
    /// Since when it is not.
    pub disabled_at: Option<Timestamp>,
    /// Why it is not.
    pub disabled_reason: Option<String>,
    /// When the first attempt failed since the last that succeeded.
    pub failing_since: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When staff last changed it.
    pub updated_at: Timestamp,
}

/// Which kinds of event an endpoint is told of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Wants {
    /// All of them, also those that come to be in a later version.
    All,
    /// These.
    Kinds(Vec<String>),
}

/// An endpoint that is to be.
#[derive(Clone, Debug)]
pub struct NewEndpoint {
    /// Where it is.
    pub url: String,
    /// What it is for.
    pub description: String,
    /// Which kinds of event it is told of.
    pub wants: Wants,
}

/// What becomes of an endpoint: what is given is set.
#[derive(Clone, Default, Debug)]
pub struct EndpointChange {
    /// Where it is.
    pub url: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Which kinds of event it is told of.
    pub wants: Option<Wants>,
}

/// An event on its way to an endpoint.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// The event's id, by which the receiver knows it too.
    pub event_id: String,
    /// The event's kind.
    pub kind: String,
    /// How far it is.
    pub state: DeliveryState,
    /// How many attempts were made since it was made or replayed.
    pub attempts: i64,
    /// When it is tried next, while it waits.
    pub next_at: Timestamp,
    /// Why the last attempt failed, where it did.
    pub reason: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it arrived, or was given up.
    pub settled_at: Option<Timestamp>,
    /// What came of the attempts that are still known, the first of them first.
    pub log: Vec<Attempt>,
}

/// How far a delivery is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DeliveryState {
    /// It is to be tried, for the first time or again.
    Waiting,
    /// The endpoint has it.
    Delivered,
    /// It was given up after its last attempt.
    Dead,
}

impl DeliveryState {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Waiting, Self::Delivered, Self::Dead];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::Dead => "dead",
        }
    }

    /// The state of this name; the error lists them.
    pub fn named(name: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name).ok_or_else(|| {
            let known = Self::ALL.map(Self::name).join(", ");
            Error::invalid("state", format!("state: a delivery is one of {known}"))
        })
    }
}

/// What came of one request to an endpoint.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// When it began.
    pub at: Timestamp,
    /// How long it took.
    pub duration_ms: i64,
    /// The status that was answered, where one was.
    pub status: Option<u16>,
    /// Why it failed; `None` where it succeeded.
    pub reason: Option<String>,
    /// How the answer's body begins.
    pub answer: String,
}

/// Which deliveries of an endpoint are listed, the newest first.
#[derive(Clone, Copy, Debug)]
pub struct DeliveryQuery {
    /// Only those that are so far.
    pub state: Option<DeliveryState>,
    /// Which part.
    pub paging: Paging,
}

/// A secret that was replaced, and until when it signs all the same.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct OldSecret {
    pub(crate) secret: Secret,
    pub(crate) until: Timestamp,
}

/// What an endpoint's requests are signed with.
#[derive(Clone, Debug)]
pub(crate) struct Keys {
    pub(crate) newest: Secret,
    pub(crate) old: Vec<OldSecret>,
}

impl Keys {
    /// Those that sign at this moment, the newest first.
    pub(crate) fn signing(&self, now: Timestamp) -> impl Iterator<Item = &Secret> {
        let old = self.old.iter().filter(move |old| old.until > now).map(|old| &old.secret);
        std::iter::once(&self.newest).chain(old)
    }

    /// The same with a new secret. The one before it signs for so many seconds more, those before that for as long as they
    /// were to; of very many the oldest go. With 0 seconds none but the new one signs.
    pub(crate) fn replaced(self, newest: Secret, now: Timestamp, keep_seconds: i64) -> Self {
        let replaced = OldSecret { secret: self.newest, until: now.plus_seconds(keep_seconds) };
        let mut old: Vec<_> = std::iter::once(replaced).chain(self.old).filter(|old| old.until > now).collect();
        if keep_seconds == 0 {
            old.clear();
        }
        old.truncate(SECRETS_MAX - 1);
        Self { newest, old }
    }
}

/// What becomes of a delivery that has failed so often in a row, this time included.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum AfterFailure {
    /// It is tried again then.
    Again(Timestamp),
    /// It is given up.
    GivenUp,
}

/// When it is tried again, with up to a fifth of the pause more by chance, so that what failed together does not come back together.
pub(crate) fn after_failure(attempts: i64, now: Timestamp, rng: &Rng) -> AfterFailure {
    let pause = usize::try_from(attempts - 1).ok().and_then(|at| PAUSES_SECONDS.get(at));
    let Some(pause) = pause else { return AfterFailure::GivenUp };
    let more_ms = rng.below(pause.unsigned_abs() * 200);
    AfterFailure::Again(now.plus_seconds(*pause).plus_millis(i64::try_from(more_ms).unwrap_or(0)))
}

/// Whether an endpoint has failed for so long that it is disabled.
pub(crate) fn has_failed_for_long(failing_since: Timestamp, now: Timestamp) -> bool {
    failing_since.plus_seconds(FAILING_SECONDS_MAX) <= now
}

/// Checks what staff say of an endpoint besides its url, which is checked by where it leads.
pub(crate) fn check(url: Option<&str>, description: Option<&str>, wants: Option<&Wants>, known: &[&str]) -> Result<()> {
    if url.is_some_and(|url| url.len() > URL_LENGTH_MAX) {
        return Err(Error::invalid("url", format!("url: {URL_LENGTH_MAX} letters are the most")));
    }
    if description.is_some_and(|text| text.len() > DESCRIPTION_LENGTH_MAX || text.contains('\0')) {
        return Err(Error::invalid(
            "description",
            format!("description: {DESCRIPTION_LENGTH_MAX} letters are the most, and none is NUL"),
        ));
    }
    let Some(Wants::Kinds(kinds)) = wants else { return Ok(()) };
    let of_events = |text: String| Error::invalid("events", text);
    if kinds.is_empty() {
        return Err(of_events("events: an endpoint is told of something; leave events out for all of them".to_owned()));
    }
    match kinds.iter().find(|kind| !known.contains(&kind.as_str())) {
        None => Ok(()),
        Some(unknown) => {
            let shown: String = unknown.chars().take(80).collect();
            Err(of_events(format!("events: {shown:?} is not told of; there are {}", known.join(", "))))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_795_435_200_000);

    #[test]
    fn a_delivery_is_tried_ten_times_over_three_days() {
        let rng = Rng::seeded(3);
        let (mut at, mut tries) = (NOW, 1);
        while let AfterFailure::Again(next) = after_failure(tries, at, &rng) {
            let pause = PAUSES_SECONDS[usize::try_from(tries - 1).unwrap()];
            assert!((at.plus_seconds(pause)..at.plus_seconds(pause * 6 / 5)).contains(&next), "{tries}");
            (at, tries) = (next, tries + 1);
        }
        assert_eq!(tries, 10);
        assert!((3 * 86_400_000..4 * 86_400_000).contains(&(at.0 - NOW.0)));
    }

    #[test]
    fn a_replaced_secret_signs_for_as_long_as_it_is_told() {
        let secret = |text: &str| Secret::new(text);
        let signing = |keys: &Keys, at| keys.signing(at).map(|key| key.expose().to_owned()).collect::<Vec<_>>();
        let keys = Keys { newest: secret("first"), old: Vec::new() }.replaced(secret("second"), NOW, 60);
        assert_eq!(signing(&keys, NOW.plus_seconds(59)), ["second", "first"]);
        assert_eq!(signing(&keys, NOW.plus_seconds(60)), ["second"]);
        let keys = keys.replaced(secret("third"), NOW.plus_seconds(30), 60);
        assert_eq!(signing(&keys, NOW.plus_seconds(30)), ["third", "second", "first"]);
        let keys = keys.replaced(secret("fourth"), NOW.plus_seconds(30), 0);
        assert_eq!(signing(&keys, NOW.plus_seconds(30)), ["fourth"], "a secret that was lost signs nothing more");
        let many = (0..9).fold(keys, |keys, _| keys.replaced(secret("next"), NOW, 60));
        assert_eq!(signing(&many, NOW).len(), SECRETS_MAX);
    }

    #[test]
    fn what_is_wrong_with_an_endpoint_is_named() {
        let some = |kinds: &[&str]| Wants::Kinds(kinds.iter().map(|kind| (*kind).to_owned()).collect());
        let long = "x".repeat(URL_LENGTH_MAX + 1);
        let known = ["orders.placed"];
        for (url, description, wants, field) in [
            (Some(long.as_str()), None, None, "url"),
            (None, Some(long.as_str()), None, "description"),
            (None, None, Some(some(&[])), "events"),
            (None, None, Some(some(&["orders.placed", "orders.lost"])), "events"),
        ] {
            assert_eq!(check(url, description, wants.as_ref(), &known).unwrap_err().field(), Some(field));
        }
        check(Some("https://a"), Some("Books"), Some(&some(&["orders.placed"])), &known).unwrap();
        check(None, None, Some(&Wants::All), &known).unwrap();
    }
}
