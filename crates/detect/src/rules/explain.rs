//! Why a rule matched a row, or why not: each search, each line of it, and the value that it was held against.

use arrow_array::RecordBatch;
use schema::Table;

use super::{
    compile::Pair,
    compile::of_source,
    compile::predicate::Predicate,
    fields::{Getter, Nothing, Source, columns_of, native},
    model::{Condition, Item, Rule, Search, Test},
    rows::{Cell, Rows, Value},
    set::RuleSet,
};

/// What came of holding one rule against one row.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    pub matched: bool,
    /// The row is a record of the rule's log source.
    pub of_logsource: bool,
    /// What makes a row a record of the log source; nothing where every row of the table is one.
    pub source: Option<ExplainedPart>,
    pub condition: String,
    pub searches: Vec<ExplainedSearch>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct ExplainedSearch {
    pub name: String,
    pub holds: bool,
    pub part: ExplainedPart,
}

/// A search as its author built it: maps within lists, lines within maps.
#[derive(Debug, Clone, PartialEq)]
pub enum ExplainedPart {
    All(Vec<Self>),
    Any(Vec<Self>),
    Item(ExplainedItem),
}

impl ExplainedPart {
    pub fn holds(&self) -> bool {
        match self {
            // As deep as the parser lets searches nest.
            Self::All(parts) => parts.iter().all(Self::holds),
            Self::Any(parts) => parts.iter().any(Self::holds),
            Self::Item(item) => item.holds,
        }
    }
}

/// One line of a search.
#[derive(Debug, Clone, PartialEq)]
pub struct ExplainedItem {
    /// Field and modifiers as written.
    pub key: String,
    pub holds: bool,
    /// Where the value was looked for.
    pub looked_in: String,
    /// What was there; `None` where the record has no such field.
    pub value: Option<String>,
    /// The tests that held.
    pub held: Vec<String>,
    /// The tests that did not, the first ones.
    pub missed: Vec<String>,
    pub n_missed: usize,
}

/// Tests that are named of those that did not hold: lists of thousands are common.
const MAX_MISSED: usize = 8;

/// Longer values are cut in an explanation.
const MAX_SHOWN: usize = 400;

/// Holds one rule against one row, step by step and without the plan: what the plan must agree with. `None` where the
/// row's table has no records of the rule's log source.
pub fn explain(
    set: &RuleSet,
    rule: usize,
    table: &'static Table,
    batch: &RecordBatch,
    row: usize,
) -> Option<Explanation> {
    let rule = set.rules().get(rule)?;
    let mapping = set.mapping();
    let sources = mapping.sources_of(&rule.logsource).filter_map(|number| mapping.sources.get(number));
    let mut last = None;
    for source in sources.filter(|source| source.table.name == table.name) {
        let explanation = with_source(set, rule, source, batch, row);
        if explanation.matched {
            return Some(explanation);
        }
        // Of several sources that do not match, the one that the row is of tells most.
        if last.as_ref().is_none_or(|last: &Explanation| !last.of_logsource) {
            last = Some(explanation);
        }
    }
    last
}

fn with_source(set: &RuleSet, rule: &Rule, source: &Source, batch: &RecordBatch, row: usize) -> Explanation {
    let gate = Looker { set, source, native: true, batch, row, logsource: rule.logsource.to_string() };
    let source = source.rows.as_ref().map(|rows| gate.search(rows));
    let of_logsource = source.as_ref().is_none_or(ExplainedPart::holds);
    let looker = Looker { native: false, ..gate };
    let explained = |(name, search): &(String, Search)| {
        let part = looker.search(search);
        ExplainedSearch { name: name.clone(), holds: part.holds(), part }
    };
    let searches: Vec<ExplainedSearch> = rule.detection.searches.iter().map(explained).collect();
    let matched = of_logsource && condition(&rule.detection.condition, &searches);
    Explanation { matched, of_logsource, source, condition: rule.detection.condition_text.clone(), searches }
}

