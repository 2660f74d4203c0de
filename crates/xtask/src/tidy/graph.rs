//! The rule of the crate graph: who may depend on whom.

use cargo_metadata::{DependencyKind, Metadata};

use super::Violation;
use super::declared::{Declared, Layer};

/// A crate of the workspace and what it depends on.
#[derive(Debug)]
pub struct Crate {
    /// The name of its folder under `crates/`.
    pub name: String,
    /// Its dependencies, ours and others'.
    pub dependencies: Vec<Dependency>,
}

/// One line of a crate's dependencies.
#[derive(Debug)]
pub struct Dependency {
    /// The name of our crate's folder, or of the package from outside.
    pub name: String,
    /// Whether it is one of our crates.
    pub is_ours: bool,
    /// Whether only tests, examples and benches see it.
    pub is_for_tests: bool,
}

/// Reads the workspace's crates from cargo's own account.
pub fn crates_of(metadata: &Metadata) -> Vec<Crate> {
    let packages = metadata.workspace_packages();
    let folder_of = |package: &str| {
        let ours = packages.iter().find(|candidate| candidate.name.as_str() == package)?;
        ours.manifest_path.parent()?.file_name().map(str::to_owned)
    };
    packages
        .iter()
        .filter_map(|package| {
            let dependencies = package.dependencies.iter().map(|dependency| {
                let ours = folder_of(&dependency.name);
                Dependency {
                    is_ours: ours.is_some(),
                    name: ours.unwrap_or_else(|| dependency.name.clone()),
                    is_for_tests: dependency.kind == DependencyKind::Development,
                }
            });
            Some(Crate { name: folder_of(&package.name)?, dependencies: dependencies.collect() })
        })
        .collect()
}

/// Holds every edge against the declared graph.
pub fn check(crates: &[Crate], declared: &Declared) -> Vec<Violation> {
    let mut violations = Vec::new();
    for from in crates {
        let place = format!("crates/{}/Cargo.toml", from.name);
        let Some(layer) = declared.layer(&from.name) else {
            violations.push(Violation::new(
                place,
                format!("the crate {} has no place in the declared graph", from.name),
                "give it one in modules.toml, and name it in ARCHITECTURE.md",
            ));
            continue;
        };
        for to in &from.dependencies {
            let refusal = if to.is_ours {
                refusal(from, layer, to, declared)
            } else {
                refusal_of_package(layer, &to.name, declared)
            };
            if let Some((reason, remedy)) = refusal {
                violations.push(Violation::new(
                    place.clone(),
                    format!("{} depends on {}: {reason}", from.name, to.name),
                    remedy,
                ));
            }
        }
    }
    violations
}

/// Why one of our crates may not depend on another, and what to do instead.
fn refusal(from: &Crate, layer: Layer, to: &Dependency, declared: &Declared) -> Option<(&'static str, &'static str)> {
    const DOWNWARDS: &str = "move what is needed to a lower layer, or let a higher one call both";
    // A crate without a place is told so once, at itself.
    let seen = declared.layer(&to.name)?;
    let may_see = match (layer, seen) {
        (Layer::Development, _) => true,
        (_, Layer::Development) if to.is_for_tests => true,
        (_, Layer::Development) => {
            return Some(("no shop runs that crate", "move the line to [dev-dependencies]"));
        }
        (Layer::Beside, _) => declared.beside[&from.name].sees.contains(&to.name),
        (Layer::Server, seen) => seen != Layer::Server,
        (_, Layer::Beside) if to.is_for_tests => true,
        (_, Layer::Beside) => {
            return Some(("only the server sees that crate", "pass its values on as arguments from the server"));
        }
        (Layer::Kernel, _) => false,
        (Layer::Platform, seen) => seen == Layer::Kernel,
        (Layer::Module, Layer::Module) => {
            if declared.module[&from.name].sees.contains(&to.name) {
                return None;
            }
            return Some((
                "modules.toml declares no such edge between modules",
                "let checkout or a reaction in the server call both; a new edge in modules.toml is a change of its own",
            ));
        }
        (Layer::Module, seen) => matches!(seen, Layer::Kernel | Layer::Platform),
        (Layer::Http, Layer::Module) => declared.http.sees.contains(&to.name),
        (Layer::Http, seen) => matches!(seen, Layer::Kernel | Layer::Platform),
        (Layer::Door, Layer::Door) => {
            return Some(("doors do not see each other", "move what both need to http, or to the module that owns it"));
        }
        (Layer::Door, seen) => seen != Layer::Server,
    };
    (!may_see).then_some(("kernel <- platform <- modules <- http <- doors <- server is the only direction", DOWNWARDS))
}

