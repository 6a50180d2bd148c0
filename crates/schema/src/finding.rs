//! What one detector says of one entity in one window.

use crate::{Observable, Timestamp, Tlp, Window, stable_id};

/// Label of a finding that is worth a look and makes no threat event.
pub const LEAD: &str = "lead";

/// Label of a finding that makes an event because it is among the best of its day, proven or not.
pub const BEST_OF_DAY: &str = "best of day";

/// Name of the statistic that is 1 where records speak of success and not of an attempt alone.
pub const SUCCESS: &str = "success";

/// What a finding is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Entity {
    pub kind: EntityKind,
    pub value: String,
}

/// Bytes of a name that are kept. Attackers choose names in logs; an index of PostgreSQL takes no more than 2,704.
const NAME_BYTES_MAX: usize = 2_048;
/// Bytes of a longer name that stay before the digest of all of it.
const NAME_BYTES_SHOWN: usize = 200;

impl Entity {
    pub fn new(kind: EntityKind, value: impl Into<String>) -> Self {
        Self { kind, value: Self::name(value.into()) }
    }

    /// The name that an entity has of this value: itself, or its beginning and a digest where it is of no sane length.
    pub fn name(value: String) -> String {
        if value.len() <= NAME_BYTES_MAX {
            return value;
        }
        let shown = value.get(..value.floor_char_boundary(NAME_BYTES_SHOWN)).unwrap_or_default();
        format!("{shown}... ({})", stable_id("name", &[&value]))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntityKind {
    Ip,
    Domain,
    Url,
    Host,
    Account,
    File,
    Email,
    Fingerprint,
    /// What is left behind on a host or in a message: a registry key, a pipe, a subject.
    Artifact,
}

impl EntityKind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Ip => "ip",
            Self::Domain => "domain",
            Self::Url => "url",
            Self::Host => "host",
            Self::Account => "account",
            Self::File => "file",
            Self::Email => "email",
            Self::Fingerprint => "fingerprint",
            Self::Artifact => "artifact",
        }
    }
}

impl From<Observable> for EntityKind {
    fn from(observable: Observable) -> Self {
        match observable {
            Observable::Ip => Self::Ip,
            Observable::Domain | Observable::HostName | Observable::EmailDomain => Self::Domain,
            Observable::Url => Self::Url,
            Observable::Hash | Observable::FileName | Observable::FilePath => Self::File,
            Observable::Email => Self::Email,
            Observable::UserAgent | Observable::Ja3 | Observable::Ja4 => Self::Fingerprint,
            _ => Self::Artifact,
        }
    }
}

/// A telemetry row that a finding rests on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Evidence {
    pub table: String,
    pub record_id: String,
}

/// One finding. Its id comes from detector, dataset, entities and window, so a re-run replaces and never doubles it.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Finding {
    pub id: String,
    /// Name in `detect`: `beaconing`, `indicator`.
    pub detector: String,
    /// Changes when the detector would judge otherwise.
    pub detector_version: String,
    pub dataset: String,
    /// On whose side it was seen: mostly the host of ours.
    pub subject: Entity,
    /// The other side, where there is one.
    pub object: Option<Entity>,
    /// Other names under which the other side appeared in the same records, as the addresses behind a domain.
    pub also: Vec<Entity>,
    /// The window that was judged.
    pub window: Window,
    pub first_seen: Timestamp,
    pub last_seen: Timestamp,
    /// Records behind it; `evidence` holds at most the first few of them.
    pub n_records: u64,
    /// The detector's own scale; only comparable within one detector and version.
    pub score: f64,
    /// 0 to 1 under `null_hypothesis`; `None` where the detector asserts a fact, as an indicator match does.
    pub p_value: Option<f64>,
    /// 0 to 1: false discovery rate at which this finding is still reported. Never a probability that it is true.
    pub q_value: Option<f64>,
    /// What is rejected, in a sentence.
    pub null_hypothesis: Option<String>,
    /// How far to trust it, 0 to 100 on the STIX scale.
    pub confidence: u8,
    pub techniques: Vec<String>,
    /// What the source of the knowledge calls it: malware family, rule name.
    pub labels: Vec<String>,
    pub evidence: Vec<Evidence>,
    /// Why it was found, in a sentence with the numbers.
    pub because: String,
    /// What would make it wrong, in a sentence.
    pub unless: String,
    /// The statistics behind it, by name.
    pub statistics: Vec<(String, f64)>,
    /// SQL over the lake that shows the records behind it, where the evidence alone does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    pub tlp: Tlp,
}

/// Findings of one run, ordered by id so that equal runs give equal bytes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FindingBatch {
    findings: Vec<Finding>,
}

impl FindingBatch {
    pub fn new(mut findings: Vec<Finding>) -> Self {
        findings.sort_by(|a, b| a.id.cmp(&b.id));
        findings.dedup_by(|a, b| a.id == b.id);
        Self { findings }
    }

    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    pub fn into_findings(self) -> Vec<Finding> {
        self.findings
    }

    pub fn len(&self) -> usize {
        self.findings.len()
    }

    pub fn is_empty(&self) -> bool {
        self.findings.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_short_and_stay_apart() {
        let long = "ä".repeat(5_000);
        let [one, other] = [long.clone(), format!("{long}!")].map(|name| Entity::new(EntityKind::Account, name));
        assert_ne!(one, other);
        assert!(one.value.len() < 300 && one.value.starts_with('ä'), "{}", one.value);
        assert_eq!(Entity::new(EntityKind::Account, one.value.clone()), one, "a short name stays what it is");
    }
}
