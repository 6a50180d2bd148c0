//! Whether one sample tends to be greater than another, by ranks.

use statrs::function::erf::erfc;

use crate::PValue;

/// Outcome of [`mann_whitney`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RankSum {
    /// Pairs in which the first sample is greater, ties counting half: 0 to n · m.
    pub u: f64,
    /// The share of such pairs, 0 to 1: also the area under the ROC curve (Hanley and McNeil 1982).
    pub superiority: f64,
    /// Of the alternative that the first sample tends to be greater.
    pub greater: PValue,
    /// Of the alternative that the samples differ in either direction.
    pub two_sided: PValue,
}

/// Mann–Whitney's U (Wilcoxon's rank sum). Null hypothesis: both samples come from one distribution, independently.
///
/// Exact where one sample has at most 8 values, the other at most 200, and none are equal; else the normal approximation
/// with corrections for ties and continuity. `None` where a sample is empty or holds what is not a number. O(n log n).
pub fn mann_whitney(a: &[f64], b: &[f64]) -> Option<RankSum> {
    if a.is_empty() || b.is_empty() || a.iter().chain(b).any(|value| value.is_nan()) {
        return None;
    }
    let (n, m) = (a.len() as f64, b.len() as f64);
    let ranks = Ranks::of(a.iter().map(|value| (*value, true)).chain(b.iter().map(|value| (*value, false))));
    let u = ranks.sum_of_first - n * (n + 1.0) / 2.0;

    let small = a.len().min(b.len()) <= EXACT.0 && a.len().max(b.len()) <= EXACT.1;
    if small && ranks.ties == 0.0 {
        let tails = exact_tails(a.len(), b.len());
        let at_least = |u: f64| PValue::clamped(tails.get(u.ceil() as usize).copied().unwrap_or(0.0));
        let (greater, two_sided) = (at_least(u), PValue::clamped(2.0 * at_least(u.max(n * m - u)).get()));
        return Some(RankSum { u, superiority: u / (n * m), greater, two_sided });
    }
    let all = n + m;
    let spread = (n * m / 12.0 * (all + 1.0 - ranks.ties / (all * (all - 1.0)))).sqrt();
    let above = |u: f64| if spread > 0.0 { (u - n * m / 2.0 - 0.5) / spread } else { f64::NEG_INFINITY };
    Some(RankSum {
        u,
        superiority: u / (n * m),
        greater: normal_at_least(above(u)),
        two_sided: PValue::clamped(2.0 * normal_at_least(above(u.max(n * m - u))).get()),
    })
}

/// Sizes of the smaller and of the larger sample up to which U's distribution is computed.
const EXACT: (usize, usize) = (8, 200);

/// P(U ≥ u) for u = 0 to n · m under the null hypothesis: the largest value of both is of the first sample, and then
/// greater than all m of the second, or of the second (Mann and Whitney 1947).
fn exact_tails(n: usize, m: usize) -> Vec<f64> {
    let (n, m) = (n.min(m), n.max(m));
    // Chances of each U for i values against 0 to m; U is as likely as nm − U, so which sample is first does not matter.
    let mut chances: Vec<Vec<f64>> = vec![vec![1.0]; m + 1];
    for i in 1..=n {
        let mut next: Vec<Vec<f64>> = vec![vec![1.0]];
        for (j, fewer) in chances.iter().enumerate().skip(1) {
            let of_first = i as f64 / (i + j) as f64;
            let mut here = vec![0.0; i * j + 1];
            here.iter_mut().skip(j).zip(fewer).for_each(|(here, chance)| *here += of_first * chance);
            if let Some(before) = next.last() {
                here.iter_mut().zip(before).for_each(|(here, chance)| *here += (1.0 - of_first) * chance);
            }
            next.push(here);
        }
        chances = next;
    }
    let mut tails = chances.pop().unwrap_or_default();
    let mut sum = 0.0;
    for chance in tails.iter_mut().rev() {
        sum += *chance;
        *chance = sum;
    }
    tails
}

/// P(Z ≥ z) of a standard normal variable.
pub fn normal_at_least(z: f64) -> PValue {
    PValue::clamped(erfc(z / std::f64::consts::SQRT_2) / 2.0)
}

struct Ranks {
    sum_of_first: f64,
    /// Σ (t³ − t) over groups of t equal values.
    ties: f64,
}

impl Ranks {
    fn of(values: impl Iterator<Item = (f64, bool)>) -> Self {
        let mut values: Vec<(f64, bool)> = values.collect();
        values.sort_unstable_by(|x, y| x.0.total_cmp(&y.0));
        let (mut ranks, mut before) = (Self { sum_of_first: 0.0, ties: 0.0 }, 0.0);
        for equal in values.chunk_by(|x, y| x.0 == y.0) {
            let size = equal.len() as f64;
            let of_first = equal.iter().filter(|value| value.1).count() as f64;
            ranks.sum_of_first += of_first * (before + (size + 1.0) / 2.0);
            ranks.ties += size.powi(3) - size;
            before += size;
        }
        ranks
    }
}
