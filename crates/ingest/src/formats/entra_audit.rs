//! Changes in an Entra directory. Spec: <https://learn.microsoft.com/en-us/graph/api/resources/directoryaudit>.

use crate::{
    Certainty, Format, Head, Recognition,
    azure::{self, AzureCutter, Kind, YIELDS, kind_of_head},
    frame::spans::SpanFramer,
    mapping::{Mapping, Read},
};

pub(super) static FORMAT: Format = Format {
    name: "entra_audit",
    about: "Audit logs of Entra ID, from diagnostic settings, Microsoft Graph or Log Analytics.",
    spec: "https://learn.microsoft.com/en-us/graph/api/resources/directoryaudit",
    yields: YIELDS,
    recognise,
    framer: SpanFramer::<AzureCutter>::boxed,
    parse: |raw| azure::parse(FORMAT.name, raw),
};

fn recognise(head: &Head<'_>) -> Option<Recognition> {
    let is_audit = kind_of_head(head)? == Kind::Audit;
    is_audit.then(|| Recognition::new(Certainty::Certain, "JSON with the fields of an Entra directory audit"))
}

pub(crate) static AUDIT: Mapping = Mapping {
    kind: "audit",
    table: "cloud_api_calls",
    times: &["properties.activityDateTime", "activityDateTime", "ActivityDateTime", "time", "TimeGenerated"],
    weight: None,
    constants: &[("provider", "entra")],
    columns: &[
        ("uid", &["properties.id"], Read::Text),
        ("uid", &["id"], Read::Text),
        ("uid", &["Id"], Read::Text),
        ("service", &["properties.loggedByService"], Read::Text),
        ("service", &["loggedByService"], Read::Text),
        ("service", &["LoggedByService"], Read::Text),
        ("operation", &["operationName"], Read::Text),
        ("operation", &["properties.activityDisplayName"], Read::Text),
        ("operation", &["activityDisplayName"], Read::Text),
        ("operation", &["OperationName"], Read::Text),
        ("operation", &["ActivityDisplayName"], Read::Text),
        ("category", &["properties.category"], Read::Text),
        ("category", &["category"], Read::Text),
        ("category", &["Category"], Read::Text),
        ("success", &["properties.result"], Read::Means(RESULTS)),
        ("success", &["result"], Read::Means(RESULTS)),
        ("success", &["Result"], Read::Means(RESULTS)),
        ("success", &["resultType"], Read::Means(RESULTS)),
        ("error", &["properties.result"], Read::Unless(SUCCESS)),
        ("error", &["result"], Read::Unless(SUCCESS)),
        ("error", &["Result"], Read::Unless(SUCCESS)),
        // Some services say why they succeeded.
        ("error_message", &["properties.result", "properties.resultReason"], Read::IfNot(SUCCESS)),
        ("error_message", &["result", "resultReason"], Read::IfNot(SUCCESS)),
        ("error_message", &["Result", "ResultReason"], Read::IfNot(SUCCESS)),
        ("account", &["tenantId"], Read::Text),
        ("account", &["AADTenantId"], Read::Text),
        ("account", &["TenantId"], Read::Text),
        ("user", &["properties.initiatedBy.user.userPrincipalName"], Read::Text),
        ("user", &["initiatedBy.user.userPrincipalName"], Read::Text),
        ("user", &["InitiatedBy.user.userPrincipalName"], Read::Text),
        ("user", &["properties.initiatedBy.app.displayName"], Read::Text),
        ("user", &["initiatedBy.app.displayName"], Read::Text),
        ("user", &["InitiatedBy.app.displayName"], Read::Text),
        ("user", &["identity"], Read::Text),
        ("user", &["Identity"], Read::Text),
        ("user_id", &["properties.initiatedBy.user.id"], Read::Text),
        ("user_id", &["initiatedBy.user.id"], Read::Text),
        ("user_id", &["InitiatedBy.user.id"], Read::Text),
        ("user_id", &["properties.initiatedBy.app.servicePrincipalId"], Read::Text),
        ("user_id", &["initiatedBy.app.servicePrincipalId"], Read::Text),
        ("user_id", &["InitiatedBy.app.servicePrincipalId"], Read::Text),
        ("user_id", &["properties.initiatedBy.app.appId"], Read::Text),
        ("user_id", &["initiatedBy.app.appId"], Read::Text),
        ("user_id", &["InitiatedBy.app.appId"], Read::Text),
        ("user_type", &["properties.initiatedBy.user.userType"], Read::Text),
        ("user_type", &["initiatedBy.user.userType"], Read::Text),
        ("src_ip", &["properties.initiatedBy.user.ipAddress"], Read::PeerIp),
        ("src_ip", &["initiatedBy.user.ipAddress"], Read::PeerIp),
        ("src_ip", &["InitiatedBy.user.ipAddress"], Read::PeerIp),
        ("src_ip", &["callerIpAddress"], Read::PeerIp),
        ("user_agent", &["properties.userAgent"], Read::Text),
        ("user_agent", &["userAgent"], Read::Text),
        ("user_agent", &["properties.additionalDetails.key=User-Agent.value"], Read::Text),
        ("user_agent", &["additionalDetails.key=User-Agent.value"], Read::Text),
        ("user_agent", &["AdditionalDetails.key=User-Agent.value"], Read::Text),
        ("resource", &["properties.targetResources.0.userPrincipalName"], Read::Text),
        ("resource", &["targetResources.0.userPrincipalName"], Read::Text),
        ("resource", &["TargetResources.0.userPrincipalName"], Read::Text),
        ("resource", &["properties.targetResources.0.displayName"], Read::Text),
        ("resource", &["targetResources.0.displayName"], Read::Text),
        ("resource", &["TargetResources.0.displayName"], Read::Text),
        ("resource", &["properties.targetResources.0.id"], Read::Text),
        ("resource", &["targetResources.0.id"], Read::Text),
        ("resource", &["TargetResources.0.id"], Read::Text),
        ("resource_type", &["properties.targetResources.0.type"], Read::Text),
        ("resource_type", &["targetResources.0.type"], Read::Text),
        ("resource_type", &["TargetResources.0.type"], Read::Text),
    ],
};

const RESULTS: &[(&str, bool)] = &[("success", true), ("failure", false), ("timeout", false)];

/// A result that is no error.
const SUCCESS: &[&str] = &["success", "unknownFutureValue"];
