//! Records of names and texts (`key=value` lines, header lines, parsed messages) for a mapping.

use std::{borrow::Cow, sync::Arc};

use schema::Timestamp;

use crate::{
    instant::NoInstant,
    json::push_json_string,
    mapping::{ABSENT, Cell, Mapping, Output, Plan, Record},
    number::is_json_number,
    observed::Observed,
    parsed::Fault,
    records::Input,
};

/// Collects the fields of one record after the other. Made once a batch.
#[derive(Debug, Default)]
pub(crate) struct Pairs<'a> {
    names: Vec<Cow<'a, str>>,
    cells: Vec<Written>,
    /// All values of the record, one behind the other: they may be decoded or put together, and live as long as it.
    texts: String,
    at: Vec<usize>,
    plans: Vec<Prepared>,
}

/// Where a value is in `texts`.
#[derive(Debug, Clone, Copy)]
struct Written {
    start: usize,
    end: usize,
    /// A number or other JSON, which `attrs` has without quotes.
    is_number: bool,
}

#[derive(Debug)]
struct Prepared {
    /// Address of the mapping, or of the plan that was made before.
    made_of: usize,
    plan: Arc<Plan>,
    /// Where each wanted field was last time: mostly it is there again.
    guess: Vec<usize>,
}

impl<'a> Pairs<'a> {
    pub(crate) fn new() -> Self {
        Self { names: Vec::new(), cells: Vec::new(), texts: String::new(), at: Vec::new(), plans: Vec::new() }
    }

    /// Begins the next record.
    pub(crate) fn begin(&mut self) {
        self.names.clear();
        self.cells.clear();
        self.texts.clear();
    }

    /// Adds a field that is a text. Names hold no quotes, backslashes or controls: see [`Pairs::has_plain_name`].
    pub(crate) fn push(&mut self, name: impl Into<Cow<'a, str>>, value: &str) {
        self.write(name.into(), value, false);
    }

    /// Adds a field that is a number where it looks like one of JSON, so that `attrs` has it as a number.
    pub(crate) fn push_number(&mut self, name: impl Into<Cow<'a, str>>, value: &str) {
        self.write(name.into(), value, is_json_number(value));
    }

    /// Adds a field that is JSON already, as it stands.
    pub(crate) fn push_json(&mut self, name: impl Into<Cow<'a, str>>, json: &str) {
        self.write(name.into(), json, true);
    }

    /// Adds a field whose value `write` appends.
    pub(crate) fn push_with(&mut self, name: impl Into<Cow<'a, str>>, write: impl FnOnce(&mut String)) {
        let start = self.texts.len();
        write(&mut self.texts);
        let end = self.texts.len();
        self.names.push(plain(name.into()));
        self.cells.push(Written { start, end, is_number: false });
    }

