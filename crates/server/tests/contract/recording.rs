//! The recorded exchanges: requests and answers of a running peer, in the order they were sent.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Map, Value};

/// One request and its answer.
#[derive(Debug, Deserialize)]
pub struct Exchange {
    #[serde(skip)]
    pub number: u32,
    pub name: String,
    pub area: String,
    pub method: String,
    pub path: String,
    #[serde(default)]
    pub query: Option<String>,
    pub request: Request,
    pub response: Response,
}

/// What was sent.
#[derive(Debug, Deserialize)]
pub struct Request {
    #[serde(default)]
    pub headers: Option<Map<String, Value>>,
    #[serde(default)]
    pub body: Option<Value>,
    #[serde(default)]
    pub body_text: Option<String>,
}

/// What came back.
#[derive(Debug, Deserialize)]
pub struct Response {
    pub status: u16,
    pub body: Value,
}

/// The folder of the recordings.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/contract")
}

/// All exchanges, in the order they were sent.
pub fn exchanges() -> Vec<Exchange> {
    let mut all = Vec::new();
    for area in std::fs::read_dir(folder().join("exchanges")).unwrap() {
        for file in std::fs::read_dir(area.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            let text = std::fs::read(&path).unwrap();
            let mut exchange: Exchange =
                serde_json::from_slice(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            exchange.number = name.split('-').next().and_then(|number| number.parse().ok()).unwrap();
            all.push(exchange);
        }
    }
    all.sort_by_key(|exchange| exchange.number);
    all
}
