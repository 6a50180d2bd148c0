//! What delivery services wrap around JSON records: EventBridge, CloudWatch Logs, SNS, the CloudTrail interface.
//!
//! A record packed as an object is read where it stands; one packed as a string is decoded once, into [`Room`].

use std::cell::OnceCell;

use crate::{
    Head,
    frame::{
        json::{JsonCutter, Wrapper},
        spans::{Cutter as _, Scan},
    },
    json::{Fields, Text, Value},
    json_record::{JsonCell, JsonReader},
    parsed::Fault,
    records::Input,
};

/// The arrays that deliveries and answers of AWS interfaces hold records in.
#[derive(Debug, Default)]
pub(crate) struct Deliveries;

impl Wrapper for Deliveries {
    const KEYS: &'static [&'static str] =
        &["Records", "logEvents", "events", "Events", "Findings", "findings", "records"];
}

/// Members that hold a packed record, and what else a record has that is such an envelope.
const MEMBERS: &[(&str, &str)] = &[
    // EventBridge.
    ("detail", "detail-type"),
    // `aws cloudtrail lookup-events`.
    ("CloudTrailEvent", "EventId"),
    // CloudWatch Logs: subscriptions and `filter-log-events`, then queries.
    ("message", "timestamp"),
    ("@message", "@timestamp"),
    // SNS, also within SQS, which calls the text a body.
    ("Message", "Type"),
    ("body", "messageId"),
    ("Body", "MessageId"),
    // Splunk's collector.
    ("event", "sourcetype"),
];

/// A record in EventBridge in SNS in SQS has been seen; deeper nesting is no delivery.
const MAX_ENVELOPES: usize = 4;

/// Texts that are made while a batch is read and live as long as it: links of a chain that only grows.
#[derive(Debug, Default)]
pub(crate) struct Room {
    text: OnceCell<String>,
    next: OnceCell<Box<Room>>,
}

impl Drop for Room {
    /// One link after the other: dropping the chain from its head would recurse.
    fn drop(&mut self) {
        let mut next = self.next.take();
        while let Some(mut link) = next {
            next = link.next.take();
        }
    }
}

/// Where the next text goes.
#[derive(Debug)]
pub(crate) struct Kept<'a> {
    last: &'a Room,
}

impl<'a> Kept<'a> {
    pub(crate) fn new(room: &'a Room) -> Self {
        Self { last: room }
    }

    pub(crate) fn keep(&mut self, text: String) -> &'a str {
        let kept = self.last.text.get_or_init(|| text);
        self.last = self.last.next.get_or_init(Box::default);
        kept
    }

    pub(crate) fn decoded(&mut self, text: Text<'a>) -> &'a str {
        if !text.escaped {
            return text.inner;
        }
        let mut room = String::new();
        text.decode(&mut room);
        self.keep(room)
    }
}

/// Reads a record and takes it out of its envelopes. One that has a field called `own` is in none.
pub(crate) fn read_unpacked<'a>(
    reader: &mut JsonReader<'a>,
    kept: &mut Kept<'a>,
    input: Input<'a>,
    own: &str,
) -> Result<(), Fault> {
    reader.read(input)?;
    for _ in 0..MAX_ENVELOPES {
        if reader.field(own).is_some() {
            return Ok(());
        }
        let Some((member, packed)) = packed(reader) else { return Ok(()) };
        let packed = match packed {
            Value::Object(object) => object,
            Value::Text(text) => kept.decoded(text),
            _ => return Ok(()),
        };
        reader.unpack(member, packed)?;
    }
    Ok(())
}

fn packed<'a>(reader: &mut JsonReader<'a>) -> Option<(&'static str, Value<'a>)> {
    for &(member, beside) in MEMBERS {
        let Some(JsonCell(value)) = reader.field(member) else { continue };
        if is_packed(value) && reader.field(beside).is_some() {
            return Some((member, value));
        }
    }
    None
}

fn is_packed(value: Value<'_>) -> bool {
    match value {
        Value::Object(_) => true,
        Value::Text(text) => text.inner.trim_start().starts_with('{'),
        _ => false,
    }
}

/// The first record of a stream without its envelopes, as far as the head holds it.
pub(crate) fn first_record<W: Wrapper>(head: &Head<'_>) -> Option<String> {
    let bytes = head.json()?;
    let (mut cutter, mut scan) = (JsonCutter::<W>::default(), Scan::default());
    let found = cutter.next(bytes, &mut scan);
    let record = match found {
        Some(span) => bytes.get(span.start..span.end)?,
        None => bytes.get(scan.open?..)?,
    };
    let text = std::str::from_utf8(record).or_else(|error| {
        // The head may end within a character.
        std::str::from_utf8(record.get(..error.valid_up_to()).unwrap_or_default())
    });
    let mut record = text.ok().filter(|text| text.starts_with('{'))?.to_owned();
    for _ in 0..MAX_ENVELOPES {
        let fields = fields(&record);
        let has = |name: &str| fields.iter().any(|(key, _)| key.inner == name);
        // A head that ends within the packed record has nothing of what is beside it behind it.
        let packed = fields.iter().find_map(|&(key, value)| {
            let &(_, beside) = MEMBERS.iter().find(|known| known.0 == key.inner)?;
            (is_packed(value) && has(beside)).then_some(value)
        });
        record = match packed {
            Some(Value::Object(object)) => object.to_owned(),
            Some(Value::Text(text)) => text.decode(&mut String::new()).to_owned(),
            _ => break,
        };
    }
    Some(record)
}

/// The fields of a record up to where it is cut off or broken.
pub(crate) fn fields(record: &str) -> Vec<(Text<'_>, Value<'_>)> {
    let mut fields = Fields::of(record);
    let mut found = Vec::new();
    while let Ok(Some(field)) = fields.next() {
        found.push(field);
    }
    found
}

/// Whether a record has all of these fields at its top.
pub(crate) fn has_fields(record: &str, names: &[&str]) -> bool {
    let fields = fields(record);
    names.iter().all(|name| fields.iter().any(|(key, _)| key.inner == *name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_stay_while_more_come() {
        let room = Room::default();
        let mut kept = Kept::new(&room);
        let texts: Vec<&str> = (0..200_000).map(|place| kept.keep(place.to_string())).collect();
        assert!(texts.iter().enumerate().all(|(place, text)| *text == place.to_string()));
    }

    #[test]
    fn the_first_record_comes_out_of_its_envelopes() {
        let inner = r#"{"a":1,"b":{"c":"\""}}"#;
        let quoted = |text: &str| {
            let mut to = String::new();
            crate::json::push_json_string(text, &mut to);
            to
        };
        let event = format!(r#"{{"detail-type":"x","detail":{inner}}}"#);
        let notification = format!(r#"{{"Type":"Notification","Message":{}}}"#, quoted(&event));
        let queued = format!(r#"{{"messageId":"1","body":{}}}"#, quoted(&notification));
        for text in [inner.to_owned(), event, notification, format!("{{\"Records\":[{queued}")] {
            let head = Head { bytes: text.as_bytes(), name: "" };
            assert_eq!(first_record::<Deliveries>(&head).as_deref(), Some(inner), "{text}");
        }
    }
}
