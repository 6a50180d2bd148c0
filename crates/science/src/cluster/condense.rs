//! From merges to groups: what stays together over the widest range of densities.

use super::linkage::Merge;

/// A group that lasts from one density to another, losing members on the way or parting in two.
struct Cluster {
    parent: Option<usize>,
    children: Option<[usize; 2]>,
    /// 1 / length at which it parted from its sibling.
    born: f64,
    /// Sum over members of how long they stayed.
    mass: f64,
}

/// The group of each thing: clusters of the condensed tree that have more mass than all that they part into.
pub(super) fn groups(n: usize, merges: &[Merge], cluster_min: usize) -> Vec<Option<usize>> {
    let (mut clusters, fell_from) = condense(n, merges, cluster_min);
    let chosen = choose(&mut clusters);
    let group = |thing: usize| {
        let mut cluster = Some(fell_from[thing]);
        while let Some(at) = cluster {
            if chosen[at] {
                return Some(at);
            }
            cluster = clusters[at].parent;
        }
        None
    };
    (0..n).map(group).collect()
}

/// All clusters, parents first, and the one that each thing left last.
fn condense(n: usize, merges: &[Merge], cluster_min: usize) -> (Vec<Cluster>, Vec<usize>) {
    let mut clusters = vec![Cluster { parent: None, children: None, born: 0.0, mass: 0.0 }];
    let mut fell_from = vec![0; n];
    let size = |group: usize| group.checked_sub(n).map_or(1, |merge| merges[merge].size);
    // Things in the same place part at no density: they part at one that is higher than all others.
    let longest = merges.last().map_or(0.0, |merge| merge.length);
    let shortest = (longest * SHORTEST).max(f64::MIN_POSITIVE);
    let mut open: Vec<(usize, usize)> = if merges.is_empty() { Vec::new() } else { vec![(n + merges.len() - 1, 0)] };
    while let Some((group, cluster)) = open.pop() {
        let Some(merge) = group.checked_sub(n).map(|merge| merges[merge]) else { continue };
        let density = 1.0 / merge.length.max(shortest);
        let born = clusters[cluster].born;
        let sides = [merge.left, merge.right];
        let [left_is_large, right_is_large] = sides.map(|side| size(side) >= cluster_min);
        if left_is_large && right_is_large {
            clusters[cluster].mass += (density - born) * merge.size as f64;
            let first = clusters.len();
            clusters[cluster].children = Some([first, first + 1]);
            for (at, side) in sides.into_iter().enumerate() {
                clusters.push(Cluster { parent: Some(cluster), children: None, born: density, mass: 0.0 });
                open.push((side, first + at));
            }
            continue;
        }
        for (side, is_large) in [(merge.left, left_is_large), (merge.right, right_is_large)] {
            if is_large {
                open.push((side, cluster));
            } else {
                clusters[cluster].mass += (density - born) * size(side) as f64;
                things_below(n, merges, side).into_iter().for_each(|thing| fell_from[thing] = cluster);
            }
        }
    }
    (clusters, fell_from)
}

/// Lengths are told apart down to this share of the longest.
const SHORTEST: f64 = 1e-12;

/// Children stand behind their parents, so one way back compares each cluster with the best of what it parts into.
fn choose(clusters: &mut [Cluster]) -> Vec<bool> {
    let mut chosen = vec![false; clusters.len()];
    for at in (1..clusters.len()).rev() {
        let below =
            clusters[at].children.map_or(0.0, |children| children.iter().map(|child| clusters[*child].mass).sum());
        chosen[at] = clusters[at].mass >= below;
        clusters[at].mass = f64::max(clusters[at].mass, below);
    }
    // Of a chosen cluster nothing below is chosen.
    let mut covered = vec![false; clusters.len()];
    for at in 1..clusters.len() {
        covered[at] = clusters[at].parent.is_some_and(|parent| covered[parent] || chosen[parent]);
        chosen[at] &= !covered[at];
    }
    chosen
}

fn things_below(n: usize, merges: &[Merge], group: usize) -> Vec<usize> {
    let (mut things, mut open) = (Vec::new(), vec![group]);
    while let Some(group) = open.pop() {
        match group.checked_sub(n) {
            None => things.push(group),
            Some(merge) => open.extend([merges[merge].left, merges[merge].right]),
        }
    }
    things
}
