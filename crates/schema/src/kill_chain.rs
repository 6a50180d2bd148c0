//! The Cyber Kill Chain: seven phases (Hutchins, Cloppert, Amin; Lockheed Martin 2011).

use std::{fmt, str::FromStr};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    Reconnaissance,
    Weaponization,
    Delivery,
    Exploitation,
    Installation,
    CommandAndControl,
    ActionsOnObjectives,
}

impl Phase {
    pub const ALL: [Self; 7] = [
        Self::Reconnaissance,
        Self::Weaponization,
        Self::Delivery,
        Self::Exploitation,
        Self::Installation,
        Self::CommandAndControl,
        Self::ActionsOnObjectives,
    ];

    /// As STIX writes it in `kill_chain_phases`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Reconnaissance => "reconnaissance",
            Self::Weaponization => "weaponization",
            Self::Delivery => "delivery",
            Self::Exploitation => "exploitation",
            Self::Installation => "installation",
            Self::CommandAndControl => "command-and-control",
            Self::ActionsOnObjectives => "actions-on-objectives",
        }
    }

    /// 1 to 7.
    pub fn number(self) -> u8 {
        self as u8 + 1
    }

    /// The phases that an ATT&CK tactic can stand for. The two models cut differently, so this is many-to-many;
    /// the first phase is the one we show.
    pub fn of_tactic(shortname: &str) -> &'static [Self] {
        match shortname {
            "reconnaissance" => &[Self::Reconnaissance],
            "resource-development" => &[Self::Weaponization],
            "initial-access" => &[Self::Delivery, Self::Exploitation],
            "execution" => &[Self::Exploitation, Self::Installation],
            "persistence" => &[Self::Installation],
            "privilege-escalation" => &[Self::Exploitation, Self::Installation],
            // `stealth` and `defense-impairment` are what v19 made of `defense-evasion`.
            "defense-evasion" | "stealth" | "defense-impairment" => &[Self::Installation, Self::ActionsOnObjectives],
            "command-and-control" => &[Self::CommandAndControl],
            "credential-access" | "discovery" | "lateral-movement" | "collection" | "exfiltration" | "impact" => {
                &[Self::ActionsOnObjectives]
            }
            _ => &[],
        }
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Phase {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|phase| phase.name() == text)
            .ok_or_else(|| format!("\"{text}\" is not a kill-chain phase"))
    }
}
