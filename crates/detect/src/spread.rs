//! How the p-values of a window lie, all of them: what a histogram and a plot against chance are made of.
//!
//! Findings are the few that are worth telling. Whether a detector's tests are sound shows in all the others.

use std::collections::BTreeMap;

use science::PValue;

use crate::Judged;

/// Parts of the range from 0 to 1 in which p-values are counted.
pub const BINS: usize = 20;

/// Powers of ten down to which small ones are counted: at most 0.1, at most 0.01 ...
pub const DECADES: usize = 16;

/// Counts of p-values; those of windows and datasets add up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Spread {
    /// Each from its lower end on and below its upper one; the last holds 1 as well.
    pub bins: [u64; BINS],
    /// At most 0.1, at most 0.01, and so on.
    pub at_most: [u64; DECADES],
}

impl Spread {
    pub const NONE: Self = Self { bins: [0; BINS], at_most: [0; DECADES] };

    pub fn of(p_values: &[PValue]) -> Self {
        let mut spread = Self::NONE;
        for p in p_values {
            spread.add(p.get());
        }
        spread
    }

    fn add(&mut self, p: f64) {
        let bin = ((p * BINS as f64) as usize).min(BINS - 1);
        if let Some(count) = self.bins.get_mut(bin) {
            *count = count.saturating_add(1);
        }
        for (decade, count) in self.at_most.iter_mut().enumerate() {
            *count = count.saturating_add(u64::from(p <= decade_of(decade)));
        }
    }

    pub fn merge(&mut self, other: &Self) {
        for (count, more) in self.bins.iter_mut().zip(other.bins) {
            *count = count.saturating_add(more);
        }
        for (count, more) in self.at_most.iter_mut().zip(other.at_most) {
            *count = count.saturating_add(more);
        }
    }

    pub fn n(&self) -> u64 {
        self.bins.iter().fold(0, |n, count| n.saturating_add(*count))
    }

    /// How many lie in the upper half: there, nearly all are of true null hypotheses.
    pub fn n_above_half(&self) -> u64 {
        self.bins.iter().skip(BINS / 2).fold(0, |n, count| n.saturating_add(*count))
    }
}

/// Upper end of a decade: 0.1 for the first.
pub fn decade_of(decade: usize) -> f64 {
    10f64.powi(-(i32::try_from(decade).unwrap_or(i32::MAX - 1) + 1))
}

impl Judged {
    /// How all p-values of this window lie, by dataset.
    pub fn spreads(&self) -> BTreeMap<String, Spread> {
        self.tested.iter().map(|(dataset, p_values)| (dataset.clone(), Spread::of(p_values))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spread(p_values: &[f64]) -> Spread {
        Spread::of(&p_values.iter().map(|p| PValue::new(*p).expect("a probability")).collect::<Vec<_>>())
    }

    #[test]
    fn every_p_value_is_in_one_bin_and_in_the_decades_above_it() {
        let all = spread(&[0.0, 1e-20, 0.01, 0.049, 0.05, 0.5, 0.999, 1.0]);
        assert_eq!((all.n(), all.n_above_half()), (8, 3));
        assert_eq!((all.bins[0], all.bins[1], all.bins[10], all.bins[19]), (4, 1, 1, 2));
        assert_eq!((all.at_most[0], all.at_most[1], all.at_most[2], all.at_most[15]), (5, 3, 2, 2));
    }

    #[test]
    fn windows_add_up() {
        let (mut one, other) = (spread(&[0.2, 0.7]), spread(&[0.2, 1e-3]));
        one.merge(&other);
        assert_eq!(one, spread(&[0.2, 0.7, 0.2, 1e-3]));
        one.merge(&Spread { bins: [u64::MAX; BINS], at_most: [u64::MAX; DECADES] });
        assert_eq!(one.n(), u64::MAX, "counts end, and do not begin anew");
    }
}
