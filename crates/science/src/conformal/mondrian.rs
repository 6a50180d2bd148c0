//! Conformal p-values by segment: a case is compared with its like only.

use std::collections::BTreeMap;

use super::Calibration;
use crate::PValue;

/// One calibration set a segment (Vovk, Lindsay, Nouretdinov and Gammerman 2003), such as a site or a kind of host.
///
/// P-values are valid **within** each segment, not only on average over all. Segments of few cases say little: a new
/// case of a segment with less than `n_min` of them is compared with all cases instead, which is valid on average
/// only; [`Judged::pooled`] says so.
#[derive(Debug, Clone, PartialEq)]
pub struct Mondrian<K> {
    segments: BTreeMap<K, Calibration>,
    pooled: Calibration,
}

/// A p-value, and what the case was compared with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judged {
    pub p_value: PValue,
    /// Calibration cases that it was compared with.
    pub n: usize,
    /// Its segment had too few cases of its own.
    pub pooled: bool,
}

impl<K: Ord + Clone> Mondrian<K> {
    /// Calibration cases as segment and score. `None` where there is none, or a score that is not a finite number.
    pub fn new(cases: impl IntoIterator<Item = (K, f64)>, n_min: usize) -> Option<Self> {
        let mut by_segment: BTreeMap<K, Vec<f64>> = BTreeMap::new();
        for (segment, score) in cases {
            by_segment.entry(segment).or_default().push(score);
        }
        let pooled = Calibration::new(by_segment.values().flatten().copied().collect())?;
        by_segment.retain(|_, scores| scores.len() >= n_min);
        let segments = by_segment.into_iter().filter_map(|(key, scores)| Some((key, Calibration::new(scores)?)));
        Some(Self { segments: segments.collect(), pooled })
    }

    /// Compares a new case with those of its segment.
    pub fn judge(&self, segment: &K, score: f64) -> Judged {
        let own = self.segments.get(segment);
        let calibration = own.unwrap_or(&self.pooled);
        Judged { p_value: calibration.p_value(score), n: calibration.size(), pooled: own.is_none() }
    }
}
