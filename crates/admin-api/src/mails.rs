//! The mails of the shop, to be looked at before anybody gets one, and those that could not be sent. Routes of our own: the peer
//! has nothing like them.

use axum::Router;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use serde::Deserialize;
use serde_json::{Value, json};
use tradewind_http::problem::Answer;
use tradewind_http::{Json, PathId};
use tradewind_kernel::Error;
use tradewind_outreach::{Kind, Language, Written};
use tradewind_platform::jobs;

use crate::{AdminState, missing};

/// A mail shows text and pictures. Nothing in it runs, is sent, or is framed by others.
const NOTHING_RUNS: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' https: http:; base-uri 'none'; \
                            form-action 'none'; frame-ancestors 'self'; sandbox allow-popups";
/// How many of the mails that could not be sent are told.
const DEAD_MAX: i64 = 100;

pub(crate) fn routes() -> Router<AdminState> {
    Router::new().route("/admin/mails", get(all)).route("/admin/mails/{name}", get(one))
}

/// How a mail is looked at.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Look {
    locale: Option<String>,
    part: Option<String>,
}

async fn all(State(state): State<AdminState>) -> Answer {
    let dead = state.core.read_own(|tx| Box::pin(jobs::dead(tx, jobs::MAIL_QUEUE, DEAD_MAX))).await?;
    let dead: Vec<Value> = dead
        .into_iter()
        .map(|job| {
            let at = tradewind_http::wire::time(job.created_at);
            json!({ "id": job.id, "kind": job.kind, "attempts": job.attempts, "reason": job.reason, "created_at": at })
        })
        .collect();
    let mails: Vec<Value> = Kind::ALL.iter().map(|kind| json!({ "name": kind.name() })).collect();
    let locales: Vec<&str> = Language::ALL.iter().map(|language| language.code()).collect();
    Ok(Json::object(|answer| {
        answer.always("mails", &mails);
        answer.always("locales", &locales);
        answer.always("dead", &dead);
    })
    .into_response())
}

async fn one(
    State(state): State<AdminState>,
    PathId(name): PathId,
    look: Result<Query<Look>, QueryRejection>,
) -> Answer {
    let kind = Kind::named(&name).ok_or_else(|| missing("Mail", &name))?;
    let Query(look) = look.map_err(|_| Error::invalid("query", "A mail is asked for with locale and part"))?;
    let locale = look.locale.as_deref();
    if let Some(unknown) = locale.filter(|locale| Language::of(locale).is_none()) {
        let known = Language::ALL.map(Language::code).join(", ");
        let shown: String = unknown.chars().take(20).collect();
        return Err(Error::invalid("locale", format!("locale: mails are written in {known}, not in {shown:?}")).into());
    }
    let Written { text, html, .. } = state.outreach.sample(kind, locale)?;
    match look.part.as_deref().unwrap_or("html") {
        "html" => Ok(part("text/html; charset=utf-8", html)),
        "text" => Ok(part("text/plain; charset=utf-8", text)),
        _ => Err(Error::invalid("part", "part: a mail has the parts html and text").into()),
    }
}

fn part(kind: &'static str, body: String) -> Response {
    let headers: [(HeaderName, HeaderValue); 4] = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(NOTHING_RUNS)),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, body).into_response()
}
