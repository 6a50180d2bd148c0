//! The unified log of macOS as `log show --style ndjson` and `--style json` print it. Spec: log(1).
//!
//! What the programs say is read by `crate::messages`, as in syslog. (`--style syslog` is read by `syslog`.)

use crate::{
    Certainty, Format, Head, ParsedBatch, RawBatch, Recognition,
    frame::{
        json::{JsonCutter, Unwrapped},
        spans::SpanFramer,
    },
    instant::{NoInstant, event_time},
    json::{Fields, Value, push_value},
    json_head::JsonHead,
    mapping::{Mapping, Output, Read},
    messages::{self, TABLES},
    observed::Observed,
    pairs::Pairs,
    parsed::{Fault, Reason},
    records::{Input, read_records},
};

pub(super) static FORMAT: Format = Format {
    name: "macos_unified_log",
    about: "The unified log of macOS, as log show prints it in JSON.",
    spec: "https://developer.apple.com/documentation/os/logging",
    yields: TABLES,
    recognise,
    framer: SpanFramer::<JsonCutter<Unwrapped>>::boxed,
    parse,
};

fn recognise(head: &Head<'_>) -> Option<Recognition> {
    const MARKS: &[&str] =
        &["machTimestamp", "processImagePath", "eventMessage", "traceID", "threadID", "senderImagePath", "subsystem"];
    let record = JsonHead::of::<Unwrapped>(head)?;
    let is_entry = record.has("timestamp") && record.count(MARKS) >= 3;
    is_entry.then(|| {
        Recognition::new(Certainty::Certain, "JSON with machTimestamp, traceID and processImagePath of macOS's log")
    })
}

fn parse(raw: &RawBatch) -> ParsedBatch {
    let mut output = Output::new();
    let mut pairs = Pairs::new();
    read_records(raw, &mut output, |input, output| read(input, &mut pairs, output));
    output.finish(FORMAT.name, raw)
}

/// What decides where an entry goes.
#[derive(Debug, Default)]
struct Entry {
    time: Option<String>,
    message: String,
    process: String,
    subsystem: String,
}

fn read<'a>(input: Input<'a>, pairs: &mut Pairs<'a>, output: &mut Output) -> Result<(), Fault> {
    pairs.begin();
    pairs.push("os", "macos");
    let mut entry = Entry::default();
    let mut room = String::new();
    let mut fields = Fields::of(input.text);
    while let Some((key, value)) = fields.next()? {
        let text = match value {
            Value::Text(text) => text.decode(&mut room),
            Value::Null => continue,
            value => {
                let mut json = String::new();
                push_value(value, &mut json);
                pairs.push_json(if key.inner == "processID" { "pid" } else { key.inner }, &json);
                continue;
            }
        };
        match key.inner {
            "timestamp" => entry.time = Some(text.to_owned()),
            "eventMessage" => text.clone_into(&mut entry.message),
            "processImagePath" => text.clone_into(&mut entry.process),
            "subsystem" => text.clone_into(&mut entry.subsystem),
            _ if text.is_empty() => continue,
            name => pairs.push(name, text),
        }
    }
    entry.add(input, pairs, output)
}

impl Entry {
    fn add(&self, input: Input<'_>, pairs: &mut Pairs<'_>, output: &mut Output) -> Result<(), Fault> {
        let observed = self.observed()?;
        let program = self.process.rsplit('/').next().unwrap_or_default();
        // Its library stands before the message: `(libpam.2.dylib) ...`.
        let kind = messages::read(program, &self.message, pairs);
        if !program.is_empty() {
            pairs.push("provider", program);
        }
        if kind == messages::Kind::Other {
            let kind = [&*self.subsystem, program].into_iter().find(|name| !name.is_empty()).unwrap_or("log");
            pairs.push("kind", kind);
            pairs.push("eventMessage", &self.message);
        }
        pairs.push("processImagePath", &self.process);
        if !self.subsystem.is_empty() {
            pairs.push("subsystem", &self.subsystem);
        }
        pairs.add_observed(kind.mapping(&OTHER), input, observed, output);
        Ok(())
    }

    fn observed(&self) -> Result<Observed, Fault> {
        let Some(time) = &self.time else {
            return Err(Fault::new(Reason::MissingTime, "no event time; looked for timestamp"));
        };
        event_time(time).map(Observed::At).map_err(|error| match error {
            NoInstant::OutOfRange => {
                Fault::new(Reason::TimeOutOfRange, "field \"timestamp\" lies outside 1970 to 2199")
            }
            NoInstant::Unreadable => Fault::new(Reason::BadTime, "field \"timestamp\" holds no time that can be read"),
        })
    }
}

static OTHER: Mapping = Mapping {
    kind: "macos_unified_log",
    table: "other_records",
    times: &["timestamp"],
    weight: None,
    constants: &[("product", "macos_unified_log")],
    columns: &[
        ("kind", &["kind"], Read::Text),
        ("user", &["user"], Read::Account),
        ("message", &["eventMessage"], Read::Text),
        ("src_ip", &["src_ip"], Read::PeerIp),
        ("src_port", &["src_port"], Read::Int),
    ],
};

#[cfg(test)]
mod tests {
    #[test]
    fn the_mapping_names_a_table_and_columns_that_exist() {
        crate::mapping::check_mapping(&super::OTHER);
    }
}
