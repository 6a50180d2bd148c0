//! Could we have seen it? For every technique: which of MITRE's analytics have their logs in the lake, and who looks.
//!
//! technique → detection strategy → analytic → log source (ATT&CK from v18 on), held against what the lake really
//! holds. That logs are there says that a technique *could* be seen in them, not that it would be; that a rule or a
//! detector names a technique says that somebody looks, not that nothing escapes. Both are told apart.

pub mod dettect;
mod gains;
mod log_sources;
mod navigator;

use std::collections::{BTreeMap, BTreeSet};

use schema::{Analytic, LogSource, Reference, Technique, Timestamp};

pub use gains::{Gain, gains};
pub use log_sources::LogSources;
pub use navigator::navigator;

use crate::coverage::{Covered, Means, coverage};

/// Rows of a table that have operating system, provider and event in common, as far as the table has such columns.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize)]
pub struct Flow {
    pub table: String,
    pub os: Option<String>,
    pub provider: Option<String>,
    pub event: Option<String>,
    pub records: u64,
    /// Hosts that they come from, about; 0 where the table knows no host.
    pub hosts: u64,
    pub first: Option<Timestamp>,
    pub last: Option<Timestamp>,
    /// Seconds from the event to its arrival, the median.
    pub lag_s: Option<f64>,
}

/// Whether a log that an analytic asks for is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// With every event that the analytic names.
    Flows,
    /// With some of the events that the analytic names.
    SomeEvents,
    Absent,
    /// Nothing tells what in the lake it would be.
    Untold,
}

impl State {
    pub fn name(self) -> &'static str {
        match self {
            Self::Flows => "flows",
            Self::SomeEvents => "some events",
            Self::Absent => "absent",
            Self::Untold => "cannot be told",
        }
    }
}

/// A log source of an analytic, and what of it the lake holds.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct SourceSeen {
    pub name: String,
    pub data_component: String,
    pub state: State,
    /// Share of what is asked for that is there: events where the analytic names some, else all or nothing.
    pub share: f64,
    pub tables: BTreeSet<String>,
    pub records: u64,
    /// The most hosts that one kind of these rows comes from, about.
    pub hosts: u64,
    pub last: Option<Timestamp>,
    /// Events that the analytic names and the lake does not hold.
    pub missing_events: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct AnalyticSeen {
    pub id: String,
    pub strategy: String,
    pub platforms: Vec<String>,
    /// Mean share of its log sources, 0 to 1.
    pub share: f64,
    pub log_sources: Vec<SourceSeen>,
}

/// One technique: could it be seen, and does somebody look?
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct TechniqueSeen {
    pub id: String,
    pub name: String,
    pub tactics: Vec<String>,
    pub platforms: Vec<String>,
    /// The best of its analytics, 0 to 1: 1 where one has all its logs.
    pub share: f64,
    pub analytics: Vec<AnalyticSeen>,
    /// Detectors, rules and lists that look for it and have rows to work on.
    pub looking: Vec<String>,
    /// Those that look for it in tables without a row.
    pub in_vain: Vec<String>,
    /// When it was last found, and how often; by whatever means, raised or not.
    pub last_found: Option<Timestamp>,
    pub n_found: u64,
}

/// What the lake and those who look at it are like.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    pub flows: Vec<Flow>,
    pub means: Vec<Means>,
    /// Findings by technique: how many, and the end of the newest.
    pub found: BTreeMap<String, (u64, Timestamp)>,
}

/// Every technique that MITRE maintains, by id.
pub fn visibility(reference: &Reference, sources: &LogSources, facts: &Facts) -> Vec<TechniqueSeen> {
    let with_rows: BTreeSet<&str> = facts.flows.iter().map(|flow| flow.table.as_str()).collect();
    let with_rows: Vec<&str> = with_rows.into_iter().collect();
    let covered = coverage(&facts.means, &with_rows, reference);
    let covered: BTreeMap<&str, &Covered> = covered.iter().map(|one| (one.technique.as_str(), one)).collect();
    let mut analytics: BTreeMap<&str, Vec<AnalyticSeen>> = BTreeMap::new();
    for analytic in &reference.analytics {
        analytics.entry(&analytic.technique).or_default().push(seen(analytic, sources, &facts.flows));
    }
    let live = reference.techniques.values().filter(|one| !one.deprecated && one.revoked_by.is_none());
    live.map(|technique| {
        let analytics = analytics.remove(technique.id.as_str()).unwrap_or_default();
        technique_seen(technique, analytics, covered.get(technique.id.as_str()).copied(), facts)
    })
    .collect()
}

fn technique_seen(
    technique: &Technique,
    mut analytics: Vec<AnalyticSeen>,
    covered: Option<&Covered>,
    facts: &Facts,
) -> TechniqueSeen {
    analytics.sort_by(|a, b| b.share.total_cmp(&a.share).then_with(|| a.id.cmp(&b.id)));
    let found = facts.found.get(&technique.id);
    TechniqueSeen {
        id: technique.id.clone(),
        name: technique.name.clone(),
        tactics: technique.tactics.clone(),
        platforms: technique.platforms.clone(),
        share: analytics.first().map_or(0.0, |best| best.share),
        analytics,
        looking: covered.map(|one| one.seen_by.clone()).unwrap_or_default(),
        in_vain: covered.map(|one| one.blind.clone()).unwrap_or_default(),
        last_found: found.map(|(_, last)| *last),
        n_found: found.map_or(0, |(n, _)| *n),
    }
}

fn seen(analytic: &Analytic, sources: &LogSources, flows: &[Flow]) -> AnalyticSeen {
    let log_sources: Vec<SourceSeen> =
        analytic.log_sources.iter().map(|source| source_seen(source, sources, flows)).collect();
    // The sum of nothing is -0.
    let share = log_sources.iter().fold(0.0, |sum, source| sum + source.share) / log_sources.len().max(1) as f64;
    AnalyticSeen {
        id: analytic.id.clone(),
        strategy: analytic.strategy.clone(),
        platforms: analytic.platforms.clone(),
        share,
        log_sources,
    }
}

fn source_seen(source: &LogSource, sources: &LogSources, flows: &[Flow]) -> SourceSeen {
    let is_asked_for = |flow: &&Flow| {
        let event = flow.event.as_deref().unwrap_or_default();
        source.events.is_empty() || source.events.iter().any(|asked| asked == event)
    };
    let of_source = flows.iter().filter(|flow| sources.fits(&source.name, flow));
    let rows: Vec<&Flow> = of_source.filter(is_asked_for).collect();
    let there: BTreeSet<&str> = rows.iter().filter_map(|flow| flow.event.as_deref()).collect();
    let missing: Vec<String> = source.events.iter().filter(|event| !there.contains(event.as_str())).cloned().collect();
    let share = match source.events.len() {
        0 => f64::from(u8::from(!rows.is_empty())),
        n => (n - missing.len()) as f64 / n as f64,
    };
    SourceSeen {
        name: source.name.clone(),
        data_component: source.data_component.clone(),
        state: match share {
            _ if !sources.knows(&source.name) => State::Untold,
            share if share >= 1.0 => State::Flows,
            share if share > 0.0 => State::SomeEvents,
            _ => State::Absent,
        },
        share,
        tables: rows.iter().map(|flow| flow.table.clone()).collect(),
        records: rows.iter().map(|flow| flow.records).sum(),
        hosts: rows.iter().map(|flow| flow.hosts).max().unwrap_or(0),
        last: rows.iter().filter_map(|flow| flow.last).max(),
        missing_events: missing,
    }
}

#[cfg(test)]
mod tests;
