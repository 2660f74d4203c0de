//! The rules of SQL: it stands in `store.rs`, in `migrations/` and in the platform only, and every engine understands it.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::Violation;
use super::declared::{Declared, Layer};
use super::rust_source::{string_literals, without_tests};
use super::tree::{File, Tree};

/// A piece of SQL and where it stands.
#[derive(Debug)]
pub struct Statement<'tree> {
    /// The file.
    pub file: &'tree File,
    /// The line on which it begins.
    pub line: usize,
    /// The SQL.
    pub text: String,
    /// A whole statement, or a piece that code puts together with others.
    pub is_whole: bool,
}

impl Statement<'_> {
    /// Path and line, as an editor takes them.
    pub fn place(&self) -> String {
        format!("{}:{}", self.file.path, self.line)
    }
}

/// How a statement begins. One case throughout, so that prose ("Update the set") is no statement.
static STATEMENT: LazyLock<Regex> = LazyLock::new(|| {
    let upper = concat!(
        r"^\s*(SELECT\s(.*\s)?FROM\s|INSERT\s+(OR\s+\w+\s+)?INTO\s|REPLACE\s+INTO\s|UPDATE\s+[\w{}]+\s+SET\s|DELETE\s+FROM\s",
        r"|(CREATE|DROP|ALTER)\s+(UNIQUE\s+)?(TABLE|INDEX|VIEW|TRIGGER)\s|WITH\s.*\sAS\s*\(|PRAGMA\s|BEGIN\s+(IMMEDIATE|TRANSACTION))"
    );
    pattern(&format!("(?s)(?:{upper}|{})", lower_keywords(upper)))
});

static PLACEHOLDER: LazyLock<Regex> = LazyLock::new(|| pattern(r"\$(\d+)"));
static QUOTED: LazyLock<Regex> = LazyLock::new(|| pattern(r"'[^']*'|--[^\n]*"));
static CREATE_TABLE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?is)\bCREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?([\w.]+)\s*\("));

/// What the version before may still need.
static TAKES_AWAY: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)\bDROP\s+(TABLE|COLUMN)\b|\bRENAME\b"));
/// Steps that were taken before there was the rule. They never change.
const OLDER_STEPS: [&str; 2] = ["V2__follow_products.sql", "V3__shared_options_and_choices.sql"];

/// What only one engine understands, and what to write instead.
const ENGINE_WORDS: [(&str, &str); 10] = [
    ("INSERT OR", "ON CONFLICT"),
    ("REPLACE INTO", "ON CONFLICT DO UPDATE"),
    ("AUTOINCREMENT", "an id minted by the kernel"),
    ("ILIKE", "a column that holds the lower-case form"),
    ("::", "CAST(... AS ...)"),
    ("JSON_EXTRACT", "a real column, or a helper in platform/src/db/dialect.rs"),
    ("JSON_EACH", "a helper in platform/src/db/dialect.rs"),
    ("STRFTIME", "a time from the clock, as an argument"),
    ("CURRENT_TIMESTAMP", "a time from the clock, as an argument"),
    ("ROWID", "a column of your own"),
];

const COLUMN_TYPES: [&str; 4] = ["BIGINT", "TEXT", "BOOLEAN", "JSON"];

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the pattern is a constant of this file")
}

/// The same pattern for lower-case keywords; classes such as `\s` and `\w` are lower case already.
fn lower_keywords(upper: &str) -> String {
    upper.to_lowercase()
}

/// Whether this text is SQL.
pub fn is_statement(text: &str) -> bool {
    STATEMENT.is_match(text)
}

