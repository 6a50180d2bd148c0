//! Online procedures against the package online-fdr, martingales against crepes.

use science::{
    EValue, PValue,
    conformal::Jumper,
    hypothesis,
    online::{self, BatchBh, BatchPrds, Spending},
};

use crate::support::{Random, TOLERANCE, close, labels, number, numbers, p_values, rows};

#[test]
fn levels_and_decisions() {
    for row in rows("online") {
        let (p, alpha) = (p_values(&row[0]), number(&row[1]));
        let (mut lord, mut saffron) = (online::Lord::new(alpha), online::Saffron::new(alpha));
        let (lords, saffrons) = (numbers(&row[2]), numbers(&row[3]));
        for ((p, lords), saffrons) in p.into_iter().zip(lords).zip(saffrons) {
            close(lord.test(p).level, lords, TOLERANCE);
            close(saffron.test(p).level, saffrons, TOLERANCE);
        }
        let mut e_lond = online::ELond::new(alpha);
        let rejected: Vec<bool> =
            numbers(&row[4]).into_iter().filter_map(EValue::new).map(|e| e_lond.test(e).rejected).collect();
        assert_eq!(rejected, labels(&row[5]));
    }
}

#[test]
fn the_jumper_is_as_rich_as_theirs() {
    for row in rows("martingale") {
        let mut jumper = Jumper::new(0.01);
        for (p, theirs) in p_values(&row[0]).into_iter().zip(numbers(&row[1])) {
            close(jumper.bet(p).get(), theirs, 1e-8);
        }
    }
}

#[test]
fn batches_are_tested_at_the_reference_levels() {
    for row in rows("batches") {
        let (sizes, p, alpha) = (numbers(&row[0]), p_values(&row[1]), number(&row[2]));
        let (levels, rejected, prds_levels) = (numbers(&row[3]), labels(&row[4]), numbers(&row[5]));
        let (mut bh, mut prds) = (BatchBh::new(alpha), BatchPrds::new(alpha, Spending::Endless));
        let mut begin = 0;
        for (number, size) in sizes.iter().enumerate() {
            let end = begin + *size as usize;
            let batch = bh.close(&p[begin..end]);
            // Levels are differences of sums of budget: their last digits cancel.
            close(batch.level, levels[number], 1e-6);
            assert_eq!(batch.rejected, rejected[begin..end]);
            close(prds.close(&p[begin..end]).level, prds_levels[number], TOLERANCE);
            begin = end;
        }
    }
}

/// The promise itself, with one-sided normal tests of a shift of 3: mean false discovery proportion over 400 streams
/// of 40 batches of 25, whatever the share of true alternatives.
#[test]
fn the_rate_is_held_and_batches_have_more_power_than_single_tests() {
    const ALPHA: f64 = 0.1;
    for share in [0.0, 0.02, 0.1, 0.4] {
        let mut tallies = [Tally::default(), Tally::default(), Tally::default(), Tally::default()];
        for seed in 0..400 {
            let stream = stream(seed, share);
            tallies[0].add(batched(BatchBh::new(ALPHA), &stream));
            tallies[1].add(batched(BatchBh::spending(ALPHA, Spending::Evenly(40)).with_ceiling(ALPHA), &stream));
            let mut prds = BatchPrds::new(ALPHA, Spending::Endless);
            tallies[2].add(stream.iter().map(|(p, of)| (prds.close(p).rejected, of.clone())).collect());
            let mut lord = online::Lord::new(ALPHA);
            let mut one = |p: &PValue| lord.test(*p).rejected;
            tallies[3].add(stream.iter().map(|(p, of)| (p.iter().map(&mut one).collect(), of.clone())).collect());
        }
        let [bh, evenly, prds, lord] = &tallies;
        for tally in &tallies {
            // Four standard errors of 400 streams, each of a proportion from 0 to 1.
            assert!(tally.rate() <= ALPHA + 4.0 * tally.error(), "{share}: {}", tally.rate());
        }
        println!("share {share}: rates {:.3} {:.3} {:.3} {:.3}", bh.rate(), evenly.rate(), prds.rate(), lord.rate());
        println!("share {share}: found {} {} {} {}", bh.found, evenly.found, prds.found, lord.found);
        if share > 0.0 {
            assert!(bh.found > lord.found && evenly.found > lord.found, "{share}: no more power than LORD++");
        }
    }
}

