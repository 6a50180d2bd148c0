//! How all p-values of a detector lie, held against those of chance: whether its tests are to be believed.
//!
//! A detector keeps of each window how many tests it made, how their p-values lie in twentieths and powers of ten, and
//! the smallest of them. Here windows are put together; nothing is guessed about what was not kept.

use std::collections::BTreeMap;

use detect::{BINS, DECADES, Spread, decade_of};
use schema::Timestamp;
use science::hypothesis::{UniformBand, binomial_range, null_share, uniform_distance};

use crate::{
    Result, View,
    store::{TestedFilter, TestedWindow},
};

/// Which windows of which detector.
#[derive(Debug, Clone, Default)]
pub struct PValuePlan {
    pub detector: String,
    /// All that the reader may see where none is named.
    pub dataset: Option<String>,
    /// Windows that end after it; the four weeks before the newest window where nothing is said.
    pub since: Option<Timestamp>,
    /// Windows that end up to it.
    pub until: Option<Timestamp>,
}

/// What was tested, and what came of it.
#[derive(Debug, Clone, serde::Serialize)]
pub struct PValuesTold {
    pub since: Option<Timestamp>,
    pub until: Option<Timestamp>,
    pub datasets: Vec<String>,
    pub n_windows: u64,
    /// Hypotheses that were tested.
    pub n_tests: u64,
    /// Of these, in windows that were judged before it was kept how p-values lie: the plots do not tell of them.
    pub n_untold: u64,
    /// There are more windows in this time, older ones.
    pub goes_on: bool,
    /// P-values from `low` on and below `high`.
    pub bins: Vec<PValueBin>,
    /// Between which counts each bin lies, all of them at once with 95 %, if chance alone made p-values.
    pub even: Option<Even>,
    /// Share of the tests in which nothing was there, at most 1: Storey's estimate from the upper half.
    pub null_share: Option<f64>,
    pub tail: Vec<Tail>,
    pub shape: Shape,
    /// Smallest p-values against those of chance.
    pub quantiles: Vec<Quantile>,
    /// Day after day, the oldest first.
    pub windows: Vec<WindowTold>,
}

#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct PValueBin {
    pub low: f64,
    pub high: f64,
    pub n: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Even {
    pub expected: f64,
    pub low: u64,
    pub high: u64,
}

/// How many p-values are at most so large.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Tail {
    pub at_most: f64,
    pub n: u64,
    /// By chance alone.
    pub expected: f64,
}

/// One of the smallest p-values, and between which ends it would lie by chance alone: all of them at once with 95 %.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Quantile {
    pub rank: u64,
    pub p: f64,
    pub expected: f64,
    pub low: f64,
    pub high: f64,
}

/// What the plot says at a glance. The band is that of Dvoretzky, Kiefer, Wolfowitz and Massart at one half.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// Fewer tests than anything can be said of.
    TooFew,
    /// As many below one half as above, but for chance.
    Even,
    /// More are above one half: the tests are careful, as those of counts are. Promises hold.
    Careful,
    /// More are below one half than chance explains: much is there to be found, or the null hypothesis is wrong.
    Leaning,
}

#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct WindowTold {
    pub end: Timestamp,
    pub n_tests: u64,
    /// P-values of at most one half: about half of the tests, where the null hypothesis is right.
    pub n_small: u64,
}

/// Windows that are put together at most, the newest.
const WINDOWS_MAX: u32 = 2_000;

/// Days that are looked at where nothing is said.
const DAYS: i64 = 28;

/// Tests below which no shape is told.
const TESTS_MIN: u64 = 100;

/// Chance of each band to be left although nothing is wrong.
const MISS: f64 = 0.05;

/// Points of the plot against chance: each of the first few, then as many for each power of ten.
const EACH_UP_TO: u64 = 40;
const POINTS_A_DECADE: f64 = 40.0;

impl View {
    /// How the p-values of a detector lie. Of what the reader does not see there is nothing.
    pub async fn p_values(&self, plan: &PValuePlan) -> Result<PValuesTold> {
        let seen = self.seen();
        if !seen.sees_own() {
            return Ok(told(plan, plan.since, Vec::new()));
        }
        let newest = seen.store.newest_tested(Some(&plan.detector)).await?;
        let four_weeks = |end: Timestamp| end.checked_add_nanos(-DAYS * 86_400 * 1_000_000_000).unwrap_or(end);
        let since = plan.since.or_else(|| newest.map(four_weeks));
        let filter = TestedFilter {
            detector: Some(&plan.detector),
            dataset: plan.dataset.as_deref(),
            since,
            until: plan.until,
            smallest: true,
            limit: WINDOWS_MAX + 1,
        };
        Ok(told(plan, since, seen.store.tested(&filter).await?))
    }
}

