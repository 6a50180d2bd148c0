//! The alternative to a false discovery rate: as many findings a day as people can look at, the best ones.

use std::collections::BTreeSet;

use schema::{Entity, Finding};

use crate::{Policy, classify::anchor_of};

/// Ids of the best `n` of these findings: those of one day and dataset, of all detectors.
///
/// The smallest q-values come first: they are on one scale for all detectors, however many hypotheses each of them
/// tests. Then p-values, then scores. What several detectors say of one host and one other side is one thing to look
/// at; the strongest of them is chosen. What cannot make an event by `policy` is not chosen.
pub fn best(findings: &[Finding], n: usize, policy: &Policy) -> BTreeSet<String> {
    let tested = |finding: &&Finding| finding.q_value.is_some() && policy.may_make_events(finding);
    let mut ranked: Vec<&Finding> = findings.iter().filter(tested).collect();
    ranked.sort_by(|a, b| {
        let q = |finding: &Finding| finding.q_value.unwrap_or(1.0);
        let p = |finding: &Finding| finding.p_value.unwrap_or(1.0);
        let by_strength = q(a).total_cmp(&q(b)).then(p(a).total_cmp(&p(b))).then(b.score.total_cmp(&a.score));
        by_strength.then_with(|| a.id.cmp(&b.id))
    });
    let mut looked_at: BTreeSet<(&Entity, [String; 2])> = BTreeSet::new();
    let distinct = ranked.into_iter().filter(|finding| looked_at.insert((&finding.subject, anchor_of(finding))));
    distinct.take(n).map(|finding| finding.id.clone()).collect()
}

#[cfg(test)]
mod tests {
    use schema::EntityKind;

    use super::*;
    use crate::classify::finding_for_tests;

    fn with(detector: &str, host: &str, other: &str, q: f64) -> Finding {
        let mut finding = finding_for_tests();
        finding.detector = detector.to_owned();
        finding.subject = Entity::new(EntityKind::Ip, host);
        finding.object = Some(Entity::new(EntityKind::Domain, other));
        finding.id = format!("{detector} {host} {other}");
        (finding.p_value, finding.q_value) = (Some(q / 100.0), Some(q));
        finding
    }

    #[test]
    fn the_best_are_chosen_once_for_each_thing_to_look_at() {
        let findings = [
            with("beaconing", "10.0.0.1", "bad.example", 0.2),
            with("long_sessions", "10.0.0.1", "www.bad.example", 0.1),
            with("beaconing", "10.0.0.2", "bad.example", 0.3),
            with("beaconing", "10.0.0.3", "bad.example", 0.4),
        ];
        let chosen = best(&findings, 2, &Policy::default());
        assert_eq!(
            chosen.iter().map(String::as_str).collect::<Vec<_>>(),
            ["beaconing 10.0.0.2 bad.example", "long_sessions 10.0.0.1 www.bad.example"]
        );
        assert!(best(&findings, 0, &Policy::default()).is_empty());
    }

    #[test]
    fn what_was_not_tested_or_happens_all_day_is_not_chosen() {
        let mut listed = with("indicator", "10.0.0.1", "bad.example", 0.1);
        (listed.p_value, listed.q_value) = (None, None);
        let mut stranger = with("scan", "203.0.113.9", "bad.example", 0.01);
        stranger.techniques = vec!["T1595.001".to_owned()];
        assert!(best(&[listed, stranger], 5, &Policy::default()).is_empty());
    }
}