/// Why a crate may not depend on a package from outside.
fn refusal_of_package(layer: Layer, package: &str, declared: &Declared) -> Option<(&'static str, &'static str)> {
    let speaks_http = matches!(layer, Layer::Http | Layer::Door | Layer::Server | Layer::Development);
    let is_http = declared.http.packages.iter().any(|listed| listed == package);
    (is_http && !speaks_http).then_some((
        "only http, the doors and the server know HTTP",
        "answer with plain values, and translate them at the door",
    ))
}

#[cfg(test)]
mod tests {
    use super::super::declared::tests::sample;
    use super::*;

    fn ours(name: &str) -> Dependency {
        Dependency { name: name.to_owned(), is_ours: true, is_for_tests: false }
    }

    fn problems(from: &str, dependency: Dependency) -> Vec<String> {
        let crates = [Crate { name: from.to_owned(), dependencies: vec![dependency] }];
        check(&crates, &sample()).into_iter().map(|violation| violation.problem).collect()
    }

    #[test]
    fn the_declared_direction_is_fine() {
        for (from, to) in [
            ("platform", "kernel"),
            ("catalog", "platform"),
            ("checkout", "catalog"),
            ("http", "platform"),
            ("store-api", "checkout"),
            ("storefront", "http"),
            ("server", "storefront"),
            ("server", "demo"),
            ("server", "adapters"),
            ("adapters", "kernel"),
            ("adapters", "platform"),
            ("testkit", "server"),
            ("testkit", "adapters"),
        ] {
            assert_eq!(problems(from, ours(to)), Vec::<String>::new(), "{from} -> {to}");
        }
    }

    #[test]
    fn planted_edges_are_found() {
        for (from, to) in [
            ("kernel", "platform"),
            ("platform", "catalog"),
            ("catalog", "checkout"),
            ("pricing", "catalog"),
            ("checkout", "http"),
            ("http", "catalog"),
            ("http", "store-api"),
            ("store-api", "storefront"),
            ("store-api", "server"),
            ("store-api", "demo"),
            ("demo", "catalog"),
            ("demo", "platform"),
            ("adapters", "catalog"),
            ("catalog", "adapters"),
            ("platform", "adapters"),
            ("server", "testkit"),
        ] {
            assert_eq!(problems(from, ours(to)).len(), 1, "{from} -> {to} should be refused");
        }
    }

    #[test]
    fn the_testkit_is_for_tests_only() {
        let for_tests = Dependency { is_for_tests: true, ..ours("testkit") };
        assert_eq!(problems("checkout", for_tests), Vec::<String>::new());
        assert_eq!(problems("checkout", ours("testkit")).len(), 1);
    }

    #[test]
    fn what_stands_beside_the_layers_may_be_tested_with() {
        let for_tests = Dependency { is_for_tests: true, ..ours("adapters") };
        assert_eq!(problems("store-api", for_tests), Vec::<String>::new());
        assert_eq!(problems("store-api", ours("adapters")).len(), 1);
    }

    #[test]
    fn a_module_that_knows_http_is_found() {
        let axum = || Dependency { name: "axum".to_owned(), is_ours: false, is_for_tests: false };
        assert_eq!(problems("storefront", axum()), Vec::<String>::new());
        let found = problems("catalog", axum());
        assert_eq!(found, ["catalog depends on axum: only http, the doors and the server know HTTP"]);
    }

    #[test]
    fn a_crate_without_a_place_is_found() {
        assert_eq!(problems("misc", ours("kernel")), ["the crate misc has no place in the declared graph"]);
    }
}
