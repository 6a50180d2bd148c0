//! A case: work that people do together about threat events, with tasks, requests, notes and evidence.

mod change;
mod parts;

use schema::{Severity, Timestamp, Tlp};

pub use change::CaseChange;
pub use parts::{Item, ItemKind, Request, Task};

/// What one case holds at most: what is more is several cases.
pub const TASKS_MAX: usize = 500;
pub const REQUESTS_MAX: usize = 200;
pub const ITEMS_MAX: usize = 2_000;

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Case {
    pub id: String,
    /// By which people call it.
    pub number: i64,
    /// How many changes there were.
    pub version: i64,
    pub title: String,
    #[serde(default)]
    pub description: String,
    pub severity: Severity,
    pub owner: Option<String>,
    pub due_at: Option<Timestamp>,
    pub tlp: Tlp,
    pub opened_at: Timestamp,
    pub opened_by: String,
    /// Set where it is closed.
    pub closed: Option<Closing>,
    #[serde(default)]
    pub tasks: Vec<Task>,
    #[serde(default)]
    pub requests: Vec<Request>,
    #[serde(default)]
    pub items: Vec<Item>,
    #[serde(default)]
    pub n_notes: i64,
}

/// How a case ended.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Closing {
    pub at: Timestamp,
    pub by: String,
    pub outcome: Outcome,
    pub reason: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// An intrusion or the like, and dealt with.
    Resolved,
    /// It was what it said, and meant.
    Benign,
    FalsePositive,
    /// Another case has it.
    Duplicate,
    /// It could not be found out.
    Inconclusive,
}

impl Outcome {
    pub const ALL: [Self; 5] = [Self::Resolved, Self::Benign, Self::FalsePositive, Self::Duplicate, Self::Inconclusive];

    pub fn name(self) -> &'static str {
        match self {
            Self::Resolved => "resolved",
            Self::Benign => "benign",
            Self::FalsePositive => "false_positive",
            Self::Duplicate => "duplicate",
            Self::Inconclusive => "inconclusive",
        }
    }
}

impl std::str::FromStr for Outcome {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let name = text.trim().to_ascii_lowercase().replace('-', "_");
        Self::ALL.into_iter().find(|outcome| outcome.name() == name).ok_or_else(|| {
            format!("\"{text}\" is no outcome; use resolved, benign, false-positive, duplicate or inconclusive")
        })
    }
}

impl Case {
    pub fn is_open(&self) -> bool {
        self.closed.is_none()
    }

    /// Tasks and requests that wait for somebody.
    pub fn n_waiting(&self) -> usize {
        let tasks = self.tasks.iter().filter(|task| task.done.is_none()).count();
        tasks + self.requests.iter().filter(|request| request.answer.is_none()).count()
    }

    /// Ids of the things of one kind that it holds.
    pub fn of_kind(&self, kind: ItemKind) -> impl Iterator<Item = &str> {
        self.items.iter().filter(move |item| item.kind == kind).map(|item| item.value.as_str())
    }
}
