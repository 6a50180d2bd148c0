//! One box for everything.

use axum::{Json, extract::State};
use engine::Permission;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    super::{
        App,
        web::{Answer, Asked, Caller, Problem},
    },
    kept::{Document, document},
    shapes,
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(search))
}

#[derive(Debug, serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Question {
    /// An address, a domain, a hash, a technique, an actor, an id, or words.
    q: String,
}

/// Find whatever a text may mean
#[utoipa::path(get, path = "/search", tag = "search", params(Question),
    responses((status = 200, body = shapes::SearchAnswer), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn search(State(app): State<App>, caller: Caller, Asked(question): Asked<Question>) -> Answer<Json<Document>> {
    caller.needs(Permission::ReadEvents)?;
    document(&app.view(&caller).search(&question.q).await?)
}
