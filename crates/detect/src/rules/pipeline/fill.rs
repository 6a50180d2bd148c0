//! Placeholders that no step has filled: by the values of their names, or the rule cannot be used.

use super::{
    steps::Chosen,
    values::{self, Unfilled},
};
use crate::rules::{
    model::{Detection, Item, Search, Test},
    parse::Placeholders,
    pattern::Part,
    problem::{Code, Problem},
};

/// Fills every placeholder of a detection.
pub(in crate::rules) fn fill(detection: &mut Detection, known: &Placeholders) -> Result<(), Problem> {
    detection.searches.iter_mut().try_for_each(|(_, search)| each_item(search, &mut |item| fill_item(item, known)))
}

/// The first item with a placeholder that this does not hold for, and its name.
pub(in crate::rules) fn unfilled(detection: &Detection, filled: &impl Fn(&str) -> bool) -> Option<Problem> {
    let mut detection = detection.clone();
    let mut check = |item: &mut Item| {
        let parts = item.tests.iter().filter_map(|test| match test {
            Test::Like { pattern, .. } => Some(&pattern.parts),
            _ => None,
        });
        let mut names = parts.flatten().filter_map(|part| match part {
            Part::Placeholder(name) => Some(name),
            _ => None,
        });
        names.find(|name| !filled(name)).map_or(Ok(()), |name| Err(without_values(item, name)))
    };
    detection.searches.iter_mut().find_map(|(_, search)| each_item(search, &mut check).err())
}

/// As deep as the parser lets searches nest.
fn each_item(search: &mut Search, change: &mut impl FnMut(&mut Item) -> Result<(), Problem>) -> Result<(), Problem> {
    match search {
        Search::All(parts) | Search::Any(parts) => parts.iter_mut().try_for_each(|part| each_item(part, change)),
        Search::Item(item) => change(item),
    }
}

fn fill_item(item: &mut Item, known: &Placeholders) -> Result<(), Problem> {
    let mut tests = Vec::with_capacity(item.tests.len());
    for test in &item.tests {
        let Test::Like { pattern, cased } = test else {
            tests.push(test.clone());
            continue;
        };
        match values::filled(pattern, &Chosen::AllBut(Vec::new()), known) {
            Ok(None) => tests.push(test.clone()),
            Ok(Some(patterns)) => {
                tests.extend(patterns.into_iter().map(|pattern| Test::Like { pattern, cased: *cased }));
            }
            Err(Unfilled::Unknown(name)) => return Err(without_values(item, &name)),
            Err(Unfilled::TooMany) => {
                return Err(Problem::new(Code::TooLarge, item.place, "placeholders give too many alternatives")
                    .hint("load long lists as indicators"));
            }
        }
    }
    item.tests = tests;
    Ok(())
}

fn without_values(item: &Item, name: &str) -> Problem {
    Problem::new(Code::Placeholder, item.place, format!("placeholder \"%{name}%\" has no values")).hint(format!(
        "give them in a pipeline: a file in the folder `pipelines` of the home folder with `vars: {{{name}: [...]}}`"
    ))
}
