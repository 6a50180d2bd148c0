//! Components of small graphs.

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
