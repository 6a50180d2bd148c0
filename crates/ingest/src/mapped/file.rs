//! Reads a mapping file into a [`Mapped`], or tells everything that is wrong with it.

use std::sync::Arc;

use schema::{Stage, Table, tables};
use toml::de::DeTable;

use super::{
    Kind, Mapped, Marks, Origin,
    csv::Dialect,
    document::{Placed, Section, repeated},
    key_value::Pairing,
    pattern,
    problem::{Problem, Problems, did_you_mean},
    rule,
    shape::{Habits, Lines, Shape},
    time::{self, EventTime},
    when,
};
use crate::{
    mapping::Plan,
    own_read::{Clock, Constant},
};

/// Larger files are no mappings.
const MAX_FILE_BYTES: usize = 1 << 20;

const KEYS: &[&str] = &["name", "about", "spec", "weight", "time", "records", "recognise", "columns", "record"];

pub(super) fn read(text: &str, origin: Origin) -> Result<Mapped, Vec<Problem>> {
    let mut problems = Problems::of(text);
    if text.len() > MAX_FILE_BYTES {
        problems.add("too_long", 0..0, "the file is too long to be a mapping", None);
        return Err(problems.finish());
    }
    let document = match DeTable::parse(text) {
        Ok(document) => document,
        Err(error) => {
            let at = error.span().unwrap_or(0..0);
            problems.add("bad_toml", at, format!("not TOML: {}", error.message()), None);
            return Err(problems.finish());
        }
    };
    let whole = Section::new(document.get_ref(), 0..0, "a mapping");
    whole.knows(KEYS, &mut problems);
    let mapped = mapped(&whole, origin, &mut problems);
    match mapped {
        Some(mapped) if problems.is_empty() => Ok(mapped),
        _ => {
            if problems.is_empty() {
                problems.add("incomplete", 0..0, "the mapping is not complete", None);
            }
            Err(problems.finish())
        }
    }
}

fn mapped(whole: &Section<'_, '_>, origin: Origin, problems: &mut Problems<'_>) -> Option<Mapped> {
    let name = whole.text("name", problems);
    match &name {
        None if whole.value("name").is_none() => {
            problems.add("no_name", 0..0, "the mapping has no name", Some("write name = \"acme_proxy\"".to_owned()));
        }
        Some(name) if !is_name(&name.text) => {
            let hint = "lower-case letters, digits and _, beginning with a letter".to_owned();
            problems.add("bad_name", name.at.clone(), format!("\"{}\" is no name for a format", name.text), Some(hint));
        }
        _ => {}
    }
    let name = name.map(|name| name.text).unwrap_or_default();
    let about = whole.text("about", problems).map(|about| about.text).unwrap_or_default();
    let spec = whole.text("spec", problems).map(|spec| spec.text).unwrap_or_default();
    let (shape, habits) = records(whole, problems)?;
    let marks = marks(whole, problems);
    let rules = Rules::read(whole, &name, problems);
    let (kinds, others) = (rules.kinds(whole, problems)?, rules.others(problems)?);
    let mut yields: Vec<&'static str> = Vec::new();
    let always = kinds.iter().any(|kind: &Kind| kind.when.is_empty());
    let all = kinds.iter().map(|kind| kind.plan.table().name).chain((!always).then_some(OTHERS));
    for table in all {
        if !yields.contains(&table) {
            yields.push(table);
        }
    }
    Some(Mapped { name, about, spec, yields, origin, marks, shape, habits, kinds, others })
}

const OTHERS: &str = "other_records";

