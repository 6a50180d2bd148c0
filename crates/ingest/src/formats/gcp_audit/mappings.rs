//! Where the fields of Google Cloud log entries go.

use crate::mapping::{Mapping, Read, Rule};

#[cfg(test)]
pub(super) static ALL: &[&Mapping] = &[&AUDIT, &LOGIN, &FLOW, &DNS, &FIREWALL, &REQUEST, &OTHER];

const TIMES: &[&str] = &["timestamp", "receiveTimestamp"];

const SRC_IP: Rule = ("src_ip", &["protoPayload.requestMetadata.callerIp"], Read::PeerIp);

/// The account that signed in to a service account is the user, and the service account what it acts as.
const DELEGATOR: &str =
    "protoPayload.authenticationInfo.serviceAccountDelegationInfo.0.firstPartyPrincipal.principalEmail";
const SUBJECT: &str = "protoPayload.authenticationInfo.principalSubject";
const PRINCIPAL: &str = "protoPayload.authenticationInfo.principalEmail";

pub(super) static AUDIT: Mapping = Mapping {
    kind: "audit",
    table: "cloud_api_calls",
    times: TIMES,
    weight: None,
    constants: &[("provider", "gcp")],
    columns: &[
        ("uid", &["insertId"], Read::Text),
        ("service", &["protoPayload.serviceName"], Read::Text),
        ("operation", &["protoPayload.methodName"], Read::Text),
        ("category", &["logName"], Read::PartAfter("logs")),
        ("read_only", &["protoPayload.authorizationInfo.0.permissionType"], Read::Means(PERMISSIONS)),
        ("success", &["protoPayload.status.code"], Read::Zero),
        ("success", &["protoPayload.status.code"], Read::Absent),
        ("error", &["protoPayload.status.code"], Read::Words(CODES)),
        ("error", &["protoPayload.status.code"], Read::Unless(&["0"])),
        ("error_message", &["protoPayload.status.message"], Read::Text),
        ("account", &["resource.labels.project_id"], Read::Text),
        ("account", &["logName"], Read::PartAfter("projects")),
        ("account", &["logName"], Read::PartAfter("folders")),
        ("account", &["logName"], Read::PartAfter("organizations")),
        ("region", &["resource.labels.location"], Read::Text),
        ("region", &["resource.labels.zone"], Read::Text),
        ("region", &["resource.labels.region"], Read::Text),
        ("region", &["protoPayload.resourceLocation.currentLocations.0"], Read::Text),
        ("user", &[DELEGATOR], Read::Text),
        ("user", &[PRINCIPAL], Read::Text),
        ("user", &[SUBJECT], Read::Text),
        ("user_id", &["protoPayload.authenticationInfo.serviceAccountDelegationInfo.0.principalSubject"], Read::Text),
        ("user_id", &[DELEGATOR, SUBJECT], Read::IfUnset),
        ("user_type", &[SUBJECT], Read::Before(':')),
        ("session_id", &["protoPayload.authenticationInfo.serviceAccountKeyName"], Read::LastPart),
        ("acting_as", &[DELEGATOR, PRINCIPAL], Read::IfSet),
        SRC_IP,
        ("src_host", &["protoPayload.requestMetadata.callerIp"], Read::Words(NO_ADDRESSES)),
        ("user_agent", &["protoPayload.requestMetadata.callerSuppliedUserAgent"], Read::Text),
        ("resource", &["protoPayload.resourceName"], Read::Text),
        ("resource", &["protoPayload.authorizationInfo.0.resource"], Read::Text),
        ("resource_type", &["resource.type"], Read::Text),
        ("request", &["protoPayload.request"], Read::Json),
        ("response", &["protoPayload.response"], Read::Json),
    ],
};

/// What stands for the address of callers within Google's networks.
const NO_ADDRESSES: &[(&str, &str)] = &[("private", "private"), ("gce-internal-ip", "gce-internal-ip")];

