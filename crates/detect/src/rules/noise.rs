//! How much rules fire, on whom, and which one value most of it shares: what an author needs to calm a rule.

use std::collections::{BTreeMap, BTreeSet};

use arrow_array::RecordBatch;
use schema::{Timestamp, stable_id};

use super::{
    compile::Plan,
    evaluate::Hits,
    fields::{Getter, columns_of, native},
    model::{Rule, Search},
    rows::{Cell, Rows},
    set::RuleSet,
};
use crate::{Error, indicators::scan::Instants};

/// Columns whose values may tell harmless matches from others, with how well a filter on each would be understood: a
/// command line says more than a host, behind which anything may hide.
const TELLING: [(&str, f64); 24] = [
    ("command_line", 1.0),
    ("parent_command_line", 1.0),
    ("process_path", 0.95),
    ("parent_path", 0.95),
    ("target_path", 0.95),
    ("path", 0.9),
    ("key", 0.9),
    ("query", 0.9),
    ("user_agent", 0.9),
    ("server_name", 0.9),
    ("resource", 0.85),
    ("operation", 0.8),
    ("from_address", 0.85),
    ("from_domain", 0.8),
    ("user", 0.8),
    ("user_id", 0.75),
    ("account", 0.6),
    ("host", 0.7),
    ("device", 0.7),
    ("src_ip", 0.7),
    ("dst_ip", 0.7),
    ("src_host", 0.7),
    ("dst_port", 0.5),
    ("dataset", 0.4),
];

/// Columns to be read beside those of the rules.
pub const NOISE_COLUMNS: [&str; 26] = [
    "record_id",
    "observed_at",
    "command_line",
    "parent_command_line",
    "process_path",
    "parent_path",
    "target_path",
    "path",
    "key",
    "query",
    "user_agent",
    "server_name",
    "resource",
    "operation",
    "from_address",
    "from_domain",
    "user",
    "user_id",
    "account",
    "host",
    "device",
    "src_ip",
    "dst_ip",
    "src_host",
    "dst_port",
    "dataset",
];

/// Columns that tell whom a record is about, best first.
const SUBJECTS: [&str; 6] = ["host", "device", "user", "src_ip", "dst_ip", "dataset"];

/// Values of one field that are counted; what comes later is left out, so that shares are never too high.
const MAX_VALUES: usize = 256;

/// Subjects of one rule that are counted.
const MAX_SUBJECTS: usize = 10_000;

/// Longer values make no filter that anybody would read.
const MAX_VALUE_BYTES: usize = 512;

/// Fewer matches are no noise.
const MIN_MATCHES: u64 = 5;

/// A filter that takes out less calms nothing.
const MIN_SHARE: f64 = 0.3;

/// How much one rule fires.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleNoise {
    /// Number of the rule in its set.
    pub rule: usize,
    pub n_records: u64,
    /// Matches by day, days since 1970.
    pub days: BTreeMap<i64, u64>,
    /// The subjects with most matches, and how many there are.
    pub subjects: Vec<(String, u64)>,
    pub n_subjects: u64,
    pub filter: Option<SuggestedFilter>,
}

/// One value that most matches share.
#[derive(Debug, Clone, PartialEq)]
pub struct SuggestedFilter {
    pub field: String,
    pub value: String,
    /// Matches that have it.
    pub n: u64,
    /// A Sigma filter that takes them out.
    pub text: String,
}

/// Counts the matches of rules over a period, in bounded memory.
#[derive(Debug)]
pub struct Noise<'s> {
    set: &'s RuleSet,
    rules: BTreeMap<usize, Tally>,
}

#[derive(Debug, Default)]
struct Tally {
    table: &'static str,
    n: u64,
    days: BTreeMap<i64, u64>,
    subjects: BTreeMap<String, u64>,
    values: BTreeMap<&'static str, BTreeMap<String, u64>>,
}

const DAY_S: i64 = 86_400;

impl<'s> Noise<'s> {
    pub fn new(set: &'s RuleSet) -> Self {
        Self { set, rules: BTreeMap::new() }
    }

