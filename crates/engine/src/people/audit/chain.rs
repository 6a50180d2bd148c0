//! How lines hang together: the digest of a line is that of the line before it and of what this one says.

use sha2::{Digest, Sha256};

use super::{super::secret::hex, AuditLine};

/// What the first line hangs on.
pub(crate) fn genesis() -> String {
    "0".repeat(64)
}

/// `SHA-256(digest before || canonical JSON)`. The JSON is a list of all fields in their order, without blanks: numbers
/// and texts cannot be taken for each other, and no text can run into the next.
pub(crate) fn digest(before: &str, line: &AuditLine) -> String {
    let said = serde_json::json!([
        line.number,
        line.at.micros(),
        line.by,
        line.address,
        line.action,
        line.subject,
        line.detail,
    ]);
    let mut hasher = Sha256::new();
    hasher.update(before.as_bytes());
    hasher.update(said.to_string().as_bytes());
    hex(&hasher.finalize())
}

/// Whether a line says what it said when it was written behind the line with this digest.
pub(super) fn holds(before: &str, line: &AuditLine) -> bool {
    digest(before, line) == line.digest
}
