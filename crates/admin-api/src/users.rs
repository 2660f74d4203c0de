//! Staff.

use axum::extract::State;
use axum::response::IntoResponse as _;
use axum::routing::get;
use axum::{Extension, Router};
use tradewind_accounts::{ActorKind, User};
use tradewind_http::auth::Staff;
use tradewind_http::problem::Answer;
use tradewind_http::wire::Null;
use tradewind_http::{Asked, Json, Obj};

use crate::{AdminState, missing};

pub(crate) fn routes() -> Router<AdminState> {
    Router::new().route("/admin/users/me", get(me))
}

async fn me(State(state): State<AdminState>, Extension(staff): Extension<Staff>, asked: Asked) -> Answer {
    let user = match staff.0.kind {
        ActorKind::User => state.accounts.user(staff.id()).await?,
        // A program is nobody of the staff.
        ActorKind::ApiKey | ActorKind::Customer => None,
    };
    let user = user.ok_or_else(|| missing("User", staff.id()))?;
    Ok(Json::one("user", &asked.plan, |obj| render(obj, &user)).into_response())
}

fn render(obj: &mut Obj<'_>, user: &User) {
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
