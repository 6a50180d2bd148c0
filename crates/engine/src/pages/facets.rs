//! What the events of a filter have in common: counts by field, and over time.

use std::collections::BTreeMap;

use schema::{Severity, Timestamp};

use crate::{Asks, EventFilter, Result, View, store::Counted};

/// Events that are looked at one by one for counts; where there are more, it says so.
const COUNTED_MAX: i64 = 20_000;

/// Events that are counted at all.
const TOTAL_MAX: i64 = 1_000_000;

/// Values of one field that are told, the most frequent ones.
const VALUES_MAX: usize = 40;

/// Bars of a histogram, about.
const BARS: i64 = 60;

/// Steps of time that people think in, in seconds.
const STEPS: [i64; 12] = [60, 300, 900, 1_800, 3_600, 10_800, 21_600, 43_200, 86_400, 604_800, 2_592_000, 31_536_000];

#[derive(Debug, Clone, serde::Serialize)]
pub struct Facets {
    /// Events that the filter lets through, up to a million.
    pub total: u64,
    /// How many of them, the most severe ones, the facets count.
    pub counted: u64,
    pub facets: Vec<Facet>,
    pub histogram: Histogram,
}

#[derive(Debug, Clone, serde::Serialize)]
pub struct Facet {
    pub field: &'static str,
    pub values: Vec<FacetValue>,
}

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct FacetValue {
    pub value: String,
    pub count: u64,
}

/// Events by when they were last seen.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Histogram {
    pub start: Timestamp,
    pub step_seconds: i64,
    pub bars: Vec<Bar>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Bar {
    pub informational: u64,
    pub low: u64,
    pub medium: u64,
    pub high: u64,
    pub critical: u64,
}

/// The fields, in the order in which they are shown.
const FIELDS: [&str; 9] =
    ["severity", "category", "state", "verdict", "assignee", "tactic", "technique", "dataset", "tlp"];

impl View {
    /// Counts by field, each without what the filter asks of that very field, so that one can change one's mind.
    pub async fn facets(&self, filter: &EventFilter) -> Result<Facets> {
        let filter = self.seen().whole(EventFilter { limit: None, after: None, ..filter.clone() }).await?;
        let store = &self.seen().store;
        let all = store.counted_events(&filter, COUNTED_MAX).await?;
        let mut facets = Vec::new();
        for field in FIELDS {
            let relaxed = without(&filter, field);
            let values = match relaxed == filter {
                true => counts(&all, field),
                false => counts(&store.counted_events(&relaxed, COUNTED_MAX).await?, field),
            };
            facets.push(Facet { field, values });
        }
        let counted = all.len() as u64;
        let total = match counted < COUNTED_MAX as u64 {
            true => counted,
            false => store.count_filtered(&filter, TOTAL_MAX).await?,
        };
        Ok(Facets { total, counted, facets, histogram: self.histogram(&filter).await? })
    }

    /// Events over time: over the span that the filter asks for, or that of the events.
    pub async fn histogram(&self, filter: &EventFilter) -> Result<Histogram> {
        let store = &self.seen().store;
        let span = store.events_span(filter).await?;
        let Some((first, last)) = span else { return Ok(Histogram::empty()) };
        let first = filter.since.map_or(first, |since| since.micros().max(first.min(since.micros())));
        let last = filter.until.map_or(last, |until| until.micros()).max(first);
        let step_seconds = step(last.saturating_sub(first) / 1_000_000);
        let step = step_seconds.saturating_mul(1_000_000);
        let start = first.div_euclid(step).saturating_mul(step);
        let n_bars = usize::try_from(last.saturating_sub(start) / step).unwrap_or(0).saturating_add(1);
        let mut bars = vec![Bar::default(); n_bars.min(BARS as usize * 4)];
        for counted in store.events_by_time(filter, start, step).await? {
            let bar = usize::try_from(counted.step).ok().and_then(|at| bars.get_mut(at));
            if let Some(bar) = bar {
                bar.add(counted.severity_rank, counted.n);
            }
        }
        Ok(Histogram { start: Timestamp::from_micros(start).unwrap_or_default(), step_seconds, bars })
    }
}

