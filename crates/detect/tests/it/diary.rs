//! Rows of any table, day by day, through a detector: for tests of those that know the past.

use std::{collections::BTreeMap, sync::Arc};

use arrow_array::{
    Array, ArrayRef, BooleanArray, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
    builder::{ListBuilder, StringBuilder},
};
use arrow_schema::{Field, Schema};
use detect::{Case, Control, Day, Detector, Judged, Params, detectors};
use schema::{Finding, Kind, Timestamp, Window};

use crate::organization::{HOUR, START};

pub(crate) const DAY: i64 = 24 * HOUR;

/// What happened, in any order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Diary {
    pub(crate) rows: Vec<Row>,
}

#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) at: i64,
    pub(crate) table: &'static str,
    /// Texts for every kind of column; lists are separated by blanks.
    pub(crate) cells: Vec<(&'static str, String)>,
}

impl Diary {
    pub(crate) fn add(&mut self, at: i64, table: &'static str, cells: &[(&'static str, &str)]) {
        let cells = cells.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        self.rows.push(Row { at, table, cells });
    }

    /// What the detector says of the last of `n_days` days, with those before as its past.
    pub(crate) fn judged(&self, name: &str, n_days: i64) -> Judged {
        let detector = detector(name);
        let params = Params::defaults(detector);
        let digests = self.digests(name);
        let of_day = |day: i64| -> Vec<RecordBatch> {
            let in_day = |(hour, _): &(&i64, &RecordBatch)| (**hour * HOUR - START).div_euclid(DAY) == day;
            digests.iter().filter(in_day).map(|(_, digest)| digest.clone()).collect()
        };
        let start = |day: i64| Timestamp::from_micros(START + day * DAY).expect("in range");
        let folded = |day: i64| {
            let hours = of_day(day);
            let past = detector.past.filter(|_| !hours.is_empty())?;
            Some(Day { start: start(day), digest: (past.fold)(&hours, &params).expect("digests") })
        };
        let past: Vec<Day> = (0..n_days - 1).filter_map(folded).collect();
        let hours = of_day(n_days - 1);
        let window = Window::new(start(n_days - 1), start(n_days));
        (detector.judge)(&Case { window, hours: &hours, past: &past, params: &params }).expect("digests")
    }

    /// Findings at a false discovery rate of 5 %, and ten leads.
    pub(crate) fn findings(&self, name: &str, n_days: i64) -> Vec<Finding> {
        let control = Control { rate: 0.05, leads_max: 10, leads_only: false };
        control.decide(self.judged(name, n_days), &BTreeMap::new()).into_findings()
    }

    pub(crate) fn proven(&self, name: &str, n_days: i64) -> Vec<Finding> {
        let mut findings = self.findings(name, n_days);
        findings.retain(|finding| finding.q_value.is_some_and(|q| q <= 0.05));
        findings
    }

    /// A digest for each hour.
    pub(crate) fn digests(&self, name: &str) -> BTreeMap<i64, RecordBatch> {
        let mut hours: BTreeMap<i64, Vec<(usize, &Row)>> = BTreeMap::new();
        for (nth, row) in self.rows.iter().enumerate() {
            hours.entry(row.at.div_euclid(HOUR)).or_default().push((nth, row));
        }
        hours.into_iter().map(|(hour, rows)| (hour, digest(detector(name), &rows))).collect()
    }
}

pub(crate) fn detector(name: &str) -> &'static Detector {
    detectors::ALL.iter().copied().find(|detector| detector.name == name).expect("listed")
}

