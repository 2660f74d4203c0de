//! Pages of docs/generated: made from the one place that says it, so that they cannot say anything else.

mod events;

use std::fmt::Write as _;
use std::path::Path;

use anyhow::Context as _;

/// A page: where it stands, and what it says.
pub struct Page {
    /// Its path from the root.
    pub path: &'static str,
    /// Its text.
    pub text: String,
}

/// What the page of settings is made from.
pub const SETTINGS: &str = "config/default.toml";

/// All pages, as they have to be now.
pub fn pages(root: &Path) -> anyhow::Result<Vec<Page>> {
    let settings = std::fs::read_to_string(root.join(SETTINGS)).with_context(|| format!("reading {SETTINGS}"))?;
    Ok(vec![
        Page { path: "docs/generated/config.md", text: config_page(&settings) },
        Page { path: "docs/generated/events.md", text: events::page(root)? },
    ])
}

/// Writes them.
pub fn write(root: &Path) -> anyhow::Result<()> {
    for Page { path, text } in pages(root)? {
        let file = root.join(path);
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder).with_context(|| format!("{} cannot be created", folder.display()))?;
        }
        std::fs::write(&file, text).with_context(|| format!("{path} cannot be written"))?;
        crate::say(&format!("{path} is written"));
    }
    Ok(())
}

/// Every setting as a table, a section each.
fn config_page(settings: &str) -> String {
    let mut page = format!(
        "# Settings\n\nMade from [{SETTINGS}](../../{SETTINGS}) by `cargo xtask generate`; change it there.\n\n"
    );
    let (mut section, mut comment, mut is_head, mut has_table) = (String::new(), Vec::new(), true, false);
    for line in settings.lines() {
        let line = line.trim();
        if let Some(said) = line.strip_prefix('#') {
            comment.push(said.trim().to_owned());
        } else if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            let _ = writeln!(page, "\n## `[{name}]`\n");
            if !comment.is_empty() {
                let _ = writeln!(page, "{}\n", escaped(&comment.join(" ")));
            }
            name.clone_into(&mut section);
            comment.clear();
            has_table = false;
        } else if let Some((key, default)) = line.split_once(" = ") {
            if !has_table {
                page.push_str("| Setting | Default | Environment | Meaning |\n|---|---|---|---|\n");
                has_table = true;
            }
            let name = if section.is_empty() { key.to_owned() } else { format!("{section}.{key}") };
            let variable = format!("TRADEWIND_{}", name.replace('.', "_").to_uppercase());
            let meaning = escaped(&comment.join(" "));
            let _ = writeln!(page, "| `{name}` | `{default}` | `{variable}` | {meaning} |");
            comment.clear();
        } else {
            // What the file begins with says where values come from.
            if is_head && !comment.is_empty() {
                let _ = writeln!(page, "{}\n", comment.join("\n").replace("\n\n", "\n").trim());
            }
            is_head = false;
            comment.clear();
        }
    }
    page
}

fn escaped(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_setting_is_a_line_with_its_default_and_its_variable() {
        let page = config_page(
            "# Every setting.\n\n# What it does.\nroles = [\"web\"]\n\n# A place.\n[store.main]\n# Either | or.\nkind = \"sqlite\"\n",
        );
        for line in [
            "Every setting.",
            "| `roles` | `[\"web\"]` | `TRADEWIND_ROLES` | What it does. |",
            "## `[store.main]`\n\nA place.\n",
            "| `store.main.kind` | `\"sqlite\"` | `TRADEWIND_STORE_MAIN_KIND` | Either \\| or. |",
        ] {
            assert!(page.contains(line), "{line}\n{page}");
        }
    }
}