/// As deep as the parser lets conditions nest.
fn condition(node: &Condition, searches: &[ExplainedSearch]) -> bool {
    match node {
        Condition::All(parts) => parts.iter().all(|part| condition(part, searches)),
        Condition::Any(parts) => parts.iter().any(|part| condition(part, searches)),
        Condition::Not(inner) => !condition(inner, searches),
        Condition::Search(number) => searches.get(*number).is_some_and(|search| search.holds),
    }
}

struct Looker<'a> {
    set: &'a RuleSet,
    source: &'a Source,
    /// Fields are columns by our own names, as in the mapping.
    native: bool,
    batch: &'a RecordBatch,
    row: usize,
    logsource: String,
}

impl Looker<'_> {
    /// Every part is looked at, so that the explanation is whole.
    fn search(&self, search: &Search) -> ExplainedPart {
        let all = |parts: &[Search]| parts.iter().map(|part| self.search(part)).collect();
        match search {
            Search::All(parts) => ExplainedPart::All(all(parts)),
            Search::Any(parts) => ExplainedPart::Any(all(parts)),
            Search::Item(item) => ExplainedPart::Item(self.item(item)),
        }
    }

    fn getter(&self, field: &str) -> Getter {
        if self.native { native(self.source.table, field) } else { self.set.mapping().getter(self.source, field) }
    }

    fn item(&self, item: &Item) -> ExplainedItem {
        let getter = match &item.field {
            Some(field) => self.getter(field),
            None => Getter::Record(self.logsource.clone()),
        };
        let keys = std::collections::BTreeMap::new();
        let rows = Rows::of(self.batch, columns_of([&getter]), &keys);
        let mut cell = Cell::default();
        let value = rows.get(&getter, self.row, &mut cell);
        let nothing = if self.native { Nothing::Apart } else { self.source.nothing };
        let tests: Vec<Test> = item.tests.iter().map(|test| of_source(test, nothing)).collect();
        let (held, missed): (Vec<&Test>, Vec<&Test>) =
            tests.iter().partition(|test| self.holds(item, test, &getter, value));
        let met = if item.all { held.len() == item.tests.len() } else { !held.is_empty() };
        let there = !Predicate::of(&of_source(&Test::Null, nothing)).is_ok_and(|null| null.holds(value));
        ExplainedItem {
            key: if item.key.is_empty() { "(anywhere)".to_owned() } else { item.key.clone() },
            holds: if item.negated { there && !met } else { met },
            looked_in: getter.to_string(),
            value: shown(value),
            held: held.into_iter().map(Test::to_string).collect(),
            n_missed: missed.len(),
            missed: missed.into_iter().take(MAX_MISSED).map(Test::to_string).collect(),
        }
    }

    fn holds(&self, item: &Item, test: &Test, getter: &Getter, value: Value<'_>) -> bool {
        if let Test::Field { other, how, cased } = test {
            let pair = Pair { field: getter.clone(), other: self.getter(other), how: *how, cased: *cased };
            let keys = std::collections::BTreeMap::new();
            let rows = Rows::of(self.batch, columns_of([&pair.field, &pair.other]), &keys);
            return pair.holds(&rows, self.row);
        }
        let forms = if item.field.is_none() { super::compile::written_forms(test) } else { vec![test.clone()] };
        forms.iter().any(|form| Predicate::of(form).is_ok_and(|predicate| predicate.holds(value)))
    }
}

fn shown(value: Value<'_>) -> Option<String> {
    let cut = |text: &str| text.chars().take(MAX_SHOWN).collect::<String>();
    match value {
        Value::Missing => None,
        Value::Null => Some("null".to_owned()),
        Value::Text(text) => Some(cut(text)),
        Value::Many(cell) => Some(cut(&cell.texts().collect::<Vec<_>>().join(", "))),
    }
}
