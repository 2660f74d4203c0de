//! Staff and the invitations to join it.

use tradewind_kernel::Result;
use tradewind_platform::db::{Param, Stored, Tx};
use tradewind_platform::params;

use crate::model::{Invite, User};

const USERS: &str = "accounts_user";
const INVITES: &str = "accounts_invite";

pub(crate) async fn user(tx: &mut Tx, id: &str) -> Result<Option<Stored<User>>> {
    tx.document(USERS, id).await
}

/// The whole staff: a shop has dozens.
pub(crate) async fn users(tx: &mut Tx) -> Result<Vec<User>> {
    tx.query("SELECT body FROM accounts_user ORDER BY created_at, id", params![], |row| row.json(0)).await
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

pub(crate) async fn save_user(tx: &mut Tx, stored: &Stored<User>) -> Result<i64> {
    let columns = [("email", Param::from(&stored.value.email))];
    tx.update_document(USERS, stored.value.id.as_str(), stored.version, &stored.value, &columns).await
}

pub(crate) async fn remove_user(tx: &mut Tx, id: &str) -> Result<()> {
    tx.execute("DELETE FROM accounts_user WHERE id = $1", params![id]).await?;
    Ok(())
}

/// Somebody of the staff by e-mail address.
pub(crate) async fn user_with_email(tx: &mut Tx, email: &str) -> Result<Option<User>> {
    tx.query_one("SELECT body FROM accounts_user WHERE email = $1", params![email], |row| row.json(0)).await
}

/// The number of the staff with this e-mail address: none or one.
pub(crate) async fn has_user(tx: &mut Tx, email: &str) -> Result<bool> {
    Ok(tx.number("SELECT COUNT(*) FROM accounts_user WHERE email = $1", params![email]).await? > 0)
}

pub(crate) async fn invite(tx: &mut Tx, id: &str) -> Result<Option<Stored<Invite>>> {
    tx.document(INVITES, id).await
}

pub(crate) async fn invite_by_token(tx: &mut Tx, token_hash: &str) -> Result<Option<Invite>> {
    tx.query_one("SELECT body FROM accounts_invite WHERE token_hash = $1", params![token_hash], |row| row.json(0)).await
}

/// Every invitation that is open or has run out.
pub(crate) async fn invites(tx: &mut Tx) -> Result<Vec<Invite>> {
    tx.query("SELECT body FROM accounts_invite ORDER BY created_at, id", params![], |row| row.json(0)).await
}

pub(crate) async fn insert_invite(tx: &mut Tx, invite: &Invite, token_hash: &str) -> Result<()> {
    let columns = [
        ("email", Param::from(&invite.email)),
        ("token_hash", Param::from(token_hash)),
        ("created_at", Param::from(invite.created_at)),
    ];
    tx.insert_document(INVITES, invite.id.as_str(), invite, &columns).await
}

pub(crate) async fn save_invite(tx: &mut Tx, stored: &Stored<Invite>, token_hash: &str) -> Result<i64> {
    let columns = [("token_hash", Param::from(token_hash))];
    tx.update_document(INVITES, stored.value.id.as_str(), stored.version, &stored.value, &columns).await
}

/// Removes an invitation; false when somebody was faster.
pub(crate) async fn remove_invite(tx: &mut Tx, id: &str) -> Result<bool> {
    Ok(tx.execute("DELETE FROM accounts_invite WHERE id = $1", params![id]).await? > 0)
}
