//! Lists of what this shop does not keep. The tools of the staff ask for them, and an empty list is the true answer.

use axum::Router;
use axum::response::IntoResponse as _;
use axum::routing::get;
use tradewind_http::problem::Answer;
use tradewind_http::{Asked, Json, Plan};

use crate::AdminState;

/// Each list's path, and what it is called in the answer.
const LISTS: [(&str, &str); 5] = [
    ("/admin/claims", "claims"),
    ("/admin/draft-orders", "draft_orders"),
    ("/admin/exchanges", "exchanges"),
    ("/admin/notifications", "notifications"),
    ("/admin/workflows-executions", "workflow_executions"),
];

/// What can be switched in the peer, with what holds here.
const FEATURES: [(&str, bool); 7] = [
    ("backend_hmr", false),
    ("caching", true),
    ("index_engine", false),
    ("rbac_filter_fields", false),
    ("rbac", false),
    ("translation", false),
    ("view_configurations", false),
];

/// Clients look here before they offer what a plugin adds.
const PLUGINS: [&str; 1] = ["@medusajs/draft-order"];

pub(crate) fn routes() -> Router<AdminState> {
    let mut routes = Router::new()
        .route("/admin/feature-flags", get(feature_flags))
        .route("/admin/plugins", get(plugins))
        .route("/admin/search-indexes", get(search_indexes));
    for (path, name) in LISTS {
        routes = routes.route(path, get(async move |asked: Asked| nothing(name, &asked)));
    }
    routes
}

fn nothing(name: &str, asked: &Asked) -> Answer {
    let part = (0, asked.paging);
    Ok(Json::page(name, &asked.plan, std::iter::empty::<()>(), part, |_, ()| {}).into_response())
}

async fn feature_flags() -> Answer {
    Ok(Json::object(|obj| {
        obj.nest_with("feature_flags", Plan::all(), |obj| {
            for (name, is_on) in FEATURES {
                obj.always(name, is_on);
            }
        });
    })
    .into_response())
}

async fn plugins() -> Answer {
    Ok(Json::object(|obj| {
        obj.nest_list_with("plugins", Plan::all(), PLUGINS, |obj, name| obj.always("name", name));
    })
    .into_response())
}

async fn search_indexes() -> Answer {
    Ok(Json::object(|obj| {
        obj.nest_list_with("search_indexes", Plan::all(), std::iter::empty::<()>(), |_, ()| {});
        obj.always("enabled", true);
    })
    .into_response())
}
