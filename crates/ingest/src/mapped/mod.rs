//! Formats that people write as files, without Rust: a TOML file says how records are cut, recognised and mapped.
//!
//! `file` reads and checks the file, `shape` takes records apart, and [`crate::mapping`] fills the columns as it does
//! for the formats that are part of the program. How to write one: docs/formats.md.

mod columns;
mod csv;
mod document;
mod file;
mod glob;
mod key_value;
mod problem;
pub(crate) mod reads;
mod rule;
mod scaffold;
mod shape;
mod shipped;
mod time;
mod when;

use std::sync::Arc;

use regex::{Regex, RegexBuilder};

use self::{
    document::Placed,
    problem::Problems,
    shape::{Habits, Reader, Shape},
    when::{Found, When},
};
use crate::{
    Certainty, Framer, Head, ParsedBatch, RawBatch, Recognition, Tail,
    mapping::{Output, Plan},
    parsed::Fault,
    records::read_records,
};

pub use problem::Problem;
pub use scaffold::{Scaffold, scaffold};
pub(crate) use shipped::shipped;

/// A format that a file describes.
#[derive(Debug)]
pub struct Mapped {
    pub name: String,
    pub about: String,
    pub spec: String,
    /// Tables that its records may go to.
    pub yields: Vec<&'static str>,
    /// Who wrote it.
    pub origin: Origin,
    marks: Marks,
    shape: Shape,
    habits: Habits,
    kinds: Vec<Kind>,
    /// Where records go that no rule is for.
    others: Arc<Plan>,
}

/// Who wrote a mapping: a person's own counts before what is built in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// It is a part of the program.
    Shipped,
    /// It lies in the home folder, or was named.
    Own,
}

/// By what a stream is recognised.
#[derive(Debug, Default)]
struct Marks {
    /// Fields that one of the first records has.
    fields: Vec<String>,
    /// Tests of them.
    values: Vec<When>,
    /// What the head matches.
    head: Option<Regex>,
    /// Pattern of file names.
    file: Option<String>,
}

/// One rule: which records, and where they go.
#[derive(Debug)]
struct Kind {
    when: Vec<When>,
    plan: Arc<Plan>,
}

/// Records that are looked at to recognise a stream.
const LOOKED_AT: usize = 20;

impl Mapped {
    /// Reads a mapping file; or everything that is wrong with it.
    pub fn read(text: &str, origin: Origin) -> Result<Self, Vec<Problem>> {
        file::read(text, origin)
    }

    /// Whether a stream that begins like this is of this format, and what gave it away.
    pub fn recognise(&self, head: &Head<'_>) -> Option<Recognition> {
        let by_name = self.marks.file.as_ref().map(|glob| glob::matches(glob, head.name));
        let mut why = Vec::new();
        if let Some(pattern) = &self.marks.head {
            pattern.is_match(text_of(head.bytes)).then_some(())?;
            why.push("its head matches the mapping's pattern".to_owned());
        }
        if !self.marks.fields.is_empty() || !self.marks.values.is_empty() {
            self.has_fields(head.bytes).then_some(())?;
            why.push(format!("{} with {}", self.shape.word(), self.marks.names().join(", ")));
        }
        let by_content = !why.is_empty();
        match by_name {
            Some(false) => return None,
            Some(true) => why.push("the name fits".to_owned()),
            None => {}
        }
        let certainty = match (by_content, by_name.is_some(), self.origin) {
            (false, false, _) => return None,
            (false, true, _) => Certainty::Possible,
            (true, true, _) | (true, _, Origin::Own) => Certainty::Certain,
            (true, false, Origin::Shipped) => Certainty::Likely,
        };
        Some(Recognition::new(certainty, why.join(", ")))
    }

    /// Opens a stream of this name.
    pub fn framer(&self, name: &str) -> Box<dyn Framer> {
        self.shape.framer(name)
    }

    /// Reads a batch that this format's framer has cut. Never fails.
    pub fn parse(&self, raw: &RawBatch) -> ParsedBatch {
        let mut output = Output::new();
        let mut reader = Reader::new(&self.shape, &self.habits, raw);
        let mut room = String::new();
        read_records(raw, &mut output, |input, output| {
            if !reader.read(input)? {
                return Ok(());
            }
            self.add(&mut reader, &mut room, output)
        });
        output.finish(self.name.clone(), raw)
    }

    fn add(&self, reader: &mut Reader<'_, '_>, room: &mut String, output: &mut Output) -> Result<(), Fault> {
        for kind in &self.kinds {
            if kind.when.iter().all(|when| when.test.holds(reader.find(&when.field, room))) {
                return reader.add(&kind.plan, output);
            }
        }
        reader.add(&self.others, output)
    }

    /// Whether one of the first records has the fields by which the format is recognised.
    fn has_fields(&self, head: &[u8]) -> bool {
        let mut framer = self.shape.framer("");
        let mut batches = framer.push(head);
        batches.extend(framer.finish(Tail::Take).batches);
        let Some(raw) = batches.first() else { return false };
        let mut output = Output::new();
        let mut reader = Reader::new(&self.shape, &self.habits, raw);
        let (mut room, mut looked_at, mut found) = (String::new(), 0, false);
        read_records(raw, &mut output, |input, _| {
            if found || looked_at >= LOOKED_AT || !reader.read(input)? {
                return Ok(());
            }
            looked_at += 1;
            found = self.marks.fields.iter().all(|field| !matches!(reader.find(field, &mut room), Found::Nothing))
                && self.marks.values.iter().all(|when| when.test.holds(reader.find(&when.field, &mut room)));
            Ok(())
        });
        found
    }
}

impl Marks {
    fn names(&self) -> Vec<&str> {
        let tested = self.values.iter().map(|when| when.field.as_str());
        self.fields.iter().map(String::as_str).chain(tested).collect()
    }
}

/// As much of the head as is text.
fn text_of(bytes: &[u8]) -> &str {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    std::str::from_utf8(bytes).unwrap_or_else(|error| {
        std::str::from_utf8(bytes.get(..error.valid_up_to()).unwrap_or_default()).unwrap_or_default()
    })
}

/// A regular expression takes no more memory than this once it is made ready.
const MAX_PATTERN_BYTES: usize = 4 << 20;

/// A regular expression out of a file. It takes time in proportion to the text, whatever it is.
fn pattern(text: &Placed, problems: &mut Problems<'_>) -> Option<Regex> {
    match RegexBuilder::new(&text.text).size_limit(MAX_PATTERN_BYTES).build() {
        Ok(regex) => Some(regex),
        Err(error) => {
            let says = error.to_string();
            let says = says.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
            let hint = "the syntax is that of Rust's regex crate; look-around and back-references do not exist there"
                .to_owned();
            problems.add("bad_pattern", text.at.clone(), format!("not a regular expression: {says}"), Some(hint));
            None
        }
    }
}

#[cfg(test)]
mod tests;
