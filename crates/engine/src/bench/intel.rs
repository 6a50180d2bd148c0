//! How fast events are put together into campaigns, and groups are weighed: over events that are made up.

use std::{collections::BTreeSet, time::Instant};

use intel::{
    attribute::{Evidence, Model, attribute},
    correlate::{Correlation, Item, Kind, Thing},
};
use schema::{Timestamp, stable_id};

use crate::{Error, Result};

/// What a bench of correlation and attribution has measured.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct IntelFigures {
    pub events: u64,
    /// Things of all events together.
    pub links: u64,
    pub campaigns: u64,
    /// All events from scratch, on one core.
    pub from_scratch_seconds: f64,
    /// As many new events as `new_events` put to them.
    pub new_events: u64,
    pub new_seconds: f64,
    /// One attribution of 20 techniques and 3 tools, with its matrix.
    pub attribute_ms: f64,
}

/// Events that come after the others.
const NEW: u64 = 1_000;
const ATTRIBUTIONS: u32 = 100;
/// A year.
const SPAN_SECONDS: u64 = 31_536_000;

/// Measures with so many events of about ten things each.
pub async fn bench_intel(events: u64) -> Result<IntelFigures> {
    tokio::task::spawn_blocking(move || measure(events))
        .await
        .map_err(|error| Error::internal("a thread ended in a way it must not").detail(error))
}

fn measure(events: u64) -> IntelFigures {
    let items: Vec<Item> = (0..events + NEW).map(|number| item(number, events)).collect();
    let links = items.iter().map(|item| item.things.len() as u64).sum();
    let mut items = items.into_iter();
    let mut correlation = Correlation::default();
    let started = Instant::now();
    items.by_ref().take(events as usize).for_each(|item| correlation.put(item));
    correlation.settle();
    let from_scratch_seconds = started.elapsed().as_secs_f64();
    let started = Instant::now();
    items.for_each(|item| correlation.put(item));
    correlation.settle();
    let new_seconds = started.elapsed().as_secs_f64();
    IntelFigures {
        events,
        links,
        campaigns: correlation.campaigns().len() as u64,
        from_scratch_seconds,
        new_events: NEW,
        new_seconds,
        attribute_ms: attribution_ms(),
    }
}

/// An event with ten things: one of five is of a campaign of about a dozen, and all share hosts, clients, addresses of
/// delivery networks and techniques with a crowd.
fn item(number: u64, events: u64) -> Item {
    let mut state = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d;
    let mut draw = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below.max(1)
    };
    let mut things = Vec::with_capacity(10);
    let mut add = |kind, value: String| things.push(Thing::new(kind, value));
    let mut at = draw(SPAN_SECONDS);
    if draw(5) == 0 {
        let campaign = draw(events / 60 + 1);
        at = campaign.wrapping_mul(48_271) % SPAN_SECONDS + draw(5 * 86_400);
        add(Kind::Domain, format!("c2-{campaign}.example"));
        add(Kind::Certificate, format!("{campaign:064x}"));
        add(Kind::Host, format!("host-{campaign}-{}", draw(4)));
    } else {
        add(Kind::Domain, format!("d{number}.example"));
        add(Kind::Certificate, format!("{number:063x}f"));
        add(Kind::Host, format!("host-{}", draw(events / 8 + 1)));
    }
    add(Kind::Address, format!("192.0.{}.{}", draw(256), draw(256)));
    add(Kind::Account, format!("user-{}", draw(events / 8 + 1)));
    add(Kind::Fingerprint, format!("{:032x}", draw(300)));
    add(Kind::Url, format!("https://d{number}.example/{}", draw(1_000)));
    for _ in 0..3 {
        add(Kind::Technique, format!("T1{:03}", draw(400)));
    }
    things.sort_unstable();
    things.dedup();
    let seen = Timestamp::from_seconds(1_700_000_000 + at as i64).unwrap_or_default();
    let phase = 1 + draw(7) as u8;
    let is_attacked = draw(4) == 0;
    let hosts = things.iter().filter(|thing| is_attacked && thing.kind == Kind::Host);
    let attacked = hosts.cloned().collect();
    Item { id: stable_id("event", &[&number.to_string()]), first_seen: seen, last_seen: seen, phase, things, attacked }
}

fn attribution_ms() -> f64 {
    let actors = intel::attack::enterprise_actors();
    let model = Model::of(&actors);
    let group = actors.groups.values().max_by_key(|group| group.techniques.len());
    let techniques: BTreeSet<String> =
        group.into_iter().flat_map(|group| &group.techniques).take(20).cloned().collect();
    let software: BTreeSet<String> = group.into_iter().flat_map(|group| &group.software).take(3).cloned().collect();
    let evidence = Evidence { techniques, software, names: Vec::new() };
    let started = Instant::now();
    let named = (0..ATTRIBUTIONS).filter(|_| !attribute(&model, &evidence).hypotheses.is_empty()).count();
    started.elapsed().as_secs_f64() * 1e3 / named.max(1) as f64
}
