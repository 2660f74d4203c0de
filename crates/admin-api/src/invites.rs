//! Invitations to join the staff.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use tradewind_accounts::{INVITE_INVALID, Invite, Metadata, NewUser};
use tradewind_http::auth::LoggedIn;
use tradewind_http::problem::Answer;
use tradewind_http::wire::Null;
use tradewind_http::{Asked, Json, Obj, PathId, Plan, Problem, Sent};
use tradewind_kernel::{Error, Timestamp};

use crate::list::{self, Listed};
use crate::{AdminState, missing, users};

pub(crate) fn routes() -> Router<AdminState> {
    Router::new()
        .route("/admin/invites", get(all).post(create))
        .route("/admin/invites/{id}", get(one).delete(delete))
        .route("/admin/invites/{id}/resend", post(resend))
}

/// What somebody who is not of the staff yet may do.
pub(crate) fn open_routes() -> Router<AdminState> {
    Router::new().route("/admin/invites/accept", post(accept))
}

#[derive(Deserialize)]
struct NewInvite {
    email: String,
    roles: Option<Vec<String>>,
    metadata: Option<Metadata>,
}

async fn all(State(state): State<AdminState>, asked: Asked) -> Answer {
    let invites = state.accounts.invites().await?;
    let page = list::part(&asked, &invites, |_| true)?;
    Ok(Json::page("invites", &asked.plan, page.items, (page.count, asked.paging), render).into_response())
}

async fn one(State(state): State<AdminState>, PathId(id): PathId, asked: Asked) -> Answer {
    let invite = state.accounts.invite(&id).await?.ok_or_else(|| missing("Invite", &id))?;
    Ok(answer(&asked, &invite))
}

async fn create(State(state): State<AdminState>, asked: Asked, Sent(body): Sent<NewInvite>) -> Answer {
    if body.roles.is_some_and(|roles| !roles.is_empty()) {
        return Err(Error::invalid("roles", "roles: this shop has none; everybody of the staff may do the same").into());
    }
    let invite = state.accounts.create_invite(&body.email, body.metadata).await?;
    Ok(answer(&asked, &invite))
}

async fn resend(State(state): State<AdminState>, PathId(id): PathId, asked: Asked) -> Answer {
    let invite = state.accounts.resend_invite(&id).await?;
    Ok(answer(&asked, &invite))
}

async fn delete(State(state): State<AdminState>, PathId(id): PathId) -> Answer {
    state.accounts.delete_invite(&id).await?;
    Ok(Json::deleted(&id, "invite").into_response())
}

/// Whoever registered a login and holds the token of an invitation joins the staff.
async fn accept(
    State(state): State<AdminState>,
    LoggedIn(actor): LoggedIn,
    asked: Asked,
    Sent(body): Sent<NewUser>,
) -> Answer {
    let token = asked.query.required("token")?;
    let user = state.accounts.accept_invite(&actor, token, body).await.map_err(|error| {
        // The peer says no more than that, whatever was wrong.
        if error.is(INVITE_INVALID) { Problem::anonymous() } else { Problem::from(error) }
    })?;
    // The fields of the route are an invitation's; the answer is the user, whole.
    Ok(Json::one("user", Plan::all(), |obj| users::render(obj, &user)).into_response())
}

fn answer(asked: &Asked, invite: &Invite) -> Response {
    Json::one("invite", &asked.plan, |obj| render(obj, invite)).into_response()
}

fn render(obj: &mut Obj<'_>, invite: &Invite) {
    obj.id(invite.id.as_str());
    obj.put("email", || &invite.email);
    // One that was accepted is gone.
    obj.put("accepted", || false);
    obj.put("token", || invite.token.expose());
    obj.put("expires_at", || invite.expires_at);
    obj.put("metadata", || &invite.metadata);
    obj.put("created_at", || invite.created_at);
    obj.put("updated_at", || invite.updated_at);
    obj.put("deleted_at", || Null);
}

impl Listed for Invite {
    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn texts(&self) -> Vec<(&'static str, &str)> {
        vec![("email", &self.email)]
    }

    fn times(&self) -> (Timestamp, Timestamp) {
        (self.created_at, self.updated_at)
    }
}
