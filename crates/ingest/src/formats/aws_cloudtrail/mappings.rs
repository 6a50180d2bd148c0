//! Where the fields of CloudTrail records go; names that begin with `=` are derived by `identity` and its neighbors.

use crate::mapping::{Mapping, Read};

const AWS: (&str, &str) = ("provider", "aws");

/// `eventTime` is in every record; the others are those of envelopes, for records that were edited. Logstash's codec
/// moves it to `@timestamp`.
const TIMES: &[&str] = &["eventTime", "EventTime", "time", "timestamp", "@timestamp"];

const TRUTH: Read = Read::Means(&[("true", true), ("false", false)]);

pub(super) static CALLS: Mapping = Mapping {
    kind: "call",
    table: "cloud_api_calls",
    times: TIMES,
    weight: None,
    constants: &[AWS],
    columns: &[
        ("uid", &["eventID"], Read::Text),
        ("service", &["eventSource"], Read::Text),
        ("operation", &["eventName"], Read::Text),
        ("category", &["eventCategory"], Read::Text),
        ("read_only", &["readOnly"], TRUTH),
        ("success", &["errorCode", "errorMessage"], Read::Absent),
        ("error", &["errorCode"], Read::Text),
        ("error_message", &["errorMessage"], Read::Text),
        ("account", &["recipientAccountId"], Read::Text),
        ("account", &["=account"], Read::Text),
        ("region", &["awsRegion"], Read::Text),
        ("user", &["=user"], Read::Text),
        ("user_id", &["=user_id"], Read::Text),
        ("user_type", &["=user_type"], Read::Text),
        ("session_id", &["=session_id"], Read::Text),
        ("acting_as", &["=acting_as"], Read::Text),
        ("mfa", &["=mfa"], TRUTH),
        ("src_ip", &["sourceIPAddress"], Read::Ip),
        ("src_host", &["sourceIPAddress"], Read::NoIp),
        ("user_agent", &["userAgent"], Read::Text),
        ("resource", &["resources.0.ARN"], Read::Text),
        ("resource", &["resources.0.arn"], Read::Text),
        ("resource_type", &["resources.0.type"], Read::Text),
        ("resource", &["=resource"], Read::Text),
        ("resource", &["requestParameters.instancesSet.items.0.instanceId"], Read::Text),
        ("resource", &["responseElements.instancesSet.items.0.instanceId"], Read::Text),
        ("resource_type", &["=resource_type"], Read::Text),
        ("request", &["requestParameters"], Read::Json),
        ("response", &["responseElements"], Read::Json),
    ],
};

pub(super) static LOGONS: Mapping = Mapping {
    kind: "logon",
    table: "logons",
    times: TIMES,
    weight: None,
    constants: &[AWS],
    columns: &[
        ("uid", &["eventID"], Read::Text),
        ("src_ip", &["sourceIPAddress"], Read::Ip),
        ("src_host", &["sourceIPAddress"], Read::NoIp),
        ("host", &["eventSource"], Read::Lower),
        ("event", &["eventName"], Read::Text),
        ("action", &["=action"], Read::Text),
        ("user", &["=user"], Read::Text),
        ("user", &["additionalEventData.UserName"], Read::Text),
        ("user_domain", &["=user_domain"], Read::Text),
        ("user_domain", &["recipientAccountId"], Read::Text),
        ("user_id", &["=user_id"], Read::Text),
        ("logon_id", &["responseElements.credentials.accessKeyId"], Read::Text),
        ("logon_id", &["=session_id"], Read::Text),
        ("actor_user", &["=actor_user"], Read::Text),
        ("actor_user", &["additionalEventData.SwitchFrom"], Read::LastPart),
        ("actor_domain", &["=actor_domain"], Read::Text),
        ("actor_id", &["=actor_id"], Read::Text),
        ("actor_id", &["additionalEventData.SwitchFrom"], Read::Text),
        ("actor_logon_id", &["=actor_session_id"], Read::Text),
        (
            "protocol",
            &["eventName"],
            Read::Words(&[("AssumeRoleWithSAML", "saml"), ("AssumeRoleWithWebIdentity", "oidc")]),
        ),
        ("success", &["=outcome"], SUCCESS),
        ("success", &["errorCode", "errorMessage"], Read::Absent),
        ("method", &["additionalEventData.CredentialType"], Read::Lower),
        ("method", &["additionalEventData.MFAUsed"], Read::Words(&[("Yes", "mfa")])),
        ("client", &["userAgent"], Read::Text),
        ("reason", &["errorMessage"], Read::Text),
        ("reason", &["errorCode"], Read::Text),
    ],
};

const SUCCESS: Read = Read::Means(&[("Success", true), ("Failure", false)]);

/// Unusual numbers of calls or errors; nobody's call, so nothing succeeded.
pub(super) static INSIGHTS: Mapping = Mapping {
    kind: "insight",
    table: "cloud_api_calls",
    times: TIMES,
    weight: None,
    constants: &[AWS],
    columns: &[
        ("uid", &["eventID"], Read::Text),
        ("uid", &["sharedEventID"], Read::Text),
        ("service", &["eventSource"], Read::Text),
        ("service", &["insightDetails.eventSource"], Read::Text),
        ("operation", &["eventName"], Read::Text),
        ("operation", &["insightDetails.eventName"], Read::Text),
        ("category", &["eventCategory"], Read::Text),
        ("category", &["eventType"], Read::Text),
        ("error", &["insightDetails.errorCode"], Read::Text),
        ("account", &["recipientAccountId"], Read::Text),
        ("region", &["awsRegion"], Read::Text),
        ("user", &["=user"], Read::Text),
        ("user_id", &["=user_id"], Read::Text),
        ("user_type", &["=user_type"], Read::Text),
        ("src_ip", &["sourceIPAddress"], Read::Ip),
        ("src_host", &["sourceIPAddress"], Read::NoIp),
        ("user_agent", &["userAgent"], Read::Text),
    ],
};

/// Signed lists of the files that a trail has written.
pub(super) static DIGESTS: Mapping = Mapping { kind: "digest", times: &["digestEndTime"], ..OTHERS_AS };

/// Records of no operation.
pub(super) static OTHERS: Mapping = OTHERS_AS;

const OTHERS_AS: Mapping = Mapping {
    kind: "cloudtrail",
    table: "other_records",
    times: TIMES,
    weight: None,
    constants: &[("product", "aws")],
    columns: &[
        ("uid", &["eventID"], Read::Text),
        ("src_ip", &["sourceIPAddress"], Read::Ip),
        ("message", &["message"], Read::Text),
    ],
};

#[cfg(test)]
mod tests {
    #[test]
    fn mappings_name_columns_that_exist() {
        for mapping in [&super::CALLS, &super::LOGONS, &super::INSIGHTS, &super::DIGESTS, &super::OTHERS] {
            crate::mapping::check_mapping(mapping);
        }
    }
}
