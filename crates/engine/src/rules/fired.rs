//! How often rules have fired of late, from the findings that are kept: which of them are noisy.

use std::collections::BTreeMap;

use crate::{Engine, Result};

/// Days before the newest finding of a rule that are looked at.
const DAYS: i64 = 30;

/// A rule that gives more findings a day is nothing that people read one by one. A finding is of one subject and hour.
const NOISY_A_DAY: f64 = 10.0;

/// What one rule or correlation has given.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Fired {
    pub n_findings: u64,
    pub n_subjects: u64,
    /// Findings a day, over the days with any finding of rules.
    pub a_day: f64,
}

impl Fired {
    pub fn is_noisy(self) -> bool {
        self.a_day > NOISY_A_DAY
    }
}

impl Engine {
    /// What rules and correlations have given over the last 30 days with findings of rules, by id.
    pub async fn fired_rules(&self) -> Result<BTreeMap<String, Fired>> {
        let (n_days, rules) = self.store.findings_by_rule(DAYS).await?;
        let per_day = |n: u64| n as f64 / n_days.max(1) as f64;
        let fired = rules
            .into_iter()
            .map(|(id, n_findings, n_subjects)| (id, Fired { n_findings, n_subjects, a_day: per_day(n_findings) }));
        Ok(fired.collect())
    }
}
