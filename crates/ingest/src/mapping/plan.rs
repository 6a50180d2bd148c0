//! A mapping made ready: tables and columns looked up once, fields by place.

use std::{borrow::Cow, collections::HashMap};

use schema::Table;

use super::{ABSENT, Mapping, Read, Rule};
use crate::own_read::{Clock, Constant, OwnRead};

/// A mapping made ready: columns by number, fields by place.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(super) table: &'static Table,
    /// Every field of the mapping once.
    pub(super) wanted: Vec<Cow<'static, str>>,
    pub(super) steps: Vec<Step>,
    pub(super) constants: Vec<(usize, Constant)>,
    /// What columns hold where no field yields a value.
    pub(super) defaults: Vec<(usize, Constant)>,
    pub(super) times: Vec<usize>,
    /// How times are written, where a person has said so.
    pub(super) clock: Option<Clock>,
    pub(super) weight: Option<usize>,
    /// All fields go to `attrs`, also those that are in columns.
    pub(super) complete: bool,
}

#[derive(Debug)]
pub(super) struct Step {
    pub(super) column: usize,
    pub(super) fields: Vec<usize>,
    pub(super) read: Read,
    /// Counts instead of `read`.
    pub(super) own: Option<OwnRead>,
}

impl Plan {
    /// `kind` is what the source calls the records; it differs from the mapping's in the mapping for others.
    pub(crate) fn new(mapping: &'static Mapping, kind: &str) -> Self {
        Self::of(mapping, &[mapping.columns], kind)
    }

    /// The same with the rules of several lists in place of the mapping's own.
    pub(crate) fn of(mapping: &Mapping, columns: &[&'static [Rule]], kind: &str) -> Self {
        let table = schema::tables::find(mapping.table).expect("a test checks the tables of all mappings");
        let column = |name: &str| table.own.iter().position(|column| column.name == name);
        let mut wanted: Vec<Cow<'static, str>> = Vec::new();
        let mut want = |field: &'static str| place_of(&mut wanted, Cow::Borrowed(field));
        let times = mapping.times.iter().map(|&field| want(field)).collect();
        let weight = mapping.weight.map(&mut want);
        let mut steps = Vec::new();
        for &(name, fields, read) in columns.iter().copied().flatten() {
            let column = column(name).expect("a test checks the columns of all mappings");
            let fields = fields.iter().map(|&field| want(field)).collect();
            steps.push(Step { column, fields, read, own: None });
        }
        let mut constants: Vec<(usize, Constant)> = Vec::new();
        for &(name, value) in mapping.constants {
            let column = column(name).expect("a test checks the columns of all mappings");
            constants.push((column, Constant::Text(value.to_owned())));
        }
        let complete = table.name == OTHERS;
        let mut defaults = Vec::new();
        if complete {
            // What the records are called where no field says it.
            defaults.extend(column("kind").map(|column| (column, Constant::Text(kind.to_owned()))));
        }
        Self { table, wanted, steps, constants, defaults, times, clock: None, weight, complete }
    }

    /// With times that are written as this clock reads them.
    pub(crate) fn clocked(self, clock: Clock) -> Self {
        Self { clock: Some(clock), ..self }
    }

    /// A plan without columns, for mappings that are no part of the program; the table's columns are then added.
    pub(crate) fn open(table: &'static Table, clock: Clock, times: &[String], weight: Option<&str>) -> Self {
        let mut wanted = Vec::new();
        let mut want = |field: &str| place_of(&mut wanted, Cow::Owned(field.to_owned()));
        let times = times.iter().map(|field| want(field)).collect();
        let weight = weight.map(&mut want);
        Self {
            table,
            wanted,
            steps: Vec::new(),
            constants: Vec::new(),
            defaults: Vec::new(),
            times,
            clock: Some(clock),
            weight,
            complete: table.name == OTHERS,
        }
    }

    /// Fills a column from fields; of several for one column the first that yields a value counts.
    pub(crate) fn add_column(&mut self, column: usize, fields: &[String], read: Read, own: Option<OwnRead>) {
        let fields = fields.iter().map(|field| place_of(&mut self.wanted, Cow::Owned(field.clone()))).collect();
        self.steps.push(Step { column, fields, read, own });
    }

    pub(crate) fn add_constant(&mut self, column: usize, value: Constant) {
        self.constants.push((column, value));
    }

    pub(crate) fn add_default(&mut self, column: usize, value: Constant) {
        self.defaults.push((column, value));
    }

    /// Whether a column has a value in every row.
    pub(crate) fn is_sure(&self, column: usize) -> bool {
        self.constants.iter().chain(&self.defaults).any(|(known, _)| *known == column)
    }

    pub(crate) fn table(&self) -> &'static Table {
        self.table
    }

    pub(crate) fn wanted(&self) -> &[Cow<'static, str>] {
        &self.wanted
    }

    /// Numbers of the steps that can do something where these fields are present: a plan has rules for every name that a
    /// column's value may have, and records with equal names need not try them all again.
    pub(crate) fn live(&self, at: &[usize]) -> Vec<usize> {
        let is_present = |&wanted: &usize| at.get(wanted).is_some_and(|&place| place != ABSENT);
        let is_live =
            |step: &Step| matches!(step.read, Read::Is(_) | Read::Absent) || step.fields.iter().any(&is_present);
        self.steps.iter().enumerate().filter(|(_, step)| is_live(step)).map(|(number, _)| number).collect()
    }

    /// Whether a field may hold the event time.
    pub(crate) fn is_time(&self, field: &str) -> bool {
        self.times.iter().any(|&wanted| self.wanted.get(wanted).is_some_and(|known| known == field))
    }
}

/// Place of a field among the wanted ones, where it is put if it is new.
fn place_of(wanted: &mut Vec<Cow<'static, str>>, field: Cow<'static, str>) -> usize {
    wanted.iter().position(|known| *known == field).unwrap_or_else(|| {
        wanted.push(field);
        wanted.len() - 1
    })
}

/// The table of what is recognised but not modelled.
const OTHERS: &str = "other_records";

/// Places of a plan's wanted fields among given names; the first of equal names counts.
pub(crate) fn places(plan: &Plan, names: &[String]) -> Vec<usize> {
    let mut by_name: HashMap<&str, usize> = HashMap::new();
    for (place, name) in names.iter().enumerate() {
        by_name.entry(name.as_str()).or_insert(place);
    }
    plan.wanted().iter().map(|field| by_name.get(&**field).copied().unwrap_or(ABSENT)).collect()
}
