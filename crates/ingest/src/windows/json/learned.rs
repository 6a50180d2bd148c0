//! Reads events whose JSON is built like that of an earlier one, without taking it apart again.
//!
//! Events of one kind differ in their values only: what stands between these is the same to the byte. What was read of
//! an event is kept in a tree of such stretches, and an event that follows one of its paths to the end has its values
//! where the other had them. Values that decide how an event is read (its provider, its id ...) belong to the stretches:
//! the forms name them by [`Parts::decides`], so that the outcome is the one that they would have come to.

use super::{
    super::{
        event::{Field, Shape, WindowsEvent},
        parts::{Origin, Part, Parts, Piece, Place, event_of},
        positions::name_values,
    },
    sysmon_message,
};
use crate::json::{Escapes, decode_into, number_end, string_end};

/// What is kept in all; above it everything is forgotten. A kind of event takes some 10 KiB.
const MAX_BYTES: usize = 8 << 20;

/// Longer records, and those of more values, are read the slow way: they are seldom alike.
const MAX_RECORD_BYTES: usize = 1 << 16;
const MAX_LEAVES: usize = 512;

/// Ways to go on from one place: more are no kinds of events but values that differ.
const MAX_BRANCHES: usize = 256;

/// To learn costs about as much as to read. Where it does not pay it is tried for one record in so many.
const SELDOM: u32 = 64;

/// How many records may be learned beyond those that were met again.
const CREDIT: u32 = 256;

/// What follows a stretch of constant text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// The inside of a string, up to its closing quote.
    Text,
    Number,
    /// Nothing, or blanks; the number is that of the layout.
    End(usize),
}

#[derive(Debug)]
struct Node {
    /// Constant text, up to the value behind it.
    stretch: Box<str>,
    next: Next,
    /// Nodes behind the value, the last one met first.
    branches: Vec<usize>,
}

/// A value that differs from record to record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Leaf {
    start: usize,
    end: usize,
    is_text: bool,
    escapes: Escapes,
}

/// Where the text of a field comes from.
#[derive(Debug)]
enum Source {
    Fixed(Box<str>),
    Leaf(usize),
    Joined(Vec<Source>),
}

/// How the values of a path become an event.
#[derive(Debug)]
struct Layout {
    fields: Vec<(Place, Box<str>, Source)>,
    data_root: Box<str>,
    names_values: bool,
    /// Names that the event has in `system`, which also depend on whether values are equal.
    system: Vec<Box<str>>,
    shape: Shape,
    /// The value that is a message of Sysmon, and the names of its lines.
    message: Option<(usize, Vec<Box<str>>)>,
    /// The value whose escapes are left to whoever asks.
    waits: Option<usize>,
}

/// A text of the record at hand.
#[derive(Debug, Clone, Copy)]
enum Shown {
    Raw { start: usize, end: usize },
    Made { start: usize, end: usize },
}

/// What was learned of the records so far, and room for the one at hand.
#[derive(Debug)]
pub(super) struct Learned {
    /// The first one stands for the start of a record.
    nodes: Vec<Node>,
    layouts: Vec<Layout>,
    bytes: usize,
    shapes_given: u32,
    credit: u32,
    passed: u32,
    leaves: Vec<Leaf>,
    shown: Vec<Shown>,
    made: String,
}

impl Default for Learned {
    fn default() -> Self {
        Self {
            nodes: vec![Node { stretch: Box::default(), next: Next::Text, branches: Vec::new() }],
            layouts: Vec::new(),
            bytes: 0,
            shapes_given: 0,
            credit: CREDIT,
            passed: 0,
            leaves: Vec::new(),
            shown: Vec::new(),
            made: String::new(),
        }
    }
}

