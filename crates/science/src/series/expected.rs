//! Between which counts the next one is to be expected, from a few earlier ones of the same kind; and whether a level
//! has changed.

use crate::{
    PValue,
    describe::{mean, variance},
    hypothesis::{f_at_least, negative_binomial_at_least, negative_binomial_at_most, negative_binomial_size},
};

/// Prediction interval of a count.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CountBand {
    pub mean: f64,
    pub low: u64,
    pub high: u64,
}

/// Where the next count lies with a chance of about 1 − `miss`, each end missed in half of these cases.
///
/// The rate is not known, only met: with Jeffreys' prior a Poisson count has a negative binomial predictive
/// distribution (Bayarri and Berger 2004; Krishnamoorthy and Peng 2011 on how well it covers). Where the earlier counts
/// scatter more than Poisson's do, their own scatter is added, by moments. Assumes that they come from the same days as
/// the next one: neither trend nor season. `None` below two counts, and where one is negative or no number.
pub fn counts_expected(past: &[f64], miss: f64) -> Option<CountBand> {
    let usable = past.iter().all(|count| count.is_finite() && *count >= 0.0) && miss > 0.0 && miss < 1.0;
    if past.len() < 2 || !usable {
        return None;
    }
    let n = past.len() as f64;
    /// Jeffreys' prior of a rate counts as half an event.
    const PRIOR: f64 = 0.5;
    let seen = mean(past)? * n + PRIOR;
    let mean = seen / n;
    // All zeros say nothing of scatter.
    let scatter = negative_binomial_size(past).map_or(0.0, |size| 1.0 / size);
    // Relative variances add up: of the count given its rate, and of the rate given what was met.
    let size = 1.0 / (scatter + 1.0 / seen + scatter / n);
    let high = first(|count| negative_binomial_at_least(count.saturating_add(1), mean, size).get() <= miss / 2.0)?;
    let low = first(|count| negative_binomial_at_most(count, mean, size).get() > miss / 2.0)?;
    Some(CountBand { mean, low: low.min(high), high })
}

/// Whether a large count is another one than the few before it. Null hypothesis: all are of one log-normal distribution.
///
/// Student's prediction of one more value, on the logarithms (Hahn and Meeker 1991): it knows how little a week of days
/// tells of their scatter, where a plug-in would raise false alarms. Never surer than Poisson's scatter allows. Two-sided.
/// `None` below three counts, and where one is negative or no number.
pub fn level_changed(past: &[f64], next: f64) -> Option<PValue> {
    let usable = past.iter().chain([&next]).all(|count| count.is_finite() && *count >= 0.0);
    if past.len() < 3 || !usable {
        return None;
    }
    // A count of nothing has a logarithm too.
    const HALF: f64 = 0.5;
    let log = |count: f64| (count + HALF).ln();
    let logs: Vec<f64> = past.iter().map(|count| log(*count)).collect();
    let scatter = variance(&logs)?.max(1.0 / (mean(past)? + HALF));
    let n = past.len() as f64;
    let apart = log(next) - mean(&logs)?;
    Some(f_at_least(apart * apart / (scatter * (1.0 + 1.0 / n)), 1.0, n - 1.0))
}

/// The smallest count from which on this holds.
fn first(holds: impl Fn(u64) -> bool) -> Option<u64> {
    const COUNT_MAX: u64 = 1 << 52;
    let mut high = 1_u64;
    while !holds(high) {
        high = high.saturating_mul(2);
        if high > COUNT_MAX {
            return None;
        }
    }
    let mut low = 0;
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) { high = middle } else { low = middle + 1 }
    }
    Some(low)
}

