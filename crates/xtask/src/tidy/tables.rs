//! The rule of table prefixes: a module's SQL names its own tables and nobody else's.

use super::Violation;
use super::declared::Declared;
use super::sql::{Statement, statements};
use super::tree::Tree;

/// Checks every table that SQL names against the crate in which the SQL stands.
pub fn check(tree: &Tree, declared: &Declared) -> Vec<Violation> {
    let mut violations = Vec::new();
    for statement in statements(tree, declared) {
        let Some(here) = statement.file.crate_name() else {
            continue;
        };
        for table in tables_of(&statement.text) {
            let owner = declared.owner_of_table(&table);
            if owner == Some(here) || is_of_the_engine(&table) {
                continue;
            }
            violations.push(violation(&statement, here, &table, owner, declared));
        }
    }
    violations
}

fn violation(
    statement: &Statement<'_>,
    here: &str,
    table: &str,
    owner: Option<&str>,
    declared: &Declared,
) -> Violation {
    let prefix = match declared.module.get(here) {
        Some(module) => module.prefix.as_deref(),
        None => (here == "platform").then_some(declared.platform.prefix.as_str()),
    };
    let (problem, remedy) = match (owner, prefix) {
        (Some(owner), _) => (
            format!("{here} names the table {table}, which belongs to {owner}"),
            format!("call {owner}'s handle for what you need; tables are private to their module"),
        ),
        (None, Some(prefix)) => {
            (format!("{here} names the table {table}, which has no owner"), format!("begin its name with {prefix}"))
        }
        (None, None) => (
            format!("{here} names the table {table}, but owns no tables"),
            "move the SQL to the module that owns the data".to_owned(),
        ),
    };
    Violation::new(statement.place(), problem, remedy)
}

/// The engines' own catalogues.
fn is_of_the_engine(table: &str) -> bool {
    table.starts_with("sqlite_") || table.starts_with("pg_") || table.starts_with("information_schema")
}

/// The tables that a piece of SQL names.
fn tables_of(sql: &str) -> Vec<String> {
    let words = words_of(sql);
    let at = |index: usize| words.get(index).map_or("", String::as_str);
    let is = |index: usize, word: &str| at(index).eq_ignore_ascii_case(word);
    let mut tables: Vec<String> = Vec::new();
    let mut name_at = |index: usize| {
        let word = at(index);
        let is_name = word.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
        let is_own_query = defines_query(&words, word);
        if is_name && !is_own_query && !tables.iter().any(|table| table == word) {
            tables.push(word.to_owned());
        }
        is_name
    };
    for index in 0..words.len() {
        let before = |word: &str| index > 0 && is(index - 1, word);
        match at(index).to_ascii_uppercase().as_str() {
            // `IS DISTINCT FROM x` compares; `FROM f(x)` calls.
            "FROM" | "JOIN" if !before("DISTINCT") => {
                let mut next = index + 1;
                while at(next + 1) != "(" && name_at(next) {
                    // A comma after the table, or after its short name, goes on with the next table.
                    next += 1;
                    if is(next, "AS") {
                        next += 1;
                    }
                    if at(next) != "," && at(next + 1) == "," {
                        next += 1;
                    }
                    if at(next) != "," {
                        break;
                    }
                    next += 1;
                }
            }
            "INTO" | "REFERENCES" => {
                name_at(index + 1);
            }
            // `DO UPDATE SET`, `FOR UPDATE` and the events of a trigger name no table.
            "UPDATE"
                if !before("DO") && !before("FOR") && !["SET", "ON", "OR"].iter().any(|word| is(index + 1, word)) =>
            {
                name_at(index + 1);
            }
            "TABLE" => {
                let skipped = (index + 1..).find(|&next| !["IF", "NOT", "EXISTS"].iter().any(|word| is(next, word)));
                name_at(skipped.unwrap_or(index + 1));
            }
            "ON" if is_index_target(&words[..index]) => {
                name_at(index + 1);
            }
            _ => {}
        }
    }
    tables
}

/// Whether `ON` follows `CREATE INDEX name`.
fn is_index_target(before: &[String]) -> bool {
    let start = before.len().saturating_sub(6);
    let statement_start = before[start..].iter().rposition(|word| word == ";").map_or(start, |found| start + found + 1);
    before[statement_start..].iter().any(|word| word.eq_ignore_ascii_case("INDEX"))
}

/// Whether `WITH` gives this name to a query: `name AS (` or `name (columns) AS (`.
fn defines_query(words: &[String], name: &str) -> bool {
    (0..words.len()).any(|index| {
        if words[index] != name {
            return false;
        }
        let mut next = index + 1;
        if words.get(next).is_some_and(|word| word == "(") {
            let close = words[next..].iter().position(|word| word == ")");
            next += close.map_or(0, |close| close + 1);
        }
        let is = |at: usize, word: &str| words.get(at).is_some_and(|own| own.eq_ignore_ascii_case(word));
        is(next, "AS") && (is(next + 1, "(") || is(next + 1, "MATERIALIZED") || is(next + 1, "NOT"))
    })
}

