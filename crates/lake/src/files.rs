//! The data files of one snapshot of a table, with what the Delta log says of their content.

use std::collections::BTreeMap;

use datafusion::scalar::ScalarValue;
use deltalake::{
    DeltaTable,
    kernel::{Add, LogicalFileView, Remove},
};
use object_store::path::Path;
use schema::{Kind, Partition, Table, Timestamp};
use serde_json::Value;

use crate::hours::{self, Hours};

/// The Delta partition column: the UTC day of the table's instant.
///
/// It is null in a file of rows of several days (see `day_files`), or whose instant no calendar holds. Queries see the
/// day of each row all the same.
pub(crate) const DAY: &str = "day";

/// Tag of files whose rows ascend by the table's instant.
pub(crate) const SORTED: &str = "margay.sorted";

/// Tag of files that tell what is in their long texts (see `parquet_file`).
pub(crate) const SKETCHED: &str = "margay.sketched";

/// Value of that tag: goes up where later sketches say something else, so that older ones are not asked.
pub(crate) const SKETCH_VERSION: &str = "1";

/// A live data file.
#[derive(Debug, Clone)]
pub(crate) struct DataFile {
    /// Within the table's folder.
    pub(crate) path: Path,
    pub(crate) size: u64,
    pub(crate) modified_ms: i64,
    /// Days since 1970; `None` in a file of several days.
    pub(crate) day: Option<i32>,
    pub(crate) rows: Option<u64>,
    pub(crate) hours: Option<Hours>,
    pub(crate) sorted: bool,
    pub(crate) sketched: bool,
    /// By column name.
    pub(crate) bounds: BTreeMap<&'static str, Bounds>,
    pub(crate) remove: Remove,
}

/// Values of one column in one file all lie within; texts may be cut, so these are bounds and not extremes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Bounds {
    pub(crate) min: ScalarValue,
    pub(crate) max: ScalarValue,
    pub(crate) nulls: Option<u64>,
}

/// The files that make up the table at the version that `delta` has loaded.
pub(crate) fn list(table: &'static Table, delta: &DeltaTable) -> Vec<DataFile> {
    let Some(state) = delta.state.as_ref() else { return Vec::new() };
    state.log_data().iter().map(|view| read(table, &view)).collect()
}

/// Name of the column whose day the table is cut by and whose order the rows of a file have.
pub(crate) fn instant_name(table: &Table) -> &'static str {
    match table.partition {
        Partition::Day(name) => name,
        Partition::None => "observed_at",
    }
}

/// Hours with rows in a file that was just added to the log.
pub(crate) fn hours_of_add(table: &'static Table, add: &Add) -> Hours {
    let tag = add.tags.as_ref().and_then(|tags| tags.get(hours::TAG)).and_then(Option::as_deref);
    let tagged = tag.and_then(Hours::from_tag);
    tagged.unwrap_or_else(|| hours_of_bounds(table, &bounds_of(table, add.stats.as_deref()).0))
}

impl DataFile {
    /// Microseconds since 1970 before which it has no row.
    pub(crate) fn first_instant(&self, table: &'static Table) -> Option<i64> {
        match self.bounds.get(instant_name(table)).map(|bounds| &bounds.min) {
            Some(ScalarValue::TimestampMicrosecond(first, _)) => *first,
            _ => None,
        }
    }

    pub(crate) fn hours(&self, table: &'static Table) -> Hours {
        self.hours.clone().unwrap_or_else(|| hours_of_bounds(table, &self.bounds))
    }
}

fn hours_of_bounds(table: &'static Table, bounds: &BTreeMap<&'static str, Bounds>) -> Hours {
    let bounds = bounds.get(instant_name(table));
    match bounds.map(|bounds| (&bounds.min, &bounds.max)) {
        Some((ScalarValue::TimestampMicrosecond(Some(first), _), ScalarValue::TimestampMicrosecond(Some(last), _))) => {
            Hours::between(*first, *last)
        }
        _ => Hours::default(),
    }
}

