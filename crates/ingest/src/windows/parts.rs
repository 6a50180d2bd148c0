//! Collects the values of one event from a text form; names and values may be slices of it or put together.

use schema::Timestamp;

use super::event::{Field, WindowsEvent};
use crate::{
    instant::any_time,
    parsed::{Fault, Reason},
};

/// No event has as many values; each costs a name and a place, so that more are an attack.
pub(super) const MAX_VALUES: usize = 4096;

/// Of the steps of a path but the last, only so much is kept: they come again for every value below them.
const MAX_STEP_BYTES: usize = 128;

/// Room for the data of most events, and for what some forms have beside it.
const DATA: usize = 32;

/// A text of the record, or one that was put together.
#[derive(Debug, Clone, Copy)]
pub(super) enum Slice<'a> {
    Raw(&'a str),
    Made { start: usize, end: usize },
}

/// Which part of an event a value belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// Under the path that it has in XML: `Provider@Name`, `EventID`.
    System,
    Data,
    Beside,
}

/// The values of an event, as far as they were read.
#[derive(Debug, Default)]
pub(super) struct Parts<'a> {
    values: Vec<(Part, Slice<'a>, Slice<'a>)>,
    made: String,
    /// What some of the texts in `made` were made of.
    made_of: Vec<(usize, usize, MadeOf<'a>)>,
    deciding: Vec<&'a str>,
    message: Option<(&'a str, Vec<String>)>,
    pub(super) data_root: &'a str,
}

#[derive(Debug)]
enum MadeOf<'a> {
    Decoded(&'a str),
    /// Values that decide how the event is read, so that the text is the same in every event that is read so.
    Deciding,
    Joined(Vec<Slice<'a>>),
}

/// Where the text of a value comes from.
#[derive(Debug)]
pub(super) enum Origin<'p> {
    Piece(Piece<'p>),
    Deciding(&'p str),
    Joined(Vec<Piece<'p>>),
    Unknown,
}

/// A stretch of the record, or a word of ours.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece<'p> {
    pub(super) written: &'p str,
    /// The same without escapes.
    pub(super) plain: &'p str,
}

impl<'a> Parts<'a> {
    pub(super) fn add(&mut self, part: Part, name: Slice<'a>, value: Slice<'a>) -> Result<(), Fault> {
        if self.values.len() == MAX_VALUES {
            return Err(too_many());
        }
        self.values.push((part, name, value));
        Ok(())
    }

    /// Puts a text together.
    pub(super) fn make(&mut self, write: impl FnOnce(&mut String)) -> Slice<'a> {
        let start = self.made.len();
        write(&mut self.made);
        Slice::Made { start, end: self.made.len() }
    }

    /// Undoes the escapes of a value.
    pub(super) fn decode(&mut self, written: &'a str, decode: impl FnOnce(&str, &mut String)) -> Slice<'a> {
        let start = self.made.len();
        decode(written, &mut self.made);
        self.made_of.push((start, self.made.len(), MadeOf::Decoded(written)));
        Slice::Made { start, end: self.made.len() }
    }

    /// Puts a text together of nothing but values that were named to [`Parts::decides`].
    pub(super) fn make_of_deciding(&mut self, write: impl FnOnce(&mut String)) -> Slice<'a> {
        let start = self.made.len();
        write(&mut self.made);
        self.made_of.push((start, self.made.len(), MadeOf::Deciding));
        Slice::Made { start, end: self.made.len() }
    }

    pub(super) fn concat(&mut self, pieces: Vec<Slice<'a>>) -> Slice<'a> {
        let start = self.made.len();
        pieces.iter().for_each(|&piece| self.push(piece, usize::MAX));
        self.made_of.push((start, self.made.len(), MadeOf::Joined(pieces)));
        Slice::Made { start, end: self.made.len() }
    }

    /// Notes that this value of the record is not just taken over but looked at: another text could give other fields.
    pub(super) fn decides(&mut self, written: &'a str) {
        self.deciding.push(written);
    }

    /// Notes that the record has a message whose lines, with these names, say nothing more.
    pub(super) fn has_message(&mut self, written: &'a str, lines: Vec<String>) {
        self.message = Some((written, lines));
    }

    /// A text, and another one behind it that `write` appends.
    pub(super) fn extend(&mut self, text: Slice<'a>, write: impl FnOnce(&mut String)) -> Slice<'a> {
        let start = match text {
            // It is the last one, so that many pieces are not copied again and again.
            Slice::Made { start, end } if end == self.made.len() => start,
            _ => {
                let start = self.made.len();
                self.push(text, usize::MAX);
                start
            }
        };
        write(&mut self.made);
        Slice::Made { start, end: self.made.len() }
    }

    /// The path of a value below others.
    pub(super) fn join(&mut self, above: &[Slice<'a>], separator: char, name: Slice<'a>) -> Slice<'a> {
        let start = self.made.len();
        for (place, &step) in above.iter().enumerate() {
            if place > 0 {
                self.made.push('/');
            }
            self.push(step, MAX_STEP_BYTES);
        }
        if !above.is_empty() {
            self.made.push(separator);
        }
        self.push(name, usize::MAX);
        Slice::Made { start, end: self.made.len() }
    }

    fn push(&mut self, text: Slice<'a>, max: usize) {
        match text {
            Slice::Raw(text) => self.made.push_str(text.get(..text.floor_char_boundary(max)).unwrap_or_default()),
            Slice::Made { start, end } => {
                let length = self.get(text).floor_char_boundary(max).min(end - start);
                self.made.extend_from_within(start..start + length);
            }
        }
    }

    pub(super) fn get(&self, text: Slice<'a>) -> &str {
        match text {
            Slice::Raw(text) => text,
            Slice::Made { start, end } => self.made.get(start..end).unwrap_or_default(),
        }
    }

    pub(super) fn deciding(&self) -> impl Iterator<Item = &'a str> {
        self.deciding.iter().copied()
    }

    pub(super) fn message(&self) -> Option<(&'a str, &[String])> {
        self.message.as_ref().map(|(written, lines)| (*written, lines.as_slice()))
    }

    /// Names that are stretches of the record, or words of ours.
    pub(super) fn raw_names(&self) -> impl Iterator<Item = &'a str> {
        self.values.iter().filter_map(|value| if let Slice::Raw(name) = value.1 { Some(name) } else { None })
    }

    /// Every value with its name, and where it comes from.
    pub(super) fn origins(&self) -> impl Iterator<Item = (Part, &str, Origin<'_>)> {
        self.values.iter().map(|&(part, name, value)| (part, self.get(name), self.origin(value)))
    }

    fn origin(&self, value: Slice<'a>) -> Origin<'_> {
        if let Some(piece) = self.piece(value) {
            return Origin::Piece(piece);
        }
        match self.made_of(value) {
            Some(MadeOf::Deciding) => Origin::Deciding(self.get(value)),
            Some(MadeOf::Joined(pieces)) => {
                let pieces: Option<Vec<Piece<'_>>> = pieces.iter().map(|&piece| self.piece(piece)).collect();
                pieces.map_or(Origin::Unknown, Origin::Joined)
            }
            Some(MadeOf::Decoded(_)) | None => Origin::Unknown,
        }
    }

    fn piece(&self, value: Slice<'a>) -> Option<Piece<'_>> {
        match (value, self.made_of(value)) {
            (Slice::Raw(text), _) => Some(Piece { written: text, plain: text }),
            (_, Some(MadeOf::Decoded(written))) => Some(Piece { written, plain: self.get(value) }),
            _ => None,
        }
    }

    fn made_of(&self, value: Slice<'a>) -> Option<&MadeOf<'a>> {
        let Slice::Made { start, end } = value else { return None };
        let first = self.made_of.partition_point(|made| made.0 < start);
        let rest = self.made_of.get(first..).unwrap_or_default();
        rest.iter().take_while(|made| made.0 == start).find(|made| made.1 == end).map(|made| &made.2)
    }

    pub(super) fn has(&self, part: Part) -> bool {
        self.values.iter().any(|value| value.0 == part)
    }

    pub(super) fn has_data(&self, name: &str) -> bool {
        self.values.iter().any(|&(part, known, _)| part == Part::Data && self.get(known) == name)
    }

    pub(super) fn event(&self) -> WindowsEvent<'_> {
        let fields = self.values.iter().map(|&(part, name, value)| {
            let field = Field::new(self.get(name), self.get(value));
            (Place::of(part, field.name), field)
        });
        event_of(fields, self.data_root)
    }
}

/// The event of these values.
pub(super) fn event_of<'e>(fields: impl Iterator<Item = (Place, Field<'e>)>, data_root: &'e str) -> WindowsEvent<'e> {
    let (data, beside) = (Vec::with_capacity(DATA), Vec::with_capacity(DATA));
    let mut event = WindowsEvent { data_root, data, beside, ..WindowsEvent::default() };
    for (place, field) in fields {
        put(&mut event, place, field);
    }
    event
}

/// Where a value of an event goes: its part, and in `System` what its name stands for there.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place {
    EventId,
    Time,
    Known(Known),
    OtherSystem,
    Data,
    Beside,
}

/// A text of `System` that the model has.
type Known = for<'x, 'e> fn(&'x mut WindowsEvent<'e>) -> &'x mut &'e str;

static KNOWN: &[(&str, Known)] = &[
    ("Provider@Name", |event| &mut event.provider),
    ("Provider@Guid", |event| &mut event.provider_guid),
    ("EventID@Qualifiers", |event| &mut event.qualifiers),
    ("Version", |event| &mut event.version),
    ("Level", |event| &mut event.level),
    ("Task", |event| &mut event.task),
    ("Opcode", |event| &mut event.opcode),
    ("Keywords", |event| &mut event.keywords),
    ("EventRecordID", |event| &mut event.record_id),
    ("Correlation@ActivityID", |event| &mut event.activity_id),
    ("Correlation@RelatedActivityID", |event| &mut event.related_activity_id),
    ("Execution@ProcessID", |event| &mut event.pid),
    ("Execution@ThreadID", |event| &mut event.tid),
    ("Channel", |event| &mut event.channel),
    ("Computer", |event| &mut event.computer),
    ("Security@UserID", |event| &mut event.user_sid),
];

impl Place {
    pub(super) fn of(part: Part, name: &str) -> Self {
        match (part, name) {
            (Part::Data, _) => Self::Data,
            (Part::Beside, _) => Self::Beside,
            (Part::System, "EventID") => Self::EventId,
            (Part::System, "TimeCreated@SystemTime") => Self::Time,
            (Part::System, _) => {
                let known = KNOWN.iter().find(|(known, _)| *known == name);
                known.map_or(Self::OtherSystem, |&(_, known)| Self::Known(known))
            }
        }
    }
}

/// Puts a value where the model has it; of equal names in `System` the first one counts.
fn put<'e>(event: &mut WindowsEvent<'e>, place: Place, field: Field<'e>) {
    match place {
        Place::Data => event.data.push(field),
        Place::Beside => event.beside.push(field),
        Place::EventId => match field.value.trim().parse() {
            Ok(id) if event.event_id.is_none_or(|known| known == id) => event.event_id = Some(id),
            _ => event.system.push(field),
        },
        Place::Time => {
            event.time = event.time.or_else(|| time(field.value));
            put_text(event, |event| &mut event.time_text, field);
        }
        Place::Known(known) => put_text(event, known, field),
        // Elements that only group attributes.
        Place::OtherSystem if field.value.trim().is_empty() => {}
        Place::OtherSystem => event.system.push(field),
    }
}

fn put_text<'e>(event: &mut WindowsEvent<'e>, known: Known, field: Field<'e>) {
    let text = known(event);
    if text.is_empty() {
        *text = field.value;
    } else if *text != field.value {
        event.system.push(field);
    }
}

pub(super) fn too_many() -> Fault {
    Fault::new(Reason::FieldCount, format!("more than {MAX_VALUES} values in one event"))
}

/// Longer texts are no times.
const MAX_TIME_BYTES: usize = 40;

/// The event time in the forms that tools write: with a zone, without (UTC), or as `/Date(1700000000000)/`.
fn time(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let inner = text.strip_prefix("/Date(").and_then(|rest| rest.strip_suffix(")/"));
    let text = inner.unwrap_or(text);
    if let Ok(time) = any_time(text) {
        return Some(time);
    }
    if text.len() >= MAX_TIME_BYTES {
        return None;
    }
    // Fluentd writes slashes in the date, Fluent Bit a blank before the zone.
    let plain = text.replace('/', "-").replace(" +", "+").replace(" -", "-");
    any_time(&plain).or_else(|_unzoned| any_time(&format!("{plain}Z"))).ok()
}
