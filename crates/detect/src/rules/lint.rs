//! What is right and yet probably not meant: rules are loaded all the same, and their authors are told.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    fields::Source,
    model::{About, Item, Rule, Search, Test},
    pattern::Part,
    problem::{Code, Place, Problem},
    set::RuleSet,
};

/// What ATT&CK says of a tag, `t1059.001` or `credential-access`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TagIs {
    Known,
    /// Replaced by this technique, or given up.
    Old(Option<String>),
    /// Of a version after the one in force: which, its name, and the ids that stand for it here.
    Later {
        version: String,
        name: String,
        here: Vec<String>,
    },
    Unknown,
}

/// Names further apart than this are different words and not mistakes.
const MAX_DISTANCE: usize = 1;

/// Shorter names are near to too many others.
const MIN_LENGTH: usize = 5;

impl RuleSet {
    /// Remarks on every rule and correlation, as warnings. `texts` are the files by name, `attack` answers for tags.
    pub fn lint(&self, texts: &BTreeMap<String, String>, attack: impl Fn(&str) -> TagIs) -> Vec<Problem> {
        let mut found = Vec::new();
        for rule in self.rules() {
            let linter = Linter { about: &rule.about, text: texts.get(&rule.about.file), found: &mut found };
            linter.all(|linter| {
                linter.about(&attack, self.is_input(&rule.about));
                linter.searches(rule);
                linter.fields(self, rule);
            });
        }
        for correlation in self.correlations() {
            let linter =
                Linter { about: &correlation.about, text: texts.get(&correlation.about.file), found: &mut found };
            linter.all(|linter| linter.about(&attack, self.is_input(&correlation.about)));
        }
        found.sort_by(|a, b| (&a.file, a.place, a.code).cmp(&(&b.file, b.place, b.code)));
        found
    }

    fn is_input(&self, about: &About) -> bool {
        let named = |name: &String| *name == about.id || Some(name) == about.name.as_ref();
        self.correlations().iter().any(|correlation| correlation.rules.iter().any(named))
    }
}

struct Linter<'a> {
    about: &'a About,
    text: Option<&'a String>,
    found: &'a mut Vec<Problem>,
}

