//! Holds threat events against the ground truth of a simulated world.
//!
//! A threat event is *true* where one of its targets and one of its indicators stand together in a record that an
//! attack story caused. A story is *found* where a true threat event names it. Precision counts threat events, recall
//! counts the stories that a detector could be expected to find; both come with their 95 % Wilson interval, because
//! a handful of stories says little.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::{BufRead, BufReader},
    path::Path,
};

use schema::{ThreatEvent, Timestamp};
use serde::Deserialize;

use crate::{Error, Result, error::io};

/// How well threat events agree with the truth.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Evaluation {
    pub stories: Vec<StoryResult>,
    /// Threat events that belong to a story.
    pub true_events: u64,
    /// Precision of the threat events that rest on a test, and so on a controlled false discovery rate.
    pub precision_tested: Option<Share>,
    /// Precision of those that rest on indicators alone: the feed's, not ours.
    pub precision_listed: Option<Share>,
    /// Threat events that belong to none, with what is behind them where the truth says so.
    pub false_events: Vec<(String, String)>,
    /// Share of threat events that are true, with its interval; `None` where there are none.
    pub precision: Option<Share>,
    /// Share of the stories that could be expected to be found, with its interval.
    pub recall: Option<Share>,
}

#[derive(Debug, Clone, serde::Serialize)]
pub struct StoryResult {
    pub story: String,
    pub episode: String,
    pub host: String,
    pub destination: String,
    pub period_s: Option<f64>,
    pub jitter: Option<f64>,
    pub contacts: u64,
    /// There is enough of it for a detector that exists to have a fair chance.
    pub expected: bool,
    pub found_by: Vec<String>,
}

/// A share of `n` with its 95 % Wilson score interval (Wilson 1927).
#[derive(Debug, Clone, Copy, serde::Serialize)]
pub struct Share {
    pub value: f64,
    pub low: f64,
    pub high: f64,
    pub n: u64,
}

/// A line of `truth.ndjson`.
#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Line {
    Record {
        episode: String,
        ts: Timestamp,
        src: String,
        dst: String,
        name: String,
    },
    Story {
        story: String,
        episode: String,
        expected: bool,
        host: String,
        destination: String,
        period_s: Option<f64>,
        jitter: Option<f64>,
        contacts: u64,
    },
    Innocent {
        software: String,
        src: Vec<String>,
        destination: String,
        period_s: f64,
    },
    MisleadingIndicator {
        value: String,
        why: String,
    },
}

/// What the truth says, ready to be asked.
#[derive(Default)]
struct Truth {
    stories: Vec<StoryResult>,
    /// Episodes by host and other side.
    caused: BTreeMap<(String, String), BTreeSet<String>>,
    /// When each host did something of an episode, for events that name no other side.
    done: BTreeMap<String, BTreeSet<(Timestamp, String)>>,
    innocent: BTreeMap<(String, String), String>,
    misleading: BTreeMap<String, String>,
}

/// Compares `events` with the truth of the world in `folder`.
pub fn evaluate(folder: &Path, events: &[ThreatEvent]) -> Result<Evaluation> {
    let mut truth = Truth::read(&folder.join("truth.ndjson"))?;
    let mut n_true = 0;
    let mut tested = Tally::default();
    let mut listed = Tally::default();
    let mut false_events = Vec::new();
    for event in events {
        let episodes = truth.episodes(event);
        let tally = if event.q_value.is_some() { &mut tested } else { &mut listed };
        tally.count(!episodes.is_empty());
        if episodes.is_empty() {
            false_events.push((event.title.clone(), truth.explain(event)));
            continue;
        }
        n_true += 1;
        for story in truth.stories.iter_mut().filter(|story| episodes.contains(&story.episode)) {
            story.found_by.push(event.id.clone());
        }
    }
    let expected: Vec<&StoryResult> = truth.stories.iter().filter(|story| story.expected).collect();
    let found = expected.iter().filter(|story| !story.found_by.is_empty()).count();
    Ok(Evaluation {
        true_events: n_true,
        precision_tested: tested.share(),
        precision_listed: listed.share(),
        precision: Share::of(n_true, events.len() as u64),
        recall: Share::of(found as u64, expected.len() as u64),
        false_events,
        stories: truth.stories,
    })
}

impl Truth {
    fn read(path: &Path) -> Result<Self> {
        let file = BufReader::new(File::open(path).map_err(io("open", path))?);
        let mut truth = Self::default();
        for (number, line) in file.lines().enumerate() {
            let line = line.map_err(io("read", path))?;
            let line = serde_json::from_str(&line).map_err(|error| {
                Error::input(format!("{} is not a truth file", path.display()))
                    .detail(format!("line {}: {error}", number + 1))
            })?;
            truth.note(line);
        }
        Ok(truth)
    }

