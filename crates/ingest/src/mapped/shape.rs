//! How the records of a mapped format are cut out of bytes and taken apart into fields.

use std::{borrow::Cow, sync::Arc};

use regex::{CaptureLocations, Regex};

use super::{
    columns::Columns,
    csv::{CsvCutter, Dialect, Values},
    key_value::Pairing,
    when::Found,
};
use crate::{
    Framer, RawBatch,
    frame::{
        json::{JsonCutter, Wrapper},
        lines::{LineFramer, NoHeaders},
        spans::SpanFramer,
    },
    json_record::JsonReader,
    mapping::{Cell, Output, Plan},
    pairs::Pairs,
    parsed::{Fault, Reason},
    records::Input,
};

/// How records are written.
#[derive(Debug)]
pub(super) enum Shape {
    /// JSON objects, in any of the forms that files have; these members of an object hold lists of them.
    Json(Arc<[String]>),
    /// Separated values; the names of columns where the file does not have them itself.
    Csv(Arc<Dialect>, Vec<String>),
    KeyValue(Pairing),
    /// One record a line, taken apart by the first of these patterns that fits.
    Patterns(Vec<Lines>),
    /// One record a line, whole in the field `line`.
    Lines,
}

/// A pattern and its named groups, by number of the group.
#[derive(Debug)]
pub(super) struct Lines {
    pub(super) pattern: Regex,
    pub(super) groups: Vec<(usize, String)>,
}

/// The field of a line that is not taken apart.
pub(super) const LINE: &str = "line";

/// Members of an object that hold lists of records, as a file names them.
#[derive(Debug, Default)]
pub(super) struct NamedWrapper(Arc<[String]>);

impl Wrapper for NamedWrapper {
    const KEYS: &'static [&'static str] = &[];

    fn has(&self, name: &[u8]) -> bool {
        self.0.iter().any(|known| known.as_bytes() == name)
    }
}

impl Shape {
    pub(super) fn framer(&self, name: &str) -> Box<dyn Framer> {
        match self {
            Self::Json(keys) => SpanFramer::with(name, JsonCutter::unwrapping(NamedWrapper(Arc::clone(keys)))),
            Self::Csv(dialect, _) => SpanFramer::with(name, CsvCutter::new(Arc::clone(dialect))),
            Self::KeyValue(_) | Self::Patterns(_) | Self::Lines => LineFramer::<NoHeaders>::boxed(name),
        }
    }

    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Json(_) => "JSON",
            Self::Csv(..) => "separated values",
            Self::KeyValue(_) => "names and values",
            Self::Patterns(_) | Self::Lines => "lines",
        }
    }
}

/// What is not a record, and what a field holds if it holds nothing.
#[derive(Debug, Default)]
pub(super) struct Habits {
    /// Start of lines that are no records.
    pub(super) comment: Option<String>,
    pub(super) unset: Vec<String>,
}

impl Habits {
    fn is_unset(&self, text: &str) -> bool {
        self.unset.iter().any(|word| word == text)
    }
}

/// Takes the records of one batch apart.
#[derive(Debug)]
pub(super) struct Reader<'a, 'm> {
    shape: &'m Shape,
    habits: &'m Habits,
    fields: Fields<'a>,
    input: Option<Input<'a>>,
    locations: Vec<CaptureLocations>,
    /// The columns have names.
    named: bool,
}

