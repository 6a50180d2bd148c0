//! Microsoft 365's unified audit log. Spec:
//! <https://learn.microsoft.com/en-us/office/office-365-management-api/office-365-management-activity-api-schema>.
//!
//! Read as the Management Activity interface writes it (arrays, one record a line), and as Purview and PowerShell
//! export it: CSV or JSON whose `AuditData` holds the record as text. `mappings` says where records go.

mod mappings;

use crate::{
    Certainty, Format, Head, ParsedBatch, RawBatch, Recognition,
    embedded::{Decoded, expand, push_object},
    frame::{
        json::{JsonCutter, Wrapper},
        spans::SpanFramer,
    },
    json_head::JsonHead,
    json_record::{JsonCell, JsonReader},
    mapping::{Mapping, Output},
    parsed::{Fault, Reason},
    records::read_records,
};

pub(super) static FORMAT: Format = Format {
    name: "microsoft365_audit",
    about: "Unified audit log of Microsoft 365: Exchange, SharePoint, Entra, Teams, Defender; JSON and exported CSV.",
    spec: "https://learn.microsoft.com/en-us/office/office-365-management-api/office-365-management-activity-api-schema",
    yields: &["cloud_api_calls", "logons", "emails", "alerts", "other_records"],
    recognise,
    framer: SpanFramer::<JsonCutter<Lists>>::boxed,
    parse,
};

#[derive(Debug, Default)]
struct Lists;

impl Wrapper for Lists {
    const KEYS: &'static [&'static str] = &["value", "records", "Records"];
}

/// What every record has.
const SIGNATURE: [&str; 4] = ["CreationTime", "Operation", "Workload", "RecordType"];

/// The column of an export that holds the record, and Microsoft Graph's field.
const CARRIERS: [&str; 2] = ["AuditData", "auditData"];

/// Fields that hold JSON as text.
const TEXTS: [&str; 5] = ["Data", "ExtendedProperties", "ModifiedProperties", "OperationProperties", "Parameters"];

fn recognise(head: &Head<'_>) -> Option<Recognition> {
    let certain = |why: &str| Some(Recognition::new(Certainty::Certain, why));
    let Some(record) = JsonHead::of::<Lists>(head) else {
        return is_export_header(head).then(|| certain("CSV with a column AuditData")).flatten();
    };
    if record.has_all(&SIGNATURE) && record.is_dated("CreationTime") {
        return certain("JSON with CreationTime, Operation, Workload and RecordType");
    }
    let holds_record = CARRIERS.iter().any(|name| record.has(name))
        && (record.has("RecordType") || record.has("Operations") || record.has("Operation") || record.has("operation"));
    if holds_record {
        return certain("JSON export with AuditData");
    }
    // Log Analytics names the time otherwise.
    let of_table = record.text("Type") == Some("OfficeActivity") && record.is_dated("TimeGenerated");
    if of_table { certain("JSON of the table OfficeActivity") } else { None }
}

fn is_export_header(head: &Head<'_>) -> bool {
    let mut lines = head.lines();
    let is_type_line = |line: &&[u8]| line.starts_with(b"#TYPE");
    let header = lines.find(|line| !is_type_line(line)).unwrap_or_default();
    let names: Vec<&[u8]> = header.split(|&byte| byte == b',').map(|name| name.trim_ascii()).collect();
    let has = |wanted: &str| names.iter().any(|name| unquoted(name).eq_ignore_ascii_case(wanted.as_bytes()));
    has("AuditData") && (has("RecordType") || has("UserIds") || has("Operations") || has("Operation"))
}

fn unquoted(name: &[u8]) -> &[u8] {
    name.strip_prefix(b"\"").and_then(|name| name.strip_suffix(b"\"")).unwrap_or(name)
}

