//! Platt's sigmoid: a probability by two numbers, where there are too few labels for more.

/// P(true | score) = 1 / (1 + e^(a · score + b)) (Platt 1999), fitted by Newton's method with Platt's smoothed targets
/// as in Lin, Lin and Weng (2007).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Platt {
    pub a: f64,
    pub b: f64,
}

impl Platt {
    const STEPS_MAX: usize = 100;
    /// Smallest step of the line search: beyond it nothing is gained.
    const STEP_MIN: f64 = 1e-10;
    /// Keeps the matrix of second derivatives invertible.
    const RIDGE: f64 = 1e-12;
    /// Gradients below this are the minimum.
    const FLAT: f64 = 1e-7;

    /// `None` where one of the classes is missing or a score is not finite.
    pub fn fit(cases: &[(f64, bool)]) -> Option<Self> {
        let n_true = cases.iter().filter(|case| case.1).count() as f64;
        let n_false = cases.len() as f64 - n_true;
        if n_true == 0.0 || n_false == 0.0 || cases.iter().any(|case| !case.0.is_finite()) {
            return None;
        }
        let (high, low) = ((n_true + 1.0) / (n_true + 2.0), 1.0 / (n_false + 2.0));
        let targets: Vec<(f64, f64)> = cases.iter().map(|&(score, is)| (score, if is { high } else { low })).collect();

        let mut fit = Self { a: 0.0, b: ((n_false + 1.0) / (n_true + 1.0)).ln() };
        let mut loss = fit.loss(&targets);
        for _ in 0..Self::STEPS_MAX {
            let Some((down_a, down_b, slope)) = fit.direction(&targets) else { break };
            let mut step = 1.0;
            loop {
                let next = Self { a: fit.a + step * down_a, b: fit.b + step * down_b };
                let next_loss = next.loss(&targets);
                if next_loss < loss + 1e-4 * step * slope {
                    (fit, loss) = (next, next_loss);
                    break;
                }
                step /= 2.0;
                if step < Self::STEP_MIN {
                    return Some(fit);
                }
            }
        }
        Some(fit)
    }

    pub fn probability(self, score: f64) -> f64 {
        sigmoid(-(self.a * score + self.b))
    }

    /// Cross entropy, written so that no exponential overflows.
    fn loss(self, targets: &[(f64, f64)]) -> f64 {
        let one = |&(score, target): &(f64, f64)| {
            let x = self.a * score + self.b;
            let rest = if x >= 0.0 { target * x } else { (target - 1.0) * x };
            rest + (-x.abs()).exp().ln_1p()
        };
        targets.iter().map(one).sum()
    }

    /// Newton's step and the slope along it; `None` at the minimum.
    fn direction(self, targets: &[(f64, f64)]) -> Option<(f64, f64, f64)> {
        let (mut aa, mut bb, mut ab, mut a, mut b) = (Self::RIDGE, Self::RIDGE, 0.0, 0.0, 0.0);
        for &(score, target) in targets {
            let p = self.probability(score);
            let curve = p * (1.0 - p);
            aa += score * score * curve;
            bb += curve;
            ab += score * curve;
            a += score * (target - p);
            b += target - p;
        }
        if a.abs() < Self::FLAT && b.abs() < Self::FLAT {
            return None;
        }
        let determinant = aa * bb - ab * ab;
        let (down_a, down_b) = (-(bb * a - ab * b) / determinant, -(aa * b - ab * a) / determinant);
        (down_a.is_finite() && down_b.is_finite()).then_some((down_a, down_b, a * down_a + b * down_b))
    }
}

fn sigmoid(x: f64) -> f64 {
    if x >= 0.0 {
        1.0 / (1.0 + (-x).exp())
    } else {
        let e = x.exp();
        e / (1.0 + e)
    }
}
