//! Events and alerts of Microsoft Defender XDR. Spec:
//! <https://learn.microsoft.com/en-us/defender-xdr/advanced-hunting-schema-tables>.
//!
//! Events come as the streaming interface writes them (`category: AdvancedHunting-...`, columns in `properties`) and
//! as tables of Log Analytics (`Type`); alerts as the interfaces of Graph and Defender answer. `hosts` and `services`
//! say where the columns go.

mod hosts;
mod services;

use crate::{
    Certainty, Format, Head, ParsedBatch, RawBatch, Recognition,
    embedded::{Decoded, expand},
    frame::{
        json::{JsonCutter, Wrapper},
        spans::SpanFramer,
    },
    json_head::JsonHead,
    json_record::{JsonCell, JsonReader},
    mapping::{Mapping, Output},
    records::read_records,
};

pub(super) static FORMAT: Format = Format {
    name: "microsoft_defender",
    about: "Events and alerts of Microsoft Defender: advanced hunting tables, alerts of Defender and Microsoft Graph.",
    spec: "https://learn.microsoft.com/en-us/defender-xdr/advanced-hunting-schema-tables",
    yields: &[
        "processes",
        "network_by_process",
        "file_changes",
        "registry_changes",
        "modules_loaded",
        "logons",
        "emails",
        "cloud_api_calls",
        "alerts",
        "other_records",
    ],
    recognise,
    framer: SpanFramer::<JsonCutter<Lists>>::boxed,
    parse,
};

#[derive(Debug, Default)]
struct Lists;

impl Wrapper for Lists {
    const KEYS: &'static [&'static str] = &["records", "value", "Results", "results"];
}

/// Begins the category of streamed events; the table's name follows.
const STREAMED: &str = "AdvancedHunting-";

/// Fields that hold JSON as text.
const TEXTS: [&str; 1] = ["AuthenticationDetails"];

/// Columns of hosts' tables, one of which is in every row, also where a query or a join has renamed others.
const HUNTED: &[&str] = &["ReportId", "DeviceName", "InitiatingProcessFileName", "InitiatingProcessId"];

fn recognise(head: &Head<'_>) -> Option<Recognition> {
    let record = JsonHead::of::<Lists>(head)?;
    let certain = |why: String| Some(Recognition::new(Certainty::Certain, why));
    if let Some(table) = record.text("category").and_then(|category| category.strip_prefix(STREAMED)) {
        return certain(format!("JSON with category {STREAMED}{table}"));
    }
    let is_table = |name: &&str| services::TABLES.contains(name) || hosts::TABLES.contains(name);
    if let Some(table) = record.text("Type").filter(is_table)
        && (record.is_dated("Timestamp") || record.is_dated("TimeGenerated"))
    {
        return certain(format!("JSON of the table {table}"));
    }
    if record.has_all(&["Timestamp", "DeviceId", "ActionType"]) && record.count(HUNTED) > 0 {
        return certain("JSON with Timestamp, DeviceId and ActionType of advanced hunting".to_owned());
    }
    is_alert(|name| record.has(name)).then(|| {
        Recognition::new(Certainty::Certain, "JSON with the fields of an alert of Defender or Microsoft Graph")
    })
}

/// Alerts of Graph (both versions), of Defender for Endpoint and of Defender XDR.
fn is_alert(mut has: impl FnMut(&str) -> bool) -> bool {
    let known = [
        &["serviceSource", "detectionSource", "severity", "title"][..],
        &["vendorInformation", "severity", "title"],
        &["alertCreationTime", "machineId", "severity", "title"],
    ];
    known.iter().any(|names| names.iter().all(|name| has(name)))
}

fn parse(raw: &RawBatch) -> ParsedBatch {
    let mut output = Output::new();
    let decoded = Decoded::of(raw, |record, to| {
        if record.contains(TEXTS[0]) {
            let head = JsonHead::of_object(record);
            expand(head.field("properties").and_then(JsonCell::object).unwrap_or(record), &TEXTS, to);
        }
    });
    let mut reader = JsonReader::new();
    read_records(raw, &mut output, |record, output| {
        reader.read(record)?;
        let columns = reader.field("properties").and_then(JsonCell::object);
        match (columns, decoded.text_for(record)) {
            (Some(columns), decoded) => reader.unpack("properties", decoded.unwrap_or(columns))?,
            (None, Some(decoded)) => reader.read_part(record, decoded)?,
            (None, None) => {}
        }
        let mapping = mapping(&mut reader);
        reader.add(mapping, output)
    });
    output.finish(FORMAT.name, raw)
}

fn mapping(reader: &mut JsonReader<'_>) -> &'static Mapping {
    let (mut room, mut second) = (String::new(), String::new());
    let table = match reader.text("category", &mut room).and_then(|category| category.strip_prefix(STREAMED)) {
        Some(table) => table,
        None => reader.text("Type", &mut room).unwrap_or_default(),
    };
    let action = reader.text("ActionType", &mut second).unwrap_or_default();
    if let Some(mapping) = hosts::mapping(table, action).or_else(|| services::mapping(table)) {
        return mapping;
    }
    let is_alert = is_alert(|name| reader.field(name).is_some());
    if is_alert { &services::ALERT } else { &services::OTHER }
}

#[cfg(test)]
mod tests {
    #[test]
    fn mappings_name_columns_that_exist() {
        let all = super::hosts::ALL.iter().chain(super::services::ALL);
        all.for_each(|mapping| crate::mapping::check_mapping(mapping));
    }
}
