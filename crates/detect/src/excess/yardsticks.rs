//! How far a value stands out from like ones: a t-test of one against many, on logarithms, robust to what is looked for.

use science::{PValue, describe::Sorted};

use crate::yardstick::t_at_least;

/// What is believed before anything is seen, as if of [`PRIOR_CASES`] cases.
#[derive(Debug, Clone, Copy)]
pub(super) struct Prior {
    pub(super) median: f64,
    pub(super) spread: f64,
    /// Below which no sample brings it.
    pub(super) spread_min: f64,
}

const PRIOR_CASES: f64 = 5.0;

/// Tails of logarithms are heavier than normal: however many cases, not more degrees of freedom than these.
const DEGREES_MAX: f64 = 15.0;

/// Whose cases they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cases {
    /// The subject's own days.
    Own,
    /// Of others, in the same way.
    Others,
    /// Of others, on days when nothing is known of the subject: then what was believed is the least that is usual, or
    /// the many who give nothing would make every giver strange.
    FirstDays,
}

/// Median absolute deviations to standard deviations, of a normal distribution.
const MAD_SCALE: f64 = 1.482_6;

/// The larger of what the middle and what the upper half of a sample say of its spread: upper tails are often longer.
pub(super) fn spread_of(sorted: &Sorted) -> f64 {
    // Of a normal distribution the 90th percentile lies 1.2816 standard deviations above the median.
    let upper = (sorted.quantile(0.9) - sorted.median()) / 1.281_6;
    upper.max(sorted.mad() * MAD_SCALE)
}

/// P(a case like `usual` ≥ `value`). Null: all are drawn from one distribution, whose tail is no heavier than that of
/// Student's t with at most fifteen degrees of freedom. All are logarithms.
pub(super) fn stands_out(value: f64, usual: &[f64], prior: Prior, cases: Cases) -> PValue {
    let n = usual.len() as f64;
    let sorted = Sorted::new(usual.to_vec());
    let (median, spread) =
        sorted.as_ref().map_or((prior.median, prior.spread), |sorted| (sorted.median(), spread_of(sorted)));
    let weight = n / (n + PRIOR_CASES);
    let pooled = weight * median + (1.0 - weight) * prior.median;
    let scale = (weight * spread + (1.0 - weight) * prior.spread).max(prior.spread_min);
    let (location, scale) = match cases {
        Cases::Own => (median, scale),
        Cases::Others => (pooled, scale),
        Cases::FirstDays => (pooled.max(prior.median), scale.max(prior.spread)),
    };
    let degrees = (n + PRIOR_CASES - 1.0).min(DEGREES_MAX);
    let t = (value - location) / (scale * (1.0 + 1.0 / (n + PRIOR_CASES)).sqrt());
    t_at_least(t, degrees)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRIOR: Prior = Prior { median: 3.0, spread: 1.0, spread_min: 0.5 };

    #[test]
    fn what_is_known_outweighs_what_was_believed() {
        let quiet = [0.1; 20];
        assert!(stands_out(9.0, &quiet, PRIOR, Cases::Others).get() < 1e-4);
        assert!(stands_out(9.0, &[9.0; 60], PRIOR, Cases::Others).get() > 0.1);
        let believed = stands_out(9.0, &[], PRIOR, Cases::Others).get();
        assert!((1e-4..0.02).contains(&believed), "{believed}");
        assert!(stands_out(6.0, &quiet, PRIOR, Cases::FirstDays).get() > 1e-3);
        assert_eq!(stands_out(1.0, &[2.0; 5], PRIOR, Cases::Own), PValue::ONE);
    }
}