impl Learned {
    /// The event of a record that is built like an earlier one; `None` where it has to be taken apart.
    pub(super) fn event<'e>(&'e mut self, text: &'e str) -> Option<WindowsEvent<'e>> {
        let number = self.follow(text)?;
        let layout = self.layouts.get(number)?;
        let waits = layout.waits.filter(|leaf| layout.may_wait(*leaf, &self.leaves, text));
        self.made.clear();
        self.shown.clear();
        for (number, leaf) in self.leaves.iter().enumerate() {
            let shown = if waits == Some(number) { leaf.as_written() } else { show(*leaf, text, &mut self.made) };
            self.shown.push(shown);
        }
        for (.., source) in &layout.fields {
            if let Source::Joined(parts) = source {
                let joined = join(parts, &self.shown, text, &mut self.made);
                self.shown.push(joined);
            }
        }
        let (shown, made, count) = (&self.shown, self.made.as_str(), self.leaves.len());
        let of = |shown: Option<&Shown>| match shown {
            Some(&Shown::Raw { start, end }) => text.get(start..end).unwrap_or_default(),
            Some(&Shown::Made { start, end }) => made.get(start..end).unwrap_or_default(),
            None => "",
        };
        if let Some((message, lines)) = &layout.message
            && waits != Some(*message)
            && sysmon_message::says_more(of(shown.get(*message)), lines, |name| layout.has_data(name))
        {
            return None;
        }
        // Joined texts stand behind the values, in the order of the fields.
        let mut joined = count;
        let fields = layout.fields.iter().map(|(place, name, source)| {
            let field = match source {
                Source::Fixed(value) => Field::new(name, value),
                Source::Leaf(leaf) => {
                    let json = self.leaves.get(*leaf).map_or("", |leaf| leaf.json(text));
                    let value = if waits == Some(*leaf) { "" } else { of(shown.get(*leaf)) };
                    Field { name, value, json }
                }
                Source::Joined(_) => {
                    joined += 1;
                    Field::new(name, of(shown.get(joined - 1)))
                }
            };
            (*place, field)
        });
        let mut event = event_of(fields, &layout.data_root);
        if layout.names_values {
            name_values(&mut event);
        }
        let is_alike = event.system.len() == layout.system.len()
            && event.system.iter().zip(&layout.system).all(|(field, name)| field.name == &**name);
        event.shape = is_alike.then_some(layout.shape);
        self.credit = (self.credit + 1).min(CREDIT);
        Some(event)
    }

    /// Number of the layout that the record's path leads to; its values are then in `leaves`.
    fn follow(&mut self, text: &str) -> Option<usize> {
        self.leaves.clear();
        let (mut node, mut at) = (0, 0);
        loop {
            let branches = &self.nodes.get(node)?.branches;
            let fits = |(place, &number): (usize, &usize)| {
                let (next, leaf, behind) = self.nodes.get(number)?.fits(text, at)?;
                Some((place, number, next, leaf, behind))
            };
            let (place, number, next, leaf, behind) = branches.iter().enumerate().find_map(fits)?;
            if place > 0 {
                self.nodes.get_mut(node)?.branches.swap(0, place);
            }
            if let Next::End(layout) = next {
                return Some(layout);
            }
            self.leaves.push(leaf);
            (node, at) = (number, behind);
        }
    }

    /// Keeps how an event was read that had to be taken apart.
    pub(super) fn learn(&mut self, text: &str, parts: &Parts<'_>, event: &WindowsEvent<'_>, names_values: bool) {
        if self.credit == 0 {
            self.passed += 1;
            if !self.passed.is_multiple_of(SELDOM) {
                return;
            }
        }
        self.credit = self.credit.saturating_sub(1);
        if text.len() > MAX_RECORD_BYTES {
            return;
        }
        let Some(leaves) = leaves(text) else { return };
        let Some(lesson) = Lesson::of(text, &leaves, parts) else { return };
        if self.bytes + lesson.size_bytes(text) > MAX_BYTES {
            // Shapes are not given out a second time.
            *self = Self { shapes_given: self.shapes_given, ..Self::default() };
        }
        let Some(given) = self.shapes_given.checked_add(1) else { return };
        self.bytes += lesson.size_bytes(text);
        let number = self.layouts.len();
        if self.add_path(text, &lesson.free, number).is_none() {
            return;
        }
        self.shapes_given = given;
        self.layouts.push(Layout {
            waits: waiting(&lesson.fields),
            fields: lesson.fields,
            data_root: parts.data_root.into(),
            names_values,
            system: event.system.iter().map(|field| field.name.into()).collect(),
            shape: Shape(given),
            message: lesson.message,
        });
    }

    /// Adds the nodes of a path that are not there yet; `None` where there is no room, or all of it is there.
    fn add_path(&mut self, text: &str, free: &[Leaf], layout: usize) -> Option<()> {
        let (mut node, mut at) = (0, 0);
        for leaf in free {
            let next = if leaf.is_text { Next::Text } else { Next::Number };
            node = self.branch(node, text.get(at..leaf.start)?, next)?;
            at = leaf.end;
        }
        let known = self.nodes.len();
        let end = self.branch(node, text.get(at..)?.trim_ascii_end(), Next::End(layout))?;
        (end >= known).then_some(())
    }

    fn branch(&mut self, from: usize, stretch: &str, next: Next) -> Option<usize> {
        let branches = &self.nodes.get(from)?.branches;
        let is_it = |number: &usize| {
            self.nodes.get(*number).is_some_and(|node| {
                &*node.stretch == stretch && std::mem::discriminant(&node.next) == std::mem::discriminant(&next)
            })
        };
        if let Some(known) = branches.iter().copied().find(is_it) {
            return Some(known);
        }
        if branches.len() >= MAX_BRANCHES {
            return None;
        }
        let number = self.nodes.len();
        self.nodes.push(Node { stretch: stretch.into(), next, branches: Vec::new() });
        self.nodes.get_mut(from)?.branches.push(number);
        Some(number)
    }
}

