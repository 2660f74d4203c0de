//! Where answers come from: a file of saved ones, or a server that is asked page by page.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, bail};
use reqwest::StatusCode;
use serde_json::Value;
use serde_json::value::RawValue;
use tradewind_kernel::Secret;

/// The largest file of saved answers.
const FILE_BYTES_MAX: u64 = 4 << 30;
/// The largest answer of a server.
const ANSWER_BYTES_MAX: usize = 256 << 20;
/// How many things are asked for at a time.
const PAGE: u64 = 100;
const CONNECT_SECONDS_MAX: u64 = 10;
const ANSWER_SECONDS_MAX: u64 = 120;
/// How often a page is asked for before the import gives up.
const ATTEMPTS_MAX: u32 = 5;
const FIRST_PAUSE: Duration = Duration::from_millis(500);

/// A list of the Admin API that is taken in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Listing {
    /// The path: `/admin/products`.
    pub(super) path: String,
    /// The name of the list in its answers: `products`.
    pub(super) list: &'static str,
    /// What is asked for, besides the page.
    pub(super) query: &'static str,
}

/// One answer: some things of a list.
pub(super) struct Page {
    /// The request it answers, for messages.
    pub(super) request: String,
    pub(super) things: Vec<Value>,
    /// How many there are on all pages, where the answer says so.
    pub(super) count: Option<u64>,
}

/// Where answers come from.
pub struct Source {
    kind: Kind,
}

enum Kind {
    Saved(BTreeMap<String, Box<RawValue>>),
    Server { client: reqwest::Client, base: String, token: Secret },
}

impl Source {
    /// A JSON file: one object whose keys are request lines (`GET /admin/products?limit=100&offset=0`) and whose values are
    /// their answers.
    pub fn file(path: &Path) -> Result<Self> {
        let shown = path.display();
        let size = std::fs::metadata(path).with_context(|| format!("{shown} cannot be read"))?.len();
        if size > FILE_BYTES_MAX {
            bail!("{shown} is larger than {} GiB; import from the running server instead", FILE_BYTES_MAX >> 30);
        }
        let text = std::fs::read(path).with_context(|| format!("{shown} cannot be read"))?;
        let answers = serde_json::from_slice(&text).with_context(|| {
            format!("{shown} is not a JSON object of saved answers, such as {{\"GET /admin/regions\": {{...}}}}")
        })?;
        Ok(Self { kind: Kind::Saved(answers) })
    }

    /// A running server and a secret key or a token of its staff.
    pub fn server(base: &str, token: Secret) -> Result<Self> {
        crate::tls::choose_provider();
        let client = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(CONNECT_SECONDS_MAX))
            .timeout(Duration::from_secs(ANSWER_SECONDS_MAX))
            .build()
            .context("the HTTP client cannot be made")?;
        Ok(Self { kind: Kind::Server { client, base: base.trim_end_matches('/').to_owned(), token } })
    }

    /// The requests that answer a listing, where they are known beforehand.
    pub(super) fn requests(&self, listing: &Listing) -> Vec<String> {
        match &self.kind {
            Kind::Saved(answers) => {
                let mut requests: Vec<_> =
                    answers.keys().filter(|line| path_of(line) == Some(listing.path.as_str())).collect();
                requests.sort_by_key(|line| offset_of(line));
                requests.into_iter().cloned().collect()
            }
            Kind::Server { .. } => vec![page_request(listing, 0)],
        }
    }

    /// The answer to a request, and the request that comes after it on a server.
    pub(super) async fn answer(&self, listing: &Listing, request: &str) -> Result<(Page, Option<String>)> {
        match &self.kind {
            Kind::Saved(answers) => {
                let answer = answers.get(request).ok_or_else(|| anyhow!("{request}: there is no answer to it"))?;
                let value = serde_json::from_str(answer.get()).with_context(|| request.to_owned())?;
                Ok((page_of(listing, request, value)?, None))
            }
            Kind::Server { client, base, token } => {
                let target = request.strip_prefix("GET ").unwrap_or(request);
                let text = ask(client, &format!("{base}{target}"), token).await.with_context(|| request.to_owned())?;
                let value = serde_json::from_slice(&text).with_context(|| {
                    format!("{request}: the answer is not JSON; is this the address of an Admin API?")
                })?;
                let page = page_of(listing, request, value)?;
                let next_offset = offset_of(request) + page.things.len() as u64;
                let is_last = page.things.is_empty() || page.count.is_none_or(|count| next_offset >= count);
                Ok((page, (!is_last).then(|| page_request(listing, next_offset))))
            }
        }
    }

    /// The saved request lines that answer none of these listings, with how many things are in their answers.
    pub(super) fn others(&self, listings: &[Listing]) -> Vec<(String, u64)> {
        let Kind::Saved(answers) = &self.kind else { return Vec::new() };
        let is_taken = |line: &str| listings.iter().any(|listing| path_of(line) == Some(listing.path.as_str()));
        let others = answers.iter().filter(|(line, _)| !is_taken(line));
        others.map(|(line, answer)| (line.clone(), things_in(answer))).collect()
    }
}