/// All SQL of the product: migrations, and the literals of `store.rs` files and of the platform.
pub fn statements<'tree>(tree: &'tree Tree, declared: &Declared) -> Vec<Statement<'tree>> {
    let mut statements = Vec::new();
    for file in tree.files() {
        if is_migration(file) {
            statements.push(Statement { file, line: 1, text: file.text.clone(), is_whole: true });
        } else if is_product_code(file, declared) && is_home_of_sql(file) {
            let literals = string_literals(without_tests(&file.text)).into_iter();
            statements.extend(literals.filter_map(|literal| {
                let is_whole = is_statement(&literal.text);
                let is_piece = PLACEHOLDER.is_match(&literal.text) || has_table_keyword(&literal.text);
                (is_whole || is_piece).then_some(Statement { file, line: literal.line, text: literal.text, is_whole })
            }));
        }
    }
    statements
}

fn has_table_keyword(text: &str) -> bool {
    text.split_whitespace().any(|word| ["FROM", "JOIN", "INTO"].contains(&word))
}

fn is_migration(file: &File) -> bool {
    file.has_extension("sql") && file.path.contains("/migrations/")
}

fn is_product_code(file: &File, declared: &Declared) -> bool {
    let layer = file.crate_name().and_then(|name| declared.layer(name));
    file.has_extension("rs") && !file.is_for_tests() && layer.is_some_and(|layer| layer != Layer::Development)
}

fn is_home_of_sql(file: &File) -> bool {
    let is_store = file.file_name() == "store.rs" || file.path.contains("/src/store/");
    is_store || file.path.starts_with("crates/platform/src/")
}

/// Where what differs between the engines has its place.
fn may_differ_by_engine(file: &File) -> bool {
    let places = ["crates/platform/src/db.rs", "crates/platform/src/db/", "crates/platform/migrations/"];
    places.iter().any(|place| file.path.starts_with(place))
}

/// Checks where SQL stands and that it is portable.
pub fn check(tree: &Tree, declared: &Declared) -> Vec<Violation> {
    let mut violations = Vec::new();
    for file in tree.files() {
        if is_product_code(file, declared) && !is_home_of_sql(file) {
            for literal in string_literals(without_tests(&file.text)) {
                if is_statement(&literal.text) {
                    violations.push(Violation::new(
                        format!("{}:{}", file.path, literal.line),
                        "SQL outside of a store.rs",
                        "move the statement into the module's store.rs, and call it from here",
                    ));
                }
            }
        }
    }
    for statement in statements(tree, declared) {
        check_step(&statement, &mut violations);
        if !may_differ_by_engine(statement.file) {
            check_portable(&statement, &mut violations);
        }
    }
    violations
}

/// A program that does not know a step goes on beside it, unless its name says that it cannot.
fn check_step(statement: &Statement<'_>, violations: &mut Vec<Violation>) {
    let name = statement.file.file_name();
    let is_named = name.contains("__remove_") || OLDER_STEPS.contains(&name);
    if is_migration(statement.file) && !is_named && TAKES_AWAY.is_match(&without_quoted(&statement.text)) {
        violations.push(Violation::new(
            statement.place(),
            "the step takes away what the version before may need, and its name does not say so",
            "leave it in place, or, when no version that needs it is in use, call the step V<number>__remove_<words>",
        ));
    }
}

fn check_portable(statement: &Statement<'_>, violations: &mut Vec<Violation>) {
    let bare = without_quoted(&statement.text);
    let mut report = |problem: String, remedy: &str| {
        violations.push(Violation::new(statement.place(), problem, remedy));
    };
    if statement.is_whole && bare.contains('?') {
        report("the placeholder ? is understood by one engine only".to_owned(), "write $1, $2, ... in order");
    }
    if let Some(found) = first_disorder(&bare, statement.is_whole && !bare.contains('{')) {
        report(
            format!("the placeholder ${found} is out of order"),
            "number placeholders $1..$n in order of first appearance, and order the values alike",
        );
    }
    // A migration is written for one engine; its types alone must be those of every engine.
    if !is_migration(statement.file) {
        let upper = bare.split_whitespace().collect::<Vec<_>>().join(" ").to_uppercase();
        for (word, instead) in ENGINE_WORDS {
            if upper.contains(word) {
                report(format!("{word} is understood by one engine only"), &format!("write {instead}"));
            }
        }
    }
    for (column, kind) in foreign_columns(&bare) {
        report(
            format!("column {column} has the type {kind}, which not every engine has"),
            "use BIGINT, TEXT, BOOLEAN or JSON",
        );
    }
}

