//! What the page shows at once: figures, searches and overviews, each made of several reads through one view.

mod begun;
mod detectors;
mod facets;
mod graph;
mod incidents;
mod matrix;
mod overview;
mod p_values;
mod rules;
mod search;
mod series;

use schema::Timestamp;

use crate::{Engine, EventFilter, Newest, Result, View, store::Moment};

pub use begun::Expected;
pub use detectors::{DetectorTold, Doubted, JudgedShare, Verdicts};
pub use facets::{Bar, Facet, FacetValue, Facets, Histogram};
pub use graph::{CampaignGraph, GraphEdge, GraphNode};
pub use incidents::{Incident, IncidentKind, Incidents};
pub use matrix::{ActorDetail, ActorUse, Matrix, MatrixTactic, MatrixTechnique};
pub use overview::{Overview, SourceHealth, Told};
pub use p_values::{
    Even, PValueBin, PValuePlan, PValuesTold, Quantile, Shape as PValueShape, Tail as PValueTail, WindowTold,
};
pub use rules::RuleMatches;
pub use search::{Found, SearchHit, Understood};
pub use series::{Point, SeriesPlan};

impl Engine {
    /// Tells, cheaply, whether events or the work on them have changed.
    pub async fn newest(&self) -> Result<Newest> {
        self.store.newest().await
    }
}

impl View {
    /// How many events there are, and when the newest of them or of the work on them was: what changes tells of news.
    pub async fn news(&self) -> Result<(u64, Timestamp)> {
        let (store, all) = (&self.seen().store, EventFilter::default());
        let counting = store.counting(&all).await?;
        let (n, span) = futures::try_join!(counting.n(), counting.span(Moment::LastSeen))?;
        let seen = span.map_or(0, |(_, last)| last);
        let latest = seen.max(store.work_changed().await?);
        Ok((n, Timestamp::from_micros(latest).unwrap_or_default()))
    }

    /// The campaigns that events are in, by the id of the event.
    pub async fn campaigns_of_events(
        &self,
        events: &[schema::ThreatEvent],
    ) -> Result<std::collections::BTreeMap<String, String>> {
        let ids: Vec<String> = events.iter().map(|event| event.id.clone()).collect();
        self.seen().store.campaigns_of_events(&ids).await
    }
}
