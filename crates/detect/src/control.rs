//! What is a discovery: control of the false discovery rate over the windows of a detector.
//!
//! Every window of a detector is a batch of hypotheses in each dataset. Within it q-values are those of Benjamini and
//! Hochberg; from window to window the level of the batch follows from what earlier batches have spent and found
//! (Batch-BH, Zrnic, Jiang, Ramdas and Jordan 2020), so that the rate holds over the whole stream and not only window
//! by window.

use std::collections::BTreeMap;

use schema::{Finding, FindingBatch};
use science::{Confidence, PValue, QValue, hypothesis::benjamini_hochberg};

use crate::Judged;

/// Label of what is worth a look but not proven.
const LEAD: &str = "lead";

/// What people may set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Control {
    /// Share of false ones among what is raised that is accepted, above 0 and below 1.
    pub rate: f64,
    /// Findings of a detector that are kept in each window and dataset although they are not proven, strongest first.
    pub leads_max: usize,
}

/// The level of one batch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Level(pub f64);

/// What became of one batch, as the level of later ones depends on it.
#[derive(Debug, Clone, PartialEq)]
pub struct Tally {
    pub dataset: String,
    pub level: Level,
    pub p_values: Vec<PValue>,
}

impl Control {
    /// Gives each finding its q-value, its confidence and, where it is not proven, the label `lead`; leaves out the
    /// leads beyond the first few. `level` names the level of the batch of a dataset, by the number of its tests.
    ///
    /// A q-value is scaled so that a finding is raised exactly where it is at most [`Control::rate`], whatever part of
    /// the rate the batch was given.
    pub fn decide(&self, judged: Judged, mut level: impl FnMut(&str, usize) -> Level) -> (FindingBatch, Vec<Tally>) {
        let mut by_dataset: BTreeMap<String, Vec<Finding>> = BTreeMap::new();
        for finding in judged.findings {
            by_dataset.entry(finding.dataset.clone()).or_default().push(finding);
        }
        let mut decided = Vec::new();
        let mut tallies = Vec::new();
        for (dataset, p_values) in judged.tested {
            let level = level(&dataset, p_values.len());
            let q_values = Ranked::of(&p_values);
            let findings = by_dataset.remove(&dataset).unwrap_or_default();
            decided.extend(self.decide_batch(findings, &q_values, level));
            tallies.push(Tally { dataset, level, p_values });
        }
        (FindingBatch::new(decided), tallies)
    }

    fn decide_batch(&self, findings: Vec<Finding>, q_values: &Ranked, level: Level) -> Vec<Finding> {
        let mut findings: Vec<Finding> =
            findings.into_iter().filter_map(|finding| self.weigh(finding, q_values, level)).collect();
        findings.sort_by(|a, b| {
            let q = |finding: &Finding| finding.q_value.unwrap_or(1.0);
            let p = |finding: &Finding| finding.p_value.unwrap_or(1.0);
            let by_strength = q(a).total_cmp(&q(b)).then(p(a).total_cmp(&p(b))).then(b.score.total_cmp(&a.score));
            by_strength.then_with(|| a.id.cmp(&b.id))
        });
        let n_proven = findings.iter().take_while(|finding| self.is_proven(finding)).count();
        findings.truncate(n_proven.saturating_add(self.leads_max));
        findings
    }

    /// A finding with its q-value; none where it was not among what was tested.
    fn weigh(&self, mut finding: Finding, q_values: &Ranked, level: Level) -> Option<Finding> {
        let q = q_values.of_p(finding.p_value?)?;
        let scaled = if level.0 > 0.0 { (q.get() * (self.rate / level.0)).min(1.0) } else { 1.0 };
        finding.q_value = Some(scaled);
        // The share of equally strong findings that is expected to be true, and never more than 95: nobody has looked.
        finding.confidence = Confidence::new((1.0 - scaled).clamp(0.0, 0.95)).map_or(0, Confidence::percent);
        if !self.is_proven(&finding) {
            finding.labels.push(LEAD.to_owned());
        }
        Some(finding)
    }

    fn is_proven(&self, finding: &Finding) -> bool {
        finding.q_value.is_some_and(|q| q <= self.rate)
    }
}

/// The p-values of a batch in order, with their q-values.
struct Ranked {
    p: Vec<PValue>,
    q: Vec<QValue>,
}

impl Ranked {
    fn of(p_values: &[PValue]) -> Self {
        let mut p = p_values.to_vec();
        p.sort_by(|a, b| a.get().total_cmp(&b.get()));
        let q = benjamini_hochberg(&p);
        Self { p, q }
    }

    fn of_p(&self, p: f64) -> Option<QValue> {
        let place = self.p.partition_point(|known| known.get() < p);
        self.q.get(place).copied()
    }
}
