//! Results of osquery: differential, batches and snapshots. Spec: <https://osquery.readthedocs.io/en/stable/deployment/logging/>.
//!
//! Every row of a result is a record. `tables` says by name and columns which table of osquery a query has asked, and
//! where its rows go. Names in `attrs` are those of the columns; what is said of the result is under `result.`.

mod tables;

use std::borrow::Cow;

use crate::{
    Certainty, Format, Head, ParsedBatch, RawBatch, Recognition,
    frame::{
        json::{JsonCutter, Unwrapped},
        spans::SpanFramer,
    },
    instant::event_time,
    json::{Elements, Fields, Text, Value, number_text, push_value},
    json_head::JsonHead,
    mapping::Output,
    observed::Observed,
    pairs::Pairs,
    parsed::{Fault, Reason},
    records::{Input, read_records},
};

pub(super) static FORMAT: Format = Format {
    name: "osquery",
    about: "Results of scheduled osquery queries: differential, batched and snapshots.",
    spec: "https://osquery.readthedocs.io/en/stable/deployment/logging/",
    yields: &[
        "processes",
        "file_changes",
        "network_by_process",
        "logons",
        "services",
        "scheduled_tasks",
        "modules_loaded",
        "other_records",
    ],
    recognise,
    framer: SpanFramer::<JsonCutter<Unwrapped>>::boxed,
    parse,
};

/// Members that hold rows, one of which every result has.
const ROWS: [&str; 3] = ["columns", "snapshot", "diffResults"];

fn recognise(head: &Head<'_>) -> Option<Recognition> {
    let record = JsonHead::of::<Unwrapped>(head)?;
    let is_result = record.has_all(&["name", "hostIdentifier"])
        && (record.has("unixTime") || record.has("calendarTime"))
        && (record.count(&ROWS) > 0 || record.has("action") || record.has("numerics"));
    let is_status = record.has_all(&["hostIdentifier", "severity", "filename", "line", "message"]);
    (is_result || is_status)
        .then(|| Recognition::new(Certainty::Certain, "JSON with hostIdentifier and rows as osquery logs its results"))
}

fn parse(raw: &RawBatch) -> ParsedBatch {
    let mut output = Output::new();
    let mut pairs = Pairs::new();
    read_records(raw, &mut output, |input, output| {
        let result = QueryResult::read(input)?;
        result.rows(&mut pairs, output)
    });
    output.finish(FORMAT.name, raw)
}

/// One line of the log.
#[derive(Debug)]
struct QueryResult<'a> {
    input: Input<'a>,
    /// All members but those that hold rows.
    about: Vec<(Text<'a>, Value<'a>)>,
    columns: Option<&'a str>,
    snapshot: Option<&'a str>,
    differences: Option<&'a str>,
}

impl<'a> QueryResult<'a> {
    fn read(input: Input<'a>) -> Result<Self, Fault> {
        let mut result = Self { input, about: Vec::new(), columns: None, snapshot: None, differences: None };
        let mut fields = Fields::of(input.text);
        while let Some((key, value)) = fields.next()? {
            match (key.inner, value) {
                ("columns", Value::Object(row)) => result.columns = Some(row),
                ("snapshot", Value::Array(rows)) => result.snapshot = Some(rows),
                ("diffResults", Value::Object(lists)) => result.differences = Some(lists),
                _ => result.about.push((key, value)),
            }
        }
        Ok(result)
    }

