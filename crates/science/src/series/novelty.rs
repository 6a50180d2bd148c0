//! How new a value is: its distance to the nearest of the values before it, alone and together with its forerunner.

use std::collections::VecDeque;

/// The last values of a stream, asked for the nearest to a new one.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Neighbors {
    capacity: usize,
    by_age: VecDeque<f64>,
    ascending: Vec<f64>,
    pairs: Pairs,
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
        let capacity = capacity.max(3);
        Self { capacity, by_age: VecDeque::new(), ascending: Vec::new(), pairs: Pairs::new(capacity - 2) }
    }

    /// Distances of a finite value, which is then learnt. O(capacity), two multiplications each.
    pub(super) fn next(&mut self, value: f64) -> Distances {
        // Both zeros are one value, and must be found again when they leave.
        let value = value + 0.0;
        let paired = self.by_age.back().map_or(0.0, |before| self.pairs.nearest(*before, value));
        let distances = Distances { alone: self.alone(value), paired };
        self.learn(value);
        distances
    }

    fn alone(&self, value: f64) -> f64 {
        let at = self.ascending.partition_point(|known| *known < value);
        let beside = [at.checked_sub(1).and_then(|at| self.ascending.get(at)), self.ascending.get(at)];
        let nearest = beside.into_iter().flatten().map(|known| (known - value).abs()).fold(f64::INFINITY, f64::min);
        if self.ascending.is_empty() { 0.0 } else { nearest }
    }

    fn learn(&mut self, value: f64) {
        // The pair of the last two values shares one with the pair that comes next: it waits for one step.
        let mut newest = self.by_age.iter().rev();
        if let (Some(second), Some(first)) = (newest.next(), newest.next()) {
            self.pairs.learn(*first, *second);
        }
        if self.by_age.len() == self.capacity
            && let Some(oldest) = self.by_age.pop_front()
        {
            self.ascending.remove(self.ascending.partition_point(|known| *known < oldest));
        }
        self.by_age.push_back(value);
        self.ascending.insert(self.ascending.partition_point(|known| *known < value), value);
    }
}

/// The last pairs of values that follow each other, each half in an array of its own: several are compared at once.
#[derive(Debug, Clone, PartialEq)]
struct Pairs {
    capacity: usize,
    first: Vec<f64>,
    second: Vec<f64>,
    /// Where the next one goes when all places are taken.
    oldest: usize,
}

impl Pairs {
    fn new(capacity: usize) -> Self {
        Self { capacity, first: Vec::new(), second: Vec::new(), oldest: 0 }
    }

    fn learn(&mut self, first: f64, second: f64) {
        if self.first.len() < self.capacity {
            self.first.push(first);
            self.second.push(second);
        } else if let (Some(old_first), Some(old_second)) =
            (self.first.get_mut(self.oldest), self.second.get_mut(self.oldest))
        {
            (*old_first, *old_second) = (first, second);
            self.oldest = (self.oldest + 1) % self.capacity;
        }
    }

    /// Squared distance to the nearest pair; 0 where there is none.
    fn nearest(&self, first: f64, second: f64) -> f64 {
        const LANES: usize = 8;
        let square = |a: f64, b: f64| (a - first) * (a - first) + (b - second) * (b - second);
        let (firsts, rest_of_firsts) = self.first.as_chunks::<LANES>();
        let (seconds, rest_of_seconds) = self.second.as_chunks::<LANES>();
        let mut nearest = [f64::INFINITY; LANES];
        for (firsts, seconds) in firsts.iter().zip(seconds) {
            for lane in 0..LANES {
                let distance = square(firsts[lane], seconds[lane]);
                nearest[lane] = if distance < nearest[lane] { distance } else { nearest[lane] };
            }
        }
        let rest = rest_of_firsts.iter().zip(rest_of_seconds).map(|(a, b)| square(*a, *b));
        if self.first.is_empty() { 0.0 } else { rest.chain(nearest).fold(f64::INFINITY, f64::min) }
    }
}
