//! The countries of ISO 3166-1.

use std::sync::LazyLock;

/// A country.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Country {
    /// Alpha-2 code in lower case.
    pub iso_2: &'static str,
    /// Alpha-3 code in lower case.
    pub iso_3: &'static str,
    /// Numeric code, three digits.
    pub num_code: &'static str,
    /// The standard's short name, in capitals.
    pub name: &'static str,
    /// The name as people say it.
    pub display_name: &'static str,
}

static COUNTRIES: LazyLock<Vec<Country>> = LazyLock::new(|| {
    let rows = include_str!("data/countries.tsv").lines().filter(|line| !line.starts_with('#'));
    rows.filter_map(|line| {
        let mut cells = line.split('\t');
        Some(Country {
            iso_2: cells.next()?,
            iso_3: cells.next()?,
            num_code: cells.next()?,
            name: cells.next()?,
            display_name: cells.next()?,
        })
    })
    .collect()
});

/// All countries, ordered by alpha-2 code.
#[must_use]
pub fn countries() -> &'static [Country] {
    &COUNTRIES
}

/// The country with this alpha-2 code, in any case.
#[must_use]
pub fn country(iso_2: &str) -> Option<&'static Country> {
    let code: [u8; 2] = iso_2.as_bytes().try_into().ok()?;
    let code = code.map(|letter| letter.to_ascii_lowercase());
    let found = COUNTRIES.binary_search_by(|country| country.iso_2.as_bytes().cmp(&code));
    found.ok().map(|position| &COUNTRIES[position])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_the_whole_standard_in_order() {
        assert_eq!(countries().len(), 249);
        assert!(countries().is_sorted_by(|a, b| a.iso_2 < b.iso_2));
        for country in countries() {
            assert_eq!((country.iso_2.len(), country.iso_3.len()), (2, 3), "{country:?}");
            assert!(country.num_code.len() == 3 && country.num_code.parse::<u16>().is_ok());
            assert_eq!(country.name, country.name.to_uppercase());
            assert!(!country.display_name.is_empty());
        }
    }

    #[test]
    fn finds_a_country_in_any_case() {
        let denmark = country("DK").expect("Denmark is a country");
        assert_eq!(
            (denmark.iso_2, denmark.iso_3, denmark.num_code, denmark.name, denmark.display_name),
            ("dk", "dnk", "208", "DENMARK", "Denmark")
        );
        assert_eq!(country("gb").map(|it| it.display_name), Some("United Kingdom"));
        for unknown in ["", "d", "dnk", "zz", "d\u{e9}"] {
            assert!(country(unknown).is_none());
        }
    }
}
