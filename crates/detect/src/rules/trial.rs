//! The examples that stand beside a rule in `*.test.yml`: records that it must match, records that it must not, and
//! series of records with the groups that a correlation must find. This file reads them; the engine runs them.

use super::{
    problem::{Code, Place, Problem},
    yaml::{self, Node, Yaml},
};

/// All examples of one file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Trials {
    pub file: String,
    /// Id, name or title of the rule that they are about; the only one of the file beside them where none is given.
    pub rule: Option<String>,
    pub trials: Vec<Trial>,
}

/// One example.
#[derive(Debug, Clone, PartialEq)]
pub struct Trial {
    pub name: String,
    pub place: Place,
    /// In place of the rule that the file is about.
    pub rule: Option<String>,
    pub expects: Expects,
    pub samples: Vec<Sample>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expects {
    /// At least one record matches.
    Match,
    /// No record matches.
    NoMatch,
    /// The correlation holds for exactly these groups; the values of `group-by` in its order.
    Groups(Vec<Vec<String>>),
}

/// Records as the source writes them, or as they are in the lake.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    pub place: Place,
    pub what: What,
    /// Seconds behind the beginning of the series.
    pub at_s: u64,
    /// How often it comes.
    pub times: u32,
    /// Seconds from one time to the next.
    pub every_s: u64,
}

#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// In the format of this name, or in the one that is recognized.
    Raw { text: String, format: Option<String> },
    /// Columns of this table, as a JSON object.
    Row { table: String, columns: String },
}

/// A test of more records shows nothing that fewer do not.
const MAX_TIMES: u32 = 100_000;

/// Levels of nesting of a record that is written as YAML.
const MAX_DEPTH: usize = 32;

impl Trials {
    /// Reads the examples of one file. What cannot be read is left out, and said.
    pub fn read(file: &str, text: &str) -> (Self, Vec<Problem>) {
        let mut trials = Self { file: file.to_owned(), ..Self::default() };
        let mut problems = Vec::new();
        let (nodes, broken) = yaml::read(text);
        problems.extend(broken);
        for node in &nodes {
            trials.add(node, &mut problems);
        }
        if trials.trials.is_empty() && problems.is_empty() {
            let what = "there is no example in this file";
            let hint = "write `match:`, `no_match:` or `series:` with a list of records";
            problems.push(Problem::new(Code::Missing, Place { line: 1, column: 1 }, what).hint(hint));
        }
        (trials, problems.into_iter().map(|problem| problem.of_file(file)).collect())
    }

    fn add(&mut self, node: &Node, problems: &mut Vec<Problem>) {
        if !matches!(node.value, Yaml::Map(_)) {
            let what = format!("examples are a map and not {}", node.sort());
            problems.push(Problem::new(Code::Shape, node.place, what).hint("begin with `match:`"));
            return;
        }
        for (key, value) in node.entries() {
            let word = key.words().unwrap_or_default();
            let read: fn(&Node) -> Result<Trial, Problem> = match word.as_str() {
                "rule" => {
                    self.rule = value.words();
                    continue;
                }
                "match" => |node| single(node, Expects::Match),
                "no_match" => |node| single(node, Expects::NoMatch),
                "series" => series,
                _ => {
                    problems.push(unknown_key(key, &["rule", "match", "no_match", "series"]));
                    continue;
                }
            };
            for item in value.items() {
                match read(item) {
                    Ok(trial) => self.trials.push(trial),
                    Err(problem) => problems.push(problem),
                }
            }
        }
    }
}

fn single(node: &Node, expects: Expects) -> Result<Trial, Problem> {
    only(node, &["name", "rule", "raw", "format", "record", "table"])?;
    let sample = sample(node)?;
    Ok(Trial { name: name(node), place: node.place, rule: word(node, "rule"), expects, samples: vec![sample] })
}

