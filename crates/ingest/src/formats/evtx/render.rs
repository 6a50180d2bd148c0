//! Records → events: walks plans, writes the XML and notes where each field's value lies in it.

use std::rc::Rc;

use schema::Timestamp;

use super::{
    bytes,
    plan::{Note, Part, Plan, Step},
    plans::{DEFINITION_HEADER_BYTES, Plans},
    scope::{Known, List, Scopes, Target},
    text::{Buffer, Place, Text, Value},
    time, value,
};
use crate::{
    parsed::{Fault, Reason},
    windows::{Field, Shape, WindowsEvent},
};

/// Templates within values within templates: Windows writes two levels.
const MAX_DEPTH: usize = 32;

/// An event has at most 64 KiB in the file; one that grows beyond this uses its template to blow itself up.
const MAX_XML_BYTES: usize = 1 << 20;

/// The same for steps that write nothing, of all events of a chunk: those of an honest one take some ten thousand.
const MAX_STEPS: usize = 1 << 20;

/// The shapes before any field, of events of sound chunks and of others.
const SOUND_SHAPE: Shape = Shape(0);
const UNSOUND_SHAPE: Shape = Shape(1);

/// A substitution value, by place in the chunk.
#[derive(Debug, Clone, Copy)]
struct Slot {
    kind: u8,
    start: u32,
    end: u32,
}

/// A field of the event at hand: its name is in the plan's target.
#[derive(Debug, Clone, Copy)]
struct Noted {
    plan: u32,
    target: u16,
    value: Value,
}

/// Reads the records of one batch. Everything in it is room that is used again.
#[derive(Debug, Default)]
pub(super) struct Renderer {
    plans: Plans,
    text: Text,
    slots: Vec<Slot>,
    known: [Value; Known::COUNT],
    noted: Vec<Noted>,
    /// Beginnings of values that come in pieces, in the plain buffers beside.
    pieces: Vec<Vec<u8>>,
    /// Items that stand for the arrays of repeated elements: place of the slot, and the item.
    items: Vec<(usize, Slot)>,
    time: Option<Timestamp>,
    shape: Option<Shape>,
    /// Something in the record is not as it was written, but the record can be told.
    pub(super) is_damaged: bool,
    steps: usize,
    depth: usize,
}

/// Where an instance of a template that begins here ends, behind its values.
pub(super) fn instance_end(chunk: &[u8], at: usize, end: usize) -> Result<usize, Fault> {
    let instance = Instance::read(chunk, at, end)?;
    let sizes = instance.descriptors.iter().map(|&[low, high, ..]| usize::from(u16::from_le_bytes([low, high])));
    Ok(end.min(instance.values + sizes.sum::<usize>()))
}

/// An instance of a template: which one, and where its values are.
struct Instance<'c> {
    /// First part of the template's GUID.
    id: u32,
    definition: usize,
    /// Size and type of each value.
    descriptors: &'c [[u8; 4]],
    /// Where the values begin.
    values: usize,
}

impl<'c> Instance<'c> {
    /// Reads what comes behind the token.
    fn read(chunk: &'c [u8], at: usize, end: usize) -> Result<Self, Fault> {
        let cut_off = || Fault::new(Reason::BadBinxml, "the record ends within a template instance");
        // A byte comes first.
        let id = bytes::u32(chunk, at.saturating_add(1)).ok_or_else(cut_off)?;
        let definition = bytes::offset(chunk, at.saturating_add(5)).ok_or_else(cut_off)?;
        let mut at = at + 9;
        if definition == at {
            let size = bytes::offset(chunk, at + 20).ok_or_else(cut_off)?;
            at = at.saturating_add(DEFINITION_HEADER_BYTES).saturating_add(size);
        }
        let count = bytes::offset(chunk, at).ok_or_else(cut_off)?;
        let room = end.checked_sub(at + 4).ok_or_else(cut_off)?;
        if count > room / 4 {
            return Err(Fault::new(Reason::BadBinxml, format!("{count} values where there is room for {}", room / 4)));
        }
        let list = bytes::slice(chunk, at + 4, 4 * count).ok_or_else(cut_off)?;
        Ok(Self { id, definition, descriptors: list.as_chunks::<4>().0, values: at + 4 + 4 * count })
    }
}

impl Renderer {
    pub(super) fn next_batch(&mut self) {
        self.plans.next_batch();
    }

    pub(super) fn next_chunk(&mut self) {
        self.plans.next_chunk();
        self.steps = 0;
    }

