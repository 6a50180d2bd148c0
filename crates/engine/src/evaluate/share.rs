//! Shares with their intervals.

/// A share of `n` with its 95 % Wilson score interval (Wilson 1927).
#[derive(Debug, Clone, Copy, serde::Serialize)]
pub struct Share {
    pub value: f64,
    pub low: f64,
    pub high: f64,
    pub n: u64,
}

/// Counts what is right.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tally {
    pub(super) right: u64,
    pub(super) all: u64,
}

impl Tally {
    pub(super) fn count(&mut self, right: bool) {
        self.right += u64::from(right);
        self.all += 1;
    }

    pub(super) fn share(&self) -> Option<Share> {
        Share::of(self.right, self.all)
    }
}

impl Share {
    pub(crate) fn of(k: u64, n: u64) -> Option<Self> {
        const Z: f64 = 1.959_963_984_540_054;
        if n == 0 {
            return None;
        }
        let (k, trials) = (k as f64, n as f64);
        let value = k / trials;
        let spread = Z * Z / trials;
        let center = (value + spread / 2.0) / (1.0 + spread);
        let half = Z / (1.0 + spread) * (value * (1.0 - value) / trials + spread / (4.0 * trials)).sqrt();
        Some(Self { value, low: (center - half).max(0.0), high: (center + half).min(1.0), n })
    }
}

/// A mean over worlds with its 95 % percentile bootstrap interval; the seed makes it repeatable.
pub(super) fn mean(values: &[f64]) -> Option<Share> {
    const RESAMPLES: usize = 4_000;
    let n = values.len();
    if n == 0 {
        return None;
    }
    let value = values.iter().sum::<f64>() / n as f64;
    let mean = |picked: &[f64]| Some(picked.iter().sum::<f64>() / picked.len() as f64);
    let interval = science::evaluate::bootstrap(values, RESAMPLES, 0.95, 1, mean);
    let (low, high) = interval.map_or((value, value), |interval| (interval.low, interval.high));
    Some(Share { value, low, high, n: n as u64 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilson_intervals_agree_with_statsmodels() {
        // statsmodels.stats.proportion.proportion_confint(k, n, method="wilson")
        for (k, n, low, high) in [(4, 4, 0.510_109, 1.0), (0, 10, 0.0, 0.277_533), (9, 10, 0.595_850, 0.982_124)] {
            let share = Share::of(k, n).expect("n > 0");
            assert!((share.low - low).abs() < 1e-5 && (share.high - high).abs() < 1e-5, "{k}/{n}: {share:?}");
        }
        assert!(Share::of(0, 0).is_none());
    }
}
