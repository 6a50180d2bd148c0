//! Finds the nested fields that a mapping wants, in one pass over each object on the way to them.

use std::{borrow::Cow, collections::VecDeque};

use crate::{
    json::{Elements, Fields, Value},
    json_record::JsonCell,
};

/// Longer paths are not followed.
const MAX_PATH: usize = 8;

/// The paths of a mapping as a tree. Children of one node are neighbors, and come behind it.
#[derive(Debug, Default)]
pub(crate) struct Paths {
    nodes: Vec<Node>,
    groups: Vec<Group>,
}

#[derive(Debug)]
struct Node {
    step: String,
    /// The step as the number of an element.
    index: Option<usize>,
    /// The wanted field whose path ends here.
    wanted: Option<usize>,
}

/// Children `first..end` of one parent.
#[derive(Debug)]
struct Group {
    parent: Parent,
    first: usize,
    end: usize,
}

#[derive(Debug, Clone, Copy)]
enum Parent {
    /// A field of the record, by the number of its name.
    Top(usize),
    Node(usize),
}

/// A wanted field and the steps to it that are left.
type Rest<'p> = (usize, Vec<&'p str>);

impl Paths {
    /// `wanted` are the fields of a mapping; `number` gives the number of the name that a path begins with.
    pub(crate) fn new(wanted: &[Cow<'static, str>], mut number: impl FnMut(&str) -> usize) -> Self {
        let mut tops: Vec<(usize, Vec<Rest<'_>>)> = Vec::new();
        for (place, field) in wanted.iter().enumerate() {
            let mut steps = steps(field);
            let Some(top) = steps.next() else { continue };
            let steps: Vec<&str> = steps.collect();
            if steps.is_empty() {
                continue;
            }
            // A person who writes a mapping cannot know how a name is nested: below the first step it may also be one
            // name with dots (`output_fields` `user.name`).
            let whole = field.split_once('.').map(|(_, rest)| rest).filter(|rest| rest.contains('.'));
            let whole = whole.filter(|_| matches!(field, Cow::Owned(_))).map(|rest| (place, vec![rest]));
            let top = number(top);
            let ways = std::iter::once((place, steps)).chain(whole);
            match tops.iter_mut().find(|known| known.0 == top) {
                Some((_, rests)) => rests.extend(ways),
                None => tops.push((top, ways.collect())),
            }
        }
        let mut paths = Self::default();
        let mut open: VecDeque<(Parent, Vec<Rest<'_>>)> =
            tops.into_iter().map(|(top, rests)| (Parent::Top(top), rests)).collect();
        while let Some((parent, rests)) = open.pop_front() {
            paths.add_group(parent, rests, &mut open);
        }
        paths
    }

    fn add_group<'p>(&mut self, parent: Parent, rests: Vec<Rest<'p>>, open: &mut VecDeque<(Parent, Vec<Rest<'p>>)>) {
        let first = self.nodes.len();
        let mut below: Vec<Vec<Rest<'p>>> = Vec::new();
        for (wanted, mut steps) in rests {
            if steps.is_empty() {
                continue;
            }
            let step = steps.remove(0);
            let known = self.nodes.iter().skip(first).position(|node| node.step == step);
            let place = known.unwrap_or_else(|| {
                self.nodes.push(Node { step: step.to_owned(), index: step.parse().ok(), wanted: None });
                below.push(Vec::new());
                below.len() - 1
            });
            let ends_here = steps.is_empty();
            if let Some(node) = self.nodes.get_mut(first + place).filter(|_| ends_here) {
                node.wanted = Some(wanted);
            }
            if let Some(below) = below.get_mut(place).filter(|_| !ends_here) {
                below.push((wanted, steps));
            }
        }
        self.groups.push(Group { parent, first, end: self.nodes.len() });
        let deeper = below.into_iter().enumerate().filter(|(_, rests)| !rests.is_empty());
        open.extend(deeper.map(|(place, rests)| (Parent::Node(first + place), rests)));
    }

    /// Looks at every object on the way once; `found` gets what was found at each node.
    pub(crate) fn find<'a>(&self, top: impl Fn(usize) -> Option<JsonCell<'a>>, found: &mut Vec<Option<JsonCell<'a>>>) {
        found.clear();
        found.resize(self.nodes.len(), None);
        for group in &self.groups {
            let parent = match group.parent {
                Parent::Top(number) => top(number),
                Parent::Node(place) => found.get(place).copied().flatten(),
            };
            let range = group.first..group.end;
            if let (Some(parent), Some(nodes), Some(cells)) =
                (parent, self.nodes.get(range.clone()), found.get_mut(range))
            {
                children(parent, nodes, cells);
            }
        }
    }

    /// The wanted fields among what [`Paths::find`] has found.
    pub(crate) fn wanted<'a>(&self, found: &[Option<JsonCell<'a>>]) -> impl Iterator<Item = (usize, JsonCell<'a>)> {
        self.nodes.iter().zip(found).filter_map(|(node, cell)| Some((node.wanted?, (*cell)?)))
    }
}

