//! The repository's own text files, read once for all rules.

use std::path::Path;

use anyhow::Context as _;
use walkdir::WalkDir;

/// A text file.
#[derive(Debug)]
pub struct File {
    /// Its path from the root, with `/`.
    pub path: String,
    /// What it says.
    pub text: String,
}

impl File {
    /// The crate it lies in, by its folder.
    pub fn crate_name(&self) -> Option<&str> {
        self.path.strip_prefix("crates/")?.split('/').next()
    }

    /// The last part of its path.
    pub fn file_name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// Whether the path ends so.
    pub fn has_extension(&self, extension: &str) -> bool {
        self.path.rsplit_once('.').is_some_and(|(_, own)| own == extension)
    }

    /// Whether it holds tests, benches or examples only, and so ships in no shop.
    pub fn is_for_tests(&self) -> bool {
        let folders = ["/tests/", "/benches/", "/examples/"];
        folders.iter().any(|folder| self.path.contains(folder)) || self.file_name() == "tests.rs"
    }
}

/// All of them.
#[derive(Debug)]
pub struct Tree {
    files: Vec<File>,
}

const EXTENSIONS: [&str; 8] = ["rs", "sql", "md", "toml", "mjs", "js", "css", "html"];

/// Folders that are built, downloaded or taken over as they are.
const FOREIGN_FOLDERS: [&str; 6] = [".git", "target", "node_modules", "vendor", "data", "pages"];

impl Tree {
    /// Reads every text file below the root that is ours.
    pub fn read(root: &Path) -> anyhow::Result<Self> {
        let is_ours = |entry: &walkdir::DirEntry| {
            let is_folder = entry.file_type().is_dir();
            let name = entry.file_name().to_string_lossy();
            // A folder `pages` or `data` is foreign at the root alone: elsewhere it is a room like any other.
            let is_foreign = FOREIGN_FOLDERS.contains(&name.as_ref())
                && (entry.depth() == 1 || !["data", "pages"].contains(&name.as_ref()));
            !(is_folder && is_foreign)
        };
        let mut files = Vec::new();
        for entry in WalkDir::new(root).sort_by_file_name().into_iter().filter_entry(is_ours) {
            let entry = entry.context("reading the repository")?;
            let extension = entry.path().extension().unwrap_or_default().to_string_lossy();
            if !entry.file_type().is_file() || !EXTENSIONS.contains(&extension.as_ref()) {
                continue;
            }
            let path = entry.path().strip_prefix(root)?.to_string_lossy().replace('\\', "/");
            let text = std::fs::read_to_string(entry.path()).with_context(|| format!("reading {path}"))?;
            files.push(File { path, text });
        }
        Ok(Self { files })
    }

    /// Every file.
    pub fn files(&self) -> &[File] {
        &self.files
    }

    /// The file at this path.
    pub fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    /// A tree made up for a test.
    #[cfg(test)]
    pub fn planted(files: &[(&str, &str)]) -> Self {
        let planted = |(path, text): &(&str, &str)| File { path: (*path).to_owned(), text: (*text).to_owned() };
        Self { files: files.iter().map(planted).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn built_and_downloaded_files_are_left_out() {
        let root = tempfile::tempdir().unwrap();
        for path in ["crates/a/src/pages/home.rs", "target/b.rs", "tests/js/node_modules/c.js", "web/vendor/d.js"] {
            let path = root.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "//! text").unwrap();
        }
        let tree = Tree::read(root.path()).unwrap();
        let paths: Vec<_> = tree.files().iter().map(|file| file.path.as_str()).collect();
        assert_eq!(paths, ["crates/a/src/pages/home.rs"]);
    }
}
