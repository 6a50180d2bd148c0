//! HDBSCAN: dense groups of any shape and of different density; what is in no dense place belongs to none.

use super::{condense, linkage};
use crate::Rows;

/// What counts as a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Density {
    /// Fewer things are no group: at least 2.
    pub cluster_min: usize,
    /// A place is as dense as the distance to the nearest so many things, itself included, is small: at least 1.
    /// More make groups fewer and safer.
    pub neighbours: usize,
}

/// Groups of rows by Euclidean distance; see [`hdbscan_by`]. Wide columns decide: bring them to a common scale before.
pub fn hdbscan(rows: &Rows, density: Density) -> Option<Vec<Option<usize>>> {
    let square = |(a, b): (&f64, &f64)| (a - b) * (a - b);
    hdbscan_by(rows.len(), density, |a, b| rows.row(a).iter().zip(rows.row(b)).map(square).sum::<f64>().sqrt())
}

/// The group of each of `n` things, or `None` for what is in no group (Campello, Moulavi and Sander 2013; McInnes and
/// Healy 2017), chosen by excess of mass. All things together are never one group.
///
/// A group is named by the smallest index in it. `distance` must be symmetric; what is not a number is as far as can
/// be. It is asked n² times, twice, and memory grows with n only: good for some ten thousand things, and `None` for
/// more than 32,768 or where `density` is outside of its bounds.
pub fn hdbscan_by(n: usize, density: Density, distance: impl Fn(usize, usize) -> f64) -> Option<Vec<Option<usize>>> {
    if n > THINGS_MAX || density.cluster_min < 2 || density.neighbours == 0 {
        return None;
    }
    let distance = |a: usize, b: usize| match distance(a, b) {
        far if far.is_nan() => f64::MAX,
        near => near.clamp(0.0, f64::MAX),
    };
    let cores = core_distances(n, density.neighbours, distance);
    let edges = linkage::spanning_tree(n, |a, b| distance(a, b).max(cores[a]).max(cores[b]));
    let merges = linkage::merges(n, edges);
    let groups = condense::groups(n, &merges, density.cluster_min);
    Some(named(groups))
}

/// A billion distances, twice.
const THINGS_MAX: usize = 32_768;

/// From each thing, how far the nearest so many are, itself among them.
fn core_distances(n: usize, neighbours: usize, distance: impl Fn(usize, usize) -> f64) -> Vec<f64> {
    let nth = (neighbours - 1).min(n.saturating_sub(1));
    let mut distances = Vec::with_capacity(n);
    let mut core = |thing: usize| {
        distances.clear();
        distances.extend((0..n).map(|other| if other == thing { 0.0 } else { distance(thing, other) }));
        *distances.select_nth_unstable_by(nth, f64::total_cmp).1
    };
    (0..n).map(&mut core).collect()
}

/// Names each group by its smallest member.
fn named(groups: Vec<Option<usize>>) -> Vec<Option<usize>> {
    let mut names = vec![None; groups.iter().flatten().max().map_or(0, |most| most + 1)];
    for (thing, group) in groups.iter().enumerate() {
        if let Some(group) = group {
            names[*group].get_or_insert(thing);
        }
    }
    groups.into_iter().map(|group| group.and_then(|group| names[group])).collect()
}
