//! The parts of one step or condition, each read as what it must be, and what is wrong with it told with its place.

use std::cell::RefCell;

use regex::{Regex, RegexBuilder};

use super::steps::{Chosen, Relation, Scalar};
use crate::rules::{
    model::Logsource,
    problem::{Code, Place, Problem},
    yaml::{Node, Yaml},
};

/// Bytes that an expression of a pipeline may take when compiled.
const MAX_REGEX_BYTES: usize = 1 << 20;

/// The parts of a step or condition; a part that nobody asks for is a mistake.
pub(super) struct Params<'n> {
    pub(super) node: &'n Node,
    known: Vec<&'static str>,
    asked: RefCell<Vec<&'static str>>,
}

impl<'n> Params<'n> {
    pub(super) fn of(node: &'n Node, known: &[&'static str]) -> Self {
        Self { node, known: known.to_vec(), asked: RefCell::default() }
    }

    pub(super) fn all_used<T>(&self, read: impl FnOnce(&Self) -> Result<T, Problem>) -> Result<T, Problem> {
        let done = read(self)?;
        let asked = self.asked.borrow();
        for (key, _) in self.node.entries() {
            let name = key.text().unwrap_or_default();
            if !asked.contains(&name) && !self.known.contains(&name) {
                let what = format!("\"{}\" has no part \"{}\"", self.sort(), key.words().unwrap_or_default());
                return Err(wrong(key.place, what, format!("it has: {}", asked.join(", "))));
            }
        }
        Ok(done)
    }

    pub(super) fn sort(&self) -> String {
        self.node.get("type").and_then(Node::words).unwrap_or_default()
    }

    pub(super) fn get(&self, name: &'static str) -> Option<&'n Node> {
        self.asked.borrow_mut().push(name);
        self.node.get(name).filter(|node| node.value != Yaml::Null)
    }

    pub(super) fn needed(&self, name: &'static str) -> Result<&'n Node, Problem> {
        self.get(name).ok_or_else(|| self.missing(name))
    }

    pub(super) fn missing(&self, name: &str) -> Problem {
        wrong(self.node.place, format!("\"{}\" needs `{name}`", self.sort()), format!("add `{name}:`"))
    }

    pub(super) fn text(&self, name: &'static str) -> Result<String, Problem> {
        let node = self.needed(name)?;
        node.words().ok_or_else(|| wrong(node.place, format!("`{name}` is a text and not {}", node.sort()), "quote it"))
    }

    pub(super) fn texts(&self, name: &'static str) -> Result<Vec<String>, Problem> {
        texts(self.needed(name)?)
    }

    pub(super) fn flag(&self, name: &'static str) -> Result<bool, Problem> {
        match self.get(name).map(|node| (&node.value, node.place)) {
            None => Ok(false),
            Some((Yaml::Bool(yes), _)) => Ok(*yes),
            Some((_, place)) => Err(wrong(place, format!("`{name}` is true or false"), "write true or false")),
        }
    }

    pub(super) fn scalar(&self, name: &'static str) -> Result<Scalar, Problem> {
        scalar(self.needed(name)?)
    }

    /// A regular expression; `anchored` where pySigma asks for it at the beginning of the text.
    pub(super) fn regex(&self, name: &'static str, anchored: bool) -> Result<Regex, Problem> {
        let text = self.text(name)?;
        regex(&text, anchored, self.node.get(name).map_or(self.node.place, |node| node.place))
    }

    pub(super) fn chosen(&self) -> Result<Chosen, Problem> {
        match (self.get("include"), self.get("exclude")) {
            (Some(_), Some(exclude)) => {
                Err(wrong(exclude.place, "include and exclude exclude each other", "take one of them out"))
            }
            (Some(include), None) => Ok(Chosen::Only(texts(include)?)),
            (None, Some(exclude)) => Ok(Chosen::AllBut(texts(exclude)?)),
            (None, None) => Ok(Chosen::AllBut(Vec::new())),
        }
    }

    pub(super) fn names(&self, name: &'static str) -> Result<Vec<(String, Vec<String>)>, Problem> {
        let node = self.needed(name)?;
        map(node, "a mapping", "write each name with what it becomes")?;
        let mut names = Vec::new();
        for (key, value) in node.entries() {
            let new = texts(value)?;
            if new.is_empty() {
                return Err(wrong(value.place, "a name becomes nothing", "use drop_detection_item to drop a line"));
            }
            // Keywords have no name, which is `null`.
            names.push((key.words().unwrap_or_default(), new));
        }
        Ok(names)
    }

    pub(super) fn logsource(&self) -> Result<Logsource, Problem> {
        let part = |name: &'static str| self.get(name).and_then(Node::words).map(|word| word.trim().to_lowercase());
        let (category, product, service) = (part("category"), part("product"), part("service"));
        if category.is_none() && product.is_none() && service.is_none() {
            return Err(self.missing("category` or `product` or `service"));
        }
        Ok(Logsource { product, category, service, definition: None })
    }

    pub(super) fn relation(&self) -> Result<Relation, Problem> {
        let Some(node) = self.get("op") else { return Ok(Relation::Equal) };
        Ok(match node.text().unwrap_or_default() {
            "eq" => Relation::Equal,
            "ne" => Relation::NotEqual,
            "gte" => Relation::AtLeast,
            "gt" => Relation::More,
            "lte" => Relation::AtMost,
            "lt" => Relation::Less,
            "in" => Relation::In,
            "not_in" => Relation::NotIn,
            other => {
                return Err(wrong(
                    node.place,
                    format!("\"{other}\" is no relation"),
                    "use eq, ne, gte, gt, lte, lt, in, not_in",
                ));
            }
        })
    }

    /// Whether all values must fit, or any.
    pub(super) fn all(&self) -> Result<bool, Problem> {
        let node = self.needed("cond")?;
        match node.text() {
            Some("all") => Ok(true),
            Some("any") => Ok(false),
            _ => Err(wrong(node.place, "`cond` is any or all", "write `cond: any`")),
        }
    }
}

pub(super) fn texts(node: &Node) -> Result<Vec<String>, Problem> {
    let text = |item: &Node| {
        item.words().ok_or_else(|| wrong(item.place, format!("a text is needed and not {}", item.sort()), "quote it"))
    };
    node.items().iter().map(text).collect()
}

pub(super) fn scalar(node: &Node) -> Result<Scalar, Problem> {
    Ok(match &node.value {
        Yaml::Text(text) => Scalar::Text(text.clone()),
        Yaml::Int(number) => Scalar::Number(*number as f64, number.to_string()),
        Yaml::Float(number, text) => Scalar::Number(*number, text.clone()),
        Yaml::Bool(yes) => Scalar::Bool(*yes),
        Yaml::Null | Yaml::List(_) | Yaml::Map(_) => {
            return Err(wrong(
                node.place,
                format!("a value is needed and not {}", node.sort()),
                "write a text or a number",
            ));
        }
    })
}

pub(super) fn regex(text: &str, anchored: bool, place: Place) -> Result<Regex, Problem> {
    let pattern = if anchored { format!("^(?:{text})") } else { text.to_owned() };
    RegexBuilder::new(&pattern).size_limit(MAX_REGEX_BYTES).nest_limit(64).build().map_err(|error| {
        let why = error.to_string();
        let last = why.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
        Problem::new(Code::Regex, place, format!("the expression cannot be read: {last}"))
            .hint("look-around and back-references are not known here, and it must stay below 1 MiB when compiled")
    })
}

pub(super) fn wrong(place: Place, what: impl Into<String>, hint: impl Into<String>) -> Problem {
    Problem::new(Code::Pipeline, place, what).hint(hint)
}

pub(super) fn map(node: &Node, what: &str, hint: &str) -> Result<(), Problem> {
    match node.value {
        Yaml::Map(_) => Ok(()),
        _ => Err(wrong(node.place, format!("{what} is a map and not {}", node.sort()), hint)),
    }
}
