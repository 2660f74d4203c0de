//! The rule of generated pages: they say what they are made from says now.

use super::Violation;
use super::tree::Tree;
use crate::generate::Page;

/// Checks the pages that stand in the repository against those that would be made.
pub fn check(tree: &Tree, pages: &[Page]) -> Vec<Violation> {
    let is_old = |page: &&Page| tree.file(page.path).is_none_or(|file| file.text != page.text);
    let old = pages.iter().filter(is_old);
    old.map(|page| Violation::new(page.path, "it is older than what it is made from", "run `cargo xtask generate`"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_is_missing_or_old_is_found() {
        let page = |text: &str| [Page { path: "docs/generated/a.md", text: text.to_owned() }];
        let tree = Tree::planted(&[("docs/generated/a.md", "now")]);
        assert!(check(&tree, &page("now")).is_empty());
        assert_eq!(check(&tree, &page("then")).len(), 1);
        assert_eq!(check(&Tree::planted(&[]), &page("now")).len(), 1);
    }
}