#[derive(Debug)]
enum Fields<'a> {
    Json(JsonReader<'a>),
    Pairs(Pairs<'a>),
    Columns(Columns<'a>),
}

impl<'a, 'm> Reader<'a, 'm> {
    pub(super) fn new(shape: &'m Shape, habits: &'m Habits, raw: &RawBatch) -> Self {
        let mut named = true;
        let fields = match shape {
            Shape::Json(_) => Fields::Json(JsonReader::new()),
            Shape::KeyValue(_) | Shape::Lines => Fields::Pairs(Pairs::new()),
            Shape::Patterns(all) => {
                let names = all.iter().map(|lines| lines.groups.iter().map(|(_, name)| name.clone()).collect());
                Fields::Columns(Columns::new(names))
            }
            Shape::Csv(dialect, columns) => {
                let header = if dialect.has_header { names(dialect, &raw.preamble.header) } else { columns.clone() };
                named = !header.is_empty();
                Fields::Columns(Columns::new(std::iter::once(header)))
            }
        };
        let locations = match shape {
            Shape::Patterns(all) => all.iter().map(|lines| lines.pattern.capture_locations()).collect(),
            _ => Vec::new(),
        };
        Self { shape, habits, fields, input: None, locations, named }
    }

    /// Takes a record apart; false where the text is none but a comment or a header.
    pub(super) fn read(&mut self, input: Input<'a>) -> Result<bool, Fault> {
        if self.habits.comment.as_ref().is_some_and(|mark| input.text.starts_with(mark.as_str())) {
            return Ok(false);
        }
        self.input = Some(input);
        let habits = self.habits;
        match (&mut self.fields, self.shape) {
            (Fields::Json(reader), _) => reader.read(input)?,
            (Fields::Pairs(pairs), Shape::KeyValue(pairing)) => {
                pairs.begin();
                pairing.read(input.text, |text| habits.is_unset(text), pairs)?;
            }
            (Fields::Pairs(pairs), _) => {
                pairs.begin();
                pairs.push(LINE, input.text);
            }
            (Fields::Columns(columns), Shape::Csv(dialect, _)) => {
                if !self.named {
                    self.named = true;
                    *columns = Columns::new(std::iter::once(names(dialect, input.text.as_bytes())));
                    return Ok(false);
                }
                columns.begin(0);
                Values::of(dialect, input.text).for_each(|value| columns.push(habits.set(value)));
                if columns.len() != columns.width() {
                    let detail = format!("{} values, and {} columns", columns.len(), columns.width());
                    return Err(Fault::new(Reason::FieldCount, detail));
                }
            }
            (Fields::Columns(columns), Shape::Patterns(all)) => {
                take_apart(input.text, all, &mut self.locations, habits, columns)?;
            }
            (Fields::Columns(_), _) => {}
        }
        Ok(true)
    }

    /// What the record says of a field.
    pub(super) fn find<'s>(&'s mut self, field: &str, room: &'s mut String) -> Found<'s> {
        let text = match &mut self.fields {
            Fields::Json(reader) => {
                let Some(cell) = reader.path(field) else { return Found::Nothing };
                return cell.text(room).map_or(Found::Other, Found::Text);
            }
            Fields::Pairs(pairs) => pairs.get(field),
            Fields::Columns(columns) => columns.get(field),
        };
        text.filter(|text| !text.is_empty()).map_or(Found::Nothing, Found::Text)
    }

    /// Adds the record as a row.
    pub(super) fn add(&mut self, plan: &Arc<Plan>, output: &mut Output) -> Result<(), Fault> {
        let Some(input) = self.input else { return Ok(()) };
        match &mut self.fields {
            Fields::Json(reader) => reader.add_planned(plan, output),
            Fields::Pairs(pairs) => pairs.add_planned(plan, input, output),
            Fields::Columns(columns) => columns.add(plan, input, output),
        }
    }
}

impl Habits {
    fn set<'a>(&self, value: Cow<'a, str>) -> Option<Cow<'a, str>> {
        (!value.is_empty() && !self.is_unset(&value)).then_some(value)
    }
}

/// The columns that a header names; none where it is no text.
fn names(dialect: &Dialect, header: &[u8]) -> Vec<String> {
    let Ok(text) = std::str::from_utf8(header) else { return Vec::new() };
    if text.is_empty() {
        return Vec::new();
    }
    Values::of(dialect, text).map(|name| name.trim().to_owned()).collect()
}

fn take_apart<'a>(
    line: &'a str,
    all: &[Lines],
    locations: &mut [CaptureLocations],
    habits: &Habits,
    columns: &mut Columns<'a>,
) -> Result<(), Fault> {
    for (place, (lines, groups)) in all.iter().zip(locations).enumerate() {
        if lines.pattern.captures_read(groups, line).is_none() {
            continue;
        }
        columns.begin(place);
        for (group, _) in &lines.groups {
            let text = groups.get(*group).and_then(|(start, end)| line.get(start..end));
            columns.push(text.and_then(|text| habits.set(Cow::Borrowed(text))));
        }
        return Ok(());
    }
    Err(Fault::new(Reason::NoMatch, "the line does not have the form of the mapping's pattern"))
}
