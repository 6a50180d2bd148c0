//! Runs any detector over rows that a test writes as pairs of column and value: hours, days of the past, judgement.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use arrow_array::{
    ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
    builder::{ListBuilder, StringBuilder},
};
use arrow_schema::{Field, Schema};
use detect::{Case, Control, Day, Detector, Judged, Params, detectors};
use schema::{Finding, Kind, Timestamp, Window};

use crate::organization::{Dice, HOUR, SECOND, START};

pub(crate) const DAY: i64 = 24 * HOUR;

/// A cell; a column without one is null.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    Text(String),
    Int(i64),
    Bool(bool),
    Texts(Vec<String>),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&String> for Cell {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Cell {
    fn from(int: i64) -> Self {
        Self::Int(int)
    }
}

impl From<bool> for Cell {
    fn from(bool: bool) -> Self {
        Self::Bool(bool)
    }
}

impl From<Vec<String>> for Cell {
    fn from(texts: Vec<String>) -> Self {
        Self::Texts(texts)
    }
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    pub(crate) table: &'static str,
    /// Microseconds since 1970.
    pub(crate) at: i64,
    cells: BTreeMap<&'static str, Cell>,
}

impl Row {
    /// `seconds` after [`START`].
    pub(crate) fn new(table: &'static str, seconds: f64) -> Self {
        Self { table, at: START + (seconds * SECOND as f64) as i64, cells: BTreeMap::new() }
    }

    /// At an instant in microseconds since 1970.
    pub(crate) fn at(table: &'static str, at: i64) -> Self {
        Self { table, at, cells: BTreeMap::new() }
    }

    /// Whether a cell holds this text.
    pub(crate) fn says(&self, text: &str) -> bool {
        self.cells.values().any(|cell| matches!(cell, Cell::Text(known) if known == text))
    }

    /// A cell as a text file has it, by the kind of its column; texts of a list are kept apart by `between`.
    pub(crate) fn with_text(self, column: &'static str, text: &str, between: char) -> Self {
        match schema::tables::find(self.table).and_then(|table| table.column(column)).map(|column| column.kind) {
            Some(Kind::Int) => self.with(column, text.parse::<i64>().expect("a number")),
            Some(Kind::Bool) => self.with(column, text == "true"),
            Some(Kind::Texts) => {
                let texts = text.split(between).filter(|text| !text.is_empty());
                self.with(column, texts.map(str::to_owned).collect::<Vec<_>>())
            }
            _ => self.with(column, text),
        }
    }

    pub(crate) fn with(mut self, column: &'static str, cell: impl Into<Cell>) -> Self {
        self.cells.insert(column, cell.into());
        self
    }
}

pub(crate) fn detector(name: &str) -> &'static Detector {
    detectors::ALL.iter().copied().find(|detector| detector.name == name).expect("listed")
}

/// Rows of one table with the columns that the detector asks for.
pub(crate) fn batch(detector: &Detector, table: &str, rows: &[&Row]) -> RecordBatch {
    let known = schema::tables::find(table).expect("a table");
    let reads = detector.reads.iter().find(|reads| reads.table == table).expect("a table that it reads");
    let mut columns: Vec<(&str, ArrayRef)> = vec![
        ("record_id", texts(rows.iter().map(|row| Some(id(row))))),
        ("dataset", texts(rows.iter().map(|row| text(row, "dataset").or_else(|| Some("office".to_owned()))))),
        ("observed_at", instants(rows)),
    ];
    for &name in reads.columns {
        columns.push((name, column(rows, name, known.column(name).expect("a column").kind)));
    }
    let fields: Vec<Field> =
        columns.iter().map(|(name, column)| Field::new(*name, column.data_type().clone(), true)).collect();
    let columns = columns.into_iter().map(|(_, column)| column).collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).expect("columns of one length")
}

/// The same for equal rows.
fn id(row: &Row) -> String {
    let bytes = format!("{row:?}").into_bytes();
    let hash = bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    format!("r{hash:x}")
}

fn text(row: &Row, name: &str) -> Option<String> {
    match row.cells.get(name) {
        Some(Cell::Text(text)) => Some(text.clone()),
        _ => None,
    }
}

fn texts(values: impl Iterator<Item = Option<String>>) -> ArrayRef {
    Arc::new(values.collect::<StringArray>())
}

fn instants(rows: &[&Row]) -> ArrayRef {
    Arc::new(rows.iter().map(|row| Some(row.at)).collect::<TimestampMicrosecondArray>().with_timezone("UTC"))
}

