//! Access logs of AWS S3 buckets. Spec: the "Amazon S3 server access log format" page.

use crate::{
    Certainty, Format, Head, ParsedBatch, RawBatch, Reason, Recognition,
    frame::lines::{LineFramer, NoHeaders},
    mapping::{Mapping, Output, Read},
    number::push_digits,
    pairs::Pairs,
    parsed::Fault,
    quoted::{Quoted, request_line},
    records::{Input, read_records},
};

pub(super) static FORMAT: Format = Format {
    name: "aws_s3_access",
    about: "Server access logs of AWS S3 buckets.",
    spec: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html",
    yields: &["http_requests", "other_records"],
    recognise,
    framer: LineFramer::<NoHeaders>::boxed,
    parse,
};

/// In the order of the line; later fields were added at the end.
const FIELDS: &[&str] = &[
    "bucket_owner",
    "bucket",
    "time",
    "remote_ip",
    "requester",
    "request_id",
    "operation",
    "key",
    "request_uri",
    "http_status",
    "error_code",
    "bytes_sent",
    "object_size",
    "total_time",
    "turn_around_time",
    "referrer",
    "user_agent",
    "version_id",
    "host_id",
    "signature_version",
    "cipher_suite",
    "authentication_type",
    "host_header",
    "tls_version",
    "access_point_arn",
    "acl_required",
    "source_region",
];

/// What the oldest logs have.
const N_FIELDS_MIN: usize = 17;

static REQUESTS: Mapping = Mapping {
    kind: "s3_access",
    table: "http_requests",
    times: &["time"],
    weight: None,
    constants: &[],
    columns: &[
        ("uid", &["request_id"], Read::Text),
        ("src_ip", &["remote_ip"], Read::Ip),
        ("method", &["method"], Read::Upper),
        ("host", &["host_header"], Read::Host),
        ("path", &["target"], Read::UrlPath),
        ("query", &["target"], Read::UrlQuery),
        ("url", &["target"], Read::Text),
        ("version", &["protocol"], Read::HttpVersion),
        ("user_agent", &["user_agent"], Read::Text),
        ("referrer", &["referrer"], Read::Text),
        ("status", &["http_status"], Read::Int),
        ("response_bytes", &["bytes_sent"], Read::Int),
        ("duration_ns", &["total_time"], Read::Millis),
        ("user", &["requester"], Read::Text),
    ],
};

/// What the service does by itself: objects that expire, restores, replication.
static ACTIONS: Mapping = Mapping {
    kind: "s3_access",
    table: "other_records",
    times: &["time"],
    weight: None,
    constants: &[("product", "aws")],
    columns: &[
        ("uid", &["request_id"], Read::Text),
        ("src_ip", &["remote_ip"], Read::Ip),
        ("user", &["requester"], Read::Text),
        ("message", &["operation"], Read::Text),
    ],
};

fn recognise(head: &Head<'_>) -> Option<Recognition> {
    let line = std::str::from_utf8(head.lines().next()?).ok()?;
    let values: Vec<&str> = Quoted::of(line).collect();
    let why = || format!("{} values in the order of an S3 access log, with the owner's canonical id", values.len());
    is_entry(&values).then(|| Recognition::new(Certainty::Certain, why()))
}

/// The owner is 64 hex digits, the operation three words joined by dots.
fn is_entry(values: &[&str]) -> bool {
    let at = |place: usize| values.get(place).copied().unwrap_or_default();
    let is_owner = at(0) == "-" || (at(0).len() == 64 && at(0).bytes().all(|byte| byte.is_ascii_hexdigit()));
    let is_operation = ["REST.", "SOAP.", "BATCH.", "WEBSITE.", "S3."].iter().any(|start| at(6).starts_with(start));
    values.len() >= N_FIELDS_MIN && is_owner && is_operation
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
    if !is_entry(values) {
        let detail = format!("{} values, and not the order of an S3 access log", values.len());
        return Err(Fault::new(Reason::FieldCount, detail));
    }
    pairs.begin();
    for (place, &value) in values.iter().enumerate().filter(|(_, value)| !matches!(**value, "-" | "")) {
        let Some(&name) = FIELDS.get(place) else {
            pairs.push(format!("value_{}", place + 1), value);
            continue;
        };
        match (name, request_line(value)) {
            ("time", _) => pairs.push_with(name, |to| push_time(value, to)),
            ("request_uri", Some((method, target, protocol))) => {
                pairs.push("method", method);
                pairs.push("target", target);
                pairs.push("protocol", protocol);
            }
            ("http_status" | "bytes_sent" | "object_size" | "total_time" | "turn_around_time", _) => {
                pairs.push_number(name, value);
            }
            _ => pairs.push(name, value),
        }
    }
    let is_request = ["method", "request_uri", "http_status"].iter().any(|name| pairs.get(name).is_some());
    pairs.add(if is_request { &REQUESTS } else { &ACTIONS }, input, output)
}

/// `02/Mar/2026:09:00:38 +0000` as `2026-03-02T09:00:38+0000`; what has another form stays as it is.
fn push_time(value: &str, to: &mut String) {
    let parts = value.splitn(4, ['/', ':']).collect::<Vec<_>>();
    let month = parts.get(1).and_then(|name| MONTHS.iter().position(|known| known == name));
    let ([day, _, year, clock], Some(month)) = (parts.as_slice(), month) else {
        to.push_str(value);
        return;
    };
    to.push_str(year);
    to.push('-');
    push_digits(month as u64 + 1, 2, to);
    for part in ["-", day, "T"] {
        to.push_str(part);
    }
    to.extend(clock.chars().filter(|character| *character != ' '));
}

const MONTHS: &[&str] = &["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

#[cfg(test)]
mod tests {
    #[test]
    fn mappings_name_columns_that_exist() {
        crate::mapping::check_mapping(&super::REQUESTS);
        crate::mapping::check_mapping(&super::ACTIONS);
    }
}
