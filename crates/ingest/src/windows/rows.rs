//! Turns Windows events into rows: names for `attrs`, plans by map, values by place. Input: `event`; rules: `map`.
//!
//! Events of one kind have the same names in the same order, so names and places are worked out once for each list
//! of names (a [`Layout`]) and not for each event.

use std::{
    collections::{HashMap, HashSet},
    hash::{DefaultHasher, Hash as _, Hasher as _},
    mem,
};

use schema::Timestamp;

use super::{
    derive::{self, Derive},
    event::{Field, WindowsEvent},
    map::{self, Place},
    parts::{MAX_VALUES, too_many},
};
use crate::{
    instant::{NoInstant, in_range},
    json::{decode_into, push_json_string},
    mapping::{ABSENT, Cell, Mapping, Output, Plan, Record},
    number::push_digits,
    number_map::NumberMap,
    parsed::Fault,
    records::Input,
};

/// More lists of names are an attack; what is known of them is forgotten now and then.
const MAX_LAYOUTS: usize = 4096;

/// The same for shapes, of which many may have one list.
const MAX_SHAPES: usize = 1 << 16;

/// The same for the length of all names together.
const MAX_LAYOUT_BYTES: usize = 8 << 20;

/// Names of the `System` values in `attrs`, in the order of [`system_cells`].
const SYSTEM: [&str; 18] = [
    "TimeCreated",
    "Provider_Name",
    "Provider_Guid",
    "EventID",
    "Qualifiers",
    "Version",
    "Level",
    "Task",
    "Opcode",
    "Keywords",
    "EventRecordID",
    "Correlation_ActivityID",
    "Correlation_RelatedActivityID",
    "ProcessID",
    "ThreadID",
    "Channel",
    "Computer",
    "Security_UserID",
];

/// Names that always mean the `System` value, because they tell what an event is; of other equal names the data's
/// keeps its own, and the `System` value has `System_` before it.
const ALWAYS_SYSTEM: [&str; 6] = ["TimeCreated", "Provider_Name", "EventID", "EventRecordID", "Channel", "Computer"];

/// Adds events as rows. What it learns of names may be of use in the next batch, so it may be kept.
#[derive(Debug, Default)]
pub(crate) struct WindowsRows {
    layouts: Vec<Layout>,
    by_shape: NumberMap<u32, usize>,
    by_names: HashMap<u64, Vec<usize>>,
    /// By number of the map, the layout of its event before: mostly that of the next one as well.
    last: NumberMap<usize, usize>,
    layout_bytes: usize,
    /// By number of the map; made when it is first needed.
    plans: NumberMap<usize, Prepared>,
    /// Derived values and the event id, one behind the other.
    texts: String,
    /// Where each derived value ends in `texts`; it starts where the one before ends.
    text_ends: Vec<usize>,
    /// Room for an event's cells; empty between events.
    cells: Vec<WindowsCell<'static>>,
}

/// The names of an event's values.
#[derive(Debug)]
struct Layout {
    /// As they came: extra `System` values, data, and what lies beside.
    names: Vec<String>,
    /// As they are in `attrs`, behind those of [`SYSTEM`].
    keys: Vec<String>,
    /// One for each map that was asked for.
    places: Vec<Places>,
}

/// What a map's plan finds among the values of a layout.
#[derive(Debug)]
struct Places {
    map: usize,
    /// Places of its wanted fields; derived ones come behind the keys.
    at: Vec<usize>,
    /// Its steps that have any of their fields.
    live: Vec<usize>,
}

#[derive(Debug)]
struct Prepared {
    plan: Plan,
    /// Wanted fields that are derived, in the order of their cells.
    derived: Vec<(usize, Derive)>,
}

