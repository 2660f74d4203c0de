//! Second factors, recovery codes, requests for them, and verified e-mail addresses.

use tradewind_kernel::{Error, Result, Timestamp};
use tradewind_platform::db::{Row, Tx};
use tradewind_platform::params;

use crate::model::{ChallengeId, Factor, FactorId, FactorStatus, Verification, VerificationId};

/// A factor with what its codes are made from, in hexadecimal, and the step whose code was taken last.
#[derive(Clone)]
pub(crate) struct FactorRow {
    pub(crate) factor: Factor,
    pub(crate) secret: String,
    pub(crate) last_step: i64,
}

const FACTOR_COLUMNS: &str = "id, login_id, provider, status, metadata, created_at, updated_at, secret, last_step";

fn to_factor(row: &Row<'_>) -> Result<FactorRow> {
    let status = match row.text(3)?.as_str() {
        "pending" => FactorStatus::Pending,
        "enabled" => FactorStatus::Enabled,
        "disabled" => FactorStatus::Disabled,
        other => return Err(Error::internal(format!("a second factor is {other:?}"))),
    };
    let factor = Factor {
        id: FactorId(row.text(0)?),
        auth_identity_id: row.text(1)?,
        provider: row.text(2)?,
        status,
        metadata: row.json(4)?,
        created_at: row.time(5)?,
        updated_at: row.time(6)?,
    };
    Ok(FactorRow { factor, secret: row.text(7)?, last_step: row.int(8)? })
}

pub(crate) async fn factors(tx: &mut Tx, login_id: &str) -> Result<Vec<FactorRow>> {
    let sql = format!("SELECT {FACTOR_COLUMNS} FROM accounts_factor WHERE login_id = $1 ORDER BY created_at, id");
    tx.query(&sql, params![login_id], to_factor).await
}

pub(crate) async fn insert_factor(tx: &mut Tx, row: &FactorRow) -> Result<()> {
    let factor = &row.factor;
    let metadata = serde_json::to_string(&factor.metadata).map_err(Error::internal)?;
    tx.execute(
        "INSERT INTO accounts_factor
             (id, login_id, provider, status, secret, last_step, metadata, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        params![
            factor.id.as_str(),
            &factor.auth_identity_id,
            &factor.provider,
            factor.status.as_str(),
            &row.secret,
            row.last_step,
            metadata,
            factor.created_at,
            factor.updated_at
        ],
    )
    .await?;
    Ok(())
}

/// Takes the code of a step, unless it or a later one was taken: false when somebody was faster.
pub(crate) async fn take_step(tx: &mut Tx, id: &str, step: i64) -> Result<bool> {
    let taken = tx
        .execute("UPDATE accounts_factor SET last_step = $1 WHERE id = $2 AND last_step < $1", params![step, id])
        .await?;
    Ok(taken > 0)
}

/// Lets a factor be asked for from now on.
pub(crate) async fn enable_factor(tx: &mut Tx, id: &str) -> Result<()> {
    let now = tx.now();
    tx.execute("UPDATE accounts_factor SET status = 'enabled', updated_at = $1 WHERE id = $2", params![now, id])
        .await?;
    Ok(())
}

/// Lets a factor be asked for no longer, and forgets its secret.
pub(crate) async fn disable_factor(tx: &mut Tx, id: &str) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "UPDATE accounts_factor SET status = 'disabled', secret = '', updated_at = $1 WHERE id = $2",
        params![now, id],
    )
    .await?;
    Ok(())
}

pub(crate) async fn remove_factor(tx: &mut Tx, id: &str) -> Result<()> {
    tx.execute("DELETE FROM accounts_factor WHERE id = $1", params![id]).await?;
    Ok(())
}

pub(crate) async fn has_recovery_codes(tx: &mut Tx, login_id: &str) -> Result<bool> {
    let count = tx.number("SELECT COUNT(*) FROM accounts_recovery_code WHERE login_id = $1", params![login_id]).await?;
    Ok(count > 0)
}

pub(crate) async fn replace_recovery_codes(tx: &mut Tx, login_id: &str, hashes: &[String]) -> Result<()> {
    tx.execute("DELETE FROM accounts_recovery_code WHERE login_id = $1", params![login_id]).await?;
    for hash in hashes {
        tx.execute("INSERT INTO accounts_recovery_code (login_id, code_hash) VALUES ($1, $2)", params![login_id, hash])
            .await?;
    }
    Ok(())
}

/// Uses a recovery code up; false when there is none such (any more).
pub(crate) async fn take_recovery_code(tx: &mut Tx, login_id: &str, hash: &str) -> Result<bool> {
    let taken = tx
        .execute("DELETE FROM accounts_recovery_code WHERE login_id = $1 AND code_hash = $2", params![login_id, hash])
        .await?;
    Ok(taken > 0)
}

/// A request for a second factor as it is stored.
pub(crate) struct ChallengeRow {
    pub(crate) login_id: String,
    pub(crate) expires_at: Timestamp,
    pub(crate) completed_at: Option<i64>,
}

