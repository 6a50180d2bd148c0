//! Puts the plan of one table together, rule by rule.

use std::collections::{BTreeMap, BTreeSet};

use ahash::{HashMap, HashMapExt};
use schema::{Kind, Table};

use super::{
    Late, Node, Pair, Plan, PlannedRule,
    field::{AtomDraft, Draft, Field, Met, Slot, first_slots},
    forms::{hash_columns, of_source, reads_hashes, written_forms},
    literals,
    predicate::Predicate,
    scanner::Work,
    witness::Witnesses,
};
use crate::rules::{
    fields::{Getter, Mapping, Nothing, Source, columns_of, native},
    model::{Condition, Item, Rule, Search, Test},
    pattern::Pattern,
    rows::Keys,
};

/// Plan and, for each rule that has records in this table, whether it can match there.
pub(in crate::rules) struct Built {
    pub(in crate::rules) plan: Plan,
    /// Fields that were missing, by rule; a rule that is not in the plan cannot match for lack of them.
    pub(in crate::rules) missing: BTreeMap<usize, Vec<String>>,
}

/// Fails for a rule whose tests cannot be compiled.
pub(in crate::rules) fn check(rule: &Rule) -> Result<(), (Item, String)> {
    let mut open: Vec<&Search> = rule.detection.searches.iter().map(|(_, search)| search).collect();
    while let Some(search) = open.pop() {
        match search {
            Search::All(parts) | Search::Any(parts) => open.extend(parts),
            Search::Item(item) => {
                let regexes = item.tests.iter().filter(|test| matches!(test, Test::Regex { .. }));
                for test in regexes {
                    Predicate::of(test).map_err(|why| (item.clone(), why))?;
                }
            }
        }
    }
    Ok(())
}

/// `strict` leaves out what no record can have by the mapping; a plan that is to be used is not strict, because records
/// may be richer than anybody knows.
///
/// `wanted` names fields that correlations ask for, by number of the rule.
pub(in crate::rules) fn build(
    table: &'static Table,
    rules: &[Rule],
    wanted: &BTreeMap<usize, BTreeSet<String>>,
    mapping: &Mapping,
    strict: bool,
) -> Built {
    let mut builder = Builder { strict, ..Builder::empty(table, mapping) };
    for (number, rule) in rules.iter().enumerate() {
        builder.add_rule(number, rule, wanted.get(&number));
    }
    builder.finish()
}

struct Builder<'a> {
    strict: bool,
    table: &'static Table,
    mapping: &'a Mapping,
    slots: HashMap<Getter, Place>,
    fields: Vec<Draft>,
    /// The field of each column that values come from first.
    of_columns: HashMap<&'static str, usize>,
    atoms: HashMap<(Place, bool, Vec<u32>), u32>,
    /// Slot of each atom.
    atom_slots: Vec<Place>,
    record_texts: BTreeMap<u32, Vec<Vec<String>>>,
    lates: Vec<Late>,
    late_numbers: HashMap<(Getter, Test), u32>,
    pairs: Vec<Pair>,
    gates: HashMap<Node, u32>,
    /// Gate of each source of the mapping.
    source_gates: HashMap<usize, Node>,
    rules: Vec<PlannedRule>,
    missing: BTreeMap<usize, Vec<String>>,
}

/// A slot: number of its field, and its own within the field.
type Place = (usize, u16);

/// Fields that correlations ask for, and how each is had.
type Asked = Vec<(String, Getter)>;

/// How the fields of one source are had, and which were asked for in vain.
struct Fields<'s> {
    logsource: String,
    source: Option<&'s Source>,
    missing: Vec<String>,
}

impl<'a> Builder<'a> {
    fn empty(table: &'static Table, mapping: &'a Mapping) -> Self {
        Self {
            strict: false,
            table,
            mapping,
            slots: HashMap::new(),
            fields: Vec::new(),
            of_columns: HashMap::new(),
            atoms: HashMap::new(),
            atom_slots: Vec::new(),
            record_texts: BTreeMap::new(),
            lates: Vec::new(),
            late_numbers: HashMap::new(),
            pairs: Vec::new(),
            gates: HashMap::new(),
            source_gates: HashMap::new(),
            rules: Vec::new(),
            missing: BTreeMap::new(),
        }
    }