fn digest(detector: &Detector, rows: &[(usize, &Row)]) -> RecordBatch {
    let mut digest = (detector.digest)(&Params::defaults(detector));
    for reads in detector.reads {
        let of_table: Vec<(usize, &Row)> = rows.iter().filter(|(_, row)| row.table == reads.table).copied().collect();
        let mut columns: Vec<(&str, ArrayRef)> = vec![
            ("record_id", Arc::new(StringArray::from_iter_values(of_table.iter().map(|(_, row)| record_id(row))))),
            ("dataset", Arc::new(StringArray::from_iter_values(of_table.iter().map(|(_, row)| dataset(row))))),
            ("observed_at", {
                let times = of_table.iter().map(|(_, row)| Some(row.at)).collect::<TimestampMicrosecondArray>();
                Arc::new(times.with_timezone("UTC"))
            }),
        ];
        let table = schema::tables::find(reads.table).expect("a table");
        for name in reads.columns {
            let kind = table.column(name).expect("a column").kind;
            let cells: Vec<Option<&str>> = of_table.iter().map(|(_, row)| cell(row, name)).collect();
            columns.push((name, array(kind, &cells)));
        }
        let fields: Vec<Field> =
            columns.iter().map(|(name, array)| Field::new(*name, array.data_type().clone(), true)).collect();
        let arrays = columns.into_iter().map(|(_, array)| array).collect();
        let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).expect("columns of one length");
        digest.add(reads.table, &batch).expect("columns as declared");
    }
    digest.finish().expect("a digest")
}

/// The same for the same row, wherever it stands.
fn record_id(row: &Row) -> String {
    let mut hash = 7u64;
    for byte in row.cells.iter().flat_map(|(name, value)| name.bytes().chain(value.bytes())) {
        hash = hash.wrapping_mul(0x0100_0000_01b3) ^ u64::from(byte);
    }
    format!("{:x}{hash:x}", row.at)
}

fn dataset(row: &Row) -> &str {
    cell(row, "dataset").unwrap_or("office")
}

fn cell<'a>(row: &'a Row, name: &str) -> Option<&'a str> {
    row.cells.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
}

fn array(kind: Kind, cells: &[Option<&str>]) -> ArrayRef {
    match kind {
        Kind::Bool => Arc::new(cells.iter().map(|cell| cell.map(|cell| cell == "true")).collect::<BooleanArray>()),
        Kind::Int => Arc::new(cells.iter().map(|cell| cell.and_then(|cell| cell.parse().ok())).collect::<Int64Array>()),
        Kind::Texts => {
            let mut lists = ListBuilder::new(StringBuilder::new());
            for cell in cells {
                for item in cell.unwrap_or_default().split_whitespace() {
                    lists.values().append_value(item);
                }
                lists.append(cell.is_some());
            }
            Arc::new(lists.finish())
        }
        _ => Arc::new(cells.iter().copied().collect::<StringArray>()),
    }
}

/// What a case of the corpus says, for a file of lines `seconds table column=value column=value ...`.
pub(crate) fn of_text(text: &str) -> (Diary, i64) {
    let mut diary = Diary::default();
    let mut n_days = 1;
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let mut words = line.split('\t');
        let at = (words.next().expect("seconds").parse::<f64>().expect("seconds") * 1e6) as i64;
        let table = schema::tables::find(words.next().expect("a table")).expect("a table");
        let cells = words.map(|word| {
            let (name, value) = word.split_once('=').expect("column=value");
            (table.column(name).map_or("dataset", |column| column.name), value.to_owned())
        });
        diary.rows.push(Row { at: START + at, table: table.name, cells: cells.collect() });
        n_days = n_days.max(at.div_euclid(DAY) + 1);
    }
    (diary, n_days)
}

/// Walks a detector's folder of cases: of each, who is found with whom, and under which labels.
pub(crate) fn check_corpus(name: &str) {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name);
    let files = std::fs::read_dir(folder).expect("a folder of cases").map(|entry| entry.expect("an entry").path());
    let mut cases: Vec<_> = files.filter(|path| path.extension().is_some_and(|end| end == "tsv")).collect();
    cases.sort();
    assert!(!cases.is_empty());
    for case in cases {
        let (diary, n_days) = of_text(&std::fs::read_to_string(&case).expect("a case"));
        let line = |finding: &Finding| {
            let object = finding.object.as_ref().map_or("-", |object| &object.value);
            format!("{} {object} {}\n", finding.subject.value, finding.labels.join(" ")).replace(" \n", "\n")
        };
        let said: String = diary.findings(name, n_days).iter().map(line).collect();
        let expected = std::fs::read_to_string(case.with_extension("expected")).expect("what is expected");
        assert_eq!(said, expected, "{}", case.display());
    }
}
