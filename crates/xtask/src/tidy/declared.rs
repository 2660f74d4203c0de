//! `modules.toml` as values: layers, edges between modules and owners of tables.

use std::collections::BTreeMap;

use anyhow::{Context as _, bail};
use serde::Deserialize;

/// The declared graph. Names are those of the folders under `crates/`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Declared {
    /// What every module writes to through the platform.
    pub platform: Platform,
    /// The modules of the trade, by name.
    pub module: BTreeMap<String, Module>,
    /// What every door shares.
    pub http: Http,
    /// The crates that speak to the outside.
    pub doors: Group,
    /// Crates beside the layers, seen by the server alone, and by tests.
    #[serde(default)]
    pub beside: BTreeMap<String, Beside>,
    /// Crates that no shop runs.
    pub development: Group,
}

/// The platform's own tables.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Platform {
    #[expect(dead_code, reason = "written for the reader of modules.toml; demanded of each entry")]
    owns: String,
    /// How the names of its tables begin.
    pub prefix: String,
}

/// A module of the trade.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Module {
    #[expect(dead_code, reason = "written for the reader of modules.toml; demanded of each entry")]
    owns: String,
    /// How the names of its tables begin. A pure module has none.
    pub prefix: Option<String>,
    /// Whether the module has no I/O, hence only the pure rooms.
    #[serde(default)]
    pub pure: bool,
    /// The other modules it may call.
    pub sees: Vec<String>,
}

/// The crate `http`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Http {
    /// The modules it may call.
    pub sees: Vec<String>,
    /// The packages from outside that only http, the doors and the server may depend on.
    pub packages: Vec<String>,
}

/// A plain list of crates.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Their names.
    pub crates: Vec<String>,
}

/// A crate beside the layers.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Beside {
    #[expect(dead_code, reason = "written for the reader of modules.toml; demanded of each entry")]
    owns: String,
    /// The only crates of ours that it sees.
    pub sees: Vec<String>,
}

/// Where a crate stands in the graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layer {
    Kernel,
    Platform,
    Module,
    Http,
    Door,
    Server,
    Beside,
    Development,
}

impl Declared {
    /// Reads `modules.toml` and refuses what contradicts itself.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let declared: Self = toml::from_str(text).context("modules.toml")?;
        for (name, module) in &declared.module {
            if module.pure == module.prefix.is_some() {
                bail!("modules.toml: module {name} needs either a table prefix or `pure = true`");
            }
            for seen in &module.sees {
                if !declared.module.contains_key(seen) {
                    bail!("modules.toml: module {name} sees {seen}, which is not a module");
                }
            }
        }
        Ok(declared)
    }

    /// Where the crate stands; `None` if it is not declared.
    pub fn layer(&self, name: &str) -> Option<Layer> {
        let listed = |group: &Group| group.crates.iter().any(|listed| listed == name);
        match name {
            "kernel" => Some(Layer::Kernel),
            "platform" => Some(Layer::Platform),
            "http" => Some(Layer::Http),
            "server" => Some(Layer::Server),
            _ if self.module.contains_key(name) => Some(Layer::Module),
            _ if listed(&self.doors) => Some(Layer::Door),
            _ if self.beside.contains_key(name) => Some(Layer::Beside),
            _ if listed(&self.development) => Some(Layer::Development),
            _ => None,
        }
    }

    /// The module or platform whose table this is, by its name.
    pub fn owner_of_table(&self, table: &str) -> Option<&str> {
        if table.starts_with(&self.platform.prefix) {
            return Some("platform");
        }
        let mut modules = self.module.iter();
        modules
            .find(|(_, module)| module.prefix.as_deref().is_some_and(|prefix| table.starts_with(prefix)))
            .map(|(name, _)| name.as_str())
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// A small declared graph for the tests of the rules.
    pub fn sample() -> Declared {
        Declared::parse(
            r#"
            platform = { owns = "the outbox", prefix = "platform_" }
            module.catalog = { owns = "products", prefix = "catalog_", sees = [] }
            module.pricing = { owns = "totals", pure = true, sees = [] }
            module.checkout = { owns = "carts", prefix = "checkout_", sees = ["catalog", "pricing"] }
            http = { sees = [], packages = ["axum"] }
            doors = { crates = ["store-api", "storefront"] }
            beside.adapters = { owns = "ports", sees = ["kernel", "platform"] }
            beside.demo = { owns = "prints", sees = ["kernel"] }
            development = { crates = ["testkit", "xtask"] }
            "#,
        )
        .unwrap()
    }

    #[test]
    fn a_module_without_prefix_must_say_that_it_is_pure() {
        let text = r#"
            platform = { owns = "", prefix = "platform_" }
            module.catalog = { owns = "products", sees = [] }
            http = { sees = [], packages = [] }
            doors = { crates = [] }
            development = { crates = [] }
        "#;
        let error = Declared::parse(text).unwrap_err().to_string();
        assert!(error.contains("catalog needs either a table prefix"), "{error}");
    }

    #[test]
    fn tables_have_owners() {
        let declared = sample();
        assert_eq!(declared.owner_of_table("catalog_product"), Some("catalog"));
        assert_eq!(declared.owner_of_table("platform_outbox"), Some("platform"));
        assert_eq!(declared.owner_of_table("stray"), None);
    }
}
