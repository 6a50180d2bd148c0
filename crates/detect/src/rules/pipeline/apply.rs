//! Works the steps of pipelines off on one rule or correlation.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Stop,
    draft::{Draft, Line},
    hashes,
    steps::{Chosen, Does, Scalar, Step, Type},
    values::{self, Unfilled},
};
use crate::rules::{
    model::{About, Condition, Correlation, Item, Logsource, Number, Rule, Test},
    parse::{self, Placeholders},
    pattern::{Part, Pattern},
    problem::Code,
    yaml::{Node, Yaml},
};

/// Lines that fields with several names make of one rule.
const MAX_LINES: usize = 10_000;

/// How often a line may be split: each time nests searches a level deeper.
const MAX_SPLITS: u8 = 8;

/// One rule on its way, and what steps have left behind.
pub(super) struct Work<'p> {
    vars: &'p Placeholders,
    pub(super) about: About,
    pub(super) is_correlation: bool,
    /// Of the rule, or of all rules that a correlation rests on.
    pub(super) logsources: BTreeSet<Logsource>,
    pub(super) searches: Vec<(String, Draft)>,
    condition: Condition,
    condition_text: String,
    correlation: Option<Correlation>,
    /// Steps that were meant for this rule, by name.
    pub(super) applied: BTreeSet<String>,
    pub(super) fields_applied: BTreeMap<String, BTreeSet<String>>,
    pub(super) state: BTreeMap<String, Scalar>,
    pub(super) attributes: BTreeMap<String, Scalar>,
    /// Names that fields were given, and those that had one.
    mapped: BTreeSet<String>,
    n_lines: usize,
}

impl<'p> Work<'p> {
    pub(super) fn on_rule(rule: &Rule, vars: &'p Placeholders) -> Self {
        let searches = rule.detection.searches.iter().map(|(name, search)| (name.clone(), Draft::of(search)));
        Self {
            logsources: BTreeSet::from([rule.logsource.clone()]),
            searches: searches.collect(),
            condition: rule.detection.condition.clone(),
            condition_text: rule.detection.condition_text.clone(),
            ..Self::empty(rule.about.clone(), vars)
        }
    }

    pub(super) fn on_correlation(
        correlation: &Correlation,
        logsources: BTreeSet<Logsource>,
        vars: &'p Placeholders,
    ) -> Self {
        Self {
            is_correlation: true,
            logsources,
            correlation: Some(correlation.clone()),
            ..Self::empty(correlation.about.clone(), vars)
        }
    }

    fn empty(about: About, vars: &'p Placeholders) -> Self {
        Self {
            vars,
            about,
            is_correlation: false,
            logsources: BTreeSet::new(),
            searches: Vec::new(),
            condition: Condition::All(Vec::new()),
            condition_text: String::new(),
            correlation: None,
            applied: BTreeSet::new(),
            fields_applied: BTreeMap::new(),
            state: BTreeMap::new(),
            attributes: BTreeMap::new(),
            mapped: BTreeSet::new(),
            n_lines: 0,
        }
    }

    /// Puts what has become of it into the rule; a rule of which nothing is left is told.
    pub(super) fn finish(self, rule: &mut Rule) -> Result<(), String> {
        let mut searches = Vec::new();
        let mut places = Vec::new();
        for (name, draft) in self.searches {
            let search = draft.into_search();
            places.push(search.is_some().then_some(searches.len()));
            searches.extend(search.map(|search| (name, search)));
        }
        let condition = without_dropped(&self.condition, &places);
        rule.detection.condition = condition.ok_or("pipelines have dropped all that the rule asks for")?;
        rule.detection.searches = searches;
        rule.detection.condition_text = self.condition_text;
        rule.about = self.about;
        if let Some(logsource) = self.logsources.into_iter().next() {
            rule.logsource = logsource;
        }
        Ok(())
    }