/// The statement with empty quotes and without comments.
fn without_quoted(sql: &str) -> Cow<'_, str> {
    QUOTED.replace_all(sql, |found: &Captures<'_>| if found[0].starts_with('\'') { "''" } else { "" })
}

/// The first placeholder that does not follow on those before it.
fn first_disorder(sql: &str, starts_at_one: bool) -> Option<u32> {
    let mut seen = BTreeSet::new();
    let mut last = if starts_at_one { Some(0) } else { None };
    for found in PLACEHOLDER.captures_iter(sql) {
        let number: u32 = found[1].parse().unwrap_or(u32::MAX);
        if !seen.insert(number) {
            continue;
        }
        if last.is_some_and(|last| number != last + 1) {
            return Some(number);
        }
        last = Some(number);
    }
    None
}

/// The columns of CREATE TABLE whose types are not portable, with those types.
fn foreign_columns(sql: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for create in CREATE_TABLE.find_iter(sql) {
        for definition in definitions(&sql[create.end()..]) {
            let mut words = definition.split_whitespace();
            let (Some(column), kind) = (words.next(), words.next().unwrap_or("none")) else {
                continue;
            };
            let kind = kind.trim_end_matches(',').to_uppercase();
            let begins_constraint = ["PRIMARY", "UNIQUE", "CHECK", "FOREIGN", "CONSTRAINT", "EXCLUDE"]
                .iter()
                .any(|word| column.to_uppercase().split('(').next() == Some(word));
            if !begins_constraint && !COLUMN_TYPES.contains(&kind.as_str()) {
                found.push((column.to_owned(), kind));
            }
        }
    }
    found
}

