//! Values on their way into a PostgreSQL statement and out of a row.

use std::error::Error as StdError;

use bytes::BytesMut;
use tokio_postgres::types::{Format, FromSql, IsNull, ToSql, Type, to_sql_checked};

use crate::db::Param;

pub(super) type Failure = Box<dyn StdError + Sync + Send>;

impl Param<'_> {
    /// The type the server is told: texts and NULLs are what stands opposite them (TEXT, JSON), which only the server knows.
    pub(in crate::db) fn postgres_type(&self) -> Type {
        match self {
            Self::Int(_) => Type::INT8,
            Self::Bool(_) => Type::BOOL,
            Self::Null | Self::Text(_) | Self::Owned(_) => Type::UNKNOWN,
        }
    }
}

/// What a statement's placeholder is given, and of which type the server is told it is.
pub(in crate::db) trait Bound: ToSql + Sync {
    fn kind(&self) -> Type;
}

impl Bound for Param<'_> {
    fn kind(&self) -> Type {
        self.postgres_type()
    }
}

/// A column of given rows.
#[derive(Debug)]
pub(in crate::db) enum List<'a> {
    Texts(Vec<Option<&'a str>>),
    Ints(Vec<Option<i64>>),
}

impl Bound for List<'_> {
    fn kind(&self) -> Type {
        match self {
            Self::Texts(_) => Type::TEXT_ARRAY,
            Self::Ints(_) => Type::INT8_ARRAY,
        }
    }
}

impl ToSql for List<'_> {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Failure> {
        match self {
            Self::Texts(texts) => texts.to_sql(kind, out),
            Self::Ints(numbers) => numbers.to_sql(kind, out),
        }
    }

    fn accepts(kind: &Type) -> bool {
        matches!(*kind, Type::TEXT_ARRAY | Type::INT8_ARRAY)
    }

    to_sql_checked!();
}

impl ToSql for Param<'_> {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Failure> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(number) => number.to_sql(kind, out),
            Self::Bool(truth) => truth.to_sql(kind, out),
            Self::Text(text) => {
                out.extend_from_slice(text.as_bytes());
                Ok(IsNull::No)
            }
            Self::Owned(text) => {
                out.extend_from_slice(text.as_bytes());
                Ok(IsNull::No)
            }
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn encode_format(&self, _: &Type) -> Format {
        match self {
            Self::Int(_) | Self::Bool(_) => Format::Binary,
            // As text, so that the server reads it as whatever type it found for it.
            Self::Null | Self::Text(_) | Self::Owned(_) => Format::Text,
        }
    }

    to_sql_checked!();
}

/// A whole number, however the server holds it: a column, a COUNT, a SUM (which is NUMERIC there), a truth.
pub(in crate::db) struct Whole(pub(in crate::db) i64);

impl<'a> FromSql<'a> for Whole {
    fn from_sql(kind: &Type, raw: &'a [u8]) -> Result<Self, Failure> {
        Ok(Self(match *kind {
            Type::INT4 => i64::from(i32::from_sql(kind, raw)?),
            Type::INT2 => i64::from(i16::from_sql(kind, raw)?),
            Type::BOOL => i64::from(bool::from_sql(kind, raw)?),
            Type::NUMERIC => whole_of_numeric(raw)?,
            _ => i64::from_sql(kind, raw)?,
        }))
    }

    fn accepts(kind: &Type) -> bool {
        matches!(*kind, Type::INT8 | Type::INT4 | Type::INT2 | Type::BOOL | Type::NUMERIC)
    }
}

/// A NUMERIC without a fraction. It comes as digits to the base of 10,000, the first of them with the given weight.
fn whole_of_numeric(raw: &[u8]) -> Result<i64, Failure> {
    const NEGATIVE: u16 = 0x4000;
    let mut words = raw.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
    let mut next = || words.next().ok_or("a NUMERIC ended too soon");
    let (digits, weight, sign, _scale) = (next()?, next()?.cast_signed(), next()?, next()?);
    if sign != 0 && sign != NEGATIVE {
        return Err("a NUMERIC that is no number".into());
    }
    let too_large = "a NUMERIC beyond 64 bits";
    let mut value = 0_i128;
    for position in 0..=i32::from(weight) {
        let digit = if position < i32::from(digits) { next()? } else { 0 };
        value = value.checked_mul(10_000).ok_or(too_large)? + i128::from(digit);
    }
    let fraction = i32::from(digits) - (i32::from(weight) + 1).max(0);
    if (0..fraction).try_fold(0, |sum, _| next().map(|digit| sum + u32::from(digit)))? != 0 {
        return Err("a NUMERIC with a fraction, where a whole number is wanted".into());
    }
    Ok(i64::try_from(if sign == NEGATIVE { -value } else { value }).map_err(|_| too_large)?)
}

/// A text, or JSON as the text it is.
pub(in crate::db) struct Text<'a>(pub(in crate::db) &'a str);

impl<'a> FromSql<'a> for Text<'a> {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Failure> {
        Ok(Self(std::str::from_utf8(raw)?))
    }

    fn accepts(kind: &Type) -> bool {
        matches!(*kind, Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::JSON | Type::UNKNOWN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numeric(weight: i16, sign: u16, digits: &[u16]) -> Vec<u8> {
        let count = u16::try_from(digits.len()).unwrap();
        let head = [count, weight.cast_unsigned(), sign, 0];
        head.iter().chain(digits).flat_map(|word| word.to_be_bytes()).collect()
    }

    #[test]
    fn sums_are_whole_numbers() {
        assert_eq!(whole_of_numeric(&numeric(0, 0, &[])).unwrap(), 0);
        assert_eq!(whole_of_numeric(&numeric(0, 0, &[7])).unwrap(), 7);
        assert_eq!(whole_of_numeric(&numeric(1, 0x4000, &[12, 3456])).unwrap(), -123_456);
        assert_eq!(whole_of_numeric(&numeric(2, 0, &[5])).unwrap(), 500_000_000);
        assert_eq!(whole_of_numeric(&numeric(0, 0, &[7, 0])).unwrap(), 7);
        let most = numeric(4, 0, &[922, 3372, 368, 5477, 5807]);
        assert_eq!(whole_of_numeric(&most).unwrap(), i64::MAX);
        for wrong in [numeric(0, 0, &[7, 5000]), numeric(4, 0, &[922, 3372, 368, 5477, 5808]), numeric(0, 0xC000, &[])]
        {
            whole_of_numeric(&wrong).unwrap_err();
        }
    }
}
