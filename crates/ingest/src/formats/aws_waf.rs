//! Logs of AWS WAF: one JSON record for each web request that was judged.
//!
//! Spec: the "Log fields for web ACL traffic" page.

use crate::{
    Certainty, Format, Head, ParsedBatch, RawBatch, Recognition,
    envelope::{self, Deliveries, Kept, Room, read_unpacked},
    frame::{json::JsonCutter, spans::SpanFramer},
    json_record::JsonReader,
    mapping::{Cell as _, Mapping, Output, Read},
    records::read_records,
};

pub(super) static FORMAT: Format = Format {
    name: "aws_waf",
    about: "Web requests judged by AWS WAF, JSON.",
    spec: "https://docs.aws.amazon.com/waf/latest/developerguide/logging-fields.html",
    yields: &["firewall_events"],
    recognise,
    framer: SpanFramer::<JsonCutter<Deliveries>>::boxed,
    parse,
};

/// Fields that stand before the lists of rules.
const ALWAYS: &[&str] = &["timestamp", "formatVersion", "webaclId", "terminatingRuleId", "action"];

static EVENTS: Mapping = Mapping {
    kind: "waf",
    table: "firewall_events",
    times: &["timestamp"],
    weight: None,
    constants: &[("device_source", "waf"), ("protocol", "tcp")],
    columns: &[
        ("uid", &["httpRequest.requestId"], Read::Text),
        ("src_ip", &["httpRequest.clientIp"], Read::Ip),
        ("action", &["action"], Read::Lower),
        ("rule_id", &["terminatingRuleId"], Read::Text),
        ("rule_name", &["=rule"], Read::Text),
        ("method", &["httpRequest.httpMethod"], Read::Upper),
        ("host", &["=host"], Read::Host),
        ("path", &["httpRequest.uri"], Read::UrlPath),
        ("query", &["httpRequest.args"], Read::Query),
        ("user_agent", &["=user-agent"], Read::Text),
        ("status", &["responseCodeSent"], Read::Int),
        ("country", &["=country"], Read::Upper),
    ],
};

fn recognise(head: &Head<'_>) -> Option<Recognition> {
    let record = envelope::first_record::<Deliveries>(head)?;
    let found = envelope::has_fields(&record, ALWAYS);
    found.then(|| Recognition::new(Certainty::Certain, "JSON with webaclId, terminatingRuleId and action of AWS WAF"))
}

fn parse(raw: &RawBatch) -> ParsedBatch {
    let mut output = Output::new();
    let room = Room::default();
    let mut kept = Kept::new(&room);
    let mut reader = JsonReader::new();
    read_records(raw, &mut output, |input, output| {
        read_unpacked(&mut reader, &mut kept, input, "webaclId")?;
        derive(&mut reader);
        reader.add(&EVENTS, output)
    });
    output.finish(FORMAT.name, raw)
}

/// Adds headers by name, and the rule within a group that decided.
fn derive(reader: &mut JsonReader<'_>) {
    let headers = reader.path("httpRequest.headers").map(|headers| headers.items());
    let mut room = String::new();
    for header in headers.into_iter().flatten() {
        let (Some(name), Some(value)) = (header.member("name"), header.member("value")) else { continue };
        let Some(name) = name.text(&mut room) else { continue };
        let wanted = ["=host", "=user-agent"]
            .into_iter()
            .find(|known| known.get(1..).is_some_and(|known| known.eq_ignore_ascii_case(name)));
        if let Some(wanted) = wanted {
            reader.derive(wanted, value.0);
        }
    }
    // `-` where the country is not known.
    let country = reader.path("httpRequest.country").filter(|country| country.text(&mut room) != Some("-"));
    if let Some(country) = country {
        reader.derive("=country", country.0);
    }
    let groups = reader.field("ruleGroupList").map(|groups| groups.items());
    let rule = groups.into_iter().flatten().find_map(|group| group.member("terminatingRule")?.member("ruleId"));
    if let Some(rule) = rule {
        reader.derive("=rule", rule.0);
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_mapping_names_columns_that_exist() {
        crate::mapping::check_mapping(&super::EVENTS);
    }
}
