//! NDJSON: an object a line, with texts, numbers and lists of texts.

use serde_json::Value;

use super::{Imported, Problem, Read, Row, column};

const LINE_BYTES_MAX: usize = 1 << 20;

pub(super) fn rows(bytes: &[u8], out: &mut Imported, take: &mut dyn FnMut(Read, &mut Imported)) {
    for (text, line) in bytes.split(|byte| *byte == b'\n').zip(1_u64..) {
        if text.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let row = row(text, line, out);
        take(row, out);
    }
}

fn row(text: &[u8], line: u64, out: &mut Imported) -> Read {
    let problem = |column: &str, why: String| Problem { line, column: column.to_owned(), why };
    if text.len() > LINE_BYTES_MAX {
        return Err(vec![problem("", format!("the line has more than {LINE_BYTES_MAX} bytes"))]);
    }
    let value: Value = serde_json::from_slice(text).map_err(|error| {
        let why = format!("no JSON at character {}: {error}", error.column());
        vec![problem("", why)]
    })?;
    let Value::Object(fields) = value else { return Err(vec![problem("", "the line is no object".to_owned())]) };
    let mut row = Row { line, ..Row::default() };
    let mut problems = Vec::new();
    for (name, value) in fields {
        let Some(column) = column(&name) else {
            if out.ignored.len() < super::PROBLEMS_MAX {
                out.ignored.insert(crate::text::shown(&name, 60));
            }
            continue;
        };
        match texts(value) {
            Some(values) => row.cells.entry(column).or_default().extend(values),
            None => {
                problems.push(problem(column, "it is neither a text, nor a number, nor a list of texts".to_owned()))
            }
        }
    }
    if problems.is_empty() { Ok(row) } else { Err(problems) }
}

fn texts(value: Value) -> Option<Vec<String>> {
    match value {
        Value::Null => Some(Vec::new()),
        Value::String(text) => Some(vec![text]),
        Value::Number(number) => Some(vec![number.to_string()]),
        Value::Array(items) => {
            let one = |item| match item {
                Value::String(text) => Some(text),
                Value::Number(number) => Some(number.to_string()),
                _ => None,
            };
            items.into_iter().map(one).collect()
        }
        Value::Bool(_) | Value::Object(_) => None,
    }
}
