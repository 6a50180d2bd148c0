//! Small graphs; the references are in `tests/it`.

use proptest::prelude::*;

use super::*;

#[test]
fn labels_are_the_smallest_node() {
    assert_eq!(components(6, &[(4, 2), (2, 1), (5, 5)]), [0, 1, 1, 3, 1, 5]);
    assert_eq!(components(2, &[(0, 9)]), [0, 1]);
    assert!(components(0, &[]).is_empty());
}

proptest! {
    #[test]
    fn order_of_edges_does_not_matter(mut edges in prop::collection::vec((0..20usize, 0..20usize), 0..40)) {
        let labels = components(20, &edges);
        edges.reverse();
        prop_assert_eq!(&labels, &components(20, &edges));
        for (a, b) in edges {
            prop_assert_eq!(labels[a], labels[b]);
        }
    }
}

fn undirected(n: usize, edges: &[(usize, usize)]) -> Graph {
    Graph::undirected(n, edges.iter().map(|(a, b)| (*a, *b, 1.0))).expect("few nodes")
}

/// Two triangles and a bridge.
fn bridge() -> Graph {
    undirected(6, &[(0, 1), (1, 2), (2, 0), (3, 4), (4, 5), (5, 3), (2, 3)])
}

#[test]
fn edges_that_are_none_are_left_out() {
    let edges = [(0, 1, 1.0), (0, 1, 2.0), (0, 9, 1.0), (1, 0, f64::NAN), (1, 0, -1.0), (1, 0, 0.0)];
    let graph = Graph::directed(2, edges).expect("few nodes");
    assert_eq!((graph.edges(0), graph.edges(1), graph.edges(9)), (&[(1, 3.0)][..], &[][..], &[][..]));
    assert_eq!(Graph::undirected(1, [(0, 0, 1.0)]).expect("few nodes").degree(0), 2.0);
    let enormous = Graph::directed(2, [(0, 1, f64::MAX), (0, 1, f64::MAX)]).expect("few nodes");
    assert!(pagerank(&enormous, &[], DAMPING).iter().all(|rank| rank.is_finite()));
}

#[test]
fn two_triangles_are_two_communities() {
    for quality in [Quality::Modularity(1.0), Quality::Potts(0.5)] {
        assert_eq!(leiden(&bridge(), quality, 7), [0, 0, 0, 3, 3, 3]);
    }
    assert_eq!(leiden(&bridge(), Quality::Potts(0.0), 7), [0; 6]);
    assert_eq!(leiden(&bridge(), Quality::Potts(2.0), 7), [0, 1, 2, 3, 4, 5]);
    assert_eq!(leiden(&bridge(), Quality::Modularity(f64::NAN), 7), [0, 1, 2, 3, 4, 5]);
    assert_eq!(propagate_labels(&bridge(), 3), [0, 0, 0, 3, 3, 3]);
}

#[test]
fn what_only_an_enormous_neighbour_joined_comes_apart() {
    let edges = [(2, 2, f64::MAX), (11, 3, 0.1), (11, 1, f64::MAX), (6, 11, 0.1)];
    let graph = Graph::undirected(12, edges).expect("few nodes");
    let labels = leiden(&graph, Quality::Modularity(2.87), 1);
    assert_eq!((labels[3], labels[6], labels[11]), (3, 6, 1));
}

#[test]
fn graphs_without_edges_or_nodes_have_answers() {
    let (none, lonely) = (undirected(0, &[]), undirected(2, &[]));
    assert!(leiden(&none, Quality::Modularity(1.0), 1).is_empty() && pagerank(&none, &[], DAMPING).is_empty());
    assert_eq!(leiden(&lonely, Quality::Modularity(1.0), 1), [0, 1]);
    assert_eq!(propagate_labels(&lonely, 1), [0, 1]);
    assert_eq!(pagerank(&lonely, &[(1, 2.0), (7, 1.0), (0, f64::NAN)], DAMPING), [0.0, 1.0]);
    assert_eq!(pagerank(&lonely, &[], f64::NAN), [0.5, 0.5]);
}

fn any_edges() -> impl Strategy<Value = Vec<(usize, usize, f64)>> {
    prop::collection::vec((0..12usize, 0..12usize, prop_oneof![0.1..5.0f64, Just(f64::MAX), Just(1e-300)]), 0..40)
}

proptest! {
    #[test]
    fn communities_are_connected(edges in any_edges(), seed in 0..5u64, potts in any::<bool>(), resolution in 0.0..3.0f64) {
        let graph = Graph::undirected(12, edges.clone()).expect("few nodes");
        let quality = if potts { Quality::Potts(resolution) } else { Quality::Modularity(resolution) };
        let labels = leiden(&graph, quality, seed);
        prop_assert_eq!(&labels, &leiden(&graph, quality, seed));
        let inside: Vec<(usize, usize)> =
            edges.iter().map(|(a, b, _)| (*a, *b)).filter(|(a, b)| labels[*a] == labels[*b]).collect();
        prop_assert_eq!(components(12, &inside), labels);
    }

    #[test]
    fn ranks_sum_to_one(edges in any_edges(), seeds in prop::collection::vec((0..14usize, any::<f64>()), 0..4), damping in any::<f64>()) {
        let ranks = pagerank(&Graph::directed(12, edges).expect("few nodes"), &seeds, damping);
        prop_assert!((ranks.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        prop_assert!(ranks.iter().all(|rank| *rank >= 0.0));
    }

    #[test]
    fn labels_name_their_smallest_member(edges in any_edges(), seed in 0..5u64) {
        let labels = propagate_labels(&Graph::undirected(12, edges).expect("few nodes"), seed);
        for (node, label) in labels.iter().enumerate() {
            prop_assert!(*label <= node && labels[*label] == *label);
        }
    }
}