impl Node {
    /// What follows at this place of the record, the value, and where the record goes on behind it.
    #[inline]
    fn fits(&self, text: &str, at: usize) -> Option<(Next, Leaf, usize)> {
        let rest = text.as_bytes().get(at..)?;
        if !rest.starts_with(self.stretch.as_bytes()) {
            return None;
        }
        let start = at + self.stretch.len();
        match self.next {
            Next::Text => {
                let (end, escapes) = string_end(text, start)?;
                Some((self.next, Leaf { start, end, is_text: true, escapes }, end))
            }
            Next::Number => {
                let end = number_end(text, start)?;
                Some((self.next, Leaf { start, end, is_text: false, escapes: Escapes::None }, end))
            }
            Next::End(_) => {
                let rest = text.as_bytes().get(start..)?;
                let is_over = rest.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'));
                let nothing = Leaf { start, end: start, is_text: false, escapes: Escapes::None };
                is_over.then_some((self.next, nothing, start))
            }
        }
    }
}

impl Leaf {
    fn as_written(self) -> Shown {
        Shown::Raw { start: self.start, end: self.end }
    }

    /// The value as JSON has it with no more escapes than needed, where it is written so.
    fn json(self, text: &str) -> &str {
        let is_so = self.escapes != Escapes::Unusual;
        text.get(self.start..self.end).filter(|_| is_so).unwrap_or_default()
    }
}

impl Layout {
    /// Whether this value can be left as it is written. A message of Sysmon must be seen to say no more than before.
    fn may_wait(&self, number: usize, leaves: &[Leaf], text: &str) -> bool {
        let Some(leaf) = leaves.get(number).filter(|leaf| leaf.escapes == Escapes::Usual) else { return false };
        match &self.message {
            Some((message, lines)) if *message == number => sysmon_message::has_lines(leaf.json(text), lines),
            _ => true,
        }
    }

    fn has_data(&self, name: &str) -> bool {
        self.fields.iter().any(|(place, known, _)| matches!(place, Place::Data) && &**known == name)
    }
}

fn show(leaf: Leaf, text: &str, made: &mut String) -> Shown {
    if leaf.escapes == Escapes::None {
        return leaf.as_written();
    }
    let start = made.len();
    decode_into(text.get(leaf.start..leaf.end).unwrap_or_default(), made);
    Shown::Made { start, end: made.len() }
}

fn join(parts: &[Source], shown: &[Shown], text: &str, made: &mut String) -> Shown {
    let start = made.len();
    for part in parts {
        match part {
            Source::Fixed(fixed) => made.push_str(fixed),
            Source::Leaf(leaf) => match shown.get(*leaf) {
                Some(&Shown::Raw { start, end }) => made.push_str(text.get(start..end).unwrap_or_default()),
                Some(&Shown::Made { start, end }) if end <= made.len() => made.extend_from_within(start..end),
                Some(Shown::Made { .. }) | None => {}
            },
            // Joined texts are not joined again.
            Source::Joined(_) => {}
        }
    }
    Shown::Made { start, end: made.len() }
}

/// The values of a record that was found to be well-formed; `None` where there are too many.
fn leaves(text: &str) -> Option<Vec<Leaf>> {
    let bytes = text.as_bytes();
    let mut leaves = Vec::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => {
                let start = at + 1;
                let (end, escapes) = string_end(text, start)?;
                at = end + 1;
                let is_key = bytes.get(at..)?.trim_ascii_start().first() == Some(&b':');
                if !is_key {
                    leaves.push(Leaf { start, end, is_text: true, escapes });
                }
            }
            b'-' | b'0'..=b'9' => {
                let end = number_end(text, at)?;
                leaves.push(Leaf { start: at, end, is_text: false, escapes: Escapes::None });
                at = end;
            }
            _ => at += 1,
        }
        if leaves.len() > MAX_LEAVES {
            return None;
        }
    }
    Some(leaves)
}

/// The text for people: long, full of escapes, and mostly a copy of the other values. Nothing is derived from what lies
/// beside the data.
const MESSAGE: &str = "RenderingInfo/Message";

