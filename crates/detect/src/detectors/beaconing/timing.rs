//! How regular the calls of one pair are. Input: `window`; output: `ordinary` and the sentence of the finding.

use science::{
    PValue,
    describe::Sorted,
    hypothesis::{phase_coherence, spacings},
};

use super::{
    summary::{BYTES_UNKNOWN, Contact},
    window::Calls,
};

const MICROS: f64 = 1e6;

/// The rhythm of one pair; times in seconds.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Rhythm {
    /// Contacts after those of one burst were counted as one.
    pub n_beats: usize,
    /// Microseconds since 1970, UTC.
    pub first: i64,
    pub last: i64,
    /// The gap that most beats keep: the median of the lower three quarters, so that missed beats do not stretch it.
    pub period: f64,
    /// Half the distance between the quartiles, as a share of the period.
    pub jitter: f64,
    /// Beats that a period's length would have had room for between the first and the last, but that did not come.
    pub n_missed: usize,
    /// Bowley skew of the gaps, −1 to 1.
    pub skew: f64,
    /// Median absolute deviation of the gaps.
    pub mad: f64,
    /// 1 where all beats fall on one phase of the period.
    pub coherence: f64,
    /// Share of contacts, of those with a known size, that sent the most common number of bytes (within 5 %).
    pub same_size: f64,
    /// Regularity against exponential gaps: see [`science::hypothesis::spacings`].
    pub regularity: f64,
    pub p_value: PValue,
}

/// `None` where too few beats are left to speak of a rhythm.
pub(super) fn rhythm(calls: &Calls, burst_seconds: f64, tolerance: f64) -> Option<Rhythm> {
    let beats: Vec<Vec<i64>> = calls.stretches.iter().map(|stretch| beats(stretch, burst_seconds)).collect();
    let n_beats = beats.iter().map(Vec::len).sum();
    let gaps: Vec<f64> = beats.iter().flat_map(|stretch| gaps(stretch)).collect();
    // A burst swallows what follows within `burst_seconds`, so no gap is shorter; counted from there, exponential
    // gaps are exponential again, while the rhythm of a slow beacon hardly changes.
    let beyond_burst = Sorted::new(gaps.iter().map(|gap| gap - burst_seconds).collect())?;
    let gaps = Sorted::new(gaps)?;
    let outcome = spacings(&beyond_burst, tolerance)?;

    let (first, last) = (*beats.first()?.first()?, *beats.last()?.last()?);
    let period = gaps.quantile(0.375);
    let span = (last - first) as f64 / MICROS;
    let n_expected = if period > 0.0 { (span / period).round() as usize + 1 } else { n_beats };
    let phases: Vec<f64> = beats.iter().flatten().map(|at| (at - first) as f64 / MICROS).collect();
    Some(Rhythm {
        n_beats,
        first,
        last,
        period,
        jitter: if period > 0.0 { (gaps.quantile(0.75) - gaps.quantile(0.25)) / 2.0 / period } else { 0.0 },
        n_missed: n_expected.saturating_sub(n_beats),
        skew: gaps.bowley_skew(),
        mad: gaps.mad(),
        coherence: phase_coherence(&phases, period).map_or(0.0, |phase| phase.coherence),
        same_size: same_size(calls),
        regularity: outcome.ratio,
        p_value: outcome.p_value,
    })
}

/// The first contact of every burst: contacts that follow another within `burst_seconds` belong to it.
fn beats(stretch: &[Contact], burst_seconds: f64) -> Vec<i64> {
    let burst = (burst_seconds * MICROS) as i64;
    let mut beats = Vec::with_capacity(stretch.len());
    let mut previous = i64::MIN;
    for contact in stretch {
        if contact.at.saturating_sub(previous) >= burst {
            beats.push(contact.at);
        }
        previous = contact.at;
    }
    beats
}

fn gaps(beats: &[i64]) -> impl Iterator<Item = f64> {
    beats.iter().zip(beats.iter().skip(1)).map(|(before, after)| (after - before) as f64 / MICROS)
}

/// The largest share of contacts whose sizes lie within 5 % of each other.
fn same_size(calls: &Calls) -> f64 {
    let contacts = calls.stretches.iter().flatten();
    let mut sizes: Vec<i64> = contacts.map(|contact| contact.bytes_out).filter(|size| *size != BYTES_UNKNOWN).collect();
    sizes.sort_unstable();
    let (mut from, mut most) = (0, 0);
    for (to, size) in sizes.iter().enumerate() {
        while sizes.get(from).is_some_and(|smallest| size - smallest > smallest / 20) {
            from += 1;
        }
        most = most.max(to + 1 - from);
    }
    if sizes.is_empty() { 0.0 } else { most as f64 / sizes.len() as f64 }
}
