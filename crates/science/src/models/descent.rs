//! Down a smooth convex function with a penalty on absolute values: orthant-wise limited-memory quasi-Newton.

use std::collections::VecDeque;

/// The point where `smooth(x) + l1 · Σ|x_i|` over all but the last coordinate is smallest.
///
/// OWL-QN (Andrew and Gao 2007), which for `l1` = 0 is L-BFGS (Liu and Nocedal 1989). `smooth` writes its gradient
/// into the second argument and returns its value. Stops when no coordinate of the gradient exceeds `tolerance`,
/// when no step makes the function smaller, or after `passes_max` steps. No randomness: the same input gives the
/// same point.
pub(super) fn minimize(
    start: Vec<f64>,
    l1: f64,
    tolerance: f64,
    passes_max: usize,
    smooth: impl Fn(&[f64], &mut [f64]) -> f64,
) -> Vec<f64> {
    let penalty = |x: &[f64]| l1 * x.iter().rev().skip(1).map(|x| x.abs()).sum::<f64>();
    let mut x = start;
    let mut gradient = vec![0.0; x.len()];
    let mut value = smooth(&x, &mut gradient) + penalty(&x);
    let mut memory = Memory::default();
    let (mut next, mut next_gradient) = (x.clone(), gradient.clone());
    for _ in 0..passes_max {
        let slope = pseudo_gradient(&x, &gradient, l1);
        if slope.iter().all(|slope| slope.abs() <= tolerance) {
            break;
        }
        let mut direction = memory.direction(&slope);
        if l1 > 0.0 {
            // A direction against the gradient in some coordinate would leave the orthant in which it is right.
            direction.iter_mut().zip(&slope).filter(|(d, s)| **d * **s > 0.0).for_each(|(d, _)| *d = 0.0);
        }
        // Before anything is known of the curvature, a step of length 1.
        let mut step = if memory.pairs.is_empty() { 1.0 / dot(&slope, &slope).sqrt() } else { 1.0 };
        let found = loop {
            advance(&x, &direction, &slope, step, l1, &mut next);
            let next_value = smooth(&next, &mut next_gradient) + penalty(&next);
            let gained: f64 = slope.iter().zip(&next).zip(&x).map(|((slope, next), x)| slope * (next - x)).sum();
            if next_value <= value + SUFFICIENT * gained && gained < 0.0 {
                break Some(next_value);
            }
            step /= 2.0;
            if step < STEP_MIN {
                break None;
            }
        };
        let Some(next_value) = found else { break };
        memory.remember(difference(&next, &x), difference(&next_gradient, &gradient));
        std::mem::swap(&mut x, &mut next);
        std::mem::swap(&mut gradient, &mut next_gradient);
        value = next_value;
    }
    x
}

/// Share of the promised descent that a step must give.
const SUFFICIENT: f64 = 1e-4;
/// Beyond so many halvings a step changes nothing.
const STEP_MIN: f64 = 1e-12;
/// Steps that are remembered; more than ten seldom help.
const REMEMBERED: usize = 10;

/// The steepest descent's opposite where |x| has no derivative at 0.
fn pseudo_gradient(x: &[f64], gradient: &[f64], l1: f64) -> Vec<f64> {
    let last = x.len().saturating_sub(1);
    let one = |(at, (x, slope)): (usize, (&f64, &f64))| {
        let l1 = if at == last { 0.0 } else { l1 };
        if *x != 0.0 {
            slope + l1 * x.signum()
        } else if *slope > l1 {
            slope - l1
        } else if *slope < -l1 {
            slope + l1
        } else {
            0.0
        }
    };
    x.iter().zip(gradient).enumerate().map(one).collect()
}

/// One step; with `l1` a coordinate that would cross 0 stops there.
fn advance(x: &[f64], direction: &[f64], slope: &[f64], step: f64, l1: f64, next: &mut [f64]) {
    let last = x.len().saturating_sub(1);
    for (at, next) in next.iter_mut().enumerate() {
        *next = x[at] + step * direction[at];
        let side = if x[at] == 0.0 { -slope[at] } else { x[at] };
        if l1 > 0.0 && at != last && *next * side <= 0.0 {
            *next = 0.0;
        }
    }
}

/// The last steps and what they did to the gradient: an estimate of the curvature.
#[derive(Default)]
struct Memory {
    pairs: VecDeque<(Vec<f64>, Vec<f64>, f64)>,
}

impl Memory {
    fn remember(&mut self, step: Vec<f64>, change: Vec<f64>) {
        let curvature = dot(&step, &change);
        if curvature <= f64::EPSILON * dot(&change, &change) {
            return;
        }
        if self.pairs.len() == REMEMBERED {
            self.pairs.pop_front();
        }
        self.pairs.push_back((step, change, curvature));
    }

    /// Down the slope, turned by the remembered curvature (the two-loop recursion).
    fn direction(&self, slope: &[f64]) -> Vec<f64> {
        let mut direction: Vec<f64> = slope.iter().map(|slope| -slope).collect();
        let mut shares = Vec::with_capacity(self.pairs.len());
        for (step, change, curvature) in self.pairs.iter().rev() {
            let share = dot(step, &direction) / curvature;
            add(&mut direction, -share, change);
            shares.push(share);
        }
        if let Some((_, change, curvature)) = self.pairs.back() {
            let scale = curvature / dot(change, change);
            direction.iter_mut().for_each(|x| *x *= scale);
        }
        for ((step, change, curvature), share) in self.pairs.iter().zip(shares.into_iter().rev()) {
            let back = dot(change, &direction) / curvature;
            add(&mut direction, share - back, step);
        }
        direction
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn add(to: &mut [f64], times: f64, what: &[f64]) {
    to.iter_mut().zip(what).for_each(|(to, what)| *to += times * what);
}

fn difference(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a - b).collect()
}
