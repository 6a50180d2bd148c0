//! The message of a Sysmon event, which has a line `Name: value` for each value behind its title.
//!
//! Some tools give nothing but the message, and some lose values whose names differ from others by their case only.
//! Values hold what attackers write, so a line counts only where its name is one of Sysmon's and not known already.

use super::{
    super::parts::{Part, Parts, Slice},
    Members, get,
};
use crate::{json::Value, parsed::Fault};

static FIELDS: &[&str] = &[
    "Archived",
    "CallTrace",
    "ClientInfo",
    "CommandLine",
    "Company",
    "Configuration",
    "ConfigurationFileHash",
    "Consumer",
    "Contents",
    "CreationUtcTime",
    "CurrentDirectory",
    "Description",
    "Destination",
    "DestinationHostname",
    "DestinationIp",
    "DestinationIsIpv6",
    "DestinationPort",
    "DestinationPortName",
    "Details",
    "Device",
    "EventNamespace",
    "EventType",
    "FileVersion",
    "Filter",
    "GrantedAccess",
    "Hash",
    "Hashes",
    "ID",
    "Image",
    "ImageLoaded",
    "Initiated",
    "IntegrityLevel",
    "IsExecutable",
    "LogonGuid",
    "LogonId",
    "Name",
    "NewName",
    "NewThreadId",
    "Operation",
    "OriginalFileName",
    "ParentCommandLine",
    "ParentImage",
    "ParentProcessGuid",
    "ParentProcessId",
    "ParentUser",
    "PipeName",
    "PreviousCreationUtcTime",
    "ProcessGuid",
    "ProcessId",
    "Product",
    "Protocol",
    "Query",
    "QueryName",
    "QueryResults",
    "QueryStatus",
    "RuleName",
    "SchemaVersion",
    "Session",
    "Signature",
    "SignatureStatus",
    "Signed",
    "SourceHostname",
    "SourceImage",
    "SourceIp",
    "SourceIsIpv6",
    "SourcePort",
    "SourcePortName",
    "SourceProcessGUID",
    "SourceProcessGuid",
    "SourceProcessId",
    "SourceThreadId",
    "SourceUser",
    "StartAddress",
    "StartFunction",
    "StartModule",
    "State",
    "TargetFilename",
    "TargetImage",
    "TargetObject",
    "TargetProcessGUID",
    "TargetProcessGuid",
    "TargetProcessId",
    "TargetUser",
    "TerminalSessionId",
    "Type",
    "User",
    "UtcTime",
];

/// Whether Sysmon wrote the event.
pub(super) fn is_sysmon(members: &Members<'_>) -> bool {
    let names = ["ProviderName", "SourceName", "Provider_Name", "Provider", "source_name"];
    let provider = names.iter().find_map(|name| get(members, name));
    matches!(provider, Some(Value::Text(name)) if name.inner.ends_with("-Sysmon"))
}

/// Adds what only the message says; it is the first of these members.
pub(super) fn add_lines<'a>(members: &Members<'a>, names: &[&str], parts: &mut Parts<'a>) -> Result<(), Fault> {
    let message = names.iter().find_map(|name| get(members, name)).filter(|_| is_sysmon(members));
    let Some(Value::Text(message)) = message else { return Ok(()) };
    let mut room = String::new();
    for line in message.decode(&mut room).lines().skip(1) {
        let Some((name, value)) = line.split_once(':') else { continue };
        let Some(&known) = FIELDS.iter().find(|&&field| field == name) else { continue };
        if parts.has_data(known) {
            continue;
        }
        let value = parts.make(|to| to.push_str(value.strip_prefix(' ').unwrap_or(value)));
        parts.add(Part::Data, Slice::Raw(known), value)?;
    }
    Ok(())
}
