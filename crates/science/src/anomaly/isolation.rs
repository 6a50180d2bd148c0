//! Isolation forest: what is strange is parted from the rest by few random cuts.

use std::ops::Range;

use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng as _};

use crate::{Rows, hypothesis::below, random::between};

/// Random trees over small samples (Liu, Ting and Zhou 2008).
#[derive(Debug, Clone)]
pub struct IsolationForest {
    n_columns: usize,
    roots: Vec<u32>,
    nodes: Vec<Node>,
    /// What a path through a tree of a sample is long on average.
    usual: f64,
}

/// How many trees there are and what each sees; the defaults are those of the paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forest {
    /// At least 1.
    pub n_trees: usize,
    /// Rows that a tree sees, drawn without putting back: at least 2. More rows hide what is strange behind others
    /// that are.
    pub sample: usize,
    pub seed: u64,
}

impl Default for Forest {
    fn default() -> Self {
        Self { n_trees: 100, sample: 256, seed: 1 }
    }
}

#[derive(Debug, Clone, Copy)]
enum Node {
    /// Cuts to here, and those that would follow on average.
    Leaf(f64),
    /// Values up to the threshold go to `left`, others to the node behind it.
    Cut { column: u32, threshold: f64, left: u32 },
}

impl IsolationForest {
    /// `None` for less than two rows, or where `forest` is outside of its bounds. Memory and time of fitting depend
    /// on the sample, not on the number of rows.
    pub fn fit(rows: &Rows, forest: Forest) -> Option<Self> {
        if rows.len() < 2 || forest.n_trees == 0 || forest.sample < 2 {
            return None;
        }
        let mut random = ChaCha8Rng::seed_from_u64(forest.seed);
        let n = forest.sample.min(rows.len());
        let depth_max = (n as f64).log2().ceil() as u32;
        let mut all: Vec<u32> = (0..rows.len() as u32).collect();
        let mut nodes = Vec::new();
        let mut roots = Vec::with_capacity(forest.n_trees);
        for _ in 0..forest.n_trees {
            // The first n of a shuffle: what the trees before have left in disorder is as good as order.
            (0..n).for_each(|at| all.swap(at, at + below(rows.len() - at, &mut random)));
            roots.push(nodes.len() as u32);
            grow(rows, &mut all[..n], depth_max, &mut nodes, &mut random);
        }
        Some(Self { n_columns: rows.n_columns(), roots, nodes, usual: path_mean(n) })
    }

    /// 2^(−mean path / usual path): about 0.5 for what is like the rest, towards 1 for what is strange.
    ///
    /// A value that is missing or not a number counts as below all others. About 10 cuts a tree.
    pub fn score(&self, row: &[f64]) -> f64 {
        let paths: f64 = self.roots.iter().map(|root| self.path(*root, row)).sum();
        (-paths / self.roots.len() as f64 / self.usual).exp2()
    }

    pub fn n_columns(&self) -> usize {
        self.n_columns
    }

    fn path(&self, root: u32, row: &[f64]) -> f64 {
        let mut at = root;
        loop {
            match self.nodes[at as usize] {
                Node::Leaf(path) => return path,
                Node::Cut { column, threshold, left } => {
                    let right = row.get(column as usize).is_some_and(|value| *value > threshold);
                    at = left + u32::from(right);
                }
            }
        }
    }
}

/// A tree behind the nodes that are there.
fn grow(rows: &Rows, sample: &mut [u32], depth_max: u32, nodes: &mut Vec<Node>, random: &mut ChaCha8Rng) {
    let mut open: Vec<(usize, Range<usize>, u32)> = vec![(nodes.len(), 0..sample.len(), 0)];
    nodes.push(Node::Leaf(0.0));
    while let Some((node, part, depth)) = open.pop() {
        let cases = &mut sample[part.clone()];
        let leaf = Node::Leaf(f64::from(depth) + path_mean(cases.len()));
        let cut = if depth < depth_max && cases.len() > 1 { cut(rows, cases, random) } else { None };
        let Some((column, threshold)) = cut else {
            nodes[node] = leaf;
            continue;
        };
        let n_left = partition(cases, |case| rows.row(case as usize)[column] <= threshold);
        let left = nodes.len();
        nodes[node] = Node::Cut { column: column as u32, threshold, left: left as u32 };
        nodes.extend([Node::Leaf(0.0); 2]);
        open.push((left, part.start..part.start + n_left, depth + 1));
        open.push((left + 1, part.start + n_left..part.end, depth + 1));
    }
}

/// A column among those in which the cases differ, and a place between its smallest and largest value.
fn cut(rows: &Rows, cases: &[u32], random: &mut ChaCha8Rng) -> Option<(usize, f64)> {
    let range = |column: usize| {
        let values = cases.iter().map(|case| rows.row(*case as usize)[column]);
        values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)))
    };
    let mut columns: Vec<usize> = (0..rows.n_columns()).collect();
    while !columns.is_empty() {
        let column = columns.swap_remove(below(columns.len(), random));
        let (low, high) = range(column);
        if low < high {
            return Some((column, between(low, high, random)));
        }
    }
    None
}

/// Brings those that are asked for to the front and says how many they are.
fn partition(cases: &mut [u32], wanted: impl Fn(u32) -> bool) -> usize {
    let mut n = 0;
    for at in 0..cases.len() {
        if wanted(cases[at]) {
            cases.swap(n, at);
            n += 1;
        }
    }
    n
}

/// Mean length of an unsuccessful search in a binary search tree of n: 2·H(n − 1) − 2·(n − 1)/n.
fn path_mean(n: usize) -> f64 {
    const EULER: f64 = 0.577_215_664_901_532_9;
    match n {
        0 | 1 => 0.0,
        2 => 1.0,
        n => {
            let n = n as f64;
            2.0 * ((n - 1.0).ln() + EULER) - 2.0 * (n - 1.0) / n
        }
    }
}
