//! MITRE ATT&CK: techniques and tactics as facts, always with the version that they come from.

use std::collections::BTreeMap;

/// A tactic: why an adversary acts. Ordered as in the enterprise matrix.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Tactic {
    /// `TA0011`
    pub id: String,
    /// `command-and-control`
    pub shortname: String,
    /// `Command and Control`
    pub name: String,
}

/// A technique or sub-technique.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Technique {
    /// `T1071.001`
    pub id: String,
    pub name: String,
    /// Shortnames of its tactics.
    pub tactics: Vec<String>,
    pub platforms: Vec<String>,
    /// Names of the data components whose telemetry can show it.
    pub data_components: Vec<String>,
    /// Set where MITRE has replaced it: the id to use instead.
    pub revoked_by: Option<String>,
    pub deprecated: bool,
}

/// One way to see a technique, of those that MITRE describes (from v18 on): in these logs, on these platforms.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Analytic {
    /// `AN0110`
    pub id: String,
    /// The detection strategy that it is a part of: `DET0039`
    pub strategy: String,
    /// The technique that the strategy detects.
    pub technique: String,
    pub platforms: Vec<String>,
    /// All of them together are what the analytic asks for.
    pub log_sources: Vec<LogSource>,
}

/// A log that an analytic reads.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct LogSource {
    /// `WinEventLog:Security`
    pub name: String,
    /// Event codes within it, where MITRE gives codes: `4688`.
    pub events: Vec<String>,
    /// `Process Creation`
    pub data_component: String,
}

/// One version of one ATT&CK matrix.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Reference {
    /// `enterprise`, `mobile` or `ics`
    pub domain: String,
    /// `18.1`
    pub version: String,
    /// In matrix order.
    pub tactics: Vec<Tactic>,
    /// By id.
    pub techniques: BTreeMap<String, Technique>,
    /// By id; none before v18.
    #[serde(default)]
    pub analytics: Vec<Analytic>,
}

impl Reference {
    /// The technique of this id, following revocations (at most a few steps, so a cycle in bad data ends).
    pub fn technique(&self, id: &str) -> Option<&Technique> {
        let mut found = self.techniques.get(id)?;
        for _ in 0..8 {
            match found.revoked_by.as_deref().and_then(|next| self.techniques.get(next)) {
                Some(next) => found = next,
                None => break,
            }
        }
        Some(found)
    }

    pub fn tactic(&self, shortname: &str) -> Option<&Tactic> {
        self.tactics.iter().find(|tactic| tactic.shortname == shortname)
    }
}

/// That a technique was used, how likely that is, and why we say so.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct TechniqueClaim {
    pub id: String,
    pub name: String,
    pub tactics: Vec<String>,
    /// 0 to 100, STIX scale.
    pub confidence: u8,
    /// Ids of the findings that are the evidence.
    pub findings: Vec<String>,
}
