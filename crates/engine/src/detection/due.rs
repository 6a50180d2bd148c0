//! What has to be looked at: hours with new rows, and the windows that they belong to.

use std::collections::{BTreeMap, BTreeSet};

use detect::{Detector, detectors, indicators::SieveBuilder};
use schema::{Observable, Stage, Table, Timestamp, Window, tables};

use super::{DetectPlan, correlations, scan::Scan, sieve};
use crate::{Engine, Result};

pub(super) const HOUR_SECONDS: i64 = 3_600;
pub(super) const HOURS_PER_DAY: i64 = 24;

/// An hour in UTC: hours since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hour(pub(super) i64);

impl Hour {
    pub(super) fn of(instant: Timestamp) -> Self {
        Self(instant.seconds().div_euclid(HOUR_SECONDS))
    }

    pub(super) fn start(self) -> Timestamp {
        Timestamp::from_seconds(self.0.saturating_mul(HOUR_SECONDS)).unwrap_or_default()
    }

    pub(super) fn window(self) -> Window {
        Window::new(self.start(), Self(self.0 + 1).start())
    }

    /// The first hour of the day that this hour belongs to.
    pub(super) fn day(self) -> Self {
        Self(self.0.div_euclid(HOURS_PER_DAY) * HOURS_PER_DAY)
    }

    /// The first hour after the day that this hour belongs to.
    fn end_of_day(self) -> Self {
        Self(self.day().0 + HOURS_PER_DAY)
    }
}

/// What is to be done with an hour that is due. Indicators are matched in any case.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Work {
    /// Its rows are new: detectors sum them up again, and its values are kept again.
    pub(super) rows: bool,
    /// It has not been held against the rules as they are now.
    pub(super) rules: bool,
}

impl Work {
    const ALL: Self = Self { rows: true, rules: true };

    fn and(self, other: Self) -> Self {
        Self { rows: self.rows || other.rows, rules: self.rules || other.rules }
    }
}

/// The work of one run.
#[derive(Debug, Default)]
pub(super) struct Due {
    /// Hours to read, oldest first.
    pub(super) hours: BTreeMap<Hour, Work>,
    /// Hours that claims were loaded for since, and that cannot meet any of them.
    pub(super) n_passed_over: u64,
    /// Hours in which correlations are to be judged.
    pub(super) correlated: BTreeSet<Hour>,
    /// Windows to judge, oldest first.
    pub(super) windows: Vec<(&'static Detector, Window)>,
    /// What to note when all is done: how far each table has been looked at.
    marks: Vec<(String, i64)>,
}

/// Mark of the newest claim that all hours have been matched with.
const CLAIMS: &str = "claims";

/// Mark of the models of decay that claims were weighed by.
const DECAY: &str = "decay";

/// Mark of the rules that all hours have been held against.
const RULES: &str = "rules";

impl Due {
    pub(super) async fn find(engine: &Engine, plan: &DetectPlan, scan: &Scan) -> Result<Self> {
        let mut due = Self::default();
        if plan.claims_only {
            // Hours with new records are looked at when those are, and meet the claims then.
            let fresh = Self::fresh(engine).await?;
            due.sweep_for_claims(engine, scan, &fresh).await?;
            return Ok(due);
        }
        let mut touched: BTreeMap<&'static str, BTreeSet<Hour>> = BTreeMap::new();
        for table in telemetry() {
            let hours = match plan.replay {
                Some(window) => within(scan.filled(table), window),
                None => due.touched_since_last(engine, table).await?,
            };
            touched.insert(table.name, hours);
        }

        if plan.replay.is_none() {
            due.sweep_for_claims(engine, scan, &BTreeSet::new()).await?;
            due.weigh_claims_anew(engine, scan).await?;
            if due.rules_are_new(engine, scan).await? {
                due.add(all_hours(scan), Work { rules: true, ..Work::default() });
            }
        }
        let mut to_read: BTreeSet<Hour> = touched.values().flatten().copied().collect();
        for detector in detectors::ALL.iter().copied() {
            let read = detector.reads.iter().filter_map(|reads| touched.get(reads.table)).flatten();
            for window in windows(scan, detector, read.copied()) {
                to_read.extend(scan.hours_without_digest(detector, window));
                due.windows.push((detector, window));
            }
        }
        due.add(to_read, Work::ALL);
        // Claims change nothing of what rules have matched.
        let of_rules = due.hours.iter().filter(|(_, work)| work.rows || work.rules).map(|(hour, _)| *hour);
        due.correlated = correlations::judged(scan, &of_rules.collect());
        let missing = correlations::missing(scan, &due.correlated);
        due.add(missing.into_iter().collect(), Work { rules: true, ..Work::default() });
        Ok(due)
    }

    fn add(&mut self, hours: BTreeSet<Hour>, work: Work) {
        for hour in hours {
            let known = self.hours.entry(hour).or_default();
            *known = known.and(work);
        }
    }

