//! A set of rules that belong together: loaded at once, with filters applied, references resolved, and the rules that
//! can never match named.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use schema::{Table, tables};

use super::{
    compile::{self, Plan},
    fields::Mapping,
    model::{About, Condition, Correlation, Detection, Filter, Logsource, Rule},
    parse::{self, Document, Placeholders},
    pipeline::{self, Pipelines},
    problem::{Code, Problem},
};

/// What loading may be told.
#[derive(Debug, Clone)]
pub struct Options {
    pub mapping: Mapping,
    /// What is changed in rules before they are compiled.
    pub pipelines: Pipelines,
    /// Values for `%name%` under the modifier `expand`, where pipelines give none.
    pub placeholders: Placeholders,
}

impl Default for Options {
    /// The mapping that comes with the product, no pipelines, and no placeholders.
    fn default() -> Self {
        Self { mapping: Mapping::built_in().0, pipelines: Pipelines::default(), placeholders: Placeholders::new() }
    }
}

/// Rules that were loaded, by number.
#[derive(Debug, Clone, Default)]
pub struct RuleSet {
    rules: Vec<Rule>,
    correlations: Vec<Correlation>,
    mapping: Mapping,
}

/// Why a rule that was loaded can never match here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inert {
    /// No table holds records of its log source.
    Logsource(Logsource),
    /// Records of its log source never have these fields, and it needs one of them.
    Fields(Vec<String>),
}

impl std::fmt::Display for Inert {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Logsource(logsource) => write!(f, "no table holds records of {logsource}"),
            Self::Fields(fields) => write!(f, "records of its log source never have {}", fields.join(", ")),
        }
    }
}

/// What a correlation asks for in matches of one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) group_by: Vec<String>,
    pub(super) fields: Vec<String>,
}

/// Reads rules from texts, each with the name of its file. What cannot be read is left out, and said.
pub fn load<'a>(texts: impl IntoIterator<Item = (&'a str, &'a str)>, options: &Options) -> (RuleSet, Vec<Problem>) {
    let mut set = RuleSet { mapping: options.mapping.clone(), ..RuleSet::default() };
    let mut filters = Vec::new();
    let mut problems = Vec::new();
    for (file, text) in texts {
        let (documents, found) = parse::read(file, text);
        problems.extend(found);
        for document in documents {
            match document {
                Document::Rule(rule) => set.rules.push(rule),
                Document::Correlation(correlation) => set.correlations.push(correlation),
                Document::Filter(filter) => filters.push(filter),
            }
        }
    }
    set.refuse_doubles(&mut problems);
    let filled = |name: &str| options.placeholders.contains_key(name) || options.pipelines.fills(name);
    for filter in &filters {
        match pipeline::unfilled(&filter.detection, &filled) {
            Some(problem) => problems.push(problem.of_file(&filter.about.file)),
            None => set.apply(filter, &mut problems),
        }
    }
    set.prepare(options, &mut problems);
    set.resolve(&mut problems);
    set.prepare_correlations(&options.pipelines, &mut problems);
    problems.sort_by(|a, b| (&a.file, a.place, a.code).cmp(&(&b.file, b.place, b.code)));
    (set, problems)
}

impl RuleSet {
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    pub fn correlations(&self) -> &[Correlation] {
        &self.correlations
    }

    pub(super) fn mapping(&self) -> &Mapping {
        &self.mapping
    }

