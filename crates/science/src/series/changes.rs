//! PELT: the segments of a series, all changes at once, exactly and in about linear time.

/// What changes from one segment to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cost {
    /// The mean: squared distance from the segment's mean. Scale the values to variance 1 within segments.
    Mean,
    /// Mean and variance of normal values: twice the negative log-likelihood, without constants.
    MeanVariance,
    /// The rate of Poisson counts: twice the negative log-likelihood, without constants.
    Rate,
}

/// Where new segments begin, ascending, by PELT (Killick, Fearnhead and Eckley 2012): the segmentation with the least
/// Σ cost + `penalty` · changes. No hypothesis is tested; a penalty of (p + 1) ln n with p numbers for each segment is
/// BIC's. Segments have at least `length_min` values.
///
/// `None` where a value is not finite (or a count negative), or the penalty is negative. Expected O(n) where changes
/// keep coming, O(n²) at worst: bound the length.
pub fn pelt(values: &[f64], cost: Cost, penalty: f64, length_min: usize) -> Option<Vec<usize>> {
    let usable = |value: &f64| value.is_finite() && (cost != Cost::Rate || *value >= 0.0);
    if !values.iter().all(usable) || penalty.is_nan() || penalty < 0.0 {
        return None;
    }
    // Two values at least have a variance.
    let length_min = length_min.max(if cost == Cost::MeanVariance { 2 } else { 1 });
    let sums = Sums::of(values);
    let n = values.len();
    let mut best = vec![f64::INFINITY; n + 1];
    let mut last = vec![0; n + 1];
    best[0] = -penalty;
    let mut candidates: Vec<usize> = Vec::new();
    for end in length_min..=n {
        candidates.push(end - length_min);
        let totals: Vec<f64> =
            candidates.iter().map(|&begin| best[begin] + sums.cost(begin, end, cost) + penalty).collect();
        for (&begin, &total) in candidates.iter().zip(&totals) {
            if total < best[end] {
                (best[end], last[end]) = (total, begin);
            }
        }
        // What is worse by the penalty now can never be best again.
        let limit = best[end] + penalty;
        let mut totals = totals.into_iter();
        candidates.retain(|_| totals.next().is_none_or(|total| total <= limit));
    }
    Some(backwards(&last, n))
}

fn backwards(last: &[usize], n: usize) -> Vec<usize> {
    let mut changes = Vec::new();
    let mut at = n;
    while let Some(&begin) = last.get(at).filter(|begin| **begin > 0) {
        changes.push(begin);
        at = begin;
    }
    changes.reverse();
    changes
}

/// Sums up to each place, of values and squares counted from the mean so that digits do not cancel.
struct Sums {
    shift: f64,
    of: Vec<(f64, f64)>,
}

impl Sums {
    fn of(values: &[f64]) -> Self {
        let shift = crate::describe::mean(values).unwrap_or(0.0);
        let mut of = vec![(0.0, 0.0)];
        let (mut sum, mut squares) = (0.0, 0.0);
        for value in values {
            sum += value - shift;
            squares += (value - shift) * (value - shift);
            of.push((sum, squares));
        }
        Self { shift, of }
    }

    fn cost(&self, begin: usize, end: usize, cost: Cost) -> f64 {
        /// A variance of 0 would make a segment of equal values infinitely good.
        const VARIANCE_MIN: f64 = 1e-10;
        let n = (end - begin) as f64;
        let (before, after) = (self.of[begin], self.of[end]);
        let sum = after.0 - before.0;
        let around_mean = (after.1 - before.1 - sum * sum / n).max(0.0);
        match cost {
            Cost::Mean => around_mean,
            Cost::MeanVariance => n * (around_mean / n).max(VARIANCE_MIN).ln(),
            Cost::Rate => {
                let count = (sum + n * self.shift).max(0.0);
                if count > 0.0 { 2.0 * (count - count * (count / n).ln()) } else { 0.0 }
            }
        }
    }
}
