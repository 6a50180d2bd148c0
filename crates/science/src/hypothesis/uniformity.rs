//! Whether p-values lie as those of true null hypotheses do: evenly from 0 to 1.

use std::f64::consts::SQRT_2;

use statrs::function::{beta::checked_beta_reg, erf::erf_inv};

use super::binomial_at_least;

/// From this many values on the share of true null hypotheses is told: fewer lie above one half by luck alone.
const NULLS_MIN: u64 = 20;

/// Halvings after which a quantile is exact but for rounding.
const HALVINGS: u32 = 60;

/// From this many values on either side on, or this variance, the normal distribution stands for the exact one: its
/// error is then far below what a plot can show, and the series of the exact one would not end in time.
const NORMAL_FROM: f64 = 2_000.0;

/// Share of true null hypotheses among `n` tests of which `n_above` have p > λ, at most 1 (Storey 2002, with the 1 of
/// Storey, Taylor and Siegmund 2004): (1 + n_above) / (n (1 − λ)).
///
/// Conservative p-values make it too large, never too small. `None` below 20 tests, and where λ is not in 0 to 1.
pub fn null_share(n_above: u64, n: u64, lambda: f64) -> Option<f64> {
    let usable = n >= NULLS_MIN && (0.0..1.0).contains(&lambda);
    usable.then(|| ((1.0 + n_above as f64) / (n as f64 * (1.0 - lambda))).min(1.0))
}

/// Where the distribution function of `n` independent uniform values lies with a chance of at least 1 − `miss`, at all
/// places at once: within this distance (Dvoretzky, Kiefer and Wolfowitz 1956, with the constant of Massart 1990).
pub fn uniform_distance(n: u64, miss: f64) -> f64 {
    if n == 0 || !(miss > 0.0 && miss < 1.0) {
        return 1.0;
    }
    ((2.0 / miss).ln() / (2.0 * n as f64)).sqrt().min(1.0)
}

/// The smallest and the largest number of successes of `trials`, each end missed with a chance of at most `miss` / 2.
pub fn binomial_range(trials: u64, chance: f64, miss: f64) -> (u64, u64) {
    let (n, variance) = (trials as f64, trials as f64 * chance * (1.0 - chance));
    if variance > NORMAL_FROM {
        let reach = normal_quantile(1.0 - miss / 2.0) * variance.sqrt();
        return ((n * chance - reach).max(0.0).floor() as u64, (n * chance + reach).min(n).ceil() as u64);
    }
    let at_least = |k: u64| binomial_at_least(k, trials, chance).get();
    // The first number of successes that is reached with no more than this chance.
    let first = |share: f64| {
        let (mut low, mut high) = (0, trials.saturating_add(1));
        while low < high {
            let middle = low + (high - low) / 2;
            if at_least(middle) <= share { high = middle } else { low = middle + 1 }
        }
        low
    };
    let high = first(miss / 2.0).saturating_sub(1);
    // As many or fewer than k: all that are not k + 1 or more.
    let low = first(1.0 - miss / 2.0).saturating_sub(1);
    (low.min(high), high)
}

/// Where all order statistics of independent uniform values lie at once, in 95 of 100 cases.
///
/// Each order statistic is beta distributed; all get the same local level (Aldor-Noiman, Brown, Buja, Rolke and Stine
/// 2013, "The power to see"): from a hundred values on by the approximation of Gontscharuk and Finner 2017, below by one
/// of ours, as a hundred thousand samples of 10, 20, 30 and 50 values gave it. Unlike a band of equal width (Kolmogorov and Smirnov's) it sees the smallest
/// values as well as those in the middle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct UniformBand {
    n: u64,
    /// Chance of one order statistic to lie outside, on either side together.
    local: f64,
}

impl UniformBand {
    /// `None` below ten values.
    pub fn new(n: u64) -> Option<Self> {
        const LEVEL: f64 = 0.05;
        /// Of Gontscharuk and Finner for this level.
        const CORRECTION: f64 = 1.3;
        const VALUES_MIN: u64 = 10;
        if n < VALUES_MIN {
            return None;
        }
        const FEW: u64 = 100;
        if n < FEW {
            return Some(Self { n, local: 0.0072 * (10.0 / n as f64).powf(0.56) });
        }
        let log = (n as f64).ln();
        let twice = log.ln();
        let local = -(-LEVEL).ln_1p() / (2.0 * twice * log) * (1.0 - CORRECTION * twice.ln() / twice);
        Some(Self { n, local })
    }

    /// Ends of the band at the `rank`-th smallest value, from 1 on.
    pub fn at(&self, rank: u64) -> (f64, f64) {
        let rank = rank.clamp(1, self.n);
        (self.quantile(rank, self.local / 2.0), self.quantile(rank, 1.0 - self.local / 2.0))
    }

