//! How far to trust what several findings say together.
//!
//! Findings of one detector repeat each other (the next hour, the next window), so a detector counts once, with
//! its most confident finding. Detectors look at different things, so theirs are combined as independent
//! evidence: 1 − Π(1 − c), Dempster's rule for simple support. That is an assumption: timing and a list entry can
//! be wrong for one common reason, so the combination stops at [`COMBINED_MAX`].

use std::collections::BTreeMap;

use schema::Finding;

/// Agreement of machines is never certainty: that takes an analyst's verdict, or one source that alone claims it.
const COMBINED_MAX: u8 = 99;

/// Confidence of the findings taken together, 0 to 100 on the STIX scale; 0 for none.
pub(super) fn combined<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> u8 {
    let mut by_detector: BTreeMap<&str, u8> = BTreeMap::new();
    for finding in findings {
        let best = by_detector.entry(&finding.detector).or_insert(0);
        *best = finding.confidence.min(100).max(*best);
    }
    let doubt: f64 = by_detector.values().map(|&confidence| 1.0 - f64::from(confidence) / 100.0).product();
    let together = ((1.0 - doubt) * 100.0).round() as u8;
    let alone = by_detector.values().copied().max().unwrap_or(0);
    together.min(COMBINED_MAX).max(alone)
}
