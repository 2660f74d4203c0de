//! `tradewind doctor`: checks a configuration from end to end and says what to do.

use std::path::Path;

use anyhow::{Result, bail};

use super::{Configured, say};
use crate::config::{Config, MailTransport, StoreKind};
use crate::serve::listen;
use crate::wiring::Shop;

pub(super) async fn run(configured: Configured) -> Result<()> {
    let mut findings = Findings { wrong: 0 };
    let config = match configured.load() {
        Ok(config) => {
            findings.good("configuration", "read and consistent");
            config
        }
        Err(error) => {
            findings.bad("configuration", &format!("{error:#}"));
            bail!("the configuration must be mended before anything else can be checked")
        }
    };
    match listen(&config.server.listen) {
        Ok(_) => findings.good("port", &format!("{} is free", config.server.listen)),
        Err(error) => findings.bad("port", &format!("{error:#}")),
    }
    for (what, folder) in folders(&config) {
        match writable(&folder) {
            Ok(()) => findings.good(what, &format!("{} can be written", folder.display())),
            Err(error) => findings.bad(what, &format!("{} cannot be written: {error}", folder.display())),
        }
    }
    check_shop(config, &mut findings).await;
    match findings.wrong {
        0 => {
            say("\nAll is well: `tradewind serve` opens this shop.");
            Ok(())
        }
        1 => bail!("one thing is wrong; see above"),
        wrong => bail!("{wrong} things are wrong; see above"),
    }
}

async fn check_shop(config: Config, findings: &mut Findings) {
    let local = config.server.listen.starts_with("127.") || config.server.listen.starts_with("localhost");
    if !local && !config.auth.secure_cookies {
        findings.bad(
            "cookies",
            "the shop listens to the network without auth.secure_cookies = true; cookies would travel unprotected",
        );
    }
    if !local && config.server.public_url.is_empty() {
        findings
            .bad("public address", "server.public_url is empty; links in mails would point at the listening address");
    }
    let shop = match Shop::open(config) {
        Ok(shop) => shop,
        Err(error) => return findings.bad("store", &format!("{error:#}")),
    };
    match shop.migrate().await {
        Ok(_) => findings.good("store", "opened, tables up to date"),
        Err(error) => return findings.bad("store", &format!("{error:#}")),
    }
    if shop.db.has_replicas() {
        match shop.check_replicas().await {
            Ok(()) => findings.good("replicas", "reached"),
            Err(error) => findings.bad("replicas", &format!("{error:#}")),
        }
    }
    if shop.tier.is_shared() {
        match shop.check_cache().await {
            Ok(()) => findings.good("shared cache", "reached, and takes values"),
            Err(error) => findings.bad("shared cache", &format!("{error:#}")),
        }
    }
    match (shop.config.mail.transport, shop.check_mail().await) {
        (MailTransport::Mailbox, _) => {
            findings.good("mail", "written to a file, which nobody is sent; mail.transport = \"smtp\" sends it");
        }
        (MailTransport::Smtp, Ok(())) => findings.good("mail", "the mail server is reached, and lets the shop in"),
        (MailTransport::Smtp, Err(error)) => findings.bad("mail", &format!("{error:#}")),
    }
    match shop.check_events().await {
        Ok(false) => {}
        Ok(true) => findings.good("broker", "reached, and takes events"),
        Err(error) => findings.bad("broker", &format!("{error:#}")),
    }
    match shop.market.snapshot().await {
        Ok(market) if market.regions().is_empty() => {
            findings.bad(
                "market",
                "there is no region yet, so nothing has a price; `tradewind demo` makes a shop to look at",
            );
        }
        Ok(market) => findings.good("market", &format!("{} regions", market.regions().len())),
        Err(error) => findings.bad("market", &format!("{error}")),
    }
    match tradewind_platform::events::waiting(&shop.db).await {
        Ok(waiting) => findings.good("events", &format!("{waiting} waiting to be handed on")),
        Err(error) => findings.bad("events", &format!("{error}")),
    }
}

fn folders(config: &Config) -> Vec<(&'static str, std::path::PathBuf)> {
    let parent = |path: &Path| path.parent().map(Path::to_path_buf).unwrap_or_default();
    let mut folders = vec![("files folder", config.blobs.path.clone()), ("search folder", config.search.path.clone())];
    if config.mail.transport == MailTransport::Mailbox {
        folders.push(("mail folder", config.mail.path.clone()));
    }
    if config.database().kind == StoreKind::Sqlite {
        folders.insert(0, ("store folder", parent(&config.database().path)));
    }
    folders
}

fn writable(folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let probe = folder.join(".tradewind-doctor");
    std::fs::write(&probe, b"")?;
    std::fs::remove_file(probe)
}

struct Findings {
    wrong: u32,
}

impl Findings {
    fn good(&mut self, what: &str, text: &str) {
        say(format!("  ok     {what}: {text}"));
    }

    fn bad(&mut self, what: &str, text: &str) {
        self.wrong += 1;
        say(format!("  WRONG  {what}: {text}"));
    }
}
