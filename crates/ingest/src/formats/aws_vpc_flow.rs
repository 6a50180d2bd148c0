//! AWS VPC and transit gateway flow logs, as files with a header and as CloudWatch events of the default forms.
//!
//! Fields are told by the header where there is one. CloudWatch has none: then the default order holds, or the
//! console's order of all fields of a version, told apart by their number. A line may have the time (and stream) before
//! it, as exports write it. Spec: the "Flow log records" page of the VPC guide.

use std::{borrow::Cow, sync::Arc};

use crate::{
    Certainty, Format, Head, ParsedBatch, RawBatch, Reason, Recognition, Span,
    envelope::{self, Deliveries, Kept, Room},
    frame::{
        json::JsonCutter,
        spans::{Cutter, Rest, Scan, SpanFramer},
    },
    json::{Fields, Value},
    mapping::{Mapping, Output, Read, Rule},
    pairs::Pairs,
    parsed::Fault,
    records::{Input, read_records},
};

pub(super) static FORMAT: Format = Format {
    name: "aws_vpc_flow",
    about: "Flow logs of AWS VPCs and transit gateways: S3 files, CloudWatch exports and subscriptions.",
    spec: "https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html",
    yields: &["connections", "other_records"],
    recognise,
    framer: SpanFramer::<FlowCutter>::boxed,
    parse,
};

/// All fields in the order of the specification, which is also that of the console.
const FIELDS: &[&str] = &[
    "version",
    "account-id",
    "interface-id",
    "srcaddr",
    "dstaddr",
    "srcport",
    "dstport",
    "protocol",
    "packets",
    "bytes",
    "start",
    "end",
    "action",
    "log-status",
    "vpc-id",
    "subnet-id",
    "instance-id",
    "tcp-flags",
    "type",
    "pkt-srcaddr",
    "pkt-dstaddr",
    "region",
    "az-id",
    "sublocation-type",
    "sublocation-id",
    "pkt-src-aws-service",
    "pkt-dst-aws-service",
    "flow-direction",
    "traffic-path",
    "ecs-cluster-arn",
    "ecs-cluster-name",
    "ecs-container-instance-arn",
    "ecs-container-instance-id",
    "ecs-container-id",
    "ecs-second-container-id",
    "ecs-service-name",
    "ecs-task-definition-arn",
    "ecs-task-arn",
    "ecs-task-id",
    "reject-reason",
    "resource-id",
    "encryption-status",
];

/// How many of them the versions 2, 3, 4, 5, 7, 8, 9 and 10 have.
const COUNTS: &[usize] = &[14, 21, 25, 29, 39, 40, 41, 42];

/// Fewer known names could be any table's.
const MIN_KNOWN_NAMES: usize = 4;

/// Longer headers are not remembered: memory must stay bounded.
const MAX_HEADER_BYTES: usize = 16 << 10;

static FLOWS: Mapping = FLOWS_AS;

const FLOWS_AS: Mapping = Mapping {
    kind: "vpc_flow",
    table: "connections",
    times: &["end", "start", "timestamp"],
    weight: None,
    constants: &[],
    columns: COLUMNS,
};

/// A transit gateway lies between networks: its directions say nothing of what is local.
static TRANSITS: Mapping = Mapping { columns: COLUMNS.split_at(COLUMNS.len() - LOCAL_COLUMNS).0, ..FLOWS_AS };

const LOCAL_COLUMNS: usize = 2;

const COLUMNS: &[Rule] = &[
    ("src_ip", &["srcaddr"], Read::Ip),
    ("src_ip", &["pkt-srcaddr"], Read::Ip),
    ("src_port", &["srcport"], Read::Int),
    ("dst_ip", &["dstaddr"], Read::Ip),
    ("dst_ip", &["pkt-dstaddr"], Read::Ip),
    ("dst_port", &["dstport"], Read::Int),
    ("protocol", &["protocol"], Read::IpProtocol),
    ("duration_ns", &["start", "end"], Read::Between),
    ("src_bytes", &["bytes"], Read::Int),
    ("src_packets", &["packets"], Read::Int),
    ("action", &["action"], Read::Words(&[("ACCEPT", "allowed"), ("REJECT", "blocked")])),
    ("src_local", &["flow-direction"], Read::LeavesUs),
    ("dst_local", &["flow-direction"], Read::EntersUs),
];

