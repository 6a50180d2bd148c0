//! Zeek's JSON logs, one object a line. Spec: <https://docs.zeek.org/en/master/log-formats.html#zeek-json-format-logs>.
//!
//! Values are brought to the form in which the TSV reader gives them: six decimals, times as RFC 3339.

use schema::Timestamp;

use super::{logs, name, to_micros};
use crate::{
    Certainty, RawBatch, Recognition,
    instant::{NoInstant, any_time, event_time, push_rfc3339_micros},
    json::{Elements, Fields, Value, bool_of, number_text, push_value, scalar_text},
    keys::Keys,
    mapping::{ABSENT, Cell, Output, Plan, Record},
    number::push_six_decimals,
    parsed::Fault,
    records::{Input, read_records},
};

/// What the log writer adds around a record: not part of what happened.
const PATH: &str = "_path";
const WRITTEN: &str = "_write_ts";

/// More kinds than any stream mixes; a stream that does is read with plans made anew.
const MAX_PLANS: usize = 256;

/// Judges the first line, which may be cut off.
pub(super) fn recognise(line: &[u8], name: &str) -> Option<Recognition> {
    let line = match std::str::from_utf8(line) {
        Ok(line) => line,
        Err(error) => std::str::from_utf8(line.get(..error.valid_up_to())?).ok()?,
    };
    let mut fields = Fields::of(line);
    let mut found: Vec<(&str, Value<'_>)> = Vec::new();
    while let Ok(Some((key, value))) = fields.next() {
        found.push((key.inner, value));
    }
    let value = |wanted: &str| found.iter().find(|(key, _)| *key == wanted).map(|(_, value)| *value);
    let dated = value("ts").and_then(number_text).is_some_and(|text| event_time(text).is_ok());
    if let (Some(path), true) = (value(PATH).and_then(number_text), dated || value(WRITTEN).is_some()) {
        return Some(Recognition::new(Certainty::Certain, format!("JSON with _path \"{path}\" and a Zeek time")));
    }
    if dated && value("uid").is_some() && value("id.orig_h").is_some() {
        return Some(Recognition::new(Certainty::Likely, "JSON with ts, uid and id.orig_h"));
    }
    if dated
        && let Some((log, _)) =
            logs::SIGNATURES.iter().find(|(_, names)| names.iter().all(|name| value(name).is_some()))
    {
        return Some(Recognition::new(Certainty::Likely, format!("JSON with ts and the fields of Zeek's {log}.log")));
    }
    // Many programs write JSON logs with a `ts`; only the name of a Zeek log tells such a record from theirs.
    let log = name::known(name)?;
    let fits = dated || (logs::UNDATED.contains(&log) && value("name").is_some());
    fits.then(|| Recognition::new(Certainty::Possible, format!("JSON in a file with the name of Zeek's {log}.log")))
}

pub(super) fn parse(raw: &RawBatch, output: &mut Output) {
    let mut reader = Reader::new(&raw.preamble.name);
    let (mut names, mut cells) = (Vec::new(), Vec::new());
    read_records(raw, output, |line, output| {
        names.clear();
        cells.clear();
        reader.read(line, &mut names, &mut cells, output)
    });
}

/// Reads the records of one batch.
#[derive(Debug)]
struct Reader {
    keys: Keys<Known>,
    path_key: usize,
    written_key: usize,
    /// Log by the file's name, if it is one of Zeek's.
    known: Option<String>,
    /// What else the file's name says.
    named: Option<String>,
    signatures: Vec<(&'static str, Vec<usize>)>,
    kinds: Vec<Kind>,
    /// The kind of the record before, which is mostly that of the next.
    last: usize,
    at: Vec<usize>,
}

/// What is known of a key.
#[derive(Debug, Default)]
struct Known {
    is_time: bool,
}

impl Known {
    fn of(key: &str) -> Self {
        Self { is_time: logs::TIME_FIELDS.contains(&key) }
    }
}

#[derive(Debug)]
struct Kind {
    path: String,
    plan: Plan,
    /// Numbers of the plan's wanted fields.
    wanted: Vec<usize>,
}

impl Reader {
    fn new(name: &str) -> Self {
        let mut keys = Keys::new();
        let mut numbers = |names: &[&str]| names.iter().map(|name| keys.number(name, Known::of)).collect::<Vec<_>>();
        let signatures = logs::SIGNATURES.iter().map(|(log, names)| (*log, numbers(names))).collect();
        Self {
            path_key: keys.number(PATH, Known::of),
            written_key: keys.number(WRITTEN, Known::of),
            keys,
            known: name::known(name).map(str::to_owned),
            named: name::log(name).map(str::to_owned),
            signatures,
            kinds: Vec::new(),
            last: 0,
            at: Vec::new(),
        }
    }

    fn read<'a>(
        &mut self,
        line: Input<'a>,
        names: &mut Vec<&'a str>,
        cells: &mut Vec<JsonCell<'a>>,
        output: &mut Output,
    ) -> Result<(), Fault> {
        self.keys.begin();
        let mut path = None;
        let mut fields = Fields::of(line.text);
        while let Some((key, value)) = fields.next()? {
            let number = self.keys.note(key, cells.len(), Known::of)?;
            if number == self.path_key || number == self.written_key {
                path = if number == self.path_key { number_text(value) } else { path };
                continue;
            }
            let is_time = self.keys.about(number).is_some_and(|known| known.is_time);
            names.push(key.inner);
            cells.push(JsonCell { value, is_time });
        }
        let kind = self.kind(path);
        let Some(kind) = self.kinds.get(kind) else { return Ok(()) };
        self.at.clear();
        self.at.extend(kind.wanted.iter().map(|&number| self.keys.place(number).unwrap_or(ABSENT)));
        let undated = logs::UNDATED.contains(&kind.path.as_str());
        let record =
            Record { position: line.position, raw: line.text, keys: names, cells, at: &self.at, live: None, undated };
        output.add(&kind.plan, &record)
    }

    /// The kind of the record at hand: what it says itself, else its file's name, else its fields.
    fn kind(&mut self, path: Option<&str>) -> usize {
        let by_fields = || {
            let has = |numbers: &[usize]| numbers.iter().all(|&number| self.keys.place(number).is_some());
            self.signatures.iter().find(|(_, numbers)| has(numbers)).map(|(log, _)| *log)
        };
        let path = path.or(self.known.as_deref()).or_else(by_fields).or(self.named.as_deref()).unwrap_or("unknown");
        if self.kinds.get(self.last).is_some_and(|kind| kind.path == path) {
            return self.last;
        }
        self.last = self.kinds.iter().position(|kind| kind.path == path).unwrap_or_else(|| {
            let plan = Plan::new(logs::mapping(path), path);
            let wanted = plan.wanted().iter().map(|name| self.keys.number(name, Known::of)).collect();
            if self.kinds.len() == MAX_PLANS {
                self.kinds.clear();
            }
            self.kinds.push(Kind { path: path.to_owned(), plan, wanted });
            self.kinds.len() - 1
        });
        self.last
    }
}

/// A value of a Zeek record.
#[derive(Debug, Clone, Copy)]
struct JsonCell<'a> {
    value: Value<'a>,
    /// Numbers in this field are Unix times.
    is_time: bool,
}

