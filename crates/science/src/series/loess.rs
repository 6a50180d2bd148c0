//! Local regression as STL uses it: lines through the nearest values of an even series, weighted by nearness.

/// How [`smooth`] looks at a series.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Loess {
    /// Values that take part in each fit; beyond the length of the series it widens the weights.
    pub window: usize,
    /// Lines, or else constants.
    pub linear: bool,
}

impl Loess {
    /// The smoothed series; `weights` say how far each value is trusted, 1 each where there are none.
    pub(super) fn smooth(self, values: &[f64], weights: Option<&[f64]>) -> Vec<f64> {
        let n = values.len();
        if n < 2 {
            return values.to_vec();
        }
        let half = self.window.div_ceil(2);
        let fit = |(at, value): (usize, &f64)| {
            // Places count from 1, as in the paper's program. The window moves once the place has passed its middle.
            let place = at + 1;
            let first = if self.window >= n { 1 } else { place.saturating_sub(half).clamp(0, n - self.window) + 1 };
            let last = (first + self.window - 1).min(n);
            self.at(values, weights, place as f64, (first, last)).unwrap_or(*value)
        };
        values.iter().enumerate().map(fit).collect()
    }

    /// The fit at `place` (counting from 1, and it may lie outside) through the values from `first` to `last`.
    /// `None` where all of them have no weight.
    pub(super) fn at(
        self,
        values: &[f64],
        weights: Option<&[f64]>,
        place: f64,
        (first, last): (usize, usize),
    ) -> Option<f64> {
        let n = values.len();
        let mut reach = (place - first as f64).max(last as f64 - place);
        if self.window > n {
            reach += ((self.window - n) / 2) as f64;
        }
        let near = |j: usize| {
            let distance = (j as f64 - place).abs();
            let tricube = if distance <= 0.001 * reach {
                1.0
            } else if distance <= 0.999 * reach {
                let cube = (distance / reach).powi(3);
                (1.0 - cube).powi(3)
            } else {
                0.0
            };
            tricube * weights.and_then(|weights| weights.get(j - 1)).copied().unwrap_or(1.0)
        };
        let mut near: Vec<f64> = (first..=last).map(near).collect();
        let all: f64 = near.iter().sum();
        if all <= 0.0 {
            return None;
        }
        near.iter_mut().for_each(|weight| *weight /= all);
        if self.linear && reach > 0.0 {
            tilt(&mut near, first, place, n);
        }
        Some(near.iter().zip(values.iter().skip(first - 1)).map(|(weight, value)| weight * value).sum())
    }
}

/// Makes weights of a mean into those of a line's value at `place`.
fn tilt(near: &mut [f64], first: usize, place: f64, n: usize) {
    let places = || (first..).map(|j| j as f64);
    let center: f64 = near.iter().zip(places()).map(|(weight, j)| weight * j).sum();
    let spread: f64 = near.iter().zip(places()).map(|(weight, j)| weight * (j - center) * (j - center)).sum();
    // Values at one place only bear no line.
    if spread.sqrt() > 0.001 * (n as f64 - 1.0) {
        let slope = (place - center) / spread;
        near.iter_mut().zip(places()).for_each(|(weight, j)| *weight *= slope * (j - center) + 1.0);
    }
}
