//! Activities that Google Workspace reports: sign-ins, administration, Drive, tokens. Spec:
//! <https://developers.google.com/workspace/admin/reports/reference/rest/v1/activities/list>.
//!
//! Read as the interface answers (`{"items": [...]}`) and as collectors write it, one activity a line. An activity
//! may hold several events; the first one names the row, all are in `attrs`.

use crate::{
    Certainty, Format, Head, ParsedBatch, RawBatch, Recognition,
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
    name: "google_workspace_audit",
    about: "Activity reports of Google Workspace: sign-ins, administration, Drive, tokens and others.",
    spec: "https://developers.google.com/workspace/admin/reports/reference/rest/v1/activities/list",
    yields: &["logons", "cloud_api_calls"],
    recognise,
    framer: SpanFramer::<JsonCutter<Items>>::boxed,
    parse,
};

#[derive(Debug, Default)]
struct Items;

impl Wrapper for Items {
    const KEYS: &'static [&'static str] = &["items"];
}

fn recognise(head: &Head<'_>) -> Option<Recognition> {
    let record = JsonHead::of::<Items>(head)?;
    let is_activity = record.text("kind") == Some("admin#reports#activity")
        || (record.inner("id", "applicationName").is_some() && record.has_all(&["actor", "events"]));
    is_activity.then(|| Recognition::new(Certainty::Certain, "JSON with id.applicationName, actor and events"))
}

fn parse(raw: &RawBatch) -> ParsedBatch {
    let mut output = Output::new();
    let mut reader = JsonReader::new();
    let mut room = String::new();
    read_records(raw, &mut output, |record, output| {
        reader.read(record)?;
        let is_login = reader.text("id.applicationName", &mut room) == Some("login");
        let is_logon = is_login && ["events.0.name", "events.name"].iter().any(|path| is_logon(&mut reader, path));
        reader.add(if is_logon { &LOGON } else { &ACTIVITY }, output)
    });
    output.finish(FORMAT.name, raw)
}

fn is_logon(reader: &mut JsonReader<'_>, path: &str) -> bool {
    let mut room = String::new();
    reader.text(path, &mut room).is_some_and(|name| ACTIONS.iter().any(|known| known.0 == name))
}

const ACTIONS: &[(&str, &str)] = &[
    ("login_success", "logon"),
    ("login_failure", "logon"),
    ("login_challenge", "mfa"),
    ("login_verification", "mfa"),
    ("logout", "logoff"),
    ("risky_sensitive_action_allowed", "elevate"),
    ("risky_sensitive_action_blocked", "elevate"),
];

const RESULTS: &[(&str, bool)] = &[
    ("login_success", true),
    ("login_failure", false),
    ("logout", true),
    ("risky_sensitive_action_allowed", true),
    ("risky_sensitive_action_blocked", false),
];

static LOGON: Mapping = Mapping {
    kind: "login",
    table: "logons",
    times: &["id.time"],
    weight: None,
    constants: &[("provider", "google_workspace")],
    columns: &[
        ("uid", &["id.uniqueQualifier"], Read::Text),
        ("src_ip", &["ipAddress"], Read::PeerIp),
        ("event", &["events.0.name"], Read::Text),
        ("event", &["events.name"], Read::Text),
        ("action", &["events.0.name"], Read::Words(ACTIONS)),
        ("action", &["events.name"], Read::Words(ACTIONS)),
        ("user", &["actor.email"], Read::Account),
        ("user", &["events.0.parameters.name=affected_email_address.value"], Read::Account),
        ("user_domain", &["actor.email"], Read::AccountDomain),
        ("user_id", &["actor.profileId"], Read::Text),
        ("protocol", &["events.0.parameters.name=login_type.value"], Read::Text),
        ("protocol", &["events.parameters.name=login_type.value"], Read::Text),
        ("success", &["events.0.name"], Read::Means(RESULTS)),
        ("success", &["events.name"], Read::Means(RESULTS)),
        ("success", &["events.0.parameters.name=login_challenge_status.value"], Read::Means(CHALLENGES)),
        ("success", &["events.parameters.name=login_challenge_status.value"], Read::Means(CHALLENGES)),
        ("method", &["events.0.parameters.name=login_challenge_method.multiValue.0"], Read::Text),
        ("method", &["events.0.parameters.name=login_challenge_method.value"], Read::Text),
        ("method", &["events.parameters.name=login_challenge_method.value"], Read::Text),
        ("country", &["networkInfo.regionCode"], Read::Country),
        ("reason", &["events.0.parameters.name=login_failure_type.value"], Read::Text),
        ("reason", &["events.parameters.name=login_failure_type.value"], Read::Text),
    ],
};

const CHALLENGES: &[(&str, bool)] =
    &[("Challenge Passed", true), ("Challenge Failed", false), ("passed", true), ("failed", false)];

static ACTIVITY: Mapping = Mapping {
    kind: "activity",
    table: "cloud_api_calls",
    times: &["id.time"],
    weight: None,
    constants: &[("provider", "google_workspace")],
    columns: &[
        ("uid", &["id.uniqueQualifier"], Read::Text),
        ("service", &["id.applicationName"], Read::Text),
        ("operation", &["events.0.name"], Read::Text),
        ("operation", &["events.name"], Read::Text),
        ("category", &["events.0.type"], Read::Text),
        ("category", &["events.type"], Read::Text),
        ("account", &["id.customerId"], Read::Text),
        ("user", &["actor.email"], Read::Text),
        ("user", &["actor.key"], Read::Text),
        ("user_id", &["actor.profileId"], Read::Text),
        ("user_type", &["actor.callerType"], Read::Text),
        ("acting_as", &["events.0.parameters.name=impersonated_user.value"], Read::Text),
        ("src_ip", &["ipAddress"], Read::PeerIp),
        ("country", &["networkInfo.regionCode"], Read::Country),
        ("resource", &["resourceDetails.0.id"], Read::Text),
        ("resource", &["events.0.parameters.name=doc_id.value"], Read::Text),
        ("resource", &["events.0.parameters.name=USER_EMAIL.value"], Read::Text),
        ("resource", &["events.0.parameters.name=GROUP_EMAIL.value"], Read::Text),
        ("resource", &["events.0.parameters.name=app_name.value"], Read::Text),
        ("resource", &["events.0.parameters.name=SETTING_NAME.value"], Read::Text),
        ("resource", &["events.parameters.name=doc_id.value"], Read::Text),
        ("resource", &["events.parameters.name=USER_EMAIL.value"], Read::Text),
        ("resource", &["events.parameters.name=GROUP_EMAIL.value"], Read::Text),
        ("resource", &["events.parameters.name=app_name.value"], Read::Text),
        ("resource_type", &["resourceDetails.0.type"], Read::Text),
        ("resource_type", &["events.0.parameters.name=doc_type.value"], Read::Text),
        ("resource_type", &["events.parameters.name=doc_type.value"], Read::Text),
    ],
};

#[cfg(test)]
mod tests {
    #[test]
    fn mappings_name_columns_that_exist() {
        [&super::LOGON, &super::ACTIVITY].into_iter().for_each(crate::mapping::check_mapping);
    }
}
