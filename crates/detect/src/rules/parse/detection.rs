//! The detection of a rule or filter: its searches and its condition.

use super::{condition, modifiers};
use crate::rules::{
    model::{Condition, Detection, Item, Search},
    problem::{Code, Problem},
    yaml::{Node, Yaml},
};

/// Reads the searches of a map, apart from the keys that are none, and its condition.
pub(super) fn read(node: &Node, not_searches: &[&str], warnings: &mut Vec<Problem>) -> Result<Detection, Problem> {
    let Yaml::Map(entries) = &node.value else {
        return Err(Problem::new(Code::Shape, node.place, format!("a detection is a map and not {}", node.sort()))
            .hint("name each search and end with `condition`"));
    };
    let mut searches = Vec::new();
    for (key, value) in entries {
        let Some(name) = key.words() else {
            return Err(Problem::new(Code::Shape, key.place, "the name of a search must be a text").hint("quote it"));
        };
        if name == "condition" || not_searches.contains(&name.as_str()) {
            continue;
        }
        // Older rules keep a time frame for aggregations here; it means nothing without them.
        if name == "timeframe" {
            continue;
        }
        searches.push((name, search(value, warnings)?));
    }
    let Some(written) = node.get("condition") else {
        return Err(Problem::new(Code::Missing, node.place, "the detection has no condition")
            .hint("add `condition: selection`"));
    };
    if searches.is_empty() {
        return Err(Problem::new(Code::Missing, node.place, "the detection has no search")
            .hint("add one, such as `selection:`"));
    }
    let names: Vec<&str> = searches.iter().map(|(name, _)| name.as_str()).collect();
    let mut conditions = Vec::new();
    let mut texts = Vec::new();
    for item in written.items() {
        let Some(text) = item.words() else {
            return Err(Problem::new(
                Code::Shape,
                item.place,
                format!("a condition is a text and not {}", item.sort()),
            )
            .hint("write it on one line"));
        };
        conditions.push(condition::read(&text, item.place, &names)?);
        texts.push(text);
    }
    let condition = match conditions.len() {
        0 => {
            return Err(
                Problem::new(Code::Missing, written.place, "the condition is empty").hint("name a search in it")
            );
        }
        1 => conditions.remove(0),
        _ => Condition::Any(conditions),
    };
    Ok(Detection { searches, condition, condition_text: texts.join(" or ") })
}

pub(super) fn search(node: &Node, warnings: &mut Vec<Problem>) -> Result<Search, Problem> {
    match &node.value {
        Yaml::Map(entries) => {
            if entries.is_empty() {
                return Err(empty(node));
            }
            let mut items = Vec::new();
            for (key, value) in entries {
                let item = modifiers::item(key, value)?;
                if item.all && item.tests.len() == 1 {
                    warnings.push(
                        Problem::new(
                            Code::ModifierMisuse,
                            item.place,
                            format!("\"{}\" asks for all of one value", item.key),
                        )
                        .hint("take \"all\" away")
                        .warning(),
                    );
                }
                items.push(Search::Item(item));
            }
            Ok(one_or(items, Search::All))
        }
        Yaml::List(nodes) => {
            let mut alternatives = Vec::new();
            let mut keywords: Option<Item> = None;
            for entry in nodes {
                match entry.value {
                    Yaml::Map(_) => alternatives.push(search(entry, warnings)?),
                    Yaml::List(_) | Yaml::Null => {
                        return Err(Problem::new(
                            Code::Shape,
                            entry.place,
                            format!("a list of searches holds {}", entry.sort()),
                        )
                        .hint("use texts, or maps of fields"));
                    }
                    _ => {
                        let item = keyword(entry)?;
                        match &mut keywords {
                            Some(all) => all.tests.extend(item.tests),
                            None => keywords = Some(item),
                        }
                    }
                }
            }
            alternatives.extend(keywords.map(Search::Item));
            if alternatives.is_empty() {
                return Err(empty(node));
            }
            Ok(one_or(alternatives, Search::Any))
        }
        Yaml::Null => Err(empty(node)),
        _ => Ok(Search::Item(keyword(node)?)),
    }
}

fn keyword(node: &Node) -> Result<Item, Problem> {
    let key = Node { place: node.place, value: Yaml::Text(String::new()) };
    modifiers::item(&key, node)
}

fn empty(node: &Node) -> Problem {
    Problem::new(Code::Shape, node.place, "a search is empty").hint("give it fields and values, or take it out")
}

fn one_or(mut parts: Vec<Search>, many: fn(Vec<Search>) -> Search) -> Search {
    if parts.len() == 1
        && let Some(only) = parts.pop()
    {
        return only;
    }
    many(parts)
}