    pub(super) fn finish_correlation(self, correlation: &mut Correlation) {
        if let Some(changed) = self.correlation {
            *correlation = Correlation { about: self.about, ..changed };
        }
    }

    /// As deep as steps nest, which the reader bounds.
    pub(super) fn steps(&mut self, steps: &[Step]) -> Result<(), Stop> {
        for step in steps {
            if !self.holds_of_rule(&step.rules) {
                continue;
            }
            self.applied.insert(step.id.clone());
            self.step(step)?;
        }
        Ok(())
    }

    fn step(&mut self, step: &Step) -> Result<(), Stop> {
        match &step.does {
            Does::MapNames(names) => self.rename(step, &|field| names.get(field).cloned()),
            Does::MapPrefixes(prefixes) => self.rename(step, &|field| with_other_prefix(prefixes, field)),
            Does::Prefix(prefix) => {
                self.rename(step, &|field| named(field).map(|field| vec![format!("{prefix}{field}")]))
            }
            Does::Suffix(suffix) => {
                self.rename(step, &|field| named(field).map(|field| vec![format!("{field}{suffix}")]))
            }
            Does::DropItem => self.lines(step, |_, _| Ok(Some(Draft::Dropped))),
            Does::RefuseItem(message) => {
                self.lines(step, |_, line| Err(Stop { place: Some(line.item.place), ..stop(step, message.clone()) }))
            }
            Does::SplitHashes(sorts) => self.lines(step, |_, line| hashes::split(step, sorts, line)),
            Does::RefuseRule(message) => Err(stop(step, message.clone())),
            Does::RefuseUnmapped => self.refuse_unmapped(step),
            Does::AddCondition { search, template, negated } => self.add_condition(step, search, *template, *negated),
            Does::ChangeLogsource(logsource) => {
                if !self.is_correlation {
                    self.logsources = BTreeSet::from([logsource.clone()]);
                }
                Ok(())
            }
            Does::Nest(steps) => self.steps(steps),
            Does::AddFields(_)
            | Does::RemoveFields(_)
            | Does::SetFields(_)
            | Does::SetState(..)
            | Does::SetAttribute(..) => {
                self.note(&step.does);
                Ok(())
            }
            _ => self.change_values(step),
        }
    }

    /// Steps that leave the detection as it is.
    fn note(&mut self, does: &Does) {
        match does {
            Does::AddFields(fields) => self.about.fields.extend(fields.iter().cloned()),
            Does::RemoveFields(fields) => self.about.fields.retain(|field| !fields.contains(field)),
            Does::SetFields(fields) => self.about.fields.clone_from(fields),
            Does::SetState(key, value) => drop(self.state.insert(key.clone(), value.clone())),
            Does::SetAttribute(name, value) => drop(self.attributes.insert(name.clone(), value.clone())),
            _ => {}
        }
    }

    /// Calls back with each line that the step is meant for; what it gives takes the line's place.
    fn lines(
        &mut self,
        step: &Step,
        change: impl Fn(&Self, &mut Line) -> Result<Option<Draft>, Stop>,
    ) -> Result<(), Stop> {
        let mut searches = std::mem::take(&mut self.searches);
        let this: &Self = self;
        let mut changed = |line: &mut Line| {
            if !this.holds_of_line(&step.items, &step.fields, line) {
                return Ok(None);
            }
            change(this, line)
        };
        let done = searches.iter_mut().try_for_each(|(_, draft)| draft.change(&mut changed));
        self.searches = searches;
        done
    }

    fn change_values(&mut self, step: &Step) -> Result<(), Stop> {
        self.lines(step, |work, line| {
            let mut tests = Vec::new();
            let mut changed = false;
            for test in &line.item.tests {
                match work.value(step, &line.item, test)? {
                    Some(new) => {
                        changed = true;
                        tests.extend(new);
                    }
                    None => tests.push(test.clone()),
                }
            }
            if changed {
                line.item.tests = tests;
                line.applied.insert(step.id.clone());
            }
            Ok(None)
        })
    }

