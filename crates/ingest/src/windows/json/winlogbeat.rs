//! `winlog` of Winlogbeat 7, 8 and Elastic Agent; the flat form of Winlogbeat up to 6.

use super::{
    super::parts::{Part, Parts, Slice},
    Form, Members, Names, add_scalar,
    ecs::put_back,
    get, has_scalar,
    nested::read_data,
    object, sysmon_message,
    values::{add_message, count, flatten, flatten_as, plain, scalar},
};
use crate::{
    json::{Text, Value},
    parsed::Fault,
};

pub(super) static FORM: Form =
    Form { about: "winlog, as Winlogbeat 7 and 8 and Elastic Agent write it", is: is_winlog, read: read_winlog };

pub(super) static OLD: Form =
    Form { about: "event_data, as Winlogbeat up to 6 writes it", is: is_old_winlog, read: read_old_winlog };

/// Members of `winlog`, and of the top level up to version 6.
static WINLOGBEAT: Names = Names(&[
    ("provider_name", "Provider@Name"),
    ("source_name", "Provider@Name"),
    ("provider_guid", "Provider@Guid"),
    ("event_id", "EventID"),
    ("version", "Version"),
    ("level", "Level"),
    ("task", "Task"),
    ("opcode", "Opcode"),
    ("keywords", "Keywords"),
    ("record_id", "EventRecordID"),
    ("record_number", "EventRecordID"),
    ("activity_id", "Correlation@ActivityID"),
    ("related_activity_id", "Correlation@RelatedActivityID"),
    ("process.pid", "Execution@ProcessID"),
    ("process.thread", "Execution@ThreadID"),
    ("process_id", "Execution@ProcessID"),
    ("thread_id", "Execution@ThreadID"),
    ("time_created", "TimeCreated@SystemTime"),
    ("channel", "Channel"),
    ("log_name", "Channel"),
    ("computer_name", "Computer"),
    ("user.identifier", "Security@UserID"),
]);

/// What stands beside `winlog`.
static WINLOGBEAT_TOP: Names = Names(&[("@timestamp", "TimeCreated@SystemTime")]);

fn is_winlog(members: &Members<'_>) -> bool {
    let names = ["event_id", "provider_name", "channel", "record_id", "computer_name"];
    let dotted = ["winlog.event_id", "winlog.provider_name", "winlog.channel"];
    matches!(get(members, "winlog"), Some(Value::Object(winlog)) if count(winlog, &names, 2) == 2)
        || dotted.iter().filter(|name| get(members, name).is_some()).count() >= 2
}

fn read_winlog<'a>(members: &Members<'a>, parts: &mut Parts<'a>) -> Result<(), Fault> {
    for (key, value) in get(members, "winlog").and_then(object).unwrap_or_default() {
        read_winlog_member(key, value, parts)?;
    }
    for &(key, value) in members.iter().filter(|(key, _)| key.inner != "winlog") {
        match (key.inner.strip_prefix("winlog."), key.inner) {
            (Some(name), _) => match name.strip_prefix("event_data.") {
                Some(name) => flatten(Part::Data, &[], plain(name), value, parts)?,
                None => read_winlog_member(plain(name), value, parts)?,
            },
            (None, "message") => add_message(value, parts)?,
            (None, "event") => read_ecs_event(key, value, parts)?,
            _ => flatten_as(WINLOGBEAT_TOP, Part::Beside, key, value, parts)?,
        }
    }
    put_back(members, parts)
}

/// `event.code` and `event.provider` say again what `winlog` may have left out.
fn read_ecs_event<'a>(key: Text<'a>, value: Value<'a>, parts: &mut Parts<'a>) -> Result<(), Fault> {
    for (member, value) in object(value).unwrap_or_default() {
        let system = match member.inner {
            "code" => Some("EventID"),
            "provider" => Some("Provider@Name"),
            _ => None,
        };
        if let (Some(system), Some(text)) = (system, scalar(value, parts)) {
            parts.add(Part::System, Slice::Raw(system), text)?;
        }
        flatten(Part::Beside, &[Slice::Raw(key.inner)], member, value, parts)?;
    }
    Ok(())
}

fn read_winlog_member<'a>(key: Text<'a>, value: Value<'a>, parts: &mut Parts<'a>) -> Result<(), Fault> {
    match key.inner {
        "event_data" => read_data(value, parts),
        "user_data" => {
            if let Some(Value::Text(name)) = object(value).and_then(|members| get(&members, "xml_name")) {
                parts.data_root = name.inner;
                parts.decides(name.inner);
            }
            read_data(value, parts)
        }
        _ => flatten_as(WINLOGBEAT, Part::Beside, key, value, parts),
    }
}

fn is_old_winlog(members: &Members<'_>) -> bool {
    has_scalar(members, &["event_id"]) && has_scalar(members, &["source_name", "log_name"])
}

fn read_old_winlog<'a>(members: &Members<'a>, parts: &mut Parts<'a>) -> Result<(), Fault> {
    for &(key, value) in members {
        match key.inner {
            "message" => add_message(value, parts)?,
            _ => match WINLOGBEAT_TOP.find(key.inner) {
                Some(system) => add_scalar(Part::System, Slice::Raw(system), value, parts)?,
                None => read_winlog_member(key, value, parts)?,
            },
        }
    }
    // What renames the fields mostly keeps the message.
    sysmon_message::add_lines(members, &["event_original_message", "message"], parts)
}
