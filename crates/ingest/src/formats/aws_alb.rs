//! Access logs of AWS load balancers: application, classic, and network ones with TLS; connection logs of the first.
//!
//! Spec: the "Access log entries" pages of the three guides. Every line has a fixed order of values; newer entries
//! have more of them at the end, which are kept by number where no name is known.

use std::net::IpAddr;

use crate::{
    Certainty, Format, Head, ParsedBatch, RawBatch, Reason, Recognition,
    frame::lines::{LineFramer, NoHeaders},
    instant,
    mapping::{Mapping, Output, Read},
    number::scaled,
    pairs::Pairs,
    parsed::Fault,
    quoted::{Quoted, request_line},
    records::{Input, read_records},
};

pub(super) static FORMAT: Format = Format {
    name: "aws_alb",
    about: "Access and connection logs of AWS load balancers: application, classic, and network ones with TLS.",
    spec: "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html",
    yields: &["http_requests", "tls_sessions", "connections"],
    recognise,
    framer: LineFramer::<NoHeaders>::boxed,
    parse,
};

/// Order of the values of one kind of entry.
struct Layout {
    fields: &'static [&'static str],
    /// How many the oldest entries have.
    n_fields_min: usize,
}

static APPLICATION: Layout = Layout {
    fields: &[
        "type",
        "time",
        "elb",
        "client",
        "target",
        "request_processing_time",
        "target_processing_time",
        "response_processing_time",
        "elb_status_code",
        "target_status_code",
        "received_bytes",
        "sent_bytes",
        "request",
        "user_agent",
        "ssl_cipher",
        "ssl_protocol",
        "target_group_arn",
        "trace_id",
        "domain_name",
        "chosen_cert_arn",
        "matched_rule_priority",
        "request_creation_time",
        "actions_executed",
        "redirect_url",
        "error_reason",
        "target_port_list",
        "target_status_code_list",
        "classification",
        "classification_reason",
        "conn_trace_id",
        "transformed_host",
        "transformed_uri",
        "request_transform_status",
    ],
    n_fields_min: 17,
};

static CLASSIC: Layout = Layout {
    fields: &[
        "time",
        "elb",
        "client",
        "target",
        "request_processing_time",
        "target_processing_time",
        "response_processing_time",
        "elb_status_code",
        "target_status_code",
        "received_bytes",
        "sent_bytes",
        "request",
        "user_agent",
        "ssl_cipher",
        "ssl_protocol",
    ],
    n_fields_min: 12,
};

static NETWORK: Layout = Layout {
    fields: &[
        "type",
        "version",
        "time",
        "elb",
        "listener",
        "client",
        "target",
        "connection_time",
        "tls_handshake_time",
        "received_bytes",
        "sent_bytes",
        "incoming_tls_alert",
        "chosen_cert_arn",
        "chosen_cert_serial",
        "tls_cipher",
        "tls_protocol_version",
        "tls_named_group",
        "domain_name",
        "alpn_fe_protocol",
        "alpn_be_protocol",
        "alpn_client_preference_list",
        "tls_connection_creation_time",
    ],
    n_fields_min: 18,
};

/// Connection logs of application load balancers.
static HANDSHAKES: Layout = Layout {
    fields: &[
        "time",
        "client_ip",
        "client_port",
        "listener_port",
        "tls_protocol_version",
        "tls_cipher",
        "tls_handshake_latency",
        "leaf_client_cert_subject",
        "leaf_client_cert_validity",
        "leaf_client_cert_serial_number",
        "tls_verify_status",
        "conn_trace_id",
    ],
    n_fields_min: 12,
};

/// First values of the entries of application load balancers.
const KINDS: &[&str] = &["http", "https", "h2", "grpcs", "ws", "wss"];

