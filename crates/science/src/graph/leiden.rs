//! Leiden: communities with more edges inside than chance would give, each of them connected.

use std::collections::VecDeque;

use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng as _};

use super::{Graph, components, labels::smallest_members};
use crate::hypothesis::below;

/// What makes communities good: weight inside, less what is expected.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Quality {
    /// Expected is what degrees alone would give (Newman and Girvan 2004), times the resolution: 1 is usual, more
    /// makes communities smaller. Small communities of a large graph are not seen.
    Modularity(f64),
    /// Expected is this density between any two nodes (constant Potts model, Traag, Van Dooren and Nesterov 2011):
    /// communities are denser than it, whatever else is in the graph.
    Potts(f64),
}

impl Quality {
    /// Of communities, as a share of all weight. Labels beyond those given are communities of their own.
    pub fn of(self, graph: &Graph, labels: &[usize]) -> f64 {
        let n = graph.n_nodes();
        let label = |node: usize| labels.get(node).copied().filter(|label| *label < n);
        let (sizes, cost) = self.sizes(graph);
        let mut expected = vec![0.0; n];
        let (mut inside, mut alone, mut total) = (0.0, 0.0, 0.0);
        for (node, size) in sizes.iter().enumerate() {
            for (to, weight) in graph.edges(node) {
                total += weight;
                let together = *to as usize == node || (label(node).is_some() && label(node) == label(*to as usize));
                inside += if together { *weight } else { 0.0 };
            }
            match label(node) {
                Some(label) => expected[label] += size,
                None => alone += size * size,
            }
        }
        // A node makes no pair with itself, but by its degree it may.
        let with_itself = if matches!(self, Self::Potts(_)) { n as f64 } else { 0.0 };
        let expected = expected.iter().map(|size| size * size).sum::<f64>() + alone - with_itself;
        if total > 0.0 { (inside - cost * expected) / total } else { 0.0 }
    }

    /// What each node counts, and what the product of two counts costs.
    fn sizes(self, graph: &Graph) -> (Vec<f64>, f64) {
        let nodes = 0..graph.n_nodes();
        match self {
            Self::Potts(density) => (vec![1.0; nodes.len()], density),
            Self::Modularity(resolution) => {
                let degrees: Vec<f64> = nodes.map(|node| graph.degree(node)).collect();
                let total: f64 = degrees.iter().sum();
                (degrees, if total > 0.0 { resolution / total } else { 0.0 })
            }
        }
    }

    fn is_sound(self) -> bool {
        let (Self::Modularity(of) | Self::Potts(of)) = self;
        of >= 0.0 && of.is_finite()
    }
}

/// The community of each node of an **undirected** graph, named by the smallest node in it (Traag, Waltman and Van Eck
/// 2019). Loops until a pass changes nothing, at most ten times; each pass is about linear in the edges.
/// The seed decides in which order nodes are looked at. A resolution that is negative or no number leaves all alone.
pub fn leiden(graph: &Graph, quality: Quality, seed: u64) -> Vec<usize> {
    let mut labels: Vec<usize> = (0..graph.n_nodes()).collect();
    if !quality.is_sound() {
        return labels;
    }
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let (sizes, cost) = quality.sizes(graph);
    for _ in 0..PASSES_MAX {
        let next = pass(graph, &sizes, cost, &labels, &mut random);
        if next == labels {
            break;
        }
        labels = next;
    }
    connected(graph, &labels)
}

/// Parts communities that do not hang together, which costs no quality. There are such where what parting gains is
/// lost beside other weights.
fn connected(graph: &Graph, labels: &[usize]) -> Vec<usize> {
    let inside = (0..graph.n_nodes()).flat_map(|node| {
        let edges = graph.edges(node).iter().map(move |(to, _)| (node, *to as usize));
        edges.filter(|(node, to)| labels[*node] == labels[*to])
    });
    components(graph.n_nodes(), &inside.collect::<Vec<_>>())
}

