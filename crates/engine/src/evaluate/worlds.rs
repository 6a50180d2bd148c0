//! Many worlds with unseen seeds, each simulated, read, judged and held against its truth.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use detect::detectors;
use schema::{EntityKind, Finding, Timestamp};

use super::{
    campaigns::{Agreement, agreement},
    demo, plot,
    share::{Share, Tally, mean},
    tables,
    truth::{Claim, Story, Truth},
};
use crate::{
    Config, Engine, Home, IngestPlan, Result, Stop, detection,
    error::io,
    logs_of,
    pipeline::{self, Unwatched},
    simulate,
};

/// Rates at which false discoveries are looked at.
pub(super) const RATES: [f64; 3] = [0.01, 0.05, 0.1];

/// Findings of a day that a person looks at, the best ones: `control.alerts_per_day`.
pub(super) const BUDGET: usize = 20;

const MICROS_AN_HOUR: f64 = 3.6e9;

/// Findings of a detector that are kept of each window, whatever their q-value.
const FINDINGS_MAX: usize = 1_000;

/// What to measure.
#[derive(Debug, Clone)]
pub struct WorldsPlan {
    pub seeds: std::ops::RangeInclusive<u64>,
    pub days: u32,
    pub scale: f64,
    /// First day, in UTC.
    pub start: Timestamp,
    /// No attacks: whatever is raised is false.
    pub benign: bool,
    /// Measure how late things are found: every window is judged behind each of its hours.
    pub delays: bool,
    /// Only these stories; all where empty.
    pub stories: Vec<String>,
    /// Folder for one world at a time; what is made in it is removed again.
    pub folder: PathBuf,
}

/// What was measured.
#[derive(Debug, Clone, serde::Serialize)]
pub struct WorldsReport {
    pub n_worlds: u64,
    pub n_records: u64,
    pub detectors: Vec<DetectorFigures>,
    /// Share of true ones among the best findings of all detectors of each day.
    pub precision_at_budget: Option<Share>,
    /// How late stories were found; empty where that was not asked for.
    pub delays: Vec<Delay>,
    /// Campaigns against the stories of each world.
    pub campaigns: Vec<Agreement>,
    /// The same as Markdown.
    pub markdown: String,
    /// Realised against promised false discovery rate, as SVG.
    pub plot: String,
}

/// How one detector did.
#[derive(Debug, Clone, serde::Serialize)]
pub struct DetectorFigures {
    pub detector: String,
    /// At each of three rates: 1, 5 and 10 %.
    pub at_rate: Vec<AtRate>,
    /// Stories that this detector is meant to find and had a fair chance with, by name.
    pub stories: BTreeMap<String, Option<Share>>,
    /// What was mistaken, at 5 %, most often first.
    pub mistaken: Vec<(String, u64)>,
}

/// Hours from the beginning of a story to the end of the hour behind which it would have been raised at 5 %, had
/// detection run every hour.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Delay {
    pub detector: &'static str,
    pub story: String,
    /// Instances that were found at all.
    pub found: u64,
    pub median_hours: f64,
    pub longest_hours: f64,
}

#[derive(Debug, Clone, serde::Serialize)]
pub struct AtRate {
    pub rate: f64,
    pub raised: u64,
    pub right: u64,
    /// Share of false ones among all that were raised, with Wilson's interval.
    pub false_share: Option<Share>,
    /// Mean over worlds of the share of false ones, 0 where nothing was raised: what the rate promises.
    pub false_discovery_rate: Option<Share>,
    /// Share of expected stories that were found.
    pub recall: Option<Share>,
}

/// One world, measured.
struct World {
    n_records: u64,
    findings: Vec<Told>,
    stories: Vec<Story>,
    /// When each episode was first found, by detector and episode.
    found_at: BTreeMap<(String, String), Timestamp>,
    agreement: Agreement,
}

/// A finding and what the truth says of it.
struct Told {
    detector: String,
    q: f64,
    /// Among the best of its day.
    best: bool,
    episodes: BTreeSet<String>,
    why_not: String,
}

/// Simulates each world, runs the whole product over it, and holds every finding with a p-value against the truth.
pub async fn evaluate_worlds(plan: &WorldsPlan, stop: &Stop, watch: impl Fn(u64, u64)) -> Result<WorldsReport> {
    let seeds: Vec<u64> = plan.seeds.clone().collect();
    let mut worlds = Vec::new();
    for (done, seed) in seeds.iter().enumerate() {
        watch(done as u64, seeds.len() as u64);
        worlds.push(measure(plan, *seed, stop).await?);
    }
    Ok(report(plan, &worlds))
}

