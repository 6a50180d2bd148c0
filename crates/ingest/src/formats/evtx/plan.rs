//! A template made flat: what to write and which values to fill in, in the order of the event. Made by `compile`.

use std::{collections::HashSet, mem};

use super::{
    scope::{Known, Target},
    text::{BLOCK_BYTES, Place},
};

/// A stretch of one of a plan's texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) start: u32,
    pub(super) end: u32,
}

/// One step of writing an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Markup.
    Markup(Part),
    /// A value that is the whole of its field, behind markup.
    Field {
        before: Part,
        slot: u16,
        place: Place,
        scope: u32,
        target: u16,
        note: Note,
    },
    /// Text of the template itself that is the whole of its field.
    Literal {
        xml: Part,
        plain: Part,
        target: u16,
    },
    /// The field's text follows in pieces up to its [`Step::Close`].
    Open,
    /// A value that is one of several pieces.
    Piece {
        slot: u16,
        place: Place,
        scope: u32,
    },
    /// Text of the template that is one of several pieces.
    Chars {
        xml: Part,
        plain: Part,
    },
    Close {
        target: u16,
    },
    /// Where the value is nothing, goes on at `to`, without the fields between.
    SkipUnset {
        slot: u16,
        or_empty: bool,
        to: u32,
        targets: Part,
    },
    /// The element up to `end` is repeated for each item where one of its values is an array. Only in plans for
    /// records with arrays.
    Repeat {
        slots: Part,
        end: u32,
    },
    /// An instance of another template stands in the template, at this offset of the chunk.
    Instance {
        at: u32,
        scope: u32,
    },
}

impl Step {
    /// A field as it is before [`Plan::settle`].
    pub(super) fn field(slot: u16, place: Place, scope: u32, target: u16) -> Self {
        Self::Field { before: Part { start: 0, end: 0 }, slot, place, scope, target, note: Note::Other }
    }

    /// Where the walk may go on instead of behind the step.
    fn jump(&self) -> Option<&u32> {
        match self {
            Self::SkipUnset { to: place, .. } | Self::Repeat { end: place, .. } => Some(place),
            _ => None,
        }
    }

    fn jump_mut(&mut self) -> Option<&mut u32> {
        match self {
            Self::SkipUnset { to: place, .. } | Self::Repeat { end: place, .. } => Some(place),
            _ => None,
        }
    }
}

/// What is done with a field's value, as far as its target alone tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Note {
    Known(Known),
    List,
    /// The target has to be asked.
    Other,
}

/// A template, or a fragment without one, as steps.
#[derive(Debug, Clone, Default)]
pub(super) struct Plan {
    pub(super) steps: Vec<Step>,
    pub(super) xml: Vec<u8>,
    pub(super) plain: Vec<u8>,
    /// Where values go.
    pub(super) targets: Vec<Target>,
    /// Slots of the elements that may be repeated.
    pub(super) slots: Vec<u16>,
    /// Holds offsets of its chunk, so that it is of no use in another.
    pub(super) is_local: bool,
    /// Some of its names are lost.
    pub(super) is_damaged: bool,
    /// Names as they were met, by which the same template is known again in another chunk.
    pub(super) names: Vec<Name>,
    /// Length of all names in here.
    pub(super) names_bytes: usize,
}

/// A name in a definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    /// Where its offset stands, from the start of the tokens.
    pub(super) at: usize,
    /// It stands right behind its offset.
    pub(super) is_inline: bool,
    /// Number of its characters, and these.
    pub(super) text: Vec<u8>,
    /// Sizes before and behind it, which depend on which names stand in place.
    pub(super) size_bytes_before: usize,
    pub(super) size_bytes_behind: usize,
}

impl Name {
    /// Bytes of a name before its number of characters: offset of the next one, and hash.
    pub(super) const HEADER_BYTES: usize = 6;

    /// Bytes of a name in place, with its header and the NUL at its end.
    pub(super) fn inline_bytes(&self, is_inline: bool) -> usize {
        if is_inline { Self::HEADER_BYTES + self.text.len() + 2 } else { 0 }
    }

    /// The name as it may stand in markup.
    pub(super) fn xml_name(&self) -> String {
        let units = self.text.get(2..).unwrap_or_default().as_chunks::<2>().0;
        let characters = char::decode_utf16(units.iter().map(|unit| u16::from_le_bytes(*unit)));
        let is_allowed = |&character: &char| character.is_alphanumeric() || matches!(character, '_' | '-' | '.' | ':');
        characters.map(|character| character.ok().filter(is_allowed).unwrap_or('_')).collect()
    }
}

impl Plan {
    pub(super) fn xml(&self, part: Part) -> &[u8] {
        self.xml.get(part.start as usize..part.end as usize).unwrap_or_default()
    }