    /// Reads the BinXML from `start` to `end` of the chunk as an event. Events of sound chunks and of others never have
    /// the same shape, because the others get a field more.
    pub(super) fn render(&mut self, chunk: &[u8], start: usize, end: usize, is_sound: bool) -> Result<(), Fault> {
        self.text.clear();
        self.slots.clear();
        self.noted.clear();
        self.pieces.clear();
        self.items.clear();
        self.known = [Value::default(); Known::COUNT];
        self.time = None;
        self.shape = Some(if is_sound { SOUND_SHAPE } else { UNSOUND_SHAPE });
        self.is_damaged = false;
        self.depth = 0;
        self.fragment(chunk, start, end, Scopes::DOCUMENT)?;
        if self.text.xml.is_empty() {
            return Err(Fault::new(Reason::BadBinxml, "the record holds no event, or its template is lost"));
        }
        Ok(())
    }

    /// The event that was read last.
    pub(super) fn event(&self) -> Result<(WindowsEvent<'_>, &str), Fault> {
        let no_text = |_| Fault::new(Reason::InvalidUtf8, "the event is no text");
        let xml = std::str::from_utf8(&self.text.xml).map_err(no_text)?;
        let plain = std::str::from_utf8(&self.text.plain).map_err(no_text)?;
        let text = |value: Value| {
            let buffer = if value.buffer() == Buffer::Xml { xml } else { plain };
            buffer.get(value.range()).unwrap_or_default()
        };
        let known = |known: Known| self.known.get(known as usize).map(|&value| text(value)).unwrap_or_default();
        let mut event = WindowsEvent {
            provider: known(Known::Provider),
            provider_guid: known(Known::ProviderGuid),
            event_id: known(Known::EventId).parse().ok(),
            qualifiers: known(Known::Qualifiers),
            version: known(Known::Version),
            level: known(Known::Level),
            task: known(Known::Task),
            opcode: known(Known::Opcode),
            keywords: known(Known::Keywords),
            time: self.time.or_else(|| crate::instant::event_time(known(Known::Time)).ok()),
            time_text: known(Known::Time),
            record_id: known(Known::RecordId),
            activity_id: known(Known::ActivityId),
            related_activity_id: known(Known::RelatedActivityId),
            pid: known(Known::Pid),
            tid: known(Known::Tid),
            channel: known(Known::Channel),
            computer: known(Known::Computer),
            user_sid: known(Known::UserSid),
            system: Vec::new(),
            data_root: known(Known::DataRoot),
            data: Vec::with_capacity(self.noted.len()),
            beside: Vec::new(),
            // Damage is told in a field more, which other events of that shape do not have.
            shape: self.shape.filter(|_| !self.is_damaged),
        };
        let mut plan = (u32::MAX, [].as_slice());
        for noted in &self.noted {
            if noted.plan != plan.0 {
                plan = (noted.plan, self.plans.get(noted.plan).map(|plan| plan.targets.as_slice()).unwrap_or_default());
            }
            let target = plan.1.get(usize::from(noted.target));
            let Some(Target::List(list, name) | Target::Stray(list, name)) = target else { continue };
            let field = Field::new(name, text(noted.value));
            match list {
                List::System => event.system.push(field),
                List::Data => event.data.push(field),
                List::Beside => event.beside.push(field),
            }
        }
        Ok((event, xml))
    }

    /// Headers, instances and elements up to the end or the token for it.
    fn fragment(&mut self, chunk: &[u8], start: usize, end: usize, scope: u32) -> Result<(), Fault> {
        if self.depth >= MAX_DEPTH {
            return Err(Fault::new(Reason::TooDeep, format!("templates nested deeper than {MAX_DEPTH}")));
        }
        self.depth += 1;
        let mut at = start;
        while at < end {
            self.count_steps(1)?;
            match bytes::u8(chunk, at) {
                Some(0x0f) => at += 4,
                Some(0x0c) => at = self.instance(chunk, at + 1, end, scope)?,
                Some(0x00) | None => break,
                Some(_) => {
                    let plan = self.plans.fragment(chunk, at, end, scope)?;
                    self.run(chunk, plan, self.slots.len())?;
                    break;
                }
            }
        }
        self.depth -= 1;
        Ok(())
    }

    fn count_steps(&mut self, steps: usize) -> Result<(), Fault> {
        self.steps += steps;
        if self.steps > MAX_STEPS { Err(too_long()) } else { self.check_length() }
    }

    #[inline]
    fn check_length(&self) -> Result<(), Fault> {
        if self.text.xml.len() > MAX_XML_BYTES { Err(too_long()) } else { Ok(()) }
    }

