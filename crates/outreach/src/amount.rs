//! Amounts as people of a language write them.

use tradewind_kernel::Money;

use crate::words::Language;

/// `1,234.50 EUR`, `1.234,50 EUR`; with as many decimals as the currency has.
pub(crate) fn amount(money: Money, language: Language) -> String {
    let (thousands, decimal) = language.words().separators;
    let digits = money.major().abs().to_string();
    let (whole, part) = digits.split_once('.').unwrap_or((&digits, ""));
    let mut written = String::with_capacity(digits.len() + 10);
    if money.minor < 0 {
        written.push('−');
    }
    for (position, digit) in whole.chars().enumerate() {
        if position > 0 && (whole.len() - position).is_multiple_of(3) {
            written.push_str(thousands);
        }
        written.push(digit);
    }
    if !part.is_empty() {
        written.push_str(decimal);
        written.push_str(part);
    }
    // A space that no line breaks at.
    format!("{written}\u{a0}{}", money.currency.code().to_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_the_digits_of_their_currency() {
        for (minor, currency, english, danish) in [
            (0, "eur", "0.00 EUR", "0,00 EUR"),
            (5, "dkk", "0.05 DKK", "0,05 DKK"),
            (123_456, "dkk", "1,234.56 DKK", "1.234,56 DKK"),
            (-99_900, "usd", "−999.00 USD", "−999,00 USD"),
            (1_234_567, "jpy", "1,234,567 JPY", "1.234.567 JPY"),
            (1_234_567, "kwd", "1,234.567 KWD", "1.234,567 KWD"),
            (100, "isk", "100 ISK", "100 ISK"),
        ] {
            let money = Money::from_minor(minor, currency.parse().unwrap());
            let written = |language| amount(money, language).replace('\u{a0}', " ");
            assert_eq!((written(Language::English).as_str(), written(Language::Danish).as_str()), (english, danish));
        }
    }
}
