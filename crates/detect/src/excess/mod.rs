//! Who gave one other side more than is usual: bytes to a site, names to a zone, hours to a server. The method that
//! detectors share which measure pairs of ours and theirs; what is measured is theirs.
//!
//! `table` is the digest, `lookups` fills it from look-ups, `yardsticks` knows what is usual, `judge` tests.

mod judge;
mod lookups;
mod table;
mod yardsticks;

pub(crate) use judge::{Basis, Excess, judge};
pub(crate) use lookups::{Lookups, without_precedent, without_resolvers};
pub(crate) use table::{Amount, Key, N_NUMBERS, Table, encode};

use arrow_array::RecordBatch;
use yardsticks::Prior;

use crate::Error;

/// A day of the past.
pub(crate) fn fold(hours: &[RecordBatch], measure: &Measure) -> Result<RecordBatch, Error> {
    table::fold(hours, measure)
}

/// What a detector measures.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Measure {
    /// How the numbers of two hours become those of both.
    pub(crate) join: fn(&mut [f64; N_NUMBERS], &[f64; N_NUMBERS]),
    /// What is compared; 0 or more.
    pub(crate) value: fn(&Amount) -> f64,
    /// Values below are not tested.
    pub(crate) floor: f64,
    /// Values far below are all the same: logarithms begin to tell them apart here, at the floor or lower.
    pub(crate) foot: f64,
    /// What a subject's largest value of a day to any one object is, before anything of this organisation is known.
    pub(crate) usual_median: f64,
    /// Standard deviation of its logarithm.
    pub(crate) usual_spread: f64,
    /// Without days before: where so many others give at least half as much, the rank among them is the p-value. What
    /// innocent hosts do in any size, as backups, is excused by 0: then it is always the rank.
    pub(crate) excuse_min: usize,
    /// Logarithms vary at least so much, however alike the known days are.
    pub(crate) spread_min: f64,
}

impl Measure {
    fn prior(&self) -> Prior {
        Prior { median: self.log(self.usual_median), spread: self.usual_spread, spread_min: self.spread_min }
    }

    /// Logarithm with a soft foot.
    fn log(&self, value: f64) -> f64 {
        (value.max(0.0) / self.foot.max(f64::MIN_POSITIVE)).ln_1p()
    }
}
