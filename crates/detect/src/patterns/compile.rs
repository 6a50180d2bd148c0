//! A pattern to what is checked of each table's columns.

use std::{fmt, net::IpAddr};

use regex::Regex;
use schema::{
    Observable, Stage, observe,
    pattern::{Expression, Literal, Operator, Pattern, Test},
    tables,
};

use super::{
    OfTable,
    properties::{self, Property},
};

/// Bytes that one compiled expression may take.
const REGEX_BYTES_MAX: usize = 1 << 20;

/// A comparison that cannot be held against any table, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Byte of the text.
    pub at: usize,
    pub why: String,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at {}: {}", self.at + 1, self.why)
    }
}

impl std::error::Error for Refused {}

/// What must hold, for one table.
#[derive(Debug, Clone)]
pub(super) enum Node {
    /// The table has no column for it.
    Never,
    All(Vec<Self>),
    Any(Vec<Self>),
    Test {
        columns: Vec<&'static str>,
        negated: bool,
        check: Check,
    },
}

/// What is checked of one value.
#[derive(Debug, Clone)]
pub(super) enum Check {
    Exists,
    /// In canonical form, sorted.
    Texts(Vec<String>),
    Numbers(Vec<f64>),
    Flag(bool),
    Order(Operator, f64),
    TextOrder(Operator, String),
    Like(Regex),
    Within(IpAddr, u8),
    /// The value is a network, or an address, around this.
    Around(IpAddr, u8),
}

impl Check {
    pub(super) fn text(&self, value: &str) -> bool {
        match self {
            Self::Exists => true,
            Self::Texts(texts) => texts.binary_search_by(|text| text.as_str().cmp(value)).is_ok(),
            Self::Numbers(_) | Self::Order(..) => value.parse().is_ok_and(|number: f64| self.holds(number)),
            Self::Flag(_) => false,
            Self::TextOrder(operator, text) => ordered(*operator, value.cmp(text.as_str())),
            Self::Like(regex) => regex.is_match(value),
            Self::Within(first, length) => observe::parse_network(value)
                .is_some_and(|(address, own)| own >= *length && observe::network_holds((*first, *length), address)),
            Self::Around(first, length) => observe::parse_network(value)
                .is_some_and(|(address, own)| own <= *length && observe::network_holds((address, own), *first)),
        }
    }

    pub(super) fn number(&self, value: i64) -> bool {
        match self {
            Self::Exists => true,
            Self::Numbers(_) | Self::Order(..) => self.holds(value as f64),
            Self::Flag(_) => false,
            _ => self.text(&value.to_string()),
        }
    }

    pub(super) fn flag(&self, value: bool) -> bool {
        match self {
            Self::Exists => true,
            Self::Flag(flag) => *flag == value,
            _ => false,
        }
    }

    fn holds(&self, value: f64) -> bool {
        match self {
            Self::Numbers(numbers) => numbers.contains(&value),
            Self::Order(operator, number) => value.partial_cmp(number).is_some_and(|order| ordered(*operator, order)),
            _ => false,
        }
    }
}

fn ordered(operator: Operator, order: std::cmp::Ordering) -> bool {
    match operator {
        Operator::Less => order.is_lt(),
        Operator::LessOrEqual => order.is_le(),
        Operator::Greater => order.is_gt(),
        Operator::GreaterOrEqual => order.is_ge(),
        _ => false,
    }
}

pub(super) fn compile(pattern: &Pattern) -> Result<Vec<OfTable>, Refused> {
    let mut of_tables = Vec::new();
    // Every comparison is made ready once, so that a wrong one is told even where no table has the property.
    for test in pattern.observations.iter().flat_map(Expression::tests) {
        check(test, property(test)?)?;
    }
    for table in tables::ALL.iter().copied().filter(|table| table.stage == Stage::Telemetry) {
        let observations: Vec<Node> = pattern
            .observations
            .iter()
            .map(|observation| node(observation, table))
            .collect::<Result<Vec<_>, _>>()?
            .into_iter()
            .filter(|node| !matches!(node, Node::Never))
            .collect();
        if observations.is_empty() {
            continue;
        }
        let mut columns = Vec::new();
        observations.iter().for_each(|observation| gather(observation, &mut columns));
        columns.sort_unstable();
        columns.dedup();
        of_tables.push(OfTable { table, observations, columns });
    }
    if of_tables.is_empty() {
        return Err(Refused { at: 0, why: "no table has all that this asks of one record".to_owned() });
    }
    Ok(of_tables)
}

