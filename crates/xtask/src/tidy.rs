//! Tidy: the rules of the house that the compiler cannot see. Each rule is one file with a planted violation in its tests.

mod declared;
mod generated;
mod graph;
mod length;
mod map;
mod rust_source;
mod sql;
mod tables;
mod tree;

use std::fmt;
use std::path::Path;

use anyhow::Context as _;

use declared::Declared;
use tree::Tree;

/// One broken rule: where, what is wrong, and what to do next.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    /// A path inside the repository, with a line where there is one.
    pub place: String,
    /// What is wrong.
    pub problem: String,
    /// What to do next.
    pub remedy: String,
}

impl Violation {
    fn new(place: impl Into<String>, problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { place: place.into(), problem: problem.into(), remedy: remedy.into() }
    }
}

/// What tidy found.
#[derive(Debug)]
pub struct Report {
    violations: Vec<Violation>,
    warnings: Vec<String>,
    crates_seen: usize,
    files_seen: usize,
}

impl Report {
    /// Whether no rule is broken. Warnings do not count.
    pub fn is_clean(&self) -> bool {
        self.violations.is_empty()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for warning in &self.warnings {
            writeln!(f, "warning: {warning}")?;
        }
        for violation in &self.violations {
            writeln!(f, "{}: {}\n    next: {}", violation.place, violation.problem, violation.remedy)?;
        }
        let (crates, files) = (self.crates_seen, self.files_seen);
        match self.violations.len() {
            0 => write!(f, "tidy: {crates} crates and {files} files, nothing to put in order"),
            1 => write!(f, "tidy: 1 rule is broken ({crates} crates, {files} files)"),
            count => write!(f, "tidy: {count} rules are broken ({crates} crates, {files} files)"),
        }
    }
}

/// Checks the whole repository.
pub fn check(root: &Path) -> anyhow::Result<Report> {
    let modules_toml = std::fs::read_to_string(root.join("modules.toml")).context("reading modules.toml")?;
    let declared = Declared::parse(&modules_toml)?;
    let metadata = cargo_metadata::MetadataCommand::new()
        .manifest_path(root.join("Cargo.toml"))
        .no_deps()
        .exec()
        .context("asking cargo for the crate graph")?;
    let crates = graph::crates_of(&metadata);
    let tree = Tree::read(root)?;

    let mut violations = graph::check(&crates, &declared);
    violations.extend(tables::check(&tree, &declared));
    violations.extend(sql::check(&tree, &declared));
    violations.extend(map::check(&tree, &declared, &crates));
    violations.extend(generated::check(&tree, &crate::generate::pages(root)?));
    let lengths = length::check(&tree);
    violations.extend(lengths.violations);
    violations.sort();
    Ok(Report { violations, warnings: lengths.warnings, crates_seen: crates.len(), files_seen: tree.files().len() })
}
