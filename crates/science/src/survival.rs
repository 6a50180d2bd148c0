//! How long things last where some have not ended yet: Kaplan–Meier curves and Weibull fits of censored lifetimes.

/// One lifetime: how long it was watched, and whether it ended then or was only watched no longer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lifetime {
    pub length: f64,
    pub ended: bool,
}

/// The estimate of survival from one end of lifetimes to the next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    pub at: f64,
    /// Lifetimes that were watched just before.
    pub n_at_risk: u64,
    pub n_ended: u64,
    /// Share that lasts longer than this.
    pub survival: f64,
    /// Limits of the interval of 95 %.
    pub low: f64,
    pub high: f64,
}

/// Two-sided 95 % of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// The product-limit estimate (Kaplan and Meier 1958) with pointwise intervals of 95 % from Greenwood's variance on
/// the scale of log(−log S), which keeps them between 0 and 1. Assumes that why something is watched no longer says
/// nothing of how long it would have lasted. Lengths that are negative or no numbers are left out.
pub fn kaplan_meier(lifetimes: &[Lifetime]) -> Vec<Step> {
    let mut sorted: Vec<Lifetime> = lifetimes.iter().copied().filter(is_length).collect();
    sorted.sort_by(|a, b| a.length.total_cmp(&b.length));
    let (mut steps, mut survival, mut variance) = (Vec::new(), 1.0, 0.0);
    let mut n_at_risk = sorted.len() as u64;
    for of_length in sorted.chunk_by(|a, b| a.length == b.length) {
        let n_ended = of_length.iter().filter(|lifetime| lifetime.ended).count() as u64;
        if n_ended > 0 {
            let (n, d) = (n_at_risk as f64, n_ended as f64);
            survival *= (n - d) / n;
            variance += d / (n * (n - d));
            let (low, high) = limits(survival, variance);
            steps.push(Step { at: of_length[0].length, n_at_risk, n_ended, survival, low, high });
        }
        n_at_risk -= of_length.len() as u64;
    }
    steps
}

/// The time at which no more than this share lasts; `None` where the curve does not come down so far.
pub fn time_at(steps: &[Step], share: f64) -> Option<f64> {
    steps.iter().find(|step| step.survival <= share).map(|step| step.at)
}

/// A Weibull distribution: survival is exp(−(t / scale)^shape).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weibull {
    /// Below 1 things that have lasted are likely to last on; above 1 they age.
    pub shape: f64,
    pub scale: f64,
}

impl Weibull {
    pub fn survival(&self, at: f64) -> f64 {
        (-(at.max(0.0) / self.scale).powf(self.shape)).exp()
    }

    pub fn median(&self) -> f64 {
        self.scale * std::f64::consts::LN_2.powf(1.0 / self.shape)
    }
}

/// Shapes between which the fit is looked for; outside them a sample is a point or a power law.
const SHAPES: (f64, f64) = (1e-3, 1e3);

/// Halvings of the interval of shapes: more than the digits of a float.
const HALVINGS: usize = 200;

/// The maximum-likelihood fit to lifetimes of which some have not ended (Lawless 2003, §5.2). Lengths must be above
/// zero; others are left out. `None` where fewer than two have ended, or all that ended did so at once.
pub fn weibull(lifetimes: &[Lifetime]) -> Option<Weibull> {
    let kept: Vec<Lifetime> =
        lifetimes.iter().copied().filter(|lifetime| is_length(lifetime) && lifetime.length > 0.0).collect();
    let longest = kept.iter().map(|lifetime| lifetime.length).fold(0.0, f64::max);
    let n_ended = kept.iter().filter(|lifetime| lifetime.ended).count() as f64;
    // In units of the longest, so that no power overflows.
    let logs: Vec<(f64, bool)> =
        kept.iter().map(|lifetime| ((lifetime.length / longest).ln(), lifetime.ended)).collect();
    if n_ended < 2.0 {
        return None;
    }
    let log_mean = logs.iter().filter(|(_, ended)| *ended).map(|(log, _)| log).sum::<f64>() / n_ended;
    let slope = |shape: f64| {
        let (mut weights, mut weighted) = (0.0, 0.0);
        for (log, _) in &logs {
            let weight = (shape * log).exp();
            weights += weight;
            weighted += weight * log;
        }
        weighted / weights - 1.0 / shape - log_mean
    };
    // The derivative of the likelihood grows with the shape: one root, found by halving.
    let (mut low, mut high) = SHAPES;
    if slope(low) > 0.0 || slope(high) < 0.0 {
        return None;
    }
    for _ in 0..HALVINGS {
        let middle = 0.5 * (low + high);
        if slope(middle) < 0.0 { low = middle } else { high = middle }
    }
    let shape = 0.5 * (low + high);
    let weights: f64 = logs.iter().map(|(log, _)| (shape * log).exp()).sum();
    Some(Weibull { shape, scale: longest * (weights / n_ended).powf(1.0 / shape) })
}

fn is_length(lifetime: &Lifetime) -> bool {
    lifetime.length.is_finite() && lifetime.length >= 0.0
}

fn limits(survival: f64, variance: f64) -> (f64, f64) {
    if survival <= 0.0 || survival >= 1.0 {
        return (survival, survival);
    }
    let spread = Z * variance.sqrt() / survival.ln().abs();
    (survival.powf(spread.exp()), survival.powf((-spread).exp()))
}