impl Linter<'_> {
    fn all(mut self, looks: impl FnOnce(&mut Self)) {
        looks(&mut self);
    }

    fn remark(&mut self, code: Code, place: Place, what: impl Into<String>, hint: impl Into<String>) {
        self.found.push(Problem::new(code, place, what).hint(hint).warning().of_file(&self.about.file));
    }

    /// Where this stands in the document; where it begins, if it does not.
    fn place_of(&self, needle: &str) -> Place {
        let begin = self.about.place;
        let lines = self.text.map(|text| text.lines()).into_iter().flatten().zip(1_u32..);
        let below = lines.skip_while(|(_, number)| *number < begin.line);
        let found = below.into_iter().find_map(|(line, number)| {
            let at = line.to_lowercase().find(needle)?;
            let column = line.get(..at).map_or(0, |before| before.chars().count());
            Some(Place { line: number, column: u32::try_from(column).unwrap_or(0) + 1 })
        });
        found.unwrap_or(begin)
    }

    fn about(&mut self, attack: &impl Fn(&str) -> TagIs, is_input: bool) {
        let begin = self.about.place;
        if self.about.level.is_none() && !is_input {
            self.remark(Code::NoLevel, begin, "there is no level; medium is taken", "add `level: high`");
        }
        if self.about.status.is_none() && !is_input {
            self.remark(Code::NoStatus, begin, "there is no status", "add `status: experimental`");
        }
        if !is_uuid(&self.about.id) {
            let what = "there is no id, or one that is no UUID; it changes with title and file";
            self.remark(Code::NoId, begin, what, "`margay rules new` gives one; or use `uuidgen`");
        }
        for tag in &self.about.tags {
            if let Some(name) = tag.strip_prefix("attack.") {
                self.tag(tag, name, attack(name));
            }
        }
    }

    fn tag(&mut self, tag: &str, name: &str, is: TagIs) {
        let place = self.place_of(tag);
        match is {
            TagIs::Known => {}
            TagIs::Old(Some(successor)) => {
                let hint = format!("use attack.{}", successor.to_lowercase());
                self.remark(Code::OldTag, place, format!("ATT&CK has replaced {}", name.to_uppercase()), hint);
            }
            TagIs::Old(None) => {
                let what = format!("ATT&CK has given up {}", name.to_uppercase());
                self.remark(Code::OldTag, place, what, "look for what fits today on attack.mitre.org");
            }
            TagIs::Later { version, name: title, here } => {
                let what = format!("{} is of ATT&CK {version} ({title}), later than the one here", name.to_uppercase());
                let hint = match here.is_empty() {
                    true => "the tag is kept; `margay intel load` takes a later ATT&CK".to_owned(),
                    false => format!("the tag is kept; here it is {}", here.join(", ")),
                };
                self.remark(Code::LaterTag, place, what, hint);
            }
            TagIs::Unknown => {
                let what = format!("\"{tag}\" is no technique, tactic, group or software of ATT&CK");
                self.remark(Code::UnknownTag, place, what, "tags are as `attack.t1059.001` or `attack.execution`");
            }
        }
    }

    fn searches(&mut self, rule: &Rule) {
        let mut used = BTreeSet::new();
        rule.detection.condition.each_search(&mut |number| {
            used.insert(number);
        });
        for (number, (name, search)) in rule.detection.searches.iter().enumerate() {
            if !used.contains(&number) {
                let place = first_place(search).unwrap_or(self.about.place);
                let what = format!("the condition does not use \"{name}\"");
                self.remark(Code::UnusedSearch, place, what, "name it in the condition, or take it out");
            }
            self.contradictions(search);
            each_item(search, &mut |item| self.item(item));
        }
    }

    fn item(&mut self, item: &Item) {
        if item.field.is_none() {
            return;
        }
        for test in &item.tests {
            let Test::Like { pattern, .. } = test else { continue };
            let contains = item.key.contains("|contains");
            if pattern.parts.as_slice() == [Part::Any] && contains {
                let what = format!("\"{}\" holds for every value", item.key);
                self.remark(Code::AlwaysTrue, item.place, what, "write `exists: true` if any value is meant");
            }
            if quoted_star(&pattern.parts) {
                let what = format!("the * within quotes in \"{}\" stands for anything", item.key);
                self.remark(Code::Wildcard, item.place, what, "write \\* for the sign itself");
            }
        }
        let whole: BTreeSet<String> = literals(item).unwrap_or_default();
        if item.all && whole.len() > 1 && !item.negated {
            let what = format!("\"{}\" asks one value to be equal to {} others", item.key, whole.len());
            self.remark(Code::NeverTrue, item.place, what, "use `contains|all`, or take \"all\" away");
        }
    }

    /// Two lines of one map that ask one field for different whole values.
    fn contradictions(&mut self, search: &Search) {
        let Search::All(parts) = search else { return };
        let mut asked: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for part in parts {
            let Search::Item(item) = part else { continue };
            let (Some(field), Some(values), false) = (&item.field, literals(item), item.negated) else { continue };
            match asked.get(field.as_str()) {
                Some(before) if before.is_disjoint(&values) => {
                    let what = format!("\"{}\" can never hold beside what was asked of {field} before", item.key);
                    self.remark(Code::NeverTrue, item.place, what, "put the values into one list if any may be there");
                }
                _ => {
                    asked.insert(field, values);
                }
            }
        }
    }

    /// Fields that no record of the log source is known to have, where a name is near that they have.
    fn fields(&mut self, set: &RuleSet, rule: &Rule) {
        let mapping = set.mapping();
        let sources: Vec<&Source> =
            mapping.sources_of(&rule.logsource).filter_map(|number| mapping.sources.get(number)).collect();
        let mut told = BTreeSet::new();
        for (_, search) in &rule.detection.searches {
            each_item(search, &mut |item| {
                let Some(field) = &item.field else { return };
                if sources.iter().any(|source| mapping.knows(source, field)) || !told.insert(field.clone()) {
                    return;
                }
                let names = sources.iter().flat_map(|source| mapping.names(source));
                if let Some(near) = near(field, names) {
                    let what = format!("no record of {} is known to have \"{field}\"", rule.logsource);
                    self.remark(Code::UnknownField, item.place, what, format!("did you mean \"{near}\"?"));
                }
            });
        }
    }
}

