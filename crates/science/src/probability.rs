//! Numbers that must never be mixed: p-value, q-value and confidence, from 0 to 1, and e-value, from 0 to ∞.

/// Probability, under a stated null hypothesis, of data at least as extreme as those seen. From 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct PValue(f64);

/// The smallest false discovery rate at which a hypothesis is still rejected. From 0 to 1.
///
/// It speaks of the list of rejections, not of the single one: it is no probability that this one is false.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct QValue(f64);

/// How far a statement can be trusted, from 0 to 1. Shown to people as 0 to 100 (STIX 2.1, appendix A).
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Confidence(f64);

/// All three have the same checks and accessors; only what they mean differs.
macro_rules! unit_interval {
    ($name:ident) => {
        impl $name {
            /// `None` where `value` is not a number from 0 to 1.
            pub fn new(value: f64) -> Option<Self> {
                (0.0..=1.0).contains(&value).then_some(Self(value))
            }

            pub const fn get(self) -> f64 {
                self.0
            }
        }
    };
}

unit_interval!(PValue);
unit_interval!(QValue);
unit_interval!(Confidence);

impl PValue {
    /// No evidence at all against the null hypothesis.
    pub const ONE: Self = Self(1.0);

    /// Brings the result of a computation back into 0 to 1: rounding may leave it by a hair, and what is not a
    /// number is no evidence.
    pub fn clamped(value: f64) -> Self {
        if value.is_nan() { Self::ONE } else { Self(value.clamp(0.0, 1.0)) }
    }

    /// The p-value of an intersection–union test (Berger 1982): the null hypothesis "at least one of the two
    /// null hypotheses is true" is rejected only as firmly as the weaker of both.
    pub fn and(self, other: Self) -> Self {
        Self(self.0.max(other.0))
    }
}

/// What a bet of 1 against a stated null hypothesis has become: its mean is at most 1 while the hypothesis is true.
///
/// From 0 to ∞; 20 is worth about as much as a p-value of 0.05, and never more than one of 1/20 (Markov). Unlike
/// p-values, e-values of dependent tests may be averaged, and those of bets made one after another multiplied (Vovk
/// and Wang 2021; Ramdas, Grünwald, Vovk and Shafer 2023).
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct EValue(f64);

impl EValue {
    /// No evidence at all against the null hypothesis.
    pub const ONE: Self = Self(1.0);

    /// `None` where `value` is negative or no number; ∞ is evidence beyond doubt.
    pub fn new(value: f64) -> Option<Self> {
        (value >= 0.0).then_some(Self(value))
    }

    /// The e-value with this natural logarithm, which may be too large for a number.
    pub(crate) fn exp(log: f64) -> Self {
        Self(log.exp())
    }

    pub const fn get(self) -> f64 {
        self.0
    }

    /// The p-value that it is worth at least: min(1, 1/e), by Markov's inequality.
    pub fn p_value(self) -> PValue {
        PValue::clamped(1.0 / self.0)
    }

    /// A p-value as a bet: ∫₀¹ κ p^(κ−1) dκ = (1 − p + p ln p) / (p ln² p) (Shafer, Shen, Vereshchagin and Vovk 2011).
    pub fn of(p: PValue) -> Self {
        let p = p.get();
        if p == 0.0 {
            return Self(f64::INFINITY);
        }
        // Near 1 numerator and denominator both vanish; the quotient's limit is ½.
        if p > 1.0 - 1e-4 {
            return Self(0.5 + (1.0 - p) / 6.0);
        }
        let log = p.ln();
        Self(((1.0 - p + p * log) / (p * log * log)).max(0.0))
    }

    /// The mean of e-values of one null hypothesis: an e-value under **any** dependence. Empty gives 1.
    pub fn mean(values: &[Self]) -> Self {
        if values.is_empty() {
            return Self::ONE;
        }
        Self(values.iter().map(|value| value.0).sum::<f64>() / values.len() as f64)
    }
}

impl QValue {
    pub(crate) fn clamped(value: f64) -> Self {
        if value.is_nan() { Self(1.0) } else { Self(value.clamp(0.0, 1.0)) }
    }
}

impl Confidence {
    /// 0 to 100, rounded to the nearest.
    pub fn percent(self) -> u8 {
        (self.0 * 100.0).round() as u8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbers_from_0_to_1_pass() {
        assert!(PValue::new(0.0).is_some() && PValue::new(1.0).is_some());
        for bad in [-1e-9, 1.000_001, f64::NAN, f64::INFINITY] {
            assert!(PValue::new(bad).is_none() && QValue::new(bad).is_none() && Confidence::new(bad).is_none());
        }
        assert_eq!(PValue::clamped(f64::NAN), PValue::ONE);
    }

    #[test]
    fn the_weaker_evidence_decides() {
        assert_eq!(PValue(0.001).and(PValue(0.2)), PValue(0.2));
    }

    #[test]
    fn e_values_are_worth_at_most_what_markov_says() {
        assert!(EValue::new(-0.1).is_none() && EValue::new(f64::NAN).is_none());
        assert_eq!(EValue::new(20.0).map(EValue::p_value), Some(PValue(0.05)));
        assert_eq!(EValue::new(0.0).map(EValue::p_value), Some(PValue::ONE));
        for p in [1e-300, 1e-9, 1e-3, 0.05, 0.5, 0.999, 0.999_99, 1.0] {
            let back = EValue::of(PValue(p)).p_value().get();
            assert!(back >= p, "{p} came back as {back}");
        }
        assert_eq!(EValue::mean(&[]), EValue::ONE);
    }

    /// Its mean over uniform p is 1: the bet is fair.
    #[test]
    fn a_p_value_as_a_bet_is_fair() {
        let n = 2_000_000;
        let mean =
            (0..n).map(|i| EValue::of(PValue((f64::from(i) + 0.5) / f64::from(n))).get()).sum::<f64>() / f64::from(n);
        // What lies below the first point of the grid is worth 1 / ln(n), nearly.
        assert!((0.90..1.0).contains(&mean), "{mean}");
    }

    #[test]
    fn confidence_is_shown_in_percent() {
        assert_eq!(Confidence(0.954).percent(), 95);
    }
}
