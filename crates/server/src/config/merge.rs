//! Putting the sources of the configuration together, with the line, variable or option that is wrong named.

use std::io::Read as _;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use super::{Config, DEFAULTS, is_secret};

/// Ends the name of a variable that says in which file a secret stands.
const IN_FILE: &str = "_FILE";
/// The longest secret, in bytes.
const SECRET_BYTES_MAX: u64 = 64 * 1024;

pub(super) fn merge(
    file: Option<&Path>,
    environment: impl Iterator<Item = (String, String)>,
    sets: &[String],
) -> Result<toml::Table> {
    let mut merged: toml::Table = DEFAULTS.parse().context("the compiled-in defaults are broken")?;
    if let Some(path) = file {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("the configuration file {} cannot be read", path.display()))?;
        let table: toml::Table = text.parse().with_context(|| format!("{} is not valid TOML", path.display()))?;
        for (path_of_key, _) in leaves(&table) {
            if !is_known(&merged, &path_of_key) {
                bail!(
                    "{}, line {}: there is no setting {}; `tradewind config` lists them all",
                    path.display(),
                    line_of(&text, &path_of_key),
                    path_of_key.join(".")
                );
            }
        }
        let mut alone = merged.clone();
        overlay(&mut alone, table.clone());
        if let Err(error) = toml::Value::Table(alone).try_into::<Config>() {
            let wrong = leaves(&table).into_iter().find(|(key, value)| {
                let mut one = merged.clone();
                put(&mut one, key, value.clone());
                toml::Value::Table(one).try_into::<Config>().is_err()
            });
            let (line, key) = wrong.map_or((0, String::new()), |(key, _)| (line_of(&text, &key), key.join(".")));
            bail!("{}, line {line}: {key}: {}", path.display(), error.message());
        }
        overlay(&mut merged, table);
    }
    for (name, value) in environment {
        let Some(rest) = name.strip_prefix("TRADEWIND_") else { continue };
        let named = || format!("the environment variable {name}");
        if let Some(path_of_key) = key_of_variable(&merged, rest) {
            set(&mut merged, &path_of_key, &value).with_context(named)?;
            continue;
        }
        let secret = rest.strip_suffix(IN_FILE).and_then(|rest| key_of_variable(&merged, rest));
        let Some(path_of_key) = secret else {
            bail!("{} names no setting; `tradewind config` lists them all", named());
        };
        if !is_secret(&path_of_key) {
            bail!("{}: only secrets are read from files, and {} is none", named(), path_of_key.join("."));
        }
        let secret = read_secret(Path::new(&value)).with_context(named)?;
        set(&mut merged, &path_of_key, &secret).with_context(named)?;
    }
    for pair in sets {
        let (key, value) = pair
            .split_once('=')
            .with_context(|| format!("--set {pair}: write it as key=value, such as server.listen=127.0.0.1:8080"))?;
        let path_of_key: Vec<String> = key.trim().split('.').map(str::to_owned).collect();
        if !is_known(&merged, &path_of_key) {
            bail!("--set {pair}: there is no setting {key}; `tradewind config` lists them all");
        }
        set(&mut merged, &path_of_key, value.trim()).with_context(|| format!("--set {pair}"))?;
    }
    Ok(merged)
}

/// A secret as it stands in a file of its own, as Docker and Kubernetes hand it over; the end of its line is not a part of it.
fn read_secret(file: &Path) -> Result<String> {
    let cannot = || format!("the file {} cannot be read", file.display());
    let mut text = String::new();
    let read = std::fs::File::open(file).with_context(cannot)?.take(SECRET_BYTES_MAX).read_to_string(&mut text);
    read.with_context(cannot)?;
    let secret = text.trim_end_matches(['\r', '\n']);
    if secret.is_empty() {
        bail!("the file {} is empty", file.display());
    }
    Ok(secret.to_owned())
}

fn overlay(base: &mut toml::Table, over: toml::Table) {
    for (key, value) in over {
        match (base.get_mut(&key), value) {
            (Some(toml::Value::Table(inner)), toml::Value::Table(over)) => overlay(inner, over),
            (_, value) => {
                base.insert(key, value);
            }
        }
    }
}

