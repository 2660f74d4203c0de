//! What is typed behind `tradewind load`, and what it means once it is checked.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use clap::{Args, ValueEnum};
use serde::Deserialize;
use tradewind_kernel::{Error, Result, Secret};

use crate::plan::Spacing;

/// Put load on a shop and examine its books
///
/// The shop may be any that speaks the Medusa v2 Store API over plain HTTP. Shoppers arrive on a schedule that a slow shop cannot slow down, and every time is counted from the moment a shopper
/// meant to come. A 503 with Retry-After counts as refused; other failures are errors. Exits with 0 when the books add up
/// and errors stay within --errors-max, with 1 when not, with 2 when the arguments cannot be right.
#[derive(Clone, Debug, Args)]
#[command(allow_negative_numbers = true)]
pub struct Load {
    /// What the shoppers do
    #[arg(value_enum)]
    pub(crate) scenario: Scenario,
    /// The shop, such as http://127.0.0.1:9000
    #[arg(long, value_name = "URL", required_unless_present = "demo")]
    pub(crate) url: Option<Target>,
    /// Take URL, key and staff login from DIR/demo.json, as `tradewind demo` writes it
    #[arg(long, value_name = "DIR")]
    pub(crate) demo: Option<PathBuf>,
    /// The publishable key of the storefront (pk_...)
    #[arg(long, value_name = "KEY")]
    pub(crate) key: Option<String>,
    /// A staff login, to examine the books with
    #[arg(long, value_name = "EMAIL", requires = "admin_password")]
    pub(crate) admin_email: Option<String>,
    /// Its password
    #[arg(long, value_name = "PASSWORD", env = "LOAD_ADMIN_PASSWORD", hide_env_values = true)]
    pub(crate) admin_password: Option<String>,

    /// Arrivals a second: requests for browse, checkouts for all others; in a surge the base rate
    #[arg(long, value_name = "N", default_value = "10", value_parser = rate)]
    pub(crate) rate: f64,
    /// How long shoppers arrive; in a surge, how long the base rate is kept before it
    #[arg(long, value_name = "SECONDS", default_value = "20", value_parser = seconds)]
    pub(crate) duration: f64,
    /// How arrivals are spaced
    #[arg(long, value_enum, default_value = "poisson")]
    pub(crate) spacing: Spacing,
    /// The same seed makes the same arrivals and choices
    #[arg(long, value_name = "N", default_value = "1")]
    pub(crate) seed: u64,
    /// The region to buy in; the shop's first one otherwise
    #[arg(long, value_name = "ID")]
    pub(crate) region: Option<String>,
    /// The variant to buy; may be repeated. Otherwise some that are in stock
    #[arg(long = "variant", value_name = "ID")]
    pub(crate) variants: Vec<String>,
    /// With a staff login: set the stock of what is bought so that N of each are available
    #[arg(long, value_name = "N")]
    pub(crate) units: Option<u32>,

    /// drop: how many shoppers want the item
    #[arg(long, value_name = "N", default_value = "1000", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) shoppers: u32,
    /// drop: within what time they all arrive
    #[arg(long, value_name = "SECONDS", default_value = "2", value_parser = seconds)]
    pub(crate) window: f64,
    /// drop: how long a shopper who is refused goes on trying
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = seconds)]
    pub(crate) patience: f64,
    /// surge: how many times the base rate
    #[arg(long, value_name = "N", default_value = "100", value_parser = rate)]
    pub(crate) factor: f64,
    /// surge: how long it lasts
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    pub(crate) surge: f64,
    /// surge: how long the base rate is kept after it
    #[arg(long, value_name = "SECONDS", default_value = "20", value_parser = seconds)]
    pub(crate) after: f64,

    /// At most so many connections at once
    #[arg(long, value_name = "N", default_value = "1000", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) connections: u32,
    /// An answer that takes longer is an error
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    pub(crate) timeout: f64,
    /// How many errors are forgiven
    #[arg(long, value_name = "N", default_value = "0")]
    pub(crate) errors_max: u64,
    /// Write a report to read in a browser
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,
    /// Write everything measured, for programs
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
}

/// What the shoppers do.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Scenario {
    /// Look at lists, products and search
    Browse,
    /// Buy something: seven requests, one order
    Checkout,
    /// Everybody wants the same scarce item at once
    Drop,
    /// A base rate, then many times as much, then the base rate again
    Surge,
    /// Everybody presses the last button twice at once, and again afterwards
    Retries,
}

impl Scenario {
    /// The name, as typed.
    pub fn name(self) -> &'static str {
        match self {
            Self::Browse => "browse",
            Self::Checkout => "checkout",
            Self::Drop => "drop",
            Self::Surge => "surge",
            Self::Retries => "retries",
        }
    }

    /// What one arrival comes for.
    pub fn unit(self) -> &'static str {
        if self == Self::Browse { "requests" } else { "orders" }
    }

    /// Whether anything is bought.
    pub fn sells(self) -> bool {
        self != Self::Browse
    }
}

/// Where the shop is: plain HTTP, and nothing else.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Target {
    /// The name or address, without brackets.
    pub host: String,
    /// The port.
    pub port: u16,
    /// What paths begin with; mostly nothing.
    pub prefix: String,
}

impl Target {
    /// Name and port as the header `host` has them.
    pub fn authority(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }

    /// The address as it is shown.
    pub fn url(&self) -> String {
        format!("http://{}{}", self.authority(), self.prefix)
    }
}

