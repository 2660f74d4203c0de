//! All SQL of accounts: here logins, sessions, reset links and keys.

mod customers;
mod factors;
mod invites;

use tradewind_kernel::{Result, Timestamp};
use tradewind_platform::db::{Param, Row, Stored, Tx};
use tradewind_platform::params;

use crate::model::{Actor, ActorKind, ApiKey, SecondFactor};

pub(crate) use customers::{
    add_guest, customer, customers_after, find_customers, group, groups, guest, insert_customer, insert_group,
    remove_customer, remove_group, save_customer, save_customer_groups, save_group, some_of_group,
};
pub(crate) use factors::{
    FactorRow, attempts_since, challenge, complete_challenge, disable_factor, enable_factor, factors,
    has_recovery_codes, insert_challenge, insert_factor, remove_factor, remove_old_proofs, replace_recovery_codes,
    save_verification, take_recovery_code, take_step, try_challenge, verification, verification_by_token, verify,
};
pub(crate) use invites::{
    has_user, insert_invite, insert_user, invite, invite_by_token, invites, remove_invite, remove_user, save_invite,
    save_user, user, user_with_email, users,
};

/// The only provider so far: an e-mail and a password.
pub(crate) const PROVIDER: &str = "emailpass";

const API_KEYS: &str = "accounts_api_key";

/// A login as it is stored.
#[derive(Clone, Debug)]
pub(crate) struct Login {
    pub(crate) id: String,
    pub(crate) email: String,
    pub(crate) password_hash: String,
    pub(crate) actor_id: Option<String>,
}

const LOGIN_COLUMNS: &str = "id, email, password_hash, actor_id";

fn to_login(row: &Row<'_>) -> Result<Login> {
    Ok(Login { id: row.text(0)?, email: row.text(1)?, password_hash: row.text(2)?, actor_id: row.opt_text(3)? })
}

pub(crate) async fn login_of(tx: &mut Tx, kind: ActorKind, email: &str) -> Result<Option<Login>> {
    let sql =
        format!("SELECT {LOGIN_COLUMNS} FROM accounts_login WHERE provider = $1 AND email = $2 AND actor_kind = $3");
    tx.query_one(&sql, params![PROVIDER, email, kind.as_str()], to_login).await
}

pub(crate) async fn login(tx: &mut Tx, id: &str) -> Result<Option<Login>> {
    let sql = format!("SELECT {LOGIN_COLUMNS} FROM accounts_login WHERE id = $1");
    tx.query_one(&sql, params![id], to_login).await
}

pub(crate) async fn insert_login(tx: &mut Tx, kind: ActorKind, login: &Login) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "INSERT INTO accounts_login (id, provider, email, actor_kind, password_hash, actor_id, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        params![&login.id, PROVIDER, &login.email, kind.as_str(), &login.password_hash, login.actor_id.as_deref(), now],
    )
    .await?;
    Ok(())
}

/// Lets a login that nobody owns belong to an actor; false when somebody was faster.
pub(crate) async fn claim_login(tx: &mut Tx, id: &str, actor_id: &str) -> Result<bool> {
    let claimed = tx
        .execute("UPDATE accounts_login SET actor_id = $1 WHERE id = $2 AND actor_id IS NULL", params![actor_id, id])
        .await?;
    Ok(claimed > 0)
}

pub(crate) async fn set_password(tx: &mut Tx, id: &str, hash: &str, at: Timestamp) -> Result<()> {
    tx.execute(
        "UPDATE accounts_login SET password_hash = $1, password_reset_at = $2 WHERE id = $3",
        params![hash, at, id],
    )
    .await?;
    Ok(())
}

/// The logins of a shopper or of somebody of the staff.
pub(crate) async fn logins_of_actor(tx: &mut Tx, kind: ActorKind, actor_id: &str) -> Result<Vec<Login>> {
    let sql = format!("SELECT {LOGIN_COLUMNS} FROM accounts_login WHERE actor_id = $1 AND actor_kind = $2");
    tx.query(&sql, params![actor_id, kind.as_str()], to_login).await
}

/// Removes a login with all that proves it, and remembers that its tokens are worth nothing.
pub(crate) async fn remove_login(tx: &mut Tx, id: &str) -> Result<()> {
    let now = tx.now();
    for sql in [
        "DELETE FROM accounts_session WHERE login_id = $1",
        "DELETE FROM accounts_reset WHERE login_id = $1",
        "DELETE FROM accounts_login WHERE id = $1",
    ] {
        tx.execute(sql, params![id]).await?;
    }
    factors::remove_proofs_of(tx, id).await?;
    tx.execute("INSERT INTO accounts_revocation (login_id, revoked_at) VALUES ($1, $2)", params![id, now]).await?;
    Ok(())
}

