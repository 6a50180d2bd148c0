//! Logons of one account in two countries, in less time than any journey takes.

use arrow_array::RecordBatch;

use super::places;
use crate::{
    Error, Params,
    habits::{self, HOUR},
    telemetry::groups::{Grouped, Groups, Plan},
};

/// Faster than airliners, with the way to the airport left out.
const KM_PER_HOUR_MAX: f64 = 1_000.0;

/// What the middles of two countries may be nearer to each other than their people: half of a wide country each.
const SLACK_KM: f64 = 2_500.0;

const HOUR_MICROS: f64 = 3_600e6;

/// Countries of an account that are looked at in a day.
const COUNTRIES_MAX: usize = 32;

/// Places of the columns in [`HOUR`].
const ENTITY: usize = 1;
const ASPECT: usize = 2;
const ITEM: usize = 3;

/// A day of the past.
pub(super) fn fold(hours: &[RecordBatch], _: &Params) -> Result<RecordBatch, Error> {
    with_travel(&habits::DAY, hours)
}

/// The digest of a day, with sightings of impossible journeys added.
pub(super) fn with_travel(plan: &'static Plan, hours: &[RecordBatch]) -> Result<RecordBatch, Error> {
    let mut stays = Vec::new();
    for hour in hours {
        let rows = Grouped::of(hour, &HOUR)?;
        stays.extend((0..rows.len()).filter(|row| rows.key(ASPECT, *row) == "country").map(|row| Stay::of(&rows, row)));
    }
    stays.sort();
    let mut groups = Groups::new(plan);
    for hour in hours {
        groups.absorb(hour)?;
    }
    for of_account in stays.chunk_by(|a, b| (&a.dataset, &a.account) == (&b.dataset, &b.account)) {
        for (journey, stay) in journeys(of_account) {
            groups.add_evident(&[&stay.dataset, &stay.account, "travel", &journey], stay.first, &stay.records);
        }
    }
    groups.finish()
}

/// An account in a country within an hour.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Stay {
    dataset: String,
    account: String,
    first: i64,
    last: i64,
    country: String,
    records: Vec<(i64, String)>,
}

impl Stay {
    fn of(rows: &Grouped<'_>, row: usize) -> Self {
        Self {
            dataset: rows.key(0, row).to_owned(),
            account: rows.key(ENTITY, row).to_owned(),
            first: rows.first(row),
            last: rows.last(row),
            country: rows.key(ITEM, row).to_owned(),
            records: rows.records_at(row),
        }
    }
}

/// Pairs of countries, in the order of the alphabet, that nobody comes from and to in that time; with the later stay.
fn journeys(stays: &[Stay]) -> Vec<(String, &Stay)> {
    let mut found: Vec<(String, &Stay)> = Vec::new();
    // The latest stay in each country so far: an earlier one leaves more time.
    let mut latest: Vec<&Stay> = Vec::new();
    for stay in stays {
        for before in latest.iter().filter(|before| before.country != stay.country && too_fast(before, stay)) {
            let (a, b) = (before.country.as_str().min(&stay.country), before.country.as_str().max(&stay.country));
            let journey = format!("{a} and {b}");
            if !found.iter().any(|(known, _)| *known == journey) {
                found.push((journey, stay));
            }
        }
        let has_room = latest.len() < COUNTRIES_MAX;
        match latest.iter_mut().find(|known| known.country == stay.country) {
            Some(known) if known.last < stay.last => *known = stay,
            Some(_) => {}
            None if has_room => latest.push(stay),
            None => {}
        }
    }
    found
}

fn too_fast(before: &Stay, after: &Stay) -> bool {
    let hours = after.first.saturating_sub(before.last).max(0) as f64 / HOUR_MICROS;
    let km = places::distance_km(&before.country, &after.country);
    km.is_some_and(|km| km - SLACK_KM > hours * KM_PER_HOUR_MAX)
}
