//! Records of a table over time, with the band in which one would expect them.

use futures::TryStreamExt;
use schema::{Datasets, Stage, Table, Timestamp};

use crate::{Error, QueryLimits, Result, View, answers::ints, clock};

/// Which records, and in which steps.
#[derive(Debug, Clone)]
pub struct SeriesPlan {
    pub table: String,
    pub since: Option<Timestamp>,
    pub until: Option<Timestamp>,
    pub step_seconds: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Point {
    pub at: Timestamp,
    pub n: i64,
    /// Ends of the band, where there are enough other days to expect anything.
    pub low: Option<f64>,
    pub high: Option<f64>,
    pub unusual: bool,
}

/// Points of one series.
const POINTS_MAX: i64 = 5_000;

const DAY_SECONDS: i64 = 86_400;
const HOUR_SECONDS: i64 = 3_600;

/// Other days without which nothing is expected of a time of day.
const DAYS_MIN: usize = 4;

/// Robust standard deviations that a band reaches to either side: with normal noise one point in 370 is outside.
const WIDTH: f64 = 3.0;

impl View {
    /// Where no span is given: the seven days before the newest record. Of a table without records there are no points.
    pub async fn series(&self, plan: &SeriesPlan) -> Result<Vec<Point>> {
        let table =
            self.tables_seen().into_iter().find(|table| table.name == plan.table && table.stage == Stage::Telemetry);
        let Some(table) = table else {
            return Err(Error::usage(format!("there is no table \"{}\" of records", plan.table))
                .hint("GET /api/v1/schema lists the tables"));
        };
        let span = self.records_span(table).await?;
        if span.is_none() {
            return Ok(Vec::new());
        }
        let until = plan.until.or(span.map(|(_, newest)| shifted(newest, 1))).unwrap_or_else(clock::now);
        // Hours before the first record would make all others unusual.
        let week = shifted(until, -7 * DAY_SECONDS);
        let since = plan.since.unwrap_or_else(|| span.map_or(week, |(oldest, _)| week.max(oldest)));
        let step = plan.step_seconds.clamp(60, 7 * DAY_SECONDS);
        let step = step.max(until.seconds().saturating_sub(since.seconds()) / POINTS_MAX);
        let query = format!(
            "SELECT cast(date_part('epoch', observed_at) / {step} AS bigint) AS bar, count(*) AS n FROM {} \
             WHERE observed_at >= '{since}' AND observed_at < '{until}' GROUP BY 1",
            table.name
        );
        let mut rows = self.sql(&query, &QueryLimits::default()).await?;
        let first = since.seconds().div_euclid(step);
        let last = until.seconds().saturating_sub(1).div_euclid(step);
        let n = last.saturating_sub(first).saturating_add(1).clamp(0, POINTS_MAX);
        let mut counts = vec![0_i64; usize::try_from(n).unwrap_or(0)];
        while let Some(batch) = rows.try_next().await? {
            for (bar, n) in ints(&batch, 0)?.into_iter().zip(ints(&batch, 1)?) {
                let at = bar.and_then(|bar| usize::try_from(bar.saturating_sub(first)).ok());
                if let Some(count) = at.and_then(|at| counts.get_mut(at)) {
                    *count = n.unwrap_or(0);
                }
            }
        }
        Ok(with_band(&counts, first, step))
    }
}

impl View {
    /// When the oldest and the newest record of a table were observed, among those that the reader sees.
    pub(super) async fn records_span(&self, table: &'static Table) -> Result<Option<(Timestamp, Timestamp)>> {
        let lake = &self.seen().lake;
        // The log of a table knows the hours of all its records: it is no answer for who sees some of them.
        if self.scope().datasets == Datasets::All && self.seen().sees_own() {
            let hours = lake.touched(table, None).await?.hours;
            let newest = hours.iter().max().map(|hour| shifted(*hour, 3_599));
            return Ok(hours.iter().min().copied().zip(newest));
        }
        let epoch = |which: &str| format!("cast(date_part('epoch', {which}(observed_at)) AS bigint)");
        let query = format!("SELECT {} AS oldest, {} AS newest FROM {}", epoch("min"), epoch("max"), table.name);
        let Some(batch) = lake.sql(&query, None).await?.try_next().await? else { return Ok(None) };
        let instant = |column| -> Result<Option<Timestamp>> {
            let seconds = ints(&batch, column)?.into_iter().flatten().next();
            Ok(seconds.and_then(Timestamp::from_seconds))
        };
        Ok(instant(0)?.zip(instant(1)?))
    }
}

impl View {
    /// The hours, counted from 1970, in which there are records of a table that the reader sees.
    pub(super) async fn record_hours(&self, table: &'static Table) -> Result<Vec<i64>> {
        let lake = &self.seen().lake;
        if self.scope().datasets == Datasets::All && self.seen().sees_own() {
            let hours = lake.touched(table, None).await?.hours;
            return Ok(hours.iter().map(|hour| hour.seconds().div_euclid(HOUR_SECONDS)).collect());
        }
        let hour = format!("cast(floor(date_part('epoch', observed_at) / {HOUR_SECONDS}) AS bigint)");
        let mut rows = lake.sql(&format!("SELECT DISTINCT {hour} AS hour FROM {}", table.name), None).await?;
        let mut hours = Vec::new();
        while let Some(batch) = rows.try_next().await? {
            hours.extend(ints(&batch, 0)?.into_iter().flatten());
        }
        Ok(hours)
    }
}

pub(super) fn shifted(instant: Timestamp, seconds: i64) -> Timestamp {
    instant.checked_add_nanos(seconds.saturating_mul(1_000_000_000)).unwrap_or(instant)
}

/// Each point is held against the same time of day of the other days; where these are few, against nothing.
fn with_band(counts: &[i64], first: i64, step: i64) -> Vec<Point> {
    let a_day = usize::try_from(DAY_SECONDS / step).unwrap_or(0).max(1);
    let points = counts.iter().enumerate().map(|(at, n)| {
        let same_time = (at % a_day..counts.len()).step_by(a_day).filter(|other| *other != at);
        let others: Vec<f64> = same_time.filter_map(|other| counts.get(other)).map(|n| *n as f64).collect();
        let band = (others.len() >= DAYS_MIN).then(|| band(others));
        let bar = first.saturating_add(i64::try_from(at).unwrap_or(0));
        Point {
            at: Timestamp::from_seconds(bar.saturating_mul(step)).unwrap_or_default(),
            n: *n,
            low: band.map(|(low, _)| low),
            high: band.map(|(_, high)| high),
            unusual: band.is_some_and(|(low, high)| (*n as f64) < low || (*n as f64) > high),
        }
    });
    points.collect()
}

/// Median and median absolute deviation; never narrower than what counting alone scatters.
fn band(mut values: Vec<f64>) -> (f64, f64) {
    let middle = median(&mut values);
    let mut deviations: Vec<f64> = values.iter().map(|value| (value - middle).abs()).collect();
    let spread = (1.4826 * median(&mut deviations)).max(middle.sqrt()).max(1.0);
    ((middle - WIDTH * spread).max(0.0), middle + WIDTH * spread)
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_usual_at_night_is_not_at_noon() {
        let day: Vec<i64> = (0..24).map(|hour| if (8..18).contains(&hour) { 1_000 } else { 10 }).collect();
        let mut counts: Vec<i64> = day.iter().copied().cycle().take(24 * 7).collect();
        counts[24 * 3 + 2] = 900;
        counts[24 * 5 + 12] = 40;
        let points = with_band(&counts, 0, 3_600);
        let unusual: Vec<usize> = (0..points.len()).filter(|at| points[*at].unusual).collect();
        assert_eq!(unusual, [24 * 3 + 2, 24 * 5 + 12]);
    }

    #[test]
    fn of_a_first_day_nothing_is_expected() {
        assert!(with_band(&[], 0, 3_600).is_empty());
        let day: Vec<i64> = (0..24).map(|hour| if (8..18).contains(&hour) { 1_000 } else { 10 }).collect();
        assert!(with_band(&day, 0, 3_600).iter().all(|point| point.low.is_none() && !point.unusual));
    }
}