fn leaves(table: &toml::Table) -> Vec<(Vec<String>, toml::Value)> {
    let mut found = Vec::new();
    for (key, value) in table {
        match value {
            toml::Value::Table(inner) => found.extend(leaves(inner).into_iter().map(|(mut path, value)| {
                path.insert(0, key.clone());
                (path, value)
            })),
            value => found.push((vec![key.clone()], value.clone())),
        }
    }
    found
}

pub(super) fn find<'t>(table: &'t toml::Table, path: &[String]) -> Option<&'t toml::Value> {
    let (first, rest) = path.split_first()?;
    let value = table.get(first)?;
    if rest.is_empty() { Some(value) } else { find(value.as_table()?, rest) }
}

fn put(table: &mut toml::Table, path: &[String], value: toml::Value) {
    match path {
        [] => {}
        [last] => {
            table.insert(last.clone(), value);
        }
        [first, rest @ ..] => {
            let inner = table.entry(first.clone()).or_insert_with(|| toml::Value::Table(toml::Table::new()));
            if let Some(inner) = inner.as_table_mut() {
                put(inner, rest, value);
            }
        }
    }
}

/// Stores may have any name; all other settings are those of the defaults.
fn is_known(defaults: &toml::Table, path: &[String]) -> bool {
    default_of(defaults, path).is_some_and(|value| !value.is_table())
}

/// The value that a setting has by itself; for a setting of any store, that of the store `main`.
fn default_of<'t>(defaults: &'t toml::Table, path: &[String]) -> Option<&'t toml::Value> {
    match path {
        [store, _, field] if store == "store" => find(defaults, &[store.clone(), "main".to_owned(), field.clone()]),
        _ => find(defaults, path),
    }
}

/// `SERVER_REQUEST_SECONDS_MAX` is `server.request_seconds_max`: the known keys decide where the dots are.
fn key_of_variable(known: &toml::Table, name: &str) -> Option<Vec<String>> {
    let wanted = name.to_ascii_lowercase();
    let keys = |path: &[&str]| find(known, &path.iter().map(|part| (*part).to_owned()).collect::<Vec<_>>()).cloned();
    let names = |table: Option<toml::Value>| -> Vec<String> {
        table.as_ref().and_then(toml::Value::as_table).into_iter().flat_map(|table| table.keys().cloned()).collect()
    };
    // A store has all the settings that `main` has, also those that stand nowhere yet.
    let of_stores = names(keys(&["store"])).into_iter().flat_map(|store| {
        let fields = names(keys(&["store", "main"])).into_iter();
        fields.map(move |field| vec!["store".to_owned(), store.clone(), field])
    });
    leaves(known).into_iter().map(|(path, _)| path).chain(of_stores).find(|path| path.join("_") == wanted)
}

/// Reads the text as the type that the setting has.
fn set(table: &mut toml::Table, path: &[String], text: &str) -> Result<()> {
    let value = match default_of(table, path) {
        Some(toml::Value::Integer(_)) => {
            toml::Value::Integer(text.parse().with_context(|| format!("{text:?} is not a whole number"))?)
        }
        Some(toml::Value::Boolean(_)) => {
            toml::Value::Boolean(text.parse().with_context(|| format!("{text:?} is neither true nor false"))?)
        }
        Some(toml::Value::Array(_)) => toml::Value::Array(
            text.split(',').map(str::trim).filter(|s| !s.is_empty()).map(toml::Value::from).collect(),
        ),
        _ => toml::Value::from(text),
    };
    put(table, path, value);
    Ok(())
}

/// The line of a file on which a key is set, from 1.
fn line_of(text: &str, path: &[String]) -> usize {
    let (section, key) = path.split_at(path.len().saturating_sub(1));
    let (section, key) = (section.join("."), key.join(""));
    let mut current = String::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if let Some(name) = line.strip_prefix('[').and_then(|l| l.split(']').next()) {
            name.trim().clone_into(&mut current);
        }
        let here = line.split(['=', ' ', '.']).next().unwrap_or("");
        if (current == section && here == key) || (current.is_empty() && line.starts_with(&path.join("."))) {
            return number + 1;
        }
    }
    1
}