fn parse(raw: &RawBatch) -> ParsedBatch {
    let mut output = Output::new();
    let mut carried = String::new();
    let decoded = Decoded::of_any(raw, |record, to| {
        let is_plain = record.starts_with('{') && !holds_escapes(record);
        if is_plain {
            return;
        }
        carried.clear();
        push_carried(record, &mut carried);
        let inner = if carried.is_empty() { record } else { &carried };
        let start = to.len();
        if holds_escapes(inner) {
            expand(inner, &TEXTS, to);
        }
        if to.len() == start {
            to.push_str(&carried);
        }
    });
    let mut reader = JsonReader::new();
    let mut room = String::new();
    read_records(raw, &mut output, |record, output| {
        let text = decoded.text_for(record);
        let is_line = !record.text.trim_start().starts_with('{');
        if text.is_none() && is_line {
            return if is_header(record.text) { Ok(()) } else { Err(no_record()) };
        }
        reader.read_part(record, text.unwrap_or(record.text))?;
        let carried = CARRIERS.iter().find_map(|name| reader.field(name));
        if let Some(object) = carried.and_then(JsonCell::object) {
            reader.read_part(record, object)?;
        }
        let mapping = mapping(&mut reader, &mut room);
        reader.add(mapping, output)
    });
    output.finish(FORMAT.name, raw)
}

/// Without an escaped quote there is no object in any text.
fn holds_escapes(record: &str) -> bool {
    memchr::memmem::find(record.as_bytes(), b"\\\"").is_some()
}

fn no_record() -> Fault {
    Fault::new(Reason::MalformedJson, "neither a JSON record nor a CSV line with one")
}

/// Appends the record that an export's line or object holds as text.
fn push_carried(record: &str, to: &mut String) {
    if record.trim_start().starts_with('{') {
        let is_record = record.contains("\"CreationTime\":") || !holds_escapes(record);
        if is_record {
            return;
        }
        let outer = JsonHead::of_object(record);
        let carrier = CARRIERS.iter().find_map(|name| outer.field(name));
        carrier.into_iter().for_each(|cell| push_object(cell, to));
        return;
    }
    // The only column that holds an object is the record: no other quoted text begins with a brace.
    let Some((_, behind)) = record.split_once("\"{\"\"") else { return };
    to.push_str("{\"");
    let mut rest = behind;
    while let Some((text, more)) = rest.split_once('"') {
        to.push_str(text);
        let Some(more) = more.strip_prefix('"') else { return };
        to.push('"');
        rest = more;
    }
    // The quote that ends the column is missing: the line is cut off, and the record with it.
    to.push_str(rest);
}

/// Headers of CSV, and the line that PowerShell writes before.
fn is_header(line: &str) -> bool {
    let names_carrier = line.split(',').any(|name| name.trim().trim_matches('"').eq_ignore_ascii_case("AuditData"));
    names_carrier || line.starts_with("#TYPE")
}

/// Kinds of records by their number, with where they go.
const KINDS: [(&str, &Mapping); 8] = [
    ("9", &mappings::LOGON),
    ("15", &mappings::LOGON),
    ("28", &mappings::MESSAGE),
    ("40", &mappings::ALERT),
    ("41", &mappings::ALERT),
    ("47", &mappings::ALERT),
    ("64", &mappings::ALERT),
    ("AzureActiveDirectoryStsLogon", &mappings::LOGON),
];

fn mapping(reader: &mut JsonReader<'_>, room: &mut String) -> &'static Mapping {
    let operation = reader.text("Operation", room);
    if matches!(operation, Some("UserLoggedIn" | "UserLoginFailed" | "MailboxLogin")) {
        return &mappings::LOGON;
    }
    let is_call = operation.is_some();
    let kind = reader.text("RecordType", room).unwrap_or_default();
    if let Some((_, mapping)) = KINDS.iter().find(|known| known.0 == kind) {
        return mapping;
    }
    if is_call { &mappings::CALL } else { &mappings::OTHER }
}

#[cfg(test)]
mod tests {
    #[test]
    fn mappings_name_columns_that_exist() {
        super::mappings::ALL.iter().for_each(|mapping| crate::mapping::check_mapping(mapping));
    }
}
