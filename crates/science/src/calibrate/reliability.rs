//! How far stated probabilities agree with what came true. Cases are probability and outcome.

/// Cases of about one stated probability.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bin {
    pub n: usize,
    /// Mean of the stated probabilities.
    pub stated: f64,
    /// Share that came true.
    pub observed: f64,
}

/// Mean squared difference of probability and outcome (Brier 1950): 0 is perfect, ¼ is a coin. `None` without cases.
pub fn brier(cases: &[(f64, bool)]) -> Option<f64> {
    mean(cases.iter().map(|&(p, is)| (p - outcome(is)).powi(2)))
}

/// Mean of −ln of the probability given to what came true; probabilities are kept 1e−15 away from 0 and 1.
pub fn log_loss(cases: &[(f64, bool)]) -> Option<f64> {
    const MARGIN: f64 = 1e-15;
    mean(cases.iter().map(|&(p, is)| -(if is { p } else { 1.0 - p }).clamp(MARGIN, 1.0 - MARGIN).ln()))
}

/// The reliability diagram: `n_bins` of equal width from 0 to 1; empty ones are left out.
pub fn reliability(cases: &[(f64, bool)], n_bins: usize) -> Vec<Bin> {
    let n_bins = n_bins.max(1);
    let mut sums = vec![(0usize, 0.0, 0.0); n_bins];
    for &(p, is) in cases.iter().filter(|case| case.0.is_finite()) {
        let bin = ((p.clamp(0.0, 1.0) * n_bins as f64) as usize).min(n_bins - 1);
        let (n, stated, observed) = &mut sums[bin];
        *n += 1;
        *stated += p;
        *observed += outcome(is);
    }
    let filled = sums.into_iter().filter(|sum| sum.0 > 0);
    filled.map(|(n, stated, observed)| Bin { n, stated: stated / n as f64, observed: observed / n as f64 }).collect()
}

/// Mean difference of stated and observed over the bins, weighted by cases (Naeini, Cooper and Hauskrecht 2015).
///
/// It depends on the bins and is never 0 by chance; compare it between models on one data set only.
pub fn expected_calibration_error(cases: &[(f64, bool)], n_bins: usize) -> Option<f64> {
    let bins = reliability(cases, n_bins);
    let n: usize = bins.iter().map(|bin| bin.n).sum();
    let gaps = bins.iter().map(|bin| bin.n as f64 * (bin.stated - bin.observed).abs());
    (n > 0).then(|| gaps.sum::<f64>() / n as f64)
}

fn outcome(is: bool) -> f64 {
    f64::from(u8::from(is))
}

fn mean(values: impl ExactSizeIterator<Item = f64>) -> Option<f64> {
    let n = values.len();
    let mean = values.sum::<f64>() / n as f64;
    (n > 0 && mean.is_finite()).then_some(mean)
}
