//! Reads one hour of the lake for every detector at once, and judges windows from digests.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use arrow_array::RecordBatch;
use detect::{
    Case, Day, Detector, Digest, Judged, Params, detectors,
    indicators::{Hits, Matcher, Sieve, SieveBuilder, Sifted, SummaryBuilder, Warnings},
    rules::{Evaluator, Matches, Plan, RuleSet, Tallies, events},
};
use futures::TryStreamExt;
use intel::indicators::Decay;
use schema::{Finding, Observable, Table, Timestamp, Window};

use super::{
    INDICATOR,
    digests::{Digests, Shelf},
    due::{HOURS_PER_DAY, Hour, Work, telemetry},
    listed::Listed,
    met::MetRows,
    sieve,
    values::{self, OfHour, Values},
};
use crate::{
    Engine, Error, LoadedRules, Result, rules,
    store::{KeptClaim, Store},
};

/// Columns that every detector gets beside those that it asks for.
const ALWAYS: [&str; 3] = ["record_id", "dataset", "observed_at"];

pub(super) struct Scan {
    engine: Engine,
    sieve: Sieve,
    /// What is held against whole records.
    patterns: Arc<Listed>,
    /// How claims grow old.
    decay: Arc<Decay>,
    /// What makes a claim less telling.
    warnings: Arc<Warnings>,
    /// What a person here has found to be no evil.
    harmless: Arc<BTreeSet<(Observable, String)>>,
    rules: LoadedRules,
    /// The rules compiled, for each table that some rule is about.
    plans: Vec<Arc<Plan>>,
    digests: Digests,
    values: Values,
    params: BTreeMap<&'static str, Params>,
    /// Hours that hold rows, by table.
    filled: BTreeMap<&'static str, BTreeSet<Hour>>,
    /// Version of each table that was there when the run began.
    versions: BTreeMap<&'static str, u64>,
}

/// What findings were made from: with it a run can be done again over the same rows (`--as-of` a table's version).
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize)]
pub struct Lineage {
    /// Version of each table of the lake when the run began; rows that came during the run may have been seen as well.
    pub tables: BTreeMap<&'static str, u64>,
    pub detectors: BTreeMap<&'static str, MadeBy>,
}

/// A detector as it was.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct MadeBy {
    pub version: &'static str,
    pub params: BTreeMap<&'static str, f64>,
}

/// What reading one hour gave.
pub(super) struct Read {
    pub(super) hour: Hour,
    pub(super) rows: u64,
    /// Of indicators.
    pub(super) findings: Vec<Finding>,
    /// `None` where the rules were not asked.
    pub(super) of_rules: Option<Vec<Finding>>,
}

impl Scan {
    pub(super) async fn prepare(engine: &Engine) -> Result<Self> {
        let (mut filled, mut versions) = (BTreeMap::new(), BTreeMap::new());
        for table in telemetry() {
            let all = engine.lake.touched(table, None).await?;
            versions.extend(all.version.map(|version| (table.name, version)));
            filled.insert(table.name, all.hours.into_iter().map(Hour::of).collect());
        }
        Ok(Self {
            engine: engine.clone(),
            sieve: SieveBuilder::new().finish(),
            patterns: Arc::default(),
            decay: Arc::new(engine.decay()?),
            warnings: Arc::default(),
            harmless: Arc::default(),
            plans: Vec::new(),
            rules: engine.rules(&[])?,
            digests: Digests::open(engine.home.digests()),
            values: Values::open(engine.home.digests()),
            params: params(engine)?,
            filled,
            versions,
        })
    }

    /// Takes the indicators that hours are held against; without hours to read they are not needed.
    pub(super) async fn load_indicators(&mut self) -> Result<()> {
        self.sieve = sieve::load(&self.engine).await?;
        self.warnings = Arc::new(self.engine.warnings()?);
        self.harmless = Arc::new(self.engine.store.false_positives().await?);
        self.patterns = Arc::new(Listed::load(&self.engine, &self.harmless, &self.decay).await?);
        self.plans = self.rules.set.plans();
        Ok(())
    }

    pub(super) fn rules(&self) -> &LoadedRules {
        &self.rules
    }

