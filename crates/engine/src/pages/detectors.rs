//! Detectors as far as their promise goes: what they found, where their null hypothesis is in doubt, and what people
//! found their events to be.

use std::collections::{BTreeMap, BTreeSet};

use detect::{Batch, DOUBTED, Detector, detectors, doubt};
use intel::{text, work::Judgement};
use schema::{Finding, LEAD, Timestamp};

use crate::{
    Result, Share, View, clock,
    detection::stream_of,
    store::{TestedFilter, TestedWindow},
};

/// One detector and how it does.
#[derive(Debug, Clone)]
pub struct DetectorTold {
    pub detector: &'static Detector,
    pub n_findings: u64,
    pub n_leads: u64,
    /// Threat events that rest on it now.
    pub n_events: u64,
    pub doubts: Vec<Doubted>,
    pub judged: JudgedShare,
}

/// Where p-values are small too often: findings of the detector in this dataset are leads until the stream ends. A new
/// stream begins without doubt, so that of the one before is told as well.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Doubted {
    pub dataset: String,
    /// The end of the window since which it is so.
    pub since: Timestamp,
    /// When the stream ended, where that is past.
    pub until: Option<Timestamp>,
    /// Wealth of the martingale that bets against the null hypothesis: 100 is one in a hundred.
    pub e_value: f64,
    /// In words.
    pub says: String,
}

/// What people found events to be. Nobody chose these events at random.
#[derive(Debug, Clone, serde::Serialize)]
pub struct JudgedShare {
    /// Events with a verdict; some may be gone since.
    pub n_judged: u64,
    /// Of these, not what they say: false discoveries.
    pub n_false: u64,
    /// Of these, what they say, and meant: no false discovery, and no evil.
    pub n_benign: u64,
    /// Share of false ones with its 95 % interval.
    pub false_share: Option<Share>,
}

/// Verdicts on events of both kinds of evidence.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Verdicts {
    /// Events that a test raised: for these a false discovery rate is promised.
    pub tested: JudgedShare,
    /// Events that rest on claims and rules alone: for these nothing is promised.
    pub stated: JudgedShare,
}

/// Windows that are looked at for doubts: a stream of four weeks of every detector.
const WINDOWS_MAX: u32 = 50_000;

#[derive(Debug, Default, Clone, Copy)]
struct Count {
    judged: u64,
    wrong: u64,
    benign: u64,
}

