//! From raw scores to probabilities and p-values, by what cases had that the model did not learn from.

use science::{PValue, calibrate::Isotonic};

use super::{
    Scored,
    bytes::{Reader, Writer},
};

/// Ordinary scores are kept one by one in the upper tail, where decisions are made, and thinned out below.
const TAIL: usize = 2_000;
/// Below the tail, every n-th score stands for n.
const THINNED: usize = 500;
/// More points would follow the accidents of the calibration cases.
const KNOTS: usize = 64;

/// Scores of ordinary cases, and the probability at some scores.
#[derive(Debug, Clone)]
pub(super) struct Calibrated {
    /// Score, and how many ordinary cases have at least that score; ascending by score.
    ordinary: Vec<(f32, u32)>,
    n_ordinary: u32,
    /// Score and log odds of being malicious at equal shares, ascending in both.
    knots: Vec<(f32, f32)>,
}

impl Calibrated {
    /// `p_value` cases: ordinary ones, later than the training data. Probability cases: score and label, of groups that
    /// were left out of training; both classes weigh the same. `None` where either is missing.
    pub(super) fn fit(mut ordinary: Vec<f64>, cases: &[(f64, bool)]) -> Option<Self> {
        if ordinary.is_empty() || ordinary.iter().any(|score| !score.is_finite()) {
            return None;
        }
        ordinary.sort_unstable_by(f64::total_cmp);
        let n = ordinary.len();
        let thin = n.saturating_sub(TAIL).div_ceil(THINNED).max(1);
        let is_kept = |at: usize| at + TAIL >= n || at.is_multiple_of(thin);
        let kept = ordinary.iter().enumerate().filter(|(at, _)| is_kept(*at));
        let kept = kept.map(|(at, score)| (*score as f32, (n - at) as u32)).collect();
        Some(Self { ordinary: kept, n_ordinary: n as u32, knots: knots(cases)? })
    }

    /// The answer to a raw score; silence where it is not a number.
    pub(super) fn scored(&self, score: f32) -> Scored {
        if !score.is_finite() {
            return Scored::SILENT;
        }
        let log_odds = self.log_odds(score);
        let probability = 1.0 / (1.0 + f64::from(-log_odds).exp());
        Scored { probability, p_value: self.p_value(score), score: f64::from(score) }
    }

    /// (1 + ordinary cases of at least this score) / (n + 1); where some were thinned out, the larger number counts.
    fn p_value(&self, score: f32) -> PValue {
        let next = self.ordinary.partition_point(|kept| kept.0 < score);
        let before = next.checked_sub(1).and_then(|before| self.ordinary.get(before));
        let at_least = before.map_or(self.n_ordinary, |before| before.1 - 1);
        PValue::clamped((f64::from(at_least) + 1.0) / (f64::from(self.n_ordinary) + 1.0))
    }

    fn log_odds(&self, score: f32) -> f32 {
        let above = self.knots.partition_point(|knot| knot.0 < score);
        let (Some(after), Some(before)) =
            (self.knots.get(above).or(self.knots.last()), self.knots.get(above.saturating_sub(1)))
        else {
            return 0.0;
        };
        if score <= before.0 || score >= after.0 {
            return if score <= before.0 { before.1 } else { after.1 };
        }
        before.1 + (after.1 - before.1) * (score - before.0) / (after.0 - before.0)
    }

    pub(super) fn write(&self, out: &mut Writer) {
        out.count(u64::from(self.n_ordinary));
        out.count(self.ordinary.len() as u64);
        for (score, at_least) in &self.ordinary {
            out.f32(*score);
            out.count(u64::from(*at_least));
        }
        out.count(self.knots.len() as u64);
        for (score, log_odds) in &self.knots {
            out.f32(*score);
            out.f32(*log_odds);
        }
    }

    pub(super) fn read(from: &mut Reader<'_>) -> Option<Self> {
        let n_ordinary = u32::try_from(from.count()?).ok()?;
        let mut ordinary = Vec::new();
        for _ in 0..from.count()? {
            ordinary.push((from.f32()?, u32::try_from(from.count()?).ok()?));
        }
        let mut knots = Vec::new();
        for _ in 0..from.count()? {
            knots.push((from.f32()?, from.f32()?));
        }
        let counts_fall = ordinary.is_sorted_by(|a, b| a.0 <= b.0 && a.1 > b.1);
        let counts_fit = ordinary.iter().all(|kept| 0 < kept.1 && kept.1 <= n_ordinary);
        let knots_rise = knots.is_sorted_by(|a, b| a.0 < b.0 && a.1 <= b.1);
        (counts_fall && counts_fit && knots_rise && !knots.is_empty()).then_some(Self { ordinary, n_ordinary, knots })
    }
}

/// Isotonic regression of the labels at equal weight of both classes, at a few scores.
fn knots(cases: &[(f64, bool)]) -> Option<Vec<(f32, f32)>> {
    let n_true = cases.iter().filter(|case| case.1).count() as f64;
    let n_false = cases.len() as f64 - n_true;
    if n_true == 0.0 || n_false == 0.0 {
        return None;
    }
    let target = |&(score, is): &(f64, bool)| (score, f64::from(u8::from(is)), 0.5 / if is { n_true } else { n_false });
    let fitted = Isotonic::fit(cases.iter().map(target))?;
    let mut scores: Vec<f64> = cases.iter().map(|case| case.0).collect();
    scores.sort_unstable_by(f64::total_cmp);
    // Nobody is surer than the number of cases allows.
    let surest = (1.0 / (n_true.min(n_false) + 2.0)).ln().abs();
    let mut knots: Vec<(f32, f32)> = Vec::new();
    for step in 0..=KNOTS {
        let Some(score) = scores.get(step * (scores.len() - 1) / KNOTS) else { continue };
        let chance = fitted.value(*score)?;
        let log_odds = (chance / (1.0 - chance)).ln().clamp(-surest, surest) as f32;
        if knots.last().is_none_or(|last| last.0 < *score as f32) {
            knots.push((*score as f32, log_odds));
        }
    }
    Some(knots)
}
