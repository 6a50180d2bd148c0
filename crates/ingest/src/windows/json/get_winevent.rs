//! Objects of `Get-WinEvent | ConvertTo-Json`.

use super::{
    super::parts::{Part, Parts, Slice},
    Form, Members, add_scalar,
    flat::FLAT,
    get, has_scalar, object, sysmon_message,
    values::{add_message, flatten_as},
};
use crate::{
    json::{Elements, Value},
    parsed::Fault,
};

pub(super) static FORM: Form =
    Form { about: "Id and ProviderName, as Get-WinEvent gives them", is: is_powershell, read: read_powershell };

fn is_powershell(members: &Members<'_>) -> bool {
    let others = ["LogName", "LevelDisplayName", "MachineName"];
    has_scalar(members, &["Id"]) && has_scalar(members, &["ProviderName"]) && has_scalar(members, &others)
}

/// Values have no names here; Sysmon's message of lines `Name: value` gives them, `positions` those of other events.
fn read_powershell<'a>(members: &Members<'a>, parts: &mut Parts<'a>) -> Result<(), Fault> {
    let is_sysmon = sysmon_message::is_sysmon(members);
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
    sysmon_message::add_lines(members, &["Message"], parts)
}

pub(super) fn read_properties<'a>(value: Value<'a>, parts: &mut Parts<'a>) -> Result<(), Fault> {
    let Value::Array(array) = value else { return Ok(()) };
    for item in Elements::of(array) {
        // A SID is an object that has its text in turn.
        let value = |value| object(value).and_then(|members| get(&members, "Value")).unwrap_or(value);
        add_scalar(Part::Data, Slice::Raw("Data"), value(value(item)), parts)?;
    }
    Ok(())
}
