//! BOCPD: after each value, how long ago the last change probably was.

use statrs::function::gamma::ln_gamma;

/// Bayesian online detection of change points (Adams and MacKay 2007) with a constant hazard.
///
/// A change comes before each value with chance `hazard`, and begins a segment with parameters of its own, drawn from
/// the prior of the [`Model`]. The run length's posterior is exact but for run lengths that are left out: below a
/// chance of 10⁻⁹, and beyond the `runs_max` likeliest. O(`runs_max`) for each value.
#[derive(Debug, Clone, PartialEq)]
pub struct OnlineChanges {
    model: Model,
    hazard: f64,
    runs_max: usize,
    runs: Vec<Run>,
}

/// How values of one segment are distributed, with the prior of their parameters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Model {
    /// Normal; precision ~ Gamma(`shape`, rate `rate`), mean ~ Normal(`mean`, 1/(`weight` · precision)).
    Normal { mean: f64, weight: f64, shape: f64, rate: f64 },
    /// Poisson counts; rate ~ Gamma(`shape`, rate `rate`).
    Poisson { shape: f64, rate: f64 },
}

/// What is known after a value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outlook {
    /// Density (or chance, for counts) of the value, given all before it: small is surprising. Natural logarithm.
    pub log_predictive: f64,
    /// Posterior mean of the number of values since the change, this one included: at least 1.
    pub run_length_mean: f64,
    /// The likeliest number of values since the change.
    pub run_length_mode: u64,
    /// Posterior chance that the change came within the last `recent` values of [`OnlineChanges::observe`], 0 to 1.
    pub change_recent: f64,
}

/// One hypothesis on when the segment began, with its chance and the model's parameters after the segment's values.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Run {
    length: u64,
    chance: f64,
    model: Model,
}

impl OnlineChanges {
    /// Chances below this one are left out.
    const CHANCE_MIN: f64 = 1e-9;

    /// `hazard` is 1 over the expected length of a segment, between 0 and 1. `None` for impossible numbers.
    pub fn new(model: Model, hazard: f64, runs_max: usize) -> Option<Self> {
        let usable = hazard > 0.0 && hazard < 1.0 && runs_max > 0 && model.is_possible();
        usable.then(|| Self { model, hazard, runs_max, runs: vec![Run { length: 0, chance: 1.0, model }] })
    }

    /// Takes a value; `None` for one that the model cannot have brought forth, which is passed over.
    pub fn observe(&mut self, value: f64, recent: u64) -> Option<Outlook> {
        if !self.model.can_bring(value) {
            return None;
        }
        let begun = Run { length: 0, chance: self.hazard, model: self.model };
        // Before the very first value there is nothing to change from.
        let first = self.runs.iter().all(|run| run.length == 0);
        let mut runs: Vec<Run> = if first { Vec::new() } else { vec![begun] };
        runs.extend(
            self.runs
                .iter()
                .map(|run| Run { chance: run.chance * if first { 1.0 } else { 1.0 - self.hazard }, ..*run }),
        );
        let logs: Vec<f64> = runs.iter().map(|run| run.chance.ln() + run.model.log_predictive(value)).collect();
        let largest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let all: f64 = logs.iter().map(|log| (log - largest).exp()).sum();
        for (run, log) in runs.iter_mut().zip(logs) {
            *run = Run { length: run.length + 1, chance: (log - largest).exp() / all, model: run.model.after(value) };
        }
        self.runs = self.likeliest(runs);
        Some(self.outlook(largest + all.ln(), recent))
    }

    fn likeliest(&self, mut runs: Vec<Run>) -> Vec<Run> {
        runs.retain(|run| run.chance >= Self::CHANCE_MIN);
        runs.sort_unstable_by(|a, b| b.chance.total_cmp(&a.chance));
        runs.truncate(self.runs_max);
        let all: f64 = runs.iter().map(|run| run.chance).sum();
        runs.iter_mut().for_each(|run| run.chance /= all);
        runs
    }

    fn outlook(&self, log_predictive: f64, recent: u64) -> Outlook {
        let chance_of =
            |within: &dyn Fn(&Run) -> f64| self.runs.iter().map(|run| run.chance * within(run)).sum::<f64>();
        Outlook {
            log_predictive,
            run_length_mean: chance_of(&|run| run.length as f64),
            run_length_mode: self.runs.first().map_or(1, |run| run.length),
            change_recent: chance_of(&|run| f64::from(u8::from(run.length <= recent))).min(1.0),
        }
    }
}

impl Model {
    fn is_possible(self) -> bool {
        let positive = |value: f64| value > 0.0 && value.is_finite();
        match self {
            Self::Normal { mean, weight, shape, rate } => {
                mean.is_finite() && [weight, shape, rate].into_iter().all(positive)
            }
            Self::Poisson { shape, rate } => positive(shape) && positive(rate),
        }
    }

    fn can_bring(self, value: f64) -> bool {
        match self {
            // Squares of larger values are no numbers.
            Self::Normal { .. } => value.abs() < 1e150,
            Self::Poisson { .. } => (0.0..1e15).contains(&value) && value.fract() == 0.0,
        }
    }

    /// ln of the density of a further value: Student's t, or the negative binomial.
    fn log_predictive(self, value: f64) -> f64 {
        match self {
            Self::Normal { mean, weight, shape, rate } => {
                let degrees = 2.0 * shape;
                let scale = rate * (weight + 1.0) / (shape * weight);
                let distance = (value - mean) * (value - mean) / (degrees * scale);
                ln_gamma(shape + 0.5)
                    - ln_gamma(shape)
                    - 0.5 * (std::f64::consts::PI * degrees * scale).ln()
                    - (shape + 0.5) * distance.ln_1p()
            }
            Self::Poisson { shape, rate } => {
                ln_gamma(shape + value)
                    - ln_gamma(shape)
                    - ln_gamma(value + 1.0)
                    - shape * (1.0 / rate).ln_1p()
                    - value * rate.ln_1p()
            }
        }
    }

    fn after(self, value: f64) -> Self {
        match self {
            Self::Normal { mean, weight, shape, rate } => Self::Normal {
                mean: (weight * mean + value) / (weight + 1.0),
                weight: weight + 1.0,
                shape: shape + 0.5,
                rate: rate + weight * (value - mean) * (value - mean) / (2.0 * (weight + 1.0)),
            },
            Self::Poisson { shape, rate } => Self::Poisson { shape: shape + value, rate: rate + 1.0 },
        }
    }
}
