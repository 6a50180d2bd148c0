//! Values that the modules of Winlogbeat and Elastic Agent have moved out of `event_data` into fields of the Elastic
//! Common Schema. They are put back under the event's own names, because it is there that all forms are alike.
//! Spec: <https://www.elastic.co/docs/reference/beats/winlogbeat/winlogbeat-modules>.

use super::{
    super::parts::{Part, Parts, Slice},
    Members, get, object,
    values::{add_scalar, scalar},
};
use crate::{
    json::{Elements, Value},
    parsed::Fault,
};

/// End of the provider's name, event ids (none for all), path, name in the event's data.
type Moved = (&'static str, &'static [u32], &'static [&'static str], &'static str);

static MOVED: &[Moved] = &[
    (SYSMON, &[8], &["process", "entity_id"], "SourceProcessGuid"),
    (SYSMON, &[10], &["process", "entity_id"], "SourceProcessGUID"),
    (SYSMON, &[8, 10], &["process", "pid"], "SourceProcessId"),
    (SYSMON, &[8, 10], &["process", "executable"], "SourceImage"),
    (SYSMON, &[20], &["process", "executable"], "Destination"),
    (SYSMON, ONE_PROCESS, &["process", "entity_id"], "ProcessGuid"),
    (SYSMON, ONE_PROCESS, &["process", "pid"], "ProcessId"),
    (SYSMON, ONE_PROCESS, &["process", "executable"], "Image"),
    (SYSMON, &[1], &["process", "command_line"], "CommandLine"),
    (SYSMON, &[1], &["process", "working_directory"], "CurrentDirectory"),
    (SYSMON, &[1], &["process", "parent", "entity_id"], "ParentProcessGuid"),
    (SYSMON, &[1], &["process", "parent", "pid"], "ParentProcessId"),
    (SYSMON, &[1], &["process", "parent", "executable"], "ParentImage"),
    (SYSMON, &[1], &["process", "parent", "command_line"], "ParentCommandLine"),
    (SYSMON, &[1], &["process", "pe", "original_file_name"], "OriginalFileName"),
    (SYSMON, &[1], &["process", "pe", "company"], "Company"),
    (SYSMON, &[1], &["process", "pe", "description"], "Description"),
    (SYSMON, &[1], &["process", "pe", "file_version"], "FileVersion"),
    (SYSMON, &[1], &["process", "pe", "product"], "Product"),
    (SYSMON, &[7], &["file", "pe", "original_file_name"], "OriginalFileName"),
    (SYSMON, &[7], &["file", "pe", "company"], "Company"),
    (SYSMON, &[7], &["file", "pe", "description"], "Description"),
    (SYSMON, &[7], &["file", "pe", "file_version"], "FileVersion"),
    (SYSMON, &[7], &["file", "pe", "product"], "Product"),
    (SYSMON, &[6, 7], &["file", "path"], "ImageLoaded"),
    (SYSMON, &[6, 7], &["file", "code_signature", "subject_name"], "Signature"),
    (SYSMON, &[6, 7], &["file", "code_signature", "status"], "SignatureStatus"),
    (SYSMON, &[6, 7], &["file", "code_signature", "signed"], "Signed"),
    (SYSMON, &[9], &["file", "path"], "Device"),
    (SYSMON, &[2, 11, 15, 23, 26, 27, 28, 29], &["file", "path"], "TargetFilename"),
    (SYSMON, &[17, 18], &["file", "name"], "PipeName"),
    (SYSMON, &[3], &["network", "transport"], "Protocol"),
    (SYSMON, &[3], &["source", "ip"], "SourceIp"),
    (SYSMON, &[3], &["source", "port"], "SourcePort"),
    (SYSMON, &[3], &["source", "domain"], "SourceHostname"),
    (SYSMON, &[3], &["destination", "ip"], "DestinationIp"),
    (SYSMON, &[3], &["destination", "port"], "DestinationPort"),
    (SYSMON, &[3], &["destination", "domain"], "DestinationHostname"),
    (SYSMON, &[22], &["dns", "question", "name"], "QueryName"),
    (SYSMON, &[22], &["sysmon", "dns", "status"], "QueryStatus"),
    (SYSMON, &[12, 13, 14], &["registry", "path"], "TargetObject"),
    (SYSMON, &[13], &["registry", "data", "strings"], "Details"),
    (SYSMON, &[], &["rule", "name"], "RuleName"),
    (POWERSHELL, &[4104], &["powershell", "file", "script_block_text"], "ScriptBlockText"),
    (POWERSHELL, &[4104], &["powershell", "file", "script_block_id"], "ScriptBlockId"),
    (POWERSHELL, &[4104], &["powershell", "sequence"], "MessageNumber"),
    (POWERSHELL, &[4104], &["powershell", "total"], "MessageTotal"),
    (POWERSHELL, &[4104], &["file", "path"], "Path"),
    (POWERSHELL, &[4103, 400, 403, 600, 800], &["process", "command_line"], "HostApplication"),
    (POWERSHELL, &[4103, 400, 403, 600, 800], &["file", "path"], "ScriptName"),
    (POWERSHELL, &[4103, 800], &["powershell", "command", "value"], "CommandLine"),
    (SECURITY, &[4688], &["process", "pid"], "NewProcessId"),
    (SECURITY, &[4688], &["process", "executable"], "NewProcessName"),
    (SECURITY, &[4688], &["process", "command_line"], "CommandLine"),
    (SECURITY, &[4688], &["process", "parent", "pid"], "ProcessId"),
    (SECURITY, &[4688], &["process", "parent", "executable"], "ParentProcessName"),
    (SECURITY, &[4624, 4625, 4648, 4768, 4769, 4771], &["source", "ip"], "IpAddress"),
    (SECURITY, &[4624, 4625, 4648, 4768, 4769, 4771], &["source", "port"], "IpPort"),
];