    /// One entry for each way in which fields are had, over the rows of all sources that share it.
    fn add_rule(&mut self, number: usize, rule: &Rule, wanted: Option<&BTreeSet<String>>) {
        let mapping = self.mapping;
        let mut ways: Vec<(Node, Asked, Vec<Node>)> = Vec::new();
        let mut missing = Vec::new();
        for source_number in mapping.sources_of(&rule.logsource) {
            let Some(source) = mapping.sources.get(source_number).filter(|source| source.table.name == self.table.name)
            else {
                continue;
            };
            let mut fields =
                Fields { logsource: rule.logsource.to_string(), source: Some(source), missing: Vec::new() };
            let node = self.condition(&rule.detection.condition, &rule.detection.searches, &mut fields);
            let node = self.settled(node, false);
            missing.append(&mut fields.missing);
            let gate = self.gate_of(source_number, source);
            let asked = wanted.into_iter().flatten();
            let asked: Asked = asked.map(|field| (field.clone(), mapping.getter(source, field))).collect();
            match ways.iter_mut().find(|(known, fields, _)| *known == node && *fields == asked) {
                Some((.., gates)) => gates.push(gate),
                None => ways.push((node, asked, vec![gate])),
            }
        }
        missing.sort();
        missing.dedup();
        if !missing.is_empty() {
            self.missing.insert(number, missing);
        }
        for (node, fields, gates) in ways.into_iter().filter(|(node, ..)| *node != Node::Never) {
            let gate = Node::any(gates);
            let new = self.gates.len() as u32;
            let gate = *self.gates.entry(gate).or_insert(new);
            self.rules.push(PlannedRule { rule: number, gate, node, fields, feeds: wanted.is_some() });
        }
    }

    /// Late tests that nothing goes before would be tried on every row: they become atoms, tried once a value.
    fn settled(&mut self, node: Node, guarded: bool) -> Node {
        match node {
            Node::Late(number) if !guarded => {
                let late = self.late_numbers.iter().find(|(_, known)| **known == number);
                match late.map(|(key, _)| key.clone()) {
                    Some((getter, test)) => self.atom(&getter, &[&test], false),
                    None => Node::Never,
                }
            }
            Node::All(parts) => {
                let guarded = guarded || parts.iter().any(guards);
                // As deep as conditions and searches may nest.
                Node::all(parts.into_iter().map(|part| self.settled(part, guarded)).collect::<Vec<_>>())
            }
            Node::Any(parts) => {
                Node::any(parts.into_iter().map(|part| self.settled(part, guarded)).collect::<Vec<_>>())
            }
            Node::Not(inner) => self.settled(*inner, guarded).not(),
            node => node,
        }
    }

    fn gate_of(&mut self, number: usize, source: &Source) -> Node {
        if let Some(known) = self.source_gates.get(&number) {
            return known.clone();
        }
        let mut native_names = Fields { logsource: String::new(), source: None, missing: Vec::new() };
        let gate = source.rows.as_ref().map_or(Node::Always, |rows| self.search(rows, &mut native_names));
        self.source_gates.insert(number, gate.clone());
        gate
    }

    fn condition(&mut self, condition: &Condition, searches: &[(String, Search)], fields: &mut Fields<'_>) -> Node {
        match condition {
            // As deep as the parser lets conditions nest.
            Condition::All(parts) => {
                Node::all(parts.iter().map(|part| self.condition(part, searches, fields)).collect::<Vec<_>>())
            }
            Condition::Any(parts) => {
                Node::any(parts.iter().map(|part| self.condition(part, searches, fields)).collect::<Vec<_>>())
            }
            Condition::Not(inner) => self.condition(inner, searches, fields).not(),
            Condition::Search(number) => match searches.get(*number) {
                Some((_, search)) => self.search(search, fields),
                None => Node::Never,
            },
        }
    }