static REQUESTS: Mapping = Mapping {
    kind: "access",
    table: "http_requests",
    times: &["time"],
    weight: None,
    constants: &[],
    columns: &[
        ("uid", &["trace_id"], Read::Text),
        ("src_ip", &["client_ip"], Read::Ip),
        ("src_port", &["client_port"], Read::Int),
        ("dst_ip", &["target_ip"], Read::Ip),
        ("dst_port", &["target_port"], Read::Int),
        ("method", &["method"], Read::Upper),
        ("url", &["url"], Read::Text),
        ("scheme", &["url"], Read::UrlScheme),
        ("host", &["url"], Read::UrlHost),
        ("host", &["domain_name"], Read::Host),
        ("path", &["url"], Read::UrlPath),
        ("query", &["url"], Read::UrlQuery),
        ("version", &["protocol"], Read::HttpVersion),
        ("user_agent", &["user_agent"], Read::Text),
        ("status", &["elb_status_code"], Read::Int),
        ("request_bytes", &["received_bytes"], Read::Int),
        ("response_bytes", &["sent_bytes"], Read::Int),
        ("duration_ns", &["duration_ns"], Read::Int),
    ],
};

/// Connections through a listener that knows no HTTP.
static CONNECTIONS: Mapping = Mapping {
    kind: "connection",
    table: "connections",
    times: &["time"],
    weight: None,
    constants: &[("protocol", "tcp")],
    columns: &[
        ("src_ip", &["client_ip"], Read::Ip),
        ("src_port", &["client_port"], Read::Int),
        ("dst_ip", &["target_ip"], Read::Ip),
        ("dst_port", &["target_port"], Read::Int),
        ("src_bytes", &["received_bytes"], Read::Int),
        ("dst_bytes", &["sent_bytes"], Read::Int),
        ("duration_ns", &["duration_ns"], Read::Int),
    ],
};

static TLS: Mapping = Mapping {
    kind: "tls",
    table: "tls_sessions",
    times: &["time"],
    weight: None,
    constants: &[],
    columns: &[
        ("uid", &["conn_trace_id"], Read::Text),
        ("src_ip", &["client_ip"], Read::Ip),
        ("src_port", &["client_port"], Read::Int),
        ("dst_ip", &["target_ip"], Read::Ip),
        ("dst_port", &["target_port"], Read::Int),
        ("dst_port", &["listener_port"], Read::Int),
        ("established", &["tls_verify_status"], Read::Means(&[("Success", true)])),
        ("server_name", &["domain_name"], Read::Domain),
        ("version", &["tls_protocol_version"], Read::Text),
        ("cipher", &["tls_cipher"], Read::Text),
        ("curve", &["tls_named_group"], Read::Text),
        ("next_protocol", &["alpn_fe_protocol"], Read::Text),
    ],
};

fn recognise(head: &Head<'_>) -> Option<Recognition> {
    let line = std::str::from_utf8(head.lines().next()?).ok()?;
    let values: Vec<&str> = Quoted::of(line).collect();
    let layout = layout(&values)?;
    let what = match layout.fields.first() {
        Some(&"time") if layout.fields.contains(&"tls_verify_status") => "a load balancer's connection log",
        Some(&"time") => "a classic load balancer",
        _ if values.first() == Some(&"tls") => "a network load balancer",
        _ => "an application load balancer",
    };
    Some(Recognition::new(Certainty::Certain, format!("{} values in the order of {what}", values.len())))
}

/// Which entry it is, by values that only it has in their places.
fn layout(values: &[&str]) -> Option<&'static Layout> {
    let at = |place: usize| values.get(place).copied().unwrap_or_default();
    let is_time = |place: usize| instant::event_time(at(place)).is_ok() || is_zoneless_time(at(place));
    let is_endpoint = |place: usize| at(place) == "-" || at(place).rsplit_once(':').is_some();
    let layout = match at(0) {
        "tls" if is_time(2) && at(3).starts_with("net/") => &NETWORK,
        kind if KINDS.contains(&kind) && is_time(1) && at(2).contains('/') && is_endpoint(3) => &APPLICATION,
        _ if is_time(0) && at(1).parse::<IpAddr>().is_ok() && at(11).starts_with("TID_") => &HANDSHAKES,
        _ if is_time(0) && is_endpoint(2) && is_endpoint(3) && is_timing(at(4)) && is_timing(at(5)) => &CLASSIC,
        _ => return None,
    };
    (values.len() >= layout.n_fields_min).then_some(layout)
}