impl FromStr for Target {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.starts_with("https://") {
            return Err(
                "https is not spoken here: encryption would be measured along with the shop. Name the shop's own \
                        plain address behind its proxy, such as http://127.0.0.1:9000"
                    .to_owned(),
            );
        }
        let wrong = || "an address looks like http://127.0.0.1:9000".to_owned();
        let rest = text.strip_prefix("http://").ok_or_else(wrong)?;
        let (authority, prefix) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        if authority.contains(['@', '?', '#']) || prefix.contains(['?', '#', ' ']) {
            return Err(wrong());
        }
        let (host, port) = match authority.strip_prefix('[') {
            Some(rest) => rest.split_once(']').ok_or_else(wrong)?,
            None => authority.split_at(authority.find(':').unwrap_or(authority.len())),
        };
        let port = match port.strip_prefix(':') {
            Some(port) => port.parse().map_err(|_| wrong())?,
            None if port.is_empty() => 80,
            None => return Err(wrong()),
        };
        if host.is_empty() || !host.chars().all(|c| c.is_ascii_alphanumeric() || ".-_:".contains(c)) {
            return Err(wrong());
        }
        Ok(Self { host: host.to_owned(), port, prefix: prefix.trim_end_matches('/').to_owned() })
    }
}

fn rate(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if number > 0.0 && number <= 1_000_000.0 => Ok(number),
        _ => Err("a number above 0 and up to 1000000 is needed".to_owned()),
    }
}

fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if number > 0.0 && number <= 86_400.0 => Ok(number),
        _ => Err("seconds above 0 and up to 86400 are needed".to_owned()),
    }
}

/// A staff login.
#[derive(Clone, Debug)]
pub struct Login {
    /// The e-mail address.
    pub email: String,
    /// The password.
    pub password: Secret,
}

/// Where the shop is and who may do what there.
#[derive(Clone, Debug)]
pub struct Access {
    /// The address.
    pub target: Target,
    /// The storefront's key.
    pub key: Option<String>,
    /// The staff login.
    pub staff: Option<Login>,
}

/// What `tradewind demo` writes.
#[derive(Deserialize)]
struct DemoFacts {
    url: String,
    publishable_key: String,
    admin: DemoLogin,
}

#[derive(Deserialize)]
struct DemoLogin {
    email: String,
    password: Secret,
}

impl Load {
    /// How long to wait for an answer.
    pub(crate) fn timeout(&self) -> Duration {
        Duration::from_secs_f64(self.timeout)
    }

    /// Where to go with what, from the demo's facts and from what was typed, which goes first.
    pub(crate) fn access(&self) -> Result<Access> {
        let facts = self.demo.as_deref().map(read_facts).transpose()?;
        let (demo_target, demo_key, demo_login) = match facts {
            None => (None, None, None),
            Some(facts) => {
                let target = facts.url.parse::<Target>().map_err(|why| {
                    Error::invalid("demo", format!("The address in demo.json, {}, cannot be used: {why}", facts.url))
                })?;
                let login = Login { email: facts.admin.email, password: facts.admin.password };
                (Some(target), Some(facts.publishable_key), Some(login))
            }
        };
        let typed = self.admin_email.clone().zip(self.admin_password.clone());
        let typed = typed.map(|(email, password)| Login { email, password: Secret::new(password) });
        let access =
            Access {
                target: self.url.clone().or(demo_target).ok_or_else(|| {
                    Error::invalid("url", "Name the shop with --url, or its demo's folder with --demo")
                })?,
                key: self.key.clone().or(demo_key),
                staff: typed.or(demo_login),
            };
        if self.units.is_some() && access.staff.is_none() {
            return Err(Error::invalid(
                "units",
                "--units changes the stock: add --admin-email and --admin-password, or --demo",
            ));
        }
        if self.scenario == Scenario::Drop && self.variants.len() > 1 {
            return Err(Error::invalid("variant", "In a drop everybody wants the same item: name one --variant"));
        }
        for file in [&self.report, &self.json].into_iter().flatten() {
            writable(file)?;
        }
        Ok(access)
    }
}

fn read_facts(folder: &Path) -> Result<DemoFacts> {
    let path = folder.join("demo.json");
    let unreadable = |why: String| {
        Error::invalid("demo", format!("{} cannot be read: {why}. `tradewind demo` writes it", path.display()))
    };
    let text = std::fs::read(&path).map_err(|error| unreadable(error.to_string()))?;
    serde_json::from_slice(&text).map_err(|error| unreadable(error.to_string()))
}

/// A report that cannot be written is better known before the run than after it.
fn writable(file: &Path) -> Result<()> {
    let opened = std::fs::OpenOptions::new().append(true).create(true).open(file);
    opened
        .map(|_| ())
        .map_err(|error| Error::invalid("report", format!("{} cannot be written: {error}", file.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_and_shown() {
        for (text, host, port, prefix, shown) in [
            ("http://127.0.0.1:9000", "127.0.0.1", 9000, "", "http://127.0.0.1:9000"),
            ("http://shop.example.com/", "shop.example.com", 80, "", "http://shop.example.com:80"),
            ("http://[::1]:9000/behind/", "::1", 9000, "/behind", "http://[::1]:9000/behind"),
        ] {
            let target: Target = text.parse().unwrap();
            assert_eq!((target.host.as_str(), target.port, target.prefix.as_str()), (host, port, prefix));
            assert_eq!(target.url(), shown);
        }
    }

    #[test]
    fn wrong_addresses_are_refused() {
        assert!("https://shop.example.com".parse::<Target>().unwrap_err().contains("https is not spoken"));
        for text in ["shop", "ftp://shop", "http://", "http://shop:port", "http://a b", "http://[::1", "http://u@shop"]
        {
            assert!(text.parse::<Target>().is_err(), "{text}");
        }
    }
}