const SYSMON: &str = "-Sysmon";
const POWERSHELL: &str = "PowerShell";
const SECURITY: &str = "-Security-Auditing";

/// Sysmon's events about one process.
const ONE_PROCESS: &[u32] = &[1, 2, 3, 5, 7, 9, 11, 12, 13, 14, 15, 17, 18, 22, 23, 24, 25, 26, 27, 28, 29];

/// Adds to the data of an event what was moved out of it.
pub(super) fn put_back<'a>(members: &Members<'a>, parts: &mut Parts<'a>) -> Result<(), Fault> {
    let (provider, id) = {
        let event = parts.event();
        (event.provider.to_owned(), event.event_id)
    };
    let Some(id) = id else { return Ok(()) };
    for (of, ids, path, name) in MOVED {
        let is_meant = provider.ends_with(of) && (ids.is_empty() || ids.contains(&id));
        if !is_meant || parts.has_data(name) {
            continue;
        }
        if let Some(value) = at(members, path) {
            add_scalar(Part::Data, Slice::Raw(name), first(value), parts)?;
        }
    }
    let is_sysmon = provider.ends_with(SYSMON);
    if is_sysmon && !parts.has_data("Hashes") && !parts.has_data("Hash") {
        hashes(members, parts)?;
    }
    if is_sysmon && id == 3 && !parts.has_data("Initiated") {
        direction(members, parts)?;
    }
    if is_sysmon && id == 22 && !parts.has_data("QueryResults") {
        answers(members, parts)?;
    }
    // A process event is about its account; `winlog.user` is the sensor's.
    let account = if is_sysmon { "User" } else { "UserId" };
    let has_account = provider.ends_with(SECURITY) || parts.has_data("SourceUser") || parts.has_data(account);
    if has_account { Ok(()) } else { user(members, account, parts) }
}

/// The value at a path; some exporters write the path itself as the name.
fn at<'a>(members: &Members<'a>, path: &[&str]) -> Option<Value<'a>> {
    let (top, rest) = path.split_first()?;
    let below = get(members, top).and_then(|top| rest.iter().try_fold(top, |value, step| get(&object(value)?, step)));
    below.or_else(|| get(members, &path.join("."))).filter(|value| *value != Value::Null)
}

fn first(value: Value<'_>) -> Value<'_> {
    match value {
        Value::Array(array) => Elements::of(array).next().unwrap_or(Value::Null),
        value => value,
    }
}

/// `SHA1=...,MD5=...` of the digests that are there.
fn hashes<'a>(members: &Members<'a>, parts: &mut Parts<'a>) -> Result<(), Fault> {
    let kinds =
        [("hash", "md5", "MD5"), ("hash", "sha1", "SHA1"), ("hash", "sha256", "SHA256"), ("pe", "imphash", "IMPHASH")];
    let mut pieces = Vec::new();
    for (part, kind, name) in kinds {
        let found = ["process", "file", "dll"].iter().find_map(|of| at(members, &[of, part, kind]));
        let Some(digest) = found.filter(|value| matches!(value, Value::Text(_))) else { continue };
        let separator = if pieces.is_empty() { "" } else { "," };
        pieces.extend([separator, name, "="].map(Slice::Raw));
        pieces.extend(scalar(digest, parts));
    }
    if pieces.is_empty() {
        return Ok(());
    }
    let text = parts.concat(pieces);
    parts.add(Part::Data, Slice::Raw("Hashes"), text)
}

fn direction<'a>(members: &Members<'a>, parts: &mut Parts<'a>) -> Result<(), Fault> {
    let Some(Value::Text(direction)) = at(members, &["network", "direction"]) else { return Ok(()) };
    parts.decides(direction.inner);
    let initiated = match direction.inner {
        "egress" | "outbound" => "true",
        "ingress" | "inbound" => "false",
        _ => return Ok(()),
    };
    parts.add(Part::Data, Slice::Raw("Initiated"), Slice::Raw(initiated))
}

fn answers<'a>(members: &Members<'a>, parts: &mut Parts<'a>) -> Result<(), Fault> {
    let Some(Value::Array(array)) = at(members, &["dns", "answers"]) else { return Ok(()) };
    let data = |answer| object(answer).and_then(|answer| get(&answer, "data"));
    let mut pieces = Vec::new();
    for text in Elements::of(array).filter_map(data).filter(|value| matches!(value, Value::Text(_))) {
        pieces.extend(scalar(text, parts));
        pieces.push(Slice::Raw(";"));
    }
    let text = parts.concat(pieces);
    parts.add(Part::Data, Slice::Raw("QueryResults"), text)
}

fn user<'a>(members: &Members<'a>, name: &'static str, parts: &mut Parts<'a>) -> Result<(), Fault> {
    let part = |name, parts: &mut Parts<'a>| at(members, &["user", name]).and_then(|value| scalar(value, parts));
    let Some(account) = part("name", parts) else { return Ok(()) };
    let text = match part("domain", parts) {
        Some(domain) => parts.concat(vec![domain, Slice::Raw("\\"), account]),
        None => account,
    };
    parts.add(Part::Data, Slice::Raw(name), text)
}
