//! What the engines say differently, as named helpers; all other SQL is written once.

/// The engine a statement is written for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Dialect {
    /// SQLite.
    Sqlite,
}

impl Dialect {
    /// `column` is one of the texts of the JSON list bound to `placeholder` (see [`json_list`]).
    #[must_use]
    pub fn in_list(self, column: &str, placeholder: &str) -> String {
        match self {
            Self::Sqlite => format!("{column} IN (SELECT value FROM json_each({placeholder}))"),
        }
    }

    /// Case-insensitive `LIKE` of a column that holds lower-case text.
    #[must_use]
    pub fn like(self, column: &str, placeholder: &str) -> String {
        match self {
            Self::Sqlite => format!("{column} LIKE {placeholder} ESCAPE '\\'"),
        }
    }

    /// Appended to the claim of rows that other workers may be claiming at the same time.
    #[must_use]
    pub fn skip_locked(self) -> &'static str {
        match self {
            // One writer: nobody else is claiming.
            Self::Sqlite => "",
        }
    }
}

/// A list of texts as the JSON that [`Dialect::in_list`] takes.
#[must_use]
pub fn json_list<T: AsRef<str>>(texts: &[T]) -> String {
    serde_json::Value::from(texts.iter().map(|text| serde_json::Value::from(text.as_ref())).collect::<Vec<_>>())
        .to_string()
}
