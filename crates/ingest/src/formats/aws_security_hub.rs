//! Findings in the AWS Security Finding Format: Security Hub exports, answers and EventBridge events.
//!
//! Spec: the "AWS Security Finding Format (ASFF)" page.

use crate::{
    Certainty, Format, Head, ParsedBatch, RawBatch, Recognition,
    envelope::{self, Deliveries, Kept, Room, read_unpacked},
    frame::{json::JsonCutter, spans::SpanFramer},
    json::Value,
    json_record::{JsonCell, JsonReader},
    mapping::{Cell as _, Mapping, Output, Read},
    records::read_records,
};

pub(super) static FORMAT: Format = Format {
    name: "aws_security_hub",
    about: "Findings in the AWS Security Finding Format (ASFF), as Security Hub collects them.",
    spec: "https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format.html",
    yields: &["alerts"],
    recognise,
    framer: SpanFramer::<JsonCutter<Deliveries>>::boxed,
    parse,
};

/// Fields that a finding must have.
const ALWAYS: &[&str] = &["SchemaVersion", "ProductArn", "GeneratorId", "AwsAccountId"];

static FINDINGS: Mapping = Mapping {
    kind: "asff",
    table: "alerts",
    times: &["LastObservedAt", "UpdatedAt", "CreatedAt", "time"],
    weight: None,
    constants: &[],
    columns: &[
        ("product", &["=product"], Read::Lower),
        ("uid", &["Id"], Read::Text),
        ("category", &["Types"], Read::First),
        ("category", &["FindingProviderFields.Types"], Read::First),
        ("name", &["Title"], Read::Text),
        ("message", &["Description"], Read::Text),
        ("severity", &["Severity.Label"], Read::Text),
        ("severity", &["FindingProviderFields.Severity.Label"], Read::Text),
        ("severity", &["Severity.Normalized"], Read::Text),
        ("src_ip", &["Network.SourceIpV4"], Read::Ip),
        ("src_ip", &["Network.SourceIpV6"], Read::Ip),
        ("src_ip", &["Action.NetworkConnectionAction.RemoteIpDetails.IpAddressV4"], Read::Ip),
        ("src_ip", &["Action.AwsApiCallAction.RemoteIpDetails.IpAddressV4"], Read::Ip),
        ("src_ip", &["Action.PortProbeAction.PortProbeDetails.0.RemoteIpDetails.IpAddressV4"], Read::Ip),
        ("src_port", &["Network.SourcePort"], Read::Int),
        ("dst_ip", &["Network.DestinationIpV4"], Read::Ip),
        ("dst_ip", &["Network.DestinationIpV6"], Read::Ip),
        ("dst_port", &["Network.DestinationPort"], Read::Int),
        ("dst_port", &["Action.NetworkConnectionAction.LocalPortDetails.Port"], Read::Int),
        ("protocol", &["Network.Protocol"], Read::Lower),
        ("protocol", &["Action.NetworkConnectionAction.Protocol"], Read::Lower),
        ("host", &["Network.SourceDomain"], Read::Domain),
        ("host", &["Action.DnsRequestAction.Domain"], Read::Domain),
        ("rule_id", &["GeneratorId"], Read::Text),
        ("account", &["AwsAccountId"], Read::Text),
        ("resource", &["Resources.0.Id"], Read::Text),
        ("user", &["Resources.0.Details.AwsIamAccessKey.PrincipalName"], Read::Text),
        ("user", &["Resources.0.Details.AwsIamUser.UserName"], Read::Text),
    ],
};

fn recognise(head: &Head<'_>) -> Option<Recognition> {
    let record = envelope::first_record::<Deliveries>(head)?;
    let certain = |why: &str| Some(Recognition::new(Certainty::Certain, why));
    if envelope::has_fields(&record, ALWAYS) {
        return certain("JSON with ProductArn, GeneratorId and AwsAccountId of a Security Hub finding");
    }
    let fields = envelope::fields(&record);
    let finding = fields.iter().find(|(key, _)| key.inner == "findings")?.1;
    let Some(Value::Object(first)) = JsonCell(finding).items().next().map(|cell| cell.0) else { return None };
    if envelope::has_fields(first, ALWAYS) {
        certain("an event of EventBridge with findings of Security Hub")
    } else {
        None
    }
}

fn parse(raw: &RawBatch) -> ParsedBatch {
    let mut output = Output::new();
    let room = Room::default();
    let mut kept = Kept::new(&room);
    let mut reader = JsonReader::new();
    read_records(raw, &mut output, |input, output| {
        read_unpacked(&mut reader, &mut kept, input, "ProductArn")?;
        unpack_only(&mut reader)?;
        if let Some(product) = product(&mut reader) {
            reader.derive("=product", product);
        }
        reader.add(&FINDINGS, output)
    });
    output.finish(FORMAT.name, raw)
}

/// An event has its findings in a list, mostly one. Of several the first is read, and the list is kept.
fn unpack_only(reader: &mut JsonReader<'_>) -> Result<(), crate::parsed::Fault> {
    let Some(list) = reader.field("findings").filter(|_| reader.field("ProductArn").is_none()) else { return Ok(()) };
    let mut findings = list.items();
    let (Some(JsonCell(Value::Object(first))), more) = (findings.next(), findings.next()) else { return Ok(()) };
    let packed_in = if more.is_some() { "" } else { "findings" };
    reader.unpack(packed_in, first)
}

/// Who found it: the name, else the last part of the product's ARN.
fn product<'a>(reader: &mut JsonReader<'a>) -> Option<Value<'a>> {
    let name = reader.field("ProductName").or_else(|| reader.path("ProductFields.aws/securityhub/ProductName"));
    if let Some(name) = name {
        return Some(name.0);
    }
    match reader.field("ProductArn")?.0 {
        Value::Text(arn) => {
            let inner = arn.inner.rsplit('/').next().unwrap_or(arn.inner);
            Some(Value::Text(crate::json::Text { inner, ..arn }))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_mapping_names_columns_that_exist() {
        crate::mapping::check_mapping(&super::FINDINGS);
    }
}
