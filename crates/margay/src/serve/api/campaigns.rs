//! Campaigns: events that belong together, why, who may be behind them, and what people decide about it.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use engine::{ActorEvidence, AuditEntry, Permission, View};
use schema::Severity;
use serde_json::json;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    super::{
        App,
        web::{Answer, Asked, Body, Caller, Named, Problem},
    },
    kept::{AtMost, Document, Documents, List, attachment, document, json},
    row, shapes,
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(campaigns))
        .routes(routes!(decide, decisions))
        .routes(routes!(undo))
        .routes(routes!(campaign))
        .routes(routes!(graph))
        .routes(routes!(attribution))
        .routes(routes!(flow))
}

#[derive(Debug, serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Which {
    /// 1 to 1,000; 100 where nothing is said.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 1000)]
    limit: Option<AtMost<1_000>>,
    /// The id or name of a group of ATT&CK: of the newest campaigns, those that it may be behind, the likeliest first.
    actor: Option<String>,
}

/// Changes that are told of one campaign.
const CHANGES: u32 = 200;

/// Campaigns, the newest first
///
/// Where an actor is asked for, each comes with the probability that the group is behind it, among all that are known
/// and nobody of them: an estimate from techniques, software and claims, and no proof.
#[utoipa::path(get, path = "/campaigns", tag = "campaigns", params(Which),
    responses((status = 200, body = List<shapes::Campaign>), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn campaigns(State(app): State<App>, caller: Caller, Asked(asked): Asked<Which>) -> Answer<Json<Documents>> {
    caller.needs(Permission::ReadEvents)?;
    let view = app.view(&caller);
    let limit = asked.limit.map_or(100, AtMost::get);
    let mut items = Vec::new();
    match asked.actor.as_deref().map(str::trim).filter(|actor| !actor.is_empty()) {
        None => {
            for campaign in view.campaigns(limit).await? {
                items.push(listed(&view, &campaign).await?);
            }
        }
        Some(actor) => {
            for suspected in view.campaigns_of_actor(actor, limit).await? {
                let mut item = listed(&view, &suspected.campaign).await?;
                item["probability"] = json!(suspected.probability);
                item["words"] = json!(suspected.words);
                items.push(item);
            }
        }
    }
    Ok(Json(List::whole(items)))
}

async fn listed(view: &View, campaign: &engine::Campaign) -> Answer<serde_json::Value> {
    let mut item = json(campaign)?;
    let about = about(view, campaign).await?;
    if let (Some(item), serde_json::Value::Object(about)) = (item.as_object_mut(), about) {
        // The thread is long, and shown with the campaign itself.
        item.remove("thread");
        item.extend(about);
    }
    Ok(item)
}

/// What its events say together.
async fn about(view: &View, campaign: &engine::Campaign) -> Answer<serde_json::Value> {
    let events = view.events_of_campaign(campaign).await?;
    let sorted = |texts: std::collections::BTreeSet<String>| texts.into_iter().take(50).collect::<Vec<_>>();
    let hosts = events.iter().flat_map(|event| event.targets.iter().map(|target| target.value.clone())).collect();
    let techniques = events.iter().flat_map(|event| event.techniques.iter().map(|claim| claim.id.clone())).collect();
    let mut tactics: Vec<String> = Vec::new();
    for tactic in events.iter().flat_map(|event| &event.tactics) {
        if !tactics.contains(tactic) {
            tactics.push(tactic.clone());
        }
    }
    let worst = events.iter().map(|event| event.severity).max().unwrap_or(Severity::Informational);
    Ok(json!({
        "n_events": events.len(), "severity": worst.name(), "hosts": sorted(hosts), "techniques": sorted(techniques),
        "tactics": tactics,
    }))
}

/// A campaign with its events, in the order of time
#[utoipa::path(get, path = "/campaigns/{id}", tag = "campaigns", params(("id" = String, Path)),
    responses((status = 200, body = shapes::CampaignAnswer), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn campaign(State(app): State<App>, caller: Caller, Named(id): Named<String>) -> Answer<Json<Document>> {
    caller.needs(Permission::ReadEvents)?;
    let view = app.view(&caller);
    let campaign = view.campaign(&id).await?;
    let events = view.events_of_campaign(&campaign).await?;
    let mut shown = json(&campaign)?;
    if let (Some(item), serde_json::Value::Object(about)) = (shown.as_object_mut(), about(&view, &campaign).await?) {
        item.extend(about);
    }
    document(&json!({
        "campaign": shown,
        "events": json(&row::rows(&view, &events).await?)?,
        "changes": json(&view.campaign_changes(Some(&campaign.id), CHANGES).await?)?,
        "decisions": json(&view.campaign_decisions().await?)?,
    }))
}

/// A campaign as a graph, placed in the plane
#[utoipa::path(get, path = "/campaigns/{id}/graph", tag = "campaigns", params(("id" = String, Path)),
    responses((status = 200, body = shapes::CampaignGraph), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn graph(State(app): State<App>, caller: Caller, Named(id): Named<String>) -> Answer<Json<Document>> {
    caller.needs(Permission::ReadEvents)?;
    document(&app.view(&caller).campaign_graph(&id).await?)
}

/// Who may be behind a campaign, and what speaks for and against each
#[utoipa::path(get, path = "/campaigns/{id}/attribution", tag = "campaigns", params(("id" = String, Path)),
    responses((status = 200, body = shapes::Attribution), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn attribution(State(app): State<App>, caller: Caller, Named(id): Named<String>) -> Answer<Json<Document>> {
    caller.needs(Permission::ReadEvents)?;
    document(&app.view(&caller).attribute(Some(&id), ActorEvidence::default()).await?)
}

/// A campaign as an Attack Flow, as far as markings permit
#[utoipa::path(get, path = "/campaigns/{id}/flow", tag = "campaigns", params(("id" = String, Path)),
    responses((status = 200, content_type = "application/stix+json", body = shapes::StixBundle), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn flow(State(app): State<App>, caller: Caller, Named(id): Named<String>) -> Answer<Response> {
    caller.needs(Permission::Export)?;
    let view = app.view(&caller);
    let campaign = view.campaign(&id).await?;
    let shared = view.attack_flow(&campaign.id, false).await?;
    let told = json!({ "form": "attack-flow", "events": shared.events, "withheld": shared.withheld });
    app.engine().audit(AuditEntry::new(caller.principal(), "export").about(&campaign.id).with(&told)).await?;
    attachment(&format!("{}.json", campaign.id), "application/stix+json;version=2.1", shared.bundle)
}

#[derive(Debug, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewDecision)]
struct Decision {
    /// Campaigns and events that are one campaign.
    #[serde(default)]
    join: Vec<String>,
    split: Option<Split>,
    /// How you know.
    reason: String,
}

/// Events that do not belong to the others of a campaign.
#[derive(Debug, serde::Deserialize, utoipa::ToSchema)]
#[schema(as = CampaignSplit)]
struct Split {
    id: String,
    events: Vec<String>,
}

/// Decide what belongs together, or does not
#[utoipa::path(post, path = "/campaigns/decisions", tag = "campaigns", request_body = Decision,
    responses((status = 200, body = shapes::DecisionMade), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn decide(State(app): State<App>, caller: Caller, Body(decision): Body<Decision>) -> Answer<Json<Document>> {
    caller.needs(Permission::WorkOnEvents)?;
    let view = app.view(&caller);
    let number = match (decision.join.is_empty(), decision.split) {
        (false, None) => view.join_campaigns(&decision.join, &decision.reason).await?,
        (true, Some(split)) => view.split_campaign(&split.id, &split.events, &decision.reason).await?,
        _ => return Err(Problem::bad_request("give either `join` or `split`")),
    };
    document(&json!({ "number": number }))
}

/// Decisions of people
#[utoipa::path(get, path = "/campaigns/decisions", tag = "campaigns",
    responses((status = 200, body = List<shapes::CampaignDecision>), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn decisions(State(app): State<App>, caller: Caller) -> Answer<Json<Documents>> {
    caller.needs(Permission::ReadEvents)?;
    super::kept::documents(&app.view(&caller).campaign_decisions().await?)
}

/// Take a decision back
#[utoipa::path(delete, path = "/campaigns/decisions/{number}", tag = "campaigns", params(("number" = i64, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn undo(State(app): State<App>, caller: Caller, Named(number): Named<i64>) -> Answer<StatusCode> {
    caller.needs(Permission::WorkOnEvents)?;
    app.view(&caller).undo_decision(number).await?;
    Ok(StatusCode::NO_CONTENT)
}
