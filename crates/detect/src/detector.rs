//! The contract of a detector over windows: data that says what it finds, and two functions.
//!
//! Work is cut by the hour. The engine reads each touched hour of the lake once and feeds the rows to the
//! [`Digest`] of every detector; a digest is a small Arrow batch that the engine keeps. Judging reads the digests
//! of the look-back and not the rows, so that a second run an hour later costs only the new hour, and a late
//! record costs only its own hour. Detectors that hold a window against what was usual before it get the days of
//! the past as well, one folded digest each.

use std::collections::{BTreeMap, BTreeSet};

use arrow_array::RecordBatch;
use schema::{Entity, EntityKind, Finding, Timestamp, Tlp, Window, stable_id};
use science::PValue;

/// A detector, declared once in `detectors/<name>.rs`.
#[derive(Debug)]
pub struct Detector {
    /// The behaviour that it finds, never the method.
    pub name: &'static str,
    /// Goes up when the same rows would be judged otherwise, or the digest has another shape.
    pub version: &'static str,
    /// One sentence for people.
    pub finds: &'static str,
    pub null_hypothesis: &'static str,
    /// ATT&CK techniques that a finding is evidence of.
    pub attack: &'static [&'static str],
    /// What is known to look alike and means no harm, a sentence each.
    pub innocent: &'static [&'static str],
    /// What a finding is about.
    pub entity: EntityKind,
    pub reads: &'static [Reads],
    /// Hours that are judged together; a window ends with each day.
    pub look_back_hours: u32,
    /// What the window is held against, where that is more than the window itself.
    pub past: Option<Past>,
    pub params: &'static [Param],
    /// Whether the false discovery rate that was promised was also held in worlds that the detector had not seen
    /// (`docs/evaluation.md`). Until that is shown its findings are leads, whatever their q-value.
    pub rate_is_shown: bool,
    /// Starts the digest of one hour.
    pub digest: fn(&Params) -> Box<dyn Digest>,
    /// Judges one window.
    pub judge: fn(&Case<'_>) -> Result<Judged, Error>,
}

impl Detector {
    /// A finding of this detector with what it always says, to be filled in. `other` tells it from the subject's other
    /// findings in the same window: mostly the other side. The same four give the same id, so a re-run replaces it.
    pub fn finding(&self, window: Window, dataset: &str, subject: Entity, other: &str) -> Finding {
        let (start, end) = (window.start.to_string(), window.end.to_string());
        Finding {
            id: stable_id("finding", &[self.name, dataset, &subject.value, other, &start, &end]),
            detector: self.name.to_owned(),
            detector_version: self.version.to_owned(),
            dataset: dataset.to_owned(),
            subject,
            object: None,
            also: Vec::new(),
            window,
            first_seen: window.start,
            last_seen: window.end,
            n_records: 0,
            score: 0.0,
            p_value: None,
            q_value: None,
            null_hypothesis: Some(self.null_hypothesis.to_owned()),
            confidence: 0,
            techniques: self.attack.iter().map(|id| (*id).to_owned()).collect(),
            labels: Vec::new(),
            evidence: Vec::new(),
            because: String::new(),
            unless: String::new(),
            statistics: Vec::new(),
            query: None,
            tlp: Tlp::Red,
        }
    }
}

/// Days before the window that a detector knows: what was usual, who was there.
#[derive(Debug, Clone, Copy)]
pub struct Past {
    /// How many; days without rows are left out of [`Case::past`].
    pub days: u32,
    /// One digest for the hours of a day, of the same shape or a smaller one: the past is read often.
    pub fold: fn(&[RecordBatch], &Params) -> Result<RecordBatch, Error>,
}

/// What a detector is given to judge.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// Findings speak of this time.
    pub window: Window,
    /// Digests of its hours, oldest first; hours without rows are left out.
    pub hours: &'a [RecordBatch],
    /// The days before the window, oldest first; empty where the detector declares no past.
    pub past: &'a [Day],
    pub params: &'a Params,
}

/// A day of the past, in UTC.
#[derive(Debug, Clone)]
pub struct Day {
    pub start: Timestamp,
    /// What [`Past::fold`] made of its hours.
    pub digest: RecordBatch,
}

/// A table and the columns of it that a detector needs, besides `record_id`, `dataset` and `observed_at`.
#[derive(Debug, Clone, Copy)]
pub struct Reads {
    pub table: &'static str,
    pub columns: &'static [&'static str],
}

/// Sums up the rows of one hour, in any order of rows.
pub trait Digest: Send {
    /// Takes rows of one of the tables in [`Detector::reads`], with the columns asked for, found by name.
    fn add(&mut self, table: &str, rows: &RecordBatch) -> Result<(), Error>;

    /// The digest as Arrow rows in a stable order: equal rows in give equal bytes out.
    fn finish(self: Box<Self>) -> Result<RecordBatch, Error>;
}

