//! `System` beside `EventData` or `UserData`, alone or within `Event`: evtx_dump, Chainsaw, Velociraptor, xmltodict.

use super::{
    super::parts::{Part, Parts},
    Form, Members, get, object,
    values::{add_message, count, flatten, is_attributes, plain},
};
use crate::{json::Value, parsed::Fault};

pub(super) static EVENT: Form =
    Form { about: "Event.System, as evtx_dump and Chainsaw write it", is: is_nested, read: read_nested };

pub(super) static SYSTEM: Form =
    Form { about: "System beside EventData, as Velociraptor writes it", is: is_system, read: read_bare };

fn is_nested(members: &Members<'_>) -> bool {
    let Some(Value::Object(event)) = get(members, "Event") else { return false };
    // Every tool writes `System` first; looking further is for what is no event, or a strange one.
    let start = event.as_bytes().get(..NEAR_BYTES).unwrap_or(event.as_bytes());
    memchr::memmem::find(start, b"\"System\"").is_some() || count(event, &["System"], 1) == 1
}

/// Enough for the attributes of the event's root.
const NEAR_BYTES: usize = 256;

fn is_system(members: &Members<'_>) -> bool {
    get(members, "System").is_some_and(has_system_values)
}

fn has_system_values(system: Value<'_>) -> bool {
    let names = ["Provider", "EventID", "Channel", "Computer", "EventRecordID", "TimeCreated"];
    matches!(system, Value::Object(system) if count(system, &names, 3) == 3)
}

fn read_nested<'a>(members: &Members<'a>, parts: &mut Parts<'a>) -> Result<(), Fault> {
    let event = get(members, "Event").and_then(object).unwrap_or_default();
    read_bare(&event, parts)?;
    for &(key, value) in members.iter().filter(|(key, _)| !matches!(key.inner, "Event" | "Event_attributes")) {
        flatten(Part::Beside, &[], key, value, parts)?;
    }
    Ok(())
}

fn read_bare<'a>(members: &Members<'a>, parts: &mut Parts<'a>) -> Result<(), Fault> {
    for &(key, value) in members {
        match key.inner {
            "System" => {
                for (key, value) in object(value).unwrap_or_default() {
                    let name = key.inner.strip_suffix("_attributes").unwrap_or(key.inner);
                    flatten(Part::System, &[], plain(name), value, parts)?;
                }
            }
            "EventData" => read_data(value, parts)?,
            "UserData" => read_user_data(value, parts)?,
            "Message" => add_message(value, parts)?,
            name if is_attributes(name) || name.starts_with("@xmlns") => {}
            _ => flatten(Part::Beside, &[], key, value, parts)?,
        }
    }
    Ok(())
}

pub(super) fn read_data<'a>(value: Value<'a>, parts: &mut Parts<'a>) -> Result<(), Fault> {
    let Some(members) = object(value) else {
        // A list of values without names, or one of them.
        return match value {
            Value::Null => Ok(()),
            _ => flatten(Part::Data, &[], plain("Data"), value, parts),
        };
    };
    for (key, value) in members {
        match key.inner {
            "xml_name" => {}
            name if is_attributes(name) => {
                for (key, value) in object(value).unwrap_or_default() {
                    if !key.inner.starts_with("xmlns") {
                        flatten(Part::Data, &[], key, value, parts)?;
                    }
                }
            }
            _ => flatten(Part::Data, &[], key, value, parts)?,
        }
    }
    Ok(())
}

/// The content of the one element that user data holds.
fn read_user_data<'a>(value: Value<'a>, parts: &mut Parts<'a>) -> Result<(), Fault> {
    for (key, value) in object(value).unwrap_or_default() {
        if is_attributes(key.inner) || key.inner.ends_with("_attributes") {
            continue;
        }
        if parts.data_root.is_empty() {
            parts.data_root = key.inner;
        }
        match value {
            Value::Object(_) => read_data(value, parts)?,
            _ => flatten(Part::Data, &[], key, value, parts)?,
        }
    }
    Ok(())
}