    /// What a value becomes; `None` where the step leaves it alone.
    fn value(&self, step: &Step, item: &Item, test: &Test) -> Result<Option<Vec<Test>>, Stop> {
        if let Does::SetValue(value) = &step.does {
            let new = value.as_ref().map(|value| values::with_pattern(item, test, Pattern::read(&value.text(), false)));
            return Ok(Some(vec![new.unwrap_or(Test::Null)]));
        }
        let Some(pattern) = values::pattern(item, test) else {
            return Ok(None);
        };
        let with = |pattern: Pattern| values::with_pattern(item, test, pattern);
        Ok(match &step.does {
            Does::FillPlaceholders(chosen) => {
                let filled = values::filled(&pattern, chosen, self.vars).map_err(|why| unfilled(step, item, why))?;
                filled.map(|patterns| patterns.into_iter().map(with).collect())
            }
            Does::WildcardPlaceholders(chosen) if has_placeholder(&pattern, chosen) => {
                Some(vec![with(values::with_stars(&pattern, chosen))])
            }
            Does::Replace { regex, replacement, skip_special: true, interpret_special } => {
                Some(vec![with(values::replaced_between(&pattern, regex, replacement, *interpret_special))])
            }
            Does::Replace { regex, replacement, .. } => {
                values::replaced(&pattern, regex, replacement).map(|pattern| vec![with(pattern)])
            }
            Does::MapValues(names) => names
                .get(&pattern.to_string())
                .map(|new| new.iter().map(|text| with(Pattern::read(text, false))).collect()),
            Does::Case(case) => Some(vec![with(values::cased(&pattern, *case))]),
            Does::Convert(Type::Number) if Number::of_text(&pattern.to_string()).is_none() => {
                let what = format!("value \"{pattern}\" of \"{}\" is no number", item.key);
                return Err(Stop { place: Some(item.place), ..stop(step, what) });
            }
            // Numbers and texts that read the same are the same here.
            _ => None,
        })
    }

    /// Renames fields: in lists, in lines, in what lines refer to, in what correlations group by and count.
    fn rename(&mut self, step: &Step, rename: &dyn Fn(&str) -> Option<Vec<String>>) -> Result<(), Stop> {
        let fields = std::mem::take(&mut self.about.fields);
        self.about.fields = fields.into_iter().flat_map(|field| self.renamed(step, field, rename)).collect();
        self.rename_in_correlation(step, rename)?;

        let mut searches = std::mem::take(&mut self.searches);
        let mut mapped: Vec<(String, Vec<String>)> = Vec::new();
        let this: &Self = self;
        let mut n_lines = self.n_lines;
        let mut change = |line: &mut Line| {
            if !this.holds_of_line(&step.items, &step.fields, line) {
                return Ok(None);
            }
            this.rename_references(step, line, rename, &mut mapped);
            let field = line.item.field.clone().unwrap_or_default();
            let new = rename(&field).filter(|_| this.holds_of_field(&step.fields, named(&field), Some(line)));
            let Some(new) = new else { return Ok(None) };
            line.applied.insert(step.id.clone());
            mapped.push((field, new.clone()));
            if let [only] = new.as_slice() {
                line.item.field = Some(only.clone());
                return Ok(None);
            }
            n_lines += new.len();
            if n_lines > MAX_LINES || line.n_splits >= MAX_SPLITS {
                let what = format!("pipelines make more than {MAX_LINES} lines of the rule, or split one too often");
                return Err(Stop { code: Code::TooLarge, ..stop(step, what) });
            }
            let lines = new.iter().map(|name| Draft::Line(line.about(name)));
            Ok(Some(Draft::Any(lines.collect())))
        };
        let done = searches.iter_mut().try_for_each(|(_, draft)| draft.change(&mut change));
        self.n_lines = n_lines;
        self.searches = searches;
        for (field, new) in mapped {
            self.mapped.insert(field);
            self.mapped.extend(new);
        }
        done
    }

