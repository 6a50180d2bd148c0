//! What a line of the log says.

use std::net::IpAddr;

use schema::Timestamp;
use serde_json::{Value, json};

use super::super::Principal;

/// Characters of a name or subject that are kept: strangers choose what they try to sign in as.
const TEXT_MAX: usize = 200;
/// Bytes of the detail that are kept.
const DETAIL_BYTES_MAX: usize = 64 << 10;

/// Something that was done, to be kept in the log.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditEntry {
    pub(crate) by: String,
    pub(crate) address: String,
    pub(crate) action: &'static str,
    pub(crate) subject: String,
    pub(crate) detail: String,
}

impl AuditEntry {
    /// Something that somebody did whom we know.
    pub fn new(by: &Principal, action: &'static str) -> Self {
        Self::of(by.in_words(), by.address, action)
    }

    /// Something that somebody did who says to be `name`.
    pub(crate) fn unproven(name: &str, address: Option<IpAddr>, action: &'static str) -> Self {
        Self::of(kept(name), address, action)
    }

    fn of(by: String, address: Option<IpAddr>, action: &'static str) -> Self {
        let address = address.map(|address| address.to_string()).unwrap_or_default();
        Self { by, address, action, subject: String::new(), detail: "{}".to_owned() }
    }

    /// What it was done to.
    #[must_use]
    pub fn about(self, subject: &str) -> Self {
        Self { subject: kept(subject), ..self }
    }

    /// What else there is to say. No secrets: this is read by auditors, and never removed.
    #[must_use]
    pub fn with(self, detail: &Value) -> Self {
        let text = storable(&detail.to_string());
        if text.len() <= DETAIL_BYTES_MAX {
            return Self { detail: text, ..self };
        }
        // Cut where a character begins; the whole can be told apart from others by its digest.
        let end = (0..=DETAIL_BYTES_MAX / 4).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
        let whole = super::super::secret::digest(&text);
        let cut = json!({"cut": text.get(..end), "bytes": text.len(), "sha256": whole});
        Self { detail: storable(&cut.to_string()), ..self }
    }
}

/// A line that is in the log.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct AuditLine {
    pub number: i64,
    pub at: Timestamp,
    pub by: String,
    /// Where the request came from; empty where it came from this machine.
    pub address: String,
    pub action: String,
    pub subject: String,
    #[serde(serialize_with = "as_json")]
    pub detail: String,
    /// Of this line and, through the line before it, of all lines before it.
    pub digest: String,
}

/// Which lines are asked for: the newest first.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    /// Lines before this number.
    pub before: Option<i64>,
    /// Whose name begins so.
    pub by: Option<String>,
    /// Which begin so, as `sign_in` or `sign_in.refused`.
    pub action: Option<String>,
    pub since: Option<Timestamp>,
    pub until: Option<Timestamp>,
    pub limit: u32,
}

/// The detail as the JSON that it is; as a text where somebody has damaged it.
fn as_json<S: serde::Serializer>(detail: &str, to: S) -> Result<S::Ok, S::Error> {
    use serde::Serialize as _;
    match serde_json::from_str::<Value>(detail) {
        Ok(value) => value.serialize(to),
        Err(_) => detail.serialize(to),
    }
}

fn kept(text: &str) -> String {
    storable(&text.chars().take(TEXT_MAX).collect::<String>())
}

/// As every kind of store gives it back: what PostgreSQL does not keep, and what stands for that, would break the chain.
fn storable(text: &str) -> String {
    text.replace(['\0', '\u{10FFFF}'], "\u{FFFD}")
}
