//! The platform: ports that grow by configuration. Modules stand on these and on nothing below them.

pub mod blobs;
pub mod cache;
pub mod carrier;
pub mod db;
pub mod events;
pub mod idempotency;
pub mod jobs;
pub mod limits;
pub mod mail;
pub mod payment;
mod sweep;
pub mod telemetry;
mod wake;

/// The platform's own tables: the outbox, jobs, schedules, idempotency keys, limits, and what a broker has delivered.
pub const MIGRATIONS: db::Migrations =
    migrations!("platform", "V1__outbox_and_jobs", "V2__idempotency", "V3__limits", "V4__delivered", "V5__job_control");
