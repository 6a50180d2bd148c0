//! Open Cybersecurity Schema Framework: JSON events of any class. Spec: <https://schema.ocsf.io/>.
//!
//! The tables say of each column which attribute of OCSF it is, so the mappings are made from the tables (`plans`); only
//! what a class says in words of its own (activities, outcomes) is written down here.

mod plans;

use crate::{
    Certainty, Format, Head, ParsedBatch, RawBatch, Recognition,
    frame::{
        json::{JsonCutter, Wrapper},
        spans::SpanFramer,
    },
    json_head::JsonHead,
    json_record::JsonReader,
    mapping::{Cell, Output},
    records::read_records,
};

pub(super) static FORMAT: Format = Format {
    name: "ocsf",
    about: "Open Cybersecurity Schema Framework (OCSF), JSON events of every class.",
    spec: "https://schema.ocsf.io/",
    yields: &[
        "processes",
        "file_changes",
        "modules_loaded",
        "scheduled_tasks",
        "scripts",
        "registry_changes",
        "services",
        "logons",
        "connections",
        "http_requests",
        "dns_queries",
        "emails",
        "alerts",
        "cloud_api_calls",
        "other_records",
    ],
    recognise,
    framer: SpanFramer::<JsonCutter<Events>>::boxed,
    parse,
};

/// Names that exporters give to a list of events.
#[derive(Debug, Default)]
struct Events;

impl Wrapper for Events {
    const KEYS: &'static [&'static str] = &["events"];
}

fn recognise(head: &Head<'_>) -> Option<Recognition> {
    let record = JsonHead::of::<Events>(head)?;
    let class = record.field("class_uid")?.number()?.parse::<u32>().ok()?;
    let dated = record.is_dated("time") || record.is_dated("time_dt");
    let is_event = dated && (record.has("category_uid") || record.has("activity_id") || record.has("type_uid"));
    is_event.then(|| {
        Recognition::new(Certainty::Certain, format!("JSON with class_uid {class} and a time, as OCSF writes it"))
    })
}

fn parse(raw: &RawBatch) -> ParsedBatch {
    let mut output = Output::new();
    let mut reader = JsonReader::new();
    read_records(raw, &mut output, |input, output| {
        reader.read(input)?;
        let number =
            |reader: &mut JsonReader<'_>, name| reader.field(name).and_then(|cell| cell.number()?.parse().ok());
        let class = number(&mut reader, "class_uid").unwrap_or(0);
        let activity = number(&mut reader, "activity_id").unwrap_or(0);
        reader.add_planned(plans::of(class, activity), output)
    });
    output.finish(FORMAT.name, raw)
}
