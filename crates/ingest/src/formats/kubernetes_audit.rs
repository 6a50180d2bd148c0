//! Audit events of Kubernetes API servers. Spec: <https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/>.
//!
//! Read as files of the API server (one event a line), as webhook lists, and as EKS, AKS and container logs carry
//! them: as text within a record of theirs. A call may be logged at several stages, each a record of its own; the
//! stage is the row's category.

use crate::{
    Certainty, Format, Head, ParsedBatch, RawBatch, Recognition,
    embedded::{Decoded, push_object},
    frame::{
        json::{JsonCutter, Wrapper},
        spans::SpanFramer,
    },
    json_head::JsonHead,
    json_record::JsonReader,
    mapping::{Mapping, Output, Read},
    records::read_records,
};

pub(super) static FORMAT: Format = Format {
    name: "kubernetes_audit",
    about: "Audit events of Kubernetes API servers, also as EKS and AKS log them.",
    spec: "https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/",
    yields: &["cloud_api_calls", "other_records"],
    recognise,
    framer: SpanFramer::<JsonCutter<Lists>>::boxed,
    parse,
};

/// An event list, and the two forms of CloudWatch Logs.
#[derive(Debug, Default)]
struct Lists;

impl Wrapper for Lists {
    const KEYS: &'static [&'static str] = &["items", "logEvents", "events"];
}

/// What every event has, and hardly anything else.
const SIGNATURE: [&str; 3] = ["auditID", "stage", "verb"];

/// Fields that may hold an event as text: CloudWatch, container logs.
const CARRIERS: [&str; 3] = ["message", "log", "@message"];

fn recognise(head: &Head<'_>) -> Option<Recognition> {
    let record = JsonHead::of::<Lists>(head)?;
    if record.has_all(&SIGNATURE) {
        return Some(Recognition::new(Certainty::Certain, "JSON with auditID, stage and verb"));
    }
    let mut inner = String::new();
    push_carried(&record, &mut inner);
    let carried = JsonHead::of_object(&inner).has_all(&SIGNATURE);
    carried.then(|| Recognition::new(Certainty::Certain, "JSON with a Kubernetes audit event as text"))
}

/// Appends the event that a record of another kind carries.
fn push_carried(record: &JsonHead<'_>, to: &mut String) {
    let in_properties = || record.field("properties")?.member("log");
    let carrier = CARRIERS.iter().find_map(|name| record.field(name)).or_else(in_properties);
    if let Some(cell) = carrier {
        push_object(cell, to);
    }
}

fn parse(raw: &RawBatch) -> ParsedBatch {
    let mut output = Output::new();
    let decoded = Decoded::of(raw, |record, to| {
        let is_event = memchr::memmem::find(record.as_bytes(), b"\"auditID\":").is_some();
        if !is_event {
            push_carried(&JsonHead::of_object(record), to);
        }
    });
    let mut reader = JsonReader::new();
    read_records(raw, &mut output, |record, output| {
        reader.read_part(record, decoded.text_for(record).unwrap_or(record.text))?;
        let is_event = reader.field("auditID").is_some() || reader.field("verb").is_some();
        reader.add(if is_event { &EVENT } else { &OTHER }, output)
    });
    output.finish(FORMAT.name, raw)
}

static EVENT: Mapping = Mapping {
    kind: "event",
    table: "cloud_api_calls",
    times: &["requestReceivedTimestamp", "stageTimestamp", "timestamp", "metadata.creationTimestamp"],
    weight: None,
    constants: &[("provider", "kubernetes")],
    columns: &[
        ("uid", &["auditID"], Read::Text),
        ("service", &["objectRef.apiGroup"], Read::Text),
        ("operation", &["verb"], Read::Text),
        ("category", &["stage"], Read::Text),
        ("read_only", &["verb"], Read::Means(VERBS)),
        ("success", &["responseStatus.code"], Read::StatusOk),
        ("error", &["responseStatus.reason"], Read::Text),
        ("error_message", &["responseStatus.message"], Read::Text),
        ("user", &["user.username"], Read::Text),
        ("user_id", &["user.uid"], Read::Text),
        ("session_id", &["user.extra.[authentication.kubernetes.io/credential-id].0"], Read::Text),
        ("acting_as", &["impersonatedUser.username"], Read::Text),
        ("src_ip", &["sourceIPs.0"], Read::PeerIp),
        ("user_agent", &["userAgent"], Read::Text),
        ("resource", &["objectRef.namespace", "objectRef.resource", "objectRef.name"], Read::Slashes),
        ("resource", &["requestURI"], Read::UrlPath),
        ("resource_type", &["objectRef.resource", "objectRef.subresource"], Read::Slashes),
        ("request", &["requestObject"], Read::Json),
        ("response", &["responseObject"], Read::Json),
    ],
};

/// `proxy` and `connect` do whatever is asked of what is behind.
const VERBS: &[(&str, bool)] = &[
    ("get", true),
    ("list", true),
    ("watch", true),
    ("create", false),
    ("update", false),
    ("patch", false),
    ("delete", false),
    ("deletecollection", false),
];

static OTHER: Mapping = Mapping {
    kind: "log",
    table: "other_records",
    times: &["time", "@timestamp", "timestamp", "ts"],
    weight: None,
    constants: &[("product", "kubernetes")],
    columns: &[
        ("kind", &["kind"], Read::Text),
        ("kind", &["category"], Read::Text),
        ("message", &["message"], Read::Text),
        ("message", &["log"], Read::Text),
        ("message", &["msg"], Read::Text),
    ],
};

#[cfg(test)]
mod tests {
    #[test]
    fn mappings_name_columns_that_exist() {
        [&super::EVENT, &super::OTHER].into_iter().for_each(crate::mapping::check_mapping);
    }
}
