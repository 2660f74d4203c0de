//! `tradewind demo`: a whole shop that sells prints, opened with one command.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::Args;
use serde::{Deserialize, Serialize};

use super::serve::run_roles;
use super::{Configured, say, start_telemetry};
use crate::config::Config;
use crate::seed;
use crate::serve::listen;
use crate::wiring::Shop;

#[derive(Debug, Args)]
pub(super) struct Demo {
    /// The folder that keeps everything the shop writes
    #[arg(long, value_name = "DIR", default_value = "data")]
    data: PathBuf,
    /// The address and port to listen on
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<String>,
    /// How many products the catalogue has; the prints come first, seeded ones fill it up
    #[arg(long, value_name = "N")]
    products: Option<u32>,
    /// One setting, such as --set auth.login_burst=100; may be repeated
    #[arg(long = "set", value_name = "KEY=VALUE")]
    sets: Vec<String>,
}

/// What `DIR/demo.json` says, for programs that want to talk to the demo.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct Facts {
    url: String,
    publishable_key: String,
    admin: Login,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct Login {
    email: String,
    password: String,
}

const STAFF_EMAIL: &str = "staff@example.com";

impl Demo {
    pub(super) async fn run(self) -> Result<()> {
        let config = self.config()?;
        start_telemetry(&config)?;
        let listener = listen(&config.server.listen)?;
        std::fs::create_dir_all(&self.data)
            .with_context(|| format!("the folder {} cannot be created", self.data.display()))?;
        let shop = Shop::open(config)?;
        shop.migrate().await?;
        seed::demo(&shop, self.products.unwrap_or(0)).await?;
        let facts = facts(&shop, &self.data).await?;
        introduce(&facts, &self.data);
        run_roles(shop, Some(listener)).await
    }

    fn config(&self) -> Result<Config> {
        // Somebody is reading the terminal: only what needs them is said, unless they ask for more.
        let mut sets = vec!["log.level=warn".to_owned()];
        sets.extend(self.sets.iter().cloned());
        let configured = Configured { config: None, sets };
        let mut config = configured.load()?;
        config.keep_everything_in(&self.data);
        if let Some(listen) = &self.listen {
            config.server.listen.clone_from(listen);
        }
        config.shop.name = tradewind_demo::pages::SHOP_NAME.to_owned();
        Ok(config)
    }
}

/// The key and the login of this demo: those of its file, made where they are missing.
async fn facts(shop: &Shop, folder: &Path) -> Result<Facts> {
    let path = folder.join("demo.json");
    let url = shop.config.public_url();
    let known = std::fs::read(&path).ok().and_then(|text| serde_json::from_slice::<Facts>(&text).ok());
    let facts = match known {
        Some(known) => Facts { url, ..known },
        None => create_facts(shop, url).await?,
    };
    let text = serde_json::to_string_pretty(&facts)?;
    write_private(&path, &text).with_context(|| format!("{} cannot be written", path.display()))?;
    Ok(facts)
}

async fn create_facts(shop: &Shop, url: String) -> Result<Facts> {
    let market = shop.market.snapshot().await?;
    let channel = market.store().default_sales_channel_id.clone();
    let channels = channel.map(|id| id.to_string()).into_iter().collect();
    let key = shop.accounts.create_publishable_key("Demo storefront", channels, "").await?;
    // Where demo.json was lost, the old login stands and a second one is made beside it.
    let mut email = STAFF_EMAIL.to_owned();
    let password = shop.mint.code(16).to_lowercase();
    if let Err(error) = shop.accounts.create_user(&email, &password).await {
        tracing::debug!(?error, "the staff login exists already");
        email = format!("staff-{}@example.com", shop.mint.code(6).to_lowercase());
        shop.accounts.create_user(&email, &password).await?;
    }
    Ok(Facts { url, publishable_key: key.token.expose().to_owned(), admin: Login { email, password } })
}

/// The file holds a password: only its owner may read it.
fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut file = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())
}

fn introduce(facts: &Facts, folder: &Path) {
    say(format!(
        "
  {name} is open.

  Storefront       {url}/
  Store API        {url}/store     with the header x-publishable-api-key: {key}
  Admin API        {url}/admin     staff login {email}  {password}
  Mails            {mails}

  These facts are also in {json}. Ctrl-C closes the shop; the same command opens it again.
",
        name = tradewind_demo::pages::SHOP_NAME,
        url = facts.url,
        key = facts.publishable_key,
        email = facts.admin.email,
        password = facts.admin.password,
        mails = folder.join("mail").display(),
        json = folder.join("demo.json").display(),
    ));
}
