//! AWS Route 53: query logs of VPC resolvers (JSON) and of public hosted zones (lines of CloudWatch).
//!
//! Spec: the "Values that appear in VPC Resolver query logs" page; for hosted zones "Public DNS query logging".

use crate::{
    Certainty, Format, Head, ParsedBatch, RawBatch, Reason, Recognition,
    envelope::{self, Deliveries, Kept, Room, read_unpacked},
    frame::{json::JsonCutter, spans::SpanFramer},
    json::{Value, push_value},
    json_record::{JsonCell, JsonReader},
    mapping::{Cell as _, Mapping, Output, Read},
    pairs::Pairs,
    parsed::Fault,
    records::{Input, read_records},
};

pub(super) static FORMAT: Format = Format {
    name: "aws_route53_resolver",
    about: "DNS query logs of AWS Route 53: VPC resolvers and public hosted zones.",
    spec: "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-query-logs-format.html",
    yields: &["dns_queries"],
    recognise,
    framer: SpanFramer::<JsonCutter<Deliveries>>::boxed,
    parse,
};

/// Fields of every record of a resolver.
const ALWAYS: &[&str] = &["query_timestamp", "query_name", "query_type", "query_class"];

static QUERIES: Mapping = Mapping {
    kind: "resolver_query",
    table: "dns_queries",
    times: &["query_timestamp"],
    weight: None,
    constants: &[],
    columns: &[
        ("src_ip", &["srcaddr"], Read::Ip),
        ("src_port", &["srcport"], Read::Int),
        ("protocol", &["transport"], Read::Lower),
        ("query", &["query_name"], Read::Domain),
        ("query_type", &["query_type"], Read::Upper),
        ("query_class", &["query_class"], Read::Upper),
        ("response_code", &["rcode"], Read::Upper),
        ("answers", &["=answers"], Read::Texts),
        ("action", &["firewall_rule_action"], Read::Lower),
        ("device", &["srcids.instance"], Read::Text),
        ("device", &["srcids.resolver_endpoint"], Read::Text),
    ],
};

/// `1.0 time zone query type code protocol edge resolver subnet`: the resolver that asked is all that is seen.
const ZONE_FIELDS: &[&str] =
    &["version", "time", "zone", "query", "type", "code", "protocol", "edge", "resolver", "subnet"];

static ZONE_QUERIES: Mapping = Mapping {
    kind: "zone_query",
    table: "dns_queries",
    times: &["time"],
    weight: None,
    constants: &[],
    columns: &[
        ("src_ip", &["resolver"], Read::Ip),
        ("protocol", &["protocol"], Read::Lower),
        ("query", &["query"], Read::Domain),
        ("query_type", &["type"], Read::Upper),
        ("response_code", &["code"], Read::Upper),
    ],
};

fn recognise(head: &Head<'_>) -> Option<Recognition> {
    let certain = |why: &str| Some(Recognition::new(Certainty::Certain, why));
    if let Some(record) = envelope::first_record::<Deliveries>(head) {
        if envelope::has_fields(&record, ALWAYS) {
            return certain("JSON with query_timestamp, query_name, query_type and query_class of Route 53");
        }
        let message = envelope::fields(&record).into_iter().find(|(key, _)| key.inner == "message");
        let is_zone = matches!(message, Some((_, Value::Text(text))) if zone_values(text.inner).is_some());
        return if is_zone { certain("JSON whose message is a query of a hosted zone") } else { None };
    }
    let line = std::str::from_utf8(head.lines().next()?).ok()?;
    zone_values(line).and_then(|_| certain("lines with version, time, zone and query of a hosted zone of Route 53"))
}

/// The values of a hosted zone's line.
fn zone_values(line: &str) -> Option<Vec<&str>> {
    let values: Vec<&str> = line.split_ascii_whitespace().take(ZONE_FIELDS.len() + 1).collect();
    let at = |place: usize| values.get(place).copied().unwrap_or_default();
    let fits = values.len() == ZONE_FIELDS.len()
        && at(0).starts_with("1.")
        && at(1).ends_with('Z')
        && at(2).starts_with('Z')
        && matches!(at(6), "UDP" | "TCP");
    fits.then_some(values)
}

fn parse(raw: &RawBatch) -> ParsedBatch {
    let mut output = Output::new();
    let room = Room::default();
    let mut kept = Kept::new(&room);
    let mut reader = JsonReader::new();
    let mut pairs = Pairs::new();
    read_records(raw, &mut output, |input, output| {
        if !input.text.starts_with('{') {
            return add_zone_query(input.text, input, &mut pairs, output);
        }
        read_unpacked(&mut reader, &mut kept, input, "query_timestamp")?;
        let message = reader.field("message").filter(|_| reader.field("query_timestamp").is_none());
        if let Some(JsonCell(Value::Text(text))) = message {
            return add_zone_query(kept.decoded(text), input, &mut pairs, output);
        }
        if let Some(answers) = answers(&mut reader, &mut kept) {
            reader.derive("=answers", Value::Array(answers));
        }
        reader.add(&QUERIES, output)
    });
    output.finish(FORMAT.name, raw)
}

/// The data of the answers as a list of their own; type and class stay in `attrs` with them.
fn answers<'a>(reader: &mut JsonReader<'a>, kept: &mut Kept<'a>) -> Option<&'a str> {
    let answers = reader.field("answers")?;
    let mut list = String::new();
    for answer in answers.items() {
        let Some(data) = answer.member("Rdata") else { continue };
        list.push(if list.is_empty() { '[' } else { ',' });
        push_value(data.0, &mut list);
    }
    list.push(']');
    (list.len() > 1).then(|| kept.keep(list))
}

fn add_zone_query<'a>(line: &str, input: Input<'a>, pairs: &mut Pairs<'a>, output: &mut Output) -> Result<(), Fault> {
    let Some(values) = zone_values(line) else {
        return Err(Fault::new(Reason::FieldCount, "not the ten fields of a hosted zone's query"));
    };
    pairs.begin();
    for (&name, value) in ZONE_FIELDS.iter().zip(values).filter(|(_, value)| *value != "-") {
        pairs.push(name, value);
    }
    pairs.add(&ZONE_QUERIES, input, output)
}

#[cfg(test)]
mod tests {
    #[test]
    fn mappings_name_columns_that_exist() {
        crate::mapping::check_mapping(&super::QUERIES);
        crate::mapping::check_mapping(&super::ZONE_QUERIES);
    }
}
