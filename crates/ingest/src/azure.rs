//! What Azure and Entra write: three formats of one reader, because event hubs and storage carry their records mixed.
//!
//! Each kind has three forms: diagnostic settings (`time`, `category`, `properties`), the interface (Azure Resource
//! Manager, Microsoft Graph), and Log Analytics (columns in `PascalCase`, objects as text). A column's rules name the
//! fields of all three.

use crate::{
    Head, ParsedBatch, RawBatch,
    embedded::{Decoded, expand},
    formats::{azure_activity, entra_audit, entra_signin},
    frame::json::{JsonCutter, Wrapper},
    json::Value,
    json_head::JsonHead,
    json_record::{JsonCell, JsonReader},
    mapping::{Mapping, Output},
    records::read_records,
};

/// `records` of diagnostic settings, `value` of the interfaces.
#[derive(Debug, Default)]
pub(crate) struct Lists;

impl Wrapper for Lists {
    const KEYS: &'static [&'static str] = &["records", "value"];
}

pub(crate) type AzureCutter = JsonCutter<Lists>;

pub(crate) const YIELDS: &[&str] = &["cloud_api_calls", "logons", "alerts", "other_records"];

/// Fields that Log Analytics writes as text that holds JSON.
const TEXTS: [&str; 24] = [
    "AdditionalDetails",
    "AppliedConditionalAccessPolicies",
    "AuthenticationDetails",
    "AuthenticationProcessingDetails",
    "AuthenticationRequirementPolicies",
    "Authorization",
    "Authorization_d",
    "Claims",
    "Claims_d",
    "ConditionalAccessPolicies",
    "DeviceDetail",
    "HTTPRequest",
    "InitiatedBy",
    "LocationDetails",
    "MfaDetail",
    "NetworkLocationDetails",
    "Properties",
    "Properties_d",
    "Status",
    "TargetResources",
    "authorization",
    "identity",
    "properties",
    "initiatedBy",
];

pub(crate) fn parse(format: &'static str, raw: &RawBatch) -> ParsedBatch {
    let mut output = Output::new();
    let decoded = Decoded::of(raw, |record, to| expand(record, &TEXTS, to));
    let mut reader = JsonReader::new();
    let mut room = String::new();
    read_records(raw, &mut output, |record, output| {
        reader.read_part(record, decoded.text_for(record).unwrap_or(record.text))?;
        let mapping = mapping(&mut reader, &mut room);
        reader.add(mapping, output)
    });
    output.finish(format, raw)
}

/// What a stream's first record is; `None` where it is of none of the three formats.
pub(crate) fn kind_of_head(head: &Head<'_>) -> Option<Kind> {
    let record = JsonHead::of::<Lists>(head)?;
    let kind = Kind::of(|name| record.field(name))?;
    // A category alone could be anybody's.
    let of_settings = record.has("operationName") && (record.has("resourceId") || record.has("tenantId"));
    let of_table = record.has("TimeGenerated")
        || (record.has_all(&["Category", "OperationName"]) && (record.has("TenantId") || record.has("AADTenantId")));
    let named = SIGNATURES.iter().any(|(names, _)| record.has_all(names));
    let dated = TIMES.iter().any(|name| record.is_dated(name));
    (dated && (of_settings || of_table || named)).then_some(kind)
}

/// Times of the three forms of all kinds.
const TIMES: [&str; 8] = [
    "time",
    "eventTimestamp",
    "TimeGenerated",
    "createdDateTime",
    "CreatedDateTime",
    "activityDateTime",
    "ActivityDateTime",
    "submissionTimestamp",
];