    fn search(&mut self, search: &Search, fields: &mut Fields<'_>) -> Node {
        match search {
            Search::All(parts) => Node::all(parts.iter().map(|part| self.search(part, fields)).collect::<Vec<_>>()),
            Search::Any(parts) => Node::any(parts.iter().map(|part| self.search(part, fields)).collect::<Vec<_>>()),
            Search::Item(item) => self.item(item, fields),
        }
    }

    fn getter(&self, field: Option<&str>, fields: &mut Fields<'_>) -> Option<Getter> {
        let Some(field) = field else {
            return Some(Getter::Record(fields.logsource.clone()));
        };
        let Some(source) = fields.source else {
            return Some(native(self.table, field));
        };
        if self.strict && source.never_has(field) {
            fields.missing.push(field.to_owned());
            return None;
        }
        Some(self.mapping.getter(source, field))
    }

    fn item(&mut self, item: &Item, fields: &mut Fields<'_>) -> Node {
        let Some(getter) = self.getter(item.field.as_deref(), fields) else {
            return without_field(item);
        };
        let nothing = fields.source.map_or(Nothing::Apart, |source| source.nothing);
        let held: Vec<Test> = item.tests.iter().map(|test| of_source(test, nothing)).collect();
        let mut nodes = Vec::new();
        let mut tests = Vec::new();
        for test in &held {
            match test {
                Test::Field { other, how, cased } => {
                    let other = self.getter(Some(other), fields);
                    nodes.push(other.map_or(Node::Never, |other| {
                        self.pair(Pair { field: getter.clone(), other, how: *how, cased: *cased })
                    }));
                }
                Test::Regex { .. } => nodes.push(self.regex(&getter, test)),
                test => tests.push(test),
            }
        }
        if !tests.is_empty() {
            nodes.push(self.tests(&getter, &tests, item.all));
        }
        let node = if item.all { Node::all(nodes) } else { Node::any(nodes) };
        if !item.negated {
            return node;
        }
        let without_value = self.atom(&getter, &[&of_source(&Test::Null, nothing)], false);
        Node::all([node.not(), without_value.not()])
    }

    /// A regular expression, behind the texts of which it needs one.
    fn regex(&mut self, getter: &Getter, test: &Test) -> Node {
        let key = (getter.clone(), test.clone());
        let new = self.lates.len() as u32;
        let number = self.late_numbers.get(&key).copied().unwrap_or(new);
        if number == new {
            // Such a rule was refused when it was loaded.
            let Ok(predicate) = Predicate::of(test) else {
                return Node::Never;
            };
            self.lates.push(Late { getter: getter.clone(), predicate });
            self.late_numbers.insert(key, number);
        }
        let needed: Vec<Test> = literals::required_by(test).into_iter().map(containing).collect();
        if needed.is_empty() {
            return Node::Late(number);
        }
        Node::all([self.atom(getter, &needed.iter().collect::<Vec<_>>(), false), Node::Late(number)])
    }

    fn tests(&mut self, getter: &Getter, tests: &[&Test], all: bool) -> Node {
        if !reads_hashes(getter) {
            return match getter {
                Getter::Record(_) => self.keywords(getter, tests, all),
                _ => self.atom(getter, tests, all),
            };
        }
        // A whole hash is one look-up in its own column; anything else is looked for in the joined text.
        let mut by_getter: BTreeMap<Getter, Vec<Test>> = BTreeMap::new();
        for test in tests {
            let parts = hash_columns(test);
            if parts.is_empty() {
                by_getter.entry(getter.clone()).or_default().push((*test).clone());
            }
            if all && parts.len() > 1 {
                return self.atom(getter, tests, all);
            }
            for (column, test) in parts {
                by_getter.entry(Getter::Column(column)).or_default().push(test);
            }
        }
        let nodes: Vec<Node> =
            by_getter.iter().map(|(getter, tests)| self.atom(getter, &tests.iter().collect::<Vec<_>>(), all)).collect();
        if all { Node::all(nodes) } else { Node::any(nodes) }
    }

