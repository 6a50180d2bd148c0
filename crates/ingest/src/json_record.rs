//! JSON objects as records of a mapping: fields of nested objects are found by paths such as `userIdentity.arn`.
//!
//! A field of the top level counts before a path of the same text, because some sources write flat names with dots.
//! An object that is read in part stays whole in `attrs`. Of an array a path takes one element by its number
//! (`targets.0.id`) or by what one of its members says (`parameters.Name=Identity.Value`). A name with dots stands
//! in brackets (`claims.[http://schemas.example.org/upn]`). What a format works out for itself it adds as a derived
//! field, whose name begins with `=`.

use std::{borrow::Cow, mem, sync::Arc};

use schema::Timestamp;

use crate::{
    instant::NoInstant,
    json::{Elements, Fields, Text, Value, bool_of, number_text, push_value, scalar_text},
    json_paths::{Paths, steps},
    keys::Keys,
    mapping::{ABSENT, Cell, Mapping, Output, Plan, Record},
    parsed::Fault,
    records::Input,
};

/// Begins the names of derived fields.
const DERIVED: char = '=';

/// Reads the JSON records of one batch.
#[derive(Debug)]
pub(crate) struct JsonReader<'a> {
    keys: Keys<()>,
    input: Option<Input<'a>>,
    names: Vec<&'a str>,
    /// Of the top level, in the order of `names`; behind them what paths led to.
    cells: Vec<JsonCell<'a>>,
    at: Vec<usize>,
    /// What is at the nodes of a mapping's paths.
    found: Vec<Option<JsonCell<'a>>>,
    /// What the format worked out; in no `attrs`, because its source is.
    derived: Vec<(&'static str, JsonCell<'a>)>,
    /// Plans by the mapping they were made of; a format has a handful.
    plans: Vec<Prepared>,
}

#[derive(Debug)]
struct Prepared {
    /// Address of the mapping, or of the plan that was made before.
    made_of: usize,
    plan: Arc<Plan>,
    /// For each wanted field the number of its name.
    tops: Vec<usize>,
    /// Wanted fields that are derived.
    derived: Vec<(usize, &'static str)>,
    /// Wanted fields that are paths.
    paths: Paths,
}

impl<'a> JsonReader<'a> {
    pub(crate) fn new() -> Self {
        Self {
            keys: Keys::new(),
            input: None,
            names: Vec::new(),
            cells: Vec::new(),
            at: Vec::new(),
            found: Vec::new(),
            derived: Vec::new(),
            plans: Vec::new(),
        }
    }

    /// Reads the fields of an object; those of the record before are forgotten.
    pub(crate) fn read(&mut self, input: Input<'a>) -> Result<(), Fault> {
        self.input = Some(input);
        self.read_fields(input.text)
    }

    /// Goes on with the record that is packed into `member` of the one just read. Its fields come first; of equal
    /// names those of the packed record count, and of the others none is lost.
    pub(crate) fn unpack(&mut self, member: &str, packed: &'a str) -> Result<(), Fault> {
        let names = mem::take(&mut self.names);
        let cells = mem::take(&mut self.cells);
        self.read_fields(packed)?;
        for (name, cell) in names.into_iter().zip(cells).filter(|(name, _)| *name != member) {
            let key = Text { inner: name, escaped: name.contains('\\') };
            if self.keys.note(key, self.cells.len(), nothing).is_ok() {
                self.names.push(name);
                self.cells.push(cell);
            }
        }
        Ok(())
    }

    /// Adds a derived field to the record at hand; the first of a name counts.
    pub(crate) fn derive(&mut self, name: &'static str, value: Value<'a>) {
        self.derived.push((name, JsonCell(value)));
    }

    fn read_fields(&mut self, text: &'a str) -> Result<(), Fault> {
        self.names.clear();
        self.cells.clear();
        self.derived.clear();
        self.keys.begin();
        let mut fields = Fields::of(text);
        while let Some((key, value)) = fields.next()? {
            self.keys.note(key, self.cells.len(), nothing)?;
            self.names.push(key.inner);
            self.cells.push(JsonCell(value));
        }
        Ok(())
    }

    /// Reads the fields of an object that is a part of the record; the whole record stays the raw one.
    pub(crate) fn read_part(&mut self, input: Input<'a>, part: &'a str) -> Result<(), Fault> {
        self.read(Input { text: part, ..input })?;
        self.input = Some(input);
        Ok(())
    }

    /// Field of the top level by its name as it stands in the record.
    pub(crate) fn field(&mut self, name: &str) -> Option<JsonCell<'a>> {
        let number = self.keys.number(name, nothing);
        self.keys.place(number).and_then(|place| self.cells.get(place)).copied().filter(|cell| !cell.is_unset())
    }

