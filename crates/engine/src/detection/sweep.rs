//! `margay hunt`: values that somebody asks about, held against the past. Nothing is kept.
//!
//! What is asked is matched as indicators are, with subdomains, networks and pages of URLs, so that a hunt finds what
//! `margay detect` would have found. Hours whose values are known and hold nothing of it are not read.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    sync::Arc,
};

use detect::indicators::{Hits, Matcher, Sieve, SieveBuilder, Sifted};
use futures::{StreamExt, TryStreamExt};
use schema::{Claim, Entity, Evidence, Finding, Observable, Timestamp, Tlp, Window, observe};
use share::formats::{self, Defaults};

use super::{
    INDICATOR,
    due::{Due, Hour, telemetry},
    met::MetRows,
    panicked,
    patterns::{self, ReadyPattern, Shown},
    scan::{Scan, broken},
    values::{self, Values},
};
use crate::{Engine, Error, Result, Stop, knowledge};

/// Values of one hunt. A list that is larger is better loaded, and found by `margay detect`.
const VALUES_MAX: usize = 5_000_000;

/// Records that are kept of each value, the earliest.
pub(super) const EVIDENCE_MAX: usize = 20;

/// What to look for, and where.
#[derive(Debug, Clone, Default)]
pub struct SweepPlan {
    /// Values as they were typed: addresses, networks, names, URLs, hashes; defanged forms as well.
    pub values: Vec<String>,
    /// STIX patterns over one observation.
    pub patterns: Vec<String>,
    /// Lists in any form in which indicators come.
    pub files: Vec<PathBuf>,
    pub since: Option<Timestamp>,
    pub until: Option<Timestamp>,
    /// The newest hours first, and where it is stopped, what was found until then.
    pub newest_first: bool,
}

/// What was found.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct Swept {
    pub n_values: u64,
    pub n_hours: u64,
    /// Hours that were known to hold nothing of it, and were not read.
    pub n_hours_passed_over: u64,
    pub rows: u64,
    /// The most met first.
    pub sightings: Vec<Sighting>,
    /// What could not be looked for, and why.
    pub refused: Vec<String>,
    /// Records that are in no sighting because one hour held too many.
    pub n_left_out: u64,
    /// From when on records were held against it, where it was stopped before all were.
    pub stopped_at: Option<Timestamp>,
}

/// One value and where it was met.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Sighting {
    pub kind: String,
    pub value: String,
    pub first_seen: Timestamp,
    pub last_seen: Timestamp,
    pub records: u64,
    /// Who of ours met it.
    pub hosts: BTreeSet<String>,
    /// The other side by its other names.
    pub also: BTreeSet<String>,
    /// What happened, in the words of one finding.
    pub because: String,
    /// The earliest records; of a hunt that reads the newest hours first, some of the latest.
    pub evidence: Vec<Evidence>,
}

struct Hunt {
    engine: Engine,
    sieve: Sieve,
    matcher: Matcher,
    patterns: Vec<ReadyPattern>,
    scan: Scan,
    values: Values,
    /// Hours with rows that came after their values were kept.
    fresh: BTreeSet<Hour>,
    window: Window,
}

/// What one hour gave.
#[derive(Default)]
struct OfHour {
    rows: u64,
    read: bool,
    findings: Vec<Finding>,
    shown: Vec<Shown>,
    n_left_out: u64,
}