fn column(rows: &[&Row], name: &str, kind: Kind) -> ArrayRef {
    let int = |row: &&Row| match row.cells.get(name) {
        Some(Cell::Int(int)) => Some(*int),
        _ => None,
    };
    match kind {
        Kind::Text | Kind::Ip | Kind::Json => texts(rows.iter().map(|row| text(row, name))),
        Kind::Int => Arc::new(rows.iter().map(int).collect::<Int64Array>()),
        Kind::Float => Arc::new(rows.iter().map(|row| int(row).map(|int| int as f64)).collect::<Float64Array>()),
        Kind::Bool => {
            let bool = |row: &&Row| match row.cells.get(name) {
                Some(Cell::Bool(bool)) => Some(*bool),
                _ => None,
            };
            Arc::new(rows.iter().map(bool).collect::<BooleanArray>())
        }
        Kind::Instant => Arc::new(rows.iter().map(int).collect::<TimestampMicrosecondArray>().with_timezone("UTC")),
        Kind::Texts => {
            let mut lists = ListBuilder::new(StringBuilder::new());
            for row in rows {
                if let Some(Cell::Texts(list)) = row.cells.get(name) {
                    list.iter().for_each(|text| lists.values().append_value(text));
                    lists.append(true);
                } else {
                    lists.append(false);
                }
            }
            Arc::new(lists.finish())
        }
        Kind::Bytes => panic!("no detector reads bytes"),
    }
}

/// The digest of rows that all lie in one hour.
pub(crate) fn digest(detector: &Detector, rows: &[&Row]) -> RecordBatch {
    let mut digest = (detector.digest)(&Params::defaults(detector));
    for reads in detector.reads {
        let own: Vec<&Row> = rows.iter().copied().filter(|row| row.table == reads.table).collect();
        // As the lake's reader does: in batches.
        for part in own.chunks(1_000) {
            digest.add(reads.table, &batch(detector, reads.table, part)).expect("columns as declared");
        }
    }
    digest.finish().expect("a digest")
}

/// The digest of each hour, by hours since 1970.
pub(crate) fn digests(detector: &Detector, rows: &[Row]) -> BTreeMap<i64, RecordBatch> {
    let mut hours: BTreeMap<i64, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        hours.entry(row.at.div_euclid(HOUR)).or_default().push(row);
    }
    hours.into_iter().map(|(hour, rows)| (hour, digest(detector, &rows))).collect()
}

/// Digests of the hours of each day since [`START`], by day.
fn hours(detector: &Detector, rows: &[Row]) -> BTreeMap<i64, Vec<RecordBatch>> {
    let mut days: BTreeMap<i64, Vec<RecordBatch>> = BTreeMap::new();
    for (hour, digest) in digests(detector, rows) {
        days.entry((hour * HOUR - START).div_euclid(DAY)).or_default().push(digest);
    }
    days
}

/// Checks that of quiet days no more p-values lie at or below each level than `share_max` allows, by level and number.
pub(crate) fn p_values_stay(judged: impl Iterator<Item = Judged>, levels: &[f64], share_max: fn(f64, f64) -> f64) {
    let p_values: Vec<f64> = judged.flat_map(|judged| judged.tested.into_values().flatten()).map(|p| p.get()).collect();
    let n = p_values.len() as f64;
    assert!(n > 0.0, "nothing was tested");
    for &level in levels {
        let share = p_values.iter().filter(|p| **p <= level).count() as f64 / n;
        let most = share_max(level, n);
        assert!(share <= most, "{share} of {n} at {level}, {most} at most");
    }
}

/// A hundredth more than promised.
pub(crate) fn within_a_hundredth(level: f64, _: f64) -> f64 {
    level + 0.01
}

/// Three standard errors of a count more than promised.
pub(crate) fn within_three_errors(level: f64, n: f64) -> f64 {
    level + 3.0 * (level / n).sqrt()
}

/// What the detector says of the day `day`, held against the days before it, and nothing decided yet.
pub(crate) fn judged(detector: &Detector, rows: &[Row], day: i64) -> Judged {
    let days = hours(detector, rows);
    let params = Params::defaults(detector);
    let instant = |day: i64| Timestamp::from_micros(START + day * DAY).expect("in range");
    let folded = |(&past, hours): (&i64, &Vec<RecordBatch>)| {
        let fold = detector.past.as_ref()?.fold;
        Some(Day { start: instant(past), digest: fold(hours, &params).expect("digests of this version") })
    };
    let past: Vec<Day> =
        days.range(day - detector.past.map_or(0, |past| i64::from(past.days))..day).filter_map(folded).collect();
    let window = Window::new(instant(day), instant(day + 1));
    let none = Vec::new();
    let case = Case { window, hours: days.get(&day).unwrap_or(&none), past: &past, params: &params };
    (detector.judge)(&case).expect("digests of this version")
}

