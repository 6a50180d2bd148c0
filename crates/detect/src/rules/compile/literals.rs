//! Which texts a regular expression cannot match without: one of them is looked for before the expression is tried.

use regex_syntax::hir::{Class, Hir, HirKind};

use crate::rules::{
    model::Test,
    parse::parse_regex,
    pattern::{self, Part},
};

/// Shorter texts are in too many values to save anything.
const MIN_LENGTH: usize = 3;

/// Alternatives looked for; more cost more than they save.
const MAX_ALTERNATIVES: usize = 64;

/// Texts without case of which one is in every value that the test holds for; none where that cannot be said.
pub(super) fn required_by(test: &Test) -> Vec<String> {
    match test {
        Test::Regex { expression, flags } => {
            parse_regex(expression, *flags).map(|hir| required(&hir)).unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

/// Lists of texts of which one is in every value that an atom holds for, all of it. A list may be empty: then nothing
/// is known.
pub(super) fn lists_of(tests: &[&Test], all: bool) -> Vec<Vec<String>> {
    let texts = |test: &&Test| -> Vec<String> {
        let Test::Like { pattern, .. } = test else {
            return Vec::new();
        };
        let text = |part: &Part| if let Part::Text(text) = part { Some(text.clone()) } else { None };
        pattern.parts.iter().filter_map(text).collect()
    };
    if all { vec![tests.iter().flat_map(texts).collect()] } else { tests.iter().map(texts).collect() }
}

/// As deep as expressions may nest.
fn required(hir: &Hir) -> Vec<String> {
    match hir.kind() {
        HirKind::Capture(capture) => required(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min >= 1 => required(&repetition.sub),
        HirKind::Alternation(alternatives) => {
            let mut all = Vec::new();
            for alternative in alternatives {
                let texts = required(alternative);
                if texts.is_empty() || all.len() + texts.len() > MAX_ALTERNATIVES {
                    return Vec::new();
                }
                all.extend(texts);
            }
            all
        }
        HirKind::Concat(parts) => of_sequence(parts),
        HirKind::Literal(_) | HirKind::Class(_) => of_sequence(std::slice::from_ref(hir)),
        // What may be there any number of times, or is only a place, requires nothing.
        HirKind::Repetition(_) | HirKind::Look(_) | HirKind::Empty => Vec::new(),
    }
}

/// The best of what the parts of a sequence require: runs of single characters are joined.
fn of_sequence(parts: &[Hir]) -> Vec<String> {
    let mut best: Vec<String> = Vec::new();
    let mut run = String::new();
    for part in parts {
        if let Some(text) = text_of(part) {
            run.push_str(&text);
            continue;
        }
        let ended = std::mem::take(&mut run);
        best = better(best, vec![ended]);
        best = better(best, if is_leaf(part) { Vec::new() } else { required(part) });
    }
    better(best, vec![run])
}

fn is_leaf(hir: &Hir) -> bool {
    matches!(hir.kind(), HirKind::Class(_) | HirKind::Literal(_) | HirKind::Look(_) | HirKind::Empty)
}

/// The list whose shortest text is the longest.
fn better(a: Vec<String>, b: Vec<String>) -> Vec<String> {
    let shortest = |texts: &[String]| texts.iter().map(String::len).min().unwrap_or(0);
    if shortest(&b) >= MIN_LENGTH && shortest(&b) > shortest(&a) { b } else { a }
}

/// The text of a literal, or of a class of one letter in both cases.
fn text_of(hir: &Hir) -> Option<String> {
    match hir.kind() {
        HirKind::Literal(literal) => std::str::from_utf8(&literal.0).ok().map(pattern::fold),
        HirKind::Class(Class::Unicode(class)) => {
            let mut chars = class.iter().flat_map(|range| range.start()..=range.end()).map(pattern::fold_char);
            let first = chars.next()?;
            // A letter has at most four forms; a longer class is no letter.
            chars.take(4).all(|char| char == first).then(|| first.to_string()).filter(|_| class_len(class) <= 4)
        }
        HirKind::Class(Class::Bytes(_)) => None,
        HirKind::Capture(capture) => match capture.sub.kind() {
            HirKind::Literal(literal) => std::str::from_utf8(&literal.0).ok().map(pattern::fold),
            _ => None,
        },
        _ => None,
    }
}

fn class_len(class: &regex_syntax::hir::ClassUnicode) -> usize {
    class.iter().map(|range| range.len()).sum()
}