pub(crate) async fn challenge(tx: &mut Tx, id: &str) -> Result<Option<ChallengeRow>> {
    tx.query_one(
        "SELECT login_id, expires_at, completed_at FROM accounts_challenge WHERE id = $1",
        params![id],
        |row| Ok(ChallengeRow { login_id: row.text(0)?, expires_at: row.time(1)?, completed_at: row.opt_int(2)? }),
    )
    .await
}

pub(crate) async fn insert_challenge(
    tx: &mut Tx,
    id: &ChallengeId,
    login_id: &str,
    expires_at: Timestamp,
) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "INSERT INTO accounts_challenge (id, login_id, attempts, created_at, expires_at) VALUES ($1, $2, 0, $3, $4)",
        params![id.as_str(), login_id, now, expires_at],
    )
    .await?;
    Ok(())
}

/// Counts a try; false when there were as many as there may be.
pub(crate) async fn try_challenge(tx: &mut Tx, id: &str, attempts_max: i64) -> Result<bool> {
    let counted = tx
        .execute(
            "UPDATE accounts_challenge SET attempts = attempts + 1 WHERE id = $1 AND attempts < $2",
            params![id, attempts_max],
        )
        .await?;
    Ok(counted > 0)
}

/// How often a login has tried in vain since a moment.
pub(crate) async fn attempts_since(tx: &mut Tx, login_id: &str, since: Timestamp) -> Result<i64> {
    tx.number(
        "SELECT SUM(attempts) FROM accounts_challenge
         WHERE login_id = $1 AND created_at > $2 AND completed_at IS NULL",
        params![login_id, since],
    )
    .await
}

pub(crate) async fn complete_challenge(tx: &mut Tx, id: &str) -> Result<bool> {
    let now = tx.now();
    let completed = tx
        .execute(
            "UPDATE accounts_challenge SET completed_at = $1 WHERE id = $2 AND completed_at IS NULL",
            params![now, id],
        )
        .await?;
    Ok(completed > 0)
}

/// Removes requests made before a moment, and mails that were never answered.
pub(crate) async fn remove_old_proofs(tx: &mut Tx, now: Timestamp, made_before: Timestamp) -> Result<u64> {
    let removed = tx.execute("DELETE FROM accounts_challenge WHERE created_at < $1", params![made_before]).await?;
    let unanswered = "DELETE FROM accounts_verification WHERE verified_at IS NULL AND expires_at <= $1";
    Ok(removed + tx.execute(unanswered, params![now]).await?)
}

/// Removes whatever else proves a login that is removed.
pub(crate) async fn remove_proofs_of(tx: &mut Tx, login_id: &str) -> Result<()> {
    for sql in [
        "DELETE FROM accounts_factor WHERE login_id = $1",
        "DELETE FROM accounts_recovery_code WHERE login_id = $1",
        "DELETE FROM accounts_challenge WHERE login_id = $1",
        "DELETE FROM accounts_verification WHERE login_id = $1",
    ] {
        tx.execute(sql, params![login_id]).await?;
    }
    Ok(())
}

const VERIFICATION: &str = "SELECT verification.id, verification.login_id, login.email, verification.metadata,
        verification.requested_at, verification.expires_at, verification.verified_at
    FROM accounts_verification verification JOIN accounts_login login ON login.id = verification.login_id";

fn to_verification(row: &Row<'_>) -> Result<Verification> {
    Ok(Verification {
        id: VerificationId(row.text(0)?),
        auth_identity_id: row.text(1)?,
        email: row.text(2)?,
        metadata: row.json(3)?,
        requested_at: row.time(4)?,
        expires_at: row.time(5)?,
        verified_at: row.opt_int(6)?.map(Timestamp),
    })
}

pub(crate) async fn verification(tx: &mut Tx, login_id: &str) -> Result<Option<Verification>> {
    tx.query_one(&format!("{VERIFICATION} WHERE verification.login_id = $1"), params![login_id], to_verification).await
}

pub(crate) async fn verification_by_token(tx: &mut Tx, token_hash: &str) -> Result<Option<Verification>> {
    let sql = format!("{VERIFICATION} WHERE verification.token_hash = $1");
    tx.query_one(&sql, params![token_hash], to_verification).await
}

/// Stores a request; one before it for the same login gives way.
pub(crate) async fn save_verification(tx: &mut Tx, verification: &Verification, token_hash: &str) -> Result<()> {
    let login_id = &verification.auth_identity_id;
    tx.execute("DELETE FROM accounts_verification WHERE login_id = $1", params![login_id]).await?;
    tx.execute(
        "INSERT INTO accounts_verification (login_id, id, token_hash, metadata, requested_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        params![
            login_id,
            verification.id.as_str(),
            token_hash,
            verification.metadata.to_string(),
            verification.requested_at,
            verification.expires_at
        ],
    )
    .await?;
    Ok(())
}

/// Uses a token up; false when somebody was faster.
pub(crate) async fn verify(tx: &mut Tx, token_hash: &str, at: Timestamp) -> Result<bool> {
    let verified = tx
        .execute(
            "UPDATE accounts_verification SET verified_at = $1, token_hash = NULL WHERE token_hash = $2",
            params![at, token_hash],
        )
        .await?;
    Ok(verified > 0)
}
