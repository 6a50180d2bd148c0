//! Which rows of an append go into which file: one a day, and one for all the days that have only a few rows.
//!
//! A log that is read as it grows has a day or two in each append. An old one that is read at once may have hundreds,
//! and a file costs the same few milliseconds whether it has ten rows or thousands.

use arrow_array::RecordBatch;
use schema::Table;

use crate::parquet_file;

/// As many days always have a file each: an append around midnight, late records, a clock that is wrong.
const FEW_DAYS: usize = 4;

/// Among more days, one with fewer rows than this shares its file with others: below it, most of the time that a
/// file takes would not go into its rows.
const SPARSE_ROWS: usize = 4_096;

/// Rows of one file to be: (batch, row) in order of time.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct FilePlan {
    /// Days since 1970; `None` where rows are of several days, or of one that no calendar holds.
    pub(crate) day: Option<i32>,
    pub(crate) rows: Vec<(usize, usize)>,
}

pub(crate) fn plan_files(table: &Table, group: &[RecordBatch], file_rows: usize) -> Vec<FilePlan> {
    let rows = rows_in_order(table, group);
    let days: Vec<&[Row]> = rows.chunk_by(|a, b| a.day == b.day).collect();
    let is_own = |day: &[Row]| days.len() <= FEW_DAYS || day.len() >= SPARSE_ROWS;
    let mut files = Vec::new();
    let mut shared: Vec<(usize, usize)> = Vec::new();
    for day in &days {
        let places = day.iter().map(|row| row.place);
        match day.first().and_then(|row| row.day).filter(|_| is_own(day)) {
            Some(number) => files.extend(of_size(Some(number), &places.collect::<Vec<_>>(), file_rows)),
            None => shared.extend(places),
        }
    }
    files.extend(of_size(None, &shared, file_rows));
    files
}

/// Files of at most `most` rows each.
fn of_size(day: Option<i32>, rows: &[(usize, usize)], most: usize) -> impl Iterator<Item = FilePlan> {
    rows.chunks(most.max(1)).map(move |rows| FilePlan { day, rows: rows.to_vec() })
}

struct Row {
    instant: i64,
    day: Option<i32>,
    place: (usize, usize),
}

/// All rows by time; equal times keep the order of arrival.
fn rows_in_order(table: &Table, group: &[RecordBatch]) -> Vec<Row> {
    let mut rows = Vec::with_capacity(group.iter().map(RecordBatch::num_rows).sum());
    for (index, batch) in group.iter().enumerate() {
        if let Some(instants) = parquet_file::instants(table, batch) {
            let places = instants.values().iter().enumerate();
            rows.extend(places.map(|(row, &instant)| Row { instant, day: day_of(instant), place: (index, row) }));
        }
    }
    // Logs are almost sorted, which the stable sort makes use of.
    rows.sort_by_key(|row| row.instant);
    rows
}

/// Days since 1970; `None` beyond what a timestamp in nanoseconds holds.
pub(crate) fn day_of(micros: i64) -> Option<i32> {
    schema::Timestamp::from_micros(micros).map(schema::Timestamp::day)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::TimestampMicrosecondArray;
    use arrow_schema::{DataType, Field, Schema, TimeUnit};

    use super::*;

    const DAY: i64 = 86_400_000_000;

    /// One batch with rows at these instants, as far as planning looks at it.
    fn batch(instants: Vec<i64>) -> RecordBatch {
        let kind = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
        let schema = Arc::new(Schema::new(vec![Field::new("observed_at", kind, false)]));
        let instants = TimestampMicrosecondArray::from(instants).with_timezone("UTC");
        RecordBatch::try_new(schema, vec![Arc::new(instants)]).expect("one column")
    }

    /// Day and number of rows of each file.
    fn files(instants: Vec<i64>, file_rows: usize) -> Vec<(Option<i32>, usize)> {
        let table = schema::tables::find("connections").expect("a table of the lake");
        let group = [batch(instants)];
        plan_files(table, &group, file_rows).iter().map(|file| (file.day, file.rows.len())).collect()
    }

    #[test]
    fn few_days_have_a_file_each() {
        assert_eq!(files(vec![5, DAY + 1, 3, 3 * DAY], 10), [(Some(0), 2), (Some(1), 1), (Some(3), 1)]);
    }

    #[test]
    fn of_many_days_those_with_few_rows_share_files_in_order_of_time() {
        let mut instants: Vec<i64> = (0..100).rev().map(|day| day * DAY).collect();
        instants.extend((0..5_000).map(|row| 7 * DAY + row));
        assert_eq!(files(instants.clone(), 1 << 20), [(Some(7), 5_001), (None, 99)]);
        assert_eq!(files(instants.clone(), 60).last(), Some(&(None, 39)));
        let table = schema::tables::find("connections").expect("a table of the lake");
        let shared = plan_files(table, &[batch(instants.clone())], 1 << 20).pop().expect("files");
        let times: Vec<i64> = shared.rows.iter().map(|&(_, row)| instants[row]).collect();
        assert!(times.is_sorted());
    }

    #[test]
    fn instants_beyond_any_calendar_lose_no_row() {
        assert_eq!(files(vec![i64::MIN, 0, i64::MAX], 10), [(Some(0), 1), (None, 2)]);
        assert_eq!(files(Vec::new(), 10), []);
    }
}
