//! The states of a threat event, which may follow which, and the verdicts that are among them.

use std::{fmt, str::FromStr};

/// Where the work on an event stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Nobody has looked at it.
    #[default]
    New,
    /// Somebody has looked and has not judged.
    Triaged,
    /// It is what it says, and malicious.
    Confirmed,
    /// It is not what it says.
    FalsePositive,
    /// It is what it says, and meant.
    BenignTruePositive,
    /// Another event says the same.
    Duplicate,
    /// Nothing is left to do. A verdict that was given stays.
    Closed,
}

impl State {
    pub const ALL: [Self; 7] = [
        Self::New,
        Self::Triaged,
        Self::Confirmed,
        Self::FalsePositive,
        Self::BenignTruePositive,
        Self::Duplicate,
        Self::Closed,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Triaged => "triaged",
            Self::Confirmed => "confirmed",
            Self::FalsePositive => "false_positive",
            Self::BenignTruePositive => "benign_true_positive",
            Self::Duplicate => "duplicate",
            Self::Closed => "closed",
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Self::FalsePositive => "false positive",
            Self::BenignTruePositive => "benign true positive",
            other => other.name(),
        }
    }

    /// Whether `next` may come after it by a word alone. `Duplicate` is entered by a merge and left by a split,
    /// because both need to know the other event; nothing becomes new again, because somebody has looked.
    pub fn may_be(self, next: Self) -> bool {
        !matches!(next, Self::New | Self::Duplicate) && self != Self::Duplicate
    }

    /// Whether somebody still has something to do about it.
    pub fn is_open(self) -> bool {
        matches!(self, Self::New | Self::Triaged | Self::Confirmed)
    }

    /// What the state says of the event, where it is a verdict.
    pub fn judgement(self) -> Option<Judgement> {
        match self {
            Self::Confirmed => Some(Judgement::TruePositive),
            Self::FalsePositive => Some(Judgement::FalsePositive),
            Self::BenignTruePositive => Some(Judgement::BenignTruePositive),
            Self::New | Self::Triaged | Self::Duplicate | Self::Closed => None,
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for State {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let name = text.trim().to_ascii_lowercase().replace('-', "_");
        let known = Self::ALL.into_iter().find(|state| state.name() == name);
        known.or((name == "benign").then_some(Self::BenignTruePositive)).ok_or_else(|| {
            format!(
                "\"{text}\" is no state; use new, triaged, confirmed, false-positive, benign-true-positive, duplicate or closed"
            )
        })
    }
}

/// What a person has found an event to be: the label that is learned from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Judgement {
    /// It is what it says, and malicious.
    TruePositive,
    /// It is what it says, and meant: a backup, a scanner of one's own.
    BenignTruePositive,
    /// It is not what it says.
    FalsePositive,
    /// An earlier verdict is taken back.
    Open,
}

impl Judgement {
    pub const ALL: [Self; 4] = [Self::TruePositive, Self::BenignTruePositive, Self::FalsePositive, Self::Open];

    pub fn name(self) -> &'static str {
        match self {
            Self::TruePositive => "true_positive",
            Self::BenignTruePositive => "benign_true_positive",
            Self::FalsePositive => "false_positive",
            Self::Open => "open",
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Self::TruePositive => "true positive",
            Self::BenignTruePositive => "benign true positive",
            Self::FalsePositive => "false positive",
            Self::Open => "no verdict",
        }
    }

    /// The state that says the same; without a verdict it is one that was looked at.
    pub fn state(self) -> State {
        match self {
            Self::TruePositive => State::Confirmed,
            Self::BenignTruePositive => State::BenignTruePositive,
            Self::FalsePositive => State::FalsePositive,
            Self::Open => State::Triaged,
        }
    }
}

impl FromStr for Judgement {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.replace('-', "_").as_str() {
            "true_positive" | "true" => Ok(Self::TruePositive),
            "benign_true_positive" | "benign" => Ok(Self::BenignTruePositive),
            "false_positive" | "false" => Ok(Self::FalsePositive),
            "open" => Ok(Self::Open),
            _ => Err(format!("\"{text}\" is no verdict; use true-positive, benign, false-positive or open")),
        }
    }
}
