//! The log of who did what. Every line holds the digest of the line before it, and the newest digest is kept outside
//! of the store too: whoever changes, removes, moves or cuts lines is found out.

pub(crate) mod chain;
mod engine;
mod entry;
mod head;
mod verify;

pub(crate) use chain::genesis;
pub use entry::{AuditEntry, AuditFilter, AuditLine};
pub use verify::{AuditProblem, AuditReport};