/// A UUID as authors write it; ids that are made of file and title begin with `rule--`.
fn is_uuid(id: &str) -> bool {
    let lengths: Vec<usize> = id.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && id.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

/// As deep as the parser lets searches nest.
fn each_item(search: &Search, found: &mut impl FnMut(&Item)) {
    match search {
        Search::All(parts) | Search::Any(parts) => parts.iter().for_each(|part| each_item(part, found)),
        Search::Item(item) => found(item),
    }
}

fn first_place(search: &Search) -> Option<Place> {
    let mut first = None;
    each_item(search, &mut |item| first = first.or(Some(item.place)));
    first
}

/// The values in small letters, where each is a whole one.
fn literals(item: &Item) -> Option<BTreeSet<String>> {
    let whole = |test: &Test| match test {
        Test::Like { pattern, .. } => pattern.as_literal().map(str::to_lowercase),
        _ => None,
    };
    let values: Option<BTreeSet<String>> = item.tests.iter().map(whole).collect();
    values.filter(|values| !values.is_empty())
}

/// `"*"` in the middle of a value: in JSON that means everybody, in a rule anything.
fn quoted_star(parts: &[Part]) -> bool {
    parts.windows(3).any(|three| match three {
        [Part::Text(before), Part::Any, Part::Text(after)] => before.ends_with('"') && after.starts_with('"'),
        _ => false,
    })
}

/// The known name that this is probably a slip of.
fn near<'n>(field: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let plain = |name: &str| -> String {
        name.chars().filter(|char| char.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let wanted = plain(field);
    let apart = |name: &str| {
        let name = plain(name);
        if name == wanted { Some(0) } else { (wanted.len() >= MIN_LENGTH).then(|| distance(&wanted, &name)) }
    };
    let near = names.filter_map(|name| Some((apart(name)?, name))).filter(|(apart, _)| *apart <= MAX_DISTANCE);
    near.min().map(|(_, name)| name)
}

/// Letters to be changed, added, taken away or swapped; counted to two only.
fn distance(a: &str, b: &str) -> usize {
    if a == b {
        return 0;
    }
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let same = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let (a, b) = (a.get(same..).unwrap_or_default(), b.get(same..).unwrap_or_default());
    let tail = |a: &[char], b: &[char], skip_a: usize, skip_b: usize| a.get(skip_a..) == b.get(skip_b..);
    let swapped = a.len() >= 2 && b.len() >= 2 && a.first() == b.get(1) && a.get(1) == b.first() && tail(a, b, 2, 2);
    let one = tail(a, b, 1, 1) || tail(a, b, 1, 0) || tail(a, b, 0, 1) || swapped;
    if one { 1 } else { 2 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{Options, load};

    const RULE: &str = "\
title: A rule
id: 5f1c4b0e-8f0b-4d8e-9d0a-0c1a5a9b7e21
status: test
level: high
tags: [attack.execution, attack.t1059]
logsource: {product: windows, category: process_creation}
detection:
  selection: {Image|endswith: '\\cmd.exe'}
  condition: selection
";

    fn codes(text: &str) -> Vec<String> {
        let (set, problems) = load([("rule.yml", text)], &Options::default());
        assert!(problems.is_empty(), "{problems:?}");
        let texts = BTreeMap::from([("rule.yml".to_owned(), text.to_owned())]);
        let attack = |tag: &str| match tag {
            "t1059" | "execution" => TagIs::Known,
            "t1086" => TagIs::Old(Some("T1059.001".to_owned())),
            "t1685" => TagIs::Later { version: "19".to_owned(), name: "Tools".to_owned(), here: Vec::new() },
            _ => TagIs::Unknown,
        };
        let told = set.lint(&texts, attack);
        told.iter()
            .map(|problem| format!("{} {}:{}", problem.code.name(), problem.place.line, problem.place.column))
            .collect()
    }

    #[test]
    fn a_good_rule_is_left_in_peace() {
        assert!(codes(RULE).is_empty());
    }

    #[test]
    fn what_is_probably_not_meant_is_told_with_its_place() {
        for (from, to, code) in [
            ("level: high\n", "", "L001 1:1"),
            ("status: test\n", "", "L002 1:1"),
            ("5f1c4b0e-8f0b-4d8e-9d0a-0c1a5a9b7e21", "mine", "L003 1:1"),
            ("attack.t1059", "attack.t9999", "L010 5:26"),
            ("attack.t1059", "attack.t1086", "L011 5:26"),
            ("attack.t1059", "attack.t1685", "L012 5:26"),
            ("Image|endswith", "image|endswith", "L020 8:15"),
            ("Image|endswith", "Imgae|endswith", "L020 8:15"),
            ("  condition", "  other: {Image: x}\n  condition", "L021 9:11"),
            ("'\\cmd.exe'", "'\\cmd.exe', User: [a, b], User|cased: c", "L022 8:57"),
            ("Image|endswith: '\\cmd.exe'", "Image|all: [a, b]", "L022 8:15"),
            ("endswith: '\\cmd.exe'", "contains: '*'", "L023 8:15"),
            ("endswith: '\\cmd.exe'", "contains: 'a:\"*\"'", "L024 8:15"),
        ] {
            let text = RULE.replace(from, to);
            assert_ne!(text, RULE, "{from}");
            assert_eq!(codes(&text), [code], "{to}");
        }
    }

    #[test]
    fn one_slip_is_near_and_two_are_not() {
        for (a, b, apart) in [
            ("user", "user", 0),
            ("user", "usr", 1),
            ("user", "usser", 1),
            ("user", "uesr", 1),
            ("user", "host", 2),
            ("", "ab", 2),
        ] {
            assert_eq!(distance(a, b), apart, "{a} {b}");
            assert_eq!(distance(b, a), apart, "{b} {a}");
        }
    }
}
