//! ATT&CK techniques of an event: each with its confidence and the findings that are its evidence.

use std::collections::{BTreeMap, BTreeSet};

use schema::{Finding, Phase, Reference, TechniqueClaim};

use super::{activity::Activity, confidence};
use crate::attack;

/// What the findings claim, the most confident first. Revoked ids are followed to their successor; an id that the
/// reference does not know is kept and its name says so; what is no id at all is left out.
pub(super) fn claims(activity: &Activity<'_>, reference: &Reference) -> Vec<TechniqueClaim> {
    let mut evidence: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in activity.findings() {
        let well_formed = finding.techniques.iter().filter(|id| is_id(id));
        let ids: BTreeSet<&str> = well_formed.map(|id| current(id, reference)).collect();
        ids.into_iter().for_each(|id| evidence.entry(id).or_default().push(finding));
    }
    let mut claims: Vec<TechniqueClaim> =
        evidence.into_iter().map(|(id, findings)| claim(id, &findings, reference)).collect();
    claims.sort_by(|a, b| b.confidence.cmp(&a.confidence).then_with(|| a.id.cmp(&b.id)));
    claims
}

/// The id that stands for this one today.
fn current<'a>(id: &'a str, reference: &'a Reference) -> &'a str {
    reference.technique(id).map_or(id, |technique| &technique.id)
}

fn claim(id: &str, findings: &[&Finding], reference: &Reference) -> TechniqueClaim {
    let technique = reference.technique(id);
    let later = attack::later(id).filter(|_| technique.is_none());
    let mut ids: Vec<String> = findings.iter().map(|finding| finding.id.clone()).collect();
    ids.sort_unstable();
    TechniqueClaim {
        id: id.to_owned(),
        name: match (technique, later) {
            (Some(technique), _) => technique.name.clone(),
            (None, Some(later)) => format!("{} (ATT&CK {})", later.name, later.version),
            (None, None) => unknown_name(reference),
        },
        tactics: technique.map_or_else(|| later_tactics(later, reference), |technique| technique.tactics.clone()),
        confidence: confidence::combined(findings.iter().copied()),
        findings: ids,
    }
}

/// Tactics of a later version in the words of the reference.
fn later_tactics(later: Option<&attack::Later>, reference: &Reference) -> Vec<String> {
    let tactics = later.into_iter().flat_map(|later| &later.tactics).filter_map(|tactic| {
        let former = attack::LATER_TACTICS.iter().find(|(later, _)| later == tactic).map(|(_, former)| former);
        [Some(tactic), former].into_iter().flatten().find(|tactic| reference.tactic(tactic).is_some())
    });
    tactics.map(|tactic| (*tactic).to_owned()).collect()
}

/// Begins the name of what the reference does not know.
const UNKNOWN: &str = "not in ATT&CK";

fn unknown_name(reference: &Reference) -> String {
    format!("{UNKNOWN} {} {}", reference.domain, reference.version)
}

pub(super) fn is_unknown(claim: &TechniqueClaim) -> bool {
    claim.name.starts_with(UNKNOWN)
}

/// Shortnames of the claimed tactics in matrix order.
pub(super) fn tactics(claims: &[TechniqueClaim], reference: &Reference) -> Vec<String> {
    let claimed: BTreeSet<&String> = claims.iter().flat_map(|claim| &claim.tactics).collect();
    let in_order = reference.tactics.iter().map(|tactic| &tactic.shortname);
    in_order.filter(|shortname| claimed.contains(shortname)).cloned().collect()
}

/// Kill-chain phases of the tactics, in order: for each tactic the phase it mostly stands for.
pub(super) fn phases(tactics: &[String]) -> Vec<Phase> {
    let shown = tactics.iter().filter_map(|tactic| Phase::of_tactic(tactic).first());
    shown.copied().collect::<BTreeSet<_>>().into_iter().collect()
}

/// Whether the text has the form `T1071` or `T1071.001`: techniques come from feeds as well.
pub(super) fn is_id(text: &str) -> bool {
    let digits = |part: &str, n: usize| part.len() == n && part.bytes().all(|byte| byte.is_ascii_digit());
    let Some(number) = text.strip_prefix('T') else { return false };
    match number.split_once('.') {
        Some((technique, sub)) => digits(technique, 4) && digits(sub, 3),
        None => digits(number, 4),
    }
}
