//! What analysts' verdicts teach: how often findings of this strength are malicious, and what is harmless here.
//!
//! A verdict on a threat event is a label for every finding that it rests on. Where a detector has enough of them, the
//! strength of its findings becomes a probability of being malicious, by inductive Venn–Abers prediction (Vovk, Petej
//! and Fedorova 2015): an interval that is wide where little is known. What several of our hosts were found to do
//! without harm is not raised again.

use std::collections::{BTreeMap, BTreeSet};

use schema::{Chance, Finding};
use science::calibrate::VennAbers;

use crate::classify::anchor_of;

/// Verdicts on events of a detector, malicious ones and others together, from which on a probability is told.
pub const LABELS_MIN: usize = 20;

/// And of either kind: from one kind alone nothing can be told apart.
pub const LABELS_OF_EITHER_MIN: usize = 4;

/// Subjects that were found to meet the same thing without harm, before it is spared for all.
pub const SPARED_SUBJECTS_MIN: usize = 3;

/// One verdict with what it was about.
#[derive(Debug, Clone, PartialEq)]
pub struct Lesson {
    pub malicious: bool,
    /// The findings that the event rested on when it was judged.
    pub findings: Vec<Finding>,
}

/// What was learned.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Learned {
    by_detector: BTreeMap<String, OfDetector>,
    spared: BTreeSet<Spared>,
}

/// What verdicts say of one detector.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OfDetector {
    pub n_malicious: usize,
    pub n_harmless: usize,
    calibration: Option<VennAbers>,
}

/// Something that a detector finds and that is harmless here.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Spared {
    pub dataset: String,
    pub detector: String,
    /// The other side: kind and value, names by their owner.
    pub object_kind: String,
    pub object: String,
}

impl Learned {
    pub fn of(lessons: &[Lesson]) -> Self {
        let mut cases: BTreeMap<&str, Vec<(f64, bool)>> = BTreeMap::new();
        for lesson in lessons {
            for (detector, strength) in strongest(lesson.findings.iter()) {
                cases.entry(detector).or_default().push((strength, lesson.malicious));
            }
        }
        let by_detector = cases.into_iter().map(|(name, cases)| (name.to_owned(), OfDetector::of(&cases))).collect();
        Self { by_detector, spared: spared(lessons) }
    }

    /// What is known of each detector that has a verdict.
    pub fn detectors(&self) -> &BTreeMap<String, OfDetector> {
        &self.by_detector
    }

    pub fn spared(&self) -> &BTreeSet<Spared> {
        &self.spared
    }

    /// Whether this is what analysts have found to be harmless on several subjects, and never malicious.
    pub fn spares(&self, finding: &Finding) -> bool {
        !self.spared.is_empty() && Spared::of(finding).is_some_and(|known| self.spared.contains(&known))
    }

    /// The chance that what these findings tell is malicious, by the detector that says most; `None` where no detector
    /// of them has enough verdicts.
    pub fn chance<'a>(&self, findings: impl Iterator<Item = &'a Finding>) -> Option<Chance> {
        let of_detector = |(detector, strength): (&str, f64)| {
            let interval = self.by_detector.get(detector)?.calibration.as_ref()?.interval(strength)?;
            Some(Chance { low: interval.low, value: interval.probability(), high: interval.high })
        };
        strongest(findings).into_iter().filter_map(of_detector).max_by(|a, b| a.value.total_cmp(&b.value))
    }
}

impl OfDetector {
    fn of(cases: &[(f64, bool)]) -> Self {
        let n_malicious = cases.iter().filter(|case| case.1).count();
        let n_harmless = cases.len() - n_malicious;
        let enough = cases.len() >= LABELS_MIN && n_malicious.min(n_harmless) >= LABELS_OF_EITHER_MIN;
        let calibration = if enough { VennAbers::fit(cases) } else { None };
        Self { n_malicious, n_harmless, calibration }
    }

    /// Whether there are verdicts enough to tell probabilities.
    pub fn is_calibrated(&self) -> bool {
        self.calibration.is_some()
    }
}