impl<'a> Cell<'a> for JsonCell<'a> {
    type Items = Items<'a>;

    fn is_unset(self) -> bool {
        self.value == Value::Null
    }

    fn is_empty(self) -> bool {
        matches!(self.value, Value::Text(text) if text.inner.is_empty())
    }

    fn text<'s>(self, scratch: &'s mut String) -> Option<&'s str>
    where
        'a: 's,
    {
        scalar_text(self.value, scratch)
    }

    fn number(self) -> Option<&'a str> {
        number_text(self.value)
    }

    fn bool(self) -> Option<bool> {
        bool_of(self.value)
    }

    fn instant(self, read: fn(&str) -> Result<Timestamp, NoInstant>) -> Result<Timestamp, NoInstant> {
        read(self.number().ok_or(NoInstant::Unreadable)?).map(to_micros)
    }

    fn items(self) -> Items<'a> {
        let Value::Array(array) = self.value else { return Items::One(Some(self)) };
        let mut elements = Elements::of(array);
        // A list of one empty text is `(empty)` in the TSV form, like a list of none.
        let is_empty =
            elements.next().is_some_and(|value| Self { value, ..self }.is_empty()) && elements.next().is_none();
        if is_empty { Items::One(None) } else { Items::Many(Elements::of(array), self) }
    }

    fn push_json(self, to: &mut String) {
        let Value::Array(_) = self.value else { return self.push_scalar(to) };
        to.push('[');
        for (place, item) in self.items().enumerate() {
            if place > 0 {
                to.push(',');
            }
            item.push_scalar(to);
        }
        to.push(']');
    }
}

impl JsonCell<'_> {
    fn push_scalar(self, to: &mut String) {
        let Value::Number(text) = self.value else { return push_value(self.value, to) };
        if self.is_time
            && let Ok(instant) = any_time(text)
        {
            to.push('"');
            push_rfc3339_micros(to_micros(instant), to);
            to.push('"');
        } else if text.contains(['.', 'e', 'E']) {
            push_six_decimals(text, to);
        } else {
            to.push_str(text);
        }
    }
}

/// The elements of an array; of anything else, itself.
#[derive(Debug)]
enum Items<'a> {
    One(Option<JsonCell<'a>>),
    /// Elements, and the cell that they are of.
    Many(Elements<'a>, JsonCell<'a>),
}

impl<'a> Iterator for Items<'a> {
    type Item = JsonCell<'a>;

    fn next(&mut self) -> Option<JsonCell<'a>> {
        match self {
            Self::One(cell) => cell.take(),
            Self::Many(elements, cell) => elements.next().map(|value| JsonCell { value, ..*cell }),
        }
    }
}
