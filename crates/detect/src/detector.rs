//! The contract of a detector over windows: data that says what it finds, and two functions.
//!
//! Work is cut by the hour. The engine reads each touched hour of the lake once and feeds the rows to the
//! [`Digest`] of every detector; a digest is a small Arrow batch that the engine keeps. Judging reads the digests
//! of the look-back and not the rows, so that a second run an hour later costs only the new hour, and a late
//! record costs only its own hour.

use arrow_array::RecordBatch;
use schema::{FindingBatch, Window};

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
    pub reads: &'static [Reads],
    pub look_back_hours: u32,
    pub params: &'static [Param],
    /// Starts the digest of one hour.
    pub digest: fn(&Params) -> Box<dyn Digest>,
    /// Judges one window from the digests of its hours, oldest first.
    pub judge: fn(Window, &[RecordBatch], &Params) -> Result<Judged, Error>,
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
#[derive(Debug, Default)]
pub struct Judged {
    /// Findings with their q-values, already cut at the false discovery rate that the parameters ask for.
    pub findings: FindingBatch,
    /// Hypotheses tested: what the q-values were corrected for.
    pub n_tests: usize,
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
}

impl Params {
    pub fn defaults(detector: &Detector) -> Self {
        Self { values: detector.params.iter().map(|param| (param.name, param.default)).collect() }
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
