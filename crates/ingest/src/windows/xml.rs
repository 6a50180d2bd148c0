//! Reads one event from its XML, as `wevtutil`, Event Viewer, `Get-WinEvent` and Sysmon for Linux write it.

use super::event::{Field, WindowsEvent};
use crate::{
    instant::any_time,
    parsed::{Fault, Reason},
    xml::{Reader, Token, attributes, has_entities, push_text},
};

/// Reads the event that the text holds and hands it on.
pub(crate) fn read_event<R>(text: &str, then: impl FnOnce(&WindowsEvent<'_>) -> R) -> Result<R, Fault> {
    let start = text.find("<Event").unwrap_or(0);
    let mut parts = Parts::default();
    parts.read(text.get(start..).unwrap_or_default())?;
    Ok(then(&parts.event()))
}

/// A text of the document, or one that was put together.
#[derive(Debug, Clone, Copy)]
enum Slice<'a> {
    Raw(&'a str),
    Made { start: usize, end: usize },
}

/// The values of an event by path, as far as they were read.
#[derive(Debug, Default)]
struct Parts<'a> {
    /// Texts that were decoded or joined.
    made: String,
    system: Vec<(Slice<'a>, Slice<'a>)>,
    data_root: &'a str,
    data: Vec<(Slice<'a>, Slice<'a>)>,
    beside: Vec<(Slice<'a>, Slice<'a>)>,
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

impl<'a> Parts<'a> {
    fn read(&mut self, text: &'a str) -> Result<(), Fault> {
        let mut reader = Reader::new(text);
        let mut open: Vec<Element<'a>> = Vec::new();
        let mut has_system = false;
        while let Some(token) = reader.next()? {
            match token {
                Token::Start { name, attributes } => {
                    has_system |= open.len() == 1 && name == "System";
                    self.start(name, attributes, &mut open);
                }
                Token::Text(text) => self.text(text, has_entities(text), &mut open),
                Token::Cdata(text) => self.text(text, false, &mut open),
                Token::End => self.end(&mut open),
            }
        }
        if has_system { Ok(()) } else { Err(Fault::new(Reason::MalformedXml, "no Windows event: no System element")) }
    }

    fn start(&mut self, name: &'a str, text: &'a str, open: &mut Vec<Element<'a>>) {
        if let Some(parent) = open.last_mut() {
            parent.has_children = true;
        }
        open.push(Element { name, label: None, text: None, has_children: false, has_attributes: false });
        let is_user_data = open.len() == 3 && open.get(1).is_some_and(|part| part.name == "UserData");
        if is_user_data && self.data_root.is_empty() {
            self.data_root = name;
        }
        for (attribute, value) in attributes(text) {
            if let Some(element) = open.last_mut() {
                element.has_attributes = true;
                if attribute == "Name" && element.name == "Data" {
                    element.label = Some(value);
                    continue;
                }
            }
            let value = if has_entities(value) { self.decode(value) } else { Slice::Raw(value) };
            self.add(open, Some(attribute), value);
        }
    }

    fn text(&mut self, text: &'a str, encoded: bool, open: &mut [Element<'a>]) {
        let Some(element) = open.last_mut() else { return };
        let added = match element.text {
            None if !encoded => Slice::Raw(text),
            None => self.decode(text),
            Some(before) => {
                // Text in several pieces is put together behind everything else.
                let start = self.made.len();
                match before {
                    Slice::Raw(before) => self.made.push_str(before),
                    Slice::Made { start, end } => self.made.extend_from_within(start..end),
                }
                if encoded {
                    push_text(text, &mut self.made)
                } else {
                    self.made.push_str(text)
                }
                Slice::Made { start, end: self.made.len() }
            }
        };
        element.text = Some(added);
    }

    fn end(&mut self, open: &mut Vec<Element<'a>>) {
        let Some(element) = open.last() else { return };
        // An element that has only attributes has no value of its own, a `Data` always has.
        let is_leaf =
            !element.has_children && (element.text.is_some() || !element.has_attributes || element.label.is_some());
        let is_part = open.len() > 2;
        if is_leaf && is_part {
            let value = element.text.unwrap_or(Slice::Raw(""));
            self.add(open, None, value);
        }
        open.pop();
    }

    /// Notes a value under the path of the open elements.
    fn add(&mut self, open: &[Element<'a>], attribute: Option<&'a str>, value: Slice<'a>) {
        let Some(part) = open.get(1) else { return };
        let list_of = part.name;
        // Of user data the root is not in the path, of what lies beside the part itself is.
        let skipped = match list_of {
            "UserData" => 3,
            "System" | "EventData" => 2,
            _ => 1,
        };
        let label = open.last().and_then(|element| element.label).filter(|_| attribute.is_none());
        let steps = open.get(skipped..).unwrap_or_default();
        let name = match (label, steps, attribute) {
            (Some(label), [_], _) if has_entities(label) => self.decode(label),
            (Some(label), [_], _) => Slice::Raw(label),
            (_, [element], None) => Slice::Raw(element.name),
            (_, [], None) => Slice::Raw(open.last().map_or("Data", |element| element.name)),
            _ => self.join(steps, label, attribute),
        };
        match list_of {
            "System" => self.system.push((name, value)),
            "EventData" | "UserData" => self.data.push((name, value)),
            _ => self.beside.push((name, value)),
        }
    }

    fn join(&mut self, steps: &[Element<'a>], label: Option<&str>, attribute: Option<&str>) -> Slice<'a> {
        let start = self.made.len();
        let last = steps.len().saturating_sub(1);
        for (place, step) in steps.iter().enumerate() {
            if place > 0 {
                self.made.push('/');
            }
            self.made.push_str(label.filter(|_| place == last).unwrap_or(step.name));
        }
        if let Some(attribute) = attribute {
            self.made.push('@');
            self.made.push_str(attribute);
        }
        Slice::Made { start, end: self.made.len() }
    }

    fn decode(&mut self, text: &str) -> Slice<'a> {
        let start = self.made.len();
        push_text(text, &mut self.made);
        Slice::Made { start, end: self.made.len() }
    }

    fn slice<'s>(&'s self, slice: Slice<'a>) -> &'s str {
        match slice {
            Slice::Raw(text) => text,
            Slice::Made { start, end } => self.made.get(start..end).unwrap_or_default(),
        }
    }

    fn event(&self) -> WindowsEvent<'_> {
        let field =
            |&(name, value): &(Slice<'a>, Slice<'a>)| Field { name: self.slice(name), value: self.slice(value) };
        let mut event = WindowsEvent {
            data_root: self.data_root,
            data: self.data.iter().map(field).collect(),
            beside: self.beside.iter().map(field).collect(),
            ..WindowsEvent::default()
        };
        self.system.iter().map(field).for_each(|field| set_system(&mut event, field));
        event
    }
}

/// Puts a value of `System` where the model has it.
pub(super) fn set_system<'e>(event: &mut WindowsEvent<'e>, field: Field<'e>) {
    let place = match field.name {
        "Provider@Name" => &mut event.provider,
        "Provider@Guid" => &mut event.provider_guid,
        "EventID" => {
            event.event_id = field.value.trim().parse().ok();
            return;
        }
        "EventID@Qualifiers" => &mut event.qualifiers,
        "Version" => &mut event.version,
        "Level" => &mut event.level,
        "Task" => &mut event.task,
        "Opcode" => &mut event.opcode,
        "Keywords" => &mut event.keywords,
        "TimeCreated@SystemTime" => {
            event.time = any_time(field.value).ok();
            &mut event.time_text
        }
        "EventRecordID" => &mut event.record_id,
        "Correlation@ActivityID" => &mut event.activity_id,
        "Correlation@RelatedActivityID" => &mut event.related_activity_id,
        "Execution@ProcessID" => &mut event.pid,
        "Execution@ThreadID" => &mut event.tid,
        "Channel" => &mut event.channel,
        "Computer" => &mut event.computer,
        "Security@UserID" => &mut event.user_sid,
        // Empty elements that only group attributes.
        "Provider" | "TimeCreated" | "Correlation" | "Execution" | "Security" if field.value.trim().is_empty() => {
            return;
        }
        _ => {
            event.system.push(field);
            return;
        }
    };
    *place = field.value;
}
