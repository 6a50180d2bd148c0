//! Suricata's EVE log: one JSON object an event. Spec: <https://docs.suricata.io/en/latest/output/eve/eve-json-format.html>.
//!
//! `event_type` says what an event is; `mappings` says where it goes. Forms of DNS records changed twice (one event an
//! answer, then `answers` lists, then `queries` lists in version 8); all three are read.

mod mappings;

use crate::{
    Certainty, Format, Head, ParsedBatch, RawBatch, Recognition,
    frame::{
        json::{JsonCutter, Unwrapped},
        spans::SpanFramer,
    },
    json_head::JsonHead,
    json_record::JsonReader,
    mapping::{Cell, Mapping, Output},
    records::read_records,
};

pub(super) static FORMAT: Format = Format {
    name: "suricata_eve",
    about: "Events of the Suricata network sensor (EVE JSON): alerts, flows and protocols.",
    spec: "https://docs.suricata.io/en/latest/output/eve/eve-json-format.html",
    yields: &[
        "alerts",
        "connections",
        "dns_queries",
        "http_requests",
        "tls_sessions",
        "files_seen",
        "emails",
        "logons",
        "firewall_events",
        "other_records",
    ],
    recognise,
    framer: SpanFramer::<JsonCutter<Unwrapped>>::boxed,
    parse,
};

/// Fields that events have beside their type; other logs have an `event_type` as well.
const MARKS: &[&str] = &["flow_id", "src_ip", "dest_ip", "dest_port", "pcap_cnt", "in_iface", "proto", "app_proto"];

fn recognise(head: &Head<'_>) -> Option<Recognition> {
    let record = JsonHead::of::<Unwrapped>(head)?;
    let kind = record.text("event_type").filter(|_| record.is_dated("timestamp"))?;
    let has_part = record.is_object(kind) && mappings::is_known(kind);
    let is_event = has_part || (record.has("flow_id") && record.count(MARKS) >= 3);
    is_event
        .then(|| Recognition::new(Certainty::Certain, format!("JSON with event_type \"{kind}\" as Suricata writes it")))
}

fn parse(raw: &RawBatch) -> ParsedBatch {
    let mut output = Output::new();
    let mut reader = JsonReader::new();
    let mut room = String::new();
    read_records(raw, &mut output, |input, output| {
        reader.read(input)?;
        let mapping = mapping(reader.text("event_type", &mut room).unwrap_or_default());
        let mapping = match reader.path(mapping.1) {
            Some(_) if mapping.1 == "dns" && is_on_its_way_back(&mut reader) => &mappings::DNS_ANSWER,
            Some(_) => mapping.0,
            None => &mappings::OTHER,
        };
        reader.add(mapping, output)
    });
    output.finish(FORMAT.name, raw)
}

/// Where an event goes, if it has the part that makes it one of its type.
fn mapping(kind: &str) -> (&'static Mapping, &'static str) {
    mappings::BY_TYPE
        .iter()
        .find(|(known, ..)| *known == kind)
        .map_or((&mappings::OTHER, "event_type"), |(_, part, mapping)| (mapping, part))
}

/// Some versions write answers in the direction of their packets.
fn is_on_its_way_back(reader: &mut JsonReader<'_>) -> bool {
    const DNS_PORT: &str = "53";
    let mut is_dns = |field| reader.field(field).and_then(|cell| cell.number()) == Some(DNS_PORT);
    is_dns("src_port") && !is_dns("dest_port")
}

#[cfg(test)]
mod tests {
    #[test]
    fn mappings_name_tables_and_columns_that_exist() {
        for (_, _, mapping) in super::mappings::BY_TYPE {
            crate::mapping::check_mapping(mapping);
        }
        crate::mapping::check_mapping(&super::mappings::OTHER);
        crate::mapping::check_mapping(&super::mappings::DNS_ANSWER);
    }
}
