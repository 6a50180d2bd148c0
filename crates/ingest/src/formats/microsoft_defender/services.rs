//! Where the columns of Defender's tables about mail, accounts, applications and alerts go.

use crate::mapping::{Mapping, Read};

#[cfg(test)]
pub(super) static ALL: &[&Mapping] = &[&EMAIL, &IDENTITY, &APPLICATION, &ALERT_TABLE, &ALERT, &OTHER];

/// Tables of this file and those whose records stay others.
pub(super) const TABLES: [&str; 9] = [
    "EmailEvents",
    "EmailAttachmentInfo",
    "EmailUrlInfo",
    "EmailPostDeliveryEvents",
    "UrlClickEvents",
    "IdentityLogonEvents",
    "CloudAppEvents",
    "AlertInfo",
    "AlertEvidence",
];

pub(super) fn mapping(table: &str) -> Option<&'static Mapping> {
    match table {
        "EmailEvents" => Some(&EMAIL),
        "IdentityLogonEvents" => Some(&IDENTITY),
        "CloudAppEvents" => Some(&APPLICATION),
        "AlertInfo" | "AlertEvidence" => Some(&ALERT_TABLE),
        _ => None,
    }
}

const TIMES: &[&str] = &["Timestamp", "TimeGenerated", "time"];

static EMAIL: Mapping = Mapping {
    kind: "EmailEvents",
    table: "emails",
    times: TIMES,
    weight: None,
    constants: &[],
    columns: &[
        ("message_id", &["InternetMessageId"], Read::Unbracketed),
        ("from_address", &["SenderFromAddress"], Read::Lower),
        ("from_name", &["SenderDisplayName"], Read::Text),
        ("from_domain", &["SenderFromDomain"], Read::Domain),
        ("return_path", &["SenderMailFromAddress"], Read::Lower),
        ("to_addresses", &["RecipientEmailAddress"], Read::LowerTexts),
        ("subject", &["Subject"], Read::Text),
        ("src_ip", &["SenderIPv4"], Read::PeerIp),
        ("src_ip", &["SenderIPv6"], Read::PeerIp),
        ("spf", &["AuthenticationDetails.SPF"], Read::Lower),
        ("dkim", &["AuthenticationDetails.DKIM"], Read::Lower),
        ("dmarc", &["AuthenticationDetails.DMARC"], Read::Lower),
        ("size_bytes", &["EmailSize"], Read::Int),
        ("direction", &["EmailDirection"], Read::Words(DIRECTIONS)),
        ("action", &["DeliveryAction"], Read::Text),
        ("verdict", &["ThreatTypes"], Read::Text),
    ],
};

const DIRECTIONS: &[(&str, &str)] = &[("Inbound", "inbound"), ("Outbound", "outbound"), ("Intra-org", "internal")];

static IDENTITY: Mapping = Mapping {
    kind: "IdentityLogonEvents",
    table: "logons",
    times: TIMES,
    weight: None,
    constants: &[("provider", "microsoft_defender"), ("action", "logon")],
    columns: &[
        ("uid", &["ReportId"], Read::Text),
        ("src_ip", &["IPAddress"], Read::PeerIp),
        ("src_port", &["Port"], Read::Int),
        ("dst_ip", &["DestinationIPAddress"], Read::PeerIp),
        ("dst_port", &["DestinationPort"], Read::Int),
        ("host", &["DestinationDeviceName"], Read::Domain),
        ("host", &["TargetDeviceName"], Read::Domain),
        ("event", &["ActionType"], Read::Text),
        ("user", &["AccountName"], Read::Text),
        ("user", &["AccountUpn"], Read::Account),
        ("user_domain", &["AccountDomain"], Read::Text),
        ("user_id", &["AccountSid"], Read::Text),
        ("user_id", &["AccountObjectId"], Read::Text),
        ("logon_type", &["LogonType"], Read::Text),
        ("src_host", &["DeviceName"], Read::Domain),
        ("protocol", &["Protocol"], Read::Lower),
        ("success", &["ActionType"], Read::Means(&[("LogonSuccess", true), ("LogonFailed", false)])),
        ("country", &["Location"], Read::Country),
        ("reason", &["FailureReason"], Read::Text),
    ],
};

