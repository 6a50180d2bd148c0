//! Groups at their borders; the references are in `tests/it`.

use proptest::prelude::*;

use super::*;
use crate::Rows;

const SMALL: Density = Density { cluster_min: 3, neighbours: 2 };

fn line(places: &[f64]) -> Rows {
    let mut rows = Rows::new(1).expect("a column");
    places.iter().for_each(|place| assert!(rows.push(&[*place])));
    rows
}

#[test]
fn what_is_far_from_all_is_in_no_group() {
    let places = [0.0, 0.1, 0.2, 0.3, 50.0, 9.0, 9.1, 9.2];
    let groups = hdbscan(&line(&places), SMALL).expect("bounds");
    assert_eq!(groups, [Some(0), Some(0), Some(0), Some(0), None, Some(5), Some(5), Some(5)]);
}

#[test]
fn things_in_one_place_are_a_group() {
    let groups = hdbscan(&line(&[1.0, 1.0, 1.0, 2.0, 2.0, 2.0, 7.0]), SMALL).expect("bounds");
    assert_eq!(groups, [Some(0), Some(0), Some(0), Some(3), Some(3), Some(3), None]);
    assert!(hdbscan(&line(&[4.0; 9]), SMALL).expect("bounds").iter().all(Option::is_none));
}

#[test]
fn bounds_are_kept() {
    assert_eq!(hdbscan(&line(&[]), SMALL), Some(vec![]));
    assert_eq!(hdbscan(&line(&[1.0]), SMALL), Some(vec![None]));
    assert_eq!(hdbscan(&line(&[1.0]), Density { cluster_min: 1, neighbours: 1 }), None);
    assert_eq!(hdbscan(&line(&[1.0]), Density { cluster_min: 2, neighbours: 0 }), None);
    assert_eq!(hdbscan_by(100_000, SMALL, |_, _| 0.0), None);
}

proptest! {
    #[test]
    fn any_distances_give_groups_that_are_large_enough(
        places in prop::collection::vec(prop_oneof![any::<f64>(), (0..6).prop_map(f64::from)], 0..40),
        cluster_min in 2..6usize,
        neighbours in 1..9usize,
    ) {
        let density = Density { cluster_min, neighbours };
        let groups = hdbscan_by(places.len(), density, |a, b| (places[a] - places[b]).abs()).expect("bounds");
        for group in groups.iter().flatten() {
            let members: Vec<usize> = (0..groups.len()).filter(|thing| groups[*thing] == Some(*group)).collect();
            prop_assert!(members.len() >= cluster_min);
            prop_assert_eq!(members[0], *group);
        }
    }
}
