//! Labelled cases with the same few features each, one row behind the other.

/// A table of numbers with a label and a weight a row.
#[derive(Debug, Clone)]
pub struct Table {
    n_features: usize,
    values: Vec<f32>,
    labels: Vec<bool>,
    weights: Vec<f64>,
}

impl Table {
    pub fn new(n_features: usize) -> Self {
        Self { n_features, values: Vec::new(), labels: Vec::new(), weights: Vec::new() }
    }

    /// Adds a row. One that is too short misses its last values, one that is too long is cut; a value that is not
    /// finite is missing. A row whose weight is not above 0 is left out; weights beyond 10^±100 are brought there.
    pub fn push(&mut self, row: &[f32], label: bool, weight: f64) {
        let Some(weight) = sound_weight(weight) else { return };
        let given = row.iter().copied().chain(std::iter::repeat(f32::NAN));
        self.values.extend(given.take(self.n_features).map(|value| if value.is_finite() { value } else { f32::NAN }));
        self.labels.push(label);
        self.weights.push(weight);
    }

    pub fn len(&self) -> usize {
        self.labels.len()
    }

    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    pub fn n_features(&self) -> usize {
        self.n_features
    }

    pub(super) fn labels(&self) -> &[bool] {
        &self.labels
    }

    pub(super) fn weights(&self) -> &[f64] {
        &self.weights
    }

    pub(super) fn column(&self, feature: usize) -> impl Iterator<Item = f32> {
        self.values.iter().skip(feature).step_by(self.n_features).copied()
    }

    pub(super) fn has_both_classes(&self) -> bool {
        self.labels.contains(&true) && self.labels.contains(&false)
    }

    /// ln of the weight of the `true` for each of the others'.
    pub(super) fn log_odds(&self) -> f64 {
        let (mut of_true, mut of_others) = (0.0, 0.0);
        for (label, weight) in self.labels.iter().zip(&self.weights) {
            *if *label { &mut of_true } else { &mut of_others } += weight;
        }
        (of_true / of_others).ln()
    }
}

/// A weight that counts, within bounds that leave room for sums of squares.
pub(super) fn sound_weight(weight: f64) -> Option<f64> {
    (weight > 0.0 && weight.is_finite()).then(|| weight.clamp(1e-100, 1e100))
}