impl View {
    pub async fn detectors(&self) -> Result<Vec<DetectorTold>> {
        let found = self.seen().store.count_findings().await?;
        let mut doubts = self.doubts().await?;
        let mut judged: BTreeMap<String, Count> = BTreeMap::new();
        for (judgement, findings) in self.judged().await? {
            let raised: BTreeSet<&str> =
                findings.iter().filter(|one| !is_lead(one)).map(|one| one.detector.as_str()).collect();
            for detector in raised {
                judged.entry(detector.to_owned()).or_default().add(judgement);
            }
        }
        let told = |detector: &&'static Detector| {
            let found = found.get(detector.name).copied().unwrap_or_default();
            DetectorTold {
                detector,
                n_findings: found.n,
                n_leads: found.n_leads,
                n_events: found.n_events,
                doubts: doubts.remove(detector.name).unwrap_or_default(),
                judged: judged.get(detector.name).copied().unwrap_or_default().share(),
            }
        };
        Ok(detectors::ALL.iter().map(told).collect())
    }

    /// What people found events to be, by what these rest on.
    pub async fn verdicts(&self) -> Result<Verdicts> {
        let (mut tested, mut stated) = (Count::default(), Count::default());
        for (judgement, findings) in self.judged().await? {
            let has_test = findings.iter().any(|one| one.q_value.is_some() && !is_lead(one));
            if has_test { tested.add(judgement) } else { stated.add(judgement) }
        }
        Ok(Verdicts { tested: tested.share(), stated: stated.share() })
    }

    /// The newest verdict of each event all of whose findings the reader may see, with these findings: as they were when
    /// it was judged, because an event that was found harmless may be made no more.
    async fn judged(&self) -> Result<Vec<(Judgement, Vec<Finding>)>> {
        let scope = self.scope();
        let seen = |findings: &[Finding]| findings.iter().all(|one| scope.admits(&one.dataset, one.tlp));
        let verdicts = self.seen().store.newest_verdicts(clock::now()).await?;
        let verdicts = verdicts.into_iter().filter(|(_, findings)| !findings.is_empty() && seen(findings));
        let given = verdicts.filter(|(verdict, _)| verdict.judgement != Judgement::Open);
        Ok(given.map(|(verdict, findings)| (verdict.judgement, findings)).collect())
    }

    /// Detectors whose null hypothesis the windows of the running stream speak against, by name.
    async fn doubts(&self) -> Result<BTreeMap<String, Vec<Doubted>>> {
        let seen = self.seen();
        let newest = if seen.sees_own() { seen.store.newest_tested(None).await? } else { None };
        let Some(newest) = newest else { return Ok(BTreeMap::new()) };
        let (begun, _) = stream_of(newest);
        // A window that ends when a stream begins is of the one before.
        let (before, _) = stream_of(begun.checked_add_nanos(-2_000_000_000).unwrap_or(begun));
        let since = before.checked_add_nanos(-1).unwrap_or(before);
        let filter = TestedFilter { since: Some(since), limit: WINDOWS_MAX, ..TestedFilter::default() };
        Ok(doubted(seen.store.tested(&filter).await?, begun))
    }
}

fn is_lead(finding: &Finding) -> bool {
    finding.labels.iter().any(|label| label == LEAD)
}

impl Count {
    fn add(&mut self, judgement: Judgement) {
        self.judged += 1;
        self.wrong += u64::from(judgement == Judgement::FalsePositive);
        self.benign += u64::from(judgement == Judgement::BenignTruePositive);
    }

    fn share(self) -> JudgedShare {
        JudgedShare {
            n_judged: self.judged,
            n_false: self.wrong,
            n_benign: self.benign,
            false_share: Share::of(self.wrong, self.judged),
        }
    }
}

/// `windows` of the stream that began then and of the one before, the newest first.
fn doubted(windows: Vec<TestedWindow>, begun: Timestamp) -> BTreeMap<String, Vec<Doubted>> {
    /// Of the stream before, and of this one.
    type Streams = [Vec<(Timestamp, Batch)>; 2];
    let mut streams: BTreeMap<(String, String), Streams> = BTreeMap::new();
    for TestedWindow { detector, dataset, window, batch, .. } in windows.into_iter().rev() {
        let [before, now] = streams.entry((detector, dataset)).or_default();
        let stream = if window.end >= begun { now } else { before };
        stream.push((window.end, batch));
    }
    let mut doubts: BTreeMap<String, Vec<Doubted>> = BTreeMap::new();
    for ((detector, dataset), [before, now]) in streams {
        let now = in_doubt(&now).map(|(since, e_value)| (since, None, e_value));
        let told = now.or_else(|| in_doubt(&before).map(|(since, e_value)| (since, Some(begun), e_value)));
        if let Some((since, until, e_value)) = told {
            let says = says(&dataset, since, until, e_value);
            doubts.entry(detector).or_default().push(Doubted { dataset, since, until, e_value, says });
        }
    }
    doubts
}

fn says(dataset: &str, since: Timestamp, until: Option<Timestamp>, e_value: f64) -> String {
    const NAME_MAX: usize = 60;
    // Larger ones say no more to anybody.
    const TOLD_MAX: f64 = 1e6;
    let day = |at: Timestamp| at.to_string().get(..10).unwrap_or_default().to_owned();
    let (were, span, what_follows) = match until {
        None => ("are", format!("since {}", day(since)), "what is found is a lead".to_owned()),
        Some(until) => (
            "were",
            format!("from {} to {}", day(since), day(until)),
            "what was found then is a lead, and it is counted anew since".to_owned(),
        ),
    };
    format!(
        "in dataset \"{}\" p-values {were} small too often {span}: of sound null hypotheses at most one in {}{:.0} comes \
         there; {what_follows}",
        text::shown(dataset, NAME_MAX),
        if e_value > TOLD_MAX { "more than " } else { "" },
        e_value.min(TOLD_MAX).floor(),
    )
}

