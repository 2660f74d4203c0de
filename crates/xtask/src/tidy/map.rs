//! The rule of the map: ARCHITECTURE.md names the crates that exist, modules have the same rooms, files say what they own.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use super::Violation;
use super::declared::{Declared, Module};
use super::graph::Crate;
use super::tree::Tree;

static CRATE_PATH: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"crates/([a-z][a-z0-9-]*)").expect("the pattern is a constant of this file"));

const MAP: &str = "ARCHITECTURE.md";

/// A crate may let its README say what it owns.
const README_AS_HEAD: &str = "#![doc = include_str!(\"../README.md\")]";

/// What every module has, and what a pure one has of it.
const ROOMS: [&str; 6] = ["README.md", "src/lib.rs", "src/model.rs", "src/store.rs", "src/events.rs", "src/error.rs"];
const PURE_ROOMS: [&str; 2] = ["README.md", "src/lib.rs"];

/// Checks the map against the workspace.
pub fn check(tree: &Tree, declared: &Declared, crates: &[Crate]) -> Vec<Violation> {
    let existing: BTreeSet<&str> = crates.iter().map(|own| own.name.as_str()).collect();
    let mut violations = named_crates(tree, &existing);
    for (name, module) in &declared.module {
        if existing.contains(name.as_str()) {
            violations.extend(rooms(tree, name, module));
        } else {
            violations.push(Violation::new(
                "modules.toml",
                format!("the module {name} does not exist"),
                format!("create crates/{name}, or take its entry out"),
            ));
        }
    }
    violations.extend(heads(tree));
    violations
}

fn named_crates(tree: &Tree, existing: &BTreeSet<&str>) -> Vec<Violation> {
    let Some(map) = tree.file(MAP) else {
        return vec![Violation::new(MAP, "there is no map", "write it: every crate, and what it owns")];
    };
    let named: BTreeSet<&str> =
        CRATE_PATH.captures_iter(&map.text).filter_map(|found| found.get(1)).map(|name| name.as_str()).collect();
    let gone = named.difference(existing).map(|name| {
        Violation::new(MAP, format!("crates/{name} is named but does not exist"), "take it off the map, or create it")
    });
    let unnamed = existing.difference(&named).map(|name| {
        Violation::new(MAP, format!("crates/{name} exists but is not named"), "add it to the map, with what it owns")
    });
    gone.chain(unnamed).collect()
}

fn rooms(tree: &Tree, name: &str, module: &Module) -> Vec<Violation> {
    let rooms: &[&str] = if module.pure { &PURE_ROOMS } else { &ROOMS };
    let missing = |path: &str, is_there: bool| {
        (!is_there).then(|| {
            Violation::new(
                format!("crates/{name}"),
                format!("the module has no {path}"),
                "add it: every module has the same rooms, so that one knows where to look",
            )
        })
    };
    // A room that has grown is a folder of the same name.
    let is_there = |room: &str| {
        let grown = room.replace(".rs", "/mod.rs");
        [room, grown.as_str()].iter().any(|path| tree.file(&format!("crates/{name}/{path}")).is_some())
    };
    let mut violations: Vec<Violation> = rooms.iter().filter_map(|room| missing(room, is_there(room))).collect();
    let migrations = format!("crates/{name}/migrations/");
    let has_migrations =
        tree.files().iter().any(|file| file.path.starts_with(&migrations) && file.has_extension("sql"));
    violations.extend(missing("migrations/*.sql", module.pure || has_migrations));
    violations
}

fn heads(tree: &Tree) -> impl Iterator<Item = Violation> {
    let says = |text: &str| text.starts_with("//! ") || text.starts_with(README_AS_HEAD);
    let headless = tree.files().iter().filter(move |file| file.has_extension("rs") && !says(&file.text));
    headless.map(|file| {
        Violation::new(
            file.path.clone(),
            "the file does not say what it owns",
            "begin it with a line `//! ...` that says so",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::super::declared::tests::sample;
    use super::*;

    /// A small repository in order, one file changed or left out.
    fn problems(changed: &str, text: Option<&str>) -> Vec<String> {
        let mut files = vec![
            ("ARCHITECTURE.md", "crates/catalog crates/checkout crates/pricing"),
            ("crates/pricing/README.md", ""),
            ("crates/pricing/src/lib.rs", "//! Totals."),
        ];
        let full = ["catalog", "checkout"].map(|name| {
            let of = |room: &str| format!("crates/{name}/{room}");
            [ROOMS.map(of).to_vec(), vec![of("migrations/001_first.sql")]].concat()
        });
        let full = full.concat();
        files.extend(full.iter().map(|path| (path.as_str(), "//! A room.")));
        files.retain(|(path, _)| *path != changed);
        files.extend(text.map(|text| (changed, text)));
        let crates = ["catalog", "checkout", "pricing"];
        let crates = crates.map(|name| Crate { name: name.to_owned(), dependencies: vec![] });
        let tree = Tree::planted(&files);
        check(&tree, &sample(), &crates).into_iter().map(|violation| violation.problem).collect()
    }

    #[test]
    fn a_repository_in_order_is_fine() {
        assert_eq!(problems("README.md", Some("Tradewind")), [""; 0]);
    }

    #[test]
    fn a_planted_crate_that_is_gone_is_found() {
        let map = "crates/catalog crates/checkout crates/pricing crates/gone";
        assert_eq!(problems("ARCHITECTURE.md", Some(map)), ["crates/gone is named but does not exist"]);
    }

    #[test]
    fn a_planted_crate_without_a_name_is_found() {
        let map = "crates/catalog crates/checkout";
        assert_eq!(problems("ARCHITECTURE.md", Some(map)), ["crates/pricing exists but is not named"]);
        assert_eq!(problems("ARCHITECTURE.md", None), ["there is no map"]);
    }

    #[test]
    fn a_planted_missing_room_is_found() {
        assert_eq!(problems("crates/catalog/src/events.rs", None), ["the module has no src/events.rs"]);
        assert_eq!(problems("crates/catalog/migrations/001_first.sql", None), ["the module has no migrations/*.sql"]);
        assert_eq!(problems("crates/pricing/README.md", None), ["the module has no README.md"]);
    }

    #[test]
    fn a_room_may_grow_into_a_folder() {
        let mut files: Vec<(String, &str)> = ROOMS
            .iter()
            .map(|room| (format!("crates/catalog/{room}").replace("store.rs", "store/mod.rs"), ""))
            .collect();
        files.push(("crates/catalog/migrations/sqlite/V1__first.sql".to_owned(), ""));
        let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), *text)).collect();
        assert_eq!(rooms(&Tree::planted(&files), "catalog", &sample().module["catalog"]), []);
    }

    #[test]
    fn a_planted_file_without_a_head_is_found() {
        assert_eq!(
            problems("crates/catalog/src/reserve.rs", Some("use std::fmt;")),
            ["the file does not say what it owns"]
        );
    }
}
