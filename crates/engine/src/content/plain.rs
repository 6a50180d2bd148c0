//! Content whose readers say in words what is wrong: words to a place in the text, and kinds told by what is written.

use std::path::Path;

use detect::indicators::Warnings;
use schema::{Observable, observe};
use share::feeds::Feed;

use super::{ContentKind, ContentProblem};
use crate::warnings;

/// Refused entries of one warning list that are told.
const TOLD: usize = 20;

/// What a file is: by its name and folder, else by the words in it.
pub(super) fn kind_of(file: &Path, text: &str, is_named: bool) -> Option<ContentKind> {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let within = |folder: &str| file.parent().is_some_and(|parents| parents.iter().any(|part| part == folder));
    match file.extension().and_then(|ending| ending.to_str())? {
        "yml" | "yaml" if name.ends_with(".test.yml") || name.ends_with(".test.yaml") => {
            Some(ContentKind::RuleExamples)
        }
        "yml" | "yaml" if has_line(text, "transformations:") || within("pipelines") => Some(ContentKind::Pipeline),
        "yml" | "yaml" => Some(ContentKind::Rules),
        "txt" => (name == "shared-hosting.txt").then_some(ContentKind::SharedHosting),
        "json" => (is_named || within("warninglists")).then_some(ContentKind::WarningList),
        _ => Some(kind_of_toml(&name, text, is_named, within)),
    }
}

fn kind_of_toml(name: &str, text: &str, is_named: bool, within: impl Fn(&str) -> bool) -> ContentKind {
    let written = |words: &[&str]| words.iter().any(|word| has_line(text, word));
    match name {
        "decay.toml" => ContentKind::Decay,
        "weights.toml" => ContentKind::WarningWeights,
        "log-sources.toml" => ContentKind::LogSources,
        "margay.toml" => ContentKind::Other,
        _ if within("mappings") => ContentKind::Mapping,
        _ if within("feeds") => ContentKind::Feed,
        _ if within("sigma") => ContentKind::SigmaFields,
        _ if written(&["[records]", "[[record]]"]) => ContentKind::Mapping,
        _ if written(&["url =", "url="]) => ContentKind::Feed,
        _ if written(&["[[source]]", "[tables."]) => ContentKind::SigmaFields,
        _ if written(&["[[model]]"]) => ContentKind::Decay,
        _ if written(&["[[weight]]"]) => ContentKind::WarningWeights,
        _ if is_named => ContentKind::Mapping,
        _ => ContentKind::Other,
    }
}

fn has_line(text: &str, start: &str) -> bool {
    text.lines().any(|line| line.starts_with(start))
}

pub(super) fn feed(file: &Path, text: &str) -> Result<String, String> {
    let feed = Feed::parse(text).map_err(|problem| problem.to_string())?;
    let called = file.file_stem().unwrap_or_default().to_string_lossy();
    if called != feed.name {
        return Err(format!("`name` is \"{}\", and the file is called \"{called}.toml\"", feed.name));
    }
    Ok(format!("feed {}, {}", feed.name, feed.form.name()))
}

pub(super) fn decay(text: &str) -> Result<String, String> {
    intel::indicators::Decay::read(text).map(|_| "how scores of indicators fall".to_owned())
}

pub(super) fn weights(text: &str) -> Result<String, String> {
    warnings::check_weights(text).map(|n| format!("weights of {n} sorts of warning lists"))
}

pub(super) fn log_sources(text: &str) -> Result<String, String> {
    intel::visibility::LogSources::read(text)
        .map(|sources| format!("what in the lake {} log sources of ATT&CK are", sources.len()))
}

/// What a list holds, and its entries that cannot be read.
pub(super) fn warning_list(text: &str) -> Result<(String, Vec<ContentProblem>), String> {
    let list = warnings::read(text.as_bytes())?;
    let refused = Warnings::default().add(&list, 1.0);
    let says = format!("{}, {} entries", list.name, list.list.len() - refused.len());
    let told = refused.iter().take(TOLD).map(|why| problem(text, why));
    Ok((says, told.collect()))
}

/// Lines of a list of names that are no remarks.
pub(super) fn entries(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.lines().enumerate().map(|(number, line)| (number + 1, line.trim()));
    lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
}

pub(super) fn shared_hosting(text: &str) -> Vec<ContentProblem> {
    let is_known = |entry: &str| {
        [Observable::Domain, Observable::Ip].iter().any(|kind| {
            // What is too broad to be an indicator is just what such a list is for.
            observe::canonical(*kind, entry).is_ok_and(|canonical| canonical == entry)
        }) || entry.parse::<std::net::IpAddr>().is_ok()
    };
    let wrong = entries(text).filter(|(_, entry)| !is_known(entry));
    wrong
        .map(|(line, entry)| {
            let says = format!("\"{entry}\" is neither a name nor an address in its usual spelling");
            placed(text, line, 1, says, Some("one name in small letters, or one address, a line".to_owned()))
        })
        .collect()
}

/// What a reader says in words, at the place that it means.
pub(super) fn problem(text: &str, why: &str) -> ContentProblem {
    let (line, column) = said_place(why).unwrap_or_else(|| place_in(text, why));
    placed(text, line, column, last_words(why), None)
}

pub(super) fn placed(text: &str, line: usize, column: usize, says: String, hint: Option<String>) -> ContentProblem {
    let (line, column) = (line.max(1), column.max(1));
    let meant = text.lines().nth(line - 1).unwrap_or_default();
    let before: String = meant.chars().take(column - 1).map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
    let mut shown = format!("{line}:{column}: {says}\n    | {meant}\n    | {before}^");
    if let Some(hint) = &hint {
        shown.push_str(&format!("\n    = {hint}"));
    }
    ContentProblem { code: None, line, column, says, hint, warning: false, shown }
}

/// `... at line 3, column 5 ...`, as readers of TOML and JSON say it.
fn said_place(why: &str) -> Option<(usize, usize)> {
    let number = |text: &str| -> Option<usize> {
        text.split(|c: char| !c.is_ascii_digit()).next().and_then(|digits| digits.parse().ok())
    };
    let line = why.split("line ").nth(1).and_then(number)?;
    Some((line, why.split("column ").nth(1).and_then(number)?))
}

/// Of several lines that show the place the one that says what is wrong.
fn last_words(why: &str) -> String {
    why.trim_end().lines().last().unwrap_or_default().to_owned()
}

/// Where a text first has a word that the message quotes; its beginning where there is none.
pub(super) fn place_in(text: &str, why: &str) -> (usize, usize) {
    let mut quoted = why.split(['"', '`']).skip(1).step_by(2).filter(|word| !word.is_empty());
    // As a value, with its quotes, before a word that merely has these letters in it.
    let found = quoted.find_map(|word| text.find(&format!("\"{word}\"")).or_else(|| text.find(word)));
    let before = found.and_then(|at| text.get(..at)).unwrap_or_default();
    let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count()) + 1;
    (before.matches('\n').count() + 1, column)
}
