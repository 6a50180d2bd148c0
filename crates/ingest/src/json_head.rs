//! The first JSON record of a stream, as far as its head shows it: what formats of JSON are recognised by.

use crate::{
    Head,
    frame::{
        json::{JsonCutter, Wrapper},
        spans::{Cutter, Scan},
    },
    instant::event_time,
    json::{Fields, Value},
    json_record::JsonCell,
    mapping::Cell,
};

/// The fields of the first record; those behind the end of the head are not known.
#[derive(Debug)]
pub(crate) struct JsonHead<'a> {
    fields: Vec<(&'a str, JsonCell<'a>)>,
}

impl<'a> JsonHead<'a> {
    /// `None` where the stream does not begin with an object.
    pub(crate) fn of<W: Wrapper>(head: &Head<'a>) -> Option<Self> {
        let bytes = head.json()?;
        let mut cutter = JsonCutter::<W>::default();
        let mut scan = Scan::default();
        let (start, end) = match cutter.next(bytes, &mut scan) {
            Some(record) => (record.start, record.end),
            None => (scan.open?, bytes.len()),
        };
        Some(Self::of_object(as_text(bytes.get(start..end)?)))
    }

    /// The fields of an object, which may be cut off.
    pub(crate) fn of_object(text: &'a str) -> Self {
        let mut fields = Fields::of(text);
        let mut found = Vec::new();
        while let Ok(Some((key, value))) = fields.next() {
            found.push((key.inner, JsonCell(value)));
        }
        Self { fields: found }
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.field(name).is_some()
    }

    pub(crate) fn has_all(&self, names: &[&str]) -> bool {
        names.iter().all(|name| self.has(name))
    }

    /// How many of these fields are there.
    pub(crate) fn count(&self, names: &[&str]) -> usize {
        names.iter().filter(|name| self.has(name)).count()
    }

    /// The field of this name, where it is set.
    pub(crate) fn field(&self, name: &str) -> Option<JsonCell<'a>> {
        self.fields.iter().find(|field| field.0 == name).map(|field| field.1).filter(|cell| !cell.is_unset())
    }

    /// Text of a field, where it is one without escapes.
    pub(crate) fn text(&self, name: &str) -> Option<&'a str> {
        self.field(name)?.plain()
    }

    /// Text of a member of a field.
    pub(crate) fn inner(&self, name: &str, member: &str) -> Option<&'a str> {
        self.field(name)?.member(member)?.plain()
    }

    pub(crate) fn is_object(&self, name: &str) -> bool {
        self.field(name).is_some_and(|cell| matches!(cell.0, Value::Object(_)))
    }

    /// Whether the field holds a time.
    pub(crate) fn is_dated(&self, name: &str) -> bool {
        self.field(name).is_some_and(|cell| cell.instant(event_time).is_ok())
    }
}

impl<'a> JsonCell<'a> {
    /// A text without escapes.
    fn plain(self) -> Option<&'a str> {
        match self.0 {
            Value::Text(text) if !text.escaped => Some(text.inner),
            _ => None,
        }
    }
}

/// The bytes up to where they are no text: the head may end within a character.
fn as_text(bytes: &[u8]) -> &str {
    let valid = match std::str::from_utf8(bytes) {
        Ok(text) => return text,
        Err(error) => error.valid_up_to(),
    };
    bytes.get(..valid).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
}
#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default)]
    struct Records;

    impl Wrapper for Records {
        const KEYS: &'static [&'static str] = &["records"];
    }

    #[track_caller]
    fn check(stream: &str, names: &[&str]) {
        let head = JsonHead::of::<Records>(&Head { bytes: stream.as_bytes(), name: "" });
        let found: Option<Vec<&str>> = head.map(|head| head.fields.iter().map(|field| field.0).collect());
        assert_eq!(found.unwrap_or_default(), names, "{stream}");
    }

    #[test]
    fn the_first_record_of_any_form() {
        check("{\"a\":1,\"b\":{}}\n{\"c\":2}\n", &["a", "b"]);
        check("{\"v\":1,\"records\":[{\"a\":1},{\"b\":2}]}", &["a"]);
        check("\u{feff}[\n {\n \"a\": [1]\n}\n]", &["a"]);
        check("{\"records\":1}", &["records"]);
    }

    #[test]
    fn a_record_that_the_head_cuts_off() {
        check("{\"a\":1,\"b\":\"long", &["a"]);
        check("{\"records\":[{\"a\":1,\"b\":{\"c\":", &["a"]);
        check("{", &[]);
        check("text", &[]);
    }
}
