//! One line of a search: `field|modifier|...: values` to an [`Item`]. Modifiers are applied in the order written.

use super::{encode, network};
use crate::rules::{
    model::{Flags, How, InstantPart, Item, Number, Op, Test},
    pattern::{DASHES, Part, Pattern},
    problem::{Code, Place, Problem},
    yaml::{Node, Yaml},
};

/// Values that placeholders stand for.
pub type Placeholders = std::collections::BTreeMap<String, Vec<String>>;

/// A regular expression may take this many bytes when compiled; it is refused beyond. `\w{1,20}` alone takes two million,
/// because it knows all letters of Unicode.
pub(in crate::rules) const MAX_REGEX_BYTES: usize = 8 << 20;

const MODIFIERS: [&str; 31] = [
    "all",
    "startswith",
    "endswith",
    "contains",
    "exists",
    "cased",
    "neq",
    "windash",
    "re",
    "i",
    "m",
    "s",
    "base64",
    "base64offset",
    "utf16le",
    "utf16be",
    "utf16",
    "wide",
    "lt",
    "lte",
    "gt",
    "gte",
    "minute",
    "hour",
    "day",
    "week",
    "month",
    "year",
    "cidr",
    "expand",
    "fieldref",
];

/// What the modifiers together ask for; values are changed one by one as they come.
#[derive(Debug, Default)]
struct Wanted {
    all: bool,
    negated: bool,
    cased: bool,
    exists: bool,
    regex: bool,
    flags: Flags,
    network: bool,
    compare: Option<Op>,
    instant: Option<InstantPart>,
    field: bool,
    how: Option<How>,
    placeholders: bool,
}

/// A value on its way through the modifiers.
#[derive(Debug, Clone)]
enum Value {
    Text(Pattern),
    Bytes(Vec<u8>),
    Number(Number, String),
    Bool(bool),
    Null,
}

pub(super) fn item(key: &Node, values: &Node) -> Result<Item, Problem> {
    let place = key.place;
    let Some(name) = key.words() else {
        return Err(Problem::new(Code::Shape, place, "a field's name must be a text").hint("quote it"));
    };
    let mut parts = name.split('|');
    let field = parts.next().unwrap_or_default().trim();
    let modifiers: Vec<&str> = parts.map(str::trim).collect();
    if let Some(unknown) = modifiers.iter().find(|modifier| !MODIFIERS.contains(modifier)) {
        return Err(unknown_modifier(unknown, place));
    }
    let wanted = wanted(&modifiers, place)?;
    let mut tests = Vec::new();
    let nodes = nodes(values, &name)?;
    for node in &nodes {
        let value = value(node, &wanted, &name)?;
        for value in transform(value, &modifiers, node.place, &name)? {
            tests.push(test(value, &wanted, field.is_empty(), node.place, &name)?);
        }
    }
    let field = (!field.is_empty()).then(|| field.to_owned());
    Ok(Item { field, tests, all: wanted.all, negated: wanted.negated, place, key: name })
}

fn nodes<'a>(values: &'a Node, name: &str) -> Result<Vec<&'a Node>, Problem> {
    let nodes: Vec<&Node> = match &values.value {
        Yaml::List(items) => items.iter().collect(),
        _ => vec![values],
    };
    if nodes.is_empty() {
        return Err(Problem::new(
            Code::Shape,
            values.place,
            format!("\"{name}\" has an empty list, which nothing matches"),
        )
        .hint("give values, or write `null` for a field that is not there"));
    }
    Ok(nodes)
}

fn unknown_modifier(unknown: &str, place: Place) -> Problem {
    let near = MODIFIERS.iter().find(|known| {
        known.starts_with(unknown) || unknown.starts_with(**known) || known.eq_ignore_ascii_case(unknown)
    });
    let hint = match unknown {
        "ignorecase" | "icase" | "insensitive" | "nocase" => {
            "for regular expressions it is \"re|i\"; other values ignore case anyway".to_owned()
        }
        "multiline" => "it is \"re|m\"".to_owned(),
        "dotall" | "singleline" => "it is \"re|s\"".to_owned(),
        _ => near.map_or_else(
            || format!("modifiers are: {}", MODIFIERS.join(", ")),
            |near| format!("did you mean \"{near}\"?"),
        ),
    };
    Problem::new(Code::UnknownModifier, place, format!("there is no modifier \"{unknown}\"")).hint(hint)
}

