//! How far two ways of grouping the same things agree.

use std::collections::BTreeMap;

/// Adjusted Rand index (Hubert and Arabie 1985): the share of pairs that both group alike, set so that chance gives 0
/// and equality 1; below 0 is worse than chance. Labels mean nothing beyond being equal. `None` where the lengths
/// differ or there is no pair.
pub fn adjusted_rand<A: Ord, B: Ord>(one: &[A], other: &[B]) -> Option<f64> {
    if one.len() != other.len() || one.len() < 2 {
        return None;
    }
    let mut cells: BTreeMap<(&A, &B), u64> = BTreeMap::new();
    let (mut rows, mut columns): (BTreeMap<&A, u64>, BTreeMap<&B, u64>) = (BTreeMap::new(), BTreeMap::new());
    for (a, b) in one.iter().zip(other) {
        *cells.entry((a, b)).or_default() += 1;
        *rows.entry(a).or_default() += 1;
        *columns.entry(b).or_default() += 1;
    }
    let in_both = cells.into_values().map(pairs).sum::<f64>();
    let in_one = rows.into_values().map(pairs).sum::<f64>();
    let in_other = columns.into_values().map(pairs).sum::<f64>();
    let expected = in_one * in_other / pairs(one.len() as u64);
    let most = 0.5 * (in_one + in_other);
    // Both put everything together, or everything apart: they agree.
    Some(if most == expected { 1.0 } else { (in_both - expected) / (most - expected) })
}

fn pairs(n: u64) -> f64 {
    let n = n as f64;
    n * (n - 1.0) / 2.0
}
