//! Amounts as Stripe counts them: in its own smallest unit, which is not every currency's.

use tradewind_kernel::{Currency, Error, Money, Result};

/// Currencies that Stripe counts in whole units.
const WITHOUT_DECIMALS: [&str; 15] =
    ["bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf"];
/// Currencies without decimals that Stripe counts in hundredths, of which it takes only whole hundreds.
const WHOLE_HUNDREDS: [&str; 2] = ["isk", "ugx"];

/// How many decimals Stripe counts in.
fn digits(currency: Currency) -> u32 {
    if WITHOUT_DECIMALS.contains(&currency.code()) {
        0
    } else if currency.minor_digits() == 3 {
        3
    } else {
        2
    }
}

/// The smallest step that Stripe takes, in its own unit.
fn step(currency: Currency) -> i64 {
    match digits(currency) {
        3 => 10,
        _ if WHOLE_HUNDREDS.contains(&currency.code()) => 100,
        _ => 1,
    }
}

/// An amount for Stripe. Refused where Stripe cannot take so fine an amount.
pub(super) fn to_stripe(money: Money) -> Result<i64> {
    let (ours, theirs) = (money.currency.minor_digits(), digits(money.currency));
    if money.minor < 0 {
        return Err(Error::invalid("amount", format!("{money} is less than nothing, and cannot be asked for")));
    }
    let too_fine =
        || Error::invalid("amount", format!("Stripe cannot take {money}: it takes no such fraction of this currency"));
    let amount = if theirs >= ours {
        money.minor.checked_mul(10_i64.pow(theirs - ours)).ok_or_else(|| too_large(money.currency))?
    } else {
        let divisor = 10_i64.pow(ours - theirs);
        if money.minor % divisor != 0 {
            return Err(too_fine());
        }
        money.minor / divisor
    };
    if amount % step(money.currency) == 0 { Ok(amount) } else { Err(too_fine()) }
}

/// An amount of Stripe's.
pub(super) fn from_stripe(amount: i64, currency: Currency) -> Result<Money> {
    let (ours, theirs) = (currency.minor_digits(), digits(currency));
    let minor = if ours >= theirs {
        amount.checked_mul(10_i64.pow(ours - theirs)).ok_or_else(|| too_large(currency))?
    } else {
        let divisor = 10_i64.pow(theirs - ours);
        if amount % divisor != 0 {
            return Err(Error::internal(format!("Stripe speaks of {amount} hundredths of {currency}, which has none")));
        }
        amount / divisor
    };
    Ok(Money::from_minor(minor, currency))
}

fn too_large(currency: Currency) -> Error {
    Error::invalid("amount", format!("The amount in {currency} is too large"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tradewind_kernel::ErrorKind;

    use super::*;

    fn of(minor: i64, code: &str) -> Money {
        Money::from_minor(minor, code.parse().expect("a currency"))
    }

    #[test]
    fn each_currency_is_counted_as_stripe_counts_it() {
        for (money, amount) in
            [(of(4900, "eur"), 4900), (of(1500, "jpy"), 1500), (of(1500, "isk"), 150_000), (of(12_340, "kwd"), 12_340)]
        {
            assert_eq!(to_stripe(money).expect("an amount"), amount);
            assert_eq!(from_stripe(amount, money.currency).expect("money"), money);
        }
        let error = to_stripe(of(12_345, "kwd")).expect_err("a thousandth");
        assert_eq!((error.kind(), error.field()), (ErrorKind::Invalid, Some("amount")));
        assert!(to_stripe(of(i64::MAX, "isk")).is_err());
        assert!(to_stripe(of(-1, "eur")).is_err());
        assert!(from_stripe(150, of(1, "isk").currency).is_err());
    }

    proptest! {
        #[test]
        fn what_goes_there_comes_back(minor in 0..1_000_000_000_i64, code in "[a-z]{3}") {
            let money = of(minor, &code);
            if let Ok(amount) = to_stripe(money) {
                prop_assert_eq!(from_stripe(amount, money.currency).expect("money"), money);
            } else {
                // Only what is finer than Stripe's step is refused.
                prop_assert!(money.currency.minor_digits() == 3 || WITHOUT_DECIMALS.contains(&code.as_str()));
            }
        }
    }
}
