//! What is found and what is wrong at each threshold.

/// Counts at one threshold: cases of a score ≥ `threshold` are called `true`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Operating {
    pub threshold: f64,
    pub true_positives: usize,
    pub false_positives: usize,
    /// All cases that are `true`, and all that are not.
    pub positives: usize,
    pub negatives: usize,
}

impl Operating {
    /// Share of the `true` that is found; the ROC curve's height.
    pub fn recall(self) -> f64 {
        share(self.true_positives, self.positives)
    }

    /// Share of the others that is called `true`; the ROC curve's breadth.
    pub fn false_positive_rate(self) -> f64 {
        share(self.false_positives, self.negatives)
    }

    /// Share of what is called `true` that is.
    pub fn precision(self) -> f64 {
        share(self.true_positives, self.true_positives + self.false_positives)
    }
}

/// One point for each distinct score, from the highest down. Cases whose score is not a number are left out.
pub fn curve(cases: &[(f64, bool)]) -> Vec<Operating> {
    let mut cases: Vec<(f64, bool)> = cases.iter().copied().filter(|case| !case.0.is_nan()).collect();
    cases.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
    let positives = cases.iter().filter(|case| case.1).count();
    let negatives = cases.len() - positives;
    let (mut true_positives, mut false_positives) = (0, 0);
    let points = cases.chunk_by(|a, b| a.0 == b.0).filter_map(|equal| {
        let found = equal.iter().filter(|case| case.1).count();
        true_positives += found;
        false_positives += equal.len() - found;
        let threshold = equal.first()?.0;
        Some(Operating { threshold, true_positives, false_positives, positives, negatives })
    });
    points.collect()
}

/// Σ (gain in recall) × precision: the area under the precision–recall curve without interpolation (Manning, Raghavan
/// and Schütze 2008). `None` where nothing is `true`.
pub fn average_precision(cases: &[(f64, bool)]) -> Option<f64> {
    let points = curve(cases);
    points.first().filter(|point| point.positives > 0)?;
    let mut before = 0.0;
    let gains = points.into_iter().map(|point| {
        let gain = point.recall() - before;
        before = point.recall();
        gain * point.precision()
    });
    Some(gains.sum())
}

/// Precision among the `budget` highest scores: what an analyst who has time for so many will see.
///
/// Where the budget ends within a group of equal scores, a part of the group is taken in proportion. `None` where
/// there is no case or the budget is 0; a budget of more than all cases is all cases.
pub fn precision_at(cases: &[(f64, bool)], budget: usize) -> Option<f64> {
    let points = curve(cases);
    let n = points.last().map(|point| point.positives + point.negatives)?;
    let budget = budget.min(n);
    if budget == 0 {
        return None;
    }
    let at = points.iter().position(|point| point.true_positives + point.false_positives >= budget)?;
    let (found, taken) = before(&points, at);
    let point = points.get(at)?;
    let (group_found, group) = (point.true_positives - found, point.true_positives + point.false_positives - taken);
    let part = (budget - taken) as f64 / group as f64;
    Some((found as f64 + part * group_found as f64) / budget as f64)
}

/// The greatest recall at a false positive rate of at most `rate`: for instance at 0.001, one false alarm in 1,000.
///
/// `None` where one of the classes is missing.
pub fn recall_at_rate(cases: &[(f64, bool)], rate: f64) -> Option<f64> {
    let points = curve(cases);
    points.first().filter(|point| point.positives > 0 && point.negatives > 0)?;
    let allowed = points.into_iter().take_while(|point| point.false_positive_rate() <= rate);
    Some(allowed.last().map_or(0.0, Operating::recall))
}

/// `true` cases and all cases above this point's group.
fn before(points: &[Operating], at: usize) -> (usize, usize) {
    let above = at.checked_sub(1).and_then(|above| points.get(above));
    above.map_or((0, 0), |point| (point.true_positives, point.true_positives + point.false_positives))
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}
