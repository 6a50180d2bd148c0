//! Lines of `key=value` that FortiGate firewalls send behind a bare priority: traffic, threats, logons to the device.

use schema::Timestamp;

use super::embedded::Embedded;
use crate::{
    instant::event_time,
    mapping::{Mapping, Output, Read},
    observed::Observed,
    pairs::Pairs,
    parsed::{Fault, Reason},
    records::Input,
    syslog::{Header, push_unescaped, quoted_length},
};

/// More fields are in no line.
const MAX_FIELDS: usize = 256;

/// Whether the text is a line of such a device.
pub(super) fn is_record(text: &str) -> bool {
    let starts = ["date=", "logver=", "devname=", "devid=", "timestamp="].iter().any(|start| text.starts_with(start));
    starts && text.contains(" logid=") && text.contains(" type=")
}

const TIMES: &[&str] = &["eventtime"];

static TRAFFIC: Mapping = Mapping {
    kind: "traffic",
    table: "firewall_events",
    times: TIMES,
    weight: None,
    constants: &[],
    columns: &[
        ("uid", &["sessionid"], Read::Text),
        ("src_ip", &["srcip"], Read::Ip),
        ("src_port", &["srcport"], Read::Int),
        ("dst_ip", &["dstip"], Read::Ip),
        ("dst_port", &["dstport"], Read::Int),
        ("protocol", &["proto"], Read::IpProtocol),
        ("action", &["action"], Read::Words(ACTIONS)),
        ("rule_id", &["policyid"], Read::Text),
        ("rule_name", &["policyname"], Read::Text),
        ("device_source", &["subtype"], Read::Text),
        ("method", &["httpmethod"], Read::Text),
        ("host", &["hostname"], Read::Host),
        ("path", &["url"], Read::UrlPath),
        ("query", &["url"], Read::UrlQuery),
        ("user_agent", &["agent"], Read::Text),
        ("src_bytes", &["sentbyte"], Read::Int),
        ("dst_bytes", &["rcvdbyte"], Read::Int),
        ("user", &["user"], Read::Text),
    ],
};

/// What the device calls what it did; a connection that ended was let through.
const ACTIONS: &[(&str, &str)] = &[
    ("accept", "allow"),
    ("close", "allow"),
    ("timeout", "allow"),
    ("client-rst", "allow"),
    ("server-rst", "allow"),
    ("passthrough", "allow"),
    ("pass", "allow"),
    ("deny", "block"),
    ("blocked", "block"),
    ("block", "block"),
    ("dropped", "block"),
    ("reset", "block"),
    ("ip-conn", "block"),
    ("detected", "log"),
    ("monitored", "log"),
];

static WEB: Mapping = Mapping {
    kind: "webfilter",
    table: "http_requests",
    times: TIMES,
    weight: None,
    constants: &[],
    columns: &[
        ("uid", &["sessionid"], Read::Text),
        ("src_ip", &["srcip"], Read::Ip),
        ("src_port", &["srcport"], Read::Int),
        ("dst_ip", &["dstip"], Read::Ip),
        ("dst_port", &["dstport"], Read::Int),
        ("method", &["httpmethod"], Read::Upper),
        ("host", &["hostname"], Read::Host),
        ("path", &["url"], Read::UrlPath),
        ("query", &["url"], Read::UrlQuery),
        ("url", &["url"], Read::Text),
        ("user_agent", &["agent"], Read::Text),
        ("referrer", &["referralurl"], Read::Text),
        ("request_bytes", &["sentbyte"], Read::Int),
        ("response_bytes", &["rcvdbyte"], Read::Int),
        ("action", &["action"], Read::Text),
        ("device", &["srcname"], Read::Text),
        ("user", &["user"], Read::Text),
    ],
};

static DNS: Mapping = Mapping {
    kind: "dns",
    table: "dns_queries",
    times: TIMES,
    weight: None,
    constants: &[],
    columns: &[
        ("uid", &["sessionid"], Read::Text),
        ("src_ip", &["srcip"], Read::Ip),
        ("src_port", &["srcport"], Read::Int),
        ("dst_ip", &["dstip"], Read::Ip),
        ("dst_port", &["dstport"], Read::Int),
        ("protocol", &["proto"], Read::IpProtocol),
        ("query", &["qname"], Read::Domain),
        ("query_type", &["qtype"], Read::Upper),
        ("query_class", &["qclass"], Read::Upper),
        ("answers", &["ipaddr"], Read::Texts),
        ("action", &["action"], Read::Text),
        ("device", &["srcname"], Read::Text),
        ("user", &["user"], Read::Text),
    ],
};

