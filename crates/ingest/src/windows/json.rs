//! Reads one event from its JSON, in the forms of the tools that write such: see [`FORMS`].
//!
//! All forms say the same things under other names. `names` has the names; here is where the values lie.

use super::{
    event::WindowsEvent,
    names::{FLAT, Names, WAZUH, WINLOGBEAT, WINLOGBEAT_TOP},
    parts::{Part, Parts, Slice},
};
use crate::{
    json::{Elements, Fields, Text, Value},
    keys::Keys,
    parsed::Fault,
};

/// A form of JSON, known by what its top level has.
#[derive(Debug)]
struct Form {
    /// A phrase for people.
    about: &'static str,
    is: fn(&[(Text<'_>, Value<'_>)]) -> bool,
    read: for<'a> fn(&[(Text<'a>, Value<'a>)], &mut Parts<'a>) -> Result<(), Fault>,
}

/// The forms; the first one that fits counts, the last one takes what has the names of its list at all.
static FORMS: &[Form] = &[
    Form { about: "Event.System, as evtx_dump and Chainsaw write it", is: is_nested, read: read_nested },
    Form { about: "System beside EventData, as Velociraptor writes it", is: is_bare, read: read_bare },
    Form { about: "winlog, as Winlogbeat 7 and 8 and Elastic Agent write it", is: is_winlog, read: read_winlog },
    Form { about: "event_data, as Winlogbeat up to 6 writes it", is: is_old_winlog, read: read_old_winlog },
    Form { about: "data.win, as Wazuh writes it", is: is_wazuh, read: read_wazuh },
    Form {
        about: "Id, ProviderName and LogName, as Get-WinEvent gives them",
        is: is_powershell,
        read: read_powershell,
    },
    Form { about: "names of Windows events, as NXLog writes them", is: is_flat, read: read_flat },
];

/// The form of a record by the members of its top level, as a phrase.
pub(crate) fn form(members: &[(Text<'_>, Value<'_>)]) -> Option<&'static str> {
    FORMS.iter().find(|form| (form.is)(members)).map(|form| form.about)
}

/// Reads events of a batch.
#[derive(Debug)]
pub(crate) struct JsonEvents {
    keys: Keys<()>,
}

impl JsonEvents {
    pub(crate) fn new() -> Self {
        Self { keys: Keys::new() }
    }

    /// Reads the event that the object is and hands it on; an object of no form is an event without a kind.
    pub(crate) fn read<R>(&mut self, text: &str, then: impl FnOnce(&WindowsEvent<'_>) -> R) -> Result<R, Fault> {
        let mut members = Vec::new();
        self.keys.begin();
        let mut fields = Fields::of(text);
        while let Some((key, value)) = fields.next()? {
            self.keys.note(key, members.len(), |_| ())?;
            members.push((key, value));
        }
        members = WRAPPERS.iter().find_map(|path| within(&members, path)).unwrap_or(members);
        let form = FORMS.iter().find(|form| (form.is)(&members));
        let mut parts = Parts::default();
        form.map_or(read_flat as _, |form| form.read)(&members, &mut parts)?;
        Ok(then(&parts.event()))
    }
}

/// Where some tools put the event: Elasticsearch's answers, Chainsaw's findings.
static WRAPPERS: &[&[&str]] = &[&["_source"], &["document", "data"]];

/// The members of the object at a path.
fn within<'a>(members: &Members<'a>, path: &[&str]) -> Option<Vec<(Text<'a>, Value<'a>)>> {
    let (first, rest) = path.split_first()?;
    let mut value = get(members, first)?;
    for step in rest {
        value = get(&object(value)?, step)?;
    }
    object(value)
}

type Members<'a> = [(Text<'a>, Value<'a>)];

/// A member by its name; names in these forms have no escapes.
fn get<'a>(members: &Members<'a>, name: &str) -> Option<Value<'a>> {
    members.iter().find(|(key, _)| key.inner == name).map(|member| member.1)
}

/// The members of an object.
pub(crate) fn object(value: Value<'_>) -> Option<Vec<(Text<'_>, Value<'_>)>> {
    let Value::Object(text) = value else { return None };
    let mut members = Vec::new();
    let mut fields = Fields::of(text);
    while let Ok(Some(member)) = fields.next() {
        members.push(member);
    }
    Some(members)
}