    /// The number of the rule with this id or name.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.rules.iter().position(|rule| rule.about.is_called(name))
    }

    /// What the rule or correlation of this id or name says about itself.
    pub fn about(&self, name: &str) -> Option<&About> {
        self.abouts().find(|about| about.is_called(name))
    }

    /// Whether matches of this rule are findings by themselves: those that a correlation names are only its input,
    /// unless it says `generate: true`.
    pub fn reports(&self, rule: usize) -> bool {
        self.rules.get(rule).is_some_and(|rule| self.reports_about(&rule.about))
    }

    /// As [`Self::reports`], for windows of a correlation.
    pub fn reports_correlation(&self, correlation: usize) -> bool {
        self.correlations.get(correlation).is_some_and(|correlation| self.reports_about(&correlation.about))
    }

    fn reports_about(&self, about: &About) -> bool {
        let mut named =
            self.correlations.iter().filter(|correlation| correlation.rules.iter().any(|name| about.is_called(name)));
        named.all(|correlation| correlation.generate)
    }

    /// How far back a record may matter, in seconds: the time spans of correlations, added up along chains.
    pub fn reach(&self) -> u64 {
        let mut reach = vec![0_u64; self.correlations.len()];
        for (number, correlation) in self.correlations.iter().enumerate() {
            let named = self.correlations.iter().take(number).zip(&reach);
            let inputs = named.filter(|(input, _)| correlation.rules.iter().any(|name| input.about.is_called(name)));
            let longest = inputs.map(|(_, reach)| *reach).max().unwrap_or(0);
            if let Some(reach) = reach.get_mut(number) {
                *reach = longest.saturating_add(correlation.timespan_s);
            }
        }
        reach.into_iter().max().unwrap_or(0)
    }

    /// The fields that a correlation asks for in matches of one of its rules, aliases resolved.
    pub(super) fn asked(&self, correlation: &Correlation, rule: &str) -> Asked {
        let about = self.about(rule);
        let is_rule = |name: &String| name == rule || about.is_some_and(|about| about.is_called(name));
        let field = |field: &String| {
            let alias = correlation.aliases.iter().find(|(alias, _)| alias == field);
            let of_rule = alias.and_then(|(_, rules)| rules.iter().find(|(name, _)| is_rule(name)));
            of_rule.map_or(field, |(_, field)| field).clone()
        };
        Asked {
            group_by: correlation.group_by.iter().map(field).collect(),
            fields: correlation.fields.iter().map(field).collect(),
        }
    }

    /// For each rule that a correlation names, the fields that correlations group by and count in its matches; also
    /// those that only a later correlation of the chain asks for.
    pub fn wanted(&self) -> BTreeMap<usize, BTreeSet<String>> {
        let mut of_rules: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
        let mut of_correlations: Vec<BTreeSet<String>> = vec![BTreeSet::new(); self.correlations.len()];
        // Each stands behind those that it names.
        for (number, correlation) in self.correlations.iter().enumerate().rev() {
            let passed_on = of_correlations.get_mut(number).map(std::mem::take).unwrap_or_default();
            let passed_on: BTreeSet<String> =
                passed_on.into_iter().filter(|field| !correlation.group_by.contains(field)).collect();
            for name in &correlation.rules {
                let Asked { group_by, fields } = self.asked(correlation, name);
                let wanted = group_by.into_iter().chain(fields).chain(passed_on.iter().cloned());
                if let Some(rule) = self.find(name) {
                    of_rules.entry(rule).or_default().extend(wanted);
                } else if let Some(input) = self.correlations.iter().position(|input| input.about.is_called(name)) {
                    of_correlations.get_mut(input).into_iter().for_each(|fields| fields.extend(wanted.clone()));
                }
            }
        }
        of_rules
    }

    /// Compiles the rules over one table.
    pub fn plan(&self, table: &'static Table) -> Arc<Plan> {
        Arc::new(compile::build(table, &self.rules, &self.wanted(), &self.mapping, false).plan)
    }

    /// Plans of all tables that some rule is about.
    pub fn plans(&self) -> Vec<Arc<Plan>> {
        let plans = tables::ALL.iter().map(|table| self.plan(table));
        plans.filter(|plan| !plan.is_empty()).collect()
    }

    /// Tables that each rule can match in, by number; rules that can never match are left out.
    pub fn tables_of_rules(&self) -> BTreeMap<usize, BTreeSet<&'static str>> {
        let mut tables_of: BTreeMap<usize, BTreeSet<&'static str>> = BTreeMap::new();
        for table in tables::ALL {
            for rule in &compile::build(table, &self.rules, &BTreeMap::new(), &self.mapping, true).plan.rules {
                tables_of.entry(rule.rule).or_default().insert(table.name);
            }
        }
        tables_of
    }

    /// Rules that can never match, with the reason.
    pub fn inert(&self) -> BTreeMap<usize, Inert> {
        let mut matching = BTreeSet::new();
        let mut missing: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
        for table in tables::ALL {
            let built = compile::build(table, &self.rules, &BTreeMap::new(), &self.mapping, true);
            matching.extend(built.plan.rules.iter().map(|rule| rule.rule));
            for (rule, fields) in built.missing {
                missing.entry(rule).or_default().extend(fields);
            }
        }
        let reason = |(number, rule): (usize, &Rule)| {
            let without_source = self.mapping.sources_of(&rule.logsource).next().is_none();
            let inert = match missing.remove(&number) {
                _ if without_source => Inert::Logsource(rule.logsource.clone()),
                Some(fields) => Inert::Fields(fields.into_iter().collect()),
                None => Inert::Fields(Vec::new()),
            };
            (number, inert)
        };
        let still = self.rules.iter().enumerate().filter(|(number, _)| !matching.contains(number));
        still.map(reason).collect()
    }

    fn refuse_doubles(&mut self, problems: &mut Vec<Problem>) {
        let mut ids: BTreeMap<String, String> = BTreeMap::new();
        let mut is_first = |about: &About| {
            let Some(earlier) = ids.insert(about.id.clone(), about.file.clone()) else {
                return true;
            };
            let what = format!("id \"{}\" is that of a rule in {earlier} too; this one is left out", about.id);
            let problem = Problem::new(Code::SameId, about.place, what).hint("give it an id of its own");
            problems.push(problem.of_file(&about.file));
            ids.insert(about.id.clone(), earlier);
            false
        };
        self.rules.retain(|rule| is_first(&rule.about));
        self.correlations.retain(|correlation| is_first(&correlation.about));
    }

    fn apply(&mut self, filter: &Filter, problems: &mut Vec<Problem>) {
        let named = |rule: &Rule| match &filter.rules {
            None => true,
            Some(names) => names.iter().any(|name| *name == rule.about.id || Some(name) == rule.about.name.as_ref()),
        };
        let mut n_applied = 0;
        for rule in self.rules.iter_mut().filter(|rule| named(rule) && covers(&filter.logsource, &rule.logsource)) {
            take_out(&mut rule.detection, &filter.detection);
            n_applied += 1;
        }
        if n_applied == 0 {
            problems.push(
                Problem::new(
                    Code::UnknownRule,
                    filter.about.place,
                    format!("filter \"{}\" fits no rule that is loaded", filter.about.title),
                )
                .hint("check its logsource and the ids under `rules`")
                .warning()
                .of_file(&filter.about.file),
            );
        }
    }

    /// Works pipelines off on all rules, fills placeholders, and leaves out what cannot be used then.
    fn prepare(&mut self, options: &Options, problems: &mut Vec<Problem>) {
        let mut known = options.placeholders.clone();
        known.extend(options.pipelines.vars().clone());
        self.rules.retain_mut(|rule| {
            let done = options.pipelines.apply(rule);
            let done = done.and_then(|()| pipeline::fill(&mut rule.detection, &known)).and_then(|()| compilable(rule));
            done.map_err(|problem| problems.push(problem.of_file(&rule.about.file))).is_ok()
        });
    }

    /// As [`Self::prepare`], for correlations that stand behind those that they name.
    fn prepare_correlations(&mut self, pipelines: &Pipelines, problems: &mut Vec<Problem>) {
        if pipelines.is_empty() {
            return;
        }
        let mut logsources: Vec<BTreeSet<Logsource>> = Vec::new();
        for correlation in &self.correlations {
            let named = |about: &About| correlation.rules.iter().any(|name| about.is_called(name));
            let rules = self.rules.iter().filter(|rule| named(&rule.about)).map(|rule| rule.logsource.clone());
            let inputs = self.correlations.iter().zip(&logsources).filter(|(input, _)| named(&input.about));
            let all = rules.chain(inputs.flat_map(|(_, of_input)| of_input.iter().cloned())).collect();
            logsources.push(all);
        }
        let before = self.correlations.len();
        let mut sources = logsources.into_iter();
        self.correlations.retain_mut(|correlation| {
            let done = pipelines.apply_to_correlation(correlation, sources.next().unwrap_or_default());
            done.map_err(|problem| problems.push(problem.of_file(&correlation.about.file))).is_ok()
        });
        if self.correlations.len() < before {
            self.resolve(problems);
        }
    }

    /// Leaves out correlations that name what is not there, or each other in a circle.
    fn resolve(&mut self, problems: &mut Vec<Problem>) {
        loop {
            let known: BTreeSet<&str> = self.names().collect();
            let missing = |correlation: &Correlation| {
                correlation.rules.iter().find(|name| !known.contains(name.as_str())).cloned()
            };
            let broken = self.correlations.iter().enumerate().find_map(|(at, one)| Some((at, missing(one)?)));
            let Some((at, name)) = broken else {
                break;
            };
            let gone = self.correlations.remove(at);
            problems.push(
                Problem::new(
                    Code::UnknownRule,
                    gone.about.place,
                    format!("there is no rule \"{name}\" for correlation \"{}\"", gone.about.title),
                )
                .hint("name a rule by its id or name, and load both")
                .of_file(&gone.about.file),
            );
        }
        self.order(problems);
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.abouts().flat_map(|about| [Some(about.id.as_str()), about.name.as_deref()]).flatten()
    }

    fn abouts(&self) -> impl Iterator<Item = &About> {
        self.rules.iter().map(|rule| &rule.about).chain(self.correlations.iter().map(|one| &one.about))
    }

    /// Puts correlations behind those that they name; what is left over goes round in a circle.
    fn order(&mut self, problems: &mut Vec<Problem>) {
        let mut waiting = std::mem::take(&mut self.correlations);
        loop {
            let names: BTreeSet<String> = self.names().map(str::to_owned).collect();
            let ready = |one: &Correlation| one.rules.iter().all(|name| names.contains(name));
            let (done, left): (Vec<_>, Vec<_>) = waiting.into_iter().partition(ready);
            let stuck = done.is_empty();
            self.correlations.extend(done);
            waiting = left;
            if stuck || waiting.is_empty() {
                break;
            }
        }
        for one in waiting {
            problems.push(
                Problem::new(
                    Code::Circle,
                    one.about.place,
                    format!("correlation \"{}\" refers to itself in the end", one.about.title),
                )
                .hint("take one of the references out")
                .of_file(&one.about.file),
            );
        }
    }
}