static ALERT: Mapping = Mapping {
    kind: "utm",
    table: "alerts",
    times: TIMES,
    weight: None,
    constants: &[("product", "fortigate")],
    columns: &[
        ("uid", &["sessionid"], Read::Text),
        ("category", &["subtype"], Read::Text),
        ("name", &["attack"], Read::Text),
        ("name", &["virus"], Read::Text),
        ("name", &["app"], Read::Text),
        ("name", &["msg"], Read::Text),
        ("message", &["msg"], Read::Text),
        ("severity", &["crlevel"], Read::Text),
        ("severity", &["severity"], Read::Text),
        ("severity", &["level"], Read::Text),
        ("src_ip", &["srcip"], Read::Ip),
        ("src_port", &["srcport"], Read::Int),
        ("dst_ip", &["dstip"], Read::Ip),
        ("dst_port", &["dstport"], Read::Int),
        ("protocol", &["proto"], Read::IpProtocol),
        ("host", &["hostname"], Read::Host),
        ("rule_id", &["attackid"], Read::Text),
        ("rule_id", &["virusid"], Read::Text),
        ("rule_id", &["logid"], Read::Text),
        ("user", &["user"], Read::Text),
        ("action", &["action"], Read::Text),
    ],
};

static LOGON: Mapping = Mapping {
    kind: "logon",
    table: "logons",
    times: TIMES,
    weight: None,
    constants: &[("action", "logon"), ("provider", "fortigate")],
    columns: &[
        ("event", &["logdesc"], Read::Text),
        ("host", &["devname"], Read::Lower),
        ("user", &["user"], Read::Account),
        ("user_domain", &["user"], Read::AccountDomain),
        ("src_ip", &["srcip"], Read::Ip),
        ("dst_ip", &["dstip"], Read::Ip),
        ("protocol", &["method"], Read::Lower),
        ("success", &["status"], Read::Means(&[("success", true), ("failed", false), ("failure", false)])),
        ("reason", &["reason"], Read::Text),
    ],
};

static OTHER: Mapping = Mapping {
    kind: "event",
    table: "other_records",
    times: TIMES,
    weight: None,
    constants: &[("product", "fortigate")],
    columns: &[
        ("kind", &["subtype"], Read::Text),
        ("kind", &["type"], Read::Text),
        ("host", &["devname"], Read::Lower),
        ("user", &["user"], Read::Account),
        ("message", &["msg"], Read::Text),
        ("message", &["logdesc"], Read::Text),
        ("src_ip", &["srcip"], Read::Ip),
        ("src_port", &["srcport"], Read::Int),
        ("dst_ip", &["dstip"], Read::Ip),
        ("dst_port", &["dstport"], Read::Int),
    ],
};

/// Reads such lines.
#[derive(Debug)]
pub(super) struct Fortinet<'a> {
    pairs: Pairs<'a>,
}

impl Fortinet<'_> {
    pub(super) fn new() -> Self {
        Self { pairs: Pairs::new() }
    }
}

impl<'a> Embedded<'a> for Fortinet<'a> {
    fn read(&mut self, header: &Header<'a>, record: Input<'a>, output: &mut Output) -> Option<Result<(), Fault>> {
        let pairs = &mut self.pairs;
        pairs.begin();
        push_fields(header.message, pairs);
        let is = |name: &str, value: &str| pairs.get(name) == Some(value);
        let is_logon = is("type", "event") && is("action", "login") && pairs.get("status").is_some();
        let mapping = match pairs.get("type")? {
            "traffic" => &TRAFFIC,
            "utm" if is("subtype", "webfilter") => &WEB,
            "utm" if is("subtype", "dns") => &DNS,
            "utm" => &ALERT,
            _ if is_logon => &LOGON,
            _ => &OTHER,
        };
        let observed = time_of(pairs).map_or(header.observed, Observed::At);
        if observed == Observed::Unstated {
            return Some(Err(Fault::new(Reason::MissingTime, "no event time; looked for eventtime, date and time")));
        }
        pairs.add_observed(mapping, record, observed, output);
        Some(Ok(()))
    }
}

/// `name=value name="value with blanks"`; within quotes a backslash keeps the next character.
fn push_fields<'a>(text: &'a str, pairs: &mut Pairs<'a>) {
    let mut rest = text.trim_ascii();
    for _ in 0..MAX_FIELDS {
        let Some((name, behind)) = rest.split_once('=') else { return };
        let name = name.trim_ascii();
        match behind.strip_prefix('"') {
            Some(quoted) => {
                let length = quoted_length(quoted);
                let value = quoted.get(..length).unwrap_or_default();
                if value.contains('\\') {
                    pairs.push_with(name, |to| push_unescaped(value, to));
                } else {
                    pairs.push(name, value);
                }
                rest = quoted.get(length + 1..).unwrap_or_default();
            }
            None => {
                let (value, behind) = behind.split_once(' ').unwrap_or((behind, ""));
                pairs.push_number(name, value);
                rest = behind;
            }
        }
    }
}

/// `eventtime` counts seconds or smaller units since 1970; else date, time and zone are written out.
fn time_of(pairs: &Pairs<'_>) -> Option<Timestamp> {
    let counted = pairs.get("eventtime").and_then(|text| event_time(text).ok());
    counted.or_else(|| {
        let zone = pairs.get("tz").map_or("Z", |zone| zone.trim_matches('"'));
        event_time(&format!("{}T{}{zone}", pairs.get("date")?, pairs.get("time")?)).ok()
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn mappings_name_tables_and_columns_that_exist() {
        for mapping in [&super::TRAFFIC, &super::WEB, &super::DNS, &super::ALERT, &super::LOGON, &super::OTHER] {
            crate::mapping::check_mapping(mapping);
        }
    }
}
