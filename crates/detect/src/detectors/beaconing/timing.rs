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
    /// Beats that the gaps would have had room for, but that did not come.
    pub n_missed: usize,
    /// Bowley skew of the gaps, −1 to 1.
    pub skew: f64,
    /// Median absolute deviation of the gaps.
    pub mad: f64,
    /// 1 where all beats fall on one phase of the period.
    pub coherence: f64,
    /// Share of contacts, of those with a known size, that sent the most common number of bytes (within 5 %).
    pub same_size: f64,
    /// Largest contact over the median one, by bytes sent; 1 where sizes are unknown.
    pub upload_peak: f64,
    /// Regularity against exponential gaps: see [`science::hypothesis::spacings`].
    pub regularity: f64,
    pub p_value: PValue,
}

/// What counts as a beat, and what as regular.
#[derive(Debug, Clone, Copy)]
pub(super) struct Options {
    /// Contacts that follow another within this time are the same beat.
    pub burst_seconds: f64,
    /// How much more regular than chance is still human: see [`science::hypothesis::spacings`].
    pub tolerance: f64,
    pub n_beats_min: usize,
}

/// Lengths of a burst that are tried, as multiples of [`Options::burst_seconds`]: a page load, and an operator who
/// works for minutes between two sleeps.
const BURSTS: [f64; 4] = [1.0, 4.0, 12.0, 60.0];

/// Contacts within seconds of each other that make a reconnect loop of what would else be one visit.
const LOOP_CONTACTS_MIN: usize = 50;

/// The clearest rhythm over the lengths of bursts, its p-value corrected for their number (Bonferroni). `None` where
/// too few beats are left to speak of a rhythm.
pub(super) fn rhythm(calls: &Calls, options: &Options) -> Option<Rhythm> {
    let clearer = |a: Rhythm, b: Rhythm| if b.p_value < a.p_value { b } else { a };
    let at_scale = |factor: &f64| rhythm_of_bursts(calls, factor * options.burst_seconds, options);
    // What calls again within seconds all the time is one endless burst; only then each contact is a beat.
    let reconnects = || rhythm_of_bursts(calls, 0.0, options).filter(|rhythm| rhythm.n_beats >= LOOP_CONTACTS_MIN);
    let clearest = BURSTS.iter().filter_map(at_scale).reduce(clearer).or_else(reconnects)?;
    Some(Rhythm { p_value: PValue::clamped(clearest.p_value.get() * BURSTS.len() as f64), ..clearest })
}

fn rhythm_of_bursts(calls: &Calls, burst_seconds: f64, options: &Options) -> Option<Rhythm> {
    let beats: Vec<Vec<i64>> = calls.stretches.iter().map(|stretch| beats(stretch, burst_seconds)).collect();
    let n_beats = beats.iter().map(Vec::len).sum();
    if n_beats < options.n_beats_min {
        return None;
    }
    let gaps: Vec<f64> = beats.iter().flat_map(|stretch| gaps(stretch)).collect();
    // A burst swallows what follows within `burst_seconds`, so no gap is shorter; counted from there, exponential
    // gaps are exponential again, while the rhythm of a slow beacon hardly changes.
    let beyond_burst = Sorted::new(gaps.iter().map(|gap| gap - burst_seconds).collect())?;
    let gaps = Sorted::new(gaps)?;
    let outcome = spacings(&beyond_burst, options.tolerance)?;

    let (first, last) = (*beats.first()?.first()?, *beats.last()?.last()?);
    let period = gaps.quantile(0.375);
    let sizes = sizes(calls);
    let phases: Vec<f64> = beats.iter().flatten().map(|at| (at - first) as f64 / MICROS).collect();
    Some(Rhythm {
        n_beats,
        first,
        last: last.max(calls.last_at),
        period,
        jitter: if period > 0.0 { (gaps.quantile(0.75) - gaps.quantile(0.25)) / 2.0 / period } else { 0.0 },
        n_missed: n_missed(gaps.values(), period),
        skew: gaps.bowley_skew(),
        mad: gaps.mad(),
        coherence: phase_coherence(&phases, period).map_or(0.0, |phase| phase.coherence),
        same_size: same_size(&sizes),
        upload_peak: upload_peak(&sizes),
        regularity: outcome.ratio,
        p_value: outcome.p_value,
    })
}

/// The first contact of every burst: a contact that follows another within `burst_seconds` belongs to it.
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

fn n_missed(gaps: &[f64], period: f64) -> usize {
    let room = |gap: &f64| if period > 0.0 { (gap / period).round().max(1.0) as usize - 1 } else { 0 };
    gaps.iter().map(room).fold(0, usize::saturating_add)
}

/// Known bytes sent of each contact, ascending.
fn sizes(calls: &Calls) -> Vec<i64> {
    let contacts = calls.stretches.iter().flatten();
    let mut sizes: Vec<i64> = contacts.map(|contact| contact.bytes_out).filter(|size| *size != BYTES_UNKNOWN).collect();
    sizes.sort_unstable();
    sizes
}

/// The largest share of contacts whose sizes lie within 5 % of each other.
fn same_size(sizes: &[i64]) -> f64 {
    let (mut from, mut most) = (0, 0);
    for (to, size) in sizes.iter().enumerate() {
        while sizes.get(from).is_some_and(|smallest| size.saturating_sub(*smallest) > smallest / 20) {
            from += 1;
        }
        most = most.max((to + 1).saturating_sub(from));
    }
    if sizes.is_empty() { 0.0 } else { most as f64 / sizes.len() as f64 }
}

fn upload_peak(sizes: &[i64]) -> f64 {
    let (median, largest) = (sizes.get(sizes.len() / 2), sizes.last());
    let ratio = median.zip(largest).map(|(median, largest)| *largest as f64 / (*median).max(1) as f64);
    ratio.unwrap_or(1.0).max(1.0)
}
