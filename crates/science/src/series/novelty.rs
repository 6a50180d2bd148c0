//! How new a value is: its distance to the nearest of the values before it, alone and together with its forerunner.

use std::collections::VecDeque;

/// The last values of a stream, asked for the nearest to a new one.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Neighbors {
    capacity: usize,
    by_age: VecDeque<f64>,
    ascending: Vec<f64>,
}

/// Distances of a new value; 0 while there is nothing to compare with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Distances {
    pub alone: f64,
    /// Squared distance of the pair of the new value and the one before it to the nearest earlier pair, none of which
    /// shares a value with it.
    pub paired: f64,
}

impl Neighbors {
    /// `capacity` is at least 3.
    pub(super) fn new(capacity: usize) -> Self {
        Self { capacity: capacity.max(3), by_age: VecDeque::new(), ascending: Vec::new() }
    }

    /// Distances of a finite value, which is then learnt. O(capacity), two multiplications each.
    pub(super) fn next(&mut self, value: f64) -> Distances {
        // Both zeros are one value, and must be found again when they leave.
        let value = value + 0.0;
        let distances = Distances { alone: self.alone(value), paired: self.paired(value) };
        self.learn(value);
        distances
    }

    fn alone(&self, value: f64) -> f64 {
        let at = self.ascending.partition_point(|known| *known < value);
        let beside = [at.checked_sub(1).and_then(|at| self.ascending.get(at)), self.ascending.get(at)];
        let nearest = beside.into_iter().flatten().map(|known| (known - value).abs()).fold(f64::INFINITY, f64::min);
        if self.ascending.is_empty() { 0.0 } else { nearest }
    }

    fn paired(&self, value: f64) -> f64 {
        let Some(before) = self.by_age.back() else { return 0.0 };
        let earlier = self.by_age.iter().zip(self.by_age.iter().skip(1)).take(self.by_age.len().saturating_sub(2));
        let square = |(first, second): (&f64, &f64)| (first - before).powi(2) + (second - value).powi(2);
        let nearest = earlier.map(square).fold(f64::INFINITY, f64::min);
        if self.by_age.len() < 3 { 0.0 } else { nearest }
    }

    fn learn(&mut self, value: f64) {
        if self.by_age.len() == self.capacity
            && let Some(oldest) = self.by_age.pop_front()
        {
            self.ascending.remove(self.ascending.partition_point(|known| *known < oldest));
        }
        self.by_age.push_back(value);
        self.ascending.insert(self.ascending.partition_point(|known| *known < value), value);
    }
}
