//! Claims, visibility, and what may leave.

use schema::Observable;

use super::View;
use crate::{
    Result, Stop, SweepPlan, Swept, VisibilityPlan, VisibilityReport,
    indicators::{IndicatorView, ScoredClaim},
    outward::{SharePlan, Shared},
    store::{ClaimFilter, Judgement},
};

impl View {
    /// All that is known of a value; of its kind, or of the one it looks like.
    pub async fn indicator(&self, kind: Option<Observable>, text: &str) -> Result<Vec<IndicatorView>> {
        self.seen.indicator(kind, text).await
    }

    /// Holds the records that the reader may see against values, the newest first; what was found until `stop`, where it
    /// comes before the end.
    pub async fn sweep(&self, plan: &SweepPlan, stop: &Stop) -> Result<Swept> {
        // Patterns and files are for who owns the machine.
        let plan = SweepPlan { patterns: Vec::new(), files: Vec::new(), newest_first: true, ..plan.clone() };
        self.seen.sweep(&plan, stop, |_, _| ()).await
    }

    /// Claims in the order of their values, each with what is left of it.
    pub async fn claims(&self, filter: &ClaimFilter) -> Result<Vec<ScoredClaim>> {
        self.seen.claims(filter).await
    }

    /// Keeps what the reader has found about a value, and gives its canonical form.
    pub async fn judge_indicator(
        &self,
        kind: Option<Observable>,
        text: &str,
        judgement: Judgement,
        reason: &str,
    ) -> Result<(Observable, String)> {
        self.seen.judge_indicator(kind, text, judgement, &self.by, reason).await
    }

    /// Threat events as a STIX 2.1 bundle; what may leave is decided besides, by marking.
    pub async fn share_stix(&self, plan: &SharePlan) -> Result<Shared> {
        self.seen.share_stix(plan).await
    }

    /// Measures what the lake holds for this reader, and holds it against ATT&CK's analytics.
    pub async fn visibility(&self, plan: &VisibilityPlan, stop: &Stop) -> Result<VisibilityReport> {
        self.seen.visibility(plan, stop).await
    }
}