    fn note(&mut self, line: Line) {
        match line {
            Line::Record { episode, ts, src, dst, name } => {
                self.done.entry(src.clone()).or_default().insert((ts, episode.clone()));
                for other in [dst, name].into_iter().filter(|other| !other.is_empty()) {
                    self.caused.entry((src.clone(), other)).or_default().insert(episode.clone());
                }
            }
            Line::Story { story, episode, expected, host, destination, period_s, jitter, contacts } => {
                self.stories.push(StoryResult {
                    story,
                    episode,
                    host,
                    destination,
                    period_s,
                    jitter,
                    contacts,
                    expected,
                    found_by: Vec::new(),
                });
            }
            Line::Innocent { software, src, destination, period_s } => {
                for src in src {
                    let says = format!("{software}, every {period_s:.0} s");
                    self.innocent.insert((src, destination.clone()), says);
                }
            }
            Line::MisleadingIndicator { value, why } => {
                self.misleading.insert(value, why);
            }
        }
    }

    fn episodes(&self, event: &ThreatEvent) -> BTreeSet<String> {
        if pairs(event).next().is_some() {
            return pairs(event).filter_map(|pair| self.caused.get(&pair)).flatten().cloned().collect();
        }
        let done = event.targets.iter().filter_map(|target| self.done.get(&target.value)).flatten();
        let within = done.filter(|(at, _)| event.first_seen <= *at && *at <= event.last_seen);
        making_up_most(within.map(|(_, episode)| episode), event.n_records)
    }

    /// What the truth knows of an event that belongs to no story.
    fn explain(&self, event: &ThreatEvent) -> String {
        let misleading = event.indicators.iter().find_map(|(_, value)| self.misleading.get(value));
        let innocent = pairs(event).find_map(|pair| self.innocent.get(&pair));
        match (misleading, innocent) {
            (Some(why), _) => format!("misleading indicator: {why}"),
            (None, Some(software)) => format!("innocent: {software}"),
            (None, None) => "ordinary traffic".to_owned(),
        }
    }
}

/// Episodes that make up at least half of an event's records. A host does many things at a time, and a resolver those
/// of all hosts: that something of an episode happened meanwhile says nothing.
fn making_up_most<'a>(done: impl Iterator<Item = &'a String>, n_records: u64) -> BTreeSet<String> {
    let mut n_done: BTreeMap<&String, u64> = BTreeMap::new();
    done.for_each(|episode| *n_done.entry(episode).or_default() += 1);
    let most = n_done.into_iter().filter(|(_, n)| n.saturating_mul(2) >= n_records);
    most.map(|(episode, _)| episode.clone()).collect()
}

/// Every target with every other side.
fn pairs(event: &ThreatEvent) -> impl Iterator<Item = (String, String)> {
    let others = event.indicators.iter().map(|(_, value)| value).chain(&event.diamond.infrastructure.values);
    others.flat_map(|other| event.targets.iter().map(move |target| (target.value.clone(), other.clone())))
}

/// Counts what is right.
#[derive(Default)]
struct Tally {
    right: u64,
    all: u64,
}

impl Tally {
    fn count(&mut self, right: bool) {
        self.right += u64::from(right);
        self.all += 1;
    }

    fn share(&self) -> Option<Share> {
        Share::of(self.right, self.all)
    }
}

impl Share {
    fn of(k: u64, n: u64) -> Option<Self> {
        const Z: f64 = 1.959_963_984_540_054;
        if n == 0 {
            return None;
        }
        let (k, trials) = (k as f64, n as f64);
        let value = k / trials;
        let spread = Z * Z / trials;
        let center = (value + spread / 2.0) / (1.0 + spread);
        let half = Z / (1.0 + spread) * (value * (1.0 - value) / trials + spread / (4.0 * trials)).sqrt();
        Some(Self { value, low: (center - half).max(0.0), high: (center + half).min(1.0), n })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_merely_happened_meanwhile_is_not_found() {
        let done: Vec<String> = ["tunnel", "tunnel", "tunnel", "beacon"].map(str::to_owned).into();
        assert_eq!(making_up_most(done.iter(), 5), BTreeSet::from(["tunnel".to_owned()]));
        assert!(making_up_most(done.iter(), 9).is_empty());
    }

    #[test]
    fn wilson_intervals_agree_with_statsmodels() {
        // statsmodels.stats.proportion.proportion_confint(k, n, method="wilson")
        for (k, n, low, high) in [(4, 4, 0.510_109, 1.0), (0, 10, 0.0, 0.277_533), (9, 10, 0.595_850, 0.982_124)] {
            let share = Share::of(k, n).expect("n > 0");
            assert!((share.low - low).abs() < 1e-5 && (share.high - high).abs() < 1e-5, "{k}/{n}: {share:?}");
        }
        assert!(Share::of(0, 0).is_none());
    }
}
