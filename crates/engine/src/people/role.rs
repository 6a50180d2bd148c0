//! What each role may do. What a person may see is a scope, and no role widens it.

use std::{fmt, str::FromStr};

/// What a person is here for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reads.
    Viewer,
    /// Reads, hunts, judges and works on cases.
    Analyst,
    /// An analyst who also changes rules and other content.
    DetectionEngineer,
    /// Reads everything by SQL, and judges nothing.
    DataScientist,
    /// Somebody elsewhere who takes what may be shared.
    SharingPartner,
    /// Reads the audit log, and nothing else.
    Auditor,
    /// Does everything, within their scope.
    Admin,
}

/// One kind of thing that somebody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// Threat events, campaigns, cases, indicators, ATT&CK, searches over them.
    ReadEvents,
    /// The records behind events, and series of records.
    ReadTelemetry,
    /// Rules, detectors and what they have found.
    ReadRules,
    /// Sources, rejects, rates and quality.
    ReadSources,
    /// States, verdicts, comments, decisions on campaigns.
    WorkOnEvents,
    ManageCases,
    SaveQueries,
    RunSql,
    /// Take events and campaigns away in a sharing format.
    Export,
    /// Write, check and test rules.
    WriteRules,
    /// Feeds, intelligence, mappings and other content.
    ManageContent,
    /// API keys of one's own.
    MakeKeys,
    ManagePeople,
    ReadAudit,
    ReadConfiguration,
}

use Permission as P;

const READ: &[Permission] = &[P::ReadEvents, P::ReadTelemetry, P::ReadRules, P::ReadSources];
const WORK: &[Permission] = &[P::WorkOnEvents, P::ManageCases, P::SaveQueries, P::RunSql, P::Export, P::MakeKeys];

impl Role {
    pub const ALL: [Self; 7] = [
        Self::Viewer,
        Self::Analyst,
        Self::DetectionEngineer,
        Self::DataScientist,
        Self::SharingPartner,
        Self::Auditor,
        Self::Admin,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Analyst => "analyst",
            Self::DetectionEngineer => "detection_engineer",
            Self::DataScientist => "data_scientist",
            Self::SharingPartner => "sharing_partner",
            Self::Auditor => "auditor",
            Self::Admin => "admin",
        }
    }

    pub fn may(self, permission: Permission) -> bool {
        let within = |parts: &[&[Permission]]| parts.iter().any(|part| part.contains(&permission));
        match self {
            Self::Viewer => within(&[READ]),
            Self::Analyst => within(&[READ, WORK]),
            Self::DetectionEngineer => within(&[READ, WORK, &[P::WriteRules, P::ManageContent]]),
            Self::DataScientist => within(&[READ, &[P::SaveQueries, P::RunSql, P::Export, P::MakeKeys]]),
            Self::SharingPartner => within(&[&[P::ReadEvents, P::Export, P::MakeKeys]]),
            Self::Auditor => within(&[&[P::ReadAudit]]),
            Self::Admin => true,
        }
    }

    pub fn permissions(self) -> Vec<Permission> {
        Permission::ALL.into_iter().filter(|permission| self.may(*permission)).collect()
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Role {
    type Err = String;

    /// With `-` or a blank instead of `_`, in any case.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let name = text.trim().to_ascii_lowercase().replace(['-', ' '], "_");
        Self::ALL.into_iter().find(|role| role.name() == name).ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            format!("\"{text}\" is no role; there are {names}")
        })
    }
}

impl Permission {
    pub const ALL: [Self; 15] = [
        P::ReadEvents,
        P::ReadTelemetry,
        P::ReadRules,
        P::ReadSources,
        P::WorkOnEvents,
        P::ManageCases,
        P::SaveQueries,
        P::RunSql,
        P::Export,
        P::WriteRules,
        P::ManageContent,
        P::MakeKeys,
        P::ManagePeople,
        P::ReadAudit,
        P::ReadConfiguration,
    ];

    pub fn name(self) -> &'static str {
        match self {
            P::ReadEvents => "read_events",
            P::ReadTelemetry => "read_telemetry",
            P::ReadRules => "read_rules",
            P::ReadSources => "read_sources",
            P::WorkOnEvents => "work_on_events",
            P::ManageCases => "manage_cases",
            P::SaveQueries => "save_queries",
            P::RunSql => "run_sql",
            P::Export => "export",
            P::WriteRules => "write_rules",
            P::ManageContent => "manage_content",
            P::MakeKeys => "make_keys",
            P::ManagePeople => "manage_people",
            P::ReadAudit => "read_audit",
            P::ReadConfiguration => "read_configuration",
        }
    }
}
