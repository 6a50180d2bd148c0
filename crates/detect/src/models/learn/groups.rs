//! Evaluation by groups: what counts is how well groups are found that the model has never seen.

use science::evaluate::{Bounds, area, bootstrap};

/// The scores of all cases of a family or a source.
#[derive(Debug, Clone)]
pub struct Group {
    pub name: String,
    pub scores: Vec<f64>,
}

/// How well groups stand out from ordinary cases.
#[derive(Debug, Clone)]
pub struct Measured {
    /// Area under the ROC curve, all cases of all groups taken together.
    pub area: f64,
    pub area_bounds: Option<Bounds>,
    /// Share of the malicious cases above the score that a share of the ordinary ones exceeds: all cases together, and
    /// the mean over groups, each with its interval by drawing groups again.
    pub found: f64,
    pub found_bounds: Option<Bounds>,
    pub found_by_group: f64,
    pub found_by_group_bounds: Option<Bounds>,
}

/// Samples of the bootstrap: enough for two digits of a 95 % interval.
const ROUNDS: usize = 1_000;

/// `rate`: the share of ordinary cases that may be above the threshold. `None` where groups or ordinary cases are
/// missing.
pub fn measure(groups: &[Group], ordinary: &[f64], rate: f64) -> Option<Measured> {
    let mut sorted = ordinary.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let allowed = (sorted.len() as f64 * rate).floor() as usize;
    let threshold = *sorted.get(sorted.len().checked_sub(allowed + 1)?)?;
    let below = |score: &f64| {
        let less = sorted.partition_point(|other| other < score);
        let up_to = sorted.partition_point(|other| other <= score);
        (less + up_to) as f64 / 2.0 / sorted.len() as f64
    };
    let counted = |group: &Group| Counted {
        n: group.scores.len() as f64,
        n_above: group.scores.iter().filter(|score| **score > threshold).count() as f64,
        ordinary_below: group.scores.iter().map(below).sum(),
    };
    let counts: Vec<Counted> = groups.iter().filter(|group| !group.scores.is_empty()).map(counted).collect();
    let bounds = |statistic: fn(&[Counted]) -> Option<f64>| bootstrap(&counts, ROUNDS, 0.95, 1, statistic);
    let all = groups.iter().flat_map(|group| &group.scores).map(|score| (*score, true));
    let cases: Vec<(f64, bool)> = all.chain(ordinary.iter().map(|score| (*score, false))).collect();
    Some(Measured {
        area: area(&cases)?.area,
        area_bounds: bounds(pooled_area),
        found: pooled_found(&counts)?,
        found_bounds: bounds(pooled_found),
        found_by_group: mean_found(&counts)?,
        found_by_group_bounds: bounds(mean_found),
    })
}

/// What the statistics need of a group, so that drawing groups again is cheap.
#[derive(Debug, Clone, Copy)]
struct Counted {
    n: f64,
    n_above: f64,
    /// Sum over its cases of the share of ordinary cases below each.
    ordinary_below: f64,
}

fn pooled_area(groups: &[Counted]) -> Option<f64> {
    share(groups, |group| group.ordinary_below)
}

fn pooled_found(groups: &[Counted]) -> Option<f64> {
    share(groups, |group| group.n_above)
}

fn mean_found(groups: &[Counted]) -> Option<f64> {
    (!groups.is_empty()).then(|| groups.iter().map(|group| group.n_above / group.n).sum::<f64>() / groups.len() as f64)
}

fn share(groups: &[Counted], part: fn(&Counted) -> f64) -> Option<f64> {
    let n: f64 = groups.iter().map(|group| group.n).sum();
    (n > 0.0).then(|| groups.iter().map(part).sum::<f64>() / n)
}
