//! Invitations to join the staff: sent by mail, accepted once, good for days.

use tradewind_kernel::{Error, ErrorKind, Result, Secret};
use tradewind_platform::db::{Tx, UNIQUE};

use crate::check::{normalise_email, tidy_text};
use crate::error::invite_invalid;
use crate::events::StaffInvited;
use crate::model::{Actor, ActorKind, Invite, InviteId, Metadata, NewUser, User, UserId};
use crate::session::fingerprint;
use crate::{Accounts, store};

impl Accounts {
    /// Invites somebody to join the staff, by publishing [`StaffInvited`].
    pub async fn create_invite(&self, email: &str, metadata: Option<Metadata>) -> Result<Invite> {
        let email = normalise_email(email)?;
        let now = self.now();
        let invite = Invite {
            id: InviteId::mint(&self.mint),
            email,
            token: self.invite_token(),
            expires_at: now.plus_seconds(self.options.invite_seconds),
            metadata,
            created_at: now,
            updated_at: now,
        };
        let made = invite.clone();
        self.core
            .write(move |tx| {
                Box::pin(async move {
                    if store::has_user(tx, &made.email).await? {
                        return Err(Error::new(
                            ErrorKind::Duplicate,
                            "Somebody with this e-mail address belongs to the staff already",
                        )
                        .at("email"));
                    }
                    store::insert_invite(tx, &made, &fingerprint(made.token.expose())).await.map_err(|error| {
                        if error.is(UNIQUE) {
                            Error::new(ErrorKind::Duplicate, "This e-mail address is invited already; send it again")
                                .at("email")
                        } else {
                            error
                        }
                    })?;
                    publish(tx, made).await
                })
            })
            .await?;
        Ok(invite)
    }

    /// Every invitation that waits or has run out, in order of creation.
    pub async fn invites(&self) -> Result<Vec<Invite>> {
        self.core.read_own(|tx| Box::pin(async move { store::invites(tx).await })).await
    }

    /// An invitation by id.
    pub async fn invite(&self, id: &str) -> Result<Option<Invite>> {
        let asked = id.to_owned();
        let stored = self.core.read_own(move |tx| Box::pin(async move { store::invite(tx, &asked).await })).await?;
        Ok(stored.map(|stored| stored.value))
    }

    /// Sends an invitation again, with a new link; the one before is worth nothing from now on.
    pub async fn resend_invite(&self, id: &str) -> Result<Invite> {
        let (asked, token) = (id.to_owned(), self.invite_token());
        let expires_at = self.now().plus_seconds(self.options.invite_seconds);
        self.core
            .write(move |tx| {
                Box::pin(async move {
                    let mut stored =
                        store::invite(tx, &asked).await?.ok_or_else(|| Error::not_found("Invite", &asked))?;
                    let token_hash = fingerprint(token.expose());
                    stored.value.token = token;
                    stored.value.expires_at = expires_at;
                    stored.value.updated_at = tx.now();
                    store::save_invite(tx, &stored, &token_hash).await?;
                    publish(tx, stored.value.clone()).await?;
                    Ok(stored.value)
                })
            })
            .await
    }

    /// Takes an invitation back; one that is not there is taken back already.
    pub async fn delete_invite(&self, id: &str) -> Result<()> {
        let asked = id.to_owned();
        self.core.write(move |tx| Box::pin(async move { store::remove_invite(tx, &asked).await.map(|_| ()) })).await
    }

    /// Makes somebody of the staff of a login that belongs to nobody yet, by the token of the invitation that was mailed to
    /// the same e-mail address. It is good once.
    pub async fn accept_invite(&self, actor: &Actor, token: &str, new: NewUser) -> Result<User> {
        if actor.kind != ActorKind::User {
            return Err(invite_invalid());
        }
        if actor.id.is_some() {
            return Err(Error::invalid(
                "authorization",
                "You belong to the staff already; log out to accept an invitation",
            ));
        }
        let now = self.now();
        let mut user = User {
            id: UserId::mint(&self.mint),
            email: String::new(),
            first_name: tidy_text("first_name", new.first_name)?,
            last_name: tidy_text("last_name", new.last_name)?,
            avatar_url: None,
            metadata: None,
            created_at: now,
            updated_at: now,
        };
        let said = new.email.map(|email| normalise_email(&email)).transpose()?;
        let (login_id, token_hash) = (actor.auth_identity_id.clone(), fingerprint(token));
        self.core
            .write(move |tx| {
                Box::pin(async move {
                    let invite = store::invite_by_token(tx, &token_hash)
                        .await?
                        .filter(|invite| now < invite.expires_at)
                        .ok_or_else(invite_invalid)?;
                    let login = store::login(tx, &login_id).await?.ok_or_else(invite_invalid)?;
                    if login.email != invite.email || said.is_some_and(|said| said != login.email) {
                        return Err(invite_invalid());
                    }
                    if !store::remove_invite(tx, invite.id.as_str()).await?
                        || !store::claim_login(tx, &login.id, user.id.as_str()).await?
                    {
                        return Err(invite_invalid());
                    }
                    user.email = login.email;
                    store::insert_user(tx, &user).await?;
                    Ok(user)
                })
            })
            .await
    }

    fn invite_token(&self) -> Secret {
        Secret::new(hex::encode(self.rng.bytes::<32>()))
    }
}

async fn publish(tx: &mut Tx, invite: Invite) -> Result<()> {
    tx.publish(&StaffInvited {
        invite_id: invite.id.0,
        email: invite.email,
        token: invite.token,
        expires_at: invite.expires_at,
    })
    .await
}
