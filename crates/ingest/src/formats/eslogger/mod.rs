//! Events of macOS's Endpoint Security as eslogger(1) prints them. Spec: <https://developer.apple.com/documentation/endpointsecurity>.
//!
//! `event` has one member, named for what has happened; `mappings` says where it goes.

mod mappings;

use crate::{
    Certainty, Format, Head, ParsedBatch, RawBatch, Recognition,
    frame::{
        json::{JsonCutter, Unwrapped},
        spans::SpanFramer,
    },
    json::{Fields, Value},
    json_head::JsonHead,
    json_record::{JsonCell, JsonReader},
    mapping::{Cell, Mapping, Output},
    records::read_records,
};

pub(super) static FORMAT: Format = Format {
    name: "eslogger",
    about: "Endpoint Security events of macOS, as eslogger prints them.",
    spec: "https://developer.apple.com/documentation/endpointsecurity/es_message_t",
    yields: &["processes", "file_changes", "logons", "modules_loaded", "services", "alerts", "other_records"],
    recognise,
    framer: SpanFramer::<JsonCutter<Unwrapped>>::boxed,
    parse,
};

fn recognise(head: &Head<'_>) -> Option<Recognition> {
    let record = JsonHead::of::<Unwrapped>(head)?;
    let is_event = record.is_dated("time")
        && record.is_object("process")
        && (record.is_object("event") || record.has("event_type"))
        && record.count(&["mach_time", "seq_num", "global_seq_num", "schema_version", "action_type"]) >= 2;
    is_event.then(|| {
        Recognition::new(Certainty::Certain, "JSON with process, event and mach_time as Endpoint Security writes them")
    })
}

fn parse(raw: &RawBatch) -> ParsedBatch {
    let mut output = Output::new();
    let mut reader = JsonReader::new();
    read_records(raw, &mut output, |input, output| {
        reader.read(input)?;
        let name = match reader.field("event") {
            Some(JsonCell(Value::Object(event))) => name_of(event),
            _ => None,
        };
        if let Some(name) = name {
            reader.derive("=name", name);
        }
        let is_unchanged = reader.path("event.close.modified").is_some_and(|cell| cell.bool() == Some(false));
        // A file that was only read is closed as well.
        let mapping = if is_unchanged { &mappings::OTHER } else { mapping(name) };
        reader.add(mapping, output)
    });
    output.finish(FORMAT.name, raw)
}

/// The name of the one member of an event.
fn name_of(event: &str) -> Option<Value<'_>> {
    let mut fields = Fields::of(event);
    fields.next().ok().flatten().map(|(name, _)| Value::Text(name))
}

fn mapping(name: Option<Value<'_>>) -> &'static Mapping {
    let Some(Value::Text(name)) = name else { return &mappings::OTHER };
    mappings::BY_EVENT.iter().find(|known| known.0 == name.inner).map_or(&mappings::OTHER, |known| known.1)
}

#[cfg(test)]
mod tests {
    #[test]
    fn mappings_name_tables_and_columns_that_exist() {
        super::mappings::BY_EVENT.iter().map(|known| known.1).for_each(crate::mapping::check_mapping);
        crate::mapping::check_mapping(&super::mappings::OTHER);
    }
}
