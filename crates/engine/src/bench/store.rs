//! How fast the store writes threat events and claims, and lists events page by page: over what is made up.

use std::{path::Path, time::Instant};

use schema::{
    Category, Claim, Diamond, Direction, Entity, EntityKind, Observable, Outcome, Severity, TechniqueClaim,
    ThreatEvent, Timestamp, Tlp, Vertex, stable_id,
};

use crate::{
    Error, EventFilter, Result, clock,
    store::{Interner, Place, Store},
};

/// What a bench of the store has measured.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct StoreFigures {
    pub events: u64,
    pub events_per_second: f64,
    pub claims: u64,
    pub claims_per_second: f64,
    /// Of the file, where it is one.
    pub bytes: u64,
    pub pages: Vec<PageFigures>,
}

/// How long pages of one sort take.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct PageFigures {
    pub page: String,
    /// Events on it.
    pub events: u64,
    pub ms_median: f64,
    pub ms_p99: f64,
}

/// What to fill, and how far.
#[derive(Debug, Clone)]
pub struct StoreBench {
    pub events: u64,
    pub claims: u64,
    /// An empty PostgreSQL database, or else a file in a folder that is removed afterwards.
    pub url: Option<String>,
}

const EVENTS_AT_ONCE: u64 = 10_000;
const CLAIMS_AT_ONCE: u64 = 200_000;
/// Pages of each sort that are timed, each with other values.
const PAGES: u64 = 200;
const PAGE_EVENTS: u32 = 100;
/// A year, over which events are spread.
const SPAN_SECONDS: i64 = 31_536_000;
const TECHNIQUES: u64 = 200;

/// Fills a store that is empty, and reads from it. The folder is that for a file.
pub async fn bench_store(plan: &StoreBench, folder: &Path) -> Result<StoreFigures> {
    let place = match &plan.url {
        Some(url) => Place::server(url, None)?,
        None => Place::File(folder.join("margay.db")),
    };
    let store = Store::open(&place).await?;
    if store.count_events().await? > 0 || store.count_claims().await? > 0 {
        return Err(
            Error::usage("the database is not empty").hint("name an empty one: it is filled with made-up events")
        );
    }
    let started = Instant::now();
    fill(&store, plan.events).await?;
    let events_per_second = plan.events as f64 / started.elapsed().as_secs_f64();
    let started = Instant::now();
    let mut interner = Interner::default();
    for first in (0..plan.claims).step_by(CLAIMS_AT_ONCE as usize) {
        let claims = (first..plan.claims.min(first + CLAIMS_AT_ONCE)).map(claim).collect();
        let rows = store.number_claims(&mut interner, claims).await?;
        store.save_rows(&rows, clock::now()).await?;
    }
    let claims_per_second = plan.claims as f64 / started.elapsed().as_secs_f64();
    store.settle().await?;
    let pages = pages(&store).await?;
    store.close().await;
    let bytes = std::fs::metadata(folder.join("margay.db")).map_or(0, |file| file.len());
    Ok(StoreFigures { events: plan.events, events_per_second, claims: plan.claims, claims_per_second, bytes, pages })
}

/// Writes so many made-up events.
pub(super) async fn fill(store: &Store, n_events: u64) -> Result<()> {
    let run = store.begin_run("bench", clock::now()).await?;
    for first in (0..n_events).step_by(EVENTS_AT_ONCE as usize) {
        let events: Vec<ThreatEvent> = (first..n_events.min(first + EVENTS_AT_ONCE)).map(event).collect();
        store.add_events(&events, &run).await?;
    }
    store.settle().await
}

async fn pages(store: &Store) -> Result<Vec<PageFigures>> {
    let page = EventFilter { limit: Some(PAGE_EVENTS), ..EventFilter::default() };
    let mut figures = Vec::new();
    let sorted = &page;
    // Whole days before the end, so that each page asks for something else.
    let seconds_before =
        |number: u64, seconds: i64| Timestamp::from_seconds(SPAN_SECONDS - seconds - (number % 180) as i64 * 86_400);
    let sorts: [(&str, &dyn Fn(u64) -> EventFilter); 8] = [
        ("first", &|_| sorted.clone()),
        ("last hour", &|n| EventFilter { since: seconds_before(n % 2, 3_600), ..sorted.clone() }),
        ("since some day", &|n| EventFilter { since: seconds_before(n, 0), ..sorted.clone() }),
        ("of a week", &|n| {
            let until = seconds_before(n, 0);
            let since = until.and_then(|until| Timestamp::from_micros(until.micros() - 7 * 86_400_000_000));
            EventFilter { since, until, ..sorted.clone() }
        }),
        ("of an hour, long ago", &|n| {
            let until = seconds_before(n, 0);
            let since = until.and_then(|until| Timestamp::from_micros(until.micros() - 3_600_000_000));
            EventFilter { since, until, ..sorted.clone() }
        }),
        ("medium, of confidence", &|n| EventFilter {
            severity: Some(Severity::Medium),
            confidence_min: Some((n % 90) as u8),
            ..sorted.clone()
        }),
        ("technique", &|n| EventFilter { technique: Some(technique(n)), ..sorted.clone() }),
        ("technique since some day", &|n| EventFilter {
            technique: Some(technique(n)),
            since: seconds_before(n, 0),
            ..sorted.clone()
        }),
    ];
    for (name, filter) in sorts {
        figures.push(time(store, name, |number, _| filter(number)).await?);
    }
    figures
        .push(time(store, "the next, again and again", |_, last| EventFilter { after: last, ..sorted.clone() }).await?);
    Ok(figures)
}

