//! What docs/compatibility.md says: the exchanges that differ, and the routes that are not there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The rows of its tables.
pub struct Documented {
    /// Exchange and kind: `deliberate`, `peer's slip` or `open`.
    exchanges: BTreeMap<u32, String>,
    /// `METHOD /path`.
    routes: BTreeSet<String>,
}

impl Documented {
    pub fn read() -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/compatibility.md");
        Self::parse(&std::fs::read_to_string(path).unwrap())
    }

    fn parse(text: &str) -> Self {
        let mut exchanges = BTreeMap::new();
        let mut routes = BTreeSet::new();
        for line in text.lines() {
            let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            if let [number, kind, ..] = cells.as_slice()
                && let Ok(number) = number.parse()
            {
                assert!(["deliberate", "peer's slip", "open"].contains(kind), "there is no kind {kind:?}: {line}");
                assert!(exchanges.insert(number, (*kind).to_owned()).is_none(), "{number} is listed twice");
            }
            // `GET POST /admin/things/{id}`
            if let Some((methods, path)) = line.strip_prefix("- `").and_then(|rest| rest.split_once(" /")) {
                let path = path.split('`').next().unwrap_or_default();
                routes.extend(methods.split(' ').map(|method| format!("{method} /{path}")));
            }
        }
        Self { exchanges, routes }
    }

    /// Whether an exchange is said to differ.
    pub fn lists(&self, number: u32) -> bool {
        self.exchanges.contains_key(&number)
    }

    /// How many are to differ for good.
    pub fn deliberate(&self) -> usize {
        self.exchanges.values().filter(|kind| *kind != "open").count()
    }

    /// The routes that are said to be missing.
    pub fn missing_routes(&self) -> &BTreeSet<String> {
        &self.routes
    }
}

#[test]
fn tables_and_lists_are_read() {
    let text = "| Exchange | Kind | What |\n|---|---|---|\n| 118 | deliberate | why |\n| 7 | open | not there |\n\n- `GET DELETE /admin/x/{id}`\n";
    let documented = Documented::parse(text);
    assert!(documented.lists(118) && documented.lists(7) && !documented.lists(8));
    assert_eq!(documented.deliberate(), 1);
    assert_eq!(documented.missing_routes().len(), 2);
    assert!(documented.missing_routes().contains("DELETE /admin/x/{id}"));
}
