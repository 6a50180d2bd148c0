//! What really happened in a simulated world, ready to be asked.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::{BufRead, BufReader},
    path::Path,
};

use schema::Timestamp;
use serde::Deserialize;

use crate::{Error, Result, error::io};

/// A line of `truth.ndjson`.
#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Line {
    Record(Record),
    Story(Story),
    Innocent {
        software: String,
        src: Vec<String>,
        #[serde(default)]
        host: String,
        #[serde(default)]
        account: String,
        destination: String,
        period_s: f64,
    },
    MisleadingIndicator {
        value: String,
        why: String,
    },
}

#[derive(Deserialize)]
struct Record {
    episode: String,
    ts: Timestamp,
    #[serde(default)]
    host: String,
    src: String,
    dst: String,
    name: String,
    #[serde(default)]
    account: String,
}

/// An instance of an attack story.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Story {
    pub(super) story: String,
    pub(super) episode: String,
    /// The detector that should find it.
    #[serde(default)]
    pub(super) detector: Option<String>,
    /// There is enough of it for that detector to have a fair chance.
    pub(super) expected: bool,
    pub(super) host: String,
    #[serde(default)]
    src: Vec<String>,
    /// Name or address of the other side; several stand with spaces between.
    pub(super) destination: String,
    pub(super) period_s: Option<f64>,
    pub(super) jitter: Option<f64>,
    pub(super) start: Timestamp,
    pub(super) end: Timestamp,
    pub(super) contacts: u64,
    #[serde(default)]
    records: u64,
}

/// A claim that is held against the truth.
#[derive(Debug, Clone)]
pub(super) struct Claim<'a> {
    /// Names of our side.
    pub(super) ours: Vec<&'a str>,
    /// Names of the other side.
    pub(super) theirs: Vec<&'a str>,
    /// Whether the other side is something that records of the truth name: an address, a domain, a host.
    pub(super) names_other_side: bool,
    pub(super) first_seen: Timestamp,
    pub(super) last_seen: Timestamp,
    pub(super) n_records: u64,
}

#[derive(Debug, Default)]
pub(super) struct Truth {
    pub(super) stories: Vec<Story>,
    episodes: BTreeMap<String, usize>,
    names: Vec<String>,
    /// Episodes by two names that stand together in a record.
    together: BTreeMap<(String, String), BTreeSet<usize>>,
    /// When each name did something of an episode, for claims that name no other side.
    done: BTreeMap<String, BTreeSet<(Timestamp, usize)>>,
    innocent: BTreeMap<(String, String), String>,
    misleading: BTreeMap<String, String>,
}

/// Stories that stand for the many strangers of every day.
const STRANGERS: [&str; 2] = ["internet_scan", "web_probe"];

/// Stands in an innocent's host or destination for any.
const ANY: &str = "*";