/// `windows` are the newest first.
fn told(plan: &PValuePlan, since: Option<Timestamp>, mut windows: Vec<TestedWindow>) -> PValuesTold {
    let goes_on = windows.len() > WINDOWS_MAX as usize;
    windows.truncate(WINDOWS_MAX as usize);
    windows.reverse();
    let n_tests = windows.iter().fold(0_u64, |n, window| n.saturating_add(window.batch.n_tests as u64));
    let mut all = Spread::NONE;
    let mut known: Vec<&TestedWindow> = Vec::new();
    for window in &windows {
        if let Some(spread) = &window.spread {
            all.merge(spread);
            known.push(window);
        }
    }
    let n = all.n();
    let mut datasets: Vec<String> = windows.iter().map(|window| window.dataset.clone()).collect();
    datasets.sort();
    datasets.dedup();
    PValuesTold {
        since,
        until: plan.until,
        datasets,
        n_windows: windows.len() as u64,
        n_tests,
        n_untold: n_tests.saturating_sub(n),
        goes_on,
        bins: bins(&all),
        even: even(n),
        null_share: null_share(all.n_above_half(), n, 0.5),
        tail: tail(&all),
        shape: shape(&all),
        quantiles: quantiles(&smallest(&known), n),
        windows: by_day(&windows),
    }
}

fn bins(all: &Spread) -> Vec<PValueBin> {
    let end = |bin: usize| bin as f64 / BINS as f64;
    (0..).zip(all.bins).map(|(bin, n)| PValueBin { low: end(bin), high: end(bin + 1), n }).collect()
}

fn even(n: u64) -> Option<Even> {
    let chance = 1.0 / BINS as f64;
    // Bonferroni: any of the bins may be outside.
    let (low, high) = binomial_range(n, chance, MISS / BINS as f64);
    (n > 0).then_some(Even { expected: n as f64 * chance, low, high })
}

/// Down to the decade in which there is none any more.
fn tail(all: &Spread) -> Vec<Tail> {
    let n_tests = all.n() as f64;
    let filled = all.at_most.iter().take_while(|n| **n > 0).count();
    let decades = (0..DECADES).zip(all.at_most).take(filled.saturating_add(1));
    decades.map(|(at, n)| Tail { at_most: decade_of(at), n, expected: n_tests * decade_of(at) }).collect()
}

fn shape(all: &Spread) -> Shape {
    let n = all.n();
    if n < TESTS_MIN {
        return Shape::TooFew;
    }
    let below = 1.0 - all.n_above_half() as f64 / n as f64;
    let reach = uniform_distance(n, MISS);
    match below {
        below if below > 0.5 + reach => Shape::Leaning,
        below if below < 0.5 - reach => Shape::Careful,
        _ => Shape::Even,
    }
}

/// The smallest p-values of all windows together, ascending, down to the last place at which none is missing: a window
/// keeps only so many, and behind its last one there may be others.
fn smallest(windows: &[&TestedWindow]) -> Vec<f64> {
    let cut_off = |window: &&&TestedWindow| window.batch.smallest.len() < window.batch.n_tests;
    let last = |window: &&TestedWindow| window.batch.smallest.last().map_or(0.0, |p| p.get());
    let known_to = windows.iter().filter(cut_off).map(last).fold(1.0, f64::min);
    let all = windows.iter().flat_map(|window| window.batch.smallest.iter().map(|p| p.get()));
    let mut all: Vec<f64> = all.filter(|p| *p <= known_to).collect();
    all.sort_by(f64::total_cmp);
    all
}

fn quantiles(sorted: &[f64], n: u64) -> Vec<Quantile> {
    let Some(band) = UniformBand::new(n) else { return Vec::new() };
    let mut shown = Vec::new();
    let mut next = 1_u64;
    for (rank, p) in (1_u64..).zip(sorted) {
        if rank != next {
            continue;
        }
        let (low, high) = band.at(rank);
        shown.push(Quantile { rank, p: *p, expected: rank as f64 / (n as f64 + 1.0), low, high });
        let further = (rank as f64 * 10f64.powf(1.0 / POINTS_A_DECADE)).ceil() as u64;
        next = if rank < EACH_UP_TO { rank + 1 } else { further.max(rank + 1) };
    }
    shown
}

