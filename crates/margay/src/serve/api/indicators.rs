//! Indicators: who claims what of a value, what it is worth now, and whether it was met here.

use std::time::Duration;

use axum::{Json, extract::State};
use engine::{AuditEntry, Judgement, Permission, Stop, SweepPlan};
use schema::{Timestamp, observe};
use serde_json::json;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    super::{
        App,
        web::{Answer, Body, Caller, Problem},
    },
    kept::{Document, Documents, List, document, documents, json},
    shapes,
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(lookup)).routes(routes!(survival)).routes(routes!(judge)).routes(routes!(sweep))
}

/// Values that are looked up at once.
const VALUES_MAX: usize = 1_000;

/// Days after which a value that was not met counts as quiet.
const QUIET_DAYS: f64 = 30.0;

#[derive(Debug, serde::Deserialize, utoipa::ToSchema)]
#[schema(as = IndicatorValues)]
struct Values {
    /// One a line; defanged forms are understood.
    text: String,
}

/// Look up values
#[utoipa::path(post, path = "/indicators/lookup", tag = "indicators", request_body = Values,
    responses((status = 200, body = shapes::LookupAnswer), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem)))]
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
    responses((status = 200, body = List<shapes::Survival>), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn survival(State(app): State<App>, caller: Caller) -> Answer<Json<Documents>> {
    caller.needs(Permission::ReadEvents)?;
    // Curves are made of all that was met.
    if !app.sees_all_records(&caller) {
        return Ok(Json(List::whole(Vec::new())));
    }
    documents(&app.engine().survival(QUIET_DAYS).await?)
}

#[derive(Debug, serde::Deserialize, utoipa::ToSchema)]
#[schema(as = IndicatorJudgement)]
struct Verdict {
    text: String,
    /// `true_positive`, `false_positive` or `open`, as the command line has them.
    #[schema(value_type = shapes::Verdict)]
    judgement: Judgement,
    #[serde(default)]
    reason: String,
}

/// Say what a value was found to be
#[utoipa::path(post, path = "/indicators/verdict", tag = "indicators", request_body = Verdict,
    responses((status = 200, body = shapes::Judged), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn judge(State(app): State<App>, caller: Caller, Body(verdict): Body<Verdict>) -> Answer<Json<Document>> {
    caller.needs(Permission::WorkOnEvents)?;
    let (kind, value) =
        app.view(&caller).judge_indicator(None, &verdict.text, verdict.judgement, &verdict.reason).await?;
    document(&json!({ "kind": kind, "value": value }))
}

#[derive(Debug, serde::Deserialize, serde::Serialize, utoipa::ToSchema)]
#[schema(as = IndicatorSweep)]
struct Sweep {
    /// Addresses, networks, names, URLs and hashes, one a line; defanged forms are understood.
    text: String,
    /// Records from then on.
    #[schema(value_type = Option<shapes::Time>)]
    since: Option<Timestamp>,
    /// Records before it.
    #[schema(value_type = Option<shapes::Time>)]
    until: Option<Timestamp>,
}

/// Values that are looked for at once.
const SWEPT_MAX: usize = 100;

/// Longest that one search may take, within the time of a request. What was found until then is told, and how far it
/// came.
const SWEEP_TIME: Duration = Duration::from_secs(45);

/// Hosts of one value that are named.
const HOSTS_SHOWN: usize = 50;

/// Ends the search when nobody waits for it any more.
struct Ends(Stop);

impl Drop for Ends {
    fn drop(&mut self) {
        self.0.request();
    }
}

/// Look for values in all records, the newest first
///
/// Whatever the caller may see is held against them: subdomains, networks and pages of URLs too. It ends after 45
/// seconds, or when the caller hangs up; `stopped_at` tells how far back it came then. Nothing is kept of it but a line in
/// the audit log.
#[utoipa::path(post, path = "/indicators/sweep", tag = "indicators", request_body = Sweep,
    responses((status = 200, body = shapes::Swept), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem)))]
async fn sweep(State(app): State<App>, caller: Caller, Body(asked): Body<Sweep>) -> Answer<Json<Document>> {
    caller.needs(Permission::ReadTelemetry)?;
    let values: Vec<String> =
        asked.text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect();
    if values.len() > SWEPT_MAX {
        return Err(Problem::bad_request(format!("at most {SWEPT_MAX} values can be looked for at once"))
            .hint("load a longer list as intelligence: detection holds all records against it"));
    }
    // As of a query: only so many of one person at a time.
    let running = app.queries().begin(caller.id(), None)?;
    app.engine().audit(AuditEntry::new(caller.principal(), "indicators.sweep").with(&json(&asked)?)).await?;

    let ends = Ends(Stop::default());
    let stop = ends.0.clone();
    let timer = tokio::spawn({
        let stop = stop.clone();
        async move {
            tokio::time::sleep(SWEEP_TIME).await;
            stop.request();
        }
    });
    let plan = SweepPlan { values, since: asked.since, until: asked.until, ..SweepPlan::default() };
    let swept = app.view(&caller).sweep(&plan, &stop).await;
    timer.abort();
    let swept = swept.inspect_err(|error| running.failed(error.what()))?;
    running.done();
    let items: Vec<_> = swept
        .sightings
        .iter()
        .map(|one| {
            json!({
                "kind": one.kind, "value": one.value, "first_seen": one.first_seen, "last_seen": one.last_seen,
                "records": one.records, "n_hosts": one.hosts.len(),
                "hosts": one.hosts.iter().take(HOSTS_SHOWN).collect::<Vec<_>>(), "also": one.also,
                "because": one.because, "evidence": one.evidence,
            })
        })
        .collect();
    let told = json!({
        "items": items, "n_values": swept.n_values, "refused": swept.refused, "n_left_out": swept.n_left_out,
        "stopped_at": swept.stopped_at,
    });
    document(&told)
}
