//! One group of findings, read the ways that classifying needs: the strongest, the ones of a kind, the numbers.

use std::collections::{BTreeMap, BTreeSet};

use schema::{Entity, Evidence, Finding, Timestamp};

use super::{Policy, anchor::Anchor, group::Group, methods};

/// Findings about one activity of one subject; the strongest first, at least one of them not a lead.
#[derive(Debug)]
pub(super) struct Activity<'a> {
    findings: Vec<&'a Finding>,
    n_strong: usize,
    strongest: &'a Finding,
}

impl<'a> Activity<'a> {
    /// `None` where the group holds nothing but leads.
    pub(super) fn of(group: Group<'a>, policy: &Policy) -> Option<Self> {
        let mut findings = group.findings;
        findings.sort_by(|a, b| by_strength(a, b, policy));
        let n_strong = findings.iter().filter(|finding| !policy.is_lead(finding)).count();
        let strongest = findings.first().copied().filter(|_| n_strong > 0)?;
        Some(Self { findings, n_strong, strongest })
    }

    /// All findings, the strongest first; leads come last.
    pub(super) fn findings(&self) -> &[&'a Finding] {
        &self.findings
    }

    pub(super) fn strong(&self) -> impl Iterator<Item = &'a Finding> {
        self.findings.iter().copied().take(self.n_strong)
    }

    pub(super) fn leads(&self) -> impl Iterator<Item = &'a Finding> {
        self.findings.iter().copied().skip(self.n_strong)
    }

    pub(super) fn dataset(&self) -> &'a str {
        &self.strongest.dataset
    }

    pub(super) fn subject(&self) -> &'a Entity {
        &self.strongest.subject
    }

    /// The strongest finding that a statistical test made.
    pub(super) fn behavior(&self) -> Option<&'a Finding> {
        self.strong().find(|finding| finding.p_value.is_some())
    }

    /// The strongest finding that states a fact: that something is on a list.
    pub(super) fn listing(&self) -> Option<&'a Finding> {
        self.strong().find(|finding| finding.p_value.is_none() && methods::rule(finding).is_none())
    }

    /// Matches of rules, the strongest first, one for each rule.
    pub(super) fn rules(&self) -> Vec<&'a Finding> {
        let mut titles = BTreeSet::new();
        self.strong().filter(|finding| methods::rule(finding).is_some_and(|title| titles.insert(title))).collect()
    }

    /// The finding that the event is told by: what was done says more than what is listed.
    pub(super) fn main(&self) -> Option<&'a Finding> {
        let rule = || self.strong().find(|finding| methods::rule(finding).is_some());
        self.behavior().or_else(rule).or(self.listing())
    }

    /// The other side, in the words of the main finding.
    pub(super) fn object(&self) -> Option<&'a Entity> {
        self.main().and_then(|finding| finding.object.as_ref())
    }

    /// The other sides of all findings, without their other names.
    pub(super) fn objects(&self) -> BTreeSet<&'a Entity> {
        self.findings.iter().filter_map(|finding| finding.object.as_ref()).collect()
    }

    pub(super) fn anchors(&self) -> BTreeSet<Anchor> {
        self.findings.iter().map(|finding| Anchor::of_finding(finding)).collect()
    }

    /// The anchor that names the event: the smallest among those of findings that are not leads.
    pub(super) fn canonical(&self) -> Anchor {
        self.strong().map(Anchor::of_finding).min().unwrap_or_else(|| Anchor::of_finding(self.strongest))
    }

    pub(super) fn first_seen(&self) -> Timestamp {
        self.findings.iter().map(|finding| finding.first_seen).min().unwrap_or(self.strongest.first_seen)
    }

    pub(super) fn last_seen(&self) -> Timestamp {
        self.findings.iter().map(|finding| finding.last_seen).max().unwrap_or(self.strongest.last_seen)
    }

    /// Labels by the confidence of the strongest finding that carries them. What a lead is called is not carried over.
    pub(super) fn labels(&self) -> BTreeMap<&'a str, u8> {
        Self::labels_of(self.strong())
    }

    /// Labels that may name a threat: those of lists and behaviors. What a rule is called names what it looks for.
    pub(super) fn threat_labels(&self) -> BTreeMap<&'a str, u8> {
        Self::labels_of(self.strong().filter(|finding| methods::rule(finding).is_none()))
    }

    fn labels_of(findings: impl Iterator<Item = &'a Finding>) -> BTreeMap<&'a str, u8> {
        let mut labels = BTreeMap::new();
        for finding in findings {
            for label in &finding.labels {
                let confidence = labels.entry(label.as_str()).or_insert(0);
                *confidence = finding.confidence.max(*confidence);
            }
        }
        labels
    }

    /// Records behind the event, at least: windows overlap and detectors see the same records, so the largest
    /// number that one detector saw of one object in windows apart from each other.
    pub(super) fn n_records(&self) -> u64 {
        let mut by_view: BTreeMap<(&str, Option<&Entity>), Vec<&Finding>> = BTreeMap::new();
        for finding in &self.findings {
            by_view.entry((&finding.detector, finding.object.as_ref())).or_default().push(finding);
        }
        by_view.into_values().map(records_in_windows_apart).max().unwrap_or(0)
    }

    /// The first rows of every finding in turn, the strongest finding first, none twice.
    pub(super) fn evidence(&self, n_max: usize) -> Vec<Evidence> {
        let longest = self.findings.iter().map(|finding| finding.evidence.len()).max().unwrap_or(0);
        let in_turn = (0..longest).flat_map(|nth| self.findings.iter().filter_map(move |f| f.evidence.get(nth)));
        let mut seen = BTreeSet::new();
        in_turn.filter(|row| seen.insert(*row)).take(n_max).cloned().collect()
    }

    /// Names of the tables that the evidence lies in.
    pub(super) fn tables(&self) -> BTreeSet<&'a str> {
        self.findings.iter().flat_map(|finding| &finding.evidence).map(|row| row.table.as_str()).collect()
    }
}

/// Leads last; then small q-values, facts as if theirs were zero; then confidence; then the newest.
fn by_strength(a: &Finding, b: &Finding, policy: &Policy) -> std::cmp::Ordering {
    let q = |finding: &Finding| finding.q_value.unwrap_or(0.0);
    (policy.is_lead(a).cmp(&policy.is_lead(b)))
        .then(q(a).total_cmp(&q(b)))
        .then(b.confidence.cmp(&a.confidence))
        .then(b.last_seen.cmp(&a.last_seen))
        .then(a.id.cmp(&b.id))
}

/// Sums over windows that do not overlap, chosen by their end.
fn records_in_windows_apart(mut findings: Vec<&Finding>) -> u64 {
    findings.sort_by_key(|finding| (finding.window.end, finding.window.start, finding.n_records));
    let largest = findings.iter().map(|finding| finding.n_records).max().unwrap_or(0);
    let mut sum = 0_u64;
    let mut free_from = None;
    for finding in findings {
        if free_from.is_none_or(|end| finding.window.start >= end) {
            sum = sum.saturating_add(finding.n_records);
            free_from = Some(finding.window.end);
        }
    }
    sum.max(largest)
}