/// Communities seldom change after the third pass.
const PASSES_MAX: usize = 10;

/// Moves nodes, refines, and goes on with what was refined as nodes, until nothing can be merged.
fn pass(graph: &Graph, sizes: &[f64], cost: f64, labels: &[usize], random: &mut ChaCha8Rng) -> Vec<usize> {
    let mut level = Level { graph: graph.clone(), sizes: sizes.to_vec(), cost, labels: labels.to_vec() };
    // In which node of the level each node of the graph is.
    let mut within: Vec<usize> = (0..graph.n_nodes()).collect();
    loop {
        level.move_nodes(random);
        let refined = level.refine(random);
        let Some((next, numbers)) = level.aggregate(&refined) else { break };
        within.iter_mut().for_each(|node| *node = numbers[*node]);
        level = next;
    }
    let labels: Vec<usize> = within.iter().map(|node| level.labels[*node]).collect();
    smallest_members(&labels)
}

/// A graph whose nodes may be communities of a graph below.
struct Level {
    graph: Graph,
    sizes: Vec<f64>,
    cost: f64,
    labels: Vec<usize>,
}

impl Level {
    /// Moves each node to where quality gains most, and looks again at the neighbours of what has moved.
    fn move_nodes(&mut self, random: &mut ChaCha8Rng) {
        let n = self.graph.n_nodes();
        let mut communities = vec![(0.0, 0_usize); n];
        for (label, size) in self.labels.iter().zip(&self.sizes) {
            communities[*label].0 += size;
            communities[*label].1 += 1;
        }
        let mut empty: Vec<usize> = (0..n).filter(|label| communities[*label].1 == 0).collect();
        let mut queue: VecDeque<usize> = shuffled(n, random).into();
        let mut queued = vec![true; n];
        let mut weights = vec![0.0; n];
        // Each move gains, so there is an end; the bound is for gains of rounding.
        for _ in 0..MOVES_A_NODE.saturating_mul(n) {
            let Some(node) = queue.pop_front() else { break };
            queued[node] = false;
            let old = self.labels[node];
            communities[old].0 -= self.sizes[node];
            communities[old].1 -= 1;
            let alone = if communities[old].1 == 0 { Some(old) } else { empty.last().copied() };
            let new = self.best(node, alone, &communities, &mut weights);
            communities[new].0 += self.sizes[node];
            communities[new].1 += 1;
            if new == old {
                continue;
            }
            if communities[old].1 == 0 {
                communities[old].0 = 0.0;
                empty.push(old);
            }
            if empty.last() == Some(&new) {
                empty.pop();
            }
            self.labels[node] = new;
            for (to, _) in self.graph.edges(node) {
                let to = *to as usize;
                if !queued[to] && self.labels[to] != new {
                    queued[to] = true;
                    queue.push_back(to);
                }
            }
        }
    }

    /// The label around a node, its own, or that of an empty community, where it adds most to quality.
    fn best(&self, node: usize, alone: Option<usize>, communities: &[(f64, usize)], weights: &mut [f64]) -> usize {
        let around = || self.graph.edges(node).iter().filter(|(to, _)| *to as usize != node);
        around().for_each(|(to, weight)| weights[self.labels[*to as usize]] += weight);
        let gain = |label: usize| weights[label] - self.cost * self.sizes[node] * communities[label].0;
        let own = self.labels[node];
        let mut best = (own, gain(own) + GAIN_MIN * self.sizes[node].abs());
        let others = around().map(|(to, _)| self.labels[*to as usize]).chain(alone);
        for label in others {
            if gain(label) > best.1 {
                best = (label, gain(label));
            }
        }
        around().for_each(|(to, _)| weights[self.labels[*to as usize]] = 0.0);
        best.0
    }

