//! Findings → threat events: grouped, named after ATT&CK, weighed and described. Pure: equal findings in any order
//! give equal events.
//!
//! One file a question: which findings belong together (`anchor`, `group`), what sort of event (`category`,
//! `methods`), which techniques (`techniques`), how sure (`confidence`), how bad (`severity`), who did what to whom
//! (`diamond`), in which words (`describe`), what can be shared (`indicators`), what to do next (`next_steps`).

mod activity;
pub(crate) mod anchor;
mod category;
mod confidence;
mod describe;
mod diamond;
mod group;
mod indicators;
mod methods;
mod next_steps;
mod severity;
mod techniques;

use schema::{BEST_OF_DAY, Finding, LEAD, Reference, Severity, ThreatEvent, ThreatEventBatch, Tlp, stable_id};

use activity::Activity;
use anchor::Anchor;

use crate::{learn::Learned, text};

/// What people may set, and what they have taught.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// Findings with a larger q-value, or a p-value and no q-value, are leads: they support an event and never
    /// make one. 0 to 1.
    pub q_max: f64,
    /// Facts with less confidence are leads as well. 0 to 100.
    pub confidence_min: u8,
    /// Matches of rules of a lower level are leads: Sigma means `low` and `informational` for context, not for alarm.
    pub level_min: Severity,
    /// Rows of evidence kept in an event; the findings hold the rest.
    pub evidence_max: usize,
    /// Sentences in `because`, and in `unless`.
    pub reasons_max: usize,
    /// Values in the Diamond's infrastructure.
    pub infrastructure_max: usize,
    /// Things to match and share; a name with thousands of names below it is better shared as itself.
    pub indicators_max: usize,
    /// What verdicts have taught: what it spares is a lead.
    pub learned: Learned,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            q_max: 0.05,
            confidence_min: 10,
            level_min: Severity::Medium,
            evidence_max: 50,
            reasons_max: 8,
            infrastructure_max: 32,
            indicators_max: 200,
            learned: Learned::default(),
        }
    }
}

impl Policy {
    /// Neither what happens to everybody all day nor what was found to be harmless here, however sure it is.
    pub(crate) fn may_make_events(&self, finding: &Finding) -> bool {
        !methods::is_daily_life(finding) && !self.learned.spares(finding)
    }

    /// A q-value that is no number is a lead.
    fn is_lead(&self, finding: &Finding) -> bool {
        if !self.may_make_events(finding) {
            return true;
        }
        let is_called = |name| finding.labels.iter().any(|label| label == name);
        if is_called(BEST_OF_DAY) || is_called(LEAD) {
            return !is_called(BEST_OF_DAY);
        }
        match (finding.p_value, finding.q_value) {
            (_, Some(q)) => !(0.0..=self.q_max).contains(&q),
            (Some(_), None) => true,
            (None, None) => {
                finding.confidence < self.confidence_min
                    || methods::level(finding).is_some_and(|level| level < self.level_min)
            }
        }
    }
}

/// The outcome of [`classify`].
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Classified {
    pub events: ThreatEventBatch,
    /// Events that no longer stand for themselves; ordered.
    pub merged: Vec<Merged>,
    /// Ids of findings that belong to no event, because none but leads speak of the same activity; ordered.
    pub leads: Vec<String>,
}

/// An event id under which an earlier run may have kept a part of `into`. Drop it, and let its cases, notes and
/// links point to `into`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct Merged {
    pub gone: String,
    pub into: String,
}

/// Makes threat events of all findings about a set of subjects.
///
/// Give every finding of each affected subject, the old ones as well: the result replaces all events of those
/// subjects. An event's id comes from dataset, subject and the other side's canonical name (the registered domain;
/// where there is none, the smallest address or thing), so more hours of the same activity keep the id. Where a new
/// finding joins what were two events, the one with the canonical name survives and the other's id is in
/// [`Classified::merged`]. Findings without a time in common still make one event: the same host and the same
/// other side are the same story until somebody closes it. Where there is no other side, the first day stands in its
/// place, and a quiet day ends the story.
pub fn classify(findings: &[Finding], reference: &Reference, policy: &Policy) -> Classified {
    let mut events = Vec::new();
    let mut merged = Vec::new();
    let mut leads = Vec::new();
    for group in group::groups(findings) {
        let ids: Vec<String> = group.findings.iter().map(|finding| finding.id.clone()).collect();
        match Activity::of(group, policy) {
            Some(activity) => {
                let event = event(&activity, reference, policy);
                merged.extend(merged_into(&event.id, &activity));
                events.push(event);
            }
            None => leads.extend(ids),
        }
    }
    merged.sort_unstable();
    leads.sort_unstable();
    Classified { events: ThreatEventBatch::new(events), merged, leads }
}

