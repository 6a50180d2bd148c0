//! One robust random cut tree: rows come and go, and it is always as if it had been built of those that are there.

use rand_chacha::ChaCha8Rng;

use crate::random::{between, unit};

/// A tree of cuts over rows of finite numbers.
#[derive(Debug, Clone)]
pub(super) struct CutTree {
    n_columns: usize,
    root: Option<u32>,
    nodes: Vec<Node>,
    /// Of each node the smallest, then the largest value of each column.
    boxes: Vec<f64>,
    free: Vec<u32>,
}

#[derive(Debug, Clone, Copy)]
struct Node {
    parent: Option<u32>,
    /// Rows below; of a leaf, how often the same row is there.
    n: u32,
    cut: Option<Cut>,
}

/// Values up to `at` go left.
#[derive(Debug, Clone, Copy)]
struct Cut {
    column: usize,
    at: f64,
    left: u32,
    right: u32,
}

impl CutTree {
    pub(super) fn new(n_columns: usize) -> Self {
        Self { n_columns, root: None, nodes: Vec::new(), boxes: Vec::new(), free: Vec::new() }
    }

    /// The row's leaf. Algorithm 2 of Guha, Mishra, Roy and Schrijvers (2016): where a random cut of the box around
    /// node and row would part them, the row is hung there; else one level below.
    pub(super) fn insert(&mut self, row: &[f64], random: &mut ChaCha8Rng) -> u32 {
        let Some(mut node) = self.root else {
            let leaf = self.leaf(row);
            self.root = Some(leaf);
            return leaf;
        };
        loop {
            let Some((column, at)) = self.random_cut(node, row, random) else {
                // Box and row are the same point: the row is there already.
                self.count_up(Some(node), row);
                return node;
            };
            let (low, high) = self.range(node, column);
            if at < low || at >= high {
                return self.hang(node, row, column, at);
            }
            match self.nodes[node as usize].cut {
                Some(cut) => node = if row[cut.column] <= cut.at { cut.left } else { cut.right },
                None => return self.hang(node, row, column, at),
            }
        }
    }

    /// Takes away a leaf that [`insert`](Self::insert) has given, once for each time that it was given.
    pub(super) fn remove(&mut self, leaf: u32) {
        let Node { parent, n, .. } = self.nodes[leaf as usize];
        if n > 1 {
            self.count_down(Some(leaf));
            return;
        }
        self.free.push(leaf);
        let Some(parent) = parent else {
            self.root = None;
            return;
        };
        let sibling = self.sibling(parent, leaf);
        let above = self.nodes[parent as usize].parent;
        self.replace(above, parent, sibling);
        self.free.push(parent);
        self.count_down(above);
        self.shrink(above);
    }

    /// Collusive displacement: the largest number of rows, for each of a group around the leaf, that would come
    /// closer to the root if the group were not there.
    pub(super) fn displacement(&self, leaf: u32) -> f64 {
        let (mut node, mut most) = (leaf, 0.0);
        while let Some(parent) = self.nodes[node as usize].parent {
            let displaced = self.nodes[self.sibling(parent, node) as usize].n;
            most = f64::max(most, f64::from(displaced) / f64::from(self.nodes[node as usize].n));
            node = parent;
        }
        most
    }

    /// A cut of the box around node and row: a column in proportion to its width, and a place in it. `None` where
    /// the box is a point.
    fn random_cut(&self, node: u32, row: &[f64], random: &mut ChaCha8Rng) -> Option<(usize, f64)> {
        // Halves, so that a width does not overflow.
        let width = |column: usize| {
            let (low, high) = self.joined(node, row, column);
            high / 2.0 - low / 2.0
        };
        let total: f64 = (0..self.n_columns).map(width).sum();
        if total <= 0.0 {
            return None;
        }
        let mut left = unit(random) * total.min(f64::MAX);
        let mut chosen = None;
        for column in 0..self.n_columns {
            let width = width(column);
            if width > 0.0 {
                chosen = Some(column);
                if left < width {
                    break;
                }
                left -= width;
            }
        }
        let column = chosen?;
        let (low, high) = self.joined(node, row, column);
        Some((column, between(low, high, random)))
    }

    /// A new leaf beside the node, both under a new cut in the node's place.
    fn hang(&mut self, node: u32, row: &[f64], column: usize, at: f64) -> u32 {
        let leaf = self.leaf(row);
        let above = self.nodes[node as usize].parent;
        let (left, right) = if row[column] <= at { (leaf, node) } else { (node, leaf) };
        let n = self.nodes[node as usize].n;
        let branch = self.place(Node { parent: None, n, cut: Some(Cut { column, at, left, right }) });
        let (from, to) = (self.box_start(node), self.box_start(branch));
        self.boxes.copy_within(from..from + 2 * self.n_columns, to);
        self.replace(above, node, branch);
        self.nodes[node as usize].parent = Some(branch);
        self.nodes[leaf as usize].parent = Some(branch);
        self.count_up(Some(branch), row);
        leaf
    }

