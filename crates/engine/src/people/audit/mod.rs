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

/// What reads these lines, with a note of the last one.
#[cfg(test)]
pub(super) fn verifier_of(lines: &[AuditLine]) -> verify::Verifier {
    verify::Verifier::new(lines.last().map(head::Head::of), None)
}