/// Words and signs, without comments and quoted text. What code fills in (`{columns}`) is the sign `{}`.
fn words_of(sql: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut characters = sql.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\'' => while characters.next().is_some_and(|next| next != '\'') {},
            '{' => {
                while characters.next().is_some_and(|next| next != '}') {}
                words.push("{}".to_owned());
            }
            '-' if characters.peek() == Some(&'-') => while characters.next().is_some_and(|next| next != '\n') {},
            _ if character.is_alphanumeric() || character == '_' => {
                let mut word = String::from(character);
                while let Some(next) = characters.next_if(|next| next.is_alphanumeric() || "_.".contains(*next)) {
                    word.push(next);
                }
                words.push(word);
            }
            _ if character.is_whitespace() => {}
            _ => words.push(character.to_string()),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::super::declared::tests::sample;
    use super::*;

    fn problems(path: &str, text: &str) -> Vec<String> {
        let tree = Tree::planted(&[(path, text)]);
        check(&tree, &sample()).into_iter().map(|violation| violation.problem).collect()
    }

    fn in_checkout(sql: &str) -> Vec<String> {
        problems("crates/checkout/src/store.rs", &format!("const SQL: &str = \"{sql}\";"))
    }

    #[test]
    fn tables_are_found_wherever_sql_names_them() {
        for (sql, expected) in [
            ("SELECT a.x FROM one a JOIN two AS b ON a.id = b.id", vec!["one", "two"]),
            ("SELECT * FROM one, two t, three WHERE 1 = 1", vec!["one", "two", "three"]),
            ("INSERT INTO one (a) VALUES ($1) ON CONFLICT (a) DO UPDATE SET a = $1", vec!["one"]),
            ("UPDATE one SET a = (SELECT max(b) FROM two)", vec!["one", "two"]),
            ("DELETE FROM one WHERE id IN (SELECT id FROM two)", vec!["one", "two"]),
            ("WITH ready AS (SELECT id FROM one) SELECT * FROM ready JOIN two USING (id)", vec!["one", "two"]),
            ("SELECT value FROM generate_series(1, 3)", vec![]),
            ("SELECT a IS DISTINCT FROM b FROM one FOR UPDATE SKIP LOCKED", vec!["one"]),
            ("CREATE TRIGGER t AFTER INSERT OR UPDATE OR DELETE ON x", vec![]),
            ("CREATE TRIGGER t BEFORE UPDATE ON x", vec![]),
            ("CREATE TABLE IF NOT EXISTS one (a TEXT REFERENCES two (a))", vec!["one", "two"]),
            ("CREATE UNIQUE INDEX one_a ON one (a); SELECT 1 -- FROM nowhere", vec!["one"]),
            ("SELECT {columns} FROM {table} WHERE a = 'FROM x'", vec![]),
        ] {
            assert_eq!(tables_of(sql), expected, "{sql}");
        }
    }

    #[test]
    fn own_tables_are_fine() {
        assert_eq!(in_checkout("SELECT id FROM checkout_cart JOIN checkout_line USING (id)"), [""; 0]);
        assert_eq!(
            problems("crates/platform/src/db/outbox.rs", "f(\"DELETE FROM platform_outbox WHERE id = $1\")"),
            [""; 0]
        );
    }

    #[test]
    fn a_planted_foreign_table_is_found() {
        assert_eq!(
            in_checkout("SELECT id FROM checkout_cart JOIN catalog_product USING (id)"),
            ["checkout names the table catalog_product, which belongs to catalog"]
        );
        assert_eq!(
            in_checkout("INSERT INTO platform_outbox (id) VALUES ($1)"),
            ["checkout names the table platform_outbox, which belongs to platform"]
        );
    }

    #[test]
    fn a_planted_table_without_prefix_is_found() {
        let migration = "CREATE TABLE cart (id TEXT);";
        assert_eq!(
            problems("crates/checkout/migrations/001_carts.sql", migration),
            ["checkout names the table cart, which has no owner"]
        );
    }

    #[test]
    fn a_planted_foreign_key_across_modules_is_found() {
        let migration = "CREATE TABLE checkout_line (product_id TEXT REFERENCES catalog_product (id));";
        assert_eq!(
            problems("crates/checkout/migrations/001_carts.sql", migration),
            ["checkout names the table catalog_product, which belongs to catalog"]
        );
    }

    #[test]
    fn a_crate_without_tables_is_found() {
        assert_eq!(
            problems("crates/storefront/src/store.rs", "f(\"SELECT id FROM stray\")"),
            ["storefront names the table stray, but owns no tables"]
        );
    }
}
