//! Exponential smoothing: level, damped trend and season, forecast one step ahead.

use super::minimize::simplex;

/// How fast level, trend and season follow the values, each 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Smoothing {
    /// α
    pub level: f64,
    /// β, of the change of the level; 0 for no trend.
    pub trend: f64,
    /// γ, of what the level leaves.
    pub season: f64,
    /// φ: what is left of the trend after each step; 1 for a trend that goes on.
    pub damping: f64,
}

/// Holt and Winters' additive exponential smoothing with a damped trend (Gardner and McKenzie 1985): state that learns
/// with each value and forecasts the next ones.
#[derive(Debug, Clone, PartialEq)]
pub struct HoltWinters {
    pub smoothing: Smoothing,
    pub level: f64,
    pub trend: f64,
    /// One value for each phase of the season, the next one first; empty without a season.
    pub season: Vec<f64>,
    /// Where in `season` the next value stands.
    phase: usize,
}

/// Outcome of [`HoltWinters::fit`].
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// After the last value.
    pub state: HoltWinters,
    /// Forecasts of each value from those before it.
    pub fitted: Vec<f64>,
    /// Sum of squared errors of `fitted`.
    pub squares: f64,
}

impl HoltWinters {
    /// `season` holds a value for each phase, that of the next value first.
    pub fn new(smoothing: Smoothing, level: f64, trend: f64, season: Vec<f64>) -> Self {
        Self { smoothing, level, trend, season, phase: 0 }
    }

    /// The forecast `steps` ahead, from 1.
    pub fn forecast(&self, steps: usize) -> f64 {
        let damping = self.smoothing.damping;
        // φ + φ² + ... + φ^steps
        let reach =
            if damping == 1.0 { steps as f64 } else { damping * (1.0 - damping.powf(steps as f64)) / (1.0 - damping) };
        self.level + reach * self.trend + self.seasonal(self.phase + steps.saturating_sub(1))
    }

    fn seasonal(&self, phase: usize) -> f64 {
        self.season.get(phase % self.season.len().max(1)).copied().unwrap_or(0.0)
    }

    /// Takes a value and gives the forecast that it was measured against. A missing one (not finite) counts as just
    /// that forecast.
    pub fn observe(&mut self, value: f64) -> f64 {
        let forecast = self.forecast(1);
        let value = if value.is_finite() { value } else { forecast };
        let Smoothing { level, trend, season, damping } = self.smoothing;
        let (last_level, last_trend, seasonal) = (self.level, damping * self.trend, self.seasonal(self.phase));
        self.level = level * (value - seasonal) + (1.0 - level) * (last_level + last_trend);
        self.trend = trend * (self.level - last_level) + (1.0 - trend) * last_trend;
        if let Some(kept) = self.season.get_mut(self.phase) {
            *kept = season * (value - last_level - last_trend) + (1.0 - season) * *kept;
            self.phase = (self.phase + 1) % self.season.len();
        }
        forecast
    }

    /// The smoothing with the least sum of squared errors one step ahead, for seasons of `period` steps (below 2: none).
    ///
    /// The first state is estimated from the first ten seasons, or values: a line, and what it leaves.
    /// Damping is kept from 0.8 to 0.998. `None` below two seasons and four values, or where a value is not finite.
    pub fn fit(values: &[f64], period: usize) -> Option<Fit> {
        let period = if period < 2 { 0 } else { period };
        let enough = values.len() >= period.saturating_mul(2).max(4);
        if !enough || values.iter().any(|value| !value.is_finite()) {
            return None;
        }
        let begin = Self::begin(values, period);
        let run = |place: &[f64]| begin.clone().with(smoothing(place, period > 0)).run(values);
        // Several starts: the sum of squares has more than one valley.
        let starts = [[0.0, -2.0, -2.0, 2.0], [-2.0, -4.0, 0.0, 0.0], [2.0, -4.0, -4.0, 2.0]];
        let found = starts.iter().map(|start| simplex(start, 1.0, 400, |place| run(place).squares));
        let best = found.min_by(|a, b| a.1.total_cmp(&b.1))?;
        Some(run(&best.0))
    }

    fn with(self, smoothing: Smoothing) -> Self {
        Self { smoothing, ..self }
    }

    /// Forecasts and learns all of them.
    pub fn run(mut self, values: &[f64]) -> Fit {
        let fitted: Vec<f64> = values.iter().map(|value| self.observe(*value)).collect();
        let errors = values.iter().zip(&fitted).filter(|(value, _)| value.is_finite());
        let squares = errors.map(|(value, fitted)| (value - fitted) * (value - fitted)).sum();
        Fit { state: self, fitted, squares }
    }

    /// Trend and season of the first values or seasons: a line through them, and what it leaves.
    fn begin(values: &[f64], period: usize) -> Self {
        /// Enough for the noise to average out, few enough for the beginning to be the beginning.
        const BEGINNING: usize = 10;
        let cycle = period.max(1);
        let n = (values.len() / cycle).min(BEGINNING) * cycle;
        let first = values.get(..n).unwrap_or(values);
        let means: Vec<f64> = first.chunks(cycle).map(|cycle| cycle.iter().sum::<f64>() / cycle.len() as f64).collect();
        let middle = (means.len() as f64 - 1.0) / 2.0;
        let mean = means.iter().sum::<f64>() / means.len() as f64;
        let places = || (0..means.len()).map(|at| at as f64 - middle);
        let slope = places().zip(&means).map(|(at, value)| at * (value - mean)).sum::<f64>()
            / places().map(|at| at * at).sum::<f64>();
        let trend = slope / cycle as f64;
        // The state is that of one step before the first value.
        let line = |step: usize| mean + trend * (step as f64 - (n as f64 + 1.0) / 2.0);
        let season = |phase: usize| {
            let left = (phase..n).step_by(cycle).map(|at| first[at] - line(at + 1));
            left.sum::<f64>() * cycle as f64 / n as f64
        };
        let none = Smoothing { level: 0.0, trend: 0.0, season: 0.0, damping: 1.0 };
        Self::new(none, line(0), trend, (0..period).map(season).collect())
    }
}

/// Any four numbers as shares, so that the search has no borders.
fn smoothing(place: &[f64], seasonal: bool) -> Smoothing {
    let share = |at: usize| 1.0 / (1.0 + (-place.get(at).copied().unwrap_or(0.0)).exp());
    let level = share(0);
    let season = if seasonal { share(2) } else { 0.0 };
    Smoothing { level, trend: share(1), season, damping: 0.8 + 0.198 * share(3) }
}
