//! Whether a series has a rhythm: Lomb and Scargle for uneven times, Fisher's g for even ones.

use std::f64::consts::{PI, TAU};

use statrs::function::gamma::ln_gamma;

use super::power_spectrum;
use crate::{PValue, describe};

/// Frequencies `first`, `first + step`, ..., `n` of them, in cycles for each unit of time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Grid {
    pub first: f64,
    pub step: f64,
    pub n: usize,
}

impl Grid {
    /// Up to `highest`, with `oversampling` steps (5 to 10 are usual) for each width 1/T of a peak.
    pub fn of(times: &[f64], highest: f64, oversampling: f64) -> Option<Self> {
        let low = times.iter().copied().fold(f64::INFINITY, f64::min);
        let high = times.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let step = 1.0 / ((high - low) * oversampling);
        let n = (highest / step).floor();
        // Beyond ten million frequencies something is wrong with the units.
        let usable = step.is_finite() && step > 0.0 && (1.0..=1e7).contains(&n);
        usable.then_some(Self { first: step, step, n: n as usize })
    }

    pub fn frequency(&self, index: usize) -> f64 {
        self.first + self.step * index as f64
    }

    fn highest(&self) -> f64 {
        self.frequency(self.n.saturating_sub(1))
    }
}

/// Outcome of [`lomb_scargle`].
#[derive(Debug, Clone, PartialEq)]
pub struct LombScargle {
    /// For each frequency the share of the variance that a sine of this frequency explains, 0 to 1.
    pub powers: Vec<f64>,
    /// Index of the greatest power.
    pub best: usize,
    /// Of the null hypothesis that the values are independent and normal around one mean, whatever their times; all
    /// frequencies from 0 to the highest of the grid were looked at.
    pub p_value: PValue,
}

/// The generalized Lomb–Scargle periodogram (Zechmeister and Kürster 2009): sine, cosine and mean fitted by least
/// squares at each frequency. The p-value is Baluev's (2008) upper bound, sharp where it is small, for independent
/// normal noise; correlated noise makes it too sure, and so do heavy tails: then shuffle the values.
///
/// `None` below five values, where all are equal, times and values differ in number, or something is not finite.
/// O(values · frequencies), without a sine for each.
pub fn lomb_scargle(times: &[f64], values: &[f64], grid: Grid) -> Option<LombScargle> {
    let n = values.len();
    let mean = describe::mean(values)?;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / n as f64;
    let usable = n >= 5 && times.len() == n && times.iter().all(|time| time.is_finite()) && grid.n > 0;
    if !usable || !variance.is_finite() || variance <= 0.0 {
        return None;
    }
    // Counting from the middle keeps the angles small, and their sines exact.
    let middle = describe::mean(times)?;
    let mut turning: Vec<Turning> =
        times.iter().zip(values).map(|(time, value)| Turning::new(time - middle, value - mean, grid)).collect();
    let powers: Vec<f64> = (0..grid.n).map(|_| explained(&mut turning, variance)).collect();
    let (best, power) =
        powers.iter().copied().enumerate().fold((0, 0.0), |best, next| if next.1 > best.1 { next } else { best });
    let spread = describe::variance(times)? * (n as f64 - 1.0) / n as f64;
    Some(LombScargle { powers, best, p_value: baluev(power, n as f64, grid.highest() * (4.0 * PI * spread).sqrt()) })
}

/// One value with the angle of its time, turned on by one step of frequency at a time.
struct Turning {
    value: f64,
    angle: (f64, f64),
    step: (f64, f64),
}

impl Turning {
    fn new(time: f64, value: f64, grid: Grid) -> Self {
        Self { value, angle: (TAU * grid.first * time).sin_cos(), step: (TAU * grid.step * time).sin_cos() }
    }

    fn turn(&mut self) {
        let ((sin, cos), (sin_step, cos_step)) = (self.angle, self.step);
        self.angle = (sin * cos_step + cos * sin_step, cos * cos_step - sin * sin_step);
    }
}