impl Spared {
    /// `None` for a finding without another side: what a host does by itself is judged host by host.
    fn of(finding: &Finding) -> Option<Self> {
        finding.object.as_ref()?;
        let [kind, value] = anchor_of(finding);
        Some(Self {
            dataset: finding.dataset.clone(),
            detector: finding.detector.clone(),
            object_kind: kind,
            object: value,
        })
    }
}

/// The strength of each detector's strongest finding: −log₁₀ q of a test, and the confidence of what states a fact.
fn strongest<'a>(findings: impl Iterator<Item = &'a Finding>) -> BTreeMap<&'a str, f64> {
    let mut by_detector: BTreeMap<&str, f64> = BTreeMap::new();
    for finding in findings {
        let strength = match finding.q_value.or(finding.p_value) {
            Some(probability) => -probability.clamp(f64::MIN_POSITIVE, 1.0).log10(),
            None => f64::from(finding.confidence),
        };
        let best = by_detector.entry(&finding.detector).or_insert(strength);
        *best = best.max(strength);
    }
    by_detector
}

/// What enough different subjects met without harm, and nobody with.
fn spared(lessons: &[Lesson]) -> BTreeSet<Spared> {
    let mut subjects: BTreeMap<Spared, BTreeSet<&str>> = BTreeMap::new();
    let mut harmful = BTreeSet::new();
    for lesson in lessons {
        for finding in &lesson.findings {
            let Some(thing) = Spared::of(finding) else { continue };
            if lesson.malicious {
                harmful.insert(thing);
            } else {
                subjects.entry(thing).or_default().insert(&finding.subject.value);
            }
        }
    }
    subjects.retain(|thing, subjects| subjects.len() >= SPARED_SUBJECTS_MIN && !harmful.contains(thing));
    subjects.into_keys().collect()
}

#[cfg(test)]
mod tests {
    use schema::{Entity, EntityKind};

    use super::*;
    use crate::classify::finding_for_tests;

    fn finding(subject: &str, object: &str, q: f64) -> Finding {
        Finding {
            subject: Entity::new(EntityKind::Ip, subject),
            object: Some(Entity::new(EntityKind::Domain, object)),
            q_value: Some(q),
            ..finding_for_tests()
        }
    }

    fn lesson(malicious: bool, finding: Finding) -> Lesson {
        Lesson { malicious, findings: vec![finding] }
    }

    #[test]
    fn strong_findings_become_likely_where_verdicts_say_so() {
        let mut lessons = Vec::new();
        for number in 0..15 {
            let host = format!("10.0.0.{number}");
            lessons.push(lesson(true, finding(&host, &format!("evil{number}.example"), 1e-6)));
            lessons.push(lesson(false, finding(&host, &format!("fine{number}.example"), 0.04)));
        }
        let learned = Learned::of(&lessons);
        let chance = |q: f64| learned.chance([finding("10.9.9.9", "new.example", q)].iter()).expect("calibrated");
        assert!(chance(1e-8).value > 0.9 && chance(0.045).value < 0.1, "{:?} {:?}", chance(1e-8), chance(0.045));
        assert!(chance(1e-3).low < 0.2 && chance(1e-3).high > 0.8, "between them nothing is known");
        let few = Learned::of(&lessons[..10]);
        assert!(few.chance([finding("10.9.9.9", "new.example", 1e-8)].iter()).is_none());
    }

    #[test]
    fn what_several_met_without_harm_is_spared_until_one_is_harmed() {
        let harmless = |host: &str| lesson(false, finding(host, "cdn.updates.example", 0.01));
        let mut lessons = vec![harmless("10.0.0.1"), harmless("10.0.0.2")];
        let other_host = finding("10.0.0.7", "eu.updates.example", 0.001);
        assert!(!Learned::of(&lessons).spares(&other_host), "two are not enough");
        lessons.push(harmless("10.0.0.3"));
        assert!(Learned::of(&lessons).spares(&other_host), "names of one owner are one thing");
        assert!(!Learned::of(&lessons).spares(&finding("10.0.0.7", "elsewhere.example", 0.001)));
        lessons.push(lesson(true, finding("10.0.0.4", "updates.example", 0.01)));
        assert!(!Learned::of(&lessons).spares(&other_host));
    }
}