    /// Field by path.
    pub(crate) fn path(&mut self, path: &str) -> Option<JsonCell<'a>> {
        if let Some(cell) = self.field(path) {
            return Some(cell);
        }
        let mut steps = steps(path);
        let top = self.field(steps.next()?)?;
        steps.try_fold(top, JsonCell::member).filter(|cell| !cell.is_unset())
    }

    /// Text of a field by path, without escapes; `None` for lists and objects.
    pub(crate) fn text<'s>(&mut self, path: &str, room: &'s mut String) -> Option<&'s str>
    where
        'a: 's,
    {
        self.path(path)?.text(room)
    }

    /// Adds the record as a row of the mapping's table.
    pub(crate) fn add(&mut self, mapping: &'static Mapping, output: &mut Output) -> Result<(), Fault> {
        self.add_undated(mapping, false, output)
    }

    /// The same; `undated` says that records of this kind may have no time of their own.
    pub(crate) fn add_undated(
        &mut self,
        mapping: &'static Mapping,
        undated: bool,
        output: &mut Output,
    ) -> Result<(), Fault> {
        let made_of = std::ptr::from_ref(mapping).addr();
        let place = self.prepared(made_of, || Arc::new(Plan::new(mapping, mapping.kind)));
        self.add_prepared(place, undated, output)
    }

    /// Adds the record by a plan that outlives the batch.
    pub(crate) fn add_planned(&mut self, plan: &Arc<Plan>, output: &mut Output) -> Result<(), Fault> {
        let place = self.prepared(Arc::as_ptr(plan).addr(), || Arc::clone(plan));
        self.add_prepared(place, false, output)
    }

    fn add_prepared(&mut self, place: usize, undated: bool, output: &mut Output) -> Result<(), Fault> {
        let Some(input) = self.input else { return Ok(()) };
        let Some(prepared) = self.plans.get(place) else { return Ok(()) };
        let keys = &self.keys;
        let place_of = |number: &usize| keys.place(*number).unwrap_or(ABSENT);
        self.at.clear();
        self.at.extend(prepared.tops.iter().map(place_of));
        self.cells.truncate(self.names.len());
        for &(wanted, name) in &prepared.derived {
            let cell = self.derived.iter().find(|derived| derived.0 == name).map(|derived| derived.1);
            if let (Some(at), Some(cell)) = (self.at.get_mut(wanted), cell) {
                *at = self.cells.len();
                self.cells.push(cell);
            }
        }
        let cells = &self.cells;
        prepared.paths.find(|top| cells.get(place_of(&top)).copied(), &mut self.found);
        for (wanted, cell) in prepared.paths.wanted(&self.found) {
            // A field of the top level counts before a path of the same text.
            if let Some(at) = self.at.get_mut(wanted).filter(|at| **at == ABSENT && !cell.is_unset()) {
                *at = self.cells.len();
                self.cells.push(cell);
            }
        }
        let record = Record {
            position: input.position,
            raw: input.text,
            keys: &self.names,
            cells: &self.cells,
            at: &self.at,
            live: None,
            undated,
        };
        output.add(&prepared.plan, &record)
    }

    fn prepared(&mut self, made_of: usize, plan: impl FnOnce() -> Arc<Plan>) -> usize {
        if let Some(place) = self.plans.iter().position(|prepared| prepared.made_of == made_of) {
            return place;
        }
        let plan = plan();
        let derived: Vec<(usize, &'static str)> = plan.wanted().iter().enumerate().filter_map(derived_field).collect();
        let is_derived = |place: usize| derived.iter().any(|known| known.0 == place);
        // A record may have a field of that name; it is none of ours.
        let no_number = 0;
        let top = |(place, field): (usize, &Cow<'static, str>)| {
            if is_derived(place) { no_number } else { self.keys.number(field, nothing) }
        };
        let tops = plan.wanted().iter().enumerate().map(top).collect();
        let paths = Paths::new(plan.wanted(), |top| self.keys.number(top, nothing));
        self.plans.push(Prepared { made_of, plan, tops, derived, paths });
        self.plans.len() - 1
    }
}

/// Formats of the program derive fields; the names that people write are always those of the source.
fn derived_field((place, field): (usize, &Cow<'static, str>)) -> Option<(usize, &'static str)> {
    match field {
        Cow::Borrowed(name) if name.starts_with(DERIVED) => Some((place, name)),
        _ => None,
    }
}

fn nothing(_name: &str) {}

/// A JSON value as a cell.
#[derive(Debug, Clone, Copy)]
pub(crate) struct JsonCell<'a>(pub(crate) Value<'a>);