/// Windows without traffic, and windows whose records were lost.
static NO_FLOWS: Mapping = Mapping {
    kind: "vpc_flow",
    table: "other_records",
    times: FLOWS_AS.times,
    weight: None,
    constants: &[("product", "aws")],
    columns: &[("message", &["log-status"], Read::Text)],
};

/// Lines or JSON envelopes, with the header in force.
#[derive(Debug, Default)]
struct FlowCutter {
    records: JsonCutter<Deliveries>,
    header: Arc<[u8]>,
}

impl Cutter for FlowCutter {
    fn next(&mut self, buffer: &[u8], scan: &mut Scan) -> Option<Span> {
        let span = self.records.next(buffer, scan)?;
        let line = buffer.get(span.start..span.end).unwrap_or_default();
        let may_be_header = line.first().is_some_and(|byte| !byte.is_ascii_digit() && *byte != b'{');
        let line = std::str::from_utf8(line).ok().filter(|line| may_be_header && line.len() <= MAX_HEADER_BYTES);
        if let Some(header) = line.filter(|line| is_header(line)) {
            self.header = header.as_bytes().into();
        }
        Some(span)
    }

    fn let_go(&mut self) -> Rest {
        self.records.let_go()
    }

    fn restart(&mut self) {
        self.records.restart();
    }

    fn header(&self) -> Arc<[u8]> {
        Arc::clone(&self.header)
    }
}

fn recognise(head: &Head<'_>) -> Option<Recognition> {
    if let Some(record) = envelope::first_record::<Deliveries>(head) {
        let message = envelope::fields(&record).into_iter().find(|(key, _)| key.inner == "message")?.1;
        let Value::Text(text) = message else { return None };
        return default_layout(text.inner).map(|_| {
            Recognition::new(Certainty::Certain, "JSON whose message is a flow log record in the default order")
        });
    }
    let line = std::str::from_utf8(head.lines().next()?).ok()?;
    if is_header(line) {
        return Some(Recognition::new(Certainty::Certain, "header with the names of flow log fields"));
    }
    let (layout, _) = default_layout(line)?;
    let why = format!("{} fields in the order of flow logs, with account, interface and status", layout.len());
    Some(Recognition::new(Certainty::Certain, why))
}

fn is_header(line: &str) -> bool {
    let is_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_${}".contains(&byte);
    let is_known = |name: &&str| FIELDS.contains(&field_name(name).as_ref());
    line.starts_with(|first: char| first.is_ascii_lowercase() || first == '$')
        && line.bytes().all(|byte| is_name(byte) || byte == b' ' || byte == b'\r')
        && line.split_ascii_whitespace().filter(is_known).count() >= MIN_KNOWN_NAMES
}

/// `${pkt_srcaddr}` and its like to `pkt-srcaddr`.
fn field_name(name: &str) -> Cow<'_, str> {
    let bare = name.strip_prefix("${").and_then(|name| name.strip_suffix('}')).unwrap_or(name);
    if bare.contains('_') { bare.replace('_', "-").into() } else { bare.into() }
}

/// Fields of a line without header, and how many values stand before them.
fn default_layout(line: &str) -> Option<(&'static [&'static str], usize)> {
    let values: Vec<&str> = line.split_ascii_whitespace().take(FIELDS.len() + 3).collect();
    (0..3).find_map(|before| {
        let values = values.get(before..)?;
        let is_status = |value: &&str| matches!(*value, "OK" | "NODATA" | "SKIPDATA");
        let is_version =
            values.first().is_some_and(|value| matches!(*value, "2" | "3" | "4" | "5" | "7" | "8" | "9" | "10"));
        let is_account = values.get(1).is_some_and(|value| is_account(value));
        let fits = is_version && is_account && values.get(13).is_some_and(is_status);
        let count = COUNTS.iter().copied().find(|&count| fits && count == values.len())?;
        Some((FIELDS.get(..count)?, before))
    })
}