    fn about(&self, name: &str) -> Option<Value<'a>> {
        self.about.iter().find(|(key, _)| key.inner == name).map(|(_, value)| *value)
    }

    fn about_text(&self, name: &str) -> &'a str {
        match self.about(name) {
            Some(Value::Text(text)) if !text.escaped => text.inner,
            _ => "",
        }
    }

    fn rows(&self, pairs: &mut Pairs<'a>, output: &mut Output) -> Result<(), Fault> {
        let name = self.about_text("name");
        if let Some(row) = self.columns {
            return self.row(name, self.about_text("action"), row, self.input, pairs, output);
        }
        if self.snapshot.is_none() && self.differences.is_none() {
            return self.row(name, self.about_text("action"), "{}", self.input, pairs, output);
        }
        for row in self.snapshot.into_iter().flat_map(objects) {
            self.row(name, "snapshot", row, self.place_of(row), pairs, output)?;
        }
        for (action, row) in self.differences.into_iter().flat_map(differences) {
            self.row(name, action, row, self.place_of(row), pairs, output)?;
        }
        Ok(())
    }

    /// A row of several has its own place and text, so that it has an id of its own.
    fn place_of(&self, row: &'a str) -> Input<'a> {
        let offset = row.as_ptr().addr().saturating_sub(self.input.text.as_ptr().addr());
        Input { position: self.input.position.saturating_add(offset as u64), text: row }
    }

    fn row(
        &self,
        name: &str,
        action: &str,
        row: &'a str,
        input: Input<'_>,
        pairs: &mut Pairs<'a>,
        output: &mut Output,
    ) -> Result<(), Fault> {
        pairs.begin();
        let mut fields = Fields::of(row);
        while let Some((key, value)) = fields.next()? {
            push(Cow::Borrowed(key.inner), value, pairs);
        }
        let observed = self.observed(pairs.get("time"))?;
        let route = tables::route(name, action, pairs);
        for (name, value) in route.derived {
            pairs.push(name, &value);
        }
        self.push_about(action, pairs);
        pairs.add_observed(route.mapping, input, observed, output);
        Ok(())
    }

    /// Rows of events say when they happened; others when they were found.
    fn observed(&self, time: Option<&str>) -> Result<Observed, Fault> {
        let told = time.and_then(|text| event_time(text).ok()).filter(|instant| instant.nanos() > 0);
        if let Some(instant) = told {
            return Ok(Observed::At(instant));
        }
        let Some(found) = self.about("unixTime") else {
            return Err(Fault::new(Reason::MissingTime, "no event time; looked for time, unixTime"));
        };
        let instant = number_text(found).and_then(|text| event_time(text).ok());
        let bad = || Fault::new(Reason::BadTime, "field \"unixTime\" holds no time that can be read");
        instant.map(Observed::At).ok_or_else(bad)
    }

    fn push_about(&self, action: &str, pairs: &mut Pairs<'a>) {
        let mut host = None;
        for &(key, value) in &self.about {
            match key.inner {
                "unixTime" | "calendarTime" | "action" => continue,
                "hostIdentifier" => host = host.or(Some(value)),
                "decorations" => {
                    if let Value::Object(object) = value {
                        host = decoration(object, &["hostname", "computer_name", "host_name"]).or(host);
                    }
                }
                "hostname" | "computer_name" => host = Some(value),
                _ => {}
            }
            push(Cow::Owned(format!("result.{}", key.inner)), value, pairs);
        }
        if let Some(host) = host {
            push(Cow::Borrowed("result.host"), host, pairs);
        }
        if !action.is_empty() {
            pairs.push("result.action", action);
        }
    }
}

/// The first of these decorations that is there.
fn decoration<'a>(object: &'a str, names: &[&str]) -> Option<Value<'a>> {
    let mut fields = Fields::of(object);
    while let Ok(Some((key, value))) = fields.next() {
        if names.contains(&key.inner) && matches!(value, Value::Text(_)) {
            return Some(value);
        }
    }
    None
}

fn objects(list: &str) -> impl Iterator<Item = &str> {
    Elements::of(list).filter_map(|value| match value {
        Value::Object(row) => Some(row),
        _ => None,
    })
}

/// Rows of a batch with what became of them; an empty list may be written as an empty text.
fn differences(lists: &str) -> Vec<(&'static str, &str)> {
    let mut rows = Vec::new();
    let mut fields = Fields::of(lists);
    while let Ok(Some((key, value))) = fields.next() {
        let action = match key.inner {
            "added" => "added",
            "removed" => "removed",
            _ => continue,
        };
        if let Value::Array(list) = value {
            rows.extend(objects(list).map(|row| (action, row)));
        }
    }
    rows
}

fn push<'a>(name: Cow<'a, str>, value: Value<'a>, pairs: &mut Pairs<'a>) {
    match value {
        Value::Null => {}
        Value::Text(text) => {
            let mut room = String::new();
            pairs.push(name, text.decode(&mut room));
        }
        value => {
            let mut json = String::new();
            push_value(value, &mut json);
            pairs.push_json(name, &json);
        }
    }
}