    /// The quantile of the beta distribution of an order statistic, by halving on the scale of logarithms.
    fn quantile(&self, rank: u64, share: f64) -> f64 {
        let (a, b) = (rank as f64, (self.n - rank) as f64 + 1.0);
        if a.min(b) > NORMAL_FROM {
            let mean = a / (a + b);
            return (mean + normal_quantile(share) * (mean * (1.0 - mean) / (a + b + 1.0)).sqrt()).clamp(0.0, 1.0);
        }
        let below = |log_x: f64| checked_beta_reg(a, b, log_x.exp()).is_ok_and(|reached| reached < share);
        let (mut low, mut high) = ((f64::MIN_POSITIVE).ln(), 0.0);
        for _ in 0..HALVINGS {
            let middle = f64::midpoint(low, high);
            if below(middle) { low = middle } else { high = middle }
        }
        f64::midpoint(low, high).exp()
    }
}

fn normal_quantile(share: f64) -> f64 {
    SQRT_2 * erf_inv(2.0 * share - 1.0)
}

#[cfg(test)]
mod tests {
    use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};

    use super::*;
    use crate::random::unit;

    fn sorted_uniforms(n: u64, random: &mut ChaCha8Rng) -> Vec<f64> {
        let mut values: Vec<f64> = (0..n).map(|_| unit(random)).collect();
        values.sort_by(f64::total_cmp);
        values
    }

    /// Share of samples that lie within the band at every rank.
    fn covered(n: u64, samples: u32) -> f64 {
        let band = UniformBand::new(n).expect("values enough");
        let ends: Vec<(f64, f64)> = (1..=n).map(|rank| band.at(rank)).collect();
        let mut random = ChaCha8Rng::seed_from_u64(n);
        let inside = (0..samples).filter(|_| {
            let values = sorted_uniforms(n, &mut random);
            values.iter().zip(&ends).all(|(value, (low, high))| (low..=high).contains(&value))
        });
        inside.count() as f64 / f64::from(samples)
    }

    #[test]
    fn all_order_statistics_lie_within_the_band_in_95_of_100_samples() {
        for (n, samples) in [(10, 4_000), (30, 4_000), (100, 4_000), (1_000, 2_000), (6_000, 1_000)] {
            let share = covered(n, samples);
            assert!((0.93..=0.97).contains(&share), "{n}: {share}");
        }
        assert_eq!(UniformBand::new(9), None);
    }

    #[test]
    fn a_band_joins_smoothly_where_the_normal_distribution_takes_over() {
        let band = UniformBand::new(1_000_000).expect("values enough");
        let widths = [1_990, 2_000, 2_001, 2_010].map(|rank| {
            let (low, high) = band.at(rank);
            assert!(low < rank as f64 / 1e6 && rank as f64 / 1e6 < high);
            high - low
        });
        assert!((widths[0] / widths[3] - 1.0).abs() < 0.02, "{widths:?}");
        assert!(band.at(1).0 > 0.0 && band.at(1).1 < 2e-5, "{:?}", band.at(1));
    }

    #[test]
    fn the_share_of_nulls_is_found_and_errs_to_the_safe_side() {
        let mut random = ChaCha8Rng::seed_from_u64(1);
        // 8,000 true nulls, and 2,000 p-values that are all small.
        let n_above = (0..8_000).filter(|_| unit(&mut random) > 0.5).count() as u64;
        let share = null_share(n_above, 10_000, 0.5).expect("tests enough");
        assert!((share - 0.8).abs() < 0.03, "{share}");
        // Conservative tests heap up at one.
        assert_eq!(null_share(9_000, 10_000, 0.5), Some(1.0));
        assert_eq!((null_share(9, 19, 0.5), null_share(1, 100, 1.0)), (None, None));
    }

    #[test]
    fn the_distance_holds_for_whole_distributions() {
        let mut random = ChaCha8Rng::seed_from_u64(2);
        let far = |values: &[f64]| {
            let n = values.len() as f64;
            let apart = values.iter().enumerate().map(|(at, p)| (p - at as f64 / n).max((at + 1) as f64 / n - p));
            apart.fold(0.0, f64::max)
        };
        let reach = uniform_distance(200, 0.05);
        let missed = (0..2_000).filter(|_| far(&sorted_uniforms(200, &mut random)) > reach).count();
        assert!(missed <= 130, "{missed} of 2,000, where 100 are allowed on average");
        assert_eq!((uniform_distance(0, 0.05), uniform_distance(9, 0.0)), (1.0, 1.0));
    }

    #[test]
    fn ranges_of_the_binomial_hold_what_they_promise() {
        // scipy.stats.binom(100, 0.05): P(X <= 0) = 0.0059, P(X <= 1) = 0.0371, P(X >= 10) = 0.0282, P(X >= 11) = 0.0115.
        assert_eq!(binomial_range(100, 0.05, 0.05), (1, 10));
        assert_eq!((binomial_range(0, 0.05, 0.05), binomial_range(3, 0.05, 1e-9)), ((0, 0), (0, 3)));
        let (low, high) = binomial_range(1_000_000, 0.05, 0.05);
        assert_eq!((low, high), (49_572, 50_428));
    }
}
