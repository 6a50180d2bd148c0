//! Changes of the work on events: on one, on many by id, or on all that a filter lets through.

use axum::{Json, extract::State};
use engine::{AuditEntry, EventChange, EventJudgement, EventState, EventsMeant, Permission, WorkOrder};
use serde_json::json;

use super::super::{
    super::{
        App,
        web::{Answer, Body, Caller, Problem},
    },
    kept::{Document, document},
    shapes,
};

#[derive(Debug, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = EventOrder)]
pub(super) struct Order {
    /// Ids of events, or beginnings of them.
    #[serde(default)]
    ids: Vec<String>,
    /// All that this filter lets through, in the place of ids.
    f: Option<String>,
    change: Change,
    /// The version that was looked at, of one event.
    version: Option<i64>,
    /// Say what would become of it, and change nothing.
    #[serde(default)]
    dry_run: bool,
}

#[derive(Debug, serde::Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[schema(as = EventChange)]
enum Change {
    State {
        #[schema(value_type = shapes::EventState)]
        to: EventState,
        #[serde(default)]
        reason: String,
    },
    Verdict {
        #[schema(value_type = shapes::Judgement)]
        judgement: EventJudgement,
        #[serde(default)]
        reason: String,
    },
    /// `me` is who asks; null takes it from whoever has it.
    Assign {
        to: Option<String>,
    },
    Comment {
        text: String,
    },
    Tag {
        tag: String,
    },
    Untag {
        tag: String,
    },
    Link {
        parent: String,
    },
    Unlink,
    Merge {
        into: String,
        #[serde(default)]
        reason: String,
    },
    Split {
        #[serde(default)]
        reason: String,
    },
}

impl Change {
    fn of(self, me: &str) -> EventChange {
        match self {
            Self::State { to, reason } => EventChange::State { to, reason },
            Self::Verdict { judgement, reason } => EventChange::Verdict { judgement, reason },
            Self::Assign { to } => {
                EventChange::Assign { to: to.map(|who| if who == "me" { me.to_owned() } else { who }) }
            }
            Self::Comment { text } => EventChange::Comment { text },
            Self::Tag { tag } => EventChange::Tag { tag },
            Self::Untag { tag } => EventChange::Untag { tag },
            Self::Link { parent } => EventChange::Link { parent },
            Self::Unlink => EventChange::Unlink,
            Self::Merge { into, reason } => EventChange::Merge { into, reason },
            Self::Split { reason } => EventChange::Split { reason },
        }
    }
}

/// Change the work on events, each as far as it may be changed
///
/// Whoever was faster makes a change with a `version` refused: look again.
#[utoipa::path(post, path = "/events/work", tag = "events", request_body = Order,
    responses((status = 200, body = shapes::WorkResults), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn work(State(app): State<App>, caller: Caller, Body(order): Body<Order>) -> Answer<Json<Document>> {
    caller.needs(Permission::WorkOnEvents)?;
    let meant = match (order.ids.is_empty(), &order.f) {
        (false, None) => EventsMeant::Ids(order.ids.clone()),
        (true, Some(words)) if !words.trim().is_empty() => {
            EventsMeant::Filter(Box::new(super::read(words, caller.principal())?))
        }
        _ => {
            return Err(Problem::bad_request("it is not said which events are meant")
                .hint("give either `ids` or a filter `f` that is not empty"));
        }
    };
    let name = &caller.principal().name;
    let by_filter = order.f.clone();
    let work =
        WorkOrder { change: order.change.of(name), by: name.clone(), version: order.version, dry_run: order.dry_run };
    let results = app.view(&caller).work_on(&meant, &work).await?;
    if let Some(words) = by_filter.filter(|_| !order.dry_run) {
        let told = json!({ "filter": words, "events": results.len() });
        app.engine().audit(AuditEntry::new(caller.principal(), "work.bulk").with(&told)).await?;
    }
    document(&json!({ "results": results }))
}