fn compilable(rule: &Rule) -> Result<(), Problem> {
    compile::check(rule).map_err(|(item, why)| {
        Problem::new(Code::Regex, item.place, format!("\"{}\": {why}", item.key))
            .hint("shorten the repetitions: `{1,1000}` is a thousand copies")
    })
}

/// Whether what the filter says of its log source is true of the rule's.
fn covers(filter: &Logsource, rule: &Logsource) -> bool {
    let fits = |asked: &Option<String>, has: &Option<String>| asked.is_none() || asked == has;
    fits(&filter.product, &rule.product)
        && fits(&filter.category, &rule.category)
        && fits(&filter.service, &rule.service)
}

/// `rule and not filter`, with the filter's searches behind the rule's.
fn take_out(rule: &mut Detection, filter: &Detection) {
    let first = rule.searches.len();
    rule.searches.extend(filter.searches.iter().cloned());
    let condition = std::mem::replace(&mut rule.condition, Condition::All(Vec::new()));
    let filtered = Condition::Not(Box::new(shifted(&filter.condition, first)));
    rule.condition = Condition::All(vec![condition, filtered]);
    rule.condition_text = format!("({}) and not ({})", rule.condition_text, filter.condition_text);
}

fn shifted(condition: &Condition, by: usize) -> Condition {
    let all = |parts: &[Condition]| parts.iter().map(|part| shifted(part, by)).collect();
    match condition {
        // As deep as the parser lets conditions nest.
        Condition::All(parts) => Condition::All(all(parts)),
        Condition::Any(parts) => Condition::Any(all(parts)),
        Condition::Not(inner) => Condition::Not(Box::new(shifted(inner, by))),
        Condition::Search(number) => Condition::Search(number + by),
    }
}