    /// What a finding of this run rests on, to be kept with the run.
    pub(super) fn lineage(&self) -> Lineage {
        let detector = |detector: &&'static Detector| {
            let params = self.params.get(detector.name).map(|params| params.values().iter().copied().collect());
            let made_by = MadeBy { version: detector.version, params: params.unwrap_or_default() };
            (detector.name, made_by)
        };
        Lineage { tables: self.versions.clone(), detectors: detectors::ALL.iter().map(detector).collect() }
    }

    pub(super) fn filled(&self, table: &Table) -> &BTreeSet<Hour> {
        static NONE: BTreeSet<Hour> = BTreeSet::new();
        self.filled.get(table.name).unwrap_or(&NONE)
    }

    /// Hours of the window, and of the past that it is held against, that hold rows for this detector and were not
    /// summed up yet.
    pub(super) fn hours_without_digest(&self, detector: &Detector, window: Window) -> BTreeSet<Hour> {
        let digests = self.digests.of(detector);
        let (first, from, to) = (start_of_past(detector, window), Hour::of(window.start), Hour::of(window.end));
        let days = self.digests.days_of(detector);
        let in_past = self.hours(detector, first, from).filter(|hour| !days.exists(hour.day()));
        in_past.chain(self.hours(detector, from, to)).filter(|&hour| !digests.exists(hour)).collect()
    }

    /// Whether there is something to judge in the window.
    pub(super) fn has_rows(&self, detector: &Detector, window: Window) -> bool {
        self.hours(detector, Hour::of(window.start), Hour::of(window.end)).next().is_some()
    }

    /// Hours from `from` on and before `to` that hold rows of the tables that this detector reads.
    fn hours(&self, detector: &Detector, from: Hour, to: Hour) -> impl Iterator<Item = Hour> {
        let read = detector.reads.iter().filter_map(|reads| self.filled.get(reads.table));
        let hours: BTreeSet<Hour> = read.flat_map(|hours| hours.range(from..to)).copied().collect();
        hours.into_iter()
    }

    /// What correlations need of each hour; nothing where there are none.
    pub(super) fn matches(&self) -> Option<Shelf> {
        let asked_for = !self.rules.set.correlations().is_empty();
        asked_for.then(|| self.digests.matches(self.rules.fingerprint()))
    }

    /// Removes what other rules than these have left.
    pub(super) fn tidy(&self) {
        self.digests.remove_matches_but(self.rules.fingerprint());
    }

    /// Hours that hold rows of any table.
    pub(super) fn all_filled(&self) -> BTreeSet<Hour> {
        self.filled.values().flatten().copied().collect()
    }

    /// Which of these hours may meet something that is listed.
    pub(super) async fn may_meet(&self, hours: BTreeSet<Hour>, listed: Sieve) -> Result<BTreeSet<Hour>> {
        let listed = Arc::new(listed);
        let n_threads = self.engine.config.thread_count().max(1);
        let hours: Vec<Hour> = hours.into_iter().collect();
        let mut looking = Vec::new();
        for some in hours.chunks(hours.len().div_ceil(n_threads).max(1)) {
            let (values, listed, some) = (self.values.clone(), listed.clone(), some.to_vec());
            looking.push(tokio::task::spawn_blocking(move || {
                some.into_iter().filter(|hour| values.may_meet(*hour, &listed)).collect::<Vec<Hour>>()
            }));
        }
        let mut may_meet = BTreeSet::new();
        for some in looking {
            may_meet.extend(some.await.map_err(super::panicked)?);
        }
        Ok(may_meet)
    }

    /// Reads the rows of the hour once: holds them against indicators and rules, keeps each detector's digest and the
    /// values of the hour, as far as `work` says so.
    pub(super) async fn read(&self, hour: Hour, work: Work) -> Result<Read> {
        let known = if work.rows { None } else { self.values.load(hour) };
        let learns = known.is_none();
        let mut of_hour = OfHour::new();
        let digests = work.rows;
        let mut met = Met::new(self.warnings.clone(), self.harmless.clone(), self.patterns.clone(), self.decay.clone());
        let set: &RuleSet = &self.rules.set;
        let mut tallies = Tallies::new(set);
        let kept = self.matches().filter(|_| work.rules);
        let mut matches = Matches::default();
        let mut sums: Vec<(&'static Detector, Box<dyn Digest>)> = Vec::new();
        for detector in detectors::ALL.iter().copied().filter(|_| digests) {
            sums.push((detector, (detector.digest)(self.params_of(detector)?)));
        }

        let mut n_rows = 0;
        for table in telemetry().filter(|table| self.filled(table).contains(&hour)) {
            let may_meet = values::table_may_meet(known.as_ref(), table, &self.sieve);
            let may_show = self.patterns.are_of(table);
            if !may_meet && !may_show && !work.rules {
                continue;
            }
            let only_listed = !learns && !work.rules && !may_show;
            if only_listed {
                let mut rows = MetRows::of(&self.engine, &self.sieve, table, hour.window()).await?;
                while let Some(batch) = rows.next().await? {
                    met.hold(&self.sieve, &self.engine.store, table, &batch).await?;
                }
                n_rows += rows.n_rows();
                continue;
            }
            let columns = self.columns(table, work, learns);
            if columns.len() == ALWAYS.len() {
                continue;
            }
            let mut summary = learns.then(SummaryBuilder::new);
            let plan = self.plans.iter().find(|plan| work.rules && std::ptr::eq(plan.table(), table));
            let mut evaluator = plan.cloned().map(Evaluator::new);
            let mut batches = self.engine.lake.scan(table, &columns, hour.window()).await?;
            while let Some(batch) = batches.try_next().await? {
                n_rows += batch.num_rows() as u64;
                if let Some(evaluator) = &mut evaluator {
                    let hits = evaluator.evaluate(&batch);
                    tallies.add(evaluator.plan(), &batch, &hits).map_err(rules::broken)?;
                    if kept.is_some() {
                        matches.add(events(set, evaluator.plan(), &batch, &hits).map_err(rules::broken)?);
                    }
                }
                if may_meet {
                    met.hold(&self.sieve, &self.engine.store, table, &batch).await?;
                }
                if may_show {
                    met.show(table, &batch)?;
                }
                if let Some(summary) = &mut summary {
                    summary.add(table.name, &batch).map_err(|error| broken(INDICATOR, &error))?;
                }
                for (detector, sum) in &mut sums {
                    if detector.reads.iter().any(|reads| reads.table == table.name) {
                        sum.add(table.name, &batch).map_err(|error| broken(detector.name, &error))?;
                    }
                }
            }
            of_hour.extend(summary.map(|summary| (table.name, summary.finish())));
        }

        if learns {
            self.values.save(hour, &of_hour)?;
        }
        for (detector, sum) in sums {
            let digest = sum.finish().map_err(|error| broken(detector.name, &error))?;
            // First what was made of it: after a crash the day is folded again, from the old hour or the new one.
            self.digests.days_of(detector).remove(hour.day());
            self.digests.of(detector).save(hour, &digest)?;
            self.digests.days_of(detector).remove(hour.day());
        }
        if let Some(kept) = kept {
            if matches.n_left_out() > 0 {
                let n_left_out = matches.n_left_out();
                tracing::warn!(hour = %hour.start(), n_left_out, "more matches than correlations take in an hour");
            }
            kept.save(hour, &matches.to_rows().map_err(rules::broken)?)?;
        }
        // A claim's own marking goes with the finding, and what was seen in our telemetry is ours as well.
        let mut findings = met.finish(hour);
        let mut of_rules = work.rules.then(|| tallies.finish(hour.window()));
        for finding in findings.iter_mut().chain(of_rules.iter_mut().flatten()) {
            finding.tlp = finding.tlp.max(self.engine.config.sharing.own_tlp);
        }
        Ok(Read { hour, rows: n_rows, findings, of_rules })
    }

    /// Judges one window. Runs on a thread of its own.
    pub(super) fn judge(&self, detector: &'static Detector, window: Window) -> Result<Judged> {
        self.judge_until(detector, window, window.end)
    }

    /// Judges one window as if nothing of `until` and later had been seen yet.
    pub(super) fn judge_until(&self, detector: &'static Detector, window: Window, until: Timestamp) -> Result<Judged> {
        let (from, to) = (Hour::of(window.start), Hour::of(until));
        let hours = self.digests_of(detector, self.hours(detector, from, to))?;
        let past = self.past(detector, window)?;
        let case = Case { window, hours: &hours, past: &past, params: self.params_of(detector)? };
        let mut judged = (detector.judge)(&case).map_err(|error| broken(detector.name, &error))?;
        // Made from our telemetry alone: the marking is ours to give, and a detector does not know the configuration.
        for finding in &mut judged.findings {
            finding.tlp = self.engine.config.sharing.own_tlp;
        }
        Ok(judged)
    }

    fn digests_of(&self, detector: &Detector, hours: impl Iterator<Item = Hour>) -> Result<Vec<RecordBatch>> {
        let kept = self.digests.of(detector);
        // Judging without an hour would be wrong in silence; the next run makes its digest again.
        hours
            .map(|hour| {
                kept.load(hour).ok_or_else(|| {
                    Error::machine(format!("the digest of the hour of {} is damaged and was removed", hour.start()))
                        .hint("run `margay detect` again: it is made anew from the lake")
                })
            })
            .collect()
    }

    /// The days before the window that hold rows, each folded into one digest, which is kept.
    fn past(&self, detector: &Detector, window: Window) -> Result<Vec<Day>> {
        let Some(past) = detector.past else { return Ok(Vec::new()) };
        let kept = self.digests.days_of(detector);
        let hours = self.hours(detector, start_of_past(detector, window), Hour::of(window.start));
        let mut by_day: BTreeMap<Hour, Vec<Hour>> = BTreeMap::new();
        for hour in hours {
            by_day.entry(hour.day()).or_default().push(hour);
        }
        let mut days = Vec::new();
        for (day, hours) in by_day {
            let digest = match kept.load(day) {
                Some(digest) => digest,
                None => {
                    let digests = self.digests_of(detector, hours.into_iter())?;
                    let folded = (past.fold)(&digests, self.params_of(detector)?);
                    let folded = folded.map_err(|error| broken(detector.name, &error))?;
                    kept.save(day, &folded)?;
                    folded
                }
            };
            days.push(Day { start: day.start(), digest });
        }
        Ok(days)
    }

    fn columns(&self, table: &'static Table, work: Work, learns: bool) -> Vec<&'static str> {
        let digests = work.rows;
        let mut columns: BTreeSet<&'static str> = ALWAYS.into_iter().collect();
        columns.extend(self.sieve.columns(table.name));
        columns.extend(self.patterns.columns(table));
        if learns {
            columns.extend(SummaryBuilder::columns(table.name));
        }
        let plans = self.plans.iter().filter(|plan| work.rules && std::ptr::eq(plan.table(), table));
        columns.extend(plans.flat_map(|plan| rules::columns(plan)));
        let read = detectors::ALL.iter().flat_map(|detector| detector.reads);
        let read = read.filter(|reads| digests && reads.table == table.name);
        columns.extend(read.flat_map(|reads| reads.columns));
        columns.into_iter().collect()
    }

    fn params_of(&self, detector: &Detector) -> Result<&Params> {
        self.params
            .get(detector.name)
            .ok_or_else(|| Error::internal(format!("detector \"{}\" has no parameters", detector.name)))
    }
}

/// The first hour of the past that a window is held against.
fn start_of_past(detector: &Detector, window: Window) -> Hour {
    let n_days = detector.past.map_or(0, |past| i64::from(past.days));
    Hour(Hour::of(window.start).0 - n_days * HOURS_PER_DAY)
}

/// Values of one hour whose claims are looked up; more would be a flood, and memory stays bounded.
const MOST_VALUES: usize = 200_000;

/// What one hour has met of what is listed.
struct Met {
    hits: Hits,
    /// Claims about the values met so far.
    matcher: Matcher,
    asked: BTreeSet<(Observable, String)>,
    sifted: Sifted,
    n_not_asked: u64,
    harmless: Arc<BTreeSet<(Observable, String)>>,
    patterns: Arc<Listed>,
    decay: Arc<Decay>,
}

impl Met {
    fn new(
        warnings: Arc<Warnings>,
        harmless: Arc<BTreeSet<(Observable, String)>>,
        patterns: Arc<Listed>,
        decay: Arc<Decay>,
    ) -> Self {
        let mut matcher = Matcher::with_warnings(warnings);
        matcher.add_fading(patterns.claims().iter().cloned());
        Self {
            hits: Hits::default(),
            matcher,
            asked: BTreeSet::new(),
            sifted: Sifted::default(),
            n_not_asked: 0,
            harmless,
            patterns,
            decay,
        }
    }

    /// Holds rows against the patterns.
    fn show(&mut self, table: &'static Table, rows: &RecordBatch) -> Result<()> {
        self.patterns.hold(table, rows, &self.matcher, &mut self.hits)
    }

    async fn hold(&mut self, sieve: &Sieve, store: &Store, table: &'static Table, rows: &RecordBatch) -> Result<()> {
        sieve.sift(table.name, rows, &mut self.sifted).map_err(|error| broken(INDICATOR, &error))?;
        if self.sifted.is_empty() {
            return Ok(());
        }
        let room = MOST_VALUES.saturating_sub(self.asked.len());
        let new: Vec<(Observable, String)> = self.sifted.values.difference(&self.asked).cloned().collect();
        self.n_not_asked += new.len().saturating_sub(room) as u64;
        let new = new.get(..room.min(new.len())).unwrap_or_default();
        if !new.is_empty() {
            let new_claims = store.kept_claims(new).await?.into_iter();
            // What a person here has found harmless is met no more.
            let counted =
                new_claims.filter(|kept| !self.harmless.contains(&(kept.claim.kind, kept.claim.value.clone())));
            let fading = counted.map(|kept| (fades_at(&self.decay, &kept), kept.claim));
            self.matcher.add_fading(fading.map(|(fades_at, claim)| (claim, fades_at)));
            self.asked.extend(new.iter().cloned());
        }
        self.hits.scan(&self.matcher, table.name, rows, &self.sifted).map_err(|error| broken(INDICATOR, &error))
    }

    fn finish(self, hour: Hour) -> Vec<Finding> {
        let n_left_out = self.hits.n_left_out() + self.n_not_asked;
        if n_left_out > 0 {
            tracing::warn!(hour = %hour.start(), n_left_out, "more indicator findings than one hour may give");
        }
        self.hits.finish(&self.matcher, hour.window())
    }
}

/// When a claim decays, counted from its source's last word. Sightings of ours do not begin its age anew here: a claim
/// would keep itself alive. One that is below the threshold from the start has its own low confidence to say so.
pub(super) fn fades_at(decay: &Decay, kept: &KeptClaim) -> Option<Timestamp> {
    let score = decay.score(&kept.claim, kept.renewed_at, None, kept.renewed_at);
    score.decays_at.filter(|decays_at| *decays_at > score.seen_at)
}

/// Parameters of every detector: defaults, overlaid by the configuration.
pub(crate) fn params(engine: &Engine) -> Result<BTreeMap<&'static str, Params>> {
    let mut all = BTreeMap::new();
    for detector in detectors::ALL.iter().copied() {
        let mut params = Params::defaults(detector).with_own(own_domains(engine));
        for (name, value) in engine.config.detectors.get(detector.name).into_iter().flatten() {
            params.set(name, *value).map_err(|error| {
                Error::usage(format!("could not set up detector \"{}\"", detector.name))
                    .detail(error)
                    .hint("`margay detectors` lists every parameter")
            })?;
        }
        all.insert(detector.name, params);
    }
    Ok(all)
}

/// Domains that people have said to be their own; networks stand in the same list.
fn own_domains(engine: &Engine) -> impl Iterator<Item = String> {
    let is_domain = |own: &&String| !own.contains('/') && own.parse::<std::net::IpAddr>().is_err();
    engine.config.sharing.own.iter().filter(is_domain).cloned()
}

pub(super) fn broken(detector: &str, error: &detect::Error) -> Error {
    Error::internal(format!("detector \"{detector}\" could not work")).detail(error)
}
