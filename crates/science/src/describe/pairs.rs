//! Location and scale from all pairs of values: as robust as can be, and nearly as sharp as mean and deviation.

use super::Sorted;

impl Sorted {
    /// Hodges and Lehmann's (1963) location: the median of the means of all pairs, each value with itself included.
    ///
    /// 29 % of the values may lie anywhere; for normal ones it needs 5 % more of them than the mean. O(n log n) in
    /// effect: two passes for each of 64 bits.
    pub fn hodges_lehmann(&self) -> f64 {
        let values = self.values();
        let n = values.len() as u64;
        let pairs = n * (n + 1) / 2;
        let mean = |i: usize, j: usize| values[i] / 2.0 + values[j] / 2.0;
        // For each i, those j ≥ i with a mean of at most `limit`; the first that is too large moves down as i goes up.
        let up_to = |limit: f64| {
            let mut end = values.len();
            let mut count = 0u64;
            for i in 0..values.len() {
                while end > i && mean(i, end - 1) > limit {
                    end -= 1;
                }
                count += end.saturating_sub(i) as u64;
            }
            count
        };
        let (low, high) = (smallest(up_to, pairs.div_ceil(2)), smallest(up_to, pairs / 2 + 1));
        low / 2.0 + high / 2.0
    }

    /// Rousseeuw and Croux's (1993) Qn: 2.2219 times the first quartile (about) of the distances of all pairs, an
    /// estimate of the standard deviation of normal values.
    ///
    /// Half of the values may lie anywhere, and none needs to be the middle: better than the MAD where values are
    /// skewed, or half of them equal to the median by rounding. 0 for one value. O(n log n) in effect.
    pub fn qn(&self) -> f64 {
        /// 1 / (√2 Φ⁻¹(5/8))
        const NORMAL: f64 = 2.219_144_465_985_076;
        let values = self.values();
        let half = values.len() as u64 / 2 + 1;
        if values.len() < 2 {
            return 0.0;
        }
        let within = |limit: f64| {
            let mut end = 0;
            let mut count = 0u64;
            for i in 0..values.len() {
                while end < values.len() && values[end] - values[i] <= limit {
                    end += 1;
                }
                // Not even the distance to itself is within a negative limit.
                count += end.saturating_sub(i + 1) as u64;
            }
            count
        };
        NORMAL * smallest(within, half * (half - 1) / 2)
    }
}

/// The smallest number up to which `count` counts at least `rank`: exact, by bisection over the bits of a float.
fn smallest(count: impl Fn(f64) -> u64, rank: u64) -> f64 {
    let (mut low, mut high) = (ordered(f64::MIN), ordered(f64::MAX));
    while low < high {
        let middle = low + (high - low) / 2;
        if count(float(middle)) >= rank { high = middle } else { low = middle + 1 }
    }
    float(low)
}

/// Floats as whole numbers in the same order.
fn ordered(value: f64) -> u64 {
    let bits = value.to_bits();
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

fn float(ordered: u64) -> f64 {
    f64::from_bits(if ordered >> 63 == 1 { ordered & !(1 << 63) } else { !ordered })
}
