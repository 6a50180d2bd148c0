//! One tree: the leaf whose split gains most is split, until there are enough leaves or nothing is gained.

use std::ops::Range;

use rand_chacha::{ChaCha8Rng, rand_core::Rng as _};

use super::{Growth, bins::Binned};

/// A node as it is kept: children stand side by side, somewhere behind their parent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Grown {
    Leaf(f32),
    /// `value` is what it would say as a leaf.
    Split {
        feature: u8,
        threshold: f32,
        left: u32,
        value: f32,
    },
}

/// A tree over bins.
pub(super) struct Tree {
    nodes: Vec<Decision>,
}

/// A leaf until it has been split.
#[derive(Clone, Copy)]
struct Decision {
    split: Option<(Split, u32)>,
    value: f32,
}

/// Bins up to `bin` go left.
#[derive(Clone, Copy)]
struct Split {
    feature: usize,
    bin: u8,
    gain: f64,
}

impl Tree {
    /// What the leaf says into which a row of bins falls.
    pub(super) fn value(&self, row: &[u8]) -> f32 {
        let mut node = self.nodes[0];
        while let Some((split, left)) = node.split {
            node = self.nodes[left as usize + usize::from(row[split.feature] > split.bin)];
        }
        node.value
    }

    pub(super) fn nodes(&self, binned: &Binned) -> Vec<Grown> {
        let one = |node: &Decision| match node.split {
            None => Grown::Leaf(node.value),
            Some((Split { feature, bin, .. }, left)) => {
                let threshold = binned.threshold(feature, bin);
                Grown::Split { feature: feature as u8, threshold, left, value: node.value }
            }
        };
        self.nodes.iter().map(one).collect()
    }
}

/// Sums over the cases of a bin or a leaf: first and second derivative of the loss, and how many.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    slope: f64,
    curvature: f64,
    n: u32,
}

impl Sums {
    fn add(&mut self, other: Self) {
        self.slope += other.slope;
        self.curvature += other.curvature;
        self.n += other.n;
    }

    fn less(self, other: Self) -> Self {
        Self { slope: self.slope - other.slope, curvature: self.curvature - other.curvature, n: self.n - other.n }
    }

    /// Twice the loss that a leaf of these cases takes away.
    fn worth(self, l2: f64) -> f64 {
        self.slope * self.slope / (self.curvature + l2).max(f64::MIN_POSITIVE)
    }
}

/// A leaf that may still be split.
struct Leaf {
    node: usize,
    depth: usize,
    /// Its cases, within the list of all.
    cases: Range<usize>,
    sums: Sums,
    histogram: Vec<Sums>,
    split: Option<Split>,
}

/// Grows tree after tree in the same memory.
pub(super) struct Grower<'a> {
    binned: &'a Binned,
    growth: &'a Growth,
    slopes: Vec<(f64, f64)>,
    cases: Vec<u32>,
    scratch: Vec<u32>,
    /// Histograms of leaves that have been split, to be used again.
    spare: Vec<Vec<Sums>>,
}

impl<'a> Grower<'a> {
    pub(super) fn new(binned: &'a Binned, growth: &'a Growth) -> Self {
        Self { binned, growth, slopes: Vec::new(), cases: Vec::new(), scratch: Vec::new(), spare: Vec::new() }
    }

    /// `slopes` are the first and second derivative of each case's loss.
    pub(super) fn grow(&mut self, slopes: impl Iterator<Item = (f64, f64)>, random: &mut ChaCha8Rng) -> Tree {
        self.slopes.clear();
        self.slopes.extend(slopes);
        self.draw(random);
        let root = self.root();
        let mut nodes = vec![Decision { split: None, value: self.answer(root.sums) }];
        let mut leaves = vec![root];
        while leaves.len() < self.growth.leaves_max {
            let Some(at) = most_gained(&leaves) else { break };
            let leaf = leaves.swap_remove(at);
            let Some(split) = leaf.split else { break };
            let left = nodes.len();
            nodes[leaf.node].split = Some((split, left as u32));
            let parts = self.part(leaf, split, left);
            nodes.extend(parts.iter().map(|part| Decision { split: None, value: self.answer(part.sums) }));
            leaves.extend(parts);
        }
        self.spare.extend(leaves.into_iter().map(|leaf| leaf.histogram));
        Tree { nodes }
    }

    /// The cases that this tree sees.
    fn draw(&mut self, random: &mut ChaCha8Rng) {
        let all = 0..self.binned.len() as u32;
        self.cases.clear();
        if self.growth.sample >= 1.0 {
            self.cases.extend(all);
        } else {
            let limit = (self.growth.sample * f64::from(u32::MAX)) as u32;
            self.cases.extend(all.filter(|_| random.next_u32() <= limit));
        }
    }

