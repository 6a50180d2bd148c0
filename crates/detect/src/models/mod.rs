//! Models that ship: small classifiers of names and payloads, trained by `examples/learn_models.rs` and embedded.
//!
//! Each answers with a probability, calibrated on cases that it had not learned from, and with a conformal p-value
//! among ordinary cases of a later time than its training data. What they were trained on, how they were split and how
//! well they do is on the card beside each file in `content/models`. Nothing here allocates for a case.

mod bytes;
mod calibrated;
mod grams;
mod language;
mod network;
mod trained;

pub mod generated_domains;
pub mod learn;
pub mod lookalike_domain;
pub mod web_attack;

use science::PValue;

/// What a model says of one case.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scored {
    /// How likely the case is malicious if, of the cases looked at, as many are as are not: see [`Self::at`].
    pub probability: f64,
    /// Null hypothesis: the case is exchangeable with the ordinary cases that the model was calibrated on.
    pub p_value: PValue,
    /// The raw score, in log odds that are not calibrated: what to add up where several cases of one host are judged.
    pub score: f64,
}

impl Scored {
    /// What is said of a case that the model cannot read: no evidence for anything.
    pub const SILENT: Self = Self { probability: 0.0, p_value: PValue::ONE, score: f64::NEG_INFINITY };

    /// The probability where only the share `prior` of all cases is malicious, by Bayes' rule.
    pub fn at(self, prior: f64) -> f64 {
        let prior = prior.clamp(0.0, 1.0);
        let malicious = self.probability * prior;
        let ordinary = (1.0 - self.probability) * (1.0 - prior);
        if malicious + ordinary > 0.0 { malicious / (malicious + ordinary) } else { 0.0 }
    }
}