impl Engine {
    /// Holds every record of a period against values that somebody asks about.
    pub async fn sweep(&self, plan: &SweepPlan, stop: &Stop, watch: impl Fn(u64, u64)) -> Result<Swept> {
        let mut swept = Swept::default();
        let patterns = patterns::ready(&plan.patterns)?;
        let (sieve, matcher) = asked(plan, &mut swept)?;
        swept.n_values += patterns.len() as u64;
        let scan = Scan::prepare(self).await?;
        let fresh = Due::fresh(self).await?;
        let from = plan.since.unwrap_or_else(|| Timestamp::from_nanos(i64::MIN));
        let window = Window::new(from, plan.until.unwrap_or_else(|| Timestamp::from_nanos(i64::MAX)));
        let hours: BTreeSet<Hour> = telemetry().flat_map(|table| scan.filled(table)).copied().collect();
        let inside = |hour: &Hour| hour.window().end > window.start && hour.start() < window.end;
        let mut hours: Vec<Hour> = hours.into_iter().filter(inside).collect();
        if plan.newest_first {
            hours.reverse();
        }

        let values = Values::open(self.home.digests());
        let hunt = Arc::new(Hunt { engine: self.clone(), sieve, matcher, patterns, scan, values, fresh, window });
        let mut reading = futures::stream::iter(hours.clone())
            .map(|hour| {
                let hunt = hunt.clone();
                async move { tokio::spawn(async move { hunt.read(hour).await }).await.map_err(panicked)? }
            })
            .buffered(self.config.thread_count());
        let mut sightings: BTreeMap<(String, String), Sighting> = BTreeMap::new();
        while let Some(of_hour) = reading.try_next().await? {
            let of_hour: OfHour = of_hour;
            swept.n_hours += 1;
            swept.n_hours_passed_over += u64::from(!of_hour.read);
            swept.rows += of_hour.rows;
            swept.n_left_out += of_hour.n_left_out;
            of_hour.findings.into_iter().for_each(|finding| note(&mut sightings, finding));
            of_hour.shown.into_iter().for_each(|shown| shown.note(&mut sightings));
            watch(swept.n_hours, hours.len() as u64);
            if !plan.newest_first {
                stop.check()?;
            } else if stop.requested() && swept.n_hours < hours.len() as u64 {
                let last = usize::try_from(swept.n_hours).unwrap_or(usize::MAX).saturating_sub(1);
                swept.stopped_at = hours.get(last).map(|hour| hour.start());
                break;
            }
        }
        swept.sightings = sightings.into_values().collect();
        swept.sightings.sort_by(|a, b| (b.records, &a.kind, &a.value).cmp(&(a.records, &b.kind, &b.value)));
        Ok(swept)
    }
}

/// What is asked for, made ready.
fn asked(plan: &SweepPlan, swept: &mut Swept) -> Result<(Sieve, Matcher)> {
    let (mut builder, mut matcher, mut n_values) = (SieveBuilder::of_hunt(), Matcher::of_hunt(), 0_usize);
    let defaults = Defaults { source: "this hunt".to_owned(), confidence: 100, tlp: Tlp::Clear, label: None };
    let mut take = |claim: Claim| {
        n_values += 1;
        if n_values <= VALUES_MAX {
            builder.push(claim.kind, &claim.value);
            // Sources limit their claims in time; whoever hunts asks for all of it.
            matcher.add([Claim { valid_from: None, valid_until: None, ..claim }]);
        }
    };
    // Who types a private address or a common name knows what it is; in a list it is a mistake.
    let (broad, typed): (Vec<&String>, Vec<&String>) = plan.values.iter().partition(|text| broad(text).is_some());
    broad.iter().filter_map(|text| self::broad(text)).for_each(|(kind, value)| {
        take(Claim { confidence: 100, tlp: Tlp::Clear, ..Claim::new(kind, value, "this hunt") });
    });
    let typed = typed.into_iter().map(String::as_str).collect::<Vec<_>>().join("\n");
    let mut contents = vec![("what was typed".to_owned(), typed.into_bytes(), Some("plain"))];
    for path in &plan.files {
        contents.push((path.display().to_string(), knowledge::read(path)?, None));
    }
    for (name, content, form) in contents {
        let decoded = formats::decode(&content, form, &defaults, &mut take).map_err(|error| {
            Error::input(format!("could not read values from {name}"))
                .detail(error)
                .hint("a plain list (one a line), a CSV file with a header, STIX or MISP can be read")
        })?;
        let refused = decoded
            .rejects
            .iter()
            .map(|reject| format!("{name}: {}: {}: {}", reject.place, reject.reason, reject.text));
        swept.refused.extend(refused.take(100));
    }
    if n_values > VALUES_MAX {
        return Err(Error::usage(format!("a hunt looks for at most {VALUES_MAX} values"))
            .hint("load the list instead: margay intel load FILE && margay detect"));
    }
    if n_values == 0 && plan.patterns.is_empty() {
        let error = Error::usage("there is nothing to look for");
        return Err(match swept.refused.first() {
            Some(refused) => {
                error.detail(refused).hint("name what is too common to be listed by itself: margay hunt VALUE")
            }
            None => error.hint("name an address, a network, a domain, a URL or a hash, or a file of them with --file"),
        });
    }
    swept.n_values = n_values as u64;
    Ok((builder.finish(), matcher))
}

