//! Amounts, dates and counts as shoppers read them.

use tradewind_kernel::{Currency, Decimal, Money, Result, Timestamp};
use tradewind_market::currency_info;

/// An amount with its currency: "€ 1,249.00", "$29.00", "¥ 4,900".
pub(crate) fn money(amount: Money) -> String {
    let number = grouped(&amount.major().to_string());
    match currency_info(amount.currency).map(|info| info.symbol_native) {
        Some(symbol @ ("$" | "£")) => match number.strip_prefix('-') {
            Some(number) => format!("-{symbol}{number}"),
            None => format!("{symbol}{number}"),
        },
        Some(symbol) => format!("{symbol} {number}"),
        None => format!("{number} {}", amount.currency.code().to_uppercase()),
    }
}

/// A price in major units, rounded as it is charged.
pub(crate) fn price(amount: Decimal, currency: Currency) -> Result<String> {
    Money::round(amount, currency).map(money)
}

/// "1249.00" becomes "1,249.00".
fn grouped(number: &str) -> String {
    let (sign, number) = number.strip_prefix('-').map_or(("", number), |number| ("-", number));
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let mut text = sign.to_owned();
    for (position, digit) in whole.chars().enumerate() {
        if position > 0 && (whole.len() - position) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    if !fraction.is_empty() {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

/// "23 November 2026".
pub(crate) fn date(at: Timestamp) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let (year, month, day) = at.date();
    let month = usize::try_from(month - 1).ok().and_then(|month| MONTHS.get(month)).unwrap_or(&"");
    format!("{day} {month} {year}")
}

/// "2026-11-23".
pub(crate) fn date_iso(at: Timestamp) -> String {
    let (year, month, day) = at.date();
    format!("{year:04}-{month:02}-{day:02}")
}

/// "1 print", "24 prints".
pub(crate) fn count(number: u64, one: &str, many: &str) -> String {
    let noun = if number == 1 { one } else { many };
    format!("{} {noun}", grouped(&number.to_string()))
}

/// The first letter as a capital.
pub(crate) fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_grouped_and_carry_their_symbol() {
        assert_eq!(money(Money::from_minor(124_900, Currency::EUR)), "€ 1,249.00");
        assert_eq!(money(Money::from_minor(2_900, Currency::USD)), "$29.00");
        assert_eq!(money(Money::from_minor(-2_900, Currency::USD)), "-$29.00");
        assert_eq!(count(1, "print", "prints"), "1 print");
        assert_eq!(count(100_000, "print", "prints"), "100,000 prints");
    }

    #[test]
    fn dates_are_written_out() {
        let at = Timestamp(1_795_412_164_421);
        assert_eq!(date(at), "23 November 2026");
        assert_eq!(date_iso(at), "2026-11-23");
    }
}
