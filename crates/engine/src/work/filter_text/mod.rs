//! The one language of filters over threat events: `severity:high tactic:impact -tag:known "evil.example"`.
//!
//! Words with a colon ask for something by name ([`keys`]), other words and texts in quotes are looked for in title,
//! targets and indicators. All must hold; `a,b` is either of two; a `-` before a word turns it round.

mod keys;
mod words;

use keys::Said;
use words::Word;

use crate::{Asks, Condition, EventFilter};

pub use keys::{FilterKey, filter_keys};

/// What is wrong with a filter, and where: in characters from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilterProblem {
    pub what: String,
    pub hint: String,
    pub position: usize,
    pub length: usize,
}

/// Characters of a filter: who needs more means SQL.
const TEXT_MAX: usize = 4_096;

/// Words of a filter, each of which is a condition of a statement.
const WORDS_MAX: usize = 64;

/// Reads a filter. `me` is who asks, for `assignee:me`.
pub fn read_filter(text: &str, me: &str) -> Result<EventFilter, FilterProblem> {
    let n_characters = text.chars().count();
    if n_characters > TEXT_MAX {
        return Err(FilterProblem {
            what: format!("a filter has at most {TEXT_MAX} characters"),
            hint: "ask by SQL what is longer".to_owned(),
            position: TEXT_MAX,
            length: n_characters - TEXT_MAX,
        });
    }
    let words = words::cut(text)?;
    if let Some(word) = words.get(WORDS_MAX) {
        return Err(
            word.problem(format!("a filter has at most {WORDS_MAX} words"), "put texts with blanks into quotes")
        );
    }
    let mut filter = EventFilter::default();
    for word in &words {
        add(&mut filter, word, me)?;
    }
    Ok(filter)
}

fn add(filter: &mut EventFilter, word: &Word, me: &str) -> Result<(), FilterProblem> {
    let (said, not) = match &word.key {
        None => (vec![Said::Condition(false, Asks::Containing(word.value.clone()))], word.not),
        Some(key) => (keys::read(key, word, me)?, word.not),
    };
    for one in said {
        match one {
            Said::Since(_) | Said::Until(_) if not => {
                return Err(
                    word.problem("a time cannot be turned round".to_owned(), "use since: for until:, or the other way")
                );
            }
            Said::Since(time) => filter.since = filter.since.max(Some(time)),
            Said::Until(time) => filter.until = Some(filter.until.map_or(time, |known| known.min(time))),
            Said::Condition(turned, asks) => condition(filter, turned != not, asks),
        }
    }
    Ok(())
}

/// What has an index or a column of its own is asked there, and all else beside it.
fn condition(filter: &mut EventFilter, not: bool, asks: Asks) {
    match asks {
        Asks::SeverityFrom(least) if !not => filter.severity = filter.severity.max(Some(least)),
        Asks::ConfidenceFrom(least) if !not => filter.confidence_min = filter.confidence_min.max(Some(least)),
        Asks::Technique(mut these) if !not && filter.technique.is_none() && these.len() == 1 => {
            filter.technique = these.pop();
        }
        Asks::Containing(text) if !not && filter.containing.is_none() => filter.containing = Some(text),
        asks => filter.conditions.push(Condition { not, asks }),
    }
}

#[cfg(test)]
mod tests;