/// Logins whose older tokens are refused: whose password was reset after a moment, or that were removed; with the
/// second from which on tokens are taken.
pub(crate) async fn resets_since(tx: &mut Tx, since: Timestamp) -> Result<Vec<(String, Timestamp)>> {
    tx.query(
        "SELECT id, password_reset_at FROM accounts_login WHERE password_reset_at > $1
         UNION ALL SELECT login_id, revoked_at + 1000 FROM accounts_revocation WHERE revoked_at > $1",
        params![since],
        |row| Ok((row.text(0)?, row.time(1)?)),
    )
    .await
}

pub(crate) async fn insert_session(tx: &mut Tx, id_hash: &str, actor: &Actor, expires_at: Timestamp) -> Result<()> {
    let now = tx.now();
    let (needs, given) = match actor.second_factor {
        SecondFactor::NotAsked => (false, None),
        SecondFactor::Pending => (true, None),
        SecondFactor::Given(at) => (true, Some(at)),
    };
    tx.execute(
        "INSERT INTO accounts_session
             (id_hash, login_id, created_at, expires_at, needs_second_factor, second_factor_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        params![id_hash, &actor.auth_identity_id, now, expires_at, needs, given],
    )
    .await?;
    Ok(())
}

/// A session with what its login says now.
pub(crate) struct Session {
    pub(crate) login_id: String,
    pub(crate) actor_kind: String,
    pub(crate) actor_id: Option<String>,
    pub(crate) created_at: Timestamp,
    pub(crate) expires_at: Timestamp,
    pub(crate) second_factor: SecondFactor,
    pub(crate) verified_at: Option<i64>,
}

pub(crate) async fn session(tx: &mut Tx, id_hash: &str) -> Result<Option<Session>> {
    tx.query_one(
        "SELECT session.login_id, login.actor_kind, login.actor_id, session.created_at, session.expires_at,
             session.needs_second_factor, session.second_factor_at, verification.verified_at
         FROM accounts_session session JOIN accounts_login login ON login.id = session.login_id
             LEFT JOIN accounts_verification verification ON verification.login_id = login.id
         WHERE session.id_hash = $1",
        params![id_hash],
        |row| {
            Ok(Session {
                login_id: row.text(0)?,
                actor_kind: row.text(1)?,
                actor_id: row.opt_text(2)?,
                created_at: row.time(3)?,
                expires_at: row.time(4)?,
                second_factor: match (row.bool(5)?, row.opt_int(6)?) {
                    (false, _) => SecondFactor::NotAsked,
                    (true, None) => SecondFactor::Pending,
                    (true, Some(at)) => SecondFactor::Given(Timestamp(at)),
                },
                verified_at: row.opt_int(7)?,
            })
        },
    )
    .await
}

pub(crate) async fn remove_session(tx: &mut Tx, id_hash: &str) -> Result<()> {
    tx.execute("DELETE FROM accounts_session WHERE id_hash = $1", params![id_hash]).await?;
    Ok(())
}

pub(crate) async fn remove_sessions_of(tx: &mut Tx, login_id: &str) -> Result<()> {
    tx.execute("DELETE FROM accounts_session WHERE login_id = $1", params![login_id]).await?;
    Ok(())
}

/// A reset link as it is stored.
pub(crate) struct Reset {
    pub(crate) login_id: String,
    pub(crate) password_fingerprint: String,
    pub(crate) expires_at: Timestamp,
}

pub(crate) async fn insert_reset(tx: &mut Tx, token_hash: &str, reset: &Reset) -> Result<()> {
    tx.execute(
        "INSERT INTO accounts_reset (token_hash, login_id, password_fingerprint, expires_at) VALUES ($1, $2, $3, $4)",
        params![token_hash, &reset.login_id, &reset.password_fingerprint, reset.expires_at],
    )
    .await?;
    Ok(())
}

pub(crate) async fn reset(tx: &mut Tx, token_hash: &str) -> Result<Option<Reset>> {
    tx.query_one(
        "SELECT login_id, password_fingerprint, expires_at FROM accounts_reset WHERE token_hash = $1",
        params![token_hash],
        |row| Ok(Reset { login_id: row.text(0)?, password_fingerprint: row.text(1)?, expires_at: row.time(2)? }),
    )
    .await
}

pub(crate) async fn remove_resets_of(tx: &mut Tx, login_id: &str) -> Result<()> {
    tx.execute("DELETE FROM accounts_reset WHERE login_id = $1", params![login_id]).await?;
    Ok(())
}

/// A signing key: its name and its secret in hexadecimal, newest first.
pub(crate) async fn signing_keys(tx: &mut Tx) -> Result<Vec<(String, String)>> {
    tx.query("SELECT kid, secret FROM accounts_signing_key ORDER BY created_at DESC, kid DESC", params![], |row| {
        Ok((row.text(0)?, row.text(1)?))
    })
    .await
}

pub(crate) async fn insert_signing_key(tx: &mut Tx, kid: &str, secret_hex: &str) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "INSERT INTO accounts_signing_key (kid, secret, created_at) VALUES ($1, $2, $3)",
        params![kid, secret_hex, now],
    )
    .await?;
    Ok(())
}