/// The steps of a path, at most [`MAX_PATH`]; dots within brackets belong to a name.
pub(crate) fn steps(path: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(path);
    let next = move || {
        let path = rest?;
        if let Some((name, behind)) = path.strip_prefix('[').and_then(|path| path.split_once(']')) {
            rest = behind.strip_prefix('.');
            return Some(name);
        }
        let (step, behind) = path.split_once('.').map_or((path, None), |(step, behind)| (step, Some(behind)));
        rest = behind;
        Some(step)
    };
    std::iter::from_fn(next).take(MAX_PATH)
}

/// Of equal names the first counts.
fn children<'a>(parent: JsonCell<'a>, nodes: &[Node], cells: &mut [Option<JsonCell<'a>>]) {
    match parent.0 {
        Value::Object(object) => {
            let mut fields = Fields::of(object);
            let mut decoded = String::new();
            let mut n_missing = nodes.len();
            while n_missing > 0 {
                let Ok(Some((key, value))) = fields.next() else { break };
                let name = key.decode(&mut decoded);
                let child = nodes.iter().zip(&mut *cells).find(|(node, cell)| cell.is_none() && node.step == name);
                if let Some((_, cell)) = child {
                    *cell = Some(JsonCell(value));
                    n_missing -= 1;
                }
            }
        }
        Value::Array(array) => {
            for (node, cell) in nodes.iter().zip(cells) {
                *cell = match node.index {
                    Some(index) => Elements::of(array).nth(index).map(JsonCell),
                    None => parent.member(&node.step),
                };
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WANTED: &[&str] = &["a", "a.b", "a.b.c", "a.d", "e.0.b", "e.1", "a.b.e.0", "e.0.a.b.c", "a.b.c.d"];

    fn text(cell: JsonCell<'_>) -> String {
        let mut text = String::new();
        crate::json::push_value(cell.0, &mut text);
        text
    }

    fn found(record: &str) -> Vec<(usize, String)> {
        let names = ["a", "e"];
        let fields: Vec<Cow<'static, str>> = WANTED.iter().copied().map(Cow::Borrowed).collect();
        let paths = Paths::new(&fields, |top| names.iter().position(|name| *name == top).unwrap_or(9));
        let top = |number: usize| {
            let name = names.get(number)?;
            JsonCell(Value::Object(record)).member(name)
        };
        let mut found = Vec::new();
        paths.find(top, &mut found);
        let mut all: Vec<(usize, String)> = paths.wanted(&found).map(|(wanted, cell)| (wanted, text(cell))).collect();
        all.sort();
        all
    }

    /// The same, one path after the other.
    fn wanted(record: &str) -> Vec<(usize, String)> {
        let whole = JsonCell(Value::Object(record));
        let follow = |path: &str| path.split('.').try_fold(whole, |cell, step| cell.member(step));
        let paths = WANTED.iter().enumerate().filter(|(_, path)| path.contains('.'));
        paths.filter_map(|(place, path)| Some((place, text(follow(path)?)))).collect()
    }

    #[test]
    fn branches_of_one_object() {
        let record = r#"{"e":[{"b":1},"x"],"a":{"d":null,"\u0062":{"c":{"d":2},"c":3},"b":4}}"#;
        let places: Vec<usize> = found(record).into_iter().map(|found| found.0).collect();
        assert_eq!(places, [1, 2, 3, 4, 5, 8]);
        assert_eq!(found(record), wanted(record));
    }

    #[test]
    fn what_a_person_wrote_may_be_a_name_with_dots() {
        let fields = [Cow::Owned("a.b.c".to_owned()), Cow::Borrowed("a.d.e")];
        let paths = Paths::new(&fields, |_| 0);
        let places = |record: &'static str| {
            let mut found = Vec::new();
            paths.find(|_| Some(JsonCell(Value::Object(record))), &mut found);
            paths.wanted(&found).map(|(wanted, cell)| (wanted, text(cell))).collect::<Vec<_>>()
        };
        assert_eq!(places(r#"{"b.c":1,"d.e":2}"#), [(0, "1".to_owned())]);
        assert_eq!(places(r#"{"b":{"c":1},"d":{"e":2}}"#), [(0, "1".to_owned()), (1, "2".to_owned())]);
    }

    fn value() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![Just("1".to_owned()), Just("null".to_owned()), Just("\"x\"".to_owned())];
        leaf.prop_recursive(4, 24, 4, |inner| {
            let field = ("[abcde]", inner.clone()).prop_map(|(key, value)| format!("\"{key}\":{value}"));
            let object = prop::collection::vec(field, 0..4).prop_map(|fields| format!("{{{}}}", fields.join(",")));
            let array = prop::collection::vec(inner, 0..3).prop_map(|items| format!("[{}]", items.join(",")));
            prop_oneof![object, array]
        })
    }

    proptest! {
        #[test]
        fn the_same_as_path_by_path(a in value(), e in value()) {
            let record = format!("{{\"a\":{a},\"x\":1,\"e\":{e}}}");
            prop_assert_eq!(found(&record), wanted(&record));
        }
    }
}