impl WindowsRows {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Adds the event as a row of the table that its map names; `input` is what lands in `raw`.
    pub(crate) fn add(&mut self, event: &WindowsEvent<'_>, input: Input<'_>, output: &mut Output) -> Result<(), Fault> {
        if event.system.len() + event.data.len() + event.beside.len() > MAX_VALUES {
            return Err(too_many());
        }
        let place = map::place(event);
        let number = place.number;
        self.plans.entry(number).or_insert_with(|| Prepared::of(place));
        let layout = self.layout(event, number);
        let (Some(prepared), Some(layout)) = (self.plans.get(&number), self.layouts.get_mut(layout)) else {
            return Ok(());
        };

        self.texts.clear();
        if let Some(id) = event.event_id {
            push_digits(u64::from(id), 1, &mut self.texts);
        }
        let id_end = self.texts.len();
        self.text_ends.clear();
        for &(_, derive) in &prepared.derived {
            derive(event, &mut self.texts);
            self.text_ends.push(self.texts.len());
        }

        let mut cells: Vec<WindowsCell<'_>> = mem::take(&mut self.cells);
        cells.extend(system_cells(event, self.texts.get(..id_end).unwrap_or_default()));
        cells.extend(values(event).map(WindowsCell::data));
        let mut start = id_end;
        for &end in &self.text_ends {
            cells.push(WindowsCell::optional(self.texts.get(start..end).unwrap_or_default()));
            start = end;
        }
        let places = layout.places(number, prepared);
        let places = layout.places.get(places);
        let record = Record {
            position: input.position,
            raw: input.text,
            keys: &layout.keys,
            cells: &cells,
            at: places.map_or(&[], |places| &places.at),
            live: places.map(|places| places.live.as_slice()),
            undated: false,
        };
        let added = output.add(&prepared.plan, &record);
        self.cells = emptied(cells);
        added
    }

    /// Number of the event's list of names, known or new.
    fn layout(&mut self, event: &WindowsEvent<'_>, map: usize) -> usize {
        if let Some(shape) = event.shape
            && let Some(&known) = self.by_shape.get(&shape.0)
        {
            return known;
        }
        let last = self.last.get(&map).copied();
        let is_same = |number: &usize| self.layouts.get(*number).is_some_and(|layout| layout.is_of(event));
        let number = last.filter(is_same).unwrap_or_else(|| self.layout_by_names(event));
        self.last.insert(map, number);
        if let Some(shape) = event.shape {
            self.by_shape.insert(shape.0, number);
        }
        number
    }

    fn layout_by_names(&mut self, event: &WindowsEvent<'_>) -> usize {
        self.forget_if_too_many();
        let mut hasher = DefaultHasher::new();
        values(event).for_each(|field| field.name.hash(&mut hasher));
        let numbers = self.by_names.entry(hasher.finish()).or_default();
        let layouts = &self.layouts;
        let is_same = |number: &&usize| layouts.get(**number).is_some_and(|layout| layout.is_of(event));
        if let Some(&known) = numbers.iter().find(is_same) {
            return known;
        }
        numbers.push(self.layouts.len());
        let layout = Layout::of(event);
        self.layout_bytes +=
            layout.names.iter().chain(&layout.keys).map(|name| name.len() + size_of::<String>()).sum::<usize>();
        self.layouts.push(layout);
        self.layouts.len() - 1
    }

    fn forget_if_too_many(&mut self) {
        let too_many = self.layouts.len() >= MAX_LAYOUTS || self.by_shape.len() >= MAX_SHAPES;
        if too_many || self.layout_bytes > MAX_LAYOUT_BYTES {
            self.layouts.clear();
            self.layout_bytes = 0;
            self.last.clear();
            self.by_shape.clear();
            self.by_names.clear();
        }
    }
}

impl Prepared {
    fn of(place: &'static Place) -> Self {
        let mapping = Mapping {
            kind: "",
            table: place.map.table,
            times: &["TimeCreated"],
            weight: None,
            constants: &[],
            columns: &[],
        };
        let table = schema::tables::find(place.map.table);
        let has = |column: &str| table.is_some_and(|table| table.own.iter().any(|own| own.name == column));
        let common = map::COMMON.iter().filter(|rule| rule.iter().all(|&(column, ..)| has(column)));
        let rules: Vec<_> = place.map.rules.iter().chain(common).copied().collect();
        let plan = Plan::of(&mapping, &rules, "");
        let derived = plan.wanted().iter().enumerate();
        let derived = derived.filter_map(|(wanted, name)| Some((wanted, derive::find(name)?))).collect();
        Self { plan, derived }
    }
}

impl Layout {
    fn of(event: &WindowsEvent<'_>) -> Self {
        let names = values(event).map(|field| field.name.to_owned()).collect();
        Self { names, keys: keys(event), places: Vec::new() }
    }

    fn is_of(&self, event: &WindowsEvent<'_>) -> bool {
        let count = event.system.len() + event.data.len() + event.beside.len();
        self.names.len() == count && self.names.iter().zip(values(event)).all(|(name, field)| name == field.name)
    }

