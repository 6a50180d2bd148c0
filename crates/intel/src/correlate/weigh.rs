//! How much two events' common things speak for one campaign: bits, after Fellegi and Sunter (1969). Next: `index`.
//!
//! Bits are log2 of how many times as probable it is to see the agreement between events of one campaign (`m`) as
//! between events of two (`u`). They are added to the prior odds of any two events; a link is a posterior of 4 to 1.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, HashMap},
};

use super::{
    concert::{self, Concert},
    things::{Item, Kind, Thing, Vertex},
};

/// A link asks for so many bits: 4 to 1 that both events are of one campaign.
pub const LINK_BITS: f64 = 2.0;

/// Other events of its campaign that an event has, before anything is known.
const SIBLINGS: f64 = 4.0;

/// In a larger store only events that are near in time are compared, so that the crowd in which chance could find a
/// partner does not grow with the years.
const POPULATION_MAX: u64 = 4_096;
const POPULATION_MIN: u64 = 64;

/// What telemetry knows of a thing, beyond events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Prevalence {
    /// Hosts of ours that met it.
    pub hosts: u64,
    /// Hosts of ours that could have: all that telemetry knows.
    pub of_hosts: u64,
    /// Names of different owners that were seen at it, for an address.
    pub names: u64,
}

impl Prevalence {
    /// Probability that something unrelated meets it too, by those who did and have no event about it.
    fn elsewhere(self, n_events: u64) -> f64 {
        let hosts = self.hosts.saturating_sub(n_events) as f64 / self.of_hosts.max(1) as f64;
        let names = self.names.saturating_sub(1) as f64 / NAMES_OF_A_CROWD;
        hosts + names
    }
}

/// Where it is not known how many live behind an address, it says no more than this.
const ADDRESS_UNKNOWN_BITS_MAX: f64 = 6.0;
/// ... and half of the others who met it are strangers.
const ADDRESS_UNKNOWN_UNRELATED: f64 = 0.5;
/// Whose victim a common thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Attacked {
    Never,
    /// In the earlier event only: it acts later, and may have fallen in between.
    Before,
    /// In the later event only: nothing that it did before is explained by that.
    After,
    Always,
}

impl Attacked {
    /// The most that sharing it says: everybody attacks what can be reached.
    fn bits_max(self) -> f64 {
        match self {
            Self::Never => f64::INFINITY,
            Self::Before => 4.0,
            Self::After | Self::Always => 1.0,
        }
    }
}

/// The crowd that weights are measured against, in steps, so that a few more events change nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Population {
    events: u64,
    span_days: u64,
}

impl Population {
    /// Of so many events that lie within so many seconds.
    pub(super) fn of(n_events: usize, span_seconds: i64) -> Self {
        let events = (n_events as u64).next_power_of_two().clamp(POPULATION_MIN, POPULATION_MAX);
        let days = u64::try_from(span_seconds / DAY_SECONDS + 1).unwrap_or(1);
        Self { events, span_days: days.min(1 << 20).next_power_of_two() }
    }

    /// Bits against any two events being of one campaign.
    pub(super) fn prior(self) -> f64 {
        (SIBLINGS / self.events as f64).log2()
    }
}

/// How many events have a thing, in steps.
pub(super) fn step(n_events: usize) -> u64 {
    (n_events as u64).next_power_of_two()
}

/// What one common thing says.
pub(super) fn bits(kind: Kind, n_events: usize, seen: Option<Prevalence>, population: Population) -> f64 {
    let facts = kind.facts();
    if n_events > facts.events_max {
        return 0.0;
    }
    let others = step(n_events).saturating_sub(2) as f64;
    let chance = if facts.is_ours { 0.5 } else { 0.0 };
    let elsewhere = seen.map_or(0.0, |seen| seen.elsewhere(n_events as u64));
    let is_unknown = kind == Kind::Address && seen.is_none();
    let unrelated = if is_unknown { ADDRESS_UNKNOWN_UNRELATED } else { facts.unrelated };
    let u = (chance + unrelated * others) / population.events as f64 + elsewhere;
    let most = if is_unknown { ADDRESS_UNKNOWN_BITS_MAX } else { facts.bits_max };
    // No chance at all is more than anybody can know, and `most` stands for it.
    (facts.m / u.max(f64::MIN_POSITIVE)).log2().clamp(0.0, most)
}

/// So many foreign names at an address make it a shared one.
const NAMES_OF_A_CROWD: f64 = 64.0;

/// One reason of a link, for people.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Reason {
    pub what: String,
    pub bits: f64,
    /// An attacker can make it so.
    pub forgeable: bool,
}

/// What all that two events share says.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Score {
    pub(super) bits: f64,
    /// Without what an attacker can put there as he likes.
    pub(super) bits_not_forgeable: f64,
}

/// A common thing, and what it says.
#[derive(Debug, Clone, Copy)]
pub(super) struct Common {
    pub(super) kind: Kind,
    pub(super) bits: f64,
    pub(super) attacked: Attacked,
    /// Occasions on which strangers to both attacked it; `None` where it was not attacked in both, or by a crowd.
    pub(super) n_strangers: Option<usize>,
}