fn has_scalar(members: &Members<'_>, names: &[&str]) -> bool {
    names.iter().any(|name| matches!(get(members, name), Some(Value::Text(_) | Value::Number(_))))
}

fn is_system(members: &Members<'_>) -> bool {
    let system = get(members, "System").and_then(object).unwrap_or_default();
    let names = ["Provider", "EventID", "Channel", "Computer", "EventRecordID", "TimeCreated"];
    names.iter().filter(|name| get(&system, name).is_some()).count() >= 3
}

fn is_nested(members: &Members<'_>) -> bool {
    get(members, "Event").and_then(object).is_some_and(|event| is_system(&event))
}

fn read_nested<'a>(members: &Members<'a>, parts: &mut Parts<'a>) -> Result<(), Fault> {
    let event = get(members, "Event").and_then(object).unwrap_or_default();
    read_bare(&event, parts)?;
    for &(key, value) in members.iter().filter(|(key, _)| !matches!(key.inner, "Event" | "Event_attributes")) {
        flatten(Part::Beside, &[], key, value, parts)?;
    }
    Ok(())
}

fn is_bare(members: &Members<'_>) -> bool {
    is_system(members)
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
            name if is_attributes(name) => {}
            _ => flatten(Part::Beside, &[], key, value, parts)?,
        }
    }
    Ok(())
}

fn read_data<'a>(value: Value<'a>, parts: &mut Parts<'a>) -> Result<(), Fault> {
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

fn is_winlog(members: &Members<'_>) -> bool {
    let names = ["event_id", "provider_name", "channel", "record_id", "computer_name"];
    let dotted = ["winlog.event_id", "winlog.provider_name", "winlog.channel"];
    let winlog = get(members, "winlog").and_then(object).unwrap_or_default();
    names.iter().filter(|name| get(&winlog, name).is_some()).count() >= 2
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
    Ok(())
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
    Ok(())
}

fn wazuh<'a>(members: &Members<'a>) -> Option<Vec<(Text<'a>, Value<'a>)>> {
    let win = get(members, "win").or_else(|| object(get(members, "data")?).and_then(|data| get(&data, "win")))?;
    object(win).filter(|win| get(win, "system").is_some())
}

fn is_wazuh(members: &Members<'_>) -> bool {
    wazuh(members).is_some()
}

/// Wazuh writes every name with a small first letter.
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
    for &(key, value) in members.iter().filter(|(key, _)| !matches!(key.inner, "data" | "win")) {
        flatten(Part::Beside, &[], key, value, parts)?;
    }
    Ok(())
}

fn push_capitalized(name: &str, to: &mut String) {
    let mut chars = name.chars();
    match chars.next() {
        Some(first) if !name.starts_with("param") => to.extend(first.to_uppercase()),
        first => to.extend(first),
    }
    to.push_str(chars.as_str());
}

fn is_powershell(members: &Members<'_>) -> bool {
    has_scalar(members, &["Id"]) && has_scalar(members, &["ProviderName"]) && has_scalar(members, &["LogName"])
}

/// Values have no names here; a message of lines `Name: value`, as Sysmon's, gives them.
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
        let inner = object(item).and_then(|members| get(&members, "Value"));
        add_scalar(Part::Data, Slice::Raw("Data"), inner.unwrap_or(item), parts)?;
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

fn is_flat(members: &Members<'_>) -> bool {
    let writer =
        ["SourceName", "ProviderName", "Provider_Name", "ProviderGuid", "Channel", "EventSourceName", "LogName"];
    let host = ["Hostname", "Computer", "ComputerName", "MachineName", "Channel", "EventTime", "RecordNumber"];
    has_scalar(members, &["EventID", "EventId"]) && has_scalar(members, &writer) && has_scalar(members, &host)
}

/// Of several times the first of this list is that of the event.
static TIMES: &[&str] = &["EventTime", "TimeCreated", "SystemTime", "TimeGenerated", "@timestamp", "UtcTime"];

