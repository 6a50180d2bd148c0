//! Cases: what people do together about threat events.

use axum::{Json, extract::State};
use engine::{Case, CaseChange, CaseFilter, CaseOutcome, EventFilter, ItemKind, NewCase, Permission};
use schema::{Severity, Timestamp, Tlp};
use serde_json::json;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    super::{
        App,
        web::{Answer, Asked, Body, Caller, Named, Problem},
    },
    kept::{Document, Documents, List, document, documents, json},
    row, shapes,
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(cases, open))
        .routes(routes!(case))
        .routes(routes!(timeline))
        .routes(routes!(work))
}

fn shown(case: &Case) -> Answer<serde_json::Value> {
    let mut shown = json(case)?;
    let n_events = case.items.iter().filter(|item| item.kind == ItemKind::Event).count();
    if let Some(fields) = shown.as_object_mut() {
        fields.insert("n_events".to_owned(), json!(n_events));
    }
    Ok(shown)
}

#[derive(Debug, serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Asks {
    /// `open` where nothing is said.
    #[param(inline)]
    state: Option<Which>,
    owner: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum Which {
    Open,
    Closed,
    All,
}

/// Cases that are looked at.
const CASES: u32 = 1_000;

/// Cases
#[utoipa::path(get, path = "/cases", tag = "cases", params(Asks),
    responses((status = 200, body = List<shapes::Case>), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn cases(State(app): State<App>, caller: Caller, Asked(asks): Asked<Asks>) -> Answer<Json<Documents>> {
    caller.needs(Permission::ReadEvents)?;
    let which = asks.state.unwrap_or(Which::Open);
    let filter =
        CaseFilter { closed: which != Which::Open, owner: asks.owner, limit: Some(CASES), ..CaseFilter::default() };
    let mut cases = app.view(&caller).cases(&filter).await?;
    cases.retain(|case| which != Which::Closed || case.closed.is_some());
    let items: Answer<Vec<_>> = cases.iter().map(shown).collect();
    Ok(Json(List::whole(items?)))
}

/// A case with its events and history; by its number or id
#[utoipa::path(get, path = "/cases/{id}", tag = "cases", params(("id" = String, Path)),
    responses((status = 200, body = shapes::CaseAnswer), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn case(State(app): State<App>, caller: Caller, Named(id): Named<String>) -> Answer<Json<Document>> {
    caller.needs(Permission::ReadEvents)?;
    let view = app.view(&caller);
    let case = view.case(&id).await?;
    let work = engine::WorkFilter { case: Some(case.id.clone()), ..Default::default() };
    let events = view.events(&EventFilter { work, limit: Some(CASES), ..EventFilter::default() }).await?;
    document(&json!({
        "case": shown(&case)?,
        "events": json(&row::rows(&view, &events).await?)?,
        "history": json(&view.work_history(&case.id).await?)?,
    }))
}

/// The story of a case, in the order of time
#[utoipa::path(get, path = "/cases/{id}/timeline", tag = "cases", params(("id" = String, Path)),
    responses((status = 200, body = List<shapes::CaseMoment>), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn timeline(State(app): State<App>, caller: Caller, Named(id): Named<String>) -> Answer<Json<Documents>> {
    caller.needs(Permission::ReadEvents)?;
    let view = app.view(&caller);
    let case = view.case(&id).await?;
    documents(&view.timeline(&case).await?)
}

#[derive(Debug, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewCase)]
struct New {
    title: String,
    description: Option<String>,
    /// That of the worst event where nothing is said.
    #[schema(value_type = Option<shapes::Severity>)]
    severity: Option<Severity>,
    owner: Option<String>,
    #[schema(value_type = Option<shapes::Time>)]
    due_at: Option<Timestamp>,
    #[schema(value_type = Option<shapes::Marking>)]
    tlp: Option<Tlp>,
    #[serde(default)]
    events: Vec<String>,
    #[serde(default)]
    campaigns: Vec<String>,
}

/// Open a case
#[utoipa::path(post, path = "/cases", tag = "cases", request_body = New,
    responses((status = 200, body = shapes::Case), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn open(State(app): State<App>, caller: Caller, Body(new): Body<New>) -> Answer<Json<Document>> {
    caller.needs(Permission::ManageCases)?;
    let new = NewCase {
        title: new.title,
        description: new.description,
        severity: new.severity,
        owner: new.owner,
        due_at: new.due_at,
        tlp: new.tlp,
        events: new.events,
        campaigns: new.campaigns,
        by: caller.principal().name.clone(),
    };
    let case = app.view(&caller).open_case(&new).await?;
    Ok(Json(Document(shown(&case)?)))
}

#[derive(Debug, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CaseOrder)]
struct Order {
    change: Change,
    /// The version that was looked at.
    version: Option<i64>,
}

#[derive(Debug, serde::Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[schema(as = CaseChange)]
enum Change {
    Title {
        title: String,
    },
    Describe {
        text: String,
    },
    Severity {
        #[schema(value_type = shapes::Severity)]
        to: Severity,
    },
    Owner {
        to: Option<String>,
    },
    Due {
        #[schema(value_type = Option<shapes::Time>)]
        at: Option<Timestamp>,
    },
    Tlp {
        #[schema(value_type = shapes::Marking)]
        to: Tlp,
    },
    Note {
        text: String,
    },
    AddItem {
        #[schema(value_type = shapes::ItemKind)]
        item_kind: ItemKind,
        value: String,
        #[serde(default)]
        note: String,
    },
    DropItem {
        #[schema(value_type = shapes::ItemKind)]
        item_kind: ItemKind,
        value: String,
    },
    AddTask {
        title: String,
        assignee: Option<String>,
        #[schema(value_type = Option<shapes::Time>)]
        due_at: Option<Timestamp>,
    },
    DoTask {
        number: i64,
        done: bool,
    },
    Ask {
        to: String,
        question: String,
        #[schema(value_type = Option<shapes::Time>)]
        due_at: Option<Timestamp>,
    },
    Answer {
        number: i64,
        text: String,
    },
    Close {
        #[schema(value_type = shapes::CaseOutcome)]
        outcome: CaseOutcome,
        #[serde(default)]
        reason: String,
        #[serde(default)]
        anyway: bool,
    },
    Reopen {
        #[serde(default)]
        reason: String,
    },
}

impl From<Change> for CaseChange {
    fn from(change: Change) -> Self {
        match change {
            Change::Title { title } => Self::Title(title),
            Change::Describe { text } => Self::Describe(text),
            Change::Severity { to } => Self::Severity(to),
            Change::Owner { to } => Self::Owner(to),
            Change::Due { at } => Self::Due(at),
            Change::Tlp { to } => Self::Tlp(to),
            Change::Note { text } => Self::Note(text),
            Change::AddItem { item_kind, value, note } => Self::Add { kind: item_kind, value, note },
            Change::DropItem { item_kind, value } => Self::Remove { kind: item_kind, value },
            Change::AddTask { title, assignee, due_at } => Self::Task { title, assignee, due_at },
            Change::DoTask { number, done } => Self::TaskDone { number, done },
            Change::Ask { to, question, due_at } => Self::Ask { to, question, due_at },
            Change::Answer { number, text } => Self::Answer { number, text },
            Change::Close { outcome, reason, anyway } => Self::Close { outcome, reason, anyway },
            Change::Reopen { reason } => Self::Reopen { reason },
        }
    }
}

/// Change a case
#[utoipa::path(post, path = "/cases/{id}/work", tag = "cases", params(("id" = String, Path)), request_body = Order,
    responses((status = 200, body = shapes::Case), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn work(
    State(app): State<App>,
    caller: Caller,
    Named(id): Named<String>,
    Body(order): Body<Order>,
) -> Answer<Json<Document>> {
    caller.needs(Permission::ManageCases)?;
    let case = app.view(&caller).work_on_case(&id, &[order.change.into()], order.version).await?;
    Ok(Json(Document(shown(&case)?)))
}
