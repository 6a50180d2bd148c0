//! Reads one event from its XML, as `wevtutil`, Event Viewer, `Get-WinEvent` and Sysmon for Linux write it.

use super::{
    event::WindowsEvent,
    parts::{Part, Parts, Slice},
};
use crate::{
    parsed::{Fault, Reason},
    xml::{Reader, Token, attributes, has_entities, push_text},
};

/// Reads the event that the text holds and hands it on. What stands before the event is passed over.
pub(crate) fn read_event<R>(text: &str, then: impl FnOnce(&WindowsEvent<'_>) -> R) -> Result<R, Fault> {
    let start = text.find("<Event").unwrap_or(0);
    let mut parts = Parts::default();
    read(text.get(start..).unwrap_or_default(), &mut parts)?;
    if !parts.has(Part::System) {
        return Err(Fault::new(Reason::MalformedXml, "no Windows event: no System element with values"));
    }
    Ok(then(&parts.event()))
}

/// An element that is open.
#[derive(Debug)]
struct Element<'a> {
    name: &'a str,
    /// `Name` of a `Data` element.
    label: Option<&'a str>,
    text: Option<Slice<'a>>,
    has_children: bool,
    has_attributes: bool,
}

fn read<'a>(text: &'a str, parts: &mut Parts<'a>) -> Result<(), Fault> {
    let mut reader = Reader::new(text);
    let mut open: Vec<Element<'a>> = Vec::new();
    while let Some(token) = reader.next()? {
        match token {
            Token::Start { name, attributes } => start(name, attributes, &mut open, parts)?,
            Token::Text(text) => add_text(text, has_entities(text), &mut open, parts),
            Token::Cdata(text) => add_text(text, false, &mut open, parts),
            Token::End => end(&mut open, parts)?,
        }
    }
    Ok(())
}

fn start<'a>(name: &'a str, text: &'a str, open: &mut Vec<Element<'a>>, parts: &mut Parts<'a>) -> Result<(), Fault> {
    if let Some(parent) = open.last_mut() {
        parent.has_children = true;
    }
    let is_data_root = open.len() == 2 && open.get(1).is_some_and(|part| part.name == "UserData");
    if is_data_root && parts.data_root.is_empty() {
        parts.data_root = name;
    }
    open.push(Element { name, label: None, text: None, has_children: false, has_attributes: false });
    for (attribute, value) in attributes(text) {
        if let Some(element) = open.last_mut() {
            element.has_attributes = true;
            if attribute == "Name" && name == "Data" {
                element.label = Some(value);
                continue;
            }
        }
        let value = if has_entities(value) { decoded(value, parts) } else { Slice::Raw(value) };
        add(open, Some(attribute), value, parts)?;
    }
    Ok(())
}

fn add_text<'a>(text: &'a str, encoded: bool, open: &mut [Element<'a>], parts: &mut Parts<'a>) {
    // Between elements there are only blanks.
    let Some(element) = open.last_mut().filter(|element| !element.has_children) else { return };
    let write = |to: &mut String| if encoded { push_text(text, to) } else { to.push_str(text) };
    element.text = Some(match element.text {
        None if !encoded => Slice::Raw(text),
        None => parts.make(write),
        Some(before) => parts.extend(before, write),
    });
}

fn end<'a>(open: &mut Vec<Element<'a>>, parts: &mut Parts<'a>) -> Result<(), Fault> {
    let Some(element) = open.last() else { return Ok(()) };
    // An element that has only attributes has no value of its own; a `Data` always has one.
    let may_be_empty = !element.has_attributes || element.label.is_some();
    let is_value = !element.has_children && (element.text.is_some() || may_be_empty);
    if is_value && open.len() > 2 {
        let value = element.text.unwrap_or(Slice::Raw(""));
        add(open, None, value, parts)?;
    }
    open.pop();
    Ok(())
}

/// Notes a value under the path of the open elements.
fn add<'a>(
    open: &[Element<'a>],
    attribute: Option<&'a str>,
    value: Slice<'a>,
    parts: &mut Parts<'a>,
) -> Result<(), Fault> {
    let Some(top) = open.get(1) else { return Ok(()) };
    // Of user data the root is not in the path; of what lies beside the data its top is.
    let (part, skipped) = match top.name {
        "System" => (Part::System, 2),
        "EventData" => (Part::Data, 2),
        "UserData" => (Part::Data, 3),
        _ => (Part::Beside, 1),
    };
    let Some((last, above)) = open.get(skipped..).unwrap_or_default().split_last() else {
        return match attribute {
            Some(attribute) => {
                let name = parts.join(&[], '@', Slice::Raw(attribute));
                parts.add(part, name, value)
            }
            None => parts.add(part, Slice::Raw(open.last().map_or("Data", |element| element.name)), value),
        };
    };
    let mut above: Vec<Slice<'a>> = above.iter().map(|element| Slice::Raw(element.name)).collect();
    let name = match (attribute, last.label) {
        (Some(attribute), _) => {
            above.push(Slice::Raw(last.name));
            parts.join(&above, '@', Slice::Raw(attribute))
        }
        (None, Some(label)) => {
            let label = if has_entities(label) { decoded(label, parts) } else { Slice::Raw(label) };
            if above.is_empty() { label } else { parts.join(&above, '/', label) }
        }
        (None, None) if above.is_empty() => Slice::Raw(last.name),
        (None, None) => parts.join(&above, '/', Slice::Raw(last.name)),
    };
    parts.add(part, name, value)
}

fn decoded<'a>(text: &str, parts: &mut Parts<'a>) -> Slice<'a> {
    parts.make(|to| push_text(text, to))
}
