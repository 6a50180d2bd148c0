//! Half-space trees: where the last window had no rows, a row is strange. Constant time and memory a row.

use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng as _};

use crate::random::unit;

/// Trees that part space before they have seen a row, and count (Tan, Ting and Liu 2011).
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

/// How space is parted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spaces {
    /// 1 to 256.
    pub n_trees: usize,
    /// Cuts on the way down: 1 to 15; memory is 32 · 2^depth bytes a tree.
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
    /// they fall into the outermost part. `None` where there is no column, bounds are not in order, or `spaces` is
    /// outside of its own bounds.
    pub fn new(bounds: &[(f64, f64)], spaces: Spaces) -> Option<Self> {
        let sound = (1..=256).contains(&spaces.n_trees) && (1..=15).contains(&spaces.depth) && spaces.window > 0;
        let in_order = bounds.iter().all(|(low, high)| low.is_finite() && high.is_finite() && low <= high);
        if bounds.is_empty() || !in_order || !sound {
            return None;
        }
        let mut random = ChaCha8Rng::seed_from_u64(spaces.seed);
        let cuts = (0..spaces.n_trees).flat_map(|_| part(bounds, spaces.depth, &mut random)).collect();
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

    /// ln(most mass there could be / mass found), from 0 up. Mass is rows times 2^depth: how dense the space around
    /// the row is. The paper takes it at the node where rows become few; the sum on the way there tells more apart.
    pub fn score(&self, row: &[f64]) -> f64 {
        let found: f64 = (0..self.spaces.n_trees).map(|tree| self.mass(tree, row)).sum();
        let most = self.spaces.n_trees as f64 * f64::from(self.spaces.window) * f64::from(self.spaces.depth + 1).exp2();
        (1.0 + most).ln() - (1.0 + found).ln()
    }

    pub fn n_columns(&self) -> usize {
        self.n_columns
    }

    fn mass(&self, tree: usize, row: &[f64]) -> f64 {
        let sparse = Self::SPARSE * f64::from(self.spaces.window);
        let mut sum = 0.0;
        for depth in 0..=self.spaces.depth {
            let mass = f64::from(self.masses[self.node(tree, depth, row)][0]);
            sum += mass * f64::from(depth).exp2();
            if mass <= sparse {
                break;
            }
        }
        sum
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

/// A tree's cuts: each parts a column of what is left of space, the more likely the more of it is left, at a random
/// place not near its ends. The paper halves a space that was moved and widened at random: many of its cuts lie where
/// no row can be.
fn part(bounds: &[(f64, f64)], depth: u32, random: &mut ChaCha8Rng) -> Vec<(u32, f64)> {
    // As if every column went from 0 to 1.
    let mut cuts: Vec<(usize, f64)> = Vec::with_capacity(nodes(depth));
    for node in 0..nodes(depth) {
        let left = left_of(bounds.len(), &cuts, node);
        let column = likely(&left, random);
        let (from, to) = left[column];
        cuts.push((column, from + (to - from) * (MARGIN + (1.0 - 2.0 * MARGIN) * unit(random))));
    }
    let place = |(column, at): (usize, f64)| {
        let (low, high) = bounds[column];
        (column as u32, low * (1.0 - at) + high * at)
    };
    cuts.into_iter().map(place).collect()
}

/// Share of what is left at either end of which no cut is made: slivers tell nothing.
const MARGIN: f64 = 0.15;

/// What the cuts above a node have left of each column.
fn left_of(n_columns: usize, cuts: &[(usize, f64)], node: usize) -> Vec<(f64, f64)> {
    let mut left = vec![(0.0, 1.0); n_columns];
    let mut child = node;
    while child > 0 {
        let parent = (child - 1) / 2;
        let (column, at) = cuts[parent];
        let (low, high) = left[column];
        let is_right = child.is_multiple_of(2);
        left[column] = if is_right { (f64::max(low, at), high) } else { (low, f64::min(high, at)) };
        child = parent;
    }
    left
}

/// A column, with a chance in proportion to what is left of it.
fn likely(left: &[(f64, f64)], random: &mut ChaCha8Rng) -> usize {
    let mut rest = unit(random) * left.iter().map(|(low, high)| high - low).sum::<f64>();
    let passed = left.iter().take_while(|(low, high)| {
        rest -= high - low;
        rest >= 0.0
    });
    passed.count().min(left.len() - 1)
}
