//! The rule of file lengths: one finds one's way in a short file. Exceptions stand in a list that may only get shorter.

use std::collections::BTreeMap;

use super::Violation;
use super::tree::{File, Tree};

/// Beyond this a file is mentioned.
const WARNED_LINES: usize = 500;
/// Beyond this it must be in the list.
const ALLOWED_LINES: usize = 700;

const LIST: &str = "crates/xtask/allow/long-files.md";

/// What the rule found.
#[derive(Debug, Default)]
pub struct Lengths {
    pub violations: Vec<Violation>,
    pub warnings: Vec<String>,
}

/// Measures every file of code, style and markup.
pub fn check(tree: &Tree) -> Lengths {
    let mut found = Lengths::default();
    let mut excepted = exceptions(tree, &mut found);
    let measured = tree.files().iter().filter(|file| !file.has_extension("md") && !file.has_extension("toml"));
    for file in measured {
        let lines = file.text.lines().count();
        match excepted.remove(file.path.as_str()) {
            Some(allowed) => found.violations.extend(check_exception(file, lines, allowed)),
            None if lines > ALLOWED_LINES => found.violations.push(Violation::new(
                file.path.clone(),
                format!("{lines} lines; a file has at most {ALLOWED_LINES}"),
                "split it where its subject divides: one verb, one page or one resource a file",
            )),
            None if lines > WARNED_LINES => {
                found.warnings.push(format!("{} has {lines} lines; consider splitting it", file.path));
            }
            None => {}
        }
    }
    found.violations.extend(
        excepted
            .into_keys()
            .map(|path| Violation::new(LIST, format!("{path} does not exist"), "take its line out of the list")),
    );
    found
}

fn check_exception(file: &File, lines: usize, allowed: usize) -> Option<Violation> {
    let (problem, remedy) = if lines > allowed {
        (
            format!("{lines} lines, and the list allows it {allowed}"),
            "split it: the list may only get shorter".to_owned(),
        )
    } else if lines <= ALLOWED_LINES {
        (format!("{lines} lines, short enough to need no exception"), format!("take its line out of {LIST}"))
    } else if lines < allowed {
        (format!("{lines} lines, fewer than the {allowed} of the list"), format!("write {lines} in {LIST}"))
    } else {
        return None;
    };
    Some(Violation::new(file.path.clone(), problem, remedy))
}

/// The list: lines of the form `- path: lines`.
fn exceptions<'tree>(tree: &'tree Tree, found: &mut Lengths) -> BTreeMap<&'tree str, usize> {
    let text = tree.file(LIST).map_or("", |list| list.text.as_str());
    let mut excepted = BTreeMap::new();
    for entry in text.lines().filter_map(|line| line.strip_prefix("- ")) {
        let parsed = entry.split_once(": ").and_then(|(path, lines)| Some((path, lines.trim().parse().ok()?)));
        match parsed {
            Some((path, lines)) => {
                excepted.insert(path, lines);
            }
            None => found.violations.push(Violation::new(
                LIST,
                format!("`{entry}` is no exception"),
                "write `- path/of/file.rs: 712`",
            )),
        }
    }
    excepted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_with(list: &str, lines: usize) -> Lengths {
        let text = "x\n".repeat(lines);
        check(&Tree::planted(&[(LIST, list), ("crates/catalog/src/lib.rs", &text)]))
    }

    fn problems(list: &str, lines: usize) -> Vec<String> {
        check_with(list, lines).violations.into_iter().map(|violation| violation.problem).collect()
    }

    #[test]
    fn short_files_are_fine_and_longer_ones_are_mentioned() {
        assert!(check_with("", 500).warnings.is_empty());
        assert_eq!(check_with("", 501).warnings, ["crates/catalog/src/lib.rs has 501 lines; consider splitting it"]);
        assert_eq!(problems("", 700), [""; 0]);
    }

    #[test]
    fn a_planted_long_file_is_found() {
        assert_eq!(problems("", 701), ["701 lines; a file has at most 700"]);
    }

    #[test]
    fn an_exception_may_only_shrink() {
        let list = "- crates/catalog/src/lib.rs: 720\n";
        assert_eq!(problems(list, 720), [""; 0]);
        assert_eq!(problems(list, 721), ["721 lines, and the list allows it 720"]);
        assert_eq!(problems(list, 719), ["719 lines, fewer than the 720 of the list"]);
        assert_eq!(problems(list, 700), ["700 lines, short enough to need no exception"]);
        assert_eq!(problems("- gone.rs: 800\n", 1), ["gone.rs does not exist"]);
        assert_eq!(problems("- gone.rs\n", 1), ["`gone.rs` is no exception"]);
    }
}