    /// Keywords are looked for in the record as it came, where JSON and XML write some characters otherwise.
    fn keywords(&mut self, getter: &Getter, tests: &[&Test], all: bool) -> Node {
        if !all {
            let forms: Vec<Test> = tests.iter().flat_map(|test| written_forms(test)).collect();
            return self.atom(getter, &forms.iter().collect::<Vec<_>>(), false);
        }
        let nodes: Vec<Node> = tests
            .iter()
            .map(|test| {
                let forms = written_forms(test);
                self.atom(getter, &forms.iter().collect::<Vec<_>>(), false)
            })
            .collect();
        Node::all(nodes)
    }

    fn atom(&mut self, getter: &Getter, tests: &[&Test], all: bool) -> Node {
        let place = self.slot(getter);
        let Some(draft) = self.fields.get_mut(place.0) else {
            return Node::Never;
        };
        let mut numbers = Vec::new();
        for test in tests {
            match draft.tests.add(test) {
                Ok(number) => numbers.push(number),
                // Such a rule was refused when it was loaded.
                Err(_) => return Node::Never,
            }
        }
        numbers.sort_unstable();
        numbers.dedup();
        let all = all && numbers.len() > 1;
        let new = self.atom_slots.len() as u32;
        let atom = *self.atoms.entry((place, all, numbers.clone())).or_insert(new);
        if atom == new {
            self.atom_slots.push(place);
            if matches!(getter, Getter::Record(_)) {
                self.record_texts.insert(atom, literals::lists_of(tests, all));
            }
            draft.atoms.push(AtomDraft { atom, slot: place.1, all, tests: numbers });
        }
        Node::Atom(atom)
    }

    fn slot(&mut self, getter: &Getter) -> Place {
        if let Some(known) = self.slots.get(getter) {
            return *known;
        }
        let (column, rest) = column_first(self.table, getter);
        let new = self.fields.len();
        let number = column.map_or(new, |column| *self.of_columns.entry(column).or_insert(new));
        if number == new {
            self.fields.push(Draft { column, ..Draft::default() });
        }
        let Some(field) = self.fields.get_mut(number) else {
            return (number, 0);
        };
        let place = (number, field.slots.len() as u16);
        field.slots.push(Slot::new(rest));
        self.slots.insert(getter.clone(), place);
        place
    }

    fn pair(&mut self, pair: Pair) -> Node {
        let known = self.pairs.iter().position(|known| *known == pair);
        let number = known.unwrap_or(self.pairs.len());
        if known.is_none() {
            self.pairs.push(pair);
        }
        Node::Pair(number as u32)
    }

    fn finish(mut self) -> Built {
        let mut gates: Vec<(Node, u32)> = std::mem::take(&mut self.gates).into_iter().collect();
        gates.sort_by_key(|(_, number)| *number);
        let gates: Vec<Node> = gates.into_iter().map(|(node, _)| node).collect();
        for gate in &gates {
            gate.each_atom(&mut |atom| self.slot_of(atom, |slot| slot.of_gate = true));
        }
        let rules = std::mem::take(&mut self.rules);
        for rule in &rules {
            rule.node.each_atom(&mut |atom| {
                self.slot_of(atom, |slot| {
                    if !slot.gates.contains(&rule.gate) {
                        slot.gates.push(rule.gate);
                    }
                });
            });
        }
        let slots = self.slots.keys();
        let lates = self.lates.iter().map(|late| &late.getter);
        let pairs = self.pairs.iter().flat_map(|pair| [&pair.field, &pair.other]);
        let asked = rules.iter().flat_map(|rule| rule.fields.iter().map(|(_, getter)| getter));
        let getters: Vec<&Getter> = slots.chain(lates).chain(pairs).chain(asked).collect();
        let columns = columns_of(getters.iter().copied());
        let keys = keys(getters.into_iter());
        let (mut work, mut met) = (Work::default(), Met::default());
        let fields: Vec<Field> = self
            .fields
            .into_iter()
            .enumerate()
            .map(|(number, draft)| draft.finish(number, &keys, &mut work, &mut met))
            .collect();
        let first_slots = first_slots(&fields);
        let slot_of = |(field, slot): &Place| first_slots.get(*field).copied().unwrap_or(0) + u32::from(*slot);
        let plan = Plan {
            table: self.table,
            atom_slots: self.atom_slots.iter().map(slot_of).collect(),
            record_texts: self.record_texts,
            fields,
            columns: columns.into_iter().collect(),
            n_atoms: self.atom_slots.len(),
            lates: self.lates,
            pairs: self.pairs,
            gates,
            witnesses: Witnesses::of(&rules, self.atom_slots.len(), |_| 0),
            rules,
            keys,
        };
        Built { plan, missing: self.missing }
    }