    /// One instance of a template; gives the offset behind it.
    fn instance(&mut self, chunk: &[u8], at: usize, end: usize, scope: u32) -> Result<usize, Fault> {
        let instance = Instance::read(chunk, at, end)?;
        let base = self.slots.len();
        let mut start = instance.values;
        let mut has_arrays = false;
        let mut is_damaged = false;
        self.slots.extend(instance.descriptors.iter().map(|&[low, high, kind, _]| {
            // Values beyond the end are what is left of them.
            let stated = start + usize::from(u16::from_le_bytes([low, high]));
            is_damaged |= stated > end;
            has_arrays |= kind & value::kind::ARRAY != 0;
            let slot = Slot { kind, start: start as u32, end: stated.min(end) as u32 };
            start = stated.min(end);
            slot
        }));
        self.is_damaged |= is_damaged;
        let plan = self.plans.template(chunk, (instance.id, instance.definition), scope, has_arrays)?;
        self.run(chunk, plan, base)?;
        self.slots.truncate(base);
        Ok(start)
    }

    /// Walks a plan with the values from `base` on.
    fn run(&mut self, chunk: &[u8], number: u32, base: usize) -> Result<(), Fault> {
        let Some(plan) = self.plans.get(number).map(Rc::clone) else { return Ok(()) };
        self.is_damaged |= plan.is_damaged;
        self.shape = self.plans.shape(self.shape, number.into());
        Walk { renderer: self, chunk, plan: &plan, number, base }.steps(0, plan.steps.len())
    }
}

#[cold]
fn too_long() -> Fault {
    Fault::new(Reason::TooLong, "the event grows beyond any event's size")
}

/// One plan being walked.
struct Walk<'w> {
    renderer: &'w mut Renderer,
    chunk: &'w [u8],
    plan: &'w Plan,
    number: u32,
    base: usize,
}

