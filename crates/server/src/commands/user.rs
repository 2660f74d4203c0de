//! `tradewind user create`: a staff account.

use anyhow::{Result, bail};
use clap::Subcommand;
use tradewind_kernel::ErrorKind;

use super::{Configured, say};
use crate::wiring::Shop;

#[derive(Debug, Subcommand)]
pub(super) enum User {
    /// Create a staff account
    Create {
        /// The address to log in with
        #[arg(long)]
        email: String,
        /// The password, 8 characters at least
        #[arg(long)]
        password: String,
        #[command(flatten)]
        configured: Configured,
    },
}

impl User {
    pub(super) async fn run(self) -> Result<()> {
        let Self::Create { email, password, configured } = self;
        let shop = Shop::open(configured.load()?)?;
        shop.migrate().await?;
        match shop.accounts.create_user(&email, &password).await {
            Ok(_) => say(format!("{email} may log in now.")),
            Err(error) if error.kind() == ErrorKind::Duplicate || error.kind() == ErrorKind::Unauthorized => {
                bail!("{email} has an account already; a forgotten password is set anew by its owner")
            }
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }
}
