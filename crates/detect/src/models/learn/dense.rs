//! Training of the small networks: Adam over shuffled batches.

use super::Dice;
use crate::models::network::{Network, Unit};

/// Features, label, weight.
pub(in crate::models) type Case<const FEATURES: usize> = ([f32; FEATURES], bool, f32);

/// How long and how large.
#[derive(Debug, Clone, Copy)]
pub(in crate::models) struct Course {
    pub(in crate::models) hidden: usize,
    pub(in crate::models) passes: usize,
    pub(in crate::models) seed: u64,
}

/// Cases of one step: few enough to wander, many enough to be quick.
const BATCH: usize = 128;
/// Kingma and Ba 2015, with their constants.
const STEP: f32 = 1e-3;
const KEEP_MEAN: f32 = 0.9;
const KEEP_SQUARE: f32 = 0.999;
const TINY: f32 = 1e-8;
/// Weights shrink by this share of themselves in each step, times the step size (Loshchilov and Hutter 2019).
const DECAY: f32 = 1e-2;

pub(in crate::models) fn train<const FEATURES: usize>(cases: &[Case<FEATURES>], course: Course) -> Network<FEATURES> {
    let mut network = begin(cases, course);
    let cases: Vec<Case<FEATURES>> =
        cases.iter().map(|(features, label, weight)| (network.standardized(features), *label, *weight)).collect();
    let mut order: Vec<usize> = (0..cases.len()).collect();
    let mut dice = Dice::new(course.seed);
    let n = parameters(&mut network).count();
    let (mut means, mut squares) = (vec![0.0_f32; n], vec![0.0_f32; n]);
    let n_steps = course.passes * cases.len().div_ceil(BATCH);
    let mut t = 0;
    for _ in 0..course.passes {
        dice.shuffle(&mut order);
        for batch in order.chunks(BATCH) {
            t += 1;
            let mut slope = gradient(&network, batch.iter().filter_map(|at| cases.get(*at)));
            // The step falls to 0 in a straight line, so that the end does not depend on the last few cases.
            let step = STEP * (1.0 - t as f32 / (n_steps + 1) as f32);
            let (mean_bias, square_bias) = (1.0 - KEEP_MEAN.powi(t), 1.0 - KEEP_SQUARE.powi(t));
            let moments = means.iter_mut().zip(&mut squares);
            for ((kept, slope), (mean, square)) in parameters(&mut network).zip(parameters(&mut slope)).zip(moments) {
                *mean = KEEP_MEAN * *mean + (1.0 - KEEP_MEAN) * *slope;
                *square = KEEP_SQUARE * *square + (1.0 - KEEP_SQUARE) * *slope * *slope;
                let direction = (*mean / mean_bias) / ((*square / square_bias).sqrt() + TINY);
                *kept -= step * (direction + DECAY * *kept);
            }
        }
    }
    network
}

/// Random hidden units, and features made comparable by their mean and standard deviation.
fn begin<const FEATURES: usize>(cases: &[Case<FEATURES>], course: Course) -> Network<FEATURES> {
    let total: f64 = cases.iter().map(|case| f64::from(case.2)).sum();
    let mean_of = |value: &dyn Fn(&[f32; FEATURES]) -> f64| {
        cases.iter().map(|case| f64::from(case.2) * value(&case.0)).sum::<f64>() / total.max(f64::MIN_POSITIVE)
    };
    let (mut center, mut scale) = ([0.0; FEATURES], [0.0; FEATURES]);
    for at in 0..FEATURES {
        let mean = mean_of(&|features| f64::from(features[at]));
        let variance = mean_of(&|features| (f64::from(features[at]) - mean).powi(2));
        center[at] = mean as f32;
        scale[at] = if variance > 1e-12 { 1.0 / variance.sqrt() as f32 } else { 0.0 };
    }
    let mut dice = Dice::new(course.seed ^ 0x5eed);
    // He and others 2015, as a uniform distribution of that variance.
    let reach = (6.0 / FEATURES as f64).sqrt();
    let mut random = |reach: f64| ((dice.share() * 2.0 - 1.0) * reach) as f32;
    let hidden = (0..course.hidden)
        .map(|_| Unit {
            weights: std::array::from_fn(|_| random(reach)),
            bias: 0.0,
            out: random((6.0 / course.hidden as f64).sqrt()),
        })
        .collect();
    Network { center, scale, straight: [0.0; FEATURES], bias: 0.0, hidden }
}

/// What training moves, always in the same order.
fn parameters<const FEATURES: usize>(network: &mut Network<FEATURES>) -> impl Iterator<Item = &mut f32> {
    let units =
        network.hidden.iter_mut().flat_map(|unit| unit.weights.iter_mut().chain([&mut unit.bias, &mut unit.out]));
    network.straight.iter_mut().chain([&mut network.bias]).chain(units)
}

/// Slope of the mean log loss of a batch, in the form of a network. Features are standardized already.
fn gradient<'a, const FEATURES: usize>(
    network: &Network<FEATURES>,
    batch: impl Iterator<Item = &'a Case<FEATURES>>,
) -> Network<FEATURES> {
    let zero = Unit { weights: [0.0; FEATURES], bias: 0.0, out: 0.0 };
    let mut slope = Network {
        center: [0.0; FEATURES],
        scale: [0.0; FEATURES],
        straight: [0.0; FEATURES],
        bias: 0.0,
        hidden: vec![zero; network.hidden.len()],
    };
    let mut active = vec![0.0_f32; network.hidden.len()];
    let mut total = 0.0;
    for (x, label, weight) in batch {
        let mut log_odds = network.bias + dot(&network.straight, x);
        for (unit, active) in network.hidden.iter().zip(&mut active) {
            *active = (dot(&unit.weights, x) + unit.bias).max(0.0);
            log_odds += unit.out * *active;
        }
        let pull = weight * (1.0 / (1.0 + (-log_odds).exp()) - f32::from(u8::from(*label)));
        total += weight;
        slope.bias += pull;
        add(&mut slope.straight, pull, x);
        for ((unit, active), slope) in network.hidden.iter().zip(&active).zip(&mut slope.hidden) {
            slope.out += pull * active;
            if *active > 0.0 {
                slope.bias += pull * unit.out;
                add(&mut slope.weights, pull * unit.out, x);
            }
        }
    }
    let share = 1.0 / total.max(f32::MIN_POSITIVE);
    parameters(&mut slope).for_each(|slope| *slope *= share);
    slope
}

fn dot<const FEATURES: usize>(a: &[f32; FEATURES], b: &[f32; FEATURES]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn add<const FEATURES: usize>(sums: &mut [f32; FEATURES], times: f32, x: &[f32; FEATURES]) {
    sums.iter_mut().zip(x).for_each(|(sum, x)| *sum += times * x);
}
