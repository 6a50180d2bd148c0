//! Ranks against NetworkX, communities against leidenalg, groups against scikit-learn's HDBSCAN.

use science::{
    Rows,
    cluster::{Density, hdbscan},
    graph::{Graph, Quality, leiden, pagerank, propagate_labels},
};

use crate::{
    made,
    support::{close, number, numbers, rows},
};

fn edges(seed: u64, row: &[String]) -> (usize, Vec<(usize, usize, f64)>) {
    let n = number(&row[0]) as usize;
    (n, made::blocks(seed, n, number(&row[1]) as usize, number(&row[2]), number(&row[3])))
}

#[test]
fn ranks() {
    for row in rows("pagerank") {
        let (n, edges) = edges(30, &row);
        let graph = Graph::directed(n, edges).expect("few nodes");
        let seeds: Vec<(usize, f64)> =
            numbers(&row[5]).into_iter().map(|seed| seed as usize).zip(numbers(&row[6])).collect();
        let ours = pagerank(&graph, &seeds, number(&row[4]));
        // Both stop when little changes, at about twelve digits after the point.
        ours.iter().zip(numbers(&row[7])).for_each(|(ours, theirs)| assert!((ours - theirs).abs() < 1e-10));
    }
}

#[test]
fn communities() {
    for row in rows("leiden") {
        let (n, edges) = edges(31, &row);
        let k = number(&row[1]) as usize;
        let graph = Graph::undirected(n, edges).expect("few nodes");
        let resolution = number(&row[5]);
        let quality = match row[4].as_str() {
            "potts" => Quality::Potts(resolution),
            _ => Quality::Modularity(resolution),
        };
        let truth: Vec<usize> = (0..n).map(|node| node % k).collect();
        close(quality.of(&graph, &truth), number(&row[6]), 1e-9);
        let found: Vec<f64> = (0..10).map(|seed| quality.of(&graph, &leiden(&graph, quality, seed))).collect();
        let (best, mean) = (found.iter().copied().fold(0.0, f64::max), found.iter().sum::<f64>() / 10.0);
        // Where groups are plain both find the same; where they are not, seeds differ by more than this.
        assert!(best > number(&row[7]) - 0.003, "best {best} of {row:?}");
        assert!(mean > number(&row[8]) - 0.005, "mean {mean} of {row:?}");
    }
}

#[test]
fn plain_groups_are_found_by_labels_too() {
    let graph = Graph::undirected(120, made::blocks(31, 120, 4, 0.4, 0.01)).expect("few nodes");
    let is_right =
        |seed: &u64| propagate_labels(&graph, *seed).iter().enumerate().all(|(node, label)| *label == node % 4);
    // NetworkX finds them with nine of ten seeds as well.
    assert!((0..10).filter(is_right).count() >= 8);
}

#[test]
fn dense_groups() {
    for row in rows("hdbscan") {
        let count = |column: usize| number(&row[column]) as usize;
        let kind = count(0) as u32;
        let mut places = Rows::new(2).expect("columns");
        made::places(40 + u64::from(kind), kind, count(1)).iter().for_each(|place| assert!(places.push(place)));
        let density = Density { cluster_min: count(2), neighbours: count(3) };
        let ours = hdbscan(&places, density).expect("few places");
        let theirs = numbers(&row[4]);
        // Names differ: ours is the first member. The same group must have the same first member.
        let first = |label: f64| theirs.iter().position(|other| *other == label).filter(|_| label >= 0.0);
        let same = ours.iter().zip(&theirs).filter(|(ours, theirs)| **ours == first(**theirs)).count();
        // Lengths that are equal may be taken in another order, which moves single members at a group's border.
        assert!(same as f64 > 0.99 * ours.len() as f64, "{same} of {} in kind {kind}", ours.len());
    }
}
