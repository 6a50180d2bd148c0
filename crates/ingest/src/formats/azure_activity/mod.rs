//! Calls of Azure Resource Manager, and audit logs of services that write the same fields. Spec:
//! <https://learn.microsoft.com/en-us/azure/azure-monitor/platform/activity-log-schema>.

pub(crate) mod other;

use crate::{
    Certainty, Format, Head, Recognition,
    azure::{self, AzureCutter, Kind, YIELDS, kind_of_head},
    frame::spans::SpanFramer,
    mapping::{Mapping, Read},
};

pub(super) static FORMAT: Format = Format {
    name: "azure_activity",
    about: "Activity log of Azure, from diagnostic settings, Resource Manager or Log Analytics; resource logs beside it.",
    spec: "https://learn.microsoft.com/en-us/azure/azure-monitor/platform/activity-log-schema",
    yields: YIELDS,
    recognise,
    framer: SpanFramer::<AzureCutter>::boxed,
    parse: |raw| azure::parse(FORMAT.name, raw),
};

fn recognise(head: &Head<'_>) -> Option<Recognition> {
    match kind_of_head(head) {
        Some(Kind::Activity) => {
            Some(Recognition::new(Certainty::Certain, "JSON with the fields of Azure's activity log"))
        }
        Some(_) => None,
        None => other::recognise(head),
    }
}