fn node(expression: &Expression, table: &'static schema::Table) -> Result<Node, Refused> {
    let parts = |parts: &[Expression]| parts.iter().map(|part| node(part, table)).collect::<Result<Vec<_>, _>>();
    Ok(match expression {
        Expression::All(all) => {
            let all = parts(all)?;
            let never = all.iter().any(|part| matches!(part, Node::Never));
            if never { Node::Never } else { Node::All(all) }
        }
        Expression::Any(any) => {
            let any: Vec<Node> = parts(any)?.into_iter().filter(|part| !matches!(part, Node::Never)).collect();
            if any.is_empty() { Node::Never } else { Node::Any(any) }
        }
        Expression::Test(test) => {
            let property = property(test)?;
            let columns = properties::columns(table, property);
            if columns.is_empty() {
                return Ok(Node::Never);
            }
            let denied = test.negated != (test.operator == Operator::NotEqual);
            Node::Test { columns, negated: denied, check: check(test, property)? }
        }
    })
}

fn gather(node: &Node, columns: &mut Vec<&'static str>) {
    match node {
        Node::Never => {}
        Node::All(parts) | Node::Any(parts) => parts.iter().for_each(|part| gather(part, columns)),
        Node::Test { columns: own, .. } => columns.extend(own),
    }
}

fn property(test: &Test) -> Result<&'static Property, Refused> {
    properties::find(&test.path).ok_or_else(|| refused(test, format!("no table keeps \"{}\"", test.path)))
}

fn check(test: &Test, property: &Property) -> Result<Check, Refused> {
    let single = || test.values.first().ok_or_else(|| refused(test, "a value is missing"));
    match test.operator {
        Operator::Exists => Ok(Check::Exists),
        Operator::Equal | Operator::NotEqual | Operator::In => equal(test, property),
        Operator::Less | Operator::LessOrEqual | Operator::Greater | Operator::GreaterOrEqual => match single()? {
            Literal::Number(number) => Ok(Check::Order(test.operator, *number)),
            Literal::Text(text) => Ok(Check::TextOrder(test.operator, text.clone())),
            Literal::Bool(_) => Err(refused(test, "true and false have no order")),
        },
        Operator::Like => text_of(test, single()?).and_then(|text| regex(test, &like(text))),
        Operator::Matches => text_of(test, single()?).and_then(|text| regex(test, text)),
        Operator::Subset | Operator::Superset => {
            let text = text_of(test, single()?)?;
            let (first, length) = observe::parse_network(text)
                .ok_or_else(|| refused(test, format!("\"{text}\" is no address and no network")))?;
            Ok(if test.operator == Operator::Subset {
                Check::Within(first, length)
            } else {
                Check::Around(first, length)
            })
        }
    }
}

/// Equality; a network among addresses stands for all that lie in it, as STIX has it.
fn equal(test: &Test, property: &Property) -> Result<Check, Refused> {
    if let [Literal::Bool(flag)] = test.values.as_slice() {
        return Ok(Check::Flag(*flag));
    }
    let numbers: Option<Vec<f64>> = test
        .values
        .iter()
        .map(|value| match value {
            Literal::Number(number) => Some(*number),
            _ => None,
        })
        .collect();
    if let Some(numbers) = numbers {
        return Ok(Check::Numbers(numbers));
    }
    let mut texts = Vec::new();
    for value in &test.values {
        let text = text_of(test, value)?;
        let canonical = match property.kind {
            Some(Observable::Ip) if text.contains('/') && test.values.len() == 1 => {
                let network = observe::parse_network(text);
                return network
                    .map(|(first, length)| Check::Within(first, length))
                    .ok_or_else(|| refused(test, format!("\"{text}\" is no network")));
            }
            Some(kind) => observe::canonical(kind, text)
                .map_err(|refusal| refused(test, format!("\"{text}\": {}", refusal.reason())))?
                .into_owned(),
            None => text.to_owned(),
        };
        texts.push(canonical);
    }
    texts.sort_unstable();
    Ok(Check::Texts(texts))
}

fn text_of<'a>(test: &Test, value: &'a Literal) -> Result<&'a str, Refused> {
    match value {
        Literal::Text(text) => Ok(text),
        _ => Err(refused(test, "a text in quotes is expected here")),
    }
}

/// `%` for any text and `_` for one character, over the whole value.
fn like(text: &str) -> String {
    let mut pattern = String::from("(?s)^");
    for c in text.chars() {
        match c {
            '%' => pattern.push_str(".*"),
            '_' => pattern.push('.'),
            c => pattern.push_str(&regex::escape(c.encode_utf8(&mut [0; 4]))),
        }
    }
    pattern.push('$');
    pattern
}

fn regex(test: &Test, text: &str) -> Result<Check, Refused> {
    let built = regex::RegexBuilder::new(text).size_limit(REGEX_BYTES_MAX).dfa_size_limit(REGEX_BYTES_MAX).build();
    built.map(Check::Like).map_err(|error| {
        let why = error.to_string();
        let last = why.lines().last().unwrap_or_default().trim();
        refused(test, format!("this expression is not read (no look-around, no back references): {last}"))
    })
}

fn refused(test: &Test, why: impl Into<String>) -> Refused {
    Refused { at: test.at, why: why.into() }
}