fn read(table: &'static Table, view: &LogicalFileView) -> DataFile {
    #[allow(deprecated, reason = "the only public way to a file's tags in deltalake 1.1")]
    let add = view.add_action();
    let tag = |name: &str| add.tags.as_ref().and_then(|tags| tags.get(name)).and_then(Option::as_deref);
    let (bounds, rows) = bounds_of(table, add.stats.as_deref());
    DataFile {
        path: view.object_store_path(),
        size: u64::try_from(add.size).unwrap_or(0),
        modified_ms: add.modification_time,
        day: add.partition_values.get(DAY).and_then(Option::as_deref).and_then(parse_day),
        rows,
        hours: tag(hours::TAG).and_then(Hours::from_tag),
        sketched: tag(SKETCHED) == Some(SKETCH_VERSION),
        sorted: tag(SORTED) == Some(instant_name(table)),
        bounds,
        remove: view.remove_action(true),
    }
}

fn parse_day(text: &str) -> Option<i32> {
    text.parse::<Timestamp>().ok().map(Timestamp::day)
}

/// The day as Delta writes it, `2026-11-21`.
pub(crate) fn day_text(day: i32) -> Option<String> {
    let midnight = Timestamp::from_seconds(i64::from(day).checked_mul(86_400)?)?;
    midnight.to_string().get(..10).map(str::to_owned)
}

/// Bounds and row count from the statistics of the Delta log; whatever cannot be read is unknown.
fn bounds_of(table: &'static Table, stats: Option<&str>) -> (BTreeMap<&'static str, Bounds>, Option<u64>) {
    let Some(stats) = stats.and_then(|stats| serde_json::from_str::<Value>(stats).ok()) else {
        return (BTreeMap::new(), None);
    };
    let mut bounds = BTreeMap::new();
    for column in table.columns() {
        let of = |part: &str| stats.get(part).and_then(|part| part.get(column.name));
        let min = of("minValues").and_then(|value| scalar(column.kind, value, false));
        let max = of("maxValues").and_then(|value| scalar(column.kind, value, true));
        if let (Some(min), Some(max)) = (min, max) {
            let nulls = of("nullCount").and_then(Value::as_u64);
            bounds.insert(column.name, Bounds { min, max, nulls });
        }
    }
    (bounds, stats.get("numRecords").and_then(Value::as_u64))
}

fn scalar(kind: Kind, value: &Value, is_max: bool) -> Option<ScalarValue> {
    match kind {
        Kind::Text | Kind::Ip => value.as_str().map(|text| ScalarValue::Utf8View(Some(text.to_owned()))),
        Kind::Int => value.as_i64().map(|number| ScalarValue::Int64(Some(number))),
        Kind::Instant => {
            let instant: Timestamp = value.as_str()?.parse().ok()?;
            let micros = instant.micros();
            // Other writers cut instants to the millisecond, so the latest may be up to one later.
            let cut = is_max && micros.rem_euclid(1_000) == 0;
            let micros = if cut { micros.saturating_add(999) } else { micros };
            Some(ScalarValue::TimestampMicrosecond(Some(micros), Some("UTC".into())))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_round_trip_within_the_calendar() {
        for day in [-100_000, -1, 0, 20_000, 100_000] {
            assert_eq!(day_text(day).as_deref().and_then(parse_day), Some(day));
        }
        assert_eq!(day_text(i32::MAX), None);
        assert_eq!(day_text(i32::MIN), None);
    }

    #[test]
    fn statistics_that_are_rubbish_bound_nothing() {
        let table = schema::tables::find("connections").expect("a telemetry table");
        for stats in ["", "[]", "{\"minValues\":7}", "{\"minValues\":{\"observed_at\":\"soon\"},\"maxValues\":{}}"] {
            assert_eq!(bounds_of(table, Some(stats)), (BTreeMap::new(), None), "{stats}");
        }
    }
}
