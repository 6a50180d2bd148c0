//! STIX patterns among the claims: made ready once a run, and held against the tables that can show them.

use std::collections::BTreeSet;

use arrow_array::RecordBatch;
use detect::{
    indicators::{Hits, Matcher, of_showing},
    patterns::Compiled,
};
use intel::indicators::Decay;
use schema::{
    Claim, Observable, Table, Timestamp,
    pattern::{Expression, Literal, Operator, Test},
};
use share::stix::read_pattern;

use super::{
    INDICATOR,
    scan::{broken, fades_at},
};
use crate::{Engine, Result, store::ClaimFilter};

/// Each pattern is a look at the columns that it names, for every row: some thousand would take longer than all rules.
const PATTERNS_MAX: usize = 2_000;

/// Several sources may claim one.
const CLAIMS_MAX: u64 = 20_000;

/// Every pattern that somebody claims, ready for rows.
#[derive(Debug, Default)]
pub(super) struct Listed {
    claims: Vec<(Claim, Option<Timestamp>)>,
    ready: Vec<(String, Compiled)>,
}

/// Makes a pattern ready, or says why no table can show it.
pub(crate) fn ready(text: &str) -> std::result::Result<Compiled, String> {
    let pattern = read_pattern(text).map_err(|refusal| refusal.to_string())?;
    Compiled::new(&pattern).map_err(|refused| refused.to_string())
}

/// The same of a pattern that somebody lists: one that innocent records show without end is refused.
pub(crate) fn listable(text: &str) -> std::result::Result<Compiled, String> {
    let pattern = read_pattern(text).map_err(|refusal| refusal.to_string())?;
    if !pattern.observations.iter().all(is_telling) {
        return Err("it asks for nothing in particular, and would match innocent records without end".to_owned());
    }
    ready(text)
}

/// Whether something must be there that not every record has. As deep as the reader of patterns lets them nest.
fn is_telling(expression: &Expression) -> bool {
    match expression {
        Expression::All(parts) => parts.iter().any(is_telling),
        Expression::Any(parts) => parts.iter().all(is_telling),
        Expression::Test(test) => !test.negated && is_telling_test(test),
    }
}

fn is_telling_test(test: &Test) -> bool {
    /// Fewer characters that are no wildcards are in most values.
    const LEAST: usize = 4;
    let literal = |value: &Literal| match value {
        Literal::Text(text) => text.chars().filter(|c| !matches!(c, '%' | '_' | '.' | '*')).count() >= LEAST,
        Literal::Number(_) | Literal::Bool(_) => false,
    };
    match test.operator {
        Operator::Equal | Operator::In | Operator::Subset => {
            test.values.iter().all(|value| matches!(value, Literal::Text(_)))
        }
        Operator::Like | Operator::Matches => test.values.iter().all(literal),
        _ => false,
    }
}

impl Listed {
    pub(super) async fn load(
        engine: &Engine,
        harmless: &BTreeSet<(Observable, String)>,
        decay: &Decay,
    ) -> Result<Self> {
        let filter = ClaimFilter { kind: Some(Observable::Pattern), limit: CLAIMS_MAX, ..ClaimFilter::default() };
        let mut listed = Self::default();
        let mut refused: BTreeSet<String> = BTreeSet::new();
        for kept in engine.store.list_claims(&filter).await? {
            let fades_at = fades_at(decay, &kept);
            let claim = kept.claim;
            let is_ready = listed.ready.last().is_some_and(|(text, _)| *text == claim.value);
            if claim.revoked || harmless.contains(&(claim.kind, claim.value.clone())) {
                continue;
            }
            if !is_ready && listed.ready.len() == PATTERNS_MAX {
                tracing::warn!(PATTERNS_MAX, "more patterns are listed than are held against records");
                break;
            }
            if !is_ready {
                match listable(&claim.value) {
                    Ok(compiled) => listed.ready.push((claim.value.clone(), compiled)),
                    Err(_) => {
                        refused.insert(claim.value);
                        continue;
                    }
                }
            }
            listed.claims.push((claim, fades_at));
        }
        if !refused.is_empty() {
            tracing::warn!(n_refused = refused.len(), "patterns are listed that no table can show");
        }
        Ok(listed)
    }

    /// What is claimed of them, and when it decays.
    pub(super) fn claims(&self) -> &[(Claim, Option<Timestamp>)] {
        &self.claims
    }

    /// Whether records of this table may show one.
    pub(super) fn are_of(&self, table: &'static Table) -> bool {
        self.of(table).next().is_some()
    }

    /// Columns to be read of a table.
    pub(super) fn columns(&self, table: &'static Table) -> BTreeSet<&'static str> {
        let mut columns: BTreeSet<&'static str> =
            self.of(table).flat_map(|(_, one)| one.columns(table)).copied().collect();
        if !columns.is_empty() {
            columns.extend(of_showing(table));
        }
        columns
    }

    /// Counts the rows that show one of them. The matcher holds their claims.
    pub(super) fn hold(
        &self,
        table: &'static Table,
        rows: &RecordBatch,
        matcher: &Matcher,
        hits: &mut Hits,
    ) -> Result<()> {
        for (text, compiled) in self.of(table) {
            let shown = compiled.matches(table, rows).map_err(|error| broken(INDICATOR, &error))?;
            hits.show(matcher, table.name, rows, text, &shown).map_err(|error| broken(INDICATOR, &error))?;
        }
        Ok(())
    }

    fn of(&self, table: &'static Table) -> impl Iterator<Item = &(String, Compiled)> {
        self.ready.iter().filter(move |(_, one)| one.tables().any(|of| std::ptr::eq(of, table)))
    }
}

#[cfg(test)]
mod tests {
    use super::listable;

    #[test]
    fn a_pattern_that_every_record_shows_is_not_listed() {
        for telling in [
            "[domain-name:value LIKE '%.evil.example']",
            "[process:command_line LIKE '%-enc%' AND process:pid > 4]",
            "[network-traffic:dst_ref.value = '198.51.100.7' AND network-traffic:dst_port != 443]",
        ] {
            assert!(listable(telling).is_ok(), "{telling}");
        }
        for broad in [
            "[domain-name:value LIKE '%.%']",
            "[domain-name:value != 'evil.example']",
            "[network-traffic:dst_port = 443]",
            "[url:value = 'http://evil.example/' OR network-traffic:dst_port > 0]",
            "[EXISTS url:value]",
        ] {
            let why = listable(broad).expect_err(broad);
            assert!(why.contains("innocent"), "{why}");
        }
    }
}
