//! Rules for those who write them here: a text looked over before it is kept, and held against what has come.

use std::collections::BTreeMap;

use detect::rules::Match;
use schema::{Timestamp, Window};

use crate::{Engine, LoadedRules, Result, Stop, View, clock};

/// Under this name problems speak of a text that is no file.
const DRAFT: &str = "rule";

/// What rules match over a period.
#[derive(Debug, Clone, Default)]
pub struct RuleMatches {
    pub n: u64,
    /// By day, in seconds since 1970.
    pub per_day: BTreeMap<i64, u64>,
    /// The first ones.
    pub matches: Vec<Match>,
}

const DAY_SECONDS: i64 = 86_400;

/// How far back rules are held against records, where nothing else is said.
const LOOK_BACK_SECONDS: i64 = 30 * DAY_SECONDS;

impl Engine {
    /// Rules of one text, changed by the pipelines of the home folder as files would be.
    pub fn rules_of_text(&self, text: String) -> Result<LoadedRules> {
        self.load_text(DRAFT.to_owned(), text)
    }
}

impl View {
    /// Holds the records that the reader sees against rules; keeps nothing. The first `at_most` matches are given.
    pub async fn rule_matches(
        &self,
        rules: &LoadedRules,
        since: Option<Timestamp>,
        at_most: usize,
        stop: &Stop,
    ) -> Result<RuleMatches> {
        let mut found = RuleMatches::default();
        // Records of our own telemetry bear its marking.
        if !self.seen().sees_own() {
            return Ok(found);
        }
        let now = clock::now();
        let back = now.checked_add_nanos(-LOOK_BACK_SECONDS * 1_000_000_000).unwrap_or_default();
        let window = Window::new(since.unwrap_or(back), now);
        let scope = self.scope().clone();
        self.seen()
            .matches(&rules.set, window, stop, |one| {
                if scope.admits_dataset(&one.dataset) {
                    found.n = found.n.saturating_add(1);
                    let day = one.observed_at.map_or(0, |at| at.seconds().div_euclid(DAY_SECONDS) * DAY_SECONDS);
                    *found.per_day.entry(day).or_default() += 1;
                    if found.matches.len() < at_most {
                        found.matches.push(one);
                    }
                }
                Ok(())
            })
            .await?;
        Ok(found)
    }
}
