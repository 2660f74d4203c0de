//! `tradewind key create`: keys by which storefronts and programs call the API.

use anyhow::{Result, bail};
use clap::{Subcommand, ValueEnum};

use super::{Configured, say};
use crate::wiring::Shop;

#[derive(Debug, Subcommand)]
pub(super) enum Key {
    /// Create a key and print its token
    Create {
        /// What the key is for, in your words
        #[arg(long, default_value = "Storefront")]
        title: String,
        /// publishable for storefronts, secret for programs that work as staff
        #[arg(long, value_enum, default_value = "publishable")]
        kind: Kind,
        /// The sales channels a publishable key sells in; the shop's default where none is given
        #[arg(long = "sales-channel", value_name = "ID")]
        sales_channels: Vec<String>,
        #[command(flatten)]
        configured: Configured,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum Kind {
    Publishable,
    Secret,
}

impl Key {
    pub(super) async fn run(self) -> Result<()> {
        let Self::Create { title, kind, mut sales_channels, configured } = self;
        let shop = Shop::open(configured.load()?)?;
        shop.migrate().await?;
        if kind == Kind::Secret {
            let key = shop.accounts.create_secret_key(&title, "").await?;
            say(key.token.expose());
            eprintln!("This is the only time the secret key is shown.");
            return Ok(());
        }
        let market = shop.market.snapshot().await?;
        if let Some(unknown) = sales_channels.iter().find(|id| market.sales_channel(id).is_none()) {
            bail!("--sales-channel {unknown}: there is no such sales channel");
        }
        if sales_channels.is_empty() {
            sales_channels.extend(market.store().default_sales_channel_id.as_ref().map(ToString::to_string));
        }
        let key = shop.accounts.create_publishable_key(&title, sales_channels, "").await?;
        say(key.token.expose());
        Ok(())
    }
}
