//! Describes one sample by a few numbers that outliers do not move. Empty or non-finite samples give `None`.
//!
//! Streams too long to keep are described by sketches of bounded size, which can be merged: [`Quantiles`],
//! [`Cardinality`], [`Frequent`], [`CountMin`]. Samples of kinds have [`entropy`] and its relatives.

mod cardinality;
mod frequent;
mod hash;
mod information;
mod pairs;
mod persist;
mod quantiles;

#[cfg(test)]
mod tests;

pub use cardinality::Cardinality;
pub use frequent::{Count, CountMin, Frequent};
pub use hash::hash;
pub use information::{Information, difference, divergence, entropy, entropy_corrected, evenness};
pub use quantiles::Quantiles;

/// A sample in ascending order, all of it finite: sorted once, asked many times.
#[derive(Debug, Clone, PartialEq)]
pub struct Sorted {
    values: Vec<f64>,
}

impl Sorted {
    /// `None` where the sample is empty or holds something that is not a finite number.
    pub fn new(mut values: Vec<f64>) -> Option<Self> {
        if values.is_empty() || values.iter().any(|value| !value.is_finite()) {
            return None;
        }
        values.sort_unstable_by(f64::total_cmp);
        Some(Self { values })
    }

    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Quantile by linear interpolation between order statistics (type 7 of Hyndman and Fan 1996, the default of R
    /// and NumPy). `share` is brought into 0 to 1.
    pub fn quantile(&self, share: f64) -> f64 {
        let last = self.values.len() - 1;
        let at = share.clamp(0.0, 1.0) * last as f64;
        let below = self.values[(at.floor() as usize).min(last)];
        let above = self.values[(at.ceil() as usize).min(last)];
        below + (above - below) * at.fract()
    }

    pub fn median(&self) -> f64 {
        self.quantile(0.5)
    }

    /// Median absolute deviation from the median, not scaled.
    pub fn mad(&self) -> f64 {
        let median = self.median();
        let deviations = self.values.iter().map(|value| (value - median).abs()).collect();
        Self::new(deviations).map_or(0.0, |deviations| deviations.median())
    }

    /// Bowley's quartile skewness, −1 to 1; 0 where the quartiles coincide.
    pub fn bowley_skew(&self) -> f64 {
        let (low, middle, high) = (self.quantile(0.25), self.median(), self.quantile(0.75));
        if high > low { (high + low - 2.0 * middle) / (high - low) } else { 0.0 }
    }

    /// (Q3 − Q1) / (Q3 + Q1) of a positive sample: 0 for a constant one, 0.66 for an exponential one.
    pub fn quartile_dispersion(&self) -> f64 {
        let (low, high) = (self.quantile(0.25), self.quantile(0.75));
        if high + low > 0.0 { (high - low) / (high + low) } else { 0.0 }
    }
}

pub fn mean(values: &[f64]) -> Option<f64> {
    finite(values.iter().sum::<f64>() / values.len() as f64)
}

/// Sample variance, divided by n − 1; `None` below two values.
pub fn variance(values: &[f64]) -> Option<f64> {
    let mean = mean(values)?;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    finite(squares / (values.len() as f64 - 1.0))
}

/// Coefficient of variation: sample standard deviation over mean. `None` where the mean is 0.
pub fn coefficient_of_variation(values: &[f64]) -> Option<f64> {
    finite(variance(values)?.sqrt() / mean(values)?)
}

fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}
