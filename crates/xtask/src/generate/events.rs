//! The page of events: every fact that others may hear, read from where the modules declare them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use anyhow::Context as _;

use super::escaped;

/// Where a page of events is made from, below `crates/<module>`.
const SOURCE: &str = "src/events.rs";

/// A struct of a file of events.
#[derive(Default)]
struct Fact {
    meaning: String,
    /// The name, the type and the meaning of each field.
    fields: Vec<(String, String, String)>,
}

/// The page, from the files of all modules.
pub fn page(root: &Path) -> anyhow::Result<String> {
    let mut sources = BTreeMap::new();
    for entry in std::fs::read_dir(root.join("crates")).context("reading crates")? {
        let folder = entry.context("reading crates")?.path();
        let file = folder.join(SOURCE);
        if let (Some(module), true) = (folder.file_name().and_then(|name| name.to_str()), file.exists()) {
            let text = std::fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
            sources.insert(module.to_owned(), text);
        }
    }
    Ok(text_of(&sources))
}

fn text_of(sources: &BTreeMap<String, String>) -> String {
    let mut page = format!(
        "# Events\n\nMade from `crates/*/{SOURCE}` by `cargo xtask generate`; change it there. How they travel: [events](../events.md).\n"
    );
    for (module, source) in sources {
        let events = events(source);
        if events.is_empty() {
            continue;
        }
        let _ = writeln!(page, "\n## {module}");
        for (kind, fact) in events {
            let _ = writeln!(page, "\n### `{kind}`\n\n{}\n\n| Field | Type | Meaning |\n|---|---|---|", fact.meaning);
            for (name, holds, meaning) in fact.fields {
                let _ = writeln!(page, "| `{name}` | `{}` | {} |", holds.replace('|', "\\|"), escaped(&meaning));
            }
        }
    }
    page
}

/// The events that a file declares, by their kinds.
fn events(source: &str) -> BTreeMap<String, Fact> {
    let (mut facts, mut kinds) = (BTreeMap::<String, Fact>::new(), BTreeMap::new());
    let (mut comment, mut fact, mut event) = (Vec::new(), None::<String>, None::<String>);
    for line in source.lines().map(str::trim) {
        if let Some(said) = line.strip_prefix("///") {
            comment.push(said.trim().to_owned());
            continue;
        }
        if let Some(name) = line.strip_prefix("pub struct ").and_then(|rest| rest.strip_suffix(" {")) {
            facts.insert(name.to_owned(), Fact { meaning: comment.join(" "), fields: Vec::new() });
            fact = Some(name.to_owned());
        } else if let Some(name) = line.strip_prefix("impl Event for ").and_then(|rest| rest.strip_suffix(" {")) {
            event = Some(name.to_owned());
        } else if let (Some(name), Some((_, kind))) = (&event, line.split_once("const KIND: &'static str = \"")) {
            kinds.insert(kind.trim_end_matches("\";").to_owned(), name.clone());
        } else if line == "}" {
            fact = None;
        } else if let (Some(name), Some((field, holds))) =
            (&fact, line.strip_prefix("pub ").and_then(|rest| rest.split_once(": ")))
        {
            let field = (field.to_owned(), holds.trim_end_matches(',').to_owned(), comment.join(" "));
            facts.entry(name.clone()).or_default().fields.push(field);
        }
        // What is said before an attribute is said of what comes after it.
        if !line.starts_with("#[") {
            comment.clear();
        }
    }
    kinds.into_iter().map(|(kind, name)| (kind, facts.remove(&name).unwrap_or_default())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_event_is_there_with_its_fields() {
        let source = r#"
/// A print was hung.
/// On a wall.
#[derive(Debug)]
pub struct PrintHung {
    /// Which | print.
    pub print_id: String,
    #[serde(default)]
    pub walls: Option<Vec<i64>>,
}

/// No event.
pub struct Part {
    pub id: String,
}

impl Event for PrintHung {
    const KIND: &'static str = "gallery.print_hung";

    fn aggregate(&self) -> &str {
        &self.print_id
    }
}
"#;
        let sources = [("gallery", source), ("empty", "pub use other::Thing;")];
        let page = text_of(&sources.map(|(module, text)| (module.to_owned(), text.to_owned())).into());
        for part in [
            "## gallery\n\n### `gallery.print_hung`\n\nA print was hung. On a wall.\n",
            "| `print_id` | `String` | Which \\| print. |\n| `walls` | `Option<Vec<i64>>` |  |\n",
        ] {
            assert!(page.contains(part), "{part}\n{page}");
        }
        assert!(!page.contains("empty") && !page.contains("Part"), "{page}");
    }
}
