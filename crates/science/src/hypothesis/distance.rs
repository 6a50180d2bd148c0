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
/// Assumes independent observations. The p-value is the asymptotic one (Smirnov 1948) with √(nm/(n+m)) as scale;
/// above about 25 a side it is right to two digits, ties make it conservative.
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
    let scaled = statistic * (n_a * n_b / (n_a + n_b)).sqrt();
    Distance { statistic, p_value: PValue::clamped(kolmogorov_tail(scaled)) }
}

/// P(K > x) of Kolmogorov's distribution; the alternating series converges in a few terms for x above 0.2.
fn kolmogorov_tail(x: f64) -> f64 {
    if x < 0.2 {
        return 1.0;
    }
    let term = |k: i32| f64::from(1 - 2 * ((k + 1) % 2)) * (-2.0 * f64::from(k * k) * x * x).exp();
    2.0 * (1..=50).map(term).sum::<f64>()
}
