//! What each entity is used to, and how surprising a day of it is: the method of detectors that look for the unusual.
//!
//! A digest says which items of which aspects an entity showed: the countries of an account, the programs of a host.
//! `sightings` reads it, `record` says what of a day was new for whom, `chances` how often days of the past were as
//! unusual in each respect, `joint` in all of them together, and `surprise` holds the window against that.

mod chances;
pub(crate) mod digest;
mod joint;
mod record;
pub(crate) mod report;
mod sightings;
mod surprise;
mod tail;

use arrow_array::RecordBatch;

use crate::{
    Error, Params,
    telemetry::groups::{self, Plan},
};

pub(crate) use sightings::{Family, Pool, Question};
pub(crate) use surprise::{Basis, Novelty, Surprise, surprises, window};
pub(crate) use tail::{OF_LOG_COUNTS, Tail};

/// The digest of an hour: who showed what.
pub(crate) static HOUR: Plan = Plan {
    keys: &["dataset", "entity", "aspect", "item"],
    n_owner: 2,
    counts: &["n"],
    groups_max: 400_000,
    // A host that shows more different things in an hour is random or hostile; a sample of them tells as much.
    of_owner_max: 2_000,
    records_max: 3,
};

/// The digest of a day of the past: the same without records.
pub(crate) static DAY: Plan = Plan { records_max: 0, ..HOUR };

pub(crate) fn fold(hours: &[RecordBatch], _: &Params) -> Result<RecordBatch, Error> {
    groups::merge(&DAY, hours)
}