    fn root(&mut self) -> Leaf {
        let cases = 0..self.cases.len();
        let histogram = self.histogram(cases.clone());
        let sums = total(histogram.get(..self.binned.n_bins(0)).unwrap_or_default());
        self.leaf(0, 0, cases, sums, histogram)
    }

    fn leaf(&self, node: usize, depth: usize, cases: Range<usize>, sums: Sums, histogram: Vec<Sums>) -> Leaf {
        let split = if depth < self.growth.depth_max { self.best_split(sums, &histogram) } else { None };
        Leaf { node, depth, cases, sums, histogram, split }
    }

    /// Both halves of a leaf. Only the smaller is counted; the other is what remains.
    fn part(&mut self, leaf: Leaf, split: Split, node: usize) -> [Leaf; 2] {
        let middle = self.partition(leaf.cases.clone(), split);
        let (left, right) = (leaf.cases.start..middle, middle..leaf.cases.end);
        let left_is_smaller = left.len() <= right.len();
        let smaller = self.histogram(if left_is_smaller { left.clone() } else { right.clone() });
        let mut larger = leaf.histogram;
        larger.iter_mut().zip(&smaller).for_each(|(all, part)| *all = all.less(*part));
        let (of_left, of_right) = if left_is_smaller { (smaller, larger) } else { (larger, smaller) };
        let start = split.feature * Binned::BINS_MAX;
        let sums = total(&of_left[start..=start + usize::from(split.bin)]);
        let depth = leaf.depth + 1;
        [self.leaf(node, depth, left, sums, of_left), self.leaf(node + 1, depth, right, leaf.sums.less(sums), of_right)]
    }

    /// Brings the cases that go left before the others, keeping their order; gives where the others begin.
    fn partition(&mut self, cases: Range<usize>, split: Split) -> usize {
        self.scratch.clear();
        let mut end = cases.start;
        for at in cases {
            let case = self.cases[at];
            if self.binned.row(case as usize)[split.feature] > split.bin {
                self.scratch.push(case);
            } else {
                self.cases[end] = case;
                end += 1;
            }
        }
        self.cases[end..end + self.scratch.len()].copy_from_slice(&self.scratch);
        end
    }

    fn histogram(&mut self, cases: Range<usize>) -> Vec<Sums> {
        let n = self.binned.n_features() * Binned::BINS_MAX;
        let mut histogram = self.spare.pop().unwrap_or_default();
        histogram.clear();
        histogram.resize(n, Sums::default());
        for case in &self.cases[cases] {
            let (slope, curvature) = self.slopes[*case as usize];
            let bins = histogram.chunks_exact_mut(Binned::BINS_MAX).zip(self.binned.row(*case as usize));
            for (of_feature, bin) in bins {
                of_feature[usize::from(*bin)].add(Sums { slope, curvature, n: 1 });
            }
        }
        histogram
    }

    /// The split that gains most, of equal ones the first; none where nothing is gained.
    fn best_split(&self, all: Sums, histogram: &[Sums]) -> Option<Split> {
        let l2 = self.growth.l2;
        let large = |sums: Sums| {
            sums.n as usize >= self.growth.leaf_cases_min.max(1) && sums.curvature >= self.growth.leaf_weight_min
        };
        let mut best: Option<Split> = None;
        for (feature, bins) in histogram.chunks_exact(Binned::BINS_MAX).enumerate() {
            let mut left = Sums::default();
            for (bin, sums) in bins.iter().take(self.binned.n_bins(feature) - 1).enumerate() {
                left.add(*sums);
                let right = all.less(left);
                if sums.n == 0 || !large(left) || !large(right) {
                    continue;
                }
                let gain = left.worth(l2) + right.worth(l2) - all.worth(l2);
                if gain > best.map_or(GAIN_MIN, |best| best.gain) {
                    best = Some(Split { feature, bin: bin as u8, gain });
                }
            }
        }
        best
    }

    /// Newton's step for the cases of a leaf, shortened by the rate.
    fn answer(&self, sums: Sums) -> f32 {
        let step = -sums.slope / (sums.curvature + self.growth.l2).max(CURVATURE_MIN);
        (self.growth.rate * step.clamp(-STEP_MAX, STEP_MAX)) as f32
    }
}

/// Less than this is rounding.
const GAIN_MIN: f64 = 1e-9;
/// Cases that are all but decided have no curvature to divide by ...
const CURVATURE_MIN: f64 = 1e-12;
/// ... and e^30 is certainty enough.
const STEP_MAX: f64 = 30.0;

fn most_gained(leaves: &[Leaf]) -> Option<usize> {
    let gains = leaves.iter().enumerate().filter_map(|(at, leaf)| leaf.split.map(|split| (at, leaf.node, split.gain)));
    gains.max_by(|a, b| a.2.total_cmp(&b.2).then(b.1.cmp(&a.1))).map(|(at, ..)| at)
}

fn total(bins: &[Sums]) -> Sums {
    let mut all = Sums::default();
    bins.iter().for_each(|sums| all.add(*sums));
    all
}