fn by_day(windows: &[TestedWindow]) -> Vec<WindowTold> {
    let mut days: BTreeMap<Timestamp, (u64, u64)> = BTreeMap::new();
    for TestedWindow { window, batch, .. } in windows {
        let (n_tests, n_small) = days.entry(window.end).or_default();
        *n_tests = n_tests.saturating_add(batch.n_tests as u64);
        *n_small = n_small.saturating_add(batch.n_small as u64);
    }
    days.into_iter().map(|(end, (n_tests, n_small))| WindowTold { end, n_tests, n_small }).collect()
}

#[cfg(test)]
mod tests {
    use detect::Batch;
    use schema::Window;
    use science::PValue;

    use super::*;

    /// A window with these p-values, of which the smallest few are kept.
    fn window(p_values: &[f64], kept: usize) -> TestedWindow {
        let mut smallest: Vec<PValue> = p_values.iter().map(|p| PValue::new(*p).expect("a probability")).collect();
        let spread = Some(Spread::of(&smallest));
        let n_small = p_values.iter().filter(|p| **p <= 0.5).count();
        smallest.sort_by(|a, b| a.get().total_cmp(&b.get()));
        smallest.truncate(kept);
        TestedWindow {
            detector: "scan".to_owned(),
            dataset: "office".to_owned(),
            window: Window::new(Timestamp::default(), Timestamp::from_seconds(86_400).expect("a time")),
            batch: Batch { n_tests: p_values.len(), n_small, smallest },
            spread,
        }
    }

    /// As even as can be.
    fn even_values(n: u32) -> Vec<f64> {
        (0..n).map(|at| (f64::from(at) + 0.5) / f64::from(n)).collect()
    }

    fn told_of(windows: Vec<TestedWindow>) -> PValuesTold {
        told(&PValuePlan::default(), None, windows)
    }

    #[test]
    fn even_p_values_lie_within_every_band() {
        let told = told_of(vec![window(&even_values(2_000), 1_000)]);
        let even = told.even.expect("tests");
        assert_eq!((told.n_tests, told.n_untold, told.shape), (2_000, 0, Shape::Even));
        assert!(told.bins.iter().all(|bin| bin.n == 100 && (even.low..=even.high).contains(&bin.n)));
        assert!(told.quantiles.len() > 80);
        assert!(told.quantiles.iter().all(|point| (point.low..=point.high).contains(&point.p)));
        assert!(told.null_share.is_some_and(|share| share > 0.99));
    }

    #[test]
    fn what_was_found_lies_outside_and_leaves_the_share_of_nulls_as_it_is() {
        let found = [even_values(1_800), vec![1e-9; 200]].concat();
        let told = told_of(vec![window(&found, 1_000)]);
        let first = told.quantiles.first().expect("a point");
        assert!(first.p < first.low && told.null_share.is_some_and(|share| (share - 0.9).abs() < 0.01));
        assert_eq!(told.tail.last().map(|tail| (tail.n, tail.at_most)), Some((0, 1e-10)));
        assert_eq!(told.shape, Shape::Leaning);
        let careful = told_of(vec![window(&vec![1.0; 500], 1_000)]);
        assert_eq!((careful.shape, careful.null_share), (Shape::Careful, Some(1.0)));
    }

    #[test]
    fn no_rank_is_told_behind_a_place_where_p_values_are_missing() {
        // The first window keeps what is below 0.1: between 0.1 and 0.5 only the second one would be counted.
        let told = told_of(vec![window(&even_values(100), 10), window(&even_values(100), 100)]);
        assert!(told.quantiles.iter().all(|point| point.p < 0.1), "{:?}", told.quantiles.last());
        assert_eq!(told.quantiles.last().map(|point| point.rank), Some(20));
        assert_eq!(told.windows, [WindowTold { end: told.windows[0].end, n_tests: 200, n_small: 100 }]);
    }

    #[test]
    fn windows_of_before_are_counted_and_not_drawn() {
        let before = TestedWindow { spread: None, ..window(&even_values(50), 50) };
        let told = told_of(vec![before, window(&even_values(30), 30)]);
        assert_eq!((told.n_tests, told.n_untold, told.shape), (80, 50, Shape::TooFew));
        let nothing = told_of(Vec::new());
        assert!(nothing.even.is_none() && nothing.quantiles.is_empty() && nothing.null_share.is_none());
    }
}