async fn measure(plan: &WorldsPlan, seed: u64, stop: &Stop) -> Result<World> {
    let folder = plan.folder.join(format!("seed-{seed}"));
    let (world, home) = (folder.join("world"), folder.join("home"));
    let stories = match (plan.benign, plan.stories.as_slice()) {
        (true, _) => sim::Stories::None,
        (false, []) => sim::Stories::All,
        (false, names) => sim::Stories::Only(names.to_vec()),
    };
    let told = sim::Plan { seed, days: plan.days, scale: plan.scale, start: plan.start, stories };
    simulate(&told, &world, stop, |_| {})?;

    let mut config = Config::default();
    config.control.false_discovery_rate = RATES.into_iter().fold(0.0, f64::max);
    config.control.leads_max = FINDINGS_MAX;
    let engine = Engine::open(Home::open(home)?, config).await?;
    let ingest = IngestPlan { paths: logs_of(&world)?, ..IngestPlan::default() };
    let pass = pipeline::pass(&engine, &ingest, stop, Arc::new(Unwatched)).await?;
    let findings = engine.store.tested_findings().await?;
    let truth = Truth::read(&world.join("truth.ndjson"))?;
    let found_at = if plan.delays { found_at(&engine, &truth, stop).await? } else { BTreeMap::new() };
    let campaigns = engine.campaigns(u32::MAX).await?;
    engine.close().await;

    let agreement = agreement(pass.events.events(), &campaigns, &truth);
    let best = best_of_days(&findings);
    let told = |finding: &Finding| Told { best: best.contains(&finding.id), ..told_of(finding, &truth) };
    let findings = findings.iter().map(told).collect();
    remove(&folder)?;
    Ok(World { n_records: pass.ingested.received, findings, stories: truth.stories, found_at, agreement })
}

async fn found_at(engine: &Engine, truth: &Truth, stop: &Stop) -> Result<BTreeMap<(String, String), Timestamp>> {
    let mut found_at: BTreeMap<(String, String), Timestamp> = BTreeMap::new();
    detection::hour_by_hour(engine, RATES[1], stop, |until, finding| {
        for episode in told_of(finding, truth).episodes {
            let first = found_at.entry((finding.detector.clone(), episode)).or_insert(until);
            *first = until.min(*first);
        }
    })
    .await?;
    Ok(found_at)
}

fn remove(folder: &Path) -> Result<()> {
    fs::remove_dir_all(folder).map_err(io("remove", folder))
}

/// The best findings of each day, as a budget of alerts would choose them.
fn best_of_days(findings: &[Finding]) -> BTreeSet<String> {
    let mut by_day: BTreeMap<_, Vec<Finding>> = BTreeMap::new();
    for finding in findings {
        by_day.entry((finding.window.end, finding.dataset.clone())).or_default().push(finding.clone());
    }
    by_day.values().flat_map(|of_day| intel::best(of_day, BUDGET, &intel::Policy::default())).collect()
}

fn told_of(finding: &Finding, truth: &Truth) -> Told {
    let others = finding.object.iter().chain(&finding.also);
    let claim = Claim {
        ours: vec![&finding.subject.value],
        theirs: others.map(|entity| entity.value.as_str()).collect(),
        names_other_side: finding.object.as_ref().is_some_and(|object| {
            use EntityKind::{Domain, Email, Host, Ip};
            [Ip, Domain, Host, Email].contains(&object.kind)
        }),
        first_seen: finding.first_seen,
        last_seen: finding.last_seen,
        n_records: finding.n_records,
    };
    let episodes = truth.episodes(&claim);
    let why_not = if episodes.is_empty() { truth.explain(&claim) } else { String::new() };
    let q = finding.q_value.unwrap_or(1.0);
    Told { detector: finding.detector.clone(), q, best: false, episodes, why_not }
}

