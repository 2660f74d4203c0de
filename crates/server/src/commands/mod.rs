//! The command line: one file per command.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::{Args, Parser, Subcommand};

use crate::config::Config;

mod audit;
mod backup;
mod config;
mod demo;
mod doctor;
mod events;
mod import;
mod jobs;
mod key;
mod load;
mod mail;
mod migrate;
mod moving;
mod report;
mod serve;
mod table;
mod user;
mod webhooks;

/// A whole shop in one program.
#[derive(Debug, Parser)]
#[command(name = "tradewind", version, about, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Open a demo shop that sells prints; nothing else needs to be installed
    Demo(demo::Demo),
    /// Serve a shop
    Serve(Configured),
    /// Bring the tables up to date
    Migrate(Configured),
    /// Take in a shop from another platform
    #[command(subcommand)]
    Import(import::Import),
    Move(moving::Move),
    Backup(backup::Backup),
    Restore(backup::Restore),
    /// Staff accounts
    #[command(subcommand)]
    User(user::User),
    /// Keys by which storefronts and programs call the API
    #[command(subcommand)]
    Key(key::Key),
    /// What mails look like, and those that could not be sent
    #[command(subcommand)]
    Mail(mail::MailCommand),
    /// What the shop works on, and what it could not do; another try, none, and queues that wait
    #[command(subcommand)]
    Jobs(jobs::JobsCommand),
    Events(events::EventsCommand),
    /// Other programs that are told of events over HTTP
    #[command(subcommand)]
    Webhooks(webhooks::WebhooksCommand),
    /// Check that the books add up: sold, claimed, ordered and paid are the same, and nothing hangs
    Audit(audit::AuditCommand),
    Report(report::ReportCommand),
    Load(Box<tradewind_load::Load>),
    /// Check a configuration from end to end and say what to do
    Doctor(Configured),
    /// Print every setting with its meaning and the value in force
    Config(Configured),
}

/// Where the configuration comes from.
#[derive(Clone, Debug, Default, Args)]
pub struct Configured {
    /// The configuration file (TOML)
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// One setting, such as --set server.listen=127.0.0.1:8080; may be repeated
    #[arg(long = "set", value_name = "KEY=VALUE")]
    sets: Vec<String>,
}

impl Configured {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    fn environment() -> impl Iterator<Item = (String, String)> {
        std::env::vars()
    }

    fn load(&self) -> Result<Config> {
        Config::load(self.config.as_deref(), Self::environment(), &self.sets)
    }
}

/// Runs a command to its end.
pub fn run(cli: Cli) -> Result<()> {
    match cli.command {
        Command::Demo(demo) => on_runtime(demo.run()),
        Command::Serve(configured) => on_runtime(serve::run(configured.load()?)),
        Command::Migrate(configured) => on_runtime(migrate::run(configured.load()?)),
        Command::Import(import) => on_runtime(import.run()),
        Command::Move(moving) => on_runtime(moving.run()),
        Command::Backup(backup) => backup.run(),
        Command::Restore(restore) => restore.run(),
        Command::User(user) => on_runtime(user.run()),
        Command::Key(key) => on_runtime(key.run()),
        Command::Mail(mail) => on_runtime(mail.run()),
        Command::Jobs(jobs) => on_runtime(jobs.run()),
        Command::Events(events) => on_runtime(events.run()),
        Command::Webhooks(webhooks) => on_runtime(webhooks.run()),
        Command::Audit(audit) => on_runtime(audit.run()),
        Command::Report(report) => on_runtime(report.run()),
        Command::Load(load) => load::run(&load),
        Command::Doctor(configured) => on_runtime(doctor::run(configured)),
        Command::Config(configured) => config::run(&configured),
    }
}

fn on_runtime(command: impl Future<Output = Result<()>>) -> Result<()> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the runtime could not be started")?
        .block_on(command)
}

/// Starts the log and the metrics, before there is anything to tell: what is told once (a replica takes reads) would be lost.
fn start_telemetry(config: &Config) -> Result<()> {
    let format = match config.log.format {
        crate::config::LogFormat::Text => tradewind_platform::telemetry::LogFormat::Text,
        crate::config::LogFormat::Json => tradewind_platform::telemetry::LogFormat::Json,
    };
    tradewind_platform::telemetry::start_logging(&config.log.level, format)?;
    let _ = crate::operations::metrics();
    Ok(())
}

/// Writes a line for the person at the terminal.
#[expect(clippy::print_stdout, reason = "what a command was asked for goes to standard output")]
fn say(line: impl std::fmt::Display) {
    println!("{line}");
}