/// The outcome of judging one window.
///
/// A detector tests and does not decide: what is a discovery among all that was tested, [`crate::Control`] says.
#[derive(Debug, Clone, Default)]
pub struct Judged {
    /// What is worth telling, each with its p-value. Those with large p-values may be left out.
    pub findings: Vec<Finding>,
    /// The p-values of all hypotheses tested in each dataset, those of the findings among them, in any order.
    pub tested: BTreeMap<String, Vec<PValue>>,
}

impl Judged {
    /// Counts a hypothesis.
    pub fn test(&mut self, dataset: &str, p: PValue) {
        match self.tested.get_mut(dataset) {
            Some(known) => known.push(p),
            None => drop(self.tested.insert(dataset.to_owned(), vec![p])),
        }
    }

    /// Only what has a p-value of at most `bound`, divided by it: the p-value given that it is so small.
    ///
    /// Where most of what is looked at shows nothing at all, p-values crowd at 1, and each of them counts as a test
    /// against the few that show something. If a null p-value is uniform, or the more conservative the larger it is,
    /// p / bound is one as well, given that p ≤ bound (Zhao, Small and Su 2019, JASA 114). Datasets with so few tests
    /// that not one would be expected below the bound stay as they are; that choice does not look at p-values.
    #[must_use]
    pub fn given_at_most(mut self, bound: f64) -> Self {
        let chosen = |p_values: &Vec<PValue>| p_values.len() as f64 * bound >= 1.0;
        let changed: BTreeSet<String> =
            self.tested.iter().filter(|(_, all)| chosen(all)).map(|(dataset, _)| dataset.clone()).collect();
        for (_, p_values) in self.tested.iter_mut().filter(|(dataset, _)| changed.contains(*dataset)) {
            p_values.retain(|p| p.get() <= bound);
            p_values.iter_mut().for_each(|p| *p = PValue::clamped(p.get() / bound));
        }
        self.tested.retain(|_, p_values| !p_values.is_empty());
        let small = |finding: &Finding| finding.p_value.is_some_and(|p| p <= bound);
        self.findings.retain(|finding| !changed.contains(&finding.dataset) || small(finding));
        for finding in self.findings.iter_mut().filter(|finding| changed.contains(&finding.dataset)) {
            finding.p_value = finding.p_value.map(|p| (p / bound).min(1.0));
        }
        self
    }

    /// Hypotheses tested in all datasets.
    pub fn n_tests(&self) -> usize {
        self.tested.values().map(Vec::len).sum()
    }
}

/// A number that people may set, with its default and the reason for that.
#[derive(Debug, Clone, Copy)]
pub struct Param {
    pub name: &'static str,
    pub default: f64,
    pub because: &'static str,
}

/// The parameters of one detector: defaults, overlaid by configuration.
#[derive(Debug, Clone, PartialEq)]
pub struct Params {
    values: Vec<(&'static str, f64)>,
    own: Vec<String>,
}

impl Params {
    pub fn defaults(detector: &Detector) -> Self {
        Self { values: detector.params.iter().map(|param| (param.name, param.default)).collect(), own: Vec::new() }
    }

    /// Sets one by name; fails on a name that the detector does not have, or a value that is not a finite number.
    pub fn set(&mut self, name: &str, value: f64) -> Result<(), Error> {
        let known = self.values.iter_mut().find(|(known, _)| *known == name);
        match known {
            Some(slot) if value.is_finite() => {
                slot.1 = value;
                Ok(())
            }
            Some(_) => Err(Error::new(format!("parameter \"{name}\" must be a finite number"))),
            None => Err(Error::new(format!("there is no parameter \"{name}\""))),
        }
    }

    /// The same with the organization's own domains, as people have told them.
    pub fn with_own(mut self, domains: impl IntoIterator<Item = String>) -> Self {
        self.own = domains.into_iter().map(|domain| domain.trim_matches('.').to_ascii_lowercase()).collect();
        self
    }

    pub fn own(&self) -> &[String] {
        &self.own
    }

    /// Every parameter with its value, in the order of their declaration.
    pub fn values(&self) -> &[(&'static str, f64)] {
        &self.values
    }

    /// The value of a parameter that the detector declares; a name that it does not declare is NaN, which no test passes.
    pub fn get(&self, name: &str) -> f64 {
        self.values.iter().find(|(known, _)| *known == name).map_or(f64::NAN, |(_, value)| *value)
    }
}

/// Why a detector could not work: rows without the columns it reads, or a digest of another version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    what: String,
}

impl Error {
    pub fn new(what: impl Into<String>) -> Self {
        Self { what: what.into() }
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.what)
    }
}

impl std::error::Error for Error {}

impl From<arrow_schema::ArrowError> for Error {
    fn from(error: arrow_schema::ArrowError) -> Self {
        Self::new(error.to_string())
    }
}