    /// Adds what a batch of the plan's table matched. Rules that only feed correlations are left out.
    pub fn add(&mut self, plan: &Plan, batch: &RecordBatch, hits: &Hits) -> Result<(), Error> {
        let telling: Vec<(&'static str, Getter)> = TELLING
            .iter()
            .filter(|(name, _)| plan.table.column(name).is_some())
            .map(|(name, _)| (*name, native(plan.table, name)))
            .collect();
        let keys = BTreeMap::new();
        let rows = Rows::of(batch, columns_of(telling.iter().map(|(_, getter)| getter)), &keys);
        let instants = Instants::of(batch, "observed_at")?;
        let mut cell = Cell::default();
        for (rule, matched) in hits.rules.iter().filter(|(rule, _)| self.set.reports(*rule)) {
            let tally = self.rules.entry(*rule).or_default();
            tally.table = plan.table.name;
            for row in matched.iter().map(|row| *row as usize) {
                tally.n += 1;
                let at = Timestamp::from_nanos(instants.nanos(row).unwrap_or_default());
                *tally.days.entry(at.seconds().div_euclid(DAY_S)).or_default() += 1;
                let mut subject: Option<(usize, String)> = None;
                for (name, getter) in &telling {
                    let Some(value) = rows.get(getter, row, &mut cell).first_text() else { continue };
                    let rank = SUBJECTS.iter().position(|subject| subject == name);
                    if let Some(rank) = rank.filter(|rank| subject.as_ref().is_none_or(|(best, _)| rank < best)) {
                        subject = Some((rank, value.to_owned()));
                    }
                    count(tally.values.entry(name).or_default(), value, MAX_VALUES);
                }
                count(&mut tally.subjects, subject.as_ref().map_or("", |(_, name)| name), MAX_SUBJECTS);
            }
        }
        Ok(())
    }

    /// What every rule that fired has given, the loudest first.
    pub fn finish(self, period: &str) -> Vec<RuleNoise> {
        let set = self.set;
        let noise = self.rules.into_iter().filter_map(|(number, tally)| {
            let rule = set.rules().get(number)?;
            let filter = suggested(set, rule, &tally, period);
            let n_subjects = tally.subjects.len() as u64;
            let mut subjects: Vec<(String, u64)> = tally.subjects.into_iter().collect();
            subjects.sort_by(|a, b| (b.1, &a.0).cmp(&(a.1, &b.0)));
            subjects.truncate(5);
            Some(RuleNoise { rule: number, n_records: tally.n, days: tally.days, subjects, n_subjects, filter })
        });
        let mut noise: Vec<RuleNoise> = noise.collect();
        noise.sort_by_key(|one| (std::cmp::Reverse(one.n_records), one.rule));
        noise
    }
}

fn count(values: &mut BTreeMap<String, u64>, value: &str, most: usize) {
    if let Some(n) = values.get_mut(value) {
        *n += 1;
    } else if values.len() < most && !value.is_empty() && value.len() <= MAX_VALUE_BYTES {
        values.insert(value.to_owned(), 1);
    }
}

/// The value that most matches share, weighed by how well its field tells.
fn suggested(set: &RuleSet, rule: &Rule, tally: &Tally, period: &str) -> Option<SuggestedFilter> {
    if tally.n < MIN_MATCHES {
        return None;
    }
    let mapping = set.mapping();
    let source = mapping.sources_of(&rule.logsource).filter_map(|number| mapping.sources.get(number));
    let source = source.into_iter().find(|source| source.table.name == tally.table)?;
    let asked = asked_columns(set, rule, tally.table);
    let mut best: Option<(f64, &str, &String, u64)> = None;
    for (column, weight) in TELLING {
        let Some((value, n)) = tally.values.get(column).and_then(|values| values.iter().max_by_key(|(_, n)| **n))
        else {
            continue;
        };
        let share = *n as f64 / tally.n as f64;
        // What the rule itself asks for is in every match: a filter on it would silence the rule.
        let silences = *n == tally.n && asked.contains(column);
        if share < MIN_SHARE || silences {
            continue;
        }
        if best.is_none_or(|(score, ..)| share * weight > score) {
            best = Some((share * weight, column, value, *n));
        }
    }
    let (_, column, value, n) = best?;
    let field = mapping.name_of(source, column);
    let text = filter(rule, &field, value, &format!("{n} of {} matches {period} had this value.", tally.n));
    Some(SuggestedFilter { field, value: value.clone(), n, text })
}

/// Columns that the rule looks at.
fn asked_columns(set: &RuleSet, rule: &Rule, table: &str) -> BTreeSet<&'static str> {
    let mapping = set.mapping();
    let mut columns = BTreeSet::new();
    let mut open: Vec<&Search> = rule.detection.searches.iter().map(|(_, search)| search).collect();
    let sources: Vec<_> =
        mapping.sources_of(&rule.logsource).filter_map(|number| mapping.sources.get(number)).collect();
    while let Some(search) = open.pop() {
        match search {
            Search::All(parts) | Search::Any(parts) => open.extend(parts),
            Search::Item(item) => {
                let Some(field) = &item.field else { continue };
                for source in sources.iter().filter(|source| source.table.name == table) {
                    mapping.getter(source, field).columns(&mut |column| {
                        columns.insert(column);
                    });
                }
            }
        }
    }
    columns
}

