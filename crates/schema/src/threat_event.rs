//! The unit that people see and share: findings about the same activity, classified and described.

use crate::{Diamond, Entity, Evidence, Observable, Phase, Severity, TechniqueClaim, Timestamp, Tlp};

/// What sort of event it is. Names are stable: people filter and write rules by them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Somebody looks for what can be reached or attacked.
    Reconnaissance,
    /// Something exposed, or a person, is used to get in: a web application, a message, a look-alike name.
    InitialAccess,
    /// Code runs that has no business here.
    Execution,
    /// Passwords, keys or sessions are guessed or tried.
    CredentialAccess,
    /// An account is used as its owner does not use it.
    AccountMisuse,
    /// Somebody moves from host to host inside.
    LateralMovement,
    /// An implant talks to whoever steers it.
    CommandAndControl,
    /// Data leaves.
    Exfiltration,
    /// Data or services are destroyed, encrypted or made unreachable.
    Impact,
    /// Programs pass themselves off as people.
    Automation,
    /// Something on a list of known-bad things was met.
    KnownInfrastructure,
    /// A file on a list of known-bad things was met.
    KnownMalware,
    /// A detected behavior that none of the others names.
    SuspiciousBehavior,
}

impl Category {
    pub const ALL: [Self; 13] = [
        Self::Reconnaissance,
        Self::InitialAccess,
        Self::Execution,
        Self::CredentialAccess,
        Self::AccountMisuse,
        Self::LateralMovement,
        Self::CommandAndControl,
        Self::Exfiltration,
        Self::Impact,
        Self::Automation,
        Self::KnownInfrastructure,
        Self::KnownMalware,
        Self::SuspiciousBehavior,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Reconnaissance => "reconnaissance",
            Self::InitialAccess => "initial_access",
            Self::Execution => "execution",
            Self::CredentialAccess => "credential_access",
            Self::AccountMisuse => "account_misuse",
            Self::LateralMovement => "lateral_movement",
            Self::CommandAndControl => "command_and_control",
            Self::Exfiltration => "exfiltration",
            Self::Impact => "impact",
            Self::Automation => "automation",
            Self::KnownInfrastructure => "known_infrastructure",
            Self::KnownMalware => "known_malware",
            Self::SuspiciousBehavior => "suspicious_behavior",
        }
    }
}

/// One threat event. Everything in it can be re-made from the findings it names.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct ThreatEvent {
    pub id: String,
    pub dataset: String,
    pub category: Category,
    pub title: String,
    /// Two sentences made from the evidence.
    pub description: String,
    pub severity: Severity,
    /// Why this severity, in a sentence.
    pub severity_because: String,
    /// How far to trust it, 0 to 100 on the STIX scale.
    pub confidence: u8,
    pub first_seen: Timestamp,
    pub last_seen: Timestamp,
    pub techniques: Vec<TechniqueClaim>,
    /// Version of ATT&CK that the techniques belong to.
    pub attack_version: String,
    /// Shortnames in matrix order.
    pub tactics: Vec<String>,
    /// In kill-chain order.
    pub phases: Vec<Phase>,
    pub diamond: Diamond,
    /// Hosts, accounts and the like on our side.
    pub targets: Vec<Entity>,
    /// The other side, as things that can be matched and shared.
    pub indicators: Vec<(Observable, String)>,
    /// Smallest p-value among the findings.
    pub p_value: Option<f64>,
    /// Smallest q-value among the findings.
    pub q_value: Option<f64>,
    /// That it is malicious, where analysts here have judged enough events like it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chance: Option<Chance>,
    pub n_records: u64,
    pub findings: Vec<String>,
    /// `detector@version` of every finding.
    pub detectors: Vec<String>,
    pub evidence: Vec<Evidence>,
    /// Why it was found: one sentence a finding.
    pub because: Vec<String>,
    /// What would make it wrong.
    pub unless: Vec<String>,
    /// What to do next.
    pub next_steps: Vec<String>,
    pub labels: Vec<String>,
    pub tlp: Tlp,
}

/// A probability of being malicious that was learned from verdicts: between `low` and `high`, and if it must be one
/// number, `value`. All 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Chance {
    pub low: f64,
    pub value: f64,
    pub high: f64,
}

/// Threat events of one run, ordered by id.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ThreatEventBatch {
    events: Vec<ThreatEvent>,
}

impl ThreatEventBatch {
    pub fn new(mut events: Vec<ThreatEvent>) -> Self {
        events.sort_by(|a, b| a.id.cmp(&b.id));
        Self { events }
    }

    pub fn events(&self) -> &[ThreatEvent] {
        &self.events
    }

    pub fn into_events(self) -> Vec<ThreatEvent> {
        self.events
    }

    pub fn len(&self) -> usize {
        self.events.len()
    }

    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }
}