    fn rename_references(
        &self,
        step: &Step,
        line: &mut Line,
        rename: &dyn Fn(&str) -> Option<Vec<String>>,
        mapped: &mut Vec<(String, Vec<String>)>,
    ) {
        let mut tests = Vec::new();
        for test in &line.item.tests {
            let Test::Field { other, how, cased } = test else {
                tests.push(test.clone());
                continue;
            };
            let new = rename(other).filter(|_| self.holds_of_field(&step.fields, Some(other), None));
            let Some(new) = new else {
                tests.push(test.clone());
                continue;
            };
            tests.extend(new.iter().map(|other| Test::Field { other: other.clone(), how: *how, cased: *cased }));
            mapped.push((other.clone(), new));
            line.applied.insert(step.id.clone());
        }
        line.item.tests = tests;
    }

    fn renamed(&mut self, step: &Step, field: String, rename: &dyn Fn(&str) -> Option<Vec<String>>) -> Vec<String> {
        let new = rename(&field).filter(|_| self.holds_of_field(&step.fields, Some(&field), None));
        let Some(new) = new else { return vec![field] };
        if new != [field.clone()] {
            let mut applied = self.fields_applied.remove(&field).unwrap_or_default();
            applied.insert(step.id.clone());
            new.iter().for_each(|name| drop(self.fields_applied.insert(name.clone(), applied.clone())));
        }
        new
    }

    fn rename_in_correlation(&mut self, step: &Step, rename: &dyn Fn(&str) -> Option<Vec<String>>) -> Result<(), Stop> {
        let Some(mut correlation) = self.correlation.take() else { return Ok(()) };
        let several = |field: &str, what: &str| {
            let what = format!("field \"{field}\" becomes several, which cannot be {what} by a correlation");
            stop(step, what)
        };
        for (_, rules) in &mut correlation.aliases {
            for (_, field) in rules {
                let new = self.renamed(step, field.clone(), rename);
                let [only] = new.as_slice() else { return Err(several(field, "known under an alias")) };
                field.clone_from(only);
            }
        }
        let aliases: BTreeSet<String> = correlation.aliases.iter().map(|(alias, _)| alias.clone()).collect();
        let mut group_by = Vec::new();
        for field in std::mem::take(&mut correlation.group_by) {
            let new = if aliases.contains(&field) { vec![field] } else { self.renamed(step, field, rename) };
            group_by.extend(new);
        }
        correlation.group_by = group_by;
        for field in &mut correlation.fields {
            let new = self.renamed(step, field.clone(), rename);
            let [only] = new.as_slice() else { return Err(several(field, "counted")) };
            field.clone_from(only);
        }
        self.correlation = Some(correlation);
        Ok(())
    }

    fn refuse_unmapped(&self, step: &Step) -> Result<(), Stop> {
        let unmapped = |item: &Item| item.field.as_ref().is_some_and(|field| !self.mapped.contains(field));
        for (name, draft) in &self.searches {
            if draft.any(&unmapped) {
                return Err(stop(step, format!("search \"{name}\" has fields that no pipeline has mapped")));
            }
        }
        Ok(())
    }

    fn add_condition(&mut self, step: &Step, search: &Node, template: bool, negated: bool) -> Result<(), Stop> {
        if self.is_correlation {
            return Ok(());
        }
        let logsource = self.logsources.iter().next().cloned().unwrap_or_default();
        let filled = if template { in_template(search, &logsource) } else { search.clone() };
        let added =
            parse::search(&filled).map_err(|problem| Stop { code: problem.code, ..stop(step, problem.what) })?;
        let mut draft = Draft::of(&added);
        let mut mark = |line: &mut Line| {
            line.applied.insert(step.id.clone());
            Ok::<_, Stop>(None)
        };
        draft.change(&mut mark)?;
        let number = self.searches.len();
        let name = format!("_added_{number}");
        let not = if negated { "not " } else { "" };
        self.condition_text = format!("{not}{name} and ({})", self.condition_text);
        self.searches.push((name, draft));
        let added = Condition::Search(number);
        let added = if negated { Condition::Not(Box::new(added)) } else { added };
        // Kept flat, so that a thousand steps do not nest a thousand levels.
        self.condition = match std::mem::replace(&mut self.condition, Condition::All(Vec::new())) {
            Condition::All(mut parts) => {
                parts.insert(0, added);
                Condition::All(parts)
            }
            before => Condition::All(vec![added, before]),
        };
        Ok(())
    }
}

