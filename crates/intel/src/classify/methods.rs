//! What each detector's findings are called in an event: one table, one row a detector.
//!
//! A detector without a row still makes events: its name stands for the method, and its techniques' tactics decide
//! the category.

use schema::{Category, EntityKind, Finding, SUCCESS, Severity};

use super::activity::Activity;

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
        detector: "scan",
        name: "scan",
        verb: "scans",
        like: "the way somebody does who looks for what can be reached",
        category: Category::Reconnaissance,
    },
    Method {
        detector: "password_attack",
        name: "password attack",
        verb: "is attacked with passwords from",
        like: "the way passwords are guessed or tried out",
        category: Category::CredentialAccess,
    },
    Method {
        detector: "new_access",
        name: "unusual access",
        verb: "was accessed from",
        like: "the way an account is used by somebody else than its owner",
        category: Category::AccountMisuse,
    },
    Method {
        detector: "lateral_movement",
        name: "unusual path through hosts",
        verb: "reached into",
        like: "the way somebody moves on who has come in",
        category: Category::LateralMovement,
    },
    Method {
        detector: "data_exfiltration",
        name: "unusual outflow of data",
        verb: "sent unusual amounts of data to",
        like: "the way data is taken away",
        category: Category::Exfiltration,
    },
    Method {
        detector: "long_sessions",
        name: "connection held open",
        verb: "holds a connection open to",
        like: "the way a tunnel or a remote control is held open",
        category: Category::CommandAndControl,
    },
    Method {
        detector: "generated_domains",
        name: "look-ups of generated names",
        verb: "looks up generated names below",
        like: "the way an implant looks for a place that still answers",
        category: Category::CommandAndControl,
    },
    Method {
        detector: "dns_tunnel",
        name: "data in DNS",
        verb: "passes data through DNS to",
        like: "the way a tunnel hides data in look-ups",
        category: Category::CommandAndControl,
    },
    Method {
        detector: "fast_flux",
        name: "fast-flux network",
        verb: "contacted a fast-flux network behind",
        like: "the way a network hides behind ever new addresses",
        category: Category::CommandAndControl,
    },
    Method {
        detector: "protocol_mismatch",
        name: "protocol that does not belong there",
        verb: "speaks an odd protocol with",
        like: "the way somebody hides a protocol behind another's port",
        category: Category::CommandAndControl,
    },
    Method {
        detector: "volume_anomaly",
        name: "unusual volume",
        verb: "has unusual traffic with",
        like: "the way a flood or an outage shows",
        category: Category::Impact,
    },
    Method {
        detector: "rare_execution",
        name: "rare execution",
        verb: "ran something rare with",
        like: "the way programs run that have no business here",
        category: Category::Execution,
    },
    Method {
        detector: "ransom_activity",
        name: "signs of ransomware",
        verb: "destroys files or ways back on",
        like: "the way it is done where files are encrypted for ransom",
        category: Category::Impact,
    },
    Method {
        detector: "web_attack",
        name: "attack on a web application",
        verb: "is attacked over the web by",
        like: "the way weaknesses of web applications are tried",
        category: Category::InitialAccess,
    },
    Method {
        detector: "lookalike_domain",
        name: "look-alike name",
        verb: "met the look-alike name",
        like: "the way a name is made to be mistaken for another",
        category: Category::InitialAccess,
    },
    Method {
        detector: "mail_anomaly",
        name: "unusual mail",
        verb: "got unusual mail from",
        like: "the way lures are mailed",
        category: Category::InitialAccess,
    },
    Method {
        detector: "bot_traffic",
        name: "automated client",
        verb: "is visited by an automated client from",
        like: "the way programs pass themselves off as people",
        category: Category::Automation,
    },
    Method {
        detector: "cloud_misuse",
        name: "unusual use of a cloud account",
        verb: "used the cloud unusually through",
        like: "the way a stolen cloud account is used",
        category: Category::AccountMisuse,
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

/// What a detector of several things calls one of them, by the technique.
static BY_TECHNIQUE: &[(&str, Method)] = &[(
    "T1110.004",
    Method {
        detector: "bot_traffic",
        name: "credential stuffing",
        verb: "gets stolen passwords tried out by",
        like: "the way stolen names and passwords are tried out",
        category: Category::CredentialAccess,
    },
)];

pub(super) fn of(finding: &Finding) -> Option<&'static Method> {
    let shown = |id: &str| finding.techniques.iter().any(|technique| technique == id);
    let special = BY_TECHNIQUE.iter().find(|(id, method)| method.detector == finding.detector && shown(id));
    special.map(|(_, method)| method).or_else(|| by_detector(finding))
}

fn by_detector(finding: &Finding) -> Option<&'static Method> {
    METHODS.iter().find(|method| method.detector == finding.detector)
}

/// Somebody scans us from the internet, and that is all that is said: it happens to everybody all day, supports an
/// event and makes none. Active Scanning is what ATT&CK calls it when it comes from outside.
pub(super) fn is_daily_life(finding: &Finding) -> bool {
    let scans = |id: &String| id == "T1595" || id.starts_with("T1595.");
    finding.p_value.is_some() && !finding.techniques.is_empty() && finding.techniques.iter().all(scans)
}

/// A name that looks like another's.
pub(super) fn is_lookalike(finding: &Finding) -> bool {
    finding.detector == "lookalike_domain"
}

/// Whether something was sent to a page that looks like another's: Phishing for Information, as ATT&CK calls it.
pub(super) fn gave_away(activity: &Activity<'_>) -> bool {
    let phishes = |finding: &&&Finding| finding.techniques.iter().any(|id| id == "T1598.003");
    activity.findings().iter().filter(phishes).any(|finding| is_lookalike(finding))
}

/// Records speak of success, and not of an attempt alone.
pub(super) fn succeeded(finding: &Finding) -> bool {
    finding.statistics.iter().any(|(name, value)| name == SUCCESS && *value > 0.0)
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

/// Detectors whose subject is what others turned to: a site, and not a host of ours that did something.
const TARGETS: [&str; 2] = ["web_attack", "bot_traffic"];

/// Whether the subject is the receiving end of the records.
pub(super) fn is_target(finding: &Finding) -> bool {
    TARGETS.contains(&finding.detector.as_str())
}

/// Whether the subject turned to the object: a behavior of it, or a listed contact that a technique stands for.
/// A scan from outside is contact as well, but not the subject's.
pub(super) fn reached_out(finding: &Finding) -> bool {
    finding.p_value.is_some() || !finding.techniques.is_empty()
}
