//! Upper tails of the binomial, Poisson and F distributions by the incomplete beta and gamma functions.

use statrs::function::{beta::checked_beta_reg, gamma::checked_gamma_lr};

use crate::PValue;

/// P(X ≥ `successes`) for X ~ Binomial(`trials`, `chance`). A `chance` outside 0 to 1 is no evidence: 1.
pub fn binomial_at_least(successes: u64, trials: u64, chance: f64) -> PValue {
    if successes == 0 || !(0.0..=1.0).contains(&chance) {
        return PValue::ONE;
    }
    if successes > trials || chance == 0.0 {
        return PValue::clamped(0.0);
    }
    if chance == 1.0 {
        return PValue::ONE;
    }
    let (k, n) = (successes as f64, trials as f64);
    PValue::clamped(checked_beta_reg(k, n - k + 1.0, chance).unwrap_or(1.0))
}

/// P(X ≥ `events`) for X ~ Poisson(`expected`). An `expected` that is negative or no number is no evidence: 1.
pub fn poisson_at_least(events: u64, expected: f64) -> PValue {
    if events == 0 || !expected.is_finite() || expected < 0.0 {
        return PValue::ONE;
    }
    if expected == 0.0 {
        return PValue::clamped(0.0);
    }
    PValue::clamped(checked_gamma_lr(events as f64, expected).unwrap_or(1.0))
}

/// P(X ≥ `ratio`) for X ~ F(`df_above`, `df_below`); degrees of freedom are positive.
pub fn f_at_least(ratio: f64, df_above: f64, df_below: f64) -> PValue {
    if !(ratio > 0.0 && df_above > 0.0 && df_below > 0.0) {
        return PValue::ONE;
    }
    if ratio.is_infinite() {
        return PValue::clamped(0.0);
    }
    let x = df_below / (df_below + df_above * ratio);
    PValue::clamped(checked_beta_reg(df_below / 2.0, df_above / 2.0, x).unwrap_or(1.0))
}