fn read_flat<'a>(members: &Members<'a>, parts: &mut Parts<'a>) -> Result<(), Fault> {
    let has_execution = get(members, "ExecutionProcessID").is_some();
    let time = TIMES.iter().copied().find(|name| has_scalar(members, &[name]));
    if let Some(time) = time.and_then(|name| get(members, name)) {
        add_scalar(Part::System, Slice::Raw("TimeCreated@SystemTime"), time, parts)?;
    }
    for &(key, value) in members {
        match key.inner {
            name if Some(name) == time && name != "UtcTime" => {}
            "Message" | "message" => add_message(value, parts)?,
            "EventData" | "UserData" if matches!(value, Value::Object(_)) => read_data(value, parts)?,
            // NXLog's own word for the level, where no data has taken its place.
            "EventType" if is_level(value) => flatten(Part::Beside, &[], key, value, parts)?,
            // Where the writer's process has a name of its own, this is the data of some events.
            "ProcessID" if has_execution => flatten(Part::Data, &[], key, value, parts)?,
            _ => flatten_as(FLAT, Part::Data, key, value, parts)?,
        }
    }
    Ok(())
}

fn is_level(value: Value<'_>) -> bool {
    let words = ["AUDIT_SUCCESS", "AUDIT_FAILURE", "INFO", "WARNING", "ERROR", "VERBOSE", "CRITICAL", "SUCCESS"];
    matches!(value, Value::Text(text) if words.contains(&text.inner))
}

/// Adds a value where the list has its name, else to the part.
fn flatten_as<'a>(
    names: Names,
    part: Part,
    key: Text<'a>,
    value: Value<'a>,
    parts: &mut Parts<'a>,
) -> Result<(), Fault> {
    match names.find(key.inner) {
        Some("Keywords") => return add_keywords(value, parts),
        Some(system) => return add_values(Part::System, Slice::Raw(system), value, parts),
        None => {}
    }
    let members = object(value).filter(|_| names.has_below(key.inner));
    let Some(members) = members else { return flatten(part, &[], key, value, parts) };
    for (member, value) in members {
        match names.find_below(key.inner, member.inner) {
            Some(system) => {
                let inner = object(value).and_then(|members| get(&members, "id"));
                add_scalar(Part::System, Slice::Raw(system), inner.unwrap_or(value), parts)?;
            }
            None => flatten(part, &[Slice::Raw(key.inner)], member, value, parts)?,
        }
    }
    Ok(())
}

/// Bits of `Keywords` for the words that Winlogbeat puts in their place.
fn add_keywords<'a>(value: Value<'a>, parts: &mut Parts<'a>) -> Result<(), Fault> {
    let Value::Array(array) = value else {
        return add_values(Part::System, Slice::Raw("Keywords"), value, parts);
    };
    let mut bits = 0_u64;
    for word in Elements::of(array) {
        let known = [
            ("Audit Success", 0x8020_0000_0000_0000),
            ("Audit Failure", 0x8010_0000_0000_0000),
            ("Classic", 0x0080_0000_0000_0000),
        ];
        if let Value::Text(word) = word {
            bits |= known.iter().find(|(name, _)| *name == word.inner).map_or(0, |known| known.1);
        }
        add_scalar(Part::Beside, Slice::Raw("Keywords/Keyword"), word, parts)?;
    }
    if bits == 0 {
        return Ok(());
    }
    let hex = parts.make(|to| push_hex(bits, to));
    parts.add(Part::System, Slice::Raw("Keywords"), hex)
}

fn push_hex(bits: u64, to: &mut String) {
    to.push_str("0x");
    let digits = (0..16).rev().map(|place| char::from_digit((bits >> (4 * place) & 0xf) as u32, 16).unwrap_or('0'));
    to.extend(digits);
}

fn add_message<'a>(value: Value<'a>, parts: &mut Parts<'a>) -> Result<(), Fault> {
    add_scalar(Part::Beside, Slice::Raw("RenderingInfo/Message"), value, parts)
}

fn add_scalar<'a>(part: Part, name: Slice<'a>, value: Value<'a>, parts: &mut Parts<'a>) -> Result<(), Fault> {
    match scalar(value, parts) {
        Some(text) => parts.add(part, name, text),
        None => add_values(part, name, value, parts),
    }
}

/// The text of a value that is no list or object; null is an empty one, as an empty element is.
fn scalar<'a>(value: Value<'a>, parts: &mut Parts<'a>) -> Option<Slice<'a>> {
    match value {
        Value::Null => Some(Slice::Raw("")),
        Value::Bool(true) => Some(Slice::Raw("true")),
        Value::Bool(false) => Some(Slice::Raw("false")),
        Value::Number(text) => Some(Slice::Raw(text)),
        Value::Text(text) if !text.escaped => Some(Slice::Raw(text.inner)),
        Value::Text(text) => Some(parts.make(|to| {
            let mut room = String::new();
            to.push_str(text.decode(&mut room));
        })),
        Value::Array(_) | Value::Object(_) => None,
    }
}