    fn leaf(&mut self, row: &[f64]) -> u32 {
        let leaf = self.place(Node { parent: None, n: 1, cut: None });
        let start = self.box_start(leaf);
        self.boxes[start..start + self.n_columns].copy_from_slice(row);
        self.boxes[start + self.n_columns..start + 2 * self.n_columns].copy_from_slice(row);
        leaf
    }

    fn place(&mut self, node: Node) -> u32 {
        if let Some(free) = self.free.pop() {
            self.nodes[free as usize] = node;
            return free;
        }
        self.nodes.push(node);
        self.boxes.resize(self.nodes.len() * 2 * self.n_columns, 0.0);
        self.nodes.len() as u32 - 1
    }

    /// Puts another node where one was under its parent, or at the root.
    fn replace(&mut self, parent: Option<u32>, old: u32, new: u32) {
        self.nodes[new as usize].parent = parent;
        let Some(parent) = parent else {
            self.root = Some(new);
            return;
        };
        if let Some(cut) = &mut self.nodes[parent as usize].cut {
            let side = if cut.left == old { &mut cut.left } else { &mut cut.right };
            *side = new;
        }
    }

    /// One row more in the node and all above it.
    fn count_up(&mut self, mut node: Option<u32>, row: &[f64]) {
        while let Some(at) = node {
            self.nodes[at as usize].n += 1;
            node = self.nodes[at as usize].parent;
            for (column, value) in row.iter().enumerate() {
                let (low, high) = self.range(at, column);
                self.set_range(at, column, (low.min(*value), high.max(*value)));
            }
        }
    }

    /// One row less in the node and all above it.
    fn count_down(&mut self, mut node: Option<u32>) {
        while let Some(at) = node {
            self.nodes[at as usize].n -= 1;
            node = self.nodes[at as usize].parent;
        }
    }

    /// Boxes as small as their children's, from the node up until nothing changes.
    fn shrink(&mut self, mut node: Option<u32>) {
        while let Some(at) = node {
            let Node { parent, cut: Some(cut), .. } = self.nodes[at as usize] else { return };
            let mut changed = false;
            for column in 0..self.n_columns {
                let (left, right) = (self.range(cut.left, column), self.range(cut.right, column));
                let range = (left.0.min(right.0), left.1.max(right.1));
                changed |= range != self.range(at, column);
                self.set_range(at, column, range);
            }
            node = if changed { parent } else { None };
        }
    }

    fn sibling(&self, parent: u32, node: u32) -> u32 {
        match self.nodes[parent as usize].cut {
            Some(cut) if cut.left == node => cut.right,
            Some(cut) => cut.left,
            None => node,
        }
    }

    fn joined(&self, node: u32, row: &[f64], column: usize) -> (f64, f64) {
        let (low, high) = self.range(node, column);
        (low.min(row[column]), high.max(row[column]))
    }

    fn box_start(&self, node: u32) -> usize {
        node as usize * 2 * self.n_columns
    }

    fn range(&self, node: u32, column: usize) -> (f64, f64) {
        let low = self.box_start(node) + column;
        (self.boxes[low], self.boxes[low + self.n_columns])
    }

    fn set_range(&mut self, node: u32, column: usize, (low, high): (f64, f64)) {
        let at = self.box_start(node) + column;
        self.boxes[at] = low;
        self.boxes[at + self.n_columns] = high;
    }

    /// Whether counts, boxes and parents are what they should be.
    #[cfg(test)]
    pub(super) fn is_sound(&self) -> bool {
        let reachable: Vec<u32> = (0..self.nodes.len() as u32).filter(|node| !self.free.contains(node)).collect();
        reachable.iter().all(|node| match self.nodes[*node as usize].cut {
            None => (0..self.n_columns).all(|column| self.range(*node, column).0 == self.range(*node, column).1),
            Some(cut) => {
                let [left, right] = [cut.left, cut.right].map(|child| self.nodes[child as usize]);
                let boxes = (0..self.n_columns).all(|column| {
                    let (a, b) = (self.range(cut.left, column), self.range(cut.right, column));
                    self.range(*node, column) == (a.0.min(b.0), a.1.max(b.1))
                });
                let parted =
                    self.range(cut.left, cut.column).1 <= cut.at && self.range(cut.right, cut.column).0 > cut.at;
                let parents = left.parent == Some(*node) && right.parent == Some(*node);
                boxes && parted && parents && left.n + right.n == self.nodes[*node as usize].n
            }
        })
    }
}