/// The share of the variance that the present angles explain; turns them on.
fn explained(turning: &mut [Turning], variance: f64) -> f64 {
    let n = turning.len() as f64;
    let (mut s, mut c, mut ys, mut yc, mut ss, mut cs) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
    for one in turning {
        let (sin, cos) = one.angle;
        s += sin;
        c += cos;
        ys += one.value * sin;
        yc += one.value * cos;
        ss += sin * sin;
        cs += cos * sin;
        one.turn();
    }
    let (s, c, ys, yc, ss, cs) = (s / n, c / n, ys / n, yc / n, ss / n, cs / n);
    let (cc, ss, cs) = (1.0 - ss - c * c, ss - s * s, cs - c * s);
    let determinant = cc * ss - cs * cs;
    // Where sine and cosine are one and the same at these times, as at half of the sampling rate, one of them fits.
    let power = if determinant > 1e-10 {
        (ss * yc * yc + cc * ys * ys - 2.0 * cs * yc * ys) / determinant
    } else if cc.max(ss) > 1e-10 {
        if cc > ss { yc * yc / cc } else { ys * ys / ss }
    } else {
        0.0
    };
    (power / variance).clamp(0.0, 1.0)
}

/// Baluev's (2008) bound for the greatest power of a least-squares periodogram of `n` values; `width` is W.
fn baluev(power: f64, n: f64, width: f64) -> PValue {
    let single = (1.0 - power).powf((n - 3.0) / 2.0);
    let degrees = n - 1.0;
    let scale = (2.0 / degrees).sqrt() * (ln_gamma(degrees / 2.0) - ln_gamma((degrees - 1.0) / 2.0)).exp();
    let expected = scale * width * (1.0 - power).powf((n - 4.0) / 2.0) * (degrees * power / 2.0).sqrt();
    // 1 − (1 − single) e^−expected, keeping the digits of small results.
    PValue::clamped(single * (-expected).exp() - (-expected).exp_m1())
}

/// Outcome of [`fisher_g`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FisherG {
    /// The share of the greatest ordinate of the periodogram in the sum of all, 0 to 1.
    pub share: f64,
    /// Its period in steps of the series.
    pub period: f64,
    pub p_value: PValue,
}

/// Fisher's (1929) g. Null hypothesis: the values are independent and normal around one mean. Against it: a sine of
/// one of the Fourier frequencies 1/n to below 1/2. Exact.
///
/// `None` below six values, where all are equal, or one is not finite.
pub fn fisher_g(values: &[f64]) -> Option<FisherG> {
    let n = values.len();
    let mean = describe::mean(values).filter(|_| n >= 6)?;
    let centered: Vec<f64> = values.iter().map(|value| value - mean).collect();
    let ordinates = power_spectrum(&centered);
    let ordinates = ordinates.get(1..(n - 1) / 2 + 1)?;
    let all: f64 = ordinates.iter().sum();
    let (at, greatest) = ordinates
        .iter()
        .enumerate()
        .fold((0, 0.0), |best, (at, power)| if *power > best.1 { (at, *power) } else { best });
    let scale: f64 = centered.iter().map(|value| value * value).sum();
    // Rounding leaves something of a constant series.
    if !all.is_finite() || all <= scale * 1e-18 || scale <= f64::EPSILON * mean * mean {
        return None;
    }
    let share = greatest / all;
    Some(FisherG { share, period: n as f64 / (at + 1) as f64, p_value: g_at_least(share, ordinates.len() as f64) })
}

/// P(g ≥ share) among `m` ordinates: Σ (−1)^(j−1) C(m, j) (1 − j share)^(m−1) over j with j share < 1.
fn g_at_least(share: f64, m: f64) -> PValue {
    /// The sum alternates; with more than this many ordinates expected to exceed `share`, digits would cancel and
    /// the answer is 1 to four digits.
    const EXPECTED_MAX: f64 = 10.0;
    let expected = m * (1.0 - share).max(0.0).powf(m - 1.0);
    if expected > EXPECTED_MAX {
        return PValue::clamped(-(-expected).exp_m1());
    }
    let (mut sum, mut log_choose) = (0.0, 0.0);
    for j in 1..=(1.0 / share).floor().min(m) as u64 {
        let j = j as f64;
        log_choose += ((m - j + 1.0) / j).ln();
        let rest = 1.0 - j * share;
        if rest <= 0.0 {
            break;
        }
        let term = (log_choose + (m - 1.0) * rest.ln()).exp();
        sum += if j % 2.0 == 1.0 { term } else { -term };
        if term < 1e-18 * sum {
            break;
        }
    }
    PValue::clamped(sum)
}
