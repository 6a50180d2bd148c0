//! Data incidents: where what comes is not what usually comes. A detector is blind where a source is silent, and says
//! nothing of it.
//!
//! A silence is told where it is longer than any before it. Days with other numbers of records, and days on which more
//! was rejected, are tested, and all tests of one look share a false discovery rate.

use std::collections::{BTreeMap, BTreeSet};

use futures::TryStreamExt;
use schema::{Stage, Timestamp};
use science::{
    PValue,
    conformal::Calibration,
    hypothesis::{benjamini_hochberg, rate_exceeds},
    series::level_changed,
};

use super::series::shifted;
use crate::{
    QueryLimits, Result, View,
    answers::{ints, texts},
};

/// Something about the data that somebody should look at.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Incident {
    pub kind: IncidentKind,
    /// What comes into it; `quarantine` of rejects.
    pub table: String,
    pub dataset: String,
    pub since: Timestamp,
    /// Its end, where it has one.
    pub until: Option<Timestamp>,
    /// How likely this is, or more, if all is as ever.
    pub p_value: f64,
    /// In words.
    pub says: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum IncidentKind {
    Silent,
    Rejects,
    Fewer,
    More,
}

/// What was looked at, and what came of it.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Incidents {
    pub items: Vec<Incident>,
    /// Sources, each a table of one dataset, that records came from in these days.
    pub n_sources: u64,
    /// Of these, with less than a week of records: nothing is usual of them yet.
    pub n_young: u64,
    pub from: Option<Timestamp>,
    pub until: Option<Timestamp>,
}

/// Days that are looked at.
const DAYS: i64 = 28;

/// Of these, the last ones that are tested.
const DAYS_TESTED: i64 = 7;

/// Days before without which nothing is usual.
const PAST_MIN: usize = 7;

/// Records of a usual day below which a day is not tested: a handful comes and goes.
const RECORDS_MIN: f64 = 50.0;

/// A day that is told has so many times as many records as usual, or as few: smaller changes are no news.
const FACTOR_MIN: f64 = 2.0;

/// Hours with records, and gaps between them, without which no silence is told to be long.
const GAPS_MIN: usize = 20;

/// Hours of silence that are told at least.
const SILENCE_MIN: i64 = 3;

/// Rejects of a day that are told at least.
const REJECTS_MIN: u64 = 10;

/// Share of chance among what is told of days.
const RATE: f64 = 0.05;

const DAY_HOURS: i64 = 24;
const HOUR_SECONDS: i64 = 3_600;
const DAY_SECONDS: i64 = 86_400;

/// Where records come from: table and dataset.
type Source = (String, String);

impl View {
    /// Looks at the four weeks before the newest record that the reader may see.
    pub async fn incidents(&self) -> Result<Incidents> {
        let mut spans = Vec::new();
        for table in self.tables_seen().into_iter().filter(|table| table.stage == Stage::Telemetry) {
            spans.extend(self.records_span(table).await?.map(|(_, newest)| (table.name, newest)));
        }
        let Some(newest) = spans.iter().map(|(_, newest)| *newest).max() else {
            return Ok(Incidents { items: Vec::new(), n_sources: 0, n_young: 0, from: None, until: None });
        };
        let from = shifted(newest, -DAYS * DAY_SECONDS);
        let names: Vec<&str> = spans.iter().map(|(name, _)| *name).collect();
        let records = self.counted(&names, "observed_at", HOUR_SECONDS, from).await?;
        let came = self.counted(&names, "ingested_at", DAY_SECONDS, from).await?;
        let rejected = match self.tables_seen().iter().any(|table| table.name == QUARANTINE) {
            true => self.counted(&[QUARANTINE], "ingested_at", DAY_SECONDS, from).await?,
            false => BTreeMap::new(),
        };
        let last_hour = newest.seconds().div_euclid(HOUR_SECONDS);
        let mut items: Vec<Incident> =
            records.iter().filter_map(|(source, hours)| silence(source, hours, last_hour)).collect();
        let silent: BTreeSet<Source> = items.iter().map(|one| (one.table.clone(), one.dataset.clone())).collect();
        let first_hour = from.seconds().div_euclid(HOUR_SECONDS) + 1;
        let days: Vec<(Source, Vec<Day>)> =
            records.iter().map(|(source, hours)| (source.clone(), whole_days(hours, first_hour, last_hour))).collect();
        let n_young = days.iter().filter(|(_, days)| days.len() <= PAST_MIN).count() as u64;
        let mut tested: Vec<Incident> = Vec::new();
        // A source that is silent now is told once.
        for (source, days) in days.iter().filter(|(source, _)| !silent.contains(source)) {
            tested.extend(other_days(source, days));
        }
        tested.extend(rejects(&rejected, &came));
        items.extend(discoveries(tested));
        items.sort_by(|a, b| (a.kind, b.since, &a.table, &a.dataset).cmp(&(b.kind, a.since, &b.table, &b.dataset)));
        Ok(Incidents { items, n_sources: records.len() as u64, n_young, from: Some(from), until: Some(newest) })
    }

