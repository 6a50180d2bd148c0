//! CUSUM: small lasting shifts of a mean, found as soon as may be, and how long that takes.

use crate::hypothesis::normal_at_least;

/// Page's (1954) cumulative sums, upward and downward, of standardized values.
///
/// Null hypothesis: values are independent with mean 0 and variance 1. `allowance` k is half of the shift that is to
/// be found (in standard deviations), `threshold` h sets the false alarms: with k = 0.5 and h = 5 one in about 465
/// values while nothing happens. [`run_length`] gives the number for others. Optimal for a step of 2k (Moustakides
/// 1986).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cusum {
    allowance: f64,
    threshold: f64,
    up: f64,
    down: f64,
    since_up: u64,
    since_down: u64,
}

/// What a CUSUM says at the moment it crosses its threshold; the sum then begins anew.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Alarm {
    pub upward: bool,
    /// Values since the sum was last 0: an estimate of how long the shift has been there.
    pub since: u64,
    /// The sum, above the threshold.
    pub sum: f64,
}

impl Cusum {
    /// Both are brought above 0.
    pub fn new(allowance: f64, threshold: f64) -> Self {
        Self {
            allowance: allowance.max(0.0),
            threshold: threshold.max(0.0),
            up: 0.0,
            down: 0.0,
            since_up: 0,
            since_down: 0,
        }
    }

    /// Takes one standardized value; not-numbers are passed over.
    pub fn observe(&mut self, z: f64) -> Option<Alarm> {
        if !z.is_finite() {
            return None;
        }
        step(&mut self.up, &mut self.since_up, z - self.allowance);
        step(&mut self.down, &mut self.since_down, -z - self.allowance);
        let upward = self.up >= self.down;
        let (sum, since) = if upward { (self.up, self.since_up) } else { (self.down, self.since_down) };
        if sum <= self.threshold {
            return None;
        }
        (self.up, self.down, self.since_up, self.since_down) = (0.0, 0.0, 0, 0);
        Some(Alarm { upward, since, sum })
    }

    /// The sums upward and downward, 0 and more.
    pub fn sums(&self) -> (f64, f64) {
        (self.up, self.down)
    }
}

fn step(sum: &mut f64, since: &mut u64, by: f64) {
    *sum = (*sum + by).max(0.0);
    *since = if *sum > 0.0 { since.saturating_add(1) } else { 0 };
}

/// The mean number of values until a **one-sided** upward CUSUM of normal values with mean `shift` and variance 1
/// crosses `threshold` (ARL), from a sum of 0. Both sides together: 1 / (1/ARL(shift) + 1/ARL(−shift)).
///
/// Solves Page's integral equation by Simpson's rule on 240 intervals: right to five digits for thresholds to 10.
/// `None` for impossible parameters, and where the answer exceeds what can be computed (about 10¹²).
pub fn run_length(allowance: f64, threshold: f64, shift: f64) -> Option<f64> {
    const N: usize = 241;
    let usable = allowance >= 0.0 && (1e-6..=50.0).contains(&threshold) && shift.is_finite();
    if !usable {
        return None;
    }
    let width = threshold / (N - 1) as f64;
    let node = |i: usize| width * i as f64;
    let weight = |i: usize| match i {
        0 => width / 3.0,
        i if i == N - 1 => width / 3.0,
        i => width / 3.0 * if i % 2 == 1 { 4.0 } else { 2.0 },
    };
    // L(z) = 1 + L(0) Φ(k − z − μ) + ∫₀ʰ L(x) φ(x + k − z − μ) dx, with node 0 at 0.
    let row = |i: usize| {
        let from = allowance - node(i) - shift;
        let mut row: Vec<f64> = (0..N).map(|j| -weight(j) * density(node(j) + from)).collect();
        row[0] -= normal_at_least(-from).get();
        row[i] += 1.0;
        row.push(1.0);
        row
    };
    let lengths = solve((0..N).map(row).collect())?;
    lengths.first().copied().filter(|length| (1.0..1e12).contains(length))
}

/// The threshold at which a one-sided CUSUM of standard normal values gives a false alarm once in `wanted` values on
/// average, 0.01 to 50. For both sides together ask for twice the number. `None` where no threshold does.
pub fn alarm_threshold(allowance: f64, wanted: f64) -> Option<f64> {
    let (mut low, mut high) = (0.01, 50.0);
    // Lengths beyond what can be computed are longer than any that is asked for.
    let too_short = |threshold: f64| run_length(allowance, threshold, 0.0).is_some_and(|length| length < wanted);
    let possible = (0.0..=50.0).contains(&allowance) && wanted.is_finite() && too_short(low) && !too_short(high);
    if !possible {
        return None;
    }
    // 30 halvings of 50 are 5 · 10⁻⁸.
    for _ in 0..30 {
        let middle = (low + high) / 2.0;
        if too_short(middle) { low = middle } else { high = middle }
    }
    Some(high)
}

fn density(x: f64) -> f64 {
    (-x * x / 2.0).exp() / std::f64::consts::TAU.sqrt()
}

/// Gauss with partial pivots; each row ends with its right side. `None` where the system has no single solution.
fn solve(mut rows: Vec<Vec<f64>>) -> Option<Vec<f64>> {
    let n = rows.len();
    for column in 0..n {
        let pivot = (column..n).max_by(|a, b| rows[*a][column].abs().total_cmp(&rows[*b][column].abs()))?;
        rows.swap(column, pivot);
        let (above, below) = rows.split_at_mut(column + 1);
        let pivot = &above[column];
        if pivot[column].abs() < 1e-14 {
            return None;
        }
        for row in below {
            let factor = row[column] / pivot[column];
            for (value, above) in row.iter_mut().zip(pivot).skip(column) {
                *value -= factor * above;
            }
        }
    }
    let mut solution = vec![0.0; n];
    for at in (0..n).rev() {
        let row = &rows[at];
        let known: f64 = row[at + 1..n].iter().zip(&solution[at + 1..]).map(|(factor, value)| factor * value).sum();
        solution[at] = (row[n] - known) / row[at];
    }
    Some(solution)
}
