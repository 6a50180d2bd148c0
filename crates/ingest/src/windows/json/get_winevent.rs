//! Objects of `Get-WinEvent | ConvertTo-Json`.

use super::{
    super::parts::{Part, Parts, Slice},
    Form, Members, add_scalar,
    flat::FLAT,
    get, has_scalar, object,
    values::{add_message, flatten_as, scalar},
};
use crate::{
    json::{Elements, Value},
    parsed::Fault,
};

pub(super) static FORM: Form = Form {
    about: "Id, ProviderName and LogName, as Get-WinEvent gives them",
    is: is_powershell,
    read: read_powershell,
};

fn is_powershell(members: &Members<'_>) -> bool {
    has_scalar(members, &["Id"]) && has_scalar(members, &["ProviderName"]) && has_scalar(members, &["LogName"])
}

/// Values have no names here; Sysmon's message of lines `Name: value` gives them, `positions` those of other events.
fn read_powershell<'a>(members: &Members<'a>, parts: &mut Parts<'a>) -> Result<(), Fault> {
    let message = get(members, "Message");
    let text = message.and_then(|message| scalar(message, parts));
    let is_sysmon = matches!(get(members, "ProviderName"), Some(Value::Text(name)) if name.inner.ends_with("-Sysmon"));
    for &(key, value) in members {
        match key.inner {
            "Id" => add_scalar(Part::System, Slice::Raw("EventID"), value, parts)?,
            "Message" => add_message(value, parts)?,
            "UserId" | "TimeCreated" | "ProcessId" => {
                let system = match key.inner {
                    "UserId" => "Security@UserID",
                    "ProcessId" => "Execution@ProcessID",
                    _ => "TimeCreated@SystemTime",
                };
                let inner = object(value).and_then(|members| get(&members, "Value").or(get(&members, "value")));
                add_scalar(Part::System, Slice::Raw(system), inner.unwrap_or(value), parts)?;
            }
            "Properties" if !is_sysmon => read_properties(value, parts)?,
            "Properties" => {}
            _ => flatten_as(FLAT, Part::Beside, key, value, parts)?,
        }
    }
    match text {
        Some(text) if is_sysmon => read_lines(text, parts),
        _ => Ok(()),
    }
}

fn read_properties<'a>(value: Value<'a>, parts: &mut Parts<'a>) -> Result<(), Fault> {
    let Value::Array(array) = value else { return Ok(()) };
    for item in Elements::of(array) {
        // A SID is an object that has its text in turn.
        let value = |value| object(value).and_then(|members| get(&members, "Value")).unwrap_or(value);
        add_scalar(Part::Data, Slice::Raw("Data"), value(value(item)), parts)?;
    }
    Ok(())
}

/// The first line is the event's title.
fn read_lines<'a>(message: Slice<'a>, parts: &mut Parts<'a>) -> Result<(), Fault> {
    let text = parts.get(message).to_owned();
    for line in text.lines().skip(1) {
        let Some((name, value)) = line.split_once(": ").or_else(|| Some((line.strip_suffix(':')?, ""))) else {
            continue;
        };
        let name = parts.make(|to| to.push_str(name));
        let value = parts.make(|to| to.push_str(value));
        parts.add(Part::Data, name, value)?;
    }
    Ok(())
}
