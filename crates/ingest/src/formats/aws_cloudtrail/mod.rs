//! AWS CloudTrail: audit records of calls and sign-ins. Spec: the "CloudTrail record contents" page.
//!
//! `identity` says who called, `signin` which records are logons, `resource` what was acted upon, `mappings` where
//! fields go. Read are trail files, lines, arrays, `lookup-events` answers, records in CloudWatch, EventBridge,
//! SNS and SQS envelopes, and lines that Athena wrote (`lowered`).

mod identity;
mod lowered;
mod mappings;
mod resource;
mod signin;

use self::identity::Identity;
use crate::{
    Certainty, Format, Head, ParsedBatch, RawBatch, Recognition,
    envelope::{self, Deliveries, Kept, Room, read_unpacked},
    frame::{json::JsonCutter, spans::SpanFramer},
    json::Value,
    json_record::JsonReader,
    mapping::{Mapping, Output},
    parsed::Fault,
    records::read_records,
};

pub(super) static FORMAT: Format = Format {
    name: "aws_cloudtrail",
    about: "Audit records of calls and sign-ins in Amazon Web Services, JSON in any delivery.",
    spec: "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html",
    yields: &["cloud_api_calls", "logons", "other_records"],
    recognise,
    framer: SpanFramer::<JsonCutter<Deliveries>>::boxed,
    parse,
};

/// What every record of every version has. `eventVersion` alone is also in notifications of S3, whose event source
/// is `aws:s3` and no service name.
const ALWAYS: &[&str] = &["eventVersion", "eventTime", "awsRegion"];

/// The same after Logstash's codec has moved the event time.
const LOGSTASH: &[&str] =
    &["eventVersion", "@timestamp", "awsRegion", "eventID", "eventSource", "eventName", "userIdentity"];

const DIGEST: &[&str] = &["awsAccountId", "digestEndTime", "digestS3Bucket"];

fn recognise(head: &Head<'_>) -> Option<Recognition> {
    let record = envelope::first_record::<Deliveries>(head);
    let Some(record) = record else { return recognise_empty(head) };
    if envelope::has_fields(&record, DIGEST) {
        return Some(Recognition::new(Certainty::Certain, "JSON with the fields of a CloudTrail digest"));
    }
    let fields = envelope::fields(&record);
    let field = |name: &str| fields.iter().find(|(key, _)| key.inner == name).map(|field| field.1);
    let is_whole = ALWAYS.iter().all(|name| field(name).is_some());
    let is_of_logstash = LOGSTASH.iter().all(|name| field(name).is_some());
    if is_of_logstash {
        return Some(Recognition::new(
            Certainty::Certain,
            "JSON with eventVersion, eventID and awsRegion of CloudTrail, from Logstash",
        ));
    }
    let is_lowered = ALWAYS.iter().all(|name| field(&name.to_ascii_lowercase()).is_some());
    if is_lowered {
        return Some(Recognition::new(
            Certainty::Certain,
            "JSON with eventversion, eventtime and awsregion of CloudTrail",
        ));
    }
    let is_notification = matches!(field("eventSource"), Some(Value::Text(text)) if text.inner.starts_with("aws:"));
    let is_ours = field("eventID").is_some() || field("userIdentity").is_some();
    let found = is_whole && is_ours && !is_notification;
    found.then(|| Recognition::new(Certainty::Certain, "JSON with eventVersion, eventTime and awsRegion of CloudTrail"))
}

/// A trail writes a file without records now and then; only its path says whose it is.
fn recognise_empty(head: &Head<'_>) -> Option<Recognition> {
    let text: Vec<u8> = head.bytes.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).take(32).collect();
    let found = text == b"{\"Records\":[]}" && head.name.contains("CloudTrail");
    found.then(|| Recognition::new(Certainty::Possible, "no records, in a path that names CloudTrail"))
}

fn parse(raw: &RawBatch) -> ParsedBatch {
    let mut output = Output::new();
    let room = Room::default();
    let mut kept = Kept::new(&room);
    let mut reader = JsonReader::new();
    read_records(raw, &mut output, |input, output| {
        read_unpacked(&mut reader, &mut kept, input, "eventVersion")?;
        let is_lowered = reader.field("eventVersion").is_none() && reader.field(lowered::MARK).is_some();
        if is_lowered && let Some(record) = lowered::restored(input.text, &mut kept) {
            reader.read_part(input, record)?;
        }
        add(&mut reader, output)
    });
    output.finish(FORMAT.name, raw)
}

fn add(reader: &mut JsonReader<'_>, output: &mut Output) -> Result<(), Fault> {
    let mapping = derive(reader);
    reader.add(mapping, output)
}

/// Adds what follows from several fields, and says where the record goes.
fn derive(reader: &mut JsonReader<'_>) -> &'static Mapping {
    let identity = Identity::of(reader.field("userIdentity").map(|cell| cell.0));
    let texts = ["eventSource", "eventName"].map(|name| match reader.field(name).map(|cell| cell.0) {
        Some(Value::Text(text)) => Some(text.inner),
        _ => None,
    });
    let [source, operation] = texts.map(Option::unwrap_or_default);
    let is_insight = reader.field("insightDetails").is_some();
    if is_insight {
        identity.derive(reader);
        return &mappings::INSIGHTS;
    }
    if operation.is_empty() {
        return if reader.field("digestEndTime").is_some() { &mappings::DIGESTS } else { &mappings::OTHERS };
    }
    if let Some(action) = signin::action(source, operation) {
        signin::derive(reader, &identity, action);
        return &mappings::LOGONS;
    }
    identity.derive(reader);
    if let Some(named) = resource::of(reader.field("requestParameters").map(|cell| cell.0)) {
        reader.derive("=resource", Value::Text(named.name));
        if let Some(kind) = named.kind {
            reader.derive("=resource_type", resource::text(kind));
        }
    }
    &mappings::CALLS
}
