//! Google Cloud log entries: audit logs, and the network logs that come with them. Spec:
//! <https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry>.
//!
//! Sinks write one entry a line, `gcloud logging read` an array, the interface `{"entries": [...]}`. What an entry is
//! follows from its payload and the name of its log; `mappings` says where it goes.

mod mappings;

use crate::{
    Certainty, Format, Head, ParsedBatch, RawBatch, Recognition,
    frame::{
        json::{JsonCutter, Wrapper},
        spans::SpanFramer,
    },
    json_head::JsonHead,
    json_record::JsonReader,
    mapping::{Mapping, Output},
    records::read_records,
};

pub(super) static FORMAT: Format = Format {
    name: "gcp_audit",
    about: "Google Cloud log entries: audit logs, flows, DNS queries, firewall decisions and requests.",
    spec: "https://cloud.google.com/logging/docs/reference/audit/auditlog/rest/Shared.Types/AuditLog",
    yields: &[
        "cloud_api_calls",
        "logons",
        "connections",
        "dns_queries",
        "firewall_events",
        "http_requests",
        "other_records",
    ],
    recognise,
    framer: SpanFramer::<JsonCutter<Entries>>::boxed,
    parse,
};

#[derive(Debug, Default)]
struct Entries;

impl Wrapper for Entries {
    const KEYS: &'static [&'static str] = &["entries"];
}

/// What an entry carries.
const PAYLOADS: [&str; 4] = ["protoPayload", "jsonPayload", "textPayload", "httpRequest"];

const AUDIT: &str = "type.googleapis.com/google.cloud.audit.AuditLog";

fn recognise(head: &Head<'_>) -> Option<Recognition> {
    let record = JsonHead::of::<Entries>(head)?;
    if record.inner("protoPayload", "@type") == Some(AUDIT) {
        return Some(Recognition::new(Certainty::Certain, "JSON log entry with an AuditLog as protoPayload"));
    }
    let is_entry = record.has("logName") && record.is_object("resource") && record.count(&PAYLOADS) > 0;
    if is_entry && (record.is_dated("timestamp") || record.is_dated("receiveTimestamp")) {
        return Some(Recognition::new(Certainty::Certain, "JSON log entry with logName, resource and payload"));
    }
    let is_audit = record.field("protoPayload").is_some_and(|payload| payload.member("methodName").is_some());
    let is_dated = record.is_dated("timestamp");
    (is_audit && is_dated).then(|| Recognition::new(Certainty::Likely, "JSON with protoPayload.methodName"))
}

fn parse(raw: &RawBatch) -> ParsedBatch {
    let mut output = Output::new();
    let mut reader = JsonReader::new();
    read_records(raw, &mut output, |record, output| {
        reader.read(record)?;
        let mapping = mapping(&mut reader);
        reader.add(mapping, output)
    });
    output.finish(FORMAT.name, raw)
}

/// What the entries of a log are, by the end of its name; names are percent-encoded behind `logs/`.
const LOGS: [(&str, &Mapping); 3] =
    [("%2Fvpc_flows", &mappings::FLOW), ("%2Fdns_queries", &mappings::DNS), ("%2Ffirewall", &mappings::FIREWALL)];

fn mapping(reader: &mut JsonReader<'_>) -> &'static Mapping {
    let mut room = String::new();
    if let Some(payload) = reader.field("protoPayload") {
        let is_login = payload.says("serviceName", "login.googleapis.com");
        let is_audit = payload.member("methodName").is_some() || payload.member("serviceName").is_some();
        return match (is_login, is_audit) {
            (true, _) => &mappings::LOGIN,
            (false, true) => &mappings::AUDIT,
            (false, false) => &mappings::OTHER,
        };
    }
    let log = reader.text("logName", &mut room).unwrap_or_default();
    if let Some((_, mapping)) = LOGS.iter().find(|(name, _)| log.ends_with(name)) {
        return mapping;
    }
    let is_request =
        reader.path("httpRequest.requestUrl").is_some() || reader.path("httpRequest.requestMethod").is_some();
    if is_request { &mappings::REQUEST } else { &mappings::OTHER }
}

#[cfg(test)]
mod tests {
    #[test]
    fn mappings_name_columns_that_exist() {
        super::mappings::ALL.iter().for_each(|mapping| crate::mapping::check_mapping(mapping));
    }
}