fn series(node: &Node) -> Result<Trial, Problem> {
    only(node, &["name", "rule", "records", "groups"])?;
    let missing = |what: &str, hint: &str| {
        Problem::new(Code::Missing, node.place, format!("the series has no {what}")).hint(hint)
    };
    let records = node.get("records").ok_or_else(|| missing("records", "list them, each with `at` and `raw`"))?;
    let mut samples = Vec::new();
    for item in records.items() {
        only(item, &["at", "times", "every", "raw", "format", "record", "table"])?;
        samples.push(sample(item)?);
    }
    let groups = node
        .get("groups")
        .ok_or_else(|| missing("groups", "list what it must be found for; `groups: []` where nothing must be found"))?;
    let values = |group: &Node| group.items().iter().map(|value| value.words().unwrap_or_default()).collect();
    let groups = groups.items().iter().map(values).collect();
    let (name, rule) = (name(node), word(node, "rule"));
    Ok(Trial { name, place: node.place, rule, expects: Expects::Groups(groups), samples })
}

fn sample(node: &Node) -> Result<Sample, Problem> {
    let span = |key: &str| match node.get(key) {
        None => Ok(0),
        Some(written) if written.text() == Some("0s") => Ok(0),
        Some(written) => super::parse::seconds(written),
    };
    let times = match node.get("times").map(|times| (&times.value, times.place)) {
        None => 1,
        Some((Yaml::Int(n), place)) => match u32::try_from(*n) {
            Ok(n @ 1..=MAX_TIMES) => n,
            _ => return Err(Problem::new(Code::Shape, place, format!("{n} is not from 1 to {MAX_TIMES}"))),
        },
        Some((_, place)) => return Err(Problem::new(Code::Shape, place, "`times` is a whole number")),
    };
    Ok(Sample { place: node.place, what: what(node)?, at_s: span("at")?, times, every_s: span("every")? })
}

fn what(node: &Node) -> Result<What, Problem> {
    match (node.get("raw"), node.get("record")) {
        (Some(raw), None) => Ok(What::Raw { text: raw_text(raw)?, format: word(node, "format") }),
        (None, Some(record)) => {
            let Some(table) = word(node, "table") else {
                return Err(Problem::new(Code::Missing, node.place, "a record needs the table that it is of")
                    .hint("add `table: http_requests`; `margay tables` lists them"));
            };
            if !matches!(record.value, Yaml::Map(_)) {
                return Err(Problem::new(Code::Shape, record.place, "a record is a map of columns")
                    .hint("the log line as the source writes it is `raw` instead"));
            }
            Ok(What::Row { table, columns: json(record)? })
        }
        _ => Err(Problem::new(Code::Missing, node.place, "an example needs either `raw` or `record`")
            .hint("`raw` is the record as the source writes it, `record` the columns of a table")),
    }
}

/// Text as it is; maps as one line of JSON; a list as a line an item.
fn raw_text(node: &Node) -> Result<String, Problem> {
    match &node.value {
        Yaml::List(items) => {
            let lines: Result<Vec<String>, Problem> = items.iter().map(raw_text).collect();
            Ok(lines?.join("\n"))
        }
        Yaml::Map(_) => json(node),
        _ => Ok(node.words().unwrap_or_default()),
    }
}

fn json(node: &Node) -> Result<String, Problem> {
    let mut text = String::new();
    write(node, MAX_DEPTH, &mut text)?;
    Ok(text)
}

fn write(node: &Node, depth: usize, text: &mut String) -> Result<(), Problem> {
    if depth == 0 {
        return Err(Problem::new(Code::TooLarge, node.place, "the record is nested too deep").hint("flatten it"));
    }
    match &node.value {
        Yaml::Null => text.push_str("null"),
        Yaml::Bool(yes) => text.push_str(if *yes { "true" } else { "false" }),
        Yaml::Int(number) => text.push_str(&number.to_string()),
        Yaml::Float(number, _) if number.is_finite() => text.push_str(&number.to_string()),
        Yaml::Float(_, words) | Yaml::Text(words) => quote(words, text),
        Yaml::List(items) => {
            text.push('[');
            for (number, item) in items.iter().enumerate() {
                text.push_str(if number > 0 { "," } else { "" });
                write(item, depth - 1, text)?;
            }
            text.push(']');
        }
        Yaml::Map(entries) => {
            text.push('{');
            for (number, (key, value)) in entries.iter().enumerate() {
                text.push_str(if number > 0 { "," } else { "" });
                quote(&key.words().unwrap_or_default(), text);
                text.push(':');
                write(value, depth - 1, text)?;
            }
            text.push('}');
        }
    }
    Ok(())
}

