//! All formats that can be read: those of the program, those that people wrote as files, and which one a stream is of.

use std::sync::Arc;

use crate::{
    ALL, Certainty, Format, Framer, Head, Mapped, ParsedBatch, RawBatch, Recognition,
    legacy::readable,
    mapped::{Origin, shipped},
    recognise::HEAD_BYTES,
};

/// Enough for the first record of almost every log, where it is to be told what is certain.
const FIRST_BYTES: usize = 4 << 10;

/// A format, wherever it comes from. Cheap to clone.
#[derive(Debug, Clone)]
pub enum AnyFormat {
    Built(&'static Format),
    Mapped(Arc<Mapped>),
}

impl AnyFormat {
    pub fn name(&self) -> &str {
        match self {
            Self::Built(format) => format.name,
            Self::Mapped(mapped) => &mapped.name,
        }
    }

    pub fn about(&self) -> &str {
        match self {
            Self::Built(format) => format.about,
            Self::Mapped(mapped) => &mapped.about,
        }
    }

    pub fn spec(&self) -> &str {
        match self {
            Self::Built(format) => format.spec,
            Self::Mapped(mapped) => &mapped.spec,
        }
    }

    /// Tables that its records may go to.
    pub fn yields(&self) -> &[&'static str] {
        match self {
            Self::Built(format) => format.yields,
            Self::Mapped(mapped) => &mapped.yields,
        }
    }

    /// `built in`, `mapping`, or `your mapping`.
    pub fn origin(&self) -> &'static str {
        match self {
            Self::Built(_) => "built in",
            Self::Mapped(mapped) if mapped.origin == Origin::Own => "your mapping",
            Self::Mapped(_) => "mapping",
        }
    }

    pub fn recognise(&self, head: &Head<'_>) -> Option<Recognition> {
        match self {
            Self::Built(format) => (format.recognise)(head),
            Self::Mapped(mapped) => mapped.recognise(head),
        }
    }

    /// Opens a stream of this name.
    pub fn framer(&self, name: &str) -> Box<dyn Framer> {
        match self {
            Self::Built(format) => (format.framer)(name),
            Self::Mapped(mapped) => mapped.framer(name),
        }
    }

    /// Reads a batch that this format's framer has cut. Never fails.
    pub fn parse(&self, raw: &RawBatch) -> ParsedBatch {
        match self {
            Self::Built(format) => (format.parse)(raw),
            Self::Mapped(mapped) => mapped.parse(raw),
        }
    }
}

impl From<Mapped> for AnyFormat {
    fn from(mapped: Mapped) -> Self {
        Self::Mapped(Arc::new(mapped))
    }
}

/// Formats in the order of precedence: a person's own, those of the program, the mappings that came with it.
#[derive(Debug, Clone)]
pub struct Formats {
    all: Vec<AnyFormat>,
}

impl Formats {
    /// What came with the program.
    pub fn built_in() -> Self {
        Self::with(Vec::new())
    }

    /// These, and what came with the program. One of the same name takes the other's place.
    pub fn with(own: Vec<Mapped>) -> Self {
        let own: Vec<AnyFormat> = own.into_iter().map(AnyFormat::from).collect();
        let program = ALL.iter().map(|&format| AnyFormat::Built(format));
        let program = program.chain(shipped().iter().cloned().map(AnyFormat::Mapped));
        let mut all = own;
        for format in program {
            if !all.iter().any(|known| known.name() == format.name()) {
                all.push(format);
            }
        }
        Self { all }
    }

    pub fn iter(&self) -> impl Iterator<Item = &AnyFormat> {
        self.all.iter()
    }

    /// The format of this name.
    pub fn find(&self, name: &str) -> Option<&AnyFormat> {
        self.all.iter().find(|format| format.name() == name)
    }

    /// The format of a stream by its first (decompressed) bytes, and why; `None` rather than a guess.
    pub fn recognise(&self, head: &[u8], name: &str) -> Option<(AnyFormat, Recognition)> {
        self.certain_at_once(head, name).or_else(|| self.surest_first(head, name).into_iter().next())
    }

    /// Every format that the stream may be of, the surest first; of those that are equally sure the first one.
    pub fn candidates(&self, head: &[u8], name: &str) -> Vec<(AnyFormat, Recognition)> {
        let mut found = self.surest_first(head, name);
        if let Some(first) = self.certain_at_once(head, name) {
            found.retain(|(format, _)| format.name() != first.0.name());
            found.insert(0, first);
        }
        found
    }

    /// The first format that says of the very first bytes alone that it is certain. With many small files, asking all
    /// formats about all of the head would take longer than reading the files.
    fn certain_at_once(&self, head: &[u8], name: &str) -> Option<(AnyFormat, Recognition)> {
        let (whole, first) =
            (readable(head.get(..HEAD_BYTES).unwrap_or(head)), readable(head.get(..FIRST_BYTES).unwrap_or(head)));
        let (whole, first) = (Head { bytes: &whole, name }, Head { bytes: &first, name });
        self.all.iter().find_map(|format| {
            // What people wrote counts before what is built in, so it is asked about all that it may look at.
            let is_own = matches!(format, AnyFormat::Mapped(mapped) if mapped.origin == Origin::Own);
            let found = format.recognise(if is_own { &whole } else { &first })?;
            (found.certainty == Certainty::Certain).then(|| (format.clone(), found))
        })
    }

    fn surest_first(&self, head: &[u8], name: &str) -> Vec<(AnyFormat, Recognition)> {
        let head = readable(head.get(..HEAD_BYTES).unwrap_or(head));
        let head = Head { bytes: &head, name };
        let found = self.all.iter().filter_map(|format| Some((format.clone(), format.recognise(&head)?)));
        let mut found: Vec<(AnyFormat, Recognition)> = found.collect();
        found.sort_by_key(|(_, recognition)| std::cmp::Reverse(recognition.certainty));
        found
    }
}

impl Default for Formats {
    fn default() -> Self {
        Self::built_in()
    }
}