    /// The value of a field; the last one of that name.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let place = self.names.iter().rposition(|known| known == name)?;
        let cell = self.cells.get(place)?;
        self.texts.get(cell.start..cell.end)
    }

    /// Names and values in the order in which they were pushed.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let text = |cell: &Written| self.texts.get(cell.start..cell.end).unwrap_or_default();
        self.names.iter().zip(&self.cells).map(move |(name, cell)| (&**name, text(cell)))
    }

    pub(crate) fn len(&self) -> usize {
        self.cells.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// Adds the record as a row of the mapping's table; of equal names the first one is read, all are kept.
    pub(crate) fn add(
        &mut self,
        mapping: &'static Mapping,
        input: Input<'_>,
        output: &mut Output,
    ) -> Result<(), Fault> {
        let place = self.prepared_of(mapping);
        self.with_record(place, input, |plan, record| output.add(plan, record)).unwrap_or(Ok(()))
    }

    /// Adds the record by a plan that outlives the batch.
    pub(crate) fn add_planned(&mut self, plan: &Arc<Plan>, input: Input<'_>, output: &mut Output) -> Result<(), Fault> {
        let place = self.prepared(Arc::as_ptr(plan).addr(), || Arc::clone(plan));
        self.with_record(place, input, |plan, record| output.add(plan, record)).unwrap_or(Ok(()))
    }

    /// The same; the envelope's time counts where the record has none.
    pub(crate) fn add_enveloped(
        &mut self,
        plan: &Arc<Plan>,
        input: Input<'_>,
        envelope: Observed,
        output: &mut Output,
    ) -> Result<(), Fault> {
        let place = self.prepared(Arc::as_ptr(plan).addr(), || Arc::clone(plan));
        self.with_record(place, input, |plan, record| output.add_enveloped(plan, record, envelope)).unwrap_or(Ok(()))
    }

    /// Adds a record whose event time was read before.
    pub(crate) fn add_observed(
        &mut self,
        mapping: &'static Mapping,
        input: Input<'_>,
        observed: Observed,
        output: &mut Output,
    ) {
        let place = self.prepared_of(mapping);
        self.with_record(place, input, |plan, record| output.add_observed(plan, record, observed));
    }

    fn prepared_of(&mut self, mapping: &'static Mapping) -> usize {
        let made_of = std::ptr::from_ref(mapping).addr();
        self.prepared(made_of, || Arc::new(Plan::new(mapping, mapping.kind)))
    }

    fn with_record<T>(
        &mut self,
        place: usize,
        input: Input<'_>,
        add: impl FnOnce(&Plan, &Record<'_, Cow<'a, str>, TextCell<'_>>) -> T,
    ) -> Option<T> {
        let prepared = self.plans.get_mut(place)?;
        self.at.clear();
        for (wanted, guess) in prepared.plan.wanted().iter().zip(&mut prepared.guess) {
            let is_there = self.names.get(*guess).is_some_and(|name| name == wanted);
            if !is_there {
                *guess = self.names.iter().position(|name| name == wanted).unwrap_or(ABSENT);
            }
            self.at.push(*guess);
        }
        let cell = |written: &Written| TextCell {
            text: self.texts.get(written.start..written.end).unwrap_or_default(),
            is_number: written.is_number,
            is_unset: false,
        };
        let cells: Vec<TextCell<'_>> = self.cells.iter().map(cell).collect();
        let record = Record {
            position: input.position,
            raw: input.text,
            keys: &self.names,
            cells: &cells,
            at: &self.at,
            live: None,
            undated: false,
        };
        Some(add(&prepared.plan, &record))
    }

    fn write(&mut self, name: Cow<'a, str>, value: &str, is_number: bool) {
        let start = self.texts.len();
        self.texts.push_str(value);
        self.names.push(plain(name));
        self.cells.push(Written { start, end: self.texts.len(), is_number });
    }

    fn prepared(&mut self, made_of: usize, plan: impl FnOnce() -> Arc<Plan>) -> usize {
        if let Some(place) = self.plans.iter().position(|prepared| prepared.made_of == made_of) {
            return place;
        }
        let plan = plan();
        let guess = vec![ABSENT; plan.wanted().len()];
        self.plans.push(Prepared { made_of, plan, guess });
        self.plans.len() - 1
    }
}

/// Names stand between quotes in `attrs`.
fn plain(name: Cow<'_, str>) -> Cow<'_, str> {
    let is_plain = |byte: u8| byte >= b' ' && byte != b'"' && byte != b'\\';
    if name.bytes().all(is_plain) {
        return name;
    }
    let mut quoted = String::new();
    push_json_string(&name, &mut quoted);
    let inner = quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default();
    Cow::Owned(inner.to_owned())
}

/// A text as a cell. Lists do not occur.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TextCell<'a> {
    pub(crate) text: &'a str,
    /// Written as a number in `attrs`.
    pub(crate) is_number: bool,
    /// The source has written its word for nothing.
    pub(crate) is_unset: bool,
}

impl<'a> Cell<'a> for TextCell<'a> {
    type Items = std::iter::Once<Self>;

    fn is_unset(self) -> bool {
        self.is_unset
    }

    fn is_empty(self) -> bool {
        self.text.is_empty()
    }

    fn text<'s>(self, _scratch: &'s mut String) -> Option<&'s str>
    where
        'a: 's,
    {
        Some(self.text)
    }

    fn number(self) -> Option<&'a str> {
        Some(self.text)
    }

    fn bool(self) -> Option<bool> {
        let text = self.text;
        let is = |words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
        if is(&["true", "yes", "1"]) {
            return Some(true);
        }
        is(&["false", "no", "0"]).then_some(false)
    }

    fn instant(self, read: fn(&str) -> Result<Timestamp, NoInstant>) -> Result<Timestamp, NoInstant> {
        read(self.text)
    }

    fn items(self) -> Self::Items {
        std::iter::once(self)
    }

    fn push_json(self, to: &mut String) {
        if self.is_number {
            to.push_str(self.text);
        } else {
            push_json_string(self.text, to);
        }
    }
}