fn report(plan: &WorldsPlan, worlds: &[World]) -> WorldsReport {
    let detectors: Vec<DetectorFigures> =
        detectors::ALL.iter().map(|detector| figures(detector.name, worlds)).collect();
    let mut report = WorldsReport {
        n_worlds: worlds.len() as u64,
        n_records: worlds.iter().map(|world| world.n_records).sum(),
        precision_at_budget: precision_at_budget(worlds),
        delays: detectors::ALL.iter().flat_map(|detector| delays(detector.name, worlds)).collect(),
        campaigns: worlds.iter().map(|world| world.agreement.clone()).collect(),
        plot: plot::realised(&detectors),
        detectors,
        markdown: String::new(),
    };
    report.markdown = tables::markdown(plan, &report);
    report
}

fn figures(detector: &str, worlds: &[World]) -> DetectorFigures {
    let mut stories: BTreeMap<String, Tally> = BTreeMap::new();
    for world in worlds {
        let found = found(detector, world, RATES[1]);
        for story in expected(detector, world) {
            stories.entry(story.story.clone()).or_default().count(found.contains(&story.episode));
        }
    }
    let mut mistaken: BTreeMap<String, u64> = BTreeMap::new();
    for told in worlds.iter().flat_map(|world| raised(detector, world, RATES[1])) {
        if told.episodes.is_empty() {
            *mistaken.entry(told.why_not.clone()).or_default() += 1;
        }
    }
    let mut mistaken: Vec<(String, u64)> = mistaken.into_iter().collect();
    mistaken.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    DetectorFigures {
        detector: detector.to_owned(),
        at_rate: RATES.iter().map(|rate| at_rate(detector, worlds, *rate)).collect(),
        stories: stories.into_iter().map(|(name, tally)| (name, tally.share())).collect(),
        mistaken,
    }
}

fn at_rate(detector: &str, worlds: &[World], rate: f64) -> AtRate {
    let (mut wrong, mut found_of_expected) = (Tally::default(), Tally::default());
    let mut shares = Vec::new();
    for world in worlds {
        let raised: Vec<&Told> = raised(detector, world, rate).collect();
        let n_wrong = raised.iter().filter(|told| told.episodes.is_empty()).count();
        raised.iter().for_each(|told| wrong.count(told.episodes.is_empty()));
        shares.push(n_wrong as f64 / raised.len().max(1) as f64);
        let found = found(detector, world, rate);
        expected(detector, world).for_each(|story| found_of_expected.count(found.contains(&story.episode)));
    }
    AtRate {
        rate,
        raised: wrong.all,
        right: wrong.all - wrong.right,
        false_share: wrong.share(),
        false_discovery_rate: mean(&shares),
        recall: found_of_expected.share(),
    }
}

/// How late each story was found that this detector is meant to find.
fn delays(detector: &'static str, worlds: &[World]) -> Vec<Delay> {
    let mut hours: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for world in worlds {
        for story in expected(detector, world) {
            let found_at = world.found_at.get(&(detector.to_owned(), story.episode.clone()));
            let late = found_at.map(|at| (at.micros() - story.start.micros()) as f64 / MICROS_AN_HOUR);
            hours.entry(&story.story).or_default().extend(late);
        }
    }
    let delays = hours.into_iter().filter_map(|(story, mut hours)| {
        hours.sort_by(f64::total_cmp);
        let (middle, longest) = (hours.get(hours.len() / 2)?, hours.last()?);
        let (found, story) = (hours.len() as u64, story.to_owned());
        Some(Delay { detector, story, found, median_hours: *middle, longest_hours: *longest })
    });
    delays.collect()
}

/// The best findings of each day, whatever their detector: what somebody sees who looks at so many a day.
fn precision_at_budget(worlds: &[World]) -> Option<Share> {
    let mut right = Tally::default();
    for told in worlds.iter().flat_map(|world| &world.findings).filter(|told| told.best) {
        right.count(!told.episodes.is_empty());
    }
    right.share()
}

fn raised<'a>(detector: &'a str, world: &'a World, rate: f64) -> impl Iterator<Item = &'a Told> {
    world.findings.iter().filter(move |told| told.detector == detector && told.q <= rate)
}

fn found<'a>(detector: &'a str, world: &'a World, rate: f64) -> BTreeSet<&'a String> {
    raised(detector, world, rate).flat_map(|told| &told.episodes).collect()
}

fn expected<'a>(detector: &'a str, world: &'a World) -> impl Iterator<Item = &'a Story> {
    world.stories.iter().filter(move |story| {
        let meant = story.detector.as_deref() == Some(detector);
        meant && story.expected && demo::exists(detector)
    })
}
