//! Ids: `prefix_` and 26 Crockford characters, ordered by time, which say by themselves where a row lives.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::{Clock, Rng};

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// How many virtual buckets rows are spread over, for good: a bucket moves between shards, a row never between buckets.
pub const BUCKETS: u16 = 1024;

/// One of the 1,024 virtual buckets.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Bucket(u16);

impl Bucket {
    /// The bucket with this number, taken modulo 1,024.
    #[must_use]
    pub fn new(number: u16) -> Self {
        Self(number % BUCKETS)
    }

    /// Its number, 0 to 1,023.
    #[must_use]
    pub fn number(self) -> u16 {
        self.0
    }

    /// Where a row with this id lives: the last two characters of an id we minted, a hash of any other
    /// (imported shops keep their ids).
    #[must_use]
    pub fn of(id: &str) -> Self {
        let tail = id.rsplit('_').next().unwrap_or(id).as_bytes();
        if tail.len() == 26
            && let (Some(high), Some(low)) = (digit(tail[24]), digit(tail[25]))
        {
            return Self(high * 32 + low);
        }
        // FNV-1a: stable for ever, unlike the standard library's hasher.
        let hash = id
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        Self::new((hash >> 32) as u16 & (BUCKETS - 1))
    }
}

fn digit(character: u8) -> Option<u16> {
    ALPHABET.iter().position(|&c| c == character).and_then(|p| u16::try_from(p).ok())
}

/// Mints ids: 48 bits of time, 70 bits of chance, 10 bits of bucket.
#[derive(Clone, Debug)]
pub struct IdMint {
    clock: Clock,
    rng: Rng,
    // One draw from the system's randomness serves many ids: a counter is stirred in below.
    counter: Arc<AtomicU64>,
}

impl IdMint {
    /// A mint on the given clock and chance.
    #[must_use]
    pub fn new(clock: Clock, rng: Rng) -> Self {
        Self { clock, rng, counter: Arc::new(AtomicU64::new(0)) }
    }

    /// A new id in a random bucket.
    #[must_use]
    pub fn mint(&self, prefix: &str) -> String {
        let bucket = Bucket::new((self.rng.number() & 0x3ff) as u16);
        self.mint_in(prefix, bucket)
    }

    /// A new id in the given bucket: what grows from a cart lives beside it.
    #[must_use]
    pub fn mint_in(&self, prefix: &str, bucket: Bucket) -> String {
        let millis = (self.clock.now().0.max(0) as u128) & 0xffff_ffff_ffff;
        // The counter keeps ids of one process in order within a millisecond.
        let order = u128::from(self.counter.fetch_add(1, Ordering::Relaxed) & 0xfff);
        let chance = u128::from(self.rng.number()) & 0x3ff_ffff_ffff_ffff;
        let bits = (millis << 80) | (order << 68) | (chance << 10) | u128::from(bucket.number());
        let mut id = String::with_capacity(prefix.len() + 27);
        id.push_str(prefix);
        id.push('_');
        for position in (0..26).rev() {
            id.push(char::from(ALPHABET[(bits >> (position * 5)) as usize & 31]));
        }
        id
    }

    /// `length` random Crockford characters, for codes and tokens that people may have to read.
    #[must_use]
    pub fn code(&self, length: usize) -> String {
        let mut bytes = vec![0; length];
        self.rng.fill(&mut bytes);
        bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte & 31)])).collect()
    }
}

/// The part of an id after its prefix, which related ids share (an order has its cart's).
#[must_use]
pub fn body_of(id: &str) -> &str {
    id.rsplit('_').next().unwrap_or(id)
}

/// Declares a typed id: `id_type!(/// A cart. CartId, "cart");`.
#[macro_export]
macro_rules! id_type {
    ($(#[$meta:meta])* $name:ident, $prefix:literal) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, ::serde::Serialize, ::serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// What ids of this kind begin with.
            pub const PREFIX: &'static str = $prefix;

            /// A new id in a random bucket.
            #[must_use]
            pub fn mint(mint: &$crate::IdMint) -> Self {
                Self(mint.mint($prefix))
            }

            /// A new id in the given bucket.
            #[must_use]
            pub fn mint_in(mint: &$crate::IdMint, bucket: $crate::Bucket) -> Self {
                Self(mint.mint_in($prefix, bucket))
            }

            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// Where the row lives.
            #[must_use]
            pub fn bucket(&self) -> $crate::Bucket {
                $crate::Bucket::of(&self.0)
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }

        impl ::std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }
    };
}

impl fmt::Display for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Rng, Timestamp};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn an_id_says_its_bucket(seed: u64, number in 0u16..1024, millis in 0i64..200_000_000_000_000) {
            let mint = IdMint::new(Clock::manual(Timestamp(millis)), Rng::seeded(seed));
            let id = mint.mint_in("cart", Bucket::new(number));
            prop_assert_eq!(id.len(), 31);
            prop_assert_eq!(Bucket::of(&id).number(), number);
        }

        #[test]
        fn foreign_ids_have_a_bucket(id in ".{0,40}") {
            prop_assert!(Bucket::of(&id).number() < BUCKETS);
        }
    }

    #[test]
    fn ids_are_ordered_by_time() {
        let clock = Clock::manual(Timestamp(1_700_000_000_000));
        let mint = IdMint::new(clock.clone(), Rng::seeded(1));
        let first = mint.mint("order");
        let second = mint.mint("order");
        clock.advance_seconds(1);
        let third = mint.mint("order");
        assert!(first < second && second < third);
    }
}