impl Common {
    pub(super) fn new(kind: Kind, bits: f64, attacked: Attacked) -> Self {
        Self { kind, bits: bits.min(attacked.bits_max()), attacked, n_strangers: None }
    }

    /// In concert, what is attacked and how is the occasion, and no evidence besides.
    fn counts_in_concert(self) -> bool {
        self.attacked != Attacked::Always && self.kind != Kind::Technique
    }
}

/// How two events belong together, if they do.
#[derive(Debug, Clone, Copy)]
pub(super) struct Way {
    pub(super) score: Score,
    /// What lies between them says that.
    timing: f64,
    concert: Option<Concert>,
}

impl Way {
    /// In concert, what is attacked and how is the occasion, and no evidence besides.
    pub(super) fn counts(self, one: Common) -> bool {
        self.concert.is_none() || one.counts_in_concert()
    }

    /// Reasons that are none of a common thing.
    pub(super) fn reasons(self, between: &Between, population: Population) -> Vec<Reason> {
        match self.concert {
            Some(concert) => vec![Reason { what: concert.words(), bits: concert.bits, forgeable: false }],
            None => between.reasons(self.timing, population),
        }
    }
}

/// Two ways to be of one campaign: to share what is rare, or to attack one thing in concert. The better one counts.
pub(super) fn way(shared: &[Common], between: &Between, population: Population) -> Way {
    let timing = between.timing_of(shared, population);
    let context = population.prior() + timing + between.order();
    let apart = Way { score: shared_score(shared, context), timing, concert: None };
    let Some(concert) = between.concert(shared, population) else { return apart };
    let others: Vec<Common> = shared.iter().copied().filter(|one| one.counts_in_concert()).collect();
    let together = Way { score: shared_score(&others, concert.bits), timing, concert: Some(concert) };
    if together.score.bits > apart.score.bits { together } else { apart }
}

/// Common things with their bits → the sum. Of each vertex the strongest counts whole, the next half, and so on:
/// a name, its address and its certificate are one server.
fn shared_score(shared: &[Common], context: f64) -> Score {
    let of = |keep: &dyn Fn(Kind) -> bool| {
        let mut sum = context;
        for vertex in [Vertex::Infrastructure, Vertex::Capability, Vertex::Victim, Vertex::Behavior] {
            let is_of = |kind: Kind| kind.facts().vertex == vertex && keep(kind);
            sum += discounted(shared.iter().filter(|one| is_of(one.kind)).map(|one| one.bits));
        }
        sum
    };
    Score { bits: of(&|_| true), bits_not_forgeable: of(&|kind| !kind.facts().forgeable) }
}

fn discounted(bits: impl Iterator<Item = f64>) -> f64 {
    let mut largest = [0.0_f64; COUNTED_MAX];
    for mut value in bits {
        for kept in &mut largest {
            if value > *kept {
                std::mem::swap(&mut value, kept);
            }
        }
    }
    largest.iter().zip(0_i32..).map(|(bits, place)| bits * 0.5_f64.powi(place)).sum()
}

/// What common things say as far as it counts, so that reasons sum up to the score: the strongest first, those that say
/// least together.
pub(super) fn as_counted(mut shared: Vec<(Vertex, Reason)>) -> Vec<Reason> {
    shared.sort_by(|(_, a), (_, b)| b.bits.total_cmp(&a.bits));
    let mut n_counted: BTreeMap<Vertex, i32> = BTreeMap::new();
    let mut reasons = Vec::new();
    for (vertex, mut reason) in shared {
        let place = n_counted.entry(vertex).or_default();
        if *place < COUNTED_MAX as i32 {
            reason.bits *= 0.5_f64.powi(*place);
            reasons.push(reason);
        }
        *place += 1;
    }
    reasons.sort_by(|a, b| b.bits.total_cmp(&a.bits));
    let rest = reasons.split_off(reasons.len().min(TOLD_MAX));
    if !rest.is_empty() {
        let (bits, forgeable) = (rest.iter().map(|reason| reason.bits).sum(), rest.iter().all(|one| one.forgeable));
        reasons.push(Reason { what: format!("{} more things that both have", rest.len()), bits, forgeable });
    }
    reasons
}

/// Common things that are told one by one.
const TOLD_MAX: usize = 4;

/// The fifth would count for a sixteenth.
const COUNTED_MAX: usize = 4;

/// What lies between two events, whatever they share.
#[derive(Debug, Clone, Copy)]
pub(super) struct Between {
    gap_seconds: i64,
    /// First and last second of the earlier and of the later one.
    pub(super) spans: [concert::Span; 2],
    /// Phases of the earlier and of the later one.
    phases: (u8, u8),
}

