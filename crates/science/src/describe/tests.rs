//! Robust summaries, on cases that can be worked out by hand.

use proptest::prelude::*;

use super::*;

#[test]
fn nothing_is_said_of_nothing() {
    assert_eq!(Sorted::new(Vec::new()), None);
    assert_eq!(Sorted::new(vec![1.0, f64::NAN]), None);
    assert_eq!((mean(&[]), variance(&[1.0]), coefficient_of_variation(&[0.0, 0.0])), (None, None, None));
}

/// The vector of the paper: key 00 01 .. 0f, text 00 01 .. 0e.
#[test]
fn hashes_are_those_of_the_paper() {
    let key = (0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908);
    let text: Vec<u8> = (0..15).collect();
    assert_eq!(hash(&text, key), 0xa129_ca61_49be_45e5);
    assert_ne!(hash(b"", key), hash(b"\0", key));
}

#[test]
fn few_things_are_counted_exactly_and_many_nearly() {
    let things = |from: u64, to: u64| {
        let mut sketch = Cardinality::new(12);
        (from..to).for_each(|thing| sketch.insert(hash(&thing.to_le_bytes(), (1, 2))));
        sketch
    };
    for n in [0, 1, 200, 256] {
        assert_eq!((things(0, n).estimate(), things(0, n).error()), (n as f64, 0.0));
    }
    for n in [257, 1_000, 3_000, 10_000, 100_000, 1_000_000] {
        let sketch = things(0, n);
        let off = sketch.estimate() / n as f64 - 1.0;
        assert!(off.abs() < 4.0 * sketch.error(), "{n} is off by {off}");
    }
    for (a, b) in [(100, 150), (100, 5_000), (5_000, 5_100), (4_000, 9_000)] {
        for turned in [false, true] {
            let (one, other) = (things(0, a), things(a / 2, b));
            let (mut left, right) = if turned { (other, one) } else { (one, other) };
            assert!(left.merge(&right));
            assert_eq!(left, things(0, b), "merging is building of both");
        }
    }
    assert!(!Cardinality::new(5).merge(&Cardinality::new(6)));
}

#[test]
fn what_is_often_is_listed_with_its_bounds() {
    let stream =
        |turn: u64| (0..10_000u64).map(move |at| if at % 3 == 0 { 7 } else { (at * 7_919 + turn) % 1_000 + 10 });
    let sketch = |turn: u64| {
        let mut sketch = Frequent::new(50);
        stream(turn).for_each(|thing| sketch.insert(thing, 1));
        sketch
    };
    let mut both = sketch(1);
    both.merge(&sketch(2));
    let (thing, count) = both.top().next().map(|(thing, count)| (*thing, count)).expect("things");
    assert_eq!((thing, both.total()), (7, 20_000));
    assert!(count.most >= 6_668 && count.most - count.error <= 6_668 && both.unseen() <= 2 * 10_000 / 50);

    let mut counts = CountMin::new(1_000, 5);
    stream(1).for_each(|thing| counts.insert(hash(&thing.to_le_bytes(), (3, 4)), 1));
    let seven = counts.count(hash(&7u64.to_le_bytes(), (3, 4)));
    assert!((3_334..3_334 + 28).contains(&seven), "{seven}");
    let mut twice = counts.clone();
    assert!(twice.merge(&counts) && twice.total() == 20_000 && !twice.merge(&CountMin::new(1, 1)));
    assert_eq!(twice.count(hash(&7u64.to_le_bytes(), (3, 4))), 2 * seven);
}

#[test]
fn entropy_at_its_borders() {
    assert_eq!((entropy(&[]), entropy(&[5.0]), entropy(&[2.0, 2.0, 0.0, f64::NAN, -3.0])), (0.0, 0.0, 1.0));
    assert_eq!((evenness(&[3.0, 3.0, 3.0]), evenness(&[9.0])), (1.0, 0.0));
    assert_eq!((divergence(&[1.0, 1.0], &[1.0, 0.0]), divergence(&[0.0], &[1.0])), (Some(f64::INFINITY), None));
    assert_eq!((difference(&[1.0, 0.0], &[0.0, 1.0]), difference(&[1.0], &[1.0, 2.0])), (Some(1.0), None));
    let same = Information::of(&[vec![4.0, 0.0], vec![0.0, 4.0]]);
    assert_eq!((same.mutual, same.columns_given_rows()), (1.0, 0.0));
    assert_eq!(Information::of(&[]).mutual, 0.0);
}

#[test]
fn wild_numbers_stay_in_bounds() {
    let mut sketch = Quantiles::new(0.0001);
    for at in 0..20_000 {
        sketch.insert(10f64.powf(f64::from(at) / 33.0 - 300.0));
    }
    sketch.insert(f64::NAN);
    sketch.insert(-f64::MAX);
    assert_eq!((sketch.count(), sketch.quantile(0.0)), (20_001, Some(-f64::MAX)));
    // The largest 5,000 bins keep their promise.
    let (ours, theirs) = (sketch.quantile(0.999).expect("values"), 10f64.powf(f64::from(19_979) / 33.0 - 300.0));
    assert!((ours / theirs - 1.0).abs() < 2e-4, "{ours} is not {theirs}");
    assert!(!sketch.merge(&Quantiles::new(0.01)) && Quantiles::new(0.01).quantile(0.5).is_none());
}

