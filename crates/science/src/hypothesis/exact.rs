//! Exact two-sided tests of counts: as unlikely as what was seen, or less, to either side.

use statrs::function::gamma::ln_gamma;

use super::binomial_at_least;
use crate::PValue;

/// Exact binomial test, two-sided. Null hypothesis: each of `trials` independent trials succeeds with chance `chance`.
///
/// Sums the chances of all outcomes that are no likelier than the one seen (the method of small chances, as R and
/// SciPy). More successes than trials, or a `chance` outside 0 to 1, is no evidence: 1.
pub fn binomial_differs(successes: u64, trials: u64, chance: f64) -> PValue {
    if successes > trials || !(0.0..=1.0).contains(&chance) {
        return PValue::ONE;
    }
    if chance == 0.0 || chance == 1.0 {
        let sure = if chance == 0.0 { 0 } else { trials };
        return if successes == sure { PValue::ONE } else { PValue::clamped(0.0) };
    }
    let log = |k: u64| log_choose(trials, k) + k as f64 * chance.ln() + (trials - k) as f64 * (-chance).ln_1p();
    let at_least = |k: u64| binomial_at_least(k, trials, chance).get();
    let at_most = |k: u64| if k < trials { binomial_at_least(trials - k, trials, 1.0 - chance).get() } else { 1.0 };
    two_sided(successes, (0, trials), log, at_least, at_most)
}

/// Two Poisson rates, two-sided. Null hypothesis: the first is `ratio` times the second.
///
/// Conditional on the sum of both counts, as [`super::rate_exceeds`], with the same assumptions.
pub fn rates_differ(events: u64, exposure: f64, before: u64, exposure_before: f64, ratio: f64) -> PValue {
    let usable = [exposure, exposure_before, ratio].iter().all(|value| value.is_finite() && *value > 0.0);
    if !usable {
        return PValue::ONE;
    }
    let share = ratio * exposure / (ratio * exposure + exposure_before);
    binomial_differs(events, events.saturating_add(before), share)
}

/// Outcome of [`fisher_exact`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fourfold {
    /// ad / bc as seen, 0 to ∞; not a number where both are 0.
    pub odds_ratio: f64,
    /// Of the alternative that the odds are greater in the first row.
    pub greater: PValue,
    pub two_sided: PValue,
}

/// Fisher's (1935) exact test of a fourfold table [[a, b], [c, d]]. Null hypothesis: row and column are independent,
/// given the sums of both; a is then hypergeometric.
///
/// Right also where cells are small, where [`super::chi_square`] is not. Two-sided by small chances, as R and SciPy.
/// Sums above 10¹⁵ are no evidence: 1.
pub fn fisher_exact([[a, b], [c, d]]: [[u64; 2]; 2]) -> Fourfold {
    /// Larger ones are not whole numbers as floats.
    const LARGEST: u64 = 1_000_000_000_000_000;
    let odds_ratio = (a as f64 * d as f64) / (b as f64 * c as f64);
    if [a, b, c, d].iter().any(|count| *count > LARGEST / 4) {
        return Fourfold { odds_ratio, greater: PValue::ONE, two_sided: PValue::ONE };
    }
    let (row, column, all) = (a + b, a + c, a + b + c + d);
    let (low, high) = ((row + column).saturating_sub(all), row.min(column));
    let log = |k: u64| log_choose(column, k) + log_choose(all - column, row - k) - log_choose(all, row);
    let tail = |from: u64, upward: bool| tail(from, (low, high), upward, log);
    Fourfold {
        odds_ratio,
        greater: PValue::clamped(tail(a, true)),
        two_sided: two_sided(a, (low, high), log, |k| tail(k, true), |k| tail(k, false)),
    }
}

/// ln of "n over k".
fn log_choose(n: u64, k: u64) -> f64 {
    let of = |x: u64| ln_gamma(x as f64 + 1.0);
    if k == 0 || k >= n { 0.0 } else { of(n) - of(k) - of(n - k) }
}

/// The chance of `seen` and of all outcomes from `low` to `high` that are no likelier. `log` has a single peak.
fn two_sided(
    seen: u64,
    (low, high): (u64, u64),
    log: impl Fn(u64) -> f64,
    at_least: impl Fn(u64) -> f64,
    at_most: impl Fn(u64) -> f64,
) -> PValue {
    /// Outcomes that are equally likely differ by rounding.
    const TIE: f64 = 1e-7;
    let limit = log(seen) + TIE;
    // The peak: the last place that is reached by a step upward.
    let peak = first(low, high, |k| log(k + 1) <= log(k));
    let sum = if seen > peak {
        // Ascending up to the peak: the likely ones begin at the first that is above the limit. The peak itself is not
        // above it where the one seen, just beyond it, is as likely.
        let likely = first(low, peak + 1, |k| log(k) > limit);
        if likely > low { at_least(seen) + at_most(likely - 1) } else { at_least(seen) }
    } else if seen < peak {
        let unlikely = first(peak, high.saturating_add(1), |k| log(k) <= limit);
        if unlikely <= high { at_most(seen) + at_least(unlikely) } else { at_most(seen) }
    } else {
        1.0
    };
    PValue::clamped(sum)
}

/// The first number from `from` to below `to` that `is` holds for, and for all after it; `to` where there is none.
fn first(from: u64, to: u64, is: impl Fn(u64) -> bool) -> u64 {
    let (mut low, mut high) = (from, to);
    while low < high {
        let middle = low + (high - low) / 2;
        if is(middle) { high = middle } else { low = middle + 1 }
    }
    low
}

/// The sum of chances from `from` outward, until what is left no longer counts.
fn tail(from: u64, (low, high): (u64, u64), upward: bool, log: impl Fn(u64) -> f64) -> f64 {
    let n = if upward { high.saturating_sub(from) } else { from.saturating_sub(low) };
    let (mut sum, mut last) = (0.0, 0.0);
    for step in 0..=n {
        let term = log(if upward { from + step } else { from - step }).exp();
        sum += term;
        // Beyond the peak chances fall ever faster.
        if term < last && term < 1e-18 * sum {
            break;
        }
        last = term;
    }
    sum
}