/// Since when the windows of a stream, the oldest first, speak against the null hypothesis without a break, and how much
/// they do now. `None` where they do not now.
fn in_doubt(batches: &[(Timestamp, Batch)]) -> Option<(Timestamp, f64)> {
    let wealth = |n: usize| doubt(batches.iter().take(n).map(|(_, batch)| batch)).get();
    let now = wealth(batches.len());
    if now < DOUBTED {
        return None;
    }
    let before = (1..=batches.len()).rev().take_while(|n| wealth(*n) >= DOUBTED).last()?;
    batches.get(before.saturating_sub(1)).map(|(end, _)| (*end, now))
}

#[cfg(test)]
mod tests {
    use schema::Window;

    use super::*;

    #[test]
    fn doubt_is_told_from_the_window_on_in_which_it_began() {
        let day = |n: i64| Timestamp::from_seconds(n * 86_400).expect("a time");
        let batch = |n_small: usize| Batch { n_tests: 100, n_small, smallest: Vec::new() };
        let window = |(n, n_small): (i64, usize)| (day(n), batch(n_small));
        let quiet: Vec<_> = (1..10).map(|n| window((n, 50))).collect();
        assert_eq!(in_doubt(&quiet), None);
        assert_eq!(in_doubt(&[]), None);
        let strange: Vec<_> = (10..20).map(|n| window((n, 95))).collect();
        let all = [quiet, strange].concat();
        let (since, e_value) = in_doubt(&all).expect("in doubt");
        assert!(e_value >= DOUBTED && since > day(10) && since < day(16), "{since} {e_value}");
    }

    #[test]
    fn a_new_stream_begins_without_doubt_and_that_of_before_is_told() {
        let begun = Timestamp::from_seconds(30 * 86_400 + 1).expect("a time");
        let window = |n: i64, n_small| TestedWindow {
            detector: "scan".to_owned(),
            dataset: "office".to_owned(),
            window: Window::new(Timestamp::default(), Timestamp::from_seconds(n * 86_400).expect("a time")),
            batch: Batch { n_tests: 100, n_small, smallest: Vec::new() },
            spread: None,
        };
        // The newest first; the stream changes behind the thirtieth day.
        let mut windows: Vec<TestedWindow> = (10..=30).rev().map(|n| window(n, 95)).collect();
        let told = doubted(windows.clone(), begun);
        let of_before = told.get("scan").and_then(|all| all.first()).expect("in doubt");
        assert!(of_before.until == Some(begun) && of_before.says.contains("were small too often from 1970-01-1"));
        windows.splice(0..0, (31..40).rev().map(|n| window(n, 95)));
        let now = doubted(windows, begun);
        assert_eq!(now["scan"].iter().map(|one| one.until).collect::<Vec<_>>(), [None]);
        assert!(doubted(vec![window(31, 50), window(30, 50)], begun).is_empty());
    }

    #[test]
    fn what_is_meant_is_no_false_discovery() {
        let mut count = Count::default();
        for judgement in [Judgement::TruePositive, Judgement::BenignTruePositive, Judgement::FalsePositive] {
            count.add(judgement);
        }
        let share = count.share();
        assert_eq!((share.n_judged, share.n_false, share.n_benign), (3, 1, 1));
        assert!(share.false_share.is_some_and(|share| (share.value - 1.0 / 3.0).abs() < 1e-12 && share.high > 0.7));
        assert!(Count::default().share().false_share.is_none());
    }
}
