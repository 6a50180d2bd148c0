//! Members and values of JSON events, flattened without recursion: `name`, `name/member`, `name@attribute`.

use super::super::parts::{MAX_VALUES, Part, Parts, Slice, too_many};
use crate::{
    json::{Elements, Fields, Text, Value, decode_into},
    parsed::Fault,
};

/// The members of an object in their order.
pub(super) type Members<'a> = [(Text<'a>, Value<'a>)];

/// A member by its name; names in these forms have no escapes.
pub(super) fn get<'a>(members: &Members<'a>, name: &str) -> Option<Value<'a>> {
    members.iter().find(|(key, _)| key.inner == name).map(|member| member.1)
}

/// The members of an object.
pub(super) fn object(value: Value<'_>) -> Option<Vec<(Text<'_>, Value<'_>)>> {
    let Value::Object(text) = value else { return None };
    let mut members = Vec::new();
    let mut fields = Fields::of(text);
    while let Ok(Some(member)) = fields.next() {
        members.push(member);
    }
    Some(members)
}

/// How many members of an object have one of the names; counts no further than `enough`, as this is asked for every
/// record.
pub(super) fn count(object: &str, names: &[&str], enough: usize) -> usize {
    let mut fields = Fields::of(object);
    let mut count = 0;
    while count < enough
        && let Ok(Some((key, _))) = fields.next()
    {
        count += usize::from(names.contains(&key.inner));
    }
    count
}

pub(super) fn has_scalar(members: &Members<'_>, names: &[&str]) -> bool {
    names.iter().any(|name| matches!(get(members, name), Some(Value::Text(_) | Value::Number(_))))
}

/// Names of a form, each with the path that the value has in XML; `a.b` is member `b` of `a`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Names(pub(super) &'static [(&'static str, &'static str)]);

impl Names {
    pub(super) fn find(self, name: &str) -> Option<&'static str> {
        self.0.iter().find(|(known, _)| *known == name).map(|known| known.1)
    }

    /// The same for a member of an object.
    pub(super) fn find_below(self, name: &str, member: &str) -> Option<&'static str> {
        let is_it = |known: &str| known.split_once('.') == Some((name, member));
        self.0.iter().find(|(known, _)| is_it(known)).map(|known| known.1)
    }

    /// Whether members of this object are known.
    pub(super) fn has_below(self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| known.split_once('.').is_some_and(|(above, _)| above == name))
    }
}

/// Adds a value where the list has its name, else to the part.
pub(super) fn flatten_as<'a>(
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
            parts.decides(word.inner);
            bits |= known.iter().find(|(name, _)| *name == word.inner).map_or(0, |known| known.1);
        }
        add_scalar(Part::Beside, Slice::Raw("Keywords/Keyword"), word, parts)?;
    }
    if bits == 0 {
        return Ok(());
    }
    let hex = parts.make_of_deciding(|to| push_hex(bits, to));
    parts.add(Part::System, Slice::Raw("Keywords"), hex)
}

fn push_hex(bits: u64, to: &mut String) {
    to.push_str("0x");
    let digits = (0..16).rev().map(|place| char::from_digit((bits >> (4 * place) & 0xf) as u32, 16).unwrap_or('0'));
    to.extend(digits);
}

pub(super) fn add_message<'a>(value: Value<'a>, parts: &mut Parts<'a>) -> Result<(), Fault> {
    add_scalar(Part::Beside, Slice::Raw("RenderingInfo/Message"), value, parts)
}

pub(super) fn add_scalar<'a>(
    part: Part,
    name: Slice<'a>,
    value: Value<'a>,
    parts: &mut Parts<'a>,
) -> Result<(), Fault> {
    match scalar(value, parts) {
        Some(text) => parts.add(part, name, text),
        None => add_values(part, name, value, parts),
    }
}

/// The text of a value that is no list or object; null is an empty one, as an empty element is.
pub(super) fn scalar<'a>(value: Value<'a>, parts: &mut Parts<'a>) -> Option<Slice<'a>> {
    match value {
        Value::Null => Some(Slice::Raw("")),
        Value::Bool(true) => Some(Slice::Raw("true")),
        Value::Bool(false) => Some(Slice::Raw("false")),
        Value::Number(text) => Some(Slice::Raw(text)),
        Value::Text(text) if !text.escaped => Some(Slice::Raw(text.inner)),
        Value::Text(text) => Some(parts.decode(text.inner, decode_into)),
        Value::Array(_) | Value::Object(_) => None,
    }
}

/// Notes that the value is looked at.
pub(super) fn decides<'a>(value: Value<'a>, parts: &mut Parts<'a>) {
    match value {
        Value::Text(text) => parts.decides(text.inner),
        Value::Number(text) => parts.decides(text),
        // Words are the same in all records that are built alike.
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => {}
    }
}

/// A name that is no key of the record.
pub(super) fn plain(name: &str) -> Text<'_> {
    Text { inner: name, escaped: false }
}

pub(super) fn is_attributes(name: &str) -> bool {
    matches!(name, "#attributes" | "@attributes" | "_attributes" | "$")
}

pub(super) fn flatten<'a>(
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
pub(super) fn add_values<'a>(
    part: Part,
    name: Slice<'a>,
    value: Value<'a>,
    parts: &mut Parts<'a>,
) -> Result<(), Fault> {
    let mut open = vec![(name, value)];
    while let Some((name, value)) = open.pop() {
        if open.len() > MAX_VALUES {
            return Err(too_many());
        }
        match value {
            Value::Array(array) => {
                let from = open.len();
                open.extend(Elements::of(array).take(MAX_VALUES + 1).map(|item| (name, item)));
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
    let marked = ["-Name", "_Name", "Name"].iter().find_map(|name| get(&members, name));
    let label = label.or_else(|| marked.filter(|_| members.len() == 2));
    let label = label.filter(|_| part == Part::Data && parts.get(name) == "Data");
    if let Some(label) = label {
        decides(label, parts);
    }
    let own = label.and_then(|label| scalar(label, parts)).unwrap_or(name);
    for &(key, value) in members.iter().take(MAX_VALUES) {
        match key.inner {
            "#text" | "Value" | "$t" | "_" => open.push((own, value)),
            "content" | "text" | "value" | "__text" | "#content" if label.is_some() => open.push((own, value)),
            "@Name" | "-Name" | "_Name" | "Name" if label.is_some() => {}
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
                let step = inner.strip_prefix(['@', '-', '_']).filter(|_| is_attribute).unwrap_or(inner);
                if !step.starts_with("xmlns") {
                    open.push((parts.join(&[own], separator, Slice::Raw(step)), value));
                }
            }
        }
    }
}

/// `Keywords` as hex, which some tools write as a decimal number, with or without its sign.
fn keywords<'a>(value: Value<'a>, parts: &mut Parts<'a>) -> Slice<'a> {
    decides(value, parts);
    let text = scalar(value, parts).unwrap_or(Slice::Raw(""));
    let number = parts.get(text);
    let bits = number.parse::<u64>().ok().or_else(|| number.parse::<i64>().ok().map(i64::cast_unsigned));
    match bits {
        Some(bits) => parts.make_of_deciding(|to| push_hex(bits, to)),
        None => text,
    }
}
