//! Whether a regular call is what ordinary software of this organisation does. Input: `timing`; output: `report`.
//!
//! Innocent software is as regular as an implant, so timing alone proves nothing. What ordinary software looks like
//! is read from the same window: from regular calls to destinations that many hosts share, and from regular calls
//! that were there all the time. Two questions are asked, and each gets a rank p-value against those peers:
//! *does ordinary software begin like this?* and *does ordinary software look like this?*

use ahash::{HashSet, HashSetExt};
use science::PValue;

use super::{
    prevalence::Prevalence,
    timing::Rhythm,
    window::{Calls, Host, Organization, SLOT_MICROS},
};

/// A destination counts as rare up to this share of the hosts, and always up to [`RARE_HOSTS_MIN`]: an intruder
/// who holds several machines steers them from one place.
const RARE_SHARE: f64 = 0.01;
const RARE_HOSTS_MIN: u32 = 3;

/// A client that reaches this many destinations of a host, and this share of them, is its browser.
const BROWSER_SPREAD_MIN: u32 = 10;
const BROWSER_SHARE_MIN: f64 = 0.2;

/// Chance with which a call that is already running misses a beat at the most, for judging that it had not begun.
const MISS_FLOOR: f64 = 0.2;

/// Probability below which "it was already running and happened to be silent" is given up.
const BEGAN_MAX: f64 = 0.01;

/// Time at work before the first contact: programs that start with the session have made theirs by then.
const SETTLED_SECONDS: f64 = 1_200.0;

/// Peers that looks are compared with: ranking them costs the square of their number, and p-values below one in two
/// thousand would claim more than the peers' likeness can bear.
const PEERS_MAX: usize = 2_000;

/// Share of the expected beats, from the first to the end of the host's activity, below which a call is gone again:
/// an implant stays. Room is left for a host whose contacts are spread over two addresses.
const PERSISTENCE_MIN: f64 = 0.3;

/// One regular call and what speaks against its being ordinary.
#[derive(Debug)]
pub(super) struct Regular<'a> {
    pub calls: &'a Calls,
    pub rhythm: &'a Rhythm,
    pub named: bool,
    /// Somebody browses on the host: a workstation, not a server or a device.
    pub workstation: bool,
    pub rare: bool,
    /// Made by the client that the host browses with.
    pub browser: bool,
    /// Hosts that contact the destination or, where that is fewer than all names under it share, its registered domain.
    pub n_hosts: u32,
    /// Seconds for which the host was at work before the first contact.
    pub settled: f64,
    /// Probability that a call with this rhythm was there before and merely silent.
    pub silent: f64,
    pub start: Start,
    /// Share of expected beats from the first to the end of the host's activity, at most 1.
    pub persistence: f64,
    /// Destinations that the client is used for in the whole dataset; `None` where no client was seen.
    pub client_reach: Option<u32>,
    pub begins: PValue,
    pub looks: PValue,
    /// Intersection–union of timing and ordinariness.
    pub p_value: PValue,
}

/// How a call came up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    /// Already there when the host began to work, too slow to know, or gone again.
    Established,
    /// Came up when the host had been at work for a while without it, and stayed.
    Late,
}

/// Judges all regular calls of one dataset together. `timing_max` is the level at which they were selected.
pub(super) fn judge<'a>(
    organization: &Organization,
    regular: impl Iterator<Item = (&'a Calls, &'a Rhythm)>,
    timing_max: f64,
) -> Vec<Regular<'a>> {
    let prevalence = Prevalence::of(organization);
    let mut all: Vec<Regular<'a>> =
        regular.filter_map(|(calls, rhythm)| describe(organization, &prevalence, calls, rhythm)).collect();
    rank_beginnings(&mut all);
    rank_looks(&mut all);
    for one in &mut all {
        // The events "begins late, and looks at least as strange as s" are nested in s, so their probability is a
        // p-value; the two parts are independent under the null hypothesis, so it is the product.
        let ordinary = PValue::clamped(one.begins.get() * one.looks.get());
        // Only pairs with p ≤ `timing_max` came here; given that, p / `timing_max` is the p-value.
        let timing = PValue::clamped(one.rhythm.p_value.get() / timing_max);
        one.p_value = timing.and(ordinary);
    }
    all
}

fn describe<'a>(
    organization: &Organization,
    prevalence: &Prevalence,
    calls: &'a Calls,
    rhythm: &'a Rhythm,
) -> Option<Regular<'a>> {
    let host = organization.host(calls)?;
    let destination = organization.destination(calls)?;
    let n_hosts = prevalence.n_hosts_of(calls.destination).max(destination.n_hosts);
    let rare_max = RARE_HOSTS_MIN.max((RARE_SHARE * f64::from(prevalence.n_hosts_in(host.dataset))) as u32);

    let work = Work::of(host, organization.slot(rhythm.first));
    let slot_seconds = SLOT_MICROS as f64 / 1e6;
    let settled = work.n_busy_before as f64 * slot_seconds;
    let misses = (rhythm.n_missed as f64 + 1.0) / ((rhythm.n_missed + rhythm.n_beats) as f64 + 2.0);
    let n_silent = (settled / rhythm.period.max(1.0)).floor();
    let silent = misses.max(MISS_FLOOR).powf(n_silent);
    let n_expected = (work.n_awake_since as f64 * slot_seconds / rhythm.period.max(1.0)).max(1.0);
    // Where not all contacts were kept, beats cannot be counted and the time from first to last must do.
    let stayed = if calls.last_at > 0 { (rhythm.last - rhythm.first) as f64 / SLOT_MICROS as f64 } else { 0.0 };
    let coverage = stayed / (work.n_awake_since as f64).max(1.0);
    let persistence = (rhythm.n_beats as f64 / n_expected).max(coverage).min(1.0);

    let spread = calls.clients.iter().filter_map(|client| organization.client_spread.get(&(calls.host, *client)));
    let spread = spread.copied().max();
    let browser = spread.is_some_and(|spread| browses(spread, host));
    let reach = calls.clients.iter().filter_map(|client| organization.client_reach.get(&(host.dataset, *client)));

    let late = settled >= SETTLED_SECONDS && silent <= BEGAN_MAX && persistence >= PERSISTENCE_MIN;
    Some(Regular {
        calls,
        rhythm,
        named: destination.named,
        workstation: browses(host.spread_max, host),
        rare: n_hosts <= rare_max,
        browser,
        n_hosts,
        settled,
        silent,
        start: if late { Start::Late } else { Start::Established },
        persistence,
        client_reach: reach.copied().min(),
        begins: PValue::ONE,
        looks: PValue::ONE,
        p_value: PValue::ONE,
    })
}

