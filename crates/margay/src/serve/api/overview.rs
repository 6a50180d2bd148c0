//! The first page.

use axum::{Json, extract::State};
use engine::Permission;
use schema::Timestamp;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    super::{
        App,
        web::{Answer, Asked, Caller, Problem},
    },
    kept::{Document, document},
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(overview))
}

#[derive(Debug, serde::Deserialize, utoipa::IntoParams)]
struct Since {
    /// A time; a day before the newest event where none is given.
    #[param(value_type = Option<String>)]
    since: Option<Timestamp>,
}

/// What is new, what is open, and whether everything is coming
#[utoipa::path(get, path = "/overview", tag = "overview", params(Since),
    responses((status = 200, body = Document), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn overview(State(app): State<App>, caller: Caller, Asked(asked): Asked<Since>) -> Answer<Json<Document>> {
    caller.needs(Permission::ReadEvents)?;
    let view = app.view(&caller);
    document(&view.overview(asked.since).await?)
}