/// The definitions inside the parentheses of CREATE TABLE, split at the commas of the outermost level.
fn definitions(body: &str) -> Vec<&str> {
    let mut definitions = Vec::new();
    let (mut depth, mut start) = (0, 0);
    for (at, character) in body.char_indices() {
        match character {
            '(' => depth += 1,
            ')' if depth == 0 => {
                definitions.push(body[start..at].trim());
                break;
            }
            ')' => depth -= 1,
            ',' if depth == 0 => {
                definitions.push(body[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    definitions.retain(|definition| !definition.is_empty());
    definitions
}

#[cfg(test)]
mod tests {
    use super::super::declared::tests::sample;
    use super::*;

    fn problems(path: &str, text: &str) -> Vec<String> {
        let tree = Tree::planted(&[(path, text)]);
        check(&tree, &sample()).into_iter().map(|violation| violation.problem).collect()
    }

    fn in_store(sql: &str) -> Vec<String> {
        problems("crates/catalog/src/store.rs", &format!("const SQL: &str = r#\"{sql}\"#;"))
    }

    fn in_migration(sql: &str) -> Vec<String> {
        problems("crates/catalog/migrations/001_products.sql", sql)
    }

    #[test]
    fn portable_sql_is_fine() {
        assert_eq!(in_store("SELECT id FROM catalog_product WHERE a = $1 AND (b = $2 OR c = $1)"), [""; 0]);
        assert_eq!(in_store("SELECT id FROM catalog_product WHERE title = 'why?'"), [""; 0]);
        let table = "CREATE TABLE catalog_product (\n  id TEXT PRIMARY KEY, -- what?\n  size BIGINT NOT NULL CHECK (size IN (1, 2)),\n  \
                     body JSON NOT NULL,\n  is_open BOOLEAN NOT NULL,\n  UNIQUE (id, size)\n);";
        assert_eq!(in_migration(table), [""; 0]);
    }

    #[test]
    fn planted_sql_outside_of_a_store_is_found() {
        let planted = "fn f() { run(\"SELECT id FROM catalog_product\"); }";
        assert_eq!(problems("crates/catalog/src/reserve.rs", planted), ["SQL outside of a store.rs"]);
        assert_eq!(problems("crates/server/src/main.rs", planted), ["SQL outside of a store.rs"]);
        assert_eq!(problems("crates/catalog/src/reserve.rs", &planted.to_lowercase()), ["SQL outside of a store.rs"]);
    }

    #[test]
    fn tests_and_prose_may_say_select() {
        let prose = "fn f() { say(\"Select a size from the list\"); say(\"Update the set\"); }";
        assert_eq!(problems("crates/storefront/src/product.rs", prose), [""; 0]);
        let test = "#[cfg(test)]\nmod tests { fn f() { run(\"SELECT id FROM catalog_product\"); } }";
        assert_eq!(problems("crates/catalog/src/reserve.rs", test), [""; 0]);
        let planted = "fn f() { run(\"SELECT id FROM catalog_product\"); }";
        assert_eq!(problems("crates/testkit/src/lib.rs", planted), [""; 0]);
        assert_eq!(problems("crates/catalog/tests/it.rs", planted), [""; 0]);
    }

    #[test]
    fn planted_placeholders_are_found() {
        assert_eq!(in_store("SELECT a FROM catalog_x WHERE b = $2 AND c = $1"), ["the placeholder $2 is out of order"]);
        assert_eq!(in_store("UPDATE catalog_x SET a = $1 WHERE b = $3"), ["the placeholder $3 is out of order"]);
        assert_eq!(
            in_store("DELETE FROM catalog_x WHERE b = ?"),
            ["the placeholder ? is understood by one engine only"]
        );
        assert_eq!(in_store(" AND b = $4 AND c = $3"), ["the placeholder $3 is out of order"]);
    }

    #[test]
    fn planted_column_types_are_found() {
        let found = in_migration("CREATE TABLE catalog_x (id TEXT, size INTEGER NOT NULL, price REAL, UNIQUE(id));");
        assert_eq!(
            found,
            [
                "column size has the type INTEGER, which not every engine has",
                "column price has the type REAL, which not every engine has",
            ]
        );
    }

    #[test]
    fn planted_engine_words_are_found() {
        let found = in_store("INSERT OR  IGNORE INTO catalog_x (a) VALUES ($1)");
        assert_eq!(found, ["INSERT OR is understood by one engine only"]);
        assert_eq!(in_store("SELECT a::text FROM catalog_x"), [":: is understood by one engine only"]);
    }

    #[test]
    fn a_migration_may_speak_to_its_engine() {
        assert_eq!(in_migration("CREATE TABLE catalog_x (id TEXT PRIMARY KEY) WITHOUT ROWID;"), [""; 0]);
    }

    #[test]
    fn planted_steps_that_take_away_unsaid_are_found() {
        let found = ["the step takes away what the version before may need, and its name does not say so"];
        let path = |name: &str| format!("crates/catalog/migrations/sqlite/{name}.sql");
        for sql in ["DROP TABLE catalog_x;", "ALTER TABLE catalog_x RENAME TO catalog_y;"] {
            assert_eq!(problems(&path("V9__tidy_up"), sql), found);
            assert_eq!(problems(&path("V9__remove_x"), sql), [""; 0]);
        }
        assert_eq!(problems(&path("V9__tidy_up"), "DROP INDEX catalog_x_by_y; -- and rename"), [""; 0]);
    }

    #[test]
    fn the_database_itself_may_speak_to_its_engine() {
        let planted =
            "fn f() { run(\"PRAGMA journal_mode = WAL\"); run(\"SELECT a FROM platform_outbox WHERE b = ?\"); }";
        assert_eq!(problems("crates/platform/src/db/sqlite.rs", planted), [""; 0]);
    }
}
