//! One event: all that is known of it, what it rests on, what was done about it.

use axum::{
    Json,
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use engine::{AuditEntry, EventFilter, Permission, SharePlan};
use serde_json::json;

use super::{
    super::{
        super::{
            App,
            web::{Answer, Caller, Named, Problem},
        },
        kept::{Document, Documents, List, attachment, document, documents, json},
        row, shapes,
    },
    seen,
};

/// Events beside this one that are shown with it.
const RELATED: u32 = 20;

/// A threat event with the work on it and all around it
#[utoipa::path(get, path = "/events/{id}", tag = "events", params(("id" = String, Path, description = "its id, or a beginning of it")),
    responses((status = 200, body = shapes::EventAnswer), (status = 304), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn event(State(app): State<App>, caller: Caller, Named(id): Named<String>) -> Answer<Response> {
    caller.needs(Permission::ReadEvents)?;
    let view = app.view(&caller);
    let event = seen(&view, &id).await?;
    let work = view.work_of_event(&event.id).await?;
    let (duplicates, parts) = view.events_below(&event.id).await?;
    let campaign = view.campaign_of(&event.id).await?;
    let related = match event.targets.first() {
        Some(target) => {
            EventFilter { containing: Some(target.value.clone()), limit: Some(RELATED + 1), ..EventFilter::default() }
        }
        None => EventFilter { limit: Some(0), ..EventFilter::default() },
    };
    let mut related = view.events(&related).await?;
    related.retain(|other| other.id != event.id);
    related.truncate(RELATED as usize);
    let known_as = match caller.principal().may(Permission::ReadTelemetry) {
        true => view.known_as(&event).await?,
        false => Vec::new(),
    };
    let campaign = campaign.map(|campaign| {
        let n_events = campaign.thread.len();
        json!({ "id": campaign.id, "name": campaign.name, "n_events": n_events, "n_plantable": campaign.n_plantable })
    });
    let body = json!({
        "event": json(&event)?,
        "work": json(&work)?,
        "verdicts": json(&view.event_verdicts(&event.id).await?)?,
        "duplicates": duplicates,
        "parts": parts,
        "cases": json(&view.cases_of_event(&event.id).await?)?,
        "campaign": campaign,
        "findings": json(&view.findings_behind(&event.id).await?)?,
        "known_as": json(&known_as)?,
        "related": json(&row::rows(&view, &related).await?)?,
    });
    let mut response = Json(body).into_response();
    if let Ok(version) = HeaderValue::from_str(&work.version.to_string()) {
        // Whoever changes the event says which version was looked at.
        response.headers_mut().insert("x-work-version", version);
    }
    Ok(response)
}

/// The records that an event rests on: as fields, and as they were
#[utoipa::path(get, path = "/events/{id}/evidence", tag = "events", params(("id" = String, Path)),
    responses((status = 200, body = shapes::EvidenceAnswer), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn evidence(
    State(app): State<App>,
    caller: Caller,
    Named(id): Named<String>,
) -> Answer<Json<Document>> {
    caller.needs(Permission::ReadTelemetry)?;
    let view = app.view(&caller);
    let event = seen(&view, &id).await?;
    let rows = view.evidence(&event.evidence).await?;
    let n_missing = event.evidence.len().saturating_sub(rows.len());
    let shown: Vec<_> = rows
        .iter()
        .map(|row| {
            // In the order of the table, which a map would lose.
            let fields: Vec<_> = row.fields.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
            json!({
                "record_id": row.record_id, "table": row.table, "observed_at": row.observed_at, "source": row.source,
                "fields": row.fields.iter().cloned().collect::<std::collections::BTreeMap<_, _>>(), "columns": fields, "raw": row.raw,
            })
        })
        .collect();
    document(&json!({ "rows": shown, "n_missing": n_missing }))
}

/// What was done about an event, the oldest first
#[utoipa::path(get, path = "/events/{id}/history", tag = "events", params(("id" = String, Path)),
    responses((status = 200, body = List<shapes::HistoryLine>), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn history(
    State(app): State<App>,
    caller: Caller,
    Named(id): Named<String>,
) -> Answer<Json<Documents>> {
    caller.needs(Permission::ReadEvents)?;
    let view = app.view(&caller);
    let event = seen(&view, &id).await?;
    documents(&view.work_history(&event.id).await?)
}

/// An event as a STIX 2.1 bundle, as far as its marking permits
#[utoipa::path(get, path = "/events/{id}/stix", tag = "events", params(("id" = String, Path)),
    responses((status = 200, content_type = "application/stix+json", body = shapes::StixBundle), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn stix(State(app): State<App>, caller: Caller, Named(id): Named<String>) -> Answer<Response> {
    caller.needs(Permission::Export)?;
    let view = app.view(&caller);
    let event = seen(&view, &id).await?;
    let plan =
        SharePlan { ids: vec![event.id.clone()], filter: EventFilter::default(), tlp_ceiling: None, conceal: false };
    let shared = view.share_stix(&plan).await?;
    let told = json!({ "form": "stix", "tlp": event.tlp, "events": shared.events, "withheld": shared.withheld });
    app.engine().audit(AuditEntry::new(caller.principal(), "export").about(&event.id).with(&told)).await?;
    let mut response = attachment(&format!("{}.json", event.id), "application/stix+json;version=2.1", shared.bundle)?;
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}
