//! Whether two samples come from one distribution.

use crate::{PValue, describe::Sorted};

/// Outcome of [`kolmogorov_smirnov`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Distance {
    /// Largest difference between the two empirical distribution functions, 0 to 1.
    pub statistic: f64,
    pub p_value: PValue,
}

/// Two-sample Kolmogorov–Smirnov, two-sided. Null hypothesis: both samples come from one continuous distribution.
///
/// Assumes independent observations. The p-value is exact (Hodges 1958) up to n · m = 10⁷, above it the asymptotic one
/// (Smirnov 1948) with √(nm/(n+m)) as scale. Ties make it conservative.
pub fn kolmogorov_smirnov(a: &Sorted, b: &Sorted) -> Distance {
    let (a, b) = (a.values(), b.values());
    let (n_a, n_b) = (a.len() as f64, b.len() as f64);
    let (mut seen_a, mut seen_b, mut statistic) = (0, 0, 0.0f64);
    while let (Some(&next_a), Some(&next_b)) = (a.get(seen_a), b.get(seen_b)) {
        let at = next_a.min(next_b);
        seen_a += a.iter().skip(seen_a).take_while(|value| **value <= at).count();
        seen_b += b.iter().skip(seen_b).take_while(|value| **value <= at).count();
        statistic = statistic.max((seen_a as f64 / n_a - seen_b as f64 / n_b).abs());
    }
    let tail = if n_a * n_b <= EXACT_MAX {
        paths_outside(a.len(), b.len(), statistic)
    } else {
        kolmogorov_tail(statistic * (n_a * n_b / (n_a + n_b)).sqrt())
    };
    Distance { statistic, p_value: PValue::clamped(tail) }
}

/// Products of sizes up to which paths are counted: some tens of milliseconds.
const EXACT_MAX: f64 = 1e7;

/// The chance that a random path from (0, 0) to (n, m), each order of both samples being one, comes as far from the
/// diagonal as `distance`. Sums what leaves, so that small chances keep their digits.
fn paths_outside(n: usize, m: usize, distance: f64) -> f64 {
    let (n_all, m_all) = (n as f64, m as f64);
    // Distances are whole multiples of 1 / nm; half of one keeps rounding away.
    let limit = distance * n_all * m_all - 0.5;
    let outside = |i: usize, j: usize| (i as f64 * m_all - j as f64 * n_all).abs() > limit;
    if limit <= 0.0 {
        return 1.0;
    }
    // Chances to be at (i, j) without having left, for one i.
    let mut inside = vec![0.0; m + 1];
    let mut left = 0.0;
    for i in 0..=n {
        let mut beside = if i == 0 { 1.0 } else { 0.0 };
        for (j, here) in inside.iter_mut().enumerate() {
            // `here` still holds what came from (i − 1, j), `beside` what comes from (i, j − 1).
            let reached = *here + beside;
            let stays = if outside(i, j) { 0.0 } else { reached };
            left += reached - stays;
            let steps_left = ((n - i) + (m - j)) as f64;
            let upward = if steps_left > 0.0 { (n - i) as f64 / steps_left } else { 0.0 };
            *here = stays * upward;
            beside = stays * (1.0 - upward);
        }
    }
    left
}

/// P(K > x) of Kolmogorov's distribution; the alternating series converges in a few terms for x above 0.2.
fn kolmogorov_tail(x: f64) -> f64 {
    if x < 0.2 {
        return 1.0;
    }
    let term = |k: i32| f64::from(1 - 2 * ((k + 1) % 2)) * (-2.0 * f64::from(k * k) * x * x).exp();
    2.0 * (1..=50).map(term).sum::<f64>()
}
