//! ATT&CK: what was found, what could be seen, and the groups that are known for it.

use axum::{Json, extract::State, response::Response};
use engine::{Permission, VisibilityReport};
use serde_json::json;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    super::{
        App,
        web::{Answer, Asked, Caller, Named, Problem},
    },
    kept::{Document, Documents, List, attachment, document, documents, json},
    row, shapes,
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(matrix))
        .routes(routes!(technique))
        .routes(routes!(navigator))
        .routes(routes!(actors))
        .routes(routes!(actor))
}

/// Events that are shown with a technique.
const EVENTS: u32 = 50;

/// What can be seen is measured in the lake, and stays good for some minutes.
async fn seen(app: &App, caller: &Caller) -> Answer<std::sync::Arc<VisibilityReport>> {
    Ok(app.visibility(&app.view(caller)).await?)
}

#[derive(Debug, serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct OfActor {
    /// A group, by id or name, whose techniques are marked.
    actor: Option<String>,
}

/// The matrix with what was found, who looks, and what could be seen
#[utoipa::path(get, path = "/attack/matrix", tag = "attack", params(OfActor),
    responses((status = 200, body = shapes::Matrix), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn matrix(State(app): State<App>, caller: Caller, Asked(of): Asked<OfActor>) -> Answer<Json<Document>> {
    caller.needs(Permission::ReadEvents)?;
    let report = seen(&app, &caller).await?;
    document(&app.view(&caller).matrix(&report, of.actor.as_deref()).await?)
}

/// One technique: what would show it, who looks for it, which events have it
#[utoipa::path(get, path = "/attack/techniques/{id}", tag = "attack", params(("id" = String, Path)),
    responses((status = 200, body = shapes::TechniqueAnswer), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn technique(State(app): State<App>, caller: Caller, Named(id): Named<String>) -> Answer<Json<Document>> {
    caller.needs(Permission::ReadEvents)?;
    let report = seen(&app, &caller).await?;
    let found = report.techniques.iter().find(|technique| technique.id.eq_ignore_ascii_case(&id));
    let Some(found) = found else { return Err(Problem::not_found("ATT&CK has no technique of this id")) };
    let view = app.view(&caller);
    let filter = engine::EventFilter { technique: Some(found.id.clone()), limit: Some(EVENTS), ..Default::default() };
    let events = view.events(&filter).await?;
    document(&json!({ "technique": json(found)?, "events": json(&row::rows(&view, &events).await?)? }))
}

#[derive(Debug, serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Layered {
    /// `visibility` where nothing is said.
    #[param(inline)]
    layer: Option<Layer>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum Layer {
    Visibility,
    Events,
    Rules,
    Gap,
}

impl Layer {
    fn name(self) -> &'static str {
        match self {
            Self::Visibility => "visibility",
            Self::Events => "events",
            Self::Rules => "rules",
            Self::Gap => "gap",
        }
    }
}

/// A layer for the ATT&CK Navigator
#[utoipa::path(get, path = "/attack/navigator", tag = "attack", params(Layered),
    responses((status = 200, body = shapes::NavigatorLayer), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn navigator(State(app): State<App>, caller: Caller, Asked(asked): Asked<Layered>) -> Answer<Response> {
    caller.needs(Permission::Export)?;
    let report = seen(&app, &caller).await?;
    let layer = asked.layer.unwrap_or(Layer::Visibility);
    let mut file = report.navigator.clone();
    if layer != Layer::Visibility {
        let matrix = app.view(&caller).matrix(&report, None).await?;
        let mut scored = std::collections::BTreeMap::new();
        for technique in matrix.tactics.iter().flat_map(|tactic| &tactic.techniques) {
            let score = match layer {
                Layer::Events => technique.n_events as f64,
                Layer::Rules => technique.n_rules as f64 + technique.detectors.len() as f64,
                Layer::Gap => f64::from(u8::from(technique.gap)),
                Layer::Visibility => 0.0,
            };
            if score > 0.0 {
                scored.insert(technique.id.clone(), score);
            }
        }
        let most = scored.values().copied().fold(1.0, f64::max);
        let techniques: Vec<_> =
            scored.iter().map(|(id, score)| json!({ "techniqueID": id, "score": score })).collect();
        file["name"] = json!(format!("Margay {}", layer.name()));
        file["techniques"] = json!(techniques);
        file["gradient"] = json!({ "colors": ["#ffffff", "#2f6f8f"], "minValue": 0, "maxValue": most });
    }
    attachment(&format!("margay-{}.json", layer.name()), "application/json", file.to_string())
}

/// Groups that ATT&CK knows, those of which most was met here first
#[utoipa::path(get, path = "/actors", tag = "attack", responses((status = 200, body = List<shapes::Actor>), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn actors(State(app): State<App>, caller: Caller) -> Answer<Json<Documents>> {
    caller.needs(Permission::ReadEvents)?;
    documents(&app.view(&caller).actors().await?)
}

/// A group: what it does, what it uses, what of that was met here
#[utoipa::path(get, path = "/actors/{id}", tag = "attack", params(("id" = String, Path)),
    responses((status = 200, body = shapes::ActorAnswer), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn actor(State(app): State<App>, caller: Caller, Named(id): Named<String>) -> Answer<Json<Document>> {
    caller.needs(Permission::ReadEvents)?;
    let report = seen(&app, &caller).await?;
    document(&app.view(&caller).actor(&id, &report).await?)
}
