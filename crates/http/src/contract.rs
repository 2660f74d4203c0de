//! The contract as data: what each route accepts and answers with. Where each route stands is found at start; what it says is
//! read when it is first asked for, so that a shop holds in memory what it uses.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, OnceLock};

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use tradewind_kernel::Result;

use crate::fields::{Fields, Plan, Plans};
use crate::query::{self, Query};
use crate::schema::{Schema, Source};

static ROUTES: LazyLock<Routes> =
    LazyLock::new(|| Routes::find(&[include_str!("../contract/store.json"), include_str!("../contract/admin.json")]));
static PLANS: LazyLock<Plans> = LazyLock::new(Plans::new);
static OTHER: LazyLock<Route> = LazyLock::new(Route::default);

struct Routes {
    by_path: HashMap<&'static str, Vec<Entry>>,
}

/// A route of the contract: where its line is, and what it says once it was read.
struct Entry {
    method: http::Method,
    number: usize,
    text: &'static RawValue,
    route: OnceLock<Route>,
}

/// What one route accepts and answers with.
#[derive(Debug, Default)]
pub struct Route {
    number: usize,
    body: Option<Schema>,
    query: Option<Schema>,
    fields: Fields,
    /// How long a page is when the client does not say.
    pub default_limit: u64,
}

#[derive(Deserialize)]
struct Line {
    body: Option<Value>,
    query: Option<Value>,
    #[serde(default)]
    default_fields: Vec<String>,
    #[serde(default)]
    allowed_extra_fields: Vec<String>,
    #[serde(default)]
    default_limit: u64,
}

impl Routes {
    #[expect(clippy::expect_used, reason = "compiled in, and read by a test")]
    fn find(texts: &[&'static str]) -> Self {
        let mut by_path: HashMap<&'static str, Vec<Entry>> = HashMap::new();
        let mut number = 0;
        for text in texts {
            let lines: HashMap<&'static str, &'static RawValue> =
                serde_json::from_str(text).expect("the contract is JSON");
            for (name, text) in lines {
                number += 1;
                let (method, path) = name.split_once(' ').expect("a method and a path");
                let method = method.parse().expect("a method");
                by_path.entry(path).or_default().push(Entry { method, number, text, route: OnceLock::new() });
            }
        }
        Self { by_path }
    }
}

impl Entry {
    fn route(&self) -> &Route {
        self.route.get_or_init(|| self.read())
    }

    #[expect(clippy::expect_used, reason = "compiled in, and read by a test")]
    fn read(&self) -> Route {
        let line: Line = serde_json::from_str(self.text.get()).expect("a line of the contract");
        let schema = |value: Option<Value>| value.map(|value| Schema::read(&value).expect("a schema of the contract"));
        Route {
            number: self.number,
            body: schema(line.body),
            query: schema(line.query),
            fields: Fields::new(line.default_fields, line.allowed_extra_fields),
            default_limit: line.default_limit,
        }
    }
}

/// The route with this method and path template (`/store/carts/{id}`); one that accepts nothing where the contract has none.
#[must_use]
pub fn route(method: &http::Method, path: &str) -> &'static Route {
    let routes: &'static Routes = &ROUTES;
    // HEAD is a GET without the body.
    let method = if method == http::Method::HEAD { &http::Method::GET } else { method };
    routes
        .by_path
        .get(path)
        .and_then(|entries| entries.iter().find(|entry| entry.method == method))
        .map_or(&OTHER, Entry::route)
}

/// Finds the contract's routes now instead of at the first request.
pub fn load() {
    LazyLock::force(&ROUTES);
}

impl Route {
    /// Reads and checks the query string.
    pub fn query(&self, raw: Option<&str>) -> Result<Query> {
        let raw = raw.unwrap_or_default();
        let Some(schema) = &self.query else {
            // The peer reads no query here, so whatever is in it does not matter.
            return Ok(Query::default());
        };
        let mut value = query::parse(raw)?;
        schema.check(&mut value, Source::Query)?;
        Ok(Query::new(value))
    }

    /// Checks a body.
    pub fn check_body(&self, body: &mut Value) -> Result<()> {
        match &self.body {
            Some(schema) => schema.check(body, Source::Body),
            None => Ok(()),
        }
    }

    /// What the answer shows, by the `fields` of the query.
    pub fn plan(&self, fields: Option<&str>) -> Result<Arc<Plan>> {
        match fields {
            None | Some("") => Ok(self.fields.default_plan()),
            Some(text) => PLANS.plan(self.number, &self.fields, text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::Method;
    use serde_json::json;

    #[test]
    fn the_contract_is_read() {
        load();
        assert!(ROUTES.by_path.len() > 60);
        for entry in ROUTES.by_path.values().flatten() {
            entry.route();
        }
        assert_eq!(route(&Method::GET, "/store/products").default_limit, 50);
        assert!(route(&Method::GET, "/admin/products").query.is_some());
    }

    #[test]
    fn bad_parameters_are_refused_and_named() {
        let products = route(&Method::GET, "/store/products");
        for (raw, named) in [
            ("limit=abc", "'limit' must be a whole number"),
            ("limit=-1", "'limit' must be at least 0"),
            ("limit=1.5", "'limit' must be a whole number"),
            ("wibble=1", "'wibble'"),
            ("created_at[$foo]=1", "created_at"),
        ] {
            let error = products.query(Some(raw)).expect_err(raw);
            assert!(error.message().contains(named), "{raw}: {}", error.message());
        }
        let query = products
            .query(Some("limit=2&offset=1&is_giftcard=false&id[]=a&id[]=b&created_at[$gt]=2020-01-01"))
            .expect("fine");
        assert_eq!(query.paging(50).limit, 2);
        assert_eq!(query.flag("is_giftcard"), Some(false));
        assert_eq!(query.texts("id").map(|ids| ids.len()), Some(2));
    }

    #[test]
    fn the_bodies_of_carts_are_checked() {
        let create = route(&Method::POST, "/store/carts");
        let refusal = |body: Value| {
            let mut body = body;
            create.check_body(&mut body).expect_err("must be refused").message().to_owned()
        };
        assert!(refusal(json!({"wibble": 1})).contains("wibble"));
        assert!(refusal(json!({"email": "not-an-email"})).contains("email"));
        assert!(refusal(json!([1, 2])).contains("object"));
        let item = json!({"items": [{"variant_id": "v", "quantity": 1.5}]});
        assert!(refusal(item).contains("items[0].quantity"));
        let update = route(&Method::POST, "/store/carts/{id}");
        let mut body = json!({"shipping_address": {"city": "x", "wibble": 1}});
        assert!(update.check_body(&mut body).is_err());
    }

    #[test]
    fn plans_are_kept() {
        let products = route(&Method::GET, "/store/products");
        let first = products.plan(Some("*variants.calculated_price")).expect("a plan");
        let again = products.plan(Some("*variants.calculated_price")).expect("a plan");
        assert!(Arc::ptr_eq(&first, &again));
        assert!(products.plan(Some(&"a,".repeat(4000))).is_err());
    }
}
