//! `data.win` of Wazuh, which writes every name with a small first letter.

use super::{
    super::parts::{Part, Parts, Slice},
    Form, Members, Names, add_scalar, get, object,
    values::{add_message, add_values, flatten, flatten_as},
};
use crate::{
    json::{Text, Value},
    parsed::Fault,
};

pub(super) static FORM: Form = Form { about: "data.win, as Wazuh writes it", is: is_wazuh, read: read_wazuh };

/// Members of `data.win.system`.
static WAZUH: Names = Names(&[
    ("providerName", "Provider@Name"),
    ("providerGuid", "Provider@Guid"),
    ("eventSourceName", "Provider@EventSourceName"),
    ("eventID", "EventID"),
    ("version", "Version"),
    ("level", "Level"),
    ("task", "Task"),
    ("opcode", "Opcode"),
    ("keywords", "Keywords"),
    ("systemTime", "TimeCreated@SystemTime"),
    ("eventRecordID", "EventRecordID"),
    ("processID", "Execution@ProcessID"),
    ("threadID", "Execution@ThreadID"),
    ("channel", "Channel"),
    ("computer", "Computer"),
]);

fn is_wazuh(members: &Members<'_>) -> bool {
    wazuh(members).is_some()
}

fn read_wazuh<'a>(members: &Members<'a>, parts: &mut Parts<'a>) -> Result<(), Fault> {
    for (key, value) in wazuh(members).unwrap_or_default() {
        match key.inner {
            "system" => {
                for (key, value) in object(value).unwrap_or_default() {
                    match key.inner {
                        "message" => add_message(value, parts)?,
                        _ => flatten_as(WAZUH, Part::Beside, key, value, parts)?,
                    }
                }
            }
            "eventdata" | "userdata" => {
                for (key, value) in object(value).unwrap_or_default() {
                    let name = parts.make(|to| push_capitalized(key.inner, to));
                    add_values(Part::Data, name, value, parts)?;
                }
            }
            _ => flatten(Part::Beside, &[], key, value, parts)?,
        }
    }
    // Where the system part has no time, that of the alert is near.
    if let Some(time) = get(members, "timestamp") {
        add_scalar(Part::System, Slice::Raw("TimeCreated@SystemTime"), time, parts)?;
    }
    for &(key, value) in members.iter().filter(|(key, _)| !matches!(key.inner, "data" | "win" | "timestamp")) {
        flatten(Part::Beside, &[], key, value, parts)?;
    }
    Ok(())
}

fn wazuh<'a>(members: &Members<'a>) -> Option<Vec<(Text<'a>, Value<'a>)>> {
    let win = get(members, "win").or_else(|| object(get(members, "data")?).and_then(|data| get(&data, "win")))?;
    object(win).filter(|win| get(win, "system").is_some())
}

fn push_capitalized(name: &str, to: &mut String) {
    let mut chars = name.chars();
    match chars.next() {
        Some(first) if !name.starts_with("param") => to.extend(first.to_uppercase()),
        first => to.extend(first),
    }
    to.push_str(chars.as_str());
}