impl Between {
    pub(super) fn new(a: &Item, b: &Item) -> Self {
        let (first, second) = if (a.first_seen, &a.id) <= (b.first_seen, &b.id) { (a, b) } else { (b, a) };
        let gap = second.first_seen.seconds().saturating_sub(first.last_seen.seconds()).max(0);
        Self { gap_seconds: gap, spans: [first.span(), second.span()], phases: (first.phase, second.phase) }
    }

    /// To be at one thing at one time says nothing of attacks that are not in concert.
    fn timing_of(&self, shared: &[Common], population: Population) -> f64 {
        let one_victim = shared.iter().any(|one| one.attacked == Attacked::Always);
        self.timing(population).min(if one_victim { 0.0 } else { TIMING_BITS_MAX })
    }

    /// Whether both attack the same thing, and how far at the same time.
    pub(super) fn concert(&self, shared: &[Common], population: Population) -> Option<Concert> {
        let n_strangers = shared.iter().filter_map(|one| one.n_strangers).min()?;
        let same_way = shared.iter().any(|one| one.kind == Kind::Technique);
        let span = (population.span_days as i64).saturating_mul(DAY_SECONDS);
        concert::of(self.spans, n_strangers, same_way, span).filter(|concert| concert.bits > 0.0)
    }

    /// Events of one campaign are near each other, compared with events strewn over the time that the store covers.
    fn timing(&self, population: Population) -> f64 {
        let span = (population.span_days as i64).saturating_mul(DAY_SECONDS) as f64;
        let within = |gap: f64| if gap >= span { 1.0 } else { 1.0 - (1.0 - gap / span).powi(2) };
        let reachable: f64 = GAPS.iter().filter(|gap| (gap.from as f64) < span).map(|gap| gap.m).sum();
        let Some(gap) = GAPS.iter().rev().find(|gap| self.gap_seconds >= gap.from) else { return 0.0 };
        let mut u = within(gap.to as f64) - within(gap.from as f64);
        if u <= 0.0 || reachable <= 0.0 {
            return 0.0;
        }
        let least = if self.gap_seconds > 0 {
            -TIMING_BITS_MAX
        } else {
            // Those that last are under way together by chance, and that says nothing against them.
            let lengths: i64 = self.spans.iter().map(|(first, last)| last.saturating_sub(*first)).sum();
            u = u.max((lengths as f64 / span).min(1.0));
            0.0
        };
        (gap.m / reachable / u).log2().clamp(least, TIMING_BITS_MAX)
    }

    /// Intruders go forward along the kill chain, mostly; chance goes both ways.
    fn order(&self) -> f64 {
        match self.phases {
            (0, _) | (_, 0) => 0.0,
            (first, second) => match first.cmp(&second) {
                Ordering::Less => 0.7,
                Ordering::Equal => 0.0,
                Ordering::Greater => -0.7,
            },
        }
    }

    /// The sentences of what is not a common thing.
    fn reasons(&self, timing: f64, population: Population) -> Vec<Reason> {
        let timing = Reason { what: gap_words(self.gap_seconds), bits: timing, forgeable: false };
        let mut reasons = vec![timing];
        let order = self.order();
        if order != 0.0 {
            let what = if order > 0.0 { "in the order of the kill chain" } else { "against the kill chain's order" };
            reasons.push(Reason { what: what.to_owned(), bits: order, forgeable: false });
        }
        let what = format!("any two of {} events, before anything is known", population.events);
        reasons.push(Reason { what, bits: population.prior(), forgeable: false });
        reasons
    }
}

fn gap_words(seconds: i64) -> String {
    match seconds {
        0 => "at the same time".to_owned(),
        1..60 => format!("{seconds} seconds apart"),
        60..7_200 => format!("{} minutes apart", seconds / 60),
        7_200..172_800 => format!("{} hours apart", seconds / 3_600),
        _ => format!("{} days apart", seconds / DAY_SECONDS),
    }
}

const DAY_SECONDS: i64 = 86_400;
/// More would say that events are one because they are quick.
const TIMING_BITS_MAX: f64 = 3.0;

/// How far apart neighboring events of one campaign are: a share of them for each range of seconds.
struct Gap {
    from: i64,
    to: i64,
    m: f64,
}

const GAPS: [Gap; 7] = [
    Gap { from: 0, to: 3_600, m: 0.30 },
    Gap { from: 3_600, to: DAY_SECONDS, m: 0.30 },
    Gap { from: DAY_SECONDS, to: 3 * DAY_SECONDS, m: 0.15 },
    Gap { from: 3 * DAY_SECONDS, to: 7 * DAY_SECONDS, m: 0.10 },
    Gap { from: 7 * DAY_SECONDS, to: 30 * DAY_SECONDS, m: 0.08 },
    Gap { from: 30 * DAY_SECONDS, to: 90 * DAY_SECONDS, m: 0.05 },
    Gap { from: 90 * DAY_SECONDS, to: i64::MAX, m: 0.02 },
];

/// What telemetry knows of things; empty where nobody has asked it.
pub(super) type Telemetry = HashMap<Thing, Prevalence>;