    /// Records of each source by step of time, from an instant on.
    async fn counted(
        &self,
        tables: &[&str],
        time: &str,
        step: i64,
        from: Timestamp,
    ) -> Result<BTreeMap<Source, BTreeMap<i64, u64>>> {
        let one = |table: &&str| {
            format!(
                "SELECT '{table}' AS name, dataset, cast(floor(date_part('epoch', {time}) / {step}) AS bigint) AS step, \
                 count(*) AS n FROM {table} WHERE {time} >= '{from}' GROUP BY 2, 3"
            )
        };
        let query = tables.iter().map(one).collect::<Vec<_>>().join(" UNION ALL ");
        let mut counts: BTreeMap<Source, BTreeMap<i64, u64>> = BTreeMap::new();
        let mut rows = self.sql(&query, &QueryLimits::default()).await?;
        while let Some(batch) = rows.try_next().await? {
            let columns =
                texts(&batch, 0)?.into_iter().zip(texts(&batch, 1)?).zip(ints(&batch, 2)?).zip(ints(&batch, 3)?);
            for (((table, dataset), step), n) in columns {
                let (Some(table), Some(dataset), Some(step), Some(n)) = (table, dataset, step, n) else { continue };
                let n = u64::try_from(n).unwrap_or(0);
                counts.entry((table, dataset)).or_default().insert(step, n);
            }
        }
        Ok(counts)
    }
}

const QUARANTINE: &str = "quarantine";

/// Records of a day, by its number since 1970.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Day {
    number: i64,
    n: f64,
}

/// A silence up to now that is longer than any that the source has come back from.
fn silence((table, dataset): &Source, hours: &BTreeMap<i64, u64>, last_hour: i64) -> Option<Incident> {
    let active: Vec<i64> = hours.keys().copied().collect();
    let last = *active.last()?;
    let now = last_hour.saturating_sub(last);
    let gaps: Vec<f64> = active.windows(2).filter_map(|two| Some((two.get(1)? - two.first()?) as f64)).collect();
    let longest = gaps.iter().copied().fold(0.0, f64::max);
    if gaps.len() < GAPS_MIN || now < SILENCE_MIN || now as f64 <= longest {
        return None;
    }
    let p = Calibration::new(gaps)?.p_value(now as f64);
    let since = hour_start(last.saturating_add(1));
    let says = format!(
        "nothing for {}; of the silences before, the longest was {}",
        hours_in_words(now),
        if longest > 1.0 { hours_in_words(longest as i64 - 1) } else { "shorter than an hour".to_owned() },
    );
    Some(incident(IncidentKind::Silent, (table, dataset), (since, None), p, says))
}

/// Days that were observed from beginning to end, those without a record too.
fn whole_days(hours: &BTreeMap<i64, u64>, first_hour: i64, last_hour: i64) -> Vec<Day> {
    let Some(begun) = hours.keys().next() else { return Vec::new() };
    // The day of its first record is no whole one, unless there was something before.
    let first = begun.max(&first_hour).saturating_add(DAY_HOURS - 1).div_euclid(DAY_HOURS);
    let last = last_hour.saturating_add(1).div_euclid(DAY_HOURS);
    let of = |number: i64| {
        let n: u64 = hours.range(number * DAY_HOURS..(number + 1) * DAY_HOURS).map(|(_, n)| *n).sum();
        Day { number, n: n as f64 }
    };
    (first..last).map(of).collect()
}

