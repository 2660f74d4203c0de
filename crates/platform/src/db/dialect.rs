//! What the engines say differently, as named helpers; all other SQL is written once.

/// The engine a statement is written for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Dialect {
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

impl Dialect {
    /// `column` is one of the texts of the JSON list bound to `placeholder` (see [`json_list`]).
    #[must_use]
    pub fn in_list(self, column: &str, placeholder: &str) -> String {
        match self {
            Self::Sqlite => format!("{column} IN (SELECT value FROM json_each({placeholder}))"),
            Self::Postgres => {
                format!("{column} = ANY (ARRAY(SELECT json_array_elements_text(CAST({placeholder} AS JSON))))")
            }
        }
    }

    /// Case-insensitive `LIKE` of a column that holds lower-case text.
    #[must_use]
    pub fn like(self, column: &str, placeholder: &str) -> String {
        match self {
            // Of ASCII letters, either case is meant.
            Self::Sqlite => format!("{column} LIKE {placeholder} ESCAPE '\\'"),
            Self::Postgres => format!("{column} ILIKE {placeholder} ESCAPE '\\'"),
        }
    }

    /// Sorts by a column that may be NULL, lowest first; what has no value is before what has one.
    #[must_use]
    pub fn ascending(self, column: &str) -> String {
        match self {
            Self::Sqlite => format!("{column} ASC"),
            Self::Postgres => format!("{column} ASC NULLS FIRST"),
        }
    }

    /// Sorts by a column that may be NULL, highest first; what has no value is after what has one.
    #[must_use]
    pub fn descending(self, column: &str) -> String {
        match self {
            Self::Sqlite => format!("{column} DESC"),
            Self::Postgres => format!("{column} DESC NULLS LAST"),
        }
    }

    /// Appended to the claim of rows that other workers may be claiming at the same time.
    #[must_use]
    pub fn skip_locked(self) -> &'static str {
        match self {
            // One writer: nobody else is claiming.
            Self::Sqlite => "",
            Self::Postgres => "FOR UPDATE SKIP LOCKED",
        }
    }
}

/// A list of texts as the JSON that [`Dialect::in_list`] takes.
#[must_use]
pub fn json_list<T: AsRef<str>>(texts: &[T]) -> String {
    serde_json::Value::from(texts.iter().map(|text| serde_json::Value::from(text.as_ref())).collect::<Vec<_>>())
        .to_string()
}
