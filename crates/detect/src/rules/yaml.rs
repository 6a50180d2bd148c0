//! YAML text to a tree with the place of every node, in bounded depth and size.
//!
//! Scalars keep their text and whether they were quoted: what a plain scalar means is decided here by the core schema
//! of YAML 1.2, once, so that `yes` stays a word and `1` a number.

use std::collections::BTreeMap;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span};

use super::problem::{Code, Place, Problem};

/// Levels of nesting; the deepest public rule has six.
const MAX_DEPTH: usize = 32;

/// Nodes of one text, aliases counted as often as they are used, so that ten lines cannot become a billion nodes.
const MAX_NODES: usize = 1_000_000;

/// One node and where it begins.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    pub(super) place: Place,
    pub(super) value: Yaml,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Yaml {
    Null,
    Bool(bool),
    /// A whole number, as it was written in decimal or given in another base.
    Int(i128),
    /// A fraction, with its text.
    Float(f64, String),
    Text(String),
    List(Vec<Node>),
    /// In the order of the text; no key comes twice.
    Map(Vec<(Node, Node)>),
}

impl Node {
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        self.entries().iter().find(|(name, _)| name.text() == Some(key)).map(|(_, value)| value)
    }

    /// Pairs of a map; nothing of anything else.
    pub(super) fn entries(&self) -> &[(Self, Self)] {
        match &self.value {
            Yaml::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list, or the node alone: Sigma allows one where it allows many.
    pub(super) fn items(&self) -> &[Self] {
        match &self.value {
            Yaml::List(items) => items,
            Yaml::Null => &[],
            _ => std::slice::from_ref(self),
        }
    }

    pub(super) fn text(&self) -> Option<&str> {
        match &self.value {
            Yaml::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A scalar as people would read it: numbers and booleans as text too.
    pub(super) fn words(&self) -> Option<String> {
        match &self.value {
            Yaml::Text(text) | Yaml::Float(_, text) => Some(text.clone()),
            Yaml::Int(number) => Some(number.to_string()),
            Yaml::Bool(yes) => Some(yes.to_string()),
            Yaml::Null | Yaml::List(_) | Yaml::Map(_) => None,
        }
    }

    /// What sort of node it is, for messages.
    pub(super) fn sort(&self) -> &'static str {
        match self.value {
            Yaml::Null => "nothing",
            Yaml::Bool(_) => "true or false",
            Yaml::Int(_) | Yaml::Float(..) => "a number",
            Yaml::Text(_) => "a text",
            Yaml::List(_) => "a list",
            Yaml::Map(_) => "a map",
        }
    }
}

/// Reads every document of a text. What could be read before an error is given too.
pub(super) fn read(text: &str) -> (Vec<Node>, Option<Problem>) {
    let mut reader = Reader::default();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for event in Parser::new_from_str(text) {
        let taken = match event {
            Ok((event, span)) => reader.take(event, span),
            Err(error) => Err(Problem::new(
                Code::Yaml,
                place(*error.marker()),
                format!("this is not YAML: {}", error.info()),
            )
            .hint(
                "check indentation and quotes: a value with \": \" or \" #\" or a leading *, %, @ or ` needs quotes",
            )),
        };
        if let Err(problem) = taken {
            return (reader.documents, Some(problem));
        }
    }
    (reader.documents, None)
}

fn place(marker: Marker) -> Place {
    Place {
        line: u32::try_from(marker.line()).unwrap_or(u32::MAX),
        column: u32::try_from(marker.col() + 1).unwrap_or(u32::MAX),
    }
}

#[derive(Default)]
struct Reader {
    documents: Vec<Node>,
    open: Vec<Open>,
    anchors: BTreeMap<usize, (Node, usize)>,
    n_nodes: usize,
}

/// A list or map that has not ended yet.
struct Open {
    place: Place,
    anchor: usize,
    n_nodes_before: usize,
    content: Content,
}

enum Content {
    List(Vec<Node>),
    Map(Vec<(Node, Node)>, Option<Node>),
}

impl Reader {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Problem> {
        let at = place(span.start);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let forced_text = tag.is_some_and(|tag| tag.suffix == "str" || tag.suffix == "binary");
                let plain = style == ScalarStyle::Plain && !forced_text;
                let value = if plain { resolve(&text) } else { Yaml::Text(text.into_owned()) };
                self.count(1, at)?;
                self.put(Node { place: at, value }, anchor, 1)
            }
            Event::SequenceStart(anchor, _) => self.open(at, anchor, Content::List(Vec::new())),
            Event::MappingStart(anchor, _) => self.open(at, anchor, Content::Map(Vec::new(), None)),
            Event::SequenceEnd | Event::MappingEnd => self.close(),
            Event::Alias(anchor) => {
                let Some((node, n_nodes)) = self.anchors.get(&anchor).cloned() else {
                    return Err(Problem::new(Code::Yaml, at, "an alias stands inside of what it names")
                        .hint("write the values out instead"));
                };
                self.count(n_nodes, at)?;
                self.put(Node { place: at, ..node }, 0, n_nodes)
            }
            Event::DocumentEnd => {
                self.anchors.clear();
                Ok(())
            }
            Event::DocumentStart(_) | Event::StreamStart | Event::StreamEnd | Event::Nothing => Ok(()),
        }
    }

    fn count(&mut self, n: usize, at: Place) -> Result<(), Problem> {
        self.n_nodes = self.n_nodes.saturating_add(n);
        if self.n_nodes > MAX_NODES {
            return Err(Problem::new(
                Code::TooLarge,
                at,
                format!("the file has more than {MAX_NODES} values, aliases counted out"),
            )
            .hint("split it into several rules, or load long lists as indicators"));
        }
        Ok(())
    }

    fn open(&mut self, place: Place, anchor: usize, content: Content) -> Result<(), Problem> {
        if self.open.len() >= MAX_DEPTH {
            return Err(Problem::new(
                Code::TooLarge,
                place,
                format!("lists and maps are nested deeper than {MAX_DEPTH} levels"),
            )
            .hint("a rule needs six levels at most"));
        }
        self.count(1, place)?;
        self.open.push(Open { place, anchor, n_nodes_before: self.n_nodes - 1, content });
        Ok(())
    }

    fn close(&mut self) -> Result<(), Problem> {
        let Some(open) = self.open.pop() else {
            return Ok(());
        };
        let value = match open.content {
            Content::List(items) => Yaml::List(items),
            Content::Map(entries, _) => Yaml::Map(entries),
        };
        let n_nodes = self.n_nodes - open.n_nodes_before;
        self.put(Node { place: open.place, value }, open.anchor, n_nodes)
    }

    fn put(&mut self, node: Node, anchor: usize, n_nodes: usize) -> Result<(), Problem> {
        if anchor != 0 {
            self.anchors.insert(anchor, (node.clone(), n_nodes));
        }
        match self.open.last_mut().map(|open| &mut open.content) {
            None => self.documents.push(node),
            Some(Content::List(items)) => items.push(node),
            Some(Content::Map(entries, key)) => match key.take() {
                None => *key = Some(node),
                Some(key) => {
                    // Comparing with every earlier key would be quadratic in a hostile file; rules have few keys.
                    let few = entries.len() < 4_096;
                    if !few || entries.iter().any(|(earlier, _)| earlier.value == key.value) {
                        return Err(twice(&key, few));
                    }
                    entries.push((key, node));
                }
            },
        }
        Ok(())
    }
}

