//! What the events of a filter have in common: counts by field, and over time.

use std::collections::BTreeMap;

use futures::try_join;
use schema::{Severity, Timestamp};

use super::Expected;
use crate::{
    Asks, EventFilter, Result, View,
    store::{Cell, Counting, Label, Moment, WorkCell},
};

/// Values of one field that are told, the most frequent ones.
const VALUES_MAX: usize = 40;

/// Bars of a histogram, about.
pub(super) const BARS: i64 = 60;

/// Steps of time that people think in, in seconds.
const STEPS: [i64; 12] = [60, 300, 900, 1_800, 3_600, 10_800, 21_600, 43_200, 86_400, 604_800, 2_592_000, 31_536_000];

#[derive(Debug, Clone, serde::Serialize)]
pub struct Facets {
    /// Events that the filter lets through.
    pub total: u64,
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
    /// For each bar what was to be expected of it, where it was asked for: nothing where too little went before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<Vec<Option<Expected>>>,
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
        let _turn = store.turn_to_count().await?;
        let all = store.counting(&filter).await?;
        // Three at once: whoever reads a page meanwhile needs connections to the store too.
        let labels = async {
            let techniques = all.labels(Label::Technique, VALUES_MAX).await?;
            Ok((techniques, all.labels(Label::Tactic, VALUES_MAX).await?))
        };
        let (sums, (techniques, tactics), histogram) = try_join!(Sums::of(&all), labels, Histogram::of(&all, &filter))?;
        let mut facets = Vec::new();
        for field in FIELDS {
            let relaxed = without(&filter, field);
            let values = match (field, relaxed == filter) {
                ("technique", true) => values(techniques.clone()),
                ("tactic", true) => values(tactics.clone()),
                (_, true) => sums.values(field),
                (_, false) => relaxed_values(&store.counting(&relaxed).await?, field).await?,
            };
            facets.push(Facet { field, values });
        }
        Ok(Facets { total: sums.total(), facets, histogram })
    }
}

async fn relaxed_values(counting: &Counting<'_>, field: &str) -> Result<Vec<FacetValue>> {
    Ok(match field {
        "technique" => values(counting.labels(Label::Technique, VALUES_MAX).await?),
        "tactic" => values(counting.labels(Label::Tactic, VALUES_MAX).await?),
        _ => Sums::of(counting).await?.values(field),
    })
}

impl Histogram {
    /// Over the span that the filter asks for, or that of the events.
    async fn of(counting: &Counting<'_>, filter: &EventFilter) -> Result<Self> {
        let Some((first, last)) = counting.span(Moment::LastSeen).await? else { return Ok(Self::empty()) };
        let first = filter.since.map_or(first, |since| since.micros().max(first.min(since.micros())));
        let last = filter.until.map_or(last, |until| until.micros()).max(first);
        let step_seconds = step(last.saturating_sub(first) / 1_000_000);
        let step = step_seconds.saturating_mul(1_000_000);
        let start = first.div_euclid(step).saturating_mul(step);
        let n_bars = usize::try_from(last.saturating_sub(start) / step).unwrap_or(0).saturating_add(1);
        let mut bars = vec![Bar::default(); n_bars.min(BARS as usize * 4)];
        for counted in counting.by_time(Moment::LastSeen, start, step).await? {
            let bar = usize::try_from(counted.step).ok().and_then(|at| bars.get_mut(at));
            if let Some(bar) = bar {
                bar.add(counted.severity_rank, counted.n);
            }
        }
        Ok(Self { start: Timestamp::from_micros(start).unwrap_or_default(), step_seconds, bars, expected: None })
    }

    pub(super) fn empty() -> Self {
        Self { start: Timestamp::default(), step_seconds: 3_600, bars: Vec::new(), expected: None }
    }
}

impl Bar {
    pub(super) fn add(&mut self, rank: i64, n: u64) {
        let count = match severity(rank) {
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

fn severity(rank: i64) -> Option<Severity> {
    Severity::ALL.into_iter().find(|severity| *severity as i64 == rank)
}

pub(super) fn step(seconds: i64) -> i64 {
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

/// All counts but those of labels: of all events by what each has one of, and of those that somebody has worked on.
pub(super) struct Sums {
    cells: Vec<Cell>,
    worked: Vec<WorkCell>,
}

impl Sums {
    pub(super) async fn of(counting: &Counting<'_>) -> Result<Self> {
        Ok(Self { cells: counting.cells().await?, worked: counting.worked().await? })
    }

    pub(super) fn total(&self) -> u64 {
        self.cells.iter().map(|cell| cell.n).sum()
    }

    pub(super) fn worked(&self) -> &[WorkCell] {
        &self.worked
    }

    pub(super) fn by_severity(&self) -> BTreeMap<String, u64> {
        summed(self.cells.iter().filter_map(|cell| Some((severity(cell.severity_rank)?.name(), cell.n))))
    }

    fn values(&self, field: &str) -> Vec<FacetValue> {
        let cells = self.cells.iter();
        most(match field {
            "severity" => self.by_severity(),
            "category" => summed(cells.map(|cell| (cell.category.as_str(), cell.n))),
            "dataset" => summed(cells.map(|cell| (cell.dataset.as_str(), cell.n))),
            "tlp" => summed(cells.map(|cell| (cell.tlp.as_str(), cell.n))),
            "state" => self.of_work("new", |worked| worked.state.as_str()),
            "verdict" => self.of_work("none", |worked| match worked.verdict.as_str() {
                "open" => "none",
                verdict => verdict,
            }),
            _ => self.of_work("none", |worked| worked.assignee.as_deref().unwrap_or("none")),
        })
    }

    /// Counts by what became of events; nothing became of those that nobody has worked on.
    fn of_work<'w>(&'w self, nothing: &'w str, became: impl Fn(&'w WorkCell) -> &'w str) -> BTreeMap<String, u64> {
        let n_worked = self.worked.iter().map(|worked| worked.n).sum();
        let untouched = self.total().saturating_sub(n_worked);
        let untouched = (untouched > 0).then_some((nothing, untouched));
        summed(self.worked.iter().map(|worked| (became(worked), worked.n)).chain(untouched))
    }
}

fn summed<'v>(counts: impl Iterator<Item = (&'v str, u64)>) -> BTreeMap<String, u64> {
    let mut sums = BTreeMap::new();
    for (value, n) in counts {
        let sum: &mut u64 = sums.entry(value.to_owned()).or_default();
        *sum = sum.saturating_add(n);
    }
    sums
}

pub(super) fn values(counts: Vec<(String, u64)>) -> Vec<FacetValue> {
    counts.into_iter().map(|(value, count)| FacetValue { value, count }).collect()
}

/// The most frequent values, those that are as frequent in the order of their names.
fn most(counts: BTreeMap<String, u64>) -> Vec<FacetValue> {
    let mut values = values(counts.into_iter().collect());
    values.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
    values.truncate(VALUES_MAX);
    values
}