impl<'a> JsonCell<'a> {
    /// The member of an object by name, or the element of an array by number or by `member=text`; of several the
    /// first.
    pub(crate) fn member(self, step: &str) -> Option<Self> {
        match self.0 {
            Value::Object(object) => {
                let mut fields = Fields::of(object);
                let mut room = String::new();
                while let Ok(Some((key, value))) = fields.next() {
                    if key.inner == step || (key.escaped && key.decode(&mut room) == step) {
                        return Some(Self(value));
                    }
                }
                None
            }
            Value::Array(array) => match step.split_once('=') {
                Some((name, text)) => Elements::of(array).map(Self).find(|element| element.says(name, text)),
                None => Elements::of(array).nth(step.parse().ok()?).map(Self),
            },
            _ => None,
        }
    }

    /// Text of an object, from brace to brace.
    pub(crate) fn object(self) -> Option<&'a str> {
        match self.0 {
            Value::Object(object) => Some(object),
            _ => None,
        }
    }

    /// Whether this is an object with such a member.
    pub(crate) fn says(self, name: &str, text: &str) -> bool {
        let mut room = String::new();
        let member = if matches!(self.0, Value::Object(_)) { self.member(name) } else { None };
        member.is_some_and(|member| member.text(&mut room) == Some(text))
    }
}

impl<'a> Cell<'a> for JsonCell<'a> {
    type Items = Items<'a>;

    fn is_unset(self) -> bool {
        self.0 == Value::Null
    }

    fn is_empty(self) -> bool {
        matches!(self.0, Value::Text(text) if text.inner.is_empty())
    }

    fn text<'s>(self, scratch: &'s mut String) -> Option<&'s str>
    where
        'a: 's,
    {
        scalar_text(self.0, scratch)
    }

    fn number(self) -> Option<&'a str> {
        number_text(self.0)
    }

    fn bool(self) -> Option<bool> {
        bool_of(self.0)
    }

    fn instant(self, read: fn(&str) -> Result<Timestamp, NoInstant>) -> Result<Timestamp, NoInstant> {
        read(self.number().ok_or(NoInstant::Unreadable)?)
    }

    fn items(self) -> Items<'a> {
        match self.0 {
            Value::Array(array) => Items::Many(Elements::of(array)),
            _ => Items::One(Some(self)),
        }
    }

    fn push_json(self, to: &mut String) {
        push_value(self.0, to);
    }

    fn part(self, name: &str) -> Option<Self> {
        self.member(name).filter(|member| !member.is_unset())
    }
}

/// The elements of an array; of anything else, itself.
#[derive(Debug)]
pub(crate) enum Items<'a> {
    One(Option<JsonCell<'a>>),
    Many(Elements<'a>),
}

impl<'a> Iterator for Items<'a> {
    type Item = JsonCell<'a>;

    fn next(&mut self) -> Option<JsonCell<'a>> {
        match self {
            Self::One(cell) => cell.take(),
            Self::Many(elements) => elements.next().map(JsonCell),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(record: &str, path: &str, want: Option<&str>) {
        let mut reader = JsonReader::new();
        reader.read(Input { position: 0, text: record }).expect("an object");
        let mut room = String::new();
        assert_eq!(reader.text(path, &mut room), want, "{path} of {record}");
    }

    #[test]
    fn paths_lead_through_objects_and_arrays() {
        check(r#"{"a":{"b":[{"c":"x"},{"c":"y"}]}}"#, "a.b.1.c", Some("y"));
        check(r#"{"a.b":"flat","a":{"b":"deep"}}"#, "a.b", Some("flat"));
        check(r#"{"a":{"b":null}}"#, "a.b", None);
        check(r#"{"a":[1]}"#, "a.one", None);
    }

    #[test]
    fn a_name_with_dots_stands_in_brackets() {
        check(r#"{"c":{"http://x.y/z":{"d":"v"}}}"#, "c.[http://x.y/z].d", Some("v"));
        check(r#"{"c":{"a.b":"v"}}"#, "c.[a.b]", Some("v"));
    }

    #[test]
    fn an_element_is_found_by_what_it_says() {
        let record = r#"{"p":[7,{"Name":"A\u0042","Value":"1"},{"Value":"2","Name":"C"},{"Name":"C"}]}"#;
        check(record, "p.Name=AB.Value", Some("1"));
        check(record, "p.Name=C.Value", Some("2"));
        check(record, "p.Name=D.Value", None);
    }

    #[test]
    fn of_a_packed_record_and_its_wrapper_no_field_is_lost() {
        let record = r#"{"id":"outer","kind":"k","packed":{"id":"inner","n":1}}"#;
        let mut reader = JsonReader::new();
        reader.read(Input { position: 0, text: record }).expect("an object");
        let packed = reader.field("packed").and_then(JsonCell::object).expect("packed");
        reader.unpack("packed", packed).expect("an object");
        let mut room = String::new();
        assert_eq!(reader.text("id", &mut room), Some("inner"));
        assert_eq!(reader.text("kind", &mut room), Some("k"));
        assert!(reader.field("packed").is_none());
    }
}