fn filter(rule: &Rule, field: &str, value: &str, description: &str) -> String {
    let about = &rule.about;
    let id = stable_id("filter", &[&about.id, field, value]);
    let id = id.rsplit("--").next().unwrap_or_default();
    let logsource = &rule.logsource;
    let named = [("category", &logsource.category), ("product", &logsource.product), ("service", &logsource.service)];
    let named = named.iter().filter_map(|(name, value)| Some(format!("  {name}: {}\n", quoted(value.as_ref()?))));
    format!(
        "title: {}\nid: {id}\ndescription: {}\nlogsource:\n{}filter:\n  rules:\n    - {}\n  selection:\n    {}: {}\n  \
         condition: selection\n",
        quoted(&format!("Calm \"{}\"", about.title)),
        quoted(description),
        named.collect::<String>(),
        quoted(&about.id),
        quoted(field),
        quoted(&as_value(value)),
    )
}

/// The value as a rule writes it, so that its signs mean themselves.
fn as_value(value: &str) -> String {
    let mut written = String::new();
    let mut chars = value.chars().peekable();
    while let Some(char) = chars.next() {
        let before_sign = char == '\\' && chars.peek().is_none_or(|next| matches!(next, '\\' | '*' | '?'));
        if matches!(char, '*' | '?') || before_sign {
            written.push('\\');
        }
        written.push(char);
    }
    written
}

/// A scalar of YAML that reads as this text and nothing else.
fn quoted(text: &str) -> String {
    let plain: String = text.chars().map(|char| if char.is_control() { ' ' } else { char }).collect();
    format!("'{}'", plain.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{Pattern, model::Test};

    #[test]
    fn values_in_filters_mean_themselves() {
        for value in [r"C:\a\b.exe", r"\\host\share\", "a*b?c", r"\*", "it's", r"a\\b", "--x=\"1\""] {
            assert_eq!(Pattern::read(&as_value(value), false).as_literal(), Some(value), "{value}");
        }
    }

    #[test]
    fn every_telling_column_is_read() {
        assert!(TELLING.iter().all(|(name, _)| NOISE_COLUMNS.contains(name)));
        assert!(SUBJECTS.iter().all(|name| NOISE_COLUMNS.contains(name)));
    }

    #[test]
    fn a_filter_is_a_rule_of_sigma() {
        let text = "title: 'A: b'\nid: x\nlogsource: {category: proxy}\ndetection: {s: {cs-host: a}, condition: s}\n";
        let (set, _) = crate::rules::load([("a.yml", text)], &crate::rules::Options::default());
        let rule = &set.rules()[0];
        let filter = filter(rule, "c-useragent", "it's *", "1 of 2");
        let (both, problems) =
            crate::rules::load([("a.yml", text), ("f.yml", &filter)], &crate::rules::Options::default());
        assert!(problems.is_empty(), "{problems:?}\n{filter}");
        let detection = &both.rules()[0].detection;
        assert_eq!(detection.searches.len(), 2, "{filter}");
        let Search::Item(item) = &detection.searches[1].1 else { panic!("{filter}") };
        let Test::Like { pattern, .. } = &item.tests[0] else { panic!("{filter}") };
        assert_eq!(pattern.as_literal(), Some("it's *"));
    }
}
