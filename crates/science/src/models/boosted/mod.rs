//! Gradient boosted trees: what many small decisions add up to, fast enough for every name that is looked up.

mod bins;
mod grow;
mod persist;

#[cfg(test)]
mod tests;

use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng as _};

use super::{logistic::sigmoid, table::Table};
use bins::Binned;
use grow::{Grower, Grown};

/// Log odds as the sum of the leaves that a row falls into, one of each tree (Friedman 2001).
///
/// A value that is not finite is missing, and missing is below all numbers. About 10 ns a tree on one core: 100 trees
/// of 31 leaves answer for a million rows a second.
#[derive(Debug, Clone, PartialEq)]
pub struct Boosted {
    /// Log odds before any tree.
    base: f64,
    n_features: u16,
    /// Where each tree begins; padded to a multiple of [`LANES`] with trees of one leaf worth nothing.
    roots: Vec<u32>,
    /// Of each group of trees, how many decisions the deepest asks for.
    depths: Vec<u8>,
    nodes: Vec<Node>,
    /// What a leaf adds, by the index of its node; of others, what they would add as leaves.
    values: Vec<f32>,
}

/// How trees are grown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Growth {
    /// 1 to [`Boosted::TREES_MAX`].
    pub n_trees: usize,
    /// Share of each tree's answer that is taken: smaller ones need more trees and overfit less. Above 0, to 1.
    pub rate: f64,
    /// 2 to [`Boosted::LEAVES_MAX`].
    pub leaves_max: usize,
    /// 1 to [`Boosted::DEPTH_MAX`].
    pub depth_max: usize,
    /// A leaf has at least so many cases ...
    pub leaf_cases_min: usize,
    /// ... and so much weight: the sum of p · (1 − p) of its cases.
    pub leaf_weight_min: f64,
    /// Pulls what leaves say towards 0.
    pub l2: f64,
    /// Share of the cases that each tree sees, drawn by the seed. Above 0, to 1.
    pub sample: f64,
    pub seed: u64,
}

/// What scikit-learn begins with, but for the depth.
impl Default for Growth {
    fn default() -> Self {
        Self {
            n_trees: 100,
            rate: 0.1,
            leaves_max: 31,
            // Deeper ones were no better and a quarter slower to ask.
            depth_max: 8,
            leaf_cases_min: 20,
            leaf_weight_min: 1e-3,
            l2: 0.0,
            sample: 1.0,
            seed: 1,
        }
    }
}

impl Growth {
    fn is_sound(&self) -> bool {
        let share = |share: f64| share > 0.0 && share <= 1.0;
        let counts = (1..=Boosted::TREES_MAX).contains(&self.n_trees)
            && (2..=Boosted::LEAVES_MAX).contains(&self.leaves_max)
            && (1..=Boosted::DEPTH_MAX).contains(&self.depth_max);
        let floors = self.leaf_weight_min >= 0.0 && self.l2 >= 0.0 && self.l2.is_finite();
        counts && floors && share(self.rate) && share(self.sample)
    }
}

impl Boosted {
    pub const TREES_MAX: usize = 4_096;
    pub const LEAVES_MAX: usize = 256;
    pub const DEPTH_MAX: usize = 32;
    /// So that a feature's number is a byte, and no index into a row needs a check.
    pub const FEATURES_MAX: usize = 256;

    /// Newton's steps on the log loss, each a tree grown leaf by leaf where most is gained, over values in at most
    /// 255 bins a feature (Ke and others 2017). The same cases in the same order give the same trees.
    ///
    /// Takes one byte a value, and 6 KB a feature and leaf while a tree grows. `None` where one of the classes is
    /// missing, the table is wider than [`FEATURES_MAX`](Self::FEATURES_MAX), or `growth` is outside of its bounds.
    pub fn fit(table: &Table, growth: &Growth) -> Option<Self> {
        let fits = (1..=Self::FEATURES_MAX).contains(&table.n_features());
        if !growth.is_sound() || !fits || !table.has_both_classes() {
            return None;
        }
        let binned = Binned::of(table);
        let base = table.log_odds();
        let mut scores = vec![base; table.len()];
        let mut random = ChaCha8Rng::seed_from_u64(growth.seed);
        let mut grower = Grower::new(&binned, growth);
        let mut trees = Vec::with_capacity(growth.n_trees);
        for _ in 0..growth.n_trees {
            let slopes = scores.iter().zip(table.labels()).zip(table.weights()).map(|((score, label), weight)| {
                let p = sigmoid(*score);
                (weight * (p - f64::from(u8::from(*label))), weight * p * (1.0 - p))
            });
            let tree = grower.grow(slopes, &mut random);
            for (row, score) in scores.iter_mut().enumerate() {
                *score += f64::from(tree.value(binned.row(row)));
            }
            trees.push(tree);
        }
        let n_features = u16::try_from(table.n_features()).ok()?;
        Some(Self::assemble(base, n_features, trees.iter().map(|tree| tree.nodes(&binned))))
    }