/// A name that is no key of the record.
fn plain(name: &str) -> Text<'_> {
    Text { inner: name, escaped: false }
}

fn is_attributes(name: &str) -> bool {
    matches!(name, "#attributes" | "@attributes" | "_attributes" | "$")
}

fn flatten<'a>(
    part: Part,
    above: &[Slice<'a>],
    key: Text<'a>,
    value: Value<'a>,
    parts: &mut Parts<'a>,
) -> Result<(), Fault> {
    let key_slice = scalar(Value::Text(key), parts).unwrap_or(Slice::Raw(key.inner));
    let name = if above.is_empty() { key_slice } else { parts.join(above, '/', key_slice) };
    add_values(part, name, value, parts)
}

/// Adds a value and all within it, without recursion: `name`, `name/member`, `name@attribute`.
fn add_values<'a>(part: Part, name: Slice<'a>, value: Value<'a>, parts: &mut Parts<'a>) -> Result<(), Fault> {
    let mut open = vec![(name, value)];
    while let Some((name, value)) = open.pop() {
        if open.len() > super::parts::MAX_VALUES {
            return Err(super::parts::too_many());
        }
        match value {
            Value::Array(array) => {
                let from = open.len();
                open.extend(Elements::of(array).take(super::parts::MAX_VALUES + 1).map(|item| (name, item)));
                open.get_mut(from..).unwrap_or_default().reverse();
            }
            Value::Object(_) => {
                let from = open.len();
                open_object(part, name, value, &mut open, parts);
                open.get_mut(from..).unwrap_or_default().reverse();
            }
            _ if part == Part::System && parts.get(name) == "Keywords" => {
                let text = keywords(value, parts);
                parts.add(part, name, text)?;
            }
            _ => {
                let text = scalar(value, parts).unwrap_or(Slice::Raw(""));
                parts.add(part, name, text)?;
            }
        }
    }
    Ok(())
}

/// The members of an object by the path that they have in XML.
fn open_object<'a>(
    part: Part,
    name: Slice<'a>,
    value: Value<'a>,
    open: &mut Vec<(Slice<'a>, Value<'a>)>,
    parts: &mut Parts<'a>,
) {
    let members = object(value).unwrap_or_default();
    // xmltodict and others keep the name of a `Data` in its attributes.
    let attributes = members.iter().find(|(key, _)| is_attributes(key.inner)).and_then(|member| object(member.1));
    let label = get(&members, "@Name").or_else(|| get(attributes.as_deref()?, "Name"));
    let label = label.or_else(|| get(&members, "Name").filter(|_| members.len() == 2));
    let label = label.filter(|_| part == Part::Data && parts.get(name) == "Data");
    let own = label.and_then(|label| scalar(label, parts)).unwrap_or(name);
    for &(key, value) in members.iter().take(super::parts::MAX_VALUES) {
        match key.inner {
            "#text" | "Value" | "$t" | "_" => open.push((own, value)),
            "@Name" | "Name" if label.is_some() => {}
            inner if is_attributes(inner) => {
                for (key, value) in object(value).unwrap_or_default() {
                    let is_label = label.is_some() && key.inner == "Name";
                    if !is_label && !key.inner.starts_with("xmlns") {
                        open.push((parts.join(&[own], '@', Slice::Raw(key.inner)), value));
                    }
                }
            }
            inner => {
                // In `System` every member of an element is an attribute of it, whatever the tool calls it.
                let is_attribute = inner.starts_with('@') || part == Part::System;
                let separator = if is_attribute { '@' } else { '/' };
                let step = inner.strip_prefix('@').unwrap_or(inner);
                if !step.starts_with("xmlns") {
                    open.push((parts.join(&[own], separator, Slice::Raw(step)), value));
                }
            }
        }
    }
}

/// `Keywords` as hex, which some tools write as a decimal number, with or without its sign.
fn keywords<'a>(value: Value<'a>, parts: &mut Parts<'a>) -> Slice<'a> {
    let text = scalar(value, parts).unwrap_or(Slice::Raw(""));
    let number = parts.get(text);
    let bits = number.parse::<u64>().ok().or_else(|| number.parse::<i64>().ok().map(i64::cast_unsigned));
    match bits {
        Some(bits) => parts.make(|to| push_hex(bits, to)),
        None => text,
    }
}