fn event(activity: &Activity<'_>, reference: &Reference, policy: &Policy) -> ThreatEvent {
    let techniques = techniques::claims(activity, reference);
    let tactics = techniques::tactics(&techniques, reference);
    let category = category::category(activity, &tactics);
    let confidence = confidence::combined(activity.findings().iter().copied());
    let (severity, severity_because) = severity::severity(&severity::Facts {
        category,
        tactics: &tactics,
        named: activity.threat_labels().keys().any(|label| describe::is_name(label)),
        listed_and_behaves: activity.behavior().is_some() && activity.listing().is_some(),
        gave_away: methods::gave_away(activity),
        succeeded: activity.behavior().is_some_and(methods::succeeded),
        of_rules: severity::of_rules(activity),
    });
    let findings = activity.findings();
    ThreatEvent {
        id: event_id(activity, &activity.canonical()),
        dataset: activity.dataset().to_owned(),
        category,
        title: describe::title(activity),
        description: describe::description(activity, confidence),
        severity,
        severity_because: severity_because.to_owned(),
        confidence,
        first_seen: activity.first_seen(),
        last_seen: activity.last_seen(),
        phases: techniques::phases(&tactics),
        diamond: diamond::diamond(activity, &techniques, confidence, policy),
        because: describe::because(activity, policy),
        unless: describe::unless(activity, &techniques, policy),
        techniques,
        attack_version: reference.version.clone(),
        tactics,
        targets: vec![activity.subject().clone()],
        indicators: indicators::indicators(activity, policy.indicators_max),
        p_value: least(findings.iter().filter_map(|finding| finding.p_value)),
        q_value: least(findings.iter().filter_map(|finding| finding.q_value)),
        chance: policy.learned.chance(activity.strong()),
        n_records: activity.n_records(),
        findings: sorted(findings.iter().map(|finding| finding.id.clone())),
        detectors: sorted(findings.iter().map(|f| format!("{}@{}", f.detector, f.detector_version))),
        evidence: activity.evidence(policy.evidence_max),
        next_steps: next_steps::next_steps(activity, category),
        labels: sorted(activity.labels().keys().map(|label| text::shown(label, LABEL_CHARS_MAX))),
        tlp: Tlp::strictest(findings.iter().map(|finding| finding.tlp)),
    }
}

/// The kind and the value of a finding's other side, such that names of one owner are one.
pub(crate) fn anchor_of(finding: &Finding) -> [String; 2] {
    Anchor::of_finding(finding).parts().map(str::to_owned)
}

/// Longest label of a feed that is worth keeping.
const LABEL_CHARS_MAX: usize = 200;

fn event_id(activity: &Activity<'_>, anchor: &Anchor) -> String {
    let subject = activity.subject();
    let [kind, value] = anchor.parts();
    stable_id("event", &[activity.dataset(), subject.kind.name(), &subject.value, kind, value])
}

/// The ids that the event would have had if only a part of its findings were known: no other event can have them,
/// because equal anchors are always in one group.
fn merged_into(id: &str, activity: &Activity<'_>) -> Vec<Merged> {
    let others = activity.anchors().into_iter().map(|anchor| event_id(activity, &anchor));
    others.filter(|gone| gone != id).map(|gone| Merged { gone, into: id.to_owned() }).collect()
}

fn least(values: impl Iterator<Item = f64>) -> Option<f64> {
    values.filter(|value| value.is_finite()).min_by(f64::total_cmp)
}

fn sorted(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut texts: Vec<String> = texts.collect();
    texts.sort_unstable();
    texts.dedup();
    texts
}

#[cfg(test)]
mod tests;

#[cfg(test)]
pub(crate) use tests::finding_for_tests;
