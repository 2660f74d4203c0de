//! API keys: made, found, renamed, revoked, removed.

use axum::extract::State;
use axum::response::IntoResponse as _;
use axum::routing::{get, post};
use axum::{Extension, Router};
use serde::Deserialize;
use tradewind_accounts::{ApiKey, ApiKeyKind};
use tradewind_http::auth::Staff;
use tradewind_http::problem::Answer;
use tradewind_http::wire::Null;
use tradewind_http::{Asked, Json, Obj, PathId, Plan, Sent};
use tradewind_kernel::{Error, Timestamp};
use tradewind_market::MarketSnapshot;

use crate::collections::AddAndRemove;
use crate::list::{self, Listed};
use crate::{AdminState, missing, sales_channels};

pub(crate) fn routes() -> Router<AdminState> {
    Router::new()
        .route("/admin/api-keys", get(all).post(create))
        .route("/admin/api-keys/{id}", get(one).post(update).delete(delete))
        .route("/admin/api-keys/{id}/revoke", post(revoke))
        .route("/admin/api-keys/{id}/sales-channels", post(change_channels))
}

#[derive(Deserialize)]
struct NewKey {
    title: String,
    #[serde(rename = "type")]
    kind: ApiKeyKind,
}

#[derive(Deserialize)]
struct KeyChange {
    title: String,
}

#[derive(Deserialize)]
struct Revocation {
    #[serde(default)]
    revoke_in: Option<i64>,
}

async fn all(State(state): State<AdminState>, asked: Asked) -> Answer {
    let keys = state.accounts.api_keys().await?;
    let revoked = asked.query.has("revoked_at").then(|| asked.query.times("revoked_at")).transpose()?;
    let page = list::part(&asked, &keys, |key| {
        revoked.is_none_or(|range| key.revoked_at.is_some_and(|at| list::within(range, at)))
    })?;
    let market = state.market.snapshot().await?;
    Ok(Json::page("api_keys", &asked.plan, page.items, (page.count, asked.paging), |obj, key| {
        render(obj, key, None, &market);
    })
    .into_response())
}

async fn one(State(state): State<AdminState>, PathId(id): PathId, asked: Asked) -> Answer {
    let key = state.accounts.api_key(&id).await?.ok_or_else(|| missing("Api key", &id))?;
    answer(&state, &asked, &key).await
}

async fn create(
    State(state): State<AdminState>,
    Extension(staff): Extension<Staff>,
    Sent(body): Sent<NewKey>,
) -> Answer {
    let made = match body.kind {
        ApiKeyKind::Publishable => state.accounts.create_publishable_key(&body.title, Vec::new(), staff.id()).await?,
        ApiKeyKind::Secret => state.accounts.create_secret_key(&body.title, staff.id()).await?,
    };
    let market = state.market.snapshot().await?;
    // The only answer that carries a secret key's token; it is whole, whichever fields were asked for.
    let token = Some(made.token.expose());
    Ok(Json::one("api_key", Plan::all(), |obj| render(obj, &made.key, token, &market)).into_response())
}

async fn update(
    State(state): State<AdminState>,
    PathId(id): PathId,
    asked: Asked,
    Sent(body): Sent<KeyChange>,
) -> Answer {
    let key = state.accounts.rename_api_key(&id, &body.title).await?;
    answer(&state, &asked, &key).await
}

async fn revoke(
    State(state): State<AdminState>,
    Extension(staff): Extension<Staff>,
    PathId(id): PathId,
    asked: Asked,
    Sent(body): Sent<Revocation>,
) -> Answer {
    let in_seconds = body.revoke_in.unwrap_or(0);
    if in_seconds < 0 {
        return Err(Error::invalid("revoke_in", "revoke_in is a number of seconds, 0 or more").into());
    }
    let key = state.accounts.revoke_api_key(&id, staff.id(), in_seconds).await?;
    answer(&state, &asked, &key).await
}

async fn delete(State(state): State<AdminState>, PathId(id): PathId) -> Answer {
    state.accounts.delete_api_key(&id).await?;
    Ok(Json::deleted(&id, "api_key").into_response())
}

async fn change_channels(
    State(state): State<AdminState>,
    PathId(id): PathId,
    asked: Asked,
    Sent(body): Sent<AddAndRemove>,
) -> Answer {
    sales_channels::check(&state, "add", &body.add).await?;
    let key = state.accounts.change_api_key_channels(&id, body.add, body.remove).await?;
    answer(&state, &asked, &key).await
}

async fn answer(state: &AdminState, asked: &Asked, key: &ApiKey) -> Answer {
    let market = state.market.snapshot().await?;
    Ok(Json::one("api_key", &asked.plan, |obj| render(obj, key, None, &market)).into_response())
}

fn render(obj: &mut Obj<'_>, key: &ApiKey, token: Option<&str>, market: &MarketSnapshot) {
    obj.id(key.id.as_str());
    // A secret key is known by its ends only.
    obj.put("token", || token.or(key.token.as_deref()).unwrap_or(&key.redacted));
    obj.put("redacted", || &key.redacted);
    obj.put("title", || &key.title);
    obj.put("type", || key.kind.as_str());
    obj.put("last_used_at", || key.last_used_at);
    obj.put("created_by", || &key.created_by);
    obj.put("revoked_by", || &key.revoked_by);
    obj.put("revoked_at", || key.revoked_at);
    obj.put("created_at", || key.created_at);
    obj.put("updated_at", || key.updated_at);
    obj.put("deleted_at", || Null);
    let channels = key.sales_channel_ids.iter().filter_map(|id| market.sales_channel(id));
    obj.nest_list("sales_channels", channels, sales_channels::render);
}

impl Listed for ApiKey {
    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn texts(&self) -> Vec<(&'static str, &str)> {
        let token = self.token.as_deref().unwrap_or(&self.redacted);
        vec![("title", &self.title), ("type", self.kind.as_str()), ("token", token), ("redacted", &self.redacted)]
    }

    fn times(&self) -> (Timestamp, Timestamp) {
        (self.created_at, self.updated_at)
    }
}
