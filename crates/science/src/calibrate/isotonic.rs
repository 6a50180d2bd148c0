//! Isotonic regression: the non-decreasing function of a score that fits labels best.

/// Non-decreasing least squares by pooling adjacent violators (Ayer et al. 1955; Zadrozny and Elkan 2002), O(n log n).
///
/// Between the known scores the function is interpolated linearly, outside it is constant.
#[derive(Debug, Clone, PartialEq)]
pub struct Isotonic {
    /// Score and value, strictly ascending by score.
    knots: Vec<(f64, f64)>,
}

impl Isotonic {
    /// Cases as score, target and weight. `None` where there is none, one is not finite, or a weight not positive.
    pub fn fit(cases: impl IntoIterator<Item = (f64, f64, f64)>) -> Option<Self> {
        let mut cases: Vec<(f64, f64, f64)> = cases.into_iter().collect();
        let is_usable = |&(score, target, weight): &(f64, f64, f64)| {
            score.is_finite() && target.is_finite() && weight.is_finite() && weight > 0.0
        };
        if cases.is_empty() || !cases.iter().all(is_usable) {
            return None;
        }
        cases.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let pooled = pool(ties(&cases));
        let knots = pooled.into_iter().flat_map(|block| {
            let ends = [(block.from, block.value), (block.to, block.value)];
            // A block of one score is one knot.
            ends.into_iter().take(if block.from < block.to { 2 } else { 1 })
        });
        Some(Self { knots: knots.collect() })
    }

    /// The value at a score; `None` where it is not a number.
    pub fn value(&self, score: f64) -> Option<f64> {
        if score.is_nan() {
            return None;
        }
        let above = self.knots.partition_point(|knot| knot.0 < score);
        let after = self.knots.get(above).or(self.knots.last())?;
        let before = self.knots.get(above.saturating_sub(1)).unwrap_or(after);
        if score <= before.0 || score >= after.0 || after.0 <= before.0 {
            return Some(if score <= before.0 { before.1 } else { after.1 });
        }
        let share = (score - before.0) / (after.0 - before.0);
        Some(before.1 + (after.1 - before.1) * share)
    }
}

/// Neighboring scores of one value.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Block {
    from: f64,
    to: f64,
    value: f64,
    weight: f64,
}

impl Block {
    fn merged(self, next: Self) -> Self {
        let weight = self.weight + next.weight;
        let value = (self.value * self.weight + next.value * next.weight) / weight;
        Self { from: self.from, to: next.to, value, weight }
    }
}

/// Cases of one score count as one.
fn ties(sorted: &[(f64, f64, f64)]) -> impl Iterator<Item = Block> {
    sorted.chunk_by(|a, b| a.0 == b.0).filter_map(|equal| {
        let blocks = equal.iter().map(|&(score, value, weight)| Block { from: score, to: score, value, weight });
        blocks.reduce(Block::merged)
    })
}

fn pool(blocks: impl Iterator<Item = Block>) -> Vec<Block> {
    let mut pooled: Vec<Block> = Vec::new();
    for mut block in blocks {
        while let Some(before) = pooled.pop_if(|before| before.value >= block.value) {
            block = before.merged(block);
        }
        pooled.push(block);
    }
    pooled
}