fn is_account(value: &str) -> bool {
    value == "unknown" || value == "-" || (value.len() == 12 && value.bytes().all(|byte| byte.is_ascii_digit()))
}

fn parse(raw: &RawBatch) -> ParsedBatch {
    let mut output = Output::new();
    let room = Room::default();
    let mut kept = Kept::new(&room);
    let mut pairs = Pairs::new();
    let mut names = std::str::from_utf8(&raw.preamble.header).map(header_names).unwrap_or_default();
    read_records(raw, &mut output, |input, output| {
        pairs.begin();
        if input.text.starts_with('{') {
            let line = message(input.text, &mut kept, &mut pairs)?;
            return add(line, &names, &mut pairs, input, output);
        }
        if is_header(input.text) {
            names = header_names(input.text);
            return Ok(());
        }
        add(input.text, &names, &mut pairs, input, output)
    });
    output.finish(FORMAT.name, raw)
}

fn header_names(header: &str) -> Vec<Cow<'_, str>> {
    header.split_ascii_whitespace().map(field_name).collect()
}

/// The record in the envelope of CloudWatch; what stands beside it is kept.
fn message<'a>(event: &'a str, kept: &mut Kept<'a>, pairs: &mut Pairs<'a>) -> Result<&'a str, Fault> {
    let mut line = None;
    let mut fields = Fields::of(event);
    while let Some((key, value)) = fields.next()? {
        match value {
            Value::Text(text) if key.inner == "message" => line = Some(kept.decoded(text)),
            Value::Text(text) => pairs.push(key.inner, text.inner),
            Value::Number(number) => pairs.push_number(key.inner, number),
            _ => {}
        }
    }
    line.ok_or_else(|| Fault::new(Reason::MalformedJson, "no message with a flow log record"))
}

fn add<'a>(
    line: &'a str,
    names: &[Cow<'a, str>],
    pairs: &mut Pairs<'a>,
    input: Input<'a>,
    output: &mut Output,
) -> Result<(), Fault> {
    if names.is_empty() {
        let Some((layout, before)) = default_layout(line) else {
            return Err(Fault::new(Reason::FieldCount, "no header, and not a flow log record in the default order"));
        };
        let mut values = line.split_ascii_whitespace();
        for name in ["timestamp", "stream"].iter().take(before) {
            pairs.push(*name, values.next().unwrap_or_default());
        }
        push_all(layout.iter().map(|&name| Cow::Borrowed(name)), values, pairs);
    } else {
        let count = line.split_ascii_whitespace().count();
        if count != names.len() {
            let detail = format!("{count} fields where the header names {}", names.len());
            return Err(Fault::new(Reason::FieldCount, detail));
        }
        push_all(names.iter().cloned(), line.split_ascii_whitespace(), pairs);
    }
    let has_flow = !matches!(pairs.get("log-status"), Some("NODATA" | "SKIPDATA"));
    let mapping = match has_flow {
        true if pairs.get("tgw-id").is_some() => &TRANSITS,
        true => &FLOWS,
        false => &NO_FLOWS,
    };
    pairs.add(mapping, input, output)
}

/// A value of `-` is none.
fn push_all<'a>(
    names: impl Iterator<Item = Cow<'a, str>>,
    values: impl Iterator<Item = &'a str>,
    pairs: &mut Pairs<'a>,
) {
    for (name, value) in names.zip(values).filter(|(_, value)| *value != "-") {
        // Accounts are digits, and no numbers.
        if name.ends_with("account-id") { pairs.push(name, value) } else { pairs.push_number(name, value) }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn mappings_name_columns_that_exist() {
        crate::mapping::check_mapping(&super::FLOWS);
        crate::mapping::check_mapping(&super::TRANSITS);
        crate::mapping::check_mapping(&super::NO_FLOWS);
    }
}
