//! Whether the log is what was written: every line by its digest, the whole by the line that was noted outside.

use futures::{TryStreamExt as _, stream::BoxStream};

use super::{AuditLine, chain, genesis, head::Head};
use crate::Result;

/// Problems that are told one by one; all are counted.
const TOLD_MAX: usize = 100;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct AuditReport {
    pub n_lines: u64,
    pub n_problems: u64,
    /// The first ones.
    pub problems: Vec<AuditProblem>,
    /// The newest line: written down elsewhere, it proves later that nothing before it was changed.
    pub number: i64,
    pub digest: String,
}

/// Something in the log that nobody could have written there.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct AuditProblem {
    /// Number of the line where it shows.
    pub number: i64,
    pub what: String,
}

impl AuditReport {
    pub fn is_whole(&self) -> bool {
        self.n_problems == 0
    }
}

/// Reads lines in their order and remembers little of them.
#[derive(Debug)]
pub(in crate::people) struct Verifier {
    /// Lines that must be there, and what of them was met.
    awaited: Vec<(&'static str, Head, bool)>,
    has_note: bool,
    n_lines: u64,
    number: i64,
    digest: String,
    n_problems: u64,
    problems: Vec<AuditProblem>,
}

impl Verifier {
    pub(super) fn new(noted: Option<Head>, known: Option<Head>) -> Self {
        let has_note = noted.is_some();
        let noted = noted.map(|head| ("noted in the home folder", head, false));
        let known = known.map(|head| ("that was given", head, false));
        Self {
            awaited: noted.into_iter().chain(known).collect(),
            has_note,
            n_lines: 0,
            number: 0,
            digest: genesis(),
            n_problems: 0,
            problems: Vec::new(),
        }
    }

    pub(in crate::people) async fn read(&mut self, mut lines: BoxStream<'_, Result<AuditLine>>) -> Result<()> {
        while let Some(line) = lines.try_next().await? {
            self.line(&line);
        }
        Ok(())
    }

    fn line(&mut self, line: &AuditLine) {
        let expected = self.number.saturating_add(1);
        if line.number != expected {
            let gone = line.number.saturating_sub(expected);
            self.problem(line.number, format!("{gone} lines before it are missing, from {expected} on"));
        }
        // Behind a gap, only the digest that the missing line had could tell; that it follows from none is certain.
        if !chain::holds(&self.digest, line) {
            self.problem(line.number, "it does not say what was written, or not behind this line".to_owned());
        }
        for (_, head, is_met) in &mut self.awaited {
            *is_met |= head.number == line.number && head.digest == line.digest;
        }
        self.n_lines = self.n_lines.saturating_add(1);
        self.number = line.number;
        self.digest.clone_from(&line.digest);
    }

    pub(in crate::people) fn report(mut self) -> AuditReport {
        for (which, head, is_met) in std::mem::take(&mut self.awaited) {
            match (is_met, head.number > self.number) {
                (true, _) => {}
                (false, true) => self.problem(head.number, format!("the line {which} is gone: the log ends before it")),
                (false, false) => self.problem(head.number, format!("the line {which} was another one")),
            }
        }
        if !self.has_note && self.n_lines > 0 {
            self.problem(self.number, "audit.head is not in the home folder: lines may be cut off the end".to_owned());
        }
        AuditReport {
            n_lines: self.n_lines,
            n_problems: self.n_problems,
            problems: self.problems,
            number: self.number,
            digest: self.digest,
        }
    }

    fn problem(&mut self, number: i64, what: String) {
        self.n_problems = self.n_problems.saturating_add(1);
        if self.problems.len() < TOLD_MAX {
            self.problems.push(AuditProblem { number, what });
        }
    }
}