/// The last days, each held against those before it. All that were tested are told of, unless too little is usual.
fn other_days((table, dataset): &Source, days: &[Day]) -> Vec<Incident> {
    let Some(newest) = days.last().map(|day| day.number) else { return Vec::new() };
    let mut tested = Vec::new();
    for (at, day) in days.iter().enumerate() {
        let past: Vec<f64> = days.iter().take(at).map(|day| day.n).collect();
        let mut sorted = past.clone();
        sorted.sort_by(f64::total_cmp);
        let usual = sorted.get(sorted.len() / 2).copied().unwrap_or(0.0);
        if day.number <= newest - DAYS_TESTED || past.len() < PAST_MIN || usual < RECORDS_MIN {
            continue;
        }
        let Some(p) = level_changed(&past, day.n) else { continue };
        let is_news = day.n >= usual * FACTOR_MIN || day.n <= usual / FACTOR_MIN;
        let p = if is_news { p } else { PValue::ONE };
        let kind = if day.n > usual { IncidentKind::More } else { IncidentKind::Fewer };
        let says = format!("{} records on this day, where {} are usual", day.n, usual);
        tested.push(incident(kind, (table, dataset), a_day(day.number), p, says));
    }
    tested
}

/// Days on which a larger share of what came was rejected, by dataset.
fn rejects(
    rejected: &BTreeMap<Source, BTreeMap<i64, u64>>,
    came: &BTreeMap<Source, BTreeMap<i64, u64>>,
) -> Vec<Incident> {
    let mut all: BTreeMap<&str, BTreeMap<i64, [u64; 2]>> = BTreeMap::new();
    for (which, counts) in [(0, rejected), (1, came)] {
        for ((_, dataset), days) in counts {
            for (day, n) in days {
                let of_day = all.entry(dataset).or_default().entry(*day).or_default();
                for count in of_day.iter_mut().skip(which) {
                    // The second counts rejects as well: all that came.
                    *count = count.saturating_add(*n);
                }
            }
        }
    }
    let mut tested = Vec::new();
    for (dataset, days) in &all {
        let (mut rejected_before, mut came_before) = (0_u64, 0_u64);
        for (day, &[n_rejected, n_came]) in days {
            if came_before > 0 && n_rejected >= REJECTS_MIN {
                let p = rate_exceeds(n_rejected, n_came as f64, rejected_before, came_before as f64, FACTOR_MIN);
                let share = |n: u64, of: u64| 100.0 * n as f64 / of.max(1) as f64;
                let says = format!(
                    "{n_rejected} of {n_came} records that came on this day were rejected, {:.1} %; before, {:.1} %",
                    share(n_rejected, n_came),
                    share(rejected_before, came_before),
                );
                tested.push(incident(IncidentKind::Rejects, (QUARANTINE, dataset), a_day(*day), p, says));
            }
            rejected_before = rejected_before.saturating_add(n_rejected);
            came_before = came_before.saturating_add(n_came);
        }
    }
    tested
}

/// Those of all that was tested that are no chance, by Benjamini and Hochberg.
fn discoveries(tested: Vec<Incident>) -> Vec<Incident> {
    let p: Vec<PValue> = tested.iter().map(|one| PValue::new(one.p_value).unwrap_or(PValue::ONE)).collect();
    let q = benjamini_hochberg(&p);
    tested.into_iter().zip(q).filter(|(_, q)| q.get() <= RATE).map(|(one, _)| one).collect()
}

fn incident(
    kind: IncidentKind,
    (table, dataset): (&str, &str),
    (since, until): (Timestamp, Option<Timestamp>),
    p: PValue,
    says: String,
) -> Incident {
    Incident { kind, table: table.to_owned(), dataset: dataset.to_owned(), since, until, p_value: p.get(), says }
}

fn hour_start(hour: i64) -> Timestamp {
    Timestamp::from_seconds(hour.saturating_mul(HOUR_SECONDS)).unwrap_or_default()
}

fn a_day(number: i64) -> (Timestamp, Option<Timestamp>) {
    let start = |number: i64| hour_start(number.saturating_mul(DAY_HOURS));
    (start(number), Some(start(number.saturating_add(1))))
}

