//! Flat records of NXLog and what was made of them (Mordor, log management): names of `System` beside those of the data.

use super::{
    super::parts::{Part, Parts, Slice},
    Form, Members, Names, add_scalar, get,
    get_winevent::read_properties,
    has_scalar,
    nested::read_data,
    sysmon_message,
    values::{add_message, decides, flatten, flatten_as},
};
use crate::{json::Value, parsed::Fault};

pub(super) static FORM: Form =
    Form { about: "names of Windows events, as NXLog writes them", is: is_flat, read: read_flat };

/// NXLog's names and their relatives; Get-WinEvent's are among them.
pub(super) static FLAT: Names = Names(&[
    ("SourceName", "Provider@Name"),
    ("ProviderName", "Provider@Name"),
    ("Provider_Name", "Provider@Name"),
    ("EventSourceName", "Provider@Name"),
    ("Provider", "Provider@Name"),
    ("ProviderGuid", "Provider@Guid"),
    ("ProviderId", "Provider@Guid"),
    ("ProviderGUID", "Provider@Guid"),
    ("Provider_Guid", "Provider@Guid"),
    ("EventID", "EventID"),
    ("EventId", "EventID"),
    ("Qualifiers", "EventID@Qualifiers"),
    ("Version", "Version"),
    ("Level", "Level"),
    ("TaskValue", "Task"),
    ("Task", "Task"),
    ("OpcodeValue", "Opcode"),
    ("Keywords", "Keywords"),
    ("RecordNumber", "EventRecordID"),
    ("EventRecordID", "EventRecordID"),
    ("RecordId", "EventRecordID"),
    ("ActivityID", "Correlation@ActivityID"),
    ("ActivityId", "Correlation@ActivityID"),
    ("RelatedActivityID", "Correlation@RelatedActivityID"),
    ("RelatedActivityId", "Correlation@RelatedActivityID"),
    ("ExecutionProcessID", "Execution@ProcessID"),
    ("ProcessID", "Execution@ProcessID"),
    ("ExecutionThreadID", "Execution@ThreadID"),
    ("ThreadID", "Execution@ThreadID"),
    ("ThreadId", "Execution@ThreadID"),
    ("Channel", "Channel"),
    ("LogName", "Channel"),
    ("Hostname", "Computer"),
    ("Computer", "Computer"),
    ("ComputerName", "Computer"),
    ("MachineName", "Computer"),
    ("UserID", "Security@UserID"),
    ("Security_UserID", "Security@UserID"),
]);

/// What collectors say of themselves and of how the event is shown.
static BESIDE: &[&str] = &[
    "Opcode",
    "Category",
    "Severity",
    "SeverityValue",
    "EventTypeOrignal",
    "EventReceivedTime",
    "SourceModuleName",
    "SourceModuleType",
    "@timestamp",
    "@version",
    "host",
    "port",
    "tags",
    "type",
];

/// Of several times the first of this list is that of the event.
static TIMES: &[&str] = &["EventTime", "TimeCreated", "SystemTime", "TimeGenerated", "@timestamp", "UtcTime"];

fn is_flat(members: &Members<'_>) -> bool {
    let writer =
        ["SourceName", "ProviderName", "Provider_Name", "ProviderGuid", "Channel", "EventSourceName", "LogName"];
    let host =
        ["Hostname", "Computer", "ComputerName", "MachineName", "Channel", "EventTime", "RecordNumber", "UtcTime"];
    has_scalar(members, &["EventID", "EventId"]) && has_scalar(members, &writer) && has_scalar(members, &host)
}

fn read_flat<'a>(members: &Members<'a>, parts: &mut Parts<'a>) -> Result<(), Fault> {
    let has_execution = get(members, "ExecutionProcessID").is_some();
    let has_list =
        ["EventData", "StringInserts"].iter().any(|name| matches!(get(members, name), Some(Value::Array(_))));
    let time = TIMES.iter().copied().find(|name| has_scalar(members, &[name]));
    if let Some(time) = time.and_then(|name| get(members, name)) {
        add_scalar(Part::System, Slice::Raw("TimeCreated@SystemTime"), time, parts)?;
    }
    for &(key, value) in members {
        match key.inner {
            name if Some(name) == time && name != "UtcTime" => {}
            "Message" | "message" => add_message(value, parts)?,
            "EventData" | "UserData" if matches!(value, Value::Object(_)) => read_data(value, parts)?,
            // Fluentd's and Fluent Bit's lists of values without names; Sysmon's are better read from its message.
            "EventData" | "StringInserts" if matches!(value, Value::Array(_)) => {
                if !sysmon_message::is_sysmon(members) {
                    read_properties(value, parts)?;
                }
            }
            // NXLog's own word for the level, where no data has taken its place.
            "EventType" => {
                decides(value, parts);
                let part = if is_level(value) { Part::Beside } else { Part::Data };
                flatten(part, &[], key, value, parts)?;
            }
            // Beside a list of the values, these are the message and the account that wrote it.
            "Description" if has_list => add_message(value, parts)?,
            "User" if has_list => flatten(Part::Beside, &[], key, value, parts)?,
            // Where the writer's process has a name of its own, this is the data of some events.
            "ProcessID" if has_execution => flatten(Part::Data, &[], key, value, parts)?,
            name if BESIDE.contains(&name) => flatten(Part::Beside, &[], key, value, parts)?,
            _ => flatten_as(FLAT, Part::Data, key, value, parts)?,
        }
    }
    sysmon_message::add_lines(members, &["Message", "message", "Description"], parts)
}

fn is_level(value: Value<'_>) -> bool {
    let words = ["AUDIT_SUCCESS", "AUDIT_FAILURE", "INFO", "WARNING", "ERROR", "VERBOSE", "CRITICAL", "SUCCESS"];
    matches!(value, Value::Text(text) if words.contains(&text.inner))
}
