//! Texts to rules, correlations and filters. Never fails: what cannot be read becomes a [`Problem`].

mod about;
mod condition;
mod correlation;
mod detection;
mod encode;
mod modifiers;
mod network;

use super::{
    model::{Condition, Correlation, Detection, Filter, Rule, Search},
    problem::{Code, Problem},
    yaml::{self, Node, Yaml},
};

pub(super) use correlation::seconds;
pub use modifiers::Placeholders;
pub(super) use modifiers::{MAX_REGEX_BYTES, parse_regex};
pub(super) use network::address;

/// A file of rules larger than this is refused: the whole public set has 10 MB.
const MAX_BYTES: usize = 16 << 20;

/// What a text holds.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Document {
    Rule(Rule),
    Correlation(Correlation),
    Filter(Filter),
}

/// Reads every document of one text.
pub(super) fn read(file: &str, text: &str) -> (Vec<Document>, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut documents = Vec::new();
    if text.len() > MAX_BYTES {
        let problem = Problem::new(
            Code::TooLarge,
            super::problem::Place { line: 1, column: 1 },
            "the file is larger than 16 MiB",
        );
        return (documents, vec![problem.hint("split it").of_file(file)]);
    }
    let (nodes, broken) = yaml::read(text);
    problems.extend(broken);
    for node in collected(nodes, &mut problems) {
        let mut warnings = Vec::new();
        match document(&node, file, &mut warnings) {
            Ok(document) => documents.push(document),
            Err(problem) => problems.push(problem),
        }
        problems.append(&mut warnings);
    }
    (documents, problems.into_iter().map(|problem| problem.of_file(file)).collect())
}

/// Reads searches and a condition that stand outside of a rule, as the mapping of log sources does.
pub(super) fn detection(text: &str) -> Result<Detection, Problem> {
    let (nodes, broken) = yaml::read(text);
    if let Some(problem) = broken {
        return Err(problem);
    }
    let Some(node) = nodes.first() else {
        return Err(Problem::new(Code::Missing, super::problem::Place::default(), "nothing is there"));
    };
    detection::read(node, &[], &mut Vec::new())
}

/// Reads one search that stands outside of a rule, as pipelines add them.
pub(super) fn search(node: &Node) -> Result<Search, Problem> {
    detection::search(node, &mut Vec::new())
}

/// Reads a condition that stands outside of a rule, over these names.
pub(super) fn condition(text: &str, place: super::problem::Place, names: &[&str]) -> Result<Condition, Problem> {
    condition::read(text, place, names)
}

/// Works out collections: `action: global` is laid under every document behind it, `reset` ends that, and `repeat`
/// takes the document before and lays itself over it. A list of documents counts as so many documents.
fn collected(nodes: Vec<Node>, problems: &mut Vec<Problem>) -> Vec<Node> {
    let mut complete = Vec::new();
    let mut global: Option<Node> = None;
    let mut previous: Option<Node> = None;
    let flat = nodes.into_iter().flat_map(|node| match node.value {
        Yaml::List(items) => items,
        _ => vec![node],
    });
    for node in flat {
        let action = node.get("action").and_then(Node::words);
        let node = without(node, "action");
        match action.as_deref() {
            Some("global") => {
                global = Some(match global.take() {
                    Some(before) => laid_over(&before, &node),
                    None => node,
                });
                continue;
            }
            Some("reset") => {
                global = None;
                continue;
            }
            Some("repeat") if previous.is_some() => {
                let repeated = previous.as_ref().map_or_else(|| node.clone(), |before| laid_over(before, &node));
                previous = Some(repeated.clone());
                complete.push(repeated);
                continue;
            }
            Some(other) => {
                problems.push(
                    Problem::new(Code::UnknownWord, node.place, format!("action \"{other}\" cannot be done here"))
                        .hint("use global, reset, or repeat behind a rule"),
                );
                continue;
            }
            None => {}
        }
        if node.value == Yaml::Null {
            continue;
        }
        let node = global.as_ref().map_or_else(|| node.clone(), |global| laid_over(global, &node));
        previous = Some(node.clone());
        complete.push(node);
    }
    complete
}

fn without(node: Node, key: &str) -> Node {
    match node.value {
        Yaml::Map(entries) => {
            let kept = entries.into_iter().filter(|(name, _)| name.text() != Some(key)).collect();
            Node { place: node.place, value: Yaml::Map(kept) }
        }
        value => Node { place: node.place, value },
    }
}

/// Maps are joined, anything else is replaced. As deep as YAML may be nested, which is bounded.
fn laid_over(under: &Node, over: &Node) -> Node {
    let (Yaml::Map(below), Yaml::Map(above)) = (&under.value, &over.value) else {
        return over.clone();
    };
    let mut entries = below.clone();
    for (key, value) in above {
        match entries.iter_mut().find(|(name, _)| name.value == key.value) {
            Some((_, before)) => *before = laid_over(before, value),
            None => entries.push((key.clone(), value.clone())),
        }
    }
    Node { place: over.place, value: Yaml::Map(entries) }
}

fn document(node: &Node, file: &str, warnings: &mut Vec<Problem>) -> Result<Document, Problem> {
    if !matches!(node.value, Yaml::Map(_)) {
        return Err(Problem::new(Code::NotARule, node.place, format!("a rule is a map and not {}", node.sort()))
            .hint("begin with `title:`"));
    }
    if node.get("correlation").is_some() {
        return correlation::correlation(node, file, warnings).map(Document::Correlation);
    }
    if node.get("filter").is_some() {
        return correlation::filter(node, file, warnings).map(Document::Filter);
    }
    let Some(written) = node.get("detection") else {
        return Err(Problem::new(Code::NotARule, node.place, "there is no detection, correlation or filter")
            .hint("add `detection:` with a search and a condition"));
    };
    let about = about::about(node, file, warnings)?;
    let logsource = about::logsource(node)?;
    let detection = detection::read(written, &[], warnings)?;
    let scope =
        node.get("scope").map(|scope| scope.items().iter().filter_map(Node::words).collect()).unwrap_or_default();
    Ok(Document::Rule(Rule { about, logsource, detection, scope }))
}
