//! Label propagation: communities in nearly linear time, by everybody following most of their neighbours.

use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng as _};

use super::Graph;
use crate::hypothesis::below;

/// The community of each node, named by the smallest node in it (Raghavan, Albert and Kumara 2007).
///
/// In rounds, in an order drawn by the seed, each node takes the label with the most weight among its neighbours;
/// among equals it keeps its own, or takes any. Ends when a round changes nothing, after at most 100. Fast and rough:
/// [`leiden`](super::leiden) finds better communities.
pub fn propagate_labels(graph: &Graph, seed: u64) -> Vec<usize> {
    let n = graph.n_nodes();
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut labels: Vec<usize> = (0..n).collect();
    let mut order: Vec<usize> = (0..n).collect();
    let mut weights = vec![0.0; n];
    for _ in 0..ROUNDS_MAX {
        (1..n).for_each(|at| order.swap(at, below(at + 1, &mut random)));
        let mut changed = false;
        for node in &order {
            let label = followed(graph, *node, &labels, &mut weights, &mut random);
            changed |= label != labels[*node];
            labels[*node] = label;
        }
        if !changed {
            break;
        }
    }
    smallest_members(&labels)
}

/// Five are usually enough (in the paper's words, 95 % of nodes).
const ROUNDS_MAX: usize = 100;

/// The heaviest label around a node. `weights` is all zeros before and after.
fn followed(graph: &Graph, node: usize, labels: &[usize], weights: &mut [f64], random: &mut ChaCha8Rng) -> usize {
    let around = || graph.edges(node).iter().filter(|(to, _)| *to as usize != node);
    around().for_each(|(to, weight)| weights[labels[*to as usize]] += weight);
    let own = labels[node];
    let mut best = (own, std::mem::take(&mut weights[own]));
    let mut n_equal = 0;
    for label in around().map(|(to, _)| labels[*to as usize]) {
        let weight = std::mem::take(&mut weights[label]);
        if weight > best.1 {
            (best, n_equal) = ((label, weight), 1);
        } else if weight == best.1 && weight > 0.0 && best.0 != own {
            n_equal += 1;
            if below(n_equal, random) == 0 {
                best.0 = label;
            }
        }
    }
    best.0
}

/// Labels, which must be below the number of nodes, become the smallest node that has them.
pub(super) fn smallest_members(labels: &[usize]) -> Vec<usize> {
    let mut smallest = vec![usize::MAX; labels.len()];
    labels.iter().enumerate().for_each(|(node, label)| smallest[*label] = smallest[*label].min(node));
    labels.iter().map(|label| smallest[*label]).collect()
}
