//! Exact fractions, for checking: slow and plain.

use std::cmp::Ordering;
use std::ops::{Add, Div, Mul};

use tradewind_kernel::Decimal;

/// A fraction in lowest terms; the divisor is positive.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fraction {
    over: i128,
    under: i128,
}

fn greatest_common_divisor(a: i128, b: i128) -> i128 {
    if b == 0 { a.abs() } else { greatest_common_divisor(b, a % b) }
}

impl Fraction {
    pub fn new(over: i128, under: i128) -> Self {
        assert!(under > 0, "the divisor is positive");
        let divisor = greatest_common_divisor(over, under).max(1);
        Self { over: over / divisor, under: under / divisor }
    }

    pub fn whole(number: i128) -> Self {
        Self::new(number, 1)
    }

    pub fn of(decimal: Decimal) -> Self {
        Self::new(decimal.mantissa(), 10_i128.pow(decimal.scale()))
    }

    pub fn floor(self) -> i128 {
        self.over.div_euclid(self.under)
    }

    pub fn ceiling(self) -> i128 {
        -(-self.over).div_euclid(self.under)
    }

    /// To the nearest whole number, halves away from zero.
    pub fn round(self) -> i128 {
        let size = Self::new(self.over.abs() * 2 + self.under, self.under * 2).floor();
        size * self.over.signum()
    }
}

impl Add for Fraction {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self::new(self.over * other.under + other.over * self.under, self.under * other.under)
    }
}

impl Mul for Fraction {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        Self::new(self.over * other.over, self.under * other.under)
    }
}

impl Div for Fraction {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        let sign = other.over.signum();
        Self::new(self.over * other.under * sign, self.under * other.over * sign)
    }
}

impl PartialOrd for Fraction {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Fraction {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.over * other.under).cmp(&(other.over * self.under))
    }
}
