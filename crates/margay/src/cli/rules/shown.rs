//! How problems and explanations of rules look on a terminal.

use std::collections::BTreeMap;

use engine::{ExplainedItem, ExplainedPart, ExplainedRecord, Result, RuleExplanation, RuleProblem};

use crate::{
    cli::Global,
    output::{self, visible},
};

/// Longer values are cut on a line; `--json` has them whole.
const MAX_VALUE: usize = 160;

/// Each problem with the line that it is in.
pub(super) fn problems(global: &Global, problems: &[RuleProblem], texts: &BTreeMap<String, String>) -> Result<()> {
    for problem in problems {
        if global.json {
            output::json(&serde_json::json!({
                "file": problem.file, "line": problem.place.line, "column": problem.place.column,
                "code": problem.code.name(), "warning": problem.warning, "what": problem.what, "hint": problem.hint,
            }))?;
            continue;
        }
        let place = format!("{}:{}:{}", problem.file, problem.place.line, problem.place.column);
        let sort = if problem.warning { "warning" } else { "refused" };
        output::line(visible(&format!("{place}: {sort} {}: {}", problem.code.name(), problem.what)))?;
        if let Some(text) = texts.get(&problem.file) {
            problem.caret(text).lines().try_for_each(|line| output::line(visible(line)))?;
        }
        if !problem.hint.is_empty() {
            output::line(visible(&format!("      = {}", problem.hint)))?;
        }
    }
    Ok(())
}

/// Remarks in one line each, to standard error.
pub(super) fn remarks(problems: &[RuleProblem]) {
    for problem in problems {
        output::remark(visible(&format!("{}: {}; {}", problem.code.name(), problem.what, problem.hint)));
    }
}

/// One record and every part of the rule, marked with whether it holds.
pub(super) fn record(record: &ExplainedRecord, indent: usize) -> Result<()> {
    let lead = " ".repeat(indent);
    let place = format!("{} {} {}", record.table, record.record_id, record.observed_at);
    let Some(explanation) = &record.explanation else {
        return output::line(visible(&format!("{lead}- {place}: this table has no records of the rule's log source")));
    };
    let matched = if explanation.matched { "matches" } else { "does not match" };
    output::line(visible(&format!("{lead}{} {place}: {matched}", mark(explanation.matched))))?;
    lines(explanation).iter().try_for_each(|line| output::line(visible(&format!("{lead}  {line}"))))
}

fn lines(explanation: &RuleExplanation) -> Vec<String> {
    let mut lines = Vec::new();
    if !explanation.of_logsource {
        lines.push(format!("{} it is no record of the log source, which needs", mark(false)));
        if let Some(source) = &explanation.source {
            part(source, 1, &mut lines);
        }
    }
    lines.push(format!("condition: {}", explanation.condition));
    for search in &explanation.searches {
        lines.push(format!("{} {}", mark(search.holds), search.name));
        part(&search.part, 1, &mut lines);
    }
    lines
}

/// As deep as the parser lets searches nest.
fn part(part_of: &ExplainedPart, depth: usize, lines: &mut Vec<String>) {
    let lead = "  ".repeat(depth);
    match part_of {
        ExplainedPart::Item(one) => item(one, &lead, lines),
        ExplainedPart::All(parts) if depth == 1 => parts.iter().for_each(|one| part(one, depth, lines)),
        ExplainedPart::All(parts) | ExplainedPart::Any(parts) => {
            let words = if matches!(part_of, ExplainedPart::All(_)) { "all of" } else { "any of" };
            lines.push(format!("{lead}{} {words}", mark(part_of.holds())));
            parts.iter().for_each(|one| part(one, depth + 1, lines));
        }
    }
}

fn item(item: &ExplainedItem, lead: &str, lines: &mut Vec<String>) {
    let value = match &item.value {
        None => "not there".to_owned(),
        Some(value) => format!("\"{}\"", cut(value)),
    };
    let column = if item.key.split('|').next() == Some(item.looked_in.as_str()) {
        String::new()
    } else {
        format!(" ({})", item.looked_in)
    };
    lines.push(format!("{lead}{} {}{column}: {value}", mark(item.holds), item.key));
    let (words, tests, n) = if item.held.is_empty() {
        ("asked for", &item.missed, item.n_missed)
    } else {
        ("met", &item.held, item.held.len())
    };
    let mut named = tests.iter().take(8).map(|test| cut(test)).collect::<Vec<_>>().join(" · ");
    if n > 8 {
        named.push_str(&format!(" · and {} more", n - 8));
    }
    lines.push(format!("{lead}    {words}: {named}"));
}

fn mark(holds: bool) -> char {
    if holds { '✓' } else { '✗' }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(MAX_VALUE) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// An explanation as data.
pub(super) fn json(record: &ExplainedRecord) -> serde_json::Value {
    let explanation = record.explanation.as_ref().map(|explanation| {
        let searches = explanation.searches.iter();
        let searches: Vec<_> = searches
            .map(|one| serde_json::json!({ "name": one.name, "holds": one.holds, "part": json_part(&one.part) }))
            .collect();
        serde_json::json!({
            "matched": explanation.matched, "of_logsource": explanation.of_logsource,
            "condition": explanation.condition, "searches": searches,
            "source": explanation.source.as_ref().map(json_part),
        })
    });
    serde_json::json!({
        "table": record.table, "record_id": record.record_id, "observed_at": record.observed_at,
        "explanation": explanation,
    })
}

/// As deep as the parser lets searches nest.
fn json_part(part: &ExplainedPart) -> serde_json::Value {
    match part {
        ExplainedPart::All(parts) => {
            serde_json::json!({ "holds": part.holds(), "all": parts.iter().map(json_part).collect::<Vec<_>>() })
        }
        ExplainedPart::Any(parts) => {
            serde_json::json!({ "holds": part.holds(), "any": parts.iter().map(json_part).collect::<Vec<_>>() })
        }
        ExplainedPart::Item(item) => serde_json::json!({
            "holds": item.holds, "key": item.key, "looked_in": item.looked_in, "value": item.value,
            "held": item.held, "missed": item.missed, "n_missed": item.n_missed,
        }),
    }
}
