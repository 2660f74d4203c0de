//! The words of the mails, a file for each language. A language is a value of one type: the compiler finds what is not translated.

mod danish;
mod english;
mod german;

use std::fmt;

/// A language that mails are written in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Language {
    /// English, where nothing else is known.
    English,
    /// German.
    German,
    /// Danish.
    Danish,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::English, Self::German, Self::Danish];

    /// The language of a locale such as `de`, `de-AT` or `da_DK`; none, where it is not among ours.
    #[must_use]
    pub fn of(locale: &str) -> Option<Self> {
        let first = locale.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        Self::ALL.into_iter().find(|language| language.code() == first)
    }

    /// Its two letters (ISO 639-1).
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::Danish => "da",
        }
    }

    pub(crate) fn words(self) -> &'static Words {
        match self {
            Self::English => &english::WORDS,
            Self::German => &german::WORDS,
            Self::Danish => &danish::WORDS,
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// Declares the words as one type, with a list of them for the tests.
macro_rules! words {
    ($($name:ident),* $(,)?) => {
        /// Everything that is said, in one language. `{shop}`, `{order}`, `{name}` and `{amount}` stand for what they are called.
        pub(crate) struct Words {
            /// What stands between thousands, and before the decimals.
            pub(crate) separators: (&'static str, &'static str),
            $(pub(crate) $name: &'static str,)*
        }

        impl Words {
            /// Each with its name.
            #[cfg(test)]
            pub(crate) fn all(&self) -> Vec<(&'static str, &'static str)> {
                vec![$((stringify!($name), self.$name)),*]
            }
        }
    };
}

words! {
    footer,
    hello,
    hello_name,
    welcome_subject,
    welcome_text,
    welcome_button,
    placed_subject,
    placed_heading,
    placed_text,
    see_order,
    shipping,
    paid_otherwise,
    total,
    taxes_within,
    saved,
    sent_to,
    sent_by,
    shipped_subject,
    shipped_heading,
    shipped_text,
    shipped_contents,
    tracking,
    follow,
    refunded_subject,
    refunded_heading,
    refunded_text,
    refunded_when,
    canceled_subject,
    canceled_heading,
    canceled_text,
    canceled_money,
    password_subject,
    password_text,
    password_button,
    password_note,
    verify_subject,
    verify_text,
    verify_button,
    verify_note,
    invite_subject,
    invite_text,
    invite_button,
    invite_note,
    transfer_subject,
    transfer_text,
    transfer_button,
    transfer_note,
    link_by_hand,
}

/// A sentence with its places filled in.
pub(crate) fn fill(sentence: &str, places: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(sentence.len() + 32);
    let mut rest = sentence;
    // What is filled in is not looked at again: a shop may be called {order}.
    while let Some((before, from)) = rest.split_once('{') {
        filled.push_str(before);
        let Some((name, after)) = from.split_once('}') else {
            filled.push('{');
            rest = from;
            continue;
        };
        match places.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => filled.push_str(value),
            None => filled.push_str(&format!("{{{name}}}")),
        }
        rest = after;
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(sentence: &str) -> Vec<&str> {
        let mut found: Vec<&str> = sentence.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect();
        found.sort_unstable();
        found
    }

    #[test]
    fn nothing_is_missing_in_any_language() {
        let english = Language::English.words().all();
        for language in Language::ALL {
            for ((name, ours), (_, said)) in language.words().all().into_iter().zip(&english) {
                assert!(!ours.trim().is_empty(), "{name} is empty in {language}");
                assert_eq!(places(ours), places(said), "{name} has other places in {language}");
                assert!(language == Language::English || ours != *said, "{name} is still English in {language}");
            }
        }
    }

    #[test]
    fn locales_are_understood() {
        for (locale, language) in [
            ("de", Some(Language::German)),
            ("de-AT", Some(Language::German)),
            ("DA_dk", Some(Language::Danish)),
            ("en-GB", Some(Language::English)),
            ("fr", None),
            ("", None),
            ("deutsch", None),
        ] {
            assert_eq!(Language::of(locale), language, "{locale}");
        }
    }

    #[test]
    fn what_is_filled_in_is_not_a_place() {
        assert_eq!(fill("{shop}: {order}", &[("shop", "{order}"), ("order", "7")]), "{order}: 7");
        assert_eq!(fill("{", &[]), "{");
        assert_eq!(fill("{other} {shop", &[("shop", "x")]), "{other} {shop");
    }
}
