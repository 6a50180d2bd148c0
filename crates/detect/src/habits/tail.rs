//! Scores into p-values: the rank among scores of the past, and beyond the highest of them a fitted tail.

use science::{PValue, describe::Sorted, extremes::Pareto};

/// Scores at least as high that make a rank precise enough: the standard error of 10 of n is a third.
const RANKED_MIN: usize = 10;

/// Share of the scores that is the tail, as SPOT takes it, and how many of them a fit needs: below 30 the scale alone is
/// uncertain by a fifth. What is usual in one entity of twenty, as a journey is, must not be taken for the tail.
const TAIL_SHARE: f64 = 0.02;
const TAIL_MIN: usize = 30;

/// A fitted tail is believed this far beyond the smallest rank, and no farther.
const BEYOND_RANKS: f64 = 1e-3;

/// The fastest fall of the tail that is believed, as a scale, for sums of surprises in nats: where chances were right and
/// independent a score would fall by e with each nat, and as aspects depend on one another each surprise is counted
/// about twice.
pub(super) const OF_SURPRISE: f64 = 2.0;

/// The same for logarithms of counts: no lighter than k^-2.
pub(crate) const OF_LOG_COUNTS: f64 = 0.5;

/// Standard errors that are added to the fitted scale: what is not known for sure makes p-values larger.
const CAUTION: f64 = 1.0;

#[derive(Debug)]
pub(crate) struct Tail {
    scores: Sorted,
    beyond: Option<Beyond>,
}

#[derive(Debug)]
struct Beyond {
    threshold: f64,
    /// P(score > threshold).
    chance: f64,
    excess: Pareto,
}

impl Tail {
    /// `None` without a score.
    pub(crate) fn new(scores: Vec<f64>, scale_min: f64) -> Option<Self> {
        let scores = Sorted::new(scores)?;
        Some(Self { beyond: Beyond::fit(&scores, scale_min), scores })
    }

    pub(crate) fn size(&self) -> usize {
        self.scores.values().len()
    }

    /// P(a score of the past or this one is at least `score`).
    pub(crate) fn p_value(&self, score: f64) -> PValue {
        let values = self.scores.values();
        let n_higher = values.len() - values.partition_point(|value| *value < score);
        let smallest = 1.0 / (values.len() + 1) as f64;
        let rank = (n_higher + 1) as f64 * smallest;
        let fitted = match &self.beyond {
            Some(beyond) if n_higher < RANKED_MIN && score > beyond.threshold => {
                beyond.chance * beyond.excess.at_least(score - beyond.threshold).get()
            }
            _ => 1.0,
        };
        PValue::clamped(rank.min(fitted.max(smallest * BEYOND_RANKS)))
    }
}

impl Beyond {
    fn fit(scores: &Sorted, scale_min: f64) -> Option<Self> {
        let values = scores.values();
        let n_tail = ((values.len() as f64 * TAIL_SHARE) as usize).max(TAIL_MIN);
        let highest = *values.get(values.len().checked_sub(n_tail)?)?;
        // Many scores are equal: the threshold is the next lower one, so that at least `n_tail` lie above it.
        let threshold = *values.get(values.partition_point(|value| *value < highest).checked_sub(1)?)?;
        let excesses: Vec<f64> = values.iter().map(|value| value - threshold).filter(|excess| *excess > 0.0).collect();
        let n = excesses.len() as f64;
        let fitted = Pareto::fit(&excesses)?;
        // Surprise is minus the logarithm of a chance, whose tail is exponential. A lighter one is luck of the sample.
        let heavy =
            if fitted.shape > 0.0 { fitted } else { Pareto { shape: 0.0, scale: excesses.iter().sum::<f64>() / n } };
        let scale = heavy.scale.max(scale_min) * (1.0 + CAUTION / n.sqrt());
        let excess = Pareto { scale, ..heavy };
        Some(Self { threshold, chance: n / values.len() as f64, excess })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Exponential scores of mean 3 by their quantiles.
    fn exponential(n: usize) -> Vec<f64> {
        (0..n).map(|nth| -3.0 * (1.0 - (nth as f64 + 0.5) / n as f64).ln()).collect()
    }

    #[test]
    fn ranks_where_there_are_enough_and_a_tail_beyond() {
        let tail = Tail::new(exponential(2_000), OF_SURPRISE).expect("scores");
        let p = |score: f64| tail.p_value(score).get();
        assert!((p(6.0) / (-2.0_f64).exp() - 1.0).abs() < 0.02);
        let far = p(33.0) / (-11.0_f64).exp();
        assert!((1.0..6.0).contains(&far), "beyond the highest score, and cautious: {far}");
        assert!(p(1e9) >= 1e-3 / 2_001.0, "no farther than is believed");
        assert!(p(f64::NAN) >= 1.0 / 2_001.0 && p(-1.0) == 1.0);
    }

    #[test]
    fn few_or_equal_scores_have_ranks_alone() {
        assert!(Tail::new(Vec::new(), OF_SURPRISE).is_none());
        let few = Tail::new(vec![1.0; 20], OF_SURPRISE).expect("scores");
        assert_eq!((few.p_value(2.0).get(), few.p_value(1.0).get()), (1.0 / 21.0, 1.0));
        let equal = Tail::new(vec![0.0; 5_000], OF_SURPRISE).expect("scores");
        assert_eq!(equal.p_value(3.0).get(), 1.0 / 5_001.0);
        let mut two_values = vec![0.0; 5_000];
        two_values.extend([9.0; 100]);
        let two_values = Tail::new(two_values, OF_SURPRISE).expect("scores");
        assert!((1e-4..3e-3).contains(&two_values.p_value(15.0).get()), "{:?}", two_values.p_value(15.0));
    }
}