impl Truth {
    pub(super) fn read(path: &Path) -> Result<Self> {
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
            Line::Record(record) => self.note_record(record),
            Line::Story(story) => {
                self.note_destinations(&story);
                self.stories.push(story);
            }
            Line::Innocent { software, src, host, account, destination, period_s } => {
                let says = if period_s > 0.0 { format!("{software}, every {period_s:.0} s") } else { software };
                for ours in src.into_iter().chain([host, account]).filter(|name| !name.is_empty()) {
                    self.innocent.insert((normal(&ours), normal(&destination)), says.clone());
                }
            }
            Line::MisleadingIndicator { value, why } => {
                self.misleading.insert(value, why);
            }
        }
    }

    fn note_record(&mut self, record: Record) {
        let Record { episode, ts, host, src, dst, name, account } = record;
        let episode = self.episode(episode);
        let names: BTreeSet<String> =
            [src, dst, host, name, account].iter().filter(|name| !name.is_empty()).map(|name| normal(name)).collect();
        for ours in &names {
            self.done.entry(ours.clone()).or_default().insert((ts, episode));
            for theirs in names.iter().filter(|theirs| *theirs != ours) {
                self.together.entry((ours.clone(), theirs.clone())).or_default().insert(episode);
            }
        }
    }

    /// A claim may name what a story calls its destination and no single record does: the domain under which a tunnel
    /// asks for names, for one.
    fn note_destinations(&mut self, story: &Story) {
        let episode = self.episode(story.episode.clone());
        for ours in story.src.iter().chain([&story.host]).map(|name| normal(name)) {
            let destinations = story.destination.split(' ').map(normal).filter(|theirs| !theirs.is_empty());
            for theirs in destinations.filter(|theirs| *theirs != ours) {
                self.together.entry((ours.clone(), theirs)).or_default().insert(episode);
            }
        }
    }

    /// The number of an episode; records come before their story is told.
    fn episode(&mut self, name: String) -> usize {
        let next = self.names.len();
        match self.episodes.get(&name) {
            Some(&known) => known,
            None => {
                self.episodes.insert(name.clone(), next);
                self.names.push(name);
                next
            }
        }
    }

    /// The episodes that a claim tells of, by name.
    ///
    /// A claim with another side is true where both sides stand together in a record of an episode. One without is
    /// true where an episode makes up at least half of its records: a host does many things at a time.
    pub(super) fn episodes(&self, claim: &Claim<'_>) -> BTreeSet<String> {
        let ours: Vec<String> = claim.ours.iter().map(|name| normal(name)).collect();
        let theirs: Vec<String> = claim.theirs.iter().map(|name| normal(name)).collect();
        let pairs = ours.iter().flat_map(|ours| theirs.iter().map(move |theirs| (ours.clone(), theirs.clone())));
        let mut episodes: BTreeSet<usize> =
            pairs.filter_map(|pair| self.together.get(&pair)).flatten().copied().collect();
        if episodes.is_empty() && (theirs.is_empty() || !claim.names_other_side) {
            let done = ours.iter().filter_map(|name| self.done.get(name)).flatten();
            let within = done.filter(|(at, _)| claim.first_seen <= *at && *at <= claim.last_seen);
            episodes = making_up_most(within.map(|(_, episode)| *episode), claim.n_records);
        }
        let mut named: BTreeSet<String> =
            episodes.into_iter().filter_map(|episode| self.names.get(episode)).cloned().collect();
        if named.is_empty() || !claim.names_other_side {
            named.extend(self.missing(claim, &ours, &theirs));
        }
        named
    }

    /// The one story that a claim belongs to: of several, that which did most of what the claim's sides did meanwhile.
    /// Strangers are each for himself, though the simulation tells them as one story.
    pub(super) fn story(&self, claim: &Claim<'_>) -> Option<String> {
        let episodes = self.episodes(claim);
        let ours: Vec<String> = claim.ours.iter().chain(&claim.theirs).map(|name| normal(name)).collect();
        let n_done = |episode: &String| -> usize {
            let Some(episode) = self.episodes.get(episode) else { return 0 };
            let done = ours.iter().filter_map(|name| self.done.get(name)).flatten();
            done.filter(|(at, one)| one == episode && claim.first_seen <= *at && *at <= claim.last_seen).count()
        };
        let most = episodes.into_iter().max_by_key(|episode| (n_done(episode), std::cmp::Reverse(episode.clone())))?;
        let story = self.stories.iter().find(|story| story.episode == most).map(|story| story.story.as_str());
        match story {
            Some(story) if STRANGERS.contains(&story) => Some(format!("{most}: {}", claim.theirs.first()?)),
            _ => Some(most),
        }
    }

    /// Stories that leave no records, because something is missing: told by their place and time.
    fn missing(&self, claim: &Claim<'_>, ours: &[String], theirs: &[String]) -> Vec<String> {
        let silent = self.stories.iter().filter(|story| story.records == 0 && story.contacts > 0);
        let meant = silent.filter(|story| {
            let place = [normal(&story.host), normal(&story.destination)];
            let named = ours.iter().chain(theirs).any(|name| place.contains(name));
            named && claim.first_seen <= story.end && story.start <= claim.last_seen
        });
        meant.map(|story| story.episode.clone()).collect()
    }

    /// What the truth knows of a claim that tells of no episode.
    pub(super) fn explain(&self, claim: &Claim<'_>) -> String {
        if let Some(why) = claim.theirs.iter().find_map(|value| self.misleading.get(*value)) {
            return format!("misleading indicator: {why}");
        }
        let ours: Vec<String> = claim.ours.iter().map(|name| normal(name)).chain([ANY.to_owned()]).collect();
        let theirs: Vec<String> = claim.theirs.iter().map(|name| normal(name)).chain([ANY.to_owned()]).collect();
        let pairs = ours.iter().flat_map(|ours| theirs.iter().map(move |theirs| (ours.clone(), theirs.clone())));
        // A claim about a site names first who was visited, and then the visitor.
        let pairs = pairs.flat_map(|(ours, theirs)| [(ours.clone(), theirs.clone()), (theirs, ours)]);
        match pairs.into_iter().find_map(|pair| self.innocent.get(&pair)) {
            Some(software) => format!("innocent: {software}"),
            None => "ordinary traffic".to_owned(),
        }
    }
}