fn is_name(name: &str) -> bool {
    name.len() <= 64
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

fn records(whole: &Section<'_, '_>, problems: &mut Problems<'_>) -> Option<(Shape, Habits)> {
    let Some(section) = whole.section("records", "[records]", problems) else {
        if whole.value("records").is_none() {
            let hint =
                "write [records] with shape = \"json\", \"csv\", \"key_value\", \"regex\" or \"lines\"".to_owned();
            problems.add("no_shape", 0..0, "nothing says how records are written", Some(hint));
        }
        return None;
    };
    let known = [
        "shape",
        "wrapper",
        "header",
        "columns",
        "delimiter",
        "quote",
        "between",
        "assign",
        "prefix",
        "pattern",
        "comment",
        "unset",
    ];
    section.knows(&known, problems);
    let comment = section.text("comment", problems).map(|mark| mark.text).filter(|mark| !mark.is_empty());
    let unset = section.texts("unset", problems).into_iter().map(|word| word.text).collect();
    let habits = Habits { comment: comment.clone(), unset };
    let shape = section.text("shape", problems)?;
    let shape = match shape.text.as_str() {
        "json" => {
            let keys = section.texts("wrapper", problems).into_iter().map(|key| key.text).collect();
            Shape::Json(keys)
        }
        "csv" => csv(&section, comment, problems)?,
        "key_value" => key_value(&section, problems)?,
        "regex" => Shape::Patterns(patterns(&section, problems)?),
        "lines" => Shape::Lines,
        other => {
            let names = ["json", "csv", "key_value", "regex", "lines"];
            let hint = did_you_mean(other, names.into_iter()).unwrap_or_else(|| format!("known: {}", names.join(", ")));
            problems.add("unknown_shape", shape.at, format!("records have no shape \"{other}\""), Some(hint));
            return None;
        }
    };
    Some((shape, habits))
}

fn csv(section: &Section<'_, '_>, comment: Option<String>, problems: &mut Problems<'_>) -> Option<Shape> {
    let columns: Vec<Placed> = section.texts("columns", problems);
    let has_header = section.flag("header", problems).unwrap_or(columns.is_empty());
    if !has_header && columns.is_empty() {
        let hint = "write columns = [\"time\", \"user\", ...] in their order, or header = true".to_owned();
        problems.add(
            "no_columns",
            section.at.clone(),
            "neither the file nor the mapping names the columns",
            Some(hint),
        );
        return None;
    }
    if let Some(name) = repeated(columns.iter().map(|column| column.text.as_str())) {
        problems.add("repeated", section.at.clone(), format!("column \"{name}\" is named twice"), None);
    }
    let delimiter = section.text("delimiter", problems).and_then(|mark| one_byte(&mark, problems));
    let quote = match section.text("quote", problems) {
        Some(mark) if mark.text.is_empty() => None,
        Some(mark) => one_byte(&mark, problems),
        None => Some(b'"'),
    };
    let dialect = Dialect { delimiter: delimiter.unwrap_or(b','), quote, has_header, comment };
    Some(Shape::Csv(Arc::new(dialect), columns.into_iter().map(|column| column.text).collect()))
}

fn one_byte(mark: &Placed, problems: &mut Problems<'_>) -> Option<u8> {
    match mark.text.as_bytes() {
        [byte] if *byte != b'\n' && byte.is_ascii() => Some(*byte),
        _ => {
            problems.add(
                "bad_mark",
                mark.at.clone(),
                "this must be one ASCII character, such as \",\" or \"\\t\"",
                None,
            );
            None
        }
    }
}

fn key_value(section: &Section<'_, '_>, problems: &mut Problems<'_>) -> Option<Shape> {
    let mut mark = |key: &str, usual: char| match section.text(key, problems) {
        None => Some(usual),
        Some(mark) => {
            let mut characters = mark.text.chars();
            let (first, more) = (characters.next(), characters.next());
            if more.is_some() || first.is_none() {
                problems.add("bad_mark", mark.at, "this must be one character", None);
                return None;
            }
            first
        }
    };
    let (between, assign, quote) = (mark("between", ' ')?, mark("assign", '=')?, mark("quote", '"')?);
    let prefix = match section.text("prefix", problems) {
        Some(prefix) => Some(pattern(&prefix, problems)?),
        None => None,
    };
    Some(Shape::KeyValue(Pairing { between, assign, quote: Some(quote), prefix }))
}

fn patterns(section: &Section<'_, '_>, problems: &mut Problems<'_>) -> Option<Vec<Lines>> {
    let texts = section.texts("pattern", problems);
    if texts.is_empty() {
        let hint = "write pattern = '^(?P<time>\\S+) (?P<user>\\S+)$'".to_owned();
        problems.add("no_pattern", section.at.clone(), "shape \"regex\" needs a pattern", Some(hint));
        return None;
    }
    let mut all = Vec::new();
    for text in texts {
        let regex = pattern(&text, problems)?;
        let names = regex.capture_names().enumerate();
        let groups: Vec<(usize, String)> = names.filter_map(|(group, name)| Some((group, name?.to_owned()))).collect();
        if groups.is_empty() {
            let hint = "name what you want to have: (?P<user>\\S+)".to_owned();
            problems.add("no_groups", text.at, "the pattern has no named groups, so no field", Some(hint));
            return None;
        }
        all.push(Lines { pattern: regex, groups });
    }
    Some(all)
}

fn marks(whole: &Section<'_, '_>, problems: &mut Problems<'_>) -> Marks {
    let Some(section) = whole.section("recognise", "[recognise]", problems) else { return Marks::default() };
    section.knows(&["fields", "when", "head", "file"], problems);
    let fields = section.texts("fields", problems).into_iter().map(|field| field.text).collect();
    let values = section.section("when", "when", problems).map(|when| when::read(&when, problems)).unwrap_or_default();
    let head = section.text("head", problems).and_then(|text| pattern(&text, problems));
    let file = section.text("file", problems).map(|glob| glob.text);
    Marks { fields, values, head, file }
}

/// What all records of a file have in common.
struct Rules<'w, 't, 'd> {
    name: &'w str,
    time: Option<EventTime>,
    weight: Option<String>,
    columns: Option<Section<'t, 'd>>,
}

impl<'w, 't, 'd> Rules<'w, 't, 'd> {
    fn read(whole: &Section<'t, 'd>, name: &'w str, problems: &mut Problems<'_>) -> Self {
        Self {
            name,
            time: time::read(whole, problems),
            weight: whole.text("weight", problems).map(|field| field.text),
            columns: whole.section("columns", "[columns]", problems),
        }
    }