fn mapping(reader: &mut JsonReader<'_>, room: &mut String) -> &'static Mapping {
    match Kind::of(|name| reader.field(name)) {
        Some(Kind::SignIn) => &entra_signin::SIGN_IN,
        Some(Kind::Audit) => &entra_audit::AUDIT,
        Some(Kind::Activity) => &azure_activity::ACTIVITY,
        None => azure_activity::other::mapping(reader.text("category", room).unwrap_or_default()),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    SignIn,
    Audit,
    Activity,
}

/// Categories of diagnostic settings and tables of Log Analytics, with what their records are.
const NAMES: [(&str, Kind); 27] = [
    ("SignInLogs", Kind::SignIn),
    ("NonInteractiveUserSignInLogs", Kind::SignIn),
    ("ServicePrincipalSignInLogs", Kind::SignIn),
    ("ManagedIdentitySignInLogs", Kind::SignIn),
    ("ADFSSignInLogs", Kind::SignIn),
    ("B2CRequestLogs", Kind::SignIn),
    ("AADNonInteractiveUserSignInLogs", Kind::SignIn),
    ("AADServicePrincipalSignInLogs", Kind::SignIn),
    ("AADManagedIdentitySignInLogs", Kind::SignIn),
    ("AuditLogs", Kind::Audit),
    ("AzureActivity", Kind::Activity),
    ("Administrative", Kind::Activity),
    ("Action", Kind::Activity),
    ("Write", Kind::Activity),
    ("Delete", Kind::Activity),
    ("Security", Kind::Activity),
    ("ServiceHealth", Kind::Activity),
    ("ResourceHealth", Kind::Activity),
    ("Alert", Kind::Activity),
    ("Autoscale", Kind::Activity),
    ("Recommendation", Kind::Activity),
    ("Policy", Kind::Activity),
    // Audit logs of single services, which write the same fields.
    ("AuditEvent", Kind::Activity),
    ("StorageRead", Kind::Activity),
    ("StorageWrite", Kind::Activity),
    ("StorageDelete", Kind::Activity),
    ("MicrosoftGraphActivityLogs", Kind::Activity),
];

impl Kind {
    /// The kind of a record by its category or table, else by fields that only one kind has.
    fn of<'a>(mut field: impl FnMut(&str) -> Option<JsonCell<'a>>) -> Option<Self> {
        for name in ["category", "Type", "Category"] {
            if let Some(kind) = field(name).and_then(text_of).and_then(named_kind) {
                return Some(kind);
            }
        }
        let mut has = |names: &[&str]| names.iter().all(|name| field(name).is_some());
        SIGNATURES.iter().find(|(names, _)| has(names)).map(|(_, kind)| *kind)
    }
}

/// Fields that tell a kind where no category does: Microsoft Graph, Resource Manager, tables without their name.
const SIGNATURES: [(&[&str], Kind); 11] = [
    (&["createdDateTime", "appId", "ipAddress", "userPrincipalName"], Kind::SignIn),
    (&["createdDateTime", "appId", "ipAddress", "servicePrincipalId"], Kind::SignIn),
    (&["createdDateTime", "appId", "ipAddress", "conditionalAccessStatus"], Kind::SignIn),
    (&["TimeGenerated", "ResultType", "AppDisplayName"], Kind::SignIn),
    (&["TimeGenerated", "ResultType", "ServicePrincipalId"], Kind::SignIn),
    (&["activityDateTime", "activityDisplayName"], Kind::Audit),
    (&["ActivityDateTime", "ActivityDisplayName"], Kind::Audit),
    (&["eventTimestamp", "operationName", "eventDataId"], Kind::Activity),
    (&["eventTimestamp", "operationName", "subscriptionId"], Kind::Activity),
    (&["CorrelationId", "Caller", "OperationNameValue"], Kind::Activity),
    (&["CorrelationId", "Caller", "OperationName", "CallerIpAddress"], Kind::Activity),
];

fn named_kind(name: &str) -> Option<Kind> {
    NAMES.iter().find(|known| known.0 == name).map(|known| known.1)
}

fn text_of(cell: JsonCell<'_>) -> Option<&str> {
    match cell.0 {
        Value::Text(text) => Some(text.inner),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn mappings_name_columns_that_exist() {
        use super::{azure_activity, azure_activity::other, entra_audit, entra_signin};
        let mut all = vec![&azure_activity::ACTIVITY, &entra_audit::AUDIT, &entra_signin::SIGN_IN];
        all.extend(other::ALL);
        all.into_iter().for_each(crate::mapping::check_mapping);
    }
}