pub(super) fn stop(step: &Step, what: String) -> Stop {
    Stop { what, place: None, step: step.place, code: Code::Refused }
}

fn unfilled(step: &Step, item: &Item, why: Unfilled) -> Stop {
    let (code, what) = match why {
        Unfilled::Unknown(name) => {
            (Code::Placeholder, format!("placeholder \"%{name}%\" has no values in the `vars` of any pipeline"))
        }
        Unfilled::TooMany => (Code::TooLarge, "placeholders give too many alternatives".to_owned()),
    };
    Stop { place: Some(item.place), code, ..stop(step, what) }
}

/// Keywords have no name.
fn named(field: &str) -> Option<&str> {
    Some(field).filter(|field| !field.is_empty())
}

fn has_placeholder(pattern: &Pattern, chosen: &Chosen) -> bool {
    pattern.parts.iter().any(|part| matches!(part, Part::Placeholder(name) if chosen.has(name)))
}

fn with_other_prefix(prefixes: &[(String, Vec<String>)], field: &str) -> Option<Vec<String>> {
    let field = named(field)?;
    let (rest, new) = prefixes.iter().find_map(|(prefix, new)| Some((field.strip_prefix(prefix.as_str())?, new)))?;
    Some(new.iter().map(|prefix| format!("{prefix}{rest}")).collect())
}

/// `$category`, `$product` and `$service` in texts of a search. As deep as YAML nests.
fn in_template(node: &Node, logsource: &Logsource) -> Node {
    let fill = |text: &str| {
        let parts =
            [("category", &logsource.category), ("product", &logsource.product), ("service", &logsource.service)];
        let filled = |text: String, (name, value): (&str, &Option<String>)| {
            // What a log source does not say is "None" to pySigma.
            let value = value.as_deref().unwrap_or("None");
            text.replace(&format!("${{{name}}}"), value).replace(&format!("${name}"), value)
        };
        parts.into_iter().fold(text.to_owned(), filled)
    };
    let value = match &node.value {
        Yaml::Text(text) => Yaml::Text(fill(text)),
        Yaml::List(items) => Yaml::List(items.iter().map(|item| in_template(item, logsource)).collect()),
        Yaml::Map(entries) => {
            Yaml::Map(entries.iter().map(|(key, value)| (key.clone(), in_template(value, logsource))).collect())
        }
        other => other.clone(),
    };
    Node { place: node.place, value }
}

/// The condition without searches of which nothing is left: what asks for nothing does not count. As deep as conditions
/// nest, and a level more for each step that adds to them.
fn without_dropped(condition: &Condition, places: &[Option<usize>]) -> Option<Condition> {
    let left = |parts: &[Condition]| parts.iter().filter_map(|part| without_dropped(part, places)).collect::<Vec<_>>();
    match condition {
        Condition::All(parts) => Some(left(parts)).filter(|parts| !parts.is_empty()).map(Condition::All),
        Condition::Any(parts) => Some(left(parts)).filter(|parts| !parts.is_empty()).map(Condition::Any),
        Condition::Not(part) => Some(Condition::Not(Box::new(without_dropped(part, places)?))),
        Condition::Search(number) => places.get(*number).copied().flatten().map(Condition::Search),
    }
}