fn hours_in_words(hours: i64) -> String {
    match hours {
        1 => "1 hour".to_owned(),
        hours if hours < 2 * DAY_HOURS => format!("{hours} hours"),
        hours => format!("{} days", hours / DAY_HOURS),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source() -> Source {
        ("dns_queries".to_owned(), "office".to_owned())
    }

    /// So many records in every hour of these.
    fn every_hour(hours: std::ops::Range<i64>, n: u64) -> BTreeMap<i64, u64> {
        // A little up and down, as real ones are.
        hours.map(|hour| (hour, n + u64::try_from(hour * 7 % 11).unwrap_or(0))).collect()
    }

    #[test]
    fn a_silence_is_long_only_by_the_habit_of_its_source() {
        let always = every_hour(0..200, 10);
        assert_eq!(silence(&source(), &always, 199), None);
        assert_eq!(silence(&source(), &always, 201), None, "two hours may be a delay");
        let told = silence(&source(), &always, 220).expect("silent");
        assert_eq!((told.since, told.until), (hour_start(200), None));
        assert_eq!(told.says, "nothing for 21 hours; of the silences before, the longest was shorter than an hour");
        // One that rests every night is not silent at night, and is after a day.
        let by_day: BTreeMap<i64, u64> = every_hour(0..240, 10).into_iter().filter(|(hour, _)| hour % 24 < 9).collect();
        let last = by_day.keys().last().copied().expect("hours");
        assert_eq!(silence(&source(), &by_day, last + 15), None);
        assert!(silence(&source(), &by_day, last + 30).is_some());
        assert_eq!(silence(&source(), &every_hour(0..10, 5), 100), None, "nothing is usual yet");
    }

    #[test]
    fn a_day_of_another_size_is_told_and_usual_ones_are_not() {
        let mut hours = every_hour(0..24 * 20, 100);
        let usual = discoveries(other_days(&source(), &whole_days(&hours, 0, 24 * 20 - 1)));
        assert_eq!(usual, []);
        for hour in 24 * 17..24 * 18 {
            hours.insert(hour, 4);
        }
        for hour in 24 * 19..24 * 20 {
            hours.insert(hour, 900);
        }
        let told = discoveries(other_days(&source(), &whole_days(&hours, 0, 24 * 20 - 1)));
        let kinds: Vec<_> = told.iter().map(|one| (one.kind, one.since)).collect();
        assert_eq!(kinds, [(IncidentKind::Fewer, a_day(17).0), (IncidentKind::More, a_day(19).0)]);
    }

    #[test]
    fn a_day_that_is_not_over_is_not_judged_and_a_day_without_records_is() {
        let mut hours = every_hour(0..24 * 12 + 3, 100);
        assert_eq!(whole_days(&hours, 0, 24 * 12 + 2).len(), 12);
        hours.retain(|hour, _| !(24 * 10..24 * 11).contains(hour));
        let days = whole_days(&hours, 0, 24 * 12 + 2);
        assert_eq!(days.iter().find(|day| day.number == 10).map(|day| day.n), Some(0.0));
        let told = discoveries(other_days(&source(), &days));
        assert_eq!(told.iter().map(|one| one.kind).collect::<Vec<_>>(), [IncidentKind::Fewer]);
        assert!(whole_days(&every_hour(30..100, 1), 0, 99).iter().all(|day| day.number > 1), "it began within a day");
    }

    #[test]
    fn a_jump_in_rejects_is_told_and_a_steady_share_is_not() {
        let days = |n: &[u64]| (0..).zip(n.iter().copied()).collect::<BTreeMap<i64, u64>>();
        let told = |rejected: &[u64], came: &[u64]| {
            let rejected = BTreeMap::from([((QUARANTINE.to_owned(), "office".to_owned()), days(rejected))]);
            discoveries(rejects(&rejected, &BTreeMap::from([(source(), days(came))])))
        };
        assert_eq!(told(&[20, 22, 19, 21], &[10_000; 4]), []);
        let jump = told(&[20, 22, 19, 700], &[10_000; 4]);
        assert_eq!(
            jump.iter().map(|one| (one.kind, one.since)).collect::<Vec<_>>(),
            [(IncidentKind::Rejects, a_day(3).0)]
        );
        assert_eq!(jump[0].says, "700 of 10700 records that came on this day were rejected, 6.5 %; before, 0.2 %");
        assert_eq!(told(&[700], &[10_000]), [], "the first day says nothing of what is usual");
    }
}
