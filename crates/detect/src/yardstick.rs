//! What a count is held against: how high it was before, or is with others.

use science::{
    PValue,
    describe::Sorted,
    hypothesis::{f_at_least, negative_binomial_at_least, negative_binomial_size},
};

/// Counts vary at least this much from case to case: geometric. With a day or two of experience nobody knows more.
const SIZE_MAX: f64 = 1.0;

/// P(a new count ≥ `count`), where these were counted in like cases. Null: the new one is drawn as they were.
///
/// Negative binomial with the mean of the known counts and one more case of 1, and their dispersion by moments,
/// never less than a geometric distribution has.
pub(crate) fn surplus(count: f64, usual: &[f64]) -> PValue {
    let mean = (usual.iter().sum::<f64>() + 1.0) / (usual.len() as f64 + 1.0);
    let size = negative_binomial_size(usual).unwrap_or(SIZE_MAX).min(SIZE_MAX);
    negative_binomial_at_least(count.max(0.0) as u64, mean, size)
}

/// As [`surplus`], where some of the like cases may be what is looked for: their highest `share`, and at least one, are
/// left out.
pub(crate) fn surplus_trimmed(count: f64, others: Vec<f64>, share: f64) -> PValue {
    let Some(others) = Sorted::new(others) else { return surplus(count, &[]) };
    let n = others.values().len();
    let n_left_out = ((n as f64 * share) as usize).max(1).min(n);
    surplus(count, others.values().get(..n - n_left_out).unwrap_or_default())
}

/// A day before that was at least half as high is a precedent where it is this old or there are two: a theft that began
/// last week must not excuse itself.
pub(crate) const PRECEDENT_SHARE: f64 = 0.5;
const PRECEDENT_DAYS: usize = 7;

/// Conformal: the share of `days`, oldest first, that were nearly as high, where that happened before; 0 where it did
/// not.
pub(crate) fn precedent(value: f64, days: &[f64]) -> PValue {
    let high = |day: &&f64| **day >= PRECEDENT_SHARE * value;
    let n_high = days.iter().filter(high).count();
    let old = days.len().checked_sub(PRECEDENT_DAYS).is_some_and(|n| days.iter().take(n).any(|day| high(&day)));
    if n_high >= 2 || old {
        PValue::clamped((n_high as f64 + 1.0) / (days.len() as f64 + 1.0))
    } else {
        PValue::clamped(0.0)
    }
}

/// P(T ≥ `t`): one half of P(T² ≥ t²), which is Fisher's F.
pub(crate) fn t_at_least(t: f64, degrees: f64) -> PValue {
    if t <= 0.0 {
        return PValue::ONE;
    }
    PValue::clamped(f_at_least(t * t, 1.0, degrees).get() / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_usual_is_no_surprise() {
        let usual = [250.0, 240.0, 255.0, 0.0, 0.0, 251.0];
        assert!(surplus(250.0, &usual).get() > 0.1);
        assert!(surplus(250.0, &[0.0; 14]).get() < 1e-9);
        assert!(surplus(250.0, &[]).get() < 1e-9 || surplus(250.0, &[]).get() == 0.5f64.powi(250));
        assert!(surplus(0.0, &usual) == PValue::ONE);
        assert!(surplus_trimmed(50.0, vec![0.0, 0.0, 0.0, 900.0], 0.05).get() < 1e-6);
    }

    #[test]
    fn one_high_day_of_last_week_is_no_precedent() {
        assert_eq!(precedent(10.0, &[0.0, 0.0, 9.0]), PValue::clamped(0.0));
        assert_eq!(precedent(10.0, &[0.0, 5.0, 9.0]), PValue::clamped(0.75));
        let old = [9.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];
        assert_eq!(precedent(10.0, &old), PValue::clamped(2.0 / 9.0));
    }

    #[test]
    fn the_tail_is_students() {
        // pt(2, 10, lower.tail = FALSE) in R.
        assert!((t_at_least(2.0, 10.0).get() - 0.036_694_02).abs() < 1e-6);
        assert_eq!(t_at_least(-1.0, 10.0), PValue::ONE);
    }
}
