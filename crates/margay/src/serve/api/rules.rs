//! Sigma rules: which are in force and how they do, and a text looked over and held against what has come.

use std::collections::BTreeMap;

use axum::{Json, extract::State};
use engine::{AuditEntry, Fired, LoadedRules, Permission, RuleMatches, Stop};
use schema::Timestamp;
use serde_json::json;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    super::{
        App,
        web::{Answer, Asked, Body, Caller, Named, Problem},
    },
    kept::{AtMost, Document, Documents, List, document},
    shapes,
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(rules))
        .routes(routes!(check))
        .routes(routes!(test))
        .routes(routes!(rule))
        .routes(routes!(matches))
}

/// Matches that are shown.
const MATCHES: u32 = 200;

/// All rules that are held against every record, the refused ones as well
#[utoipa::path(get, path = "/rules", tag = "rules", responses((status = 200, body = List<shapes::Rule>), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn rules(State(app): State<App>, caller: Caller) -> Answer<Json<Documents>> {
    caller.needs(Permission::ReadRules)?;
    let loaded = app.rules().await?;
    let fired = fired(&app, &caller).await?;
    let inert = loaded.inert();
    let of_set = loaded.set.rules().iter().enumerate().map(|(number, rule)| (&rule.about, inert.get(&number)));
    let correlations = loaded.set.correlations().iter().map(|one| (&one.about, None));
    let mut items: Vec<_> = of_set
        .chain(correlations)
        .map(|(about, inert)| {
            let fired = fired.get(&about.id).copied().unwrap_or_default();
            let (state, why) = state(inert.map(ToString::to_string), fired);
            json!({
                "id": about.id, "title": about.title, "level": about.severity().name(), "status": about.status,
                "state": state, "why": why, "file": file(&about.file), "techniques": about.techniques().collect::<Vec<_>>(),
                "tags": about.tags, "n_matches": fired.n_findings, "n_subjects": fired.n_subjects,
                "from": if LoadedRules::is_of_pack(&about.file) { "margay" } else { "own" },
            })
        })
        .collect();
    for problem in loaded.problems.iter().filter(|problem| !problem.warning) {
        items.push(json!({
            "id": serde_json::Value::Null, "title": file(&problem.file), "state": "refused", "why": problem.what, "file": file(&problem.file),
            "line": problem.place.line, "code": problem.code.name(), "techniques": [], "tags": [], "from": "own",
        }));
    }
    Ok(Json(List::whole(items)))
}

/// How often each rule fires is counted over all records.
async fn fired(app: &App, caller: &Caller) -> Answer<BTreeMap<String, Fired>> {
    match app.sees_all_records(caller) {
        true => Ok(app.engine().fired_rules().await?),
        false => Ok(BTreeMap::new()),
    }
}

fn state(inert: Option<String>, fired: Fired) -> (&'static str, Option<String>) {
    match inert {
        Some(why) => ("inert", Some(why)),
        None if fired.is_noisy() => ("noisy", Some(format!("{:.0} findings a day", fired.a_day))),
        None => ("live", None),
    }
}

/// The name of a file without the folders of this machine.
fn file(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// One rule, with its text
#[utoipa::path(get, path = "/rules/{id}", tag = "rules", params(("id" = String, Path)),
    responses((status = 200, body = shapes::RuleAnswer), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn rule(State(app): State<App>, caller: Caller, Named(id): Named<String>) -> Answer<Json<Document>> {
    caller.needs(Permission::ReadRules)?;
    let loaded = app.rules().await?;
    let about = about(&loaded, &id)?;
    let text = loaded.texts.get(&about.file);
    let number = loaded.set.rules().iter().position(|rule| rule.about.id == about.id);
    let inert = number.and_then(|number| loaded.inert().get(&number).map(ToString::to_string));
    let fired = fired(&app, &caller).await?.get(&about.id).copied().unwrap_or_default();
    let (state, why) = state(inert, fired);
    document(&json!({
        "id": about.id, "title": about.title, "level": about.severity().name(), "status": about.status,
        "description": about.description, "author": about.author, "date": about.date, "references": about.references,
        "falsepositives": about.falsepositives, "techniques": about.techniques().collect::<Vec<_>>(), "tags": about.tags,
        "file": file(&about.file), "license": about.license, "text": text, "state": state, "why": why,
        "n_matches": fired.n_findings, "n_subjects": fired.n_subjects,
        "from": if LoadedRules::is_of_pack(&about.file) { "margay" } else { "own" },
    }))
}

fn about<'l>(loaded: &'l LoadedRules, id: &str) -> Answer<&'l engine::RuleAbout> {
    let rules = loaded.set.rules().iter().map(|rule| &rule.about);
    let correlations = loaded.set.correlations().iter().map(|one| &one.about);
    let found = rules.chain(correlations).find(|about| about.is_called(id));
    found.ok_or_else(|| Problem::not_found("there is no rule of this id"))
}

