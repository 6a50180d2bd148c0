//! Bets against exchangeability: wealth that grows only where conformal p-values stop being uniform.
//!
//! Null hypothesis: smoothed conformal p-values are independent and uniform, as exchangeable cases make them (Vovk
//! 2003). Each betting function averages 1 over uniform p, so wealth is a martingale that starts at 1, and by
//! Ville's inequality P(wealth ever ≥ c) ≤ 1/c: evidence that holds at **any** time of looking. Wealth is kept as a
//! logarithm; it overflows no number.

use crate::{EValue, PValue};

/// Vovk's Simple Jumper: bets that p-values are too small, too large or uniform, and changes its mind at a rate.
///
/// Source: Vovk, Gammerman and Shafer, *Algorithmic Learning in a Random World* (2022), algorithm 8.1. Reacts to a
/// change within some hundreds of cases, in either direction; the first choice for monitoring.
#[derive(Debug, Clone, PartialEq)]
pub struct Jumper {
    rate: f64,
    /// Shares of wealth on each of [`Self::SLOPES`]; they sum to 1.
    shares: [f64; 3],
    log_wealth: f64,
}

impl Jumper {
    const SLOPES: [f64; 3] = [-1.0, 0.0, 1.0];

    /// `rate` is the share of wealth that is spread anew before each bet, 0 to 1; 0.01 is the authors' choice.
    pub fn new(rate: f64) -> Self {
        let rate = if rate.is_nan() { 0.01 } else { rate.clamp(0.0, 1.0) };
        Self { rate, shares: [1.0 / 3.0; 3], log_wealth: 0.0 }
    }

    /// Bets on one p-value and gives the wealth after it.
    pub fn bet(&mut self, p: PValue) -> EValue {
        let spread = self.rate / 3.0;
        for (share, slope) in self.shares.iter_mut().zip(Self::SLOPES) {
            *share = (*share * (1.0 - self.rate) + spread) * (1.0 + slope * (p.get() - 0.5));
        }
        let gain: f64 = self.shares.iter().sum();
        self.shares.iter_mut().for_each(|share| *share /= gain);
        self.log_wealth += gain.ln();
        self.wealth()
    }

    pub fn wealth(&self) -> EValue {
        EValue::exp(self.log_wealth)
    }
}

/// A mixture of power bets ε p^(ε − 1): strong where p-values become **small**, that is where strange cases pile up.
///
/// Source: Vovk, Nouretdinov and Gammerman (2003). The mixture is over ε in steps, so it is a martingale itself.
#[derive(Debug, Clone, PartialEq)]
pub struct PowerMixture {
    n: u64,
    /// Σ ln p
    sum_of_logs: f64,
}

impl PowerMixture {
    /// Exponents that wealth is spread over equally.
    const STEPS: u32 = 20;

    /// p = 0 would end every bet with infinite wealth; a conformal p-value is never below 1/(n + 1).
    const SMALLEST: f64 = 1e-12;

    pub fn new() -> Self {
        Self { n: 0, sum_of_logs: 0.0 }
    }

    pub fn bet(&mut self, p: PValue) -> EValue {
        self.n += 1;
        self.sum_of_logs += p.get().max(Self::SMALLEST).ln();
        self.wealth()
    }

    pub fn wealth(&self) -> EValue {
        let bets = (1..=Self::STEPS).map(|step| f64::from(step) / f64::from(Self::STEPS));
        let logs: Vec<f64> = bets.map(|power| self.n as f64 * power.ln() + (power - 1.0) * self.sum_of_logs).collect();
        let largest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mean = logs.iter().map(|log| (log - largest).exp()).sum::<f64>() / f64::from(Self::STEPS);
        EValue::exp(largest + mean.ln())
    }
}

impl Default for PowerMixture {
    fn default() -> Self {
        Self::new()
    }
}

/// The plug-in martingale (Fedorova, Gammerman, Nouretdinov and Vovk 2012) on a histogram of the p-values so far.
///
/// Learns any departure from uniformity, also in the middle, at the price of being slow to begin.
#[derive(Debug, Clone, PartialEq)]
pub struct Histogram {
    counts: Vec<f64>,
    log_wealth: f64,
}

impl Histogram {
    /// `n_bins` of 10 to 50 are usual; at least 1. Each bin starts with one case, which keeps bets fair and finite.
    pub fn new(n_bins: usize) -> Self {
        Self { counts: vec![1.0; n_bins.max(1)], log_wealth: 0.0 }
    }

    pub fn bet(&mut self, p: PValue) -> EValue {
        let n_bins = self.counts.len() as f64;
        let all: f64 = self.counts.iter().sum();
        let bin = ((p.get() * n_bins) as usize).min(self.counts.len() - 1);
        if let Some(count) = self.counts.get_mut(bin) {
            self.log_wealth += (*count * n_bins / all).ln();
            *count += 1.0;
        }
        self.wealth()
    }

    pub fn wealth(&self) -> EValue {
        EValue::exp(self.log_wealth)
    }
}