/// p-values of one batch that depend on each other, positively: conformal ones that share their calibration cases, and
/// normal ones with a correlation of one half. Batch-PRDS has the proof; Batch-BH holds the rate here as well.
#[test]
fn the_rate_is_held_where_p_values_of_a_batch_depend_on_each_other() {
    const ALPHA: f64 = 0.1;
    let (mut prds_tally, mut bh_tally) = ([Tally::default(), Tally::default()], [Tally::default(), Tally::default()]);
    for seed in 0..400 {
        for (kind, batches) in [sharing_calibration(seed), sharing_a_cause(seed)].into_iter().enumerate() {
            let mut prds = BatchPrds::new(ALPHA, Spending::Evenly(20));
            prds_tally[kind].add(batches.iter().map(|(p, of)| (prds.close(p).rejected, of.clone())).collect());
            bh_tally[kind].add(batched(BatchBh::new(ALPHA).with_ceiling(ALPHA), &batches));
        }
    }
    for tally in prds_tally.iter().chain(&bh_tally) {
        assert!(tally.rate() <= ALPHA + 4.0 * tally.error(), "{}", tally.rate());
    }
}

fn sharing_calibration(seed: u64) -> Vec<(Vec<PValue>, Vec<bool>)> {
    let mut random = Random::new(seed);
    let batch = |_| {
        let calibration = science::conformal::Calibration::new((0..1_000).map(|_| random.normal()).collect());
        let calibration = calibration.expect("finite");
        let of: Vec<bool> = (0..20).map(|case| case < 2).collect();
        let p = of.iter().map(|strange| calibration.p_value(random.normal() + if *strange { 4.0 } else { 0.0 }));
        (p.collect(), of)
    };
    (0..20).map(batch).collect()
}

fn sharing_a_cause(seed: u64) -> Vec<(Vec<PValue>, Vec<bool>)> {
    let mut random = Random::new(seed);
    let batch = |_| {
        let cause = random.normal();
        let of: Vec<bool> = (0..20).map(|case| case < 2).collect();
        let z = of.iter().map(|shifted| (cause + random.normal()) / 2f64.sqrt() + if *shifted { 3.0 } else { 0.0 });
        (z.map(hypothesis::normal_at_least).collect(), of)
    };
    (0..20).map(batch).collect()
}

/// Batches of p-values, and which of their hypotheses are false.
fn stream(seed: u64, share: f64) -> Vec<(Vec<PValue>, Vec<bool>)> {
    let mut random = Random::new(seed);
    let batch = |_| {
        let of: Vec<bool> = (0..25).map(|_| random.uniform() < share).collect();
        let p = of.iter().map(|shifted| random.normal() + if *shifted { 3.0 } else { 0.0 });
        (p.map(hypothesis::normal_at_least).collect(), of)
    };
    (0..40).map(batch).collect()
}

fn batched(mut procedure: BatchBh, stream: &[(Vec<PValue>, Vec<bool>)]) -> Vec<(Vec<bool>, Vec<bool>)> {
    stream.iter().map(|(p, of)| (procedure.close(p).rejected, of.clone())).collect()
}

/// False discovery proportions of streams, and true discoveries.
#[derive(Default)]
struct Tally {
    proportions: Vec<f64>,
    found: usize,
}

impl Tally {
    fn add(&mut self, decisions: Vec<(Vec<bool>, Vec<bool>)>) {
        let pairs = || decisions.iter().flat_map(|(rejected, of)| rejected.iter().zip(of)).filter(|pair| *pair.0);
        let right = pairs().filter(|pair| *pair.1).count();
        self.proportions.push((pairs().count() - right) as f64 / pairs().count().max(1) as f64);
        self.found += right;
    }

    fn rate(&self) -> f64 {
        science::describe::mean(&self.proportions).expect("streams")
    }

    fn error(&self) -> f64 {
        (science::describe::variance(&self.proportions).expect("streams") / self.proportions.len() as f64).sqrt()
    }
}