/// What a text means, where it is too common to be an indicator.
fn broad(text: &str) -> Option<(Observable, String)> {
    observe::read(text).ok().filter(|(kind, value)| observe::too_broad(*kind, value).is_some())
}

impl Hunt {
    async fn read(&self, hour: Hour) -> Result<OfHour> {
        let mut of_hour = OfHour::default();
        let known = if self.fresh.contains(&hour) { None } else { self.values.load(hour) };
        let window = Window::new(hour.start().max(self.window.start), hour.window().end.min(self.window.end));
        let (mut hits, mut sifted) = (Hits::new(), Sifted::default());
        let filled = telemetry().filter(|table| self.scan.filled(table).contains(&hour));
        for table in filled {
            let is_watched = !self.sieve.watched(table).is_empty();
            if !is_watched || !values::table_may_meet(known.as_ref(), table, &self.sieve) {
                continue;
            }
            of_hour.read = true;
            let mut rows = MetRows::of(&self.engine, &self.sieve, table, window).await?;
            while let Some(batch) = rows.next().await? {
                let failed = |error| broken(INDICATOR, &error);
                self.sieve.sift(table.name, &batch, &mut sifted).map_err(failed)?;
                if !sifted.is_empty() {
                    hits.scan(&self.matcher, table.name, &batch, &sifted).map_err(failed)?;
                }
            }
            of_hour.rows += rows.n_rows();
        }
        for pattern in &self.patterns {
            let (shown, rows) = pattern.read(&self.engine, &self.scan, hour, window).await?;
            of_hour.read |= rows > 0;
            of_hour.rows += rows;
            of_hour.shown.extend(shown);
        }
        of_hour.n_left_out = hits.n_left_out();
        of_hour.findings = hits.finish(&self.matcher, hour.window());
        Ok(of_hour)
    }
}

/// Adds what one host met in one hour.
fn note(sightings: &mut BTreeMap<(String, String), Sighting>, finding: Finding) {
    let Some(Entity { kind, value }) = finding.object else { return };
    let found = sightings.entry((kind.name().to_owned(), value.clone())).or_insert_with(|| Sighting {
        kind: kind.name().to_owned(),
        value,
        first_seen: finding.first_seen,
        last_seen: finding.last_seen,
        records: 0,
        hosts: BTreeSet::new(),
        also: BTreeSet::new(),
        because: finding.because.split("; \"").next().unwrap_or_default().to_owned(),
        evidence: Vec::new(),
    });
    found.first_seen = found.first_seen.min(finding.first_seen);
    found.last_seen = found.last_seen.max(finding.last_seen);
    found.records += finding.n_records;
    found.hosts.insert(finding.subject.value);
    found.also.extend(finding.also.into_iter().map(|entity| entity.value).take(EVIDENCE_MAX));
    let room = EVIDENCE_MAX.saturating_sub(found.evidence.len());
    found.evidence.extend(finding.evidence.into_iter().take(room));
}