#[derive(Debug, serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Past {
    /// Records from then on; of 30 days where nothing is said.
    #[param(value_type = Option<shapes::Time>)]
    since: Option<Timestamp>,
    /// 200 where nothing is said.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<AtMost<MATCHES>>,
}

/// What a rule matches in records that have come
#[utoipa::path(get, path = "/rules/{id}/matches", tag = "rules", params(("id" = String, Path), Past),
    responses((status = 200, body = shapes::RuleMatches), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn matches(
    State(app): State<App>,
    caller: Caller,
    Named(id): Named<String>,
    Asked(past): Asked<Past>,
) -> Answer<Json<Document>> {
    caller.needs(Permission::ReadTelemetry)?;
    caller.needs(Permission::ReadRules)?;
    let loaded = app.rules().await?;
    let file = about(&loaded, &id)?.file.clone();
    let text = loaded.texts.get(&file).cloned().ok_or_else(|| Problem::not_found("the rule has no text any more"))?;
    let alone = app.engine().rules_of_text(text)?;
    held(&app, &caller, &alone, past.since, past.limit.map_or(MATCHES, AtMost::get)).await
}

async fn held(
    app: &App,
    caller: &Caller,
    rules: &LoadedRules,
    since: Option<Timestamp>,
    limit: u32,
) -> Answer<Json<Document>> {
    let stop = Stop::default();
    // Whoever goes away, or waits too long, stops the work.
    let asked = Asking(stop.clone());
    let found: RuleMatches = app.view(caller).rule_matches(rules, since, limit as usize, &stop).await?;
    drop(asked);
    let per_day: Vec<_> = found
        .per_day
        .iter()
        .map(|(day, n)| json!({ "at": Timestamp::from_seconds(*day).unwrap_or_default(), "n": n }))
        .collect();
    let matches: Vec<_> = found
        .matches
        .iter()
        .map(|one| {
            json!({
                "record_id": one.record_id, "table": one.table, "observed_at": one.observed_at, "dataset": one.dataset,
                "host": one.origin.get("host"), "raw": one.raw,
            })
        })
        .collect();
    document(&json!({ "n": found.n, "per_day": per_day, "matches": matches }))
}

/// Stops the work when it is dropped.
struct Asking(Stop);

impl Drop for Asking {
    fn drop(&mut self) {
        self.0.request();
    }
}

#[derive(Debug, serde::Deserialize, utoipa::ToSchema)]
#[schema(as = RuleDraft)]
struct Draft {
    /// YAML.
    text: String,
    /// For a test: records from then on.
    #[schema(value_type = Option<shapes::Time>)]
    since: Option<Timestamp>,
}

/// Look over the text of a rule
#[utoipa::path(post, path = "/rules/check", tag = "rules", request_body = Draft,
    responses((status = 200, body = shapes::RuleCheck), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn check(State(app): State<App>, caller: Caller, Body(draft): Body<Draft>) -> Answer<Json<Document>> {
    caller.needs(Permission::WriteRules)?;
    let loaded = app.engine().rules_of_text(draft.text)?;
    let remarks = app.engine().lint_rules(&loaded).await?;
    let inert: Vec<_> = loaded.inert().values().map(ToString::to_string).collect();
    let problems: Vec<_> = loaded
        .problems
        .iter()
        .chain(&remarks)
        .map(|problem| {
            json!({
                "line": problem.place.line, "column": problem.place.column, "code": problem.code.name(),
                "message": problem.what, "hint": problem.hint, "warning": problem.warning,
            })
        })
        .collect();
    document(&json!({ "problems": problems, "inert": inert, "n_rules": loaded.set.rules().len() }))
}

/// Hold the text of a rule against records that have come; nothing is kept
#[utoipa::path(post, path = "/rules/test", tag = "rules", request_body = Draft,
    responses((status = 200, body = shapes::RuleMatches), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn test(State(app): State<App>, caller: Caller, Body(draft): Body<Draft>) -> Answer<Json<Document>> {
    caller.needs(Permission::WriteRules)?;
    caller.needs(Permission::ReadTelemetry)?;
    let loaded = app.engine().rules_of_text(draft.text)?;
    if let Some(problem) = loaded.problems.iter().find(|problem| !problem.warning) {
        return Err(Problem::bad_request("the rule would be refused").detail(problem.to_string()));
    }
    app.engine().audit(AuditEntry::new(caller.principal(), "rules.test")).await?;
    held(&app, &caller, &loaded, draft.since, MATCHES).await
}