fn wanted(modifiers: &[&str], place: Place) -> Result<Wanted, Problem> {
    let mut wanted = Wanted::default();
    for modifier in modifiers {
        match *modifier {
            "all" => wanted.all = true,
            "neq" => wanted.negated = true,
            "cased" => wanted.cased = true,
            "exists" => wanted.exists = true,
            "re" => wanted.regex = true,
            "i" => wanted.flags.ignore_case = true,
            "m" => wanted.flags.multi_line = true,
            "s" => wanted.flags.dot_all = true,
            "cidr" => wanted.network = true,
            "lt" => wanted.compare = Some(Op::Less),
            "lte" => wanted.compare = Some(Op::LessOrEqual),
            "gt" => wanted.compare = Some(Op::Greater),
            "gte" => wanted.compare = Some(Op::GreaterOrEqual),
            "minute" => wanted.instant = Some(InstantPart::Minute),
            "hour" => wanted.instant = Some(InstantPart::Hour),
            "day" => wanted.instant = Some(InstantPart::Day),
            "week" => wanted.instant = Some(InstantPart::Week),
            "month" => wanted.instant = Some(InstantPart::Month),
            "year" => wanted.instant = Some(InstantPart::Year),
            "fieldref" => wanted.field = true,
            "contains" => wanted.how = Some(How::Contains),
            "startswith" => wanted.how = Some(How::StartsWith),
            "endswith" => wanted.how = Some(How::EndsWith),
            "expand" => wanted.placeholders = true,
            _ => {}
        }
    }
    check(&wanted, modifiers, place)?;
    Ok(wanted)
}

/// Modifiers that make no sense together.
fn check(wanted: &Wanted, modifiers: &[&str], place: Place) -> Result<(), Problem> {
    let texts = wanted.how.is_some() || wanted.cased || modifiers.iter().any(|modifier| ENCODINGS.contains(modifier));
    let sorts = [
        ("re", wanted.regex),
        ("cidr", wanted.network),
        ("exists", wanted.exists),
        ("fieldref", wanted.field),
        ("a comparison or a part of a time", wanted.compare.is_some() || wanted.instant.is_some()),
    ];
    let chosen: Vec<&str> = sorts.iter().filter(|(_, is)| *is).map(|(name, _)| *name).collect();
    let misuse = |what: String, hint: &str| Err(Problem::new(Code::ModifierMisuse, place, what).hint(hint));
    if let [first, second, ..] = chosen.as_slice() {
        return misuse(format!("modifiers {first} and {second} exclude each other"), "use two lines");
    }
    if texts
        && !wanted.field
        && let [only] = chosen.as_slice()
    {
        return misuse(
            format!("modifier {only} does not go with modifiers for text"),
            "a regular expression is found anywhere in the value already; use `.*`, `^` and `$`",
        );
    }
    if wanted.placeholders
        && let [only] = chosen.as_slice()
    {
        return misuse(format!("modifiers expand and {only} exclude each other"), "placeholders stand for texts");
    }
    let flags = wanted.flags.ignore_case || wanted.flags.multi_line || wanted.flags.dot_all;
    if flags && !wanted.regex {
        return misuse("modifiers i, m and s belong behind re".to_owned(), "write \"field|re|i\"");
    }
    Ok(())
}

const ENCODINGS: [&str; 7] = ["base64", "base64offset", "utf16", "utf16le", "utf16be", "wide", "windash"];

fn value(node: &Node, wanted: &Wanted, name: &str) -> Result<Value, Problem> {
    Ok(match &node.value {
        Yaml::Text(text) if wanted.regex || wanted.network || wanted.field => {
            Value::Text(Pattern::literal(text.clone()))
        }
        Yaml::Text(text) => Value::Text(Pattern::read(text, wanted.placeholders)),
        Yaml::Int(number) => Value::Number(Number::Whole(*number), number.to_string()),
        Yaml::Float(number, text) => Value::Number(Number::fraction(*number), text.clone()),
        Yaml::Bool(yes) => Value::Bool(*yes),
        Yaml::Null => Value::Null,
        Yaml::List(_) | Yaml::Map(_) => {
            return Err(Problem::new(Code::Shape, node.place, format!("a value of \"{name}\" is {}", node.sort()))
                .hint("values are texts, numbers, true, false or null; for alternatives of several fields use a list of maps"));
        }
    })
}