/// Removes sessions and reset links that ended, and signing keys that a newer one replaced before `last_token_ended`, the
/// moment before which every token has run out.
pub(crate) async fn remove_expired(tx: &mut Tx, now: Timestamp, last_token_ended: Timestamp) -> Result<u64> {
    let mut removed = tx.execute("DELETE FROM accounts_session WHERE expires_at <= $1", params![now]).await?;
    removed += tx.execute("DELETE FROM accounts_reset WHERE expires_at <= $1", params![now]).await?;
    removed += remove_old_proofs(tx, now, now.plus_seconds(-3600)).await?;
    removed += tx.execute("DELETE FROM accounts_revocation WHERE revoked_at <= $1", params![last_token_ended]).await?;
    removed += tx
        .execute(
            "DELETE FROM accounts_signing_key WHERE created_at <
                 (SELECT MAX(newer.created_at) FROM accounts_signing_key newer WHERE newer.created_at < $1)",
            params![last_token_ended],
        )
        .await?;
    Ok(removed)
}

fn to_api_key(row: &Row<'_>) -> Result<Stored<ApiKey>> {
    let mut key: ApiKey = row.json(1)?;
    key.last_used_at = row.opt_int(2)?.map(Timestamp);
    Ok(Stored { version: row.int(0)?, value: key })
}

pub(crate) async fn api_key(tx: &mut Tx, id: &str) -> Result<Option<Stored<ApiKey>>> {
    tx.query_one("SELECT version, body, last_used_at FROM accounts_api_key WHERE id = $1", params![id], to_api_key)
        .await
}

pub(crate) async fn api_key_by_token(tx: &mut Tx, token_hash: &str) -> Result<Option<ApiKey>> {
    let found = tx
        .query_one(
            "SELECT version, body, last_used_at FROM accounts_api_key WHERE token_hash = $1",
            params![token_hash],
            to_api_key,
        )
        .await?;
    Ok(found.map(|stored| stored.value))
}

/// Every key: a shop has a handful.
pub(crate) async fn api_keys(tx: &mut Tx) -> Result<Vec<ApiKey>> {
    tx.query("SELECT version, body, last_used_at FROM accounts_api_key ORDER BY created_at, id", params![], |row| {
        to_api_key(row).map(|stored| stored.value)
    })
    .await
}

pub(crate) async fn insert_api_key(tx: &mut Tx, key: &ApiKey, token_hash: &str) -> Result<()> {
    tx.insert_document(
        API_KEYS,
        key.id.as_str(),
        key,
        &[
            ("kind", Param::from(key.kind.as_str())),
            ("token_hash", Param::from(token_hash)),
            ("created_at", Param::from(key.created_at)),
        ],
    )
    .await
}

pub(crate) async fn save_api_key(tx: &mut Tx, stored: &Stored<ApiKey>) -> Result<i64> {
    tx.update_document(API_KEYS, stored.value.id.as_str(), stored.version, &stored.value, &[]).await
}

pub(crate) async fn remove_api_key(tx: &mut Tx, id: &str) -> Result<()> {
    tx.execute("DELETE FROM accounts_api_key WHERE id = $1", params![id]).await?;
    Ok(())
}

pub(crate) async fn note_api_key_used(tx: &mut Tx, id: &str, at: Timestamp) -> Result<()> {
    tx.execute("UPDATE accounts_api_key SET last_used_at = $1 WHERE id = $2", params![at, id]).await?;
    Ok(())
}