static APPLICATION: Mapping = Mapping {
    kind: "CloudAppEvents",
    table: "cloud_api_calls",
    times: TIMES,
    weight: None,
    constants: &[("provider", "microsoft_defender")],
    columns: &[
        ("uid", &["ReportId"], Read::Text),
        ("service", &["Application"], Read::Text),
        ("operation", &["ActionType"], Read::Text),
        ("category", &["ActivityType"], Read::Text),
        ("account", &["OAuthAppId"], Read::Text),
        ("user", &["AccountDisplayName"], Read::Text),
        ("user", &["AccountId"], Read::Text),
        ("user_id", &["AccountObjectId"], Read::Text),
        ("user_type", &["AccountType"], Read::Text),
        ("src_ip", &["IPAddress"], Read::PeerIp),
        ("country", &["CountryCode"], Read::Country),
        ("user_agent", &["UserAgent"], Read::Text),
        ("resource", &["ObjectName"], Read::Text),
        ("resource", &["ObjectId"], Read::Text),
        ("resource_type", &["ObjectType"], Read::Text),
    ],
};

static ALERT_TABLE: Mapping = Mapping {
    kind: "AlertInfo",
    table: "alerts",
    times: TIMES,
    weight: None,
    constants: &[("product", "microsoft_defender")],
    columns: &[
        ("uid", &["AlertId"], Read::Text),
        ("category", &["Category"], Read::Text),
        ("category", &["Categories"], Read::Joined),
        ("name", &["Title"], Read::Text),
        ("severity", &["Severity"], Read::Text),
        ("src_ip", &["LocalIP"], Read::PeerIp),
        ("dst_ip", &["RemoteIP"], Read::PeerIp),
        ("host", &["DeviceName"], Read::Domain),
        ("resource", &["FileName"], Read::Text),
        ("user", &["AccountName"], Read::Text),
        ("user", &["AccountUpn"], Read::Text),
    ],
};

/// Alerts as objects: Microsoft Graph in both versions, Defender for Endpoint, Defender XDR.
pub(super) static ALERT: Mapping = Mapping {
    kind: "alert",
    table: "alerts",
    times: &[
        "createdDateTime",
        "alertCreationTime",
        "creationTime",
        "eventDateTime",
        "firstActivityDateTime",
        "lastUpdateDateTime",
    ],
    weight: None,
    constants: &[],
    columns: &[
        ("uid", &["id"], Read::Text),
        ("uid", &["alertId"], Read::Text),
        ("product", &["serviceSource"], Read::Text),
        ("product", &["vendorInformation.provider"], Read::Text),
        ("product", &["detectionSource"], Read::Text),
        ("category", &["category"], Read::Text),
        ("name", &["title"], Read::Text),
        ("message", &["description"], Read::Text),
        ("severity", &["severity"], Read::Text),
        ("src_ip", &["networkConnections.0.sourceAddress"], Read::PeerIp),
        ("dst_ip", &["networkConnections.0.destinationAddress"], Read::PeerIp),
        ("host", &["computerDnsName"], Read::Domain),
        ("host", &["hostStates.0.fqdn"], Read::Domain),
        ("host", &["hostStates.0.netBiosName"], Read::Lower),
        ("host", &["evidence.[@odata.type=#microsoft.graph.security.deviceEvidence].deviceDnsName"], Read::Domain),
        ("host", &["devices.0.deviceDnsName"], Read::Domain),
        ("rule_id", &["detectorId"], Read::Text),
        ("account", &["tenantId"], Read::Text),
        ("account", &["azureTenantId"], Read::Text),
        ("account", &["aadTenantId"], Read::Text),
        ("user", &["relatedUser.userName"], Read::Text),
        ("user", &["userStates.0.userPrincipalName"], Read::Text),
        ("user", &["userStates.0.accountName"], Read::Text),
        ("action", &["status"], Read::Text),
    ],
};

pub(super) static OTHER: Mapping = Mapping {
    kind: "event",
    table: "other_records",
    times: TIMES,
    weight: None,
    constants: &[("product", "microsoft_defender")],
    columns: &[
        ("kind", &["category"], Read::Text),
        ("kind", &["Type"], Read::Text),
        ("host", &["DeviceName"], Read::Domain),
        ("user", &["InitiatingProcessAccountName"], Read::Text),
        ("user", &["AccountName"], Read::Text),
        ("message", &["ActionType"], Read::Text),
        ("src_ip", &["LocalIP"], Read::PeerIp),
        ("src_port", &["LocalPort"], Read::Int),
        ("dst_ip", &["RemoteIP"], Read::PeerIp),
        ("dst_port", &["RemotePort"], Read::Int),
    ],
};