/// Modifiers that change the value itself.
fn transform(value: Value, modifiers: &[&str], place: Place, name: &str) -> Result<Vec<Value>, Problem> {
    let mut values = vec![value];
    for modifier in modifiers {
        if !ENCODINGS.contains(modifier) {
            if let Some(wrap) = wrapping(modifier, modifiers) {
                values = values.into_iter().map(|value| wrapped(value, wrap)).collect();
            }
            continue;
        }
        let mut changed = Vec::new();
        for value in values {
            changed.extend(encoded(value, modifier, place, name)?);
        }
        values = changed;
    }
    Ok(values)
}

fn wrapping(modifier: &str, modifiers: &[&str]) -> Option<(bool, bool)> {
    if modifiers.contains(&"fieldref") {
        return None;
    }
    match modifier {
        "contains" => Some((true, true)),
        "startswith" => Some((false, true)),
        "endswith" => Some((true, false)),
        _ => None,
    }
}

fn wrapped(value: Value, (before, after): (bool, bool)) -> Value {
    let mut pattern = match value {
        Value::Text(pattern) => pattern,
        Value::Bytes(bytes) => Pattern::literal(encode::as_text(&bytes)),
        Value::Number(_, text) => Pattern::literal(text),
        Value::Bool(yes) => Pattern::literal(yes.to_string()),
        Value::Null => return Value::Null,
    };
    if before {
        pattern = pattern.after_anything();
    }
    if after {
        pattern = pattern.before_anything();
    }
    Value::Text(pattern)
}

fn encoded(value: Value, modifier: &str, place: Place, name: &str) -> Result<Vec<Value>, Problem> {
    if modifier == "windash" {
        return match value {
            Value::Text(pattern) => Ok(vec![Value::Text(with_dashes(&pattern))]),
            value => Ok(vec![value]),
        };
    }
    let bytes = match &value {
        Value::Bytes(bytes) => bytes.clone(),
        Value::Text(pattern) => match pattern.as_literal() {
            Some(text) => text.as_bytes().to_vec(),
            None => {
                return Err(Problem::new(
                    Code::ModifierMisuse,
                    place,
                    format!("a value of \"{name}\" has wildcards, which cannot be encoded"),
                )
                .hint("put \"contains\" behind the encoding, and escape * and ? with a backslash"));
            }
        },
        Value::Number(_, text) => text.as_bytes().to_vec(),
        Value::Bool(_) | Value::Null => {
            return Err(Problem::new(Code::ModifierMisuse, place, format!("\"{modifier}\" needs a text"))
                .hint("quote the value"));
        }
    };
    let wide = |unit: fn(u16) -> [u8; 2]| match std::str::from_utf8(&bytes) {
        Ok(text) => text.encode_utf16().flat_map(unit).collect::<Vec<u8>>(),
        Err(_) => bytes.iter().flat_map(|byte| unit(u16::from(*byte))).collect(),
    };
    Ok(match modifier {
        "utf16le" | "wide" => vec![Value::Bytes(wide(u16::to_le_bytes))],
        "utf16be" => vec![Value::Bytes(wide(u16::to_be_bytes))],
        "utf16" => vec![Value::Bytes([vec![0xff, 0xfe], wide(u16::to_le_bytes)].concat())],
        "base64" => vec![Value::Text(Pattern::literal(encode::base64(&bytes)))],
        _ => encode::base64_offsets(&bytes).into_iter().map(|text| Value::Text(Pattern::literal(text))).collect(),
    })
}

/// Every dash that begins a flag becomes any dash: one that no word character stands before and one stands behind.
fn with_dashes(pattern: &Pattern) -> Pattern {
    let mut dashed = Pattern::default();
    let word = |char: Option<char>| char.is_some_and(|char| char.is_alphanumeric() || char == '_');
    for part in &pattern.parts {
        let Part::Text(text) = part else {
            dashed.push(part.clone());
            continue;
        };
        let mut before = None;
        let mut chars = text.chars().peekable();
        while let Some(char) = chars.next() {
            let flag = DASHES.contains(&char) && !word(before) && word(chars.peek().copied());
            dashed.push(if flag { Part::Dash } else { Part::Text(char.to_string()) });
            before = Some(char);
        }
    }
    dashed
}

