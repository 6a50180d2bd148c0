//! The first page.

use axum::{Json, extract::State};
use engine::Permission;
use schema::Timestamp;
use serde_json::json;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    super::{
        App,
        web::{Answer, Asked, Caller, Problem},
    },
    kept::{self, Document},
    shapes,
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(overview))
}

#[derive(Debug, serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Span {
    /// A time: events that were active from then on.
    #[param(value_type = Option<shapes::Time>)]
    since: Option<Timestamp>,
    /// A time: events that had begun before it.
    #[param(value_type = Option<shapes::Time>)]
    until: Option<Timestamp>,
}

/// What to do where nothing is there yet.
const FIRST_STEPS: [&str; 4] = [
    "Read logs: margay ingest /var/log/zeek",
    "Load indicators: margay feeds list, then margay feeds fetch",
    "Look for what is wrong: margay detect",
    "Or look around in a simulated world first: margay demo",
];

/// What is new, what is open, and whether everything is coming
#[utoipa::path(get, path = "/overview", tag = "overview", params(Span),
    responses((status = 200, body = shapes::Overview), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn overview(State(app): State<App>, caller: Caller, Asked(asked): Asked<Span>) -> Answer<Json<Document>> {
    caller.needs(Permission::ReadEvents)?;
    let told = app.view(&caller).overview(asked.since, asked.until).await?;
    let mut shown = kept::json(&told)?;
    let named = |values: &[engine::FacetValue], name: &str| {
        let items = values.iter().map(|value| json!({ name: value.value, "n": value.count }));
        items.collect::<serde_json::Value>()
    };
    shown["techniques"] = named(&told.techniques, "id");
    shown["targets"] = named(&told.targets, "target");
    let silent: Vec<&str> = told.sources.iter().filter(|source| source.silent).map(|source| source.table).collect();
    shown["sources"] = json!({ "n": told.sources.len(), "silent": silent, "tables": told.sources });
    if told.empty {
        shown["next_steps"] = json!(FIRST_STEPS);
    }
    if app.sees_all_records(&caller) {
        let (rows, bytes) = app.metrics().lake();
        shown["lake"] = json!({ "rows": rows, "bytes": bytes });
    }
    Ok(Json(Document(shown)))
}
