//! Control of the false discovery rate over a family of hypotheses.

use crate::{PValue, QValue};

/// Benjamini and Hochberg (1995) as q-values, in the order of `p`.
///
/// Rejecting all hypotheses with q ≤ α keeps the expected share of false rejections at or below α where the
/// p-values are independent or positively dependent (PRDS, Benjamini and Yekutieli 2001).
pub fn benjamini_hochberg(p: &[PValue]) -> Vec<QValue> {
    step_up(p, 1.0)
}

/// Benjamini and Yekutieli (2001): as [`benjamini_hochberg`] but under **any** dependence, for a factor Σ 1/i.
pub fn benjamini_yekutieli(p: &[PValue]) -> Vec<QValue> {
    let factor = (1..=p.len()).map(|rank| 1.0 / rank as f64).sum();
    step_up(p, factor)
}

/// Storey's adaptive q-values (Storey 2002; Storey, Taylor and Siegmund 2004): [`benjamini_hochberg`] times the
/// estimated share of true null hypotheses, (1 + number of p > ½) / (n/2).
///
/// Controls the rate at α < ½ for **independent** p-values; has more power where many hypotheses are false. The share
/// needs p-values that are uniform under the null hypothesis: conservative ones make it too large, never too small.
pub fn storey(p: &[PValue]) -> Vec<QValue> {
    const LAMBDA: f64 = 0.5;
    let n_above = p.iter().filter(|p| p.get() > LAMBDA).count() as f64;
    let share = (1.0 + n_above) / ((1.0 - LAMBDA) * p.len() as f64);
    step_up(p, share.min(1.0))
}

fn step_up(p: &[PValue], factor: f64) -> Vec<QValue> {
    let n = p.len() as f64;
    let mut descending: Vec<usize> = (0..p.len()).collect();
    descending.sort_by(|&a, &b| p[b].get().total_cmp(&p[a].get()));

    let mut q = vec![QValue::clamped(1.0); p.len()];
    let mut smallest = 1.0f64;
    for (n_larger, &index) in descending.iter().enumerate() {
        let rank = n - n_larger as f64;
        smallest = smallest.min(p[index].get() * n * factor / rank);
        q[index] = QValue::clamped(smallest);
    }
    q
}