    /// Features of a row, in this order; one with fewer misses the last, one with more is cut.
    pub fn n_features(&self) -> usize {
        usize::from(self.n_features)
    }

    /// Log odds: above 0 is more likely `true`.
    pub fn score(&self, row: &[f32]) -> f64 {
        let values = self.values_of(row);
        let mut sum = self.base;
        for (roots, depth) in self.roots.as_chunks::<LANES>().0.iter().zip(&self.depths) {
            let mut at = *roots;
            for _ in 0..*depth {
                for at in &mut at {
                    *at = self.nodes[*at as usize].next(&values);
                }
            }
            sum += at.iter().map(|at| f64::from(self.values[*at as usize])).sum::<f64>();
        }
        sum
    }

    pub fn probability(&self, row: &[f32]) -> f64 {
        sigmoid(self.score(row))
    }

    /// Why the score is what it is: what each feature adds to the log odds, and last what the trees say of any row.
    /// Their sum is the score.
    ///
    /// A decision adds to its feature by how much what is known of the row's side differs from what was known before
    /// (Saabas 2014). Features that say the same share what they say by chance.
    pub fn contributions(&self, row: &[f32]) -> Vec<f64> {
        let values = self.values_of(row);
        let mut of_features = vec![0.0; self.n_features()];
        let mut of_any = self.base;
        for root in &self.roots {
            let mut at = *root;
            of_any += f64::from(self.values[at as usize]);
            loop {
                let node = self.nodes[at as usize];
                let next = node.next(&values);
                if next == at {
                    break;
                }
                let gained = f64::from(self.values[next as usize]) - f64::from(self.values[at as usize]);
                of_features[usize::from(node.left_and_feature as u8)] += gained;
                at = next;
            }
        }
        of_features.push(of_any);
        of_features
    }

    /// What trees look at: missing values are no numbers.
    #[inline]
    fn values_of(&self, row: &[f32]) -> [f32; Self::FEATURES_MAX] {
        let mut values = [f32::NAN; Self::FEATURES_MAX];
        for (value, given) in values.iter_mut().zip(row).take(self.n_features()) {
            *value = if given.is_finite() { *given } else { f32::NAN };
        }
        values
    }

    /// Puts trees behind each other, the shallow ones first: those that are walked together should be alike in depth.
    fn assemble(base: f64, n_features: u16, trees: impl Iterator<Item = Vec<Grown>>) -> Self {
        let mut trees: Vec<(usize, Vec<Grown>)> = trees.map(|tree| (depth(&tree), tree)).collect();
        trees.sort_by_key(|(depth, _)| *depth);
        let n_padding = trees.len().next_multiple_of(LANES) - trees.len();
        let padding = (0..n_padding).map(|_| (0, vec![Grown::Leaf(0.0)]));
        let trees: Vec<(usize, Vec<Grown>)> = padding.chain(trees).collect();

        let depths = trees.chunks(LANES).map(|group| group.iter().map(|(depth, _)| *depth as u8).max().unwrap_or(0));
        let mut model = Self {
            base,
            n_features,
            roots: Vec::new(),
            depths: depths.collect(),
            nodes: Vec::new(),
            values: Vec::new(),
        };
        for (_, tree) in &trees {
            let root = model.nodes.len() as u32;
            model.roots.push(root);
            for (at, node) in (root..).zip(tree) {
                let (node, value) = match *node {
                    Grown::Leaf(value) => (Node::new(at, 0, f32::INFINITY), value),
                    Grown::Split { feature, threshold, left, value } => {
                        (Node::new(root + left, feature, threshold), value)
                    }
                };
                model.nodes.push(node);
                model.values.push(value);
            }
        }
        model
    }
}

/// Trees that are walked side by side, so that the processor need not wait for one step before it begins the next.
const LANES: usize = 8;

/// A decision in eight bytes. A leaf leads to itself, so that trees of different depth can be walked together.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Node {
    threshold: f32,
    /// The left child, whose sibling stands behind it, in the upper 24 bits; the feature in the lower 8.
    left_and_feature: u32,
}

impl Node {
    const fn new(left: u32, feature: u8, threshold: f32) -> Self {
        Self { threshold, left_and_feature: left << 8 | feature as u32 }
    }

    /// To the right where the value is above the threshold: a missing one never is.
    #[inline]
    fn next(self, values: &[f32; Boosted::FEATURES_MAX]) -> u32 {
        let right = values[usize::from(self.left_and_feature as u8)] > self.threshold;
        (self.left_and_feature >> 8) + u32::from(right)
    }
}

/// Decisions from the root to the deepest leaf; children stand behind their parents.
fn depth(tree: &[Grown]) -> usize {
    let mut depths = vec![0_usize; tree.len()];
    let mut deepest = 0;
    for (at, node) in tree.iter().enumerate() {
        deepest = deepest.max(depths[at]);
        if let Grown::Split { left, .. } = node {
            let (left, below) = (*left as usize, depths[at] + 1);
            depths[left] = below;
            depths[left + 1] = below;
        }
    }
    deepest
}