/// One spelling for names of machines and accounts: `CORP\Alice` and `alice` are one, `ws-1.corp.example` stays whole.
fn normal(name: &str) -> String {
    let lower = name.to_lowercase();
    lower.rsplit('\\').next().unwrap_or_default().to_owned()
}

/// Episodes that make up at least half of a claim's records.
fn making_up_most(done: impl Iterator<Item = usize>, n_records: u64) -> BTreeSet<usize> {
    let mut n_done: BTreeMap<usize, u64> = BTreeMap::new();
    done.for_each(|episode| *n_done.entry(episode).or_default() += 1);
    let most = n_done.into_iter().filter(|(_, n)| n.saturating_mul(2) >= n_records);
    most.map(|(episode, _)| episode).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_merely_happened_meanwhile_is_not_found() {
        assert_eq!(making_up_most([1, 1, 1, 2].into_iter(), 5), BTreeSet::from([1]));
        assert!(making_up_most([1, 1, 1, 2].into_iter(), 9).is_empty());
    }

    #[test]
    fn both_sides_must_stand_in_one_record() {
        let mut truth = Truth::default();
        for line in [
            r#"{"kind":"record","episode":"move-1","ts":"2026-01-05T10:00:00Z","host":"ws-1","src":"10.0.0.1","dst":"10.0.0.2","name":"","account":"CORP\\Ann"}"#,
            r#"{"kind":"record","episode":"scan-1","ts":"2026-01-05T10:00:00Z","host":"ws-9","src":"10.0.0.9","dst":"10.0.0.3","name":""}"#,
        ] {
            truth.note(serde_json::from_str(line).expect("a line"));
        }
        let at = "2026-01-05T10:00:00Z".parse().expect("an instant");
        let claim = |ours: &'static str, theirs: &[&'static str], n_records| Claim {
            ours: vec![ours],
            theirs: theirs.to_vec(),
            names_other_side: true,
            first_seen: at,
            last_seen: at,
            n_records,
        };
        let found = |claim: Claim<'_>| truth.episodes(&claim).into_iter().collect::<Vec<_>>();
        assert_eq!(found(claim("ann", &["ws-1"], 1)), ["move-1"]);
        assert_eq!(found(claim("10.0.0.2", &["10.0.0.1"], 1)), ["move-1"]);
        assert!(found(claim("10.0.0.1", &["10.0.0.3"], 1)).is_empty());
        assert_eq!(found(claim("10.0.0.9", &[], 2)), ["scan-1"]);
        assert!(found(claim("10.0.0.9", &[], 3)).is_empty());
    }

    #[test]
    fn a_story_is_also_known_by_its_destination() {
        let mut truth = Truth::default();
        for line in [
            r#"{"kind":"record","episode":"tunnel-1","ts":"2026-01-05T10:00:00Z","host":"ws-1","src":"10.0.0.1","dst":"10.0.0.53","name":"6c6f.bad.example"}"#,
            r#"{"kind":"story","story":"tunnel","episode":"tunnel-1","expected":true,"host":"ws-1","src":["10.0.0.1"],"destination":"bad.example worse.example","period_s":null,"jitter":null,"start":"2026-01-05T10:00:00Z","end":"2026-01-05T10:00:00Z","contacts":1,"records":1}"#,
        ] {
            truth.note(serde_json::from_str(line).expect("a line"));
        }
        let at = "2026-01-05T10:00:00Z".parse().expect("an instant");
        let found = |ours, theirs| {
            let (ours, theirs) = (vec![ours], vec![theirs]);
            let claim = Claim { ours, theirs, names_other_side: true, first_seen: at, last_seen: at, n_records: 9 };
            truth.episodes(&claim).into_iter().collect::<Vec<_>>()
        };
        assert_eq!(found("10.0.0.1", "bad.example"), ["tunnel-1"]);
        assert_eq!(found("ws-1", "worse.example"), ["tunnel-1"]);
        assert!(found("10.0.0.2", "bad.example").is_empty());
    }
}
