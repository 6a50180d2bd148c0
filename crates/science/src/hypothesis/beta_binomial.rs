//! Shares that vary from case to case.

use statrs::function::gamma::ln_gamma;

use super::binomial_at_least;
use crate::PValue;

/// Trials beyond which the tail is not summed up term by term.
const TRIALS_MAX: u64 = 100_000;

/// P(X ≥ `successes`) in `trials`, where the chance of a success is `mean` on average and varies from case to case with
/// a beta distribution (Skellam 1948). `correlation` is that of two trials of one case, 0 to 1: 0 is the binomial
/// distribution.
///
/// Summed up term by term: O(`trials`). Impossible parameters, and more than 100,000 trials, are no evidence: 1.
pub fn beta_binomial_at_least(successes: u64, trials: u64, mean: f64, correlation: f64) -> PValue {
    if correlation == 0.0 {
        return binomial_at_least(successes, trials, mean);
    }
    let usable = (0.0..=1.0).contains(&mean) && (0.0..1.0).contains(&correlation) && trials <= TRIALS_MAX;
    if successes == 0 || !usable {
        return PValue::ONE;
    }
    if mean == 0.0 || successes > trials {
        return PValue::clamped(0.0);
    }
    if mean == 1.0 {
        return PValue::ONE;
    }
    let strength = (1.0 - correlation) / correlation;
    let (a, b) = (mean * strength, (1.0 - mean) * strength);
    let ln_beta = |a: f64, b: f64| ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b);
    let n = trials as f64;
    let ln_choose = |k: f64| ln_gamma(n + 1.0) - ln_gamma(k + 1.0) - ln_gamma(n - k + 1.0);
    let ln_term = |k: u64| ln_choose(k as f64) + ln_beta(k as f64 + a, n - k as f64 + b) - ln_beta(a, b);
    PValue::clamped((successes..=trials).map(|k| ln_term(k).exp()).sum())
}

/// The correlation of [`beta_binomial_at_least`] by moments, from (successes, trials) of several cases; 0 where shares
/// vary no more than by chance. Between 0 and 1. `None` where no two cases have more than one trial.
pub fn beta_binomial_correlation(cases: &[(f64, f64)]) -> Option<f64> {
    let cases: Vec<(f64, f64)> = cases.iter().copied().filter(|(_, trials)| *trials > 1.0).collect();
    if cases.len() < 2 {
        return None;
    }
    let trials: f64 = cases.iter().map(|case| case.1).sum();
    let mean = cases.iter().map(|case| case.0).sum::<f64>() / trials;
    let binomial = mean * (1.0 - mean);
    if binomial <= 0.0 {
        return Some(0.0);
    }
    // Kleinman 1973, weights by trials.
    let squares: f64 = cases.iter().map(|(k, n)| n * (k / n - mean).powi(2)).sum();
    let n_cases = cases.len() as f64;
    let spare = trials - cases.iter().map(|(_, n)| n * n).sum::<f64>() / trials;
    let excess = squares - (n_cases - 1.0) * binomial;
    let scale = binomial * (spare - (n_cases - 1.0));
    Some(if scale > 0.0 { (excess / scale).clamp(0.0, 0.999) } else { 0.0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tails_agree_with_scipy() {
        // scipy.stats.betabinom.sf(k - 1, n, mu * (1 - rho) / rho, (1 - mu) * (1 - rho) / rho); the last by its product,
        // because scipy subtracts from 1.
        for (k, n, mean, correlation, p) in [
            (3, 10, 0.2, 0.1, 0.332_785_873_368_617),
            (12, 20, 0.1, 0.05, 0.000_359_218_569_149_888),
            (1, 5, 0.05, 0.5, 0.109_566_929_687_500),
            (40, 256, 0.05, 0.02, 0.010_193_329_946_314),
            (20, 20, 0.3, 0.01, 1.184_592_171_522_175e-9),
        ] {
            let tail = beta_binomial_at_least(k, n, mean, correlation).get();
            assert!((tail / p - 1.0).abs() < 1e-8, "{k} of {n}: {tail} {p}");
        }
    }

    #[test]
    fn edges_are_no_evidence() {
        assert_eq!(beta_binomial_at_least(0, 10, 0.2, 0.1), PValue::ONE);
        assert_eq!(beta_binomial_at_least(3, 10, 1.0, 0.1), PValue::ONE);
        for (mean, correlation) in [(f64::NAN, 0.1), (0.2, 1.0), (-0.1, 0.1), (0.2, f64::NAN)] {
            assert_eq!(beta_binomial_at_least(3, 10, mean, correlation), PValue::ONE);
        }
        assert_eq!(beta_binomial_at_least(3, 10, 0.2, 0.0), binomial_at_least(3, 10, 0.2));
    }

    #[test]
    fn what_varies_more_than_by_chance_is_measured() {
        let alike: Vec<(f64, f64)> = (0..40).map(|_| (2.0, 20.0)).collect();
        assert_eq!(beta_binomial_correlation(&alike), Some(0.0));
        let two_kinds: Vec<(f64, f64)> = (0..40).map(|i| (if i % 2 == 0 { 0.0 } else { 10.0 }, 20.0)).collect();
        let correlation = beta_binomial_correlation(&two_kinds).expect("enough cases");
        assert!((0.2..0.5).contains(&correlation), "{correlation}");
        assert_eq!(beta_binomial_correlation(&[(1.0, 5.0)]), None);
        assert_eq!(beta_binomial_correlation(&[(0.0, 5.0), (0.0, 9.0)]), Some(0.0));
    }
}
