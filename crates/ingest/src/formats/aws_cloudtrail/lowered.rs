//! Records as Athena and other catalogs give them: names in lower case, nested JSON as strings.
//!
//! They are written anew with the names of the specification before they are read like all others.

use crate::{
    envelope::Kept,
    json::{Fields, Text, Value, push_value},
};

/// A field that every record has, in the spelling of catalogs.
pub(super) const MARK: &str = "eventversion";

/// Names of the specification that have capitals, outside of what the services log of their own.
const NAMES: &[&str] = &[
    "eventVersion",
    "userIdentity",
    "eventTime",
    "eventSource",
    "eventName",
    "awsRegion",
    "sourceIPAddress",
    "userAgent",
    "errorCode",
    "errorMessage",
    "requestParameters",
    "responseElements",
    "additionalEventData",
    "requestID",
    "eventID",
    "readOnly",
    "eventType",
    "apiVersion",
    "managementEvent",
    "recipientAccountId",
    "serviceEventDetails",
    "sharedEventID",
    "vpcEndpointId",
    "vpcEndpointAccountId",
    "eventCategory",
    "sessionCredentialFromConsole",
    "edgeDeviceDetails",
    "tlsDetails",
    "addendum",
    "insightDetails",
    "principalId",
    "accountId",
    "accessKeyId",
    "userName",
    "invokedBy",
    "sessionContext",
    "sessionIssuer",
    "webIdFederationData",
    "federatedProvider",
    "attributes",
    "creationDate",
    "mfaAuthenticated",
    "ec2RoleDelivery",
    "sourceIdentity",
    "inScopeOf",
    "onBehalfOf",
    "userId",
    "identityStoreArn",
    "identityProvider",
    "credentialId",
    "tlsVersion",
    "cipherSuite",
    "clientProvidedHostHeader",
];

/// Fields that services fill as they like: their names are what they are.
const FREE: &[&str] = &["requestparameters", "responseelements", "additionaleventdata", "serviceeventdetails"];

/// The record with the names of the specification; `None` where it is broken.
pub(super) fn restored<'a>(record: &'a str, kept: &mut Kept<'a>) -> Option<&'a str> {
    let mut to = String::with_capacity(record.len());
    let mut fields = Fields::of(record);
    while let Some((key, value)) = fields.next().ok()? {
        to.push(if to.is_empty() { '{' } else { ',' });
        push_name(key, &mut to);
        if FREE.contains(&key.inner) { push_free(value, &mut to) } else { push_renamed(value, &mut to) }
    }
    to.push('}');
    Some(kept.keep(to))
}

fn push_name(key: Text<'_>, to: &mut String) {
    let name = NAMES.iter().find(|name| name.eq_ignore_ascii_case(key.inner));
    to.push('"');
    to.push_str(name.copied().unwrap_or(key.inner));
    to.push_str("\":");
}

/// A string that holds an object or null, as that.
fn push_free(value: Value<'_>, to: &mut String) {
    let mut room = String::new();
    let packed = match value {
        Value::Text(text) => text.decode(&mut room).trim(),
        _ => "",
    };
    let is_json = packed == "null" || is_object(packed);
    if is_json { to.push_str(packed) } else { push_value(value, to) }
}

fn is_object(text: &str) -> bool {
    let mut fields = Fields::of(text);
    loop {
        match fields.next() {
            Ok(Some(_)) => {}
            Ok(None) => return true,
            Err(_) => return false,
        }
    }
}

/// The value with every name in it restored: what stands before a colon is a name.
fn push_renamed(value: Value<'_>, to: &mut String) {
    let (Value::Object(mut rest) | Value::Array(mut rest)) = value else {
        push_value(value, to);
        return;
    };
    while let Some((before, inner)) = rest.split_once('"') {
        let Some(end) = closing_quote(inner) else { break };
        let (text, behind) = inner.split_at_checked(end).unwrap_or((inner, ""));
        let behind = behind.get(1..).unwrap_or_default();
        to.push_str(before);
        match behind.trim_start().strip_prefix(':') {
            Some(behind_colon) => {
                push_name(Text { inner: text, escaped: false }, to);
                rest = behind_colon;
            }
            None => {
                for part in ["\"", text, "\""] {
                    to.push_str(part);
                }
                rest = behind;
            }
        }
    }
    to.push_str(rest);
}

/// Place of the first quote that is not escaped.
fn closing_quote(text: &str) -> Option<usize> {
    let mut is_escaped = false;
    text.bytes().position(|byte| {
        let closes = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        closes
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::envelope::Room;

    #[test]
    fn names_come_back() {
        let record = r#"{"eventversion":"1.08","useridentity":{"type":"IAMUser","principalid":"A\"b\\","sessioncontext":{"attributes":{"mfaauthenticated":"true"}}},"resources":[{"arn":"x","accountid": "1"}],"requestparameters":"{\"username\":\"bob\"}","responseelements":"null","new_one":5}"#;
        let room = Room::default();
        let wanted = r#"{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","principalId":"A\"b\\","sessionContext":{"attributes":{"mfaAuthenticated":"true"}}},"resources":[{"arn":"x","accountId": "1"}],"requestParameters":{"username":"bob"},"responseElements":null,"new_one":5}"#;
        assert_eq!(restored(record, &mut Kept::new(&room)), Some(wanted));
        assert_eq!(restored("{\"a\":", &mut Kept::new(&room)), None);
    }
}