    /// Number of the map's entry in `places`, known or new.
    fn places(&mut self, map: usize, prepared: &Prepared) -> usize {
        let known = self.places.iter().position(|places| places.map == map);
        known.unwrap_or_else(|| {
            // Data comes behind `System` and is meant where a name is in both.
            let by_name: HashMap<&str, usize> =
                self.keys.iter().enumerate().rev().map(|(place, key)| (key.as_str(), place)).collect();
            let wanted = prepared.plan.wanted().iter();
            let mut at: Vec<usize> = wanted.map(|name| by_name.get(name.as_ref()).copied().unwrap_or(ABSENT)).collect();
            for (cell, &(wanted, _)) in prepared.derived.iter().enumerate() {
                if let Some(place) = at.get_mut(wanted) {
                    *place = self.keys.len() + cell;
                }
            }
            let live = prepared.plan.live(&at);
            self.places.push(Places { map, at, live });
            self.places.len() - 1
        })
    }
}

/// The same room for cells that borrow from elsewhere: collecting in place keeps it.
fn emptied<'a>(cells: Vec<WindowsCell<'_>>) -> Vec<WindowsCell<'a>> {
    cells.into_iter().map_while(|_| None).collect()
}

/// Everything but the fixed `System` values.
fn values<'e, 'a>(event: &'e WindowsEvent<'a>) -> impl Iterator<Item = &'e Field<'a>> {
    event.system.iter().chain(&event.data).chain(&event.beside)
}

/// The names for `attrs`, each once, as they stand between the quotes of a JSON key.
fn keys(event: &WindowsEvent<'_>) -> Vec<String> {
    let mut names = Names::default();
    names.taken.extend(ALWAYS_SYSTEM.iter().map(|&name| name.to_owned()));
    let root = if event.data_root.is_empty() { "EventData" } else { event.data_root };
    let data: Vec<String> = event.data.iter().map(|field| names.of_data(field.name, root)).collect();
    let fixed = SYSTEM.iter().map(|&name| match name {
        _ if ALWAYS_SYSTEM.contains(&name) => name.to_owned(),
        _ => names.once(name, || format!("System_{name}")),
    });
    let mut keys: Vec<String> = fixed.collect();
    keys.extend(event.system.iter().map(|field| names.of_path(field.name, "System")));
    keys.extend(data);
    keys.extend(event.beside.iter().map(|field| match field.name {
        "RenderingInfo/Message" => names.once("Message", || "RenderingInfo_Message".to_owned()),
        name => names.of_path(name, "Event"),
    }));
    keys.into_iter().map(json_key).collect()
}

/// Deals out names.
#[derive(Debug, Default)]
struct Names {
    taken: HashSet<String>,
    paths: HashSet<String>,
    /// How often a name was wanted that was taken.
    again: HashMap<String, u32>,
}

impl Names {
    /// Of a path its last name; where that is taken, with the one before it.
    fn of_data(&mut self, path: &str, root: &str) -> String {
        let mut steps = path.rsplit(['/', '@']).filter(|step| !step.is_empty());
        let leaf = steps.next().unwrap_or("Data");
        let parent = steps.next().unwrap_or(root);
        // Values of one place, and the unnamed ones of classic events, are numbered.
        let comes_again = !self.paths.insert(path.to_owned());
        if comes_again || leaf == "Data" {
            return self.once(leaf, || leaf.to_owned());
        }
        self.once(leaf, || format!("{parent}_{leaf}"))
    }

    /// A whole path, joined by `_`.
    fn of_path(&mut self, path: &str, root: &str) -> String {
        let joined = path.trim_start_matches('@').replace(['/', '@'], "_");
        self.once(&joined, || format!("{root}_{joined}"))
    }

    /// The name where it is free, else the longer one, else the name with a number.
    fn once(&mut self, base: &str, longer: impl FnOnce() -> String) -> String {
        if !self.taken.contains(base) {
            self.taken.insert(base.to_owned());
            return base.to_owned();
        }
        let longer = longer();
        if self.taken.insert(longer.clone()) {
            return longer;
        }
        let again = self.again.entry(base.to_owned()).or_insert(1);
        loop {
            *again += 1;
            let numbered = format!("{base}_{again}");
            if self.taken.insert(numbered.clone()) {
                return numbered;
            }
        }
    }
}

fn json_key(name: String) -> String {
    let is_plain = name.bytes().all(|byte| byte >= b' ' && byte != b'"' && byte != b'\\');
    if is_plain {
        return name;
    }
    let mut quoted = String::new();
    push_json_string(&name, &mut quoted);
    quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default().to_owned()
}