proptest! {
    /// A sketch of parts, in any order, is the sketch of the whole, and within its promise.
    #[test]
    fn sketches_of_parts_are_sketches_of_the_whole(values in prop::collection::vec(-1e6..1e6f64, 1..80), cut in 0..80usize, share in 0.0..1.0f64) {
        let sketch = |values: &mut dyn Iterator<Item = &f64>| {
            let mut sketch = Quantiles::new(0.01);
            values.for_each(|value| sketch.insert(*value));
            sketch
        };
        let (first, second) = values.split_at(cut.min(values.len()));
        let mut parts = sketch(&mut second.iter().rev());
        prop_assert!(parts.merge(&sketch(&mut first.iter())));
        prop_assert_eq!(&parts, &sketch(&mut values.iter()));
        let mut sorted = values.clone();
        sorted.sort_unstable_by(f64::total_cmp);
        let exact = sorted[(share * (values.len() - 1) as f64).floor() as usize];
        let ours = parts.quantile(share).expect("values");
        prop_assert!((ours - exact).abs() <= 0.01 * exact.abs() * (1.0 + 1e-9), "{} is not {}", ours, exact);
    }

    /// Kept and read again they are the same; broken bytes are refused.
    #[test]
    fn sketches_survive_bytes(values in prop::collection::vec(-1e6..1e6f64, 0..80), things in 0..600u64, broken in 0..4_000usize) {
        let (mut quantiles, mut cardinality, mut counts) = (Quantiles::new(0.02), Cardinality::new(9), CountMin::new(7, 3));
        let mut frequent = Frequent::new(9);
        values.iter().for_each(|value| quantiles.insert(value.round()));
        for thing in 0..things {
            cardinality.insert(hash(&thing.to_le_bytes(), (5, 6)));
            counts.insert(hash(&thing.to_le_bytes(), (5, 6)), thing % 5);
            frequent.insert(thing % 20, 1);
        }
        prop_assert_eq!(Quantiles::from_bytes(&quantiles.to_bytes()), Some(quantiles.clone()));
        prop_assert_eq!(Cardinality::from_bytes(&cardinality.to_bytes()), Some(cardinality.clone()));
        prop_assert_eq!(CountMin::from_bytes(&counts.to_bytes()), Some(counts.clone()));
        let listed = frequent.top().map(|(thing, count)| (*thing, count));
        prop_assert_eq!(Frequent::restore(9, frequent.total(), listed), frequent);
        for mut bytes in [quantiles.to_bytes(), cardinality.to_bytes(), counts.to_bytes()] {
            let at = broken % bytes.len();
            bytes[at] ^= 1 << (broken % 8);
            prop_assert!(Quantiles::from_bytes(&bytes).is_none() && Cardinality::from_bytes(&bytes).is_none());
            prop_assert!(CountMin::from_bytes(&bytes).is_none() && CountMin::from_bytes(&bytes[..at]).is_none());
        }
    }

    /// As many as the capacity are counted exactly, in any order.
    #[test]
    fn frequencies_of_few_things_are_exact(things in prop::collection::vec(0..8u8, 1..100)) {
        let mut sketch = Frequent::new(8);
        things.iter().for_each(|thing| sketch.insert(*thing, 1));
        for (thing, count) in sketch.top() {
            prop_assert_eq!(count, Count { most: things.iter().filter(|other| *other == thing).count() as u64, error: 0 });
        }
    }

    /// Bounds hold whatever comes.
    #[test]
    fn bounds_of_frequencies_hold(things in prop::collection::vec(0..40u8, 1..300), cut in 0..300usize) {
        let (first, second) = things.split_at(cut.min(things.len()));
        let sketch = |things: &[u8]| {
            let mut sketch = Frequent::new(6);
            things.iter().for_each(|thing| sketch.insert(*thing, 1));
            sketch
        };
        let mut both = sketch(first);
        both.merge(&sketch(second));
        for sketch in [both, sketch(&things)] {
            let listed: Vec<(u8, Count)> = sketch.top().map(|(thing, count)| (*thing, count)).collect();
            for thing in 0..40 {
                let truth = things.iter().filter(|other| **other == thing).count() as u64;
                match listed.iter().find(|(other, _)| *other == thing) {
                    Some((_, count)) => prop_assert!(count.most >= truth && count.most - count.error <= truth),
                    None => prop_assert!(truth <= sketch.unseen()),
                }
            }
        }
    }

    #[test]
    fn quantiles_ascend_and_stay_inside(values in prop::collection::vec(-1e9..1e9f64, 1..50), a in 0.0..1.0f64, b in 0.0..1.0f64) {
        let sorted = Sorted::new(values).expect("finite and not empty");
        let (low, high) = (sorted.quantile(a.min(b)), sorted.quantile(a.max(b)));
        prop_assert!(low <= high && sorted.quantile(0.0) <= low && high <= sorted.quantile(1.0));
    }

    #[test]
    fn skew_is_bounded(values in prop::collection::vec(-1e9..1e9f64, 1..50)) {
        let skew = Sorted::new(values).expect("finite and not empty").bowley_skew();
        prop_assert!((-1.0 - 1e-9..=1.0 + 1e-9).contains(&skew));
    }
}
