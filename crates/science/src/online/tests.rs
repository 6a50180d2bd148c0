//! Online procedures at their borders; the references are in `tests/it`.

use proptest::prelude::*;

use super::{
    levels::{slow, steep},
    *,
};
use crate::{EValue, PValue};

#[test]
fn no_budget_is_spent_twice() {
    // Up to a million tests; the rest of both series is positive.
    let sum = |series: fn(u64) -> f64| (1..=1_000_000).map(series).sum::<f64>();
    assert!(sum(slow) < 1.0 && sum(steep) < 1.0, "{} {}", sum(slow), sum(steep));
    assert_eq!((slow(0), steep(0)), (0.0, 0.0));
}

#[test]
fn a_rate_that_is_no_number_rejects_nothing_but_certainty() {
    assert!(!Lord::new(f64::NAN).test(PValue::clamped(1e-300)).rejected);
    assert!(!ELond::new(-1.0).test(EValue::new(1e300).expect("positive")).rejected);
    assert!(Saffron::new(7.0).next_level() <= 0.5);
}

#[test]
fn time_stays_bounded_however_many_discoveries_there_are() {
    let (mut lord, mut saffron) = (Lord::new(0.1), Saffron::new(0.1));
    let certain = PValue::clamped(0.0);
    for _ in 0..20_000 {
        assert!(lord.test(certain).rejected && saffron.test(certain).rejected);
    }
    assert!(lord.next_level() > 0.0 && saffron.next_level() <= 0.5);
}

#[test]
fn damaged_memory_raises_no_level() {
    let whole = BatchBh::new(0.1);
    for (released, spent) in [(f64::NAN, vec![]), (0.0, vec![f64::NAN]), (0.0, vec![-5.0]), (1e9, vec![1e9])] {
        let past = BatchPast { n_batches: 0, n_rejected: 0, released, spent };
        assert!(whole.clone().resume(past).level_for(10) <= whole.level_for(10));
    }
    let past = BatchPast { n_batches: u64::MAX, n_rejected: u64::MAX, released: 1.0, spent: vec![1.0; 9_999] };
    let mut damaged = BatchBh::new(0.1).resume(past);
    assert!(damaged.close(&[PValue::ONE]).level <= 1.0 && damaged.past().spent.len() < 200);
}

#[test]
fn an_empty_batch_is_none() {
    let (mut stream, mut prds) = (BatchBh::new(0.1), BatchPrds::new(0.1, Spending::Evenly(3)));
    let (before, batch) = (stream.clone(), stream.close(&[]));
    assert_eq!((&stream, batch.rejected.len(), prds.close(&[]).n_rejected), (&before, 0, 0));
    assert_eq!(prds.past(), (0, 0));
}

#[test]
fn an_even_schedule_ends() {
    let mut prds = BatchPrds::new(0.3, Spending::Evenly(3));
    let levels: Vec<f64> = (0..4).map(|_| prds.close(&[PValue::ONE]).level).collect();
    assert!((levels[0] - 0.1).abs() < 1e-12 && levels[0] == levels[2] && levels[3] == 0.0, "{levels:?}");
}

/// Discoveries in number, an excess in each of many sizes: the memory is bounded, and stands for no more than it holds.
#[test]
fn what_is_remembered_of_batches_stays_small() {
    let mut stream = BatchBh::new(0.5);
    for size in 1..2_000_u32 {
        // All lie just above the threshold, where one more discovery would bring all of them.
        let level = stream.level_for(size as usize);
        stream.close(&vec![PValue::clamped(level * (1.0 + 0.5 / f64::from(size))); size as usize]);
    }
    assert!(stream.past().spent.len() <= 122, "{}", stream.past().spent.len());
}

proptest! {
    /// What is kept of a stream is enough to go on, p-values left out are as good as ones of 1, and the q-values
    /// stand for the decisions.
    #[test]
    fn batches_may_be_cut_off_and_taken_up_again(
        batches in prop::collection::vec(prop::collection::vec(0.0..1.0f64, 1..30), 1..20), level in 0.01..0.5f64,
    ) {
        let mut straight = BatchBh::new(level).with_ceiling(level);
        let mut resumed = straight.clone();
        for batch in &batches {
            let mut p: Vec<PValue> = batch.iter().map(|p| PValue::clamped(p.powi(9))).collect();
            p.sort_unstable_by(|a, b| a.get().total_cmp(&b.get()));
            let n_tests = p.len() + 3;
            let few = BatchBh::new(level).with_ceiling(level).resume(resumed.past().clone()).close_among(&p, n_tests);
            resumed.close_among(&p, n_tests);
            p.extend([PValue::ONE; 3]);
            let all = straight.close(&p);
            prop_assert_eq!(&few.rejected[..], &all.rejected[..few.rejected.len()]);
            prop_assert_eq!((few.level, few.n_rejected), (all.level, all.n_rejected));
            prop_assert!(all.n_rejected_most >= all.n_rejected && all.level <= level);
            for (q, rejected) in all.q_values.iter().zip(&all.rejected) {
                prop_assert_eq!(q.get() <= level, *rejected);
            }
        }
        prop_assert_eq!(straight.past(), resumed.past());
    }

    /// LORD++ keeps Σ α_t ≤ α max(1, discoveries), which is what holds the rate.
    #[test]
    fn levels_are_earned(p in prop::collection::vec(0.0..1.0f64, 1..300), alpha in 0.01..0.3f64) {
        let mut lord = Lord::new(alpha);
        let (mut spent, mut rejected) = (0.0, 0.0f64);
        for p in p {
            // Small p-values now and then, so that there are discoveries.
            let decision = lord.test(PValue::clamped(p.powi(12)));
            spent += decision.level;
            rejected += f64::from(u8::from(decision.rejected));
            prop_assert!(spent <= alpha * rejected.max(1.0) + 1e-9);
        }
    }
}
