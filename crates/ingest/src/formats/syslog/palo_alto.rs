//! Lines that Palo Alto firewalls send: values by position, bare or behind syslog headers. Spec: PAN-OS, Syslog Field
//! Descriptions, <https://docs.paloaltonetworks.com/pan-os/11-1/pan-os-admin/monitoring/use-syslog-for-monitoring>.
//!
//! Later versions add fields at the end, which are kept by their numbers. Times are the firewall's and say no zone:
//! they are taken for UTC, as all such times are.

use schema::Timestamp;

use super::embedded::Embedded;
use crate::{
    instant::event_time,
    mapping::{Mapping, Output, Read},
    observed::Observed,
    pairs::Pairs,
    parsed::{Fault, Reason},
    records::Input,
    syslog::Header,
};

/// More fields are in no line.
const MAX_FIELDS: usize = 256;

/// `1,2026/11/21 09:00:00,`: a number without meaning, and when the record was received.
const TIME_BYTES: usize = "2026/11/21 09:00:00".len();

/// Whether the text is a record of such a firewall.
pub(super) fn is_record(text: &str) -> bool {
    let mut fields = text.splitn(5, ',');
    let (Some(number), Some(received), Some(serial)) = (fields.next(), fields.next(), fields.next()) else {
        return false;
    };
    let is_number = number.len() <= 4 && number.bytes().all(|byte| byte.is_ascii_digit());
    let is_serial = serial.len() >= 6 && serial.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let is_kind = |kind: &str| kind.len() >= 3 && kind.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'-');
    let is_kind = fields.next().is_some_and(is_kind) && fields.next().is_some();
    is_number && is_serial && is_kind && received.len() == TIME_BYTES && instant(received).is_some()
}

/// The same for sessions and threats.
const COMMON: [&str; 31] = [
    "",
    "receive_time",
    "serial",
    "type",
    "subtype",
    "",
    "time_generated",
    "src",
    "dst",
    "natsrc",
    "natdst",
    "rule",
    "srcuser",
    "dstuser",
    "app",
    "vsys",
    "from",
    "to",
    "inbound_if",
    "outbound_if",
    "logset",
    "",
    "sessionid",
    "repeatcnt",
    "sport",
    "dport",
    "natsport",
    "natdport",
    "flags",
    "proto",
    "action",
];

const TRAFFIC_ONLY: &[&str] = &[
    "bytes",
    "bytes_sent",
    "bytes_received",
    "packets",
    "start",
    "elapsed",
    "category",
    "",
    "seqno",
    "actionflags",
    "srcloc",
    "dstloc",
    "",
    "pkts_sent",
    "pkts_received",
    "session_end_reason",
    "dg_hier_level_1",
    "dg_hier_level_2",
    "dg_hier_level_3",
    "dg_hier_level_4",
    "vsys_name",
    "device_name",
    "action_source",
    "src_uuid",
    "dst_uuid",
    "tunnelid",
    "monitortag",
    "parent_session_id",
    "parent_start_time",
    "tunnel",
];

const THREAT_ONLY: &[&str] = &[
    "misc",
    "threatid",
    "category",
    "severity",
    "direction",
    "seqno",
    "actionflags",
    "srcloc",
    "dstloc",
    "",
    "contenttype",
    "pcap_id",
    "filedigest",
    "cloud",
    "url_idx",
    "user_agent",
    "filetype",
    "xff",
    "referer",
    "sender",
    "subject",
    "recipient",
    "reportid",
    "dg_hier_level_1",
    "dg_hier_level_2",
    "dg_hier_level_3",
    "dg_hier_level_4",
    "vsys_name",
    "device_name",
    "",
    "src_uuid",
    "dst_uuid",
    "http_method",
    "tunnelid",
    "monitortag",
    "parent_session_id",
    "parent_start_time",
    "tunnel",
    "thr_category",
    "contentver",
];

const SYSTEM: &[&str] = &[
    "",
    "receive_time",
    "serial",
    "type",
    "subtype",
    "",
    "time_generated",
    "vsys",
    "eventid",
    "object",
    "",
    "",
    "module",
    "severity",
    "opaque",
    "seqno",
    "actionflags",
    "dg_hier_level_1",
    "dg_hier_level_2",
    "dg_hier_level_3",
    "dg_hier_level_4",
    "vsys_name",
    "device_name",
];

/// What all records begin with.
const OTHER: &[&str] = &["", "receive_time", "serial", "type", "subtype", "", "time_generated"];

