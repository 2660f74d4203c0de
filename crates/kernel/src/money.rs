//! Money: what is charged is an integer of minor units with its currency; prices and rates may carry more decimals.

use std::fmt;
use std::str::FromStr;

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Error, Result};

/// An ISO 4217 currency, as its three letters in lower case (the form of the wire).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

/// Currencies whose minor unit is not a hundredth (ISO 4217, list one).
const OTHER_MINOR_DIGITS: [(&str, u32); 23] = [
    ("bhd", 3),
    ("iqd", 3),
    ("jod", 3),
    ("kwd", 3),
    ("lyd", 3),
    ("omr", 3),
    ("tnd", 3),
    ("bif", 0),
    ("clp", 0),
    ("djf", 0),
    ("gnf", 0),
    ("isk", 0),
    ("jpy", 0),
    ("kmf", 0),
    ("krw", 0),
    ("pyg", 0),
    ("rwf", 0),
    ("ugx", 0),
    ("vnd", 0),
    ("vuv", 0),
    ("xaf", 0),
    ("xof", 0),
    ("xpf", 0),
];

impl Currency {
    /// The euro.
    pub const EUR: Self = Self(*b"eur");
    /// The United States dollar.
    pub const USD: Self = Self(*b"usd");

    /// Its code, three lower-case letters.
    #[must_use]
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("")
    }

    /// How many decimals its minor unit has: 2 for the euro, 0 for the yen, 3 for the Kuwaiti dinar.
    #[must_use]
    pub fn minor_digits(self) -> u32 {
        OTHER_MINOR_DIGITS.iter().find(|(code, _)| code.as_bytes() == self.0).map_or(2, |(_, digits)| *digits)
    }
}

impl FromStr for Currency {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match *text.as_bytes() {
            [a, b, c] if text.bytes().all(|letter| letter.is_ascii_alphabetic()) => {
                Ok(Self([a.to_ascii_lowercase(), b.to_ascii_lowercase(), c.to_ascii_lowercase()]))
            }
            _ => {
                Err(Error::invalid("currency_code", "A currency code is three letters, as in ISO 4217: eur, usd, jpy"))
            }
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(|error: Error| serde::de::Error::custom(error))
    }
}

/// An amount that can be charged: whole minor units of a currency.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Money {
    /// Minor units: cents of a euro, whole yen.
    pub minor: i64,
    /// The currency.
    pub currency: Currency,
}

impl Money {
    /// Nothing, in a currency.
    #[must_use]
    pub fn zero(currency: Currency) -> Self {
        Self { minor: 0, currency }
    }

    /// So many minor units.
    #[must_use]
    pub fn from_minor(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// A decimal amount in major units, rounded half away from zero to the currency's minor unit.
    /// Fails when it does not fit.
    pub fn round(major: Decimal, currency: Currency) -> Result<Self> {
        let digits = currency.minor_digits();
        let rounded = major.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero);
        let minor = rounded
            .checked_mul(Decimal::from(10_i64.pow(digits)))
            .and_then(|minor| i64::try_from(minor).ok())
            .ok_or_else(|| Error::invalid("amount", "The amount is too large"))?;
        Ok(Self { minor, currency })
    }

    /// The amount in major units, exact.
    #[must_use]
    pub fn major(self) -> Decimal {
        Decimal::new(self.minor, self.currency.minor_digits())
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.major(), self.currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_to_the_minor_unit_of_each_currency() {
        let amount: Decimal = "10.0055".parse().unwrap_or_default();
        let minor = |code: &str| Money::round(amount, code.parse().unwrap_or(Currency::EUR)).map(|money| money.minor);
        assert_eq!(minor("eur").ok(), Some(1001));
        assert_eq!(minor("jpy").ok(), Some(10));
        assert_eq!(minor("kwd").ok(), Some(10_006));
    }

    #[test]
    fn refuses_what_does_not_fit() {
        assert!(Money::round(Decimal::MAX, Currency::EUR).is_err());
        assert!("euro".parse::<Currency>().is_err());
        assert!("e1r".parse::<Currency>().is_err());
    }
}