async fn time(store: &Store, name: &str, filter: impl Fn(u64, Option<String>) -> EventFilter) -> Result<PageFigures> {
    let mut took = Vec::new();
    let (mut n_events, mut last) = (0, None);
    for number in 0..PAGES {
        let filter = filter(number, last.clone());
        let started = Instant::now();
        let events = store.events(&filter).await?;
        took.push(started.elapsed().as_secs_f64() * 1_000.0);
        n_events = n_events.max(events.len() as u64);
        last = events.last().map(|event| event.id.clone());
    }
    took.sort_by(f64::total_cmp);
    let at = |share: f64| took.get((took.len() as f64 * share) as usize).copied().unwrap_or_default();
    Ok(PageFigures { page: name.to_owned(), events: n_events, ms_median: at(0.5), ms_p99: at(0.99) })
}

/// Some techniques are a thousand times as frequent as others.
fn technique(number: u64) -> String {
    format!("T{}", 1_000 + number % TECHNIQUES)
}

pub(crate) fn event(number: u64) -> ThreatEvent {
    let draw = |what: u64, below: u64| (blended(number, what) % below.max(1)) as i64;
    let last = draw(1, SPAN_SECONDS as u64);
    let skewed = |what: u64| {
        let share = draw(what, 1_000_000) as f64 / 1_000_000.0;
        technique((share.powi(3) * TECHNIQUES as f64) as u64)
    };
    let severity = match draw(2, 100) {
        0 => Severity::Critical,
        1..=9 => Severity::High,
        10..=39 => Severity::Medium,
        40..=79 => Severity::Low,
        _ => Severity::Informational,
    };
    let host = format!("10.{}.{}.{}", draw(3, 200), draw(4, 250), draw(5, 250));
    ThreatEvent {
        id: stable_id("event", &[&number.to_string()]),
        title: format!("{host} speaks with c{}.example", draw(6, 100_000)),
        severity,
        confidence: draw(7, 100) as u8,
        first_seen: Timestamp::from_seconds(last - draw(8, 86_400)).unwrap_or_default(),
        last_seen: Timestamp::from_seconds(last).unwrap_or_default(),
        techniques: [9, 10]
            .map(|what| TechniqueClaim {
                id: skewed(what),
                name: String::new(),
                tactics: Vec::new(),
                confidence: 50,
                findings: Vec::new(),
            })
            .to_vec(),
        targets: vec![Entity::new(EntityKind::Ip, host)],
        ..empty()
    }
}

/// An event that says nothing yet.
fn empty() -> ThreatEvent {
    let nobody = Vertex::default;
    ThreatEvent {
        id: String::new(),
        dataset: "bench".to_owned(),
        category: Category::CommandAndControl,
        title: String::new(),
        description: "It was made up to measure the store.".to_owned(),
        severity: Severity::Low,
        severity_because: String::new(),
        confidence: 0,
        first_seen: Timestamp::default(),
        last_seen: Timestamp::default(),
        techniques: Vec::new(),
        attack_version: String::new(),
        tactics: Vec::new(),
        phases: Vec::new(),
        diamond: Diamond {
            adversary: nobody(),
            capability: nobody(),
            infrastructure: nobody(),
            victim: nobody(),
            result: Outcome::Unknown,
            direction: Direction::Unknown,
            methodology: String::new(),
            resources: Vec::new(),
        },
        targets: Vec::new(),
        indicators: Vec::new(),
        p_value: None,
        q_value: None,
        chance: None,
        n_records: 1,
        findings: Vec::new(),
        detectors: Vec::new(),
        evidence: Vec::new(),
        because: Vec::new(),
        unless: Vec::new(),
        next_steps: Vec::new(),
        labels: Vec::new(),
        tlp: Tlp::Green,
    }
}

fn claim(number: u64) -> Claim {
    Claim {
        tlp: Tlp::Green,
        ..Claim::new(Observable::Domain, format!("{:012x}.example", blended(number, 0) >> 16), "bench")
    }
}

/// A number that looks drawn, and is the same each time (SplitMix64).
pub(super) fn blended(number: u64, what: u64) -> u64 {
    let mut state = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ what.wrapping_mul(0xd1b5_4a32_d192_ed03);
    state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
}
