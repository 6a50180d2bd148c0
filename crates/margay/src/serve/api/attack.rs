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
    kept::{Document, Documents, attachment, document, documents, json},
    row,
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
struct OfActor {
    /// A group, by id or name, whose techniques are marked.
    actor: Option<String>,
}

/// The matrix with what was found, who looks, and what could be seen
#[utoipa::path(get, path = "/attack/matrix", tag = "attack", params(OfActor),
    responses((status = 200, body = Document), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn matrix(State(app): State<App>, caller: Caller, Asked(of): Asked<OfActor>) -> Answer<Json<Document>> {
    caller.needs(Permission::ReadEvents)?;
    let report = seen(&app, &caller).await?;
    document(&app.view(&caller).matrix(&report, of.actor.as_deref()).await?)
}

/// One technique: what would show it, who looks for it, which events have it
#[utoipa::path(get, path = "/attack/techniques/{id}", tag = "attack", params(("id" = String, Path)),
    responses((status = 200, body = Document), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
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
struct Layer {
    /// `visibility` (where nothing is said), `events`, `rules` or `gap`.
    layer: Option<String>,
}

/// A layer for the ATT&CK Navigator
#[utoipa::path(get, path = "/attack/navigator", tag = "attack", params(Layer),
    responses((status = 200, body = Document), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn navigator(State(app): State<App>, caller: Caller, Asked(asked): Asked<Layer>) -> Answer<Response> {
    caller.needs(Permission::Export)?;
    let report = seen(&app, &caller).await?;
    let layer = asked.layer.as_deref().unwrap_or("visibility");
    let mut file = report.navigator.clone();
    if layer != "visibility" {
        let matrix = app.view(&caller).matrix(&report, None).await?;
        let mut scored = std::collections::BTreeMap::new();
        for technique in matrix.tactics.iter().flat_map(|tactic| &tactic.techniques) {
            let score = match layer {
                "events" => technique.n_events as f64,
                "rules" => technique.n_rules as f64 + technique.detectors.len() as f64,
                "gap" => f64::from(u8::from(technique.gap)),
                _ => {
                    return Err(
                        Problem::bad_request("there is no such layer").hint("use visibility, events, rules or gap")
                    );
                }
            };
            if score > 0.0 {
                scored.insert(technique.id.clone(), score);
            }
        }
        let most = scored.values().copied().fold(1.0, f64::max);
        let techniques: Vec<_> =
            scored.iter().map(|(id, score)| json!({ "techniqueID": id, "score": score })).collect();
        file["name"] = json!(format!("Margay {layer}"));
        file["techniques"] = json!(techniques);
        file["gradient"] = json!({ "colors": ["#ffffff", "#2f6f8f"], "minValue": 0, "maxValue": most });
    }
    attachment(&format!("margay-{layer}.json"), "application/json", file.to_string())
}

/// Groups that ATT&CK knows, those of which most was met here first
#[utoipa::path(get, path = "/actors", tag = "attack", responses((status = 200, body = Documents), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn actors(State(app): State<App>, caller: Caller) -> Answer<Json<Documents>> {
    caller.needs(Permission::ReadEvents)?;
    documents(&app.view(&caller).actors().await?)
}

/// A group: what it does, what it uses, what of that was met here
#[utoipa::path(get, path = "/actors/{id}", tag = "attack", params(("id" = String, Path)),
    responses((status = 200, body = Document), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn actor(State(app): State<App>, caller: Caller, Named(id): Named<String>) -> Answer<Json<Document>> {
    caller.needs(Permission::ReadEvents)?;
    let report = seen(&app, &caller).await?;
    document(&app.view(&caller).actor(&id, &report).await?)
}
