//! Okta's System Log. Spec: <https://developer.okta.com/docs/api/openapi/okta-management/management/tag/SystemLog/>.
//!
//! Read as the API and log streaming write it, also within the envelope of an EventBridge event.

use crate::{
    Certainty, Format, Head, ParsedBatch, RawBatch, Recognition,
    frame::{
        json::{JsonCutter, Wrapper},
        spans::SpanFramer,
    },
    json_head::JsonHead,
    json_record::{JsonCell, JsonReader},
    mapping::{Mapping, Output, Read},
    records::read_records,
};

pub(super) static FORMAT: Format = Format {
    name: "okta_system_log",
    about: "System Log of Okta: sign-ons, changes and policy decisions.",
    spec: "https://developer.okta.com/docs/api/openapi/okta-management/management/tag/SystemLog/",
    yields: &["logons", "cloud_api_calls", "other_records"],
    recognise,
    framer: SpanFramer::<JsonCutter<Lists>>::boxed,
    parse,
};

/// Lists that exports and collectors put around events.
#[derive(Debug, Default)]
struct Lists;

impl Wrapper for Lists {
    const KEYS: &'static [&'static str] = &["events", "Events", "records", "Records"];
}

const SIGNATURE: [&str; 4] = ["eventType", "actor", "outcome", "published"];

fn recognise(head: &Head<'_>) -> Option<Recognition> {
    let record = JsonHead::of::<Lists>(head)?;
    if record.has_all(&SIGNATURE) && record.is_dated("published") {
        return Some(Recognition::new(Certainty::Certain, "JSON with eventType, actor, outcome and published"));
    }
    let detail = record.field("detail")?.object()?;
    let is_okta = record.has("detail-type") && JsonHead::of_object(detail).has_all(&SIGNATURE);
    is_okta.then(|| Recognition::new(Certainty::Certain, "EventBridge event with an Okta event as detail"))
}

fn parse(raw: &RawBatch) -> ParsedBatch {
    let mut output = Output::new();
    let mut reader = JsonReader::new();
    let mut room = String::new();
    read_records(raw, &mut output, |record, output| {
        reader.read(record)?;
        if let Some(detail) = reader.field("detail").and_then(JsonCell::object)
            && reader.path("detail.eventType").is_some()
        {
            reader.read_part(record, detail)?;
        }
        let mapping = match reader.text("eventType", &mut room) {
            Some(event) if is_logon(event) => &LOGON,
            Some(_) => &CALL,
            None => &OTHER,
        };
        reader.add(mapping, output)
    });
    output.finish(FORMAT.name, raw)
}

fn is_logon(event: &str) -> bool {
    matches!(event, "user.session.start" | "user.session.end" | "user.session.access_admin_app")
        || event.starts_with("user.authentication.")
}

/// What the results say; challenges, skipped and unknown ones are neither.
const RESULTS: &[(&str, bool)] = &[("SUCCESS", true), ("ALLOW", true), ("FAILURE", false), ("DENY", false)];

const ACTIONS: &[(&str, &str)] = &[
    ("user.session.start", "logon"),
    ("user.session.end", "logoff"),
    ("user.authentication.auth_via_mfa", "mfa"),
    ("user.authentication.verify", "mfa"),
    ("user.authentication.slo", "logoff"),
    ("user.authentication.universal_logout", "logoff"),
    ("user.session.access_admin_app", "elevate"),
];

static LOGON: Mapping = Mapping {
    kind: "logon",
    table: "logons",
    times: &["published"],
    weight: None,
    constants: &[("provider", "okta")],
    columns: &[
        ("uid", &["uuid"], Read::Text),
        ("src_ip", &["client.ipAddress"], Read::PeerIp),
        ("host", &["target.type=AppInstance.displayName"], Read::Lower),
        ("event", &["eventType"], Read::Text),
        ("action", &["eventType"], Read::Words(ACTIONS)),
        ("user", &["actor.alternateId"], Read::Account),
        ("user", &["actor.displayName"], Read::Text),
        ("user_domain", &["actor.alternateId"], Read::AccountDomain),
        ("user_id", &["actor.id"], Read::Unless(NOTHING)),
        ("logon_id", &["authenticationContext.externalSessionId"], Read::Unless(NOTHING)),
        ("logon_id", &["authenticationContext.rootSessionId"], Read::Unless(NOTHING)),
        ("protocol", &["debugContext.debugData.signOnMode"], Read::Lower),
        ("success", &["outcome.result"], Read::Means(RESULTS)),
        ("method", &["debugContext.debugData.factor"], Read::Lower),
        ("method", &["authenticationContext.credentialType"], Read::Lower),
        ("client", &["client.userAgent.rawUserAgent"], Read::Unless(NOTHING)),
        ("country", &["client.geographicalContext.country"], Read::Country),
        ("reason", &["outcome.reason"], Read::Text),
    ],
};

static CALL: Mapping = Mapping {
    kind: "event",
    table: "cloud_api_calls",
    times: &["published"],
    weight: None,
    constants: &[("provider", "okta")],
    columns: &[
        ("uid", &["uuid"], Read::Text),
        ("service", &["target.type=AppInstance.displayName"], Read::Text),
        ("operation", &["eventType"], Read::Text),
        ("category", &["legacyEventType"], Read::Text),
        ("success", &["outcome.result"], Read::Means(RESULTS)),
        ("error", &["outcome.result"], Read::Words(&[("FAILURE", "FAILURE"), ("DENY", "DENY")])),
        ("error_message", &["outcome.reason"], Read::Text),
        ("user", &["actor.alternateId"], Read::Unless(NOTHING)),
        ("user", &["actor.displayName"], Read::Text),
        ("user_id", &["actor.id"], Read::Unless(NOTHING)),
        ("user_type", &["actor.type"], Read::Text),
        ("session_id", &["authenticationContext.externalSessionId"], Read::Unless(NOTHING)),
        ("session_id", &["authenticationContext.rootSessionId"], Read::Unless(NOTHING)),
        ("acting_as", &["debugContext.debugData.onBehalfOf"], Read::Text),
        ("src_ip", &["client.ipAddress"], Read::PeerIp),
        ("country", &["client.geographicalContext.country"], Read::Country),
        ("user_agent", &["client.userAgent.rawUserAgent"], Read::Unless(NOTHING)),
        ("resource", &["target.0.alternateId"], Read::Unless(NOTHING)),
        ("resource", &["target.0.displayName"], Read::Unless(NOTHING)),
        ("resource", &["target.0.id"], Read::Text),
        ("resource_type", &["target.0.type"], Read::Text),
    ],
};

/// Okta's words for what it does not know.
const NOTHING: &[&str] = &["unknown"];

static OTHER: Mapping = Mapping {
    kind: "unknown",
    table: "other_records",
    times: &["published", "time", "eventTime"],
    weight: None,
    constants: &[("product", "okta")],
    columns: &[("kind", &["detail-type"], Read::Text), ("message", &["displayMessage"], Read::Text)],
};

#[cfg(test)]
mod tests {
    #[test]
    fn mappings_name_columns_that_exist() {
        [&super::LOGON, &super::CALL, &super::OTHER].into_iter().for_each(crate::mapping::check_mapping);
    }
}
