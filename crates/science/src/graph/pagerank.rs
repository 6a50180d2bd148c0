//! Personalized PageRank: where somebody often is who walks along edges and now and then returns to where they began.

use super::Graph;

/// Chance to walk on rather than to return, as in the paper.
pub const DAMPING: f64 = 0.85;

/// Of each node the share of time spent there (Page, Brin, Motwani and Winograd 1999; Haveliwala 2002). Sums to 1.
///
/// `seeds` are nodes to begin at and return to, with weights; where none is sound, all nodes alike. A node without an
/// edge leads back to the seeds. Each of at most 200 rounds costs one look at each edge, until the sum of
/// changes is below 1e-12. Empty for a graph without nodes; `damping` outside of 0 to 1 is brought there.
pub fn pagerank(graph: &Graph, seeds: &[(usize, f64)], damping: f64) -> Vec<f64> {
    let n = graph.n_nodes();
    let home = homes(n, seeds);
    let damping = if damping.is_nan() { DAMPING } else { damping.clamp(0.0, 1.0) };
    let degrees: Vec<f64> = (0..n).map(|node| graph.degree(node)).collect();
    let mut ranks = home.clone();
    let mut next = vec![0.0; n];
    for _ in 0..ROUNDS_MAX {
        let stranded: f64 =
            ranks.iter().zip(&degrees).filter(|(_, degree)| **degree == 0.0).map(|(rank, _)| rank).sum();
        let returning = damping * stranded + (1.0 - damping);
        next.iter_mut().zip(&home).for_each(|(next, home)| *next = returning * home);
        for (node, rank) in ranks.iter().enumerate() {
            let share = damping * rank / degrees[node];
            graph.edges(node).iter().for_each(|(to, weight)| next[*to as usize] += share * weight);
        }
        let change: f64 = ranks.iter().zip(&next).map(|(a, b)| (a - b).abs()).sum();
        std::mem::swap(&mut ranks, &mut next);
        if change < CHANGE_MIN {
            break;
        }
    }
    ranks
}

/// 0.85^170 is below the change that counts.
const ROUNDS_MAX: usize = 200;
const CHANGE_MIN: f64 = 1e-12;

/// Where walks begin, as shares.
fn homes(n: usize, seeds: &[(usize, f64)]) -> Vec<f64> {
    let mut home = vec![0.0; n];
    let sound = |(node, weight): &&(usize, f64)| *node < n && weight.is_finite() && *weight > 0.0;
    let most = seeds.iter().filter(sound).map(|(_, weight)| *weight).fold(0.0, f64::max);
    // In shares of the largest, so that no sum overflows.
    seeds.iter().filter(sound).for_each(|(node, weight)| home[*node] += weight / most);
    let total: f64 = home.iter().sum();
    if total == 0.0 {
        return vec![1.0 / n as f64; n];
    }
    home.iter_mut().for_each(|share| *share /= total);
    home
}