const PERMISSIONS: &[(&str, bool)] =
    &[("ADMIN_READ", true), ("DATA_READ", true), ("ADMIN_WRITE", false), ("DATA_WRITE", false)];

/// Names of `google.rpc.Code`.
const CODES: &[(&str, &str)] = &[
    ("1", "CANCELLED"),
    ("2", "UNKNOWN"),
    ("3", "INVALID_ARGUMENT"),
    ("4", "DEADLINE_EXCEEDED"),
    ("5", "NOT_FOUND"),
    ("6", "ALREADY_EXISTS"),
    ("7", "PERMISSION_DENIED"),
    ("8", "RESOURCE_EXHAUSTED"),
    ("9", "FAILED_PRECONDITION"),
    ("10", "ABORTED"),
    ("11", "OUT_OF_RANGE"),
    ("12", "UNIMPLEMENTED"),
    ("13", "INTERNAL"),
    ("14", "UNAVAILABLE"),
    ("15", "DATA_LOSS"),
    ("16", "UNAUTHENTICATED"),
];

/// Sign-ins of Google Workspace that are shared with Google Cloud.
pub(super) static LOGIN: Mapping = Mapping {
    kind: "login",
    table: "logons",
    times: TIMES,
    weight: None,
    constants: &[("provider", "gcp")],
    columns: &[
        ("uid", &["insertId"], Read::Text),
        SRC_IP,
        ("host", &["protoPayload.serviceName"], Read::Lower),
        ("event", &["protoPayload.methodName"], Read::Text),
        ("action", &["protoPayload.methodName"], Read::Words(LOGIN_ACTIONS)),
        ("user", &[PRINCIPAL], Read::Account),
        ("user_domain", &[PRINCIPAL], Read::AccountDomain),
        ("success", &["protoPayload.methodName"], Read::Means(LOGIN_RESULTS)),
        ("client", &["protoPayload.requestMetadata.callerSuppliedUserAgent"], Read::Text),
        ("reason", &["protoPayload.status.message"], Read::Text),
    ],
};

const LOGIN_ACTIONS: &[(&str, &str)] = &[
    ("google.login.LoginService.loginSuccess", "logon"),
    ("google.login.LoginService.loginFailure", "logon"),
    ("google.login.LoginService.loginVerification", "mfa"),
    ("google.login.LoginService.logout", "logoff"),
];

const LOGIN_RESULTS: &[(&str, bool)] = &[
    ("google.login.LoginService.loginSuccess", true),
    ("google.login.LoginService.loginFailure", false),
    ("google.login.LoginService.logout", true),
];

pub(super) static FLOW: Mapping = Mapping {
    kind: "vpc_flows",
    table: "connections",
    times: &["jsonPayload.end_time", "timestamp", "receiveTimestamp"],
    weight: None,
    constants: &[],
    columns: &[
        ("uid", &["insertId"], Read::Text),
        ("src_ip", &["jsonPayload.connection.src_ip"], Read::Ip),
        ("src_port", &["jsonPayload.connection.src_port"], Read::Int),
        ("dst_ip", &["jsonPayload.connection.dest_ip"], Read::Ip),
        ("dst_port", &["jsonPayload.connection.dest_port"], Read::Int),
        ("protocol", &["jsonPayload.connection.protocol"], Read::IpProtocol),
        ("duration_ns", &["jsonPayload.start_time", "jsonPayload.end_time"], Read::Between),
        ("src_bytes", &["jsonPayload.bytes_sent"], Read::Int),
        ("src_packets", &["jsonPayload.packets_sent"], Read::Int),
    ],
};