fn quote(words: &str, text: &mut String) {
    text.push('"');
    for char in words.chars() {
        match char {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            control if control.is_control() => text.push_str(&format!("\\u{:04x}", u32::from(control))),
            other => text.push(other),
        }
    }
    text.push('"');
}

fn name(node: &Node) -> String {
    word(node, "name").unwrap_or_else(|| format!("line {}", node.place.line))
}

fn word(node: &Node, key: &str) -> Option<String> {
    node.get(key).and_then(Node::words)
}

fn only(node: &Node, known: &[&str]) -> Result<(), Problem> {
    if !matches!(node.value, Yaml::Map(_)) {
        return Err(Problem::new(Code::Shape, node.place, format!("an example is a map and not {}", node.sort()))
            .hint("begin with `- name:`"));
    }
    let strange = node.entries().iter().find(|(key, _)| !key.text().is_some_and(|key| known.contains(&key)));
    strange.map_or(Ok(()), |(key, _)| Err(unknown_key(key, known)))
}

fn unknown_key(key: &Node, known: &[&str]) -> Problem {
    let word = key.words().unwrap_or_default();
    Problem::new(Code::UnknownWord, key.place, format!("\"{word}\" is no part of an example"))
        .hint(format!("use {}", known.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_are_read_as_written() {
        let text = "
rule: Something
match:
  - name: a map
    raw: {a: 1, b: [x, null, 'q\"\\'], c: {d: 1.5}}
  - raw: |
      one line
no_match:
  - {table: dns_queries, record: {query: x.example}}
series:
  - records:
      - {at: 5m, times: 3, every: 2s, raw: x}
    groups: [[10.0.0.1, ann]]
";
        let (trials, problems) = Trials::read("x.test.yml", text);
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(trials.rule.as_deref(), Some("Something"));
        let [first, second, third, fourth] = &trials.trials[..] else { panic!("{trials:?}") };
        let raw = |text: &str| What::Raw { text: text.to_owned(), format: None };
        assert_eq!(first.samples[0].what, raw(r#"{"a":1,"b":["x",null,"q\"\\"],"c":{"d":1.5}}"#));
        assert_eq!((second.name.as_str(), &second.samples[0].what), ("line 6", &raw("one line\n")));
        assert_eq!(third.expects, Expects::NoMatch);
        let sample = &fourth.samples[0];
        assert_eq!((sample.at_s, sample.times, sample.every_s), (300, 3, 2));
        assert_eq!(fourth.expects, Expects::Groups(vec![vec!["10.0.0.1".to_owned(), "ann".to_owned()]]));
    }

    #[test]
    fn mistakes_are_told_with_their_place() {
        for (text, line, code) in [
            ("match:\n  - name: nothing\n", 2, Code::Missing),
            ("matches:\n  - raw: x\n", 1, Code::UnknownWord),
            ("match:\n  - raw: x\n    tabel: y\n", 3, Code::UnknownWord),
            ("match:\n  - record: {a: 1}\n", 2, Code::Missing),
            ("series:\n  - records: []\n", 2, Code::Missing),
            ("[]\n", 1, Code::Shape),
            ("match: []\n", 1, Code::Missing),
            ("match: [\n", 2, Code::Yaml),
        ] {
            let (_, problems) = Trials::read("x.test.yml", text);
            let found = problems.first().unwrap_or_else(|| panic!("nothing wrong with {text}"));
            assert_eq!((found.place.line, found.code), (line, code), "{text}: {found}");
        }
    }
}
