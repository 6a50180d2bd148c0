//! What a case is made of.

use schema::Timestamp;

/// Something that is to be done.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Task {
    pub number: i64,
    pub title: String,
    pub assignee: Option<String>,
    pub due_at: Option<Timestamp>,
    /// When and by whom it was done.
    pub done: Option<(Timestamp, String)>,
}

/// A request for information to another team.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Request {
    pub number: i64,
    pub to: String,
    pub question: String,
    pub asked_at: Timestamp,
    pub asked_by: String,
    pub due_at: Option<Timestamp>,
    pub answer: Option<Answer>,
}

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Answer {
    pub text: String,
    pub at: Timestamp,
    pub by: String,
}

/// A thing that the case rests on.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Item {
    pub kind: ItemKind,
    /// The id of an event or campaign; `kind:value` of an indicator; `table/record_id`; the SHA-256 of a file.
    pub value: String,
    /// What it is, or why it is here.
    #[serde(default)]
    pub note: String,
    pub added_at: Timestamp,
    pub added_by: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemKind {
    Event,
    Campaign,
    Indicator,
    Record,
    File,
}

impl ItemKind {
    pub const ALL: [Self; 5] = [Self::Event, Self::Campaign, Self::Indicator, Self::Record, Self::File];

    pub fn name(self) -> &'static str {
        match self {
            Self::Event => "event",
            Self::Campaign => "campaign",
            Self::Indicator => "indicator",
            Self::Record => "record",
            Self::File => "file",
        }
    }
}

impl std::str::FromStr for ItemKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.name() == text)
            .ok_or_else(|| format!("\"{text}\" is no kind of evidence; use event, campaign, indicator, record or file"))
    }
}
