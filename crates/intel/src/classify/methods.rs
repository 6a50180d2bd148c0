//! What each detector's findings are called in an event: one table, one row a detector.
//!
//! A detector without a row still makes events: its name stands for the method, and its techniques' tactics decide
//! the category.

use schema::{Category, EntityKind, Finding, Severity};

/// The words for one method.
#[derive(Debug)]
pub(super) struct Method {
    detector: &'static str,
    /// The Diamond's methodology.
    pub(super) name: &'static str,
    /// Between subject and object in a title.
    verb: &'static str,
    /// Ends the sentence that says what happened.
    pub(super) like: &'static str,
    pub(super) category: Category,
}

static METHODS: &[Method] = &[
    Method {
        detector: "beaconing",
        name: "periodic beacon",
        verb: "beacons to",
        like: "the way software does that waits for orders",
        category: Category::CommandAndControl,
    },
    Method {
        detector: "rule",
        name: "match of a detection rule",
        verb: "matched a detection rule, together with",
        like: "the way that the rule describes",
        category: Category::SuspiciousBehavior,
    },
    Method {
        detector: "correlation",
        name: "correlation of matches of detection rules",
        verb: "fulfilled a correlation rule, together with",
        like: "the way that the correlation describes",
        category: Category::SuspiciousBehavior,
    },
];

pub(super) fn of(finding: &Finding) -> Option<&'static Method> {
    METHODS.iter().find(|method| method.detector == finding.detector)
}

/// The title of the detection rule that matched: its author's words for what happened.
pub(super) fn rule(finding: &Finding) -> Option<&str> {
    let is_rule = of(finding).is_some_and(|method| ["rule", "correlation"].contains(&method.detector));
    finding.labels.first().filter(|_| is_rule).map(String::as_str)
}

/// The level that the author of a rule gave it.
pub(super) fn level(finding: &Finding) -> Option<Severity> {
    rule(finding)?;
    finding.labels.iter().find_map(|label| label.strip_prefix("level:")?.parse().ok())
}

/// The method in words, for people.
pub(super) fn name(finding: &Finding) -> String {
    match of(finding) {
        Some(method) => method.name.to_owned(),
        None if finding.p_value.is_none() => "contact with something listed as malicious".to_owned(),
        None => finding.detector.replace('_', " "),
    }
}

/// Between subject and object in a title.
pub(super) fn verb(finding: &Finding) -> &'static str {
    of(finding).map_or_else(|| did(finding), |method| method.verb)
}

/// Between subject and object in a sentence about the past: no more than the records say.
pub(super) fn did(finding: &Finding) -> &'static str {
    let only_asked = !finding.evidence.is_empty() && finding.evidence.iter().all(|row| row.table == "dns_queries");
    match finding.object.as_ref().map(|object| object.kind) {
        Some(EntityKind::File) => "met file",
        Some(EntityKind::Email) => "had mail with",
        Some(EntityKind::Fingerprint) => "was seen with client",
        Some(EntityKind::Domain) if only_asked => "asked for",
        // An address in an answer is not yet a contact.
        Some(EntityKind::Ip) if only_asked => "was seen with",
        _ if reached_out(finding) => "contacted",
        _ => "was seen with",
    }
}

/// Whether the subject turned to the object: a behavior of it, or a listed contact that a technique stands for.
/// A scan from outside is contact as well, but not the subject's.
pub(super) fn reached_out(finding: &Finding) -> bool {
    finding.p_value.is_some() || !finding.techniques.is_empty()
}
