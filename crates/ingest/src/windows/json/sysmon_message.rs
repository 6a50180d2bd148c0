//! The message of a Sysmon event, which has a line `Name: value` for each value behind its title.
//!
//! Some tools give nothing but the message, and some lose values whose names differ from others by their case only.
//! Values hold what attackers write, so a line counts only where its name is one of Sysmon's and not known already.

use super::{
    super::parts::{Part, Parts, Slice},
    Members, get,
    values::decides,
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
    matches!(provider(members), Some(Value::Text(name)) if name.inner.ends_with("-Sysmon"))
}

fn provider<'a>(members: &Members<'a>) -> Option<Value<'a>> {
    let names = ["ProviderName", "SourceName", "Provider_Name", "Provider", "source_name"];
    names.iter().find_map(|name| get(members, name))
}

/// Adds what only the message says; it is the first of these members.
pub(super) fn add_lines<'a>(members: &Members<'a>, names: &[&str], parts: &mut Parts<'a>) -> Result<(), Fault> {
    if let Some(provider) = provider(members) {
        decides(provider, parts);
    }
    let message = names.iter().find_map(|name| get(members, name)).filter(|_| is_sysmon(members));
    let Some(Value::Text(message)) = message else { return Ok(()) };
    let mut room = String::new();
    let mut lines = Vec::new();
    for line in message.decode(&mut room).lines().skip(1) {
        let Some((name, value)) = line.split_once(':') else { continue };
        lines.push(name.to_owned());
        let Some(known) = field(name).filter(|known| !parts.has_data(known)) else { continue };
        let value = parts.make(|to| to.push_str(value.strip_prefix(' ').unwrap_or(value)));
        parts.add(Part::Data, Slice::Raw(known), value)?;
    }
    parts.has_message(message.inner, lines);
    Ok(())
}

/// Whether a message has a line that adds to this data; lines of these names, in this order, are known not to.
pub(super) fn says_more(message: &str, known: &[Box<str>], has_data: impl Fn(&str) -> bool) -> bool {
    let mut known = known.iter().map(AsRef::<str>::as_ref).peekable();
    let ends = memchr::memchr_iter(b'\n', message.as_bytes());
    let starts = ends.map(|end| end + 1);
    starts.filter_map(|start| message.get(start..)).any(|rest| {
        let is_as_before = |known: &&str| rest.strip_prefix(*known).is_some_and(|rest| rest.starts_with(':'));
        if known.next_if(is_as_before).is_some() {
            return false;
        }
        let line = rest.lines().next().unwrap_or_default();
        let Some((name, _)) = line.split_once(':') else { return false };
        known.next();
        field(name).is_some_and(|known| !has_data(known))
    })
}

/// Whether a message, with its escapes, has lines of just these names in this order. One that has not may still say no
/// more than they do.
pub(super) fn has_lines(written: &str, names: &[Box<str>]) -> bool {
    let bytes = written.as_bytes();
    let (mut names, mut at) = (names.iter(), 0);
    while let Some(escape) = bytes.get(at..).and_then(|rest| memchr::memchr(b'\\', rest)) {
        at += escape + 2;
        let rest = bytes.get(at..).unwrap_or_default();
        if bytes.get(at - 1) != Some(&b'n') || rest.is_empty() {
            continue;
        }
        let is_named = |name: &str| rest.strip_prefix(name.as_bytes()).is_some_and(|rest| rest.first() == Some(&b':'));
        if !names.next().is_some_and(|name| is_named(name)) {
            return false;
        }
    }
    true
}

fn field(name: &str) -> Option<&'static str> {
    FIELDS.binary_search(&name).ok().and_then(|place| FIELDS.get(place).copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_can_be_searched() {
        assert!(FIELDS.is_sorted());
    }

    #[test]
    fn lines_are_known_without_undoing_escapes() {
        let names: Vec<Box<str>> = ["Image".into(), "User".into()].into();
        for (written, has) in [
            (r"Title:\r\nImage: C:\\new\\User: x\r\nUser: a", true),
            (r"Title:\nImage: a\nUser: b\n", true),
            (r"Title:\nImage: a", true),
            (r"Title:\nUser: a\nImage: b", false),
            (r"Title:\nImage: a\nUser: b\nHashes: c", false),
            (r"Title:\nImages: a", false),
        ] {
            assert_eq!(has_lines(written, &names), has, "{written}");
        }
    }
}
