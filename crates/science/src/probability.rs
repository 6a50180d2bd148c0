//! Three numbers between 0 and 1 that must never be mixed: p-value, q-value, confidence.

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
    fn confidence_is_shown_in_percent() {
        assert_eq!(Confidence(0.954).percent(), 95);
    }
}