impl Histogram {
    fn empty() -> Self {
        Self { start: Timestamp::default(), step_seconds: 3_600, bars: Vec::new() }
    }
}

impl Bar {
    fn add(&mut self, rank: i64, n: u64) {
        let severity = Severity::ALL.into_iter().find(|severity| *severity as i64 == rank);
        let count = match severity {
            Some(Severity::Informational) | None => &mut self.informational,
            Some(Severity::Low) => &mut self.low,
            Some(Severity::Medium) => &mut self.medium,
            Some(Severity::High) => &mut self.high,
            Some(Severity::Critical) => &mut self.critical,
        };
        *count = count.saturating_add(n);
    }

    pub fn all(&self) -> u64 {
        [self.informational, self.low, self.medium, self.high, self.critical].into_iter().fold(0, u64::saturating_add)
    }
}

fn step(seconds: i64) -> i64 {
    let wanted = seconds / BARS;
    STEPS.into_iter().find(|step| *step >= wanted).unwrap_or(31_536_000)
}

/// The filter without what it asks of one field.
fn without(filter: &EventFilter, field: &str) -> EventFilter {
    let mut relaxed = filter.clone();
    match field {
        "severity" => relaxed.severity = None,
        "technique" => relaxed.technique = None,
        "state" => relaxed.work.states.clear(),
        "assignee" => (relaxed.work.assignee, relaxed.work.unassigned) = (None, false),
        "verdict" => relaxed.work.unjudged = false,
        _ => {}
    }
    relaxed.conditions.retain(|condition| field_of(&condition.asks) != Some(field));
    relaxed
}

fn field_of(asks: &Asks) -> Option<&'static str> {
    Some(match asks {
        Asks::SeverityFrom(_) | Asks::SeverityIs(_) => "severity",
        Asks::Category(_) => "category",
        Asks::Technique(_) => "technique",
        Asks::Tactic(_) => "tactic",
        Asks::Dataset(_) => "dataset",
        Asks::Tlp(_) => "tlp",
        Asks::State(_) => "state",
        Asks::Verdict(_) => "verdict",
        Asks::Assignee(_) | Asks::Assigned => "assignee",
        _ => return None,
    })
}

fn counts(events: &[Counted], field: &str) -> Vec<FacetValue> {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    let mut lists: BTreeMap<String, u64> = BTreeMap::new();
    for event in events {
        let value = match field {
            "severity" => &event.severity,
            "category" => &event.category,
            "dataset" => &event.dataset,
            "tlp" => &event.tlp,
            "state" => event.state.as_deref().unwrap_or("new"),
            "verdict" => event.verdict.as_deref().filter(|verdict| *verdict != "open").unwrap_or("none"),
            "assignee" => event.assignee.as_deref().unwrap_or("none"),
            "technique" => {
                count_list(&event.techniques, &mut lists);
                continue;
            }
            _ => {
                count_list(&event.tactics, &mut lists);
                continue;
            }
        };
        *counts.entry(value).or_default() += 1;
    }
    let counts = counts.into_iter().map(|(value, count)| (value.to_owned(), count)).chain(lists);
    most(counts)
}

/// Counts each value of a JSON list once.
pub(super) fn count_list(list: &str, counts: &mut BTreeMap<String, u64>) {
    let values: std::collections::BTreeSet<String> = serde_json::from_str(list).unwrap_or_default();
    for value in values {
        let count = counts.entry(value).or_default();
        *count = count.saturating_add(1);
    }
}

/// The most frequent values, those that are as frequent in the order of their names.
pub(super) fn most(counts: impl IntoIterator<Item = (String, u64)>) -> Vec<FacetValue> {
    let mut values: Vec<FacetValue> = counts.into_iter().map(|(value, count)| FacetValue { value, count }).collect();
    values.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
    values.truncate(VALUES_MAX);
    values
}
