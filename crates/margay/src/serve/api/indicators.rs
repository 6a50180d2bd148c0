//! Indicators: who claims what of a value, what it is worth now, and whether it was met here.

use axum::{Json, extract::State};
use engine::{Judgement, Permission};
use schema::observe;
use serde_json::json;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    super::{
        App,
        web::{Answer, Body, Caller, Problem},
    },
    kept::{Document, Documents, document, documents, json},
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(lookup)).routes(routes!(survival)).routes(routes!(judge))
}

/// Values that are looked up at once.
const VALUES_MAX: usize = 1_000;

/// Days after which a value that was not met counts as quiet.
const QUIET_DAYS: f64 = 30.0;

#[derive(Debug, serde::Deserialize, utoipa::ToSchema)]
struct Values {
    /// One a line; defanged forms are understood.
    text: String,
}

/// Look up values
#[utoipa::path(post, path = "/indicators/lookup", tag = "indicators", request_body = Values,
    responses((status = 200, body = Document), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn lookup(State(app): State<App>, caller: Caller, Body(values): Body<Values>) -> Answer<Json<Document>> {
    caller.needs(Permission::ReadEvents)?;
    let lines: Vec<&str> = values.text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if lines.len() > VALUES_MAX {
        return Err(Problem::bad_request(format!("at most {VALUES_MAX} values can be looked up at once")));
    }
    let view = app.view(&caller);
    let mut items = Vec::with_capacity(lines.len());
    for asked in lines {
        let item = match observe::read_named(asked) {
            Err(refusal) => json!({ "asked": asked, "found": [], "refused": refusal.reason() }),
            Ok((kind, value)) => {
                let found = view.indicator(Some(kind), &value).await?;
                json!({ "asked": asked, "kind": kind, "value": value, "found": json(&found)? })
            }
        };
        items.push(item);
    }
    document(&json!({ "items": items }))
}

/// How long indicators last, by source and kind
#[utoipa::path(get, path = "/indicators/survival", tag = "indicators",
    responses((status = 200, body = Documents), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn survival(State(app): State<App>, caller: Caller) -> Answer<Json<Documents>> {
    caller.needs(Permission::ReadEvents)?;
    // Curves are made of all that was met.
    if !app.sees_all_records(&caller) {
        return Ok(Json(super::kept::List::whole(Vec::new())));
    }
    documents(&app.engine().survival(QUIET_DAYS).await?)
}

#[derive(Debug, serde::Deserialize, utoipa::ToSchema)]
struct Verdict {
    text: String,
    /// `true_positive`, `false_positive` or `open`, as the command line has them.
    #[schema(value_type = String)]
    judgement: Judgement,
    #[serde(default)]
    reason: String,
}

/// Say what a value was found to be
#[utoipa::path(post, path = "/indicators/verdict", tag = "indicators", request_body = Verdict,
    responses((status = 200, body = Document), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn judge(State(app): State<App>, caller: Caller, Body(verdict): Body<Verdict>) -> Answer<Json<Document>> {
    caller.needs(Permission::WorkOnEvents)?;
    let (kind, value) =
        app.view(&caller).judge_indicator(None, &verdict.text, verdict.judgement, &verdict.reason).await?;
    document(&json!({ "kind": kind, "value": value }))
}
