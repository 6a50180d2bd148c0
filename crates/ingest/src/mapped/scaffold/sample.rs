//! The records of a sample and their fields, and how they seem to be cut.

use std::collections::BTreeSet;

use super::{
    super::{
        csv::{Dialect, Values},
        key_value::Pairing,
        pattern,
        problem::Problems,
    },
    lines,
    roles::{is_ip, is_time},
};
use crate::{
    frame::json::{JsonCutter, Unwrapped},
    frame::spans::{Cutter, Scan},
    json::{Elements, Fields, Value, scalar_text},
    pairs::Pairs,
};

/// Records that are looked at.
const MAX_RECORDS: usize = 200;

/// Values that are kept of a field.
const MAX_VALUES: usize = 50;

/// More fields are not drafted.
const MAX_FIELDS: usize = 300;

/// Nested objects are followed so far.
const MAX_DEPTH: usize = 5;

/// How records seem to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cut {
    Json {
        wrapper: Option<String>,
    },
    /// Names of columns where the sample does not have them.
    Csv {
        delimiter: u8,
        columns: Option<Vec<String>>,
    },
    KeyValue {
        between: char,
        prefix: Option<String>,
    },
    Pattern(String),
    Lines,
}

/// A field and some of its values, those that are set.
#[derive(Debug, Clone)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) values: Vec<String>,
    /// Records that have it.
    pub(super) n_records: usize,
    /// Its values are lists.
    pub(super) is_list: bool,
}

#[derive(Debug)]
pub(super) struct Sample {
    pub(super) cut: Cut,
    pub(super) fields: Vec<Field>,
    pub(super) n_records: usize,
}

impl Sample {
    /// The first kind of cut that explains the text.
    pub(super) fn of(text: &str) -> Option<Self> {
        let text = text.trim_start();
        json(text).or_else(|| {
            // The last line may be cut off.
            let whole = text.rfind('\n').map_or(text, |end| text.get(..end).unwrap_or(text));
            let all = whole.lines().map(str::trim_end).filter(|line| !line.is_empty() && !line.starts_with('#'));
            let all: Vec<&str> = all.take(MAX_RECORDS).collect();
            key_value(&all).or_else(|| csv(&all)).or_else(|| pattern_of(&all)).or_else(|| plain(&all))
        })
    }

    fn new(cut: Cut) -> Self {
        Self { cut, fields: Vec::new(), n_records: 0 }
    }

    /// Fields that every record has and that few other logs have together.
    pub(super) fn distinctive(&self) -> Vec<String> {
        let mut common: Vec<&Field> = self.fields.iter().filter(|field| field.n_records == self.n_records).collect();
        // Long names are rarer; of equal ones the first counts.
        common.sort_by_key(|field| std::cmp::Reverse(field.name.len()));
        common.truncate(6);
        let chosen: BTreeSet<&str> = common.iter().map(|field| field.name.as_str()).collect();
        self.fields.iter().map(|field| &field.name).filter(|name| chosen.contains(name.as_str())).cloned().collect()
    }

    fn note(&mut self, name: &str, value: &str, is_list: bool) {
        let place = self.fields.iter().position(|field| field.name == name).or_else(|| {
            (self.fields.len() < MAX_FIELDS).then(|| {
                self.fields.push(Field { name: name.to_owned(), values: Vec::new(), n_records: 0, is_list });
                self.fields.len() - 1
            })
        });
        let Some(field) = place.and_then(|place| self.fields.get_mut(place)) else { return };
        field.n_records += 1;
        if field.values.len() < MAX_VALUES && !matches!(value, "" | "-") {
            field.values.push(value.to_owned());
        }
    }
}

fn json(text: &str) -> Option<Sample> {
    matches!(text.as_bytes().first()?, b'{' | b'[').then_some(())?;
    let mut cutter = JsonCutter::<Unwrapped>::default();
    let mut scan = Scan::default();
    let mut sample = Sample::new(Cut::Json { wrapper: None });
    while sample.n_records < MAX_RECORDS {
        let Some(span) = cutter.next(text.as_bytes(), &mut scan).or_else(|| cutter.last(text.as_bytes(), &mut scan))
        else {
            break;
        };
        let record = text.get(span.start..span.end).unwrap_or_default();
        if sample.n_records == 0
            && let Some(list) = wrapped(record)
        {
            return unwrapped(&list.0, list.1);
        }
        note_object(record, &mut sample);
    }
    (sample.n_records > 0).then_some(sample)
}

/// The only list of objects in an object that has little else; also where the sample ends within it.
fn wrapped(record: &str) -> Option<(String, &str)> {
    let mut fields = Fields::of(record);
    let mut found: Option<(String, &str)> = None;
    let mut others = 0;
    loop {
        match fields.next() {
            Ok(Some((key, Value::Array(array)))) if matches!(Elements::of(array).next(), Some(Value::Object(_))) => {
                if found.is_some() {
                    return None;
                }
                found = Some((key.inner.to_owned(), array));
            }
            Ok(Some(_)) => others += 1,
            Ok(None) => break,
            Err(_) => {
                return found.or_else(|| {
                    let (key, list) = record.trim_start_matches(['{', ' ', '\n', '\r', '\t', '"']).split_once("\":")?;
                    let list = list.trim_start();
                    list.starts_with('[').then(|| (key.to_owned(), list))
                });
            }
        }
    }
    found.filter(|_| others <= 3)
}

fn unwrapped(key: &str, list: &str) -> Option<Sample> {
    let mut sample = json(list).filter(|sample| matches!(&sample.cut, Cut::Json { wrapper: None }))?;
    sample.cut = Cut::Json { wrapper: Some(key.to_owned()) };
    Some(sample)
}

