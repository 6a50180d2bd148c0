//! JSON that stands within the texts of a record: decoded before the batch is read, so that records can borrow it.
//!
//! Exports like to put a whole audit record into one text field (`AuditData`, `message`), or single objects
//! (`Properties` of Log Analytics).

use crate::{
    RawBatch,
    json::{Fields, Value, push_value},
    mapping::{Cell, Output},
    records::{Input, read_records},
};

/// What shall be read in place of some records of a batch.
#[derive(Debug)]
pub(crate) struct Decoded {
    text: String,
    /// Position of a record and where its decoded text ends, in order.
    records: Vec<(u64, usize)>,
}

impl Decoded {
    /// Asks `decode` for every record of the batch to append what shall be read instead; nothing where the record
    /// itself shall.
    pub(crate) fn of(raw: &RawBatch, mut decode: impl FnMut(&str, &mut String)) -> Self {
        let mut decoded = Self { text: String::new(), records: Vec::new() };
        // Without an escaped quote there is no object in any text.
        if memchr::memmem::find(&raw.bytes, b"\\\"").is_none() {
            return decoded;
        }
        decoded.read(raw, &mut decode);
        decoded
    }

    /// The same for records that are no JSON themselves.
    pub(crate) fn of_any(raw: &RawBatch, mut decode: impl FnMut(&str, &mut String)) -> Self {
        let mut decoded = Self { text: String::new(), records: Vec::new() };
        decoded.read(raw, &mut decode);
        decoded
    }

    /// What shall be read in place of the record.
    pub(crate) fn text_for(&self, record: Input<'_>) -> Option<&str> {
        let place = self.records.binary_search_by_key(&record.position, |known| known.0).ok()?;
        let start = place.checked_sub(1).and_then(|before| self.records.get(before)).map_or(0, |before| before.1);
        self.text.get(start..self.records.get(place)?.1)
    }

    fn read(&mut self, raw: &RawBatch, decode: &mut impl FnMut(&str, &mut String)) {
        // Records that no format could read are rejected when the batch is read.
        let mut unread = Output::new();
        read_records(raw, &mut unread, |record, _| {
            let start = self.text.len();
            decode(record.text, &mut self.text);
            if self.text.len() > start {
                self.records.push((record.position, self.text.len()));
            }
            Ok(())
        });
    }
}

/// Appends the object that a text holds; nothing where it holds none.
pub(crate) fn push_object<'a>(value: impl Cell<'a>, to: &mut String) {
    let mut room = String::new();
    let Some(text) = value.text(&mut room).map(str::trim) else { return };
    if text.starts_with('{') {
        to.push_str(text);
    }
}

/// Appends the record with the JSON that the texts of these fields hold in their place; nothing where there is none.
pub(crate) fn expand(record: &str, names: &[&str], to: &mut String) {
    let start = to.len();
    let mut any = false;
    let (mut room, mut probe) = (String::new(), String::new());
    let mut fields = Fields::of(record);
    loop {
        let Ok(next) = fields.next() else {
            to.truncate(start);
            return;
        };
        let Some((key, value)) = next else { break };
        to.push(if to.len() == start { '{' } else { ',' });
        to.push('"');
        to.push_str(key.inner);
        to.push_str("\":");
        match value {
            Value::Text(text) if names.contains(&key.inner) && is_json(text.decode(&mut room), &mut probe) => {
                to.push_str(text.decode(&mut room));
                any = true;
            }
            value => push_value(value, to),
        }
    }
    if any {
        to.push('}');
    } else {
        to.truncate(start);
    }
}

/// Whether the text is an object or array that may stand within a record.
fn is_json(text: &str, probe: &mut String) -> bool {
    if !text.starts_with(['{', '[']) {
        return false;
    }
    probe.clear();
    probe.push_str("{\"\":");
    probe.push_str(text);
    probe.push('}');
    let mut fields = Fields::of(probe);
    matches!(fields.next(), Ok(Some(_))) && matches!(fields.next(), Ok(None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(record: &str, want: &str) {
        let mut to = String::from("before");
        expand(record, &["p", "q"], &mut to);
        assert_eq!(to, format!("before{want}"));
    }

    #[test]
    fn texts_that_hold_json_are_expanded() {
        check(r#"{"p":"{\"a\":[1,\"\\\"\"]}","n":1}"#, r#"{"p":{"a":[1,"\""]},"n":1}"#);
        check(r#"{"n":"{\"a\":1}","q":"[1]"}"#, r#"{"n":"{\"a\":1}","q":[1]}"#);
    }

    #[test]
    fn what_is_no_json_stays_a_text() {
        for record in
            ["{}", r#"{"p":"plain"}"#, r#"{"p":"{1}"}"#, r#"{"p":"{}}"}"#, r#"{"p":"{},\"x\":{}"}"#, "{\"p\":"]
        {
            check(record, "");
        }
    }

    #[test]
    fn an_expanded_record_is_never_too_deep() {
        let deep = |depth: usize| format!(r#"{{"p":"{}{}"}}"#, "[".repeat(depth), "]".repeat(depth));
        let mut to = String::new();
        expand(&deep(64), &["p"], &mut to);
        assert!(!to.is_empty());
        let mut to = String::new();
        expand(&deep(65), &["p"], &mut to);
        assert!(to.is_empty());
    }
}