/// The value whose escapes need not be undone before somebody asks.
fn waiting(fields: &[(Place, Box<str>, Source)]) -> Option<usize> {
    let mut messages = fields.iter().filter(|(place, name, _)| matches!(place, Place::Beside) && &**name == MESSAGE);
    let Some((.., Source::Leaf(leaf))) = messages.next() else { return None };
    let is_of = |source: &Source| matches!(source, Source::Leaf(of) if of == leaf);
    let uses = |source: &Source| match source {
        Source::Joined(parts) => parts.iter().any(is_of),
        source => is_of(source),
    };
    (fields.iter().filter(|(.., source)| uses(source)).count() == 1).then_some(*leaf)
}

/// What one record teaches.
struct Lesson {
    /// Values that may differ.
    free: Vec<Leaf>,
    fields: Vec<(Place, Box<str>, Source)>,
    message: Option<(usize, Vec<Box<str>>)>,
}

impl Lesson {
    /// `None` where it is not known of all values where they come from.
    fn of(text: &str, leaves: &[Leaf], parts: &Parts<'_>) -> Option<Self> {
        let at = |slice: &str| spot(text, leaves, slice);
        let is_fixed = deciding(leaves.len(), parts, at);
        let mut numbers = Vec::with_capacity(leaves.len());
        let mut free = Vec::new();
        for (leaf, is_fixed) in leaves.iter().zip(&is_fixed) {
            numbers.push(free.len());
            if !is_fixed {
                free.push(*leaf);
            }
        }
        let source = |piece: &Piece<'_>| match at(piece.written) {
            Spot::Leaf(leaf) if is_fixed.get(leaf) != Some(&true) => {
                numbers.get(leaf).map(|&number| Source::Leaf(number))
            }
            Spot::Leaf(_) | Spot::Constant => Some(Source::Fixed(piece.plain.into())),
            Spot::Partly => None,
        };
        let mut fields = Vec::new();
        for (part, name, origin) in parts.origins() {
            let source = match &origin {
                Origin::Piece(piece) => source(piece)?,
                Origin::Deciding(plain) => Source::Fixed((*plain).into()),
                Origin::Joined(pieces) => Source::Joined(pieces.iter().map(source).collect::<Option<_>>()?),
                Origin::Unknown => return None,
            };
            fields.push((Place::of(part, name), name.into(), source));
        }
        // A name that is a value must not differ.
        let is_sure = |name: &str| !matches!(at(name), Spot::Leaf(leaf) if is_fixed.get(leaf) != Some(&true));
        if !parts.raw_names().all(is_sure) || !is_sure(parts.data_root) {
            return None;
        }
        let message = match parts.message() {
            None => None,
            Some((written, lines)) => match source(&Piece { written, plain: "" })? {
                Source::Leaf(leaf) => Some((leaf, lines.iter().map(|line| line.as_str().into()).collect())),
                Source::Fixed(_) | Source::Joined(_) => None,
            },
        };
        Some(Self { free, fields, message })
    }

    /// Roughly what keeping it takes.
    fn size_bytes(&self, text: &str) -> usize {
        text.len()
            + self.free.len() * size_of::<Node>()
            + self.fields.len() * (size_of::<(Place, Box<str>, Source)>() + 24)
    }
}

/// For each value of the record whether it decides how the event is read.
fn deciding(count: usize, parts: &Parts<'_>, at: impl Fn(&str) -> Spot) -> Vec<bool> {
    let mut is_fixed = vec![false; count];
    let mut fix = |value: &str| {
        // What is no value of the record, but a word of ours, cannot differ.
        if let Spot::Leaf(leaf) = at(value)
            && let Some(is_fixed) = is_fixed.get_mut(leaf)
        {
            *is_fixed = true;
        }
    };
    parts.deciding().for_each(&mut fix);
    for (part, name, origin) in parts.origins() {
        // These tell which rules an event is read by.
        let is_kind = part == Part::System && matches!(name, "Provider@Name" | "EventID");
        if let Origin::Piece(piece) = origin
            && is_kind
        {
            fix(piece.written);
        }
    }
    is_fixed
}

/// Where a text lies in the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Spot {
    Leaf(usize),
    /// Not in the record, or between its values.
    Constant,
    /// A part of a value.
    Partly,
}

fn spot(text: &str, leaves: &[Leaf], slice: &str) -> Spot {
    let start = slice.as_ptr().addr().wrapping_sub(text.as_ptr().addr());
    if start > text.len() || start + slice.len() > text.len() {
        return Spot::Constant;
    }
    let end = start + slice.len();
    let next = leaves.partition_point(|leaf| leaf.end < start);
    match leaves.get(next) {
        Some(leaf) if (leaf.start, leaf.end) == (start, end) => Spot::Leaf(next),
        Some(leaf) if leaf.start < end && start < leaf.end => Spot::Partly,
        _ => Spot::Constant,
    }
}
