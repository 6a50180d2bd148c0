//! Ways that go on: a machine is reached, and within hours others are reached from it.

use std::collections::BTreeMap;

use arrow_array::RecordBatch;

use crate::{
    Error, Params,
    habits::{self, HOUR},
    telemetry::groups::{Grouped, Groups, Plan},
};

/// Steps of one machine in a day that are looked at; whoever takes more is a scanner or a server.
const STEPS_MAX: usize = 64;

/// A way goes on where the next step follows within this time: intruders rest as well, but then it is habit by day.
const WITHIN_MICROS: i64 = 6 * 3_600_000_000;

/// Between a machine and how it was reached.
const BY: &str = " by ";

/// A step: from, to, when first, with its records.
type Step = (String, i64, Vec<(i64, String)>);

/// A day of the past.
pub(super) fn fold(hours: &[RecordBatch], _: &Params) -> Result<RecordBatch, Error> {
    with_chains(&habits::DAY, hours)
}

/// The digest of a day, with sightings of ways that go on added: `b, then c` for the machine that reached b.
pub(super) fn with_chains(plan: &'static Plan, hours: &[RecordBatch]) -> Result<RecordBatch, Error> {
    let mut steps: BTreeMap<(String, String), Vec<Step>> = BTreeMap::new();
    for hour in hours {
        let rows = Grouped::of(hour, &HOUR)?;
        for row in (0..rows.len()).filter(|row| ["logon", "reach"].contains(&rows.key(2, *row))) {
            let Some((target, _)) = rows.key(3, row).rsplit_once(BY) else { continue };
            let from = steps.entry((rows.key(0, row).to_owned(), rows.key(1, row).to_owned())).or_default();
            if from.len() <= STEPS_MAX {
                from.push((target.to_owned(), rows.first(row), rows.records_at(row)));
            }
        }
    }
    let mut groups = Groups::new(plan);
    for hour in hours {
        groups.absorb(hour)?;
    }
    for ((dataset, source), first_steps) in &steps {
        for (middle, at, records) in first_steps.iter().take(STEPS_MAX) {
            let onward = steps.get(&(dataset.clone(), middle.clone()));
            // The machine that reaches many is a server of something, and no station of a way.
            for (target, later, evidence) in onward.into_iter().filter(|next| next.len() <= STEPS_MAX).flatten() {
                let follows = (0..=WITHIN_MICROS).contains(&later.saturating_sub(*at));
                if follows && target != source && target != middle {
                    let records: Vec<(i64, String)> = records.iter().chain(evidence).cloned().collect();
                    let chain = format!("{middle}, then {target}");
                    groups.add_evident(&[dataset, source, "chain", &chain], *at, &records);
                }
            }
        }
    }
    groups.finish()
}