/// Findings at a false discovery rate of 5 %, and ten leads; strongest first.
pub(crate) fn decided(judged: Judged) -> Vec<Finding> {
    let control = Control { rate: 0.05, leads_max: 10, leads_only: false };
    let mut findings = control.decide(judged, &BTreeMap::new()).into_findings();
    findings.sort_by(|a, b| {
        a.q_value.unwrap_or(1.0).total_cmp(&b.q_value.unwrap_or(1.0)).then(b.score.total_cmp(&a.score))
    });
    findings
}

/// What is raised of the day `day`.
pub(crate) fn raised(name: &str, rows: &[Row], day: i64) -> Vec<Finding> {
    let findings = decided(judged(detector(name), rows, day));
    findings.into_iter().filter(|finding| finding.labels.iter().all(|label| label != "lead")).collect()
}

/// Checks what holds for every detector: the order of rows and their number per batch say nothing, foreign tables and
/// digests are refused, and every finding is complete.
pub(crate) fn keeps_the_contract(name: &str, rows: &[Row], day: i64) {
    let detector = detector(name);
    let one_hour: Vec<&Row> =
        rows.iter().filter(|row| row.at.div_euclid(HOUR) == rows[rows.len() / 2].at.div_euclid(HOUR)).collect();
    let mut shuffled = one_hour.clone();
    let mut dice = Dice(5);
    for i in (1..shuffled.len()).rev() {
        shuffled.swap(i, dice.between(0.0, i as f64 + 0.999) as usize);
    }
    assert_eq!(digest(detector, &one_hour), digest(detector, &shuffled), "{name}: order of rows");

    let params = Params::defaults(detector);
    let foreign =
        RecordBatch::new_empty(Arc::new(Schema::new(vec![Field::new("x", arrow_schema::DataType::Int64, true)])));
    assert!((detector.digest)(&params).add("nowhere", &foreign).is_err(), "{name}: a table that it does not read");
    let instant = |micros| Timestamp::from_micros(micros).expect("in range");
    let window = Window::new(instant(START), instant(START + DAY));
    let case = Case { window, hours: std::slice::from_ref(&foreign), past: &[], params: &params };
    assert!((detector.judge)(&case).is_err(), "{name}: a digest of another kind");
    let empty = (detector.judge)(&Case { hours: &[], ..case }).expect("nothing to judge");
    assert_eq!(empty.findings.len() + empty.n_tests(), 0, "{name}: nothing happened");

    let judged = judged(detector, rows, day);
    for finding in &judged.findings {
        assert!(
            finding.score.is_finite() && (0.0..=1.0).contains(&finding.p_value.expect("a p-value")),
            "{finding:#?}"
        );
        assert!(!finding.because.is_empty() && !finding.unless.is_empty() && finding.query.is_some(), "{finding:#?}");
        assert!((1..=24).contains(&finding.evidence.len()) && finding.statistics.len() >= 3, "{finding:#?}");
        assert!(finding.techniques.iter().all(|id| detector.attack.contains(&id.as_str())), "{finding:#?}");
        let tested = judged.tested.get(&finding.dataset).expect("its dataset");
        assert!(tested.iter().any(|p| Some(p.get()) == finding.p_value), "{name}: a finding that was not tested");
    }
}

