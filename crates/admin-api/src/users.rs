//! Staff.

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use tradewind_accounts::{ActorKind, User, UserChange};
use tradewind_http::auth::Staff;
use tradewind_http::problem::Answer;
use tradewind_http::wire::Null;
use tradewind_http::{Asked, Json, Obj, PathId, Sent};
use tradewind_kernel::Timestamp;

use crate::list::{self, Listed};
use crate::{AdminState, missing};

pub(crate) fn routes() -> Router<AdminState> {
    Router::new()
        .route("/admin/users", get(all))
        .route("/admin/users/me", get(me))
        .route("/admin/users/{id}", get(one).post(update).delete(delete))
        .route("/admin/users/{id}/auth-providers", get(providers))
        .route("/admin/users/{id}/reset-password", post(reset_password))
}

async fn all(State(state): State<AdminState>, asked: Asked) -> Answer {
    let users = state.accounts.users().await?;
    let page = list::part(&asked, &users, |_| true)?;
    Ok(Json::page("users", &asked.plan, page.items, (page.count, asked.paging), render).into_response())
}

async fn me(State(state): State<AdminState>, Extension(staff): Extension<Staff>, asked: Asked) -> Answer {
    let user = match staff.0.kind {
        ActorKind::User => state.accounts.user(staff.id()).await?,
        // A program is nobody of the staff.
        ActorKind::ApiKey | ActorKind::Customer => None,
    };
    let user = user.ok_or_else(|| missing("User", staff.id()))?;
    Ok(answer(&asked, &user))
}

async fn one(State(state): State<AdminState>, PathId(id): PathId, asked: Asked) -> Answer {
    let user = state.accounts.user(&id).await?.ok_or_else(|| missing("User", &id))?;
    Ok(answer(&asked, &user))
}

async fn update(
    State(state): State<AdminState>,
    PathId(id): PathId,
    asked: Asked,
    Sent(body): Sent<UserChange>,
) -> Answer {
    let user = state.accounts.update_user(&id, body).await?;
    Ok(answer(&asked, &user))
}

async fn delete(State(state): State<AdminState>, Extension(staff): Extension<Staff>, PathId(id): PathId) -> Answer {
    state.accounts.delete_user(&id, staff.id()).await?;
    Ok(Json::deleted(&id, "user").into_response())
}

/// The ways in which somebody can log in.
async fn providers(State(state): State<AdminState>, PathId(id): PathId) -> Answer {
    state.accounts.user(&id).await?.ok_or_else(|| missing("User", &id))?;
    let providers = state.accounts.providers_of_user(&id).await?;
    Ok(Json::object(|answer| answer.always("providers", &providers)).into_response())
}

/// A link to set a new password, for somebody whom no mail reaches.
async fn reset_password(State(state): State<AdminState>, PathId(id): PathId) -> Answer {
    let user = state.accounts.user(&id).await?.ok_or_else(|| missing("User", &id))?;
    let token = state.accounts.request_password_reset(ActorKind::User, &user.email).await?;
    Ok(Json::object(|answer| answer.always("token", token.expose())).into_response())
}

fn answer(asked: &Asked, user: &User) -> Response {
    Json::one("user", &asked.plan, |obj| render(obj, user)).into_response()
}

pub(crate) fn render(obj: &mut Obj<'_>, user: &User) {
    obj.id(user.id.as_str());
    obj.put("first_name", || &user.first_name);
    obj.put("last_name", || &user.last_name);
    obj.put("email", || &user.email);
    obj.put("avatar_url", || &user.avatar_url);
    obj.put("metadata", || &user.metadata);
    obj.put("created_at", || user.created_at);
    obj.put("updated_at", || user.updated_at);
    obj.put("deleted_at", || Null);
}

impl Listed for User {
    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn texts(&self) -> Vec<(&'static str, &str)> {
        vec![
            ("email", &self.email),
            ("first_name", self.first_name.as_deref().unwrap_or_default()),
            ("last_name", self.last_name.as_deref().unwrap_or_default()),
        ]
    }

    fn times(&self) -> (Timestamp, Timestamp) {
        (self.created_at, self.updated_at)
    }
}
