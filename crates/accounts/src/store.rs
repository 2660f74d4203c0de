//! All SQL of accounts.

use std::fmt::Write as _;

use tradewind_kernel::{Error, Paging, Result, Timestamp};
use tradewind_platform::db::{Param, Row, Stored, Tx, json_list};
use tradewind_platform::params;

use crate::customer::CustomerQuery;
use crate::model::{ActorKind, ApiKey, Customer, User};

/// The only provider so far: an e-mail and a password.
pub(crate) const PROVIDER: &str = "emailpass";

const CUSTOMERS: &str = "accounts_customer";
const USERS: &str = "accounts_user";
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

/// Logins whose password was reset after a moment, and when.
pub(crate) async fn resets_since(tx: &mut Tx, since: Timestamp) -> Result<Vec<(String, Timestamp)>> {
    tx.query("SELECT id, password_reset_at FROM accounts_login WHERE password_reset_at > $1", params![since], |row| {
        Ok((row.text(0)?, row.time(1)?))
    })
    .await
}

pub(crate) async fn insert_session(tx: &mut Tx, id_hash: &str, login_id: &str, expires_at: Timestamp) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "INSERT INTO accounts_session (id_hash, login_id, created_at, expires_at) VALUES ($1, $2, $3, $4)",
        params![id_hash, login_id, now, expires_at],
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
}

pub(crate) async fn session(tx: &mut Tx, id_hash: &str) -> Result<Option<Session>> {
    tx.query_one(
        "SELECT session.login_id, login.actor_kind, login.actor_id, session.created_at, session.expires_at
         FROM accounts_session session JOIN accounts_login login ON login.id = session.login_id
         WHERE session.id_hash = $1",
        params![id_hash],
        |row| {
            Ok(Session {
                login_id: row.text(0)?,
                actor_kind: row.text(1)?,
                actor_id: row.opt_text(2)?,
                created_at: row.time(3)?,
                expires_at: row.time(4)?,
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
    removed += tx
        .execute(
            "DELETE FROM accounts_signing_key WHERE created_at <
                 (SELECT MAX(newer.created_at) FROM accounts_signing_key newer WHERE newer.created_at < $1)",
            params![last_token_ended],
        )
        .await?;
    Ok(removed)
}

pub(crate) async fn customer(tx: &mut Tx, id: &str) -> Result<Option<Stored<Customer>>> {
    tx.document(CUSTOMERS, id).await
}

pub(crate) async fn insert_customer(tx: &mut Tx, customer: &Customer) -> Result<()> {
    tx.insert_document(
        CUSTOMERS,
        customer.id.as_str(),
        customer,
        &[
            ("email", Param::from(&customer.email)),
            ("has_account", Param::from(customer.has_account)),
            ("created_at", Param::from(customer.created_at)),
        ],
    )
    .await
}

pub(crate) async fn save_customer(tx: &mut Tx, stored: &Stored<Customer>) -> Result<i64> {
    let customer = &stored.value;
    tx.update_document(
        CUSTOMERS,
        customer.id.as_str(),
        stored.version,
        customer,
        &[("email", Param::from(&customer.email)), ("has_account", Param::from(customer.has_account))],
    )
    .await
}

pub(crate) async fn guest(tx: &mut Tx, email: &str) -> Result<Option<Customer>> {
    tx.query_one("SELECT body FROM accounts_customer WHERE email = $1 AND has_account = FALSE", params![email], |row| {
        row.json(0)
    })
    .await
}

/// The newest customers of one database that a query finds, and how many it finds in all.
pub(crate) async fn find_customers(tx: &mut Tx, query: &CustomerQuery, paging: Paging) -> Result<(Vec<Customer>, u64)> {
    let mut sql = String::from(" FROM accounts_customer WHERE 1 = 1");
    let mut values: Vec<Param<'_>> = Vec::new();
    let dialect = tx.dialect();
    for (column, wanted) in [("id", &query.ids), ("email", &query.emails)] {
        if !wanted.is_empty() {
            values.push(json_list(wanted).into());
            let _ = write!(sql, " AND {}", dialect.in_list(column, &format!("${}", values.len())));
        }
    }
    if let Some(has_account) = query.has_account {
        values.push(has_account.into());
        let _ = write!(sql, " AND has_account = ${}", values.len());
    }
    if let Some(text) = &query.text {
        let escaped: String = text
            .to_lowercase()
            .chars()
            .flat_map(|c| if "\\%_".contains(c) { vec!['\\', c] } else { vec![c] })
            .collect();
        values.push(format!("%{escaped}%").into());
        let _ = write!(sql, " AND {}", dialect.like("email", &format!("${}", values.len())));
    }
    let count = tx.number(&format!("SELECT COUNT(*){sql}"), &values).await?;
    values.push(paging.limit.into());
    let limit = values.len();
    values.push(paging.offset.into());
    let direction = if query.oldest_first { "ASC" } else { "DESC" };
    let _ = write!(sql, " ORDER BY created_at {direction}, id {direction} LIMIT ${limit} OFFSET ${}", limit + 1);
    let found = tx.query(&format!("SELECT body{sql}"), &values, |row| row.json(0)).await?;
    Ok((found, u64::try_from(count).map_err(Error::internal)?))
}

pub(crate) async fn user(tx: &mut Tx, id: &str) -> Result<Option<User>> {
    Ok(tx.document(USERS, id).await?.map(|stored| stored.value))
}

pub(crate) async fn stored_user(tx: &mut Tx, id: &str) -> Result<Option<Stored<User>>> {
    tx.document(USERS, id).await
}

pub(crate) async fn user_with_email(tx: &mut Tx, email: &str) -> Result<Option<User>> {
    tx.query_one("SELECT body FROM accounts_user WHERE email = $1", params![email], |row| row.json(0)).await
}

pub(crate) async fn users(tx: &mut Tx, paging: Paging) -> Result<(Vec<User>, u64)> {
    let count = tx.number("SELECT COUNT(*) FROM accounts_user", params![]).await?;
    let found = tx
        .query(
            "SELECT body FROM accounts_user ORDER BY created_at, id LIMIT $1 OFFSET $2",
            params![paging.limit, paging.offset],
            |row| row.json(0),
        )
        .await?;
    Ok((found, u64::try_from(count).map_err(Error::internal)?))
}

pub(crate) async fn insert_user(tx: &mut Tx, user: &User) -> Result<()> {
    tx.insert_document(
        USERS,
        user.id.as_str(),
        user,
        &[("email", Param::from(&user.email)), ("created_at", Param::from(user.created_at))],
    )
    .await
}

pub(crate) async fn save_user(tx: &mut Tx, stored: &Stored<User>) -> Result<()> {
    let user = &stored.value;
    tx.update_document(USERS, user.id.as_str(), stored.version, user, &[("email", Param::from(&user.email))]).await?;
    Ok(())
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