/// `0.000073`, or -1 where the target did not answer.
fn is_timing(value: &str) -> bool {
    value == "-1" || (value.contains('.') && scaled(value, 9).is_some())
}

/// Network load balancers write `2026-03-02T09:00:00`, which is UTC.
fn is_zoneless_time(value: &str) -> bool {
    value.len() == 19 && value.as_bytes().get(10) == Some(&b'T')
}

fn parse(raw: &RawBatch) -> ParsedBatch {
    let mut output = Output::new();
    let mut pairs = Pairs::new();
    let mut values = Vec::new();
    read_records(raw, &mut output, |input, output| {
        values.clear();
        values.extend(Quoted::of(input.text));
        add(&values, &mut pairs, input, output)
    });
    output.finish(FORMAT.name, raw)
}

fn add<'a>(values: &[&'a str], pairs: &mut Pairs<'a>, input: Input<'a>, output: &mut Output) -> Result<(), Fault> {
    let Some(layout) = layout(values) else {
        let detail = format!("{} values, and not the order of a load balancer's entry", values.len());
        return Err(Fault::new(Reason::FieldCount, detail));
    };
    pairs.begin();
    let mut duration_ns: Option<i64> = None;
    let mut is_request = false;
    for (place, &value) in values.iter().enumerate().filter(|(_, value)| !matches!(**value, "-" | "")) {
        let Some(&name) = layout.fields.get(place) else {
            pairs.push(format!("value_{}", place + 1), value);
            continue;
        };
        match name {
            "client" | "target" => push_endpoint(name, value, pairs),
            "time" if is_zoneless_time(value) => pairs.push(name, &format!("{value}Z")),
            "request" => is_request = push_request(value, pairs),
            "request_processing_time" | "target_processing_time" | "response_processing_time" => {
                let part = scaled(value, 9).filter(|part| *part >= 0);
                duration_ns = part.map(|part| duration_ns.unwrap_or(0).saturating_add(part)).or(duration_ns);
                pairs.push_number(name, value);
            }
            "connection_time" => {
                duration_ns = scaled(value, 6);
                pairs.push_number(name, value);
            }
            "elb_status_code" | "target_status_code" | "received_bytes" | "sent_bytes" | "client_port"
            | "listener_port" => pairs.push_number(name, value),
            _ => pairs.push(name, value),
        }
    }
    let is_handshake = values.first() == Some(&"tls") || layout.fields.contains(&"tls_verify_status");
    if is_handshake {
        return pairs.add(&TLS, input, output);
    }
    if let Some(duration_ns) = duration_ns {
        pairs.push_number("duration_ns", &duration_ns.to_string());
    }
    // The listeners of classic load balancers for TCP write entries without request and status.
    let has_status = pairs.get("elb_status_code").is_some();
    pairs.add(if is_request || has_status { &REQUESTS } else { &CONNECTIONS }, input, output)
}

/// `192.0.2.1:2817` and `[2001:db8::1]:2817` in two.
fn push_endpoint<'a>(name: &'a str, value: &str, pairs: &mut Pairs<'a>) {
    let (ip, port) = value.rsplit_once(':').unwrap_or((value, ""));
    let names = if name == "client" { ("client_ip", "client_port") } else { ("target_ip", "target_port") };
    pairs.push(names.0, ip.trim_start_matches('[').trim_end_matches(']'));
    if !port.is_empty() {
        pairs.push_number(names.1, port);
    }
}

/// Method, URL and protocol by themselves; what is no request stays whole.
fn push_request(value: &str, pairs: &mut Pairs<'_>) -> bool {
    let Some((method, url, protocol)) = request_line(value) else {
        let says_nothing = value.bytes().all(|byte| matches!(byte, b'-' | b' '));
        if !says_nothing {
            pairs.push("request", value);
        }
        return false;
    };
    pairs.push("method", method);
    pairs.push("url", url);
    pairs.push("protocol", protocol);
    true
}

#[cfg(test)]
mod tests {
    #[test]
    fn mappings_name_columns_that_exist() {
        for mapping in [&super::REQUESTS, &super::CONNECTIONS, &super::TLS] {
            crate::mapping::check_mapping(mapping);
        }
    }
}