fn system_cells<'a>(event: &'a WindowsEvent<'_>, event_id: &'a str) -> [WindowsCell<'a>; SYSTEM.len()] {
    let time = WindowsCell { text: Some(event.time_text), time: event.time.as_ref(), json: None };
    let time = if event.time.is_some() { time } else { WindowsCell::optional(event.time_text) };
    let texts = [
        event.provider,
        event.provider_guid,
        event_id,
        event.qualifiers,
        event.version,
        event.level,
        event.task,
        event.opcode,
        event.keywords,
        event.record_id,
        event.activity_id,
        event.related_activity_id,
        event.pid,
        event.tid,
        event.channel,
        event.computer,
        event.user_sid,
    ];
    let mut cells = [time; SYSTEM.len()];
    for (cell, text) in cells.iter_mut().skip(1).zip(texts) {
        *cell = WindowsCell::optional(text);
    }
    cells
}

/// A value of a Windows event: four words without gaps, because cells are copied at every look.
#[derive(Debug, Clone, Copy)]
struct WindowsCell<'a> {
    /// `None` where there is no such value; empty where `json` alone has it.
    text: Option<&'a str>,
    time: Option<&'a Timestamp>,
    /// The value as JSON has it between quotes, where that need not be made first.
    json: Option<&'a &'a str>,
}

impl<'a> WindowsCell<'a> {
    /// An empty text means that there is no such value, and not that it is empty.
    fn optional(text: &'a str) -> Self {
        Self { text: (!text.is_empty()).then_some(text), time: None, json: None }
    }

    fn data(field: &'a Field<'_>) -> Self {
        let json: &'a &'a str = &field.json;
        Self { text: Some(field.value), time: None, json: (!json.is_empty()).then_some(json) }
    }

    #[inline]
    fn shown(self) -> &'a str {
        self.text.unwrap_or_default()
    }

    /// The text, with its escapes undone in the room where that was left to whoever asks.
    #[inline]
    fn whole<'s>(self, room: &'s mut String) -> &'s str
    where
        'a: 's,
    {
        match self.json.filter(|_| self.shown().is_empty()) {
            None => self.shown(),
            Some(json) => {
                room.clear();
                decode_into(json, room);
                room
            }
        }
    }
}

/// Longer texts are no times.
const MAX_TIME_BYTES: usize = 40;

/// What Windows writes where it has no value: `S-1-0-0` is the SID of nobody, `%%1793` reads "<value not set>".
const NOTHING: [&str; 7] = ["-", "S-1-0-0", "(NULL)", "(null)", "NULL SID", "NONE_MAPPED", "%%1793"];

impl<'a> Cell<'a> for WindowsCell<'a> {
    type Items = std::iter::Once<Self>;

    fn is_unset(self) -> bool {
        self.text.is_none()
    }

    fn is_empty(self) -> bool {
        self.shown().is_empty() && self.json.is_none()
    }

    fn keeps_empty(self) -> bool {
        self.text.is_some()
    }

    #[inline]
    fn says_nothing(self) -> bool {
        let text = self.shown();
        // Most values are told by their first character.
        matches!(text.as_bytes().first(), Some(b'-' | b'S' | b'(' | b'N' | b'%'))
            && text.len() <= "NONE_MAPPED".len()
            && NOTHING.contains(&text)
    }

    fn text<'s>(self, scratch: &'s mut String) -> Option<&'s str>
    where
        'a: 's,
    {
        Some(self.whole(scratch))
    }

    /// No number has escapes that need undoing, and no truth value.
    fn number(self) -> Option<&'a str> {
        Some(self.shown())
    }

    fn bool(self) -> Option<bool> {
        match self.shown() {
            "1" => Some(true),
            "0" => Some(false),
            text if text.eq_ignore_ascii_case("true") => Some(true),
            text if text.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        }
    }

    /// Sensors write times in data as UTC without saying so.
    fn instant(self, read: fn(&str) -> Result<Timestamp, NoInstant>) -> Result<Timestamp, NoInstant> {
        if let Some(time) = self.time {
            return in_range(*time);
        }
        let mut room = String::new();
        let text = self.whole(&mut room);
        read(text).or_else(|error| {
            let is_short = text.len() < MAX_TIME_BYTES;
            let zoned = if is_short { read(&format!("{text}Z")) } else { Err(error) };
            zoned.or(Err(error))
        })
    }

    fn items(self) -> Self::Items {
        std::iter::once(self)
    }

    fn push_json(self, to: &mut String) {
        match self.json {
            Some(json) => {
                to.push('"');
                to.push_str(json);
                to.push('"');
            }
            None => push_json_string(self.shown(), to),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emptied_cells_keep_their_room() {
        let text = String::from("a");
        let cells: Vec<WindowsCell<'_>> = vec![WindowsCell::optional(&text); 100];
        let room = cells.capacity();
        let cells: Vec<WindowsCell<'static>> = emptied(cells);
        assert_eq!((cells.len(), cells.capacity()), (0, room));
    }
}