    fn kinds(&self, whole: &Section<'t, 'd>, problems: &mut Problems<'_>) -> Option<Vec<Kind>> {
        let sections = whole.sections("record", "[[record]]", problems);
        if sections.is_empty() && whole.value("record").is_none() {
            let hint = "write [[record]] with table = \"...\" and [record.columns]".to_owned();
            problems.add("no_record", 0..0, "nothing says where records go", Some(hint));
            return None;
        }
        let mut kinds: Vec<Kind> = Vec::new();
        let mut all_taken = false;
        for section in &sections {
            section.knows(&["kind", "when", "table", "time", "weight", "columns"], problems);
            if all_taken {
                let hint = "move the rule without `when` to the end, or give it a `when`".to_owned();
                problems.add(
                    "unreachable",
                    section.at.clone(),
                    "no record gets here: a rule above takes all",
                    Some(hint),
                );
            }
            let when =
                section.section("when", "when", problems).map(|when| when::read(&when, problems)).unwrap_or_default();
            all_taken |= when.is_empty();
            if let Some(plan) = self.plan(section, problems) {
                kinds.push(Kind { when, plan: Arc::new(plan) });
            }
        }
        (kinds.len() == sections.len()).then_some(kinds)
    }

    fn plan(&self, section: &Section<'t, 'd>, problems: &mut Problems<'_>) -> Option<Plan> {
        let table = table(section, problems)?;
        let time = time::read(section, problems).or_else(|| self.time.clone());
        let Some(time) = time else {
            let hint = "write time = \"field\" at the top, or [time] with field and format".to_owned();
            problems.add("no_time", section.at.clone(), "nothing says which field holds the event time", Some(hint));
            return None;
        };
        let weight = section.text("weight", problems).map(|field| field.text).or_else(|| self.weight.clone());
        let mut plan = Plan::open(table, time.clock.clone(), &time.fields, weight.as_deref());
        let zoned = Clock::auto().in_zone_of(&time.clock);
        if let Some(columns) = section.section("columns", "[record.columns]", problems) {
            rule::add(&columns, &mut plan, &zoned, false, problems);
        }
        if let Some(columns) = &self.columns {
            rule::add(columns, &mut plan, &zoned, true, problems);
        }
        let kind = section.text("kind", problems).map(|kind| kind.text);
        self.name_other(&mut plan, kind.as_deref().unwrap_or(self.name));
        for (place, column) in table.own.iter().enumerate() {
            if column.required && !plan.is_sure(place) {
                let hint = format!(
                    "write {0} = {{ value = \"...\" }}, or {0} = {{ field = \"...\", default = \"...\" }}",
                    column.name
                );
                let says =
                    format!("column \"{}\" of table \"{}\" must have a value in every row", column.name, table.name);
                problems.add("column_required", section.at.clone(), says, Some(hint));
            }
        }
        Some(plan)
    }

    /// Where records go that no rule is for: whole, under the name of the format.
    fn others(&self, problems: &mut Problems<'_>) -> Option<Arc<Plan>> {
        let table = tables::find(OTHERS)?;
        let Some(time) = &self.time else {
            let fallback = Plan::open(table, Clock::auto(), &[], None);
            return Some(Arc::new(fallback));
        };
        let mut plan = Plan::open(table, time.clock.clone(), &time.fields, self.weight.as_deref());
        if let Some(columns) = &self.columns {
            rule::add(columns, &mut plan, &Clock::auto().in_zone_of(&time.clock), true, problems);
        }
        self.name_other(&mut plan, "unknown");
        Some(Arc::new(plan))
    }

    fn name_other(&self, plan: &mut Plan, kind: &str) {
        let table = plan.table();
        if table.name != OTHERS {
            return;
        }
        for (name, value) in [("product", self.name), ("kind", kind)] {
            let Some(place) = table.own.iter().position(|column| column.name == name) else { continue };
            if !plan.is_sure(place) {
                plan.add_default(place, Constant::Text(value.to_owned()));
            }
        }
    }
}

fn table(section: &Section<'_, '_>, problems: &mut Problems<'_>) -> Option<&'static Table> {
    let fillable = || tables::ALL.iter().copied().filter(|table| table.stage == Stage::Telemetry);
    let Some(name) = section.text("table", problems) else {
        if section.value("table").is_none() {
            let hint = format!("one of {}", names(fillable()));
            problems.add("no_table", section.at.clone(), "the rule names no table", Some(hint));
        }
        return None;
    };
    let found = fillable().find(|table| table.name == name.text);
    if found.is_none() {
        let hint = did_you_mean(&name.text, fillable().map(|table| table.name));
        let hint = hint.unwrap_or_else(|| format!("known: {}", names(fillable())));
        problems.add(
            "unknown_table",
            name.at,
            format!("there is no table \"{}\" for telemetry", name.text),
            Some(hint),
        );
    }
    found
}

fn names(tables: impl Iterator<Item = &'static Table>) -> String {
    tables.map(|table| table.name).collect::<Vec<_>>().join(", ")
}