/// What the firewall calls what it did.
const ACTIONS: &[(&str, &str)] = &[
    ("allow", "allow"),
    ("deny", "block"),
    ("drop", "block"),
    ("drop-icmp", "block"),
    ("drop icmp", "block"),
    ("reset client", "block"),
    ("reset server", "block"),
    ("reset both", "block"),
    ("reset-client", "block"),
    ("reset-server", "block"),
    ("reset-both", "block"),
];

static SESSIONS: Mapping = Mapping {
    kind: "traffic",
    table: "firewall_events",
    times: &["time_generated"],
    weight: Some("repeatcnt"),
    constants: &[],
    columns: &[
        ("uid", &["sessionid"], Read::Text),
        ("src_ip", &["src"], Read::Ip),
        ("src_port", &["sport"], Read::Int),
        ("dst_ip", &["dst"], Read::Ip),
        ("dst_port", &["dport"], Read::Int),
        ("protocol", &["proto"], Read::Lower),
        ("action", &["action"], Read::Words(ACTIONS)),
        ("rule_name", &["rule"], Read::Text),
        ("device_source", &["subtype"], Read::Text),
        ("src_bytes", &["bytes_sent"], Read::Int),
        ("dst_bytes", &["bytes_received"], Read::Int),
        ("user", &["srcuser"], Read::Text),
    ],
};

static URLS: Mapping = Mapping {
    kind: "url",
    table: "http_requests",
    times: &["time_generated"],
    weight: Some("repeatcnt"),
    constants: &[],
    columns: &[
        ("uid", &["sessionid"], Read::Text),
        ("src_ip", &["src"], Read::Ip),
        ("src_port", &["sport"], Read::Int),
        ("dst_ip", &["dst"], Read::Ip),
        ("dst_port", &["dport"], Read::Int),
        ("method", &["http_method"], Read::Upper),
        ("host", &["url_host"], Read::Host),
        ("path", &["url_target"], Read::UrlPath),
        ("query", &["url_target"], Read::UrlQuery),
        ("url", &["misc"], Read::Text),
        ("user_agent", &["user_agent"], Read::Text),
        ("referrer", &["referer"], Read::Text),
        ("content_type", &["contenttype"], Read::Text),
        ("action", &["action"], Read::Text),
        ("user", &["srcuser"], Read::Text),
    ],
};

static THREATS: Mapping = Mapping {
    kind: "threat",
    table: "alerts",
    times: &["time_generated"],
    weight: Some("repeatcnt"),
    constants: &[("product", "pan-os")],
    columns: &[
        ("uid", &["sessionid"], Read::Text),
        ("category", &["subtype"], Read::Text),
        ("name", &["threatid"], Read::Text),
        ("message", &["misc"], Read::Text),
        ("severity", &["severity"], Read::Lower),
        ("src_ip", &["src"], Read::Ip),
        ("src_port", &["sport"], Read::Int),
        ("dst_ip", &["dst"], Read::Ip),
        ("dst_port", &["dport"], Read::Int),
        ("protocol", &["proto"], Read::Lower),
        ("rule_id", &["threat_number"], Read::Text),
        ("user", &["srcuser"], Read::Text),
        ("action", &["action"], Read::Text),
    ],
};

static EVENTS: Mapping = Mapping {
    kind: "event",
    table: "other_records",
    times: &["time_generated"],
    weight: None,
    constants: &[("product", "pan-os")],
    columns: &[
        ("kind", &["type"], Read::Lower),
        ("host", &["device_name"], Read::Lower),
        ("host", &["header_host"], Read::Lower),
        ("message", &["opaque"], Read::Text),
    ],
};

/// Reads such records.
#[derive(Debug)]
pub(super) struct PaloAlto<'a> {
    pairs: Pairs<'a>,
    /// Room for a value between quotes.
    unquoted: String,
}

impl PaloAlto<'_> {
    pub(super) fn new() -> Self {
        Self { pairs: Pairs::new(), unquoted: String::new() }
    }
}

