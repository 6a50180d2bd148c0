//! Median and MAD of the last values of a stream, and how far a new one lies from them.

use std::collections::VecDeque;

/// The last `capacity` values of a stream in order of size: median, MAD and robust z of the next one.
///
/// Learning moves up to `capacity` numbers, asking takes O(log n).
#[derive(Debug, Clone, PartialEq)]
pub struct RobustWindow {
    capacity: usize,
    by_age: VecDeque<f64>,
    ascending: Vec<f64>,
}

impl RobustWindow {
    /// MAD times this is the standard deviation of normal values.
    const NORMAL: f64 = 1.482_602_218_505_602;

    /// `capacity` is at least 1.
    pub fn new(capacity: usize) -> Self {
        Self { capacity: capacity.max(1), by_age: VecDeque::new(), ascending: Vec::new() }
    }

    pub fn size(&self) -> usize {
        self.ascending.len()
    }

    /// Takes a value; the oldest leaves where there are too many. What is not finite is passed over.
    pub fn learn(&mut self, value: f64) {
        if !value.is_finite() {
            return;
        }
        // Both zeros are one value, and must be found again when they leave.
        let value = value + 0.0;
        if self.by_age.len() == self.capacity
            && let Some(oldest) = self.by_age.pop_front()
        {
            self.ascending.remove(self.ascending.partition_point(|known| *known < oldest));
        }
        self.by_age.push_back(value);
        self.ascending.insert(self.ascending.partition_point(|known| *known < value), value);
    }

    /// Mean of the two middle values where there is no single one; `None` while empty.
    pub fn median(&self) -> Option<f64> {
        let n = self.ascending.len();
        let (low, high) = (self.ascending.get(n.checked_sub(1)? / 2)?, self.ascending.get(n / 2)?);
        Some(low + (high - low) / 2.0)
    }

    /// Median absolute deviation from the median, not scaled.
    pub fn mad(&self) -> Option<f64> {
        let median = self.median()?;
        let n = self.ascending.len();
        let (low, high) = (self.nearest(median, (n - 1) / 2), self.nearest(median, n / 2));
        Some(low + (high - low) / 2.0)
    }

    /// The `rank`-th smallest distance (from 0) to `center`: two ascending lists lie to both of its sides.
    fn nearest(&self, center: f64, rank: usize) -> f64 {
        let middle = self.ascending.partition_point(|value| *value < center);
        let (below, above) = self.ascending.split_at(middle);
        let left = |k: usize| center - below[below.len() - 1 - k];
        let right = |k: usize| above[k] - center;
        // How many of the rank + 1 nearest lie to the left: the fewest such that the next left one is no nearer.
        let (mut low, mut high) = ((rank + 1).saturating_sub(above.len()), (rank + 1).min(below.len()));
        while low < high {
            let taken = (low + high) / 2;
            if left(taken) < right(rank - taken) { low = taken + 1 } else { high = taken }
        }
        let of_left = low.checked_sub(1).map_or(0.0, left);
        let of_right = (rank + 1 - low).checked_sub(1).map_or(0.0, right);
        of_left.max(of_right)
    }

    /// (value − median) / (1.4826 MAD), where the scale is at least `scale_min`: a window of equal values has none.
    ///
    /// `None` while empty, or where the scale is 0.
    pub fn z(&self, value: f64, scale_min: f64) -> Option<f64> {
        let scale = (self.mad()? * Self::NORMAL).max(scale_min);
        let z = (value - self.median()?) / scale;
        (scale > 0.0 && z.is_finite()).then_some(z)
    }
}
