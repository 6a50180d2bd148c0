//! Detectors, what they have found, how their p-values lie, and how many records come.

use axum::{Json, extract::State};
use engine::{FindingFilter, PValuePlan, Permission, SeriesPlan, detectors};
use schema::Timestamp;
use serde_json::json;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    super::{
        App,
        web::{Answer, Asked, Caller, Named, Problem},
    },
    kept::{AtMost, Document, Documents, List, document, json},
    shapes,
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(all))
        .routes(routes!(p_values))
        .routes(routes!(findings))
        .routes(routes!(series))
}

/// What finds something, and how it has done
#[utoipa::path(get, path = "/detectors", tag = "detectors", responses((status = 200, body = List<shapes::Detector>), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn all(State(app): State<App>, caller: Caller) -> Answer<Json<Documents>> {
    caller.needs(Permission::ReadRules)?;
    let told = app.view(&caller).detectors().await?;
    let items = told.iter().map(|told| {
        let detector = told.detector;
        json!({
            "name": detector.name, "version": detector.version, "finds": detector.finds,
            "null_hypothesis": detector.null_hypothesis, "techniques": detector.attack, "innocent": detector.innocent,
            "tables": detector.reads.iter().map(|reads| reads.table).collect::<Vec<_>>(),
            "parameters": detector.params.iter().map(|param| json!({ "name": param.name, "value": param.default, "because": param.because })).collect::<Vec<_>>(),
            "n_findings": told.n_findings, "n_raised": told.n_findings.saturating_sub(told.n_leads),
            "n_leads": told.n_leads, "n_events": told.n_events, "rate_is_shown": detector.rate_is_shown,
            "doubts": told.doubts, "judged": told.judged,
        })
    });
    Ok(Json(List::whole(items.collect())))
}

#[derive(Debug, serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Windows {
    /// One dataset; all that the caller may see where nothing is said.
    dataset: Option<String>,
    /// Windows that end after it; the four weeks before the newest one where nothing is said.
    #[param(value_type = Option<shapes::Time>)]
    since: Option<Timestamp>,
    /// Windows that end up to it.
    #[param(value_type = Option<shapes::Time>)]
    until: Option<Timestamp>,
}

/// How all p-values of a detector lie, held against those of chance
///
/// Counts are those of every test that was made, not of findings alone. Bands hold with 95 % at all places at once, for
/// tests that are independent of each other.
#[utoipa::path(get, path = "/detectors/{name}/p-values", tag = "detectors", params(("name" = String, Path), Windows),
    responses((status = 200, body = shapes::PValues), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn p_values(
    State(app): State<App>,
    caller: Caller,
    Named(name): Named<String>,
    Asked(asked): Asked<Windows>,
) -> Answer<Json<Document>> {
    caller.needs(Permission::ReadRules)?;
    if !detectors::ALL.iter().any(|detector| detector.name == name) {
        return Err(Problem::not_found("there is no detector of this name"));
    }
    let plan = PValuePlan { detector: name, dataset: asked.dataset, since: asked.since, until: asked.until };
    document(&app.view(&caller).p_values(&plan).await?)
}

#[derive(Debug, serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Which {
    detector: Option<String>,
    /// Windows that end after it.
    #[param(value_type = Option<shapes::Time>)]
    since: Option<Timestamp>,
    /// Windows that begin before it.
    #[param(value_type = Option<shapes::Time>)]
    until: Option<Timestamp>,
    /// 1 to 1,000; 100 where nothing is said.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 1000)]
    limit: Option<AtMost<1_000>>,
    /// `next` of the page before.
    after: Option<String>,
}

/// Findings, the newest first
#[utoipa::path(get, path = "/findings", tag = "detectors", params(Which),
    responses((status = 200, body = List<shapes::Finding>), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn findings(State(app): State<App>, caller: Caller, Asked(which): Asked<Which>) -> Answer<Json<Documents>> {
    caller.needs(Permission::ReadRules)?;
    let limit = which.limit.map_or(100, AtMost::get);
    let filter = FindingFilter {
        detector: which.detector,
        since: which.since,
        until: which.until,
        after: which.after.filter(|id| !id.is_empty()),
        limit: limit + 1,
    };
    let mut findings = app.view(&caller).findings(&filter).await?;
    let goes_on = findings.len() > limit as usize;
    findings.truncate(limit as usize);
    let next = findings.last().filter(|_| goes_on).map(|finding| finding.id.clone());
    let items: Answer<Vec<_>> = findings.iter().map(json).collect();
    Ok(Json(List { items: items?, next }))
}

#[derive(Debug, serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Series {
    table: String,
    #[param(value_type = Option<shapes::Time>)]
    since: Option<Timestamp>,
    #[param(value_type = Option<shapes::Time>)]
    until: Option<Timestamp>,
    /// Seconds; 3,600 where nothing is said.
    step: Option<i64>,
}

/// Records of a table over time, with the band in which one would expect them
#[utoipa::path(get, path = "/series", tag = "detectors", params(Series),
    responses((status = 200, body = shapes::SeriesAnswer), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn series(State(app): State<App>, caller: Caller, Asked(asked): Asked<Series>) -> Answer<Json<Document>> {
    caller.needs(Permission::ReadTelemetry)?;
    let plan = SeriesPlan {
        table: asked.table,
        since: asked.since,
        until: asked.until,
        step_seconds: asked.step.unwrap_or(3_600),
    };
    document(&json!({ "points": app.view(&caller).series(&plan).await? }))
}