fn page_request(listing: &Listing, offset: u64) -> String {
    let Listing { path, query, .. } = listing;
    let joint = if query.is_empty() { "" } else { "&" };
    format!("GET {path}?{query}{joint}limit={PAGE}&offset={offset}")
}

/// The path of a request line; `None` where it is no GET.
fn path_of(line: &str) -> Option<&str> {
    let target = line.strip_prefix("GET ")?;
    Some(target.split_once('?').map_or(target, |(path, _)| path))
}

fn offset_of(line: &str) -> u64 {
    let query = line.split_once('?').map_or("", |(_, query)| query);
    query.split('&').find_map(|pair| pair.strip_prefix("offset=")).and_then(|text| text.parse().ok()).unwrap_or(0)
}

fn things_in(answer: &RawValue) -> u64 {
    let value: Value = serde_json::from_str(answer.get()).unwrap_or_default();
    let lists = value.as_object().into_iter().flat_map(|fields| fields.values().filter_map(Value::as_array));
    lists.map(|list| list.len() as u64).sum()
}

fn page_of(listing: &Listing, request: &str, value: Value) -> Result<Page> {
    let Value::Object(mut fields) = value else { bail!("{request}: the answer is not an object") };
    let things = match fields.remove(listing.list) {
        Some(Value::Array(things)) => things,
        _ => bail!("{request}: the answer has no list {:?}", listing.list),
    };
    let count = fields.get("count").and_then(Value::as_u64);
    Ok(Page { request: request.to_owned(), things, count })
}

/// Asks, and asks again after a pause where the server is busy or cannot be reached.
async fn ask(client: &reqwest::Client, url: &str, token: &Secret) -> Result<Vec<u8>> {
    let mut pause = FIRST_PAUSE;
    for attempt in 1.. {
        match ask_once(client, url, token).await {
            Err(Trouble::Passing(error)) if attempt < ATTEMPTS_MAX => {
                tracing::warn!(%error, attempt, "asked again after a pause");
                tokio::time::sleep(pause).await;
                pause *= 2;
            }
            Err(Trouble::Passing(error) | Trouble::Lasting(error)) => return Err(error),
            Ok(text) => return Ok(text),
        }
    }
    bail!("no attempt was made")
}

enum Trouble {
    Passing(anyhow::Error),
    Lasting(anyhow::Error),
}

async fn ask_once(client: &reqwest::Client, url: &str, token: &Secret) -> Result<Vec<u8>, Trouble> {
    let mut request = client.get(url);
    // Secret keys go as the user name of Basic, tokens of staff as Bearer: both as the peer takes them.
    request = match token.expose().starts_with("sk_") {
        true => request.basic_auth(token.expose(), None::<&str>),
        false => request.bearer_auth(token.expose()),
    };
    let mut response = request.send().await.map_err(|error| Trouble::Passing(error.without_url().into()))?;
    let status = response.status();
    if status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error() {
        return Err(Trouble::Passing(anyhow!("the server answered {status}")));
    }
    if status == StatusCode::UNAUTHORIZED || status == StatusCode::FORBIDDEN {
        return Err(Trouble::Lasting(anyhow!(
            "the server answered {status}; give a secret API key (sk_...) or a token of its staff with --token"
        )));
    }
    if !status.is_success() {
        return Err(Trouble::Lasting(anyhow!("the server answered {status}")));
    }
    let mut text = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| Trouble::Passing(error.without_url().into()))? {
        if text.len() + chunk.len() > ANSWER_BYTES_MAX {
            return Err(Trouble::Lasting(anyhow!("the answer is larger than {} MiB", ANSWER_BYTES_MAX >> 20)));
        }
        text.extend_from_slice(&chunk);
    }
    Ok(text)
}