#[cfg(test)]
mod tests {
    use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};

    use super::*;
    use crate::random::unit;

    /// Events of a rate in one unit of time.
    fn poisson(rate: f64, random: &mut ChaCha8Rng) -> f64 {
        let (mut n, mut left) = (0.0, rate);
        loop {
            left += (1.0 - unit(random)).ln();
            if left < 0.0 {
                return n;
            }
            n += 1.0;
        }
    }

    /// Share of next counts within the band of `days` earlier ones.
    fn covered(days: usize, mut count: impl FnMut(&mut ChaCha8Rng) -> f64) -> f64 {
        let mut random = ChaCha8Rng::seed_from_u64(7);
        const SAMPLES: usize = 4_000;
        let inside = (0..SAMPLES).filter(|_| {
            let past: Vec<f64> = (0..days).map(|_| count(&mut random)).collect();
            let band = counts_expected(&past, 0.05).expect("a band");
            (band.low as f64..=band.high as f64).contains(&count(&mut random))
        });
        inside.count() as f64 / SAMPLES as f64
    }

    #[test]
    fn of_poisson_counts_the_band_holds_95_of_100() {
        for rate in [0.05, 0.7, 4.0, 60.0] {
            for days in [7, 28] {
                let share = covered(days, |random| poisson(rate, random));
                assert!(share >= 0.94, "rate {rate}, {days} days: {share}");
            }
        }
    }

    #[test]
    fn of_counts_that_scatter_more_it_holds_nearly_as_many() {
        // Days of two kinds, as likely as each other, one with four times as much.
        for days in [7, 28] {
            let share = covered(days, |random| {
                let rate = if unit(random) < 0.5 { 5.0 } else { 20.0 };
                poisson(rate, random)
            });
            assert!(share >= 0.92, "{days} days: {share}");
        }
    }

    #[test]
    fn what_is_far_from_all_before_lies_outside() {
        let quiet = counts_expected(&[0.0; 14], 0.05).expect("a band");
        assert_eq!((quiet.low, quiet.high), (0, 1));
        let busy = counts_expected(&[98.0, 104.0, 101.0, 95.0, 107.0, 99.0, 100.0], 0.05).expect("a band");
        assert!(busy.low > 70 && busy.high < 135, "{busy:?}");
    }

    #[test]
    fn a_level_that_stays_is_seldom_taken_for_another() {
        for days in [7, 28] {
            let mut random = ChaCha8Rng::seed_from_u64(11);
            // About a normal value: the sum of twelve uniform ones.
            let mut day = || {
                let normal = (0..12).map(|_| unit(&mut random)).sum::<f64>() - 6.0;
                (8.0 + 0.4 * normal).exp().round()
            };
            const SAMPLES: usize = 20_000;
            let small = (0..SAMPLES).filter(|_| {
                let past: Vec<f64> = (0..days).map(|_| day()).collect();
                level_changed(&past, day()).is_some_and(|p| p.get() <= 0.01)
            });
            let share = small.count() as f64 / SAMPLES as f64;
            assert!((0.005..=0.015).contains(&share), "{days} days: {share}");
        }
    }

    #[test]
    fn a_level_that_breaks_is_seen() {
        let week = [9_800.0, 10_400.0, 10_100.0, 9_500.0, 10_700.0, 9_900.0, 10_000.0];
        let p = |next| level_changed(&week, next).expect("days enough").get();
        assert!(p(0.0) < 1e-6 && p(100.0) < 1e-6 && p(40_000.0) < 1e-6);
        assert!(p(10_300.0) > 0.1);
        // Counts that are all the same scatter as Poisson's at least.
        assert!(level_changed(&[100.0; 7], 110.0).is_some_and(|p| p.get() > 0.1));
        assert_eq!((level_changed(&week[..2], 1.0), level_changed(&week, f64::NAN)), (None, None));
    }

    #[test]
    fn nothing_is_expected_of_nothing() {
        assert_eq!(counts_expected(&[], 0.05), None);
        assert_eq!(counts_expected(&[3.0], 0.05), None);
        assert_eq!(counts_expected(&[3.0, f64::NAN], 0.05), None);
        assert_eq!(counts_expected(&[3.0, -1.0], 0.05), None);
        assert!(counts_expected(&[1e18; 7], 0.05).is_none_or(|band| band.low <= band.high));
    }
}
