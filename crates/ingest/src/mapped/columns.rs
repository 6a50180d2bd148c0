//! Records whose fields have the same names in the same order: CSV and lines that a pattern takes apart.

use std::{borrow::Cow, sync::Arc};

use crate::{
    json::push_json_string,
    mapping::{ABSENT, Output, Plan, Record},
    number::is_json_number,
    pairs::TextCell,
    parsed::Fault,
    records::Input,
};

/// The fields of one record after the other. Made once a batch.
#[derive(Debug)]
pub(super) struct Columns<'a> {
    layouts: Vec<Layout>,
    layout: usize,
    cells: Vec<Option<Cow<'a, str>>>,
}

/// Names of fields, and where the wanted ones of each plan are.
#[derive(Debug)]
struct Layout {
    /// As they stand between the quotes of a JSON key.
    names: Vec<String>,
    places: Vec<(usize, Vec<usize>)>,
}

impl<'a> Columns<'a> {
    pub(super) fn new(layouts: impl Iterator<Item = Vec<String>>) -> Self {
        let layout =
            |names: Vec<String>| Layout { names: names.iter().map(|name| quoted(name)).collect(), places: Vec::new() };
        Self { layouts: layouts.map(layout).collect(), layout: 0, cells: Vec::new() }
    }

    /// Begins the next record, whose fields have the names of this layout.
    pub(super) fn begin(&mut self, layout: usize) {
        self.layout = layout;
        self.cells.clear();
    }

    /// The next field; `None` where it is not set.
    pub(super) fn push(&mut self, value: Option<Cow<'a, str>>) {
        self.cells.push(value);
    }

    /// How many fields the record has so far.
    pub(super) fn len(&self) -> usize {
        self.cells.len()
    }

    /// How many fields the layout has.
    pub(super) fn width(&self) -> usize {
        self.layouts.get(self.layout).map_or(0, |layout| layout.names.len())
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let place = self.layouts.get(self.layout)?.names.iter().position(|known| known == name)?;
        self.cells.get(place)?.as_deref()
    }

    pub(super) fn add(&mut self, plan: &Arc<Plan>, input: Input<'_>, output: &mut Output) -> Result<(), Fault> {
        let Some(layout) = self.layouts.get_mut(self.layout) else { return Ok(()) };
        let key = Arc::as_ptr(plan).addr();
        let known = layout.places.iter().position(|(known, _)| *known == key);
        let known = known.unwrap_or_else(|| {
            let place = |field: &Cow<'static, str>| layout.names.iter().position(|name| *name == quoted(field));
            let places = plan.wanted().iter().map(|field| place(field).unwrap_or(ABSENT)).collect();
            layout.places.push((key, places));
            layout.places.len() - 1
        });
        let Some((_, at)) = layout.places.get(known) else { return Ok(()) };
        let cells: Vec<TextCell<'_>> = self.cells.iter().map(|text| TextCell::new(text.as_deref())).collect();
        let record = Record {
            position: input.position,
            raw: input.text,
            keys: &layout.names,
            cells: &cells,
            at,
            live: None,
            undated: false,
        };
        output.add(plan, &record)
    }
}

fn quoted(name: &str) -> String {
    let mut text = String::new();
    push_json_string(name, &mut text);
    text.get(1..text.len() - 1).unwrap_or_default().to_owned()
}

impl<'a> TextCell<'a> {
    fn new(text: Option<&'a str>) -> Self {
        let is_number = text.is_some_and(is_json_number);
        Self { text: text.unwrap_or_default(), is_number, is_unset: text.is_none() }
    }
}
