//! GitHub's audit log of organizations and enterprises. Spec:
//! <https://docs.github.com/en/organizations/keeping-your-organization-secure/managing-security-settings-for-your-organization/audit-log-events-for-your-organization>.
//!
//! Streaming, the REST interface and the export of the web page write the same flat objects.

use crate::{
    Certainty, Format, Head, ParsedBatch, RawBatch, Recognition,
    frame::{
        json::{JsonCutter, Unwrapped},
        spans::SpanFramer,
    },
    json_head::JsonHead,
    json_record::JsonReader,
    mapping::{Mapping, Output, Read},
    records::read_records,
};

pub(super) static FORMAT: Format = Format {
    name: "github_audit",
    about: "Audit log of GitHub organizations and enterprises, also its Git events.",
    spec: "https://docs.github.com/en/rest/orgs/orgs#get-the-audit-log-for-an-organization",
    yields: &["cloud_api_calls"],
    recognise,
    framer: SpanFramer::<JsonCutter<Unwrapped>>::boxed,
    parse,
};

/// Fields of which a record has some beside its action.
const COMPANIONS: [&str; 14] = [
    "_document_id",
    "actor",
    "actor_id",
    "actor_ip",
    "org",
    "org_id",
    "business",
    "business_id",
    "repo",
    "repository",
    "operation_type",
    "created_at",
    "user_id",
    "hashed_token",
];

/// Fewer could be another product's.
const MIN_COMPANIONS: usize = 3;

fn recognise(head: &Head<'_>) -> Option<Recognition> {
    let record = JsonHead::of::<Unwrapped>(head)?;
    let action = record.text("action")?;
    let dated = record.is_dated("@timestamp") || record.is_dated("created_at");
    // `repo.create`, `git.clone`: what was acted upon, and how.
    let names_action = action.contains('.') && action.bytes().all(|byte| byte.is_ascii_graphic());
    let known = record.count(&COMPANIONS);
    if !dated || !names_action || known < MIN_COMPANIONS {
        return None;
    }
    let certainty = if record.has("_document_id") { Certainty::Certain } else { Certainty::Likely };
    Some(Recognition::new(certainty, format!("JSON with action \"{action}\" and {known} fields of GitHub's audit log")))
}

fn parse(raw: &RawBatch) -> ParsedBatch {
    let mut output = Output::new();
    let mut reader = JsonReader::new();
    read_records(raw, &mut output, |record, output| {
        reader.read(record)?;
        reader.add(&EVENT, output)
    });
    output.finish(FORMAT.name, raw)
}

static EVENT: Mapping = Mapping {
    kind: "event",
    table: "cloud_api_calls",
    times: &["@timestamp", "created_at"],
    weight: None,
    constants: &[("provider", "github")],
    columns: &[
        ("uid", &["_document_id"], Read::Text),
        ("uid", &["request_id"], Read::Text),
        ("service", &["transport_protocol_name"], Read::Text),
        ("operation", &["action"], Read::Text),
        ("category", &["operation_type"], Read::Text),
        ("read_only", &["operation_type"], Read::Means(OPERATIONS)),
        ("success", &["action"], Read::Means(&[("user.login", true), ("user.failed_login", false)])),
        ("account", &["org"], Read::First),
        ("account", &["business"], Read::Text),
        ("user", &["actor"], Read::Text),
        ("user_id", &["actor_id"], Read::Text),
        ("user_type", &["actor_is_bot"], Read::Words(&[("true", "bot"), ("false", "user")])),
        ("session_id", &["hashed_token"], Read::Text),
        ("src_ip", &["actor_ip"], Read::PeerIp),
        ("country", &["actor_location.country_code"], Read::Country),
        ("country", &["country"], Read::Country),
        ("user_agent", &["user_agent"], Read::Text),
        ("resource", &["repo"], Read::Text),
        ("resource", &["repository"], Read::Text),
        ("resource", &["team"], Read::Text),
        ("resource", &["user"], Read::Text),
        ("error_message", &["failure_reason"], Read::Text),
    ],
};

const OPERATIONS: &[(&str, bool)] = &[
    ("access", true),
    ("add", false),
    ("create", false),
    ("modify", false),
    ("remove", false),
    ("restore", false),
    ("transfer", false),
];

#[cfg(test)]
mod tests {
    #[test]
    fn mappings_name_columns_that_exist() {
        crate::mapping::check_mapping(&super::EVENT);
    }
}