fn test(value: Value, wanted: &Wanted, keyword: bool, place: Place, name: &str) -> Result<Test, Problem> {
    let misuse = |what: &str, hint: &str| {
        Err(Problem::new(Code::ModifierMisuse, place, format!("\"{name}\" {what}")).hint(hint))
    };
    if wanted.exists {
        return match value {
            Value::Bool(yes) if !keyword => Ok(Test::Exists(yes)),
            _ => misuse("needs true or false", "write `field|exists: true`"),
        };
    }
    if wanted.compare.is_some() || wanted.instant.is_some() {
        let number = match &value {
            Value::Number(number, _) => Some(*number),
            Value::Text(pattern) => pattern.as_literal().and_then(Number::of_text),
            _ => None,
        };
        let Some(number) = number.filter(|_| !keyword) else {
            return misuse("needs a field and a number", "write the number without quotes");
        };
        let op = wanted.compare.unwrap_or(Op::Equal);
        return Ok(wanted.instant.map_or(Test::Compare { op, number }, |part| Test::Instant { part, op, number }));
    }
    if wanted.regex {
        let Some(expression) = text_of(&value) else {
            return misuse("needs a regular expression", "quote it");
        };
        check_regex(&expression, wanted.flags, place)?;
        return Ok(Test::Regex { expression, flags: wanted.flags });
    }
    if wanted.network {
        let network = text_of(&value).as_deref().and_then(network::read);
        let Some(network) = network else {
            return Err(Problem::new(
                Code::Network,
                place,
                format!("\"{}\" is not a network", text_of(&value).unwrap_or_default()),
            )
            .hint("write 10.0.0.0/8 or 2001:db8::/32"));
        };
        return Ok(Test::Network(network));
    }
    if wanted.field {
        return match text_of(&value) {
            Some(other) if !keyword => {
                Ok(Test::Field { other, how: wanted.how.unwrap_or(How::Equal), cased: wanted.cased })
            }
            _ => misuse("needs the name of another field", "write `field|fieldref: other_field`"),
        };
    }
    let pattern = match value {
        Value::Null => return Ok(Test::Null),
        Value::Text(pattern) => pattern,
        Value::Bytes(bytes) => Pattern::literal(encode::as_text(&bytes)),
        Value::Number(_, text) => Pattern::literal(text),
        Value::Bool(yes) => Pattern::literal(yes.to_string()),
    };
    let pattern = if keyword { pattern.after_anything().before_anything() } else { pattern };
    Ok(Test::Like { pattern, cased: wanted.cased })
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::Text(pattern) => pattern.as_literal().map(str::to_owned),
        Value::Number(_, text) => Some(text.clone()),
        Value::Bytes(_) | Value::Bool(_) | Value::Null => None,
    }
}

fn check_regex(expression: &str, flags: Flags, place: Place) -> Result<(), Problem> {
    match parse_regex(expression, flags) {
        Ok(_) => Ok(()),
        Err(why) => {
            let hint = if why.contains("look-around") || why.contains("backreferences") {
                "Sigma's regular expressions have no look-around and no back-references: use a second search with \"not\""
            } else {
                "check the escapes: a backslash in front of a letter has a meaning in regular expressions"
            };
            Err(Problem::new(Code::Regex, place, format!("the regular expression cannot be read: {why}")).hint(hint))
        }
    }
}

/// The expression as a syntax tree, in bounded depth.
pub(in crate::rules) fn parse_regex(expression: &str, flags: Flags) -> Result<regex_syntax::hir::Hir, String> {
    /// More than any rule has; the compiled size is bounded apart, by [`MAX_REGEX_BYTES`].
    const MAX_LENGTH: usize = 16 << 10;
    if expression.len() > MAX_LENGTH {
        return Err(format!("it is longer than {MAX_LENGTH} bytes"));
    }
    let mut parser = regex_syntax::ParserBuilder::new()
        .nest_limit(64)
        .case_insensitive(flags.ignore_case)
        .multi_line(flags.multi_line)
        .dot_matches_new_line(flags.dot_all)
        .build();
    parser.parse(expression).map_err(|error| match error {
        regex_syntax::Error::Parse(error) => error.kind().to_string(),
        regex_syntax::Error::Translate(error) => error.kind().to_string(),
        error => error.to_string(),
    })
}