fn twice(key: &Node, few: bool) -> Problem {
    if !few {
        return Problem::new(Code::TooLarge, key.place, "a map has more than 4,096 keys").hint("split the rule");
    }
    let name = key.words().unwrap_or_default();
    Problem::new(Code::DuplicateKey, key.place, format!("key \"{name}\" is there twice"))
        .hint("join both values in one list, or, to require both, use two selections or the modifier \"all\"")
}

/// The core schema of YAML 1.2, section 10.3.2.
fn resolve(text: &str) -> Yaml {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Yaml::Null,
        "true" | "True" | "TRUE" => return Yaml::Bool(true),
        "false" | "False" | "FALSE" => return Yaml::Bool(false),
        _ => {}
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let number = match (digits.strip_prefix("0x"), digits.strip_prefix("0o")) {
        (Some(hex), _) => i128::from_str_radix(hex, 16).ok(),
        (_, Some(octal)) => i128::from_str_radix(octal, 8).ok(),
        // `00000429` is a text to every author who writes it, and 429 would match far more.
        _ if digits.len() > 1 && digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            return Yaml::Text(text.to_owned());
        }
        _ if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) => text.parse().ok(),
        _ => None,
    };
    if let Some(number) = number {
        return Yaml::Int(number);
    }
    let numeric = digits.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-'))
        && digits.bytes().any(|byte| byte.is_ascii_digit())
        && digits.starts_with(|first: char| first.is_ascii_digit() || first == '.');
    match text.parse::<f64>() {
        Ok(fraction) if numeric && fraction.is_finite() => Yaml::Float(fraction, text.to_owned()),
        _ => Yaml::Text(text.to_owned()),
    }
}
