//! What is a discovery: control of the false discovery rate over the windows of a detector.
//!
//! Each window of a detector is a batch of hypotheses in each dataset. Within a batch q-values are those of Benjamini
//! and Hochberg; from batch to batch the level follows from what earlier ones have spent and found (Batch-BH, Zrnic,
//! Jiang, Ramdas and Jordan 2020), so that the rate holds over the whole stream and not only window by window: a
//! detector that tests every day at 5 % and never has anything to find would raise a false alarm every twentieth day,
//! and all it ever raised would be false.

use std::collections::BTreeMap;

use schema::{Finding, FindingBatch, LEAD};
use science::{
    Confidence, PValue, QValue,
    online::{self, BatchBh},
};

use crate::{Judged, doubt::MIDDLE};

/// P-values kept of a batch, the smallest: more discoveries than that in one batch do not raise later levels further.
const KEPT_MAX: usize = 1_000;

/// What people may set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Control {
    /// Share of false ones among what is raised that is accepted, above 0 and below 1.
    pub rate: f64,
    /// Findings of a detector that are kept in each window and dataset although they are not proven, strongest first.
    pub leads_max: usize,
    /// The detector's promise was not shown to hold: whatever it finds is a lead.
    pub leads_only: bool,
}

/// A batch that was decided, as far as later ones depend on it.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    pub n_tests: usize,
    /// How many of them gave a p-value of at most one half.
    pub n_small: usize,
    /// The smallest p-values of it, ascending; all others count as 1.
    pub smallest: Vec<PValue>,
}

impl Batch {
    fn of(p_values: &[PValue]) -> Self {
        let n_small = p_values.iter().filter(|p| p.get() <= MIDDLE).count();
        let mut smallest = p_values.to_vec();
        smallest.sort_by(|a, b| a.get().total_cmp(&b.get()));
        smallest.truncate(KEPT_MAX);
        Self { n_tests: p_values.len(), n_small, smallest }
    }
}

impl Judged {
    /// What has to be kept of this window, by dataset, so that later ones can be decided.
    pub fn batches(&self) -> BTreeMap<String, Batch> {
        self.tested.iter().map(|(dataset, p_values)| (dataset.clone(), Batch::of(p_values))).collect()
    }
}

impl Control {
    /// Gives each finding its q-value, its confidence and, where it is not proven, the label [`LEAD`]; leaves out the
    /// leads beyond the first few. `earlier` are the batches of the same detector before this one, oldest first.
    ///
    /// A q-value is on the scale of the stream: a finding is raised exactly where it is at most [`Control::rate`], and
    /// the null hypothesis is not [in doubt](Judged::doubts).
    pub fn decide(&self, judged: Judged, earlier: &BTreeMap<String, Vec<Batch>>) -> FindingBatch {
        let doubts = judged.doubts(earlier);
        let mut by_dataset: BTreeMap<String, Vec<Finding>> = BTreeMap::new();
        for finding in judged.findings {
            by_dataset.entry(finding.dataset.clone()).or_default().push(finding);
        }
        let mut decided = Vec::new();
        for (dataset, findings) in by_dataset {
            let tested = judged.tested.get(&dataset).map_or(&[][..], Vec::as_slice);
            let ranked = self.rank(tested, earlier.get(&dataset).map_or(&[], Vec::as_slice));
            let control = Self { leads_only: self.leads_only || doubts.contains_key(&dataset), ..*self };
            decided.extend(control.decide_batch(findings, &ranked));
        }
        FindingBatch::new(decided)
    }

    /// The q-values of a batch behind all that came before it.
    fn rank(&self, p_values: &[PValue], earlier: &[Batch]) -> Ranked {
        // No batch is tested above the rate itself: then every window keeps the promise also when read alone.
        let mut stream = BatchBh::new(self.rate).with_ceiling(self.rate);
        for batch in earlier {
            stream.close_among(&batch.smallest, batch.n_tests);
        }
        let mut p = p_values.to_vec();
        p.sort_by(|a, b| a.get().total_cmp(&b.get()));
        let online::Batch { q_values: q, .. } = stream.close(&p);
        Ranked { p, q }
    }

    fn decide_batch(&self, findings: Vec<Finding>, ranked: &Ranked) -> Vec<Finding> {
        let mut findings: Vec<Finding> =
            findings.into_iter().filter_map(|finding| self.weigh(finding, ranked)).collect();
        findings.sort_by(|a, b| {
            let q = |finding: &Finding| finding.q_value.unwrap_or(1.0);
            let p = |finding: &Finding| finding.p_value.unwrap_or(1.0);
            let by_strength = q(a).total_cmp(&q(b)).then(p(a).total_cmp(&p(b))).then(b.score.total_cmp(&a.score));
            by_strength.then_with(|| a.id.cmp(&b.id))
        });
        let n_proven = findings.iter().take_while(|finding| self.is_proven(finding)).count();
        let n_proven = if self.leads_only { 0 } else { n_proven };
        findings.truncate(n_proven.saturating_add(self.leads_max));
        findings
    }