/// Whether a client that reaches this many destinations of a host is what someone browses with.
fn browses(spread: u32, host: &Host) -> bool {
    spread >= BROWSER_SPREAD_MIN && f64::from(spread) >= BROWSER_SHARE_MIN * f64::from(host.n_destinations)
}

impl Regular<'_> {
    /// Whether the hypothesis is tested. A place that many hosts share is the yardstick and not under suspicion, and
    /// the browser that a person works with calls wherever that person has a page open.
    pub(super) fn suspect(&self) -> bool {
        self.rare && !self.browser
    }
}

/// Does ordinary software begin like this? Peers: regular calls to destinations that many hosts share.
fn rank_beginnings(all: &mut [Regular<'_>]) {
    let peers: Vec<Start> = all.iter().filter(|one| !one.rare && !one.browser).map(|one| one.start).collect();
    let n_late = peers.iter().filter(|start| **start == Start::Late).count();
    for one in all.iter_mut().filter(|one| one.start == Start::Late) {
        one.begins = rank(n_late, peers.len());
    }
}

/// Does ordinary software look like this? Peers: every destination whose calls were there all the time, each once;
/// workstations among workstations, since what is strange on a desk is usual for a camera.
fn rank_looks(all: &mut [Regular<'_>]) {
    for workstation in [true, false] {
        let mut seen = HashSet::new();
        let is_peer =
            |one: &&Regular<'_>| one.workstation == workstation && one.start == Start::Established && !one.browser;
        let peers = all.iter().filter(is_peer).filter(|one| seen.insert(one.calls.destination));
        let peers: Vec<Looks> = peers.map(Looks::of).take(PEERS_MAX).collect();
        let surprises: Vec<f64> = peers.iter().map(|peer| peer.surprise(&peers)).collect();
        for one in all.iter_mut().filter(|one| one.workstation == workstation && one.start == Start::Late) {
            let surprise = Looks::of(one).surprise(&peers);
            one.looks = rank(surprises.iter().filter(|peer| **peer >= surprise).count(), peers.len());
        }
    }
}

/// Rank p-value against peers, of which the judged one may be a stranger: (1 + n as strange) / (1 + n).
fn rank(n_as_strange: usize, n_peers: usize) -> PValue {
    PValue::clamped((1.0 + n_as_strange as f64) / (1.0 + n_peers as f64))
}

/// What a destination and its client look like; each number is larger for what is stranger.
#[derive(Debug, Clone, Copy)]
struct Looks {
    measures: [f64; 4],
}

impl Looks {
    fn of(one: &Regular<'_>) -> Self {
        let lone_client = one.client_reach.map_or(0.5, |reach| 1.0 / f64::from(reach.max(1)));
        let unvouched = f64::from(u8::from(one.calls.n_untrusted > 0 || !one.named));
        // Rounded, or the noise of a millisecond would rank one timer before another.
        let jitter = (one.rhythm.jitter * 50.0).floor();
        let upload_peak = one.rhythm.upload_peak.ln().floor();
        Self { measures: [lone_client, unvouched, jitter, upload_peak] }
    }

    /// Sum over the measures of −ln(share of peers as strange in it).
    fn surprise(&self, peers: &[Self]) -> f64 {
        let share = |measure: usize| {
            let as_strange = |peer: &&Self| peer.measures.get(measure) >= self.measures.get(measure);
            rank(peers.iter().filter(as_strange).count(), peers.len()).get()
        };
        -(0..self.measures.len()).map(|measure| share(measure).ln()).sum::<f64>()
    }
}

/// The host's time around a call, in slots.
struct Work {
    n_busy_before: usize,
    n_awake_since: usize,
}

impl Work {
    /// A slot is busy where the host contacts more destinations than half way from its quiet to its lively slots: on
    /// a workstation that is when someone sits at it, on a server mostly always.
    fn of(host: &Host, first: usize) -> Self {
        let mut awake: Vec<u16> = host.breadth.iter().copied().filter(|breadth| *breadth > 0).collect();
        awake.sort_unstable();
        let decile = |tenths: usize| awake.get(awake.len() * tenths / 10).copied().map_or(0, u32::from);
        let busy = (decile(1) + decile(9)) / 2;
        let busy = u16::try_from(busy).unwrap_or(u16::MAX).max(1);
        let n_busy_before = host.breadth.iter().take(first).filter(|breadth| **breadth >= busy).count();
        let n_awake_since = host.breadth.iter().skip(first).filter(|breadth| **breadth > 0).count();
        Self { n_busy_before, n_awake_since }
    }
}