    /// The hours that may meet claims which were loaded since they were read.
    async fn sweep_for_claims(&mut self, engine: &Engine, scan: &Scan, but: &BTreeSet<Hour>) -> Result<()> {
        let Some(newest) = engine.store.newest_claim().await? else { return Ok(()) };
        let seen = engine.store.mark(CLAIMS).await?;
        self.marks.push((CLAIMS.to_owned(), newest.micros()));
        if seen.is_some_and(|seen| seen >= newest.micros()) {
            return Ok(());
        }
        let all: BTreeSet<Hour> = all_hours(scan).difference(but).copied().collect();
        let hours = match seen {
            None => all.clone(),
            Some(seen) => {
                let (mut builder, mut any_pattern) = (SieveBuilder::new(), false);
                let each = |kind: Observable, value: &str| {
                    any_pattern |= kind == Observable::Pattern;
                    builder.push(kind, value);
                };
                engine.store.each_value_since(seen, each).await?;
                // What is known of hours are values, and patterns ask for more.
                if any_pattern { all.clone() } else { scan.may_meet(all.clone(), builder.finish()).await? }
            }
        };
        self.n_passed_over = (all.len() - hours.len()) as u64;
        self.add(hours, Work::default());
        Ok(())
    }

    /// The hours that may have met any claim, where the models of decay have changed: they weigh old claims as well.
    async fn weigh_claims_anew(&mut self, engine: &Engine, scan: &Scan) -> Result<()> {
        let now = engine.decay_fingerprint()?;
        let seen = engine.store.mark(DECAY).await?;
        self.marks.push((DECAY.to_owned(), now));
        if seen.is_some_and(|seen| seen != now) {
            let met = scan.may_meet(all_hours(scan), sieve::load(engine).await?).await?;
            self.add(met, Work::default());
        }
        Ok(())
    }

    /// Hours with rows that detection has not looked at yet.
    pub(super) async fn fresh(engine: &Engine) -> Result<BTreeSet<Hour>> {
        let (mut due, mut fresh) = (Self::default(), BTreeSet::new());
        for table in telemetry() {
            fresh.extend(due.touched_since_last(engine, table).await?);
        }
        Ok(fresh)
    }

    async fn touched_since_last(&mut self, engine: &Engine, table: &'static Table) -> Result<BTreeSet<Hour>> {
        let name = format!("version:{}", table.name);
        let since = engine.store.mark(&name).await?.and_then(|version| u64::try_from(version).ok());
        let touched = engine.lake.touched(table, since).await?;
        if let Some(version) = touched.version.and_then(|version| i64::try_from(version).ok()) {
            self.marks.push((name, version));
        }
        Ok(touched.hours.into_iter().map(Hour::of).collect())
    }

    /// Whether past hours have been held against other rules.
    async fn rules_are_new(&mut self, engine: &Engine, scan: &Scan) -> Result<bool> {
        let now = scan.rules().fingerprint();
        let seen = engine.store.mark(RULES).await?;
        if seen.is_none() && scan.rules().texts.is_empty() {
            return Ok(false);
        }
        self.marks.push((RULES.to_owned(), now));
        Ok(seen != Some(now))
    }

    pub(super) async fn mark_done(&self, engine: &Engine) -> Result<()> {
        for (name, value) in &self.marks {
            engine.store.set_mark(name, *value).await?;
        }
        Ok(())
    }
}

fn all_hours(scan: &Scan) -> BTreeSet<Hour> {
    telemetry().flat_map(|table| scan.filled(table)).copied().collect()
}

/// The windows that touched hours call for: one ends with each day that has such an hour in its window or in the past
/// that it is held against, and has something to judge.
fn windows(scan: &Scan, detector: &Detector, touched: impl Iterator<Item = Hour>) -> Vec<Window> {
    let look_back = i64::from(detector.look_back_hours);
    let past = detector.past.map_or(0, |past| i64::from(past.days) * HOURS_PER_DAY);
    let mut ends = BTreeSet::new();
    for hour in touched {
        let first = hour.end_of_day();
        // A window that ends on a later day still knows this hour.
        let n_days = (hour.0 + look_back + past - first.0).div_euclid(HOURS_PER_DAY).max(0);
        ends.extend((0..=n_days).map(|day| first.0 + day * HOURS_PER_DAY));
    }
    let windows = ends.into_iter().map(|end| Window::new(Hour(end - look_back).start(), Hour(end).start()));
    windows.filter(|window| scan.has_rows(detector, *window)).collect()
}

/// Every window of a detector that holds rows, oldest first.
pub(super) fn all_windows(scan: &Scan, detector: &Detector) -> Vec<Window> {
    let read = detector.reads.iter().filter_map(|reads| tables::ALL.iter().find(|table| table.name == reads.table));
    windows(scan, detector, read.flat_map(|table| scan.filled(table)).copied())
}

fn within(hours: &BTreeSet<Hour>, window: Window) -> BTreeSet<Hour> {
    hours.iter().copied().filter(|hour| hour.window().end > window.start && hour.start() < window.end).collect()
}

pub(super) fn telemetry() -> impl Iterator<Item = &'static Table> {
    tables::ALL.iter().copied().filter(|table| table.stage == Stage::Telemetry)
}
