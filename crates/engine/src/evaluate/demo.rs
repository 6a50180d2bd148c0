//! Holds the threat events of one world against its truth.
//!
//! A threat event is *true* where one of its targets and one of its indicators stand together in a record that an
//! attack story caused. A story is *found* where a true threat event names it. Precision counts threat events, recall
//! counts the stories that a detector could be expected to find; both come with their 95 % Wilson interval, because
//! a handful of stories says little.

use std::path::Path;

use detect::detectors;
use schema::ThreatEvent;

use super::{
    share::{Share, Tally},
    truth::{Claim, Story, Truth},
};
use crate::Result;

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

/// Compares `events` with the truth of the world in `folder`.
pub fn evaluate(folder: &Path, events: &[ThreatEvent]) -> Result<Evaluation> {
    let truth = Truth::read(&folder.join("truth.ndjson"))?;
    let mut stories: Vec<StoryResult> = truth.stories.iter().map(StoryResult::of).collect();
    let mut n_true = 0;
    let mut tested = Tally::default();
    let mut listed = Tally::default();
    let mut false_events = Vec::new();
    for event in events {
        let claim = claim(event);
        let episodes = truth.episodes(&claim);
        let tally = if event.q_value.is_some() { &mut tested } else { &mut listed };
        tally.count(!episodes.is_empty());
        if episodes.is_empty() {
            false_events.push((event.title.clone(), truth.explain(&claim)));
            continue;
        }
        n_true += 1;
        for story in stories.iter_mut().filter(|story| episodes.contains(&story.episode)) {
            story.found_by.push(event.id.clone());
        }
    }
    let expected: Vec<&StoryResult> = stories.iter().filter(|story| story.expected).collect();
    let found = expected.iter().filter(|story| !story.found_by.is_empty()).count();
    Ok(Evaluation {
        true_events: n_true,
        precision_tested: tested.share(),
        precision_listed: listed.share(),
        precision: Share::of(n_true, events.len() as u64),
        recall: Share::of(found as u64, expected.len() as u64),
        false_events,
        stories,
    })
}

impl StoryResult {
    fn of(story: &Story) -> Self {
        Self {
            story: story.story.clone(),
            episode: story.episode.clone(),
            host: story.host.clone(),
            destination: story.destination.clone(),
            period_s: story.period_s,
            jitter: story.jitter,
            contacts: story.contacts,
            expected: story.expected && story.detector.as_deref().is_some_and(raises),
            found_by: Vec::new(),
        }
    }
}

/// What stories call the lists of indicators.
const INDICATORS: &str = "indicators";

/// Whether there is such a detector, and it makes threat events.
fn raises(detector: &str) -> bool {
    let known = detectors::ALL.iter().find(|known| known.name == detector);
    known.map_or_else(|| exists(detector), |known| known.rate_is_shown)
}

/// Whether there is such a detector yet; lists of indicators count as one.
pub(super) fn exists(detector: &str) -> bool {
    [INDICATORS, "indicator"].contains(&detector) || detectors::ALL.iter().any(|known| known.name == detector)
}

pub(super) fn claim(event: &ThreatEvent) -> Claim<'_> {
    let indicators = event.indicators.iter().map(|(_, value)| value.as_str());
    let infrastructure = event.diamond.infrastructure.values.iter().map(String::as_str);
    // A page of the site that was attacked is no other side.
    let is_page = |value: &str| {
        let host = value.split_once('/').map(|(host, _)| host);
        host.is_some_and(|host| event.targets.iter().any(|target| target.value == host))
    };
    let theirs: Vec<&str> = indicators.chain(infrastructure).filter(|value| !is_page(value)).collect();
    Claim {
        ours: event.targets.iter().map(|target| target.value.as_str()).collect(),
        // Records of the truth name no fingerprints of clients.
        names_other_side: theirs.iter().any(|value| value.contains(['.', ':', '@'])),
        theirs,
        first_seen: event.first_seen,
        last_seen: event.last_seen,
        n_records: event.n_records,
    }
}