pub(super) static DNS: Mapping = Mapping {
    kind: "dns_queries",
    table: "dns_queries",
    times: TIMES,
    weight: None,
    constants: &[],
    columns: &[
        ("uid", &["insertId"], Read::Text),
        ("src_ip", &["jsonPayload.sourceIP"], Read::Ip),
        ("dst_ip", &["jsonPayload.destinationIP"], Read::Ip),
        ("protocol", &["jsonPayload.protocol"], Read::Lower),
        ("query", &["jsonPayload.queryName"], Read::Domain),
        ("query_type", &["jsonPayload.queryType"], Read::Upper),
        ("response_code", &["jsonPayload.responseCode"], Read::Upper),
        ("answers", &["jsonPayload.rdata"], Read::ZoneLines),
        ("rtt_ns", &["jsonPayload.serverLatency"], Read::Millis),
        ("authoritative", &["jsonPayload.authAnswer"], Read::Bool),
        ("device", &["jsonPayload.vmInstanceNameString"], Read::Text),
        ("device", &["jsonPayload.vmInstanceName"], Read::Text),
    ],
};

pub(super) static FIREWALL: Mapping = Mapping {
    kind: "firewall",
    table: "firewall_events",
    times: TIMES,
    weight: None,
    constants: &[("device_source", "l4")],
    columns: &[
        ("uid", &["insertId"], Read::Text),
        ("src_ip", &["jsonPayload.connection.src_ip"], Read::Ip),
        ("src_port", &["jsonPayload.connection.src_port"], Read::Int),
        ("dst_ip", &["jsonPayload.connection.dest_ip"], Read::Ip),
        ("dst_port", &["jsonPayload.connection.dest_port"], Read::Int),
        ("protocol", &["jsonPayload.connection.protocol"], Read::IpProtocol),
        ("action", &["jsonPayload.disposition"], Read::Words(&[("ALLOWED", "allow"), ("DENIED", "block")])),
        ("rule_id", &["jsonPayload.rule_details.reference"], Read::Text),
    ],
};

pub(super) static REQUEST: Mapping = Mapping {
    kind: "requests",
    table: "http_requests",
    times: TIMES,
    weight: None,
    constants: &[],
    columns: &[
        ("uid", &["insertId"], Read::Text),
        ("src_ip", &["httpRequest.remoteIp"], Read::PeerIp),
        ("dst_ip", &["httpRequest.serverIp"], Read::PeerIp),
        ("method", &["httpRequest.requestMethod"], Read::Upper),
        ("scheme", &["httpRequest.requestUrl"], Read::UrlScheme),
        ("host", &["httpRequest.requestUrl"], Read::UrlHost),
        ("path", &["httpRequest.requestUrl"], Read::UrlPath),
        ("query", &["httpRequest.requestUrl"], Read::UrlQuery),
        ("url", &["httpRequest.requestUrl"], Read::Text),
        ("version", &["httpRequest.protocol"], Read::HttpVersion),
        ("user_agent", &["httpRequest.userAgent"], Read::Text),
        ("referrer", &["httpRequest.referer"], Read::Text),
        ("status", &["httpRequest.status"], Read::Int),
        ("request_bytes", &["httpRequest.requestSize"], Read::Int),
        ("response_bytes", &["httpRequest.responseSize"], Read::Int),
        ("duration_ns", &["httpRequest.latency"], Read::Seconds),
        ("country", &["jsonPayload.remoteCountry"], Read::Country),
        ("action", &["jsonPayload.enforcedSecurityPolicy.outcome"], Read::Lower),
    ],
};

pub(super) static OTHER: Mapping = Mapping {
    kind: "log_entry",
    table: "other_records",
    times: TIMES,
    weight: None,
    constants: &[("product", "gcp")],
    columns: &[
        ("kind", &["logName"], Read::PartAfter("logs")),
        ("host", &["labels.[compute.googleapis.com/resource_name]"], Read::Lower),
        ("host", &["jsonPayload.hostname"], Read::Lower),
        ("message", &["textPayload"], Read::Text),
        ("message", &["jsonPayload.message"], Read::Text),
        ("src_ip", &["jsonPayload.connection.src_ip"], Read::Ip),
        ("src_port", &["jsonPayload.connection.src_port"], Read::Int),
        ("dst_ip", &["jsonPayload.connection.dest_ip"], Read::Ip),
        ("dst_port", &["jsonPayload.connection.dest_port"], Read::Int),
    ],
};