    /// A finding with its q-value: 1 where it was not among what was tested, because there was nothing to hold it
    /// against.
    fn weigh(&self, mut finding: Finding, ranked: &Ranked) -> Option<Finding> {
        let q = ranked.q_of(finding.p_value?).map_or(1.0, QValue::get);
        finding.q_value = Some(q);
        // The share of equally strong findings that is expected to be true, and never more than 95: nobody has looked.
        finding.confidence = Confidence::new((1.0 - q).clamp(0.0, 0.95)).map_or(0, Confidence::percent);
        if self.leads_only || !self.is_proven(&finding) {
            finding.labels.push(LEAD.to_owned());
        }
        Some(finding)
    }

    fn is_proven(&self, finding: &Finding) -> bool {
        finding.q_value.is_some_and(|q| q <= self.rate)
    }
}

/// The p-values of a batch in ascending order, with their q-values.
struct Ranked {
    p: Vec<PValue>,
    q: Vec<QValue>,
}

impl Ranked {
    /// Of exactly this p-value.
    fn q_of(&self, p: f64) -> Option<QValue> {
        let place = self.p.partition_point(|known| known.get() < p);
        self.p.get(place).filter(|known| known.get() == p)?;
        self.q.get(place).copied()
    }
}

#[cfg(test)]
mod tests {
    use schema::{Entity, EntityKind, Timestamp, Window};

    use super::*;
    use crate::detectors;

    const CONTROL: Control = Control { rate: 0.05, leads_max: 2, leads_only: false };

    /// One finding for each p-value, and as many tests with p = 1.
    fn judged(p_values: &[f64]) -> Judged {
        let mut judged = Judged::default();
        for (number, &p) in p_values.iter().enumerate() {
            let host = Entity::new(EntityKind::Ip, format!("10.0.0.{number}"));
            let finding =
                detectors::ALL[0].finding(Window::new(Timestamp::default(), Timestamp::default()), "office", host, "");
            judged.findings.push(Finding { p_value: Some(p), ..finding });
            judged.test("office", PValue::new(p).expect("a probability"));
            judged.test("office", PValue::new(1.0).expect("a probability"));
        }
        judged
    }

    fn raised(findings: &FindingBatch) -> usize {
        findings.findings().iter().filter(|finding| finding.labels.is_empty()).count()
    }

    #[test]
    fn what_is_proven_is_raised_and_few_leads_are_kept() {
        let decided = CONTROL.decide(judged(&[1e-9, 0.9, 0.4, 1e-6, 0.8]), &BTreeMap::new());
        assert_eq!((decided.len(), raised(&decided)), (4, 2));
        let mut q: Vec<f64> = decided.findings().iter().filter_map(|finding| finding.q_value).collect();
        q.sort_by(f64::total_cmp);
        assert!(q[1] <= 0.05 && q[2] > 0.05, "{q:?}");
    }

    #[test]
    fn days_without_a_discovery_make_later_ones_stricter() {
        let quiet = judged(&[0.5, 0.7]).batches().remove("office").expect("tested");
        let weak = judged(&[0.004]);
        assert_eq!(raised(&CONTROL.decide(weak.clone(), &BTreeMap::new())), 1);
        let earlier = BTreeMap::from([("office".to_owned(), vec![quiet; 10])]);
        assert_eq!(raised(&CONTROL.decide(weak.clone(), &earlier)), 0);
        let elsewhere = BTreeMap::from([("branch".to_owned(), earlier["office"].clone())]);
        assert_eq!(raised(&CONTROL.decide(weak, &elsewhere)), 1, "datasets are streams of their own");
    }

    #[test]
    fn what_was_not_shown_to_keep_its_promise_gives_leads() {
        let control = Control { leads_only: true, ..CONTROL };
        let decided = control.decide(judged(&[1e-9, 1e-8, 1e-7]), &BTreeMap::new());
        assert_eq!((decided.len(), raised(&decided)), (2, 0), "the strongest few, each with its q-value");
        assert!(decided.findings().iter().all(|finding| finding.q_value.is_some_and(|q| q < 1e-6)));
    }

    #[test]
    fn where_the_null_hypothesis_is_in_doubt_nothing_is_raised() {
        let strange = judged(&[0.01; 50]).batches().remove("office").expect("tested");
        let strange = Batch { n_tests: 50, ..strange };
        let earlier = BTreeMap::from([("office".to_owned(), vec![strange; 8])]);
        let strong = judged(&[1e-12, 0.9, 0.8]);
        assert_eq!(raised(&CONTROL.decide(strong.clone(), &earlier)), 0);
        assert_eq!(strong.doubts(&earlier).len(), 1);
        assert_eq!(raised(&CONTROL.decide(strong, &BTreeMap::new())), 1);
    }

    #[test]
    fn findings_that_were_not_tested_are_leads() {
        let mut nothing = judged(&[1e-9]);
        nothing.tested.clear();
        let mut others = judged(&[1e-9]);
        others.tested = judged(&[1e-3]).tested;
        for judged in [nothing, others] {
            let decided = CONTROL.decide(judged, &BTreeMap::new());
            let finding = decided.findings().first().expect("kept");
            assert_eq!((raised(&decided), finding.q_value, finding.confidence), (0, Some(1.0), 0));
        }
    }
}