    /// Within each community, merges nodes that are well connected to it: from single nodes anew, so that parts of
    /// a community that hang together by nothing come apart.
    fn refine(&self, random: &mut ChaCha8Rng) -> Vec<usize> {
        let n = self.graph.n_nodes();
        let mut community_sizes = vec![0.0; n];
        self.labels.iter().zip(&self.sizes).for_each(|(label, size)| community_sizes[*label] += size);
        let mut refined: Vec<usize> = (0..n).collect();
        let mut sizes = self.sizes.clone();
        let mut is_single = vec![true; n];
        // Weight from a refined community to the rest of its community.
        let mut outward: Vec<f64> = (0..n).map(|node| self.around(node).map(|(_, weight)| weight).sum()).collect();
        let mut weights = vec![0.0; n];
        for node in shuffled(n, random) {
            let whole = community_sizes[self.labels[node]];
            let well_connected = |part: usize| outward[part] >= self.cost * sizes[part] * (whole - sizes[part]);
            if !is_single[node] || !well_connected(node) {
                continue;
            }
            self.around(node).for_each(|(to, weight)| weights[refined[to]] += weight);
            let gain = |part: usize| weights[part] - self.cost * sizes[node] * sizes[part];
            let parts =
                self.around(node).map(|(to, _)| refined[to]).filter(|part| *part != node && well_connected(*part));
            let best = parts.map(|part| (part, gain(part))).filter(|(_, gain)| *gain >= 0.0);
            let best = best.reduce(|best, other| if other.1 > best.1 { other } else { best });
            if let Some((part, _)) = best {
                outward[part] += outward[node] - 2.0 * weights[part];
                sizes[part] += sizes[node];
                refined[node] = part;
                is_single[part] = false;
            }
            // Labels of neighbours have not changed; the node's own was never among them.
            self.around(node).for_each(|(to, _)| weights[refined[to]] = 0.0);
        }
        refined
    }

    /// Refined communities become nodes, which begin in the communities that they are parts of, and the number of
    /// each node's new node. `None` where nothing was merged.
    fn aggregate(&self, refined: &[usize]) -> Option<(Self, Vec<usize>)> {
        let n = refined.len();
        let mut numbers = vec![usize::MAX; n];
        let mut parts = Vec::new();
        for part in refined {
            if numbers[*part] == usize::MAX {
                numbers[*part] = parts.len();
                parts.push(*part);
            }
        }
        if parts.len() == n {
            return None;
        }
        let numbers: Vec<usize> = refined.iter().map(|part| numbers[*part]).collect();
        let mut sizes = vec![0.0; parts.len()];
        numbers.iter().zip(&self.sizes).for_each(|(number, size)| sizes[*number] += size);
        // Communities are numbered anew by their first part, so that labels stay below the number of nodes.
        let mut first_part = vec![usize::MAX; n];
        let labels = parts.iter().enumerate().map(|(number, part)| {
            let first = &mut first_part[self.labels[*part]];
            *first = (*first).min(number);
            *first
        });
        let labels = labels.collect();
        let edges = (0..n).flat_map(|node| {
            let numbers = &numbers;
            self.graph.edges(node).iter().map(move |(to, weight)| (numbers[node], numbers[*to as usize], *weight))
        });
        let graph = Graph::directed(parts.len(), edges)?;
        Some((Self { graph, sizes, cost: self.cost, labels }, numbers))
    }

    /// A node's neighbours in its community.
    fn around(&self, node: usize) -> impl Iterator<Item = (usize, f64)> {
        let edges = self.graph.edges(node).iter().map(|(to, weight)| (*to as usize, *weight));
        edges.filter(move |(to, _)| *to != node && self.labels[*to] == self.labels[node])
    }
}

/// Visits, on average; real graphs ask for two or three.
const MOVES_A_NODE: usize = 100;
/// What a move has to gain, beside the size of the node, to be more than rounding.
const GAIN_MIN: f64 = 1e-12;

fn shuffled(n: usize, random: &mut ChaCha8Rng) -> Vec<usize> {
    let mut order: Vec<usize> = (0..n).collect();
    (1..n).for_each(|at| order.swap(at, below(at + 1, random)));
    order
}
