//! What else comes with the logs of Azure and Entra: risk detections, and resource logs that no table models.

use crate::{
    Certainty, Head, Recognition,
    azure::Lists,
    json_head::JsonHead,
    mapping::{Mapping, Read},
};

#[cfg(test)]
pub(crate) static ALL: [&Mapping; 2] = [&RISK, &RESOURCE];

/// Resource logs of diagnostic settings share these fields whatever the service.
pub(super) fn recognise(head: &Head<'_>) -> Option<Recognition> {
    let record = JsonHead::of::<Lists>(head)?;
    let names_resource = record.text("resourceId").is_some_and(|id| {
        let id = id.as_bytes();
        [&b"/subscriptions/"[..], b"/tenants/"]
            .iter()
            .any(|start| id.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start)))
    });
    let dated = record.is_dated("time") || record.is_dated("EventTimeString");
    let is_resource_log = names_resource && record.has("category") && dated;
    is_resource_log.then(|| Recognition::new(Certainty::Likely, "JSON with time, category and an Azure resourceId"))
}

/// The mapping of a category that is none of the formats' own.
pub(crate) fn mapping(category: &str) -> &'static Mapping {
    if matches!(category, "UserRiskEvents" | "ServicePrincipalRiskEvents") { &RISK } else { &RESOURCE }
}

static RISK: Mapping = Mapping {
    kind: "risk_event",
    table: "alerts",
    times: &["properties.activityDateTime", "properties.detectedDateTime", "time"],
    weight: None,
    constants: &[("product", "entra")],
    columns: &[
        ("uid", &["properties.id"], Read::Text),
        ("category", &["category"], Read::Text),
        ("name", &["properties.riskEventType"], Read::Text),
        ("name", &["properties.riskType"], Read::Text),
        ("message", &["properties.riskDetail"], Read::Unless(&["none"])),
        ("severity", &["properties.riskLevel"], Read::Text),
        ("src_ip", &["properties.ipAddress"], Read::PeerIp),
        ("account", &["tenantId"], Read::Text),
        ("resource", &["properties.servicePrincipalDisplayName"], Read::Text),
        ("user", &["properties.userPrincipalName"], Read::Text),
        ("action", &["properties.riskState"], Read::Text),
    ],
};

static RESOURCE: Mapping = Mapping {
    kind: "resource_log",
    table: "other_records",
    times: &[
        "time",
        "TimeGenerated",
        "EventTimeString",
        "timeStamp",
        "eventTimestamp",
        "activityDateTime",
        "createdDateTime",
    ],
    weight: None,
    constants: &[("product", "azure")],
    columns: &[
        ("kind", &["category"], Read::Text),
        ("kind", &["Category"], Read::Text),
        ("kind", &["Type"], Read::Text),
        ("host", &["properties.Computer"], Read::Lower),
        ("host", &["Computer"], Read::Lower),
        ("user", &["properties.userPrincipalName"], Read::Text),
        ("message", &["properties.message"], Read::Text),
        ("message", &["properties.msg"], Read::Text),
        ("message", &["resultDescription"], Read::Text),
        ("src_ip", &["callerIpAddress"], Read::PeerIp),
        ("src_ip", &["properties.clientIP"], Read::PeerIp),
        ("src_ip", &["properties.clientIp"], Read::PeerIp),
    ],
};
