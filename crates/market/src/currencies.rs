//! The currencies of ISO 4217, with their symbols.

use std::sync::LazyLock;

use tradewind_kernel::Currency;

/// A currency as pages and lists show it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CurrencyInfo {
    /// Its code.
    pub code: Currency,
    /// A symbol that is clear among other currencies: `US$`, `€`.
    pub symbol: &'static str,
    /// The symbol where it is at home: `$`, `€`.
    pub symbol_native: &'static str,
    /// Its name.
    pub name: &'static str,
    /// How many decimals people customarily write (none for the forint). What is charged is rounded to
    /// [`Currency::minor_digits`], which is never coarser.
    pub decimal_digits: u32,
}

struct Table {
    all: Vec<CurrencyInfo>,
    /// How many of them, from the start, are in the public list.
    listed: usize,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table { all: Vec::new(), listed: 0 };
    for line in include_str!("data/currencies.tsv").lines().skip(1) {
        if line.starts_with('#') {
            table.listed = table.all.len();
            continue;
        }
        table.all.extend(read(line));
    }
    table
});

fn read(line: &'static str) -> Option<CurrencyInfo> {
    let mut cells = line.split('\t');
    Some(CurrencyInfo {
        code: cells.next()?.parse().ok()?,
        decimal_digits: cells.next()?.parse().ok()?,
        symbol: cells.next()?,
        symbol_native: cells.next()?,
        name: cells.next()?,
    })
}

/// The currencies of the public list, ordered by code. It is the list existing clients know and page through, some
/// withdrawn currencies included; a shop may sell in any currency that [`currency_info`] knows.
#[must_use]
pub fn currencies() -> &'static [CurrencyInfo] {
    &TABLE.all[..TABLE.listed]
}

/// What there is to know about a currency; `None` for letters that are none.
#[must_use]
pub fn currency_info(currency: Currency) -> Option<&'static CurrencyInfo> {
    TABLE.all.iter().find(|info| info.code == currency)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_public_list_is_whole_and_in_order() {
        assert_eq!(currencies().len(), 126);
        assert!(currencies().is_sorted_by(|a, b| a.code < b.code));
        assert_eq!(TABLE.all.len(), 126 + 38);
        for info in &TABLE.all {
            assert!(!info.symbol.is_empty() && !info.symbol_native.is_empty(), "{info:?}");
            assert!(!info.name.is_empty() && !info.name.contains('\t'), "{info:?}");
            assert!(info.decimal_digits <= info.code.minor_digits(), "{info:?}");
        }
    }

    #[test]
    fn knows_currencies_beyond_the_public_list() {
        let info = |code: &str| code.parse().ok().and_then(currency_info);
        assert_eq!(info("eur").map(|it| (it.symbol, it.name, it.decimal_digits)), Some(("€", "Euro", 2)));
        assert_eq!(info("jpy").map(|it| it.decimal_digits), Some(0));
        assert_eq!(info("kwd").map(|it| it.decimal_digits), Some(3));
        assert_eq!(info("fjd").map(|it| it.name), Some("Fijian Dollar"));
        assert!(info("zzz").is_none());
    }
}