    pub(super) fn plain(&self, part: Part) -> &[u8] {
        self.plain.get(part.start as usize..part.end as usize).unwrap_or_default()
    }

    pub(super) fn slots(&self, part: Part) -> &[u16] {
        self.slots.get(part.start as usize..part.end as usize).unwrap_or_default()
    }

    /// Puts a step before others, which moves what they point to.
    pub(super) fn insert(&mut self, place: usize, step: Step) {
        for jump in self.steps.iter_mut().skip(place).filter_map(Step::jump_mut) {
            *jump += 1;
        }
        self.steps.insert(place, step);
    }

    /// Makes the plan quick to walk, once it is whole: markup becomes part of the field behind it, so that there are
    /// half as many steps.
    pub(super) fn settle(&mut self) {
        let jumps: HashSet<u32> = self.steps.iter().filter_map(|step| step.jump().copied()).collect();
        let mut settled: Vec<Step> = Vec::with_capacity(self.steps.len());
        let mut moved: Vec<u32> = Vec::with_capacity(self.steps.len() + 1);
        for (place, mut step) in mem::take(&mut self.steps).into_iter().enumerate() {
            if let Step::Field { before, target, note, .. } = &mut step {
                *note = self.note(*target);
                let is_jumped_to = u32::try_from(place).is_ok_and(|place| jumps.contains(&place));
                if let Some(&Step::Markup(markup)) = settled.last().filter(|_| !is_jumped_to) {
                    *before = markup;
                    settled.pop();
                }
            }
            moved.push(settled.len() as u32);
            settled.push(step);
        }
        moved.push(settled.len() as u32);
        for jump in settled.iter_mut().filter_map(Step::jump_mut) {
            *jump = moved.get(*jump as usize).copied().unwrap_or(u32::MAX);
        }
        self.steps = settled;
        // Markup is copied in blocks.
        self.xml.extend_from_slice(&[0; BLOCK_BYTES]);
    }

    fn note(&self, target: u16) -> Note {
        match self.targets.get(usize::from(target)) {
            Some(Target::Known(known)) => Note::Known(*known),
            Some(Target::List(..)) => Note::List,
            Some(Target::Stray(..) | Target::Nowhere) | None => Note::Other,
        }
    }

    /// Roughly the memory that it takes.
    pub(super) fn size_bytes(&self) -> usize {
        let targets = self.targets.len() * size_of::<Target>() + self.names.len() * size_of::<Name>();
        self.steps.len() * size_of::<Step>() + self.xml.len() + self.plain.len() + targets + self.names_bytes
    }
}

/// A plan while it is made.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) plan: Plan,
    /// Markup of the plan's XML from here on is in no step yet.
    markup_start: usize,
}

impl Draft {
    pub(super) fn markup(&mut self, text: &str) {
        self.plan.xml.extend_from_slice(text.as_bytes());
    }

    /// Makes a step of the markup since the last one.
    pub(super) fn flush(&mut self) {
        let (start, end) = (self.markup_start as u32, self.plan.xml.len() as u32);
        if start < end {
            self.plan.steps.push(Step::Markup(Part { start, end }));
            self.markup_start = self.plan.xml.len();
        }
    }

    /// Adds a step behind the markup so far and gives its place.
    pub(super) fn step(&mut self, step: Step) -> usize {
        self.flush();
        self.plan.steps.push(step);
        self.plan.steps.len() - 1
    }

    pub(super) fn field(&mut self, slot: u16, place: Place, scope: u32, target: u16) {
        self.step(Step::field(slot, place, scope, target));
    }

    pub(super) fn literal(&mut self, xml: &[u8], plain: &[u8], target: u16) {
        let (xml, plain) = (self.xml(xml), self.plain(plain));
        self.step(Step::Literal { xml, plain, target });
    }

    /// Keeps XML that is no markup.
    pub(super) fn xml(&mut self, text: &[u8]) -> Part {
        self.flush();
        let start = self.plan.xml.len() as u32;
        self.plan.xml.extend_from_slice(text);
        self.markup_start = self.plan.xml.len();
        Part { start, end: self.plan.xml.len() as u32 }
    }

    pub(super) fn plain(&mut self, text: &[u8]) -> Part {
        let start = self.plan.plain.len() as u32;
        self.plan.plain.extend_from_slice(text);
        Part { start, end: self.plan.plain.len() as u32 }
    }

    pub(super) fn target(&mut self, target: Target) -> u16 {
        self.plan.names_bytes += target.name_bytes();
        self.plan.targets.push(target);
        u16::try_from(self.plan.targets.len() - 1).unwrap_or(u16::MAX)
    }
}
