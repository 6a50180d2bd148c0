//! Labelled cases with few features each, one behind the other in memory.

use super::table::sound_weight;

/// Cases to learn from: each a list of (feature, value), a label and a weight.
#[derive(Debug, Clone, Default)]
pub struct Cases {
    features: Vec<(u32, f32)>,
    /// Where each case's features end.
    ends: Vec<usize>,
    labels: Vec<bool>,
    weights: Vec<f64>,
    n_features: u32,
}

impl Cases {
    /// Adds a case. Values that are not finite are left out, and so is a case whose weight is not above 0; weights
    /// beyond 10^±100 are brought there. A feature that is named twice counts twice.
    pub fn push(&mut self, features: &[(u32, f32)], label: bool, weight: f64) {
        let Some(weight) = sound_weight(weight) else { return };
        self.features.extend(features.iter().filter(|(_, value)| value.is_finite()));
        let highest = features.iter().map(|(feature, _)| feature.saturating_add(1)).max();
        self.n_features = self.n_features.max(highest.unwrap_or(0));
        self.ends.push(self.features.len());
        self.labels.push(label);
        self.weights.push(weight);
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// One more than the highest feature that was seen.
    pub fn n_features(&self) -> u32 {
        self.n_features
    }

    /// Makes both classes weigh the same, and all cases together as much as there are cases, keeping the proportions
    /// within a class. Nothing changes where one of the classes is missing.
    pub fn balance(&mut self) {
        let of = |wanted: bool| {
            let of_class = self.labels.iter().zip(&self.weights).filter(move |(label, _)| **label == wanted);
            of_class.map(|(_, weight)| weight).sum::<f64>()
        };
        let (of_true, of_false) = (of(true), of(false));
        if of_true > 0.0 && of_false > 0.0 {
            let half = self.labels.len() as f64 / 2.0;
            for (label, weight) in self.labels.iter().zip(&mut self.weights) {
                *weight *= half / if *label { of_true } else { of_false };
            }
        }
    }

    /// Features, label and weight of each case.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&[(u32, f32)], bool, f64)> {
        let starts = std::iter::once(&0).chain(&self.ends);
        let features = starts.zip(&self.ends).map(|(start, end)| &self.features[*start..*end]);
        features.zip(&self.labels).zip(&self.weights).map(|((features, label), weight)| (features, *label, *weight))
    }

    pub(super) fn weight(&self) -> f64 {
        self.weights.iter().sum()
    }

    pub(super) fn has_both_classes(&self) -> bool {
        self.labels.contains(&true) && self.labels.contains(&false)
    }
}
