//! Messages that are records of another format, and who reads them. To add one: a reader and a line in [`READERS`].

use super::{
    fortinet::{self, Fortinet},
    palo_alto::{self, PaloAlto},
    windows,
};
use crate::{
    RawBatch,
    formats::{auditd, cef, leef},
    json::{Fields, Value, push_value},
    mapping::Output,
    messages::SYSLOG_OTHER,
    pairs::Pairs,
    parsed::Fault,
    records::Input,
    syslog::Header,
};

/// Reads messages of one format. Made once a batch.
pub(crate) trait Embedded<'a>: std::fmt::Debug {
    /// Adds the record as a row, or gives `None` where the message is none of its format after all. `record` is the
    /// whole record with its header: its text is `raw`; time and host of the header stand in for what the message
    /// does not say.
    fn read(&mut self, header: &Header<'a>, record: Input<'a>, output: &mut Output) -> Option<Result<(), Fault>>;
}

/// Which messages a reader wants.
struct Entry {
    fits: fn(&str) -> bool,
    make: for<'a> fn(&'a RawBatch) -> Box<dyn Embedded<'a> + 'a>,
}

/// The only list of them; the first that fits reads.
static READERS: &[Entry] = &[
    Entry { fits: windows::is_xml, make: windows::xml_messages },
    Entry { fits: windows::is_json, make: windows::json_messages },
    Entry { fits: is_object, make: |_raw| Box::new(Objects { pairs: Pairs::new() }) },
    Entry { fits: cef::is_record, make: cef::messages },
    Entry { fits: leef::is_record, make: leef::messages },
    Entry { fits: fortinet::is_record, make: |_raw| Box::new(Fortinet::new()) },
    Entry { fits: palo_alto::is_record, make: |_raw| Box::new(PaloAlto::new()) },
    Entry { fits: auditd::is_record, make: auditd::messages },
];

/// The readers of one batch, made when first needed.
#[derive(Debug)]
pub(super) struct Readers<'a> {
    raw: &'a RawBatch,
    made: Vec<Option<Box<dyn Embedded<'a> + 'a>>>,
}

impl<'a> Readers<'a> {
    pub(super) fn new(raw: &'a RawBatch) -> Self {
        Self { raw, made: READERS.iter().map(|_| None).collect() }
    }

    pub(super) fn read(
        &mut self,
        header: &Header<'a>,
        record: Input<'a>,
        output: &mut Output,
    ) -> Option<Result<(), Fault>> {
        let place = READERS.iter().position(|entry| (entry.fits)(header.message))?;
        let (entry, slot) = (READERS.get(place)?, self.made.get_mut(place)?);
        slot.get_or_insert_with(|| (entry.make)(self.raw)).read(header, record, output)
    }
}

/// A JSON object, alone or behind the cookie of Common Event Expression (`@cee:`).
fn is_object(message: &str) -> bool {
    object(message).is_some()
}

fn object(message: &str) -> Option<&str> {
    let text = message.strip_prefix("@cee:").unwrap_or(message).trim_ascii();
    (text.starts_with('{') && text.ends_with('}')).then_some(text)
}

/// Objects of no known format: their fields are kept one by one.
#[derive(Debug)]
struct Objects<'a> {
    pairs: Pairs<'a>,
}

impl<'a> Embedded<'a> for Objects<'a> {
    fn read(&mut self, header: &Header<'a>, record: Input<'a>, output: &mut Output) -> Option<Result<(), Fault>> {
        let pairs = &mut self.pairs;
        pairs.begin();
        if let Some(host) = header.host {
            pairs.push("host", host);
        }
        pairs.push("kind", super::kind_of(header));
        let mut fields = Fields::of(object(header.message)?);
        let mut json = String::new();
        let mut has_message = false;
        loop {
            let (key, value) = match fields.next() {
                Ok(Some(field)) => field,
                Ok(None) => break,
                // Not JSON after all: a message like others.
                Err(_) => return None,
            };
            let is_message = matches!(key.inner, "msg" | "message") && matches!(value, Value::Text(_)) && !has_message;
            has_message |= is_message;
            // The object may use the names that we give to parts of the header.
            let name = if is_message { "message".to_owned() } else { format!("json.{}", key.inner) };
            match value {
                Value::Text(text) => pairs.push_with(name, |to| to.push_str(text.decode(&mut json))),
                value => {
                    json.clear();
                    push_value(value, &mut json);
                    pairs.push_json(name, &json);
                }
            }
        }
        super::push_header(header, pairs);
        pairs.add_observed(&SYSLOG_OTHER, record, header.observed, output);
        Some(Ok(()))
    }
}