impl<'a> Embedded<'a> for PaloAlto<'a> {
    fn read(&mut self, header: &Header<'a>, record: Input<'a>, output: &mut Output) -> Option<Result<(), Fault>> {
        let kind = header.message.split(',').nth(3)?;
        let (names, behind): (&[&str], &[&str]) = match kind {
            "TRAFFIC" => (&COMMON, TRAFFIC_ONLY),
            "THREAT" => (&COMMON, THREAT_ONLY),
            "SYSTEM" => (SYSTEM, &[]),
            _ => (OTHER, &[]),
        };
        let pairs = &mut self.pairs;
        pairs.begin();
        if let Some(host) = header.host {
            pairs.push("header_host", host);
        }
        let mut names = names.iter().chain(behind);
        for (place, value) in Values(Some(header.message)).enumerate().take(MAX_FIELDS) {
            let name = names.next().copied();
            // Fields that the firewall's makers keep for later have no name.
            if value.is_empty() || name == Some("") {
                continue;
            }
            self.unquoted.clear();
            let value = unquoted(value, &mut self.unquoted);
            match name {
                Some(name) => pairs.push_number(name, value),
                None => pairs.push(format!("field{}", place + 1), value),
            }
        }
        let mapping = match kind {
            "TRAFFIC" => &SESSIONS,
            "THREAT" if pairs.get("subtype") == Some("url") => &URLS,
            "THREAT" => &THREATS,
            _ => &EVENTS,
        };
        push_parts(mapping, pairs);
        let stated = ["time_generated", "receive_time"].iter().find_map(|name| instant(pairs.get(name)?));
        let observed = stated.map_or(header.observed, Observed::At);
        if observed == Observed::Unstated {
            let detail = "no event time; looked for the generated and the received time";
            return Some(Err(Fault::new(Reason::MissingTime, detail)));
        }
        pairs.add_observed(mapping, record, observed, output);
        Some(Ok(()))
    }
}

/// Values that stand within others: host and rest of a URL without scheme, and the number in `Name(12345)`.
fn push_parts(mapping: &Mapping, pairs: &mut Pairs<'_>) {
    if std::ptr::eq(mapping, &URLS)
        && let Some(url) = pairs.get("misc").map(str::to_owned)
    {
        let bare = url.split_once("://").map_or(url.as_str(), |(_, behind)| behind);
        let end = bare.find(['/', '?']).unwrap_or(bare.len());
        let (host, target) = bare.split_at_checked(end).unwrap_or((bare, ""));
        pairs.push("url_host", host);
        pairs.push("url_target", target);
    }
    if std::ptr::eq(mapping, &THREATS)
        && let Some(threat) = pairs.get("threatid").map(str::to_owned)
        && let Some((_, number)) = threat.strip_suffix(')').and_then(|text| text.rsplit_once('('))
    {
        pairs.push("threat_number", number);
    }
}

/// `2026/11/21 09:00:00`.
fn instant(text: &str) -> Option<Timestamp> {
    let (date, time) = text.split_once(' ')?;
    event_time(&format!("{}T{time}Z", date.replace('/', "-"))).ok()
}

/// Values between commas; one between quotes may hold some.
struct Values<'a>(Option<&'a str>);

impl<'a> Iterator for Values<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let rest = self.0?;
        let from = if rest.starts_with('"') { closing_quote(rest).map_or(0, |close| close + 1) } else { 0 };
        let end = rest.get(from..).and_then(|behind| behind.find(',')).map(|offset| from + offset);
        self.0 = end.and_then(|end| rest.get(end + 1..));
        rest.get(..end.unwrap_or(rest.len()))
    }
}

/// Where a text that begins with a quote ends; two quotes are one of the text.
fn closing_quote(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 1;
    loop {
        at += memchr::memchr(b'"', bytes.get(at..)?)?;
        if bytes.get(at + 1) != Some(&b'"') {
            return Some(at);
        }
        at += 2;
    }
}

fn unquoted<'v>(value: &'v str, room: &'v mut String) -> &'v str {
    let Some(inner) = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')) else { return value };
    if !inner.contains("\"\"") {
        return inner;
    }
    room.push_str(&inner.replace("\"\"", "\""));
    room
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mappings_name_tables_and_columns_that_exist() {
        for mapping in [&SESSIONS, &URLS, &THREATS, &EVENTS] {
            crate::mapping::check_mapping(mapping);
        }
    }

    #[test]
    fn values_between_quotes_hold_commas() {
        let values = |text| Values(Some(text)).collect::<Vec<_>>();
        assert_eq!(values("a,\"b,c\",,d"), ["a", "\"b,c\"", "", "d"]);
        assert_eq!(values("\"open,a"), ["\"open", "a"]);
        assert_eq!(values(""), [""]);
        assert_eq!(unquoted("\"say \"\"hi\"\"\"", &mut String::new()), "say \"hi\"");
    }

    #[test]
    fn only_lines_of_such_firewalls_are_taken() {
        assert!(is_record("1,2026/11/21 09:00:00,007051000012345,TRAFFIC,end,2561"));
        assert!(is_record(",2026/11/21 09:00:00,007051000012345,THREAT,url,2561"));
        for other in
            ["1,2026/11/21,007051000012345,TRAFFIC,end", "1,2026/13/21 09:00:00,007051000012345,TRAFFIC,end", "a,b,c"]
        {
            assert!(!is_record(other), "{other}");
        }
    }
}