pub(crate) static ACTIVITY: Mapping = Mapping {
    kind: "activity",
    table: "cloud_api_calls",
    times: &["eventTimestamp", "time", "TimeGenerated", "submissionTimestamp"],
    weight: None,
    constants: &[("provider", "azure")],
    columns: &[
        ("uid", &["eventDataId"], Read::Text),
        ("uid", &["EventDataId"], Read::Text),
        ("uid", &["properties.eventDataId"], Read::Text),
        ("uid", &["properties.requestId"], Read::Text),
        ("service", &["resourceProviderName.value"], Read::Text),
        ("service", &["ResourceProviderValue"], Read::Text),
        ("service", &["operationName"], Read::Before('/')),
        ("operation", &["operationName.value"], Read::Text),
        ("operation", &["OperationNameValue"], Read::Text),
        ("operation", &["operationName"], Read::Text),
        ("operation", &["OperationName"], Read::Text),
        ("category", &["category.value"], Read::Text),
        ("category", &["CategoryValue"], Read::Text),
        ("category", &["category"], Read::Text),
        ("category", &["Category"], Read::Text),
        ("read_only", &["properties.requestMethod"], Read::Means(METHODS)),
        ("success", &["status.value"], Read::Means(RESULTS)),
        ("success", &["ActivityStatusValue"], Read::Means(RESULTS)),
        ("success", &["ActivityStatus"], Read::Means(RESULTS)),
        ("success", &["resultType"], Read::Means(RESULTS)),
        ("success", &["properties.httpStatusCode"], Read::StatusOk),
        ("success", &["properties.responseStatusCode"], Read::StatusOk),
        ("success", &["statusCode"], Read::StatusOk),
        ("error", &["subStatus.value"], Read::Unless(NO_ERRORS)),
        ("error", &["ActivitySubstatusValue"], Read::Unless(NO_ERRORS)),
        ("error", &["properties.statusCode"], Read::Unless(NO_ERRORS)),
        ("error_message", &["properties.statusMessage"], Read::Text),
        ("error_message", &["Properties.statusMessage"], Read::Text),
        ("error_message", &["Properties_d.statusMessage"], Read::Text),
        ("error_message", &["resultDescription"], Read::Text),
        ("account", &["subscriptionId"], Read::Text),
        ("account", &["SubscriptionId"], Read::Text),
        ("account", &["resourceId"], Read::PartAfter("subscriptions")),
        ("account", &["tenantId"], Read::Text),
        ("region", &["location"], Read::Text),
        ("region", &["Location"], Read::Text),
        ("user", &["caller"], Read::Text),
        ("user", &["Caller"], Read::Text),
        ("user", &[UPN_OF_IDENTITY], Read::Text),
        ("user", &[NAME_OF_IDENTITY], Read::Text),
        ("user", &["identity.claims.name"], Read::Text),
        ("user", &["identity.claims.appid"], Read::Text),
        ("user", &["identity.claim.[http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn]"], Read::Text),
        ("user", &["identity.claim.upn"], Read::Text),
        ("user", &["identity.claim.appid"], Read::Text),
        ("user", &["identity.requester.upn"], Read::Text),
        ("user", &["properties.userId"], Read::Text),
        ("user", &["properties.servicePrincipalId"], Read::Text),
        ("user_id", &[OBJECT_OF_IDENTITY], Read::Text),
        ("user_id", &["claims.[http://schemas.microsoft.com/identity/claims/objectidentifier]"], Read::Text),
        ("user_id", &["Claims_d.[http://schemas.microsoft.com/identity/claims/objectidentifier]"], Read::Text),
        ("user_id", &["Claims.[http://schemas.microsoft.com/identity/claims/objectidentifier]"], Read::Text),
        ("user_id", &["identity.authorization.evidence.principalId"], Read::Text),
        ("user_id", &["identity.claim.[http://schemas.microsoft.com/identity/claims/objectidentifier]"], Read::Text),
        ("user_id", &["identity.claim.oid"], Read::Text),
        ("user_id", &["identity.requester.objectId"], Read::Text),
        ("user_id", &["properties.userId"], Read::Text),
        ("user_id", &["properties.servicePrincipalId"], Read::Text),
        ("user_type", &["identity.authorization.evidence.principalType"], Read::Text),
        ("user_type", &["authorization.evidence.principalType"], Read::Text),
        ("user_type", &["Authorization_d.evidence.principalType"], Read::Text),
        ("user_type", &["Authorization.evidence.principalType"], Read::Text),
        ("user_type", &["identity.claims.idtyp"], Read::Text),
        ("user_type", &["claims.idtyp"], Read::Text),
        ("session_id", &["identity.claims.uti"], Read::Text),
        ("session_id", &["claims.uti"], Read::Text),
        ("session_id", &["Claims_d.uti"], Read::Text),
        ("session_id", &["Claims.uti"], Read::Text),
        ("session_id", &["properties.signInActivityId"], Read::Text),
        ("acting_as", &["identity.authorization.evidence.role"], Read::Text),
        ("acting_as", &["authorization.evidence.role"], Read::Text),
        ("acting_as", &["Authorization_d.evidence.role"], Read::Text),
        ("acting_as", &["Authorization.evidence.role"], Read::Text),
        ("acting_as", &["authorization.role"], Read::Text),
        (
            "mfa",
            &["identity.claims.[http://schemas.microsoft.com/claims/authnmethodsreferences]"],
            Read::Contains("mfa"),
        ),
        ("mfa", &["claims.[http://schemas.microsoft.com/claims/authnmethodsreferences]"], Read::Contains("mfa")),
        ("mfa", &["Claims_d.[http://schemas.microsoft.com/claims/authnmethodsreferences]"], Read::Contains("mfa")),
        ("mfa", &["Claims.[http://schemas.microsoft.com/claims/authnmethodsreferences]"], Read::Contains("mfa")),
        ("src_ip", &["callerIpAddress"], Read::PeerIp),
        ("src_ip", &["httpRequest.clientIpAddress"], Read::PeerIp),
        ("src_ip", &["CallerIpAddress"], Read::PeerIp),
        ("src_ip", &["properties.ipAddress"], Read::PeerIp),
        ("src_ip", &["identity.claims.ipaddr"], Read::PeerIp),
        ("src_ip", &["claims.ipaddr"], Read::PeerIp),
        ("user_agent", &["properties.clientInfo"], Read::Text),
        ("user_agent", &["properties.userAgentHeader"], Read::Text),
        ("user_agent", &["properties.userAgent"], Read::Text),
        ("resource", &["properties.id"], Read::Text),
        ("resource", &["properties.requestUri"], Read::Text),
        ("resource", &["properties.objectKey"], Read::Text),
        ("resource", &["resourceId"], Read::Text),
        ("resource", &["_ResourceId"], Read::Text),
        ("resource", &["ResourceId"], Read::Text),
        ("resource_type", &["resourceType.value"], Read::Text),
    ],
};

const UPN_OF_IDENTITY: &str = "identity.claims.[http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn]";
const NAME_OF_IDENTITY: &str = "identity.claims.[http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name]";
const OBJECT_OF_IDENTITY: &str = "identity.claims.[http://schemas.microsoft.com/identity/claims/objectidentifier]";

/// Methods of Microsoft Graph; `POST` also asks.
const METHODS: &[(&str, bool)] =
    &[("GET", true), ("HEAD", true), ("OPTIONS", true), ("PATCH", false), ("PUT", false), ("DELETE", false)];

/// Calls that were only accepted or have started are neither.
const RESULTS: &[(&str, bool)] = &[
    ("Succeeded", true),
    ("Success", true),
    ("Failed", false),
    ("Failure", false),
    ("ClientError", false),
    ("ServerError", false),
];

/// Status codes of calls that did not fail; the interface writes more words behind them.
const NO_ERRORS: &[&str] = &[
    "OK",
    "Created",
    "Accepted",
    "NoContent",
    "Created (HTTP Status Code: 201)",
    "OK (HTTP Status Code: 200)",
    "Accepted (HTTP Status Code: 202)",
    "NoContent (HTTP Status Code: 204)",
    "No Content (HTTP Status Code: 204)",
];