impl Walk<'_> {
    fn steps(&mut self, from: usize, end: usize) -> Result<(), Fault> {
        let mut place = from;
        // All of them at once; what a plan has besides values is bounded by its size.
        self.renderer.count_steps(end.saturating_sub(from))?;
        while let Some(step) = self.plan.steps.get(place).filter(|_| place < end) {
            place += 1;
            match *step {
                Step::Markup(part) => self.markup(part),
                Step::Field { before, slot, place, scope, target, note } => {
                    self.markup(before);
                    self.field(slot, place, scope, (target, note))?;
                }
                Step::Literal { xml, plain, target } => self.literal(xml, plain, target),
                Step::SkipUnset { slot, or_empty, to, targets } => {
                    if self.is_unset(slot, or_empty) {
                        self.note_nothing(targets);
                        place = to as usize;
                    }
                }
                Step::Open => self.renderer.pieces.push(Vec::new()),
                Step::Piece { slot, place, scope } => {
                    let value = self.value(self.slot(slot), place, scope)?;
                    if let Some(pieces) = self.renderer.pieces.last_mut() {
                        pieces.extend_from_slice(self.renderer.text.bytes(value));
                    }
                    self.renderer.check_length()?;
                }
                Step::Chars { xml, plain } => {
                    self.renderer.text.xml.extend_from_slice(self.plan.xml(xml));
                    if let Some(pieces) = self.renderer.pieces.last_mut() {
                        pieces.extend_from_slice(self.plan.plain(plain));
                    }
                }
                Step::Close { target } => {
                    let pieces = self.renderer.pieces.pop().unwrap_or_default();
                    let value = self.plain(&pieces);
                    self.note(target, value);
                }
                Step::Repeat { slots, end } => {
                    if self.repeat(slots, place, end as usize)? {
                        place = end as usize;
                    }
                }
                Step::Instance { at, scope } => {
                    self.renderer.depth += 1;
                    if self.renderer.depth > MAX_DEPTH {
                        return Err(Fault::new(Reason::TooDeep, format!("templates nested deeper than {MAX_DEPTH}")));
                    }
                    self.renderer.instance(self.chunk, at as usize, self.chunk.len(), scope)?;
                    self.renderer.depth -= 1;
                }
            }
        }
        Ok(())
    }

    fn slot(&self, slot: u16) -> Option<Slot> {
        let place = self.base + usize::from(slot);
        let item = self.renderer.items.iter().rev().find(|(of, _)| *of == place);
        item.map(|(_, item)| *item).or_else(|| self.renderer.slots.get(place).copied())
    }

    fn is_unset(&self, slot: u16, or_empty: bool) -> bool {
        self.slot(slot).is_some_and(|slot| slot.kind == value::kind::NULL || or_empty && slot.start == slot.end)
    }

    #[inline]
    fn markup(&mut self, part: Part) {
        self.renderer.text.push_part(&self.plan.xml, part.start as usize, part.end as usize);
    }

    #[inline]
    fn field(&mut self, slot: u16, place: Place, scope: u32, (target, note): (u16, Note)) -> Result<(), Fault> {
        let slot = self.slot(slot);
        let value = self.value(slot, place, scope)?;
        let renderer = &mut *self.renderer;
        match note {
            Note::Known(known) => {
                if let Some(place) = renderer.known.get_mut(known as usize) {
                    *place = value;
                }
                if let Some(slot) = slot.filter(|slot| known == Known::Time && slot.kind == value::kind::FILETIME) {
                    renderer.time = bytes::u64(self.chunk, slot.start as usize).and_then(time::instant);
                }
            }
            Note::List => renderer.noted.push(Noted { plan: self.number, target, value }),
            Note::Other => self.note(target, value),
        }
        self.renderer.check_length()
    }

    /// Writes a value into the XML. Only what holds elements of its own can fail.
    #[inline]
    fn value(&mut self, slot: Option<Slot>, place: Place, scope: u32) -> Result<Value, Fault> {
        let text = &mut self.renderer.text;
        match slot {
            Some(slot) if slot.kind == value::kind::BINXML => self.elements(slot, place, scope),
            Some(Slot { kind, start, end }) => {
                Ok(value::push(text, kind, self.chunk, start as usize..end as usize, place))
            }
            None => Ok(text.push_ascii(b"")),
        }
    }

    /// Writes the elements that a value holds; they are no text of the field.
    fn elements(&mut self, slot: Slot, place: Place, scope: u32) -> Result<Value, Fault> {
        let (start, end) = (slot.start as usize, slot.end as usize);
        if place == Place::Content && start < end {
            self.renderer.fragment(self.chunk, start, end, scope)?;
        }
        Ok(self.renderer.text.push_ascii(b""))
    }

    fn literal(&mut self, xml: Part, plain: Part, target: u16) {
        let (xml, plain) = (self.plan.xml(xml), self.plan.plain(plain));
        let mut value = self.renderer.text.push_ascii(xml);
        if xml != plain {
            value = self.plain(plain);
        }
        self.note(target, value);
    }

    fn plain(&mut self, text: &[u8]) -> Value {
        self.renderer.text.push_plain(text)
    }

    fn note(&mut self, target: u16, value: Value) {
        let renderer = &mut *self.renderer;
        match self.plan.targets.get(usize::from(target)) {
            Some(Target::Known(known)) => {
                if let Some(place) = renderer.known.get_mut(*known as usize) {
                    *place = value;
                }
            }
            Some(Target::List(..)) => renderer.noted.push(Noted { plan: self.number, target, value }),
            Some(Target::Stray(..)) if !value.range().is_empty() => {
                renderer.noted.push(Noted { plan: self.number, target, value });
                renderer.shape = renderer.plans.shape(renderer.shape, 1 << 32 | u64::from(target));
            }
            Some(Target::Stray(..) | Target::Nowhere) | None => {}
        }
    }

    /// Fields that are left out are no fields, so that the names are others.
    fn note_nothing(&mut self, targets: Part) {
        let left_out = self.plan.targets.get(targets.start as usize..targets.end as usize).unwrap_or_default();
        if left_out.iter().any(|target| matches!(target, Target::List(..))) {
            let renderer = &mut *self.renderer;
            renderer.shape = renderer.plans.shape(renderer.shape, 3 << 32 | u64::from(targets.start));
        }
    }

    /// Walks an element once for each item of the first of its values that is an array; false where none is.
    fn repeat(&mut self, slots: Part, from: usize, end: usize) -> Result<bool, Fault> {
        let is_array = |slot: &u16| self.slot(*slot).filter(|slot| is_repeated(slot.kind)).map(|array| (*slot, array));
        let Some((slot, array)) = self.plan.slots(slots).iter().find_map(is_array) else { return Ok(false) };
        let of = self.base + usize::from(slot);
        let kind = array.kind & !value::kind::ARRAY;
        let bytes = self.chunk.get(array.start as usize..array.end as usize).unwrap_or_default();
        self.renderer.depth += 1;
        if self.renderer.depth > MAX_DEPTH {
            return Err(Fault::new(Reason::TooDeep, format!("arrays nested deeper than {MAX_DEPTH}")));
        }
        let mut at = 0;
        let mut count: u64 = 0;
        while count == 0 || at < bytes.len() {
            let (end_of_item, next) = value::item(array.kind, bytes, at).unwrap_or((at, at + 1));
            let item = Slot { kind, start: array.start + at as u32, end: array.start + end_of_item as u32 };
            self.renderer.items.push((of, item));
            // The element's other values may be arrays as well.
            if !self.repeat(slots, from, end)? {
                self.steps(from, end)?;
            }
            self.renderer.items.pop();
            at = next;
            count += 1;
        }
        self.renderer.depth -= 1;
        if count != 1 {
            self.renderer.shape = self.renderer.plans.shape(self.renderer.shape, 2 << 32 | count);
        }
        Ok(true)
    }
}

/// Whether the element around a value of this type is repeated: bytes and the like are one value.
fn is_repeated(kind: u8) -> bool {
    let item = kind & !value::kind::ARRAY;
    kind & value::kind::ARRAY != 0 && item != value::kind::BINARY && (0x01..=0x15).contains(&item)
}
