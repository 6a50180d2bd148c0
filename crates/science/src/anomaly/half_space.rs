//! Half-space trees: where the last window had no rows, a row is strange. Constant time and memory a row.

use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng as _};

use crate::{hypothesis::below, random::unit};

/// Trees that halve space before they have seen a row, and count (Tan, Ting and Liu 2011).
///
/// Rows of a window are counted while those of the window before are asked, so that a sudden crowd is strange until
/// its window has passed.
#[derive(Debug, Clone)]
pub struct HalfSpaceTrees {
    spaces: Spaces,
    n_columns: usize,
    /// Tree after tree; within a tree the children of node i are 2·i + 1 and 2·i + 2.
    cuts: Vec<(u32, f64)>,
    /// Rows of the last full window and of the present one, for nodes and leaves.
    masses: Vec<[u32; 2]>,
    n_seen: u64,
}

/// How space is halved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spaces {
    /// 1 to 256.
    pub n_trees: usize,
    /// Halvings: 1 to 15; memory is 32 · 2^depth bytes a tree.
    pub depth: u32,
    /// Rows after which what was counted is what is asked: at least 1.
    pub window: u32,
    pub seed: u64,
}

impl Default for Spaces {
    fn default() -> Self {
        Self { n_trees: 25, depth: 10, window: 250, seed: 1 }
    }
}

impl HalfSpaceTrees {
    /// Nodes with fewer rows than this share of a window are not looked into.
    const SPARSE: f64 = 0.1;

    /// `bounds` are the smallest and largest value to be expected of each column. Values beyond them are not lost:
    /// they fall into the outermost half. `None` where there is no column, bounds are not in order, or `spaces` is
    /// outside of its own bounds.
    pub fn new(bounds: &[(f64, f64)], spaces: Spaces) -> Option<Self> {
        let sound = (1..=256).contains(&spaces.n_trees) && (1..=15).contains(&spaces.depth) && spaces.window > 0;
        let in_order = bounds.iter().all(|(low, high)| low.is_finite() && high.is_finite() && low <= high);
        if bounds.is_empty() || !in_order || !sound {
            return None;
        }
        let mut random = ChaCha8Rng::seed_from_u64(spaces.seed);
        let cuts = (0..spaces.n_trees).flat_map(|_| halve(bounds, spaces.depth, &mut random)).collect();
        let n_masses = spaces.n_trees * nodes(spaces.depth + 1);
        Some(Self { spaces, n_columns: bounds.len(), cuts, masses: vec![[0; 2]; n_masses], n_seen: 0 })
    }

    /// The row's score beside the last full window; then it is counted. `None` until one window is full.
    pub fn score_and_learn(&mut self, row: &[f64]) -> Option<f64> {
        let ready = self.n_seen >= u64::from(self.spaces.window);
        let score = ready.then(|| self.score(row));
        for tree in 0..self.spaces.n_trees {
            for depth in 0..=self.spaces.depth {
                let node = self.node(tree, depth, row);
                self.masses[node][1] += 1;
            }
        }
        self.n_seen += 1;
        if self.n_seen.is_multiple_of(u64::from(self.spaces.window)) {
            self.masses.iter_mut().for_each(|[last, present]| (*last, *present) = (*present, 0));
        }
        score
    }

    /// ln(most mass there could be / mass found), from 0 up. Mass is rows times 2^depth, at the node where rows become
    /// few: how dense the space around the row is.
    pub fn score(&self, row: &[f64]) -> f64 {
        let found: f64 = (0..self.spaces.n_trees).map(|tree| self.mass(tree, row)).sum();
        let most = self.spaces.n_trees as f64 * f64::from(self.spaces.window) * f64::from(self.spaces.depth).exp2();
        (1.0 + most).ln() - (1.0 + found).ln()
    }

    pub fn n_columns(&self) -> usize {
        self.n_columns
    }

    fn mass(&self, tree: usize, row: &[f64]) -> f64 {
        let sparse = Self::SPARSE * f64::from(self.spaces.window);
        for depth in 0..self.spaces.depth {
            let mass = f64::from(self.masses[self.node(tree, depth, row)][0]);
            if mass <= sparse {
                return mass * f64::from(depth).exp2();
            }
        }
        let depth = self.spaces.depth;
        f64::from(self.masses[self.node(tree, depth, row)][0]) * f64::from(depth).exp2()
    }

    /// The node at this depth that the row falls into, among all masses.
    fn node(&self, tree: usize, depth: u32, row: &[f64]) -> usize {
        let cuts = &self.cuts[tree * nodes(self.spaces.depth)..];
        let mut node = 0;
        for _ in 0..depth {
            let (column, middle) = cuts[node];
            let right = row.get(column as usize).is_some_and(|value| *value > middle);
            node = 2 * node + 1 + usize::from(right);
        }
        tree * nodes(self.spaces.depth + 1) + node
    }
}

/// Nodes of a full tree with so many levels.
const fn nodes(levels: u32) -> usize {
    (1 << levels) - 1
}

/// A tree's cuts: each halves a random column of what is left of space. Space is made wider than the bounds, by
/// another amount for each tree, so that cuts differ.
fn halve(bounds: &[(f64, f64)], depth: u32, random: &mut ChaCha8Rng) -> Vec<(u32, f64)> {
    let space: Vec<(f64, f64)> = bounds.iter().map(|bounds| widened(*bounds, random)).collect();
    let mut cuts: Vec<(u32, f64)> = Vec::with_capacity(nodes(depth));
    for node in 0..nodes(depth) {
        let column = below(bounds.len(), random) as u32;
        let (low, high) = within(&space, &cuts, node, column);
        cuts.push((column, low / 2.0 + high / 2.0));
    }
    cuts
}

/// What the cuts above a node have left of a column.
fn within(space: &[(f64, f64)], cuts: &[(u32, f64)], node: usize, column: u32) -> (f64, f64) {
    let (mut low, mut high) = space[column as usize];
    let mut child = node;
    while child > 0 {
        let parent = (child - 1) / 2;
        let (cut_column, middle) = cuts[parent];
        if cut_column == column {
            let right = child.is_multiple_of(2);
            // From the leaf up, the nearest cut comes first and is the tightest.
            if right { low = low.max(middle) } else { high = high.min(middle) }
        }
        child = parent;
    }
    (low, high)
}

/// From a random point s of the bounds, twice the longer way to their ends in both directions.
fn widened((low, high): (f64, f64), random: &mut ChaCha8Rng) -> (f64, f64) {
    let middle = low + (high - low) * unit(random);
    let reach = 2.0 * (middle - low).max(high - middle);
    if reach.is_finite() { (middle - reach, middle + reach) } else { (low, high) }
}
