//! How likely, in the words of intelligence analysts (ICD 203). Likelihood is not confidence: never mix them.

use std::fmt;

/// Probability that a statement is true, 0.0 to 1.0. How far to trust the statement itself is a separate field.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Likelihood(f64);

impl Likelihood {
    /// `None` where `value` is not a number between 0 and 1.
    pub fn new(value: f64) -> Option<Self> {
        (0.0..=1.0).contains(&value).then_some(Self(value))
    }

    pub fn get(self) -> f64 {
        self.0
    }

    pub fn words(self) -> Words {
        Words::of(self)
    }
}

impl TryFrom<f64> for Likelihood {
    type Error = String;

    fn try_from(value: f64) -> Result<Self, Self::Error> {
        Self::new(value).ok_or_else(|| format!("{value} is not a probability between 0 and 1"))
    }
}

impl From<Likelihood> for f64 {
    fn from(likelihood: Likelihood) -> Self {
        likelihood.0
    }
}

/// The seven estimative expressions of ICD 203, each with its range of probability.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Words {
    AlmostNoChance,
    VeryUnlikely,
    Unlikely,
    RoughlyEven,
    Likely,
    VeryLikely,
    AlmostCertain,
}

impl Words {
    pub fn of(likelihood: Likelihood) -> Self {
        match likelihood.0 {
            p if p < 0.05 => Self::AlmostNoChance,
            p if p < 0.20 => Self::VeryUnlikely,
            p if p < 0.45 => Self::Unlikely,
            p if p < 0.55 => Self::RoughlyEven,
            p if p < 0.80 => Self::Likely,
            p if p < 0.95 => Self::VeryLikely,
            _ => Self::AlmostCertain,
        }
    }
}

impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AlmostNoChance => "almost no chance",
            Self::VeryUnlikely => "very unlikely",
            Self::Unlikely => "unlikely",
            Self::RoughlyEven => "roughly even chance",
            Self::Likely => "likely",
            Self::VeryLikely => "very likely",
            Self::AlmostCertain => "almost certain",
        })
    }
}