    fn slot_of(&mut self, atom: u32, change: impl FnOnce(&mut Slot)) {
        let Some((field, slot)) = self.atom_slots.get(atom as usize) else {
            return;
        };
        if let Some(slot) = self.fields.get_mut(*field).and_then(|field| field.slots.get_mut(usize::from(*slot))) {
            change(slot);
        }
    }
}

/// The column that a value comes from wherever that has one, and where it comes from otherwise.
fn column_first(table: &Table, getter: &Getter) -> (Option<&'static str>, Option<Getter>) {
    let is_column = |getter: &Getter| match getter {
        Getter::Column(name) => {
            let kind = table.column(name).map(|column| column.kind);
            matches!(kind, Some(Kind::Text | Kind::Ip | Kind::Json | Kind::Int)).then_some(*name)
        }
        _ => None,
    };
    if let Some(column) = is_column(getter) {
        return (Some(column), None);
    }
    if let Getter::First(getters) = getter
        && let Some((first, rest)) = getters.split_first()
        && let Some(column) = is_column(first)
    {
        let rest = match rest {
            [] => None,
            [only] => Some(only.clone()),
            several => Some(Getter::First(several.to_vec())),
        };
        return (Some(column), rest);
    }
    (None, Some(getter.clone()))
}

/// Whether a part takes rows away before anything late is tried. As deep as conditions and searches may nest.
fn guards(node: &Node) -> bool {
    match node {
        Node::Atom(_) | Node::Never => true,
        Node::All(parts) => parts.iter().any(guards),
        Node::Any(parts) => parts.iter().all(guards),
        Node::Always | Node::Late(_) | Node::Pair(_) | Node::Not(_) => false,
    }
}

/// What is looked for in columns of JSON, so that each row is read once for all of it.
fn keys<'g>(getters: impl Iterator<Item = &'g Getter>) -> BTreeMap<&'static str, Keys> {
    let mut keys: BTreeMap<&'static str, Keys> = BTreeMap::new();
    let mut open: Vec<&Getter> = getters.collect();
    while let Some(getter) = open.pop() {
        match getter {
            Getter::Json { column, path } if !path.is_empty() => keys.entry(column).or_default().add(path),
            Getter::First(getters) | Getter::Every(getters) | Getter::Join { parts: getters, .. } => {
                open.extend(getters)
            }
            Getter::Words { of, .. } => open.push(of),
            _ => {}
        }
    }
    keys
}

fn containing(text: String) -> Test {
    let pattern = Pattern::literal(text).after_anything().before_anything();
    Test::Like { pattern, cased: false }
}

/// What an item comes to for records that never have its field: only tests for its absence hold.
fn without_field(item: &Item) -> Node {
    let holds = |test: &Test| matches!(test, Test::Null | Test::Exists(false));
    let met = if item.all { item.tests.iter().all(holds) } else { item.tests.iter().any(holds) };
    if met && !item.negated { Node::Always } else { Node::Never }
}
