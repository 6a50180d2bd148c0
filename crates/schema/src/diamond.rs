//! The Diamond Model of intrusion analysis (Caltagirone, Pendergast, Betz 2013): one event's four vertices and
//! its meta-features. A vertex without a value is unknown, which is a result and not an omission.

/// One of the four vertices: values, and how sure we are of them.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Vertex {
    /// Empty where unknown.
    pub values: Vec<String>,
    /// 0 to 100, STIX scale; 0 where unknown.
    pub confidence: u8,
}

impl Vertex {
    pub fn unknown() -> Self {
        Self::default()
    }

    pub fn known(values: Vec<String>, confidence: u8) -> Self {
        Self { values, confidence: confidence.min(100) }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Diamond {
    /// Who is behind it.
    pub adversary: Vertex,
    /// With what: malware, tool, technique.
    pub capability: Vertex,
    /// Over what: domains, addresses, accounts.
    pub infrastructure: Vertex,
    /// Against whom: host, account, organisation.
    pub victim: Vertex,
    pub result: Outcome,
    pub direction: Direction,
    /// The class of activity in words, `periodic beacon` for one.
    pub methodology: String,
    /// What the adversary needed for it: software, a domain, access.
    pub resources: Vec<String>,
}

/// Meta-feature *result*.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Success,
    Failure,
    Unknown,
}

/// Meta-feature *direction*.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    VictimToInfrastructure,
    InfrastructureToVictim,
    InfrastructureToInfrastructure,
    AdversaryToInfrastructure,
    InfrastructureToAdversary,
    Bidirectional,
    Unknown,
}
