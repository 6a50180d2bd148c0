//! Threat events: lists and counts by filter, one with all that it rests on, and the work on them.

mod forms;
mod lists;
mod one;
mod work;

use engine::{EventFilter, Principal, View};
use schema::Timestamp;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    super::{
        App,
        web::{Answer, Problem},
    },
    shapes,
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(lists::events))
        .routes(routes!(lists::words))
        .routes(routes!(lists::facets))
        .routes(routes!(work::work))
        .routes(routes!(one::event))
        .routes(routes!(one::evidence))
        .routes(routes!(one::history))
        .routes(routes!(one::stix))
}

/// Which events: a filter in words, and a span of time.
#[derive(Debug, Clone, Default, serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Filtered {
    /// A filter in words: `severity:high -tag:known "evil.example"`. GET /events/words lists the words.
    f: Option<String>,
    /// Still active at or after this time.
    #[param(value_type = Option<shapes::Time>)]
    since: Option<Timestamp>,
    /// Begun before this time.
    #[param(value_type = Option<shapes::Time>)]
    until: Option<Timestamp>,
}

impl Filtered {
    fn read(&self, principal: &Principal) -> Answer<EventFilter> {
        let mut filter = read(self.f.as_deref().unwrap_or_default(), principal)?;
        filter.since = filter.since.max(self.since);
        filter.until = match (filter.until, self.until) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        Ok(filter)
    }
}

pub(in crate::serve) fn read(words: &str, principal: &Principal) -> Answer<EventFilter> {
    engine::read_filter(words, &principal.name).map_err(|problem| {
        Problem::bad_request(problem.what).code("bad_filter").hint(problem.hint).place(problem.position, problem.length)
    })
}

/// The one event that this caller sees under this id.
async fn seen(view: &View, id: &str) -> Answer<schema::ThreatEvent> {
    Ok(view.event(id).await?)
}
