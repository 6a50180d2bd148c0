//! STL and MSTL: a series as trend, one or several seasons, and what is left.

use super::loess::Loess;
use crate::describe::Sorted;

/// A series in parts that sum to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Decomposition {
    pub trend: Vec<f64>,
    /// One for each period, in the order of the periods (ascending for [`mstl`]).
    pub seasons: Vec<Vec<f64>>,
    pub remainder: Vec<f64>,
    /// How far each value was trusted, 0 to 1: 0 for outliers. All 1 without robust fitting.
    pub weights: Vec<f64>,
}

/// STL (Cleveland, Cleveland, McRae and Terpenning 1990): seasons and trend by local regression, in turns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stl {
    /// Steps in a season, at least 2.
    pub period: usize,
    /// Seasons that a season is smoothed over, odd, at least 7: the smaller, the faster it may change.
    pub seasonal_window: usize,
    /// Outliers are given less weight, in 15 rounds: a day that was odd then leaves no trace in the days after it.
    pub robust: bool,
}

impl Stl {
    pub fn new(period: usize) -> Self {
        Self { period, seasonal_window: 7, robust: false }
    }

    pub fn robust(self) -> Self {
        Self { robust: true, ..self }
    }

    /// `None` below two whole seasons, for a period below 2, and where a value is not finite.
    pub fn decompose(self, values: &[f64]) -> Option<Decomposition> {
        let usable = self.period >= 2 && values.len() / 2 >= self.period;
        if !usable || values.iter().any(|value| !value.is_finite()) {
            return None;
        }
        // After the first round 15 more, each with weights from the one before.
        let (rounds, turns) = if self.robust { (16, 2) } else { (1, 5) };
        let mut parts = Parts { trend: vec![0.0; values.len()], season: vec![0.0; values.len()] };
        let mut weights: Option<Vec<f64>> = None;
        for round in 0..rounds {
            if round > 0 {
                weights = Some(trust(values, &parts));
            }
            for _ in 0..turns {
                self.turn(values, weights.as_deref(), &mut parts);
            }
        }
        let both = parts.trend.iter().zip(&parts.season).zip(values);
        let remainder = both.map(|((trend, season), value)| value - trend - season).collect();
        let weights = weights.unwrap_or_else(|| vec![1.0; values.len()]);
        Some(Decomposition { trend: parts.trend, seasons: vec![parts.season], remainder, weights })
    }

    /// One turn of the inner loop: season from what the trend leaves, then trend from what the season leaves.
    fn turn(self, values: &[f64], weights: Option<&[f64]>, parts: &mut Parts) {
        let detrended: Vec<f64> = values.iter().zip(&parts.trend).map(|(value, trend)| value - trend).collect();
        let cycles = self.cycles(&detrended, weights);
        let passed = moving(&moving(&moving(&cycles, self.period), self.period), 3);
        let low = Loess { window: odd(self.period + 1), linear: true }.smooth(&passed, None);
        parts.season = cycles.iter().skip(self.period).zip(&low).map(|(cycle, low)| cycle - low).collect();
        let rest: Vec<f64> = values.iter().zip(&parts.season).map(|(value, season)| value - season).collect();
        parts.trend = Loess { window: self.trend_window(), linear: true }.smooth(&rest, weights);
    }

    /// Each phase of the season smoothed by itself, with one further season before and one after.
    fn cycles(self, values: &[f64], weights: Option<&[f64]>) -> Vec<f64> {
        let loess = Loess { window: self.seasonal_window, linear: true };
        let mut cycles = vec![0.0; values.len() + 2 * self.period];
        for phase in 0..self.period {
            let pick = |of: &[f64]| -> Vec<f64> { of.iter().skip(phase).step_by(self.period).copied().collect() };
            let (cycle, trusted) = (pick(values), weights.map(pick));
            let trusted = trusted.as_deref();
            let n = cycle.len();
            let smooth = loess.smooth(&cycle, trusted);
            let (first, last) = (smooth.first().copied().unwrap_or(0.0), smooth.last().copied().unwrap_or(0.0));
            let before = loess.at(&cycle, trusted, 0.0, (1, self.seasonal_window.min(n))).unwrap_or(first);
            let from = (n + 1).saturating_sub(self.seasonal_window).max(1);
            let after = loess.at(&cycle, trusted, (n + 1) as f64, (from, n)).unwrap_or(last);
            let whole = std::iter::once(before).chain(smooth).chain([after]);
            let places = cycles.iter_mut().skip(phase).step_by(self.period);
            places.zip(whole).for_each(|(place, value)| *place = value);
        }
        cycles
    }

    /// The paper's rule: the trend follows nothing that the season could be.
    fn trend_window(self) -> usize {
        let window = 1.5 * self.period as f64 / (1.0 - 1.5 / self.seasonal_window.max(2) as f64);
        odd((window + 0.999_999_999) as usize)
    }
}

struct Parts {
    trend: Vec<f64>,
    season: Vec<f64>,
}

fn odd(n: usize) -> usize {
    n + usize::from(n.is_multiple_of(2))
}

/// Moving averages of `length` values; there are `length` − 1 fewer of them.
fn moving(values: &[f64], length: usize) -> Vec<f64> {
    let mut sum: f64 = values.iter().take(length).sum();
    let mut means = vec![sum / length as f64];
    for (leaves, enters) in values.iter().zip(values.iter().skip(length)) {
        sum += enters - leaves;
        means.push(sum / length as f64);
    }
    means
}

/// Bisquare weights of what is left, at six times its median size.
fn trust(values: &[f64], parts: &Parts) -> Vec<f64> {
    let both = parts.trend.iter().zip(&parts.season).zip(values);
    let sizes: Vec<f64> = both.map(|((trend, season), value)| (value - trend - season).abs()).collect();
    let reach = 6.0 * Sorted::new(sizes.clone()).map_or(0.0, |sizes| sizes.median());
    let weight = |size: &f64| {
        if *size <= 0.001 * reach {
            1.0
        } else if *size <= 0.999 * reach {
            (1.0 - (size / reach).powi(2)).powi(2)
        } else {
            0.0
        }
    };
    sizes.iter().map(weight).collect()
}

/// MSTL (Bandara, Hyndman and Bergmeir 2021): several periods, each by STL on what the others leave, in two rounds.
///
/// Periods below 2 and those that do not fit twice into the series are left out; `None` where none is left or a value is not finite.
pub fn mstl(values: &[f64], periods: &[usize], robust: bool) -> Option<Decomposition> {
    let mut periods: Vec<usize> =
        periods.iter().copied().filter(|period| (2..values.len() / 2).contains(period)).collect();
    periods.sort_unstable();
    periods.dedup();
    let rounds = if periods.len() > 1 { 2 } else { 1 };
    let mut seasons = vec![vec![0.0; values.len()]; periods.len()];
    let mut rest = values.to_vec();
    let mut last = None;
    for _ in 0..rounds {
        for (number, (period, season)) in periods.iter().zip(&mut seasons).enumerate() {
            rest.iter_mut().zip(season.iter()).for_each(|(rest, season)| *rest += season);
            let stl = Stl { period: *period, seasonal_window: 7 + 4 * (number + 1), robust };
            let mut parts = stl.decompose(&rest)?;
            *season = parts.seasons.pop()?;
            rest.iter_mut().zip(season.iter()).for_each(|(rest, season)| *rest -= season);
            last = Some(parts);
        }
    }
    let Decomposition { trend, weights, .. } = last?;
    let remainder = rest.iter().zip(&trend).map(|(rest, trend)| rest - trend).collect();
    Some(Decomposition { trend, seasons, remainder, weights })
}
