//! How much rules would fire over a period of the lake, on whom, and which filter or limit would calm each.

use std::collections::BTreeMap;

use detect::rules::{Correlator, Evaluator, Event, Matches, NOISE_COLUMNS, Noise, RuleNoise, RuleSet, events};
use futures::TryStreamExt;
use schema::Window;

use super::{broken, columns_with};
use crate::{Engine, Result, Stop};

const DAY_NS: i64 = 86_400 * 1_000_000_000;

/// Groups of one correlation that are named.
const GROUPS_NAMED: usize = 10;

/// What rules fired over a period.
#[derive(Debug, Default)]
pub struct NoiseReport {
    pub rows: u64,
    /// The loudest first; rules that did not fire are not named.
    pub rules: Vec<RuleNoise>,
    /// The same of correlations; windows that reach back before the period are judged from its start on.
    pub correlations: Vec<CorrelationNoise>,
    /// Matches that correlations were not asked about, because there were too many.
    pub n_left_out: u64,
}

/// How much one correlation holds.
#[derive(Debug, Clone, PartialEq)]
pub struct CorrelationNoise {
    /// Number of the correlation in its set.
    pub correlation: usize,
    /// Groups by day, days since 1970: one that holds all day counts once.
    pub days: BTreeMap<i64, u64>,
    /// The groups that held on most days, and how many groups there are.
    pub groups: Vec<(String, u64)>,
    pub n_groups: u64,
    /// The highest number that was counted for a group in a day: the median, and the highest of all. A limit above the
    /// median leaves half of it.
    pub counted_median: f64,
    pub counted_max: f64,
}

impl Engine {
    /// Holds every record of the period against the rules and counts, correlations included; nothing is kept.
    pub async fn noise(&self, rules: &RuleSet, window: Window, stop: &Stop) -> Result<NoiseReport> {
        let mut noise = Noise::new(rules);
        let mut matches = Matches::default();
        let mut report = NoiseReport::default();
        for plan in rules.plans() {
            let mut evaluator = Evaluator::new(plan.clone());
            let wanted = columns_with(&plan, &NOISE_COLUMNS);
            let mut batches = self.lake.scan(plan.table(), &wanted, window).await?;
            while let Some(batch) = batches.try_next().await? {
                stop.check()?;
                report.rows += batch.num_rows() as u64;
                let hits = evaluator.evaluate(&batch);
                noise.add(&plan, &batch, &hits).map_err(broken)?;
                matches.add(events(rules, &plan, &batch, &hits).map_err(broken)?);
            }
        }
        report.rules = noise.finish(&format!("from {} to {}", window.start, window.end));
        report.n_left_out = matches.n_left_out();
        report.correlations = of_correlations(rules, matches.into_events());
        Ok(report)
    }
}

#[derive(Default)]
struct Held {
    days: BTreeMap<i64, u64>,
    groups: BTreeMap<String, u64>,
    counted: Vec<f64>,
}

/// The loudest first.
fn of_correlations(rules: &RuleSet, matches: Vec<Event>) -> Vec<CorrelationNoise> {
    let mut by_day: BTreeMap<i64, Vec<Event>> = BTreeMap::new();
    for event in matches {
        by_day.entry(event.at.div_euclid(DAY_NS)).or_default().push(event);
    }
    let mut correlator = Correlator::new(rules);
    let mut held: BTreeMap<usize, Held> = BTreeMap::new();
    for (day, matches) in by_day {
        correlator.feed(matches);
        let reported = correlator.take().into_iter().filter(|one| rules.reports_correlation(one.correlation));
        for occurrence in reported {
            let held = held.entry(occurrence.correlation).or_default();
            *held.days.entry(day).or_default() += 1;
            *held.groups.entry(occurrence.group.join(", ")).or_default() += 1;
            held.counted.push(occurrence.most);
        }
    }
    let mut noise: Vec<CorrelationNoise> =
        held.into_iter().map(|(number, held)| of_correlation(number, held)).collect();
    noise.sort_by_key(|one| (std::cmp::Reverse(one.days.values().sum::<u64>()), one.correlation));
    noise
}

fn of_correlation(correlation: usize, mut held: Held) -> CorrelationNoise {
    held.counted.sort_by(f64::total_cmp);
    let mut groups: Vec<(String, u64)> = held.groups.into_iter().collect();
    groups.sort_by(|a, b| (b.1, &a.0).cmp(&(a.1, &b.0)));
    let n_groups = groups.len() as u64;
    groups.truncate(GROUPS_NAMED);
    CorrelationNoise {
        correlation,
        days: held.days,
        groups,
        n_groups,
        counted_median: held.counted.get(held.counted.len() / 2).copied().unwrap_or_default(),
        counted_max: held.counted.last().copied().unwrap_or_default(),
    }
}
