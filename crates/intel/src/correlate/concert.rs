//! Two attacks on one thing: are they one attack that comes from two places? Told by whether they begin and end together.
//!
//! Strangers attack what can be reached at any time; the sources of one attack begin and end with it. How well two spans
//! agree is their overlap (what both cover of what either covers). Chance reaches an overlap of `x` between two spans
//! of length `d` where they begin within `d (1 - x) / (1 + x)` of each other.

/// What it says that two events attack one thing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Concert {
    pub(super) bits: f64,
    /// Share of the time of either in which both were at it.
    pub(super) overlap: f64,
}

impl Concert {
    pub(super) fn words(self) -> String {
        format!("both attack one thing, and {:.0} % of the time of either they do so together", self.overlap * 100.0)
    }
}

/// Other sources of an attack that a source has, against the occasions on which strangers came.
const SIBLINGS: f64 = 4.0;
/// A thing without strangers is one that we know little of.
const STRANGERS_MIN: f64 = 2.0;
/// Attacks in two ways are one attack four times as seldom as those in one.
const OTHER_WAY_BITS: f64 = -2.0;
const BITS_MAX: f64 = 6.0;

/// Starts and ends are known no better than that: telemetry is counted in steps of five minutes.
const BLUR_SECONDS: f64 = 150.0;

/// How well the sources of one attack agree in time: a share of their pairs for each range of overlap. The tenth that
/// overlaps less cannot be told from strangers.
struct Range {
    from: f64,
    to: f64,
    m: f64,
}

const RANGES: [Range; 4] = [
    Range { from: 0.95, to: 1.0, m: 0.30 },
    Range { from: 0.80, to: 0.95, m: 0.35 },
    Range { from: 0.60, to: 0.80, m: 0.15 },
    Range { from: 0.30, to: 0.60, m: 0.10 },
];

/// A thing of more attacks is a crowd, in which somebody is always at it together.
pub(super) const ATTACKS_MAX: usize = 512;
/// Attacks that overlap more are counted as one occasion: a hundred sources of one attack are one stranger.
const SAME_OCCASION: f64 = 0.5;

/// First and last second.
pub(super) type Span = (i64, i64);

/// When a thing was attacked: the first attack of each occasion, of attacks in the order of time.
pub(super) fn occasions(attacks: impl Iterator<Item = Span>) -> Vec<Span> {
    let mut occasions: Vec<Span> = Vec::new();
    for attack in attacks {
        if !occasions.iter().any(|occasion| overlap(*occasion, attack) >= SAME_OCCASION) {
            occasions.push(attack);
        }
    }
    occasions
}

/// On how many occasions strangers to both of these attacked: how often chance could bring two together.
pub(super) fn strangers(pair: [Span; 2], occasions: &[Span]) -> usize {
    occasions.iter().filter(|other| pair.iter().all(|one| overlap(*one, **other) < SAME_OCCASION)).count()
}

/// Of two spans among so many occasions of strangers, within a time of so many seconds that the store covers.
pub(super) fn of([a, b]: [Span; 2], n_strangers: usize, same_way: bool, whole_seconds: i64) -> Option<Concert> {
    let overlap = overlap(a, b);
    let range = RANGES.iter().find(|range| overlap >= range.from)?;
    let longer = length(a).max(length(b));
    let whole = (whole_seconds as f64).max(longer);
    // Probability of an overlap of at least `x` by chance.
    let chance = |x: f64| (2.0 * (longer * (1.0 - x) / (1.0 + x) + BLUR_SECONDS) / whole).min(1.0);
    let u = if range.to < 1.0 { chance(range.from) - chance(range.to) } else { chance(range.from) };
    // Where spans fill all of the time, chance does not tell one range from the next.
    let u = if chance(range.from) < 1.0 { u } else { 1.0 };
    let together = (range.m / u.max(f64::MIN_POSITIVE)).log2().min(BITS_MAX);
    let before = (SIBLINGS / (n_strangers as f64).max(STRANGERS_MIN)).log2();
    let way = if same_way { 0.0 } else { OTHER_WAY_BITS };
    Some(Concert { bits: before + way + together, overlap })
}

/// What both cover of what either covers, 0 to 1.
fn overlap(a: Span, b: Span) -> f64 {
    let both = length((a.0.max(b.0), a.1.min(b.1))).max(0.0);
    let either = length((a.0.min(b.0), a.1.max(b.1)));
    (both / either).clamp(0.0, 1.0)
}

fn length((first, last): Span) -> f64 {
    last.saturating_sub(first) as f64 + 2.0 * BLUR_SECONDS
}