fn note_object(record: &str, sample: &mut Sample) {
    let mut open = vec![(String::new(), record, 0)];
    let mut is_record = false;
    let mut room = String::new();
    while let Some((prefix, object, depth)) = open.pop() {
        let mut fields = Fields::of(object);
        while let Ok(Some((key, value))) = fields.next() {
            is_record = true;
            let name = if prefix.is_empty() { key.inner.to_owned() } else { format!("{prefix}.{}", key.inner) };
            match value {
                Value::Object(inner) if depth < MAX_DEPTH && inner.len() > 2 => open.push((name, inner, depth + 1)),
                Value::Array(array) => {
                    let first = Elements::of(array).next();
                    let value = first.and_then(|first| scalar_text(first, &mut room)).unwrap_or_default();
                    sample.note(&name, value, true);
                }
                value => sample.note(&name, scalar_text(value, &mut room).unwrap_or_default(), false),
            }
        }
    }
    sample.n_records += usize::from(is_record);
}

fn csv(all: &[&str]) -> Option<Sample> {
    let (first, rest) = all.split_first()?;
    if rest.is_empty() {
        return None;
    }
    let width = |delimiter: u8, line: &str| Values::of(&dialect(delimiter), line).count();
    let fits = |delimiter: &u8| {
        let columns = width(*delimiter, first);
        let same = rest.iter().filter(|line| width(*delimiter, line) == columns).count();
        columns >= 3 && same * 10 >= rest.len() * 9
    };
    let delimiter = b"\t;|,".iter().copied().filter(fits).max_by_key(|&delimiter| width(delimiter, first))?;
    let values = |line| Values::of(&dialect(delimiter), line).map(|value| value.trim().to_owned()).collect::<Vec<_>>();
    let header = values(first);
    let looks_like_names =
        header.iter().all(|name| is_header_name(name)) && header.iter().collect::<BTreeSet<_>>().len() == header.len();
    let (names, columns, rows) = if looks_like_names {
        (header, None, rest)
    } else {
        let names: Vec<String> = (1..=header.len()).map(|place| format!("column{place}")).collect();
        (names.clone(), Some(names), all)
    };
    let mut sample = Sample::new(Cut::Csv { delimiter, columns });
    for row in rows {
        for (name, value) in names.iter().zip(values(row)) {
            sample.note(name, &value, false);
        }
        sample.n_records += 1;
    }
    Some(sample)
}

fn dialect(delimiter: u8) -> Dialect {
    Dialect { delimiter, quote: Some(b'"'), ..Dialect::default() }
}

fn is_header_name(name: &str) -> bool {
    let is_number = name.parse::<f64>().is_ok();
    !name.is_empty() && name.len() <= 100 && !is_number && !is_ip(name) && !is_time(name)
}

fn key_value(all: &[&str]) -> Option<Sample> {
    // The mark between pairs is the one that leaves a name and "=" at the start of most parts.
    let named = |part: &str| {
        part.trim().split_once('=').is_some_and(|(name, _)| {
            !name.is_empty() && name.len() <= 60 && name.chars().all(|c| c.is_alphanumeric() || "._-@".contains(c))
        })
    };
    let pairs_in = |between: char, line: &str| line.split(between).filter(|part| named(part)).count();
    let typical = |between: char| {
        let mut counts: Vec<usize> = all.iter().map(|line| pairs_in(between, line)).collect();
        counts.sort_unstable();
        counts.get(counts.len() / 10).copied().unwrap_or_default()
    };
    let between = [' ', ',', ';', '|', '\t'].into_iter().max_by_key(|&between| (typical(between), between == ' '))?;
    (typical(between) >= 3).then_some(())?;
    let prefix = lines::prefix(all, between);
    let text = prefix.clone().unwrap_or_default();
    let placed = super::super::document::Placed { text, at: 0..0 };
    let regex = prefix.as_ref().and_then(|_| pattern(&placed, &mut Problems::of("")));
    let pairing = Pairing { between, assign: '=', quote: Some('"'), prefix: regex };
    let mut sample = Sample::new(Cut::KeyValue { between, prefix });
    let mut pairs = Pairs::new();
    for line in all {
        pairs.begin();
        if pairing.read(line, |_| false, &mut pairs).is_err() {
            continue;
        }
        let mut seen = BTreeSet::new();
        for (name, value) in pairs.iter() {
            if seen.insert(name.to_owned()) {
                sample.note(name, value, false);
            }
        }
        sample.n_records += 1;
    }
    // Without pairs there is nothing to name; a few `a=b` within sentences are no format.
    (sample.n_records * 10 >= all.len() * 8).then_some(sample)
}

fn pattern_of(all: &[&str]) -> Option<Sample> {
    let text = lines::pattern_of(all)?;
    let placed = super::super::document::Placed { text: text.clone(), at: 0..0 };
    let regex = pattern(&placed, &mut Problems::of(""))?;
    let mut sample = Sample::new(Cut::Pattern(text));
    for line in all {
        let Some(captures) = regex.captures(line) else { continue };
        for name in regex.capture_names().flatten() {
            sample.note(name, captures.name(name).map_or("", |found| found.as_str()), false);
        }
        sample.n_records += 1;
    }
    Some(sample)
}

fn plain(all: &[&str]) -> Option<Sample> {
    let mut sample = Sample::new(Cut::Lines);
    for line in all {
        sample.note(super::super::shape::LINE, line, false);
        sample.n_records += 1;
    }
    (sample.n_records > 0).then_some(sample)
}