/// Cells as an attacker may write them, at times that may be far away: nothing of it may bring the detector down.
pub(crate) fn survives(name: &str, seed: u64) {
    let detector = detector(name);
    let mut dice = Dice(seed);
    let words = [
        "",
        "10.0.0.1",
        "203.0.113.9",
        "::1",
        "a.b.example.com",
        "tcp",
        "' OR 1=1 --",
        "\u{202e}\u{0}",
        ".",
        "..",
        "udp",
        "ünï.cøde",
        "S0",
    ];
    let numbers = [0, -1, 1, 53, 443, 70_000, i64::MAX, i64::MIN, 1_000_000_000_000];
    let pick = |dice: &mut Dice, n: usize| (dice.unit() * n as f64) as usize;
    let mut rows = Vec::new();
    for _ in 0..200 {
        let reads = &detector.reads[pick(&mut dice, detector.reads.len())];
        let mut row = Row::new(reads.table, dice.between(0.0, 3_600.0));
        if dice.unit() < 0.1 {
            row.at = numbers[pick(&mut dice, numbers.len())];
        }
        let known = schema::tables::find(reads.table).expect("a table");
        for &name in reads.columns {
            let word = || words[0].to_owned();
            let cell = match known.column(name).expect("a column").kind {
                _ if dice.unit() < 0.1 => continue,
                Kind::Int | Kind::Float | Kind::Instant => Cell::Int(numbers[pick(&mut dice, numbers.len())]),
                Kind::Bool => Cell::Bool(dice.unit() < 0.5),
                Kind::Texts => Cell::Texts((0..3).map(|_| words[pick(&mut dice, words.len())].to_owned()).collect()),
                _ if dice.unit() < 0.02 => Cell::Text(word().repeat(2) + &"x".repeat(70_000)),
                _ => Cell::Text(words[pick(&mut dice, words.len())].to_owned()),
            };
            row = row.with(name, cell);
        }
        rows.push(row);
    }
    let all: Vec<&Row> = rows.iter().collect();
    let hour = digest(detector, &all);
    let params = Params::defaults(detector);
    let instant = |micros| Timestamp::from_micros(micros).expect("in range");
    let fold = detector.past.map(|past| (past.fold)(std::slice::from_ref(&hour), &params).expect("its own digest"));
    let past: Vec<Day> = fold
        .into_iter()
        .flat_map(|digest| (1..9).map(move |n| Day { start: instant(START - n * DAY), digest: digest.clone() }))
        .collect();
    let window = Window::new(instant(START), instant(START + DAY));
    for past in [&past[..], &[]] {
        let hours = [hour.clone(), hour.clone()];
        let judged = (detector.judge)(&Case { window, hours: &hours, past, params: &params }).expect("its own digests");
        for finding in decided(judged) {
            assert!(finding.score.is_finite() && finding.q_value.is_some_and(|q| (0.0..=1.0).contains(&q)));
        }
    }
}

/// A case is a CSV of rows of one table, with `at_s` and column names as its header, and what is raised of its last day:
/// subject and object of each finding, in order of names.
pub(crate) fn corpus(name: &str) {
    each_case(name, "csv", |case, text| {
        let rows: Vec<Row> = rows_of(name, text);
        let last = rows.iter().map(|row| (row.at - START).div_euclid(DAY)).max().expect("a row");
        let line = |finding: &Finding| {
            let object = finding.object.as_ref().map_or("-", |object| &object.value);
            format!("{} {object}\n", finding.subject.value)
        };
        let mut said: Vec<String> = raised(name, &rows, last).iter().map(line).collect();
        said.sort();
        assert_eq!(said.concat(), expected(case), "{}", case.display());
    });
}

/// Calls with each case of a detector's folder, in order of their names; there is at least one.
pub(crate) fn each_case(name: &str, end: &str, check: impl Fn(&Path, &str)) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name);
    let files = fs::read_dir(&folder).expect("a folder of cases").map(|entry| entry.expect("an entry").path());
    let mut cases: Vec<PathBuf> = files.filter(|path| path.extension().is_some_and(|known| known == end)).collect();
    cases.sort();
    assert!(!cases.is_empty());
    cases.iter().for_each(|case| check(case, &fs::read_to_string(case).expect("a case")));
}

/// What must be said of a case.
pub(crate) fn expected(case: &Path) -> String {
    fs::read_to_string(case.with_extension("expected")).expect("what is expected")
}

/// The header names the columns; a cell `a|b` of a list is two texts, an empty cell is null.
fn rows_of(name: &str, text: &str) -> Vec<Row> {
    let detector = detector(name);
    let mut lines = text.lines();
    let table = lines.next().expect("the name of the table");
    let table = detector.reads.iter().find(|reads| reads.table == table).expect("a table that it reads").table;
    let header: Vec<&str> = lines.next().expect("a header").split(',').collect();
    let columns = schema::tables::find(table).expect("a table");
    let row = |line: &str| {
        let mut cells = line.split(',').zip(&header);
        let (at, _) = cells.next().expect("a time");
        let mut row = Row::new(table, at.parse().expect("seconds"));
        for (cell, name) in cells.filter(|(cell, _)| !cell.is_empty()) {
            row = row.with_text(columns.column(name).expect("a column").name, cell, '|');
        }
        row
    };
    lines.map(row).collect()
}
