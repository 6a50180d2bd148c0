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
    // What is nearer is nearer by squares as well: roots are taken of the few lengths that are kept.
    let squared = |a: usize, b: usize| rows.row(a).iter().zip(rows.row(b)).map(square).sum::<f64>();
    groups(rows.len(), density, squared, f64::sqrt)
}

/// The group of each of `n` things, or `None` for what is in no group (Campello, Moulavi and Sander 2013; McInnes and
/// Healy 2017), chosen by excess of mass. All things together are never one group.
///
/// A group is named by the smallest index in it. `distance` must be symmetric; what is not a number is as far as can
/// be. It is asked n² times, twice, and memory grows with n only: good for some ten thousand things, and `None` for
/// more than 32,768 or where `density` is outside of its bounds.
pub fn hdbscan_by(n: usize, density: Density, distance: impl Fn(usize, usize) -> f64) -> Option<Vec<Option<usize>>> {
    groups(n, density, distance, |distance| distance)
}

/// `measure` grows with the distance, which `length` makes of it.
fn groups(
    n: usize,
    density: Density,
    measure: impl Fn(usize, usize) -> f64,
    length: impl Fn(f64) -> f64,
) -> Option<Vec<Option<usize>>> {
    if n > THINGS_MAX || density.cluster_min < 2 || density.neighbours == 0 {
        return None;
    }
    let measure = |a: usize, b: usize| match measure(a, b) {
        far if far.is_nan() => f64::MAX,
        near => near.clamp(0.0, f64::MAX),
    };
    let cores = core_distances(n, density.neighbours, measure);
    let mut edges = linkage::spanning_tree(n, |a, b| measure(a, b).max(cores[a]).max(cores[b]));
    edges.iter_mut().for_each(|edge| edge.length = length(edge.length));
    let merges = linkage::merges(n, edges);
    Some(named(condense::groups(n, &merges, density.cluster_min)))
}

/// A billion distances, twice.
const THINGS_MAX: usize = 32_768;

/// From each thing, how far the nearest so many are, itself among them.
fn core_distances(n: usize, neighbours: usize, distance: impl Fn(usize, usize) -> f64) -> Vec<f64> {
    let nth = (neighbours - 1).min(n.saturating_sub(1));
    let mut near = Vec::with_capacity(2 * nth + 2);
    let core = |thing: usize| {
        near.clear();
        near.push(0.0);
        let mut farthest = f64::INFINITY;
        for other in (0..n).filter(|other| *other != thing) {
            let distance = distance(thing, other);
            // Twice as many as are wanted are collected, then the farther half goes: few of all are ever kept.
            if distance < farthest {
                near.push(distance);
                if near.len() == 2 * nth + 2 {
                    farthest = *near.select_nth_unstable_by(nth, f64::total_cmp).1;
                    near.truncate(nth + 1);
                }
            }
        }
        *near.select_nth_unstable_by(nth, f64::total_cmp).1
    };
    (0..n).map(core).collect()
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
